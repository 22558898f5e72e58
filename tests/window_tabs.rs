//! Several designs in one window.

use super::window::{add, card, empty, labels, steps};
use egui::accesskit::Role;
use egui::{Key, Modifiers, PointerButton};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use loadscape::app::App;
use loadscape::session::Action;
use loadscape::units::Span;

const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };

/// Names of the designs as their tabs are read out, from left to right.
pub fn tabs(harness: &Harness<'static, App>) -> Vec<String> {
    let crosses: Vec<f32> =
        harness.query_all_by_label_contains("Close the tab").map(|cross| cross.rect().center().y).collect();
    let Some(row) = crosses.first() else { return Vec::new() };
    let of_a_design = |tab: &egui_kittest::Node<'_>| (tab.rect().center().y - row).abs() < 2.0;
    let found = harness.query_all_by_role(Role::Tab).filter(of_a_design);
    found.filter_map(|tab| tab.accesskit_node().label()).collect()
}

fn key(harness: &mut Harness<'static, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    steps(harness, 6);
}

/// A window with a drawn design and, in front of it, an empty one.
fn two() -> Harness<'static, App> {
    let mut harness = empty();
    add(&mut harness, "ec2", 100.0, 100.0);
    key(&mut harness, Modifiers::COMMAND, Key::N);
    harness
}

#[test]
fn a_new_design_opens_beside_and_each_keeps_its_own_history_run_and_view() {
    let mut harness = two();
    assert!(labels(&harness).is_empty(), "the new one is in front");
    assert_eq!(tabs(&harness), ["Untitled, unsaved changes", "Untitled"]);
    assert!(harness.state().view().undo.is_none());
    add(&mut harness, "users", 0.0, 0.0);
    harness.state_mut().apply(Action::Advance(Span::from_secs(1)));
    steps(&mut harness, 3);
    harness.state_mut().look(loadscape::model::Point::new(0.0, 0.0), 2.0);
    steps(&mut harness, 2);
    let near = card(&harness, &labels(&harness)[0]);
    key(&mut harness, Modifiers::COMMAND, Key::Tab);
    let view = harness.state().view();
    assert!(view.snapshot.is_none() && view.undo.is_some_and(|step| step.contains("add")), "{:?}", view.undo);
    assert_eq!(view.design.nodes.values().next().expect("its node").service, "ec2");
    key(&mut harness, Modifiers::COMMAND, Key::Z);
    assert!(labels(&harness).is_empty());
    key(&mut harness, CTRL_SHIFT, Key::Tab);
    assert_eq!(card(&harness, &labels(&harness)[0]), near, "seen as it was left");
}

#[test]
fn a_value_that_is_being_typed_is_applied_to_the_design_that_it_is_of() {
    let mut harness = two();
    add(&mut harness, "users", 0.0, 0.0);
    key(&mut harness, Modifiers::COMMAND, Key::A);
    let rate = harness.query_all_by_label("Requests").find(|found| found.accesskit_node().role() == Role::TextInput);
    rate.expect("the field").click();
    steps(&mut harness, 3);
    key(&mut harness, Modifiers::COMMAND, Key::A);
    harness
        .query_all_by_role(Role::TextInput)
        .find(egui_kittest::Node::is_focused)
        .expect("a field")
        .type_text("123/s");
    steps(&mut harness, 2);
    key(&mut harness, Modifiers::COMMAND, Key::Tab);
    assert_eq!(harness.state().view().design.nodes.values().next().expect("its node").service, "ec2");
    key(&mut harness, Modifiers::COMMAND, Key::Tab);
    let text = loadscape::file::print(harness.state().view().design);
    assert!(text.contains("123/s"), "{text}");
}

#[test]
fn closing_asks_once_when_something_is_unsaved() {
    let mut harness = two();
    key(&mut harness, Modifiers::COMMAND, Key::W);
    assert_eq!(tabs(&harness), Vec::<String>::new(), "an empty one closes at once, and one alone has no tab");
    key(&mut harness, Modifiers::COMMAND, Key::W);
    harness.get_by_label("Cancel").click();
    steps(&mut harness, 4);
    assert_eq!(labels(&harness).len(), 1);
    key(&mut harness, Modifiers::COMMAND, Key::W);
    harness.get_by_label("Don't save").click();
    steps(&mut harness, 6);
    assert!(labels(&harness).is_empty());
    assert!(harness.query_by_label("Close the welcome card").is_some(), "the last one leaves the card of samples");
}

#[test]
fn an_empty_design_is_not_kept_beside_another() {
    let mut harness = two();
    key(&mut harness, Modifiers::COMMAND, Key::N);
    assert_eq!(tabs(&harness).len(), 2);
}

#[test]
fn the_same_file_does_not_open_twice() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let mut harness = two_saved(folder.path(), &[]);
    assert_eq!(tabs(&harness), ["one", "two", "Untitled"]);
    drop_file(&mut harness, &path("one.ron"));
    assert_eq!(harness.state().view().path, Some(path("one.ron").as_path()));
    assert_eq!(tabs(&harness), ["one", "two", "Untitled"]);
    let two = harness.get_by_label("two").rect().center();
    click(&mut harness, two, PointerButton::Primary);
    assert_eq!(harness.state().view().path, Some(path("two.ron").as_path()));
    let one = harness.get_by_label("one").rect().center();
    click(&mut harness, one, PointerButton::Middle);
    assert_eq!(tabs(&harness), ["two", "Untitled"]);
    harness.get_by_label("Close the tab Untitled").click();
    steps(&mut harness, 6);
    assert_eq!(tabs(&harness), Vec::<String>::new());
    assert_eq!(harness.state().view().path, Some(path("two.ron").as_path()));
}

/// A file as the window's library hands it over.
#[derive(Debug)]
struct Dropped(std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

/// Lets a file go over the window.
pub(super) fn drop_file(harness: &mut Harness<'static, App>, path: &std::path::Path) {
    harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path.to_owned())));
    steps(harness, 1);
    harness.input_mut().dropped_files.clear();
    steps(harness, 5);
}

/// Two saved designs, each changed by something after it was saved, and a new one in front.
fn two_saved(folder: &std::path::Path, changed: &[(&str, f32)]) -> Harness<'static, App> {
    let mut harness = empty();
    for name in ["one.ron", "two.ron"] {
        add(&mut harness, "ec2", 100.0, 100.0);
        harness.state_mut().apply(Action::SaveAs(folder.join(name)));
        steps(&mut harness, 2);
        changed.iter().for_each(|(service, x)| add(&mut harness, service, *x, 100.0));
        key(&mut harness, Modifiers::COMMAND, Key::N);
    }
    harness
}

fn click(harness: &mut Harness<'static, App>, at: egui::Pos2, button: PointerButton) {
    harness.hover_at(at);
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
        steps(harness, 2);
    }
    steps(harness, 4);
}

#[test]
fn the_window_closes_when_all_is_saved_and_asks_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let mut harness = two_saved(folder.path(), &[("rds", 400.0)]);
    assert_eq!(tabs(&harness), ["one, unsaved changes", "two, unsaved changes", "Untitled"]);
    key(&mut harness, Modifiers::COMMAND, Key::Q);
    assert!(harness.query_by_label("Save the changes to 2 designs?").is_some());
    assert!(harness.query_by_label("one, two").is_some(), "they are named");
    harness.get_by_label("Save all").click();
    steps(&mut harness, 10);
    for name in ["one.ron", "two.ron"] {
        let text = std::fs::read_to_string(path(name)).expect("it was written");
        assert!(text.contains("rds"), "{name}: {text}");
    }
}
