//! Commands that select: from what is drawn and selected now to what is selected then.

use super::Look;
use crate::model::{Design, Id, Point};
use std::collections::BTreeSet;

pub(super) fn all(look: Look<'_>) -> BTreeSet<Id> {
    order(look.view.design).into_iter().collect()
}

/// Every node of the services that are selected.
pub(super) fn same_service(look: Look<'_>) -> BTreeSet<Id> {
    let nodes = &look.view.design.nodes;
    let services: BTreeSet<&str> =
        look.selection.iter().filter_map(|id| Some(nodes.get(id)?.service.as_str())).collect();
    let alike = nodes.iter().filter(|(_, node)| services.contains(node.service.as_str()));
    alike.map(|(id, _)| id.clone()).chain(look.selection.iter().cloned()).collect()
}

/// What is selected, the links at it, and the nodes at their other ends.
pub(super) fn connected(look: Look<'_>) -> BTreeSet<Id> {
    let mut found = look.selection.clone();
    for (id, link) in &look.view.design.links {
        if [id, &link.from, &link.to].into_iter().any(|id| look.selection.contains(id)) {
            found.extend([id.clone(), link.from.clone(), link.to.clone()]);
        }
    }
    found
}

/// Everything in the order of the Tab key: nodes from left to right and from top to bottom, then notes, places, links.
pub fn order(design: &Design) -> Vec<Id> {
    let mut nodes: Vec<(&Id, Point)> = design.nodes.iter().map(|(id, node)| (id, node.at)).collect();
    nodes.sort_by(|a, b| a.1.x.total_cmp(&b.1.x).then(a.1.y.total_cmp(&b.1.y)).then(a.0.cmp(b.0)));
    let rest = design.notes.keys().chain(design.places.keys()).chain(design.links.keys());
    nodes.into_iter().map(|(id, _)| id).chain(rest).cloned().collect()
}

pub(super) fn next(look: Look<'_>) -> BTreeSet<Id> {
    let order = order(look.view.design);
    let now = order.iter().rposition(|id| look.selection.contains(id));
    let next = now.map_or(0, |at| (at + 1) % order.len().max(1));
    order.get(next).cloned().into_iter().collect()
}

pub(super) fn previous(look: Look<'_>) -> BTreeSet<Id> {
    let order = order(look.view.design);
    let now = order.iter().position(|id| look.selection.contains(id)).unwrap_or(0);
    let before = now.checked_sub(1).unwrap_or(order.len().saturating_sub(1));
    order.get(before).cloned().into_iter().collect()
}

/// The node that lies next in a direction; the first one if none is selected, the same one if none lies there.
pub(super) fn toward(look: Look<'_>, (x, y): (f32, f32)) -> BTreeSet<Id> {
    let design = look.view.design;
    let from = look.selection.iter().find_map(|id| Some((id, design.rect_of(id)?.center())));
    let Some((from_id, from)) = from else { return order(design).into_iter().take(1).collect() };
    let ahead = design.nodes.iter().filter(|(id, _)| *id != from_id).filter_map(|(id, node)| {
        let way = node.rect().center() - from;
        let (along, aside) = (way.x * x + way.y * y, (way.x * y).abs() + (way.y * x).abs());
        // What lies aside more than ahead belongs to another direction.
        (along > 1.0 && aside <= 1.5 * along).then_some((id, along + 2.0 * aside))
    });
    let nearest = ahead.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(id, _)| id.clone());
    nearest.map_or_else(|| look.selection.clone(), |id| BTreeSet::from([id]))
}
