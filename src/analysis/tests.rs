//! Each rule on a drawing of one line: what is found, and that the fix takes it away.

use super::*;
use crate::catalog::Value;
use crate::edit;
use crate::model::{Link, Place, PlaceKind, Rect, sketch};
use crate::scenario::{Fault, Harm};
use crate::sim::shape::Shape;
use crate::units::{Rate, Span};

fn drawn(text: &str) -> Design {
    sketch(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn rules(design: &Design) -> Vec<String> {
    check(design)
        .iter()
        .map(|finding| format!("{} {}", finding.rule, finding.about.first().map_or("", Id::as_str)))
        .collect()
}

fn find(text: &str, wanted: &[&str]) {
    assert_eq!(rules(&drawn(text)), wanted, "{text}");
}

/// Carries out the fixes of a rule; none of its findings that had a fix may remain.
fn mends(mut design: Design, rule: &str) -> Design {
    let findings: Vec<Finding> = check(&design).into_iter().filter(|f| f.rule == rule && !f.fix.is_empty()).collect();
    assert!(!findings.is_empty(), "{rule} has no fix here");
    for command in findings.iter().flat_map(|finding| &finding.fix) {
        edit::apply(&mut design, command).unwrap_or_else(|refusal| panic!("{rule}: {refusal}"));
    }
    assert!(check(&design).iter().all(|finding| finding.rule != rule), "{rule} is still found");
    design
}

#[test]
fn a_sound_drawing_has_no_findings() {
    find("users -> cloudfront -> elb -> asg(min=2) -> s3", &[]);
    find("users -> route53 -> elb -> asg(min=2, max=8) -> elasticache(nodes=2)", &[]);
    find("users -> cloudfront -> s3", &[]);
    find("", &[]);
}

#[test]
fn caches_that_keep_nothing_are_found() {
    mends(drawn("users -> cloudfront(ttl=0 s) -> s3"), "no-time-to-live");
    mends(drawn("users -> elb -> asg(min=2) -> elasticache(nodes=2, ttl=0 s)"), "no-time-to-live");
    mends(
        drawn("users -> elb -> asg(min=2) -> elasticache(nodes=2, item=500 MiB, node=cache.t3.micro)"),
        "entry-too-large",
    );
    find("users -> cloudfront(ttl=0 s, hit=90 %) -> s3", &[]);
}

#[test]
fn frames_that_cross_are_found_and_nested() {
    let mut design = Design::default();
    let frame = |kind: PlaceKind, x: f32| Place {
        kind,
        label: kind.name().to_owned(),
        rect: Rect::new(crate::model::Point::new(x, 0.0), kind.size()),
        parent: None,
        settings: Default::default(),
    };
    let id = |text| Id::new(text).unwrap();
    design.places.insert(id("region"), frame(PlaceKind::Region, 0.0));
    design.places.insert(id("vpc"), frame(PlaceKind::Vpc, 400.0));
    design.places.insert(id("group"), frame(PlaceKind::SecurityGroup, 900.0));
    assert_eq!(rules(&design), ["frames-cross region"]);
    let mended = mends(design, "frames-cross");
    assert_eq!(mended.places[&id("vpc")].parent, Some(id("region")));
    let apart = |x: f32| {
        let mut design = Design::default();
        design.places.insert(id("a"), frame(PlaceKind::Zone, 0.0));
        design.places.insert(id("b"), frame(PlaceKind::Zone, x));
        rules(&design).iter().any(|rule| rule.starts_with("frames-cross"))
    };
    assert_eq!((apart(240.0), apart(200.0)), (false, true), "side by side is no crossing");
}

#[test]
fn prices_of_what_nobody_sells_are_found() {
    let priced = |name: &str| {
        let mut design = drawn("users -> elb -> asg(min=2)");
        design.pricing.prices.insert(name.to_owned(), 0.1);
        design
    };
    for sold in
        ["ec2/m5.large on demand", "ec2/m5.large spot", "elb/LCU", "network/data out to the internet, first 10 TB"]
    {
        assert!(check(&priced(sold)).is_empty(), "{sold}");
    }
    for unknown in ["ec2/m9.large on demand", "ec2/m5.large", "moon/LCU", "LCU", ""] {
        mends(priced(unknown), "price-of-nothing");
    }
}

#[test]
fn single_instances_that_requests_need_are_found() {
    find("users -> ec2", &["single-point-of-failure ec2"]);
    find("users -> elb -> asg(min=2) -> rds", &["single-point-of-failure rds"]);
    find("users -> elb -> asg(min=2) -> rds(multi_az=on)", &[]);
    mends(drawn("users -> elb -> asg(min=2) -> rds"), "single-point-of-failure");
    mends(drawn("users -> elb -> asg(min=2) -> aurora(replicas=0)"), "single-point-of-failure");
    find("users -> elb -> a:ec2 -> rds; elb -> b:ec2 -> rds", &["single-point-of-failure rds", "one-zone a"]);
    find("users -> elb -> asg(min=1, max=1, policy=none)", &["single-point-of-failure asg"]);
    let design = drawn("users -> elb -> asg -> rds");
    let findings = check(&design);
    assert_eq!(findings.iter().map(|f| f.severity).collect::<Vec<_>>(), [Severity::Warning, Severity::Note]);
    assert!(findings[1].text.ends_with("and 1 node is reached only through it"), "{}", findings[1].text);
    mends(drawn("users -> elb -> asg(max=1, policy=none)"), "single-point-of-failure");
    mends(drawn("users -> elb -> asg(min=2) -> elasticache"), "single-point-of-failure");
    find("users -> elb -> asg(min=2) -> sqs -> worker:asg; sqs -> letters:sqs", &[]);
    let one_way = drawn("users -> elb -> a:ec2 -> rds(multi_az=on); elb -> b:ec2");
    let text = check(&one_way).remove(0).text;
    assert!(text.contains("1 node is reached only through it"), "a has an equal, but not for the database: {text}");
}

#[test]
fn everything_in_one_zone_is_found() {
    mends(drawn("users -> elb -> asg(min=2, zones=1)"), "one-zone");
    find("users -> elb -> asg(min=2, zones=1); elb -> b:asg(min=2, zones=2)", &[]);
    let mut design = drawn("users -> elb -> a:ec2; elb -> b:ec2");
    let zone = Id::new("az-c").unwrap();
    let place = Place {
        kind: PlaceKind::Zone,
        label: "c".into(),
        rect: Rect::default(),
        parent: None,
        settings: Default::default(),
    };
    design.places.insert(zone.clone(), place);
    for node in design.nodes.values_mut().filter(|node| node.service == "ec2") {
        node.place = Some(zone.clone());
    }
    assert_eq!(rules(&design), ["one-zone a"]);
}

#[test]
fn links_that_make_no_sense_are_found() {
    find("users -> elb -> asg(min=2); elb -> s3", &["refused-link elb--s3"]);
    mends(drawn("users -> elb -> asg(min=2); elb -> s3"), "refused-link");
    find("users -> elb -> a:asg(min=2) -> b:asg(min=2) -> a", &["call-cycle a"]);
    find("users -> elb -> asg(min=2) -> sqs -> asg", &["message-loop asg", "no-dead-letter-queue sqs"]);
    let mended =
        mends(drawn("users -> elb -> a:asg(min=2) -> b:asg(min=2) -> c:asg(min=2) -> a; c -> b"), "call-cycle");
    let left: Vec<&str> = mended.links.keys().map(Id::as_str).collect();
    assert_eq!(left, ["a--b", "b--c", "elb--a", "users--elb"], "only what leads back is gone");
    mends(drawn("users -> elb -> asg(min=2) -> sqs -> asg"), "message-loop");
}

#[test]
fn requests_to_nowhere_are_found() {
    find("users", &["no-way-on users"]);
    find("users -> route53", &["no-way-on route53"]);
    find("users -> elb", &["no-targets elb"]);
    find("users -> s3; cloudfront -> s3", &["not-reached cloudfront"]);
    find("users -> elb -> asg(min=2) -> sqs", &["no-consumer sqs"]);
    mends(drawn("users; elb -> asg(min=2)"), "no-way-on");
    mends(drawn("users -> elb; asg(min=2)"), "no-targets");
    mends(drawn("users -> elb -> asg(min=2) -> sqs; worker:asg(min=2)"), "no-consumer");
    mends(drawn("users -> elb -> asg(min=2); s3"), "not-reached");
}

#[test]
fn queues_whose_bad_messages_come_back_are_found() {
    let text = "users -> elb -> asg(min=2) -> sqs -> worker:asg";
    find(text, &["no-dead-letter-queue sqs"]);
    let mended = mends(drawn(text), "no-dead-letter-queue");
    assert_eq!(mended.nodes.values().filter(|node| node.service == "sqs").count(), 2);
    assert!(rules(&mended).is_empty(), "nobody has to take messages from the second: {:?}", rules(&mended));
}

#[test]
fn quotas_are_told_before_aws_refuses() {
    let many: String = (0..51).map(|n| format!("users -> b{n}:elb -> asg(min=2);")).collect();
    assert_eq!(rules(&drawn(&many)), ["quota b0"]);
    find("users -> elb -> asg(min=2, max=1000)", &[]);
    find("users -> elb -> asg(min=2, max=1000); elb -> b:asg(min=2)", &["target-quota elb"]);
    mends(drawn("users -> elb -> asg(min=2, max=1000); elb -> b:asg(min=2)"), "target-quota");
    let replicas = "users -> elb -> asg(min=2) -> rds(multi_az=on, replicas=15)";
    find(replicas, &[]);
}

#[test]
fn scaling_that_cannot_work_is_found() {
    find("users -> elb -> asg(min=3, max=2)", &["min-above-max asg"]);
    mends(drawn("users -> elb -> asg(min=3, max=2)"), "min-above-max");
    find("users -> elb -> asg(min=4, max=4)", &["no-room-to-scale asg"]);
    mends(drawn("users -> elb -> asg(min=4, max=4)"), "no-room-to-scale");
    find("users -> elb -> asg(min=4, max=4, policy=none)", &[]);
    mends(drawn("users -> elb -> asg(min=2, policy=backlog per instance)"), "backlog-without-queue");
    let fed = "users -> elb -> w:asg(min=2) -> sqs -> x:asg(policy=backlog per instance); sqs -> letters:sqs";
    find(fed, &[]);
}

#[test]
fn what_the_catalogue_cannot_read_is_found() {
    let mut design = drawn("users -> s3; users -> q:s3");
    let (users, q) = (Id::new("users").unwrap(), Id::new("q").unwrap());
    let settings = &mut design.nodes.get_mut(&users).unwrap().settings;
    settings.insert("rate".into(), Value::Word("many".into()));
    settings.insert("colour".into(), Value::Word("red".into()));
    design.nodes.get_mut(&q).unwrap().service = "quantum".into();
    assert_eq!(rules(&design), ["unreadable-setting users", "unknown-service q", "unreadable-setting users"]);
    mends(design, "unreadable-setting");
}

#[test]
fn replicas_of_replicas_and_too_many_of_them_are_found() {
    let mut design =
        drawn("users -> elb -> asg(min=2) -> a:rds(multi_az=on); a -> b:rds; users2:users -> elb; asg -> c:rds");
    let (b, c) = (Id::new("b").unwrap(), Id::new("c").unwrap());
    let mut link = design.links[&Id::new("a--b").unwrap()].clone();
    (link.from, link.to) = (b, c);
    design.links.insert(Id::new("b--c").unwrap(), link);
    let found = |design: &Design| rules(design).into_iter().filter(|rule| rule.contains("replica")).collect::<Vec<_>>();
    assert_eq!(found(&design), ["replica-of-replica c"]);
    assert_eq!(found(&mends(design, "replica-of-replica")), Vec::<String>::new());
    let many = drawn("users -> elb -> asg(min=2) -> a:rds(multi_az=on, replicas=15); a -> b:rds");
    assert_eq!(found(&many), ["too-many-replicas a"]);
    mends(many, "too-many-replicas");
}

#[test]
fn names_that_a_scenario_gets_wrong_are_found() {
    let mut design = drawn("users -> elb -> asg(min=2)");
    let scenario = &mut design.scenarios[0];
    let minute = Span::from_secs(60);
    let faults = [
        Harm::Crash { node: "web".into(), count: 1 },
        Harm::Crash { node: "asg".into(), count: 1 },
        Harm::ZoneOutage { zone: "c".into() },
        Harm::ZoneOutage { zone: "d".into() },
    ];
    scenario.faults = faults.into_iter().map(|harm| Fault { at: minute, lasts: minute, harm }).collect();
    scenario.traffic.insert("elb".into(), Shape::Constant(Rate(1.0)));
    let texts: Vec<String> = check(&design).into_iter().map(|finding| finding.text).collect();
    let wanted = [
        "The scenario \"steady\" has traffic of \"elb\", which is no users node of this drawing: it has no effect",
        "The scenario \"steady\" has a crash of \"web\", which is not in this drawing: it has no effect",
        "The scenario \"steady\" has an outage of zone d, where nothing stands (zones in use: a, b, c): it has no effect",
    ];
    assert_eq!(texts, wanted);
}

#[test]
fn any_drawing_can_be_checked() {
    for seed in 0..40 {
        let design = edit::random::design(seed, 150);
        for finding in check(&design) {
            assert!(finding.about.iter().all(|id| design.has(id)), "{finding:?}");
            for command in &finding.fix {
                let _ = edit::apply(&mut design.clone(), command);
            }
        }
    }
}

/// A drawing with many copies of its EC2 instance, each called by what `caller` says of its number.
fn with_copies(text: &str, caller: impl Fn(usize) -> Id) -> Design {
    let mut design = drawn(text);
    let id = |n: usize| Id::new(&format!("n{n:05}")).unwrap();
    let ec2 = design.nodes.values().find(|node| node.service == "ec2").expect("there is one").clone();
    design.nodes.extend((0..20_000).map(|n| (id(n), ec2.clone())));
    let link = |n| Link::new(caller(n), id(n));
    design.links.extend((0..20_000).map(|n| (Id::between(&caller(n), &id(n)), link(n))));
    design
}

#[test]
fn a_long_chain_and_a_wide_fan_are_checked_at_once() {
    let before = |n: usize| Id::new(&n.checked_sub(1).map_or("ec2".to_owned(), |n| format!("n{n:05}"))).unwrap();
    let findings = check(&with_copies("users -> ec2", before));
    let first = findings.iter().find(|f| f.about[0].as_str() == "n00000").expect("it is a single instance");
    assert!(first.text.ends_with("and 19999 nodes are reached only through it"), "{}", first.text);
    let fan = with_copies("users -> elb -> ec2", |_| Id::new("elb").unwrap());
    assert_eq!(rules(&fan), ["target-quota elb", "one-zone ec2"]);
}

/// A drawing with settings on its links: ends, key and value.
fn with_calls(text: &str, settings: &[(&str, &str, &str)]) -> Design {
    let mut design = drawn(text);
    for (link, key, typed) in settings {
        let id = Id::new(link).unwrap();
        let value = crate::catalog::link_sheet().param(key).unwrap().kind.parse(typed).unwrap();
        edit::apply(&mut design, &Command::Set { ids: vec![id], key: (*key).to_owned(), value: Some(value) }).unwrap();
    }
    design
}

#[test]
fn retries_and_timeouts_that_hurt_are_found_and_mended() {
    let text = "users -> elb -> asg(min=2) -> s3";
    assert!(rules(&with_calls(text, &[("asg--s3", "retry", "exponential"), ("asg--s3", "timeout", "1 s")])).is_empty());
    let fixed = with_calls(text, &[("asg--s3", "retry", "fixed")]);
    assert_eq!(rules(&fixed), ["retry-without-backoff asg--s3"]);
    mends(fixed, "retry-without-backoff");
    let held = with_calls(text, &[("asg--s3", "retry", "fixed"), ("asg--s3", "budget", "10 %")]);
    assert!(rules(&held).is_empty());

    let three = [("elb--asg", "timeout", "5 s"), ("asg--s3", "timeout", "2 s"), ("asg--s3", "retry", "exponential")];
    let short = with_calls(text, &three);
    assert_eq!(rules(&short), ["timeout-shorter-than-callee elb--asg"]);
    let text_of = |design: &Design| check(design)[0].text.clone();
    assert!(text_of(&short).contains("waits 5 s for"), "{}", text_of(&short));
    assert!(text_of(&short).contains("may itself wait 6.3 s"), "3 x 2 s, 100 and 200 ms: {}", text_of(&short));
    mends(short, "timeout-shorter-than-callee");

    let each = ["users--elb", "elb--asg", "asg--s3"].map(|link| (link, "retry", "exponential"));
    let chain = with_calls(text, &each);
    assert_eq!(rules(&chain), ["retry-amplification s3"]);
    assert!(text_of(&chain).contains("may become 27 calls of"), "{}", text_of(&chain));
    let mended = mends(chain, "retry-amplification");
    assert_eq!(mended.links.values().filter(|link| link.calls().attempts() > 1).count(), 1);
    let endless = with_calls(text, &[each[0], each[2], ("asg--s3", "attempts", "unlimited")]);
    assert!(text_of(&endless).contains("more than 1000 calls"), "{}", text_of(&endless));
}

#[test]
fn shapes_of_closed_users_and_unknown_classes_are_found_and_mended() {
    let mut design = drawn("users(traffic=closed) -> elb -> asg(min=2, max=8)");
    assert_eq!(rules(&design), Vec::<String>::new());
    design.scenarios[0].traffic.insert("users".into(), Shape::Constant(Rate(1.0)));
    assert_eq!(rules(&design), ["shape-of-closed-users users"]);
    mends(design, "shape-of-closed-users");
    let mut design = drawn("users(mix=\"browse 80 %, buy 20 %\") -> elb -> asg(min=2, max=8)");
    design.classes.push(crate::model::RequestClass::new("buy"));
    assert_eq!(rules(&design), ["unknown-class users"]);
    let mended = mends(design, "unknown-class");
    assert_eq!(mended.nodes[&Id::slug("users", "")].settings["mix"], Value::Word("buy 20 %".into()));
}

#[test]
fn addresses_and_names_that_cannot_work_are_found() {
    let six: String = (0..6).map(|n| format!("users -> {n}:ec2(address=Elastic IP);")).collect();
    assert!(rules(&drawn(&six)).iter().any(|rule| rule.starts_with("elastic-ip-quota")), "{:?}", rules(&drawn(&six)));
    mends(drawn(&six), "elastic-ip-quota");
    mends(drawn("users -> route53(ttl=0 s) -> elb -> asg"), "ttl-zero");
    mends(drawn("users -> route53(routing=failover) -> elb -> asg"), "failover-without-checks");
}

#[test]
fn machines_and_groups_that_cannot_work_as_set_are_found() {
    mends(drawn("users -> elb -> asg(type=t3.micro, memory_base=2 GiB)"), "no-memory");
    mends(drawn("users -> elb -> asg(schedule=every morning)"), "schedule");
    mends(drawn("users -> elb -> asg(schedule=08:00 min 4 max 2)"), "schedule");
    mends(drawn("users -> elb -> asg(max=4, desired=9)"), "initial-size");
    mends(drawn("users -> elb(stickiness=1 h) -> asg(cart=in memory)"), "state-without-sessions");
    let lost = drawn("users(traffic=sessions) -> elb -> asg(cart=in a store)");
    assert!(rules(&lost).iter().any(|rule| rule == "carts-without-store asg"), "{:?}", rules(&lost));
    let kept = drawn("users(traffic=sessions) -> elb -> asg(cart=in a store) -> elasticache");
    assert!(rules(&kept).iter().all(|rule| !rule.starts_with("carts")), "{:?}", rules(&kept));
}

#[test]
fn what_a_region_does_not_have_is_found() {
    let mut design = drawn("users -> elb -> asg(min=2)");
    let place = |label: &str| Place {
        kind: PlaceKind::Zone,
        label: label.into(),
        rect: Rect::default(),
        parent: None,
        settings: Default::default(),
    };
    design.places.insert(Id::new("z").unwrap(), place("z"));
    design.places.insert(Id::new("a").unwrap(), place("a"));
    assert!(rules(&design).contains(&"zone-not-in-region z".to_owned()), "{:?}", rules(&design));
    assert_eq!(mends(design.clone(), "zone-not-in-region").places[&Id::new("z").unwrap()].label, "b");
    design.places.insert(Id::new("z").unwrap(), place("f"));
    assert!(!rules(&design).iter().any(|rule| rule.starts_with("zone")));
    design.region = "ap-northeast-2".into();
    assert!(rules(&design).contains(&"zone-not-in-region z".to_owned()), "Seoul has four");
}
