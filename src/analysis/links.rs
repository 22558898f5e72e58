//! Links that cannot carry requests.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::catalog::Face;
use crate::edit::Command;
use crate::words::t;

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
