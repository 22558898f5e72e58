//! Commands on groups, which may hold groups.
//!
//! Promises: all members of a group name the same groups around it; a group has at least two members, and never the same
//! ones as the group around it.

use super::draft::Draft;
use super::refusal::Refusal;
use super::stand::standing;
use crate::model::{Design, Id, Stance};
use std::collections::{BTreeMap, BTreeSet};

/// One group of all of these, inside the groups that they have in common. Groups that are taken as a whole stay as they
/// are inside of it; from those of which only a part is taken, that part leaves.
pub(super) fn group(draft: &mut Draft<'_>, ids: &[Id]) -> Result<(), Refusal> {
    let ids: BTreeSet<Id> = standing(draft.design(), ids)?.into_iter().collect();
    if ids.len() < 2 {
        return Err(Refusal::SmallGroup);
    }
    let design = draft.design();
    if is_group(design, &ids) {
        return Ok(());
    }
    let around = design.common_groups(&ids).to_vec();
    let new = free_group(design, std::iter::empty());
    let whole = whole_among(design, &ids);
    let path = |id: &Id| {
        let kept = design.groups_of(id).iter().filter(|group| whole.contains(group));
        around.iter().chain([&new]).chain(kept).cloned().collect::<Vec<_>>()
    };
    let paths: Vec<(Id, Vec<Id>)> = ids.iter().map(|id| (id.clone(), path(id))).collect();
    for (id, path) in paths {
        draft.stand(&id, |stance| stance.groups = path);
    }
    prune(draft);
    Ok(())
}

/// Whether these are the members of one group.
fn is_group(design: &Design, ids: &BTreeSet<Id>) -> bool {
    let first = ids.first().map_or(&[][..], |id| design.groups_of(id));
    first.iter().any(|group| design.members(group) == *ids)
}

/// The groups that lie wholly among some records.
fn whole_among(design: &Design, ids: &BTreeSet<Id>) -> BTreeSet<Id> {
    let mut left: BTreeMap<&Id, usize> = BTreeMap::new();
    for (id, stance) in &design.stances {
        for group in &stance.groups {
            *left.entry(group).or_default() += usize::from(!ids.contains(id));
        }
    }
    left.into_iter().filter(|(_, left)| *left == 0).map(|(group, _)| group.clone()).collect()
}

/// A name that no group has, nor will have.
pub(super) fn free_group<'a>(design: &'a Design, reserved: impl Iterator<Item = &'a Id>) -> Id {
    let taken: BTreeSet<&Id> = design.stances.values().flat_map(|stance| &stance.groups).chain(reserved).collect();
    Id::slug("group", "group").mint(|id| taken.contains(id))
}

/// The outermost groups of these are dissolved, as far as they lie wholly among them; of a part of a group, the innermost.
/// The groups inside stay.
pub(super) fn ungroup(draft: &mut Draft<'_>, ids: &[Id]) -> Result<(), Refusal> {
    let ids: BTreeSet<Id> = standing(draft.design(), ids)?.into_iter().collect();
    let design = draft.design();
    let whole = whole_among(design, &ids);
    let outermost = |id: &Id| {
        let groups = design.groups_of(id);
        groups.iter().find(|group| whole.contains(group)).or(groups.last())
    };
    let gone: BTreeSet<Id> = ids.iter().filter_map(outermost).cloned().collect();
    let inside = |(_, stance): &(&Id, &Stance)| stance.groups.iter().any(|group| gone.contains(group));
    let members: Vec<Id> = design.stances.iter().filter(inside).map(|(id, _)| id.clone()).collect();
    for id in members {
        draft.stand(&id, |stance| stance.groups.retain(|group| !gone.contains(group)));
    }
    prune(draft);
    Ok(())
}

/// Groups of one are no groups, nor are those with the same members as the group around them.
pub(super) fn prune(draft: &mut Draft<'_>) {
    for (id, groups) in draft.design().pruned_groups() {
        draft.stand(&id, |stance| stance.groups = groups);
    }
}
