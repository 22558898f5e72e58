//! What a single loss takes down: nodes of one instance, and everything in one zone.

use super::graph::{Graph, set};
use super::{Finding, Severity};
use crate::catalog::{Face, Settings};
use crate::edit::Command;
use crate::model::{Design, Id, PlaceKind};
use crate::words::t;
use std::collections::BTreeSet;

/// Nodes of one instance that requests need, and that have no equal beside them or are the only way to something: those
/// that dominate a node, which are the cut vertices of the ways that requests take from the users.
pub(super) fn single_instance(graph: &Graph<'_>) -> Vec<Finding> {
    let cut_off = graph.cut_off();
    let is_alone = |id: &Id| !has_equal(graph, id) || cut_off.contains_key(id);
    let candidates = graph.known().filter(|(id, ..)| graph.is_reached(id) && waited_for(graph, id) && is_alone(id));
    let found = candidates.filter_map(|(id, node, service, settings)| {
        let weak = weakness(graph.design, service.key, id, &settings)?;
        let behind = match cut_off.get(id).copied().unwrap_or(0) {
            0 => String::new(),
            1 => t!(", and 1 node is reached only through it").to_owned(),
            count => t!(", and {count} nodes are reached only through it", count = count),
        };
        let text = t!("{node} {what}{behind}", node = node.label, what = weak.what, behind = behind);
        Some(Finding::new("single-point-of-failure", weak.severity, &[id], text, weak.remedy).fixed_by(weak.fix))
    });
    found.collect()
}

struct Weakness {
    what: &'static str,
    severity: Severity,
    remedy: &'static str,
    fix: Vec<Command>,
}

fn weakness(design: &Design, service: &str, id: &Id, settings: &Settings<'_>) -> Option<Weakness> {
    let fix = |pairs: &[(&str, &str)]| pairs.iter().filter_map(|(key, text)| set(design, id, key, text)).collect();
    match service {
        "ec2" => Some(Weakness {
            what: t!("is a single instance: when it fails, requests fail"),
            severity: Severity::Warning,
            remedy: t!("Put a balancer and a second instance, or a scaling group, in its place"),
            fix: Vec::new(),
        }),
        "elb" if design.nodes.get(id).is_some_and(|node| design.zone_of(node).is_some()) => Some(Weakness {
            what: t!("stands in one zone: when that fails, no request gets through it"),
            severity: Severity::Warning,
            remedy: t!("Draw it outside the zones: it then has a part in each of them"),
            fix: Vec::new(),
        }),
        "rds" if settings.word("multi_az") == "off" => Some(Weakness {
            what: t!("has no standby: when its primary or its zone fails, requests that need it fail until it is back"),
            severity: Severity::Warning,
            remedy: t!("Switch Multi-AZ on; a cache in front of it lowers what depends on it"),
            fix: fix(&[("multi_az", "on")]),
        }),
        "aurora" if settings.count("replicas") == 0 => Some(Weakness {
            what: t!(
                "has no reader: when its writer or its zone fails, requests that need it fail until it is made anew"
            ),
            severity: Severity::Warning,
            remedy: t!("Add a reader, which takes over"),
            fix: fix(&[("replicas", "1")]),
        }),
        "elasticache" if settings.count("nodes") == 1 => Some(Weakness {
            what: t!("is a single cache node in one zone: when either fails, every lookup fails"),
            severity: Severity::Warning,
            remedy: t!("Use at least two nodes"),
            fix: fix(&[("nodes", "2")]),
        }),
        "asg" if settings.count("max") <= 1 => Some(Weakness {
            what: t!("never has more than one instance: when it fails, requests fail until another one has booted"),
            severity: Severity::Warning,
            remedy: t!("Allow at least two instances"),
            fix: fix(&[("max", "4"), ("min", "2")]),
        }),
        "asg" if settings.count("min") <= 1 => Some(Weakness {
            what: t!("has one instance in quiet times: when it fails then, requests fail until another one has booted"),
            severity: Severity::Note,
            remedy: t!("Keep at least two instances"),
            fix: fix(&[("min", "2")]),
        }),
        _ => None,
    }
}

/// Whether someone waits for its answers: a consumer of messages that fails only lets them wait.
fn waited_for(graph: &Graph<'_>, id: &Id) -> bool {
    graph.callers(id).iter().any(|caller| graph.face(caller) != Some(Face::Queue))
}

/// Whether all that call it choose among several of its kind.
fn has_equal(graph: &Graph<'_>, id: &Id) -> bool {
    let face = graph.face(id);
    let chooses = |caller: &Id| {
        let one_of_many = matches!(graph.face(caller), Some(Face::Client | Face::Dns | Face::Edge | Face::Balancer));
        one_of_many && graph.calls_any(caller, |other| other != id && graph.face(other) == face)
    };
    graph.callers(id).into_iter().all(chooses)
}

/// Servers that all stand in one zone, by a place or by their own setting.
pub(super) fn one_zone(graph: &Graph<'_>) -> Vec<Finding> {
    let serves = |key: &str, face| face == Face::Server && key != "station";
    let servers = graph.known().filter(|(id, _, service, _)| serves(service.key, service.face) && graph.is_reached(id));
    let servers: Vec<_> = servers.collect();
    let zones: BTreeSet<String> = servers.iter().flat_map(|(_, node, _, _)| graph.zones(node)).collect();
    let groups: Vec<&Id> =
        servers.iter().filter(|(_, _, service, _)| service.key == "asg").map(|(id, ..)| *id).collect();
    // A lone instance is told as a single point of failure.
    if zones.len() != 1 || (servers.len() < 2 && groups.is_empty()) {
        return Vec::new();
    }
    let zone = zones.first().map_or("", String::as_str);
    let ids: Vec<&Id> = servers.iter().map(|(id, ..)| *id).collect();
    let labels = graph.labels(&ids);
    let text = t!(
        "Everything that serves stands in zone {zone}: {labels}. An outage of the zone stops it all",
        zone = zone,
        labels = labels
    );
    let remedy = t!("Spread it over at least two zones: draw Availability Zones and move nodes into them");
    let drawn = graph.design.places.values().any(|place| place.kind == PlaceKind::Zone);
    let fix =
        if drawn { Vec::new() } else { groups.iter().filter_map(|id| set(graph.design, id, "zones", "3")).collect() };
    vec![Finding::new("one-zone", Severity::Warning, &ids, text, remedy).fixed_by(fix)]
}
