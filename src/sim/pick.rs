//! Which server of a pool a request goes to where no balancer says.

use super::engine::Engine;
use super::frame::{FrameId, NONE};
use super::network::Index;
use super::snapshot::Phase;

impl Engine {
    /// Finds out whether there is but one server that a pool can send its requests to.
    pub(super) fn settle_only(&mut self, pool: Index) {
        let state = &mut self.pools[pool as usize];
        state.only = match state.servers[..] {
            [id] if state.cluster == NONE && self.servers[id as usize].phase == Phase::InService => Some(id),
            _ => None,
        };
        if state.only.is_some() {
            state.turn = 0;
        }
    }

    /// A server at the other end of a link for a caller's request, if its site has any.
    #[inline(always)]
    pub(super) fn pick_at(&mut self, caller: FrameId, link: Index) -> u32 {
        let pool = self.hops[link as usize].pool;
        let Some(state) = self.pools.get(pool as usize) else { return NONE };
        match (state.only, state.cluster) {
            (Some(only), _) => only,
            (None, NONE) => self.pick(pool),
            (None, cluster) => self.pick_member(cluster, caller),
        }
    }

    /// A server of a pool that takes requests, each in turn; [`NONE`] if there is none.
    #[inline(never)]
    pub(super) fn pick(&mut self, pool: Index) -> u32 {
        let state = &mut self.pools[pool as usize];
        for _ in 0..state.servers.len() {
            state.turn = if state.turn + 1 < state.servers.len() { state.turn + 1 } else { 0 };
            let id = state.servers[state.turn];
            if self.servers[id as usize].phase == Phase::InService {
                return id;
            }
        }
        NONE
    }
}
