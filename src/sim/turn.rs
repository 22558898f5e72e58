//! The commonest turns: a plain call to a server that is up, a free worker or a place in the queue, an answer.
//!
//! Each does what the general way does ([`super::program`], [`super::server`]) where nothing special is the matter, with
//! the question whether something is asked once at its beginning; if so it hands over to the general way. The order
//! matters to speed: what may lead out of this piece of machine code stands last, so that registers stay valid.

use super::calls::Outcome;
use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE, State};
use super::hop::Hop;
use super::network::{Index, Reason};
use super::program::Flow;

impl Engine {
    /// Calls along a link, to a server that was picked if its site has any.
    #[inline(always)]
    pub(super) fn call_server(&mut self, id: FrameId, link: Index, server: u32) -> Flow {
        let Hop { to, entry, ruled, instant, .. } = self.hops[link as usize];
        if ruled {
            return self.begin_calls(id, link, server);
        }
        if !instant || !self.frames.has_free() {
            return self.call_far(id, link, server);
        }
        let caller = &mut self.frames[id];
        let Frame { request, answer, class, object, errand, .. } = *caller;
        let asked = Frame { request, answer, class, object, errand, ..Frame::at(to, entry, self.now) };
        let child = Frame { parent: id, link, server, ..asked };
        let child = self.frames.add_to_free(child);
        let caller = &mut self.frames[id];
        (caller.state, caller.child) = (State::Calling, child);
        self.link_meters[link as usize].calls += 1;
        let meter = &mut self.meters[to as usize];
        meter.count.arrived += 1;
        meter.gauge.inside.rise(self.now);
        if server != NONE {
            self.servers[server as usize].in_flight += 1;
            self.weigh(server);
        }
        Flow::Switch(child)
    }

    /// A worker for a frame, a place in the queue, or a refusal.
    #[inline(always)]
    pub(super) fn acquire(&mut self, id: FrameId) -> Flow {
        let frame = &mut self.frames[id];
        let Some(server) = self.servers.get_mut(frame.server as usize).filter(|server| server.open && !frame.holds)
        else {
            return self.acquire_seldom(id);
        };
        let meter = &mut self.meters[frame.site as usize];
        if server.busy < server.workers {
            frame.holds = true;
            server.busy += 1;
            meter.gauge.workers.rise(self.now);
            meter.begin(frame.class, self.now.since(frame.arrived));
            return Flow::Next;
        }
        if server.waiting.len() < server.room as usize {
            frame.state = State::Queued;
            meter.gauge.waiting.rise(self.now);
            server.waiting.push_back(id);
            return Flow::Wait;
        }
        self.fail(id, Reason::QueueFull, Reason::QueueFull)
    }

    /// Gives a frame's worker to whoever waits for one.
    #[inline(always)]
    pub(super) fn give_worker_back(&mut self, id: FrameId) -> Flow {
        let frame = &mut self.frames[id];
        let (on, site) = (frame.server, frame.site as usize);
        let server = &mut self.servers[on as usize];
        if server.fed || server.busy > server.workers {
            self.release(id);
            return Flow::Next;
        }
        frame.holds = false;
        let next = if server.lifo { server.waiting.pop_back() } else { server.waiting.pop_front() };
        match next {
            // It passes from one to the other, so that as many are busy as before.
            Some(next) => self.take_turn(next),
            None => {
                server.busy -= 1;
                self.meters[site].gauge.workers.fall(self.now);
            }
        }
        Flow::Next
    }

    /// Lets a request that waited go on with the worker that it has now.
    #[inline(always)]
    pub(super) fn take_turn(&mut self, id: FrameId) {
        let frame = &mut self.frames[id];
        frame.holds = true;
        frame.state = State::Ready;
        let meter = &mut self.meters[frame.site as usize];
        meter.gauge.waiting.fall(self.now);
        meter.begin(frame.class, self.now.since(frame.arrived));
        self.ready.push_back(id);
    }

    /// Answers.
    #[inline(always)]
    pub(super) fn finish(&mut self, id: FrameId) -> Flow {
        let frame = &self.frames[id];
        let Frame { arrived, called, site, parent, link, server, message, call, class, hit, cause, .. } = *frame;
        let bytes = (frame.request, frame.answer);
        if message != NONE || cause.is_some() {
            return self.finish_seldom(id);
        }
        if parent == NONE {
            return self.answer_user(id);
        }
        if !self.hops[link as usize].instant || (server != NONE && !self.servers[server as usize].open) {
            return self.finish_seldom(id);
        }
        let meter = &mut self.meters[site as usize];
        meter.gauge.inside.fall(self.now);
        meter.answer(class, self.now.since(arrived));
        self.link_meters[link as usize].answered(bytes, self.now.since(called));
        self.frames.remove(id);
        if server != NONE {
            self.servers[server as usize].in_flight -= 1;
            self.weigh(server);
        }
        if call != NONE {
            return self.attempt_over(call, Outcome { cause: None, hit });
        }
        let caller = &mut self.frames[parent];
        caller.child = NONE;
        caller.state = State::Ready;
        if caller.asks {
            (caller.asks, caller.hit) = (false, hit);
        }
        Flow::Switch(parent)
    }

    /// Answers where nobody but a user waits.
    #[inline(always)]
    fn answer_user(&mut self, id: FrameId) -> Flow {
        let Frame { arrived, site, source, link, server, session, class, .. } = self.frames[id];
        if source == NONE || link != NONE || server != NONE {
            return self.finish_seldom(id);
        }
        let took = self.now.since(arrived);
        let meter = &mut self.meters[site as usize];
        meter.gauge.inside.fall(self.now);
        if took > self.origins[source as usize].timeout {
            meter.late(class);
        }
        meter.answer(class, took);
        self.frames.remove(id);
        if session != NONE {
            self.answered(session, arrived);
        }
        Flow::Wait
    }
}
