//! From metered use and the catalogue to a bill.
//!
//! A [`Tariff`] looks the prices of a drawing up once; after that pricing is arithmetic, so that a live run can be priced
//! many times a second. Every line can be recomputed by hand: quantity times unit price, rounded to the micro-dollar,
//! and the total is the sum of the lines.
//!
//! Absent: prices (they stand in the catalogue), tiers beyond the first, free tiers, tax, commitments.

mod account;
mod ledger;
mod tariff;

pub use account::Account;
pub use ledger::Ledger;
pub use tariff::{Metered, Tariff};

use crate::compile::Plan;
use crate::model::Design;
use crate::sim::report::Report;
use crate::units::{HOURS_PER_MONTH, Money};

/// What a run cost so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bill {
    /// Region whose prices were used.
    pub region: String,
    /// Simulated hours that were metered.
    pub hours: f64,
    /// One for each item of each node, largest cost first.
    pub lines: Vec<Line>,
    /// Sum of the lines.
    pub total: Money,
}

/// One item of one node.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Id of the node.
    pub node: String,
    /// What was used: "m5.large on demand".
    pub item: String,
    /// How much.
    pub quantity: f64,
    /// Of what: "instance-hour".
    pub unit: String,
    /// Dollars per unit; `None` if the catalogue has no price for the region (the cost is then left out, and said so).
    pub unit_price: Option<f64>,
    /// `quantity × unit_price`.
    pub cost: Money,
    /// Source of the price, with its confidence.
    pub source: String,
    /// Date of the source.
    pub source_date: String,
}

/// The bill of what a run measured.
pub fn bill(design: &Design, plan: &Plan, report: &Report) -> Bill {
    Tariff::new(design, plan).bill(report)
}

impl Bill {
    /// Dollars per simulated hour, on average over the metered time; zero before any time has passed.
    pub fn per_hour(&self) -> Money {
        if self.hours > 0.0 { Money::from_usd(self.total.usd() / self.hours) } else { Money::ZERO }
    }

    /// Dollars for a month of 730 hours like the metered ones.
    pub fn per_month(&self) -> Money {
        if self.hours > 0.0 { Money::from_usd(self.total.usd() / self.hours * HOURS_PER_MONTH) } else { Money::ZERO }
    }

    /// Dollars per thousand good answers; `None` if there was none.
    pub fn per_1000_good(&self, good: u64) -> Option<f64> {
        (good > 0).then(|| self.total.usd() * 1_000.0 / good as f64)
    }

    /// The lines that the catalogue has no price for.
    pub fn unpriced(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.unit_price.is_none())
    }
}
