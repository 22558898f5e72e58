//! Why a run is as it is: what is scarce, where requests spend their time, what they fail of. From measured figures alone.

use crate::catalog::Face;
use crate::compile::Plan;
use crate::metrics::{Point, Series};
use crate::model::{Design, Id, Node};
use crate::sim::network::{Index, Reason};
use crate::sim::snapshot::{Phase, SiteState, Snapshot};
use crate::sim::trace::{Ending, Kind, Trace, Visit};
use crate::units::{SimTime, Span, compact};
use crate::words::t;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Messages that are older than this pile up.
const OLD: Span = Span::from_secs(30);

/// A resource that holds requests up, or the busiest one.
#[derive(Debug, Clone, PartialEq)]
pub struct Scarcity {
    /// The node that it is of.
    pub node: Id,
    /// How badly: below 1 the share that is in use, above 1 it is used up, from 4 on nothing is left of it.
    pub strain: f64,
    /// The sentence that says it.
    pub words: String,
}

/// What is scarce now, the worst first; what is neither used up nor much in use is left out, but for the busiest.
pub fn scarce(design: &Design, plan: &Plan, snapshot: &Snapshot) -> Vec<Scarcity> {
    worst_first(design, plan, |node, site| strain(node, snapshot.sites.get(site as usize)?))
}

/// What was scarce over a span, likewise, by what each site was like then; `None` where nothing is remembered.
pub fn was_scarce(design: &Design, plan: &Plan, sites: &[Option<Point>]) -> Vec<Scarcity> {
    let pool = |site: Index| plan.network.pools.get(plan.network.sites.get(site as usize)?.pool? as usize);
    worst_first(design, plan, |node, site| {
        let (point, pool) = (sites.get(site as usize)?.as_ref()?, pool(site));
        let workers = pool.map(|pool| pool.workers as f32 * point.in_service);
        had_nothing(node, point).filter(|_| pool.is_some()).or_else(|| was_strained(node, point, workers))
    })
}

fn worst_first(design: &Design, plan: &Plan, strain: impl Fn(&Node, Index) -> Option<(f64, String)>) -> Vec<Scarcity> {
    let nodes = plan.sites.iter().filter_map(|(id, &site)| {
        let node = design.nodes.get(id)?;
        // Users are not scarce: what fails them is said of where it fails.
        if node.service().is_some_and(|service| service.face == Face::Client) {
            return None;
        }
        let (strain, words) = strain(node, site)?;
        Some(Scarcity { node: id.clone(), strain, words })
    });
    let mut found: Vec<Scarcity> = nodes.collect();
    found.sort_by(|a, b| b.strain.total_cmp(&a.strain).then_with(|| a.node.cmp(&b.node)));
    let telling = found.iter().take_while(|scarcity| scarcity.strain >= 0.7).count();
    found.truncate(telling.max(1));
    found
}

/// How strained a node is, and the sentence that says it.
fn strain(node: &Node, state: &SiteState) -> Option<(f64, String)> {
    gone(node, state).or_else(|| used_up(node, state)).or_else(|| {
        let used = f64::from(state.last.utilization);
        let words =
            t!("{node} is the busiest: {used} % in use", node = node.label, used = format!("{:.0}", used * 100.0));
        (used > 0.0).then_some((used.min(1.0), words))
    })
}

/// What has nothing left to answer with.
fn gone(node: &Node, state: &SiteState) -> Option<(f64, String)> {
    let label = &node.label;
    let count = |phase| state.servers.iter().filter(|server| server.phase == phase).count();
    let all = state.servers.len();
    if all > 0 && count(Phase::InService) == 0 {
        let booting = match count(Phase::Pending) {
            0 => String::new(),
            1 => t!(", 1 boots").to_owned(),
            many => t!(", {count} boot", count = many),
        };
        return Some((
            5.0,
            t!("{node} has nothing in service: 0 of {all}{booting}", node = label, all = all, booting = booting),
        ));
    }
    if state.targets.0 > 0 && state.targets.1 == 0 {
        return Some((4.8, t!("{node} has no healthy target: 0 of {all}", node = label, all = state.targets.0)));
    }
    match state.trouble {
        Some((Reason::FailingOver, rate)) => {
            let words = t!("{node} is failing over: {rate} requests a second fail", node = label, rate = whole(rate));
            Some((4.5, words))
        }
        Some((Reason::Throttled, rate)) => {
            let words = t!("{node} throttles: {rate} requests a second are refused", node = label, rate = whole(rate));
            Some((4.0, words))
        }
        Some((reason, rate)) if is_of_node(reason) => {
            let why = crate::words::of(reason.words());
            let rate = whole(rate);
            Some((4.0, t!("{node} fails {rate} requests a second: {why}", node = label, rate = rate, why = why)))
        }
        _ => None,
    }
}

/// What is used up, so that requests wait or are refused.
fn used_up(node: &Node, state: &SiteState) -> Option<(f64, String)> {
    let label = &node.label;
    let (used, there) = state.workers;
    if there > 0 && used >= there && state.waiting > 0 {
        let refused = match state.trouble {
            Some((Reason::QueueFull, rate)) => t!(", {rate} a second refused", rate = whole(rate)),
            _ => String::new(),
        };
        let crowd = state.waiting as f64 / (state.waiting + there) as f64;
        let words = t!(
            "{node} {workers} are full: {used} of {all} in use, {waiting} waiting{refused}",
            node = label,
            workers = workers_of(node),
            used = used,
            all = there,
            waiting = state.waiting,
            refused = refused
        );
        return Some((3.0 + crowd, words));
    }
    if state.credits.is_some_and(|credits| credits.out > 0) && state.last.utilization > 0.05 {
        return Some((2.8, t!("{node} has no CPU credits left: it runs at its baseline", node = label)));
    }
    if state.oldest >= OLD && state.backlog > 0 {
        let words = t!(
            "{node} piles up: {count} messages, the oldest {age} s old",
            node = label,
            count = state.backlog,
            age = format!("{:.0}", state.oldest.secs())
        );
        return Some((2.5, words));
    }
    None
}

/// Nothing in service over a whole span, though requests came.
fn had_nothing(node: &Node, point: &Point) -> Option<(f64, String)> {
    let gone = point.in_service < 0.005 && point.good + point.late <= 0.0 && point.failed > 0.0;
    gone.then(|| (5.0, t!("{node} had nothing in service", node = node.label)))
}

/// Share of what came to a node that has to fail for its failures to be what is scarce.
const TELLING: f32 = 0.01;

/// How strained a node with so many workers in service was over a span, and the sentence that says it.
fn was_strained(node: &Node, point: &Point, workers: Option<f32>) -> Option<(f64, String)> {
    let label = &node.label;
    let (reason, rate) = (Reason::ALL.get(usize::from(point.reasons[0])).copied()?, point.by_reason[0]);
    let fails = rate > 0.0 && rate >= TELLING * point.arrived;
    if fails && is_of_node(reason) {
        let (rate, why) = (f64::from(rate), crate::words::of(reason.words()));
        let words = t!("{node} failed {rate} requests a second: {why}", node = label, rate = compact(rate), why = why);
        return Some((if reason == Reason::FailingOver { 4.5 } else { 4.0 }, words));
    }
    let crowd = f64::from(point.queue / (point.queue + workers.unwrap_or(0.0)).max(f32::MIN_POSITIVE));
    if point.queue >= 1.0 && (point.utilization >= 0.95 || crowd >= 0.5) {
        let refused = match fails && reason == Reason::QueueFull {
            true => t!(", {rate} a second refused", rate = compact(rate.into())),
            false => String::new(),
        };
        let (workers, waiting) = (workers_of(node), compact(point.queue.into()));
        let words = t!(
            "{node} {workers} were full: {waiting} waiting on average{refused}",
            node = label,
            workers = workers,
            waiting = waiting,
            refused = refused
        );
        return Some((3.0 + crowd, words));
    }
    // What comes in stays so long on average, by Little's law.
    let stays = f64::from(point.backlog) / f64::from(point.arrived).max(f64::MIN_POSITIVE);
    if point.backlog >= 1.0 && stays >= OLD.secs() {
        let count = compact(point.backlog.into());
        return Some((2.5, t!("{node} piled up: {count} messages on average", node = label, count = count)));
    }
    let used = f64::from(point.utilization).min(1.0);
    let percent = format!("{:.0}", used * 100.0);
    let waited = match point.queue >= 1.0 {
        true => t!(", {waiting} waiting on average", waiting = compact(point.queue.into())),
        false => String::new(),
    };
    let words = t!("{node} was the busiest: {used} % in use{waited}", node = label, used = percent, waited = waited);
    (used > 0.0).then_some((used, words))
}

/// Whether a reason says that the node itself had nothing to answer with.
fn is_of_node(reason: Reason) -> bool {
    use Reason::{FailingOver, NoTarget, OutOfMemory, ServerDown, ServerLost, Throttled};
    matches!(reason, FailingOver | Throttled | ServerDown | ServerLost | OutOfMemory | NoTarget)
}

/// A rate in whole numbers.
fn whole(rate: f32) -> String {
    format!("{rate:.0}")
}

/// What the workers of a node are called.
fn workers_of(node: &Node) -> &'static str {
    match node.service.as_str() {
        "rds" | "aurora" | "elasticache" => t!("connections"),
        "station" => t!("servers"),
        "lambda" => t!("environments"),
        _ => t!("workers"),
    }
}

/// How many requests failed of a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// Of what.
    pub reason: Reason,
    /// How many.
    pub count: u64,
    /// Of which classes, the most frequent first.
    pub classes: Vec<(u8, u64)>,
}

/// What requests of all classes or of one failed of between two moments, the commonest reason first.
pub fn reasons(series: &Series, (from, to): (SimTime, SimTime), class: Option<u8>) -> Vec<Failing> {
    let mut by_reason = BTreeMap::<u8, Vec<(u8, u64)>>::new();
    for ((of, reason), count) in series.failures.between(from, to) {
        if class.is_none_or(|class| class == of) {
            by_reason.entry(reason).or_default().push((of, count));
        }
    }
    let failing = |(code, mut classes): (u8, Vec<(u8, u64)>)| {
        classes.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let count = classes.iter().map(|(_, count)| count).sum();
        Some(Failing { reason: *Reason::ALL.get(usize::from(code))?, count, classes })
    };
    let mut found: Vec<Failing> = by_reason.into_iter().filter_map(failing).collect();
    found.sort_by_key(|failing| std::cmp::Reverse(failing.count));
    found
}

/// Where some requests spent their time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TimeSpent {
    /// How many requests were looked at; for a node, how often they were there.
    pub requests: usize,
    /// How long one took on average, in milliseconds.
    pub millis: f64,
    /// By site, the longest first.
    pub hops: Vec<Hop>,
}

/// What requests did at one site, in milliseconds for each of the requests that were looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hop {
    /// Which site.
    pub site: Index,
    /// Visits, and how many of them failed.
    pub visits: usize,
    /// How many of them failed.
    pub failed: usize,
    /// On the network, there and back.
    pub travels: f64,
    /// Waiting for a worker or a connection.
    pub waits: f64,
    /// Working.
    pub works: f64,
    /// Slower than alone, because others had the processor too.
    pub shares: f64,
    /// Between two attempts, or until another request had fetched the same.
    pub pauses: f64,
}

impl Hop {
    /// All of its time, in milliseconds a request.
    pub fn total(&self) -> f64 {
        self.travels + self.waiting() + self.works
    }

    /// The part of it that is no work and no way.
    pub fn waiting(&self) -> f64 {
        self.waits + self.shares + self.pauses
    }
}

/// Where requests spent their time: from their beginning, or from their coming to a site and in what that called.
pub fn time_spent<'a>(traces: impl Iterator<Item = &'a Arc<Trace>>, at: Option<Index>) -> TimeSpent {
    let mut spent = TimeSpent::default();
    let mut hops = BTreeMap::<Index, Hop>::new();
    for trace in traces {
        let from = |visit: &Visit| at.map_or(visit.caller.is_none(), |site| visit.site == site);
        let mut below = vec![false; trace.visits.len()];
        for (n, visit) in trace.visits.iter().enumerate() {
            let above = visit.caller.is_some_and(|caller| below[caller]);
            if !above && from(visit) {
                spent.requests += 1;
                spent.millis += visit.to.since(visit.from).secs() * 1e3;
            }
            below[n] = above || from(visit);
            if below[n] {
                let site = visit.site;
                add(hops.entry(site).or_insert(Hop { site, ..Hop::default() }), trace, n);
            }
        }
    }
    let each = spent.requests.max(1) as f64;
    spent.millis /= each;
    spent.hops = hops.into_values().map(|hop| hop.divided(each)).collect();
    spent.hops.sort_by(|a, b| b.total().total_cmp(&a.total()).then(a.site.cmp(&b.site)));
    spent
}

impl Hop {
    fn divided(self, by: f64) -> Self {
        let Self { travels, waits, works, shares, pauses, .. } = self;
        let [travels, waits, works, shares, pauses] = [travels, waits, works, shares, pauses].map(|sum| sum / by);
        Self { travels, waits, works, shares, pauses, ..self }
    }
}

fn add(hop: &mut Hop, trace: &Trace, at: usize) {
    let visit = &trace.visits[at];
    hop.visits += 1;
    hop.failed += usize::from(matches!(visit.ending, Ending::Failed(_)));
    let mut calls = 0.0;
    for piece in &visit.pieces {
        let millis = piece.to.since(piece.from).secs() * 1e3;
        *match piece.kind {
            Kind::Travels => &mut hop.travels,
            Kind::Waits => &mut hop.waits,
            Kind::Works => &mut hop.works,
            Kind::Shares => &mut hop.shares,
            Kind::Calls => &mut calls,
        } += millis;
    }
    hop.pauses += (calls - called(trace, at)).max(0.0);
}

/// How long a visit had callees, in milliseconds: the time that any of them took.
fn called(trace: &Trace, caller: usize) -> f64 {
    let mut spans: Vec<(SimTime, SimTime)> =
        trace.visits.iter().filter(|visit| visit.caller == Some(caller)).map(|visit| (visit.from, visit.to)).collect();
    spans.sort_unstable();
    let (mut sum, mut until) = (0.0, SimTime::ZERO);
    for (from, to) in spans {
        sum += to.since(from.max(until)).secs().max(0.0) * 1e3 * f64::from(u8::from(to > until));
        until = until.max(to);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::metrics::FailureCount;
    use crate::model::sketch;
    use crate::scenario::Scenario;
    use crate::sim::engine::Engine;

    fn ran(text: &str, secs: u64) -> (Design, Plan, Snapshot) {
        let design = sketch(text).expect("a design");
        let plan = compile(&design, &Scenario::steady());
        let mut engine = Engine::new(plan.network.clone(), 1);
        engine.trace();
        engine.run_until(SimTime::ZERO + Span::from_secs(secs));
        let snapshot = engine.snapshot();
        (design, plan, snapshot)
    }

    #[test]
    fn a_full_station_is_named_with_its_figures() {
        let (design, plan, snapshot) = ran("users(200/s) -> station(servers=2, service=20 ms)", 20);
        let found = scarce(&design, &plan, &snapshot);
        assert!(found[0].strain > 3.0, "{found:?}");
        let words = &found[0].words;
        assert!(words.contains("servers are full: 2 of 2 in use, ") && words.contains(" waiting"), "{words}");
    }

    #[test]
    fn what_was_scarce_is_told_of_its_span_and_not_of_now() {
        let design = sketch("users(60/s) -> station(servers=2, service=10 ms)").expect("a design");
        let plan = compile(&design, &Scenario::steady());
        let site = plan.sites.values().copied().find(|&site| plan.network.sites[site as usize].pool.is_some()).unwrap();
        let mut engine = Engine::new(plan.network.clone(), 1);
        let at = |secs| SimTime::ZERO + Span::from_secs(secs);
        let (harm, lasts) = (crate::sim::network::Harm::Slow { site, factor: 4.0 }, Span::from_secs(20));
        engine.inject(crate::sim::network::Fault { at: Span::from_secs(30), lasts, harm });
        engine.run_until(at(150));
        let then = |from, to| -> Vec<Scarcity> {
            let sites = 0..plan.network.sites.len() as Index;
            let points: Vec<_> = sites.map(|site| engine.history(site)?.between(at(from), at(to))).collect();
            was_scarce(&design, &plan, &points)
        };
        let slow = &then(32, 48)[0];
        assert!(slow.strain > 3.0 && slow.words.contains("servers were full: "), "{slow:?}");
        let (before, now) = (&then(5, 25)[0], &scarce(&design, &plan, &engine.snapshot())[0]);
        assert!(before.strain < 1.0 && before.words.contains("was the busiest: 3"), "{before:?}");
        assert!(now.strain < 1.0, "{now:?}");
        assert!(then(200, 300).is_empty(), "nothing is made up of a time that has not come");
    }

    #[test]
    fn where_nothing_is_scarce_the_busiest_is_named() {
        let (design, plan, snapshot) = ran("users(20/s) -> station(servers=4, service=20 ms)", 20);
        let found = scarce(&design, &plan, &snapshot);
        assert_eq!(found.len(), 1);
        assert!(found[0].strain < 0.5 && found[0].words.contains("is the busiest"), "{found:?}");
    }

    #[test]
    fn the_time_of_requests_is_told_whole_and_by_what_they_did() {
        let (_, plan, snapshot) = ran("users(80/s) -> station(servers=1, service=10 ms constant)", 600);
        let spent = time_spent(snapshot.traces.iter(), None);
        let sum: f64 = spent.hops.iter().map(Hop::total).sum();
        assert!((sum - spent.millis).abs() < 0.01 * spent.millis, "{sum} of {}", spent.millis);
        let site = plan.sites.values().copied().find(|&site| spent.hops[0].site == site).expect("the station");
        let hop = spent.hops[0];
        // M/D/1 at 80 %: it waits twice as long as it works.
        assert!((9.9..10.1).contains(&hop.works) && (13.0..28.0).contains(&hop.waits), "{hop:?}");
        let below = time_spent(snapshot.traces.iter(), Some(site));
        assert_eq!(below.hops.len(), 1);
        assert!(below.millis <= spent.millis);
    }

    #[test]
    fn reasons_are_counted_between_two_moments_by_class() {
        let mut series = Series::default();
        let at = |secs| SimTime::ZERO + Span::from_secs(secs);
        for secs in 0..100 {
            for (class, reason, count) in
                [(0, Reason::QueueFull, 1), (1, Reason::QueueFull, 2), (1, Reason::ServerLost, 2)]
            {
                series.failures.add(FailureCount { at: at(secs), count, class, reason: reason as u8 });
            }
        }
        let full = Failing { reason: Reason::QueueFull, count: 30, classes: vec![(1, 20), (0, 10)] };
        let lost = Failing { reason: Reason::ServerLost, count: 20, classes: vec![(1, 20)] };
        assert_eq!(reasons(&series, (at(10), at(20)), None), [full, lost]);
        let of_first = Failing { reason: Reason::QueueFull, count: 10, classes: vec![(0, 10)] };
        assert_eq!(reasons(&series, (at(10), at(20)), Some(0)), [of_first]);
    }

    #[test]
    fn a_run_tells_what_each_class_failed_of_and_loses_none() {
        let text = "users(300/s) -> station(servers=1, service=10 ms, queue=5)";
        let mut design = sketch(text).expect("a design");
        design.classes = vec![crate::model::RequestClass::new("browse"), crate::model::RequestClass::new("buy")];
        let plan = compile(&design, &Scenario::steady());
        let mut engine = Engine::new(plan.network.clone(), 1);
        engine.run_until(SimTime::ZERO + Span::from_secs(60));
        let (snapshot, met) = (engine.snapshot(), engine.met());
        let found = reasons(&snapshot.system, (SimTime::ZERO, snapshot.now), None);
        let sum: u64 = found.iter().map(|failing| failing.count).sum();
        assert_eq!(sum, met.requests.failed, "{found:?}");
        for (class, ends) in (0..).zip(&met.classes) {
            let of: u64 =
                reasons(&snapshot.system, (SimTime::ZERO, snapshot.now), Some(class)).iter().map(|f| f.count).sum();
            assert_eq!(of, ends.failed, "class {class}");
            assert!(ends.failed > 0);
        }
    }
}
