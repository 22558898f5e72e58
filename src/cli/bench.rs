//! `loadscape bench`: how fast the engine is on designs as they are.

use super::input::{read, title};
use super::simulate::now;
use super::table::{Align, columns, whole};
use super::{Outcome, Trouble, Verdict, output};
use crate::compile;
use crate::file;
use crate::model::Design;
use crate::sim::engine::Engine;
use crate::units::{SimTime, Span, compact};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Designs to run; without any the samples
    files: Vec<PathBuf>,
}

/// Computing time spent on each design.
const BUDGET: Duration = Duration::from_secs(2);
/// Simulated time between two looks at the clock.
const PART: Span = Span::from_secs(10);

/// Speed on one design.
struct Speed {
    events: u64,
    requests: u64,
    simulated: Span,
    computing: Duration,
}

/// Runs each design for a while and prints a table.
pub(super) fn bench(options: &Options) -> Outcome {
    let mut rows =
        vec![["", "events/s", "requests/s", "simulated s/s", "events", "peak memory"].map(str::to_owned).to_vec()];
    for (name, design) in designs(&options.files)? {
        rows.push(row(name, &measure(&design)));
    }
    let mut aligns = [Align::Right; 6];
    aligns[0] = Align::Left;
    output::print(&columns(&rows, &aligns))?;
    Ok(Verdict::Fine)
}

fn designs(files: &[PathBuf]) -> Result<Vec<(String, Design)>, Trouble> {
    if files.is_empty() {
        let sample = |sample: &file::Sample| match file::parse(sample.text, sample.key) {
            Ok(opened) => Ok((sample.key.to_owned(), opened.design)),
            Err(error) => Err(Trouble(error.to_string())),
        };
        return file::samples().iter().map(sample).collect();
    }
    let named = |path: &PathBuf| {
        let design = read(path)?;
        Ok((title(path, &design), design))
    };
    files.iter().map(named).collect()
}

/// Runs the first scenario again and again, with one seed after the other, until the budget is used up.
fn measure(design: &Design) -> Speed {
    let scenario = &design.scenarios[0];
    let plan = compile::compile(design, scenario);
    let mut speed = Speed { events: 0, requests: 0, simulated: Span::ZERO, computing: Duration::ZERO };
    for seed in 1.. {
        let mut engine = Engine::new(plan.network.clone(), seed);
        let end = SimTime::ZERO + scenario.duration.max(PART);
        let begin = now();
        while engine.now() < end && speed.computing + begin.elapsed() < BUDGET {
            engine.run_until((engine.now() + PART).min(end));
        }
        speed.computing += begin.elapsed();
        speed.events += engine.events();
        speed.requests += engine.report().requests.offered;
        speed.simulated = speed.simulated + engine.now().since(SimTime::ZERO);
        if speed.computing >= BUDGET || engine.events() == 0 {
            break;
        }
    }
    speed
}

fn row(name: String, speed: &Speed) -> Vec<String> {
    let secs = speed.computing.as_secs_f64().max(1e-9);
    let per_second = |count: f64| compact(count / secs);
    vec![
        name,
        per_second(speed.events as f64),
        per_second(speed.requests as f64),
        per_second(speed.simulated.secs()),
        whole(speed.events as f64),
        peak_memory().unwrap_or_else(|| "not known".to_owned()),
    ]
}

/// Most memory that this process had so far, where the system tells (Linux).
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{:.0} MiB", kib / 1_024.0))
}
