//! Failures by class of request and reason over time, at several resolutions like the series that they belong to.
//!
//! Only what failed is kept: a run in which all goes well costs nothing. Promises: memory is bounded, and a span that is
//! remembered at any resolution is counted whole. Absent: what classes and reasons mean; that is known to whoever counts.

use super::Series;
use crate::units::{SimTime, Span};
use std::collections::{BTreeMap, VecDeque};

/// How many requests of one class failed of one reason in one interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureCount {
    /// Start of the interval.
    pub at: SimTime,
    /// Requests; a count beyond 4 billion an interval stays there.
    pub count: u32,
    /// Code of the class.
    pub class: u8,
    /// Code of the reason.
    pub reason: u8,
}

/// Failures of one site, or of a system.
#[derive(Debug, Clone)]
pub struct FailureSeries {
    /// Finest first, with the spans of [`Series`].
    levels: Vec<Level>,
}

#[derive(Debug, Clone)]
struct Level {
    span: Span,
    capacity: usize,
    /// From here on nothing is forgotten.
    complete_from: SimTime,
    /// Oldest first.
    kept: VecDeque<FailureCount>,
}

/// Counts that a level keeps.
const FULL: usize = 4_096;
/// Counts that a level of many series together may keep: about 32 MB for all levels.
const SHARED: usize = 500_000;
/// Fewest counts of a level.
const LEAST: usize = 16;

impl Default for FailureSeries {
    fn default() -> Self {
        Self::one_of(1)
    }
}

impl FailureSeries {
    /// One of `many` that stand side by side; with more than 122 of them each reaches back less far.
    pub fn one_of(many: usize) -> Self {
        let capacity = (SHARED / many.max(1)).clamp(LEAST, FULL);
        let level = |span| Level { span, capacity, complete_from: SimTime::ZERO, kept: VecDeque::new() };
        Self { levels: Series::spans().map(level).collect() }
    }

    /// Reaches back as far as one can, from now on.
    pub fn fill_up(&mut self) {
        self.levels.iter_mut().for_each(|level| level.capacity = FULL);
    }

    /// Bytes that it takes beside its own.
    pub fn heap_bytes(&self) -> usize {
        let kept = |level: &Level| size_of::<Level>() + level.kept.capacity() * size_of::<FailureCount>();
        self.levels.iter().map(kept).sum()
    }

    /// Adds what failed in a finest interval, which is the last one or follows it.
    pub fn add(&mut self, failed: FailureCount) {
        self.levels.iter_mut().for_each(|level| level.add(failed));
    }

    /// What failed in the finest interval that starts then.
    pub fn starting_at(&self, at: SimTime) -> impl Iterator<Item = FailureCount> {
        let newest = self.levels.first().into_iter().flat_map(|level| level.kept.iter().rev());
        newest.take_while(move |failed| failed.at >= at).filter(move |failed| failed.at == at).copied()
    }

    /// How many failed by class and reason in the intervals that a span touches: the finest that are still remembered.
    pub fn between(&self, from: SimTime, to: SimTime) -> BTreeMap<(u8, u8), u64> {
        let reaches = |level: &&Level| level.complete_from <= from;
        let level = self.levels.iter().find(reaches).or(self.levels.last());
        let inside = level
            .into_iter()
            .flat_map(|level| level.kept.iter().filter(move |failed| failed.at + level.span > from && failed.at < to));
        let mut sums = BTreeMap::new();
        for failed in inside {
            *sums.entry((failed.class, failed.reason)).or_default() += u64::from(failed.count);
        }
        sums
    }
}

impl Level {
    fn add(&mut self, failed: FailureCount) {
        let at = SimTime(failed.at.0 - failed.at.0 % self.span.0);
        let now = self.kept.iter_mut().rev().take_while(|known| known.at == at);
        let mut same = now.filter(|known| (known.class, known.reason) == (failed.class, failed.reason));
        if let Some(known) = same.next() {
            known.count = known.count.saturating_add(failed.count);
            return;
        }
        if self.kept.len() >= self.capacity {
            self.forget_an_interval();
        }
        self.kept.push_back(FailureCount { at, ..failed });
    }

    /// A whole interval goes at once: half of one would be counted wrongly.
    fn forget_an_interval(&mut self) {
        let Some(oldest) = self.kept.front().map(|failed| failed.at) else { return };
        while self.kept.pop_front_if(|failed| failed.at == oldest).is_some() {}
        self.complete_from = oldest + self.span;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> SimTime {
        SimTime::ZERO + Span::from_secs(secs)
    }

    fn failed(secs: u64, class: u8, reason: u8) -> FailureCount {
        FailureCount { at: at(secs), count: 3, class, reason }
    }

    #[test]
    fn a_span_is_counted_by_class_and_reason() {
        let mut series = FailureSeries::default();
        for secs in 0..100 {
            series.add(failed(secs, 0, 7));
            series.add(failed(secs, 1, 7));
            series.add(failed(secs, 1, 7));
        }
        series.add(failed(100, 1, 2));
        let found: Vec<_> = series.between(at(10), at(20)).into_iter().collect();
        assert_eq!(found, [((0, 7), 30), ((1, 7), 60)]);
        assert_eq!(series.between(at(100), at(101)).into_iter().collect::<Vec<_>>(), [((1, 2), 3)]);
        assert_eq!(series.starting_at(at(99)).count(), 2);
        assert_eq!(series.starting_at(at(101)).count(), 0);
    }

    #[test]
    fn what_is_long_ago_is_counted_in_coarser_intervals_and_memory_is_bounded() {
        let mut series = FailureSeries::default();
        for secs in 0..100_000 {
            series.add(failed(secs, 0, 0));
            series.add(failed(secs, 0, 1));
        }
        let sum = |from, to| series.between(at(from), at(to)).values().sum::<u64>();
        assert_eq!(sum(99_000, 99_010), 60, "by the second");
        assert_eq!(sum(90_000, 90_010), 60, "by ten seconds");
        assert_eq!(sum(90_003, 90_004), 60, "the ten seconds that it is in");
        assert_eq!(sum(60, 70), 60 * 6, "the minute that it is in");
        assert!(series.heap_bytes() < 300_000, "{}", series.heap_bytes());
    }

    #[test]
    fn many_share_their_memory() {
        let mut one = FailureSeries::one_of(10_000);
        (0..5_000).for_each(|secs| one.add(failed(secs, 0, 0)));
        assert!(one.heap_bytes() * 10_000 <= 64 << 20, "{}", one.heap_bytes());
        one.fill_up();
        (5_000..10_000).for_each(|secs| one.add(failed(secs, 0, 0)));
        assert_eq!(one.between(at(6_000), at(6_010)).values().sum::<u64>(), 30);
    }
}
