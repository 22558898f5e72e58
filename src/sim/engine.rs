//! The event loop, and what may be asked of a running network.

use super::arrivals::SourceState;
use super::balance::Targets;
use super::bucket::Tokens;
use super::buffer::Messages;
use super::cache::{Entries, Versions};
use super::calls::Calls;
use super::class::Origin;
use super::cluster::Members;
use super::deadline::Deadlines;
use super::event_set::{Event, EventKind, EventSet};
use super::files::Files;
use super::frame::{Frame, Frames};
use super::gates::Gates;
use super::hop::Hop;
use super::hourly::HourMeter;
use super::idle::Idle;
use super::lane::{Lane, Tally};
use super::law::LawState;
pub(super) use super::link_meter::LinkMeter;
use super::meter::{Capacity, Counters, History, Mark, Meter, Scarce};
use super::network::{Discipline, Fault, Index, Network, Step, Zone};
use super::op::{Op, Then, ops};
use super::pacer::Pace;
use super::program::{Flow, ring_for};
use super::ready::Ready;
use super::resize::Resized;
use super::resolve::Names;
use super::ring::{Owner, Ring};
use super::rollout::Rolling;
use super::scale::ScalerState;
use super::server::{PoolState, Server};
use super::session::Sessions;
use super::snapshot::Phase;
use super::trace::Tracer;
use crate::metrics::{Histogram, Series};
use crate::units::{SimTime, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Length of the finest measuring interval.
const INTERVAL: Span = Span::from_secs(1);

/// A running network. `Clone` is a checkpoint: the copy goes on exactly as the original would.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(super) network: Network,
    /// The steps of its programs as the loop runs them.
    pub(super) ops: Vec<Op>,
    pub(super) seed: u64,
    pub(super) now: SimTime,
    pub(super) events: EventSet,
    pub(super) processed: u64,
    pub(super) started: bool,
    pub(super) frames: Frames,
    /// Calls that are more than one plain call.
    pub(super) calls: Calls,
    /// Frames whose turn has come at this very moment.
    pub(super) ready: Ready,
    pub(super) rings: Vec<Ring>,
    /// Where the messages of each buffer wait that are being worked on.
    pub(super) buffer_rings: Vec<u32>,
    /// Where new messages of each buffer wait until they may be given out.
    pub(super) delay_rings: Vec<u32>,
    pub(super) hops: Vec<Hop>,
    /// For each longer way the ring of its delay.
    pub(super) afar_rings: Vec<u32>,
    /// Buffer that a link takes messages from, where it does.
    pub(super) link_buffers: Vec<Index>,
    pub(super) laws: Vec<LawState>,
    pub(super) sources: Vec<SourceState>,
    pub(super) origins: Vec<Origin>,
    /// Lanes, one for each class of requests in turn, what was counted on each, and how many classes that are.
    pub(super) lanes: Vec<Lane>,
    pub(super) tallies: Vec<Tally>,
    /// By lane, what a request is that begins there.
    pub(super) templates: Vec<Frame>,
    pub(super) kinds: u32,
    /// Where balancers send what users ask: the lane behind each link, in one row for each source.
    pub(super) forks: Vec<Index>,
    pub(super) sessions: Sessions,
    /// Of each source, where its users give up.
    pub(super) deadlines: Vec<Deadlines>,
    pub(super) work_factors: Vec<f64>,
    /// Whether work takes as long as is drawn: classes have no factors, and no site is slow.
    pub(super) even: bool,
    pub(super) pools: Vec<PoolState>,
    pub(super) servers: Vec<Server>,
    /// How many servers were launched.
    pub(super) launches: u32,
    /// Places of servers that are gone and referred to by nothing.
    pub(super) idle_servers: Vec<u32>,
    pub(super) balancers: Vec<Targets>,
    pub(super) idles: Vec<Idle>,
    pub(super) buffers: Vec<Messages>,
    pub(super) caches: Vec<Entries>,
    pub(super) clusters: Vec<Members>,
    pub(super) files: Vec<Files>,
    /// By pacer, then by the seat of a server.
    pub(super) paces: Vec<Vec<Pace>>,
    /// When objects were written.
    pub(super) versions: Versions,
    pub(super) buckets: Vec<Tokens>,
    pub(super) names: Vec<Names>,
    pub(super) scalers: Vec<ScalerState>,
    pub(super) rollouts: Vec<Rolling>,
    /// Zones that are out, once for each fault that holds them down.
    pub(super) dark: Vec<Zone>,
    pub(super) active_faults: Vec<Index>,
    /// Pools whose servers are not of the size that is drawn.
    pub(super) resized: Vec<Resized>,
    /// Faults that the scenario asks for, as opposed to those injected by hand.
    pub(super) scenario_faults: Vec<Index>,
    /// Faults that will not happen, because the scenario has changed.
    pub(super) called_off: BTreeSet<Index>,
    /// Sites that are slow now, with the factor, once for each fault that slows them.
    pub(super) slow_sites: Vec<(Index, f64)>,
    /// What stands in the way of requests now.
    pub(super) gates: Gates,
    pub(super) meters: Vec<Meter>,
    pub(super) link_meters: Vec<LinkMeter>,
    /// By site that is charged by the hour.
    pub(super) hour_meters: BTreeMap<Index, HourMeter>,
    /// The users' view: all sources together.
    pub(super) system: History,
    /// Share that the busiest site had in use, summed up in nanoseconds.
    system_busy: f64,
    /// Latency of all sources in the open interval, kept to be used again.
    system_latency: Histogram,
    pub(super) watched: Option<Index>,
    /// Requests of users may be in one frame; see [`super::lane`].
    pub(super) folds: bool,
    /// Nothing is done in one go; see [`Engine::take_the_long_way`].
    pub(super) long: bool,
    /// Of what was looked at ahead, so that it really is; see [`Engine::look_ahead`].
    pub(super) seen: u32,
    /// Follows some requests, if it was asked to.
    pub(super) tracer: Option<Box<Tracer>>,
}

impl Engine {
    /// A network at its start, with its faults planned.
    pub fn new(network: Network, seed: u64) -> Self {
        let site_name = |site: Index| network.sites[site as usize].name.as_str();
        let mut engine = Self {
            now: SimTime::ZERO,
            events: EventSet::new(),
            processed: 0,
            started: false,
            frames: Frames::default(),
            calls: Calls::new(&network),
            ready: Ready::default(),
            ops: Vec::new(),
            rings: Vec::new(),
            buffer_rings: Vec::new(),
            delay_rings: Vec::new(),
            hops: Vec::new(),
            afar_rings: Vec::new(),
            link_buffers: vec![Index::MAX; network.links.len()],
            laws: network.laws.iter().map(|law| LawState::new(law, seed)).collect(),
            sources: network.sources.iter().map(|s| SourceState::new(s, site_name(s.site), seed)).collect(),
            origins: Vec::new(),
            lanes: Vec::new(),
            tallies: Vec::new(),
            templates: Vec::new(),
            kinds: 1,
            forks: Vec::new(),
            sessions: Sessions::default(),
            deadlines: vec![Deadlines::default(); network.sources.len()],
            work_factors: Vec::new(),
            even: true,
            pools: vec![PoolState::default(); network.pools.len()],
            servers: Vec::new(),
            launches: 0,
            idle_servers: Vec::new(),
            balancers: vec![Targets::default(); network.balancers.len()],
            idles: vec![Idle::default(); network.balancers.len()],
            buffers: vec![Messages::default(); network.buffers.len()],
            caches: Vec::new(),
            clusters: Vec::new(),
            files: vec![Files::default(); network.files.len()],
            paces: vec![Vec::new(); network.pacers.len()],
            versions: Versions::default(),
            buckets: vec![Tokens::default(); network.buckets.len()],
            names: vec![Names::default(); network.resolvers.len()],
            scalers: vec![ScalerState::default(); network.scalers.len()],
            rollouts: Vec::new(),
            dark: Vec::new(),
            active_faults: Vec::new(),
            resized: Vec::new(),
            scenario_faults: Vec::new(),
            called_off: BTreeSet::new(),
            slow_sites: Vec::new(),
            gates: Gates::new(seed),
            meters: vec![Meter::new(network.sites.len(), network.classes.len()); network.sites.len()],
            link_meters: vec![LinkMeter::default(); network.links.len()],
            hour_meters: BTreeMap::new(),
            system: History::new(Series::default()),
            system_busy: 0.0,
            system_latency: Histogram::default(),
            watched: None,
            folds: true,
            long: false,
            seen: 0,
            tracer: None,
            seed,
            network,
        };
        engine.wire();
        engine.tabulate();
        engine.forget_hours();
        engine.start();
        engine
    }

    /// Lets every pool know who is in front of it.
    pub(super) fn wire(&mut self) {
        for pool in &mut self.pools {
            pool.balancers.clear();
            pool.feeds.clear();
            pool.scaled = false;
        }
        self.buffers.iter_mut().for_each(|buffer| buffer.consumers.clear());
        for (balancer, spec) in (0..).zip(&self.network.balancers) {
            for &link in &spec.links {
                if let Some(pool) = self.pool_behind(link) {
                    self.pools[pool].balancers.push((balancer, link));
                }
            }
        }
        for (buffer, spec) in (0..).zip(&self.network.buffers) {
            for &link in &spec.links {
                if let Some(pool) = self.pool_behind(link) {
                    self.pools[pool].feeds.push((buffer, link));
                    self.buffers[buffer as usize].consumers.push((pool as Index, link));
                    self.link_buffers[link as usize] = buffer;
                }
            }
        }
        self.wire_clusters();
        for scaler in &self.network.scalers {
            self.pools[scaler.pool as usize].scaled = true;
        }
        for (pool, spec) in self.pools.iter_mut().zip(&self.network.pools) {
            pool.by_cpu = works(&self.network, spec.site);
        }
    }

    fn pool_behind(&self, link: Index) -> Option<usize> {
        let to = self.network.links[link as usize].to;
        self.network.sites[to as usize].pool.map(|pool| pool as usize)
    }

    /// Works out what the loop needs of the network's figures: samplers, and a ring for each constant delay.
    pub(super) fn tabulate(&mut self) {
        self.ops = ops(&self.network);
        if self.long {
            self.ops.iter_mut().for_each(|op| op.then = Then::Apart);
        }
        self.work_factors = super::class::work_factors(&self.network);
        self.settle_even();
        let rings = &mut self.rings;
        let first: &[Op] = if self.long { &[] } else { &self.ops };
        self.origins = self.network.sources.iter().map(|source| Origin::new(&self.network, first, source)).collect();
        self.laws.iter_mut().zip(&self.network.laws).for_each(|(state, law)| state.tune(law, rings));
        let buffers = (0..).zip(&self.network.buffers);
        self.delay_rings = buffers.clone().map(|(at, spec)| ring_for(rings, Owner::Buffer(at), spec.delay)).collect();
        self.buffer_rings = buffers.map(|(at, spec)| ring_for(rings, Owner::Buffer(at), spec.visibility)).collect();
        for (spec, buffer) in self.network.buffers.iter().zip(&mut self.buffers) {
            buffer.regroup(spec.groups);
        }
        self.lay_hops();
        self.fit_caches();
        for server in &mut self.servers {
            let pool = server.pool as usize;
            server.long = self.long;
            server.fit(&self.network.pools[pool]);
            let looks = self.network.pools[pool].drops || !self.pools[pool].feeds.is_empty();
            server.fed = self.long || server.station.is_some() || looks;
        }
    }

    fn start(&mut self) {
        for pool in 0..self.network.pools.len() as Index {
            for zone in self.network.pools[pool as usize].start.clone() {
                self.launch(pool, zone, Phase::InService);
            }
            let spec = &self.network.pools[pool as usize];
            self.meters[spec.site as usize].gauge.desired.set(self.now, spec.start.len() as u64);
        }
        (0..self.network.scalers.len() as Index).for_each(|index| self.start_scaler(index));
        (0..self.network.balancers.len() as Index).for_each(|index| self.start_probes(index));
        self.list_names();
        self.plan_polls();
        self.watch_idle();
        for index in 0..self.network.faults.len() as Index {
            self.plan_fault(index);
            self.scenario_faults.push(index);
        }
        for index in 0..self.network.sources.len() as Index {
            self.plan_arrival(index);
            self.seat_users(index);
        }
        self.events.schedule(SimTime::ZERO + INTERVAL, Event { kind: EventKind::Interval, index: 0 });
        let sites: Vec<Mark> = (0..self.meters.len()).map(|site| self.mark(site)).collect();
        for (meter, mark) in self.meters.iter_mut().zip(sites) {
            meter.forget(mark);
        }
        self.started = true;
    }

    pub(super) fn start_probes(&mut self, index: Index) {
        let interval = self.network.balancers[index as usize].interval;
        self.events.schedule(self.now + interval, Event { kind: EventKind::Probe, index });
    }

    pub(super) fn plan_fault(&mut self, index: Index) {
        let at = SimTime::ZERO + self.network.faults[index as usize].at;
        self.events.schedule(at.max(self.now), Event { kind: EventKind::Fault, index });
    }

    /// The simulated moment.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// Events processed since the start.
    pub fn events(&self) -> u64 {
        self.processed
    }

    /// The network that it runs.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Runs up to and including `until`.
    pub fn run_until(&mut self, until: SimTime) {
        if self.tracer.is_some() {
            self.run_traced(until);
        } else {
            self.run_plain(until);
        }
        self.settle_lanes();
    }

    /// The same without a look at what is followed.
    #[inline(never)]
    pub(super) fn run_plain(&mut self, until: SimTime) {
        while let Some((at, event)) = self.events.pop_until(until) {
            self.now = at;
            self.processed += 1;
            if self.events.is_page_turned() {
                self.look_ahead();
            }
            self.happen(event);
        }
        self.now = self.now.max(until);
    }

    /// Runs up to `until`, or to the moment at which [`Engine::is_over`] comes true; says whether it did.
    pub fn run_until_over(&mut self, until: SimTime) -> bool {
        while !self.is_over() {
            let Some((at, event)) = self.events.pop_until(until) else {
                self.now = self.now.max(until);
                break;
            };
            self.now = at;
            self.processed += 1;
            self.happen_here(event);
        }
        self.settle_lanes();
        self.is_over()
    }

    /// Processes one event, and everything that follows from it at its moment.
    pub fn step(&mut self) {
        if let Some((at, event)) = self.events.pop_until(SimTime(u64::MAX)) {
            self.now = at;
            self.processed += 1;
            self.happen_here(event);
            self.settle_lanes();
        }
    }

    #[inline(never)]
    pub(super) fn happen_here(&mut self, event: Event) {
        self.happen(event);
    }

    #[inline(always)]
    fn happen(&mut self, event: Event) {
        let index = event.index;
        let flow = match event.kind {
            EventKind::Arrive => self.arrive_at_source(index),
            EventKind::Think => self.think_ends(index),
            EventKind::Wake => {
                self.wake(index);
                Flow::Switch(index)
            }
            EventKind::Cpu => self.cpu_done(index).map_or(Flow::Wait, Flow::Switch),
            EventKind::Ring => self.ring_due(index).map_or(Flow::Wait, Flow::Switch),
            _ => {
                self.happen_seldom(event);
                Flow::Wait
            }
        };
        match flow {
            Flow::Switch(first) => self.proceed_here(first),
            _ => self.run_ready(),
        }
        debug_assert!(self.ready.is_empty(), "an event leaves nothing undone");
    }

    /// An event of those that are few.
    #[inline(never)]
    fn happen_seldom(&mut self, event: Event) {
        let index = event.index;
        match event.kind {
            EventKind::Arrive | EventKind::Think | EventKind::Wake | EventKind::Cpu | EventKind::Ring => {
                unreachable!("these are many")
            }
            EventKind::Deadline => self.deadline(index),
            EventKind::Timer => self.timer_due(index),
            EventKind::Retry => self.pause_over(index),
            EventKind::Takeover => self.take_over(index),
            EventKind::Boot => {
                self.enter_service(index);
                self.run_ready();
            }
            EventKind::Drain => self.wind_up(index),
            EventKind::Probe => self.probe(index),
            EventKind::Scale => {
                self.settle_lanes();
                self.scale(index);
            }
            EventKind::Fault => self.strike(index),
            EventKind::Mend => self.mend(index),
            EventKind::Interval => self.close_interval(),
            EventKind::Served => self.served(index),
            EventKind::Chore => self.chore(index),
            EventKind::Impatient => self.impatient(index),
            EventKind::Check => self.check_names(index),
            EventKind::Poll => self.poll(index),
            EventKind::Schedule => self.schedule_due(index),
            EventKind::Idle => self.idle_due(index),
            EventKind::Rollout => {
                self.look_at_batch(index);
                self.run_ready();
            }
        }
    }

    /// Starts measuring anew, at the end of a warm-up: what [`Engine::report`] covers begins now.
    pub fn forget(&mut self) {
        for site in 0..self.meters.len() {
            let mark = self.mark(site);
            self.meters[site].forget(mark);
        }
        for server in &mut self.servers {
            server.cpu_at_start = server.worked(self.now);
        }
        let mark = self.system_mark();
        self.system.forget(mark);
        for meter in &mut self.link_meters {
            *meter = LinkMeter { last: meter.last, quiet: meter.quiet, ..LinkMeter::default() };
        }
        self.forget_hours();
    }

    /// Makes something go wrong; `at` is counted from the start of the run, and one in the past begins now.
    pub fn inject(&mut self, fault: Fault) {
        self.network.faults.push(fault);
        self.plan_fault(self.network.faults.len() as Index - 1);
    }

    /// Keeps the history of one site in the snapshots.
    pub fn watch(&mut self, site: Option<Index>) {
        self.watched = site.filter(|&site| (site as usize) < self.meters.len());
        if let Some(site) = self.watched {
            self.meters[site as usize].history.series.fill_up();
        }
    }

    /// Everything cumulative at a site, now.
    pub(super) fn mark(&self, site: usize) -> Mark {
        let meter = &self.meters[site];
        let mut mark = meter.gauge.mark(self.now, meter.count, self.cpu_used(site));
        (mark.owed, mark.spot, mark.credits) = (self.owed(site), self.spot_nanos(site), self.credits_left(site));
        mark
    }

    fn cpu_used(&self, site: usize) -> f64 {
        let Some(pool) = self.network.sites[site].pool else { return 0.0 };
        let state = &self.pools[pool as usize];
        state.cpu_gone + state.servers.iter().map(|&id| self.servers[id as usize].worked(self.now)).sum::<f64>()
    }

    /// Time that the servers of a site ran that may be taken back, nanoseconds.
    fn spot_nanos(&self, site: usize) -> f64 {
        let Some(pool) = self.network.sites[site].pool else { return 0.0 };
        let state = &self.pools[pool as usize];
        let open = |&id: &u32| {
            let server = &self.servers[id as usize];
            if server.spot && server.runs() { self.now.since(server.runs_since).0 as f64 } else { 0.0 }
        };
        if state.scaled { state.spot_nanos + state.servers.iter().map(open).sum::<f64>() } else { 0.0 }
    }

    /// Processor time that the servers of a site used beyond what they earned, nanoseconds.
    fn owed(&self, site: usize) -> f64 {
        let Some(pool) = self.network.sites[site].pool else { return 0.0 };
        if self.network.pools[pool as usize].credits.is_none() {
            return 0.0;
        }
        let state = &self.pools[pool as usize];
        let owed = |&id: &u32| self.servers[id as usize].cpu.credits_at(self.now).map_or(0.0, |credits| credits.owed());
        state.owed_gone + state.servers.iter().map(owed).sum::<f64>()
    }

    pub(super) fn capacity(&self, site: usize) -> Capacity {
        let Some(pool) = self.network.sites[site].pool else { return Capacity::default() };
        let spec = &self.network.pools[pool as usize];
        let sharing = spec.station.is_some() && spec.discipline == Discipline::Sharing;
        let processors = sharing || self.pools[pool as usize].by_cpu;
        let scarce = if processors { Scarce::Processors } else { Scarce::Workers };
        Capacity { cores: spec.cores, workers: f64::from(spec.workers), scarce }
    }

    /// What users met and what servers there were, all together.
    pub(super) fn system_mark(&self) -> Mark {
        let mut count = Counters::default();
        for source in &self.network.sources {
            count.add(&self.meters[source.site as usize].count);
        }
        let mut mark = Mark::of(self.now, count);
        for pool in self.network.pools.iter().filter(|pool| pool.fleet) {
            let gauge = &self.meters[pool.site as usize].gauge;
            mark.add_servers(&gauge.mark(self.now, Counters::default(), 0.0));
        }
        for buffer in &self.network.buffers {
            mark.add_backlog(&self.meters[buffer.site as usize].gauge.mark(self.now, Counters::default(), 0.0));
        }
        self.meters.iter().for_each(|meter| mark.add_load(self.now, meter));
        mark.with_busiest(self.system_busy)
    }

    /// A measuring interval ends at every site.
    fn close_interval(&mut self) {
        self.expire_messages();
        self.run_ready();
        self.settle_course();
        if self.network.sources.len() > 1 {
            for source in &self.network.sources {
                self.system_latency.merge(&self.meters[source.site as usize].latency);
            }
        }
        let from = SimTime(self.now.0.saturating_sub(INTERVAL.0));
        let mut busiest = 0.0f64;
        for site in 0..self.meters.len() {
            let (mark, capacity) = (self.mark(site), self.capacity(site));
            let meter = &mut self.meters[site];
            meter.close(from, mark, &capacity);
            busiest = busiest.max(meter.history.latest().utilization.into());
        }
        self.system_busy += busiest * INTERVAL.0 as f64;
        self.close_system(from);
        self.close_hour();
        for meter in &mut self.link_meters {
            meter.close(INTERVAL);
        }
        for server in &mut self.servers {
            let busy = server.worked(self.now);
            let cores = self.network.pools[server.pool as usize].cores;
            let used = busy - std::mem::replace(&mut server.cpu_at_interval, busy);
            server.utilization = (used / (cores * INTERVAL.0 as f64)).min(1.0) as f32;
        }
        self.events.schedule(self.now + INTERVAL, Event { kind: EventKind::Interval, index: 0 });
    }

    fn close_system(&mut self, from: SimTime) {
        for source in &self.network.sources {
            let failed = self.meters[source.site as usize].history.series.failures.starting_at(from);
            failed.for_each(|kind| self.system.series.failures.add(kind));
        }
        let mark = self.system_mark();
        let busiest = Capacity { scarce: Scarce::Busiest, ..Capacity::default() };
        match self.network.sources[..] {
            [ref only] => self.system.close_beside(&self.meters[only.site as usize].history, mark, &busiest),
            _ => self.system.close(mark, &mut self.system_latency, &busiest),
        }
    }
}

/// Whether a site's program works on a processor.
pub(super) fn works(network: &Network, site: Index) -> bool {
    let program = network.steps[network.sites[site as usize].entry as usize..].iter();
    let mut own = program.take_while(|step| **step != Step::Finish);
    own.any(|step| matches!(step, Step::Work(_)))
}
