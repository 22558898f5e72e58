//! What goes wrong, and what is done on purpose: how it begins and how it ends.

use super::engine::Engine;
use super::event_set::{Event, EventKind};
use super::network::{Harm, Index, Reason, Zone};
use super::snapshot::Phase;

impl Engine {
    /// A fault begins.
    pub(super) fn strike(&mut self, index: Index) {
        if self.called_off.contains(&index) {
            return;
        }
        let fault = self.network.faults[index as usize];
        self.active_faults.push(index);
        match fault.harm {
            Harm::Crash { pool, count } => {
                for id in self.serving(pool, count) {
                    self.servers[id as usize].crash = Some(index);
                    self.lose(id);
                }
            }
            Harm::Stop { pool } => self.stop_those(&self.pools[pool as usize].servers.clone(), index),
            Harm::Resize { pool, size } => self.begin_resize(pool, size, index),
            Harm::Kill { pool, count } => {
                self.serving(pool, count).into_iter().for_each(|id| self.kill(id, Reason::ServerLost));
                self.run_ready();
            }
            Harm::Rollout { .. } => self.begin_rollout(index),
            Harm::Terminate { pool, count } => {
                for id in self.serving(pool, count) {
                    self.move_address(pool);
                    self.drain(id);
                }
            }
            Harm::Interrupt { pool, count } => {
                for id in self.spots(pool).into_iter().take(count as usize) {
                    self.take_back(id);
                }
            }
            Harm::Unlist { resolver, link } => self.names[resolver as usize].withdrawn.push(link),
            Harm::Slow { site, .. } => self.repace(site),
            Harm::Failover { pool } => self.fail_over(pool, index),
            Harm::Flush(site) => {
                self.flush(site);
                self.lose_carts_of(site);
            }
            Harm::ZoneOutage(zone) => self.black_out(zone),
            Harm::RegionOutage(region) => {
                for zone in self.network.regions[region as usize].zones.clone() {
                    self.black_out(zone);
                }
            }
            Harm::Spike { .. } => self.spike(),
            Harm::CopyLoss { pool, count } => self.lose_copies((pool, count), index),
            Harm::Restore { site } => {
                self.flush(site);
                self.lose_writes(site);
            }
            Harm::Down { .. }
            | Harm::Throttle { .. }
            | Harm::Deploy { .. }
            | Harm::LostLink { .. }
            | Harm::SlowLink { .. } => {}
        }
        self.put_gates(index);
        let event = Event { kind: EventKind::Mend, index };
        self.events.schedule(self.now + fault.lasts, event);
    }

    /// A zone goes dark, and its servers with it.
    fn black_out(&mut self, zone: Zone) {
        self.dark.push(zone);
        for id in 0..self.servers.len() as u32 {
            if self.servers[id as usize].zone == zone {
                self.lose(id);
            }
        }
    }

    /// The longest-serving servers of a pool.
    pub(super) fn serving(&self, pool: Index, count: u32) -> Vec<u32> {
        let serving = |&id: &u32| self.phase(id) == Phase::InService;
        self.pools[pool as usize].servers.iter().copied().filter(serving).take(count as usize).collect()
    }

    /// Servers of a pool that an action has taken out and that do not come back yet.
    pub(super) fn taken_out(&self, pool: Index) -> usize {
        let harms = self.active_faults.iter().map(|&fault| self.network.faults[fault as usize].harm);
        let counts = harms.map(|harm| match harm {
            Harm::Terminate { pool: of, count } if of == pool => count as usize,
            _ => 0,
        });
        counts.sum()
    }

    /// A fault ends: what no scaler replaces starts again, unless another fault still holds it down.
    pub(super) fn mend(&mut self, index: Index) {
        let fault = self.network.faults[index as usize];
        self.active_faults.retain(|&active| active != index);
        self.take_gates(index);
        match fault.harm {
            Harm::Slow { site, .. } => self.repace(site),
            Harm::ZoneOutage(zone) => remove_one(&mut self.dark, &zone),
            Harm::RegionOutage(region) => {
                for zone in &self.network.regions[region as usize].zones {
                    remove_one(&mut self.dark, zone);
                }
            }
            Harm::Spike { .. } => self.spike(),
            Harm::Resize { pool, size } => self.end_resize(pool, size, index),
            Harm::Rollout { .. } => self.roll_back(index),
            Harm::Terminate { pool, .. } if !self.pools[pool as usize].scaled => self.resize(pool),
            Harm::Unlist { resolver, link } => remove_one(&mut self.names[resolver as usize].withdrawn, &link),
            _ => {}
        }
        for id in 0..self.servers.len() as u32 {
            let server = &mut self.servers[id as usize];
            server.crash = server.crash.filter(|&crash| crash != index);
            let held = server.crash.is_some();
            let (pool, zone) = (server.pool as usize, server.zone);
            let down = matches!(server.phase, Phase::Lost | Phase::Stopping | Phase::Stopped);
            let down = down && !self.pools[pool].scaled;
            if down && !held && !self.is_dark(zone) {
                self.boot(id);
            }
        }
    }
}

/// Takes one of several equal items out.
fn remove_one<T: PartialEq>(items: &mut Vec<T>, item: &T) {
    if let Some(at) = items.iter().position(|other| other == item) {
        items.swap_remove(at);
    }
}
