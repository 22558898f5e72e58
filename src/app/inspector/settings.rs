//! Settings of one node or link, of several nodes of one service, or of several links: the few that matter on top, the
//! rest folded by group.

use super::WIDTH;
use crate::app::fields::{Field, reason, row, value_field};
use crate::app::state::State;
use crate::app::style;
use crate::catalog::{self, InstanceType, Kind, Param, Service, Settings, Sheet, Value};
use crate::edit::Command;
use crate::model::{Id, Link, Node, Place};
use crate::scene::list::Ink;
use crate::session::Action;
use crate::words::{self, key, t};
use egui::{Align, ComboBox, RichText, Ui};
use std::collections::BTreeMap;

/// What stands for a value that differs among the nodes.
const MIXED: &str = key!("mixed");

/// The nodes whose settings are shown, all of one service.
pub type Nodes<'a> = (&'a [(&'a Id, &'a Node)], &'static Service);

/// Records whose settings are shown together: what is set on each, and the data sheet of all.
struct Records<'a> {
    set: Vec<(&'a Id, Settings<'a>, &'a BTreeMap<String, Value>)>,
    sheet: &'static Sheet,
    /// Tells what is folded on one kind of record from what is on another.
    salt: &'static str,
}

impl<'a> Records<'a> {
    fn of_nodes((nodes, service): Nodes<'a>) -> Self {
        let set = nodes.iter().filter_map(|(id, node)| Some((*id, node.settings()?, &node.settings))).collect();
        Self { set, sheet: service.sheet(), salt: service.key }
    }
}

/// Draws the settings of nodes.
pub fn settings_ui(ui: &mut Ui, state: &mut State, actions: &mut Vec<Action>, nodes: Nodes<'_>) {
    let records = Records::of_nodes(nodes);
    if records.sheet.params.iter().any(|param| matters(&records, param)) {
        ui.label(style::heading(t!("Settings"), state.theme()));
        records_ui(ui, state, actions, &records);
    }
}

/// Draws the settings of links.
pub fn links_ui(ui: &mut Ui, state: &mut State, actions: &mut Vec<Action>, links: &[(&Id, &Link)]) {
    let set = links.iter().map(|(id, link)| (*id, Settings::of_link(&link.settings), &link.settings)).collect();
    records_ui(ui, state, actions, &Records { set, sheet: catalog::link_sheet(), salt: "link" });
}

/// Draws the settings of a place, if its kind has any.
pub fn place_ui(ui: &mut Ui, state: &mut State, actions: &mut Vec<Action>, (id, place): (&Id, &Place)) {
    let Some((sheet, settings)) = catalog::place_sheet(place.kind.key()).zip(place.settings()) else { return };
    ui.label(style::heading(t!("Settings"), state.theme()));
    records_ui(
        ui,
        state,
        actions,
        &Records { set: vec![(id, settings, &place.settings)], sheet, salt: sheet.short.as_str() },
    );
}

/// Settings that stand on top; the others are folded.
const TOP: usize = 3;

fn records_ui(ui: &mut Ui, state: &mut State, actions: &mut Vec<Action>, records: &Records<'_>) {
    let params: Vec<&'static Param> = records.sheet.params.iter().filter(|param| matters(records, param)).collect();
    let top: Vec<&'static Param> = params.iter().copied().filter(|param| param.top).take(TOP).collect();
    for param in top.iter().copied() {
        param_ui(ui, state, actions, (records, param));
    }
    let is_folded = |param: &Param| !top.iter().any(|other| other.key == param.key);
    let mut groups: Vec<&str> = Vec::new();
    for param in params.iter().filter(|param| is_folded(param)) {
        if !groups.contains(&param.group.as_str()) {
            groups.push(&param.group);
        }
    }
    for group in groups {
        let text = RichText::new(words::of(group)).color(style::color(state.theme(), Ink::Muted));
        let folded: Vec<&'static Param> =
            params.iter().copied().filter(|param| is_folded(param) && param.group == group).collect();
        let wrong = folded.iter().any(|param| state.drafts.wrong(&key(records, param)));
        egui::CollapsingHeader::new(text)
            .id_salt(("group", records.salt, group))
            .open(wrong.then_some(true))
            .show_unindented(ui, |ui| {
                for param in folded {
                    param_ui(ui, state, actions, (records, param));
                }
            });
    }
}

/// Whether a setting means something at any of the records.
fn matters(records: &Records<'_>, param: &Param) -> bool {
    records.set.iter().any(|(_, settings, _)| settings.matters(param))
}

/// Drafts of a setting are kept under the records that it belongs to.
fn key(records: &Records<'_>, param: &Param) -> String {
    let first = records.set.first().map_or("", |(id, ..)| id.as_str());
    format!("{first}.{}.{}", records.set.len(), param.key)
}

/// The value that all records have; `None` if they differ.
fn common(records: &Records<'_>, param: &Param) -> Option<Value> {
    let mut values = records.set.iter().map(|(_, settings, _)| settings.value(&param.key));
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// Draws the settings that nodes of several services share: of one name, and of one kind of value.
pub fn shared_ui(ui: &mut Ui, state: &mut State, actions: &mut Vec<Action>, nodes: Nodes<'_>) {
    let services: BTreeMap<&str, &'static Service> =
        nodes.0.iter().filter_map(|(_, node)| node.service()).map(|service| (service.key, service)).collect();
    let same = |param: &&'static Param| {
        let alike = |other: &Param| other.kind == param.kind && other.label == param.label;
        services.values().all(|service| service.sheet().param(&param.key).is_some_and(alike))
    };
    let shared: Vec<&Param> = nodes.1.sheet().params.iter().filter(same).collect();
    if shared.is_empty() {
        return;
    }
    let records = Records::of_nodes(nodes);
    ui.label(style::heading(t!("Common settings"), state.theme()));
    for param in shared {
        param_ui(ui, state, actions, (&records, param));
    }
    ui.add_space(6.0);
}

fn param_ui(
    ui: &mut Ui,
    state: &mut State,
    actions: &mut Vec<Action>,
    (records, param): (&Records<'_>, &'static Param),
) {
    let theme = state.theme();
    let value = common(records, param);
    let set = records.set.iter().any(|(_, _, set)| set.contains_key(&param.key));
    let key = key(records, param);
    let (label, chosen) = row(ui, theme, words::of(&param.label), |ui| match &param.kind {
        Kind::Choice(words) => choice_ui(ui, param, value.as_ref(), words),
        Kind::Type(sheet) => type_ui(ui, &mut state.type_search, param, (value.as_ref(), sheet)),
        kind => {
            let current = value.as_ref().map_or_else(String::new, Value::to_string);
            let align = if *kind == Kind::Text { Align::LEFT } else { Align::RIGHT };
            let hint = if value.is_none() { words::of(MIXED) } else { param.default.as_str() };
            let field =
                Field { key: &key, name: words::of(&param.label), current: &current, hint, width: WIDTH, align };
            value_field(ui, &mut state.drafts, field, |text| param.kind.parse(text).map_err(|error| error.to_string()))
        }
    });
    reason(ui, &state.drafts, &key);
    if set {
        let dot = egui::pos2(label.rect.left() - 5.0, label.rect.center().y);
        ui.painter().circle_filled(dot, 2.0, style::color(theme, Ink::Accent));
    }
    let ids = || records.set.iter().map(|(id, ..)| (*id).clone()).collect();
    let back = label.interact(egui::Sense::click());
    if set && back.double_clicked() {
        actions.push(Action::Edit(Command::Set { ids: ids(), key: param.key.clone(), value: None }));
    }
    let way_back = if set { t!("Double-click the name to go back to the default.") } else { "" };
    tip(label, records.sheet, param, way_back);
    if let Some(value) = chosen {
        // The editor writes no default down, so that a file says only what differs.
        actions.push(Action::Edit(Command::Set { ids: ids(), key: param.key.clone(), value: Some(value) }));
    }
}

fn tip(label: egui::Response, sheet: &Sheet, param: &Param, way_back: &str) {
    label.on_hover_ui(|ui| {
        ui.set_max_width(300.0);
        ui.label(style::strong(words::of(&param.label)));
        ui.label(words::of(&param.help));
        let default = if param.default.is_empty() { t!("none") } else { param.default.as_str() };
        ui.label(
            RichText::new(t!("Default {default}. Takes {range}.", default = default, range = param.kind.range()))
                .size(style::SMALL),
        );
        let source = sheet.cite(&param.source);
        ui.label(
            RichText::new(t!("Source: {source}, {words}.", source = source, words = param.confidence.words()))
                .size(style::SMALL)
                .weak(),
        );
        if !way_back.is_empty() {
            ui.label(RichText::new(way_back).size(style::SMALL).weak());
        }
    });
}

fn choice_ui(ui: &mut Ui, param: &Param, value: Option<&Value>, words: &[String]) -> Option<Value> {
    let current = value.map_or_else(|| MIXED.to_owned(), Value::to_string);
    let mut chosen = None;
    let combo = ComboBox::from_id_salt(("choice", param.key.as_str()))
        .width(WIDTH)
        .selected_text(words::of(&current))
        .truncate();
    let shown = combo.show_ui(ui, |ui| {
        for word in words {
            if ui.selectable_label(*word == current, words::of(word)).clicked() && *word != current {
                chosen = Some(Value::Word(word.clone()));
            }
        }
    });
    shown.response.accessible_name(words::of(&param.label));
    chosen
}

/// Types of instances, found by typing.
fn type_ui(ui: &mut Ui, search: &mut String, param: &Param, (value, sheet): (Option<&Value>, &str)) -> Option<Value> {
    let current = value.map_or_else(|| MIXED.to_owned(), Value::to_string);
    let mut chosen = None;
    let combo = ComboBox::from_id_salt(("type", param.key.as_str()))
        .width(WIDTH)
        .height(300.0)
        .selected_text(words::of(&current))
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .truncate();
    let shown = combo.show_ui(ui, |ui| {
        ui.set_min_width(250.0);
        let edit =
            egui::TextEdit::singleline(search).hint_text(t!("Find a type: m5, 4 vCPU…")).desired_width(f32::INFINITY);
        let field = ui.add(edit).accessible_name(t!("Find a type"));
        if !field.has_focus() && !field.lost_focus() && search.is_empty() {
            field.request_focus();
        }
        let words = search.to_lowercase();
        for kind in crate::catalog::find(sheet).map_or(&[][..], |service| &service.sheet().types) {
            let line = type_line(kind);
            if line.to_lowercase().contains(&words) && ui.selectable_label(kind.name == current, line).clicked() {
                chosen = Some(Value::Word(kind.name.clone()));
                ui.close();
            }
        }
    });
    shown.response.accessible_name(words::of(&param.label));
    if shown.inner.is_none() {
        search.clear();
    }
    chosen.filter(|chosen| value != Some(chosen))
}

fn type_line(kind: &InstanceType) -> String {
    format!("{} · {} vCPU · {}", kind.name, kind.vcpu, kind.memory)
}

/// Nodes by service, for a selection of several.
pub fn by_service<'a>(nodes: &[(&'a Id, &'a Node)]) -> BTreeMap<&'static str, Vec<(&'a Id, &'a Node)>> {
    let mut found: BTreeMap<&'static str, Vec<_>> = BTreeMap::new();
    for (id, node) in nodes {
        if let Some(service) = node.service() {
            found.entry(service.key).or_default().push((*id, *node));
        }
    }
    found
}
