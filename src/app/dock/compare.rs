//! Compare: a run that was kept beside the one under way. On the charts the kept one is dashed; here are the differences.

use super::nothing;
use crate::app::icons::{IconButton, Look};
use crate::app::state::State;
use crate::app::style;
use crate::scene::list::Ink;
use crate::session::{Action, Difference, Verdict, View, differences, node_differences};
use crate::theme::Theme;
use crate::words::t;
use egui::{Align, Grid, Layout, RichText, ScrollArea, Ui, vec2};

/// Width of a column of figures, in points.
const FIGURE: f32 = 78.0;
/// Width of the column of names, and of that of changes.
const NAME: f32 = 164.0;
const CHANGE: f32 = 104.0;

/// Width of a table of differences with what is between two of them, in points.
const WIDTH: f32 = NAME + 2.0 * FIGURE + CHANGE + 3.0 * GAP + APART;
/// Between columns, and between tables.
const GAP: f32 = 8.0;
const APART: f32 = 20.0;

/// Draws it.
pub(super) fn compare_ui(ui: &mut Ui, view: View<'_>, state: &State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    let Some(run) = view.as_kept() else {
        return nothing(ui, theme, t!("Press Run, then keep the run here: the next one is compared with it."));
    };
    buttons_ui(ui, view, actions, theme);
    let Some(kept) = view.kept else {
        return nothing(ui, theme, t!("Keep this run, change something, and run again: both stand side by side."));
    };
    ui.add_space(4.0);
    let across = ((ui.available_width() / WIDTH) as usize).clamp(1, 3);
    ScrollArea::vertical().auto_shrink([false, false]).min_scrolled_height(0.0).show(ui, |ui| {
        edits_ui(ui, view, theme);
        ui.add_space(6.0);
        tables_ui(ui, "system", (&differences(kept, &run), across), theme);
        for (name, lines) in node_differences(view.design, kept, &run) {
            ui.add_space(8.0);
            ui.label(style::heading(&name, theme));
            tables_ui(ui, &name, (&lines, across), theme);
        }
    });
}

/// Most edits that are told one by one.
const EDITS: usize = 40;

/// What was changed on the drawing between the two runs, in as few lines as it takes: the figures are to be in sight.
fn edits_ui(ui: &mut Ui, view: View<'_>, theme: Theme) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = APART;
        ui.label(style::heading(t!("Changed since the kept run"), theme));
        if view.edits.is_empty() {
            ui.label(style::small(t!("Nothing: the drawing and the scenario are those of the kept run."), theme));
        }
        for edit in view.edits.iter().take(EDITS) {
            ui.label(edit);
        }
        if let Some(more) = view.edits.len().checked_sub(EDITS).filter(|more| *more > 0) {
            ui.label(style::small(t!("and {count} more", count = more), theme));
        }
    });
}

/// Lines in so many tables side by side.
fn tables_ui(ui: &mut Ui, of: &str, (lines, across): (&[Difference], usize), theme: Theme) {
    let each = lines.len().div_ceil(across).max(1);
    ui.push_id(of, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = APART;
            lines.chunks(each).enumerate().for_each(|(n, lines)| table_ui(ui, n, lines, theme));
        });
    });
}

/// One of the columns that the lines stand in.
fn table_ui(ui: &mut Ui, number: usize, lines: &[Difference], theme: Theme) {
    let grid = Grid::new(("differences", number)).num_columns(4).striped(true).min_row_height(18.0);
    grid.spacing([GAP, 3.0]).show(ui, |ui| {
        for (n, head) in ["", t!("kept"), t!("this run"), t!("change")].into_iter().enumerate() {
            cell(ui, style::small(head, theme), WIDTHS[n]);
        }
        ui.end_row();
        lines.iter().for_each(|line| line_ui(ui, line, theme));
    });
}

fn buttons_ui(ui: &mut Ui, view: View<'_>, actions: &mut Vec<Action>, theme: Theme) {
    ui.horizontal(|ui| {
        let words = if view.kept.is_some() { t!("Keep this run instead") } else { t!("Keep this run") };
        let look = if view.kept.is_some() { Look::Plain } else { Look::Primary };
        let tip = t!("It stays on the charts, dashed, beside the runs that follow");
        if ui.add(IconButton::words(words).look(look)).on_hover_text(tip).clicked() {
            actions.push(Action::Keep);
        }
        let Some(kept) = view.kept else { return };
        let until = kept.snapshot.now;
        let words = t!("Run again to {time}", time = until.clock());
        let tip = t!(
            "From the start, with the same faults at the same times, as fast as it goes, to where the kept run ended"
        );
        if ui.add(IconButton::words(&words).look(Look::Primary)).on_hover_text(tip).clicked() {
            actions.push(Action::Again(until));
        }
        if ui.add(IconButton::words(t!("Forget the kept run")).look(Look::Plain)).clicked() {
            actions.push(Action::ForgetKept);
        }
        if view.snapshot.is_some_and(|shown| shown.now != until) {
            ui.label(style::small(t!("The runs are not equally long: compare shares, not counts."), theme));
        }
    });
}

/// Widths of the four columns.
const WIDTHS: [f32; 4] = [NAME, FIGURE, FIGURE, CHANGE];

fn cell(ui: &mut Ui, text: RichText, width: f32) {
    let align = if width == NAME { Align::LEFT } else { Align::RIGHT };
    ui.allocate_ui_with_layout(vec2(width, 18.0), Layout::top_down(align), |ui| {
        ui.set_min_width(width);
        ui.add(egui::Label::new(text).truncate());
    });
}

fn line_ui(ui: &mut Ui, line: &Difference, theme: Theme) {
    let (ink, word) = match line.verdict {
        Verdict::Better => (Ink::Ok, t!("better")),
        Verdict::Worse => (Ink::Bad, t!("worse")),
        Verdict::Neither => (Ink::Muted, ""),
    };
    cell(ui, RichText::new(&line.name), NAME);
    cell(ui, RichText::new(&line.kept), FIGURE);
    cell(ui, style::strong(&line.now), FIGURE);
    let change = format!("{} {word}", line.change);
    cell(ui, RichText::new(change.trim()).color(style::color(theme, ink)), CHANGE);
    ui.end_row();
}
