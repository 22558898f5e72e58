//! Few pending events: a winner tree.
//!
//! Every pending event owns a leaf. A pop only marks the winner; if the next operation schedules something, the new event
//! takes the winner's leaf, so that pop and push together are one replay of log2(leaves) compare-selects along addresses
//! that do not depend on the keys. Any leaf can be cancelled or re-timed in place.

use super::event_set::{Event, NO_SLOT, Slot};

/// Most leaves, and thus pending events; more are faster in a [`super::radix_heap::RadixHeap`].
pub(super) const MOST: usize = 1024;
const NODES: usize = 2 * MOST;
/// Bits of a key that hold the leaf; above them is the time.
const LEAF_BITS: u32 = MOST.trailing_zeros();
/// Times from here on, 208 days, do not fit into a key. There is the end of time, a moment of its own for each leaf.
pub(super) const FAR: u64 = (1 << (u64::BITS - LEAF_BITS)) - MOST as u64;
const NO_LEAF: u32 = u32::MAX;

/// What is pending at a leaf. A leaf keeps its slot as long as the tree is in use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf {
    pub(super) event: Event,
    pub(super) slot: Slot,
}

/// Pending events in a tournament.
#[derive(Debug, Clone)]
pub(super) struct WinnerTree {
    /// A complete binary tree: node 1 is the winner, leaf `n` is node `leaves + n`. Each node holds the least key below
    /// it. Of a fixed size, so that no index needs a check.
    keys: Box<[u64; NODES]>,
    /// By leaf the place in the order of scheduling, for events at the same moment.
    tickets: Box<[u64; MOST]>,
    pub(super) leaves: Vec<Leaf>,
    free: Vec<u32>,
    /// Leaf of the event that came out last, if nothing has taken it yet.
    hole: u32,
}

impl WinnerTree {
    pub(super) fn new() -> Self {
        let (keys, tickets) = (Box::new([u64::MAX; NODES]), Box::new([0; MOST]));
        Self { keys, tickets, leaves: Vec::new(), free: Vec::new(), hole: NO_LEAF }
    }

    /// Doubles the number of leaves; the new ones get these slots.
    pub(super) fn grow(&mut self, slots: impl Iterator<Item = Slot>) {
        let old = self.leaves.len();
        self.leaves.extend(slots.map(|slot| Leaf { event: Event::NONE, slot }));
        let new = self.leaves.len();
        debug_assert!(new.is_power_of_two() && new <= MOST, "leaves are a power of two");
        self.keys.copy_within(old..2 * old, new);
        for leaf in old..new {
            self.keys[new + leaf] = empty(leaf as u32);
        }
        for node in (1..new).rev() {
            self.keys[node] = self.earlier(self.keys[2 * node], self.keys[2 * node + 1]);
        }
        self.free.extend((old as u32..new as u32).rev());
    }

    /// Takes everything out, for another tier: the pending with time and ticket, and the slots of free leaves.
    pub(super) fn take_all(&mut self) -> (Vec<(u64, u64, Leaf)>, Vec<Slot>) {
        self.settle();
        let base = self.leaves.len();
        let pending = |(at, leaf): (usize, &Leaf)| {
            let time = self.keys[base + at] >> LEAF_BITS;
            (time < FAR).then_some((time, self.tickets[at], *leaf))
        };
        let pending = self.leaves.iter().enumerate().filter_map(pending).collect();
        let free = self.free.iter().map(|&leaf| self.leaves[leaf as usize].slot).collect();
        *self = Self::new();
        (pending, free)
    }

    /// Whether an event must wait for [`WinnerTree::grow`].
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.hole == NO_LEAF && self.free.is_empty()
    }

    /// Puts an event before [`FAR`] at a free leaf, of which there must be one; gives its slot.
    #[inline]
    pub(super) fn push(&mut self, at: u64, ticket: u64, event: Event) -> Slot {
        let leaf = match std::mem::replace(&mut self.hole, NO_LEAF) {
            NO_LEAF => self.push_free(at, ticket),
            hole => {
                self.set(hole, at, ticket);
                hole
            }
        };
        let place = &mut self.leaves[leaf as usize];
        place.event = event;
        place.slot
    }

    /// Gives a time to a leaf where nothing was pending. Nothing changes from the node on that has an earlier key: it is
    /// soon found, because half of what is pending is earlier.
    #[inline]
    fn push_free(&mut self, at: u64, ticket: u64) -> u32 {
        debug_assert!(at < FAR, "a time that does not fit");
        let leaf = self.free.pop().expect("the tree is not full");
        self.tickets[leaf as usize % MOST] = ticket;
        let key = (at << LEAF_BITS) | u64::from(leaf);
        let mut node = (self.leaves.len() + leaf as usize) % NODES;
        self.keys[node] = key;
        while node > 1 {
            node = (node / 2) % NODES;
            if self.earlier(self.keys[node], key) != key {
                break;
            }
            self.keys[node] = key;
        }
        leaf
    }

    /// Gives the event at a leaf another time, before [`FAR`].
    #[inline]
    pub(super) fn set(&mut self, leaf: u32, at: u64, ticket: u64) {
        debug_assert!(at < FAR, "a time that does not fit");
        self.tickets[leaf as usize % MOST] = ticket;
        self.replay(leaf, (at << LEAF_BITS) | u64::from(leaf));
    }

    /// Frees a leaf.
    pub(super) fn cancel(&mut self, leaf: u32) {
        self.replay(leaf, empty(leaf));
        self.free.push(leaf);
    }

    /// Takes out the next event if its time is below a bound.
    #[inline(always)]
    pub(super) fn pop_below(&mut self, bound: u64) -> Option<(u64, Event)> {
        self.settle();
        // An empty tree says that it is over at the end of time.
        if self.next_at() < bound.min(FAR) { Some(self.pop()) } else { None }
    }

    /// The same if its time and ticket are below a bound.
    pub(super) fn pop_before(&mut self, bound: (u64, u64)) -> Option<(u64, Event)> {
        self.settle();
        let at = self.next_at();
        (at < FAR && (at, self.tickets[self.keys[1] as usize % MOST]) < bound).then(|| self.pop())
    }

    /// When the next event happens, if nothing has come out since something was put in; [`FAR`] or later if there is none.
    #[inline(always)]
    pub(super) fn next_at(&self) -> u64 {
        self.keys[1] >> LEAF_BITS
    }

    #[inline(always)]
    fn pop(&mut self) -> (u64, Event) {
        let leaf = self.keys[1] as u32 % MOST as u32;
        self.hole = leaf;
        (self.next_at(), self.leaves[leaf as usize].event)
    }

    /// Frees the leaf of the event that came out last, if nothing took it.
    #[inline]
    fn settle(&mut self) {
        let hole = std::mem::replace(&mut self.hole, NO_LEAF);
        if hole != NO_LEAF {
            self.cancel(hole);
        }
    }

    /// The earlier of two keys.
    #[inline(always)]
    fn earlier(&self, one: u64, other: u64) -> u64 {
        // Keys that differ in their leaves only.
        if (one ^ other) < MOST as u64 { self.first_of_two(one, other) } else { one.min(other) }
    }

    /// The same for two at one moment.
    #[cold]
    fn first_of_two(&self, one: u64, other: u64) -> u64 {
        let ticket = |key: u64| self.tickets[key as usize % MOST];
        if ticket(one) < ticket(other) { one } else { other }
    }

    /// Plays the matches of a leaf anew with another key, without a loop: one piece of machine code for each height.
    #[inline(never)]
    fn replay(&mut self, leaf: u32, key: u64) {
        match self.leaves.len().trailing_zeros() {
            2 => self.replay_levels::<2>(leaf, key),
            3 => self.replay_levels::<3>(leaf, key),
            4 => self.replay_levels::<4>(leaf, key),
            5 => self.replay_levels::<5>(leaf, key),
            6 => self.replay_levels::<6>(leaf, key),
            7 => self.replay_levels::<7>(leaf, key),
            8 => self.replay_levels::<8>(leaf, key),
            9 => self.replay_levels::<9>(leaf, key),
            _ => self.replay_levels::<10>(leaf, key),
        }
    }

    #[inline(always)]
    fn replay_levels<const LEVELS: u32>(&mut self, leaf: u32, key: u64) {
        let mut node = ((1 << LEVELS) + leaf as usize) % NODES;
        let mut best = key;
        self.keys[node] = key;
        for _ in 0..LEVELS {
            best = self.earlier(self.keys[node ^ 1], best);
            node /= 2;
            self.keys[node] = best;
        }
    }
}

/// The key of a leaf with nothing pending.
#[inline]
fn empty(leaf: u32) -> u64 {
    ((FAR + u64::from(leaf)) << LEAF_BITS) | u64::from(leaf)
}

/// The slot that belongs to no leaf; see [`WinnerTree::grow`].
const _: () = assert!(NO_SLOT as usize > MOST);
