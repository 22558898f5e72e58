//! How a record stands among others: its group, its level in the pile, whether it is locked.

use super::{Design, Id};
use std::collections::{BTreeMap, BTreeSet};

/// Levels reach this far from 0 on both sides.
pub const HIGHEST: i32 = 1_000_000;

/// How a node, place or note stands among others. Only what differs from the default is kept in a design.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stance {
    /// Records of one group are selected and moved as one. Groups do not nest.
    pub group: Option<Id>,
    /// Records of a kind with a higher level are painted over those with a lower one.
    pub level: i32,
    /// It cannot be moved, resized or removed.
    pub locked: bool,
}

impl Design {
    /// How a record stands.
    pub fn stance(&self, id: &Id) -> Stance {
        self.stances.get(id).cloned().unwrap_or_default()
    }

    /// Whether a record cannot be moved, resized or removed.
    pub fn is_locked(&self, id: &Id) -> bool {
        self.stances.get(id).is_some_and(|stance| stance.locked)
    }

    /// The level of a record in the pile; 0 unless it was raised or lowered.
    pub fn level(&self, id: &Id) -> i32 {
        self.stances.get(id).map_or(0, |stance| stance.level)
    }

    /// The group of a record.
    pub fn group_of(&self, id: &Id) -> Option<&Id> {
        self.stances.get(id)?.group.as_ref()
    }

    /// The records of the groups that any of these belong to, and these.
    pub fn whole_groups(&self, ids: &BTreeSet<Id>) -> BTreeSet<Id> {
        let groups: BTreeSet<&Id> = ids.iter().filter_map(|id| self.group_of(id)).collect();
        if groups.is_empty() {
            return ids.clone();
        }
        let inside = |stance: &Stance| stance.group.as_ref().is_some_and(|group| groups.contains(group));
        let members = self.stances.iter().filter(|(_, stance)| inside(stance)).map(|(id, _)| id);
        members.chain(ids).cloned().collect()
    }

    /// Records of one kind in the order of painting: by level, then by id.
    pub fn piled<'a, T>(&self, records: &'a BTreeMap<Id, T>) -> Vec<(&'a Id, &'a T)> {
        let mut pile: Vec<_> = records.iter().collect();
        if self.stances.values().any(|stance| stance.level != 0) {
            pile.sort_by_key(|(id, _)| self.level(id));
        }
        pile
    }
}
