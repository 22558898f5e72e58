//! The drawing from far away: cards as copies of a few stamps, further away as plain rectangles; links as straight bars.
//!
//! There is one stamp for every service, level and look, so ten thousand cards cost ten thousand copies and no more.

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

/// What a picture from afar depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Made {
    layout: u64,
    tick: u64,
    zoom: f32,
    seen: Rect,
    looks: u64,
}

/// The picture from afar.
#[derive(Default)]
pub struct Far {
    made: Option<Made>,
    version: u64,
    zoom: f32,
    stamps: BTreeMap<Stamp, Mesh>,
    running: Running,
    cards: Mesh,
    wires: Mesh,
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
        (!self.cards.is_empty()).then_some((&self.cards, (self.version, 1.0)))
    }

    /// The mesh of all links.
    pub fn wires(&self) -> Option<(&Mesh, (u64, f32))> {
        (!self.wires.is_empty()).then_some((&self.wires, (self.version, 1.0)))
    }

    /// Brings it up to date.
    pub fn refresh(&mut self, layout: &Layout, visible: &Visible<'_>, theme: Theme, press: &mut Press<'_>) {
        let picture = &visible.frame.picture;
        let made = Made {
            layout: layout.stamp(),
            tick: visible.tick,
            zoom: picture.zoom,
            seen: visible.frame.seen,
            looks: looks(visible, layout),
        };
        if self.made == Some(made) {
            return;
        }
        if self.zoom != picture.zoom {
            self.stamps.clear();
            self.zoom = picture.zoom;
        }
        self.made = Some(made);
        self.version = press.next_version();
        self.running.follow(layout, visible);
        self.make_wires(layout, visible, theme);
        self.make_cards(layout, visible, (theme, press));
    }

    fn make_cards(&mut self, layout: &Layout, visible: &Visible<'_>, (theme, press): (Theme, &mut Press<'_>)) {
        let picture = &visible.frame.picture;
        let plain = picture.zoom < TINY;
        self.cards.clear();
        for &number in &visible.cards {
            let card = &layout.cards()[number as usize];
            let (service, level) = self.running.level(number, visible);
            let look = Look::of(picture, &card.id);
            if plain {
                rectangle(&mut self.cards, card.rect, picture.zoom, (theme, service, level, look));
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
            copy(stamp, whole(card.rect.min, picture.zoom), &mut self.cards);
        }
    }

    fn make_wires(&mut self, layout: &Layout, visible: &Visible<'_>, theme: Theme) {
        let picture = &visible.frame.picture;
        let zoom = picture.zoom;
        let color = |ink: Ink, alpha: f32| style::color(theme, ink).gamma_multiply(alpha);
        let faint = (zoom / TINY).clamp(0.35, 1.0);
        let [rest, idle, bad, chosen] =
            [color(Ink::Link, faint), color(Ink::Link, 0.5 * faint), color(Ink::Bad, 1.0), color(Ink::Accent, 1.0)];
        self.wires.clear();
        for &number in &visible.wires {
            let wire = &layout.wires()[number as usize];
            let live = self.running.link(number, visible);
            let (color, wide) = match live {
                _ if Look::of(picture, &wire.id) != Look::Plain => (chosen, 1.6),
                Some((rate, failed)) if failed > 0.005 * rate => (bad, 2.0),
                Some((rate, _)) if rate <= 0.0 => (idle, 1.0),
                _ => (rest, 1.0),
            };
            bars(&mut self.wires, wire, zoom, (color, (wide * 2.4 * zoom).max(wide)));
        }
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
    let chosen = picture.selected.iter().map(of).fold(7, mix);
    mix(chosen, picture.hovered.map_or(0, of))
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

/// A card as a rectangle in the colour of its service, with a bar along its foot that says how it is.
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
        None | Some(Level::Ok) => return,
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
            let line = egui::Rect::from_two_pos(a.to_pos2(), b.to_pos2()).expand(wide / 2.0);
            mesh.add_colored_rect(line, color);
        }
    }
}
