//! Calls along links: repeated, parallel, timed, tried again, refused by a breaker. Held against arithmetic and theory.

use super::engine::{Drawn, design};
use loadscape::catalog::link_sheet;
use loadscape::compile::{Plan, compile};
use loadscape::model::{Design, Id};
use loadscape::scenario::Scenario;
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::sim::report::{LinkTotals, Report, SiteTotals};
use loadscape::sim::snapshot::Circuit;
use loadscape::units::{SimTime, Span};

/// Ends of a link and its settings.
pub type Wired<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// A design of nodes and of links with settings.
pub fn wired(nodes: &[Drawn<'_>], links: &[Wired<'_>]) -> Design {
    let ends: Vec<(&str, &str)> = links.iter().map(|(from, to, _)| (*from, *to)).collect();
    let mut design = design(nodes, &ends);
    for (from, to, settings) in links {
        let link = design.links.values_mut().find(|link| link.from.as_str() == *from && link.to.as_str() == *to);
        let set = &mut link.expect("it was drawn").settings;
        for (key, text) in *settings {
            let param = link_sheet().param(key).unwrap_or_else(|| panic!("no parameter {key}"));
            set.insert((*key).to_owned(), param.kind.parse(text).unwrap_or_else(|error| panic!("{key}: {error}")));
        }
    }
    design
}

/// A run of a design.
struct Ran {
    plan: Plan,
    engine: Engine,
}

impl Ran {
    fn new(nodes: &[Drawn<'_>], links: &[Wired<'_>]) -> Self {
        Self::with_seed(nodes, links, 1)
    }

    fn with_seed(nodes: &[Drawn<'_>], links: &[Wired<'_>], seed: u64) -> Self {
        let plan = compile(&wired(nodes, links), &Scenario::steady());
        assert_eq!(plan.notes, [], "everything in a test runs");
        Self { engine: Engine::new(plan.network.clone(), seed), plan }
    }

    fn until(&mut self, secs: f64) -> Report {
        self.engine.run_until(SimTime::ZERO + Span::from_secs_f64(secs));
        assert_eq!(self.engine.audit(), [""; 0]);
        let report = self.engine.report();
        let r = &report.requests;
        assert_eq!(r.offered, r.good + r.late + r.failed + r.in_flight);
        assert_eq!(r.in_flight, self.engine.roots_in_flight());
        assert_eq!(r.failed, report.failures.iter().sum::<u64>());
        for site in &report.sites {
            assert_eq!(site.arrived, site.served + site.failed + site.in_flight);
        }
        report
    }

    fn retune(&mut self, nodes: &[Drawn<'_>], links: &[Wired<'_>]) {
        let plan = compile(&wired(nodes, links), &Scenario::steady());
        assert!(self.engine.retune(plan.network).is_ok(), "the structure is the same");
    }

    fn site<'r>(&self, report: &'r Report, id: &str) -> &'r SiteTotals {
        &report.sites[self.plan.sites[&Id::new(id).unwrap()] as usize]
    }

    fn link(&self, report: &Report, from: &str, to: &str) -> LinkTotals {
        report.links[self.plan.links[&Id::slug(&format!("{from}-{to}"), "link")] as usize]
    }
}

fn near(what: &str, value: f64, exact: f64, tolerance: f64) {
    eprintln!("{what}: {value:.6}, exact {exact:.6}");
    assert!((value / exact - 1.0).abs() < tolerance, "{what}: {value} is not within {tolerance} of {exact}");
}

const USERS: Drawn<'_> = ("users", "users", &[("rate", "100/s"), ("distance", "0 s"), ("timeout", "1 h")]);

fn users<'a>(settings: &'a [(&'a str, &'a str)]) -> Drawn<'a> {
    ("users", "users", settings)
}

/// Users right beside what they call, who count every answer as good.
fn at(rate: &str) -> Vec<(&str, &str)> {
    vec![("rate", rate), ("distance", "0 s"), ("timeout", "1 h")]
}

const AT_ONCE: [(&str, &str); 2] = [("retry", "fixed"), ("pause", "0 s")];

#[test]
fn three_attempts_that_fail_one_time_in_ten_are_a_geometric_sum() {
    // Case Q56: 1 + 0.1 + 0.01 attempts, and 0.1³ fail in the end.
    let user = at("1000/s");
    let nodes =
        [users(&user), ("box", "station", &[("servers", "10000"), ("service", "1 ms constant"), ("errors", "10 %")])];
    let mut ran = Ran::new(&nodes, &[("users", "box", &AT_ONCE)]);
    let report = ran.until(1_000.0);
    let link = ran.link(&report, "users", "box");
    near("attempts", link.calls as f64 / report.requests.offered as f64, 1.11, 0.002);
    near("failed", report.requests.failed as f64 / report.requests.offered as f64, 0.001, 0.12);
    assert_eq!(link.retries, link.calls - report.requests.offered);
    assert_eq!(report.failures[Reason::ErrorAnswer as usize], report.requests.failed);
    assert_eq!(ran.site(&report, "box").failures[Reason::ErrorAnswer as usize], link.failed);
}

#[test]
fn a_web_tier_with_retries_without_end_is_a_jackson_network() {
    // Case Q36: a random balancer before 8 x M/M/2 of 8 ms, a database M/M/16 of 35 ms after 20 % of the answers, and
    // 1 % of all that begin anew. The gate holds nobody, so that web servers and database are visited one by one.
    let names: Vec<String> = (1..=8).map(|n| format!("web{n}")).collect();
    let web = [("servers", "2"), ("service", "8 ms exp")];
    let gate = [("servers", "100000"), ("service", "0 s constant"), ("errors", "1 %")];
    let user = at("1600/s");
    let mut nodes: Vec<Drawn<'_>> = vec![
        users(&user),
        ("gate", "station", &gate),
        ("alb", "elb", &[("algorithm", "random"), ("latency", "0 s constant")]),
        ("db", "station", &[("servers", "16"), ("service", "35 ms exp")]),
    ];
    nodes.extend(names.iter().map(|name| (name.as_str(), "station", &web[..])));
    let retries = [("retry", "fixed"), ("pause", "0 s"), ("attempts", "unlimited")];
    let mut links: Vec<Wired<'_>> = vec![("users", "gate", &retries), ("gate", "alb", &[]), ("gate", "db", &[])];
    links.extend(names.iter().map(|name| ("alb", name.as_str(), &[][..])));
    let mut drawing = wired(&nodes, &links);
    let db = drawing.links.get_mut(&Id::new("gate-db").unwrap()).unwrap();
    db.when = loadscape::model::When::Share(0.2);
    let mut plan = compile(&drawing, &Scenario::steady());
    assert_eq!(plan.notes, []);
    // The case has no network.
    plan.network.links.iter_mut().for_each(|link| (link.near, link.far) = (Span::ZERO, Span::ZERO));
    let mut engine = Engine::new(plan.network.clone(), 3);
    engine.run_until(SimTime::ZERO + Span::from_secs(10));
    engine.forget();
    engine.run_until(SimTime::ZERO + Span::from_secs(250));
    let report = engine.report();
    near("mean sojourn", report.latency.mean / 1e3, 0.030_567_440_5, 0.02);
    assert_eq!((report.requests.failed, engine.audit()), (0, vec![]), "without end nobody gives up");
}

#[test]
fn two_parallel_queues_joined_take_the_time_of_flatto_and_hahn() {
    // Case Q48: (12 - rho) / 8 times the sojourn of M/M/1.
    let queue = [("servers", "1"), ("service", "1 s exp")];
    let fork = [("servers", "100000"), ("service", "0 s constant")];
    let user = at("0.7/s");
    let nodes = [users(&user), ("fork", "station", &fork), ("one", "station", &queue), ("two", "station", &queue)];
    let parallel = [("flow", "in parallel")];
    let links = [("users", "fork", &[][..]), ("fork", "one", &parallel), ("fork", "two", &parallel)];
    let means = (1..=4).map(|seed| Ran::with_seed(&nodes, &links, seed).until(200_000.0).latency.mean / 1e3);
    near("fork-join", means.sum::<f64>() / 4.0, 4.708_333_3, 0.02);
}

#[test]
fn a_fan_out_to_a_hundred_waits_for_the_slowest() {
    // Case Q50: the hundredth harmonic number; the 95th percentile of the greatest of a hundred exponentials.
    let fork = [("servers", "100000"), ("service", "0 s constant")];
    let leaf = [("servers", "100000"), ("service", "1 s exp")];
    let user = at("20/s");
    let nodes = [users(&user), ("fork", "station", &fork), ("leaf", "station", &leaf)];
    let links = [("users", "fork", &[][..]), ("fork", "leaf", &[("flow", "in parallel"), ("calls", "100")])];
    let mut ran = Ran::new(&nodes, &links);
    let report = ran.until(2_500.0);
    near("mean", report.latency.mean / 1e3, 5.187_377_5, 0.01);
    near("p95", report.latency.p95 / 1e3, 7.575_621_9, 0.015);
    let calls = ran.link(&report, "fork", "leaf").calls;
    assert_eq!(calls, 100 * ran.site(&report, "fork").arrived);
}

#[test]
fn calls_in_turn_add_up_and_their_number_may_vary() {
    let nodes = |calls: &'static str| {
        let web = ("web", "station", &[("servers", "100000"), ("service", "0 s constant")][..]);
        let db = ("db", "station", &[("servers", "100000"), ("service", "10 ms constant")][..]);
        let link = vec![("calls", "3"), ("spread", calls)];
        ([USERS, web, db], link)
    };
    for (spread, mean) in [("exactly", 3.0), ("Poisson", 3.0), ("geometric", 3.0)] {
        let (nodes, link) = nodes(spread);
        let mut ran = Ran::new(&nodes, &[("users", "web", &[]), ("web", "db", &link)]);
        let report = ran.until(300.0);
        let db = ran.link(&report, "web", "db");
        near(spread, db.calls as f64 / report.requests.offered as f64, mean, 0.02);
        let each = 10.3; // ten milliseconds and the round trip inside a zone
        near("they take turns", report.latency.mean, each * mean, 0.02);
    }
}

#[test]
fn a_timeout_is_exact_and_lets_the_callee_work_on() {
    let slow = [("servers", "100000"), ("service", "70 ms constant")];
    let nodes =
        [USERS, ("web", "station", &[("service", "0 s constant"), ("servers", "100000")]), ("db", "station", &slow)];
    let mut ran = Ran::new(&nodes, &[("users", "web", &[]), ("web", "db", &[("timeout", "50 ms")])]);
    let report = ran.until(100.0);
    let (link, db) = (ran.link(&report, "web", "db"), ran.site(&report, "db"));
    assert!(report.requests.failed > 9_000 && report.requests.good == 0);
    assert_eq!(link.timeouts, link.failed);
    assert_eq!(link.latency.mean, 50.0, "to the nanosecond");
    assert_eq!(ran.site(&report, "web").failures[Reason::CallFailed as usize], report.requests.failed);
    assert_eq!(report.failures[Reason::TimedOut as usize], report.requests.failed, "users learn the cause");
    assert_eq!(link.late, db.served, "every answer comes too late");
    assert!(db.served > 9_000 && db.failed == 0, "the database does all the work for nobody");
}

#[test]
fn an_answer_just_in_time_is_an_answer() {
    // The way takes 0.3 ms there and back.
    for (service, good) in [("49.699999 ms constant", true), ("49.7 ms constant", false)] {
        let db = [("servers", "100000"), ("service", service)];
        let web = [("service", "0 s constant"), ("servers", "100000")];
        let nodes = [USERS, ("web", "station", &web[..]), ("db", "station", &db)];
        let mut ran = Ran::new(&nodes, &[("users", "web", &[]), ("web", "db", &[("timeout", "50 ms")])]);
        let report = ran.until(20.0);
        assert_eq!((report.requests.good > 0, report.requests.failed == 0), (good, good), "{service}");
        assert_eq!(ran.link(&report, "web", "db").late == 0, good);
    }
}

#[test]
fn pauses_double_without_jitter_and_are_halved_by_it_on_average() {
    let nodes =
        [USERS, ("box", "station", &[("servers", "100000"), ("service", "1 ms constant"), ("errors", "100 %")])];
    let took = |jitter: &str| {
        let link = [
            ("retry", "exponential"),
            ("attempts", "4"),
            ("pause", "100 ms"),
            ("longest", "300 ms"),
            ("jitter", jitter),
        ];
        let mut ran = Ran::new(&nodes, &[("users", "box", &link)]);
        let report = ran.until(200.0);
        let link = ran.link(&report, "users", "box");
        assert!(report.requests.good == 0 && link.retries * 4 > link.calls * 29 / 10);
        let users = ran.site(&report, "users");
        users.in_system_mean * 200.0 / (users.failed as f64 + users.in_flight as f64 / 2.0)
    };
    near("4 ms of work, 100 + 200 + 300 ms of pauses", took("none"), 0.604, 0.01);
    near("half of the pauses", took("full"), 0.304, 0.02);
}

#[test]
fn a_breaker_opens_probes_and_closes_by_the_clock() {
    let nodes = |errors: &'static str| {
        let error = vec![("servers", "100000"), ("service", "1 ms constant"), ("errors", errors)];
        (USERS, error)
    };
    let breaker = [("breaker", "on"), ("breaker_calls", "50"), ("breaker_window", "1 s"), ("breaker_open", "5 s")];
    let (user, bad) = nodes("100 %");
    let mut ran = Ran::new(&[user, ("box", "station", &bad)], &[("users", "box", &breaker)]);
    let report = ran.until(4.0);
    let link = ran.link(&report, "users", "box");
    assert_eq!((link.opened, link.circuit), (1, Circuit::Open));
    assert_eq!(link.failed, link.calls, "each attempt failed");
    assert!((50..60).contains(&link.calls), "it opened at the fiftieth: {}", link.calls);
    assert_eq!(link.calls + link.rejected, report.requests.failed);
    assert_eq!(report.failures[Reason::CircuitOpen as usize], link.rejected);
    let report = ran.until(24.0);
    let link = ran.link(&report, "users", "box");
    assert_eq!(link.opened, 5, "a probe every five seconds, and each fails");
    let before = link.calls;
    let (user, good) = nodes("0 %");
    ran.retune(&[user, ("box", "station", &good)], &[("users", "box", &breaker)]);
    let report = ran.until(60.0);
    let link = ran.link(&report, "users", "box");
    assert_eq!((link.opened, link.closed, link.circuit), (5, 1, Circuit::Closed));
    assert!(link.calls - before > 2_800, "it serves again: {}", link.calls - before);
}

#[test]
fn a_slow_database_fills_the_workers_of_its_caller() {
    // 20 workers that each wait 1 s for the database serve 20/s of the 100/s, and all others find the queue full.
    let web = [("servers", "20"), ("service", "1 ms constant"), ("queue", "10")];
    let nodes =
        [USERS, ("web", "station", &web[..]), ("db", "station", &[("servers", "100000"), ("service", "1 s constant")])];
    let mut ran = Ran::new(&nodes, &[("users", "web", &[]), ("web", "db", &[])]);
    let report = ran.until(300.0);
    near("good", report.requests.good as f64 / 300.0, 20.0 / 1.0013, 0.01);
    assert_eq!(report.failures[Reason::QueueFull as usize], report.requests.failed);
    // A timeout of 100 ms frees the workers: 20 / 0.1 s > 100/s, so that none is refused any more, and all fail.
    let mut ran = Ran::new(&nodes, &[("users", "web", &[]), ("web", "db", &[("timeout", "100 ms")])]);
    let report = ran.until(300.0);
    assert_eq!(report.failures[Reason::QueueFull as usize], 0);
    assert_eq!(report.failures[Reason::TimedOut as usize], report.requests.failed);
}

/// 80/s on a server that can do 100/s; for a minute the work takes four times as long.
fn storm(link: &[(&str, &str)]) -> (f64, f64, LinkTotals) {
    let nodes = |service: &'static str| [("servers", "1"), ("service", service), ("queue", "100000")];
    let user = [("rate", "80/s"), ("distance", "0 s"), ("timeout", "1 h")];
    let (well, ill) = (nodes("10 ms constant"), nodes("40 ms constant"));
    let mut ran = Ran::new(&[users(&user), ("box", "station", &well)], &[("users", "box", link)]);
    let good = |ran: &mut Ran, from: f64, to: f64| {
        let before = ran.until(from).requests.good;
        (ran.until(to).requests.good - before) as f64 / (to - from)
    };
    let calm = good(&mut ran, 50.0, 100.0);
    near("before", calm, 80.0, 0.05);
    ran.retune(&[users(&user), ("box", "station", &ill)], &[("users", "box", link)]);
    ran.until(160.0);
    ran.retune(&[users(&user), ("box", "station", &well)], &[("users", "box", link)]);
    let after = good(&mut ran, 1_000.0, 1_100.0);
    let report = ran.until(1_100.0);
    (calm, after, ran.link(&report, "users", "box"))
}

#[test]
fn a_retry_storm_stays_when_its_cause_is_gone_unless_something_holds_it_back() {
    let timeout = ("timeout", "1 s");
    let storming = [timeout, ("retry", "fixed"), ("pause", "0 s"), ("attempts", "5")];
    let (_, after, link) = storm(&storming);
    assert!(after < 1.0, "fifteen minutes later there are {after}/s good answers");
    assert!(link.late > 10_000, "the server works for nobody: {}", link.late);
    let budget = [timeout, ("retry", "exponential"), ("attempts", "5"), ("budget", "10 %")];
    near("backoff and a budget", storm(&budget).1, 80.0, 0.05);
    let breaker = [
        timeout,
        ("retry", "fixed"),
        ("pause", "0 s"),
        ("attempts", "5"),
        ("breaker", "on"),
        ("breaker_open", "1 min"),
    ];
    near("a breaker", storm(&breaker).1, 80.0, 0.05);
}

#[test]
fn what_is_bounded_ends_and_what_is_not_goes_on_in_time() {
    // Nobody is there to answer, at once and without end: time passes all the same, a millisecond at a time.
    let user = at("20/s");
    let nodes = [users(&user), ("box", "ec2", &[("queue", "0"), ("workers", "1"), ("work", "10 s constant")])];
    let link = [("retry", "fixed"), ("pause", "0 s"), ("attempts", "unlimited")];
    let mut ran = Ran::new(&nodes, &[("users", "box", &link)]);
    let report = ran.until(5.0);
    assert!(report.requests.in_flight > 80 && report.requests.failed == 0);
    let calls = ran.link(&report, "users", "box").calls;
    assert!((50_000..400_000).contains(&calls), "{calls} attempts");
}

#[test]
fn a_policy_changes_while_it_runs_and_nothing_leaks() {
    let slow = [("servers", "4"), ("service", "200 ms exp"), ("queue", "20"), ("errors", "5 %")];
    let nodes = [USERS, ("web", "ec2", &[("work", "1 ms")][..]), ("db", "station", &slow)];
    let policies: [&[(&str, &str)]; 5] = [
        &[],
        &[("timeout", "300 ms"), ("retry", "exponential"), ("attempts", "4")],
        &[("timeout", "50 ms"), ("breaker", "on"), ("calls", "3"), ("spread", "geometric")],
        &[("retry", "fixed"), ("pause", "1 h"), ("attempts", "unlimited")],
        &[("timeout", "1 us"), ("retry", "fixed"), ("pause", "0 s"), ("budget", "0 %")],
    ];
    let mut ran = Ran::new(&nodes, &[("users", "web", &[]), ("web", "db", &[])]);
    for (n, policy) in policies.iter().cycle().take(40).enumerate() {
        ran.retune(&nodes, &[("users", "web", policies[n % 3]), ("web", "db", policy)]);
        ran.until(n as f64 * 0.7 + 0.5);
    }
    let quiet = [users(&[("rate", "0/s"), ("distance", "0 s"), ("timeout", "1 h")]), nodes[1], nodes[2]];
    ran.retune(&quiet, &[("users", "web", &[]), ("web", "db", &[])]);
    let report = ran.until(100_000.0);
    assert_eq!(report.requests.in_flight, 0, "every call has ended");
}

#[test]
fn the_same_seed_tries_again_at_the_same_moments() {
    let nodes =
        [USERS, ("box", "station", &[("servers", "3"), ("service", "40 ms"), ("errors", "20 %"), ("queue", "5")])];
    let link =
        [("timeout", "90 ms"), ("retry", "exponential"), ("budget", "50 %"), ("calls", "2"), ("spread", "Poisson")];
    let run = |seed| Ran::with_seed(&nodes, &[("users", "box", &link)], seed).until(120.0);
    assert_eq!(run(7), run(7));
    assert!(run(7) != run(8));
    let mut parts = Ran::with_seed(&nodes, &[("users", "box", &link)], 7);
    for tenth in 1..=1_200 {
        parts.engine = parts.engine.clone();
        parts.until(f64::from(tenth) / 10.0);
    }
    assert_eq!(parts.until(120.0), run(7), "a checkpoint goes on alike");
}

#[test]
fn an_asynchronous_handler_frees_its_worker_while_it_calls() {
    let user = at("20/s");
    let links = [("users", "box", &[][..]), ("box", "database", &[("network", "0 s")])];
    let waits = |while_calling| {
        let settings = [("service", "1 ms constant"), ("while_calling", while_calling)];
        let slow = [("servers", "unlimited"), ("service", "40 ms constant")];
        let mut ran = Ran::new(&[users(&user), ("box", "station", &settings), ("database", "station", &slow)], &links);
        let report = ran.until(500.0);
        let site = ran.site(&report, "box").clone();
        (site.wait.mean, site.busy_mean)
    };
    // One server that a request occupies for 41 ms: M/D/1 at a load of 0.82.
    let (wait, busy) = waits("holds its worker");
    near("wait while it is held", wait, 0.82 * 41.0 / (2.0 * 0.18), 0.15);
    near("busy while it is held", busy, 0.82, 0.03);
    let (wait, busy) = waits("frees its worker");
    near("wait while it is free", wait, 0.02 / (2.0 * 0.98), 0.15);
    near("busy while it is free", busy, 0.02, 0.03);
}

#[test]
fn a_stated_network_time_takes_the_place_of_the_distance() {
    let nodes = [("users", "users", &[("distance", "80 ms")][..]), ("box", "station", &[("service", "1 ms constant")])];
    for (network, round_trip) in [("by place", 80.0), ("0 s", 0.0), ("6 ms", 6.0)] {
        let mut ran = Ran::new(&nodes, &[("users", "box", &[("network", network)])]);
        let report = ran.until(20.0);
        near(
            network,
            ran.link(&report, "users", "box").latency.mean,
            round_trip + ran.site(&report, "box").latency.mean,
            1e-4,
        );
    }
}
