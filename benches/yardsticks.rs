//! The yardsticks: designs of this folder, run by the real engine with its statistics on, beside a loop written by hand
//! for the same model (`hand`), in turn in the same process. Only ratios within a run mean something on a machine that
//! does other things as well; times are those of the processor, where the system tells.
//!
//! `cargo bench --bench yardsticks` prints three tables: the yardsticks, the samples with and without what makes them AWS,
//! and two replications on two cores.

mod hand;

use hand::{Done, Timer};
use loadscape::compile::compile;
use loadscape::file;
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Network;
use loadscape::units::{SimTime, Span};
use std::time::Instant;

/// Rounds of which the median counts.
const ROUNDS: usize = 5;

/// A loop written by hand that answers so many requests.
type Loop = fn(u64) -> Done;

/// Name, design, simulated seconds, and the loop beside it.
const YARDSTICKS: [(&str, &str, u64, Option<Loop>); 6] = [
    ("M1", include_str!("m1.ron"), 1_250, Some(|requests| hand::station(1, 800.0, requests))),
    ("M2", include_str!("m2.ron"), 111, Some(|requests| hand::station(10, 9_000.0, requests))),
    ("M3", include_str!("m3.ron"), 625, Some(|requests| hand::web(Timer::With, requests))),
    ("M3N", include_str!("m3n.ron"), 625, Some(|requests| hand::web(Timer::Without, requests))),
    ("M4", include_str!("m4.ron"), 10_000, Some(|requests| hand::closed(400, requests))),
    ("M3 x1000", include_str!("m3x1000.ron"), 1, None),
];

fn main() {
    yardsticks();
    samples();
    cores();
}

fn network(text: &str, name: &str) -> Network {
    let design = file::parse(text, name).unwrap_or_else(|error| panic!("{error}")).design;
    let plan = compile(&design, &design.scenarios[0]);
    assert_eq!(plan.notes, [], "everything in {name} runs");
    plan.network
}

/// Seconds on the processor of this thread (Linux), else on the clock.
fn seconds() -> f64 {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat");
    let nanos = spent.ok().and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    nanos.map_or_else(clock, |nanos| nanos / 1e9)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is about time")]
fn clock() -> f64 {
    use std::sync::OnceLock;
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    BEGIN.get_or_init(Instant::now).elapsed().as_secs_f64()
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let begin = seconds();
    let result = work();
    (seconds() - begin, result)
}

fn run(network: &Network, seed: u64, secs: u64) -> Engine {
    let mut engine = Engine::new(network.clone(), seed);
    engine.run_until(SimTime::ZERO + Span::from_secs(secs));
    engine
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn yardsticks() {
    println!(
        "{:<9}{:>14}{:>14}{:>8}{:>14}{:>12}{:>12}{:>12}",
        "", "requests/s", "by hand", "ratio", "events/s", "events/req", "mean ms", "by hand"
    );
    for (name, text, secs, by_hand) in YARDSTICKS {
        let network = network(text, name);
        let mut rates: [Vec<f64>; 4] = Default::default();
        let (mut means, mut per_request) = ((0.0, 0.0), 0.0);
        for _ in 0..ROUNDS {
            let (spent, engine) = timed(|| run(&network, 1, secs));
            let report = engine.report();
            let requests = report.requests.offered;
            means.0 = report.latency.mean;
            per_request = report.events as f64 / requests as f64;
            rates[0].push(requests as f64 / spent);
            rates[1].push(report.events as f64 / spent);
            if let Some(by_hand) = by_hand {
                let (spent, done) = timed(|| by_hand(requests));
                means.1 = done.mean;
                rates[2].push(done.requests as f64 / spent);
                rates[3].push(rates[0][rates[0].len() - 1] / (done.requests as f64 / spent));
            }
        }
        let million = |values: &Vec<f64>| format!("{:.2} M", median(values.clone()) / 1e6);
        let [requests, events, hand, ratio] = rates;
        let (hand, ratio, mean) = if by_hand.is_some() {
            (million(&hand), format!("{:.2}", median(ratio)), format!("{:.3}", means.1))
        } else {
            Default::default()
        };
        println!(
            "{name:<9}{:>14}{hand:>14}{ratio:>8}{:>14}{per_request:>12.2}{:>12.3}{mean:>12}",
            million(&requests),
            million(&events),
            means.0
        );
    }
    println!("peak memory {}\n", peak_memory());
}

/// The network with as many servers from the start as it had at most, nothing that scales it and no health checks.
fn bare(network: &Network, full: &Engine) -> Network {
    let mut bare = network.clone();
    let report = full.report();
    for scaler in std::mem::take(&mut bare.scalers) {
        let pool = &mut bare.pools[scaler.pool as usize];
        let most = report.sites[pool.site as usize].in_service.2 as usize;
        pool.start = pool.zones.iter().copied().cycle().take(most).collect();
    }
    for balancer in &mut bare.balancers {
        balancer.interval = Span::from_secs(365 * 86_400);
    }
    bare
}

fn samples() {
    println!("{:<16}{:>14}{:>14}{:>24}", "sample", "events/s", "bare", "time of an event, ratio");
    for sample in file::samples() {
        let network = network(sample.text, sample.key);
        const SECS: u64 = 900;
        let bare = bare(&network, &run(&network, 1, SECS));
        let mut rates: [Vec<f64>; 3] = Default::default();
        for _ in 0..ROUNDS {
            let rate = |network: &Network| {
                let (spent, engine) = timed(|| run(network, 1, SECS));
                engine.events() as f64 / spent
            };
            let (full, bare) = (rate(&network), rate(&bare));
            rates[0].push(full);
            rates[1].push(bare);
            rates[2].push(bare / full);
        }
        let [full, bare, ratio] = rates.map(median);
        println!("{:<16}{:>12.2} M{:>12.2} M{ratio:>24.2}", sample.key, full / 1e6, bare / 1e6);
    }
    println!();
}

/// Requests per second on the clock of one replication, and of two side by side.
fn cores() {
    let network = network(YARDSTICKS[0].1, YARDSTICKS[0].0);
    let side_by_side = |count: u64| {
        let begin = clock();
        std::thread::scope(|scope| {
            for seed in 0..count {
                let network = &network;
                scope.spawn(move || run(network, seed, 2_500));
            }
        });
        count as f64 / (clock() - begin)
    };
    let gains = (0..ROUNDS).map(|_| {
        let one = side_by_side(1);
        side_by_side(2) / one
    });
    println!("two replications on two cores: {:.2} times one on the clock", median(gains.collect()));
}

/// Most memory that this process had, where the system tells (Linux).
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    kib.map_or_else(|| "not known".to_owned(), |kib| format!("{:.0} MiB", kib / 1_024.0))
}
