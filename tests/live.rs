//! The drawing grows and shrinks while the engine runs.

use super::engine::design;
use super::stress::{DRAWINGS, any, audit, drawn, fault, planned};
use loadscape::compile::{Plan, onto};
use loadscape::model::{Design, Id};
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::sim::random::Stream;
use loadscape::sim::report::Report;
use loadscape::units::{SimTime, Span};

type Nodes = [(&'static str, &'static str, &'static [(&'static str, &'static str)])];

fn site(plan: &Plan, id: &str) -> usize {
    plan.sites[&Id::new(id).unwrap()] as usize
}

fn shop(nodes: &Nodes, links: &[(&str, &str)]) -> Design {
    let mut all = vec![
        ("users", "users", [("rate", "100/s")].as_slice()),
        ("alb", "elb", &[]),
        ("web", "ec2", &[("work", "1 ms"), ("workers", "2000"), ("boot", "10 s")]),
    ];
    all.extend_from_slice(nodes);
    design(&all, &[[("users", "alb"), ("alb", "web")].as_slice(), links].concat())
}

fn go(engine: &mut Engine, secs: u64) {
    engine.run_until(engine.now() + Span::from_secs(secs));
    audit(engine, "live");
}

const DB: (&str, &str, &[(&str, &str)]) = ("db", "rds", &[]);

#[test]
fn a_node_that_is_added_takes_part_and_the_others_go_on() {
    let before = planned(&shop(&[], &[]));
    let after = onto(&before, &planned(&shop(&[DB], &[("web", "db")])));
    for id in ["users", "alb", "web"] {
        assert_eq!(site(&before, id), site(&after, id), "{id} keeps its number");
    }
    let mut engine = Engine::new(before.network.clone(), 1);
    go(&mut engine, 100);
    let served = engine.report().sites[site(&before, "web")].served;
    engine.retune(after.network.clone()).unwrap();
    go(&mut engine, 100);
    // The database boots for two minutes; until then its callers fail, after ten seconds each.
    let report = engine.report();
    assert_eq!(report.sites[site(&after, "db")].served, 0);
    assert!(report.failures[Reason::ServerDown as usize] > 8_500, "{:?}", report.failures);
    go(&mut engine, 100);
    let report = engine.report();
    assert!(
        report.sites[site(&after, "db")].served > 7_000 && report.sites[site(&after, "web")].served > served + 7_000
    );
    assert_eq!(report.now, SimTime::ZERO + Span::from_secs(300));
}

#[test]
fn what_is_inside_a_removed_node_fails_with_that_reason() {
    let slow: &Nodes = &[("db", "rds", &[("io", "5 s constant"), ("connections", "4000")])];
    let before = planned(&shop(slow, &[("web", "db")]));
    let after = onto(&before, &planned(&shop(&[], &[])));
    let mut engine = Engine::new(before.network.clone(), 1);
    go(&mut engine, 20);
    let inside = engine.report().sites[site(&before, "db")].in_flight;
    assert!(inside > 300, "{inside}");
    engine.retune(after.network.clone()).unwrap();
    let removed = engine.report().sites[site(&before, "db")].failures[Reason::Removed as usize];
    assert_eq!(removed, inside, "all of them, at once");
    go(&mut engine, 20);
    let report = engine.report();
    assert_eq!(report.sites[site(&before, "db")].in_flight, 0);
    assert!(report.failures[Reason::Removed as usize] >= inside - 1);
    let calls: u64 = report.requests.good;
    go(&mut engine, 20);
    assert!(engine.report().requests.good > calls + 1_900, "without it every request is answered");
    // Drawn again, as by undo.
    let again = onto(&after, &planned(&shop(slow, &[("web", "db")])));
    assert_eq!(site(&again, "db"), site(&before, "db"));
    engine.retune(again.network).unwrap();
    go(&mut engine, 300);
    assert!(engine.report().sites[site(&before, "db")].served > 3_000);
}

#[test]
fn the_same_drawing_again_changes_nothing() {
    for drawing in DRAWINGS {
        let plan = planned(&drawn(&mut Stream::new(3, "same"), drawing, "5 s"));
        assert_eq!(onto(&plan, &plan), plan);
        let (mut one, mut two) = (Engine::new(plan.network.clone(), 1), Engine::new(plan.network.clone(), 1));
        two.run_until(SimTime::ZERO + Span::from_millis(20_300));
        two.retune(plan.network.clone()).unwrap();
        for engine in [&mut one, &mut two] {
            engine.run_until(SimTime::ZERO + Span::from_secs(40));
        }
        assert_eq!(apart_from_events(one.report()), apart_from_events(two.report()));
    }
}

/// A change may look at a server that has nothing to do, which is an event and nothing else.
fn apart_from_events(report: Report) -> Report {
    Report { events: 0, ..report }
}

/// Arrivals belong to the users' name: a node that has nothing to do with them changes none.
#[test]
fn an_unrelated_node_leaves_the_others_as_they_were() {
    let alone = planned(&shop(&[], &[]));
    let more = onto(&alone, &planned(&shop(&[("fans", "users", &[]), ("files", "s3", &[])], &[("fans", "files")])));
    let (mut one, mut two) = (Engine::new(alone.network.clone(), 1), Engine::new(alone.network.clone(), 1));
    go(&mut one, 90);
    go(&mut two, 30);
    two.retune(more.network.clone()).unwrap();
    go(&mut two, 60);
    for id in ["users", "alb", "web"] {
        assert_eq!(one.report().sites[site(&alone, id)], two.report().sites[site(&more, id)], "{id}");
    }
    assert!(two.report().sites[site(&more, "files")].served > 100);
}

#[test]
fn random_changes_of_structure_keep_the_books() {
    let mut changes = 0;
    for seed in 0..30 {
        let mut chance = Stream::new(seed, "live");
        // Not the last drawing, whose messages send messages without end.
        let next = |chance: &mut Stream| {
            let (drawing, visibility) = (any(chance, &DRAWINGS[..3]), *any(chance, &["5 s", "1 s"]));
            planned(&drawn(chance, drawing, visibility))
        };
        let mut plan = next(&mut chance);
        let mut engine = Engine::new(plan.network.clone(), seed);
        for _ in 0..12 {
            let wanted = onto(&plan, &next(&mut chance));
            // A node that became another service under the same name is another run.
            if engine.retune(wanted.network.clone()).is_ok() {
                plan = wanted;
                changes += 1;
            }
            if chance.below(3) == 0 {
                engine.inject(fault(&mut chance, &plan));
            }
            let what = format!("seed {seed}");
            audit(&engine, &what);
            engine.run_until(engine.now() + Span::from_millis(*any(&mut chance, &[1, 900, 2_300, 7_000])));
            audit(&engine, &what);
            if engine.events() > 300_000 {
                break;
            }
        }
    }
    assert!(changes > 200, "{changes}");
}
