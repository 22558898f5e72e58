//! Running a trial: the figures of each part of the run that something is claimed about.

use super::{Trial, Window};
use crate::analysis;
use crate::compile::{self, Plan};
use crate::cost::{self, PriceList};
use crate::outcome;
use crate::scenario::files::Files;
use crate::sim::engine::Engine;
use crate::units::{SimTime, Span};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Figures of a part of a run while it goes on: when they were read, and what they were. The last are those of the whole
/// part.
pub type Course = Vec<(Span, Value)>;

/// What a trial measured, by the part of the run. Figures stand in the JSON of `run --json`, with `findings` beside them:
/// how often each rule of the check spoke up.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// From each part that was asked for.
    pub windows: BTreeMap<Window, Course>,
}

impl Measured {
    /// The figures of a whole part.
    pub fn of(&self, window: Window) -> Option<&Value> {
        self.windows.get(&window)?.last().map(|(_, figures)| figures)
    }

    /// The figures of a part as they were at a moment of the run; `None` before it began.
    pub fn at(&self, window: Window, moment: Span) -> Option<&Value> {
        let course = self.windows.get(&window)?;
        let until = course.partition_point(|(at, _)| *at <= moment);
        course[..until].last().map(|(_, figures)| figures)
    }
}

/// A run on its way.
struct Way<'a> {
    trial: &'a Trial,
    plan: &'a Plan,
    findings: &'a Value,
}

/// Runs a trial with a seed and reads the figures of these parts, each `looks` times, at least once. `None` if `go_on`
/// said no; it is asked about every two simulated seconds.
pub fn measure(
    trial: &Trial,
    windows: &BTreeSet<Window>,
    (seed, looks): (u64, u32),
    go_on: &impl Fn() -> bool,
) -> Option<Measured> {
    let plan = compile::compile_with(&trial.design, trial.scenario(), &Files::default());
    let findings = findings(trial);
    let way = Way { trial, plan: &plan, findings: &findings };
    let mut measured = Measured::default();
    // One engine goes along, and measures the part that lasts longest; a copy of it runs each of the others.
    let Some(&longest) = windows.iter().max_by_key(|(from, to)| (*to, std::cmp::Reverse(*from))) else {
        return Some(measured);
    };
    let mut engine = Engine::new(plan.network.clone(), seed);
    let mut others = windows.iter().filter(|&&window| window != longest).peekable();
    let mut aside = |engine: &mut Engine, until: Span| {
        while let Some(&window) = others.next_if(|(from, _)| *from <= until) {
            advance(engine, SimTime::ZERO + window.0, go_on)?;
            let mut copy = engine.clone();
            copy.forget();
            let course = moments(window, looks).map(|at| way.look(&mut copy, at, go_on)).collect::<Option<_>>()?;
            measured.windows.insert(window, course);
        }
        Some(())
    };
    aside(&mut engine, longest.0)?;
    advance(&mut engine, SimTime::ZERO + longest.0, go_on)?;
    engine.forget();
    let mut course = Course::new();
    for at in moments(longest, looks) {
        aside(&mut engine, at)?;
        course.push(way.look(&mut engine, at, go_on)?);
    }
    measured.windows.insert(longest, course);
    Some(measured)
}

/// When a part of a run is looked at: so many times, evenly, at least at its end.
fn moments((from, to): Window, looks: u32) -> impl Iterator<Item = Span> {
    let looks = looks.max(1);
    let part = move |look: u32| u128::from((to - from).0) * u128::from(look) / u128::from(looks);
    (1..=looks).map(move |look| from + Span(u64::try_from(part(look)).unwrap_or(u64::MAX)))
}

impl Way<'_> {
    /// The figures at a moment that the engine has yet to come to.
    fn look(&self, engine: &mut Engine, at: Span, go_on: &impl Fn() -> bool) -> Option<(Span, Value)> {
        advance(engine, SimTime::ZERO + at, go_on)?;
        Some((at, self.figures(engine)))
    }

    fn figures(&self, engine: &Engine) -> Value {
        let report = engine.report();
        let bill = cost::bill(&self.trial.design, self.plan, &PriceList::default(), &report);
        let course = outcome::course(&engine.snapshot().system, report.from);
        let mut figures = outcome::figures(&self.trial.design, self.plan, (&report, &course), &bill);
        figures["simulated_s"] = json!(report.now.secs());
        figures["warmup_s"] = json!(report.from.secs());
        figures["findings"] = self.findings.clone();
        figures
    }
}

/// How often each rule speaks up.
fn findings(trial: &Trial) -> Value {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in analysis::check(&trial.design) {
        *counts.entry(finding.rule).or_default() += 1;
    }
    Value::Object(counts.into_iter().map(|(rule, count)| (rule.to_owned(), json!(count))).collect::<Map<_, _>>())
}

/// Goes on to a moment of the run, or to its end where that comes first.
fn advance(engine: &mut Engine, until: SimTime, go_on: &impl Fn() -> bool) -> Option<()> {
    const PART: Span = Span::from_secs(2);
    let over = |engine: &Engine| engine.network().ends() && engine.is_over();
    while engine.now() < until && !over(engine) {
        if !go_on() {
            return None;
        }
        let next = until.min(engine.now() + PART);
        if engine.network().ends() {
            engine.run_until_over(next);
        } else {
            engine.run_until(next);
        }
    }
    Some(())
}
