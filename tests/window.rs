//! The window, driven as a person would: by pointer, keyboard and the names that assistive technology reads.

use super::window_tabs::tabs;
use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use loadscape::app::App;
use loadscape::edit::Command;
use loadscape::model::Point;
use loadscape::session::Action;

pub fn harness() -> Harness<'static, App> {
    let mut harness = Harness::builder()
        .with_size([1_440.0, 900.0])
        .with_max_steps(40)
        .with_step_dt(1.0 / 60.0)
        .build_eframe(|creation| App::for_test(&creation.egui_ctx));
    steps(&mut harness, 6);
    harness
}

/// A few frames; a run or an animation may ask for more without end.
pub fn steps(harness: &mut Harness<'static, App>, count: usize) {
    for _ in 0..count {
        harness.step();
    }
}

/// A window with an empty canvas and no card over it.
pub fn empty() -> Harness<'static, App> {
    let mut harness = harness();
    harness.get_by_label("Close the welcome card").click();
    steps(&mut harness, 4);
    harness
}

pub fn drag(harness: &mut Harness<'static, App>, from: Pos2, to: Pos2) {
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

pub fn add(harness: &mut Harness<'static, App>, service: &str, x: f32, y: f32) {
    let command = Command::AddNode { service: service.to_owned(), at: Point::new(x, y) };
    harness.state_mut().apply(Action::Edit(command));
    steps(harness, 2);
}

pub fn labels(harness: &Harness<'static, App>) -> Vec<String> {
    harness.state().view().design.nodes.values().map(|node| node.label.clone()).collect()
}

pub fn card(harness: &Harness<'static, App>, label: &str) -> egui::Rect {
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
fn a_picture_of_the_drawing_goes_to_the_clipboard() {
    let mut harness = empty();
    add(&mut harness, "elb", 0.0, 0.0);
    harness.get_by_label("Export").click();
    steps(&mut harness, 3);
    harness.get_by_label("Copy as picture").click();
    let copied = (0..4_000).find_map(|_| {
        // It is painted beside; what a frame gives to the platform is what the clipboard gets.
        std::thread::yield_now();
        harness.step();
        harness.output().platform_output.commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyImage(image) => Some(image.clone()),
            _ => None,
        })
    });
    let image = copied.expect("a picture was copied");
    assert!(image.width() > 200 && image.height() > 100, "{:?}", image.size);
    let ground = image.pixels[0];
    assert!(image.pixels.iter().filter(|pixel| **pixel != ground).count() > 1_000, "the card can be seen");
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

/// Presses and lets go of the pointer, a frame each.
pub fn press(harness: &mut Harness<'static, App>, at: Pos2) {
    harness.hover_at(at);
    steps(harness, 2);
    harness.drag_at(at);
    steps(harness, 2);
    harness.drop_at(at);
    steps(harness, 4);
}

#[test]
fn a_value_is_applied_when_another_card_is_clicked_while_it_is_typed() {
    let mut harness = empty();
    add(&mut harness, "users", 0.0, 0.0);
    add(&mut harness, "ec2", 300.0, 0.0);
    let users = card(&harness, "Users").center();
    let web = labels(&harness).into_iter().find(|label| label != "Users").expect("a second card");
    press(&mut harness, users);
    harness.get_by_role_and_label(Role::TextInput, "Requests").focus();
    steps(&mut harness, 2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_role_and_label(Role::TextInput, "Requests").type_text("150");
    steps(&mut harness, 2);
    let other = card(&harness, &web).center();
    press(&mut harness, other);
    let view = harness.state().view();
    let users = view.design.nodes.values().find(|node| node.label == "Users").expect("users");
    assert_eq!(users.settings.len(), 1, "what was typed is not lost");
    assert!(!harness.state().selection().contains(&"users".to_owned()), "and the other card is selected");
}

#[test]
fn typing_a_note_is_one_step() {
    let mut harness = empty();
    let rect = loadscape::model::Rect::between(Point::new(96.0, 96.0), Point::new(256.0, 176.0));
    harness.state_mut().apply(Action::Edit(Command::AddNote { rect, text: "Note".to_owned() }));
    steps(&mut harness, 2);
    let note = harness.state().view().design.notes.values().next().expect("a note").clone();
    let canvas = harness.get_by_role_and_label(Role::Canvas, "Canvas").rect();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    steps(&mut harness, 3);
    harness.get_by_role_and_label(Role::MultilineTextInput, "Text").focus();
    steps(&mut harness, 2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    for part in ["one", " two", " three"] {
        harness.get_by_role_and_label(Role::MultilineTextInput, "Text").type_text(part);
        steps(&mut harness, 2);
    }
    press(&mut harness, canvas.max - egui::vec2(60.0, 60.0));
    let text =
        |harness: &Harness<'static, App>| harness.state().view().design.notes.values().next().unwrap().text.clone();
    assert_eq!(text(&harness), "one two three");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    steps(&mut harness, 3);
    assert_eq!(text(&harness), note.text, "one undo takes all of it back");
}

#[test]
fn panels_are_resized_from_the_side_of_the_canvas_too() {
    let mut harness = empty();
    let before = harness.get_by_role_and_label(Role::Canvas, "Canvas").rect();
    let from = before.center_bottom() - egui::vec2(0.0, 2.0);
    drag(&mut harness, from, from - egui::vec2(0.0, 80.0));
    let from = before.right_center() - egui::vec2(2.0, 0.0);
    drag(&mut harness, from, from - egui::vec2(60.0, 0.0));
    let after = harness.get_by_role_and_label(Role::Canvas, "Canvas").rect();
    assert!((before.bottom() - after.bottom() - 80.0).abs() < 8.0, "{before} {after}");
    assert!((before.right() - after.right() - 60.0).abs() < 8.0, "{before} {after}");
}

#[test]
fn the_minimap_is_there_only_for_what_is_out_of_sight() {
    let mut harness = empty();
    add(&mut harness, "ec2", 100.0, 100.0);
    assert!(harness.query_by_label("Minimap").is_none());
    add(&mut harness, "ec2", 4_000.0, 100.0);
    assert!(harness.query_by_label("Minimap").is_some());
}

#[test]
fn all_tiles_are_seen_in_the_usual_window() {
    let harness = empty();
    let canvas = harness.get_by_role_and_label(Role::Canvas, "Canvas").rect();
    for name in ["Users", "Station", "Region", "Zone", "Note"] {
        let tile = harness.get_by_label(&format!("Add {name}")).rect();
        assert!(tile.bottom() <= canvas.bottom(), "{name} at {tile}");
    }
}

#[test]
fn a_small_window_leaves_most_of_its_room_to_the_canvas() {
    let mut harness = Harness::builder()
        .with_size([1_024.0, 640.0])
        .with_max_steps(40)
        .build_eframe(|creation| App::for_test(&creation.egui_ctx));
    steps(&mut harness, 6);
    let canvas = harness.get_by_role_and_label(Role::Canvas, "Canvas").rect();
    assert!(canvas.width() > 600.0 && canvas.height() > 400.0, "{canvas}");
}

#[test]
fn the_time_that_charts_show_can_be_chosen() {
    let mut harness = empty();
    add(&mut harness, "users", 0.0, 0.0);
    harness.state_mut().apply(Action::Advance(loadscape::units::Span::from_secs(1)));
    for _ in 0..20_000 {
        if harness.state().view().snapshot.is_some() {
            break;
        }
        steps(&mut harness, 1);
    }
    steps(&mut harness, 3);
    harness.get_by_label("Time shown").click();
    steps(&mut harness, 3);
    harness.get_by_label("last 3 h").click();
    steps(&mut harness, 3);
    assert!(harness.query_by_label_contains("seed 1").is_some(), "and the status bar says with which chance");
}

#[test]
fn a_file_that_does_not_open_leaves_the_drawing_and_what_is_selected() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("broken.ron");
    std::fs::write(&path, "(version: 1, title: ").expect("writable");
    let mut harness = empty();
    add(&mut harness, "ec2", 100.0, 100.0);
    let at = card(&harness, &labels(&harness)[0]);
    press(&mut harness, at.center());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    steps(&mut harness, 6);
    assert!(harness.query_by_label("Don't save").is_none(), "it would open beside this one: nothing is lost");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let name = path.display().to_string();
    harness.query_all_by_role(Role::TextInput).find(egui_kittest::Node::is_focused).expect("a field").type_text(&name);
    steps(&mut harness, 3);
    harness.key_press(Key::Enter);
    steps(&mut harness, 6);
    assert_eq!(labels(&harness).len(), 1);
    assert_eq!(harness.state().selection().len(), 1);
    assert_eq!(card(&harness, &labels(&harness)[0]), at, "nothing moved");
    assert_eq!(tabs(&harness), Vec::<String>::new(), "and no tab is left behind");
    let told = harness.query_all_by_label_contains("broken.ron").count();
    assert!(told > 0, "it is said which file, and why");
}

#[test]
fn what_a_key_asks_for_is_seen_without_another_event() {
    let mut harness = empty();
    harness.run();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::Questionmark);
    harness.run();
    assert!(harness.query_by_label("Keyboard and pointer").is_some());
}

#[test]
fn a_link_takes_a_timeout_with_its_unit_and_undo_takes_it_back() {
    let mut harness = empty();
    add(&mut harness, "users", 0.0, 0.0);
    add(&mut harness, "ec2", 300.0, 0.0);
    let ids: Vec<_> = harness.state().view().design.nodes.keys().cloned().collect();
    let (from, to) =
        (ids.iter().find(|id| id.as_str() == "users").unwrap(), ids.iter().find(|id| id.as_str() != "users"));
    let link = Command::AddLink { from: from.clone(), to: to.unwrap().clone() };
    harness.state_mut().apply(Action::Edit(link));
    steps(&mut harness, 3);
    let names = labels(&harness);
    let web = names.iter().find(|label| *label != "Users").unwrap();
    let middle = card(&harness, "Users").right_center().lerp(card(&harness, web).left_center(), 0.5);
    press(&mut harness, middle);
    for group in ["Which requests", "Timeout and retries", "Circuit breaker"] {
        assert!(harness.query_by_label(group).is_some(), "{group} is there, folded");
    }
    assert!(harness.query_by_role_and_label(Role::TextInput, "Timeout").is_none(), "folded");
    harness.get_by_label("Timeout and retries").click();
    steps(&mut harness, 20);
    let set = |harness: &mut Harness<'static, App>, text: &str| {
        harness.get_by_role_and_label(Role::TextInput, "Timeout").focus();
        steps(harness, 2);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.get_by_role_and_label(Role::TextInput, "Timeout").type_text(text);
        steps(harness, 2);
        harness.key_press(Key::Enter);
        steps(harness, 3);
    };
    let timeout = |harness: &Harness<'static, App>| {
        harness.state().view().design.links.values().next().expect("a link").calls().timeout
    };
    set(&mut harness, "0 s");
    assert!(harness.query_by_label_contains("0 s is outside 1 us to 1 d").is_some(), "the reason is on screen");
    assert_eq!(timeout(&harness), None);
    set(&mut harness, "250 ms");
    assert_eq!(timeout(&harness), Some(loadscape::units::Span::from_millis(250)));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    steps(&mut harness, 3);
    assert_eq!(timeout(&harness), None);
}

#[test]
fn the_canvas_can_be_read_without_seeing_it() {
    let mut harness = harness();
    let sample = &loadscape::file::samples()[0];
    harness.get_by_label(&format!("Open and run {}", sample.title)).click();
    steps(&mut harness, 8);
    let view = harness.state().view();
    let design = view.design;
    let (_, link) = design.links.iter().next().expect("the sample has links");
    let named = format!("link {} to {}", design.nodes[&link.from].label, design.nodes[&link.to].label);
    let node = design.nodes.values().next().expect("and nodes");
    let (label, service) = (node.label.clone(), node.service().expect("of a known service").sheet().name.clone());
    assert!(harness.query_by_label(&named).is_some(), "{named}");
    let said = harness.get_by_label(&format!("node {label}")).accesskit_node().description().unwrap_or_default();
    assert!(said.starts_with(&service) && said.len() > service.len() + 3, "{said}");
}

#[test]
fn what_was_not_understood_stays_until_it_is_closed_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flow.yaml");
    let text = "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n  Odd:\n    Type: AWS::Odd::Thing\n";
    std::fs::write(&path, text).unwrap();
    let mut harness = harness();
    harness.state_mut().apply(Action::Open(path));
    steps(&mut harness, 4);
    harness.state_mut().show_all();
    steps(&mut harness, 240);
    harness.get_by_label("line 4: AWS::Odd::Thing has no counterpart here: Odd");
    harness.get_by_label("Copy the remarks").click();
    steps(&mut harness, 2);
    harness.get_by_label("Close the remarks").click();
    steps(&mut harness, 3);
    assert!(harness.query_by_label("Close the remarks").is_none());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    steps(&mut harness, 4);
    harness.event(egui::Event::Text("remarks on".to_owned()));
    steps(&mut harness, 3);
    harness.key_press(Key::Enter);
    steps(&mut harness, 4);
    harness.get_by_label("Close the remarks");
}
