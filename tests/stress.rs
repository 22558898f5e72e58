//! Tries to break the engine: random drawings, faults and changes of settings, with everything counted one by one.

use super::engine::design;
use loadscape::compile::{Plan, compile};
use loadscape::model::Design;
use loadscape::scenario::Scenario;
use loadscape::sim::engine::Engine;
use loadscape::sim::network::{Fault, Harm};
use loadscape::sim::random::Stream;
use loadscape::units::Span;

/// Settings that are worth trying, by service. The extremes are meant.
const CHOICES: &[(&str, &[(&str, &[&str])])] = &[
    (
        "users",
        &[
            ("rate", &["0/s", "1/h", "3/s", "40/s", "40/s", "120/s", "120/s", "400/s"]),
            ("distance", &["0 s", "20 ms"]),
            ("timeout", &["1 ms", "10 s"]),
        ],
    ),
    ("route53", &[("cached", &["0 %", "90 %", "100 %"]), ("lookup", &["0 s constant", "20 ms", "15 ms constant"])]),
    (
        "cloudfront",
        &[
            ("hit", &["0 %", "50 %", "100 %"]),
            ("edge", &["0 s constant", "5 ms"]),
            ("reach", &["0 s", "10 ms"]),
            ("origin", &["0 s", "40 ms"]),
        ],
    ),
    (
        "elb",
        &[
            ("algorithm", &["round robin", "least outstanding", "random"]),
            ("interval", &["5 s", "7 s", "30 s"]),
            ("unhealthy", &["2", "10"]),
            ("healthy", &["2", "5"]),
            ("drain", &["0 s", "3 s", "5 min"]),
            ("latency", &["1 ms", "0 s constant", "1 ms constant"]),
        ],
    ),
    (
        "ec2",
        &[
            ("type", &["m5.large", "t3.micro", "m5.xlarge"]),
            ("work", &["0 s constant", "5 ms", "30 ms exp", "400 ms"]),
            ("workers", &["1", "2", "8", "64"]),
            ("queue", &["0", "3", "128"]),
            ("boot", &["0 s", "1 s", "20 s"]),
        ],
    ),
    (
        "asg",
        &[
            ("type", &["m5.large", "t3.micro"]),
            ("work", &["0 s constant", "5 ms", "30 ms exp", "2 s", "400 ms"]),
            ("workers", &["1", "2", "8", "64"]),
            ("queue", &["0", "3", "128"]),
            ("boot", &["0 s", "1 s", "20 s"]),
            ("min", &["0", "1", "2", "5"]),
            ("max", &["0", "1", "4", "12"]),
            ("target", &["0 %", "10 %", "60 %", "100 %"]),
            ("warmup", &["0 s", "20 s", "5 min"]),
            ("period", &["1 s", "5 s", "1 min"]),
            ("high_points", &["1", "3"]),
            ("low_points", &["1", "4"]),
            ("replace", &["0 s", "10 s", "2 min"]),
        ],
    ),
    (
        "elasticache",
        &[("hit", &["0 %", "50 %", "90 %"]), ("work", &["0 s constant", "0.02 ms"]), ("latency", &["0.3 ms", "3 s"])],
    ),
    (
        "rds",
        &[
            ("connections", &["1", "3", "unlimited"]),
            ("work", &["0 s constant", "2 ms", "50 ms"]),
            ("io", &["1 ms", "1 ms constant", "0 s constant", "300 ms"]),
            ("queue", &["0", "5", "1000"]),
        ],
    ),
    ("s3", &[("limit", &["0/s", "5/s", "5500/s"]), ("latency", &["120 ms", "0 s constant", "7 ms constant"])]),
    (
        "sqs",
        &[("send", &["15 ms", "0 s constant"]), ("visibility", &["30 s", "0 s", "1 s", "200 ms"]), ("receives", &["1", "2", "5"])],
    ),
    (
        "station",
        &[
            ("servers", &["1", "3", "20"]),
            ("service", &["10 ms exp", "0 s constant", "50 ms constant", "20 ms hyper 4"]),
            ("discipline", &["first in, first out", "last in, first out", "processor sharing"]),
            ("queue", &["0", "4", "unlimited"]),
        ],
    ),
];

/// Drawings: nodes by id and service, and links.
type Drawing = (&'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);

const DRAWINGS: &[Drawing] = &[
    (
        &[("users", "users"), ("dns", "route53"), ("alb", "elb"), ("web", "asg"), ("cache", "elasticache"), ("db", "rds")],
        &[("users", "dns"), ("dns", "alb"), ("alb", "web"), ("web", "cache"), ("web", "db")],
    ),
    (
        &[("users", "users"), ("alb", "elb"), ("web", "ec2"), ("jobs", "sqs"), ("crew", "asg"), ("more", "ec2"), ("db", "rds")],
        &[("users", "alb"), ("alb", "web"), ("web", "jobs"), ("jobs", "crew"), ("jobs", "more"), ("crew", "db")],
    ),
    (
        &[
            ("users", "users"),
            ("edge", "cloudfront"),
            ("files", "s3"),
            ("alb", "elb"),
            ("one", "asg"),
            ("two", "asg"),
            ("box", "station"),
            ("inner", "elb"),
        ],
        &[
            ("users", "edge"),
            ("users", "files"),
            ("edge", "files"),
            ("edge", "alb"),
            ("alb", "one"),
            ("alb", "two"),
            ("one", "inner"),
            ("inner", "two"),
            ("inner", "box"),
            ("two", "box"),
        ],
    ),
    (
        &[("users", "users"), ("box", "station"), ("web", "ec2"), ("jobs", "sqs"), ("crew", "asg"), ("cache", "elasticache")],
        &[
            ("users", "box"),
            ("users", "web"),
            ("box", "web"),
            ("web", "cache"),
            ("web", "jobs"),
            ("box", "jobs"),
            ("jobs", "crew"),
            ("jobs", "box"),
            ("crew", "cache"),
            ("crew", "jobs"),
        ],
    ),
];

fn any<'a, T>(chance: &mut Stream, of: &'a [T]) -> &'a T {
    &of[chance.below(of.len())]
}

/// A drawing with some settings drawn; `quiet` users ask nothing, and messages do not multiply.
fn drawn(chance: &mut Stream, (nodes, links): &Drawing, visibility: &str) -> Design {
    let mut settings = Vec::new();
    for (_, key) in *nodes {
        let choices = CHOICES.iter().find(|(service, _)| service == key).unwrap().1;
        let mut set = Vec::new();
        for (key, values) in choices {
            if *key == "visibility" {
                set.push((*key, visibility));
            } else if chance.below(3) > 0 {
                set.push((*key, *any(chance, values)));
            }
        }
        settings.push(set);
    }
    let nodes: Vec<_> = nodes.iter().zip(&settings).map(|((id, key), set)| (*id, *key, set.as_slice())).collect();
    design(&nodes, links)
}

fn planned(design: &Design) -> Plan {
    compile(design, &Scenario::steady())
}

fn fault(chance: &mut Stream, plan: &Plan) -> Fault {
    let lasts = Span::from_millis(*any(chance, &[0, 700, 5_000, 40_000]));
    let harm = if chance.below(2) == 0 && !plan.zones.is_empty() {
        Harm::ZoneOutage(chance.below(plan.zones.len()) as u8)
    } else {
        let pool = chance.below(plan.network.pools.len()) as u32;
        Harm::Crash { pool, count: *any(chance, &[1, 2, 100]) }
    };
    Fault { at: Span::ZERO, lasts, harm }
}

fn audit(engine: &Engine, what: &str) {
    let wrong = engine.audit();
    assert!(wrong.is_empty(), "{what} at {:?}: {wrong:#?}", engine.now());
    let report = engine.report();
    let r = &report.requests;
    assert_eq!(r.offered, r.good + r.late + r.failed + r.in_flight, "{what}");
    assert_eq!(r.in_flight, engine.roots_in_flight(), "{what}");
    assert_eq!(r.failed, report.failures.iter().sum::<u64>(), "{what}");
    for site in &report.sites {
        assert_eq!(site.failed, site.failures.iter().sum::<u64>(), "{what}");
        assert!((0.0..=1.0).contains(&site.utilization), "{what}: utilization {}", site.utilization);
        assert!(site.latency.count == site.served, "{what}: latencies {} of {}", site.latency.count, site.served);
    }
}

/// Messages are finished, set aside or kept; asked before anything is forgotten.
fn messages_add_up(engine: &Engine, what: &str) {
    for site in engine.report().sites {
        let (stored, finished, dead) = site.messages;
        assert_eq!(stored, finished + dead + site.backlog, "{what}: messages");
    }
}

/// Runs a random life and gives the engine at its end.
fn live(seed: u64) -> (Engine, usize) {
    let mut chance = Stream::new(seed, "stress");
    let drawing = any(&mut chance, DRAWINGS);
    let visibility = *any(&mut chance, &["30 s", "0 s", "1 s", "200 ms"]);
    let plan = planned(&drawn(&mut chance, drawing, visibility));
    let mut engine = Engine::new(plan.network.clone(), seed);
    let mut changes = 0;
    let mut forgotten = false;
    for _ in 0..40 {
        let what = format!("seed {seed}");
        match chance.below(8) {
            0 | 1 => engine.inject(fault(&mut chance, &plan)),
            2 | 3 => {
                let next = planned(&drawn(&mut chance, drawing, visibility));
                changes += usize::from(engine.retune(next.network).is_ok());
            }
            4 if chance.below(4) == 0 => {
                engine.forget();
                forgotten = true;
            }
            _ => {}
        }
        audit(&engine, &what);
        let pause = *any(&mut chance, &[1_000_000, 900_000_000, 1_000_000_000, 2_500_000_000, 6_000_000_000]);
        engine.run_until(engine.now() + Span(pause));
        audit(&engine, &what);
        if !forgotten {
            messages_add_up(&engine, &what);
        }
        if engine.events() > 400_000 {
            break;
        }
    }
    (engine, changes)
}

#[test]
fn random_lives_keep_the_books() {
    let changes: usize = (0..60).map(|seed| live(seed).1).sum();
    assert!(changes > 60, "changes take effect without a new start: {changes}");
}

#[test]
fn a_random_life_is_the_same_twice() {
    for seed in [3, 11, 20, 27] {
        assert_eq!(live(seed).0.report(), live(seed).0.report(), "seed {seed}");
    }
}
