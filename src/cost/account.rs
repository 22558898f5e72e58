//! The cost of a run whose prices change on the way, as they do when a size is changed while it runs.

use super::{Bill, Metered, Proposal, Tariff};
use crate::sim::engine::Engine;
use crate::sim::network::Index;
use crate::sim::report::{Carried, Usage};
use crate::units::Span;
use std::collections::BTreeMap;

/// Prices what a run uses, each stretch by what was sold then. An item that is still sold has one price for the whole run.
#[derive(Debug, Clone, Default)]
pub struct Account {
    tariff: Tariff,
    /// What had been used when the tariff came into force.
    start: Used,
}

/// What had been used at a moment.
#[derive(Debug, Clone, Default)]
struct Used {
    hours: f64,
    sites: Vec<Usage>,
    /// Server seconds by the kind of server.
    kinds: Vec<Vec<(u32, f64)>>,
    /// Server seconds beyond those numbers of servers that the tariff asks about.
    above: BTreeMap<(Index, u32), f64>,
    /// By link.
    links: Vec<Carried>,
}

/// What was used since then.
struct Since<'a, M> {
    now: &'a M,
    start: &'a Used,
}

impl Account {
    /// Charts know their costs where they are told at multiples of this: the length of their finest points.
    pub const STEP: Span = Span::from_secs(1);

    /// An account of a run that begins.
    pub fn new(tariff: Tariff) -> Self {
        Self { tariff, ..Self::default() }
    }

    /// Other items from now on, and other prices of those that stay; the network behind them has the same sites and links.
    pub fn change(&mut self, mut tariff: Tariff, used: &impl Metered) {
        tariff.remember(&self.tariff, &Since { now: used, start: &self.start });
        self.start = Used::now(used, &tariff);
        self.tariff = tariff;
    }

    /// Dollars since the beginning, before rounding.
    pub fn total(&self, used: &impl Metered) -> f64 {
        self.spent(used).0
    }

    /// Writes what was spent until now, by all and by each site, into the charts of a run.
    pub fn tell(&self, engine: &mut Engine) {
        let (total, by_site) = self.spent(engine);
        engine.spend(total, &by_site);
    }

    fn spent(&self, used: &impl Metered) -> (f64, Vec<f64>) {
        self.tariff.spent(&Since { now: used, start: &self.start }, used.hours())
    }

    /// Ways to pay less for the servers that were needed since the beginning, at the prices of now.
    pub fn proposals(&self, used: &impl Metered) -> Vec<Proposal> {
        self.tariff.proposals(used)
    }

    /// The bill since the beginning. The same item at the same price is one line.
    pub fn bill(&self, used: &impl Metered) -> Bill {
        self.tariff.bill(&Since { now: used, start: &self.start }, used.hours())
    }
}

impl Used {
    fn now(used: &impl Metered, tariff: &Tariff) -> Self {
        let (sites, links) = tariff.extent();
        Self {
            hours: used.hours(),
            sites: (0..sites).map(|site| used.site(site)).collect(),
            kinds: (0..sites).map(|site| used.server_secs_by_kind(site)).collect(),
            above: tariff.floors().map(|at| (at, used.server_secs_above(at.0, at.1))).collect(),
            links: (0..links).map(|link| used.link(link)).collect(),
        }
    }
}

impl<M: Metered> Metered for Since<'_, M> {
    fn hours(&self) -> f64 {
        self.now.hours() - self.start.hours
    }

    fn site(&self, site: Index) -> Usage {
        let now = self.now.site(site);
        let Some(start) = self.start.sites.get(site as usize) else { return now };
        Usage {
            arrived: now.arrived - start.arrived,
            writes: now.writes - start.writes,
            stored: now.stored - start.stored,
            empty_receives: now.empty_receives - start.empty_receives,
            queries: now.queries - start.queries,
            surplus_hours: now.surplus_hours - start.surplus_hours,
            spot_secs: now.spot_secs - start.spot_secs,
            server_secs: now.server_secs - start.server_secs,
            request_secs: now.request_secs - start.request_secs,
            reused: now.reused - start.reused,
            waited_open_secs: now.waited_open_secs - start.waited_open_secs,
            units: now.units - start.units,
        }
    }

    fn server_secs_above(&self, site: Index, floor: u32) -> f64 {
        let before = self.start.above.get(&(site, floor)).copied().unwrap_or(0.0);
        self.now.server_secs_above(site, floor) - before
    }

    fn server_secs_by_kind(&self, site: Index) -> Vec<(u32, f64)> {
        let mut now = self.now.server_secs_by_kind(site);
        let start = self.start.kinds.get(site as usize).map_or(&[][..], |kinds| kinds);
        let all = self.start.sites.get(site as usize).map_or(0.0, |usage| usage.server_secs);
        // Until there was more than one kind, all was of the first.
        let first = now.first().map(|&(kind, _)| (kind, all));
        let start = if start.is_empty() { first.as_slice() } else { start };
        for (kind, secs) in &mut now {
            *secs -= start.iter().find(|(known, _)| known == kind).map_or(0.0, |(_, before)| *before);
        }
        now
    }

    fn link(&self, link: Index) -> Carried {
        let now = self.now.link(link);
        let Some(start) = self.start.links.get(link as usize) else { return now };
        Carried {
            calls: now.calls - start.calls,
            bytes: (now.bytes.0 - start.bytes.0, now.bytes.1 - start.bytes.1),
            across: now.across - start.across,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Value;
    use crate::compile::Plan;
    use crate::cost::PriceList;
    use crate::model::{Design, Id, Node, Point};
    use crate::sim::report::{Report, SiteTotals};
    use crate::units::SimTime;

    fn tariff(class: &str) -> Tariff {
        tariff_of(&drawn(class))
    }

    fn tariff_of(design: &Design) -> Tariff {
        let plan = Plan { sites: [(Id::new("db").unwrap(), 0)].into(), ..Plan::default() };
        Tariff::new(design, &plan, &PriceList::default())
    }

    fn drawn(class: &str) -> Design {
        let settings = [("class".to_owned(), Value::Word(class.to_owned()))].into();
        let at = Point { x: 0.0, y: 0.0 };
        let node = Node { service: "rds".to_owned(), label: String::new(), at, place: None, settings };
        let mut design = Design::default();
        design.nodes.insert(Id::new("db").unwrap(), node);
        design
    }

    fn after(hours: u64) -> Report {
        let site = SiteTotals { server_secs: hours as f64 * 3_600.0, ..SiteTotals::default() };
        Report { now: SimTime(hours * 3_600_000_000_000), sites: vec![site], ..Report::default() }
    }

    /// The same database at a price that was set by hand.
    fn at(class: &str, usd: f64) -> Tariff {
        let mut design = drawn(class);
        design.pricing.prices.insert(format!("rds/{class} on demand"), usd);
        tariff_of(&design)
    }

    #[test]
    fn a_price_that_is_set_by_hand_holds_from_the_beginning() {
        let mut account = Account::new(tariff("db.m5.large"));
        account.change(at("db.m5.large", 0.5), &after(2));
        account.change(tariff("db.m5.xlarge"), &after(3));
        account.change(at("db.m5.large", 0.25), &after(4));
        let bill = account.bill(&after(10));
        let line = |item: &str| bill.lines.iter().find(|line| line.item.starts_with(item)).unwrap();
        assert_eq!((line("db.m5.large").quantity, line("db.m5.large").cost.0), (9.0, 2_250_000)); // 9 h × $0.25
        assert_eq!((line("db.m5.xlarge").quantity, line("db.m5.xlarge").cost.0), (1.0, 342_000)); // 1 h × $0.342
    }

    #[test]
    fn the_past_keeps_its_price() {
        let mut account = Account::new(tariff("db.m5.large"));
        account.change(tariff("db.m5.xlarge"), &after(2));
        account.change(tariff("db.m5.large"), &after(3));
        let bill = account.bill(&after(10));
        let line = |item: &str| bill.lines.iter().find(|line| line.item.starts_with(item)).unwrap();
        assert_eq!((line("db.m5.large").quantity, line("db.m5.large").cost.0), (9.0, 1_539_000)); // 9 h × $0.171
        assert_eq!((line("db.m5.xlarge").quantity, line("db.m5.xlarge").cost.0), (1.0, 342_000)); // 1 h × $0.342
        assert_eq!(bill.hours, 10.0);
        assert!((account.total(&after(10)) - bill.total.usd()).abs() < 1e-5);
        assert_eq!(bill.total, bill.lines.iter().map(|line| line.cost).sum());
    }
}
