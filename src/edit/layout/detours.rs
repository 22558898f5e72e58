//! Ways that leave a place and come back: what they come back to belongs behind what they left from, though no link inside
//! the place says so.

use crate::model::{Design, Id};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Most links that are followed for all places together, so that a large drawing is arranged in time.
const MOST: usize = 200_000;

/// Pairs of nodes in one place of which the first reaches the second over nodes outside of it, with that place. `chain` is
/// a node and the places around it.
pub(super) fn detours(design: &Design, chain: &dyn Fn(&Id) -> Vec<Id>) -> Vec<(Id, Id, Id)> {
    let mut within: BTreeMap<Id, BTreeSet<&Id>> = BTreeMap::new();
    for id in design.nodes.keys() {
        for place in chain(id).into_iter().skip(1) {
            within.entry(place).or_default().insert(id);
        }
    }
    let mut calls: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
    for link in design.links.values() {
        calls.entry(&link.from).or_default().push(&link.to);
    }
    let out = |id: &Id| calls.get(id).map_or(&[][..], Vec::as_slice);
    let (mut found, mut left) = (Vec::new(), MOST);
    for (place, inside) in &within {
        for from in inside {
            let mut queue: VecDeque<&Id> = out(from).iter().copied().filter(|to| !inside.contains(to)).collect();
            let mut seen: BTreeSet<&Id> = queue.iter().copied().collect();
            while let Some(at) = queue.pop_front() {
                for &to in out(at) {
                    left = left.saturating_sub(1);
                    if inside.contains(to) {
                        found.push((place.clone(), (*from).clone(), to.clone()));
                    } else if seen.insert(to) {
                        queue.push_back(to);
                    }
                }
                if left == 0 {
                    return found;
                }
            }
        }
    }
    found
}
