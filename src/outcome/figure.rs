//! What a figure is called, and where it stands in the JSON of a run.

use super::figures::COUNTERS;
use super::quoted::{listed, meant, plain};
use crate::analysis;
use crate::model::Design;
use crate::sim::network::Reason;
use crate::units::HOURS_PER_MONTH;
use serde_json::Value;

/// A figure of a run and the unit that it is written in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// As it was written.
    pub path: String,
    pub what: What,
    pub unit: Unit,
}

/// What a figure is read from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// A figure of the JSON at this pointer.
    At(String),
    /// The ratio of a figure to the sum of some.
    Ratio(String, Vec<String>),
    /// A count per measured second.
    PerSecond(String),
    /// How often something named by these keys happened; never, if the JSON does not have it.
    Counted(Vec<String>),
    /// Dollars per hour, times a number of hours; of one node, or of all.
    Cost(f64, Option<String>),
    /// The sum of a figure over all nodes, divided by a number.
    Sum(&'static str, f64),
    /// The same in a day.
    Daily(&'static str, f64),
}

/// What kind of figure, and so how its limit is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Millis,
    Seconds,
    Hours,
    Share,
    Count,
    PerSecond,
    Dollars,
}

/// Everything that an assertion may name, for `--help`.
pub const HELP: &str = "\
Figures that --assert compares, with <, <=, > or >=, or = and how far off it may be ('errors = 25 % +- 3 %'), with a
quantity or another figure ('b.arrived < 50 % of a.arrived'):
  mean, p50, p90, p95, p99, max          latency that users see, network included ('p99 < 200 ms')
  errors, late, availability             shares of the finished requests ('errors < 0.1 %')
  offered, good, failed                  requests a second ('good > 900/s')
  downtime                               time without a good answer ('downtime < 5 s')
  recovery                               time until the last second in which a request failed
  worst_errors                           share that failed in the worst interval
  knee                                   rate up to which p95 stayed below twice what it was at first ('knee > 40/s')
  instance_hours, instance_hours_a_day   from launch to end, all nodes together ('instance_hours < 40 h')
  missing_files, stale_reads, writes_lost  how many, all nodes together
  carts_missed                           share of the requests with a cart that did not find it
  carts_lost_share                       of the carts that were open when some were lost
  cost                                   '< 500 $/month', '< 0.5 $/h', '< 2 $' for the run
  failures.REASON                        how many ('failures.queue full < 10')
  counters.NAME                          carts_asked, carts_missed, carts_lost, carts_staked (open when some were lost), carts_open
                                         (at the end, where servers keep them), cookie_bytes
  CLASS of requests: classes.CLASS.p99 (and the other latencies), .errors, .late, .offered, .good, .failed
  NODE.p99 (and the other latencies), NODE.wait.p99, NODE.p_wait (share that waited), NODE.errors, NODE.utilization,
  NODE.instances.min (mean, max), NODE.queue, NODE.in_system, NODE.busy (means over time), NODE.arrived, NODE.served,
  NODE.failed (a second), NODE.hits (share of look-ups), NODE.stale_reads, NODE.missing_files and NODE.writes_lost (how many), NODE.backlog,
  NODE.stale_age.mean and .max (how long ago the write was that a stale answer did not show), NODE.missing (share of the answers), NODE.stored and NODE.finished (messages a second), NODE.credits (least of its servers at the end), NODE.cost,
  NODE.busiest and NODE.idlest (share of its processors that the busiest server used, of those in service all along),
  NODE.imbalance (how far these two are apart, as a share of the mean), NODE.boot.mean and .max (launch to in service),
  NODE.oldest (age of the oldest message), NODE.dead_letters, NODE.duplicates, NODE.expired, NODE.empty_receives, NODE.failures.REASON,
  NODE.classes.CLASS.p99, .wait.p99, .errors, .served
  links.FROM->TO.p99 (and the other latencies), .errors, .calls (a second)";

/// Figures of the system, for suggestions.
const SYSTEM: [&str; 17] = [
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
    "recovery",
    "worst_errors",
    "instance_hours",
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
pub struct Names {
    /// Ids of its nodes.
    pub nodes: Vec<String>,
    /// As they stand in the JSON: `alb->web`.
    pub links: Vec<String>,
    /// Names of its classes of requests.
    pub classes: Vec<String>,
}

/// Reads a figure of a run by its name, with its unit as in the JSON; `None` if there is no such figure.
pub fn read(path: &str, names: &Names, result: &Value) -> Option<(Option<f64>, &'static str)> {
    let figure = Figure::parse(path, names).ok()?;
    Some((figure.value(result), figure.unit()))
}

impl Names {
    /// Whether there is such a figure.
    ///
    /// # Errors
    /// What there is instead.
    pub fn knows(&self, path: &str) -> Result<(), String> {
        Figure::parse(path, self).map(drop)
    }

    /// What there is in a design.
    pub fn of(design: &Design) -> Self {
        let Design { nodes, links, classes, .. } = design;
        let mut classes: Vec<String> = classes.iter().map(|class| class.name.clone()).collect();
        if classes.is_empty() {
            classes.push("default".to_owned());
        }
        let links = links.values().map(|link| format!("{}->{}", link.from, link.to)).collect();
        Self { nodes: nodes.keys().map(ToString::to_string).collect(), links, classes }
    }
}

impl Figure {
    /// Reads the name of a figure of a design with these names.
    pub fn parse(path: &str, names: &Names) -> Result<Self, String> {
        figure(path, names).map(|(what, unit)| Self { path: path.to_owned(), what, unit })
    }

    /// The measured figure in its unit; `None` if nothing was measured for it.
    pub fn value(&self, result: &Value) -> Option<f64> {
        let read = |pointer: &String| result.pointer(pointer)?.as_f64();
        match &self.what {
            What::At(pointer) => read(pointer),
            What::Ratio(part, whole) => {
                let sum: f64 = whole.iter().filter_map(read).sum();
                // What never happened has no key of its own.
                (sum > 0.0).then_some(read(part).unwrap_or(0.0) / sum)
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
            What::Cost(hours, node) => cost(&result["bill"], *hours, node.as_deref()),
            What::Sum(key, by) => sum(result, key).map(|sum| sum / by),
            What::Daily(key, by) => {
                let secs = result["simulated_s"].as_f64()? - result["warmup_s"].as_f64()?;
                (secs > 0.0).then_some(sum(result, key)? / by * 86_400.0 / secs)
            }
        }
    }

    /// Unit of the value, as it stands in the JSON.
    pub fn unit(&self) -> &'static str {
        match (self.unit, &self.what) {
            (Unit::Millis, _) => "ms",
            (Unit::Seconds, _) => "s",
            (Unit::Hours, _) => "h",
            (Unit::Share, _) => "share",
            (Unit::Count, _) => "count",
            (Unit::PerSecond, _) => "per second",
            (Unit::Dollars, What::Cost(hours, _)) if *hours == 0.0 => "USD",
            (Unit::Dollars, What::Cost(hours, _)) if *hours == 1.0 => "USD per hour",
            (Unit::Dollars, What::Cost(hours, _)) if *hours == HOURS_PER_MONTH => "USD per month",
            (Unit::Dollars, _) => "USD per year",
        }
    }
}

fn figure(path: &str, names: &Names) -> Result<(What, Unit), String> {
    let Some((first, rest)) = path.split_once('.') else {
        return system(path).ok_or_else(|| no_figure(path, path, &SYSTEM));
    };
    match first {
        "failures" => counted(&[first], rest, "reason", &reasons()),
        "counters" => counted(&[first], rest, "counter", &COUNTERS),
        "findings" => counted(&[first], rest, "finding", analysis::NAMES),
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

/// How often something of a closed list happened. What never happened is not in the JSON, so a name that is not known must
/// not be taken for it.
fn counted(way: &[&str], name: &str, what: &str, known: &[&str]) -> Result<(What, Unit), String> {
    if !known.contains(&name) {
        let like = meant(name, known);
        return Err(format!("there is no {what} \"{}\"{like}; there are: {}", plain(name), known.join(", ")));
    }
    let keys = way.iter().chain([&name]).map(|key| (*key).to_owned()).collect();
    Ok((What::Counted(keys), Unit::Count))
}

/// Why requests fail, in the words of the JSON.
fn reasons() -> [&'static str; Reason::ALL.len()] {
    Reason::ALL.map(Reason::words)
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
        "cost" => (What::Cost(HOURS_PER_MONTH, None), Unit::Dollars),
        "recovery" => (What::At(pointer(&["recovery_s"])), Unit::Seconds),
        "worst_errors" => (What::At(pointer(&["worst_errors"])), Unit::Share),
        "knee" => (What::At(pointer(&["knee_per_s"])), Unit::PerSecond),
        "instance_hours" => (What::Sum("instance_s", 3_600.0), Unit::Hours),
        "instance_hours_a_day" => (What::Daily("instance_s", 3_600.0), Unit::Hours),
        "missing_files" => (What::Sum("missing_files", 1.0), Unit::Count),
        "stale_reads" => (What::Sum("stale_reads", 1.0), Unit::Count),
        "writes_lost" => (What::Sum("writes_lost", 1.0), Unit::Count),
        "carts_lost_share" => {
            let counter = |name| pointer(&["counters", name]);
            (What::Ratio(counter("carts_lost"), vec![counter("carts_staked")]), Unit::Share)
        }
        "carts_missed" => (
            What::Ratio(pointer(&["counters", "carts_missed"]), vec![pointer(&["counters", "carts_asked"])]),
            Unit::Share,
        ),
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
        "failures" if !rest.is_empty() => counted(&["nodes", node, "failures"], rest, "reason", &reasons()).map(Some),
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
        ("stale_reads" | "missing_files" | "writes_lost", "") => {
            (What::Counted(["nodes", node, figure.0].map(str::to_owned).to_vec()), Unit::Count)
        }
        ("missing", "") => (What::Ratio(at(&["missing_files"]), vec![at(&["served"])]), Unit::Share),
        ("busiest" | "idlest", "") => {
            let key = if figure.0 == "busiest" { "most" } else { "least" };
            (What::At(at(&["use_by_server", key])), Unit::Share)
        }
        ("imbalance", "") => (What::At(at(&["use_by_server", "imbalance"])), Unit::Share),
        ("stale_age", "mean" | "max") => (What::At(at(&["stale_age", &format!("{}_s", figure.1)])), Unit::Seconds),
        ("boot", "mean" | "max") => (What::At(at(&["booted", &format!("{}_s", figure.1)])), Unit::Seconds),
        ("credits", "") => (What::At(at(&["credits", "least"])), Unit::Count),
        ("cost", "") => (What::Cost(HOURS_PER_MONTH, Some(node.to_owned())), Unit::Dollars),
        ("stored" | "finished", "") => (What::PerSecond(at(&["messages", figure.0])), Unit::PerSecond),
        ("oldest", "") => (What::At(at(&["messages", "oldest_s"])), Unit::Seconds),
        ("backlog" | "dead_letters" | "duplicates" | "expired" | "empty_receives", "") => {
            (What::At(at(&["messages", figure.0])), Unit::Count)
        }
        _ => return None,
    })
}

/// A figure of all nodes together.
fn sum(result: &Value, key: &str) -> Option<f64> {
    let nodes = result["nodes"].as_object()?.values();
    Some(nodes.filter_map(|node| node[key].as_f64()).sum())
}

/// Dollars of some hours, or of the run for zero hours; of one node, or of all.
fn cost(bill: &Value, hours: f64, node: Option<&str>) -> Option<f64> {
    let (run, per_hour) = (bill["run"].as_f64()?, bill["per_hour"].as_f64()?);
    let whole = if hours == 0.0 { run } else { per_hour * hours };
    let Some(node) = node else { return Some(whole) };
    let lines = bill["lines"].as_array()?.iter().filter(|line| line["node"] == node);
    let part: f64 = lines.filter_map(|line| line["cost"].as_f64()).sum();
    (run > 0.0).then(|| whole * part / run)
}

/// The same cost over another time.
pub(super) fn at_cost(what: &What, hours: f64) -> What {
    match what {
        What::Cost(_, node) => What::Cost(hours, node.clone()),
        other => other.clone(),
    }
}

/// A JSON pointer (RFC 6901) along these keys.
fn pointer(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1"))).collect()
}
