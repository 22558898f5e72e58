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

/// Why a text is no shares of known words.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{typed}\" is not understood; write one of {known}, or several with shares: \"{example}\"")]
pub struct SharesError {
    typed: String,
    known: String,
    example: String,
}

/// Known words with their weights: one of them alone, or several as in a mix.
///
/// # Errors
/// An unknown word, or what no mix may have.
pub fn among(text: &str, words: &[String]) -> Result<Vec<(String, f64)>, SharesError> {
    let known = |name: &str| words.iter().find(|word| word.eq_ignore_ascii_case(name.trim())).cloned();
    if let Some(word) = known(text) {
        return Ok(vec![(word, 100.0)]);
    }
    let shares = parse(text).ok().filter(|mix| !mix.is_empty());
    let named = |mix: Vec<(String, f64)>| -> Option<Vec<(String, f64)>> {
        let mix: Option<Vec<_>> = mix.into_iter().map(|(name, weight)| Some((known(&name)?, weight))).collect();
        mix.filter(|mix| mix.iter().enumerate().all(|(at, (name, _))| mix[..at].iter().all(|(other, _)| other != name)))
    };
    shares.and_then(named).ok_or_else(|| SharesError {
        typed: text.chars().take(60).collect(),
        known: words.join(", "),
        example: evenly(words),
    })
}

/// Shares as they are shown and kept: one word needs no share.
pub fn shown(shares: &[(String, f64)]) -> String {
    match shares {
        [(only, _)] => only.clone(),
        several => print(several),
    }
}

/// All words with equal shares, as an example.
pub fn evenly(words: &[String]) -> String {
    let share = (100.0 / words.len().max(1) as f64).round();
    print(&words.iter().map(|word| (word.clone(), share)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_known_words() {
        let words = ["North America".to_owned(), "Asia Pacific".to_owned()];
        let read = |text: &str| among(text, &words).map(|shares| shown(&shares));
        assert_eq!(read("asia pacific").as_deref(), Ok("Asia Pacific"));
        assert_eq!(read("North America 3, Asia Pacific 1").as_deref(), Ok("North America 3 %, Asia Pacific 1 %"));
        for bad in ["", "Mars", "Mars 100 %", "Asia Pacific 50 %, asia pacific 50 %", "Asia Pacific -1 %"] {
            assert!(read(bad).unwrap_err().to_string().contains("North America 50 %, Asia Pacific 50 %"), "{bad}");
        }
    }

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
