//! What a card says: the telling figures of a node for its service, at rest and in a run.
//!
//! Decides words, levels and boxes; where they stand is `card`'s.

use super::list::Ink;
use super::{Picture, words};
use crate::catalog::{Category, Face, Service, Settings};
use crate::metrics::Point;
use crate::model::{Id, Node};
use crate::sim::snapshot::{CreditState, Phase, Progress, ServerState, SiteState};
use crate::words::t;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Fine.
    Ok,
    /// Strained.
    Warn,
    /// Failing.
    Bad,
}

/// One box in the row of a node's servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// In service, this busy.
    Busy(Level),
    /// Boots.
    Pending,
    /// Finishes what it has.
    Draining,
    /// Lost.
    Lost,
    /// Could be launched.
    Empty,
}

/// A figure with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is: "p95".
    pub name: &'static str,
    /// How much, with its unit: "186 ms".
    pub value: String,
}

/// What the card of a running node shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// The line under the name.
    pub status: String,
    /// How that line reads: fine is said quietly.
    pub tone: Level,
    /// Its servers or targets.
    pub slots: Vec<Slot>,
    /// Share of its capacity in use.
    pub used: Option<f32>,
    /// Left at the foot.
    pub left: Option<Fact>,
    /// Right at the foot.
    pub right: Option<Fact>,
    /// All in all.
    pub level: Level,
}

impl Figures {
    /// The most telling of them, where there is room for one only.
    pub fn telling(&self) -> String {
        let fact = if self.used.is_some() { &self.left } else { &self.right };
        match fact.as_ref().or(self.left.as_ref()).filter(|_| self.tone == Level::Ok) {
            Some(fact) => fact.words(),
            None => self.status.clone(),
        }
    }
}

impl Fact {
    /// In one line.
    pub fn words(&self) -> String {
        format!("{} {}", self.name, self.value)
    }
}

impl Level {
    /// Of a share of capacity in use.
    pub fn of_use(share: f32) -> Self {
        match share {
            s if s < 0.7 => Self::Ok,
            s if s < 0.9 => Self::Warn,
            _ => Self::Bad,
        }
    }

    /// As a face.
    pub fn fill(self) -> Ink {
        match self {
            Self::Ok => Ink::OkFill,
            Self::Warn => Ink::WarnFill,
            Self::Bad => Ink::BadFill,
        }
    }

    /// As text; fine is no news.
    pub fn text(self) -> Ink {
        match self {
            Self::Ok => Ink::Muted,
            Self::Warn => Ink::Warn,
            Self::Bad => Ink::Bad,
        }
    }
}

/// The line under the name of a node at rest.
pub fn resting(node: &Node) -> String {
    match (node.service(), node.settings()) {
        (Some(service), Some(settings)) => (service.status)(&settings),
        _ => t!("unknown service · {service}", service = node.service),
    }
}

/// The figures of a node, if it takes part in a run.
pub fn live(picture: &Picture<'_>, id: &Id, node: &Node) -> Option<Figures> {
    let (plan, snapshot) = (picture.plan?, picture.snapshot?);
    let index = *plan.sites.get(id)? as usize;
    let state = snapshot.sites.get(index)?;
    let pooled = plan.network.sites.get(index)?.pool.is_some();
    let service = node.service()?;
    let settings = node.settings()?;
    let (status, tone) = status(service, &settings, state);
    let used = pooled.then_some(state.last.utilization.clamp(0.0, 1.0));
    let busy = used.map_or(Level::Ok, |share| Level::of_use(share).min(Level::Warn));
    let (left, right) = foot(service, state, used);
    Some(Figures { status, tone, slots: slots(state), used, left, right, level: tone.max(busy) })
}

fn status(service: &Service, settings: &Settings<'_>, state: &SiteState) -> (String, Level) {
    if let Some(trouble) = trouble(state, service.face) {
        return (trouble, Level::Bad);
    }
    let last = &state.last;
    if last.missing > 0.0 {
        return (t!("⚠ {rate} not found", rate = words::rate(last.missing)), Level::Warn);
    }
    let plain = |text: String| (text, Level::Ok);
    match service.face {
        Face::Client => plain(format!("{} · {}", words::rate(last.arrived), good(last))),
        Face::Cache | Face::Edge => plain(t!(
            "hit {percent} · {latency}",
            percent = words::percent(last.hits),
            latency = latency(last, last.p50)
        )),
        Face::Balancer => targets(state),
        Face::Queue => plain(t!("backlog {count}", count = words::count(state.backlog))),
        Face::Server | Face::Database => servers(service, settings, state),
        Face::Dns | Face::Store | Face::Topic | Face::Files => plain((service.status)(settings)),
    }
}

/// How a running node is, all in all: the level of its [`live`] figures without their words.
pub fn level(face: Face, pooled: Pooled, state: &SiteState) -> Level {
    let share = state.last.utilization.clamp(0.0, 1.0);
    let busy = if pooled == Pooled::Yes { Level::of_use(share).min(Level::Warn) } else { Level::Ok };
    let tone = match face {
        _ if is_in_trouble(state, face) => Level::Bad,
        _ if state.last.missing > 0.0 => Level::Warn,
        Face::Balancer if state.targets.1 < state.targets.0.max(1) => Level::Warn,
        Face::Server | Face::Database if is_strained(state) => Level::Warn,
        _ => Level::Ok,
    };
    tone.max(busy)
}

/// Whether a site has servers with processors of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooled {
    /// It has.
    Yes,
    /// It has not.
    No,
}

fn is_strained(state: &SiteState) -> bool {
    let out = state.credits.is_some_and(|credits| credits.out > 0);
    let stuck = state.rollout.is_some_and(|rollout| rollout.failed);
    stuck || out || state.waiting > 0 || (!state.servers.is_empty() && in_service(state) == 0)
}

fn is_in_trouble(state: &SiteState, face: Face) -> bool {
    let last = &state.last;
    let total = last.good + last.late + last.failed;
    if face == Face::Client && last.failed + last.late > 0.0 && total > 0.0 {
        return last.failed.max(last.late) / total >= 0.01;
    }
    last.failed > 0.0 || state.trouble.is_some_and(|(_, rate)| rate > 0.0)
}

/// Why requests fail, in words; none if they do not. What users meet is a share, not a reason.
fn trouble(state: &SiteState, face: Face) -> Option<String> {
    let last = &state.last;
    let total = last.good + last.late + last.failed;
    if face == Face::Client && last.failed + last.late > 0.0 && total > 0.0 {
        let most = if last.failed >= last.late { t!("failed") } else { t!("late") };
        let share = last.failed.max(last.late) / total;
        return (share >= 0.01).then(|| format!("⚠ {} {most}", words::percent(share)));
    }
    match state.trouble {
        Some((reason, rate)) if rate > 0.0 => {
            Some(format!("⚠ {} {}", crate::words::of(reason.words()), words::rate(rate)))
        }
        _ if last.failed > 0.0 => Some(t!("⚠ {rate} failed", rate = words::rate(last.failed))),
        _ => None,
    }
}

fn good(last: &Point) -> String {
    let total = last.good + last.late + last.failed;
    if total > 0.0 {
        t!("{share} good", share = words::percent(last.good / total))
    } else {
        t!("no answer yet").to_owned()
    }
}

fn latency(last: &Point, millis: f32) -> String {
    if last.good + last.late > 0.0 { words::millis(millis) } else { t!("idle").to_owned() }
}

fn targets(state: &SiteState) -> (String, Level) {
    match state.targets {
        (0, _) => (t!("no targets").to_owned(), Level::Warn),
        (all, healthy) if healthy >= all => (t!("{healthy} healthy of {all}", healthy = healthy, all = all), Level::Ok),
        (all, healthy) => (t!("{healthy} unhealthy of {all}", healthy = all - healthy, all = all), Level::Warn),
    }
}

fn servers(service: &Service, settings: &Settings<'_>, state: &SiteState) -> (String, Level) {
    let up = in_service(state);
    if up == 0 && !state.servers.is_empty() {
        let boots = state.servers.iter().any(|server| server.phase == Phase::Pending);
        return (if boots { t!("booting") } else { t!("none in service") }.to_owned(), Level::Warn);
    }
    if let Some(rollout) = state.rollout.filter(|rollout| !rollout.over || rollout.failed) {
        return (rolled(rollout), if is_strained(state) { Level::Warn } else { Level::Ok });
    }
    let kind = kind(service, settings, state.kind);
    let of = state.max.max(state.servers.len() as u32);
    if let Some(words) = state.credits.and_then(|credits| without_credits(credits, of, kind.as_deref())) {
        return (words, Level::Warn);
    }
    if state.waiting > 0 {
        return (
            t!("{count} waiting · {rate}", count = words::count(state.waiting), rate = words::rate(state.last.arrived)),
            Level::Warn,
        );
    }
    let telling = match state.credits {
        _ if of > 1 => t!("{up} of {of}", up = up, of = of),
        Some(credits) => t!("{count} credits", count = words::count(credits.least as u64)),
        None => words::rate(state.last.arrived),
    };
    match kind {
        Some(kind) => (format!("{kind} · {telling}"), Level::Ok),
        None => (telling, Level::Ok),
    }
}

/// How far a rollout has come, in words.
pub fn rolled(rollout: Progress) -> String {
    let Progress { replaced, of, over, failed } = rollout;
    match (failed, over) {
        (true, _) => t!("rollout stuck, {replaced} of {of}", replaced = replaced, of = of),
        (_, true) => t!("rolled out, {replaced} of {of}", replaced = replaced, of = of),
        _ => t!("rollout, {replaced} of {of}", replaced = replaced, of = of),
    }
}

/// That servers are held to their baseline, if any are: how many of a group, or which type.
fn without_credits(credits: CreditState, of: u32, kind: Option<&str>) -> Option<String> {
    match (credits.out, kind) {
        (0, _) => None,
        (out, _) if of > 1 => Some(t!("{out} of {of} without credits", out = out, of = of)),
        (_, Some(kind)) => Some(t!("{kind} · no credits", kind = kind)),
        (_, None) => Some(t!("no credits").to_owned()),
    }
}

/// The instance type that servers have: the one that an action gave them, or the one that is drawn.
fn kind(service: &Service, settings: &Settings<'_>, given: Option<u32>) -> Option<String> {
    let (param, types) = service.types()?;
    let given = given.and_then(|number| types.get(number as usize)).map(|kind| kind.name.clone());
    Some(given.unwrap_or_else(|| settings.value(&param.key).to_string()))
}

fn in_service(state: &SiteState) -> usize {
    state.servers.iter().filter(|server| server.phase == Phase::InService).count()
}

/// The age of the oldest message, where it has waited for a while.
fn oldest(state: &SiteState) -> Option<Fact> {
    let secs = state.oldest.secs() as u64;
    let age = match secs {
        0..2 => return None,
        2..120 => format!("{secs} s"),
        120..7_200 => format!("{} min", secs / 60),
        _ => format!("{} h", secs / 3_600),
    };
    Some(Fact { name: t!("oldest"), value: age })
}

/// The two figures at the foot of a card.
fn foot(service: &Service, state: &SiteState, used: Option<f32>) -> (Option<Fact>, Option<Fact>) {
    let last = &state.last;
    let answered = last.good + last.late > 0.0;
    let latency = |name, millis| answered.then(|| Fact { name, value: words::millis(millis) });
    let arrived = |name| Some(Fact { name, value: words::rate(last.arrived) });
    let p95 = latency("p95", last.p95);
    let dead = || Fact { name: t!("set aside"), value: words::count(state.dead_letters) };
    match (service.face, used) {
        (Face::Client, _) => (latency("p50", last.p50), p95),
        (Face::Queue, _) => (arrived(t!("in")), if state.dead_letters > 0 { Some(dead()) } else { oldest(state) }),
        (_, Some(used)) => {
            let name = if service.sheet().category == Category::Own { t!("busy") } else { "CPU" };
            (Some(Fact { name, value: words::percent(used) }), p95)
        }
        _ => (arrived(t!("in")), p95),
    }
}

/// Boxes for the servers, up to the most that may run; for a balancer its targets. None for one server that serves.
fn slots(state: &SiteState) -> Vec<Slot> {
    let (all, healthy) = state.targets;
    if all > 0 {
        let target = |n| if n < healthy { Slot::Busy(Level::Ok) } else { Slot::Lost };
        return (0..all).map(target).collect();
    }
    let mut slots: Vec<Slot> = state.servers.iter().filter_map(slot).collect();
    let missing = (state.max as usize).saturating_sub(slots.len());
    slots.extend(std::iter::repeat_n(Slot::Empty, missing));
    let one_that_serves = matches!(slots[..], [Slot::Busy(_)]) && state.max <= 1;
    if one_that_serves { Vec::new() } else { slots }
}

fn slot(server: &ServerState) -> Option<Slot> {
    match server.phase {
        Phase::InService => Some(Slot::Busy(Level::of_use(server.utilization))),
        Phase::Pending => Some(Slot::Pending),
        Phase::Draining => Some(Slot::Draining),
        Phase::Broken | Phase::Stopping | Phase::Stopped | Phase::Lost => Some(Slot::Lost),
        Phase::Gone => None,
    }
}

/// A node with its state, for a screen reader and for the title of its group in a picture.
pub fn spoken(node: &Node, figures: Option<&Figures>) -> String {
    let service = node.service().map_or(node.service.as_str(), |service| crate::words::of(&service.sheet().name));
    let mut parts = vec![node.label.clone(), service.to_owned()];
    match figures {
        None => parts.push(resting(node)),
        Some(figures) => {
            parts.push(figures.status.replace("⚠ ", t!("trouble: ")).replace(" · ", ", "));
            let up = figures.slots.iter().filter(|slot| matches!(slot, Slot::Busy(_))).count();
            let told = figures.status.contains(t!(" of "));
            if !figures.slots.is_empty() && !told {
                parts.push(t!("{up} of {slots} in service", up = up, slots = figures.slots.len()));
            }
            parts.extend([&figures.left, &figures.right].into_iter().flatten().map(Fact::words));
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::sketch::{plan, sketch, snapshot};
    use super::*;

    #[test]
    fn the_level_is_the_same_with_and_without_words() {
        let design = sketch();
        let plan = plan(&design);
        let snapshot = snapshot(&design, &plan);
        let picture = Picture { plan: Some(&plan), snapshot: Some(&snapshot), ..Picture::of(&design) };
        let mut found = std::collections::BTreeSet::new();
        for (id, node) in design.nodes.iter().filter(|(_, node)| node.service().is_some()) {
            let index = plan.sites[id] as usize;
            let pooled = if plan.network.sites[index].pool.is_some() { Pooled::Yes } else { Pooled::No };
            let level = level(node.service().unwrap().face, pooled, &snapshot.sites[index]);
            assert_eq!(Some(level), live(&picture, id, node).map(|figures| figures.level), "{id}");
            found.insert(level);
        }
        assert_eq!(found.len(), 3, "all levels are met");
    }
}
