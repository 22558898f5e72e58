//! What the loop needs to know of a link, gathered in one place so that a call looks up one record.

use super::frame::NONE;
use super::network::{Index, Link, NO_ZONE, Network, Zone};
use super::program::{NO_RING, ring_for};
use super::ring::{Owner, Ring};

/// A link, ready to be called along.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hop {
    /// Site of the callee, and the first step of its program.
    pub(super) to: Index,
    pub(super) entry: Index,
    /// Pool of the callee; [`NONE`] if it has none.
    pub(super) pool: Index,
    /// Rings of its one-way delays inside a zone and between zones; [`NO_RING`] for none.
    near: u32,
    far: u32,
    /// Whether it takes no time, wherever its ends stand.
    pub(super) instant: bool,
    /// Answers along it leave the region.
    pub(super) outward: bool,
    /// Has a policy: calls along it have records.
    pub(super) ruled: bool,
}

impl Hop {
    pub(super) fn new(network: &Network, link: &Link, rings: &mut Vec<Ring>) -> Self {
        let callee = &network.sites[link.to as usize];
        let mut ring = |delay| ring_for(rings, Owner::Frames, delay);
        let (near, far) = (ring(link.near), ring(link.far));
        Self {
            to: link.to,
            entry: callee.entry,
            pool: callee.pool.unwrap_or(NONE),
            near,
            far,
            instant: near == NO_RING && far == NO_RING,
            outward: network.sites[link.from as usize].outside,
            ruled: link.policy.is_some(),
        }
    }

    /// The ring of its delay between two zones.
    #[inline]
    pub(super) fn ring(&self, from: Zone, to: Zone) -> u32 {
        if from == to || from == NO_ZONE || to == NO_ZONE { self.near } else { self.far }
    }
}
