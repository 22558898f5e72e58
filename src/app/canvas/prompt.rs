//! Text fields on the canvas: a name in place, and the name of a service to add.

use super::tool::{Ware, rect_of};
use crate::app::paint::Brush;
use crate::app::palette::find_services;
use crate::app::state::{Prompt, State};
use crate::app::{icons, style};
use crate::edit::Command;
use crate::model::{Id, Point};
use crate::scene;
use crate::scene::list::Ink;
use crate::session::{Action, View};
use egui::{Area, Frame, Key, Order, Pos2, Rect, Sense, TextEdit, Ui, Vec2, vec2};

/// Lines of services on offer.
const LINES: usize = 6;

/// Draws the field, if one is open.
pub fn prompt_ui(ui: &Ui, rect: Rect, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    match state.prompt.take() {
        Some(Prompt::Rename { id, text }) => rename_ui(ui, rect, (view, id, text), state, actions),
        Some(Prompt::QuickAdd { at, text, line }) => quick_add_ui(ui, rect, (at, text, line), state, actions),
        None => {}
    }
}

/// Where the name of something stands, in the drawing.
fn name_at(view: View<'_>, id: &Id) -> Option<(Point, f32)> {
    if let Some(node) = view.design.nodes.get(id) {
        return Some((node.at + Point::new(44.0, 6.0), 116.0));
    }
    if let Some(way) = scene::route(view.design, id) {
        return Some((way.at(0.5) - Point::new(50.0, 12.0), 120.0));
    }
    // A note is edited in its own width, so that its lines break where they did.
    let most = if view.design.notes.contains_key(id) { f32::INFINITY } else { 260.0 };
    rect_of(view.design, id).map(|rect| (rect.min + Point::new(6.0, 3.0), (rect.w() - 12.0).clamp(80.0, most)))
}

fn rename_ui(
    ui: &Ui,
    rect: Rect,
    (view, id, mut text): (View<'_>, Id, String),
    state: &mut State,
    actions: &mut Vec<Action>,
) {
    let Some((at, width)) = name_at(view, &id) else { return };
    let zoom = state.camera.zoom.max(0.8);
    let brush = Brush::new(ui.painter(), state.camera, rect.min, state.theme());
    let note = view.design.notes.contains_key(&id);
    let field = egui::Id::unique("rename");
    let response =
        Area::new(field.with("area")).order(Order::Foreground).fixed_pos(brush.at(at)).show(ui.ctx(), |ui| {
            let edit =
                if note { TextEdit::multiline(&mut text).desired_rows(3) } else { TextEdit::singleline(&mut text) };
            let edit =
                edit.id(field).hint_text("Name").desired_width(width * zoom).char_limit(if note { 2_000 } else { 80 });
            ui.add(edit).accessible_name("Name")
        });
    let response = response.inner;
    if !response.has_focus() && !response.lost_focus() {
        response.request_focus();
        select_all(ui, field, &text);
    }
    let (escape, enter) = ui.input(|input| (input.key_pressed(Key::Escape), input.key_pressed(Key::Enter)));
    if escape {
        return;
    }
    if response.lost_focus() || (enter && !note) {
        if !text.trim().is_empty() || view.design.links.contains_key(&id) {
            actions.push(Action::Edit(Command::Rename { id, text: text.trim().to_owned() }));
        }
        return;
    }
    state.prompt = Some(Prompt::Rename { id, text });
}

/// Selects all of a field's text, so that typing replaces it.
pub fn select_all(ui: &Ui, field: egui::Id, text: &str) {
    let mut edit = egui::text_edit::TextEditState::load(ui.ctx(), field).unwrap_or_default();
    let end = egui::text::CCursor::new(text.chars().count());
    edit.cursor.set_char_range(Some(egui::text::CCursorRange::two(egui::text::CCursor::new(0), end)));
    edit.store(ui.ctx(), field);
}

fn quick_add_ui(
    ui: &Ui,
    rect: Rect,
    (at, mut text, mut line): (Point, String, usize),
    state: &mut State,
    actions: &mut Vec<Action>,
) {
    let theme = state.theme();
    let brush = Brush::new(ui.painter(), state.camera, rect.min, theme);
    let size = vec2(232.0, 40.0 + 30.0 * LINES as f32);
    let corner = brush.at(at) - vec2(24.0, 20.0);
    let corner = corner.clamp(rect.min, (rect.max - size).max(rect.min));
    let found = find_services(&text);
    let lines = found.len().min(LINES);
    line = steps(ui, line, lines);
    let field = egui::Id::unique("quick-add");
    let area = Area::new(field.with("area")).order(Order::Foreground).fixed_pos(corner);
    let shown = area.show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_width(216.0);
            let edit =
                TextEdit::singleline(&mut text).id(field).hint_text("Add a service…").desired_width(f32::INFINITY);
            let response = ui.add(edit).accessible_name("Add a service");
            let mut chosen = None;
            for (n, service) in found.iter().take(LINES).enumerate() {
                if service_line(ui, (service, n == line), theme) {
                    chosen = Some(service.key);
                }
            }
            if found.is_empty() {
                ui.label(style::small("No service is called that.", theme));
            }
            (response, chosen)
        })
    });
    let (response, clicked) = shown.inner.inner;
    let (escape, enter) = ui.input(|input| (input.key_pressed(Key::Escape), input.key_pressed(Key::Enter)));
    let chosen = clicked.or_else(|| found.get(line).filter(|_| enter).map(|service| service.key));
    if let Some(key) = chosen {
        state.create(Ware::Service(key).command(at), actions);
        return;
    }
    let outside = ui.input(|input| {
        input.pointer.any_pressed() && input.pointer.interact_pos().is_some_and(|at| outside(at, shown.response.rect))
    });
    if escape || outside {
        return;
    }
    if !response.has_focus() {
        response.request_focus();
    }
    state.prompt = Some(Prompt::QuickAdd { at, text, line });
}

fn outside(at: Pos2, rect: Rect) -> bool {
    !rect.contains(at)
}

/// The line that the arrow keys lead to.
pub fn steps(ui: &Ui, line: usize, lines: usize) -> usize {
    let (down, up) = ui.input(|input| (input.num_presses(Key::ArrowDown), input.num_presses(Key::ArrowUp)));
    (line + down).saturating_sub(up).min(lines.saturating_sub(1))
}

fn service_line(
    ui: &mut Ui,
    (service, marked): (&'static crate::catalog::Service, bool),
    theme: crate::theme::Theme,
) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::click());
    let name = &service.sheet().name;
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, marked, format!("Put {name} here")));
    if marked || response.hovered() {
        ui.painter().rect_filled(rect, 6.0, style::color(theme, Ink::CardSelected));
    }
    let tile = Rect::from_center_size(rect.left_center() + vec2(14.0, 0.0), Vec2::splat(18.0));
    icons::tile(
        ui.painter(),
        service.icon,
        tile,
        style::color(theme, Ink::tile(Some(service))),
        style::color(theme, Ink::OnTile),
    );
    let font = egui::TextStyle::Body.resolve(ui.style());
    let at = tile.right_center() + vec2(8.0, 0.0);
    ui.painter().text(at, egui::Align2::LEFT_CENTER, name, font, style::color(theme, Ink::Text));
    response.clicked()
}
