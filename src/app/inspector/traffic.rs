//! Traffic of a users node under the chosen scenario: its shape over time, the figures of that shape, the parts of a sum,
//! and recordings.

use crate::app::commands::Request;
use crate::app::fields::{Field, reason, row, value_field};
use crate::app::icons::{Icon, IconButton, Look};
use crate::app::state::State;
use crate::app::style;
use crate::edit::Command;
use crate::model::{Id, Node};
use crate::scenario::{Scenario, shapes};
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::sim::curve::{After, Recording};
use crate::sim::shape::Shape;
use crate::theme::Theme;
use crate::units::{Rate, Span};
use crate::words::{self, t};
use egui::{Align, ComboBox, Ui};

/// What is edited: whose traffic, in which scenario.
struct Edited<'a> {
    id: &'a Id,
    at: usize,
    scenario: &'a Scenario,
    /// Which part of which sum, if it is one.
    part: Option<(usize, &'a Shape)>,
}

impl Edited<'_> {
    fn put(&self, shape: Option<Shape>) -> Action {
        let mut scenario = self.scenario.clone();
        let whole = match self.part {
            Some((at, sum)) => Some(shapes::with_part_as(sum, at, shape)),
            None => shape,
        };
        match whole {
            Some(shape) => scenario.traffic.insert(self.id.to_string(), shape),
            None => scenario.traffic.remove(self.id.as_str()),
        };
        Action::Edit(Command::PutScenario { at: self.at, scenario })
    }

    fn key(&self, name: &str) -> String {
        let part = self.part.map_or_else(String::new, |(at, _)| format!("{at}."));
        format!("{}.{}.traffic.{part}{name}", self.scenario.name, self.id)
    }
}

/// Draws it. A constant rate is the node's own setting; another shape belongs to the scenario. Closed users have none.
pub fn traffic_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>, (id, node): (&Id, &Node)) {
    let (Some(scenario), Some(settings)) = (view.design.scenarios.get(view.scenario), node.settings()) else { return };
    let edited = Edited { id, at: view.scenario, scenario, part: None };
    let theme = state.theme();
    let own = scenario.traffic.get(id.as_str());
    if settings.word("traffic") == "closed" && own.is_none() {
        return;
    }
    let shape = own.cloned().unwrap_or_else(|| Shape::Constant(settings.rate("rate")));
    ui.add_space(6.0);
    ui.label(style::heading(t!("Traffic"), theme));
    ui.add(egui::Label::new(style::small(t!("in the scenario \"{name}\"", name = scenario.name), theme)).truncate());
    if let Some(kind) =
        row(ui, theme, t!("Over time"), |ui| kind_ui(ui, (t!("Traffic over time"), &shape), &shapes::KINDS)).1
    {
        let base = shapes::base(&shape);
        actions.push(edited.put((kind > 0).then(|| shapes::of_kind(kind, base))));
    }
    if own.is_none() {
        return;
    }
    match &shape {
        Shape::Recorded(recording) => recorded_ui(ui, state, actions, (&edited, recording)),
        Shape::Sum(parts) => sum_ui(ui, state, actions, (&edited, &shape, parts)),
        single => {
            if let Some(changed) = figures_ui(ui, state, (&edited, "", single)) {
                actions.push(edited.put(Some(changed)));
            }
        }
    }
}

/// Says that the scenario says how many requests come, where it does: the node's own rate waits meanwhile.
pub fn shaped_ui(ui: &mut Ui, view: View<'_>, theme: Theme, id: &Id) {
    let scenario = view.design.scenarios.get(view.scenario);
    let shape = scenario.and_then(|scenario| Some((scenario, scenario.traffic.get(id.as_str())?)));
    if let Some((scenario, shape)) = shape {
        let shape = shapes::words(shape);
        let words = t!(
            "The scenario \"{name}\" says how many requests come: {shape}. Change it under Traffic; the rate here waits.",
            name = scenario.name,
            shape = shape
        );
        ui.add(egui::Label::new(style::small(&words, theme).color(style::color(theme, Ink::Warn))).wrap());
    }
}

/// A choice among kinds of shapes; gives the position of another one.
fn kind_ui(ui: &mut Ui, (name, shape): (&str, &Shape), kinds: &[&str]) -> Option<usize> {
    let now = shapes::kind(shape);
    let shown = words::of(shapes::KINDS[now]);
    let mut chosen = None;
    let combo = ComboBox::from_id_salt(("traffic", name)).width(super::WIDTH).selected_text(shown);
    let shown = combo.show_ui(ui, |ui| {
        for (kind, name) in kinds.iter().enumerate() {
            if ui.selectable_label(kind == now, words::of(name)).clicked() && kind != now {
                chosen = Some(kind);
            }
        }
    });
    shown.response.accessible_name(name).on_hover_text(t!("How the offered rate changes during the run."));
    chosen
}

/// The figures of a shape; gives the shape with one changed.
fn figures_ui(ui: &mut Ui, state: &mut State, (edited, part, shape): (&Edited<'_>, &str, &Shape)) -> Option<Shape> {
    let mut changed = None;
    for (at, figure) in shapes::figures(shape).iter().enumerate() {
        let key = edited.key(&format!("{part}{at}"));
        let (current, width) = (figure.value.as_str(), super::WIDTH);
        let label = words::of(figure.label);
        let name = format!("{part}{label}");
        row(ui, state.theme(), label, |ui| {
            let hint = label;
            let field = Field { key: &key, name: &name, current, hint, width, align: Align::RIGHT };
            let parse = |typed: &str| shapes::with(shape.clone(), at, typed).map_err(|error| error.to_string());
            changed = value_field(ui, &mut state.drafts, field, parse).or(changed.take());
        });
        reason(ui, &state.drafts, &key);
    }
    changed
}

fn sum_ui(
    ui: &mut Ui,
    state: &mut State,
    actions: &mut Vec<Action>,
    (edited, sum, parts): (&Edited<'_>, &Shape, &[Shape]),
) {
    let theme = state.theme();
    for (at, part) in parts.iter().enumerate() {
        let name = t!("Part {n}", n = at + 1);
        let mut change = None;
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            ui.label(style::strong(&name));
            ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                let remove = t!("Remove part {n}", n = at + 1);
                let button = IconButton::new(Icon::Close, &remove).look(Look::Quiet);
                if parts.len() > 1 && ui.add(button).on_hover_text(&remove).clicked() {
                    change = Some(None);
                }
                let single = &shapes::KINDS[..shapes::SUM];
                if let Some(kind) = kind_ui(ui, (&name, part), single) {
                    change = Some(Some(shapes::of_kind(kind, shapes::base(part))));
                }
            });
        });
        match part {
            Shape::Recorded(recording) => {
                let edited = Edited { part: Some((at, sum)), ..*edited };
                recorded_ui(ui, state, actions, (&edited, recording));
            }
            Shape::Sum(_) => drop(ui.add(egui::Label::new(style::small(shapes::words(part), theme)).wrap())),
            _ => {}
        }
        if let Some(changed) = figures_ui(ui, state, (edited, &format!("{name}: "), part)) {
            change = Some(Some(changed));
        }
        if let Some(part) = change {
            actions.push(edited.put(Some(shapes::with_part_as(sum, at, part))));
        }
    }
    let add = IconButton::new(Icon::Plus, t!("Add a part to the traffic")).text(t!("Add a part")).look(Look::Quiet);
    if ui.add(add).clicked() {
        actions.push(edited.put(Some(shapes::with_part(sum))));
    }
}

fn recorded_ui(
    ui: &mut Ui,
    state: &mut State,
    actions: &mut Vec<Action>,
    (edited, recording): (&Edited<'_>, &Recording),
) {
    let theme = state.theme();
    let words = match &recording.file {
        Some(file) => file.clone(),
        None if recording.curve.is_empty() => {
            t!("Nothing is loaded yet. A CSV file has rows of a time and a rate, or a count for each minute.")
                .to_owned()
        }
        None => {
            let (end, sum) = (recording.curve.end(), recording.curve.sum());
            let mean = Rate((sum / end.secs().max(1e-9) * 100.0).round() / 100.0);
            t!(
                "{count} steps over {end}, {mean} on average, in this design",
                count = recording.curve.len(),
                end = end,
                mean = mean
            )
        }
    };
    ui.add(egui::Label::new(style::small(words, theme)).wrap());
    if ui.add(IconButton::words(t!("Load CSV…"))).clicked() {
        state.requests.push(Request::LoadTraffic(edited.id.clone(), edited.part.map(|(at, _)| at)));
    }
    let put = |recording: Recording| edited.put(Some(Shape::Recorded(recording)));
    row(ui, theme, t!("Then"), |ui| {
        let combo = ComboBox::from_id_salt(edited.key("after"))
            .width(super::WIDTH)
            .selected_text(words::of(recording.after.word()));
        let shown = combo.show_ui(ui, |ui| {
            for after in After::ALL {
                if ui.selectable_label(after == recording.after, words::of(after.word())).clicked()
                    && after != recording.after
                {
                    actions.push(put(Recording { after, ..recording.clone() }));
                }
            }
        });
        let tip = t!("After its end: the last rate holds, the recording repeats, or requests stop.");
        shown.response.accessible_name(t!("After the recording")).on_hover_text(tip);
    });
    if recording.file.is_some() {
        rows_ui(ui, state, actions, (edited, recording));
    }
}

/// How long a row of a file with one column is.
fn rows_ui(ui: &mut Ui, state: &mut State, actions: &mut Vec<Action>, (edited, recording): (&Edited<'_>, &Recording)) {
    let key = edited.key("rows");
    let current = recording.each.map_or_else(String::new, |each| each.to_string());
    let (words, _) = row(ui, state.theme(), t!("A row lasts"), |ui| {
        let (name, width) = (t!("A row lasts"), super::WIDTH);
        let field = Field { key: &key, name, current: &current, hint: t!("as headed"), width, align: Align::RIGHT };
        let parse = |typed: &str| match typed.trim() {
            "" => Ok(None),
            typed => typed.parse::<Span>().map(Some).map_err(|error| error.to_string()),
        };
        if let Some(each) = value_field(ui, &mut state.drafts, field, parse) {
            actions.push(edited.put(Some(Shape::Recorded(Recording { each, ..recording.clone() }))));
        }
    });
    words.on_hover_text(t!("For files with one column of counts. Empty: what the heading says, else a minute."));
    reason(ui, &state.drafts, &key);
}
