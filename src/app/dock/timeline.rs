//! The time line under the charts: the whole run, its faults and changes, and the moment that is shown; behind it what the
//! scenario plans: its faults, and its end. Dragging shows an earlier moment on canvas and charts; the run stays where it
//! is, and a button leads back to it.

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
    let line = Line { here: shown.now.secs(), now: live.now.secs(), end: planned_end(view) };
    let (here, now) = (line.here, line.now);
    let row = vec2(ui.available_width(), ROW);
    ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let back = view.looked_at.is_some();
        let room = ui.available_width() - if back { 254.0 } else { 0.0 };
        bar_ui(ui, view, state, actions, (room, line));
        if back {
            let go = IconButton::words(t!("Go on from here")).look(Look::Plain);
            let tip = t!("The run goes on from {time}; what came after it is forgotten", time = clock(here));
            if ui.add(go).on_hover_text(tip).clicked() {
                actions.push(Action::Run);
            }
            let live = IconButton::words(t!("Back to live")).look(Look::Primary);
            if ui.add(live).on_hover_text(t!("Show the run where it is, at {time}", time = clock(now))).clicked() {
                actions.push(Action::LookAhead);
            }
        }
    });
}

/// Moments on the bar, in seconds since the start of the run.
#[derive(Clone, Copy)]
struct Line {
    /// The moment that is shown.
    here: f64,
    /// The moment that the run has come to.
    now: f64,
    /// The end that its scenario plans.
    end: f64,
}

/// So much of what is planned is in sight whenever there is so much, in seconds, and so many times what was run already.
const AHEAD: (f64, f64) = (3_600.0, 4.0);

impl Line {
    /// The moment at the right end of the bar. Of a plan that is much longer than the run only a part is in sight, so that
    /// the moments of the run can be told apart.
    fn whole(self) -> f64 {
        self.now.max(self.end.min(AHEAD.0.max(AHEAD.1 * self.now))).max(1e-9)
    }

    fn x(self, bar: Rect, secs: f64) -> f32 {
        bar.left() + bar.width() * (secs / self.whole()).clamp(0.0, 1.0) as f32
    }

    /// What it says to those who do not see it.
    fn spoken(self) -> String {
        let (here, now, end) = (clock(self.here), clock(self.now), clock(self.end));
        match self.now < self.end {
            true => t!("Time line: {here} of {now}; the scenario ends at {end}", here = here, now = now, end = end),
            false => t!("Time line: {here} of {now}; the scenario ended at {end}", here = here, now = now, end = end),
        }
    }
}

/// When the scenario ends, in seconds; a live run goes on.
fn planned_end(view: View<'_>) -> f64 {
    view.design.scenarios[view.scenario].duration.secs()
}

fn bar_ui(ui: &mut Ui, view: View<'_>, state: &State, actions: &mut Vec<Action>, (room, line): (f32, Line)) {
    let theme = state.theme();
    let ink = |ink| style::color(theme, ink);
    let (rect, response) = ui.allocate_exact_size(vec2(room.max(80.0), HEIGHT), Sense::click_and_drag());
    let Line { here, now, .. } = line;
    response.widget_info(|| WidgetInfo::slider(true, here, line.spoken()));
    let bar = rect.shrink2(vec2(1.0, 1.0));
    let x = |secs: f64| line.x(bar, secs);
    let edge = if response.has_focus() { Ink::Accent } else { Ink::Line };
    ui.painter().rect(bar, 5.0, ink(Ink::Canvas), Stroke::new(1.0, ink(edge)), StrokeKind::Inside);
    let ahead = Rect::from_min_max(pos2(x(now), bar.min.y), bar.max);
    ui.painter().rect_filled(ahead.shrink(1.0), 4.0, ink(Ink::Line).gamma_multiply(0.35));
    let past = Rect::from_min_max(bar.min, pos2(x(here), bar.max.y));
    ui.painter().rect_filled(past.shrink(1.0), 4.0, ink(Ink::Accent).gamma_multiply(0.22));
    marks_ui(ui, view, state, (bar, line));
    end_ui(ui, state, (bar, line));
    let handle = Rect::from_center_size(pos2(x(here), bar.center().y), vec2(3.0, HEIGHT));
    ui.painter().rect_filled(handle, 1.5, ink(Ink::Accent));
    let at = |x: f32| line.whole() * f64::from(((x - bar.left()) / bar.width().max(1.0)).clamp(0.0, 1.0));
    if (response.dragged() || response.clicked())
        && let Some(pointer) = response.interact_pointer_pos()
    {
        look(actions, at(pointer.x), now);
    }
    if response.has_focus() {
        keys(ui, actions, here, now);
    }
    if let Some(pointer) = response.hover_pos() {
        let tip = told(view, at(pointer.x), line);
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

/// What happened or will, on the bar: faults that are planned, those made by hand, changes of the drawing.
fn happened<'a>(view: View<'a>) -> impl Iterator<Item = (f64, f64, String, Ink)> + 'a {
    let faults = view.design.scenarios[view.scenario].faults.iter().chain(view.injected);
    let fault = |fault: &crate::scenario::Fault| {
        let (from, to, words) = fault.mark();
        (from.secs(), to.secs(), words, if fault.harm.is_planned() { Ink::Accent } else { Ink::BadFill })
    };
    let change = |(at, name): &(SimTime, String)| (at.secs(), at.secs(), name.clone(), Ink::Accent);
    faults.map(fault).chain(view.changes.iter().map(change))
}

fn marks_ui(ui: &Ui, view: View<'_>, state: &State, (bar, line): (Rect, Line)) {
    let x = |secs: f64| line.x(bar, secs);
    for (from, to, _, ink) in happened(view).filter(|(from, ..)| *from <= line.whole()) {
        let color = style::color(state.theme(), ink);
        let band = Rect::from_min_max(pos2(x(from), bar.top() + 1.0), pos2(x(to), bar.bottom() - 1.0));
        ui.painter().rect_filled(band, 0.0, color.gamma_multiply(0.25));
        let peak = pos2(x(from), bar.top() + 8.0);
        let flag = vec![peak, peak + vec2(-4.0, -8.0), peak + vec2(4.0, -8.0)];
        // What is still to come has a hollow flag.
        let (fill, rim) = match from <= line.now {
            true => (color, Stroke::NONE),
            false => (egui::Color32::TRANSPARENT, Stroke::new(1.2, color)),
        };
        ui.painter().add(egui::Shape::convex_polygon(flag, fill, rim));
        ui.painter().vline(x(from), bar.y_range(), Stroke::new(1.0, color));
    }
}

/// The end of the scenario.
fn end_ui(ui: &Ui, state: &State, (bar, line): (Rect, Line)) {
    if line.end <= line.whole() {
        let (x, color) = (line.x(bar, line.end), style::color(state.theme(), Ink::Muted));
        let x = x.min(bar.right() - 2.0);
        ui.painter().vline(x, bar.y_range(), Stroke::new(1.0, color));
        ui.painter().vline(x - 3.0, bar.y_range(), Stroke::new(2.0, color));
    }
}

/// A moment in words, with what happened near it.
fn told(view: View<'_>, secs: f64, line: Line) -> String {
    let near = 0.01 * line.whole();
    let close = happened(view).filter(|(from, to, ..)| (from - near..=to.max(from + near)).contains(&secs));
    let words = close.map(|(from, _, words, _)| match from <= line.now {
        true => format!("{} {words}", clock(from)),
        false => t!("{time} planned: {words}", time = clock(from), words = words),
    });
    let mut lines = vec![clock(secs)];
    lines.extend(words);
    if (secs - line.end).abs() <= near {
        lines.push(t!("{time} the scenario ends; a live run goes on", time = clock(line.end)));
    }
    lines.join("\n")
}
