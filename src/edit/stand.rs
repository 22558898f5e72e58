//! Commands on how records stand among others: locks and levels. Groups are in `group`.

use super::Pile;
use super::draft::Draft;
use super::refusal::Refusal;
use crate::model::{Design, HIGHEST, Id, Rect, Stance};
use crate::words::t;
use std::collections::BTreeSet;

/// Whether a record can stand in a group, be locked, be raised: everything but links.
fn stands(design: &Design, id: &Id) -> bool {
    design.rect_of(id).is_some()
}

/// The records among `ids` that are not links; refuses ids of nothing.
pub(super) fn standing(design: &Design, ids: &[Id]) -> Result<Vec<Id>, Refusal> {
    if let Some(missing) = ids.iter().find(|id| !design.has(id)) {
        return Err(Refusal::Missing(missing.clone()));
    }
    Ok(ids.iter().filter(|id| stands(design, id)).cloned().collect::<BTreeSet<_>>().into_iter().collect())
}

pub(super) fn lock(draft: &mut Draft<'_>, ids: &[Id]) -> Result<(), Refusal> {
    set_lock(draft, ids, |stance| stance.locked = true)
}

pub(super) fn unlock(draft: &mut Draft<'_>, ids: &[Id]) -> Result<(), Refusal> {
    set_lock(draft, ids, |stance| stance.locked = false)
}

fn set_lock(draft: &mut Draft<'_>, ids: &[Id], set: fn(&mut Stance)) -> Result<(), Refusal> {
    for id in standing(draft.design(), ids)? {
        draft.stand(&id, set);
    }
    Ok(())
}

/// Of these, the ones that are not locked; refuses if there was one and none is left.
pub(super) fn movable(design: &Design, ids: BTreeSet<Id>) -> Result<BTreeSet<Id>, Refusal> {
    let locked = ids.iter().find(|id| design.is_locked(id)).cloned();
    let free: BTreeSet<Id> = ids.into_iter().filter(|id| !design.is_locked(id)).collect();
    match locked {
        Some(id) if free.is_empty() => Err(Refusal::Locked(name(design, &id))),
        _ => Ok(free),
    }
}

fn name(design: &Design, id: &Id) -> String {
    let node = design.nodes.get(id).map(|node| node.label.clone());
    let place = || design.places.get(id).map(super::belong::called);
    node.or_else(place).unwrap_or_else(|| t!("The note").to_owned())
}

/// Raises or lowers records among those of their kind.
pub(super) fn pile(draft: &mut Draft<'_>, ids: &[Id], to: Pile) -> Result<(), Refusal> {
    let ids = standing(draft.design(), ids)?;
    let levels: Vec<(Id, i32)> = ids.iter().map(|id| (id.clone(), level(draft.design(), id, &ids, to))).collect();
    for (id, level) in levels {
        draft.stand(&id, |stance| stance.level = level.clamp(-HIGHEST, HIGHEST));
    }
    Ok(())
}

/// The level that takes a record where it is wanted, `ids` being raised or lowered along with it.
fn level(design: &Design, id: &Id, ids: &[Id], to: Pile) -> i32 {
    let now = design.level(id);
    let Some(rect) = design.rect_of(id) else { return now };
    let others: Vec<(i32, &Id, Rect)> = alike(design, id)
        .into_iter()
        .filter(|(other, _)| !ids.contains(other))
        .map(|(o, r)| (design.level(o), o, r))
        .collect();
    let above = |(level, other, _): &&(i32, &Id, Rect)| (*level, *other) > (now, id);
    let below = |(level, other, _): &&(i32, &Id, Rect)| (*level, *other) < (now, id);
    let over = |(_, _, other): &&(i32, &Id, Rect)| other.touches(&rect);
    match to {
        Pile::Front if !others.iter().any(|o| above(&o)) => now,
        Pile::Back if !others.iter().any(|o| below(&o)) => now,
        Pile::Front => others.iter().map(|o| o.0).max().map_or(now, |top| top + 1),
        Pile::Back => others.iter().map(|o| o.0).min().map_or(now, |bottom| bottom - 1),
        Pile::Forward => others.iter().filter(above).filter(over).map(|o| o.0).min().map_or(now, |next| next + 1),
        Pile::Backward => others.iter().filter(below).filter(over).map(|o| o.0).max().map_or(now, |next| next - 1),
    }
}

/// The records that are painted in one pile with this one, itself left out.
fn alike<'a>(design: &'a Design, id: &Id) -> Vec<(&'a Id, Rect)> {
    let found: Vec<(&Id, Rect)> = if let Some(place) = design.places.get(id) {
        let depth = place.kind.depth();
        design.places.iter().filter(|(_, other)| other.kind.depth() == depth).map(|(id, p)| (id, p.rect)).collect()
    } else if design.nodes.contains_key(id) {
        design.nodes.iter().map(|(id, node)| (id, node.rect())).collect()
    } else {
        design.notes.iter().map(|(id, note)| (id, note.rect)).collect()
    };
    found.into_iter().filter(|(other, _)| *other != id).collect()
}
