//! Before and after: what a step changed, in the figures that a person would ask for.

use crate::outcome::shown::with_unit;
use crate::outcome::{self, Names};
use crate::words::key;
use serde_json::Value;

/// One figure of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is.
    pub name: &'static str,
    /// How much, in the unit; `None` if nothing was measured.
    pub value: Option<f64>,
    /// As it stands in the JSON of a run.
    pub unit: &'static str,
}

/// What it is called, how an assertion calls it, and whether it stands there when it is nothing.
type Figure = (&'static str, &'static str, Always);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Always {
    /// It is always of interest.
    Shown,
    /// Most systems have nothing of that kind to lose.
    IfAny,
}

const FIGURES: [Figure; 11] = [
    (key!("p50"), "p50", Always::Shown),
    (key!("p99"), "p99", Always::Shown),
    (key!("errors"), "errors", Always::Shown),
    (key!("downtime"), "downtime", Always::Shown),
    (key!("carts lost"), "counters.carts_lost", Always::IfAny),
    (key!("carts not found"), "carts_missed", Always::IfAny),
    (key!("files missing"), "missing_files", Always::IfAny),
    (key!("stale reads"), "stale_reads", Always::IfAny),
    (key!("writes lost"), "writes_lost", Always::IfAny),
    (key!("instance-hours a day"), "instance_hours_a_day", Always::Shown),
    (key!("cost a month"), "cost", Always::Shown),
];

/// The figures of a run that stand in the table.
pub fn table(figures: &Value) -> Vec<Row> {
    let row = |(name, path, _): &Figure| {
        let read = outcome::read(path, &Names::default(), figures);
        let (value, unit) = read.map_or((None, ""), |(value, unit)| (value, unit));
        Row { name, value, unit }
    };
    FIGURES.iter().map(row).collect()
}

/// The rows of two runs side by side, without losses that neither of them has. Without a run before, only the one.
pub fn compare(before: Option<&Value>, after: &Value) -> Vec<(Option<Row>, Row)> {
    let before = before.map(table);
    let rows = table(after).into_iter().enumerate();
    let pairs = rows.map(|(at, row)| (before.as_ref().map(|rows| rows[at].clone()), row));
    let any = |row: &Row| row.value.is_some_and(|value| value > 0.0);
    let kept = |(before, after): &(Option<Row>, Row)| {
        let always = FIGURES.iter().any(|(name, _, always)| *name == after.name && *always == Always::Shown);
        always || any(after) || before.as_ref().is_some_and(any)
    };
    pairs.filter(kept).collect()
}

impl Row {
    /// As people read it; a dash where nothing was measured.
    pub fn shown(&self) -> String {
        self.value.map_or_else(|| "-".to_owned(), |value| with_unit(value, self.unit))
    }
}
