//! What the rules find about the drawing: each with its reason, what it is about, and a fix in one click.

use super::nothing;
use crate::analysis::Finding;
use crate::app::found;
use crate::app::icons::{self, Icon, IconButton, Look};
use crate::app::state::State;
use crate::app::style;
use crate::session::{Action, View};
use crate::words::t;
use egui::{Align, Layout, ScrollArea, Sense, Ui, Vec2, vec2};

/// Width of the word that says how bad a finding is, in points.
const SEVERITY: f32 = 52.0;

/// Draws them.
pub(super) fn findings_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
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
    let (ink, word) = (found::ink(finding.severity), found::word(finding.severity));
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
            let name = t!("Fix {number}: {rule}", number = n + 1, rule = finding.rule);
            let button = IconButton::words(words).name(&name).look(Look::Plain);
            if ui.add(button).on_hover_text(&finding.remedy).clicked() {
                actions.extend(found::mend(finding));
            }
        }
    });
}
