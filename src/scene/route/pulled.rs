//! The ways of links that do not find their own: through the points that they were pulled to, or straight on.
//!
//! Nothing is avoided here: who pulls a link says where it runs.

use super::find::Port;
use super::ports::Side;
use crate::model::{Point, Routing};

/// How far a curve leaves a card before it turns, as a share of the way to the next point, and the most of it.
const LEAVING: (f32, f32) = (0.4, 60.0);

/// How far a curve keeps its direction at a point that it runs through, as a share of the way to the nearer neighbour.
const KEEPING: f32 = 0.3;

/// Points of which one coordinate differs by less lie on one line.
const LEVEL: f32 = 0.75;

/// The points of a way: its ends, and where it turns.
pub fn way(from: Port, via: &[Point], to: Port, routing: Routing) -> Vec<Point> {
    match routing {
        Routing::Straight => [from.0].into_iter().chain(via.iter().copied()).chain([to.0]).collect(),
        Routing::Orthogonal => turning(from, via, to),
        Routing::Curved => swept(from, via, to),
    }
}

/// Level and upright lines: each goes on as the one before it ran, if that is not back, and turns once to reach the next
/// point.
fn turning(from: Port, via: &[Point], to: Port) -> Vec<Point> {
    let mut points = vec![from.0];
    let mut run = if from.1.horizontal() { Point::new(from.1.sign(), 0.0) } else { Point::new(0.0, from.1.sign()) };
    let mut at = from.0;
    for &next in via {
        let (level, upright) = ((at.y - next.y).abs() < LEVEL, (at.x - next.x).abs() < LEVEL);
        if !level && !upright {
            let sideways = if run.x == 0.0 { run.y * (next.y - at.y) < 0.0 } else { run.x * (next.x - at.x) >= 0.0 };
            points.push(if sideways { Point::new(next.x, at.y) } else { Point::new(at.x, next.y) });
        }
        let before = points.last().copied().unwrap_or(at);
        run = along(before, next);
        points.push(next);
        at = next;
    }
    let (level, end) = (to.1.horizontal(), to.0);
    let back = if level { run.y * (end.y - at.y) < 0.0 } else { run.x * (end.x - at.x) < 0.0 };
    let middle = at.lerp(end, 0.5);
    match (level, back) {
        (true, false) => points.push(Point::new(at.x, end.y)),
        (false, false) => points.push(Point::new(end.x, at.y)),
        (true, true) => points.extend([Point::new(middle.x, at.y), Point::new(middle.x, end.y)]),
        (false, true) => points.extend([Point::new(at.x, middle.y), Point::new(end.x, middle.y)]),
    }
    points.push(end);
    without_needless(&points)
}

/// The direction of a level or upright line.
fn along(from: Point, to: Point) -> Point {
    let way = to - from;
    if way.x.abs() > way.y.abs() { Point::new(way.x.signum(), 0.0) } else { Point::new(0.0, way.y.signum()) }
}

/// Without points that lie between their neighbours.
fn without_needless(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(points.len());
    for (at, &point) in points.iter().enumerate() {
        let between = |before: &Point, next: &Point| point.from_line(*before, *next) < 0.01;
        if !kept.last().zip(points.get(at + 1)).is_some_and(|(before, next)| between(before, next)) {
            kept.push(point);
        }
    }
    kept
}

/// The corners of a curve that runs through all points: it is halfway between two corners on either side of each.
fn swept(from: Port, via: &[Point], to: Port) -> Vec<Point> {
    let knots: Vec<Point> = [from.0].into_iter().chain(via.iter().copied()).chain([to.0]).collect();
    let out = |(at, side): Port, next: Point| {
        let by = (at.distance(next) * LEAVING.0).min(LEAVING.1) * side.sign();
        at + if side.horizontal() { Point::new(by, 0.0) } else { Point::new(0.0, by) }
    };
    let mut points = vec![from.0, out(from, knots[1])];
    for around in knots.windows(3) {
        let [before, at, after] = [around[0], around[1], around[2]];
        let way = after - before;
        let long = way.x.hypot(way.y).max(f32::EPSILON);
        let by = KEEPING * at.distance(before).min(at.distance(after)) / long;
        let aside = Point::new(way.x * by, way.y * by);
        points.extend([at - aside, at + aside]);
    }
    points.extend([out(to, knots[knots.len() - 2]), to.0]);
    points
}

/// Sides that a link leaves and enters by, as if the points that it runs through next were cards.
pub fn side_toward(card: crate::model::Rect, point: Point) -> Side {
    super::ports::sides(card, crate::model::Rect { min: point, max: point }).0
}

#[cfg(test)]
mod tests {
    use super::super::Route;
    use super::*;

    const FROM: Port = (Point::new(100.0, 50.0), Side::Right);
    const TO: Port = (Point::new(500.0, 250.0), Side::Left);

    fn route(via: &[Point], routing: Routing) -> Route {
        Route { routing, ..Route::through(&way(FROM, via, TO, routing)) }
    }

    #[test]
    fn a_way_runs_through_every_point_that_it_was_pulled_to() {
        let via = [Point::new(200.0, 300.0), Point::new(350.0, 20.0), Point::new(420.0, 250.0)];
        for routing in Routing::ALL {
            let route = route(&via, routing);
            let corner = if routing == Routing::Curved { 1.0 } else { 5.0 };
            for point in via {
                let flat = route.flattened();
                let far = flat.windows(2).map(|ends| point.from_line(ends[0], ends[1])).fold(f32::INFINITY, f32::min);
                assert!(far < corner, "{routing:?} passes {point:?} at {far}");
            }
            assert_eq!((route.from, route.to), (FROM.0, TO.0));
        }
    }

    #[test]
    fn level_and_upright_stay_so_and_reach_the_card_from_its_side() {
        let route = route(&[Point::new(200.0, 300.0), Point::new(350.0, 20.0)], Routing::Orthogonal);
        assert!(route.sharp().all(|(a, b)| a.x == b.x || a.y == b.y), "{route:?}");
        assert_eq!(route.heading(), Point::new(1.0, 0.0));
    }

    #[test]
    fn straight_ones_turn_only_where_they_were_pulled_to() {
        assert_eq!(route(&[], Routing::Straight).bends, []);
        let via = [Point::new(200.0, 300.0)];
        assert_eq!(route(&via, Routing::Straight).bends, via);
    }
}
