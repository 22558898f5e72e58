//! Gates: what stands before a site, or on the way along a link, while a fault lasts. Requests that nothing stands before
//! never meet them: the links that lead to a gate begin at the step of gates in place of the callee's program.
//!
//! Health checks come to gates as well: nothing behind a gate that is shut passes one, and a server with a bad version
//! answers the share of them with an error that it answers of its requests.

use super::bucket::Tokens;
use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE, State};
use super::hop::{First, Hop};
use super::network::{Bucket, Fault, GATE, Harm, Index, Link, Reason, Step};
use super::op::Op;
use super::program::Flow;
use super::random::Stream;
use super::traffic::Traffic;
use crate::units::Span;

/// What stands in the way while a fault lasts.
#[derive(Debug, Clone)]
struct Gate {
    fault: Index,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    /// Nothing comes to a site.
    Shut(Index),
    /// Only so many come to a site.
    Limit(Bucket, Tokens),
    /// Some servers answer with errors, those with these places and numbers.
    Flaw(Vec<(u32, u32)>, f64),
    /// Some calls along a link are lost.
    Loss(Index, f64),
    /// Calls and answers along a link take longer.
    Delay(Index, Span),
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
        self.all.iter().any(|gate| matches!(gate.what, What::Shut(shut) if shut == site))
    }

    /// Whether a server answers a health check with an error, because a bad version runs there.
    pub(super) fn fails_check(&mut self, id: u32, serial: u32) -> bool {
        let chance = &mut self.chance;
        self.all.iter().any(|gate| match &gate.what {
            What::Flaw(servers, share) => servers.contains(&(id, serial)) && chance.unit() < *share,
            _ => false,
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
            Harm::Down { site } | Harm::Restore { site } => vec![What::Shut(site)],
            Harm::RegionOutage(region) => {
                self.network.regions[region as usize].sites.iter().map(|&site| What::Shut(site)).collect()
            }
            Harm::Throttle { site, rate } => {
                vec![What::Limit(Bucket { site, rate, burst: rate.0.max(1.0), writes: None }, Tokens::default())]
            }
            Harm::Deploy { pool, count, share } => {
                let bad = self.serving(pool, count).into_iter();
                vec![What::Flaw(bad.map(|id| (id, self.servers[id as usize].serial)).collect(), share)]
            }
            Harm::LostLink { link, share } => vec![What::Loss(link, share)],
            Harm::SlowLink { link, extra } => vec![What::Delay(link, extra)],
            _ => return,
        };
        let shut: Vec<Index> =
            gates.iter().filter_map(|what| if let What::Shut(at) = what { Some(*at) } else { None }).collect();
        self.gates.all.extend(gates.into_iter().map(|what| Gate { fault, what }));
        self.lay_hops();
        shut.into_iter().for_each(|site| self.empty(site));
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
        for Gate { what, .. } in &self.gates.all {
            for (at, hop) in (0..).zip(&mut self.hops) {
                let here = match what {
                    What::Shut(site) => hop.to == *site,
                    What::Limit(bucket, _) => hop.to == bucket.site,
                    What::Flaw(servers, _) => servers
                        .iter()
                        .any(|(id, _)| self.servers.get(*id as usize).is_some_and(|server| server.pool == hop.pool)),
                    What::Loss(link, _) => *link == at,
                    What::Delay(..) => false,
                };
                if here {
                    hop.entry = GATE;
                }
            }
        }
    }

    /// A request comes to the gates before its site.
    pub(super) fn pass_gates(&mut self, id: FrameId) -> Flow {
        let Frame { site, link, server, .. } = self.frames[id];
        let now = self.now;
        let serial = self.servers.get(server as usize).map(|server| server.serial);
        let chance = &mut self.gates.chance;
        let refused = self.gates.all.iter_mut().find_map(|gate| match &mut gate.what {
            What::Shut(shut) => (*shut == site).then_some(Reason::Unavailable),
            What::Limit(bucket, tokens) => {
                (bucket.site == site && !tokens.take(now, bucket)).then_some(Reason::Throttled)
            }
            What::Flaw(servers, share) => {
                let bad = servers.iter().any(|&(at, number)| at == server && Some(number) == serial);
                (bad && chance.unit() < *share).then_some(Reason::ErrorAnswer)
            }
            What::Loss(lossy, share) => (*lossy == link && chance.unit() < *share).then_some(Reason::LinkLost),
            What::Delay(..) => None,
        });
        match refused {
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
