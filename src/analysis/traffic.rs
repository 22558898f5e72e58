//! Traffic that comes out otherwise than it looks: shapes that count for nothing, classes that are not there.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::catalog::{Value, mix};
use crate::edit::Command;
use crate::scenario::Scenario;
use crate::words::t;

/// Shapes over time of users who are closed and have no rate.
pub(super) fn shapes_of_closed_users(graph: &Graph<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (id, node, _) in graph.of("users").filter(|(_, _, settings)| settings.word("traffic") == "closed") {
        for (at, scenario) in graph.design.scenarios.iter().enumerate() {
            if !scenario.traffic.contains_key(id.as_str()) {
                continue;
            }
            let mut kept: Scenario = scenario.clone();
            kept.traffic.remove(id.as_str());
            let text = t!(
                "The scenario \"{name}\" shapes the traffic of {label}, but closed users have no rate: it changes nothing",
                name = scenario.name,
                label = node.label
            );
            let remedy = t!("Make the users open or sessions, or take the shape out of the scenario");
            let fix = Command::PutScenario { at, scenario: kept };
            found.push(
                Finding::new("shape-of-closed-users", Severity::Warning, &[id], text, remedy).fixed_by(vec![fix]),
            );
        }
    }
    found
}

/// Users whose mix names classes that the design does not have.
pub(super) fn unknown_classes(graph: &Graph<'_>) -> Vec<Finding> {
    let known = |name: &str| graph.design.classes.iter().any(|class| class.name == name);
    let mut found = Vec::new();
    for (id, node, settings) in graph.of("users") {
        let mix = mix::parse(&settings.word("mix")).unwrap_or_default();
        let (kept, missing): (Vec<_>, Vec<_>) = mix.into_iter().partition(|(name, _)| known(name));
        if missing.is_empty() {
            continue;
        }
        let names: Vec<&str> = missing.iter().map(|(name, _)| name.as_str()).collect();
        let text = t!(
            "{label} send \"{join}\", which is no class of this design",
            label = node.label,
            join = names.join("\", \"")
        );
        let value = (!kept.is_empty()).then(|| Value::Word(mix::print(&kept)));
        let fix = Command::Set { ids: vec![id.clone()], key: "mix".to_owned(), value };
        let remedy = t!("Add the class to the design, or correct the mix");
        found.push(Finding::new("unknown-class", Severity::Warning, &[id], text, remedy).fixed_by(vec![fix]));
    }
    found
}
