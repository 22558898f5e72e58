//! Notes: paper with wrapped text.

use super::list::{Anchor, Ink, Shape, Weight};
use super::{Picture, place, style, text};
use crate::model::{Id, Note, Point};
use crate::words::t;

const PAD: f32 = 10.0;
const LEADING: f32 = 15.0;

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
        lines(note, shapes);
    }
    if picture.selected.contains(id) {
        place::handles(rect, shapes);
    }
    shapes.push(Shape::End);
}

fn lines(note: &Note, shapes: &mut Vec<Shape>) {
    let rows = ((note.rect.h() - 2.0 * PAD + 4.0) / LEADING).max(0.0) as usize;
    let lines = text::wrap(&note.text, style::BODY, note.rect.w() - 2.0 * PAD, rows);
    for (row, text) in lines.into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        let at = note.rect.min + Point::new(PAD, PAD + 9.5 + row as f32 * LEADING);
        let (size, weight, tint) = (style::BODY, Weight::Regular, Ink::Text.full());
        shapes.push(Shape::Text { at, anchor: Anchor::Start, size, weight, text, tint });
    }
}
