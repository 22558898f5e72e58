//! Entries by key, of which the least recently used make room for new ones.
//!
//! Every operation takes constant time. The list of uses runs through the entries; the index is a hash table whose order
//! is never looked at, so that results do not depend on it. Absent: expiry, which whoever looks an entry up decides.

use crate::units::SimTime;
use hashbrown::HashTable;

/// A moment that never comes.
const NEVER: SimTime = SimTime(u64::MAX);
/// No entry.
const NONE: u32 = u32::MAX;

/// One entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) key: u32,
    pub(super) bytes: u32,
    /// When it was put here.
    pub(super) written: SimTime,
    /// When it was asked for last, or put here.
    pub(super) used: SimTime,
    /// When its object was first written after that; [`SimTime`]'s end if it was not.
    pub(super) outdated: SimTime,
    newer: u32,
    older: u32,
}

/// Entries in the order of their last use.
#[derive(Debug, Clone)]
pub(super) struct Lru {
    slots: Vec<Entry>,
    free: Vec<u32>,
    index: HashTable<u32>,
    newest: u32,
    oldest: u32,
    bytes: u64,
}

impl Default for Lru {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new(), index: HashTable::new(), newest: NONE, oldest: NONE, bytes: 0 }
    }
}

/// Spreads keys, which are small numbers, over all 64 bits (the finaliser of SplitMix64).
#[inline]
pub(super) fn scatter(key: u64) -> u64 {
    let mut x = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Lru {
    fn place(&self, key: u32) -> Option<u32> {
        let slots = &self.slots;
        self.index.find(scatter(key.into()), |&slot| slots[slot as usize].key == key).copied()
    }

    /// The entry of a key, which stays where it is among the uses.
    pub(super) fn peek(&self, key: u32) -> Option<Entry> {
        self.place(key).map(|slot| self.slots[slot as usize])
    }

    /// Notes that an entry is used now.
    pub(super) fn touch(&mut self, key: u32, now: SimTime) {
        if let Some(slot) = self.place(key) {
            self.unlink(slot);
            self.link(slot);
            self.slots[slot as usize].used = now;
        }
    }

    /// The object of an entry is written elsewhere: it is outdated from now on, unless it was made at this very moment.
    pub(super) fn outdate(&mut self, key: u32, now: SimTime) {
        if let Some(slot) = self.place(key) {
            let entry = &mut self.slots[slot as usize];
            if entry.written < now {
                entry.outdated = entry.outdated.min(now);
            }
        }
    }

    /// Puts an entry here, in place of one with the same key, and takes the least recently used out until `room` bytes and
    /// `most` entries are enough; says how many had to go. What does not fit alone is not kept at all.
    pub(super) fn put(&mut self, (key, bytes): (u32, u32), now: SimTime, (room, most): (u64, usize)) -> u64 {
        self.remove(key);
        if u64::from(bytes) > room || most == 0 {
            return 0;
        }
        let mut evicted = 0;
        while self.bytes + u64::from(bytes) > room || self.len() >= most {
            self.remove(self.slots[self.oldest as usize].key);
            evicted += 1;
        }
        let entry = Entry { key, bytes, written: now, used: now, outdated: NEVER, newer: NONE, older: NONE };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = entry;
                slot
            }
            None => {
                self.slots.push(entry);
                self.slots.len() as u32 - 1
            }
        };
        let slots = &self.slots;
        self.index.insert_unique(scatter(key.into()), slot, |&slot| scatter(slots[slot as usize].key.into()));
        self.bytes += u64::from(bytes);
        self.link(slot);
        evicted
    }

    /// Takes an entry out.
    pub(super) fn remove(&mut self, key: u32) {
        let slots = &self.slots;
        let found = self.index.find_entry(scatter(key.into()), |&slot| slots[slot as usize].key == key);
        let Ok(found) = found else { return };
        let (slot, _) = found.remove();
        self.bytes -= u64::from(self.slots[slot as usize].bytes);
        self.unlink(slot);
        self.free.push(slot);
    }

    /// Takes everything out.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    fn unlink(&mut self, slot: u32) {
        let Entry { newer, older, .. } = self.slots[slot as usize];
        match newer {
            NONE => self.newest = older,
            newer => self.slots[newer as usize].older = older,
        }
        match older {
            NONE => self.oldest = newer,
            older => self.slots[older as usize].newer = newer,
        }
    }

    fn link(&mut self, slot: u32) {
        let before = std::mem::replace(&mut self.newest, slot);
        (self.slots[slot as usize].newer, self.slots[slot as usize].older) = (NONE, before);
        match before {
            NONE => self.oldest = slot,
            before => self.slots[before as usize].newer = slot,
        }
    }

    /// Keys from the most to the least recently used, and the bytes that were counted; for checks.
    pub(super) fn audit(&self) -> Option<String> {
        let next = |slot: &u32| self.slots.get(*slot as usize).map(|entry| entry.older);
        let listed = std::iter::successors(Some(self.newest), next).take_while(|&slot| slot != NONE);
        let listed: Vec<Entry> = listed.take(self.slots.len() + 1).map(|slot| self.slots[slot as usize]).collect();
        let bytes: u64 = listed.iter().map(|entry| u64::from(entry.bytes)).sum();
        let known = listed.iter().all(|entry| self.place(entry.key).is_some());
        let sound = known && listed.len() == self.len() && self.len() + self.free.len() == self.slots.len();
        let text = || format!("{} entries, {} listed; {} B, {bytes} B listed", self.len(), listed.len(), self.bytes);
        (!sound || bytes != self.bytes).then(text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::random::Stream;
    use super::*;

    fn keys(lru: &Lru) -> Vec<u32> {
        let next = |slot: &u32| lru.slots.get(*slot as usize).map(|entry| entry.older);
        let slots = std::iter::successors(Some(lru.newest), next).take_while(|&slot| slot != NONE);
        slots.map(|slot| lru.slots[slot as usize].key).collect()
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut lru = Lru::default();
        let put = |lru: &mut Lru, key| lru.put((key, 1), SimTime::ZERO, (3, 10));
        assert_eq!([1, 2, 3].map(|key| put(&mut lru, key)), [0, 0, 0]);
        lru.touch(1, SimTime(5));
        assert_eq!((put(&mut lru, 4), keys(&lru)), (1, vec![4, 1, 3]));
        assert_eq!(lru.peek(2).map(|entry| entry.key), None);
        assert_eq!(lru.put((9, 4), SimTime::ZERO, (3, 10)), 0, "what is larger than the room is not kept");
        assert_eq!(lru.put((9, 2), SimTime::ZERO, (3, 10)), 2, "a large one makes several go");
        assert_eq!((keys(&lru), lru.audit()), (vec![9, 4], None));
        assert_eq!(lru.put((5, 0), SimTime::ZERO, (3, 2)), 1, "so many entries and no more");
    }

    /// Against a plain list that does the same slowly.
    #[test]
    fn random_uses_are_those_of_a_list() {
        let (mut lru, mut list) = (Lru::default(), Vec::<(u32, u32)>::new());
        let mut chance = Stream::new(4, "lru");
        for _ in 0..20_000 {
            let (key, bytes) = (chance.below(60) as u32, 1 + chance.below(4) as u32);
            let at = list.iter().position(|&(other, _)| other == key);
            match chance.below(3) {
                0 => {
                    at.map(|at| list.remove(at));
                    list.insert(0, (key, bytes));
                    while list.iter().map(|(_, bytes)| bytes).sum::<u32>() > 50 || list.len() > 25 {
                        list.pop();
                    }
                    lru.put((key, bytes), SimTime::ZERO, (50, 25));
                }
                1 => {
                    if let Some(found) = at.map(|at| list.remove(at)) {
                        list.insert(0, found);
                    }
                    lru.touch(key, SimTime::ZERO);
                }
                _ => {
                    at.map(|at| list.remove(at));
                    lru.remove(key);
                }
            }
            assert_eq!(keys(&lru), list.iter().map(|&(key, _)| key).collect::<Vec<_>>());
        }
        assert_eq!(lru.audit(), None);
    }
}
