//! What the totals of a run do not tell: when it went wrong, and how badly at the worst moment.

use crate::metrics::{Point, Series};
use crate::units::{SimTime, Span};

/// When requests failed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Course {
    /// From where it was looked at to the end of the last interval in which a request failed; zero if none did.
    pub recovery: Span,
    /// Share of the requests that failed in the worst interval, 0 to 1.
    pub worst_errors: f64,
    /// The highest rate that was offered before p95 doubled, or before requests failed, for longer than a moment; the
    /// highest of all if neither came about. `None` if nothing was answered at first. Requests a second.
    pub knee: Option<f64>,
}

/// Looks at the system from a moment on, at the finest resolution that reaches back so far: seconds for a quarter of an
/// hour, ten seconds for three hours.
pub fn course(system: &Series, from: SimTime) -> Course {
    let mut found = Course::default();
    let points = &system.level_for(from, usize::MAX).points;
    for point in points.iter().filter(|point| point.at >= from && point.failed > 0.0) {
        let failed = f64::from(point.failed);
        let all = failed + f64::from(point.good) + f64::from(point.late);
        found.recovery = (point.at + point.span).since(from);
        found.worst_errors = found.worst_errors.max(failed / all);
    }
    found.knee = knee(points.iter().filter(|point| point.at >= from));
    found
}

/// Intervals in a row that are more than a moment.
const LASTING: usize = 5;
/// Share of the intervals that tells what latency was at first.
const FIRST: usize = 10;

/// The rate at the knee of the curve of latency over load, in a run whose load rises.
fn knee<'a>(points: impl Iterator<Item = &'a Point>) -> Option<f64> {
    let points: Vec<&Point> = points.collect();
    let mut first: Vec<f32> =
        points[..points.len().div_ceil(FIRST)].iter().filter(|p| p.good > 0.0).map(|p| p.p95).collect();
    first.sort_by(f32::total_cmp);
    let usual = *first.get(first.len() / 2)?;
    let bent = |point: &&Point| point.p95 > 2.0 * usual || point.failed > point.good;
    let lasting = points.windows(LASTING).position(|row| row.iter().all(bent));
    let before = &points[..lasting.unwrap_or(points.len())];
    let offered = |row: &[&Point]| {
        let sum: f32 = row.iter().map(|point| point.good + point.late + point.failed).sum();
        f64::from(sum) / row.len() as f64
    };
    before.chunks(LASTING).map(offered).reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_failure_and_the_worst_second_are_found() {
        let mut system = Series::default();
        for (second, failed) in [0.0, 9.0, 0.0, 5.0, 1.0, 0.0].into_iter().enumerate() {
            let at = SimTime::ZERO + Span::from_secs(second as u64);
            system.push(0, Point { at, span: Span::from_secs(1), good: 10.0 - failed, failed, ..Point::default() });
        }
        let from = |secs: u64| course(&system, SimTime::ZERO + Span::from_secs(secs));
        assert_eq!((from(0).recovery.secs(), from(0).worst_errors), (5.0, 0.9));
        assert_eq!((from(2).recovery.secs(), from(2).worst_errors), (3.0, 0.5));
        assert_eq!((from(5).recovery, from(5).worst_errors), (Span::ZERO, 0.0));
    }

    /// A run in which the rate climbs by one a second to 100/s.
    fn climbing(p95: impl Fn(u64) -> f32, failed: impl Fn(u64) -> f32) -> Option<f64> {
        let mut system = Series::default();
        for second in 0..100 {
            let at = SimTime::ZERO + Span::from_secs(second);
            let (rate, failed) = (second as f32 + 1.0, failed(second));
            let good = rate - failed;
            system.push(0, Point { at, span: Span::from_secs(1), good, failed, p95: p95(second), ..Point::default() });
        }
        course(&system, SimTime::ZERO).knee
    }

    #[test]
    fn the_knee_is_the_rate_at_which_latency_doubles_for_good() {
        let none = |_: u64| 0.0;
        assert_eq!(climbing(|s| if s < 50 { 20.0 } else { 41.0 }, none), Some(48.0), "mean of the five seconds before");
        assert_eq!(climbing(|s| if s == 30 { 90.0 } else { 20.0 }, none), Some(98.0), "a moment is no knee");
        assert_eq!(
            climbing(|_| 20.0, |s| if s < 70 { 0.0 } else { 60.0 }),
            Some(68.0),
            "nor can failures pass for speed"
        );
        assert_eq!(climbing(|_| 20.0, |s| s as f32 + 1.0), None, "nothing was answered");
    }
}
