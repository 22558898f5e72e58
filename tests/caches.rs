//! Caches by key: hit ratios against theory, flushes, stale answers, misses that are fetched once.

use super::engine::{Drawn, design};
use super::stress::audit;
use loadscape::catalog;
use loadscape::compile::{Plan, compile, onto};
use loadscape::model::{Design, Id, RequestClass, When};
use loadscape::scenario::{Fault, Harm, Scenario};
use loadscape::sim::engine::Engine;
use loadscape::sim::report::{Report, SiteTotals};
use loadscape::sim::zipf::Popularity;
use loadscape::units::{SimTime, Span};

fn site<'a>(report: &'a Report, plan: &Plan, id: &str) -> &'a SiteTotals {
    &report.sites[plan.sites[&Id::new(id).unwrap()] as usize]
}

fn planned(design: &Design, faults: Vec<Fault>) -> Plan {
    let plan = compile(design, &Scenario { faults, ..Scenario::steady() });
    assert_eq!(plan.notes, []);
    plan
}

/// The figures from one second of a run to another.
fn between(plan: &Plan, from: f64, to: f64) -> Report {
    let mut engine = Engine::new(plan.network.clone(), 3);
    engine.run_until(SimTime::ZERO + Span::from_secs_f64(from));
    engine.forget();
    engine.run_until(SimTime::ZERO + Span::from_secs_f64(to));
    audit(&engine, "caches");
    engine.report()
}

/// Hit ratio of a cache of so many objects that evicts the least recently used, by Che's approximation.
fn che(popularity: Popularity, room: f64) -> f64 {
    let weights: Vec<f64> = (1..=popularity.objects).map(|k| f64::from(k).powf(-popularity.exponent)).collect();
    let total: f64 = weights.iter().sum();
    let there = |t: f64| weights.iter().map(move |w| 1.0 - (-w / total * t).exp());
    let (mut low, mut high) = (0.0, 1e9);
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        if there(middle).sum::<f64>() < room { low = middle } else { high = middle }
    }
    there(low).zip(&weights).map(|(there, w)| there * w / total).sum()
}

#[test]
fn hits_of_the_least_recently_used_are_as_many_as_che_says() {
    for (objects, exponent, room) in
        [(2_000, 0.8, 20), (2_000, 0.8, 100), (2_000, 0.8, 400), (2_000, 1.1, 100), (2_000, 0.0, 1_000)]
    {
        let popularity = Popularity { objects, exponent };
        let (asked, room_bytes) = (format!("{objects} zipf {exponent}"), format!("{room} KB"));
        let nodes: &[Drawn<'_>] = &[
            ("users", "users", &[("rate", "2000/s"), ("objects", &asked), ("response", "1 KB")]),
            (
                "edge",
                "cloudfront",
                &[("locations", "1"), ("room", &room_bytes), ("collapse", "off"), ("origin", "0 s")],
            ),
            ("files", "s3", &[("latency", "0 s constant")]),
        ];
        let plan = planned(&design(nodes, &[("users", "edge"), ("edge", "files")]), Vec::new());
        let report = between(&plan, 5.0, 50.0);
        let edge = site(&report, &plan, "edge");
        let (found, theory) = (edge.lookups.1 as f64 / edge.lookups.0 as f64, che(popularity, room as f64));
        eprintln!("{room} of {asked}: {found:.4}, Che {theory:.4}");
        assert!((found - theory).abs() < 0.01, "{room} of {asked}: {found}, Che says {theory}");
        assert_eq!((edge.entries, edge.lookups.0 - edge.lookups.1), (room, site(&report, &plan, "files").arrived));
    }
}

#[test]
fn a_cache_with_room_for_some_of_its_keys_hits_as_che_says_to_the_percent() {
    let popularity = Popularity { objects: 2_000, exponent: 0.8 };
    for room in [100_u64, 200, 400, 800, 1_200] {
        // All memory of the node: so many entries, and less than one more.
        let mut types = catalog::find("elasticache").expect("a service").sheet().types.iter();
        let memory = types.find(|kind| kind.name == "cache.m5.large").expect("a type").memory().0;
        let item = format!("{} B", memory / room);
        let web = [("type", "m5.4xlarge"), ("work", "0 s constant"), ("workers", "50000")];
        let nodes: &[Drawn<'_>] = &[
            ("users", "users", &[("rate", "4000/s"), ("objects", "2000 zipf 0.8")]),
            ("web", "ec2", &web),
            ("cache", "elasticache", &[("node", "cache.m5.large"), ("reserved", "0 %"), ("item", &item)]),
            ("files", "s3", &[("latency", "0 s constant"), ("limit", "1000000/s")]),
        ];
        let mut design = design(nodes, &[("users", "web"), ("web", "cache"), ("web", "files")]);
        let link = design.links.get_mut(&Id::slug("web-files", "link")).expect("it is drawn");
        link.when = When::OnMiss;
        let plan = planned(&design, Vec::new());
        let report = between(&plan, 5.0, 65.0);
        let cache = site(&report, &plan, "cache");
        let (found, theory) = (cache.lookups.1 as f64 / cache.lookups.0 as f64, che(popularity, room as f64));
        eprintln!("{room}: {found:.4}, Che {theory:.4}");
        assert!((found / theory - 1.0).abs() < 0.01, "{room}: {found}, Che says {theory}");
        assert_eq!(cache.entries, room);
    }
}

/// A shop whose web server asks a cache before its database; five of a hundred requests write.
fn shop(cache: &[(&str, &str)]) -> Design {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", "200/s")]),
        ("web", "ec2", &[("work", "1 ms"), ("workers", "500")]),
        ("cache", "elasticache", cache),
        ("db", "rds", &[("io", "1 ms")]),
    ];
    let mut design = design(nodes, &[("users", "web"), ("web", "cache"), ("web", "db")]);
    let popularity = Some(Popularity { objects: 500, exponent: 0.8 });
    design.classes = vec![
        RequestClass { popularity, share: 95.0, ..RequestClass::new("read") },
        RequestClass { popularity, share: 5.0, write: true, ..RequestClass::new("write") },
    ];
    design
}

#[test]
fn a_flush_sends_the_full_load_to_the_database() {
    let flush = Fault { at: Span::from_secs(100), lasts: Span::ZERO, harm: Harm::Flush { node: "cache".into() } };
    let plan = planned(&shop(&[]), vec![flush]);
    let load = |from, to| site(&between(&plan, from, to), &plan, "db").arrived as f64 / (to - from);
    let (warm, first, again) = (load(60.0, 99.0), load(100.0, 100.2), load(140.0, 199.0));
    assert!((warm - 10.0).abs() < 2.0, "the writes alone: {warm}/s");
    assert!(first > 150.0 && (again - 10.0).abs() < 2.0, "{first}/s after the flush, {again}/s later");
}

#[test]
fn a_write_leaves_stale_answers_until_they_expire_unless_it_says_so() {
    let stale = |loading: &str, ttl: &str| {
        let plan = planned(&shop(&[("loading", loading), ("ttl", ttl)]), Vec::new());
        let report = between(&plan, 60.0, 120.0);
        let cache = site(&report, &plan, "cache");
        (cache.stale as f64 / cache.lookups.0 as f64, cache.lookups.1 as f64 / cache.lookups.0 as f64)
    };
    let (lazy, hits) = stale("lazy", "1 h");
    let (soon, fewer) = stale("lazy", "1 s");
    assert!(lazy > 0.3 && hits > 0.95, "{lazy} of all are stale");
    assert!(soon < 0.05 && soon > 0.0 && fewer < 0.7, "a short life bounds it: {soon}, hits {fewer}");
    let (erased, after) = stale("lazy, writes invalidate", "1 h");
    // Only a fill that overtakes a write may be stale.
    assert!(erased < 0.001 && after < hits - 0.02, "{erased}, hits {after}");
    let (through, kept) = stale("write-through", "1 h");
    assert!(through < 0.001 && kept > after + 0.02, "{through}, hits {kept}");
}

/// An entry of an object that is written at rate w, and that lives for T, becomes outdated after an exponential time X; who
/// asks at any moment from then on to T is told what is up to T - X old.
#[test]
fn no_answer_is_staler_than_an_entry_lives() {
    let (ttl, writes) = (4.0, 0.5);
    let mut design = shop(&[("loading", "lazy"), ("ttl", "4 s")]);
    design.classes.iter_mut().for_each(|class| class.popularity = Some(Popularity { objects: 1, exponent: 0.0 }));
    let all: f64 = design.classes.iter().map(|class| class.share).sum();
    for class in &mut design.classes {
        class.share = if class.write { all * writes / 200.0 } else { all * (1.0 - writes / 200.0) };
    }
    let plan = planned(&design, Vec::new());
    let report = between(&plan, 60.0, 3_660.0);
    let ages = site(&report, &plan, "cache").stale_ages.expect("some are stale");
    assert_eq!(ages.count, site(&report, &plan, "cache").stale);
    assert!(ages.most.secs() <= ttl && ages.most.secs() > 0.97 * ttl, "{ages:?}");
    // Means over X of (T - X)^2 / 2 and of T - X, where X is below T.
    let (n, step) = (40_000, ttl / 40_000.0);
    let sum = |of: fn(f64) -> f64| {
        (0..n).map(|k| step * (f64::from(k) + 0.5)).map(|x| of(ttl - x) * (-writes * x).exp()).sum::<f64>()
    };
    let mean = sum(|left| left * left / 2.0) / sum(|left| left);
    assert!((ages.mean.secs() / mean - 1.0).abs() < 0.05, "{ages:?}, not {mean}");
}

#[test]
fn what_is_being_fetched_is_fetched_once() {
    let fetched = |collapse: &str| {
        let nodes: &[Drawn<'_>] = &[
            ("users", "users", &[("rate", "1000/s"), ("objects", "1")]),
            ("edge", "cloudfront", &[("collapse", collapse), ("locations", "1"), ("ttl", "10 s")]),
            ("files", "s3", &[("latency", "500 ms constant")]),
        ];
        let plan = planned(&design(nodes, &[("users", "edge"), ("edge", "files")]), Vec::new());
        let report = between(&plan, 0.0, 30.0);
        assert_eq!(report.requests.failed, 0);
        site(&report, &plan, "files").arrived
    };
    // Every ten seconds the object expires, and takes more than half a second to come.
    assert_eq!(fetched("on"), 3);
    assert!(fetched("off") > 1_300);
}

#[test]
fn a_failed_fetch_fails_those_who_wait_for_it() {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", "100/s"), ("objects", "1")]),
        ("edge", "cloudfront", &[("locations", "1")]),
        ("files", "s3", &[("limit", "0/s")]),
    ];
    let plan = planned(&design(nodes, &[("users", "edge"), ("edge", "files")]), Vec::new());
    let report = between(&plan, 0.0, 60.0);
    assert!(report.requests.good == 0 && report.requests.in_flight < 10, "{:?}", report.requests);
    let throttled = loadscape::sim::network::Reason::Throttled as usize;
    assert_eq!(report.failures[throttled], report.requests.failed);
}

#[test]
fn a_cache_changes_its_size_and_its_kind_while_it_runs() {
    let steps: [&[(&str, &str)]; 5] =
        [&[], &[("nodes", "4")], &[("hit", "50 %")], &[("nodes", "2"), ("item", "100 MiB")], &[("ttl", "2 s")]];
    let mut plan = planned(&shop(steps[0]), Vec::new());
    let mut engine = Engine::new(plan.network.clone(), 1);
    for cache in steps.iter().cycle().take(12) {
        plan = onto(&plan, &planned(&shop(cache), Vec::new()));
        engine.retune(plan.network.clone()).unwrap();
        engine.run_until(engine.now() + Span::from_millis(3_300));
        audit(&engine, "change");
    }
    assert_eq!(engine.report().requests.failed, 0);
}
