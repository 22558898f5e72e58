//! The way of a link that leaves or enters at a side that it was led to: the cheapest of those that run straight on for a
//! stub at either end and turn up to four times between, beside the cards in the way.
//!
//! Links that leave and enter where they run best are found quicker (`find`). Absent: points that a link was pulled to
//! (`pulled`).

use super::find::{Found, Ground, MARGIN, Port, STUB};
use crate::model::{Point, Rect};

/// What a turn costs, in drawing units of way.
const TURN: f32 = 24.0;

/// How much longer a way may be to keep one line off the edge of a place.
const HUGGING: f32 = 80.0;

/// Room between a line that passes a card and the card.
const ROOM: f32 = MARGIN + 6.0;

/// Most cards that are gone around.
const MOST: usize = 4;

/// Rounds of looking: each knows the cards that stood in the way of the one before.
const ROUNDS: usize = 3;

/// Finds a way from card to card; `own` are the two cards.
pub fn way([from, to]: [Port; 2], own: [Rect; 2], ground: Ground<'_>) -> Found {
    let mut cards = own.to_vec();
    let mut watch: Option<Rect> = None;
    let mut first = None;
    for round in 0..ROUNDS {
        let mut ways = ways([from, to], &cards);
        let costly = |way: &[Point]| cost(way, ground);
        ways.sort_by(|a, b| costly(a).total_cmp(&costly(b)));
        let mut in_the_way = Vec::new();
        for way in &ways {
            watch = Some(bounds(way).union(watch.unwrap_or(bounds(way))));
            if is_free(way, ground, &mut in_the_way) {
                return Found { points: way.clone(), watch: watch.filter(|_| round > 0 || cards.len() > own.len()) };
            }
        }
        first = first.or_else(|| ways.into_iter().next());
        in_the_way.retain(|card| !cards.contains(card));
        if in_the_way.is_empty() || cards.len() >= own.len() + MOST {
            break;
        }
        cards.extend(in_the_way.into_iter().take(own.len() + MOST - cards.len()));
    }
    Found { points: first.unwrap_or_else(|| vec![from.0, to.0]), watch }
}

/// All ways with up to four turns between the stubs, on lines through the stubs, halfway, and beside the cards.
fn ways([from, to]: [Port; 2], cards: &[Rect]) -> Vec<Vec<Point>> {
    let (start, end) = (from.1.out(from.0, STUB), to.1.out(to.0, STUB));
    let middle = start.lerp(end, 0.5);
    let across: Vec<f32> = cards.iter().flat_map(|card| [card.min.x - ROOM, card.max.x + ROOM]).collect();
    let down: Vec<f32> = cards.iter().flat_map(|card| [card.min.y - ROOM, card.max.y + ROOM]).collect();
    let xs = || [start.x, end.x, middle.x].into_iter().chain(across.iter().copied());
    let ys = || [start.y, end.y, middle.y].into_iter().chain(down.iter().copied());
    let turns = xs().flat_map(|x| ys().map(move |y| (x, y))).flat_map(|(x, y)| {
        let (one, other) = (Point::new(x, start.y), Point::new(end.x, y));
        let (three, four) = (Point::new(start.x, y), Point::new(x, end.y));
        [[one, Point::new(x, y), other], [three, Point::new(x, y), four]]
    });
    let whole = turns.map(|turns| [from.0, start].into_iter().chain(turns).chain([end, to.0]).collect::<Vec<_>>());
    whole.filter_map(|way| straightened(&way)).collect()
}

/// Without points that change nothing; `None` for a way that runs back on itself.
fn straightened(way: &[Point]) -> Option<Vec<Point>> {
    let mut kept: Vec<Point> = Vec::with_capacity(way.len());
    for &point in way {
        if kept.last().is_some_and(|last| last.distance(point) < 0.01) {
            continue;
        }
        if let [.., before, last] = kept[..] {
            let (came, goes) = (last - before, point - last);
            let turns = came.x * goes.y - came.y * goes.x;
            if turns.abs() < 0.01 {
                if came.x * goes.x + came.y * goes.y < 0.0 {
                    return None;
                }
                kept.pop();
            }
        }
        kept.push(point);
    }
    Some(kept).filter(|kept| kept.len() > 1)
}

fn cost(way: &[Point], ground: Ground<'_>) -> f32 {
    let line = |ends: &[Point]| {
        let hugs = (ground.hugs)(Rect::between(ends[0], ends[1]));
        ends[0].distance(ends[1]) + TURN + if hugs { HUGGING } else { 0.0 }
    };
    way.windows(2).map(line).sum()
}

fn is_free(way: &[Point], ground: Ground<'_>, found: &mut Vec<Rect>) -> bool {
    way.windows(2).all(|ends| !(ground.blocked)(Rect::between(ends[0], ends[1]), found))
}

fn bounds(way: &[Point]) -> Rect {
    way.windows(2).map(|ends| Rect::between(ends[0], ends[1])).reduce(Rect::union).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CARD, Side};

    fn card(x: f32, y: f32) -> Rect {
        Rect::new(Point::new(x, y), CARD)
    }

    /// The way from one side to another among cards; it is level and upright, leaves and enters as it should, and passes
    /// all cards.
    fn check(sides: (Side, Side), (from, to): (Rect, Rect), others: &[Rect]) -> Vec<Point> {
        let ends = [(sides.0.point(from, 0.0), sides.0), (sides.1.point(to, 0.0), sides.1)];
        let blocked = |line: Rect, found: &mut Vec<Rect>| {
            let before = found.len();
            found.extend([from, to].iter().filter(|card| card.expand(-1.0).touches(&line)));
            found.extend(others.iter().filter(|card| card.expand(MARGIN - 0.5).touches(&line)));
            found.len() > before
        };
        let points = way(ends, [from, to], Ground { blocked: &blocked, hugs: &|_| false }).points;
        assert_eq!((points[0], points[points.len() - 1]), (ends[0].0, ends[1].0), "{sides:?}");
        for line in points.windows(2) {
            assert!(line[0].x == line[1].x || line[0].y == line[1].y, "{sides:?} slants: {points:?}");
            let rect = Rect::between(line[0], line[1]);
            assert!(!blocked(rect, &mut Vec::new()), "{sides:?} over a card: {points:?}");
        }
        let stub = |at: Point, next: Point, side: Side| side.out(at, 1.0).from_line(at, next) < 0.01;
        assert!(stub(points[0], points[1], sides.0), "{sides:?} leaves elsewhere: {points:?}");
        let last = points.len() - 1;
        assert!(stub(points[last], points[last - 1], sides.1), "{sides:?} enters elsewhere: {points:?}");
        points
    }

    #[test]
    fn every_pair_of_sides_is_joined_wherever_the_cards_stand() {
        for at in [(400.0, 0.0), (400.0, 300.0), (0.0, 300.0), (-400.0, 20.0), (-300.0, -400.0), (220.0, 60.0)] {
            for leaves in Side::ALL {
                for enters in Side::ALL {
                    check((leaves, enters), (card(0.0, 0.0), card(at.0, at.1)), &[]);
                }
            }
        }
    }

    #[test]
    fn a_corner_is_one_turn_and_a_way_back_goes_around_the_card() {
        let corner = check((Side::Right, Side::Top), (card(0.0, 0.0), card(400.0, 300.0)), &[]);
        assert_eq!(corner.len(), 3);
        let around = check((Side::Left, Side::Left), (card(0.0, 0.0), card(400.0, 0.0)), &[]);
        assert!(around.iter().any(|point| point.x < 0.0), "{around:?}");
        assert!(around.len() <= 6, "{around:?}");
    }

    #[test]
    fn cards_in_the_way_are_passed() {
        let others = [card(200.0, 120.0), card(380.0, 150.0)];
        check((Side::Bottom, Side::Left), (card(0.0, 0.0), card(600.0, 200.0)), &others);
        check((Side::Top, Side::Bottom), (card(0.0, 0.0), card(600.0, 200.0)), &others);
    }
}
