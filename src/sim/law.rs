//! A law of time or chance as the loop draws from it: what drawing needs stands together, one look-up away.

use super::dist::{Dist, Sampler};
use super::network::Law;
use super::program::{NO_RING, ring_for};
use super::random::Stream;
use super::ring::{Owner, Ring};
use crate::units::Span;

/// A law at work.
#[derive(Debug, Clone)]
pub(super) struct LawState {
    sampler: Sampler,
    pub(super) stream: Stream,
    /// Where what waits for as long as a constant law says has its ring; [`NO_RING`] for others, and for no time at all.
    pub(super) ring: u32,
}

impl LawState {
    /// For a law that is new in the run with this seed.
    pub(super) fn new(law: &Law, seed: u64) -> Self {
        Self { sampler: law.dist.sampler(), stream: Stream::new(seed, &law.name), ring: NO_RING }
    }

    /// Takes over what the law says now; its stream goes on.
    pub(super) fn tune(&mut self, law: &Law, rings: &mut Vec<Ring>) {
        let constant = if let Dist::Constant(span) = law.dist { span } else { Span::ZERO };
        self.ring = ring_for(rings, Owner::Frames, constant);
        self.sampler = law.dist.sampler();
    }

    /// Draws a time in nanoseconds.
    #[inline(always)]
    pub(super) fn draw(&mut self) -> u64 {
        self.sampler.draw(&mut self.stream)
    }
}
