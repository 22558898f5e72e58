//! Servers of another size: what a pool's servers become when they are resized, and in what order.
//!
//! Servers that stand alone stop, all at once, and start again with their new size when it is over. Those of a cluster in
//! which another one takes over are changed one behind the other: first the heirs that are not the primary, out of service as
//! long as it lasts; then one of them takes over, while the primary starts again with its new size. So all that callers
//! notice is one takeover. Copies that cannot take over change with the primary. Absent: the restart of those copies.

use super::engine::Engine;
use super::meter::Mark;
use super::network::{Index, Network, Pool, Size};
use super::snapshot::Phase;

/// A pool whose servers were given another size than the one drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Resized {
    pool: Index,
    drawn: Size,
    size: Size,
}

impl Resized {
    /// Whose servers.
    pub(super) fn pool(&self) -> Index {
        self.pool
    }

    /// The kind that they are now.
    pub(super) fn kind(&self) -> u32 {
        self.size.kind
    }
}

impl Pool {
    /// The size of its servers.
    pub fn size(&self) -> Size {
        let Self { kind, cores, speed, memory, credits, .. } = *self;
        Size { kind, cores, speed, memory, credits, workers: None, room: None }
    }

    fn set_size(&mut self, size: Size) {
        (self.kind, self.cores, self.speed) = (size.kind, size.cores, size.speed);
        (self.memory, self.credits) = (size.memory, size.credits);
        self.workers = size.workers.unwrap_or(self.workers);
    }
}

impl Network {
    /// The servers of a pool are of another size from now on, and what they keep in memory has its room.
    fn set_size(&mut self, pool: Index, size: Size) {
        let pool = &mut self.pools[pool as usize];
        pool.set_size(size);
        let caches = self.caches.iter_mut().filter(|cache| cache.site == pool.site);
        caches.for_each(|cache| cache.room = size.room.unwrap_or(cache.room));
    }
}

impl Engine {
    /// Begins to resize the servers of a pool.
    pub(super) fn begin_resize(&mut self, pool: Index, size: Size, fault: Index) {
        let heirs = self.heirs_aside(pool);
        if heirs.is_empty() {
            self.stop_those(&self.heirs_of(pool), fault);
            self.give_size(pool, size);
        } else {
            self.stop_those(&heirs, fault);
        }
    }

    /// The heirs of a pool that was resized have their new size, and take over from the primaries.
    pub(super) fn end_resize(&mut self, pool: Index, size: Size, fault: Index) {
        let changed: Vec<u32> = self.heirs_of(pool).into_iter().filter(|&id| self.is_held_by(id, fault)).collect();
        let primaries: Vec<u32> = self.heirs_of(pool).into_iter().filter(|id| !changed.contains(id)).collect();
        if self.heirs_aside(pool).is_empty() || primaries.is_empty() {
            return;
        }
        self.give_size(pool, size);
        for id in changed {
            let server = &mut self.servers[id as usize];
            server.crash = None;
            let zone = server.zone;
            if server.phase == Phase::Stopped && !self.is_dark(zone) {
                self.enter_service(id);
            }
        }
        for id in primaries.into_iter().filter(|&id| self.serves(id)).collect::<Vec<_>>() {
            self.lose(id);
            self.boot(id);
        }
    }

    fn is_held_by(&self, id: u32, fault: Index) -> bool {
        self.servers[id as usize].crash == Some(fault)
    }

    /// Stops servers until a fault is over.
    pub(super) fn stop_those(&mut self, servers: &[u32], fault: Index) {
        for &id in servers {
            self.servers[id as usize].crash = Some(fault);
            self.stop(id);
        }
    }

    /// The servers of a pool are of another size from now on, whatever is drawn.
    fn give_size(&mut self, pool: Index, size: Size) {
        let drawn = self.resized.iter().find(|resized| resized.pool == pool).map(|resized| resized.drawn);
        let drawn = drawn.unwrap_or_else(|| self.network.pools[pool as usize].size());
        self.resized.retain(|resized| resized.pool != pool);
        self.resized.push(Resized { pool, drawn, size });
        self.end_stint(pool, self.network.pools[pool as usize].kind);
        self.network.set_size(pool, size);
        for id in self.pools[pool as usize].servers.clone() {
            let server = &mut self.servers[id as usize];
            server.fit(&self.network.pools[pool as usize]);
            server.cpu.set_credits(self.now, size.cores, size.credits);
            self.settle_processors(id);
            if self.servers[id as usize].phase == Phase::InService {
                self.plan_cpu(id);
                self.admit(id);
                self.run_ready();
            }
        }
    }

    /// The servers of a pool have been of a kind until now; what they are from now on is charged apart.
    pub(super) fn end_stint(&mut self, pool: Index, kind: u32) {
        let site = self.network.pools[pool as usize].site as usize;
        let secs = Mark::server_secs(&Mark::default(), &self.mark(site));
        self.pools[pool as usize].stints.push((kind, secs));
    }

    /// Sizes that were given stay after a change of the drawing that does not change them.
    pub(super) fn keep_sizes(&mut self) {
        let network = &mut self.network;
        self.resized.retain(|resized| network.pools[resized.pool as usize].size() == resized.drawn);
        for resized in &self.resized {
            network.set_size(resized.pool, resized.size);
        }
    }
}
