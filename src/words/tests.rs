//! Holds the source, the data sheets and `assets/words/ko.ron` together.

use super::template::next_place;
use super::*;
use crate::catalog::{self, Kind, Sheet};
use crate::model::PlaceKind;
use crate::scene::list::Weight;
use crate::scene::text;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// English and Korean, in the order of the file.
fn korean() -> Vec<(String, String)> {
    let file = include_str!("../../assets/words/ko.ron");
    let lines = file.lines().filter(|line| line.trim_start().starts_with('"'));
    let entry = |line: &str| {
        let one: BTreeMap<String, String> =
            ron::from_str(&format!("{{{line}}}")).unwrap_or_else(|error| panic!("ko.ron: {error} in {line}"));
        one.into_iter().next().expect("it has an entry")
    };
    lines.map(entry).collect()
}

/// Every source file of the crate without its comments.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).expect("src can be read").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("words/tests.rs") {
                let all = fs::read_to_string(&path).expect("it can be read");
                let code = all.lines().filter(|line| !line.trim_start().starts_with("//"));
                found.push((path, code.collect::<Vec<_>>().join("\n")));
            }
        }
    }
    found
}

/// The texts that `t!` and `key!` are given in a source.
fn marked(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for mark in ["t!(", "key!("] {
        for (at, _) in source.match_indices(mark) {
            let alone = !source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if let Some(rest) = source[at + mark.len()..].trim_start().strip_prefix('"').filter(|_| alone) {
                found.push(literal(rest));
            }
        }
    }
    found
}

/// A string literal of Rust behind its opening quote, as it reads.
fn literal(text: &str) -> String {
    let mut read = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => return read,
            '\\' => match chars.next() {
                Some('n') => read.push('\n'),
                Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                Some(c) if matches!(c, '"' | '\\' | '\'') => read.push(c),
                other => panic!("the escape {other:?} is not read here: {text:.60}"),
            },
            c => read.push(c),
        }
    }
    panic!("a text without an end: {text:.60}");
}

/// What has to be there in Korean.
fn wanted() -> BTreeSet<String> {
    let mut wanted: BTreeSet<String> = sources().iter().flat_map(|(_, source)| marked(source)).collect();
    #[cfg(feature = "gui")]
    wanted.extend(crate::app::command_names().map(str::to_owned));
    for sheet in sheets() {
        wanted.insert(sheet.help.clone());
        wanted.extend(sheet.params.iter().flat_map(|param| [&param.label, &param.help, &param.group]).cloned());
    }
    wanted
}

/// Every data sheet.
fn sheets() -> impl Iterator<Item = &'static Sheet> {
    let services = catalog::ALL.iter().map(|service| service.sheet());
    let places = PlaceKind::ALL.into_iter().filter_map(|kind| catalog::place_sheet(kind.key()));
    services.chain(places).chain([catalog::link_sheet(), catalog::network_sheet()])
}

/// What may be there: names that are AWS's own stay as AWS writes them.
fn welcome() -> BTreeSet<String> {
    let names = |sheet: &'static Sheet| {
        let words = sheet.params.iter().flat_map(|param| words_of(&param.kind));
        // Tiers and areas are words of their own: "data out, Asia Pacific, first 10 TB".
        let sold = sheet.prices.iter().flat_map(|price| price.item.split(", ").chain([price.unit.as_str()]));
        let named = [&sheet.name, &sheet.short].into_iter().chain(words).map(String::as_str);
        named.chain(sold).map(str::to_owned).collect::<Vec<_>>()
    };
    sheets().flat_map(names).collect()
}

/// The words that a setting takes.
fn words_of(kind: &'static Kind) -> Vec<&'static String> {
    match kind {
        Kind::Choice(words) => words.iter().collect(),
        Kind::Or(word, kind) => [word].into_iter().chain(words_of(kind)).collect(),
        _ => Vec::new(),
    }
}

fn places(text: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    while let Some((_, name, after)) = next_place(rest) {
        found.insert(name);
        rest = after;
    }
    found
}

#[test]
fn korean_is_sorted_and_each_text_stands_once() {
    let keys: Vec<String> = korean().into_iter().map(|(key, _)| key).collect();
    for pair in keys.windows(2) {
        assert!(pair[0] < pair[1], "in assets/words/ko.ron {:?} has to stand before {:?}", pair[1], pair[0]);
    }
    assert_eq!(keys.len(), KOREAN.len(), "each entry has a line of its own");
}

#[test]
fn every_text_has_its_korean() {
    let known: BTreeSet<String> = korean().into_iter().map(|(key, _)| key).collect();
    let missing: Vec<String> = wanted().difference(&known).map(|text| format!("    {text:?}: \"\",")).collect();
    assert!(missing.is_empty(), "add to assets/words/ko.ron, each at its place:\n{}", missing.join("\n"));
}

#[test]
#[cfg(feature = "gui")]
fn no_korean_is_left_over() {
    let (wanted, welcome) = (wanted(), welcome());
    let left: Vec<String> = korean()
        .into_iter()
        .map(|(key, _)| key)
        .filter(|key| !wanted.contains(key) && !welcome.contains(key))
        .collect();
    assert!(left.is_empty(), "nothing uses these of assets/words/ko.ron any more:\n  {}", left.join("\n  "));
}

#[test]
fn placeholders_are_the_same_in_both_languages() {
    for (english, korean) in korean() {
        assert_eq!(places(&english), places(&korean), "{english:?}: {korean:?}");
        assert!(!korean.trim().is_empty(), "{english:?} has no Korean yet");
    }
}

#[test]
fn the_bundled_fonts_have_every_character_of_the_korean() {
    let characters: BTreeSet<char> =
        korean().iter().flat_map(|(_, korean)| korean.chars()).filter(|c| *c != '\n').collect();
    for weight in [Weight::Regular, Weight::SemiBold] {
        let lacking: String = characters.iter().filter(|c| !text::has(**c, weight)).collect();
        assert!(lacking.is_empty(), "{weight:?} lacks {lacking:?}; use other words");
    }
}

#[test]
fn a_text_follows_the_language_of_its_thread() {
    let said = || t!("Undo: {step}", step = "x");
    assert_eq!((t!("Undo"), said().as_str()), ("Undo", "Undo: x"));
    in_language(Language::Korean, || {
        assert_eq!(t!("Undo"), "실행 취소");
        assert_eq!(said(), "실행 취소: x");
        assert_eq!(of("no such text"), "no such text");
        let other = std::thread::scope(|scope| {
            let work = std::thread::Builder::new().name("other".to_owned());
            work.spawn_scoped(scope, || t!("Undo")).expect("it starts").join().expect("it ends")
        });
        assert_eq!(other, "Undo", "another thread has its own");
    });
    assert_eq!(t!("Undo"), "Undo");
}

#[test]
fn values_may_be_anything_that_can_be_shown() {
    let (a, b) = ("b".to_owned(), 3);
    assert_eq!(t!("{a} of {b}", a = b, b = a), "3 of b", "names of values do not catch each other");
}

#[test]
fn texts_are_found_in_a_source() {
    let source = "t!(\"a \\\"b\\\"\"), tt!(\"no\"), key!(\n  \"c \\\n   d\"), x = t!(\"{e}\", e = 1)";
    assert_eq!(marked(source), ["a \"b\"", "{e}", "c d"]);
    assert_eq!(places("{a} {b} {a}"), BTreeSet::from(["a", "b"]));
}

#[test]
fn the_bundled_fonts_have_the_korean_of_the_walkthroughs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("designs/walkthroughs");
    for path in fs::read_dir(folder).expect("it can be read").flatten().map(|entry| entry.path()) {
        let told = fs::read_to_string(&path).expect("it can be read");
        let lacking: BTreeSet<char> =
            told.chars().filter(|c| ('가'..='힣').contains(c) && !text::has(*c, Weight::Regular)).collect();
        assert!(lacking.is_empty(), "{}: the bundled font lacks {lacking:?}; use other words", path.display());
    }
}

#[test]
fn syllables_that_the_bundled_fonts_lack_have_a_width_and_do_no_harm() {
    let rare: Vec<char> = ('가'..='힣').filter(|c| !text::has(*c, Weight::Regular)).collect();
    assert!(rare.len() > 1_000, "{} are left to the system's fonts", rare.len());
    let word: String = rare.iter().take(20).collect();
    assert!(text::width(&word, 10.0, Weight::Regular) >= 190.0, "each fills the em of whatever font draws it");
    assert!(text::fit(&word, 10.0, Weight::SemiBold, 60.0).ends_with('…'));
}
