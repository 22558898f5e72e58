//! Settings of caches that leave them without effect.

use super::graph::{Graph, set};
use super::{Finding, Severity};
use crate::words::t;

/// Caches whose entries are gone as soon as they are there.
pub(super) fn no_time_to_live(graph: &Graph<'_>) -> Vec<Finding> {
    let lives = [("elasticache", "1 h"), ("cloudfront", "1 d")];
    let caches = lives.iter().flat_map(|(service, ttl)| graph.of(service).map(move |found| (found, *ttl)));
    let none = |value: &str| value == "0 s";
    let found = caches.filter(|((_, _, s), _)| s.maybe_share("hit").is_none() && none(&s.value("ttl").to_string()));
    let found = found.map(|((id, node, _), ttl)| {
        let text =
            t!("{label} keeps nothing: its time to live is 0 s, so that every request misses", label = node.label);
        let remedy = t!("Set the time to live, to {ttl} for example", ttl = ttl);
        let fix = set(graph.design, id, "ttl", ttl).into_iter().collect();
        Finding::new("no-time-to-live", Severity::Warning, &[id], text, remedy).fixed_by(fix)
    });
    found.collect()
}

/// Caches of one object size that not a single entry fits into.
pub(super) fn entry_too_large(graph: &Graph<'_>) -> Vec<Finding> {
    let large = graph.of("elasticache").filter(|(_, _, s)| {
        let room = s.instance_type("node").memory().0 as f64 * (1.0 - s.share("reserved").0);
        s.maybe_share("hit").is_none() && s.bytes("item").0 as f64 > room
    });
    let found = large.map(|(id, node, settings)| {
        let (item, kind) = (settings.bytes("item"), settings.word("node"));
        let text = t!(
            "{label} keeps nothing: an entry of {item} does not fit into a {kind}",
            label = node.label,
            item = item,
            kind = kind
        );
        let remedy = t!("Use a larger node type, smaller entries, or less reserved memory");
        let fix = set(graph.design, id, "item", "4 KiB").into_iter().collect();
        Finding::new("entry-too-large", Severity::Warning, &[id], text, remedy).fixed_by(fix)
    });
    found.collect()
}
