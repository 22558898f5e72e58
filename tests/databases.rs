//! Databases: failovers, replicas, connections as the limit, storage that lets queries wait, retry storms.

use super::engine::{Drawn, design};
use super::stress::audit;
use loadscape::catalog::link_sheet;
use loadscape::compile::{Plan, compile, possible};
use loadscape::cost::{Account, PriceList, Tariff};
use loadscape::edit::{self, Command};
use loadscape::model::{Design, Id, Link, Point, RequestClass, sketch};
use loadscape::scenario::{Fault, Harm, Scenario};
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::sim::report::{Report, Requests, SiteTotals};
use loadscape::sim::snapshot::SiteState;
use loadscape::sim::zipf::Popularity;
use loadscape::units::{Share, SimTime, Span};

/// A shop: one request in five writes. Its servers never are the limit.
fn shop(service: &str, db: &[(&str, &str)]) -> Design {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", "50/s"), ("distance", "0 s")]),
        ("web", "ec2", &[("type", "m5.4xlarge"), ("work", "1 ms"), ("workers", "5000")]),
        ("db", service, db),
    ];
    let mut design = design(nodes, &[("users", "web"), ("web", "db")]);
    let popularity = Some(Popularity { objects: 1_000, exponent: 0.8 });
    design.classes = vec![
        RequestClass { popularity, share: 80.0, ..RequestClass::new("read") },
        RequestClass { popularity, share: 20.0, write: true, ..RequestClass::new("write") },
    ];
    design
}

fn secs(secs: u64) -> Span {
    Span::from_secs(secs)
}

fn fault(at: u64, lasts: u64, harm: Harm) -> Vec<Fault> {
    vec![Fault { at: secs(at), lasts: secs(lasts), harm }]
}

fn failover(at: u64, lasts: u64) -> Vec<Fault> {
    fault(at, lasts, Harm::Failover { node: "db".into() })
}

fn planned(design: &Design, faults: Vec<Fault>) -> Plan {
    let plan = compile(design, &Scenario { faults, ..Scenario::steady() });
    assert_eq!(plan.notes, []);
    plan
}

fn ran(plan: &Plan, seed: u64, until: u64) -> Report {
    let mut engine = Engine::new(plan.network.clone(), seed);
    engine.run_until(SimTime::ZERO + secs(until));
    audit(&engine, "databases");
    engine.report()
}

fn site<'a>(report: &'a Report, plan: &Plan, id: &str) -> &'a SiteTotals {
    &report.sites[plan.sites[&Id::new(id).unwrap()] as usize]
}

/// Requests of the reading and of the writing class.
fn by_class(report: &Report) -> (Requests, Requests) {
    (report.classes[0].requests, report.classes[1].requests)
}

/// Seconds for which a class of so many a second failed.
fn down(requests: Requests, rate: f64) -> f64 {
    requests.failed as f64 / rate
}

#[test]
fn a_failover_stops_writes_for_its_window_and_replicas_go_on_reading() {
    let mut windows = Vec::new();
    for seed in 1..=6 {
        let plan = planned(&shop("rds", &[("multi_az", "on"), ("replicas", "2")]), failover(100, 300));
        let report = ran(&plan, seed, 400);
        let (reads, writes) = by_class(&report);
        assert_eq!(reads.failed, 0, "{:?}", report.failures);
        assert!(report.failures[Reason::FailingOver as usize] + 3 > writes.failed, "{:?}", report.failures);
        windows.push(down(writes, 10.0));
    }
    eprintln!("writes were down for {windows:.0?} s");
    assert!(windows.iter().all(|window| (50.0..135.0).contains(window)), "{windows:?}");
    assert!(windows.iter().any(|w| *w < 85.0) && windows.iter().any(|w| *w > 90.0), "each is drawn: {windows:?}");
}

#[test]
fn without_a_standby_everything_waits_for_the_instance_and_without_replicas_reads_do() {
    let downs = |db: &[(&str, &str)]| {
        let (reads, writes) = by_class(&ran(&planned(&shop("rds", db), failover(100, 300)), 1, 800));
        (down(reads, 40.0), down(writes, 10.0))
    };
    // Five minutes down, two to start; who asks in the last ten seconds gets through in the end.
    let (reads, writes) = downs(&[]);
    assert!((reads - 412.0).abs() < 10.0 && (writes - 412.0).abs() < 30.0, "{reads} s, {writes} s");
    let (reads, writes) = downs(&[("multi_az", "on")]);
    assert!((55.0..125.0).contains(&reads) && (50.0..135.0).contains(&writes), "{reads} s, {writes} s");
}

#[test]
fn a_zone_takes_a_database_of_one_zone_down_for_as_long_as_it_is_out() {
    let downs = |db: &[(&str, &str)]| {
        // The web server stands outside the zones that fail: in c.
        let mut design = shop("rds", db);
        design.nodes.get_mut(&Id::new("web").unwrap()).unwrap().service = "station".to_owned();
        let web = design.nodes.get_mut(&Id::new("web").unwrap()).unwrap();
        web.settings = [("service", "1 ms"), ("servers", "5000")]
            .map(|(key, text)| {
                let sheet = loadscape::catalog::find("station").unwrap().sheet();
                (key.to_owned(), sheet.param(key).unwrap().kind.parse(text).unwrap())
            })
            .into();
        let plan = planned(&design, fault(100, 600, Harm::ZoneOutage { zone: "a".into() }));
        down(by_class(&ran(&plan, 1, 1_000)).1, 10.0)
    };
    let (single, multi) = (downs(&[]), downs(&[("multi_az", "on")]));
    assert!((single - 720.0).abs() < 40.0 && (50.0..135.0).contains(&multi), "{single} s, {multi} s");
}

#[test]
fn aurora_fails_over_faster_and_its_readers_go_on() {
    let plan = planned(&shop("aurora", &[("replicas", "2")]), failover(100, 300));
    let (reads, writes) = by_class(&ran(&plan, 1, 400));
    assert_eq!(reads.failed, 0);
    assert!((8.0..65.0).contains(&down(writes, 10.0)), "{writes:?}");
    let alone = planned(&shop("aurora", &[("replicas", "0")]), failover(100, 1));
    let window = down(by_class(&ran(&alone, 1, 900)).1, 10.0);
    assert!((window - 601.0).abs() < 40.0, "made anew in ten minutes: {window}");
}

#[test]
fn replicas_take_the_reads_and_some_of_them_are_stale() {
    let looked = |db: &[(&str, &str)]| {
        let plan = planned(&shop("rds", db), Vec::new());
        let mut engine = Engine::new(plan.network.clone(), 1);
        let mut work = vec![0.0; 5];
        for _ in 0..300 {
            engine.run_until(engine.now() + secs(1));
            let servers = &engine.snapshot().sites[plan.sites[&Id::new("db").unwrap()] as usize].servers;
            servers.iter().zip(&mut work).for_each(|(server, sum)| *sum += f64::from(server.utilization) / 300.0);
        }
        (work, site(&engine.report(), &plan, "db").stale)
    };
    let (alone, none) = looked(&[]);
    let (spread, stale) = looked(&[("replicas", "4"), ("lag", "500 ms exp")]);
    assert!((spread[0] / alone[0] - 0.2).abs() < 0.03, "a fifth is left: {} of {}", spread[0], alone[0]);
    assert!((spread[1..].iter().sum::<f64>() / alone[0] - 0.8).abs() < 0.06, "{spread:?}");
    assert_eq!(none, 0);
    assert!(stale > 50, "{stale}");
    let (_, never) = looked(&[("replicas", "4"), ("lag", "500 ms exp"), ("reads", "primary")]);
    assert_eq!(never, 0);
}

/// A read is stale if its object was written within the lag: with one object, rate w and an exponential lag of mean L that
/// is w L / (1 + w L) of the reads.
#[test]
fn as_many_reads_are_stale_as_the_lag_says() {
    let mut design =
        shop("rds", &[("replicas", "1"), ("lag", "100 ms exp"), ("work", "0 s constant"), ("io", "0 s constant")]);
    design.classes.iter_mut().for_each(|class| class.popularity = Some(Popularity { objects: 1, exponent: 0.0 }));
    let plan = planned(&design, Vec::new());
    let report = ran(&plan, 1, 1_000);
    let share = site(&report, &plan, "db").stale as f64 / by_class(&report).0.good as f64;
    assert!((share - 0.5).abs() < 0.02, "10 writes a second, 100 ms behind: {share}");
    // A write that a read does not show is the latest, and younger than the lag: exponential of rate w + 1 / L.
    let ages = site(&report, &plan, "db").stale_ages.expect("half of them are stale");
    assert!((ages.mean.secs() - 0.05).abs() < 0.003 && ages.most.secs() < 1.0, "{ages:?}");
}

#[test]
fn a_slow_query_fills_connections_then_workers_then_fails_users() {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", "200/s")]),
        ("alb", "elb", &[]),
        ("web", "ec2", &[("type", "m5.4xlarge"), ("work", "5 ms"), ("workers", "400"), ("queue", "400")]),
        ("db", "rds", &[("connections", "60"), ("queue", "100000"), ("io", "10 ms")]),
    ];
    let design = design(nodes, &[("users", "alb"), ("alb", "web"), ("web", "db")]);
    let plan = planned(&design, fault(60, 120, Harm::Slow { node: "db".into(), factor: 50.0 }));
    let mut engine = Engine::new(plan.network.clone(), 1);
    let mut first = [None; 3];
    for tenth in 1..=1_200u64 {
        engine.run_until(SimTime::ZERO + Span::from_millis(tenth * 100));
        let snapshot = engine.snapshot();
        let state = |id: &str| -> &SiteState { &snapshot.sites[plan.sites[&Id::new(id).unwrap()] as usize] };
        let failed = engine.report().requests.failed;
        let signs = [state("db").waiting > 0, state("web").waiting > 0, failed > 0];
        for (first, sign) in first.iter_mut().zip(signs) {
            if sign && first.is_none() {
                *first = Some(tenth);
            }
        }
    }
    let [db, web, users] = first.map(|tenth| tenth.expect("it happens") as f64 / 10.0);
    eprintln!("slow at 60 s; connections full at {db} s, workers full at {web} s, first failure at {users} s");
    assert!(60.0 < db && db < web && web + 0.5 < users, "{db} {web} {users}");
    let report = engine.report();
    let failures = &site(&report, &plan, "web").failures;
    assert!(failures[Reason::QueueFull as usize] > 1_000, "it fails at the web tier, not at the database");
    assert_eq!(site(&report, &plan, "db").failed, 0);
}

#[test]
fn storage_lets_queries_wait_at_its_rate() {
    let served = |db: &[(&str, &str)]| {
        let plan = planned(&shop("rds", db), Vec::new());
        let report = ran(&plan, 1, 120);
        (site(&report, &plan, "db").served as f64 / 120.0, report.latency.p50)
    };
    let (free, quick) = served(&[]);
    assert!((free - 50.0).abs() < 2.0 && quick < 20.0, "{free}/s, {quick} ms");
    // 50 queries of 4 operations against 120 a second.
    let (slow, late) = served(&[("storage_type", "io1"), ("iops", "120"), ("ios", "4"), ("connections", "1000")]);
    assert!((slow - 30.0).abs() < 0.5 && late > 1_000.0, "{slow}/s, {late} ms");
    // 20 GiB of gp2 have a base of 100 a second, but burst for half an hour.
    let (burst, _) = served(&[("storage_type", "gp2"), ("storage", "20 GiB"), ("ios", "4")]);
    assert!((burst - 50.0).abs() < 2.0, "{burst}/s");
}

#[test]
fn a_gp2_volume_falls_to_its_base_when_its_credits_are_gone() {
    // 100 GiB: a base of 300 a second, bursts of 3,000 while 5,400,000 credits last; 50 queries of 40 operations use 2,000
    // a second, so that 1,700 of them are spent: 3,176 s.
    let db = [("storage_type", "gp2"), ("storage", "100 GiB"), ("ios", "40"), ("connections", "1000")];
    let plan = planned(&shop("rds", &db), Vec::new());
    let mut engine = Engine::new(plan.network.clone(), 1);
    let mut served = |from: u64, to: u64| {
        engine.run_until(SimTime::ZERO + secs(from));
        let before = site(&engine.report(), &plan, "db").served;
        engine.run_until(SimTime::ZERO + secs(to));
        (site(&engine.report(), &plan, "db").served - before) as f64 / (to - from) as f64
    };
    let (burst, still, base) = (served(0, 1_000), served(3_000, 3_130), served(3_260, 3_400));
    assert!((burst - 50.0).abs() < 1.0 && (still - 50.0).abs() < 2.5, "{burst}/s, {still}/s");
    assert!((base - 7.5).abs() < 0.2, "300 operations a second, 40 a query: {base}/s");
}

/// Seconds for which reads and writes failed, and milliseconds that a request took, after the database was resized.
fn resized(service: &str, db: &[(&str, &str)], to: &str) -> (f64, f64, f64) {
    let design = shop(service, db);
    let plan = planned(&design, fault(100, 300, Harm::Resize { node: "db".into(), to: to.into() }));
    let report = ran(&plan, 1, 800);
    let (reads, writes) = by_class(&report);
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + secs(800));
    engine.forget();
    engine.run_until(SimTime::ZERO + secs(900));
    let after = engine.report();
    assert_eq!(after.requests.failed, 0, "{:?}", after.failures);
    (down(reads, 40.0), down(writes, 10.0), site(&after, &plan, "db").latency.mean)
}

#[test]
fn another_class_costs_a_single_instance_its_restart_and_a_pair_one_takeover() {
    // Half the speed: what follows is faster by that much. Five minutes stopped, two to start; ten seconds of silence.
    let small = [("class", "db.t3.medium"), ("work", "20 ms"), ("io", "0 s"), ("sync", "0 s")];
    let with = |more: &[(&'static str, &'static str)]| [&small[..], more].concat();
    let (reads, writes, after) = resized("rds", &with(&[]), "db.m7g.large");
    assert!((reads - 412.0).abs() < 12.0 && (writes - 412.0).abs() < 30.0, "{reads} s, {writes} s");
    let (reads, writes, quick) = resized("rds", &with(&[("multi_az", "on")]), "db.m7g.large");
    assert!((50.0..130.0).contains(&reads) && (45.0..135.0).contains(&writes), "one failover: {reads} s, {writes} s");
    assert!((after - quick).abs() < 5.0, "{after} ms, {quick} ms");
    let (_, _, same) = resized("rds", &with(&[]), "db.t3.medium");
    assert!(quick < 0.8 * same, "a faster class answers sooner: {quick} ms, {same} ms");
    // Replicas go on reading, and a reader of Aurora takes over.
    let (reads, writes, _) = resized("rds", &with(&[("multi_az", "on"), ("replicas", "1")]), "db.m7g.large");
    assert!(reads == 0.0 && writes > 45.0, "{reads} s, {writes} s");
    let (reads, writes, _) = resized("aurora", &[("replicas", "1"), ("class", "db.r5.large")], "db.r5.xlarge");
    assert!(reads < 65.0 && (8.0..65.0).contains(&writes), "{reads} s, {writes} s");
}

#[test]
fn another_class_has_its_own_connections_room_and_price() {
    let harm = |node: &str, to: &str| fault(10, 60, Harm::Resize { node: node.into(), to: to.into() });
    let plan = planned(&shop("rds", &[("engine", "PostgreSQL"), ("multi_az", "on")]), harm("db", "db.m5.xlarge"));
    let pool = |engine: &Engine| engine.network().pools[plan.network.clusters[0].pool as usize].workers;
    let mut engine = Engine::new(plan.network.clone(), 1);
    let before = pool(&engine);
    engine.run_until(SimTime::ZERO + secs(3_600));
    assert_eq!((before, pool(&engine)), (811, 1_622), "0.9 x 8 and 16 GiB / 9,531,392, at most 5,000");
    let shop_design = shop("rds", &[("engine", "PostgreSQL"), ("multi_az", "on")]);
    let account = Account::new(Tariff::new(&shop_design, &plan, &PriceList::default()));
    let bill = account.bill(&engine.report());
    let hours = |item: &str| bill.lines.iter().filter(|line| line.item == item).map(|line| line.quantity).sum::<f64>();
    let (small, large) = (hours("db.m5.large PostgreSQL on demand"), hours("db.m5.xlarge PostgreSQL on demand"));
    assert!(small > 0.02 && small < 0.05 && large > 1.9, "{small} h, {large} h");
    let cached = sketch("users(rate=50/s) -> web:ec2 -> cache:elasticache(node=cache.m5.large)").unwrap();
    let plan = planned(&cached, harm("cache", "cache.m5.xlarge"));
    let mut engine = Engine::new(plan.network.clone(), 1);
    let room = engine.network().caches[0].room;
    engine.run_until(SimTime::ZERO + secs(200));
    assert!(engine.network().caches[0].room as f64 > 1.9 * room as f64);
    let names: Vec<String> = possible(&plan, &cached, &Id::new("cache").unwrap()).iter().map(Harm::words).collect();
    assert!(names.contains(&"cache is resized to cache.m5.xlarge".to_owned()), "{names:?}");
    for wrong in ["cache.m5.huge", "db.m5.large"] {
        let faults = harm("cache", wrong);
        assert!(compile(&cached, &Scenario { faults, ..Scenario::steady() }).notes.len() == 1, "{wrong}");
    }
}

/// Good answers a second from one minute after a database outage of 30 s on, with these settings of the link to it.
fn after_outage(policy: &[(&str, &str)], harm: Harm) -> f64 {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", "70/s"), ("timeout", "5 s")]),
        ("web", "ec2", &[("type", "m5.4xlarge"), ("work", "1 ms"), ("workers", "20000"), ("queue", "0")]),
        ("db", "rds", &[("work", "20 ms"), ("connections", "20"), ("queue", "2000"), ("restart", "0 s")]),
    ];
    let mut design = design(nodes, &[("users", "web"), ("web", "db")]);
    let link = design.links.get_mut(&Id::new("web-db").unwrap()).unwrap();
    for (key, text) in [("timeout", "1 s")].iter().chain(policy) {
        link.settings.insert((*key).to_owned(), link_sheet().param(key).unwrap().kind.parse(text).unwrap());
    }
    let plan = planned(&design, fault(60, 30, harm));
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + secs(150));
    engine.forget();
    engine.run_until(SimTime::ZERO + secs(450));
    audit(&engine, "storm");
    engine.report().requests.good as f64 / 300.0
}

#[test]
fn naive_retries_keep_a_system_down_and_careful_ones_let_it_recover() {
    // However the database was out of reach: slow, behind a lost link, or lost itself.
    for harm in [
        Harm::Slow { node: "db".into(), factor: 1_000.0 },
        Harm::LostLink { link: "web-db".into(), share: Share(1.0) },
        Harm::Failover { node: "db".into() },
    ] {
        let what = harm.words();
        let after = |policy: &[(&str, &str)]| after_outage(policy, harm.clone());
        let naive = after(&[("retry", "fixed"), ("attempts", "4"), ("pause", "0 s")]);
        let careful = after(&[("retry", "exponential"), ("attempts", "4"), ("jitter", "full"), ("budget", "10 %")]);
        let breaker = after(&[("retry", "fixed"), ("attempts", "4"), ("pause", "0 s"), ("breaker", "on")]);
        eprintln!("{what}: 70/s offered, then naive {naive}/s, careful {careful}/s, breaker {breaker}/s");
        assert!(naive < 7.0, "{what}: down although the database is back: {naive}/s");
        assert!(careful > 60.0 && breaker > 60.0, "{what}: careful {careful}/s, breaker {breaker}/s");
    }
}

#[test]
fn a_lost_cache_node_loses_its_keys_unless_a_replica_takes_over() {
    let misses = |cache: &[(&str, &str)]| {
        let nodes: &[Drawn<'_>] = &[
            ("users", "users", &[("rate", "200/s"), ("objects", "500")]),
            ("web", "ec2", &[("work", "1 ms"), ("workers", "500")]),
            ("cache", "elasticache", cache),
            ("db", "rds", &[]),
        ];
        let mut design = design(nodes, &[("users", "web"), ("web", "cache"), ("web", "db")]);
        // Nobody answers where the node was; a client that waits for ten seconds would have all its workers there.
        let connect = link_sheet().param("connect").expect("links have it").kind.parse("10 ms").expect("a span");
        let link = design.links.get_mut(&Id::slug("web-cache", "link")).expect("it is drawn");
        link.settings.insert("connect".into(), connect);
        let plan = planned(&design, fault(100, 10, Harm::Crash { node: "cache".into(), count: 1 }));
        let mut engine = Engine::new(plan.network.clone(), 1);
        engine.run_until(SimTime::ZERO + secs(99));
        let before = site(&engine.report(), &plan, "db").arrived;
        engine.run_until(SimTime::ZERO + secs(400));
        assert_eq!(engine.report().requests.failed, 0);
        let entries = site(&engine.report(), &plan, "cache").entries;
        assert_eq!(entries, 500);
        site(&engine.report(), &plan, "db").arrived - before
    };
    let (alone, shards, copied) = (
        misses(&[("engine", "Memcached")]),
        misses(&[("engine", "Memcached"), ("nodes", "4")]),
        misses(&[("replicas", "1"), ("nodes", "4")]),
    );
    // 70 s without the node, all 200 a second or a quarter of them; with a replica 15 to 60 s.
    assert!((13_000..16_000).contains(&alone) && (2_800..4_500).contains(&shards), "{alone}, {shards}");
    assert!((600..3_200).contains(&copied), "{copied}");
}

/// A database with a read replica that is drawn as a node of its own: the servers read from it, or write to it as well.
fn with_replica(lag: &str, classes: &str) -> Design {
    let nodes: &[Drawn<'_>] = &[
        ("users", "users", &[("rate", "50/s"), ("distance", "0 s")]),
        ("web", "ec2", &[("type", "m5.4xlarge"), ("work", "1 ms"), ("workers", "5000")]),
        ("db", "rds", &[]),
        ("copy", "rds", &[("lag", lag)]),
    ];
    let links = [("users", "web"), ("web", "db"), ("web", "copy"), ("db", "copy")];
    let mut design = design(nodes, &links);
    design.classes = shop("rds", &[]).classes;
    let kind = |key: &str| &link_sheet().param(key).expect("links have it").kind;
    for (link, classes) in [("web-db", "write"), ("web-copy", classes)] {
        let value = kind("classes").parse(classes).expect("classes are words");
        design.links.get_mut(&Id::slug(link, "link")).expect("it is drawn").settings.insert("classes".into(), value);
    }
    design
}

#[test]
fn a_replica_of_its_own_answers_reads_behind_its_primary_and_refuses_writes() {
    let stale = |lag: &str| {
        let plan = planned(&with_replica(lag, "read"), Vec::new());
        assert_eq!(plan.links.len(), 3, "replication is no call");
        let report = ran(&plan, 3, 200);
        let copy = site(&report, &plan, "copy");
        assert_eq!(report.requests.failed, 0, "{:?}", report.failures);
        assert!(copy.served > 7_000, "it reads: {copy:?}");
        copy.stale
    };
    let (near, far) = (stale("1 ms constant"), stale("30 s constant"));
    assert!(far > 20 * near.max(1), "{near} of 1 ms, {far} of 30 s");
    let plan = planned(&with_replica("1 s", "read, write"), Vec::new());
    let report = ran(&plan, 3, 100);
    let (reads, writes) = by_class(&report);
    assert_eq!((reads.failed, writes.good), (0, 0), "every write fails at the replica");
    let copy = site(&report, &plan, "copy");
    assert_eq!(copy.failures[Reason::ReadOnly as usize], copy.failed);
}

#[test]
fn a_replica_follows_one_primary_and_no_other_replica() {
    let mut design = with_replica("1 s", "read");
    let add = |design: &mut Design, from: &str, to: &str| {
        let command = Command::AddLink { from: Id::new(from).unwrap(), to: Id::new(to).unwrap() };
        edit::apply(design, &command).map(|_| ()).map_err(|refusal| refusal.to_string())
    };
    edit::apply(&mut design, &Command::AddNode { service: "rds".into(), at: Point::new(900.0, 400.0) }).unwrap();
    assert!(add(&mut design, "rds", "copy").unwrap_err().contains("already"));
    assert!(add(&mut design, "copy", "rds").unwrap_err().contains("not another replica"));
    add(&mut design, "db", "rds").expect("a primary may have several");
    let (db, copy) = (Id::new("db").unwrap(), Id::new("copy").unwrap());
    design.links.insert(Id::new("loop").unwrap(), Link::new(copy, db));
    let plan = compile(&design, &Scenario::steady());
    assert_eq!(plan.notes.len(), 1, "a file may say so; it is left out with a word: {:?}", plan.notes);
}
