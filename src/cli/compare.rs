//! `loadscape compare`: two designs under the same traffic, faults and seeds, and how their figures differ.
//!
//! Both run with the same seeds, so that the difference of each pair of runs is free of most of the chance that the two
//! share; the interval is that of the mean of these differences. Nothing is said of a figure that one of them lacks.

use super::input::{Case, Chosen, read, title};
use super::run::say_what_is_left_out;
use super::simulate::simulate;
use super::table::Align::{Left, Right};
use super::table::{columns, dollars, millis, percent, significant, whole};
use super::{Outcome, Trouble, Verdict, output};
use crate::result::estimate::{Estimate, estimate};
use crate::result::{self, pretty};
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
    /// Time at the start that no figure covers, such as "5 min"; without it that of the scenario
    #[arg(long, value_name = "SPAN", allow_hyphen_values = true)]
    warmup: Option<Span>,
    /// Seed of the first pair of runs; the others follow
    #[arg(long, default_value_t = 1, value_name = "N", allow_negative_numbers = true)]
    seed: u64,
    /// Pairs of runs; a difference needs at least two for its interval
    #[arg(long, default_value_t = 5, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replications: u32,
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

/// One figure of both designs.
struct Difference {
    figure: &'static Figure,
    a: f64,
    b: f64,
    /// Of B less A, pair by pair.
    change: Estimate,
}

/// Runs both and prints how they differ.
pub(super) fn compare(options: &Options) -> Outcome {
    let (a, b) = options.cases()?;
    options.json.as_deref().map_or(Ok(()), output::check)?;
    let differences = differences(&figures(&a), &figures(&b));
    let names = [title(&options.a, &a.design), title(&options.b, &b.design)];
    if let Some(path) = &options.json {
        output::write(path, pretty(&json(&names, &a, &differences)).as_bytes())?;
    }
    if options.json.as_deref() != Some(Path::new("-")) {
        output::print(&text(&names, &a, &differences))?;
    }
    Ok(Verdict::Fine)
}

impl Options {
    fn cases(&self) -> Result<(Case, Case), Trouble> {
        if self.a == Path::new("-") && self.b == Path::new("-") {
            return Err(Trouble("only one of the two designs can come from standard input".to_owned()));
        }
        let a = Chosen {
            file: self.a.clone(),
            scenario: self.scenario.clone(),
            duration: self.duration,
            warmup: self.warmup,
            seed: self.seed,
            replications: self.replications,
            set: Vec::new(),
        };
        let a = a.case()?;
        let b = Case { design: read(&self.b)?, scenario: a.scenario.clone(), ..a };
        Ok((a, b))
    }
}

fn figures(case: &Case) -> Vec<Value> {
    let runs = simulate(case);
    say_what_is_left_out(&runs);
    runs.iter().map(|run| result::figures(&case.design, run)).collect()
}

fn differences(a: &[Value], b: &[Value]) -> Vec<Difference> {
    let of = |figure: &'static Figure| {
        let read = |run: &Value| run.pointer(figure.1).and_then(Value::as_f64);
        let pairs: Vec<(f64, f64)> = a.iter().zip(b).filter_map(|(a, b)| Some((read(a)?, read(b)?))).collect();
        let mean = |values: Vec<f64>| Some(estimate(&values)?.mean);
        Some(Difference {
            figure,
            a: mean(pairs.iter().map(|pair| pair.0).collect())?,
            b: mean(pairs.iter().map(|pair| pair.1).collect())?,
            change: estimate(&pairs.iter().map(|(a, b)| b - a).collect::<Vec<_>>())?,
        })
    };
    FIGURES.iter().filter_map(of).collect()
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
        let (name, _, show) = *self.figure;
        let sign = if self.change.mean < 0.0 { "-" } else { "+" };
        let half = self.change.half.map_or_else(String::new, |half| format!(" ± {}", show(half)));
        let change = format!("{sign}{}{half}", show(self.change.mean.abs()));
        let share = if self.a == 0.0 { String::new() } else { format!("{sign}{}", share(self.change.mean / self.a)) };
        vec![name.to_owned(), show(self.a), show(self.b), change, share, self.verdict().to_owned()]
    }
}

fn share(part: f64) -> String {
    format!("{} %", significant((part.abs() * 1_000.0).round() / 10.0))
}

fn text(names: &[String; 2], case: &Case, differences: &[Difference]) -> String {
    let (scenario, seed, runs) = (&case.scenario, case.seed, case.replications);
    let pairs = if runs == 1 {
        "1 pair of runs, too few for intervals".to_owned()
    } else {
        format!("{runs} pairs of runs ± 95 %")
    };
    let mut text = format!("A {} · B {} · {} · seed {seed} · {pairs}\n", names[0], names[1], scenario.name);
    let warmup = if scenario.warmup > Span::ZERO {
        format!(", of which {} warm-up is left out", scenario.warmup)
    } else {
        String::new()
    };
    text += &format!("{} simulated{warmup}\n\n", scenario.duration);
    let mut rows = vec![["", "A", "B", "B less A", "", "B is"].map(str::to_owned).to_vec()];
    rows.extend(differences.iter().map(Difference::row));
    text + &columns(&rows, &[Left, Right, Right, Right, Right, Left])
}

fn json(names: &[String; 2], case: &Case, differences: &[Difference]) -> Value {
    let one = |it: &Difference| {
        let key = it.figure.1.trim_start_matches('/').replace('/', ".");
        let figures = json!({ "a": it.a, "b": it.b, "difference": it.change.mean, "difference_ci95": it.change.half });
        (key, figures)
    };
    json!({
        "version": 1, "a": names[0], "b": names[1], "scenario": case.scenario.name, "seed": case.seed,
        "replications": case.replications, "simulated_s": case.scenario.duration.secs(),
        "warmup_s": case.scenario.warmup.secs(),
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
        let figures = figures(&case);
        (case, figures)
    }

    fn found<'a>(differences: &'a [Difference], name: &str) -> &'a Difference {
        differences.iter().find(|it| it.figure.0 == name).expect("it is compared")
    }

    #[test]
    fn a_design_does_not_differ_from_itself() {
        let (case, figures) = of("users(rate=50/s) -> ec2");
        let differences = differences(&figures, &figures);
        assert!(differences.iter().all(|it| it.change == Estimate { mean: 0.0, half: Some(0.0) }));
        assert!(differences.iter().all(|it| it.verdict() == "the same"));
        assert!(text(&["a".into(), "b".into()], &case, &differences).contains("3 pairs of runs"));
    }

    #[test]
    fn the_same_users_meet_a_slower_and_dearer_server() {
        let (case, a) = of("users(rate=20/s) -> ec2(work=5 ms)");
        let (_, b) = of("users(rate=20/s) -> ec2(work=20 ms, type=m5.xlarge)");
        let differences = differences(&a, &b);
        assert_eq!(found(&differences, "offered").verdict(), "the same", "the seeds are the same");
        assert_eq!(found(&differences, "p99").verdict(), "higher");
        let cost = found(&differences, "cost an hour");
        assert!(cost.verdict() == "higher" && (cost.b - cost.a - cost.change.mean).abs() < 1e-9);
        let json = json(&["a".into(), "b".into()], &case, &differences);
        assert!(json["differences"]["latency_ms.p99"]["difference_ci95"].is_number());
    }

    #[test]
    fn what_may_be_chance_is_called_so() {
        let runs = |good: [u64; 3]| good.map(|good| json!({ "requests": { "good": good } }));
        let differences = differences(&runs([100, 110, 90]), &runs([101, 108, 92]));
        assert_eq!((differences.len(), differences[0].verdict()), (1, "no difference shown"));
        let one = super::differences(&runs([100, 110, 90])[..1], &runs([101, 108, 92])[..1]);
        assert_eq!((one[0].verdict(), one[0].change.half), ("", None));
    }
}
