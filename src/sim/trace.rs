//! Requests that are followed on their way, a few of all: where each was, what it waited for, how it ended.
//!
//! About one request in each simulated second is picked by a stream of chance of its own, so that following it changes
//! nothing else. The engine's loop knows nothing of it: while a request is followed the loop is another one, which looks
//! after every event at the frames of that request and notes what has changed; only a failure says so itself, because its
//! frame may be gone by then. What happened to a request in no time at all and ended well leaves no mark.
//!
//! What was followed is kept the longer ago the thinner, in bounded memory. Absent: messages after they were stored,
//! requests that nobody waits for.

use super::calls::Calls;
use super::engine::Engine;
use super::event_set::EventKind;
use super::frame::{Frame, FrameId, Frames, NONE, State};
use super::network::{Index, Network, Reason};
use super::random::Stream;
use super::server::Server;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;
use std::sync::Arc;

/// Mean time between two picks.
const GAP: Span = Span::from_secs(1);
/// Most requests that are let pass before the one that is picked.
const PASS: u32 = 24;
/// Most requests that are followed at once.
const AT_ONCE: usize = 16;
/// Most places that a request is seen at, and most pieces of its time at one.
const VISITS: usize = 64;
const PIECES: usize = 48;
/// Traces of one age; of those that grow older, one in [`THIN`] is kept in the next.
const KEPT: usize = 150;
const THIN: u64 = 4;
const AGES: usize = 4;
/// Frames between a request's user and where it is now; programs have fewer.
const DEEP: usize = 64;

/// One request of a user, from its beginning to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Which of all traces of the run.
    pub number: u64,
    /// Its class, an index into the network's classes.
    pub class: u8,
    /// When it began.
    pub from: SimTime,
    /// When it ended.
    pub to: SimTime,
    /// How it ended, as its user saw it.
    pub ending: Ending,
    /// Where it was, in the order in which it got there; the first is the user.
    pub visits: Vec<Visit>,
}

/// One place that a request was at.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Which site.
    pub site: Index,
    /// The link that it was called along; `None` for the user.
    pub link: Option<Index>,
    /// The visit that called it.
    pub caller: Option<usize>,
    /// When it was called.
    pub from: SimTime,
    /// When its caller had the answer, or stopped waiting for it.
    pub to: SimTime,
    /// How it ended.
    pub ending: Ending,
    /// What it did when, in order, without gaps.
    pub pieces: Vec<Piece>,
}

/// A piece of time that a request spent at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Doing what.
    pub kind: Kind,
    /// Begin.
    pub from: SimTime,
    /// End.
    pub to: SimTime,
}

/// What a request does for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is on the network, there or back.
    Travels,
    /// It waits for a worker, a connection, a place.
    Waits,
    /// It has the processor, or lets the time pass that its work takes.
    Works,
    /// It works more slowly than alone: others have the processor too, or it is slowed down. Drawn behind the work, with
    /// which it takes turns.
    Shares,
    /// It waits for those that it called.
    Calls,
}

/// How a request, or a part of it, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Well.
    Good,
    /// With an answer that came too late for the user.
    Late,
    /// For a reason.
    Failed(Reason),
    /// Its caller did not wait for the end.
    Abandoned,
}

impl Trace {
    /// From its beginning to its end.
    pub fn took(&self) -> Span {
        self.to.since(self.from)
    }
}

/// What is looked at to see where a request is.
pub(super) struct Seen<'a> {
    pub(super) now: SimTime,
    pub(super) frames: &'a Frames,
    pub(super) calls: &'a Calls,
    pub(super) servers: &'a [Server],
    pub(super) network: &'a Network,
    /// Requests per second lately.
    pub(super) rate: f32,
}

/// What a frame looked like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sign {
    state: State,
    child: u32,
    parent: FrameId,
    /// Of its calls with records.
    calls: u64,
}

/// A frame of a request that is followed.
#[derive(Debug, Clone, Copy)]
struct Live {
    frame: FrameId,
    called: SimTime,
    visit: usize,
    sign: Sign,
    kind: Kind,
    since: SimTime,
    /// What is left of its work if nobody else had the processor, where it has one.
    alone: Option<Span>,
}

/// A request that is followed.
#[derive(Debug, Clone)]
struct Follow {
    trace: Trace,
    root: FrameId,
    live: Vec<Live>,
    /// It is not known yet whether it begins at all.
    expected: bool,
}

/// Picks requests, follows them and keeps what was seen.
#[derive(Debug, Clone)]
pub(super) struct Tracer {
    stream: Stream,
    /// When the next request is to be picked, and how many are let pass after that moment.
    next: SimTime,
    pass: u32,
    follows: Vec<Follow>,
    count: u64,
    /// By age, latest first; in each the oldest first.
    ages: Vec<VecDeque<Arc<Trace>>>,
    /// How many went from each age to the next.
    passed: [u64; AGES],
}

impl Engine {
    /// Follows some requests from now on, for [`Engine::traces`]. Everything else happens as it would without.
    pub fn trace(&mut self) {
        if self.tracer.is_none() {
            self.tracer = Some(Box::new(Tracer::new(self.seed, self.now)));
        }
    }

    /// Requests that were followed to their end, the oldest first.
    pub fn traces(&self) -> Vec<Arc<Trace>> {
        let ages = self.tracer.iter().flat_map(|tracer| tracer.ages.iter().rev());
        ages.flatten().cloned().collect()
    }

    /// Runs up to and including `until`, looking at what is followed after each event.
    #[inline(never)]
    pub(super) fn run_traced(&mut self, until: SimTime) {
        loop {
            self.folds = !self.long;
            let Some(tracer) = &self.tracer else { return self.run_plain(until) };
            if tracer.follows.is_empty() && tracer.next > self.now {
                let pick = tracer.next.min(until);
                self.run_plain(pick);
                if pick == until {
                    return;
                }
                continue;
            }
            // What is followed is seen at every site that it is at.
            self.folds = false;
            let Some((at, event)) = self.events.pop_until(until) else { break };
            self.now = at;
            if matches!(event.kind, EventKind::Arrive | EventKind::Think) {
                self.pick_request();
            }
            self.processed += 1;
            self.happen_here(event);
            self.look_at_traced();
        }
        self.now = self.now.max(until);
    }

    /// If a request is to be picked, it is the one that the event at hand begins, if it begins one.
    fn pick_request(&mut self) {
        let next = self.frames.next();
        if let Some(tracer) = &mut self.tracer {
            tracer.expect(self.now, next);
        }
    }

    fn look_at_traced(&mut self) {
        self.with_tracer(Tracer::look);
    }

    /// A frame is about to fail; `cause` is what its user will be told.
    #[inline(never)]
    pub(super) fn trace_failure(&mut self, id: FrameId, reason: Reason, cause: Reason) {
        self.with_tracer(|tracer, seen| tracer.failed(seen, id, (reason, cause)));
    }

    fn with_tracer(&mut self, tell: impl FnOnce(&mut Tracer, &Seen<'_>)) {
        let seen = Seen {
            now: self.now,
            frames: &self.frames,
            calls: &self.calls,
            servers: &self.servers,
            network: &self.network,
            rate: self.system.latest().arrived,
        };
        if let Some(tracer) = &mut self.tracer {
            tell(tracer, &seen);
        }
    }
}

impl Tracer {
    fn new(seed: u64, now: SimTime) -> Self {
        let stream = Stream::new(seed, "traces");
        let ages = vec![VecDeque::new(); AGES];
        let mut tracer = Self { stream, next: now, pass: 0, follows: Vec::new(), count: 0, ages, passed: [0; AGES] };
        tracer.plan(now, 0.0);
        tracer
    }

    /// Chooses the next moment of a pick. The first request after any moment comes after a gap that is longer than most,
    /// and meets a queue that is shorter than most; so a few are let pass where there are many.
    fn plan(&mut self, now: SimTime, rate: f32) {
        self.pass = (rate as u32).min(PASS);
        let gap = -libm::log(1.0 - self.stream.unit()) * GAP.0 as f64;
        self.next = now + Span(gap as u64);
    }

    /// Follows the request that will begin in a frame, if one is to be picked now.
    fn expect(&mut self, now: SimTime, root: FrameId) {
        if now < self.next || self.follows.len() >= AT_ONCE {
            return;
        }
        if self.pass > 0 {
            self.pass -= 1;
            return;
        }
        let trace =
            Trace { number: self.count, class: 0, from: now, to: now, ending: Ending::Good, visits: Vec::new() };
        self.follows.push(Follow { trace, root, live: Vec::new(), expected: true });
    }

    fn look(&mut self, seen: &Seen<'_>) {
        let mut at = 0;
        while at < self.follows.len() {
            if self.follows[at].expected {
                if !self.follows[at].begin(seen) {
                    self.follows.swap_remove(at);
                    continue;
                }
                self.count += 1;
                self.plan(seen.now, seen.rate);
            }
            if self.follows[at].look(seen) {
                let follow = self.follows.swap_remove(at);
                self.keep(Arc::new(follow.trace));
            } else {
                at += 1;
            }
        }
    }

    fn failed(&mut self, seen: &Seen<'_>, id: FrameId, why: (Reason, Reason)) {
        let mut path = Vec::new();
        if self.follows.is_empty() {
            return;
        }
        let mut at = id;
        while at != NONE && path.len() < DEEP {
            path.push(at);
            at = seen.frames[at].parent;
        }
        let Some(&root) = path.last() else { return };
        let arrived = seen.frames[root].called;
        let known = self.follows.iter_mut().find(|follow| follow.root == root && follow.trace.from == arrived);
        if let Some(follow) = known {
            follow.failed(seen, &path, why);
        }
    }

    fn keep(&mut self, trace: Arc<Trace>) {
        let mut next = Some(trace);
        for (age, passed) in self.ages.iter_mut().zip(&mut self.passed) {
            let Some(trace) = next.take() else { return };
            age.push_back(trace);
            if age.len() > KEPT {
                *passed += 1;
                next = age.pop_front().filter(|_| passed.is_multiple_of(THIN));
            }
        }
    }
}

impl Follow {
    /// Sees whether the request that was expected has begun.
    fn begin(&mut self, seen: &Seen<'_>) -> bool {
        self.expected = false;
        if !self.trace.visits.is_empty() {
            // It has failed already.
            return true;
        }
        let Some(frame) = seen.frames.get(self.root) else { return false };
        let began = frame.state != State::Free && frame.called == seen.now;
        if !began || frame.parent != NONE || frame.source == NONE {
            return false;
        }
        self.trace.class = frame.class;
        self.open(seen, self.root, None);
        true
    }

    /// Notes what has changed; says whether the request is over.
    fn look(&mut self, seen: &Seen<'_>) -> bool {
        if self.live.iter().all(|live| Sign::of(seen, live.frame) == live.sign && live.is_there(seen)) {
            return self.live.is_empty();
        }
        self.end_gone(seen);
        let mut at = 0;
        // Those that are found on the way are looked at in their turn.
        while at < self.live.len() {
            self.go_on(seen, at);
            self.find_callees(seen, at);
            at += 1;
        }
        let over = self.live.iter().all(|live| live.visit != 0);
        if over {
            self.close(seen);
        }
        over
    }

    /// Ends the visits of frames that are gone, and of those whose caller no longer waits.
    fn end_gone(&mut self, seen: &Seen<'_>) {
        let mut at = 0;
        while at < self.live.len() {
            let live = self.live[at];
            let there = live.is_there(seen);
            if there && (live.visit == 0 || seen.frames[live.frame].parent != NONE) {
                at += 1;
                continue;
            }
            self.end_piece(at, seen.now);
            let visit = &mut self.trace.visits[live.visit];
            visit.to = seen.now;
            if there && visit.ending == Ending::Good {
                visit.ending = Ending::Abandoned;
            }
            self.live.swap_remove(at);
        }
    }

    /// Ends the piece of a frame if it does something else now.
    fn go_on(&mut self, seen: &Seen<'_>, at: usize) {
        let live = self.live[at];
        let kind = kind(seen.frames[live.frame].state);
        if kind != live.kind || live.sign.state != seen.frames[live.frame].state {
            self.end_piece(at, seen.now);
            let alone = alone(seen, live.frame);
            self.live[at] = Live { kind, since: seen.now, alone, ..live };
        }
        self.live[at].sign = Sign::of(seen, live.frame);
    }

    fn find_callees(&mut self, seen: &Seen<'_>, at: usize) {
        let Live { frame: caller, visit, .. } = self.live[at];
        for callee in callees(seen, caller) {
            let called = seen.frames[callee].called;
            let known = self.live.iter().any(|live| live.frame == callee && live.called == called);
            if !known {
                self.open(seen, callee, Some(visit));
            }
        }
    }

    /// A new visit, unless there are too many.
    fn open(&mut self, seen: &Seen<'_>, id: FrameId, caller: Option<usize>) {
        if self.trace.visits.len() >= VISITS {
            return;
        }
        let frame = &seen.frames[id];
        let link = (frame.link != NONE).then_some(frame.link);
        let Frame { site, called, .. } = *frame;
        let visit = self.trace.visits.len();
        let (from, to, ending) = (called, called, Ending::Good);
        self.trace.visits.push(Visit { site, link, caller, from, to, ending, pieces: Vec::new() });
        // Like nothing that there is, so that the next look finds it changed, and those whom it called.
        let sign = Sign { state: State::Free, child: NONE, parent: NONE, calls: 0 };
        let kind = kind(frame.state);
        self.live.push(Live { frame: id, called, visit, sign, kind, since: called, alone: None });
    }

    /// Writes down what a frame did until now.
    fn end_piece(&mut self, at: usize, now: SimTime) {
        let Live { kind, since, alone, visit, .. } = self.live[at];
        let pieces = &mut self.trace.visits[visit].pieces;
        let mut add = |kind, from: SimTime, to: SimTime| {
            let full = pieces.len() >= PIECES;
            match pieces.last_mut() {
                _ if from >= to => {}
                Some(last) if last.kind == kind && last.to == from => last.to = to,
                _ if full => {}
                _ => pieces.push(Piece { kind, from, to }),
            }
        };
        match alone.filter(|_| kind == Kind::Works) {
            Some(alone) => {
                let worked = (since + alone).min(now);
                add(Kind::Works, since, worked);
                add(Kind::Shares, worked, now);
            }
            None => add(kind, since, now),
        }
    }

    /// A frame fails, which is the first of a path to its user.
    fn failed(&mut self, seen: &Seen<'_>, path: &[FrameId], (reason, cause): (Reason, Reason)) {
        let mut caller = None;
        for &id in path.iter().rev() {
            let called = seen.frames[id].called;
            let visit = |follow: &Self| {
                follow.live.iter().find(|live| live.frame == id && live.called == called).map(|live| live.visit)
            };
            if visit(self).is_none() {
                self.open(seen, id, caller);
            }
            let Some(found) = visit(self) else { return };
            caller = Some(found);
        }
        let Some(visit) = caller else { return };
        self.trace.visits[visit].ending = Ending::Failed(reason);
        if visit == 0 {
            self.trace.ending = Ending::Failed(cause);
            self.trace.class = seen.frames[self.root].class;
        }
    }

    /// The request is over.
    fn close(&mut self, seen: &Seen<'_>) {
        for at in 0..self.live.len() {
            self.end_piece(at, seen.now);
            let visit = &mut self.trace.visits[self.live[at].visit];
            visit.to = seen.now;
            if visit.ending == Ending::Good {
                visit.ending = Ending::Abandoned;
            }
        }
        self.live.clear();
        self.trace.to = seen.now;
        let source = seen.network.sources.iter().find(|source| source.site == self.trace.visits[0].site);
        if self.trace.ending == Ending::Good && source.is_some_and(|source| self.trace.took() > source.timeout) {
            self.trace.ending = Ending::Late;
        }
    }
}

impl Live {
    /// Whether its frame is still the same one.
    fn is_there(&self, seen: &Seen<'_>) -> bool {
        let frame = &seen.frames[self.frame];
        frame.state != State::Free && frame.called == self.called
    }
}

impl Sign {
    fn of(seen: &Seen<'_>, id: FrameId) -> Self {
        let frame = &seen.frames[id];
        let calls = if has_records(frame) { seen.calls.sign(frame.child) } else { 0 };
        Self { state: frame.state, child: frame.child, parent: frame.parent, calls }
    }
}

/// Whether what a frame called has records.
fn has_records(frame: &Frame) -> bool {
    !matches!(frame.state, State::Calling | State::Free) && frame.child != NONE
}

/// The frames that a frame waits for.
fn callees(seen: &Seen<'_>, caller: FrameId) -> Vec<FrameId> {
    let frame = &seen.frames[caller];
    match frame.state {
        State::Calling if frame.child != NONE => vec![frame.child],
        _ if has_records(frame) => seen.calls.attempts(frame.child).collect(),
        _ => Vec::new(),
    }
}

/// How long what a frame works at would take if it had the processor for itself, where it shares one.
fn alone(seen: &Seen<'_>, id: FrameId) -> Option<Span> {
    let frame = &seen.frames[id];
    let server = seen.servers.get(frame.server as usize).filter(|_| frame.state == State::Working)?;
    server.cpu.needs(seen.now, id).map(|nanos| Span(nanos as u64))
}

fn kind(state: State) -> Kind {
    match state {
        State::Going | State::Returning => Kind::Travels,
        State::Queued | State::Unanswered => Kind::Waits,
        State::Calling | State::Joining | State::Following => Kind::Calls,
        State::Free | State::Ready | State::Working | State::Asleep => Kind::Works,
    }
}
