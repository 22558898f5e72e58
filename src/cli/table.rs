//! Results as people read them: aligned columns, each number with its unit. Read from the result's JSON.

use super::bill::By;
use super::result;
use crate::outcome::shown::with_unit;
pub(super) use crate::outcome::shown::{dollars, millis, percent, significant, whole};
use crate::units::Money;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

use Align::{Left, Right};

/// Rows as aligned columns, two spaces apart, indented by two. The last column is not padded.
pub(super) fn columns(rows: &[Vec<String>], aligns: &[Align]) -> String {
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..aligns.len()).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = " ".to_owned();
        for ((cell, width), align) in row.iter().zip(&widths).zip(aligns) {
            let padding = " ".repeat(width - cell.chars().count());
            line += " ";
            line += &if *align == Left { format!("{cell}{padding} ") } else { format!("{padding}{cell} ") };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).into()
}

/// The whole result of a run.
pub(super) fn result(result: &Value) -> String {
    let sections = [
        head(result),
        requests(result),
        latency(result),
        confidence(result),
        nodes(result),
        failures(result),
        costs(result),
        asserts(result),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

fn head(result: &Value) -> String {
    let text = |key: &str| result[key].as_str().unwrap_or_default().to_owned();
    let secs = |key: &str| crate::units::Span::from_secs_f64(result[key].as_f64().unwrap_or(0.0)).to_string();
    let runs = match result["replications"].as_u64() {
        Some(runs) if runs > 1 => format!(" · means of {runs} runs ± 95 %"),
        _ => String::new(),
    };
    let found = if result["warmup_rule"] == "mser-5" { " (found by MSER-5)" } else { "" };
    let warmup = match result["warmup_s"].as_f64() {
        Some(warmup) if warmup > 0.0 => format!(", of which {} warm-up is left out{found}", secs("warmup_s")),
        _ if result["warmup_rule"].as_str().is_some_and(|rule| rule.ends_with("found")) => {
            ", nothing left out: MSER-5 found no steady state".to_owned()
        }
        _ => String::new(),
    };
    let partial = if result["partial"] == true { " · CUT SHORT" } else { "" };
    let (design, scenario) = (text("design"), text("scenario"));
    format!(
        "{design} · {scenario} · seed {}{runs}\n{} simulated{warmup}{partial}\n",
        result["seed"],
        secs("simulated_s")
    )
}

fn requests(result: &Value) -> String {
    let requests = &result["requests"];
    let finished = ["good", "late", "failed"].iter().filter_map(|key| requests[key].as_f64()).sum::<f64>();
    let line = |(key, name): (&str, &str)| {
        let share = requests[key].as_f64().filter(|_| finished > 0.0 && matches!(key, "good" | "late" | "failed"));
        let share = share.map_or_else(String::new, |count| percent(count / finished));
        vec![name.to_owned(), number(requests, key, whole), share]
    };
    let names =
        [("offered", "offered"), ("good", "good"), ("late", "late"), ("failed", "failed"), ("in_flight", "in flight")];
    format!("Requests\n{}", columns(&names.map(line), &[Left, Right, Right]))
}

fn latency(result: &Value) -> String {
    let keys = ["mean", "p50", "p90", "p95", "p99", "max"];
    let rows = [keys.map(str::to_owned).to_vec(), keys.map(|key| number(&result["latency_ms"], key, millis)).to_vec()];
    format!("Latency that users see\n{}", columns(&rows, &[Right; 6]))
}

/// Whether the figures have converged, and why or why not.
fn confidence(result: &Value) -> String {
    let convergence = &result["convergence"];
    let Some(converged) = convergence["converged"].as_bool() else { return String::new() };
    let head = if converged { "Has converged" } else { "Has not converged" };
    let reasons = convergence["reasons"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let lines: String = reasons.map(|reason| format!("  {reason}\n")).collect();
    format!("{head}\n{lines}")
}

fn nodes(result: &Value) -> String {
    let Some(nodes) = result["nodes"].as_object().filter(|nodes| !nodes.is_empty()) else { return String::new() };
    let mut rows = vec![row(["", "service", "arrived", "failed", "p50", "p99", "wait p99", "in use", "instances"])];
    rows.extend(nodes.iter().map(|(name, node)| node_row(name, node)));
    let mut aligns = [Right; 9];
    (aligns[0], aligns[1]) = (Left, Left);
    format!("Nodes\n{}", columns(&rows, &aligns))
}

fn node_row(name: &str, node: &Value) -> Vec<String> {
    let servers = &node["in_service"];
    let instances = match (servers["min"].as_f64(), servers["max"].as_f64()) {
        (_, Some(0.0)) | (None, _) | (_, None) => String::new(),
        (Some(min), Some(max)) if min == max => whole(min),
        (Some(min), Some(max)) => format!("{} to {}", whole(min), whole(max)),
    };
    let used = if instances.is_empty() { String::new() } else { number(node, "utilization", percent) };
    vec![
        name.to_owned(),
        node["service"].as_str().unwrap_or_default().to_owned(),
        number(node, "arrived", whole),
        number(node, "failed", whole),
        number(&node["latency_ms"], "p50", millis),
        number(&node["latency_ms"], "p99", millis),
        number(&node["wait_ms"], "p99", millis),
        used,
        instances,
    ]
}

fn failures(result: &Value) -> String {
    let reasons = |name: &str, failures: &Value| -> Vec<Vec<String>> {
        let Some(failures) = failures.as_object() else { return Vec::new() };
        let counted = failures.iter().filter(|(_, count)| count.is_number());
        let shown = counted.filter(|(reason, _)| !reason.ends_with(result::CI));
        shown.map(|(reason, _)| vec![name.to_owned(), reason.clone(), number_in(failures, reason)]).collect()
    };
    let mut rows = reasons("users", &result["failures"]);
    let nodes = result["nodes"].as_object().into_iter().flatten();
    rows.extend(
        nodes.filter(|(_, node)| node["service"] != "users").flat_map(|(name, node)| reasons(name, &node["failures"])),
    );
    if rows.is_empty() { String::new() } else { format!("Failures\n{}", columns(&rows, &[Left, Left, Right])) }
}

fn number_in(map: &serde_json::Map<String, Value>, key: &str) -> String {
    let interval = map.get(&format!("{key}{}", result::CI)).and_then(Value::as_f64);
    with_interval(map.get(key).and_then(Value::as_f64), interval, whole)
}

/// The bill, line by line.
pub(super) fn bill(result: &Value, by: By, times: f64) -> String {
    let bill = &result["bill"];
    let lines: Vec<Value> = bill["lines"].as_array().into_iter().flatten().map(|line| over(line, times)).collect();
    let lines = lines.iter();
    let cost = |line: &&Value| line["cost"].as_f64().unwrap_or(0.0);
    if let Some(column) = by.column() {
        return format!("{}{}{}", costs(result), sums(lines, column), proposals(bill));
    }
    // What was not used is left out, but not what has no price.
    let mut lines: Vec<&Value> = lines.filter(|line| cost(line) != 0.0 || line["unit_price"].is_null()).collect();
    lines.sort_by(|a, b| cost(b).total_cmp(&cost(a)));
    let mut rows = vec![row(["", "item", "quantity", "unit", "price", "cost", "source"])];
    rows.extend(lines.into_iter().map(bill_row));
    let aligns = [Left, Left, Right, Left, Right, Right, Left];
    format!("{}{}{}", costs(result), columns(&rows, &aligns), proposals(bill))
}

/// A line of so many runs. Its cost is that of its quantity, not of a cost that was rounded before.
fn over(line: &Value, times: f64) -> Value {
    if times == 1.0 {
        return line.clone();
    }
    let mut line = line.clone();
    for key in ["quantity", "cost"].into_iter().flat_map(|key| [key.to_owned(), format!("{key}{}", result::CI)]) {
        if let Some(figure) = line.get(&key).and_then(Value::as_f64) {
            line[&key] = (figure * times).into();
        }
    }
    if let (Some(quantity), Some(usd)) = (line["quantity"].as_f64(), line["unit_price"].as_f64()) {
        line["cost"] = Money::from_usd(quantity * usd).usd().into();
    }
    line
}

/// What each node, service or item costs, largest first.
fn sums<'a>(lines: impl Iterator<Item = &'a Value>, column: &str) -> String {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for line in lines {
        *sums.entry(line[column].as_str().unwrap_or_default()).or_default() += line["cost"].as_f64().unwrap_or(0.0);
    }
    let mut sums: Vec<(&str, f64)> = sums.into_iter().filter(|(_, cost)| *cost != 0.0).collect();
    sums.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut rows = vec![vec![column.to_owned(), "cost".to_owned()]];
    rows.extend(sums.into_iter().map(|(name, cost)| vec![name.to_owned(), dollars(cost)]));
    columns(&rows, &[Left, Right])
}

/// The best commitment for each group of servers.
fn proposals(bill: &Value) -> String {
    let mut seen = BTreeSet::new();
    let found = bill["proposals"].as_array().into_iter().flatten();
    let best: Vec<&Value> = found.filter(|found| seen.insert(found["node"].to_string())).collect();
    if best.is_empty() {
        return String::new();
    }
    let text = |found: &Value, key: &str| found[key].as_str().unwrap_or_default().to_owned();
    let line = |found: &&Value| {
        let plan = format!("{} x {}, {}", found["servers"], text(found, "plan"), text(found, "payment"));
        let month = |key: &str| number(found, key, dollars);
        let saved = format!("saves {} a month", month("saving_per_month"));
        vec![
            text(found, "node"),
            plan,
            format!("{} in place of {}", month("per_month"), month("on_demand_per_month")),
            saved,
        ]
    };
    let rows: Vec<Vec<String>> = best.iter().map(line).collect();
    format!("\nCommit to what always runs, the rest on demand\n{}", columns(&rows, &[Left, Left, Left, Left]))
}

fn bill_row(line: &Value) -> Vec<String> {
    let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let date = text("source_date");
    let source = if date.is_empty() { text("source") } else { format!("{}, {date}", text("source")) };
    let price = line["unit_price"].as_f64().map_or_else(|| "none".to_owned(), |price| format!("${price}"));
    let quantity = line["quantity"].as_f64().map_or_else(String::new, significant);
    vec![text("node"), text("item"), quantity, text("unit"), price, number(line, "cost", dollars), source]
}

fn costs(result: &Value) -> String {
    let bill = &result["bill"];
    let region = bill["region"].as_str().unwrap_or_default();
    let mut rows = vec![
        vec!["this run".to_owned(), number(bill, "run", dollars)],
        vec!["an hour".to_owned(), number(bill, "per_hour", dollars)],
        vec!["a month (730 h)".to_owned(), number(bill, "per_month", dollars)],
        vec!["1,000 good answers".to_owned(), number(bill, "per_1000_good", dollars)],
    ];
    if bill["per_year"].is_number() {
        rows.insert(3, vec!["a year".to_owned(), number(bill, "per_year", dollars)]);
    }
    let lines = bill["lines"].as_array().into_iter().flatten();
    let unpriced = lines.filter(|line| line["unit_price"].is_null()).count();
    if unpriced > 0 {
        rows.push(vec!["left out".to_owned(), format!("{unpriced} without a price in {region}")]);
    }
    format!("Cost in {region}, before tax\n{}", columns(&rows, &[Left, Right]))
}

fn asserts(result: &Value) -> String {
    let Some(asserts) = result["asserts"].as_array().filter(|asserts| !asserts.is_empty()) else {
        return String::new();
    };
    let line = |assert: &Value| {
        let verdict = if assert["ok"] == true { "holds" } else { "FAILS" };
        let value = assert["value"]
            .as_f64()
            .map(|value| format!("measured {}", with_unit(value, assert["unit"].as_str().unwrap_or_default())));
        let value = value.unwrap_or_else(|| "nothing measured".to_owned());
        vec![verdict.to_owned(), assert["expr"].as_str().unwrap_or_default().to_owned(), value]
    };
    format!("Targets\n{}", columns(&asserts.iter().map(line).collect::<Vec<_>>(), &[Left, Left, Left]))
}

/// A figure and, behind it, its interval; a dash where nothing was measured.
fn number(figures: &Value, key: &str, show: impl Fn(f64) -> String) -> String {
    with_interval(figures[key].as_f64(), figures[&format!("{key}{}", result::CI)].as_f64(), show)
}

fn with_interval(value: Option<f64>, interval: Option<f64>, show: impl Fn(f64) -> String) -> String {
    match (value, interval) {
        (None, _) => "-".to_owned(),
        (Some(value), None) => show(value),
        (Some(value), Some(interval)) => format!("{} ± {}", show(value), show(interval)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use serde_json::json;

    #[test]
    fn a_result_reads_like_this() {
        let web = json!({ "service": "asg", "arrived": 1200000, "failed": 12, "latency_ms": { "p50": 12.34, "p99": 480.0 },
            "wait_ms": { "p99": 0.5 }, "utilization": 0.613, "in_service": { "min": 2, "max": 6 }, "failures": { "queue full": 12 } });
        let shown = result(&json!({
            "design": "shop", "scenario": "peak", "seed": 7, "replications": 1, "simulated_s": 3600.0, "warmup_s": 300.0,
            "requests": { "offered": 1200012, "good": 1199000, "late": 988, "failed": 12, "in_flight": 12 },
            "latency_ms": { "mean": 15.0, "p50": 12.9, "p90": 30.1, "p95": 44.0, "p99": 490.0, "max": 12345.0 },
            "nodes": { "web-asg": web }, "failures": { "call failed": 12 },
            "bill": { "region": "us-east-1", "run": 0.5, "per_hour": 0.5, "per_month": 365.0, "per_1000_good": 0.000417,
                "lines": [{ "node": "web-asg", "item": "x", "unit_price": null, "cost": 0.0 }] },
            "asserts": [{ "expr": "p99 < 200 ms", "value": 490.0, "unit": "ms", "ok": false }],
        }));
        expect![[r#"
            shop · peak · seed 7
            1 h simulated, of which 5 min warm-up is left out

            Requests
              offered    1,200,012
              good       1,199,000   99.9 %
              late             988  0.082 %
              failed            12  0.001 %
              in flight         12

            Latency that users see
                 mean      p50      p90      p95     p99     max
              15.0 ms  12.9 ms  30.1 ms  44.0 ms  490 ms  12.3 s

            Nodes
                       service    arrived  failed      p50     p99  wait p99  in use  instances
              web-asg  asg      1,200,000      12  12.3 ms  480 ms   0.50 ms  61.3 %     2 to 6

            Failures
              users    call failed  12
              web-asg  queue full   12

            Cost in us-east-1, before tax
              this run                                     $0.50
              an hour                                      $0.50
              a month (730 h)                            $365.00
              1,000 good answers                       $0.000417
              left out            1 without a price in us-east-1

            Targets
              FAILS  p99 < 200 ms  measured 490 ms
        "#]]
        .assert_eq(&shown);
    }

    #[test]
    fn numbers_keep_their_magnitude() {
        assert_eq!([0.0, 999.0, 1e6, -1234.6].map(whole), ["0", "999", "1,000,000", "-1,235"].map(String::from));
        assert_eq!(
            [0.0, 0.012_345_6, 3.0, 123.456, 54321.0].map(significant),
            ["0", "0.01235", "3", "123.5", "54,321"].map(String::from)
        );
        assert_eq!(with_interval(Some(186.0), Some(4.25), millis), "186 ms ± 4.2 ms");
    }
}
