//! Links that cannot carry requests.

use super::graph::{Graph, set};
use super::{Finding, Severity};
use crate::catalog::{Face, Tie};
use crate::edit::Command;
use crate::model::{Id, Link, Sides};
use crate::words::t;
use std::collections::BTreeMap;

/// Links that the catalogue refuses; the editor does not draw them, but a file may have them.
pub(super) fn refused(graph: &Graph<'_>) -> Vec<Finding> {
    let links = graph.design.links.iter();
    let found = links.filter_map(|(id, link)| {
        let service = |end| graph.design.nodes.get(end).and_then(super::super::model::Node::service);
        let why = service(&link.from)?.tie(service(&link.to)?).err()?;
        let about = [id, &link.from, &link.to];
        let finding = Finding::new(
            "refused-link",
            Severity::Error,
            &about,
            why,
            t!("Remove the link, or put what is missing in between"),
        );
        Some(finding.fixed_by(vec![Command::Remove { ids: vec![id.clone()] }]))
    });
    found.collect()
}

/// Nodes that call each other in a circle: a request would never end. Messages may go round, but they multiply.
pub(super) fn cycle(graph: &Graph<'_>) -> Vec<Finding> {
    let found = graph.cycles().into_iter().map(|ids| {
        let by_message = ids.iter().any(|id| graph.face(id) == Some(Face::Queue));
        let labels = graph.labels(&ids);
        let back = graph.back_links(&ids).into_iter().cloned().collect();
        let fix = vec![Command::Remove { ids: back }];
        if by_message {
            let text = t!("Messages go in a circle: {labels}. Each one that is handled sends another", labels = labels);
            let remedy = t!("Remove the link that closes the circle, or give it a share below 100 %");
            return Finding::new("message-loop", Severity::Warning, &ids, text, remedy).fixed_by(fix);
        }
        let text = t!("Calls go in a circle: {labels}. A request would wait for itself", labels = labels);
        let remedy = t!("Remove the link that closes the circle");
        Finding::new("call-cycle", Severity::Error, &ids, text, remedy).fixed_by(fix)
    });
    found.collect()
}

/// Links that make a database a read replica of another.
fn replicas<'a>(graph: &Graph<'a>) -> impl Iterator<Item = (&'a Id, &'a Link)> {
    let design = graph.design;
    design.links.iter().filter(|(_, link)| design.tie(link) == Some(Tie::Replica))
}

/// Read replicas of read replicas; the editor does not draw them, but a file may have them.
pub(super) fn replica_of_replica(graph: &Graph<'_>) -> Vec<Finding> {
    let primaries: BTreeMap<&Id, &Id> = replicas(graph).map(|(_, link)| (&link.to, &link.from)).collect();
    let chained = replicas(graph).filter_map(|(id, link)| Some((id, link, *primaries.get(&link.from)?)));
    let found = chained.map(|(id, link, primary)| {
        let (replica, source) = (graph.label(&link.to), graph.label(&link.from));
        let text = t!(
            "{replica} follows {source}, which is a read replica itself: the link is left out, and {replica} keeps data of its own",
            replica = replica,
            source = source
        );
        let remedy = t!("Let it follow {primary}", primary = graph.label(primary));
        // A longer chain is mended from its beginning.
        let straight = !primaries.contains_key(primary) && *primary != link.to;
        let sides = Sides { leaves: None, ..link.sides };
        let reattach = Command::Reattach { id: id.clone(), from: primary.clone(), to: link.to.clone(), sides };
        let fix = straight.then_some(reattach).into_iter().collect();
        Finding::new("replica-of-replica", Severity::Error, &[&link.to, id, &link.from], text, remedy).fixed_by(fix)
    });
    found.collect()
}

/// Read replicas that a primary may have: Amazon RDS user guide, "Working with DB instance read replicas" (2026-10-01).
const MOST_REPLICAS: u64 = 15;

/// More read replicas, drawn and set, than a primary may have.
pub(super) fn too_many_replicas(graph: &Graph<'_>) -> Vec<Finding> {
    let mut drawn: BTreeMap<&Id, u64> = BTreeMap::new();
    replicas(graph).for_each(|(_, link)| *drawn.entry(&link.from).or_default() += 1);
    let set_there = |id: &Id| graph.design.nodes.get(id).and_then(|node| Some(node.settings()?.count("replicas")));
    let found = drawn.into_iter().filter_map(|(id, drawn)| {
        let inside = set_there(id)?;
        (drawn + inside > MOST_REPLICAS).then(|| {
            let text = t!(
                "{label} has {count} read replicas, and a primary may have {most}; all of them run here",
                label = graph.label(id),
                count = drawn + inside,
                most = MOST_REPLICAS
            );
            let left = MOST_REPLICAS.checked_sub(drawn).map(|left| left.to_string());
            let fix = left.and_then(|left| set(graph.design, id, "replicas", &left)).into_iter().collect();
            Finding::new("too-many-replicas", Severity::Error, &[id], text, t!("Remove some, or cache what is read"))
                .fixed_by(fix)
        })
    });
    found.collect()
}
