//! Servers: their lives, workers and queues.

use super::backup::Unsaved;
use super::balance::Weighed;
use super::cache::Errand;
use super::chain::Chain;
use super::cpu::Cpu;
use super::engine::Engine;
use super::event_set::{Event, EventKind, NO_SLOT, Slot};
use super::frame::{FrameId, Frames, NONE, State};
use super::network::{Discipline, Index, Pool, Reason, WhenFull, Zone};
use super::program::Flow;
use super::snapshot::Phase;
use super::station::Station;
use super::work::Solo;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// One server of a pool. What each request asks for stands first, within one line of the processor's cache: a drawing may
/// have thousands of servers.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(super) struct Server {
    /// Jobs that have a processor to themselves.
    pub(super) solo: Solo,
    pub(super) waiting: Chain,
    /// Requests sent here and not answered yet, those on the network included.
    pub(super) in_flight: u32,
    /// Workers that have a request, all of them, and how many more may wait.
    pub(super) busy: u32,
    pub(super) workers: u32,
    pub(super) room: u32,
    /// Whether it is in service and a plain server, with a queue and nothing else.
    pub(super) open: bool,
    /// Whether every worker has a processor to itself; see `work`.
    pub(super) alone: bool,
    /// Whether a free worker may find work elsewhere than in `waiting`: in the line of a station, in buffers that feed it.
    pub(super) fed: bool,
    /// Who came last goes first.
    pub(super) lifo: bool,
    pub(super) weighed: Weighed,
    /// Whether a processor is as fast as the one that work was stated for.
    pub(super) usual: bool,
    /// Speed of a processor relative to the one that work was stated for.
    pub(super) speed: f64,
    pub(super) pool: Index,
    /// Which of all servers that were ever launched it is.
    pub(super) serial: u32,
    pub(super) zone: Zone,
    pub(super) phase: Phase,
    pub(super) cpu_slot: Slot,
    /// The books of a queueing station that is more than a plain server; its line takes the place of `waiting`.
    pub(super) station: Option<Box<Station>>,
    pub(super) cpu: Cpu,
    pub(super) launched: SimTime,
    pub(super) in_service_since: SimTime,
    pub(super) lost_since: SimTime,
    /// The crash that holds it down, if one does.
    pub(super) crash: Option<Index>,
    /// Its number among the servers of a cluster.
    pub(super) seat: u32,
    /// May be taken back.
    pub(super) spot: bool,
    /// Since when it runs, if it does.
    pub(super) runs_since: SimTime,
    /// Sessions that have something in its memory.
    pub(super) carts: u32,
    /// What answers there is being started, on a machine that is up.
    pub(super) restarts: bool,
    /// Its memory leaves room for fewer requests than it has workers.
    pub(super) tight: bool,
    /// Requests go the long way; see [`Engine::take_the_long_way`].
    pub(super) long: bool,
    /// Event of booting or draining.
    pub(super) life_slot: Slot,
    /// Processor time at the last look of the scaler, and at the start of the open interval.
    pub(super) cpu_at_scale: f64,
    pub(super) cpu_at_interval: f64,
    /// At the start of what is measured.
    pub(super) cpu_at_start: f64,
    /// Since when it boots, if it does.
    pub(super) boots_since: SimTime,
    /// Over the latest interval.
    pub(super) utilization: f32,
}

/// The servers of a pool.
#[derive(Debug, Clone, Default)]
pub(super) struct PoolState {
    /// All that are not gone, in the order of their launch.
    pub(super) servers: Vec<u32>,
    /// Whose turn it is when any will do.
    pub(super) turn: usize,
    /// The only server of a pool without copies, while it is in service.
    pub(super) only: Option<u32>,
    /// Processor time of servers that are gone, core nanoseconds, and what of it they had not earned.
    pub(super) cpu_gone: f64,
    pub(super) owed_gone: f64,
    /// Time that servers ran which may be taken back and do not run now, nanoseconds.
    pub(super) spot_nanos: f64,
    /// Balancers that have the pool as a target, with the link.
    pub(super) balancers: Vec<(Index, Index)>,
    /// Buffers that the pool takes messages from, with the link.
    pub(super) feeds: Vec<(Index, Index)>,
    /// Which of the addresses that its server had in turn it has now, and since when.
    pub(super) edition: u32,
    pub(super) moved: SimTime,
    /// What a restore would lose.
    pub(super) unsaved: Unsaved,
    /// The cluster that its servers are; [`NONE`] if they are none.
    pub(super) cluster: Index,
    /// Kinds that its servers were of before, each with the server seconds since the start of the run when that ended.
    pub(super) stints: Vec<(u32, f64)>,
    /// Whether a scaler looks after it.
    pub(super) scaled: bool,
    /// When servers of it ended, the latest of them.
    pub(super) ends: VecDeque<SimTime>,
    /// Whether its program works on the processor.
    pub(super) by_cpu: bool,
}

impl Server {
    fn new(pool: Index, zone: Zone, spec: &Pool, now: SimTime) -> Self {
        Self {
            pool,
            serial: 0,
            zone,
            phase: Phase::Gone,
            launched: now,
            in_service_since: now,
            lost_since: now,
            crash: None,
            alone: false,
            solo: Solo::default(),
            speed: spec.speed,
            usual: spec.speed == 1.0,
            lifo: spec.discipline == Discipline::Lifo,
            open: false,
            seat: 0,
            busy: 0,
            workers: spec.workers.min(spec.memory.fits(0)),
            room: spec.queue,
            fed: false,
            waiting: Chain::default(),
            station: None,
            spot: false,
            runs_since: now,
            carts: 0,
            restarts: false,
            tight: spec.memory.fits(0) < spec.workers,
            long: false,
            cpu: Cpu::with_credits(spec.cores, spec.credits),
            cpu_slot: NO_SLOT,
            life_slot: NO_SLOT,
            in_flight: 0,
            weighed: Weighed::Not,
            cpu_at_scale: 0.0,
            cpu_at_interval: 0.0,
            cpu_at_start: 0.0,
            boots_since: now,
            utilization: 0.0,
        }
    }
}

impl Server {
    /// Whether it is up or on its way, and so is charged for.
    pub(super) fn runs(&self) -> bool {
        matches!(self.phase, Phase::Pending | Phase::InService | Phase::Broken | Phase::Draining)
    }

    /// Finds out whether a request may take a free worker, or wait for one, without another look.
    pub(super) fn settle_open(&mut self) {
        self.open = self.phase == Phase::InService && self.station.is_none() && !self.tight && !self.long;
    }

    /// Takes out who waits and has its turn.
    #[inline(always)]
    pub(super) fn next_waiting(&mut self, frames: &Frames) -> Option<FrameId> {
        if self.lifo { self.waiting.pop_back(frames) } else { self.waiting.pop_front(frames) }
    }

    /// Takes over the figures of its pool.
    pub(super) fn fit(&mut self, spec: &Pool) {
        self.workers = spec.workers.min(spec.memory.fits(self.carts));
        self.room = spec.queue;
        self.speed = spec.speed;
        self.usual = spec.speed == 1.0;
        self.lifo = spec.discipline == Discipline::Lifo;
        self.tight = self.workers < spec.workers;
        self.settle_open();
    }
}

impl Engine {
    /// A new server of a pool, booting or (at the start of the run) in service at once.
    pub(super) fn launch(&mut self, pool: Index, zone: Zone, phase: Phase) -> u32 {
        let mut server = Server::new(pool, zone, &self.network.pools[pool as usize], self.now);
        self.launches += 1;
        server.serial = self.launches;
        server.long = self.long;
        let looks = self.network.pools[pool as usize].drops || !self.pools[pool as usize].feeds.is_empty();
        server.fed = self.long || looks;
        if self.pools[pool as usize].cluster != NONE {
            server.seat = self.free_seat(pool);
        }
        let id = match self.idle_servers.pop() {
            Some(id) => {
                self.servers[id as usize] = server;
                id
            }
            None => {
                self.servers.push(server);
                (self.servers.len() - 1) as u32
            }
        };
        self.pools[pool as usize].servers.push(id);
        if !self.slow_sites.is_empty() {
            let pace = self.pace(self.network.pools[pool as usize].site);
            self.servers[id as usize].cpu.set_pace(self.now, pace);
        }
        if self.needs_station(pool) {
            self.open_station(id);
        }
        self.settle_processors(id);
        match phase {
            Phase::Pending => self.boot(id),
            _ => self.enter_service(id),
        }
        id
    }

    /// Starts a server that is new or was lost.
    pub(super) fn boot(&mut self, id: u32) {
        let pool = self.servers[id as usize].pool;
        let slot = std::mem::replace(&mut self.servers[id as usize].life_slot, NO_SLOT);
        if slot != NO_SLOT {
            self.events.cancel(slot);
        }
        self.servers[id as usize].cpu.restart(self.now);
        self.servers[id as usize].boots_since = self.now;
        self.servers[id as usize].restarts = false;
        self.set_phase(id, Phase::Pending);
        let ready = self.now + self.network.pools[pool as usize].boot;
        let event = Event { kind: EventKind::Boot, index: id };
        self.servers[id as usize].life_slot = self.events.schedule(ready, event);
    }

    /// Makes a booted server take requests.
    pub(super) fn enter_service(&mut self, id: u32) {
        let server = &mut self.servers[id as usize];
        server.life_slot = NO_SLOT;
        server.in_service_since = self.now;
        if server.phase == Phase::Pending {
            let (pool, took) = (server.pool, self.now.since(server.boots_since));
            self.meters[self.network.pools[pool as usize].site as usize].boots.add(took);
        }
        let server = &mut self.servers[id as usize];
        server.cpu_at_scale = server.worked(self.now);
        server.restarts = false;
        let phase = if self.never_starts(id) { Phase::Broken } else { Phase::InService };
        self.set_phase(id, phase);
        self.register(id);
        self.fetch(id);
    }

    /// Changes the phase of a server and what counts servers.
    fn set_phase(&mut self, id: u32, phase: Phase) {
        let server = &mut self.servers[id as usize];
        let ran = server.runs();
        let before = std::mem::replace(&mut server.phase, phase);
        match (ran, server.runs()) {
            (false, true) => server.runs_since = self.now,
            (true, false) if server.spot => {
                self.pools[server.pool as usize].spot_nanos += self.now.since(server.runs_since).0 as f64;
            }
            _ => {}
        }
        server.settle_open();
        let pool = server.pool;
        let (was, is) = (self.counted_as(pool, before), self.counted_as(pool, phase));
        let site = self.network.pools[pool as usize].site;
        let meter = &mut self.meters[site as usize];
        let step = |meter: &mut super::meter::Meter, phase: Phase, by: i64| {
            let gauge = &mut meter.gauge;
            let changed = |area: &crate::metrics::Area| (area.value() as i64 + by) as u64;
            match phase {
                Phase::Pending => gauge.pending.set(self.now, changed(&gauge.pending)),
                Phase::InService => meter.set_in_service(self.now, changed(&meter.gauge.in_service)),
                Phase::Draining => gauge.draining.set(self.now, changed(&gauge.draining)),
                Phase::Broken | Phase::Stopping | Phase::Stopped | Phase::Lost | Phase::Gone => {}
            }
        };
        step(meter, was, -1);
        step(meter, is, 1);
        self.take_census(pool);
        self.regroup(pool);
    }

    /// Takes a server out: no new requests, and gone when the ones it has are answered or patience is over.
    pub(super) fn drain(&mut self, id: u32) {
        self.drain_within(id, Span(u64::MAX));
    }

    /// The same, and patience is over at the latest after a time.
    pub(super) fn drain_within(&mut self, id: u32, longest: Span) {
        let pool = self.servers[id as usize].pool;
        if self.servers[id as usize].phase == Phase::Pending {
            return self.end(id);
        }
        self.set_phase(id, Phase::Draining);
        let patience = self.deregister(id).min(longest);
        debug_assert!((pool as usize) < self.pools.len());
        if self.servers[id as usize].in_flight == 0 {
            return self.end(id);
        }
        let event = Event { kind: EventKind::Drain, index: id };
        self.servers[id as usize].life_slot = self.events.schedule(self.now + patience, event);
    }

    /// Ends a server for good. Requests that it still has are lost.
    pub(super) fn end(&mut self, id: u32) {
        self.end_because(id, Reason::ServerLost);
    }

    /// Ends a server for good; the requests that it still has fail for a reason.
    pub(super) fn end_because(&mut self, id: u32, reason: Reason) {
        // One more in flight until this is done, so that the last of its requests does not end it a second time.
        self.servers[id as usize].in_flight += 1;
        self.deregister(id);
        self.set_phase(id, Phase::Gone);
        self.leave_pool(id);
        if reason == Reason::ServerLost {
            self.leave_unanswered(id);
        }
        self.regroup(self.servers[id as usize].pool);
        self.drop_work(id, reason);
        self.depart(id);
    }

    /// Stops a server. What it works on is lost; it keeps its place, and gets another address if it has none of its own.
    pub(super) fn stop(&mut self, id: u32) {
        if !matches!(self.servers[id as usize].phase, Phase::Pending | Phase::InService | Phase::Broken) {
            return;
        }
        let pool = self.servers[id as usize].pool;
        self.servers[id as usize].lost_since = self.now;
        self.set_phase(id, Phase::Stopping);
        self.drop_work(id, Reason::ServerLost);
        self.regroup(pool);
        self.move_address(pool);
        let stopped = self.now + self.network.pools[pool as usize].stop;
        let event = Event { kind: EventKind::Drain, index: id };
        self.servers[id as usize].life_slot = self.events.schedule(stopped, event);
    }

    /// A server that was stopping has stopped, or one that was draining is out of patience.
    pub(super) fn wind_up(&mut self, id: u32) {
        self.servers[id as usize].life_slot = NO_SLOT;
        match self.servers[id as usize].phase {
            Phase::Stopping => self.set_phase(id, Phase::Stopped),
            _ => self.end(id),
        }
    }

    /// Loses a server to a fault. It stays where it was, in phase lost, until it is replaced or started again.
    pub(super) fn lose(&mut self, id: u32) {
        if matches!(self.servers[id as usize].phase, Phase::Lost | Phase::Gone) {
            return;
        }
        if self.servers[id as usize].phase == Phase::Draining {
            return self.end(id);
        }
        self.servers[id as usize].lost_since = self.now;
        self.set_phase(id, Phase::Lost);
        self.drop_work(id, Reason::ServerLost);
    }

    /// Fails everything that a server works on, and empties it.
    fn drop_work(&mut self, id: u32, reason: Reason) {
        self.fail_work(id, reason);
        self.run_ready();
    }

    /// The same; those who called go on when their turn comes.
    fn fail_work(&mut self, id: u32, reason: Reason) {
        self.lose_carts(id);
        let slot = std::mem::replace(&mut self.servers[id as usize].life_slot, NO_SLOT);
        if slot != NO_SLOT {
            self.events.cancel(slot);
        }
        self.fail_requests(id, reason);
    }

    /// Fails the requests at a server, which itself goes on.
    pub(super) fn fail_requests(&mut self, id: u32, reason: Reason) {
        let server = &mut self.servers[id as usize];
        server.cpu.clear(self.now);
        server.waiting.clear();
        server.busy = 0;
        let slot = std::mem::replace(&mut server.cpu_slot, NO_SLOT);
        if slot != NO_SLOT {
            self.events.cancel(slot);
        }
        self.empty_station(id);
        for frame in self.frames.at_server(id) {
            // Who never got through does not learn of it.
            let apart = reason == Reason::ServerLost && self.frames[frame].state == State::Unanswered;
            if !apart {
                self.lose_frame(frame, reason);
            }
        }
    }

    /// What runs on a server ends, because its memory is full or by itself, and starts again.
    pub(super) fn kill(&mut self, id: u32, reason: Reason) {
        let pool = self.servers[id as usize].pool;
        self.servers[id as usize].lost_since = self.now;
        self.servers[id as usize].boots_since = self.now;
        self.servers[id as usize].restarts = true;
        self.set_phase(id, Phase::Pending);
        self.fail_work(id, reason);
        let ready = self.now + self.network.pools[pool as usize].restart;
        let event = Event { kind: EventKind::Boot, index: id };
        self.servers[id as usize].life_slot = self.events.schedule(ready, event);
    }

    /// A request that finds no free worker although there are some, because the memory is full.
    #[cold]
    fn out_of_memory(&mut self, id: FrameId) -> Flow {
        let server = self.frames[id].server;
        let pool = self.servers[server as usize].pool;
        let draining = self.servers[server as usize].phase == Phase::Draining;
        match self.network.pools[pool as usize].memory.when_full {
            WhenFull::Kill if !draining => {
                self.kill(server, Reason::OutOfMemory);
                Flow::Wait
            }
            _ => self.fail(id, Reason::OutOfMemory, Reason::OutOfMemory),
        }
    }

    /// Fails one frame, whatever it waits for, because what it is at is lost or its user has left; what it called goes on.
    pub(super) fn lose_frame(&mut self, id: FrameId, reason: Reason) {
        self.unfold(id);
        let frame = &mut self.frames[id];
        let site = frame.site as usize;
        if frame.holds {
            frame.holds = false;
            self.meters[site].gauge.workers.fall(self.now);
        }
        match frame.state {
            // Arrives at a server that is down, and fails there; or has its answer already.
            State::Going | State::Returning | State::Free => return,
            State::Queued => {
                self.meters[site].gauge.waiting.fall(self.now);
                let slot = std::mem::replace(&mut frame.slot, NO_SLOT);
                if slot != NO_SLOT {
                    self.events.cancel(slot);
                }
            }
            State::Asleep | State::Unanswered => {
                let slot = std::mem::replace(&mut frame.slot, NO_SLOT);
                frame.generation = frame.generation.wrapping_add(1);
                if slot != NO_SLOT {
                    self.events.cancel(slot);
                }
            }
            State::Calling => {
                let child = std::mem::replace(&mut frame.child, NONE);
                self.frames[child].parent = NONE;
            }
            State::Joining => self.drop_calls(id),
            State::Working => {
                let slot = std::mem::replace(&mut frame.slot, NO_SLOT);
                if slot != NO_SLOT {
                    self.servers[frame.server as usize].solo.end(self.now);
                    self.events.cancel(slot);
                }
            }
            // Woken by the loss of another, in the same fault.
            State::Ready => self.ready.remove(id),
            State::Following => {}
        }
        let cause = self.seen_as(id, reason);
        if let Flow::Switch(next) = self.fail(id, reason, cause) {
            self.ready.push_back(next);
        }
    }

    /// A worker for a frame, a place in the queue, or a refusal.
    #[inline(never)]
    pub(super) fn acquire_seldom(&mut self, id: FrameId) -> Flow {
        let frame = &mut self.frames[id];
        let Some(server) = self.servers.get_mut(frame.server as usize) else {
            return self.turned_down(id);
        };
        if !matches!(server.phase, Phase::InService | Phase::Draining) {
            return self.turned_down(id);
        }
        if server.station.is_some() {
            let server = frame.server;
            return self.join(id, server);
        }
        let meter = &mut self.meters[frame.site as usize];
        if frame.holds || server.busy < server.workers {
            if !frame.holds {
                frame.holds = true;
                server.busy += 1;
                meter.gauge.workers.rise(self.now);
            }
            meter.begin(frame.class, self.now.since(frame.arrived));
            return Flow::Next;
        }
        let spec = &self.network.pools[server.pool as usize];
        if server.busy < spec.workers {
            return self.out_of_memory(id);
        }
        if server.waiting.len() < server.room {
            frame.state = State::Queued;
            meter.gauge.waiting.rise(self.now);
            server.waiting.push_back(&mut self.frames, id);
            return Flow::Wait;
        }
        self.fail(id, Reason::QueueFull, Reason::QueueFull)
    }

    /// Gives a frame's worker to whoever waits for one.
    #[inline(never)]
    pub(super) fn release(&mut self, id: FrameId) {
        let frame = &mut self.frames[id];
        frame.holds = false;
        let (id, site, lane) = (frame.server, frame.site as usize, frame.lane);
        self.servers[id as usize].busy -= 1;
        match self.tallies.get_mut(lane as usize) {
            Some(tally) => tally.workers.fall(self.now),
            None => self.meters[site].gauge.workers.fall(self.now),
        }
        self.admit(id);
    }

    /// Fills the free workers of a server from its queue, then from the buffers that feed it.
    pub(super) fn admit(&mut self, id: u32) {
        let server = &mut self.servers[id as usize];
        if server.station.is_some() {
            return self.admit_station(id);
        }
        loop {
            let server = &mut self.servers[id as usize];
            if server.busy >= server.workers {
                return;
            }
            let Some(next) = server.next_waiting(&self.frames) else {
                return self.fetch(id);
            };
            if self.is_dropped(id, next) {
                self.lose_frame(next, Reason::GaveUp);
                continue;
            }
            let server = &mut self.servers[id as usize];
            server.busy += 1;
            self.meters[self.frames[next].site as usize].gauge.workers.rise(self.now);
            self.take_turn(next);
        }
    }

    /// Whether a request is dropped when its turn comes at a server: nobody waits for it, and the queue drops such.
    pub(super) fn is_dropped(&self, server: u32, id: FrameId) -> bool {
        let pool = self.servers[server as usize].pool;
        self.network.pools[pool as usize].drops && self.is_forsaken(id)
    }

    /// Whether nobody waits for what a request does: of those who called each other on its way, the first was called by
    /// somebody who has not stayed.
    fn is_forsaken(&self, id: FrameId) -> bool {
        let callers = std::iter::successors(Some(&self.frames[id]), |frame| self.frames.get(frame.parent));
        let first = callers.last().expect("at least itself");
        let alone = first.source == NONE && first.message == NONE;
        alone && first.link != NONE && first.errand != Errand::Post
    }

    /// One request less at a server; a draining one may be done.
    #[inline(always)]
    pub(super) fn depart(&mut self, id: u32) {
        let server = &mut self.servers[id as usize];
        server.in_flight -= 1;
        let (left, phase) = (server.in_flight, server.phase);
        self.weigh(id);
        if left == 0 {
            match phase {
                Phase::Draining => self.end(id),
                Phase::Gone => self.idle_servers.push(id),
                _ => {}
            }
        }
    }
}
