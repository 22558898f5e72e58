//! Values of settings and the kinds of value that a parameter takes.

use super::mix::{self, MixError, SharesError};
use super::objects::{self, ObjectsError};
use crate::sim::dist::{Dist, DistError};
use crate::sim::traffic::{Tally, TallyError};
use crate::units::{Bytes, Money, ParseError, Rate, Share, Span, grouped};
use crate::words::t;
use serde::Deserialize;
use std::fmt;
use thiserror::Error;

/// What a setting is set to.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A whole number.
    Count(u64),
    /// No limit.
    Unlimited,
    /// A span of time.
    Span(Span),
    /// Something per second.
    Rate(Rate),
    /// A size.
    Bytes(Bytes),
    /// A part of a whole.
    Share(Share),
    /// A time with a shape.
    Work(Dist),
    /// Dollars per hour.
    Money(Money),
    /// A number of requests, always the same or by chance.
    Tally(Tally),
    /// A word: one of a choice, a type's name, free text, or a value of a service that this version does not know.
    Word(String),
}

/// What a parameter takes, with its legal range.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub enum Kind {
    /// A whole number within bounds.
    Count {
        /// Least.
        min: u64,
        /// Greatest.
        max: u64,
    },
    /// A whole number within bounds, or "unlimited".
    Limit {
        /// Least.
        min: u64,
        /// Greatest.
        max: u64,
    },
    /// A span of time within bounds, written as people write them.
    Span {
        /// Least.
        min: String,
        /// Greatest.
        max: String,
    },
    /// A rate from zero.
    Rate {
        /// Greatest, per second.
        max: f64,
    },
    /// A size from zero.
    Bytes {
        /// Greatest, as people write it.
        max: String,
    },
    /// 0 % to 100 %.
    Share,
    /// A mean time with a shape.
    Work,
    /// One of these words.
    Choice(Vec<String>),
    /// One of the types of a sheet.
    Type(String),
    /// Dollars per hour, from zero.
    Money,
    /// A number of requests of at least 1, always the same or by chance.
    Tally,
    /// Names of classes of requests with their shares, or nothing.
    Mix,
    /// One of these words, or several of them with their shares.
    Shares(Vec<String>),
    /// A number of objects and how unevenly they are asked for.
    Objects,
    /// Free text.
    Text,
    /// A value of another kind, or a word that stands for none: "never", "unlimited".
    Or(String, Box<Kind>),
}

/// Why a typed value is not one that a parameter takes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ValueError {
    /// Not understood as a quantity.
    #[error(transparent)]
    Quantity(#[from] ParseError),
    /// Not understood as a time with a shape.
    #[error(transparent)]
    Dist(#[from] DistError),
    /// Understood, but outside the legal range.
    #[error("{}", t!("{typed} is outside {low} to {high}", typed = .typed, low = .low, high = .high))]
    Range {
        /// The value as understood.
        typed: String,
        /// Least legal value.
        low: String,
        /// Greatest legal value.
        high: String,
    },
    /// Not a number of requests.
    #[error(transparent)]
    Tally(#[from] TallyError),
    /// Not a mix of classes.
    #[error(transparent)]
    Mix(#[from] MixError),
    /// Not shares of known words.
    #[error(transparent)]
    Shares(#[from] SharesError),
    /// Not a popularity of objects.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// Not a whole number.
    #[error("{}", t!("\"{text}\" is not a whole number; write it like 4", text = .0))]
    NotCount(String),
    /// Not one of the words.
    #[error("{}", t!("\"{typed}\" is not one of: {known}", typed = .typed, known = .known))]
    NotOneOf {
        /// What was typed.
        typed: String,
        /// What is known.
        known: String,
    },
}

impl Kind {
    /// Reads what was typed. Errors say what is wrong and what would be right.
    pub fn parse(&self, text: &str) -> Result<Value, ValueError> {
        let text = text.trim();
        match self {
            Self::Count { min, max } => count(text, *min, *max),
            Self::Limit { min, max } => limit(text, *min, *max),
            Self::Span { min, max } => span(text, min, max),
            Self::Rate { max } => rate(text, *max),
            Self::Bytes { max } => bytes(text, max),
            Self::Share => Ok(Value::Share(text.parse()?)),
            Self::Work => Ok(Value::Work(text.parse()?)),
            Self::Money => Ok(Value::Money(text.parse()?)),
            Self::Choice(words) => one_of(text, words.iter().map(String::as_str)),
            Self::Type(sheet) => one_of(text, super::sheet::types(sheet).iter().map(|kind| kind.name.as_str())),
            Self::Tally => Ok(Value::Tally(text.parse()?)),
            Self::Mix => Ok(Value::Word(mix::print(&mix::parse(text)?))),
            Self::Shares(words) => Ok(Value::Word(mix::shown(&mix::among(text, words)?))),
            Self::Objects => Ok(Value::Word(objects::print(objects::parse(text)?))),
            Self::Or(word, _) if text.eq_ignore_ascii_case(word) => Ok(Value::Word(word.clone())),
            Self::Or(_, kind) => kind.parse(text),
            Self::Text => Ok(Value::Word(text.chars().filter(|c| !c.is_control()).take(200).collect())),
        }
    }

    /// Whether a value is of this kind; ranges are not looked at. A value that a file has and that could not be read is
    /// a word, and of no other kind.
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Count { .. } | Self::Limit { .. }, Value::Count(_)) => true,
            (Self::Limit { .. }, Value::Unlimited) => true,
            (Self::Span { .. }, Value::Span(_)) => true,
            (Self::Rate { .. }, Value::Rate(_)) => true,
            (Self::Bytes { .. }, Value::Bytes(_)) => true,
            (Self::Share, Value::Share(_)) => true,
            (Self::Work, Value::Work(_)) => true,
            (Self::Money, Value::Money(_)) => true,
            (Self::Choice(words), Value::Word(word)) => words.contains(word),
            (Self::Type(sheet), Value::Word(word)) => super::sheet::types(sheet).iter().any(|kind| kind.name == *word),
            (Self::Tally, Value::Tally(_)) => true,
            (Self::Mix, Value::Word(word)) => mix::parse(word).is_ok(),
            (Self::Shares(words), Value::Word(word)) => mix::among(word, words).is_ok(),
            (Self::Objects, Value::Word(word)) => objects::parse(word).is_ok(),
            (Self::Text, Value::Word(_)) => true,
            (Self::Or(word, kind), value) => matches!(value, Value::Word(none) if none == word) || kind.admits(value),
            _ => false,
        }
    }

    /// The legal values in words, for a tooltip.
    pub fn range(&self) -> String {
        match self {
            Self::Count { min, max } => t!("{min} to {max}", min = grouped(*min), max = grouped(*max)),
            Self::Limit { min, max } => {
                t!("{min} to {max}, or unlimited", min = grouped(*min), max = grouped(*max))
            }
            Self::Span { min, max } => t!("{min} to {max}", min = min, max = max),
            Self::Rate { max } => t!("0/s to {max}", max = format!("{}/s", grouped(*max as u64))),
            Self::Bytes { max } => t!("0 B to {max}", max = max),
            Self::Share => t!("0 % to 100 %").to_owned(),
            Self::Work => {
                t!("a mean time, with a shape if you like: 12 ms, 12 ms exp, 12 ms constant, 12 ms cv 2, 12 ms gamma 0.5; or measured ones: from times.csv").to_owned()
            }
            Self::Choice(words) => words.join(if words.iter().any(|word| word.contains(',')) { " · " } else { ", " }),
            Self::Type(sheet) => format!("{} types", super::sheet::types(sheet).len()),
            Self::Money => t!("0 $/h and up").to_owned(),
            Self::Tally => t!("a number from 1: 3, or 3 geometric for a mean of 3").to_owned(),
            Self::Objects => t!("a number of objects, with an exponent if they are not all alike: 10000 zipf 0.8").to_owned(),
            Self::Mix => t!("classes with shares: browse 80 %, buy 20 %").to_owned(),
            Self::Shares(words) => t!(
                "one of {words}; or several with shares: {example}",
                words = words.join(", "),
                example = mix::evenly(words)
            ),
            Self::Text => t!("any text").to_owned(),
            Self::Or(word, kind) => t!("\"{word}\", or {range}", word = word, range = kind.range()),
        }
    }
}

fn out_of_range(typed: impl fmt::Display, low: impl fmt::Display, high: impl fmt::Display) -> ValueError {
    ValueError::Range { typed: typed.to_string(), low: low.to_string(), high: high.to_string() }
}

fn count(text: &str, min: u64, max: u64) -> Result<Value, ValueError> {
    let digits: String = text.chars().filter(|c| !matches!(c, '_' | ',' | ' ')).collect();
    let value: u64 = digits.parse().map_err(|_| ValueError::NotCount(text.chars().take(40).collect()))?;
    if (min..=max).contains(&value) {
        Ok(Value::Count(value))
    } else {
        Err(out_of_range(grouped(value), grouped(min), grouped(max)))
    }
}

fn limit(text: &str, min: u64, max: u64) -> Result<Value, ValueError> {
    if text.eq_ignore_ascii_case("unlimited") { Ok(Value::Unlimited) } else { count(text, min, max) }
}

fn span(text: &str, min: &str, max: &str) -> Result<Value, ValueError> {
    let (value, low, high): (Span, Span, Span) = (text.parse()?, min.parse()?, max.parse()?);
    if (low..=high).contains(&value) { Ok(Value::Span(value)) } else { Err(out_of_range(value, low, high)) }
}

fn rate(text: &str, max: f64) -> Result<Value, ValueError> {
    let value: Rate = text.parse()?;
    if value.0 <= max { Ok(Value::Rate(value)) } else { Err(out_of_range(value, Rate(0.0), Rate(max))) }
}

fn bytes(text: &str, max: &str) -> Result<Value, ValueError> {
    let (value, high): (Bytes, Bytes) = (text.parse()?, max.parse()?);
    if value <= high { Ok(Value::Bytes(value)) } else { Err(out_of_range(value, Bytes(0), high)) }
}

fn one_of<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> Result<Value, ValueError> {
    let known: Vec<&str> = known.collect();
    match known.iter().find(|word| word.eq_ignore_ascii_case(text)) {
        Some(word) => Ok(Value::Word((*word).to_owned())),
        None => {
            let typed = text.chars().take(40).collect();
            let more = if known.len() > 12 { " …" } else { "" };
            Err(ValueError::NotOneOf { typed, known: known[..known.len().min(12)].join(", ") + more })
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Unlimited => f.write_str("unlimited"),
            Self::Span(span) => span.fmt(f),
            Self::Rate(rate) => rate.fmt(f),
            Self::Bytes(bytes) => bytes.fmt(f),
            Self::Share(share) => share.fmt(f),
            Self::Work(dist) => dist.fmt(f),
            Self::Money(money) => write!(f, "{} $/h", money.usd()),
            Self::Tally(tally) => tally.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked_against_their_kind() {
        let count = Kind::Count { min: 1, max: 10 };
        assert_eq!(count.parse("4"), Ok(Value::Count(4)));
        assert_eq!(count.parse("0").unwrap_err().to_string(), "0 is outside 1 to 10");
        assert!(
            count.parse("-3").is_err() && count.parse("4.5").is_err() && count.parse("99999999999999999999").is_err()
        );
        let span = Kind::Span { min: "1 s".into(), max: "1 h".into() };
        assert_eq!(span.parse("2 h").unwrap_err().to_string(), "2 h is outside 1 s to 1 h");
        assert_eq!(Kind::Limit { min: 0, max: 5 }.parse("Unlimited"), Ok(Value::Unlimited));
        let perhaps = Kind::Or("never".into(), Box::new(count));
        assert_eq!(
            (perhaps.parse("Never"), perhaps.parse("7")),
            (Ok(Value::Word("never".into())), Ok(Value::Count(7)))
        );
        assert!(perhaps.admits(&Value::Count(7)) && !perhaps.admits(&Value::Word("always".into())));
        assert_eq!((perhaps.range().as_str(), perhaps.parse("11").is_err()), ("\"never\", or 1 to 10", true));
        let choice = Kind::Choice(vec!["round robin".into(), "random".into()]);
        assert_eq!(choice.parse("Random"), Ok(Value::Word("random".into())));
        assert_eq!(choice.parse("x").unwrap_err().to_string(), "\"x\" is not one of: round robin, random");
    }
}
