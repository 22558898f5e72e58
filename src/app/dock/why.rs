//! Why it is slow, or fails: what is scarce in one sentence, what requests failed of, and where their time went, of the
//! whole system, of the node that is selected, or of one class; lately, or in the span that was marked on a chart.

use super::charts::clock;
use super::nothing;
use crate::analysis::why::{self, Hop, TimeSpent};
use crate::app::icons::{IconButton, Look};
use crate::app::state::State;
use crate::app::style;
use crate::scene::list::Ink;
use crate::scene::words;
use crate::session::View;
use crate::sim::network::Index;
use crate::sim::snapshot::Snapshot;
use crate::sim::trace::Trace;
use crate::theme::Theme;
use crate::units::{SimTime, Span};
use crate::words::t;
use egui::{Align, Layout, Rect, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};
use std::sync::Arc;

/// What is looked into without a span that was marked.
const LATELY: Span = Span::from_secs(60);
/// Width of what is scarce and of the reasons, in points.
const LEFT: f32 = 380.0;
const ROW: f32 = 22.0;

/// What is looked into.
pub(super) struct Part {
    pub(super) from: SimTime,
    pub(super) to: SimTime,
    /// The node that is selected, if it runs.
    pub(super) site: Option<Index>,
    /// Kind of request.
    pub(super) class: Option<u8>,
}

impl Part {
    /// What the window asks about now.
    pub(super) fn of(view: View<'_>, state: &State) -> Option<Self> {
        let shown = view.snapshot?;
        let moment = |secs: f64| SimTime::ZERO + Span::from_secs_f64(secs);
        let (from, to) = match state.dock.chosen {
            Some((from, to)) => (moment(from), moment(to)),
            None => (SimTime(shown.now.0.saturating_sub(LATELY.0)), shown.now),
        };
        let site = state.only().and_then(|id| view.plan.sites.get(id).copied());
        let class = state.dock.class.filter(|&class| usize::from(class) < view.plan.network.classes.len());
        Some(Self { from, to, site, class })
    }

    /// Whether a request belongs to it: it was under way then, it came to the node, it is of the class.
    pub(super) fn has(&self, trace: &Trace) -> bool {
        let site = self.site.is_none_or(|site| trace.visits.iter().any(|visit| visit.site == site));
        trace.to > self.from && trace.from <= self.to && site && self.class.is_none_or(|class| class == trace.class)
    }
}

/// Draws it.
pub(super) fn why_ui(ui: &mut Ui, view: View<'_>, state: &mut State) {
    let theme = state.theme();
    let (Some(part), Some(shown), Some(live)) = (Part::of(view, state), view.snapshot, view.live) else {
        return nothing(ui, theme, t!("Press Run: what is slow, and why, is measured from then on."));
    };
    let traces: Vec<&Arc<Trace>> = live.traces.iter().filter(|trace| part.has(trace)).collect();
    let spent = why::time_spent(traces.into_iter(), part.site);
    let height = ui.available_height();
    ui.horizontal_top(|ui| {
        ui.allocate_ui_with_layout(
            vec2(LEFT.min(ui.available_width() * 0.4), height),
            Layout::top_down(Align::LEFT),
            |ui| {
                ScrollArea::vertical().id_salt("scarce").auto_shrink([false, false]).min_scrolled_height(0.0).show(
                    ui,
                    |ui| {
                        scarce_ui(ui, view, state, (&part, shown));
                        ui.add_space(6.0);
                        reasons_ui(ui, view, &part, theme);
                        classes_ui(ui, view, theme);
                    },
                );
            },
        );
        ui.add_space(12.0);
        ui.allocate_ui_with_layout(ui.available_size(), Layout::top_down(Align::LEFT), |ui| {
            head_ui(ui, view, &part, &spent, theme);
            ScrollArea::vertical().id_salt("hops").auto_shrink([false, false]).min_scrolled_height(0.0).show(
                ui,
                |ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    spent.hops.iter().for_each(|hop| hop_ui(ui, view, state, (hop, &spent)));
                },
            );
        });
    });
}

/// Of which span and class, in the row of tabs.
pub(super) fn choices_ui(ui: &mut Ui, view: View<'_>, state: &mut State) {
    super::charts::chosen_ui(ui, state);
    if state.dock.chosen.is_none() && view.snapshot.is_some() {
        let tip = t!("Drag over a chart with Shift to mark another span");
        ui.label(style::small(t!("the last minute"), state.theme())).on_hover_text(tip);
    }
    let classes = &view.plan.network.classes;
    if classes.len() > 1 {
        let name = |class: Option<u8>| {
            class
                .and_then(|class| classes.get(usize::from(class)))
                .map_or(t!("all requests"), |class| class.name.as_str())
        };
        let button = IconButton::words(name(state.dock.class)).name(t!("Kind of request")).look(Look::Quiet).arrow();
        let response = ui.add(button);
        egui::Popup::menu(&response).show(|ui| {
            let kinds = std::iter::once(None).chain((0..classes.len() as u8).map(Some));
            for class in kinds {
                if ui.selectable_label(state.dock.class == class, name(class)).clicked() {
                    state.dock.class = class;
                    ui.close();
                }
            }
        });
    }
}

/// What is scarce at the moment that is shown, or was in the span that is marked.
fn scarce_ui(ui: &mut Ui, view: View<'_>, state: &mut State, (part, shown): (&Part, &Snapshot)) {
    let theme = state.theme();
    let (from, to) = (clock(part.from.secs()), clock(part.to.secs()));
    let marked = view.marked.filter(|marked| (marked.from, marked.to) == (part.from, part.to));
    let (head, found) = match (state.dock.chosen, marked) {
        (None, _) => {
            (t!("What is scarce at {time}", time = clock(shown.now.secs())), why::scarce(view.design, view.plan, shown))
        }
        (Some(_), Some(marked)) => (
            t!("What was scarce from {from} to {to}", from = from, to = to),
            why::was_scarce(view.design, view.plan, &marked.sites),
        ),
        // The engine's thread is about to tell.
        (Some(_), None) => return,
    };
    ui.label(style::heading(&head, theme));
    if found.is_empty() {
        ui.label(style::small(t!("Nothing is in use."), theme));
    }
    for (n, scarcity) in found.iter().take(4).enumerate() {
        let ink = match scarcity.strain {
            strain if strain > 1.0 => Ink::Bad,
            strain if strain >= 0.7 => Ink::Warn,
            _ => Ink::Text,
        };
        let text = if n == 0 { style::strong(&scarcity.words) } else { RichText::new(&scarcity.words) };
        let label = egui::Label::new(text.color(style::color(theme, ink))).wrap().sense(Sense::click());
        if ui.add(label).on_hover_text(t!("Click to select the node")).clicked() {
            state.selection = [scarcity.node.clone()].into();
        }
    }
}

fn reasons_ui(ui: &mut Ui, view: View<'_>, part: &Part, theme: Theme) {
    let Some(live) = view.live else { return };
    let watched = live.watched.as_ref().filter(|(site, _)| Some(*site) == part.site);
    let series = watched.map_or(&live.system, |(_, series)| series);
    let found = why::reasons(series, (part.from, part.to), part.class);
    let head = if watched.is_some() { t!("Failed requests here") } else { t!("Failed requests of users") };
    ui.label(style::heading(head, theme));
    if found.is_empty() {
        ui.label(style::small(t!("None failed in this time."), theme));
    }
    for failing in found {
        ui.label(format!("{} · {}", words::count(failing.count), crate::words::of(failing.reason.words())));
        if view.plan.network.classes.len() > 1 && part.class.is_none() {
            ui.indent("classes", |ui| ui.label(style::small(by_class(view, &failing), theme)));
        }
    }
}

/// How many of each class.
fn by_class(view: View<'_>, failing: &why::Failing) -> String {
    let name = |class: u8| view.plan.network.classes.get(usize::from(class)).map_or("", |class| class.name.as_str());
    let told = failing.classes.iter().map(|&(class, count)| format!("{} {}", name(class), words::count(count)));
    told.collect::<Vec<_>>().join(" · ")
}

/// How many requests of each class failed, where there are several.
fn classes_ui(ui: &mut Ui, view: View<'_>, theme: Theme) {
    let Some(met) = view.met.filter(|met| met.classes.len() > 1) else { return };
    ui.add_space(6.0);
    ui.label(style::heading(t!("By class, since the start"), theme));
    for (class, ends) in view.plan.network.classes.iter().zip(&met.classes) {
        let ended = ends.good + ends.late + ends.failed;
        let share = ends.failed as f32 / ended.max(1) as f32;
        let text = t!(
            "{class}: {failed} of {ended} failed ({share})",
            class = class.name,
            failed = words::count(ends.failed),
            ended = words::count(ended),
            share = words::percent(share)
        );
        let ink = if ends.failed > 0 { Ink::Text } else { Ink::Muted };
        ui.label(RichText::new(text).color(style::color(theme, ink)));
    }
}

fn head_ui(ui: &mut Ui, view: View<'_>, part: &Part, spent: &TimeSpent, theme: Theme) {
    let place = part.site.map(|site| super::called(view, site));
    let (count, took) = (spent.requests, words::millis(spent.millis as f32));
    let (from, to) = (clock(part.from.secs()), clock(part.to.secs()));
    let head = match place {
        Some(node) => t!(
            "Where time goes: {count} visits of {node} from {from} to {to}, {took} each",
            count = count,
            node = node,
            from = from,
            to = to,
            took = took
        ),
        None => t!(
            "Where time goes: {count} followed requests from {from} to {to}, {took} each",
            count = count,
            from = from,
            to = to,
            took = took
        ),
    };
    if let Some(doubt) = doubt(spent.requests, part.site) {
        ui.label(style::small(doubt, theme).color(style::color(theme, Ink::Warn)));
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(style::small(head, theme));
        for (name, ink, _) in kinds(&Hop::default()) {
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(9.0), Sense::hover());
            ui.painter().rect_filled(rect, 2.0, style::color(theme, ink));
            ui.label(style::small(name, theme));
        }
    });
}

/// Fewest followed requests whose shares of time say something.
const ENOUGH: usize = 20;

/// What is to be doubted about so many followed requests, of the system or of a site.
fn doubt(requests: usize, site: Option<Index>) -> Option<&'static str> {
    match requests {
        0 if site.is_some() => Some(t!(
            "No followed request came here in this time. Work that a queue hands over is not followed: see its charts."
        )),
        0 => Some(t!("No request was followed in this time.")),
        1..ENOUGH => Some(t!("So few say little about shares of time.")),
        _ => None,
    }
}

/// What a request does at a hop: name, ink and how long, in milliseconds.
pub(super) fn kinds(hop: &Hop) -> [(&'static str, Ink, f64); 5] {
    [
        (t!("works"), Ink::Series(0), hop.works),
        (t!("shares the processor"), Ink::Series(3), hop.shares),
        (t!("waits"), Ink::Series(4), hop.waits),
        (t!("between attempts"), Ink::Series(2), hop.pauses),
        (t!("on the network"), Ink::Faint, hop.travels),
    ]
}

/// One hop: its name, a bar of what was done there, and the figures.
fn hop_ui(ui: &mut Ui, view: View<'_>, state: &State, (hop, spent): (&Hop, &TimeSpent)) {
    let theme = state.theme();
    let name = super::called(view, hop.site);
    let longest = spent.hops.first().map_or(1.0, Hop::total).max(1e-9);
    let whole: f64 = spent.hops.iter().map(Hop::total).sum::<f64>().max(1e-9);
    let share = words::percent((hop.total() / whole) as f32);
    let did: Vec<String> = kinds(hop)
        .into_iter()
        .filter(|(.., millis)| *millis >= 0.005)
        .map(|(kind, _, millis)| format!("{kind} {}", words::millis(millis as f32)))
        .collect();
    let failed = if hop.failed > 0 {
        t!(", {failed} of {visits} visits failed", failed = hop.failed, visits = hop.visits)
    } else {
        String::new()
    };
    let did = did.join(", ");
    let spoken =
        t!("{name}: {share} of the time, {did}{failed}", name = name, share = share, did = did, failed = failed);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    response.on_hover_text(&spoken);
    let font = egui::TextStyle::Body.resolve(ui.style());
    let painter = ui.painter_at(rect);
    let text = |x: f32, align, words: &str, ink| {
        painter.text(pos2(x, rect.center().y), align, words, font.clone(), style::color(theme, ink))
    };
    let bar = Rect::from_min_max(
        pos2(rect.left() + 130.0, rect.top() + 5.0),
        pos2(rect.right() - 170.0, rect.bottom() - 5.0),
    );
    let label = crate::scene::text::fit(&name, style::BODY, crate::scene::list::Weight::Regular, 122.0);
    text(rect.left(), egui::Align2::LEFT_CENTER, &label, Ink::Text);
    let mut x = bar.left();
    for (_, ink, millis) in kinds(hop) {
        let wide = bar.width() * (millis / longest) as f32;
        let piece = Rect::from_min_max(pos2(x, bar.top()), pos2(x + wide, bar.bottom()));
        painter.rect_filled(piece, 1.0, style::color(theme, ink));
        x += wide;
    }
    text(rect.right() - 56.0, egui::Align2::RIGHT_CENTER, &words::millis(hop.total() as f32), Ink::Text);
    text(rect.right() - 4.0, egui::Align2::RIGHT_CENTER, &share, Ink::Muted);
}
