//! Measured times from a CSV file: one in each row, in the first column.
//!
//! Times have units ("12 ms"), or are numbers of the unit that the heading names; seconds where nothing says so. A missing
//! value is left out. Memory is bounded: beyond a million values every second one is left out, and so on.

use super::recording::{CsvError, REMEDY_LINE, fields, is_hole, next_line, number, separator, shortened};
use crate::units::Span;
use std::io::BufRead;

/// Most values that are kept; a power of two.
const MOST: usize = 1 << 20;
/// No time is longer, in seconds: a hundred years.
const LONGEST: f64 = 3.2e9;

/// Reads measured times: nanoseconds, and what was put right.
///
/// # Errors
/// The first thing that cannot be put right, with its line.
pub fn read(mut input: impl BufRead) -> Result<(Vec<u64>, Vec<String>), CsvError> {
    let (mut line, mut row, mut values) = (Vec::new(), 0, Vec::new());
    let (mut unit, mut begun, mut keep, mut count, mut holes) = (1e9, false, 1, 0u64, 0u64);
    while next_line(&mut input, &mut line, row + 1)? {
        row += 1;
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            continue;
        }
        let separator = separator(text);
        // A blank may part a number from its unit instead of columns.
        let alone = text.parse::<Span>().is_ok();
        let field = if alone { text } else { fields(text, separator).next().unwrap_or("") };
        match (time(field, separator, unit), is_hole(field)) {
            (_, true) => holes += 1,
            (Some(nanos), _) => {
                if count.is_multiple_of(keep) {
                    values.push(nanos);
                }
                count += 1;
            }
            (None, _) if !begun => unit = unit_of(&field.to_lowercase()),
            (None, _) => {
                let what = format!("\"{}\" is no time: a number, or one with its unit such as 12 ms", shortened(field));
                return Err(CsvError { line: Some(row), what, remedy: REMEDY_LINE });
            }
        }
        begun = true;
        if values.len() == MOST {
            let mut at = 0;
            values.retain(|_| {
                at += 1;
                at % 2 == 1
            });
            keep *= 2;
        }
    }
    if values.is_empty() {
        let what = "it has no row with a time".to_owned();
        return Err(CsvError { line: None, what, remedy: "Write one time in each row: 12 ms, or 0.012 for seconds" });
    }
    let holes = (holes > 0).then(|| format!("rows without a value: {holes}; they are left out"));
    let thinned = (keep > 1).then(|| format!("one of {keep} values is kept"));
    Ok((values, holes.into_iter().chain(thinned).collect()))
}

/// Nanoseconds of "12 ms", or of a number of a unit.
fn time(field: &str, separator: char, unit: f64) -> Option<u64> {
    if let Ok(span) = field.parse::<Span>() {
        return Some(span.0);
    }
    let nanos = number(field, separator)? * unit;
    (0.0..LONGEST * 1e9).contains(&nanos).then_some((nanos + 0.5) as u64)
}

/// Nanoseconds of the unit that a heading names.
fn unit_of(heading: &str) -> f64 {
    let words: Vec<&str> = heading.split(|c: char| !c.is_alphabetic()).collect();
    let has = |names: &[&str]| words.iter().any(|word| names.contains(word));
    match () {
        () if has(&["ns", "nanoseconds", "nanos"]) => 1.0,
        () if has(&["us", "µs", "microseconds", "micros"]) => 1e3,
        () if has(&["ms", "milliseconds", "millis"]) => 1e6,
        () if has(&["min", "minutes"]) => 60e9,
        () => 1e9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(text: &str) -> (Vec<u64>, Vec<String>) {
        read(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"))
    }

    #[test]
    fn times_have_units_or_a_heading() {
        let wanted = vec![12_000_000, 1_500_000_000];
        for text in [
            "12 ms\n1.5 s\n",
            "0.012\n1.5",
            "time (ms),host\n12,a\n\n1500,b\n",
            "latency_ms\n12\n1500",
            "\u{feff}us\r\n12000\r\n1500000\r\n",
        ] {
            assert_eq!(good(text), (wanted.clone(), vec![]), "{text:?}");
        }
        assert_eq!(good("ms\n12\n-\n1500\n"), (wanted, vec!["rows without a value: 1; they are left out".to_owned()]));
    }

    #[test]
    fn what_is_no_time_is_named_with_its_line() {
        for (text, wanted) in [
            ("", "it has no row with a time. Write one time"),
            ("ms\n", "it has no row with a time"),
            ("1\nsoon\n", "line 2: \"soon\" is no time"),
            ("1\n-3\n", "line 2: \"-3\" is no time"),
            ("1\n1e300\n", "line 2: \"1e300\" is no time"),
            ("\u{0}", "line 1: this is no plain text"),
        ] {
            let error = read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with(wanted), "{text:?}: {error}");
        }
    }

    #[test]
    fn very_many_values_are_thinned_evenly() {
        let rows: String = (0..1_500_000u32).map(|n| format!("{n}\n")).collect();
        let (values, notes) = good(&rows);
        assert!(values.len() < MOST && values[1] - values[0] == 2_000_000_000, "{}", values.len());
        assert_eq!(notes, ["one of 2 values is kept"]);
    }
}
