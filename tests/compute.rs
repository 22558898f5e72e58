//! What users keep, and servers that come and go: names, addresses, stickiness, carts, credits, groups.

use super::engine::run;
use super::stress::audit;
use loadscape::catalog;
use loadscape::compile::{Plan, compile};
use loadscape::model::{Id, RequestClass, sketch};
use loadscape::scenario::{Fault, Harm, Scenario};
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::units::{SimTime, Span};

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

pub fn at(secs: u64, lasts: u64, harm: Harm) -> Fault {
    Fault { at: Span::from_secs(secs), lasts: Span::from_secs(lasts), harm }
}

pub fn plan(text: &str, faults: Vec<Fault>) -> Plan {
    let plan = compile(&sketch(text).unwrap(), &Scenario { faults, ..Scenario::steady() });
    assert_eq!(plan.notes, [], "everything in a test runs");
    plan
}

/// Failures for a reason, and requests that ended, in each of `n` stretches of `secs` seconds.
fn stretches(plan: &Plan, reason: Reason, n: usize, secs: u64) -> Vec<(u64, u64)> {
    let mut engine = Engine::new(plan.network.clone(), 1);
    let (mut before, mut out) = ((0, 0), Vec::new());
    for _ in 0..n {
        engine.run_until(engine.now() + Span::from_secs(secs));
        audit(&engine, "compute");
        let report = engine.report();
        let ended = report.requests.good + report.requests.late + report.requests.failed;
        let now = (report.failures[reason as usize], ended);
        out.push((now.0 - before.0, now.1 - before.1));
        before = now;
    }
    out
}

fn share((failed, all): (u64, u64)) -> f64 {
    failed as f64 / all.max(1) as f64
}

const FOUR: &str = "names -> a:ec2; names -> b:ec2; names -> c:ec2; names -> d:ec2";

/// Of n addresses one is removed: its holders fail until their answers expire, at most one TTL later.
#[test]
fn an_address_that_is_gone_fails_its_holders_until_their_answers_expire() {
    let gone = || {
        vec![
            at(300, 900, Harm::Unlist { node: "names".into(), target: "d".into() }),
            at(300, 900, Harm::Terminate { node: "d".into(), count: 1 }),
        ]
    };
    // Users who wait for each other's answers ask less often while they try to connect: a quarter of them is one request in ten.
    for (users, first) in
        [("users(200/s)", 0.2..0.29), ("users(traffic=closed, users=1000, think=4 s exp)", 0.07..0.16)]
    {
        let text = format!("{users} -> names:route53(ttl=2 min, resolvers=2000); {FOUR}");
        let shares: Vec<f64> =
            stretches(&plan(&text, gone()), Reason::AddressGone, 60, 10).into_iter().map(share).collect();
        // Nobody answers there: whoever goes there knows after the ten seconds that connecting may take.
        assert_eq!(shares[..31], [0.0; 31], "{users}: nobody fails before");
        assert!(first.contains(&shares[31]), "{users}: about a quarter at first, {}", shares[31]);
        assert!(shares[41] < 0.15, "{users}: fewer and fewer, {}", shares[41]);
        assert_eq!(shares[43..], [0.0; 17], "{users}: nobody after one TTL");
    }
}

#[test]
fn an_elastic_ip_outlives_a_stop_and_another_address_does_not() {
    let stop = || vec![at(60, 90, Harm::Stop { node: "web".into() })];
    let run = |address: &str, follows: &str| {
        let text = format!(
            "users(traffic=closed, users=200, think=2 s exp) -> names:route53(ttl=1 min, follows={follows}) \
             -> web:ec2(address={address}, boot=30 s, stop=20 s)"
        );
        stretches(&plan(&text, stop()), Reason::AddressGone, 40, 10)
    };
    assert!(run("Elastic IP", "never").iter().all(|&(gone, _)| gone == 0), "the address stays");
    let for_ever = run("automatic", "never");
    assert_eq!((share(for_ever[5]), share(for_ever[39])), (0.0, 1.0), "nobody learns the new address");
    let learnt = run("automatic", "1 min");
    assert!(share(learnt[8]) > 0.99 && share(learnt[39]) == 0.0, "a minute, and a TTL: {learnt:?}");
    // Without a name service, users keep failing on the address that they know.
    let text = "users(20/s) -> web:ec2(boot=30 s, stop=20 s)";
    assert_eq!(share(stretches(&plan(text, stop()), Reason::AddressGone, 30, 10)[29]), 1.0);
    let text = "users(20/s) -> web:ec2(boot=30 s, stop=20 s, address=Elastic IP)";
    let fixed = stretches(&plan(text, stop()), Reason::ServerDown, 30, 10);
    // Stopped at 60 s, started at 150 s, in service 30 s later. While it stops it refuses; from 80 s on nobody answers, which
    // is known ten seconds later.
    let down: Vec<usize> = (0..30).filter(|&n| share(fixed[n]) == 1.0).collect();
    assert_eq!((down, fixed[18].0), ([6, 7].into_iter().chain(9..18).collect(), 0));
}

#[test]
fn answers_follow_weights_health_and_order() {
    let served = |text: &str, faults: Vec<Fault>| {
        let mut design = sketch(text).unwrap();
        for (id, link) in &mut design.links {
            let weight = if id.as_str() == "names--a" { "3" } else { "1" };
            let kind = &loadscape::catalog::link_sheet().param("weight").unwrap().kind;
            link.settings.insert("weight".into(), kind.parse(weight).unwrap());
        }
        let plan = compile(&design, &Scenario { faults, ..Scenario::steady() });
        let report = run(&plan, 3, 0.0, 600.0);
        ["a", "b"].map(|id| report.sites[plan.sites[&loadscape::model::Id::new(id).unwrap()] as usize].arrived as f64)
    };
    let both = "names -> a:ec2(address=Elastic IP); names -> b:ec2(address=Elastic IP)";
    let of = |routing: &str, faults| {
        let users = "users(traffic=sessions, rate=20/s, length=3, think=5 s)";
        served(&format!("{users} -> names:route53({routing}); {both}"), faults)
    };
    let [a, b] = of("routing=weighted", vec![]);
    assert!((a / (a + b) - 0.75).abs() < 0.02, "{a} {b}");
    let [a, b] = of("routing=simple", vec![]);
    assert!((a / (a + b) - 0.5).abs() < 0.02, "{a} {b}");
    let [a, b] = of("routing=failover, ttl=1 min", vec![]);
    assert!(a > 30_000.0 && b == 0.0, "{a} {b}");
    // 300 s of 600: found out after three checks of 10 s, and held answers last a minute more.
    let stop = vec![at(300, 600, Harm::Stop { node: "a".into() })];
    let [a, b] = of("routing=failover, ttl=1 min, checks=on, check_interval=10 s", stop);
    assert!(b > 60.0 * (300.0 - 30.0 - 60.0) && b < 60.0 * (300.0 - 20.0), "{a} {b}");
}

#[test]
fn users_stay_on_the_address_that_they_know() {
    // The second instance is published at 300 s; only those who come later go there, half of them.
    let add = vec![at(0, 300, Harm::Unlist { node: "users".into(), target: "b".into() })];
    let text = "users(traffic=closed, users=300, think=1 s) -> a:ec2; users -> b:ec2";
    let plan = plan(text, add);
    let report = run(&plan, 1, 0.0, 600.0);
    let of = |id: &str| plan.sites[&loadscape::model::Id::new(id).unwrap()] as usize;
    assert_eq!(report.sites[of("b")].arrived, 0);
}

/// Failures by second of a run, whatever the reason, and how many were for one reason.
fn failing(text: &str, faults: Vec<Fault>, secs: usize, reason: Reason) -> (Vec<usize>, bool) {
    let plan = plan(text, faults);
    let mut engine = Engine::new(plan.network.clone(), 1);
    let (mut bad, mut before) = (Vec::new(), 0);
    for second in 0..secs {
        engine.run_until(engine.now() + Span::from_secs(1));
        let failed = engine.report().requests.failed;
        if failed > before {
            bad.push(second);
        }
        before = failed;
    }
    audit(&engine, "compute");
    (bad, engine.report().failures[reason as usize] == before)
}

/// Whether just these seconds are bad; what failed at the very end is known a moment later.
fn within(bad: &[usize], seconds: std::ops::Range<usize>) -> bool {
    let (first, last) = (seconds.start, seconds.end);
    bad.first() == Some(&first) && bad.len() >= last - first && bad.last().is_some_and(|&bad| bad <= last)
}

const THREE: &str = "alb -> a:ec2(work=1 ms); alb -> b:ec2(work=1 ms); alb -> c:ec2(work=1 ms)";

#[test]
fn a_crash_costs_until_the_checks_notice_and_a_planned_removal_costs_nothing() {
    let crash = || vec![at(103, 300, Harm::Crash { node: "a".into(), count: 1 })];
    let balanced = |kind: &str| format!("users(200/s) -> alb:elb(interval=10 s, unhealthy=2, {kind}); {THREE}");
    // The second failed check is at 120 s; what was sent before is tried for ten seconds.
    let (bad, all) = failing(&balanced("kind=application"), crash(), 200, Reason::TimedOut);
    assert!(all && within(&bad, 113..130), "{bad:?}");
    let (bad, all) = failing(&balanced("kind=network"), crash(), 200, Reason::ServerDown);
    assert!(all && within(&bad, 113..130), "{bad:?}");
    // A process that crashes on a machine that is up refuses, which is known at once.
    let kill = || vec![at(103, 0, Harm::Kill { node: "a".into(), count: 1 })];
    let three = THREE.replace("work=1 ms", "work=1 ms, restart=2 min");
    let refused = |kind: &str| format!("users(200/s) -> alb:elb(interval=10 s, unhealthy=2, {kind}); {three}");
    let (bad, all) = failing(&refused("kind=application"), kill(), 200, Reason::BadGateway);
    assert!(all && within(&bad, 103..120), "{bad:?}");
    let (bad, all) = failing(&refused("kind=network"), kill(), 200, Reason::ConnectionReset);
    assert!(all && within(&bad, 103..120), "{bad:?}");
    let gone = || vec![at(103, 300, Harm::Terminate { node: "a".into(), count: 1 })];
    for kind in ["kind=application", "kind=network", "kind=classic, stickiness=1 h", "cross_zone=off"] {
        assert_eq!(failing(&balanced(kind), gone(), 200, Reason::BadGateway).0, [0; 0], "{kind}");
    }
}

#[test]
fn errors_of_a_lost_link_end_when_two_checks_have_found_out() {
    let text = format!("users(200/s) -> alb:elb(interval=5 s, unhealthy=2, check_timeout=2 s); {THREE}");
    let lost = |harm| vec![at(103, 120, harm)];
    let link = || "alb--a".to_owned();
    // Checks at 105 and 110 s; what was sent before is tried for ten seconds, until 120 s.
    let gone = lost(Harm::LostLink { link: link(), share: loadscape::units::Share(1.0) });
    let (bad, _) = failing(&text, gone, 260, Reason::TimedOut);
    assert!(within(&bad, 113..120), "{bad:?}");
    // What takes two seconds longer each way passes no check of two seconds; nothing fails, but it is late.
    let slow = plan(&text, lost(Harm::SlowLink { link: link(), extra: Span::from_secs(2) }));
    let mut engine = Engine::new(slow.network.clone(), 1);
    engine.run_until(engine.now() + Span::from_secs(120));
    let a = slow.sites[&id("a")] as usize;
    let before = engine.report().sites[a].arrived;
    engine.run_until(engine.now() + Span::from_secs(60));
    assert_eq!(engine.report().sites[a].arrived, before, "it gets nothing while it is slow");
}

#[test]
fn a_gateway_balancer_passes_connections_on_and_has_its_own_price() {
    let text = |kind: &str| {
        format!("users(traffic=closed, users=40, think=1 s) -> alb:elb(kind={kind}, interval=10 s); {THREE}")
    };
    let kill = || vec![at(103, 0, Harm::Kill { node: "a".into(), count: 1 })];
    let (bad, all) = failing(
        &text("gateway").replace("work=1 ms", "work=1 ms, restart=2 min"),
        kill(),
        200,
        Reason::ConnectionReset,
    );
    assert!(all && bad.first() == Some(&103) && bad.iter().all(|second| *second <= 121), "{bad:?}");
    let design = sketch(&text("gateway")).unwrap();
    let plan = compile(&design, &Scenario::steady());
    let account = loadscape::cost::Account::new(loadscape::cost::Tariff::new(&design, &plan, &Default::default()));
    let bill = account.bill(&run(&plan, 1, 0.0, 3_600.0));
    let items: Vec<&str> = bill.lines.iter().filter(|line| line.node == "alb").map(|line| line.item.as_str()).collect();
    assert!(items.contains(&"gateway load balancer") && items.contains(&"GLCU"), "{items:?}");
    assert!(!items.contains(&"LCU"), "{items:?}");
}

#[test]
fn the_fewest_under_way_beat_turns_where_one_target_is_slow() {
    let p99 = |algorithm: &str| {
        let slow = vec![at(0, 3_600, Harm::Slow { node: "a".into(), factor: 8.0 })];
        let text = format!(
            "users(60/s, distance=0 s) -> alb:elb(algorithm={algorithm}); alb -> a:ec2(work=12 ms); \
             alb -> b:ec2(work=12 ms); alb -> c:ec2(work=12 ms)"
        );
        run(&plan(&text, slow), 1, 10.0, 120.0).latency.p99
    };
    let (turns, fewest) = (p99("round robin"), p99("least outstanding"));
    assert!(fewest < 0.75 * turns, "{fewest} ms against {turns} ms");
}

#[test]
fn each_path_has_a_target_group_of_its_own() {
    let text = "users(rate=100/s) -> alb:elb(interval=5 s) -> web:asg(min=2, policy=none, work=1 ms); alb -> pictures:asg(min=2, \
                policy=none, work=1 ms); alb -> spare:asg(min=1, policy=none, work=1 ms)";
    let mut design = sketch(text).unwrap();
    let class = |name: &str, share: f64| RequestClass { share, ..RequestClass::new(name) };
    design.classes = vec![class("page", 50.0), class("picture", 30.0), class("video", 20.0)];
    for (link, classes) in [("alb--web", "page"), ("alb--pictures", "picture"), ("alb--spare", "page, picture")] {
        let value = catalog::link_sheet().param("classes").unwrap().kind.parse(classes).unwrap();
        design.links.get_mut(&id(link)).unwrap().settings.insert("classes".into(), value);
    }
    let crash = Harm::Stop { node: "pictures".into() };
    let faults = vec![Fault { at: Span::from_secs(100), lasts: Span::from_secs(100), harm: crash }];
    let plan = compile(&design, &Scenario { faults, ..Scenario::steady() });
    assert_eq!(plan.notes, []);
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(100));
    let report = engine.report();
    let arrived = |name: &str| report.sites[plan.sites[&id(name)] as usize].arrived as f64 / 100.0;
    // Two of the three targets of pages are web servers, and two of the three of pictures are picture servers.
    for (name, rate) in [("web", 50.0 * 2.0 / 3.0), ("pictures", 20.0), ("spare", 80.0 / 3.0)] {
        assert!((arrived(name) - rate).abs() < 1.5, "{name}: {}/s for {rate}/s", arrived(name));
    }
    assert_eq!(report.failures[Reason::NoRoute as usize], report.requests.failed, "no rule is about videos");
    assert!((report.requests.failed as f64 / 100.0 - 20.0).abs() < 1.5);
    let targets = |engine: &Engine| engine.snapshot().sites[plan.sites[&id("alb")] as usize].targets;
    assert_eq!(targets(&engine), (5, 5));
    engine.run_until(SimTime::ZERO + Span::from_secs(150));
    engine.forget();
    engine.run_until(SimTime::ZERO + Span::from_secs(190));
    audit(&engine, "target groups");
    assert_eq!(targets(&engine).1, 3);
    let report = engine.report();
    assert_eq!(report.failures[Reason::NoRoute as usize], report.requests.failed, "the spare server has all pictures");
}

#[test]
fn stickiness_keeps_users_together_and_load_uneven() {
    let loads = |stickiness: &str| {
        let users = "users(traffic=closed, users=40, think=2 s)";
        let plan = plan(&format!("{users} -> alb:elb(stickiness={stickiness}); {THREE}"), vec![]);
        let report = run(&plan, 1, 0.0, 300.0);
        let of = |id: &str| plan.sites[&loadscape::model::Id::new(id).unwrap()] as usize;
        let arrived = ["a", "b", "c"].map(|id| report.sites[of(id)].arrived as f64);
        let most = arrived.iter().fold(0.0_f64, |a, b| a.max(*b));
        let least = arrived.iter().fold(f64::MAX, |a, b| a.min(*b));
        (most - least) / (most + least)
    };
    let (even, uneven) = (loads("off"), loads("1 h"));
    assert!(even < 0.001 && uneven > 0.01, "{even} {uneven}");
}

#[test]
fn a_balancer_gives_up_on_a_target_that_does_not_answer() {
    let text = "users(10/s, distance=0 s) -> alb:elb(idle=2 s, latency=0 s constant) -> web:ec2(work=0 s constant) \
                -> db:rds(io=5 s constant, work=0 s constant)";
    let plan = plan(text, vec![]);
    let report = run(&plan, 1, 0.0, 60.0);
    assert_eq!(report.failures[Reason::TimedOut as usize], report.requests.failed);
    // Two seconds' worth is under way, and not one request waits longer.
    assert!((10..35).contains(&report.requests.in_flight) && report.requests.good == 0, "{:?}", report.requests);
}

#[test]
fn without_cross_zone_each_zone_gets_the_same() {
    let hottest = |cross_zone: &str| {
        let text = format!(
            "users(100/s) -> alb:elb(cross_zone={cross_zone}) -> web:asg(min=3, max=3, zones=2, work=5 ms, rebalance=off)"
        );
        let plan = plan(&text, vec![]);
        let mut engine = Engine::new(plan.network.clone(), 1);
        let (mut alone, mut others) = (0.0, 0.0);
        for _ in 0..100 {
            engine.run_until(engine.now() + Span::from_secs(1));
            let site = plan.sites[&loadscape::model::Id::new("web").unwrap()] as usize;
            let servers = engine.snapshot().sites[site].servers.clone();
            for server in &servers {
                let peers = servers.iter().filter(|other| other.zone == server.zone).count();
                *(if peers == 1 { &mut alone } else { &mut others }) += f64::from(server.utilization);
            }
        }
        alone / others
    };
    let (on, off) = (hottest("on"), hottest("off"));
    assert!((0.45..0.55).contains(&on) && (0.9..1.1).contains(&off), "{on} {off}");
}

fn carts(settings: &str, stickiness: &str, faults: Vec<Fault>) -> (loadscape::sim::report::Carts, u64) {
    let text = format!(
        "users(traffic=sessions, rate=10/s, length=12, think=2 s) -> alb:elb(stickiness={stickiness}) \
         -> web:asg(min=4, max=4, zones=1, work=1 ms, {settings})"
    );
    let plan = plan(&text, faults);
    let report = run(&plan, 1, 60.0, 240.0);
    let site = plan.sites[&loadscape::model::Id::new("web").unwrap()] as usize;
    (report.sites[site].carts.unwrap(), report.requests.failed)
}

#[test]
fn a_cart_in_memory_is_missed_by_all_instances_but_one() {
    let (found, _) = carts("cart=in memory", "off", vec![]);
    let missed = found.missed as f64 / found.asked as f64;
    assert!((missed - 0.75).abs() < 0.02 && found.lost == 0, "{missed} of {found:?}");
    let (found, failed) = carts("cart=in memory", "1 h", vec![]);
    assert_eq!((found.missed, found.lost, failed), (0, 0, 0), "{found:?}");
    // One of four instances ends, and takes its carts along: of some 240 open ones about 60.
    let gone = vec![at(200, 600, Harm::Terminate { node: "web".into(), count: 1 })];
    let (found, failed) = carts("cart=in memory", "1 h", gone);
    assert!((35..90).contains(&found.lost) && failed == 0, "{found:?}");
    assert!((found.lost.abs_diff(found.missed)) < 15, "each is missed once: {found:?}");
    let share = found.lost as f64 / found.staked as f64;
    assert!((0.19..0.31).contains(&share), "a quarter of those that were open: {found:?}");
    assert!((180..300).contains(&found.open), "sessions of 24 s, most with a cart, ten a second: {found:?}");
}

#[test]
fn a_cart_in_a_cookie_outlives_instances_and_must_not_grow_too_large() {
    let gone = || vec![at(200, 600, Harm::Terminate { node: "web".into(), count: 2 })];
    let (found, failed) = carts("cart=in a cookie", "off", gone());
    assert_eq!((found.missed, found.lost, failed), (0, 0, 0));
    // The mean of 1 to 11 things of 100 bytes.
    let bytes = found.cookie_bytes as f64 / found.asked as f64;
    assert!((bytes - 600.0).abs() < 30.0, "{bytes}");
    let (_, failed) = carts("cart=in a cookie, cart_item=500 B", "off", vec![]);
    assert!(failed > 1_000, "more than eight things do not fit: {failed}");
    let (found, failed) = carts("cart=in a cookie, tampered=10 %", "off", vec![]);
    assert!((failed as f64 / found.asked as f64 - 0.1).abs() < 0.01, "{failed} of {found:?}");
}

/// Carts in a store are lost with its only node, and live on at a replica.
#[test]
fn a_store_with_a_replica_keeps_its_carts() {
    let lost = |replicas: u32| {
        let text = format!(
            "users(traffic=sessions, rate=10/s, length=12, think=2 s) -> alb:elb -> web:asg(min=2, max=2, work=1 ms, \
             cart=in a store) -> store:elasticache(replicas={replicas}, hit=100 %)"
        );
        let plan = plan(&text, vec![at(200, 30, Harm::Failover { node: "store".into() })]);
        let report = run(&plan, 1, 60.0, 240.0);
        report.sites.iter().filter_map(|site| site.carts).fold((0, 0), |sum, it| (sum.0 + it.lost, sum.1 + it.missed))
    };
    let ((all, _), (none, missed)) = (lost(0), lost(1));
    assert!(all > 100 && none == 0, "{all} without a replica, {none} with one");
    assert!(missed > 50, "while the replica takes over, carts are out of reach: {missed}");
}

fn credits_of(plan: &Plan, report: &loadscape::sim::report::Report, id: &str) -> loadscape::sim::report::Credits {
    report.sites[plan.sites[&loadscape::model::Id::new(id).unwrap()] as usize].credits.unwrap()
}

#[test]
fn a_day_of_credits_is_what_is_published() {
    // 2 vCPUs at a baseline of 10 % earn 12 credits an hour, and save up 288 of them.
    for (rate, percent) in [("1/d", 0.0), ("1/s", 5.0)] {
        let text = format!(
            "users(rate={rate}, arrivals=even) -> web:ec2(type=t3.micro, credits=standard, credits_at_start=0, \
             work=100 ms constant)"
        );
        let plan = plan(&text, vec![]);
        let mut engine = Engine::new(plan.network.clone(), 1);
        for hour in 1..=24 {
            engine.run_until(engine.now() + Span::from_secs(3_600));
            let report = engine.report();
            let used = report.sites[plan.sites[&loadscape::model::Id::new("web").unwrap()] as usize].utilization * 2.0;
            assert!((used * 50.0 - percent).abs() < 2.0, "{used}");
            let published = f64::from(hour) * (12.0 - used * 60.0);
            let balance = credits_of(&plan, &report, "web").least;
            assert!((balance - published).abs() < 1e-3 * published.max(1.0), "{hour} h: {balance}, not {published}");
        }
        engine.run_until(engine.now() + Span::from_secs(40 * 3_600));
        let full = credits_of(&plan, &engine.report(), "web").least;
        assert!((full - 288.0).abs() < 1.0, "{full}");
    }
}

#[test]
fn launch_credits_come_on_top_of_a_day_and_stops_lose_those_of_t2_alone() {
    // One vCPU at 10 % earns 6 an hour and saves up 144; 30 more are there from the launch as long as nothing spends them.
    let idle = |kind: &str, faults| {
        plan(&format!("users(rate=1/d, arrivals=even) -> web:ec2(type={kind}, work=1 ms)"), faults)
    };
    let balance = |plan: &Plan, hours: u64| {
        let mut engine = Engine::new(plan.network.clone(), 1);
        engine.run_until(engine.now() + Span::from_secs(hours * 3_600));
        credits_of(plan, &engine.report(), "web").least
    };
    for (hours, credits) in [(1, 36.0), (12, 102.0), (24, 174.0), (36, 174.0)] {
        let found = balance(&idle("t2.micro", vec![]), hours);
        assert!((found - credits).abs() < 0.05, "{hours} h: {found}, {credits} are published");
    }
    // Stopped at 12 h for an hour: a T2 begins anew with its launch credits, a T3 has kept what it had.
    let stop = || vec![at(12 * 3_600, 3_600, Harm::Stop { node: "web".into() })];
    let (t2, t3) = (balance(&idle("t2.micro", stop()), 14), balance(&idle("t3.micro", stop()), 14));
    assert!((30.0..36.5).contains(&t2), "{t2}");
    assert!((144.0..157.0).contains(&t3), "{t3}: 12 an hour for 12 hours, and for the last one");
}

#[test]
fn burstable_databases_are_charged_and_burstable_caches_fall_to_their_baseline() {
    // 2 vCPUs at 20 % earn 0.4 of one; two at work all the time spend 1.6 more than that, all of it surplus.
    let text = "users(traffic=closed, users=40, think=0 s constant, distance=0 s, timeout=1 h) -> web:ec2(type=m5.4xlarge, \
                work=0 s constant, workers=500) -> db:rds(class=db.t3.medium, work=50 ms constant, io=0 s constant)";
    let plan = self::plan(text, vec![]);
    let report = run(&plan, 1, 0.0, 3_600.0);
    let owed = credits_of(&plan, &report, "db").surplus_hours;
    assert!((owed - 1.6).abs() < 0.02, "{owed} vCPU hours");
    let cached = |node: &str| {
        let text = format!(
            "users(traffic=closed, users=40, think=0 s constant, distance=0 s, timeout=1 h) -> web:ec2(type=m5.4xlarge, \
             work=0 s constant, workers=500) -> cache:elasticache(node={node}, work=10 ms constant, latency=0 s constant)"
        );
        let plan = self::plan(&text, vec![]);
        run(&plan, 1, 600.0, 300.0).requests.good as f64 / 300.0
    };
    let (burst, full) = (cached("cache.t3.micro"), cached("cache.m5.large"));
    // Two vCPUs at 10 % are a fifth of the one thread that serves.
    assert!((burst / full - 0.2).abs() < 0.05, "{burst}/s, {full}/s");
}

#[test]
fn a_t2_micro_at_full_load_falls_to_its_baseline_when_its_credits_are_gone() {
    let load = "users(traffic=closed, users=20, think=0 s constant, distance=0 s, timeout=1 h)";
    let text = format!("{load} -> web:ec2(type=t2.micro, work=90 ms constant)");
    let plan = plan(&text, vec![]);
    let mut engine = Engine::new(plan.network.clone(), 1);
    let mut served = |until: u64| {
        let before = engine.report().requests.good;
        engine.run_until(loadscape::units::SimTime::ZERO + Span::from_secs(until));
        engine.report().requests.good - before
    };
    // 30 credits of its launch and 3 earned meanwhile, of which each minute uses 0.9: 2,000 s. Speed 0.9: 10 a second.
    assert!((served(1_990) as f64 - 19_900.0).abs() < 50.0);
    served(2_010);
    let slow = served(3_010);
    assert!((slow as f64 - 1_000.0).abs() < 20.0, "a tenth: {slow}");
    // Unlimited goes on, and what it did not earn is charged.
    let text = format!("{load} -> web:ec2(type=t2.micro, credits=unlimited, work=90 ms constant)");
    let plan = self::plan(&text, vec![]);
    let report = run(&plan, 1, 0.0, 3_600.0);
    assert!(report.requests.good > 35_000);
    assert!((credits_of(&plan, &report, "web").surplus_hours - 0.9).abs() < 0.001);
}

#[test]
fn stopping_resizing_and_starting_costs_the_window_and_helps() {
    let text = "users(30/s) -> web:ec2(type=t2.micro, address=Elastic IP, work=30 ms, boot=40 s, stop=20 s)";
    let resize = vec![at(600, 120, Harm::Resize { node: "web".into(), to: "m5.large".into() })];
    let (bad, _) = failing(text, resize.clone(), 900, Reason::ServerDown);
    // It refuses while it stops; then nobody answers until it has booted at 760 s, which is known after ten seconds.
    assert_eq!(bad, (600..620).chain(630..760).collect::<Vec<_>>(), "all of the stop and the boot, and nothing else");
    let after = |faults| {
        let plan = plan(text, faults);
        let mut engine = Engine::new(plan.network.clone(), 1);
        engine.run_until(engine.now() + Span::from_secs(800));
        engine.forget();
        engine.run_until(engine.now() + Span::from_secs(100));
        engine.report().latency.p95
    };
    assert!(after(resize.clone()) < 0.5 * after(vec![]), "another size is faster");
    let plan = plan(text, resize);
    let mut engine = Engine::new(plan.network.clone(), 1);
    let mut looks_at = |secs| {
        engine.run_until(loadscape::units::SimTime::ZERO + Span::from_secs(secs));
        let state =
            engine.snapshot().sites.swap_remove(plan.sites[&loadscape::model::Id::new("web").unwrap()] as usize);
        let (_, types) = loadscape::catalog::find("ec2").and_then(loadscape::catalog::Service::types).unwrap();
        (state.kind.map(|kind| types[kind as usize].name.clone()), state.credits)
    };
    let (kind, credits) = looks_at(10);
    let credits = credits.expect("a t2.micro lives on credits");
    assert!(kind.is_none() && credits.out == 0 && credits.least > 29.0, "{kind:?} {credits:?}");
    assert_eq!(looks_at(800), (Some("m5.large".to_owned()), None), "it is called what it is");
}

#[test]
fn memory_that_is_full_refuses_or_kills() {
    let of = |when: &str| {
        let text = format!(
            "users(traffic=closed, users=20, think=1 s) -> web:ec2(memory_request=1 GiB, memory_full={when}, \
             work=1 ms) -> db:rds(io=2 s constant)"
        );
        let report = run(&plan(&text, vec![]), 1, 0.0, 120.0);
        (report.failures, report.requests)
    };
    let (failures, requests) = of("refused");
    assert!(failures[Reason::OutOfMemory as usize] > 100 && requests.good > 300, "seven of twenty fit: {requests:?}");
    let (failures, requests) = of("killed");
    assert!(failures[Reason::ServerDown as usize] > 100, "down until it has started again: {failures:?}");
    assert!(requests.good < 100, "{requests:?}");
}
