//! Where links run: level and upright lines with round corners, from the side of a card to the facing side of another.
//!
//! Links go around cards (`find`); those that share a side are spread along it in the order of what they lead to
//! (`ports`); those that were led to a side leave and enter there (`sided`); those that would lie on each other are moved
//! apart (`nudge`). Where somebody pulled a link it runs through the points that it was pulled to, and it may run straight
//! or in curves (`pulled`). The ways of a whole drawing are kept by [`super::Layout`]. Absent: how links look.

pub(super) mod find;
pub(super) mod nudge;
pub(super) mod ports;
pub(super) mod pulled;
pub(super) mod sided;

use super::layout::Layout;
use super::list::Segment;
use crate::model::{Design, Id, Point, Rect, Routing};
use std::collections::BTreeMap;

/// Radius of a corner, where there is room for it.
const CORNER: f32 = 10.0;

/// How far the control points of a quarter circle stand from its corner, as a share of the radius.
const BOW: f32 = 0.447_715;

/// Straight pieces that a round corner is cut into, and those of a curve.
const PIECES: [usize; 2] = [5, 10];

/// The control points of a curve, likewise: what makes it the parabola that it is flattened to.
const SWEEP: f32 = 2.0 / 3.0;

/// How much of its first and last line a curve leaves straight: room for the arrow head.
const STRAIGHT: f32 = 0.2;

/// Width and height up to which a slanting line is found by one rectangle.
const SLANTING: f32 = 96.0;

/// The way of one link.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// On the caller's edge.
    pub from: Point,
    /// Where it turns, in order.
    pub bends: Vec<Point>,
    /// On the callee's edge.
    pub to: Point,
    /// How it turns there.
    pub routing: Routing,
}

/// The routes of all links whose two nodes are there.
pub fn routes(design: &Design) -> BTreeMap<&Id, Route> {
    let layout = Layout::new(design);
    design.links.keys().filter_map(|id| Some((id, layout.route(id)?.clone()))).collect()
}

/// The route of one link; `None` if it is not there or a node of it is not. Costs as much as all: a window keeps a
/// [`Layout`].
pub fn route(design: &Design, id: &Id) -> Option<Route> {
    Layout::new(design).route(id).cloned()
}

impl Route {
    /// From points in order; there are at least two.
    pub(super) fn through(points: &[Point]) -> Self {
        let (from, to) = (points.first().copied().unwrap_or_default(), points.last().copied().unwrap_or_default());
        let bends = points.get(1..points.len().saturating_sub(1)).unwrap_or_default().to_vec();
        Self { from, bends, to, routing: Routing::default() }
    }

    /// Ends and bends in order.
    pub fn points(&self) -> impl DoubleEndedIterator<Item = Point> + Clone {
        std::iter::once(self.from).chain(self.bends.iter().copied()).chain(std::iter::once(self.to))
    }

    /// Its lines with sharp corners.
    pub fn sharp(&self) -> impl Iterator<Item = (Point, Point)> + Clone {
        self.points().zip(self.points().skip(1))
    }

    /// The straight lines that it runs along: with sharp corners, a curve in pieces.
    pub fn lines(&self) -> impl Iterator<Item = (Point, Point)> + Clone {
        let curved = self.routing == Routing::Curved;
        let pieces = if curved { self.flattened() } else { Vec::new() };
        let sharp = (!curved).then(|| self.sharp());
        let piece = move |at: usize| Some((*pieces.get(at)?, *pieces.get(at + 1)?));
        sharp.into_iter().flatten().chain((0..).map_while(piece))
    }

    /// Parts of it by the rectangles around them, for finding it by place.
    pub(super) fn parts(&self) -> impl Iterator<Item = Rect> {
        self.lines().flat_map(|(a, b)| {
            let slanting = (a.x - b.x).abs().min((a.y - b.y).abs());
            let parts = (slanting / SLANTING).ceil().max(1.0);
            (0..parts as usize).map(move |at| {
                let end = |at: usize| a.lerp(b, at as f32 / parts);
                Rect::between(end(at), end(at + 1))
            })
        })
    }

    /// The corners, each with where its rounding begins and ends.
    fn corners(&self) -> impl Iterator<Item = [Point; 3]> {
        let (before, last) = (self.points(), self.bends.len());
        before.zip(self.points().skip(1)).zip(self.points().skip(2)).enumerate().map(
            move |(at, ((before, bend), after))| {
                let (back, ahead) = (bend.distance(before), bend.distance(after));
                let radius = CORNER.min(back / 2.0).min(ahead / 2.0);
                let toward = |point: Point, way: f32| bend.lerp(point, if way > 0.0 { radius / way } else { 0.0 });
                if self.routing != Routing::Curved {
                    return [toward(before, back), bend, toward(after, ahead)];
                }
                let share = |end: bool| if end { 1.0 - STRAIGHT } else { 0.5 };
                [bend.lerp(before, share(at == 0)), bend, bend.lerp(after, share(at + 1 == last))]
            },
        )
    }

    /// As parts of a path.
    pub fn segments(&self) -> Vec<Segment> {
        let mut segments = Vec::with_capacity(2 + 2 * self.bends.len());
        segments.push(Segment::Move(self.from));
        for [begin, bend, end] in self.corners() {
            let bow = if self.routing == Routing::Curved { 1.0 - SWEEP } else { BOW };
            let control = |point: Point| bend.lerp(point, bow);
            segments.extend([Segment::Line(begin), Segment::Curve(control(begin), control(end), end)]);
        }
        segments.push(Segment::Line(self.to));
        segments
    }

    /// Points along the way, ends included, close enough to be joined by straight lines.
    pub fn flattened(&self) -> Vec<Point> {
        let mut points = vec![self.from];
        let pieces = PIECES[usize::from(self.routing == Routing::Curved)];
        for [begin, bend, end] in self.corners() {
            points.extend((0..=pieces).map(|piece| {
                let t = piece as f32 / pieces as f32;
                begin.lerp(bend, t).lerp(bend.lerp(end, t), t)
            }));
        }
        points.push(self.to);
        points
    }

    /// The point at `t`, 0 at the caller and 1 at the callee, by length.
    pub fn at(&self, t: f32) -> Point {
        let points = self.flattened();
        let length = |pair: &[Point]| pair[0].distance(pair[1]);
        let mut left = points.windows(2).map(length).sum::<f32>() * t.clamp(0.0, 1.0);
        for pair in points.windows(2) {
            let long = length(pair);
            if left <= long && long > 0.0 {
                return pair[0].lerp(pair[1], left / long);
            }
            left -= long;
        }
        self.to
    }

    /// The point of it that is nearest to another: its share of the way, as for [`Route::at`], and where it is.
    pub fn nearest(&self, point: Point) -> (f32, Point) {
        let points = self.flattened();
        let (mut passed, mut best) = (0.0, (f32::INFINITY, 0.0, self.from));
        for pair in points.windows(2) {
            let near = point.onto_line(pair[0], pair[1]);
            let (off, along) = (point.distance(near), passed + pair[0].distance(near));
            if off < best.0 {
                best = (off, along, near);
            }
            passed += pair[0].distance(pair[1]);
        }
        (if passed > 0.0 { best.1 / passed } else { 0.0 }, best.2)
    }

    /// A rectangle that holds it.
    pub fn bounds(&self) -> Rect {
        self.points().fold(Rect { min: self.from, max: self.from }, |all, p| all.union(Rect { min: p, max: p }))
    }

    /// The direction in which it enters the callee, of length 1.
    pub fn heading(&self) -> Point {
        let before = self.points().rev().find(|point| point.distance(self.to) > 1e-3).unwrap_or(self.from);
        let way = self.to - before;
        let length = way.x.hypot(way.y).max(f32::EPSILON);
        Point::new(way.x / length, way.y / length)
    }

    /// Distance of a point from it.
    pub fn distance(&self, point: Point) -> f32 {
        self.lines().map(|(a, b)| point.from_line(a, b)).fold(f32::INFINITY, f32::min)
    }
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
    fn every_line_is_level_or_upright_and_goes_around_cards() {
        let design = sketch();
        for (id, way) in routes(&design) {
            for (a, b) in way.lines() {
                assert!((a.x - b.x).abs() < 0.01 || (a.y - b.y).abs() < 0.01, "{id}: {a:?} to {b:?}");
                let line = Rect::between(a, b);
                let crossed = design.nodes.iter().find(|(_, node)| node.rect().expand(-1.0).touches(&line));
                assert!(crossed.is_none(), "{id} runs over {}", crossed.unwrap().0);
            }
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
        let way = Route::through(&[Point::new(164.0, 42.0), Point::new(400.0, 42.0)]);
        assert!(way.distance(way.at(0.5)) < 0.5);
        assert!((way.distance(way.at(0.5) + Point::new(0.0, 10.0)) - 10.0).abs() < 0.5);
        assert!(way.bounds().contains(way.at(0.3)));
    }

    #[test]
    fn the_nearest_point_of_a_way_is_found_again_by_its_share() {
        let way = Route::through(
            &[164.0, 42.0, 282.0, 42.0, 282.0, 300.0, 400.0, 300.0]
                .as_chunks::<2>()
                .0
                .iter()
                .map(|p| Point::new(p[0], p[1]))
                .collect::<Vec<_>>(),
        );
        for share in [0.0, 0.2, 0.5, 0.93, 1.0] {
            let at = way.at(share);
            let (found, near) = way.nearest(at);
            assert!((found - share).abs() < 0.01 && near.distance(at) < 0.5, "{share}: {found} at {near:?}");
        }
    }

    #[test]
    fn corners_are_round_and_the_way_keeps_its_ends() {
        let way = Route::through(&[
            Point::new(0.0, 0.0),
            Point::new(50.0, 0.0),
            Point::new(50.0, 80.0),
            Point::new(120.0, 80.0),
        ]);
        let flat = way.flattened();
        assert_eq!((flat[0], flat[flat.len() - 1]), (way.from, way.to));
        assert!(flat.iter().all(|point| point.distance(Point::new(50.0, 0.0)) > 3.0), "the corner is cut");
        assert_eq!(way.heading(), Point::new(1.0, 0.0));
        assert!(way.segments().iter().filter(|part| matches!(part, Segment::Curve(..))).count() == 2);
    }
}
