//! Readable ids: `web-asg`. Lower-case letters, digits and hyphens; minted once and never reused.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The name of a record in a design. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Id(Arc<str>);

impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        // Most ids that are compared are copies of one: their text need not be read, which it would be from anywhere.
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Eq for Id {}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// Longest id, in characters.
const LONGEST: usize = 60;

impl Id {
    /// The id that a text stands for, if it is spelled like one.
    pub fn new(text: &str) -> Option<Self> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let legal = !text.is_empty() && text.len() <= LONGEST && text.chars().all(fits);
        legal.then(|| Self(text.into()))
    }

    /// A legal id made from any text: "Web ASG" becomes `web-asg`. Text without a Latin letter or digit gives `fallback`.
    pub fn slug(text: &str, fallback: &str) -> Self {
        let mut slug = String::new();
        for c in text.chars().take(LONGEST - 8) {
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        Self(if slug.is_empty() { fallback } else { slug }.into())
    }

    /// What a link between two records is called unless it has to be told apart: `web--orders`.
    pub fn between(from: &Self, to: &Self) -> Self {
        let text = format!("{from}--{to}");
        if text.len() <= LONGEST - 8 { Self(text.into()) } else { Self::slug(&text, "link") }
    }

    /// This id, or with the first number behind it that `taken` does not refuse.
    pub fn mint(&self, taken: impl Fn(&Self) -> bool) -> Self {
        let numbered = (2..).map(|n| Self(format!("{self}-{n}").into()));
        std::iter::once(self.clone()).chain(numbered).find(|id| !taken(id)).expect("there is always a next number")
    }

    /// This id with the first number behind it, above `last`, that `taken` does not refuse; `last` becomes that number.
    pub fn mint_after(&self, last: &mut u32, taken: impl Fn(&Self) -> bool) -> Self {
        loop {
            *last = last.saturating_add(1);
            let id = Self(format!("{self}-{last}").into());
            if !taken(&id) {
                return id;
            }
        }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_readable_and_unique() {
        let id = Id::slug("Web ASG (zone a)", "node");
        assert_eq!(id.as_str(), "web-asg-zone-a");
        assert_eq!(Id::slug("웹 서버", "ec2").as_str(), "ec2");
        assert_eq!(id.mint(|taken| *taken == id).as_str(), "web-asg-zone-a-2");
        assert!(Id::new("Web").is_none() && Id::new("").is_none() && Id::new("web-asg").is_some());
    }
}
