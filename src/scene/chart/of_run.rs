//! The charts of a run: what users meet, and what one node does.

use super::{Axis, Chart, Line, MOST, Mark, Style};
use crate::compile::Plan;
use crate::metrics::{Point, REASONS, Series};
use crate::scenario::{
    deploy_words, down_words, failover_words, flush_words, interrupt_words, lost_words, replica_words, slow_link_words,
    slow_words, spike_words, stop_words, terminate_words, throttle_words, unlist_words,
};
use crate::scene::list::Ink;
use crate::scene::words;
use crate::sim::network::{Harm, Index, Network};
use crate::sim::snapshot::Snapshot;
use crate::units::{Money, Share, SimTime, Span};

/// Shortest time axis, so that the first seconds do not jump about.
const SHORTEST: f64 = 30.0;

/// What part of a run is shown.
struct Window<'a> {
    points: Vec<Point>,
    from: f64,
    to: f64,
    plan: &'a Plan,
    now: SimTime,
}

/// Latency, requests, instances and cost of the whole system over the latest `span`.
pub fn system_charts(plan: &Plan, snapshot: &Snapshot, span: Span) -> Vec<Chart> {
    let window = Window::new(plan, snapshot.now, &snapshot.system, span);
    vec![window.latency(), window.requests(), window.instances(), window.cost()]
}

/// Latency, requests, use and instances of the node that is watched over the latest `span`; empty if none is.
pub fn node_charts(plan: &Plan, snapshot: &Snapshot, span: Span) -> Vec<Chart> {
    let Some((site, series)) = &snapshot.watched else { return Vec::new() };
    let window = Window::new(plan, snapshot.now, series, span);
    let mut charts = vec![window.latency(), window.requests(), window.usage()];
    let scaled = plan.network.pools.iter().any(|pool| pool.site == *site);
    if scaled || window.points.iter().any(|point| point.in_service > 0.0) {
        charts.push(window.instances());
    }
    charts
}

impl<'a> Window<'a> {
    fn new(plan: &'a Plan, now: SimTime, series: &Series, span: Span) -> Self {
        let from = SimTime(now.0.saturating_sub(span.0));
        let points = &series.level_for(from, MOST).points;
        let after = points.partition_point(|point| point.at + point.span < from);
        let until_now = points.iter().skip(after).take_while(|point| point.at < now);
        let points = thinned(&until_now.copied().collect::<Vec<_>>());
        Self { points, from: from.secs(), to: now.secs().max(from.secs() + SHORTEST), plan, now }
    }

    fn chart(&self, title: &str, unit: &str, lines: Vec<Line>) -> Chart {
        let marks = marks(&self.plan.network, &self.plan.network.zones, self.now);
        let (title, unit) = (title.to_owned(), unit.to_owned());
        Chart { title, unit, headline: String::new(), lines, marks, from: self.from, to: self.to }
    }

    fn line(&self, name: &str, ink: Ink, style: Style, value: impl Fn(&Point) -> Option<f32>) -> Line {
        let middle = if style.steps() { 0.0 } else { 0.5 };
        let at = |point: &Point| point.at.secs() + point.span.secs() * middle;
        let shown = self.points.iter().filter_map(|point| Some((at(point), f64::from(value(point)?))));
        let mut points: Vec<(f64, f64)> = shown.filter(|point| point.1.is_finite()).collect();
        if style.steps()
            && let (Some(last), Some(point)) = (points.last().copied(), self.points.last())
        {
            points.push(((point.at + point.span).secs(), last.1));
        }
        Line { name: name.to_owned(), ink, style, axis: Axis::Left, points }
    }

    fn latest(&self) -> Point {
        self.points.last().copied().unwrap_or_default()
    }

    fn latency(&self) -> Chart {
        let answered = |value: fn(&Point) -> f32| move |p: &Point| (p.good + p.late > 0.0).then(|| value(p));
        let lines = vec![
            self.line("p50", Ink::Series(1), Style::Solid, answered(|p| p.p50)),
            self.line("p95", Ink::Series(0), Style::Solid, answered(|p| p.p95)),
            self.line("p99", Ink::Series(2), Style::Solid, answered(|p| p.p99)),
        ];
        let latest = self.latest();
        let known = latest.good + latest.late > 0.0;
        let headline = if known { format!("p95 {}", words::millis(latest.p95)) } else { "no answers".to_owned() };
        Chart { headline, ..self.chart("Latency", "ms", lines) }
    }

    fn requests(&self) -> Chart {
        let lines = vec![
            self.line("good", Ink::Series(0), Style::Area, |p| Some(p.good)),
            self.line("late", Ink::Series(3), Style::Solid, |p| Some(p.late)),
            self.line("failed", Ink::Series(4), Style::Solid, |p| Some(p.failed)),
        ];
        let latest = self.latest();
        let headline = words::rate(latest.good + latest.late + latest.failed);
        Chart { headline, ..self.chart("Requests", "/s", lines) }
    }

    fn instances(&self) -> Chart {
        let mut lines = vec![self.line("in service", Ink::Series(1), Style::Step, |p| Some(p.in_service))];
        if self.points.iter().any(|point| point.desired > 0.0) {
            lines.push(self.line("desired", Ink::Series(3), Style::DashedStep, |p| Some(p.desired)));
        }
        let latest = self.latest();
        let number = |servers: f32| words::short((f64::from(servers) * 10.0).round() / 10.0);
        let headline = match latest.desired {
            desired if desired > 0.0 => format!("{} of {}", number(latest.in_service), number(desired)),
            _ => number(latest.in_service),
        };
        Chart { headline, ..self.chart("Instances", "", lines) }
    }

    fn usage(&self) -> Chart {
        let mut lines = vec![self.line("in use", Ink::Series(0), Style::Area, |p| Some(p.utilization * 100.0))];
        let backlog = self.points.iter().any(|point| point.backlog > 0.0);
        let (name, value): (_, fn(&Point) -> f32) =
            if backlog { ("backlog", |p| p.backlog) } else { ("waiting", |p| p.queue) };
        let waiting = self.line(name, Ink::Series(3), Style::Solid, |p| Some(value(p)));
        lines.push(Line { axis: Axis::Right, ..waiting });
        let headline = words::percent(self.latest().utilization);
        Chart { headline, ..self.chart("Use and queue", "%", lines) }
    }

    fn cost(&self) -> Chart {
        let spent = self.line("spent", Ink::Series(0), Style::Solid, |p| Some(p.cost_sum));
        let lines = vec![
            self.line("per hour", Ink::Series(3), Style::Area, |p| Some(p.cost_rate)),
            Line { axis: Axis::Right, ..spent },
        ];
        let latest = self.latest();
        let money = |dollars: f32| Money::from_usd(f64::from(dollars));
        let headline = format!("{}/h · {}", money(latest.cost_rate), money(latest.cost_sum));
        Chart { headline, ..self.chart("Cost", "$/h", lines) }
    }
}

/// At most [`MOST`] points: where a level has more, neighbours become their mean, and of latencies the worst.
fn thinned(points: &[Point]) -> Vec<Point> {
    let each = points.len().div_ceil(MOST).max(1);
    if each == 1 {
        return points.to_vec();
    }
    points.chunks(each).map(merged).collect()
}

fn merged(points: &[Point]) -> Point {
    let mean = |value: fn(&Point) -> f32| points.iter().map(value).sum::<f32>() / points.len() as f32;
    let worst = |value: fn(&Point) -> f32| points.iter().map(value).fold(0.0, f32::max);
    let (first, last) = (points[0], points[points.len() - 1]);
    let (reasons, by_reason) = reasons(points);
    Point {
        at: first.at,
        span: (last.at + last.span).since(first.at),
        arrived: mean(|p| p.arrived),
        good: mean(|p| p.good),
        late: mean(|p| p.late),
        failed: mean(|p| p.failed),
        reasons,
        by_reason,
        p50: worst(|p| p.p50),
        p95: worst(|p| p.p95),
        p99: worst(|p| p.p99),
        utilization: mean(|p| p.utilization),
        queue: mean(|p| p.queue),
        backlog: mean(|p| p.backlog),
        hits: mean(|p| p.hits),
        in_service: mean(|p| p.in_service),
        pending: mean(|p| p.pending),
        draining: mean(|p| p.draining),
        desired: mean(|p| p.desired),
        cost_rate: mean(|p| p.cost_rate),
        cost_sum: last.cost_sum,
    }
}

/// The commonest reasons of several points, and how fast each grew on average.
fn reasons(points: &[Point]) -> ([u8; REASONS], [f32; REASONS]) {
    let mut sums: Vec<(u8, f32)> = Vec::new();
    let told = points.iter().flat_map(|point| point.reasons.into_iter().zip(point.by_reason));
    for (code, rate) in told.filter(|(_, rate)| *rate > 0.0) {
        match sums.iter_mut().find(|sum| sum.0 == code) {
            Some(sum) => sum.1 += rate / points.len() as f32,
            None => sums.push((code, rate / points.len() as f32)),
        }
    }
    sums.sort_by(|a, b| b.1.total_cmp(&a.1));
    let at = |n: usize| sums.get(n).copied().unwrap_or_default();
    (std::array::from_fn(|n| at(n).0), std::array::from_fn(|n| at(n).1))
}

/// Faults that have begun, as far as they have come.
fn marks(network: &Network, zones: &[String], now: SimTime) -> Vec<Mark> {
    let begun = network.faults.iter().filter(|fault| fault.at.0 <= now.0);
    begun
        .map(|fault| {
            let (from, to) = (fault.at.secs(), (fault.at + fault.lasts).secs());
            Mark { from, to, label: harm_words(fault.harm, network, zones) }
        })
        .collect()
}

fn name_of(network: &Network, site: Index) -> &str {
    network.sites.get(site as usize).map_or("a node", |site| site.name.as_str())
}

fn harm_words(harm: Harm, network: &Network, zones: &[String]) -> String {
    match harm {
        Harm::ZoneOutage(zone) => match zones.get(usize::from(zone)) {
            Some(letter) => format!("zone {letter} outage"),
            None => "zone outage".to_owned(),
        },
        Harm::Slow { site, factor } => slow_words(name_of(network, site), factor),
        Harm::Failover { pool } => {
            let site = network.pools.get(pool as usize).map_or(Index::MAX, |pool| pool.site);
            failover_words(name_of(network, site))
        }
        Harm::Flush(site) => flush_words(name_of(network, site)),
        Harm::Crash { pool, count } => {
            let name = pool_name(network, pool);
            if count == 1 { format!("{name} loses an instance") } else { format!("{name} loses {count} instances") }
        }
        Harm::RegionOutage(region) => {
            let name = network.regions.get(region as usize).map_or("", |region| region.name.as_str());
            format!("region {name} outage")
        }
        Harm::Down { site } => down_words(name_of(network, site)),
        Harm::Throttle { site, rate } => throttle_words(name_of(network, site), rate),
        Harm::Deploy { pool, count, share } => deploy_words(pool_name(network, pool), count, Share(share)),
        Harm::LostLink { link, share } => lost_words(link_name(network, link), Share(share)),
        Harm::SlowLink { link, extra } => slow_link_words(link_name(network, link), extra),
        Harm::Spike { source, factor } => {
            let site = network.sources.get(source as usize).map_or(Index::MAX, |source| source.site);
            spike_words(name_of(network, site), factor)
        }
        Harm::CopyLoss { pool, count } => replica_words(pool_name(network, pool), count),
        Harm::Stop { pool } => stop_words(pool_name(network, pool)),
        Harm::Resize { pool, size } => format!("{} is stopped and gets {} vCPUs", pool_name(network, pool), size.cores),
        Harm::Interrupt { pool, count } => interrupt_words(pool_name(network, pool), count),
        Harm::Terminate { pool, count } => terminate_words(pool_name(network, pool), count),
        Harm::Unlist { link, .. } => {
            let name = |site: Option<u32>| {
                let site = site.and_then(|site| network.sites.get(site as usize));
                site.map_or("a node", |site| site.name.as_str())
            };
            let link = network.links.get(link as usize);
            unlist_words(name(link.map(|link| link.from)), name(link.map(|link| link.to)))
        }
    }
}

fn link_name(network: &Network, link: Index) -> &str {
    network.links.get(link as usize).map_or("a link", |link| link.name.as_str())
}

fn pool_name(network: &Network, pool: u32) -> &str {
    let site = network.pools.get(pool as usize).and_then(|pool| network.sites.get(pool.site as usize));
    site.map_or("a group", |site| site.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::super::sketch::{history, later, plan, sketch, snapshot};
    use super::*;

    fn span() -> Span {
        Span::from_secs(1_800)
    }

    #[test]
    fn a_run_has_four_charts_with_bounded_lines() {
        let design = sketch();
        let plan = plan(&design);
        let charts = system_charts(&plan, &later(&design, &plan), span());
        let titles: Vec<&str> = charts.iter().map(|chart| chart.title.as_str()).collect();
        assert_eq!(titles, ["Latency", "Requests", "Instances", "Cost"]);
        for chart in &charts {
            assert!(chart.lines.iter().all(|line| (2..=MOST + 1).contains(&line.points.len())), "{}", chart.title);
            assert_eq!(chart.marks.len(), 1);
            assert_eq!(chart.marks[0].label, "zone b outage");
        }
        assert_eq!(node_charts(&plan, &snapshot(&design, &plan), span()).len(), 4);
        assert!(node_charts(&plan, &Snapshot::default(), span()).is_empty());
    }

    #[test]
    fn a_fault_is_not_told_before_it_happens() {
        let design = sketch();
        let plan = plan(&design);
        let early = Snapshot { now: SimTime::ZERO + Span::from_secs(60), ..snapshot(&design, &plan) };
        assert!(system_charts(&plan, &early, span())[0].marks.is_empty());
    }

    #[test]
    fn percentiles_are_left_out_where_nothing_was_answered() {
        let mut series = history();
        for point in &mut series.levels[1].points {
            (point.good, point.late) = (0.0, 0.0);
        }
        let plan = Plan::default();
        let window = Window::new(&plan, SimTime::ZERO + span(), &series, span());
        assert!(window.latency().lines.iter().all(|line| line.points.is_empty()));
        assert_eq!(window.latency().headline, "no answers");
    }

    #[test]
    fn thinning_keeps_the_worst_latency() {
        let mut points = vec![Point { good: 1.0, span: Span::from_secs(1), ..Point::default() }; 1_000];
        points[500].p99 = 900.0;
        let thin = thinned(&points);
        assert!(thin.len() <= MOST && thin.iter().any(|point| point.p99 == 900.0));
        assert!(thin.iter().all(|point| point.good == 1.0));
    }

    #[test]
    fn an_empty_run_has_empty_charts() {
        for chart in system_charts(&Plan::default(), &Snapshot::default(), span()) {
            assert!(chart.lines.iter().all(|line| line.points.is_empty()) && chart.to > chart.from);
        }
    }
}
