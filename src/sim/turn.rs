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
use super::op::Then;
use super::program::Flow;
use super::record::Begun;

impl Engine {
    /// Calls along a link, to a server that was picked if its site has any.
    #[inline(always)]
    pub(super) fn call_server(&mut self, id: FrameId, link: Index, server: u32) -> Flow {
        let Hop { to, entry, ruled, instant, .. } = self.hops[link as usize];
        if ruled {
            return self.call_on_record(id, link, server);
        }
        if !instant || !self.frames.has_free() {
            return self.call_far(id, link, server);
        }
        let child = self.frames.next();
        let caller = &mut self.frames[id];
        (caller.state, caller.child) = (State::Calling, child);
        let Frame { request, answer, class, object, errand, .. } = *caller;
        let asked = Frame { request, answer, class, object, errand, ..Frame::at(to, entry, self.now) };
        self.frames.add_to_free(Frame { parent: id, link, server, ..asked });
        self.reach_at_once(to, link, server);
        Flow::Switch(child)
    }

    /// Counts a call that reaches its site, and its server if it has one, at this very moment.
    #[inline(always)]
    fn reach_at_once(&mut self, to: Index, link: Index, server: u32) {
        self.link_meters[link as usize].calls += 1;
        let meter = &mut self.meters[to as usize];
        meter.count.arrived += 1;
        meter.gauge.inside.rise(self.now);
        if server != NONE {
            let server_there = &mut self.servers[server as usize];
            server_there.in_flight += 1;
            let (weighed, load) = (server_there.weighed, server_there.in_flight);
            self.weigh_by(weighed, server, load);
        }
    }

    /// The same along a link with a policy, where that has nothing to say but how long and how often it is tried.
    #[inline(never)]
    fn call_on_record(&mut self, id: FrameId, link: Index, server: u32) -> Flow {
        let Hop { to, entry, instant, .. } = self.hops[link as usize];
        let child = self.frames.next();
        let caller = &mut self.frames[id];
        if !instant || caller.child != NONE {
            return self.begin_calls(id, link, server);
        }
        let Frame { request, answer, class, object, errand, pc, .. } = *caller;
        let begun = Begun { now: self.now, caller: id, step: pc - 1, link, child };
        let record = if self.frames.has_free() { self.calls.begin_simple(&mut self.events, begun) } else { None };
        let Some(call) = record else { return self.begin_calls(id, link, server) };
        let caller = &mut self.frames[id];
        (caller.state, caller.child) = (State::Joining, call);
        let asked = Frame { request, answer, class, object, errand, ..Frame::at(to, entry, self.now) };
        self.frames.add_to_free(Frame { parent: id, link, server, call, ..asked });
        self.reach_at_once(to, link, server);
        Flow::Switch(child)
    }

    /// A worker for a frame, and what it begins with it.
    #[inline(always)]
    pub(super) fn acquire_and(&mut self, id: FrameId, then: Then) -> Flow {
        let flow = self.acquire(id);
        if flow != Flow::Next {
            return flow;
        }
        match then {
            Then::Work { law, next } => {
                self.frames[id].pc = next;
                self.work(id, law)
            }
            Then::Serve { law, next } => {
                self.frames[id].pc = next;
                self.serve(id, law)
            }
            Then::Apart | Then::Finish => Flow::Next,
        }
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
    pub(super) fn give_worker_back(&mut self, id: FrameId) {
        let frame = &mut self.frames[id];
        let (on, site) = (frame.server, frame.site as usize);
        let server = &mut self.servers[on as usize];
        if server.fed || server.busy > server.workers {
            return self.release(id);
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
        if !self.hops[link as usize].instant {
            return self.finish_seldom(id);
        }
        if server != NONE {
            let left = &mut self.servers[server as usize];
            if !left.open {
                return self.finish_seldom(id);
            }
            left.in_flight -= 1;
            let (weighed, load) = (left.weighed, left.in_flight);
            self.weigh_by(weighed, server, load);
        }
        let meter = &mut self.meters[site as usize];
        meter.gauge.inside.fall(self.now);
        meter.answer(class, self.now.since(arrived));
        self.link_meters[link as usize].answered(bytes, self.now.since(called));
        self.frames.remove(id);
        if call != NONE && !self.calls.end_simple(call) {
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
