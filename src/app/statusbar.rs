//! The bottom line: how much is drawn, how fast it runs, whether it is saved, how large it is seen.

use super::commands::{Request, Zoom};
use super::icons::{Icon, IconButton, Look};
use super::state::State;
use super::style;
use crate::scene::list::Weight;
use crate::scene::text;
use crate::session::View;
use crate::units::compact;
use crate::words::t;
use egui::Ui;

/// Draws it.
pub fn statusbar_ui(ui: &mut Ui, view: View<'_>, state: &mut State) {
    let theme = state.theme();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        let (nodes, links) = (view.design.nodes.len(), view.design.links.len());
        ui.label(style::small(format!("{} · {}", nodes_of(nodes), links_of(links)), theme));
        if let Some(snapshot) = view.snapshot {
            if view.running {
                ui.label(style::small(t!("{count} events/s", count = compact(view.events_per_sec)), theme));
            }
            let tip = t!("{count} events since the start of the run", count = compact(snapshot.events as f64));
            let seed = ui.label(style::small(t!("seed {seed}", seed = view.seed), theme));
            seed.on_hover_text(t!("Start of the run's chance: the same drawing with the same seed is the same run"));
            ui.label(style::small(if view.running { t!("running") } else { t!("paused") }, theme)).on_hover_text(tip);
        }
        if !view.plan.notes.is_empty() {
            let words: Vec<&str> = view.plan.notes.iter().map(|note| note.text.as_str()).take(12).collect();
            let text = t!("{count} left out of the run", count = view.plan.notes.len());
            ui.label(style::small(text, theme)).on_hover_text(words.join("\n"));
        }
        let assumed = view.blame.assumed();
        if !assumed.is_empty() {
            let told = assumed.iter().take(12).filter_map(|&at| view.findings.get(at));
            let words: Vec<&str> = told.map(|finding| finding.text.as_str()).collect();
            let text = t!("{count} assumed in the run", count = assumed.len());
            ui.label(style::small(text, theme)).on_hover_text(words.join("\n"));
        }
        if view.compiling {
            let tip = t!("Findings and figures follow in a moment; the drawing can be changed meanwhile");
            ui.label(style::small(t!("checking the drawing"), theme)).on_hover_text(tip);
        }
        exports_ui(ui, view, state);
        style::at_right(ui, "right of the status bar", |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let saved = match (view.dirty, view.path) {
                _ if view.saving => t!("saving"),
                (true, _) => t!("unsaved changes"),
                (false, Some(_)) => t!("saved"),
                (false, None) => t!("not saved yet"),
            };
            ui.label(style::small(saved, theme));
            ui.add_space(12.0);
            zoom_ui(ui, state);
        });
    });
}

/// What is being exported, how far it is, and a button to give it up.
fn exports_ui(ui: &mut Ui, view: View<'_>, state: &mut State) {
    for export in view.exports {
        ui.spacing_mut().item_spacing.x = 6.0;
        let name = text::fit(export.name(), style::SMALL, Weight::Regular, 160.0);
        ui.label(style::small(t!("Exporting {name}", name = name), state.theme()));
        ui.add(egui::ProgressBar::new(export.reached()).desired_width(90.0).desired_height(6.0));
        let spoken = t!("Cancel the export of {name}", name = export.name());
        let cancel = IconButton::words(t!("Cancel")).name(&spoken);
        if ui.add(cancel.look(Look::Quiet)).clicked() {
            state.requests.push(Request::CancelExport(export.number()));
        }
    }
}

fn zoom_ui(ui: &mut Ui, state: &mut State) {
    let percent = format!("{:.0} %", state.camera.zoom * 100.0);
    let buttons = [
        (IconButton::new(Icon::Minus, t!("Zoom out")), Zoom::Out, t!("Zoom out  (Ctrl+-)")),
        (IconButton::words(&percent).name(t!("Zoom to 100 %")), Zoom::Full, t!("Zoom to 100 %  (Ctrl+0)")),
        (IconButton::new(Icon::Plus, t!("Zoom in")), Zoom::In, t!("Zoom in  (Ctrl++)")),
        (IconButton::new(Icon::Fit, t!("Zoom to fit")), Zoom::Fit, t!("Show everything  (F)")),
    ];
    for (button, zoom, tip) in buttons {
        if ui.add(button.look(Look::Quiet)).on_hover_text(tip).clicked() {
            state.requests.push(Request::Zoom(zoom));
        }
    }
}

/// So many nodes, in words.
pub fn nodes_of(count: usize) -> String {
    if count == 1 { t!("1 node").to_owned() } else { t!("{count} nodes", count = count) }
}

/// So many links, in words.
pub fn links_of(count: usize) -> String {
    if count == 1 { t!("1 link").to_owned() } else { t!("{count} links", count = count) }
}
