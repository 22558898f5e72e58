//! Find in the drawing: over names, services, settings, labels of links and notes, with next, previous and a look at each.

use super::camera::Camera;
use super::icons::{Icon, IconButton, Look};
use super::selection::Selection;
use super::state::State;
use super::style;
use crate::catalog::{self, Sheet, Value};
use crate::model::{Design, Id, Link, Node, Place, Rect};
use crate::scene::list::Ink;
use crate::session::View;
use crate::words::{self, t};
use egui::{Area, Frame, Key, Order, TextEdit, Ui, vec2};
use std::collections::BTreeMap;

/// The search that is open.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Find {
    /// What is typed.
    text: String,
    /// Which of the finds is looked at.
    at: usize,
    /// What was found, and for which text and state of the drawing.
    found: Vec<Found>,
    looked_for: Option<(String, u64)>,
    /// What was selected before anything was found, and what was seen; gone once somebody went to a find.
    before: Option<(Selection, Camera)>,
    /// The field takes the keyboard in the next frame.
    fresh: bool,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Which record.
    pub id: Id,
    /// What of it fits: "Instance type: m5.large".
    pub what: String,
}

impl Find {
    /// A search that takes the keyboard, with what was searched for before.
    pub fn opened(before: Option<Self>) -> Self {
        Self { fresh: true, looked_for: None, before: None, ..before.unwrap_or_default() }
    }

    fn refresh(&mut self, view: View<'_>) {
        let now = (self.text.clone(), view.revision);
        if self.looked_for.as_ref() != Some(&now) {
            let another = self.looked_for.as_ref().is_none_or(|(text, _)| *text != self.text);
            self.found = search(view.design, &self.text);
            self.at = if another { 0 } else { self.at.min(self.found.len().saturating_sub(1)) };
            self.looked_for = Some(now);
        }
    }
}

/// Everything that has all words in its name, service, text or one of its settings; names first.
pub fn search(design: &Design, text: &str) -> Vec<Found> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let fits = |text: &str| {
        let text = text.to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let mut found = Vec::new();
    let mut look = |id: &Id, rank: u8, texts: Vec<String>| {
        if let Some((at, what)) = texts.into_iter().enumerate().find(|(_, text)| fits(text)) {
            found.push((rank + u8::from(at > 0), Found { id: id.clone(), what }));
        }
    };
    design.nodes.iter().for_each(|(id, node)| look(id, 0, node_texts(node)));
    design.places.iter().for_each(|(id, place)| look(id, 0, place_texts(place)));
    design.notes.iter().for_each(|(id, note)| look(id, 2, vec![note.text.clone()]));
    design.links.iter().for_each(|(id, link)| look(id, 2, link_texts(link)));
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, found)| found).collect()
}

/// The name of a node, then its service, then each of its settings.
fn node_texts(node: &Node) -> Vec<String> {
    let mut texts = vec![node.label.clone(), node.service.clone()];
    if let Some((service, settings)) = node.service().zip(node.settings()) {
        let sheet = service.sheet();
        texts.push(sheet.name.clone());
        texts.extend(
            sheet.params.iter().map(|param| format!("{}: {}", words::of(&param.label), settings.value(&param.key))),
        );
    }
    texts
}

/// The kind and name of a place, then each of its settings.
fn place_texts(place: &Place) -> Vec<String> {
    let mut texts = vec![format!("{} {}", words::of(place.kind.name()), place.label)];
    texts.extend(set_texts(catalog::place_sheet(place.kind.key()), &place.settings));
    texts
}

/// The label of a link, then what it was set to: of tens of thousands of links few are set to anything.
fn link_texts(link: &Link) -> Vec<String> {
    let mut texts = vec![link.label.clone()];
    texts.extend(set_texts(Some(catalog::link_sheet()), &link.settings));
    texts
}

/// Settings that differ from the default, as the inspector has them.
fn set_texts(sheet: Option<&Sheet>, settings: &BTreeMap<String, Value>) -> Vec<String> {
    let label = |key: &str| {
        sheet.and_then(|sheet| sheet.param(key)).map_or(key.to_owned(), |param| words::of(&param.label).to_owned())
    };
    settings.iter().map(|(key, value)| format!("{}: {value}", label(key))).collect()
}

/// Goes to the find that lies `by` further on, and shows it.
pub fn go(view: View<'_>, state: &mut State, by: isize) {
    let Some(mut find) = state.find.take() else {
        state.find = Some(Find::opened(None));
        return;
    };
    find.refresh(view);
    if !find.found.is_empty() {
        find.before = None;
        find.at = (find.at as isize + by).rem_euclid(find.found.len() as isize) as usize;
        show(view, state, &find.found[find.at].id);
    }
    state.find = Some(find);
}

/// Selects a record and brings it into sight; what is in sight at a readable size already stays where it is.
pub fn show(view: View<'_>, state: &mut State, id: &Id) {
    state.selection = [id.clone()].into();
    let of_link = || state.kept.layout.route(id).map(|way| Rect::between(way.from, way.to));
    let Some(rect) = view.design.rect_of(id).or_else(of_link) else { return };
    let seen = state.camera.seen(state.canvas);
    if !(seen.encloses(&rect.expand(12.0)) && state.camera.zoom >= 0.5) {
        state.camera.fit(rect.expand(160.0), state.canvas);
    }
}

/// Draws the bar with the search, if it is open.
pub fn find_ui(ui: &Ui, canvas: egui::Rect, view: View<'_>, state: &mut State) {
    let Some(mut find) = state.find.take() else { return };
    find.refresh(view);
    let field = egui::Id::unique("find-field");
    let width = (canvas.width() - 24.0).min(430.0);
    let corner = canvas.center_top() + vec2(-width / 2.0, 10.0);
    let (mut step, mut closed, mut first) = (0, false, None);
    Area::new(field.with("area")).order(Order::Foreground).fixed_pos(corner).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_width(width - 16.0);
            ui.horizontal(|ui| {
                let edit =
                    TextEdit::singleline(&mut find.text).id(field).hint_text(t!("Find a name, service or setting…"));
                let response = ui.add(edit.desired_width(width - 220.0).char_limit(200)).accessible_name(t!("Find"));
                if std::mem::take(&mut find.fresh) {
                    response.request_focus();
                    super::canvas::prompt::select_all(ui, field, &find.text);
                }
                if response.changed() {
                    find.refresh(view);
                    find.before.get_or_insert_with(|| (state.selection.clone(), state.camera));
                    if find.found.is_empty() {
                        // What an unfinished word led to is not what was looked for.
                        put_back(state, find.before.clone());
                    }
                    first = find.found.first().map(|found| found.id.clone());
                }
                step = buttons(ui, state, &find).unwrap_or(step);
                let close = IconButton::new(Icon::Close, t!("Close the search")).look(Look::Quiet);
                closed = ui.add(close).on_hover_text(t!("Close  (Esc)")).clicked();
                let ways = keys(ui, &response);
                step = ways.step.unwrap_or(step);
                if ways.escaped {
                    put_back(state, find.before.take());
                    closed = true;
                }
            });
            remark(ui, state, &find);
        });
    });
    state.find = Some(find);
    if let Some(first) = first {
        show(view, state, &first);
    }
    if step != 0 {
        go(view, state, step);
    }
    if closed {
        state.find = None;
        ui.ctx().memory_mut(|memory| memory.request_focus(super::canvas::focus_id()));
    }
}

/// Closes the search; what nobody went to is not selected then.
pub fn give_up(state: &mut State) {
    let before = state.find.take().and_then(|find| find.before);
    put_back(state, before);
}

/// What was selected and seen before anything was looked for is so again.
fn put_back(state: &mut State, before: Option<(Selection, Camera)>) {
    if let Some((selection, camera)) = before {
        (state.selection, state.camera) = (selection, camera);
    }
}

/// What the keys of the field say.
struct Ways {
    /// How many finds to go on.
    step: Option<isize>,
    /// The search is given up.
    escaped: bool,
}

/// Enter goes on, Shift+Enter back, Escape closes: what nobody went to is not selected then.
fn keys(ui: &Ui, response: &egui::Response) -> Ways {
    let (enter, shift, escape) =
        ui.input(|input| (input.key_pressed(Key::Enter), input.modifiers.shift, input.key_pressed(Key::Escape)));
    let typed = response.has_focus() || response.lost_focus();
    if enter && typed {
        response.request_focus();
    }
    Ways { step: (enter && typed).then_some(if shift { -1 } else { 1 }), escaped: escape && typed }
}

fn buttons(ui: &mut Ui, state: &State, find: &Find) -> Option<isize> {
    let count = match find.found.len() {
        0 if find.text.trim().is_empty() => String::new(),
        0 => t!("nothing").to_owned(),
        many => t!("{at} of {many}", at = find.at + 1, many = many),
    };
    ui.add_sized(vec2(66.0, 18.0), egui::Label::new(style::small(count, state.theme())));
    let some = !find.found.is_empty();
    let mut step = None;
    for (name, icon, by) in [("Find previous", Icon::ChevronUp, -1), ("Find next", Icon::ChevronDown, 1)] {
        let entry = super::commands::named(name);
        let button = IconButton::new(icon, entry.title()).look(Look::Quiet);
        let tip = entry.tip();
        if ui.add_enabled(some, button).on_hover_text(tip).clicked() {
            step = Some(by);
        }
    }
    step
}

/// What of the find fits, if that is not its name.
fn remark(ui: &mut Ui, state: &State, find: &Find) {
    if let Some(found) = find.found.get(find.at) {
        let text: String = found.what.chars().take(70).collect();
        let ink = style::color(state.theme(), Ink::Muted);
        ui.add(egui::Label::new(egui::RichText::new(text).size(style::SMALL).color(ink)).truncate());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sketch;

    fn found(text: &str) -> String {
        let design = sketch("users(400/s) -> elb -> web:asg(min=3, max=8) -> rds; web -> elasticache").unwrap();
        let found = search(&design, text);
        found.iter().map(|found| format!("{} ({})", found.id, found.what)).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn names_services_and_settings_are_found_names_first() {
        assert_eq!(found("web"), "web (web)");
        assert!(found("rds").starts_with("rds (RDS)"), "{}", found("rds"));
        assert!(found("minimum 3").contains("web (Minimum: 3)"), "{}", found("minimum 3"));
        assert!(found("memcached redis").is_empty() && found("  ").is_empty());
        assert!(found("auto scaling").contains("web"));
    }

    #[test]
    fn settings_of_links_are_found_too() {
        let mut design = sketch("users(400/s) -> elb -> web:asg").unwrap();
        let id = design.links.keys().next_back().unwrap().clone();
        let timeout = crate::catalog::link_sheet().param("timeout").unwrap().kind.parse("3 s").unwrap();
        design.links.get_mut(&id).unwrap().settings.insert("timeout".to_owned(), timeout);
        let found = search(&design, "timeout 3");
        assert!(found.iter().any(|found| found.id == id && found.what.ends_with(": 3 s")), "{found:?}");
    }
}
