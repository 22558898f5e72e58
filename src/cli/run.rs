//! `loadscape run`: measure, print, assert.

use super::input::{Case, Chosen, title};
use super::simulate::{Measured, simulate};
use super::{Outcome, Trouble, Verdict, csv, output, result, table};
use crate::metrics::{Point, Series};
use crate::units::SimTime;
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    pub(super) chosen: Chosen,
    /// Something that must hold: 'p99 < 200 ms', 'errors < 0.1 %', 'cost < 500 $/month', 'web-asg.instances.max <= 6'
    #[arg(long = "assert", value_name = "EXPR")]
    asserts: Vec<String>,
    /// Write the result as JSON to this file; - is standard output, in place of the table
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
    /// Write tables of nodes, links, bill and the course of the run to this folder
    #[arg(long, value_name = "DIR")]
    csv: Option<PathBuf>,
    /// Add the course of the run to the JSON: one point per interval
    #[arg(long)]
    series: bool,
}

/// Runs, prints, judges.
pub(super) fn run(options: &Options) -> Outcome {
    let case = options.chosen.case()?;
    let assertions = case.assertions(&options.asserts)?;
    let runs = simulate(&case);
    say_what_is_left_out(&runs);
    let mut result = complete(&title(&options.chosen.file, &case.design), &case, &runs);
    let judged: Vec<Value> = assertions.iter().map(|assertion| assertion.judge(&result)).collect();
    let failed = judged.iter().any(|assert| assert["ok"] != true);
    result["asserts"] = Value::Array(judged);
    if options.series {
        result["series"] = series(&runs[0].system);
    }
    write(options, &result, &runs[0].system)?;
    Ok(if failed { Verdict::Failed } else { Verdict::Fine })
}

fn write(options: &Options, result: &Value, system: &Series) -> Result<(), Trouble> {
    if let Some(path) = &options.json {
        output::write(path, pretty(result).as_bytes())?;
    }
    if let Some(folder) = &options.csv {
        csv::write(folder, result, system)?;
    }
    if options.json.as_deref() == Some(Path::new("-")) { Ok(()) } else { output::print(&table::result(result)) }
}

/// JSON as a file ends: with a line feed.
pub(super) fn pretty(value: &Value) -> String {
    // A `Value` has only string keys and finite numbers, so that writing it cannot fail.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// The contract: what was asked for, then what was measured.
pub(super) fn complete(name: &str, case: &Case, runs: &[Measured]) -> Value {
    let figures: Vec<Value> = runs.iter().map(|run| result::figures(&case.design, run)).collect();
    let mut all = json!({
        "version": 1, "design": name, "scenario": case.scenario.name, "seed": case.seed,
        "replications": case.replications, "simulated_s": case.scenario.duration.secs(),
        "warmup_s": case.scenario.warmup.secs(),
    });
    if let (Some(all), Value::Object(figures)) = (all.as_object_mut(), result::combined(&figures)) {
        all.extend(figures);
    }
    all
}

pub(super) fn say_what_is_left_out(runs: &[Measured]) {
    for note in runs.iter().take(1).flat_map(|run| &run.plan.notes) {
        let about = note.about.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
        output::message(&format!("{about}{}", note.text));
    }
}

/// Columns of the course of a run: name, and figure of a point.
pub(super) const COURSE: [(&str, fn(&Point) -> Option<f64>); 9] = [
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
pub(super) fn course(system: &Series) -> impl Iterator<Item = &Point> {
    system.level_for(SimTime::ZERO, usize::MAX).points.iter()
}

fn series(system: &Series) -> Value {
    let object = |point: &Point| -> Value {
        let figures = COURSE.iter().map(|(name, figure)| ((*name).to_owned(), json!(figure(point))));
        Value::Object(figures.collect::<Map<_, _>>())
    };
    course(system).map(object).collect()
}
