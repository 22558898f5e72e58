//! What assistive technology reads of the canvas: nodes, links with their bends and labels, places and notes, each with its
//! state.
//!
//! Promises: nothing is made while nobody listens; what is seen comes first, and all of a drawing of usual size is there,
//! seen or not. A click that is asked for by such a program selects. Absent: the outline (a panel of its own).

use super::parts::{self, Part};
use crate::app::found;
use crate::app::paint::Brush;
use crate::app::state::State;
use crate::model::{Id, Rect};
use crate::scene::list::Shape;
use crate::scene::{Picture, card, link, note, place};
use crate::session::View;
use crate::words::t;
use egui::accesskit::Action;
use egui::{Response, Role, Sense, Ui, WidgetInfo};

/// Most things that are named; in a larger drawing those out of sight are left to the outline.
const MOST: usize = 1_000;

/// Names everything on the canvas, if somebody listens.
pub fn name_things(ui: &Ui, canvas: &Response, view: View<'_>, state: &mut State) {
    // The canvas has a node of its own exactly when such nodes are made.
    if !ui.ctx().has_accesskit_node(canvas.id) {
        return;
    }
    let mut chosen = None;
    for thing in things(view, state) {
        if name(ui, canvas, &thing, state) {
            chosen = Some((thing.id, thing.part));
        }
    }
    if let Some((id, part)) = chosen {
        state.held_part = part.map(|part| (id.clone(), part));
        state.selection = [id].into();
        ui.ctx().request_repaint();
    }
}

/// One thing and what is said of it.
struct Thing {
    id: Id,
    /// The part of the link that it is.
    part: Option<Part>,
    rect: Rect,
    name: String,
    state: String,
}

/// Half the side of what a bend or label is touched by, in drawing units.
const GRIP: f32 = 8.0;

/// Gives a thing its node; true if it was asked to be selected.
fn name(ui: &Ui, canvas: &Response, thing: &Thing, state: &State) -> bool {
    let brush = Brush::new(ui.painter(), state.camera, canvas.rect.min, state.theme());
    let on_screen = brush.rect(thing.rect);
    let rect = if on_screen.intersects(canvas.rect) { on_screen.intersect(canvas.rect) } else { on_screen };
    let selected = state.selection.contains(&thing.id) && (thing.part.is_none() || state.part() == thing.part);
    let part = thing.part.map_or(String::new(), |part| format!("{part:?}"));
    let area = ui.interact(rect, canvas.id.with(("thing", thing.id.as_str(), part)), Sense::hover());
    area.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &thing.name));
    ui.ctx().accesskit_node_builder(area.id, |node| {
        node.set_description(thing.state.as_str());
        node.add_action(Action::Click);
    });
    ui.input(|input| input.has_accesskit_action_request(area.id, Action::Click))
}

fn things(view: View<'_>, state: &State) -> Vec<Thing> {
    let design = view.design;
    let seen = state.camera.seen(state.canvas);
    let whole = design.nodes.len() + design.links.len() + design.places.len() + design.notes.len() <= MOST;
    let part = |rect: &Rect| whole || rect.touches(&seen);
    let picture =
        Picture { plan: Some(view.plan), snapshot: view.snapshot.map(|snapshot| &**snapshot), ..Picture::of(design) };
    let thing = |id: &Id, rect: Rect, name: String, draw: &dyn Fn(&mut Vec<Shape>)| Thing {
        id: id.clone(),
        part: None,
        rect,
        name,
        state: spoken(draw),
    };
    let mut things = Vec::new();
    for (id, node) in design.nodes.iter().filter(|(_, node)| part(&node.rect())) {
        let draw = |shapes: &mut Vec<Shape>| card::draw(&picture, id, node, shapes);
        let mut thing = thing(id, node.rect(), t!("node {label}", label = node.label), &draw);
        if let Some(rest) = thing.state.strip_prefix(&format!("{}, ", node.label)) {
            thing.state = rest.to_owned();
        }
        if let Some(worst) = view.blame.about(id).first().and_then(|&at| view.findings.get(at)) {
            thing.state += &format!(". {}: {}", found::word(worst.severity), worst.text);
        }
        things.push(thing);
    }
    for wire in state.kept.layout.wires().iter().filter(|wire| wire.drawn() && part(&wire.route.bounds())) {
        let draw = |shapes: &mut Vec<Shape>| link::line(&picture, &wire.id, &wire.route, shapes);
        let mut thing = thing(&wire.id, wire.route.bounds(), String::new(), &draw);
        let (ends, rest) = thing.state.split_once(", ").unwrap_or((&thing.state, ""));
        (thing.name, thing.state) = (t!("link {ends}", ends = ends), rest.to_owned());
        things.push(thing);
        things.extend(parts_of(view, state, &picture, &wire.id));
    }
    for (id, place) in design.places.iter().filter(|(_, place)| part(&place.rect)) {
        let title = state.kept.layout.title(id, place);
        let draw = |shapes: &mut Vec<Shape>| place::draw(&picture, id, (place, title), shapes);
        things.push(thing(id, title, t!("place {label}", label = place.label), &draw));
    }
    for (id, note) in design.notes.iter().filter(|(_, note)| part(&note.rect)) {
        let draw = |shapes: &mut Vec<Shape>| note::draw(&picture, id, note, shapes);
        things.push(thing(id, note.rect, t!("note {id}", id = id), &draw));
    }
    things.truncate(MOST);
    things
}

/// The bends and the label of a link.
fn parts_of(view: View<'_>, state: &State, picture: &Picture<'_>, id: &Id) -> Vec<Thing> {
    let Some(link) = view.design.links.get(id) else { return Vec::new() };
    let ends = link::name(picture, link);
    let part = |part: Part| {
        let at = parts::place(view.design, &state.kept.layout, id, part)?;
        let rect = Rect { min: at, max: at }.expand(GRIP);
        let (name, said) = match part {
            Part::Bend(number) => (t!("bend {number} of link {ends}", number = number + 1, ends = ends), String::new()),
            Part::Label => (t!("label of link {ends}", ends = ends), link::written(picture, id) + ", "),
        };
        let state = format!("{said}{}", t!("at {x}, {y}", x = at.x.round(), y = at.y.round()));
        Some(Thing { id: id.clone(), part: Some(part), rect, name, state })
    };
    parts::parts(view, id).into_iter().filter_map(part).collect()
}

/// What the display list of a thing says of it.
fn spoken(draw: &dyn Fn(&mut Vec<Shape>)) -> String {
    let mut shapes = Vec::new();
    draw(&mut shapes);
    let title = shapes.into_iter().find_map(|shape| match shape {
        Shape::Begin { title, .. } => Some(title),
        _ => None,
    });
    title.unwrap_or_default()
}
