//! The part that all quantities share: a decimal number followed by a unit.

use crate::words::{self, t};
use std::fmt;

/// Why a typed quantity was not understood. The message names what was typed and what would be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What was typed.
    pub text: String,
    /// The kind of quantity, with its article ("a time span").
    pub wanted: &'static str,
    /// Accepted spellings.
    pub example: &'static str,
}

impl std::error::Error for ParseError {}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wanted, example) = (words::of(self.wanted), words::of(self.example));
        let said = t!(
            "\"{text}\" is not {wanted}; write it like {example}",
            text = self.text,
            wanted = wanted,
            example = example
        );
        f.write_str(&said)
    }
}

impl ParseError {
    pub(super) fn new(text: &str, wanted: &'static str, example: &'static str) -> Self {
        let text = text.chars().take(40).collect();
        Self { text, wanted, example }
    }
}

/// Splits "1.5 GB" into 1.5 and "GB". Digits may be grouped with `_` or `,`. `None` if there is no finite number.
pub(super) fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let number_end = text.char_indices().find(|&(at, c)| !is_number_char(text, at, c)).map_or(text.len(), |(at, _)| at);
    let digits: String = text[..number_end].chars().filter(|c| !matches!(c, '_' | ',')).collect();
    let value: f64 = digits.parse().ok()?;
    value.is_finite().then_some((value, text[number_end..].trim()))
}

fn is_number_char(text: &str, at: usize, c: char) -> bool {
    match c {
        '0'..='9' | '.' | '_' | ',' | '+' => true,
        '-' => at == 0 || text[..at].ends_with(['e', 'E']),
        'e' | 'E' => at > 0 && text[at + 1..].starts_with(|c: char| c.is_ascii_digit() || c == '-'),
        _ => false,
    }
}

/// A number as people write it: at most `digits` after the point, no trailing zeros.
pub(super) fn trimmed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A whole number with its thousands apart: `10,000,000`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number in three significant digits with a magnitude letter: `1.9k`, `12.4M`, `0.27`, `840`.
pub fn compact(value: f64) -> String {
    let (scaled, letter) = match value.abs() {
        v if v >= 999.5e6 => (value / 1e9, "G"),
        v if v >= 999.5e3 => (value / 1e6, "M"),
        v if v >= 9_995.0 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let digits = match scaled.abs() {
        v if v >= 99.95 || v == 0.0 => 0,
        v if v >= 9.995 => 1,
        _ => 2,
    };
    trimmed(scaled, digits) + letter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_split_from_units() {
        assert_eq!(split("1.5 GB"), Some((1.5, "GB")));
        assert_eq!(split("900/s"), Some((900.0, "/s")));
        assert_eq!(split(" 1_000_000 "), Some((1e6, "")));
        assert_eq!(split("1e3 s"), Some((1000.0, "s")));
        assert_eq!(split("-2 s"), Some((-2.0, "s")));
        for bad in ["", "s", "NaN", "inf", "1e999", "--1", "5-3"] {
            assert!(split(bad).is_none_or(|(_, unit)| !unit.is_empty()), "{bad}");
        }
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([7, 840, 1_240, 10_000_000].map(grouped).join(" "), "7 840 1,240 10,000,000");
        assert_eq!(split(&grouped(12_345)), Some((12_345.0, "")));
    }

    #[test]
    fn compact_has_three_digits() {
        let shown: Vec<_> = [0.0, 0.266, 9.994, 42.04, 840.4, 1900.0, 12_345.0, 12_400_000.0].map(compact).into();
        assert_eq!(shown, ["0", "0.27", "9.99", "42", "840", "1900", "12.3k", "12.4M"]);
    }
}
