//! What is sold to the nodes of one drawing, each thing once.
//!
//! Most nodes of a large drawing are charged for what others are: what was looked up in the sheets is found again by its
//! name, so that pricing grows with the nodes and not with the sheets.

use super::offer::{self, Offer};
use super::prices::Prices;
use crate::catalog::{Charge, Pricing};
use std::collections::BTreeMap;

/// Offers by the order in which they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Offers {
    all: Vec<Offer>,
    /// Those that are sold under a name, in any region.
    named: BTreeMap<String, Vec<usize>>,
    /// Those of a sheet: by region, sheet, item and the unit if the sheet has none.
    looked_up: BTreeMap<String, BTreeMap<(&'static str, &'static str, String), usize>>,
}

impl Offers {
    /// The place of what a charge of a node is for.
    pub(super) fn of_charge(&mut self, charge: &Charge, owner: &str, prices: &Prices<'_>) -> usize {
        if charge.pricing != Pricing::Sheet {
            return self.place(Offer::new(charge, owner, prices));
        }
        let key = (charge.sheet, offer::unit_of(charge.meter), charge.item.clone());
        if let Some(known) = self.looked_up.get(prices.region).and_then(|here| here.get(&key)) {
            return *known;
        }
        let place = self.place(Offer::new(charge, owner, prices));
        self.looked_up.entry(prices.region.to_owned()).or_default().insert(key, place);
        place
    }

    /// The place of an offer; the same one is there once.
    pub(super) fn place(&mut self, offer: Offer) -> usize {
        let named = self.named.entry(offer.key.clone()).or_default();
        if let Some(known) = named.iter().find(|at| self.all[**at] == offer) {
            return *known;
        }
        named.push(self.all.len());
        self.all.push(offer);
        self.all.len() - 1
    }

    /// What is sold in a region under a name.
    pub(super) fn find(&self, key: &str, region: &str) -> Option<usize> {
        self.named.get(key)?.iter().copied().find(|at| self.all[*at].region == region)
    }

    pub(super) fn all(&self) -> &[Offer] {
        &self.all
    }
}
