//! The engine against theory, conservation and Little's law, and against itself.

use loadscape::catalog::{self, Value};
use loadscape::compile::{Plan, compile};
use loadscape::model::{Design, Id, Link, Node, Point};
use loadscape::scenario::{Fault, Harm, Scenario};
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::sim::report::Report;
use loadscape::units::{SimTime, Span};
use std::collections::BTreeMap;

/// Id, service and settings of a node.
pub type Drawn<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// A design of nodes and of links `(from, to)`.
pub fn design(nodes: &[Drawn<'_>], links: &[(&str, &str)]) -> Design {
    let mut design = Design::default();
    for (id, key, settings) in nodes {
        let sheet = catalog::find(key).expect("a known service").sheet();
        let value = |key: &str, text: &str| -> Value {
            let param = sheet.param(key).unwrap_or_else(|| panic!("no parameter {key}"));
            param.kind.parse(text).unwrap_or_else(|error| panic!("{key}: {error}"))
        };
        let settings = settings.iter().map(|(key, text)| ((*key).to_owned(), value(key, text))).collect();
        let (service, label) = ((*key).to_owned(), (*id).to_owned());
        let node = Node { service, label, at: Point::default(), place: None, settings };
        design.nodes.insert(Id::new(id).unwrap(), node);
    }
    for (from, to) in links {
        let (from, to) = (Id::new(from).unwrap(), Id::new(to).unwrap());
        let id = Id::slug(&format!("{from}-{to}"), "link");
        design.links.insert(id, Link::new(from, to));
    }
    design
}

pub fn plan(design: &Design, faults: Vec<Fault>) -> Plan {
    let plan = compile(design, &Scenario { faults, ..Scenario::steady() });
    assert_eq!(plan.notes, [], "everything in a test runs");
    plan
}

pub fn run(plan: &Plan, seed: u64, warmup: f64, secs: f64) -> Report {
    let mut engine = Engine::new(plan.network.clone(), seed);
    engine.run_until(SimTime::ZERO + Span::from_secs_f64(warmup));
    engine.forget();
    engine.run_until(SimTime::ZERO + Span::from_secs_f64(warmup + secs));
    let report = engine.report();
    assert_eq!(report.requests.in_flight, engine.roots_in_flight(), "requests in flight are counted right");
    check_laws(&report);
    report
}

/// What must hold of every run: nothing vanishes, and L = λW wherever requests are answered.
fn check_laws(report: &Report) {
    let r = &report.requests;
    assert_eq!(r.offered, r.good + r.late + r.failed + r.in_flight);
    assert_eq!(r.failed, report.failures.iter().sum::<u64>(), "every failed request has one reason");
    let secs = report.now.since(report.from).secs();
    for (at, site) in report.sites.iter().enumerate() {
        assert_eq!(site.arrived, site.served + site.failed + site.in_flight, "site {at}");
        assert_eq!(site.failed, site.failures.iter().sum::<u64>(), "site {at}");
        if site.served > 10_000 && site.failed == 0 {
            let little = site.served as f64 / secs * site.latency.mean / 1e3;
            let off = (site.in_system_mean - little).abs() / little.max(1e-9);
            assert!(off < 0.02, "Little's law at site {at}: {} against {little}", site.in_system_mean);
        }
    }
}

pub fn station(settings: &[(&str, &str)], rate: &str) -> Plan {
    let users = [("rate", rate), ("distance", "0 s"), ("timeout", "1 h")];
    plan(&design(&[("users", "users", &users), ("box", "station", settings)], &[("users", "box")]), Vec::new())
}

/// Mean of a figure over replications, with the half width of its 95 % interval.
pub fn replicated(plan: &Plan, runs: u64, secs: f64, figure: impl Fn(&Report) -> f64) -> (f64, f64) {
    let values: Vec<f64> = (1..=runs).map(|seed| figure(&run(plan, seed, secs * 0.02, secs))).collect();
    let mean = values.iter().sum::<f64>() / runs as f64;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (runs - 1) as f64;
    (mean, 2.1 * (variance / runs as f64).sqrt())
}

pub fn agrees(what: &str, (mean, half): (f64, f64), exact: f64, tolerance: f64) {
    eprintln!("{what}: {mean:.4} ± {half:.4}, exact {exact:.4}");
    assert!((mean - exact).abs() / exact < tolerance, "{what}: {mean} is not within {tolerance} of {exact}");
    assert!((mean - exact).abs() < 1.6 * half, "{what}: {exact} is far outside {mean} ± {half}");
}

// The unit of time of the next three is 10 ms, so that a simulated second is worth its statistics.
#[test]
fn m_m_1_at_80_per_cent() {
    let plan = station(&[("servers", "1"), ("service", "10 ms exp")], "80/s");
    let wait = replicated(&plan, 10, 2_000.0, |report| report.sites[0].wait.mean / 10.0);
    agrees("M/M/1 mean wait", wait, 4.0, 0.04);
    let p95 = replicated(&plan, 10, 2_000.0, |report| report.sites[0].latency.p95 / 10.0);
    agrees("M/M/1 p95 sojourn", p95, 14.978_661, 0.04);
}

#[test]
fn m_m_10_at_90_per_cent() {
    let plan = station(&[("servers", "10"), ("service", "10 ms exp")], "900/s");
    let wait = replicated(&plan, 10, 300.0, |report| report.sites[0].wait.mean / 10.0);
    agrees("M/M/10 mean wait", wait, 0.668_731_5, 0.05);
    let p95 = replicated(&plan, 10, 300.0, |report| report.sites[0].latency.p95 / 10.0);
    agrees("M/M/10 p95 sojourn", p95, 4.360_866_6, 0.03);
}

#[test]
fn processor_sharing_is_insensitive_and_finite_queues_lose_by_erlang() {
    let sharing = [("service", "10 ms hyper 4"), ("discipline", "processor sharing")];
    let sojourn = replicated(&station(&sharing, "80/s"), 10, 2_000.0, |report| report.sites[0].latency.mean / 10.0);
    agrees("M/H2/1-PS mean sojourn", sojourn, 5.0, 0.05);
    let loss = [("servers", "16"), ("service", "10 ms cv 2"), ("queue", "0")];
    let lost = |report: &Report| report.sites[0].failed as f64 / report.sites[0].arrived as f64;
    agrees("M/G/16/16 loss", replicated(&station(&loss, "1200/s"), 10, 200.0, lost), 0.060_412_6, 0.03);
    let full = run(&station(&loss, "1200/s"), 1, 0.0, 10.0);
    assert_eq!(full.failures[Reason::QueueFull as usize], full.requests.failed);
}

#[test]
fn a_first_in_first_out_station_follows_the_exact_recursion() {
    // The engine's own streams give the arrivals and services; Lindley's recursion gives every waiting time.
    use loadscape::sim::{dist::Dist, random::Stream};
    let plan = station(&[("servers", "1"), ("service", "1 s exp")], "0.9");
    let report = run(&plan, 5, 0.0, 50_000.0);
    let second = Span::from_secs(1);
    let (mut arrivals, mut services) = (Stream::new(5, "users/arrivals"), Stream::new(5, "box/service"));
    let gap = Dist::Exponential(Span::from_secs_f64(1.0 / 0.9)).sampler();
    let service = Dist::Exponential(second).sampler();
    let (mut now, mut free, mut wait, mut count) = (0u64, 0u64, 0u64, 0u64);
    let end = 50_000 * second.0;
    loop {
        now += gap.draw(&mut arrivals);
        let begins = now.max(free);
        if begins > end {
            break;
        }
        wait += begins - now;
        count += 1;
        free = begins + service.draw(&mut services);
    }
    let exact = wait as f64 / count as f64 / 1e6;
    assert!((report.sites[0].wait.mean / exact - 1.0).abs() < 1e-6, "{} against {exact}", report.sites[0].wait.mean);
}

const WEB: &[(&str, &str)] = &[("type", "m5.large"), ("work", "20 ms"), ("min", "3"), ("max", "8")];

fn three_tiers(rate: &str) -> Design {
    design(
        &[
            ("users", "users", &[("rate", rate)]),
            ("dns", "route53", &[]),
            ("alb", "elb", &[("interval", "10 s")]),
            ("web", "asg", WEB),
            ("cache", "elasticache", &[("hit", "90 %")]),
            ("db", "rds", &[]),
        ],
        &[("users", "dns"), ("dns", "alb"), ("alb", "web"), ("web", "cache"), ("web", "db")],
    )
}

#[test]
fn a_web_shop_works_and_asks_its_database_after_a_miss_only() {
    let plan = plan(&three_tiers("150/s"), Vec::new());
    let report = run(&plan, 1, 60.0, 600.0);
    assert_eq!(report.requests.failed, 0, "{:?}", report.failures);
    let site = |id: &str| &report.sites[plan.sites[&Id::new(id).unwrap()] as usize];
    let share = site("db").arrived as f64 / site("web").served as f64;
    assert!((share - 0.1).abs() < 0.01, "one request in ten misses: {share}");
    let load = 150.0 * 0.020 / (3.0 * 2.0);
    assert!((site("web").utilization - load).abs() < 0.02, "{}", site("web").utilization);
    assert!(report.latency.p50 > 20.0 && report.latency.p50 < 100.0, "{:?}", report.latency);
    let answered = |from: &str, to: &str| {
        let link = plan.network.links.iter().position(|link| {
            let name = |site: u32| plan.network.sites[site as usize].name.as_str();
            (name(link.from), name(link.to)) == (from, to)
        });
        report.links[link.unwrap()].bytes.1
    };
    assert!(answered("dns", "alb") > 0, "the balancer answers users");
    let passed = answered("dns", "alb") as f64 / answered("alb", "web") as f64;
    assert!((passed - 1.0).abs() < 0.01, "what the servers answer, it answers: {passed}");
}

#[test]
fn same_seed_same_bits_and_a_checkpoint_goes_on_alike() {
    let fault =
        Fault { at: Span::from_secs(90), lasts: Span::from_secs(60), harm: Harm::ZoneOutage { zone: "a".into() } };
    let plan = plan(&three_tiers("200/s"), vec![fault]);
    let end = SimTime::ZERO + Span::from_secs(300);
    let mut whole = Engine::new(plan.network.clone(), 9);
    whole.run_until(end);
    let mut parts = Engine::new(plan.network.clone(), 9);
    for s in 1..=300 {
        parts.run_until(SimTime::ZERO + Span::from_secs(s));
        parts = parts.clone();
    }
    assert_eq!(whole.report(), parts.report());
    assert!(Engine::new(plan.network, 10).report() != whole.report());
}

#[test]
fn another_node_does_not_change_the_arrivals() {
    let small = three_tiers("100/s");
    let mut large = small.clone();
    let extra = design(&[("aaa", "users", &[("rate", "50/s")]), ("zzz", "s3", &[])], &[("aaa", "zzz")]);
    large.nodes.extend(extra.nodes);
    large.links.extend(extra.links);
    let of = |design: &Design| {
        let plan = plan(design, Vec::new());
        let report = run(&plan, 3, 0.0, 120.0);
        report.sites[plan.sites[&Id::new("web").unwrap()] as usize].clone()
    };
    assert_eq!(of(&small), of(&large));
}

#[test]
fn a_lost_zone_fails_until_the_health_checks_notice_and_the_group_refills() {
    let at = Span::from_secs(120);
    let fault = Fault { at, lasts: Span::from_secs(600), harm: Harm::ZoneOutage { zone: "b".into() } };
    let plan = plan(&three_tiers("150/s"), vec![fault]);
    let mut engine = Engine::new(plan.network.clone(), 2);
    let web = plan.sites[&Id::new("web").unwrap()] as usize;
    let in_service = |engine: &Engine| {
        engine.snapshot().sites[web]
            .servers
            .iter()
            .filter(|s| s.phase == loadscape::sim::snapshot::Phase::InService)
            .count()
    };
    engine.run_until(SimTime::ZERO + at);
    assert_eq!(engine.report().requests.failed, 0);
    engine.run_until(SimTime::ZERO + Span::from_secs(121));
    assert_eq!(in_service(&engine), 2);
    engine.run_until(SimTime::ZERO + Span::from_secs(142));
    let noticed = engine.report();
    assert!(noticed.failures[Reason::BadGateway as usize] > 0, "{:?}", noticed.failures);
    engine.run_until(SimTime::ZERO + Span::from_secs(400));
    let after = engine.report();
    assert_eq!(after.downtime, Span::ZERO, "two thirds were answered all the time");
    assert_eq!(after.requests.failed, noticed.requests.failed, "no failure once the target is taken out");
    assert!(in_service(&engine) >= 3, "the group refills");
    check_laws(&after);
}

#[test]
fn a_group_follows_load_up_and_down_again() {
    let mut design = three_tiers("50/s");
    design.nodes.get_mut(&Id::new("web").unwrap()).unwrap().settings.insert("min".into(), Value::Count(1));
    let shape = loadscape::sim::shape::Shape::Spike {
        base: loadscape::units::Rate(50.0),
        peak: loadscape::units::Rate(350.0),
        at: Span::from_secs(600),
        rise: Span::from_secs(300),
        hold: Span::from_secs(1_200),
    };
    let traffic = BTreeMap::from([("users".to_owned(), shape)]);
    let plan = compile(&design, &Scenario { traffic, ..Scenario::steady() });
    let mut engine = Engine::new(plan.network.clone(), 4);
    let web = plan.sites[&Id::new("web").unwrap()] as usize;
    let mut most = 0;
    for minute in 1..=120 {
        engine.run_until(SimTime::ZERO + Span::from_secs(60 * minute));
        let state = &engine.snapshot().sites[web];
        most = most.max(state.desired);
        assert!((1..=8).contains(&state.desired), "within its bounds");
    }
    assert!((5..=8).contains(&most), "350/s x 20 ms needs six m5.large at 60 %: {most}");
    assert_eq!(engine.snapshot().sites[web].desired, 1, "back to the minimum");
    let report = engine.report();
    assert_eq!(report.sites[web].in_service.0, 1);
    check_laws(&report);
}

#[test]
fn a_queue_loses_nothing_when_its_workers_are_lost() {
    let design = design(
        &[
            ("users", "users", &[("rate", "40/s")]),
            ("alb", "elb", &[]),
            ("web", "ec2", &[("work", "2 ms")]),
            ("jobs", "sqs", &[]),
            (
                "crew",
                "asg",
                &[("policy", "backlog per instance"), ("work", "50 ms"), ("workers", "2"), ("min", "1"), ("max", "6")],
            ),
        ],
        &[("users", "alb"), ("alb", "web"), ("web", "jobs"), ("jobs", "crew")],
    );
    let crash = Fault {
        at: Span::from_secs(300),
        lasts: Span::from_secs(10),
        harm: Harm::Crash { node: "crew".into(), count: 1 },
    };
    let plan = plan(&design, vec![crash]);
    let report = run(&plan, 6, 0.0, 3_600.0);
    assert_eq!(report.requests.failed, 0, "senders do not notice");
    let jobs = &report.sites[plan.sites[&Id::new("jobs").unwrap()] as usize];
    let (stored, finished, dead) = jobs.messages;
    assert_eq!(stored, finished + dead + jobs.backlog);
    assert!(dead == 0 && jobs.backlog < 50, "dead {dead}, backlog {}", jobs.backlog);
    assert!(stored > 100_000);
}

#[test]
fn synchronous_calls_hold_the_callers_workers() {
    let slow = design(
        &[
            ("users", "users", &[("rate", "100/s")]),
            ("web", "ec2", &[("work", "1 ms"), ("workers", "8"), ("queue", "4")]),
            ("db", "rds", &[("connections", "1"), ("work", "1 ms constant"), ("io", "100 ms constant")]),
        ],
        &[("users", "web"), ("web", "db")],
    );
    let plan = plan(&slow, Vec::new());
    let report = run(&plan, 1, 10.0, 60.0);
    let web = &report.sites[plan.sites[&Id::new("web").unwrap()] as usize];
    assert!(report.failures[Reason::QueueFull as usize] > 0, "the web tier refuses because the database is slow");
    assert!(web.utilization < 0.1, "while its processors idle: {}", web.utilization);
}

#[test]
fn a_change_takes_effect_at_the_moment_and_another_structure_is_refused() {
    let before = plan(&three_tiers("100/s"), Vec::new());
    let after = plan(&three_tiers("300/s"), Vec::new());
    let mut engine = Engine::new(before.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(100));
    assert!(engine.retune(after.network).is_ok());
    engine.run_until(SimTime::ZERO + Span::from_secs(200));
    let offered = engine.report().requests.offered as f64;
    assert!((offered / 40_000.0 - 1.0).abs() < 0.03, "{offered}");
    let other = plan(&design(&[("fans", "users", &[]), ("web", "ec2", &[])], &[("fans", "web")]), Vec::new());
    assert!(engine.retune(other.network).is_err());
}

#[test]
fn calls_in_a_circle_are_left_out_and_said() {
    let nodes: &[Drawn<'_>] = &[("users", "users", &[]), ("a", "ec2", &[]), ("b", "ec2", &[]), ("q", "sqs", &[])];
    let links = [("users", "a"), ("a", "b"), ("b", "a"), ("a", "q"), ("q", "b")];
    let plan = compile(&design(nodes, &links), &Scenario::steady());
    assert_eq!(plan.notes.len(), 2, "{:?}", plan.notes);
    let report = run(&plan, 1, 0.0, 60.0);
    assert_eq!(report.requests.failed, 0);
}

#[test]
fn an_overload_without_a_limit_ends_at_the_engines_own() {
    // 100,000 requests a second, ten minutes each, in a bucket whose prefixes allow it.
    let s3 = [("latency", "10 min constant"), ("limit", "1000000/s"), ("prefixes", "10")];
    let drawn: &[Drawn<'_>] = &[("users", "users", &[("rate", "2000000/s"), ("timeout", "1 h")]), ("files", "s3", &s3)];
    let plan = plan(&design(drawn, &[("users", "files")]), Vec::new());
    let mut engine = Engine::new(plan.network, 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(2));
    let report = engine.report();
    assert!(report.failures[Reason::Crowded as usize] > 0);
    check_laws(&report);
}

#[test]
fn seconds_without_a_good_answer_are_downtime() {
    let drawn: &[Drawn<'_>] = &[("users", "users", &[("rate", "50/s")]), ("web", "ec2", &[("boot", "30 s")])];
    let at = Span::from_secs(100);
    let crash = Fault { at, lasts: Span::from_secs(20), harm: Harm::Crash { node: "web".into(), count: 1 } };
    let plan = plan(&design(drawn, &[("users", "web")]), vec![crash]);
    let report = run(&plan, 1, 10.0, 290.0);
    let down = report.downtime.secs();
    assert!((48.0..=51.0).contains(&down), "down from the crash until it has booted again: {down} s");
}
