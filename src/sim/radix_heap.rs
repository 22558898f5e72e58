//! Many pending events: a monotone radix heap.
//!
//! Time never goes back, so what is pending can be kept by the highest digit in which its time differs from a moment that
//! has passed, the floor, and by that digit: a push is an append to a bucket. The lowest bucket in use is sorted whole
//! when it is small, and spread over the buckets below it when it is not. A time is moved once per digit at most, whatever
//! is pending.
//!
//! Two traps. A bucket of a few far times, once sorted, covers a long stretch, and everything that is scheduled into that
//! stretch has to be inserted in order; so the sorted part is spread again when it exceeds a bound. And a bucket may be
//! opened only when one of its times comes out: otherwise the floor would pass what has yet to be scheduled.
//!
//! An event that is cancelled or moved leaves its entry behind, which is noticed when it comes out. Entries of nothing are
//! never more than those of something, plus a few: then all are dropped.

use super::event_set::{Event, NO_SLOT, Slot};

/// Bits of a digit.
const DIGIT: u32 = 5;
/// Values of a digit.
const DIGITS: usize = 1 << DIGIT;
/// Digits of a time.
const LEVELS: usize = u64::BITS.div_ceil(DIGIT) as usize;
/// Buckets of at most so many entries are sorted whole.
const SMALL: usize = 1 << SMALL_BITS;
const SMALL_BITS: u32 = 6;
/// The sorted part is spread again beyond this.
const BOUND: usize = 128;
/// So many are looked at ahead at once, when no more than so many that were are left.
const PAGE: usize = 16;
const NEAR: usize = 4;
/// Entries of nothing that are tolerated beside as many as there are pending events.
const IDLE: usize = 256;

/// An event at its time.
#[derive(Debug, Clone, Copy)]
struct Entry {
    at: u64,
    /// Place in the order of scheduling, which no two entries share.
    ticket: u64,
    slot: Slot,
}

/// What is pending in a slot.
#[derive(Debug, Clone, Copy)]
struct Place {
    event: Event,
    /// That of the entry that stands for it; zero if nothing is pending.
    ticket: u64,
}

impl Entry {
    /// In this order entries come out.
    #[inline]
    fn key(&self) -> u128 {
        (u128::from(self.at) << 64) | u128::from(self.ticket)
    }
}

/// Pending events by the distance of their times.
#[derive(Debug, Clone)]
pub(super) struct RadixHeap {
    /// Entries up to `sorted_end` from `head` on, in the order in which they come out.
    sorted: Vec<Entry>,
    head: usize,
    sorted_end: u64,
    /// Of the sorted part, those before it were looked at ahead.
    looked: usize,
    /// Length of the sorted part beyond which it is spread.
    bound: usize,
    /// Later entries, by level and digit.
    buckets: Vec<Vec<Entry>>,
    /// For each level a bit for each digit whose bucket is not empty, and a bit for each level that has any.
    filled: [u64; LEVELS],
    levels: u64,
    floor: u64,
    /// The time that came out last.
    last: u64,
    places: Vec<Place>,
    free: Vec<Slot>,
    /// Entries that stand for nothing.
    idle: usize,
}

impl RadixHeap {
    pub(super) fn new() -> Self {
        Self {
            sorted: Vec::new(),
            head: 0,
            sorted_end: 0,
            looked: 0,
            bound: BOUND,
            buckets: vec![Vec::new(); LEVELS * DIGITS],
            filled: [0; LEVELS],
            levels: 0,
            floor: 0,
            last: 0,
            places: Vec::new(),
            free: Vec::new(),
            idle: 0,
        }
    }

    /// A slot that nobody uses.
    #[inline]
    pub(super) fn vacant(&mut self) -> Slot {
        self.free.pop().unwrap_or_else(|| {
            self.places.push(Place { event: Event::NONE, ticket: 0 });
            // Memory for so many does not exist; requests, the only things without number, are limited far below.
            assert!(self.places.len() < NO_SLOT as usize, "more events pending than a slot can number");
            (self.places.len() - 1) as Slot
        })
    }

    /// Takes back a slot that nothing is pending in.
    pub(super) fn free(&mut self, slot: Slot) {
        self.free.push(slot);
    }

    /// Slots in use.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Begins anew at a moment, with nothing pending; slots keep their numbers.
    pub(super) fn begin(&mut self, now: u64) {
        debug_assert!(self.sorted.is_empty() && self.levels == 0, "something is pending");
        (self.floor, self.last, self.sorted_end, self.bound) = (now, now, now, BOUND);
    }

    /// Lets an event happen in a slot that nothing is pending in.
    #[inline]
    pub(super) fn push(&mut self, slot: Slot, (at, ticket): (u64, u64), event: Event) {
        self.places[slot as usize] = Place { event, ticket };
        self.enter(at, ticket, slot);
    }

    /// Moves a pending event to another time.
    #[inline]
    pub(super) fn set(&mut self, slot: Slot, at: u64, ticket: u64) {
        self.places[slot as usize].ticket = ticket;
        self.enter(at, ticket, slot);
        self.abandon();
    }

    /// Takes a pending event back.
    pub(super) fn cancel(&mut self, slot: Slot) {
        self.places[slot as usize].ticket = 0;
        self.free.push(slot);
        self.abandon();
    }

    /// Takes out the next event if its time and ticket are below a bound.
    #[inline]
    pub(super) fn pop_before(&mut self, bound: (u64, u64)) -> Option<(u64, Event)> {
        loop {
            if self.head == self.sorted.len() && !self.refill(bound.0) {
                return None;
            }
            let Entry { at, ticket, slot } = self.sorted[self.head];
            if at >= bound.0 && (at, ticket) >= bound || at == u64::MAX {
                return None;
            }
            self.head += 1;
            self.last = at;
            let place = &mut self.places[slot as usize];
            if place.ticket == ticket {
                place.ticket = 0;
                self.free.push(slot);
                return Some((at, place.event));
            }
            self.idle -= 1;
        }
    }

    /// Whether it is time to look at what comes next.
    #[inline(always)]
    pub(super) fn is_new(&self) -> bool {
        self.head + NEAR >= self.looked && self.looked < self.sorted.len()
    }

    /// What comes next and was not looked at yet, if it is sorted already.
    pub(super) fn look_ahead(&mut self) -> impl Iterator<Item = Event> + Clone {
        let from = self.looked.max(self.head).min(self.sorted.len());
        let to = (from + PAGE).min(self.sorted.len());
        self.looked = to;
        let places = &self.places;
        self.sorted[from..to].iter().map(|entry| places[entry.slot as usize].event)
    }

    /// Takes everything out, for another tier: time, ticket, event and slot. The slots are in use as before.
    pub(super) fn take_all(&mut self) -> Vec<(u64, u64, Event, Slot)> {
        let entries = self.sorted.drain(self.head..).chain(self.buckets.iter_mut().flat_map(std::mem::take));
        let pending = entries.filter_map(|Entry { at, ticket, slot }| {
            let place = &self.places[slot as usize];
            (place.ticket == ticket).then_some((at, ticket, place.event, slot))
        });
        let pending = pending.collect();
        (self.sorted, self.head, self.looked, self.idle) = (Vec::new(), 0, 0, 0);
        (self.filled, self.levels) = ([0; LEVELS], 0);
        pending
    }

    /// The parts of an entry come one by one, because one that is put together first and copied then would wait for its
    /// own memory.
    #[inline]
    fn enter(&mut self, at: u64, ticket: u64, slot: Slot) {
        if at <= self.sorted_end {
            return self.insert(Entry { at, ticket, slot });
        }
        let level = (at ^ self.floor).ilog2() / DIGIT;
        let digit = (at >> (level * DIGIT)) as usize % DIGITS;
        self.buckets[level as usize * DIGITS + digit].push(Entry { at, ticket, slot });
        self.filled[level as usize] |= 1 << digit;
        self.levels |= 1 << level;
    }

    /// Puts an entry into the sorted part.
    #[inline(never)]
    fn insert(&mut self, entry: Entry) {
        let key = entry.key();
        let at = self.head + self.sorted[self.head..].partition_point(|other| other.key() < key);
        self.sorted.insert(at, entry);
        if self.head > BOUND && self.head > self.sorted.len() / 2 {
            self.looked = self.looked.saturating_sub(self.head);
            self.sorted.drain(..std::mem::take(&mut self.head));
        }
        if self.sorted.len() - self.head > self.bound {
            self.spread_sorted();
        }
    }

    /// Puts what is sorted back into buckets, except what is due now.
    fn spread_sorted(&mut self) {
        self.looked = 0;
        self.sorted.drain(..std::mem::take(&mut self.head));
        self.floor = self.floor.max(self.last);
        self.sorted_end = self.floor;
        let due = self.sorted.partition_point(|entry| entry.at <= self.floor);
        for at in due..self.sorted.len() {
            let Entry { at, ticket, slot } = self.sorted[at];
            self.enter(at, ticket, slot);
        }
        self.sorted.truncate(due);
        self.bound = BOUND.max(2 * due);
    }

    /// Opens the lowest bucket if something in it happens at `until` or before. The sorted part must have come to its
    /// end.
    fn refill(&mut self, until: u64) -> bool {
        if self.levels == 0 {
            return false;
        }
        let level = self.levels.trailing_zeros();
        let digit = self.filled[level as usize].trailing_zeros();
        let lowest = level as usize * DIGITS + digit as usize;
        let least = self.buckets[lowest].iter().map(|entry| entry.at).min().unwrap_or(u64::MAX);
        if least > until {
            return false;
        }
        self.filled[level as usize] &= !(1 << digit);
        self.levels &= !(u64::from(self.filled[level as usize] == 0) << level);
        self.sorted.clear();
        (self.head, self.looked, self.bound, self.floor) = (0, 0, BOUND, least);
        if self.buckets[lowest].len() <= SMALL {
            self.sorted_end = least | ((1 << (level * DIGIT)) - 1);
            self.sort_bucket(lowest);
        } else {
            self.sorted_end = least;
            self.spread_bucket(lowest);
            self.sorted.sort_unstable_by_key(Entry::key);
        }
        true
    }

    /// Sorts a small bucket whole. What is sorted are distances from the floor with positions in the bucket, which fit
    /// one machine word; entries of one time are in the bucket by their tickets already, but for rare ones.
    fn sort_bucket(&mut self, bucket: usize) {
        let opened = &mut self.buckets[bucket];
        if self.sorted_end - self.floor < 1 << (u64::BITS - SMALL_BITS) {
            let mut keys = [0; SMALL];
            let keys = &mut keys[..opened.len()];
            for (position, (key, entry)) in (0..).zip(keys.iter_mut().zip(opened.iter())) {
                *key = ((entry.at - self.floor) << SMALL_BITS) | position;
            }
            keys.sort_unstable();
            self.sorted.extend(keys.iter().map(|&key| opened[key as usize % SMALL]));
            opened.clear();
        } else {
            self.sorted.append(opened);
        }
        if !self.sorted.is_sorted_by_key(Entry::key) {
            self.sorted.sort_unstable_by_key(Entry::key);
        }
    }

    /// Puts the entries of a bucket into those below it; what happens at the floor becomes the sorted part.
    fn spread_bucket(&mut self, bucket: usize) {
        let mut opened = std::mem::take(&mut self.buckets[bucket]);
        for &Entry { at, ticket, slot } in &opened {
            if at == self.floor {
                self.sorted.push(Entry { at, ticket, slot });
            } else {
                self.enter(at, ticket, slot);
            }
        }
        opened.clear();
        self.buckets[bucket] = opened;
        self.bound = BOUND.max(2 * self.sorted.len());
    }

    /// Entries kept, whether they stand for something or not.
    #[cfg(test)]
    pub(super) fn entries(&self) -> usize {
        self.sorted.len() + self.buckets.iter().map(Vec::len).sum::<usize>()
    }

    /// One more entry stands for nothing; drops all of those when they are many.
    #[inline]
    fn abandon(&mut self) {
        self.idle += 1;
        if self.idle > IDLE + self.len() {
            self.sweep();
        }
    }

    fn sweep(&mut self) {
        self.looked = 0;
        self.sorted.drain(..std::mem::take(&mut self.head));
        let places = &self.places;
        let stands = |entry: &Entry| places[entry.slot as usize].ticket == entry.ticket;
        self.sorted.retain(stands);
        (self.filled, self.levels) = ([0; LEVELS], 0);
        for (at, bucket) in self.buckets.iter_mut().enumerate() {
            bucket.retain(stands);
            let some = u64::from(!bucket.is_empty());
            self.filled[at / DIGITS] |= some << (at % DIGITS);
            self.levels |= some << (at / DIGITS);
        }
        self.idle = 0;
    }
}
