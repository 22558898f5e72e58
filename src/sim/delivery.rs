//! Deliveries that nobody waits for, such as those of a topic to its queues: what could not be delivered is sent again until it
//! is. Absent: giving up after days, and faster attempts at first.

use super::cache::Errand;
use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE, State};
use super::program::ring_for;
use super::ring::Owner;

impl Engine {
    /// Sends what nobody waits for once more, a while after what it was sent to could not take it; `false` if it has
    /// arrived, or never can.
    #[inline(always)]
    pub(super) fn deliver_again(&mut self, id: FrameId) -> bool {
        let Frame { errand, cause, .. } = self.frames[id];
        match cause {
            Some(cause) if errand == Errand::Post && cause.may_pass() => {
                self.send_later(id);
                true
            }
            _ => false,
        }
    }

    #[cold]
    #[inline(never)]
    fn send_later(&mut self, id: FrameId) {
        let link = self.frames[id].link;
        let meter = &mut self.link_meters[link as usize];
        (meter.failed, meter.retries, meter.calls) = (meter.failed + 1, meter.retries + 1, meter.calls + 1);
        let server = self.pick_at(id, link);
        if server != NONE {
            self.servers[server as usize].in_flight += 1;
            self.weigh(server);
        }
        let entry = self.hops[link as usize].entry;
        let frame = &mut self.frames[id];
        (frame.server, frame.pc, frame.cause) = (server, entry, None);
        let ring = ring_for(&mut self.rings, Owner::Frames, self.network.links[link as usize].again);
        self.travel(id, State::Going, ring);
    }
}
