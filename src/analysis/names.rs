//! Names in scenarios that the drawing does not have.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::catalog::Face;
use crate::compile;
use crate::edit::{Command, line};
use crate::model::Id;
use crate::scenario::{Harm, Scenario};
use crate::words::t;
use std::collections::BTreeSet;

/// Traffic of nodes that are no users, and faults of nodes that are not there.
pub(super) fn nodes_of_scenarios(graph: &Graph<'_>) -> Vec<Finding> {
    let face = |name: &str| Id::new(name).and_then(|id| graph.face(&id));
    let there = |name: &str| Id::new(name).is_some_and(|id| graph.design.nodes.contains_key(&id));
    let mut found = Vec::new();
    for (at, scenario) in graph.design.scenarios.iter().enumerate() {
        let (mut kept, mut wrong) = (scenario.clone(), Vec::new());
        kept.traffic.retain(|node, _| {
            let good = face(node) == Some(Face::Client);
            if !good {
                wrong.push(t!("traffic of \"{line}\", which is no users node of this drawing", line = line(node)));
            }
            good
        });
        kept.faults.retain(|fault| match &fault.harm {
            Harm::Crash { node, .. } if !there(node) => {
                wrong.push(t!("a crash of \"{line}\", which is not in this drawing", line = line(node)));
                false
            }
            Harm::Failover { node } if !there(node) => {
                wrong.push(t!("a failover of \"{line}\", which is not in this drawing", line = line(node)));
                false
            }
            Harm::Flush { node } if !there(node) => {
                wrong.push(t!("a flush of \"{line}\", which is not in this drawing", line = line(node)));
                false
            }
            Harm::Slow { node, .. } if !there(node) => {
                wrong.push(t!("a slow spell of \"{line}\", which is not in this drawing", line = line(node)));
                false
            }
            harm => match harm.nodes().into_iter().find(|node| !there(node)) {
                Some(node) => {
                    let what = line(&harm.words());
                    wrong.push(t!("\"{what}\", and \"{line}\" is not in this drawing", what = what, line = line(node)));
                    false
                }
                None => true,
            },
        });
        found.extend(wrong.into_iter().map(|what| unknown_name(at, &kept, what)));
    }
    found
}

/// Outages of zones that nothing stands in.
pub(super) fn zones_of_scenarios(graph: &Graph<'_>) -> Vec<Finding> {
    let zones: BTreeSet<String> = graph.known().flat_map(|(_, node, _, _)| graph.zones(node)).collect();
    let mut found = Vec::new();
    for (at, scenario) in graph.design.scenarios.iter().enumerate() {
        let (mut kept, mut wrong) = (scenario.clone(), Vec::new());
        kept.faults.retain(|fault| match &fault.harm {
            Harm::ZoneOutage { zone } if !zones.contains(zone) => {
                let known: Vec<&str> = zones.iter().map(String::as_str).collect();
                wrong.push(t!(
                    "an outage of zone {line}, where nothing stands (zones in use: {join})",
                    line = line(zone),
                    join = known.join(", ")
                ));
                false
            }
            _ => true,
        });
        found.extend(wrong.into_iter().map(|what| unknown_name(at, &kept, what)));
    }
    found
}

/// Faults of what is there that cannot come to pass: of a service that has nothing of the kind, of a place that nothing stands
/// in, after the end of the run.
pub(super) fn faults_without_effect(graph: &Graph<'_>) -> Vec<Finding> {
    let there = |name: &str| Id::new(name).is_some_and(|id| graph.design.nodes.contains_key(&id));
    let mut found = Vec::new();
    for (at, scenario) in graph.design.scenarios.iter().enumerate().filter(|(_, scenario)| !scenario.faults.is_empty())
    {
        let plan = compile::compile(graph.design, &Scenario { faults: Vec::new(), ..scenario.clone() });
        let (mut kept, mut wrong) = (scenario.clone(), Vec::new());
        kept.faults.retain(|fault| {
            let what = line(&fault.harm.words());
            // What is not there at all has a finding of its own.
            let named = fault.harm.nodes().into_iter().all(there) && !matches!(fault.harm, Harm::ZoneOutage { .. });
            if named && compile::fault(&plan, fault).is_none() {
                wrong.push(t!("\"{what}\", which cannot happen there", what = what));
                return false;
            }
            if fault.at >= scenario.duration {
                let end = scenario.duration;
                wrong.push(t!("\"{what}\" at {at}, after its end at {end}", what = what, at = fault.at, end = end));
                return false;
            }
            true
        });
        found.extend(wrong.into_iter().map(|what| unknown_name(at, &kept, what)));
    }
    found
}

fn unknown_name(at: usize, kept: &Scenario, what: String) -> Finding {
    let text = t!("The scenario \"{name}\" has {what}: it has no effect", name = kept.name, what = what);
    let fix = Command::PutScenario { at, scenario: kept.clone() };
    let remedy = t!("Correct the name, or take it out of the scenario");
    Finding::new("unknown-name", Severity::Warning, &[], text, remedy).fixed_by(vec![fix])
}
