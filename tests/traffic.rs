//! Traffic against theory: how many requests come and when, who waits for whom, and what does not change by chance.

use super::engine::design;
use loadscape::compile::{Plan, compile};
use loadscape::model::{Design, Id, RequestClass};
use loadscape::scenario::Scenario;
use loadscape::sim::curve::{After, Curve, Recording};
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::sim::report::Report;
use loadscape::sim::shape::Shape;
use loadscape::units::{Rate, Share, SimTime, Span};
use std::sync::Arc;

/// Users with settings in front of a station with settings; the scenario may shape their traffic.
fn planned(users: &[(&str, &str)], station: &[(&str, &str)], shape: Option<Shape>) -> Plan {
    let mut users = users.to_vec();
    for (key, value) in [("distance", "0 s"), ("timeout", "1 h")] {
        if !users.iter().any(|(known, _)| *known == key) {
            users.push((key, value));
        }
    }
    let design = design(&[("users", "users", &users), ("box", "station", station)], &[("users", "box")]);
    let traffic = shape.into_iter().map(|shape| ("users".to_owned(), shape)).collect();
    let plan = compile(&design, &Scenario { traffic, ..Scenario::steady() });
    assert_eq!(plan.notes, []);
    plan
}

fn run(plan: &Plan, seed: u64, warmup: f64, secs: f64) -> Report {
    let mut engine = Engine::new(plan.network.clone(), seed);
    engine.run_until(SimTime::ZERO + Span::from_secs_f64(warmup));
    engine.forget();
    engine.run_until(SimTime::ZERO + Span::from_secs_f64(warmup + secs));
    assert_eq!(engine.audit(), Vec::<String>::new());
    let report = engine.report();
    let r = &report.requests;
    assert_eq!((r.offered, r.in_flight), (r.good + r.late + r.failed + r.in_flight, engine.roots_in_flight()));
    report
}

/// Mean over some runs.
fn mean(plan: &Plan, runs: u64, secs: f64, figure: impl Fn(&Report) -> f64) -> f64 {
    (1..=runs).map(|seed| figure(&run(plan, seed, secs * 0.05, secs))).sum::<f64>() / runs as f64
}

fn near(what: &str, found: f64, exact: f64, tolerance: f64) {
    eprintln!("{what}: {found:.5}, exact {exact:.5}");
    assert!((found / exact - 1.0).abs() < tolerance, "{what}: {found} is not within {tolerance} of {exact}");
}

fn shapes() -> Vec<(Shape, u64)> {
    let minutes = |minutes: u64| Span::from_secs(60 * minutes);
    let curve = |starts: &[u64], rates: &[f64], end: u64| {
        let nanos = |secs: u64| secs * 1_000_000_000;
        Arc::new(Curve::new(starts.iter().copied().map(nanos).collect(), rates.to_vec(), nanos(end)))
    };
    let recorded =
        |after| Recording { after, curve: curve(&[5, 60, 90], &[20.0, 0.0, 90.0], 100), ..Recording::default() };
    let spike = Shape::Spike { base: Rate(4.0), peak: Rate(90.0), at: minutes(2), rise: minutes(3), hold: minutes(1) };
    let mut days = [Share(1.0); 7];
    (days[5], days[6]) = (Share(0.3), Share(0.0));
    vec![
        (Shape::Constant(Rate(30.0)), 600),
        (Shape::Ramp { from: Rate(0.0), to: Rate(60.0), start: minutes(1), over: minutes(8) }, 600),
        (Shape::Step { from: Rate(50.0), to: Rate(5.0), at: minutes(5) }, 600),
        (spike.clone(), 900),
        (Shape::Day { low: Rate(0.0), peak: Rate(1.0), peak_at: Span::from_secs(50_000) }, 100_000),
        (Shape::Week { low: Rate(0.0), peak: Rate(0.2), peak_at: Span::from_secs(70_000), days }, 700_000),
        (Shape::Wave { mean: Rate(20.0), amplitude: Rate(35.0), period: Span::from_secs(37) }, 600),
        (Shape::Recorded(recorded(After::Hold)), 300),
        (Shape::Recorded(recorded(After::Repeat)), 1_000),
        (Shape::Recorded(recorded(After::Stop)), 300),
        (Shape::Sum(vec![spike, Shape::Wave { mean: Rate(9.0), amplitude: Rate(9.0), period: minutes(1) }]), 900),
    ]
}

/// Requests that a shape stands for between two moments, by the midpoints of many short pieces.
fn integral(shape: &Shape, from: f64, to: f64) -> f64 {
    let pieces = 20_000;
    let width = (to - from) / f64::from(pieces);
    let at = |n: i32| shape.rate(SimTime::ZERO + Span::from_secs_f64(from + width * (f64::from(n) + 0.5)));
    (0..pieces).map(at).sum::<f64>() * width
}

#[test]
fn arrivals_of_every_shape_add_up_to_its_rate() {
    for (shape, secs) in shapes() {
        let plan = planned(&[], &[("service", "0 s constant"), ("queue", "unlimited")], Some(shape.clone()));
        for seed in 1..=if secs > 50_000 { 1 } else { 3 } {
            let mut engine = Engine::new(plan.network.clone(), seed);
            let mut before = 0;
            for part in 1..=5 {
                let (from, to) = ((part - 1) as f64 / 5.0 * secs as f64, part as f64 / 5.0 * secs as f64);
                engine.run_until(SimTime::ZERO + Span::from_secs_f64(to));
                let offered = engine.report().requests.offered;
                let (found, wanted) = ((offered - before) as f64, integral(&shape, from, to));
                let off = (found - wanted).abs();
                assert!(off <= 4.0 * wanted.sqrt() + 1.0, "{shape:?}, seed {seed}, {from} s: {found} not {wanted}");
                before = offered;
            }
        }
    }
}

#[test]
fn what_a_quiet_stretch_and_thinning_throw_away_costs_no_event() {
    let spike = Shape::Spike {
        base: Rate(0.0),
        peak: Rate(1e6),
        at: Span::from_secs(300_000_000),
        rise: Span::from_secs(1),
        hold: Span::from_secs(1),
    };
    let mut engine = Engine::new(planned(&[], &[], Some(spike)).network, 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(3_600));
    assert_eq!(engine.events(), 3_600, "one for each measuring interval");
}

#[test]
fn a_spacing_keeps_the_rate_of_any_shape() {
    for arrivals in ["even", "by gaps"] {
        for (shape, secs) in shapes() {
            let users = [("arrivals", arrivals), ("gaps", "3 s erlang 9")];
            let plan = planned(&users, &[("service", "0 s constant"), ("queue", "unlimited")], Some(shape.clone()));
            let wanted = integral(&shape, 0.0, secs as f64);
            let found = run(&plan, 3, 0.0, secs as f64).requests.offered as f64;
            let spread = if arrivals == "even" { 1.0 + wanted * 1e-3 } else { 4.0 * (wanted / 9.0).sqrt() + 1.0 };
            assert!((found - wanted).abs() <= spread, "{arrivals} {shape:?}: {found} not {wanted}");
        }
    }
}

#[test]
fn renewal_arrivals_wait_as_theory_says() {
    // In hundredths of a second: the same requests, a hundredth of the measuring intervals.
    let server = [("servers", "1"), ("service", "10 ms exp"), ("queue", "unlimited")];
    let wait = |report: &Report| report.sites[0].wait.mean / 10.0;
    let even = planned(&[("arrivals", "even"), ("rate", "80/s")], &server, None);
    near("D/M/1 wait", mean(&even, 4, 1_500.0, wait), 1.692_730_84, 0.04);
    let erlang = planned(&[("arrivals", "by gaps"), ("gaps", "12.5 ms erlang 8")], &server, None);
    near("E8/M/1 wait", mean(&erlang, 4, 1_500.0, wait), 1.979_728_89, 0.04);
    let uniform = [("servers", "1"), ("service", "0 s to 20 ms"), ("queue", "unlimited")];
    let uniform = planned(&[("arrivals", "by gaps"), ("gaps", "0 s to 25 ms")], &uniform, None);
    near("U/U/1 wait", mean(&uniform, 4, 1_500.0, wait), 1.244_493_37, 0.04);
}

#[test]
fn batches_and_bursts_are_as_large_as_they_should_be() {
    let server = [("servers", "1"), ("service", "10 ms exp"), ("queue", "unlimited")];
    let batches = planned(&[("rate", "60/s"), ("batch", "3 geometric")], &server, None);
    near("M^X/M/1 in system", mean(&batches, 4, 2_000.0, |r| r.sites[0].in_system_mean), 4.5, 0.07);
    let fixed = planned(&[("rate", "60/s"), ("batch", "3")], &server, None);
    // (rho + lambda E[X^2] / mu) / (2 (1 - rho)) with batches of 3 at 20/s.
    near("M^3/M/1 in system", mean(&fixed, 4, 2_000.0, |r| r.sites[0].in_system_mean), (0.6 + 1.8) / 0.8, 0.07);
    // Calm 100/s for 4 s, bursts of 600/s for 1 s: 200/s on average, counts spread by 1 + 2 d² c b / ((c + b)² ...).
    let (calm, burst, high, low) = (4.0f64, 1.0f64, 600.0f64, 100.0f64);
    let settings =
        [("arrivals", "bursty"), ("rate", "100/s"), ("burst", "600/s"), ("calm_time", "4 s"), ("burst_time", "1 s")];
    let bursty = planned(&settings, &[("service", "0 s constant"), ("queue", "unlimited")], None);
    let mut engine = Engine::new(bursty.network, 8);
    let (mut counts, mut before) = (Vec::new(), 0);
    for part in 1..=300u64 {
        engine.run_until(SimTime::ZERO + Span::from_secs(part * 100));
        let offered = engine.report().requests.offered;
        counts.push((offered - before) as f64);
        before = offered;
    }
    let mean = counts.iter().sum::<f64>() / 300.0;
    let spread = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / 300.0;
    near("MMPP mean rate", mean / 100.0, 200.0, 0.04);
    let (up, down) = (1.0 / calm, 1.0 / burst);
    let variance = up * down * (high - low).powi(2) / (up + down).powi(2);
    // Variance of a count over t: rate t + 2 v (t / g - (1 - e^-gt) / g²), g the rate at which the state is forgotten.
    let (t, g) = (100.0, up + down);
    let exact = 200.0 * t + 2.0 * variance * (t / g - (1.0 - (-g * t).exp()) / (g * g));
    near("MMPP variance of counts", spread, exact, 0.3);
}

/// Throughput and drops of N users who think and C servers with room for `room` in all, by the chain of states.
fn machine_repair(users: u32, servers: u32, room: u32, (think, service): (f64, f64)) -> (f64, f64) {
    let most = users.min(room);
    let mut weights = vec![1.0];
    for n in 1..=most {
        let (up, down) = (f64::from(users - n + 1) / think, f64::from(n.min(servers)) / service);
        weights.push(weights[n as usize - 1] * up / down);
    }
    let total: f64 = weights.iter().sum();
    let share = |n: u32| weights[n as usize] / total;
    let served = (0..=most).map(|n| share(n) * f64::from(n.min(servers)) / service).sum();
    let offered: f64 = (0..=most).map(|n| share(n) * f64::from(users - n) / think).sum();
    let refused = if most < users { share(most) * f64::from(users - most) / think } else { 0.0 };
    (served, refused / offered)
}

#[test]
fn closed_users_keep_to_the_chain_of_states_and_to_littles_law() {
    let users = [("traffic", "closed"), ("users", "30"), ("think", "40 ms exp")];
    let plan = planned(&users, &[("servers", "3"), ("service", "10 ms exp"), ("queue", "unlimited")], None);
    let (exact, _) = machine_repair(30, 3, 30, (0.04, 0.01));
    let report = run(&plan, 2, 10.0, 1_000.0);
    let rate = report.requests.good as f64 / 1_000.0;
    near("closed throughput", rate, exact, 0.01);
    let cycle = report.latency.mean / 1e3 + 0.04;
    near("users = throughput x (response + think)", rate * cycle, 30.0, 0.01);
    // Engset: 20 clients, 5 connections, nothing waits, who is refused thinks again.
    let users = [("traffic", "closed"), ("users", "20"), ("think", "40 ms exp")];
    let plan = planned(&users, &[("servers", "5"), ("service", "10 ms exp"), ("queue", "0")], None);
    assert!((machine_repair(20, 5, 5, (4.0, 1.0)).1 - 0.195_533_732_4).abs() < 1e-9);
    let refused = |report: &Report| report.requests.failed as f64 / report.requests.offered as f64;
    near("Engset refusals", mean(&plan, 4, 500.0, refused), 0.195_533_73, 0.02);
}

#[test]
fn a_load_generator_sends_its_requests_and_is_done() {
    let users = [("traffic", "closed"), ("users", "7"), ("think", "0 s constant"), ("requests", "1000")];
    let plan = planned(&users, &[("servers", "2"), ("service", "10 ms constant")], None);
    let mut engine = Engine::new(plan.network.clone(), 1);
    assert!(!engine.is_over());
    engine.run_until(SimTime::ZERO + Span::from_secs(3));
    assert_eq!((engine.report().requests.in_flight, engine.report().requests.good), (7, 600));
    engine.run_until(SimTime::ZERO + Span::from_secs(60));
    assert!(engine.is_over());
    assert_eq!((engine.report().requests.good, engine.audit()), (1_000, vec![]));
    // A thousand at most, also where more users than that are there, or all are refused at once.
    let many = [("traffic", "closed"), ("users", "900"), ("think", "0 s constant"), ("requests", "1000")];
    let plan = planned(&many, &[("servers", "1"), ("service", "1 s constant"), ("queue", "0")], None);
    let mut engine = Engine::new(plan.network, 1);
    let over = (1..=200).find(|_| engine.run_until_over(engine.now() + Span::from_millis(10)));
    assert!(over.is_some() && engine.is_over() && engine.now() < SimTime(3_000_000_000));
    assert_eq!(engine.report().requests.offered, 1_000);
}

#[test]
fn sessions_make_their_requests_and_leave() {
    for (length, mean) in [("4", 4.0), ("4 geometric", 4.0), ("1", 1.0)] {
        let users = [("traffic", "sessions"), ("rate", "2/s"), ("length", length), ("think", "3 s exp")];
        let plan = planned(&users, &[("servers", "50"), ("service", "500 ms exp")], None);
        let report = run(&plan, 4, 200.0, 20_000.0);
        near("requests of sessions", report.requests.offered as f64 / 20_000.0, 2.0 * mean, 0.03);
    }
    let users = [("traffic", "sessions"), ("rate", "0/s"), ("length", "3"), ("think", "3 s exp")];
    let rush = Shape::Step { from: Rate(5.0), to: Rate(0.0), at: Span::from_secs(100) };
    let plan = planned(&users, &[("servers", "50"), ("service", "500 ms exp")], Some(rush));
    let report = run(&plan, 4, 0.0, 300.0);
    assert_eq!((report.requests.offered % 3, report.requests.in_flight), (0, 0), "every visitor made three");
}

#[test]
fn users_give_up_at_their_deadline_and_what_they_asked_for_goes_on() {
    let users = [("rate", "2/s"), ("timeout", "1 s"), ("at_timeout", "leave")];
    let plan = planned(&users, &[("servers", "1"), ("service", "2 s constant"), ("queue", "unlimited")], None);
    let report = run(&plan, 1, 0.0, 500.0);
    let r = &report.requests;
    assert_eq!((r.good, r.late, r.failed), (0, 0, report.failures[Reason::GaveUp as usize]));
    assert!(r.failed > 900 && report.latency.count == 0);
    let station = &report.sites[0];
    assert_eq!(station.served, 249, "the station works on for users who are gone");
    // Who is patient enough is served, and M/M/1 with a deadline for the whole stay loses e^-(mu - lambda) T of all at
    // most: here just what takes longer.
    let users = [("rate", "1/s"), ("timeout", "20 ms"), ("at_timeout", "leave")];
    let plan = planned(&users, &[("servers", "9"), ("service", "10 ms exp")], None);
    let lost = mean(&plan, 4, 4_000.0, |r| r.requests.failed as f64 / r.requests.offered as f64);
    near("stays longer than two means", lost, (-2.0f64).exp(), 0.05);
    // Sessions go on after they gave up.
    let users =
        [("traffic", "closed"), ("users", "3"), ("think", "1 s constant"), ("timeout", "1 s"), ("at_timeout", "leave")];
    let plan = planned(&users, &[("servers", "9"), ("service", "1 h constant"), ("queue", "0")], None);
    let report = run(&plan, 1, 0.0, 100.0);
    assert!((270..=310).contains(&report.requests.failed), "{:?}", report.requests);
}

#[test]
fn kinds_of_traffic_mix_and_change_while_they_run() {
    let of = |traffic: &str, users: &str, rate: &str, think: &str| {
        let settings = [("traffic", traffic), ("users", users), ("rate", rate), ("think", think)];
        let other = [("traffic", "sessions"), ("rate", "1/s"), ("distance", "0 s")];
        let nodes = [
            ("users", "users", &settings[..]),
            ("more", "users", &other[..]),
            ("box", "station", &[("servers", "50")][..]),
        ];
        compile(&design(&nodes, &[("users", "box"), ("more", "box")]), &Scenario::steady()).network
    };
    let mut engine = Engine::new(of("closed", "50", "9/s", "1 s exp"), 5);
    let mut rate = |network, secs: u64| {
        engine.retune(network).expect("the structure stays");
        assert_eq!(engine.audit(), Vec::<String>::new());
        engine.run_until(engine.now() + Span::from_secs(30));
        let before = engine.report().sites[2].arrived;
        engine.run_until(engine.now() + Span::from_secs(secs));
        assert_eq!(engine.audit(), Vec::<String>::new());
        (engine.report().sites[2].arrived - before) as f64 / secs as f64
    };
    near("50 users", rate(of("closed", "50", "9/s", "1 s exp"), 600), 50.0 / 1.01, 0.03);
    near("200 users", rate(of("closed", "200", "9/s", "2 s exp"), 600), 200.0 / 2.01, 0.03);
    near("10 users", rate(of("closed", "10", "9/s", "2 s exp"), 600), 10.0 / 2.01, 0.06);
    near("open again", rate(of("open", "10", "80/s", "2 s exp"), 600), 80.0, 0.03);
    near("sessions", rate(of("sessions", "10", "5/s", "100 ms exp"), 600), 40.0, 0.06);
    near("closed with longer thoughts", rate(of("closed", "40", "5/s", "4 s exp"), 600), 10.0, 0.06);
}

/// Moments at which requests were offered, as a fingerprint: offered so far at many moments.
fn course(plan: &Plan, seed: u64) -> Vec<u64> {
    let mut engine = Engine::new(plan.network.clone(), seed);
    let site = plan.sites[&Id::new("users").expect("an id")] as usize;
    let at = |n: u64| {
        engine.run_until(SimTime(n * 100_000_003));
        engine.report().sites[site].arrived
    };
    (1..=600).map(at).collect()
}

#[test]
fn an_unrelated_node_and_classes_leave_arrivals_as_they_are() {
    for settings in [
        &[("rate", "40/s")][..],
        &[("rate", "40/s"), ("arrivals", "bursty"), ("batch", "2 geometric")],
        &[("arrivals", "by gaps"), ("gaps", "30 ms hyper 4")],
        &[("traffic", "sessions"), ("rate", "5/s"), ("length", "4 geometric"), ("think", "100 ms")],
        &[("traffic", "closed"), ("users", "20"), ("think", "400 ms")],
    ] {
        let settings: Vec<_> = settings.iter().copied().chain([("distance", "0 s")]).collect();
        let fixed = [("service", "7 ms constant"), ("queue", "0")];
        let small = [("users", "users", settings.as_slice()), ("box", "station", &fixed[..])];
        let alone = design(&small, &[("users", "box")]);
        let large: Vec<_> = small.iter().copied().chain([("a", "users", &[][..]), ("b", "ec2", &[][..])]).collect();
        let mut crowd = design(&large, &[("users", "box"), ("a", "b")]);
        let plan = |design: &Design| compile(design, &Scenario::steady());
        let wanted = course(&plan(&alone), 9);
        assert!(wanted[599] > 500, "{settings:?}: {}", wanted[599]);
        assert_eq!(course(&plan(&crowd), 9), wanted, "{settings:?}");
        crowd.classes = vec![RequestClass::new("browse"), RequestClass::new("buy")];
        assert_eq!(course(&plan(&crowd), 9), wanted, "{settings:?}");
    }
}

#[test]
fn classes_come_by_their_shares_and_work_as_long_as_they_say() {
    let users = [("rate", "50/s"), ("mix", "browse 80 %, buy 20 %"), ("distance", "0 s"), ("response", "1 KiB")];
    let station = [("service", "10 ms constant"), ("servers", "64"), ("queue", "unlimited")];
    let mut drawn = design(&[("users", "users", &users), ("box", "station", &station)], &[("users", "box")]);
    let class = |name: &str| RequestClass::new(name);
    let buy = RequestClass { work: 3.0, bytes: Some((10, 5_000)), ..class("buy") };
    drawn.classes = vec![class("never"), class("browse"), buy];
    let report = run(&compile(&drawn, &Scenario::steady()), 3, 0.0, 2_000.0);
    let [never, browse, buy] = [0, 1, 2].map(|class: usize| report.classes[class]);
    assert_eq!(never.requests.offered, 0);
    near("share of browse", browse.requests.offered as f64 / report.requests.offered as f64, 0.8, 0.01);
    near("work of browse", browse.latency.mean, 10.0, 0.01);
    near("work of buy", buy.latency.mean, 30.0, 0.01);
    let bytes = (browse.requests.good * 1_024 + buy.requests.good * 5_000) as f64;
    near("bytes answered", report.links[0].bytes.1 as f64, bytes, 1e-3);
    drawn.nodes.get_mut(&Id::new("users").expect("an id")).expect("it is there").settings.remove("mix");
    let report = run(&compile(&drawn, &Scenario::steady()), 3, 0.0, 500.0);
    near("a third each", report.classes[0].requests.offered as f64 / report.requests.offered as f64, 1.0 / 3.0, 0.03);
}
