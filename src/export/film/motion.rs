//! A film as one SVG that moves by itself (SMIL): requests flow along the links, bars grow, boxes fill, the clock counts.
//!
//! Every record is a group, as in a still picture. What never changes is written once; a bar that only changes its length
//! and colour is one element that is animated; anything else is written once for each of its states, of which one is seen
//! at a time. A program that does not move pictures shows the beginning.

use super::{Film, Moment};
use crate::export::ExportError;
use crate::export::font::Used;
use crate::export::svg::{Inks, Sheet, Short, Way, Writer};
use crate::export::watch::Watch;
use crate::export::xml::escaped;
use crate::model::Id;
use crate::scene::link::{self, Flow};
use crate::scene::list::{Ink, Segment, Shape};
use crate::sim::snapshot::Snapshot;
use std::collections::BTreeMap;
use std::mem::discriminant;

/// Most moments that are looked at, the beginning included.
const MOST_MOMENTS: usize = 160;

/// Least seconds between two of them.
const STEP: f64 = 0.4;

/// Most shapes in all states together: about as many as a browser still moves smoothly.
const MOST_SHAPES: usize = 150_000;

/// Dots of a flow after which the pattern of good and failed ones repeats.
const CYCLE: i64 = 20;

/// Writes a film.
///
/// # Errors
/// Nothing is drawn, the film would be too long or too large, or it is no longer wanted.
pub fn write(film: &Film<'_>, watch: Watch<'_>) -> Result<String, ExportError> {
    let (view, strip) = film.view()?;
    let every = (film.seconds()? / (MOST_MOMENTS - 1) as f64).max(STEP);
    let time = Time { count: film.moments(every)?.len(), every };
    let (mut tracks, mut used) = (Tracks::default(), Used::default());
    let mut number = 0;
    let track = |moment: &Moment, shapes: Vec<Shape>| {
        used.add_shapes(&shapes);
        tracks.add(film, &moment.snapshot, (number, shapes));
        number += 1;
        if tracks.shapes > MOST_SHAPES { Err(ExportError::LargeMotion { most: MOST_SHAPES }) } else { Ok(()) }
    };
    film.roll((every, watch), |moment| Ok(film.shapes(moment, strip)), track)?;
    let sheet = Sheet { title: &film.design.name, view, options: film.options };
    let mut out = Writer::new(Inks::Of(film.options.theme));
    out.head(&sheet);
    out.style(&used.rules());
    out.ground(&sheet);
    tracks.write(&mut out, time);
    Ok(out.finish())
}

/// When the moments are.
#[derive(Clone, Copy)]
struct Time {
    count: usize,
    every: f64,
}

impl Time {
    /// A moment as a share of the film.
    fn key(self, moment: usize) -> String {
        let text = format!("{:.5}", moment as f64 / self.count as f64);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// How long it all lasts.
    fn lasts(self) -> String {
        format!("dur=\"{}s\" repeatCount=\"indefinite\"", Short((self.count as f64 * self.every) as f32))
    }
}

/// What happens to each group, in the order of painting.
#[derive(Default)]
struct Tracks {
    all: Vec<Track>,
    shapes: usize,
}

/// A record that is drawn, and which of its groups: the line of a link is its first, its label its second.
type Key = (Id, usize);

/// One group, or with no key the strip under the film.
#[derive(Default)]
struct Track {
    key: Option<Key>,
    title: String,
    /// Each with the moment that it begins at; it holds until the next.
    states: Vec<(usize, Vec<Shape>)>,
    /// Likewise, the requests on a link.
    flows: Vec<(usize, Option<Flow>)>,
}

/// A group as it is at one moment.
#[derive(Default)]
struct Group {
    key: Option<Key>,
    title: String,
    shapes: Vec<Shape>,
}

impl Tracks {
    fn add(&mut self, film: &Film<'_>, snapshot: &Snapshot, (moment, shapes): (usize, Vec<Shape>)) {
        let mut next = 0;
        for group in groups(film, shapes) {
            let flow = group.key.as_ref().and_then(|key| film.flow(snapshot, key));
            let at = self.place(&group, next, moment);
            self.pass(next..at, moment);
            self.put(at, moment, group.shapes);
            if let (Some(flow), Some(track)) = (flow, self.all.get_mut(at)) {
                track.flow(moment, flow);
            }
            next = at + 1;
        }
        self.pass(next..self.all.len(), moment);
    }

    /// Where a group's track is, at or after `next`; one that was never seen before gets its track there.
    fn place(&mut self, group: &Group, next: usize, moment: usize) -> usize {
        let same = |track: &Track| track.key == group.key;
        if let Some(later) = self.all.iter().skip(next).position(same) {
            return next + later;
        }
        // Until now there was nothing of it.
        let states = if moment == 0 { Vec::new() } else { vec![(0, Vec::new())] };
        let (key, title) = (group.key.clone(), group.title.clone());
        self.all.insert(next, Track { key, title, states, flows: Vec::new() });
        next
    }

    /// What is not seen at a moment.
    fn pass(&mut self, tracks: std::ops::Range<usize>, moment: usize) {
        for at in tracks {
            self.put(at, moment, Vec::new());
        }
    }

    fn put(&mut self, at: usize, moment: usize, shapes: Vec<Shape>) {
        let Some(track) = self.all.get_mut(at) else { return };
        if track.states.last().is_none_or(|(_, last)| *last != shapes) {
            self.shapes += shapes.len();
            track.states.push((moment, shapes));
        }
    }

    fn write(&self, out: &mut Writer, time: Time) {
        // Requests move above all lines, and below what is written on them.
        let lines = self.all.iter().rposition(|track| !track.flows.is_empty()).map_or(0, |last| last + 1);
        let (under, over) = self.all.split_at(lines);
        under.iter().for_each(|track| track.write(out, time));
        under.iter().for_each(|track| track.write_flows(out, time));
        over.iter().for_each(|track| track.write(out, time));
    }
}

/// The groups of a display list but for the dots on links, which move by themselves; what belongs to none comes last.
fn groups(film: &Film<'_>, shapes: Vec<Shape>) -> Vec<Group> {
    let (mut groups, mut open, mut rest) = (Vec::new(), None, Group::default());
    let mut seen: BTreeMap<Id, usize> = BTreeMap::new();
    for shape in shapes {
        match shape {
            Shape::Begin { id, title } => open = Some((id, title, Vec::new())),
            Shape::End => {
                let Some((id, title, shapes)) = open.take() else { continue };
                if film.design.links.contains_key(&id) && shapes.iter().all(is_dot) {
                    continue;
                }
                let number = seen.entry(id.clone()).or_default();
                groups.push(Group { key: Some((id, *number)), title, shapes });
                *number += 1;
            }
            other => open.as_mut().map_or(&mut rest.shapes, |(_, _, shapes)| shapes).push(other),
        }
    }
    groups.push(rest);
    groups
}

impl Film<'_> {
    /// The requests on a link, in steps of a tenth of failures; `None` for what is not the line of a link.
    fn flow(&self, snapshot: &Snapshot, (id, number): &Key) -> Option<Option<Flow>> {
        self.design.links.get(id).filter(|_| *number == 0)?;
        let state = self.plan.links.get(id).and_then(|index| snapshot.links.get(*index as usize));
        let rough = |flow: Flow| Flow { failed: (flow.failed * 10.0).ceil() / 10.0, ..flow };
        Some(state.and_then(|state| link::flow(*state)).map(rough))
    }
}

fn is_dot(shape: &Shape) -> bool {
    matches!(shape, Shape::Circle { fill: Some(fill), .. } if matches!(fill.ink, Ink::Flow | Ink::Bad))
}

impl Track {
    fn flow(&mut self, moment: usize, flow: Option<Flow>) {
        if self.flows.last().is_none_or(|(_, last)| *last != flow) {
            self.flows.push((moment, flow));
        }
    }

    /// An id stands once in a file: at the first group of its record.
    fn write(&self, out: &mut Writer, time: Time) {
        match &self.key {
            Some((id, 0)) => out.put(format_args!("<g id=\"{id}\">\n<title>{}</title>\n", escaped(&self.title))),
            Some(_) => out.raw("<g>\n"),
            None => {}
        }
        let states: Vec<State<'_>> = self.states.iter().map(|(moment, shapes)| (*moment, shapes.as_slice())).collect();
        write_states(out, time, &states);
        if self.key.is_some() {
            out.raw("</g>\n");
        }
    }

    fn write_flows(&self, out: &mut Writer, time: Time) {
        let shaft = self.states.iter().flat_map(|(_, shapes)| shapes).find_map(|shape| match shape {
            Shape::Path { segments, .. } => Some(segments),
            _ => None,
        });
        let Some(shaft) = shaft else { return };
        for (at, (moment, flow)) in self.flows.iter().enumerate() {
            let until = self.flows.get(at + 1).map_or(time.count, |next| next.0);
            let Some(flow) = flow else { continue };
            shown(out, time, (*moment, until));
            dots(out, shaft, *flow, Ink::Flow);
            dots(out, shaft, *flow, Ink::Bad);
            out.raw("</g>\n");
        }
    }
}

/// Shapes, and the moment that they are seen from.
type State<'a> = (usize, &'a [Shape]);

/// States of which each differs from the one before.
fn joined(states: Vec<State<'_>>) -> Vec<State<'_>> {
    let mut joined: Vec<State<'_>> = Vec::new();
    for state in states {
        if joined.last().is_none_or(|last| last.1 != state.1) {
            joined.push(state);
        }
    }
    joined
}

/// States of the same shapes shape by shape, others as wholes.
fn write_states(out: &mut Writer, time: Time, states: &[State<'_>]) {
    let Some(((_, first), rest)) = states.split_first() else { return };
    let alike = |other: &[Shape]| {
        other.len() == first.len() && first.iter().zip(other).all(|(a, b)| discriminant(a) == discriminant(b))
    };
    if !rest.iter().all(|(_, other)| alike(other)) {
        return write_whole(out, time, states);
    }
    for at in 0..first.len() {
        let one = joined(states.iter().map(|(moment, shapes)| (*moment, &shapes[at..=at])).collect());
        match one.as_slice() {
            [(_, still)] => still.iter().for_each(|shape| out.shape(shape)),
            changing if !write_bar(out, time, changing) => write_whole(out, time, changing),
            _ => {}
        }
    }
}

fn write_whole(out: &mut Writer, time: Time, states: &[State<'_>]) {
    if let [(0, still)] = states {
        return still.iter().for_each(|shape| out.shape(shape));
    }
    for (at, (moment, shapes)) in states.iter().enumerate() {
        let until = states.get(at + 1).map_or(time.count, |next| next.0);
        if !shapes.is_empty() {
            shown(out, time, (*moment, until));
            shapes.iter().for_each(|shape| out.shape(shape));
            out.raw("</g>\n");
        }
    }
}

/// Begins a group that is seen from one moment to another.
fn shown(out: &mut Writer, time: Time, (from, until): (usize, usize)) {
    if from == 0 && until == time.count {
        return out.raw("<g>\n");
    }
    let (mut values, mut keys) = (vec!["hidden"], vec!["0".to_owned()]);
    if from == 0 {
        values[0] = "visible";
    } else {
        values.push("visible");
        keys.push(time.key(from));
    }
    if until < time.count {
        values.push("hidden");
        keys.push(time.key(until));
    }
    let lasts = time.lasts();
    out.put(format_args!(
        "<g visibility=\"{}\"><animate attributeName=\"visibility\" calcMode=\"discrete\" ",
        values[0]
    ));
    out.put(format_args!("{lasts} values=\"{}\" keyTimes=\"{}\"/>\n", values.join(";"), keys.join(";")));
}

/// A rectangle that changes its place, its size and its colour; false if it changes anything else.
fn write_bar(out: &mut Writer, time: Time, states: &[State<'_>]) -> bool {
    let bar = |shape: &Shape| match shape {
        Shape::Rect { rect, radius, fill: Some(fill), stroke: None } => Some((*rect, *radius, *fill)),
        _ => None,
    };
    let bars: Vec<_> = states.iter().filter_map(|(moment, shapes)| Some((*moment, bar(shapes.first()?)?))).collect();
    let Some((_, (rect, radius, fill))) = bars.first().copied().filter(|_| bars.len() == states.len()) else {
        return false;
    };
    if bars.iter().any(|(_, (_, other, tint))| *other != radius || tint.alpha != fill.alpha) {
        return false;
    }
    // One value for each moment, and the last once more for the end of the film.
    let at = |moment: usize| bars[bars.partition_point(|(from, _)| *from <= moment) - 1].1;
    let moments = || (0..=time.count).map(|moment| at(moment.min(time.count - 1)));
    let (x, y) = (Short(rect.min.x), Short(rect.min.y));
    out.put(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\"", Short(rect.w()), Short(rect.h())));
    out.put(format_args!(" rx=\"{}\"", Short(radius)));
    out.paint((Some(fill), None));
    out.raw(">\n");
    let sides = [
        ("x", moments().map(|bar| bar.0.min.x).collect::<Vec<f32>>()),
        ("y", moments().map(|bar| bar.0.min.y).collect()),
        ("width", moments().map(|bar| bar.0.w()).collect()),
        ("height", moments().map(|bar| bar.0.h()).collect()),
    ];
    for (name, values) in sides.iter().filter(|(_, values)| values.iter().any(|value| *value != values[0])) {
        let values: Vec<String> = values.iter().map(|value| Short(*value).to_string()).collect();
        out.put(format_args!("<animate attributeName=\"{name}\" {} values=\"{}\"/>\n", time.lasts(), values.join(";")));
    }
    let inks: Vec<Ink> = moments().take(time.count).map(|bar| bar.2.ink).collect();
    if inks.iter().any(|ink| *ink != inks[0]) {
        let colours: Vec<String> = inks.iter().map(|ink| out.colour(*ink)).collect();
        out.put(format_args!("<animate attributeName=\"fill\" calcMode=\"discrete\" {} ", time.lasts()));
        out.put(format_args!("values=\"{}\"/>\n", colours.join(";")));
    }
    out.raw("</rect>\n");
    true
}

/// The good or the failed requests on their way: a line of round dots that is drawn along the link.
fn dots(out: &mut Writer, way: &[Segment], flow: Flow, ink: Ink) {
    let wanted = |number: &i64| link::lost(*number, flow.failed) == (ink == Ink::Bad);
    let numbers: Vec<i64> = (0..CYCLE).filter(wanted).collect();
    let Some(first) = numbers.first() else { return };
    let nexts = numbers.iter().skip(1).copied().chain([first + CYCLE]);
    let gaps = numbers.iter().zip(nexts).map(|(at, next)| (next - at) as f64 * flow.apart);
    // A dash of nothing with round ends is a dot.
    let dashes: Vec<String> = gaps.map(|gap| format!("0.01 {}", Short((gap - 0.01) as f32))).collect();
    let (around, begin) = (CYCLE as f64 * flow.apart, -(*first as f64) * flow.apart);
    out.put(format_args!("<path d=\"{}\" stroke=\"{}\" ", Way(way), out.colour(ink)));
    out.put(format_args!("stroke-width=\"{}\" stroke-dasharray=\"{}\"", Short(link::DOT * 2.0), dashes.join(" ")));
    out.put(format_args!(" stroke-dashoffset=\"{}\">\n", Short(begin as f32)));
    out.put(format_args!(
        "<animate attributeName=\"stroke-dashoffset\" dur=\"{}s\" ",
        Short((around / link::SPEED) as f32)
    ));
    out.put(format_args!(
        "repeatCount=\"indefinite\" from=\"{}\" to=\"{}\"/>\n</path>\n",
        Short((begin + around) as f32),
        Short(begin as f32)
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::Options;
    use crate::model::sketch;
    use crate::scenario::Scenario;
    use crate::units::Span;
    use resvg::usvg::roxmltree::{Document, Node};

    fn filmed(length: Span) -> String {
        let design = sketch("users(rate=90/s) -> elb -> asg(min=1, max=3) -> rds").expect("it is a design");
        let plan = crate::compile::compile(&design, &Scenario::steady());
        let options = Options::default();
        let film = Film { design: &design, plan: &plan, seed: 1, length, speed: Some(10.0), options: &options };
        write(&film, Watch::nobody()).unwrap()
    }

    /// Whether something is seen at a share of the film, by its own animation.
    fn seen(node: &Node<'_, '_>, share: f64) -> bool {
        let animates = |child: &Node<'_, '_>| child.attribute("attributeName") == Some("visibility");
        let Some(animate) = node.children().find(animates) else { return true };
        let list = |name| animate.attribute(name).unwrap().split(';');
        let begun = list("keyTimes").take_while(|key| key.parse::<f64>().unwrap() <= share).count();
        list("values").nth(begun - 1) == Some("visible")
    }

    #[test]
    fn at_each_moment_one_clock_is_seen_and_it_goes_on() {
        let svg = filmed(Span::from_secs(60));
        let tree = Document::parse(&svg).unwrap();
        let clocks: Vec<Node<'_, '_>> = tree
            .descendants()
            .filter(|node| node.has_tag_name("text") && node.text().is_some_and(|text| text.starts_with("00:")))
            .collect();
        assert_eq!(clocks.len(), 16);
        let told = |share: f64| {
            let seen: Vec<&str> =
                clocks.iter().filter(|clock| seen(&clock.parent().unwrap(), share)).filter_map(Node::text).collect();
            assert_eq!(seen.len(), 1, "at {share}: {seen:?}");
            seen[0]
        };
        assert_eq!([0.0, 0.5, 0.999].map(told), ["00:00:00", "00:00:32", "00:01:00"]);
    }

    #[test]
    fn requests_move_bars_grow_and_it_stays_small() {
        let svg = filmed(Span::from_secs(60));
        assert!(svg.matches("stroke-dashoffset").count() >= 6, "every link flows");
        assert!(svg.contains("<animate attributeName=\"width\""), "bars grow");
        assert!(svg.len() < 250_000, "{} bytes", svg.len());
        let tree = Document::parse(&svg).unwrap();
        let mut ids: Vec<&str> = tree.descendants().filter_map(|node| node.attribute("id")).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((all, ids.len()), (7, 7), "four nodes and three links, each once");
        resvg::usvg::Tree::from_str(&svg, &crate::export::raster::options()).unwrap();
    }
}
