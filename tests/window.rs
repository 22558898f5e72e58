//! The window, driven as a person would: by pointer, keyboard and the names that assistive technology reads.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2};
use egui_kittest::{Harness, kittest::Queryable as _};
use loadscape::app::App;
use loadscape::edit::Command;
use loadscape::model::Point;
use loadscape::session::Action;

fn harness() -> Harness<'static, App> {
    let mut harness = Harness::builder()
        .with_size([1_440.0, 900.0])
        .with_max_steps(40)
        .with_step_dt(1.0 / 60.0)
        .build_eframe(|creation| App::for_test(&creation.egui_ctx));
    steps(&mut harness, 6);
    harness
}

/// A few frames; a run or an animation may ask for more without end.
fn steps(harness: &mut Harness<'static, App>, count: usize) {
    for _ in 0..count {
        harness.step();
    }
}

/// A window with an empty canvas and no card over it.
fn empty() -> Harness<'static, App> {
    let mut harness = harness();
    harness.get_by_label("Close the welcome card").click();
    steps(&mut harness, 4);
    harness
}

fn drag(harness: &mut Harness<'static, App>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    steps(harness, 2);
    harness.drag_at(from);
    steps(harness, 2);
    for n in 1..=6 {
        harness.hover_at(from + (to - from) * (n as f32 / 6.0));
        steps(harness, 1);
    }
    harness.drop_at(to);
    steps(harness, 4);
}

fn add(harness: &mut Harness<'static, App>, service: &str, x: f32, y: f32) {
    let command = Command::AddNode { service: service.to_owned(), at: Point::new(x, y) };
    harness.state_mut().apply(Action::Edit(command));
    steps(harness, 2);
}

fn labels(harness: &Harness<'static, App>) -> Vec<String> {
    harness.state().view().design.nodes.values().map(|node| node.label.clone()).collect()
}

fn card(harness: &Harness<'static, App>, label: &str) -> egui::Rect {
    harness.get_by_label(&format!("node {label}")).rect()
}

#[test]
fn welcome_opens_and_runs_a_sample_in_one_click() {
    let mut harness = harness();
    let sample = &loadscape::file::samples()[0];
    harness.get_by_label(&format!("Open and run {}", sample.title)).click();
    steps(&mut harness, 6);
    let view = harness.state().view();
    assert!(!view.design.nodes.is_empty() && view.running);
    let label = view.design.nodes.values().next().expect("a node").label.clone();
    assert!(harness.query_by_label(&format!("node {label}")).is_some(), "{label} is on the canvas");
    assert!(harness.query_by_label("Pause").is_some(), "the button says what it does now");
}

#[test]
fn a_tile_dragged_onto_the_canvas_becomes_a_selected_node_and_undo_takes_it_back() {
    let mut harness = empty();
    let from = harness.get_by_label("Add EC2").rect().center();
    let to = harness.get_by_role_and_label(Role::Canvas, "Canvas").rect().center();
    drag(&mut harness, from, to);
    let label = labels(&harness).pop().expect("one node");
    assert!((card(&harness, &label).center() - to).length() < 12.0, "where it was let go, but for the grid");
    assert_eq!(harness.state().selection().len(), 1);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    steps(&mut harness, 3);
    assert!(labels(&harness).is_empty());
}

#[test]
fn links_are_drawn_from_the_edge_and_refused_with_a_reason() {
    let mut harness = empty();
    add(&mut harness, "users", 0.0, 0.0);
    add(&mut harness, "ec2", 300.0, 0.0);
    let names = labels(&harness);
    let (users, web) = (
        names.iter().find(|l| l.starts_with("Users")).unwrap(),
        names.iter().find(|l| !l.starts_with("Users")).unwrap(),
    );
    let (users, web) = (card(&harness, users), card(&harness, web));
    drag(&mut harness, web.right_center() + egui::vec2(4.0, 0.0), users.center());
    assert_eq!(harness.state().view().design.links.len(), 0, "nothing calls users");
    drag(&mut harness, users.right_center() + egui::vec2(4.0, 0.0), web.center());
    assert_eq!(harness.state().view().design.links.len(), 1);
}

#[test]
fn a_double_click_renames_in_place() {
    let mut harness = empty();
    add(&mut harness, "ec2", 100.0, 100.0);
    let at = card(&harness, &labels(&harness)[0]).center();
    harness.hover_at(at);
    steps(&mut harness, 2);
    for pressed in [true, false, true, false] {
        let button = egui::PointerButton::Primary;
        harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
        steps(&mut harness, 1);
    }
    steps(&mut harness, 3);
    let field = harness.query_all_by_label("Name").find(egui_kittest::Node::is_focused).expect("a field with the name");
    field.type_text("Web");
    steps(&mut harness, 2);
    harness.key_press(Key::Enter);
    steps(&mut harness, 3);
    assert_eq!(labels(&harness), ["Web"]);
}

#[test]
fn a_wrong_value_says_why_and_is_not_applied() {
    let mut harness = empty();
    add(&mut harness, "ec2", 100.0, 100.0);
    let at = card(&harness, &labels(&harness)[0]).center();
    harness.hover_at(at);
    harness.drag_at(at);
    steps(&mut harness, 1);
    harness.drop_at(at);
    steps(&mut harness, 3);
    harness.get_by_role_and_label(Role::TextInput, "Workers").focus();
    steps(&mut harness, 2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_role_and_label(Role::TextInput, "Workers").type_text("0");
    steps(&mut harness, 2);
    harness.key_press(Key::Enter);
    steps(&mut harness, 2);
    assert!(harness.query_by_label_contains("0 is outside 1 to").is_some(), "the reason is on screen");
    let view = harness.state().view();
    assert!(view.design.nodes.values().all(|node| node.settings.is_empty()), "and nothing was set");
}

#[test]
fn every_control_has_a_name() {
    let harness = empty();
    assert_eq!(harness.unnamed_widgets(), Vec::<String>::new());
}
