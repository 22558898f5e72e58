//! Auto Scaling groups: when they grow and shrink, to the period; whom they replace, move and lose.

use super::compute::at;
use super::stress::audit;
use loadscape::catalog;
use loadscape::compile::{Plan, compile};
use loadscape::model::{Id, sketch};
use loadscape::scenario::{Fault, Harm, Scenario};
use loadscape::sim::engine::Engine;
use loadscape::sim::shape::Shape;
use loadscape::sim::snapshot::Phase;
use loadscape::units::{Rate, Span};
use std::fmt::Write;

fn shaped(text: &str, shape: Shape, faults: Vec<Fault>) -> Plan {
    let mut scenario = Scenario { faults, ..Scenario::steady() };
    scenario.traffic.insert("users".into(), shape);
    let plan = compile(&sketch(text).unwrap(), &scenario);
    assert_eq!(plan.notes, [], "everything in a test runs");
    plan
}

/// Each second in which the servers of `web` change: "780 s: 2 in service, 2 pending".
fn history(plan: &Plan, secs: u64) -> String {
    let site = plan.sites[&Id::new("web").unwrap()] as usize;
    let mut engine = Engine::new(plan.network.clone(), 1);
    let (mut text, mut last) = (String::new(), String::new());
    for second in 0..=secs {
        engine.run_until(loadscape::units::SimTime::ZERO + Span::from_secs(second));
        let servers = engine.snapshot().sites[site].servers.clone();
        let count = |phase| servers.iter().filter(|server| server.phase == phase).count();
        let phases = [
            (Phase::InService, "in service"),
            (Phase::Pending, "pending"),
            (Phase::Draining, "draining"),
            (Phase::Lost, "lost"),
        ];
        let words = phases
            .iter()
            .filter(|&&(phase, _)| count(phase) > 0)
            .map(|&(phase, word)| format!("{} {word}", count(phase)));
        let now = words.collect::<Vec<_>>().join(", ");
        if now != last {
            writeln!(text, "{second} s: {now}").unwrap();
            last = now;
        }
    }
    audit(&engine, "groups");
    text
}

/// One instance takes 20 requests a second (2 vCPUs, 100 ms each), so that the CPU is known at each size. It has no queue, so
/// a health check that comes while it is busy would be refused as well, which is another matter: see `limits`.
fn group(settings: &str) -> String {
    format!(
        "users(arrivals=even, timeout=1 h) -> alb:elb(check_timeout=off) -> web:asg(work=100 ms constant, boot=45 s, workers=4, \
         queue=0, {settings})"
    )
}

fn step(from: f64, to: f64, at: u64) -> Shape {
    Shape::Step { from: Rate(from), to: Rate(to), at: Span::from_secs(at) }
}

#[test]
fn a_load_step_is_followed_to_the_period() {
    // 50 % of two; from 600 s on 100 %. Three datapoints until 780 s: ceil(2 x 100 / 60) = 4. They warm up until 1,125 s;
    // at the next datapoint four are at 72.5 %: ceil(4 x 72.5 / 60) = 5, which end at 58 %.
    let up = shaped(&group("min=2, max=10, target=60 %"), step(20.0, 58.0, 600), vec![]);
    assert_eq!(
        history(&up, 1_800),
        "0 s: 2 in service\n780 s: 2 in service, 2 pending\n825 s: 4 in service\n\
         1140 s: 4 in service, 1 pending\n1185 s: 5 in service\n"
    );
    // Five at 20 % are below 0.7 x 60 %: after 15 datapoints one goes each minute, until two are left at 50 %.
    let down = shaped(&group("min=2, max=10, desired=5, target=60 %"), step(58.0, 20.0, 600), vec![]);
    assert_eq!(
        history(&down, 2_400),
        "0 s: 5 in service\n1500 s: 4 in service\n1560 s: 3 in service\n1620 s: 2 in service\n"
    );
}

#[test]
fn steps_and_simple_policies_do_what_their_alarms_say() {
    // The lab: from 60 % one more, down from 30 % one less. One datapoint each; two are at 72.5 %, three at 48 %.
    let alarms = "min=1, max=6, desired=2, high_points=1, low_points=1, warmup=0 s";
    let steps = shaped(&group(&format!("policy=steps on CPU, {alarms}")), step(29.0, 9.0, 1_800), vec![]);
    assert_eq!(
        history(&steps, 2_400),
        "0 s: 2 in service\n60 s: 2 in service, 1 pending\n105 s: 3 in service\n1860 s: 2 in service\n1920 s: 1 in service\n"
    );
    let simple = format!("policy=\"simple, on CPU\", cooldown=5 min, {alarms}");
    let simple = shaped(&group(&simple), step(58.0, 58.0, 60), vec![]);
    // At full load one more every five minutes, until four are at 72.5 % and five below 60 %.
    assert_eq!(
        history(&simple, 1_500),
        "0 s: 2 in service\n60 s: 2 in service, 1 pending\n105 s: 3 in service\n\
         360 s: 3 in service, 1 pending\n405 s: 4 in service\n660 s: 4 in service, 1 pending\n705 s: 5 in service\n"
    );
}

#[test]
fn requests_per_target_and_schedules_set_sizes() {
    // 30/s are 1,800 a minute; three get 600 each.
    let requests = "policy=requests per target, requests=600, min=2, max=10, warmup=0 s";
    let requests = shaped(&group(requests), step(30.0, 30.0, 1), vec![]);
    assert!(history(&requests, 900).ends_with("225 s: 3 in service\n"), "{}", history(&requests, 900));
    let text = "policy=none, min=1, max=4, schedule=\"00:10 min 3, 00:20 min 1 desired 2\", rebalance=off";
    let plan = shaped(&group(text), step(1.0, 1.0, 1), vec![]);
    assert_eq!(
        history(&plan, 1_500),
        "0 s: 1 in service\n600 s: 1 in service, 2 pending\n645 s: 3 in service\n1200 s: 2 in service\n"
    );
}

#[test]
fn a_group_at_its_initial_size_replaces_what_crashes() {
    let crash = || vec![at(300, 3_600, Harm::Crash { node: "web".into(), count: 2 })];
    let ten = |more: &str| group(&format!("policy=keep at initial size, min=10, max=10, {more}"));
    let by = |more: &str| history(&shaped(&ten(more), step(20.0, 20.0, 1), crash()), 900);
    assert_eq!(
        by("health=EC2, replace=2 min"),
        "0 s: 10 in service\n300 s: 8 in service, 2 lost\n420 s: 8 in service, 2 pending\n465 s: 10 in service\n"
    );
    // The balancer knows after two checks of 30 s.
    assert_eq!(
        by("health=EC2 and ELB, replace=1 h"),
        "0 s: 10 in service\n300 s: 8 in service, 2 lost\n360 s: 8 in service, 2 pending\n405 s: 10 in service\n"
    );
    // Warm instances are there sooner.
    assert_eq!(
        by("replace=2 min, warm_pool=2, warm_start=10 s"),
        "0 s: 10 in service\n300 s: 8 in service, 2 lost\n420 s: 8 in service, 2 pending\n430 s: 10 in service\n"
    );
}

#[test]
fn a_lost_zone_is_refilled_elsewhere_and_evened_when_it_is_back() {
    let outage = vec![at(300, 600, Harm::ZoneOutage { zone: "c".into() })];
    let plan = shaped(&group("policy=none, min=3, max=3, replace=2 min"), step(20.0, 20.0, 1), outage);
    // Zone c is back at 900 s: the group launches there first, and then takes one out of the fullest zone.
    assert_eq!(
        history(&plan, 1_200),
        "0 s: 3 in service\n300 s: 2 in service, 1 lost\n420 s: 2 in service, 1 pending\n465 s: 3 in service\n\
         900 s: 3 in service, 1 pending\n945 s: 4 in service\n960 s: 3 in service, 1 draining\n961 s: 3 in service\n"
    );
}

#[test]
fn spot_instances_drain_within_their_notice_and_are_replaced() {
    let back = vec![at(330, 60, Harm::Interrupt { node: "web".into(), count: 2 })];
    let text = group("policy=none, min=4, max=4, on_demand_base=1, spot=100 %");
    let plan = shaped(&text, step(40.0, 40.0, 1), back);
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(engine.now() + Span::from_secs(900));
    let report = engine.report();
    assert_eq!(report.requests.failed, 0, "they finish what they have");
    let web = &report.sites[plan.sites[&Id::new("web").unwrap()] as usize];
    assert_eq!((web.in_service.0, web.in_service.2), (2, 4));
    // Three of four are spot; the time that is saved on is theirs.
    assert!((web.spot_secs / web.server_secs - 0.75).abs() < 0.02, "{} {}", web.spot_secs, web.server_secs);
    let bill = loadscape::cost::bill(&sketch(&text).unwrap(), &plan, &loadscape::cost::PriceList::default(), &report);
    let hours = |item: &str| bill.lines.iter().find(|line| line.item == item).unwrap().quantity;
    assert!((hours("m5.large spot") - web.spot_secs / 3_600.0).abs() < 1e-6);
    assert!((hours("m5.large on demand") - (web.server_secs - web.spot_secs) / 3_600.0).abs() < 1e-6);
    // The census has the one that is always on demand, all the time.
    let committed: u64 = web.census.iter().zip(0..).map(|(nanos, servers)| nanos * servers).sum();
    assert!((committed as f64 / 1e9 - (web.server_secs - web.spot_secs)).abs() < 1e-3, "{committed}");
}

/// Seconds in which at least a tenth of the requests fails, and whether any second is wholly bad.
fn bad_seconds(plan: &Plan, secs: u64) -> (Vec<u64>, bool) {
    let mut engine = Engine::new(plan.network.clone(), 1);
    let (mut bad, mut dark, mut before) = (Vec::new(), false, (0, 0));
    for second in 0..secs {
        engine.run_until(engine.now() + Span::from_secs(1));
        let requests = engine.report().requests;
        let now = (requests.failed, requests.good + requests.late);
        let (failed, good) = (now.0 - before.0, now.1 - before.1);
        if failed * 10 >= failed + good && failed > 0 {
            bad.push(second);
        }
        dark |= failed > 0 && good == 0;
        before = now;
    }
    (bad, dark)
}

#[test]
fn a_lost_zone_takes_down_what_stands_in_one_and_costs_little_in_three() {
    let outage = || vec![at(303, 300, Harm::ZoneOutage { zone: "a".into() })];
    let over = |zones: u32| {
        let text = format!(
            "users(arrivals=even) -> alb:elb(interval=10 s) -> web:asg(policy=none, min=6, max=6, zones={zones}, \
             work=10 ms constant, boot=45 s)"
        );
        bad_seconds(&shaped(&text, step(60.0, 60.0, 1), outage()), 900)
    };
    let (bad, dark) = over(1);
    assert!(dark && bad.contains(&313) && *bad.last().unwrap() > 603, "as long as the zone: {bad:?}");
    for zones in [2, 3] {
        let (bad, dark) = over(zones);
        // Two failed checks, at 310 and 320 s; the balancer tries for ten seconds to connect to what is lost.
        assert!(bad.iter().all(|second| !(304..313).contains(second)), "who waits has not failed yet: {bad:?}");
        assert!(!dark && bad.contains(&313) && (328..=330).contains(bad.last().unwrap()), "{zones}: {bad:?}");
    }
}

#[test]
fn a_name_fails_over_to_another_region() {
    // Far users of the second region pay for the way; nobody goes there before the first one is down.
    let text = "users(traffic=closed, users=50, think=1 s) -> names:route53(routing=failover, checks=on, \
                check_interval=10 s); names -> near-alb:elb -> near:asg(policy=none, zones=1, min=2, max=2, work=1 ms, replace=1 h); \
                names -> far-alb:elb(interval=5 s) -> far:asg(policy=none, zones=1, min=2, max=2, work=1 ms)";
    let mut design = sketch(text).unwrap();
    let link = &catalog::link_sheet().param("order").unwrap().kind;
    let first = Id::new("names--near-alb").unwrap();
    design.links.get_mut(&first).unwrap().settings.insert("order".into(), link.parse("1").unwrap());
    let down = ["near"].map(|node| at(300, 600, Harm::Stop { node: node.into() }));
    let mut plan = compile(&design, &Scenario { faults: down.to_vec(), ..Scenario::steady() });
    assert_eq!(std::mem::take(&mut plan.notes), []);
    let site = |id: &str| plan.sites[&Id::new(id).unwrap()] as usize;
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(loadscape::units::SimTime::ZERO + Span::from_secs(300));
    assert_eq!((engine.report().sites[site("far")].arrived, engine.report().requests.failed), (0, 0));
    // The balancer there knows after 60 s, the name service 30 s later, and aliases are held for a minute.
    engine.run_until(loadscape::units::SimTime::ZERO + Span::from_secs(455));
    let failed = engine.report().requests.failed;
    engine.run_until(loadscape::units::SimTime::ZERO + Span::from_secs(520));
    let report = engine.report();
    assert_eq!(report.requests.failed, failed, "everybody is in the other region");
    assert!(failed > 0 && report.sites[site("far")].served > 2_000, "{failed}");
}

#[test]
fn instances_that_end_shut_down_and_are_terminated_for_an_hour() {
    let text = "users(1/s) -> alb:elb -> web:asg(min=2, max=2, policy=none, work=1 ms, boot=20 s, ending=30 s)";
    let plan = super::compute::plan(text, vec![at(100, 10, Harm::Terminate { node: "web".into(), count: 2 })]);
    let mut engine = Engine::new(plan.network.clone(), 1);
    let mut told = |second: u64| {
        engine.run_until(loadscape::units::SimTime::ZERO + Span::from_secs(second));
        let ended = engine.snapshot().sites[plan.sites[&Id::new("web").unwrap()] as usize].ended;
        (ended.shutting_down, ended.terminated)
    };
    assert_eq!([90, 110, 140, 3_600, 3_750].map(&mut told), [(0, 0), (2, 0), (0, 2), (0, 2), (0, 0)]);
}
