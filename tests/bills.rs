//! Bills that were computed by hand from the published prices, each with its arithmetic; and what must hold of every bill.

use loadscape::catalog::Value;
use loadscape::compile::{Plan, compile};
use loadscape::cost::{Account, Bill, Metered, PriceList, Tariff, bill};
use loadscape::model::{Design, Id, Place, PlaceKind, Point, Rect, sketch};
use loadscape::sim::report::{LinkTotals, Report, SiteTotals};
use loadscape::units::SimTime;

pub const HOUR: u64 = 3_600_000_000_000;
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

    /// So many bytes of requests and of answers went from one node to another.
    fn carried(mut self, (from, to): (&str, &str), bytes: (u64, u64)) -> Self {
        self.link(from, to).bytes = bytes;
        self
    }

    fn link(&mut self, from: &str, to: &str) -> &mut LinkTotals {
        let (from, to) = (Id::new(from).unwrap(), Id::new(to).unwrap());
        let found = self.design.links.iter().find(|(_, link)| (&link.from, &link.to) == (&from, &to));
        let at = self.plan.links[found.unwrap_or_else(|| panic!("no link {from} -> {to}")).0];
        &mut self.report.links[at as usize]
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
        bill(&self.design, &self.plan, &PriceList::default(), &self.with_units())
    }

    /// The report with the capacity units of hours that are all alike.
    fn with_units(&self) -> Report {
        let mut report = self.report.clone();
        for hourly in &self.plan.network.hourly {
            let units = hourly.in_one(|site| report.site(site), |link| report.link(link));
            report.sites[hourly.site as usize].units = units;
        }
        report
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
pub fn checks(bill: &Bill) {
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
    let run = run.carried(("users", "alb"), (0, 100 * GB));
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

/// Four servers for a month, three of them spot.
fn partly_spot(settings: &str) -> Run {
    let run = Run::new(&format!("users -> web:asg(policy=none, spot=100 %, on_demand_base=1{settings})"), MONTH);
    run.servers("web", &[(1, MONTH)]).with("web", |web| {
        web.spot_secs = (3 * MONTH * 3_600) as f64;
        web.server_secs += web.spot_secs;
    })
}

#[test]
fn spot_instances_have_their_price_and_nobody_commits_to_them() {
    let addresses = ("public IPv4 address", 2_920.0, 14_600_000); // 4 × 730 h × $0.005
    partly_spot("").costs(&[
        ("m5.large on demand", 730.0, 70_080_000), // 730 h × $0.096
        ("m5.large spot", 2_190.0, 71_481_600),    // 3 × 730 h × $0.03264
        addresses,
    ]);
    partly_spot("").in_region("ap-northeast-2").costs(&[
        ("m5.large on demand", 730.0, 86_140_000), // 730 h × $0.118
        ("m5.large spot", 2_190.0, 82_694_400),    // 3 × 730 h × $0.03776
        addresses,
    ]);
    partly_spot(", spot_price=40 %, commitment=reserved 1 year, committed=1").costs(&[
        ("m5.large reserved 1 year, no upfront", 730.0, 43_800_000), // 730 h × $0.06
        ("m5.large spot", 2_190.0, 84_096_000),                      // 3 × 730 h × $0.096 × 0.4
        addresses,
    ]);
    let run = partly_spot("");
    let proposals = Tariff::new(&run.design, &run.plan, &PriceList::default()).proposals(&run.report);
    assert!(!proposals.is_empty() && proposals.iter().all(|proposal| proposal.servers == 1), "{proposals:?}");
    assert!(proposals.iter().all(|proposal| proposal.on_demand.0 == 70_080_000), "{proposals:?}");
}

#[test]
fn an_image_site_for_a_month_behind_cloudfront_with_tiers() {
    let run = Run::new("users -> cdn:cloudfront(price_class=North America) -> files:s3(storage=500 GB)", MONTH);
    let run = run.with("cdn", |cdn| cdn.arrived = 120_000_000).carried(("users", "cdn"), (0, 60_000 * GB));
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
fn an_image_site_whose_users_are_in_two_regions() {
    let cdn = "cdn:cloudfront(price_class=\"North America 75 %, Asia Pacific 25 %\")";
    let run = Run::new(&format!("users -> {cdn} -> files:s3(storage=0 B)"), MONTH);
    let run = run.with("cdn", |cdn| cdn.arrived = 40_000_000).carried(("users", "cdn"), (0, 60_000 * GB));
    run.costs(&[
        ("data out, North America, first 10 TB", 10_240.0, 870_400_000), // 10,240 GB × $0.085
        ("data out, North America, next 40 TB", 34_760.0, 2_780_800_000), // (45,000 − 10,240) GB × $0.08
        ("data out, Asia Pacific, first 10 TB", 10_240.0, 1_228_800_000), // 10,240 GB × $0.12
        ("data out, Asia Pacific, next 40 TB", 4_760.0, 476_000_000),    // (15,000 − 10,240) GB × $0.10
        ("HTTPS requests, North America", 3_000.0, 30_000_000),          // 30 M / 10,000 × $0.01
        ("HTTPS requests, Asia Pacific", 1_000.0, 12_000_000),           // 10 M / 10,000 × $0.012
    ]);
}

/// A balancer for 100 hours at 100 requests a second.
fn balanced(settings: &str, of_users: &str) -> Run {
    let run = Run::new(&format!("users({of_users}) -> alb:elb(addresses=0, {settings}) -> web:asg(policy=none)"), 100);
    let mut run = run.with("users", |users| users.arrived = 36_000_000).with("alb", |alb| alb.arrived = 36_000_000);
    run.link("users", "alb").calls = 36_000_000;
    run
}

fn units(run: &Run) -> (f64, String) {
    let bill = run.bill();
    checks(&bill);
    let line = bill.lines.into_iter().find(|line| line.unit == "LCU-hour").unwrap();
    (line.quantity, line.note)
}

#[test]
fn capacity_units_are_the_largest_of_their_dimensions() {
    let near = |found: (f64, String), wanted: f64| assert!((found.0 - wanted).abs() < 1e-6 * wanted, "{found:?}");
    // Each request on a connection of its own: 100/s ÷ 25/s × 100 h.
    near(units(&balanced("rules=1", "keep_alive=10 s")), 400.0);
    // Kept for two minutes, 12,000 are open: ÷ 3,000 × 100 h.
    near(units(&balanced("rules=1", "keep_alive=150 s")), 500.0);
    // 90 of 100 come on open ones, which had waited 8 s each: 10/s new, and 0.9 × 8 + 0.1 × 60 = 13.2 s of waiting each
    // request, so 1,320 are open, and 50 requests under way: 1,370 ÷ 3,000 × 100 h.
    let run = balanced("rules=1", "keep_alive=60 s").with("users", |users| {
        (users.reused, users.waited_open_secs) = (32_400_000, 32_400_000.0 * 8.0);
    });
    let run = run.with("alb", |alb| alb.in_system_mean = 50.0);
    near(units(&run), 137_000.0 / 3_000.0);
    // 150 GB of requests and 700 GB of answers.
    near(units(&run.carried(("users", "alb"), (150 * GB, 700 * GB))), 850.0);
    // 100/s × (60 − 10) rules ÷ 1,000/s × 100 h = 500.
    near(units(&balanced("rules=60", "keep_alive=10 s")), 500.0);
    // A network balancer: 100/s ÷ 800/s, and 100/s × 10 s ÷ 100,000.
    near(units(&balanced("kind=network", "keep_alive=10 s")), 12.5);
}

#[test]
fn an_edge_charges_by_where_its_users_are_drawn() {
    let edge = "cdn:cloudfront(price_class=\"Asia Pacific\") -> files:s3(storage=0 B)";
    let mut run = Run::new(&format!("here:users -> {edge}; there:users -> cdn; anywhere:users -> cdn"), MONTH);
    region(&mut run.design, "home", "us-east-1");
    region(&mut run.design, "far", "ap-northeast-2");
    let run = run.standing("here", "home").standing("there", "far").with("cdn", |cdn| cdn.arrived = 10_000_000);
    let mut run = run.carried(("here", "cdn"), (0, 6_000 * GB)).carried(("there", "cdn"), (0, 3_000 * GB));
    run = run.carried(("anywhere", "cdn"), (0, 1_000 * GB));
    for (from, calls) in [("here", 5_000_000), ("there", 3_000_000), ("anywhere", 2_000_000)] {
        run.link(from, "cdn").calls = calls;
    }
    run.costs(&[
        ("data out, North America, first 10 TB", 6_000.0, 510_000_000), // 6,000 GB × $0.085
        ("data out, Asia Pacific, first 10 TB", 4_000.0, 480_000_000),  // (3,000 + 1,000) GB × $0.12
        ("HTTPS requests, North America", 500.0, 5_000_000),            // 5 M / 10,000 × $0.01
        ("HTTPS requests, Asia Pacific", 500.0, 6_000_000),             // (3 + 2) M / 10,000 × $0.012
    ]);
}

#[test]
fn users_who_ask_a_name_are_charged_where_they_are_drawn() {
    let asked = "here:users -> dns:route53 -> cdn:cloudfront -> files:s3(storage=0 B)";
    let mut run = Run::new(&format!("{asked}; there:users -> dns"), MONTH);
    region(&mut run.design, "home", "us-east-1");
    region(&mut run.design, "far", "ap-northeast-2");
    let run = run.standing("here", "home").standing("there", "far").with("cdn", |cdn| cdn.arrived = 10_000_000);
    let run = run.carried(("here", "dns"), (0, 3_000 * GB)).carried(("there", "dns"), (0, 1_000 * GB));
    let mut run = run.carried(("dns", "cdn"), (0, 4_000 * GB));
    (run.link("here", "dns").calls, run.link("there", "dns").calls) = (8_000_000, 2_000_000);
    run.link("dns", "cdn").calls = 10_000_000;
    let bill = run.bill();
    checks(&bill);
    for (item, wanted) in [
        ("data out, North America", 3_000.0),
        ("data out, Asia Pacific", 1_000.0),
        ("HTTPS requests, North America", 800.0),
        ("HTTPS requests, Asia Pacific", 200.0),
    ] {
        let line = bill.lines.iter().find(|line| line.item.starts_with(item)).unwrap();
        assert!((line.quantity - wanted).abs() < 1e-9 * wanted, "{item}: {}", line.quantity);
    }
}

fn region(design: &mut Design, id: &str, name: &str) {
    place(design, id, PlaceKind::Region, (name, None));
    let drawn = design.places.get_mut(&Id::new(id).unwrap()).unwrap();
    drawn.settings.insert("region".to_owned(), Value::Word(name.to_owned()));
}

fn place(design: &mut Design, id: &str, kind: PlaceKind, (label, parent): (&str, Option<&str>)) {
    let rect = Rect::new(Point::default(), kind.size());
    let parent = parent.map(|id| Id::new(id).unwrap());
    design.places.insert(
        Id::new(id).unwrap(),
        Place { kind, label: label.to_owned(), rect, parent, settings: Default::default() },
    );
}

impl Run {
    /// The same drawing with a node in a place.
    fn standing(mut self, node: &str, place: &str) -> Self {
        self.design.nodes.get_mut(&Id::new(node).unwrap()).unwrap().place = Id::new(place);
        self
    }
}

#[test]
fn a_private_subnet_pays_for_its_way_out() {
    let drawn = |way_out: &str| {
        let web = "web:asg(policy=none) -> files:s3(storage=0 B); web -> jobs:sqs";
        let mut run = Run::new(&format!("users -> alb:elb(addresses=0) -> {web}"), MONTH);
        place(&mut run.design, "a", PlaceKind::Zone, ("a", None));
        place(&mut run.design, "inner", PlaceKind::PrivateSubnet, ("Private", Some("a")));
        let subnet = run.design.places.get_mut(&Id::new("inner").unwrap()).unwrap();
        subnet.settings.insert("way_out".to_owned(), Value::Word(way_out.to_owned()));
        let run = run.carried(("web", "files"), (20 * GB, 180 * GB)).carried(("web", "jobs"), (10 * GB, 0));
        run.standing("web", "inner")
    };
    let nat = |data: f64, cost: i64| {
        [
            ("NAT gateway", 730.0, 32_850_000), // 730 h × $0.045
            ("NAT gateway data", data, cost),
            ("public IPv4 address", 730.0, 3_650_000),        // 730 h × $0.005
            ("application load balancer", 730.0, 16_425_000), // 730 h × $0.0225
        ]
    };
    drawn("NAT gateway").costs(&nat(210.0, 9_450_000)); // (20 + 180 + 10) GB × $0.045
    let balancer = [("application load balancer", 730.0, 16_425_000)];
    drawn("endpoint for S3").costs(&balancer); // it is free, and leads to S3 alone: the queue is out of reach
    drawn("none").costs(&balancer);
}

#[test]
fn what_crosses_regions_is_paid_where_it_leaves_at_the_prices_of_there() {
    let mut run = Run::new("users -> web:ec2(type=m5.large) -> db:rds(class=db.m5.large, storage=0 B)", MONTH);
    place(&mut run.design, "home", PlaceKind::Region, ("N. Virginia", None));
    place(&mut run.design, "far", PlaceKind::Region, ("Seoul", None));
    let seoul = run.design.places.get_mut(&Id::new("far").unwrap()).unwrap();
    seoul.settings.insert("region".to_owned(), Value::Word("ap-northeast-2".to_owned()));
    run.link("web", "db").bytes_across = 7 * GB;
    let run = run.carried(("web", "db"), (10 * GB, 100 * GB)).servers("db", &[(1, MONTH)]);
    let run = run.standing("web", "home").standing("db", "far");
    let bill = run.bill();
    checks(&bill);
    let between = |node: &str| {
        let found = bill.lines.iter().find(|line| line.node == node && line.item == "data between regions").unwrap();
        (found.quantity, found.cost.0, found.region.as_str())
    };
    assert_eq!(between("web"), (10.0, 200_000, "us-east-1")); // 10 GB × $0.02
    assert_eq!(between("db"), (100.0, 8_000_000, "ap-northeast-2")); // 100 GB × $0.08
    let db = bill.lines.iter().find(|line| line.item == "db.m5.large on demand").unwrap();
    assert_eq!(db.cost.0, 172_280_000); // 730 h × $0.236
    assert!(
        !bill.lines.iter().any(|line| line.item == "data between zones" && line.cost.0 > 0),
        "it is one or the other"
    );
}

#[test]
fn data_out_of_seoul_falls_in_price_by_tiers_across_all_nodes() {
    // Two balancers share the tiers: 40,000 and 20,000 GB are one account's 60,000.
    let run = Run::new("users -> a:elb(addresses=0) -> web:ec2; users -> b:elb(addresses=0) -> web", MONTH);
    let run = run.carried(("users", "a"), (0, 40_000 * GB)).carried(("users", "b"), (0, 20_000 * GB));
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
    let run = run.carried(("users", "web"), (0, 150 * GB));
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
    // Four instances that ask once a second all month and find nothing: 10.512 M requests.
    let run = Run::new("users -> front:ec2 -> jobs:sqs", MONTH).with("jobs", |jobs| jobs.empty_receives = 10_512_000);
    run.costs(&[("requests", 10.512, 4_204_800)]);
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
fn myclothes_for_a_month_with_multi_az_and_backups() {
    let web = "web:asg(type=m5.large, policy=none) -> cache:elasticache(node=cache.m5.large, nodes=2)";
    let db = "web -> db:rds(class=db.m5.large, multi_az=on, storage=200 GB, backups=300 GB)";
    let mut run = Run::new(&format!("users -> alb:elb -> {web}; {db}"), MONTH);
    run.link("web", "db").bytes_across = 250 * GB;
    let run = run.servers("web", &[(3, MONTH)]).servers("cache", &[(2, MONTH)]).servers("db", &[(2, MONTH)]);
    run.carried(("users", "alb"), (0, 400 * GB)).costs(&[
        ("db.m5.large on demand", 1_460.0, 249_660_000), // primary and standby: 2 × 730 h × $0.171
        ("cache.m5.large on demand", 1_460.0, 227_760_000), // 2 × 730 h × $0.156
        ("m5.large on demand", 2_190.0, 210_240_000),    // 3 × 730 h × $0.096
        ("gp3 storage", 400.0, 46_000_000),              // 2 × 200 GB × $0.115
        ("data out to the internet, first 10 TB", 400.0, 36_000_000), // 400 GB × $0.09
        ("application load balancer", 730.0, 16_425_000), // 730 h × $0.0225
        ("backup storage", 100.0, 9_500_000),            // (300 − 200) GB × $0.095
        ("public IPv4 address", 1_460.0, 7_300_000),     // 2 × 730 h × $0.005
        ("LCU", 400.0, 3_200_000),                       // 400 GB × $0.008
        ("data between zones", 250.0, 2_500_000),        // 250 GB × $0.01
    ]);
}

#[test]
fn a_database_costs_by_its_engine_and_can_be_reserved() {
    let db = |settings: &str| {
        let drawn = format!("users -> web:ec2 -> db:rds(class=db.m5.large, storage=0 B, multi_az=on, {settings})");
        Run::new(&drawn, MONTH).servers("db", &[(2, MONTH)])
    };
    // 2 × 730 h × $0.178, and reserved × $0.1095 for MySQL.
    db("engine=PostgreSQL").costs(&[("db.m5.large PostgreSQL on demand", 1_460.0, 259_880_000)]);
    let year = "commitment=reserved 1 year, committed=2";
    db(year).costs(&[("db.m5.large reserved 1 year, no upfront", 1_460.0, 159_870_000)]);
    // × $0.06872, what is paid upfront spread over three years.
    let three = "commitment=reserved 3 years, payment=all upfront, committed=2";
    db(three).costs(&[("db.m5.large reserved 3 years, all upfront", 1_460.0, 100_331_200)]);
    let unknown = db(&format!("engine=PostgreSQL, {year}")).bill();
    let line = unknown.unpriced().next().expect("no source has reservations of PostgreSQL");
    assert_eq!((line.item.as_str(), line.cost.0), ("db.m5.large PostgreSQL reserved 1 year, no upfront", 0));
    assert!(line.source.contains("no price for us-east-1"), "{}", line.source);
}

#[test]
fn what_is_kept_as_a_copy_is_paid_by_the_month() {
    let run = Run::new("users -> web:ec2 -> disk:ebs(kind=gp3, storage=100 GB, volumes=2, snapshots=300 GB)", MONTH);
    run.costs(&[
        ("gp3 storage", 200.0, 16_000_000),      // 2 × 100 GB × $0.08
        ("snapshot storage", 300.0, 15_000_000), // 300 GB × $0.05
    ]);
    let text =
        "users -> web:ec2 -> disk:ebs(storage=100 GB, made=\"from a snapshot, restored fast\", restored_zones=2)";
    Run::new(text, MONTH).costs(&[
        ("gp3 storage", 100.0, 8_000_000),
        ("fast snapshot restore", 1_460.0, 1_095_000_000), // 730 h × 2 zones × $0.75
    ]);
    let run = Run::new("users -> web:ec2 -> cache:elasticache(backups=10 GB)", MONTH);
    run.costs(&[("backup storage", 10.0, 850_000)]); // 10 GB × $0.085
    let run = Run::new("users -> web:ec2 -> db:aurora(storage=100 GB, backups=150 GB)", MONTH);
    run.costs(&[
        ("storage", 100.0, 10_000_000),      // 100 GB × $0.10
        ("backup storage", 50.0, 1_050_000), // (150 − 100) GB × $0.021
    ]);
}

#[test]
fn writes_to_a_bucket_cost_more_than_reads() {
    let run = Run::new("users -> files:s3(storage=0 B)", MONTH);
    run.with("files", |files| (files.arrived, files.writes) = (5_000_000, 1_000_000)).costs(&[
        ("PUT requests", 1_000.0, 5_000_000), // 1 M / 1,000 × $0.005
        ("GET requests", 4_000.0, 1_600_000), // 4 M / 1,000 × $0.0004
    ]);
}

#[test]
fn data_between_zones_is_paid_in_both_directions() {
    let mut run = Run::new("users -> alb:elb(addresses=0) -> web:asg(policy=none) -> db:rds(storage=0 B)", MONTH);
    run.link("web", "db").bytes_across = 300 * GB;
    run.costs(&[
        ("data between zones", 300.0, 3_000_000), // 300 GB × $0.01
        ("application load balancer", 730.0, 16_425_000),
    ]);
}

#[test]
fn an_hour_is_its_share_of_a_month() {
    let of = |hours: u64| {
        let run = Run::new(WEB, hours).servers("web", &[(2, hours)]);
        run.carried(("users", "alb"), (0, 100 * hours * GB)).bill()
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
