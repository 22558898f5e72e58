//! Runs without a window: replications side by side, a bar on a terminal.

use super::input::Case;
use crate::compile::{self, Plan};
use crate::cost::{self, Bill};
use crate::metrics::Series;
use crate::sim::engine::Engine;
use crate::sim::report::Report;
use crate::units::{SimTime, Span};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What one run measured.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub(super) plan: Arc<Plan>,
    pub(super) report: Report,
    pub(super) bill: Bill,
    /// The system over time, warm-up included.
    pub(super) system: Series,
    /// Time on the clock.
    pub(super) wall: Duration,
}

/// Parts that a run is computed in, so that the bar moves.
const PARTS: u64 = 200;

/// The clock on the wall, to tell how long a run took. No figure depends on it.
#[expect(clippy::disallowed_methods, reason = "tells the person how long it took")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Runs all replications of a case; their seeds follow each other.
pub(super) fn simulate(case: &Case) -> Vec<Measured> {
    let plan = Arc::new(compile::compile(&case.design, &case.scenario));
    let bar = bar(u64::from(case.replications) * PARTS);
    let one = |number: u32| {
        let seed = case.seed.wrapping_add(u64::from(number));
        run(case, &plan, seed, || bar.inc(1))
    };
    let runs = (0..case.replications).into_par_iter().map(one).collect();
    bar.finish_and_clear();
    runs
}

/// One run; `part_done` is called after each of its parts.
fn run(case: &Case, plan: &Arc<Plan>, seed: u64, part_done: impl Fn()) -> Measured {
    let begin = now();
    let mut engine = Engine::new(plan.network.clone(), seed);
    let (warmup, end) = (case.scenario.warmup, case.scenario.duration);
    if warmup > Span::ZERO {
        engine.run_until(SimTime::ZERO + warmup);
        engine.forget();
    }
    for part in 1..=PARTS {
        let until = Span((u128::from(end.0) * u128::from(part) / u128::from(PARTS)) as u64);
        if until > warmup {
            engine.run_until(SimTime::ZERO + until);
        }
        part_done();
    }
    let report = engine.report();
    let bill = cost::bill(&case.design, plan, &report);
    Measured { plan: Arc::clone(plan), report, bill, system: engine.snapshot().system, wall: begin.elapsed() }
}

/// A bar on standard error; indicatif shows none where that is no terminal.
fn bar(length: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{bar:40} {percent:>3} % {eta}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}
