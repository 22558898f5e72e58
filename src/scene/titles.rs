//! Where the titles of places stand: in the corner at the top left, or in another one where that is taken by the title of
//! a place inside, or by a card.

use super::index::Index;
use super::list::Weight;
use super::{style, text};
use crate::model::{Design, Id, Place, Point, Rect, Size};
use std::collections::BTreeMap;

/// Height of a title.
const HIGH: f32 = 18.0;

/// Room beside the words: the glyph in front and some air.
const BESIDE: f32 = 24.0;

/// Widest title that room is kept for.
const WIDEST: f32 = 260.0;

/// Where titles stand, by place. `taken` says whether a card is at a place.
pub fn titles(design: &Design, taken: &dyn Fn(Rect) -> bool) -> BTreeMap<Id, Rect> {
    let mut found = BTreeMap::new();
    let Some(bounds) = design.places.values().map(|place| place.rect).reduce(Rect::union) else { return found };
    let mut index = Index::new(bounds, design.places.len());
    let mut rects: Vec<Rect> = Vec::new();
    // The innermost choose first: they have the least room.
    for (id, place) in super::outermost_first(design).into_iter().rev() {
        let corners = corners(place);
        let free = |rect: &Rect| !taken(*rect) && !index.any(*rect, |other| rects[other as usize].touches(rect));
        let rect = corners.into_iter().find(free).unwrap_or(corners[0]);
        index.insert(rects.len() as u32, rect);
        rects.push(rect);
        found.insert(id.clone(), rect);
    }
    found
}

/// Where a title may stand: top left, top right, bottom left, bottom right, and under the first.
fn corners(place: &Place) -> [Rect; 5] {
    let words = text::width(&super::place::name(place), style::BODY, Weight::Regular);
    let size = Size { w: (words + BESIDE).min(WIDEST).min((place.rect.w() - 16.0).max(8.0)), h: HIGH };
    let Rect { min, max } = place.rect;
    let (left, right) = (min.x + 9.0, max.x - 9.0 - size.w);
    let (top, bottom) = (min.y + 5.0, max.y - 5.0 - HIGH);
    let at = |x: f32, y: f32| Rect::new(Point::new(x, y), size);
    [at(left, top), at(right, top), at(left, bottom), at(right, bottom), at(left, top + HIGH + 2.0)]
}

#[cfg(test)]
mod tests {
    use super::super::sketch::{id, sketch};
    use super::*;

    #[test]
    fn titles_never_collide_even_if_places_begin_at_one_corner() {
        let mut design = sketch();
        for key in ["vpc", "az-a"] {
            let corner = design.places[&id("region")].rect.min;
            design.places.get_mut(&id(key)).unwrap().rect.min = corner;
        }
        let titles: Vec<Rect> = titles(&design, &|_| false).into_values().collect();
        for (at, title) in titles.iter().enumerate() {
            assert!(titles[at + 1..].iter().all(|other| !other.touches(title)), "{titles:?}");
        }
    }

    #[test]
    fn a_title_gives_way_to_a_card() {
        let design = sketch();
        let zone = design.places[&id("az-a")].rect;
        let card = Rect::new(zone.min, Size { w: 120.0, h: 60.0 });
        let title = titles(&design, &|rect| rect.touches(&card))[&id("az-a")];
        assert!(!title.touches(&card) && zone.encloses(&title));
    }
}
