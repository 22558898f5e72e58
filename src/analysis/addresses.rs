//! Addresses and the names that lead to them.

use super::graph::{Graph, set};
use super::{Finding, Severity};
use crate::model::Id;
use crate::units::Span;
use crate::words::t;
use std::collections::BTreeMap;

/// Elastic IPs that an account has in a region unless it asks for more. Recalled, not checked (2026-11-20).
const MOST_ELASTIC_IPS: usize = 5;

/// More Elastic IPs than a region gives.
pub(super) fn too_many_elastic_ips(graph: &Graph<'_>) -> Vec<Finding> {
    let mut regions: BTreeMap<&str, Vec<&Id>> = BTreeMap::new();
    for (id, node, _) in graph.of("ec2").filter(|(_, _, settings)| settings.word("address") == "Elastic IP") {
        regions.entry(graph.design.region_of(node)).or_default().push(id);
    }
    let over = regions.into_iter().filter(|(_, with)| with.len() > MOST_ELASTIC_IPS);
    over.map(|(region, with)| too_many_in(graph, region, &with)).collect()
}

fn too_many_in(graph: &Graph<'_>, region: &str, with: &[&Id]) -> Finding {
    let text = t!(
        "{count} instances in {region} have an Elastic IP, and AWS gives an account {most} of them a region: {refused} would be \
         refused; it runs as if it had got them",
        count = with.len(),
        region = region,
        most = MOST_ELASTIC_IPS,
        refused = with.len() - MOST_ELASTIC_IPS
    );
    let remedy = t!("Put a load balancer or a name in front of the instances, or ask AWS for a higher quota");
    let over = with.iter().skip(MOST_ELASTIC_IPS);
    let fix = over.filter_map(|id| set(graph.design, id, "address", "automatic")).collect();
    Finding::new("elastic-ip-quota", Severity::Error, with, text, remedy).fixed_by(fix)
}

/// Answers that nobody may hold.
pub(super) fn nothing_is_held(graph: &Graph<'_>) -> Vec<Finding> {
    let never = graph.of("route53").filter(|(_, _, settings)| settings.span("ttl") == Span::ZERO);
    let found = never.map(|(id, node, _)| {
        let text =
            t!("{label}: with a TTL of 0 every request waits for a lookup, and is charged for it", label = node.label);
        let fix = set(graph.design, id, "ttl", "1 min").into_iter().collect();
        Finding::new("ttl-zero", Severity::Warning, &[id], text, t!("Set a TTL of a minute or more")).fixed_by(fix)
    });
    found.collect()
}

/// Failover that never learns that anything failed.
pub(super) fn failover_without_checks(graph: &Graph<'_>) -> Vec<Finding> {
    let blind = |word: &str, checks: &str| word == "failover" && checks == "off";
    let names = graph.of("route53").filter(|(_, _, s)| blind(&s.word("routing"), &s.word("checks")));
    let found = names.map(|(id, node, _)| {
        let text = t!("{label} fails over, but without health checks it always names the first", label = node.label);
        let fix = set(graph.design, id, "checks", "on").into_iter().collect();
        Finding::new("failover-without-checks", Severity::Error, &[id], text, t!("Switch health checks on"))
            .fixed_by(fix)
    });
    found.collect()
}
