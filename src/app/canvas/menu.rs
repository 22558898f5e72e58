//! The menu of the pointer's other button: the commands that make sense for what is under it, with their keys.

use crate::app::commands;
use crate::app::state::State;
use crate::app::topbar::menu_line;
use crate::compile;
use crate::session::{Action, View};
use crate::units::Span;
use crate::words::t;
use egui::{Response, Ui};

/// Commands on what is selected, parted by lines.
const SELECTED: &[&[&str]] = &[
    &["Cut", "Copy", "Paste", "Duplicate", "Delete", "Delete the frame, keep what is in it"],
    &["Rename", "Connect to…", "Select the same service", "Select what is connected"],
    &["Add a bend to the link", "Straighten links", "Let labels find their place", "Let ends find their side"],
    &["Group", "Ungroup", "Lock", "Unlock"],
    &["Bring to front", "Bring forward", "Send backward", "Send to back"],
    &["Lay out the selection", "Zoom to the selection"],
];

/// Commands on the canvas itself.
const CANVAS: &[&[&str]] = &[
    &["Add a service by name", "Paste", "Select all"],
    &["Lay out everything", "Zoom to fit", "Find in the drawing", "Outline"],
    &["Undo", "Redo", "History"],
];

/// How links run.
const WAYS: &[&[&str]] = &[&["Orthogonal links", "Curved links", "Straight links"]];

/// Lining up and spreading, for several.
const LINES: &[&[&str]] = &[
    &["Align left", "Align centres", "Align right", "Align top", "Align middles", "Align bottom"],
    &["Distribute across", "Distribute down", "Equal gaps across", "Equal gaps down"],
];

/// Opens the menu where the other button is clicked.
pub(super) fn menu_ui(response: &Response, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    response.context_menu(|ui| {
        ui.set_min_width(250.0);
        // All of it fits into a window of 640 points.
        ui.spacing_mut().item_spacing.y = 1.0;
        if state.selection.is_empty() {
            lines(ui, view, state, actions, CANVAS);
            return;
        }
        lines(ui, view, state, actions, SELECTED);
        if state.selection.iter().any(|id| view.design.links.contains_key(id)) {
            ui.menu_button(t!("Way of the link"), |ui| {
                ui.set_min_width(200.0);
                lines(ui, view, state, actions, WAYS);
            });
        }
        faults_ui(ui, view, state, actions);
        if state.selection.len() > 1 {
            ui.menu_button(t!("Align and distribute"), |ui| {
                ui.set_min_width(220.0);
                lines(ui, view, state, actions, LINES);
            });
        }
    });
}

/// What can go wrong with what is selected while a run is on: on a node, a link or a place.
fn faults_ui(ui: &mut Ui, view: View<'_>, state: &State, actions: &mut Vec<Action>) {
    let Some(id) = state.only().filter(|_| view.snapshot.is_some()) else { return };
    let harms = compile::possible(view.plan, view.design, id);
    if harms.is_empty() {
        return;
    }
    ui.separator();
    ui.menu_button(t!("Break it"), |ui| {
        ui.set_min_width(250.0);
        for harm in harms {
            let lasts = harm.usual_span();
            let words = match lasts {
                Span::ZERO => harm.words(),
                _ => t!("{harm}, for {span}", harm = harm.words(), span = lasts),
            };
            if ui.button(words).clicked() {
                actions.push(Action::Inject(harm, lasts));
                ui.close();
            }
        }
    });
}

/// Only what makes sense now, so that the menu stays short.
fn lines(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>, groups: &[&[&str]]) {
    let mut above = false;
    for names in groups {
        let enabled = |name: &&&str| (commands::named(name).enabled)(state.look(view));
        let shown: Vec<&&str> = names.iter().filter(enabled).collect();
        if above && !shown.is_empty() {
            ui.separator();
        }
        above |= !shown.is_empty();
        for name in shown {
            menu_line(ui, view, state, actions, commands::named(name));
        }
    }
}
