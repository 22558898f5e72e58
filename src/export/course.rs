//! The course of a run as a table: a row for each interval, as CSV for a spreadsheet and as JSON.
//!
//! Absent: where the points come from (`metrics::Series`), which node they are of (the one who asks knows), and Parquet:
//! a course has some thousand rows at most, and the one crate that is kept brings two dozen others.

use crate::metrics::{Point, Series};
use crate::units::SimTime;
use serde_json::{Map, Value, json};

/// A column: its heading, and the figure of a point.
type Figure = (&'static str, fn(&Point) -> Option<f64>);

/// All columns.
const COLUMNS: [Figure; 9] = [
    ("at_s", |point| Some(point.at.secs())),
    ("span_s", |point| Some(point.span.secs())),
    ("offered_per_s", |point| Some(point.arrived.into())),
    ("good_per_s", |point| Some(point.good.into())),
    ("late_per_s", |point| Some(point.late.into())),
    ("failed_per_s", |point| Some(point.failed.into())),
    ("p50_ms", |point| answered(point).then_some(point.p50.into())),
    ("p95_ms", |point| answered(point).then_some(point.p95.into())),
    ("p99_ms", |point| answered(point).then_some(point.p99.into())),
];

fn answered(point: &Point) -> bool {
    point.good + point.late > 0.0
}

/// The points of the finest resolution that reaches back to the start.
fn points(series: &Series) -> impl Iterator<Item = &Point> {
    series.level_for(SimTime::ZERO, usize::MAX).points.iter()
}

/// A table with a heading; what was not measured is an empty cell.
pub fn csv(series: &Series) -> String {
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    let mut text = line(COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect());
    for point in points(series) {
        let cell =
            |(_, figure): &Figure| figure(point).map_or_else(String::new, |value| Value::from(value).to_string());
        text += &line(COLUMNS.iter().map(cell).collect());
    }
    text
}

/// A list of objects; what was not measured is null.
pub fn json(series: &Series) -> Value {
    let object = |point: &Point| -> Value {
        let figures = COLUMNS.iter().map(|(name, figure)| ((*name).to_owned(), json!(figure(point))));
        Value::Object(figures.collect::<Map<_, _>>())
    };
    points(series).map(object).collect()
}
