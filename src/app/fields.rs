//! Fields for values that people type with units. A value is applied when the field is left or Enter is pressed; one that
//! is wrong stays as typed, with the reason in red under it, and is not applied.

use super::style;
use crate::scene::list::Ink;
use crate::theme::Theme;
use egui::{Align, Key, Layout, TextEdit, Ui};
use std::collections::BTreeMap;

/// Width of a value's control, in points.
pub const CONTROL_WIDTH: f32 = 116.0;

/// Texts that are being typed, by field. A field that nobody types in shows the value itself.
#[derive(Debug, Clone, Default)]
pub struct Drafts(BTreeMap<String, Draft>);

#[derive(Debug, Clone, Default)]
struct Draft {
    text: String,
    error: Option<String>,
}

impl Drafts {
    /// The text of a field, and why it is wrong.
    fn shown(&self, key: &str, current: &str) -> (String, Option<String>) {
        self.0.get(key).map_or_else(|| (current.to_owned(), None), |draft| (draft.text.clone(), draft.error.clone()))
    }

    /// Whether nothing is being typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a field holds something that could not be applied.
    pub fn wrong(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|draft| draft.error.is_some())
    }

    /// What this frame did to a field that shows `typed`; gives its value when it is left.
    fn answer<T>(
        &mut self,
        ui: &Ui,
        response: &egui::Response,
        (key, typed, current): (&str, &str, &str),
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let escaped = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape));
        let moment = match (escaped, response.lost_focus(), response.changed()) {
            (true, ..) => Moment::GivenUp,
            (_, true, true) => {
                self.0.insert(key.to_owned(), Draft { text: typed.to_owned(), error: parse(typed).err() });
                Moment::Left
            }
            (_, true, false) => Moment::Left,
            (_, _, true) => Moment::Changed,
            _ => Moment::Nothing,
        };
        self.settle(key, Step { typed, current, moment }, parse)
    }

    /// What was typed into a field changed: remembers it. Then, when the field is left, gives the value that it stands
    /// for if that is right and new.
    fn settle<T>(&mut self, key: &str, step: Step<'_>, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let Step { typed, current, moment } = step;
        if moment == Moment::Changed {
            let error = parse(typed).err();
            self.0.insert(key.to_owned(), Draft { text: typed.to_owned(), error });
        }
        if moment == Moment::GivenUp {
            self.0.remove(key);
        }
        if moment != Moment::Left || !self.0.contains_key(key) {
            return None;
        }
        let value = parse(typed).ok()?;
        self.0.remove(key);
        (typed != current).then_some(value)
    }
}

/// What happened to a field in this frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Nothing,
    Changed,
    Left,
    GivenUp,
}

struct Step<'a> {
    typed: &'a str,
    current: &'a str,
    moment: Moment,
}

/// A field: who it is, what it shows.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// Unique in the window; drafts are kept under it.
    pub key: &'a str,
    /// Name for assistive technology.
    pub name: &'a str,
    /// The value as text.
    pub current: &'a str,
    /// Shown while it is empty.
    pub hint: &'a str,
    /// Width in points.
    pub width: f32,
    /// Where its text stands.
    pub align: Align,
}

/// A text field for a value. Gives the new value once it is typed and right.
pub fn value_field<T>(
    ui: &mut Ui,
    drafts: &mut Drafts,
    field: Field<'_>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    let (mut text, error) = drafts.shown(field.key, field.current);
    let mut edit = TextEdit::singleline(&mut text)
        .id(egui::Id::unique(("field", field.key)))
        .hint_text(field.hint.to_owned())
        .desired_width(field.width)
        .align(egui::Align2([field.align, Align::Center]))
        .margin(egui::Margin::symmetric(8, 5));
    if error.is_some() {
        edit = edit.text_color(ui.visuals().error_fg_color);
    }
    let response = ui.add(edit).accessible_name(field.name);
    if error.is_some() {
        let line = egui::Stroke::new(1.5, ui.visuals().error_fg_color);
        ui.painter().rect_stroke(response.rect, 7.0, line, egui::StrokeKind::Inside);
    }
    drafts.answer(ui, &response, (field.key, &text, field.current), parse)
}

/// A field for text of several lines. Gives the new text once it is left.
pub fn text_area(ui: &mut Ui, drafts: &mut Drafts, (key, name, current): (&str, &str, &str)) -> Option<String> {
    let (mut text, _) = drafts.shown(key, current);
    let edit = TextEdit::multiline(&mut text)
        .id(egui::Id::unique(("field", key)))
        .hint_text(name)
        .desired_rows(6)
        .desired_width(f32::INFINITY);
    let response = ui.add(edit).accessible_name(name);
    drafts.answer(ui, &response, (key, &text, current), |text| Ok(text.to_owned()))
}

/// The reason why a field's text is wrong, under it.
pub fn reason(ui: &mut Ui, drafts: &Drafts, key: &str) {
    if let Some(error) = drafts.0.get(key).and_then(|draft| draft.error.as_ref()) {
        let text = egui::RichText::new(error).size(style::SMALL).color(ui.visuals().error_fg_color);
        ui.add(egui::Label::new(text).wrap());
    }
}

/// A row with words at the left and a control at the right; the words are cut if they must be.
pub fn row<R>(ui: &mut Ui, theme: Theme, label: &str, control: impl FnOnce(&mut Ui) -> R) -> (egui::Response, R) {
    ui.horizontal(|ui| {
        ui.set_min_height(26.0);
        let width = (ui.available_width() - CONTROL_WIDTH - 8.0).max(40.0);
        let muted = egui::RichText::new(label).color(style::color(theme, Ink::Muted));
        let words = ui
            .allocate_ui_with_layout(egui::vec2(width, 26.0), Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_width(width);
                ui.add(egui::Label::new(muted).truncate().sense(egui::Sense::hover()))
            })
            .inner;
        let right = Layout::right_to_left(Align::Center);
        (words, ui.with_layout(right, control).inner)
    })
    .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<u32, String> {
        text.parse().map_err(|_| format!("{text} is not a number"))
    }

    fn step(drafts: &mut Drafts, typed: &str, moment: Moment) -> Option<u32> {
        drafts.settle("n", Step { typed, current: "1", moment }, parse)
    }

    #[test]
    fn right_values_are_given_when_the_field_is_left() {
        let mut drafts = Drafts::default();
        assert_eq!(step(&mut drafts, "42", Moment::Changed), None, "not while typing");
        assert_eq!(step(&mut drafts, "42", Moment::Left), Some(42));
        assert_eq!(drafts.shown("n", "1").0, "1", "the field shows the value again");
        assert_eq!(step(&mut drafts, "1", Moment::Left), None, "nothing was typed");
    }

    #[test]
    fn wrong_values_stay_with_their_reason() {
        let mut drafts = Drafts::default();
        step(&mut drafts, "4x", Moment::Changed);
        assert_eq!(step(&mut drafts, "4x", Moment::Left), None);
        assert_eq!(drafts.shown("n", "1"), ("4x".to_owned(), Some("4x is not a number".to_owned())));
        assert_eq!(step(&mut drafts, "4x", Moment::GivenUp), None);
        assert!(!drafts.wrong("n"));
    }
}
