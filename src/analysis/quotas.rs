//! Limits that an account has unless it asks for more.
//!
//! The figures are those of the service quotas pages of Amazon VPC, Elastic Load Balancing and Amazon RDS, per region;
//! recalled, not checked (2026-11-20). Absent: quotas on vCPUs, which differ from account to account.

use super::graph::{Graph, set};
use super::{Finding, Severity};
use crate::catalog::Face;
use crate::model::{Design, Id, Place, PlaceKind};
use crate::words::t;
use std::collections::BTreeMap;

const MOST_VPCS: usize = 5;
const MOST_BALANCERS: usize = 50;
const MOST_DATABASES: usize = 40;
/// Targets of one balancer.
const MOST_TARGETS: u64 = 1_000;

/// More of something in one region than an account may have there.
pub(super) fn too_many_in_a_region(graph: &Graph<'_>) -> Vec<Finding> {
    let mut counts: BTreeMap<(&str, Kind), Vec<&Id>> = BTreeMap::new();
    for (id, place) in graph.design.places.iter().filter(|(_, place)| place.kind == PlaceKind::Vpc) {
        let region = region_above(graph.design, place);
        counts.entry((region, Kind::Vpc)).or_default().push(id);
    }
    for (id, node, service, settings) in graph.known() {
        let (kind, copies) = match service.key {
            "elb" => (Kind::Balancer, 1),
            "rds" | "aurora" => (Kind::Database, 1 + settings.count("replicas") as usize),
            _ => continue,
        };
        let of_region = counts.entry((graph.design.region_of(node), kind)).or_default();
        of_region.extend(std::iter::repeat_n(id, copies));
    }
    let over = counts.into_iter().filter(|((_, kind), ids)| ids.len() > kind.most());
    over.map(|((region, kind), mut ids)| {
        let text = kind.text(region, ids.len());
        ids.dedup();
        Finding::new("quota", Severity::Warning, &ids, text, t!("Ask AWS for a higher quota, or do with fewer"))
    })
    .collect()
}

/// The region that is drawn around a place, else the design's.
fn region_above<'a>(design: &'a Design, place: &'a Place) -> &'a str {
    let above = |place: &'a Place| place.parent.as_ref().and_then(|id| design.places.get(id));
    let mut around = std::iter::successors(above(place), |place| above(place)).take(design.places.len());
    around.find(|place| place.kind == PlaceKind::Region).map_or(&design.region, |place| design.region_named(place))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Vpc,
    Balancer,
    Database,
}

impl Kind {
    fn most(self) -> usize {
        match self {
            Self::Vpc => MOST_VPCS,
            Self::Balancer => MOST_BALANCERS,
            Self::Database => MOST_DATABASES,
        }
    }

    fn text(self, region: &str, count: usize) -> String {
        let most = self.most();
        match self {
            Self::Vpc => t!(
                "{region} has {count} VPCs, and an account may have {most} in a region",
                region = region,
                count = count,
                most = most
            ),
            Self::Balancer => t!(
                "{region} has {count} load balancers, and an account may have {most} in a region",
                region = region,
                count = count,
                most = most
            ),
            Self::Database => t!(
                "{region} has {count} database instances, and an account may have {most} in a region",
                region = region,
                count = count,
                most = most
            ),
        }
    }
}

/// Balancers that groups at their maximum give more targets than one may have.
pub(super) fn too_many_targets(graph: &Graph<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (id, node, _, _) in graph.known().filter(|(_, _, service, _)| service.face == Face::Balancer) {
        let groups: Vec<(&Id, u64)> = graph.callees(id).into_iter().map(|to| (to, size(graph, to))).collect();
        let targets: u64 = groups.iter().map(|(_, size)| size).sum();
        if targets <= MOST_TARGETS {
            continue;
        }
        let text = t!(
            "{label} would have {count} targets when its groups are at their maximum, and one may have {most}",
            label = node.label,
            count = targets,
            most = MOST_TARGETS
        );
        let room = MOST_TARGETS.saturating_sub(targets - groups.iter().map(|(_, size)| *size).max().unwrap_or(0));
        let largest = groups.iter().max_by_key(|(_, size)| *size).filter(|_| room > 0);
        let fix = largest.and_then(|(group, _)| set(graph.design, group, "max", &room.to_string()));
        let remedy = t!("Lower the maximum, or spread the groups over several balancers");
        let finding = Finding::new("target-quota", Severity::Warning, &[id], text, remedy);
        found.push(finding.fixed_by(fix.into_iter().collect()));
    }
    found
}

/// Instances that a node may have at most.
fn size(graph: &Graph<'_>, id: &Id) -> u64 {
    let settings = graph.design.nodes.get(id).and_then(crate::model::Node::settings);
    match (graph.face(id), settings) {
        (Some(Face::Server), Some(settings)) if settings.has("max") => settings.count("max").max(settings.count("min")),
        _ => 1,
    }
}
