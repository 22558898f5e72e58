//! The course of a run: what its charts and tables show over time, with costs and with the histories of nodes.
//!
//! It is a run of its own with the seed of the first, warm-up included: a course goes from the start on, figures do not.

use super::input::Case;
use super::output::{self, plain};
use super::simulate::{advance, bar, plan};
use super::{Trouble, cancel};
use crate::compile::Plan;
use crate::cost::{Account, Tariff};
use crate::metrics::Series;
use crate::model::Id;
use crate::sim::engine::Engine;
use crate::sim::network::Index;
use crate::sim::snapshot::Snapshot;
use crate::units::SimTime;
use std::sync::Arc;

/// A run at its end, with what it had cost until each moment.
pub(super) struct Course {
    pub(super) plan: Arc<Plan>,
    engine: Engine,
}

impl Course {
    /// Makes the run; Ctrl+C ends it where it stands.
    pub(super) fn of(case: &Case) -> Self {
        let plan = plan(case);
        Self::watching(case, plan, None)
    }

    fn watching(case: &Case, plan: Arc<Plan>, site: Option<Index>) -> Self {
        cancel::watch();
        let mut engine = Engine::new(plan.network.clone(), case.seed);
        engine.watch(site);
        let account = Account::new(Tariff::new(&case.design, &plan, &case.prices));
        let end = SimTime::ZERO + case.scenario.duration;
        let bar = bar(case.scenario.duration.0);
        while engine.now() < end && !cancel::asked() && !(engine.network().ends() && engine.is_over()) {
            let next = SimTime((engine.now().0 / Account::STEP.0 + 1).saturating_mul(Account::STEP.0));
            advance(&mut engine, next.min(end));
            if engine.now() == next {
                account.tell(&mut engine);
            }
            bar.set_position(engine.now().0);
        }
        bar.finish_and_clear();
        Self { plan, engine }
    }

    /// The system over time, costs included.
    pub(super) fn system(&self) -> Series {
        self.snapshot().system
    }

    /// The last moment.
    fn snapshot(&self) -> Snapshot {
        self.engine.snapshot()
    }

    /// The nodes that run, in the order of their ids, each with its history.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (&Id, &Series)> {
        self.plan.sites.iter().filter_map(|(id, site)| Some((id, self.engine.history(*site)?)))
    }
}

/// The last moment of a run with its costs, and with the history of a node if one is named.
pub(super) fn watched(case: &Case, node: Option<&str>) -> Result<(Arc<Plan>, Snapshot), Trouble> {
    let plan = plan(case);
    let site = |name: &str| {
        let found = Id::new(name).and_then(|id| plan.sites.get(&id).copied());
        found.ok_or_else(|| {
            let known: Vec<String> = plan.sites.keys().map(ToString::to_string).collect();
            let (name, known) = (plain(name), output::listed(&known));
            Trouble(format!("--node: no node that runs is called \"{name}\"; there are: {known}"))
        })
    };
    let site = node.map(site).transpose()?;
    let course = Course::watching(case, plan, site);
    let snapshot = course.snapshot();
    Ok((course.plan, snapshot))
}
