//! Links that were told where to run: the points that they were pulled to, the sides of cards that they were led to, what
//! becomes of these when cards move, and how links run. Absent: the way itself (see `scene::route`).

use super::apply::sane_point;
use super::draft::Draft;
use super::layout::NAME as LAYOUT;
use super::refusal::Refusal;
use crate::model::{Design, Id, LabelAt, Link, MOST_BENDS, Node, Point, Rect, Routing, Sides};
use std::collections::{BTreeMap, BTreeSet};

/// How near to the straight line between its neighbours a point changes nothing, in drawing units.
const NEEDLESS: f32 = 3.0;

pub(super) fn bend(draft: &mut Draft<'_>, id: &Id, via: &[Point]) -> Result<(), Refusal> {
    if via.len() > MOST_BENDS {
        return Err(Refusal::TooManyBends);
    }
    let via = via.iter().map(|point| sane_point(*point)).collect::<Result<Vec<Point>, _>>()?;
    draft.link(id)?.via = via;
    Ok(())
}

pub(super) fn put_label(draft: &mut Draft<'_>, id: &Id, at: Option<LabelAt>) -> Result<(), Refusal> {
    let sane = |LabelAt { along, by }| LabelAt::new(along, by).ok_or(Refusal::LabelTooFar);
    draft.link(id)?.label_at = at.map(sane).transpose()?;
    Ok(())
}

pub(super) fn route(draft: &mut Draft<'_>, id: &Id, routing: Option<Routing>) -> Result<(), Refusal> {
    let usual = draft.design().routing;
    draft.link(id)?.routing = routing.filter(|routing| *routing != usual);
    Ok(())
}

/// Whether somebody said where a link runs.
fn is_told(link: &Link) -> bool {
    !link.via.is_empty() || link.sides.any()
}

/// The links that were told where to run of which both ends are among these.
fn told_among(design: &Design, moved: impl Fn(&Id) -> bool) -> Vec<Id> {
    let among = |link: &Link| is_told(link) && moved(&link.from) && moved(&link.to);
    design.links.iter().filter(|(_, link)| among(link)).map(|(id, _)| id.clone()).collect()
}

/// What moved takes the bends of the links between its parts along.
pub(super) fn carry(draft: &mut Draft<'_>, moved: &BTreeSet<Id>, by: Point) -> Result<(), Refusal> {
    if moved.len() < 2 {
        return Ok(());
    }
    for id in told_among(draft.design(), |id| moved.contains(id)) {
        shift(draft, &id, by)?;
    }
    Ok(())
}

fn shift(draft: &mut Draft<'_>, id: &Id, by: Point) -> Result<(), Refusal> {
    let via = &mut draft.link(id)?.via;
    *via = via.iter().map(|point| sane_point(*point + by)).collect::<Result<Vec<Point>, _>>()?;
    Ok(())
}

/// Where the ends of links that were told where to run stand among what is to be arranged.
pub(super) fn standing(design: &Design, rects: &[(Id, Rect)]) -> BTreeMap<Id, Point> {
    if !design.links.values().any(is_told) {
        return BTreeMap::new();
    }
    rects.iter().filter_map(|(id, _)| Some((id.clone(), design.nodes.get(id)?.at))).collect()
}

/// After nodes were arranged: bends go along where both ends went the same way; after a layout links find their own way.
pub(super) fn rearranged(draft: &mut Draft<'_>, before: &BTreeMap<Id, Point>, name: &str) -> Result<(), Refusal> {
    let moved = |design: &Design, id: &Id| Some(design.nodes.get(id)?.at - *before.get(id)?);
    for id in told_among(draft.design(), |id| before.contains_key(id)) {
        let design = draft.design();
        let Some(link) = design.links.get(&id) else { continue };
        match (moved(design, &link.from), moved(design, &link.to)) {
            (Some(one), Some(other)) if one == other => shift(draft, &id, one)?,
            _ if name == LAYOUT => {
                let link = draft.link(&id)?;
                link.via.clear();
                link.sides = Sides::default();
            }
            _ => {}
        }
    }
    Ok(())
}

/// Where in the row of a link's bends a new one belongs that is pulled out at a point: before the bend of this number.
pub fn leg(design: &Design, link: &Link, at: Point) -> usize {
    let middle = |id: &Id| design.nodes.get(id).map_or(at, |node| node.rect().center());
    let knots: Vec<Point> =
        [middle(&link.from)].into_iter().chain(link.via.iter().copied()).chain([middle(&link.to)]).collect();
    // Of a way that turns between two bends only these are known here: both of its corners may lie on it.
    let far = |ends: &[Point]| {
        let corners = [Point::new(ends[0].x, ends[1].y), Point::new(ends[1].x, ends[0].y)];
        let by = |corner: &Point| at.from_line(ends[0], *corner).min(at.from_line(*corner, ends[1]));
        corners.iter().map(by).fold(at.from_line(ends[0], ends[1]), f32::min)
    };
    let legs = knots.windows(2).map(far).enumerate();
    legs.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(leg, _)| leg)
}

/// Whether a bend changes nothing: it lies between its neighbours, or on one of them.
pub fn is_needless(design: &Design, link: &Link, number: usize) -> bool {
    let Some(bend) = link.via.get(number) else { return false };
    let end = |id: &Id| design.nodes.get(id).map(Node::rect);
    let before = number.checked_sub(1).map(|before| link.via[before]);
    let neighbour = |other: Option<Point>, id: &Id| other.or_else(|| end(id).map(|rect| rect.center()));
    let within = |id: &Id| end(id).is_some_and(|rect| rect.contains(*bend));
    let ends = neighbour(before, &link.from).zip(neighbour(link.via.get(number + 1).copied(), &link.to));
    let straight = ends.is_some_and(|(one, other)| bend.from_line(one, other) < NEEDLESS);
    straight || within(&link.from) || within(&link.to)
}
