//! Bills that were computed by hand from the published prices, each with its arithmetic; and what must hold of every bill.

use loadscape::compile::{Plan, compile};
use loadscape::cost::{Account, Bill, PriceList, Tariff, bill};
use loadscape::model::{Design, Id, sketch};
use loadscape::scenario::{Fault, Harm};
use loadscape::sim::engine::Engine;
use loadscape::sim::report::{LinkTotals, Report, SiteTotals};
use loadscape::units::{SimTime, Span};

const HOUR: u64 = 3_600_000_000_000;
/// Hours of a month.
const MONTH: u64 = 730;

/// A run of so many hours, in which nothing was used yet.
struct Run {
    design: Design,
    plan: Plan,
    report: Report,
}

impl Run {
    fn new(drawing: &str, hours: u64) -> Self {
        let design = sketch(drawing).unwrap_or_else(|why| panic!("{why}"));
        let plan = compile(&design, &design.scenarios[0]);
        let sites = vec![SiteTotals::default(); plan.network.sites.len()];
        let calls = |_: &_| LinkTotals { calls: 1, ..LinkTotals::default() };
        let links = plan.network.links.iter().map(calls).collect();
        let report = Report { now: SimTime(hours * HOUR), sites, links, ..Report::default() };
        Self { design, plan, report }
    }

    fn with(mut self, node: &str, change: impl FnOnce(&mut SiteTotals)) -> Self {
        let site = self.plan.sites[&Id::new(node).unwrap()];
        change(&mut self.report.sites[site as usize]);
        self
    }

    /// The node had so many servers for so many hours each.
    fn servers(self, node: &str, spells: &[(usize, u64)]) -> Self {
        self.with(node, |site| {
            for &(servers, hours) in spells {
                site.census.resize(site.census.len().max(servers + 1), 0);
                site.census[servers] += hours * HOUR;
                site.server_secs += (servers as u64 * hours * 3_600) as f64;
            }
        })
    }

    fn in_region(mut self, region: &str) -> Self {
        self.design.region = region.to_owned();
        self
    }

    fn with_free_tier(mut self) -> Self {
        self.design.pricing.free_tier = true;
        self
    }

    fn bill(&self) -> Bill {
        bill(&self.design, &self.plan, &PriceList::default(), &self.report)
    }

    /// Compares the bill with one by hand: items, quantities, costs in micro-dollars, and the total.
    fn costs(&self, by_hand: &[(&str, f64, i64)]) {
        let bill = self.bill();
        let lines: Vec<_> = bill.lines.iter().filter(|line| line.cost.0 > 0 || line.item.contains("free")).collect();
        for (item, quantity, cost) in by_hand {
            let line = lines.iter().find(|line| line.item == *item);
            let line = line.unwrap_or_else(|| panic!("no line \"{item}\" among {lines:#?}"));
            assert!(
                (line.quantity - quantity).abs() < 1e-6 * quantity.max(1.0),
                "{item}: {} {}",
                line.quantity,
                line.unit
            );
            assert_eq!(line.cost.0, *cost, "{item}");
        }
        assert_eq!(lines.len(), by_hand.len(), "{lines:#?}");
        assert_eq!(bill.total.0, by_hand.iter().map(|(_, _, cost)| cost).sum::<i64>());
        checks(&bill);
    }
}

/// Every line is quantity times price, the total is their sum.
fn checks(bill: &Bill) {
    for line in &bill.lines {
        let usd = line.quantity * line.unit_price.unwrap_or(0.0);
        assert_eq!(line.cost.0, (usd * 1e6).round() as i64, "{line:?}");
        assert!(!line.source.is_empty(), "{line:?}");
    }
    assert_eq!(bill.total, bill.lines.iter().map(|line| line.cost).sum());
}

const GB: u64 = 1_000_000_000;
const WEB: &str = "users -> alb:elb -> web:asg";

#[test]
fn whatsthetime_for_a_month_on_demand() {
    let run = Run::new("users -> alb:elb -> web:asg(type=m5.large, policy=none)", MONTH);
    let run = run.with("alb", |alb| (alb.arrived, alb.bytes_out) = (10_000_000, 100 * GB));
    run.servers("web", &[(3, MONTH)]).costs(&[
        ("m5.large on demand", 2_190.0, 210_240_000),     // 3 × 730 h × $0.096
        ("application load balancer", 730.0, 16_425_000), // 730 h × $0.0225
        ("LCU", 100.0, 800_000),                          // 100 GB × $0.008
        ("public IPv4 address", 1_460.0, 7_300_000),      // 2 × 730 h × $0.005
        ("data out to the internet, first 10 TB", 100.0, 9_000_000), // 100 GB × $0.09
    ]);
}

#[test]
fn whatsthetime_for_a_month_with_two_of_three_reserved() {
    let web = "web:asg(type=m5.large, policy=none, commitment=reserved 1 year, committed=2)";
    let run = Run::new(&format!("users -> alb:elb(addresses=0) -> {web}"), MONTH);
    run.servers("web", &[(3, MONTH)]).costs(&[
        ("m5.large reserved 1 year, no upfront", 1_460.0, 87_600_000), // 2 × 730 h × $0.06
        ("m5.large on demand", 730.0, 70_080_000),                     // 1 × 730 h × $0.096
        ("application load balancer", 730.0, 16_425_000),
    ]);
}

#[test]
fn reserved_servers_are_paid_for_when_they_do_not_run() {
    let web = "web:asg(type=m5.large, commitment=reserved 3 years, payment=all upfront, committed=4)";
    let run = Run::new(&format!("users -> {web}"), MONTH).servers("web", &[(2, 365), (6, 365)]);
    run.costs(&[
        // 4 × 730 h × $0.041 × 0.8704
        ("m5.large reserved 3 years, all upfront", 2_920.0, 104_204_288),
        ("m5.large on demand", 730.0, 70_080_000),    // 2 × 365 h × $0.096
        ("public IPv4 address", 2_920.0, 14_600_000), // (2 + 6) × 365 h × $0.005
        ("CloudWatch alarm", 2.0, 200_000),           // 2 × $0.10
    ]);
}

#[test]
fn an_image_site_for_a_month_behind_cloudfront_with_tiers() {
    let run = Run::new("users -> cdn:cloudfront(price_class=North America) -> files:s3(storage=500 GB)", MONTH);
    let run = run.with("cdn", |cdn| (cdn.arrived, cdn.bytes_out) = (120_000_000, 60_000 * GB));
    run.with("files", |files| files.arrived = 6_000_000).costs(&[
        ("data out, North America, first 10 TB", 10_240.0, 870_400_000), // 10,240 GB × $0.085
        ("data out, North America, next 40 TB", 40_960.0, 3_276_800_000), // 40,960 GB × $0.08
        ("data out, North America, next 100 TB", 8_800.0, 528_000_000),  // 8,800 GB × $0.06
        ("HTTPS requests, North America", 12_000.0, 120_000_000),        // 120 M / 10,000 × $0.01
        ("GET requests", 6_000.0, 2_400_000),                            // 6 M / 1,000 × $0.0004
        ("standard storage", 500.0, 11_500_000),                         // 500 GB × $0.023
    ]);
}

#[test]
fn data_out_of_seoul_falls_in_price_by_tiers_across_all_nodes() {
    // Two balancers share the tiers: 40,000 and 20,000 GB are one account's 60,000.
    let run = Run::new("users -> a:elb(addresses=0) -> web:ec2; users -> b:elb(addresses=0) -> web", MONTH);
    let run = run.with("a", |alb| alb.bytes_out = 40_000 * GB).with("b", |alb| alb.bytes_out = 20_000 * GB);
    let bill = run.in_region("ap-northeast-2").bill();
    checks(&bill);
    let out = |node: &str| -> i64 {
        let lines = bill.lines.iter().filter(|line| line.node == node && line.item.starts_with("data out"));
        lines.map(|line| line.cost.0).sum()
    };
    // 10,240 × $0.126 + 40,960 × $0.122 + 8,800 × $0.117 = $7,316.96, two thirds of it a's.
    assert_eq!(out("a") + out("b"), 7_316_960_000);
    assert!((out("a") - 2 * out("b")).abs() <= 3, "{} and {}", out("a"), out("b"));
}

#[test]
fn a_small_server_with_the_free_tier() {
    let run = Run::new("users -> web:ec2(type=t2.micro)", MONTH).servers("web", &[(1, MONTH)]);
    let run = run.with("web", |web| web.bytes_out = 150 * GB);
    let by_hand = [
        ("t2.micro on demand, free tier", 730.0, 0), // of 750 h
        ("data out to the internet, free tier", 100.0, 0),
        ("data out to the internet, first 10 TB", 50.0, 4_500_000), // (150 − 100) GB × $0.09
        ("public IPv4 address", 730.0, 3_650_000),                  // 730 h × $0.005
    ];
    run.with_free_tier().costs(&by_hand);
}

#[test]
fn a_queue_for_a_month() {
    let run = Run::new("users -> front:ec2 -> jobs:sqs", MONTH).with("jobs", |jobs| jobs.messages = (10_000_000, 0, 0));
    // Send, receive, delete: 30 M requests × $0.40 a million.
    run.costs(&[("requests", 30.0, 12_000_000)]);
}

#[test]
fn a_cache_for_a_month_reserved() {
    let run = Run::new("users -> web:ec2 -> cache:elasticache(node=cache.m5.large, nodes=2)", MONTH);
    run.servers("cache", &[(2, MONTH)]).costs(&[("cache.m5.large on demand", 1_460.0, 227_760_000)]); // × $0.156
    let run = Run::new(
        "users -> web:ec2 -> cache:elasticache(node=cache.m5.large, nodes=2, commitment=reserved 1 year, committed=2)",
        MONTH,
    );
    let run = run.servers("cache", &[(2, MONTH)]);
    run.costs(&[("cache.m5.large reserved 1 year, no upfront", 1_460.0, 154_760_000)]); // × $0.106
}

#[test]
fn a_database_for_half_a_month() {
    let run = Run::new("users -> web:ec2 -> db:rds(class=db.m5.large, storage=100 GB)", 365);
    let run = run.servers("db", &[(1, 365)]);
    run.costs(&[
        ("db.m5.large on demand", 365.0, 62_415_000), // 365 h × $0.171
        ("gp3 storage", 50.0, 5_750_000),             // 100 GB × half a month × $0.115
    ]);
}

#[test]
fn data_between_zones_is_paid_in_both_directions() {
    let mut run = Run::new("users -> alb:elb(addresses=0) -> web:asg(policy=none) -> db:rds(storage=0 B)", MONTH);
    let link = run.plan.links.iter().find(|(id, _)| id.as_str().contains("db")).map(|(_, &at)| at as usize).unwrap();
    run.report.links[link].bytes_across = 300 * GB;
    run.costs(&[
        ("data between zones", 300.0, 3_000_000), // 300 GB × $0.01
        ("application load balancer", 730.0, 16_425_000),
    ]);
}

#[test]
fn an_hour_is_its_share_of_a_month() {
    let of = |hours: u64| {
        let run = Run::new(WEB, hours).servers("web", &[(2, hours)]);
        run.with("alb", |alb| alb.bytes_out = 100 * hours * GB).bill()
    };
    let (hour, month) = (of(1), of(MONTH));
    assert!((hour.per_month().usd() - month.total.usd()).abs() < 0.01, "{} against {}", hour.per_month(), month.total);
    assert_eq!(hour.lines.len(), month.lines.len(), "73 TB a month reach the third tier in its first hour");
    assert!((month.per_year().usd() - 12.0 * month.total.usd()).abs() < 1e-3);
}

#[test]
fn the_best_commitment_is_what_always_runs() {
    let run = Run::new("users -> web:asg(type=m5.large)", MONTH).servers("web", &[(2, 365), (6, 365)]);
    let account = Account::new(Tariff::new(&run.design, &run.plan, &PriceList::default()));
    let found = account.proposals(&run.report);
    let year = found.iter().find(|found| found.commitment.words() == "reserved 1 year, no upfront").unwrap();
    // A third server runs half the time: 0.5 × $0.096 < $0.06. The first two always do.
    assert_eq!(year.servers, 2);
    assert_eq!(year.on_demand.0, 280_320_000); // (2 + 6) × 365 h × $0.096
    assert_eq!(year.committed.0, 87_600_000 + 140_160_000); // 2 × 730 h × $0.06 + 4 × 365 h × $0.096
    let three = found.iter().find(|found| found.commitment.words() == "reserved 3 years, no upfront").unwrap();
    assert_eq!(three.servers, 6, "half the time at $0.096 is more than all of it at $0.041");
    assert!(found.is_sorted_by_key(|found| std::cmp::Reverse(found.saving())));
}

#[test]
fn prices_by_hand_take_the_place_of_the_catalogues() {
    let mut run = Run::new("users -> web:ec2(type=m5.large)", 10).servers("web", &[(1, 10)]);
    let csv = "service,item,region,usd\nec2,m5.large on demand,,0.05\nec2,public IPv4 address,us-east-1,0\n";
    let (list, _) = PriceList::parse("ours.csv", csv).unwrap();
    let priced = |run: &Run, item: &str| {
        let bill = bill(&run.design, &run.plan, &list, &run.report);
        let line = bill.lines.into_iter().find(|line| line.item == item).unwrap();
        (line.cost.0, line.source)
    };
    assert_eq!(priced(&run, "m5.large on demand"), (500_000, "from ours.csv".to_owned()));
    assert_eq!(priced(&run, "public IPv4 address").0, 0);
    run.design.pricing.prices.insert("ec2/m5.large on demand".to_owned(), 0.01);
    assert_eq!(priced(&run, "m5.large on demand"), (100_000, "set in this design".to_owned()));
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
    assert_eq!(engine.bytes_across(link("db") as u32), to_db.bytes_across);
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
