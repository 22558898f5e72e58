//! Requests that come to nowhere, and nodes that none come to.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::catalog::Face;
use crate::model::Id;
use crate::words::t;

/// Users, and what only passes requests on, without anything to pass them on to.
pub(super) fn users_without_way(graph: &Graph<'_>) -> Vec<Finding> {
    let passes_on = |face| matches!(face, Face::Client | Face::Dns | Face::Edge);
    let ends = graph.known().filter(|(id, _, service, _)| passes_on(service.face) && graph.callees(id).is_empty());
    let found = ends.filter(|(id, _, service, _)| service.face == Face::Client || graph.is_reached(id));
    let found = found.map(|(id, node, _, _)| {
        let text = t!("Requests end at {label}: no link leads on from it", label = node.label);
        Finding::new("no-way-on", Severity::Error, &[id], text, t!("Draw a link from it to what should answer"))
    });
    found.collect()
}

/// Nodes that no users reach.
pub(super) fn not_reached(graph: &Graph<'_>) -> Vec<Finding> {
    let idle = graph.known().filter(|(id, _, service, _)| service.face != Face::Client && !graph.is_reached(id));
    let found = idle.map(|(id, node, _, _)| {
        let text = t!("No users reach {label}: it costs money and does nothing", label = node.label);
        Finding::new("not-reached", Severity::Warning, &[id], text, t!("Draw a link to it, or remove it"))
    });
    found.collect()
}

/// Balancers without a target.
pub(super) fn balancer_without_targets(graph: &Graph<'_>) -> Vec<Finding> {
    let balancers =
        graph.known().filter(|(id, _, service, _)| service.face == Face::Balancer && graph.callees(id).is_empty());
    let found = balancers.map(|(id, node, _, _)| {
        let text = t!("{label} has no targets: it answers every request with 503", label = node.label);
        Finding::new(
            "no-targets",
            Severity::Error,
            &[id],
            text,
            t!("Draw links from it to instances or to a scaling group"),
        )
    });
    found.collect()
}

/// Queues that nothing takes messages from.
pub(super) fn queue_without_consumer(graph: &Graph<'_>) -> Vec<Finding> {
    let queues =
        graph.known().filter(|(id, _, service, _)| service.face == Face::Queue && graph.callees(id).is_empty());
    // Dead letters are looked at by people.
    let for_letters = |id: &Id| {
        let callers = graph.callers(id);
        !callers.is_empty() && callers.iter().all(|caller| graph.face(caller) == Some(Face::Queue))
    };
    let found = queues.filter(|(id, ..)| !for_letters(id)).map(|(id, node, _, _)| {
        let text = t!("Nothing takes messages from {label}: its backlog only grows", label = node.label);
        Finding::new("no-consumer", Severity::Error, &[id], text, t!("Draw a link from it to the workers"))
    });
    found.collect()
}
