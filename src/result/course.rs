//! The course of a run: one row of figures per interval, for spreadsheets and programs.

use crate::metrics::{Point, Series};
use crate::units::SimTime;
use serde_json::{Map, Value};

/// A column of the course of a run: its heading, and the figure of a point.
pub type Figure = (&'static str, fn(&Point) -> Option<f64>);

/// All columns.
pub const COURSE: [Figure; 14] = [
    ("at_s", |point| Some(point.at.secs())),
    ("span_s", |point| Some(point.span.secs())),
    ("offered_per_s", |point| Some(point.arrived.into())),
    ("good_per_s", |point| Some(point.good.into())),
    ("late_per_s", |point| Some(point.late.into())),
    ("failed_per_s", |point| Some(point.failed.into())),
    ("p50_ms", |point| answered(point).then_some(point.p50.into())),
    ("p95_ms", |point| answered(point).then_some(point.p95.into())),
    ("p99_ms", |point| answered(point).then_some(point.p99.into())),
    ("utilization", |point| Some(point.utilization.into())),
    ("queue", |point| Some(point.queue.into())),
    ("backlog", |point| Some(point.backlog.into())),
    ("in_service", |point| Some(point.in_service.into())),
    ("desired", |point| Some(point.desired.into())),
];

fn answered(point: &Point) -> bool {
    point.good + point.late > 0.0
}

/// The points of the finest resolution that reaches back to the start.
pub fn course(system: &Series) -> impl Iterator<Item = &Point> {
    system.level_for(SimTime::ZERO, usize::MAX).points.iter()
}

/// As JSON: one object per interval.
pub fn json(system: &Series) -> Value {
    let object = |point: &Point| -> Value {
        let figures = COURSE.iter().map(|(name, figure)| ((*name).to_owned(), Value::from(figure(point))));
        Value::Object(figures.collect::<Map<_, _>>())
    };
    course(system).map(object).collect()
}

/// As CSV (RFC 4180, line feeds): a heading and one line per interval; a figure that nothing was measured for is empty.
pub fn csv(system: &Series) -> String {
    let mut text = COURSE.map(|(name, _)| name).join(",") + "\n";
    for point in course(system) {
        let cells = COURSE.map(|(_, figure)| figure(point).map_or_else(String::new, |value| value.to_string()));
        text += &(cells.join(",") + "\n");
    }
    text
}
