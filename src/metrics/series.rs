//! Series at several resolutions, so that a week costs as little memory as an hour.

use super::FailureSeries;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// Most reasons of failures that a point tells apart.
pub const REASONS: usize = 4;

/// What one site did in one interval. Rates are per second, times in milliseconds, the rest means over the interval.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    /// Start of the interval.
    pub at: SimTime,
    /// Its length.
    pub span: Span,
    /// Requests that arrived, per second.
    pub arrived: f32,
    /// Requests answered well, per second; for users: within their time-out.
    pub good: f32,
    /// Requests answered too late for the users, per second.
    pub late: f32,
    /// Requests that failed, per second.
    pub failed: f32,
    /// Codes of the commonest reasons of failures, the commonest first; what they mean is known to whoever counts.
    pub reasons: [u8; REASONS],
    /// Failures for each of them, per second; zero where there are fewer. The rest of `failed` has other reasons.
    pub by_reason: [f32; REASONS],
    /// Median latency; `None` of the four is shown when nothing was answered (`good + late` is zero).
    pub p50: f32,
    /// 95th percentile.
    pub p95: f32,
    /// 99th percentile.
    pub p99: f32,
    /// Share of the processors (or, without any, of the workers) in use, 0 to 1; for a whole system that of its busiest
    /// site, second by second.
    pub utilization: f32,
    /// Requests waiting for a worker.
    pub queue: f32,
    /// Messages in a buffer, those being worked on included.
    pub backlog: f32,
    /// Share of look-ups that were hits, 0 to 1; zero where there is no cache.
    pub hits: f32,
    /// Carts and files that were not where they were looked for, per second.
    pub missing: f32,
    /// Answers older than a write that they should have shown, per second.
    pub stale: f32,
    /// Servers in service, mean over the interval.
    pub in_service: f32,
    /// Servers that boot.
    pub pending: f32,
    /// Servers that finish what they have.
    pub draining: f32,
    /// Servers wanted.
    pub desired: f32,
    /// Least that one of its servers has to spend of its CPU credits at the end of the interval; `None` where they do not
    /// live on credits.
    pub credits: Option<f32>,
    /// Dollars per hour that this interval cost; filled in by whoever knows prices.
    pub cost_rate: f32,
    /// Dollars since the start of the run; filled in by whoever knows prices.
    pub cost_sum: f32,
}

impl Point {
    /// What several neighbours were together: the mean of each figure, and of latencies the worst. `None` of none.
    pub fn together(points: &[Self]) -> Option<Self> {
        let mean = |value: fn(&Self) -> f32| points.iter().map(value).sum::<f32>() / points.len() as f32;
        let worst = |value: fn(&Self) -> f32| points.iter().map(value).fold(0.0, f32::max);
        let (first, last) = (points.first()?, points.last()?);
        let (reasons, by_reason) = Self::reasons_of(points);
        Some(Self {
            at: first.at,
            span: (last.at + last.span).since(first.at),
            arrived: mean(|p| p.arrived),
            good: mean(|p| p.good),
            late: mean(|p| p.late),
            failed: mean(|p| p.failed),
            reasons,
            by_reason,
            p50: worst(|p| p.p50),
            p95: worst(|p| p.p95),
            p99: worst(|p| p.p99),
            utilization: mean(|p| p.utilization),
            queue: mean(|p| p.queue),
            backlog: mean(|p| p.backlog),
            hits: mean(|p| p.hits),
            missing: mean(|p| p.missing),
            stale: mean(|p| p.stale),
            in_service: mean(|p| p.in_service),
            pending: mean(|p| p.pending),
            draining: mean(|p| p.draining),
            desired: mean(|p| p.desired),
            cost_rate: mean(|p| p.cost_rate),
            cost_sum: last.cost_sum,
            credits: last.credits,
        })
    }

    /// The commonest reasons of several points, and how fast each grew on average.
    pub fn reasons_of(points: &[Self]) -> ([u8; REASONS], [f32; REASONS]) {
        let mut sums: Vec<(u8, f32)> = Vec::new();
        let told = points.iter().flat_map(|point| point.reasons.into_iter().zip(point.by_reason));
        for (code, rate) in told.filter(|(_, rate)| *rate > 0.0) {
            match sums.iter_mut().find(|sum| sum.0 == code) {
                Some(sum) => sum.1 += rate / points.len() as f32,
                None => sums.push((code, rate / points.len() as f32)),
            }
        }
        sums.sort_by(|a, b| b.1.total_cmp(&a.1));
        let at = |n: usize| sums.get(n).copied().unwrap_or_default();
        (std::array::from_fn(|n| at(n).0), std::array::from_fn(|n| at(n).1))
    }
}

/// What of a series stands together in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Quantity {
    Latency,
    Requests,
    Use,
    Instances,
    Backlog,
    Hits,
    /// What was not found, and stale answers.
    Losses,
    /// CPU credits that are left.
    Credits,
    Cost,
}

impl Quantity {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Latency,
        Self::Requests,
        Self::Use,
        Self::Instances,
        Self::Backlog,
        Self::Hits,
        Self::Losses,
        Self::Credits,
        Self::Cost,
    ];

    /// As it is called in files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Requests => "requests",
            Self::Use => "use",
            Self::Instances => "instances",
            Self::Backlog => "backlog",
            Self::Hits => "hits",
            Self::Losses => "losses",
            Self::Credits => "credits",
            Self::Cost => "cost",
        }
    }

    /// That which is called so in files.
    pub fn with_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|quantity| quantity.key() == key)
    }
}

/// One resolution: the latest points, each `span` long.
#[derive(Debug, Clone)]
pub struct Level {
    /// Length of one point.
    pub span: Span,
    /// Points kept; older ones are forgotten.
    pub capacity: usize,
    /// Oldest first.
    pub points: VecDeque<Point>,
}

/// The same history at several resolutions, finest first.
#[derive(Debug, Clone)]
pub struct Series {
    /// Finest first.
    pub levels: Vec<Level>,
    /// Dollars that had been spent when the latest priced point of each level ended.
    spent: [f64; LEVELS.len()],
    /// What failed, by class and reason.
    pub failures: FailureSeries,
}

/// Length of a point, and how many are kept: 15 min by the second, 3 h by ten seconds, two days by the minute and eight
/// weeks by the half hour.
const LEVELS: [(u64, usize); 4] = [(1, 900), (10, 1_080), (60, 2_880), (1_800, 2_688)];

/// Points of one full series.
const FULL: usize = LEVELS[0].1 + LEVELS[1].1 + LEVELS[2].1 + LEVELS[3].1;
/// Points that many series together may keep, about 180 MB of them.
const SHARED: usize = 1_500_000;
/// Fewest points of a level.
const LEAST: usize = 8;

impl Default for Series {
    fn default() -> Self {
        let level = |(secs, capacity)| Level { span: Span::from_secs(secs), capacity, points: VecDeque::new() };
        Self { levels: LEVELS.map(level).into(), spent: [0.0; LEVELS.len()], failures: FailureSeries::default() }
    }
}

impl Series {
    /// One of `many` series that stand side by side: up to 198 of them are full, more reach back less far.
    pub fn one_of(many: usize) -> Self {
        let mut series = Self::default();
        for level in &mut series.levels {
            let share = level.capacity * SHARED / FULL / many.max(1);
            level.capacity = level.capacity.min(share.max(LEAST));
        }
        series.failures = FailureSeries::one_of(many);
        series
    }

    /// Reaches back as far as a series can, from now on.
    pub fn fill_up(&mut self) {
        for (level, (_, capacity)) in self.levels.iter_mut().zip(LEVELS) {
            level.capacity = capacity;
        }
        self.failures.fill_up();
    }

    /// Bytes that it takes beside its own.
    pub fn heap_bytes(&self) -> usize {
        let points = |level: &Level| size_of::<Level>() + level.points.capacity() * size_of::<Point>();
        self.levels.iter().map(points).sum::<usize>() + self.failures.heap_bytes()
    }

    /// Lengths of a point, finest first. Each is a multiple of the one before.
    pub fn spans() -> impl Iterator<Item = Span> {
        LEVELS.into_iter().map(|(secs, _)| Span::from_secs(secs))
    }

    /// Adds a finished point to a level.
    pub fn push(&mut self, level: usize, point: Point) {
        let level = &mut self.levels[level];
        if level.points.len() == level.capacity {
            level.points.pop_front();
        } else if level.points.len() == level.points.capacity() {
            // Twice as many, but not more than there will ever be.
            let more = level.points.len().max(LEAST).min(level.capacity - level.points.len());
            level.points.reserve_exact(more);
        }
        level.points.push_back(point);
    }

    /// Writes dollars since the start of the run into the points that end at a moment. Rates are right where it is told the
    /// end of every finest point.
    pub fn spend(&mut self, now: SimTime, dollars: f64) {
        for (level, before) in self.levels.iter_mut().zip(&mut self.spent) {
            let Some(point) = level.points.back_mut().filter(|point| point.at + point.span == now) else { continue };
            point.cost_sum = dollars as f32;
            point.cost_rate = ((dollars - *before) / point.span.hours()) as f32;
            *before = dollars;
        }
    }

    /// What it was like between two moments; `None` where nothing is remembered of then.
    pub fn between(&self, from: SimTime, to: SimTime) -> Option<Point> {
        let points = &self.level_between(from, to, usize::MAX).points;
        let first = points.partition_point(|point| point.at + point.span <= from);
        let inside: Vec<Point> = points.iter().skip(first).take_while(|point| point.at < to).copied().collect();
        Point::together(&inside)
    }

    /// The finest level that reaches back to `from`, with at most `most` points after it.
    pub fn level_for(&self, from: SimTime, most: usize) -> &Level {
        self.level_between(from, SimTime(u64::MAX), most)
    }

    /// The finest level that reaches back to `from`, with at most `most` points from there to `to`.
    pub fn level_between(&self, from: SimTime, to: SimTime, most: usize) -> &Level {
        let reaches = |level: &&Level| {
            let complete = level.points.len() < level.capacity;
            let first = level.points.front().map_or(SimTime::ZERO, |point| point.at);
            let before = |moment| level.points.partition_point(|point| point.at < moment);
            (complete || first <= from) && before(to) - before(from) <= most
        };
        self.levels.iter().find(reaches).unwrap_or_else(|| self.levels.last().expect("there are levels"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_the_right_level_is_found() {
        let mut series = Series::default();
        for s in 0..10_000u64 {
            let at = SimTime(s * 1_000_000_000);
            series.push(0, Point { at, span: Span::from_secs(1), ..Point::default() });
            if s % 10 == 9 {
                let at = SimTime((s - 9) * 1_000_000_000);
                series.push(1, Point { at, span: Span::from_secs(10), ..Point::default() });
            }
        }
        assert_eq!(series.levels[0].points.len(), 900);
        assert_eq!(series.level_for(SimTime(9_700 * 1_000_000_000), 1_000).span, Span::from_secs(1));
        assert_eq!(series.level_for(SimTime(1_000 * 1_000_000_000), 1_000).span, Span::from_secs(10));
        assert_eq!(series.level_for(SimTime(9_700 * 1_000_000_000), 100).span, Span::from_secs(10));
    }

    #[test]
    fn every_point_has_its_rate_and_sum() {
        let mut series = Series::default();
        for second in 1..=2_000u64 {
            let now = SimTime(second * 1_000_000_000);
            for (level, secs) in [1u64, 10, 60].into_iter().enumerate().filter(|(_, secs)| second % secs == 0) {
                let at = SimTime((second - secs) * 1_000_000_000);
                series.push(level, Point { at, span: Span::from_secs(secs), ..Point::default() });
            }
            // A dollar an hour for the first 1,000 s, then two.
            series.spend(now, (second as f64 + second.saturating_sub(1_000) as f64) / 3_600.0);
        }
        for (level, rates) in [(0, (2.0, 2.0)), (1, (1.0, 2.0)), (2, (1.0, 2.0))] {
            let points = &series.levels[level].points;
            let near = |value: f32, wanted: f32| (value - wanted).abs() < 1e-3;
            assert!(near(points[0].cost_rate, rates.0), "level {level}: {}", points[0].cost_rate);
            assert!(near(points.back().unwrap().cost_rate, rates.1));
        }
        assert!((series.levels[1].points.back().unwrap().cost_sum - 3_000.0 / 3_600.0).abs() < 1e-4);
    }

    #[test]
    fn many_series_share_their_memory() {
        let full = Series::default();
        let capacities = |series: &Series| series.levels.iter().map(|level| level.capacity).collect::<Vec<_>>();
        assert_eq!(capacities(&Series::one_of(198)), capacities(&full));
        for many in [1_000, 10_000, 50_000] {
            let mut one = Series::one_of(many);
            for s in 0..5_000u64 {
                for level in 0..4 {
                    let at = SimTime(s * 1_000_000_000);
                    one.push(level, Point { at, span: Span::from_secs(1), ..Point::default() });
                }
            }
            assert!(one.heap_bytes() * many <= 300 << 20, "{many}: {}", one.heap_bytes());
            one.fill_up();
            assert_eq!(capacities(&one), capacities(&full));
        }
    }
}
