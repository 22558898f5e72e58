//! All of the drawing in small, with a frame around what is seen; pressing in it moves the canvas there.
//!
//! Promises: it is there only when something is out of sight and the canvas has room for it; the picture of the drawing is
//! kept while drawing and scale stay, and never has more marks than its pixels can show.

use crate::app::camera::Camera;
use crate::app::state::State;
use crate::app::style;
use crate::model::{Design, Node, Point, Rect, Size};
use crate::scene::list::Ink;
use crate::session::View;
use crate::theme::Theme;
use crate::words::t;
use egui::epaint::Mesh;
use egui::{Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2};
use std::sync::Arc;

/// Size of the minimap, in points.
const MAP: Vec2 = vec2(132.0, 92.0);

/// Side of the smallest mark, in points.
const MARK: f32 = 2.0;

/// The picture that is kept.
#[derive(Default)]
pub struct Small {
    made: Option<(u64, Camera, Theme, egui::Pos2)>,
    mesh: Arc<Mesh>,
}

fn map_rect(rect: egui::Rect) -> egui::Rect {
    egui::Rect::from_min_size(rect.max - MAP - vec2(12.0, 12.0), MAP)
}

/// The part of the drawing that the minimap shows, and how large.
fn map_camera(state: &State, map: egui::Rect) -> Option<(Camera, egui::Rect)> {
    let all = state.kept.bounds?.union(state.camera.seen(state.canvas)).expand(24.0);
    let inner = map.shrink(4.0);
    let zoom = (inner.width() / all.w()).min(inner.height() / all.h());
    let size = Size { w: inner.width(), h: inner.height() };
    let mut camera = Camera { origin: Point::default(), zoom };
    camera.center(all.center(), size);
    Some((camera, inner))
}

/// Whether the minimap takes the pointer; if it is pressed there, the canvas moves.
pub fn holds(ui: &Ui, state: &mut State, rect: egui::Rect) -> bool {
    let map = map_rect(rect);
    if !shown(state, rect) || !state.tool.idle() {
        return false;
    }
    let (down, origin, at) =
        ui.input(|input| (input.pointer.primary_down(), input.pointer.press_origin(), input.pointer.latest_pos()));
    let Some(at) = at.filter(|_| origin.map_or(at.is_some_and(|at| map.contains(at)), |origin| map.contains(origin)))
    else {
        return false;
    };
    if down && let Some((camera, inner)) = map_camera(state, map) {
        let point = camera.to_world(Point::new(at.x - inner.left(), at.y - inner.top()));
        state.camera.center(point, state.canvas);
    }
    true
}

/// Only where there is room for it, and something that is out of sight.
fn shown(state: &State, rect: egui::Rect) -> bool {
    let seen = state.camera.seen(state.canvas);
    let hidden = |all: Rect| !(seen.contains(all.min) && seen.contains(all.max));
    rect.width() > 640.0 && rect.height() > 400.0 && state.kept.bounds.is_some_and(hidden)
}

/// Draws it.
pub fn minimap(ui: &Ui, rect: egui::Rect, view: View<'_>, state: &mut State) {
    let map = map_rect(rect);
    if !shown(state, rect) {
        return;
    }
    let Some((camera, inner)) = map_camera(state, map) else { return };
    let theme = state.theme();
    let response = ui.interact(map, ui.scope_id().with("minimap"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, t!("Minimap")));
    let painter = ui.painter_at(map);
    let line = Stroke::new(1.0, style::color(theme, Ink::Line));
    painter.rect(map, 8.0, style::color(theme, Ink::Panel), line, StrokeKind::Inside);
    let painter = ui.painter_at(inner);
    let made = Some((state.kept.layout.stamp(), camera, theme, inner.min));
    let small = &mut state.kept.small;
    if small.made != made {
        small.made = made;
        small.mesh = Arc::new(picture(view.design, camera, inner.min, theme));
    }
    painter.add(Shape::Mesh(Arc::clone(&small.mesh)));
    let frame = Stroke::new(1.2, style::color(theme, Ink::Accent));
    let seen = on_map(state.camera.seen(state.canvas), camera, inner.min);
    painter.rect_stroke(seen, 2.0, frame, StrokeKind::Inside);
}

fn on_map(rect: Rect, camera: Camera, corner: egui::Pos2) -> egui::Rect {
    let at = |point: Point| {
        let on_canvas = camera.to_canvas(point);
        corner + vec2(on_canvas.x, on_canvas.y)
    };
    egui::Rect::from_two_pos(at(rect.min), at(rect.max))
}

fn picture(design: &Design, camera: Camera, corner: egui::Pos2, theme: Theme) -> Mesh {
    let mut mesh = Mesh::default();
    for place in design.places.values() {
        let ink = style::color(theme, Ink::place(place.kind)).gamma_multiply(0.55);
        let rect = on_map(place.rect, camera, corner);
        for side in sides(rect) {
            mesh.add_colored_rect(side, ink);
        }
    }
    for note in design.notes.values() {
        mesh.add_colored_rect(on_map(note.rect, camera, corner), style::color(theme, Ink::PaperEdge));
    }
    let mut taken = vec![false; ((MAP.x / MARK) as usize + 1) * ((MAP.y / MARK) as usize + 1)];
    for node in design.nodes.values() {
        let rect = on_map(node.rect(), camera, corner);
        if is_first(&mut taken, rect.min - corner, rect.size()) {
            mark(&mut mesh, rect, node, theme);
        }
    }
    mesh
}

/// Whether nothing stands yet where something small would; what is larger is always drawn.
fn is_first(taken: &mut [bool], at: Vec2, size: Vec2) -> bool {
    if size.x > 2.0 * MARK {
        return true;
    }
    let columns = (MAP.x / MARK) as usize + 1;
    let cell = (at.x / MARK).max(0.0) as usize + columns * (at.y / MARK).max(0.0) as usize;
    taken.get_mut(cell).is_some_and(|taken| !std::mem::replace(taken, true))
}

fn mark(mesh: &mut Mesh, rect: egui::Rect, node: &Node, theme: Theme) {
    let rect = egui::Rect::from_min_size(rect.min, rect.size().max(Vec2::splat(MARK)));
    mesh.add_colored_rect(rect, style::color(theme, Ink::tile(node.service())));
}

/// The edges of a rectangle, a point wide.
fn sides(rect: egui::Rect) -> [egui::Rect; 4] {
    let strip = |min: egui::Pos2, w: f32, h: f32| egui::Rect::from_min_size(min, vec2(w, h));
    let (w, h) = (rect.width(), rect.height());
    [
        strip(rect.min, w, 1.0),
        strip(rect.left_bottom() - vec2(0.0, 1.0), w, 1.0),
        strip(rect.min, 1.0, h),
        strip(rect.right_top() - vec2(1.0, 0.0), 1.0, h),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Id;

    #[test]
    fn ten_thousand_nodes_make_no_more_marks_than_can_be_seen() {
        let mut design = Design::default();
        for n in 0..10_000u16 {
            let at = Point::new(f32::from(n % 100) * 240.0, f32::from(n / 100) * 150.0);
            let node =
                Node { service: "ec2".to_owned(), label: String::new(), at, place: None, settings: Default::default() };
            design.nodes.insert(Id::new(&format!("n-{n}")).unwrap(), node);
        }
        let zoom = 124.0 / 24_000.0;
        let mesh = picture(&design, Camera { origin: Point::default(), zoom }, egui::Pos2::ZERO, Theme::Dark);
        assert!(mesh.vertices.len() < 4 * 66 * 46 && mesh.vertices.len() > 4_000, "{}", mesh.vertices.len());
    }
}
