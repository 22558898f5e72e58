//! The drawing from far away: cards as copies of a few stamps, further away as plain rectangles; links as straight bars.
//!
//! There is one stamp for every service, level and look, so ten thousand cards cost ten thousand copies and no more. When
//! only figures changed, only what looks different now is painted again.

use super::item::Press;
use super::{Visible, style};
use crate::catalog::{Face, Service};
use crate::compile::Plan;
use crate::model::{Id, Point, Rect};
use crate::scene::card::{self, Look};
use crate::scene::figures::{self, Level, Pooled};
use crate::scene::list::Ink;
use crate::scene::{Layout, Wire};
use crate::theme::Theme;
use egui::epaint::Mesh;
use egui::{Color32, Vec2, vec2};
use std::collections::BTreeMap;

/// Zoom below which glyphs could not be made out.
const TINY: f32 = 0.17;

/// A stamp: the service by where it is in the catalogue, how it is, how it stands out.
type Stamp = (usize, Option<Level>, Look);

/// What a picture from afar depends on, besides the figures of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Made {
    layout: u64,
    zoom: f32,
    seen: Rect,
    looks: u64,
}

/// The picture from afar.
#[derive(Default)]
pub struct Far {
    made: Option<Made>,
    tick: u64,
    zoom: f32,
    stamps: BTreeMap<Stamp, Mesh>,
    running: Running,
    cards: Sheet<Option<Level>>,
    wires: Sheet<Wear>,
}

/// Meshes of many things in one, and how each of them looks.
struct Sheet<T> {
    version: u64,
    mesh: Mesh,
    /// Of each thing that is seen: how it looks, and its first corner in the mesh.
    things: Vec<(T, u32)>,
}

/// How a link looks from afar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wear {
    Rest,
    Idle,
    Bad,
    Chosen,
}

/// Which parts of a run belong to which cards and links, by their numbers.
#[derive(Default)]
struct Running {
    of: Option<(u64, usize)>,
    services: Vec<Option<&'static Service>>,
    sites: Vec<Option<(u32, Face, Pooled)>>,
    links: Vec<Option<u32>>,
}

impl Far {
    /// Forgets all meshes.
    pub fn forget(&mut self) {
        self.made = None;
        self.stamps.clear();
        self.running = Running::default();
    }

    /// The mesh of all cards, and its version; its zero is that of the drawing.
    pub fn cards(&self) -> Option<(&Mesh, (u64, f32))> {
        self.cards.piece()
    }

    /// The mesh of all links.
    pub fn wires(&self) -> Option<(&Mesh, (u64, f32))> {
        self.wires.piece()
    }

    /// Brings it up to date.
    pub fn refresh(&mut self, layout: &Layout, visible: &Visible<'_>, theme: Theme, press: &mut Press<'_>) {
        let picture = &visible.frame.picture;
        let zoom = picture.zoom;
        let made = Made { layout: layout.stamp(), zoom, seen: visible.frame.seen, looks: looks(visible, layout) };
        let anew = self.made != Some(made);
        if !anew && self.tick == visible.tick {
            return;
        }
        if self.zoom != zoom {
            self.stamps.clear();
            self.zoom = zoom;
        }
        (self.made, self.tick) = (Some(made), visible.tick);
        self.running.follow(layout, visible);
        if anew {
            self.wires.clear();
        }
        // Cards that are stamped differ in the number of their corners.
        if anew || zoom >= TINY {
            self.cards.clear();
        }
        self.make_wires(layout, visible, (theme, press));
        self.make_cards(layout, visible, (theme, press));
    }

    fn make_cards(&mut self, layout: &Layout, visible: &Visible<'_>, (theme, press): (Theme, &mut Press<'_>)) {
        let picture = &visible.frame.picture;
        let plain = picture.zoom < TINY;
        let mut changes = self.cards.changes();
        for &number in &visible.cards {
            let card = &layout.cards()[number as usize];
            let (service, level) = self.running.level(number, visible);
            if !changes.next(level) {
                continue;
            }
            let look = Look::of(picture, &card.id);
            if plain {
                rectangle(changes.mesh(), card.rect, picture.zoom, (theme, service, level, look));
                continue;
            }
            let key = (service.map_or(0, |service| std::ptr::from_ref(service) as usize), level, look);
            let stamp = self.stamps.entry(key).or_insert_with(|| {
                let (mut shapes, mut mesh) = (Vec::new(), Mesh::default());
                let rect = Rect::new(Point::default(), card.rect.size());
                card::afar(service, level, (rect, look), &mut shapes);
                press.tessellate(&shapes, &mut mesh);
                mesh
            });
            copy(stamp, whole(card.rect.min, picture.zoom), changes.mesh());
        }
        if changes.finish() {
            self.cards.version = press.next_version();
        }
    }

    fn make_wires(&mut self, layout: &Layout, visible: &Visible<'_>, (theme, press): (Theme, &mut Press<'_>)) {
        let picture = &visible.frame.picture;
        let zoom = picture.zoom;
        let color = |ink: Ink, alpha: f32| style::color(theme, ink).gamma_multiply(alpha);
        let faint = (zoom / TINY).clamp(0.35, 1.0);
        let colors =
            [color(Ink::Link, faint), color(Ink::Link, 0.5 * faint), color(Ink::Bad, 1.0), color(Ink::Accent, 1.0)];
        let mut changes = self.wires.changes();
        for &number in &visible.wires {
            let wire = &layout.wires()[number as usize];
            let wear = match self.running.link(number, visible) {
                _ if Look::of(picture, &wire.id) != Look::Plain => Wear::Chosen,
                Some((rate, failed)) if failed > 0.005 * rate => Wear::Bad,
                Some((rate, _)) if rate <= 0.0 => Wear::Idle,
                _ => Wear::Rest,
            };
            if changes.next(wear) {
                let wide = match wear {
                    Wear::Rest | Wear::Idle => 1.0,
                    Wear::Bad => 2.0,
                    Wear::Chosen => 1.6,
                };
                let color = colors[wear as usize];
                bars(changes.mesh(), wire, zoom, (color, (wide * 2.4 * zoom).max(wide)));
                mark(changes.mesh(), wire, zoom, (wear, color));
            }
        }
        if changes.finish() {
            self.wires.version = press.next_version();
        }
    }
}

impl<T> Default for Sheet<T> {
    fn default() -> Self {
        Self { version: 0, mesh: Mesh::default(), things: Vec::new() }
    }
}

impl<T: Copy + PartialEq> Sheet<T> {
    fn clear(&mut self) {
        self.mesh.clear();
        self.things.clear();
    }

    fn piece(&self) -> Option<(&Mesh, (u64, f32))> {
        (!self.mesh.is_empty()).then_some((&self.mesh, (self.version, 1.0)))
    }

    /// Goes through all things in their order: a new sheet takes all of them, one that is there what looks different.
    fn changes(&mut self) -> Changes<'_, T> {
        let fresh = self.things.is_empty();
        Changes { sheet: self, fresh, at: 0, patch: None, own: Mesh::default(), changed: fresh }
    }
}

/// A sheet that is being gone through.
struct Changes<'a, T> {
    sheet: &'a mut Sheet<T>,
    fresh: bool,
    at: usize,
    /// Where in the mesh the thing stands that is painted again.
    patch: Option<u32>,
    own: Mesh,
    changed: bool,
}

impl<T: Copy + PartialEq> Changes<'_, T> {
    /// The next thing; true if it is to be painted.
    fn next(&mut self, look: T) -> bool {
        self.settle();
        if self.fresh {
            self.sheet.things.push((look, self.sheet.mesh.vertices.len() as u32));
            return true;
        }
        let Some((before, first)) = self.sheet.things.get_mut(self.at) else { return false };
        self.at += 1;
        if *before == look {
            return false;
        }
        *before = look;
        self.patch = Some(*first);
        self.changed = true;
        true
    }

    /// Where to paint it.
    fn mesh(&mut self) -> &mut Mesh {
        if self.fresh { &mut self.sheet.mesh } else { &mut self.own }
    }

    /// What was painted again takes the place of what was there: it has as many corners.
    fn settle(&mut self) {
        let Some(first) = self.patch.take() else { return };
        let into = self.sheet.mesh.vertices.get_mut(first as usize..).unwrap_or_default();
        into.iter_mut().zip(&self.own.vertices).for_each(|(corner, new)| *corner = *new);
        self.own.clear();
    }

    /// Whether anything was painted.
    fn finish(mut self) -> bool {
        self.settle();
        self.changed
    }
}

impl Running {
    fn follow(&mut self, layout: &Layout, visible: &Visible<'_>) {
        let picture = &visible.frame.picture;
        let plan = picture.plan.map_or(0, |plan| std::ptr::from_ref(plan) as usize);
        let of = Some((layout.stamp(), plan));
        if self.of == of {
            return;
        }
        self.of = of;
        let node = |id: &Id| picture.design.nodes.get(id).and_then(crate::model::Node::service);
        self.services = layout.cards().iter().map(|card| node(&card.id)).collect();
        let with_service = layout.cards().iter().zip(&self.services);
        self.sites = with_service.map(|(card, service)| site(picture.plan?, &card.id, (*service)?)).collect();
        let link = |wire: &Wire| picture.plan?.links.get(&wire.id).copied();
        self.links = layout.wires().iter().map(link).collect();
    }

    fn level(&self, number: u32, visible: &Visible<'_>) -> (Option<&'static Service>, Option<Level>) {
        let service = self.services.get(number as usize).copied().flatten();
        let level = || {
            let (index, face, pooled) = self.sites.get(number as usize).copied().flatten()?;
            let state = visible.frame.picture.snapshot?.sites.get(index as usize)?;
            Some(figures::level(face, pooled, state))
        };
        (service, level())
    }

    /// Calls per second on a link, and how many of them fail.
    fn link(&self, number: u32, visible: &Visible<'_>) -> Option<(f32, f32)> {
        let index = self.links.get(number as usize).copied().flatten()?;
        let state = visible.frame.picture.snapshot?.links.get(index as usize)?;
        Some((state.rate, state.failed))
    }
}

fn site(plan: &Plan, id: &Id, service: &'static Service) -> Option<(u32, Face, Pooled)> {
    let index = *plan.sites.get(id)?;
    let pooled = plan.network.sites.get(index as usize)?.pool.is_some();
    Some((index, service.face, if pooled { Pooled::Yes } else { Pooled::No }))
}

/// A number that changes with what stands out.
fn looks(visible: &Visible<'_>, layout: &Layout) -> u64 {
    let picture = &visible.frame.picture;
    let of = |id: &Id| layout.number(id).map_or(u64::from(id.as_str().len() as u32), u64::from).wrapping_add(1);
    let mix = |sum: u64, value: u64| (sum ^ value).wrapping_mul(0x0100_0000_01b3);
    mix(mix(7, visible.chosen), picture.hovered.map_or(0, of))
}

/// A point on the screen's grid: copies of a stamp all look alike.
fn whole(point: Point, zoom: f32) -> Vec2 {
    vec2((point.x * zoom).round(), (point.y * zoom).round())
}

fn copy(stamp: &Mesh, by: Vec2, into: &mut Mesh) {
    let first = into.vertices.len() as u32;
    into.indices.extend(stamp.indices.iter().map(|index| index + first));
    into.vertices.extend(stamp.vertices.iter().map(|vertex| egui::epaint::Vertex { pos: vertex.pos + by, ..*vertex }));
}

type Dress = (Theme, Option<&'static Service>, Option<Level>, Look);

/// A card as a rectangle in the colour of its service, with a bar along its foot that says how it is. Cards that look
/// alike but for their level have equally many corners.
fn rectangle(mesh: &mut Mesh, rect: Rect, zoom: f32, (theme, service, level, look): Dress) {
    let min = whole(rect.min, zoom);
    let size = vec2((rect.w() * zoom).max(2.0), (rect.h() * zoom).max(2.0));
    let on_screen = egui::Rect::from_min_size(min.to_pos2(), size);
    if look != Look::Plain {
        mesh.add_colored_rect(on_screen.expand(2.0), style::color(theme, Ink::Accent));
    }
    let dim = if level == Some(Level::Ok) || level.is_none() { 0.85 } else { 0.6 };
    mesh.add_colored_rect(on_screen, style::color(theme, Ink::tile(service)).gamma_multiply(dim));
    let share = match level {
        None | Some(Level::Ok) => 0.0,
        Some(Level::Warn) => 0.5,
        Some(Level::Bad) => 1.0,
    };
    let high = (size.y * 0.4).max(1.5);
    let foot = egui::Rect::from_min_size(on_screen.left_bottom() - vec2(0.0, high), vec2(size.x * share, high));
    mesh.add_colored_rect(foot, style::color(theme, level.map_or(Ink::OkFill, Level::fill)));
}

/// The lines of a link as bars; those shorter than a pixel are left out.
fn bars(mesh: &mut Mesh, wire: &Wire, zoom: f32, (color, wide): (Color32, f32)) {
    for (a, b) in wire.route.lines() {
        let (a, b) = (vec2(a.x, a.y) * zoom, vec2(b.x, b.y) * zoom);
        if (a - b).length() >= 1.0 {
            bar(mesh, (a, b), (color, wide));
        }
    }
}

/// A bar around a line, whichever way it runs.
fn bar(mesh: &mut Mesh, (a, b): (Vec2, Vec2), (color, wide): (Color32, f32)) {
    let along = (b - a).normalized() * (wide / 2.0);
    let aside = along.rot90();
    four(mesh, [a - along + aside, b + along + aside, b + along - aside, a - along - aside], color);
}

/// Size of the mark on a link whose calls fail, in screen points.
const MARK: f32 = 5.0;

/// A square on its tip in the middle of a link whose calls fail: its colour is not the only sign. Of no size on others, so
/// that all have equally many corners.
fn mark(mesh: &mut Mesh, wire: &Wire, zoom: f32, (wear, color): (Wear, Color32)) {
    let (at, size) = if wear == Wear::Bad { (wire.route.at(0.5), MARK) } else { (wire.route.from, 0.0) };
    let at = vec2(at.x, at.y) * zoom;
    four(mesh, [vec2(0.0, -size), vec2(size, 0.0), vec2(0.0, size), vec2(-size, 0.0)].map(|tip| at + tip), color);
}

fn four(mesh: &mut Mesh, corners: [Vec2; 4], color: Color32) {
    let first = mesh.vertices.len() as u32;
    corners.into_iter().for_each(|corner| mesh.colored_vertex(corner.to_pos2(), color));
    mesh.add_triangle(first, first + 1, first + 2);
    mesh.add_triangle(first, first + 2, first + 3);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    fn paint(sheet: &mut Sheet<Option<Level>>, levels: &[Option<Level>]) -> bool {
        let mut changes = sheet.changes();
        for (n, level) in levels.iter().enumerate() {
            if changes.next(*level) {
                let rect = Rect::new(Point::new(n as f32 * 300.0, 0.0), crate::model::CARD);
                rectangle(changes.mesh(), rect, 0.1, (Theme::Dark, catalog::find("ec2"), *level, Look::Plain));
            }
        }
        changes.finish()
    }

    #[test]
    fn a_slanting_link_is_a_thin_bar_and_one_that_fails_has_a_mark() {
        let mut design = crate::model::sketch("users -> ec2").expect("a sketch");
        design.routing = crate::model::Routing::Straight;
        if let Some(node) = design.nodes.values_mut().next() {
            node.at.y += 600.0;
        }
        let layout = Layout::new(&design);
        let wire = &layout.wires()[0];
        let area = |mesh: &Mesh| {
            let corner = |index: &u32| mesh.vertices[*index as usize].pos;
            let double = |tip: &[u32]| {
                let [a, b, c] = [corner(&tip[0]), corner(&tip[1]), corner(&tip[2])];
                ((b - a).x * (c - a).y - (b - a).y * (c - a).x).abs()
            };
            mesh.indices.chunks(3).map(double).sum::<f32>() / 2.0
        };
        let mut mesh = Mesh::default();
        bars(&mut mesh, wire, 0.2, (style::color(Theme::Dark, Ink::Link), 2.0));
        let long = wire.route.from.distance(wire.route.to) * 0.2;
        assert!(area(&mesh) < 2.5 * (long + 2.0), "{} for a line of {long}", area(&mesh));
        let marked = |wear: Wear| {
            let mut mesh = Mesh::default();
            mark(&mut mesh, wire, 0.2, (wear, style::color(Theme::Dark, Ink::Link)));
            (mesh.vertices.len(), area(&mesh))
        };
        assert_eq!(marked(Wear::Rest), (4, 0.0));
        assert_eq!(marked(Wear::Bad), (4, 2.0 * MARK * MARK));
    }

    #[test]
    fn what_is_painted_again_is_what_would_be_painted_anew() {
        let (ok, warn, bad) = (Some(Level::Ok), Some(Level::Warn), Some(Level::Bad));
        let mut kept = Sheet::default();
        for levels in [[None, ok, warn, bad], [ok, ok, bad, None], [bad, warn, bad, ok]] {
            assert!(paint(&mut kept, &levels), "something looks different");
            let mut new = Sheet::default();
            paint(&mut new, &levels);
            assert_eq!(kept.mesh, new.mesh);
            assert!(!paint(&mut kept, &levels), "nothing does");
        }
    }
}
