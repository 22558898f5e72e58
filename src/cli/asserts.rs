//! Assertions about a run: `p99 < 200 ms`, `web-asg.instances.max <= 6`. Figures are read from the result's JSON.

use super::output::{listed, meant, plain};
use crate::units::{HOURS_PER_MONTH, Rate, Share, Span};
use serde_json::{Value, json};

/// A comparison of a measured figure with a limit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Assertion {
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
    /// How often something named by these keys happened; never, if the JSON does not have it.
    Counted(Vec<String>),
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
    Seconds,
    Share,
    Count,
    PerSecond,
    Dollars,
}

/// Everything that an assertion may name, for `--help`.
pub(super) const HELP: &str = "\
Figures that --assert compares, with <, <=, > or >=:
  mean, p50, p90, p95, p99, max          latency that users see, network included ('p99 < 200 ms')
  errors, late, availability             shares of the finished requests ('errors < 0.1 %')
  offered, good, failed                  requests a second ('good > 900/s')
  downtime                               time without a good answer ('downtime < 5 s')
  cost                                   '< 500 $/month', '< 0.5 $/h', '< 2 $' for the run
  failures.REASON, counters.NAME         how many ('failures.queue full < 10')
  CLASS of requests: classes.CLASS.p99 (and the other latencies), .errors, .late, .offered, .good, .failed
  NODE.p99 (and the other latencies), NODE.wait.p99, NODE.p_wait (share that waited), NODE.errors, NODE.utilization,
  NODE.instances.min (mean, max), NODE.queue, NODE.in_system, NODE.busy (means over time), NODE.arrived, NODE.served,
  NODE.failed (a second), NODE.hits (share of look-ups), NODE.stale_reads and NODE.missing_files (how many), NODE.backlog,
  NODE.oldest (age of the oldest message), NODE.dead_letters, NODE.duplicates, NODE.expired, NODE.failures.REASON,
  NODE.classes.CLASS.p99, .wait.p99, .errors, .served
  links.FROM->TO.p99 (and the other latencies), .errors, .calls (a second)";

/// Figures of the system, for suggestions.
const SYSTEM: [&str; 14] = [
    "mean",
    "p50",
    "p90",
    "p95",
    "p99",
    "max",
    "errors",
    "late",
    "availability",
    "offered",
    "good",
    "failed",
    "downtime",
    "cost",
];
/// Figures of a node, for suggestions.
const NODE: [&str; 20] = [
    "mean",
    "p50",
    "p90",
    "p95",
    "p99",
    "max",
    "wait.p99",
    "p_wait",
    "errors",
    "utilization",
    "instances.max",
    "queue",
    "in_system",
    "busy",
    "arrived",
    "served",
    "failed",
    "hits",
    "stale_reads",
    "backlog",
];

/// What an assertion may name in a design.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) nodes: Vec<String>,
    /// As they stand in the JSON: `alb->web`.
    pub(super) links: Vec<String>,
    pub(super) classes: Vec<String>,
}

impl Assertion {
    /// Reads an assertion about a design with these names.
    pub(super) fn parse(expr: &str, names: &Names) -> Result<Self, String> {
        let wrong = |why: String| format!("the assertion \"{}\" is not understood: {why}", plain(expr));
        let (left, relation, right) = split(expr).ok_or_else(|| {
            wrong("it compares nothing; write it like 'p99 < 200 ms', with <, <=, > or >=".to_owned())
        })?;
        let (what, unit) = figure(left, names).map_err(wrong)?;
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
            What::Counted(keys) => {
                let (last, way) = keys.split_last()?;
                let way: Vec<&str> = way.iter().map(String::as_str).collect();
                let counted = result.pointer(&pointer(&way))?;
                Some(counted.get(last).and_then(Value::as_f64).unwrap_or(0.0))
            }
            What::Cost(hours) if *hours == 0.0 => result["bill"]["run"].as_f64(),
            What::Cost(hours) => Some(result["bill"]["per_hour"].as_f64()? * hours),
        }
    }

    /// Unit of the value, as it stands in the JSON.
    fn unit(&self) -> &'static str {
        match (self.unit, &self.what) {
            (Unit::Millis, _) => "ms",
            (Unit::Seconds, _) => "s",
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
    pub(super) fn judge(&self, result: &Value) -> Value {
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

fn split(expr: &str) -> Option<(&str, Relation, &str)> {
    let signs = [
        ("<=", Relation::LessOrEqual),
        (">=", Relation::GreaterOrEqual),
        ("<", Relation::Less),
        (">", Relation::Greater),
    ];
    let (sign, relation) = signs.into_iter().find(|(sign, _)| expr.replace("->", "  ").contains(sign))?;
    // The last one: a link has an arrow in its name.
    let (left, right) = expr.rsplit_once(sign)?;
    Some((left.trim(), relation, right.trim()))
}

fn figure(path: &str, names: &Names) -> Result<(What, Unit), String> {
    let Some((first, rest)) = path.split_once('.') else {
        return system(path).ok_or_else(|| no_figure(path, path, &SYSTEM));
    };
    match first {
        "failures" | "counters" => Ok((What::Counted(vec![first.to_owned(), rest.to_owned()]), Unit::Count)),
        "links" => of_one_of(&names.links, rest, "link", at_link),
        "classes" => of_one_of(&names.classes, rest, "class", at_class),
        node if !names.nodes.iter().any(|known| known == node) => Err(format!(
            "there is no node \"{}\"{}; nodes are: {}",
            plain(node),
            meant(node, &names.nodes),
            listed(&names.nodes)
        )),
        node => at_node(node, rest, names)?.ok_or_else(|| no_figure(path, rest, &NODE)),
    }
}

/// A figure of a link or a class, whose name may have full stops in it.
fn of_one_of(
    names: &[String],
    rest: &str,
    what: &str,
    read: impl Fn(&str, &str) -> Option<(What, Unit)>,
) -> Result<(What, Unit), String> {
    let split = names.iter().find_map(|name| Some((name, rest.strip_prefix(name.as_str())?.strip_prefix('.')?)));
    let Some((name, figure)) = split else {
        let typed = rest.rsplit_once('.').map_or(rest, |(name, _)| name);
        return Err(format!(
            "there is no {what} \"{}\"{}; there are: {}",
            plain(typed),
            meant(typed, names),
            listed(names)
        ));
    };
    read(name, figure).ok_or_else(|| no_figure(rest, figure, &["mean", "p50", "p99", "errors", "calls"]))
}

fn no_figure(path: &str, typed: &str, known: &[&str]) -> String {
    let (path, like) = (plain(path), meant(typed, known));
    format!("there is no figure \"{path}\"{like}; known are: {}, and more (loadscape run --help)", listed(known))
}

fn is_latency(figure: &str) -> bool {
    matches!(figure, "mean" | "p50" | "p90" | "p95" | "p99" | "max")
}

fn system(figure: &str) -> Option<(What, Unit)> {
    let request = |name: &str| pointer(&["requests", name]);
    let finished = || ["good", "late", "failed"].map(request).to_vec();
    Some(match figure {
        latency if is_latency(latency) => (What::At(pointer(&["latency_ms", latency])), Unit::Millis),
        "errors" => (What::Ratio(request("failed"), finished()), Unit::Share),
        "late" => (What::Ratio(request("late"), finished()), Unit::Share),
        "availability" => (What::At(pointer(&["availability"])), Unit::Share),
        "offered" | "good" | "failed" => (What::PerSecond(request(figure)), Unit::PerSecond),
        "downtime" => (What::At(pointer(&["downtime_s"])), Unit::Seconds),
        "cost" => (What::Cost(1.0), Unit::Dollars),
        _ => return None,
    })
}

fn at_class(class: &str, figure: &str) -> Option<(What, Unit)> {
    let request = |name: &str| pointer(&["classes", class, "requests", name]);
    let finished = || ["good", "late", "failed"].map(request).to_vec();
    Some(match figure {
        latency if is_latency(latency) => (What::At(pointer(&["classes", class, "latency_ms", latency])), Unit::Millis),
        "errors" => (What::Ratio(request("failed"), finished()), Unit::Share),
        "late" => (What::Ratio(request("late"), finished()), Unit::Share),
        "offered" | "good" | "failed" => (What::PerSecond(request(figure)), Unit::PerSecond),
        _ => return None,
    })
}

fn at_link(link: &str, figure: &str) -> Option<(What, Unit)> {
    let at = |key: &str| pointer(&["links", link, key]);
    Some(match figure {
        latency if is_latency(latency) => (What::At(pointer(&["links", link, "latency_ms", latency])), Unit::Millis),
        "errors" => (What::Ratio(at("failed"), vec![at("calls")]), Unit::Share),
        "calls" => (What::PerSecond(at("calls")), Unit::PerSecond),
        _ => return None,
    })
}

/// A figure of a node; an error if it names a class that there is not.
fn at_node(node: &str, figure: &str, names: &Names) -> Result<Option<(What, Unit)>, String> {
    let (part, rest) = figure.split_once('.').unwrap_or((figure, ""));
    match part {
        "classes" => {
            let read = |class: &str, figure: &str| common(&["nodes", node, "classes", class], figure);
            of_one_of(&names.classes, rest, "class", read).map(Some)
        }
        "failures" if !rest.is_empty() => {
            let path = ["nodes", node, "failures", rest].map(str::to_owned).to_vec();
            Ok(Some((What::Counted(path), Unit::Count)))
        }
        _ => Ok(common(&["nodes", node], figure).or_else(|| of_node(node, (part, rest)))),
    }
}

/// Figures that nodes have, and classes at nodes.
fn common(prefix: &[&str], figure: &str) -> Option<(What, Unit)> {
    let at = |keys: &[&str]| pointer(&[prefix, keys].concat());
    let (part, rest) = figure.split_once('.').unwrap_or((figure, ""));
    Some(match (part, rest) {
        (latency, "") if is_latency(latency) => (What::At(at(&["latency_ms", latency])), Unit::Millis),
        ("wait", latency) if is_latency(latency) => (What::At(at(&["wait_ms", latency])), Unit::Millis),
        ("errors", "") => (What::Ratio(at(&["failed"]), vec![at(&["served"]), at(&["failed"])]), Unit::Share),
        ("arrived" | "served" | "failed", "") => (What::PerSecond(at(&[part])), Unit::PerSecond),
        _ => return None,
    })
}

fn of_node(node: &str, figure: (&str, &str)) -> Option<(What, Unit)> {
    let at = |keys: &[&str]| pointer(&[&["nodes", node], keys].concat());
    Some(match figure {
        ("utilization" | "p_wait", "") => (What::At(at(&[figure.0])), Unit::Share),
        ("hits", "") => (What::Ratio(at(&["cache", "hits"]), vec![at(&["cache", "lookups"])]), Unit::Share),
        ("instances", "min" | "mean" | "max") => (What::At(at(&["in_service", figure.1])), Unit::Count),
        ("queue" | "in_system" | "busy", "") => (What::At(at(&[&format!("{}_mean", figure.0)])), Unit::Count),
        ("stale_reads", "") => (What::At(at(&["stale_reads"])), Unit::Count),
        ("missing_files", "") => (What::At(at(&["missing_files"])), Unit::Count),
        ("oldest", "") => (What::At(at(&["messages", "oldest_s"])), Unit::Seconds),
        ("backlog" | "dead_letters" | "duplicates" | "expired", "") => {
            (What::At(at(&["messages", figure.0])), Unit::Count)
        }
        _ => return None,
    })
}

/// A JSON pointer (RFC 6901) along these keys.
fn pointer(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1"))).collect()
}

/// Reads the limit in the unit of its figure. A cost is per hour or per month as its limit says.
fn limit(what: What, unit: Unit, text: &str) -> Result<(What, f64), String> {
    let number = |text: &str| text.trim().replace(['_', ','], "").parse::<f64>().ok().filter(|value| value.is_finite());
    Ok(match unit {
        Unit::Millis => (what, text.parse::<Span>().map_err(|error| error.to_string())?.millis()),
        Unit::Seconds => (what, text.parse::<Span>().map_err(|error| error.to_string())?.secs()),
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
            "nodes": { "web": { "served": 30, "failed": 10, "in_service": { "max": 6 }, "wait_ms": { "p95": 3.0 },
                "p_wait": 0.25, "in_system_mean": 2.5, "failures": { "queue full": 7 }, "cache": { "hits": 3, "lookups": 4 },
                "classes": { "check out": { "latency_ms": { "p99": 80.0 } } } } },
            "classes": { "check out": { "requests": { "good": 90, "late": 0, "failed": 10 } } },
            "links": { "alb->web": { "calls": 40, "failed": 10, "latency_ms": { "p99": 7.0 } } },
            "failures": { "no target (503)": 3 }, "downtime_s": 2.5, "counters": {},
        });
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let names = Names { nodes: named(&["web"]), links: named(&["alb->web"]), classes: named(&["check out"]) };
        let outcome = Assertion::parse(expr, &names)?.judge(&result);
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
            ("web.p_wait < 30 %", 0.25, true),
            ("web.in_system >= 3", 2.5, false),
            ("web.hits > 70 %", 0.75, true),
            ("web.served > 0.2/s", 0.3, true),
            ("web.failures.queue full < 10", 7.0, true),
            ("web.failures.throttled <= 0", 0.0, true),
            ("web.classes.check out.p99 < 90 ms", 80.0, true),
            ("classes.check out.errors < 5 %", 0.1, false),
            ("links.alb->web.p99 < 10 ms", 7.0, true),
            ("links.alb->web.errors > 20 %", 0.25, true),
            ("failures.no target (503) < 3", 3.0, false),
            ("counters.carts_lost <= 0", 0.0, true),
            ("downtime < 5 s", 2.5, true),
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
            ("p98 < 2 s", "did you mean p90?"),
            ("wbe.p99 < 2 s", "did you mean web?"),
            ("links.alb->db.p99 < 2 s", "there are: alb->web"),
            ("classes.chekc out.p99 < 2 s", "did you mean check out?"),
            ("links.alb->web.speed > 2", "known are"),
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
