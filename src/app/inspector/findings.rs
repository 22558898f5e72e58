//! What the rules find about the record that is selected, each with its fix in one click.

use crate::analysis::Finding;
use crate::app::found::{ink, mend};
use crate::app::icons::{self, Icon, IconButton, Look};
use crate::app::style;
use crate::model::Id;
use crate::session::{Action, View};
use crate::theme::{GAP, Theme};
use crate::words::t;
use egui::{Sense, Ui, Vec2};

/// Most findings that stand here; the list at the bottom has them all.
const MOST: usize = 4;

/// Draws them; nothing where there are none.
pub(super) fn findings_ui(ui: &mut Ui, view: View<'_>, actions: &mut Vec<Action>, (id, theme): (&Id, Theme)) {
    let found = view.blame.about(id);
    for &at in found.iter().take(MOST) {
        if let Some(finding) = view.findings.get(at) {
            finding_ui(ui, actions, (at, finding), theme);
        }
    }
    if found.len() > MOST {
        ui.label(style::small(t!("and {count} more", count = found.len() - MOST), theme));
    }
    if !found.is_empty() {
        ui.add_space(GAP);
    }
}

fn finding_ui(ui: &mut Ui, actions: &mut Vec<Action>, (at, finding): (usize, &Finding), theme: Theme) {
    let ink = ink(finding.severity);
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(16.0), Sense::hover());
        icons::draw(ui.painter(), Icon::Warning.svg(), rect.shrink(1.0), style::color(theme, ink));
        ui.vertical(|ui| {
            ui.add(egui::Label::new(style::small(&finding.text, theme).color(style::color(theme, ink))).wrap())
                .on_hover_text(&finding.remedy);
            if finding.fix.is_empty() {
                ui.add(egui::Label::new(style::small(&finding.remedy, theme)).wrap());
                return;
            }
            let name = t!("Fix {number} here: {rule}", number = at + 1, rule = finding.rule);
            let button = IconButton::words(t!("Fix it")).name(&name).look(Look::Plain);
            if ui.add(button).on_hover_text(&finding.remedy).clicked() {
                actions.extend(mend(finding));
            }
        });
    });
}
