//! What the nodes of one drawing are charged for, with the prices looked up once.

use super::offer::Offer;
use super::offers::Offers;
use super::prices::{PriceList, Prices};
use super::purchase::{Purchases, Rates};
use super::traffic::{Gateway, Traffic, gateways};
use super::{Bill, Line};
use crate::catalog::{self, Charge, Meter};
use crate::compile::Plan;
use crate::model::{Design, Id, Node};
use crate::sim::engine::Engine;
use crate::sim::network::{Index, UnitHours};
use crate::sim::report::{Carried, LinkTotals, Report, Usage};
use crate::units::{HOURS_PER_MONTH, Money};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Anything that a run can be metered by.
pub trait Metered {
    /// Simulated hours since metering began.
    fn hours(&self) -> f64;
    /// What a site used.
    fn site(&self, site: Index) -> Usage;
    /// Server seconds of a site while it had more than `floor` servers, of those beyond; spot instances do not count.
    fn server_secs_above(&self, site: Index, floor: u32) -> f64;
    /// Server seconds of a site by the kind of server, as the engine numbers them; empty where all are of one kind.
    fn server_secs_by_kind(&self, site: Index) -> Vec<(u32, f64)>;
    /// What was carried along a link.
    fn link(&self, link: Index) -> Carried;
}

impl Metered for Report {
    fn hours(&self) -> f64 {
        self.now.since(self.from).hours()
    }

    fn site(&self, site: Index) -> Usage {
        let Some(site) = self.sites.get(site as usize) else { return Usage::default() };
        Usage {
            arrived: site.arrived,
            writes: site.writes,
            stored: site.messages.0,
            empty_receives: site.empty_receives,
            queries: site.queries,
            surplus_hours: site.credits.map_or(0.0, |credits| credits.surplus_hours),
            spot_secs: site.spot_secs,
            server_secs: site.server_secs,
            request_secs: site.in_system_mean * self.hours() * 3_600.0,
            reused: site.reused,
            waited_open_secs: site.waited_open_secs,
            units: site.units,
        }
    }

    fn server_secs_above(&self, site: Index, floor: u32) -> f64 {
        let census = self.sites.get(site as usize).map_or(&[][..], |site| &site.census);
        let beyond = |(count, &time): (u64, &u64)| count.saturating_sub(u64::from(floor)) as f64 * time as f64;
        (0..).zip(census).map(beyond).sum::<f64>() / 1e9
    }

    fn server_secs_by_kind(&self, site: Index) -> Vec<(u32, f64)> {
        self.sites.get(site as usize).map_or_else(Vec::new, |site| site.server_secs_by_kind.clone())
    }

    fn link(&self, link: Index) -> Carried {
        let carried = |link: &LinkTotals| Carried { calls: link.calls, bytes: link.bytes, across: link.bytes_across };
        self.links.get(link as usize).map(carried).unwrap_or_default()
    }
}

impl Metered for Engine {
    fn hours(&self) -> f64 {
        self.measured().hours()
    }

    fn site(&self, site: Index) -> Usage {
        self.usage(site)
    }

    fn server_secs_above(&self, site: Index, floor: u32) -> f64 {
        self.server_secs_above(site, floor)
    }

    fn server_secs_by_kind(&self, site: Index) -> Vec<(u32, f64)> {
        self.server_secs_by_kind(site)
    }

    fn link(&self, link: Index) -> Carried {
        self.carried(link)
    }
}

/// The prices of a drawing in its region, ready to be multiplied with what a run used.
#[derive(Debug, Clone, Default)]
pub struct Tariff {
    region: String,
    offers: Offers,
    items: Vec<Item>,
    /// What was used before these prices came into force, at the prices of then.
    past: Vec<Use>,
    /// Offers of an hour of each instance type of a data sheet, by its place there: by region, sheet and what stands behind
    /// the name of the type on the bill, such as the engine.
    kinds: BTreeMap<(String, &'static str, String), Arc<[usize]>>,
    /// What could be committed to.
    pub(super) rates: Vec<Rates>,
}

/// One item of one node.
#[derive(Debug, Clone)]
struct Item {
    owner: Owner,
    meter: Meter,
    factor: f64,
    /// Which of the offers.
    offer: usize,
    /// The instance type whose hours these are, where its servers can be resized.
    kind: Option<Kind>,
    traffic: Arc<Traffic>,
}

/// An instance type by its place in the data sheet, and the offers of all; hours of others are theirs.
#[derive(Debug, Clone)]
struct Kind {
    own: Option<u32>,
    offers: Arc<[usize]>,
}

/// Who uses something.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Owner {
    node: String,
    service: &'static str,
    /// Beyond all sites for what is no node's.
    site: Index,
}

/// So much of an offer.
#[derive(Debug, Clone)]
struct Use {
    owner: Owner,
    offer: usize,
    quantity: f64,
    /// How the quantity came about, where that is not plain.
    note: String,
}

impl Tariff {
    /// Looks up what each node that runs is charged for. Nodes of unknown services have no charges.
    pub fn new(design: &Design, plan: &Plan, list: &PriceList) -> Self {
        let mut tariff = Self { region: design.region.clone(), ..Self::default() };
        let mut traffic = Traffic::of_nodes(design, plan);
        let mut purchases = Purchases::default();
        for (id, &site) in &plan.sites {
            if let Some(node) = design.nodes.get(id) {
                let prices = Prices::new(design, list, design.region_of(node));
                tariff.rates.extend(purchases.of_node(&prices, (id, node, site)));
                tariff.add(&prices, traffic.remove(id).unwrap_or_default(), (id, node, site));
            }
        }
        for gateway in gateways(design, plan) {
            tariff.add_gateway(&Prices::new(design, list, gateway.region), gateway);
        }
        tariff
    }

    fn add(&mut self, prices: &Prices<'_>, traffic: Traffic, (id, node, site): (&Id, &Node, Index)) {
        let (Some(service), Some(settings)) = (node.service(), node.settings()) else { return };
        let applies = |charge: &Charge| match charge.meter {
            Meter::BytesOut => traffic.leaves(),
            Meter::BytesOutTo(near) => traffic.leaves() && traffic.serves(near),
            Meter::PublicHours => traffic.public && !traffic.private,
            Meter::RequestsFrom(near) => traffic.serves(near),
            _ => true,
        };
        let mut charges: Vec<Charge> = (service.charges)(&settings).into_iter().filter(applies).collect();
        if traffic.goes_abroad() {
            charges.push(Charge::new("network", "data between regions", Meter::BytesAbroad, 1e-9));
        }
        self.add_items(prices, &Owner { node: id.to_string(), service: service.key, site }, (traffic, charges));
    }

    fn add_gateway(&mut self, prices: &Prices<'_>, gateway: Gateway<'_>) {
        let owner = Owner { node: gateway.subnet.to_string(), service: "network", site: Index::MAX };
        self.add_items(prices, &owner, (gateway.traffic, catalog::nat_gateway()));
    }

    fn add_items(&mut self, prices: &Prices<'_>, owner: &Owner, (traffic, charges): (Traffic, Vec<Charge>)) {
        let traffic = Arc::new(traffic);
        for charge in charges {
            let offer = self.offers.of_charge(&charge, &owner.node, prices);
            let kind = self.kind_of(&charge, prices);
            let Charge { meter, factor, .. } = charge;
            let traffic = Arc::clone(&traffic);
            self.items.push(Item { owner: owner.clone(), meter, factor, offer, kind, traffic });
        }
    }

    /// The instance type that a charge is for, if it is for hours of instances that can be resized.
    fn kind_of(&mut self, charge: &Charge, prices: &Prices<'_>) -> Option<Kind> {
        let hours = matches!(charge.meter, Meter::ServerHours | Meter::ServerHoursAbove(_));
        let types = &catalog::find(charge.sheet).filter(|_| hours)?.sheet().types;
        let name = charge.item.split_once(' ').map_or(charge.item.as_str(), |(name, _)| name);
        let own = types.iter().position(|kind| kind.name == name).map(|at| at as u32);
        own?;
        let behind = charge.item[name.len()..].to_owned();
        let key = (prices.region.to_owned(), charge.sheet, behind);
        if let Some(offers) = self.kinds.get(&key) {
            return Some(Kind { own, offers: Arc::clone(offers) });
        }
        let hour = |name: &str| Charge::new(charge.sheet, format!("{name}{}", key.2), Meter::ServerHours, 1.0);
        let offers: Arc<[usize]> =
            types.iter().map(|kind| self.offers.place(Offer::new(&hour(&kind.name), "", prices))).collect();
        self.kinds.insert(key, Arc::clone(&offers));
        Some(Kind { own, offers })
    }

    /// Keeps what was used before. What is sold now as well has its price of now from the beginning of the run: a price
    /// that is set by hand, or a free tier, is a view of the whole run and not an event in it.
    pub(super) fn remember(&mut self, before: &Self, used: &impl Metered) {
        for Use { owner, offer, quantity, note } in before.uses(used) {
            let old = &before.offers.all()[offer];
            let still = self.offers.find(&old.key, &old.region);
            let offer = still.unwrap_or_else(|| self.offers.place(old.clone()));
            let same = |past: &&mut Use| past.offer == offer && past.owner == owner;
            match self.past.iter_mut().find(same) {
                Some(past) => past.quantity += quantity,
                None => self.past.push(Use { owner, offer, quantity, note }),
            }
        }
    }

    /// Sites and links of the network that it may ask about.
    pub(super) fn extent(&self) -> (Index, Index) {
        let own = self.items.iter().map(|item| item.owner.site).filter(|&site| site != Index::MAX);
        let sites = own.map(|site| site + 1).max().unwrap_or(0);
        let links = self.items.iter().map(|item| item.traffic.extent()).max().unwrap_or(0);
        (sites, links)
    }

    /// Sites with the numbers of servers above which it asks for server seconds.
    pub(super) fn floors(&self) -> impl Iterator<Item = (Index, u32)> {
        self.items.iter().filter_map(|item| match item.meter {
            Meter::ServerHoursAbove(floor) => Some((item.owner.site, floor)),
            _ => None,
        })
    }

    fn uses(&self, used: &impl Metered) -> impl Iterator<Item = Use> {
        let now = self.items.iter().flat_map(|item| {
            let note = item.note(used);
            let of = move |(offer, quantity)| Use { owner: item.owner.clone(), offer, quantity, note: note.clone() };
            self.parts(item, used).map(of)
        });
        self.past.iter().cloned().chain(now)
    }

    /// What was used of an item, and of others in its place: hours of servers that were resized are those of what they
    /// became.
    fn parts(&self, item: &Item, used: &impl Metered) -> impl Iterator<Item = (usize, f64)> {
        let by_kind = item.kind.as_ref().map_or_else(Vec::new, |_| used.server_secs_by_kind(item.owner.site));
        let own_kind = item.kind.as_ref().and_then(|kind| kind.own);
        let is_own = move |kind: u32| Some(kind) == own_kind;
        let hours = |secs: f64| secs / 3_600.0 * item.factor;
        let sum = |kind: &dyn Fn(u32) -> bool| by_kind.iter().filter(|part| kind(part.0)).map(|part| part.1).sum();
        let own = match item.meter {
            _ if by_kind.is_empty() => item.quantity(used),
            Meter::SpotHours => item.quantity(used),
            Meter::ServerHours => (hours(sum(&is_own)) - used.site(item.owner.site).spot_secs / 3_600.0).max(0.0),
            // What is committed to is paid for in any case; only the hours beyond are less.
            _ => (item.quantity(used) - hours(sum(&|kind| !is_own(kind)))).max(0.0),
        };
        let all = item.meter != Meter::SpotHours;
        let others = by_kind.into_iter().filter(move |_| all).filter(move |&(kind, secs)| !is_own(kind) && secs > 0.0);
        let others =
            others.filter_map(move |(kind, secs)| Some((*item.kind.as_ref()?.offers.get(kind as usize)?, hours(secs))));
        std::iter::once((item.offer, own)).chain(others)
    }

    /// Of each offer, what all nodes used of it together.
    fn totals(&self, used: &impl Metered) -> Vec<f64> {
        let mut totals = vec![0.0; self.offers.all().len()];
        self.shares(used).for_each(|(_, offer, quantity)| totals[offer] += quantity);
        totals
    }

    /// What each site used of each offer.
    fn shares(&self, used: &impl Metered) -> impl Iterator<Item = (Index, usize, f64)> {
        let now = self.items.iter().flat_map(move |item| {
            let of = |(offer, quantity)| (item.owner.site, offer, quantity);
            self.parts(item, used).map(of)
        });
        self.past.iter().map(|past| (past.owner.site, past.offer, past.quantity)).chain(now)
    }

    /// Dollars for what was used in so many hours, by all and by each site: the bill's total, and that of each node,
    /// before rounding. Costs a few operations per item.
    pub(super) fn spent(&self, used: &impl Metered, hours: f64) -> (f64, Vec<f64>) {
        let shares: Vec<(Index, usize, f64)> = self.shares(used).collect();
        let mut totals = vec![0.0; self.offers.all().len()];
        shares.iter().for_each(|&(_, offer, quantity)| totals[offer] += quantity);
        let months = hours / HOURS_PER_MONTH;
        let costs: Vec<f64> =
            self.offers.all().iter().zip(&totals).map(|(offer, &total)| offer.cost(total, months)).collect();
        let sites = shares.iter().map(|share| share.0).filter(|&site| site != Index::MAX);
        let mut by_site = vec![0.0; sites.max().map_or(0, |last| last as usize + 1)];
        for (site, offer, quantity) in shares.into_iter().filter(|share| totals[share.1] != 0.0) {
            if let Some(sum) = by_site.get_mut(site as usize) {
                *sum += costs[offer] * (quantity / totals[offer]);
            }
        }
        (costs.iter().sum(), by_site)
    }

    /// The bill of what was used in so many hours, largest cost first.
    pub(super) fn bill(&self, used: &impl Metered, hours: f64) -> Bill {
        let totals = self.totals(used);
        let months = hours / HOURS_PER_MONTH;
        let each = self.uses(used).flat_map(|one| self.lines(&one, totals[one.offer], months).collect::<Vec<_>>());
        let mut lines = joined(each.collect());
        lines.sort_by(|a, b| b.cost.cmp(&a.cost).then_with(|| (&a.node, &a.item).cmp(&(&b.node, &b.item))));
        let total = lines.iter().map(|line| line.cost).sum();
        Bill { region: self.region.clone(), hours, lines, total }
    }

    /// One node's part of what all used of an offer, tier by tier.
    fn lines(&self, one: &Use, total: f64, months: f64) -> impl Iterator<Item = Line> {
        let offer = &self.offers.all()[one.offer];
        let share = if total != 0.0 { one.quantity / total } else { 0.0 };
        offer.split(total, months).map(move |(band, part)| {
            let quantity = part * share;
            Line {
                node: one.owner.node.clone(),
                service: one.owner.service,
                key: offer.key.clone(),
                item: band.item.clone(),
                quantity,
                unit: offer.unit.clone(),
                unit_price: band.usd,
                cost: Money::from_usd(quantity * band.usd.unwrap_or(0.0)),
                source: band.source.clone(),
                source_date: band.date.clone(),
                region: offer.region.clone(),
                note: one.note.clone(),
            }
        })
    }
}

/// The same item of a node at the same price is one line.
fn joined(mut lines: Vec<Line>) -> Vec<Line> {
    let usd = |line: &Line| line.unit_price.map(f64::to_bits);
    lines.sort_by(|a, b| (&a.node, &a.item, usd(a)).cmp(&(&b.node, &b.item, usd(b))));
    lines.dedup_by(|later, first| {
        let same = (&first.node, &first.item, usd(first)) == (&later.node, &later.item, usd(later));
        if same {
            first.quantity += later.quantity;
            first.cost = Money::from_usd(first.quantity * first.unit_price.unwrap_or(0.0));
        }
        same
    });
    lines
}

impl Item {
    /// In units of the price.
    fn quantity(&self, used: &impl Metered) -> f64 {
        let site = used.site(self.owner.site);
        let metered = match self.meter {
            Meter::Hours => used.hours(),
            Meter::ServerHours => (site.server_secs - site.spot_secs) / 3_600.0,
            Meter::PublicHours => site.server_secs / 3_600.0,
            Meter::ServerHoursAbove(floor) => used.server_secs_above(self.owner.site, floor) / 3_600.0,
            Meter::Requests => site.arrived as f64,
            Meter::Writes => site.writes as f64,
            Meter::Reads => site.arrived.saturating_sub(site.writes) as f64,
            Meter::SurplusHours => site.surplus_hours,
            Meter::SpotHours => site.spot_secs / 3_600.0,
            Meter::Queries => site.queries as f64,
            Meter::Messages => site.stored as f64,
            Meter::EmptyReceives => site.empty_receives as f64,
            Meter::RequestsFrom(near) => site.arrived as f64 * self.traffic.requests_from(near, used),
            Meter::BytesOut => self.traffic.bytes_out(used),
            Meter::BytesOutTo(near) => self.traffic.bytes_out(used) * self.traffic.bytes_to(near, used),
            Meter::BytesThrough => self.traffic.bytes_through(used),
            Meter::BytesAcross => self.traffic.bytes_across(used),
            Meter::BytesAbroad => self.traffic.bytes_abroad(used),
            Meter::BytesThroughGateway => self.traffic.bytes_through_gateway(used),
            Meter::UnitHours => site.units.charged,
        };
        metered * self.factor
    }

    /// How the quantity came about, where that is not plain.
    fn note(&self, used: &impl Metered) -> String {
        match self.meter {
            Meter::UnitHours => in_words(&used.site(self.owner.site).units, used.hours()),
            _ => String::new(),
        }
    }
}

/// In words, on average over so many hours.
fn in_words(units: &UnitHours, hours: f64) -> String {
    let UnitHours { new, active, bytes, rules, .. } = *units;
    let dimensions = [("new connections", new), ("open connections", active), ("bytes", bytes), ("rules", rules)];
    let dimensions = dimensions.map(|(name, units)| format!("{name} {:.3}", units / hours.max(f64::MIN_POSITIVE)));
    format!("units by dimension: {}; the largest of each hour is charged", dimensions.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{Account, bill};
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

    /// Links by the gigabytes that were answered along them.
    fn hours(hours: u64, sites: Vec<SiteTotals>, answers: &[u64]) -> Report {
        let link =
            |&answers: &u64| LinkTotals { calls: 1, bytes: (0, answers * 1_000_000_000), ..LinkTotals::default() };
        let links = answers.iter().map(link).collect();
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
        let units = UnitHours { bytes: 50.0, charged: 50.0, ..UnitHours::default() };
        let alb = SiteTotals { arrived: 1_000_000, units, ..SiteTotals::default() };
        let bill = bill(&design, &plan, &PriceList::default(), &hours(10, vec![alb, SiteTotals::default()], &[50]));
        assert_eq!(cost_of(&bill, "application load balancer"), (10.0, 225_000)); // 10 h × $0.0225
        assert_eq!(cost_of(&bill, "LCU"), (50.0, 400_000)); // 50 GB = 50 LCU-hours × $0.008
        assert_eq!(cost_of(&bill, "data out"), (50.0, 4_500_000)); // 50 GB × $0.09
        assert_eq!(cost_of(&bill, "public IPv4"), (20.0, 100_000)); // 2 addresses × 10 h × $0.005
        assert_eq!(bill.total.0, 5_225_000);
        assert_eq!(bill.per_hour().0, 522_500);
        assert_eq!(bill.per_month().0, 381_425_000);
        assert_eq!(bill.per_1000_good(500_000), Some(0.010_45));
        assert_eq!(bill.lines[0].unit, "GB", "the largest cost stands first");
        let lcu = bill.lines.iter().find(|line| line.item == "LCU").unwrap();
        assert!(lcu.note.contains("bytes 5.000, rules 0.000"), "{}", lcu.note);
    }

    #[test]
    fn servers_are_charged_from_launch_to_end() {
        let (design, plan) = drawing(&[("db", "rds")], &[]);
        let db = SiteTotals { server_secs: 5_400.0, ..SiteTotals::default() };
        let bill = bill(&design, &plan, &PriceList::default(), &hours(2, vec![db], &[]));
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
        let sites = vec![SiteTotals::default(); 3];
        let bill = bill(&design, &plan, &PriceList::default(), &hours(1, sites, &[3, 100, 1]));
        let out = bill.lines.iter().find(|line| line.node == "files" && line.unit == "GB").unwrap();
        assert_eq!((out.quantity, out.cost.0), (1.0, 90_000), "what goes to the edge is not charged");
    }

    #[test]
    fn a_missing_price_is_said_and_left_out() {
        let (mut design, plan) = drawing(&[("db", "rds")], &[]);
        design.region = "eu-west-1".to_owned();
        let db = SiteTotals { server_secs: 5_400.0, ..SiteTotals::default() };
        let bill = bill(&design, &plan, &PriceList::default(), &hours(2, vec![db], &[]));
        assert_eq!((bill.total, bill.unpriced().count()), (Money::ZERO, bill.lines.len()));
        assert!(bill.lines[0].source.contains("no price for eu-west-1"), "{}", bill.lines[0].source);
    }

    #[test]
    fn every_charge_of_the_catalogue_has_a_price() {
        for service in catalog::ALL {
            let (mut design, plan) = drawing(&[("it", service.key), ("u", "users")], &[("u", "it")]);
            for region in catalog::REGIONS {
                design.region = region.to_owned();
                let bill = bill(&design, &plan, &PriceList::default(), &hours(1, vec![SiteTotals::default(); 2], &[0]));
                let unpriced: Vec<_> = bill.unpriced().map(|line| &line.item).collect();
                assert!(unpriced.is_empty(), "{} in {region}: {unpriced:?}", service.key);
            }
        }
    }

    #[test]
    fn the_running_total_is_that_of_the_bill() {
        let (design, plan) = drawing(&[("users", "users"), ("alb", "elb")], &[("users", "alb")]);
        let report = hours(3, vec![SiteTotals::default(); 2], &[7]);
        let tariff = Account::new(Tariff::new(&design, &plan, &PriceList::default()));
        assert!((tariff.total(&report) - tariff.bill(&report).total.usd()).abs() < 3e-6);
    }
}
