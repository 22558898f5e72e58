//! What belongs to what, by geometry: a record belongs to the innermost place that its middle lies in and that may hold
//! it. Regions hold VPCs, VPCs hold Availability Zones, those hold subnets, and all of them hold nodes.

use super::draft::Draft;
use super::refusal::Refusal;
use crate::model::{Design, Id, Place, PlaceKind, Point, Rect};
use std::collections::{BTreeMap, BTreeSet};

/// The innermost place around a point; for a place of a kind only among those that may hold it.
pub(super) fn home(design: &Design, middle: Point, kind: Option<PlaceKind>) -> Option<Id> {
    let may_hold = |place: &Place| kind.is_none_or(|kind| place.kind.may_hold(kind));
    let around = design.places.iter().filter(|(_, place)| may_hold(place) && place.rect.contains(middle));
    let innermost = around.min_by(|(_, a), (_, b)| a.rect.area().total_cmp(&b.rect.area()).then(b.kind.cmp(&a.kind)));
    innermost.map(|(id, _)| id.clone())
}

/// The place that a node with this rectangle would belong to.
pub fn home_of(design: &Design, node: Rect) -> Option<Id> {
    home(design, node.center(), None)
}

/// These records and all that moves with them: what belongs to places among them, and notes that lie in those.
pub fn contents(design: &Design, ids: &BTreeSet<Id>) -> BTreeSet<Id> {
    with_contents(design, ids)
}

/// Works out anew what the touched records, and whatever lies in touched places, belong to.
pub(super) fn settle(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let nodes = stale_nodes(draft);
    let places = stale_places(draft);
    for id in nodes {
        let node = &draft.design().nodes[&id];
        let place = home(draft.design(), node.rect().center(), None);
        if node.place != place {
            draft.node(&id)?.place = place;
        }
    }
    for id in places {
        let place = &draft.design().places[&id];
        let parent = home(draft.design(), place.rect.center(), Some(place.kind));
        if place.parent != parent {
            draft.place(&id)?.parent = parent;
        }
    }
    Ok(())
}

fn stale_nodes(draft: &Draft<'_>) -> Vec<Id> {
    let (areas, touched) = (touched_areas(draft), draft.so_far());
    if areas.is_empty() && touched.places.is_empty() {
        // As with every step of a drag of nodes: nothing else can have come to belong elsewhere.
        return touched.nodes.keys().filter(|id| draft.design().nodes.contains_key(*id)).cloned().collect();
    }
    let ids = draft.design().nodes.iter().filter(|(id, node)| {
        let displaced = node.place.as_ref().is_some_and(|place| touched.places.contains_key(place));
        displaced || touched.nodes.contains_key(*id) || within(&areas, node.rect().center())
    });
    ids.map(|(id, _)| id.clone()).collect()
}

fn stale_places(draft: &Draft<'_>) -> Vec<Id> {
    let (areas, touched) = (touched_areas(draft), draft.so_far());
    let ids = draft.design().places.iter().filter(|(id, place)| {
        let displaced = place.parent.as_ref().is_some_and(|parent| touched.places.contains_key(parent));
        displaced || touched.places.contains_key(*id) || within(&areas, place.rect.center())
    });
    ids.map(|(id, _)| id.clone()).collect()
}

/// Where touched places were and are.
fn touched_areas(draft: &Draft<'_>) -> Vec<Rect> {
    let places = draft.so_far().places.iter();
    let both = places.flat_map(|(id, change)| [change.before.as_ref(), draft.design().places.get(id)]);
    both.flatten().map(|place| place.rect).collect()
}

fn within(areas: &[Rect], point: Point) -> bool {
    areas.iter().any(|area| area.contains(point))
}

/// Refuses if a touched place lies in one that cannot hold it, or holds one that it cannot, and did not before.
pub(super) fn check_nesting(draft: &Draft<'_>) -> Result<(), Refusal> {
    let (design, touched) = (draft.design(), &draft.so_far().places);
    let before = |id: &Id| touched.get(id).map_or_else(|| design.places.get(id), |change| change.before.as_ref());
    let was_wrong = |outer: &Id, inner: &Id| {
        before(outer).zip(before(inner)).is_some_and(|(outer, inner)| outer.wrongly_holds(inner))
    };
    for id in touched.keys() {
        let Some(place) = design.places.get(id) else { continue };
        for (other_id, other) in &design.places {
            if other.wrongly_holds(place) && !was_wrong(other_id, id) {
                return Err(Refusal::Nesting { inner: called(place), outer: called(other) });
            }
            if place.wrongly_holds(other) && !was_wrong(id, other_id) {
                return Err(Refusal::Nesting { inner: called(other), outer: called(place) });
            }
        }
    }
    Ok(())
}

/// Whether places may stand in these rectangles, as far as they stand rightly now.
pub fn check_places(design: &Design, moved: &BTreeMap<Id, Rect>) -> Result<(), Refusal> {
    let there = |id: &Id, place: &Place| Place { rect: moved.get(id).copied().unwrap_or(place.rect), ..place.clone() };
    for (id, place) in design.places.iter().filter(|(id, _)| moved.contains_key(*id)) {
        let now = there(id, place);
        for (other_id, other) in design.places.iter().filter(|(other, _)| *other != id) {
            let then = there(other_id, other);
            if then.wrongly_holds(&now) && !other.wrongly_holds(place) {
                return Err(Refusal::Nesting { inner: called(place), outer: called(other) });
            }
            if now.wrongly_holds(&then) && !place.wrongly_holds(other) {
                return Err(Refusal::Nesting { inner: called(other), outer: called(place) });
            }
        }
    }
    Ok(())
}

/// Whether a new place of a kind may stand in a rectangle.
pub fn check_new_place(design: &Design, kind: PlaceKind, rect: Rect) -> Result<(), Refusal> {
    let new = Place { kind, label: kind.name().to_owned(), rect, parent: None, settings: Default::default() };
    for other in design.places.values() {
        if other.wrongly_holds(&new) {
            return Err(Refusal::Nesting { inner: called(&new), outer: called(other) });
        }
        if new.wrongly_holds(other) {
            return Err(Refusal::Nesting { inner: called(other), outer: called(&new) });
        }
    }
    Ok(())
}

/// The name of a place with its kind in front of it.
pub fn called(place: &Place) -> String {
    if place.label == place.kind.name() {
        place.label.clone()
    } else {
        format!("{} {}", place.kind.name(), place.label)
    }
}

/// The records that move when these are moved: places take along what belongs to them, and notes that lie in them.
pub(super) fn with_contents(design: &Design, ids: &BTreeSet<Id>) -> BTreeSet<Id> {
    let mut all = ids.clone();
    let carried: BTreeMap<&Id, &Place> = design.places.iter().filter(|(id, _)| inside(design, Some(id), ids)).collect();
    if carried.is_empty() {
        return all;
    }
    all.extend(carried.keys().map(|id| (*id).clone()));
    all.extend(design.nodes.iter().filter(|(_, n)| inside(design, n.place.as_ref(), ids)).map(|(id, _)| id.clone()));
    let lies_in = |rect: &Rect| carried.values().any(|place| place.rect.encloses(rect));
    all.extend(design.notes.iter().filter(|(_, note)| lies_in(&note.rect)).map(|(id, _)| id.clone()));
    all
}

/// Whether a place, or one around it, is among `ids`.
fn inside(design: &Design, innermost: Option<&Id>, ids: &BTreeSet<Id>) -> bool {
    let outwards = std::iter::successors(innermost, |id| design.places.get(*id)?.parent.as_ref());
    outwards.take(PlaceKind::ALL.len() + 1).any(|id| ids.contains(id))
}
