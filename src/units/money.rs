//! Money: integer micro-dollars, so that the lines of a bill add up to its total exactly.

use super::number::{self, ParseError};
use crate::words::key;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

/// US dollars in millionths; may be negative (a credit).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(pub i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Rounds dollars to the nearest micro-dollar; saturates far outside any bill, NaN becomes zero.
    pub fn from_usd(dollars: f64) -> Self {
        Self((dollars * 1e6).round() as i64)
    }

    /// Dollars.
    pub fn usd(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    /// `$10,832`, `$832`, `$1.14`, `$0.384`, `$0.000016`: whole dollars from 100 up, else enough digits to mean something.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let dollars = self.usd().abs();
        match dollars {
            d if d >= 100.0 || d == 0.0 => write!(f, "{sign}${}", number::grouped(d.round() as u64)),
            d if d >= 1.0 => write!(f, "{sign}${d:.2}"),
            d if d >= 0.01 => write!(f, "{sign}${d:.3}"),
            d => write!(f, "{sign}${}", number::trimmed(d, 6)),
        }
    }
}

impl FromStr for Money {
    type Err = ParseError;

    /// Reads "0.05 $/h", "$0.05" and "0.05"; the "per hour" is the setting's own meaning.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = || ParseError::new(text, key!("a price"), "\"0.05 $/h\"");
        let (value, unit) = number::split(text.trim().trim_start_matches('$')).ok_or_else(wrong)?;
        let known = matches!(unit, "" | "$" | "$/h" | "/h" | "USD" | "USD/h");
        if known && (0.0..1e9).contains(&value) { Ok(Self::from_usd(value)) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_shows_what_matters() {
        let shown =
            [167_964.2, 832.4, 1.139, 0.384, 0.0225, 0.000016, 0.0, -2.5].map(|d| Money::from_usd(d).to_string());
        assert_eq!(
            shown,
            ["$167,964", "$832", "$1.14", "$0.384", "$0.022", "$0.000016", "$0", "-$2.50"].map(String::from)
        );
    }

    #[test]
    fn sums_are_exact() {
        let parts = [Money::from_usd(0.1); 10];
        assert_eq!(parts.into_iter().sum::<Money>(), Money::from_usd(1.0));
        assert!("-3 $/h".parse::<Money>().is_err());
    }
}
