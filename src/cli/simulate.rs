//! Runs without a window: warm-up, replications side by side, a bar on a terminal, an end on Ctrl+C.
//!
//! A replication is a run with a seed of its own, and replications share nothing but their plan: how many run beside it,
//! and on how many cores, changes no figure of any of them.

use super::cancel;
use super::input::Case;
use crate::compile::{self, Plan};
use crate::cost::{Account, Bill, Proposal, Tariff};
use crate::metrics::{self, Series};
use crate::outcome::{self, Course};
use crate::scenario::WarmUp;
use crate::sim::engine::Engine;
use crate::sim::report::{Means, Report};
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
    /// When requests failed.
    pub(super) course: Course,
    pub(super) bill: Bill,
    /// Ways to pay less for the same servers.
    pub(super) proposals: Vec<Proposal>,
    /// Means over [`BATCHES`] equal parts of the measured time, in their order.
    pub(super) batches: Vec<Means>,
    /// The system over time, warm-up included; only of the first run, as nobody looks at the others.
    pub(super) system: Series,
    /// Time on the clock.
    pub(super) wall: Duration,
    /// Whether it was ended before its time.
    cut: bool,
}

/// All runs of a case.
#[derive(Debug)]
pub(super) struct Runs {
    /// In the order of their seeds; one at least.
    pub(super) runs: Vec<Measured>,
    pub(super) warmup: Removed,
    /// Whether Ctrl+C ended them before they were complete.
    pub(super) cut: bool,
}

/// What is left out at the start of each run, and why so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Removed {
    pub(super) span: Span,
    pub(super) rule: Rule,
}

/// How the length of the warm-up was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// It was given; zero is none.
    Given,
    /// MSER-5 found it.
    Found,
    /// MSER-5 found no steady state, so nothing is left out.
    NotFound,
}

/// Parts of the measured time of which means are taken.
pub(super) const BATCHES: u64 = 32;
/// Fewest parts that a run is computed in, so that the bar moves.
const PARTS: u64 = 200;
/// Longest part: it ends soon after Ctrl+C, and years of simulated time show progress too.
const LONGEST_PART: Span = Span::from_secs(2);
/// Looks at the system from which the warm-up is found.
const LOOKS: u64 = 2_000;
/// Runs that `--precision` begins with at least, and ends with at most.
const FIRST_RUNS: u32 = 5;
pub(super) const MOST_RUNS: u32 = 1_000;

/// Length of a part of a run, never zero.
fn part(duration: Span) -> Span {
    Span(duration.0.div_ceil(PARTS)).min(LONGEST_PART).max(Span(1))
}

/// The clock on the wall, to tell how long a run took. No figure depends on it.
#[expect(clippy::disallowed_methods, reason = "tells the person how long it took")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// The plan of a case.
pub(super) fn plan(case: &Case) -> Arc<Plan> {
    Arc::new(compile::compile_with(&case.design, &case.scenario, &case.files))
}

/// Runs all replications of a case; their seeds follow each other.
pub(super) fn simulate(case: &Case) -> Runs {
    let plan = plan(case);
    let warmup = warm_up(case, &plan);
    simulate_after(case, &plan, warmup)
}

/// The same after a warm-up that is settled.
pub(super) fn simulate_after(case: &Case, plan: &Arc<Plan>, warmup: Removed) -> Runs {
    cancel::watch();
    let bar = bar(0);
    let mut runs = Vec::new();
    let first = if case.precision.is_some() { case.replications.max(FIRST_RUNS) } else { case.replications };
    let mut more = first;
    // The first are begun whatever is asked for, so that there always is a result, if only of no time at all.
    while more > 0 && (runs.is_empty() || !cancel::asked()) {
        bar.inc_length(parts(case).saturating_mul(more.into()));
        let begin = runs.len() as u32;
        let one = |number: u32| replication(case, plan, (number, warmup.span), &bar);
        runs.par_extend((begin..begin + more).into_par_iter().map(one));
        more = more_runs(case, &runs);
    }
    bar.finish_and_clear();
    settled(runs, warmup)
}

/// Keeps the runs that are complete, or, if none is, the first as far as it went.
fn settled(mut runs: Vec<Measured>, warmup: Removed) -> Runs {
    let cut = runs.iter().any(|run| run.cut);
    if runs.iter().all(|run| run.cut) {
        runs.truncate(1);
    } else {
        runs.retain(|run| !run.cut);
    }
    let span = runs.first().map_or(Span::ZERO, |run| run.report.from.since(SimTime::ZERO));
    Runs { runs, warmup: Removed { span, ..warmup }, cut }
}

fn parts(case: &Case) -> u64 {
    case.scenario.duration.0.div_ceil(part(case.scenario.duration).0)
}

/// How many more runs the asked precision needs, as far as can be told; zero when it is reached, was not asked for, or
/// has to be given up.
fn more_runs(case: &Case, runs: &[Measured]) -> u32 {
    let Some(wanted) = case.precision else { return 0 };
    let worst = super::converge::widest(runs);
    let Some(worst) = worst.filter(|&worst| worst > wanted) else { return 0 };
    let have = runs.len() as u32;
    // The width falls with the square root of the number; a little more saves another round.
    let need = f64::from(have) * (worst / wanted) * (worst / wanted) * 1.05;
    let need = (need.ceil() as u32).clamp(have + 1, have.saturating_mul(4)).min(MOST_RUNS.max(case.replications));
    need - have
}

fn replication(case: &Case, plan: &Arc<Plan>, (number, warmup): (u32, Span), bar: &ProgressBar) -> Measured {
    let seed = case.seed.wrapping_add(u64::from(number));
    let mut measured = run(case, plan, (seed, warmup), || bar.inc(1));
    if number > 0 {
        measured.system = Series::default();
    }
    measured
}

/// An engine on its way to an end, in short parts.
struct Way<F> {
    engine: Engine,
    part: Span,
    part_done: F,
}

impl<F: Fn()> Way<F> {
    /// Goes on to a moment, or to the last answer where users stop after a number of requests; stops on the way if that is
    /// asked for, and says whether it arrived.
    fn until(&mut self, end: SimTime) -> bool {
        while self.engine.now() < end && !cancel::asked() && !self.is_over() {
            // Parts end at the same moments whatever the stops between them, so that the bar is right.
            let next = SimTime((self.engine.now().0 / self.part.0 + 1).saturating_mul(self.part.0));
            advance(&mut self.engine, next.min(end));
            if next <= end {
                (self.part_done)();
            }
        }
        self.engine.now() >= end || self.is_over()
    }

    /// Whether all requests that will ever be made are over.
    fn is_over(&self) -> bool {
        self.engine.network().ends() && self.engine.is_over()
    }
}

/// One run; `part_done` is called after each of its parts.
fn run(case: &Case, plan: &Arc<Plan>, (seed, warmup): (u64, Span), part_done: impl Fn()) -> Measured {
    let begin = now();
    let end = case.scenario.duration;
    let engine = Engine::new(plan.network.clone(), seed);
    let mut way = Way { engine, part: part(end), part_done };
    let mut arrived = way.until(SimTime::ZERO + warmup);
    if arrived {
        way.engine.forget();
    }
    let mut batches = Vec::new();
    let mut before = way.engine.milestone();
    for batch in 1..=BATCHES {
        let span = (u128::from((end - warmup).0) * u128::from(batch) / u128::from(BATCHES)) as u64;
        arrived = arrived && way.until(SimTime::ZERO + warmup + Span(span));
        if arrived && !way.is_over() {
            let now = way.engine.milestone();
            batches.push(way.engine.means(&before, &now));
            before = now;
        }
    }
    let report = way.engine.report();
    let account = Account::new(Tariff::new(&case.design, plan, &case.prices));
    let (bill, proposals) = (account.bill(&report), account.proposals(&report));
    let system = way.engine.snapshot().system;
    let course = outcome::course(&system, report.from);
    Measured {
        plan: Arc::clone(plan),
        report,
        course,
        bill,
        proposals,
        batches,
        system,
        wall: begin.elapsed(),
        cut: !arrived,
    }
}

/// Settles the warm-up of a case. Where it is to be found, one more run is made for that.
pub(super) fn warm_up(case: &Case, plan: &Arc<Plan>) -> Removed {
    match case.scenario.warmup {
        WarmUp::Given(span) => Removed { span, rule: Rule::Given },
        WarmUp::Auto => find_warm_up(case, plan),
    }
}

/// Finds the warm-up by MSER-5 from a course of the system: users' requests under way and messages kept, in means over
/// equal parts of the run.
fn find_warm_up(case: &Case, plan: &Arc<Plan>) -> Removed {
    cancel::watch();
    let end = case.scenario.duration;
    let bar = bar(parts(case));
    let engine = Engine::new(plan.network.clone(), case.seed);
    let mut way = Way { engine, part: part(end), part_done: || bar.inc(1) };
    let look = |at: u64| SimTime((u128::from(end.0) * u128::from(at) / u128::from(LOOKS)) as u64);
    let mut before = way.engine.milestone();
    let mut course = Vec::new();
    for at in 1..=LOOKS {
        if !way.until(look(at)) {
            break;
        }
        let now = way.engine.milestone();
        course.push(way.engine.means(&before, &now).users.under_way);
        before = now;
    }
    bar.finish_and_clear();
    match metrics::warm_up(&course) {
        Some(looks) => Removed { span: look(looks as u64).since(SimTime::ZERO), rule: Rule::Found },
        None => Removed { span: Span::ZERO, rule: Rule::NotFound },
    }
}

/// Goes on to a moment of the run, or to its end where that comes first.
pub(super) fn advance(engine: &mut Engine, until: SimTime) {
    if engine.network().ends() {
        engine.run_until_over(until);
    } else {
        engine.run_until(until);
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
        let runs = simulate(&case).runs;
        let points = |run: &Measured| run.system.level_for(SimTime::ZERO, usize::MAX).points.len();
        assert_eq!((points(&runs[0]), points(&runs[1])), (10, 0));
        assert_eq!(runs[0].report.from, SimTime::ZERO + Span::from_millis(3_333));
        assert_eq!(runs[0].batches.len() as u64, BATCHES);
        let answers: u64 = runs[0].batches.iter().map(|batch| batch.users.answers).sum();
        assert_eq!(answers, runs[0].report.latency.count, "the parts are the whole");
    }

    #[test]
    fn how_many_run_beside_it_changes_nothing_in_a_run() {
        let design = sketch("users(rate=100/s) -> elb -> asg").expect("it is a design");
        let one = case(design, Span::from_secs(20), Span::from_secs(2));
        let alone = simulate(&one).runs;
        let among = simulate(&Case { replications: 5, ..one }).runs;
        assert_eq!(alone[0].report, among[0].report);
        assert_eq!(alone[0].batches, among[0].batches);
    }

    #[test]
    fn a_warm_up_is_found_and_an_overload_has_none() {
        // 400 requests under way in the end, each for about half a minute.
        let filling = "users(rate=20/s, timeout=1 h) -> station(servers=1000, service=20 s constant)";
        let of = |text: &str| {
            let design = sketch(text).expect("it is a design");
            let mut case = case(design, Span::from_secs(1_000), Span::ZERO);
            case.scenario.warmup = WarmUp::Auto;
            warm_up(&case, &plan(&case))
        };
        let found = of(filling);
        assert!(found.rule == Rule::Found && (15.0..120.0).contains(&found.span.secs()), "{found:?}");
        let overload = of("users(rate=120/s) -> station(service=10 ms exp)");
        assert_eq!(overload, Removed { span: Span::ZERO, rule: Rule::NotFound });
    }

    #[test]
    fn precision_adds_runs_until_it_is_reached() {
        let design = sketch("users(rate=80/s) -> station(service=10 ms exp)").expect("it is a design");
        let mut case = case(design, Span::from_secs(100), Span::from_secs(10));
        case.precision = Some(0.05);
        let runs = simulate(&case).runs;
        assert!(runs.len() > FIRST_RUNS as usize, "{} runs", runs.len());
        assert!(super::super::converge::widest(&runs).unwrap() <= 0.05);
    }
}
