//! Where imported things stand. Icons of other programs are smaller than our cards, so that drawings are spread until no
//! card lies on another and places hold what stands in them; where that does not help, everything is laid out anew.

use super::draft::Stand;
use crate::edit;
use crate::model::{CARD, Design, Id, PLACE_PADDING, PLACE_TOP, Point, Rect};
use std::collections::BTreeMap;

/// How far apart things may be drawn, compared to where they were.
const SPREADS: [f32; 8] = [1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0];

/// Room between two cards, in drawing units.
const BETWEEN: f32 = 24.0;

/// Boxes up to which neighbours are compared one by one for each spread.
const MANY: usize = 3_000;

/// Puts everything where it fits.
pub(super) fn arrange(design: &mut Design, stand: Stand) {
    if stand == Stand::Exactly {
        return;
    }
    let drawn = stand == Stand::AsDrawn && design.nodes.len() + design.places.len() <= MANY;
    if let Some(fits) = drawn.then(|| SPREADS.into_iter().find_map(|by| spread(design, by))).flatten() {
        return *design = fits;
    }
    // Notes and places have sizes of their own; the layout makes places as large as what stands in them.
    if let Some(command) = edit::layout(design, None) {
        // A chain of hundreds would reach beyond the canvas, where nothing can stand.
        if edit::apply(design, &command).is_err() {
            in_rows(design);
        }
    }
}

/// Cards in rows, without places: for what no layout can hold.
fn in_rows(design: &mut Design) {
    let across = (design.nodes.len() as f32).sqrt().ceil().max(1.0) as usize;
    design.places.clear();
    design.notes.clear();
    design.links.values_mut().for_each(|link| link.via.clear());
    for (at, node) in design.nodes.values_mut().enumerate() {
        let (column, row) = ((at % across) as f32, (at / across) as f32);
        node.at = Point::new(column * (CARD.w + 2.0 * BETWEEN), row * (CARD.h + 2.0 * BETWEEN));
        node.place = None;
    }
}

/// The drawing with everything farther apart; `None` where cards or places still lie on each other.
fn spread(design: &Design, by: f32) -> Option<Design> {
    let mut wide = design.clone();
    if by > 1.0 {
        let away = |point: Point| Point::new(point.x * by, point.y * by).rounded();
        let moved = |rect: Rect| {
            let middle = away(rect.center());
            let half = Point::new(rect.w() / 2.0, rect.h() / 2.0);
            middle - half
        };
        wide.nodes.values_mut().for_each(|node| node.at = moved(node.rect()).rounded());
        wide.places.values_mut().for_each(|place| {
            place.rect = Rect::between(away(place.rect.min), away(place.rect.max));
        });
        wide.links.values_mut().for_each(|link| link.via.iter_mut().for_each(|bend| *bend = away(*bend)));
        wide.notes.values_mut().for_each(|note| note.rect = Rect::new(moved(note.rect).rounded(), note.rect.size()));
    }
    grow(&mut wide);
    fits(&wide).then_some(wide)
}

/// Places become large enough for what stands in them, inner ones first.
fn grow(design: &mut Design) {
    let mut inside: BTreeMap<Id, Rect> = BTreeMap::new();
    let mut hold = |place: &Option<Id>, rect: Rect| {
        if let Some(place) = place {
            let held = inside.entry(place.clone()).or_insert(rect);
            *held = held.union(rect);
        }
    };
    design.nodes.values().for_each(|node| hold(&node.place, node.rect()));
    let mut order: Vec<Id> = design.places.keys().cloned().collect();
    order.sort_by_key(|id| std::cmp::Reverse(design.places[id].kind.depth()));
    for id in order {
        let Some(place) = design.places.get_mut(&id) else { continue };
        if let Some(held) = inside.get(&id) {
            let around = held.expand(PLACE_PADDING);
            let around = Rect { min: Point::new(around.min.x, held.min.y - PLACE_TOP), ..around };
            if !place.rect.encloses(held) {
                place.rect = place.rect.union(around);
            }
        }
        if let Some(parent) = place.parent.clone() {
            let rect = place.rect;
            inside.entry(parent).and_modify(|held| *held = held.union(rect)).or_insert(rect);
        }
    }
}

/// Whether every card and place has its own room and lies where it belongs.
fn fits(design: &Design) -> bool {
    let cards: Vec<(Rect, Option<&Id>)> =
        design.nodes.values().map(|node| (node.rect(), node.place.as_ref())).collect();
    let apart = |n: usize| cards[..n].iter().all(|other| !other.0.expand(BETWEEN).touches(&cards[n].0));
    let places: Vec<_> = design.places.iter().collect();
    let own_room = |n: usize| {
        let (id, place) = places[n];
        let related = |other: &Id| encloses(design, other, id) || encloses(design, id, other);
        places[..n].iter().all(|(other, found)| !found.rect.touches(&place.rect) || related(other))
    };
    let at_home = |(rect, home): &(Rect, Option<&Id>)| edit::home_of(design, *rect).as_ref() == *home;
    (0..cards.len()).all(apart) && (0..places.len()).all(own_room) && cards.iter().all(at_home)
}

/// Whether one place stands in another, as the records say.
fn encloses(design: &Design, outer: &Id, inner: &Id) -> bool {
    let parent = |id: &Id| design.places.get(id).and_then(|place| place.parent.clone());
    std::iter::successors(parent(inner), parent).take(8).any(|id| id == *outer)
}

#[cfg(test)]
mod tests {
    use super::super::draft::{Draft, Held, card_around};
    use super::*;
    use crate::model::{PlaceKind, Size};

    /// Icons in a row, as many points apart, in a place that just holds them.
    fn row(apart: f32) -> Design {
        let mut draft = Draft::new("Row");
        let vpc =
            draft.place(PlaceKind::Vpc, "VPC", Rect::new(Point::default(), Size { w: 40.0 + apart * 3.0, h: 100.0 }));
        for n in 0..4u8 {
            let middle = Point::new(20.0 + f32::from(n) * apart, 50.0);
            let id = draft.node("ec2", "", card_around(middle)).unwrap();
            assert_eq!(draft.put_into(&id, vpc.as_ref().unwrap()), Held::Yes);
        }
        draft.finish(Stand::AsDrawn).drawing
    }

    #[test]
    fn small_icons_become_cards_that_do_not_lie_on_each_other() {
        for apart in [0.0, 5.0, 80.0, 130.0, 400.0] {
            let design = row(apart);
            let cards: Vec<Rect> = design.nodes.values().map(crate::model::Node::rect).collect();
            let clear = |n: usize| cards[..n].iter().all(|other| !other.touches(&cards[n]));
            assert!((0..4).all(clear), "{apart}: {cards:?}");
            let vpc = design.places.values().next().unwrap().rect;
            assert!(cards.iter().all(|card| vpc.encloses(card)), "{apart}: {vpc:?} {cards:?}");
        }
        let far = row(400.0);
        assert_eq!(far.nodes[&Id::new("ec2-2").unwrap()].rect().center(), Point::new(420.0, 50.0), "where it was");
    }
}
