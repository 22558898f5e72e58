//! Several things selected: how many of what, and the settings that the nodes share.

use super::settings;
use crate::app::icons::{Icon, IconButton, Look};
use crate::app::state::State;
use crate::app::{commands, style, topbar};
use crate::catalog;
use crate::model::{Id, Link, Node};
use crate::session::{Action, View};
use egui::Ui;

/// Draws it.
pub fn many_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    ui.label(style::title(format!("{} selected", state.selection.len())));
    let selection = state.selection.clone();
    let nodes: Vec<(&Id, &Node)> = view.design.nodes.iter().filter(|(id, _)| selection.contains(*id)).collect();
    let groups = settings::by_service(&nodes);
    let parts: Vec<String> = groups.iter().map(|(key, nodes)| format!("{} {}", nodes.len(), short(key))).collect();
    let design = view.design;
    let links = design.links.keys().filter(|id| selection.contains(*id)).count();
    let places = design.places.keys().filter(|id| selection.contains(*id)).count();
    let notes = design.notes.keys().filter(|id| selection.contains(*id)).count();
    let rest = [(places, "place"), (notes, "note"), (links, "link")].into_iter().filter(|(count, _)| *count > 0);
    let rest = rest.map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }));
    let words: Vec<String> = parts.into_iter().chain(rest).collect();
    ui.label(style::small(words.join(" · "), theme));
    ui.add_space(6.0);
    arrange_ui(ui, view, state, actions);
    ui.add_space(6.0);
    settings_ui(ui, state, actions, &nodes);
    let links: Vec<(&Id, &Link)> = design.links.iter().filter(|(id, _)| selection.contains(*id)).collect();
    if !links.is_empty() {
        ui.label(style::strong("Links"));
        settings::links_ui(ui, state, actions, &links);
        ui.add_space(6.0);
    }
    let button = IconButton::new(Icon::Trash, "Delete").text("Delete all of these").look(Look::Quiet);
    if ui.add(button).on_hover_text(commands::named("Delete").tip()).clicked() {
        topbar::run_command(commands::named("Delete"), view, state, actions);
    }
}

/// The buttons that line up, spread, group and lock what is selected: their names are short, their tips say it all.
const BUTTONS: [&[(&str, &str)]; 4] = [
    &[("Left", "Align left"), ("Centre", "Align centres"), ("Right", "Align right")],
    &[("Top", "Align top"), ("Middle", "Align middles"), ("Bottom", "Align bottom")],
    &[("Gaps across", "Equal gaps across"), ("Gaps down", "Equal gaps down"), ("Lay out", "Lay out the selection")],
    &[("Group", "Group"), ("Ungroup", "Ungroup"), ("Lock", "Lock"), ("Unlock", "Unlock")],
];

fn arrange_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    ui.label(style::heading("Arrange", state.theme()));
    for row in BUTTONS {
        // In a narrow panel a row breaks; it does not make the panel wider.
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (short, name) in row {
                let entry = commands::named(name);
                let enabled = (entry.enabled)(commands::Look { view, selection: &state.selection });
                let button = IconButton::words(short).name(name);
                if ui.add_enabled(enabled, button).on_hover_text(entry.tip()).clicked() {
                    topbar::run_command(entry, view, state, actions);
                }
            }
        });
    }
}

/// What all of the nodes share first; then, folded, what those of each service share.
fn settings_ui(ui: &mut Ui, state: &mut State, actions: &mut Vec<Action>, nodes: &[(&Id, &Node)]) {
    let groups = settings::by_service(nodes);
    let known: Vec<_> = groups.iter().filter_map(|(key, nodes)| Some((catalog::find(key)?, nodes))).collect();
    if let [(service, nodes)] = known[..] {
        settings::settings_ui(ui, state, actions, (nodes, service));
        return;
    }
    let all: Vec<(&Id, &Node)> = nodes.iter().copied().filter(|(_, node)| node.service().is_some()).collect();
    if let Some((service, _)) = known.first() {
        settings::shared_ui(ui, state, actions, (&all, service));
    }
    for (service, nodes) in known {
        let title = format!("{} ({})", service.sheet().name, nodes.len());
        egui::CollapsingHeader::new(style::strong(title)).id_salt(("many", service.key)).show_unindented(ui, |ui| {
            settings::settings_ui(ui, state, actions, (nodes, service));
        });
        ui.add_space(4.0);
    }
}

fn short(key: &str) -> &str {
    catalog::find(key).map_or(key, |service| &service.sheet().short)
}
