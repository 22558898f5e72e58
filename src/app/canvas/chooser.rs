//! A field on the canvas with lines to choose from: type, arrow keys, Enter; Escape or a click elsewhere closes it.

use crate::app::icons;
use crate::app::state::State;
use crate::app::style;
use crate::model::Point;
use crate::scene::list::{Ink, Weight};
use crate::scene::text::fit;
use crate::theme::Theme;
use egui::{Area, Frame, Key, Order, Pos2, Rect, Sense, TextEdit, Ui, Vec2, WidgetInfo, vec2};

/// Lines that are shown at once.
const SHOWN: usize = 7;

/// Width of a line, in points.
const WIDTH: f32 = 240.0;

/// Height of a line, in points.
const LINE: f32 = 26.0;

/// Something to choose.
pub(super) struct Line {
    /// Its glyph.
    pub icon: &'static str,
    /// Ground of the glyph.
    pub ink: Ink,
    /// What is read.
    pub text: String,
    /// What is read behind it, fainter: why it cannot be chosen, for instance.
    pub remark: String,
    /// What assistive technology reads.
    pub name: String,
    /// Whether it can be chosen.
    pub open: bool,
}

/// What the field is called, what stands in it while it is empty, and what is said when nothing is found.
pub(super) struct Words {
    pub name: &'static str,
    pub hint: &'static str,
    pub nothing: &'static str,
}

/// The lines for what is typed.
pub(super) type Search<'a> = &'a dyn Fn(&str) -> Vec<Line>;

/// What came of it.
pub(super) enum Answer {
    /// It stays open.
    Open,
    /// It was given up.
    Closed,
    /// This line.
    Chosen(usize),
}

/// Draws the field at a point of the drawing.
pub(super) fn chooser_ui(
    ui: &Ui,
    (canvas, at): (Rect, Point),
    state: &State,
    (text, line): (&mut String, &mut usize),
    (words, find): (Words, Search<'_>),
) -> Answer {
    let found = find(text);
    *line = steps(ui, *line, found.len());
    let size = vec2(WIDTH + 16.0, 40.0 + (LINE + 4.0) * SHOWN as f32);
    let on_canvas = state.camera.to_canvas(at);
    let corner = canvas.min + vec2(on_canvas.x - 24.0, on_canvas.y - 20.0);
    let corner = corner.clamp(canvas.min, (canvas.max - size).max(canvas.min));
    let field = egui::Id::unique(words.name);
    let area = Area::new(field.with("area")).fade_in(false).order(Order::Foreground).fixed_pos(corner);
    let mut clicked = None;
    let shown = area.show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_width(WIDTH);
            let before = text.clone();
            let edit = TextEdit::singleline(text).id(field).hint_text(words.hint).desired_width(f32::INFINITY);
            let response = ui.add(edit.char_limit(120)).accessible_name(words.name);
            if before != *text {
                *line = 0;
            }
            let first = line.saturating_sub(SHOWN - 1);
            for (n, item) in found.iter().enumerate().skip(first).take(SHOWN) {
                if line_ui(ui, (item, n == *line), state.theme()) {
                    clicked = Some(n);
                }
            }
            if found.is_empty() {
                ui.label(style::small(words.nothing, state.theme()));
            }
            response
        })
    });
    if !shown.inner.inner.has_focus() {
        shown.inner.inner.request_focus();
    }
    answer(ui, &found, clicked, (*line, shown.response.rect))
}

fn answer(ui: &Ui, found: &[Line], clicked: Option<usize>, (line, rect): (usize, Rect)) -> Answer {
    let (escape, enter) = ui.input(|input| (input.key_pressed(Key::Escape), input.key_pressed(Key::Enter)));
    let chosen = clicked.or(Some(line).filter(|_| enter));
    if let Some(line) = chosen.filter(|line| found.get(*line).is_some_and(|found| found.open)) {
        return Answer::Chosen(line);
    }
    let elsewhere = |at: Pos2| !rect.contains(at);
    let pressed = ui.input(|input| input.pointer.any_pressed() && input.pointer.interact_pos().is_some_and(elsewhere));
    if escape || pressed { Answer::Closed } else { Answer::Open }
}

/// The line that the arrow keys lead to.
pub fn steps(ui: &Ui, line: usize, lines: usize) -> usize {
    let (down, up) = ui.input(|input| (input.num_presses(Key::ArrowDown), input.num_presses(Key::ArrowUp)));
    (line + down).saturating_sub(up).min(lines.saturating_sub(1))
}

fn line_ui(ui: &mut Ui, (line, marked): (&Line, bool), theme: Theme) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::click());
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, line.open, marked, &line.name));
    if marked || response.hovered() {
        ui.painter().rect_filled(rect, 6.0, style::color(theme, Ink::CardSelected));
    }
    let tile = Rect::from_center_size(rect.left_center() + vec2(14.0, 0.0), Vec2::splat(18.0));
    icons::tile(ui.painter(), line.icon, tile, style::color(theme, line.ink), style::color(theme, Ink::OnTile));
    let font = egui::TextStyle::Body.resolve(ui.style());
    let at = tile.right_center() + vec2(8.0, 0.0);
    let ink = if line.open { Ink::Text } else { Ink::Faint };
    let text = fit(&line.text, font.size, Weight::Regular, rect.right() - at.x - 6.0);
    let drawn = ui.painter().text(at, egui::Align2::LEFT_CENTER, text, font.clone(), style::color(theme, ink));
    let room = rect.right() - drawn.right() - 14.0;
    if !line.remark.is_empty() && room > 24.0 {
        let remark = fit(&line.remark, 11.0, Weight::Regular, room);
        let font = egui::FontId::proportional(11.0);
        let at = drawn.right_center() + vec2(8.0, 0.0);
        ui.painter().text(at, egui::Align2::LEFT_CENTER, remark, font, style::color(theme, Ink::Faint));
    }
    if line.remark.is_empty() { response.clicked() } else { response.on_hover_text(&line.remark).clicked() }
}
