//! The prices of one drawing, looked up once.

use super::{Bill, Line};
use crate::catalog::{self, Charge, Confidence, Face, Meter, Quote, Sheet};
use crate::compile::Plan;
use crate::model::{Design, Id, Node};
use crate::sim::engine::Engine;
use crate::sim::network::Index;
use crate::sim::report::{Report, Usage};
use crate::units::Money;
use std::collections::BTreeMap;

/// Bytes that one load-balancer capacity unit processes in an hour, for instances as targets.
/// Elastic Load Balancing pricing, "LCU details" (2026-10-01).
const BYTES_PER_LCU_HOUR: f64 = 1e9;

/// Where only some of a capacity unit's dimensions are metered, the bill says so.
const LCU_NOTE: &str =
    "metered by answered bytes, 1 GB an LCU-hour; connections are not simulated, rules are free up to 10";

/// Anything that a run can be metered by.
pub trait Metered {
    /// Simulated hours since metering began.
    fn hours(&self) -> f64;
    /// What a site used.
    fn site(&self, site: Index) -> Usage;
    /// Calls made along a link.
    fn calls(&self, link: Index) -> u64;
}

impl Metered for Report {
    fn hours(&self) -> f64 {
        self.now.since(self.from).hours()
    }

    fn site(&self, site: Index) -> Usage {
        let Some(site) = self.sites.get(site as usize) else { return Usage::default() };
        Usage {
            arrived: site.arrived,
            stored: site.messages.0,
            bytes_out: site.bytes_out,
            server_secs: site.server_secs,
        }
    }

    fn calls(&self, link: Index) -> u64 {
        self.links.get(link as usize).map_or(0, |link| link.calls)
    }
}

impl Metered for Engine {
    fn hours(&self) -> f64 {
        self.measured().hours()
    }

    fn site(&self, site: Index) -> Usage {
        self.usage(site)
    }

    fn calls(&self, link: Index) -> u64 {
        self.calls(link)
    }
}

/// The prices of a drawing in its region, ready to be multiplied with what a run used.
#[derive(Debug, Clone, Default)]
pub struct Tariff {
    region: String,
    items: Vec<Item>,
}

/// One item of one node.
#[derive(Debug, Clone)]
struct Item {
    site: Index,
    meter: Meter,
    factor: f64,
    price: f64,
    traffic: Traffic,
    /// The line as it will stand on the bill, without its figures.
    line: Line,
}

/// The links that lead to a node: from outside AWS, and all of them.
#[derive(Debug, Clone, Default)]
struct Traffic {
    direct: Vec<Index>,
    all: Vec<Index>,
}

impl Tariff {
    /// Looks up what each node that runs is charged for. Nodes of unknown services have no charges.
    pub fn new(design: &Design, plan: &Plan) -> Self {
        let running = plan.sites.iter().filter_map(|(id, &site)| Some((id, design.nodes.get(id)?, site)));
        let mut traffic = Traffic::into_nodes(design, plan);
        let mut into = |id: &Id| traffic.remove(id).unwrap_or_default();
        let items = running.flat_map(|(id, node, site)| items(design, &into(id), (id, node, site))).collect();
        Self { region: design.region.clone(), items }
    }

    /// The bill of what was used.
    pub fn bill(&self, used: &impl Metered) -> Bill {
        let mut lines: Vec<Line> = self.items.iter().map(|item| item.priced(used)).collect();
        lines.sort_by(|a, b| b.cost.cmp(&a.cost).then_with(|| (&a.node, &a.item).cmp(&(&b.node, &b.item))));
        let total = lines.iter().map(|line| line.cost).sum();
        Bill { region: self.region.clone(), hours: used.hours(), lines, total }
    }

    /// Sites and links of the network that it may ask about.
    pub(super) fn extent(&self) -> (Index, Index) {
        let sites = self.items.iter().map(|item| item.site + 1).max().unwrap_or(0);
        let links = self.items.iter().flat_map(|item| &item.traffic.all).map(|link| link + 1).max().unwrap_or(0);
        (sites, links)
    }

    /// Dollars for what was used: the bill's total before rounding. Costs a few operations per line.
    pub fn total(&self, used: &impl Metered) -> f64 {
        self.items.iter().map(|item| item.quantity(used) * item.price).sum()
    }
}

impl Item {
    /// In units of the price.
    fn quantity(&self, used: &impl Metered) -> f64 {
        let site = used.site(self.site);
        let metered = match self.meter {
            Meter::Hours => used.hours(),
            Meter::ServerHours => site.server_secs / 3_600.0,
            Meter::Requests => site.arrived as f64,
            Meter::Messages => site.stored as f64,
            Meter::BytesOut => site.bytes_out as f64 * self.traffic.direct_share(used),
            Meter::BytesAnswered => site.bytes_out as f64,
            Meter::LcuHours => site.bytes_out as f64 / BYTES_PER_LCU_HOUR,
        };
        metered * self.factor
    }

    fn priced(&self, used: &impl Metered) -> Line {
        let quantity = self.quantity(used);
        Line { quantity, cost: Money::from_usd(quantity * self.price), ..self.line.clone() }
    }
}

impl Traffic {
    /// What leads to each node, in one go over all links.
    fn into_nodes<'a>(design: &'a Design, plan: &Plan) -> BTreeMap<&'a Id, Self> {
        let mut into: BTreeMap<&Id, Self> = BTreeMap::new();
        for (id, link) in &design.links {
            let Some(&index) = plan.links.get(id) else { continue };
            let traffic = into.entry(&link.to).or_default();
            traffic.all.push(index);
            let caller = design.nodes.get(&link.from).and_then(Node::service);
            if caller.is_some_and(|service| matches!(service.face, Face::Client | Face::Dns)) {
                traffic.direct.push(index);
            }
        }
        into
    }

    /// Share of the calls that came from outside AWS. What leaves towards an edge is not charged, so a node behind one
    /// pays only for the calls that go round it.
    fn direct_share(&self, used: &impl Metered) -> f64 {
        if self.direct.len() == self.all.len() {
            return 1.0;
        }
        let calls = |links: &[Index]| links.iter().map(|&link| used.calls(link)).sum::<u64>();
        let all = calls(&self.all);
        if all == 0 { 0.0 } else { calls(&self.direct) as f64 / all as f64 }
    }
}

fn items(design: &Design, traffic: &Traffic, (id, node, site): (&Id, &Node, Index)) -> Vec<Item> {
    let (Some(service), Some(settings)) = (node.service(), node.settings()) else { return Vec::new() };
    let applies = |charge: &Charge| charge.meter != Meter::BytesOut || !traffic.direct.is_empty();
    let item = |charge: Charge| {
        let line = line(&design.region, id, &charge);
        let price = line.unit_price.unwrap_or(0.0);
        Item { site, meter: charge.meter, factor: charge.factor, price, traffic: traffic.clone(), line }
    };
    (service.charges)(&settings).into_iter().filter(applies).map(item).collect()
}

/// A line without quantity and cost.
fn line(region: &str, node: &Id, charge: &Charge) -> Line {
    let blank = Line {
        node: node.to_string(),
        item: charge.item.clone(),
        quantity: 0.0,
        unit: unit_of(charge.meter).to_owned(),
        unit_price: charge.own_price,
        cost: Money::ZERO,
        source: String::new(),
        source_date: String::new(),
    };
    if charge.own_price.is_some() {
        return Line { source: "set by you on this node".to_owned(), ..blank };
    }
    let line = match look_up(charge) {
        Some((sheet, sold)) => sold.line(sheet, region, blank),
        None => {
            Line { source: format!("no price for {} in the catalogue; left out of the total", charge.item), ..blank }
        }
    };
    if charge.meter == Meter::LcuHours { Line { source: format!("{}; {LCU_NOTE}", line.source), ..line } } else { line }
}

/// Something that the catalogue has prices for.
struct Sold {
    item: String,
    unit: String,
    quotes: &'static std::collections::BTreeMap<String, Quote>,
}

fn look_up(charge: &Charge) -> Option<(&'static Sheet, Sold)> {
    let sheet = match charge.sheet {
        "network" => catalog::network_sheet(),
        key => catalog::find(key)?.sheet(),
    };
    let by_type = || {
        let found = sheet.types.iter().find(|kind| kind.name == charge.item)?;
        let item = format!("{} on demand", found.name);
        Some(Sold { item, unit: "instance-hour".to_owned(), quotes: &found.usd })
    };
    let by_item = || {
        let found = sheet.prices.iter().find(|price| price.item == charge.item)?;
        Some(Sold { item: found.item.clone(), unit: found.unit.clone(), quotes: &found.usd })
    };
    Some((sheet, by_type().or_else(by_item)?))
}

impl Sold {
    fn line(self, sheet: &Sheet, region: &str, blank: Line) -> Line {
        let named = Line { item: self.item, unit: self.unit, ..blank };
        let Some(quote) = self.quotes.get(region) else {
            let source = format!("no price for {region} in the catalogue; left out of the total");
            return Line { source, ..named };
        };
        let (source, source_date) = cite(sheet, &quote.source, quote.confidence);
        Line { unit_price: Some(quote.usd), source, source_date, ..named }
    }
}

fn cite(sheet: &Sheet, source: &str, confidence: Confidence) -> (String, String) {
    let found = sheet.sources.get(source);
    let (text, date) = found.map_or((source, ""), |found| (found.text.as_str(), found.date.as_str()));
    (format!("{text} ({})", confidence.words()), date.to_owned())
}

/// The unit where the catalogue names none.
fn unit_of(meter: Meter) -> &'static str {
    match meter {
        Meter::Hours => "hour",
        Meter::ServerHours => "instance-hour",
        Meter::Requests => "request",
        Meter::Messages => "message",
        Meter::BytesOut | Meter::BytesAnswered => "byte",
        Meter::LcuHours => "LCU-hour",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::bill;
    use crate::model::{Link, Point};
    use crate::sim::report::{LinkTotals, SiteTotals};
    use crate::units::SimTime;

    fn id(text: &str) -> Id {
        Id::new(text).unwrap()
    }

    /// Nodes `name: service` and links `from -> to`; site and link numbers follow the order of the ids.
    fn drawing(nodes: &[(&str, &str)], links: &[(&str, &str)]) -> (Design, Plan) {
        let mut design = Design::default();
        for (name, service) in nodes {
            let node = Node {
                service: (*service).to_owned(),
                label: (*name).to_owned(),
                at: Point { x: 0.0, y: 0.0 },
                place: None,
                settings: Default::default(),
            };
            design.nodes.insert(id(name), node);
        }
        for (from, to) in links {
            let link = Link::new(id(from), id(to));
            design.links.insert(id(&format!("{from}-{to}")), link);
        }
        let sites = design.nodes.keys().cloned().zip(0..).collect();
        let links = design.links.keys().cloned().zip(0..).collect();
        (design, Plan { sites, links, ..Plan::default() })
    }

    fn hours(hours: u64, sites: Vec<SiteTotals>, calls: &[u64]) -> Report {
        let links = calls.iter().map(|&calls| LinkTotals { calls, ..LinkTotals::default() }).collect();
        let from = SimTime(600_000_000_000);
        let now = SimTime(from.0 + hours * 3_600_000_000_000);
        Report { from, now, sites, links, ..Report::default() }
    }

    fn cost_of(bill: &Bill, item: &str) -> (f64, i64) {
        let line = bill.lines.iter().find(|line| line.item.contains(item));
        let line = line.unwrap_or_else(|| panic!("no {item} in {:?}", bill.lines));
        (line.quantity, line.cost.0)
    }

    #[test]
    fn a_balancer_by_hand() {
        // Sites in the order of their ids: alb, users.
        let (design, plan) = drawing(&[("users", "users"), ("alb", "elb")], &[("users", "alb")]);
        let alb = SiteTotals { arrived: 1_000_000, bytes_out: 50_000_000_000, ..SiteTotals::default() };
        let bill = bill(&design, &plan, &hours(10, vec![alb, SiteTotals::default()], &[1_000_000]));
        assert_eq!(cost_of(&bill, "application load balancer"), (10.0, 225_000)); // 10 h × $0.0225
        assert_eq!(cost_of(&bill, "LCU"), (50.0, 400_000)); // 50 GB = 50 LCU-hours × $0.008
        assert_eq!(cost_of(&bill, "data out"), (50.0, 4_500_000)); // 50 GB × $0.09
        assert_eq!(bill.total.0, 5_125_000);
        assert_eq!(bill.per_hour().0, 512_500);
        assert_eq!(bill.per_month().0, 374_125_000);
        assert_eq!(bill.per_1000_good(500_000), Some(0.010_25));
        assert_eq!(bill.lines[0].unit, "GB", "the largest cost stands first");
        let lcu = bill.lines.iter().find(|line| line.item == "LCU").unwrap();
        assert!(lcu.source.contains("connections are not simulated"), "{}", lcu.source);
    }

    #[test]
    fn servers_are_charged_from_launch_to_end() {
        let (design, plan) = drawing(&[("db", "rds")], &[]);
        let db = SiteTotals { server_secs: 5_400.0, ..SiteTotals::default() };
        let bill = bill(&design, &plan, &hours(2, vec![db], &[]));
        assert_eq!(cost_of(&bill, "db.m5.large on demand"), (1.5, 256_500)); // 1.5 h × $0.171
        let (quantity, cost) = cost_of(&bill, "gp3 storage"); // 100 GB × 2 h / 730 h × $0.115
        assert!((quantity - 0.273_972_6).abs() < 1e-6);
        assert_eq!(cost, 31_507);
        assert_eq!(bill.total, bill.lines.iter().map(|line| line.cost).sum());
    }

    #[test]
    fn what_leaves_towards_an_edge_is_the_edges() {
        let nodes = [("users", "users"), ("edge", "cloudfront"), ("files", "s3")];
        let (design, plan) = drawing(&nodes, &[("users", "edge"), ("edge", "files"), ("users", "files")]);
        // Sites: edge, files, users. Links: edge-files, users-edge, users-files.
        let files = SiteTotals { bytes_out: 4_000_000_000, ..SiteTotals::default() };
        let sites = vec![SiteTotals::default(), files, SiteTotals::default()];
        let bill = bill(&design, &plan, &hours(1, sites, &[30, 100, 10]));
        let out = bill.lines.iter().find(|line| line.node == "files" && line.unit == "GB").unwrap();
        assert_eq!((out.quantity, out.cost.0), (1.0, 90_000), "a quarter of the calls goes round the edge");
    }

    #[test]
    fn a_missing_price_is_said_and_left_out() {
        let (mut design, plan) = drawing(&[("db", "rds")], &[]);
        design.region = "eu-west-1".to_owned();
        let db = SiteTotals { server_secs: 5_400.0, ..SiteTotals::default() };
        let bill = bill(&design, &plan, &hours(2, vec![db], &[]));
        assert_eq!((bill.total, bill.unpriced().count()), (Money::ZERO, bill.lines.len()));
        assert!(bill.lines[0].source.contains("no price for eu-west-1"), "{}", bill.lines[0].source);
    }

    #[test]
    fn every_charge_of_the_catalogue_has_a_price() {
        for service in catalog::ALL {
            let (mut design, plan) = drawing(&[("it", service.key), ("u", "users")], &[("u", "it")]);
            for region in catalog::REGIONS {
                design.region = region.to_owned();
                let bill = bill(&design, &plan, &hours(1, vec![SiteTotals::default(); 2], &[0]));
                let unpriced: Vec<_> = bill.unpriced().map(|line| &line.item).collect();
                assert!(unpriced.is_empty(), "{} in {region}: {unpriced:?}", service.key);
            }
        }
    }

    #[test]
    fn the_running_total_is_that_of_the_bill() {
        let (design, plan) = drawing(&[("users", "users"), ("alb", "elb")], &[("users", "alb")]);
        let alb = SiteTotals { bytes_out: 123_456_789, ..SiteTotals::default() };
        let report = hours(3, vec![alb, SiteTotals::default()], &[7]);
        let tariff = Tariff::new(&design, &plan);
        assert!((tariff.total(&report) - tariff.bill(&report).total.usd()).abs() < 3e-6);
    }
}
