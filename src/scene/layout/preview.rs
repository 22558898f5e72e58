//! The way that a link would take that is being drawn or taken elsewhere. Absent: how it would stand apart from links that
//! run in the same lane, which is known once it is there.

use super::ways::Course;
use super::{Layout, Way};
use crate::model::{Design, Id, Link, Point, Rect, Side, Sides};
use crate::scene::route::{Route, ports};

/// An end of a link that is being drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aim<'a> {
    /// A card.
    Card(&'a Id),
    /// The pointer.
    Point(Point),
}

/// A link that is being drawn, or taken elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Drawn<'a> {
    /// From caller to callee.
    pub ends: [Aim<'a>; 2],
    /// The sides that it is drawn from and to.
    pub sides: Sides,
    /// The link that is there already.
    pub link: Option<&'a Id>,
}

impl Layout {
    /// The way of a link that is being drawn; `None` if a card of it is not there, or both ends are one card.
    pub fn preview(&self, design: &Design, drawn: Drawn<'_>) -> Option<Route> {
        let [from, to] = [self.aimed(drawn.ends[0])?, self.aimed(drawn.ends[1])?];
        let (numbers, cards) = ([from.0, to.0], [from.1, to.1]);
        if from.0.is_some() && from.0 == to.0 {
            return None;
        }
        let there = drawn.link.and_then(|id| design.links.get(id));
        let new = Link::new(Id::new("from")?, Id::new("to")?);
        let link = there.unwrap_or(&new);
        let sides = ports::sides_of(cards, &link.via, drawn.sides);
        let besides = drawn.link.and_then(|id| self.wires.binary_search_by(|wire| wire.id.cmp(id)).ok());
        let place = |at: usize| self.slot(numbers[at], sides[at], toward(cards[1 - at], &link.via, at), besides);
        let (out, in_) = (place(0), place(1));
        let routing = design.routing_of(link);
        let found = self.run(&Course {
            cards,
            ends: numbers,
            ports: [(sides[0], out.0), (sides[1], in_.0)],
            alone: [out.1, in_.1],
            link,
            routing,
        });
        Some(Route { routing, ..Route::through(&found.points) })
    }

    fn aimed(&self, end: Aim<'_>) -> Option<(Option<u32>, Rect)> {
        match end {
            Aim::Card(id) => self.number(id).map(|number| (Some(number), self.cards[number as usize].rect)),
            Aim::Point(at) => Some((None, Rect { min: at, max: at })),
        }
    }

    /// Where along its side a link would end that leads to a point, and whether it would be alone there.
    fn slot(&self, card: Option<u32>, side: Side, toward: Point, besides: Option<usize>) -> (f32, bool) {
        let Some(card) = card else { return (0.0, true) };
        let own = if side.horizontal() { toward.y } else { toward.x };
        let at_side = |(wire, way): &&(u32, Way)| {
            besides != Some(*wire as usize) && self.wires[*wire as usize].ports[*way as usize].0 == side
        };
        let others: Vec<f32> = self.cards[card as usize]
            .ends
            .iter()
            .filter(at_side)
            .map(|(wire, way)| self.toward(*wire, *way, side))
            .collect();
        let before = others.iter().filter(|other| **other <= own).count();
        (side.slot(before, others.len() + 1), others.is_empty())
    }
}

/// What a link leads to next from one of its ends.
fn toward(other: Rect, via: &[Point], end: usize) -> Point {
    let next = if end == 0 { via.first() } else { via.last() };
    next.copied().unwrap_or(other.center())
}
