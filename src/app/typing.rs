//! What is typed on the window: shortcuts of commands, the space bar, arrow keys, Escape, the clipboard.
//!
//! Absent: the fields that text is typed into, which have their keys first.

use super::canvas::tool::Input;
use super::canvas::{self, keyboard};
use super::commands::keys::{self as command_keys, Owner};
use super::commands::{self, Request};
use super::state::State;
use super::{clipboard, find, topbar};
use crate::session::{Action, View};

/// Shortcuts, the space bar, Escape and the clipboard.
pub fn keys(ctx: &egui::Context, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    // A dialog or an open list has the keyboard for itself.
    let open = state.dialog.is_some() || state.finder.is_some() || state.shortcuts || state.past;
    if open || view.recovery.is_some() || view.opening.is_some() {
        return;
    }
    let mut space = state.space;
    if keyboard::space_bar(ctx, state.look(view), &mut space) {
        actions.extend(commands::run_or_pause(state.look(view)));
    }
    state.space = space;
    // A field on the canvas takes the keyboard with the next frame; what is typed until then is meant for it.
    let owner = if state.prompt.is_some() { Owner::Text } else { keyboard::owner(ctx) };
    if owner == Owner::Canvas {
        keyboard::keep(ctx, view.design, state);
    }
    nudges(ctx, view, state, actions, owner);
    if owner != Owner::Text {
        bends(ctx, view, state, actions);
    }
    let look = state.look(view);
    for entry in commands::keys::pressed(ctx, look, owner) {
        topbar::run_command(entry, view, state, actions);
    }
    if ctx.text_edit_focused() || state.prompt.is_some() {
        return;
    }
    for event in ctx.input(|input| input.events.clone()) {
        match event {
            egui::Event::Copy => state.requests.push(Request::Copy),
            egui::Event::Cut => state.requests.push(Request::Cut),
            egui::Event::Paste(text) => clipboard::paste(view, state, actions, Some(&text)),
            _ => {}
        }
    }
    let popup = egui::Popup::is_any_open(ctx);
    if !popup && ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape)) {
        if state.find.is_some() && state.tool.idle() {
            find::give_up(state);
        } else if state.part().is_some() && state.tool.idle() {
            state.held_part = None;
        } else {
            canvas::send(view, state, actions, Input::Escape);
        }
    }
}

/// Delete and Backspace take the part that is held of the link that is selected, or the bend under the pointer, and not the
/// link.
fn bends(ctx: &egui::Context, view: View<'_>, state: &State, actions: &mut Vec<Action>) {
    let keys = [egui::Key::Delete, egui::Key::Backspace];
    let pressed = ctx.input(|input| input.modifiers.is_none() && keys.iter().any(|key| input.key_pressed(*key)));
    if pressed && canvas::parts::take_away(view, state, actions) {
        ctx.input_mut(|input| keys.map(|key| input.consume_key(egui::Modifiers::NONE, key)));
    }
}

/// An arrow key that is held moves what is selected in one step of undo, from when it goes down until it is let go.
fn nudges(ctx: &egui::Context, view: View<'_>, state: &mut State, actions: &mut Vec<Action>, owner: Owner) {
    if state.nudging && !command_keys::arrow_is_down(ctx) {
        state.nudging = false;
        actions.push(Action::EndGesture);
    }
    let free = !matches!(owner, Owner::Text | Owner::Control) && state.tool.idle();
    let drawn =
        state.selection.iter().any(|id| view.design.rect_of(id).is_some() || view.design.links.contains_key(id));
    if free && drawn && command_keys::arrow_went_down(ctx) && !ctx.input(|input| input.modifiers.alt) {
        state.nudging = true;
        actions.push(Action::BeginGesture);
    }
}
