//! The drawing as a tree: places with what stands in them, nodes with whom they call. It is read by assistive technology,
//! worked by the keyboard alone, and always shows what is selected on the canvas.
//!
//! Only the rows in sight are built into the window, so that a large drawing costs no more than a small one.

use super::find;
use super::icons::{self, Icon};
use super::palette;
use super::requests;
use super::state::State;
use super::stories;
use super::style;
use crate::model::{Design, Id, Node};
use crate::scene::list::{Ink, Weight};
use crate::scene::{Picture, figures, glyph, link, text};
use crate::session::{Action, View};
use crate::theme::Theme;
use crate::words::{self, t};
use egui::{Event, EventFilter, Key, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, vec2};
use std::collections::{BTreeMap, BTreeSet};

/// Height of a row, in points.
const ROW: f32 = 24.0;

/// The least width at which the tabs have their usual size, in points.
const NARROW: f32 = 200.0;

/// Indent of a level, in points.
const INDENT: f32 = 14.0;

/// What the left panel can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// What can be put on the canvas.
    #[default]
    Services,
    /// What can be learnt.
    Walkthroughs,
    /// The drawing as a tree.
    Outline,
}

/// What the tree remembers.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// What the left panel shows.
    shown: Side,
    /// What is folded.
    folded: BTreeSet<Id>,
    /// What is shown takes the keyboard in the next frame.
    wanted: bool,
    /// The rows, and for which state of the drawing.
    rows: Vec<Row>,
    built: Option<u64>,
}

/// A line of the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which record.
    pub id: Id,
    /// How far inside.
    pub depth: usize,
    /// What is read on screen.
    pub text: String,
    /// What assistive technology reads.
    pub name: String,
    /// Whether something stands below it.
    pub parent: bool,
}

/// Shows a tab of the left panel; the tree and the search of services take the keyboard.
pub fn open(state: &mut State, side: Side) {
    state.prefs.left.open = true;
    state.outline.shown = side;
    state.outline.wanted = true;
}

impl Outline {
    /// Whether what is shown takes the keyboard now; once.
    pub fn takes_keyboard(&mut self) -> bool {
        std::mem::take(&mut self.wanted)
    }
}

/// The left panel: the services, the walkthroughs, or the tree.
pub fn left_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    // In a small window the three stand closer, so that they stay in one row.
    let (size, gap) = if ui.available_width() < NARROW { (10.5, 1.0) } else { (12.0, 4.0) };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(gap, 0.0);
        ui.spacing_mut().button_padding.x = gap;
        let tabs = [
            (t!("Services"), Side::Services),
            (t!("Walkthroughs"), Side::Walkthroughs),
            (t!("Outline"), Side::Outline),
        ];
        for (name, side) in tabs {
            let shown = state.outline.shown == side;
            let ink = if shown { Ink::Text } else { Ink::Faint };
            let words = egui::RichText::new(name).size(size).color(style::color(state.theme(), ink));
            let response = ui.add(egui::Button::selectable(shown, words).frame_when_inactive(false));
            if response.clicked() {
                state.outline.shown = side;
            }
        }
    });
    match state.outline.shown {
        Side::Services => palette::palette_ui(ui, view, state),
        Side::Walkthroughs => {
            if let Some(then) = stories::list_ui(ui, view, state) {
                requests::after_asking(view, state, actions, then);
            }
        }
        Side::Outline => outline_ui(ui, view, state),
    }
}

fn focus_id() -> egui::Id {
    egui::Id::unique("outline")
}

fn outline_ui(ui: &mut Ui, view: View<'_>, state: &mut State) {
    if state.outline.built != Some(view.revision) {
        state.outline.rows = rows(view.design, &state.outline.folded);
        state.outline.built = Some(view.revision);
    }
    if view.design.is_empty() && view.design.links.is_empty() {
        ui.add_space(6.0);
        ui.label(style::small(
            t!("Nothing is drawn yet. Add a service from the other tab, or press A."),
            state.theme(),
        ));
        return;
    }
    let all = ui.available_rect_before_wrap();
    let tree = ui.interact(all, focus_id(), Sense::FOCUSABLE);
    let count = state.outline.rows.len();
    tree.widget_info(|| WidgetInfo::labeled(Role::Tree, true, t!("Outline, {count} lines", count = count)));
    if state.outline.takes_keyboard() {
        tree.request_focus();
    }
    let before = state.selection.version();
    if tree.has_focus() {
        keys(ui, view, state);
    }
    let cursor = (before != state.selection.version()).then(|| cursor(state)).flatten();
    list(ui, view, state, &tree, cursor);
}

fn list(ui: &mut Ui, view: View<'_>, state: &mut State, tree: &Response, cursor: Option<usize>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = egui::ScrollArea::vertical().auto_shrink([false, false]);
    if let Some(at) = cursor {
        let (top, height) = (at as f32 * ROW, ui.available_height());
        let now = ui.data(|data| data.get_temp::<f32>(focus_id())).unwrap_or(0.0);
        if top < now || top + ROW > now + height {
            area = area.vertical_scroll_offset((top - height / 2.0).max(0.0));
        }
    }
    let rows = std::mem::take(&mut state.outline.rows);
    let shown = area.show_rows(ui, ROW, rows.len(), |ui, range| {
        for row in &rows[range] {
            row_ui(ui, view, state, tree, row);
        }
    });
    ui.data_mut(|data| data.insert_temp(focus_id(), shown.state.unclamped_offset().y));
    state.outline.rows = rows;
}

/// The row of what is selected.
fn cursor(state: &State) -> Option<usize> {
    state.outline.rows.iter().position(|row| state.selection.contains(&row.id))
}

/// What the keys do.
fn keys(ui: &Ui, view: View<'_>, state: &mut State) {
    let filter = EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: false };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(focus_id(), filter));
    let pressed: Vec<Key> = ui.input(|input| {
        let key = |event: &Event| match event {
            Event::Key { key, pressed: true, modifiers, .. } if modifiers.is_none() => Some(*key),
            _ => None,
        };
        input.events.iter().filter_map(key).collect()
    });
    for key in pressed {
        one_key(view, state, key);
    }
}

fn one_key(view: View<'_>, state: &mut State, key: Key) {
    let last = state.outline.rows.len().saturating_sub(1);
    let at = cursor(state);
    let to = match key {
        Key::ArrowDown => at.map_or(0, |at| (at + 1).min(last)),
        Key::ArrowUp => at.map_or(last, |at| at.saturating_sub(1)),
        Key::End => last,
        Key::PageDown => at.map_or(0, |at| (at + 20).min(last)),
        Key::PageUp => at.map_or(0, |at| at.saturating_sub(20)),
        Key::ArrowLeft => return fold(state, at, Way::Left),
        Key::ArrowRight => return fold(state, at, Way::Right),
        Key::Enter => {
            if let Some(id) = at.map(|at| state.outline.rows[at].id.clone()) {
                find::show(view, state, &id);
            }
            return;
        }
        _ => return,
    };
    if let Some(row) = state.outline.rows.get(to) {
        state.selection = [row.id.clone()].into();
    }
}

/// An arrow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Left,
    Right,
}

/// Left folds a row, or goes to the one that it stands in; right unfolds it, or goes to the first in it.
fn fold(state: &mut State, at: Option<usize>, way: Way) {
    let Some(at) = at else { return };
    let (row, left) = (state.outline.rows[at].clone(), way == Way::Left);
    let folded = state.outline.folded.contains(&row.id);
    let next = match (left, row.parent, folded) {
        (true, true, false) => {
            state.outline.folded.insert(row.id);
            state.outline.built = None;
            return;
        }
        (false, true, true) => {
            state.outline.folded.remove(&row.id);
            state.outline.built = None;
            return;
        }
        (true, ..) => state.outline.rows[..at].iter().rposition(|outer| outer.depth < row.depth),
        (false, true, false) => Some(at + 1),
        (false, false, _) => None,
    };
    if let Some(row) = next.and_then(|next| state.outline.rows.get(next)) {
        state.selection = [row.id.clone()].into();
    }
}

fn row_ui(ui: &mut Ui, view: View<'_>, state: &mut State, tree: &Response, row: &Row) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let response = ui.interact(rect, focus_id().with(row.id.as_str()), Sense::CLICK);
    let selected = state.selection.contains(&row.id);
    response.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, selected, &row.name));
    let theme = state.theme();
    if selected || response.hovered() {
        let ink = if selected { Ink::CardSelected } else { Ink::Raise };
        ui.painter().rect_filled(rect, 6.0, style::color(theme, ink));
    }
    if selected && tree.has_focus() {
        let edge = egui::Stroke::new(1.0, style::color(theme, Ink::Accent));
        ui.painter().rect_stroke(rect, 6.0, edge, egui::StrokeKind::Inside);
    }
    let left = rect.left() + 4.0 + INDENT * row.depth as f32;
    let chevron = Rect::from_center_size(egui::pos2(left + 5.0, rect.center().y), Vec2::splat(11.0));
    if row.parent {
        let icon = if state.outline.folded.contains(&row.id) { Icon::ChevronRight } else { Icon::ChevronDown };
        icons::draw(ui.painter(), icon.svg(), chevron, style::color(theme, Ink::Faint));
    }
    let tile = Rect::from_center_size(egui::pos2(left + 21.0, rect.center().y), Vec2::splat(16.0));
    icon_ui(ui, view.design, &row.id, tile, state);
    let at = egui::pos2(tile.right() + 6.0, rect.center().y);
    let end = live_ui(ui, (view, theme), (&response, rect), &row.id).unwrap_or(rect.right());
    let ink = if view.design.links.contains_key(&row.id) { Ink::Muted } else { Ink::Text };
    let shown = text::fit(&row.text, 12.0, Weight::Regular, end - at.x - 4.0);
    let font = egui::FontId::proportional(12.0);
    ui.painter().text(at, egui::Align2::LEFT_CENTER, shown, font, style::color(theme, ink));
    clicked(ui, view, state, (&response, tree, chevron), row);
}

/// How a thing is in a run: its most telling figure at the end of the row, all of them for who listens. Where the figure
/// begins, if there is one.
fn live_ui(ui: &Ui, (view, theme): (View<'_>, Theme), (row, rect): (&Response, Rect), id: &Id) -> Option<f32> {
    let snapshot = view.snapshot?;
    let picture = Picture { plan: Some(view.plan), snapshot: Some(&**snapshot), ..Picture::of(view.design) };
    let of_node = |node: &Node| {
        let live = figures::live(&picture, id, node)?;
        Some((live.telling(), live.level.text(), figures::spoken(node, Some(&live))))
    };
    let of_link = || {
        let words = link::written(&picture, id);
        // What is written by hand would leave no room for the name.
        let label = view.design.links.get(id).map(|link| format!("{} · ", link.label.trim()));
        let figures = label.and_then(|label| words.strip_prefix(&label)).unwrap_or(&words).to_owned();
        (!words.is_empty()).then_some((figures, Ink::Faint, words))
    };
    let (short, ink, all) = view.design.nodes.get(id).map_or_else(of_link, of_node)?;
    ui.ctx().accesskit_node_builder(row.id, |node| node.set_description(all));
    let shown = text::fit(&short, 11.0, Weight::Regular, rect.width() * 0.45);
    let end = egui::pos2(rect.right() - 4.0, rect.center().y);
    let font = egui::FontId::proportional(11.0);
    let drawn = ui.painter().text(end, egui::Align2::RIGHT_CENTER, shown, font, style::color(theme, ink));
    Some(drawn.left() - 4.0)
}

fn icon_ui(ui: &Ui, design: &Design, id: &Id, tile: Rect, state: &State) {
    let theme = state.theme();
    if let Some(node) = design.nodes.get(id) {
        let icon = node.service().map_or(glyph::UNKNOWN, |service| service.icon);
        let ground = style::color(theme, Ink::tile(node.service()));
        icons::tile(ui.painter(), icon, tile, ground, style::color(theme, Ink::OnTile));
    } else if let Some(place) = design.places.get(id) {
        icons::draw(ui.painter(), glyph::place(place.kind), tile, style::color(theme, Ink::place(place.kind)));
    } else if design.notes.contains_key(id) {
        icons::draw(ui.painter(), Icon::Note.svg(), tile, style::color(theme, Ink::Warn));
    } else {
        icons::draw(ui.painter(), Icon::ChevronRight.svg(), tile.shrink(3.0), style::color(theme, Ink::Link));
    }
}

fn clicked(
    ui: &Ui,
    view: View<'_>,
    state: &mut State,
    (row_at, tree, chevron): (&Response, &Response, Rect),
    row: &Row,
) {
    if row_at.double_clicked() {
        find::show(view, state, &row.id);
        return;
    }
    if !row_at.clicked() {
        return;
    }
    tree.request_focus();
    let on_chevron = row_at.interact_pointer_pos().is_some_and(|at| chevron.expand(6.0).contains(at));
    if row.parent && on_chevron {
        if !state.outline.folded.remove(&row.id) {
            state.outline.folded.insert(row.id.clone());
        }
        state.outline.built = None;
    } else if ui.input(|input| input.modifiers.shift || input.modifiers.command) {
        if !state.selection.remove(&row.id) {
            state.selection.insert(row.id.clone());
        }
    } else {
        state.selection = [row.id.clone()].into();
    }
}

/// The rows of a drawing, without what is folded: places outermost first, nodes in them from left to right, whom each of
/// them calls, then notes.
pub fn rows(design: &Design, folded: &BTreeSet<Id>) -> Vec<Row> {
    let mut tree = Tree { design, folded, inside: BTreeMap::new(), calls: BTreeMap::new(), rows: Vec::new() };
    let mut places: Vec<_> = design.places.iter().collect();
    places.sort_by(|(_, a), (_, b)| a.rect.min.x.total_cmp(&b.rect.min.x).then(a.rect.min.y.total_cmp(&b.rect.min.y)));
    let mut nodes: Vec<_> = design.nodes.iter().collect();
    nodes.sort_by(|(_, a), (_, b)| a.at.x.total_cmp(&b.at.x).then(a.at.y.total_cmp(&b.at.y)));
    for (id, place) in places {
        tree.inside.entry(known(design, place.parent.as_ref())).or_default().push(id);
    }
    for (id, node) in nodes {
        tree.inside.entry(known(design, node.place.as_ref())).or_default().push(id);
    }
    for (id, link) in &design.links {
        tree.calls.entry(&link.from).or_default().push(id);
    }
    tree.below(None, 0);
    for (id, note) in &design.notes {
        let line: String = note.text.lines().next().unwrap_or_default().chars().take(80).collect();
        tree.rows.push(Row {
            id: id.clone(),
            depth: 0,
            name: t!("note {line}", line = line),
            text: line,
            parent: false,
        });
    }
    tree.rows
}

/// A place that is there.
fn known<'a>(design: &'a Design, place: Option<&'a Id>) -> Option<&'a Id> {
    place.filter(|id| design.places.contains_key(*id))
}

struct Tree<'a> {
    design: &'a Design,
    folded: &'a BTreeSet<Id>,
    inside: BTreeMap<Option<&'a Id>, Vec<&'a Id>>,
    calls: BTreeMap<&'a Id, Vec<&'a Id>>,
    rows: Vec<Row>,
}

impl<'a> Tree<'a> {
    fn below(&mut self, outer: Option<&'a Id>, depth: usize) {
        // Removed as it is walked: a tree that bites its own tail ends.
        for id in self.inside.remove(&outer).unwrap_or_default() {
            match self.design.nodes.get(id) {
                Some(node) => self.node(id, node, depth),
                None => self.place(id, depth),
            }
        }
    }

    fn place(&mut self, id: &'a Id, depth: usize) {
        let Some(place) = self.design.places.get(id) else { return };
        let kind = place.kind.name();
        let text = if place.label.starts_with(kind) { place.label.clone() } else { format!("{kind} {}", place.label) };
        let inside = self.inside.get(&Some(id)).map_or(0, Vec::len);
        let name = t!("place {text}, {inside} inside", text = text, inside = inside) + self.locked(id);
        self.rows.push(Row { id: id.clone(), depth, text, name, parent: inside > 0 });
        if self.folded.contains(id) {
            self.inside.remove(&Some(id));
        } else {
            self.below(Some(id), depth + 1);
        }
    }

    fn node(&mut self, id: &'a Id, node: &'a Node, depth: usize) {
        let kind =
            node.service().map_or_else(|| node.service.clone(), |service| words::of(&service.sheet().name).to_owned());
        let calls = self.calls.remove(id).unwrap_or_default();
        let (label, count) = (&node.label, calls.len());
        let name =
            t!("node {label}, {kind}, calls {count}", label = label, kind = kind, count = count) + self.locked(id);
        let parent = !calls.is_empty();
        self.rows.push(Row { id: id.clone(), depth, text: node.label.clone(), name, parent });
        if self.folded.contains(id) {
            return;
        }
        for link in calls {
            let Some(found) = self.design.links.get(link) else { continue };
            let to = self.design.nodes.get(&found.to).map_or(found.to.as_str(), |node| node.label.as_str());
            let label = if found.label.is_empty() { String::new() } else { format!(" · {}", found.label) };
            let name = t!("link from {from} to {to}", from = node.label, to = to) + &label;
            let text = format!("{to}{label}");
            self.rows.push(Row { id: link.clone(), depth: depth + 1, text, name, parent: false });
        }
    }

    fn locked(&self, id: &Id) -> &'static str {
        if self.design.is_locked(id) { t!(", locked") } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Command, apply};
    use crate::model::{PlaceKind, Point, Rect, Size, sketch};

    fn told(design: &Design, folded: &BTreeSet<Id>) -> String {
        let line = |row: &Row| format!("{}{}", "  ".repeat(row.depth), row.text);
        rows(design, folded).iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn places_hold_nodes_and_nodes_say_whom_they_call() {
        let mut design = sketch("users -> elb -> ec2").unwrap();
        let ec2 = design.nodes.values().find(|node| node.service == "ec2").unwrap().rect();
        let rect = Rect::new(ec2.min - Point::new(30.0, 40.0), Size { w: 240.0, h: 264.0 });
        apply(&mut design, &Command::AddPlace { kind: PlaceKind::Zone, rect }).unwrap();
        let tree = "Users\n  ALB\nALB\n  EC2\nAvailability Zone a\n  EC2";
        let mut lines: Vec<String> = told(&design, &BTreeSet::new()).lines().map(str::to_owned).collect();
        let mut wanted: Vec<String> = tree.lines().map(str::to_owned).collect();
        lines.sort();
        wanted.sort();
        assert_eq!(lines, wanted);
        let zone = design.places.keys().next().unwrap().clone();
        let folded = told(&design, &[zone].into());
        assert!(folded.contains("Availability Zone a") && folded.matches("EC2").count() == 1, "{folded}");
    }

    #[test]
    fn a_design_whose_places_bite_their_tails_has_an_end() {
        let mut design = sketch("users").unwrap();
        let rect = Rect::new(Point::default(), Size { w: 600.0, h: 400.0 });
        apply(&mut design, &Command::AddPlace { kind: PlaceKind::Vpc, rect }).unwrap();
        let vpc = design.places.keys().next().unwrap().clone();
        design.places.get_mut(&vpc).unwrap().parent = Some(vpc.clone());
        assert!(rows(&design, &BTreeSet::new()).len() < 4);
    }
}
