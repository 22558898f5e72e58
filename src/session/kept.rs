//! A run that was kept, and how the one under way differs from it.
//!
//! Both are told by what their users met since their start, and by their bills. Where they have not come equally far, the
//! table says how far each has.

use crate::compile::Plan;
use crate::cost::Bill;
use crate::edit;
use crate::model::Design;
use crate::scene::words;
use crate::sim::network::Reason;
use crate::sim::report::{Means, Met, SiteMeans};
use crate::sim::snapshot::Snapshot;
use crate::units::{Money, SimTime};
use crate::words::t;
use std::sync::Arc;

/// A run as it was when it was kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// What was run.
    pub plan: Arc<Plan>,
    /// Its figures.
    pub snapshot: Arc<Snapshot>,
    /// Its bill.
    pub bill: Arc<Bill>,
    /// What its users met.
    pub met: Arc<Met>,
    /// What its sites did on average.
    pub means: Arc<Means>,
}

/// What the drawing has become since a run was kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Since {
    design: Design,
    scenario: usize,
    /// Revision and scenario that the edits were told of.
    told: Option<(u64, usize)>,
    edits: Vec<String>,
}

impl Since {
    /// Of a drawing that is run in one of its scenarios.
    pub(super) fn new(design: &Design, scenario: usize) -> Self {
        Self { design: design.clone(), scenario, ..Self::default() }
    }

    /// Tells the edits anew if the drawing, at this revision, has changed.
    pub(super) fn look(&mut self, revision: u64, (design, scenario): (&Design, usize)) {
        if self.told != Some((revision, scenario)) {
            self.told = Some((revision, scenario));
            self.edits = edit::became((&self.design, self.scenario), (design, scenario));
        }
    }

    /// One a line.
    pub(super) fn edits(&self) -> &[String] {
        &self.edits
    }
}

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What is compared.
    pub name: String,
    /// In the run that was kept.
    pub kept: String,
    /// In the run under way.
    pub now: String,
    /// How much more or less, in words; empty where both are alike.
    pub change: String,
    /// Whether that is good.
    pub verdict: Verdict,
}

/// Whether a difference is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Better,
    /// It is not.
    Worse,
    /// There is none, or it is neither.
    Neither,
}

/// Which way is good.
#[derive(Clone, Copy)]
enum Good {
    Less,
    More,
    Neither,
}

/// How a run differs from one that was kept.
pub fn differences(kept: &Kept, now: &Kept) -> Vec<Difference> {
    let secs = |run: &Kept| run.snapshot.now.secs();
    let mut lines = vec![line(t!("Simulated time"), (secs(kept), secs(now)), clock, Good::Neither)];
    lines.extend(requests(&kept.met, &now.met));
    lines.extend(latencies(&kept.met, &now.met));
    lines.extend(costs(kept, now));
    lines
}

/// How nodes differ that are in both runs, those that do at all: name, and what differs.
pub fn node_differences(design: &Design, kept: &Kept, now: &Kept) -> Vec<(String, Vec<Difference>)> {
    let both = now.plan.sites.iter().filter_map(|(id, &site)| {
        let was = kept.means.sites.get(*kept.plan.sites.get(id)? as usize)?;
        let is = now.means.sites.get(site as usize)?;
        let cost = |run: &Kept| run.bill.of_node(id.as_str()).usd() / run.bill.hours.max(f64::MIN_POSITIVE);
        let mut lines = of_node(was, is);
        lines.push(line(t!("Cost of an hour"), (cost(kept), cost(now)), money, Good::Less));
        lines.retain(|line| !line.change.is_empty());
        Some((design.nodes.get(id)?.label.clone(), lines))
    });
    both.filter(|(_, lines)| !lines.is_empty()).collect()
}

fn of_node(was: &SiteMeans, is: &SiteMeans) -> Vec<Difference> {
    let pair = |figure: fn(&SiteMeans) -> f64| (figure(was), figure(is));
    let share = |share: f64| words::percent(share as f32);
    let mut lines = vec![
        line(t!("In use"), pair(|site| site.utilization), share, Good::Neither),
        line(t!("Instances in service"), pair(|site| site.in_service), tenths, Good::Neither),
        line(t!("Waiting"), pair(|site| site.queue), tenths, Good::Less),
        line(t!("Failed requests"), pair(|site| site.failed), share, Good::Less),
    ];
    if let (Some(was), Some(is)) = (was.latency, is.latency) {
        lines.push(line(t!("Mean time"), (was, is), |millis| words::millis(millis as f32), Good::Less));
    }
    lines
}

/// Servers in service on average, all fleets together.
fn in_service(run: &Kept) -> f64 {
    let fleets = run.plan.network.pools.iter().filter(|pool| pool.fleet);
    fleets.filter_map(|pool| run.means.sites.get(pool.site as usize)).map(|site| site.in_service).sum()
}

fn tenths(mean: f64) -> String {
    words::short((mean * 10.0).round() / 10.0)
}

fn money(usd: f64) -> String {
    Money::from_usd(usd).to_string()
}

fn requests(kept: &Met, now: &Met) -> Vec<Difference> {
    let ended = |met: &Met| (met.requests.good + met.requests.late + met.requests.failed).max(1) as f64;
    let good = |met: &Met| met.requests.good as f64 / ended(met);
    let count = |value: f64| words::count(value.round() as u64);
    let pair = |figure: fn(&Met) -> u64| (figure(kept) as f64, figure(now) as f64);
    let mut lines = vec![
        line(t!("Requests"), pair(|met| met.requests.offered), count, Good::Neither),
        line(t!("Good answers"), (good(kept), good(now)), |share| words::percent(share as f32), Good::More),
        line(t!("Late answers"), pair(|met| met.requests.late), count, Good::Less),
        line(t!("Failed requests"), pair(|met| met.requests.failed), count, Good::Less),
    ];
    for reason in Reason::ALL {
        let failed = |met: &Met| met.failures[reason as usize] as f64;
        if failed(kept) + failed(now) > 0.0 {
            let name = t!("Failed: {reason}", reason = crate::words::of(reason.words()));
            lines.push(line(&name, (failed(kept), failed(now)), count, Good::Less));
        }
    }
    let down = |met: &Met| met.downtime.secs();
    lines.push(line(t!("Downtime"), (down(kept), down(now)), |secs| format!("{secs:.0} s"), Good::Less));
    lines
}

fn latencies(kept: &Met, now: &Met) -> Vec<Difference> {
    let millis = |value: f64| words::millis(value as f32);
    let of = |name: &str, figure: fn(&Met) -> f64| line(name, (figure(kept), figure(now)), millis, Good::Less);
    vec![of("p50", |met| met.latency.p50), of("p95", |met| met.latency.p95), of("p99", |met| met.latency.p99)]
}

fn costs(kept: &Kept, now: &Kept) -> Vec<Difference> {
    let pair = |figure: fn(&Kept) -> f64| (figure(kept), figure(now));
    vec![
        line(t!("Instances in service"), pair(in_service), tenths, Good::Neither),
        line(t!("Cost of an hour"), pair(|run| run.bill.per_hour().usd()), money, Good::Less),
        line(t!("Cost of a month"), pair(|run| run.bill.per_month().usd()), money, Good::Less),
        line(
            t!("Cost of 1,000 good answers"),
            pair(|run| run.bill.per_1000_good(run.met.requests.good).unwrap_or(0.0)),
            money,
            Good::Less,
        ),
    ]
}

fn clock(secs: f64) -> String {
    (SimTime::ZERO + crate::units::Span::from_secs_f64(secs)).clock()
}

fn line(name: &str, (kept, now): (f64, f64), told: impl Fn(f64) -> String, good: Good) -> Difference {
    let (was, is) = (told(kept), told(now));
    let alike = was == is;
    let change = match (alike, kept == 0.0) {
        (true, _) => String::new(),
        (false, true) => format!("+{is}"),
        (false, false) => format!("{:+.1} %", (now / kept - 1.0) * 100.0),
    };
    let verdict = match (good, now < kept) {
        _ if alike => Verdict::Neither,
        (Good::Neither, _) => Verdict::Neither,
        (Good::Less, true) | (Good::More, false) => Verdict::Better,
        _ => Verdict::Worse,
    };
    Difference { name: name.to_owned(), kept: was, now: is, change, verdict }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Summary;
    use crate::sim::report::Requests;
    use crate::units::Span;

    fn kept(good: u64, failed: u64, p99: f64) -> Kept {
        let mut met = Met {
            requests: Requests { offered: good + failed, good, failed, ..Requests::default() },
            latency: Summary { p50: 10.0, p95: 20.0, p99, ..Summary::default() },
            ..Met::default()
        };
        met.failures[Reason::QueueFull as usize] = failed;
        let snapshot = Snapshot { now: SimTime::ZERO + Span::from_secs(60), ..Snapshot::default() };
        Kept {
            plan: Arc::default(),
            snapshot: Arc::new(snapshot),
            bill: Arc::default(),
            met: Arc::new(met),
            means: Arc::default(),
        }
    }

    #[test]
    fn what_became_better_and_worse_is_said_with_how_much() {
        let lines = differences(&kept(900, 100, 200.0), &kept(1_000, 0, 300.0));
        let of = |name: &str| lines.iter().find(|line| line.name == name).unwrap_or_else(|| panic!("no {name}"));
        assert_eq!((of("p99").change.as_str(), of("p99").verdict), ("+50.0 %", Verdict::Worse));
        assert_eq!((of("Good answers").kept.as_str(), of("Good answers").now.as_str()), ("90 %", "100 %"));
        assert_eq!(of("Good answers").verdict, Verdict::Better);
        assert_eq!((of("Failed: queue full").change.as_str(), of("p50").change.as_str()), ("-100.0 %", ""));
        assert_eq!(of("Simulated time").verdict, Verdict::Neither);
    }
}
