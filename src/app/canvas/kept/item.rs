//! The mesh of one thing, and what it shows.

use super::super::super::paint::Brush;
use crate::scene::Detail;
use crate::scene::card::Look;
use crate::scene::list::Shape;
use crate::theme::Theme;
use egui::Painter;
use egui::epaint::{Mesh, Tessellator};

/// Most display lists that are made anew in a frame, for things that have a mesh.
const CHECKS: u32 = 320;

/// Most meshes that are made again in a frame.
const MESHES: u32 = 64;

/// Frames over which what is seen follows new figures, where it could all follow in one: no frame stands out, and ten times
/// a second there are figures anew.
const FRAMES: u32 = 3;

/// Fewest meshes that are made again in a frame.
const LEAST: u32 = 24;

/// Most meshes that are made in a frame for things that have none yet.
const NEW: u32 = 200;

/// Most meshes that are made in a frame because somebody looks at them.
const URGENT: u32 = 300;

/// What a mesh was made from: while this is the same, so is the mesh.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// Of the drawing.
    pub revision: u64,
    /// Of the figures.
    pub tick: u64,
    /// Of where it stands.
    pub stamp: u64,
    /// Whether it stands out.
    pub look: Look,
    /// How much of it can be read.
    pub detail: Detail,
}

/// The mesh of one thing, at the scale of some zoom, with the drawing's origin at zero.
#[derive(Default)]
pub struct Item {
    seen: Option<Seen>,
    shapes: Vec<Shape>,
    mesh: Mesh,
    zoom: f32,
    version: u64,
}

impl Item {
    /// Whether it has a mesh.
    pub fn is_made(&self) -> bool {
        self.version != 0
    }

    /// Its mesh, with its version and the scale that takes it to a zoom.
    pub fn piece(&self, zoom: f32) -> Option<(&Mesh, (u64, f32))> {
        (!self.mesh.is_empty()).then(|| (&self.mesh, (self.version, zoom / self.zoom)))
    }
}

/// Makes meshes, so many in a frame and no more.
pub struct Press<'a> {
    brush: Brush<'a>,
    tessellator: Tessellator,
    zoom: f32,
    version: &'a mut u64,
    checks: u32,
    meshes: u32,
    new: u32,
    urgent: u32,
    unfinished: bool,
}

impl<'a> Press<'a> {
    /// A press for one frame.
    pub fn new(painter: &'a Painter, zoom: f32, theme: Theme, version: &'a mut u64) -> Self {
        let options = painter.ctx().tessellation_options(|options| *options);
        let size = painter.fonts(super::atlas_size);
        let tessellator = Tessellator::new(painter.pixels_per_point(), options, size, Vec::new());
        let brush = super::brush(painter, zoom, theme);
        Self {
            brush,
            tessellator,
            zoom,
            version,
            checks: CHECKS,
            meshes: MESHES,
            new: NEW,
            urgent: URGENT,
            unfinished: false,
        }
    }

    /// Lets so many things that are seen take turns over a few frames.
    pub fn spread(&mut self, things: usize) {
        let turn = u32::try_from(things).unwrap_or(u32::MAX).div_ceil(FRAMES).max(LEAST);
        self.meshes = self.meshes.min(turn);
        self.checks = self.checks.min(turn.saturating_mul(2));
    }

    /// Whether something was left for the next frame.
    pub fn unfinished(&self) -> bool {
        self.unfinished
    }

    /// Brings a thing's mesh up to date, if there is time left for it in this frame. What stands out, or stands elsewhere
    /// than before, is what somebody looks at, and never waits.
    pub fn refresh(&mut self, item: &mut Item, seen: Seen, make: &dyn Fn(&mut Vec<Shape>)) {
        if item.seen == Some(seen) && item.zoom == self.zoom {
            return;
        }
        let first = item.seen.is_none();
        let moved = item.seen.is_some_and(|before| before.stamp != seen.stamp || before.look != seen.look);
        let urgent = self.urgent > 0 && (moved || seen.look != Look::Plain);
        let left = if first { self.new } else { self.checks.min(self.meshes) };
        if left == 0 && !urgent {
            self.unfinished = true;
            return;
        }
        self.urgent -= u32::from(urgent);
        let mut changed = first || item.zoom != self.zoom;
        if item.seen != Some(seen) {
            self.checks = self.checks.saturating_sub(1);
            let mut shapes = Vec::with_capacity(item.shapes.len() + 4);
            make(&mut shapes);
            item.seen = Some(seen);
            changed |= shapes != item.shapes;
            item.shapes = shapes;
        }
        if changed {
            let left = if first { &mut self.new } else { &mut self.meshes };
            *left = left.saturating_sub(1);
            self.make(item);
        }
    }

    fn make(&mut self, item: &mut Item) {
        item.mesh.clear();
        self.tessellate(&item.shapes, &mut item.mesh);
        item.zoom = self.zoom;
        item.version = self.next_version();
    }

    /// A number that no other mesh has.
    pub fn next_version(&mut self) -> u64 {
        *self.version += 1;
        *self.version
    }

    /// Tessellates a display list.
    pub fn tessellate(&mut self, shapes: &[Shape], into: &mut Mesh) {
        for shape in self.brush.shapes(shapes) {
            self.tessellator.tessellate_shape(shape, into);
        }
    }
}
