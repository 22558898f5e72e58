//! The pointer and the wheel on the canvas: egui's events, handed to the tool.

use super::tool::{Held, Input, Spot, State as ToolState};
use super::{send, spot, world};
use crate::app::state::{Space, State};
use crate::model::Point;
use crate::session::{Action, View};
use egui::{Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, Response, Ui};

/// Hands the pointer's events to the tool one by one: a press, a move and a release may all come in one frame.
pub(super) fn pointer(ui: &Ui, response: &Response, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let rect = response.rect;
    let edge = ui.style().interaction.resize_grab_radius_side;
    let free = |at: Pos2| rect.shrink(edge).contains(at) && ui.ctx().layer_id_at(at) == Some(ui.layer_id());
    let (events, modifiers) = ui.input(|input| (input.events.clone(), input.modifiers));
    let mut last = ui.input(|input| input.pointer.latest_pos().map(|at| at - input.pointer.delta()));
    for event in events {
        match event {
            Event::PointerMoved(at) => {
                let by = last.map_or(Point::default(), |last| Point::new(at.x - last.x, at.y - last.y));
                last = Some(at);
                let point = world(state, rect, at);
                state.pointer = free(at).then_some(point);
                if free(at) || !matches!(state.tool.state, ToolState::Placing { .. }) {
                    moved(view, state, actions, (point, by, modifiers));
                } else {
                    send(view, state, actions, Input::Leave);
                }
            }
            Event::PointerButton { pos, button, pressed, modifiers } => {
                let point = world(state, rect, pos);
                if pressed && free(pos) {
                    ui.ctx().memory_mut(|memory| memory.request_focus(super::focus_id()));
                    press(view, state, actions, (point, button, modifiers));
                } else if !pressed && button != PointerButton::Secondary {
                    let over = spot(view, state, point);
                    if free(pos) && matches!(state.tool.state, ToolState::Placing { .. }) {
                        // What is put down can be named and moved by keys at once, also after a search in the palette.
                        ui.ctx().memory_mut(|memory| memory.request_focus(super::focus_id()));
                    }
                    send(view, state, actions, Input::Release(point, over, held(modifiers)));
                }
            }
            Event::PointerGone => {
                state.pointer = None;
                send(view, state, actions, Input::Leave);
            }
            _ => {}
        }
    }
    modifiers_changed(view, state, actions, modifiers);
    follow(ui, rect, view, state, actions);
    double(response, view, state, actions);
}

fn double(response: &Response, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    // egui counts a double click soon after a click elsewhere as three.
    if (response.double_clicked() || response.triple_clicked())
        && let Some(at) = response.interact_pointer_pos()
    {
        let point = world(state, response.rect, at);
        let over = spot(view, state, point);
        send(view, state, actions, Input::Double(point, over));
    }
}

fn held(modifiers: Modifiers) -> Held {
    Held { hand: false, shift: modifiers.shift, alt: modifiers.alt, ctrl: modifiers.command }
}

fn moved(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, (at, by, held_now): (Point, Point, Modifiers)) {
    // What lies under the pointer is looked for only where it matters.
    let matters = match &state.tool.state {
        ToolState::Pressing(..) | ToolState::Linking { .. } => true,
        ToolState::Dragging(_) | ToolState::Placing { .. } => state.tool.looks_for_links(),
        _ => false,
    };
    let over = if matters { spot(view, state, at) } else { Spot::Empty };
    state.held = held_now;
    send(view, state, actions, Input::Move(at, over, by, held(held_now)));
}

/// A key that was pressed or let go changes what a drag does, also if the pointer stands still.
fn modifiers_changed(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, now: Modifiers) {
    let dragging = matches!(
        state.tool.state,
        ToolState::Dragging(_)
            | ToolState::Resizing { .. }
            | ToolState::Bending { .. }
            | ToolState::Labelling { .. }
            | ToolState::Marquee { .. }
    );
    if let Some(at) = state.pointer
        && dragging
        && state.held != now
    {
        moved(view, state, actions, (at, Point::default(), now));
    }
}

/// How near the edge of the canvas a drag makes the canvas follow, in screen points.
const MARGIN: f32 = 22.0;

/// How fast it follows, in screen points a second.
const SPEED: f32 = 700.0;

/// A drag at the edge of the canvas moves the canvas along.
fn follow(ui: &Ui, rect: egui::Rect, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let follows = matches!(
        state.tool.state,
        ToolState::Dragging(_)
            | ToolState::Resizing { .. }
            | ToolState::Bending { .. }
            | ToolState::Labelling { .. }
            | ToolState::Marquee { .. }
            | ToolState::Linking { .. }
    );
    let Some(at) = ui.input(|input| input.pointer.latest_pos()).filter(|_| follows) else { return };
    let inner = rect.shrink(MARGIN);
    let beyond = at - inner.clamp(at);
    if beyond == egui::Vec2::ZERO {
        return;
    }
    let step = SPEED * ui.input(|input| input.stable_dt.min(0.05));
    let way = beyond.normalized() * step * (beyond.length() / MARGIN).min(1.5);
    state.camera.pan(Point::new(-way.x, -way.y));
    let (point, modifiers) = (world(state, rect, at), state.held);
    moved(view, state, actions, (point, Point::default(), modifiers));
    ui.ctx().request_repaint();
}

fn press(
    view: View<'_>,
    state: &mut State,
    actions: &mut Vec<Action>,
    (at, button, modifiers): (Point, PointerButton, Modifiers),
) {
    let over = spot(view, state, at);
    let space = state.space != Space::Up;
    let hand = match button {
        PointerButton::Middle => true,
        PointerButton::Primary => space,
        PointerButton::Secondary => return secondary(view, state, &over),
        _ => return,
    };
    if space {
        state.space = Space::Used;
    }
    state.held = modifiers;
    send(view, state, actions, Input::Press(at, over, Held { hand, ..held(modifiers) }));
}

/// The menu of the other button is about what lies under it.
fn secondary(view: View<'_>, state: &mut State, over: &Spot) {
    match super::tool::spot_id(over) {
        Some(id) if !state.selection.contains(id) => {
            state.selection = view.design.unit(id, view.design.common_groups(&state.selection)).into();
        }
        Some(_) => {}
        None => state.selection.clear(),
    }
}

/// The wheel zooms about the pointer; two fingers move the canvas, and zoom when pinched or with Ctrl.
pub(super) fn wheel(ui: &Ui, response: &Response, state: &mut State) {
    let Some(at) = response.hover_pos().or(response.interact_pointer_pos()) else { return };
    let about = Point::new(at.x - response.rect.left(), at.y - response.rect.top());
    let pinch = ui.input(egui::InputState::zoom_delta);
    if pinch != 1.0 {
        state.camera.zoom_by(pinch, about);
        return;
    }
    let events = ui.input(|input| input.events.clone());
    for event in events {
        match event {
            Event::MouseWheel { modifiers, .. } if modifiers.command => {}
            Event::MouseWheel { unit: MouseWheelUnit::Point, delta, .. } => {
                state.camera.pan(Point::new(delta.x, delta.y));
            }
            Event::MouseWheel { delta, modifiers, .. } if modifiers.shift => {
                state.camera.pan(Point::new(40.0 * (delta.x + delta.y), 0.0));
            }
            Event::MouseWheel { delta, .. } => {
                state.camera.zoom_by(1.15_f32.powf(delta.y), about);
                state.camera.pan(Point::new(40.0 * delta.x, 0.0));
            }
            _ => {}
        }
    }
}
