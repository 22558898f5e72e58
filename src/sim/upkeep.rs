//! The servers of a queueing station: how they sleep and wake, fail and are repaired, slow down, and change.
//!
//! At a change nobody is thrown out: more than fit wait until they are served; what is served goes on, and under another
//! discipline the line is in the new order and what is served may be overtaken; those who wait keep the patience that they
//! came with, and those who began to wait when nobody lost patience begin to lose it now. Servers that are taken away
//! while they serve go when they are done. What a plain station served before it became another one ends as planned.

use super::engine::Engine;
use super::event_set::{Event, EventKind, NO_SLOT};
use super::network::{Discipline, Fault, Harm, Index};
use super::queue::Job;
use super::serve::waits;
use super::snapshot::Phase;
use super::station::{Chore, Station};
use crate::units::Span;

/// Most servers of one station that can fail; the others of a larger one do not.
const MOST_MORTAL: u32 = 10_000;

/// Shortest time to failure: without one, failures and repairs that take no time would let no time pass.
const SHORTEST_LIFE: Span = Span::from_millis(1);

impl Engine {
    /// Whether the servers of a pool need a station's books.
    pub(super) fn needs_station(&self, pool: Index) -> bool {
        let spec = &self.network.pools[pool as usize];
        let Some(rules) = spec.station else { return false };
        let by_turn = matches!(spec.discipline, Discipline::Fifo | Discipline::Lifo);
        let slowed = |fault: &Fault| matches!(fault.harm, Harm::Slow { site, .. } if site == spec.site);
        let plain = by_turn && rules.patience.is_none() && rules.setup.is_none() && rules.breakdown.is_none();
        !plain || self.network.faults.iter().any(slowed)
    }

    /// Gives a server a station's books; who waits already is put into them.
    pub(super) fn open_station(&mut self, id: u32) {
        let (site, discipline) = (self.pool_of(id).site, self.pool_of(id).discipline);
        let mut station = Station::new(self.now, self.pace(site), discipline);
        let server = &mut self.servers[id as usize];
        let waiting = std::iter::from_fn(|| server.waiting.pop_front(&self.frames)).collect::<Vec<_>>();
        station.awake = server.busy;
        server.fed = true;
        server.station = Some(Box::new(station));
        server.open = false;
        for frame in waiting {
            let job = self.bring(frame, id);
            self.be_patient(id, job);
        }
        self.set_mortal(id);
    }

    /// Follows a changed network: opens the books if they are needed now, or goes on with them by the new rules.
    pub(super) fn retune_station(&mut self, id: u32) {
        let (pool, phase) = (self.servers[id as usize].pool, self.servers[id as usize].phase);
        if phase == Phase::Gone {
            return;
        }
        if self.servers[id as usize].station.is_none() {
            if self.needs_station(pool) {
                self.open_station(id);
            }
            return;
        }
        let discipline = self.pool_of(id).discipline;
        if self.station(id).discipline != discipline {
            self.rearrange(id, discipline);
        }
        self.set_mortal(id);
        self.set_sharing(id);
        self.doze(id);
    }

    /// Everybody stands up and queues again by another discipline; those who were served have begun.
    fn rearrange(&mut self, id: u32, discipline: Discipline) {
        let now = self.now;
        self.station(id).discipline = discipline;
        while let Some(job) = self.station(id).stop_nth(now, 0) {
            self.interrupt(id, job);
        }
        for (frame, work) in self.servers[id as usize].cpu.take_all(now) {
            let (number, generation) = (self.station(id).number(), self.frames[frame].generation);
            self.interrupt(id, Job { rank: 0, number, work, frame, generation, begun: true });
        }
        let waits = waits(&self.frames);
        let station = self.servers[id as usize].station.as_mut();
        let jobs = station.map_or_else(Vec::new, |station| station.line.take_all(waits));
        for job in jobs {
            let job = self.ranked(id, job);
            self.station(id).line.push(job);
        }
        self.plan_end(id);
        self.plan_cpu(id);
    }

    /// Empties a station whose server is lost; for good if the server is gone.
    pub(super) fn empty_station(&mut self, id: u32) {
        if self.servers[id as usize].station.is_none() {
            return;
        }
        self.station(id).clear();
        self.plan_end(id);
        self.plan_chore(id);
        if self.servers[id as usize].phase == Phase::Gone
            && let Some(station) = self.servers[id as usize].station.take()
            && station.chore_slot != NO_SLOT
        {
            self.events.cancel(station.chore_slot);
        }
    }

    /// Lets servers with nothing to do sleep, and wakes as many as requests wait.
    pub(super) fn doze(&mut self, id: u32) {
        let setup = self.rules(id).setup;
        let (open, busy) = (self.open_workers(id), self.servers[id as usize].busy);
        let station = self.station(id);
        station.awake = station.awake.min(busy);
        if setup.is_none() && station.waking() == 0 {
            return;
        }
        let shared = station.discipline == Discipline::Sharing;
        let waiting = if shared { (busy - station.awake) as usize } else { station.line.len() };
        let needed = waiting.min(open.saturating_sub(station.awake) as usize) as u32;
        let needed = if setup.is_some() { needed } else { 0 };
        while self.station(id).waking() > needed {
            self.station(id).sleep_on();
        }
        while let Some(law) = setup.filter(|_| self.station(id).waking() < needed) {
            let at = self.now + Span(self.draw(law));
            self.station(id).plan(at, Chore::Wake);
        }
        self.set_sharing(id);
        self.plan_chore(id);
    }

    /// Where all share the servers: how many there are to share.
    fn set_sharing(&mut self, id: u32) {
        if self.station(id).discipline != Discipline::Sharing {
            return;
        }
        let awake = if self.rules(id).setup.is_some() { self.station(id).awake } else { u32::MAX };
        let cores = f64::from(self.open_workers(id).min(awake));
        self.servers[id as usize].cpu.set_cores(self.now, cores);
        self.plan_cpu(id);
    }

    /// As many servers can fail as there are, if they fail at all.
    fn set_mortal(&mut self, id: u32) {
        let breakdown = self.rules(id).breakdown;
        let wanted = breakdown.map_or(0, |_| self.pool_of(id).workers.min(MOST_MORTAL));
        while self.station(id).mortal > wanted {
            self.station(id).spare();
        }
        while let Some(breakdown) = breakdown.filter(|_| self.station(id).mortal < wanted) {
            let at = self.now + self.life(breakdown.fails);
            let station = self.station(id);
            station.mortal += 1;
            station.plan(at, Chore::Fail);
        }
        self.plan_chore(id);
    }

    /// A time to failure.
    fn life(&mut self, law: Index) -> Span {
        Span(self.draw(law)).max(SHORTEST_LIFE)
    }

    /// Schedules what happens next to a server of a station.
    fn plan_chore(&mut self, id: u32) {
        let station = self.station(id);
        let (next, slot) = (station.next_chore(), station.chore_slot);
        self.station(id).chore_slot = self.events.replan(slot, next, Event { kind: EventKind::Chore, index: id });
    }

    /// A server of a station wakes, fails or works again.
    pub(super) fn chore(&mut self, id: u32) {
        let station = self.station(id);
        station.chore_slot = NO_SLOT;
        match station.chore() {
            Some(Chore::Wake) => station.awake += 1,
            Some(Chore::Fail) => self.fail_worker(id),
            Some(Chore::Repair) => self.repair_worker(id),
            None => {}
        }
        self.set_sharing(id);
        self.admit_station(id);
        self.plan_chore(id);
        self.run_ready();
    }

    /// A server of a station fails, any of those that work; whom it served goes back into the line.
    fn fail_worker(&mut self, id: u32) {
        let Some(breakdown) = self.rules(id).breakdown else { return };
        let working = self.open_workers(id).max(1);
        let which = if working == 1 { 0 } else { self.laws[breakdown.fails as usize].stream.below(working as usize) };
        let at = self.now + Span(self.draw(breakdown.repaired));
        let now = self.now;
        let station = self.station(id);
        station.broken += 1;
        station.plan(at, Chore::Repair);
        // Beyond those that are served are servers whose requests call others, and idle ones.
        if let Some(job) = station.stop_nth(now, which) {
            self.interrupt(id, job);
            self.plan_end(id);
        }
    }

    fn repair_worker(&mut self, id: u32) {
        let station = self.station(id);
        station.broken -= 1;
        if let Some(breakdown) = self.rules(id).breakdown {
            let at = self.now + self.life(breakdown.fails);
            self.station(id).plan(at, Chore::Fail);
        }
    }

    /// How fast a site works, relative to its usual speed.
    pub(super) fn pace(&self, site: Index) -> f64 {
        let slow = self.slow_sites.iter().filter(|(slow, _)| *slow == site);
        slow.map(|(_, factor)| 1.0 / factor).product::<f64>().clamp(1e-3, 1e3)
    }

    /// Follows a fault that makes a site slow, at its start and at its end.
    pub(super) fn repace(&mut self, site: Index) {
        let harms = self.active_faults.iter().map(|&fault| self.network.faults[fault as usize].harm);
        let slow = harms.filter_map(|harm| match harm {
            Harm::Slow { site, factor } => Some((site, factor)),
            _ => None,
        });
        self.slow_sites = slow.collect();
        self.settle_even();
        let (now, pace) = (self.now, self.pace(site));
        let Some(pool) = self.network.sites[site as usize].pool else { return };
        for id in self.pools[pool as usize].servers.clone() {
            self.settle_processors(id);
            self.servers[id as usize].cpu.set_pace(now, pace);
            self.plan_cpu(id);
            if self.needs_station(pool) && self.servers[id as usize].station.is_none() {
                self.open_station(id);
            }
            if let Some(station) = &mut self.servers[id as usize].station {
                station.set_pace(now, pace);
                self.plan_end(id);
            }
        }
    }
}
