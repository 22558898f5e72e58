//! Traffic of a users node under the chosen scenario: its shape over time, and the figures of that shape.

use crate::app::fields::{Field, reason, row, value_field};
use crate::app::state::State;
use crate::app::style;
use crate::edit::Command;
use crate::model::{Id, Node};
use crate::scenario::{Scenario, shapes};
use crate::session::{Action, View};
use crate::sim::shape::Shape;
use egui::{Align, ComboBox, Ui};

/// Draws it. A constant rate is the node's own setting; another shape belongs to the scenario.
pub fn traffic_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>, (id, node): (&Id, &Node)) {
    let (Some(scenario), Some(settings)) = (view.design.scenarios.get(view.scenario), node.settings()) else { return };
    let own = Shape::Constant(settings.rate("rate"));
    let shape = scenario.traffic.get(id.as_str()).cloned().unwrap_or(own);
    let put = |shape: Option<Shape>| {
        let mut scenario = scenario.clone();
        match shape {
            Some(shape) => scenario.traffic.insert(id.to_string(), shape),
            None => scenario.traffic.remove(id.as_str()),
        };
        Action::Edit(Command::PutScenario { at: view.scenario, scenario })
    };
    let theme = state.theme();
    ui.add_space(6.0);
    ui.label(style::heading("Traffic", theme));
    ui.add(egui::Label::new(style::small(format!("in the scenario \"{}\"", scenario.name), theme)).truncate());
    row(ui, theme, "Over time", |ui| kind_ui(ui, actions, &shape, put));
    if scenario.traffic.contains_key(id.as_str()) {
        figures_ui(ui, state, actions, (scenario, id, &shape), put);
    }
}

fn kind_ui(ui: &mut Ui, actions: &mut Vec<Action>, shape: &Shape, put: impl Fn(Option<Shape>) -> Action) {
    let now = shapes::kind(shape);
    let combo = ComboBox::from_id_salt("traffic").width(super::WIDTH).selected_text(shapes::KINDS[now]);
    let shown = combo.show_ui(ui, |ui| {
        for (kind, name) in shapes::KINDS.into_iter().enumerate() {
            if ui.selectable_label(kind == now, name).clicked() && kind != now {
                actions.push(put((kind > 0).then(|| shapes::of_kind(kind, shapes::base(shape)))));
            }
        }
    });
    shown.response.accessible_name("Traffic over time").on_hover_text("How the offered rate changes during the run.");
}

fn figures_ui(
    ui: &mut Ui,
    state: &mut State,
    actions: &mut Vec<Action>,
    (scenario, id, shape): (&Scenario, &Id, &Shape),
    put: impl Fn(Option<Shape>) -> Action,
) {
    for (at, figure) in shapes::figures(shape).iter().enumerate() {
        let key = format!("{}.{id}.traffic.{at}", scenario.name);
        let (name, current, width) = (figure.label, figure.value.as_str(), super::WIDTH);
        row(ui, state.theme(), figure.label, |ui| {
            let field = Field { key: &key, name, current, hint: name, width, align: Align::RIGHT };
            let parse = |typed: &str| shapes::with(shape.clone(), at, typed).map_err(|error| error.to_string());
            if let Some(shape) = value_field(ui, &mut state.drafts, field, parse) {
                actions.push(put(Some(shape)));
            }
        });
        reason(ui, &state.drafts, &key);
    }
}
