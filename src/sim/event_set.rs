//! The pending-event set: what has yet to happen, in the order of time and scheduling.
//!
//! Two structures behind one interface. Up to a thousand pending events, which is where drawings live, a winner tree; above
//! that a monotone radix heap, whose cost hardly grows and which needs no more memory than what is pending. The set
//! changes from one to the other while it runs, with a wide gap between the two points so that it does not go to and fro;
//! slots stay valid. Measured, one out and one in: tree 12 ns among 10, 20 among 1,000, 30 among 10,000, 60 among 100,000,
//! 210 among a million; heap 25 among 300, 30, 35, 55 and 120. In the engine the two are alike from 100 to 30,000.
//!
//! The tree holds what happens in the first 208 days; a run that plans beyond them has the heap from then on.
//!
//! Beside them is one place more, the front, for the next arrival of a source: nearly every other event is one, and each
//! is planned by the one before, so that what would be a replay of the tree, or a push among many, is a comparison.
//!
//! Events at one moment come out in the order in which they were scheduled; at the end of time, 584 years on, nothing
//! comes out any more. Nothing may be scheduled before the event that came out last.

use super::radix_heap::RadixHeap;
use super::winner_tree::{self, FAR, WinnerTree};
use crate::units::SimTime;

/// What happens, and to what. Small and `Copy`, because events are moved a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: EventKind,
    pub(super) index: u32,
}

impl Event {
    /// Stands where nothing is pending.
    pub(super) const NONE: Self = Self { kind: EventKind::Interval, index: 0 };
}

/// What kind of thing happens; the index of an [`Event`] says to which one of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum EventKind {
    /// A source offers its next request.
    Arrive,
    /// The pause of a user is over.
    Think,
    /// Users of a source have waited long enough.
    Deadline,
    /// A frame has slept long enough.
    Wake,
    /// A server's processor has finished the job that ends next.
    Cpu,
    /// The first entry of a ring is due.
    Ring,
    /// The first timer of a queue is due.
    Timer,
    /// The pause before another attempt is over.
    Retry,
    /// A takeover of a cluster is over.
    Takeover,
    /// A server has booted.
    Boot,
    /// A draining server is out of patience.
    Drain,
    /// A balancer checks its targets.
    Probe,
    /// A scaler looks at its metric.
    Scale,
    /// A fault begins.
    Fault,
    /// A fault ends.
    Mend,
    /// A measuring interval ends.
    Interval,
    /// The service at a station that ends next has ended.
    Served,
    /// A server of a station wakes, fails or works again.
    Chore,
    /// A waiting request is out of patience.
    Impatient,
    /// A name service checks what it names.
    Check,
    /// A server asks a buffer for messages.
    Poll,
    /// A scaler's schedule has a change.
    Schedule,
    /// A balancer has waited for an answer for as long as it does.
    Idle,
    /// Somebody looks how a rollout is doing.
    Rollout,
}

/// Where a pending event is kept; valid until the event comes out or is cancelled.
pub(super) type Slot = u32;

/// No event is pending.
pub(super) const NO_SLOT: Slot = u32::MAX;

/// The slot of the event at the front.
const FRONT: Slot = NO_SLOT - 1;

/// Pending events below which the heap gives way to the tree again.
const FEW: usize = winner_tree::MOST / 4;

/// Fewest leaves of the tree.
const LEAST: usize = 4;

/// Which structure is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tier {
    Tree,
    Heap,
}

/// What stands apart from all else that is pending.
#[derive(Debug, Clone, Copy)]
struct Front {
    /// The end of time where nothing does.
    at: u64,
    ticket: u64,
    event: Event,
}

impl Front {
    const EMPTY: Self = Self { at: u64::MAX, ticket: 0, event: Event::NONE };
}

/// Pending events in the order of time and scheduling.
#[derive(Debug, Clone)]
pub(super) struct EventSet {
    front: Front,
    tier: Tier,
    tree: WinnerTree,
    /// Empty while the tree is in use, but the numbering of slots is its affair all the time.
    heap: RadixHeap,
    /// Leaf of each slot while the tree is in use.
    leaves: Vec<u32>,
    sequence: u64,
    /// When the latest event came out.
    last: u64,
    /// Something was scheduled that is too far away for the tree.
    far: bool,
}

impl EventSet {
    pub(super) fn new() -> Self {
        let (tree, heap) = (WinnerTree::new(), RadixHeap::new());
        let leaves = Vec::new();
        let (front, tier) = (Front::EMPTY, Tier::Tree);
        let mut set = Self { front, tier, tree, heap, leaves, sequence: 0, last: 0, far: false };
        set.grow_tree(LEAST);
        set
    }

    /// Gives the tree this many leaves more, each with a slot.
    fn grow_tree(&mut self, more: usize) {
        let first = self.tree.leaves.len();
        let heap = &mut self.heap;
        self.tree.grow((0..more).map(|_| heap.vacant()));
        for leaf in first..first + more {
            self.bind(leaf as u32);
        }
    }

    /// Notes the leaf of a slot.
    fn bind(&mut self, leaf: u32) {
        let slot = self.tree.leaves[leaf as usize].slot as usize;
        if self.leaves.len() <= slot {
            self.leaves.resize(slot + 1, 0);
        }
        self.leaves[slot] = leaf;
    }

    /// Lets an event happen at `at`.
    #[inline]
    pub(super) fn schedule(&mut self, at: SimTime, event: Event) -> Slot {
        let sequence = self.ticket();
        self.schedule_in_turn(at, sequence, event)
    }

    /// The same for the next arrival of a source, one of which has a place of its own.
    #[inline(always)]
    pub(super) fn schedule_arrival(&mut self, at: SimTime, event: Event) -> Slot {
        let ticket = self.ticket();
        if self.front.at == u64::MAX && at.0 < FAR {
            self.front = Front { at: at.0, ticket, event };
            return FRONT;
        }
        self.schedule_in_turn(at, ticket, event)
    }

    /// A place in the order of scheduling, for an event that is put into the set later.
    #[inline]
    pub(super) fn ticket(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Lets an event happen at `at` as if it had been scheduled when the ticket was drawn.
    #[inline]
    pub(super) fn schedule_in_turn(&mut self, at: SimTime, ticket: u64, event: Event) -> Slot {
        if self.tier == Tier::Tree && at.0 < FAR && !self.tree.is_full() {
            return self.tree.push(at.0, ticket, event);
        }
        self.schedule_among_many(at, ticket, event)
    }

    /// The same where the heap is in use, or the tree is full or cannot hold that time.
    #[inline(never)]
    fn schedule_among_many(&mut self, at: SimTime, ticket: u64, event: Event) -> Slot {
        self.mind_far(at);
        if self.tier == Tier::Tree {
            self.make_room();
        }
        match self.tier {
            Tier::Tree => self.tree.push(at.0, ticket, event),
            Tier::Heap => {
                let slot = self.heap.vacant();
                self.heap.push(slot, (at.0, ticket), event);
                slot
            }
        }
    }

    /// Leaves the tree for good where a time does not fit into it.
    fn mind_far(&mut self, at: SimTime) {
        self.far |= at.0 >= FAR;
        if self.far && self.tier == Tier::Tree {
            self.change_to_heap();
        }
    }

    #[cold]
    fn make_room(&mut self) {
        let leaves = self.tree.leaves.len();
        if leaves < winner_tree::MOST { self.grow_tree(leaves) } else { self.change_to_heap() }
    }

    fn change_to_heap(&mut self) {
        let (pending, free) = self.tree.take_all();
        self.heap.begin(self.last);
        for (at, ticket, leaf) in pending {
            self.heap.push(leaf.slot, (at, ticket), leaf.event);
        }
        free.into_iter().for_each(|slot| self.heap.free(slot));
        self.tier = Tier::Heap;
    }

    #[cold]
    fn change_to_tree(&mut self) {
        let pending = self.heap.take_all();
        let leaves = (2 * pending.len()).next_power_of_two().clamp(LEAST, winner_tree::MOST);
        let used = pending.iter().map(|&(.., slot)| slot);
        let heap = &mut self.heap;
        let more = std::iter::repeat_with(|| heap.vacant()).take(leaves - pending.len());
        self.tree.grow(used.chain(more));
        for leaf in 0..leaves as u32 {
            self.bind(leaf);
        }
        // Free leaves are taken from the first on, so that each event finds the one with its slot.
        for &(at, ticket, event, slot) in &pending {
            let bound = self.tree.push(at, ticket, event);
            debug_assert_eq!(bound, slot, "an event keeps its slot");
        }
        self.tier = Tier::Tree;
    }

    /// Moves a pending event to another time, behind what is already scheduled there.
    #[inline]
    pub(super) fn reschedule(&mut self, slot: Slot, at: SimTime) {
        let ticket = self.ticket();
        if slot == FRONT {
            (self.front.at, self.front.ticket) = (at.0, ticket);
            return;
        }
        if at.0 >= FAR {
            self.mind_far(at);
        }
        match self.tier {
            Tier::Tree => self.tree.set(self.leaves[slot as usize], at.0, ticket),
            Tier::Heap => self.heap.set(slot, at.0, ticket),
        }
    }

    /// Takes a pending event back.
    pub(super) fn cancel(&mut self, slot: Slot) {
        if slot == FRONT {
            self.front = Front::EMPTY;
            return;
        }
        match self.tier {
            Tier::Tree => self.tree.cancel(self.leaves[slot as usize]),
            Tier::Heap => self.heap.cancel(slot),
        }
    }

    /// Moves, adds or cancels the one event that stands for the next of several things.
    pub(super) fn replan(&mut self, slot: Slot, next: Option<SimTime>, event: Event) -> Slot {
        match (next, slot) {
            (Some(at), NO_SLOT) => self.schedule(at, event),
            (Some(at), slot) => {
                self.reschedule(slot, at);
                slot
            }
            (None, NO_SLOT) => NO_SLOT,
            (None, slot) => {
                self.cancel(slot);
                NO_SLOT
            }
        }
    }

    /// Whether there are so many events that what they concern is far away in memory, and those that come soon were not
    /// looked at yet.
    #[inline(always)]
    pub(super) fn is_page_turned(&self) -> bool {
        self.tier == Tier::Heap && self.heap.is_new()
    }

    /// Some of the events that come soon.
    pub(super) fn look_ahead(&mut self) -> impl Iterator<Item = Event> + Clone {
        self.heap.look_ahead()
    }

    /// Takes out the next event if it happens at `until` or before.
    #[inline(always)]
    pub(super) fn pop_until(&mut self, until: SimTime) -> Option<(SimTime, Event)> {
        if self.tier == Tier::Heap && self.heap.len() < FEW && !self.far {
            self.change_to_tree();
        }
        let front = self.front;
        let bound = front.at.min(until.0);
        let (at, event) = match self.tier {
            Tier::Tree => match self.tree.pop_below(bound) {
                Some(sooner) => sooner,
                None if bound == front.at && self.tree.next_at() != bound => self.take_front()?,
                None => self.pop_at(bound, until)?,
            },
            Tier::Heap => self.pop_at(bound, until)?,
        };
        self.last = at;
        Some((SimTime(at), event))
    }

    #[inline(always)]
    fn take_front(&mut self) -> Option<(u64, Event)> {
        let Front { at, event, .. } = self.front;
        self.front.at = u64::MAX;
        (at < u64::MAX).then_some((at, event))
    }

    /// The next event where two may happen at one moment, or the heap is in use.
    #[inline(never)]
    fn pop_at(&mut self, bound: u64, until: SimTime) -> Option<(u64, Event)> {
        let leads = bound == self.front.at && bound < u64::MAX;
        let bound = if leads { (bound, self.front.ticket) } else { (until.0, u64::MAX) };
        let other = match self.tier {
            Tier::Tree => self.tree.pop_before(bound),
            Tier::Heap => self.heap.pop_before(bound),
        };
        if leads { other.or_else(|| self.take_front()) } else { other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Stream;
    use std::collections::BTreeMap;

    const FOR_EVER: SimTime = SimTime(u64::MAX);

    fn event(index: u32) -> Event {
        Event { kind: EventKind::Wake, index }
    }

    #[test]
    fn events_are_small() {
        assert_eq!(size_of::<Event>(), 8);
    }

    /// A set beside an ordered map that does the same.
    struct Pair {
        set: EventSet,
        /// By time and ticket: which event, in which slot.
        model: BTreeMap<(u64, u64), (u32, Slot)>,
        chance: Stream,
        now: u64,
        changes: usize,
    }

    impl Pair {
        /// Some time from now on: often at once or soon, sometimes far away.
        fn later(&mut self) -> u64 {
            let far = [1, 20, 1_000, 1_000_000, 60_000_000_000][self.chance.below(5)];
            self.now + self.chance.below(far) as u64
        }

        fn schedule(&mut self, index: u32) {
            let at = self.later();
            let slot = if index.is_multiple_of(3) {
                self.set.schedule_arrival(SimTime(at), event(index))
            } else {
                let ticket = self.set.ticket();
                self.set.schedule_in_turn(SimTime(at), ticket, event(index))
            };
            self.model.insert((at, self.set.sequence), (index, slot));
        }

        fn any(&mut self) -> Option<(u64, u64)> {
            let from = (self.later(), 0);
            self.model.range(from..).next().or_else(|| self.model.iter().next()).map(|(&key, _)| key)
        }

        fn cancel(&mut self) {
            let Some(key) = self.any() else { return };
            let (_, slot) = self.model.remove(&key).unwrap();
            self.set.cancel(slot);
        }

        fn reschedule(&mut self) {
            let Some(key) = self.any() else { return };
            let (index, slot) = self.model.remove(&key).unwrap();
            let at = self.later();
            self.set.reschedule(slot, SimTime(at));
            self.model.insert((at, self.set.sequence), (index, slot));
        }

        /// Two events at one moment of which the second is scheduled when the first has come out, but in its old turn.
        fn ring(&mut self, index: u32) {
            let (at, first, second) = (self.later(), self.set.ticket(), self.set.ticket());
            let between = self.set.schedule(SimTime(at), event(index + 2));
            self.model.insert((at, self.set.sequence), (index + 2, between));
            let slot = self.set.schedule_in_turn(SimTime(at), first, event(index));
            self.model.insert((at, first), (index, slot));
            while self.pop() != Some((at, first)) {}
            let slot = self.set.schedule_in_turn(SimTime(at), second, event(index + 1));
            self.model.insert((at, second), (index + 1, slot));
        }

        fn pop(&mut self) -> Option<(u64, u64)> {
            // Often the clock stops between two events, and something is scheduled before the next.
            let next = self.model.first_key_value().map(|(&key, _)| key);
            if let Some((at, _)) = next.filter(|&(at, _)| at > self.now)
                && self.chance.below(4) == 0
            {
                let until = self.now + self.chance.below((at - self.now) as usize) as u64;
                assert_eq!(self.set.pop_until(SimTime(until)), None);
                self.now = until;
            }
            let before = self.set.tier;
            let expected = self.model.pop_first().map(|((at, _), (index, _))| (SimTime(at), event(index)));
            assert_eq!(self.set.pop_until(FOR_EVER), expected);
            self.changes += usize::from(self.set.tier != before);
            self.now = expected.map_or(self.now, |(at, _)| at.0);
            next
        }
    }

    #[test]
    fn comes_out_as_an_ordered_map_would_while_it_grows_and_shrinks() {
        let chance = Stream::new(3, "event set");
        let mut pair = Pair { set: EventSet::new(), model: BTreeMap::new(), chance, now: 0, changes: 0 };
        let mut growing = true;
        for index in 0..200_000u32 {
            let many = if growing { 14 } else { 4 };
            match pair.chance.below(20) {
                0 => pair.cancel(),
                1 | 2 => pair.reschedule(),
                3 if pair.chance.below(50) == 0 => pair.ring(1_000_000 + 3 * index),
                other if other < 3 + many => pair.schedule(index),
                _ => {
                    pair.pop();
                }
            }
            growing = if pair.model.len() > 3 * winner_tree::MOST { false } else { growing || pair.model.len() < 20 };
        }
        assert!(pair.changes > 10, "it changed to the tree {} times", pair.changes);
        while !pair.model.is_empty() {
            pair.pop();
        }
        assert_eq!(pair.set.pop_until(FOR_EVER), None);
    }

    #[test]
    fn times_that_the_tree_cannot_hold_come_out_in_their_turn() {
        for moved in [false, true] {
            let mut set = EventSet::new();
            let late = SimTime(u64::MAX - 1);
            let slot = set.schedule(if moved { SimTime(3) } else { late }, event(9));
            set.schedule(SimTime(FAR - 1), event(2));
            set.schedule(SimTime(FAR), event(3));
            set.schedule(SimTime(5), event(1));
            if moved {
                set.reschedule(slot, late);
            }
            let out = std::iter::from_fn(|| set.pop_until(FOR_EVER)).map(|(_, event)| event.index);
            assert_eq!(out.collect::<Vec<_>>(), [1, 2, 3, 9]);
        }
    }

    #[test]
    fn what_is_taken_back_or_moved_leaves_no_heap_of_rubbish() {
        let mut set = EventSet::new();
        let slots: Vec<Slot> = (0..1_000).map(|index| set.schedule(SimTime(1 << 40), event(index))).collect();
        for round in 0..100_000 {
            set.reschedule(slots[round % 1_000], SimTime((1 << 40) + round as u64));
            let slot = set.schedule(SimTime(1 << 50), event(0));
            set.cancel(slot);
        }
        assert!(set.heap.entries() < 3_000, "{} entries for 1,000 events", set.heap.entries());
    }

    #[test]
    fn a_hundred_thousand_events_at_one_moment_come_out_in_turn() {
        let mut set = EventSet::new();
        for index in 0..100_000 {
            set.schedule(SimTime(7), event(index));
        }
        for index in 0..100_000 {
            assert_eq!(set.pop_until(FOR_EVER), Some((SimTime(7), event(index))));
            set.schedule(SimTime(7), event(100_000 + index));
        }
        assert_eq!(set.pop_until(FOR_EVER), Some((SimTime(7), event(100_000))));
    }

    #[test]
    fn nothing_comes_out_early() {
        let mut set = EventSet::new();
        set.schedule(SimTime(10), event(1));
        assert_eq!(set.pop_until(SimTime(9)), None);
        assert_eq!(set.pop_until(SimTime(10)), Some((SimTime(10), event(1))));
        assert_eq!(set.pop_until(FOR_EVER), None);
    }
}
