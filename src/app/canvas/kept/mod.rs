//! What was painted before and is still true: where everything stands, and meshes of what it looks like.
//!
//! Promises: a frame in which nothing changed paints the meshes of the frame before; a change makes anew what it touches;
//! no frame makes more than a bounded number of meshes, so that a large drawing is never a frozen window: what is not
//! ready is painted smaller or larger, or from afar, and the next frame goes on with it. Absent: what things look like
//! (the display lists of `scene` are tessellated as they are).

mod far;
mod item;

use super::super::paint::Brush;
use super::super::prefs::Motion;
use super::super::{state::State, style};
use crate::model::{Design, Id, Rect};
use crate::scene::card::{self, FAR, Look};
use crate::scene::list::{Ink, Shape};
use crate::scene::{Layout, Picture, copies, link, note, place};
use crate::session::View;
use crate::sim::snapshot::Snapshot;
use crate::theme::Theme;
use egui::epaint::{CircleShape, Mesh};
use egui::{Galley, Painter, Vec2, vec2};
use far::Far;
use item::{Item, Press, Seen};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most cards of which meshes are kept; a mesh is some 20 kB.
const MOST_KEPT: usize = 1_500;

/// Most dots of requests in a frame.
const MOST_DOTS: usize = 6_000;

/// What is kept from frame to frame.
#[derive(Default)]
pub struct Kept {
    /// Where everything stands.
    pub layout: Layout,
    /// The picture of the minimap.
    pub small: super::minimap::Small,
    /// What the drawing takes up.
    pub bounds: Option<Rect>,
    revision: Option<u64>,
    ground: Option<Ground>,
    snapshot: Option<Arc<Snapshot>>,
    tick: u64,
    version: u64,
    turn: usize,
    generation: u64,
    cards: Vec<Item>,
    wires: Vec<Item>,
    labels: Vec<Item>,
    areas: BTreeMap<Id, Item>,
    under: Sheet,
    over: Sheet,
    far: Far,
}

/// What all meshes rest on: when it changes, none is good any more.
struct Ground {
    theme: Theme,
    pixels_per_point: f32,
    atlas: [usize; 2],
    /// A text that is laid out anew when the atlas of glyphs was.
    mark: Arc<Galley>,
}

/// One mesh of many, and what it was put together from.
#[derive(Default)]
struct Sheet {
    pieces: Vec<(u64, f32)>,
    offset: Vec2,
    mesh: Arc<Mesh>,
}

/// What is painted in a frame.
pub struct Frame<'a> {
    /// Where to.
    pub painter: &'a Painter,
    /// Top left corner of the canvas.
    pub corner: egui::Pos2,
    /// What.
    pub picture: Picture<'a>,
    /// Drawing units that are seen.
    pub seen: Rect,
}

impl Kept {
    /// Takes over the layout of another drawing, which was worked out elsewhere.
    pub fn adopt(&mut self, view: View<'_>, layout: Layout) {
        self.layout = layout;
        self.bounds = view.design.bounds();
        self.revision = Some(view.revision);
        self.generation = self.layout.generation();
        self.small = Default::default();
        self.forget();
    }

    /// Takes over where everything stood in this drawing a moment ago: what has changed since is followed.
    pub fn catch_up(&mut self, layout: Layout) {
        self.layout = layout;
        self.revision = None;
        self.generation = self.layout.generation();
        self.forget();
    }

    /// Follows the drawing. To be called before anything asks where things are. What takes too long is worked out
    /// elsewhere: until then everything stands where it stood.
    pub fn follow(&mut self, view: View<'_>) {
        if self.revision != Some(view.revision) && !view.laying_out {
            self.layout.update(view.design);
            self.bounds = view.design.bounds();
            self.revision = Some(view.revision);
        }
        let same = match (&self.snapshot, view.snapshot) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.snapshot = view.snapshot.cloned();
            self.tick += 1;
        }
        if self.generation != self.layout.generation() {
            self.generation = self.layout.generation();
            self.forget();
        }
    }

    /// Follows a drawing on its way to where it stands: for this frame only.
    pub fn glide(&mut self, design: &Design) {
        self.layout.update(design);
        self.revision = None;
    }

    fn forget(&mut self) {
        self.cards.clear();
        self.wires.clear();
        self.labels.clear();
        self.areas.clear();
        self.far.forget();
    }

    /// Paints the drawing. True if more is to be made in the next frame.
    pub fn paint(&mut self, frame: &Frame<'_>, state: &Looked) -> bool {
        self.check_ground(frame.painter, state.theme);
        let zoom = frame.picture.zoom;
        let pixels = frame.painter.pixels_per_point();
        let origin = state.origin;
        let whole = |value: f32| (value * pixels).round() / pixels;
        let offset = vec2(whole(frame.corner.x - origin.x * zoom), whole(frame.corner.y - origin.y * zoom));
        let mut press = Press::new(frame.painter, zoom, state.theme, &mut self.version);
        let wires = self.layout.wires_in(frame.seen.expand(12.0));
        let cards = self.layout.cards_in(frame.seen.expand(12.0));
        press.spread(2 * wires.len() + cards.len());
        self.cards.resize_with(self.layout.cards().len(), Item::default);
        self.wires.resize_with(self.layout.wires().len(), Item::default);
        self.labels.resize_with(self.layout.wires().len(), Item::default);
        let visible = Visible {
            frame,
            offset,
            wires,
            cards,
            revision: self.layout.stamp(),
            tick: self.tick,
            chosen: state.chosen,
        };
        let areas = refresh_areas(&mut self.areas, &self.layout, &visible, &mut press);
        let near = zoom >= FAR;
        if near {
            self.turn = self.turn.wrapping_add(1);
            refresh_wires((&mut self.wires, &mut self.labels), &self.layout, &visible, (self.turn, &mut press));
            refresh_cards(&mut self.cards, &self.layout, &visible, (self.turn, &mut press));
        }
        if !near {
            self.far.refresh(&self.layout, &visible, state.theme, &mut press);
        }
        let unfinished = press.unfinished();
        self.put_together(&visible, &areas);
        self.evict(&visible);
        paint_sheet(frame.painter, &self.under);
        if near {
            self.dots(&visible, state);
        }
        paint_sheet(frame.painter, &self.over);
        unfinished
    }

    fn check_ground(&mut self, painter: &Painter, theme: Theme) {
        let mark =
            painter.layout_no_wrap("\u{2026}".to_owned(), egui::FontId::proportional(11.0), egui::Color32::TRANSPARENT);
        let atlas = painter.fonts(atlas_size);
        let pixels_per_point = painter.pixels_per_point();
        let same = self.ground.as_ref().is_some_and(|ground| {
            ground.theme == theme
                && ground.pixels_per_point == pixels_per_point
                && ground.atlas == atlas
                && Arc::ptr_eq(&ground.mark, &mark)
        });
        if !same {
            self.forget();
            self.ground = Some(Ground { theme, pixels_per_point, atlas, mark });
        }
    }

    /// Whether the atlas of glyphs grew after the meshes of this frame were made: then they have to be made again.
    pub fn outgrown(&self, ctx: &egui::Context) -> bool {
        let atlas = ctx.fonts(atlas_size);
        self.ground.as_ref().is_some_and(|ground| ground.atlas != atlas)
    }

    fn put_together(&mut self, visible: &Visible<'_>, areas: &Areas) {
        let zoom = visible.frame.picture.zoom;
        let area = |id: &Id| self.areas.get(id);
        let mut under: Vec<(&Mesh, (u64, f32))> =
            areas.places.iter().filter_map(area).filter_map(|item| item.piece(zoom)).collect();
        let mut over = Vec::new();
        if zoom >= FAR {
            under.extend(visible.wires.iter().filter_map(|n| self.wires[*n as usize].piece(zoom)));
            over.extend(visible.wires.iter().filter_map(|n| self.labels[*n as usize].piece(zoom)));
            over.extend(visible.cards.iter().filter_map(|n| self.cards[*n as usize].piece(zoom)));
        } else {
            under.extend(self.far.wires());
            over.extend(self.far.cards());
        }
        over.extend(areas.notes.iter().filter_map(area).filter_map(|item| item.piece(zoom)));
        self.under.fill(&under, visible.offset);
        self.over.fill(&over, visible.offset);
    }

    /// Forgets meshes of what is out of sight when there are many.
    fn evict(&mut self, visible: &Visible<'_>) {
        let held = |items: &[Item]| items.iter().filter(|item| item.is_made()).count();
        if self.turn.is_multiple_of(64) && held(&self.cards) + held(&self.wires) > MOST_KEPT + visible.cards.len() {
            let keep = |items: &mut Vec<Item>, seen: &[u32]| {
                let seen: BTreeSet<u32> = seen.iter().copied().collect();
                for (number, item) in items.iter_mut().enumerate() {
                    if !seen.contains(&(number as u32)) {
                        *item = Item::default();
                    }
                }
            };
            keep(&mut self.cards, &visible.cards);
            keep(&mut self.wires, &visible.wires);
            keep(&mut self.labels, &visible.wires);
        }
    }

    /// Requests on their way: the only thing that is made anew in every frame.
    fn dots(&mut self, visible: &Visible<'_>, state: &Looked) {
        let picture = &visible.frame.picture;
        if picture.snapshot.is_none() || state.motion == Motion::Reduced {
            return;
        }
        let mut dots = Vec::new();
        let color = |ink: Ink| style::color(state.theme, ink);
        let (zoom, offset, mut left) = (picture.zoom, visible.offset, MOST_DOTS);
        for wire in visible.wires.iter().map(|number| &self.layout.wires()[*number as usize]) {
            let Some(live) = link::live(picture, &wire.id).filter(|live| live.rate > 0.0) else { continue };
            link::dots(picture.phase, &wire.route.flattened(), &live, |at, ink| {
                if left > 0 && visible.frame.seen.contains(at) {
                    left -= 1;
                    let center = (vec2(at.x, at.y) * zoom + offset).to_pos2();
                    dots.push(CircleShape::filled(center, link::DOT * zoom, color(ink)).into());
                }
            });
        }
        visible.frame.painter.extend(dots);
    }
}

/// How the window looks at the drawing.
pub struct Looked {
    /// Which look.
    pub theme: Theme,
    /// The point of the drawing at the corner.
    pub origin: crate::model::Point,
    /// Whether dots move.
    pub motion: Motion,
    /// Changes with what is selected.
    pub chosen: u64,
}

impl Looked {
    /// As a window's state says.
    pub fn of(state: &State) -> Self {
        Self {
            theme: state.theme(),
            origin: state.camera.origin,
            motion: state.prefs.motion,
            chosen: state.selection.version(),
        }
    }
}

/// What is seen in a frame, and when.
struct Visible<'a> {
    frame: &'a Frame<'a>,
    offset: Vec2,
    wires: Vec<u32>,
    cards: Vec<u32>,
    revision: u64,
    tick: u64,
    chosen: u64,
}

impl Visible<'_> {
    fn seen(&self, id: &Id, stamp: u64) -> Seen {
        let picture = &self.frame.picture;
        let (look, detail) = (Look::of(picture, id), picture.detail());
        Seen { revision: self.revision, tick: self.tick, stamp, look, detail }
    }
}

/// Places and notes that are seen, in the order of painting.
#[derive(Default)]
struct Areas {
    places: Vec<Id>,
    notes: Vec<Id>,
}

fn refresh_areas(
    items: &mut BTreeMap<Id, Item>,
    layout: &Layout,
    visible: &Visible<'_>,
    press: &mut Press<'_>,
) -> Areas {
    let picture = &visible.frame.picture;
    let mut areas = Areas::default();
    for (id, place) in crate::scene::outermost_first(picture.design) {
        if place.rect.expand(12.0).touches(&visible.frame.seen) {
            let make = |shapes: &mut Vec<Shape>| place::draw(picture, id, (place, layout.title(id, place)), shapes);
            press.refresh(items.entry(id.clone()).or_default(), visible.seen(id, 0), &make);
            areas.places.push(id.clone());
        }
    }
    for (id, note) in &picture.design.notes {
        if note.rect.expand(12.0).touches(&visible.frame.seen) {
            let make = |shapes: &mut Vec<Shape>| note::draw(picture, id, note, shapes);
            press.refresh(items.entry(id.clone()).or_default(), visible.seen(id, 0), &make);
            areas.notes.push(id.clone());
        }
    }
    if items.len() > 4 * (areas.places.len() + areas.notes.len()) + 64 {
        let kept: BTreeSet<&Id> = areas.places.iter().chain(&areas.notes).collect();
        items.retain(|id, _| kept.contains(id));
    }
    areas
}

/// Numbers in an order that begins elsewhere in every turn, so that all get theirs when not all can be made at once.
fn in_turn(numbers: &[u32], turn: usize) -> impl Iterator<Item = usize> + '_ {
    let start = if numbers.is_empty() { 0 } else { turn.wrapping_mul(61) % numbers.len() };
    numbers[start..].iter().chain(&numbers[..start]).map(|number| *number as usize)
}

fn refresh_wires(
    (items, labels): (&mut [Item], &mut [Item]),
    layout: &Layout,
    visible: &Visible<'_>,
    (turn, press): (usize, &mut Press<'_>),
) {
    let picture = &visible.frame.picture;
    for number in in_turn(&visible.wires, turn) {
        let wire = &layout.wires()[number];
        let seen = visible.seen(&wire.id, wire.stamp);
        press.refresh(&mut items[number], seen, &|shapes| link::line(picture, &wire.id, &wire.route, shapes));
        press.refresh(&mut labels[number], seen, &|shapes| {
            if let Some(spot) = wire.spot {
                link::label(picture, &wire.id, spot, shapes);
            }
        });
    }
}

fn refresh_cards(items: &mut [Item], layout: &Layout, visible: &Visible<'_>, (turn, press): (usize, &mut Press<'_>)) {
    let picture = &visible.frame.picture;
    for number in in_turn(&visible.cards, turn) {
        let id = &layout.cards()[number].id;
        let Some(node) = picture.design.nodes.get(id) else { continue };
        press.refresh(&mut items[number], visible.seen(id, 0), &|shapes| {
            card::draw(picture, id, node, shapes);
            copies::draw(picture, layout, (id, node), shapes);
        });
    }
}

impl Sheet {
    /// Puts meshes together, each scaled and moved, unless they are those that it holds.
    fn fill(&mut self, pieces: &[(&Mesh, (u64, f32))], offset: Vec2) {
        let same = self.offset == offset
            && self.pieces.len() == pieces.len()
            && self.pieces.iter().zip(pieces).all(|(before, (_, now))| before == now);
        if same {
            return;
        }
        self.offset = offset;
        self.pieces.clear();
        self.pieces.extend(pieces.iter().map(|(_, piece)| *piece));
        let mesh = Arc::make_mut(&mut self.mesh);
        mesh.vertices.clear();
        mesh.indices.clear();
        mesh.vertices.reserve(pieces.iter().map(|(piece, _)| piece.vertices.len()).sum());
        mesh.indices.reserve(pieces.iter().map(|(piece, _)| piece.indices.len()).sum());
        for (piece, (_, scale)) in pieces {
            let first = mesh.vertices.len() as u32;
            mesh.indices.extend(piece.indices.iter().map(|index| index + first));
            mesh.vertices.extend(piece.vertices.iter().map(|vertex| {
                let pos = (vertex.pos.to_vec2() * *scale + offset).to_pos2();
                egui::epaint::Vertex { pos, ..*vertex }
            }));
        }
    }
}

/// Size of the picture that all glyphs are in.
fn atlas_size(fonts: &egui::epaint::FontsView<'_>) -> [usize; 2] {
    fonts.font_image_size()
}

fn paint_sheet(painter: &Painter, sheet: &Sheet) {
    if !sheet.mesh.is_empty() {
        painter.add(egui::Shape::Mesh(Arc::clone(&sheet.mesh)));
    }
}

/// A brush for shapes that are kept.
fn brush(painter: &Painter, zoom: f32, theme: Theme) -> Brush<'_> {
    Brush::everywhere(painter, zoom, theme)
}
