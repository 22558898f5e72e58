//! Links that share a lane, moved apart: the upright and level lines between the ends of links, where they would lie on
//! each other.
//!
//! What a lane holds alone decides what happens in it, so that after an edit only the lanes that it touched are done again.

use crate::model::Point;
use std::collections::{BTreeMap, BTreeSet};

/// Distance between links side by side, while there is room.
const APART: f32 = 8.0;

/// Greatest width of all links of a lane together.
const WIDEST: f32 = 18.0;

/// Lines that end this near to each other are kept apart like those that overlap.
const NEAR: f32 = 6.0;

/// Most links whose order is worked out for the fewest crossings.
const ORDERED: usize = 24;

/// A lane: upright or level, and where.
pub type Lane = (bool, i32);

/// One line of a link in a lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Number of the link.
    pub link: u32,
    /// Which of its lines.
    pub line: u32,
    /// The ends, the lesser first.
    pub span: (f32, f32),
    /// For each end of the span, on which side the link goes on: -1 or 1.
    pub turns: (f32, f32),
    /// How far it may be moved either way.
    pub play: f32,
}

/// The lines of a way that may be moved: those between its first and its last.
pub fn lines(link: u32, points: &[Point]) -> impl Iterator<Item = (Lane, Line)> + '_ {
    (1..points.len().saturating_sub(2)).map(move |at| {
        let [before, a, b, after] = [points[at - 1], points[at], points[at + 1], points[at + 2]];
        let upright = (a.x - b.x).abs() < (a.y - b.y).abs();
        let across = |point: Point| if upright { point.x } else { point.y };
        let along = |point: Point| if upright { point.y } else { point.x };
        let side = |point: Point| if across(point) < across(a) { -1.0 } else { 1.0 };
        let play = (across(before) - across(a)).abs().min((across(after) - across(b)).abs());
        let (span, turns) = if along(a) <= along(b) {
            ((along(a), along(b)), (side(before), side(after)))
        } else {
            ((along(b), along(a)), (side(after), side(before)))
        };
        let lane = (upright, across(a).round() as i32);
        (lane, Line { link, line: at as u32, span, turns, play: (play - 6.0).max(0.0) })
    })
}

/// How far each line of a lane is moved: link, line, distance. Lines that need not move are left out.
pub fn apart(lane: &[Line]) -> Vec<(u32, u32, f32)> {
    let mut sorted = lane.to_vec();
    sorted.sort_by(|a, b| a.span.0.total_cmp(&b.span.0).then((a.link, a.line).cmp(&(b.link, b.line))));
    let mut moves = Vec::new();
    let mut from = 0;
    while from < sorted.len() {
        let mut end = sorted[from].span.1;
        let mut to = from + 1;
        while to < sorted.len() && sorted[to].span.0 <= end + NEAR {
            end = end.max(sorted[to].span.1);
            to += 1;
        }
        if to - from > 1 {
            spread(&sorted[from..to], &mut moves);
        }
        from = to;
    }
    moves
}

fn spread(group: &[Line], moves: &mut Vec<(u32, u32, f32)>) {
    let tracks = tracks(group);
    let count = tracks.len();
    let step = if count > 1 { APART.min(WIDEST / (count - 1) as f32) } else { 0.0 };
    for (at, track) in tracks.into_iter().enumerate() {
        let by = (at as f32 - (count as f32 - 1.0) / 2.0) * step;
        for line in track {
            let by = by.clamp(-line.play, line.play);
            if by != 0.0 {
                moves.push((line.link, line.line, by));
            }
        }
    }
}

/// Lines side by side, in an order with few crossings; lines that do not meet may share a track.
fn tracks(group: &[Line]) -> Vec<Vec<Line>> {
    let mut tracks: Vec<Vec<Line>> = Vec::new();
    for line in ordered(group) {
        let meets = |track: &Vec<Line>| track.iter().any(|other| overlap(line, *other));
        // Only the last track may be shared: further back, the order would be lost.
        match tracks.last_mut() {
            Some(track) if !meets(track) => track.push(line),
            _ => tracks.push(vec![line]),
        }
    }
    tracks
}

fn overlap(a: Line, b: Line) -> bool {
    a.span.0 <= b.span.1 + NEAR && b.span.0 <= a.span.1 + NEAR
}

fn ordered(group: &[Line]) -> Vec<Line> {
    let mut order: Vec<Line> = Vec::with_capacity(group.len());
    for line in group {
        let place = if order.len() < ORDERED { best_place(&order, *line) } else { order.len() };
        order.insert(place, *line);
    }
    order
}

/// Where in an order, least first, a line makes the fewest crossings.
fn best_place(order: &[Line], line: Line) -> usize {
    let cost = |place: usize| {
        let (before, behind) = order.split_at(place);
        before.iter().map(|other| crossings(*other, line)).sum::<u32>()
            + behind.iter().map(|other| crossings(line, *other)).sum::<u32>()
    };
    (0..=order.len()).min_by_key(|place| cost(*place)).unwrap_or_default()
}

/// How often two links cross if the first lies on the lesser side of the second.
fn crossings(less: Line, more: Line) -> u32 {
    let within = |at: f32, other: Line| other.span.0 < at && at < other.span.1;
    let hits = |at: f32, turn: f32, toward: f32, other: Line| u32::from(turn == toward && within(at, other));
    hits(less.span.0, less.turns.0, 1.0, more)
        + hits(less.span.1, less.turns.1, 1.0, more)
        + hits(more.span.0, more.turns.0, -1.0, less)
        + hits(more.span.1, more.turns.1, -1.0, less)
}

/// Moves lines of a way; the lines next to them grow or shrink.
pub fn moved(points: &mut [Point], line: u32, by: f32) {
    let at = line as usize;
    if at + 1 >= points.len() {
        return;
    }
    let upright = (points[at].x - points[at + 1].x).abs() < (points[at].y - points[at + 1].y).abs();
    for point in &mut points[at..=at + 1] {
        if upright {
            point.x += by;
        } else {
            point.y += by;
        }
    }
}

/// The lines of all links by lane.
#[derive(Debug, Clone, Default)]
pub struct Lanes {
    lines: BTreeMap<Lane, Vec<Line>>,
}

impl Lanes {
    /// Puts the lines of a link in and notes the lanes.
    pub fn insert(&mut self, link: u32, points: &[Point], touched: &mut BTreeSet<Lane>) {
        for (lane, line) in lines(link, points) {
            self.lines.entry(lane).or_default().push(line);
            touched.insert(lane);
        }
    }

    /// Takes the lines of a link out and notes the lanes.
    pub fn remove(&mut self, link: u32, points: &[Point], touched: &mut BTreeSet<Lane>) {
        for (lane, _) in lines(link, points) {
            if let Some(lines) = self.lines.get_mut(&lane) {
                lines.retain(|line| line.link != link);
            }
            touched.insert(lane);
        }
    }

    /// The lines of a lane.
    pub fn lane(&self, lane: Lane) -> &[Line] {
        self.lines.get(&lane).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jog(from: (f32, f32), to: (f32, f32)) -> Vec<Point> {
        let x = (from.0 + to.0) / 2.0;
        vec![Point::new(from.0, from.1), Point::new(x, from.1), Point::new(x, to.1), Point::new(to.0, to.1)]
    }

    fn spread_all(ways: &mut [Vec<Point>]) {
        let mut lanes = Lanes::default();
        let mut touched = BTreeSet::new();
        for (link, way) in ways.iter().enumerate() {
            lanes.insert(link as u32, way, &mut touched);
        }
        let moves: Vec<_> = touched.iter().flat_map(|lane| apart(lanes.lane(*lane))).collect();
        for (link, line, by) in moves {
            moved(&mut ways[link as usize], line, by);
        }
    }

    #[test]
    fn links_in_one_lane_stand_apart_and_do_not_cross() {
        let mut ways =
            [jog((0.0, 10.0), (100.0, 200.0)), jog((0.0, 30.0), (100.0, 300.0)), jog((0.0, 20.0), (100.0, -100.0))];
        spread_all(&mut ways);
        let x: Vec<f32> = ways.iter().map(|way| way[1].x).collect();
        assert!((x[0] - x[1]).abs() >= 7.9, "{x:?}");
        assert!(x[0] > x[1], "the upper of two that go down turns later: {x:?}");
    }

    #[test]
    fn links_that_do_not_meet_stay_where_they_are() {
        let mut ways = [jog((0.0, 0.0), (100.0, 50.0)), jog((0.0, 200.0), (100.0, 300.0))];
        let before = ways.clone();
        spread_all(&mut ways);
        assert_eq!(ways, before);
    }

    #[test]
    fn a_hundred_links_share_a_lane_of_bounded_width() {
        let mut ways: Vec<_> = (0..100).map(|n| jog((0.0, n as f32), (100.0, 400.0 + n as f32))).collect();
        spread_all(&mut ways);
        assert!(ways.iter().all(|way| (way[1].x - 50.0).abs() <= WIDEST / 2.0 + 0.01));
    }
}
