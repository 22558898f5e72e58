//! Programs: how a frame goes from step to step, calls, answers and fails.

use super::cache::Errand;
use super::calls::Outcome;
use super::class::{Asked, Origin};
use super::engine::Engine;
use super::event_set::{Event, EventKind, NO_SLOT, Slot};
use super::frame::{Frame, FrameId, NONE, State};
use super::hop::Hop;
use super::network::{ClassSet, Index, NO_ZONE, Reason, Step};
use super::op::Then;
use super::ring::{Owner, Ring};
use crate::units::{SimTime, Span};

/// What to do after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// The frame's next step.
    Next,
    /// The frame waits for something.
    Wait,
    /// Go on with another frame, to which control passed.
    Switch(FrameId),
}

/// No ring: no delay at all.
pub(super) const NO_RING: u32 = u32::MAX;

impl Engine {
    /// Runs a frame, and everything that follows from it at this moment.
    #[inline(never)]
    pub(super) fn proceed(&mut self, first: FrameId) {
        self.proceed_here(first);
    }

    /// The same in the machine code of the caller, which is the event loop: so registers keep what would otherwise be
    /// loaded again and again. What is seldom done is called.
    #[inline(always)]
    pub(super) fn proceed_here(&mut self, first: FrameId) {
        let mut id = first;
        loop {
            match self.step_frame(id) {
                Flow::Next => {}
                Flow::Switch(other) => id = other,
                Flow::Wait => match self.ready.pop_front() {
                    Some(other) => id = other,
                    None => return,
                },
            }
        }
    }

    /// Runs the frames whose turn has come at this moment.
    pub(super) fn run_ready(&mut self) {
        if let Some(id) = self.ready.pop_front() {
            self.proceed(id);
        }
    }

    #[inline(always)]
    fn step_frame(&mut self, id: FrameId) -> Flow {
        let frame = &mut self.frames[id];
        let op = &self.ops[frame.pc as usize];
        frame.pc = op.next;
        match op.step {
            Step::Acquire => {
                let then = op.then;
                self.acquire_and(id, then)
            }
            Step::Release if op.then == Then::Finish => self.release_and_finish(id),
            Step::Release => {
                self.give_worker_back(id);
                Flow::Next
            }
            Step::Work(law) => self.work(id, law),
            Step::Hold(law) => self.hold(id, law),
            Step::Serve(law) => self.serve(id, law),
            Step::Throttle(bucket) => self.throttle(id, bucket),
            Step::Lookup { law, hit } => self.look_up(id, law, hit),
            Step::Pace { pacer, amount } => self.keep_pace(id, pacer, amount),
            Step::Find(cache) => self.find(id, cache),
            Step::Keep(cache) => self.keep(id, cache),
            Step::Visit(files) => self.visit(id, files),
            Step::Open { files, law } => self.open(id, files, law),
            Step::Commit => self.commit(id),
            Step::SkipOnHit(to) => self.skip_on_hit(id, to),
            Step::SkipUnless { law, share, to } => self.skip_unless(id, (law, share), to),
            Step::SkipOtherClass { classes, to } => self.skip_other_class(id, classes, to),
            Step::Call(link) => self.call(id, link),
            Step::Try(link) => self.ask(id, link),
            Step::Tell { link, cache } => self.tell(id, link, cache),
            Step::Start(link) => self.start_calls(id, link),
            Step::Join => self.join_calls(id),
            Step::CallOne { law, first, count } => self.call_one(id, law, first, count),
            Step::Resolve { resolver, visit } => self.resolve(id, resolver, visit),
            Step::Reach(resolver) => self.reach(id, resolver),
            Step::Balance(balancer) => self.balance(id, balancer),
            Step::Cart(cart) => self.look_into_cart(id, cart),
            Step::Validate { cart, law } => self.validate_cookie(id, (cart, law)),
            Step::Enqueue { buffer } => self.store(id, buffer),
            Step::Post(link) => self.post(id, link),
            Step::Gate => self.pass_gates(id),
            Step::Unanswered => self.unanswered(id),
            Step::Refuse(reason) => self.fail(id, reason, reason),
            Step::Finish => self.finish(id),
        }
    }

    /// Lets a time drawn from a law pass.
    #[inline(always)]
    pub(super) fn hold(&mut self, id: FrameId, law: Index) -> Flow {
        if !self.even {
            return self.hold_with_factors(id, law);
        }
        let law = &mut self.laws[law as usize];
        if law.ring != NO_RING {
            let ring = law.ring;
            return self.sleep_in_ring(id, ring);
        }
        let nanos = law.draw();
        self.sleep(id, nanos)
    }

    fn sleep_in_ring(&mut self, id: FrameId, ring: u32) -> Flow {
        let frame = &mut self.frames[id];
        frame.state = State::Asleep;
        let generation = frame.generation;
        self.rings[ring as usize].push(&mut self.events, self.now, id, generation);
        Flow::Wait
    }

    /// The same where classes have factors, or while some site is slower than usual, this one perhaps. What has begun to
    /// pass ends as it was planned.
    #[inline(never)]
    fn hold_with_factors(&mut self, id: FrameId, law: Index) -> Flow {
        let factor = self.work_factor(self.frames[id].class);
        if !self.slow_sites.is_empty() {
            let pace = self.pace(self.frames[id].site);
            let nanos = self.draw(law) as f64 * factor / pace;
            return self.sleep_seldom(id, nanos as u64);
        }
        let ring = self.laws[law as usize].ring;
        if ring != NO_RING && factor == 1.0 {
            return self.sleep_in_ring(id, ring);
        }
        let nanos = scaled(self.draw(law), factor);
        self.sleep_seldom(id, nanos)
    }

    #[inline(never)]
    pub(super) fn sleep_seldom(&mut self, id: FrameId, nanos: u64) -> Flow {
        self.sleep(id, nanos)
    }

    /// Plans the end of a time drawn from a law that begins now.
    #[inline(always)]
    pub(super) fn plan_wake(&mut self, id: FrameId, law: Index) -> (Slot, SimTime) {
        let due = self.now + Span(self.laws[law as usize].draw());
        (self.events.schedule(due, Event { kind: EventKind::Wake, index: id }), due)
    }

    /// Lets a time pass.
    #[inline(always)]
    pub(super) fn sleep(&mut self, id: FrameId, nanos: u64) -> Flow {
        let slot = self.events.schedule(self.now + Span(nanos), Event { kind: EventKind::Wake, index: id });
        let frame = &mut self.frames[id];
        frame.state = State::Asleep;
        frame.slot = slot;
        Flow::Wait
    }

    /// A frame has slept long enough; its turn comes now.
    #[inline(always)]
    pub(super) fn wake(&mut self, id: FrameId) {
        let frame = &mut self.frames[id];
        if frame.state == State::Working {
            self.servers[frame.server as usize].solo.end(self.now);
        }
        frame.slot = NO_SLOT;
        frame.state = State::Ready;
    }

    #[inline(never)]
    fn throttle(&mut self, id: FrameId, bucket: Index) -> Flow {
        let spec = &self.network.buckets[bucket as usize];
        let writes = spec.writes.is_some() && self.writes(self.frames[id].class);
        let tokens = &mut self.buckets[bucket as usize];
        if if writes { tokens.take_write(self.now, spec) } else { tokens.take(self.now, spec) } {
            return Flow::Next;
        }
        self.fail(id, Reason::Throttled, Reason::Throttled)
    }

    #[inline(never)]
    fn look_up(&mut self, id: FrameId, law: Index, hit: f64) -> Flow {
        if self.writes(self.frames[id].class) {
            self.frames[id].hit = false;
            return Flow::Next;
        }
        let found = self.laws[law as usize].stream.unit() < hit;
        let frame = &mut self.frames[id];
        frame.hit = found;
        let count = &mut self.meters[frame.site as usize].count;
        count.lookups += 1;
        count.hits += u64::from(found);
        Flow::Next
    }

    #[inline(always)]
    fn skip_on_hit(&mut self, id: FrameId, to: Index) -> Flow {
        let frame = &mut self.frames[id];
        if frame.hit {
            frame.pc = to;
        }
        Flow::Next
    }

    #[inline(always)]
    fn skip_unless(&mut self, id: FrameId, (law, share): (Index, f64), to: Index) -> Flow {
        if self.laws[law as usize].stream.unit() >= share {
            self.frames[id].pc = to;
        }
        Flow::Next
    }

    #[inline(never)]
    fn call_one(&mut self, id: FrameId, law: Index, first: Index, count: u32) -> Flow {
        let class = self.frames[id].class;
        let choices = first as usize..(first + count) as usize;
        let is_open = |&&link: &&Index| self.network.links[link as usize].classes.has(class);
        let open = self.network.choices[choices.clone()].iter().filter(is_open).count();
        let which = match open {
            0 => return self.fail(id, Reason::NoRoute, Reason::NoRoute),
            1 => 0,
            _ => self.laws[law as usize].stream.below(open),
        };
        let link = self.network.choices[choices].iter().filter(is_open).nth(which);
        let link = *link.expect("as many links are open to it as were counted");
        let server = self.pick_at(id, link);
        self.call_from_afar(id, link, server)
    }

    #[inline(always)]
    fn skip_other_class(&mut self, id: FrameId, classes: ClassSet, to: Index) -> Flow {
        let frame = &mut self.frames[id];
        if !classes.has(frame.class) {
            frame.pc = to;
        }
        Flow::Next
    }

    #[inline(always)]
    pub(super) fn call(&mut self, id: FrameId, link: Index) -> Flow {
        let server = self.pick_at(id, link);
        self.call_server(id, link, server)
    }

    /// Asks a cache; it has no answer for what writes.
    #[inline(never)]
    fn ask(&mut self, id: FrameId, link: Index) -> Flow {
        if self.writes(self.frames[id].class) {
            self.frames[id].hit = false;
            return Flow::Next;
        }
        self.frames[id].asks = true;
        self.call(id, link)
    }

    /// Sends a request along a link, to a server if its site has any.
    #[inline(never)]
    pub(super) fn call_far(&mut self, id: FrameId, link: Index, server: u32) -> Flow {
        let Hop { to, entry, .. } = self.hops[link as usize];
        if self.frames.is_full() {
            return self.fail(id, Reason::Crowded, Reason::Crowded);
        }
        let caller = &mut self.frames[id];
        caller.state = State::Calling;
        let Frame { request, answer, class, object, errand, server: from, .. } = *caller;
        let asked = Frame { request, answer, class, object, errand, ..Frame::at(to, entry, self.now) };
        let child = Frame { parent: id, link, server, ..asked };
        let child = self.frames.add(child);
        self.frames[id].child = child;
        self.link_meters[link as usize].calls += 1;
        self.send(child, (link, from), server)
    }

    /// Sends a request along a link that nobody waits for.
    fn post(&mut self, id: FrameId, link: Index) -> Flow {
        let Hop { to, entry, .. } = self.hops[link as usize];
        let meter = &mut self.link_meters[link as usize];
        meter.calls += 1;
        if self.frames.is_full() {
            meter.failed += 1;
            return Flow::Next;
        }
        let server = self.pick_at(id, link);
        let Frame { answer, class, object, server: from, .. } = self.frames[id];
        let asked = Frame { answer, class, object, errand: Errand::Post, ..Frame::at(to, entry, self.now) };
        let child = self.frames.add(Frame { link, server, ..asked });
        if let Flow::Switch(child) = self.send(child, (link, from), server) {
            self.ready.push_back(child);
        }
        Flow::Next
    }

    /// Puts a new frame on the network to its site, from a server to a server.
    #[inline(always)]
    pub(super) fn send(&mut self, child: FrameId, (link, from): (Index, u32), server: u32) -> Flow {
        if server != NONE {
            self.servers[server as usize].in_flight += 1;
            self.weigh(server);
        }
        let ring = self.way(link, (from, server), self.frames[child].request);
        if ring == NO_RING {
            self.arrive(child);
            return Flow::Switch(child);
        }
        self.travel(child, State::Going, ring)
    }

    /// Lets a frame be on the network for a while.
    pub(super) fn travel(&mut self, id: FrameId, state: State, ring: u32) -> Flow {
        let frame = &mut self.frames[id];
        frame.state = state;
        let generation = frame.generation;
        self.rings[ring as usize].push(&mut self.events, self.now, id, generation);
        Flow::Wait
    }

    /// The ring of a link's delay between two servers, for so many bytes.
    #[inline(always)]
    fn way(&mut self, link: Index, (from, to): (u32, u32), bytes: u32) -> u32 {
        let hop = &self.hops[link as usize];
        if hop.is_indifferent() {
            return hop.near();
        }
        let zone = |server: u32| if server == NONE { NO_ZONE } else { self.servers[server as usize].zone };
        let zones = (zone(from), zone(to));
        if zones.0 == zones.1 || zones.0 == NO_ZONE || zones.1 == NO_ZONE {
            return hop.near();
        }
        self.link_meters[link as usize].bytes_across += u64::from(bytes);
        hop.far()
    }

    /// A request reaches its site.
    #[inline(always)]
    pub(super) fn arrive(&mut self, id: FrameId) {
        let frame = &mut self.frames[id];
        frame.arrived = self.now;
        frame.state = State::Ready;
        self.meters[frame.site as usize].arrive(self.now);
    }

    /// The first entry of a ring is due: the frame whose turn comes, if it is one's.
    #[inline(always)]
    pub(super) fn ring_due(&mut self, ring: u32) -> Option<FrameId> {
        let ring = &mut self.rings[ring as usize];
        let entry = ring.pop(&mut self.events);
        match ring.owner {
            Owner::Frames => self.frame_due(entry.index, entry.generation),
            Owner::Buffer(buffer) => {
                self.message_due(buffer, entry.index, entry.generation);
                None
            }
        }
    }

    #[inline(always)]
    fn frame_due(&mut self, id: FrameId, generation: u32) -> Option<FrameId> {
        let frame = &mut self.frames[id];
        if frame.generation != generation {
            return None;
        }
        match frame.state {
            State::Going => self.arrive(id),
            State::Asleep => self.wake(id),
            State::Returning => return self.returned(id),
            _ => debug_assert!(false, "a frame in a ring is under way or asleep"),
        }
        Some(id)
    }

    /// An answer reaches the caller, whose turn comes.
    #[inline(never)]
    fn returned(&mut self, id: FrameId) -> Option<FrameId> {
        if let Flow::Switch(caller) = self.give_back(id) {
            return Some(caller);
        }
        self.run_ready();
        None
    }

    /// A new request of a source, from one of its users where it has sessions. It is called for if that is what its
    /// program begins with.
    #[inline(always)]
    pub(super) fn offer(&mut self, source: Index, session: u32) -> Flow {
        let Origin { way, mixed, .. } = self.origins[source as usize];
        let asked = if mixed { Some(self.classify(source)) } else { None };
        match self.lane_of(way) {
            Some((lane, server)) => self.offer_on_lane((lane, server), session, asked),
            None => self.offer_from_site(source, session, asked),
        }
    }

    /// The same where it goes from site to site.
    #[inline(never)]
    fn offer_from_site(&mut self, source: Index, session: u32, asked: Option<Asked>) -> Flow {
        let Origin { site, begin, link, leaves, asked: usual, .. } = self.origins[source as usize];
        let Asked { request, answer, object, class } = asked.unwrap_or(usual);
        let asks = Frame { request, answer, object, class, ..Frame::at(site, begin, self.now) };
        let user = Frame { source, session, ..asks };
        self.meters[site as usize].arrive(self.now);
        let id = self.frames.add(user);
        if leaves {
            self.set_deadline(source, id);
        }
        match if link == NONE { Flow::Next } else { self.call(id, link) } {
            Flow::Next => Flow::Switch(id),
            other => other,
        }
    }

    /// Answers.
    #[inline(never)]
    pub(super) fn finish_seldom(&mut self, id: FrameId) -> Flow {
        self.unfold(id);
        let frame = &mut self.frames[id];
        let took = self.now.since(frame.arrived);
        let (site, source, class) = (frame.site as usize, frame.source, frame.class);
        let meter = &mut self.meters[site];
        meter.gauge.inside.fall(self.now);
        meter.answer(class, took.into());
        if source != NONE && took > self.network.sources[source as usize].timeout {
            meter.late(class, 1);
        }
        self.leave(id)
    }

    /// Fails at a site for a reason; the caller learns the first cause.
    #[inline(never)]
    pub(super) fn fail(&mut self, id: FrameId, reason: Reason, cause: Reason) -> Flow {
        self.unfold(id);
        if self.tracer.is_some() {
            self.trace_failure(id, reason, cause);
        }
        if self.frames[id].holds {
            self.release(id);
        }
        if self.frames[id].leads {
            self.abandon(id, reason, cause);
        }
        let frame = &mut self.frames[id];
        frame.cause = Some(cause);
        let meter = &mut self.meters[frame.site as usize];
        meter.fail(frame.class, reason, self.now.since(frame.arrived));
        meter.gauge.inside.fall(self.now);
        self.leave(id)
    }

    /// Leaves a site, towards the caller if there is one.
    #[inline(always)]
    fn leave(&mut self, id: FrameId) -> Flow {
        let frame = &mut self.frames[id];
        frame.state = State::Returning;
        let Frame { server, parent, link, message, cause, answer, .. } = *frame;
        if message != NONE {
            self.settle_message(id, message, cause);
        }
        if parent == NONE {
            return self.leave_for_good(id, server);
        }
        let bytes = if cause.is_none() { answer } else { 0 };
        let ring = self.way(link, (server, self.frames[parent].server), bytes);
        if server != NONE {
            self.depart(server);
        }
        if ring == NO_RING {
            return self.give_back(id);
        }
        self.travel(id, State::Returning, ring)
    }

    /// Leaves a site where nobody waits for the answer but perhaps a user.
    #[inline(always)]
    fn leave_for_good(&mut self, id: FrameId, server: u32) -> Flow {
        if server != NONE {
            self.depart(server);
        }
        let Frame { session, arrived, .. } = self.frames[id];
        if self.deliver_again(id) {
            return Flow::Wait;
        }
        self.end_alone(id);
        if session != NONE {
            self.answered(session, arrived);
        }
        Flow::Wait
    }

    /// Removes a frame that nobody waits for. The answer of one that was called by somebody comes too late.
    #[inline(always)]
    fn end_alone(&mut self, id: FrameId) {
        let Frame { link, message, cause, errand, called, request, answer, .. } = self.frames[id];
        if link != NONE && message == NONE {
            let meter = &mut self.link_meters[link as usize];
            if errand == Errand::Post {
                meter.latency.record(self.now.since(called));
                meter.failed += u64::from(cause.is_some());
                meter.carry(if cause.is_none() { (request, 0) } else { (0, 0) });
            } else if cause.is_none() {
                meter.late += 1;
                meter.carry((request, answer));
            }
        }
        self.frames.remove(id);
    }

    /// Hands an answer or a failure to the caller.
    #[inline(always)]
    fn give_back(&mut self, id: FrameId) -> Flow {
        let Frame { parent, link, called, cause, hit, request, answer, call, .. } = self.frames[id];
        if parent == NONE {
            self.end_alone(id);
            return Flow::Wait;
        }
        self.frames.remove(id);
        let meter = &mut self.link_meters[link as usize];
        if cause.is_some() {
            meter.latency.record(self.now.since(called));
            meter.failed += 1;
        } else {
            meter.answered((request, answer), self.now.since(called).into());
        }
        let caller = &mut self.frames[parent];
        let outcome = Outcome { cause, hit };
        if call != NONE {
            return self.attempt_over(call, outcome);
        }
        caller.child = NONE;
        caller.state = State::Ready;
        self.caller_learns(parent, outcome)
    }

    /// A caller goes on with how its call ended.
    #[inline(always)]
    pub(super) fn caller_learns(&mut self, id: FrameId, Outcome { cause, hit }: Outcome) -> Flow {
        let caller = &mut self.frames[id];
        // Only a cache says hit or miss; what a callee found in a cache of its own is not the caller's affair.
        if caller.asks {
            caller.asks = false;
            caller.hit = hit && cause.is_none();
        } else if let Some(cause) = cause {
            return self.fail_caller(id, cause);
        }
        Flow::Switch(id)
    }

    /// Fails a caller because a call failed: users learn the cause, others only that it did.
    #[inline(never)]
    pub(super) fn fail_caller(&mut self, id: FrameId, cause: Reason) -> Flow {
        self.unfold(id);
        let Frame { source, site, .. } = self.frames[id];
        let answered_for = matches!(cause, Reason::BadGateway | Reason::ConnectionReset | Reason::TimedOut);
        let own_words = source != NONE || (answered_for && self.balancer_at(site).is_some());
        let own = if own_words { cause } else { Reason::CallFailed };
        self.fail(id, own, cause)
    }
}

/// A drawn time with the factor of a class.
#[inline]
pub(super) fn scaled(nanos: u64, factor: f64) -> u64 {
    if factor == 1.0 { nanos } else { (nanos as f64 * factor) as u64 }
}

/// The ring for a delay, made if there is none yet.
pub(super) fn ring_for(rings: &mut Vec<Ring>, owner: Owner, delay: Span) -> u32 {
    if delay == Span::ZERO && owner == Owner::Frames {
        return NO_RING;
    }
    let known = rings.iter().position(|ring| ring.delay == delay && ring.owner == owner);
    known.unwrap_or_else(|| {
        rings.push(Ring::new(delay, owner, rings.len() as u32));
        rings.len() - 1
    }) as u32
}
