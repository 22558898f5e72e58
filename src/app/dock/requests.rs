//! Requests that were followed: a list, and the one that is chosen as a waterfall of where it was and what it did there.

use super::charts::clock;
use super::nothing;
use super::why::Part;
use crate::app::state::{Sorted, State};
use crate::app::style;
use crate::compile::Plan;
use crate::scene::list::{Ink, Weight};
use crate::scene::{text, words};
use crate::session::View;
use crate::sim::trace::{Ending, Kind, Trace, Visit};
use crate::theme::Theme;
use crate::words::t;
use egui::{Align, Align2, Layout, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use std::sync::Arc;

/// Width of the list, in points.
const LIST: f32 = 330.0;
const ROW: f32 = 20.0;
/// Width of the names beside the waterfall.
const NAMES: f32 = 170.0;
const STEP: f32 = 12.0;

/// Draws them.
pub(super) fn requests_ui(ui: &mut Ui, view: View<'_>, state: &mut State) {
    let theme = state.theme();
    let (Some(part), Some(live)) = (Part::of(view, state), view.live) else {
        return nothing(ui, theme, t!("Press Run: about one request in each simulated second is followed on its way."));
    };
    let mut traces: Vec<&Arc<Trace>> = live.traces.iter().filter(|trace| part.has(trace)).collect();
    if traces.is_empty() {
        return nothing(
            ui,
            theme,
            t!("No request was followed here in this time: mark another span, or wait a moment."),
        );
    }
    match state.dock.sorted {
        Sorted::Latest => traces.reverse(),
        Sorted::Slowest => traces.sort_by_key(|trace| std::cmp::Reverse(trace.took())),
        Sorted::Failed => {
            traces.reverse();
            traces.sort_by_key(|trace| matches!(trace.ending, Ending::Good));
        }
    }
    let chosen = traces.iter().find(|trace| Some(trace.number) == state.dock.request).copied().unwrap_or(traces[0]);
    let height = ui.available_height();
    ui.horizontal_top(|ui| {
        let wide = LIST.min(ui.available_width() * 0.4);
        ui.allocate_ui_with_layout(vec2(wide, height), Layout::top_down(Align::LEFT), |ui| {
            ScrollArea::vertical().id_salt("requests").auto_shrink([false, false]).show_rows(
                ui,
                ROW,
                traces.len(),
                |ui, range| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    for trace in &traces[range] {
                        line_ui(ui, view.plan, state, (trace, trace.number == chosen.number));
                    }
                },
            );
        });
        ui.add_space(12.0);
        ui.allocate_ui_with_layout(ui.available_size(), Layout::top_down(Align::LEFT), |ui| {
            waterfall_ui(ui, view, theme, chosen);
        });
    });
}

/// In which order, from right to left in the row of tabs.
pub(super) fn choices_ui(ui: &mut Ui, state: &mut State) {
    let orders = [
        (Sorted::Latest, t!("latest"), t!("The latest first")),
        (Sorted::Slowest, t!("slowest"), t!("The slowest first")),
        (Sorted::Failed, t!("failed"), t!("Failed and late ones first")),
    ];
    for (sorted, words, tip) in orders {
        if super::charts::toggle(ui, words, tip, (state.dock.sorted, sorted), tip) {
            state.dock.sorted = sorted;
        }
    }
}

/// How a request ended, in words, and the ink of it.
fn ended(ending: Ending) -> (String, Ink) {
    match ending {
        Ending::Good => (t!("answered").to_owned(), Ink::Ok),
        Ending::Late => (t!("answered too late").to_owned(), Ink::Warn),
        Ending::Failed(reason) => (crate::words::of(reason.words()).to_owned(), Ink::Bad),
        Ending::Abandoned => (t!("not waited for").to_owned(), Ink::Warn),
    }
}

fn line_ui(ui: &mut Ui, plan: &Plan, state: &mut State, (trace, chosen): (&Trace, bool)) {
    let theme = state.theme();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let (how, ink) = ended(trace.ending);
    let class = plan.network.classes.get(usize::from(trace.class)).map_or("", |class| class.name.as_str());
    let took = words::millis((trace.took().secs() * 1e3) as f32);
    let began = clock(trace.from.secs());
    let spoken = t!("Request at {began}, {took}, {how} {class}", began = began, took = took, how = how, class = class);
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, spoken.trim_end()));
    if chosen || response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, style::color(theme, Ink::CardSelected));
    }
    let font = egui::TextStyle::Small.resolve(ui.style());
    let painter = ui.painter_at(rect);
    let y = rect.center().y;
    let put = |x: f32, align, words: &str, ink| {
        painter.text(pos2(x, y), align, words, font.clone(), style::color(theme, ink));
    };
    put(rect.left() + 6.0, Align2::LEFT_CENTER, &began, Ink::Muted);
    put(rect.left() + 122.0, Align2::RIGHT_CENTER, &took, Ink::Text);
    let rest = if class.is_empty() { how } else { format!("{how} · {class}") };
    let rest = text::fit(&rest, style::SMALL, Weight::Regular, rect.width() - 142.0);
    put(rect.left() + 134.0, Align2::LEFT_CENTER, &rest, ink);
    if response.clicked() {
        state.dock.request = Some(trace.number);
    }
}

fn waterfall_ui(ui: &mut Ui, view: View<'_>, theme: Theme, trace: &Trace) {
    let (how, ink) = ended(trace.ending);
    let head = t!("{ended} after {took}", ended = how, took = words::millis((trace.took().secs() * 1e3) as f32));
    ui.label(style::strong(head).color(style::color(theme, ink)));
    ScrollArea::vertical().id_salt("waterfall").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for at in in_order(trace) {
            visit_ui(ui, view, theme, (trace, at));
        }
    });
}

/// Visits with their callees right behind them.
fn in_order(trace: &Trace) -> Vec<usize> {
    let mut order = Vec::with_capacity(trace.visits.len());
    let mut open = vec![0];
    while let Some(at) = open.pop() {
        order.push(at);
        let callees = (0..trace.visits.len()).rev().filter(|&other| trace.visits[other].caller == Some(at));
        open.extend(callees);
    }
    order
}

fn depth(trace: &Trace, at: usize) -> usize {
    std::iter::successors(trace.visits[at].caller, |&above| trace.visits[above].caller).count()
}

fn kind(kind: Kind) -> (&'static str, Ink) {
    match kind {
        Kind::Travels => (t!("on the network"), Ink::Faint),
        Kind::Waits => (t!("waits"), Ink::Series(4)),
        Kind::Works => (t!("works"), Ink::Series(0)),
        Kind::Shares => (t!("shares the processor"), Ink::Series(3)),
        Kind::Calls => (t!("waits for what it called"), Ink::Track),
    }
}

/// What a visit did, in words.
fn told(visit: &Visit) -> String {
    let millis = |piece: &crate::sim::trace::Piece| words::millis((piece.to.since(piece.from).secs() * 1e3) as f32);
    let pieces: Vec<String> =
        visit.pieces.iter().map(|piece| format!("{} {}", kind(piece.kind).0, millis(piece))).collect();
    let ending = match visit.ending {
        Ending::Good => String::new(),
        other => format!("; {}", ended(other).0),
    };
    pieces.join(", ") + &ending
}

/// One place: its name, and pieces of time beside each other.
fn visit_ui(ui: &mut Ui, view: View<'_>, theme: Theme, (trace, at): (&Trace, usize)) {
    let visit = &trace.visits[at];
    let name = super::called(view, visit.site);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let spoken = format!("{name}: {}", told(visit));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    response.on_hover_text(&spoken);
    let painter = ui.painter_at(rect);
    let font = egui::TextStyle::Small.resolve(ui.style());
    let put = |x: f32, align, words: &str, ink| {
        painter.text(pos2(x, rect.center().y), align, words, font.clone(), style::color(theme, ink))
    };
    let indent = STEP * depth(trace, at).min(6) as f32;
    let label = text::fit(&name, style::SMALL, Weight::Regular, NAMES - indent - 8.0);
    put(rect.left() + indent, Align2::LEFT_CENTER, &label, Ink::Text);
    let bar = Rect::from_min_max(pos2(rect.left() + NAMES, rect.top()), pos2(rect.right() - 110.0, rect.bottom()));
    let whole = trace.took().secs().max(1e-12);
    let x = |moment: crate::units::SimTime| {
        bar.left() + bar.width() * (moment.since(trace.from).secs() / whole).clamp(0.0, 1.0) as f32
    };
    for piece in &visit.pieces {
        let inset = if piece.kind == Kind::Calls { 8.5 } else { 4.0 };
        let area = Rect::from_min_max(
            pos2(x(piece.from), bar.top() + inset),
            pos2(x(piece.to).max(x(piece.from) + 1.0), bar.bottom() - inset),
        );
        painter.rect_filled(area, 1.0, style::color(theme, kind(piece.kind).1));
    }
    if visit.ending != Ending::Good {
        let (words, ink) = ended(visit.ending);
        let center = pos2(x(visit.to), bar.center().y);
        painter.circle_filled(center, 3.5, style::color(theme, ink));
        let short = text::fit(&words, style::SMALL, Weight::Regular, 100.0);
        put(rect.right() - 104.0, Align2::LEFT_CENTER, &short, ink);
    } else {
        let took = words::millis((visit.to.since(visit.from).secs() * 1e3) as f32);
        put(rect.right() - 104.0, Align2::LEFT_CENTER, &took, Ink::Muted);
    }
}
