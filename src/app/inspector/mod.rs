//! The right panel: what is selected, with its live figures first and its settings below.
//!
//! A setting takes what people type, with units; one that is wrong turns red with the reason and is not applied.

mod classes;
mod findings;
mod live;
pub mod many;
mod nothing;
mod settings;
mod traffic;
mod ways;

use super::fields::{Drafts, Field, row, value_field};
use super::icons::{self, Icon, IconButton, Look};
use super::state::State;
use super::style;
use crate::catalog::{Face, Tie};
use crate::edit::Command;
use crate::model::{Id, Link, Node, PlaceKind, When};
use crate::scene::glyph;
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::theme::Theme;
use crate::units::Share;
use crate::words::{self, t};
use egui::{Align, Rect, RichText, Sense, Ui, Vec2};

/// Draws the panel.
pub fn inspector_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        ui.add_space(6.0);
        match state.only().cloned() {
            Some(id) => one(ui, view, state, actions, &id),
            None if state.selection.is_empty() => {
                super::tour::aside_ui(ui, view, state, actions);
                nothing::nothing_ui(ui, view, state, actions);
            }
            None => many::many_ui(ui, view, state, actions),
        }
        ui.add_space(12.0);
    });
}

fn one(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>, id: &Id) {
    let design = view.design;
    if let Some(node) = design.nodes.get(id) {
        node_ui(ui, view, state, actions, (id, node));
    } else if let Some(link) = design.links.get(id) {
        link_ui(ui, view, state, actions, (id, link));
    } else if let Some(place) = design.places.get(id) {
        let theme = state.theme();
        head(ui, theme, (glyph::place(place.kind), None), |ui| {
            name_field(ui, &mut state.drafts, actions, (id, &place.label));
            ui.label(style::small(words::of(place.kind.name()), theme));
        });
        let inside = design.nodes.values().filter(|node| node.place.as_ref() == Some(id)).count();
        figure(ui, theme, t!("Nodes directly inside"), &inside.to_string(), Ink::Text);
        findings::findings_ui(ui, view, actions, (id, theme));
        settings::place_ui(ui, state, actions, (id, place));
        ui.label(style::small(place_help(place.kind), theme));
        standing_ui(ui, view, state, actions);
        commands_ui(ui, view, state, actions, &["Delete", "Delete the frame, keep what is in it"]);
    } else if let Some(note) = design.notes.get(id) {
        note_ui(ui, &mut state.drafts, actions, (id, &note.text));
    }
}

/// What a kind of place does, and how it is moved.
fn place_help(kind: PlaceKind) -> String {
    let does = match kind {
        PlaceKind::SecurityGroup => {
            t!("Only what its rule lets in may call the nodes in it. Groups of one name are one group.")
        }
        PlaceKind::PrivateSubnet => t!("The internet does not reach the nodes in it."),
        PlaceKind::Region => t!("What stands in a region fails with it."),
        PlaceKind::Vpc => t!("What stands in it reaches another VPC only over a peering."),
        _ => t!("What stands in a zone fails with it."),
    };
    t!("{does} Drag its edge or name to move it, an edge's middle or a corner to resize it.", does = does)
}

fn node_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>, (id, node): (&Id, &Node)) {
    let theme = state.theme();
    let service = node.service();
    let icon = service.map_or(glyph::UNKNOWN, |service| service.icon);
    head(ui, theme, (icon, Some(Ink::tile(service))), |ui| {
        name_field(ui, &mut state.drafts, actions, (id, &node.label));
        let kind = service.map_or_else(
            || t!("unknown service \"{service}\"", service = node.service),
            |s| words::of(&s.sheet().name).to_owned(),
        );
        let zone = view.design.zone_of(node).map_or_else(String::new, |zone| t!(" · zone {zone}", zone = zone));
        ui.add(egui::Label::new(style::small(kind + &zone, theme)).truncate())
            .on_hover_text(service.map_or("", |service| words::of(&service.sheet().help)));
    });
    live_ui(ui, view, theme, id);
    findings::findings_ui(ui, view, actions, (id, theme));
    match service {
        Some(service) => {
            traffic::shaped_ui(ui, view, state.theme(), id);
            settings::settings_ui(ui, state, actions, (&[(id, node)], service));
            if service.face == Face::Client {
                traffic::traffic_ui(ui, view, state, actions, (id, node));
            }
        }
        None => {
            let words = t!("This version does not know this service. It is kept as it is, and takes no part in a run.");
            ui.label(style::small(words, theme));
        }
    }
    ui.add_space(8.0);
    standing_ui(ui, view, state, actions);
    commands_ui(ui, view, state, actions, &["Delete"]);
}

/// Whether it is locked or in a group, and the way out.
fn standing_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    let Some(id) = state.only().cloned() else { return };
    let words = match (view.design.is_locked(&id), view.design.groups_of(&id)) {
        (true, _) => t!("Locked: it cannot be moved, resized or deleted."),
        (_, []) => return,
        _ => t!("Part of a group, picked alone. A click beside the group closes it."),
    };
    ui.label(style::small(words, theme));
    commands_ui(ui, view, state, actions, &["Unlock", "Ungroup"]);
}

/// Buttons for the commands that make sense now.
fn commands_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>, names: &[&'static str]) {
    for name in names {
        let entry = super::commands::named(name);
        if !(entry.enabled)(state.look(view)) {
            continue;
        }
        let button = match entry.icon {
            Some(icon) => IconButton::new(icon, entry.title()).text(entry.title()),
            None => IconButton::words(entry.title()),
        };
        if ui.add(button.look(Look::Quiet)).on_hover_text(entry.tip()).clicked() {
            super::topbar::run_command(entry, view, state, actions);
        }
    }
}

/// The tile of what is selected, with its name beside it.
fn head(ui: &mut Ui, theme: Theme, (icon, ink): (&'static str, Option<Ink>), names: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(40.0), Sense::hover());
        let tile = Rect::from_center_size(rect.center(), Vec2::splat(36.0));
        match ink {
            Some(ink) => {
                icons::tile(ui.painter(), icon, tile, style::color(theme, ink), style::color(theme, Ink::OnTile));
            }
            None => icons::draw(ui.painter(), icon, tile.shrink(5.0), style::color(theme, Ink::Muted)),
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            names(ui);
        });
    });
    ui.add_space(4.0);
}

fn name_field(ui: &mut Ui, drafts: &mut Drafts, actions: &mut Vec<Action>, (id, name): (&Id, &str)) {
    let key = format!("{id}.name");
    let width = ui.available_width();
    let field = Field { key: &key, name: t!("Name"), current: name, hint: t!("Name"), width, align: Align::LEFT };
    let parse = |text: &str| {
        let text = text.trim();
        if text.is_empty() { Err(t!("A name needs at least one letter").to_owned()) } else { Ok(text.to_owned()) }
    };
    if let Some(text) = value_field(ui, drafts, field, parse) {
        actions.push(Action::Edit(Command::Rename { id: id.clone(), text }));
    }
    super::fields::reason(ui, drafts, &key);
}

fn live_ui(ui: &mut Ui, view: View<'_>, theme: Theme, id: &Id) {
    if view.snapshot.is_none() {
        return;
    }
    let figures = live::figures(view, id);
    ui.label(style::heading(t!("Live"), theme));
    if figures.is_empty() {
        let note = view.plan.notes.iter().find(|note| note.about.as_ref() == Some(id));
        let words = note.map_or(t!("It takes no part in this run: nothing leads to it."), |note| note.text.as_str());
        ui.label(style::small(words, theme));
    }
    for found in figures {
        figure(ui, theme, found.name, &found.value, ink_of(found.level));
    }
    if let Some(cost) = cost_per_hour(view, id) {
        figure(ui, theme, t!("Cost of an hour, mean"), &format!("${cost:.4}"), Ink::Text);
    }
    ui.add_space(6.0);
}

fn ink_of(level: live::Level) -> Ink {
    match level {
        live::Level::Plain => Ink::Text,
        live::Level::Warn => Ink::Warn,
        live::Level::Bad => Ink::Bad,
    }
}

/// Dollars per simulated hour of a node so far.
fn cost_per_hour(view: View<'_>, id: &Id) -> Option<f64> {
    let bill = view.bill.filter(|bill| bill.hours > 0.0)?;
    let lines = bill.lines.iter().filter(|line| line.node == id.as_str());
    let costs: Vec<f64> = lines.map(|line| line.cost.usd()).collect();
    (!costs.is_empty()).then(|| costs.iter().sum::<f64>() / bill.hours)
}

/// A line with a name and a figure.
fn figure(ui: &mut Ui, theme: Theme, name: &str, value: &str, ink: Ink) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(name).color(style::color(theme, Ink::Muted)));
        ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
            let mark = match ink {
                Ink::Bad => Some(Icon::Warning),
                _ => None,
            };
            let text = style::strong(value).color(style::color(theme, ink));
            ui.add(egui::Label::new(text).truncate()).on_hover_text(value);
            if let Some(mark) = mark {
                let (rect, _) = ui.allocate_exact_size(Vec2::splat(14.0), Sense::hover());
                icons::draw(ui.painter(), mark.svg(), rect, style::color(theme, ink));
            }
        });
    });
}

fn link_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>, (id, link): (&Id, &Link)) {
    let theme = state.theme();
    let name = |id: &Id| view.design.nodes.get(id).map_or_else(|| id.to_string(), |node| node.label.clone());
    ui.label(style::title(t!("Link")));
    ui.add(
        egui::Label::new(style::small(t!("{from} to {to}", from = name(&link.from), to = name(&link.to)), theme))
            .wrap(),
    );
    ui.add_space(4.0);
    let live = view.plan.links.get(id).and_then(|index| view.snapshot?.links.get(*index as usize));
    if let Some(live) = live {
        ui.label(style::heading(t!("Live"), theme));
        for found in live::of_link(live) {
            figure(ui, theme, found.name, &found.value, ink_of(found.level));
        }
    }
    findings::findings_ui(ui, view, actions, (id, theme));
    let replica = view.design.tie(link) == Some(Tie::Replica);
    ui.label(style::heading(t!("Settings"), theme));
    if replica {
        ui.add(egui::Label::new(style::small(replication(), theme)).wrap());
        ui.add_space(4.0);
    } else {
        when_ui(ui, state, actions, (id, link.when));
    }
    let key = format!("{id}.label");
    row(ui, theme, t!("Label"), |ui| {
        let field = Field {
            key: &key,
            name: t!("Label"),
            current: &link.label,
            hint: t!("none"),
            width: WIDTH,
            align: Align::LEFT,
        };
        if let Some(text) = value_field(ui, &mut state.drafts, field, |text| Ok(text.trim().to_owned())) {
            actions.push(Action::Edit(Command::Rename { id: id.clone(), text }));
        }
    });
    ways::ways_ui(ui, theme, actions, (std::slice::from_ref(id), view.design, link.routing));
    ways::sides_ui(ui, theme, actions, (id, link));
    if !replica {
        settings::links_ui(ui, state, actions, &[(id, link)]);
    }
    ui.add_space(8.0);
    remove_button(ui, actions, id);
}

/// What a link between two databases means.
fn replication() -> &'static str {
    t!(
        "A read replica: what is written to the first is there a lag later. The lag and the class are settings of the replica; servers reach it by links of their own, and it refuses writes."
    )
}

const WIDTH: f32 = super::fields::CONTROL_WIDTH;

fn when_words(when: When) -> &'static str {
    match when {
        When::Auto => t!("automatic"),
        When::Always => t!("every time"),
        When::OnMiss => t!("after a miss"),
        When::Share(_) => t!("a share"),
    }
}

fn when_ui(ui: &mut Ui, state: &mut State, actions: &mut Vec<Action>, (id, when): (&Id, When)) {
    let theme = state.theme();
    let help = t!(
        "When the caller uses this link. Automatic: after a miss if the caller also calls a cache and this leads to \
                a database, else every time."
    );
    let (label, ()) = row(ui, theme, t!("Used"), |ui| {
        let combo = egui::ComboBox::from_id_salt(("when", id.as_str())).width(WIDTH).selected_text(when_words(when));
        let shown = combo.show_ui(ui, |ui| {
            for choice in [When::Auto, When::Always, When::OnMiss, When::Share(0.5)] {
                let same = std::mem::discriminant(&choice) == std::mem::discriminant(&when);
                if ui.selectable_label(same, when_words(choice)).clicked() && !same {
                    actions.push(Action::Edit(Command::SetWhen { id: id.clone(), when: choice }));
                }
            }
        });
        shown.response.accessible_name(t!("Used"));
    });
    label.on_hover_text(help);
    if let When::Share(share) = when {
        let key = format!("{id}.share");
        row(ui, theme, t!("Share of requests"), |ui| {
            let current = Share(share).to_string();
            let field = Field {
                key: &key,
                name: t!("Share of requests"),
                current: &current,
                hint: "50 %",
                width: WIDTH,
                align: Align::RIGHT,
            };
            let parse = |text: &str| text.parse::<Share>().map_err(|error| error.to_string());
            if let Some(share) = value_field(ui, &mut state.drafts, field, parse) {
                actions.push(Action::Edit(Command::SetWhen { id: id.clone(), when: When::Share(share.0) }));
            }
        });
        super::fields::reason(ui, &state.drafts, &key);
    }
}

fn note_ui(ui: &mut Ui, drafts: &mut Drafts, actions: &mut Vec<Action>, (id, text): (&Id, &str)) {
    ui.label(style::title(t!("Note")));
    if let Some(text) = super::fields::text_area(ui, drafts, (&format!("{id}.text"), t!("Text"), text)) {
        actions.push(Action::Edit(Command::Rename { id: id.clone(), text }));
    }
    ui.add_space(8.0);
    remove_button(ui, actions, id);
}

fn remove_button(ui: &mut Ui, actions: &mut Vec<Action>, id: &Id) {
    let button = IconButton::new(Icon::Trash, t!("Delete")).text(t!("Delete")).look(Look::Quiet);
    if ui.add(button).on_hover_text(super::commands::named("Delete").tip()).clicked() {
        actions.push(Action::Edit(Command::Remove { ids: vec![id.clone()] }));
    }
}
