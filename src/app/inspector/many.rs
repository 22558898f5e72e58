//! Several things selected: how many of what, and the settings that the nodes share.

use super::settings;
use crate::app::icons::{Icon, IconButton, Look};
use crate::app::state::State;
use crate::app::{commands, style};
use crate::catalog;
use crate::edit::Command;
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
    let links: Vec<(&Id, &Link)> = view.design.links.iter().filter(|(id, _)| selection.contains(*id)).collect();
    let plural = if links.len() == 1 { "" } else { "s" };
    let rest = (!links.is_empty()).then(|| format!("{} link{plural}", links.len()));
    let words: Vec<String> = parts.into_iter().chain(rest).collect();
    ui.label(style::small(words.join(" · "), theme));
    ui.add_space(6.0);
    for (key, nodes) in &groups {
        if let Some(service) = catalog::find(key) {
            if groups.len() > 1 {
                ui.label(style::strong(&service.sheet().name));
            }
            settings::settings_ui(ui, state, actions, (nodes, service));
            ui.add_space(6.0);
        }
    }
    if !links.is_empty() {
        ui.label(style::strong("Links"));
        settings::links_ui(ui, state, actions, &links);
        ui.add_space(6.0);
    }
    let button = IconButton::new(Icon::Trash, "Delete").text("Delete all of these").look(Look::Quiet);
    if ui.add(button).on_hover_text(commands::named("Delete").tip()).clicked() {
        actions.push(Action::Edit(Command::Remove { ids: selection.into_iter().collect() }));
    }
}

fn short(key: &str) -> &str {
    catalog::find(key).map_or(key, |service| &service.sheet().short)
}
