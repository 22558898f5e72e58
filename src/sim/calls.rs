//! Calls that are more than one plain call: repeated, started together, timed, tried again, or refused by a breaker.
//!
//! Such a call has a record, from its first attempt to the moment at which its caller goes on. A call that times out lets
//! its callee work on as an orphan, which is how retry storms feed themselves; the orphan's answer counts as late on the
//! link and as nothing else. An answer at the very moment of the timeout is too late. Every failed attempt may be tried
//! again but one that this link's own breaker refused. Absent: hedged requests, deadlines that callees know of.

use super::breaker::Change;
use super::engine::Engine;
use super::event_set::{Event, EventKind, NO_SLOT};
use super::frame::{Frame, FrameId, NONE, State};
use super::hop::Hop;
use super::network::{Index, Reason, Step};
use super::policy::{CallPolicy, Jitter, Retry, Times};
use super::program::Flow;
use super::random::Stream;
use super::record::{Call, alive, policy};
pub(super) use super::record::{CallId, Calls, Outcome};
use super::timer::ON_LANE;
use crate::units::Span;

/// Least time from one attempt to the next where the first one failed at the very moment of its call, or was one of
/// many: without it a call could be tried again without end while no time passes, or next to none.
const BREATH: Span = Span::from_millis(1);

/// Attempts of a call that may follow each other without that.
const HASTY: u32 = 10;

impl Engine {
    fn policy(&self, link: Index) -> Option<&CallPolicy> {
        policy(&self.network.links[link as usize])
    }

    /// Calls along a link with a policy, to a server that was picked, and waits.
    #[inline(never)]
    pub(super) fn begin_calls(&mut self, id: FrameId, link: Index, server: u32) -> Flow {
        let times = if self.calls.links[link as usize].simple { 1 } else { self.draw_times(link) };
        if times == 0 {
            (self.frames[id].hit, self.frames[id].asks) = (false, false);
            return Flow::Next;
        }
        if self.calls.is_full() {
            return self.fail(id, Reason::Crowded, Reason::Crowded);
        }
        let call = self.record(id, link, times - 1);
        self.frames[id].state = State::Joining;
        self.attempt(call, link, server)
    }

    /// Starts the calls of one link without waiting for them.
    pub(super) fn start_calls(&mut self, id: FrameId, link: Index) -> Flow {
        for _ in 0..self.draw_times(link) {
            if self.calls.is_full() {
                self.frames[id].cause.get_or_insert(Reason::Crowded);
                break;
            }
            let call = self.record(id, link, 0);
            let server = self.pick_at(id, link);
            if let Flow::Switch(child) = self.attempt(call, link, server) {
                self.ready.push_back(child);
            }
        }
        Flow::Next
    }

    /// Waits for all calls that were started.
    pub(super) fn join_calls(&mut self, id: FrameId) -> Flow {
        if self.frames[id].child != NONE {
            self.frames[id].state = State::Joining;
            return Flow::Wait;
        }
        match self.joined(id) {
            Flow::Switch(same) if same == id => Flow::Next,
            other => other,
        }
    }

    /// All calls that were started are over.
    fn joined(&mut self, id: FrameId) -> Flow {
        let frame = &mut self.frames[id];
        frame.state = State::Ready;
        match frame.cause.take() {
            Some(cause) => self.fail_caller(id, cause),
            None => Flow::Switch(id),
        }
    }

    /// A new record, the first among those of its caller.
    #[inline(always)]
    fn record(&mut self, caller: FrameId, link: Index, left: u32) -> CallId {
        let Frame { child: after, pc, .. } = self.frames[caller];
        let call =
            self.calls.add(Call { began: self.now, caller, step: pc - 1, link, left, after, used: true, ..Call::NONE });
        if after != NONE {
            self.calls.slab[after as usize].before = call;
        }
        self.frames[caller].child = call;
        call
    }

    /// Takes a record out from among those of its caller.
    #[inline(always)]
    fn forget_call(&mut self, id: CallId) -> Call {
        let call = self.calls.slab[id as usize];
        match call.before {
            NONE => self.frames[call.caller].child = call.after,
            before => self.calls.slab[before as usize].after = call.after,
        }
        if call.after != NONE {
            self.calls.slab[call.after as usize].before = call.before;
        }
        self.calls.slab[id as usize].used = false;
        self.calls.free.push(id);
        call
    }

    fn draw_times(&mut self, link: Index) -> u32 {
        let Some(policy) = self.policy(link) else { return 1 };
        let (times, law) = (policy.times, policy.law);
        match times {
            Times::Exactly(times) => times,
            Times::Poisson(mean) => poisson(&mut self.laws[law as usize].stream, mean),
            Times::Geometric(mean) => geometric(&mut self.laws[law as usize].stream, mean),
        }
    }

    /// Makes an attempt along a link, if its breaker lets it.
    #[inline(always)]
    fn attempt(&mut self, id: CallId, link: Index, server: u32) -> Flow {
        if self.frames.is_full() {
            return self.refused(id, link, Reason::Crowded);
        }
        if !self.calls.links[link as usize].simple && !self.admit_call(id, link) {
            return self.refused(id, link, Reason::CircuitOpen);
        }
        let call = &mut self.calls.slab[id as usize];
        let meter = &mut self.link_meters[link as usize];
        meter.calls += 1;
        meter.retries += u64::from(call.attempts > 0);
        call.attempts = call.attempts.saturating_add(1);
        (call.link, call.began) = (link, self.now);
        if let Some(timer) = self.calls.links[link as usize].timer {
            call.timer = timer;
            self.calls.timers.start(&mut self.events, self.now, timer, (id, call.generation));
        }
        let parent = call.caller;
        let Hop { to, entry, .. } = self.hops[link as usize];
        let Frame { request, answer, class, object, errand, server: from, .. } = self.frames[parent];
        let asked = Frame { request, answer, class, object, errand, ..Frame::at(to, entry, self.now) };
        let child = Frame { parent, link, server, call: id, ..asked };
        let child = self.frames.add(child);
        self.calls.slab[id as usize].child = child;
        self.send(child, (link, from), server)
    }

    /// Asks the breaker of a link whether an attempt may be made, and lets its budget earn.
    #[inline(never)]
    fn admit_call(&mut self, id: CallId, link: Index) -> bool {
        let (breaker, budget) =
            self.policy(link).map_or((None, None), |p| (p.breaker, p.retry.and_then(|retry| retry.budget)));
        let memory = &mut self.calls.links[link as usize];
        let Some(epoch) = breaker.map_or(Some(0), |spec| memory.breaker.admit(&spec, self.now)) else { return false };
        let call = &mut self.calls.slab[id as usize];
        call.epoch = epoch;
        if let Some(share) = budget.filter(|_| call.attempts == 0) {
            memory.budget.earn(share);
        }
        true
    }

    /// An attempt is not made at all.
    #[inline(never)]
    fn refused(&mut self, id: CallId, link: Index, reason: Reason) -> Flow {
        self.calls.slab[id as usize].link = link;
        self.link_meters[link as usize].rejected += u64::from(reason == Reason::CircuitOpen);
        self.call_over(id, Outcome::failed(reason))
    }

    /// A timer has run out: if its call still waits, the attempt has failed.
    pub(super) fn timer_due(&mut self, queue: u32) {
        let (slab, frames) = (&self.calls.slab, &self.frames);
        let due = self.calls.timers.due(&mut self.events, queue, |timer| alive(slab, frames, timer));
        let Some(timer) = due else { return };
        let id = if timer.call & ON_LANE == 0 { timer.call } else { self.record_of(timer.call & !ON_LANE) };
        // It is out of its queue, so there is nothing to cancel.
        let call = &mut self.calls.slab[id as usize];
        call.timer = NONE;
        let (link, child, began) = (call.link, call.child, call.began);
        self.orphan(child);
        let meter = &mut self.link_meters[link as usize];
        meter.timeouts += 1;
        meter.failed += 1;
        meter.latency.record(self.now.since(began));
        let flow = self.attempt_over(id, Outcome::failed(Reason::TimedOut));
        self.carry_on(flow);
    }

    /// The record of the user's call that a frame on a lane stands for.
    fn record_of(&mut self, id: FrameId) -> CallId {
        self.unfold(id);
        let Frame { call, parent, .. } = self.frames[id];
        if call == NONE { self.frames[parent].call } else { call }
    }

    /// A pause is over.
    pub(super) fn pause_over(&mut self, id: CallId) {
        self.calls.slab[id as usize].pause = NO_SLOT;
        let flow = self.again(id);
        self.carry_on(flow);
    }

    fn carry_on(&mut self, flow: Flow) {
        if let Flow::Switch(next) = flow {
            self.proceed(next);
        }
        self.run_ready();
    }

    /// Lets a callee work on for nobody.
    fn orphan(&mut self, child: FrameId) {
        let frame = &mut self.frames[child];
        (frame.parent, frame.call) = (NONE, NONE);
    }

    /// An attempt has ended: well, or to be tried again, or for good.
    #[inline(never)]
    pub(super) fn attempt_over(&mut self, id: CallId, outcome: Outcome) -> Flow {
        self.calls.disarm(id, &self.frames);
        let call = &mut self.calls.slab[id as usize];
        call.child = NONE;
        let memory = &self.calls.links[call.link as usize];
        if memory.simple && (outcome.cause.is_none() || call.attempts >= memory.attempts) {
            return self.call_over(id, outcome);
        }
        self.attempt_weighed(id, outcome)
    }

    /// The same where a breaker wants to know, or another attempt may follow.
    #[inline(never)]
    fn attempt_weighed(&mut self, id: CallId, outcome: Outcome) -> Flow {
        let Call { link, epoch, attempts, began, .. } = self.calls.slab[id as usize];
        let (breaker, retry) = self.policy(link).map_or((None, None), |policy| (policy.breaker, policy.retry));
        if let Some(spec) = breaker {
            let change = self.calls.links[link as usize].breaker.settle(&spec, self.now, (epoch, outcome.cause));
            let meter = &mut self.link_meters[link as usize];
            meter.opened += u64::from(change == Some(Change::Opened));
            meter.closed += u64::from(change == Some(Change::Closed));
        }
        let retry = retry.filter(|retry| outcome.cause.is_some() && attempts < retry.attempts);
        let Some(retry) = retry.filter(|retry| self.may_spend(link, retry)) else {
            return self.call_over(id, outcome);
        };
        let pause = self.draw_pause(link, &retry, attempts + 1);
        let took = self.now.since(began);
        let hasty = took > Span::ZERO && attempts < HASTY;
        let pause = if hasty { pause } else { pause.max(Span(BREATH.0.saturating_sub(took.0))) };
        if pause == Span::ZERO {
            return self.again(id);
        }
        let event = Event { kind: EventKind::Retry, index: id };
        self.calls.slab[id as usize].pause = self.events.schedule(self.now + pause, event);
        Flow::Wait
    }

    fn may_spend(&mut self, link: Index, retry: &Retry) -> bool {
        retry.budget.is_none() || self.calls.links[link as usize].budget.spend()
    }

    fn draw_pause(&mut self, link: Index, retry: &Retry, attempt: u32) -> Span {
        let whole = retry.pause_before(attempt);
        let law = self.policy(link).map_or(0, |policy| policy.law);
        match retry.jitter {
            Jitter::None => whole,
            Jitter::Full => Span((whole.0 as f64 * self.laws[law as usize].stream.unit()) as u64),
        }
    }

    /// Makes the next attempt: a balancer picks anew, and so does a pool.
    #[inline(never)]
    fn again(&mut self, id: CallId) -> Flow {
        let Call { step, link, caller, .. } = self.calls.slab[id as usize];
        let Step::Balance(balancer) = self.network.steps[step as usize] else {
            let server = self.pick_at(caller, link);
            return self.attempt(id, link, server);
        };
        let caller = self.calls.slab[id as usize].caller;
        match self.choose_for(caller, balancer) {
            Some((link, server)) => self.attempt(id, link, server),
            None => self.call_over(id, Outcome::failed(Reason::NoTarget)),
        }
    }

    /// A call has ended; the caller makes the next one, or goes on, or fails.
    #[inline(always)]
    fn call_over(&mut self, id: CallId, outcome: Outcome) -> Flow {
        let call = &mut self.calls.slab[id as usize];
        if outcome.cause.is_none() && call.left > 0 {
            (call.left, call.attempts) = (call.left - 1, 0);
            return self.again(id);
        }
        let Call { caller, step, .. } = self.forget_call(id);
        match self.network.steps[step as usize] {
            Step::Start(_) => self.branch_over(caller, outcome.cause),
            _ => {
                self.frames[caller].state = State::Ready;
                self.caller_learns(caller, outcome)
            }
        }
    }

    fn branch_over(&mut self, caller: FrameId, cause: Option<Reason>) -> Flow {
        let frame = &mut self.frames[caller];
        // The first failure is the one that counts.
        frame.cause = frame.cause.or(cause);
        if frame.state == State::Joining && frame.child == NONE { self.joined(caller) } else { Flow::Wait }
    }

    /// Ends all calls of a caller that is gone; callees work on.
    pub(super) fn drop_calls(&mut self, caller: FrameId) {
        while self.frames[caller].child != NONE {
            let id = self.frames[caller].child;
            self.calls.disarm(id, &self.frames);
            let call = self.forget_call(id);
            if call.child != NONE {
                self.orphan(call.child);
                self.calls.links[call.link as usize].breaker.forgo(call.epoch);
            }
            if call.pause != NO_SLOT {
                self.events.cancel(call.pause);
            }
        }
    }

    /// What is wrong with the records; see [`Engine::audit`].
    pub(super) fn audit_calls(&self, wrong: &mut Vec<String>) {
        let calls = &self.calls;
        let used = || (0..).zip(&calls.slab).filter(|(_, call)| call.used);
        for (id, call) in used() {
            let id: CallId = id;
            let caller = &self.frames[call.caller];
            let listed = std::iter::successors(Some(caller.child), |&at| Some(calls.slab[at as usize].after));
            let listed = listed.take_while(|&at| at != NONE).take(calls.slab.len()).any(|at| at == id);
            if caller.state != State::Joining || !listed {
                wrong.push(format!("call {id}: its caller {} does not wait for it", call.caller));
            }
            let known = |child: &Frame| child.call == id && child.parent == call.caller;
            let tried = call.child != NONE && known(&self.frames[call.child]);
            if tried == (call.pause != NO_SLOT) || (call.timer != NONE && !tried) {
                wrong.push(format!("call {id} is neither tried nor in a pause, or both"));
            }
        }
        let unknown = |frame: &&Frame| frame.call != NONE && !calls.slab[frame.call as usize].used;
        if self.frames.all().any(|frame| unknown(&frame)) {
            wrong.push("a frame belongs to a call that is over".to_owned());
        }
        let (running, right) = calls.timers.count(|timer| alive(&calls.slab, &self.frames, timer));
        let armed = used().filter(|(_, call)| call.timer != NONE).count();
        if (running, right) != (armed, true) || used().count() + calls.free.len() != calls.slab.len() {
            wrong.push(format!("{running} timers run for {armed} calls; {} records are free", calls.free.len()));
        }
    }
}

/// A Poisson number with this mean: as many unit exponentials as fit into it.
fn poisson(stream: &mut Stream, mean: f64) -> u32 {
    let (mut sum, mut count) = (0.0, 0);
    loop {
        sum -= libm::log(1.0 - stream.unit());
        if sum > mean {
            return count;
        }
        count += 1;
    }
}

/// A geometric number from 1 up with this mean.
fn geometric(stream: &mut Stream, mean: f64) -> u32 {
    if mean <= 1.0 {
        return 1;
    }
    let more = libm::log1p(-1.0 / mean);
    1 + (libm::log(1.0 - stream.unit()) / more) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_calls_have_their_mean_and_variance() {
        let mut stream = Stream::new(1, "calls");
        let mut moments = |draw: fn(&mut Stream, f64) -> u32, mean: f64| {
            let drawn: Vec<f64> = (0..200_000).map(|_| f64::from(draw(&mut stream, mean))).collect();
            let average = drawn.iter().sum::<f64>() / 200_000.0;
            (average, drawn.iter().map(|x| (x - average) * (x - average)).sum::<f64>() / 200_000.0)
        };
        let close = |(mean, variance): (f64, f64), exact: (f64, f64)| {
            assert!((mean - exact.0).abs() < 0.02 * exact.0 && (variance - exact.1).abs() < 0.03 * exact.1.max(0.01));
        };
        close(moments(poisson, 3.0), (3.0, 3.0));
        close(moments(geometric, 4.0), (4.0, 12.0));
        close(moments(geometric, 1.0), (1.0, 0.0));
    }
}
