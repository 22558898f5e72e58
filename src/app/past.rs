//! The list of steps that can be undone and redone; a click goes there.

use super::state::State;
use super::style;
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::theme::Theme;
use crate::words::t;
use egui::{Sense, Ui, WidgetInfo, vec2};

/// Most steps that are listed on either side of now.
const MOST: usize = 200;

/// Draws the list, if it is open.
pub fn past_ui(ctx: &egui::Context, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    if !state.past {
        return;
    }
    let theme = state.theme();
    let modal = style::modal(ctx, egui::Id::unique("history")).show(ctx, |ui| {
        ui.set_width(340.0);
        ui.label(style::title(t!("History")));
        ui.label(style::small(
            t!("Click a step to go back to it or forward to it. Ctrl+Z and Ctrl+Shift+Z go one by one."),
            theme,
        ));
        ui.add_space(6.0);
        egui::ScrollArea::vertical().max_height(380.0).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            lines(ui, view, theme)
        })
    });
    if let Some(way) = modal.inner.inner {
        let step = if way < 0 { Action::Undo } else { Action::Redo };
        actions.extend(std::iter::repeat_n(step, way.unsigned_abs()));
    }
    state.past = !modal.should_close();
}

/// The steps, latest first; how many of them to go, negative to undo, once one is clicked.
fn lines(ui: &mut Ui, view: View<'_>, theme: Theme) -> Option<isize> {
    let mut chosen = None;
    let undone: Vec<&str> = view.history.undone().take(MOST).collect();
    for (n, name) in undone.iter().enumerate().rev() {
        if line(ui, theme, (name, Ink::Faint), t!("Redo up to")) {
            chosen = Some(n as isize + 1);
        }
    }
    for (n, name) in view.history.done().take(MOST).enumerate() {
        let ink = if n == 0 { Ink::Accent } else { Ink::Text };
        if line(ui, theme, (name, ink), t!("Go back to")) {
            chosen = Some(-(n as isize));
        }
    }
    let steps = view.history.done().count();
    if steps <= MOST
        && line(ui, theme, (t!("as it was opened"), if steps == 0 { Ink::Accent } else { Ink::Text }), t!("Go back to"))
    {
        chosen = Some(-(steps as isize));
    }
    chosen
}

fn line(ui: &mut Ui, theme: Theme, (name, ink): (&str, Ink), verb: &str) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("{verb}: {name}")));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 6.0, style::color(theme, Ink::CardSelected));
    }
    let font = egui::TextStyle::Body.resolve(ui.style());
    let mut shown: String = name.chars().take(48).collect();
    if let Some(first) = shown.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    ui.painter().text(
        rect.left_center() + vec2(10.0, 0.0),
        egui::Align2::LEFT_CENTER,
        shown,
        font,
        style::color(theme, ink),
    );
    response.clicked()
}
