//! Simulated time: integer nanoseconds since the start of the run.

use super::number::{self, ParseError};
use crate::words::{key, t};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

/// A moment of the simulation in nanoseconds since its start. Range: 584 years.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

/// A length of simulated time in nanoseconds, never negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

const SECOND: u64 = 1_000_000_000;

/// Spellings, largest first; the first of each size is the one that `Display` uses.
const UNITS: &[(&str, u64)] = &[
    ("d", 86_400 * SECOND),
    ("h", 3_600 * SECOND),
    ("min", 60 * SECOND),
    ("s", SECOND),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
    ("day", 86_400 * SECOND),
    ("days", 86_400 * SECOND),
    ("hour", 3_600 * SECOND),
    ("hours", 3_600 * SECOND),
    ("m", 60 * SECOND),
    ("minute", 60 * SECOND),
    ("minutes", 60 * SECOND),
    ("sec", SECOND),
    ("second", SECOND),
    ("seconds", SECOND),
    ("µs", 1_000),
];
const SHOWN: usize = 7;

impl SimTime {
    /// The start of every run.
    pub const ZERO: Self = Self(0);

    /// Seconds since the start.
    pub fn secs(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }

    /// The span from an earlier moment to this one; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// `19:42:10`, from the second day on `day 3 06:37:54`: the one way in which moments of a run are told.
    pub fn clock(self) -> String {
        match self.0 / SECOND / 86_400 {
            0 => self.time_of_day(),
            days => t!("day {day} {time}", day = days + 1, time = self.time_of_day()),
        }
    }

    /// `06:37:54`, whatever the day.
    pub fn time_of_day(self) -> String {
        let s = self.0 / SECOND;
        format!("{:02}:{:02}:{:02}", s / 3_600 % 24, s / 60 % 60, s % 60)
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of whole seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * SECOND)
    }

    /// A span of whole milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1_000_000)
    }

    /// A span of fractional seconds, rounded to the nanosecond; negative and NaN become zero.
    pub fn from_secs_f64(secs: f64) -> Self {
        Self((secs * SECOND as f64 + 0.5) as u64)
    }

    /// Seconds.
    pub fn secs(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }

    /// Milliseconds.
    pub fn millis(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Hours.
    pub fn hours(self) -> f64 {
        self.secs() / 3_600.0
    }
}

impl Add<Span> for SimTime {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for SimTime {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl FromStr for Span {
    type Err = ParseError;

    /// Reads "5 min", "1.5 h", "250ms" and sums such as "1 h 30 min". A bare number is refused: no unit, no meaning.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong =
            || ParseError::new(text, key!("a time span"), key!("\"250 ms\", \"45 s\", \"5 min\" or \"1 h 30 min\""));
        let mut total = Span::ZERO;
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(wrong());
        }
        while !rest.is_empty() {
            let (value, tail) = number::split(rest).ok_or_else(wrong)?;
            let unit_end = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
            let size = unit_size(&tail[..unit_end]).ok_or_else(wrong)?;
            let nanos = value * size as f64;
            if !(0.0..=u64::MAX as f64 / 2.0).contains(&nanos) {
                return Err(wrong());
            }
            total = total + Span(nanos.round() as u64);
            rest = tail[unit_end..].trim_start();
        }
        Ok(total)
    }
}

fn unit_size(unit: &str) -> Option<u64> {
    UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|&(_, size)| size)
}

impl fmt::Display for Span {
    /// The largest unit that shows the span exactly in at most three decimals ("90 s" is "1.5 min").
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0 s");
        }
        for &(name, size) in &UNITS[..SHOWN] {
            let exact_thousandths = size < 1_000 || self.0.is_multiple_of(size / 1_000);
            let whole = self.0.is_multiple_of(size);
            let tidy = if size >= 60 * SECOND { whole || self.0.is_multiple_of(size / 2) } else { exact_thousandths };
            if self.0 >= size && (tidy || size == 1) {
                return write!(f, "{} {name}", number::trimmed(self.0 as f64 / size as f64, 3));
            }
        }
        write!(f, "{} ns", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_as_people_write_them() {
        let shown = |text: &str| text.parse::<Span>().map(|span| span.to_string());
        for same in ["250 ms", "45 s", "5 min", "1.5 h", "2 d", "12.5 ms", "0.3 ms", "7 ns", "0 s", "100 s"] {
            let reread = shown(same).unwrap();
            assert_eq!(shown(&reread).as_deref(), Ok(reread.as_str()), "{same}");
            assert_eq!(same.parse::<Span>(), reread.parse::<Span>());
        }
        assert_eq!(shown("1 h 30 min").unwrap(), "1.5 h");
        assert_eq!(shown("90s").unwrap(), "1.5 min");
    }

    #[test]
    fn nonsense_is_refused_with_an_example() {
        for bad in ["", "5", "-1 s", "1e300 h", "five min", "3 parsecs", "NaN s"] {
            let error = bad.parse::<Span>().unwrap_err();
            assert!(error.to_string().contains("45 s"), "{bad}: {error}");
        }
    }

    #[test]
    fn the_clock_reads_like_a_clock() {
        assert_eq!(SimTime(70_930 * SECOND).clock(), "19:42:10");
        assert_eq!(SimTime(196_674 * SECOND).clock(), "day 3 06:37:54");
    }
}
