//! What the catalogue does not know or cannot read; files may hold it, and it is kept.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::edit::{Command, line};
use crate::words::{self, t};

/// Nodes of services that this version does not know.
pub(super) fn unknown_service(graph: &Graph<'_>) -> Vec<Finding> {
    let unknown = graph.design.nodes.iter().filter(|(_, node)| node.service().is_none());
    let found = unknown.map(|(id, node)| {
        let text = t!(
            "{label} is of the service \"{line}\", which this version does not know: it takes no part in runs",
            label = node.label,
            line = line(&node.service)
        );
        Finding::new(
            "unknown-service",
            Severity::Warning,
            &[id],
            text,
            t!("Open the design with a newer version, or replace the node"),
        )
    });
    found.collect()
}

/// Settings that count as not set.
pub(super) fn unreadable(graph: &Graph<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (id, node, service, _) in graph.known() {
        for (key, value) in &node.settings {
            let (severity, text, remedy) = match service.sheet().param(key) {
                Some(param) if param.kind.admits(value) => continue,
                Some(param) => (
                    Severity::Error,
                    t!(
                        "{label}: {setting} cannot be \"{line}\"; the default, {default}, counts",
                        label = node.label,
                        setting = words::of(&param.label).to_lowercase(),
                        line = line(&value.to_string()),
                        default = param.default
                    ),
                    t!("Set it to {range}", range = param.kind.range()),
                ),
                None => (
                    Severity::Warning,
                    t!(
                        "{label}: {name} has no setting \"{line}\"; it changes nothing",
                        label = node.label,
                        name = words::of(&service.sheet().name),
                        line = line(key)
                    ),
                    t!("Remove it, or open the design with a newer version").to_owned(),
                ),
            };
            let fix = Command::Set { ids: vec![id.clone()], key: key.clone(), value: None };
            found.push(Finding::new("unreadable-setting", severity, &[id], text, remedy).fixed_by(vec![fix]));
        }
    }
    found
}
