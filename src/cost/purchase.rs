//! How much of a group of servers to commit to, fitted to how many of them a run needed at a time.
//!
//! One more committed server costs its hour always, and saves the on-demand hours during which there were more servers
//! than are committed already. So it pays as long as that share of the time is above the ratio of both prices.

use super::offer::Offer;
use super::prices::Prices;
use super::{Metered, Tariff};
use crate::catalog::{Charge, Commitment, Meter, PAYMENTS, PLANS, Pricing};
use crate::model::{Id, Node};
use crate::sim::network::Index;
use crate::units::{HOURS_PER_MONTH, Money};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A way to pay less for the same servers.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Whose servers.
    pub node: Id,
    /// What is committed to.
    pub commitment: Commitment,
    /// How many servers; all beyond them on demand.
    pub servers: u32,
    /// A month of 730 hours like the run, all on demand.
    pub on_demand: Money,
    /// The same month with the commitment.
    pub committed: Money,
}

/// What an hour of one server of a node costs on demand and under each commitment.
#[derive(Debug, Clone)]
pub(super) struct Rates {
    node: Id,
    site: Index,
    hour: Arc<Hour>,
}

/// What an hour of a kind of server costs.
#[derive(Debug)]
struct Hour {
    on_demand: f64,
    /// Under each commitment that has a price.
    committed: Vec<(Commitment, f64)>,
}

/// Hours that were looked up already, by region, sheet and item: most nodes have servers of few kinds.
#[derive(Debug, Default)]
pub(super) struct Purchases {
    known: BTreeMap<(String, &'static str, String), Option<Arc<Hour>>>,
}

impl Proposal {
    /// Saved each month.
    pub fn saving(&self) -> Money {
        self.on_demand - self.committed
    }
}

impl Purchases {
    /// What the servers of a node cost in all ways; `None` where servers by the hour are not what it is charged for.
    pub(super) fn of_node(&mut self, prices: &Prices<'_>, (id, node, site): (&Id, &Node, Index)) -> Option<Rates> {
        let charges = (node.service()?.charges)(&node.settings()?);
        let by_hour = |charge: &&Charge| matches!(charge.meter, Meter::ServerHours | Meter::ServerHoursAbove(_));
        let charge = charges.iter().find(by_hour)?;
        let hour = if charge.pricing == Pricing::Sheet {
            let key = (prices.region.to_owned(), charge.sheet, charge.item.clone());
            self.known.entry(key).or_insert_with(|| Hour::of(charge, prices)).clone()
        } else {
            Hour::of(charge, prices)
        };
        Some(Rates { node: id.clone(), site, hour: hour? })
    }
}

impl Hour {
    /// That of the servers of a charge; `None` if they have no price.
    fn of(charge: &Charge, prices: &Prices<'_>) -> Option<Arc<Self>> {
        let usd = |charge: &Charge| Offer::new(charge, "", prices).bands.last()?.usd;
        let on_demand = usd(charge)?;
        let all = PLANS.iter().flat_map(|plan| PAYMENTS.iter().map(move |payment| (*plan, *payment)));
        let rate = |(plan, payment): (&str, &str)| {
            let how = Commitment { plan: plan.to_owned(), payment: payment.to_owned() };
            let usd = usd(&Charge { pricing: Pricing::Committed(how.clone()), ..charge.clone() })?;
            Some((how, usd))
        };
        Some(Arc::new(Self { on_demand, committed: all.filter_map(rate).collect() }))
    }
}

impl Tariff {
    /// For each group of servers and each plan that has a price, the best number to commit to, if any saves money;
    /// largest saving first.
    pub fn proposals(&self, used: &impl Metered) -> Vec<Proposal> {
        let hours = used.hours();
        if hours <= 0.0 {
            return Vec::new();
        }
        let mut found: Vec<Proposal> = self.rates.iter().flat_map(|rates| rates.proposals(used, hours)).collect();
        found.sort_by_key(|proposal| std::cmp::Reverse(proposal.saving()));
        found
    }
}

impl Rates {
    fn proposals(&self, used: &impl Metered, hours: f64) -> impl Iterator<Item = Proposal> {
        self.hour.committed.iter().filter_map(move |(commitment, usd)| self.proposal(used, hours, (commitment, *usd)))
    }

    fn proposal(&self, used: &impl Metered, hours: f64, (commitment, usd): (&Commitment, f64)) -> Option<Proposal> {
        let on_demand = self.hour.on_demand;
        // Mean number of servers beyond so many.
        let beyond = |floor| used.server_secs_above(self.site, floor) / 3_600.0 / hours;
        let pays = |servers: &u32| (beyond(*servers) - beyond(servers + 1)) * on_demand > usd;
        let servers = (0..u32::from(u16::MAX)).take_while(pays).count() as u32;
        let month = |mean: f64, usd: f64| mean * HOURS_PER_MONTH * usd;
        let committed = month(f64::from(servers), usd) + month(beyond(servers), on_demand);
        (servers > 0).then(|| Proposal {
            node: self.node.clone(),
            commitment: commitment.clone(),
            servers,
            on_demand: Money::from_usd(month(beyond(0), on_demand)),
            committed: Money::from_usd(committed),
        })
    }
}
