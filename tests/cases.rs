//! The engine against exact answers of queueing theory, through the files that users open: each row of `cases.csv` names
//! a design of `tests/cases/`, a figure that a run of it measures, and the exact value.
//!
//! The ordinary test makes short runs and widens each row's tolerance by the square root of what it saves; the full
//! lengths run with `cargo test --release --test suite cases:: -- --ignored --nocapture`. A row passes if the mean over
//! the replications is within its tolerance and the exact value lies inside their confidence interval, which allows for
//! the number of rows. Rows that wait for an ability of the engine say which;
//! `cases_that_wait_but_could_run` tries those whose designs open.

use loadscape::compile::{Plan, compile};
use loadscape::file;
use loadscape::metrics::{Histogram, estimate_at};
use loadscape::model::Id;
use loadscape::sim::dist::{Dist, Sampler};
use loadscape::sim::engine::Engine;
use loadscape::sim::random::Stream;
use loadscape::sim::report::{Report, SiteTotals};
use loadscape::units::{SimTime, Span};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Replications of each design.
const RUNS: u64 = 8;
/// Share of each replication that is left out at its start.
const WARM_UP: f64 = 0.05;
/// Widens tolerances in short runs beyond the square root: they are two to four standard errors of a single figure, and
/// there are many figures.
const SHORT: f64 = 1.5;
/// Time between two looks at how many are in the system, where a row asks for that.
const LOOK: Span = Span::from_millis(500);

/// One expected figure.
struct Row {
    case: String,
    design: String,
    figure: String,
    expected: f64,
    /// "exact", "asymptotic" (no interval is asked for) or "bound" (from above).
    kind: String,
    /// Relative, at `completions`.
    tolerance: f64,
    completions: f64,
    /// Completions a second.
    per_second: f64,
    /// What the engine cannot do yet; empty if it can.
    waits_for: String,
}

fn rows() -> Vec<Row> {
    let read = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [case, design, figure, expected, kind, tolerance, completions, per_second, waits_for] = cells[..] else {
            panic!("cases.csv: \"{line}\" has {} cells", cells.len());
        };
        let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("cases.csv: {text} in \"{line}\""));
        Row {
            case: case.to_owned(),
            design: design.to_owned(),
            figure: figure.to_owned(),
            expected: number(expected),
            kind: kind.to_owned(),
            tolerance: number(tolerance),
            completions: number(completions),
            per_second: number(per_second),
            waits_for: waits_for.to_owned(),
        }
    };
    include_str!("cases.csv").lines().skip(1).map(read).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The design of a file, compiled with its first scenario.
pub fn plan(name: &str) -> Plan {
    let path = folder().join(format!("{name}.ron"));
    let opened = file::read(&path).unwrap_or_else(|error| panic!("{error}"));
    assert!(opened.warnings.is_empty(), "{name}: {:?}", opened.warnings);
    let plan = compile(&opened.design, &opened.design.scenarios[0]);
    assert_eq!(plan.notes, [], "{name}: everything in it runs");
    plan
}

/// What one replication measured.
struct Run {
    report: Report,
    /// Numbers in each site at regular moments, for rows that ask for their law.
    crowds: Vec<Vec<u64>>,
}

fn run(plan: &Plan, seed: u64, secs: f64, watch: Watch) -> Run {
    let mut engine = Engine::new(plan.network.clone(), seed);
    let begin = SimTime::ZERO + Span::from_secs_f64(secs * WARM_UP);
    let end = begin + Span::from_secs_f64(secs);
    engine.run_until(begin);
    engine.forget();
    let mut crowds = Vec::new();
    if watch == Watch::Crowds {
        while engine.now() + LOOK < end {
            engine.run_until(engine.now() + LOOK);
            crowds.push(engine.snapshot().sites.iter().map(|site| site.under_way).collect());
        }
    }
    engine.run_until(end);
    assert_eq!(engine.audit(), Vec::<String>::new());
    Run { report: engine.report(), crowds }
}

#[derive(Clone, Copy, PartialEq)]
enum Watch {
    Totals,
    Crowds,
}

impl Run {
    /// The figure at a path such as `box.wait.mean`, in seconds where it is a time.
    fn figure(&self, plan: &Plan, path: &str) -> f64 {
        let (node, figure) = path.split_once('.').unwrap_or_else(|| panic!("{path} names a node"));
        let id = Id::new(node).expect("an id");
        let at = plan.sites[&id] as usize;
        let site = &self.report.sites[at];
        if let Some(law) = figure.strip_prefix("in_system.") {
            return law_of(self.crowds.iter().map(|crowd| crowd[at] as f64), law);
        }
        self.of_site(site, figure).unwrap_or_else(|| panic!("there is no figure {path}"))
    }

    fn of_site(&self, site: &SiteTotals, figure: &str) -> Option<f64> {
        let secs = self.report.now.since(self.report.from).secs();
        let finished = (site.served + site.failed) as f64;
        let served = site.served as f64 / secs;
        Some(match figure {
            "in_system" => site.in_system_mean,
            "queue" => site.queue_mean,
            "busy" => site.busy_mean,
            "idle" => 1.0 - site.utilization,
            "p_wait" => site.waited,
            "loss" => site.failed as f64 / finished,
            "served" => served,
            "little" => site.in_system_mean / (served * site.latency.mean / 1e3),
            "busy_per_served" => site.busy_mean / served,
            "hits" => site.lookups.1 as f64 / site.lookups.0 as f64,
            "per_request" => finished / self.report.requests.offered as f64,
            _ => {
                let (law, of) = figure.split_once('.')?;
                let summary = match law {
                    "latency" => &site.latency,
                    "wait" => &site.wait,
                    _ => {
                        let class = law.strip_prefix("wait-")?.parse::<usize>().ok()?;
                        &site.classes.get(class)?.wait
                    }
                };
                let millis = match of {
                    "mean" => summary.mean,
                    "p50" => summary.p50,
                    "p95" => summary.p95,
                    "p99" => summary.p99,
                    _ => return None,
                };
                millis / 1e3
            }
        })
    }
}

/// A figure of the law of numbers seen at regular moments.
fn law_of(seen: impl Iterator<Item = f64> + Clone, law: &str) -> f64 {
    let n = seen.clone().count() as f64;
    if let Some(limit) = law.strip_prefix("above ") {
        let limit: f64 = limit.parse().expect("a number");
        return seen.filter(|&number| number > limit).count() as f64 / n;
    }
    assert_eq!(law, "variance");
    let mean = seen.clone().sum::<f64>() / n;
    seen.map(|number| (number - mean).powi(2)).sum::<f64>() / (n - 1.0)
}

/// Checks the rows of one design over replications of `completions` each; what is wrong, in words.
fn check(design: &str, rows: &[Row], total: f64, confidence: f64) -> Vec<String> {
    let plan = plan(design);
    let crowds = rows.iter().any(|row| row.figure.contains("in_system."));
    let watch = if crowds { Watch::Crowds } else { Watch::Totals };
    let secs = total / RUNS as f64 / rows[0].per_second;
    let runs: Vec<Run> = (1..=RUNS).into_par_iter().map(|seed| run(&plan, seed, secs, watch)).collect();
    rows.iter().filter_map(|row| judge(row, &plan, &runs, total, confidence).err()).collect()
}

fn judge(row: &Row, plan: &Plan, runs: &[Run], total: f64, confidence: f64) -> Result<(), String> {
    let values: Vec<f64> = runs.iter().map(|run| run.figure(plan, &row.figure)).collect();
    let found = estimate_at(&values, confidence).expect("there are runs");
    let half = found.half.expect("there are several");
    let off = found.mean / row.expected - 1.0;
    let saved = row.completions / total;
    let allowed = if saved > 1.0 { row.tolerance * saved.sqrt() * SHORT } else { row.tolerance };
    let words = format!(
        "{} {} {}: {:.5} ± {half:.5}, exact {:.5}, off by {:+.3} % of {:.3} %",
        row.case,
        row.design,
        row.figure,
        found.mean,
        row.expected,
        off * 1e2,
        allowed * 1e2
    );
    eprintln!("{words}");
    let near = if row.kind == "upper_bound" { off <= 0.0 } else { off.abs() <= allowed };
    let inside = row.kind != "exact" || (found.mean - row.expected).abs() <= half.max(1e-9 * row.expected.abs());
    if near && inside { Ok(()) } else { Err(words) }
}

/// Figures of a course over time, which tests of their own measure.
const COURSES: [&str; 3] = ["at ", "wave.", "overload."];

/// Whether a row is of a course.
fn of_course(row: &Row) -> bool {
    COURSES.iter().any(|course| row.figure.starts_with(course))
}

/// Rows that can be run.
fn ready() -> impl Iterator<Item = Row> {
    rows().into_iter().filter(|row| row.waits_for.is_empty())
}

/// Runs all rows of means over time, each design with at most so many completions.
fn check_all(most: f64) {
    let mut designs: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in ready().filter(|row| !of_course(row)) {
        designs.entry(row.design.clone()).or_default().push(row);
    }
    let figures: usize = designs.values().map(Vec::len).sum();
    let confidence = 1.0 - 0.05 / figures as f64;
    let of = |(design, rows): (&String, &Vec<Row>)| {
        let full = rows.iter().map(|row| row.completions).fold(0.0, f64::max);
        check(design, rows, full.min(most), confidence)
    };
    let wrong: Vec<String> = designs.par_iter().flat_map_iter(of).collect();
    assert!(wrong.is_empty(), "of {figures} figures these are wrong:\n  {}", wrong.join("\n  "));
}

#[test]
fn figures_of_theory_in_short_runs() {
    check_all(200_000.0);
}

#[test]
#[ignore = "minutes; run with --release"]
fn figures_of_theory_at_full_length() {
    check_all(f64::INFINITY);
}

/// How many are at the node `box` at some moments of a run, in seconds.
fn numbers_at(plan: &Plan, seed: u64, moments: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut engine = Engine::new(plan.network.clone(), seed);
    let site = plan.sites[&Id::new("box").expect("an id")] as usize;
    let at = |moment: f64| {
        engine.run_until(SimTime::ZERO + Span::from_secs_f64(moment));
        engine.snapshot().sites[site].under_way as f64
    };
    moments.map(at).collect()
}

/// Checks a row of a course by independent values of its figure.
fn check_course(row: &Row, values: &[f64], total: f64) {
    let found = estimate_at(values, 0.999).expect("there are values");
    let saved = row.completions / total;
    let allowed = row.tolerance * if saved > 1.0 { saved.sqrt() * SHORT } else { 1.0 };
    let off = found.mean / row.expected - 1.0;
    eprintln!(
        "{} {}: {:.4} ± {:.4}, exact {:.4}",
        row.case,
        row.figure,
        found.mean,
        found.half.unwrap_or(0.0),
        row.expected
    );
    assert!(off.abs() <= allowed, "{} {}: {} against {}", row.case, row.figure, found.mean, row.expected);
    let inside = |half: f64| (found.mean - row.expected).abs() <= half;
    assert!(found.half.is_none_or(inside), "{} {}: {found:?} against {}", row.case, row.figure, row.expected);
}

/// Runs the rows of courses with a part of their full number of replications or periods.
fn check_courses(part: f64) {
    for row in ready().filter(of_course) {
        let plan = plan(&row.design);
        let total = (row.completions * part).ceil();
        if let Some(moment) = row.figure.strip_prefix("at ") {
            let moment: f64 = moment.parse().expect("a number");
            let number = |seed: u64| numbers_at(&plan, seed, std::iter::once(moment))[0];
            let values: Vec<f64> = (1..=total as u64).into_par_iter().map(number).collect();
            check_course(&row, &values, total);
        } else if let Some(figure) = row.figure.strip_prefix("wave.") {
            let periods = (total / RUNS as f64).ceil();
            let wave =
                |seed| wave(&numbers_at(&plan, seed, (120..(1.0 + periods) as u64 * 120).map(|n| n as f64 / 2.0)));
            let waves: Vec<(f64, f64)> = (1..=RUNS).into_par_iter().map(wave).collect();
            let pick = |&(peak, at): &(f64, f64)| if figure == "peak" { peak } else { at };
            check_course(&row, &waves.iter().map(pick).collect::<Vec<_>>(), periods * RUNS as f64);
        } else {
            let course = numbers_at(&plan, 1, (0..=1_500).map(|n| f64::from(n) / 10.0));
            let peak = course.iter().copied().fold(0.0, f64::max);
            let after = course.iter().rposition(|&number| number > 2.0).expect("there was an overload");
            let value = if row.figure == "overload.peak" { peak } else { after as f64 / 10.0 };
            check_course(&row, &[value], row.completions);
        }
    }
}

/// Greatest value of the sine of a minute's period that fits numbers seen twice a second, and when in its period.
fn wave(numbers: &[f64]) -> (f64, f64) {
    let n = numbers.len() as f64;
    let turn = |at: usize| std::f64::consts::TAU * at as f64 / 120.0;
    let part = |of: fn(f64) -> f64| numbers.iter().enumerate().map(|(at, x)| x * of(turn(at))).sum::<f64>() * 2.0 / n;
    let (cos, sin) = (part(f64::cos), part(f64::sin));
    let at = sin.atan2(cos).rem_euclid(std::f64::consts::TAU) / std::f64::consts::TAU * 60.0;
    (numbers.iter().sum::<f64>() / n + cos.hypot(sin), at)
}

#[test]
fn courses_of_theory_in_short_runs() {
    check_courses(0.02);
}

#[test]
#[ignore = "minutes; run with --release"]
fn courses_of_theory_at_full_length() {
    check_courses(1.0);
}

/// Whether a design can be run as it is: its file opens, and nothing of it is left out.
fn runs(name: &str) -> bool {
    let path = folder().join(format!("{name}.ron"));
    let Ok(opened) = file::read(&path) else { return false };
    opened.warnings.is_empty() && compile(&opened.design, &opened.design.scenarios[0]).notes.is_empty()
}

#[test]
fn every_case_is_run_or_says_what_it_waits_for() {
    let rows = rows();
    for row in rows.iter().filter(|row| row.waits_for.is_empty()) {
        assert!(runs(&row.design), "{} {} does not run", row.case, row.design);
    }
    let waiting = rows.iter().filter(|row| !row.waits_for.is_empty());
    let words = waiting.map(|row| {
        let could = if runs(&row.design) { "; its design runs now: see to it, and clear its last cell" } else { "" };
        format!("\n  {} {} {}: {}{could}", row.case, row.design, row.figure, row.waits_for)
    });
    let words: Vec<String> = words.collect();
    eprintln!("{} of {} figures wait:{}", words.len(), rows.len(), words.concat());
}

#[test]
#[ignore = "for whoever gives the engine what a case waits for"]
fn cases_that_wait_but_could_run() {
    let mut designs: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let waits = |row: &Row| !row.waits_for.is_empty() && !of_course(row);
    for row in self::rows().into_iter().filter(|row| waits(row) && runs(&row.design)) {
        designs.entry(row.design.clone()).or_default().push(row);
    }
    let of = |(design, rows): (&String, &Vec<Row>)| check(design, rows, 200_000.0, 0.9995);
    let wrong: Vec<String> = designs.par_iter().flat_map_iter(of).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Waiting times of a station with some servers that serves first in, first out, by the recursion of Lindley and of
/// Kiefer and Wolfowitz, for the arrivals and services that the engine draws with seed 5.
fn waits_by_recursion(per_second: f64, service: &str, servers: usize, end: Span) -> Histogram {
    let gap = Sampler::Exponential(1e9 / per_second);
    let service = service.parse::<Dist>().expect("a law").sampler();
    let (mut arrivals, mut services) = (Stream::new(5, "users/arrivals"), Stream::new(5, "box/service"));
    let mut free = vec![0u64; servers];
    let (mut now, mut waits) = (0u64, Histogram::default());
    loop {
        now += gap.draw(&mut arrivals);
        let server = (0..servers).min_by_key(|&server| free[server]).expect("there is one");
        let begins = now.max(free[server]);
        if begins > end.0 {
            return waits;
        }
        waits.record(Span(begins - now));
        free[server] = begins + service.draw(&mut services);
    }
}

#[test]
fn stations_follow_the_exact_recursions_request_by_request() {
    let cases = [
        ("mm1-80", 0.8, "1 s exp", 1, 20_000),
        ("md1-80", 0.8, "1 s constant", 1, 20_000),
        ("mg1-hyper", 0.8, "1 s hyper 4", 1, 20_000),
        ("mg1-lognormal", 0.7, "1 s cv 2", 1, 20_000),
        ("mm10-90", 9.0, "1 s exp", 10, 2_000),
        ("mm100-97", 97.0, "1 s exp", 100, 200),
    ];
    for (design, per_second, service, servers, secs) in cases {
        let end = Span::from_secs(secs);
        let mut engine = Engine::new(plan(design).network, 5);
        engine.run_until(SimTime::ZERO + end);
        let report = engine.report();
        let exact = waits_by_recursion(per_second, service, servers, end);
        // The mean is exact to the nanosecond, and every percentile is the same: as good as every single wait.
        let site = report.sites.iter().find(|site| site.wait.count > 0).expect("somebody waited");
        assert_eq!(site.wait, exact.summary(), "{design}");
    }
}

#[test]
fn nothing_vanishes_and_littles_law_is_exact_at_every_site_and_interval() {
    let samples = file::samples().iter().map(|sample| {
        let opened = file::parse(sample.text, sample.key).unwrap_or_else(|error| panic!("{error}"));
        (sample.key.to_owned(), opened.design)
    });
    for (name, design) in samples {
        for scenario in &design.scenarios {
            let mut engine = Engine::new(compile(&design, scenario).network, 3);
            let end = scenario.duration.min(Span::from_secs(400));
            while engine.now() < SimTime::ZERO + end {
                engine.run_until(engine.now() + Span::from_secs(10));
                // The audit counts everything one by one: who is where, and how long everybody has been there.
                assert_eq!(engine.audit(), Vec::<String>::new(), "{name}, {} at {:?}", scenario.name, engine.now());
                let requests = engine.report().requests;
                assert_eq!(requests.in_flight, engine.roots_in_flight(), "{name}, {}", scenario.name);
            }
        }
    }
}
