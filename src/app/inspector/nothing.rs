//! Nothing selected: the design itself, its scenarios, and what to do next.

use super::WIDTH;
use crate::app::fields::{Field, reason, row, value_field};
use crate::app::icons::{Icon, IconButton, Look};
use crate::app::state::State;
use crate::app::style;
use crate::catalog;
use crate::edit::Command;
use crate::model::Routing;
use crate::scenario::{Scenario, shapes};
use crate::session::{Action, View};
use crate::units::Span;
use crate::words::{self, t};
use egui::{Align, ComboBox, Ui};

/// Draws it.
pub fn nothing_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    ui.label(style::title(t!("Design")));
    let title = |text: &str| match text.trim() {
        "" => Err(t!("A design needs a title").to_owned()),
        text => Ok(Command::Title(text.to_owned())),
    };
    let width = ui.available_width();
    let name = view.design.name.as_str();
    let field =
        Field { key: "design.title", name: t!("Title"), current: name, hint: t!("Title"), width, align: Align::LEFT };
    if let Some(command) = value_field(ui, &mut state.drafts, field, title) {
        actions.push(Action::Edit(command));
    }
    reason(ui, &state.drafts, "design.title");
    row(ui, theme, t!("Region"), |ui| {
        let combo = ComboBox::from_id_salt("region").width(WIDTH).selected_text(&*view.design.region);
        let shown = combo.show_ui(ui, |ui| {
            for region in catalog::REGIONS {
                if ui.selectable_label(region == view.design.region, region).clicked() {
                    actions.push(Action::Edit(Command::Region(region.to_owned())));
                }
            }
        });
        shown.response.accessible_name(t!("Region")).on_hover_text(t!("Prices are taken from this region."));
    });
    row(ui, theme, t!("Links"), |ui| {
        let now = view.design.routing;
        let combo = ComboBox::from_id_salt("routing").width(WIDTH).selected_text(words::of(now.name()));
        let shown = combo.show_ui(ui, |ui| {
            for routing in Routing::ALL {
                if ui.selectable_label(routing == now, words::of(routing.name())).clicked() && routing != now {
                    actions.push(Action::Edit(Command::RouteAll(routing)));
                }
            }
        });
        shown.response.accessible_name(t!("Links")).on_hover_text(t!("How links run that do not say otherwise."));
    });
    ui.add_space(6.0);
    scenarios_ui(ui, view, state, actions);
    ui.add_space(6.0);
    super::classes::classes_ui(ui, view, state, actions);
    ui.add_space(8.0);
    ui.label(style::heading(t!("What to do"), theme));
    for line in hints(view) {
        ui.add(egui::Label::new(style::small(line, theme)).wrap());
    }
}

fn hints(view: View<'_>) -> [&'static str; 3] {
    if view.design.is_empty() {
        return [
            t!("Drag Users and a server from the left onto the canvas."),
            t!("Drag from the edge of Users to the server to join them."),
            t!("Press Space: load flows, and every figure is measured."),
        ];
    }
    if view.snapshot.is_none() {
        return [
            t!("Press Space to put load on the drawing."),
            t!("Select a card to change its settings."),
            t!("Ctrl+K finds any command."),
        ];
    }
    [
        t!("Select a card for its live figures and settings."),
        t!("Change a setting while it runs: the run goes on with it."),
        t!("Faults at the top breaks something on purpose."),
    ]
}

fn text_row(
    ui: &mut Ui,
    state: &mut State,
    actions: &mut Vec<Action>,
    (key, label, current): (&str, &str, &str),
    parse: impl Fn(&str) -> Result<Command, String>,
) {
    row(ui, state.theme(), label, |ui| {
        let field = Field { key, name: label, current, hint: label, width: WIDTH, align: Align::LEFT };
        if let Some(command) = value_field(ui, &mut state.drafts, field, parse) {
            actions.push(Action::Edit(command));
        }
    });
    reason(ui, &state.drafts, key);
}

fn scenarios_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    ui.label(style::heading(t!("Scenarios"), theme));
    let all = &view.design.scenarios;
    for (at, scenario) in all.iter().enumerate() {
        ui.horizontal(|ui| {
            let chosen = at == view.scenario;
            let name = t!("Run scenario {name}", name = scenario.name);
            ui.spacing_mut().item_spacing.x = 4.0;
            if ui.radio(chosen, "").accessible_name(name).clicked() && !chosen {
                actions.push(Action::Scenario(at));
            }
            ui.add(egui::Label::new(style::strong(&scenario.name)).truncate());
            if all.len() > 1 {
                ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                    let name = t!("Remove scenario {name}", name = scenario.name);
                    if ui.add(IconButton::new(Icon::Close, &name).look(Look::Quiet)).on_hover_text(&name).clicked() {
                        actions.push(Action::Edit(Command::RemoveScenario(at)));
                    }
                });
            }
        });
        if at == view.scenario {
            scenario_ui(ui, state, actions, (at, scenario, all));
        }
    }
    if ui.add(IconButton::new(Icon::Plus, t!("Add a scenario")).text(t!("Add a scenario")).look(Look::Quiet)).clicked()
    {
        let scenario = Scenario { name: free_name(all), ..Scenario::steady() };
        actions.push(Action::Edit(Command::PutScenario { at: all.len(), scenario }));
    }
}

fn free_name(all: &[Scenario]) -> String {
    let taken = |name: &String| all.iter().any(|scenario| scenario.name == *name);
    (1..).map(|n| format!("scenario {n}")).find(|name| !taken(name)).unwrap_or_default()
}

fn scenario_ui(
    ui: &mut Ui,
    state: &mut State,
    actions: &mut Vec<Action>,
    (at, scenario, all): (usize, &Scenario, &[Scenario]),
) {
    let put = |scenario| Command::PutScenario { at, scenario };
    let rename = |text: &str| {
        let text = text.trim();
        let taken = all.iter().enumerate().any(|(n, other)| n != at && other.name == text);
        match text {
            "" => Err(t!("A scenario needs a name").to_owned()),
            _ if taken => Err(t!("There is a scenario {text} already", text = text)),
            _ => Ok(put(Scenario { name: text.to_owned(), ..scenario.clone() })),
        }
    };
    text_row(ui, state, actions, (&format!("scenario.{at}.name"), t!("Name"), &scenario.name), rename);
    type Setter = fn(&mut Scenario, &str) -> Result<(), crate::units::ParseError>;
    let spans: [(&str, &str, String, Setter); 2] = [
        ("duration", t!("Duration"), scenario.duration.to_string(), |it, text| {
            text.parse().map(|span| it.duration = span)
        }),
        ("warmup", t!("Warm-up"), scenario.warmup.to_string(), |it, text| {
            text.parse().map(|warmup| it.warmup = warmup)
        }),
    ];
    for (key, label, shown, set) in spans {
        let parse = |text: &str| {
            let mut changed = scenario.clone();
            set(&mut changed, text).map_err(|error| error.to_string())?;
            Ok(put(changed))
        };
        text_row(ui, state, actions, (&format!("scenario.{at}.{key}"), label, &shown), parse);
    }
    let theme = state.theme();
    for (node, shape) in &scenario.traffic {
        let words = style::small(t!("Traffic of {node}: {words}", node = node, words = shapes::words(shape)), theme);
        ui.add(egui::Label::new(words).truncate());
    }
    for fault in &scenario.faults {
        let (at, what) = (fault.at, fault.harm.words());
        let lasts = if fault.lasts == Span::ZERO { String::new() } else { t!(" for {span}", span = fault.lasts) };
        ui.label(style::small(t!("At {at}: {what}{lasts}", at = at, what = what, lasts = lasts), theme));
    }
    for target in &scenario.targets {
        ui.label(style::small(t!("Target: {target}", target = target), theme));
    }
}
