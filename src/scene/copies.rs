//! Copies of a database or a cache that are settings of its card: the standby in another zone, the read replicas. Each
//! kind is a plate under the card, or above it, and a double line leads there: data goes the same way as each write. It
//! is drawn through for a standby that every write waits for, and in dashes for replicas that follow later.
//!
//! Absent: copies where a card or a link is in the way; the card itself names them too. How each copy is doing stands in
//! the card's row of boxes.

use super::layout::Layout;
use super::list::{Anchor, Ink, Segment, Shape, Stroke, Weight};
use super::{Detail, Picture, style, text};
use crate::catalog::Face;
use crate::model::{Design, Id, Node, Point, Rect, Size};
use crate::words::t;

/// Between the card and its plates.
const AWAY: f32 = 17.0;
/// Height of a plate.
const HIGH: f32 = 18.0;
/// Between two plates.
const GAP: f32 = 6.0;
/// Half the distance between the two lines.
const APART: f32 = 1.7;

/// When a copy has what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// Before the write is answered.
    InStep,
    /// Some time later.
    Later,
}

/// Copies of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies {
    /// What they are.
    pub words: String,
    /// When they follow.
    pub follows: Follows,
}

/// The copies of a node, those in step first.
pub fn of(node: &Node) -> Vec<Copies> {
    let keeps = node.service().filter(|service| matches!(service.face, Face::Database | Face::Cache));
    let Some((service, set)) = keeps.zip(node.settings()) else { return Vec::new() };
    let has = |key: &str| service.sheet().param(key).is_some();
    let mut found = Vec::new();
    if has("multi_az") && set.word("multi_az") == "on" {
        found.push(Copies { words: t!("standby").to_owned(), follows: Follows::InStep });
    }
    let replicas = if has("replicas") { set.count("replicas") } else { 0 };
    if replicas > 0 {
        let count = match replicas {
            1 => t!("1 replica").to_owned(),
            _ => t!("{count} replicas", count = replicas),
        };
        let lag = if has("lag") { t!(" · lag {span}", span = set.work("lag").mean()) } else { String::new() };
        found.push(Copies { words: count + &lag, follows: Follows::Later });
    }
    found
}

/// Draws the copies of a node, as a group of their own behind that of its card.
pub fn draw(picture: &Picture<'_>, layout: &Layout, (id, node): (&Id, &Node), shapes: &mut Vec<Shape>) {
    if picture.detail() == Detail::Far {
        return;
    }
    let copies = of(node);
    let Some(room) = room(layout, picture.design, (id, node)).filter(|_| !copies.is_empty()) else { return };
    let words: Vec<&str> = copies.iter().map(|copies| copies.words.as_str()).collect();
    shapes.push(Shape::Begin { id: id.clone(), title: t!("Copies: {list}", list = words.join(", ")) });
    let (card, mut x) = (node.rect(), room.min.x);
    let below = room.min.y >= card.max.y;
    let low = if below { room.max.y - HIGH } else { room.min.y };
    for (number, copies) in copies.iter().enumerate() {
        let last = number + 1 == words.len();
        let own = text::width(&copies.words, style::TINY, Weight::Regular) + 12.0;
        let wide = if last { own.min(room.max.x - x) } else { own.min(room.w() / 2.0) };
        let plate = Rect::new(Point::new(x, low), Size { w: wide, h: HIGH });
        let lead = if below { (card.max.y, plate.min.y) } else { (card.min.y, plate.max.y) };
        replicating(copies.follows, (plate.center().x, lead), shapes);
        face(picture, copies, plate, shapes);
        x = plate.max.x + GAP;
    }
    shapes.push(Shape::End);
}

fn face(picture: &Picture<'_>, copies: &Copies, plate: Rect, shapes: &mut Vec<Shape>) {
    let stroke = Ink::Edge.full().line(1.0);
    let stroke = if copies.follows == Follows::Later { Stroke { dash: Some((4.0, 2.5)), ..stroke } } else { stroke };
    shapes.push(Shape::Rect { rect: plate, radius: 6.0, fill: Some(Ink::Card.full()), stroke: Some(stroke) });
    if picture.detail() == Detail::Near {
        let (size, weight) = (style::TINY, Weight::Regular);
        let text = text::fit(&copies.words, size, weight, plate.w() - 8.0);
        let at = plate.center() + Point::new(0.0, size * 0.35);
        shapes.push(Shape::Text { at, anchor: Anchor::Middle, size, weight, text, tint: Ink::Muted.full() });
    }
}

/// The double line from a card to a plate, with its head at the plate.
fn replicating(follows: Follows, (x, (from, to)): (f32, (f32, f32)), shapes: &mut Vec<Shape>) {
    let dash = (follows == Follows::Later).then_some((3.0, 2.0));
    let stroke = Stroke { dash, ..Ink::Link.full().line(1.1) };
    let way = (to - from).signum();
    let neck = to - way * 4.0;
    for side in [-APART, APART] {
        let segments = vec![Segment::Move(Point::new(x + side, from)), Segment::Line(Point::new(x + side, neck))];
        shapes.push(Shape::Path { segments, stroke });
    }
    let points = vec![Point::new(x - 4.0, neck - way), Point::new(x, to), Point::new(x + 4.0, neck - way)];
    shapes.push(Shape::Polygon { points, fill: Ink::Link.full() });
}

/// Where the copies of a node stand, if there is room: nothing else may be there.
fn room(layout: &Layout, design: &Design, (id, node): (&Id, &Node)) -> Option<Rect> {
    let frame = node.place.as_ref().and_then(|place| design.places.get(place)).map(|place| place.rect);
    let card = node.rect();
    let strip = |min: f32| Rect::new(Point::new(card.min.x, min), Size { w: card.w(), h: AWAY + HIGH });
    let own = layout.number(id);
    let free = |strip: &Rect| {
        let around = strip.grown(2.0, -1.0);
        layout.cards_in(around).into_iter().all(|number| Some(number) == own)
            && layout.wires_in(around).into_iter().all(|number| !crosses(layout, number, around))
    };
    let within = |strip: &Rect| frame.is_none_or(|frame| frame.encloses(strip));
    let strips = [strip(card.max.y), strip(card.min.y - AWAY - HIGH)];
    // What stands in a place has its copies there too, if that can be.
    let inside = strips.into_iter().find(|strip| within(strip) && free(strip));
    inside.or_else(|| strips.into_iter().find(free))
}

fn crosses(layout: &Layout, number: u32, strip: Rect) -> bool {
    let wire = &layout.wires()[number as usize];
    let mut lines = wire.route.lines();
    lines.any(|(from, to)| strip.meets(from, to)) || wire.spot.is_some_and(|spot| spot.rect().touches(&strip))
}

/// What the copies of a drawing take up beside the cards.
pub fn rooms(layout: &Layout, design: &Design) -> impl Iterator<Item = Rect> {
    let copied = design.nodes.iter().filter(|(_, node)| !of(node).is_empty());
    copied.filter_map(|(id, node)| room(layout, design, (id, node)))
}

#[cfg(test)]
mod tests {
    use super::super::sketch::words;
    use super::*;
    use crate::model::{CARD, sketch};

    fn drawn(design: &Design, id: &str) -> Vec<Shape> {
        let (layout, id) = (Layout::new(design), Id::new(id).expect("it is an id"));
        let mut shapes = Vec::new();
        draw(&Picture::of(design), &layout, (&id, &design.nodes[&id]), &mut shapes);
        shapes
    }

    fn dashes(shapes: &[Shape]) -> Vec<bool> {
        let path =
            |shape: &Shape| if let Shape::Path { stroke, .. } = shape { Some(stroke.dash.is_some()) } else { None };
        shapes.iter().filter_map(path).collect()
    }

    #[test]
    fn a_standby_and_replicas_differ_without_colour() {
        let design = sketch("users -> web:ec2 -> db:rds(multi_az=on, replicas=2, lag=200 ms)").expect("it is a design");
        let shapes = drawn(&design, "db");
        let told: Vec<String> = words(&shapes).into_iter().map(|word| word.0).collect();
        assert_eq!(told, ["standby", "2 replicas · lag 200 ms"]);
        assert_eq!(dashes(&shapes), [false, false, true, true], "a double line each");
        let plates =
            shapes.iter().filter_map(|shape| if let Shape::Rect { rect, .. } = shape { Some(*rect) } else { None });
        let plates: Vec<Rect> = plates.collect();
        assert!(
            !plates[0].touches(&plates[1]) && plates[1].max.x <= design.nodes[&Id::new("db").unwrap()].rect().max.x
        );
        assert_eq!(of(&design.nodes[&Id::new("web").unwrap()]), []);
    }

    #[test]
    fn plates_stand_above_where_something_is_below_and_nowhere_where_there_is_no_room() {
        let mut design = sketch("users -> web:ec2 -> db:rds(multi_az=on); other:s3; third:s3").expect("it is a design");
        let id = |name: &str| Id::new(name).expect("it is an id");
        let at = design.nodes[&id("db")].at;
        design.nodes.get_mut(&id("other")).unwrap().at = at + Point::new(0.0, CARD.h + 20.0);
        let plate = |design: &Design| {
            drawn(design, "db")
                .into_iter()
                .find_map(|shape| if let Shape::Rect { rect, .. } = shape { Some(rect) } else { None })
        };
        assert!(plate(&design).is_some_and(|plate| plate.max.y < at.y));
        design.nodes.get_mut(&id("third")).unwrap().at = at - Point::new(0.0, CARD.h + 20.0);
        assert_eq!(plate(&design), None);
    }
}
