//! Snapping: what is moved lines up with its neighbours' edges and middles, keeps the gaps that they keep, else takes to
//! the grid; what is resized lines up with edges and takes on sizes.
//!
//! Promises: never moves anything further than [`REACH`] screen points from where the pointer put it, the grid aside.
//! Absent: egui.

use crate::model::{Design, GRID, Id, Point, Rect};
use std::collections::BTreeSet;

/// How near a neighbour's line must be, in screen points.
pub const REACH: f32 = 6.0;

/// Longest gap that is worth repeating, in drawing units.
const FARTHEST: f32 = 600.0;

/// Most neighbours that are looked at.
const MOST: usize = 2_000;

/// A line that something snapped to, in the drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guide {
    /// One end.
    pub from: Point,
    /// The other.
    pub to: Point,
}

/// Where a moved rectangle comes to rest, and what drew it there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rest {
    /// Its top left corner.
    pub at: Point,
    /// Lines to show.
    pub guides: Vec<Guide>,
    /// Gaps of one size, to show with that size.
    pub gaps: Vec<Guide>,
}

impl Guide {
    /// Its length, in drawing units.
    pub fn length(&self) -> f32 {
        self.from.distance(self.to)
    }

    fn flipped(self) -> Self {
        Self { from: flip_point(self.from), to: flip_point(self.to) }
    }
}

/// The rectangles that something moved may line up with: what is seen and stays. Places count for places only: a card
/// lines up with cards.
pub fn neighbours(design: &Design, moving: &BTreeSet<Id>, seen: Rect) -> Vec<Rect> {
    let stays = |id: &Id, rect: &Rect| rect.touches(&seen) && !moving.contains(id);
    let nodes = design.nodes.iter().map(|(id, node)| (id, node.rect()));
    let notes = design.notes.iter().map(|(id, note)| (id, note.rect));
    let with_places = design.places.keys().any(|id| moving.contains(id));
    let places = design.places.iter().filter(|_| with_places).map(|(id, place)| (id, place.rect));
    nodes.chain(notes).chain(places).filter(|(id, rect)| stays(id, rect)).map(|(_, rect)| rect).take(MOST).collect()
}

/// The rectangles whose edges and sizes a resized place or note may take on.
pub fn edges_near(design: &Design, resized: &Id, seen: Rect) -> Vec<Rect> {
    let places = design.places.iter().map(|(id, place)| (id, place.rect));
    let notes = design.notes.iter().map(|(id, note)| (id, note.rect));
    let others = places.chain(notes).filter(|(id, rect)| *id != resized && rect.touches(&seen));
    others.map(|(_, rect)| rect).take(MOST).collect()
}

/// What draws a rectangle along one axis: how far, and what to show once it is there.
struct Pull {
    way: f32,
    guides: Vec<Guide>,
    gaps: Vec<Guide>,
}

/// Where `rect` comes to rest among its neighbours; `reach` is in drawing units.
pub fn rest(rect: Rect, neighbours: &[Rect], reach: f32) -> Rest {
    let grid = rect.min.snapped(GRID);
    let flipped: Vec<Rect> = neighbours.iter().map(|other| flip(*other)).collect();
    let across = pull(rect, neighbours, reach);
    let down = pull(flip(rect), &flipped, reach);
    let at = Point::new(
        across.as_ref().map_or(grid.x, |pull| rect.min.x + pull.way),
        down.as_ref().map_or(grid.y, |pull| rect.min.y + pull.way),
    );
    // What is shown has to fit where the rectangle comes to rest, so it is worked out there once more.
    let there = rect.shift(at - rect.min);
    let mut found = Rest { at, ..Rest::default() };
    if let Some(pull) = across.and_then(|_| pull(there, neighbours, 0.01)) {
        found.guides.extend(pull.guides);
        found.gaps.extend(pull.gaps);
    }
    if let Some(pull) = down.and_then(|_| pull(flip(there), &flipped, 0.01)) {
        found.guides.extend(pull.guides.into_iter().map(Guide::flipped));
        found.gaps.extend(pull.gaps.into_iter().map(Guide::flipped));
    }
    found
}

/// The nearest line or gap from left to right. If both are equally near, both are shown.
fn pull(rect: Rect, neighbours: &[Rect], reach: f32) -> Option<Pull> {
    let line = line(rect, neighbours, reach);
    let gap = spacing(rect, neighbours, reach);
    match (line, gap) {
        (Some(line), Some(gap)) if (line.way - gap.way).abs() < 0.01 => Some(Pull { gaps: gap.gaps, ..line }),
        (Some(line), Some(gap)) => Some(if gap.way.abs() < line.way.abs() { gap } else { line }),
        (line, gap) => line.or(gap),
    }
}

/// The nearest edge or middle of a neighbour, as an upright line through both.
fn line(rect: Rect, neighbours: &[Rect], reach: f32) -> Option<Pull> {
    let lines = |r: &Rect| [r.min.x, r.center().x, r.max.x];
    let mut best: Option<(f32, f32, Rect)> = None;
    for other in neighbours {
        // Edges meet edges and middles meet middles; anything else lines up nothing that the eye sees.
        for (ours, theirs) in [(0, 0), (1, 1), (2, 2), (0, 2), (2, 0)] {
            let (ours, theirs) = (lines(&rect)[ours], lines(other)[theirs]);
            let way = theirs - ours;
            if way.abs() <= reach && best.is_none_or(|(least, ..)| way.abs() < least.abs()) {
                best = Some((way, theirs, *other));
            }
        }
    }
    let (way, x, other) = best?;
    let both = rect.union(other);
    let guide = Guide { from: Point::new(x, both.min.y - 8.0), to: Point::new(x, both.max.y + 8.0) };
    Some(Pull { way, guides: vec![guide], gaps: Vec::new() })
}

/// The nearest place in a row where the gaps are equal: between two neighbours, or beyond two of them.
fn spacing(rect: Rect, neighbours: &[Rect], reach: f32) -> Option<Pull> {
    let row: Vec<Rect> = neighbours.iter().copied().filter(|other| in_row(&rect, other)).collect();
    let left = nearest_left(&row, rect.min.x + reach);
    let right = nearest_right(&row, rect.max.x - reach);
    let between = left.zip(right).map(|(left, right)| {
        let way = (left.max.x + right.min.x - rect.min.x - rect.max.x) / 2.0;
        (way, [(left.max.x, rect.min.x + way), (rect.max.x + way, right.min.x)])
    });
    let after = left.and_then(|left| {
        let gap = (nearest_left(&row, left.min.x)?.max.x, left.min.x);
        let way = left.max.x + (gap.1 - gap.0) - rect.min.x;
        Some((way, [gap, (left.max.x, rect.min.x + way)]))
    });
    let before = right.and_then(|right| {
        let gap = (right.max.x, nearest_right(&row, right.max.x)?.min.x);
        let way = right.min.x - (gap.1 - gap.0) - rect.max.x;
        Some((way, [(rect.max.x + way, right.min.x), gap]))
    });
    let sane = |gaps: &[(f32, f32); 2]| gaps.iter().all(|(from, to)| (4.0..FARTHEST).contains(&(to - from)));
    let near = [between, after, before].into_iter().flatten().filter(|(way, gaps)| way.abs() <= reach && sane(gaps));
    let (way, gaps) = near.min_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))?;
    let y = rect.center().y;
    let gaps = gaps.map(|(from, to)| Guide { from: Point::new(from, y), to: Point::new(to, y) });
    Some(Pull { way, guides: Vec::new(), gaps: gaps.into() })
}

fn in_row(rect: &Rect, other: &Rect) -> bool {
    rect.min.y < other.max.y && other.min.y < rect.max.y
}

fn nearest_left(row: &[Rect], limit: f32) -> Option<Rect> {
    row.iter().copied().filter(|other| other.max.x <= limit).max_by(|a, b| a.max.x.total_cmp(&b.max.x))
}

fn nearest_right(row: &[Rect], limit: f32) -> Option<Rect> {
    row.iter().copied().filter(|other| other.min.x >= limit).min_by(|a, b| a.min.x.total_cmp(&b.min.x))
}

fn flip_point(point: Point) -> Point {
    Point::new(point.y, point.x)
}

/// A rectangle with its axes exchanged, so that one function serves both.
fn flip(rect: Rect) -> Rect {
    Rect { min: flip_point(rect.min), max: flip_point(rect.max) }
}

/// Where the edges that are held come to rest: -1 is the left or upper edge, 1 the right or lower one, 0 neither.
pub fn stretch(rect: Rect, (x, y): (i8, i8), neighbours: &[Rect], reach: f32) -> (Rect, Vec<Guide>) {
    let flipped: Vec<Rect> = neighbours.iter().map(|other| flip(*other)).collect();
    let (rect, mut guides) = stretch_across(rect, x, neighbours, reach);
    let (rect, more) = stretch_across(flip(rect), y, &flipped, reach);
    guides.extend(more.into_iter().map(Guide::flipped));
    (flip(rect), guides)
}

fn stretch_across(mut rect: Rect, edge: i8, neighbours: &[Rect], reach: f32) -> (Rect, Vec<Guide>) {
    if edge == 0 {
        return (rect, Vec::new());
    }
    let held = if edge < 0 { rect.min.x } else { rect.max.x };
    let lines = neighbours.iter().flat_map(|other| [(other.min.x, *other), (other.max.x, *other)]);
    let sizes = neighbours.iter().map(|other| {
        let to = if edge < 0 { rect.max.x - other.w() } else { rect.min.x + other.w() };
        (to, *other)
    });
    let near = lines.chain(sizes).filter(|(to, _)| (to - held).abs() <= reach);
    let best = near.min_by(|a, b| (a.0 - held).abs().total_cmp(&(b.0 - held).abs()));
    let to = best.map_or((held / GRID).round() * GRID, |(to, _)| to);
    if edge < 0 {
        rect.min.x = to;
    } else {
        rect.max.x = to;
    }
    let guide = best.map(|(x, other)| {
        let both = rect.union(other);
        Guide { from: Point::new(x, both.min.y - 8.0), to: Point::new(x, both.max.y + 8.0) }
    });
    (rect, guide.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CARD, Size};

    fn card(x: f32, y: f32) -> Rect {
        Rect::new(Point::new(x, y), CARD)
    }

    #[test]
    fn lines_up_with_a_neighbour_before_the_grid() {
        let found = rest(card(103.0, 200.0), &[card(100.0, 0.0)], REACH);
        assert_eq!(found.at, Point::new(100.0, 204.0));
        assert_eq!(found.guides.len(), 1);
        assert_eq!(found.guides[0].from.x, 100.0);
    }

    #[test]
    fn without_neighbours_the_grid_holds() {
        let found = rest(card(17.0, 31.0), &[], REACH);
        assert_eq!((found.at, found.guides.len()), (Point::new(12.0, 36.0), 0));
    }

    #[test]
    fn a_row_goes_on_with_the_gap_that_it_has() {
        let row = [card(0.0, 0.0), card(CARD.w + 50.0, 0.0)];
        let next = 2.0 * (CARD.w + 50.0);
        for (wanted, at) in [(next + 4.0, next), (-CARD.w - 47.0, -CARD.w - 50.0)] {
            let found = rest(card(wanted, 20.0), &row, REACH);
            assert_eq!(found.at.x, at);
            assert_eq!(found.gaps.iter().map(Guide::length).collect::<Vec<_>>(), [50.0, 50.0]);
        }
    }

    #[test]
    fn it_comes_to_rest_in_the_middle_between_two() {
        let column = [card(0.0, 0.0), card(300.0, 400.0)];
        let found = rest(Rect::new(Point::new(140.0, 203.0), Size { w: 200.0, h: 80.0 }), &column, REACH);
        assert_eq!(found.at.y, 202.0, "84 to 202 and 282 to 400 are 118 both");
        assert_eq!(found.gaps.len(), 2);
        assert!(found.gaps.iter().all(|gap| gap.from.x == gap.to.x && gap.length() == 118.0), "{:?}", found.gaps);
    }

    #[test]
    fn a_held_edge_takes_on_edges_and_sizes() {
        let other = Rect::new(Point::new(0.0, 0.0), Size { w: 240.0, h: 264.0 });
        let start = Rect::new(Point::new(500.0, 10.0), Size { w: 237.0, h: 257.0 });
        let (found, guides) = stretch(start, (1, 1), &[other], REACH);
        assert_eq!((found.w(), found.max.y, guides.len()), (240.0, 264.0, 2));
        let (found, guides) = stretch(start, (-1, 0), &[], REACH);
        assert_eq!((found.min.x, found.max.x, guides.len()), (504.0, 737.0, 0));
    }
}
