//! The canvas: the drawing, and what the pointer does on it.
//!
//! This is the glue between egui and the [`tool`]: it hands over events and carries effects out. What is drawn comes from
//! `scene`. Every visible node is an area with a name, so that the canvas can be read without seeing it.

pub mod kept;
mod minimap;
mod names;
mod overlay;
pub mod prompt;
pub mod snap;
pub mod tool;

use super::camera::Camera;
use super::commands;
use super::paint::Brush;
use super::prefs::Motion;
use super::state::{Prompt, Space, State};
use super::style;
use crate::edit::Command;
use crate::model::{Id, Point, Size};
use crate::scene::list::Ink;
use crate::scene::{Hit, Picture};
use crate::session::{Action, Notice, View};
use egui::{Event, MouseWheelUnit, PointerButton, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo};
use tool::{Corner, Effect, Held, Input, Phase, Side, Spot, State as ToolState, World};

/// How near the pointer must be to a thin thing, in screen points.
const SLACK: f32 = 5.0;

/// Draws the canvas and answers to the pointer.
pub fn canvas_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let rect = ui.available_rect_before_wrap();
    ui.allocate_rect(rect, Sense::hover());
    // The edges of the panels around it can be dragged: the canvas lies over them and must let them be.
    let open = rect.shrink(ui.style().interaction.resize_grab_radius_side);
    let response = ui.interact(open, ui.scope_id().with("canvas"), Sense::click_and_drag()).with_new_rect(rect);
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Canvas"));
    state.canvas_corner = rect.min;
    state.canvas = Size { w: rect.width(), h: rect.height() };
    state.kept.follow(view);
    if std::mem::take(&mut state.fit) {
        fit(view, state);
    }
    let held = minimap::holds(ui, view, state, rect);
    if !held {
        pointer(ui, &response, view, state, actions);
    }
    wheel(ui, &response, state);
    paint(ui, rect, view, state);
    names::name_things(ui, &response, view, state);
    minimap::minimap(ui, rect, view, state);
    prompt::prompt_ui(ui, rect, view, state, actions);
    cursor(ui, &response, view, state);
}

/// Shows all of the drawing.
pub fn fit(view: View<'_>, state: &mut State) {
    state.kept.follow(view);
    match state.kept.layout.bounds(view.design) {
        Some(all) => state.camera.fit(all, state.canvas),
        None => state.camera = Camera::default(),
    }
}

/// The point of the drawing under a place on the screen.
fn world(state: &State, rect: Rect, at: Pos2) -> Point {
    state.camera.to_world(Point::new(at.x - rect.left(), at.y - rect.top()))
}

/// What lies at a point of the drawing.
fn spot(view: View<'_>, state: &State, at: Point) -> Spot {
    let slack = SLACK / state.camera.zoom;
    if let Some(id) = state.only()
        && let Some(way) = state.kept.layout.route(id)
    {
        for (end, side) in [(way.from, Side::From), (way.to, Side::To)] {
            if end.distance(at) <= 2.0 * slack {
                return Spot::End(id.clone(), side);
            }
        }
    }
    match state.kept.layout.hit(view.design, at, slack) {
        Hit::Node(id) => Spot::Node(id),
        Hit::Port(id) => Spot::Port(id),
        Hit::Link(id) => Spot::Link(id),
        Hit::Place(id) => Spot::Place(id),
        Hit::Note(id) => Spot::Note(id),
        Hit::Corner(id, at) => {
            let corners = [Corner::TopLeft, Corner::TopRight, Corner::BottomRight, Corner::BottomLeft];
            Spot::Corner(id, corners[at % 4])
        }
        Hit::Nothing => Spot::Empty,
    }
}

/// Hands the pointer's events to the tool one by one: a press, a move and a release may all come in one frame.
fn pointer(ui: &Ui, response: &Response, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let rect = response.rect;
    let edge = ui.style().interaction.resize_grab_radius_side;
    let free = |at: Pos2| rect.shrink(edge).contains(at) && ui.ctx().layer_id_at(at) == Some(ui.layer_id());
    let events = ui.input(|input| input.events.clone());
    let mut last = ui.input(|input| input.pointer.latest_pos().map(|at| at - input.pointer.delta()));
    for event in events {
        match event {
            Event::PointerMoved(at) => {
                let by = last.map_or(Point::default(), |last| Point::new(at.x - last.x, at.y - last.y));
                last = Some(at);
                let carrying = matches!(state.tool.state, ToolState::Placing { .. });
                if carrying && !free(at) {
                    send(view, state, actions, Input::Leave);
                    continue;
                }
                let point = world(state, rect, at);
                state.pointer = free(at).then_some(point);
                let over = spot(view, state, point);
                send(view, state, actions, Input::Move(point, over, by));
            }
            Event::PointerButton { pos, button, pressed, modifiers } => {
                let point = world(state, rect, pos);
                let over = spot(view, state, point);
                if pressed && free(pos) {
                    press(view, state, actions, (point, over, button, modifiers.shift));
                } else if !pressed && button != PointerButton::Secondary {
                    send(view, state, actions, Input::Release(point, over));
                }
            }
            Event::PointerGone => {
                state.pointer = None;
                send(view, state, actions, Input::Leave);
            }
            _ => {}
        }
    }
    // egui counts a double click soon after a click elsewhere as three.
    if (response.double_clicked() || response.triple_clicked())
        && let Some(at) = response.interact_pointer_pos()
    {
        let point = world(state, rect, at);
        let over = spot(view, state, point);
        send(view, state, actions, Input::Double(point, over));
    }
}

type Pressed = (Point, Spot, PointerButton, bool);

fn press(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, (at, over, button, shift): Pressed) {
    // A click on the canvas leaves whatever field was being typed in.
    state.leave_field = true;
    let space = state.space != Space::Up;
    let held = match button {
        PointerButton::Middle => Held::Hand,
        PointerButton::Primary if space => Held::Hand,
        PointerButton::Primary if shift => Held::Shift,
        PointerButton::Primary => Held::Nothing,
        _ => return,
    };
    if space {
        state.space = Space::Used;
    }
    send(view, state, actions, Input::Press(at, over, held));
}

/// One event for the tool, and what comes of it.
pub fn send(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, input: Input) {
    let world = World { design: view.design, selection: &state.selection, zoom: state.camera.zoom };
    for effect in state.tool.handle(input, world) {
        carry_out(view, state, actions, effect);
    }
}

fn carry_out(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, effect: Effect) {
    match effect {
        Effect::Edit(command) if makes(&command) => state.create(command, actions),
        Effect::Edit(command) => actions.push(Action::Edit(command)),
        Effect::Gesture(Phase::Begin) => actions.push(Action::BeginGesture),
        Effect::Gesture(Phase::End) => actions.push(Action::EndGesture),
        Effect::Gesture(Phase::Cancel) => actions.push(Action::CancelGesture),
        Effect::Select(ids) => state.selection = ids,
        Effect::Pan(by) => state.camera.pan(by),
        Effect::Rename(id) => rename(view, state, id),
        Effect::QuickAdd(at) => state.prompt = Some(Prompt::QuickAdd { at, text: String::new(), line: 0 }),
        Effect::Refuse(text) => actions.push(Action::Say(Notice::note(text))),
    }
}

fn makes(command: &Command) -> bool {
    matches!(command, Command::AddNode { .. } | Command::AddPlace { .. } | Command::AddNote { .. })
}

/// Opens the field that names something.
pub fn rename(view: View<'_>, state: &mut State, id: Id) {
    let design = view.design;
    let node = || design.nodes.get(&id).map(|node| &node.label);
    let link = || design.links.get(&id).map(|link| &link.label);
    let place = || design.places.get(&id).map(|place| &place.label);
    let note = || design.notes.get(&id).map(|note| &note.text);
    if let Some(text) = node().or_else(link).or_else(place).or_else(note).cloned() {
        state.selection = [id.clone()].into();
        state.prompt = Some(Prompt::Rename { id, text });
    }
}

/// The wheel zooms about the pointer; two fingers move the canvas, and zoom when pinched or with Ctrl.
fn wheel(ui: &Ui, response: &Response, state: &mut State) {
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

fn paint(ui: &Ui, rect: Rect, view: View<'_>, state: &mut State) {
    let theme = state.theme();
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, style::color(theme, Ink::Canvas));
    overlay::grid(&painter, rect, state);
    let hovered = state.pointer.map(|at| spot(view, state, at));
    let hovered = hovered.as_ref().and_then(spot_id);
    let seen = state.camera.seen(state.canvas);
    let still = !view.running || state.prefs.motion == Motion::Reduced;
    let looked = kept::Looked::of(state);
    let mut kept = std::mem::take(&mut state.kept);
    let picture = Picture {
        design: view.design,
        plan: Some(view.plan),
        snapshot: view.snapshot.map(|snapshot| &**snapshot),
        selected: &state.selection,
        hovered,
        // Dots move only while the run does; a paused picture stands still.
        phase: if still { 0.0 } else { ui.input(|input| (input.time % 3_600.0) as f32) },
        zoom: state.camera.zoom,
        visible: Some(seen),
    };
    let unfinished = kept.paint(&kept::Frame { painter: &painter, corner: rect.min, picture, seen }, &looked);
    if unfinished || kept.outgrown(ui.ctx()) {
        ui.ctx().request_repaint();
    }
    state.kept = kept;
    let brush = Brush::new(&painter, state.camera, rect.min, theme);
    overlay::tool(&painter, &brush, view, state);
    if view.design.is_empty() && !state.welcome {
        overlay::empty(&painter, rect, theme);
    }
}

fn spot_id(spot: &Spot) -> Option<&Id> {
    match spot {
        Spot::Node(id) | Spot::Port(id) | Spot::Link(id) | Spot::Place(id) | Spot::Note(id) => Some(id),
        Spot::Empty | Spot::End(..) | Spot::Corner(..) => None,
    }
}

fn cursor(ui: &Ui, canvas: &Response, view: View<'_>, state: &State) {
    let Some(at) = state.pointer.filter(|_| canvas.contains_pointer() || !state.tool.idle()) else { return };
    let icon = match &state.tool.state {
        ToolState::Panning => egui::CursorIcon::Grabbing,
        ToolState::Dragging { .. } => egui::CursorIcon::Move,
        ToolState::Placing { .. } => egui::CursorIcon::Copy,
        ToolState::Linking { .. } if state.tool.refusal(view.design).is_some() => egui::CursorIcon::NotAllowed,
        ToolState::Linking { .. } | ToolState::Marquee { .. } => egui::CursorIcon::Crosshair,
        ToolState::Idle if state.space != Space::Up => egui::CursorIcon::Grab,
        ToolState::Idle => over(&spot(view, state, at)),
        ToolState::Pressing(..) | ToolState::Resizing { .. } => return,
    };
    ui.ctx().set_cursor_icon(icon);
}

fn over(spot: &Spot) -> egui::CursorIcon {
    match spot {
        Spot::Empty => egui::CursorIcon::Default,
        Spot::Port(_) | Spot::End(..) => egui::CursorIcon::Crosshair,
        Spot::Node(_) | Spot::Place(_) | Spot::Note(_) => egui::CursorIcon::Move,
        Spot::Link(_) => egui::CursorIcon::PointingHand,
        Spot::Corner(_, Corner::TopLeft | Corner::BottomRight) => egui::CursorIcon::ResizeNwSe,
        Spot::Corner(..) => egui::CursorIcon::ResizeNeSw,
    }
}

/// Space held down moves the canvas; pressed and let go, it runs or pauses.
pub fn space_bar(ctx: &egui::Context, look: commands::Look<'_>, space: &mut Space) -> bool {
    if ctx.text_edit_focused() || ctx.memory(|memory| memory.focused().is_some()) {
        *space = Space::Up;
        return false;
    }
    let mut run = false;
    for event in ctx.input(|input| input.events.clone()) {
        let Event::Key { key: egui::Key::Space, pressed, .. } = event else { continue };
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
