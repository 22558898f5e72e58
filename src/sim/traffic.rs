//! What a source offers: requests at moments of their own (open), from users who wait for their answers (closed), or from
//! visitors who come, ask a few times and leave (sessions).

use super::dist::Dist;
use super::shape::Shape;
use super::zipf::Popularity;
use crate::units::{Rate, Span};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// What a source offers.
#[derive(Debug, Clone, PartialEq)]
pub enum Traffic {
    /// Requests that come whether or not others were answered.
    Open {
        /// When.
        arrivals: Arrivals,
        /// How many at once.
        batch: Tally,
    },
    /// Users of whom each waits for its answer, thinks, and asks again.
    Closed {
        /// How many.
        users: u32,
        /// How long each thinks.
        think: Dist,
        /// Requests of all users together until they stop; `None` for no end.
        requests: Option<u64>,
    },
    /// Visitors who come, make a number of requests one after the other with pauses between them, and leave.
    Sessions {
        /// When they come.
        arrivals: Arrivals,
        /// How many requests each makes.
        requests: Tally,
        /// How long a pause is.
        think: Dist,
    },
}

/// When something arrives.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrivals {
    /// Rate over time, of requests or of sessions.
    pub shape: Shape,
    /// How the arrivals of this rate are spaced.
    pub spacing: Spacing,
}

/// How arrivals of a given rate are spaced.
#[derive(Debug, Clone, PartialEq)]
pub enum Spacing {
    /// As they come: a Poisson process.
    Poisson,
    /// Evenly: the rate between two arrivals adds up to one.
    Even,
    /// Gaps drawn from a law, stretched so that their mean follows the rate: a renewal process.
    Renewal(Dist),
    /// A Poisson process that is quicker in bursts: calm and bursts last for exponential times (a Markov-modulated
    /// Poisson process of two states).
    Bursty {
        /// What a burst adds to the rate, per second; a negative amount slows it down, at most to nothing.
        extra: f64,
        /// Mean time between two bursts.
        calm: Span,
        /// Mean length of a burst.
        burst: Span,
    },
}

/// A law for a whole number of at least 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tally {
    /// Always the same.
    Fixed(u32),
    /// Another one follows with the same probability each time.
    Geometric {
        /// Mean, at least 1.
        mean: f64,
    },
}

/// What users do when an answer is not there in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patience {
    /// They wait on; the answer is late.
    #[default]
    Waits,
    /// They leave. What they asked for goes on without them.
    GivesUp,
}

/// One kind of request in what a source offers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Index of the class.
    pub class: u8,
    /// Its part of all requests of the source; the parts of a source add up to 1.
    pub share: f64,
    /// Bytes of a request and of its answer.
    pub bytes: (u64, u64),
    /// Which objects its requests are about, where something on their way asks for that.
    pub popularity: Option<Popularity>,
}

/// Most requests in a batch or a session.
pub const LARGEST_TALLY: u32 = 100_000;

/// Gaps shorter than this on average are more than any system takes: ten million a second.
const SHORTEST_GAP: Span = Span(100);

impl Traffic {
    /// So many times as much: arrivals a second, or users.
    pub(super) fn times(self, factor: f64) -> Self {
        match self {
            Self::Open { arrivals, batch } => Self::Open { arrivals: arrivals.times(factor), batch },
            Self::Sessions { arrivals, requests, think } => {
                Self::Sessions { arrivals: arrivals.times(factor), requests, think }
            }
            Self::Closed { users, think, requests } => {
                Self::Closed { users: (f64::from(users) * factor) as u32, think, requests }
            }
        }
    }
}

impl Arrivals {
    /// The same at a rate so many times as high.
    fn times(self, factor: f64) -> Self {
        let spacing = match self.spacing {
            Spacing::Bursty { extra, calm, burst } => Spacing::Bursty { extra: extra * factor, calm, burst },
            other => other,
        };
        Self { shape: self.shape.times(factor), spacing }
    }

    /// Gaps as they are stated say the rate too; gaps of no length say nothing, and nothing arrives.
    pub fn by_gaps(gaps: Dist) -> Self {
        let mean = gaps.mean();
        let rate = if mean == Span::ZERO { 0.0 } else { 1.0 / mean.max(SHORTEST_GAP).secs() };
        Self { shape: Shape::Constant(Rate(rate)), spacing: Spacing::Renewal(gaps) }
    }
}

impl Traffic {
    /// No requests at all.
    pub fn nothing() -> Self {
        let arrivals = Arrivals { shape: Shape::Constant(Rate(0.0)), spacing: Spacing::Poisson };
        Self::Open { arrivals, batch: Tally::Fixed(1) }
    }

    /// When something arrives, if not all users are there from the start.
    pub fn arrivals(&self) -> Option<&Arrivals> {
        match self {
            Self::Open { arrivals, .. } | Self::Sessions { arrivals, .. } => Some(arrivals),
            Self::Closed { .. } => None,
        }
    }

    /// The same with other laws in place of those that it draws times from.
    pub fn map_laws(mut self, mut known: impl FnMut(&Dist) -> Dist) -> Self {
        if let Self::Closed { think, .. } | Self::Sessions { think, .. } = &mut self {
            *think = known(think);
        }
        if let Self::Open { arrivals, .. } | Self::Sessions { arrivals, .. } = &mut self
            && let Spacing::Renewal(gaps) = &arrivals.spacing
        {
            *arrivals = Arrivals::by_gaps(known(gaps));
        }
        self
    }

    /// Requests that arrive as they come, with a rate over time.
    pub fn poisson(shape: Shape) -> Self {
        Self::Open { arrivals: Arrivals { shape, spacing: Spacing::Poisson }, batch: Tally::Fixed(1) }
    }

    /// Requests at the same rate all the time, as they come.
    pub fn steady(rate: Rate) -> Self {
        Self::poisson(Shape::Constant(rate))
    }
}

/// Why a text is no number of requests.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{0}\" is no number from 1 to 100,000; write it like \"3\", or \"3 geometric\" for a mean of 3")]
pub struct TallyError(String);

impl FromStr for Tally {
    type Err = TallyError;

    /// Reads "3" and "3 geometric".
    fn from_str(text: &str) -> Result<Self, TallyError> {
        let wrong = || TallyError(text.chars().take(40).collect());
        let words: Vec<&str> = text.split_whitespace().collect();
        let (number, geometric) = match words[..] {
            [number] => (number, false),
            [number, "geometric"] | ["geometric", number] => (number, true),
            _ => return Err(wrong()),
        };
        let mean: f64 = number.replace([',', '_'], "").parse().map_err(|_| wrong())?;
        if !(1.0..=f64::from(LARGEST_TALLY)).contains(&mean) || (!geometric && mean.fract() != 0.0) {
            return Err(wrong());
        }
        Ok(if geometric { Self::Geometric { mean } } else { Self::Fixed(mean as u32) })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(count) => write!(f, "{count}"),
            Self::Geometric { mean } => write!(f, "{mean} geometric"),
        }
    }
}

impl Tally {
    /// The mean.
    pub fn mean(self) -> f64 {
        match self {
            Self::Fixed(count) => f64::from(count.max(1)),
            Self::Geometric { mean } => mean.max(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_requests_read_back() {
        for text in ["1", "3", "2.5 geometric", "100000"] {
            assert_eq!(text.parse::<Tally>().map(|tally| tally.to_string()).as_deref(), Ok(text));
        }
        for bad in ["", "0", "-1", "2.5", "0.5 geometric", "geometric", "NaN geometric", "1e9", "3 4", "inf"] {
            assert!(bad.parse::<Tally>().is_err(), "{bad}");
        }
    }
}
