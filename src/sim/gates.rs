//! Gates: what stands before a site, or on the way along a link, while a fault lasts. Requests that nothing stands before
//! never meet them: the links that lead to a gate begin at the step of gates in place of the callee's program.
//!
//! Health checks come to gates as well: nothing behind a gate that is shut passes one, and a server with a bad version
//! answers the share of them with an error that it answers of its requests.

use super::bucket::Tokens;
use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE, State};
use super::hop::{First, Hop};
use super::network::{Bucket, Fault, GATE, Harm, Index, Link, NO_ZONE, Reason, Step, Zone};
use super::op::Op;
use super::program::Flow;
use super::random::Stream;
use super::rollout::{Rollout, Version};
use super::server::Server;
use super::traffic::Traffic;
use crate::units::{SimTime, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What stands in the way while a fault lasts.
#[derive(Debug, Clone)]
struct Gate {
    fault: Index,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    /// Nothing comes to a site.
    Shut(Index, Manner),
    /// A balancer has lost its part in one of its zones.
    Part(Part),
    /// Only so many come to a site.
    Limit(Bucket, Tokens),
    /// Some servers answer a share of the requests with errors.
    Flaw(Flawed, f64),
    /// Some calls along a link are lost.
    Loss(Index, f64),
    /// Calls and answers along a link take longer.
    Delay(Index, Span),
}

/// The part of a balancer in a zone that is out. Callers hold the addresses of all its parts until the TTL of its name is
/// over, and take any: who takes the one of there hears nothing, and takes any again for the next attempt.
#[derive(Debug, Clone, Copy)]
struct Part {
    site: Index,
    /// Of the addresses, 0 to 1.
    share: f64,
    since: SimTime,
    ttl: Span,
}

impl Part {
    /// Which share of the callers still takes it.
    fn taken(&self, now: SimTime) -> f64 {
        let passed = now.since(self.since).0 as f64 / self.ttl.0.max(1) as f64;
        self.share * (1.0 - passed).max(0.0)
    }
}

/// Which servers a bad version runs on.
#[derive(Debug, Clone)]
enum Flawed {
    /// Those with these places and numbers.
    These(Vec<(u32, u32)>),
    /// Those of a pool with higher numbers.
    Since { pool: Index, serial: u32 },
}

impl Flawed {
    fn has(&self, id: u32, server: &Server) -> bool {
        match self {
            Self::These(servers) => servers.contains(&(id, server.serial)),
            Self::Since { pool, serial } => server.pool == *pool && server.serial > *serial,
        }
    }

    /// Whether some of them may be in a pool.
    fn is_in(&self, pool: Index, servers: &[Server]) -> bool {
        match self {
            Self::These(these) => {
                these.iter().any(|(id, _)| servers.get(*id as usize).is_some_and(|server| server.pool == pool))
            }
            Self::Since { pool: of, .. } => *of == pool,
        }
    }
}

/// How those are treated who come to a site that is shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// They are told so.
    Refused,
    /// They hear nothing; see [`super::silence`].
    Unheard,
}

/// All gates that stand now.
#[derive(Debug, Clone)]
pub(super) struct Gates {
    all: Vec<Gate>,
    chance: Stream,
    /// Sources whose traffic is more than what they were given, with that.
    spiked: Vec<(Index, Traffic)>,
}

impl Gates {
    pub(super) fn new(seed: u64) -> Self {
        Self { all: Vec::new(), chance: Stream::new(seed, "gates"), spiked: Vec::new() }
    }

    /// Whether nothing comes to a site.
    pub(super) fn shut(&self, site: Index) -> bool {
        self.all.iter().any(|gate| matches!(gate.what, What::Shut(shut, _) if shut == site))
    }

    /// Whether a server answers a health check with an error, because a bad version runs there.
    pub(super) fn fails_check(&mut self, id: u32, server: &Server) -> bool {
        let chance = &mut self.chance;
        self.all.iter().any(|gate| match &gate.what {
            What::Flaw(flawed, share) => flawed.has(id, server) && chance.unit() < *share,
            _ => false,
        })
    }

    /// Whether a health check along a link is lost, or takes longer than it may.
    pub(super) fn loses_check(&mut self, link: Index, timeout: Option<Span>) -> bool {
        let delay = self.delay(link);
        let chance = &mut self.chance;
        let lost = self.all.iter().any(|gate| match gate.what {
            What::Loss(lossy, share) => lossy == link && chance.unit() < share,
            _ => false,
        });
        lost || timeout.is_some_and(|timeout| Span(2 * delay.0) >= timeout && delay > Span::ZERO)
    }

    /// Whether a name service refuses a look-up, and why. Those who hold an answer do not ask it.
    pub(super) fn refuses_lookup(&mut self, site: Index, now: SimTime) -> Option<Reason> {
        self.all.iter_mut().find_map(|gate| match &mut gate.what {
            What::Shut(shut, _) => (*shut == site).then_some(Reason::Unavailable),
            What::Limit(bucket, tokens) => {
                (bucket.site == site && !tokens.take(now, bucket)).then_some(Reason::Throttled)
            }
            _ => None,
        })
    }

    /// What calls along a link take longer, one way.
    pub(super) fn delay(&self, link: Index) -> Span {
        let of = |gate: &Gate| match gate.what {
            What::Delay(on, span) if on == link => span.0,
            _ => 0,
        };
        Span(self.all.iter().map(of).sum())
    }
}

impl Engine {
    /// Puts up what a fault puts in the way.
    pub(super) fn put_gates(&mut self, fault: Index) {
        let Fault { harm, .. } = self.network.faults[fault as usize];
        let gates: Vec<What> = match harm {
            Harm::Down { site } | Harm::Restore { site } => vec![What::Shut(site, Manner::Refused)],
            Harm::ZoneOutage(zone) => {
                let sites = (0..).zip(&self.network.sites).filter(|(_, site)| site.zone == zone);
                let whole = sites.map(|(site, _)| What::Shut(site, Manner::Unheard));
                whole.chain(self.parts_in(zone).into_iter().map(What::Part)).collect()
            }
            Harm::RegionOutage(region) => {
                let sites = &self.network.regions[region as usize].sites;
                sites.iter().map(|&site| What::Shut(site, Manner::Unheard)).collect()
            }
            Harm::Throttle { site, rate } => {
                vec![What::Limit(Bucket { site, rate, burst: rate.0.max(1.0), writes: None }, Tokens::default())]
            }
            Harm::Deploy { pool, count, share } => {
                let bad = self.serving(pool, count).into_iter();
                let these = bad.map(|id| (id, self.servers[id as usize].serial)).collect();
                vec![What::Flaw(Flawed::These(these), share)]
            }
            Harm::Rollout { pool, how: Rollout { version: Version::Errs(share), .. } } => {
                vec![What::Flaw(Flawed::Since { pool, serial: self.launched_before(fault) }, share.0)]
            }
            Harm::LostLink { link, share } => vec![What::Loss(link, share)],
            Harm::SlowLink { link, extra } => vec![What::Delay(link, extra)],
            _ => return,
        };
        let shut: Vec<Index> =
            gates.iter().filter_map(|what| if let What::Shut(at, _) = what { Some(*at) } else { None }).collect();
        self.gates.all.extend(gates.into_iter().map(|what| Gate { fault, what }));
        self.lay_hops();
        for site in shut {
            if !self.names_at(site) {
                self.empty(site);
            }
        }
    }

    /// The parts in a zone of balancers that have others elsewhere: they have one in each zone that a target may stand in.
    fn parts_in(&self, zone: Zone) -> Vec<Part> {
        let mut zones: BTreeMap<Index, (BTreeSet<Zone>, Span)> = BTreeMap::new();
        for balancer in &self.network.balancers {
            let targets = balancer.links.iter().map(|&link| self.network.links[link as usize].to);
            let pools = targets.filter_map(|site| self.network.sites[site as usize].pool);
            let own = &mut zones.entry(balancer.site).or_insert((BTreeSet::new(), balancer.ttl)).0;
            for pool in pools.map(|pool| &self.network.pools[pool as usize]) {
                own.extend(pool.zones.iter().chain(&pool.start).filter(|&&zone| zone != NO_ZONE));
            }
        }
        let whole = |site: Index| self.network.sites[site as usize].zone != NO_ZONE;
        let parts =
            zones.into_iter().filter(|(site, (zones, _))| zones.len() > 1 && zones.contains(&zone) && !whole(*site));
        let since = self.now;
        parts.map(|(site, (zones, ttl))| Part { site, share: 1.0 / zones.len() as f64, since, ttl }).collect()
    }

    /// Takes away what a fault had put in the way.
    pub(super) fn take_gates(&mut self, fault: Index) {
        let before = self.gates.all.len();
        self.gates.all.retain(|gate| gate.fault != fault);
        if self.gates.all.len() != before {
            self.lay_hops();
            (0..self.buffers.len() as Index).for_each(|buffer| self.offer_messages(buffer));
            self.run_ready();
        }
    }

    /// Works out the way along each link, with what stands in it.
    pub(super) fn lay_hops(&mut self) {
        let hops = (0..).zip(&self.network.links).map(|(at, link)| {
            let extra = self.gates.delay(at);
            if extra == Span::ZERO {
                return Hop::new(&self.network, link, &mut self.rings);
            }
            let slow = Link { near: link.near + extra, far: link.far + extra, ..link.clone() };
            Hop::new(&self.network, &slow, &mut self.rings)
        });
        self.hops = hops.collect();
        self.bar_hops();
        self.lay_afar();
        let first: &[Op] = if self.long { &[] } else { &self.ops };
        for hop in &mut self.hops {
            hop.first = first.get(hop.entry as usize).map_or(First::Other, First::of);
            hop.instant &= !self.long;
        }
        self.lay_lanes();
    }

    /// Leads the ways that something stands in through the gates.
    fn bar_hops(&mut self) {
        if self.network.steps.get(GATE as usize) != Some(&Step::Gate) {
            return;
        }
        let names: Vec<Index> = (0..self.network.sites.len() as Index).filter(|&site| self.names_at(site)).collect();
        for Gate { what, .. } in &self.gates.all {
            for (at, hop) in (0..).zip(&mut self.hops) {
                let here = match what {
                    // A name service is asked only by those who look something up.
                    What::Shut(site, _) | What::Limit(Bucket { site, .. }, _) => {
                        hop.to == *site && !names.contains(site)
                    }
                    What::Part(part) => hop.to == part.site,
                    What::Flaw(flawed, share) => *share > 0.0 && flawed.is_in(hop.pool, &self.servers),
                    What::Loss(link, _) => *link == at,
                    What::Delay(..) => false,
                };
                if here {
                    hop.entry = GATE;
                }
            }
        }
    }

    /// Whether a site is a name service: what passes there has mostly an answer from before.
    fn names_at(&self, site: Index) -> bool {
        self.network.resolvers.iter().any(|resolver| resolver.site == site && resolver.ttl.is_some())
    }

    /// A request comes to the gates before its site.
    pub(super) fn pass_gates(&mut self, id: FrameId) -> Flow {
        let Frame { site, link, server, .. } = self.frames[id];
        let now = self.now;
        let there = self.servers.get(server as usize);
        let (chance, mut unheard) = (&mut self.gates.chance, false);
        let refused = self.gates.all.iter_mut().find_map(|gate| match &mut gate.what {
            What::Shut(shut, manner) => {
                unheard |= *shut == site && *manner == Manner::Unheard;
                (*shut == site).then_some(Reason::Unavailable)
            }
            What::Part(part) => {
                let silent = part.site == site && chance.unit() < part.taken(now);
                unheard |= silent;
                silent.then_some(Reason::Unavailable)
            }
            What::Limit(bucket, tokens) => {
                (bucket.site == site && !tokens.take(now, bucket)).then_some(Reason::Throttled)
            }
            What::Flaw(flawed, share) => {
                let bad = there.is_some_and(|there| flawed.has(server, there));
                (bad && chance.unit() < *share).then_some(Reason::ErrorAnswer)
            }
            What::Loss(lossy, share) => (*lossy == link && chance.unit() < *share).then_some(Reason::LinkLost),
            What::Delay(..) => None,
        });
        match refused {
            Some(_) if unheard && self.keep_trying(id, GATE) => Flow::Wait,
            Some(Reason::LinkLost) => self.give_up_later(id, link, Reason::LinkLost),
            Some(reason) => self.fail(id, reason, reason),
            None => {
                self.frames[id].pc = self.network.sites[site as usize].entry;
                Flow::Next
            }
        }
    }

    /// Fails what is inside a site that was shut; what is on its way there comes to the gate.
    fn empty(&mut self, site: Index) {
        let pool = self.network.sites[site as usize].pool;
        let servers = pool.map_or_else(Vec::new, |pool| self.serving(pool, u32::MAX));
        self.unfold_all();
        for id in self.frames.those(|frame| frame.site == site) {
            let Frame { state, server, .. } = self.frames[id];
            match state {
                State::Going => self.frames[id].pc = GATE,
                // What is at a server goes with all that the server has; one that drains finishes what it has.
                _ if server != NONE => {}
                _ => self.lose_frame(id, Reason::Unavailable),
            }
        }
        for server in servers {
            self.fail_requests(server, Reason::Unavailable);
            self.admit(server);
        }
        self.run_ready();
    }

    /// Every source has the traffic that it was given, times what spikes make of it.
    pub(super) fn spike(&mut self) {
        for (source, given) in std::mem::take(&mut self.gates.spiked) {
            self.set_traffic(source, given);
        }
        self.keep_spikes();
    }

    /// The same where sources have just been given their traffic anew.
    pub(super) fn keep_spikes(&mut self) {
        self.gates.spiked.clear();
        let harms = self.active_faults.iter().map(|&fault| self.network.faults[fault as usize].harm);
        let spikes = harms
            .filter_map(|harm| if let Harm::Spike { source, factor } = harm { Some((source, factor)) } else { None });
        let spikes: Vec<(Index, f64)> = spikes.collect();
        for (source, factor) in spikes {
            let now = self.network.sources[source as usize].traffic.clone();
            if self.gates.spiked.iter().all(|(known, _)| *known != source) {
                self.gates.spiked.push((source, now.clone()));
            }
            self.set_traffic(source, now.times(factor));
        }
    }

    fn set_traffic(&mut self, source: Index, traffic: Traffic) {
        let old = self.network.sources[source as usize].clone();
        self.network.sources[source as usize].traffic = traffic;
        self.retune_source(source, &old);
    }

    /// Loses copies of a cluster, those that are no primary; they come back when the fault is over.
    pub(super) fn lose_copies(&mut self, (pool, count): (Index, u32), fault: Index) {
        let copies: Vec<u32> =
            self.serving(pool, u32::MAX).into_iter().filter(|&id| !self.is_primary(pool, id)).collect();
        for id in copies.into_iter().rev().take(count as usize) {
            self.servers[id as usize].crash = Some(fault);
            self.lose(id);
        }
    }
}
