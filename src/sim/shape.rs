//! How an offered rate changes over time.

use crate::units::{Rate, SimTime, Span};
use std::f64::consts::PI;

/// A rate as a function of simulated time. Arrivals are a Poisson process with this rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// The same all the time.
    Constant(Rate),
    /// From one rate to another in a straight line between two moments, level before and after.
    Ramp {
        /// Rate before the ramp.
        from: Rate,
        /// Rate after it.
        to: Rate,
        /// When it begins.
        start: Span,
        /// How long it lasts.
        over: Span,
    },
    /// A flash crowd: up within `rise`, at the peak for `hold`, back within `rise`.
    Spike {
        /// Rate before and after.
        base: Rate,
        /// Rate at the top.
        peak: Rate,
        /// When it begins to rise.
        at: Span,
        /// How long it takes to rise, and to fall.
        rise: Span,
        /// How long the top lasts.
        hold: Span,
    },
    /// A day of 24 h: a cosine between a low and a peak, whose top is at a time of day.
    Day {
        /// Rate at the quietest moment, twelve hours from the peak.
        low: Rate,
        /// Rate at the peak.
        peak: Rate,
        /// Time of day of the peak.
        peak_at: Span,
    },
}

impl Shape {
    /// The rate at a moment, per second.
    #[inline]
    pub fn rate(&self, now: SimTime) -> f64 {
        let t = now.secs();
        match *self {
            Self::Constant(rate) => rate.0,
            Self::Ramp { from, to, start, over } => from.0 + (to.0 - from.0) * rise(t - start.secs(), over.secs()),
            Self::Spike { base, peak, at, rise: ramp, hold } => {
                let up = rise(t - at.secs(), ramp.secs());
                let down = rise(t - at.secs() - ramp.secs() - hold.secs(), ramp.secs());
                base.0 + (peak.0 - base.0) * (up - down)
            }
            Self::Day { low, peak, peak_at } => {
                let phase = 2.0 * PI * (t - peak_at.secs()) / 86_400.0;
                low.0 + (peak.0 - low.0) * 0.5 * (1.0 + libm::cos(phase))
            }
        }
    }

    /// No rate of this shape is higher.
    pub fn max_rate(&self) -> f64 {
        match *self {
            Self::Constant(rate) => rate.0,
            Self::Ramp { from, to, .. } => from.0.max(to.0),
            Self::Spike { base, peak, .. } => base.0.max(peak.0),
            Self::Day { low, peak, .. } => low.0.max(peak.0),
        }
    }
}

/// 0 before, 1 after, a straight line in between; a step if `length` is zero.
fn rise(t: f64, length: f64) -> f64 {
    if t < 0.0 {
        0.0
    } else if t >= length {
        1.0
    } else {
        t / length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(shape: Shape, hours: u64) -> f64 {
        shape.rate(SimTime(hours * 3_600_000_000_000))
    }

    #[test]
    fn shapes_pass_through_their_named_points() {
        let hour = Span::from_secs(3_600);
        let day = Shape::Day { low: Rate(100.0), peak: Rate(900.0), peak_at: Span::from_secs(20 * 3_600) };
        assert!(
            (at(day, 20) - 900.0).abs() < 1e-9
                && (at(day, 8) - 100.0).abs() < 1e-9
                && (at(day, 44) - 900.0).abs() < 1e-9
        );
        let spike = Shape::Spike { base: Rate(10.0), peak: Rate(50.0), at: hour, rise: hour, hold: hour };
        assert_eq!([0, 1, 2, 3, 4, 9].map(|h| at(spike, h)), [10.0, 10.0, 50.0, 50.0, 10.0, 10.0]);
        let ramp = Shape::Ramp { from: Rate(0.0), to: Rate(8.0), start: hour, over: Span::from_secs(4 * 3_600) };
        assert_eq!([0, 3, 5, 6].map(|h| at(ramp, h)), [0.0, 4.0, 8.0, 8.0]);
        for (shape, hour) in [(day, 20), (spike, 2), (ramp, 6)] {
            assert!(at(shape, hour) <= shape.max_rate());
        }
    }
}
