//! Several things selected: how many of what, and the settings that the nodes share.

use super::settings;
use crate::app::icons::{Icon, IconButton, Look};
use crate::app::selection::Selection;
use crate::app::state::State;
use crate::app::statusbar::links_of;
use crate::app::{commands, style, topbar};
use crate::catalog;
use crate::model::{Design, Id, Link, Node};
use crate::session::{Action, View};
use crate::words::{self, key, t};
use egui::Ui;
use std::collections::BTreeSet;

/// Most things whose settings are shown: what all of more share is not looked through in every frame.
const MOST: usize = 2_000;

/// How many of what are selected, and for which state of the drawing and the selection that was counted.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    of: Option<(u64, u64)>,
    words: String,
}

impl Counted {
    /// In words: "2 EC2 · 1 place". Counts only what was not counted yet.
    fn words(&mut self, view: View<'_>, selection: &Selection) -> &str {
        let of = Some((view.revision, selection.version()));
        if self.of != of {
            (self.of, self.words) = (of, counts(view.design, selection));
        }
        &self.words
    }
}

fn counts(design: &Design, selection: &BTreeSet<Id>) -> String {
    let nodes: Vec<(&Id, &Node)> = selection.iter().filter_map(|id| design.nodes.get_key_value(id)).collect();
    let groups = settings::by_service(&nodes);
    let parts = groups.iter().map(|(key, nodes)| format!("{} {}", nodes.len(), short(key)));
    let links = selection.iter().filter(|id| design.links.contains_key(*id)).count();
    let places = selection.iter().filter(|id| design.places.contains_key(*id)).count();
    let notes = selection.iter().filter(|id| design.notes.contains_key(*id)).count();
    let rest = [(places, places_of(places)), (notes, notes_of(notes)), (links, links_of(links))];
    let rest = rest.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words);
    parts.chain(rest).collect::<Vec<_>>().join(" · ")
}

/// Draws it.
pub fn many_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    ui.label(style::title(t!("{count} selected", count = state.selection.len())));
    ui.label(style::small(state.counted.words(view, &state.selection), theme));
    ui.add_space(6.0);
    arrange_ui(ui, view, state, actions);
    ui.add_space(6.0);
    if state.selection.len() <= MOST {
        shared_ui(ui, view, state, actions);
    } else {
        ui.label(style::small(t!("Settings are changed on up to {most} at once: select fewer.", most = MOST), theme));
    }
    let button = IconButton::new(Icon::Trash, t!("Delete")).text(t!("Delete all of these")).look(Look::Quiet);
    if ui.add(button).on_hover_text(commands::named("Delete").tip()).clicked() {
        topbar::run_command(commands::named("Delete"), view, state, actions);
    }
}

/// The settings that the nodes share, then those of the links.
fn shared_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let (theme, design, selection) = (state.theme(), view.design, state.selection.clone());
    let nodes: Vec<(&Id, &Node)> = selection.iter().filter_map(|id| design.nodes.get_key_value(id)).collect();
    settings_ui(ui, state, actions, &nodes);
    let links: Vec<(&Id, &Link)> = selection.iter().filter_map(|id| design.links.get_key_value(id)).collect();
    if !links.is_empty() {
        ui.label(style::strong(t!("Links")));
        let ids: Vec<Id> = links.iter().map(|(id, _)| (*id).clone()).collect();
        let first = links.first().and_then(|(_, link)| link.routing);
        super::ways::ways_ui(ui, theme, actions, (&ids, design, first));
        settings::links_ui(ui, state, actions, &links);
        ui.add_space(6.0);
    }
}

/// The buttons that line up, spread, group and lock what is selected: their names are short, their tips say it all.
const BUTTONS: [&[(&str, &str)]; 4] = [
    &[(key!("Left"), "Align left"), (key!("Centre"), key!("Align centres")), (key!("Right"), key!("Align right"))],
    &[
        (key!("Top"), key!("Align top")),
        (key!("Middle"), key!("Align middles")),
        (key!("Bottom"), key!("Align bottom")),
    ],
    &[
        (key!("Gaps across"), key!("Equal gaps across")),
        (key!("Gaps down"), key!("Equal gaps down")),
        (key!("Lay out"), key!("Lay out the selection")),
    ],
    &[
        (key!("Group"), key!("Group")),
        (key!("Ungroup"), key!("Ungroup")),
        (key!("Lock"), key!("Lock")),
        (key!("Unlock"), key!("Unlock")),
    ],
];

fn arrange_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    ui.label(style::heading(t!("Arrange"), state.theme()));
    for row in BUTTONS {
        // In a narrow panel a row breaks; it does not make the panel wider.
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (short, name) in row {
                let entry = commands::named(name);
                let enabled = (entry.enabled)(state.look(view));
                let button = IconButton::words(words::of(short)).name(entry.title());
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
        let title = format!("{} ({})", words::of(&service.sheet().name), nodes.len());
        egui::CollapsingHeader::new(style::strong(title)).id_salt(("many", service.key)).show_unindented(ui, |ui| {
            settings::settings_ui(ui, state, actions, (nodes, service));
        });
        ui.add_space(4.0);
    }
}

fn places_of(count: usize) -> String {
    if count == 1 { t!("1 place").to_owned() } else { t!("{count} places", count = count) }
}

fn notes_of(count: usize) -> String {
    if count == 1 { t!("1 note").to_owned() } else { t!("{count} notes", count = count) }
}

fn short(key: &str) -> &str {
    catalog::find(key).map_or(key, |service| words::of(&service.sheet().short))
}
