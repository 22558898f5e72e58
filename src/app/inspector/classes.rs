//! Kinds of requests of the design: a small table of names and shares, with the rest of each folded under it.

use super::WIDTH;
use crate::app::fields::{Field, reason, row, value_field};
use crate::app::icons::{Icon, IconButton, Look};
use crate::app::state::State;
use crate::app::style;
use crate::edit::Command;
use crate::model::RequestClass;
use crate::session::{Action, View};
use crate::sim::zipf::Popularity;
use crate::units::Bytes;
use crate::words::t;
use egui::{Align, Ui};

/// What is typed becomes another class.
type Parse<'a> = &'a dyn Fn(&str) -> Result<RequestClass, String>;

/// Draws it.
pub fn classes_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    let classes = &view.design.classes;
    ui.label(style::heading(t!("Classes of requests"), theme));
    if classes.is_empty() {
        ui.add(egui::Label::new(style::small(t!("All requests are alike."), theme)).wrap());
    }
    let total: f64 = classes.iter().map(|class| class.share).sum();
    for (at, class) in classes.iter().enumerate() {
        class_row(ui, state, actions, (at, class));
        let share = class.share / total * 100.0;
        let share = t!("{share} % of the requests", share = format!("{share:.1}"));
        let words = share + if class.write { t!(", writes") } else { "" };
        let folded = egui::CollapsingHeader::new(style::small(words, theme)).id_salt(("class", at));
        folded.show_unindented(ui, |ui| details_ui(ui, state, actions, (at, class)));
    }
    let add = IconButton::new(Icon::Plus, t!("Add a class of requests")).text(t!("Add a class")).look(Look::Quiet);
    if ui.add(add).clicked() {
        let class = RequestClass::new(free_name(classes));
        actions.push(Action::Edit(Command::PutClass { at: classes.len(), class }));
    }
}

fn free_name(classes: &[RequestClass]) -> String {
    let taken = |name: &String| classes.iter().any(|class| class.name == *name);
    let usual = ["browse", "buy"].map(str::to_owned).into_iter();
    usual.chain((1..).map(|n| format!("class {n}"))).find(|name| !taken(name)).unwrap_or_default()
}

/// Name, share and the button that takes it out.
fn class_row(ui: &mut Ui, state: &mut State, actions: &mut Vec<Action>, (at, class): (usize, &RequestClass)) {
    let (name_key, share_key) = (format!("class.{at}.name"), format!("class.{at}.share"));
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 118.0).max(60.0);
        let name = t!("Name of class {n}", n = at + 1);
        let field =
            Field { key: &name_key, name: &name, current: &class.name, hint: t!("Name"), width, align: Align::LEFT };
        let rename = |text: &str| match text.trim() {
            "" => Err(t!("A class needs a name").to_owned()),
            text => Ok(RequestClass { name: text.to_owned(), ..class.clone() }),
        };
        put(actions, at, value_field(ui, &mut state.drafts, field, rename));
        let (name, current) = (t!("Share of {name}", name = class.name), class.share.to_string());
        let field = Field {
            key: &share_key,
            name: &name,
            current: &current,
            hint: t!("Share"),
            width: 44.0,
            align: Align::RIGHT,
        };
        let share = |text: &str| {
            number(text.trim().trim_end_matches('%')).and_then(|share| checked(RequestClass { share, ..class.clone() }))
        };
        put(actions, at, value_field(ui, &mut state.drafts, field, share));
        let remove = t!("Remove class {name}", name = class.name);
        let button = IconButton::new(Icon::Close, &remove).look(Look::Quiet);
        if ui.add(button).on_hover_text(&remove).clicked() {
            actions.push(Action::Edit(Command::RemoveClass(at)));
        }
    });
    reason(ui, &state.drafts, &name_key);
    reason(ui, &state.drafts, &share_key);
}

fn put(actions: &mut Vec<Action>, at: usize, class: Option<RequestClass>) {
    actions.extend(class.map(|class| Action::Edit(Command::PutClass { at, class })));
}

fn details_ui(ui: &mut Ui, state: &mut State, actions: &mut Vec<Action>, (at, class): (usize, &RequestClass)) {
    let theme = state.theme();
    row(ui, theme, t!("Changes data"), |ui| {
        let mut write = class.write;
        if ui.checkbox(&mut write, "").accessible_name(t!("{name} changes data", name = class.name)).changed() {
            put(actions, at, Some(RequestClass { write, ..class.clone() }));
        }
    });
    let work = |text: &str| number(text).and_then(|work| checked(RequestClass { work, ..class.clone() }));
    let priority = |text: &str| {
        let priority = text.trim().parse().map_err(|_| t!("A priority is 0 (first) to 255").to_owned())?;
        Ok(RequestClass { priority, ..class.clone() })
    };
    let bytes = |text: &str| Ok(RequestClass { bytes: sizes(text)?, ..class.clone() });
    let objects = |text: &str| {
        let popularity = match text.trim() {
            "" => None,
            text => {
                let objects =
                    text.replace([',', '_'], "").parse().map_err(|_| t!("Objects are a whole number").to_owned())?;
                Some(Popularity { objects, exponent: class.popularity.map_or(0.8, |known| known.exponent) })
            }
        };
        checked(RequestClass { popularity, ..class.clone() })
    };
    let exponent = |text: &str| {
        let exponent = number(text)?;
        let popularity = class.popularity.map(|known| Popularity { exponent, ..known });
        checked(RequestClass { popularity, ..class.clone() })
    };
    let shown_bytes =
        class.bytes.map_or_else(String::new, |(request, answer)| format!("{}, {}", Bytes(request), Bytes(answer)));
    let shown_objects = class.popularity.map_or_else(String::new, |known| known.objects.to_string());
    let mut fields: Vec<(&str, &str, String, Parse<'_>)> = vec![
        (t!("Work"), t!("Factor on the work that nodes state; 1 is what they state."), class.work.to_string(), &work),
        (t!("Priority"), t!("0 goes first where a station serves by priority."), class.priority.to_string(), &priority),
        (
            t!("Sizes"),
            t!("Bytes of a request and of its answer: 1 KiB, 20 KiB. Empty: what the users state."),
            shown_bytes,
            &bytes,
        ),
        (
            t!("Objects"),
            t!("How many objects the requests are about, for what keeps answers by object."),
            shown_objects,
            &objects,
        ),
    ];
    let shown_exponent = class.popularity.map_or_else(String::new, |known| known.exponent.to_string());
    if class.popularity.is_some() {
        fields.push((t!("Exponent"), t!("Zipf's exponent: 0 is all alike, 1 very uneven."), shown_exponent, &exponent));
    }
    for (label, tip, current, parse) in fields {
        let key = format!("class.{at}.{label}");
        let name = t!("{label} of {class}", label = label, class = class.name);
        let (words, typed) = row(ui, theme, label, |ui| {
            let hint = if current.is_empty() { t!("none") } else { label };
            let field = Field { key: &key, name: &name, current: &current, hint, width: WIDTH, align: Align::RIGHT };
            value_field(ui, &mut state.drafts, field, parse)
        });
        words.on_hover_text(tip);
        reason(ui, &state.drafts, &key);
        put(actions, at, typed);
    }
}

fn number(text: &str) -> Result<f64, String> {
    text.trim().parse().map_err(|_| t!("\"{text}\" is no number", text = text.trim()))
}

fn checked(class: RequestClass) -> Result<RequestClass, String> {
    class.check().map(|()| class).map_err(str::to_owned)
}

/// Bytes of a request and of its answer; nothing for those of the users.
fn sizes(text: &str) -> Result<Option<(u64, u64)>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let wrong = t!("write the bytes of a request and of its answer: 1 KiB, 20 KiB");
    let (request, answer) = text.split_once(',').ok_or(wrong)?;
    let bytes = |text: &str| text.parse::<Bytes>().map(|bytes| bytes.0).map_err(|error| error.to_string());
    Ok(Some((bytes(request)?, bytes(answer)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_two_or_none() {
        assert_eq!(sizes("1 KiB, 2 MB"), Ok(Some((1_024, 2_000_000))));
        assert_eq!(sizes(" "), Ok(None));
        assert!(sizes("1 KiB").is_err() && sizes("a, b").is_err());
    }
}
