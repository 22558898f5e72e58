//! Words of others inside our messages.

/// Longest quotation in a message, in characters.
const LONGEST: usize = 120;
/// Most names in a message.
const MOST: usize = 24;

/// Words of another hand inside a message: short, and without anything that a terminal would obey.
pub fn plain(text: &str) -> String {
    let mut plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        plain.push('…');
    }
    plain
}

/// Names in a message; the first of them if there are many.
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    let more = names.len().saturating_sub(MOST);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_are_kept_short_and_tame() {
        assert_eq!(plain("p99 \u{1b}[31m"), "p99  [31m");
        assert_eq!(plain(&"x".repeat(1_000_000)).chars().count(), LONGEST + 1);
        assert_eq!(listed(&["a", "b"]), "a, b");
        assert!(listed(&vec!["n"; 50_000]).ends_with("n and 49976 more"));
    }
}
