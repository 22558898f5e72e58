//! Texts with places for values, `{name}` each, and nothing else in braces.

use super::particle;
use std::fmt::Display;

/// Whether a text has no places for values.
pub const fn is_plain(text: &str) -> bool {
    let (bytes, mut at) = (text.as_bytes(), 0);
    while at < bytes.len() {
        if matches!(bytes[at], b'{' | b'}') {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether all braces of a text hold a name of lower-case letters, digits and underscores: no formats, no expressions.
pub const fn are_plain_names(text: &str) -> bool {
    let (bytes, mut at) = (text.as_bytes(), 0);
    while at < bytes.len() {
        if bytes[at] == b'}' {
            return false;
        }
        if bytes[at] == b'{' {
            let start = at + 1;
            at = start;
            while at < bytes.len() && matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'_') {
                at += 1;
            }
            if at == start || at == bytes.len() || bytes[at] != b'}' {
                return false;
            }
        }
        at += 1;
    }
    true
}

/// A text with its values; a Korean particle behind a value is chosen by it. A place without a value stays as it is.
pub(super) fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16 * values.len());
    let mut rest = text;
    while let Some((before, name, after)) = next_place(rest) {
        filled.push_str(before);
        rest = after;
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => {
                filled.push_str(&value.to_string());
                if let Some((chosen, left)) = particle::chosen(&filled, rest) {
                    filled.push_str(chosen);
                    rest = left;
                }
            }
            None => filled.extend(["{", name, "}"]),
        }
    }
    filled + rest
}

/// What stands before the first place of a text, its name, and the rest.
pub(super) fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_into_their_places_in_any_order() {
        let values: [(&str, &dyn Display); 2] = [("from", &"web"), ("to", &"db")];
        assert_eq!(fill("{to} ← {from}!", &values), "db ← web!");
        assert_eq!(fill("none", &values), "none");
        assert_eq!(fill("{other} of {to}", &values), "{other} of db");
        assert_eq!(fill("{from}", &[("from", &"{to}"), ("to", &"db")]), "{to}", "values are not read again");
    }

    #[test]
    fn formats_are_not_names() {
        assert!(is_plain("100 %") && !is_plain("{x}") && !is_plain("a } b"));
        assert!(are_plain_names("{a} of {b_2}"));
        for wrong in ["{x:.1}", "{}", "{{x}}", "{x", "x}", "{X}", "{x.y}"] {
            assert!(!are_plain_names(wrong), "{wrong}");
        }
    }
}
