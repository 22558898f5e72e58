//! Where links run: one smooth curve from the side of a card to the facing side of another.
//!
//! Links that share a side are spread along it in the order of what they lead to, so that they neither lie on each other
//! nor cross without need. All routes together cost n log n.

use super::list::Segment;
use crate::model::{CARD, Design, Id, Link, Point, Rect};
use std::collections::BTreeMap;

/// The way of one link, a cubic Bézier curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Route {
    /// On the caller's edge.
    pub from: Point,
    /// First control point.
    pub lead: Point,
    /// Second control point.
    pub trail: Point,
    /// On the callee's edge.
    pub to: Point,
}

/// A side of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Left,
    Right,
    Top,
    Bottom,
}

/// Gap between cards from which a link runs sideways even if they stand further apart vertically.
const SIDEWAYS: f32 = 24.0;

/// Steps that a curve is cut into.
const STEPS: usize = 24;

impl Side {
    fn normal(self) -> Point {
        match self {
            Self::Left => Point::new(-1.0, 0.0),
            Self::Right => Point::new(1.0, 0.0),
            Self::Top => Point::new(0.0, -1.0),
            Self::Bottom => Point::new(0.0, 1.0),
        }
    }

    /// A point of a card's side, `along` from its middle.
    fn point(self, card: Rect, along: f32) -> Point {
        let middle = card.center();
        match self {
            Self::Left => Point::new(card.min.x, middle.y + along),
            Self::Right => Point::new(card.max.x, middle.y + along),
            Self::Top => Point::new(middle.x + along, card.min.y),
            Self::Bottom => Point::new(middle.x + along, card.max.y),
        }
    }

    fn horizontal(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }

    /// Position of ends along this side that leaves the corners free.
    fn slot(self, at: usize, of: usize) -> f32 {
        let length = if self.horizontal() { CARD.h } else { CARD.w };
        let step = ((length - 32.0) / (of.max(2) - 1) as f32).min(22.0);
        (at as f32 - (of as f32 - 1.0) / 2.0) * step
    }
}

/// Sides that two cards are joined at.
fn sides(from: Rect, to: Rect) -> (Side, Side) {
    if from == to {
        return (Side::Right, Side::Top);
    }
    let ahead = (to.min.x - from.max.x).max(from.min.x - to.max.x);
    let below = (to.min.y - from.max.y).max(from.min.y - to.max.y);
    let sideways = ahead >= below || (ahead >= SIDEWAYS && ahead >= below * 0.25);
    match (sideways, to.center().x >= from.center().x, to.center().y >= from.center().y) {
        (true, true, _) => (Side::Right, Side::Left),
        (true, false, _) => (Side::Left, Side::Right),
        (false, _, true) => (Side::Bottom, Side::Top),
        (false, _, false) => (Side::Top, Side::Bottom),
    }
}

/// One end of a link at a side of a node.
struct End<'a> {
    link: &'a Id,
    caller: bool,
    side: Side,
    /// Where the other end is, along this side.
    toward: f32,
}

/// The routes of all links whose two nodes are there.
pub fn routes(design: &Design) -> BTreeMap<&Id, Route> {
    among(design, design.links.iter())
}

/// The route of one link; `None` if it is not there or a node of it is not.
pub fn route(design: &Design, id: &Id) -> Option<Route> {
    let link = design.links.get(id)?;
    let ends = [&link.from, &link.to];
    let near = design.links.iter().filter(|(_, other)| ends.contains(&&other.from) || ends.contains(&&other.to));
    among(design, near).remove(id)
}

/// The way of a link that is being drawn, from a card to wherever the pointer is.
pub fn reach(from: Rect, to: Point) -> Route {
    let (side, end) = sides(from, Rect { min: to, max: to });
    curve((side.point(from, 0.0), side), (to, end))
}

fn among<'a>(design: &'a Design, links: impl Iterator<Item = (&'a Id, &'a Link)>) -> BTreeMap<&'a Id, Route> {
    let cards = |link: &Link| Some((design.nodes.get(&link.from)?.rect(), design.nodes.get(&link.to)?.rect()));
    let mut at_side: BTreeMap<(&Id, Side), Vec<End<'a>>> = BTreeMap::new();
    let mut drawn = Vec::new();
    for (id, link) in links {
        let Some((from, to)) = cards(link) else { continue };
        let (leaves, enters) = sides(from, to);
        let along = |side: Side, other: Rect| if side.horizontal() { other.center().y } else { other.center().x };
        let mut put = |node, side: Side, other, caller| {
            let end = End { link: id, caller, side, toward: along(side, other) };
            at_side.entry((node, side)).or_default().push(end);
        };
        put(&link.from, leaves, to, true);
        put(&link.to, enters, from, false);
        drawn.push((id, link));
    }
    let slots = slots(at_side);
    let along = |id, caller| slots.get(&(id, caller)).copied();
    let joined = drawn.into_iter().filter_map(|(id, link)| {
        let (from, to) = cards(link)?;
        let ((leaves, out), (enters, in_)) = (along(id, true)?, along(id, false)?);
        Some((id, curve((leaves.point(from, out), leaves), (enters.point(to, in_), enters))))
    });
    joined.collect()
}

fn slots<'a>(at_side: BTreeMap<(&'a Id, Side), Vec<End<'a>>>) -> BTreeMap<(&'a Id, bool), (Side, f32)> {
    let mut slots = BTreeMap::new();
    for (_, mut ends) in at_side {
        ends.sort_by(|a, b| a.toward.total_cmp(&b.toward).then_with(|| a.link.cmp(b.link)));
        let of = ends.len();
        for (at, end) in ends.into_iter().enumerate() {
            slots.insert((end.link, end.caller), (end.side, end.side.slot(at, of)));
        }
    }
    slots
}

fn curve((from, leaves): (Point, Side), (to, enters): (Point, Side)) -> Route {
    let apart = if leaves.horizontal() { (to.x - from.x).abs() } else { (to.y - from.y).abs() };
    let across = if leaves.horizontal() { (to.y - from.y).abs() } else { (to.x - from.x).abs() };
    let bend = (apart * 0.5).max(across.min(60.0) * 0.5).clamp(12.0, 160.0);
    let off = |at: Point, side: Side| at + Point::new(side.normal().x * bend, side.normal().y * bend);
    Route { from, lead: off(from, leaves), trail: off(to, enters), to }
}

impl Route {
    /// As parts of a path.
    pub fn segments(&self) -> Vec<Segment> {
        vec![Segment::Move(self.from), Segment::Curve(self.lead, self.trail, self.to)]
    }

    /// The point at `t`, 0 at the caller and 1 at the callee.
    pub fn at(&self, t: f32) -> Point {
        let (a, b, c) = (self.from.lerp(self.lead, t), self.lead.lerp(self.trail, t), self.trail.lerp(self.to, t));
        let (a, b) = (a.lerp(b, t), b.lerp(c, t));
        a.lerp(b, t)
    }

    /// Points along the way, ends included, close enough to be joined by straight lines.
    pub fn flattened(&self) -> Vec<Point> {
        (0..=STEPS).map(|step| self.at(step as f32 / STEPS as f32)).collect()
    }

    /// A rectangle that holds the curve.
    pub fn bounds(&self) -> Rect {
        Rect::between(self.from, self.to).union(Rect::between(self.lead, self.trail))
    }

    /// The direction in which it enters the callee, of length 1.
    pub fn heading(&self) -> Point {
        let way = self.to - self.trail;
        let length = way.x.hypot(way.y).max(f32::EPSILON);
        Point::new(way.x / length, way.y / length)
    }

    /// Distance of a point from the curve.
    pub fn distance(&self, point: Point) -> f32 {
        let points = self.flattened();
        points.windows(2).map(|ends| from_segment(point, ends[0], ends[1])).fold(f32::INFINITY, f32::min)
    }
}

fn from_segment(point: Point, a: Point, b: Point) -> f32 {
    let (way, off) = (b - a, point - a);
    let length = way.x * way.x + way.y * way.y;
    let t = if length > 0.0 { ((off.x * way.x + off.y * way.y) / length).clamp(0.0, 1.0) } else { 0.0 };
    point.distance(a.lerp(b, t))
}

#[cfg(test)]
mod tests {
    use super::super::sketch::{id, sketch};
    use super::*;

    fn on_edge(point: Point, card: Rect) -> bool {
        card.expand(0.01).contains(point) && !card.expand(-0.01).contains(point)
    }

    #[test]
    fn routes_end_on_the_edges_of_their_cards() {
        let design = sketch();
        let routes = routes(&design);
        assert_eq!(routes.len(), design.links.len());
        for (id, way) in routes {
            let link = &design.links[id];
            assert!(on_edge(way.from, design.nodes[&link.from].rect()), "{id}");
            assert!(on_edge(way.to, design.nodes[&link.to].rect()), "{id}");
            assert_eq!(route(&design, id), Some(way), "{id} alone");
        }
    }

    #[test]
    fn links_that_share_a_side_do_not_meet_there() {
        let design = sketch();
        let routes = routes(&design);
        let starts: Vec<Point> = design.links_from(&id("web")).map(|(id, _)| routes[id].from).collect();
        assert!(starts.len() > 1);
        for (at, start) in starts.iter().enumerate() {
            assert!(starts[at + 1..].iter().all(|other| start.distance(*other) > 5.0), "{starts:?}");
        }
    }

    #[test]
    fn distance_is_zero_on_the_way_and_grows_beside_it() {
        let way = reach(Rect::new(Point::new(0.0, 0.0), CARD), Point::new(400.0, 42.0));
        assert!(way.distance(way.at(0.5)) < 0.5);
        assert!((way.distance(way.at(0.5) + Point::new(0.0, 10.0)) - 10.0).abs() < 0.5);
        assert!(way.bounds().contains(way.at(0.3)));
    }
}
