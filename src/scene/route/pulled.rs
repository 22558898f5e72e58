//! The ways of links that do not find their own: through the points that they were pulled to, or straight on.
//!
//! From one point to the next a link turns as seldom as it can; where a card stands there, it goes around it. Straight
//! links avoid nothing: who wants them so says where they run.

use super::find::{self, Found, Ground, Port};
use crate::model::{Point, Rect, Routing, Side};

/// How far a curve leaves a card before it turns, as a share of the way to the next point, and the most of it.
const LEAVING: (f32, f32) = (0.4, 60.0);

/// How far a curve keeps its direction at a point that it runs through, as a share of the way to the nearer neighbour.
const KEEPING: f32 = 0.3;

/// How much longer a way may be to keep one line off the edge of a place.
const HUGGING: f32 = 80.0;

/// How far a leg steps aside before it turns to where it leads.
const STEP: f32 = 24.0;

/// Points of which one coordinate differs by less lie on one line.
const LEVEL: f32 = 0.75;

/// The way through some points, from card to card.
pub fn way(ends: [Port; 2], via: &[Point], routing: Routing, ground: Ground<'_>) -> Found {
    let [from, to] = ends;
    let mut legs = Legs { ground, watch: None, turned: false };
    let points = match routing {
        Routing::Straight => [from.0].into_iter().chain(via.iter().copied()).chain([to.0]).collect(),
        Routing::Orthogonal => without_needless(&legs.all(from, via, to).concat()),
        Routing::Curved => legs.swept(from, via, to),
    };
    Found { points, watch: legs.watch.filter(|_| legs.turned) }
}

/// The pieces of a way from one given point to the next.
struct Legs<'a> {
    ground: Ground<'a>,
    /// What was looked at.
    watch: Option<Rect>,
    /// A leg does not run as it would without cards.
    turned: bool,
}

impl Legs<'_> {
    /// Each with both of its ends. Level and upright lines: each goes on as the one before it ran, if that is not back,
    /// and turns once to reach the next point.
    fn all(&mut self, from: Port, via: &[Point], to: Port) -> Vec<Vec<Point>> {
        let mut legs = Vec::with_capacity(via.len() + 1);
        let mut run = outward(from.1);
        let mut at = from.0;
        for (number, &next) in via.iter().enumerate() {
            let exits: &[Side] = if number == 0 { &[from.1] } else { &onward(run) };
            let leg = self.leg(corner(at, next, run), exits, &Side::ALL);
            run = leg
                .windows(2)
                .rev()
                .map(|ends| along(ends[0], ends[1]))
                .find(|way| *way != Point::default())
                .unwrap_or(run);
            legs.push(leg);
            at = next;
        }
        legs.push(self.leg(arrival(at, to, run), &onward(run), &[to.1]));
        legs
    }

    /// A leg as it is without cards, or else the shortest way around them from one of these sides to one of those.
    fn leg(&mut self, plain: Vec<Point>, exits: &[Side], entries: &[Side]) -> Vec<Point> {
        if self.is_free(&plain) {
            return plain;
        }
        self.turned = true;
        let (at, next) = (plain[0], plain[plain.len() - 1]);
        let pairs = exits.iter().flat_map(|exit| entries.iter().map(move |entry| (*exit, *entry)));
        let ways: Vec<Vec<Point>> = pairs.flat_map(|(exit, entry)| self.around((at, exit), (next, entry))).collect();
        let good = ways.into_iter().filter(|way| self.is_free(way)).collect::<Vec<_>>();
        let hugs = |ends: &&[Point]| (self.ground.hugs)(Rect::between(ends[0], ends[1]));
        let cost = |way: &[Point]| cost(way) + HUGGING * way.windows(2).filter(hugs).count() as f32;
        good.into_iter().min_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap_or(plain)
    }

    /// Ways around cards: straight on, or with one step aside first where the ends do not lie along one another.
    fn around(&mut self, from: Port, to: Port) -> Vec<Vec<Point>> {
        let (at, exit) = from;
        if exit.horizontal() == to.1.horizontal() {
            let way = self.found(from, to);
            return Some(way).filter(|way| keeps_on(way, exit)).into_iter().collect();
        }
        let aside = outward(exit);
        let step = at + Point::new(aside.x * STEP, aside.y * STEP);
        let onward = Side::ALL.into_iter().filter(|side| side.horizontal() == to.1.horizontal());
        onward.map(|side| [at].into_iter().chain(self.found((step, side), to)).collect()).collect()
    }

    fn found(&mut self, from: Port, to: Port) -> Vec<Point> {
        let way = find::find(from, to, 0.0, self.ground);
        self.watch = self.watch.into_iter().chain(way.watch).reduce(Rect::union);
        way.points
    }

    fn is_free(&mut self, points: &[Point]) -> bool {
        points.windows(2).all(|ends| {
            let line = Rect::between(ends[0], ends[1]);
            self.watch = Some(self.watch.map_or(line, |watch| watch.union(line)));
            !(self.ground.blocked)(line, &mut Vec::new())
        })
    }

    /// The corners of a curve that runs through all points, and around cards where it has to.
    fn swept(&mut self, from: Port, via: &[Point], to: Port) -> Vec<Point> {
        let free = curve(from, via, to);
        let flat = super::Route { routing: Routing::Curved, ..super::Route::through(&free) }.flattened();
        if self.is_free(&flat) {
            return free;
        }
        let legs = self.all(from, via, to);
        let ends = legs.iter().map(|leg| leg[leg.len() - 1]);
        let turns = legs.iter().map(|leg| if leg.len() > 3 { &leg[1..leg.len() - 1] } else { &[] });
        let mut knots: Vec<Point> =
            turns.zip(ends).flat_map(|(turns, end)| turns.iter().copied().chain([end])).collect();
        knots.pop();
        curve(from, &knots, to)
    }
}

/// How long a way is, and how often it turns.
fn cost(points: &[Point]) -> f32 {
    let long: f32 = points.windows(2).map(|ends| ends[0].distance(ends[1])).sum();
    long + 24.0 * points.len() as f32
}

/// Whether a way leaves to the side that it should, and not back through where it came from.
fn keeps_on(points: &[Point], exit: Side) -> bool {
    let first = points.windows(2).map(|ends| ends[1] - ends[0]).find(|way| *way != Point::default());
    let way = outward(exit);
    first.is_none_or(|first| first.x * way.x + first.y * way.y >= 0.0)
}

/// The direction in which a link leaves a side.
fn outward(side: Side) -> Point {
    if side.horizontal() { Point::new(side.sign(), 0.0) } else { Point::new(0.0, side.sign()) }
}

/// The sides to which a line may go on that ran like this: on, or to either hand.
fn onward(run: Point) -> [Side; 3] {
    match (run.x > 0.0, run.x < 0.0, run.y > 0.0) {
        (true, ..) => [Side::Right, Side::Top, Side::Bottom],
        (_, true, _) => [Side::Left, Side::Top, Side::Bottom],
        (_, _, true) => [Side::Bottom, Side::Left, Side::Right],
        _ => [Side::Top, Side::Left, Side::Right],
    }
}

/// From one point to the next with one corner at most.
fn corner(at: Point, next: Point, run: Point) -> Vec<Point> {
    let (level, upright) = ((at.y - next.y).abs() < LEVEL, (at.x - next.x).abs() < LEVEL);
    if level || upright {
        return vec![at, next];
    }
    let sideways = if run.x == 0.0 { run.y * (next.y - at.y) < 0.0 } else { run.x * (next.x - at.x) >= 0.0 };
    vec![at, if sideways { Point::new(next.x, at.y) } else { Point::new(at.x, next.y) }, next]
}

/// From the last point to a card's side.
fn arrival(at: Point, to: Port, run: Point) -> Vec<Point> {
    let (level, end) = (to.1.horizontal(), to.0);
    let back = if level { run.y * (end.y - at.y) < 0.0 } else { run.x * (end.x - at.x) < 0.0 };
    let middle = at.lerp(end, 0.5);
    match (level, back) {
        (true, false) => vec![at, Point::new(at.x, end.y), end],
        (false, false) => vec![at, Point::new(end.x, at.y), end],
        (true, true) => vec![at, Point::new(middle.x, at.y), Point::new(middle.x, end.y), end],
        (false, true) => vec![at, Point::new(at.x, middle.y), Point::new(end.x, middle.y), end],
    }
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
fn curve(from: Port, via: &[Point], to: Port) -> Vec<Point> {
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

#[cfg(test)]
mod tests {
    use super::super::Route;
    use super::*;

    const FROM: Port = (Point::new(100.0, 50.0), Side::Right);
    const TO: Port = (Point::new(500.0, 250.0), Side::Left);

    fn route(via: &[Point], routing: Routing) -> Route {
        let bare = Ground { blocked: &|_, _| false, hugs: &|_| false };
        Route { routing, ..Route::through(&way([FROM, TO], via, routing, bare).points) }
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
    fn what_is_pulled_goes_around_cards_all_the_same() {
        let via = [Point::new(200.0, 300.0), Point::new(700.0, 300.0)];
        let to = (Point::new(900.0, 60.0), Side::Left);
        // In the way of the leg between the two points, and of the one to the card.
        let cards = [
            Rect::between(Point::new(400.0, 260.0), Point::new(500.0, 340.0)),
            Rect::between(Point::new(660.0, 120.0), Point::new(740.0, 200.0)),
        ];
        let blocked = |line: Rect, found: &mut Vec<Rect>| {
            let before = found.len();
            found.extend(cards.iter().filter(|card| card.expand(find::MARGIN - 0.5).touches(&line)));
            found.len() > before
        };
        let ground = Ground { blocked: &blocked, hugs: &|_| false };
        for routing in [Routing::Orthogonal, Routing::Curved] {
            let found = way([FROM, to], &via, routing, ground);
            let route = Route { routing, ..Route::through(&found.points) };
            assert!(found.watch.is_some(), "a card that goes away opens a better way");
            for (a, b) in route.lines() {
                assert!(!cards.iter().any(|card| card.meets(a, b)), "{routing:?} over a card: {route:?}");
            }
            for point in via {
                assert!(route.distance(point) < 5.0, "{routing:?} passes {point:?} at {}", route.distance(point));
            }
        }
        let free = Ground { blocked: &|_, _| false, hugs: &|_| false };
        assert_eq!(way([FROM, to], &via, Routing::Orthogonal, free).watch, None);
    }

    #[test]
    fn a_card_before_the_last_side_is_passed_without_running_back() {
        // Down to the point, and from there to the lower side of a card with another one before it.
        let (to, via) = ((Point::new(400.0, 100.0), Side::Bottom), [Point::new(300.0, 350.0)]);
        let card = Rect::between(Point::new(320.0, 180.0), Point::new(480.0, 260.0));
        let blocked = |line: Rect, found: &mut Vec<Rect>| {
            let there = card.expand(find::MARGIN - 0.5).touches(&line);
            found.extend(there.then_some(card));
            there
        };
        let found = way([FROM, to], &via, Routing::Orthogonal, Ground { blocked: &blocked, hugs: &|_| false });
        let route = Route::through(&found.points);
        assert!(route.lines().all(|(a, b)| !card.meets(a, b)), "{:?}", found.points);
        let at = found.points.iter().position(|point| *point == via[0]).expect("it runs through the point");
        let (came, goes) = (via[0] - found.points[at - 1], found.points[at + 1] - via[0]);
        assert!(came.x * goes.x + came.y * goes.y >= 0.0, "it runs back: {:?}", found.points);
    }

    #[test]
    fn straight_ones_turn_only_where_they_were_pulled_to() {
        assert_eq!(route(&[], Routing::Straight).bends, []);
        let via = [Point::new(200.0, 300.0)];
        assert_eq!(route(&via, Routing::Straight).bends, via);
    }
}
