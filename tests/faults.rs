//! Every fault of the model, in a scenario at a time: what it does, that it is marked, and that it ends.

use super::stress::audit;
use loadscape::compile::{Plan, compile, fault, possible};
use loadscape::file;
use loadscape::model::{Design, Id, Place, PlaceKind, Point, Rect, sketch};
use loadscape::scenario::{Fault, Harm, Scenario};
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::units::{Rate, Share, SimTime, Span};
use std::collections::BTreeSet;

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

/// A shop with everything that can break.
const SHOP: &str = "users(rate=50/s) -> names:route53 -> alb:elb -> web:asg(min=4, max=4, policy=none, work=1 ms, zones=2, \
                    spot=50 %); web -> cache:elasticache(nodes=1, replicas=1); web -> db:rds(multi_az=on, replicas=2, restore=1 min); \
                    web -> bank:station(service=1 ms constant); web -> files:s3";

fn drawn(text: &str) -> Design {
    sketch(text).unwrap_or_else(|why| panic!("{why}"))
}

fn planned(design: &Design, harm: Harm) -> Plan {
    let faults = vec![Fault { at: Span::from_secs(60), lasts: Span::from_secs(60), harm }];
    let plan = compile(design, &Scenario { faults, ..Scenario::steady() });
    assert_eq!(plan.notes, []);
    plan
}

/// Failures by second of what users met, for three minutes; the fault lasts for the second one.
fn failures(plan: &Plan) -> [u64; 3] {
    let mut engine = Engine::new(plan.network.clone(), 3);
    [1, 2, 3].map(|minute| {
        engine.forget();
        engine.run_until(SimTime::ZERO + Span::from_secs(60 * minute));
        audit(&engine, "faults");
        engine.report().requests.failed
    })
}

fn failures_of(harm: Harm) -> [u64; 3] {
    failures(&planned(&drawn(SHOP), harm))
}

fn name(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_dependency_that_is_down_fails_its_callers_as_long_as_it_is() {
    let [before, during, after] = failures_of(Harm::Down { node: name("bank") });
    assert_eq!((before, after), (0, 0));
    assert!((2_700..3_300).contains(&during), "all of 50 a second: {during}");
    let plan = planned(&drawn(SHOP), Harm::Down { node: name("cache") });
    let mut engine = Engine::new(plan.network.clone(), 3);
    engine.run_until(SimTime::ZERO + Span::from_secs(120));
    let report = engine.report();
    assert_eq!(report.requests.failed, 0, "a cache that is down is a miss");
    let cache = plan.sites[&id("cache")] as usize;
    assert!(report.sites[cache].failures[Reason::Unavailable as usize] > 2_500);
}

#[test]
fn a_throttle_lets_in_what_it_says() {
    let [before, during, after] = failures_of(Harm::Throttle { node: name("files"), rate: Rate(10.0) });
    assert_eq!((before, after), (0, 0));
    assert!((2_150..2_650).contains(&during), "40 of 50 a second: {during}");
}

#[test]
fn a_bad_version_on_one_of_four_instances_fails_a_quarter() {
    // So long as no health check comes to see it.
    let failing = |count: u32, share: f64| {
        let harm = Harm::Deploy { node: name("web"), count, errors: Share(share) };
        failures(&planned(&drawn(&SHOP.replace("alb:elb", "alb:elb(interval=5 min)")), harm))
    };
    let [before, during, after] = failing(1, 1.0);
    assert_eq!((before, after), (0, 0));
    assert!((650..850).contains(&during), "a quarter of 3,000: {during}");
    let [_, half, _] = failing(2, 0.5);
    assert!((650..850).contains(&half), "half of a half: {half}");
}

/// Failures in the first ten seconds of a bad version on two of four instances, then by the minute.
fn bad_version(health: &str, errors: f64) -> ([u64; 4], u64) {
    let text = format!(
        "users(rate=50/s) -> alb:elb(interval=5 s) -> web:asg(min=4, max=4, policy=none, work=1 ms, zones=2, health={health}, \
         grace=0 s, replace=0 s, boot=10 s)"
    );
    let harm = Harm::Deploy { node: name("web"), count: 2, errors: Share(errors) };
    let fault = Fault { at: Span::from_secs(61), lasts: Span::from_secs(600), harm };
    let plan = compile(&drawn(&text), &Scenario { faults: vec![fault], ..Scenario::steady() });
    let mut engine = Engine::new(plan.network.clone(), 3);
    engine.run_until(SimTime::ZERO + Span::from_secs(60));
    let failed = [70, 120, 180, 240].map(|second| {
        engine.forget();
        engine.run_until(SimTime::ZERO + Span::from_secs(second));
        engine.report().requests.failed
    });
    audit(&engine, "bad version");
    let lost = engine.report().sites[plan.sites[&id("web")] as usize].in_service.0;
    (failed, u64::from(lost))
}

#[test]
fn a_bad_version_fails_its_health_checks_and_is_taken_out_or_replaced() {
    // Two checks five seconds apart, the second at 70 s; then the two that are well have all requests.
    let (failed, least) = bad_version("EC2", 1.0);
    assert!((150..300).contains(&failed[0]) && failed[1..] == [0, 0, 0], "half of 50/s for 9 s: {failed:?}");
    assert_eq!(least, 4, "their machines are well, and the group keeps them");
    // A group that asks its balancer ends them; those that take their places run what the template says.
    let (failed, _) = bad_version("EC2 and ELB", 1.0);
    assert!(failed[0] > 150 && failed[2..] == [0, 0], "{failed:?}");
    // One error in ten passes most checks: only two in a row take an instance out, and five in a row bring it back.
    let (failed, _) = bad_version("EC2", 0.1);
    assert!(failed.iter().sum::<u64>() > 250, "half of 50/s, one in ten, for most of three minutes: {failed:?}");
}

#[test]
fn links_lose_calls_and_become_slow() {
    let [before, during, after] = failures_of(Harm::LostLink { link: name("web--files"), share: Share(0.2) });
    // Who calls in vain learns that after ten seconds.
    assert_eq!(before, 0);
    assert!((420..580).contains(&during) && (70..130).contains(&after), "a fifth: {during}, then {after}");
    let harm = Harm::SlowLink { link: name("web--files"), extra: Span::from_millis(100) };
    let plan = planned(&drawn(SHOP), harm);
    let mut engine = Engine::new(plan.network.clone(), 3);
    let mean = |engine: &mut Engine, minute: u64| {
        engine.forget();
        engine.run_until(SimTime::ZERO + Span::from_secs(60 * minute));
        engine.report().latency.mean
    };
    let [before, during, after] = [1, 2, 3].map(|minute| mean(&mut engine, minute));
    assert!((during - before - 200.0).abs() < 15.0, "100 ms there and 100 ms back: {before} to {during}");
    assert!((after - before).abs() < 10.0, "{before} and {after}");
}

#[test]
fn a_spike_multiplies_the_traffic_and_ends() {
    let plan = planned(&drawn(SHOP), Harm::Spike { node: name("users"), factor: 4.0 });
    let mut engine = Engine::new(plan.network.clone(), 3);
    let offered = [1, 2, 3].map(|minute| {
        engine.forget();
        engine.run_until(SimTime::ZERO + Span::from_secs(60 * minute));
        engine.report().requests.offered
    });
    let near = |found: u64, wanted: f64| (found as f64 - wanted).abs() < 0.06 * wanted;
    assert!(near(offered[0], 3_000.0) && near(offered[1], 12_000.0) && near(offered[2], 3_000.0), "{offered:?}");
    let closed = planned(
        &drawn("users(traffic=closed, users=10, think=1 s) -> web:ec2(work=1 ms)"),
        Harm::Spike { node: name("users"), factor: 3.0 },
    );
    let mut engine = Engine::new(closed.network.clone(), 3);
    engine.run_until(SimTime::ZERO + Span::from_secs(60));
    engine.forget();
    engine.run_until(SimTime::ZERO + Span::from_secs(120));
    assert!(near(engine.report().requests.offered, 30.0 * 60.0 / 1.02), "{:?}", engine.report().requests);
}

#[test]
fn a_lost_replica_leaves_reads_to_the_other() {
    assert_eq!(failures_of(Harm::ReplicaLoss { node: name("db"), count: 1 }), [0; 3]);
    let plan = planned(&drawn(SHOP), Harm::ReplicaLoss { node: name("db"), count: 1 });
    let mut engine = Engine::new(plan.network.clone(), 3);
    engine.run_until(SimTime::ZERO + Span::from_secs(90));
    let db = plan.sites[&id("db")] as usize;
    assert_eq!(engine.snapshot().sites[db].last.in_service, 3.0, "primary, standby and one replica of two");
}

#[test]
fn a_region_outage_takes_all_of_it_and_failover_leads_to_the_other() {
    let far = "users(rate=50/s, traffic=sessions, length=1, think=1 s) -> names:route53(routing=failover, checks=on, \
               check_interval=10 s, check_failures=3, alias_ttl=10 s); names -> a:elb -> web:asg(min=2, policy=none, \
               work=1 ms); names -> b:elb -> spare:asg(min=2, policy=none, work=1 ms); web -> near:s3; spare -> far:s3";
    let mut design = drawn(far);
    let rect = Rect::new(Point::default(), PlaceKind::Region.size());
    let place = Place {
        kind: PlaceKind::Region,
        label: "ap-northeast-2".to_owned(),
        rect,
        parent: None,
        settings: Default::default(),
    };
    design.places.insert(id("seoul"), place);
    for node in ["b", "spare", "far"] {
        design.nodes.get_mut(&id(node)).unwrap().place = Some(id("seoul"));
    }
    // Failover names the first in the order of the links.
    let first = |design: &mut Design, link: &str, order: u64| {
        let settings = &mut design.links.get_mut(&id(link)).unwrap().settings;
        settings.insert("order".to_owned(), loadscape::catalog::Value::Count(order));
    };
    first(&mut design, "names--a", 1);
    first(&mut design, "names--b", 2);
    let plan = planned(&design, Harm::RegionOutage { region: name("us-east-1") });
    assert_eq!(plan.network.regions.len(), 2);
    let mut engine = Engine::new(plan.network.clone(), 3);
    let bad: Vec<u64> = (1..=180)
        .map(|second| {
            engine.forget();
            engine.run_until(SimTime::ZERO + Span::from_secs(second));
            engine.report().requests.failed
        })
        .collect();
    audit(&engine, "regions");
    let failing = |seconds: std::ops::Range<usize>| bad[seconds].iter().sum::<u64>();
    assert_eq!(failing(0..60), 0);
    // Nobody answers from there: who asks learns that after ten seconds.
    assert!(failing(71..90) > 700, "until three checks have failed: {}", failing(71..90));
    assert_eq!(failing(115..120), 0, "then the other region answers: {bad:?}");
    assert!(engine.report().sites[plan.sites[&id("spare")] as usize].arrived < 100, "and the first one again, later");
}

#[test]
fn an_outage_of_the_only_region_fails_everything_and_everything_comes_back() {
    let [before, during, after] = failures_of(Harm::RegionOutage { region: name("us-east-1") });
    assert_eq!(before, 0);
    assert!((2_100..2_800).contains(&during), "all of the first fifty seconds, known after ten more: {during}");
    assert!(after < 3_800, "instances boot first: {after}");
    let plan = planned(&drawn(SHOP), Harm::RegionOutage { region: name("us-east-1") });
    let mut engine = Engine::new(plan.network.clone(), 3);
    engine.run_until(SimTime::ZERO + Span::from_secs(900));
    engine.forget();
    engine.run_until(SimTime::ZERO + Span::from_secs(1_000));
    assert_eq!(engine.report().requests.failed, 0);
}

/// All that can be done to anything in a drawing.
fn all(design: &Design) -> Vec<Harm> {
    let plan = compile(design, &design.scenarios[0]);
    let ids = design.nodes.keys().chain(design.links.keys()).chain(design.places.keys());
    ids.flat_map(|id| possible(&plan, design, id)).collect()
}

#[test]
fn every_fault_of_the_model_can_be_made_by_a_click_and_is_kept_in_files() {
    let mut design = drawn(SHOP);
    for (kind, label) in [(PlaceKind::Zone, "a"), (PlaceKind::Region, "us-east-1")] {
        let rect = Rect::new(Point::default(), kind.size());
        let place = Place { kind, label: label.to_owned(), rect, parent: None, settings: Default::default() };
        design.places.insert(id(kind.key()), place);
    }
    let harms = all(&design);
    let kinds: BTreeSet<String> =
        harms.iter().map(|harm| format!("{harm:?}").split([' ', '{']).next().unwrap_or_default().to_owned()).collect();
    let wanted = [
        "Crash",
        "Deploy",
        "Down",
        "Failover",
        "Flush",
        "Interrupt",
        "Kill",
        "LostLink",
        "RegionOutage",
        "ReplicaLoss",
        "Resize",
        "Restore",
        "Rollout",
        "Slow",
        "SlowLink",
        "Spike",
        "Stop",
        "Terminate",
        "Throttle",
        "Unlist",
        "ZoneOutage",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), wanted);
    let plan = compile(&design, &design.scenarios[0]);
    let at = |harm: &Harm| Fault { at: Span::from_secs(30), lasts: Span::from_secs(60), harm: harm.clone() };
    for harm in &harms {
        assert!(fault(&plan, &at(harm)).is_some(), "{}", harm.words());
    }
    design.scenarios[0].faults = harms.iter().map(at).collect();
    let read = file::parse(&file::print(&design), "faults.ron").unwrap();
    assert_eq!(read.design.scenarios, design.scenarios);
}

#[test]
fn any_faults_on_top_of_each_other_keep_the_books_right_and_end() {
    let mut design = drawn(SHOP);
    let harms = all(&design);
    for start in 0..6 {
        let chosen = harms.iter().skip(start).step_by(6).enumerate();
        let at = |(n, harm): (usize, &Harm)| Fault {
            at: Span::from_secs(10 + 7 * n as u64),
            lasts: Span::from_secs(30),
            harm: harm.clone(),
        };
        design.scenarios[0].faults = chosen.map(at).collect();
        let plan = compile(&design, &design.scenarios[0]);
        let mut engine = Engine::new(plan.network.clone(), start as u64);
        for second in 1..=30 {
            engine.run_until(SimTime::ZERO + Span::from_secs(20 * second));
            audit(&engine, "many faults");
        }
        engine.forget();
        engine.run_until(SimTime::ZERO + Span::from_secs(700));
        assert!(engine.snapshot().faults.is_empty());
        let report = engine.report().requests;
        assert!(report.good > 4_500 && report.failed < 100, "round {start}: {report:?}");
    }
}

#[test]
fn messages_wait_while_their_consumer_or_their_queue_is_down() {
    let text = "users(rate=20/s) -> alb:elb -> web:asg(min=2, work=1 ms) -> jobs:sqs(wait=20 s) -> worker:asg(min=2, policy=none, \
                work=5 ms)";
    for (node, refused) in [("worker", 0), ("jobs", 1_000)] {
        let plan = planned(&drawn(text), Harm::Down { node: name(node) });
        let mut engine = Engine::new(plan.network.clone(), 3);
        let jobs = plan.sites[&id("jobs")] as usize;
        engine.run_until(SimTime::ZERO + Span::from_secs(119));
        let backlog = engine.snapshot().sites[jobs].backlog;
        assert_eq!(backlog > 1_000, node == "worker", "{node}: {backlog}");
        engine.run_until(SimTime::ZERO + Span::from_secs(300));
        audit(&engine, "messages");
        let report = engine.report();
        let (stored, finished, dead) = report.sites[jobs].messages;
        assert!(stored - finished < 5 && dead == 0, "{node}: nothing is lost: {:?}", report.sites[jobs].messages);
        assert!(report.requests.failed >= refused && report.requests.failed <= refused * 2, "{:?}", report.requests);
    }
}

/// Draws a zone, with these nodes in it.
fn zone(design: &mut Design, letter: &str, nodes: &[&str]) {
    let rect = Rect::new(Point::default(), PlaceKind::Zone.size());
    let zone = Place { kind: PlaceKind::Zone, label: name(letter), rect, parent: None, settings: Default::default() };
    design.places.insert(id(letter), zone);
    for node in nodes {
        design.nodes.get_mut(&id(node)).unwrap().place = Some(id(letter));
    }
}

#[test]
fn what_is_drawn_in_a_zone_fails_with_it_with_or_without_servers() {
    let text = "users(rate=50/s) -> alb:elb -> web:ec2(work=1 ms) -> disk:ebs";
    let failed = |inside: &[&str], lost: &str| {
        let mut design = drawn(text);
        zone(&mut design, "a", inside);
        let rest: Vec<&str> = ["alb", "web", "disk"].into_iter().filter(|id| !inside.contains(id)).collect();
        zone(&mut design, "b", &rest);
        failures(&planned(&design, Harm::ZoneOutage { zone: name(lost) }))
    };
    for inside in [["alb"].as_slice(), &["disk"], &["web"]] {
        let [before, during, after] = failed(inside, "a");
        // Whoever hears nothing gives up after ten seconds; a volume and a balancer are there again at once, a server boots.
        assert!(before == 0 && during > 2_300, "{inside:?}: {before} {during}");
        assert_eq!(after < 50, inside != ["web"], "{inside:?}: {after}");
    }
    let [before, during, _] = failed(&["alb"], "b");
    assert!(before == 0 && during > 2_300, "its target is in the other zone: {during}");
}

#[test]
fn a_name_leads_past_a_balancer_whose_zone_is_out() {
    let mut design = drawn(
        "users(rate=50/s) -> names:route53(routing=failover, checks=on, check_interval=10 s) -> near:elb -> web:asg(zones=2, \
         min=2, max=2, work=1 ms); names -> far:elb -> web",
    );
    let order = loadscape::catalog::link_sheet().param("order").unwrap().kind.parse("1").unwrap();
    design.links.get_mut(&id("names--near")).unwrap().settings.insert(name("order"), order);
    zone(&mut design, "c", &["near"]);
    zone(&mut design, "a", &["web"]);
    let harm = Harm::ZoneOutage { zone: name("c") };
    let faults = vec![Fault { at: Span::from_secs(60), lasts: Span::from_secs(600), harm }];
    let plan = compile(&design, &Scenario { faults, ..Scenario::steady() });
    let mut engine = Engine::new(plan.network.clone(), 3);
    // The check every ten seconds finds out at the third time, and answers are held for a minute.
    engine.run_until(SimTime::ZERO + Span::from_secs(180));
    engine.forget();
    engine.run_until(SimTime::ZERO + Span::from_secs(240));
    let report = engine.report();
    let served = report.sites[plan.sites[&id("far")] as usize].served;
    assert!(report.requests.failed == 0 && served > 2_500, "{served}, {:?}", report.requests);
}

#[test]
fn a_balancer_over_two_zones_loses_the_part_of_one_until_its_name_leads_past_it() {
    let late = |ttl: &str| {
        let text = format!(
            "users(rate=50/s, timeout=900 ms) -> alb:elb(interval=5 s, name_ttl={ttl}); alb -> w1:ec2(work=1 ms); \
             alb -> w2:ec2(work=1 ms)"
        );
        let mut design = drawn(&text);
        zone(&mut design, "a", &["w1"]);
        zone(&mut design, "b", &["w2"]);
        let faults = vec![Fault {
            at: Span::from_secs(60),
            lasts: Span::from_secs(300),
            harm: Harm::ZoneOutage { zone: name("a") },
        }];
        let plan = compile(&design, &Scenario { faults, ..Scenario::steady() });
        let mut engine = Engine::new(plan.network.clone(), 3);
        // Two checks have taken the lost target out by 70 s, and who was sent there has failed by 80 s.
        engine.run_until(SimTime::ZERO + Span::from_secs(82));
        [123, 200].map(|second| {
            engine.forget();
            engine.run_until(SimTime::ZERO + Span::from_secs(second));
            audit(&engine, "part");
            let requests = engine.report().requests;
            requests.late + requests.failed
        })
    };
    // A half less than a third of it at first, and none in the end: a sixth of 50 a second for 38 s.
    let [part, none] = late("1 min");
    assert!((200..420).contains(&part) && none <= 3, "{part}, {none}");
    assert_eq!(late("0 s"), [0, 0]);
}
