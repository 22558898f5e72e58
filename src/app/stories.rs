//! The walkthroughs of the program as a list: in the left panel, with the person's own, and on the welcome card.

use super::dialogs::Then;
use super::icons::{self, Icon, IconButton, Look};
use super::state::State;
use super::style;
use crate::file;
use crate::scene::list::{Ink, Weight};
use crate::scene::text;
use crate::session::View;
use crate::walkthrough::Walkthrough;
use crate::words::{self, t};
use egui::{Align2, FontId, Rect, Role, Sense, StrokeKind, Ui, WidgetInfo, vec2};
use std::ffi::OsStr;
use std::path::Path;
use std::sync::LazyLock;

/// Height of a line of the list, in points.
const LINE: f32 = 46.0;

/// All of them; one that does not read is left out, and a test would have said so.
pub fn all() -> &'static [Walkthrough] {
    static STORIES: LazyLock<Vec<Walkthrough>> = LazyLock::new(|| {
        let read = |it: &file::Shipped| Some(file::read_walkthrough(it.text, it.key).ok()?.walkthrough);
        file::walkthroughs().iter().filter_map(read).collect()
    });
    &STORIES
}

/// The list in the left panel. Gives what was chosen.
pub fn list_ui(ui: &mut Ui, view: View<'_>, state: &mut State) -> Option<Then> {
    let mut chosen = None;
    ui.add_space(4.0);
    ui.label(style::small(t!("Experiments, step by step: each claim is measured."), state.theme()));
    ui.add_space(4.0);
    egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let open = view.playing.map_or("", |playing| playing.story.key.as_str());
        for story in all() {
            if line_ui(ui, state, &Entry::of(state, story), open) {
                chosen = Some(begin(state, &story.key));
            }
        }
        ui.add_space(8.0);
        ui.label(style::heading(t!("Walkthroughs of your own"), state.theme()));
        for file in &state.prefs.own_walks {
            let entry = Entry::own(file);
            if line_ui(ui, state, &entry, open) {
                chosen = Some(begin(state, &entry.key));
            }
        }
        if ui.add(IconButton::words(t!("Open a walkthrough…")).look(Look::Quiet)).clicked() {
            chosen = Some(Then::Open);
        }
    });
    chosen
}

/// The list on the welcome card, in two columns.
pub fn cards_ui(ui: &mut Ui, state: &State) -> Option<Then> {
    let mut chosen = None;
    ui.label(style::heading(t!("Learn by experiment"), state.theme()));
    let gap = 8.0;
    let across = if ui.available_width() > 430.0 { 3 } else { 2 };
    let width = (ui.available_width() - gap * (across - 1) as f32 - 4.0) / across as f32;
    for row in all().chunks(across) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for story in row {
                ui.allocate_ui(vec2(width, LINE), |ui| {
                    if line_ui(ui, state, &Entry::of(state, story), "") {
                        chosen = Some(begin(state, &story.key));
                    }
                });
            }
        });
    }
    ui.add_space(8.0);
    chosen
}

/// Where a story goes on: at the step that was open last.
fn begin(state: &State, key: &str) -> Then {
    let at = state.prefs.walks.get(key).map_or(0, |walk| walk.step);
    Then::Walkthrough(key.to_owned(), at)
}

/// A line of the list.
struct Entry {
    /// The walkthrough, as it is opened.
    key: String,
    title: String,
    /// How far it has come, or where it is.
    under: String,
    /// Steps whose claims were all seen to hold.
    done: usize,
}

impl Entry {
    fn of(state: &State, story: &Walkthrough) -> Self {
        let done = state.prefs.walks.get(&story.key).map_or(0, |walk| walk.done.len());
        let all = story.steps.len();
        let under = match done {
            0 => t!("{all} steps", all = all),
            _ => t!("{done} of {all} steps proved", done = done, all = all),
        };
        Self { key: story.key.clone(), title: story.title.of(words::language()).to_owned(), under, done }
    }

    /// One of the person's own: nothing of the file is known until it is opened.
    fn own(file: &Path) -> Self {
        let part = |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let under = part(file.parent().map(Path::as_os_str));
        Self { key: file.display().to_string(), title: part(file.file_stem()), under, done: 0 }
    }
}

/// One walkthrough; `open` is the key of the one that is open. Whether it was clicked.
fn line_ui(ui: &mut Ui, state: &State, entry: &Entry, open: &str) -> bool {
    let theme = state.theme();
    let title = entry.title.as_str();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::click());
    let name = t!("Open walkthrough {title}", title = title);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name.clone()));
    if !ui.is_rect_visible(rect) {
        return response.clicked();
    }
    let visuals = ui.style().interact_selectable(&response, entry.key == open);
    ui.painter().rect(rect, 8.0, visuals.weak_bg_fill, visuals.bg_stroke, StrokeKind::Inside);
    let inner = rect.shrink2(vec2(9.0, 6.0));
    let shown = text::fit(title, 12.5, Weight::SemiBold, inner.width());
    let ink = |ink| style::color(theme, ink);
    ui.painter().text(inner.min, Align2::LEFT_TOP, shown, FontId::new(12.5, style::semibold()), ink(Ink::Text));
    let font = FontId::proportional(10.5);
    let mut left = inner.left_bottom();
    if entry.done > 0 {
        let tick = Rect::from_center_size(left + vec2(5.0, -6.0), vec2(11.0, 11.0));
        icons::draw(ui.painter(), Icon::Check.svg(), tick, ink(Ink::Ok));
        left.x += 15.0;
    }
    let under = text::fit(&entry.under, 10.5, Weight::Regular, inner.right() - left.x);
    ui.painter().text(left, Align2::LEFT_BOTTOM, under, font, ink(Ink::Muted));
    response.clicked()
}
