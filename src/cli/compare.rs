//! `loadscape compare`: two designs under the same traffic, faults and seeds, and how their figures differ.
//!
//! Both run with the same seeds, so that the difference of each pair of runs is free of most of the chance that the two
//! share; the interval is that of the mean of these differences. Nothing is said of a figure that one of them lacks. The
//! table shows what users and the bill see, and nodes of both that differ; the JSON has every figure that both have.

use super::input::{Case, Chosen, read, title};
use super::run::{pretty, say_what_is_left_out};
use super::simulate::{Removed, Rule, Runs, plan, simulate_after, warm_up};
use super::table::Align::{Left, Right};
use super::table::{columns, dollars, millis, percent, significant, whole};
use super::{Outcome, Trouble, Verdict, output, result, set};
use crate::metrics::{Estimate, estimate};
use crate::scenario::WarmUp;
use crate::units::Span;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Design to compare with; its scenario counts for both. - reads it from standard input
    a: PathBuf,
    /// Design that is compared
    b: PathBuf,
    /// Scenario of A by its name; without it the first
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// Simulated time, warm-up included, such as "1 h"; without it that of the scenario
    #[arg(long = "for", value_name = "SPAN", allow_hyphen_values = true)]
    duration: Option<Span>,
    /// Time at the start that no figure covers, such as "5 min"; "auto" finds it for each (MSER-5) and leaves out the longer
    /// one from both; without it that of the scenario
    #[arg(long, value_name = "SPAN|auto", allow_hyphen_values = true)]
    warmup: Option<WarmUp>,
    /// Seed of the first pair of runs; the others follow
    #[arg(long, default_value_t = 1, value_name = "N", allow_negative_numbers = true)]
    seed: u64,
    /// Pairs of runs; a difference needs at least two for its interval
    #[arg(long, default_value_t = 5, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replications: u32,
    /// Change something in both first: web-asg.max=12, "scenario.for=2 h"
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Change something in A only
    #[arg(long, value_name = "PATH=VALUE")]
    set_a: Vec<String>,
    /// Change something in B only: compare a design with itself, changed
    #[arg(long, value_name = "PATH=VALUE")]
    set_b: Vec<String>,
    /// Your own prices in place of the catalogue's: CSV with the heading service,item,region,usd
    #[arg(long, value_name = "FILE.csv")]
    prices: Option<PathBuf>,
    /// Write the differences as JSON to this file; - is standard output, in place of the table
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
}

/// What is compared: its words, where it stands in the JSON of a run, how it is written.
type Figure = (&'static str, &'static str, fn(f64) -> String);

const FIGURES: [Figure; 14] = [
    ("offered", "/requests/offered", whole),
    ("good", "/requests/good", whole),
    ("late", "/requests/late", whole),
    ("failed", "/requests/failed", whole),
    ("availability", "/availability", percent),
    ("mean", "/latency_ms/mean", millis),
    ("p50", "/latency_ms/p50", millis),
    ("p90", "/latency_ms/p90", millis),
    ("p95", "/latency_ms/p95", millis),
    ("p99", "/latency_ms/p99", millis),
    ("max", "/latency_ms/max", millis),
    ("cost an hour", "/bill/per_hour", dollars),
    ("cost a month", "/bill/per_month", dollars),
    ("1,000 good answers", "/bill/per_1000_good", dollars),
];

/// Figures of a node that both have, shown where they differ.
const NODE_FIGURES: [Figure; 4] = [
    ("p99", "/latency_ms/p99", millis),
    ("wait p99", "/wait_ms/p99", millis),
    ("in use", "/utilization", percent),
    ("instances", "/in_service/mean", significant),
];
/// Most rows about nodes.
const MOST_ROWS: usize = 30;

/// One figure of both designs.
struct Difference {
    /// What it is called.
    name: String,
    /// Where it stands in the JSON of a run, joined by full stops.
    key: String,
    show: fn(f64) -> String,
    a: f64,
    b: f64,
    /// Of B less A, pair by pair.
    change: Estimate,
}

/// Runs both and prints how they differ.
pub(super) fn compare(options: &Options) -> Outcome {
    let (a, b) = options.cases()?;
    options.json.as_deref().map_or(Ok(()), output::check)?;
    let (warmup, runs_a, runs_b) = run_both(&a, &b);
    let cut = runs_a.cut || runs_b.cut;
    let (figures_a, figures_b) = (figures(&a, &runs_a), figures(&b, &runs_b));
    let pairs = figures_a.len().min(figures_b.len());
    if cut && (pairs == 0 || runs_a.runs[0].report.now != runs_b.runs[0].report.now) {
        output::message("it was stopped before a pair of runs was complete, so there is nothing to compare");
        return Ok(Verdict::Cut);
    }
    let all = Both { a: &figures_a[..pairs], b: &figures_b[..pairs] };
    let names = [title(&options.a, &a.design), title(&options.b, &b.design)];
    let about = About { names: &names, case: &a, warmup, pairs, cut };
    if let Some(path) = &options.json {
        output::write(path, pretty(&json(&about, &all.every())).as_bytes())?;
    }
    if options.json.as_deref() != Some(Path::new("-")) {
        output::print(&text(&about, &all))?;
    }
    Ok(if cut { Verdict::Cut } else { Verdict::Fine })
}

/// Runs both after the same warm-up.
fn run_both(a: &Case, b: &Case) -> (Removed, Runs, Runs) {
    let (plan_a, plan_b) = (plan(a), plan(b));
    let (one, other) = (warm_up(a, &plan_a), warm_up(b, &plan_b));
    let unsteady = [one, other].into_iter().find(|removed| removed.rule == Rule::NotFound);
    let warmup = unsteady.unwrap_or(if one.span >= other.span { one } else { other });
    let runs_a = simulate_after(a, &plan_a, warmup);
    let runs_b = simulate_after(b, &plan_b, warmup);
    (warmup, runs_a, runs_b)
}

/// The JSON of pairs of runs.
struct Both<'a> {
    a: &'a [Value],
    b: &'a [Value],
}

/// What was compared, and how.
struct About<'a> {
    names: &'a [String; 2],
    case: &'a Case,
    warmup: Removed,
    pairs: usize,
    cut: bool,
}

impl Options {
    fn cases(&self) -> Result<(Case, Case), Trouble> {
        if self.a == Path::new("-") && self.b == Path::new("-") {
            return Err(Trouble("only one of the two designs can come from standard input".to_owned()));
        }
        let a = Chosen {
            file: self.a.clone(),
            step: None,
            scenario: self.scenario.clone(),
            duration: self.duration,
            warmup: self.warmup,
            seed: self.seed,
            replications: self.replications,
            precision: None,
            set: [&self.set[..], &self.set_a].concat(),
            traffic: Vec::new(),
            rows: None,
            prices: self.prices.clone(),
        };
        let a = a.case()?;
        let mut design = read(&self.b)?;
        let mut scenario = a.scenario.clone();
        for setting in self.set.iter().filter(|setting| !set::is_of_scenario(setting)).chain(&self.set_b) {
            set::apply(&mut design, &mut scenario, setting)?;
        }
        let b = Case { design, scenario, ..a.clone() };
        Ok((a, b))
    }
}

fn figures(case: &Case, runs: &Runs) -> Vec<Value> {
    say_what_is_left_out(&case.design, &runs.runs);
    runs.runs.iter().map(|run| result::figures(&case.design, run)).collect()
}

impl Both<'_> {
    fn of(&self, name: String, pointer: &str, show: fn(f64) -> String) -> Option<Difference> {
        let read = |run: &Value| run.pointer(pointer).and_then(Value::as_f64);
        let pairs: Vec<(f64, f64)> =
            self.a.iter().zip(self.b).filter_map(|(a, b)| Some((read(a)?, read(b)?))).collect();
        let mean = |values: Vec<f64>| Some(estimate(&values)?.mean);
        Some(Difference {
            name,
            key: pointer.trim_start_matches('/').replace('/', "."),
            show,
            a: mean(pairs.iter().map(|pair| pair.0).collect())?,
            b: mean(pairs.iter().map(|pair| pair.1).collect())?,
            change: estimate(&pairs.iter().map(|(a, b)| b - a).collect::<Vec<_>>())?,
        })
    }

    /// What users and the bill see.
    fn chosen(&self) -> Vec<Difference> {
        FIGURES.iter().filter_map(|(name, pointer, show)| self.of((*name).to_owned(), pointer, *show)).collect()
    }

    /// Nodes of both, where they differ.
    fn nodes(&self) -> Vec<Difference> {
        let first = self.a.first().and_then(|run| run["nodes"].as_object());
        let figures = |id: &String| {
            let id = id.clone();
            NODE_FIGURES.iter().filter_map(move |(name, pointer, show)| {
                self.of(format!("{id} {name}"), &format!("/nodes/{id}{pointer}"), *show)
            })
        };
        let all = first.into_iter().flat_map(serde_json::Map::keys).flat_map(figures);
        all.filter(|it| matches!(it.verdict(), "higher" | "lower")).take(MOST_ROWS).collect()
    }

    /// Every figure that both have.
    fn every(&self) -> Vec<Difference> {
        let mut pointers = Vec::new();
        self.a.iter().take(1).for_each(|run| leaves(run, "", &mut pointers));
        pointers.iter().filter_map(|pointer| self.of(String::new(), pointer, significant)).collect()
    }
}

/// Where numbers stand in an object, those that tell nothing of the designs left out.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            let told = object.iter().filter(|(key, _)| !matches!(key.as_str(), "wall_s" | "events"));
            told.for_each(|(key, value)| leaves(value, &format!("{at}/{key}"), found));
        }
        Value::Number(_) => found.push(at.to_owned()),
        _ => {}
    }
}

impl Difference {
    /// What can be said of B: nothing, where the interval has zero in it.
    fn verdict(&self) -> &'static str {
        match self.change.half {
            _ if self.change.mean == 0.0 && self.change.half.is_none_or(|half| half == 0.0) => "the same",
            None => "",
            Some(half) if self.change.mean.abs() <= half => "no difference shown",
            Some(_) if self.change.mean > 0.0 => "higher",
            Some(_) => "lower",
        }
    }

    fn row(&self) -> Vec<String> {
        let (name, show) = (&self.name, self.show);
        let sign = if self.change.mean < 0.0 { "-" } else { "+" };
        let half = self.change.half.map_or_else(String::new, |half| format!(" ± {}", show(half)));
        let change = format!("{sign}{}{half}", show(self.change.mean.abs()));
        let share = if self.a == 0.0 { String::new() } else { format!("{sign}{}", share(self.change.mean / self.a)) };
        vec![name.clone(), show(self.a), show(self.b), change, share, self.verdict().to_owned()]
    }
}

fn share(part: f64) -> String {
    format!("{} %", significant((part.abs() * 1_000.0).round() / 10.0))
}

fn text(about: &About<'_>, both: &Both<'_>) -> String {
    let (scenario, seed, names) = (&about.case.scenario, about.case.seed, about.names);
    let pairs = match about.pairs {
        1 => "1 pair of runs, too few for intervals".to_owned(),
        pairs => format!("{pairs} pairs of runs ± 95 %"),
    };
    let cut = if about.cut { " · CUT SHORT" } else { "" };
    let mut text = format!("A {} · B {} · {} · seed {seed} · {pairs}{cut}\n", names[0], names[1], scenario.name);
    let warmup = match about.warmup {
        Removed { rule: Rule::NotFound, .. } => ", nothing left out: MSER-5 found no steady state".to_owned(),
        Removed { span: Span::ZERO, .. } => String::new(),
        Removed { span, rule: Rule::Found } => format!(", of which {span} warm-up is left out (found by MSER-5)"),
        Removed { span, .. } => format!(", of which {span} warm-up is left out"),
    };
    text += &format!("{} simulated{warmup}\n\n", scenario.duration);
    let mut rows = vec![["", "A", "B", "B less A", "", "B is"].map(str::to_owned).to_vec()];
    rows.extend(both.chosen().iter().map(Difference::row));
    rows.extend(both.nodes().iter().map(Difference::row));
    text + &columns(&rows, &[Left, Right, Right, Right, Right, Left])
}

fn json(about: &About<'_>, differences: &[Difference]) -> Value {
    let one = |it: &Difference| {
        let figures = json!({ "a": it.a, "b": it.b, "difference": it.change.mean, "difference_ci95": it.change.half });
        (it.key.clone(), figures)
    };
    let case = about.case;
    json!({
        "version": 1, "a": about.names[0], "b": about.names[1], "scenario": case.scenario.name, "seed": case.seed,
        "replications": about.pairs, "simulated_s": case.scenario.duration.secs(),
        "warmup_s": about.warmup.span.secs(), "partial": about.cut,
        "differences": Value::Object(differences.iter().map(one).collect()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::input::tests::case;
    use crate::model::sketch;

    fn of(text: &str) -> (Case, Vec<Value>) {
        let design = sketch(text).unwrap_or_else(|error| panic!("{error}"));
        let case = Case { replications: 3, ..case(design, Span::from_secs(20), Span::ZERO) };
        let plan = plan(&case);
        let runs = simulate_after(&case, &plan, warm_up(&case, &plan));
        let figures = figures(&case, &runs);
        (case, figures)
    }

    fn about<'a>(case: &'a Case, names: &'a [String; 2]) -> About<'a> {
        let warmup = Removed { span: Span::ZERO, rule: Rule::Given };
        About { names, case, warmup, pairs: 3, cut: false }
    }

    fn found<'a>(differences: &'a [Difference], name: &str) -> &'a Difference {
        differences.iter().find(|it| it.name == name).expect("it is compared")
    }

    #[test]
    fn a_design_does_not_differ_from_itself() {
        let (case, figures) = of("users(rate=50/s) -> ec2");
        let both = Both { a: &figures, b: &figures };
        let differences = both.chosen();
        assert!(differences.iter().all(|it| it.change == Estimate { mean: 0.0, half: Some(0.0) }));
        assert!(differences.iter().all(|it| it.verdict() == "the same"));
        assert!(both.nodes().is_empty());
        assert!(text(&about(&case, &["a".into(), "b".into()]), &both).contains("3 pairs of runs"));
    }

    #[test]
    fn the_same_users_meet_a_slower_and_dearer_server() {
        let (case, a) = of("users(rate=20/s) -> ec2(work=5 ms)");
        let (_, b) = of("users(rate=20/s) -> ec2(work=20 ms, type=m5.xlarge)");
        let both = Both { a: &a, b: &b };
        let differences = both.chosen();
        assert_eq!(found(&differences, "offered").verdict(), "the same", "the seeds are the same");
        assert_eq!(found(&differences, "p99").verdict(), "higher");
        assert_eq!(found(&both.nodes(), "ec2 p99").verdict(), "higher");
        let cost = found(&differences, "cost an hour");
        assert!(cost.verdict() == "higher" && (cost.b - cost.a - cost.change.mean).abs() < 1e-9);
        let json = json(&about(&case, &["a".into(), "b".into()]), &both.every());
        assert!(json["differences"]["latency_ms.p99"]["difference_ci95"].is_number());
        assert!(json["differences"]["nodes.ec2.utilization"]["difference"].as_f64().unwrap() > 0.0);
        assert!(json["differences"].get("wall_s").is_none());
    }

    #[test]
    fn what_may_be_chance_is_called_so() {
        let runs = |good: [u64; 3]| good.map(|good| json!({ "requests": { "good": good } }));
        let (a, b) = (runs([100, 110, 90]), runs([101, 108, 92]));
        let differences = Both { a: &a, b: &b }.chosen();
        assert_eq!((differences.len(), differences[0].verdict()), (1, "no difference shown"));
        let one = Both { a: &a[..1], b: &b[..1] }.chosen();
        assert_eq!((one[0].verdict(), one[0].change.half), ("", None));
    }
}
