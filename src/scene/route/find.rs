//! The way of one link around cards: the first of a fixed row of ways that no card stands in.
//!
//! In this order: straight; one jog between the two cards, in the middle or as near to it as it is free; around what
//! stands between, beside one of the cards in the way. If none is free, the jog in the middle, over the cards. A line
//! that would run along the edge of a place moves to a lane beside it, if there is room. Every way that is tried leaves
//! its trace, so that whoever keeps routes knows when one has to be looked for again.

use crate::model::{Point, Rect, Side};

/// Room that a link leaves between itself and a card that it passes.
pub const MARGIN: f32 = 11.0;

/// Jogs stand on lines this far apart, so that those of several links meet on the same line and can be told apart there.
const LANE: f32 = 12.0;

/// How far a link runs straight on from a card before it turns aside.
pub const STUB: f32 = 18.0;

/// Most cards in the way that are looked around.
const MOST: usize = 10;

/// Most jogs that are tried on either side of the middle.
const JOGS: usize = 12;

/// Where a line goes that would run along the edge of a place: by so many lanes.
const ASIDE: [f32; 5] = [0.0, 1.0, -1.0, 2.0, -2.0];

/// Ends whose levels differ by less than this are joined by a straight line.
const LEVEL: f32 = 0.75;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The way.
    pub points: Vec<Point>,
    /// What was looked at; a card that moves out of it may open a better way. `None` if nothing better can open.
    pub watch: Option<Rect>,
}

/// An end of a link: a point on a card's edge, and which edge.
pub type Port = (Point, Side);

/// What is around.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// Whether a card stands in a line, with [`MARGIN`]; adds the cards that do to its list. The two cards that are joined
    /// do not count for the line that touches them.
    pub blocked: &'a dyn Fn(Rect, &mut Vec<Rect>) -> bool,
    /// Whether a line runs along the edge of a place, or over its title.
    pub hugs: &'a dyn Fn(Rect) -> bool,
}

/// A link that leads back to its own card.
pub fn around_itself(card: Rect) -> Vec<Point> {
    let (out, up) = (card.max.x + STUB, card.min.y - STUB);
    let (right, top) = (card.min.y + 24.0, card.max.x - 40.0);
    vec![
        Point::new(card.max.x, right),
        Point::new(out, right),
        Point::new(out, up),
        Point::new(top, up),
        Point::new(top, card.min.y),
    ]
}

/// Finds a way. `lean` moves the jog of a link that goes down (or right) towards its caller, that of one that goes up (or
/// left) from it: links of one card that lean by where along its side they end turn one after another and do not cross.
pub fn find(from: Port, to: Port, lean: f32, ground: Ground<'_>) -> Found {
    let sideways = from.1.horizontal();
    let mut search = Search { ground, sideways, lean, in_the_way: Vec::new(), aside: false, watch: None };
    let (a, b) = (search.turn(from.0), search.turn(to.0));
    let sign = (from.1.sign(), -to.1.sign());
    let points = search.row(a, b, sign);
    let first = search.in_the_way.is_empty() && !search.aside;
    let points = points.into_iter().map(|point| search.turn(point)).collect();
    Found { points, watch: if first { None } else { search.watch } }
}

/// A search. Points are turned so that the link always leaves sideways.
struct Search<'a> {
    ground: Ground<'a>,
    sideways: bool,
    lean: f32,
    in_the_way: Vec<Rect>,
    /// A line keeps off the edge of a place.
    aside: bool,
    watch: Option<Rect>,
}

impl Search<'_> {
    fn turn(&self, point: Point) -> Point {
        if self.sideways { point } else { Point::new(point.y, point.x) }
    }

    fn turn_rect(&self, rect: Rect) -> Rect {
        Rect::between(self.turn(rect.min), self.turn(rect.max))
    }

    /// Whether no card stands in a way.
    fn free(&mut self, points: &[Point]) -> bool {
        points.windows(2).all(|ends| {
            let line = self.tried(ends[0], ends[1]);
            !(self.ground.blocked)(line, &mut self.in_the_way)
        })
    }

    fn tried(&mut self, a: Point, b: Point) -> Rect {
        let line = self.turn_rect(Rect::between(a, b));
        self.watch = Some(self.watch.map_or(line, |watch| watch.union(line)));
        line
    }

    /// Where a line at `wanted` goes to keep off the edges of places: the nearest lane that is clear and `fits`, or where
    /// it is.
    fn clear(&mut self, wanted: f32, line: impl Fn(f32) -> (Point, Point), fits: impl Fn(f32) -> bool) -> f32 {
        let lanes = ASIDE.map(|by| wanted + by * LANE).into_iter().filter(|at| *at == wanted || fits(*at));
        let found = lanes.into_iter().find(|at| {
            let (a, b) = line(*at);
            let line = self.tried(a, b);
            !(self.ground.hugs)(line)
        });
        self.aside |= found != Some(wanted);
        found.unwrap_or(wanted)
    }

    fn row(&mut self, a: Point, b: Point, sign: (f32, f32)) -> Vec<Point> {
        let room = ((b.x - a.x).abs() / 2.0 - STUB).max(0.0);
        let lean = if b.y > a.y { -self.lean } else { self.lean } * sign.0;
        let middle = self.jog(a, b, (a.x + b.x) / 2.0 + lean.clamp(-room, room));
        if (a.y - b.y).abs() < LEVEL {
            let straight = vec![a, Point::new(b.x, a.y)];
            if self.free(&straight) {
                return straight;
            }
            return self.around(a, b, sign).unwrap_or(straight);
        }
        if self.free(&middle) {
            return middle;
        }
        for x in jogs(a, b, sign.0) {
            let way = self.jog(a, b, x);
            if self.free(&way) {
                return way;
            }
        }
        self.around(a, b, sign).unwrap_or(middle)
    }

    fn jog(&mut self, a: Point, b: Point, x: f32) -> Vec<Point> {
        let (low, high) = (a.x.min(b.x), a.x.max(b.x));
        let between = |x: f32| x > low + LANE / 2.0 && x < high - LANE / 2.0;
        let lane = (x / LANE).round() * LANE;
        let x = if between(lane) { lane } else { x };
        let x = self.clear(x, |x| (Point::new(x, a.y), Point::new(x, b.y)), |at| between(at) == between(x));
        vec![a, Point::new(x, a.y), Point::new(x, b.y), b]
    }

    /// Beside the cards in the way, above or below them, whichever is nearer.
    fn around(&mut self, a: Point, b: Point, sign: (f32, f32)) -> Option<Vec<Point>> {
        let cards: Vec<Rect> = self.in_the_way.iter().take(MOST).map(|card| self.turn_rect(*card)).collect();
        let room = MARGIN + LANE / 2.0;
        let beside = |card: &Rect| [card.min.y - room, card.max.y + room];
        let mut levels: Vec<f32> = cards.iter().flat_map(beside).collect();
        let cost = |level: f32| (level - a.y).abs() + (level - b.y).abs();
        levels.sort_by(|one, other| cost(*one).total_cmp(&cost(*other)).then(one.total_cmp(other)));
        levels.dedup_by(|one, other| (*one - *other).abs() < 1.0);
        let (out, back) = (a.x + STUB * sign.0, b.x - STUB * sign.1);
        levels.into_iter().find_map(|level| {
            let outward = |at: f32| cards.iter().all(|card| at <= card.min.y - room || at >= card.max.y + room);
            let level = self.clear(level, |y| (Point::new(out, y), Point::new(back, y)), outward);
            let way =
                [a, Point::new(out, a.y), Point::new(out, level), Point::new(back, level), Point::new(back, b.y), b];
            self.free(&way).then(|| way.to_vec())
        })
    }
}

/// Places for a jog, the nearest to the middle first, not nearer to a card than a stub.
fn jogs(a: Point, b: Point, sign: f32) -> Vec<f32> {
    let (low, high) = ((a.x + STUB * sign).min(b.x - STUB * sign), (a.x + STUB * sign).max(b.x - STUB * sign));
    let middle = (a.x + b.x) / 2.0;
    let beside = (1..=JOGS).flat_map(|n| [-1.0, 1.0].map(|side| middle + side * n as f32 * 2.0 * LANE));
    let mut places: Vec<f32> = beside.filter(|x| (low..=high).contains(x)).collect();
    places.extend([low, high]);
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CARD;

    fn among(cards: &[Rect]) -> impl Fn(Rect, &mut Vec<Rect>) -> bool + '_ {
        |line, found| {
            let before = found.len();
            found.extend(cards.iter().filter(|card| card.expand(MARGIN - 0.5).touches(&line)));
            found.len() > before
        }
    }

    fn card(x: f32, y: f32) -> Rect {
        Rect::new(Point::new(x, y), CARD)
    }

    fn ground(blocked: &dyn Fn(Rect, &mut Vec<Rect>) -> bool) -> Ground<'_> {
        Ground { blocked, hugs: &|_| false }
    }

    const FROM: Port = (Point::new(164.0, 42.0), Side::Right);

    #[test]
    fn level_ends_are_joined_by_one_line() {
        let found = find(FROM, (Point::new(600.0, 42.0), Side::Left), 0.0, ground(&among(&[])));
        assert_eq!(found.points, [Point::new(164.0, 42.0), Point::new(600.0, 42.0)]);
        assert_eq!(found.watch, None, "nothing can open a better way");
    }

    #[test]
    fn a_card_in_the_way_is_passed_on_its_nearer_side() {
        let between = card(300.0, 10.0);
        let found = find(FROM, (Point::new(600.0, 42.0), Side::Left), 0.0, ground(&among(&[between])));
        assert!(found.points.len() > 2 && found.watch.is_some());
        let crossed = found.points.windows(2).any(|ends| between.touches(&Rect::between(ends[0], ends[1])));
        assert!(!crossed, "{:?}", found.points);
        assert!(found.points.iter().any(|point| point.y < between.min.y), "its upper edge is nearer");
    }

    #[test]
    fn a_jog_moves_aside_for_a_card() {
        let between = card(300.0, 110.0);
        let found = find(FROM, (Point::new(700.0, 300.0), Side::Left), 0.0, ground(&among(&[between])));
        assert_eq!(found.points.len(), 4);
        let x = found.points[1].x;
        assert!(x < between.min.x - MARGIN + 1.0 || x > between.max.x + MARGIN - 1.0, "{x}");
    }

    #[test]
    fn a_jog_moves_off_the_edge_of_a_place() {
        let to = (Point::new(600.0, 300.0), Side::Left);
        let free = find(FROM, to, 0.0, ground(&among(&[])));
        let edge = free.points[1].x;
        let hugs = |line: Rect| line.w() < 0.1 && (line.min.x - edge).abs() < 8.0;
        let found = find(FROM, to, 0.0, Ground { hugs: &hugs, ..ground(&among(&[])) });
        let x = found.points[1].x;
        assert_eq!((x - edge).abs(), LANE, "one lane aside");
        assert!(
            found.watch.is_some_and(|watch| watch.expand(0.1).contains(Point::new(edge, 100.0))),
            "{:?}",
            found.watch
        );
        let everywhere = find(FROM, to, 0.0, Ground { hugs: &|_| true, ..ground(&among(&[])) });
        assert_eq!(everywhere.points, free.points, "without room it stays");
    }

    #[test]
    fn walled_in_it_still_arrives() {
        let walls: Vec<Rect> = (0..40).map(|n| card(300.0, -1_600.0 + 84.0 * n as f32)).collect();
        let to = Point::new(600.0, 90.0);
        let found = find(FROM, (to, Side::Left), 0.0, ground(&among(&walls)));
        assert_eq!(found.points.last(), Some(&to));
    }

    #[test]
    fn upright_links_are_found_likewise() {
        let from = (Point::new(82.0, 84.0), Side::Bottom);
        let found = find(from, (Point::new(200.0, 400.0), Side::Top), 0.0, ground(&among(&[card(90.0, 220.0)])));
        assert!(found.points.windows(2).all(|ends| ends[0].x == ends[1].x || ends[0].y == ends[1].y));
    }
}
