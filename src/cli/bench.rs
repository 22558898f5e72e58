//! `loadscape bench`: how fast the engine is on designs as they are.
//!
//! All designs are run in turn, several rounds of each, and medians are printed: what else a machine does in the meantime
//! then meets all designs alike. Times are those of the processor where the system tells them, else of the clock.

use super::input::{read, title};
use super::simulate::now;
use super::table::{Align, columns, whole};
use super::{Outcome, Trouble, Verdict, output};
use crate::compile::{self, Plan};
use crate::file;
use crate::model::Design;
use crate::sim::engine::Engine;
use crate::units::{SimTime, Span, compact};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Designs to run; without any the samples
    files: Vec<PathBuf>,
}

/// Rounds, of which medians are printed.
const ROUNDS: u64 = 5;
/// Computing time in seconds spent on a design in a round.
const BUDGET: f64 = 0.4;
/// Simulated time between two looks at the clock.
const PART: Span = Span::from_secs(10);

/// What was done in one round, or in several.
#[derive(Debug, Clone, Copy, Default)]
struct Work {
    events: u64,
    requests: u64,
    simulated: Span,
    secs: f64,
}

/// A design with the rounds that were run.
struct Case {
    name: String,
    plan: Plan,
    duration: Span,
    rounds: Vec<Work>,
}

/// Runs each design for a while and prints a table.
pub(super) fn bench(options: &Options) -> Outcome {
    let mut cases = cases(&options.files)?;
    for round in 0..ROUNDS {
        for case in &mut cases {
            let work = measure(case, round + 1);
            case.rounds.push(work);
        }
    }
    let mut rows = vec![["", "events/s", "requests/s", "simulated s/s", "events a round"].map(str::to_owned).to_vec()];
    rows.extend(cases.iter().map(row));
    let mut aligns = [Align::Right; 5];
    aligns[0] = Align::Left;
    let memory = peak_memory().map_or_else(String::new, |memory| format!("peak memory {memory}\n"));
    output::print(&format!("{}{memory}", columns(&rows, &aligns)))?;
    Ok(Verdict::Fine)
}

fn cases(files: &[PathBuf]) -> Result<Vec<Case>, Trouble> {
    if files.is_empty() {
        let sample = |sample: &file::Sample| match file::parse(sample.text, sample.key) {
            Ok(opened) => Ok(case(sample.key.to_owned(), &opened.design)),
            Err(error) => Err(Trouble(error.to_string())),
        };
        return file::samples().iter().map(sample).collect();
    }
    let named = |path: &PathBuf| {
        let design = read(path)?;
        Ok(case(title(path, &design), &design))
    };
    files.iter().map(named).collect()
}

fn case(name: String, design: &Design) -> Case {
    let scenario = &design.scenarios[0];
    let duration = scenario.duration.max(PART);
    Case { name, plan: compile::compile(design, scenario), duration, rounds: Vec::new() }
}

/// Seconds that this thread spent on a processor, if the system tells (Linux).
fn processor_secs() -> Option<f64> {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(spent.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

/// Runs the scenario from its start, or several times with one seed after the other, until the budget is used up.
fn measure(case: &Case, seed: u64) -> Work {
    let begin = (processor_secs(), now());
    let secs = || match (begin.0, processor_secs()) {
        (Some(before), Some(now)) => now - before,
        _ => begin.1.elapsed().as_secs_f64(),
    };
    let mut work = Work::default();
    for seed in (seed..).step_by(ROUNDS as usize) {
        let mut engine = Engine::new(case.plan.network.clone(), seed);
        let end = SimTime::ZERO + case.duration;
        while engine.now() < end && secs() < BUDGET {
            engine.run_until((engine.now() + PART).min(end));
        }
        work.events += engine.events();
        work.requests += engine.report().requests.offered;
        work.simulated = work.simulated + engine.now().since(SimTime::ZERO);
        work.secs = secs().max(1e-9);
        if work.secs >= BUDGET || engine.events() == 0 {
            break;
        }
    }
    work
}

fn row(case: &Case) -> Vec<String> {
    let middle = |figure: &dyn Fn(&Work) -> f64| {
        let mut figures: Vec<f64> = case.rounds.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or_default()
    };
    vec![
        case.name.clone(),
        compact(middle(&|work| work.events as f64 / work.secs)),
        compact(middle(&|work| work.requests as f64 / work.secs)),
        compact(middle(&|work| work.simulated.secs() / work.secs)),
        whole(middle(&|work| work.events as f64)),
    ]
}

/// Most memory that this process had so far, where the system tells (Linux).
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{:.0} MiB", kib / 1_024.0))
}
