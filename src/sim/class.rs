//! Kinds of requests: which one a new request is, and what that changes.

use super::engine::Engine;
use super::frame::FrameId;
use super::network::{Index, Network, Source};
use super::traffic::{Patience, Tally, Traffic};
use crate::units::Span;

/// Factors on work by class; empty where all are 1.
pub(super) fn work_factors(network: &Network) -> Vec<f64> {
    let factors: Vec<f64> = network.classes.iter().map(|class| class.work).collect();
    if factors.iter().all(|&factor| factor == 1.0) { Vec::new() } else { factors }
}

/// What the loop needs to know of a source, gathered in one place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// Where its requests are measured, and the first step of their program.
    pub(super) site: Index,
    pub(super) entry: Index,
    /// Bytes of a request and of its answer where all are alike.
    pub(super) request: u32,
    pub(super) answer: u32,
    /// Answers later than this are late.
    pub(super) timeout: Span,
    /// Its requests come one by one, from users of whom nothing is remembered.
    pub(super) single: bool,
    /// Its requests are of kinds that are drawn.
    pub(super) mixed: bool,
    /// Its users leave when they have waited long enough.
    pub(super) leaves: bool,
}

impl Origin {
    pub(super) fn new(network: &Network, source: &Source) -> Self {
        Self {
            site: source.site,
            entry: network.sites[source.site as usize].entry,
            request: size(source.bytes.0),
            answer: size(source.bytes.1),
            timeout: source.timeout,
            single: matches!(source.traffic, Traffic::Open { batch: Tally::Fixed(1), .. }),
            mixed: !source.mix.is_empty(),
            leaves: source.patience != Patience::Waits,
        }
    }
}

impl Engine {
    /// Factor on the work that steps state for requests of a class.
    #[inline]
    pub(super) fn work_factor(&self, class: u8) -> f64 {
        if self.work_factors.is_empty() { 1.0 } else { self.work_factors[usize::from(class)] }
    }

    /// Makes a new request of a source one of its kinds. Each kind of chance has a stream of its own, so that arrivals
    /// come at the same moments whatever the requests are.
    #[inline(never)]
    pub(super) fn classify(&mut self, source: Index, id: FrameId) {
        let spec = &self.network.sources[source as usize];
        let state = &mut self.sources[source as usize];
        let frame = &mut self.frames[id];
        let Some(first) = spec.mix.first() else { return };
        let (mut part, mut at) = (first, 0);
        if spec.mix.len() > 1 {
            let mut draw = state.classes.unit();
            while draw >= part.share && at + 1 < spec.mix.len() {
                draw -= part.share;
                at += 1;
                part = &spec.mix[at];
            }
        }
        frame.class = part.class;
        (frame.request, frame.answer) = (size(part.bytes.0), size(part.bytes.1));
        if let Some(zipf) = state.zipfs[at] {
            frame.object = zipf.draw(&mut state.objects);
        }
    }
}

/// Bytes as a frame keeps them.
fn size(bytes: u64) -> u32 {
    bytes.min(u64::from(u32::MAX)) as u32
}
