//! Whether a result can be relied on: said plainly, with the reason.
//!
//! "Has converged" means: the measured time looks like a steady state (no trend, no node that is used up), enough
//! requests ended, and the intervals of mean and p99 latency are narrow. A scenario whose traffic changes, or in which
//! something fails, has no steady state; its figures are means over that course, and only replications tell how sure they
//! are. Absent: proof. A state that is rarer than the run is long cannot be seen.

use super::input::Case;
use super::simulate::{Measured, Runs};
use super::table;
use crate::metrics::{self, Estimate};
use crate::sim::network::Network;
use crate::sim::shape::Shape;
use serde_json::{Value, json};

/// What can be said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Convergence {
    pub(super) converged: bool,
    /// Why not, or how sure it is.
    pub(super) reasons: Vec<String>,
}

/// Widest interval of the mean latency as a share of it, where no other precision is asked for.
const PRECISION: f64 = 0.05;
/// Fewest answers that say something of a p99: twenty beyond it.
const FEWEST: u64 = 2_000;
/// Above this a node that lets requests wait without limit is used up.
const USED_UP: f64 = 0.995;
/// A trend of less than this share of the mean is none that matters.
const LITTLE: f64 = 0.1;

/// Judges the runs of a case.
pub(super) fn judge(case: &Case, runs: &Runs) -> Convergence {
    let changing = changes(case);
    let mut reasons = Vec::new();
    if runs.cut {
        reasons.push("it was cut short".to_owned());
    }
    reasons.extend(too_few(&runs.runs));
    if !changing {
        reasons.extend(used_up(&runs.runs));
        reasons.extend(trend(&runs.runs));
    }
    let (precise, words) = precision(case, &runs.runs);
    if precise && reasons.is_empty() {
        return Convergence { converged: true, reasons: vec![words] };
    }
    if !precise && !runs.cut {
        reasons.push(words);
    }
    Convergence { converged: false, reasons }
}

impl Convergence {
    pub(super) fn json(&self) -> Value {
        json!({ "converged": self.converged, "reasons": self.reasons })
    }
}

/// Whether traffic or servers change in the scenario.
pub(super) fn changes(case: &Case) -> bool {
    let level = |shape: &Shape| matches!(shape, Shape::Constant(_));
    !case.scenario.faults.is_empty() || !case.scenario.traffic.values().all(level)
}

/// The widest interval over the runs, as a share of its mean, of mean latency, p99 latency and cost; `None` if there is
/// none. That of the p99 counts half: it is naturally wider.
pub(super) fn widest(runs: &[Measured]) -> Option<f64> {
    let relative = |figure: fn(&Measured) -> Option<f64>| of(runs, figure)?.relative();
    let p99 = relative(|run| answered(run).then_some(run.report.latency.p99));
    let cost = relative(|run| Some(run.bill.per_hour().usd()));
    [relative(mean_latency), p99.map(|half| half / 2.0), cost].into_iter().flatten().max_by(f64::total_cmp)
}

fn answered(run: &Measured) -> bool {
    run.report.latency.count > 0
}

fn mean_latency(run: &Measured) -> Option<f64> {
    answered(run).then_some(run.report.latency.mean)
}

fn of(runs: &[Measured], figure: fn(&Measured) -> Option<f64>) -> Option<Estimate> {
    metrics::estimate(&runs.iter().filter_map(figure).collect::<Vec<_>>())
}

fn too_few(runs: &[Measured]) -> Option<String> {
    let answers: u64 = runs.iter().map(|run| run.report.latency.count).sum();
    (answers < FEWEST).then(|| format!("only {} requests were answered; make it longer", table::whole(answers as f64)))
}

/// Nodes that have no reserve and let requests wait without limit: their queues grow as long as the run lasts.
fn used_up(runs: &[Measured]) -> Option<String> {
    let run = runs.first()?;
    let network: &Network = &run.plan.network;
    let full = |(id, &site): (&crate::model::Id, &u32)| {
        let pool = network.sites[site as usize].pool?;
        let unlimited = network.pools[pool as usize].queue >= 1_000_000;
        let totals = &run.report.sites[site as usize];
        (unlimited && totals.utilization > USED_UP && totals.queue_mean > 1.0).then(|| id.to_string())
    };
    let full: Vec<String> = run.plan.sites.iter().filter_map(full).collect();
    let names = super::output::listed(&full);
    (!full.is_empty()).then(|| format!("{names}: used to 100 %, so that the queue grows as long as the run lasts"))
}

/// Whether more and more requests are under way.
fn trend(runs: &[Measured]) -> Option<String> {
    let batches = runs.iter().map(|run| run.batches.len()).min()?;
    let mean =
        |batch: usize| runs.iter().map(|run| run.batches[batch].users.under_way).sum::<f64>() / runs.len() as f64;
    // Pairs of batches depend less on each other.
    let course: Vec<f64> = (0..batches / 2).map(|pair| (mean(2 * pair) + mean(2 * pair + 1)) / 2.0).collect();
    let change = metrics::trend(&course)?;
    let usual = course.iter().sum::<f64>() / course.len() as f64;
    let word = if change > 0.0 { "rises" } else { "falls" };
    (change.abs() > LITTLE * usual).then(|| {
        let (from, to) = (usual - change / 2.0, usual + change / 2.0);
        let [from, to] = [from, to].map(|number| table::significant(number.max(0.0)));
        format!("the number of requests under way {word} from about {from} to {to} while it is measured; leave out a longer warm-up, or give it more capacity")
    })
}

/// Whether the intervals are narrow enough, and how narrow they are, in words.
fn precision(case: &Case, runs: &[Measured]) -> (bool, String) {
    let changing = changes(case);
    let wanted = case.precision.unwrap_or(PRECISION);
    let limit = table::percent(wanted);
    if runs.len() > 1 {
        let count = runs.len();
        return match widest(runs) {
            None => (true, format!("{count} runs agree exactly")),
            Some(half) if half <= wanted => {
                (true, format!("mean latency is known within {} over {count} runs", known(of(runs, mean_latency))))
            }
            Some(half) => {
                let half = table::percent(half);
                (
                    false,
                    format!(
                        "intervals are {half} wide to each side over {count} runs, wanted are {limit}; add --replications or make it longer"
                    ),
                )
            }
        };
    }
    let one = runs.first().filter(|_| !changing).and_then(latency_interval);
    match one.and_then(|found| found.relative().or(Some(0.0))) {
        Some(half) if half <= wanted => {
            (true, format!("mean latency is known within {} from parts of one run", table::percent(half)))
        }
        Some(half) => {
            let half = table::percent(half);
            (false, format!("mean latency is known within {half} only, wanted are {limit}; make it longer or add --replications 10"))
        }
        None if changing => (false, "traffic changes or something fails, so one run shows one course; add --replications 10 to see how sure its figures are".to_owned()),
        None => (false, "the parts of this run depend on each other too much to tell how sure it is; make it longer or add --replications 10".to_owned()),
    }
}

fn known(estimate: Option<Estimate>) -> String {
    table::percent(estimate.and_then(|found| found.relative()).unwrap_or(0.0))
}

/// The interval of users' mean latency from the batches of one run.
pub(super) fn latency_interval(run: &Measured) -> Option<Estimate> {
    from_batches(run, |means| means.users.latency)
}

/// An interval from the batches of a run; `None` if a batch has nothing to take a mean of.
pub(super) fn from_batches(
    run: &Measured,
    figure: impl Fn(&crate::sim::report::Means) -> Option<f64>,
) -> Option<Estimate> {
    let means: Option<Vec<f64>> = run.batches.iter().map(figure).collect();
    metrics::from_batches(&means?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::input::tests::case;
    use crate::cli::simulate::simulate;
    use crate::model::sketch;
    use crate::units::Span;

    fn judged(text: &str, secs: u64, replications: u32) -> Convergence {
        let design = sketch(text).unwrap_or_else(|error| panic!("{error}"));
        let case = Case { replications, ..case(design, Span::from_secs(secs), Span::from_secs(secs / 10)) };
        judge(&case, &simulate(&case))
    }

    #[test]
    fn a_steady_run_has_converged_and_says_how_sure_it_is() {
        let one = judged("users(rate=50/s) -> station(service=10 ms exp)", 1_000, 1);
        assert!(one.converged && one.reasons[0].contains("from parts of one run"), "{one:?}");
        let many = judged("users(rate=50/s) -> station(service=10 ms exp)", 300, 4);
        assert!(many.converged && many.reasons[0].contains("over 4 runs"), "{many:?}");
    }

    #[test]
    fn an_overload_a_short_run_and_a_wide_interval_have_not() {
        let overload = judged("users(rate=120/s) -> station(service=10 ms exp)", 200, 2);
        assert!(!overload.converged);
        let words = overload.reasons.join("; ");
        assert!(words.contains("station: used to 100 %") && words.contains("rises from about"), "{words}");
        let short = judged("users(rate=5/s) -> station(service=10 ms exp)", 10, 1);
        assert!(short.reasons[0].starts_with("only "), "{short:?}");
        let wide = judged("users(rate=95/s) -> station(service=10 ms exp)", 60, 3);
        assert!(!wide.converged && wide.reasons.join(" ").contains("wanted are 5"), "{wide:?}");
    }
}
