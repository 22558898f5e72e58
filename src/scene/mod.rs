//! What is seen, as a list of shapes with inks by meaning: the drawing with its live figures, and charts likewise.
//!
//! The window, SVG and PNG all paint this one list, so they cannot differ. Absent: colours (see `theme`), painters, files.

mod boxes;
mod card;
pub mod chart;
mod figures;
pub mod glyph;
pub mod hit;
pub mod link;
pub mod list;
mod note;
mod place;
pub mod route;
pub mod style;
pub mod text;
pub mod words;

#[cfg(test)]
pub(crate) mod sketch;

use crate::compile::Plan;
use crate::model::{Design, Id, Place, Rect};
use crate::sim::snapshot::Snapshot;
use list::Shape;
use std::collections::BTreeSet;

pub use card::FAR;
pub use hit::{Hit, bounds, hit, inside};
pub use place::{TITLE_BAR, corners};
pub use route::{Route, reach, route, routes};

/// What to draw, and how much of it.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// The drawing.
    pub design: &'a Design,
    /// What of it runs; without one no figures are shown.
    pub plan: Option<&'a Plan>,
    /// The figures; none before the run has started.
    pub snapshot: Option<&'a Snapshot>,
    /// Ids of nodes, links, places and notes that are selected.
    pub selected: &'a BTreeSet<Id>,
    /// What the pointer is over.
    pub hovered: Option<&'a Id>,
    /// Seconds on the viewer's clock; moves the dots.
    pub phase: f32,
    /// Screen points per drawing unit: below [`FAR`] text is left out.
    pub zoom: f32,
    /// The part that is looked at; the rest is left out.
    pub visible: Option<Rect>,
}

impl<'a> Picture<'a> {
    /// All of a drawing at rest at 100 %, nothing selected.
    pub fn of(design: &'a Design) -> Self {
        static NOTHING: BTreeSet<Id> = BTreeSet::new();
        let selected = &NOTHING;
        Self { design, plan: None, snapshot: None, selected, hovered: None, phase: 0.0, zoom: 1.0, visible: None }
    }

    fn sees(&self, rect: Rect) -> bool {
        self.visible.is_none_or(|visible| visible.touches(&rect.expand(12.0)))
    }
}

/// The drawing: places, links, nodes and notes, in this order. Each is a group with its id and its state in words.
pub fn drawing(picture: &Picture<'_>) -> Vec<Shape> {
    let design = picture.design;
    let mut shapes = Vec::with_capacity(design.nodes.len() * 16 + design.links.len() * 12 + 64);
    for (id, place) in outermost_first(design) {
        if picture.sees(place.rect) {
            place::draw(picture, id, place, &mut shapes);
        }
    }
    for (id, way) in &routes(design) {
        if picture.sees(way.bounds()) {
            link::draw(picture, id, way, &mut shapes);
        }
    }
    for (id, node) in &design.nodes {
        if picture.sees(node.rect()) {
            card::draw(picture, id, node, &mut shapes);
        }
    }
    for (id, note) in &design.notes {
        if picture.sees(note.rect) {
            note::draw(picture, id, note, &mut shapes);
        }
    }
    shapes
}

/// Places in the order of painting: by kind, then large before small, so that what lies inside lies above.
fn outermost_first(design: &Design) -> Vec<(&Id, &Place)> {
    let mut places: Vec<_> = design.places.iter().collect();
    places.sort_by(|(_, a), (_, b)| a.kind.cmp(&b.kind).then(b.rect.area().total_cmp(&a.rect.area())));
    places
}
