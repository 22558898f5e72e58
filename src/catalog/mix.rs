//! A mix of kinds of requests as people type it: "browse 80 %, buy 20 %".

use thiserror::Error;

/// Why a text is no mix.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{0}\" is no mix of classes; write it like \"browse 80 %, buy 20 %\", or nothing for all classes")]
pub struct MixError(String);

/// Longest mix.
const MOST: usize = 64;

/// Names of classes with their weights, which need not add up to 100. Nothing stands for all classes by their own shares.
///
/// # Errors
/// A part without a name or a positive number, a name that comes twice, or too many parts.
pub fn parse(text: &str) -> Result<Vec<(String, f64)>, MixError> {
    let wrong = || MixError(text.chars().take(60).collect());
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut mix: Vec<(String, f64)> = Vec::new();
    for part in text.split(',') {
        let (name, weight) = part.trim().trim_end_matches('%').trim_end().rsplit_once(' ').ok_or_else(wrong)?;
        let (name, weight) = (name.trim().to_owned(), weight.parse::<f64>().map_err(|_| wrong())?);
        let twice = mix.iter().any(|(other, _)| *other == name);
        if twice || name.is_empty() || !(weight > 0.0 && weight < 1e9) || mix.len() >= MOST {
            return Err(wrong());
        }
        mix.push((name, weight));
    }
    Ok(mix)
}

/// The mix as it is shown and kept.
pub fn print(mix: &[(String, f64)]) -> String {
    mix.iter().map(|(name, weight)| format!("{name} {weight} %")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixes_read_back() {
        for text in ["", "browse 80 %, check out 20 %", "a 1 %"] {
            assert_eq!(parse(text).map(|mix| print(&mix)).as_deref(), Ok(text));
        }
        assert_eq!(parse(" browse 3,buy 1 ").map(|mix| print(&mix)).as_deref(), Ok("browse 3 %, buy 1 %"));
        for bad in ["browse", "80 %", "a 1, a 2", "a -3", "a 1,,b 2", "a NaN", "a inf", ", ", "a 0 %"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
