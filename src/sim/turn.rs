//! The commonest turns: a plain call to a server that is up, a free worker or a place in the queue, an answer.
//!
//! Each does what the general way does ([`super::program`], [`super::server`]) where nothing special is the matter, with
//! the question whether something is asked once at its beginning; if so it hands over to the general way. The order
//! matters to speed: what may lead out of this piece of machine code stands last, so that registers stay valid.

use super::calls::Outcome;
use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE, State};
use super::hop::{First, Hop};
use super::network::{Index, Reason, Step};
use super::op::Then;
use super::program::Flow;
use super::record::Begun;
use crate::metrics::Reading;
use crate::units::Span;

impl Engine {
    /// Calls along a link, to a server that was picked if its site has any.
    #[inline(always)]
    pub(super) fn call_server(&mut self, id: FrameId, link: Index, server: u32) -> Flow {
        let Hop { to, entry, ruled, instant, first, lane, .. } = self.hops[link as usize];
        if lane != NONE && self.frames.has_free() {
            return self.call_on_lane(id, lane, server);
        }
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
        self.enter(Frame { parent: id, link, server, ..asked }, first)
    }

    /// A new request, for which there is a place, reaches its site, and its server if it has one, at this very moment. Where
    /// the first thing that it does is to take a worker, it has one afterwards and works, or waits for one.
    #[inline(always)]
    pub(super) fn enter(&mut self, frame: Frame, first: First) -> Flow {
        let (id, now) = (self.frames.next(), self.now);
        let Frame { site, link, server, class, .. } = frame;
        self.link_meters[link as usize].calls += 1;
        let meter = &mut self.meters[site as usize];
        meter.arrive(now);
        let Some(there) = self.servers.get_mut(server as usize) else {
            self.frames.add_to_free(frame);
            return Flow::Switch(id);
        };
        there.in_flight += 1;
        let (weighed, load) = (there.weighed, there.in_flight);
        match first {
            First::Worker { next, then } if there.open && there.busy < there.workers => {
                there.busy += 1;
                meter.gauge.workers.rise(now);
                meter.begin(class, Span::ZERO);
                self.frames.add_to_free(Frame { pc: next, holds: true, ..frame });
                self.weigh_by(weighed, server, load);
                match self.begin_with(id, then) {
                    Flow::Next => Flow::Switch(id),
                    other => other,
                }
            }
            First::Worker { next, .. } if there.open && there.waiting.len() < there.room => {
                meter.gauge.waiting.rise(now);
                self.frames.add_to_free(Frame { pc: next, state: State::Queued, ..frame });
                there.waiting.push_back(&mut self.frames, id);
                self.weigh_by(weighed, server, load);
                Flow::Wait
            }
            _ => {
                self.frames.add_to_free(frame);
                self.weigh_by(weighed, server, load);
                Flow::Switch(id)
            }
        }
    }

    /// The same along a link with a policy, where that has nothing to say but how long and how often it is tried.
    #[inline(never)]
    fn call_on_record(&mut self, id: FrameId, link: Index, server: u32) -> Flow {
        let Hop { to, entry, instant, first, .. } = self.hops[link as usize];
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
        self.enter(Frame { parent: id, link, server, call, ..asked }, first)
    }

    /// A worker for a frame, and what it begins with it.
    #[inline(always)]
    pub(super) fn acquire_and(&mut self, id: FrameId, then: Then) -> Flow {
        match self.acquire(id) {
            Flow::Next => self.begin_with(id, then),
            other => other,
        }
    }

    /// What a request does together with taking its worker.
    #[inline(always)]
    pub(super) fn begin_with(&mut self, id: FrameId, then: Then) -> Flow {
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
        if server.waiting.len() < server.room {
            frame.state = State::Queued;
            meter.gauge.waiting.rise(self.now);
            server.waiting.push_back(&mut self.frames, id);
            return Flow::Wait;
        }
        self.fail(id, Reason::QueueFull, Reason::QueueFull)
    }

    /// Gives a frame's worker to whoever waits for one.
    #[inline(always)]
    pub(super) fn give_worker_back(&mut self, id: FrameId) {
        let frame = &mut self.frames[id];
        let (on, site, lane) = (frame.server, frame.site, frame.lane);
        let server = &mut self.servers[on as usize];
        if server.fed || server.busy > server.workers {
            return self.release(id);
        }
        frame.holds = false;
        match server.next_waiting(&self.frames) {
            // It passes from one to the other, so that as many are busy as before.
            Some(next) => {
                if self.frames[next].lane != lane {
                    self.pass_on(lane, next);
                }
                self.take_turn(next);
            }
            None => {
                server.busy -= 1;
                match self.tallies.get_mut(lane as usize) {
                    Some(tally) => tally.workers.fall(self.now),
                    None => self.meters[site as usize].gauge.workers.fall(self.now),
                }
            }
        }
    }

    /// A worker passes between requests that are counted apart.
    #[cold]
    fn pass_on(&mut self, lane: Index, next: FrameId) {
        let Frame { site, lane: other, .. } = self.frames[next];
        match self.tallies.get_mut(lane as usize) {
            Some(tally) => tally.workers.fall(self.now),
            None => self.meters[site as usize].gauge.workers.fall(self.now),
        }
        match self.tallies.get_mut(other as usize) {
            Some(tally) => tally.workers.rise(self.now),
            None => self.meters[site as usize].gauge.workers.rise(self.now),
        }
    }

    /// Lets a request that waited go on with the worker that it has now.
    #[inline(always)]
    pub(super) fn take_turn(&mut self, id: FrameId) {
        let frame = &mut self.frames[id];
        frame.holds = true;
        frame.state = State::Ready;
        let waited = self.now.since(frame.arrived);
        if let Some(tally) = self.tallies.get_mut(frame.lane as usize) {
            tally.waiting.fall(self.now);
            tally.wait.record(waited);
        } else {
            let meter = &mut self.meters[frame.site as usize];
            meter.gauge.waiting.fall(self.now);
            meter.begin(frame.class, waited);
        }
        self.ready.push_back(id);
    }

    /// Gives the worker back to whoever waits for one, and answers.
    #[inline(never)]
    pub(super) fn release_and_finish(&mut self, id: FrameId) -> Flow {
        self.give_worker_back(id);
        self.finish_here(id)
    }

    /// Answers.
    #[inline(never)]
    pub(super) fn finish(&mut self, id: FrameId) -> Flow {
        self.finish_here(id)
    }

    /// Answers; and so do its callers, as far as they have nothing else to do.
    #[inline(always)]
    fn finish_here(&mut self, first: FrameId) -> Flow {
        let mut id = first;
        loop {
            let Frame { lane, parent, .. } = self.frames[id];
            let flow = match (lane, parent) {
                (NONE, NONE) => self.answer_user(id),
                (NONE, _) => self.answer_caller(id),
                _ => self.answer_on_lane(id),
            };
            match flow {
                Flow::Switch(caller) if self.has_only_to_answer(caller) => id = caller,
                other => return other,
            }
        }
    }

    /// Whether the next step of a request is to answer.
    #[inline(always)]
    fn has_only_to_answer(&self, id: FrameId) -> bool {
        matches!(self.ops[self.frames[id].pc as usize].step, Step::Finish)
    }

    /// Answers where another request waits.
    #[inline(always)]
    fn answer_caller(&mut self, id: FrameId) -> Flow {
        let now = self.now;
        let Frame { arrived, called, site, parent, link, server, call, class, hit, cause, .. } = self.frames[id];
        let bytes = (self.frames[id].request, self.frames[id].answer);
        if cause.is_some() || !self.hops[link as usize].instant {
            return self.finish_seldom(id);
        }
        if let Some(left) = self.servers.get_mut(server as usize) {
            if !left.open {
                return self.finish_seldom(id);
            }
            left.in_flight -= 1;
            let (weighed, load) = (left.weighed, left.in_flight);
            self.weigh_by(weighed, server, load);
        }
        let took = Reading::from(now.since(arrived));
        let meter = &mut self.meters[site as usize];
        meter.gauge.inside.fall(now);
        meter.answer(class, took);
        let took = if called == arrived { took } else { now.since(called).into() };
        self.link_meters[link as usize].answered(bytes, took);
        self.frames.remove(id);
        if call != NONE && !self.calls.end_simple(call, &self.frames) {
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
        let Frame { arrived, site, source, link, server, session, class, cause, .. } = self.frames[id];
        if source == NONE || link != NONE || server != NONE || cause.is_some() {
            return self.finish_seldom(id);
        }
        let took = self.now.since(arrived);
        let meter = &mut self.meters[site as usize];
        meter.gauge.inside.fall(self.now);
        if took > self.origins[source as usize].timeout {
            meter.late(class, 1);
        }
        meter.answer(class, took.into());
        self.frames.remove(id);
        if session != NONE {
            self.answered(session, arrived);
        }
        Flow::Wait
    }
}
