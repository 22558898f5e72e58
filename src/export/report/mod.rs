//! A run as one HTML file that needs nothing else: diagram, figures, charts, bill, settings, findings, and what the model
//! leaves out. It follows the reader's choice of dark or light, prints on paper, and runs no scripts.
//!
//! Its figures are those of the result's JSON, so that it agrees with every other output. Absent: figures of its own.

mod page;
mod sections;
mod style;

use super::svg::{Inks, Sheet, Writer};
use super::{ExportError, MARGIN, Options};
use crate::analysis::Finding;
use crate::compile::Plan;
use crate::model::{Design, Point, Rect};
use crate::scenario::{Fault, Scenario};
use crate::scene::chart::{self, Chart};
use crate::scene::list::Shape;
use crate::scene::{self, Picture};
use crate::sim::snapshot::Snapshot;
use crate::words::t;
use page::Page;
use serde_json::Value;

/// Everything that a report is about.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The drawing.
    pub design: &'a Design,
    /// What ran.
    pub plan: &'a Plan,
    /// Its last moment, with the history of the system.
    pub last: &'a Snapshot,
    /// The scenario, with the length of the run.
    pub scenario: &'a Scenario,
    /// Faults that were made by hand, besides those of the scenario.
    pub injected: &'a [Fault],
    /// What was measured, in the form of `run --json`.
    pub result: &'a Value,
    /// What the rules say about the drawing.
    pub findings: &'a [Finding],
}

/// Size of a chart.
const CHART: (f32, f32) = (520.0, 230.0);

/// Writes a report.
///
/// # Errors
/// Nothing is drawn.
pub fn write(report: &Report<'_>) -> Result<String, ExportError> {
    let (diagram, shapes) = diagram(report)?;
    let mut page = Page::default();
    page.used.add_shapes(&shapes);
    sections::head(report, &mut page);
    sections::verdict(report, &mut page);
    sections::claims(report, &mut page);
    page.raw(&format!("<figure class=\"diagram\">{diagram}<figcaption>{}</figcaption></figure>\n", caption(report)));
    sections::latency(report, &mut page);
    charts(report, &mut page);
    sections::nodes(report, &mut page);
    sections::failures(report, &mut page);
    sections::bill(report, &mut page);
    sections::findings(report, &mut page);
    sections::scenario(report, &mut page);
    sections::settings(report, &mut page);
    sections::limits(report, &mut page);
    Ok(page.finish(&report.design.name))
}

fn caption(report: &Report<'_>) -> String {
    t!("The drawing at the end of the run, after {time}.", time = report.last.now.clock())
}

/// The drawing with its last figures, in inks that the style sheet turns into colours.
fn diagram(report: &Report<'_>) -> Result<(String, Vec<Shape>), ExportError> {
    let view = scene::bounds(report.design).ok_or(ExportError::Empty)?.expand(MARGIN);
    let (plan, snapshot) = (Some(report.plan), Some(report.last));
    let shapes = scene::drawing(&Picture { plan, snapshot, ..Picture::of(report.design) });
    Ok((inked(&shapes, view, &report.design.name), shapes))
}

fn inked(shapes: &[Shape], view: Rect, title: &str) -> String {
    let options = Options { transparent: true, ..Options::default() };
    let mut out = Writer::new(Inks::Variables);
    out.head(&Sheet { title, view, options: &options });
    shapes.iter().for_each(|shape| out.shape(shape));
    out.finish()
}

/// The charts of the system over the whole run; one on which nothing was measured is left out.
fn charts(report: &Report<'_>, page: &mut Page) {
    let length = report.last.now.since(crate::units::SimTime::ZERO);
    let charts = chart::system_charts(report.plan, report.last, length);
    let told = |chart: &Chart| chart.lines.iter().any(|line| line.points.iter().any(|point| point.1 != 0.0));
    page.heading(t!("Over time"));
    page.raw("<div class=\"charts\">\n");
    for chart in charts.iter().filter(|chart| told(chart)) {
        let view = Rect::between(Point::default(), Point::new(CHART.0, CHART.1));
        let shapes = chart::chart(chart, view, None);
        page.used.add_shapes(&shapes);
        let svg = inked(&shapes, view, &chart.title);
        page.raw(&format!("<figure>{svg}</figure>\n"));
    }
    page.raw("</div>\n");
}
