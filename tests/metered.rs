//! Bills of runs of the engine: what is charged is what the run used.

use super::bills::{HOUR, checks};
use super::compute::{at, plan};
use loadscape::compile::{Plan, compile};
use loadscape::cost::{Account, PriceList, Tariff, bill};
use loadscape::model::{Design, Id, sketch};
use loadscape::scenario::{Fault, Harm, Rollout, Version, WhenFailed};
use loadscape::sim::engine::Engine;
use loadscape::sim::shape::Shape;
use loadscape::units::{Rate, SimTime, Span};

/// A balancer to which 50 requests a second come, each on a connection of its own, and from the second hour on also a few
/// large answers are fetched through it.
fn hours_of_two_kinds() -> Design {
    let small = "many:users(rate=50/s, arrivals=even, keep_alive=0 s, request=0 B, response=0 B) -> alb:elb";
    let large = "few:users(keep_alive=0 s, request=0 B, response=100 MB, timeout=1 h) -> alb -> web:ec2(type=m5.large)";
    let mut design = sketch(&format!("{small}; {large}")).unwrap_or_else(|why| panic!("{why}"));
    let hour = Span::from_secs(3_600);
    let few = Shape::Spike { base: Rate(0.0), peak: Rate(0.1), at: hour, rise: Span(1), hold: hour };
    design.scenarios[0].traffic.insert("few".to_owned(), few);
    design
}

#[test]
fn every_hour_counts_by_the_dimension_that_was_largest_in_it() {
    let design = hours_of_two_kinds();
    let plan = compile(&design, &design.scenarios[0]);
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime(2 * HOUR));
    let report = engine.report();
    let site = &report.sites[plan.sites[&Id::new("alb").unwrap()] as usize];
    let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 0.02 * wanted, "{found} for {wanted}");
    let fetched = site.units.bytes;
    assert!(fetched > 25.0, "about 36 GB in the second hour: {fetched}");
    near(site.units.new, 4.0); // 50/s ÷ 25/s × 2 h
    near(site.units.charged, 2.0 + fetched); // the first hour by its connections, the second by its bytes
    let bill = bill(&design, &plan, &PriceList::default(), &report);
    let line = bill.lines.iter().find(|line| line.item == "LCU").unwrap();
    assert_eq!(line.quantity, site.units.charged);
    assert!(line.note.contains("largest of each hour"), "{}", line.note);
}

#[test]
fn an_hour_is_one_though_the_drawing_changes_in_it_and_a_warm_up_is_none_of_it() {
    let design = hours_of_two_kinds();
    let plan = compile(&design, &design.scenarios[0]);
    let alb = plan.sites[&Id::new("alb").unwrap()];
    let mut whole = Engine::new(plan.network.clone(), 1);
    let mut changed = whole.clone();
    whole.run_until(SimTime(HOUR * 3 / 2));
    changed.run_until(SimTime(HOUR * 5 / 4));
    changed.retune(plan.network.clone()).unwrap();
    changed.run_until(SimTime(HOUR * 3 / 2));
    let (whole, changed) = (whole.usage(alb).units, changed.usage(alb).units);
    assert!((whole.charged - changed.charged).abs() < 1e-9 * whole.charged, "{whole:?} {changed:?}");
    let mut warmed = Engine::new(plan.network, 1);
    warmed.run_until(SimTime(HOUR / 2));
    warmed.forget();
    warmed.run_until(SimTime(HOUR));
    let units = warmed.usage(alb).units;
    assert!((units.charged - 1.0).abs() < 0.02, "50/s ÷ 25/s for half an hour: {units:?}");
}

#[test]
fn instance_hours_are_the_integral_of_the_instance_chart() {
    let web = "web:asg(type=m5.large, min=1, max=6, work=30 ms, boot=20 s, warmup=30 s)";
    let design = sketch(&format!("users(rate=150/s) -> alb:elb -> {web}")).unwrap();
    let plan = compile(&design, &design.scenarios[0]);
    let mut engine = Engine::new(plan.network.clone(), 3);
    let site = plan.sites[&Id::new("web").unwrap()];
    engine.watch(Some(site));
    let mut seconds = 0.0;
    for _ in 0..1_800 {
        engine.run_until(engine.now() + Span::from_secs(1));
        let servers = &engine.snapshot().sites[site as usize].last;
        seconds += f64::from(servers.in_service + servers.pending + servers.draining);
    }
    let report = engine.report();
    let bill = bill(&design, &plan, &PriceList::default(), &report);
    checks(&bill);
    let hours = bill.lines.iter().find(|line| line.item == "m5.large on demand").unwrap().quantity;
    assert!((hours - seconds / 3_600.0).abs() < 0.002 * hours, "{hours} h against {} on the chart", seconds / 3_600.0);
    let census: f64 = (0..).zip(&report.sites[site as usize].census).map(|(n, &time)| f64::from(n) * time as f64).sum();
    assert!((census / HOUR as f64 - hours).abs() < 1e-9 * hours, "the census counts the same servers");
    assert!(report.sites[site as usize].in_service.2 > 1, "the group grew");
}

#[test]
fn bytes_between_zones_are_counted_where_they_cross() {
    let mut design =
        sketch("users(rate=100/s) -> alb:elb -> web:asg(min=3, max=3, work=1 ms) -> db:rds(work=1 ms)").unwrap();
    let scenario = design.scenarios[0].clone();
    design.classes.clear();
    let plan = compile(&design, &scenario);
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(600));
    let report = engine.report();
    let source = &plan.network.sources[0];
    let each = (source.bytes.0 + source.bytes.1) as f64;
    let link =
        |end: &str| plan.links.iter().find(|(id, _)| id.as_str().contains(end)).map(|(_, &at)| at as usize).unwrap();
    let to_db = &report.links[link("db")];
    // The database stands in one of three zones, so two thirds of the calls cross.
    let share = to_db.bytes_across as f64 / (to_db.calls as f64 * each);
    assert!((share - 2.0 / 3.0).abs() < 0.01, "{share}");
    assert_eq!(report.links[link("alb")].bytes_across, 0, "a balancer stands in all zones");
    assert_eq!(engine.carried(link("db") as u32).across, to_db.bytes_across);
}

#[test]
fn a_resized_instance_is_billed_as_what_it_became() {
    let mut design = sketch("users(rate=10/s) -> web:ec2(type=t2.micro, work=5 ms, boot=40 s, stop=20 s)").unwrap();
    let harm = Harm::Resize { node: "web".into(), to: "m5.large".into() };
    let (at, lasts) = (Span::from_secs(3_600), Span::from_secs(120));
    design.scenarios[0].faults.push(Fault { at, lasts, harm });
    let plan = compile(&design, &design.scenarios[0]);
    let mut engine = Engine::new(plan.network.clone(), 1);
    let account = Account::new(Tariff::new(&design, &plan, &PriceList::default()));
    engine.run_until(SimTime(3 * HOUR));
    let bill = account.bill(&engine.report());
    checks(&bill);
    let line = |item: &str| bill.lines.iter().find(|line| line.item == item).map(|line| (line.quantity, line.cost.0));
    // Stopped after an hour, started again after two minutes, and an m5.large from then on.
    assert_eq!(line("t2.micro on demand"), Some((1.0, 11_600))); // 1 h × $0.0116
    let (hours, cost) = line("m5.large on demand").expect("it became one");
    assert!((hours - 7_080.0 / 3_600.0).abs() < 1e-9, "3 h less 1 h 2 min: {hours}");
    assert_eq!(cost, 188_800); // 1.9667 h × $0.096
    assert!((account.total(&engine) - bill.total.usd()).abs() < 1e-5, "the running total says the same");
    // After a warm-up of two hours nothing of the first type is left.
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime(2 * HOUR));
    engine.forget();
    engine.run_until(SimTime(3 * HOUR));
    let bill = account.bill(&engine.report());
    let hours = |item: &str| bill.lines.iter().filter(|line| line.item == item).map(|line| line.quantity).sum::<f64>();
    assert_eq!((hours("t2.micro on demand"), hours("m5.large on demand")), (0.0, 1.0));
}

/// Seconds of servers of a node after an hour, as they are charged, and as they stand on its chart.
fn server_secs(plan: &Plan, node: &str) -> (f64, f64) {
    let site = plan.sites[&Id::new(node).unwrap()];
    let mut engine = Engine::new(plan.network.clone(), 3);
    engine.watch(Some(site));
    let mut on_chart = 0.0;
    for _ in 0..3_600 {
        engine.run_until(engine.now() + Span::from_secs(1));
        let last = &engine.snapshot().sites[site as usize].last;
        on_chart += f64::from(last.in_service + last.pending + last.draining);
    }
    (engine.usage(site).server_secs, on_chart)
}

#[test]
fn a_lost_copy_of_a_database_is_paid_for_while_it_is_replaced() {
    for (settings, copies) in [("multi_az=on", 2.0), ("multi_az=off", 1.0)] {
        let drawn = format!("users(rate=10/s) -> web:ec2(work=1 ms) -> db:rds(work=1 ms, {settings})");
        let lost = plan(&drawn, vec![at(600, 1_200, Harm::Failover { node: "db".into() })]);
        let (charged, on_chart) = server_secs(&lost, "db");
        assert!((charged - copies * 3_600.0).abs() < 1e-6, "{settings}: {charged}");
        assert!((on_chart - charged).abs() < 1.0, "{settings}: {on_chart} on the chart");
    }
}

#[test]
fn instances_on_which_nothing_starts_are_paid_for() {
    let web = "web:asg(min=4, max=4, policy=none, work=1 ms, boot=30 s, health=EC2)";
    let how =
        Rollout { batch: 4, version: Version::NeverStarts, within: Span::from_secs(120), failed: WhenFailed::Stops };
    let rolled = vec![at(61, 3_539, Harm::Rollout { node: "web".into(), how })];
    let (charged, on_chart) = server_secs(&plan(&format!("users(rate=40/s) -> alb:elb -> {web}"), rolled), "web");
    assert!((charged - 4.0 * 3_600.0).abs() < 200.0, "{charged}");
    assert!((on_chart - charged).abs() < 10.0, "{on_chart} on the chart, {charged} charged");
}
