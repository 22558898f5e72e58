//! Moving records by the pointer, or copies of them: they line up with neighbours, keep equal gaps, and stay off places
//! that they cannot stand in.

use super::picking::meant;
use super::{Effect, Held, Phase, Spot, World, link_of, ware};
use crate::app::canvas::snap::{self, Rest};
use crate::edit::{self, Clip, Command};
use crate::model::{Design, FAR, Id, Point, Rect};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the records move or stay and are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// They move.
    Moving,
    /// They stay; letting go puts copies down.
    Copying,
}

/// Records on their way.
#[derive(Debug, Clone, PartialEq)]
pub struct Drag {
    /// Where the pointer went down.
    from: Point,
    /// What moves: what is selected and not locked.
    pub ids: BTreeSet<Id>,
    /// That, and what stands in places among it.
    pub all: BTreeSet<Id>,
    /// Where it was, as one rectangle.
    start: Rect,
    /// How far it was moved so far.
    pub sent: Point,
    /// Whether it moves or is copied.
    pub mode: Mode,
    /// What it lines up with, and the equal gaps it keeps.
    pub rest: Rest,
    /// Why it does not follow the pointer.
    pub refused: Option<String>,
    /// It is one node without links, which can be put into a link.
    pub insertable: bool,
    /// The link that it would be put into.
    pub into: Option<Id>,
    near: Vec<Rect>,
}

impl Drag {
    /// A drag that begins on a record. `None` if there is nothing to move.
    pub(super) fn new(from: Point, id: &Id, held: Held, world: World<'_>) -> Option<Self> {
        let design = world.design;
        let picked = if world.selection.contains(id) { world.selection.clone() } else { meant(world, id, held) };
        let movable = |id: &Id| !design.is_locked(id) && design.rect_of(id).is_some();
        let ids: BTreeSet<Id> = picked.into_iter().filter(movable).collect();
        let start = ids.iter().filter_map(|id| design.rect_of(id)).reduce(Rect::union)?;
        let all = edit::contents(design, &ids);
        let near = snap::neighbours(design, &all, world.seen);
        let only = ids.first().filter(|_| ids.len() == 1 && design.nodes.contains_key(id));
        let free = |id: &Id| !design.links.values().any(|link| link.from == *id || link.to == *id);
        let insertable = only.is_some_and(free);
        let (sent, mode, rest) = (Point::default(), Mode::Moving, Rest::default());
        Some(Self { from, ids, all, start, sent, mode, rest, refused: None, insertable, into: None, near })
    }

    /// The pointer moved.
    pub(super) fn step(&mut self, at: Point, spot: Spot, held: Held, world: World<'_>) -> Vec<Effect> {
        let way = self.way(at, held, world.zoom);
        self.into = link_of(&spot).filter(|link| self.fits_into(world.design, link)).cloned();
        let mut effects = self.switch(held);
        self.refused = self.refusal(way, world.design);
        if self.refused.is_some() && self.mode == Mode::Moving {
            return effects;
        }
        let by = way - self.sent;
        self.sent = way;
        if self.mode == Mode::Moving && (by.x.abs() > 1e-3 || by.y.abs() > 1e-3) {
            effects.push(Effect::Edit(Command::Move { ids: self.ids(), by }));
        }
        effects
    }

    fn ids(&self) -> Vec<Id> {
        self.ids.iter().cloned().collect()
    }

    fn fits_into(&self, design: &Design, link: &Id) -> bool {
        self.insertable && self.ids.first().is_some_and(|node| ware::fits_into(design, node, link))
    }

    /// How far from its start the pointer wants it.
    fn way(&mut self, at: Point, held: Held, zoom: f32) -> Point {
        let mut way = at - self.from;
        let across = way.x.abs() >= way.y.abs();
        let kept = |way: Point| if across { Point::new(way.x, 0.0) } else { Point::new(0.0, way.y) };
        if held.shift {
            way = kept(way);
        }
        self.rest = if held.ctrl {
            Rest { at: self.start.min + way, ..Rest::default() }
        } else {
            snap::rest(self.start.shift(way), &self.near, snap::REACH / zoom)
        };
        way = self.rest.at - self.start.min;
        on_canvas(self.start, if held.shift { kept(way) } else { way }).rounded()
    }

    /// Alt was pressed or let go: what moved goes back and copies are carried, or the other way round.
    fn switch(&mut self, held: Held) -> Vec<Effect> {
        let mode = if held.alt { Mode::Copying } else { Mode::Moving };
        if std::mem::replace(&mut self.mode, mode) == mode {
            return Vec::new();
        }
        if mode == Mode::Copying {
            return vec![Effect::Gesture(Phase::Cancel)];
        }
        self.sent = Point::default();
        vec![Effect::Gesture(Phase::Begin)]
    }

    /// Why places among what moves cannot stand where they are wanted. They may be `sent` on their way already.
    fn refusal(&self, way: Point, design: &Design) -> Option<String> {
        if self.mode == Mode::Copying {
            let places = self.all.iter().filter_map(|id| design.places.get(id));
            let mut checks = places.map(|place| edit::check_new_place(design, place.kind, place.rect.shift(way)));
            return checks.find_map(|check| check.err().map(|refusal| refusal.to_string()));
        }
        let places = self.all.iter().filter_map(|id| Some((id.clone(), design.places.get(id)?.rect)));
        let wanted: BTreeMap<Id, Rect> = places.map(|(id, rect)| (id, rect.shift(way - self.sent))).collect();
        edit::check_places(design, &wanted).err().map(|refusal| refusal.to_string())
    }

    /// The button was let go.
    pub(super) fn finish(self, world: World<'_>) -> Vec<Effect> {
        if let (Mode::Copying, Some(reason)) = (self.mode, &self.refused) {
            return vec![Effect::Refuse(reason.clone())];
        }
        if self.mode == Mode::Copying {
            let ids: Vec<Id> = self.all.into_iter().collect();
            let clip = Clip::of(world.design, &ids);
            return vec![Effect::Edit(Command::Paste { clip, by: self.sent })];
        }
        let (ids, mut effects) = (self.ids(), Vec::new());
        if let Some(link) = self.into {
            effects.extend(ids.first().map(|node| Effect::Edit(Command::Insert { link, node: node.clone() })));
        }
        effects.push(Effect::Edit(Command::Grow { ids }));
        effects.push(Effect::Gesture(Phase::End));
        effects
    }
}

/// The way, cut short at the end of the canvas.
fn on_canvas(start: Rect, way: Point) -> Point {
    let cut = |way: f32, min: f32, max: f32| way.clamp((-FAR - min).min(0.0), (FAR - max).max(0.0));
    Point::new(cut(way.x, start.min.x, start.max.x), cut(way.y, start.min.y, start.max.y))
}
