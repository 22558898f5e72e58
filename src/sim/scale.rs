//! Scalers: how many servers a pool should have, and faults that take servers away.
//!
//! Target tracking follows what AWS publishes of it: `high_points` datapoints above the target add servers at once, to
//! `ceil(servers × metric / target)`; `low_points` datapoints below the low threshold remove one server a datapoint,
//! because scale-in is gradual, and none that the rest would need to stay at the target. Servers that warm up do not
//! count for the metric, and nothing is removed meanwhile.

use super::engine::Engine;
use super::event_set::{Event, EventKind};
use super::network::{Harm, Index, Metric, NO_ZONE, Scaler, Zone};
use super::snapshot::Phase;
use crate::units::SimTime;

/// What a scaler remembers.
#[derive(Debug, Clone, Default)]
pub(super) struct ScalerState {
    pub(super) desired: u32,
    high: u32,
    low: u32,
    /// When it looked last. The first datapoint after a change of the period is longer or shorter than the others.
    looked: SimTime,
}

impl Engine {
    /// One datapoint: follows the metric, replaces what was lost, and plans the next look.
    pub(super) fn scale(&mut self, index: Index) {
        let spec = self.network.scalers[index as usize].clone();
        if let Some((servers, ratio)) = self.pressure(index) {
            self.follow(index, servers, ratio);
        }
        let desired = self.scalers[index as usize].desired.clamp(spec.min, spec.max);
        self.want(index, desired);
        let event = Event { kind: EventKind::Scale, index };
        self.events.schedule(self.now + spec.period, event);
    }

    /// How many servers count, and their metric as a multiple of its target; `None` if there is nothing to go by.
    fn pressure(&mut self, index: Index) -> Option<(f64, f64)> {
        let spec = &self.network.scalers[index as usize];
        let now = self.now;
        let passed = now.since(std::mem::replace(&mut self.scalers[index as usize].looked, now)).0.max(1);
        let warm = |since: SimTime| now.since(since) >= spec.warmup || since == SimTime::ZERO;
        let (mut used, mut servers) = (0.0, 0.0);
        for &id in &self.pools[spec.pool as usize].servers {
            let server = &mut self.servers[id as usize];
            let busy = server.worked(now);
            let since = std::mem::replace(&mut server.cpu_at_scale, busy);
            if server.phase == Phase::InService && warm(server.in_service_since) {
                used += busy - since;
                servers += 1.0;
            }
        }
        if servers == 0.0 {
            return None;
        }
        match spec.metric {
            Metric::Cpu(target) => {
                let cores = self.network.pools[spec.pool as usize].cores;
                let mean = used / (servers * cores * passed as f64);
                Some((servers, mean / target.0.max(0.01)))
            }
            Metric::Backlog { buffer, target } => {
                let backlog = self.buffers[buffer as usize].visible() as f64;
                Some((servers, backlog / servers / target))
            }
            Metric::Size => None,
        }
    }

    fn follow(&mut self, index: Index, servers: f64, ratio: f64) {
        let spec = &self.network.scalers[index as usize];
        let pool = &self.pools[spec.pool as usize];
        let warming = pool.servers.iter().any(|&id| {
            let server = &self.servers[id as usize];
            let young =
                self.now.since(server.in_service_since) < spec.warmup && server.in_service_since > SimTime::ZERO;
            server.phase == Phase::Pending || (server.phase == Phase::InService && young)
        });
        let wanted = (servers * ratio).ceil().min(f64::from(spec.max)) as u32;
        let state = &mut self.scalers[index as usize];
        state.high = if ratio > 1.0 { state.high + 1 } else { 0 };
        state.low = if ratio < spec.low { state.low + 1 } else { 0 };
        if state.high >= spec.high_points {
            state.desired = state.desired.max(wanted);
        } else if state.low >= spec.low_points && !warming && wanted < state.desired {
            state.desired = state.desired.saturating_sub(1);
        }
    }

    /// Sets the desired number of servers, and launches or drains towards it.
    pub(super) fn want(&mut self, index: Index, desired: u32) {
        let Scaler { pool, replace, .. } = self.network.scalers[index as usize];
        self.scalers[index as usize].desired = desired;
        let site = self.network.pools[pool as usize].site as usize;
        self.meters[site].gauge.desired.set(self.now, u64::from(desired));
        for id in self.pools[pool as usize].servers.clone() {
            let server = &self.servers[id as usize];
            if server.phase == Phase::Lost && self.now.since(server.lost_since) >= replace {
                self.end(id);
            }
        }
        let alive = self.alive(pool);
        for _ in alive..desired {
            match self.emptiest_zone(pool) {
                Some(zone) => self.launch(pool, zone, Phase::Pending),
                None => break,
            };
        }
        for _ in desired..alive {
            if let Some(id) = self.to_remove(pool) {
                self.drain(id);
            }
        }
    }

    fn phase(&self, id: u32) -> Phase {
        self.servers[id as usize].phase
    }

    /// Servers that the group counts on; one that is lost and not noticed yet is among them.
    fn alive(&self, pool: Index) -> u32 {
        let counts = |&&id: &&u32| matches!(self.phase(id), Phase::Pending | Phase::InService | Phase::Lost);
        self.pools[pool as usize].servers.iter().filter(counts).count() as u32
    }

    fn in_zone(&self, pool: Index, zone: Zone) -> usize {
        let counts = |&&id: &&u32| {
            let server = &self.servers[id as usize];
            server.zone == zone && matches!(server.phase, Phase::Pending | Phase::InService)
        };
        self.pools[pool as usize].servers.iter().filter(counts).count()
    }

    /// The zone with the fewest servers that is not dark.
    fn emptiest_zone(&self, pool: Index) -> Option<Zone> {
        let zones = self.network.pools[pool as usize].zones.iter().copied();
        zones.filter(|&zone| !self.is_dark(zone)).min_by_key(|&zone| self.in_zone(pool, zone))
    }

    /// The oldest server of the zone with the most: one that still boots if there is any.
    fn to_remove(&self, pool: Index) -> Option<u32> {
        let state = &self.pools[pool as usize];
        let pending = state.servers.iter().rev().find(|&&id| self.phase(id) == Phase::Pending);
        let in_service = state.servers.iter().filter(|&&id| self.phase(id) == Phase::InService);
        let crowded = |&&id: &&u32| {
            let server = &self.servers[id as usize];
            (std::cmp::Reverse(self.in_zone(pool, server.zone)), server.launched)
        };
        pending.or_else(|| in_service.min_by_key(crowded)).copied()
    }

    fn is_dark(&self, zone: Zone) -> bool {
        zone != NO_ZONE && self.dark.contains(&zone)
    }

    /// A fault begins.
    pub(super) fn strike(&mut self, index: Index) {
        if self.called_off.contains(&index) {
            return;
        }
        let fault = self.network.faults[index as usize];
        self.active_faults.push(index);
        match fault.harm {
            Harm::Crash { pool, count } => {
                let serving = |&id: &u32| self.phase(id) == Phase::InService;
                let servers = self.pools[pool as usize].servers.iter().copied().filter(serving);
                let hit: Vec<u32> = servers.take(count as usize).collect();
                for id in hit {
                    self.servers[id as usize].crash = Some(index);
                    self.lose(id);
                }
            }
            Harm::Slow { site, .. } => self.repace(site),
            Harm::Flush(site) => self.flush(site),
            Harm::Failover { pool } => self.fail_over(pool, index),
            Harm::ZoneOutage(zone) => {
                self.dark.push(zone);
                for id in 0..self.servers.len() as u32 {
                    if self.servers[id as usize].zone == zone {
                        self.lose(id);
                    }
                }
            }
        }
        let event = Event { kind: EventKind::Mend, index };
        self.events.schedule(self.now + fault.lasts, event);
    }

    /// A fault ends: what no scaler replaces starts again, unless another fault still holds it down.
    pub(super) fn mend(&mut self, index: Index) {
        let fault = self.network.faults[index as usize];
        self.active_faults.retain(|&active| active != index);
        if let Harm::Slow { site, .. } = fault.harm {
            self.repace(site);
        }
        if let Harm::ZoneOutage(zone) = fault.harm
            && let Some(at) = self.dark.iter().position(|&dark| dark == zone)
        {
            self.dark.swap_remove(at);
        }
        for id in 0..self.servers.len() as u32 {
            let server = &mut self.servers[id as usize];
            server.crash = server.crash.filter(|&crash| crash != index);
            let held = server.crash.is_some();
            let (pool, zone) = (server.pool as usize, server.zone);
            let down = server.phase == Phase::Lost && !self.pools[pool].scaled;
            if down && !held && !self.is_dark(zone) {
                self.boot(id);
            }
        }
    }
}
