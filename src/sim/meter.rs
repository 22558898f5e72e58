//! What is counted at one site: counters and areas since the start, histograms by interval, series at all resolutions.

pub(super) use super::history::History;
use super::history::commonest;
use super::network::Reason;
use super::report::{Failures, Spans};
use crate::metrics::{Area, Census, FailureCount, Histogram, Point, Reading, Series};
use crate::units::{SimTime, Span};

/// Things that happened, since the start of the run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counters {
    pub(super) arrived: u64,
    pub(super) served: u64,
    pub(super) late: u64,
    pub(super) failures: Failures,
    /// Requests on a connection that an earlier one of the same user had left open, and how long these had waited, in
    /// nanoseconds.
    pub(super) reused: u64,
    pub(super) waited_open: u64,
    pub(super) lookups: u64,
    pub(super) hits: u64,
    pub(super) queries: u64,
    pub(super) carts: u64,
    pub(super) carts_missed: u64,
    pub(super) carts_lost: u64,
    /// Carts that were open when some were lost.
    pub(super) carts_staked: u64,
    pub(super) cookie_bytes: u64,
    /// Answers older than a write that they should have shown.
    pub(super) stale: u64,
    /// Writes that a restore could not bring back.
    pub(super) writes_lost: u64,
    /// Receives that found no message.
    pub(super) empty: u64,
    /// Entries that made room for others.
    pub(super) evicted: u64,
    pub(super) stored: u64,
    pub(super) finished: u64,
    pub(super) dead: u64,
    /// Files that were not where they were looked for.
    pub(super) missing: u64,
    /// Messages that became too old.
    pub(super) expired: u64,
    /// Work on messages that were given out again meanwhile.
    pub(super) duplicates: u64,
}

/// Numbers that rise and fall.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Gauges {
    /// Requests here.
    pub(super) inside: Area,
    /// Requests waiting for a worker.
    pub(super) waiting: Area,
    /// Workers that have a request.
    pub(super) workers: Area,
    /// Servers by phase.
    pub(super) in_service: Area,
    /// Servers in service that answer nothing, because they only stand by.
    pub(super) standing_by: Area,
    pub(super) pending: Area,
    pub(super) draining: Area,
    /// Servers wanted.
    pub(super) desired: Area,
    /// Messages kept.
    pub(super) backlog: Area,
}

/// What one server of a site could do.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Capacity {
    /// Processors of one server.
    pub(super) cores: f64,
    /// Workers of one server.
    pub(super) workers: f64,
    /// What is used up.
    pub(super) scarce: Scarce,
}

/// What is used up at a site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Scarce {
    #[default]
    Workers,
    Processors,
    /// Of a whole system: the share that the busiest site has in use, summed up over time.
    Busiest,
}

/// Everything cumulative at one moment; two of them make a point.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    pub(super) at: SimTime,
    pub(super) count: Counters,
    inside: u128,
    waiting: u128,
    workers: u128,
    pub(super) in_service: u128,
    standing_by: u128,
    pending: u128,
    draining: u128,
    desired: u128,
    backlog: u128,
    cpu: f64,
    /// Processor time beyond what was earned for it, nanoseconds, as it would be charged now.
    pub(super) owed: f64,
    /// Time of servers that may be taken back, nanoseconds.
    pub(super) spot: f64,
    /// Least that a server has to spend, in credits, where they live on them.
    pub(super) credits: Option<f32>,
}

impl Counters {
    pub(super) fn failed(&self) -> u64 {
        self.failures.iter().sum()
    }

    /// Adds another site's counters, for the system as a whole.
    pub(super) fn add(&mut self, other: &Self) {
        self.arrived += other.arrived;
        self.served += other.served;
        self.late += other.late;
        for (sum, more) in self.failures.iter_mut().zip(other.failures) {
            *sum += more;
        }
    }
}

impl Gauges {
    pub(super) fn mark(&self, now: SimTime, count: Counters, cpu: f64) -> Mark {
        Mark {
            at: now,
            count,
            inside: self.inside.total(now),
            waiting: self.waiting.total(now),
            workers: self.workers.total(now),
            in_service: self.in_service.total(now),
            standing_by: self.standing_by.total(now),
            pending: self.pending.total(now),
            draining: self.draining.total(now),
            desired: self.desired.total(now),
            backlog: self.backlog.total(now),
            cpu,
            owed: 0.0,
            spot: 0.0,
            credits: None,
        }
    }
}

impl Mark {
    /// Counters alone, at a moment.
    pub(super) fn of(at: SimTime, count: Counters) -> Self {
        Self { at, count, ..Self::default() }
    }

    /// Mean of an area between two marks.
    fn mean(area: impl Fn(&Self) -> u128, from: &Self, to: &Self) -> f64 {
        let nanos = to.at.since(from.at).0.max(1);
        let grown = area(to) - area(from);
        // Nearly always fits 64 bits, whose conversion is an instruction.
        let grown = u64::try_from(grown).map_or(grown as f64, |small| small as f64);
        grown / nanos as f64
    }

    /// Share of processors or workers in use between two marks, 0 to 1.
    pub(super) fn utilization(from: &Self, to: &Self, capacity: &Capacity) -> f64 {
        if capacity.scarce == Scarce::Busiest {
            return ((to.cpu - from.cpu) / to.at.since(from.at).0.max(1) as f64).clamp(0.0, 1.0);
        }
        let there = to.in_service - from.in_service + to.draining - from.draining;
        // What stands by has nothing that could be in use.
        let servers = there.saturating_sub(to.standing_by - from.standing_by) as f64;
        let (used, each) = if capacity.scarce == Scarce::Processors {
            (to.cpu - from.cpu, capacity.cores)
        } else {
            ((to.workers - from.workers) as f64, capacity.workers)
        };
        if servers * each > 0.0 { (used / (servers * each)).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Adds the servers of another site, for the system as a whole.
    pub(super) fn add_servers(&mut self, other: &Self) {
        self.in_service += other.in_service;
        self.pending += other.pending;
        self.draining += other.draining;
        self.desired += other.desired;
    }

    /// Adds what waits, was looked up and was not found at another site.
    pub(super) fn add_load(&mut self, now: SimTime, meter: &Meter) {
        self.waiting += meter.gauge.waiting.total(now);
        self.count.lookups += meter.count.lookups;
        self.count.hits += meter.count.hits;
        self.count.missing += meter.count.missing;
        self.count.carts_missed += meter.count.carts_missed;
        self.count.stale += meter.count.stale;
    }

    /// For a whole system: the share that its busiest site had in use, summed up in nanoseconds.
    pub(super) fn with_busiest(self, nanos: f64) -> Self {
        Self { cpu: nanos, ..self }
    }

    /// Adds the messages of another site.
    pub(super) fn add_backlog(&mut self, other: &Self) {
        self.backlog += other.backlog;
    }

    /// Seconds of servers from launch to end between two marks.
    pub(super) fn server_secs(from: &Self, to: &Self) -> f64 {
        let total = |mark: &Self| mark.in_service + mark.pending + mark.draining;
        (total(to) - total(from)) as f64 / 1e9
    }

    /// Seconds of requests being here between two marks.
    pub(super) fn request_secs(from: &Self, to: &Self) -> f64 {
        (to.inside - from.inside) as f64 / 1e9
    }

    /// Mean number of messages kept.
    pub(super) fn backlog(from: &Self, to: &Self) -> f64 {
        Self::mean(|mark| mark.backlog, from, to)
    }

    /// Mean number of requests waiting, and of requests here.
    pub(super) fn crowd(from: &Self, to: &Self) -> (f64, f64) {
        (Self::mean(|mark| mark.waiting, from, to), Self::mean(|mark| mark.inside, from, to))
    }

    /// Mean number of workers that had a request.
    pub(super) fn busy(from: &Self, to: &Self) -> f64 {
        Self::mean(|mark| mark.workers, from, to)
    }

    /// Mean number of servers in service.
    pub(super) fn servers(from: &Self, to: &Self) -> f64 {
        Self::mean(|mark| mark.in_service, from, to)
    }

    /// The point between two marks, with the median, the 95th and the 99th percentile of what was timed meanwhile, in
    /// milliseconds.
    pub(super) fn point(from: &Self, to: &Self, [p50, p95, p99]: [f32; 3], capacity: &Capacity) -> Point {
        let span = to.at.since(from.at);
        let per_sec =
            |count: fn(&Counters) -> u64| ((count(&to.count) - count(&from.count)) as f64 / span.secs()) as f32;
        let mean = |area: fn(&Self) -> u128| Self::mean(area, from, to) as f32;
        let lookups = to.count.lookups - from.count.lookups;
        let hits = to.count.hits - from.count.hits;
        let (reasons, by_reason) = commonest(&from.count.failures, &to.count.failures, span);
        Point {
            at: from.at,
            span,
            arrived: per_sec(|c| c.arrived),
            good: per_sec(|c| c.served - c.late),
            late: per_sec(|c| c.late),
            failed: per_sec(Counters::failed),
            reasons,
            by_reason,
            p50,
            p95,
            p99,
            utilization: Self::utilization(from, to, capacity) as f32,
            queue: mean(|mark| mark.waiting),
            backlog: mean(|mark| mark.backlog),
            hits: if lookups > 0 { hits as f32 / lookups as f32 } else { 0.0 },
            missing: per_sec(|c| c.missing + c.carts_missed),
            stale: per_sec(|c| c.stale),
            in_service: mean(|mark| mark.in_service),
            pending: mean(|mark| mark.pending),
            draining: mean(|mark| mark.draining),
            desired: mean(|mark| mark.desired),
            credits: to.credits,
            cost_rate: 0.0,
            cost_sum: 0.0,
        }
    }
}

/// What one class of requests met at one site, since the start or the end of the warm-up.
#[derive(Debug, Clone, Default)]
pub(super) struct ClassMeter {
    pub(super) served: u64,
    pub(super) late: u64,
    pub(super) failed: u64,
    pub(super) latency: Histogram,
    pub(super) wait: Histogram,
}

impl ClassMeter {
    fn forget(&mut self) {
        (self.served, self.late, self.failed) = (0, 0, 0);
        self.latency.clear();
        self.wait.clear();
    }

    /// Adds what the same class met elsewhere.
    pub(super) fn add(&mut self, other: &Self) {
        self.served += other.served;
        self.late += other.late;
        self.failed += other.failed;
        self.latency.merge(&other.latency);
        self.wait.merge(&other.wait);
    }
}

/// Times of one kind: how many, their sum and the longest.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Times {
    count: u64,
    sum: u128,
    most: Span,
}

/// All that is measured at one site.
#[derive(Debug, Clone, Default)]
pub(super) struct Meter {
    pub(super) count: Counters,
    pub(super) gauge: Gauges,
    /// From arrival to answer, in the open interval.
    pub(super) latency: Histogram,
    /// From arrival to a worker, since the start or the end of the warm-up.
    pub(super) wait: Histogram,
    /// Time that failed requests spent here, since the start or the end of the warm-up: for Little's law.
    pub(super) failed_nanos: u128,
    /// By class; empty where all requests are of one.
    pub(super) classes: Vec<ClassMeter>,
    /// What failed in the open interval, by class and reason: a few kinds at most.
    failing: Vec<FailureCount>,
    pub(super) history: History,
    /// Least and most servers in service since the start or the end of the warm-up.
    pub(super) servers: (u32, u32),
    /// How long there were how many servers from launch to end, since the start or the end of the warm-up.
    pub(super) census: Census,
    /// How long servers that came into service since then took from launch, or from being started again.
    pub(super) boots: Times,
    /// When carts were lost here last.
    pub(super) carts_lost_at: Option<SimTime>,
    /// How old stale answers since then were: the time from the write that they did not show.
    pub(super) stale: Times,
}

impl Times {
    /// Another one.
    pub(super) fn add(&mut self, took: Span) {
        self.count += 1;
        self.sum += u128::from(took.0);
        self.most = self.most.max(took);
    }

    /// How many there were, their mean, and the longest; `None` if there were none.
    pub(super) fn summary(&self) -> Option<Spans> {
        let mean = Span(u64::try_from(self.sum.checked_div(self.count.into())?).unwrap_or(u64::MAX));
        Some(Spans { count: self.count, mean, most: self.most })
    }
}

impl Meter {
    /// Counts an answer that did not show a write of so long ago.
    pub(super) fn note_stale(&mut self, age: Span) {
        self.count.stale += 1;
        self.stale.add(age);
    }

    /// The meter of one of so many sites, for so many classes.
    pub(super) fn new(sites: usize, classes: usize) -> Self {
        let classes = vec![ClassMeter::default(); if classes > 1 { classes } else { 0 }];
        Self { classes, history: History::new(Series::one_of(sites)), ..Self::default() }
    }

    /// Begins at a moment of a run that is under way.
    pub(super) fn begin_at(&mut self, mark: Mark) {
        self.history.marks.fill(mark);
        self.forget(mark);
    }

    /// Keeps apart so many classes.
    pub(super) fn fit(&mut self, classes: usize) {
        if classes > 1 {
            self.classes.resize_with(classes, ClassMeter::default);
        }
    }

    /// A request arrived.
    #[inline(always)]
    pub(super) fn arrive(&mut self, now: SimTime) {
        self.count.arrived += 1;
        self.gauge.inside.rise(now);
    }

    /// A request of a class got its worker, so long after it arrived.
    #[inline(always)]
    pub(super) fn begin(&mut self, class: u8, waited: Span) {
        let waited = Reading::from(waited);
        self.wait.record(waited);
        if let Some(meter) = self.classes.get_mut(usize::from(class)) {
            meter.wait.record(waited);
        }
    }

    /// A request of a class was answered, so long after it arrived.
    #[inline(always)]
    pub(super) fn answer(&mut self, class: u8, took: Reading) {
        self.count.served += 1;
        self.latency.record(took);
        if let Some(meter) = self.classes.get_mut(usize::from(class)) {
            meter.served += 1;
            meter.latency.record(took);
        }
    }

    /// So many of the answers given came too late for the user.
    pub(super) fn late(&mut self, class: u8, answers: u64) {
        self.count.late += answers;
        if let Some(meter) = self.classes.get_mut(usize::from(class)) {
            meter.late += answers;
        }
    }

    /// So many requests of a class that arrived on a lane, and answers with such times.
    pub(super) fn take_in(&mut self, class: u8, arrived: u64, latency: &Histogram) {
        self.count.arrived += arrived;
        self.count.served += latency.count();
        self.latency.merge(latency);
        if let Some(meter) = self.classes.get_mut(usize::from(class)) {
            meter.served += latency.count();
            meter.latency.merge(latency);
        }
    }

    /// What requests of a class on a lane waited for their workers.
    pub(super) fn take_waits(&mut self, class: u8, wait: &Histogram) {
        self.wait.merge(wait);
        if let Some(meter) = self.classes.get_mut(usize::from(class)) {
            meter.wait.merge(wait);
        }
    }

    /// A request of a class failed, so long after it arrived.
    #[inline]
    pub(super) fn fail(&mut self, class: u8, reason: Reason, took: Span) {
        self.failed_nanos += u128::from(took.0);
        self.count.failures[reason as usize] += 1;
        match self.failing.iter_mut().find(|kind| (kind.class, kind.reason) == (class, reason as u8)) {
            Some(kind) => kind.count = kind.count.saturating_add(1),
            None => self.failing.push(FailureCount { at: SimTime::ZERO, count: 1, class, reason: reason as u8 }),
        }
        if let Some(meter) = self.classes.get_mut(usize::from(class)) {
            meter.failed += 1;
        }
    }

    /// Ends the finest interval, which began at a moment, and every coarser one that ends with it.
    pub(super) fn close(&mut self, from: SimTime, now: Mark, capacity: &Capacity) {
        for kind in self.failing.drain(..) {
            self.history.series.failures.add(FailureCount { at: from, ..kind });
        }
        self.history.close(now, &mut self.latency, capacity);
    }

    /// Notes how many servers are in service now.
    pub(super) fn set_in_service(&mut self, now: SimTime, servers: u64) {
        self.gauge.in_service.set(now, servers);
        self.servers = (self.servers.0.min(servers as u32), self.servers.1.max(servers as u32));
    }

    /// Counts the servers that are there, in service or not, but for those that may be taken back: nobody commits to these.
    pub(super) fn take_census(&mut self, now: SimTime, spot: u64) {
        let Gauges { in_service, pending, draining, .. } = &self.gauge;
        self.census.set(now, (in_service.value() + pending.value() + draining.value()).saturating_sub(spot));
    }

    pub(super) fn forget(&mut self, mark: Mark) {
        self.census.forget(mark.at);
        (self.boots, self.stale) = (Times::default(), Times::default());
        self.latency.clear();
        self.wait.clear();
        self.failed_nanos = 0;
        self.classes.iter_mut().for_each(ClassMeter::forget);
        let servers = self.gauge.in_service.value() as u32;
        self.servers = (servers, servers);
        self.history.forget(mark);
    }
}
