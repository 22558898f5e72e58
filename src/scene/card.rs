//! A node as a card: tile with glyph, name, what it is or how it is.
//!
//! At rest the name stands in the middle with the settings that matter; in a run it moves up and makes room for boxes, a
//! bar and figures. From half-way only its name and the most telling figure are left, both larger; from afar only glyph
//! and health.

use super::figures::{self, Figures, Level};
use super::list::{Anchor, Ink, Segment, Shape, Stroke, Weight};
use super::{Detail, Picture, boxes, glyph, style, text};
use crate::catalog::Service;
use crate::model::{Id, Node, Point, Rect, Size};

/// Zoom below which text could not be read.
pub const FAR: f32 = 0.4;

/// Zoom below which text is set larger, and less of it.
pub const HALFWAY: f32 = 0.62;

const PAD: f32 = 10.0;
/// Height of a row of boxes.
const BOX: f32 = 10.0;
/// Height of the bar.
const BAR: f32 = 4.0;
/// Height of the capitals in the line at the foot.
const FOOT: f32 = 7.5;

/// Everything that cards have in common to draw on.
struct Card<'a> {
    node: &'a Node,
    rect: Rect,
    figures: Option<Figures>,
}

/// How a card stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Look {
    /// Not at all.
    #[default]
    Plain,
    /// The pointer is over it.
    Hovered,
    /// It is selected.
    Selected,
}

impl Look {
    /// How something stands out in a picture.
    pub fn of(picture: &Picture<'_>, id: &Id) -> Self {
        match (picture.selected.contains(id), picture.hovered == Some(id)) {
            (true, _) => Self::Selected,
            (_, true) => Self::Hovered,
            _ => Self::Plain,
        }
    }
}

/// Draws a node.
pub fn draw(picture: &Picture<'_>, id: &Id, node: &Node, shapes: &mut Vec<Shape>) {
    let figures = figures::live(picture, id, node);
    shapes.push(Shape::Begin { id: id.clone(), title: figures::spoken(node, figures.as_ref()) });
    let (look, level) = (Look::of(picture, id), figures.as_ref().map(|figures| figures.level));
    if picture.zoom < FAR {
        afar(node.service(), level, (node.rect(), look), shapes);
    } else {
        let card = Card { node, rect: node.rect(), figures };
        face(node.service(), level, (card.rect, look), shapes);
        match &card.figures {
            _ if picture.detail() == Detail::Halfway => card.halfway(shapes),
            Some(figures) => card.running(figures, shapes),
            None => card.resting(shapes),
        }
    }
    shapes.push(Shape::End);
}

fn face(service: Option<&Service>, level: Option<Level>, (rect, look): (Rect, Look), shapes: &mut Vec<Shape>) {
    let fill = if look == Look::Selected { Ink::CardSelected } else { Ink::Card };
    let stroke = match look {
        Look::Selected => Ink::Accent.full().line(2.0),
        _ if level == Some(Level::Bad) => Ink::Bad.alpha(0.85).line(1.4),
        Look::Hovered => Ink::Accent.alpha(0.7).line(1.2),
        Look::Plain => Ink::Edge.full().line(1.0),
    };
    let stroke = if service.is_none() { Stroke { dash: Some((4.0, 3.0)), ..stroke } } else { stroke };
    let radius = style::RADIUS_CARD;
    shapes.push(Shape::Rect { rect, radius, fill: Some(fill.full()), stroke: Some(stroke) });
}

fn tile(service: Option<&Service>, at: Point, side: f32, shapes: &mut Vec<Shape>) {
    let rect = Rect::new(at, Size { w: side, h: side });
    let fill = Some(Ink::tile(service).full());
    let radius = style::RADIUS_TILE * (side / 26.0).sqrt();
    shapes.push(Shape::Rect { rect, radius, fill, stroke: None });
    let inner = rect.expand(-side * 0.17);
    let segments = glyph::segments(service.map_or(glyph::UNKNOWN, |service| service.icon), inner);
    let stroke = Ink::OnTile.full().line(glyph::line(inner.w()));
    shapes.push(Shape::Path { segments, stroke });
}

/// A card that is too small for text: a large glyph, and a bar that says by colour and length how it is; a cross where
/// requests fail.
pub fn afar(service: Option<&Service>, level: Option<Level>, (rect, look): (Rect, Look), shapes: &mut Vec<Shape>) {
    face(service, level, (rect, look), shapes);
    let side = 52.0;
    let lift = if level.is_some() { 6.0 } else { 0.0 };
    tile(service, rect.center() - Point::new(side / 2.0, side / 2.0 + lift), side, shapes);
    let Some(level) = level else { return };
    let share = match level {
        Level::Ok => 0.34,
        Level::Warn => 0.67,
        Level::Bad => 1.0,
    };
    let bar = Rect { min: Point::new(rect.min.x + 14.0, rect.min.y + 70.0), max: rect.max - Point::new(14.0, 6.0) };
    let bar = Rect { min: bar.min, max: Point::new(bar.min.x + bar.w() * share, bar.max.y) };
    shapes.push(Shape::Rect { rect: bar, radius: 4.0, fill: Some(level.fill().full()), stroke: None });
    if level == Level::Bad {
        let (center, reach) = (Point::new(rect.max.x - 24.0, rect.min.y + 24.0), 10.0);
        let corner = |x: f32, y: f32| center + Point::new(x * reach, y * reach);
        let segments = vec![
            Segment::Move(corner(-1.0, -1.0)),
            Segment::Line(corner(1.0, 1.0)),
            Segment::Move(corner(1.0, -1.0)),
            Segment::Line(corner(-1.0, 1.0)),
        ];
        shapes.push(Shape::Path { segments, stroke: Ink::Bad.full().line(5.0) });
    }
}

impl Card<'_> {
    fn at(&self, x: f32, y: f32) -> Point {
        self.rect.min + Point::new(x, y)
    }

    fn resting(&self, shapes: &mut Vec<Shape>) {
        let side = 34.0;
        tile(self.node.service(), self.at(12.0, (self.rect.h() - side) / 2.0), side, shapes);
        let (left, room) = (56.0, self.rect.w() - 56.0 - PAD);
        let lines = status_lines(&figures::resting(self.node), room);
        let middle = self.rect.h() / 2.0;
        let mut y = middle + 4.5 - 7.0 * lines.len() as f32;
        shapes.push(line(self.at(left, y), &self.node.label, room, Type::TITLE));
        y += 1.5;
        for status in &lines {
            y += 13.5;
            shapes.push(line(self.at(left, y), status, room, Type::quiet(Ink::Muted)));
        }
    }

    /// The name over all of its width, beside the glyph what matters most, and the bar.
    fn halfway(&self, shapes: &mut Vec<Shape>) {
        tile(self.node.service(), self.at(PAD, PAD), 30.0, shapes);
        let resting = || (figures::resting(self.node), Level::Ok);
        let (words, tone) = self.figures.as_ref().map_or_else(resting, |figures| (figures.telling(), figures.tone));
        let telling = Type { size: 16.0, weight: Weight::Regular, ink: tone.text() };
        let room = self.rect.w() - 48.0 - PAD;
        shapes.push(line(self.at(48.0, 31.0), beginning(&words, room, telling), room, telling));
        let name = Type { size: 19.0, ..Type::TITLE };
        let used = self.figures.as_ref().and_then(|figures| figures.used);
        let (low, room) = (if used.is_some() { 63.0 } else { 66.0 }, self.rect.w() - 2.0 * PAD);
        shapes.push(line(self.at(PAD, low), &self.node.label, room, name));
        if let Some(used) = used {
            let foot = self.rect.max - Point::new(PAD, 7.0);
            draw_bar(Rect { min: self.at(PAD, self.rect.h() - 13.0), max: foot }, used, shapes);
        }
    }

    fn running(&self, figures: &Figures, shapes: &mut Vec<Shape>) {
        tile(self.node.service(), self.at(PAD, PAD), 26.0, shapes);
        let (left, room) = (44.0, self.rect.w() - 44.0 - PAD);
        shapes.push(line(self.at(left, 21.0), &self.node.label, room, Type::TITLE));
        let status = line(self.at(left, 34.0), &figures.status, room, Type::quiet(figures.tone.text()));
        if figures.tone == Level::Bad {
            shapes.push(plate(&status));
        }
        shapes.push(status);
        self.body(figures, shapes);
    }

    /// Boxes, bar and figures, spread over what is left under the name.
    fn body(&self, figures: &Figures, shapes: &mut Vec<Shape>) {
        let inner = Rect { min: self.at(PAD, 43.0), max: self.rect.max - Point::new(PAD, 8.0) };
        let boxes = if figures.slots.is_empty() { 0.0 } else { BOX };
        let bar = if figures.used.is_some() { BAR } else { 0.0 };
        if boxes + bar == 0.0 {
            self.large_facts(figures, inner, shapes);
            return;
        }
        let parts = if boxes > 0.0 && bar > 0.0 { 2.0 } else { 1.0 };
        let gap = ((inner.h() - boxes - bar - FOOT) / parts).min(9.0);
        let mut y = inner.max.y - FOOT - bar - boxes - gap * parts;
        let strip = |from: f32, high: f32| Rect {
            min: Point::new(inner.min.x, from),
            max: Point::new(inner.max.x, from + high),
        };
        if boxes > 0.0 {
            boxes::draw(&figures.slots, strip(y, BOX), shapes);
            y += BOX + gap;
        }
        if let Some(used) = figures.used {
            draw_bar(strip(y, BAR), used, shapes);
        }
        self.facts(figures, inner, shapes);
    }

    /// Both figures in one line at the foot.
    fn facts(&self, figures: &Figures, inner: Rect, shapes: &mut Vec<Shape>) {
        let level = figures.used.map_or(Level::Ok, Level::of_use);
        let half = inner.w() / 2.0;
        if let Some(left) = &figures.left {
            let at = Point::new(inner.min.x, inner.max.y);
            shapes.push(line(at, &left.words(), half, Type::quiet(level.text())));
        }
        if let Some(right) = &figures.right {
            let text = text::fit(&right.words(), style::SMALL, Weight::Regular, half);
            shapes.push(placed(inner.max, Anchor::End, text, Type::quiet(Ink::Muted)));
        }
    }

    /// Both figures in large, each under its name, where there is nothing else to show.
    fn large_facts(&self, figures: &Figures, inner: Rect, shapes: &mut Vec<Shape>) {
        if figures.left.is_none() && figures.right.is_none() {
            return;
        }
        let half = inner.w() / 2.0;
        let rule = vec![Segment::Move(inner.min), Segment::Line(Point::new(inner.max.x, inner.min.y))];
        shapes.push(Shape::Path { segments: rule, stroke: Ink::Edge.alpha(0.6).line(1.0) });
        for (x, fact) in [(inner.min.x, &figures.left), (inner.min.x + half, &figures.right)] {
            let Some(fact) = fact else { continue };
            let name = Type { size: style::TINY, weight: Weight::Regular, ink: Ink::Faint };
            shapes.push(line(Point::new(x, inner.min.y + 14.5), fact.name, half - style::GAP, name));
            let value = Type { size: style::TITLE, weight: Weight::SemiBold, ink: Ink::Text };
            shapes.push(line(Point::new(x, inner.min.y + 29.0), &fact.value, half - style::GAP, value));
        }
    }
}

/// How a line is set.
#[derive(Clone, Copy)]
struct Type {
    size: f32,
    weight: Weight,
    ink: Ink,
}

impl Type {
    const TITLE: Self = Self { size: style::TITLE, weight: Weight::SemiBold, ink: Ink::Text };

    fn quiet(ink: Ink) -> Self {
        Self { size: style::SMALL, weight: Weight::Regular, ink }
    }
}

fn line(at: Point, words: &str, room: f32, set: Type) -> Shape {
    placed(at, Anchor::Start, text::fit(words, set.size, set.weight, room), set)
}

fn placed(at: Point, anchor: Anchor, text: String, set: Type) -> Shape {
    Shape::Text { at, anchor, size: set.size, weight: set.weight, text, tint: set.ink.full() }
}

/// The ground behind words of trouble.
fn plate(words: &Shape) -> Shape {
    let Shape::Text { at, size, weight, text, .. } = words else { return words.clone() };
    let wide = text::width(text, *size, *weight);
    let rect = Rect { min: *at - Point::new(4.0, 9.5), max: *at + Point::new(wide + 4.0, 3.5) };
    Shape::Rect { rect, radius: 4.0, fill: Some(Ink::BadFill.alpha(0.16)), stroke: None }
}

fn draw_bar(rect: Rect, used: f32, shapes: &mut Vec<Shape>) {
    let radius = rect.h() / 2.0;
    shapes.push(Shape::Rect { rect, radius, fill: Some(Ink::Track.full()), stroke: None });
    if used > 0.0 {
        // Never shorter than its round ends.
        let end = rect.min.x + (rect.w() * used).max(rect.h());
        let rect = Rect { min: rect.min, max: Point::new(end, rect.max.y) };
        let fill = Some(Level::of_use(used).fill().full());
        shapes.push(Shape::Rect { rect, radius, fill, stroke: None });
    }
}

/// As much of some words as fits, and ends where they may end.
fn beginning(words: &str, room: f32, set: Type) -> &str {
    let first = words.split(" · ").next().unwrap_or_default();
    let shorter = [" of ", " ("].into_iter().filter_map(|end| first.split_once(end)).map(|(start, _)| start);
    let fits = |words: &&str| text::width(words, set.size, set.weight) <= room;
    std::iter::once(first).chain(shorter).find(fits).unwrap_or(first)
}

/// One line if it fits, else two, broken at the first " · ".
fn status_lines(status: &str, room: f32) -> Vec<String> {
    if text::width(status, style::SMALL, Weight::Regular) > room
        && let Some((first, rest)) = status.split_once(" · ")
    {
        return vec![first.to_owned(), rest.to_owned()];
    }
    vec![status.to_owned()]
}
