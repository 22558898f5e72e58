//! How a record stands among others: its groups, its level in the pile, whether it is locked.

use super::{Design, Id};
use std::collections::{BTreeMap, BTreeSet};

/// Levels reach this far from 0 on both sides.
pub const HIGHEST: i32 = 1_000_000;

/// How a node, place or note stands among others. Only what differs from the default is kept in a design.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stance {
    /// The groups that it belongs to, outermost first. Records of one group are selected and moved as one; a group may
    /// hold others, and all members of a group name the same groups around it.
    pub groups: Vec<Id>,
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

    /// The groups of a record, outermost first.
    pub fn groups_of(&self, id: &Id) -> &[Id] {
        self.stances.get(id).map_or(&[], |stance| &stance.groups)
    }

    /// The records of a group, those of the groups in it included.
    pub fn members(&self, group: &Id) -> BTreeSet<Id> {
        let inside = self.stances.iter().filter(|(_, stance)| stance.groups.contains(group));
        inside.map(|(id, _)| id.clone()).collect()
    }

    /// The records of the outermost groups that any of these belong to, and these.
    pub fn whole_groups(&self, ids: &BTreeSet<Id>) -> BTreeSet<Id> {
        let groups: BTreeSet<&Id> = ids.iter().filter_map(|id| self.groups_of(id).first()).collect();
        if groups.is_empty() {
            return ids.clone();
        }
        let inside = |stance: &Stance| stance.groups.first().is_some_and(|group| groups.contains(group));
        let members = self.stances.iter().filter(|(_, stance)| inside(stance)).map(|(id, _)| id);
        members.chain(ids).cloned().collect()
    }

    /// The groups that all of these have in common, outermost first: those in which they are picked one by one. A group
    /// that is picked as a whole is not one of them.
    pub fn common_groups(&self, ids: &BTreeSet<Id>) -> &[Id] {
        let mut drawn = ids.iter().filter(|id| self.rect_of(id).is_some());
        let Some(mut common) = drawn.next().map(|id| self.groups_of(id)) else { return &[] };
        for id in drawn {
            let same = common.iter().zip(self.groups_of(id)).take_while(|(a, b)| a == b).count();
            common = &common[..same];
        }
        while let Some((last, outer)) = common.split_last()
            && self.members(last).is_subset(ids)
        {
            common = outer;
        }
        common
    }

    /// What is picked by pointing at a record while these groups are open: the record, or the group in them that it
    /// belongs to. A record outside of them closes those that it is not in.
    pub fn unit(&self, id: &Id, open: &[Id]) -> BTreeSet<Id> {
        let groups = self.groups_of(id);
        let inside = groups.iter().zip(open).take_while(|(a, b)| a == b).count();
        groups.get(inside).map_or_else(|| [id.clone()].into(), |group| self.members(group))
    }

    /// Records whose groups are too many, with those that make sense: groups of one are none, nor are those with the same
    /// members as the group around them.
    pub fn pruned_groups(&self) -> Vec<(Id, Vec<Id>)> {
        let mut sizes: BTreeMap<&Id, usize> = BTreeMap::new();
        for group in self.stances.values().flat_map(|stance| &stance.groups) {
            *sizes.entry(group).or_default() += 1;
        }
        let kept = |groups: &[Id]| {
            let mut kept: Vec<Id> = groups.iter().filter(|group| sizes[group] > 1).cloned().collect();
            kept.dedup_by_key(|group| sizes[&*group]);
            kept
        };
        let pruned = self.stances.iter().map(|(id, stance)| (id, stance, kept(&stance.groups)));
        let changed = pruned.filter(|(_, stance, kept)| *kept != stance.groups);
        changed.map(|(id, _, kept)| (id.clone(), kept)).collect()
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
