//! Parts that are not linked, side by side and in rows: the largest first, none on another.

use super::GAP;
use crate::model::{GRID, Point, Rect, Size};

/// How much wider than high a drawing should be.
const SHAPE: f32 = 1.7;

/// Top left corners of all boxes, and the size of everything. Each part has its boxes by number and their corners.
pub(super) fn pack(sizes: &[Size], parts: &[(Vec<usize>, Vec<Point>)]) -> (Vec<Point>, Size) {
    let bounds: Vec<Rect> = parts.iter().map(|part| around(sizes, part)).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    // Parts with links before single boxes; then the high ones first, so that rows are filled well.
    order.sort_by(|&a, &b| {
        let single = |at: usize| parts[at].0.len() == 1;
        single(a).cmp(&single(b)).then(bounds[b].h().total_cmp(&bounds[a].h())).then(a.cmp(&b))
    });
    let area: f32 = bounds.iter().map(|rect| (rect.w() + GAP) * (rect.h() + GAP)).sum();
    let widest = bounds.iter().map(Rect::w).fold(0.0, f32::max);
    let limit = widest.max((area * SHAPE).sqrt());
    let mut corners = vec![Point::default(); sizes.len()];
    let (mut at, mut row, mut size) = (Point::default(), 0.0f32, Size::default());
    for part in order {
        let rect = bounds[part];
        if at.x > 0.0 && at.x + rect.w() > limit {
            at = Point::new(0.0, at.y + row + GAP);
            row = 0.0;
        }
        for (&id, corner) in parts[part].0.iter().zip(&parts[part].1) {
            corners[id] = at + (*corner - rect.min);
        }
        size = Size { w: size.w.max(at.x + rect.w()), h: size.h.max(at.y + rect.h()) };
        row = row.max(rect.h());
        at.x += (rect.w() / GRID).ceil() * GRID + GAP;
        row = (row / GRID).ceil() * GRID;
    }
    (corners, size)
}

fn around(sizes: &[Size], (ids, corners): &(Vec<usize>, Vec<Point>)) -> Rect {
    let rects = ids.iter().zip(corners).map(|(&id, corner)| Rect::new(*corner, sizes[id]));
    rects.reduce(Rect::union).unwrap_or_default()
}
