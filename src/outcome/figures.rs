//! What a run measured, as the JSON of the contract in the README. The table, the assertions, the claims of walkthroughs
//! and the files all read it, so they cannot disagree.

use super::Course;
use crate::compile::Plan;
use crate::cost::{Bill, Line};
use crate::metrics::Summary;
use crate::model::Design;
use crate::sim::network::Reason;
use crate::sim::report::{Carts, ClassTotals, Failures, LinkTotals, Report, Requests, SiteTotals, UseByServer};
use crate::sim::snapshot::Circuit;
use serde_json::{Map, Value, json};

/// What was simulated.
struct Run<'a> {
    design: &'a Design,
    plan: &'a Plan,
    report: &'a Report,
}

/// The figures of one run, without what it was asked for. Where time on the clock belongs stands null.
pub fn figures(design: &Design, plan: &Plan, (report, course): (&Report, &Course), bill_of_run: &Bill) -> Value {
    let run = &Run { design, plan, report };
    json!({
        "wall_s": null,
        "events": report.events,
        "requests": requests(&report.requests),
        "latency_ms": latency(&report.latency),
        "availability": availability(&report.requests),
        "downtime_s": report.downtime.secs(),
        "recovery_s": course.recovery.secs(),
        "worst_errors": course.worst_errors,
        "knee_per_s": course.knee,
        "classes": classes(&class_names(run), report),
        "nodes": nodes(run),
        "links": links(run),
        "failures": failures(&report.failures),
        "counters": counters(report),
        "bill": bill(bill_of_run, report.requests.good),
    })
}

/// Names of the classes of requests; empty where all are of one, which is called "default".
fn class_names<'a>(run: &Run<'a>) -> Vec<&'a str> {
    run.plan.network.classes.iter().map(|class| class.name.as_str()).collect()
}

fn classes(names: &[&str], report: &Report) -> Value {
    let one = |requests_: &Requests, summary: &Summary| json!({ "requests": requests(requests_), "latency_ms": latency(summary) });
    if report.classes.is_empty() {
        let name = names.first().copied().unwrap_or("default");
        return json!({ name: one(&report.requests, &report.latency) });
    }
    let by_name = names.iter().zip(&report.classes);
    Value::Object(by_name.map(|(name, class)| ((*name).to_owned(), one(&class.requests, &class.latency))).collect())
}

/// What each class met at a node; classes that did not come there are left out.
fn classes_of_site(names: &[&str], classes: &[ClassTotals]) -> Value {
    let came = names.iter().zip(classes).filter(|(_, class)| class.requests.offered > 0);
    let one = |class: &ClassTotals| {
        let Requests { offered, failed, in_flight, .. } = class.requests;
        let served = offered - failed - in_flight;
        json!({ "arrived": offered, "served": served, "failed": failed, "in_flight": in_flight,
            "latency_ms": latency(&class.latency), "wait_ms": latency(&class.wait) })
    };
    Value::Object(came.map(|(name, class)| ((*name).to_owned(), one(class))).collect())
}

fn requests(requests: &Requests) -> Value {
    let Requests { offered, good, late, failed, in_flight } = *requests;
    json!({ "offered": offered, "good": good, "late": late, "failed": failed, "in_flight": in_flight })
}

fn availability(requests: &Requests) -> Option<f64> {
    let answered = requests.good + requests.late;
    let finished = answered + requests.failed;
    (finished > 0).then(|| answered as f64 / finished as f64)
}

fn latency(summary: &Summary) -> Value {
    let known = |value: f64| (summary.count > 0).then_some(value);
    let Summary { mean, p50, p90, p95, p99, max, .. } = *summary;
    json!({ "mean": known(mean), "p50": known(p50), "p90": known(p90), "p95": known(p95), "p99": known(p99),
        "max": known(max) })
}

/// The counters that there can be.
pub(super) const COUNTERS: [&str; 6] =
    ["carts_asked", "carts_missed", "carts_lost", "carts_staked", "carts_open", "cookie_bytes"];

/// What was lost of what services keep, by name; a counter is there only where something can be lost.
fn counters(report: &Report) -> Value {
    let mut counters = Map::new();
    let carts = report.sites.iter().filter_map(|site| site.carts).reduce(|a, b| Carts {
        asked: a.asked + b.asked,
        missed: a.missed + b.missed,
        lost: a.lost + b.lost,
        staked: a.staked + b.staked,
        open: a.open + b.open,
        cookie_bytes: a.cookie_bytes + b.cookie_bytes,
    });
    if let Some(Carts { asked, missed, lost, staked, open, cookie_bytes }) = carts {
        let counted = COUNTERS.iter().zip([asked, missed, lost, staked, open, cookie_bytes]);
        counters.extend(counted.map(|(name, count)| ((*name).to_owned(), json!(count))));
    }
    Value::Object(counters)
}

fn failures(failures: &Failures) -> Value {
    let counted = Reason::ALL.iter().zip(failures).filter(|(_, count)| **count > 0);
    Value::Object(counted.map(|(reason, &count)| (reason.words().to_owned(), json!(count))).collect())
}

fn nodes(run: &Run<'_>) -> Value {
    let mut nodes = Map::new();
    for (id, &site) in &run.plan.sites {
        let (Some(node), Some(totals)) = (run.design.nodes.get(id), run.report.sites.get(site as usize)) else {
            continue;
        };
        let mut figures = site_figures(&node.service, totals);
        if !totals.classes.is_empty() {
            figures["classes"] = classes_of_site(&class_names(run), &totals.classes);
        }
        nodes.insert(id.to_string(), figures);
    }
    Value::Object(nodes)
}

fn site_figures(service: &str, site: &SiteTotals) -> Value {
    let (least, mean, most) = site.in_service;
    let mut figures = json!({
        "service": service,
        "arrived": site.arrived, "served": site.served, "failed": site.failed, "in_flight": site.in_flight,
        "latency_ms": latency(&site.latency), "wait_ms": latency(&site.wait),
        "p_wait": (site.wait.count > 0).then_some(site.waited),
        "utilization": site.utilization, "queue_mean": site.queue_mean, "in_system_mean": site.in_system_mean,
        "busy_mean": site.busy_mean,
        "in_service": { "min": least, "mean": mean, "max": most },
        "instance_s": site.server_secs,
        "failures": failures(&site.failures),
    });
    if let Some(UseByServer { least, mean, most }) = site.by_server {
        figures["use_by_server"] =
            json!({ "least": least, "mean": mean, "most": most, "imbalance": (most - least) / mean });
    }
    if let Some(booted) = site.booted {
        figures["booted"] = json!({ "count": booted.count, "mean_s": booted.mean.secs(), "max_s": booted.most.secs() });
    }
    if let Some(credits) = site.credits {
        figures["credits"] = json!({ "least": credits.least, "surplus_vcpu_h": credits.surplus_hours });
    }
    let (lookups, hits) = site.lookups;
    if lookups > 0 {
        figures["cache"] =
            json!({ "lookups": lookups, "hits": hits, "entries": site.entries, "evicted": site.evicted });
    }
    if lookups > 0 || site.stale > 0 {
        figures["stale_reads"] = json!(site.stale);
    }
    if let Some(ages) = site.stale_ages {
        figures["stale_age"] = json!({ "mean_s": ages.mean.secs(), "max_s": ages.most.secs() });
    }
    if site.missing > 0 {
        figures["missing_files"] = json!(site.missing);
    }
    if site.writes_lost > 0 {
        figures["writes_lost"] = json!(site.writes_lost);
    }
    let (stored, finished, dead) = site.messages;
    if stored > 0 {
        figures["messages"] = json!({ "stored": stored, "finished": finished, "dead_letters": dead, "backlog": site.backlog,
                "expired": site.expired, "duplicates": site.duplicates, "oldest_s": site.oldest.secs(),
                "empty_receives": site.empty_receives });
    }
    figures
}

fn links(run: &Run<'_>) -> Value {
    let mut links = Map::new();
    for (id, &index) in &run.plan.links {
        let (Some(link), Some(totals)) = (run.design.links.get(id), run.report.links.get(index as usize)) else {
            continue;
        };
        let mut name = format!("{}->{}", link.from, link.to);
        if links.contains_key(&name) {
            name = format!("{name} ({id})");
        }
        links.insert(name, link_figures(totals));
    }
    Value::Object(links)
}

fn link_figures(link: &LinkTotals) -> Value {
    let mut figures = json!({
        "calls": link.calls, "failed": link.failed, "latency_ms": latency(&link.latency),
        "retries": link.retries, "timeouts": link.timeouts, "late": link.late,
    });
    if link.circuit != Circuit::None {
        figures["breaker"] = json!({
            "state": link.circuit.words(), "opened": link.opened, "closed": link.closed, "rejected": link.rejected,
        });
    }
    figures
}

/// A bill, whose line costs add up to that of the run; `good` is how many answers were good.
pub fn bill(bill: &Bill, good: u64) -> Value {
    let mut lines: Vec<&Line> = bill.lines.iter().collect();
    lines.sort_by(|a, b| (&a.node, &a.item).cmp(&(&b.node, &b.item)));
    json!({
        "currency": "USD", "region": bill.region, "run": bill.total.usd(), "per_hour": bill.per_hour().usd(),
        "per_month": bill.per_month().usd(), "per_year": bill.per_year().usd(), "per_1000_good": bill.per_1000_good(good),
        "lines": lines.into_iter().map(line).collect::<Vec<_>>(),
    })
}

fn line(line: &Line) -> Value {
    json!({
        "node": line.node, "service": line.service, "item": line.item, "quantity": line.quantity, "unit": line.unit,
        "unit_price": line.unit_price, "cost": line.cost.usd(), "source": line.source,
        "source_date": line.source_date, "region": line.region, "note": line.note,
    })
}
