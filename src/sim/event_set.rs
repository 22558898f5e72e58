//! The pending-event set: a winner tree over slots.
//!
//! Every pending event owns a slot. A pop only marks the winner; if the next operation schedules something, the new event
//! takes the winner's slot, so that pop and push together are one replay of log2(slots) compare-selects along addresses
//! that do not depend on the keys. Any slot can be cancelled or re-timed in place, so there are no tombstones. It beats
//! heaps and calendar queues up to some hundred pending events, which is where drawings live; the benchmark `event_set`
//! shows it.
//!
//! Events at one moment come out in the order in which they were scheduled.

use crate::units::SimTime;

/// What happens, and to what. Small and `Copy`, because events are moved a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: EventKind,
    pub(super) index: u32,
}

/// What kind of thing happens; the index of an [`Event`] says to which one of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum EventKind {
    /// A source offers its next request.
    Arrive,
    /// A frame has slept long enough.
    Wake,
    /// A server's processor has finished the job that ends next.
    Cpu,
    /// The first entry of a ring is due.
    Ring,
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
}

/// Where a pending event is kept; valid until the event comes out or is cancelled.
pub(super) type Slot = u32;

/// No event is pending.
pub(super) const NO_SLOT: Slot = u32::MAX;

/// Bits of a key that hold the slot; above them the sequence number, above that the time.
const SLOT_BITS: u32 = 24;
const EMPTY: u128 = u128::MAX;

/// Pending events in the order of time and scheduling.
#[derive(Debug, Clone)]
pub(super) struct EventSet {
    /// A complete binary tree: node 1 is the winner, leaves are the upper half. Each node holds the least key below it.
    tree: Vec<u128>,
    events: Vec<Event>,
    free: Vec<Slot>,
    /// Slot of the event that came out last, if nothing has taken it yet.
    hole: Slot,
    sequence: u64,
}

impl EventSet {
    pub(super) fn new() -> Self {
        let mut set = Self { tree: Vec::new(), events: Vec::new(), free: Vec::new(), hole: NO_SLOT, sequence: 0 };
        set.grow(8);
        set
    }

    fn grow(&mut self, slots: usize) {
        let old = self.events.len();
        let leaves = self.tree.split_off(self.tree.len() / 2);
        self.tree = vec![EMPTY; slots];
        self.tree.extend(leaves);
        self.tree.resize(2 * slots, EMPTY);
        for node in (1..slots).rev() {
            self.tree[node] = self.tree[2 * node].min(self.tree[2 * node + 1]);
        }
        self.events.resize(slots, Event { kind: EventKind::Interval, index: 0 });
        self.free.extend((old as Slot..slots as Slot).rev());
    }

    /// Lets an event happen at `at`.
    #[inline]
    pub(super) fn schedule(&mut self, at: SimTime, event: Event) -> Slot {
        let sequence = self.ticket();
        self.schedule_in_turn(at, sequence, event)
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
        let slot = if self.hole == NO_SLOT { self.vacant() } else { std::mem::replace(&mut self.hole, NO_SLOT) };
        self.events[slot as usize] = event;
        self.replay(slot, key(at, ticket, slot));
        slot
    }

    fn vacant(&mut self) -> Slot {
        if self.free.is_empty() {
            let slots = self.events.len() * 2;
            assert!(slots <= 1 << SLOT_BITS, "more than {} events pending", 1 << SLOT_BITS);
            self.grow(slots);
        }
        self.free.pop().expect("the set has just grown")
    }

    /// Moves a pending event to another time, behind what is already scheduled there.
    #[inline]
    pub(super) fn reschedule(&mut self, slot: Slot, at: SimTime) {
        let sequence = self.ticket();
        self.replay(slot, key(at, sequence, slot));
    }

    /// Takes a pending event back.
    pub(super) fn cancel(&mut self, slot: Slot) {
        self.replay(slot, EMPTY);
        self.free.push(slot);
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

    /// Takes out the next event if it happens at `until` or before.
    #[inline]
    pub(super) fn pop_until(&mut self, until: SimTime) -> Option<(SimTime, Event)> {
        self.settle();
        let winner = self.tree[1];
        let at = (winner >> 64) as u64;
        if at > until.0 || winner == EMPTY {
            return None;
        }
        let slot = (winner as u32) & ((1 << SLOT_BITS) - 1);
        self.hole = slot;
        Some((SimTime(at), self.events[slot as usize]))
    }

    /// Frees the slot of the event that came out last, if nothing took it.
    #[inline]
    fn settle(&mut self) {
        if self.hole != NO_SLOT {
            let slot = std::mem::replace(&mut self.hole, NO_SLOT);
            self.cancel(slot);
        }
    }

    #[inline]
    fn replay(&mut self, slot: Slot, key: u128) {
        let mut node = self.events.len() + slot as usize;
        let mut best = key;
        // The mask changes nothing; it shows the compiler that no index is out of bounds.
        let tree = self.tree.as_mut_slice();
        let mask = tree.len() - 1;
        tree[node & mask] = key;
        while node > 1 {
            let other = tree[(node ^ 1) & mask];
            best = if other < best { other } else { best };
            node >>= 1;
            tree[node & mask] = best;
        }
    }
}

#[inline]
fn key(at: SimTime, ticket: u64, slot: Slot) -> u128 {
    (u128::from(at.0) << 64) | (u128::from(ticket) << SLOT_BITS) | u128::from(slot)
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

    #[test]
    fn comes_out_as_an_ordered_map_would() {
        let mut set = EventSet::new();
        let mut model: BTreeMap<(u64, u64), (u32, Slot)> = BTreeMap::new();
        let mut chance = Stream::new(3, "event set");
        let (mut now, mut order) = (0, 0);
        for index in 0..200_000u32 {
            order += 1;
            match chance.below(10) {
                0..=4 => {
                    let at = now + chance.below(1_000) as u64;
                    let slot = set.schedule(SimTime(at), event(index));
                    model.insert((at, order), (index, slot));
                }
                5 if !model.is_empty() => {
                    let which = *model.keys().nth(chance.below(model.len())).unwrap();
                    let (_, slot) = model.remove(&which).unwrap();
                    set.cancel(slot);
                }
                6 if !model.is_empty() => {
                    let which = *model.keys().nth(chance.below(model.len())).unwrap();
                    let (index, slot) = model.remove(&which).unwrap();
                    let at = now + chance.below(1_000) as u64;
                    set.reschedule(slot, SimTime(at));
                    model.insert((at, order), (index, slot));
                }
                _ => {
                    let expected = model.pop_first().map(|((at, _), (index, _))| (SimTime(at), event(index)));
                    assert_eq!(set.pop_until(FOR_EVER), expected);
                    now = expected.map_or(now, |(at, _)| at.0);
                }
            }
            if model.len() > 2_000 {
                model.retain(|_, (_, slot)| {
                    set.cancel(*slot);
                    false
                });
            }
        }
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
