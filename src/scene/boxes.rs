//! The row of boxes that stands for a node's servers. Every phase has a mark of its own, so that colour is never the only
//! thing that tells them apart.

use super::figures::{Level, Slot};
use super::list::{Anchor, Ink, Segment, Shape, Weight};
use super::{style, text};
use crate::model::{Point, Rect, Size};

const WIDE: f32 = 18.0;
const NARROW: f32 = 8.0;
const GAP: f32 = 4.0;

/// How boxes are laid out in a row: their width, how many, and how many more there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Width of one box.
    pub width: f32,
    /// Boxes shown.
    pub shown: usize,
    /// Boxes left out.
    pub more: usize,
}

/// The widest boxes that let `count` of them fit into a width; the narrowest and "+37" where they do not.
pub fn row(count: usize, room: f32) -> Row {
    let each = (room + GAP) / count.max(1) as f32 - GAP;
    if each >= NARROW {
        return Row { width: each.floor().min(WIDE), shown: count, more: 0 };
    }
    let note = text::width("+0,000", style::TINY, Weight::SemiBold);
    let shown = ((room - note) / (NARROW + GAP)) as usize;
    Row { width: NARROW, shown, more: count - shown }
}

/// Draws a row of boxes into a rectangle.
pub fn draw(slots: &[Slot], into: Rect, shapes: &mut Vec<Shape>) {
    let row = row(slots.len(), into.w());
    for (at, slot) in visible(slots, row.shown).enumerate() {
        let x = into.min.x + at as f32 * (row.width + GAP);
        let rect = Rect::new(Point::new(x, into.min.y), Size { w: row.width, h: into.h() });
        one(slot, rect, shapes);
    }
    if row.more > 0 {
        let at = Point::new(into.max.x, into.max.y - (into.h() - style::TINY * 0.72) / 2.0);
        let text = format!("+{}", super::words::count(row.more as u64));
        let (size, weight, tint) = (style::TINY, Weight::SemiBold, Ink::Muted.full());
        shapes.push(Shape::Text { at, anchor: Anchor::End, size, weight, text, tint });
    }
}

/// The boxes to show if not all fit: those that are not simply in service must be among them.
fn visible(slots: &[Slot], shown: usize) -> impl Iterator<Item = Slot> {
    let rank = |slot: &Slot| match slot {
        Slot::Busy(_) => 1,
        Slot::Empty => 2,
        _ => 0,
    };
    let mut chosen: Vec<(usize, Slot)> = slots.iter().copied().enumerate().collect();
    if shown < slots.len() {
        chosen.sort_by_key(|(at, slot)| (rank(slot), *at));
        chosen.truncate(shown);
        chosen.sort_by_key(|(at, _)| *at);
    }
    chosen.into_iter().map(|(_, slot)| slot)
}

fn one(slot: Slot, rect: Rect, shapes: &mut Vec<Shape>) {
    let radius = 2.5;
    let face = |ink: Ink, alpha: f32| Shape::Rect { rect, radius, fill: Some(ink.alpha(alpha)), stroke: None };
    let edge = |ink: Ink, alpha: f32| {
        let stroke = Some(ink.alpha(alpha).line(1.0));
        Shape::Rect { rect: rect.expand(-0.5), radius: radius - 0.5, fill: None, stroke }
    };
    match slot {
        Slot::Busy(level) => shapes.push(face(level.fill(), 1.0)),
        Slot::Empty => shapes.push(edge(Ink::Faint, 0.45)),
        Slot::Pending => {
            shapes.push(edge(Ink::Accent, 0.9));
            let fill = Some(Ink::Accent.full());
            shapes.push(Shape::Circle { center: rect.center(), radius: 1.8, fill, stroke: None });
        }
        Slot::Draining => {
            let half = Rect { min: Point::new(rect.min.x, rect.center().y), max: rect.max };
            shapes.push(Shape::Rect { rect: half, radius: 1.0, fill: Some(Ink::Faint.full()), stroke: None });
            shapes.push(edge(Ink::Faint, 1.0));
        }
        Slot::Lost => {
            shapes.push(face(Ink::BadFill, 0.22));
            shapes.push(edge(Level::Bad.fill(), 0.9));
            shapes.push(cross(rect.center(), rect.h() * 0.24));
        }
    }
}

/// A small cross.
pub fn cross(center: Point, reach: f32) -> Shape {
    let corner = |x: f32, y: f32| center + Point::new(x * reach, y * reach);
    let segments = vec![
        Segment::Move(corner(-1.0, -1.0)),
        Segment::Line(corner(1.0, 1.0)),
        Segment::Move(corner(1.0, -1.0)),
        Segment::Line(corner(-1.0, 1.0)),
    ];
    Shape::Path { segments, stroke: Ink::Bad.full().line(1.3) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_fit_whatever_the_number() {
        for count in [1, 2, 6, 7, 12, 13, 40, 1_000] {
            let row = row(count, 144.0);
            assert_eq!(row.shown + row.more, count);
            assert!(row.shown as f32 * (row.width + GAP) - GAP <= 144.0 && row.width >= NARROW, "{count}: {row:?}");
        }
        assert_eq!(row(6, 144.0), Row { width: WIDE, shown: 6, more: 0 });
    }

    #[test]
    fn a_lost_server_is_seen_among_many() {
        let mut slots = vec![Slot::Busy(Level::Ok); 50];
        slots[45] = Slot::Lost;
        assert!(visible(&slots, 9).any(|slot| slot == Slot::Lost));
    }
}
