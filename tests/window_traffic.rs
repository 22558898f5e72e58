//! The inspector of users: kinds of traffic, sums, recordings, and the classes of the design.

use super::window::{add, card, empty, labels, press, steps};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::{Harness, kittest::Queryable as _};
use loadscape::app::App;
use loadscape::model::Design;
use loadscape::session::Action;
use loadscape::sim::curve::After;
use loadscape::sim::shape::Shape;

/// A window with users that are selected.
fn users() -> Harness<'static, App> {
    let mut harness = empty();
    add(&mut harness, "users", 0.0, 0.0);
    let at = card(&harness, &labels(&harness)[0]).center();
    press(&mut harness, at);
    harness
}

fn design(harness: &Harness<'static, App>) -> Design {
    harness.state().view().design.clone()
}

fn shape(harness: &Harness<'static, App>) -> Option<Shape> {
    design(harness).scenarios[0].traffic.get("users").cloned()
}

fn choose(harness: &mut Harness<'static, App>, combo: &str, word: &str) {
    harness.get_by_role_and_label(Role::ComboBox, combo).click_accesskit();
    steps(harness, 4);
    if harness.query_by_role_and_label(Role::Button, word).is_none() {
        // The click closed a list that was still open.
        harness.get_by_role_and_label(Role::ComboBox, combo).click_accesskit();
        steps(harness, 4);
    }
    harness.get_by_role_and_label(Role::Button, word).click_accesskit();
    steps(harness, 4);
}

fn type_into(harness: &mut Harness<'static, App>, field: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, field).focus();
    steps(harness, 2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_role_and_label(Role::TextInput, field).type_text(text);
    steps(harness, 2);
    harness.key_press(Key::Enter);
    steps(harness, 4);
}

#[test]
fn settings_that_mean_nothing_are_not_shown() {
    let mut harness = users();
    let shown = |harness: &Harness<'static, App>, name: &str| harness.query_all_by_label(name).next().is_some();
    // The dock has a tab of that name.
    let requests = |harness: &Harness<'static, App>| {
        harness.query_all_by_role_and_label(Role::TextInput, "Requests").next().is_some()
    };
    assert!(requests(&harness) && !shown(&harness, "Number of users"));
    choose(&mut harness, "Users", "closed");
    assert!(!requests(&harness) && shown(&harness, "Number of users") && shown(&harness, "Think time"));
    assert!(!shown(&harness, "Traffic over time"), "closed users have no rate");
    choose(&mut harness, "Users", "sessions");
    assert!(requests(&harness) && shown(&harness, "Requests per session"));
    harness.state_mut().apply(Action::Undo);
    harness.state_mut().apply(Action::Undo);
    steps(&mut harness, 3);
    assert!(requests(&harness) && !shown(&harness, "Think time"));
}

#[test]
fn traffic_becomes_a_sum_whose_parts_are_edited_and_undone() {
    let mut harness = users();
    choose(&mut harness, "Traffic over time", "sum");
    assert!(matches!(shape(&harness), Some(Shape::Sum(parts)) if parts.len() == 2));
    harness.get_by_label("Add a part to the traffic").click_accesskit();
    steps(&mut harness, 4);
    choose(&mut harness, "Part 3", "wave");
    type_into(&mut harness, "Part 3: Amplitude", "7/s");
    let Some(Shape::Sum(parts)) = shape(&harness) else { panic!("a sum") };
    assert!(matches!(parts[2], Shape::Wave { amplitude, .. } if amplitude.0 == 7.0), "{parts:?}");
    harness.get_by_label("Remove part 1").click_accesskit();
    steps(&mut harness, 4);
    assert!(matches!(shape(&harness), Some(Shape::Sum(parts)) if parts.len() == 2));
    for _ in 0..5 {
        harness.state_mut().apply(Action::Undo);
    }
    assert_eq!(shape(&harness), None, "each was a step");
}

/// Loads a recording by the button and the dialog.
fn load(harness: &mut Harness<'static, App>, path: &std::path::Path) {
    harness.get_by_label("Load CSV…").click_accesskit();
    steps(harness, 6);
    let name = path.display().to_string();
    let focused = harness.query_all_by_role(Role::TextInput).find(egui_kittest::Node::is_focused);
    focused.expect("a field").type_text(&name);
    steps(harness, 3);
    harness.key_press(Key::Enter);
    steps(harness, 6);
}

#[test]
fn a_recording_is_a_part_of_a_sum() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let day = folder.path().join("day.csv");
    std::fs::write(&day, "time,rate\n0,5\n60,9\n").expect("writable");
    let mut harness = users();
    choose(&mut harness, "Traffic over time", "sum");
    choose(&mut harness, "Part 2", "recorded");
    load(&mut harness, &day);
    let recorded = |harness: &Harness<'static, App>| match shape(harness) {
        Some(Shape::Sum(parts)) => parts.into_iter().map(|part| matches!(part, Shape::Recorded(_))).collect(),
        _ => Vec::new(),
    };
    assert_eq!(recorded(&harness), [false, true]);
    assert!(harness.query_by_label_contains("2 steps over 2 min").is_some());
    choose(&mut harness, "After the recording", "repeat");
    assert!(
        matches!(shape(&harness), Some(Shape::Sum(parts)) if matches!(&parts[1], Shape::Recorded(it) if it.after == After::Repeat))
    );
    assert_eq!(recorded(&harness), [false, true], "it is still the second part");
}

#[test]
fn a_recording_is_loaded_from_a_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (small, wrong) = (folder.path().join("day.csv"), folder.path().join("wrong.csv"));
    std::fs::write(&small, "time,rate\n0,5\n60,9\n").expect("writable");
    std::fs::write(&wrong, "time,rate\n0,5\nsoon,9\n").expect("writable");
    let mut harness = users();
    choose(&mut harness, "Traffic over time", "recorded");
    load(&mut harness, &wrong);
    assert!(matches!(shape(&harness), Some(Shape::Recorded(recording)) if recording.curve.is_empty()));
    load(&mut harness, &small);
    assert!(matches!(shape(&harness), Some(Shape::Recorded(recording)) if recording.curve.len() == 2));
    choose(&mut harness, "After the recording", "repeat");
    assert!(harness.query_by_label_contains("2 steps over 2 min").is_some());
    harness.state_mut().apply(Action::Undo);
    harness.state_mut().apply(Action::Undo);
    assert!(matches!(shape(&harness), Some(Shape::Recorded(recording)) if recording.curve.is_empty()));
}

#[test]
fn classes_are_added_changed_and_removed() {
    let mut harness = empty();
    for _ in 0..2 {
        harness.get_by_label("Add a class of requests").click_accesskit();
        steps(&mut harness, 4);
    }
    type_into(&mut harness, "Share of buy", "25 %");
    assert!(harness.query_by_label_contains("20.0 % of the requests").is_some(), "25 of 125");
    type_into(&mut harness, "Share of buy", "0");
    assert_eq!(design(&harness).classes[1].share, 25.0, "no share of nothing");
    harness.key_press(Key::Escape);
    steps(&mut harness, 3);
    type_into(&mut harness, "Name of class 1", "look");
    let names = |harness: &Harness<'static, App>| {
        design(harness).classes.into_iter().map(|class| class.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&harness), ["look", "buy"]);
    harness.get_by_label("Remove class look").click_accesskit();
    steps(&mut harness, 4);
    assert_eq!(names(&harness), ["buy"]);
    harness.state_mut().apply(Action::Undo);
    assert_eq!(names(&harness), ["look", "buy"]);
}
