//! The walkthroughs of the program as a list: in the left panel and on the welcome card.

use super::dialogs::Then;
use super::icons::{self, Icon};
use super::state::State;
use super::style;
use crate::file;
use crate::scene::list::{Ink, Weight};
use crate::scene::text;
use crate::session::View;
use crate::walkthrough::Walkthrough;
use crate::words::{self, t};
use egui::{Align2, FontId, Rect, Role, Sense, StrokeKind, Ui, WidgetInfo, vec2};
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
        for story in all() {
            let open = view.playing.map_or("", |playing| playing.story.key.as_str());
            if line_ui(ui, state, story, open) {
                chosen = Some(begin(state, story));
            }
        }
        ui.add_space(8.0);
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
                    if line_ui(ui, state, story, "") {
                        chosen = Some(begin(state, story));
                    }
                });
            }
        });
    }
    ui.add_space(8.0);
    chosen
}

/// Where a story goes on: at the step that was open last.
fn begin(state: &State, story: &Walkthrough) -> Then {
    let at = state.prefs.walks.get(&story.key).map_or(0, |walk| walk.step);
    Then::Walkthrough(story.key.clone(), at)
}

/// One walkthrough; `open` is the key of the one that is open. Whether it was clicked.
fn line_ui(ui: &mut Ui, state: &State, story: &Walkthrough, open: &str) -> bool {
    let theme = state.theme();
    let title = story.title.of(words::language());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::click());
    let name = t!("Open walkthrough {title}", title = title);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name.clone()));
    if !ui.is_rect_visible(rect) {
        return response.clicked();
    }
    let visuals = ui.style().interact_selectable(&response, story.key == open);
    ui.painter().rect(rect, 8.0, visuals.weak_bg_fill, visuals.bg_stroke, StrokeKind::Inside);
    let done = state.prefs.walks.get(&story.key).map_or(0, |walk| walk.done.len());
    let all = story.steps.len();
    let inner = rect.shrink2(vec2(9.0, 6.0));
    let shown = text::fit(title, 12.5, Weight::SemiBold, inner.width());
    let ink = |ink| style::color(theme, ink);
    ui.painter().text(inner.min, Align2::LEFT_TOP, shown, FontId::new(12.5, style::semibold()), ink(Ink::Text));
    let progress = match done {
        0 => t!("{all} steps", all = all),
        _ => t!("{done} of {all} steps proved", done = done, all = all),
    };
    let font = FontId::proportional(10.5);
    let mut left = inner.left_bottom();
    if done > 0 {
        let tick = Rect::from_center_size(left + vec2(5.0, -6.0), vec2(11.0, 11.0));
        icons::draw(ui.painter(), Icon::Check.svg(), tick, ink(Ink::Ok));
        left.x += 15.0;
    }
    ui.painter().text(left, Align2::LEFT_BOTTOM, progress, font, ink(Ink::Muted));
    response.clicked()
}
