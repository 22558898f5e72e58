//! What the catalogue does not know or cannot read; files may hold it, and it is kept.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::edit::{Command, line};

/// Nodes of services that this version does not know.
pub(super) fn unknown_service(graph: &Graph<'_>) -> Vec<Finding> {
    let unknown = graph.design.nodes.iter().filter(|(_, node)| node.service().is_none());
    let found = unknown.map(|(id, node)| {
        let text = format!(
            "{} is of the service \"{}\", which this version does not know: it takes no part in runs",
            node.label,
            line(&node.service)
        );
        Finding::new(
            "unknown-service",
            Severity::Warning,
            &[id],
            text,
            "Open the design with a newer version, or replace the node",
        )
    });
    found.collect()
}

/// Settings that count as not set.
pub(super) fn unreadable(graph: &Graph<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (id, node, service, _) in graph.known() {
        for (key, value) in &node.settings {
            let (text, remedy) = match service.sheet().param(key) {
                Some(param) if param.kind.admits(value) => continue,
                Some(param) => (
                    format!(
                        "{}: {} cannot be \"{}\"; the default, {}, counts",
                        node.label,
                        param.label.to_lowercase(),
                        line(&value.to_string()),
                        param.default
                    ),
                    format!("Set it to {}", param.kind.range()),
                ),
                None => (
                    format!(
                        "{}: {} has no setting \"{}\"; it changes nothing",
                        node.label,
                        service.sheet().name,
                        line(key)
                    ),
                    "Remove it, or open the design with a newer version".to_owned(),
                ),
            };
            let fix = Command::Set { ids: vec![id.clone()], key: key.clone(), value: None };
            found.push(Finding::new("unreadable-setting", Severity::Warning, &[id], text, remedy).fixed_by(vec![fix]));
        }
    }
    found
}
