//! Prices that were set by hand for what nobody sells.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::catalog;
use crate::edit::{Command, line};
use crate::words::t;

/// Prices whose name stands on no bill, as after a slip of the pen.
pub(super) fn of_nothing(graph: &Graph<'_>) -> Vec<Finding> {
    let pricing = &graph.design.pricing;
    let unknown = pricing.prices.keys().filter(|name| !is_sold(name));
    let found = unknown.map(|name| {
        let text = t!("The price of \"{name}\" has no effect: nothing of that name is sold", name = line(name));
        let remedy = t!("Name it as the bill does, such as \"ec2/m5.large on demand\", or take the price out");
        let mut kept = pricing.clone();
        kept.prices.remove(name);
        Finding::new("price-of-nothing", Severity::Warning, &[], text, remedy).fixed_by(vec![Command::Pricing(kept)])
    });
    found.collect()
}

/// Whether `sheet/item` is in the catalogue, on whatever terms.
fn is_sold(name: &str) -> bool {
    let Some((sheet, item)) = name.split_once('/') else { return false };
    let sheet = match sheet {
        "network" => catalog::network_sheet(),
        key => match catalog::find(key) {
            Some(service) => service.sheet(),
            None => return false,
        },
    };
    let item = item.strip_suffix(", free tier").unwrap_or(item);
    let of = |kind: &str| item.strip_prefix(kind).is_some_and(|terms| terms.starts_with(' '));
    sheet.types.iter().any(|kind| of(&kind.name))
        || sheet.prices.iter().any(|price| price.item == item || price.of == item)
}
