//! Links: the line with its arrow head, and in a run the requests that move along it, their rate and what fails.

use super::list::{Anchor, Ink, Shape, Stroke, Weight};
use super::route::Route;
use super::{Picture, style, text, words};
use crate::catalog::Tie;
use crate::model::{Id, Link, Node, Point, Rect, When};
use crate::sim::snapshot::LinkState;

/// Speed of the dots, in units per second. The same for all, so that dots do not jump when a rate changes.
pub const SPEED: f64 = 64.0;

/// Radius of a dot.
pub const DOT: f32 = 2.6;

/// The dots on a link, for pictures that move by themselves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    /// Between two dots, in drawing units.
    pub apart: f64,
    /// Share of them that stands for failed calls.
    pub failed: f32,
}

/// The dots of a link in this state; none when nothing is called.
pub fn flow(state: LinkState) -> Option<Flow> {
    (state.rate > 0.0).then(|| Flow { apart: spacing(state.rate), failed: failing(state) })
}

/// Share of failed calls from which a link looks broken.
const BROKEN: f32 = 0.005;

/// Draws a link along its route.
pub fn draw(picture: &Picture<'_>, id: &Id, way: &Route, shapes: &mut Vec<Shape>) {
    let Some(link) = picture.design.links.get(id) else { return };
    let state = live(picture, id);
    shapes.push(Shape::Begin { id: id.clone(), title: spoken(picture, link, state) });
    let stroke = stroke(picture, id, state);
    let shaft = line(way, stroke, shapes);
    if picture.zoom >= super::card::FAR {
        if let Some(state) = state {
            dots(picture, &shaft, &state, shapes);
        }
        label(link, way, state, shapes);
    }
    shapes.push(Shape::End);
}

fn live(picture: &Picture<'_>, id: &Id) -> Option<LinkState> {
    let index = *picture.plan?.links.get(id)? as usize;
    picture.snapshot?.links.get(index).copied()
}

/// Share of the calls that came back failed.
fn failing(state: LinkState) -> f32 {
    if state.rate > 0.0 { (state.failed / state.rate).min(1.0) } else { 0.0 }
}

fn tie(picture: &Picture<'_>, link: &Link) -> Option<Tie> {
    let service = |id| picture.design.nodes.get(id).and_then(Node::service);
    service(&link.from)?.tie(service(&link.to)?).ok()
}

fn stroke(picture: &Picture<'_>, id: &Id, state: Option<LinkState>) -> Stroke {
    let link = &picture.design.links[id];
    let width = state.map_or(1.6, |state| 1.6 + 0.6 * (1.0 + state.rate).log10().min(4.0));
    let broken = state.is_some_and(|state| failing(state) >= BROKEN);
    let tint = match (picture.selected.contains(id), broken, picture.hovered == Some(id)) {
        (true, ..) => Ink::Accent.full(),
        (_, true, _) => Ink::Bad.full(),
        (_, _, true) => Ink::Flow.full(),
        _ if picture.snapshot.is_some() && state.is_none_or(|state| state.rate <= 0.0) => Ink::Link.alpha(0.55),
        _ => Ink::Link.full(),
    };
    let dash = match tie(picture, link) {
        _ if broken => Some((3.5 * width, 2.5 * width)),
        Some(Tie::Message) => Some((2.2 * width, 2.2 * width)),
        _ => None,
    };
    let width = if picture.selected.contains(id) { width.max(2.0) + 0.4 } else { width };
    Stroke { tint, width, dash }
}

/// The line up to the arrow head, and the head with its tip on the callee's edge. Gives back the line.
fn line(way: &Route, stroke: Stroke, shapes: &mut Vec<Shape>) -> Route {
    let heading = way.heading();
    let (long, half) = (6.0 + stroke.width, 2.6 + stroke.width * 0.55);
    let back = |by: f32| way.to - Point::new(heading.x * by, heading.y * by);
    let across = Point::new(-heading.y * half, heading.x * half);
    let shaft = Route { to: back(long - 1.0), ..*way };
    shapes.push(Shape::Path { segments: shaft.segments(), stroke });
    let points = vec![way.to, back(long) + across, back(long) - across];
    shapes.push(Shape::Polygon { points, fill: stroke.tint });
    shaft
}

/// Distance between dots: halves as the rate grows tenfold, so that the dots of a lower rate stay where they are.
fn spacing(rate: f32) -> f64 {
    match rate {
        r if r < 10.0 => 128.0,
        r if r < 200.0 => 64.0,
        r if r < 3_000.0 => 32.0,
        _ => 16.0,
    }
}

fn dots(picture: &Picture<'_>, way: &Route, state: &LinkState, shapes: &mut Vec<Shape>) {
    if state.rate <= 0.0 {
        return;
    }
    let apart = spacing(state.rate);
    let travelled = f64::from(picture.phase) * SPEED;
    // Dots are numbered by when they set out, so that each keeps its colour on its way.
    let latest = (travelled / apart).floor();
    let (mut at, mut number) = (travelled - latest * apart, latest as i64);
    let mut passed = 0.0;
    for piece in way.flattened().windows(2) {
        let long = f64::from(piece[0].distance(piece[1]));
        while at <= passed + long {
            let center = piece[0].lerp(piece[1], ((at - passed) / long.max(1e-6)) as f32);
            let fill = Some(if lost(number, failing(*state)) { Ink::Bad } else { Ink::Flow }.full());
            // None that the caller's card would hide half of.
            if at > f64::from(DOT) {
                shapes.push(Shape::Circle { center, radius: DOT, fill, stroke: None });
            }
            at += apart;
            number -= 1;
        }
        passed += long;
    }
}

/// Whether the dot with this number stands for failed calls: as many as fail, spread evenly by the golden ratio.
pub fn lost(number: i64, share: f32) -> bool {
    (number as f64 * 0.618_033_988_75).rem_euclid(1.0) < f64::from(share)
}

/// What stands at the middle: the label, the rate, what fails.
fn label(link: &Link, way: &Route, state: Option<LinkState>, shapes: &mut Vec<Shape>) {
    let (words, ink) = label_words(link, state);
    let apart = way.from.distance(way.to);
    let candidates = [words.join(" · "), words.last().cloned().unwrap_or_default()];
    let size = style::SMALL - 0.5;
    let placed = |text: &String| Some((text.clone(), spot(way, text::width(text, size, Weight::Regular))?));
    let (text, middle) = match candidates.iter().find_map(placed) {
        Some(placed) => placed,
        None if apart > 40.0 && state.is_none() => {
            (text::fit(&candidates[0], size, Weight::Regular, room(way) - 14.0), way.at(0.5))
        }
        None => return,
    };
    if text.is_empty() {
        return;
    }
    let half = text::width(&text, size, Weight::Regular) / 2.0 + 4.5;
    let rect = Rect { min: middle - Point::new(half, 7.5), max: middle + Point::new(half, 7.5) };
    shapes.push(Shape::Rect { rect, radius: 5.0, fill: Some(Ink::Canvas.alpha(0.9)), stroke: None });
    let at = middle + Point::new(0.0, size * 0.36);
    shapes.push(Shape::Text { at, anchor: Anchor::Middle, size, weight: Weight::Regular, text, tint: ink.full() });
}

/// Length of line to be seen on either side of a label: enough for the arrow head.
const BARE: f32 = 12.0;

/// Where a label this wide stands: on the line, or over a level line that is too short to show its arrow beside it.
fn spot(way: &Route, width: f32) -> Option<Point> {
    let (wide, high) = ((way.to.x - way.from.x).abs(), (way.to.y - way.from.y).abs());
    let middle = way.at(0.5);
    let level = level(way);
    let needed = if level { width + 9.0 + 2.0 * BARE } else { width + 14.0 };
    if needed <= room(way) {
        return Some(middle);
    }
    (level && high < 10.0 && width + 4.0 <= wide).then(|| middle - Point::new(0.0, 13.0))
}

/// Whether it goes from side to side, with little up or down.
fn level(way: &Route) -> bool {
    (way.lead.y - way.from.y).abs() < 0.01 && (way.to.y - way.from.y).abs() < 40.0
}

/// Width between the cards where a label would stand. A steep way leaves more.
fn room(way: &Route) -> f32 {
    let wide = (way.to.x - way.from.x).abs();
    let sideways = (way.lead.y - way.from.y).abs() < 0.01;
    if level(way) { wide } else { wide.max(if sideways { 48.0 } else { 120.0 }) }
}

fn label_words(link: &Link, state: Option<LinkState>) -> (Vec<String>, Ink) {
    let mut words: Vec<String> = Vec::new();
    if !link.label.trim().is_empty() {
        words.push(link.label.trim().to_owned());
    } else if state.is_none() {
        words.extend(when_words(link.when));
    }
    let Some(state) = state else { return (words, Ink::Muted) };
    words.push(words::rate(state.rate));
    let failing = failing(state);
    if failing < BROKEN {
        return (words, Ink::Muted);
    }
    words.push(format!("{} failed", words::percent(failing)));
    (words, Ink::Bad)
}

fn when_words(when: When) -> Option<String> {
    match when {
        When::Auto | When::Always => None,
        When::OnMiss => Some("on a miss".to_owned()),
        When::Share(share) => Some(words::percent(share as f32)),
    }
}

fn spoken(picture: &Picture<'_>, link: &Link, state: Option<LinkState>) -> String {
    let name = |id: &Id| picture.design.nodes.get(id).map_or_else(|| id.to_string(), |node| node.label.clone());
    let mut spoken = format!("{} to {}", name(&link.from), name(&link.to));
    if tie(picture, link) == Some(Tie::Message) {
        spoken += ", messages";
    }
    for word in label_words(link, state).0 {
        spoken += ", ";
        spoken += &word;
    }
    spoken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_dots_are_red_as_calls_fail() {
        for share in [0.0f32, 0.1, 0.5, 1.0] {
            let red = (0..1_000).filter(|number| lost(*number, share)).count();
            assert!((red as f32 - share * 1_000.0).abs() < 15.0, "{share}: {red}");
        }
    }

    #[test]
    fn dots_of_a_lower_rate_stay_when_it_grows() {
        let spacings: Vec<f64> = [1.0, 100.0, 1_000.0, 50_000.0].map(spacing).into();
        assert!(spacings.windows(2).all(|pair| pair[0] % pair[1] == 0.0));
    }

    #[test]
    fn a_label_leaves_the_arrow_to_be_seen_or_stands_over_the_line() {
        let way = |long: f32| Route {
            from: Point::new(0.0, 0.0),
            lead: Point::new(long / 3.0, 0.0),
            trail: Point::new(long / 1.5, 0.0),
            to: Point::new(long, 0.0),
        };
        assert_eq!(spot(&way(120.0), 25.0).map(|at| at.y), Some(0.0), "there is room on the line");
        assert_eq!(spot(&way(40.0), 25.0).map(|at| at.y), Some(-13.0), "over it");
        assert_eq!(spot(&way(20.0), 25.0), None, "nowhere");
    }
}
