//! The canvas: the drawing, and what the pointer does on it.
//!
//! This is the glue between egui and the [`tool`]: it hands over events and carries effects out. What is drawn comes from
//! `scene`. Every visible node is an area with a name, so that the canvas can be read without seeing it.

pub mod chooser;
pub mod glide;
mod hints;
pub mod kept;
pub mod keyboard;
mod menu;
mod minimap;
mod names;
mod overlay;
pub mod parts;
mod pointer;
pub mod prompt;
pub mod snap;
pub mod tool;

use super::camera::Camera;
use super::paint::Brush;
use super::prefs::Motion;
use super::state::{Prompt, Space, State};
use super::style;
use super::tour;
use crate::edit::Command;
use crate::model::{Id, Point, Size};
use crate::scene::list::Ink;
use crate::scene::{self, Hit, Picture};
use crate::session::{Action, Notice, View};
use crate::words::t;
use egui::{Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo};
use tool::{Effect, End, Handle, Input, Phase, Spot, State as ToolState, World, spot_id};

/// How near the pointer must be to a thin thing, in screen points.
const SLACK: f32 = 5.0;

/// The name of the canvas where the keyboard is concerned.
pub fn focus_id() -> egui::Id {
    egui::Id::unique("canvas")
}

/// Draws the canvas and answers to the pointer.
pub fn canvas_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let rect = ui.available_rect_before_wrap();
    ui.allocate_rect(rect, Sense::hover());
    // The edges of the panels around it can be dragged: the canvas lies over them and must let them be.
    let open = rect.shrink(ui.style().interaction.resize_grab_radius_side);
    let response = ui.interact(open, focus_id(), Sense::click_and_drag()).with_new_rect(rect);
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, t!("Canvas")));
    state.canvas_corner = rect.min;
    state.canvas = Size { w: rect.width(), h: rect.height() };
    state.kept.follow(view);
    state.kept.layout.lift(state.tool.carried());
    // A panel that folds away takes a while: what was fitted into the canvas of a story is fitted again until it stands.
    state.fit |= view.playing.is_some() && state.is_fitted_to_another_canvas();
    if std::mem::take(&mut state.fit) {
        fit(view, state);
        state.fitted = Some((state.camera, state.canvas));
    }
    let held = minimap::holds(ui, state, rect);
    if !held {
        pointer::pointer(ui, &response, view, state, actions);
        menu::menu_ui(&response, view, state, actions);
    }
    pointer::wheel(ui, &response, state);
    match glide::between(ui, view.design, state) {
        Some(design) => {
            state.kept.glide(&design);
            paint(ui, rect, View { design: &design, ..view }, state);
        }
        None => paint(ui, rect, view, state),
    }
    names::name_things(ui, &response, view, state);
    minimap::minimap(ui, rect, view, state);
    prompt::prompt_ui(ui, rect, view, state, actions);
    cursor(ui, &response, view, state);
}

/// Shows all of the drawing.
pub fn fit(view: View<'_>, state: &mut State) {
    state.kept.follow(view);
    match state.kept.layout.bounds(view.design) {
        Some(all) => tour::fit_beside(view, state, all),
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
    if state.tool.looks_for_links() {
        return state.kept.layout.link_at(at, 4.0 * slack).map_or(Spot::Empty, Spot::Link);
    }
    // The ends of a link that is taken elsewhere are in nobody's way.
    let only = state.only().filter(|_| !matches!(state.tool.state, ToolState::Linking { .. }));
    if let Some(found) = only.and_then(|id| handle(view, id, at, slack)) {
        return found;
    }
    if let Some(id) = only
        && let Some(way) = state.kept.layout.route(id)
    {
        for (end, side) in [(way.from, End::From), (way.to, End::To)] {
            if end.distance(at) <= 2.0 * slack {
                return Spot::End(id.clone(), side);
            }
        }
        if let Some(number) = bend_at(view, id, at, slack) {
            return Spot::Bend(id.clone(), number);
        }
    }
    let hit = state.kept.layout.hit(view.design, at, slack);
    if matches!(hit, Hit::Link(_) | Hit::Place(_) | Hit::Nothing)
        && let Some(id) = state.kept.layout.label_at(at, |id| parts::has_label(view, id))
    {
        return Spot::Label(id.clone());
    }
    match hit {
        Hit::Node(id) if on_port(view, &id, at, slack) => Spot::Port(id),
        Hit::Node(id) => Spot::Node(id),
        Hit::Port(id) => Spot::Port(id),
        Hit::Link(id) => Spot::Link(id),
        Hit::Place(id) => Spot::Place(id),
        Hit::Note(id) => Spot::Note(id),
        Hit::Corner(id, at) => {
            let corners = [Handle::TopLeft, Handle::TopRight, Handle::BottomRight, Handle::BottomLeft];
            Spot::Handle(id, corners[at % 4])
        }
        Hit::Nothing => Spot::Empty,
    }
}

/// Whether a point is on one of the dots on a card's edge, of which half lies on the card.
fn on_port(view: View<'_>, id: &Id, at: Point, slack: f32) -> bool {
    let rect = view.design.rect_of(id).unwrap_or_default();
    overlay::ports(rect).into_iter().any(|port| port.distance(at) <= 1.3 * slack)
}

/// The bend of a link at a point, by its number.
fn bend_at(view: View<'_>, id: &Id, at: Point, slack: f32) -> Option<usize> {
    view.design.links.get(id)?.via.iter().position(|bend| bend.distance(at) <= 2.0 * slack)
}

/// The handle of a selected place or note at a point.
fn handle(view: View<'_>, id: &Id, at: Point, slack: f32) -> Option<Spot> {
    let sized = view.design.places.contains_key(id) || view.design.notes.contains_key(id);
    let rect = view.design.rect_of(id).filter(|_| sized && !view.design.is_locked(id))?;
    let found = tool::handles(rect).into_iter().find(|(_, corner)| corner.distance(at) <= slack + 3.0)?;
    Some(Spot::Handle(id.clone(), found.0))
}

/// One event for the tool, and what comes of it.
pub fn send(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, input: Input) {
    let seen = state.camera.seen(state.canvas);
    let (zoom, layout) = (state.camera.zoom, &state.kept.layout);
    let world = World { design: view.design, selection: &state.selection, zoom, seen, layout };
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
        Effect::Select(ids) => state.selection = ids.into(),
        Effect::Pan(by) => state.camera.pan(by),
        Effect::Rename(id) => rename(view, state, id),
        Effect::QuickAdd(at, from) => state.prompt = Some(Prompt::QuickAdd { at, from, text: String::new(), line: 0 }),
        Effect::Refuse(text) => actions.push(Action::Say(Notice::note(text))),
    }
}

fn makes(command: &Command) -> bool {
    use Command::{AddCallee, AddNode, AddNote, AddPlace, InsertNew, Paste};
    matches!(
        command,
        AddNode { .. } | AddPlace { .. } | AddNote { .. } | InsertNew { .. } | AddCallee { .. } | Paste { .. }
    )
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
    if let Some(bill) = view.bill.filter(|bill| state.prefs.costs && bill.hours > 0.0) {
        let hour = |node: &str| bill.of_node(node).usd() / bill.hours;
        let dollars = view.design.nodes.keys().map(|id| (id.as_str(), hour(id.as_str()))).collect();
        brush.list(&scene::costs::costs(view.design, &dollars));
    }
    overlay::pointed(&painter, &brush, view, theme);
    overlay::found(&painter, &brush, view, state);
    overlay::tool(&painter, &brush, view, state);
    if view.design.is_empty() && !state.welcome {
        overlay::empty(&painter, rect, theme);
    }
    overlay::faults(ui, rect, view, theme);
}

fn cursor(ui: &Ui, canvas: &Response, view: View<'_>, state: &State) {
    let Some(at) = state.pointer.filter(|_| canvas.contains_pointer() || !state.tool.idle()) else { return };
    let icon = match &state.tool.state {
        ToolState::Panning => egui::CursorIcon::Grabbing,
        ToolState::Dragging(_) | ToolState::Resizing { .. } if state.tool.refusal(view.design).is_some() => {
            egui::CursorIcon::NotAllowed
        }
        ToolState::Dragging(drag) if drag.mode == tool::Mode::Copying => egui::CursorIcon::Copy,
        ToolState::Dragging(_) | ToolState::Bending { .. } | ToolState::Labelling { .. } => egui::CursorIcon::Move,
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
        Spot::Node(_) | Spot::Place(_) | Spot::Note(_) | Spot::Bend(..) | Spot::Label(_) => egui::CursorIcon::Move,
        Spot::Link(_) => egui::CursorIcon::PointingHand,
        Spot::Handle(_, Handle::TopLeft | Handle::BottomRight) => egui::CursorIcon::ResizeNwSe,
        Spot::Handle(_, Handle::Top | Handle::Bottom) => egui::CursorIcon::ResizeVertical,
        Spot::Handle(_, Handle::Left | Handle::Right) => egui::CursorIcon::ResizeHorizontal,
        Spot::Handle(..) => egui::CursorIcon::ResizeNeSw,
    }
}
