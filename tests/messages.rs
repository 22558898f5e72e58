//! Queues, topics and files: nothing is lost, backlogs drain, duplicates, order, dead letters, fan-out, missing files.

use super::engine::{Drawn, design};
use super::stress::audit;
use loadscape::catalog::link_sheet;
use loadscape::compile::{Plan, compile};
use loadscape::model::{Design, Id, RequestClass};
use loadscape::scenario::{Fault, Harm, Scenario};
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::sim::report::{Report, SiteTotals};
use loadscape::sim::zipf::Popularity;
use loadscape::units::{SimTime, Span};

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn site<'a>(report: &'a Report, plan: &Plan, node: &str) -> &'a SiteTotals {
    &report.sites[plan.sites[&id(node)] as usize]
}

fn planned(design: &Design, faults: Vec<Fault>) -> Plan {
    let plan = compile(design, &Scenario { faults, ..Scenario::steady() });
    assert_eq!(plan.notes, []);
    plan
}

fn at(plan: &Plan, secs: u64) -> Engine {
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(secs));
    audit(&engine, "messages");
    engine
}

fn after(plan: &Plan, secs: u64) -> Report {
    at(plan, secs).report()
}

/// Users whose requests a web server puts on a queue, and whoever works on the messages.
fn pipeline(rate: &str, queue: &[(&str, &str)], crew: (&str, &[(&str, &str)])) -> Design {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", rate), ("objects", "1000")]),
        ("web", "ec2", &[("work", "1 ms"), ("workers", "1000")]),
        ("jobs", "sqs", queue),
        ("crew", crew.0, crew.1),
    ];
    design(nodes, &[("users", "web"), ("web", "jobs"), ("jobs", "crew")])
}

#[test]
fn nothing_is_lost_when_consumers_die_and_the_backlog_drains_at_what_is_left_of_their_capacity() {
    // 100 messages a second at most, 60 come.
    let crew = ("ec2", [("work", "20 ms"), ("workers", "10"), ("boot", "0 s")].as_slice());
    let design = pipeline("60/s", &[("receives", "1000")], crew);
    let crash = Harm::Crash { node: "crew".into(), count: 1 };
    let plan = planned(&design, vec![Fault { at: Span::from_secs(100), lasts: Span::from_secs(100), harm: crash }]);
    let mut engine = at(&plan, 200);
    let jobs = |engine: &Engine| site(&engine.report(), &plan, "jobs").clone();
    let down = jobs(&engine);
    assert!((down.backlog as f64 - 6_000.0).abs() < 250.0, "{}", down.backlog);
    assert!((down.oldest.secs() - 100.0).abs() < 1.0, "{}", down.oldest);
    engine.run_until(SimTime::ZERO + Span::from_secs(260));
    let drained = (down.backlog - jobs(&engine).backlog) as f64 / 60.0;
    assert!((drained - 40.0).abs() < 3.0, "{drained}/s");
    engine.run_until(SimTime::ZERO + Span::from_secs(500));
    let end = jobs(&engine);
    assert!(end.backlog < 50 && end.messages.2 == 0 && end.expired == 0, "{end:?}");
    assert_eq!((end.messages.0, engine.report().requests.failed), (end.messages.1 + end.backlog, 0));
}

/// Empty receives, and mean time in seconds until a message is taken, of a queue that one message comes to every ten
/// seconds or none ever.
fn receives(rate: &str, queue: &[(&str, &str)]) -> (f64, f64) {
    let crew =
        ("asg", [("work", "1 ms"), ("workers", "10"), ("min", "4"), ("max", "4"), ("policy", "none")].as_slice());
    let plan = planned(&pipeline(rate, queue, crew), Vec::new());
    let mut engine = at(&plan, 100);
    engine.forget();
    let jobs = plan.sites[&id("jobs")] as usize;
    let mut kept = 0.0;
    for step in 1..=40_000 {
        engine.run_until(SimTime::ZERO + Span::from_millis(100_000 + 251 * step));
        kept += engine.snapshot().sites[jobs].backlog as f64 / 40_000.0;
    }
    let report = engine.report();
    let jobs = site(&report, &plan, "jobs");
    (jobs.empty_receives as f64, kept / (jobs.messages.0.max(1) as f64 / 10_040.0))
}

#[test]
fn short_polls_come_back_empty_and_late_and_long_ones_at_once() {
    // Four instances for 10,040 s: one receive each a second, or each 20 s.
    let near = |value: f64, wanted: f64| (value - wanted).abs() < 0.01 * wanted;
    let (idle_short, _) = receives("0/s", &[]);
    let (idle_long, _) = receives("0/s", &[("wait", "20 s")]);
    assert!(near(idle_short, 40_160.0) && near(idle_long, 2_008.0), "{idle_short} and {idle_long}");
    // A message waits for the next of the receives, which come four times a second, and each misses it half of the time:
    // 0.125 s and on average one more pause of 0.25 s.
    let (_, all) = receives("0.1/s", &[("seen", "100 %")]);
    let (_, half) = receives("0.1/s", &[]);
    let (few, long) = receives("0.1/s", &[("wait", "20 s")]);
    assert!((all - 0.125).abs() < 0.05 && (half - 0.375).abs() < 0.06, "{all} s and {half} s");
    assert!(long < 0.02, "{long} s");
    assert!(few < idle_long, "who has a message does not wait in vain: {few}");
}

/// A consumer that takes longer than the visibility timeout works while the message is given out again. With exponential
/// work of mean m and a timeout v, a message is worked on in vain p / (1 - p) times, p = exp(-v / m).
#[test]
fn as_many_messages_are_worked_on_twice_as_the_visibility_timeout_says() {
    let crew = ("station", [("servers", "unlimited"), ("service", "1 s exp")].as_slice());
    let plan = planned(&pipeline("50/s", &[("visibility", "2 s"), ("receives", "1000")], crew), Vec::new());
    let report = after(&plan, 400);
    let jobs = site(&report, &plan, "jobs");
    let (share, p) = (jobs.duplicates as f64 / jobs.messages.1 as f64, (-2.0_f64).exp());
    assert!((share - p / (1.0 - p)).abs() < 0.015, "{share} of the messages, {} expected", p / (1.0 - p));
}

#[test]
fn of_each_group_of_a_fifo_queue_one_message_at_a_time_is_worked_on() {
    let served = |groups: &str| {
        let queue = [("kind", "FIFO"), ("groups", groups)];
        let crew = ("station", [("servers", "20"), ("service", "100 ms constant")].as_slice());
        let plan = planned(&pipeline("100/s", &queue, crew), Vec::new());
        site(&after(&plan, 60), &plan, "jobs").messages.1 as f64 / 60.0
    };
    let (one, five, many) = (served("1"), served("5"), served("1000"));
    assert!((one - 10.0).abs() < 0.3 && (five - 50.0).abs() < 1.5 && many > 97.0, "{one}/s, {five}/s, {many}/s");
}

#[test]
fn a_fifo_queue_throttles_beyond_its_rate() {
    let crew = ("station", [("servers", "unlimited"), ("service", "1 ms")].as_slice());
    let plan = planned(&pipeline("400/s", &[("kind", "FIFO")], crew), Vec::new());
    let report = after(&plan, 60);
    let jobs = site(&report, &plan, "jobs");
    let stored = jobs.messages.0 as f64 / 60.0;
    assert!((stored - 305.0).abs() < 6.0, "{stored}/s with the burst of the first second");
    assert_eq!(jobs.failed, jobs.failures[Reason::Throttled as usize]);
}

#[test]
fn messages_that_are_too_old_are_gone() {
    let crew = ("ec2", [].as_slice());
    let design = pipeline("20/s", &[("retention", "1 min")], crew);
    let crash = Harm::Crash { node: "crew".into(), count: 1 };
    let plan = planned(&design, vec![Fault { at: Span::ZERO, lasts: Span::from_secs(600), harm: crash }]);
    let report = after(&plan, 300);
    let jobs = site(&report, &plan, "jobs");
    assert!((jobs.backlog as f64 - 1_200.0).abs() < 120.0 && jobs.oldest.secs() < 61.5, "{jobs:?}");
    assert_eq!(jobs.messages.0, jobs.messages.1 + jobs.expired + jobs.backlog);
}

#[test]
fn dead_letters_move_to_the_queue_for_them() {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", "10/s")]),
        ("web", "ec2", &[("work", "1 ms")]),
        ("jobs", "sqs", &[("visibility", "1 s"), ("receives", "3")]),
        ("crew", "ec2", &[("work", "1 ms"), ("errors", "50 %")]),
        ("letters", "sqs", &[]),
    ];
    let links = [("users", "web"), ("web", "jobs"), ("jobs", "crew"), ("jobs", "letters")];
    let plan = planned(&design(nodes, &links), Vec::new());
    let report = after(&plan, 1_000);
    let (jobs, letters) = (site(&report, &plan, "jobs"), site(&report, &plan, "letters"));
    let share = jobs.messages.2 as f64 / jobs.messages.0 as f64;
    assert!((share - 0.125).abs() < 0.015, "three failures in a row: {share}");
    assert_eq!((letters.messages.0, letters.backlog), (jobs.messages.2, jobs.messages.2));
}

#[test]
fn a_topic_passes_each_message_on_to_every_queue_whose_filter_lets_it() {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", "100/s")]),
        ("web", "ec2", &[("work", "1 ms"), ("workers", "500")]),
        ("topic", "sns", &[]),
        ("all", "sqs", &[]),
        ("orders", "sqs", &[]),
        ("crew", "ec2", &[("work", "1 ms")]),
    ];
    let links = [
        ("users", "web"),
        ("web", "topic"),
        ("topic", "all"),
        ("topic", "orders"),
        ("all", "crew"),
        ("orders", "crew"),
    ];
    let mut design = design(nodes, &links);
    design.classes = vec![
        RequestClass { share: 70.0, ..RequestClass::new("look") },
        RequestClass { share: 30.0, ..RequestClass::new("order") },
    ];
    let filter = link_sheet().param("classes").unwrap().kind.parse("order").unwrap();
    design.links.get_mut(&id("topic-orders")).unwrap().settings.insert("classes".to_owned(), filter);
    let plan = planned(&design, Vec::new());
    let report = after(&plan, 100);
    let stored = |queue: &str| site(&report, &plan, queue).messages.0;
    let published = site(&report, &plan, "topic").served;
    assert!(published > 9_500 && published - stored("all") < 10, "{published}, {}", stored("all"));
    let orders = report.classes[1].requests.good;
    assert!(orders.abs_diff(stored("orders")) < 10, "{orders}, {}", stored("orders"));
    let link = &report.links[plan.links[&id("topic-all")] as usize];
    assert!(link.calls == published && link.failed == 0 && link.late == 0, "{link:?}");
}

#[test]
fn a_bucket_tells_of_what_is_written_to_it() {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", "50/s")]),
        ("files", "s3", &[]),
        ("jobs", "sqs", &[]),
        ("thumbnails", "ec2", &[("work", "5 ms")]),
    ];
    let mut design = design(nodes, &[("users", "files"), ("files", "jobs"), ("jobs", "thumbnails")]);
    design.classes = vec![
        RequestClass { share: 90.0, ..RequestClass::new("view") },
        RequestClass { share: 10.0, write: true, ..RequestClass::new("upload") },
    ];
    let plan = planned(&design, Vec::new());
    let report = after(&plan, 100);
    let (uploads, told) = (report.classes[1].requests.good, site(&report, &plan, "jobs").messages.0);
    assert!(uploads > 400 && uploads.abs_diff(told) < 5, "{uploads} uploads, {told} events");
}

/// Share of reads that miss their file, and the mean time of a visit in milliseconds.
fn pictures(files: &str, instances: &str) -> (f64, f64) {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", "50/s"), ("objects", "2000")]),
        ("alb", "elb", &[]),
        ("web", "asg", &[("work", "2 ms"), ("policy", "none"), ("min", instances), ("max", "9")]),
        ("disk", files, &[]),
    ];
    let mut design = design(nodes, &[("users", "alb"), ("alb", "web"), ("web", "disk")]);
    design.classes = vec![
        RequestClass { share: 90.0, ..RequestClass::new("view") },
        RequestClass { share: 10.0, write: true, ..RequestClass::new("upload") },
    ];
    let plan = planned(&design, Vec::new());
    let report = after(&plan, 400);
    let disk = site(&report, &plan, "disk");
    (disk.missing as f64 / report.classes[0].requests.good as f64, disk.latency.mean)
}

/// Of so many objects that are equally popular, a volume that was made from a snapshot has to load n (1 - e^(-r / n)) in r
/// visits; each once.
#[test]
fn blocks_of_a_snapshot_are_loaded_once_by_each_volume() {
    let visited = |made: &str| {
        let nodes: &[Drawn<'_>] = &[
            ("users", "users", &[("rate", "100/s")]),
            ("alb", "elb", &[]),
            ("web", "asg", &[("work", "1 ms"), ("policy", "none"), ("min", "2"), ("max", "2")]),
            ("disk", "ebs", &[("made", made), ("first_use", "50 ms constant"), ("latency", "1 ms constant")]),
        ];
        let mut design = design(nodes, &[("users", "alb"), ("alb", "web"), ("web", "disk")]);
        let popularity = Some(Popularity { objects: 2_000, exponent: 0.0 });
        design.classes = vec![RequestClass { popularity, ..RequestClass::new("view") }];
        let plan = planned(&design, Vec::new());
        let report = after(&plan, 40);
        site(&report, &plan, "disk").clone()
    };
    let lazy = visited("from a snapshot");
    let (visits, hits) = (lazy.lookups.0 as f64, lazy.lookups.1 as f64);
    let loaded = 2.0 * 2_000.0 * (1.0 - (-visits / 2.0 / 2_000.0).exp());
    assert!(
        ((visits - hits) / loaded - 1.0).abs() < 0.04,
        "{} of {visits} had to be loaded, not {loaded}",
        visits - hits
    );
    let mean = 1.0 + 50.0 * (visits - hits) / visits;
    assert!((lazy.latency.mean / mean - 1.0).abs() < 0.02 && lazy.latency.max < 60.0, "{:?}, not {mean}", lazy.latency);
    assert_eq!(lazy.missing, 0, "each volume has what the snapshot has");
    let fast = visited("from a snapshot, restored fast");
    assert!(fast.latency.max < 2.0 && fast.missing == 0 && fast.lookups.0 == 0, "{:?}", fast.latency);
}

#[test]
fn files_on_an_instances_own_volume_are_missing_on_the_others() {
    for (instances, expected) in [("1", 0.0), ("2", 0.5), ("4", 0.75)] {
        let (missing, _) = pictures("ebs", instances);
        assert!((missing - expected).abs() < 0.02, "{instances} instances: {missing}, (n - 1) / n is {expected}");
    }
    let ((none, shared), (_, own)) = (pictures("efs", "4"), pictures("ebs", "4"));
    assert!(none == 0.0 && shared > own + 0.1, "EFS {shared} ms, EBS {own} ms");
}
