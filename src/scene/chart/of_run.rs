//! The charts of a run: what users meet, and what one node does.

use super::{Axis, Cause, Chart, Line, MOST, Mark, Part, Scale, Style};
use crate::compile::Plan;
use crate::metrics::{Point, Quantity, Series};
use crate::scenario::{
    deploy_words, down_words, failover_words, flush_words, interrupt_words, kill_words, lost_words, replica_words,
    restore_words, rollout_words, slow_link_words, slow_words, spike_words, stop_words, terminate_words,
    throttle_words, unlist_words,
};
use crate::scene::list::Ink;
use crate::scene::words;
use crate::sim::network::{Fault, Harm, Index, Network, Reason};
use crate::sim::snapshot::Snapshot;
use crate::units::{Money, Share, SimTime, Span};
use crate::words::t;

/// Shortest time axis, so that the first seconds do not jump about.
const SHORTEST: f64 = 30.0;

/// What part of a run's time is shown, and how finely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Left end, in seconds since the start of the run.
    pub from: f64,
    /// Right end.
    pub to: f64,
    /// Most points of a line; never more than [`MOST`].
    pub most: usize,
    /// The moment that headlines tell of.
    pub here: f64,
}

/// What part of a run is shown.
struct Window<'a> {
    points: Vec<Point>,
    stretch: Stretch,
    plan: &'a Plan,
    now: SimTime,
    /// What headlines tell of; `None` where nothing was measured or it is forgotten.
    told: Option<Point>,
}

impl Stretch {
    /// The latest `span` before a moment.
    pub fn latest(now: SimTime, span: Span) -> Self {
        let from = SimTime(now.0.saturating_sub(span.0)).secs();
        Self { from, to: now.secs().max(from + SHORTEST), most: MOST, here: now.secs() }
    }
}

/// Latency, requests, instances and cost of the whole system over the latest `span`, then use and queue, and the backlog
/// and the hits of caches where there are any.
pub fn system_charts(plan: &Plan, snapshot: &Snapshot, span: Span) -> Vec<Chart> {
    of_system(plan, snapshot.now, &snapshot.system, Stretch::latest(snapshot.now, span))
}

/// The same over any stretch of a run that has come to `now`.
pub fn of_system(plan: &Plan, now: SimTime, series: &Series, stretch: Stretch) -> Vec<Chart> {
    let window = Window::new(plan, now, series, stretch);
    let mut charts = vec![window.latency(), window.requests(), window.instances(), window.cost()];
    charts.push(Chart { title: t!("Busiest node and waiting").to_owned(), ..window.usage() });
    window.add_seldom(&mut charts);
    charts
}

/// Latency, requests, use, instances and cost of the node that is watched over the latest `span`; empty if none is.
pub fn node_charts(plan: &Plan, snapshot: &Snapshot, span: Span) -> Vec<Chart> {
    of_node(plan, snapshot, Stretch::latest(snapshot.now, span))
}

/// The same over any stretch of the run.
pub fn of_node(plan: &Plan, snapshot: &Snapshot, stretch: Stretch) -> Vec<Chart> {
    let Some((site, series)) = &snapshot.watched else { return Vec::new() };
    let window = Window::new(plan, snapshot.now, series, stretch);
    let mut charts = vec![window.latency(), window.requests(), window.usage()];
    let scaled = plan.network.pools.iter().any(|pool| pool.site == *site);
    if scaled || window.points.iter().any(|point| point.in_service > 0.0) {
        charts.push(window.instances());
    }
    if window.points.iter().any(|point| point.cost_sum > 0.0) {
        charts.push(window.cost());
    }
    window.add_seldom(&mut charts);
    charts
}

/// Puts the lines of a kept run beside those of this one, chart by chart.
pub fn kept_beside(charts: &mut [Chart], kept: &[Chart]) {
    for chart in charts {
        let Some(other) = kept.iter().find(|other| other.title == chart.title) else { continue };
        let beside = |line: &Line| {
            let style = if line.style.steps() { Style::DashedStep } else { Style::Dashed };
            Line { style, part: Part::Kept, ..line.clone() }
        };
        let kept: Vec<Line> = other.lines.iter().map(beside).collect();
        chart.lines.splice(0..0, kept);
    }
}

impl<'a> Window<'a> {
    fn new(plan: &'a Plan, now: SimTime, series: &Series, stretch: Stretch) -> Self {
        let moment = |secs: f64| SimTime::ZERO + Span::from_secs_f64(secs.max(0.0));
        let (from, to) = (moment(stretch.from), moment(stretch.to).min(now));
        let most = stretch.most.clamp(2, MOST);
        let points = &series.level_between(from, to, MOST).points;
        let after = points.partition_point(|point| point.at + point.span < from);
        let shown = points.iter().skip(after).take_while(|point| point.at < to);
        let points = thinned(&shown.copied().collect::<Vec<_>>(), most);
        let told = told(&points, series, moment(stretch.here));
        Self { points, stretch, plan, now, told }
    }

    fn chart(&self, quantity: Quantity, (title, unit): (&str, &str), lines: Vec<Line>) -> Chart {
        let marks = marks(&self.plan.network, &self.plan.network.zones, self.now);
        let Stretch { from, to, here, .. } = self.stretch;
        Chart {
            quantity,
            title: title.to_owned(),
            unit: unit.to_owned(),
            headline: String::new(),
            lines,
            marks,
            from,
            to,
            scale: Scale::Even,
            here: (here < self.now.secs()).then_some(here),
            chosen: None,
        }
    }

    /// Charts that only some systems have a use for.
    fn add_seldom(&self, charts: &mut Vec<Chart>) {
        if self.points.iter().any(|point| point.credits.is_some()) {
            charts.push(self.credits());
        }
        if self.points.iter().any(|point| point.backlog > 0.0) {
            charts.push(self.backlog());
        }
        if self.points.iter().any(|point| point.hits > 0.0) {
            charts.push(self.hits());
        }
        if self.points.iter().any(|point| point.missing > 0.0 || point.stale > 0.0) {
            charts.push(self.losses());
        }
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
        Line { name: name.to_owned(), ink, style, axis: Axis::Left, part: Part::Own, points }
    }

    /// The figure of a chart at the moment that headlines tell of.
    fn headline(&self, figure: impl Fn(&Point) -> String) -> String {
        self.told.as_ref().map_or_else(|| "–".to_owned(), figure)
    }

    fn latency(&self) -> Chart {
        let answered = |value: fn(&Point) -> f32| move |p: &Point| (p.good + p.late > 0.0).then(|| value(p));
        let lines = vec![
            self.line("p50", Ink::Series(1), Style::Solid, answered(|p| p.p50)),
            self.line("p95", Ink::Series(0), Style::Solid, answered(|p| p.p95)),
            self.line("p99", Ink::Series(2), Style::Solid, answered(|p| p.p99)),
        ];
        let headline = self.headline(|told| match told.good + told.late > 0.0 {
            true => format!("p95 {}", words::millis(told.p95)),
            false => t!("no answers").to_owned(),
        });
        Chart { headline, ..self.chart(Quantity::Latency, (t!("Latency"), "ms"), lines) }
    }

    fn requests(&self) -> Chart {
        let mut lines = vec![self.line(t!("good"), Ink::Series(0), Style::Area, |p| Some(p.good))];
        lines.push(self.line(t!("late"), Ink::Series(3), Style::Solid, |p| Some(p.late)));
        lines.extend(self.failures());
        let headline = self.headline(|told| words::rate(told.good + told.late + told.failed));
        Chart { headline, ..self.chart(Quantity::Requests, (t!("Requests"), "/s"), lines) }
    }

    /// Failed requests by their commonest reasons; all in one line where none is known.
    fn failures(&self) -> Vec<Line> {
        let (codes, rates) = Point::reasons_of(&self.points);
        let of = |point: &Point, code: u8| {
            let told = point.reasons.iter().zip(point.by_reason);
            told.filter(|(other, _)| **other == code).map(|(_, rate)| rate).sum::<f32>()
        };
        let known: Vec<u8> =
            codes.into_iter().zip(rates).filter(|(_, rate)| *rate > 0.0).map(|(code, _)| code).collect();
        let inks = [Ink::Series(4), Ink::Series(2), Ink::Series(6), Ink::Series(7)];
        let named = |(code, ink): (&u8, Ink)| {
            let reason = Reason::ALL.get(usize::from(*code))?;
            Some(self.line(crate::words::of(reason.words()), ink, Style::Solid, |p| Some(of(p, *code))))
        };
        let mut lines: Vec<Line> = known.iter().zip(inks).filter_map(named).collect();
        let rest = |p: &Point| p.failed - known.iter().map(|code| of(p, *code)).sum::<f32>();
        if lines.is_empty() || self.points.iter().any(|point| rest(point) > 0.01 * point.failed) {
            let (name, style) = match lines.is_empty() {
                true => (t!("failed"), Style::Solid),
                false => (t!("other failures"), Style::Dashed),
            };
            lines.push(self.line(name, Ink::Series(4), style, |p| Some(rest(p).max(0.0))));
        }
        lines
    }

    fn instances(&self) -> Chart {
        let mut lines = vec![self.line(t!("in service"), Ink::Series(1), Style::Step, |p| Some(p.in_service))];
        if self.points.iter().any(|point| point.desired > 0.0) {
            lines.push(self.line(t!("desired"), Ink::Series(3), Style::DashedStep, |p| Some(p.desired)));
        }
        let mut seldom = |name: &str, ink, value: fn(&Point) -> f32| {
            if self.points.iter().any(|point| value(point) > 0.0) {
                lines.push(self.line(name, ink, Style::Step, |p| Some(value(p))));
            }
        };
        seldom(t!("pending"), Ink::Series(0), |p| p.pending);
        seldom(t!("draining"), Ink::Series(2), |p| p.draining);
        let number = |servers: f32| words::short((f64::from(servers) * 10.0).round() / 10.0);
        let headline = self.headline(|told| match told.desired {
            desired if desired > 0.0 => t!("{up} of {of}", up = number(told.in_service), of = number(desired)),
            _ => number(told.in_service),
        });
        Chart { headline, ..self.chart(Quantity::Instances, (t!("Instances"), ""), lines) }
    }

    fn usage(&self) -> Chart {
        let waiting = self.line(t!("waiting"), Ink::Series(3), Style::Solid, |p| Some(p.queue));
        let lines = vec![
            self.line(t!("in use"), Ink::Series(0), Style::Area, |p| Some(p.utilization * 100.0)),
            Line { axis: Axis::Right, ..waiting },
        ];
        let headline = self.headline(|told| words::percent(told.utilization));
        Chart { headline, ..self.chart(Quantity::Use, (t!("Use and waiting"), "%"), lines) }
    }

    fn backlog(&self) -> Chart {
        let lines = vec![self.line(t!("messages"), Ink::Series(3), Style::Area, |p| Some(p.backlog))];
        let headline = self.headline(|told| words::count(told.backlog.round() as u64));
        Chart { headline, ..self.chart(Quantity::Backlog, (t!("Backlog"), ""), lines) }
    }

    fn hits(&self) -> Chart {
        let lines = vec![self.line(t!("found"), Ink::Series(1), Style::Solid, |p| Some(p.hits * 100.0))];
        let headline = self.headline(|told| words::percent(told.hits));
        Chart { headline, ..self.chart(Quantity::Hits, (t!("Cache hits"), "%"), lines) }
    }

    fn losses(&self) -> Chart {
        let lines = vec![
            self.line(t!("stale"), Ink::Series(3), Style::Solid, |p| Some(p.stale)),
            self.line(t!("not found"), Ink::Series(4), Style::Area, |p| Some(p.missing)),
        ];
        let headline = self.headline(|told| words::rate(told.missing + told.stale));
        Chart { headline, ..self.chart(Quantity::Losses, (t!("Not found and stale"), "/s"), lines) }
    }

    fn credits(&self) -> Chart {
        let lines = vec![self.line(t!("left"), Ink::Series(1), Style::Area, |p| p.credits)];
        let headline = self.headline(|told| match told.credits {
            Some(left) => words::short(f64::from(left)),
            None => t!("needs none").to_owned(),
        });
        Chart { headline, ..self.chart(Quantity::Credits, (t!("CPU credits"), ""), lines) }
    }

    fn cost(&self) -> Chart {
        let spent = self.line(t!("spent"), Ink::Series(0), Style::Solid, |p| Some(p.cost_sum));
        let lines = vec![
            self.line(t!("per hour"), Ink::Series(3), Style::Area, |p| Some(p.cost_rate)),
            Line { axis: Axis::Right, ..spent },
        ];
        let money = |dollars: f32| Money::from_usd(f64::from(dollars));
        let headline = self.headline(|told| format!("{}/h · {}", money(told.cost_rate), money(told.cost_sum)));
        Chart { headline, ..self.chart(Quantity::Cost, (t!("Cost"), "$/h"), lines) }
    }
}

/// The point before a moment: among those in sight, or where these lie elsewhere in time, the finest that is remembered.
fn told(shown: &[Point], series: &Series, here: SimTime) -> Option<Point> {
    let before = |points: &[Point]| points[..points.partition_point(|point| point.at < here)].last().copied();
    let near = |point: &Point| point.at < here && here <= point.at + point.span + point.span;
    before(shown).filter(near).or_else(|| {
        let level = &series.level_between(here, here, MOST).points;
        let until = level.partition_point(|point| point.at < here);
        until.checked_sub(1).map(|last| level[last])
    })
}

/// At most so many points: where a level has more, neighbours become their mean, and of latencies the worst.
fn thinned(points: &[Point], most: usize) -> Vec<Point> {
    let each = points.len().div_ceil(most).max(1);
    if each == 1 {
        return points.to_vec();
    }
    points.chunks(each).filter_map(Point::together).collect()
}

/// Faults and planned actions that have begun, as far as they have come.
fn marks(network: &Network, zones: &[String], now: SimTime) -> Vec<Mark> {
    let mark = |fault: &Fault| {
        let (from, to) = (fault.at.secs(), (fault.at + fault.lasts).secs());
        let cause = if fault.harm.is_planned() { Cause::Change } else { Cause::Fault };
        match fault.harm {
            // What is not named from the very start is yet to be announced: that is what happens.
            Harm::Unlist { link, .. } if fault.at == Span::ZERO => {
                Mark { from: to, to, label: announced(link, network), cause }
            }
            harm => Mark { from, to, label: harm_words(harm, network, zones), cause },
        }
    };
    let marks = network.faults.iter().map(mark);
    marks.filter(|mark| mark.from <= now.secs()).collect()
}

/// The announcement of what a link leads to, in words.
fn announced(link: Index, network: &Network) -> String {
    let ends = network.links.get(link as usize).map(|link| (name_of(network, link.from), name_of(network, link.to)));
    let (node, target) = ends.unwrap_or((t!("a node"), t!("a node")));
    crate::scenario::named_words(node, target)
}

fn name_of(network: &Network, site: Index) -> &str {
    network.sites.get(site as usize).map_or(t!("a node"), |site| site.name.as_str())
}

/// A fault of a plan in words.
pub fn fault_words(plan: &Plan, harm: Harm) -> String {
    harm_words(harm, &plan.network, &plan.network.zones)
}

fn harm_words(harm: Harm, network: &Network, zones: &[String]) -> String {
    match harm {
        Harm::ZoneOutage(zone) => match zones.get(usize::from(zone)) {
            Some(letter) => t!("zone {letter} outage", letter = letter),
            None => t!("zone outage").to_owned(),
        },
        Harm::Slow { site, factor } => slow_words(name_of(network, site), factor),
        Harm::Failover { pool } => {
            let site = network.pools.get(pool as usize).map_or(Index::MAX, |pool| pool.site);
            failover_words(name_of(network, site))
        }
        Harm::Flush(site) => flush_words(name_of(network, site)),
        Harm::Crash { pool, count } => {
            let name = pool_name(network, pool);
            if count == 1 {
                t!("{name} loses an instance", name = name)
            } else {
                t!("{name} loses {count} instances", name = name, count = count)
            }
        }
        Harm::RegionOutage(region) => {
            let name = network.regions.get(region as usize).map_or("", |region| region.name.as_str());
            t!("region {name} outage", name = name)
        }
        Harm::Restore { site } => restore_words(name_of(network, site)),
        Harm::Down { site } => down_words(name_of(network, site)),
        Harm::Throttle { site, rate } => throttle_words(name_of(network, site), rate),
        Harm::Deploy { pool, count, share } => deploy_words(pool_name(network, pool), count, Share(share)),
        Harm::Rollout { pool, how } => rollout_words(pool_name(network, pool), &how),
        Harm::Kill { pool, count } => kill_words(pool_name(network, pool), count),
        Harm::LostLink { link, share } => lost_words(link_name(network, link), Share(share)),
        Harm::SlowLink { link, extra } => slow_link_words(link_name(network, link), extra),
        Harm::Spike { source, factor } => {
            let site = network.sources.get(source as usize).map_or(Index::MAX, |source| source.site);
            spike_words(name_of(network, site), factor)
        }
        Harm::CopyLoss { pool, count } => replica_words(pool_name(network, pool), count),
        Harm::Stop { pool } => stop_words(pool_name(network, pool)),
        Harm::Resize { pool, size } => {
            t!("{name} is resized to {cores} vCPUs", name = pool_name(network, pool), cores = size.cores)
        }
        Harm::Interrupt { pool, count } => interrupt_words(pool_name(network, pool), count),
        Harm::Terminate { pool, count } => terminate_words(pool_name(network, pool), count),
        Harm::Unlist { link, .. } => {
            let name = |site: Option<u32>| {
                let site = site.and_then(|site| network.sites.get(site as usize));
                site.map_or(t!("a node"), |site| site.name.as_str())
            };
            let link = network.links.get(link as usize);
            unlist_words(name(link.map(|link| link.from)), name(link.map(|link| link.to)))
        }
    }
}

fn link_name(network: &Network, link: Index) -> &str {
    network.links.get(link as usize).map_or(t!("a link"), |link| link.name.as_str())
}

fn pool_name(network: &Network, pool: u32) -> &str {
    let site = network.pools.get(pool as usize).and_then(|pool| network.sites.get(pool.site as usize));
    site.map_or(t!("a group"), |site| site.name.as_str())
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
        assert_eq!(titles, ["Latency", "Requests", "Instances", "Cost", "Busiest node and waiting"]);
        for chart in &charts {
            assert!(chart.lines.iter().all(|line| (2..=MOST + 1).contains(&line.points.len())), "{}", chart.title);
            assert_eq!(chart.marks.len(), 1);
            assert_eq!(chart.marks[0].label, "zone b outage");
        }
        let of_node = node_charts(&plan, &snapshot(&design, &plan), span());
        let titles: Vec<&str> = of_node.iter().map(|chart| chart.title.as_str()).collect();
        assert_eq!(titles, ["Latency", "Requests", "Use and waiting", "Instances", "Cost"]);
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
        let now = SimTime::ZERO + span();
        let window = Window::new(&plan, now, &series, Stretch::latest(now, span()));
        assert!(window.latency().lines.iter().all(|line| line.points.is_empty()));
        assert_eq!(window.latency().headline, "no answers");
    }

    #[test]
    fn thinning_keeps_the_worst_latency() {
        let mut points = vec![Point { good: 1.0, span: Span::from_secs(1), ..Point::default() }; 1_000];
        points[500].p99 = 900.0;
        let thin = thinned(&points, MOST);
        assert!(thin.len() <= MOST && thin.iter().any(|point| point.p99 == 900.0));
        assert!(thin.iter().all(|point| point.good == 1.0));
    }

    #[test]
    fn failures_are_drawn_by_reason_and_nothing_is_left_out() {
        let (full, down) = (Reason::QueueFull as u8, Reason::ServerDown as u8);
        let mut series = history();
        for level in &mut series.levels {
            for point in &mut level.points {
                (point.failed, point.reasons) = (10.0, [full, down, 0, 0]);
                point.by_reason = [6.0, 3.0, 0.0, 0.0];
            }
        }
        let (plan, now) = (Plan::default(), SimTime::ZERO + span());
        let chart = Window::new(&plan, now, &series, Stretch::latest(now, span())).requests();
        let at = |name: &str| chart.lines.iter().find(|line| line.name == name).and_then(|line| line.at(900.0));
        assert_eq!((at("queue full"), at(Reason::ServerDown.words())), (Some(6.0), Some(3.0)));
        assert!((at("other failures").unwrap() - 1.0).abs() < 1e-4);
    }

    #[test]
    fn a_stretch_of_the_past_is_told_as_finely_as_it_is_known() {
        let (plan, now, series) = (Plan::default(), SimTime::ZERO + span(), history());
        let stretch = Stretch { from: 600.0, to: 900.0, most: 20, here: 700.0 };
        let charts = of_system(&plan, now, &series, stretch);
        assert_eq!((charts[0].from, charts[0].to, charts[0].here), (600.0, 900.0, Some(700.0)));
        let points = &charts[0].lines[0].points;
        assert!((10..=20).contains(&points.len()), "{}", points.len());
        assert!(points.iter().all(|point| (580.0..=920.0).contains(&point.0)));
    }

    #[test]
    fn a_kept_run_lies_dashed_beside_this_one() {
        let (plan, now, series) = (Plan::default(), SimTime::ZERO + span(), history());
        let stretch = Stretch::latest(now, span());
        let mut charts = of_system(&plan, now, &series, stretch);
        let kept = charts.clone();
        kept_beside(&mut charts, &kept);
        for (chart, before) in charts.iter().zip(&kept) {
            assert_eq!(chart.lines.len(), 2 * before.lines.len());
            assert!(chart.lines.iter().filter(|line| line.part == Part::Kept).all(|line| line.style.dashed()));
        }
    }

    #[test]
    fn an_empty_run_has_empty_charts() {
        for chart in system_charts(&Plan::default(), &Snapshot::default(), span()) {
            assert!(chart.lines.iter().all(|line| line.points.is_empty()) && chart.to > chart.from);
        }
    }
}
