//! What several runs measured, as the JSON of the contract in the README: means, and intervals beside them.

use super::converge::from_batches;
use super::simulate::Measured;
use crate::cost::Proposal;
use crate::metrics::{Estimate, estimate};
use crate::model::Design;
use crate::outcome;
use crate::sim::report::{Means, SiteMeans};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Ending of the key of a confidence interval.
pub(super) const CI: &str = "_ci95";

/// Numbers that are not results of the simulated run, and so have no interval.
const NOT_MEASURED: [&str; 2] = ["unit_price", "wall_s"];

/// The figures of one run, without what it was asked for.
pub(super) fn figures(design: &Design, run: &Measured) -> Value {
    let mut figures = outcome::figures(design, &run.plan, (&run.report, &run.course), &run.bill);
    figures["wall_s"] = json!(run.wall.as_secs_f64());
    figures
}

/// A figure of the parts of a run.
type OfSite = fn(&SiteMeans) -> Option<f64>;

/// Figures of a node that are means over time or over requests: where they stand, and their means over a part.
const MEANS: [(&str, &str, OfSite); 6] = [
    ("/latency_ms", "mean", |means| means.latency),
    ("/wait_ms", "mean", |means| means.wait),
    ("", "utilization", |means| Some(means.utilization)),
    ("", "queue_mean", |means| Some(means.queue)),
    ("", "in_system_mean", |means| Some(means.in_system)),
    ("/in_service", "mean", |means| Some(means.in_service)),
];

/// Puts the intervals that the parts of one run give beside its means, where they are honest; says whether any is.
pub(super) fn put_intervals(figures: &mut Value, run: &Measured) -> bool {
    let mut any = false;
    let mut put = |at: &str, key: &str, figure: &dyn Fn(&Means) -> Option<f64>| {
        let half = from_batches(run, figure).and_then(|found| found.half);
        if let (Some(half), Some(Value::Object(object))) = (half, figures.pointer_mut(at)) {
            put_beside(object, key, half);
            any = true;
        }
    };
    put("/latency_ms", "mean", &|means| means.users.latency);
    put("", "availability", &|means| means.users.availability);
    for (id, &site) in &run.plan.sites {
        for (at, key, figure) in MEANS {
            put(&format!("/nodes/{id}{at}"), key, &|means| figure(means.sites.get(site as usize)?));
        }
    }
    any
}

/// Puts an interval behind a figure.
fn put_beside(object: &mut Map<String, Value>, key: &str, half: f64) {
    let entries = std::mem::take(object).into_iter();
    let beside = |(name, value): (String, Value)| {
        let interval = (name == key && value.is_number()).then(|| (format!("{name}{CI}"), json!(half)));
        std::iter::once((name, value)).chain(interval)
    };
    object.extend(entries.flat_map(beside));
}

/// The means over several runs, each figure with its confidence interval beside it.
pub(super) fn combined(runs: &[Value]) -> Value {
    match runs {
        [one] => one.clone(),
        _ => mean_of_aligned(&runs.iter().collect::<Vec<_>>()),
    }
}

/// The means of runs whose bills may have different lines: a tier that only some runs reach is nothing in the others.
fn mean_of_aligned(runs: &[&Value]) -> Value {
    let lines = |run: &Value| run.pointer("/bill/lines").and_then(Value::as_array).cloned().unwrap_or_default();
    let name = |line: &Value| ["node", "item", "unit_price"].map(|key| line[key].to_string());
    let all: BTreeMap<[String; 3], Value> =
        runs.iter().flat_map(|run| lines(run)).map(|line| (name(&line), line)).collect();
    let mut runs: Vec<Value> = runs.iter().map(|run| (*run).clone()).collect();
    for run in &mut runs {
        let own: BTreeMap<[String; 3], Value> = lines(run).into_iter().map(|line| (name(&line), line)).collect();
        let none = |line: &Value| {
            let mut line = line.clone();
            (line["quantity"], line["cost"]) = (json!(0.0), json!(0.0));
            line
        };
        let full = all.iter().map(|(name, line)| own.get(name).cloned().unwrap_or_else(|| none(line))).collect();
        if let Some(lines) = run.pointer_mut("/bill/lines") {
            *lines = Value::Array(full);
        }
    }
    mean_of(&runs.iter().collect::<Vec<_>>())
}

/// The ways to pay less, largest saving first.
pub(super) fn proposals(found: &[Proposal]) -> Value {
    let one = |proposal: &Proposal| {
        json!({
            "node": proposal.node.as_str(), "plan": proposal.commitment.plan, "payment": proposal.commitment.payment,
            "servers": proposal.servers, "on_demand_per_month": proposal.on_demand.usd(),
            "per_month": proposal.committed.usd(), "saving_per_month": proposal.saving().usd(),
        })
    };
    Value::Array(found.iter().map(one).collect())
}

/// Means of numbers, element by element; everything else as in the first run.
fn mean_of(runs: &[&Value]) -> Value {
    match runs[0] {
        Value::Object(_) => Value::Object(mean_of_objects(runs)),
        Value::Array(first) => {
            let element = |at: usize| mean_of(&runs.iter().filter_map(|run| run.get(at)).collect::<Vec<_>>());
            Value::Array((0..first.len()).map(element).collect())
        }
        _ => estimated(runs).map_or_else(|| runs[0].clone(), |estimate| json!(estimate.mean)),
    }
}

fn estimated(runs: &[&Value]) -> Option<Estimate> {
    estimate(&runs.iter().filter_map(|value| value.as_f64()).collect::<Vec<_>>())
}

fn mean_of_objects(runs: &[&Value]) -> Map<String, Value> {
    // Not all failures happen in each run, and what did not happen happened zero times.
    let counts = runs.iter().filter_map(|run| run.as_object()).all(|run| run.values().all(Value::is_u64));
    let mut keys: Vec<&String> = Vec::new();
    for key in runs.iter().filter_map(|run| run.as_object()).flat_map(Map::keys) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let zero = json!(0);
    let mut means = Map::new();
    for key in keys {
        let missing = counts.then_some(&zero);
        let values: Vec<&Value> = runs.iter().filter_map(|run| run.get(key).or(missing)).collect();
        means.insert(key.clone(), mean_of(&values));
        let measured = values.iter().any(|value| value.is_number()) && !NOT_MEASURED.contains(&key.as_str());
        let half = estimated(&values).and_then(|estimate| estimate.half);
        if let Some(half) = half.filter(|_| measured) {
            means.insert(format!("{key}{CI}"), json!(half));
        }
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_have_their_interval_beside_them() {
        let runs = [
            json!({ "a": 1, "name": "x", "failures": { "late": 4 }, "latency": { "p99": null }, "lines": [{ "cost": 2.0, "unit_price": 0.1 }] }),
            json!({ "a": 3, "name": "x", "failures": {}, "latency": { "p99": 5.0 }, "lines": [{ "cost": 4.0, "unit_price": 0.1 }] }),
        ];
        let mean = combined(&runs);
        let half = 12.706; // t(1) × √2 / √2
        assert_eq!((&mean["a"], &mean["name"]), (&json!(2.0), &json!("x")));
        assert!((mean["a_ci95"].as_f64().unwrap() - half).abs() < 1e-3);
        assert_eq!(mean["failures"]["late"], json!(2.0));
        assert_eq!(mean["latency"]["p99"], json!(5.0));
        assert_eq!(mean["lines"][0]["cost"], json!(3.0));
        assert!(mean["lines"][0].get("unit_price_ci95").is_none());
        assert_eq!(combined(&runs[..1]), runs[0]);
    }
}
