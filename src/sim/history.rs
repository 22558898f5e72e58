//! The course of one site, or of the whole system: an interval at a time, at all resolutions.

use super::meter::{Capacity, Counters, Mark};
use super::network::Reason;
use super::report::Failures;
use crate::metrics::{Histogram, Point, REASONS, Series};
use crate::units::Span;

/// Histograms and series of one site or of the whole system.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    /// What was counted in the open interval of each level but the finest, coarsest last, then everything older.
    open: Vec<Histogram>,
    pub(super) marks: Vec<Mark>,
    pub(super) series: Series,
    /// The most frequent failure of the latest second, per second.
    pub(super) trouble: Option<(Reason, f32)>,
    /// Time in intervals in which requests ended, but none of them well.
    pub(super) down: Span,
    /// Time since then in which requests came and none ended: how the next ones end tells whether it was down.
    doubtful: Span,
    /// Begins anew at the end of a warm-up.
    pub(super) start: Mark,
}

impl History {
    pub(super) fn new(series: Series) -> Self {
        let levels = Series::spans().count();
        let (open, marks) = (vec![Histogram::default(); levels], vec![Mark::default(); levels]);
        Self { open, marks, series, ..Self::default() }
    }

    /// Ends the finest interval, and every coarser one that ends with it. Empties `latency`.
    pub(super) fn close(&mut self, now: Mark, latency: &mut Histogram, capacity: &Capacity) {
        self.trouble = trouble(&self.marks[0].count.failures, &now.count.failures, now.at.since(self.marks[0].at));
        self.series.push(0, Mark::point(&self.marks[0], &now, percentiles(latency), capacity));
        self.note_downtime(&now);
        self.marks[0] = now;
        self.open[0].merge(latency);
        latency.clear();
        for (level, span) in Series::spans().enumerate().skip(1) {
            if !now.at.0.is_multiple_of(span.0) {
                return;
            }
            let (finer, coarser) = self.open.split_at_mut(level);
            let point = Mark::point(&self.marks[level], &now, percentiles(&finer[level - 1]), capacity);
            self.series.push(level, point);
            self.marks[level] = now;
            coarser[0].merge(&finer[level - 1]);
            finer[level - 1].clear();
        }
    }

    /// The same where the times are those of another, which has just ended its intervals: they are not kept twice.
    pub(super) fn close_beside(&mut self, other: &Self, now: Mark, capacity: &Capacity) {
        self.trouble = trouble(&self.marks[0].count.failures, &now.count.failures, now.at.since(self.marks[0].at));
        self.note_downtime(&now);
        let ended = Series::spans().enumerate().take_while(|(_, span)| now.at.0.is_multiple_of(span.0));
        for (level, _) in ended {
            let Point { p50, p95, p99, .. } = other.series.levels[level].points.back().copied().unwrap_or_default();
            self.series.push(level, Mark::point(&self.marks[level], &now, [p50, p95, p99], capacity));
            self.marks[level] = now;
        }
    }

    /// Takes over the times of another that it was closed beside, to go on by itself.
    pub(super) fn part_from(&mut self, other: &Self) {
        self.open.clone_from(&other.open);
    }

    /// Everything counted since the start or the end of the warm-up, with what the open interval holds.
    pub(super) fn total(&self, latency: &Histogram) -> Histogram {
        let mut total = latency.clone();
        self.open.iter().for_each(|open| total.merge(open));
        total
    }

    /// How many answers were timed since the start or the end of the warm-up, and their sum in nanoseconds.
    pub(super) fn answers(&self, latency: &Histogram) -> (u64, u128) {
        let all = self.open.iter().chain(std::iter::once(latency));
        all.fold((0, 0), |(count, sum), more| (count + more.count(), sum + more.sum_nanos()))
    }

    /// Forgets what was counted; series go on.
    pub(super) fn forget(&mut self, start: Mark) {
        self.open.iter_mut().for_each(Histogram::clear);
        (self.down, self.doubtful) = (Span::ZERO, Span::ZERO);
        self.start = start;
    }

    /// An interval in which requests ended and none of them well is down, and so is the time before it in which none ended.
    fn note_downtime(&mut self, now: &Mark) {
        let before = &self.marks[0];
        let span = now.at.since(before.at);
        let grown = |count: fn(&Counters) -> u64| count(&now.count) > count(&before.count);
        if grown(|count| count.served - count.late) {
            self.doubtful = Span::ZERO;
        } else if grown(|count| count.failed() + count.late) {
            self.down = self.down + self.doubtful + span;
            self.doubtful = Span::ZERO;
        } else if grown(|count| count.arrived) {
            self.doubtful = self.doubtful + span;
        }
    }

    /// The latest finished interval.
    pub(super) fn latest(&self) -> Point {
        self.series.levels[0].points.back().copied().unwrap_or_default()
    }

    /// How things are now: in the latest interval, or where few requests came, in the latest ten. Times and hits are those of
    /// the latest interval that rests on enough requests to mean something, where requests end at all.
    pub(super) fn recent(&self) -> Point {
        const ENOUGH: f64 = 30.0;
        let enough = |point: &Point| f64::from(point.arrived) * point.span.secs() >= ENOUGH;
        let latest = self.latest();
        let now = if enough(&latest) { return latest } else { self.lately(latest) };
        if now.good + now.late <= 0.0 {
            return Point { p50: 0.0, p95: 0.0, p99: 0.0, hits: 0.0, ..now };
        }
        let mut longer = self.series.levels[1..3].iter().filter_map(|level| level.points.back());
        let telling = longer.clone().find(|point| enough(point)).or_else(|| longer.next_back());
        let Point { p50, p95, p99, hits, .. } = *telling.unwrap_or(&latest);
        Point { p50, p95, p99, hits, ..now }
    }

    /// The latest interval with the mean rates of the latest ten.
    fn lately(&self, latest: Point) -> Point {
        let points = || self.series.levels[0].points.iter().rev().take(10);
        let count = points().count().max(1) as f32;
        let mean = |rate: fn(&Point) -> f32| points().map(rate).sum::<f32>() / count;
        Point {
            arrived: mean(|point| point.arrived),
            good: mean(|point| point.good),
            late: mean(|point| point.late),
            failed: mean(|point| point.failed),
            utilization: mean(|point| point.utilization),
            queue: mean(|point| point.queue),
            ..latest
        }
    }
}

/// The median, the 95th and the 99th percentile in milliseconds.
fn percentiles(latency: &Histogram) -> [f32; 3] {
    latency.quantiles([0.5, 0.95, 0.99]).map(|nanos| (nanos / 1e6) as f32)
}

/// The reasons that grew most between two counts, by code, and how fast, per second.
pub(super) fn commonest(from: &Failures, to: &Failures, span: Span) -> ([u8; REASONS], [f32; REASONS]) {
    let (mut codes, mut counts) = ([0; REASONS], [0; REASONS]);
    if from != to {
        for (code, (before, now)) in (0..).zip(from.iter().zip(to)) {
            let (mut code, mut count) = (code, now - before);
            for at in 0..REASONS {
                if count > counts[at] {
                    std::mem::swap(&mut count, &mut counts[at]);
                    std::mem::swap(&mut code, &mut codes[at]);
                }
            }
        }
    }
    (codes, counts.map(|count: u64| (count as f64 / span.secs()) as f32))
}

/// The reason that grew most between two counts, per second.
fn trouble(from: &Failures, to: &Failures, span: Span) -> Option<(Reason, f32)> {
    let grown = |reason: Reason| (reason, to[reason as usize] - from[reason as usize]);
    let (reason, count) = Reason::ALL.into_iter().map(grown).max_by_key(|&(_, count)| count)?;
    (count > 0).then(|| (reason, (count as f64 / span.secs()) as f32))
}
