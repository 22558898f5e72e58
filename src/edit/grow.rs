//! Places grow to hold what stands in them, with room to spare. They never shrink by themselves, and they never grow over
//! something that does not belong to them.

use super::draft::Draft;
use super::refusal::Refusal;
use crate::model::{Design, Id, PLACE_PADDING, PLACE_TOP, Place, Point, Rect};

/// Lets the places around these records, and the places around those, grow until they hold them.
pub(super) fn around(draft: &mut Draft<'_>, ids: &[Id]) -> Result<(), Refusal> {
    for id in ids {
        let mut inner = id.clone();
        // Ends with the outermost place: parents stand strictly further out.
        while let Some((outer, needed)) = next(draft.design(), &inner) {
            if let Some(rect) = grown(draft.design(), &outer, needed) {
                draft.place(&outer)?.rect = rect;
            }
            inner = outer;
        }
    }
    Ok(())
}

/// The place around a record and the room that the record needs in it.
fn next(design: &Design, inner: &Id) -> Option<(Id, Rect)> {
    let outer = match design.nodes.get(inner) {
        Some(node) => node.place.as_ref(),
        None => design.places.get(inner)?.parent.as_ref(),
    };
    Some((outer?.clone(), padded(design.rect_of(inner)?)))
}

/// A rectangle with the room around it that a place leaves to what stands in it.
pub(super) fn padded(rect: Rect) -> Rect {
    let pad = Point::new(PLACE_PADDING, PLACE_PADDING);
    Rect { min: rect.min - Point::new(PLACE_PADDING, PLACE_TOP), max: rect.max + pad }
}

/// What a place becomes to hold `needed`; `None` if it holds it, is locked, or would take in what is not its own.
fn grown(design: &Design, id: &Id, needed: Rect) -> Option<Rect> {
    let place = design.places.get(id)?;
    let wide = place.rect.union(needed);
    let rect = Rect { min: wide.min.rounded(), max: wide.max.rounded() };
    let stays = rect == place.rect || design.is_locked(id) || takes_in(design, (id, place), rect);
    (!stays).then_some(rect)
}

/// Whether a place with another rectangle would hold records that it does not hold now.
fn takes_in(design: &Design, (id, place): (&Id, &Place), rect: Rect) -> bool {
    let newly = |middle: Point| rect.contains(middle) && !place.rect.contains(middle);
    let wide = Place { rect, ..place.clone() };
    design.nodes.values().any(|node| node.place.as_ref() != Some(id) && newly(node.rect().center()))
        || design.places.iter().any(|(other, inner)| {
            let stranger = other != id && inner.parent.as_ref() != Some(id);
            stranger && (newly(inner.rect.center()) && place.kind.may_hold(inner.kind) || wide.wrongly_holds(inner))
        })
}
