//! The least of many loads, each position in turn among equals: what a balancer asks for each request.
//!
//! Each load has a map of the positions that have it, a bit for each: a change moves one bit, and the next position in turn
//! is found in one word where that is enough for all positions, in two or three where there is a second word with a bit
//! for each word of them, however many there are.

/// So many loads or fewer have maps of one word.
const FEW: usize = 64;
/// Of few loads, those from here on share a map.
const HIGH: usize = 63;
/// Loads from here on share a map.
const MOST: usize = 1 << 10;

/// Loads by position.
#[derive(Debug, Clone, Default)]
pub(super) struct Least {
    /// The load at each position.
    loads: Vec<u32>,
    /// Where there are few: the map of each load.
    words: Option<Box<[u64; HIGH + 1]>>,
    /// Where there are many: the map of each load.
    maps: Vec<Map>,
    /// No map before this one has a position.
    least: usize,
}

/// Positions, a bit for each.
#[derive(Debug, Clone)]
struct Map {
    words: Vec<u64>,
    /// A bit for each word that is not zero.
    filled: Vec<u64>,
    count: u32,
}

impl Map {
    fn new(positions: usize) -> Self {
        let words = positions.div_ceil(64);
        Self { words: vec![0; words], filled: vec![0; words.div_ceil(64)], count: 0 }
    }

    #[inline]
    fn insert(&mut self, position: usize) {
        let word = position / 64;
        self.words[word] |= 1 << (position % 64);
        self.filled[word / 64] |= 1 << (word % 64);
        self.count += 1;
    }

    #[inline]
    fn remove(&mut self, position: usize) {
        let word = position / 64;
        self.words[word] &= !(1 << (position % 64));
        self.filled[word / 64] &= !(u64::from(self.words[word] == 0) << (word % 64));
        self.count -= 1;
    }

    /// The first position from one on, going round. There must be one.
    #[inline]
    fn first_from(&self, turn: usize) -> usize {
        let word = turn / 64;
        let rest = self.words[word] & (u64::MAX << (turn % 64));
        if rest != 0 {
            return word * 64 + rest.trailing_zeros() as usize;
        }
        let found = self.word_from(word + 1).or_else(|| self.word_from(0)).unwrap_or(word);
        found * 64 + self.words[found].trailing_zeros() as usize
    }

    /// The first word that is not zero, from one on.
    #[inline]
    fn word_from(&self, first: usize) -> Option<usize> {
        let mut mask = u64::MAX << (first % 64);
        for (at, &filled) in self.filled.iter().enumerate().skip(first / 64) {
            let rest = filled & std::mem::replace(&mut mask, u64::MAX);
            if rest != 0 {
                return Some(at * 64 + rest.trailing_zeros() as usize);
            }
        }
        None
    }
}

/// Which map of few loads one is in.
#[inline]
fn word_of(load: u32) -> usize {
    (load as usize).min(HIGH)
}

impl Least {
    pub(super) fn new(loads: impl ExactSizeIterator<Item = u32>) -> Self {
        let mut it = Self { loads: loads.collect(), ..Self::default() };
        if it.loads.len() <= FEW {
            let mut words = Box::new([0; HIGH + 1]);
            for (position, &load) in it.loads.iter().enumerate() {
                words[word_of(load)] |= 1 << position;
            }
            return Self { words: Some(words), ..it };
        }
        for position in 0..it.loads.len() {
            let map = it.map(it.loads[position]);
            it.maps[map].insert(position);
        }
        it
    }

    /// The map of a load, made if there is none yet.
    #[inline]
    fn map(&mut self, load: u32) -> usize {
        let map = (load as usize).min(MOST);
        while self.maps.len() <= map {
            self.maps.push(Map::new(self.loads.len()));
        }
        map
    }

    /// Changes the load at a position.
    #[inline]
    pub(super) fn set(&mut self, position: usize, load: u32) {
        let Some(words) = &mut self.words else {
            return self.set_among_many(position, load);
        };
        let before = std::mem::replace(&mut self.loads[position], load);
        let bit = 1 << (position % FEW);
        words[word_of(before)] &= !bit;
        words[word_of(load)] |= bit;
        self.least = self.least.min(word_of(load));
    }

    /// The load at a position.
    pub(super) fn get(&self, position: usize) -> u32 {
        self.loads[position]
    }

    #[inline(never)]
    fn set_among_many(&mut self, position: usize, load: u32) {
        let before = std::mem::replace(&mut self.loads[position], load);
        self.maps[(before as usize).min(MOST)].remove(position);
        let map = self.map(load);
        self.maps[map].insert(position);
        self.least = self.least.min(map);
    }

    /// The first position with the least load, beginning at `turn` and going round. There must be one.
    #[inline]
    pub(super) fn first_from(&mut self, turn: usize) -> usize {
        let Some(words) = &self.words else {
            return self.first_among_many(turn);
        };
        let mut least = self.least;
        // Somewhere there is a position.
        while least < HIGH && words[least] == 0 {
            least += 1;
        }
        self.least = least;
        if least >= HIGH {
            return self.first_of_all(turn);
        }
        let from_turn = words[least].rotate_right(turn as u32 % FEW as u32);
        (from_turn.trailing_zeros() as usize + turn) % FEW
    }

    #[inline(never)]
    fn first_among_many(&mut self, turn: usize) -> usize {
        while self.maps[self.least].count == 0 {
            self.least += 1;
        }
        if self.least < MOST { self.maps[self.least].first_from(turn) } else { self.first_of_all(turn) }
    }

    /// The same where even the least load is so large that it has no map of its own.
    #[cold]
    fn first_of_all(&self, turn: usize) -> usize {
        let count = self.loads.len();
        let round = (turn..count).chain(0..turn);
        round.min_by_key(|&position| self.loads[position]).unwrap_or(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Stream;

    #[test]
    fn finds_what_a_look_at_all_finds() {
        let mut chance = Stream::new(5, "least");
        for count in [1, 2, 3, 8, 15, 16, 17, 31, 63, 64, 65, 100, 1_000, 9_000] {
            let mut loads: Vec<u32> = (0..count).map(|_| chance.below(4) as u32).collect();
            let mut least = Least::new(loads.iter().copied());
            for _ in 0..(200_000 / count).min(2_000) {
                let turn = chance.below(count);
                let expected = (turn..turn + count).map(|at| at % count).min_by_key(|&at| loads[at]).unwrap();
                assert_eq!(least.first_from(turn), expected, "{loads:?} from {turn}");
                let at = if chance.below(2) == 0 { expected } else { chance.below(count) };
                assert_eq!(least.get(at), loads[at]);
                loads[at] = if chance.below(3) == 0 { loads[at].saturating_sub(1) } else { loads[at] + 1 };
                least.set(at, loads[at]);
            }
        }
    }

    #[test]
    fn loads_beyond_all_maps_are_told_apart_as_well() {
        for (count, first) in [(20, 60), (20, 2_000), (120, 2_000)] {
            let mut loads: Vec<u32> = (0..count).map(|at| first + (at * 7) % count).collect();
            let mut least = Least::new(loads.iter().copied());
            for least_load in first..first + count {
                let at = least.first_from(11);
                assert_eq!(loads[at], least_load);
                loads[at] = 5_000;
                least.set(at, 5_000);
            }
            assert_eq!(least.first_from(11), 11, "all are alike");
        }
    }
}
