//! The servers of a group: who is launched where and how, who is replaced, who is taken out or taken back.

use super::engine::Engine;
use super::event_set::{Event, EventKind};
use super::group::{Health, Leaving, Scaler, SpotMix, Zones};
use super::network::{Index, NO_ZONE, Zone};
use super::snapshot::Phase;
use crate::units::{SimTime, Span};

impl Engine {
    /// Sets the desired number of servers, and launches or drains towards it.
    pub(super) fn want(&mut self, index: Index, desired: u32) {
        let pool = self.network.scalers[index as usize].pool;
        self.scalers[index as usize].desired = desired;
        let site = self.network.pools[pool as usize].site as usize;
        self.meters[site].gauge.desired.set(self.now, u64::from(desired));
        for id in self.pools[pool as usize].servers.clone() {
            if self.is_given_up(index, id) {
                self.end(id);
            }
        }
        let state = &mut self.scalers[index as usize];
        let allowed = desired + u32::from(state.evening);
        let alive = self.alive(pool);
        for _ in alive..desired {
            match self.emptiest_zone(pool) {
                Some(zone) => self.launch_for(index, zone),
                None => break,
            }
        }
        for _ in allowed..alive {
            if let Some(id) = self.to_remove(index) {
                self.drain(id);
            }
        }
    }

    /// Whether a group ends a server because it is not well.
    fn is_given_up(&self, index: Index, id: u32) -> bool {
        let Scaler { replace, health, grace, .. } = self.network.scalers[index as usize];
        let server = &self.servers[id as usize];
        let since = server.in_service_since;
        if since > SimTime::ZERO && self.now.since(since) < grace {
            return false;
        }
        let down = matches!(server.phase, Phase::Lost | Phase::Stopping | Phase::Stopped);
        let machine = down && self.now.since(server.lost_since) >= replace;
        machine || (health == Health::Balancer && server.phase != Phase::Draining && self.is_unhealthy(id))
    }

    /// Whether a balancer has found a server to be unhealthy.
    fn is_unhealthy(&self, id: u32) -> bool {
        let before = &self.pools[self.servers[id as usize].pool as usize].balancers;
        before.iter().any(|&(balancer, _)| self.balancers[balancer as usize].has_failed(id))
    }

    /// Launches a server for a group, from its warm pool if one stands ready there.
    fn launch_for(&mut self, index: Index, zone: Zone) {
        let Scaler { pool, warm, .. } = self.network.scalers[index as usize];
        let spot = self.next_is_spot(index);
        let id = self.launch(pool, zone, Phase::Pending);
        self.servers[id as usize].spot = spot;
        self.take_census(pool);
        let ready = self.scalers[index as usize].warm.front().is_some_and(|&at| at <= self.now);
        if ready {
            self.scalers[index as usize].warm.pop_front();
            let slot = self.servers[id as usize].life_slot;
            self.events.reschedule(slot, self.now + warm.start);
        }
    }

    /// Prepares servers for the warm pool: each boots once, and is stopped.
    pub(super) fn fill_warm_pool(&mut self, index: Index) {
        let Scaler { pool, warm, .. } = self.network.scalers[index as usize];
        let ready = self.now + self.network.pools[pool as usize].boot;
        let state = &mut self.scalers[index as usize];
        state.warm.truncate(warm.size as usize);
        while state.warm.len() < warm.size as usize {
            state.warm.push_back(if self.started { ready } else { self.now });
        }
    }

    /// Whether the next server of a group is one that may be taken back.
    fn next_is_spot(&self, index: Index) -> bool {
        let Scaler { pool, spot: SpotMix { base, share, .. }, .. } = self.network.scalers[index as usize];
        if share <= 0.0 {
            return false;
        }
        let alive = |&&id: &&u32| matches!(self.phase(id), Phase::Pending | Phase::InService);
        let servers = || self.pools[pool as usize].servers.iter().filter(alive);
        let spots = servers().filter(|&&id| self.servers[id as usize].spot).count() as f64;
        let others = servers().count() as f64 - spots;
        others >= f64::from(base) && spots < (spots + others + 1.0 - f64::from(base)) * share
    }

    /// Makes those spot that are, among the servers that a group begins with.
    pub(super) fn mix_purchases(&mut self, index: Index) {
        let Scaler { pool, spot, .. } = self.network.scalers[index as usize];
        let servers = self.pools[pool as usize].servers.clone();
        let above = servers.len().saturating_sub(spot.base as usize);
        let many = (above as f64 * spot.share).floor() as usize;
        for id in servers.into_iter().rev().take(many) {
            self.servers[id as usize].spot = true;
        }
        self.take_census(pool);
    }

    /// Takes back what chance takes back in one datapoint.
    pub(super) fn interrupt_some(&mut self, index: Index, period: Span) {
        let Scaler { pool, spot, law, .. } = self.network.scalers[index as usize];
        let Some(mean) = spot.interrupted.filter(|_| spot.share > 0.0) else { return };
        let chance = 1.0 - libm::exp(-(period.0 as f64) / mean.0.max(1) as f64);
        for id in self.spots(pool) {
            if self.laws[law as usize].stream.unit() < chance {
                self.take_back(id);
            }
        }
    }

    /// As what a server counts that is in a phase. Up with nothing that answers is not in service yet; and a copy of managed
    /// data that was lost is being replaced. Both are paid for meanwhile.
    pub(super) fn counted_as(&self, pool: Index, phase: Phase) -> Phase {
        let spec = &self.network.pools[pool as usize];
        match phase {
            Phase::Broken => Phase::Pending,
            Phase::Lost if !spec.fleet && spec.station.is_none() => Phase::Pending,
            other => other,
        }
    }

    /// Counts the servers of a pool that are there, in service or not, but for those that may be taken back.
    pub(super) fn take_census(&mut self, pool: Index) {
        let mixed = self.network.scalers.iter().any(|scaler| scaler.pool == pool && scaler.spot.share > 0.0);
        let spot = |id: &u32| self.servers[*id as usize].spot && self.servers[*id as usize].runs();
        let spots = if mixed { self.pools[pool as usize].servers.iter().filter(|id| spot(id)).count() } else { 0 };
        let site = self.network.pools[pool as usize].site;
        self.meters[site as usize].take_census(self.now, spots as u64);
    }

    /// Servers in service that may be taken back.
    pub(super) fn spots(&self, pool: Index) -> Vec<u32> {
        let spot = |&id: &u32| self.servers[id as usize].spot && self.phase(id) == Phase::InService;
        self.pools[pool as usize].servers.iter().copied().filter(spot).collect()
    }

    /// A server gets its notice: it takes nothing new, and is gone when that is over.
    pub(super) fn take_back(&mut self, id: u32) {
        let pool = self.servers[id as usize].pool;
        let scaler = self.network.scalers.iter().find(|scaler| scaler.pool == pool);
        self.drain_within(id, scaler.map_or(Span::ZERO, |scaler| scaler.spot.notice));
    }

    /// Allows one server more in the emptiest zone while zones differ by more than one.
    pub(super) fn even_zones(&mut self, index: Index, desired: u32) {
        let Scaler { pool, zones, .. } = self.network.scalers[index as usize];
        let open: Vec<Zone> =
            self.network.pools[pool as usize].zones.iter().copied().filter(|&zone| !self.is_dark(zone)).collect();
        let counts = || open.iter().map(|&zone| self.in_zone(pool, zone));
        let uneven = counts().max().unwrap_or(0) > counts().min().unwrap_or(0) + 1;
        let pending = self.pools[pool as usize].servers.iter().any(|&id| self.phase(id) == Phase::Pending);
        let state = &mut self.scalers[index as usize];
        if state.evening {
            // The new one is in service, or was lost: back to what is wanted.
            state.evening = pending;
        } else if zones == Zones::Evened && uneven && !pending && self.alive(pool) == desired {
            self.scalers[index as usize].evening = true;
            if let Some(zone) = self.emptiest_zone(pool) {
                self.launch_for(index, zone);
            }
        }
    }

    pub(super) fn phase(&self, id: u32) -> Phase {
        self.servers[id as usize].phase
    }

    /// Servers that the group counts on; one that is lost and not noticed yet is among them.
    fn alive(&self, pool: Index) -> u32 {
        let counts = |&&id: &&u32| !matches!(self.phase(id), Phase::Draining | Phase::Gone);
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

    /// The oldest or newest server of the zone with the most: one that still boots if there is any.
    fn to_remove(&self, index: Index) -> Option<u32> {
        let Scaler { pool, leaving, .. } = self.network.scalers[index as usize];
        let state = &self.pools[pool as usize];
        let pending = state.servers.iter().rev().find(|&&id| self.phase(id) == Phase::Pending);
        let in_service = state.servers.iter().filter(|&&id| self.phase(id) == Phase::InService);
        let crowded = |&&id: &&u32| {
            let server = &self.servers[id as usize];
            let age = match leaving {
                Leaving::Oldest => server.launched.0,
                Leaving::Newest => u64::MAX - server.launched.0,
            };
            (std::cmp::Reverse(self.in_zone(pool, server.zone)), age)
        };
        pending.or_else(|| in_service.min_by_key(crowded)).copied()
    }

    pub(super) fn is_dark(&self, zone: Zone) -> bool {
        zone != NO_ZONE && self.dark.contains(&zone)
    }

    /// Looks after a pool from now on.
    pub(super) fn start_scaler(&mut self, index: Index) {
        let Scaler { pool, min, max, period, .. } = self.network.scalers[index as usize];
        self.scalers[index as usize].bounds = (min, max);
        let size = (self.network.pools[pool as usize].start.len() as u32).clamp(min, max);
        self.mix_purchases(index);
        self.fill_warm_pool(index);
        self.want(index, size);
        self.plan_schedule(index);
        self.events.schedule(self.now + period, Event { kind: EventKind::Scale, index });
    }

    /// Goes on by other settings. Bounds that a schedule has set stay, unless the drawn ones are others now.
    pub(super) fn refit_scaler(&mut self, index: Index, before: &Scaler) {
        let Scaler { min, max, .. } = self.network.scalers[index as usize];
        let state = &mut self.scalers[index as usize];
        if (min, max) != (before.min, before.max) {
            state.bounds = (min, max);
        }
        let desired = state.desired.clamp(state.bounds.0, state.bounds.1);
        self.plan_schedule(index);
        self.fill_warm_pool(index);
        self.want(index, desired);
    }
}
