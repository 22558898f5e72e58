//! New versions that are rolled out, processes that crash, and addresses from which nobody answers.

use super::compute::{at, plan};
use super::stress::audit;
use loadscape::compile::Plan;
use loadscape::model::Id;
use loadscape::scenario::{Fault, Harm, Rollout, Version, WhenFailed};
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::sim::snapshot::{Phase, Progress};
use loadscape::units::{Rate, Share, SimTime, Span};

/// Four instances behind a balancer that checks them every 5 s.
fn fleet(settings: &str) -> String {
    format!(
        "users(rate=40/s) -> alb:elb(interval=5 s, unhealthy=2, drain=10 s) -> web:asg(min=4, max=4, policy=none, work=1 ms, \
         zones=2, boot=30 s, grace=60 s, {settings})"
    )
}

fn roll(version: Version, failed: WhenFailed) -> Vec<Fault> {
    let how = Rollout { batch: 1, version, within: Span::from_secs(120), failed };
    vec![at(61, 1_739, Harm::Rollout { node: "web".into(), how })]
}

/// At the ends of these minutes: failures since the one before, instances in service, broken ones, and how far it is.
fn minutes(plan: &Plan, ends: &[u64]) -> Vec<(u64, usize, usize, Option<Progress>)> {
    let web = plan.sites[&Id::new("web").unwrap()] as usize;
    let mut engine = Engine::new(plan.network.clone(), 7);
    let look = |&end: &u64| {
        engine.forget();
        engine.run_until(SimTime::ZERO + Span::from_secs(60 * end));
        audit(&engine, "rollouts");
        let state = engine.snapshot().sites[web].clone();
        let count = |phase| state.servers.iter().filter(|server| server.phase == phase).count();
        (engine.report().requests.failed, count(Phase::InService), count(Phase::Broken), state.rollout)
    };
    ends.iter().map(look).collect()
}

#[test]
fn a_version_that_never_starts_stops_its_rollout_and_the_old_ones_serve() {
    let plan = plan(&fleet("health=EC2"), roll(Version::NeverStarts, WhenFailed::Stops));
    let seen = minutes(&plan, &[1, 4, 10, 29, 32]);
    let progress = |replaced, over| Some(Progress { replaced, of: 4, over, failed: over });
    assert_eq!(seen[0], (0, 4, 0, None));
    // In service for the group, which asks the machine; the balancer never sends it anything.
    assert_eq!(seen[1], (0, 3, 1, progress(1, true)), "two minutes after 60 s the batch has failed");
    assert_eq!(seen[2..4], [(0, 3, 1, progress(1, true)); 2], "three serve");
    assert_eq!(seen[4], (0, 4, 0, None), "rolled back at half an hour");
}

#[test]
fn a_group_that_asks_its_balancer_replaces_what_never_starts_again_and_again() {
    let plan = plan(&fleet("health=EC2 and ELB, replace=0 s"), roll(Version::NeverStarts, WhenFailed::Stops));
    let web = plan.sites[&Id::new("web").unwrap()] as usize;
    let mut engine = Engine::new(plan.network.clone(), 7);
    engine.run_until(SimTime::ZERO + Span::from_secs(1_700));
    let report = engine.report();
    // 30 s of boot, 60 s of grace, and up to a minute until the group looks.
    let boots = report.sites[web].booted.unwrap().count;
    assert!((9..=20).contains(&boots), "every one and a half to two and a half minutes of 27: {boots}");
    assert_eq!(report.requests.failed, 0, "the old ones serve");
    audit(&engine, "rollouts");
}

#[test]
fn a_rollout_that_goes_on_takes_everything_down_until_it_is_rolled_back() {
    let plan = plan(&fleet("health=EC2"), roll(Version::NeverStarts, WhenFailed::GoesOn));
    let seen = minutes(&plan, &[7, 9, 12, 29, 31, 33]);
    assert_eq!(seen[0].0, 0, "until the last has gone one serves all: {seen:?}");
    // A balancer without a healthy target sends to all of them, and every one refuses.
    assert!(seen[2].0 > 7_000 && seen[3].0 > 40_000 && seen[3].2 == 4, "{seen:?}");
    assert_eq!((seen[5].0, seen[5].1), (0, 4), "and well again: {seen:?}");
}

#[test]
fn a_version_that_works_is_rolled_out_without_an_error() {
    for settings in ["health=EC2", "health=EC2 and ELB, replace=0 s"] {
        let plan = plan(&fleet(settings), roll(Version::Errs(Share(0.0)), WhenFailed::Stops));
        let seen = minutes(&plan, &[2, 6, 32]);
        assert_eq!(seen[1], (0, 4, 0, Some(Progress { replaced: 4, of: 4, over: true, failed: false })), "{seen:?}");
        assert_eq!((seen[0].0, seen[2].0, seen[2].1), (0, 0, 4), "{seen:?}");
    }
    // One instance of its own is away for as long as its process takes to start.
    let text = "users(rate=40/s) -> web:ec2(address=Elastic IP, restart=10 s)";
    let seen = minutes(&self::plan(text, roll(Version::Errs(Share(0.0)), WhenFailed::Stops)), &[1, 2, 32]);
    assert!((350..480).contains(&seen[1].0), "ten seconds of 40: {seen:?}");
    assert_eq!((seen[0].0, seen[2].0), (0, 0));
}

#[test]
fn a_version_with_errors_spreads_with_its_rollout_unless_checks_see_it() {
    let plan = |settings: &str| plan(&fleet(settings), roll(Version::Errs(Share(0.2)), WhenFailed::Stops));
    let seen = minutes(&plan("health=EC2"), &[1, 12, 20, 32, 40]);
    // All four answer one request in five with an error; few of them fail two checks in a row.
    let share = seen[2].0 as f64 / (40.0 * 480.0);
    assert!((0.12..0.21).contains(&share), "{share}");
    assert_eq!(seen[4].0, 0);
}

#[test]
fn a_crashed_process_refuses_at_once_and_a_crashed_machine_lets_its_callers_wait() {
    // One instance of two, whose callers are told at once or wait for ten seconds, each of them with its worker.
    let text = "users(rate=20/s) -> front:ec2(work=1 ms, workers=64, queue=0) -> web:ec2(work=1 ms, restart=30 s, address=Elastic IP)";
    let mean = |harm: Harm| {
        let plan = plan(text, vec![at(60, 30, harm)]);
        let mut engine = Engine::new(plan.network.clone(), 1);
        engine.run_until(SimTime::ZERO + Span::from_secs(60));
        engine.forget();
        engine.run_until(SimTime::ZERO + Span::from_secs(80));
        audit(&engine, "silence");
        let (report, snapshot) = (engine.report(), engine.snapshot());
        let front = plan.sites[&Id::new("front").unwrap()] as usize;
        let full = report.failures[Reason::QueueFull as usize];
        (report.requests.failed, full, snapshot.sites[front].workers.0)
    };
    let (failed, full, held) = mean(Harm::Kill { node: "web".into(), count: 1 });
    assert!((350..450).contains(&failed) && full == 0 && held < 3, "all of 20/s, at once: {failed}, {full}, {held}");
    let (failed, full, held) = mean(Harm::Crash { node: "web".into(), count: 1 });
    assert!(full > 100 && held == 64, "64 workers are held after 3.2 s: {failed}, {full}, {held}");
}

#[test]
fn a_call_goes_on_when_somebody_is_there_before_it_has_given_up() {
    // Away for five seconds, and back before the packet of the seventh second.
    let text = "users(rate=20/s) -> web:ec2(work=1 ms, address=Elastic IP, boot=0 s, stop=0 s)";
    let plan = plan(text, vec![at(60, 5, Harm::Stop { node: "web".into() })]);
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(120));
    audit(&engine, "silence");
    let report = engine.report();
    assert!(report.requests.failed <= 1, "but for one that was there: {:?}", report.failures);
    assert!((4_000.0..7_500.0).contains(&report.latency.max), "{}", report.latency.max);
}

#[test]
fn a_shorter_time_to_connect_ends_the_wait_sooner() {
    let failures_at = |connect: Option<&str>| {
        let mut design = loadscape::model::sketch("users(rate=20/s) -> web:ec2(work=1 ms)").unwrap();
        for link in design.links.values_mut() {
            let kind = &loadscape::catalog::link_sheet().param("connect").unwrap().kind;
            link.settings.extend(connect.map(|text| ("connect".to_owned(), kind.parse(text).unwrap())));
        }
        let faults = vec![at(60, 600, Harm::Crash { node: "web".into(), count: 1 })];
        let scenario = loadscape::scenario::Scenario { faults, ..loadscape::scenario::Scenario::steady() };
        let plan = loadscape::compile::compile(&design, &scenario);
        let mut engine = Engine::new(plan.network.clone(), 1);
        engine.run_until(SimTime::ZERO + Span::from_secs(64));
        engine.report().requests.failed
    };
    assert!(failures_at(None) <= 1, "ten seconds have not passed");
    assert!((30..50).contains(&failures_at(Some("2 s"))), "those of the first two of four seconds");
}

/// Requests that failed, were good and that two nodes got, in each of `n` minutes.
fn by_minute(plan: &Plan, nodes: [&str; 2], n: u64) -> Vec<(u64, u64, [u64; 2])> {
    let site = |node: &str| plan.sites[&Id::new(node).unwrap()] as usize;
    let mut engine = Engine::new(plan.network.clone(), 5);
    let minute = |minute: u64| {
        engine.forget();
        engine.run_until(SimTime::ZERO + Span::from_secs(60 * minute));
        audit(&engine, "links");
        let report = engine.report();
        (report.requests.failed, report.requests.good, nodes.map(|node| report.sites[site(node)].arrived))
    };
    (1..=n).map(minute).collect()
}

#[test]
fn health_checks_go_the_way_of_the_requests() {
    let lost = |link: &str| vec![at(61, 240, Harm::LostLink { link: link.into(), share: Share(1.0) })];
    let text = "users(50/s) -> alb:elb(interval=5 s); alb -> one:ec2(work=1 ms); alb -> two:ec2(work=1 ms)";
    let seen = by_minute(&plan(text, lost("alb--one")), ["one", "two"], 6);
    // Two checks five seconds apart, and ten seconds of trying to connect.
    assert!((150..300).contains(&seen[1].0), "{seen:?}");
    assert_eq!((seen[0].0, seen[2].0, seen[3].0, seen[3].2[0]), (0, 0, 0, 0), "all go to the other: {seen:?}");
    assert!(seen[5].2[0] > 600, "and come back: {seen:?}");
    let slow = vec![at(61, 240, Harm::SlowLink { link: "alb--one".into(), extra: Span::from_secs(20) })];
    let seen = by_minute(&plan(text, slow), ["one", "two"], 4);
    assert_eq!(seen[3].2[0], 0, "40 s there and back are more than the 5 s of a check: {seen:?}");
    let text = "users(50/s) -> names:route53(routing=failover, checks=on, check_interval=10 s, ttl=10 s); \
                names -> one:ec2(address=Elastic IP); names -> two:ec2(address=Elastic IP)";
    let seen = by_minute(&plan(text, lost("names--one")), ["one", "two"], 4);
    assert!(seen[0].2[1] == 0 && seen[3].2[0] == 0 && seen[3].0 == 0, "the second is named: {seen:?}");
}

#[test]
fn a_name_service_that_is_down_fails_only_those_who_ask_it() {
    let text = |ttl: &str| {
        format!(
            "users(traffic=closed, users=200, think=1 s) -> names:route53(ttl={ttl}, resolvers=200) -> web:ec2(address=Elastic IP)"
        )
    };
    let down = || vec![at(61, 58, Harm::Down { node: "names".into() })];
    let seen = by_minute(&plan(&text("1 h"), down()), ["names", "web"], 3);
    assert!(seen.iter().all(|minute| minute.0 == 0 && minute.1 > 9_000), "all hold an answer: {seen:?}");
    let seen = by_minute(&plan(&text("5 s"), down()), ["names", "web"], 3);
    assert!(seen[1].0 > 8_000 && seen[2].0 == 0, "and fail when it expires: {seen:?}");
    let throttled = vec![at(61, 58, Harm::Throttle { node: "names".into(), rate: Rate(2.0) })];
    let seen = by_minute(&plan(&text("1 h"), throttled), ["names", "web"], 3);
    assert_eq!(seen[1].0, 0, "nobody looks anything up: {seen:?}");
}

#[test]
fn a_topic_delivers_to_a_queue_that_was_down_when_it_is_back() {
    let text = "users(30/s) -> web:ec2(work=1 ms) -> topic:sns -> q:sqs -> w:asg(min=2, max=2, policy=none, work=1 ms)";
    let plan = plan(text, vec![at(61, 60, Harm::Down { node: "q".into() })]);
    let mut engine = Engine::new(plan.network.clone(), 5);
    engine.run_until(SimTime::ZERO + Span::from_secs(300));
    audit(&engine, "topics");
    let report = engine.report();
    let site = |node: &str| &report.sites[plan.sites[&Id::new(node).unwrap()] as usize];
    assert!(report.requests.failed == 0 && site("q").failed > 1_700, "{} {}", report.requests.failed, site("q").failed);
    let lost = site("topic").served - site("q").messages.0;
    assert!(lost <= 2, "all that was published is stored, but for what is on its way: {lost}");
}

#[test]
fn a_message_comes_back_until_it_is_handled_where_no_queue_takes_dead_letters() {
    let text = |dead: &str| {
        format!(
            "users(5/s) -> front:ec2(work=1 ms) -> q:sqs(wait=20 s) -> w:asg(min=1, max=1, policy=none) -> db:rds; q -> {dead}"
        )
    };
    let run = |text: &str| {
        let plan = plan(text, vec![at(120, 600, Harm::Down { node: "db".into() })]);
        let mut engine = Engine::new(plan.network.clone(), 5);
        engine.run_until(SimTime::ZERO + Span::from_secs(1_500));
        audit(&engine, "dead letters");
        engine.report().sites[plan.sites[&Id::new("q").unwrap()] as usize].messages
    };
    let alone =
        run("users(5/s) -> front:ec2(work=1 ms) -> q:sqs(wait=20 s) -> w:asg(min=1, max=1, policy=none) -> db:rds");
    let (stored, finished, dead) = alone;
    assert!(dead == 0 && stored - finished < 20, "nothing is lost: {alone:?}");
    let with = run(&text("dead:sqs"));
    assert!(with.2 > 1_000, "{with:?}");
}

#[test]
fn a_restored_database_shows_what_was_there_before() {
    let stale = |settings: &str, secs: u64| {
        let text = format!("users(40/s, objects=500) -> web:ec2(work=1 ms) -> db:rds(restore=1 min, {settings})");
        let mut design = loadscape::model::sketch(&text).unwrap();
        let class = |name: &str, share, write| loadscape::model::RequestClass {
            share,
            write,
            ..loadscape::model::RequestClass::new(name)
        };
        design.classes = vec![class("read", 90.0, false), class("write", 10.0, true)];
        let faults = vec![at(290, 60, Harm::Restore { node: "db".into() })];
        let scenario = loadscape::scenario::Scenario { faults, ..loadscape::scenario::Scenario::steady() };
        let plan = loadscape::compile::compile(&design, &scenario);
        let mut engine = Engine::new(plan.network.clone(), 5);
        engine.run_until(SimTime::ZERO + Span::from_secs(secs));
        let report = engine.report();
        let db = &report.sites[plan.sites[&Id::new("db").unwrap()] as usize];
        (db.stale, db.writes_lost)
    };
    let (stale_before, _) = stale("restored_from=snapshot", 300);
    let (after, lost) = stale("restored_from=snapshot", 600);
    assert!(stale_before == 0 && lost > 900, "{stale_before}, {lost}");
    // 36 reads a second; of 500 objects most were written in 290 s, and each is written again after two minutes on average.
    assert!((1_500..6_500).contains(&after), "{after}");
    let (later, _) = stale("restored_from=snapshot", 1_800);
    assert!(later < 3 * after, "fewer and fewer: {later}");
    assert_eq!(stale("logs_every=0 s", 600), (0, 0), "any moment will do");
}

#[test]
fn a_standby_is_no_capacity() {
    let used = |multi: &str| {
        let text = format!("users(100/s) -> web:ec2(work=1 ms) -> db:rds(multi_az={multi}, work=10 ms)");
        let plan = plan(&text, vec![]);
        let report = super::engine::run(&plan, 5, 0.0, 300.0);
        report.sites[plan.sites[&Id::new("db").unwrap()] as usize].utilization
    };
    let (one, two) = (used("off"), used("on"));
    assert!(one > 0.1 && (one - two).abs() < 0.1 * one, "{one} and {two}");
}

#[test]
fn figures_of_now_are_not_those_of_minutes_ago() {
    let text = "users(60/s) -> alb:elb(interval=5 s) -> web:asg(min=4, max=4, policy=none, zones=2, replace=1 h, work=5 ms); \
                alb -> other:asg(min=2, max=2, policy=none, zones=1, replace=1 h)";
    let plan = plan(text, vec![at(120, 600, Harm::ZoneOutage { zone: "a".into() })]);
    let mut engine = Engine::new(plan.network.clone(), 5);
    engine.run_until(SimTime::ZERO + Span::from_secs(180));
    let other = plan.sites[&Id::new("other").unwrap()] as usize;
    let last = engine.snapshot().sites[other].last;
    assert_eq!((last.arrived, last.failed, last.p95, last.utilization), (0.0, 0.0, 0.0, 0.0), "it stands in the dark");
}
