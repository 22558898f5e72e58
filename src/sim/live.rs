//! Changes of a running network: other figures, more or fewer sites and links, faults called off.
//!
//! The network that goes on has the items of the one before at the same numbers, with new ones behind them (see
//! `compile::onto`). So nothing inside the engine is renumbered: what is new gets its state, what is gone refuses, and
//! requests under way finish the programs that they began.

use super::arrivals::SourceState;
use super::engine::{Engine, LinkMeter};
use super::frame::State;
use super::law::LawState;
use super::meter::Meter;
use super::network::{Fault, Index, Network, Pool, Reason, Step};
use super::snapshot::Phase;
use crate::units::SimTime;

impl Engine {
    /// Goes on with another network from now on. Rates, times, sizes and limits take effect at once; what is new begins,
    /// and servers that are new boot first; what is inside a removed site fails with [`Reason::Removed`].
    ///
    /// # Errors
    /// Gives the network back if its first items are not those of the one that runs.
    pub fn retune(&mut self, network: Network) -> Result<(), Box<Network>> {
        if !extends(&self.network, &network) {
            return Err(Box::new(network));
        }
        self.unfold_all();
        let hours = self.this_hour();
        let before = std::mem::replace(&mut self.network, network);
        let wanted = std::mem::replace(&mut self.network.faults, before.faults.clone());
        if let ([only], [_, _, ..]) = (&before.sources[..], &self.network.sources[..]) {
            self.system.part_from(&self.meters[only.site as usize].history);
        }
        self.make_room();
        self.count_hours_on(&before.hourly, &hours);
        self.keep_sizes();
        self.end_stints(&before);
        self.wire();
        self.tabulate();
        self.calls.tune(&self.network);
        self.refit_sites(&before);
        self.keep_spikes();
        self.refit_sources(&before);
        self.refit_servers(&before);
        self.list_names();
        self.plan_polls();
        self.watch_idle();
        (0..self.pools.len() as Index).for_each(|pool| self.regroup(pool));
        self.replan_faults(&wanted);
        Ok(())
    }

    /// Keeps what servers were until now, where their pool is of another kind than before.
    fn end_stints(&mut self, before: &Network) {
        for (pool, old) in (0..).zip(&before.pools) {
            if self.network.pools[pool as usize].kind != old.kind {
                self.end_stint(pool, old.kind);
            }
        }
    }

    /// State for what is new.
    fn make_room(&mut self) {
        let network = &self.network;
        let (sites, classes) = (network.sites.len(), network.classes.len());
        let now = self.now;
        let mut first = self.meters.len();
        self.meters.resize_with(sites, || Meter::new(sites, classes));
        self.link_meters.resize_with(network.links.len(), LinkMeter::default);
        self.link_buffers.resize(network.links.len(), Index::MAX);
        let seed = self.seed;
        self.laws.extend(network.laws.iter().skip(self.laws.len()).map(|law| LawState::new(law, seed)));
        let name = |site: Index| network.sites[site as usize].name.as_str();
        let sources = network.sources.iter().skip(self.sources.len());
        self.sources.extend(sources.map(|source| SourceState::new(source, name(source.site), seed)));
        self.deadlines.resize_with(network.sources.len(), Default::default);
        self.pools.resize_with(network.pools.len(), Default::default);
        self.balancers.resize_with(network.balancers.len(), Default::default);
        self.idles.resize_with(network.balancers.len(), Default::default);
        self.buffers.resize_with(network.buffers.len(), Default::default);
        self.files.resize_with(network.files.len(), Default::default);
        self.paces.resize_with(network.pacers.len(), Default::default);
        self.buckets.resize_with(network.buckets.len(), Default::default);
        self.names.resize_with(network.resolvers.len(), Default::default);
        self.scalers.resize_with(network.scalers.len(), Default::default);
        while first < sites {
            let mark = self.mark(first);
            debug_assert!(mark.at == now);
            self.meters[first].begin_at(mark);
            first += 1;
        }
    }

    /// Ends what was taken out of the drawing.
    fn refit_sites(&mut self, before: &Network) {
        let classes = self.network.classes.len();
        self.meters.iter_mut().for_each(|meter| meter.fit(classes));
        for site in 0..before.sites.len() as Index {
            if self.network.sites[site as usize].removed && !before.sites[site as usize].removed {
                self.remove_site(site);
            }
        }
    }

    /// Fails what is inside a site. What is on its way there will run its new program, which refuses.
    fn remove_site(&mut self, site: Index) {
        let spec = self.network.sites[site as usize].clone();
        if let Some(pool) = spec.pool {
            for server in self.pools[pool as usize].servers.clone() {
                self.end_because(server, Reason::Removed);
            }
        }
        for id in self.frames.those(|frame| frame.site == site) {
            match self.frames[id].state {
                State::Going => self.frames[id].pc = spec.entry,
                _ => self.lose_frame(id, Reason::Removed),
            }
        }
        for buffer in 0..self.buffers.len() as Index {
            if self.network.buffers[buffer as usize].site == site {
                self.discard_messages(buffer);
            }
        }
        self.run_ready();
    }

    /// New sources begin, changed ones are planned anew.
    fn refit_sources(&mut self, before: &Network) {
        for index in 0..self.network.sources.len() as Index {
            match before.sources.get(index as usize) {
                Some(old) => self.retune_source(index, old),
                None => self.add_source(index),
            }
        }
    }

    /// Servers take over their new figures, and pools their new sizes.
    fn refit_servers(&mut self, before: &Network) {
        self.unseat_all();
        for id in 0..self.servers.len() as u32 {
            let pool = self.servers[id as usize].pool as usize;
            let Pool { cores, credits, .. } = self.network.pools[pool];
            self.servers[id as usize].cpu.set_credits(self.now, cores, credits);
            self.retune_station(id);
            self.settle_processors(id);
            if matches!(self.servers[id as usize].phase, Phase::InService | Phase::Draining) {
                self.plan_cpu(id);
                self.admit(id);
                self.run_ready();
            }
        }
        for balancer in 0..self.balancers.len() {
            let links = &self.network.balancers[balancer].links;
            self.balancers[balancer].keep(links);
            if balancer >= before.balancers.len() {
                self.start_probes(balancer as Index);
            }
        }
        self.unseat_all();
        for id in 0..self.servers.len() as u32 {
            if self.servers[id as usize].phase == Phase::InService {
                self.register(id);
            }
        }
        for pool in 0..self.pools.len() as Index {
            if !self.pools[pool as usize].scaled {
                self.resize(pool);
            }
        }
        for index in 0..self.scalers.len() as Index {
            if index as usize >= before.scalers.len() {
                self.start_scaler(index);
            } else {
                self.refit_scaler(index, &before.scalers[index as usize]);
            }
        }
    }

    /// Launches and drains servers of a pool that nothing scales until it has, zone by zone, those that it begins with.
    pub(super) fn resize(&mut self, pool: Index) {
        let Pool { start, site, .. } = self.network.pools[pool as usize].clone();
        let mut missing = start.clone();
        let mut spare = Vec::new();
        for &id in &self.pools[pool as usize].servers {
            let server = &self.servers[id as usize];
            match missing.iter().position(|&zone| zone == server.zone) {
                _ if server.phase == Phase::Draining => {}
                Some(at) => drop(missing.swap_remove(at)),
                None => spare.push(id),
            }
        }
        spare.into_iter().for_each(|id| self.drain(id));
        missing.sort_unstable();
        missing.truncate(missing.len().saturating_sub(self.taken_out(pool)));
        for zone in missing {
            self.launch(pool, zone, Phase::Pending);
        }
        self.meters[site as usize].gauge.desired.set(self.now, start.len() as u64);
    }

    /// Makes the faults of the scenario those that are wanted. What has begun goes on to its end, and what was injected by
    /// hand stays.
    fn replan_faults(&mut self, wanted: &[Fault]) {
        let mut wanted = wanted.to_vec();
        for index in std::mem::take(&mut self.scenario_faults) {
            let fault = self.network.faults[index as usize];
            if let Some(at) = wanted.iter().position(|other| *other == fault) {
                wanted.swap_remove(at);
                self.scenario_faults.push(index);
            } else if SimTime::ZERO + fault.at > self.now {
                self.called_off.insert(index);
            }
        }
        for fault in wanted {
            // One that would be over by now has been missed.
            if SimTime::ZERO + fault.at + fault.lasts > self.now {
                self.inject(fault);
                self.scenario_faults.push(self.network.faults.len() as Index - 1);
            }
        }
    }
}

/// Whether one network begins with the items of another.
fn extends(a: &Network, b: &Network) -> bool {
    let kind = |step: &Step| std::mem::discriminant(step);
    begins(&a.sites, &b.sites, |a, b| a.name == b.name && a.pool == b.pool)
        && begins(&a.laws, &b.laws, |a, b| a.name == b.name)
        && begins(&a.links, &b.links, |a, b| (a.from, a.to) == (b.from, b.to))
        && begins(&a.pools, &b.pools, |a, b| a.site == b.site)
        && begins(&a.sources, &b.sources, |a, b| a.site == b.site)
        && begins(&a.balancers, &b.balancers, |a, b| a.site == b.site)
        && begins(&a.buffers, &b.buffers, |a, b| a.site == b.site)
        && begins(&a.caches, &b.caches, |a, b| a.site == b.site)
        && begins(&a.clusters, &b.clusters, |a, b| a.pool == b.pool)
        && begins(&a.files, &b.files, |a, b| a == b)
        && begins(&a.pacers, &b.pacers, |a, b| a.site == b.site)
        && begins(&a.buckets, &b.buckets, |a, b| a.site == b.site)
        && begins(&a.resolvers, &b.resolvers, |a, b| a.site == b.site)
        && begins(&a.carts, &b.carts, |a, b| a.site == b.site)
        && begins(&a.scalers, &b.scalers, |a, b| a.pool == b.pool)
        && begins(&a.classes, &b.classes, |a, b| a.name == b.name)
        && begins(&a.zones, &b.zones, |a, b| a == b)
        && begins(&a.steps, &b.steps, |a, b| kind(a) == kind(b))
}

fn begins<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() <= b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}
