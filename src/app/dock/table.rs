//! The figures of the charts as a table: what lines show, to be read, and to be read aloud.

use super::charts::clock;
use crate::app::state::State;
use crate::app::style;
use crate::scene::chart::{self, Chart, Line, Part};
use crate::scene::list::Ink;
use crate::words::t;
use egui::{Align, Layout, RichText, ScrollArea, Ui, vec2};

/// Width of a column, in points.
const COLUMN: f32 = 92.0;
const ROW: f32 = 20.0;
/// Height of the head.
const HEAD: f32 = 34.0;
/// Most rows: moments between which the time in sight is told.
const ROWS: usize = 120;

/// Draws a row for each of many moments, and a column for each line of the charts.
pub(super) fn table_ui(ui: &mut Ui, state: &State, charts: &[Chart]) {
    let theme = state.theme();
    let columns: Vec<(&Chart, &Line)> =
        charts.iter().flat_map(|chart| chart.shown_lines().map(move |line| (chart, line))).collect();
    let moments = moments(charts);
    ScrollArea::horizontal().auto_shrink([false, false]).show(ui, |ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            let head = |text: &str| style::small(text, theme);
            let named = |(chart, line): &(&Chart, &Line)| vec![head(&chart.title), head(&heading(line))];
            row(ui, HEAD, vec![head(t!("Time"))], columns.iter().map(named));
            ui.separator();
            ScrollArea::vertical().auto_shrink([false, false]).show_rows(ui, ROW, moments.len(), |ui, range| {
                for &secs in &moments[range] {
                    let value = |(chart, line): &(&Chart, &Line)| {
                        let known = line.at(secs).map(|value| chart::worded(chart, line, value));
                        vec![RichText::new(known.unwrap_or_else(|| "–".to_owned()))]
                    };
                    let time = RichText::new(clock(secs)).color(style::color(theme, Ink::Muted));
                    row(ui, ROW, vec![time], columns.iter().map(value));
                }
            });
        });
    });
}

fn heading(line: &Line) -> String {
    match line.part {
        Part::Kept => t!("{name}, kept", name = line.name),
        _ => line.name.clone(),
    }
}

fn row(ui: &mut Ui, height: f32, first: Vec<RichText>, rest: impl Iterator<Item = Vec<RichText>>) {
    ui.horizontal(|ui| {
        let mut cell = |lines: Vec<RichText>, align: Align| {
            ui.allocate_ui_with_layout(vec2(COLUMN, height), Layout::top_down(align), |ui| {
                ui.set_min_width(COLUMN);
                ui.spacing_mut().item_spacing.y = 0.0;
                // The head has a line for the chart and one for what is drawn there; each is cut by itself.
                for line in lines {
                    ui.add(egui::Label::new(line).truncate());
                }
            });
        };
        cell(first, Align::LEFT);
        rest.for_each(|lines| cell(lines, Align::RIGHT));
    });
}

/// Moments at which lines have points, the latest first; thinned where they are many.
fn moments(charts: &[Chart]) -> Vec<f64> {
    let lines = charts.iter().flat_map(Chart::shown_lines);
    let longest = lines.max_by_key(|line| line.points.len());
    let all: Vec<f64> = longest.iter().flat_map(|line| line.points.iter().rev().map(|point| point.0)).collect();
    all.iter().copied().step_by(all.len().div_ceil(ROWS).max(1)).collect()
}
