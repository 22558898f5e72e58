//! Users of several places: each goes to what is nearest, pays for its own way, and comes to edge locations of its own.

use super::stress::audit;
use loadscape::compile::{Plan, compile};
use loadscape::model::{Design, Id, Place, PlaceKind, Point, Rect, sketch};
use loadscape::scenario::{Fault, Harm, Scenario};
use loadscape::sim::engine::Engine;
use loadscape::sim::report::{Report, SiteTotals};
use loadscape::units::{SimTime, Span};

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

/// A drawing with two regions around some of its nodes.
fn drawn(text: &str, virginia: &[&str], seoul: &[&str]) -> Design {
    let mut design = sketch(text).unwrap_or_else(|why| panic!("{why}"));
    for (name, label, nodes) in [("virginia", "us-east-1", virginia), ("seoul", "ap-northeast-2", seoul)] {
        let rect = Rect::new(Point::default(), PlaceKind::Region.size());
        let (label, settings) = (label.to_owned(), Default::default());
        design.places.insert(id(name), Place { kind: PlaceKind::Region, label, rect, parent: None, settings });
        for node in nodes {
            design.nodes.get_mut(&id(node)).unwrap().place = Some(id(name));
        }
    }
    design
}

fn planned(design: &Design, faults: Vec<Fault>) -> Plan {
    let plan = compile(design, &Scenario { faults, ..Scenario::steady() });
    assert_eq!(plan.notes, []);
    plan
}

fn between(plan: &Plan, from: u64, to: u64) -> Report {
    let mut engine = Engine::new(plan.network.clone(), 2);
    engine.run_until(SimTime::ZERO + Span::from_secs(from));
    engine.forget();
    engine.run_until(SimTime::ZERO + Span::from_secs(to));
    audit(&engine, "afar");
    engine.report()
}

fn site<'a>(report: &'a Report, plan: &Plan, node: &str) -> &'a SiteTotals {
    &report.sites[plan.sites[&id(node)] as usize]
}

/// Users in Virginia and Seoul who ask one name service, with a balancer in each region.
fn two_regions(routing: &str, source: &str) -> Design {
    let text = format!(
        "here:users({source}, distance=20 ms) -> names:route53(routing={routing}, checks=on, check_interval=10 s, \
         alias_ttl=10 s, lookup=0 s); there:users({source}, distance=20 ms) -> names; names -> east:elb(latency=0 s) -> \
         web:asg(min=2, max=2, policy=none, work=1 ms constant); names -> west:elb(latency=0 s) -> spare:asg(min=2, max=2, \
         policy=none, work=1 ms constant)"
    );
    drawn(&text, &["here", "east", "web"], &["there", "west", "spare"])
}

#[test]
fn by_latency_each_group_of_users_goes_to_its_own_region() {
    for source in ["rate=50/s", "rate=50/s, traffic=sessions, length=3, think=1 s"] {
        let plan = planned(&two_regions("latency", source), vec![]);
        let report = between(&plan, 60, 360);
        for (users, balancer) in [("here", "east"), ("there", "west")] {
            let (asked, came) = (site(&report, &plan, users), site(&report, &plan, balancer));
            assert!(asked.arrived.abs_diff(came.arrived) < 30, "{source}: {} and {}", asked.arrived, came.arrived);
            assert!((20.0..24.0).contains(&asked.latency.p50), "{source}, {users}: {} ms", asked.latency.p50);
        }
    }
}

#[test]
fn whoever_is_sent_to_the_other_region_pays_for_the_way() {
    // Any of the two answers: half of each group goes 180 ms farther.
    let plan = planned(&two_regions("simple", "rate=50/s, traffic=sessions, length=1, think=1 s"), vec![]);
    let report = between(&plan, 60, 660);
    for users in ["here", "there"] {
        let latency = site(&report, &plan, users).latency;
        assert!((latency.mean - (21.5 + 90.0)).abs() < 3.0, "{users}: {} ms", latency.mean);
        assert!((200.0..206.0).contains(&latency.p90), "{users}: {} ms", latency.p90);
    }
    // When a region is out, its users go to the other one.
    let outage = Harm::RegionOutage { region: "ap-northeast-2".to_owned() };
    let fault = Fault { at: Span::from_secs(60), lasts: Span::from_secs(600), harm: outage };
    let plan = planned(&two_regions("latency", "rate=50/s"), vec![fault]);
    let report = between(&plan, 200, 500);
    let (near, far) = (site(&report, &plan, "here").latency.p50, site(&report, &plan, "there").latency.p50);
    assert_eq!(report.requests.failed, 0);
    assert!((20.0..24.0).contains(&near) && (200.0..204.0).contains(&far), "{near} ms and {far} ms");
}

#[test]
fn users_of_two_regions_come_to_edge_locations_of_their_own() {
    // A hundred objects that never expire: each place fetches each of them once, and from the other region at its price.
    let text = "here:users(rate=50/s, objects=100) -> cdn:cloudfront(locations=1, ttl=365 d, edge=1 ms constant, origin=40 ms) \
                -> files:s3(latency=10 ms constant); there:users(rate=50/s, objects=100) -> cdn";
    let misses = |seoul: &[&str]| {
        let virginia = if seoul.is_empty() { &["here", "files", "there"][..] } else { &["here", "files"] };
        let plan = planned(&drawn(text, virginia, seoul), vec![]);
        let report = between(&plan, 0, 600);
        let link = &report.links[plan.links[&id("cdn--files")] as usize];
        (site(&report, &plan, "files").arrived, link.latency.mean)
    };
    let ((together, near), (apart, mixed)) = (misses(&[]), misses(&["there"]));
    assert_eq!((together, apart), (100, 200));
    assert!((near - 50.0).abs() < 0.5, "{near} ms");
    assert!((mixed - (50.0 + 90.0)).abs() < 0.5, "half of them 180 ms more: {mixed} ms");
}
