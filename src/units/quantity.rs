//! Rates, sizes and shares.

use super::number::{self, ParseError};
use crate::words::key;
use std::fmt;
use std::str::FromStr;

/// Something per second; finite and not negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd)]
pub struct Rate(pub f64);

/// A number of bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

/// A part of a whole, 0 to 1; written in per cent.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd)]
pub struct Share(pub f64);

impl FromStr for Rate {
    type Err = ParseError;

    /// Reads "900/s", "54k/min", "1.4M/s", "100 rps". A bare number is per second.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = || ParseError::new(text, key!("a rate"), key!("\"900/s\", \"2.5k/s\" or \"300/min\""));
        let (value, unit) = number::split(text).ok_or_else(wrong)?;
        let (letter, per) = unit.split_once('/').map_or((unit, "s"), |(letter, per)| (letter.trim(), per.trim()));
        let scale = match letter {
            "" | "rps" | "req" | "requests" => 1.0,
            "k" | "K" => 1e3,
            "M" => 1e6,
            _ => return Err(wrong()),
        };
        let seconds = match per {
            "s" | "sec" | "second" => 1.0,
            "min" | "m" | "minute" => 60.0,
            "h" | "hour" => 3_600.0,
            "d" | "day" => 86_400.0,
            _ => return Err(wrong()),
        };
        let rate = value * scale / seconds;
        if (0.0..1e15).contains(&rate) { Ok(Self(rate)) } else { Err(wrong()) }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 0.0 && self.0 < 0.1 {
            return write!(f, "{}/h", number::trimmed(self.0 * 3_600.0, 6));
        }
        write!(f, "{}/s", number::trimmed(self.0, 6))
    }
}

const SIZES: &[(&str, u64)] = &[
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("B", 1),
];

impl Bytes {
    /// Decimal gigabytes, the unit that transfers are billed in.
    pub fn gigabytes(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// Binary gibibytes, the unit that memory is sold in.
    pub fn gibibytes(self) -> f64 {
        self.0 as f64 / (1u64 << 30) as f64
    }
}

impl FromStr for Bytes {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = || ParseError::new(text, key!("a size"), key!("\"20 KiB\", \"1.5 GB\" or \"512 B\""));
        let (value, unit) = number::split(text).ok_or_else(wrong)?;
        let size = SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).ok_or_else(wrong)?.1;
        let bytes = value * size as f64;
        if (0.0..=1e18).contains(&bytes) { Ok(Self(bytes.round() as u64)) } else { Err(wrong()) }
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |size: u64| self.0 >= size && (size == 1 || (self.0 * 10).is_multiple_of(size));
        let by_length =
            |&&(name, size): &&(&str, u64)| (number::trimmed(self.0 as f64 / size as f64, 1).len(), name.len());
        let best = SIZES.iter().filter(|&&(_, size)| fits(size)).min_by_key(by_length);
        let &(name, size) = best.unwrap_or(&("B", 1));
        write!(f, "{} {name}", number::trimmed(self.0 as f64 / size as f64, 1))
    }
}

impl FromStr for Share {
    type Err = ParseError;

    /// Reads "60 %" and "0.6"; a bare number above 1 is refused because it could mean either.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = || ParseError::new(text, key!("a share"), key!("\"60 %\" (0 % to 100 %)"));
        let (value, unit) = number::split(text).ok_or_else(wrong)?;
        let share = match unit {
            "%" => value / 100.0,
            "" => value,
            _ => return Err(wrong()),
        };
        if (0.0..=1.0).contains(&share) { Ok(Self(share)) } else { Err(wrong()) }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", number::trimmed(self.0 * 100.0, 4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again<T: FromStr<Err = ParseError> + fmt::Display>(text: &str) -> String {
        let first = text.parse::<T>().unwrap_or_else(|e| panic!("{e}")).to_string();
        assert_eq!(first.parse::<T>().unwrap_or_else(|e| panic!("{e}")).to_string(), first);
        first
    }

    #[test]
    fn round_trips() {
        assert_eq!(again::<Rate>("54k/min"), "900/s");
        assert_eq!(again::<Rate>("100"), "100/s");
        assert_eq!(again::<Rate>("36/h"), "36/h");
        assert_eq!(again::<Bytes>("4 KiB"), "4 KiB");
        assert_eq!(again::<Bytes>("1.5 GB"), "1.5 GB");
        assert_eq!(again::<Bytes>("100 GB"), "100 GB");
        assert_eq!(again::<Bytes>("0 B"), "0 B");
        assert_eq!(again::<Share>("0.6"), "60 %");
        assert_eq!(again::<Share>("33.3 %"), "33.3 %");
    }

    #[test]
    fn out_of_range_is_refused() {
        assert!("-1/s".parse::<Rate>().is_err());
        assert!("150 %".parse::<Share>().is_err());
        assert!("60".parse::<Share>().is_err());
        assert!("12 parsecs".parse::<Bytes>().is_err());
        assert!("1e30 TB".parse::<Bytes>().is_err());
    }
}
