//! Scaling groups that cannot do what their policy wants.

use super::graph::{Graph, set};
use super::{Finding, Severity};
use crate::catalog::Face;
use crate::words::t;

/// A minimum above the maximum.
pub(super) fn wrong_bounds(graph: &Graph<'_>) -> Vec<Finding> {
    let groups = graph.of("asg").filter(|(_, _, settings)| settings.count("min") > settings.count("max"));
    let found = groups.map(|(id, node, settings)| {
        let (min, max) = (settings.count("min"), settings.count("max"));
        let text = t!(
            "{label}: the minimum of {min} is above the maximum of {max}; it runs {min}",
            label = node.label,
            min = min,
            max = max
        );
        let fix = set(graph.design, id, "max", &min.to_string()).into_iter().collect();
        Finding::new("min-above-max", Severity::Error, &[id], text, t!("Raise the maximum or lower the minimum"))
            .fixed_by(fix)
    });
    found.collect()
}

/// A policy that scales, and a maximum that leaves no room.
pub(super) fn no_room(graph: &Graph<'_>) -> Vec<Finding> {
    let groups = graph
        .of("asg")
        .filter(|(_, _, settings)| settings.count("min") == settings.count("max") && settings.word("policy") != "none");
    let found = groups.map(|(id, node, settings)| {
        let size = settings.count("max");
        let text = t!(
            "{label} always has {size} instances: minimum and maximum are the same, so its policy does nothing",
            label = node.label,
            size = size
        );
        let fix = set(graph.design, id, "max", &(size * 2).clamp(2, 1_000).to_string()).into_iter().collect();
        let remedy = t!("Raise the maximum, or set the policy to \"none\"");
        Finding::new("no-room-to-scale", Severity::Warning, &[id], text, remedy).fixed_by(fix)
    });
    found.collect()
}

/// A policy that follows a backlog, and no queue whose backlog it could be.
pub(super) fn backlog_without_queue(graph: &Graph<'_>) -> Vec<Finding> {
    let fed = |id| graph.callers(id).into_iter().any(|caller| graph.face(caller) == Some(Face::Queue));
    let groups =
        graph.of("asg").filter(|(id, _, settings)| settings.word("policy") == "backlog per instance" && !fed(id));
    let found = groups.map(|(id, node, _)| {
        let text = t!("{label} scales by the backlog per instance, but no queue hands it work", label = node.label);
        let fix = set(graph.design, id, "policy", "target tracking on CPU").into_iter().collect();
        let remedy = t!("Draw a link from a queue to it, or let it follow the CPU");
        Finding::new("backlog-without-queue", Severity::Error, &[id], text, remedy).fixed_by(fix)
    });
    found.collect()
}
