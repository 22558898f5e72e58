//! Timers of calls. All calls with the same timeout wait in one queue, because a constant delay keeps the order; only the
//! first entry is an event. Most timers are cancelled: a cancelled one stays where it is until it comes to the head, or
//! until three quarters of the queue are dead, so that cancelling costs almost nothing and a long timeout no memory.

use super::event_set::{Event, EventKind, EventSet};
use crate::units::{SimTime, Span};
use std::collections::{BTreeSet, VecDeque};

/// A timer that runs, with the generation of the call that it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timer {
    due: SimTime,
    ticket: u64,
    /// Its record, or [`ON_LANE`] with its frame.
    pub(super) call: u32,
    pub(super) generation: u32,
}

/// Timers of one length.
#[derive(Debug, Clone)]
struct Queue {
    delay: Span,
    timers: VecDeque<Timer>,
    /// Cancelled timers among them.
    dead: usize,
}

/// Beside the number of a frame that is on a lane, whose call has no record; see [`super::lane`].
pub(super) const ON_LANE: u32 = 1 << 31;

/// All timers, by length.
#[derive(Debug, Clone, Default)]
pub(super) struct Timers {
    queues: Vec<Queue>,
}

/// Queues shorter than this, 400 KB, are not searched for dead timers: nearly always the head comes first.
const SHORT: usize = 1 << 14;

impl Timers {
    /// The queue for a length; one that is empty, and whose length is not in use any more, is used for another.
    pub(super) fn queue(&mut self, delay: Span, in_use: &BTreeSet<Span>) -> u32 {
        let known = self.queues.iter().position(|queue| queue.delay == delay);
        let free = |queue: &Queue| queue.timers.is_empty() && !in_use.contains(&queue.delay);
        let idle = || self.queues.iter().position(free);
        match known.or_else(idle) {
            Some(at) => {
                self.queues[at].delay = delay;
                at as u32
            }
            None => {
                self.queues.push(Queue { delay, timers: VecDeque::new(), dead: 0 });
                self.queues.len() as u32 - 1
            }
        }
    }

    /// Starts a timer.
    #[inline]
    pub(super) fn start(&mut self, events: &mut EventSet, now: SimTime, at: u32, (call, generation): (u32, u32)) {
        let queue = &mut self.queues[at as usize];
        let (due, ticket) = (now + queue.delay, events.ticket());
        if queue.timers.is_empty() {
            events.schedule_in_turn(due, ticket, Event { kind: EventKind::Timer, index: at });
        }
        queue.timers.push_back(Timer { due, ticket, call, generation });
    }

    /// Notes that a timer of a queue was cancelled; `alive` tells which ones were not.
    #[inline]
    pub(super) fn cancel(&mut self, at: u32, alive: impl Fn(&Timer) -> bool) {
        let queue = &mut self.queues[at as usize];
        queue.dead += 1;
        if queue.timers.len() > SHORT && queue.dead > queue.timers.len() / 4 * 3 {
            queue.sweep(alive);
        }
    }

    /// Takes out the first timer, whose event has just happened, and plans the event of the next one that is alive.
    pub(super) fn due(&mut self, events: &mut EventSet, at: u32, alive: impl Fn(&Timer) -> bool) -> Option<Timer> {
        let queue = &mut self.queues[at as usize];
        let due = queue.timers.pop_front().expect("its event happened, so there is a timer");
        let alive_itself = alive(&due);
        queue.dead -= usize::from(!alive_itself);
        while queue.timers.front().is_some_and(|timer| !alive(timer)) {
            queue.timers.pop_front();
            queue.dead -= 1;
        }
        if let Some(next) = queue.timers.front() {
            events.schedule_in_turn(next.due, next.ticket, Event { kind: EventKind::Timer, index: at });
        }
        alive_itself.then_some(due)
    }

    /// Gives a timer that began at a moment to another call; says whether there is such a timer.
    pub(super) fn hand_over(&mut self, at: u32, began: SimTime, [from, to]: [(u32, u32); 2]) -> bool {
        let queue = &mut self.queues[at as usize];
        let due = began + queue.delay;
        let first = queue.timers.partition_point(|timer| timer.due < due);
        let mut same = queue.timers.range_mut(first..).take_while(|timer| timer.due == due);
        let found = same.find(|timer| (timer.call, timer.generation) == from);
        let is_there = found.is_some();
        if let Some(timer) = found {
            (timer.call, timer.generation) = to;
        }
        is_there
    }

    /// Timers that run, counted one by one, and whether the counts of dead ones are right; see `Engine::audit`.
    pub(super) fn count(&self, alive: impl Fn(&Timer) -> bool) -> (usize, bool) {
        let running = |queue: &Queue| queue.timers.iter().filter(|timer| alive(timer)).count();
        let right = self.queues.iter().all(|queue| queue.dead + running(queue) == queue.timers.len());
        (self.queues.iter().map(running).sum(), right)
    }
}

impl Queue {
    /// Drops the dead. The first one stays, because its event is planned.
    fn sweep(&mut self, alive: impl Fn(&Timer) -> bool) {
        let first = self.timers.front().map(|timer| timer.ticket);
        self.timers.retain(|timer| Some(timer.ticket) == first || alive(timer));
        self.dead = self.timers.front().map_or(0, |timer| usize::from(!alive(timer)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancelled_timers_cost_neither_events_nor_memory() {
        let (mut events, mut timers) = (EventSet::new(), Timers::default());
        let used = BTreeSet::from([Span::from_secs(3_600)]);
        let at = timers.queue(Span::from_secs(3_600), &used);
        let mut last = 0;
        for call in 0..100_000 {
            // Each is cancelled when the next one starts.
            timers.start(&mut events, SimTime(u64::from(call) * 1_000_000), at, (call, 0));
            if call > 0 {
                timers.cancel(at, |timer| timer.call == call);
            }
            last = call;
        }
        assert!(timers.queues[0].timers.len() <= SHORT + 1, "{}", timers.queues[0].timers.len());
        assert_eq!(timers.count(|timer| timer.call == last), (1, true));
        let mut due = Vec::new();
        while let Some((now, event)) = events.pop_until(SimTime(u64::MAX)) {
            assert_eq!(event, Event { kind: EventKind::Timer, index: at });
            due.extend(timers.due(&mut events, at, |timer| timer.call == last).map(|timer| (now, timer.call)));
        }
        assert_eq!(due, [(SimTime(u64::from(last) * 1_000_000) + Span::from_secs(3_600), last)]);
        assert_eq!(timers.queue(Span::from_secs(1), &used), at + 1, "calls may still start this timer");
        assert_eq!(timers.queue(Span::from_secs(2), &BTreeSet::new()), at, "an empty queue serves another length");
    }
}
