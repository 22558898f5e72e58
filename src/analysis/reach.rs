//! Requests that come to nowhere, and nodes that none come to.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::catalog::Face;
use crate::edit::Command;
use crate::model::{Id, Node, Point};
use crate::words::t;

/// Below a queue, room for the one that takes its dead letters, in units of the drawing.
const BELOW: Point = Point { x: 0.0, y: 120.0 };

/// The command that links a node to the nearest one that it may call and that nothing reaches yet, or to the nearest
/// that it may call.
fn leads_on(graph: &Graph<'_>, from: &Id) -> Vec<Command> {
    let Some(service) = graph.design.nodes.get(from).and_then(Node::service) else { return Vec::new() };
    let may = |to: &Node| to.service().is_some_and(|to| to.face != service.face && service.tie(to).is_ok());
    let to = graph.nearest(from, |id, to| may(to) && !graph.is_reached(id));
    let to = to.or_else(|| graph.nearest(from, |_, to| may(to)));
    to.map(|to| Command::AddLink { from: from.clone(), to: to.clone() }).into_iter().collect()
}

/// The command that links a node to the nearest one that may call it and that requests come to.
fn leads_to(graph: &Graph<'_>, to: &Id) -> Vec<Command> {
    let Some(service) = graph.design.nodes.get(to).and_then(Node::service) else { return Vec::new() };
    let may = |from: &Node| from.service().is_some_and(|from| from.face != service.face && from.tie(service).is_ok());
    let from = graph.nearest(to, |id, from| may(from) && graph.is_reached(id));
    from.map(|from| Command::AddLink { from: from.clone(), to: to.clone() }).into_iter().collect()
}

/// Users, and what only passes requests on, without anything to pass them on to.
pub(super) fn users_without_way(graph: &Graph<'_>) -> Vec<Finding> {
    let passes_on = |face| matches!(face, Face::Client | Face::Dns | Face::Edge);
    let ends = graph.known().filter(|(id, _, service, _)| passes_on(service.face) && graph.callees(id).is_empty());
    let found = ends.filter(|(id, _, service, _)| service.face == Face::Client || graph.is_reached(id));
    let found = found.map(|(id, node, _, _)| {
        let text = t!("Requests end at {label}: no link leads on from it", label = node.label);
        let remedy = t!("Draw a link from it to what should answer");
        Finding::new("no-way-on", Severity::Error, &[id], text, remedy).fixed_by(leads_on(graph, id))
    });
    found.collect()
}

/// Nodes that no users reach.
pub(super) fn not_reached(graph: &Graph<'_>) -> Vec<Finding> {
    let idle = graph.known().filter(|(id, _, service, _)| service.face != Face::Client && !graph.is_reached(id));
    let found = idle.map(|(id, node, _, _)| {
        let text = t!("No users reach {label}: it costs money and does nothing", label = node.label);
        // Behind another one that is not reached, a link to that one is enough.
        let fix = if graph.callers(id).is_empty() { leads_to(graph, id) } else { Vec::new() };
        let remedy = t!("Draw a link to it, or remove it");
        Finding::new("not-reached", Severity::Warning, &[id], text, remedy).fixed_by(fix)
    });
    found.collect()
}

/// Balancers without a target.
pub(super) fn balancer_without_targets(graph: &Graph<'_>) -> Vec<Finding> {
    let balancers =
        graph.known().filter(|(id, _, service, _)| service.face == Face::Balancer && graph.callees(id).is_empty());
    let found = balancers.map(|(id, node, _, _)| {
        let text = t!("{label} has no targets: it answers every request with 503", label = node.label);
        let remedy = t!("Draw links from it to instances or to a scaling group");
        Finding::new("no-targets", Severity::Error, &[id], text, remedy).fixed_by(leads_on(graph, id))
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
        let remedy = t!("Draw a link from it to the workers");
        Finding::new("no-consumer", Severity::Error, &[id], text, remedy).fixed_by(leads_on(graph, id))
    });
    found.collect()
}

/// Queues whose messages come back for as long as they are kept when nobody can handle them.
pub(super) fn queue_without_dead_letters(graph: &Graph<'_>) -> Vec<Finding> {
    let takes_letters = |id: &Id| graph.callers(id).iter().any(|caller| graph.face(caller) == Some(Face::Queue));
    let queues = graph.of("sqs").filter(|(id, ..)| {
        let handled = graph.calls_any(id, |to| graph.face(to) != Some(Face::Queue));
        handled && !takes_letters(id) && !graph.calls_any(id, |to| graph.face(to) == Some(Face::Queue))
    });
    let found = queues.map(|(id, node, settings)| {
        let text = t!(
            "{label} has no queue for dead letters: a message that its workers cannot handle comes back until it is {age} old",
            label = node.label,
            age = settings.span("retention")
        );
        let at = node.rect().min + BELOW;
        let fix = Command::AddCallee { service: "sqs".to_owned(), at, from: id.clone() };
        let remedy = t!("Draw a link to a second queue, which takes what was received too often");
        Finding::new("no-dead-letter-queue", Severity::Note, &[id], text, remedy).fixed_by(vec![fix])
    });
    found.collect()
}
