//! Runs without a window: replications side by side, a bar on a terminal.

use super::input::Case;
use crate::compile::{self, Plan};
use crate::cost::{self, Account, Ledger, Tariff};
use crate::result::Measured;
use crate::sim::engine::Engine;
use crate::sim::snapshot::Snapshot;
use crate::units::{SimTime, Span};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::sync::Arc;
use std::time::Instant;

/// Fewest parts that a run is computed in, so that the bar moves.
const PARTS: u64 = 200;
/// Longest part: years of simulated time have to show progress too.
const LONGEST_PART: Span = Span::from_secs(10);

/// Length of a part of a run, never zero.
fn part(duration: Span) -> Span {
    Span(duration.0.div_ceil(PARTS)).min(LONGEST_PART).max(Span(1))
}

/// The clock on the wall, to tell how long a run took. No figure depends on it.
#[expect(clippy::disallowed_methods, reason = "tells the person how long it took")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Runs all replications of a case; their seeds follow each other.
pub(super) fn simulate(case: &Case) -> Vec<Measured> {
    let plan = Arc::new(compile::compile(&case.design, &case.scenario));
    let part = part(case.scenario.duration);
    let parts = case.scenario.duration.0.div_ceil(part.0);
    let bar = bar(parts.saturating_mul(case.replications.into()));
    let one = |number: u32| {
        let seed = case.seed.wrapping_add(u64::from(number));
        let mut measured = run(case, &plan, seed, || bar.inc(1));
        if number > 0 {
            measured.last = Snapshot::default();
        }
        measured
    };
    let runs = (0..case.replications).into_par_iter().map(one).collect();
    bar.finish_and_clear();
    runs
}

/// One run; `part_done` is called after each of its parts.
fn run(case: &Case, plan: &Arc<Plan>, seed: u64, part_done: impl Fn()) -> Measured {
    let begin = now();
    let mut engine = Engine::new(plan.network.clone(), seed);
    let mut books = Books::new(case, plan);
    let (warmup, end) = (case.scenario.warmup, case.scenario.duration);
    let part = part(end);
    let mut until = Span::ZERO;
    while until < end {
        let from = until;
        until = (until + part).min(end);
        if (from.0..until.0).contains(&warmup.0) && warmup > Span::ZERO {
            books.advance(&mut engine, SimTime::ZERO + warmup);
            books.spent = books.total(&engine);
            engine.forget();
        }
        books.advance(&mut engine, SimTime::ZERO + until);
        part_done();
    }
    let report = engine.report();
    let bill = cost::bill(&case.design, plan, &report);
    let mut last = engine.snapshot();
    books.ledger.fill(&mut last.system);
    Measured { plan: Arc::clone(plan), report, bill, last, wall: begin.elapsed() }
}

/// What the run costs second by second, warm-up included.
pub(super) struct Books {
    account: Account,
    pub(super) ledger: Ledger,
    /// Dollars before the engine forgot what had been used.
    spent: f64,
}

impl Books {
    pub(super) fn new(case: &Case, plan: &Plan) -> Self {
        Self { account: Account::new(Tariff::new(&case.design, plan)), ledger: Ledger::new(), spent: 0.0 }
    }

    fn total(&self, engine: &Engine) -> f64 {
        self.spent + self.account.total(engine)
    }

    /// Runs on, and writes down what it has cost at the end of each second.
    pub(super) fn advance(&mut self, engine: &mut Engine, until: SimTime) {
        while engine.now() < until {
            let next = SimTime((engine.now().0 / Ledger::STEP.0 + 1).saturating_mul(Ledger::STEP.0));
            engine.run_until(next.min(until));
            if next <= until {
                self.ledger.mark(next, self.total(engine));
            }
        }
    }
}

/// A bar on standard error; indicatif shows none where that is no terminal.
pub(super) fn bar(length: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{bar:40} {percent:>3} % {eta}").unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(length).with_style(style);
    bar.tick();
    bar
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::input::tests::case;
    use crate::model::sketch;

    #[test]
    fn parts_are_never_empty_and_never_long() {
        assert_eq!(part(Span(1)), Span(1));
        assert_eq!(part(Span::from_secs(200)), Span::from_secs(1));
        assert_eq!(part(Span::from_secs(86_400_000)), LONGEST_PART);
    }

    #[test]
    fn only_the_first_run_keeps_its_course_and_the_warm_up_is_left_out() {
        let design = sketch("users(rate=100/s) -> ec2").expect("it is a design");
        let case = Case { replications: 2, ..case(design, Span::from_secs(10), Span::from_millis(3_333)) };
        let runs = simulate(&case);
        let points = |run: &Measured| run.last.system.level_for(SimTime::ZERO, usize::MAX).points.len();
        assert_eq!((points(&runs[0]), points(&runs[1])), (10, 0));
        assert_eq!(runs[0].report.from, SimTime::ZERO + Span::from_millis(3_333));
    }
}
