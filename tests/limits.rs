//! Limits that turn on what is asked: health checks that are late, writes beyond their rate, restores, forecasts.

use super::stress::audit;
use loadscape::compile::{Plan, compile};
use loadscape::model::{Design, Id, RequestClass, sketch};
use loadscape::scenario::{Fault, Harm, Scenario};
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::sim::report::Report;
use loadscape::sim::shape::Shape;
use loadscape::units::{Rate, SimTime, Span};

fn drawn(text: &str) -> Design {
    sketch(text).unwrap_or_else(|why| panic!("{why}"))
}

fn planned(design: &Design, faults: Vec<Fault>) -> Plan {
    let plan = compile(design, &Scenario { faults, ..Scenario::steady() });
    assert_eq!(plan.notes, []);
    plan
}

fn ran(plan: &Plan, secs: u64) -> (Engine, Report) {
    let mut engine = Engine::new(plan.network.clone(), 5);
    engine.run_until(SimTime::ZERO + Span::from_secs(secs));
    audit(&engine, "limits");
    let report = engine.report();
    (engine, report)
}

fn targets(plan: &Plan, engine: &Engine) -> (u32, u32) {
    engine.snapshot().sites[plan.sites[&Id::new("alb").unwrap()] as usize].targets
}

#[test]
fn a_target_that_is_too_slow_fails_its_health_checks() {
    // Two targets, one of them fifty times as slow: its queue grows until a check waits behind it for too long.
    let text = |kind: &str| {
        format!(
            "users(rate=40/s) -> alb:elb(kind={kind}, interval=10 s, check_timeout=5 s); alb -> fast:ec2(work=10 ms, \
             workers=8, queue=5000); alb -> slow:ec2(work=500 ms, workers=8, queue=5000)"
        )
    };
    let plan = planned(&drawn(&text("application")), vec![]);
    let (engine, report) = ran(&plan, 300);
    assert_eq!(targets(&plan, &engine).0, 2);
    let site = |name: &str| report.sites[plan.sites[&Id::new(name).unwrap()] as usize].arrived;
    assert!(site("slow") < site("fast") / 3, "it was taken out: {} and {}", site("slow"), site("fast"));
    // A network balancer only opens a connection, which the queue takes: it never notices.
    let plan = planned(&drawn(&text("network")), vec![]);
    let (engine, report) = ran(&plan, 300);
    assert_eq!(targets(&plan, &engine), (2, 2));
    let site = |name: &str| report.sites[plan.sites[&Id::new(name).unwrap()] as usize].arrived;
    assert!(site("slow") > site("fast") / 2, "{} and {}", site("slow"), site("fast"));
}

#[test]
fn a_group_by_balancer_checks_replaces_what_is_saturated() {
    let text = |health: &str| {
        format!(
            "users(rate=60/s) -> alb:elb(interval=10 s, check_timeout=5 s) -> web:asg(min=2, max=2, policy=none, \
             health={health}, grace=0 s, replace=0 s, boot=30 s, work=100 ms, type=m5.large, workers=8, queue=5000)"
        )
    };
    let launched = |health: &str| {
        let plan = planned(&drawn(&text(health)), vec![]);
        let (_, report) = ran(&plan, 600);
        report.failures[Reason::ServerLost as usize] + report.failures[Reason::BadGateway as usize]
    };
    assert_eq!(launched("EC2"), 0, "the machines themselves are well");
    assert!(launched("EC2 and ELB") > 100, "what is overloaded is ended, with all its requests");
}

#[test]
fn a_bucket_takes_writes_and_reads_by_rates_of_their_own() {
    let mut design = drawn("users(rate=9000/s, arrivals=even) -> files:s3(latency=1 ms)");
    design.classes = vec![
        RequestClass { share: 50.0, ..RequestClass::new("get") },
        RequestClass { share: 50.0, write: true, ..RequestClass::new("put") },
    ];
    let (_, report) = ran(&planned(&design, vec![]), 20);
    // 4,500 a second of each: reads have 5,500, writes 3,500.
    let refused = |class: usize| report.classes[class].requests.failed as f64 / 20.0;
    assert_eq!(refused(0), 0.0);
    assert!((refused(1) - 825.0).abs() < 60.0, "1,000 a second after the first second's worth: {}", refused(1));
    let files = &report.sites[0];
    let under_way = files.failed - report.failures[Reason::Throttled as usize];
    assert!(under_way < 50, "all but those on their way back: {under_way}");
}

#[test]
fn a_database_that_is_restored_serves_again_when_that_is_done() {
    let design = drawn("users(rate=20/s) -> web:ec2(work=1 ms) -> db:rds(multi_az=on, restore=5 min)");
    let harm = Harm::Restore { node: "db".to_owned() };
    let fault = Fault { at: Span::from_secs(60), lasts: Span::ZERO, harm };
    let plan = planned(&design, vec![fault]);
    let mut engine = Engine::new(plan.network.clone(), 5);
    let failed: Vec<u64> = (1..=10)
        .map(|minute| {
            engine.forget();
            engine.run_until(SimTime::ZERO + Span::from_secs(60 * minute));
            engine.report().requests.failed
        })
        .collect();
    assert_eq!((failed[0], &failed[6..]), (0, &[0; 4][..]), "{failed:?}");
    assert!(failed[1..6].iter().all(|&minute| minute > 1_000), "a standby has lost the data as well: {failed:?}");
}

#[test]
fn a_restore_loses_what_was_written_since_the_restore_point() {
    let lost = |settings: &str| {
        let mut design = drawn(&format!("users(rate=20/s, arrivals=even) -> web:ec2(work=1 ms) -> db:rds({settings})"));
        let writes = RequestClass { share: 100.0, write: true, ..RequestClass::new("order") };
        design.classes = vec![writes];
        let harm = Harm::Restore { node: "db".to_owned() };
        let fault = |at: u64| Fault { at: Span::from_secs(at), lasts: Span::ZERO, harm: harm.clone() };
        // Four minutes after the logs were stored; then again one minute after, nothing having been written between.
        let (_, report) = ran(&planned(&design, vec![fault(540), fault(1_260)]), 1_400);
        let db = report.sites.iter().map(|site| site.writes_lost).collect::<Vec<_>>();
        db.iter().sum::<u64>() as f64
    };
    // 20 writes a second for 240 s; the database is back at 840 s, and the logs are stored at 1,200 s.
    let logs = lost("restore=5 min");
    assert!((logs - 20.0 * (240.0 + 60.0)).abs() < 10.0, "{logs}");
    let snapshot = lost("restore=5 min, restored_from=snapshot");
    assert!((snapshot - 20.0 * (540.0 + 420.0)).abs() < 10.0, "all since the start: {snapshot}");
    assert_eq!(lost("restore=5 min, logs_every=0 s"), 0.0);
}

#[test]
fn a_forecast_has_the_instances_there_before_the_load_comes() {
    // Two days of a sharp daily peak at noon; the second day's late answers tell whether the group was ready.
    let text = |predictive: &str| {
        format!(
            "users(timeout=1 s) -> alb:elb -> web:asg(min=1, max=12, type=m5.large, work=100 ms, boot=3 min, \
             warmup=3 min, workers=64, queue=500, predictive={predictive})"
        )
    };
    let bad = |predictive: &str| {
        let mut design = drawn(&text(predictive));
        let hour = |hours: f64| Span::from_secs((hours * 3_600.0) as u64);
        let spike = |day: f64| Shape::Spike {
            base: Rate(0.0),
            peak: Rate(80.0),
            at: hour(day * 24.0 + 12.0),
            rise: hour(0.05),
            hold: hour(2.0),
        };
        let shape = Shape::Sum(vec![Shape::Constant(Rate(2.0)), spike(0.0), spike(1.0)]);
        design.scenarios[0].traffic.insert("users".to_owned(), shape);
        let plan = compile(&design, &design.scenarios[0]);
        let mut engine = Engine::new(plan.network.clone(), 5);
        engine.run_until(SimTime::ZERO + Span::from_secs(24 * 3_600));
        engine.forget();
        engine.run_until(SimTime::ZERO + Span::from_secs(39 * 3_600));
        let requests = engine.report().requests;
        (requests.late + requests.failed) as f64 / requests.offered as f64
    };
    let (without, with) = (bad("off"), bad("on"));
    assert!(without > 0.01 && with < 0.5 * without, "{with} with a forecast, {without} without");
}
