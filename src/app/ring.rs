//! The ring around what has the keyboard, for those who use it.
//!
//! Promises: it is there from the first Tab on and goes with the first press of the pointer, so that nobody sees it who
//! does not need it. Absent: text fields, which show their cursor and edge anyhow.

use super::canvas::focus_id;
use super::state::State;
use super::style;
use crate::scene::list::Ink;
use egui::{Context, CornerRadius, Event, Key, Stroke, StrokeKind};

/// Draws it, if the keyboard is being used.
pub fn ring_ui(ctx: &Context, state: &mut State) {
    state.ring = ctx.input(|input| input.events.iter().rev().find_map(shows)).unwrap_or(state.ring);
    let focused = ctx.memory(egui::Memory::focused).filter(|_| state.ring && !ctx.text_edit_focused());
    let Some(response) = focused.and_then(|id| ctx.read_response(id)) else { return };
    let stroke = Stroke::new(2.0, style::color(state.theme(), Ink::Accent));
    let painter = ctx.layer_painter(response.layer_id);
    if response.id == focus_id() {
        painter.rect_stroke(response.rect, CornerRadius::ZERO, stroke, StrokeKind::Inside);
    } else {
        painter.rect_stroke(response.rect.expand(1.0), CornerRadius::same(8), stroke, StrokeKind::Outside);
    }
}

/// Whether an event shows the ring or takes it away; most do neither.
fn shows(event: &Event) -> Option<bool> {
    match event {
        Event::Key { key: Key::Tab, pressed: true, .. } => Some(true),
        Event::PointerButton { pressed: true, .. } => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Modifiers, PointerButton, Pos2};

    #[test]
    fn tab_shows_the_ring_and_the_pointer_takes_it_away() {
        let modifiers = Modifiers::NONE;
        let tab = Event::Key { key: Key::Tab, physical_key: None, pressed: true, repeat: false, modifiers };
        let press = Event::PointerButton { pos: Pos2::ZERO, button: PointerButton::Primary, pressed: true, modifiers };
        assert_eq!([&tab, &press, &Event::Copy].map(shows), [Some(true), Some(false), None]);
    }
}
