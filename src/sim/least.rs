//! The least of many loads, each position in turn among equals: what a balancer asks for each request.
//!
//! Up to some places all loads are looked at, with an instruction or two for each. Above that a tree of minima holds them: a change climbs
//! only as far as it changes a minimum, which is a step or two where most loads are alike, and the next position in turn
//! is found near the last one.

/// So many loads or fewer are all looked at.
const FEW: usize = 1 << FEW_BITS;
const FEW_BITS: u32 = 4;
/// Load of a place that is not there.
const ABSENT: u32 = u32::MAX;

/// Loads by position.
#[derive(Debug, Clone, Default)]
pub(super) struct Least {
    /// Where there are few: each load with its position in the lowest bits.
    few: Vec<u32>,
    /// Where there are many: a complete binary tree of minima. Node 1 is the least of all, position `n` is node `base + n`.
    tree: Vec<u32>,
    base: usize,
}

/// A load with its position; loads beyond 2^28 count as that.
#[inline]
fn packed(position: usize, load: u32) -> u32 {
    (load.min(u32::MAX >> FEW_BITS) << FEW_BITS) | position as u32
}

impl Least {
    pub(super) fn new(loads: impl ExactSizeIterator<Item = u32>) -> Self {
        let count = loads.len();
        if count <= FEW {
            let few = loads.enumerate().map(|(position, load)| packed(position, load)).collect();
            return Self { few, ..Self::default() };
        }
        let base = count.next_power_of_two();
        let mut tree = vec![ABSENT; 2 * base];
        for (place, load) in tree[base..].iter_mut().zip(loads) {
            *place = load;
        }
        for node in (1..base).rev() {
            tree[node] = tree[2 * node].min(tree[2 * node + 1]);
        }
        Self { few: Vec::new(), tree, base }
    }

    /// Changes the load at a position.
    #[inline]
    pub(super) fn set(&mut self, position: usize, load: u32) {
        match self.few.get_mut(position) {
            Some(place) => *place = packed(position, load),
            None => self.set_among_many(position, load),
        }
    }

    /// The load at a position.
    pub(super) fn get(&self, position: usize) -> u32 {
        self.few.get(position).map_or_else(|| self.tree[self.base + position], |&packed| packed >> FEW_BITS)
    }

    fn set_among_many(&mut self, position: usize, load: u32) {
        let mut node = self.base + position;
        self.tree[node] = load;
        while node > 1 {
            let least = self.tree[node].min(self.tree[node ^ 1]);
            node /= 2;
            if self.tree[node] == least {
                return;
            }
            self.tree[node] = least;
        }
    }

    /// The first position with the least load, beginning at `turn` and going round. There must be one.
    #[inline]
    pub(super) fn first_from(&self, turn: usize) -> usize {
        if self.few.is_empty() { self.climb(turn) } else { self.scan(turn) }
    }

    #[inline]
    fn scan(&self, turn: usize) -> usize {
        let (before, after) = self.few.split_at(turn);
        let least = |loads: &[u32]| loads.iter().fold(ABSENT, |least, &load| least.min(load));
        let (before, after) = (least(before), least(after));
        let best = if before >> FEW_BITS < after >> FEW_BITS { before } else { after };
        best as usize % FEW
    }

    fn climb(&self, turn: usize) -> usize {
        let least = self.tree[1];
        let mut node = self.base + turn;
        if self.tree[node] == least {
            return turn;
        }
        while node > 1 {
            if node.is_multiple_of(2) && self.tree[node + 1] == least {
                return self.descend(node + 1, least);
            }
            node /= 2;
        }
        self.descend(1, least)
    }

    /// The first position below a node that has this load.
    fn descend(&self, mut node: usize, least: u32) -> usize {
        while node < self.base {
            node = 2 * node + usize::from(self.tree[2 * node] != least);
        }
        node - self.base
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Stream;

    #[test]
    fn finds_what_a_look_at_all_finds() {
        let mut chance = Stream::new(5, "least");
        for count in [1, 2, 3, 8, 15, 16, 17, 31, 64, 100, 1_000] {
            let mut loads: Vec<u32> = (0..count).map(|_| chance.below(4) as u32).collect();
            let mut least = Least::new(loads.iter().copied());
            for _ in 0..2_000 {
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
}
