//! Tries to break the engine: random drawings, faults and changes of settings, with everything counted one by one.

use super::engine::design;
use loadscape::compile::{Plan, compile, onto};
use loadscape::model::{Design, Id, When};
use loadscape::scenario::Scenario;
use loadscape::sim::engine::Engine;
use loadscape::sim::network::{Fault, Harm};
use loadscape::sim::random::Stream;
use loadscape::sim::snapshot::Phase;
use loadscape::sim::traffic::Traffic;
use loadscape::units::{Rate, SimTime, Span};

/// A setting and values of it.
type Choices = (&'static str, &'static [&'static str]);

/// Settings that are worth trying, by service. The extremes are meant.
const CHOICES: &[(&str, &[Choices])] = &[
    (
        "users",
        &[
            ("rate", &["0/s", "1/h", "3/s", "40/s", "40/s", "120/s", "120/s", "400/s"]),
            ("distance", &["0 s", "20 ms"]),
            ("objects", &["1", "30 zipf 0.8", "5000"]),
            ("timeout", &["1 ms", "10 s", "80 ms"]),
            ("at_timeout", &["wait", "leave"]),
            ("traffic", &["open", "open", "closed", "sessions"]),
            ("users", &["0", "1", "3", "9"]),
            ("think", &["0 s constant", "200 ms exp", "3 s"]),
            ("requests", &["unlimited", "1", "500"]),
            ("length", &["1", "3", "4 geometric"]),
            ("arrivals", &["random", "even", "by gaps", "bursty"]),
            ("gaps", &["50 ms erlang 3", "10 ms hyper 4"]),
            ("burst_time", &["1 ms", "4 s"]),
            ("batch", &["1", "5", "2 geometric"]),
        ],
    ),
    (
        "route53",
        &[
            ("routing", &["simple", "weighted", "latency", "failover"]),
            ("ttl", &["0 s", "3 s", "5 min"]),
            ("alias_ttl", &["0 s", "1 min"]),
            ("resolvers", &["1", "7", "1000"]),
            ("follows", &["never", "0 s", "2 s"]),
            ("checks", &["off", "on"]),
            ("check_interval", &["10 s"]),
            ("check_failures", &["1", "3"]),
            ("lookup", &["0 s constant", "20 ms", "15 ms constant"]),
        ],
    ),
    (
        "cloudfront",
        &[
            ("hit", &["0 %", "50 %", "100 %", "by key", "by key"]),
            ("ttl", &["0 s", "1 s", "1 d"]),
            ("locations", &["1", "3"]),
            ("room", &["unlimited", "100 KB"]),
            ("collapse", &["on", "on", "off"]),
            ("edge", &["0 s constant", "5 ms"]),
            ("reach", &["0 s", "10 ms"]),
            ("origin", &["0 s", "40 ms"]),
        ],
    ),
    (
        "elb",
        &[
            ("algorithm", &["round robin", "least outstanding", "random", "two random choices", "weighted random"]),
            ("kind", &["application", "application", "network", "classic"]),
            ("stickiness", &["off", "2 s", "1 d"]),
            ("cross_zone", &["by kind", "on", "off"]),
            ("idle", &["by kind", "1 s"]),
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
            ("type", &["m5.large", "t3.micro", "m5.xlarge", "t2.nano"]),
            ("work", &["0 s constant", "5 ms", "30 ms exp", "400 ms"]),
            ("workers", &["1", "2", "8", "64"]),
            ("queue", &["0", "3", "128"]),
            ("while_calling", &["holds its worker", "frees its worker"]),
            ("errors", &["0 %", "5 %", "100 %"]),
            ("credits", &["by type", "standard", "unlimited"]),
            ("memory_request", &["2 MiB", "0 B", "300 MiB", "3 GiB"]),
            ("memory_session", &["0 B", "200 MiB"]),
            ("memory_full", &["refused", "killed"]),
            ("restart", &["0 s", "3 s"]),
            ("stop", &["0 s", "4 s"]),
            ("cart", &["in memory"]),
            ("cart_item", &["100 B", "2 KiB"]),
            ("tampered", &["0 %", "20 %"]),
            ("address", &["automatic", "Elastic IP"]),
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
            ("while_calling", &["holds its worker", "frees its worker"]),
            ("errors", &["0 %", "5 %", "100 %"]),
            ("credits", &["by type", "standard", "unlimited"]),
            ("memory_request", &["2 MiB", "0 B", "300 MiB", "3 GiB"]),
            ("memory_session", &["0 B", "200 MiB"]),
            ("memory_full", &["refused", "killed"]),
            ("restart", &["0 s", "3 s"]),
            ("stop", &["0 s", "4 s"]),
            ("cart", &["in a cookie"]),
            ("cart_item", &["100 B", "2 KiB"]),
            ("tampered", &["0 %", "20 %"]),
            ("policy", &["target tracking on CPU", "requests per target", "steps on CPU", "simple, on CPU", "none"]),
            ("requests", &["10", "1000"]),
            ("step_higher", &["never", "90 %"]),
            ("cooldown", &["0 s", "7 s"]),
            ("schedule", &["", "00:00 min 2, 00:01 max 3 desired 1"]),
            ("desired", &["minimum", "3"]),
            ("health", &["EC2", "EC2 and ELB"]),
            ("grace", &["0 s", "5 min"]),
            ("leaves", &["oldest", "newest"]),
            ("rebalance", &["on", "off"]),
            ("warm_pool", &["0", "2"]),
            ("warm_start", &["0 s", "3 s"]),
            ("on_demand_base", &["0", "1"]),
            ("spot", &["0 %", "60 %"]),
            ("spot_interrupted", &["never", "1 min"]),
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
        &[
            ("hit", &["0 %", "50 %", "90 %", "by key", "by key"]),
            ("loading", &["lazy", "lazy, writes invalidate", "write-through"]),
            ("ttl", &["0 s", "1 s", "unlimited"]),
            ("item", &["0 B", "4 KiB", "400 MiB"]),
            ("nodes", &["1", "3"]),
            ("replicas", &["0", "2"]),
            ("reads", &["primary", "replicas"]),
            ("work", &["0 s constant", "0.02 ms"]),
            ("latency", &["0.3 ms", "3 s"]),
        ],
    ),
    (
        "rds",
        &[
            ("connections", &["1", "3", "unlimited"]),
            ("work", &["0 s constant", "2 ms", "50 ms"]),
            ("io", &["1 ms", "1 ms constant", "0 s constant", "300 ms"]),
            ("queue", &["0", "5", "1000"]),
            ("multi_az", &["off", "on"]),
            ("replicas", &["0", "1", "3"]),
            ("failover", &["0 s constant", "2 s", "60 s to 120 s"]),
            ("ios", &["0", "1", "50"]),
            ("storage_type", &["gp3", "gp2"]),
        ],
    ),
    ("sns", &[("publish", &["30 ms", "0 s constant"])]),
    (
        "ebs",
        &[
            ("ios", &["0", "1", "500"]),
            ("kind", &["gp3", "gp2"]),
            ("made", &["empty", "from a snapshot", "from a snapshot, restored fast"]),
        ],
    ),
    ("efs", &[("file", &["0 B", "1 MB", "1 GB"]), ("mode", &["bursting", "elastic"])]),
    ("s3", &[("limit", &["0/s", "5/s", "5500/s"]), ("latency", &["120 ms", "0 s constant", "7 ms constant"])]),
    (
        "sqs",
        &[
            ("send", &["15 ms", "0 s constant"]),
            ("visibility", &["30 s", "0 s", "1 s", "200 ms"]),
            ("receives", &["1", "2", "5"]),
            ("kind", &["standard", "FIFO"]),
            ("groups", &["1", "7"]),
            ("delay", &["0 s", "1 s"]),
        ],
    ),
    (
        "station",
        &[
            ("servers", &["1", "3", "20"]),
            ("service", &["10 ms exp", "0 s constant", "50 ms constant", "20 ms hyper 4"]),
            (
                "discipline",
                &[
                    "first in, first out",
                    "last in, first out",
                    "preemptive last in, first out",
                    "processor sharing",
                    "priority",
                    "preemptive priority",
                    "shortest job first",
                    "shortest remaining time first",
                ],
            ),
            ("queue", &["0", "4", "unlimited"]),
            ("while_calling", &["holds its worker", "frees its worker"]),
            ("errors", &["0 %", "30 %"]),
            ("patience", &["unlimited", "unlimited", "100 ms exp", "0 s constant", "30 s"]),
            ("setup", &["none", "none", "200 ms exp", "0 s constant", "20 s"]),
            ("fails", &["never", "never", "2 s exp", "0 s constant", "1 min"]),
            ("repair", &["300 ms", "0 s constant", "1 min"]),
            ("limit", &["unlimited", "30/s", "0/s"]),
            ("burst", &["1", "1 second"]),
        ],
    ),
];

/// Settings of links that can be changed while a run goes on.
const POLICIES: &[Choices] = &[
    ("calls", &["1", "1", "2", "5"]),
    ("network", &["by place", "by place", "0 s", "30 ms"]),
    ("spread", &["exactly", "Poisson", "geometric"]),
    ("timeout", &["unlimited", "1 us", "3 ms", "60 ms", "1 s"]),
    ("retry", &["never", "fixed", "exponential"]),
    ("attempts", &["1", "2", "2", "3", "5", "5", "1000", "unlimited"]),
    ("pause", &["0 s", "1 ms", "100 ms", "1 s"]),
    ("longest", &["0 s", "20 s"]),
    ("jitter", &["full", "none"]),
    ("budget", &["unlimited", "0 %", "20 %"]),
    ("breaker", &["off", "on"]),
    ("breaker_share", &["0 %", "50 %", "100 %"]),
    ("breaker_window", &["10 ms", "1 s", "10 s"]),
    ("breaker_calls", &["1", "20"]),
    ("breaker_open", &["1 ms", "2 s"]),
    ("breaker_probes", &["1", "3"]),
];

/// Drawings: nodes by id and service, and links.
pub type Drawing = (&'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);

pub const DRAWINGS: &[Drawing] = &[
    (
        &[
            ("users", "users"),
            ("dns", "route53"),
            ("alb", "elb"),
            ("web", "asg"),
            ("cache", "elasticache"),
            ("db", "rds"),
        ],
        &[("users", "dns"), ("dns", "alb"), ("alb", "web"), ("web", "cache"), ("web", "db")],
    ),
    (
        &[
            ("users", "users"),
            ("alb", "elb"),
            ("web", "ec2"),
            ("jobs", "sqs"),
            ("letters", "sqs"),
            ("topic", "sns"),
            ("disk", "ebs"),
            ("share", "efs"),
            ("crew", "asg"),
            ("more", "ec2"),
            ("db", "rds"),
        ],
        &[
            ("users", "alb"),
            ("alb", "web"),
            ("web", "jobs"),
            ("web", "topic"),
            ("topic", "jobs"),
            ("topic", "letters"),
            ("jobs", "letters"),
            ("web", "disk"),
            ("crew", "share"),
            ("jobs", "crew"),
            ("jobs", "more"),
            ("crew", "db"),
        ],
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
        &[
            ("users", "users"),
            ("box", "station"),
            ("web", "ec2"),
            ("jobs", "sqs"),
            ("crew", "asg"),
            ("cache", "elasticache"),
        ],
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

pub fn any<'a, T>(chance: &mut Stream, of: &'a [T]) -> &'a T {
    &of[chance.below(of.len())]
}

/// A drawing with some settings drawn. The visibility time-out stays as it is, and so does which links are used in
/// parallel: they belong to the structure.
pub fn drawn(chance: &mut Stream, (nodes, links): &Drawing, visibility: &str) -> Design {
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
    let mut design = design(&nodes, links);
    for (at, link) in design.links.values_mut().enumerate() {
        let set = &mut link.settings;
        let mut put = |key: &str, text: &str| {
            let kind = &loadscape::catalog::link_sheet().param(key).unwrap().kind;
            set.insert(key.to_owned(), kind.parse(text).unwrap());
        };
        put("flow", if at % 3 == 1 { "in parallel" } else { "in turn" });
        if chance.below(3) > 0 {
            continue;
        }
        for (key, values) in POLICIES {
            if chance.below(3) > 0 {
                put(key, any::<&str>(chance, values));
            }
        }
    }
    design
}

pub fn planned(design: &Design) -> Plan {
    compile(design, &Scenario::steady())
}

pub fn fault(chance: &mut Stream, plan: &Plan) -> Fault {
    let lasts = Span::from_millis(*any(chance, &[0, 700, 5_000, 40_000]));
    let pool = chance.below(plan.network.pools.len()) as u32;
    let resolver = chance.below(plan.network.resolvers.len().max(1)) as u32;
    let named = plan.network.resolvers.get(resolver as usize).and_then(|resolver| resolver.links.first().copied());
    let harm = match chance.below(6) {
        3 => Harm::Stop { pool },
        4 => Harm::Terminate { pool, count: *any(chance, &[1, 2, 100]) },
        5 if chance.below(2) == 0 => Harm::Interrupt { pool, count: 1 },
        5 => match named {
            Some(link) => Harm::Unlist { resolver, link },
            None => Harm::Resize { pool, size: plan.network.pools[chance.below(plan.network.pools.len())].size() },
        },
        0 if !plan.network.zones.is_empty() => Harm::ZoneOutage(chance.below(plan.network.zones.len()) as u8),
        1 if chance.below(3) == 0 && !plan.network.clusters.is_empty() => {
            let cluster = chance.below(plan.network.clusters.len());
            Harm::Failover { pool: plan.network.clusters[cluster].pool }
        }
        1 if chance.below(2) == 0 => Harm::Flush(chance.below(plan.network.sites.len()) as u32),
        1 => {
            let site = chance.below(plan.network.sites.len()) as u32;
            Harm::Slow { site, factor: *any(chance, &[0.01, 0.5, 3.0, 1_000.0]) }
        }
        _ => Harm::Crash { pool, count: *any(chance, &[1, 2, 100]) },
    };
    Fault { at: Span::ZERO, lasts, harm }
}

pub fn audit(engine: &Engine, what: &str) {
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
        assert_eq!(stored, finished + dead + site.expired + site.backlog, "{what}: messages");
    }
}

/// Events of one life.
const MOST_EVENTS: u64 = 120_000;

/// Runs a random life and gives the engine at its end.
fn live(seed: u64) -> (Engine, usize) {
    let mut chance = Stream::new(seed, "stress");
    let drawing = any(&mut chance, DRAWINGS);
    let visibility = *any(&mut chance, &["30 s", "0 s", "1 s", "200 ms"]);
    let mut plan = planned(&drawn(&mut chance, drawing, visibility));
    let mut engine = Engine::new(plan.network.clone(), seed);
    let mut changes = 0;
    let mut forgotten = false;
    for _ in 0..40 {
        let what = format!("seed {seed}");
        match chance.below(8) {
            0 | 1 => engine.inject(fault(&mut chance, &plan)),
            2 | 3 => {
                // Caches come and go with the way in which they find their answers.
                let next = onto(&plan, &planned(&drawn(&mut chance, drawing, visibility)));
                if engine.retune(next.network.clone()).is_ok() {
                    (plan, changes) = (next, changes + 1);
                }
            }
            4 if chance.below(4) == 0 => {
                engine.forget();
                forgotten = true;
            }
            _ => {}
        }
        audit(&engine, &what);
        let pause = *any(&mut chance, &[1_000_000, 900_000_000, 1_000_000_000, 2_500_000_000, 6_000_000_000]);
        let end = engine.now() + Span(pause);
        // A storm of retries may take very many events: it is left when it has shown what it does.
        while engine.now() < end && engine.events() < MOST_EVENTS {
            engine.run_until(end.min(engine.now() + Span::from_millis(50)));
        }
        audit(&engine, &what);
        if !forgotten {
            messages_add_up(&engine, &what);
        }
        if engine.events() >= MOST_EVENTS {
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

/// When nobody asks any more every request ends, and what was inside is what the answers took: L = λW to the nanosecond.
#[test]
fn nothing_is_stuck_when_all_is_quiet() {
    let mut exact = 0;
    for seed in 0..24 {
        let mut chance = Stream::new(seed, "quiet");
        // Not the last drawing, whose messages send messages.
        let drawing = any(&mut chance, &DRAWINGS[..DRAWINGS.len() - 1]);
        let mut engine = Engine::new(planned(&drawn(&mut chance, drawing, "5 s")).network, seed);
        for _ in 0..10 {
            let plan = planned(&drawn(&mut chance, drawing, "5 s"));
            engine.retune(plan.network.clone()).ok();
            if seed % 2 == 0 {
                engine.inject(fault(&mut chance, &plan));
            }
            engine.run_until(engine.now() + Span::from_millis(1_700));
        }
        let mut quiet = engine.network().clone();
        quiet.sources[0].traffic = Traffic::steady(Rate(0.0));
        // Who tries again without end never ends where nobody answers.
        quiet.links.iter_mut().for_each(|link| link.policy = None);
        // Servers that fail every millisecond for a minute never get anything done.
        quiet.pools.iter_mut().filter_map(|pool| pool.station.as_mut()).for_each(|station| station.breakdown = None);
        assert!(engine.retune(quiet).is_ok());
        engine.run_until(engine.now() + Span::from_secs(1_800));
        let report = engine.report();
        assert_eq!((report.requests.in_flight, engine.audit()), (0, vec![]), "seed {seed}");
        let secs = report.now.secs();
        for (at, site) in report.sites.iter().enumerate().filter(|(_, s)| s.failed + s.in_flight == 0 && s.served > 0) {
            let (inside, answers) = (site.in_system_mean * secs, site.latency.mean * site.served as f64 / 1e3);
            assert!((inside - answers).abs() <= 1e-9 * (1.0 + inside), "seed {seed}, site {at}: {inside}, {answers}");
            exact += 1;
        }
    }
    assert!(exact > 15, "{exact} sites without a failure");
}

#[test]
fn a_random_life_is_the_same_twice() {
    for seed in [3, 11, 20, 27] {
        assert_eq!(live(seed).0.report(), live(seed).0.report(), "seed {seed}");
    }
}

/// A run of a drawing to a number of seconds.
fn ran(nodes: &[super::engine::Drawn<'_>], links: &[(&str, &str)], secs: u64) -> (Plan, Engine) {
    let plan = planned(&design(nodes, links));
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(secs));
    (plan, engine)
}

fn site(plan: &Plan, id: &str) -> usize {
    plan.sites[&Id::new(id).unwrap()] as usize
}

fn phases(plan: &Plan, engine: &Engine, id: &str) -> Vec<Phase> {
    engine.snapshot().sites[site(plan, id)].servers.iter().map(|server| server.phase).collect()
}

#[test]
fn a_server_out_of_patience_ends_once_and_its_place_is_used_once() {
    // All three servers work for long when the group shrinks; then it grows again into the places that are free.
    let nodes = |min: &'static str, max: &'static str| {
        let users = ("users", "users", &[("rate", "20/s"), ("timeout", "1 h")][..]);
        let (min, max) = (("min", min), ("max", max));
        let web = vec![("work", "20 s constant"), ("workers", "2"), ("queue", "0"), min, max, ("boot", "1 s")];
        (users, ("alb", "elb", &[("drain", "3 s")][..]), web)
    };
    let links = [("users", "alb"), ("alb", "web")];
    let of = |min, max| {
        let (users, alb, web) = nodes(min, max);
        planned(&design(&[users, alb, ("web", "asg", &web)], &links))
    };
    let plan = of("3", "3");
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(10));
    engine.retune(of("1", "1").network).unwrap();
    engine.run_until(SimTime::ZERO + Span::from_secs(14));
    assert_eq!(phases(&plan, &engine, "web"), [Phase::InService]);
    engine.retune(of("6", "6").network).unwrap();
    engine.run_until(SimTime::ZERO + Span::from_secs(60));
    assert_eq!(phases(&plan, &engine, "web"), [Phase::InService; 6]);
    assert_eq!(engine.audit(), [""; 0]);
}

#[test]
fn a_message_is_finished_once_by_whoever_received_it_last() {
    // Work takes four times as long as the queue waits: every message is given out again while it is worked on.
    let nodes: &[super::engine::Drawn<'_>] = &[
        ("users", "users", &[("rate", "5/s")]),
        ("web", "ec2", &[("work", "1 ms")]),
        ("jobs", "sqs", &[("visibility", "1 s"), ("receives", "3")]),
        ("crew", "station", &[("servers", "100"), ("service", "4 s constant")]),
        ("letters", "sqs", &[]),
    ];
    let links = [("users", "web"), ("web", "jobs"), ("jobs", "crew"), ("jobs", "letters")];
    let (plan, engine) = ran(nodes, &links, 600);
    let report = engine.report();
    let jobs = &report.sites[site(&plan, "jobs")];
    let (stored, finished, dead) = jobs.messages;
    assert_eq!(stored, finished + dead + jobs.backlog);
    assert!(stored > 2_500 && finished == 0 && dead > 2_500, "{:?}", jobs.messages);
    let crew = report.sites[site(&plan, "crew")].served as f64;
    assert!((crew / dead as f64 / 3.0 - 1.0).abs() < 0.02, "each was worked on three times: {crew} of {dead}");
    assert_eq!(engine.audit(), [""; 0]);
}

#[test]
fn a_rate_that_goes_to_zero_and_back_is_the_rate_again() {
    let of = |rate: &str| {
        let users = [("rate", rate), ("distance", "0 s")];
        planned(&design(&[("users", "users", &users), ("box", "station", &[])], &[("users", "box")])).network
    };
    let mut engine = Engine::new(of("20/s"), 1);
    let until = |engine: &mut Engine, secs: u64| {
        engine.run_until(SimTime::ZERO + Span::from_secs(secs));
        engine.report().requests.offered
    };
    until(&mut engine, 100);
    for _ in 0..5 {
        engine.retune(of("0/s")).unwrap();
        engine.retune(of("20/s")).unwrap();
    }
    let (before, after) = (until(&mut engine, 100), until(&mut engine, 1_100));
    assert!(((after - before) as f64 / 20_000.0 - 1.0).abs() < 0.03, "{} in 1,000 s", after - before);
    engine.retune(of("0/s")).unwrap();
    assert_eq!(until(&mut engine, 1_200), after, "nobody asks at rate zero");
    engine.retune(of("0.001/h")).unwrap();
    engine.retune(of("20/s")).unwrap();
    assert!(until(&mut engine, 1_201) > after, "a new rate does not wait for the next arrival of the old one");
}

#[test]
fn a_server_stays_down_until_its_own_fault_is_over() {
    let (plan, mut engine) =
        ran(&[("users", "users", &[]), ("web", "ec2", &[("boot", "1 s")])], &[("users", "web")], 10);
    let pool = plan.network.sites[site(&plan, "web")].pool.unwrap();
    let go = |engine: &mut Engine, secs: u64| {
        engine.run_until(SimTime::ZERO + Span::from_secs(secs));
        phases(&plan, engine, "web")[0]
    };
    let fault = |harm, lasts| Fault { at: Span::ZERO, lasts: Span::from_secs(lasts), harm };
    engine.inject(fault(Harm::Crash { pool, count: 1 }, 100));
    assert_eq!(go(&mut engine, 11), Phase::Lost);
    engine.inject(fault(Harm::ZoneOutage(0), 20));
    engine.inject(fault(Harm::Crash { pool, count: 1 }, 5));
    assert_eq!(go(&mut engine, 40), Phase::Lost, "the zone is back, the crash is not over");
    engine.inject(Fault { at: Span::from_secs(100), ..fault(Harm::ZoneOutage(0), 50) });
    engine.inject(Fault { at: Span::from_secs(120), ..fault(Harm::ZoneOutage(0), 10) });
    assert_eq!(go(&mut engine, 149), Phase::Lost, "the crash is over, the zone is dark");
    assert_eq!(go(&mut engine, 152), Phase::InService);
}

#[test]
fn a_group_that_needs_two_keeps_two() {
    // Two are at 64 % of the target, below the low threshold; one would be at 128 % of it.
    let web = [("work", "20 ms exp"), ("min", "1"), ("max", "4"), ("target", "50 %"), ("warmup", "1 min")];
    let nodes: &[super::engine::Drawn<'_>] =
        &[("users", "users", &[("rate", "64/s")]), ("alb", "elb", &[]), ("web", "asg", &web)];
    let (plan, mut engine) = ran(nodes, &[("users", "alb"), ("alb", "web")], 900);
    engine.forget();
    engine.run_until(engine.now() + Span::from_secs(7_200));
    assert_eq!(engine.report().sites[site(&plan, "web")].in_service, (2, 2.0, 2));
}

#[test]
fn a_new_period_is_no_spike() {
    let of = |period| {
        let web = [("work", "20 ms"), ("min", "1"), ("max", "50"), ("high_points", "1"), ("period", period)];
        let users = ("users", "users", &[("rate", "40/s")][..]);
        planned(&design(&[users, ("alb", "elb", &[]), ("web", "asg", &web)], &[("users", "alb"), ("alb", "web")]))
    };
    let plan = of("10 min");
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(599));
    engine.retune(of("1 s").network).unwrap();
    engine.run_until(SimTime::ZERO + Span::from_secs(600));
    assert_eq!(engine.snapshot().sites[site(&plan, "web")].desired, 1);
}

#[test]
fn what_a_callee_found_in_its_cache_is_not_the_callers_hit() {
    let nodes: &[super::engine::Drawn<'_>] = &[
        ("users", "users", &[("rate", "50/s")]),
        ("web", "ec2", &[("work", "1 ms")]),
        ("cache", "elasticache", &[("hit", "0 %")]),
        ("other", "ec2", &[("work", "1 ms")]),
        ("its-cache", "elasticache", &[("hit", "100 %")]),
        ("db", "rds", &[]),
    ];
    let links = [("users", "web"), ("web", "cache"), ("web", "other"), ("other", "its-cache"), ("web", "db")];
    let mut design = design(nodes, &links);
    // The other server is asked after a miss as well, and before the database.
    let mut other = design.links.remove(&Id::new("web-other").unwrap()).unwrap();
    other.when = When::OnMiss;
    design.links.insert(Id::new("a").unwrap(), other);
    let plan = planned(&design);
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(100));
    let report = engine.report();
    let (web, db) = (&report.sites[site(&plan, "web")], &report.sites[site(&plan, "db")]);
    assert!(db.served >= web.served && web.served > 4_500, "each misses: {} of {}", db.served, web.served);
}

#[test]
fn a_limit_of_zero_lets_nothing_pass() {
    let (plan, engine) =
        ran(&[("users", "users", &[]), ("files", "s3", &[("limit", "0/s")])], &[("users", "files")], 9);
    assert_eq!(engine.report().sites[site(&plan, "files")].served, 0);
}
