//! What a run had cost at each point of its charts.

use crate::metrics::Series;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// Cost since the start of the run at the end of each point, at every resolution of a [`Series`].
#[derive(Debug, Clone)]
pub struct Ledger {
    levels: Vec<Level>,
}

#[derive(Debug, Clone)]
struct Level {
    span: Span,
    capacity: usize,
    /// Moment and dollars until then, oldest first. One more than there are points: each needs the one before it.
    marks: VecDeque<(SimTime, f64)>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::new()
    }
}

impl Ledger {
    /// Costs are known at multiples of this: the length of the finest point.
    pub const STEP: Span = Span::from_secs(1);

    /// A run that has cost nothing.
    pub fn new() -> Self {
        let level = |level: crate::metrics::Level| Level {
            span: level.span,
            capacity: level.capacity + 1,
            marks: VecDeque::from([(SimTime::ZERO, 0.0)]),
        };
        Self { levels: Series::default().levels.into_iter().map(level).collect() }
    }

    /// Dollars since the start of the run, at a multiple of [`Self::STEP`].
    pub fn mark(&mut self, now: SimTime, dollars: f64) {
        for level in self.levels.iter_mut().filter(|level| now.0.is_multiple_of(level.span.0)) {
            if level.marks.back().is_some_and(|&(last, _)| last >= now) {
                continue;
            }
            if level.marks.len() == level.capacity {
                level.marks.pop_front();
            }
            level.marks.push_back((now, dollars));
        }
    }

    /// Writes the costs into the points of a series.
    pub fn fill(&self, series: &mut Series) {
        for (level, points) in self.levels.iter().zip(&mut series.levels) {
            let mut marks = level.marks.iter().peekable();
            let mut before = (SimTime::ZERO, 0.0);
            for point in &mut points.points {
                let end = point.at + point.span;
                while let Some(&mark) = marks.next_if(|&&(at, _)| at <= point.at) {
                    before = mark;
                }
                let Some(&&(at, dollars)) = marks.peek() else { break };
                if at == end && before.0 == point.at {
                    point.cost_sum = dollars as f32;
                    point.cost_rate = ((dollars - before.1) / point.span.hours()) as f32;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Point;

    #[test]
    fn every_point_gets_its_rate_and_sum() {
        let (mut ledger, mut series) = (Ledger::new(), Series::default());
        for second in 1..=2_000u64 {
            let now = SimTime(second * 1_000_000_000);
            // A dollar an hour for the first 1,000 s, then two.
            let dollars = (second as f64 + second.saturating_sub(1_000) as f64) / 3_600.0;
            ledger.mark(now, dollars);
            for (level, secs) in [1u64, 10, 60].into_iter().enumerate().filter(|(_, secs)| second % secs == 0) {
                let at = SimTime((second - secs) * 1_000_000_000);
                series.push(level, Point { at, span: Span::from_secs(secs), ..Point::default() });
            }
        }
        ledger.fill(&mut series);
        for (level, rates) in [(0, (2.0, 2.0)), (1, (1.0, 2.0)), (2, (1.0, 2.0))] {
            let points = &series.levels[level].points;
            let near = |value: f32, wanted: f32| (value - wanted).abs() < 1e-3;
            assert!(near(points[0].cost_rate, rates.0), "level {level}: {}", points[0].cost_rate);
            assert!(near(points.back().unwrap().cost_rate, rates.1));
        }
        assert!((series.levels[1].points.back().unwrap().cost_sum - 3_000.0 / 3_600.0).abs() < 1e-4);
    }
}
