//! The edges and titles of places, which links do not run along if they can help it.

use crate::model::{Design, Point, Rect};
use crate::scene::index::Index;

/// How near to the edge of a place a line beside it may run, in drawing units.
const NEAR: f32 = 8.0;

/// Shorter pieces beside an edge do not look as if they were part of it.
const SHORT: f32 = 16.0;

/// Edges, which are as thin as lines, and titles.
#[derive(Debug, Clone, Default)]
pub(super) struct Borders {
    rects: Vec<Rect>,
    index: Index,
}

impl Borders {
    /// Follows the places of a drawing; where something else runs or stands now than before.
    pub(super) fn follow(&mut self, design: &Design, titles: &[Rect]) -> Vec<Rect> {
        let edges = design.places.values().flat_map(|place| edges(place.rect));
        let rects: Vec<Rect> = edges.chain(titles.iter().copied()).collect();
        if rects == self.rects {
            return Vec::new();
        }
        let same_count = rects.len() == self.rects.len();
        let moved = |at: &usize| !same_count || rects.get(*at) != self.rects.get(*at);
        let changed = (0..rects.len().max(self.rects.len())).filter(moved);
        let changed = changed.flat_map(|at| [rects.get(at), self.rects.get(at)]).flatten().copied().collect();
        let bounds = rects.iter().copied().reduce(Rect::union).unwrap_or_default();
        self.index = Index::new(bounds, rects.len());
        (0..).zip(&rects).for_each(|(number, rect)| self.index.insert(number, *rect));
        self.rects = rects;
        changed
    }

    /// Whether a level or upright line runs along an edge, or over a title.
    pub(super) fn hugs(&self, line: Rect) -> bool {
        let along = |number: u32| runs_along(line, self.rects[number as usize]);
        self.index.any(line.expand(NEAR), along)
    }
}

/// Above, below, left, right.
fn edges(rect: Rect) -> [Rect; 4] {
    let Rect { min, max } = rect;
    let level = |y: f32| Rect { min: Point::new(min.x, y), max: Point::new(max.x, y) };
    let upright = |x: f32| Rect { min: Point::new(x, min.y), max: Point::new(x, max.y) };
    [level(min.y), level(max.y), upright(min.x), upright(max.x)]
}

fn runs_along(line: Rect, border: Rect) -> bool {
    let shared = (line.max.x.min(border.max.x) - line.min.x.max(border.min.x))
        .max(line.max.y.min(border.max.y) - line.min.y.max(border.min.y));
    let thin = |rect: Rect| (rect.w() < 0.1, rect.h() < 0.1);
    match thin(border) {
        (false, false) => border.touches(&line),
        edge => edge == thin(line) && shared >= SHORT && border.expand(NEAR - 0.5).touches(&line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::sketch::{id, sketch};

    #[test]
    fn what_runs_along_an_edge_is_told_from_what_crosses_it() {
        let mut design = sketch();
        let zone = design.places[&id("az-a")].rect;
        let mut borders = Borders::default();
        assert!(!borders.follow(&design, &[]).is_empty());
        let line = |x: f32, y: f32, to: (f32, f32)| Rect::between(Point::new(x, y), Point::new(to.0, to.1));
        let (left, middle) = (zone.min.x, zone.center());
        assert!(borders.hugs(line(left + 3.0, middle.y, (left + 3.0, middle.y + 60.0))));
        assert!(!borders.hugs(line(left - 60.0, middle.y, (left + 60.0, middle.y))), "it crosses");
        assert!(!borders.hugs(line(left + 3.0, middle.y, (left + 3.0, middle.y + 10.0))), "it is short");
        assert!(borders.follow(&design, &[]).is_empty(), "nothing moved");
        let moved = design.places.get_mut(&id("az-a")).unwrap();
        moved.rect.max.x += 40.0;
        let changed = borders.follow(&design, &[]);
        assert!(changed.iter().any(|rect| rect.min.x == zone.max.x && rect.w() == 0.0), "its right edge: {changed:?}");
    }
}
