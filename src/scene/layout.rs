//! Where everything of a drawing stands: cards, the ways of links, their labels, all in grids that find them by place.
//!
//! Made once and kept: [`Layout::update`] follows a changed drawing and does again only what the change touches, and comes
//! to what a new layout would. Only the labels of a large drawing may stand elsewhere until it is opened again. Absent:
//! what things look like (see the parts of `scene` that draw), and whatever a run changes.

mod borders;
mod labels;
mod preview;
mod ways;

use super::index::Index;
use super::label::Spot;
use super::route::Route;
use super::route::find::MARGIN;
use super::route::nudge::{self, Lane, Lanes};
use super::route::ports;
use crate::model::{Design, Id, Link, Place, Point, Rect, Routing, Side};
use borders::Borders;
pub use preview::{Aim, Drawn};
use std::collections::{BTreeMap, BTreeSet};

/// A node's card.
#[derive(Debug, Clone)]
pub struct Card {
    /// The node.
    pub id: Id,
    /// Where it stands.
    pub rect: Rect,
    /// Its level in the pile.
    level: i32,
    /// The links that end here, and whether they leave.
    ends: Vec<(u32, Way)>,
}

/// Which end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Leaves,
    Enters,
}

/// A link between two cards, or one that has lost an end and is not drawn.
#[derive(Debug, Clone)]
pub struct Wire {
    /// The link.
    pub id: Id,
    link: Link,
    routing: Routing,
    ends: Option<(u32, u32)>,
    ports: [(Side, f32); 2],
    /// Whether no other link is at the side of each end.
    alone: [bool; 2],
    /// The way before links in one lane are moved apart.
    base: Vec<Point>,
    /// Its lines are among those of the lanes.
    shares: bool,
    watch: Option<Rect>,
    /// Where it runs.
    pub route: Route,
    /// Where its label stands, and how wide it may be.
    pub spot: Option<Spot>,
    /// Changes whenever the route does.
    pub stamp: u64,
}

/// What stands where.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    cards: Vec<Card>,
    wires: Vec<Wire>,
    titles: BTreeMap<Id, Rect>,
    title_rects: Vec<Rect>,
    title_index: Index,
    card_index: Index,
    wire_index: Index,
    label_index: Index,
    borders: Borders,
    lanes: Lanes,
    /// A card that links pass under.
    lifted: Option<u32>,
    stamp: u64,
    /// Changes when things come or go, and with it their numbers.
    generation: u64,
}

/// What an update has to do again.
#[derive(Default)]
struct Work {
    cards: BTreeSet<u32>,
    wires: BTreeSet<u32>,
    lanes: BTreeSet<Lane>,
    rerouted: BTreeSet<u32>,
    /// Titles of places stand elsewhere.
    retitled: bool,
}

impl Layout {
    /// The layout of a drawing.
    pub fn new(design: &Design) -> Self {
        let mut layout = Self { stamp: 1, ..Self::default() };
        layout.fill(design);
        layout
    }

    /// Follows a drawing that may have changed in any way.
    pub fn update(&mut self, design: &Design) {
        self.stamp += 1;
        if !self.same_things(design) {
            let stamp = self.stamp;
            *self = Self { stamp, generation: stamp, ..Self::default() };
            self.fill(design);
            return;
        }
        let mut work = Work::default();
        let renamed = self.follow_links(design, &mut work);
        for (number, (id, node)) in design.nodes.iter().enumerate() {
            self.cards[number].level = design.level(id);
            if self.cards[number].rect != node.rect() {
                self.move_card(number as u32, node.rect(), &mut work);
            }
        }
        work.retitled = self.entitle(design);
        self.keep_off(design, &mut work);
        self.renew(work);
        if !renamed.is_empty() {
            self.place_labels(&Work::default(), &renamed);
        }
    }

    /// Lets links pass under a card as if it were not there: one without links that is being carried, and may be let go on
    /// any of them. `None` puts it down.
    pub fn lift(&mut self, id: Option<&Id>) {
        let lifted = id.and_then(|id| self.number(id));
        let before = std::mem::replace(&mut self.lifted, lifted);
        if before == lifted {
            return;
        }
        self.stamp += 1;
        let mut work = Work::default();
        for number in before.into_iter().chain(lifted) {
            self.move_card(number, self.cards[number as usize].rect, &mut work);
        }
        self.renew(work);
    }

    /// Changes with every update.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// Changes when the numbers of cards and links do.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether a card that is painted later covers a point of this one.
    pub fn is_covered(&self, id: &Id, at: Point) -> bool {
        let own = self.number(id);
        let around = Rect { min: at, max: at };
        self.card_index.any(around, |other| {
            own.is_some_and(|own| self.height(own) < self.height(other))
                && self.cards[other as usize].rect.expand(4.0).contains(at)
        })
    }

    /// All cards, in the order of their ids.
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// All links, in the order of their ids.
    pub fn wires(&self) -> &[Wire] {
        &self.wires
    }

    /// Where the title of a place stands.
    pub fn title(&self, id: &Id, place: &Place) -> Rect {
        self.titles.get(id).copied().unwrap_or(place.rect)
    }

    /// The route of a link, if it is drawn.
    pub fn route(&self, id: &Id) -> Option<&Route> {
        self.wire(id).map(|wire| &wire.route)
    }

    /// A link, if it is drawn.
    pub fn wire(&self, id: &Id) -> Option<&Wire> {
        let at = self.wires.binary_search_by(|wire| wire.id.cmp(id)).ok()?;
        self.wires.get(at).filter(|wire| wire.drawn())
    }

    /// The cards that touch a rectangle, in the order of painting.
    pub fn cards_in(&self, rect: Rect) -> Vec<u32> {
        let mut found = self.card_index.near(rect);
        found.retain(|number| self.cards[*number as usize].rect.touches(&rect));
        let height = |number: &u32| self.height(*number);
        if !found.is_sorted_by_key(height) {
            found.sort_by_key(height);
        }
        found
    }

    /// Where a card is in the pile: what is painted later is greater.
    fn height(&self, number: u32) -> (i32, u32) {
        (self.cards[number as usize].level, number)
    }

    /// The drawn links that run through a rectangle or have their label there, in the order of painting.
    pub fn wires_in(&self, rect: Rect) -> Vec<u32> {
        let mut found = self.wire_index.near(rect);
        found.extend(self.label_index.near(rect));
        found.sort_unstable();
        found.dedup();
        found.retain(|number| self.wires[*number as usize].drawn());
        found
    }

    /// The topmost card that `holds` a point, of those within `reach` of it.
    pub(super) fn top_card(&self, at: Point, reach: f32, holds: impl Fn(Rect) -> bool) -> Option<&Card> {
        let around = Rect { min: at, max: at }.expand(reach);
        let mut top: Option<u32> = None;
        self.card_index.any(around, |number| {
            if top.is_none_or(|top| self.height(top) < self.height(number)) && holds(self.cards[number as usize].rect) {
                top = Some(number);
            }
            false
        });
        top.map(|number| &self.cards[number as usize])
    }

    /// The link that runs nearest to a point, if one does within `reach`.
    pub(super) fn nearest_wire(&self, at: Point, reach: f32) -> Option<&Wire> {
        let mut nearest: Option<(f32, u32)> = None;
        self.wire_index.any(Rect { min: at, max: at }.expand(reach), |number| {
            let far = self.wires[number as usize].route.distance(at);
            let before = nearest.is_some_and(|(best, which)| best < far || (best == far && which <= number));
            if far <= reach && !before {
                nearest = Some((far, number));
            }
            false
        });
        nearest.map(|(_, number)| &self.wires[number as usize])
    }

    /// Everything that is drawn, the bends of links included.
    pub fn bounds(&self, design: &Design) -> Option<Rect> {
        let routes = self.wires.iter().filter(|wire| wire.drawn()).map(|wire| wire.route.bounds());
        let rooms = super::copies::rooms(self, design);
        design.bounds().map(|bounds| routes.chain(rooms).chain(self.hung_labels()).fold(bounds, Rect::union))
    }

    /// Whether the same cards are joined by the same links as before.
    fn same_things(&self, design: &Design) -> bool {
        let same_link = |wire: &Wire, id: &Id, link: &Link| {
            wire.id == *id && wire.link.from == link.from && wire.link.to == link.to
        };
        self.cards.len() == design.nodes.len()
            && self.wires.len() == design.links.len()
            && self.cards.iter().zip(design.nodes.keys()).all(|(card, id)| card.id == *id)
            && self.wires.iter().zip(&design.links).all(|(wire, (id, link))| same_link(wire, id, link))
    }

    /// The number of a card.
    pub fn number(&self, id: &Id) -> Option<u32> {
        self.cards.binary_search_by(|card| card.id.cmp(id)).ok().map(|at| at as u32)
    }

    fn fill(&mut self, design: &Design) {
        let card = |(id, node): (&Id, &crate::model::Node)| Card {
            id: id.clone(),
            rect: node.rect(),
            level: design.level(id),
            ends: Vec::new(),
        };
        self.cards = design.nodes.iter().map(card).collect();
        let bounds = self.cards.iter().map(|card| card.rect).reduce(Rect::union).unwrap_or_default().expand(64.0);
        self.card_index = Index::new(bounds, self.cards.len());
        self.wire_index = Index::new(bounds, design.links.len());
        self.label_index = Index::new(bounds, design.links.len());
        for (number, card) in self.cards.iter().enumerate() {
            self.card_index.insert(number as u32, card.rect);
        }
        for (number, (id, link)) in design.links.iter().enumerate() {
            let ends = self.number(&link.from).zip(self.number(&link.to));
            if let Some((from, to)) = ends {
                self.cards[from as usize].ends.push((number as u32, Way::Leaves));
                self.cards[to as usize].ends.push((number as u32, Way::Enters));
            }
            self.wires.push(Wire::new(id, link, (ends, design.routing_of(link))));
        }
        let mut work = Work { cards: (0..self.cards.len() as u32).collect(), ..Work::default() };
        work.wires.extend((0..self.wires.len() as u32).filter(|number| self.wires[*number as usize].drawn()));
        self.entitle(design);
        self.borders.follow(design, &self.title_rects);
        self.renew(work);
    }

    /// Finds room for titles; whether one stands elsewhere than before.
    fn entitle(&mut self, design: &Design) -> bool {
        let card = |rect: Rect| self.card_index.any(rect, |card| self.cards[card as usize].rect.touches(&rect));
        let titles = super::titles::titles(design, &card);
        if titles == self.titles {
            return false;
        }
        let bounds = titles.values().copied().reduce(Rect::union).unwrap_or_default();
        self.title_index = Index::new(bounds, titles.len());
        (0..).zip(titles.values()).for_each(|(number, title)| self.title_index.insert(number, *title));
        self.title_rects = titles.values().copied().collect();
        self.titles = titles;
        true
    }

    /// Moves a card and notes what may change with it: its links, those that it stands in the way of now, and those that
    /// had to go around it.
    fn move_card(&mut self, number: u32, to: Rect, work: &mut Work) {
        let from = std::mem::replace(&mut self.cards[number as usize].rect, to);
        self.card_index.remove(number, from);
        self.card_index.insert(number, to);
        work.cards.insert(number);
        for &(wire, _) in &self.cards[number as usize].ends {
            work.wires.insert(wire);
            let (one, other) = self.wires[wire as usize].ends.expect("links at a card have both ends");
            work.cards.extend([one, other]);
        }
        for area in [from, to] {
            // Links that were moved apart lie beside their way.
            work.wires.extend(self.wire_index.near(area.expand(MARGIN + 10.0)));
        }
        // Few links go around anything: looking at all of them costs less than keeping them in a grid.
        let opened = |wire: &Wire| wire.watch.is_some_and(|watch| watch.expand(MARGIN).touches(&from));
        let closed = |wire: &Wire| wire.watch.is_some_and(|watch| watch.expand(MARGIN).touches(&to));
        let again = self.wires.iter().enumerate().filter(|(_, wire)| opened(wire) || closed(wire));
        work.wires.extend(again.map(|(number, _)| number as u32));
    }

    /// Does what there is to do, in the order of what depends on what.
    fn renew(&mut self, mut work: Work) {
        self.assign_sides(&work);
        self.assign_slots(&mut work);
        for &number in &work.wires {
            let (base, watch) = self.find(number);
            let wire = &mut self.wires[number as usize];
            wire.watch = watch;
            let shared = !wire.is_pulled();
            if wire.base != base || wire.shares != shared || wire.route.routing != wire.routing {
                if wire.shares {
                    self.lanes.remove(number, &wire.base, &mut work.lanes);
                }
                if shared {
                    self.lanes.insert(number, &base, &mut work.lanes);
                }
                (wire.base, wire.shares) = (base, shared);
                work.rerouted.insert(number);
            }
        }
        for lane in &work.lanes {
            work.rerouted.extend(self.lanes.lane(*lane).iter().map(|line| line.link));
        }
        let changed = self.settle(&work);
        self.place_labels(&work, &changed);
    }

    fn rects(&self, wire: u32) -> Option<(Rect, Rect)> {
        let (from, to) = self.wires[wire as usize].ends?;
        Some((self.cards[from as usize].rect, self.cards[to as usize].rect))
    }

    fn assign_sides(&mut self, work: &Work) {
        for &number in &work.wires {
            let Some((from, to)) = self.rects(number) else { continue };
            let wire = &mut self.wires[number as usize];
            let [leaves, enters] = ports::sides_of([from, to], &wire.link.via, wire.link.sides);
            (wire.ports[0].0, wire.ports[1].0) = (leaves, enters);
        }
    }

    /// Spreads the links of each side along it, in the order of where they lead to.
    fn assign_slots(&mut self, work: &mut Work) {
        for &number in &work.cards {
            for side in Side::ALL {
                let mut here: Vec<(f32, u32, Way)> = Vec::new();
                for &(wire, way) in &self.cards[number as usize].ends {
                    if self.wires[wire as usize].ports[way as usize].0 == side {
                        here.push((self.toward(wire, way, side), wire, way));
                    }
                }
                here.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
                let alone = here.len() == 1;
                for (at, (_, number, way)) in here.iter().enumerate() {
                    let slot = side.slot(at, here.len());
                    let wire = &mut self.wires[*number as usize];
                    let (port, was_alone) = (&mut wire.ports[*way as usize], &mut wire.alone[*way as usize]);
                    if port.1 != slot || *was_alone != alone {
                        (port.1, *was_alone) = (slot, alone);
                        work.wires.insert(*number);
                    }
                }
            }
        }
    }

    /// Where the other end of a link is, along a side.
    fn toward(&self, wire: u32, way: Way, side: Side) -> f32 {
        let Some((from, to)) = self.rects(wire) else { return 0.0 };
        let via = &self.wires[wire as usize].link.via;
        let (next, card) = if way == Way::Leaves { (via.first(), to) } else { (via.last(), from) };
        let other = next.copied().unwrap_or(card.center());
        if side.horizontal() { other.y } else { other.x }
    }

    /// Moves links of one lane apart, and takes over the routes that are new.
    fn settle(&mut self, work: &Work) -> BTreeSet<u32> {
        let mut moves: Vec<(u32, u32, f32)> = Vec::new();
        let mut lanes = BTreeSet::new();
        for &number in work.rerouted.iter().filter(|number| self.wires[**number as usize].shares) {
            lanes.extend(nudge::lines(number, &self.wires[number as usize].base).map(|(lane, _)| lane));
        }
        for lane in lanes {
            moves.extend(nudge::apart(self.lanes.lane(lane)));
        }
        moves.sort_unstable_by_key(|(link, line, _)| (*link, *line));
        let mut changed = BTreeSet::new();
        for &number in &work.rerouted {
            let wire = &self.wires[number as usize];
            let mut points = wire.base.clone();
            let first = moves.partition_point(|(link, ..)| *link < number);
            for (_, line, by) in moves[first..].iter().take_while(|(link, ..)| *link == number) {
                nudge::moved(&mut points, *line, *by);
            }
            let route = Route { routing: wire.routing, ..Route::through(&points) };
            if route != wire.route {
                self.take_over(number, route);
                changed.insert(number);
            }
        }
        changed
    }

    fn take_over(&mut self, number: u32, route: Route) {
        let wire = &mut self.wires[number as usize];
        for part in wire.route.parts() {
            self.wire_index.remove(number, part);
        }
        for part in route.parts() {
            self.wire_index.insert(number, part);
        }
        wire.route = route;
        wire.stamp = self.stamp;
    }

    /// Takes over what changed of links: notes those that run otherwise now, and gives those whose label says something
    /// else.
    fn follow_links(&mut self, design: &Design, work: &mut Work) -> BTreeSet<u32> {
        let mut renamed = BTreeSet::new();
        for (number, link) in (0..).zip(design.links.values()) {
            let wire = &mut self.wires[number as usize];
            let routing = design.routing_of(link);
            if (&wire.link.label, wire.link.when, wire.link.label_at) != (&link.label, link.when, link.label_at) {
                wire.stamp = self.stamp;
                renamed.insert(number);
            } else if wire.routing == routing && wire.link.via == link.via && wire.link.sides == link.sides {
                continue;
            }
            if (wire.routing, wire.link.sides, &wire.link.via) != (routing, link.sides, &link.via)
                && let Some((from, to)) = wire.ends
            {
                work.wires.insert(number);
                work.cards.extend([from, to]);
            }
            (wire.routing, wire.link) = (routing, link.clone());
        }
        renamed.retain(|number| self.wires[*number as usize].drawn());
        renamed
    }
}

impl Wire {
    fn new(id: &Id, link: &Link, (ends, routing): (Option<(u32, u32)>, Routing)) -> Self {
        Self {
            id: id.clone(),
            link: link.clone(),
            routing,
            ends,
            ports: [(Side::Right, 0.0), (Side::Left, 0.0)],
            alone: [false; 2],
            base: Vec::new(),
            shares: false,
            watch: None,
            route: Route::through(&[]),
            spot: None,
            stamp: 0,
        }
    }

    /// Whether it was told where to run, and finds no way of its own.
    fn is_pulled(&self) -> bool {
        !self.link.via.is_empty() || self.routing == Routing::Straight
    }

    /// Whether both its cards are there.
    pub fn drawn(&self) -> bool {
        self.ends.is_some()
    }
}

#[cfg(test)]
mod tests;
