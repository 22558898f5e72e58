//! From metered use and the catalogue to a bill. Absent: prices (they stand in the catalogue), tiers beyond the first,
//! commitments.

use crate::units::Money;

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
