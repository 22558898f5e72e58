//! The way of each link in a layout: around its cards, off the edges of places, through the points that it was pulled to,
//! from and to the sides that it was led to.

use super::{Layout, Work};
use crate::model::{Design, Link, Point, Rect, Routing, Side};
use crate::scene::route::find::{self, Found, Ground, MARGIN};
use crate::scene::route::{ports, pulled, sided};

/// Most that the jog of a link leaves the middle between its cards, in drawing units.
const LEAN: f32 = 40.0;

/// How far from the edge of a place a link may run that keeps off it, in drawing units.
const OFF: f32 = 48.0;

impl Layout {
    /// Notes the links that the edges of places drove away, or do now.
    pub(super) fn keep_off(&mut self, design: &Design, work: &mut Work) {
        let changed = self.borders.follow(design, &self.title_rects);
        if changed.is_empty() {
            return;
        }
        for area in &changed {
            work.wires.extend(self.wire_index.near(area.expand(OFF)));
        }
        let seen = |watch: &Rect| changed.iter().any(|area| area.expand(OFF).touches(watch));
        let again = self.wires.iter().enumerate().filter(|(_, wire)| wire.watch.as_ref().is_some_and(seen));
        work.wires.extend(again.map(|(number, _)| number as u32));
        work.wires.retain(|number| self.wires[*number as usize].drawn());
    }

    /// The way of a link before links in one lane are moved apart.
    pub(super) fn find(&self, number: u32) -> (Vec<Point>, Option<Rect>) {
        let wire = &self.wires[number as usize];
        let Some((cards, ends)) = self.rects(number).zip(wire.ends) else { return (Vec::new(), None) };
        if ends.0 == ends.1 {
            return (find::around_itself(cards.0), None);
        }
        let ends = [Some(ends.0), Some(ends.1)];
        let Found { points, watch } = self.run(&Course {
            cards: [cards.0, cards.1],
            ends,
            ports: wire.ports,
            alone: wire.alone,
            link: &wire.link,
            routing: wire.routing,
        });
        (points, watch)
    }

    /// The way of a link of which everything is known but where it turns.
    pub(super) fn run(&self, course: &Course<'_>) -> Found {
        let [(leaves, out), (enters, in_)] = course.ports;
        let [from, to] = course.cards;
        let (start, end) = (leaves.point(from, out), enters.point(to, in_));
        let blocked = |line: Rect, found: &mut Vec<Rect>| self.stand_in(line, course, found);
        let ground = Ground { blocked: &blocked, hugs: &|line| self.borders.hugs(line) };
        if course.link.via.is_empty() && course.routing != Routing::Straight {
            let (one, other) = ports::levelled([(start, leaves, out), (end, enters, in_)], course.alone);
            let (start, end) = (leaves.point(from, out + one), enters.point(to, in_ + other));
            if (leaves, enters) != ports::sides(from, to) {
                return sided::way([(start, leaves), (end, enters)], [from, to], ground);
            }
            // Two links of a side that part need no room for each other.
            let lean = (out + in_).signum() * ((out + in_).abs() - ports::APART / 2.0).clamp(0.0, LEAN);
            return find::find((start, leaves), (end, enters), lean, ground);
        }
        pulled::way([(start, leaves), (end, enters)], &course.knots(start, end), course.routing, ground)
    }

    /// Whether cards stand in a line of a link, but for those at its ends, one that is carried, and those that it was
    /// pulled into. They are added to `found`.
    fn stand_in(&self, line: Rect, course: &Course<'_>, found: &mut Vec<Rect>) -> bool {
        let before = found.len();
        self.card_index.any(line.expand(MARGIN), |card| {
            let margin = if course.ends.contains(&Some(card)) { -1.0 } else { MARGIN - 0.5 };
            let rect = self.cards[card as usize].rect;
            let there = self.lifted != Some(card) && rect.expand(margin).touches(&line);
            let pulled_here = || course.link.via.iter().any(|bend| rect.expand(MARGIN).contains(*bend));
            if there && !found[before..].contains(&rect) && !pulled_here() {
                found.push(rect);
            }
            false
        });
        found.len() > before
    }
}

/// What the way of a link depends on, beside what stands around.
pub(super) struct Course<'a> {
    /// The cards that it joins.
    pub cards: [Rect; 2],
    /// Their numbers; `None` for an end that is no card yet.
    pub ends: [Option<u32>; 2],
    /// Where it leaves and enters: at which side, and how far from its middle.
    pub ports: [(Side, f32); 2],
    /// Whether no other link is at the side of each end.
    pub alone: [bool; 2],
    /// The link.
    pub link: &'a Link,
    /// How it runs.
    pub routing: Routing,
}

impl Course<'_> {
    /// The points that the link is pulled to; where it was led to another side than the one towards them, it runs straight
    /// on from there at first.
    fn knots(&self, start: Point, end: Point) -> Vec<Point> {
        let via = &self.link.via;
        let stub = |card: Rect, (side, _): (Side, f32), at: Point, next: Option<&Point>| {
            let aside = next.is_some_and(|next| ports::side_toward(card, *next) != side);
            (aside && self.routing != Routing::Straight).then(|| side.out(at, find::STUB))
        };
        let first = stub(self.cards[0], self.ports[0], start, via.first());
        let last = stub(self.cards[1], self.ports[1], end, via.last());
        first.into_iter().chain(via.iter().copied()).chain(last).collect()
    }
}
