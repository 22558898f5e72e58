//! The live figures of a node or a link, as lines of words. Figures and words only; the panel decides how they look.

use crate::catalog::{Face, Service};
use crate::model::Id;
use crate::scene::{figures as scene_figures, words};
use crate::session::View;
use crate::sim::snapshot::{Circuit, LinkState, Phase, SiteState};
use crate::units::Span;
use crate::words::t;

/// How a figure reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing to worry about.
    Plain,
    /// Strained.
    Warn,
    /// Failing.
    Bad,
}

/// One figure with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// The value with its unit.
    pub value: String,
    /// How it reads.
    pub level: Level,
}

fn plain(name: &'static str, value: String) -> Figure {
    Figure { name, value, level: Level::Plain }
}

/// The state of a node's site, if it takes part in a run that has started.
pub fn site<'a>(view: View<'a>, id: &Id) -> Option<&'a SiteState> {
    let index = *view.plan.sites.get(id)? as usize;
    view.snapshot?.sites.get(index)
}

/// The figures of a node that tell most for its service.
pub fn figures(view: View<'_>, id: &Id) -> Vec<Figure> {
    let Some(state) = site(view, id) else { return Vec::new() };
    let service = view.design.nodes.get(id).and_then(crate::model::Node::service);
    let face = service.map(|service| service.face);
    let mut figures = Vec::new();
    servers(service, state, &mut figures);
    traffic(state, face, &mut figures);
    if let Some(rollout) = state.rollout {
        let level = if rollout.failed { Level::Warn } else { Level::Plain };
        figures.push(Figure { name: t!("New version"), value: scene_figures::rolled(rollout), level });
    }
    if state.targets.0 > 0 {
        let (registered, healthy) = state.targets;
        let level = if healthy < registered { Level::Warn } else { Level::Plain };
        figures.push(Figure {
            name: t!("Healthy targets"),
            value: t!("{healthy} of {registered}", healthy = healthy, registered = registered),
            level,
        });
    }
    if matches!(face, Some(Face::Cache | Face::Edge)) {
        figures.push(plain(t!("Hits"), words::percent(state.last.hits)));
    }
    let told = |name, count: u64| Figure { name, value: words::count(count), level: Level::Warn };
    if state.stale > 0 {
        figures.push(told(t!("Stale answers so far"), state.stale));
        let oldest = words::millis((state.stalest.secs() * 1e3) as f32);
        figures.push(Figure { name: t!("Oldest of them"), value: oldest, level: Level::Plain });
    }
    if state.missing > 0 {
        figures.push(told(t!("Missing files so far"), state.missing));
    }
    if state.writes_lost > 0 {
        figures.push(told(t!("Writes lost so far"), state.writes_lost));
    }
    if face == Some(Face::Queue) {
        figures.push(plain(t!("Messages kept"), words::count(state.backlog)));
        figures.push(plain(t!("Oldest message"), Span::from_secs(state.oldest.secs() as u64).to_string()));
        let level = if state.dead_letters > 0 { Level::Bad } else { Level::Plain };
        figures.push(Figure { name: t!("Dead letters"), value: words::count(state.dead_letters), level });
    }
    figures
}

/// The figures of a link.
pub fn of_link(link: &LinkState) -> Vec<Figure> {
    let bad = |name, rate: f32| {
        let level = if rate > 0.0 { Level::Bad } else { Level::Plain };
        Figure { name, value: words::rate(rate), level }
    };
    let mut figures = vec![
        plain(t!("Calls"), words::rate(link.rate)),
        plain(t!("Mean time"), words::millis(link.latency)),
        bad(t!("Failing"), link.failed),
    ];
    if link.timeouts > 0.0 {
        figures.push(bad(t!("Timing out"), link.timeouts));
    }
    if link.retries > 0.0 {
        figures.push(Figure { name: t!("Tried again"), value: words::rate(link.retries), level: Level::Warn });
    }
    if link.circuit != Circuit::None {
        let level = match link.circuit {
            Circuit::Open => Level::Bad,
            Circuit::HalfOpen => Level::Warn,
            Circuit::Closed | Circuit::None => Level::Plain,
        };
        figures.push(Figure {
            name: t!("Circuit breaker"),
            value: crate::words::of(link.circuit.words()).to_owned(),
            level,
        });
    }
    figures
}

fn servers(service: Option<&Service>, state: &SiteState, figures: &mut Vec<Figure>) {
    if state.servers.is_empty() && state.max == 0 {
        return;
    }
    let serving = state.servers.iter().filter(|server| server.phase == Phase::InService).count();
    if state.max > 0 {
        let level = if (serving as u32) < state.desired { Level::Warn } else { Level::Plain };
        let value = format!("{serving} / {} / {}", state.desired, state.max);
        figures.push(Figure { name: t!("In service / desired / max"), value, level });
    } else {
        let level = if serving == 0 { Level::Bad } else { Level::Plain };
        figures.push(Figure { name: t!("In service"), value: serving.to_string(), level });
    }
    let types = service.and_then(Service::types).map_or(&[][..], |(_, types)| types);
    if let Some(kind) = state.kind.and_then(|kind| types.get(kind as usize)) {
        figures.push(plain(t!("Runs as"), kind.name.clone()));
    }
    let used = state.last.utilization;
    let level = match used {
        u if u < 0.7 => Level::Plain,
        u if u < 0.9 => Level::Warn,
        _ => Level::Bad,
    };
    figures.push(Figure { name: t!("In use"), value: words::percent(used), level });
    if let Some(credits) = state.credits {
        let level = if credits.out > 0 { Level::Warn } else { Level::Plain };
        figures.push(Figure { name: t!("CPU credits, least"), value: words::count(credits.least as u64), level });
    }
    let level = if state.waiting > 0 { Level::Warn } else { Level::Plain };
    figures.push(Figure { name: t!("Waiting"), value: words::count(state.waiting), level });
}

fn traffic(state: &SiteState, face: Option<Face>, figures: &mut Vec<Figure>) {
    let last = &state.last;
    let name = if face == Some(Face::Client) { t!("Sent") } else { t!("Arriving") };
    figures.push(plain(name, words::rate(last.arrived)));
    if last.good + last.late > 0.0 {
        figures.push(plain(t!("Median / p99"), format!("{} / {}", words::millis(last.p50), words::millis(last.p99))));
    }
    if last.late > 0.0 {
        figures.push(Figure { name: t!("Too late"), value: words::rate(last.late), level: Level::Warn });
    }
    if last.failed > 0.0 {
        figures.push(Figure { name: t!("Failing"), value: words::rate(last.failed), level: Level::Bad });
    }
    if let Some((reason, per_second)) = state.trouble {
        let value = format!("{} · {}", crate::words::of(reason.words()), words::rate(per_second));
        figures.push(Figure { name: t!("Because"), value, level: Level::Bad });
    }
}
