//! The strip under a film: the clock, how fast it runs, what users meet, and how far the run is, with its faults.

use super::Film;
use crate::model::{Point, Rect};
use crate::scene::list::{Anchor, Ink, Shape, Weight};
use crate::scene::{style, text, words};
use crate::sim::snapshot::Snapshot;
use crate::units::SimTime;

/// Height of the strip in drawing units.
pub const HEIGHT: f32 = 44.0;

/// Least width, for clock and figures side by side.
pub const WIDTH: f32 = 420.0;

const PAD: f32 = 24.0;

/// Draws the strip for a moment of the run.
pub fn draw(film: &Film<'_>, snapshot: &Snapshot, rect: Rect, shapes: &mut Vec<Shape>) {
    let inner = Rect { min: rect.min + Point::new(PAD, 0.0), max: rect.max - Point::new(PAD, 14.0) };
    track(film, snapshot, inner, shapes);
    let base = inner.max.y - 10.0;
    let clock = snapshot.now.clock();
    let wide = text::width(&clock, style::HEADING, Weight::SemiBold);
    let at = Point::new(inner.min.x, base);
    shapes.push(words_at(at, Anchor::Start, (style::HEADING, Weight::SemiBold, Ink::Text), clock));
    let pace = format!("{}×", words::short(film.pace()));
    let at = Point::new(inner.min.x + wide + 10.0, base);
    shapes.push(words_at(at, Anchor::Start, (style::BODY, Weight::Regular, Ink::Muted), pace));
    let (met, ink) = met(snapshot);
    let met = text::fit(&met, style::BODY, Weight::Regular, inner.w() - wide - 60.0);
    shapes.push(words_at(Point::new(inner.max.x, base), Anchor::End, (style::BODY, Weight::Regular, ink), met));
}

/// How far the run is; spans in which something is broken are marked.
fn track(film: &Film<'_>, snapshot: &Snapshot, inner: Rect, shapes: &mut Vec<Shape>) {
    let length = film.length.secs();
    let x = |secs: f64| inner.min.x + inner.w() * (secs / length).clamp(0.0, 1.0) as f32;
    let mut bar = |from: f64, to: f64, ink: Ink| {
        let (left, right) = (x(from), x(to));
        if right > left {
            let rect = Rect::between(Point::new(left, inner.max.y - 4.0), Point::new(right, inner.max.y));
            shapes.push(Shape::Rect { rect, radius: 2.0, fill: Some(ink.full()), stroke: None });
        }
    };
    bar(0.0, length, Ink::Track);
    bar(0.0, snapshot.now.secs(), Ink::Flow);
    let begun = film.plan.network.faults.iter().filter(|fault| (SimTime::ZERO + fault.at) <= snapshot.now);
    for fault in begun {
        let from = fault.at.secs();
        // A fault of a moment is marked so that it can be seen.
        let to = (fault.at + fault.lasts).secs().min(snapshot.now.secs()).max(from + length / 200.0);
        bar(from, to, Ink::BadFill);
    }
}

/// What users met in the latest second.
fn met(snapshot: &Snapshot) -> (String, Ink) {
    let Some(last) = snapshot.system.levels.first().and_then(|level| level.points.back()) else {
        return ("no answers yet".to_owned(), Ink::Muted);
    };
    let total = last.good + last.late + last.failed;
    if total <= 0.0 {
        return ("no answers".to_owned(), Ink::Muted);
    }
    let mut met = words::rate(last.arrived);
    if last.good + last.late > 0.0 {
        met += &format!(" · p95 {}", words::millis(last.p95));
    }
    let bad = (last.late + last.failed) / total;
    let ink = if bad >= 0.01 { Ink::Bad } else { Ink::Muted };
    (format!("{met} · {} good", words::percent(last.good / total)), ink)
}

fn words_at(at: Point, anchor: Anchor, (size, weight, ink): (f32, Weight, Ink), text: String) -> Shape {
    Shape::Text { at, anchor, size, weight, text, tint: ink.full() }
}
