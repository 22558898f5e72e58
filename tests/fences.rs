//! The fences around the architecture, held by reading the source: what may use what, where colours and windows may be
//! named, how large a file may grow. Each fence has one test here, and each message says which place crosses it.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file, without its comments.
struct Source {
    path: PathBuf,
    text: String,
    lines: usize,
    first: String,
}

impl Source {
    fn read(path: PathBuf) -> Self {
        let all = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let code = |line: &&str| !line.trim_start().starts_with("//");
        let text = all.lines().filter(code).collect::<Vec<_>>().join("\n");
        let first = all.lines().next().unwrap_or_default().to_owned();
        Self { path, text, lines: all.lines().count(), first }
    }

    /// The module of the crate that it belongs to; empty for `lib.rs` and `main.rs`.
    fn module(&self) -> String {
        let inside = self.path.strip_prefix(root().join("src")).expect("it is a source file");
        let first = inside.components().next().expect("it has a name").as_os_str().to_string_lossy();
        let module = first.trim_end_matches(".rs");
        if matches!(module, "lib" | "main") { String::new() } else { module.to_owned() }
    }

    fn name(&self) -> String {
        self.path.strip_prefix(root()).unwrap_or(&self.path).display().to_string()
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `src`.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("src can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(Source::read(path));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 40, "the source tree was not found");
    found
}

/// The modules in the order of `src/lib.rs`.
fn order() -> Vec<String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs can be read");
    let module = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    lib.lines().filter_map(module).collect()
}

fn identifier(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())]
}

/// The first names of everything that a text takes from the crate: `crate::units::Span`, `use crate::{units, sim}`.
fn used(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, path) in text.match_indices("crate::") {
        let rest = &text[at + path.len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(first_names(group)),
            None => names.push(identifier(rest).to_owned()),
        }
    }
    names
}

/// The names at the top level of a `{...}` group, whose opening brace is already gone.
fn first_names(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(identifier(group[start..at].trim_start()).to_owned());
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn assert_none(crossings: Vec<String>, fence: &str) {
    assert!(crossings.is_empty(), "{fence}:\n  {}", crossings.join("\n  "));
}

#[test]
fn a_module_uses_only_those_above_it() {
    let order = order();
    let place = |module: &str| order.iter().position(|known| known == module);
    let mut crossings = Vec::new();
    for source in sources() {
        let Some(own) = place(&source.module()) else { continue };
        // A module's own tests may describe designs with whatever is at hand, such as the text of a file.
        if source.path.ends_with("tests.rs") {
            continue;
        }
        for name in used(&source.text) {
            if place(&name).is_some_and(|other| other > own) {
                crossings.push(format!("{} uses crate::{name}", source.name()));
            }
        }
    }
    assert_none(crossings, "src/lib.rs lists the modules lowest first, and these look upwards");
}

#[test]
fn the_window_is_named_in_app_only() {
    let crates = ["egui", "eframe", "egui_notify", "rfd", "winit"];
    let named = |text: &str, name: &str| {
        let path = format!("{name}::");
        text.match_indices(&path).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
            || text.contains(&format!("use {name};"))
    };
    let outside = sources().into_iter().filter(|source| source.module() != "app");
    let crossing = |source: Source| {
        let name = crates.into_iter().find(|name| named(&source.text, name))?;
        Some(format!("{} names {name}", source.name()))
    };
    assert_none(outside.filter_map(crossing).collect(), "only src/app knows the window");
}

/// Whether a string of the source begins with a colour such as `"#1b2a3c"`.
fn has_hex_colour(text: &str) -> bool {
    text.match_indices("\"#").any(|(at, _)| {
        let digits = text[at + 2..].chars().take_while(char::is_ascii_hexdigit).count();
        matches!(digits, 3 | 6 | 8)
    })
}

/// Whether a colour is put together from figures, or taken from a palette: turning an ink into a colour is neither.
fn has_made_colour(text: &str) -> bool {
    let makers = ["Color32::from_rgb", "Color32::from_gray", "Color::from_rgba8", "RGBColor"];
    let figures = |maker: &str| {
        let mut arguments = text.split(maker).skip(1).filter_map(|rest| rest.split_once('('));
        arguments.any(|(_, list)| list.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    };
    let palette = ["WHITE", "BLACK", "GRAY", "RED", "GREEN", "BLUE", "YELLOW", "ORANGE"];
    makers.into_iter().any(figures) || palette.iter().any(|name| text.contains(&format!("Color32::{name}")))
}

#[test]
fn colours_stand_in_the_theme() {
    let coloured = |source: &Source| has_hex_colour(&source.text) || has_made_colour(&source.text);
    let outside = sources().into_iter().filter(|source| source.module() != "theme");
    let crossings = outside.filter(coloured).map(|source| source.name()).collect();
    assert_none(crossings, "these name a colour; add an ink to src/theme.rs instead");
}

#[test]
fn the_engine_computes_the_same_bits_everywhere() {
    let functions =
        ["exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "sin", "cos", "tan", "powf", "powi", "cbrt"];
    let mut crossings = Vec::new();
    for source in sources().into_iter().filter(|source| source.module() == "sim") {
        for function in functions {
            if source.text.contains(&format!(".{function}(")) || source.text.contains(&format!("f64::{function}")) {
                crossings.push(format!("{} calls {function}", source.name()));
            }
        }
    }
    assert_none(crossings, "the standard library's version differs between platforms; use libm");
}

#[test]
fn the_engine_has_neither_clock_nor_thread() {
    let banned = ["Instant", "SystemTime", "thread::", "HashMap", "HashSet", "dyn "];
    let below = sources().into_iter().filter(|source| matches!(source.module().as_str(), "sim" | "metrics" | "units"));
    let crossing = |source: Source| {
        let word = banned.into_iter().find(|word| source.text.contains(word))?;
        Some(format!("{} has {word}", source.name()))
    };
    assert_none(below.filter_map(crossing).collect(), "one network and one seed give one result");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent = sources().into_iter().filter(|source| source.first.strip_prefix("//!").is_none_or(str::is_empty));
    let heads = silent.filter(|source| source.path.ends_with("mod.rs") || source.module().is_empty());
    assert_none(heads.map(|source| source.name()).collect(), "a module begins with `//!`: what it is for");
}

#[test]
fn files_stay_readable() {
    let long = sources().into_iter().filter(|source| source.lines > 600);
    let crossings = long.map(|source| format!("{} has {} lines", source.name(), source.lines)).collect();
    assert_none(crossings, "a file has at most 600 lines; split it by what it is about");
}

#[test]
fn the_reader_of_paths_reads_paths() {
    let text = "use crate::{units::{Span, Rate}, sim, model::Id};\nfn f() -> crate::cost::Bill {}";
    assert_eq!(used(text), ["units", "sim", "model", "cost"]);
    assert!(has_made_colour("Color32::from_rgba_unmultiplied(10, 2, 3, 4)") && has_made_colour("Color32::WHITE"));
    assert!(!has_made_colour("Color32::from_rgba_unmultiplied(r, g, b, a)"));
    assert!(has_hex_colour("let c = \"#1b2a3c\";") && !has_hex_colour("\"#{id}\"") && !has_hex_colour("r\"#\""));
}
