//! How much of a group of servers to commit to, fitted to how many of them a run needed at a time.
//!
//! One more committed server costs its hour always, and saves the on-demand hours during which there were more servers
//! than are committed already. So it pays as long as that share of the time is above the ratio of both prices.

use super::Metered;
use super::prices::{PriceList, Prices};
use super::tariff::rates;
use crate::catalog::{Commitment, PAYMENTS, PLANS};
use crate::compile::Plan;
use crate::model::{Design, Id};
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

impl Proposal {
    /// Saved each month.
    pub fn saving(&self) -> Money {
        self.on_demand - self.committed
    }
}

/// For each group of servers and each plan that has a price, the best number to commit to, if any saves money; largest
/// saving first.
pub fn proposals(design: &Design, plan: &Plan, list: &PriceList, used: &impl Metered) -> Vec<Proposal> {
    let hours = used.hours();
    if hours <= 0.0 {
        return Vec::new();
    }
    let prices = Prices::new(design, list);
    let mut found = Vec::new();
    for (id, &site) in &plan.sites {
        let Some(node) = design.nodes.get(id) else { continue };
        for how in all() {
            let Some(rates) = rates(node, &how, &prices) else { continue };
            let share = |floor: u32| {
                let beyond = |floor| used.server_secs_above(site, floor);
                (beyond(floor) - beyond(floor + 1)) / 3_600.0 / hours
            };
            let servers =
                (0..u32::from(u16::MAX)).take_while(|&n| share(n) * rates.on_demand > rates.committed).count();
            if servers > 0 {
                let month = |floor: u32| used.server_secs_above(site, floor) / 3_600.0 / hours * HOURS_PER_MONTH;
                let servers = servers as u32;
                let fixed = f64::from(servers) * HOURS_PER_MONTH * rates.committed;
                found.push(Proposal {
                    node: id.clone(),
                    commitment: how,
                    servers,
                    on_demand: Money::from_usd(month(0) * rates.on_demand),
                    committed: Money::from_usd(fixed + month(servers) * rates.on_demand),
                });
            }
        }
    }
    found.sort_by_key(|proposal| std::cmp::Reverse(proposal.saving()));
    found
}

/// Every plan with every way of payment.
fn all() -> impl Iterator<Item = Commitment> {
    PLANS.iter().flat_map(|plan| {
        PAYMENTS.iter().map(|payment| Commitment { plan: (*plan).to_owned(), payment: (*payment).to_owned() })
    })
}
