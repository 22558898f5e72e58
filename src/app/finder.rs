//! The list of commands (Ctrl+K) and the overlay of shortcuts (?). Both read the one list.

use super::canvas::chooser::steps;
use super::commands::{self, Entry, Group};
use super::icons::{self, Icon};
use super::state::State;
use super::style;
use super::topbar::run_command;
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::theme::Theme;
use crate::words::{self, key, t};
use egui::{Align2, Key, Rect, Sense, Ui, Vec2, vec2};

/// Height of the list, in points.
const HEIGHT: f32 = 340.0;

/// Draws the list of commands, if it is open.
pub fn finder_ui(ctx: &egui::Context, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let Some(mut finder) = state.finder.take() else { return };
    let theme = state.theme();
    let look = state.look(view);
    let area = egui::Modal::default_area(egui::Id::unique("finder")).anchor(Align2::CENTER_TOP, vec2(0.0, 90.0));
    let mut chosen: Option<&'static Entry> = None;
    let modal = style::modal(ctx, egui::Id::unique("finder")).area(area).show(ctx, |ui| {
        ui.set_width(460.0);
        let before = finder.text.clone();
        let edit =
            egui::TextEdit::singleline(&mut finder.text).hint_text(t!("Find a command…")).desired_width(f32::INFINITY);
        let field = ui.add(edit.font(egui::FontId::proportional(15.0))).accessible_name(t!("Find a command"));
        field.request_focus();
        let found: Vec<&Entry> =
            commands::search(&finder.text).into_iter().filter(|entry| (entry.enabled)(look)).collect();
        finder.line = if before == finder.text { steps(ui, finder.line, found.len()) } else { 0 };
        let moved = ui.input(|input| input.key_pressed(Key::ArrowDown) || input.key_pressed(Key::ArrowUp));
        egui::ScrollArea::vertical().max_height(HEIGHT).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (n, entry) in found.iter().enumerate() {
                let response = line_ui(ui, (entry, n == finder.line), theme);
                if n == finder.line && moved {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    chosen = Some(entry);
                }
            }
            if found.is_empty() {
                ui.label(style::small(t!("No command is called that."), theme));
            }
        });
        if ui.input(|input| input.key_pressed(Key::Enter)) {
            chosen = found.get(finder.line).copied();
        }
    });
    match chosen {
        Some(entry) => run_command(entry, view, state, actions),
        None if modal.should_close() => {}
        None => state.finder = Some(finder),
    }
}

fn line_ui(ui: &mut Ui, (entry, marked): (&Entry, bool), theme: Theme) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::click());
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, marked, entry.title()));
    if marked || response.hovered() {
        ui.painter().rect_filled(rect, 6.0, style::color(theme, Ink::CardSelected));
    }
    let icon = Rect::from_center_size(rect.left_center() + vec2(18.0, 0.0), Vec2::splat(15.0));
    if let Some(found) = entry.icon {
        icons::draw(ui.painter(), found.svg(), icon, style::color(theme, Ink::Muted));
    }
    let font = egui::TextStyle::Body.resolve(ui.style());
    let text = style::color(theme, Ink::Text);
    ui.painter().text(rect.left_center() + vec2(38.0, 0.0), Align2::LEFT_CENTER, entry.title(), font.clone(), text);
    let faint = style::color(theme, Ink::Faint);
    ui.painter().text(rect.right_center() - vec2(12.0, 0.0), Align2::RIGHT_CENTER, entry.keys_text(), font, faint);
    response
}

/// What the pointer does, for the overlay.
const POINTER: [(&str, &str); 15] = [
    (key!("Draw a link"), key!("drag from a card's edge")),
    (key!("Select several"), key!("drag on the canvas, or Shift+click")),
    (key!("Add to the selection, take out of it"), key!("Shift+drag, Alt+drag on the canvas")),
    (key!("Go into a group"), key!("click it again, or Ctrl+click")),
    (key!("Copy"), key!("Alt+drag")),
    (key!("Move the canvas"), key!("Space+drag, middle button, two fingers")),
    (key!("Zoom"), key!("wheel, or pinch")),
    (key!("Rename"), key!("double-click")),
    (key!("Add a service"), key!("double-click the canvas, or drag a tile")),
    (key!("Give a drag up"), key!("Esc")),
    (key!("Keep to one axis, do not snap"), key!("Shift+drag, Ctrl+drag")),
    (key!("Take a link elsewhere"), key!("select it, drag its end")),
    (key!("Give a link a bend"), key!("drag its line, or arrow keys")),
    (key!("Take a bend out"), key!("double-click it, or Backspace over it")),
    (key!("Setting back to default"), key!("double-click its name")),
];

/// Draws the overlay of shortcuts, if it is open.
pub fn shortcuts_ui(ctx: &egui::Context, state: &mut State) {
    if !state.shortcuts {
        return;
    }
    let theme = state.theme();
    let modal = style::modal(ctx, egui::Id::unique("shortcuts")).show(ctx, |ui| {
        ui.set_width((ctx.content_rect().width() - 80.0).min(860.0));
        ui.horizontal(|ui| {
            ui.label(style::title(t!("Keyboard and pointer")));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let close = icons::IconButton::new(Icon::Close, t!("Close")).look(icons::Look::Quiet);
                ui.add(close).clicked()
            })
            .inner
        })
        .inner
            | {
                ui.add_space(6.0);
                let height = (ctx.content_rect().height() - 160.0).max(200.0);
                egui::ScrollArea::vertical()
                    .max_height(height)
                    .min_scrolled_height(height)
                    .show(ui, |ui| columns_ui(ui, theme));
                false
            }
    });
    state.shortcuts = !(modal.inner || modal.should_close());
}

fn columns_ui(ui: &mut Ui, theme: Theme) {
    ui.spacing_mut().item_spacing = egui::vec2(28.0, 2.0);
    ui.spacing_mut().interact_size.y = 20.0;
    let parts: [&[Group]; 3] =
        [&[Group::File, Group::Run, Group::Select], &[Group::Edit, Group::Help, Group::View], &[Group::Arrange]];
    ui.columns(3, |columns| {
        for (column, groups) in parts.into_iter().enumerate() {
            for group in groups {
                columns[column].label(style::heading(group.name(), theme));
                for entry in commands::ALL.iter().filter(|entry| entry.group == *group && entry.shortcut.is_some()) {
                    pair(&mut columns[column], entry.title(), &entry.keys_text(), theme);
                }
                columns[column].add_space(8.0);
            }
        }
        columns[2].label(style::heading(t!("Pointer"), theme));
        for (name, how) in POINTER {
            columns[2].label(style::strong(words::of(name)));
            columns[2].label(style::small(words::of(how), theme));
            columns[2].add_space(3.0);
        }
    });
}

fn pair(ui: &mut Ui, name: &str, keys: &str, theme: Theme) {
    ui.horizontal(|ui| {
        ui.label(name);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(style::small(keys, theme));
        });
    });
}
