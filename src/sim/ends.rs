//! Servers that have ended: a machine takes a while to shut down, and is then terminated, which is told for an hour.
//!
//! Neither takes requests, counts among the servers of its pool, or is charged for: this is only told.

use super::engine::Engine;
use super::network::Index;
use super::snapshot::Ended;
use crate::units::Span;

/// How long a terminated server is told of.
const TOLD: Span = Span::from_secs(3_600);

impl Engine {
    /// A server leaves its pool for good, with what it has worked and owes.
    pub(super) fn leave_pool(&mut self, id: u32) {
        let (server, now) = (&self.servers[id as usize], self.now);
        let owed = server.cpu.credits_at(now).map_or(0.0, |credits| credits.owed());
        let (pool, busy) = (&mut self.pools[server.pool as usize], server.worked(now));
        pool.cpu_gone += busy;
        pool.owed_gone += owed;
        pool.servers.retain(|&other| other != id);
        while pool.ends.front().is_some_and(|&end| now.since(end) >= TOLD) {
            pool.ends.pop_front();
        }
        pool.ends.push_back(now);
    }

    /// Those of a pool that shut down, and those that have been terminated lately.
    pub(super) fn ended(&self, pool: Index) -> Ended {
        let (spec, ends) = (&self.network.pools[pool as usize], &self.pools[pool as usize].ends);
        if !spec.fleet {
            return Ended::default();
        }
        let older = |than: Span| ends.partition_point(|&end| self.now.since(end) >= than);
        let (down, told) = (older(spec.ending), older(TOLD));
        Ended { shutting_down: (ends.len() - down) as u32, terminated: down.saturating_sub(told) as u32 }
    }
}
