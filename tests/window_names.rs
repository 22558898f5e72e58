//! The window for those who do not see it or write with an input method: names, roles, texts that come in parts.

use super::window::{empty, harness, steps};
use super::window_dock::ran;
use egui::accesskit::Role;
use egui::{Event, ImeEvent, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use loadscape::app::App;
use loadscape::session::Action;

/// Roles of what answers to a click or to keys.
const CONTROLS: [Role; 13] = [
    Role::Button,
    Role::CheckBox,
    Role::ComboBox,
    Role::Link,
    Role::MenuItem,
    Role::MultilineTextInput,
    Role::ProgressIndicator,
    Role::RadioButton,
    Role::Slider,
    Role::SpinButton,
    Role::Switch,
    Role::Tab,
    Role::TextInput,
];

/// Controls without a name, where they stand.
fn nameless(harness: &Harness<'static, App>) -> Vec<String> {
    let all = harness.root().children_recursive();
    let controls = all.filter(|node| CONTROLS.contains(&node.accesskit_node().role()));
    let without = controls.filter(|node| node.accesskit_node().label().is_none_or(|name| name.trim().is_empty()));
    without.map(|node| format!("{:?} at {:?}", node.accesskit_node().role(), node.rect())).collect()
}

#[test]
fn every_control_has_a_name() {
    assert_eq!(nameless(&harness()), Vec::<String>::new(), "the welcome card");
    let mut harness = ran("myclothes", 30);
    let shop = harness.get_by_label("node Shop").rect().center();
    harness.hover_at(shop);
    harness.drag_at(shop);
    steps(&mut harness, 1);
    harness.drop_at(shop);
    steps(&mut harness, 4);
    for tab in ["Overview", "Node", "Why", "Requests", "Bill", "Compare"] {
        harness.get_by_role_and_label(Role::Tab, tab).click();
        steps(&mut harness, 3);
        assert_eq!(nameless(&harness), Vec::<String>::new(), "{tab}");
    }
    harness.get_by_role_and_label(Role::Tab, "Compare").click();
    for (modifiers, key) in
        [(Modifiers::COMMAND, Key::K), (Modifiers::SHIFT, Key::Questionmark), (Modifiers::COMMAND, Key::E)]
    {
        harness.key_press_modifiers(modifiers, key);
        steps(&mut harness, 5);
        assert_eq!(nameless(&harness), Vec::<String>::new(), "after {key:?}");
        harness.key_press(Key::Escape);
        steps(&mut harness, 5);
    }
}

#[test]
fn hangul_comes_in_by_an_input_method() {
    let mut harness = empty();
    harness
        .query_all_by_label("Title")
        .find(|found| found.accesskit_node().role() == Role::TextInput)
        .expect("it")
        .click();
    steps(&mut harness, 3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    steps(&mut harness, 2);
    for part in ["ㅎ", "하", "한"] {
        let text = part.to_owned();
        harness.event(Event::Ime(ImeEvent::Preedit { text, active_range_chars: None }));
        steps(&mut harness, 1);
    }
    assert_eq!(harness.state().view().design.name, "Untitled", "what is being composed is not applied");
    harness.event(Event::Ime(ImeEvent::Commit("한글".to_owned())));
    steps(&mut harness, 2);
    harness.key_press(Key::Enter);
    steps(&mut harness, 3);
    assert_eq!(harness.state().view().design.name, "한글");
}

#[test]
fn everything_of_every_sample_can_be_selected_and_looked_into() {
    for sample in loadscape::file::samples() {
        let mut harness = empty();
        harness.state_mut().apply(Action::OpenSample(sample.key.to_owned()));
        steps(&mut harness, 3);
        let count = harness.state().view().design.nodes.len();
        harness.key_press(Key::F6);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..4 * count {
            harness.key_press(Key::Tab);
            steps(&mut harness, 2);
            assert_eq!(nameless(&harness), Vec::<String>::new(), "{:?}", harness.state().selection());
            seen.extend(harness.state().selection());
        }
        assert!(seen.len() >= count, "{}: only {seen:?}", sample.key);
    }
}

/// Writes a word as an input method does, in parts and then whole, into the field that has the keyboard.
fn compose(harness: &mut Harness<'static, App>) {
    for part in ["ㅎ", "하", "한"] {
        let text = part.to_owned();
        harness.event(Event::Ime(ImeEvent::Preedit { text, active_range_chars: None }));
        steps(harness, 1);
    }
    harness.event(Event::Ime(ImeEvent::Commit("한글".to_owned())));
    steps(harness, 2);
}

/// What the field that has the keyboard holds.
fn written(harness: &Harness<'static, App>) -> String {
    let field = harness.query_all_by_role(Role::TextInput).find(egui_kittest::Node::is_focused);
    field.expect("a field has the keyboard").accesskit_node().value().unwrap_or_default()
}

#[test]
fn every_field_that_a_key_opens_takes_hangul() {
    let mut harness = empty();
    super::window::add(&mut harness, "ec2", 100.0, 100.0);
    let keys = [
        ("commands", Modifiers::COMMAND, Key::K),
        ("find", Modifiers::COMMAND, Key::F),
        ("a service by name", Modifiers::NONE, Key::A),
    ];
    for (name, modifiers, key) in keys {
        harness.key_press(Key::F6);
        steps(&mut harness, 2);
        harness.key_press_modifiers(modifiers, key);
        steps(&mut harness, 3);
        compose(&mut harness);
        assert_eq!(written(&harness), "한글", "{name}");
        harness.key_press(Key::Escape);
        steps(&mut harness, 3);
    }
}

#[test]
fn a_card_is_given_a_name_in_hangul_in_place() {
    let mut harness = empty();
    super::window::add(&mut harness, "ec2", 100.0, 100.0);
    harness.key_press(Key::F6);
    harness.key_press(Key::Tab);
    steps(&mut harness, 2);
    harness.key_press(Key::F2);
    steps(&mut harness, 3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    steps(&mut harness, 1);
    compose(&mut harness);
    harness.key_press(Key::Enter);
    steps(&mut harness, 3);
    assert_eq!(super::window::labels(&harness), ["한글"]);
}

#[test]
fn tab_goes_through_the_window_as_it_is_read() {
    let mut harness = super::window_dock::ran("myclothes", 30);
    let mut tops: Vec<(String, egui::Rect)> = Vec::new();
    for _ in 0..200 {
        harness.key_press(Key::Tab);
        steps(&mut harness, 1);
        let focused = harness.root().children_recursive().find(egui_kittest::Node::is_focused);
        let Some(node) = focused else { continue };
        let name = node.accesskit_node().label().unwrap_or_default();
        if tops.iter().any(|(known, _)| *known == name) && name == "Menu" {
            break;
        }
        // The edges of panels can be moved by keys as well; they come before what is in them.
        if name != "Resize panel" {
            tops.push((name, node.rect()));
        }
        // The canvas keeps Tab for its cards.
        if tops.last().is_some_and(|(name, _)| name == "Canvas") {
            break;
        }
    }
    let bar: Vec<f32> = tops.iter().filter(|(_, rect)| rect.bottom() < 46.0).map(|(_, rect)| rect.left()).collect();
    assert!(bar.len() > 8 && bar.is_sorted(), "from left to right: {tops:?}");
    let after = tops.iter().position(|(_, rect)| rect.top() > 46.0).expect("it goes on below the bar");
    assert!(tops[after].1.right() < 230.0, "then the left panel: {:?}", tops[after]);
}
