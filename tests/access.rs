//! Who may talk to whom: chains of security groups, private subnets, and what a barred link does to a run.

use super::engine::{Drawn, design};
use super::stress::audit;
use loadscape::analysis::{Severity, check};
use loadscape::compile::{Plan, compile, onto};
use loadscape::edit::{Command, apply};
use loadscape::file;
use loadscape::model::{Design, Id, Place, PlaceKind, Point, Rect};
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::sim::report::Report;
use loadscape::units::{SimTime, Span};

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

/// A shop with a security group around each of its tiers, each letting in the one before.
fn shop() -> Design {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", "50/s")]),
        ("elb", "elb", &[]),
        ("web", "asg", &[("min", "2"), ("work", "2 ms"), ("policy", "none")]),
        ("cache", "elasticache", &[]),
        ("db", "rds", &[]),
    ];
    let mut design = design(nodes, &[("users", "elb"), ("elb", "web"), ("web", "cache"), ("web", "db")]);
    group(&mut design, "edge", "anywhere", &["elb"]);
    group(&mut design, "app", "edge", &["web"]);
    group(&mut design, "data", "app", &["cache", "db"]);
    design
}

fn group(design: &mut Design, name: &str, lets_in: &str, nodes: &[&str]) {
    let kind = PlaceKind::SecurityGroup;
    let place = Place {
        kind,
        label: name.to_owned(),
        rect: Rect::new(Point::default(), PlaceKind::SecurityGroup.size()),
        parent: None,
        settings: Default::default(),
    };
    design.places.insert(id(name), place);
    rule(design, name, lets_in);
    for node in nodes {
        design.nodes.get_mut(&id(node)).unwrap().place = Some(id(name));
    }
}

fn rule(design: &mut Design, group: &str, lets_in: &str) {
    let value = loadscape::catalog::Value::Word(lets_in.to_owned());
    let command = Command::Set { ids: vec![id(group)], key: "lets_in".to_owned(), value: Some(value) };
    apply(design, &command).unwrap_or_else(|refusal| panic!("{refusal}"));
}

/// Sets something of the links to the data.
fn of_links(design: &mut Design, key: &str, value: &str) {
    for link in ["web-db", "web-cache"] {
        let value = loadscape::catalog::link_sheet().param(key).unwrap().kind.parse(value).unwrap();
        let command = Command::Set { ids: vec![id(link)], key: key.to_owned(), value: Some(value) };
        apply(design, &command).unwrap_or_else(|refusal| panic!("{refusal}"));
    }
}

fn planned(design: &Design) -> Plan {
    compile(design, &design.scenarios[0])
}

fn ran(plan: &Plan) -> Report {
    let mut engine = Engine::new(plan.network.clone(), 4);
    engine.run_until(SimTime::ZERO + Span::from_secs(120));
    audit(&engine, "access");
    engine.report()
}

fn rules(design: &Design, severity: Severity) -> Vec<&'static str> {
    check(design).iter().filter(|finding| finding.severity == severity).map(|finding| finding.rule).collect()
}

#[test]
fn a_chain_of_groups_lets_everything_through_that_it_should() {
    let design = shop();
    let plan = planned(&design);
    assert_eq!(plan.notes, []);
    let report = ran(&plan);
    assert_eq!((report.requests.failed, report.requests.late), (0, 0));
    assert!(report.requests.good > 5_000);
    assert_eq!(rules(&design, Severity::Error), Vec::<&str>::new());
}

#[test]
fn a_link_that_no_rule_allows_carries_nothing_and_says_so() {
    let mut design = shop();
    rule(&mut design, "data", "edge");
    of_links(&mut design, "connect", "100 ms");
    let plan = planned(&design);
    let told = plan.notes.iter().find(|note| note.about == Some(id("web-db"))).expect("the plan says so");
    let why = "Link web-db carries nothing: no rule of the security group \"data\" lets the caller in.";
    assert_eq!(told.text, why);
    let report = ran(&plan);
    let link = &report.links[plan.links[&id("web-db")] as usize];
    assert_eq!(report.sites[plan.sites[&id("db")] as usize].arrived, 0, "nothing comes through");
    let trying = link.calls - link.failed;
    assert!(trying <= report.requests.in_flight, "each is the call of a request under way: {trying}");
    assert_eq!(report.requests.good, 0);
    assert_eq!(report.failures[Reason::NotAllowed as usize], report.requests.failed, "every failure says why");
    assert!(rules(&design, Severity::Error).contains(&"not-allowed"));
}

/// Packets that no rule lets through are dropped: the caller waits, and holds its worker meanwhile.
#[test]
fn a_barred_call_takes_as_long_as_its_caller_tries_to_connect() {
    let took = |settings: &[(&str, &str)]| {
        let mut design = shop();
        rule(&mut design, "data", "edge");
        settings.iter().for_each(|(key, value)| of_links(&mut design, key, value));
        let plan = planned(&design);
        let report = ran(&plan);
        assert!(report.failures[Reason::NotAllowed as usize] > 0, "the reason is that of the rule");
        let link = &report.links[plan.links[&id("web-db")] as usize];
        (link.latency.p50, report.sites[plan.sites[&id("web")] as usize].busy_mean)
    };
    let (default, busy) = took(&[]);
    assert!((default - 10_000.0).abs() < 100.0, "10 s to connect: {default} ms");
    let (sooner, _) = took(&[("connect", "3 s")]);
    assert!((sooner - 3_000.0).abs() < 30.0, "{sooner} ms");
    let (timed, idler) = took(&[("timeout", "1 s")]);
    assert!((timed - 1_000.0).abs() < 10.0, "the time-out of the link is shorter: {timed} ms");
    assert!(busy > 120.0 && idler < 110.0, "workers wait with their requests: {busy} and {idler}");
}

#[test]
fn a_balancer_has_no_target_that_it_may_not_reach() {
    let mut design = shop();
    rule(&mut design, "app", "data");
    let report = ran(&planned(&design));
    assert_eq!(report.requests.good, 0);
    assert_eq!(report.failures[Reason::NoTarget as usize], report.requests.failed, "503, as an ELB answers");
}

#[test]
fn the_fix_of_each_finding_opens_the_way_again() {
    let mut design = shop();
    rule(&mut design, "data", "");
    rule(&mut design, "app", "nobody");
    while let Some(finding) = check(&design).into_iter().find(|finding| finding.rule == "not-allowed") {
        finding.fix.iter().for_each(|command| drop(apply(&mut design, command).unwrap()));
    }
    assert_eq!(ran(&planned(&design)).requests.failed, 0);
    let unknown =
        check(&design).into_iter().find(|finding| finding.rule == "unknown-group").expect("nobody is no group");
    unknown.fix.iter().for_each(|command| drop(apply(&mut design, command).unwrap()));
    assert_eq!(rules(&design, Severity::Error), Vec::<&str>::new());
}

#[test]
fn a_rule_that_is_too_wide_is_found_and_narrowed() {
    let mut design = shop();
    rule(&mut design, "data", "anywhere");
    rule(&mut design, "app", "0.0.0.0/0");
    assert_eq!(rules(&design, Severity::Error), ["open-database"; 2], "the cache and the database");
    assert!(rules(&design, Severity::Warning).contains(&"rule-too-wide"));
    for rule in ["open-database", "rule-too-wide"] {
        let finding = check(&design).into_iter().find(|finding| finding.rule == rule).unwrap();
        finding.fix.iter().for_each(|command| drop(apply(&mut design, command).unwrap()));
    }
    assert!(rules(&design, Severity::Error).is_empty());
    assert_eq!(ran(&planned(&design)).requests.failed, 0, "what is drawn still works");
}

#[test]
fn a_rule_can_be_changed_while_it_runs() {
    let design = shop();
    let mut shut = design.clone();
    of_links(&mut shut, "connect", "100 ms");
    rule(&mut shut, "data", "");
    let open = planned(&design);
    let mut engine = Engine::new(open.network.clone(), 4);
    engine.run_until(SimTime::ZERO + Span::from_secs(60));
    let closed = onto(&open, &planned(&shut));
    engine.retune(closed.network.clone()).unwrap();
    engine.run_until(SimTime::ZERO + Span::from_secs(120));
    let failed = engine.report().requests.failed;
    assert!(failed > 2_500, "half of the time nothing comes through: {failed}");
    let again = onto(&closed, &open);
    engine.retune(again.network).unwrap();
    engine.run_until(SimTime::ZERO + Span::from_secs(180));
    audit(&engine, "rules changed");
    assert!(engine.report().requests.failed < failed + 60, "it is open again");
}

#[test]
fn groups_and_their_rules_are_kept_in_files() {
    let design = shop();
    let text = file::print(&design);
    assert!(text.contains(r#"kind: "security-group", at"#) && text.contains(r#""lets_in": "edge""#), "{text}");
    let opened = file::parse(&text, "groups.ron").unwrap();
    assert_eq!(opened.design.places, design.places);
}

fn around(design: &mut Design, name: &str, kind: PlaceKind, nodes: &[&str]) {
    let (rect, settings) = (Rect::new(Point::default(), kind.size()), Default::default());
    let place = Place { kind, label: name.to_owned(), rect, parent: None, settings };
    design.places.insert(id(name), place);
    for node in nodes {
        design.nodes.get_mut(&id(node)).unwrap().place = Some(id(name));
    }
}

#[test]
fn two_vpcs_talk_when_they_are_peered() {
    let mut design = design(
        &[
            ("users", "users", &[("rate", "50/s")]),
            ("web", "ec2", &[("work", "2 ms"), ("address", "Elastic IP")]),
            ("db", "rds", &[]),
        ],
        &[("users", "web"), ("web", "db")],
    );
    around(&mut design, "front", PlaceKind::Vpc, &["web"]);
    around(&mut design, "back", PlaceKind::Vpc, &["db"]);
    let plan = planned(&design);
    assert!(plan.notes.iter().any(|note| note.text.contains("no peering")), "{:?}", plan.notes);
    let report = ran(&plan);
    let site = |id_: &str| &report.sites[plan.sites[&id(id_)] as usize];
    assert!(report.requests.good == 0 && report.requests.failed > 1_000, "{:?}", report.requests);
    assert_eq!(site("db").arrived, 0, "nothing comes to the other VPC");
    let finding = check(&design).into_iter().find(|finding| finding.rule == "not-allowed").expect("a finding");
    assert_eq!(finding.severity, Severity::Error);
    for command in &finding.fix {
        apply(&mut design, command).unwrap_or_else(|refusal| panic!("{refusal}"));
    }
    assert!(!rules(&design, Severity::Error).contains(&"not-allowed"));
    let (report, text) = (ran(&planned(&design)), file::print(&design));
    assert!(report.requests.failed == 0 && report.requests.good > 1_000, "{:?}", report.requests);
    assert!(text.contains(r#""peers": "back""#), "{text}");
    let wrong = text.replace(r#""peers": "back""#, r#""peers": "back, nowhere, front""#);
    let design = file::parse(&wrong, "two.ron").unwrap().design;
    let finding = check(&design).into_iter().find(|finding| finding.rule == "unknown-peer").expect("a finding");
    assert!(finding.text.contains("\"nowhere\""), "{}", finding.text);
}
