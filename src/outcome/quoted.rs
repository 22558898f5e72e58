//! Words of others in messages.

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

/// ` (did you mean peak?)` if one of the known words is like what was typed, else nothing.
pub fn meant<T: AsRef<str>>(typed: &str, known: &[T]) -> String {
    let like = |word: &&str| (strsim::damerau_levenshtein(typed, word) <= 1 + word.chars().count() / 4).then_some(());
    let close = known.iter().map(AsRef::as_ref).filter(|word| typed.len() <= LONGEST && like(word).is_some());
    let best = close.min_by_key(|word| strsim::damerau_levenshtein(typed, word));
    best.map_or_else(String::new, |word| format!(" (did you mean {word}?)"))
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
        assert_eq!(meant("p98", &["mean", "p95", "late"]), " (did you mean p95?)");
        assert_eq!(meant("speed", &["mean", "p95"]) + &meant(&"x".repeat(1_000_000), &["x"]), "");
    }
}
