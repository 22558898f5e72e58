//! The course of a run as a table: a row for each interval, as CSV for a spreadsheet and as JSON.
//!
//! Columns are only ever added. Absent: where the points come from (`metrics::Series`), which node they are of (the one
//! who asks knows), and Parquet: a course has some thousand rows at most, and the one crate that is kept brings two dozen
//! others.

use crate::metrics::{Point, Series};
use crate::sim::network::Reason;
use crate::units::SimTime;
use serde_json::{Map, Value};

/// Whether the points of a series know what the run had cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Costs {
    /// An account has written them in.
    Known,
    /// They are left out.
    Unknown,
}

/// A column: its heading, and the figure of a point.
type Figure = (&'static str, fn(&Point) -> Option<f64>);

/// The columns that every course has.
const COLUMNS: [Figure; 20] = [
    ("at_s", |point| Some(point.at.secs())),
    ("span_s", |point| Some(point.span.secs())),
    ("offered_per_s", |point| exact(point.arrived)),
    ("good_per_s", |point| exact(point.good)),
    ("late_per_s", |point| exact(point.late)),
    ("failed_per_s", |point| exact(point.failed)),
    ("p50_ms", |point| answered(point).then_some(point.p50).and_then(exact)),
    ("p95_ms", |point| answered(point).then_some(point.p95).and_then(exact)),
    ("p99_ms", |point| answered(point).then_some(point.p99).and_then(exact)),
    ("in_service", |point| exact(point.in_service)),
    ("pending", |point| exact(point.pending)),
    ("draining", |point| exact(point.draining)),
    ("desired", |point| exact(point.desired)),
    ("utilization", |point| exact(point.utilization)),
    ("queue", |point| exact(point.queue)),
    ("backlog", |point| exact(point.backlog)),
    ("cache_hits", |point| exact(point.hits)),
    ("missing_per_s", |point| exact(point.missing)),
    ("stale_per_s", |point| exact(point.stale)),
    ("credits", |point| point.credits.and_then(exact)),
];

/// Those of a run whose costs are known.
const COSTS: [Figure; 2] =
    [("cost_usd_per_h", |point| exact(point.cost_rate)), ("cost_usd", |point| exact(point.cost_sum))];

/// Failures of reasons that are not among the commonest of their interval.
const OTHER: &str = "other";

fn answered(point: &Point) -> bool {
    point.good + point.late > 0.0
}

/// The shortest decimal number that is this figure: 0.1, not 0.10000000149.
fn exact(figure: f32) -> Option<f64> {
    figure.to_string().parse().ok().filter(|figure: &f64| figure.is_finite())
}

/// The points of the finest resolution that reaches back to the start.
fn points(series: &Series) -> impl Iterator<Item = &Point> {
    series.level_for(SimTime::ZERO, usize::MAX).points.iter()
}

fn columns(costs: Costs) -> impl Iterator<Item = Figure> {
    let priced = COSTS.into_iter().filter(move |_| costs == Costs::Known);
    COLUMNS.into_iter().chain(priced)
}

/// A table with a heading; what was not measured is an empty cell. Reasons of failures have a column each at the end, as
/// far as they occurred.
pub fn csv(series: &Series, costs: Costs) -> String {
    let reasons = occurred(series);
    let figures: Vec<Figure> = columns(costs).collect();
    let headings = figures.iter().map(|(name, _)| (*name).to_owned());
    let mut text = line(headings.chain(reasons.iter().map(|reason| heading(reason))));
    for point in points(series) {
        let measured = figures.iter().map(|(_, figure)| figure(point));
        let failures = failures(point);
        let failed = |reason: &&str| exact(failures.iter().find(|one| one.0 == *reason).map_or(0.0, |one| one.1));
        let cells = measured.chain(reasons.iter().map(failed));
        text += &line(cells.map(|value| value.map_or_else(String::new, |value| Value::from(value).to_string())));
    }
    text
}

/// A list of objects; what was not measured is null. Failures by reason stand under the names that `failures` has.
pub fn json(series: &Series, costs: Costs) -> Value {
    let object = |point: &Point| -> Value {
        let figures = columns(costs).map(|(name, figure)| (name.to_owned(), Value::from(figure(point))));
        let mut figures: Map<_, _> = figures.collect();
        let failed = failures(point).into_iter().map(|(reason, rate)| (reason.to_owned(), Value::from(exact(rate))));
        figures.insert("failures_per_s".to_owned(), Value::Object(failed.collect()));
        Value::Object(figures)
    };
    points(series).map(object).collect()
}

/// Failures of an interval by reason, per second.
fn failures(point: &Point) -> Vec<(&'static str, f32)> {
    let told = point.reasons.into_iter().zip(point.by_reason).filter(|(_, rate)| *rate > 0.0);
    let named = told.filter_map(|(code, rate)| Some((Reason::ALL.get(usize::from(code))?.words(), rate)));
    let mut failures: Vec<(&'static str, f32)> = named.collect();
    let rest = point.failed - failures.iter().map(|(_, rate)| rate).sum::<f32>();
    // Rates are rounded one by one.
    if rest > 1e-4 * point.failed {
        failures.push((OTHER, rest));
    }
    failures
}

/// Reasons that occur in a series, in the order of [`Reason::ALL`].
fn occurred(series: &Series) -> Vec<&'static str> {
    let seen: Vec<&str> = points(series).flat_map(failures).map(|(reason, _)| reason).collect();
    let all = Reason::ALL.into_iter().map(Reason::words).chain([OTHER]);
    all.filter(|reason| seen.contains(reason)).collect()
}

/// `failed_no_target_503_per_s`
fn heading(reason: &str) -> String {
    let words = reason.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    format!("failed_{}_per_s", words.collect::<Vec<_>>().join("_"))
}

fn line(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join(",") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;

    /// Two seconds: one of failures, one of nothing.
    fn series() -> Series {
        let mut series = Series::default();
        let codes = [Reason::NoTarget as u8, Reason::QueueFull as u8, 0, 0];
        let span = Span::from_secs(1);
        let failing =
            Point { failed: 10.0, reasons: codes, by_reason: [6.5, 3.0, 0.0, 0.0], cost_sum: 0.1, ..Point::default() };
        series.push(0, Point { span, good: 0.1, p50: 2.5, ..failing });
        series.push(0, Point { at: SimTime::ZERO + span, span, ..Point::default() });
        series
    }

    #[test]
    fn a_course_has_every_figure_of_the_charts_and_failures_by_reason() {
        let text = csv(&series(), Costs::Known);
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        let cell = |row: usize, name: &str| {
            let at =
                lines[0].iter().position(|heading| *heading == name).unwrap_or_else(|| panic!("no {name}: {text}"));
            lines[row][at]
        };
        assert_eq!(lines[0][..4], ["at_s", "span_s", "offered_per_s", "good_per_s"]);
        assert_eq!((cell(1, "good_per_s"), cell(1, "p50_ms"), cell(2, "p50_ms")), ("0.1", "2.5", ""));
        assert_eq!((cell(1, "failed_no_target_503_per_s"), cell(2, "failed_no_target_503_per_s")), ("6.5", "0.0"));
        assert_eq!((cell(1, "failed_queue_full_per_s"), cell(1, "cost_usd")), ("3.0", "0.1"));
        assert_eq!(cell(1, "failed_other_per_s"), "0.5");
        for name in [
            "in_service",
            "pending",
            "draining",
            "desired",
            "utilization",
            "queue",
            "backlog",
            "cache_hits",
            "stale_per_s",
        ] {
            assert_eq!(cell(2, name), "0.0");
        }
        assert_eq!(cell(2, "credits"), "", "what does not live on credits has none");
        assert!(!text.contains("throttled"), "what did not occur has no column");
    }

    #[test]
    fn a_node_has_no_costs_and_json_names_reasons_as_results_do() {
        assert!(!csv(&series(), Costs::Unknown).contains("cost"));
        let points = json(&series(), Costs::Unknown);
        assert_eq!(points[0]["failures_per_s"]["no target (503)"], 6.5);
        assert_eq!(points[1]["failures_per_s"], serde_json::json!({}));
        assert!(points[0].get("cost_usd").is_none() && points[1]["p99_ms"].is_null());
    }
}
