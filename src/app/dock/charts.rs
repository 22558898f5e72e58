//! Charts side by side: one cursor for all, zoom and pan in time, lines that can be put out of sight.
//!
//! The wheel zooms, a drag moves, a drag with Shift marks a span to be looked into, a double click shows that moment. With
//! the keyboard: arrows move the cursor, plus and minus zoom, Enter shows the moment.

use super::{nothing, table};
use crate::app::icons::{Icon, IconButton, Look};
use crate::app::paint::Brush;
use crate::app::state::{Shows, State, Tab};
use crate::app::style;
use crate::model::{Point, Rect, Size};
use crate::scene::chart::{self, Cause, Chart, Line, MOST, Mark, Part, Scale, Stretch};
use crate::scene::list::Ink;
use crate::session::{Action, Kept, View};
use crate::units::{SimTime, Span};
use crate::words::{key, t};
use egui::{CursorIcon, Key, Modifiers, Response, Role, Sense, Ui, Vec2, WidgetInfo, vec2};

/// Least width of a chart, in points.
const NARROWEST: f32 = 212.0;
const GAP: f32 = 10.0;
/// Shortest time that can be zoomed to, in seconds.
const SHORTEST: f64 = 5.0;
/// How much a step of zooming takes.
const STEP: f64 = 1.25;

/// Times that the charts can show.
const SPANS: [(Span, &str); 4] = [
    (Span::from_secs(5 * 60), key!("last 5 min")),
    (Span::from_secs(30 * 60), key!("last 30 min")),
    (Span::from_secs(3 * 3_600), key!("last 3 h")),
    (Span(u64::MAX), key!("all")),
];

/// Draws the charts of the system or of the node that is selected.
pub(super) fn charts_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    let node = state.dock.tab == Tab::Node;
    if view.snapshot.is_none() {
        let words = match node {
            true => t!("Press Run, then select a card to see its charts."),
            false => t!("Press Run: latency, requests, instances and cost are measured from then on."),
        };
        return nothing(ui, theme, words);
    }
    let charts = charts_of(view, state, ui.available_width());
    if charts.is_empty() && node {
        return nothing(ui, theme, t!("Select a card on the canvas to see its charts."));
    }
    let wanted = |chart: &Chart| !state.prefs.charts_left_out.contains(&chart.title);
    let mut charts: Vec<Chart> = charts.into_iter().filter(wanted).collect();
    charts.sort_by_key(|chart| state.dock.pointed != Some(chart.quantity));
    if charts.is_empty() {
        return nothing(ui, theme, t!("All charts are left out: choose some under Charts."));
    }
    match state.dock.table {
        Shows::Charts => row_ui(ui, view, state, actions, &charts),
        Shows::Table => table::table_ui(ui, state, &charts),
    }
}

/// The charts of the tab that is open, with marks, choices and what was kept.
fn charts_of(view: View<'_>, state: &State, width: f32) -> Vec<Chart> {
    let (Some(shown), Some(live)) = (view.snapshot, view.live) else { return Vec::new() };
    let stretch = stretch(state, (shown.now.secs(), live.now.secs()), width);
    let mut charts = match state.dock.tab {
        Tab::Node => chart::of_node(view.plan, live, stretch),
        _ => chart::of_system(view.plan, live.now, &live.system, stretch),
    };
    if let Some(kept) = view.kept {
        let before = match state.dock.tab {
            Tab::Node => kept_node(view, state, kept, stretch),
            _ => chart::of_system(&kept.plan, kept.snapshot.now, &kept.snapshot.system, stretch),
        };
        chart::kept_beside(&mut charts, &before);
    }
    for chart in &mut charts {
        chart.marks.extend(marks(view));
        chart.chosen = state.dock.chosen;
        if chart.unit == "ms" {
            chart.scale = state.dock.scale;
        }
        let hidden = |line: &Line| state.dock.hidden.contains(&(chart.title.clone(), line.name.clone()));
        // The kept run's line goes with its own.
        chart.lines.retain(|line| line.part != Part::Kept || !hidden(line));
        chart.lines.iter_mut().filter(|line| hidden(line)).for_each(|line| line.part = Part::Hidden);
    }
    charts
}

/// The charts of the node that is selected in the run that was kept, if its history was kept too.
fn kept_node(view: View<'_>, state: &State, kept: &Kept, stretch: Stretch) -> Vec<Chart> {
    let watched = kept.snapshot.watched.as_ref().map(|(site, _)| *site);
    let same = state
        .charted()
        .is_some_and(|id| kept.plan.sites.get(id).copied() == watched && view.plan.sites.contains_key(id));
    if same { chart::of_node(&kept.plan, &kept.snapshot, stretch) } else { Vec::new() }
}

/// What part of the run is in sight, where `here` of `now` seconds are shown.
fn stretch(state: &State, (here, now): (f64, f64), width: f32) -> Stretch {
    // No line has more points than a chart has pixels.
    let most = (width.max(NARROWEST) as usize).min(MOST);
    if let Some((from, to)) = state.dock.zoom {
        return Stretch { from, to, most, here };
    }
    let latest = Stretch::latest(SimTime::ZERO + Span::from_secs_f64(now), state.dock.span);
    let wide = latest.to - latest.from;
    // A moment before what would be in sight moves it there.
    let from = if here < latest.from { (here - 0.8 * wide).max(0.0) } else { latest.from };
    Stretch { from, to: from + wide, most, here }
}

/// Faults that were made by hand, which are not part of the plan, and changes of the drawing.
fn marks(view: View<'_>) -> Vec<Mark> {
    let fault = |fault: &crate::scenario::Fault| {
        let (from, to, label) = fault.mark();
        let cause = if fault.harm.is_planned() { Cause::Change } else { Cause::Fault };
        Mark { from: from.secs(), to: to.secs(), label, cause }
    };
    let change = |(at, name): &(SimTime, String)| Mark {
        from: at.secs(),
        to: at.secs(),
        label: name.clone(),
        cause: Cause::Change,
    };
    view.injected.iter().map(fault).chain(view.changes.iter().map(change)).collect()
}

/// What can be chosen about the charts.
pub(super) fn choices_ui(ui: &mut Ui, view: View<'_>, state: &mut State) {
    chosen_ui(ui, state);
    let (now, table) = (state.dock.table, Shows::Table);
    if toggle(ui, t!("Table"), t!("Show figures as a table"), (now, table), t!("The same figures as a table")) {
        state.dock.table = if now == table { Shows::Charts } else { table };
    }
    let (now, log) = (state.dock.scale, Scale::Logarithmic);
    if toggle(ui, t!("Log"), t!("Logarithmic latency"), (now, log), t!("Ten times the latency is one step higher")) {
        state.dock.scale = if now == log { Scale::Even } else { log };
    }
    which_ui(ui, view, state);
    span_ui(ui, state);
}

/// The span that was marked, with a button to unmark it.
pub(super) fn chosen_ui(ui: &mut Ui, state: &mut State) {
    if let Some((from, to)) = state.dock.chosen {
        let words = format!("{} – {}", clock(from), clock(to));
        let button = IconButton::new(Icon::Close, t!("Forget the marked span")).text(&words).look(Look::Quiet);
        if ui.add(button).on_hover_text(t!("Marked by dragging with Shift. Click to unmark it.")).clicked() {
            state.dock.chosen = None;
        }
    }
}

/// A button that stays pressed while what is chosen now is its own; says whether it was clicked.
pub(super) fn toggle<T: PartialEq>(ui: &mut Ui, words: &str, name: &str, (now, own): (T, T), tip: &str) -> bool {
    let on = now == own;
    let response = ui.selectable_label(on, words);
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, name));
    response.on_hover_text(tip).clicked()
}

/// A moment in hours, minutes and seconds.
pub(super) fn clock(secs: f64) -> String {
    (SimTime::ZERO + Span::from_secs_f64(secs.max(0.0))).clock()
}

/// How much of the run the charts show.
fn span_ui(ui: &mut Ui, state: &mut State) {
    let known = SPANS.iter().find(|(span, _)| *span == state.dock.span);
    let words = match state.dock.zoom {
        Some((from, to)) => format!("{} – {}", clock(from), clock(to)),
        None => crate::words::of(known.map_or(SPANS[3].1, |(_, words)| words)).to_owned(),
    };
    let button = IconButton::words(&words).name(t!("Time shown")).look(Look::Quiet).arrow();
    let tip = t!("How much of the run the charts show. The wheel over a chart zooms, a drag moves.");
    let response = ui.add(button).on_hover_text(tip);
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(110.0);
        for (span, words) in SPANS {
            if ui
                .selectable_label(state.dock.zoom.is_none() && span == state.dock.span, crate::words::of(words))
                .clicked()
            {
                (state.dock.span, state.dock.zoom) = (span, None);
                ui.close();
            }
        }
    });
}

/// Which charts are wanted.
fn which_ui(ui: &mut Ui, view: View<'_>, state: &mut State) {
    let titles: Vec<String> = charts_of(view, state, NARROWEST).into_iter().map(|chart| chart.title).collect();
    let button = IconButton::words(t!("Charts")).name(t!("Which charts")).look(Look::Quiet).arrow();
    let response = ui.add(button).on_hover_text(t!("Which charts are shown"));
    egui::Popup::menu(&response).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_min_width(150.0);
        for title in titles {
            let mut on = !state.prefs.charts_left_out.contains(&title);
            if ui.checkbox(&mut on, title.as_str()).changed() {
                if on {
                    state.prefs.charts_left_out.remove(&title);
                } else {
                    state.prefs.charts_left_out.insert(title);
                }
            }
        }
    });
}

/// As many charts as there is room for, and buttons to the others.
fn row_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>, charts: &[Chart]) {
    let room = ui.available_size() - vec2(0.0, 4.0);
    let fit = (((room.x + GAP) / (NARROWEST + GAP)) as usize).clamp(1, charts.len());
    let turns = if fit < charts.len() { 26.0 } else { 0.0 };
    state.dock.first = state.dock.first.min(charts.len() - fit);
    let width = (room.x - turns - GAP * (fit - 1) as f32) / fit as f32;
    let hover = state.dock.hover.take();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        for chart in charts.iter().skip(state.dock.first).take(fit) {
            let size = vec2(width, room.y.max(40.0));
            chart_ui(ui, state, actions, chart, (size, hover));
        }
        if turns > 0.0 {
            ui.vertical(|ui| turn_ui(ui, state, charts.len() - fit));
        }
    });
    if state.dock.hover != hover {
        ui.ctx().request_repaint();
    }
    let now = view.live.map_or(0.0, |live| live.now.secs());
    settle_zoom(state, now);
}

/// To the charts that there is no room for.
fn turn_ui(ui: &mut Ui, state: &mut State, last: usize) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let first = state.dock.first;
    for (words, name, to) in [("›", t!("Next chart"), first + 1), ("‹", t!("Previous chart"), first.wrapping_sub(1))]
    {
        let on = to <= last;
        if ui.add_enabled(on, egui::Button::new(words).small()).on_hover_text(name).clicked() {
            state.dock.first = to;
        }
    }
}

/// Keeps what was zoomed to inside the run; at its end the charts follow it again.
fn settle_zoom(state: &mut State, now: f64) {
    let Some((from, to)) = state.dock.zoom else { return };
    let wide = (to - from).max(SHORTEST);
    if wide >= now.max(SHORTEST) && to >= now {
        state.dock.zoom = None;
        state.dock.span = Span(u64::MAX);
        return;
    }
    let from = from.min(now - 0.1 * wide).max(0.0);
    state.dock.zoom = Some((from, from + wide));
}

/// One chart.
fn chart_ui(
    ui: &mut Ui,
    state: &mut State,
    actions: &mut Vec<Action>,
    chart: &Chart,
    (size, cursor): (Vec2, Option<f64>),
) {
    let theme = state.theme();
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let spoken = spoken(chart, cursor);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &spoken));
    let focused = response.has_focus();
    let pointed = state.dock.pointed == Some(chart.quantity);
    let ink = if focused || pointed { Ink::Accent } else { Ink::Line };
    let edge = egui::Stroke::new(if pointed { 1.6 } else { 1.0 }, style::color(theme, ink));
    let face = style::color(theme, Ink::Canvas);
    ui.painter().rect(rect, 9.0, face, edge, egui::StrokeKind::Inside);
    let painter = ui.painter_at(rect);
    let into = Rect::new(Point::default(), Size { w: size.x, h: size.y });
    Brush::flat(&painter, rect.min, theme).list(&chart::chart(chart, into, cursor));
    let moment = |x: f32| chart::moment(chart, into, x - rect.left());
    if let Some(secs) = response.hover_pos().and_then(|at| moment(at.x)) {
        state.dock.hover = Some(secs);
    }
    pointer(ui, state, &response, (chart, into));
    if focused {
        keyboard(ui, state, actions, chart, cursor);
    }
    if response.double_clicked()
        && let Some(secs) = response.interact_pointer_pos().and_then(|at| moment(at.x))
    {
        actions.push(Action::Look(SimTime::ZERO + Span::from_secs_f64(secs)));
    }
    legend_ui(ui, state, chart, (rect, into));
}

/// The wheel zooms around the cursor, a drag moves, and with Shift it marks.
fn pointer(ui: &Ui, state: &mut State, response: &Response, (chart, into): (&Chart, Rect)) {
    let (left, right) = chart::span_of(chart, into);
    let per_point = (chart.to - chart.from) / f64::from((right - left).max(1.0));
    if response.hovered() {
        let (wheel, pinch) =
            ui.input(|input| (f64::from(input.smooth_scroll_delta().y), f64::from(input.zoom_delta())));
        let factor = (wheel / 120.0).exp() * pinch;
        if (factor - 1.0).abs() > 1e-6
            && let Some(at) = state.dock.hover
        {
            zoom(state, chart, at, 1.0 / factor);
        }
    }
    if response.dragged() {
        let by = f64::from(response.drag_delta().x) * per_point;
        let moment = |x: f32| chart.from + f64::from(x - response.rect.left() - left) * per_point;
        let (origin, at) = ui.input(|input| (input.pointer.press_origin(), input.pointer.latest_pos()));
        match (ui.input(|input| input.modifiers.shift), origin, at) {
            (true, Some(origin), Some(at)) => {
                let (a, b) = (moment(origin.x).max(0.0), moment(at.x).max(0.0));
                state.dock.chosen = Some((a.min(b), a.max(b))).filter(|(a, b)| a < b);
            }
            _ if by != 0.0 => state.dock.zoom = Some((chart.from - by, chart.to - by)),
            _ => {}
        }
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    }
}

/// Zooms around a moment.
fn zoom(state: &mut State, chart: &Chart, at: f64, factor: f64) {
    let wide = ((chart.to - chart.from) * factor).max(SHORTEST);
    let part = (at - chart.from) / (chart.to - chart.from).max(1e-9);
    let from = at - part * wide;
    state.dock.zoom = Some((from, from + wide));
}

fn keyboard(ui: &Ui, state: &mut State, actions: &mut Vec<Action>, chart: &Chart, cursor: Option<f64>) {
    let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let at = cursor.unwrap_or(chart.here.unwrap_or(chart.to));
    let step = (chart.to - chart.from) / 60.0;
    for (key, by) in [(Key::ArrowLeft, -step), (Key::ArrowRight, step)] {
        if pressed(key) {
            state.dock.hover = Some((at + by).clamp(chart.from, chart.to));
        }
    }
    for (key, factor) in [(Key::Plus, 1.0 / STEP), (Key::Equals, 1.0 / STEP), (Key::Minus, STEP)] {
        if pressed(key) {
            zoom(state, chart, at, factor);
        }
    }
    if pressed(Key::Enter) {
        actions.push(Action::Look(SimTime::ZERO + Span::from_secs_f64(at)));
    }
    // The cursor stays where the keyboard put it.
    state.dock.hover = state.dock.hover.or(cursor);
    ui.memory_mut(|memory| {
        let filter = egui::EventFilter { horizontal_arrows: true, ..egui::EventFilter::default() };
        if let Some(id) = memory.focused() {
            memory.set_focus_lock_filter(id, filter);
        }
    });
}

/// A click on a name in the legend puts its line out of sight, or back.
fn legend_ui(ui: &Ui, state: &mut State, chart: &Chart, (rect, into): (egui::Rect, Rect)) {
    for (place, at) in chart::legend(chart, into) {
        let line = &chart.lines[at];
        let corner = rect.min + vec2(place.min.x, place.min.y);
        let area = egui::Rect::from_min_size(corner, vec2(place.w(), place.h()));
        let id = ui.scope_id().with((&chart.title, &line.name));
        let response = ui.interact(area, id, Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
        let (name, on) = (format!("{} in {}", line.name, chart.title), line.part != Part::Hidden);
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, &name));
        if response.clicked() {
            let key = (chart.title.clone(), line.name.clone());
            if on {
                state.dock.hidden.insert(key);
            } else {
                state.dock.hidden.remove(&key);
            }
        }
    }
}

/// A chart in words: its figure now, and what stands under the cursor.
fn spoken(chart: &Chart, cursor: Option<f64>) -> String {
    let mut words = t!("Chart {title}: {headline}", title = chart.title, headline = chart.headline);
    if let Some(secs) = cursor {
        let values = chart::values(chart, secs).join(", ");
        words += &t!("; at {clock}: {join}", clock = clock(secs), join = values);
    }
    words
}
