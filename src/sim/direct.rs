//! Requests of users that need but one frame: those at the site that they call first, where the way there takes no time,
//! the site begins with a worker, and its answer is all that the user waits for.
//!
//! Such a frame is that of the request at the site, and knows the user besides. It is made into two as soon as anything
//! but the commonest happens to it, so that all else may take frames for what they are: one for each site that a request
//! is at. What is counted is counted for both sites all the time.

use super::class::Origin;
use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE, State};
use super::network::Index;
use super::program::Flow;
use crate::metrics::Reading;

impl Engine {
    /// The server to which a user's request goes in one frame; `None` if it takes two.
    #[inline(always)]
    pub(super) fn direct_server(&mut self, origin: &Origin) -> Option<u32> {
        if !origin.answers || !self.folds || !self.frames.has_free() {
            return None;
        }
        let hop = self.hops.get(origin.link as usize).filter(|hop| hop.direct)?;
        let state = self.pools.get(hop.pool as usize)?;
        match (state.only, state.cluster) {
            (Some(only), _) => Some(only),
            (None, NONE) => Some(self.pick(hop.pool)),
            (None, _) => None,
        }
    }

    /// Sends a user's request to its first site in one frame.
    #[inline(always)]
    pub(super) fn call_directly(&mut self, user: Frame, link: Index, server: u32) -> Flow {
        let hop = &self.hops[link as usize];
        let (site, pc, first) = (hop.to, hop.entry, hop.first);
        self.enter(Frame { site, pc, link, server, direct: true, ..user }, first)
    }

    /// Answers the user of a request that has one frame.
    #[inline(always)]
    pub(super) fn answer_directly(&mut self, id: FrameId) -> Flow {
        let now = self.now;
        let Frame { arrived, site, source, link, server, session, class, cause, .. } = self.frames[id];
        let bytes = (self.frames[id].request, self.frames[id].answer);
        let there = self.servers.get_mut(server as usize).filter(|server| server.open);
        let Some(left) = there.filter(|_| cause.is_none() && self.hops[link as usize].instant) else {
            return self.finish_seldom(id);
        };
        left.in_flight -= 1;
        let (weighed, load) = (left.weighed, left.in_flight);
        self.weigh_by(weighed, server, load);
        let span = now.since(arrived);
        let took = Reading::from(span);
        let meter = &mut self.meters[site as usize];
        meter.gauge.inside.fall(now);
        meter.answer(class, took);
        self.link_meters[link as usize].answered(bytes, took);
        let origin = &self.origins[source as usize];
        let users = &mut self.meters[origin.site as usize];
        users.gauge.inside.fall(now);
        if span > origin.timeout {
            users.late(class);
        }
        users.answer(class, took);
        self.frames.remove(id);
        if session != NONE {
            self.answered(session, arrived);
        }
        Flow::Wait
    }

    /// Makes two frames of a request that has one.
    #[inline]
    pub(super) fn unfold(&mut self, id: FrameId) {
        if self.frames[id].direct {
            self.make_two(id);
        }
    }

    #[cold]
    #[inline(never)]
    fn make_two(&mut self, id: FrameId) {
        let Frame { source, session, request, answer, class, object, arrived, generation, .. } = self.frames[id];
        let Origin { site, begin, .. } = self.origins[source as usize];
        let asks = Frame { source, session, request, answer, class, object, ..Frame::at(site, begin, arrived) };
        let user = self.frames.add(Frame { child: id, state: State::Calling, ..asks });
        // As old as the other: who was there first is told by that.
        self.frames[user].generation = generation;
        let frame = &mut self.frames[id];
        (frame.parent, frame.source, frame.session, frame.direct) = (user, NONE, NONE, false);
    }

    /// Makes two frames of each request that has one.
    pub(super) fn unfold_all(&mut self) {
        for id in self.frames.those(|frame| frame.direct) {
            self.unfold(id);
        }
    }
}
