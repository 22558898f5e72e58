//! The bottom panel: charts of the system and of a node, the bill, and findings. All charts share one cursor.

use super::icons::{self, Icon, IconButton, Look};
use super::paint::Brush;
use super::state::{State, Tab};
use super::style;
use crate::analysis::{Finding, Severity};
use crate::model::{Point, Rect, Size};
use crate::scenario::Fault;
use crate::scene::chart::{self, Chart, Mark};
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::theme::Theme;
use crate::units::{SimTime, Span};
use crate::words::{self, key, t};
use egui::{Align, Layout, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, vec2};

/// Width of the word that says how bad a finding is, in points.
const SEVERITY: f32 = 52.0;

/// Times that the charts can show.
const SPANS: [(Span, &str); 4] = [
    (Span::from_secs(5 * 60), key!("last 5 min")),
    (Span::from_secs(30 * 60), key!("last 30 min")),
    (Span::from_secs(3 * 3_600), key!("last 3 h")),
    (Span(u64::MAX), key!("all")),
];

/// Draws the panel.
pub fn dock_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    tabs_ui(ui, view, state);
    ui.add_space(4.0);
    match state.dock.tab {
        Tab::Overview => overview_ui(ui, view, state, actions),
        Tab::Node => node_ui(ui, view, state, actions),
        Tab::Bill => super::bill::bill_ui(ui, view, state, actions),
        Tab::Findings => findings_ui(ui, view, state, actions),
    }
}

fn tabs_ui(ui: &mut Ui, view: View<'_>, state: &mut State) {
    let theme = state.theme();
    let findings = match view.findings.len() {
        0 => t!("Findings").to_owned(),
        count => t!("Findings {count}", count = count),
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 18.0;
        let tabs = [
            (Tab::Overview, t!("Overview")),
            (Tab::Node, t!("Node")),
            (Tab::Bill, t!("Bill")),
            (Tab::Findings, &findings),
        ];
        for (tab, name) in tabs {
            let open = state.dock.tab == tab;
            let ink = style::color(theme, if open { Ink::Text } else { Ink::Muted });
            let text = if open { style::strong(name) } else { RichText::new(name) };
            let response = ui.add(egui::Label::new(text.color(ink)).sense(Sense::click()));
            response.widget_info(|| WidgetInfo::selected(Role::Tab, true, open, name));
            if open {
                let line = egui::Rect::from_min_size(
                    response.rect.left_bottom() + vec2(0.0, 3.0),
                    vec2(response.rect.width(), 2.0),
                );
                ui.painter().rect_filled(line, 1.0, style::color(theme, Ink::Accent));
            }
            if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
                state.dock.tab = tab;
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if view.snapshot.is_some() && matches!(state.dock.tab, Tab::Overview | Tab::Node) {
                span_ui(ui, state);
            }
        });
    });
}

/// How much of the run the charts show.
fn span_ui(ui: &mut Ui, state: &mut State) {
    let known = SPANS.iter().find(|(span, _)| *span == state.dock.span);
    let words = known.map_or(t!("all"), |(_, words)| words::of(words));
    let button = IconButton::words(words).name(t!("Time shown")).look(Look::Quiet).arrow();
    let response = ui.add(button).on_hover_text(t!("How much of the run the charts show"));
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(110.0);
        for (span, words) in SPANS {
            if ui.selectable_label(span == state.dock.span, words::of(words)).clicked() {
                state.dock.span = span;
                ui.close();
            }
        }
    });
}

/// What a tab says while there is nothing to show.
pub(super) fn nothing(ui: &mut Ui, theme: Theme, text: &str) {
    ui.add_space((ui.available_height() / 2.0 - 14.0).max(4.0));
    ui.vertical_centered(|ui| ui.label(RichText::new(text).color(style::color(theme, Ink::Muted))));
}

fn overview_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    match view.snapshot {
        Some(snapshot) => {
            let charts = chart::system_charts(view.plan, snapshot, state.dock.span);
            actions.extend(charts_ui(ui, state, &marked(charts, view.injected)));
        }
        None => nothing(
            ui,
            state.theme(),
            t!("Press Run: latency, requests, instances and cost are measured from then on."),
        ),
    }
}

fn node_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let Some(snapshot) = view.snapshot else {
        return nothing(ui, state.theme(), t!("Press Run, then select a card to see its charts."));
    };
    let charts = chart::node_charts(view.plan, snapshot, state.dock.span);
    if charts.is_empty() {
        return nothing(ui, state.theme(), t!("Select a card on the canvas to see its charts."));
    }
    actions.extend(charts_ui(ui, state, &marked(charts, view.injected)));
}

/// Charts with the faults that were made by hand, which are not part of the plan.
fn marked(mut charts: Vec<Chart>, injected: &[Fault]) -> Vec<Chart> {
    let mark = |fault: &Fault| {
        let (from, to) = (fault.at.secs(), (fault.at + fault.lasts).secs());
        Mark { from, to, label: fault.harm.words() }
    };
    for chart in &mut charts {
        chart.marks.extend(injected.iter().map(mark));
    }
    charts
}

/// Charts side by side. A double click on one takes the run to that moment.
fn charts_ui(ui: &mut Ui, state: &mut State, charts: &[Chart]) -> Option<Action> {
    let gap = 10.0;
    let room = ui.available_size() - vec2(0.0, 4.0);
    let width = ((room.x - gap * (charts.len().saturating_sub(1)) as f32) / charts.len().max(1) as f32).max(60.0);
    let (mut hover, mut sought) = (None, None);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for chart in charts {
            let (found, chosen) = chart_ui(ui, state, chart, vec2(width, room.y.max(40.0)));
            hover = hover.or(found);
            sought = sought.or(found.filter(|_| chosen));
        }
    });
    if state.dock.hover != hover {
        state.dock.hover = hover;
        ui.ctx().request_repaint();
    }
    sought.map(|secs| Action::Seek(SimTime::ZERO + Span::from_secs_f64(secs.max(0.0))))
}

/// One chart; gives the moment under the pointer, and whether it was chosen by a double click.
fn chart_ui(ui: &mut Ui, state: &State, chart: &Chart, size: Vec2) -> (Option<f64>, bool) {
    let theme = state.theme();
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let words = t!("Chart {title}: {headline}", title = chart.title, headline = chart.headline);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &words));
    let edge = egui::Stroke::new(1.0, style::color(theme, Ink::Line));
    let face = style::color(theme, Ink::Canvas);
    ui.painter().rect(rect, 9.0, face, edge, egui::StrokeKind::Inside);
    let painter = ui.painter_at(rect);
    let brush = Brush::flat(&painter, rect.min, theme);
    let into = Rect::new(Point::default(), Size { w: size.x, h: size.y });
    brush.list(&chart::chart(chart, into, state.dock.hover));
    let moment = response.hover_pos().and_then(|at| chart::moment(chart, into, at.x - rect.left()));
    (moment, response.double_clicked())
}

fn findings_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    if view.findings.is_empty() {
        let words =
            if view.design.is_empty() { t!("Nothing is drawn yet.") } else { t!("Nothing found that would hurt.") };
        return nothing(ui, state.theme(), words);
    }
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        for (n, finding) in view.findings.iter().enumerate() {
            finding_ui(ui, state, actions, (n, finding));
            ui.separator();
        }
    });
}

fn finding_ui(ui: &mut Ui, state: &mut State, actions: &mut Vec<Action>, (n, finding): (usize, &Finding)) {
    let theme = state.theme();
    let (ink, word) = match finding.severity {
        Severity::Error => (Ink::Bad, t!("Error")),
        Severity::Warning => (Ink::Warn, t!("Warning")),
        Severity::Note => (Ink::Muted, t!("Remark")),
    };
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(18.0), Sense::hover());
        icons::draw(ui.painter(), Icon::Warning.svg(), rect.shrink(1.0), style::color(theme, ink));
        ui.allocate_ui(vec2(SEVERITY, 18.0), |ui| {
            ui.set_min_width(SEVERITY);
            ui.label(style::strong(word).color(style::color(theme, ink)));
        });
        let fix = (!finding.fix.is_empty()).then_some(t!("Fix it"));
        let room = ui.available_width() - if fix.is_some() { 84.0 } else { 8.0 };
        ui.allocate_ui_with_layout(vec2(room, 0.0), Layout::top_down(Align::LEFT), |ui| {
            ui.set_min_width(room);
            let text = egui::Label::new(&finding.text).wrap().sense(Sense::click());
            let response =
                ui.add(text).on_hover_text(t!("Rule {rule}. Click to select what it is about.", rule = finding.rule));
            if response.clicked() {
                state.selection = finding.about.iter().cloned().collect();
            }
            ui.add(egui::Label::new(style::small(&finding.remedy, theme)).wrap());
        });
        if let Some(words) = fix {
            let name = t!("Fix {n}: {rule}", n = n + 1, rule = finding.rule);
            let button = IconButton::words(words).name(&name).look(Look::Plain);
            if ui.add(button).on_hover_text(&finding.remedy).clicked() {
                actions.push(Action::BeginGesture);
                actions.extend(finding.fix.iter().cloned().map(Action::Edit));
                actions.push(Action::EndGesture);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Harm;

    #[test]
    fn faults_made_by_hand_are_marked_on_all_charts() {
        let harm = Harm::ZoneOutage { zone: "a".to_owned() };
        let fault = Fault { at: Span::from_secs(60), lasts: Span::from_secs(120), harm };
        let empty = Chart {
            title: String::new(),
            unit: String::new(),
            headline: String::new(),
            lines: Vec::new(),
            marks: Vec::new(),
            from: 0.0,
            to: 300.0,
        };
        for chart in marked(vec![empty.clone(), empty], &[fault]) {
            assert_eq!((chart.marks[0].from, chart.marks[0].to), (60.0, 180.0));
            assert!(chart.marks[0].label.contains('a'), "{}", chart.marks[0].label);
        }
    }
}
