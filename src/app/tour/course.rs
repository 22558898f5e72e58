//! Where a walkthrough stands: the list of its steps with ticks, and what the open step changed, before and after. Both stand
//! in the inspector while nothing is selected; where that is put away or shows something, in the walkthrough's own panel.

use super::Wish;
use crate::app::icons::{self, Icon};
use crate::app::state::State;
use crate::app::style;
use crate::scene::list::Ink;
use crate::session::{Action, Playing, View};
use crate::theme::Theme;
use crate::walkthrough::{Row, Which};
use crate::words::{self, t};
use egui::{Align2, FontId, Rect, Response, RichText, Role, Sense, StrokeKind, Ui, WidgetInfo, vec2};

/// Side of a step's button.
const DOT: f32 = 20.0;
/// Height of a line of the table.
const ROW: f32 = 17.0;
/// Size of a step's title in the list.
const TITLE: f32 = 12.5;

/// Whether the inspector shows the list and the table.
pub fn is_aside(state: &State) -> bool {
    state.selection.is_empty() && state.prefs.right.open
}

/// The steps and the table in the inspector, if a walkthrough is open.
pub fn aside_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let Some(playing) = view.playing else { return };
    let mut wish = None;
    list_ui(ui, state, playing, &mut wish);
    table_ui(ui, state.theme(), playing);
    ui.add_space(10.0);
    super::grant(wish, view, state, actions);
}

/// A step, as its buttons show it.
struct Dot {
    number: usize,
    here: bool,
    done: bool,
}

/// The steps in their order.
fn dots(state: &State, playing: Playing<'_>) -> Vec<Dot> {
    let done = state.prefs.walks.get(&playing.story.key).map(|walk| &walk.done);
    let is_done = |at| done.is_some_and(|done| done.contains(&at));
    let dot = |at| Dot { number: at + 1, here: at == playing.which.step, done: is_done(at) };
    (0..playing.story.steps.len()).map(dot).collect()
}

/// One button a step, with its number, or a tick where its claims were seen to hold.
pub fn dots_ui(ui: &mut Ui, state: &State, playing: Playing<'_>, wish: &mut Option<Wish>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(3.0, 3.0);
        for (dot, step) in dots(state, playing).iter().zip(&playing.story.steps) {
            let title = step.title.of(words::language());
            let name = t!("Step {number}: {title}", number = dot.number, title = title);
            if dot_ui(ui, state.theme(), dot, &name) {
                *wish = Some(Wish::Go(Which::step(dot.number - 1)));
            }
        }
    });
    ui.add_space(4.0);
}

fn dot_ui(ui: &mut Ui, theme: Theme, dot: &Dot, name: &str) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(DOT, DOT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, dot.here, name));
    let visuals = ui.style().interact_selectable(&response, dot.here);
    let edge = if dot.here { egui::Stroke::new(1.5, style::color(theme, Ink::Accent)) } else { visuals.bg_stroke };
    ui.painter().rect(rect, 6.0, visuals.weak_bg_fill, edge, StrokeKind::Inside);
    mark(ui, theme, dot, rect);
    response.on_hover_text(name).clicked()
}

/// The number of a step, or its tick.
fn mark(ui: &Ui, theme: Theme, dot: &Dot, rect: Rect) {
    if dot.done {
        icons::draw(ui.painter(), Icon::Check.svg(), rect.shrink(5.0), style::color(theme, Ink::Ok));
    } else {
        let ink = style::color(theme, if dot.here { Ink::Text } else { Ink::Muted });
        ui.painter().text(
            rect.center(),
            Align2::CENTER_CENTER,
            dot.number.to_string(),
            FontId::proportional(11.0),
            ink,
        );
    }
}

/// The steps by their titles.
pub fn list_ui(ui: &mut Ui, state: &State, playing: Playing<'_>, wish: &mut Option<Wish>) {
    ui.add_space(6.0);
    ui.label(style::heading(t!("Steps"), state.theme()));
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for (dot, step) in dots(state, playing).iter().zip(&playing.story.steps) {
            if title_ui(ui, state.theme(), dot, step.title.of(words::language())).clicked() {
                *wish = Some(Wish::Go(Which::step(dot.number - 1)));
            }
        }
    });
}

/// A step in the list: its number or tick, and all of its title, in several lines if need be.
fn title_ui(ui: &mut Ui, theme: Theme, dot: &Dot, title: &str) -> Response {
    let room = ui.available_width();
    let (family, ink) = if dot.here { (style::semibold(), Ink::Text) } else { (Default::default(), Ink::Muted) };
    let font = FontId::new(TITLE, family);
    let text = ui.painter().layout(title.to_owned(), font, style::color(theme, ink), room - DOT - 10.0);
    let (rect, response) = ui.allocate_exact_size(vec2(room, (text.size().y + 6.0).max(DOT + 2.0)), Sense::click());
    response.widget_info(|| {
        let name = if dot.done { t!("{title}, all claims held", title = title) } else { title.to_owned() };
        WidgetInfo::selected(Role::Button, true, dot.here, name)
    });
    let visuals = ui.style().interact_selectable(&response, dot.here);
    if dot.here || response.hovered() || response.has_focus() {
        ui.painter().rect(rect, 6.0, visuals.weak_bg_fill, visuals.bg_stroke, StrokeKind::Inside);
    }
    mark(ui, theme, dot, Rect::from_min_size(rect.min + vec2(2.0, 1.0), vec2(DOT, DOT)));
    let below = (rect.height() - text.size().y) / 2.0;
    ui.painter().galley(rect.min + vec2(DOT + 6.0, below), text, style::color(theme, ink));
    response
}

/// Before and after, figure by figure.
pub fn table_ui(ui: &mut Ui, theme: Theme, playing: Playing<'_>) {
    let Some(shown) = playing.shown else { return };
    let table = &shown.table;
    ui.add_space(6.0);
    ui.label(style::heading(t!("The whole run"), theme));
    let before = table.iter().any(|(before, _)| before.is_some());
    let earlier = shown.beside.map_or_else(String::new, |which| t!("step {number}", number = which.step + 1));
    if !before && playing.which.before().is_some() {
        ui.label(style::small(
            t!("No earlier step has the same load for the same time to be set beside this one."),
            theme,
        ));
    }
    ui.spacing_mut().interact_size.y = ROW;
    egui::Grid::new("walkthrough-table").num_columns(3).spacing(vec2(10.0, 3.0)).show(ui, |ui| {
        if before {
            ui.label("");
            right(ui, style::small(earlier, theme));
            right(ui, style::small(t!("now"), theme));
            ui.end_row();
        }
        for (earlier, row) in table {
            ui.label(RichText::new(words::of(row.name)).size(11.5).color(style::color(theme, Ink::Muted)));
            if let Some(earlier) = earlier {
                right(ui, RichText::new(short(earlier)).size(11.5).color(style::color(theme, Ink::Muted)));
            }
            right(ui, RichText::new(short(row)).size(11.5).family(style::semibold()));
            ui.end_row();
        }
    });
}

/// A figure without what its row says already.
fn short(row: &Row) -> String {
    row.shown().trim_end_matches(" per month").to_owned()
}

fn right(ui: &mut Ui, text: RichText) {
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.label(text));
}
