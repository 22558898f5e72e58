//! A large file on its way in: what is being done, how far it is, and a way out. The window stays alive meanwhile; the
//! drawing behind it cannot be changed, as it is about to be replaced.

use super::icons::IconButton;
use super::style;
use crate::session::{Action, Stage, View};
use crate::words::t;
use egui::{Id, ProgressBar};

/// Draws the card over the window while a file gets ready, and lets it take its place.
pub fn opening_ui(ctx: &egui::Context, view: View<'_>, actions: &mut Vec<Action>) {
    let Some(opening) = view.opening else { return };
    if opening.is_ready() {
        actions.push(Action::TakeIn);
        return;
    }
    let name = opening.path().file_name().unwrap_or_default().to_string_lossy();
    let stage = opening.stage();
    let done = Stage::ALL.iter().position(|one| *one == stage).unwrap_or(0) as f32;
    let shown = style::modal(ctx, Id::unique("opening")).show(ctx, |ui| {
        ui.set_width(340.0);
        ui.label(style::title(t!("Opening {name}", name = name)));
        ui.add_space(6.0);
        ui.label(stage.words());
        ui.add_space(6.0);
        ui.add(ProgressBar::new((done + 0.5) / Stage::ALL.len() as f32).desired_height(6.0));
        ui.add_space(12.0);
        ui.add(IconButton::words(t!("Cancel")).name(t!("Cancel opening"))).clicked()
    });
    if shown.inner || shown.should_close() {
        actions.push(Action::CancelOpening);
    }
}
