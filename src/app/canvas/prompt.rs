//! Text fields on the canvas: a name in place, the name of a service to add, the name of what a node is to call.

use super::chooser::{Answer, Line, Words, chooser_ui};
use super::tool::Ware;
use crate::app::paint::Brush;
use crate::app::palette::find_services;
use crate::app::state::{Prompt, State};
use crate::catalog::Service;
use crate::edit::{self, Command};
use crate::model::{CARD, Id, Node, Point};
use crate::scene;
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::words::{self, t};
use egui::{Area, Key, Order, Rect, TextEdit, Ui};

/// Draws the field, if one is open.
pub fn prompt_ui(ui: &Ui, rect: Rect, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let open = state.prompt.is_some();
    match state.prompt.take() {
        Some(Prompt::Rename { id, text }) => rename_ui(ui, rect, (view, id, text), state, actions),
        Some(Prompt::QuickAdd { at, from, text, line }) => {
            quick_add_ui(ui, rect, (view, at, from, (text, line)), state, actions);
        }
        Some(Prompt::Connect { from, text, line }) => {
            connect_ui(ui, rect, (view, from, (text, line)), state, actions);
        }
        None => {}
    }
    // What closes it by the keyboard gives the keyboard back to the canvas.
    let by_key = ui.input(|input| input.key_pressed(Key::Escape) || input.key_pressed(Key::Enter));
    if open && state.prompt.is_none() && by_key {
        ui.ctx().memory_mut(|memory| memory.request_focus(super::focus_id()));
    }
}

/// Where the name of something stands, in the drawing.
fn name_at(view: View<'_>, id: &Id) -> Option<(Point, f32)> {
    if let Some(node) = view.design.nodes.get(id) {
        return Some((node.at + Point::new(44.0, 6.0), 116.0));
    }
    if let Some(way) = scene::route(view.design, id) {
        return Some((way.at(0.5) - Point::new(50.0, 12.0), 120.0));
    }
    // A note is edited in its own width, so that its lines break where they did.
    let most = if view.design.notes.contains_key(id) { f32::INFINITY } else { 260.0 };
    view.design.rect_of(id).map(|rect| (rect.min + Point::new(6.0, 3.0), (rect.w() - 12.0).clamp(80.0, most)))
}

fn rename_ui(
    ui: &Ui,
    rect: Rect,
    (view, id, mut text): (View<'_>, Id, String),
    state: &mut State,
    actions: &mut Vec<Action>,
) {
    let Some((at, width)) = name_at(view, &id) else { return };
    let zoom = state.camera.zoom.max(0.8);
    let brush = Brush::new(ui.painter(), state.camera, rect.min, state.theme());
    let note = view.design.notes.contains_key(&id);
    let field = egui::Id::unique("rename");
    let response =
        Area::new(field.with("area")).order(Order::Foreground).fixed_pos(brush.at(at)).show(ui.ctx(), |ui| {
            let edit =
                if note { TextEdit::multiline(&mut text).desired_rows(3) } else { TextEdit::singleline(&mut text) };
            let edit = edit.id(field).hint_text(t!("Name")).desired_width(width * zoom).char_limit(if note {
                2_000
            } else {
                80
            });
            ui.add(edit).accessible_name(t!("Name"))
        });
    let response = response.inner;
    if !response.has_focus() && !response.lost_focus() {
        response.request_focus();
        select_all(ui, field, &text);
    }
    let (escape, enter) = ui.input(|input| (input.key_pressed(Key::Escape), input.key_pressed(Key::Enter)));
    if escape {
        return;
    }
    if response.lost_focus() || (enter && !note) {
        if !text.trim().is_empty() || view.design.links.contains_key(&id) {
            actions.push(Action::Edit(Command::Rename { id, text: text.trim().to_owned() }));
        }
        return;
    }
    state.prompt = Some(Prompt::Rename { id, text });
}

/// Selects all of a field's text, so that typing replaces it.
pub fn select_all(ui: &Ui, field: egui::Id, text: &str) {
    let mut edit = egui::text_edit::TextEditState::load(ui.ctx(), field).unwrap_or_default();
    let end = egui::text::CCursor::new(text.chars().count());
    edit.cursor.set_char_range(Some(egui::text::CCursorRange::two(egui::text::CCursor::new(0), end)));
    edit.store(ui.ctx(), field);
}

/// What Enter and the arrows lead to, in a field that is open.
type Typed = (String, usize);

fn quick_add_ui(
    ui: &Ui,
    rect: Rect,
    (view, at, from, (mut text, mut line)): (View<'_>, Point, Option<Id>, Typed),
    state: &mut State,
    actions: &mut Vec<Action>,
) {
    let words =
        Words { name: t!("Add a service"), hint: t!("Add a service…"), nothing: t!("No service is called that.") };
    let caller = from.as_ref().and_then(|id| view.design.nodes.get(id));
    let find = |text: &str| callees(caller, text).into_iter().map(service_line).collect();
    match chooser_ui(ui, (rect, at), state, (&mut text, &mut line), (words, &find)) {
        Answer::Open => state.prompt = Some(Prompt::QuickAdd { at, from, text, line }),
        Answer::Closed => {}
        Answer::Chosen(line) => {
            let Some(service) = callees(caller, &text).get(line).copied() else { return };
            state.create(add(service, at, from), actions);
        }
    }
}

fn add(service: &'static Service, at: Point, from: Option<Id>) -> Command {
    let ware = Ware::Service(service.key);
    match from {
        Some(from) => Command::AddCallee { service: service.key.to_owned(), at: ware.rect(at).min, from },
        None => ware.command(at),
    }
}

/// Services for a typed name; those that a caller may call, if there is one.
fn callees(caller: Option<&Node>, text: &str) -> Vec<&'static Service> {
    let caller = caller.and_then(Node::service);
    let fits = |service: &&'static Service| caller.is_none_or(|caller| caller.tie(service).is_ok());
    find_services(text).into_iter().filter(fits).collect()
}

fn service_line(service: &'static Service) -> Line {
    let name = words::of(&service.sheet().name);
    let ink = Ink::tile(Some(service));
    Line {
        icon: service.icon,
        ink,
        text: name.to_owned(),
        remark: String::new(),
        name: t!("Put {name} here", name = name),
        open: true,
    }
}

/// What a node may be connected to.
enum Target {
    /// A node that is there, and why it may not be.
    Node(Id, Option<String>),
    /// A new node.
    New(&'static Service),
}

fn connect_ui(
    ui: &Ui,
    rect: Rect,
    (view, from, (mut text, mut line)): (View<'_>, Id, Typed),
    state: &mut State,
    actions: &mut Vec<Action>,
) {
    let Some(node) = view.design.nodes.get(&from) else { return };
    let at = Point::new(node.rect().max.x + 36.0, node.rect().center().y);
    let words = Words { name: t!("Connect to"), hint: t!("Connect to…"), nothing: t!("Nothing is called that.") };
    let find = |text: &str| targets(view, &from, text).iter().map(|target| target_line(view, target)).collect();
    match chooser_ui(ui, (rect, at), state, (&mut text, &mut line), (words, &find)) {
        Answer::Open => state.prompt = Some(Prompt::Connect { from, text, line }),
        Answer::Closed => {}
        Answer::Chosen(line) => match targets(view, &from, &text).into_iter().nth(line) {
            Some(Target::Node(to, None)) => actions.push(Action::Edit(Command::AddLink { from, to })),
            Some(Target::New(service)) => {
                let beside = Point::new(at.x + 3.0 * CARD.w / 4.0, at.y);
                state.create(add(service, free_spot(view, service, beside), Some(from)), actions);
            }
            _ => {}
        },
    }
}

/// A point at or below another one where a card covers no other card.
fn free_spot(view: View<'_>, service: &'static Service, mut at: Point) -> Point {
    let taken = |at: Point| {
        let rect = Ware::Service(service.key).rect(at).expand(6.0);
        view.design.nodes.values().any(|node| node.rect().touches(&rect))
    };
    for _ in 0..200 {
        if !taken(at) {
            break;
        }
        at.y += CARD.h + 36.0;
    }
    at
}

/// Nodes and services by a typed name: what may be called first, then new nodes, then what may not, with the reason.
fn targets(view: View<'_>, from: &Id, text: &str) -> Vec<Target> {
    let words = text.trim().to_lowercase();
    let design = view.design;
    let named = |node: &Node| words.split_whitespace().all(|word| node.label.to_lowercase().contains(word));
    let nodes = design.nodes.iter().filter(|(id, node)| *id != from && named(node));
    let reasons = nodes.map(|(id, _)| (id.clone(), edit::check_link(design, from, id, None).err()));
    let (open, refused): (Vec<_>, Vec<_>) = reasons.partition(|(_, refusal)| refusal.is_none());
    let node =
        |(id, refusal): (Id, Option<edit::Refusal>)| Target::Node(id, refusal.map(|refusal| refusal.to_string()));
    let new = callees(design.nodes.get(from), text).into_iter().map(Target::New);
    let mut targets: Vec<Target> = open.into_iter().map(node).collect();
    targets.extend(new);
    targets.extend(refused.into_iter().map(node));
    targets
}

fn target_line(view: View<'_>, target: &Target) -> Line {
    match target {
        Target::Node(id, refusal) => {
            let node = view.design.nodes.get(id);
            let service = node.and_then(Node::service);
            let text = node.map_or_else(String::new, |node| node.label.clone());
            let icon = service.map_or(scene::glyph::UNKNOWN, |service| service.icon);
            let (remark, open) = (refusal.clone().unwrap_or_default(), refusal.is_none());
            Line { icon, ink: Ink::tile(service), name: t!("Connect to {text}", text = text), text, remark, open }
        }
        Target::New(service) => {
            let name = words::of(&service.sheet().short);
            let line = service_line(service);
            Line { text: t!("New {name}", name = name), name: t!("Connect to a new {name}", name = name), ..line }
        }
    }
}
