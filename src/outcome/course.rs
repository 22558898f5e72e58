//! What the totals of a run do not tell: when it went wrong, and how badly at the worst moment.

use crate::metrics::Series;
use crate::units::{SimTime, Span};

/// When requests failed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Course {
    /// From where it was looked at to the end of the last interval in which a request failed; zero if none did.
    pub recovery: Span,
    /// Share of the requests that failed in the worst interval, 0 to 1.
    pub worst_errors: f64,
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
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Point;

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
        assert_eq!(from(5), Course::default());
    }
}
