//! The one catalogue of messages: everything that a person reads on screen, in English and in Korean.
//!
//! The English text stands in the code and is the key, as with gettext: `t!``("Undo")` is a
//! `&'static str`, `t!("Undo {step}", step = name)` a `String`. In English that costs no more than the literal or
//! `format!`. The Korean of every text stands in `assets/words/ko.ron`, sorted by key; a test reads the source and says
//! which text lacks its Korean, which Korean nobody uses, and where placeholders differ. A text without Korean is shown in
//! English.
//!
//! * Placeholders are plain names. What needs a format of its own is formatted first: `secs = format!("{secs:.1}")`.
//! * Texts in tables, which are shown later, are marked with `key!("Undo")` and shown through [`of`].
//! * Labels and help of the catalogue of services stay as they are in their files and are shown through [`of`] as well.
//! * Korean particles follow what stands before them: `{node}을(를)` in `ko.ron` becomes 을 or 를. So does 은(는), 이(가),
//!   과(와) and (으)로.
//!
//! The language belongs to the thread: the window chooses it with [`choose`], threads that write for a person take it over
//! from who asked, and all else stays English, as does the command line. What is written to files that a program reads
//! never goes through here.
//!
//! Deliberately absent: names of AWS services, which stay as AWS writes them; numbers and units, which are the same in
//! both languages; plural forms, which Korean does not have and English texts spell out.

mod language;
mod particle;
mod template;
#[cfg(test)]
mod tests;

pub use language::Language;
pub use template::{are_plain_names, is_plain};

use hashbrown::HashMap;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::hash::RandomState;
use std::sync::LazyLock;

thread_local! {
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::English) };
}

/// Korean by English; its order is never looked at.
static KOREAN: LazyLock<HashMap<String, String, RandomState>> = LazyLock::new(|| {
    let sorted: BTreeMap<String, String> = ron::from_str(include_str!("../../assets/words/ko.ron"))
        .unwrap_or_else(|error| panic!("assets/words/ko.ron: {error}"));
    sorted.into_iter().collect()
});

/// The language of this thread.
pub fn language() -> Language {
    LANGUAGE.get()
}

/// Chooses the language of this thread.
pub fn choose(language: Language) {
    LANGUAGE.set(language);
}

/// Does something in a language; afterwards the thread has the one that it had.
pub fn in_language<T>(language: Language, work: impl FnOnce() -> T) -> T {
    struct Before(Language);
    impl Drop for Before {
        fn drop(&mut self) {
            choose(self.0);
        }
    }
    let _before = Before(LANGUAGE.replace(language));
    work()
}

/// An English text in the language of this thread; as it is where that has no word for it.
pub fn of(text: &str) -> &str {
    match language() {
        Language::English => text,
        Language::Korean => KOREAN.get(text).map_or(text, String::as_str),
    }
}

/// A text with values in its places, in a language other than English. For `t!`.
pub fn filled(text: &str, values: &[(&str, &dyn Display)]) -> String {
    template::fill(of(text), values)
}

/// A text for a person, in the language of the thread: `t!("Undo")`, `t!("Undo {step}", step = name)`.
///
/// The text is a literal, in English, and a key of `assets/words/ko.ron`.
macro_rules! t {
    ($text:literal) => {{
        const { assert!($crate::words::is_plain($text), "a text with placeholders needs their values") };
        $crate::words::of($text)
    }};
    ($text:literal, $($name:ident = $value:expr),+ $(,)?) => {{
        const { assert!($crate::words::are_plain_names($text), "placeholders are plain names: {{name}}") };
        match ($(&$value,)+) {
            ($($name,)+) => match $crate::words::language() {
                $crate::words::Language::English => format!($text, $($name = $name),+),
                $crate::words::Language::Korean => {
                    $crate::words::filled($text, &[$((stringify!($name), $name as &dyn ::std::fmt::Display)),+])
                }
            },
        }
    }};
}

/// The key of a text that is shown later, through [`of`].
macro_rules! key {
    ($text:literal) => {{
        const { assert!($crate::words::is_plain($text), "a key has no placeholders") };
        $text
    }};
}

pub(crate) use {key, t};
