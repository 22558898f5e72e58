//! How many objects requests are about, and how unevenly, as people type it: "10000 zipf 0.8".

use crate::sim::zipf::Popularity;
use thiserror::Error;

/// Why a text says no popularity.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "\"{0}\" is no number of objects; write it like 10000 for objects that are all alike, or 10000 zipf 0.8; the exponent is 0 to 10"
)]
pub struct ObjectsError(String);

/// A number of objects from 1, with the exponent of Zipf's law behind it where they are not all alike.
///
/// # Errors
/// What is neither.
pub fn parse(text: &str) -> Result<Popularity, ObjectsError> {
    let wrong = || ObjectsError(text.chars().take(60).collect());
    let lower = text.to_lowercase();
    let (objects, exponent) = lower.split_once("zipf").unwrap_or((&lower, "0"));
    let digits: String = objects.trim().chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
    let objects: u32 = digits.parse().map_err(|_| wrong())?;
    let exponent: f64 = exponent.trim().parse().map_err(|_| wrong())?;
    let legal = objects > 0 && (0.0..=10.0).contains(&exponent);
    if legal { Ok(Popularity { objects, exponent }) } else { Err(wrong()) }
}

/// The popularity as it is shown and kept.
pub fn print(popularity: Popularity) -> String {
    let Popularity { objects, exponent } = popularity;
    if exponent == 0.0 { objects.to_string() } else { format!("{objects} zipf {exponent}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn popularities_read_back() {
        for text in ["1", "10000 zipf 0.8", "500 zipf 1"] {
            assert_eq!(parse(text).map(print).as_deref(), Ok(text));
        }
        assert_eq!(parse(" 10,000 Zipf 0.80 ").map(print).as_deref(), Ok("10000 zipf 0.8"));
        assert_eq!(parse("7 zipf 0").map(print).as_deref(), Ok("7"));
        for bad in
            ["", "0", "-3", "many", "10 zipf", "10 zipf x", "10 zipf 11", "10 zipf NaN", "5000000000", "1 pareto 2"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
