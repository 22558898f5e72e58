//! How links run, in the inspector: their way, and the sides of cards that they leave and enter at.

use super::super::fields::{CONTROL_WIDTH, row};
use crate::edit::Command;
use crate::model::{Design, Id, Link, Routing, Side, Sides};
use crate::session::Action;
use crate::theme::Theme;
use crate::words::{self, t};
use egui::Ui;

/// How links run: as the drawing has it, or otherwise.
pub fn ways_ui(
    ui: &mut Ui,
    theme: Theme,
    actions: &mut Vec<Action>,
    (ids, design, routing): (&[Id], &Design, Option<Routing>),
) {
    let usual = t!("as the drawing: {way}", way = words::of(design.routing.name()).to_lowercase());
    let named = |routing: Option<Routing>| routing.map_or(usual.clone(), |own| words::of(own.name()).to_owned());
    let (label, ()) = row(ui, theme, t!("Way"), |ui| {
        let combo = egui::ComboBox::from_id_salt("way").width(CONTROL_WIDTH).selected_text(named(routing));
        let shown = combo.show_ui(ui, |ui| {
            let others = Routing::ALL.into_iter().filter(|other| *other != design.routing);
            for choice in [None].into_iter().chain(others.map(Some)) {
                if ui.selectable_label(choice == routing, named(choice)).clicked() && choice != routing {
                    actions.push(Action::Edit(Command::Route { ids: ids.to_vec(), routing: choice }));
                }
            }
        });
        shown.response.accessible_name(t!("Way"));
    });
    label.on_hover_text(t!(
        "How the line runs. Pull it with the pointer to give it a bend; double-click takes a bend out."
    ));
}

/// The sides at which a link leaves and enters.
pub fn sides_ui(ui: &mut Ui, theme: Theme, actions: &mut Vec<Action>, (id, link): (&Id, &Link)) {
    let sides = link.sides;
    if let Some(leaves) = side_ui(ui, theme, t!("Leaves at"), sides.leaves) {
        let sides = Sides { leaves, ..sides };
        actions.push(Action::Edit(Command::Lead { id: id.clone(), sides }));
    }
    if let Some(enters) = side_ui(ui, theme, t!("Enters at"), sides.enters) {
        let sides = Sides { enters, ..sides };
        actions.push(Action::Edit(Command::Lead { id: id.clone(), sides }));
    }
}

/// The side of a card, and another one if it is chosen.
fn side_ui(ui: &mut Ui, theme: Theme, name: &'static str, side: Option<Side>) -> Option<Option<Side>> {
    let named = |side: Option<Side>| side.map_or(t!("the nearest side"), |side| words::of(side.name()));
    let mut chosen = None;
    let (label, ()) = row(ui, theme, name, |ui| {
        let combo = egui::ComboBox::from_id_salt(name).width(CONTROL_WIDTH).selected_text(named(side));
        let shown = combo.show_ui(ui, |ui| {
            for choice in [None].into_iter().chain(Side::ALL.map(Some)) {
                if ui.selectable_label(choice == side, named(choice)).clicked() && choice != side {
                    chosen = Some(choice);
                }
            }
        });
        shown.response.accessible_name(name);
    });
    label.on_hover_text(t!("The side of the card. Drag the end of the link to another edge, or choose it here."));
    chosen
}
