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

/// What an hour of one server of a node costs on demand and under a commitment.
#[derive(Debug, Clone)]
pub(super) struct Rates {
    node: Id,
    site: Index,
    commitment: Commitment,
    on_demand: f64,
    committed: f64,
}

impl Proposal {
    /// Saved each month.
    pub fn saving(&self) -> Money {
        self.on_demand - self.committed
    }
}

/// The commitments that have a price for a node; none where servers are not what it is charged for.
pub(super) fn rates(prices: &Prices<'_>, (id, node, site): (&Id, &Node, Index)) -> Vec<Rates> {
    let charges = node.service().zip(node.settings()).map(|(service, settings)| (service.charges)(&settings));
    let by_hour = |charge: &&Charge| matches!(charge.meter, Meter::ServerHours | Meter::ServerHoursAbove(_));
    let charges = charges.unwrap_or_default();
    let Some(charge) = charges.iter().find(by_hour) else { return Vec::new() };
    let usd = |charge: &Charge| Offer::new(charge, "", prices).bands.last()?.usd;
    let Some(on_demand) = usd(charge) else { return Vec::new() };
    let rate = |commitment: Commitment| {
        let committed = usd(&Charge { pricing: Pricing::Committed(commitment.clone()), ..charge.clone() })?;
        Some(Rates { node: id.clone(), site, commitment, on_demand, committed })
    };
    let all = PLANS.iter().flat_map(|plan| PAYMENTS.iter().map(move |payment| (*plan, *payment)));
    all.filter_map(|(plan, payment)| rate(Commitment { plan: plan.to_owned(), payment: payment.to_owned() })).collect()
}

impl Tariff {
    /// For each group of servers and each plan that has a price, the best number to commit to, if any saves money;
    /// largest saving first.
    pub fn proposals(&self, used: &impl Metered) -> Vec<Proposal> {
        let hours = used.hours();
        if hours <= 0.0 {
            return Vec::new();
        }
        let mut found: Vec<Proposal> = self.rates.iter().filter_map(|rates| rates.proposal(used, hours)).collect();
        found.sort_by_key(|proposal| std::cmp::Reverse(proposal.saving()));
        found
    }
}

impl Rates {
    fn proposal(&self, used: &impl Metered, hours: f64) -> Option<Proposal> {
        // Mean number of servers beyond so many.
        let beyond = |floor| used.server_secs_above(self.site, floor) / 3_600.0 / hours;
        let pays = |servers: &u32| (beyond(*servers) - beyond(servers + 1)) * self.on_demand > self.committed;
        let servers = (0..u32::from(u16::MAX)).take_while(pays).count() as u32;
        let month = |mean: f64, usd: f64| mean * HOURS_PER_MONTH * usd;
        let committed = month(f64::from(servers), self.committed) + month(beyond(servers), self.on_demand);
        (servers > 0).then(|| Proposal {
            node: self.node.clone(),
            commitment: self.commitment.clone(),
            servers,
            on_demand: Money::from_usd(month(beyond(0), self.on_demand)),
            committed: Money::from_usd(committed),
        })
    }
}
