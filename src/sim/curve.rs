//! A rate that was measured: steps over time.
//!
//! The rate of a step holds until the next step begins; before the first there is none. Absent: reading files.

use super::shape::{SHORTEST_PERIOD, Window};
use crate::units::{Rate, SimTime, Span};
use crate::words::key;
use std::sync::Arc;

/// A measured rate, and what comes after it.
#[derive(Debug, Clone, Default)]
pub struct Recording {
    /// The file that holds it, as the design names it; `None` where the design holds it itself.
    pub file: Option<String>,
    /// Length of a row where the file has one column of counts; `None` is what its heading says, else a minute.
    pub each: Option<Span>,
    /// What comes after its end.
    pub after: After,
    /// The steps; empty where the file has not been read.
    pub curve: Arc<Curve>,
}

/// What comes after the end of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum After {
    /// Its last rate goes on.
    #[default]
    Hold,
    /// It begins again.
    Repeat,
    /// Nothing.
    Stop,
}

/// Rates that hold from a moment to the next.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    starts: Vec<u64>,
    rates: Vec<f64>,
    end: u64,
}

impl PartialEq for Recording {
    fn eq(&self, other: &Self) -> bool {
        let same = Arc::ptr_eq(&self.curve, &other.curve) || self.curve == other.curve;
        (&self.file, self.each, self.after) == (&other.file, other.each, other.after) && same
    }
}

impl After {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Hold, Self::Repeat, Self::Stop];

    /// In files and on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hold => key!("hold"),
            Self::Repeat => key!("repeat"),
            Self::Stop => key!("stop"),
        }
    }
}

impl Curve {
    /// The same curve, so many times as high.
    pub(super) fn times(&self, factor: f64) -> Self {
        let rates = self.rates.iter().map(|rate| rate * factor).collect();
        Self { starts: self.starts.clone(), rates, end: self.end }
    }

    /// Steps by the nanosecond at which each begins, in rising order, with their rates per second, and where the last
    /// ends. Neighbours of the same rate become one.
    pub fn new(starts: Vec<u64>, rates: Vec<f64>, end: u64) -> Self {
        debug_assert!(starts.is_sorted_by(|a, b| a < b) && starts.len() == rates.len());
        let mut curve = Self { starts: Vec::new(), rates: Vec::new(), end };
        for (start, rate) in starts.into_iter().zip(rates) {
            if curve.rates.last() != Some(&rate) {
                curve.starts.push(start);
                curve.rates.push(rate);
            }
        }
        curve
    }

    /// Whether it has no step.
    pub fn is_empty(&self) -> bool {
        self.rates.is_empty()
    }

    /// Number of steps.
    pub fn len(&self) -> usize {
        self.rates.len()
    }

    /// Its steps: when each begins, and its rate.
    pub fn steps(&self) -> impl Iterator<Item = (Span, Rate)> {
        self.starts.iter().zip(&self.rates).map(|(&start, &rate)| (Span(start), Rate(rate)))
    }

    /// Where its last step ends.
    pub fn end(&self) -> Span {
        Span(self.end)
    }

    /// The greatest rate.
    pub fn most(&self) -> Rate {
        Rate(self.rates.iter().copied().fold(0.0, f64::max))
    }

    /// Requests from the start to the end.
    pub fn sum(&self) -> f64 {
        let ends = self.starts.iter().skip(1).copied().chain([self.end]);
        let areas = self.starts.iter().zip(ends).zip(&self.rates);
        areas.map(|((&start, end), rate)| end.saturating_sub(start) as f64 / 1e9 * rate).sum()
    }

    /// The step that holds at a moment: its rate, and where it ends if another begins.
    fn step(&self, at: u64) -> (f64, Option<u64>) {
        let next = self.starts.partition_point(|&start| start <= at);
        let rate = next.checked_sub(1).map_or(0.0, |this| self.rates[this]);
        (rate, self.starts.get(next).copied())
    }
}

impl Recording {
    /// The window of a step.
    pub(super) fn window(&self, now: SimTime) -> Window {
        let (curve, end) = (&self.curve, self.curve.end);
        let round = if self.after == After::Repeat && end >= SHORTEST_PERIOD.0 { now.0 - now.0 % end } else { 0 };
        // Equal neighbours are one step, so that a curve without any request has one step or none.
        let never = curve.is_empty() || curve.rates == [0.0];
        if never || (self.after == After::Stop && now.0 >= end) {
            return Window::level(0.0, SimTime(u64::MAX));
        }
        let (rate, next) = curve.step(now.0 - round);
        let last = if self.after == After::Hold { u64::MAX } else { end };
        let until = round.saturating_add(next.unwrap_or(last).min(last));
        Window::level(rate, SimTime(until.max(now.0.saturating_add(1))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(after: After, at: &[u64]) -> Vec<f64> {
        let curve = Curve::new(vec![10, 20, 30, 5_000_000], vec![1.0, 1.0, 4.0, 2.0], 10_000_000);
        let recording = Recording { after, curve: Arc::new(curve), ..Recording::default() };
        at.iter().map(|&at| recording.window(SimTime(at)).most).collect()
    }

    #[test]
    fn a_step_holds_until_the_next() {
        let at = [0, 10, 25, 30, 4_999_999, 5_000_000, 9_999_999, 10_000_000, 10_000_010, 25_000_000];
        assert_eq!(rates(After::Hold, &at), [0.0, 1.0, 1.0, 4.0, 4.0, 2.0, 2.0, 2.0, 2.0, 2.0]);
        assert_eq!(rates(After::Stop, &at), [0.0, 1.0, 1.0, 4.0, 4.0, 2.0, 2.0, 0.0, 0.0, 0.0]);
        assert_eq!(rates(After::Repeat, &at), [0.0, 1.0, 1.0, 4.0, 4.0, 2.0, 2.0, 0.0, 1.0, 2.0]);
    }

    #[test]
    fn equal_neighbours_are_one_step_and_the_sum_is_the_area() {
        let curve = Curve::new(vec![0, 1_000_000_000, 3_000_000_000], vec![5.0, 5.0, 2.0], 4_000_000_000);
        assert_eq!((curve.len(), curve.sum(), curve.most()), (2, 17.0, Rate(5.0)));
    }
}
