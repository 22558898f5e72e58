//! What the loop needs to know of a link, gathered in one place so that a call looks up one record.

use super::frame::NONE;
use super::network::{Index, Link, NO_ZONE, Network, Step};
use super::op::{Op, Then};
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
    /// Whether it takes no time, and its ends never stand in different zones.
    pub(super) instant: bool,
    /// Its ends may stand in different zones.
    across: bool,
    /// Has a policy: calls along it have records.
    pub(super) ruled: bool,
    /// What the callee does first.
    pub(super) first: First,
    /// The lane that it is for calls that need nothing more, by class from there on; [`NONE`] if it is none.
    pub(super) lane: Index,
}

/// What a request does first at a site.
#[derive(Debug, Clone, Copy)]
pub(super) enum First {
    /// Whatever its program says.
    Other,
    /// It takes a worker; the step behind that, and what is done together with it.
    Worker { next: Index, then: Then },
}

impl First {
    /// What the program that begins with an operation does first.
    pub(super) fn of(op: &Op) -> Self {
        match op.step {
            Step::Acquire => Self::Worker { next: op.next, then: op.then },
            _ => Self::Other,
        }
    }
}

impl Hop {
    pub(super) fn new(network: &Network, link: &Link, rings: &mut Vec<Ring>) -> Self {
        let callee = &network.sites[link.to as usize];
        let mut ring = |delay| ring_for(rings, Owner::Frames, delay);
        let (near, far) = (ring(link.near), ring(link.far));
        let across = may_cross(network, link);
        Self {
            to: link.to,
            entry: callee.entry,
            pool: callee.pool.unwrap_or(NONE),
            near,
            far,
            instant: near == NO_RING && far == NO_RING && !across,
            across,
            ruled: link.policy.is_some(),
            first: First::Other,
            lane: NONE,
        }
    }

    /// The same with a ring of another delay.
    pub(super) fn by(self, ring: u32) -> Self {
        Self { near: ring, instant: false, ..self }
    }

    /// Whether calls along it may be on a lane: nothing happens before the callee takes a worker.
    pub(super) fn is_lane(&self) -> bool {
        self.instant && !self.ruled && matches!(self.first, First::Worker { .. })
    }

    /// Whether it does not matter in which zones its ends stand.
    #[inline]
    pub(super) fn is_indifferent(&self) -> bool {
        !self.across
    }

    /// The ring of its delay inside a zone; [`NO_RING`] for none.
    #[inline]
    pub(super) fn near(&self) -> u32 {
        self.near
    }

    /// The ring of its delay between two zones; [`NO_RING`] for none.
    #[inline]
    pub(super) fn far(&self) -> u32 {
        self.far
    }
}

/// Whether a call along a link may lead from one zone into another.
fn may_cross(network: &Network, link: &Link) -> bool {
    let zones = |site: Index| {
        let pool = network.sites[site as usize].pool;
        let pool = pool.and_then(|pool| network.pools.get(pool as usize));
        pool.into_iter().flat_map(|pool| pool.zones.iter().chain(&pool.start)).filter(|&&zone| zone != NO_ZONE)
    };
    zones(link.from).any(|from| zones(link.to).any(|to| from != to))
}
