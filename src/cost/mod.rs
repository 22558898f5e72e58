//! From metered use and the catalogue to a bill.
//!
//! A [`Tariff`] looks the prices of a drawing up once; after that pricing is arithmetic, so that a live run can be priced
//! many times a second. Every line can be recomputed by hand: quantity times unit price, rounded to the micro-dollar,
//! and the total is the sum of the lines.
//!
//! Tiers and free allowances count by the month and for the whole drawing; a run is billed as its share of a month of
//! such hours. Prices are AWS's list prices in US dollars, without tax, unless a person's own stand in their place.
//!
//! Absent: prices (they stand in the catalogue), tax, support plans, negotiated discounts.

mod account;
mod offer;
mod offers;
mod prices;
mod purchase;
mod tariff;
mod traffic;

pub use account::Account;
pub use prices::{PriceList, check_price};
pub use purchase::Proposal;
pub use tariff::{Metered, Tariff};

use crate::compile::Plan;
use crate::model::Design;
use crate::sim::report::Report;
use crate::units::{HOURS_PER_MONTH, Money};
use crate::words::{self, key, t};
use std::collections::BTreeMap;

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
    /// Key of its service.
    pub service: &'static str,
    /// What it is sold as, `ec2/m5.large`: tells items apart whose names are alike.
    pub key: String,
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
    /// Region whose price it is.
    pub region: String,
    /// How the quantity came about, where that is not plain; else empty.
    pub note: String,
}

/// The bill of what a run measured.
pub fn bill(design: &Design, plan: &Plan, list: &PriceList, report: &Report) -> Bill {
    Account::new(Tariff::new(design, plan, list)).bill(report)
}

/// By what the lines of a bill are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// Not at all.
    #[default]
    Line,
    /// What each node costs.
    Node,
    /// What each service costs.
    Service,
    /// What each item costs, whoever uses it.
    Item,
}

impl Grouping {
    /// All, as they are offered.
    pub const ALL: [Self; 4] = [Self::Line, Self::Node, Self::Service, Self::Item];

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Line => key!("line"),
            Self::Node => key!("node"),
            Self::Service => key!("service"),
            Self::Item => key!("item"),
        }
    }

    /// What a line is added up under.
    fn name(self, line: &Line) -> &str {
        match self {
            Self::Line | Self::Node => &line.node,
            Self::Service => line.service,
            Self::Item => &line.item,
        }
    }
}

/// How long a bill is for: the run, or longer of hours like those of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Term {
    /// The run.
    #[default]
    Run,
    /// An hour.
    Hour,
    /// A month of 730 hours.
    Month,
    /// Twelve such months.
    Year,
}

impl Term {
    /// All, shortest first after the run.
    pub const ALL: [Self; 4] = [Self::Run, Self::Hour, Self::Month, Self::Year];

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Hour => "hour",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// How many times a run of so many hours it is; zero before any time has passed.
    pub fn times(self, hours: f64) -> f64 {
        let long = match self {
            Self::Run => return 1.0,
            Self::Hour => 1.0,
            Self::Month => HOURS_PER_MONTH,
            Self::Year => HOURS_PER_MONTH * 12.0,
        };
        if hours > 0.0 { long / hours } else { 0.0 }
    }
}

impl Line {
    /// Quantity and cost of so many runs like this one. The cost is rounded anew, so that it is quantity times price.
    pub fn over(&self, times: f64) -> (f64, Money) {
        let quantity = self.quantity * times;
        (quantity, Money::from_usd(quantity * self.unit_price.unwrap_or(0.0)))
    }
}

impl Bill {
    /// How many times the run a term is.
    pub fn times(&self, term: Term) -> f64 {
        term.times(self.hours)
    }

    /// The bill of a term of hours like those of the run, with lines of its own: the total is their sum.
    pub fn over(&self, term: Term) -> Self {
        let times = self.times(term);
        let line = |line: &Line| {
            let (quantity, cost) = line.over(times);
            Line { quantity, cost, ..line.clone() }
        };
        let lines: Vec<Line> = self.lines.iter().map(line).collect();
        let total = lines.iter().map(|line| line.cost).sum();
        Self { region: self.region.clone(), hours: self.hours * times, lines, total }
    }

    /// Dollars of a term of hours like those of the run: the sum of its own lines. Zero before any time has passed.
    pub fn total_of(&self, term: Term) -> Money {
        let times = self.times(term);
        self.lines.iter().map(|line| line.over(times).1).sum()
    }

    /// Dollars per simulated hour, on average over the metered time; zero before any time has passed.
    pub fn per_hour(&self) -> Money {
        self.total_of(Term::Hour)
    }

    /// Dollars for a month of 730 hours like the metered ones.
    pub fn per_month(&self) -> Money {
        self.total_of(Term::Month)
    }

    /// Dollars for a year of such months.
    pub fn per_year(&self) -> Money {
        self.total_of(Term::Year)
    }

    /// The lines under what they belong to, with the sum of each, largest first.
    pub fn grouped(&self, by: Grouping) -> Vec<(&str, Money, Vec<&Line>)> {
        let mut groups: Vec<(&str, Money, Vec<&Line>)> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for line in &self.lines {
            let name = by.name(line);
            match places.get(name).filter(|_| by != Grouping::Line) {
                Some(&at) => {
                    groups[at].1 += line.cost;
                    groups[at].2.push(line);
                }
                None => {
                    places.insert(name, groups.len());
                    groups.push((name, line.cost, vec![line]));
                }
            }
        }
        groups.sort_by_key(|(_, sum, _)| std::cmp::Reverse(*sum));
        groups
    }

    /// What one node cost.
    pub fn of_node(&self, node: &str) -> Money {
        self.lines.iter().filter(|line| line.node == node).map(|line| line.cost).sum()
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
/// An item of a bill in the language of the thread: "m5.large on demand", "data out, Asia Pacific, first 10 TB". Names of
/// machines stay as AWS writes them.
pub fn item_words(item: &str) -> String {
    if let Some(what) = item.strip_suffix(" on demand") {
        return t!("{what} on demand", what = what);
    }
    if let Some(what) = item.strip_suffix(" spot") {
        return t!("{what} spot", what = what);
    }
    item.split(", ").map(words::of).collect::<Vec<_>>().join(", ")
}
