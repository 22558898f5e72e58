//! Users of several places: what they call through the same name or the same edge is nearer to some of them than to others.
//!
//! A link leads there as long as it takes for the nearest; who comes from farther away needs longer, all of which is spent
//! on the way there, and none on the way back. Name services by latency name what is nearest to those who ask; the caches
//! of an edge are those near the users. Absent: detours of calls with records, such as those that are tried again.

use super::engine::Engine;
use super::frame::{FrameId, NONE};
use super::network::Index;
use super::program::{Flow, ring_for};
use super::ring::Owner;
use crate::units::Span;

/// What the way along a link takes longer for the users of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Afar {
    /// The link. It has no policy.
    pub link: Index,
    /// Site of the source.
    pub source: Index,
    /// One way, beyond the delay of the link.
    pub extra: Span,
}

impl Engine {
    /// The site that a request began at: that of its source, as long as somebody waits for it.
    pub(super) fn origin_of(&self, id: FrameId) -> Index {
        let mut frame = &self.frames[id];
        while frame.parent != NONE {
            frame = &self.frames[frame.parent];
        }
        self.lanes.get(frame.lane as usize).filter(|lane| lane.source != NONE).map_or(frame.site, |lane| lane.users)
    }

    /// Which entry says what the way along a link takes longer for those who come from a source.
    fn afar(&self, link: Index, source: Index) -> Option<usize> {
        self.network.afar.binary_search_by_key(&(link, source), |afar| (afar.link, afar.source)).ok()
    }

    /// One-way delay of a link for those who come from a source.
    pub(super) fn nearness(&self, link: Index, source: Index) -> Span {
        let extra = self.afar(link, source).map_or(Span::ZERO, |at| self.network.afar[at].extra);
        self.network.links[link as usize].near + extra
    }

    /// Calls along a link, from wherever the users are.
    pub(super) fn call_from_afar(&mut self, id: FrameId, link: Index, server: u32) -> Flow {
        if self.network.afar.is_empty() {
            return self.call_server(id, link, server);
        }
        let Some(at) = self.afar(link, self.origin_of(id)) else { return self.call_server(id, link, server) };
        let short = self.hops[link as usize];
        self.hops[link as usize] = short.by(self.afar_rings[at]);
        let flow = self.call_far(id, link, server);
        self.hops[link as usize] = short;
        flow
    }

    /// A ring for each longer way, as the links stand now.
    pub(super) fn lay_afar(&mut self) {
        let rings = &mut self.rings;
        let ring = |afar: &Afar| {
            let link = self.network.links[afar.link as usize].near + self.gates.delay(afar.link);
            ring_for(rings, Owner::Frames, link + Span(2 * afar.extra.0))
        };
        self.afar_rings = self.network.afar.iter().map(ring).collect();
    }

    /// Which of the places of a cache a request comes to; the first for those who come from none of them.
    pub(super) fn place_at(&self, id: FrameId, places: &[(Index, u32)]) -> u32 {
        if places.is_empty() {
            return 0;
        }
        let origin = self.origin_of(id);
        places.iter().find(|(source, _)| *source == origin).map_or(0, |&(_, place)| place)
    }
}
