//! Balancers: targets, health checks, choice.

use super::engine::Engine;
use super::event_set::{Event, EventKind};
use super::frame::FrameId;
use super::network::{Index, Policy, Reason};
use super::program::Flow;
use super::snapshot::Phase;
use crate::units::Span;

/// One registered server, as a balancer sees it.
#[derive(Debug, Clone, Copy)]
struct Target {
    server: u32,
    link: Index,
    healthy: bool,
    /// Has passed a check since it was registered; the first pass is enough for a new target.
    known: bool,
    /// Checks in a row that say otherwise than `healthy`.
    contrary: u32,
}

/// The targets of one balancer.
#[derive(Debug, Clone, Default)]
pub(super) struct Targets {
    all: Vec<Target>,
    /// Positions in `all` of those that get requests: the healthy ones, or all if none is (a balancer fails open).
    usable: Vec<u32>,
    turn: usize,
}

impl Targets {
    fn refresh(&mut self) {
        let healthy = |target: &Target| target.healthy;
        let open = !self.all.iter().any(healthy);
        let chosen = (0..).zip(&self.all).filter(|(_, target)| open || healthy(target));
        self.usable = chosen.map(|(at, _)| at).collect();
    }

    /// Takes out the targets that none of these links leads to.
    pub(super) fn keep(&mut self, links: &[Index]) {
        self.all.retain(|target| links.contains(&target.link));
        self.refresh();
    }

    /// Servers of all targets.
    pub(super) fn servers(&self) -> impl Iterator<Item = u32> {
        self.all.iter().map(|target| target.server)
    }

    /// Registered and healthy targets.
    pub(super) fn count(&self) -> (u32, u32) {
        (self.all.len() as u32, self.all.iter().filter(|target| target.healthy).count() as u32)
    }
}

impl Engine {
    /// Makes a server a target of the balancers before its pool. At the start of a run it is healthy at once.
    pub(super) fn register(&mut self, id: u32) {
        let pool = self.servers[id as usize].pool as usize;
        let new = !self.started;
        for &(balancer, link) in &self.pools[pool].balancers {
            let targets = &mut self.balancers[balancer as usize];
            if targets.all.iter().all(|target| target.server != id) {
                targets.all.push(Target { server: id, link, healthy: new, known: new, contrary: 0 });
            }
            targets.refresh();
        }
    }

    /// Takes a server out of the balancers; says how long it may finish what it has.
    pub(super) fn deregister(&mut self, id: u32) -> Span {
        let pool = self.servers[id as usize].pool as usize;
        let mut patience = Span::ZERO;
        for &(balancer, _) in &self.pools[pool].balancers {
            let targets = &mut self.balancers[balancer as usize];
            targets.all.retain(|target| target.server != id);
            targets.refresh();
            patience = patience.max(self.network.balancers[balancer as usize].drain);
        }
        patience
    }

    /// Sends a request to the target whose turn it is.
    #[inline]
    pub(super) fn balance(&mut self, id: FrameId, balancer: Index) -> Flow {
        let spec = &self.network.balancers[balancer as usize];
        let targets = &mut self.balancers[balancer as usize];
        let count = targets.usable.len();
        if count == 0 {
            return self.fail(id, Reason::NoTarget, Reason::NoTarget);
        }
        targets.turn = if targets.turn + 1 < count { targets.turn + 1 } else { 0 };
        let at = match spec.policy {
            Policy::RoundRobin => targets.turn,
            Policy::Random => self.streams[spec.law as usize].below(count),
            Policy::LeastOutstanding => {
                let load = |&at: &usize| {
                    let target = &targets.all[targets.usable[at % count] as usize];
                    self.servers[target.server as usize].in_flight
                };
                (targets.turn..targets.turn + count).min_by_key(load).expect("there are targets") % count
            }
        };
        let target = targets.all[targets.usable[at] as usize];
        self.call_server(id, target.link, target.server)
    }

    /// Checks the health of every target, and plans the next check.
    pub(super) fn probe(&mut self, balancer: Index) {
        let spec = &self.network.balancers[balancer as usize];
        let targets = &mut self.balancers[balancer as usize];
        for target in &mut targets.all {
            let answers = self.servers[target.server as usize].phase == Phase::InService;
            if answers == target.healthy {
                target.contrary = 0;
                continue;
            }
            target.contrary += 1;
            let needed = match (answers, target.known) {
                (true, false) => 1,
                (true, true) => spec.healthy,
                (false, _) => spec.unhealthy,
            };
            if target.contrary >= needed {
                (target.healthy, target.known, target.contrary) = (answers, true, 0);
            }
        }
        targets.refresh();
        let next = self.now + spec.interval;
        self.events.schedule(next, Event { kind: EventKind::Probe, index: balancer });
    }
}
