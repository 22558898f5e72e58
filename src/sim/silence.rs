//! Addresses from which nobody answers: a call to one is not refused, it hears nothing.
//!
//! Whoever opens a connection sends a first packet. A machine that runs refuses it at once if nothing listens there. One that
//! is lost, stopped or still boots does not, nor does an address that nobody has, a region that is out, a link that loses
//! what it carries: then the caller, with the worker that it holds, tries again after one, three, seven seconds and so
//! on, until it gives up connecting. Should somebody be there by then, the call goes on. Absent: connections that were
//! open before, which find out in the same time here; what was under way on them fails at once.

use super::engine::Engine;
use super::event_set::{Event, EventKind};
use super::frame::{Frame, FrameId, NONE, State};
use super::network::{Index, Reason, SILENCE, Step};
use super::program::Flow;
use super::server::Server;
use super::snapshot::Phase;
use crate::units::{SimTime, Span};

/// From the first packet to the second; each later pause is twice the one before. RFC 6298, section 2.
const FIRST_PAUSE: Span = Span::from_secs(1);

/// When the packets after the first one are sent: at 1, 3, 7 s after it and so on.
fn next_packet(passed: Span) -> Span {
    let mut sent = FIRST_PAUSE.0;
    while sent <= passed.0 {
        sent = 2 * sent + FIRST_PAUSE.0;
    }
    Span(sent)
}

impl Server {
    /// Whether its machine runs while what should answer there does not, so that it refuses connections.
    pub(super) fn refuses(&self) -> bool {
        match self.phase {
            Phase::Pending => self.restarts,
            Phase::InService | Phase::Broken | Phase::Draining | Phase::Stopping => true,
            Phase::Stopped | Phase::Lost | Phase::Gone => false,
        }
    }
}

impl Engine {
    /// Lets a request wait at a step until it tries again to connect, or until that takes too long; `false` if it has.
    pub(super) fn keep_trying(&mut self, id: FrameId, step: Index) -> bool {
        self.unfold(id);
        let Frame { link, arrived, .. } = self.frames[id];
        let Some(link) = self.network.links.get(link as usize) else { return false };
        let passed = self.now.since(arrived);
        if passed >= link.connect {
            return false;
        }
        let again = arrived + next_packet(passed).min(link.connect);
        self.wait_unanswered(id, step, again);
        true
    }

    /// Lets a request wait for an answer that cannot come, along a link, and fail then.
    pub(super) fn give_up_later(&mut self, id: FrameId, link: Index, reason: Reason) -> Flow {
        let connect = self.network.links[link as usize].connect;
        if connect == Span::ZERO || self.network.steps.get(SILENCE as usize) != Some(&Step::Unanswered) {
            return self.fail(id, reason, reason);
        }
        self.unfold(id);
        self.frames[id].cause = Some(reason);
        self.wait_unanswered(id, SILENCE, self.now + connect);
        Flow::Wait
    }

    /// Nobody has answered.
    pub(super) fn unanswered(&mut self, id: FrameId) -> Flow {
        let reason = self.frames[id].cause.take().unwrap_or(Reason::Unavailable);
        self.fail(id, reason, reason)
    }

    fn wait_unanswered(&mut self, id: FrameId, step: Index, until: SimTime) {
        let slot = self.events.schedule(until, Event { kind: EventKind::Wake, index: id });
        let frame = &mut self.frames[id];
        (frame.pc, frame.state, frame.slot) = (step, State::Unanswered, slot);
    }

    /// Whether the way of a request ends where nobody says anything, not even no.
    pub(super) fn hears_nothing(&self, id: FrameId) -> bool {
        let Frame { server, site, .. } = self.frames[id];
        if let Some(server) = self.servers.get(server as usize) {
            return !server.refuses();
        }
        let pool = self.network.sites[site as usize].pool;
        let servers = pool.into_iter().flat_map(|pool| &self.pools[pool as usize].servers);
        !servers.into_iter().any(|&id| self.servers[id as usize].refuses())
    }

    /// Finds a server for a request that found none where its name led, if there is one by now.
    pub(super) fn look_again(&mut self, id: FrameId) -> bool {
        let Frame { link, server, parent, .. } = self.frames[id];
        // Who was sent to a server by a balancer does not come to another one.
        let bound = parent != NONE && self.balancer_at(self.frames[parent].site).is_some();
        if server != NONE || bound || link == NONE {
            return false;
        }
        let server = self.pick_at(id, link);
        if server == NONE {
            return false;
        }
        self.frames[id].server = server;
        self.servers[server as usize].in_flight += 1;
        self.weigh(server);
        true
    }

    /// Those who wait for an answer from a server that is gone for good go on waiting, for nobody.
    pub(super) fn leave_unanswered(&mut self, server: u32) {
        for id in self.frames.those(|frame| frame.server == server && frame.state == State::Unanswered) {
            self.frames[id].server = NONE;
            self.depart(server);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_sent_again_after_pauses_that_double() {
        let at = |secs: f64| next_packet(Span::from_secs_f64(secs)).secs();
        assert_eq!([0.0, 0.5, 1.0, 2.9, 3.0, 6.0, 7.0, 100.0].map(at), [1.0, 1.0, 3.0, 3.0, 7.0, 7.0, 15.0, 127.0]);
    }
}
