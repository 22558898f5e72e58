//! Assertions about a run: `p99 < 200 ms`, `web-asg.instances.max <= 6`. Figures are read from the result's JSON.

use super::quote::{listed, plain};
use crate::model::Design;
use crate::units::{HOURS_PER_MONTH, Rate, Share, Span};
use serde_json::{Value, json};

/// A comparison of a measured figure with a limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Assertion {
    /// As it was written.
    expr: String,
    what: What,
    unit: Unit,
    relation: Relation,
    /// In the unit of the figure.
    limit: f64,
}

/// What a figure is read from.
#[derive(Debug, Clone, PartialEq)]
enum What {
    /// A figure of the JSON at this pointer.
    At(String),
    /// The ratio of a figure to the sum of some.
    Ratio(String, Vec<String>),
    /// A count per measured second.
    PerSecond(String),
    /// Dollars per hour, times a number of hours.
    Cost(f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What kind of figure, and so how its limit is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Millis,
    Share,
    Count,
    PerSecond,
    Dollars,
}

const KNOWN: &str = "known are: mean, p50, p90, p95, p99, max, errors, late, availability, offered, good, failed, cost; \
                     NODE.p99 (and the others), NODE.wait.p99, NODE.errors, NODE.utilization, NODE.instances.max (min, \
                     mean), NODE.queue, NODE.backlog";

impl Assertion {
    /// Reads an assertion. `nodes` are the ids that it may name.
    pub fn parse(expr: &str, nodes: &[String]) -> Result<Self, String> {
        let wrong = |why: String| format!("the assertion \"{}\" is not understood: {why}", plain(expr));
        let (left, relation, right) = split(expr).ok_or_else(|| {
            wrong("it compares nothing; write it like 'p99 < 200 ms', with <, <=, > or >=".to_owned())
        })?;
        let (what, unit) = figure(left, nodes).map_err(wrong)?;
        let (what, limit) = limit(what, unit, right).map_err(wrong)?;
        Ok(Self { expr: expr.trim().to_owned(), what, unit, relation, limit })
    }

    /// The measured figure in its unit; `None` if nothing was measured for it.
    fn value(&self, result: &Value) -> Option<f64> {
        let read = |pointer: &String| result.pointer(pointer)?.as_f64();
        match &self.what {
            What::At(pointer) => read(pointer),
            What::Ratio(part, whole) => {
                let sum: f64 = whole.iter().filter_map(read).sum();
                (sum > 0.0).then_some(read(part)? / sum)
            }
            What::PerSecond(pointer) => {
                let secs = result["simulated_s"].as_f64()? - result["warmup_s"].as_f64()?;
                (secs > 0.0).then_some(read(pointer)? / secs)
            }
            What::Cost(hours) if *hours == 0.0 => result["bill"]["run"].as_f64(),
            What::Cost(hours) => Some(result["bill"]["per_hour"].as_f64()? * hours),
        }
    }

    /// Unit of the value, as it stands in the JSON.
    fn unit(&self) -> &'static str {
        match (self.unit, &self.what) {
            (Unit::Millis, _) => "ms",
            (Unit::Share, _) => "share",
            (Unit::Count, _) => "count",
            (Unit::PerSecond, _) => "per second",
            (Unit::Dollars, What::Cost(hours)) if *hours == 0.0 => "USD",
            (Unit::Dollars, What::Cost(hours)) if *hours == 1.0 => "USD per hour",
            (Unit::Dollars, What::Cost(hours)) if *hours == HOURS_PER_MONTH => "USD per month",
            (Unit::Dollars, _) => "USD per year",
        }
    }

    /// The outcome, as it stands in the JSON. What was not measured does not hold.
    pub fn judge(&self, result: &Value) -> Value {
        let value = self.value(result);
        let holds = |value: f64| match self.relation {
            Relation::Less => value < self.limit,
            Relation::LessOrEqual => value <= self.limit,
            Relation::Greater => value > self.limit,
            Relation::GreaterOrEqual => value >= self.limit,
        };
        json!({ "expr": self.expr, "value": value, "unit": self.unit(), "ok": value.is_some_and(holds) })
    }
}

/// The outcome of each assertion, as it stands in the JSON. One that is not understood does not hold.
pub fn judged(asserts: &[String], design: &Design, result: &Value) -> Value {
    let nodes: Vec<String> = design.nodes.keys().map(ToString::to_string).collect();
    let judge = |expr: &String| match Assertion::parse(expr, &nodes) {
        Ok(assertion) => assertion.judge(result),
        Err(why) => json!({ "expr": expr, "value": null, "unit": "", "ok": false, "why": why }),
    };
    asserts.iter().map(judge).collect()
}

fn split(expr: &str) -> Option<(&str, Relation, &str)> {
    let signs = [
        ("<=", Relation::LessOrEqual),
        (">=", Relation::GreaterOrEqual),
        ("<", Relation::Less),
        (">", Relation::Greater),
    ];
    let (sign, relation) = signs.into_iter().find(|(sign, _)| expr.contains(sign))?;
    let (left, right) = expr.split_once(sign)?;
    Some((left.trim(), relation, right.trim()))
}

fn figure(path: &str, nodes: &[String]) -> Result<(What, Unit), String> {
    let found = match path.split_once('.') {
        None => system(path),
        Some((node, _)) if !nodes.iter().any(|known| known == node) => {
            return Err(format!("there is no node \"{}\"; nodes are: {}", plain(node), listed(nodes)));
        }
        Some((node, figure)) => at_node(node, figure),
    };
    found.ok_or_else(|| format!("there is no figure \"{}\"; {KNOWN}", plain(path)))
}

fn is_latency(figure: &str) -> bool {
    matches!(figure, "mean" | "p50" | "p90" | "p95" | "p99" | "max")
}

fn system(figure: &str) -> Option<(What, Unit)> {
    let request = |name: &str| format!("/requests/{name}");
    let finished = || ["good", "late", "failed"].map(request).to_vec();
    Some(match figure {
        latency if is_latency(latency) => (What::At(format!("/latency_ms/{latency}")), Unit::Millis),
        "errors" => (What::Ratio(request("failed"), finished()), Unit::Share),
        "late" => (What::Ratio(request("late"), finished()), Unit::Share),
        "availability" => (What::At("/availability".to_owned()), Unit::Share),
        "offered" | "good" | "failed" => (What::PerSecond(request(figure)), Unit::PerSecond),
        "cost" => (What::Cost(1.0), Unit::Dollars),
        _ => return None,
    })
}

fn at_node(node: &str, figure: &str) -> Option<(What, Unit)> {
    let at = |key: &str| format!("/nodes/{node}/{key}");
    let (part, rest) = figure.split_once('.').unwrap_or((figure, ""));
    Some(match (part, rest) {
        (latency, "") if is_latency(latency) => (What::At(at(&format!("latency_ms/{latency}"))), Unit::Millis),
        ("wait", latency) if is_latency(latency) => (What::At(at(&format!("wait_ms/{latency}"))), Unit::Millis),
        ("errors", "") => (What::Ratio(at("failed"), vec![at("served"), at("failed")]), Unit::Share),
        ("utilization", "") => (What::At(at("utilization")), Unit::Share),
        ("instances", "min" | "mean" | "max") => (What::At(at(&format!("in_service/{rest}"))), Unit::Count),
        ("queue", "") => (What::At(at("queue_mean")), Unit::Count),
        ("backlog", "") => (What::At(at("messages/backlog")), Unit::Count),
        _ => return None,
    })
}

/// Reads the limit in the unit of its figure. A cost is per hour or per month as its limit says.
fn limit(what: What, unit: Unit, text: &str) -> Result<(What, f64), String> {
    let number = |text: &str| text.trim().replace(['_', ','], "").parse::<f64>().ok().filter(|value| value.is_finite());
    Ok(match unit {
        Unit::Millis => (what, text.parse::<Span>().map_err(|error| error.to_string())?.millis()),
        Unit::Share => (what, text.parse::<Share>().map_err(|error| error.to_string())?.0),
        Unit::PerSecond => (what, text.parse::<Rate>().map_err(|error| error.to_string())?.0),
        Unit::Count => {
            (what, number(text).ok_or_else(|| format!("\"{}\" is not a number; write it like 6", plain(text)))?)
        }
        Unit::Dollars => {
            let wrong =
                || format!("\"{}\" is not a cost; write it like 500 $/month, 0.5 $/h or 2 $ for the run", plain(text));
            let (amount, hours) =
                dollars(text).and_then(|(amount, hours)| Some((number(amount)?, hours))).ok_or_else(wrong)?;
            (What::Cost(hours), amount)
        }
    })
}

/// The number, and the hours that it is a price of; zero for the run.
fn dollars(text: &str) -> Option<(&str, f64)> {
    let text = text.trim();
    let (amount, per) = text.split_once('/').unwrap_or((text, ""));
    let hours = match per.trim() {
        "" => 0.0,
        "h" | "hour" => 1.0,
        "month" | "mo" => HOURS_PER_MONTH,
        "year" => HOURS_PER_MONTH * 12.0,
        _ => return None,
    };
    let amount = amount.trim();
    Some((amount.strip_prefix('$').or_else(|| amount.strip_suffix('$'))?, hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(expr: &str) -> Result<(Option<f64>, bool), String> {
        let result = json!({
            "simulated_s": 110.0, "warmup_s": 10.0,
            "requests": { "good": 900, "late": 90, "failed": 10 }, "latency_ms": { "p99": 186.0, "p50": null },
            "availability": 0.99, "bill": { "run": 2.0, "per_hour": 0.5 },
            "nodes": { "web": { "served": 30, "failed": 10, "in_service": { "max": 6 }, "wait_ms": { "p95": 3.0 } } },
        });
        let outcome = Assertion::parse(expr, &["web".to_owned()])?.judge(&result);
        Ok((outcome["value"].as_f64(), outcome["ok"].as_bool().unwrap()))
    }

    #[test]
    fn figures_are_read_and_compared() {
        let cases = [
            ("p99 < 200 ms", 186.0, true),
            ("p99<0.1 s", 186.0, false),
            ("errors <= 1 %", 0.01, true),
            ("availability >= 99.9 %", 0.99, false),
            ("good > 8/s", 9.0, true),
            ("cost < 0.6 $/h", 0.5, true),
            ("cost < $300/month", 365.0, false),
            ("cost <= 2 $", 2.0, true),
            ("web.instances.max <= 6", 6.0, true),
            ("web.errors < 20 %", 0.25, false),
            ("web.wait.p95 < 5 ms", 3.0, true),
        ];
        for (expr, value, ok) in cases {
            assert_eq!(judge(expr), Ok((Some(value), ok)), "{expr}");
        }
        assert_eq!(judge("p50 < 1 s"), Ok((None, false)), "what was not measured does not hold");
    }

    #[test]
    fn wrong_ones_say_what_would_be_right() {
        let cases = [
            ("p99", "compares nothing"),
            ("p99 < 200", "\"250 ms\""),
            ("p98 < 2 s", "known are"),
            ("db.p99 < 2 s", "nodes are: web"),
            ("web.speed > 2", "known are"),
            ("cost < 500", "500 $/month"),
            ("cost < 500 $/week", "500 $/month"),
            ("web.instances.max < many", "not a number"),
        ];
        for (expr, part) in cases {
            let error = judge(expr).unwrap_err();
            assert!(error.contains(part) && error.contains(expr), "{expr}: {error}");
        }
    }
}
