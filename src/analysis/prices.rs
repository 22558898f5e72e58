//! Prices that were set by hand for what nobody sells.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::catalog;
use crate::edit::{Command, line};
use crate::words::t;

/// Prices whose name stands on no bill, as after a slip of the pen.
pub(super) fn of_nothing(graph: &Graph<'_>) -> Vec<Finding> {
    let pricing = &graph.design.pricing;
    let sold = |name: &str| name.split_once('/').is_some_and(|(sheet, item)| catalog::sells(sheet, item));
    let unknown = pricing.prices.keys().filter(|name| !sold(name));
    let found = unknown.map(|name| {
        let text = t!("The price of \"{name}\" has no effect: nothing of that name is sold", name = line(name));
        let remedy = t!("Name it as the bill does, such as \"ec2/m5.large on demand\", or take the price out");
        let mut kept = pricing.clone();
        kept.prices.remove(name);
        Finding::new("price-of-nothing", Severity::Warning, &[], text, remedy).fixed_by(vec![Command::Pricing(kept)])
    });
    found.collect()
}
