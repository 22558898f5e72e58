//! How an offered rate changes over time.
//!
//! A shape knows its rate at any moment, and for any moment a [`Window`]: a stretch of time with a bound that the rate
//! does not exceed in it. Arrivals are drawn against that bound, so that a quiet stretch costs no work and a high peak
//! far away costs none either. Simulated time begins on a Monday at midnight.

use super::curve::Recording;
use crate::units::{Rate, Share, SimTime, Span};
use std::f64::consts::PI;

/// A rate as a function of simulated time.
#[derive(Debug, Clone, PartialEq)]
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
    /// From one rate to another at once.
    Step {
        /// Rate before.
        from: Rate,
        /// Rate from then on.
        to: Rate,
        /// When.
        at: Span,
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
    /// Seven days, Monday first: each like [`Shape::Day`] with a part of the way from the low to the peak.
    Week {
        /// Rate at the quietest moment of every day.
        low: Rate,
        /// Rate at the peak of a day of 100 %.
        peak: Rate,
        /// Time of day of the peaks.
        peak_at: Span,
        /// How high each day goes.
        days: [Share; 7],
    },
    /// A sine around a mean; where it would fall below zero it is zero.
    Wave {
        /// Mean.
        mean: Rate,
        /// Greatest distance from the mean.
        amplitude: Rate,
        /// From one peak to the next.
        period: Span,
    },
    /// What was measured.
    Recorded(Recording),
    /// All of these at once.
    Sum(Vec<Shape>),
}

/// A stretch of time from a moment that was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// The rate does not exceed this in it, per second.
    pub most: f64,
    /// Where it ends; the rate from there on is another window's.
    pub until: SimTime,
    /// Whether the rate is `most` all the time.
    pub level: bool,
}

/// Deepest nesting of sums.
pub const DEEPEST: usize = 4;

/// Most shapes in a sum, those of its inner sums included.
pub const MOST_PARTS: usize = 32;

/// Shortest period of a wave, and shortest recording that is played again.
pub const SHORTEST_PERIOD: Span = Span::from_millis(1);

const HOUR: u64 = 3_600_000_000_000;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
/// Windows of a slope, and of a wave; a multiple of four, so that the top of a wave is an edge.
const SLICES: u64 = 32;

impl Window {
    pub(super) fn level(rate: f64, until: SimTime) -> Self {
        Self { most: rate, until, level: true }
    }

    /// Both at once.
    fn plus(self, other: Self) -> Self {
        Self { most: self.most + other.most, until: self.until.min(other.until), level: self.level && other.level }
    }
}

impl Shape {
    /// The same shape, so many times as high.
    pub(super) fn times(self, factor: f64) -> Self {
        let up = |rate: Rate| Rate(rate.0 * factor);
        match self {
            Self::Constant(rate) => Self::Constant(up(rate)),
            Self::Ramp { from, to, start, over } => Self::Ramp { from: up(from), to: up(to), start, over },
            Self::Step { from, to, at } => Self::Step { from: up(from), to: up(to), at },
            Self::Spike { base, peak, at, rise, hold } => {
                Self::Spike { base: up(base), peak: up(peak), at, rise, hold }
            }
            Self::Day { low, peak, peak_at } => Self::Day { low: up(low), peak: up(peak), peak_at },
            Self::Week { low, peak, peak_at, days } => Self::Week { low: up(low), peak: up(peak), peak_at, days },
            Self::Wave { mean, amplitude, period } => Self::Wave { mean: up(mean), amplitude: up(amplitude), period },
            Self::Recorded(recording) => {
                let curve = std::sync::Arc::new(recording.curve.times(factor));
                Self::Recorded(Recording { curve, ..recording })
            }
            Self::Sum(parts) => Self::Sum(parts.into_iter().map(|part| part.times(factor)).collect()),
        }
    }

    /// The rate at a moment, per second.
    pub fn rate(&self, now: SimTime) -> f64 {
        match self {
            Self::Constant(rate) => rate.0,
            Self::Ramp { from, to, start, over } => from.0 + (to.0 - from.0) * rise(now, *start, *over),
            Self::Step { from, to, at } => {
                if now.0 < at.0 {
                    from.0
                } else {
                    to.0
                }
            }
            Self::Spike { base, peak, at, rise: ramp, hold } => {
                let up = rise(now, *at, *ramp);
                let down = rise(now, *at + *ramp + *hold, *ramp);
                base.0 + (peak.0 - base.0) * (up - down)
            }
            Self::Day { low, peak, peak_at } => low.0 + (peak.0 - low.0) * daylight(now, *peak_at),
            Self::Week { low, peak, peak_at, days } => {
                low.0 + (peak.0 - low.0) * days[weekday(now, *peak_at)].0 * daylight(now, *peak_at)
            }
            Self::Wave { mean, amplitude, period } => wave(now, (mean.0, amplitude.0), *period),
            Self::Recorded(recording) => recording.window(now).most,
            Self::Sum(parts) => parts.iter().map(|part| part.rate(now)).sum(),
        }
    }

    /// A stretch of time from a moment, with a bound for the rate in it.
    pub fn window(&self, now: SimTime) -> Window {
        match self {
            Self::Constant(rate) => Window::level(rate.0, SimTime(u64::MAX)),
            Self::Ramp { from, to, start, over } => {
                let (begin, end) = (start.0, start.0.saturating_add(over.0));
                self.pieces(now, &[(begin, Some(from.0)), (end, None)], to.0)
            }
            Self::Step { from, to, at } => self.pieces(now, &[(at.0, Some(from.0))], to.0),
            Self::Spike { base, peak, at, rise, hold } => {
                let top = at.0.saturating_add(rise.0);
                let fall = top.saturating_add(hold.0);
                let end = fall.saturating_add(rise.0);
                self.pieces(now, &[(at.0, Some(base.0)), (top, None), (fall, Some(peak.0)), (end, None)], base.0)
            }
            Self::Day { peak_at, .. } | Self::Week { peak_at, .. } => {
                let phase = since_peak(now, *peak_at);
                self.slope(now, now.0.saturating_add(HOUR - phase % HOUR))
            }
            Self::Wave { mean, period, .. } if *period < SHORTEST_PERIOD => Window::level(mean.0, SimTime(u64::MAX)),
            Self::Wave { period, .. } => {
                let slice = period.0 / SLICES;
                let phase = now.0 % period.0;
                let end = ((phase / slice + 1) * slice).min(period.0);
                self.slope(now, now.0.saturating_add(end - phase))
            }
            Self::Recorded(recording) => recording.window(now),
            Self::Sum(parts) => {
                let none = Window::level(0.0, SimTime(u64::MAX));
                parts.iter().fold(none, |sum, part| sum.plus(part.window(now)))
            }
        }
    }

    /// The window of a shape made of pieces: each ends at a moment and is level, or a slope where no rate is given.
    fn pieces(&self, now: SimTime, pieces: &[(u64, Option<f64>)], last: f64) -> Window {
        let Some(at) = pieces.iter().position(|&(end, _)| now.0 < end) else {
            return Window::level(last, SimTime(u64::MAX));
        };
        let (end, level) = pieces[at];
        if let Some(rate) = level {
            return Window::level(rate, SimTime(end));
        }
        let begin = pieces[..at].last().map_or(0, |&(end, _)| end);
        let slice = ((end - begin) / SLICES).max(1);
        self.slope(now, (begin + ((now.0 - begin) / slice + 1) * slice).min(end))
    }

    /// A window in which the rate only rises or only falls.
    fn slope(&self, now: SimTime, until: u64) -> Window {
        let until = SimTime(until.max(now.0.saturating_add(1)));
        // The end belongs to the next window, which may begin with a jump.
        let last = SimTime(until.0 - 1);
        Window { most: self.rate(now).max(self.rate(last)), until, level: false }
    }

    /// Whether it is a shape that can be run, else why not, in words.
    ///
    /// # Errors
    /// A sum that is too deep or too long, or a rate that is no number.
    pub fn check(&self) -> Result<(), String> {
        if self.depth() > DEEPEST {
            return Err(format!("sums of traffic may stand {DEEPEST} deep in each other, not deeper"));
        }
        if self.parts() > MOST_PARTS {
            return Err(format!("a sum of traffic may have {MOST_PARTS} parts, inner ones included, not more"));
        }
        let window = self.window(SimTime::ZERO);
        if !(0.0..1e15).contains(&window.most) {
            return Err("a rate of traffic is no number, or larger than any system's".to_owned());
        }
        Ok(())
    }

    fn depth(&self) -> usize {
        match self {
            Self::Sum(parts) => 1 + parts.iter().map(Self::depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    fn parts(&self) -> usize {
        match self {
            Self::Sum(parts) => parts.iter().map(Self::parts).sum::<usize>().max(parts.len()),
            _ => 1,
        }
    }
}

/// 0 before a moment, 1 a while after it, a straight line in between; a step if the while is zero.
fn rise(now: SimTime, from: Span, over: Span) -> f64 {
    if now.0 < from.0 {
        return 0.0;
    }
    let passed = now.0 - from.0;
    if passed >= over.0 { 1.0 } else { passed as f64 / over.0 as f64 }
}

/// Nanoseconds since the latest daily peak.
fn since_peak(now: SimTime, peak_at: Span) -> u64 {
    (now.0 % DAY + DAY - peak_at.0 % DAY) % DAY
}

/// 1 at the daily peak, 0 twelve hours from it.
fn daylight(now: SimTime, peak_at: Span) -> f64 {
    let phase = since_peak(now, peak_at) as f64 / DAY as f64;
    0.5 * (1.0 + libm::cos(2.0 * PI * phase))
}

/// The day of the week of the nearest peak: days meet in the quiet twelve hours from their peaks.
fn weekday(now: SimTime, peak_at: Span) -> usize {
    let into = now.0 % WEEK + WEEK + DAY / 2 - peak_at.0 % DAY;
    (into / DAY % 7) as usize
}

fn wave(now: SimTime, (mean, amplitude): (f64, f64), period: Span) -> f64 {
    if period < SHORTEST_PERIOD {
        return mean;
    }
    let phase = (now.0 % period.0) as f64 / period.0 as f64;
    (mean + amplitude * libm::sin(2.0 * PI * phase)).max(0.0)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::sim::curve::{After, Curve};
    use std::sync::Arc;

    fn at(shape: &Shape, hours: u64) -> f64 {
        shape.rate(SimTime(hours * HOUR))
    }

    fn hours(hours: u64) -> Span {
        Span(hours * HOUR)
    }

    #[test]
    fn shapes_pass_through_their_named_points() {
        let hour = hours(1);
        let day = Shape::Day { low: Rate(100.0), peak: Rate(900.0), peak_at: hours(20) };
        assert!(
            (at(&day, 20) - 900.0).abs() < 1e-9
                && (at(&day, 8) - 100.0).abs() < 1e-9
                && (at(&day, 44) - 900.0).abs() < 1e-9
        );
        let spike = Shape::Spike { base: Rate(10.0), peak: Rate(50.0), at: hour, rise: hour, hold: hour };
        assert_eq!([0, 1, 2, 3, 4, 9].map(|h| at(&spike, h)), [10.0, 10.0, 50.0, 50.0, 10.0, 10.0]);
        let ramp = Shape::Ramp { from: Rate(0.0), to: Rate(8.0), start: hour, over: hours(4) };
        assert_eq!([0, 3, 5, 6].map(|h| at(&ramp, h)), [0.0, 4.0, 8.0, 8.0]);
        let step = Shape::Step { from: Rate(3.0), to: Rate(1.0), at: hour };
        assert_eq!([0, 1, 2].map(|h| at(&step, h)), [3.0, 1.0, 1.0]);
        let wave = Shape::Wave { mean: Rate(10.0), amplitude: Rate(20.0), period: hours(4) };
        assert_eq!([0, 1, 3, 5].map(|h| at(&wave, h).round()), [10.0, 30.0, 0.0, 30.0]);
        let sum = Shape::Sum(vec![step, ramp, Shape::Sum(vec![Shape::Constant(Rate(1.0))])]);
        assert_eq!([0, 3].map(|h| at(&sum, h)), [4.0, 6.0]);
    }

    #[test]
    fn a_week_begins_on_monday_and_its_days_meet_in_the_night() {
        let mut days = [Share(1.0); 7];
        (days[5], days[6]) = (Share(0.5), Share(0.25));
        let week = Shape::Week { low: Rate(100.0), peak: Rate(500.0), peak_at: hours(20), days };
        let peaks: Vec<f64> = (0..8).map(|day| at(&week, 24 * day + 20).round()).collect();
        assert_eq!(peaks, [500.0, 500.0, 500.0, 500.0, 500.0, 300.0, 200.0, 500.0]);
        assert!((at(&week, 8) - 100.0).abs() < 1e-9);
        // The first hours are the end of Sunday.
        assert!((at(&week, 0) - (100.0 + 100.0 * 0.75)).abs() < 1e-9, "{}", at(&week, 0));
        assert!((at(&week, 168) - at(&week, 0)).abs() < 1e-9);
    }

    /// One of each kind, with sharp corners and odd lengths.
    pub(in crate::sim) fn examples() -> Vec<Shape> {
        let minutes = |minutes: u64| Span::from_secs(60 * minutes);
        let curve = Curve::new(vec![0, 7_000_000_001, 900_000_000_000], vec![5.0, 0.0, 80.0], 1_000_000_000_000);
        let recording = |after| Recording { after, curve: Arc::new(curve.clone()), ..Recording::default() };
        let mut days = [Share(1.0); 7];
        days[6] = Share(0.1);
        let ramp = Shape::Ramp { from: Rate(0.0), to: Rate(80.0), start: minutes(5), over: Span(613_000_000_007) };
        let spike =
            Shape::Spike { base: Rate(0.0), peak: Rate(300.0), at: minutes(3), rise: Span(1), hold: minutes(2) };
        vec![
            Shape::Constant(Rate(40.0)),
            ramp.clone(),
            Shape::Ramp { from: Rate(90.0), to: Rate(10.0), start: Span::ZERO, over: Span::ZERO },
            Shape::Step { from: Rate(0.0), to: Rate(60.0), at: minutes(11) },
            spike.clone(),
            Shape::Day { low: Rate(0.0), peak: Rate(9.0), peak_at: hours(13) },
            Shape::Week { low: Rate(1.0), peak: Rate(5.0), peak_at: hours(30), days },
            Shape::Wave { mean: Rate(30.0), amplitude: Rate(50.0), period: Span(61_000_000_003) },
            Shape::Recorded(recording(After::Hold)),
            Shape::Recorded(recording(After::Repeat)),
            Shape::Recorded(recording(After::Stop)),
            Shape::Sum(vec![ramp, Shape::Sum(vec![spike, Shape::Constant(Rate(3.0))])]),
        ]
    }

    #[test]
    fn no_rate_is_above_the_bound_of_its_window_and_windows_move_on() {
        for shape in examples() {
            let (mut now, mut windows) = (SimTime::ZERO, 0);
            while now.0 < 9 * DAY && windows < 40_000 {
                let window = shape.window(now);
                assert!(window.until > now, "{shape:?} stands still at {now:?}");
                let last = window.until.0.min(9 * DAY) - 1;
                for n in 0..=8 {
                    let at = SimTime(now.0 + (last - now.0) / 8 * n);
                    let rate = shape.rate(at);
                    assert!(rate <= window.most * (1.0 + 1e-9) + 1e-12, "{shape:?} at {at:?}: {rate} {window:?}");
                    assert!(!window.level || rate == window.most, "{shape:?} at {at:?}: {rate} {window:?}");
                }
                (now, windows) = (window.until, windows + 1);
            }
        }
    }

    #[test]
    fn sums_are_bounded() {
        let deep = (0..6).fold(Shape::Constant(Rate(1.0)), |inner, _| Shape::Sum(vec![inner]));
        assert!(deep.check().unwrap_err().contains("deep"));
        let long = Shape::Sum(vec![Shape::Constant(Rate(1.0)); 40]);
        assert!(long.check().unwrap_err().contains("32 parts"));
        assert!(Shape::Constant(Rate(f64::NAN)).check().is_err());
        examples().iter().for_each(|shape| assert_eq!(shape.check(), Ok(())));
    }
}
