//! Kinds of requests: which one a new request is, and what that changes.

use super::engine::Engine;
use super::frame::NONE;
use super::lane::Way;
use super::network::{Index, Network, Source, Step};
use super::op::Op;
use super::traffic::{Patience, Tally, Traffic};
use crate::units::Span;

/// Factors on work by class; empty where all are 1.
pub(super) fn work_factors(network: &Network) -> Vec<f64> {
    let factors: Vec<f64> = network.classes.iter().map(|class| class.work).collect();
    if factors.iter().all(|&factor| factor == 1.0) { Vec::new() } else { factors }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// Bytes of the request and of its answer.
    pub(super) request: u32,
    pub(super) answer: u32,
    pub(super) object: u32,
    pub(super) class: u8,
}

/// What the loop needs to know of a source, gathered in one place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// Where its requests are measured, and the first step of their program.
    pub(super) site: Index,
    pub(super) begin: Index,
    /// Link that a request is sent along before that; [`NONE`] if its program begins with something else than a call.
    pub(super) link: Index,
    /// Where all requests are alike, what they ask for.
    pub(super) asked: Asked,
    /// Answers later than this are late.
    pub(super) timeout: Span,
    /// Its requests come one by one, from users of whom nothing is remembered.
    pub(super) single: bool,
    /// Its requests are of kinds that are drawn.
    pub(super) mixed: bool,
    /// Its users leave when they have waited long enough.
    pub(super) leaves: bool,
    /// The answer to that first call is all that its users wait for, however long it takes.
    pub(super) answers: bool,
    /// How many users there are, where they are closed and never stop.
    pub(super) seats: Option<u32>,
    /// How its requests go.
    pub(super) way: Way,
}

impl Origin {
    pub(super) fn new(network: &Network, ops: &[Op], source: &Source) -> Self {
        let entry = network.sites[source.site as usize].entry;
        let (begin, link) = match ops.get(entry as usize) {
            Some(&Op { step: Step::Call(link), next, .. }) => (next, link),
            _ => (entry, NONE),
        };
        let leaves = source.patience != Patience::Waits;
        let ends = matches!(ops.get(begin as usize), Some(Op { step: Step::Finish, .. }));
        Self {
            site: source.site,
            begin,
            link,
            asked: Asked { request: size(source.bytes.0), answer: size(source.bytes.1), object: 0, class: 0 },
            timeout: source.timeout,
            single: matches!(source.traffic, Traffic::Open { batch: Tally::Fixed(1), .. }),
            mixed: !source.mix.is_empty(),
            leaves,
            answers: link != NONE && ends && !leaves,
            seats: seats(&source.traffic),
            way: Way::Sites,
        }
    }
}

/// How many users there are, where they are closed and never stop.
pub(super) fn seats(traffic: &Traffic) -> Option<u32> {
    match *traffic {
        Traffic::Closed { users, requests: None, .. } => Some(users),
        _ => None,
    }
}

impl Engine {
    /// Factor on the work that steps state for requests of a class.
    #[inline]
    pub(super) fn work_factor(&self, class: u8) -> f64 {
        if self.work_factors.is_empty() { 1.0 } else { self.work_factors[usize::from(class)] }
    }

    /// Finds out whether work takes as long as is drawn.
    pub(super) fn settle_even(&mut self) {
        self.even = self.work_factors.is_empty() && self.slow_sites.is_empty();
    }

    /// What a new request of a source asks for: one of its kinds. Each kind of chance has a stream of its own, so that
    /// arrivals come at the same moments whatever the requests are.
    #[inline(never)]
    pub(super) fn classify(&mut self, source: Index) -> Asked {
        let spec = &self.network.sources[source as usize];
        let state = &mut self.sources[source as usize];
        let Some(first) = spec.mix.first() else { return self.origins[source as usize].asked };
        let (mut part, mut at) = (first, 0);
        if spec.mix.len() > 1 {
            let mut draw = state.classes.unit();
            while draw >= part.share && at + 1 < spec.mix.len() {
                draw -= part.share;
                at += 1;
                part = &spec.mix[at];
            }
        }
        let object = state.zipfs[at].map_or(0, |zipf| zipf.draw(&mut state.objects));
        Asked { request: size(part.bytes.0), answer: size(part.bytes.1), object, class: part.class }
    }
}

/// Bytes as a frame keeps them.
fn size(bytes: u64) -> u32 {
    bytes.min(u64::from(u32::MAX)) as u32
}
