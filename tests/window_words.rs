//! The languages of the window, switched while it runs.

use super::window::{harness, steps};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use loadscape::app::App;
use loadscape::sim::network::Reason;
use loadscape::words::{self, Language};

/// Finds a command by its name and carries it out.
fn command(window: &mut Harness<'static, App>, name: &str) {
    window.key_press_modifiers(Modifiers::COMMAND, Key::K);
    steps(window, 3);
    let field = window.query_all_by_role(Role::TextInput).find(egui_kittest::Node::is_focused);
    field.expect("the list's field").type_text(name);
    steps(window, 3);
    window.key_press(Key::Enter);
    steps(window, 5);
}

#[test]
fn the_language_changes_at_once_and_back() {
    words::in_language(Language::English, || {
        let mut window = harness();
        command(&mut window, "korean");
        assert_eq!(words::language(), Language::Korean);
        window.key_press_modifiers(Modifiers::COMMAND, Key::K);
        steps(&mut window, 3);
        window.get_by_label("새 설계");
        assert!(window.query_by_label("New design").is_none());
        window.key_press(Key::Escape);
        steps(&mut window, 3);
        command(&mut window, "영어");
        window.key_press_modifiers(Modifiers::COMMAND, Key::K);
        steps(&mut window, 3);
        window.get_by_label("New design");
        assert_eq!(words::language(), Language::English);
    });
}

/// What is said of a request that failed stands on cards, in charts and in figures.
#[test]
fn every_reason_of_a_failure_is_told_in_korean() {
    let told = |reason: Reason| {
        (reason.words(), words::in_language(Language::Korean, || words::of(reason.words()) != reason.words()))
    };
    let english: Vec<_> = Reason::ALL.into_iter().map(told).filter(|(_, korean)| !korean).collect();
    assert!(english.is_empty(), "{english:?}");
}
