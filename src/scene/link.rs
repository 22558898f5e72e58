//! Links: the line with its arrow head, and in a run the requests that move along it, their rate and what fails.

use super::label::{self, Spot};
use super::list::{Anchor, Ink, Segment, Shape, Stroke, Weight};
use super::route::Route;
use super::{Detail, Picture, text, words};
use crate::catalog::{self, Tie};
use crate::model::{Id, Link, Point, Rect, When};
use crate::sim::policy::Times;
use crate::sim::snapshot::{Circuit, LinkState};
use crate::words::t;

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

/// Draws the line of a link along its route.
pub fn line(picture: &Picture<'_>, id: &Id, way: &Route, shapes: &mut Vec<Shape>) {
    let Some(link) = picture.design.links.get(id) else { return };
    let state = live(picture, id);
    let look = look(picture, id, link, state);
    shapes.push(Shape::Begin { id: id.clone(), title: spoken(picture, link, state) });
    shaft(way, look, shapes);
    if !link.settings.is_empty() && link.calls().flow == catalog::Flow::Parallel {
        parallel_mark(way, look.stroke, shapes);
    }
    if picture.zoom >= super::card::FAR {
        marks(way, look, shapes);
    }
    shapes.push(Shape::End);
}

/// Draws what lies over all lines: the label and rate of a link. `None` if there is nothing to say.
pub fn label(picture: &Picture<'_>, id: &Id, spot: Spot, shapes: &mut Vec<Shape>) {
    let Some(link) = picture.design.links.get(id) else { return };
    if picture.zoom < super::card::FAR {
        return;
    }
    let state = live(picture, id);
    let (words, ink) = label_words(picture.design.tie(link), link, state);
    let size = if picture.detail() == Detail::Halfway { LARGE } else { label::SIZE };
    let Some(text) = fitting(&words, &least_words(state), (spot.room, size)) else { return };
    let around = spot.around(text::width(&text, size, Weight::Regular));
    let middle = around.center();
    let rect = Rect { min: middle, max: middle }.grown(around.w() / 2.0, size * 0.79);
    shapes.push(Shape::Begin { id: id.clone(), title: text.clone() });
    shapes.push(Shape::Rect { rect, radius: 5.0, fill: Some(Ink::Canvas.alpha(0.9)), stroke: None });
    for center in spot.ties.into_iter().flatten() {
        shapes.push(Shape::Circle { center, radius: TIE, fill: Some(ink.full()), stroke: None });
    }
    let at = middle + Point::new(0.0, size * 0.36);
    let (anchor, weight) = (Anchor::Middle, Weight::Regular);
    shapes.push(Shape::Text { at, anchor, size, weight, text, tint: ink.full() });
    shapes.push(Shape::End);
}

/// What is written at a link; empty if nothing is.
pub fn written(picture: &Picture<'_>, id: &Id) -> String {
    let words = |link| label_words(picture.design.tie(link), link, live(picture, id)).0;
    picture.design.links.get(id).map_or_else(String::new, |link| words(link).join(" · "))
}

/// What a link is called: its two ends.
pub fn name(picture: &Picture<'_>, link: &Link) -> String {
    let name = |id: &Id| picture.design.nodes.get(id).map_or_else(|| id.to_string(), |node| node.label.clone());
    t!("{from} to {to}", from = name(&link.from), to = name(&link.to))
}

/// Radius of the dot that says which line a label belongs to.
const TIE: f32 = 2.2;

/// Size of a label's type where small type could not be read.
const LARGE: f32 = 14.0;

/// Room from which the beginning of a word says more than it disturbs.
const CUT: f32 = 56.0;

/// The most of some words that fits: the first ones are the least telling; where none does, the first of the `least` that
/// does. `None` where nothing that can be read fits.
fn fitting(words: &[String], least: &[String], (room, size): (f32, f32)) -> Option<String> {
    let fits = |text: &String| text::width(text, size, Weight::Regular) <= room + 0.5;
    let shorter = (0..words.len()).map(|from| words[from..].join(" · "));
    let cut = || words.first().filter(|_| room >= CUT).map(|word| text::fit(word, size, Weight::Regular, room));
    shorter.chain(least.iter().cloned()).find(fits).or_else(cut).filter(|text| !text.is_empty())
}

/// What a label says where there is room for one figure: the share that fails, if any does, or else the rate.
fn least_words(state: Option<LinkState>) -> Vec<String> {
    let Some(state) = state else { return Vec::new() };
    let failing = failing(state);
    (failing >= BROKEN).then(|| words::percent(failing)).into_iter().chain([words::rate(state.rate)]).collect()
}

/// What a link does in a run, if it takes part.
pub fn live(picture: &Picture<'_>, id: &Id) -> Option<LinkState> {
    let index = *picture.plan?.links.get(id)? as usize;
    picture.snapshot?.links.get(index).copied()
}

/// Share of the calls that came back failed.
fn failing(state: LinkState) -> f32 {
    if state.rate > 0.0 { (state.failed / state.rate).min(1.0) } else { 0.0 }
}

/// How much wider than one line a double line is.
const DOUBLE: f32 = 3.4;

/// How a link looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    stroke: Stroke,
    /// How its ends are joined.
    tie: Option<Tie>,
    /// Calls come back failed.
    refused: bool,
    /// The callee has more to do than it can.
    saturated: bool,
    /// What the breaker does, if it holds calls back.
    broken: Option<Ink>,
}

/// How a link looks now. Every state has a mark besides its colour.
pub fn look(picture: &Picture<'_>, id: &Id, link: &Link, state: Option<LinkState>) -> Look {
    let refused = state.is_some_and(|state| failing(state) >= BROKEN);
    let tie = picture.design.tie(link);
    let saturated = state.is_some_and(|state| state.rate > 0.0) && is_saturated(picture, &link.to);
    // In steps, so that a figure that trembles does not make the line tremble.
    let width = state.map_or(1.6, |state| 1.6 + (2.4 * (1.0 + state.rate).log10().min(4.0)).round() * 0.25);
    let selected = picture.selected.contains(id);
    let idle = tie != Some(Tie::Replica) && picture.snapshot.is_some() && state.is_none_or(|state| state.rate <= 0.0);
    let broken = match state.map(|state| state.circuit) {
        Some(Circuit::Open) => Some(Ink::Bad),
        Some(Circuit::HalfOpen) => Some(Ink::Warn),
        _ => None,
    };
    let tint = match (selected, refused, picture.hovered == Some(id)) {
        (true, ..) => Ink::Accent.full(),
        (_, true, _) => Ink::Bad.full(),
        (_, _, true) => Ink::Flow.full(),
        _ if let Some(ink) = broken => ink.full(),
        _ if idle => Ink::Link.alpha(0.55),
        _ => Ink::Link.full(),
    };
    let dash = match (refused, tie) {
        (true, _) => Some((3.5 * width, 2.5 * width)),
        (_, Some(Tie::Message)) => Some((2.2 * width, 2.2 * width)),
        _ => None,
    };
    let width = if selected { width.max(2.0) + 0.4 } else { width };
    Look { stroke: Stroke { tint, width, dash }, tie, refused, saturated, broken }
}

fn is_saturated(picture: &Picture<'_>, id: &Id) -> bool {
    let site = || {
        let index = *picture.plan?.sites.get(id)? as usize;
        picture.snapshot?.sites.get(index)
    };
    site().is_some_and(|site| site.waiting > 0 && site.last.utilization >= 0.9)
}

/// The line up to the arrow head, and the head with its tip on the callee's edge; that of messages is open. What follows a
/// database has a double line.
fn shaft(way: &Route, look: Look, shapes: &mut Vec<Shape>) {
    let stroke = look.stroke;
    let heading = way.heading();
    let (long, half) = (6.0 + stroke.width, 2.6 + stroke.width * 0.55);
    let back = |by: f32| way.to - Point::new(heading.x * by, heading.y * by);
    let across = Point::new(-heading.y * half, heading.x * half);
    let message = look.tie == Some(Tie::Message);
    let end = if message { way.to } else { back(long - 1.0) };
    let segments = shortened(way, end).segments();
    if look.tie == Some(Tie::Replica) {
        let core = Ink::Canvas.full().line(stroke.width);
        shapes.push(Shape::Path {
            segments: segments.clone(),
            stroke: Stroke { width: DOUBLE * stroke.width, ..stroke },
        });
        shapes.push(Shape::Path { segments, stroke: core });
    } else {
        shapes.push(Shape::Path { segments, stroke });
    }
    let points = vec![back(long) + across, way.to, back(long) - across];
    if message {
        let segments = vec![Segment::Move(points[0]), Segment::Line(points[1]), Segment::Line(points[2])];
        shapes.push(Shape::Path { segments, stroke: Stroke { dash: None, ..stroke } });
    } else {
        shapes.push(Shape::Polygon { points, fill: stroke.tint });
    }
}

/// The way up to where its arrow head begins, which may lie before a bend close to the card.
fn shortened(way: &Route, end: Point) -> Route {
    Route { to: end, ..way.clone() }
}

/// What tells troubles apart without colour: a cross where calls are refused, bars where they queue.
fn marks(way: &Route, look: Look, shapes: &mut Vec<Shape>) {
    let heading = way.heading();
    let last = way.bends.last().copied().unwrap_or(way.from);
    let room = last.distance(way.to);
    let at = |by: f32| way.to - Point::new(heading.x * by, heading.y * by);
    let across = |half: f32| Point::new(-heading.y * half, heading.x * half);
    if let Some(ink) = look.broken {
        switch(way, ink, shapes);
    }
    if look.refused && room > 22.0 {
        let (middle, reach) = (at((room / 2.0).min(20.0)), 3.6);
        let fill = Some(Ink::Canvas.full());
        let ring = Some(Ink::Bad.full().line(1.4));
        shapes.push(Shape::Circle { center: middle, radius: 6.5, fill, stroke: ring });
        shapes.push(super::boxes::cross(middle, reach * 0.7));
    } else if look.saturated && room > 26.0 {
        for bar in 0..3 {
            let middle = at(13.0 + bar as f32 * 4.0);
            let segments = vec![Segment::Move(middle - across(5.0)), Segment::Line(middle + across(5.0))];
            shapes.push(Shape::Path { segments, stroke: Ink::Warn.full().line(1.8) });
        }
    }
}

/// An open switch in the line where it leaves the caller, which is where the breaker sits.
fn switch(way: &Route, ink: Ink, shapes: &mut Vec<Shape>) {
    let lead = way.bends.first().copied().unwrap_or(way.to);
    let long = way.from.distance(lead);
    if long < 40.0 {
        return;
    }
    let ahead = Point::new((lead.x - way.from.x) / long, (lead.y - way.from.y) / long);
    let at = |along: f32, aside: f32| {
        way.from + Point::new(ahead.x * along + ahead.y * aside, ahead.y * along - ahead.x * aside)
    };
    let (near, far) = (at(9.0, 0.0), at(23.0, 0.0));
    let gap = Rect::between(near, far).expand(2.0);
    shapes.push(Shape::Rect { rect: gap, radius: 2.0, fill: Some(Ink::Canvas.full()), stroke: None });
    let lever = vec![Segment::Move(near), Segment::Line(at(21.0, 8.0))];
    shapes.push(Shape::Path { segments: lever, stroke: ink.full().line(1.8) });
    for center in [near, far] {
        let (fill, stroke) = (Some(Ink::Canvas.full()), Some(ink.full().line(1.6)));
        shapes.push(Shape::Circle { center, radius: 2.4, fill, stroke });
    }
}

/// Two bars across the line where it leaves the caller: the call goes in parallel with others.
fn parallel_mark(way: &Route, stroke: Stroke, shapes: &mut Vec<Shape>) {
    let lead = way.bends.first().copied().unwrap_or(way.to);
    let long = way.from.distance(lead).max(1e-3);
    let ahead = Point::new((lead.x - way.from.x) / long, (lead.y - way.from.y) / long);
    let across = Point::new(-ahead.y * 5.0, ahead.x * 5.0);
    for by in [9.0, 13.0] {
        let middle = way.from + Point::new(ahead.x * by, ahead.y * by);
        let segments = vec![Segment::Move(middle - across), Segment::Line(middle + across)];
        shapes.push(Shape::Path { segments, stroke: Stroke { dash: None, width: 1.6, ..stroke } });
    }
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

/// The dots of a link: where each is, and whether it stands for a call that fails. `flat` is its way in short lines.
pub fn dots(phase: f32, flat: &[Point], state: &LinkState, mut put: impl FnMut(Point, Ink)) {
    if state.rate <= 0.0 {
        return;
    }
    let apart = spacing(state.rate);
    let travelled = f64::from(phase) * SPEED;
    // Dots are numbered by when they set out, so that each keeps its colour on its way.
    let latest = (travelled / apart).floor();
    let (mut at, mut number) = (travelled - latest * apart, latest as i64);
    let mut passed = 0.0;
    for piece in flat.windows(2) {
        let long = f64::from(piece[0].distance(piece[1]));
        while at <= passed + long {
            let center = piece[0].lerp(piece[1], ((at - passed) / long.max(1e-6)) as f32);
            // None that the caller's card would hide half of.
            if at > f64::from(DOT) {
                put(center, if lost(number, failing(*state)) { Ink::Bad } else { Ink::Flow });
            }
            at += apart;
            number -= 1;
        }
        passed += long;
    }
}

/// The dots of a link as shapes.
pub fn moving(picture: &Picture<'_>, id: &Id, way: &Route, shapes: &mut Vec<Shape>) {
    let Some(state) = live(picture, id).filter(|_| picture.zoom >= super::card::FAR) else { return };
    let before = shapes.len();
    shapes.push(Shape::Begin { id: id.clone(), title: String::new() });
    dots(picture.phase, &way.flattened(), &state, |center, ink| {
        shapes.push(Shape::Circle { center, radius: DOT, fill: Some(ink.full()), stroke: None });
    });
    if shapes.len() == before + 1 { shapes.truncate(before) } else { shapes.push(Shape::End) }
}

/// Whether the dot with this number stands for failed calls: as many as fail, spread evenly by the golden ratio.
pub fn lost(number: i64, share: f32) -> bool {
    (number as f64 * 0.618_033_988_75).rem_euclid(1.0) < f64::from(share)
}

fn label_words(tie: Option<Tie>, link: &Link, state: Option<LinkState>) -> (Vec<String>, Ink) {
    let mut words: Vec<String> = Vec::new();
    if !link.label.trim().is_empty() {
        words.push(label::written(&link.label));
    } else if tie == Some(Tie::Replica) {
        words.push(t!("replicates").to_owned());
    } else if state.is_none() {
        words.extend(use_words(link));
    }
    let Some(state) = state else { return (words, Ink::Muted) };
    let rate = words::rate(state.rate);
    let failing = failing(state);
    let quiet = failing < BROKEN && state.latency > 0.0;
    words.push(if quiet { format!("{rate} · {}", words::millis(state.latency)) } else { rate });
    if state.retries > 0.0 {
        words.push(t!("{rate} again", rate = words::rate(state.retries)));
    }
    match state.circuit {
        Circuit::Open => words.push(t!("circuit open").to_owned()),
        Circuit::HalfOpen => words.push(t!("circuit half open").to_owned()),
        Circuit::Closed | Circuit::None => {}
    }
    if failing >= BROKEN {
        words.push(t!("{share} failed", share = words::percent(failing)));
    }
    let bad = failing >= BROKEN || state.circuit == Circuit::Open;
    (words, if bad { Ink::Bad } else { Ink::Muted })
}

/// What a link that is not live says of how it is used.
fn use_words(link: &Link) -> Vec<String> {
    let mut words: Vec<String> = when_words(link.when).into_iter().collect();
    if link.settings.is_empty() {
        return words;
    }
    let calls = link.calls();
    words.extend((!calls.classes.is_empty()).then(|| calls.classes.join(", ")));
    words.extend(match calls.times {
        Times::Exactly(1) => None,
        Times::Exactly(times) => Some(t!("{count} calls", count = times)),
        Times::Poisson(mean) | Times::Geometric(mean) => Some(t!("{mean} calls on average", mean = mean)),
    });
    words.extend((calls.flow == catalog::Flow::Parallel).then(|| t!("in parallel").to_owned()));
    words
}

fn when_words(when: When) -> Option<String> {
    match when {
        When::Auto | When::Always => None,
        When::OnMiss => Some(t!("on a miss").to_owned()),
        When::Share(share) => Some(words::percent(share as f32)),
    }
}

fn spoken(picture: &Picture<'_>, link: &Link, state: Option<LinkState>) -> String {
    let mut spoken = name(picture, link);
    let tie = picture.design.tie(link);
    if tie == Some(Tie::Message) {
        spoken += t!(", messages");
    }
    match link.via.len() {
        0 => {}
        1 => spoken += t!(", 1 bend"),
        many => spoken += &t!(", {count} bends", count = many),
    }
    for word in label_words(tie, link, state).0 {
        spoken += ", ";
        spoken += &word;
    }
    spoken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_what_matters_of_its_calls() {
        let id = |name| Id::new(name).unwrap();
        let mut link = Link::new(id("web"), id("db"));
        for (key, text) in [("calls", "3"), ("flow", "in parallel"), ("classes", "browse, buy")] {
            let kind = &crate::catalog::link_sheet().param(key).unwrap().kind;
            link.settings.insert(key.to_owned(), kind.parse(text).unwrap());
        }
        assert_eq!(label_words(None, &link, None).0, ["browse, buy", "3 calls", "in parallel"]);
        let live =
            LinkState { rate: 120.0, failed: 60.0, retries: 40.0, circuit: Circuit::Open, ..LinkState::default() };
        let (words, ink) = label_words(None, &link, Some(live));
        assert_eq!((words.join(" · ").as_str(), ink), ("120/s · 40/s again · circuit open · 50 % failed", Ink::Bad));
    }

    #[test]
    fn a_refused_link_keeps_a_label_wherever_a_plain_one_has_it() {
        let link = Link::new(Id::new("web").unwrap(), Id::new("db").unwrap());
        let room = text::width("88.8k/s", label::SIZE, Weight::Regular);
        let plain = LinkState { rate: 345.0, latency: 0.004, ..LinkState::default() };
        let refused = LinkState { failed: 200.0, ..plain };
        let said =
            |state| fitting(&label_words(None, &link, Some(state)).0, &least_words(Some(state)), (room, label::SIZE));
        assert_eq!(said(plain).as_deref(), Some("345/s"));
        assert_eq!(said(refused).as_deref(), Some("58 %"));
    }

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

    /// What is drawn of a link, without its colours: kinds of shapes with widths and dashes.
    fn colourless(look: Look) -> String {
        let way = Route::through(&[Point::default(), Point::new(160.0, 0.0)]);
        let mut shapes = Vec::new();
        shaft(&way, look, &mut shapes);
        marks(&way, look, &mut shapes);
        let told = |shape: &Shape| match shape {
            Shape::Path { segments, stroke } => format!("path {} {} {:?}", segments.len(), stroke.width, stroke.dash),
            Shape::Polygon { points, .. } => format!("polygon {}", points.len()),
            Shape::Circle { radius, .. } => format!("circle {radius}"),
            other => format!("{other:?}"),
        };
        shapes.iter().map(told).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn kinds_and_troubles_of_links_differ_without_colour() {
        let stroke = Ink::Link.full().line(1.6);
        let plain = Look { stroke, tie: Some(Tie::Call), refused: false, saturated: false, broken: None };
        let dashed = |on: f32| Stroke { dash: Some((on, on)), ..stroke };
        let looks = [
            plain,
            Look { tie: Some(Tie::Message), stroke: dashed(3.5), ..plain },
            Look { tie: Some(Tie::Replica), ..plain },
            Look { refused: true, stroke: dashed(5.6), ..plain },
            Look { saturated: true, ..plain },
            Look { broken: Some(Ink::Bad), ..plain },
        ];
        let told: std::collections::BTreeSet<String> = looks.into_iter().map(colourless).collect();
        assert_eq!(told.len(), 6, "{told:#?}");
    }

    #[test]
    fn what_follows_a_database_says_so_and_does_not_look_idle_in_a_run() {
        let mut design = super::super::sketch::sketch();
        let copy = design.nodes[&Id::new("db").unwrap()].clone();
        let id = |name| Id::new(name).unwrap();
        design.nodes.insert(id("copy"), crate::model::Node { at: Point::new(1_044.0, 700.0), ..copy });
        design.links.insert(id("replica"), Link::new(id("db"), id("copy")));
        let plan = super::super::sketch::plan(&design);
        let snapshot = super::super::sketch::snapshot(&design, &plan);
        let live = Picture { plan: Some(&plan), snapshot: Some(&snapshot), ..Picture::of(&design) };
        let link = &design.links[&id("replica")];
        assert_eq!(look(&live, &id("replica"), link, None).stroke.tint, Ink::Link.full());
        assert_eq!(label_words(design.tie(link), link, None).0, ["replicates"]);
    }
}
