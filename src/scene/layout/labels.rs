//! Where the labels of links stand in a layout: those that were put somewhere first, the others where that leaves room.

use super::{Layout, Work};
use crate::model::{Id, Point, Rect};
use crate::scene::label::{self, Ground, Spot};
use std::collections::BTreeSet;

/// Drawings with no more links than this have all labels placed anew after every change.
pub(super) const FEW: usize = 400;

impl Layout {
    /// Where the label of a link stands whose rectangle holds a point, of those that `count`; the one painted last.
    pub fn label_at(&self, at: Point, counts: impl Fn(&Id) -> bool) -> Option<&Id> {
        let found = self.label_index.near(Rect { min: at, max: at });
        let holds = |number: &u32| {
            let wire = &self.wires[*number as usize];
            wire.drawn() && wire.spot.is_some_and(|spot| spot.rect().contains(at)) && counts(&wire.id)
        };
        found.into_iter().rev().find(holds).map(|number| &self.wires[number as usize].id)
    }

    /// The rectangles of labels that were put somewhere.
    pub(super) fn hung_labels(&self) -> impl Iterator<Item = Rect> {
        self.wires
            .iter()
            .filter(|wire| wire.drawn() && wire.link.label_at.is_some())
            .filter_map(|wire| Some(wire.spot?.rect()))
    }

    pub(super) fn place_labels(&mut self, work: &Work, changed: &BTreeSet<u32>) {
        let mut again = changed.clone();
        if self.wires.len() <= FEW && (work.retitled || !work.cards.is_empty() || !changed.is_empty()) {
            again.extend((0..self.wires.len() as u32).filter(|number| self.wires[*number as usize].drawn()));
        } else {
            for &card in &work.cards {
                again.extend(self.label_index.near(self.cards[card as usize].rect));
            }
        }
        for &number in &again {
            self.set_spot(number, None);
        }
        let (hung, free): (Vec<u32>, Vec<u32>) =
            again.into_iter().partition(|number| self.wires[*number as usize].link.label_at.is_some());
        for number in hung {
            let wire = &self.wires[number as usize];
            let spot = wire.link.label_at.map(|at| label::put(&wire.route, &wire.link.label, at));
            self.set_spot(number, spot);
        }
        for number in free {
            let wire = &self.wires[number as usize];
            let ground = |rect: Rect| self.ground_at(number, rect);
            let spot = label::place(&wire.route, &wire.link.label, &ground);
            self.set_spot(number, spot);
        }
    }

    fn set_spot(&mut self, number: u32, spot: Option<Spot>) {
        let before = std::mem::replace(&mut self.wires[number as usize].spot, spot);
        if let Some(before) = before {
            self.label_index.remove(number, before.rect());
        }
        if let Some(spot) = spot {
            self.label_index.insert(number, spot.rect());
        }
    }

    /// How a place for a label is taken: by a card or another label, by another link, or not at all.
    fn ground_at(&self, number: u32, rect: Rect) -> Ground {
        let around = rect.expand(3.0);
        let card = |other: u32| self.cards[other as usize].rect.touches(&around);
        let label = |other: u32| self.wires[other as usize].spot.is_some_and(|spot| spot.rect().touches(&around));
        let title = |number: u32| self.title_rects[number as usize].touches(&around);
        let titled = || self.title_index.any(around, title);
        if self.card_index.any(around, card) || self.label_index.any(around, label) || titled() {
            return Ground::Taken;
        }
        let crossing = |other: u32| {
            let wire = &self.wires[other as usize];
            other != number && wire.route.lines().any(|(a, b)| rect.meets(a, b))
        };
        if self.wire_index.any(rect, crossing) { Ground::Crossed } else { Ground::Bare }
    }
}
