//! The time line under the charts: the whole run, its faults and changes, and the moment that is shown. Dragging shows an
//! earlier moment on canvas and charts; the run stays where it is, and a button leads back to it.

use super::charts::clock;
use crate::app::icons::{IconButton, Look};
use crate::app::state::State;
use crate::app::style;
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::units::{SimTime, Span};
use crate::words::t;
use egui::{Align, CursorIcon, Key, Layout, Modifiers, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// Height of the bar, and of the row that it stands in, in points.
const HEIGHT: f32 = 18.0;
const ROW: f32 = 28.0;

/// What of the height of the panel it takes.
pub(super) fn height(view: View<'_>) -> f32 {
    if view.live.is_some() { ROW } else { 0.0 }
}

/// Draws it, once there is a run.
pub(super) fn timeline_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let (Some(shown), Some(live)) = (view.snapshot, view.live) else { return };
    let (here, end) = (shown.now.secs(), live.now.secs());
    let row = vec2(ui.available_width(), ROW);
    ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let back = view.looked_at.is_some();
        let room = ui.available_width() - if back { 254.0 } else { 0.0 };
        bar_ui(ui, view, state, actions, (room, here, end));
        if back {
            let go = IconButton::words(t!("Go on from here")).look(Look::Plain);
            let tip = t!("The run goes on from {time}; what came after it is forgotten", time = clock(here));
            if ui.add(go).on_hover_text(tip).clicked() {
                actions.push(Action::Run);
            }
            let live = IconButton::words(t!("Back to live")).look(Look::Primary);
            if ui.add(live).on_hover_text(t!("Show the run where it is, at {time}", time = clock(end))).clicked() {
                actions.push(Action::LookAhead);
            }
        }
    });
}

fn bar_ui(ui: &mut Ui, view: View<'_>, state: &State, actions: &mut Vec<Action>, (room, here, end): (f32, f64, f64)) {
    let theme = state.theme();
    let ink = |ink| style::color(theme, ink);
    let (rect, response) = ui.allocate_exact_size(vec2(room.max(80.0), HEIGHT), Sense::click_and_drag());
    let words = t!("Time line: {here} of {end}", here = clock(here), end = clock(end));
    response.widget_info(|| WidgetInfo::slider(true, here, &words));
    let bar = rect.shrink2(vec2(1.0, 1.0));
    let x = |secs: f64| bar.left() + bar.width() * (secs / end.max(1e-9)).clamp(0.0, 1.0) as f32;
    let edge = if response.has_focus() { Ink::Accent } else { Ink::Line };
    ui.painter().rect(bar, 5.0, ink(Ink::Canvas), Stroke::new(1.0, ink(edge)), StrokeKind::Inside);
    let past = Rect::from_min_max(bar.min, pos2(x(here), bar.max.y));
    ui.painter().rect_filled(past.shrink(1.0), 4.0, ink(Ink::Accent).gamma_multiply(0.22));
    marks_ui(ui, view, state, (bar, end));
    let handle = Rect::from_center_size(pos2(x(here), bar.center().y), vec2(3.0, HEIGHT));
    ui.painter().rect_filled(handle, 1.5, ink(Ink::Accent));
    let at = |x: f32| end * f64::from(((x - bar.left()) / bar.width().max(1.0)).clamp(0.0, 1.0));
    if (response.dragged() || response.clicked())
        && let Some(pointer) = response.interact_pointer_pos()
    {
        look(actions, at(pointer.x), end);
    }
    if response.has_focus() {
        keys(ui, actions, here, end);
    }
    if let Some(pointer) = response.hover_pos() {
        let tip = told(view, at(pointer.x), end);
        response.on_hover_cursor(CursorIcon::ResizeHorizontal).on_hover_text_at_pointer(tip);
    }
}

/// Shows a moment; at the end of the bar the run itself.
fn look(actions: &mut Vec<Action>, secs: f64, end: f64) {
    actions.push(match secs >= end * (1.0 - 1e-6) {
        true => Action::LookAhead,
        false => Action::Look(SimTime::ZERO + Span::from_secs_f64(secs.max(0.0))),
    });
}

fn keys(ui: &Ui, actions: &mut Vec<Action>, here: f64, end: f64) {
    let filter = egui::EventFilter { horizontal_arrows: true, ..egui::EventFilter::default() };
    ui.memory_mut(|memory| {
        if let Some(id) = memory.focused() {
            memory.set_focus_lock_filter(id, filter);
        }
    });
    let step = (end / 100.0).max(1.0);
    let ways = [
        (Key::ArrowLeft, here - step),
        (Key::ArrowRight, here + step),
        (Key::PageDown, here + 10.0 * step),
        (Key::PageUp, here - 10.0 * step),
        (Key::Home, 0.0),
        (Key::End, end),
    ];
    for (key, to) in ways {
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            look(actions, to.clamp(0.0, end), end);
        }
    }
}

/// What happened, on the bar: faults that were planned and have begun, those made by hand, changes of the drawing.
fn happened<'a>(view: View<'a>) -> impl Iterator<Item = (f64, f64, String, Ink)> + 'a {
    let end = view.live.map_or(SimTime::ZERO, |live| live.now);
    let faults = &view.design.scenarios[view.scenario].faults;
    let begun = faults.iter().chain(view.injected).filter(move |fault| SimTime::ZERO + fault.mark().0 <= end);
    let fault = |fault: &crate::scenario::Fault| {
        let (from, to, words) = fault.mark();
        (from.secs(), to.secs(), words, if fault.harm.is_planned() { Ink::Accent } else { Ink::BadFill })
    };
    let change = |(at, name): &(SimTime, String)| (at.secs(), at.secs(), name.clone(), Ink::Accent);
    begun.map(fault).chain(view.changes.iter().map(change))
}

fn marks_ui(ui: &Ui, view: View<'_>, state: &State, (bar, end): (Rect, f64)) {
    let x = |secs: f64| bar.left() + bar.width() * (secs / end.max(1e-9)).clamp(0.0, 1.0) as f32;
    for (from, to, _, ink) in happened(view) {
        let color = style::color(state.theme(), ink);
        let band = Rect::from_min_max(pos2(x(from), bar.top() + 1.0), pos2(x(to), bar.bottom() - 1.0));
        ui.painter().rect_filled(band, 0.0, color.gamma_multiply(0.25));
        let peak = pos2(x(from), bar.top() + 8.0);
        let flag = vec![peak, peak + vec2(-4.0, -8.0), peak + vec2(4.0, -8.0)];
        ui.painter().add(egui::Shape::convex_polygon(flag, color, Stroke::NONE));
        ui.painter().vline(x(from), bar.y_range(), Stroke::new(1.0, color));
    }
}

/// A moment in words, with what happened near it.
fn told(view: View<'_>, secs: f64, end: f64) -> String {
    let near = happened(view).filter(|(from, to, ..)| (from - 0.01 * end..=to.max(from + 0.01 * end)).contains(&secs));
    let words: Vec<String> = near.map(|(from, _, words, _)| format!("{} {words}", clock(from))).collect();
    let mut lines = vec![clock(secs)];
    lines.extend(words);
    lines.join("\n")
}
