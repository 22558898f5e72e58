//! Records of calls that are more than one plain call, from the first attempt to the moment at which the caller goes on.
//! What happens to them stands in `calls`; here is where they are kept, and the commonest way in and out.

use super::breaker::{BreakerState, Budget};
use super::event_set::{EventSet, NO_SLOT, Slot};
use super::frame::{FrameId, Frames, NONE};
use super::network::{Index, Link, Network, Reason};
use super::policy::CallPolicy;
use super::snapshot::Circuit;
use super::timer::{ON_LANE, Timer, Timers};
use crate::units::{SimTime, Span};
use std::collections::BTreeSet;

/// Index of a record.
pub(super) type CallId = u32;

/// Most records at once, as for frames.
const MOST: usize = 4_000_000;

/// One call under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    /// When its latest attempt began.
    pub(super) began: SimTime,
    pub(super) caller: FrameId,
    /// Step of the caller's program that made it.
    pub(super) step: Index,
    pub(super) link: Index,
    /// The latest attempt; [`NONE`] in a pause.
    pub(super) child: FrameId,
    /// Event that ends a pause.
    pub(super) pause: Slot,
    /// Queue that the timer of the latest attempt runs in; [`NONE`] without one.
    pub(super) timer: u32,
    /// Told apart from earlier attempts and calls by timers.
    pub(super) generation: u32,
    /// Phase of the breaker in which the latest attempt was admitted.
    pub(super) epoch: u32,
    pub(super) attempts: u32,
    /// Calls to make after this one.
    pub(super) left: u32,
    /// Neighbours among the calls of the same caller; [`NONE`] at the ends.
    pub(super) before: CallId,
    pub(super) after: CallId,
    pub(super) used: bool,
    /// One call with a record that is the only one of its caller; see [`Calls::begin_simple`].
    pub(super) simple: bool,
}

impl Call {
    /// No call.
    pub(super) const NONE: Self = Self {
        began: SimTime::ZERO,
        caller: NONE,
        step: 0,
        link: NONE,
        child: NONE,
        pause: NO_SLOT,
        timer: NONE,
        generation: 0,
        epoch: 0,
        attempts: 0,
        left: 0,
        before: NONE,
        after: NONE,
        used: false,
        simple: false,
    };
}

/// What one link remembers.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    /// Every use is one call without a breaker or a budget.
    pub(super) simple: bool,
    /// Most attempts of a call.
    pub(super) attempts: u32,
    pub(super) breaker: BreakerState,
    pub(super) budget: Budget,
    /// Queue of its timeout, if it has one.
    pub(super) timer: Option<u32>,
}

/// Everything about calls with records.
#[derive(Debug, Clone, Default)]
pub(super) struct Calls {
    pub(super) slab: Vec<Call>,
    pub(super) free: Vec<CallId>,
    pub(super) timers: Timers,
    pub(super) links: Vec<Memory>,
}

/// The first attempt of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begun {
    pub(super) now: SimTime,
    pub(super) caller: FrameId,
    pub(super) step: Index,
    pub(super) link: Index,
    pub(super) child: FrameId,
}

/// How an attempt or a call ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    pub(super) cause: Option<Reason>,
    /// The callee is a cache and had the answer.
    pub(super) hit: bool,
}

impl Outcome {
    pub(super) fn failed(reason: Reason) -> Self {
        Self { cause: Some(reason), hit: false }
    }
}

impl Calls {
    /// For a network at its start.
    pub(super) fn new(network: &Network) -> Self {
        let mut calls = Self::default();
        calls.tune(network);
        calls
    }

    /// Takes the policies of a network over; what links remember stays.
    pub(super) fn tune(&mut self, network: &Network) {
        self.links.resize_with(network.links.len(), Memory::default);
        let timeout = |link: &Link| policy(link).and_then(|policy| policy.timeout);
        let timeouts: BTreeSet<Span> = network.links.iter().filter_map(timeout).collect();
        for (memory, link) in self.links.iter_mut().zip(&network.links) {
            memory.timer = timeout(link).map(|delay| self.timers.queue(delay, &timeouts));
            memory.simple = policy(link).is_some_and(CallPolicy::is_simple);
            memory.attempts = policy(link).and_then(|policy| policy.retry).map_or(1, |retry| retry.attempts);
        }
    }

    /// How the breaker of a link stands, if it has one.
    pub(super) fn circuit(&self, link: &Link, at: usize, now: SimTime) -> Circuit {
        match policy(link).and_then(|policy| policy.breaker) {
            Some(_) => self.links[at].breaker.circuit(now),
            None => Circuit::None,
        }
    }

    /// The records of a caller, from the first.
    pub(super) fn of(&self, first: CallId) -> impl Iterator<Item = &Call> {
        let record = |id: CallId| self.slab.get(id as usize);
        std::iter::successors(record(first), move |call| record(call.after))
    }

    /// The latest attempts of a caller's calls, from the first record; none in a pause.
    pub(super) fn attempts(&self, first: CallId) -> impl Iterator<Item = FrameId> {
        self.of(first).map(|call| call.child).filter(|&child| child != NONE)
    }

    /// A number that changes when an attempt of a caller's calls begins or ends, from the first record.
    pub(super) fn sign(&self, first: CallId) -> u64 {
        let mix = |sign: u64, call: &Call| {
            (sign ^ u64::from(call.child) ^ (u64::from(call.generation) << 32)).wrapping_mul(0x0100_0000_01B3)
        };
        self.of(first).fold(0, mix)
    }

    #[inline(always)]
    pub(super) fn add(&mut self, call: Call) -> CallId {
        let id = match self.free.pop() {
            Some(id) => id,
            None => self.grow(),
        };
        let place = &mut self.slab[id as usize];
        *place = Call { generation: place.generation, ..call };
        id
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> CallId {
        self.slab.push(Call::NONE);
        self.slab.len() as CallId - 1
    }

    pub(super) fn is_full(&self) -> bool {
        self.slab.len() >= MOST && self.free.is_empty()
    }

    /// A record with its first attempt under way, whose timer runs, of a caller that has no other; `None` where the link
    /// asks for more than that.
    #[inline(always)]
    pub(super) fn begin_simple(&mut self, events: &mut EventSet, begun: Begun) -> Option<CallId> {
        let memory = &self.links[begun.link as usize];
        if !memory.simple {
            return None;
        }
        let id = self.free.pop()?;
        let Begun { now, caller, step, link, child } = begun;
        let place = &mut self.slab[id as usize];
        let (timer, generation) = (memory.timer.unwrap_or(NONE), place.generation);
        let call = Call { began: now, caller, step, link, child, timer, generation, attempts: 1, ..Call::NONE };
        *place = Call { used: true, simple: true, ..call };
        if timer != NONE {
            self.timers.start(events, now, timer, (id, generation));
        }
        Some(id)
    }

    /// Ends a record after a good answer if that is all there is to do; says whether it was.
    #[inline(always)]
    pub(super) fn end_simple(&mut self, id: CallId, frames: &Frames) -> bool {
        let call = &mut self.slab[id as usize];
        let alone = call.before == NONE && call.after == NONE && call.simple;
        if !alone || !self.links[call.link as usize].simple {
            return false;
        }
        call.used = false;
        self.disarm(id, frames);
        self.free.push(id);
        true
    }

    /// Stops the timer of the latest attempt.
    #[inline(always)]
    pub(super) fn disarm(&mut self, id: CallId, frames: &Frames) {
        let call = &mut self.slab[id as usize];
        call.generation = call.generation.wrapping_add(1);
        let timer = std::mem::replace(&mut call.timer, NONE);
        if timer != NONE {
            self.cancel_timer(timer, frames);
        }
    }

    /// Notes that a timer of a queue was cancelled, whose call or frame has another generation by now.
    #[inline(always)]
    pub(super) fn cancel_timer(&mut self, queue: u32, frames: &Frames) {
        let slab = &self.slab;
        self.timers.cancel(queue, |timer| alive(slab, frames, timer));
    }
}

/// Whether the call of a timer still waits for what the timer limits.
pub(super) fn alive(slab: &[Call], frames: &Frames, timer: &Timer) -> bool {
    let generation = if timer.call & ON_LANE == 0 {
        slab[timer.call as usize].generation
    } else {
        frames[timer.call & !ON_LANE].generation
    };
    generation == timer.generation
}

pub(super) fn policy(link: &Link) -> Option<&CallPolicy> {
    link.policy.as_deref()
}
