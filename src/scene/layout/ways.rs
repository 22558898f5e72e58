//! The way of each link in a layout: around its cards, off the edges of places, through the points that it was pulled to.

use super::{Layout, Work};
use crate::model::{Design, Point, Rect};
use crate::scene::route::find::{self, Found, Ground, MARGIN};
use crate::scene::route::{ports, pulled};

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
        let Some(((from, to), ends)) = self.rects(number).zip(wire.ends) else { return (Vec::new(), None) };
        if ends.0 == ends.1 {
            return (find::around_itself(from), None);
        }
        let [(leaves, out), (enters, in_)] = wire.ports;
        let (start, end) = (leaves.point(from, out), enters.point(to, in_));
        let blocked = |line: Rect, found: &mut Vec<Rect>| self.stand_in(line, (number, ends), found);
        let ground = Ground { blocked: &blocked, hugs: &|line| self.borders.hugs(line) };
        let Found { points, watch } = if wire.is_pulled() {
            pulled::way([(start, leaves), (end, enters)], &wire.link.via, wire.routing, ground)
        } else {
            let (one, other) = ports::levelled([(start, leaves, out), (end, enters, in_)], wire.alone);
            let (start, end) = (leaves.point(from, out + one), enters.point(to, in_ + other));
            // Two links of a side that part need no room for each other.
            let lean = (out + in_).signum() * ((out + in_).abs() - ports::APART / 2.0).clamp(0.0, LEAN);
            find::find((start, leaves), (end, enters), lean, ground)
        };
        (points, watch)
    }

    /// Whether cards stand in a line of a link, but for those at its ends, one that is carried, and those that it was
    /// pulled into. They are added to `found`.
    fn stand_in(&self, line: Rect, (number, ends): (u32, (u32, u32)), found: &mut Vec<Rect>) -> bool {
        let before = found.len();
        let via = &self.wires[number as usize].link.via;
        self.card_index.any(line.expand(MARGIN), |card| {
            let margin = if card == ends.0 || card == ends.1 { -1.0 } else { MARGIN - 0.5 };
            let rect = self.cards[card as usize].rect;
            let there = self.lifted != Some(card) && rect.expand(margin).touches(&line);
            let pulled_here = || via.iter().any(|bend| rect.expand(MARGIN).contains(*bend));
            if there && !found[before..].contains(&rect) && !pulled_here() {
                found.push(rect);
            }
            false
        });
        found.len() > before
    }
}
