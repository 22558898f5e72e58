//! Notes: paper with wrapped text.

use super::list::{Anchor, Ink, Shape, Weight};
use super::{Detail, Picture, place, style, text};
use crate::model::{Id, Note, Point};
use crate::words::t;

const PAD: f32 = 10.0;

/// Height of a line of text and of its letters over the line, for type of the usual size.
const LEADING: f32 = 15.0;
const RISE: f32 = 9.5;

/// Sizes of type where small type could not be read, the first that all of a text fits with; the last in any case.
const LARGE: [f32; 3] = [18.0, 16.0, 14.0];

/// Draws a note.
pub fn draw(picture: &Picture<'_>, id: &Id, note: &Note, shapes: &mut Vec<Shape>) {
    shapes.push(Shape::Begin { id: id.clone(), title: t!("Note: {text}", text = note.text.replace('\n', " ")) });
    let stroke = match (picture.selected.contains(id), picture.hovered == Some(id)) {
        (true, _) => Ink::Accent.full().line(2.0),
        (_, true) => Ink::Accent.alpha(0.7).line(1.2),
        _ => Ink::PaperEdge.full().line(1.0),
    };
    let (rect, fill) = (note.rect, Some(Ink::Paper.full()));
    shapes.push(Shape::Rect { rect, radius: 6.0, fill, stroke: Some(stroke) });
    if picture.zoom >= super::card::FAR {
        let size = if picture.detail() == Detail::Halfway { large(note) } else { style::BODY };
        lines(note, size, shapes);
    }
    if picture.selected.contains(id) {
        place::handles(rect, shapes);
    }
    shapes.push(Shape::End);
}

/// Rows that a note has room for in type of a size.
fn rows(note: &Note, size: f32) -> usize {
    let leading = LEADING * size / style::BODY;
    ((note.rect.h() - 2.0 * PAD + 4.0) / leading).max(0.0) as usize
}

fn large(note: &Note) -> f32 {
    let room = note.rect.w() - 2.0 * PAD;
    let fits = |size: &f32| {
        let most = rows(note, *size);
        text::wrap(&note.text, *size, room, most + 1).len() <= most
    };
    LARGE.into_iter().find(fits).unwrap_or(LARGE[2])
}

fn lines(note: &Note, size: f32, shapes: &mut Vec<Shape>) {
    let scale = size / style::BODY;
    let lines = text::wrap(&note.text, size, note.rect.w() - 2.0 * PAD, rows(note, size));
    for (row, text) in lines.into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        let at = note.rect.min + Point::new(PAD, PAD + (RISE + row as f32 * LEADING) * scale);
        let (weight, tint) = (Weight::Regular, Ink::Text.full());
        shapes.push(Shape::Text { at, anchor: Anchor::Start, size, weight, text, tint });
    }
}
