//! Few pending events: a winner tree.
//!
//! Every pending event owns a leaf. A pop only marks the winner; if the next operation schedules something, the new event
//! takes the winner's leaf, so that pop and push together are one replay of log2(leaves) compare-selects along addresses
//! that do not depend on the keys. Any leaf can be cancelled or re-timed in place.

use super::event_set::{Event, NO_SLOT, Slot};

/// Most leaves, and thus pending events; more are faster in a [`super::radix_heap::RadixHeap`].
pub(super) const MOST: usize = 1024;
const NODES: usize = 2 * MOST;
/// Bits of a key that hold the leaf; above them the ticket, above that the time.
const LEAF_BITS: u32 = MOST.trailing_zeros();
const EMPTY: u128 = u128::MAX;
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
    /// it, the time and the rest apart. Of a fixed size, so that no index needs a check.
    times: Box<[u64; NODES]>,
    rests: Box<[u64; NODES]>,
    pub(super) leaves: Vec<Leaf>,
    free: Vec<u32>,
    /// Leaf of the event that came out last, if nothing has taken it yet.
    hole: u32,
}

impl WinnerTree {
    pub(super) fn new() -> Self {
        let (times, rests) = (Box::new([u64::MAX; NODES]), Box::new([u64::MAX; NODES]));
        Self { times, rests, leaves: Vec::new(), free: Vec::new(), hole: NO_LEAF }
    }

    /// Doubles the number of leaves; the new ones get these slots.
    pub(super) fn grow(&mut self, slots: impl Iterator<Item = Slot>) {
        let old = self.leaves.len();
        self.leaves.extend(slots.map(|slot| Leaf { event: Event::NONE, slot }));
        let new = self.leaves.len();
        debug_assert!(new.is_power_of_two() && new <= MOST, "leaves are a power of two");
        for keys in [&mut self.times, &mut self.rests] {
            keys.copy_within(old..2 * old, new);
            keys[new + old..2 * new].fill(u64::MAX);
        }
        for node in (1..new).rev() {
            self.put(node, self.key(2 * node).min(self.key(2 * node + 1)));
        }
        self.free.extend((old as u32..new as u32).rev());
    }

    /// Takes everything out, for another tier: the pending with time and ticket, and the slots of free leaves.
    pub(super) fn take_all(&mut self) -> (Vec<(u64, u64, Leaf)>, Vec<Slot>) {
        self.settle();
        let base = self.leaves.len();
        let pending = |(at, leaf): (usize, &Leaf)| {
            let key = self.key(base + at);
            (key != EMPTY).then_some(((key >> 64) as u64, key as u64 >> LEAF_BITS, *leaf))
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

    /// Puts an event at a free leaf, of which there must be one; gives its slot.
    #[inline]
    pub(super) fn push(&mut self, at: u64, ticket: u64, event: Event) -> Slot {
        let leaf = match std::mem::replace(&mut self.hole, NO_LEAF) {
            NO_LEAF => self.free.pop().expect("the tree is not full"),
            hole => hole,
        };
        self.replay(leaf, key_of(at, ticket, leaf));
        let place = &mut self.leaves[leaf as usize];
        place.event = event;
        place.slot
    }

    /// Gives the event at a leaf another time.
    #[inline]
    pub(super) fn set(&mut self, leaf: u32, at: u64, ticket: u64) {
        self.replay(leaf, key_of(at, ticket, leaf));
    }

    /// Frees a leaf.
    pub(super) fn cancel(&mut self, leaf: u32) {
        self.replay(leaf, EMPTY);
        self.free.push(leaf);
    }

    /// Takes out the next event if it happens at `until` or before.
    #[inline]
    pub(super) fn pop_until(&mut self, until: u64) -> Option<(u64, Event)> {
        self.settle();
        let at = self.times[1];
        // An empty tree says that it is over at the end of time.
        if at > until || at == u64::MAX {
            return None;
        }
        let leaf = (self.rests[1] as u32) & (MOST as u32 - 1);
        self.hole = leaf;
        Some((at, self.leaves[leaf as usize].event))
    }

    /// Frees the leaf of the event that came out last, if nothing took it.
    #[inline]
    fn settle(&mut self) {
        let hole = std::mem::replace(&mut self.hole, NO_LEAF);
        if hole != NO_LEAF {
            self.cancel(hole);
        }
    }

    /// The key of a node.
    #[inline(always)]
    fn key(&self, node: usize) -> u128 {
        (u128::from(self.times[node]) << 64) | u128::from(self.rests[node])
    }

    #[inline(always)]
    fn put(&mut self, node: usize, key: u128) {
        (self.times[node], self.rests[node]) = ((key >> 64) as u64, key as u64);
    }

    #[inline]
    fn replay(&mut self, leaf: u32, key: u128) {
        let mut node = (self.leaves.len() + leaf as usize) % NODES;
        let mut best = key;
        self.put(node, key);
        while node > 1 {
            let other = self.key(node ^ 1);
            best = if other < best { other } else { best };
            node = (node / 2) % NODES;
            self.put(node, best);
        }
    }
}

#[inline]
fn key_of(at: u64, ticket: u64, leaf: u32) -> u128 {
    // 56 bits of ticket last for 20 years at a hundred million events a second.
    debug_assert!(ticket < 1 << (64 - LEAF_BITS));
    (u128::from(at) << 64) | u128::from((ticket << LEAF_BITS) | u64::from(leaf))
}

/// The slot that belongs to no leaf; see [`WinnerTree::grow`].
const _: () = assert!(NO_SLOT as usize > MOST);
