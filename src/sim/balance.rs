//! Balancers: targets, health checks, choice.

use super::engine::Engine;
use super::event_set::{Event, EventKind};
use super::frame::{FrameId, Frames};
use super::least::Least;
use super::network::{Balancer, Crossing, Index, Layer, Policy, Reason};
use super::program::Flow;
use super::random::Stream;
use super::server::Server;
use super::snapshot::Phase;
use crate::units::{SimTime, Span};
use std::collections::BTreeMap;

/// One registered server, as a balancer sees it.
#[derive(Debug, Clone, Copy)]
struct Target {
    server: u32,
    link: Index,
    healthy: bool,
    /// Has been found healthy or unhealthy since it was registered; the first pass is enough for a new target.
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
    /// Whether `usable` is not what `all` says any more; it is worked out when the next request comes.
    stale: bool,
    turn: usize,
    /// Requests under way at the usable targets, where the policy asks for them.
    loads: Least,
    /// For each server what it is here.
    seats: Vec<Seat>,
}

/// Which balancers want to know how many requests are under way at a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weighed {
    /// None does.
    Not,
    /// One, in whose usable targets it has this position.
    By(Index, u32),
    /// Several, whose lists of seats have to be asked.
    BySeveral,
}

/// What a server is to a balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seat {
    /// No target.
    None,
    /// A target that gets no requests.
    Aside,
    /// A target that gets requests: its position in [`Targets::usable`].
    At(u32),
}

impl Weighed {
    /// A balancer has put the server aside, or will say again where it sits.
    fn forget(&mut self, balancer: Index) {
        if matches!(*self, Self::By(by, _) if by == balancer) {
            *self = Self::Not;
        }
    }
}

impl Targets {
    /// A usable target: one of the links by their weights, and of its targets any. Without any weight all are alike.
    fn weighted(&self, links: &[Index], weights: &[u32], stream: &mut Stream) -> usize {
        let of =
            |link: Index| (0..self.usable.len()).filter(move |&at| self.all[self.usable[at] as usize].link == link);
        let there = || links.iter().zip(weights).filter(|(link, _)| of(**link).next().is_some());
        let total: usize = there().map(|(_, weight)| *weight as usize).sum();
        if total == 0 {
            return stream.below(self.usable.len());
        }
        let mut left = stream.below(total);
        for (link, &weight) in there() {
            if left < weight as usize {
                let count = of(*link).count();
                let which = if count > 1 { stream.below(count) } else { 0 };
                return of(*link).nth(which).unwrap_or(0);
            }
            left -= weight as usize;
        }
        0
    }

    /// Makes a server a target if it is not one.
    fn add(&mut self, target: Target) {
        let server = target.server as usize;
        if self.seats.len() <= server {
            self.seats.resize(server + 1, Seat::None);
        }
        if self.seats[server] == Seat::None {
            self.seats[server] = Seat::Aside;
            self.all.push(target);
            self.stale = true;
        }
    }

    fn remove(&mut self, server: u32) {
        if let Some(seat) = self.seats.get_mut(server as usize)
            && *seat != Seat::None
        {
            *seat = Seat::None;
            self.all.retain(|target| target.server != server);
            self.stale = true;
        }
    }

    /// Works out who gets requests, and how many each has if that is what `balancer` goes by.
    #[cold]
    fn refresh(&mut self, balancer: Index, policy: Policy, servers: &mut [Server]) {
        let open = !self.all.iter().any(|target| target.healthy);
        let chosen = (0..).zip(&self.all).filter(|(_, target)| open || target.healthy);
        self.usable = chosen.map(|(at, _)| at).collect();
        for target in &self.all {
            self.seats[target.server as usize] = Seat::Aside;
        }
        for (position, &at) in (0..).zip(&self.usable) {
            self.seats[self.all[at as usize].server as usize] = Seat::At(position);
        }
        self.stale = false;
        for target in &self.all {
            servers[target.server as usize].weighed.forget(balancer);
        }
        if policy == Policy::LeastOutstanding {
            let server = |&at: &u32| self.all[at as usize].server as usize;
            self.loads = Least::new(self.usable.iter().map(|at| servers[server(at)].in_flight));
            for (position, at) in (0..).zip(&self.usable) {
                let weighed = &mut servers[server(at)].weighed;
                let alone = *weighed == Weighed::Not;
                *weighed = if alone { Weighed::By(balancer, position) } else { Weighed::BySeveral };
            }
        }
    }

    /// Loads that are not those of the servers, in words; see [`Engine::audit`].
    pub(super) fn audit(&self, policy: Policy, servers: &[Server]) -> Option<String> {
        if self.stale || policy != Policy::LeastOutstanding {
            return None;
        }
        let really = self.usable.iter().map(|&at| servers[self.all[at as usize].server as usize].in_flight);
        let really: Vec<u32> = really.collect();
        let counted: Vec<u32> = (0..really.len()).map(|position| self.loads.get(position)).collect();
        (really != counted).then(|| format!("under way {counted:?}, found {really:?}"))
    }

    /// Takes out the targets that none of these links leads to.
    pub(super) fn keep(&mut self, links: &[Index]) {
        let seats = &mut self.seats;
        self.all.retain(|target| {
            let stays = links.contains(&target.link);
            if !stays {
                seats[target.server as usize] = Seat::None;
            }
            stays
        });
        self.stale = true;
    }

    /// Whether a server is a target that was healthy and is not any more.
    pub(super) fn has_failed(&self, server: u32) -> bool {
        self.all.iter().any(|target| target.server == server && target.known && !target.healthy)
    }

    /// Whether a server is a target that is healthy.
    pub(super) fn has_passed(&self, server: u32) -> bool {
        self.all.iter().any(|target| target.server == server && target.healthy)
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
    /// The target groups of a site.
    pub(super) fn groups_at(&self, site: Index) -> impl Iterator<Item = &Targets> {
        let groups = self.network.balancers.iter().zip(&self.balancers);
        groups.filter(move |(spec, _)| spec.site == site).map(|(_, targets)| targets)
    }

    /// Registered and healthy targets of a site, each counted once however many groups it is in.
    pub(super) fn targets_at(&self, site: Index) -> (u32, u32) {
        let mut groups = self.groups_at(site);
        let (first, second) = (groups.next(), groups.next());
        let Some(second) = second else { return first.map_or((0, 0), Targets::count) };
        let all = first.into_iter().chain([second]).chain(groups).flat_map(|group| &group.all);
        let mut servers: BTreeMap<u32, bool> = BTreeMap::new();
        all.for_each(|target| *servers.entry(target.server).or_default() |= target.healthy);
        (servers.len() as u32, servers.values().filter(|healthy| **healthy).count() as u32)
    }

    /// Makes a server a target of the balancers before its pool. At the start of a run it is healthy at once.
    pub(super) fn register(&mut self, id: u32) {
        let pool = self.servers[id as usize].pool as usize;
        let new = !self.started;
        for &(balancer, link) in &self.pools[pool].balancers {
            let target = Target { server: id, link, healthy: new, known: new, contrary: 0 };
            self.balancers[balancer as usize].add(target);
        }
    }

    /// Takes a server out of the balancers; says how long it may finish what it has.
    pub(super) fn deregister(&mut self, id: u32) -> Span {
        let pool = self.servers[id as usize].pool as usize;
        let mut patience = Span::ZERO;
        for &(balancer, _) in &self.pools[pool].balancers {
            self.balancers[balancer as usize].remove(id);
            self.servers[id as usize].weighed.forget(balancer);
            patience = patience.max(self.network.balancers[balancer as usize].drain);
        }
        patience
    }

    /// Has all balancers work out anew who gets requests, because their links or policies may have changed.
    pub(super) fn unseat_all(&mut self) {
        self.balancers.iter_mut().for_each(|targets| targets.stale = true);
        self.servers.iter_mut().for_each(|server| server.weighed = Weighed::Not);
    }

    /// Lets the balancers before a server know how many requests are under way at it.
    #[inline(always)]
    pub(super) fn weigh(&mut self, id: u32) {
        let server = &self.servers[id as usize];
        self.weigh_by(server.weighed, id, server.in_flight);
    }

    /// The same for a server that so many requests are under way at.
    #[inline(always)]
    pub(super) fn weigh_by(&mut self, weighed: Weighed, id: u32, in_flight: u32) {
        match weighed {
            Weighed::Not => {}
            Weighed::By(balancer, position) => {
                self.balancers[balancer as usize].loads.set(position as usize, in_flight);
            }
            Weighed::BySeveral => self.weigh_for_several(id),
        }
    }

    #[cold]
    fn weigh_for_several(&mut self, id: u32) {
        let server = &self.servers[id as usize];
        for &(balancer, _) in &self.pools[server.pool as usize].balancers {
            let targets = &mut self.balancers[balancer as usize];
            if let Some(&Seat::At(position)) = targets.seats.get(id as usize) {
                targets.loads.set(position as usize, server.in_flight);
            }
        }
    }

    /// Sends a request to the target whose turn it is.
    #[inline(always)]
    pub(super) fn balance(&mut self, id: FrameId, balancer: Index) -> Flow {
        let spec = &self.network.balancers[balancer as usize];
        let plain = spec.sticky.is_none() && spec.crossing == Crossing::Zones;
        let chosen = if plain { self.choose(balancer) } else { self.choose_for(id, balancer) };
        match chosen {
            Some((link, server)) => self.call_server(id, link, server),
            None => self.fail(id, Reason::NoTarget, Reason::NoTarget),
        }
    }

    /// Works out who gets requests, if that has changed.
    fn settle_targets(&mut self, balancer: Index) -> &mut Targets {
        let spec = &self.network.balancers[balancer as usize];
        let targets = &mut self.balancers[balancer as usize];
        if targets.stale {
            targets.refresh(balancer, spec.policy, &mut self.servers);
        }
        targets
    }

    /// The link to a server if it is a target that gets requests.
    pub(super) fn usable(&mut self, balancer: Index, server: u32) -> Option<(Index, u32)> {
        let targets = self.settle_targets(balancer);
        let Some(&Seat::At(position)) = targets.seats.get(server as usize) else { return None };
        let target = &targets.all[targets.usable[position as usize] as usize];
        Some((target.link, target.server))
    }

    /// All targets that get requests, with the links to them.
    pub(super) fn usable_targets(&mut self, balancer: Index) -> Vec<(Index, u32)> {
        let targets = self.settle_targets(balancer);
        let pair = |&at: &u32| (targets.all[at as usize].link, targets.all[at as usize].server);
        targets.usable.iter().map(pair).collect()
    }

    /// Whose turn it is of so many.
    pub(super) fn next_turn(&mut self, balancer: Index, count: usize) -> usize {
        let targets = &mut self.balancers[balancer as usize];
        targets.turn = if targets.turn + 1 < count { targets.turn + 1 } else { 0 };
        targets.turn
    }

    /// The target whose turn it is, with the link to it.
    #[inline(always)]
    pub(super) fn choose(&mut self, balancer: Index) -> Option<(Index, u32)> {
        let spec = &self.network.balancers[balancer as usize];
        let targets = &mut self.balancers[balancer as usize];
        if targets.stale {
            targets.refresh(balancer, spec.policy, &mut self.servers);
        }
        let count = targets.usable.len();
        if count == 0 {
            return None;
        }
        targets.turn = if targets.turn + 1 < count { targets.turn + 1 } else { 0 };
        let at = match spec.policy {
            Policy::RoundRobin => targets.turn,
            Policy::Random => self.laws[spec.law as usize].stream.below(count),
            Policy::TwoChoices => {
                let (one, other) = two_of(count, &mut self.laws[spec.law as usize].stream);
                let load = |at: usize| self.servers[targets.all[targets.usable[at] as usize].server as usize].in_flight;
                if load(other) < load(one) { other } else { one }
            }
            Policy::LeastOutstanding => targets.loads.first_from(targets.turn),
            Policy::Weighted => targets.weighted(&spec.links, &spec.weights, &mut self.laws[spec.law as usize].stream),
        };
        let target = targets.all[targets.usable[at] as usize];
        Some((target.link, target.server))
    }

    /// Checks the health of every target, and plans the next check.
    pub(super) fn probe(&mut self, balancer: Index) {
        let spec = &self.network.balancers[balancer as usize];
        let targets = &mut self.balancers[balancer as usize];
        for target in &mut targets.all {
            let server = &self.servers[target.server as usize];
            let there = server.phase == Phase::InService && !self.gates.shut(self.hops[target.link as usize].to);
            let open = there && !self.gates.loses_check(target.link, spec.timeout);
            // A check that only opens a connection says nothing of the answers.
            let answers = open
                && passes(server, &self.frames, spec, self.now)
                && (spec.layer == Layer::Flows || !self.gates.fails_check(target.server, server));
            if answers == target.healthy && target.known {
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
                targets.stale = true;
            }
        }
        let next = self.now + spec.interval;
        self.events.schedule(next, Event { kind: EventKind::Probe, index: balancer });
    }
}

/// Whether a health check comes back in time from a server in service. It waits behind the requests that came before it: one
/// that was sent as long ago as a check may take is not back if a request from before it still waits.
fn passes(server: &Server, frames: &Frames, spec: &Balancer, now: SimTime) -> bool {
    let Some(timeout) = spec.timeout else { return true };
    let full = server.busy >= server.workers && server.waiting.len() >= server.room;
    if server.station.is_some() || server.workers == 0 {
        return true;
    }
    let late = |oldest: FrameId| now.since(frames[oldest].arrived) >= timeout;
    let waits = spec.layer == Layer::Requests && !server.lifo && server.waiting.first().is_some_and(late);
    !full && !waits
}

/// Two different numbers below `count`, each pair as likely as the others; the same twice if there is only one.
fn two_of(count: usize, stream: &mut Stream) -> (usize, usize) {
    let one = stream.below(count);
    let other = stream.below(count.saturating_sub(1).max(1));
    (one, if count > 1 && other >= one { other + 1 } else { other })
}
