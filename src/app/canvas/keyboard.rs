//! The keyboard on the canvas: who has it, the space bar, Tab from one thing to the next and out at the end.

use super::focus_id;
use crate::app::commands::{self, keys::Owner};
use crate::app::state::{Space, State};
use crate::model::{Design, Id};
use egui::{Event, EventFilter, Key, Modifiers};

/// Who has the keyboard.
pub fn owner(ctx: &egui::Context) -> Owner {
    match ctx.memory(egui::Memory::focused) {
        _ if ctx.text_edit_focused() => Owner::Text,
        Some(id) if id == focus_id() => Owner::Canvas,
        Some(_) => Owner::Control,
        None => Owner::Nobody,
    }
}

/// While the canvas has the keyboard, Tab and the arrows are its own; past the last thing, Tab goes on to the next
/// control, so that nobody is caught here.
pub fn keep(ctx: &egui::Context, design: &Design, state: &State) {
    let Some(way) = leaving(ctx, design, state) else {
        let filter = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: true };
        ctx.memory_mut(|memory| memory.set_focus_lock_filter(focus_id(), filter));
        return;
    };
    ctx.input_mut(|input| input.events.retain(|event| !matches!(event, Event::Key { key: Key::Tab, .. })));
    ctx.memory_mut(|memory| memory.move_focus(way));
}

/// Where Tab leads out of the canvas, if it was pressed and does. The order of a large drawing is not worked out for
/// nothing.
fn leaving(ctx: &egui::Context, design: &Design, state: &State) -> Option<egui::FocusDirection> {
    let tab = |modifiers: Modifiers| {
        let key = move |event: &Event| matches!(event, Event::Key { key: Key::Tab, pressed: true, modifiers: held, .. } if *held == modifiers);
        ctx.input(move |input| input.events.iter().any(key))
    };
    let (on, back) = (tab(Modifiers::NONE), tab(Modifiers::SHIFT));
    if !on && !back {
        return None;
    }
    let order = commands::order(design);
    let ends = |id: Option<&Id>| id.is_none_or(|id| state.selection.contains(id));
    match (on && ends(order.last()), back && ends(order.first())) {
        (true, _) => Some(egui::FocusDirection::Next),
        (_, true) => Some(egui::FocusDirection::Previous),
        _ => None,
    }
}

/// Space held down moves the canvas; pressed and let go, it runs or pauses.
pub fn space_bar(ctx: &egui::Context, look: commands::Look<'_>, space: &mut Space) -> bool {
    if matches!(owner(ctx), Owner::Text | Owner::Control) {
        *space = Space::Up;
        return false;
    }
    let mut run = false;
    for event in ctx.input(|input| input.events.clone()) {
        let Event::Key { key: Key::Space, pressed, .. } = event else { continue };
        match (pressed, *space) {
            (true, Space::Up) => *space = Space::Down,
            (false, before) => {
                run |= before == Space::Down;
                *space = Space::Up;
            }
            _ => {}
        }
    }
    run && (commands::named("Run or pause").enabled)(look)
}
