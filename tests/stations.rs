//! Queueing stations against theory, against the exact recursions, and through changes while they run.

use super::engine::{agrees, design, plan, replicated, run, station};
use loadscape::compile::Plan;
use loadscape::scenario::{Fault, Harm};
use loadscape::sim::dist::Dist;
use loadscape::sim::engine::Engine;
use loadscape::sim::network::{self, Discipline, Reason};
use loadscape::sim::random::Stream;
use loadscape::sim::report::{Report, SiteTotals};
use loadscape::sim::traffic::Traffic;
use loadscape::units::{Rate, SimTime, Span};

/// The station of a drawing by [`station`].
fn of(report: &Report) -> &SiteTotals {
    &report.sites[0]
}

/// The unit of time of the queueing tests is 10 ms, so that a simulated second is worth its statistics.
fn sojourn(report: &Report) -> f64 {
    of(report).latency.mean / 10.0
}

fn wait(report: &Report) -> f64 {
    of(report).wait.mean / 10.0
}

fn lost(report: &Report) -> f64 {
    of(report).failed as f64 / of(report).arrived as f64
}

#[test]
fn finite_waiting_rooms_lose_by_the_birth_death_chain() {
    let plan = station(&[("servers", "4"), ("service", "10 ms exp"), ("queue", "8")], "360/s");
    agrees("M/M/4/12 loss", replicated(&plan, 10, 120.0, lost), 0.048_805_1, 0.05);
    agrees("M/M/4/12 sojourn", replicated(&plan, 10, 120.0, sojourn), 1.670_942, 0.02);
    // The same with the books of a station: patience that nobody loses.
    let books = [("servers", "4"), ("service", "10 ms exp"), ("queue", "8"), ("patience", "1000 h constant")];
    let (plain, kept) = (run(&plan, 3, 0.0, 50.0), run(&station(&books, "360/s"), 3, 0.0, 50.0));
    assert_eq!((of(&plain).wait, of(&plain).failed), (of(&kept).wait, of(&kept).failed));
    // With processor sharing the number here is that of M/M/1/5.
    let sharing = [("service", "10 ms exp"), ("queue", "4"), ("discipline", "processor sharing")];
    let chain: f64 = (0..=5).map(|n| 0.9_f64.powi(n)).sum();
    agrees("M/M/1/5-PS loss", replicated(&station(&sharing, "90/s"), 10, 250.0, lost), 0.9_f64.powi(5) / chain, 0.05);
}

#[test]
fn sojourn_times_of_preemptive_disciplines_do_not_depend_on_the_shape_of_service() {
    for discipline in ["processor sharing", "preemptive last in, first out"] {
        let plan = station(&[("service", "10 ms hyper 4"), ("discipline", discipline)], "80/s");
        agrees(discipline, replicated(&plan, 10, 600.0, sojourn), 5.0, 0.1);
    }
    let plan = station(&[("service", "10 ms exp"), ("discipline", "last in, first out")], "80/s");
    agrees("M/M/1 LIFO waits as long as FIFO on average", replicated(&plan, 10, 600.0, wait), 4.0, 0.1);
}

/// Mean waiting time of M/M/1 with the shortest job first, from Phipps' integral.
fn shortest_first(rho: f64) -> f64 {
    let step = 1e-3;
    let waits = (0..40_000).map(|n| (f64::from(n) + 0.5) * step).map(|x| {
        let below = rho * (1.0 - (1.0 + x) * (-x).exp());
        (-x).exp() * rho / (1.0 - below).powi(2) * step
    });
    waits.sum()
}

#[test]
fn short_jobs_first_are_as_fast_as_theory_says() {
    let plan = station(&[("service", "10 ms exp"), ("discipline", "shortest remaining time first")], "80/s");
    agrees("SRPT, Schrage and Miller", replicated(&plan, 10, 600.0, sojourn), 2.352_773, 0.04);
    let plan = station(&[("service", "10 ms exp"), ("discipline", "shortest job first")], "80/s");
    agrees("SJF, Phipps", replicated(&plan, 10, 600.0, wait), shortest_first(0.8), 0.06);
}

/// The chain of two servers or more with a truncated number of requests, by Gauss and Seidel: mean number of requests.
fn chain_mean(rates: impl Fn(usize, usize) -> Vec<(usize, usize, f64)>, levels: usize, most: usize) -> f64 {
    let at = |level: usize, n: usize| level * (most + 1) + n;
    let mut into: Vec<Vec<(usize, f64)>> = vec![Vec::new(); levels * (most + 1)];
    let mut out = vec![0.0; into.len()];
    for level in 0..levels {
        for n in 0..=most {
            for (to, m, rate) in rates(level, n).into_iter().filter(|&(_, m, _)| m <= most) {
                into[at(to, m)].push((at(level, n), rate));
                out[at(level, n)] += rate;
            }
        }
    }
    let mut p = vec![1.0; into.len()];
    for _ in 0..4_000 {
        for state in 0..p.len() {
            let flow: f64 = into[state].iter().map(|&(from, rate)| p[from] * rate).sum();
            p[state] = if out[state] > 0.0 { flow / out[state] } else { 0.0 };
        }
        let sum: f64 = p.iter().sum();
        p.iter_mut().for_each(|x| *x /= sum);
    }
    (0..levels).flat_map(|level| (0..=most).map(move |n| (level, n))).map(|(l, n)| n as f64 * p[at(l, n)]).sum()
}

#[test]
fn cold_starts_cost_what_welch_says() {
    let cold = [("service", "10 ms exp"), ("setup", "50 ms exp")];
    agrees("M/M/1 with set-up", replicated(&station(&cold, "60/s"), 10, 400.0, sojourn), 7.5, 0.05);
    // Three servers, each asleep as soon as it is idle; as many wake as requests wait.
    let (servers, rate, wakes) = (3usize, 1.5, 0.5);
    let rates = |awake: usize, n: usize| {
        let waking = n.saturating_sub(awake).min(servers - awake);
        let served = awake as f64;
        let after = if n <= awake { awake.saturating_sub(1) } else { awake };
        let mut rates = vec![(awake, n + 1, rate), (awake + 1, n, waking as f64 * wakes)];
        if n > 0 {
            rates.push((after, n - 1, served));
        }
        rates.retain(|&(level, _, rate)| level <= servers && rate > 0.0);
        rates
    };
    let exact = chain_mean(rates, servers + 1, 90) / rate;
    let cold = [("servers", "3"), ("service", "10 ms exp"), ("setup", "20 ms exp")];
    agrees("M/M/3 with set-up", replicated(&station(&cold, "150/s"), 10, 250.0, sojourn), exact, 0.05);
}

#[test]
fn servers_that_fail_at_any_time_follow_avi_itzhak_and_naor() {
    // λ = 0.5, μ = 1, ξ = 1/20, η = 1/5: L = λ((ξ+η)² + μξ) / ((ξ+η)(μη - λ(ξ+η))) = 3.
    let failing = [("service", "10 ms exp"), ("fails", "200 ms exp"), ("repair", "50 ms exp")];
    agrees("M/M/1 with breakdowns", replicated(&station(&failing, "50/s"), 10, 400.0, sojourn), 6.0, 0.08);
    let (servers, rate, fails, repairs) = (3usize, 1.5, 0.05, 0.2);
    let rates = |broken: usize, n: usize| {
        let up = servers - broken;
        let mut rates = vec![(broken, n + 1, rate)];
        (n > 0 && up > 0).then(|| rates.push((broken, n - 1, up.min(n) as f64)));
        (up > 0).then(|| rates.push((broken + 1, n, up as f64 * fails)));
        (broken > 0).then(|| rates.push((broken - 1, n, broken as f64 * repairs)));
        rates
    };
    let exact = chain_mean(rates, servers + 1, 120) / rate;
    let failing = [("servers", "3"), ("service", "10 ms exp"), ("fails", "200 ms exp"), ("repair", "50 ms exp")];
    agrees("M/M/3 with breakdowns", replicated(&station(&failing, "150/s"), 10, 250.0, sojourn), exact, 0.06);
    let sharing = [("discipline", "processor sharing"), failing[1], failing[2], failing[3]];
    agrees("M/M/1-PS with breakdowns", replicated(&station(&sharing, "50/s"), 10, 400.0, sojourn), 6.0, 0.08);
}

#[test]
fn the_impatient_leave_as_palm_says() {
    let plan = station(&[("servers", "10"), ("service", "10 ms exp"), ("patience", "20 ms exp")], "1200/s");
    agrees("M/M/10+M abandonment", replicated(&plan, 10, 50.0, lost), 0.195_655_9, 0.03);
    agrees("M/M/10+M queue", replicated(&plan, 10, 50.0, |r| of(r).queue_mean), 4.695_742_7, 0.04);
    let report = run(&plan, 1, 0.0, 10.0);
    assert_eq!(report.failures[Reason::LeftQueue as usize], report.requests.failed);
}

#[test]
fn unlimited_servers_hold_a_poisson_number_of_requests() {
    let plan = station(&[("servers", "unlimited"), ("service", "250 ms cv 1.5")], "200/s");
    let mut engine = Engine::new(plan.network.clone(), 1);
    let (mut sum, mut squares, samples) = (0.0, 0.0, 6_000);
    for n in 0..samples {
        engine.run_until(SimTime::ZERO + Span::from_secs(20 + n));
        let inside = engine.roots_in_flight() as f64;
        (sum, squares) = (sum + inside, squares + inside * inside);
    }
    let mean = sum / samples as f64;
    let variance = squares / samples as f64 - mean * mean;
    assert!((mean / 50.0 - 1.0).abs() < 0.02 && (variance / 50.0 - 1.0).abs() < 0.08, "{mean}, {variance}");
}

/// Mean wait by Kiefer and Wolfowitz, with the engine's own draws: who comes first gets the server that is free first.
fn kiefer_wolfowitz(seed: u64, servers: usize, rate: f64, secs: u64) -> f64 {
    let (mut arrivals, mut services) = (Stream::new(seed, "users/arrivals"), Stream::new(seed, "box/service"));
    let gap = Dist::Exponential(Span::from_secs_f64(1.0 / rate)).sampler();
    let service = Dist::Exponential(Span::from_secs(1)).sampler();
    let (mut free, mut now, mut sum, mut count) = (vec![0u64; servers], 0u64, 0u64, 0u64);
    loop {
        now += gap.draw(&mut arrivals);
        free.sort_unstable();
        let begins = now.max(free[0]);
        if begins > Span::from_secs(secs).0 {
            return sum as f64 / count as f64 / 1e6;
        }
        (sum, count) = (sum + begins - now, count + 1);
        free[0] = begins + service.draw(&mut services);
    }
}

#[test]
fn first_in_first_out_stations_follow_kiefer_and_wolfowitz() {
    for (seed, patience) in [(7, "unlimited"), (8, "1000 h constant")] {
        let plan = station(&[("servers", "4"), ("service", "1 s exp"), ("patience", patience)], "3.6/s");
        let report = run(&plan, seed, 0.0, 20_000.0);
        let exact = kiefer_wolfowitz(seed, 4, 3.6, 20_000);
        let measured = of(&report).wait.mean;
        assert!((measured / exact - 1.0).abs() < 1e-6, "patience {patience}: {measured} against {exact}");
    }
}

fn slow(at: u64, lasts: u64, factor: f64) -> Fault {
    let harm = Harm::Slow { node: "box".to_owned(), factor };
    Fault { at: Span::from_secs(at), lasts: Span::from_secs(lasts), harm }
}

fn users_and(settings: &[(&str, &str)], rate: &str, faults: Vec<Fault>) -> Plan {
    let users = [("rate", rate), ("distance", "0 s"), ("timeout", "1 h")];
    plan(&design(&[("users", "users", &users), ("box", "station", settings)], &[("users", "box")]), faults)
}

#[test]
fn a_slow_spell_stretches_exactly_what_falls_into_it() {
    // 2.5 times as long from 1,000 s to 2,000 s: the recursion counts on a clock of work that runs at 0.4 meanwhile.
    let plan = users_and(&[("service", "1 s exp")], "0.8", vec![slow(1_000, 1_000, 2.5)]);
    let report = run(&plan, 4, 0.0, 8_000.0);
    let (mut arrivals, mut services) = (Stream::new(4, "users/arrivals"), Stream::new(4, "box/service"));
    let gap = Dist::Exponential(Span::from_secs_f64(1.25)).sampler();
    let service = Dist::Exponential(Span::from_secs(1)).sampler();
    let work = |t: f64| t.min(1e12) + (t - 1e12).clamp(0.0, 1e12) * 0.4 + (t - 2e12).max(0.0);
    let time = |w: f64| w.min(1e12) + ((w - 1e12).clamp(0.0, 0.4e12)) * 2.5 + (w - 1.4e12).max(0.0);
    let (mut now, mut free, mut sum, mut count) = (0.0, 0.0f64, 0.0, 0.0);
    loop {
        now += gap.draw(&mut arrivals) as f64;
        let begins = free.max(now);
        if begins > 8e12 {
            break;
        }
        (sum, count) = (sum + begins - now, count + 1.0);
        free = time(work(begins) + service.draw(&mut services) as f64);
    }
    let exact = sum / count / 1e6;
    assert!((of(&report).wait.mean / exact - 1.0).abs() < 1e-6, "{} against {exact}", of(&report).wait.mean);
}

#[test]
fn any_node_can_be_slow_for_a_while() {
    for (service, work, factor) in
        [("ec2", ("work", "20 ms constant"), 3.0), ("s3", ("latency", "20 ms constant"), 0.5)]
    {
        let users = [("rate", "5/s"), ("distance", "0 s")];
        let drawn = design(&[("users", "users", &users), ("box", service, &[work])], &[("users", "box")]);
        let mut engine = Engine::new(plan(&drawn, vec![slow(100, 100, factor)]).network, 1);
        let mut mean = |from: u64, to: u64| {
            engine.run_until(SimTime::ZERO + Span::from_secs(from));
            engine.forget();
            engine.run_until(SimTime::ZERO + Span::from_secs(to));
            of(&engine.report()).latency.p50
        };
        let (before, during, after) = (mean(0, 99), mean(101, 199), mean(202, 300));
        assert!((during / before / factor - 1.0).abs() < 0.03 && (after / before - 1.0).abs() < 0.02, "{service}");
    }
}

#[test]
fn a_token_bucket_lets_through_what_renewal_theory_says() {
    // One token: after each request that passes come 10 ms in which none does, then one as soon as it comes.
    let limited = [("servers", "unlimited"), ("service", "0 s constant"), ("limit", "100/s"), ("burst", "1")];
    let plan = station(&limited, "200/s");
    agrees("refused", replicated(&plan, 10, 100.0, lost), 2.0 / 3.0, 0.02);
    let report = run(&plan, 1, 0.0, 100.0);
    assert_eq!(report.failures[Reason::Throttled as usize], report.requests.failed);
}

/// A station's network with something about its pool changed by hand.
fn with(plan: &Plan, change: impl Fn(&mut network::Pool)) -> network::Network {
    let mut network = plan.network.clone();
    change(&mut network.pools[0]);
    network
}

#[test]
fn a_station_without_servers_lets_wait_and_goes_on_when_it_has_some() {
    let plan = station(&[("service", "10 ms exp"), ("queue", "50")], "40/s");
    for discipline in [Discipline::Fifo, Discipline::ShortestRemaining] {
        let none = with(&plan, |pool| (pool.workers, pool.discipline) = (0, discipline));
        let mut engine = Engine::new(none, 1);
        engine.run_until(SimTime::ZERO + Span::from_secs(10));
        let report = engine.report();
        assert_eq!((of(&report).served, report.requests.in_flight), (0, 50), "{discipline:?}");
        assert!(report.failures[Reason::QueueFull as usize] > 300);
        engine.retune(with(&plan, |pool| pool.discipline = discipline)).unwrap();
        engine.run_until(SimTime::ZERO + Span::from_secs(20));
        assert!(engine.audit().is_empty() && engine.report().requests.in_flight < 10, "{discipline:?}");
    }
}

#[test]
fn a_thousand_million_servers_cost_no_more_than_their_requests() {
    let huge = [("servers", "1000000000"), ("service", "100 ms exp"), ("setup", "1 s exp"), ("fails", "1 h exp")];
    for discipline in ["first in, first out", "processor sharing", "preemptive priority"] {
        let report =
            run(&station(&[huge[0], huge[1], huge[2], huge[3], ("discipline", discipline)], "50/s"), 1, 5.0, 60.0);
        assert!(report.requests.good > 2_700 && report.requests.failed == 0, "{discipline}: {:?}", report.requests);
    }
}

#[test]
fn a_change_of_discipline_serves_those_who_wait_in_the_new_order() {
    // A second of service each and all there is to serve comes in the first ten seconds; then the order changes.
    let of_discipline =
        |discipline| with(&station(&[("service", "1 s constant")], "10/s"), |p| p.discipline = discipline);
    for to in [Discipline::LifoPreemptive, Discipline::ShortestRemaining, Discipline::Sharing, Discipline::Priority] {
        let mut engine = Engine::new(of_discipline(Discipline::Fifo), 1);
        engine.run_until(SimTime::ZERO + Span::from_secs(10));
        let (waiting, served) = (engine.roots_in_flight(), of(&engine.report()).served);
        let mut quiet = of_discipline(to);
        quiet.sources.iter_mut().for_each(|source| source.traffic = Traffic::steady(Rate(0.0)));
        engine.retune(quiet.clone()).unwrap();
        assert_eq!(engine.audit(), [""; 0], "{to:?}");
        engine.run_until(SimTime::ZERO + Span::from_secs(15));
        if to != Discipline::Sharing {
            assert_eq!(of(&engine.report()).served, served + 5, "{to:?}: one a second, without a break");
        }
        quiet.pools[0].discipline = Discipline::Fifo;
        engine.retune(quiet).unwrap();
        engine.run_until(SimTime::ZERO + Span::from_secs(12 + waiting));
        assert_eq!((engine.roots_in_flight(), engine.audit()), (0, vec![]), "{to:?} and back");
    }
}

#[test]
fn patience_switched_on_counts_for_those_who_wait() {
    let plan = station(&[("service", "10 s constant")], "5/s");
    let impatient = station(&[("service", "10 s constant"), ("patience", "3 s constant")], "5/s");
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(100));
    let waiting = engine.roots_in_flight();
    engine.retune(impatient.network).unwrap();
    engine.run_until(SimTime::ZERO + Span::from_millis(103_001));
    let left = engine.report().failures[Reason::LeftQueue as usize];
    assert!(left + 1 >= waiting - 1 && waiting > 400, "{left} of {waiting}");
    assert_eq!(engine.audit(), [""; 0]);
}

#[test]
fn who_drops_requests_that_nobody_waits_for_recovers_from_what_others_do_not() {
    // Twice what one server takes, from users who leave after two seconds. Who serves in order serves only those who left.
    let good = |station: &str| {
        let text = format!(
            "users(rate=20/s, timeout=2 s, at_timeout=leave) -> web:station(servers=1, service=100 ms exp, {station})"
        );
        let plan = super::compute::plan(&text, vec![]);
        let mut engine = Engine::new(plan.network.clone(), 2);
        engine.run_until(SimTime::ZERO + Span::from_secs(100));
        engine.forget();
        engine.run_until(SimTime::ZERO + Span::from_secs(600));
        assert_eq!(engine.audit(), [""; 0]);
        let requests = engine.report().requests;
        (requests.good as f64 / 500.0, requests.in_flight)
    };
    let (vain, _) = good("forsaken=serves them");
    let (careful, _) = good("forsaken=drops them");
    assert!(vain < 0.1, "{vain}/s");
    assert!(careful > 3.0, "whoever is served has nearly waited too long, and half of them are in time: {careful}/s");
    let (fair, _) = good("forsaken=drops them, discipline=processor sharing, queue=10");
    assert!(fair > 0.0, "nobody waits in a line where all share, so there is nobody to drop: {fair}/s");
}
