//! `loadscape run`: measure, print, assert.

use super::course::Course;
use super::input::{Case, Chosen, title};
use super::simulate::{Measured, Rule, Runs, simulate};
use super::{Outcome, Trouble, Verdict, converge, csv, output, result, table};
use crate::export::course::{self, Costs};
use crate::metrics::Series;
use crate::model::{Design, Id};
use crate::outcome;
use crate::units::Span;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(after_help = crate::outcome::HELP)]
pub(super) struct Options {
    #[command(flatten)]
    pub(super) chosen: Chosen,
    /// Something that must hold: 'p99 < 200 ms', 'errors < 0.1 %', 'cost < 500 $/month', 'web-asg.instances.max <= 6'
    #[arg(long = "assert", value_name = "EXPR")]
    asserts: Vec<String>,
    /// Write the result as JSON to this file; - is standard output, in place of the table
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
    /// Write tables of nodes, links, bill and the course of the run, of the system and of each node, to this folder
    #[arg(long, value_name = "DIR")]
    csv: Option<PathBuf>,
    /// Add the course of the run to the JSON: one point per interval
    #[arg(long)]
    series: bool,
}

/// Runs, prints, judges.
pub(super) fn run(options: &Options) -> Outcome {
    let case = options.chosen.case()?;
    options.json.as_deref().map_or(Ok(()), output::check)?;
    options.csv.as_deref().map_or(Ok(()), output::check_folder)?;
    let assertions = case.assertions(&options.asserts)?;
    let runs = simulate(&case);
    say_what_is_left_out(&case.design, &runs.runs);
    let mut result = complete(&title(&options.chosen.file, &case.design), &case, &runs);
    let judged: Vec<Value> = assertions.iter().map(|assertion| assertion.outcome(&result)).collect();
    let failed = judged.iter().any(|assert| assert["ok"] != true);
    result["asserts"] = Value::Array(judged);
    let seen = Seen::of(options, &case, &runs);
    if options.series {
        result["series"] = seen.json();
    }
    write(options, &result, &seen)?;
    Ok(match failed {
        _ if runs.cut => Verdict::Cut,
        true => Verdict::Failed,
        false => Verdict::Fine,
    })
}

/// The course of the run, as it goes to tables and JSON.
enum Seen<'a> {
    /// With costs and nodes.
    Whole(Box<Course>),
    /// What a run that was cut short has, or one whose course nobody asked for.
    System(&'a Series),
}

impl<'a> Seen<'a> {
    fn of(options: &Options, case: &Case, runs: &'a Runs) -> Self {
        let asked = options.series || options.csv.is_some();
        if asked && !runs.cut { Self::Whole(Box::new(Course::of(case))) } else { Self::System(&runs.runs[0].system) }
    }

    fn json(&self) -> Value {
        match self {
            Self::Whole(course) => course::json(&course.system(), Costs::Known),
            Self::System(series) => course::json(series, Costs::Unknown),
        }
    }

    fn csv(&self) -> Vec<(String, String)> {
        let named = |(id, series): (&Id, &Series)| (format!("series-{id}.csv"), course::csv(series, Costs::Known));
        match self {
            Self::Whole(course) => {
                let system = course::csv(&course.system(), Costs::Known);
                std::iter::once(("series.csv".to_owned(), system)).chain(course.nodes().map(named)).collect()
            }
            Self::System(series) => vec![("series.csv".to_owned(), course::csv(series, Costs::Unknown))],
        }
    }
}

fn write(options: &Options, result: &Value, seen: &Seen<'_>) -> Result<(), Trouble> {
    if let Some(path) = &options.json {
        output::write(path, pretty(result).as_bytes())?;
    }
    if let Some(folder) = &options.csv {
        csv::write(folder, result, &seen.csv())?;
    }
    if options.json.as_deref() == Some(Path::new("-")) { Ok(()) } else { output::print(&table::result(result)) }
}

/// JSON as a file ends: with a line feed.
pub(super) fn pretty(value: &Value) -> String {
    // A `Value` has only string keys and finite numbers, so that writing it cannot fail.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// The contract: what was asked for, then what was measured, then how sure it is.
pub(super) fn complete(name: &str, case: &Case, runs: &Runs) -> Value {
    let mut figures: Vec<Value> = runs.runs.iter().map(|run| result::figures(&case.design, run)).collect();
    let intervals = match &mut figures[..] {
        [one] => {
            let steady = !converge::changes(case);
            if steady && result::put_intervals(one, &runs.runs[0]) { "batch means" } else { "none" }
        }
        _ => "replications",
    };
    let rule = match runs.warmup.rule {
        Rule::Given if runs.warmup.span == Span::ZERO => "none",
        Rule::Given => "given",
        Rule::Found => "mser-5",
        Rule::NotFound => "mser-5: no steady state found",
    };
    // Shorter than asked for where users stop after a number of requests.
    let simulated = runs.runs.iter().map(|run| run.report.now).max().unwrap_or_default();
    let mut all = json!({
        "version": 1, "design": name, "scenario": case.scenario.name, "seed": case.seed,
        "replications": runs.runs.len(), "simulated_s": simulated.secs(),
        "warmup_s": runs.warmup.span.secs(), "warmup_rule": rule, "partial": runs.cut,
        "intervals": intervals, "convergence": converge::judge(case, runs).json(),
    });
    if let (Some(all), Value::Object(figures)) = (all.as_object_mut(), result::combined(&figures)) {
        all.extend(figures);
    }
    all["assumed"] = outcome::assumed(&case.design, &runs.runs[0].plan);
    all["bill"]["proposals"] = result::proposals(&runs.runs[0].proposals);
    all
}

/// What a run leaves out, and what it takes in place of what is drawn.
pub(super) fn say_what_is_left_out(design: &Design, runs: &[Measured]) {
    if runs.iter().take(1).any(|run| run.plan.network.sources.is_empty()) {
        output::message("nothing sends requests: the design has no users");
    }
    for run in runs.iter().take(1).filter(|run| run.plan.network.ends()) {
        let (offered, secs) = (run.report.requests.offered, run.report.now.secs());
        let open = run.report.requests.in_flight;
        output::message(&match open {
            0 => format!("the run ended after {secs:.3} s: the users had all {offered} answers that they came for"),
            _ => format!("the users were not done after {secs:.3} s: make --for longer to see all their requests"),
        });
    }
    for run in runs.iter().take(1) {
        for told in outcome::assumed(design, &run.plan).as_array().into_iter().flatten() {
            let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
            let about = if told["about"].is_null() { String::new() } else { text("about") + ": " };
            output::message(&format!("{about}{}", text("text")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::input::tests::case;

    const SHOP: &str = r#"Loadscape(version: 1, name: "Shop",
        nodes: [(id: "alb", service: "elb", at: (200, 0)), (id: "db", service: "rds", at: (600, 0)),
                (id: "users", service: "users", at: (0, 0), set: {"rate": "200/s"}),
                (id: "web", service: "asg", at: (400, 0), set: {"min": "2"})],
        links: [(from: "users", to: "alb"), (from: "alb", to: "web"), (from: "web", to: "db")])"#;

    fn shop(replications: u32) -> Value {
        let design = crate::file::parse(SHOP, "shop").expect("it is a design").design;
        let case = Case { replications, ..case(design, Span::from_secs(60), Span::from_secs(10)) };
        complete("shop", &case, &simulate(&case))
    }

    fn keys(value: &Value) -> Vec<&str> {
        value.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect()
    }

    #[test]
    fn the_contract_is_kept() {
        let result = shop(1);
        let without_intervals = |value: &Value| -> Vec<String> {
            keys(value).iter().filter(|key| !key.ends_with(result::CI)).map(|key| (*key).to_owned()).collect()
        };
        let wanted = [
            "version",
            "design",
            "scenario",
            "seed",
            "replications",
            "simulated_s",
            "warmup_s",
            "warmup_rule",
            "partial",
            "intervals",
            "convergence",
            "wall_s",
            "events",
            "requests",
            "latency_ms",
            "availability",
            "downtime_s",
            "recovery_s",
            "worst_errors",
            "knee_per_s",
            "classes",
            "nodes",
            "links",
            "failures",
            "counters",
            "bill",
            "assumed",
        ];
        assert_eq!(without_intervals(&result), wanted);
        assert_eq!(keys(&result["nodes"]), ["alb", "db", "users", "web"]);
        assert_eq!(keys(&result["links"]), ["alb->web", "users->alb", "web->db"]);
        assert_eq!(without_intervals(&result["latency_ms"]), ["mean", "p50", "p90", "p95", "p99", "max"]);
        assert_eq!(result["nodes"]["web"]["in_service"]["min"], 2);
    }

    #[test]
    fn what_cannot_be_as_it_is_drawn_is_told_with_what_runs_instead() {
        let text = SHOP.replace(r#"{"min": "2"}"#, r#"{"min": "5", "max": "2", "desired": "9"}"#);
        let design = crate::file::parse(&text, "shop").expect("it is a design").design;
        let case = case(design, Span::from_secs(20), Span::ZERO);
        let told = complete("shop", &case, &simulate(&case))["assumed"].clone();
        let words: Vec<(&str, &str)> = told
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|item| Some((item["about"].as_str()?, item["text"].as_str()?)))
            .collect();
        assert!(words.iter().any(|(about, text)| *about == "web" && text.ends_with("it runs 5")), "{words:?}");
        assert!(words.iter().any(|(_, text)| text.ends_with("it begins with 5")), "{words:?}");
        assert_eq!(shop(1)["assumed"], json!([]), "nothing is assumed of what can be");
    }

    #[test]
    fn nothing_vanishes_and_the_bill_adds_up() {
        let result = shop(1);
        let count = |key: &str| result["requests"][key].as_u64().unwrap();
        assert!(count("offered") > 9_000, "200/s for 50 s");
        assert_eq!(count("offered"), count("good") + count("late") + count("failed") + count("in_flight"));
        for (name, node) in result["nodes"].as_object().unwrap() {
            let count = |key: &str| node[key].as_u64().unwrap();
            assert_eq!(count("arrived"), count("served") + count("failed") + count("in_flight"), "{name}");
        }
        let micro = |value: &Value| (value.as_f64().unwrap() * 1e6).round() as i64;
        let lines = result["bill"]["lines"].as_array().unwrap();
        assert_eq!(micro(&result["bill"]["run"]), lines.iter().map(|line| micro(&line["cost"])).sum::<i64>());
        for line in lines {
            let product = line["quantity"].as_f64().unwrap() * line["unit_price"].as_f64().unwrap();
            assert_eq!(micro(&line["cost"]), (product * 1e6).round() as i64, "{line}");
        }
    }

    #[test]
    fn replications_have_intervals_and_the_first_is_the_single_run() {
        let (one, three) = (shop(1), shop(3));
        assert!(three["latency_ms"]["p99_ci95"].as_f64().unwrap() > 0.0);
        assert!(one["latency_ms"].get("p99_ci95").is_none() && three.get("wall_s_ci95").is_none());
        let again = shop(1);
        assert_eq!((&one["requests"], &one["latency_ms"]), (&again["requests"], &again["latency_ms"]));
    }

    #[test]
    fn the_course_of_the_run_is_in_order() {
        let design = crate::file::parse(SHOP, "shop").expect("it is a design").design;
        let runs = simulate(&case(design, Span::from_secs(30), Span::ZERO));
        let points = course::json(&runs.runs[0].system, Costs::Unknown);
        let at: Vec<f64> = points.as_array().unwrap().iter().map(|point| point["at_s"].as_f64().unwrap()).collect();
        assert_eq!(at, (0..30).map(f64::from).collect::<Vec<_>>());
    }
}
