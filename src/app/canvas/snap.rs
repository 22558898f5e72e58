//! Snapping: what is moved lines up with its neighbours' edges and middles, else with the grid.
//!
//! Promises: never moves anything further than [`REACH`] screen points from where the pointer put it. Absent: egui.

use crate::model::{Design, GRID, Id, Point, Rect};

/// How near a neighbour's line must be, in screen points.
pub const REACH: f32 = 6.0;

/// A line that something snapped to, in the drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guide {
    /// One end.
    pub from: Point,
    /// The other.
    pub to: Point,
}

/// Where a moved rectangle comes to rest, and the lines that drew it there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rest {
    /// Its top left corner.
    pub at: Point,
    /// Lines to show.
    pub guides: Vec<Guide>,
}

/// The rectangles that something moved may line up with: cards and notes that stay.
pub fn neighbours(design: &Design, moving: &[Id]) -> Vec<Rect> {
    let nodes = design.nodes.iter().filter(|(id, _)| !moving.contains(id)).map(|(_, node)| node.rect());
    let notes = design.notes.iter().filter(|(id, _)| !moving.contains(id)).map(|(_, note)| note.rect);
    nodes.chain(notes).collect()
}

/// Where `rect` comes to rest among its neighbours; `reach` is in drawing units.
pub fn rest(rect: Rect, neighbours: &[Rect], reach: f32) -> Rest {
    let lines = |r: &Rect| [r.min.x, r.center().x, r.max.x];
    let rows = |r: &Rect| [r.min.y, r.center().y, r.max.y];
    let across = nearest(lines(&rect), neighbours.iter().map(|r| (lines(r), *r)), reach);
    let down = nearest(rows(&rect), neighbours.iter().map(|r| (rows(r), *r)), reach);
    let grid = rect.min.snapped(GRID);
    let at =
        Point::new(across.map_or(grid.x, |(by, ..)| rect.min.x + by), down.map_or(grid.y, |(by, ..)| rect.min.y + by));
    let moved = rect.shift(at - rect.min);
    let mut guides = Vec::new();
    if let Some((_, x, other)) = across {
        let both = moved.union(other);
        guides.push(Guide { from: Point::new(x, both.min.y - 8.0), to: Point::new(x, both.max.y + 8.0) });
    }
    if let Some((_, y, other)) = down {
        let both = moved.union(other);
        guides.push(Guide { from: Point::new(both.min.x - 8.0, y), to: Point::new(both.max.x + 8.0, y) });
    }
    Rest { at, guides }
}

/// The shortest way from one of our lines to a neighbour's: the way, the line, and whose it is.
fn nearest(ours: [f32; 3], others: impl Iterator<Item = ([f32; 3], Rect)>, reach: f32) -> Option<(f32, f32, Rect)> {
    let mut best: Option<(f32, f32, Rect)> = None;
    for (theirs, rect) in others {
        // Edges meet edges and middles meet middles; anything else lines up nothing that the eye sees.
        for (our, their) in [(0, 0), (1, 1), (2, 2), (0, 2), (2, 0)].map(|(a, b)| (ours[a], theirs[b])) {
            let way = their - our;
            if way.abs() <= reach && best.is_none_or(|(least, ..)| way.abs() < least.abs()) {
                best = Some((way, their, rect));
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CARD;

    #[test]
    fn lines_up_with_a_neighbour_before_the_grid() {
        let neighbour = Rect::new(Point::new(100.0, 0.0), CARD);
        let found = rest(Rect::new(Point::new(103.0, 200.0), CARD), &[neighbour], REACH);
        assert_eq!(found.at, Point::new(100.0, 204.0));
        assert_eq!(found.guides.len(), 1);
        assert_eq!(found.guides[0].from.x, 100.0);
    }

    #[test]
    fn without_neighbours_the_grid_holds() {
        let found = rest(Rect::new(Point::new(17.0, 31.0), CARD), &[], REACH);
        assert_eq!((found.at, found.guides.len()), (Point::new(12.0, 36.0), 0));
    }
}
