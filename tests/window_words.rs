//! The languages of the window, switched while it runs.

use super::window::{harness, steps};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use loadscape::words::{self, Language};

#[test]
fn the_language_changes_at_once_and_back() {
    words::in_language(Language::English, || {
        let mut window = harness();
        window.get_by_label("Menu").click();
        steps(&mut window, 4);
        window.get_by_label("Language").click();
        steps(&mut window, 4);
        window.get_by_label("한국어").click();
        steps(&mut window, 4);
        window.key_press_modifiers(Modifiers::COMMAND, Key::K);
        steps(&mut window, 4);
        window.get_by_label("모두 선택");
        assert!(window.query_by_label("Select all").is_none());
        window.get_by_label("English").click();
        steps(&mut window, 4);
        window.key_press_modifiers(Modifiers::COMMAND, Key::K);
        steps(&mut window, 4);
        window.get_by_label("Select all");
    });
}
