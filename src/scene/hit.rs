//! What lies under the pointer, and what lies in a marquee. Plain functions of the drawing, no window needed.

use super::place::{TITLE_BAR, corners};
use super::route::routes;
use crate::model::{Design, Id, Point, Rect};
use std::collections::BTreeSet;

/// How far outside a card's edge a link can be started, in drawing units.
pub const PORT: f32 = 9.0;

/// How far inside the edge still counts as the edge.
const EDGE: f32 = 2.0;

/// What is at a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hit {
    /// A card.
    Node(Id),
    /// The rim of a card, where a link starts.
    Port(Id),
    /// A link.
    Link(Id),
    /// The title bar or edge of a place.
    Place(Id),
    /// A corner of a place or note: 0 top left, then clockwise.
    Corner(Id, usize),
    /// A note.
    Note(Id),
    /// The canvas, or the inside of a place.
    Nothing,
}

impl Hit {
    /// The record that was hit.
    pub fn id(&self) -> Option<&Id> {
        match self {
            Self::Node(id) | Self::Port(id) | Self::Link(id) => Some(id),
            Self::Place(id) | Self::Corner(id, _) | Self::Note(id) => Some(id),
            Self::Nothing => None,
        }
    }
}

/// What is at a point. `slack` widens thin things, in drawing units: about 5 divided by the zoom. What is painted later
/// wins; corners of notes and places win over what is under them.
pub fn hit(design: &Design, at: Point, slack: f32) -> Hit {
    corner_of_notes(design, at, slack)
        .or_else(|| note(design, at))
        .or_else(|| node(design, at))
        .or_else(|| corner_of_places(design, at, slack))
        .or_else(|| link(design, at, slack))
        .or_else(|| place(design, at, slack))
        .unwrap_or(Hit::Nothing)
}

fn corner(id: &Id, rect: Rect, at: Point, slack: f32) -> Option<Hit> {
    let near = corners(rect).iter().position(|corner| corner.distance(at) <= slack + 3.0)?;
    Some(Hit::Corner(id.clone(), near))
}

fn corner_of_notes(design: &Design, at: Point, slack: f32) -> Option<Hit> {
    design.piled(&design.notes).into_iter().rev().find_map(|(id, note)| corner(id, note.rect, at, slack))
}

fn corner_of_places(design: &Design, at: Point, slack: f32) -> Option<Hit> {
    let places = super::outermost_first(design);
    places.into_iter().rev().find_map(|(id, place)| corner(id, place.rect, at, slack))
}

fn note(design: &Design, at: Point) -> Option<Hit> {
    let found = design.piled(&design.notes).into_iter().rev().find(|(_, note)| note.rect.contains(at))?;
    Some(Hit::Note(found.0.clone()))
}

/// Cards before rims: the rim of one card must not cover another card.
fn node(design: &Design, at: Point) -> Option<Hit> {
    let pile = design.piled(&design.nodes);
    let within = |margin: f32| pile.iter().rev().find(move |(_, node)| node.rect().expand(margin).contains(at));
    if let Some((id, _)) = within(-EDGE) {
        return Some(Hit::Node((*id).clone()));
    }
    within(PORT).map(|(id, _)| Hit::Port((*id).clone()))
}

/// The link nearest to a point, not farther than `slack`.
pub fn link_at(design: &Design, at: Point, slack: f32) -> Option<Id> {
    link(design, at, slack)?.id().cloned()
}

fn link(design: &Design, at: Point, slack: f32) -> Option<Hit> {
    let near = routes(design).into_iter().filter(|(_, way)| way.bounds().expand(slack).contains(at));
    let nearest = near.map(|(id, way)| (way.distance(at), id)).min_by(|a, b| a.0.total_cmp(&b.0))?;
    (nearest.0 <= slack).then(|| Hit::Link(nearest.1.clone()))
}

fn place(design: &Design, at: Point, slack: f32) -> Option<Hit> {
    let held = |rect: Rect| {
        let title = Rect { min: rect.min, max: Point::new(rect.max.x, rect.min.y + TITLE_BAR) };
        title.contains(at) || (rect.expand(slack).contains(at) && !rect.expand(-slack).contains(at))
    };
    let found = super::outermost_first(design).into_iter().rev().find(|(_, place)| held(place.rect))?;
    Some(Hit::Place(found.0.clone()))
}

/// Everything that lies in a marquee with its whole rectangle, and the links among the nodes in it.
pub fn inside(design: &Design, rect: Rect) -> BTreeSet<Id> {
    caught(design, |found| rect.encloses(found), |found| rect.encloses(found))
}

/// Everything that a marquee touches, and the links among the nodes that it touches. A place is touched by its edge: a
/// marquee drawn inside a place means what stands there.
pub fn touched(design: &Design, rect: Rect) -> BTreeSet<Id> {
    caught(design, |found| rect.touches(found), |place| rect.touches(place) && !place.encloses(&rect))
}

fn caught(design: &Design, takes: impl Fn(&Rect) -> bool, takes_place: impl Fn(&Rect) -> bool) -> BTreeSet<Id> {
    let nodes = design.nodes.iter().filter(|(_, node)| takes(&node.rect())).map(|(id, _)| id);
    let mut found: BTreeSet<Id> = nodes.cloned().collect();
    let among = |id: &&Id| found.contains(&design.links[*id].from) && found.contains(&design.links[*id].to);
    let links: Vec<Id> = design.links.keys().filter(among).cloned().collect();
    let places = design.places.iter().filter(|(_, place)| takes_place(&place.rect)).map(|(id, _)| id);
    let notes = design.notes.iter().filter(|(_, note)| takes(&note.rect)).map(|(id, _)| id);
    found.extend(places.chain(notes).cloned().collect::<Vec<_>>());
    found.extend(links);
    found
}

/// Everything that is drawn, the bends of links included.
pub fn bounds(design: &Design) -> Option<Rect> {
    let links = routes(design).into_values().map(|way| {
        let points = way.flattened();
        points.iter().map(|p| Rect { min: *p, max: *p }).fold(Rect::between(way.from, way.to), Rect::union)
    });
    design.bounds().map(|bounds| links.fold(bounds, Rect::union))
}

#[cfg(test)]
mod tests {
    use super::super::sketch::{id, sketch};
    use super::*;
    use crate::model::Size;

    #[test]
    fn each_thing_is_hit_where_it_is_drawn() {
        let design = sketch();
        let web = design.nodes[&id("web")].rect();
        assert_eq!(hit(&design, web.center(), 5.0), Hit::Node(id("web")));
        assert_eq!(hit(&design, Point::new(web.max.x + 5.0, web.center().y), 5.0), Hit::Port(id("web")));
        let way = routes(&design)[&id("web-db")];
        assert_eq!(hit(&design, way.at(0.5) + Point::new(1.0, 1.0), 5.0), Hit::Link(id("web-db")));
        let zone = design.places[&id("az-b")].rect;
        assert_eq!(hit(&design, zone.min + Point::new(100.0, 10.0), 5.0), Hit::Place(id("az-b")));
        assert_eq!(hit(&design, zone.max, 5.0), Hit::Corner(id("az-b"), 2));
        let note = design.notes[&id("note")].rect;
        assert_eq!(hit(&design, note.center(), 5.0), Hit::Note(id("note")));
        assert_eq!(hit(&design, Point::new(note.max.x, note.min.y), 5.0), Hit::Corner(id("note"), 1));
        assert_eq!(hit(&design, Point::new(-900.0, 0.0), 5.0), Hit::Nothing);
        let open = Point::new(zone.center().x, zone.max.y - 20.0);
        assert_eq!(hit(&design, open, 5.0), Hit::Nothing, "the inside of a place lets a marquee start");
    }

    #[test]
    fn a_marquee_takes_what_lies_in_it_with_the_links_between() {
        let design = sketch();
        let around = design.nodes[&id("users")].rect().union(design.nodes[&id("dns")].rect()).expand(4.0);
        assert_eq!(inside(&design, around), ["dns", "users", "users-dns"].map(id).into());
        assert!(inside(&design, Rect::default()).is_empty());
        let cut = Rect::new(around.center(), Size { w: around.w(), h: 4.0 });
        assert!(touched(&design, cut).contains(&id("dns")) && !inside(&design, cut).contains(&id("dns")));
        let web = touched(&design, design.nodes[&id("web")].rect());
        assert!(web.contains(&id("web")) && !web.contains(&id("region")), "a place is touched by its edge");
        let all = inside(&design, bounds(&design).unwrap());
        assert_eq!(all.len(), design.nodes.len() + design.links.len() + design.places.len() + design.notes.len());
    }
}
