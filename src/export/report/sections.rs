//! What a report says, section by section, from the JSON of the result.

use super::Report;
use super::page::{Cell, Column, Page};
use crate::analysis::Severity;
use crate::catalog::{Param, Service, Settings};
use crate::cost::item_words;
use crate::model::Node;
use crate::scenario::shapes;
use crate::scene::words;
use crate::units::Span;
use crate::words::{key, of, t};
use serde_json::Value;
use std::collections::BTreeMap;

/// Ending of the key of a confidence interval in the JSON.
const CI: &str = "_ci95";

const LATENCIES: [&str; 6] = [key!("mean"), "p50", "p90", "p95", "p99", key!("max")];

/// Name, what was run, with what.
pub fn head(report: &Report<'_>, page: &mut Page) {
    let result = report.result;
    page.title(&report.design.name);
    let secs = |key: &str| Span::from_secs_f64(result[key].as_f64().unwrap_or_default());
    let (name, length) = (&report.scenario.name, secs("simulated_s"));
    let mut line = t!("Scenario \"{name}\", {length} simulated", name = name, length = length);
    if secs("warmup_s") > Span::ZERO {
        line += &t!(", of which {length} warm-up counts towards no figure", length = secs("warmup_s"));
    }
    let seed = &result["seed"];
    let runs = match result["replications"].as_u64() {
        Some(runs) if runs > 1 => t!(
            "Means of {runs} runs from seed {seed} on, ± half of their 95 % confidence interval.",
            runs = runs,
            seed = seed
        ),
        _ => t!("One run with seed {seed}.", seed = seed),
    };
    let version = env!("CARGO_PKG_VERSION");
    let same = t!(
        "Loadscape {version}: the same drawing, scenario and seed give the same figures, to the bit.",
        version = version
    );
    page.raw("<div class=\"quiet\">\n");
    page.text(&format!("{line}. {runs} {same}"));
    page.raw("</div>\n");
}

/// The figures that matter most, and the targets.
pub fn verdict(report: &Report<'_>, page: &mut Page) {
    let result = report.result;
    let bill = &result["bill"];
    page.facts(&[
        ("p95", figure(&result["latency_ms"], "p95", millis)),
        ("p99", figure(&result["latency_ms"], "p99", millis)),
        (t!("answered"), figure(result, "availability", percent)),
        (t!("downtime"), figure(result, "downtime_s", |secs| Span::from_secs_f64(secs).to_string())),
        (t!("a month like this"), figure(bill, "per_month", dollars)),
        (t!("1,000 good answers"), figure(bill, "per_1000_good", dollars)),
    ]);
    let targets = result["asserts"].as_array().map(Vec::as_slice).unwrap_or_default();
    if targets.is_empty() {
        return;
    }
    page.heading(t!("Targets"));
    let row = |target: &Value| {
        let held =
            if target["ok"] == true { Cell::of("ok", t!("✓ kept")) } else { Cell::of("bad", t!("✗ missed")) };
        let value =
            target["value"].as_f64().map_or_else(|| t!("not measured").to_owned(), |value| measured(value, target));
        vec![target["expr"].as_str().unwrap_or_default().into(), value.into(), held]
    };
    let columns = [(t!("Target"), Column::Words), (t!("Measured"), Column::Figures), ("", Column::Words)];
    page.table(t!("What the run had to meet"), &columns, &targets.iter().map(row).collect::<Vec<_>>());
}

/// What the walkthrough says about the run, if the run is a step of one.
pub fn claims(report: &Report<'_>, page: &mut Page) {
    let claims = report.result["claims"].as_array().map(Vec::as_slice).unwrap_or_default();
    if claims.is_empty() {
        return;
    }
    page.heading(t!("Claims"));
    let row = |claim: &Value| {
        let text = |key: &str| claim[key].as_str().unwrap_or_default();
        let held = match claim["ok"].as_bool() {
            Some(true) => Cell::of("ok", t!("✓ holds")),
            Some(false) => Cell::of("bad", t!("✗ does not hold")),
            None => t!("not settled yet").into(),
        };
        vec![text("says").into(), text("holds").into(), text("limit").into(), text("measured").into(), held]
    };
    let columns = [
        (t!("Claim"), Column::Words),
        (t!("Holds if"), Column::Words),
        (t!("Limit"), Column::Figures),
        (t!("Measured"), Column::Figures),
        ("", Column::Words),
    ];
    page.table(t!("What the walkthrough says about this run"), &columns, &claims.iter().map(row).collect::<Vec<_>>());
}

fn measured(value: f64, target: &Value) -> String {
    match target["unit"].as_str().unwrap_or_default() {
        "ms" => millis(value),
        "share" => percent(value),
        "per second" => format!("{}/s", words::short(value)),
        "count" => words::short(value),
        unit => dollars(value) + unit.strip_prefix("USD").unwrap_or_default(),
    }
}

/// What users met.
pub fn latency(report: &Report<'_>, page: &mut Page) {
    let requests = &report.result["requests"];
    page.heading(t!("What users met"));
    let finished: f64 = ["good", "late", "failed"].iter().filter_map(|key| requests[*key].as_f64()).sum();
    let row = |(key, name): (&str, &str)| -> Vec<Cell> {
        let share = requests[key].as_f64().filter(|_| finished > 0.0 && matches!(key, "good" | "late" | "failed"));
        let share = share.map_or_else(String::new, |count| percent(count / finished));
        vec![name.into(), figure(requests, key, whole).into(), share.into()]
    };
    let names = [
        ("offered", t!("offered")),
        ("good", t!("good")),
        ("late", t!("late")),
        ("failed", t!("failed")),
        ("in_flight", t!("in flight")),
    ];
    let columns = [("", Column::Words), (t!("Requests"), Column::Figures), (t!("Of the finished"), Column::Figures)];
    page.table(t!("Requests"), &columns, &names.map(row));
    let mut columns = vec![("", Column::Words)];
    columns.extend(LATENCIES.map(|name| (of(name), Column::Figures)));
    let mut rows = vec![latencies(t!("all users"), &report.result["latency_ms"])];
    let classes = report.result["classes"].as_object().into_iter().flatten();
    rows.extend(
        classes.filter(|(name, _)| *name != "default").map(|(name, class)| latencies(name, &class["latency_ms"])),
    );
    page.table(t!("Latency that users see, network included"), &columns, &rows);
}

fn latencies(name: &str, figures: &Value) -> Vec<Cell> {
    let cells = LATENCIES.map(|key| Cell::from(figure(figures, key, millis)));
    std::iter::once(Cell::from(name)).chain(cells).collect()
}

/// What each node did.
pub fn nodes(report: &Report<'_>, page: &mut Page) {
    page.heading(t!("Node by node"));
    let words = [t!("Node"), t!("Service")].map(|name| (name, Column::Words));
    let figures = [t!("Arrived"), t!("Failed"), "p50", "p99", t!("Wait p99"), t!("In use"), t!("Instances")];
    let columns: Vec<_> = words.into_iter().chain(figures.map(|name| (name, Column::Figures))).collect();
    let nodes = report.result["nodes"].as_object().into_iter().flatten();
    let row = |(id, node): (&String, &Value)| -> Vec<Cell> {
        let servers = &node["in_service"];
        let (least, most) = (servers["min"].as_f64().unwrap_or(0.0), servers["max"].as_f64().unwrap_or(0.0));
        let instances = match (least, most) {
            (_, 0.0) => String::new(),
            (least, most) if least == most => whole(most),
            (least, most) => t!("{least} to {most}", least = whole(least), most = whole(most)),
        };
        let used = if most == 0.0 { String::new() } else { figure(node, "utilization", percent) };
        vec![
            label(report, id).into(),
            service(report, id, node).into(),
            figure(node, "arrived", whole).into(),
            figure(node, "failed", whole).into(),
            figure(&node["latency_ms"], "p50", millis).into(),
            figure(&node["latency_ms"], "p99", millis).into(),
            figure(&node["wait_ms"], "p99", millis).into(),
            used.into(),
            instances.into(),
        ]
    };
    page.table(t!("From admission to answer at each node"), &columns, &nodes.map(row).collect::<Vec<_>>());
}

/// What a node is called on the drawing.
fn label(report: &Report<'_>, id: &str) -> String {
    node(report, id).map(|node| node.label.trim()).filter(|label| !label.is_empty()).unwrap_or(id).to_owned()
}

fn node<'a>(report: &Report<'a>, id: &str) -> Option<&'a Node> {
    report.design.nodes.iter().find(|(known, _)| known.to_string() == id).map(|(_, node)| node)
}

fn service(report: &Report<'_>, id: &str, figures: &Value) -> String {
    let known = node(report, id).and_then(Node::service).map(|service| of(&service.sheet().short).to_owned());
    known.unwrap_or_else(|| figures["service"].as_str().unwrap_or_default().to_owned())
}

/// Why requests failed.
pub fn failures(report: &Report<'_>, page: &mut Page) {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut add =
        |name: String, failures: &Value| {
            let counted = failures
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(reason, count)| count.is_number() && !reason.ends_with(CI));
            rows.extend(counted.map(|(reason, _)| {
                vec![name.clone().into(), of(reason).into(), figure(failures, reason, whole).into()]
            }));
        };
    add(t!("all users").to_owned(), &report.result["failures"]);
    for (id, node) in report.result["nodes"].as_object().into_iter().flatten() {
        if node["service"] != "users" {
            add(label(report, id), &node["failures"]);
        }
    }
    if !rows.is_empty() {
        page.heading(t!("Failures"));
        let columns = [(t!("Where"), Column::Words), (t!("Why"), Column::Words), (t!("Requests"), Column::Figures)];
        let caption = t!("The first cause of each request that failed, and what failed at each node");
        page.table(caption, &columns, &rows);
    }
}

/// The bill, line by line.
pub fn bill(report: &Report<'_>, page: &mut Page) {
    let bill = &report.result["bill"];
    page.heading(t!("Bill"));
    let free = if report.design.pricing.free_tier { t!(" with the free tier taken off") } else { "" };
    page.text(&t!(
        "{run} for the run, {hour} an hour, {month} a month of 730 hours, at the prices of {region}{free}, before tax.",
        run = figure(bill, "run", dollars),
        hour = figure(bill, "per_hour", dollars),
        month = figure(bill, "per_month", dollars),
        region = bill["region"].as_str().unwrap_or_default(),
        free = free
    ));
    let columns = [
        (t!("Node"), Column::Words),
        (t!("Item"), Column::Words),
        (t!("Quantity"), Column::Figures),
        (t!("Unit"), Column::Words),
        (t!("Unit price"), Column::Figures),
        (t!("Cost"), Column::Figures),
        (t!("Source of the price"), Column::Words),
    ];
    let row = |line: &Value| -> Vec<Cell> {
        let text = |key: &str| line[key].as_str().unwrap_or_default();
        let price = line["unit_price"]
            .as_f64()
            .map_or_else(|| t!("no price").to_owned(), |price| format!("${}", words_of(price)));
        let quantity = figure(line, "quantity", words_of);
        let source = format!("{}, {}", text("source"), text("source_date"));
        vec![
            label(report, text("node")).into(),
            item_words(text("item")).into(),
            quantity.into(),
            of(text("unit")).into(),
            price.into(),
            figure(line, "cost", dollars).into(),
            source.into(),
        ]
    };
    let rows: Vec<Vec<Cell>> = bill["lines"].as_array().into_iter().flatten().map(row).collect();
    let sum: [Cell; 7] = [t!("Total"), "", "", "", "", &figure(bill, "run", dollars), ""].map(Cell::from);
    page.summed(t!("Every line is quantity times unit price"), &columns, &rows, &sum);
}

/// What the rules say about the drawing.
pub fn findings(report: &Report<'_>, page: &mut Page) {
    page.heading(t!("Findings about the drawing"));
    if report.findings.is_empty() {
        return page.text(t!("No rule has anything to say."));
    }
    let row = |finding: &crate::analysis::Finding| -> Vec<Cell> {
        let level = match finding.severity {
            Severity::Error => Cell::of("bad", t!("error")),
            Severity::Warning => Cell::of("warn", t!("warning")),
            Severity::Note => t!("remark").into(),
        };
        vec![finding.rule.into(), level, finding.text.as_str().into(), finding.remedy.as_str().into()]
    };
    let columns = [t!("Rule"), t!("Level"), t!("What is found"), t!("What to do")].map(|name| (name, Column::Words));
    page.table(t!("Found without running it"), &columns, &report.findings.iter().map(row).collect::<Vec<_>>());
}

/// Traffic and faults.
pub fn scenario(report: &Report<'_>, page: &mut Page) {
    page.heading(t!("Scenario"));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (id, shape) in &report.scenario.traffic {
        let figures = shapes::figures(shape)
            .into_iter()
            .map(|figure| format!("{} {}", of(figure.label).to_lowercase(), figure.value));
        let kind = of(shapes::KINDS[shapes::kind(shape)]);
        let figures = figures.collect::<Vec<_>>().join(", ");
        let told = t!("traffic, {kind}: {figures}", kind = kind, figures = figures);
        rows.push(vec![label(report, id).into(), told.into()]);
    }
    let faults = report.scenario.faults.iter().map(|fault| (fault, ""));
    for (fault, by_hand) in faults.chain(report.injected.iter().map(|fault| (fault, t!(", made by hand")))) {
        let what = t!("{what}, for {span}", what = fault.harm.words(), span = fault.lasts) + by_hand;
        rows.push(vec![t!("after {span}", span = fault.at).into(), what.into()]);
    }
    if rows.is_empty() {
        page.text(t!("The users' own constant rates, and no faults."));
    } else {
        let columns = [t!("Who or when"), t!("What happens")].map(|name| (name, Column::Words));
        page.table(t!("What happens in the run"), &columns, &rows);
    }
}

/// What was set on each node, and what holds where nothing was set.
pub fn settings(report: &Report<'_>, page: &mut Page) {
    page.heading(t!("Settings"));
    let mut set: Vec<Vec<Cell>> = Vec::new();
    let mut services: BTreeMap<&str, &Service> = BTreeMap::new();
    for (node, service, settings) in known(report) {
        services.insert(service.key, service);
        for param in service.sheet().params.iter().filter(|param| node.settings.contains_key(&param.key)) {
            let value = settings.value(&param.key).to_string();
            set.push(vec![node.label.as_str().into(), of(&param.label).into(), of(&value).into()]);
        }
    }
    if !set.is_empty() {
        let columns = [t!("Node"), t!("Setting"), t!("Value")].map(|name| (name, Column::Words));
        page.table(t!("Set in this design"), &columns, &set);
    }
    let rows = services.values().map(|service| vec![of(&service.sheet().name).into(), defaults(service).into()]);
    let columns = [t!("Service"), t!("Settings")].map(|name| (name, Column::Words));
    page.table(t!("Where nothing was set"), &columns, &rows.collect::<Vec<_>>());
}

/// Nodes whose service is known.
fn known<'a>(report: &Report<'a>) -> impl Iterator<Item = (&'a Node, &'static Service, Settings<'a>)> {
    report.design.nodes.values().filter_map(|node| Some((node, node.service()?, node.settings()?)))
}

/// What holds for a node of a service on which nothing is set.
fn defaults(service: &Service) -> String {
    let or_none = |text: &str| if text.is_empty() { "–".to_owned() } else { of(text).to_owned() };
    let one = |param: &Param| format!("{} {}", of(&param.label), or_none(&param.default));
    service.sheet().params.iter().map(one).collect::<Vec<_>>().join(" · ")
}

/// What was left out of this run, and what the model leaves out of every run.
pub fn limits(report: &Report<'_>, page: &mut Page) {
    page.heading(t!("What these figures are, and what they leave out"));
    page.text(t!("Every request was simulated as an event; nothing was measured on AWS. Defaults that the catalogue marks as assumptions are just that."));
    let about = |note: &crate::compile::Note| {
        let about = note.about.as_ref().map(|id| format!("{}: ", label(report, &id.to_string()))).unwrap_or_default();
        format!("{about}{}", note.text)
    };
    let left_out: Vec<String> = report.plan.notes.iter().map(about).collect();
    if !left_out.is_empty() {
        page.text(t!("Left out of this run:"));
        page.list(&left_out);
    }
    page.text(t!("The model leaves out, among other things:"));
    page.list(&model_limits().iter().map(|limit| of(limit).to_owned()).collect::<Vec<_>>());
}

/// The list in the README, so that there is one.
pub fn model_limits() -> Vec<String> {
    let readme = include_str!("../../../README.md");
    let Some((_, rest)) = readme.split_once("It leaves out, among other things:") else { return Vec::new() };
    let list = rest.trim_start().split("\n\n").next().unwrap_or_default();
    let joined = list.replace("\n  ", " ");
    joined.lines().filter_map(|line| line.strip_prefix("- ")).map(|line| line.replace('`', "")).collect()
}

/// A figure with, behind it, its interval; a dash where nothing was measured.
fn figure(figures: &Value, key: &str, show: impl Fn(f64) -> String) -> String {
    match (figures[key].as_f64(), figures[&format!("{key}{CI}")].as_f64()) {
        (None, _) => "–".to_owned(),
        (Some(value), None) => show(value),
        (Some(value), Some(half)) => format!("{} ± {}", show(value), show(half)),
    }
}

fn millis(value: f64) -> String {
    words::millis(value as f32)
}

fn percent(share: f64) -> String {
    words::percent(share as f32)
}

fn whole(count: f64) -> String {
    let digits = format!("{:.0}", count.max(0.0));
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn dollars(value: f64) -> String {
    match value.abs() {
        v if v >= 1_000.0 => format!("${}", whole(value)),
        v if v >= 0.1 || v == 0.0 => format!("${value:.2}"),
        _ => format!("${}", words_of(value)),
    }
}

/// A number with four significant digits, as long as it must be.
fn words_of(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    if value.abs() >= 1_000.0 {
        return whole(value);
    }
    let digits = (3 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [0.0, 0.096, 123.456, 0.000_000_4, 12_345.6].map(words_of),
            ["0", "0.096", "123.5", "0.0000004", "12,346"]
        );
        assert_eq!([0.0, 0.02, 3.5, 4_000.0].map(dollars), ["$0.00", "$0.02", "$3.50", "$4,000"]);
    }

    #[test]
    fn the_limits_of_the_model_are_those_of_the_readme() {
        let limits = model_limits();
        assert!(limits.len() >= 5 && limits.iter().all(|line| line.len() > 10), "{limits:?}");
    }
}
