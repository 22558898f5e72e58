//! Files of what a run measured: report, figures, course. The run is made again from its start with the drawing as it is
//! now and with everything that was broken by hand, as films are, so that a file says the same whenever it is written.

use super::export::{Work, write};
use super::taken::{ExportRequest, NOT_RUN, Record};
use super::{Session, run};
use crate::analysis::{self, Finding};
use crate::compile::{self, Plan};
use crate::cost::{Account, PriceList, Tariff};
use crate::export::ExportError;
use crate::export::course::{self, Costs};
use crate::export::report::{self, Report};
use crate::export::watch::Watch;
use crate::metrics::Series;
use crate::model::{Design, Id};
use crate::outcome::{self, Assertion, Names};
use crate::scenario::{Fault, Scenario};
use crate::sim::engine::Engine;
use crate::sim::report::Report as Totals;
use crate::sim::snapshot::Snapshot;
use crate::units::{SimTime, Span};
use crate::words;
use serde_json::{Value, json};
use std::sync::Arc;

/// A run that is to be made again.
pub(super) struct Again {
    design: Design,
    pub(super) plan: Plan,
    /// With the length of the run.
    scenario: Scenario,
    injected: Vec<Fault>,
    prices: Arc<PriceList>,
    /// What came of the claims of the walkthrough that is played.
    claims: Vec<Value>,
}

/// What it measured.
struct Measured {
    report: Totals,
    account: Account,
    /// Its last moment, with the history of the system.
    last: Snapshot,
}

impl Session {
    /// The run as it is now, to be made again; the scenario's own length, or `otherwise` if that is shorter, where nothing
    /// has run yet.
    pub(super) fn again(&self, otherwise: Span) -> Again {
        let injected = self.run.injected().to_vec();
        let mut plan = (*self.plan).clone();
        plan.network.faults.extend(injected.iter().filter_map(|fault| compile::fault(&self.plan, fault)));
        plan.network.faults.sort_by_key(|fault| fault.at);
        let mut scenario = self.design.scenarios[self.scenario].clone();
        let now = self.view().snapshot.map(|snapshot| snapshot.now.since(SimTime::ZERO));
        scenario.duration = now.unwrap_or_else(|| scenario.duration.min(otherwise));
        let claims = self.playing().map_or_else(Vec::new, |playing| playing.claims());
        let (design, prices) = (self.design.clone(), Arc::clone(self.run.prices()));
        Again { design, plan, scenario, injected, prices, claims }
    }

    /// The work behind a file of what was measured.
    pub(super) fn record(&self, request: ExportRequest, record: Record) -> Result<Work, String> {
        self.view().snapshot.ok_or_else(|| words::of(NOT_RUN))?;
        let again = self.again(Span::ZERO);
        let ExportRequest { path, subject, .. } = request;
        let node = subject.part.and_then(|ids| ids.into_iter().find(|id| again.plan.sites.contains_key(id)));
        Ok(Box::new(move |watch| {
            let text = again.text((record, node.as_ref()), watch.part(0.0, 0.98))?;
            write(path, text.as_bytes(), watch)
        }))
    }
}

impl Again {
    /// How much of the run is shown.
    pub(super) fn length(&self) -> Span {
        self.scenario.duration
    }

    fn text(&self, (record, node): (Record, Option<&Id>), watch: Watch<'_>) -> Result<String, ExportError> {
        let measured = self.run(node, watch)?;
        match record {
            Record::Course => Ok(course::csv(measured.course(), Costs::Known)),
            Record::Figures => {
                let mut result = self.result(&measured);
                result["series"] = course::json(&measured.last.system, Costs::Known);
                // A `Value` has only string keys and finite numbers, so that writing it cannot fail.
                Ok(serde_json::to_string_pretty(&result).unwrap_or_default() + "\n")
            }
            Record::Report => self.report(&measured),
        }
    }

    /// Runs it; what happens during the warm-up counts towards the course and towards no figure.
    fn run(&self, node: Option<&Id>, watch: Watch<'_>) -> Result<Measured, ExportError> {
        let end = SimTime::ZERO + self.length();
        let warm = (SimTime::ZERO + self.scenario.warmup.given()).min(end);
        let mut engine = Engine::new(self.plan.network.clone(), run::SEED);
        engine.watch(node.and_then(|id| self.plan.sites.get(id).copied()));
        let account = Account::new(Tariff::new(&self.design, &self.plan, &self.prices));
        let mut counted = None;
        while engine.now() < end && !is_over(&engine) {
            let step = SimTime((engine.now().0 / Account::STEP.0 + 1).saturating_mul(Account::STEP.0));
            let next = if engine.now() < warm { step.min(warm) } else { step.min(end) };
            advance(&mut engine, next);
            counted.iter_mut().for_each(|engine| advance(engine, next));
            if next == warm && warm < end {
                let mut fresh = engine.clone();
                fresh.forget();
                counted = Some(fresh);
            }
            if next == step {
                account.tell(&mut engine);
            }
            watch.reached(engine.now().0 as f32 / end.0.max(1) as f32)?;
        }
        let last = engine.snapshot();
        Ok(Measured { report: counted.unwrap_or(engine).report(), account, last })
    }

    /// The contract of `run --json`, of one run.
    fn result(&self, measured: &Measured) -> Value {
        let report = &measured.report;
        let bill = measured.account.bill(report);
        let seen = outcome::course(&measured.last.system, report.from);
        let warmup = report.from.since(SimTime::ZERO);
        let mut all = json!({
            "version": 1, "design": self.design.name, "scenario": self.scenario.name, "seed": run::SEED,
            "replications": 1, "simulated_s": report.now.secs(), "warmup_s": warmup.secs(),
            "warmup_rule": if warmup == Span::ZERO { "none" } else { "given" }, "partial": false, "intervals": "none",
            "convergence": { "converged": false, "reasons": [ONE_RUN] },
        });
        let figures = outcome::figures(&self.design, &self.plan, (report, &seen), &bill);
        if let (Some(all), Value::Object(figures)) = (all.as_object_mut(), figures) {
            all.extend(figures);
        }
        all["assumed"] = outcome::assumed(&self.design, &self.plan);
        let names = Names::of(&self.design);
        let targets = self.scenario.targets.iter().filter_map(|target| Assertion::parse(target, &names).ok());
        all["asserts"] = targets.map(|target| target.outcome(&all)).collect();
        if !self.claims.is_empty() {
            all["claims"] = self.claims.clone().into();
        }
        all
    }

    fn report(&self, measured: &Measured) -> Result<String, ExportError> {
        let findings: Vec<Finding> = analysis::check(&self.design);
        report::write(&Report {
            design: &self.design,
            plan: &self.plan,
            last: &measured.last,
            scenario: &self.scenario,
            injected: &self.injected,
            result: &self.result(measured),
            findings: &findings,
        })
    }
}

/// Why the figures of the window are not said to be sure.
const ONE_RUN: &str = "this is one run; loadscape run FILE --replications 10 tells how sure its figures are";

/// Whether all requests that will ever be made are over.
fn is_over(engine: &Engine) -> bool {
    engine.network().ends() && engine.is_over()
}

/// Goes on to a moment of the run, or to its end where that comes first.
fn advance(engine: &mut Engine, until: SimTime) {
    if engine.network().ends() {
        engine.run_until_over(until);
    } else {
        engine.run_until(until);
    }
}

impl Measured {
    /// Of the node that was watched, else of the system.
    fn course(&self) -> &Series {
        self.last.watched.as_ref().map_or(&self.last.system, |(_, series)| series)
    }
}
