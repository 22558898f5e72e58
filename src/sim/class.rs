//! Kinds of requests: which one a new request is, and what that changes.

use super::engine::Engine;
use super::frame::Frame;
use super::network::{Index, Network};

/// Factors on work by class; empty where all are 1.
pub(super) fn work_factors(network: &Network) -> Vec<f64> {
    let factors: Vec<f64> = network.classes.iter().map(|class| class.work).collect();
    if factors.iter().all(|&factor| factor == 1.0) { Vec::new() } else { factors }
}

impl Engine {
    /// Factor on the work that steps state for requests of a class.
    #[inline]
    pub(super) fn work_factor(&self, class: u8) -> f64 {
        if self.work_factors.is_empty() { 1.0 } else { self.work_factors[usize::from(class)] }
    }

    /// Makes a new request of a source one of its kinds. Each kind of chance has a stream of its own, so that arrivals
    /// come at the same moments whatever the requests are.
    #[inline]
    pub(super) fn classify(&mut self, source: Index, frame: &mut Frame) {
        let spec = &self.network.sources[source as usize];
        let state = &mut self.sources[source as usize];
        let Some(first) = spec.mix.first() else {
            (frame.request, frame.answer) = (size(spec.bytes.0), size(spec.bytes.1));
            return;
        };
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
