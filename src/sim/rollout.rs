//! New versions of what runs on the servers of a pool, rolled out some servers at a time.
//!
//! Those of a batch leave their balancers and finish what they have; new ones start in their place: in a group as its
//! scaler launches them, else on the same machine. The next batch follows when every server of the new version is well:
//! it takes requests, and has passed the checks of the balancers in front of it. Whatever is launched while a rollout
//! lasts, by whomever, runs the new version, so that a group which replaces what is not well launches it again and
//! again. When it ends, everything is of the old version again. Absent: more than one version beside the old one.

use super::engine::Engine;
use super::event_set::{Event, EventKind};
use super::network::{Fault, Harm, Index, Pool};
use super::snapshot::{Phase, Progress};
use crate::units::{Share, SimTime, Span};

/// How a version is rolled out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rollout {
    /// Servers at a time, 1 or more.
    pub batch: u32,
    /// What the version does.
    pub version: Version,
    /// How long a batch may take until it has failed.
    pub within: Span,
    /// What follows then.
    pub failed: WhenFailed,
}

/// What a version does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Version {
    /// It runs, and answers this share of the requests with errors.
    Errs(Share),
    /// It never starts: connections to its servers are refused.
    NeverStarts,
}

/// What follows when a batch does not come up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenFailed {
    /// Nothing: the servers that are left keep the old version.
    Stops,
    /// The next batch.
    GoesOn,
}

/// A rollout under way, or done.
#[derive(Debug, Clone)]
pub(super) struct Rolling {
    fault: Index,
    pool: Index,
    how: Rollout,
    /// Servers with higher numbers run the new version.
    since: u32,
    /// Servers with the old version at its start.
    of: u32,
    /// How many of them were replaced.
    replaced: u32,
    /// When the batch under way has failed; none is after the last.
    until: Option<SimTime>,
    /// A batch has failed.
    failed: bool,
}

/// Between two looks at a batch.
const LOOK: Span = Span::from_secs(1);

impl Engine {
    /// Begins a rollout.
    pub(super) fn begin_rollout(&mut self, fault: Index) {
        let Fault { harm: Harm::Rollout { pool, how }, .. } = self.network.faults[fault as usize] else { return };
        let of = self.serving(pool, u32::MAX).len() as u32;
        let since = self.launches;
        self.rollouts.push(Rolling { fault, pool, how, since, of, replaced: 0, until: None, failed: false });
        self.next_batch(self.rollouts.len() - 1);
    }

    /// Looks how the batch under way is doing.
    pub(super) fn look_at_batch(&mut self, fault: Index) {
        let Some(at) = self.rollouts.iter().position(|rolling| rolling.fault == fault) else { return };
        let Rolling { pool, how, until, .. } = self.rollouts[at];
        self.fill_places(pool);
        let late = until.is_some_and(|until| self.now >= until);
        if self.is_batch_well(at) {
            return self.next_batch(at);
        }
        self.rollouts[at].failed |= late;
        match (late, how.failed) {
            (true, WhenFailed::Stops) => self.rollouts[at].until = None,
            (true, WhenFailed::GoesOn) => self.next_batch(at),
            (false, _) => self.plan_look(fault),
        }
    }

    fn plan_look(&mut self, fault: Index) {
        self.events.schedule(self.now + LOOK, Event { kind: EventKind::Rollout, index: fault });
    }

    /// Takes out the longest-serving servers that have the old version, and has new ones started.
    fn next_batch(&mut self, at: usize) {
        let Rolling { fault, pool, how, since, .. } = self.rollouts[at];
        let old = |id: &u32| self.servers[*id as usize].serial <= since;
        let batch: Vec<u32> =
            self.serving(pool, u32::MAX).into_iter().filter(old).take(how.batch.max(1) as usize).collect();
        let state = &mut self.rollouts[at];
        state.replaced += batch.len() as u32;
        state.until = (!batch.is_empty()).then(|| self.now + how.within);
        if batch.is_empty() {
            return;
        }
        batch.into_iter().for_each(|id| self.drain(id));
        self.fill_places(pool);
        self.plan_look(fault);
    }

    /// Has servers started in the place of those that were taken out.
    fn fill_places(&mut self, pool: Index) {
        match self.network.scalers.iter().position(|scaler| scaler.pool == pool) {
            Some(scaler) => self.want(scaler as Index, self.scalers[scaler].desired),
            None => self.start_in_place(pool),
        }
    }

    /// Starts what is missing in a pool that nothing scales, on the machines that are there.
    fn start_in_place(&mut self, pool: Index) {
        let Pool { start, restart, .. } = self.network.pools[pool as usize].clone();
        let mut missing = start;
        for &id in &self.pools[pool as usize].servers {
            let zone = self.servers[id as usize].zone;
            if let Some(at) = missing.iter().position(|&other| other == zone) {
                missing.swap_remove(at);
            }
        }
        missing.sort_unstable();
        missing.truncate(missing.len().saturating_sub(self.taken_out(pool)));
        for zone in missing {
            let id = self.launch(pool, zone, Phase::Pending);
            let server = &mut self.servers[id as usize];
            server.restarts = true;
            self.events.reschedule(server.life_slot, self.now + restart);
        }
    }

    /// Whether as many servers of the new version are well as were replaced, or as there are, and none is not.
    fn is_batch_well(&self, at: usize) -> bool {
        let Rolling { pool, since, replaced, .. } = self.rollouts[at];
        let servers = &self.pools[pool as usize].servers;
        let new: Vec<u32> = servers.iter().copied().filter(|&id| self.servers[id as usize].serial > since).collect();
        let old = servers
            .iter()
            .any(|&id| self.servers[id as usize].serial <= since && self.servers[id as usize].phase == Phase::Draining);
        let wanted = match self.network.scalers.iter().position(|scaler| scaler.pool == pool) {
            Some(scaler) => self.scalers[scaler].desired,
            None => self.network.pools[pool as usize].start.len() as u32,
        };
        !old && new.len() as u32 >= replaced.min(wanted) && new.iter().all(|&id| self.is_well(id))
    }

    /// Whether a server takes requests, and the balancers in front of it know.
    fn is_well(&self, id: u32) -> bool {
        let server = &self.servers[id as usize];
        let before = &self.pools[server.pool as usize].balancers;
        let passed = |balancer: Index| self.balancers[balancer as usize].has_passed(id);
        server.phase == Phase::InService && before.iter().all(|&(balancer, _)| passed(balancer))
    }

    /// Whether what runs on a server is of a version that never starts.
    pub(super) fn never_starts(&self, id: u32) -> bool {
        let server = &self.servers[id as usize];
        let new = |rolling: &&Rolling| rolling.pool == server.pool && server.serial > rolling.since;
        self.rollouts.iter().filter(new).any(|rolling| rolling.how.version == Version::NeverStarts)
    }

    /// Goes back to the old version: what never started boots with it, and the rest answers as before.
    pub(super) fn roll_back(&mut self, fault: Index) {
        self.rollouts.retain(|rolling| rolling.fault != fault);
        for id in 0..self.servers.len() as u32 {
            if self.servers[id as usize].phase == Phase::Broken && !self.never_starts(id) {
                self.boot(id);
            }
        }
    }

    /// The number of the latest server that was launched before a rollout began.
    pub(super) fn launched_before(&self, fault: Index) -> u32 {
        let rolling = self.rollouts.iter().find(|rolling| rolling.fault == fault);
        rolling.map_or(self.launches, |rolling| rolling.since)
    }

    /// How far the latest rollout over a pool has come.
    pub(super) fn progress(&self, pool: Index) -> Option<Progress> {
        let rolling = self.rollouts.iter().rev().find(|rolling| rolling.pool == pool)?;
        let Rolling { replaced, of, until, failed, .. } = *rolling;
        Some(Progress { replaced, of, over: until.is_none(), failed })
    }
}
