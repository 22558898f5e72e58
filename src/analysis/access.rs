//! Who may talk to whom: links that no rule allows, rules that are too wide, names that no group has.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::catalog::{Face, Value};
use crate::edit::Command;
use crate::model::access::{ANYWHERE, Barrier, SAME_VPC, is_anywhere, peers, sources};
use crate::model::{Id, Node, Place, PlaceKind};
use crate::words::t;
use std::collections::BTreeSet;

/// Links that carry nothing, because a group or a private subnet stands in the way.
pub(super) fn barred(graph: &Graph<'_>) -> Vec<Finding> {
    let design = graph.design;
    let mut found = Vec::new();
    for (id, link) in &design.links {
        let Some((from, to)) = design.nodes.get(&link.from).zip(design.nodes.get(&link.to)) else { continue };
        let Some(barrier) = design.barrier(from, to) else { continue };
        let text = t!(
            "{from} cannot reach {to}: {barrier}; the link carries nothing",
            from = from.label,
            to = to.label,
            barrier = barrier
        );
        let (remedy, fix) = way_through(graph, barrier, from);
        let about = [id, &link.from, &link.to];
        found.push(Finding::new("not-allowed", Severity::Error, &about, text, remedy).fixed_by(fix));
    }
    found
}

/// What lets a caller through.
fn way_through(graph: &Graph<'_>, barrier: Barrier<'_>, from: &Node) -> (&'static str, Vec<Command>) {
    match barrier {
        Barrier::Apart((id, here), (other, there)) => {
            let mut all = peers(here);
            all.push(peer_name(graph, other, there));
            (t!("Peer the two VPCs"), vec![list(id, "peers", &all)])
        }
        Barrier::Group(id, group) => {
            let mut all = sources(group);
            all.push(source_of(graph, from));
            (t!("Let the caller's group in"), vec![lets_in(id, &all)])
        }
        Barrier::Private(_) => {
            (t!("Put a load balancer in a public subnet in front, or move the node there"), Vec::new())
        }
        Barrier::NoWayOut(id, _) => {
            let value = Some(Value::Word("NAT gateway".to_owned()));
            let way_out = Command::Set { ids: vec![id.clone()], key: "way_out".to_owned(), value };
            (t!("Give the subnet a NAT gateway"), vec![way_out])
        }
    }
}

/// What a rule calls a node: its group, else its VPC, else everybody.
fn source_of(graph: &Graph<'_>, node: &Node) -> String {
    let group = graph.design.place_of(node, PlaceKind::SecurityGroup).map(|(_, place)| place.label.trim().to_owned());
    let outside = matches!(node.service().map(|service| service.face), Some(Face::Client | Face::Dns | Face::Edge));
    group.unwrap_or_else(|| if outside { ANYWHERE } else { SAME_VPC }.to_owned())
}

fn lets_in(group: &Id, sources: &[String]) -> Command {
    list(group, "lets_in", sources)
}

/// Sets what a place lists.
fn list(place: &Id, key: &str, names: &[String]) -> Command {
    let value = Some(Value::Word(names.join(", "))).filter(|_| !names.is_empty());
    Command::Set { ids: vec![place.clone()], key: key.to_owned(), value }
}

/// The VPCs of a drawing.
fn vpcs<'a>(graph: &'a Graph<'_>) -> impl Iterator<Item = (&'a Id, &'a Place)> {
    graph.design.places.iter().filter(|(_, place)| place.kind == PlaceKind::Vpc)
}

/// How a peer is named: by its name, if no other VPC has the same and it has no comma in it, else by its id.
fn peer_name(graph: &Graph<'_>, id: &Id, vpc: &Place) -> String {
    let name = vpc.label.trim();
    let same = vpcs(graph).filter(|(_, other)| other.label.trim().eq_ignore_ascii_case(name)).count();
    if same == 1 && !name.contains(',') { name.to_owned() } else { id.to_string() }
}

/// Peerings with VPCs that are not drawn, or of a VPC with itself.
pub(super) fn unknown_peer(graph: &Graph<'_>) -> Vec<Finding> {
    let found = vpcs(graph).filter_map(|(id, vpc)| {
        let is = |name: &str, (other, place): (&Id, &Place)| {
            other != id && (name == other.as_str() || name.eq_ignore_ascii_case(place.label.trim()))
        };
        let known = |name: &String| vpcs(graph).any(|other| is(name, other));
        let (kept, wrong): (Vec<String>, Vec<String>) = peers(vpc).into_iter().partition(known);
        let text = t!(
            "The VPC \"{label}\" is peered with \"{first}\", which is no other VPC of this drawing",
            label = vpc.label,
            first = wrong.first()?
        );
        let remedy = t!("Write the name of a VPC");
        let finding = Finding::new("unknown-peer", Severity::Warning, &[id], text, remedy);
        Some(finding.fixed_by(vec![list(id, "peers", &kept)]))
    });
    found.collect()
}

/// Nodes with the security group around them.
fn grouped<'a>(graph: &'a Graph<'_>) -> impl Iterator<Item = (&'a Id, &'a Node, &'a Id, &'a Place)> {
    graph.design.nodes.iter().filter_map(|(id, node)| {
        let (group, place) = graph.design.place_of(node, PlaceKind::SecurityGroup)?;
        Some((id, node, group, place))
    })
}

/// What those need who really call a node: the sources of a rule that is no wider than the drawing.
fn needed(graph: &Graph<'_>, id: &Id) -> Vec<String> {
    let callers = graph.callers(id).into_iter().filter_map(|caller| graph.design.nodes.get(caller));
    callers.map(|caller| source_of(graph, caller)).collect::<BTreeSet<_>>().into_iter().collect()
}

fn keeps_data(face: Option<Face>) -> bool {
    matches!(face, Some(Face::Database | Face::Cache | Face::Files))
}

/// Databases, caches and file systems that anybody may call.
pub(super) fn open_database(graph: &Graph<'_>) -> Vec<Finding> {
    let open = |(id, _, _, place): &(&Id, &Node, &Id, &Place)| {
        keeps_data(graph.face(id)) && sources(place).iter().any(|source| is_anywhere(source))
    };
    let found = grouped(graph).filter(open).map(|(id, node, group, place)| {
        let text = t!(
            "{label} is open to the whole internet: the security group \"{group}\" lets in anywhere",
            label = node.label,
            group = place.label
        );
        let fix = vec![lets_in(group, &needed(graph, id))];
        let remedy = t!("Let in only the group of the servers that call it");
        Finding::new("open-database", Severity::Error, &[id, group], text, remedy).fixed_by(fix)
    });
    let bare = graph.design.nodes.iter().filter(|(id, node)| {
        let guarded = graph.design.place_of(node, PlaceKind::SecurityGroup).is_some();
        keeps_data(graph.face(id)) && !guarded && graph.design.place_of(node, PlaceKind::PublicSubnet).is_some()
    });
    let bare = bare.map(|(id, node)| {
        let text =
            t!("{label} stands in a public subnet, and no security group says who may call it", label = node.label);
        let remedy = t!("Move it to a private subnet, or draw a security group around it");
        Finding::new("open-database", Severity::Warning, &[id], text, remedy)
    });
    found.chain(bare).collect()
}

/// Servers behind a balancer that anybody may call as well.
pub(super) fn round_the_balancer(graph: &Graph<'_>) -> Vec<Finding> {
    let behind = |id: &Id| {
        let faces = || graph.callers(id).into_iter().filter_map(|caller| graph.face(caller));
        graph.face(id) == Some(Face::Server)
            && faces().any(|face| face == Face::Balancer)
            && !faces().any(|face| matches!(face, Face::Client | Face::Dns))
    };
    let open = grouped(graph)
        .filter(|(id, _, _, place)| behind(id) && sources(place).iter().any(|source| is_anywhere(source)));
    let found = open.map(|(id, node, group, place)| {
        let text = t!(
            "{label} can be reached round its load balancer: the security group \"{group}\" lets in anywhere",
            label = node.label,
            group = place.label
        );
        let fix = vec![lets_in(group, &needed(graph, id))];
        Finding::new("rule-too-wide", Severity::Warning, &[id, group], text, t!("Let in only the balancer's group"))
            .fixed_by(fix)
    });
    found.collect()
}

/// Rules that name a group which is not drawn.
pub(super) fn unknown_group(graph: &Graph<'_>) -> Vec<Finding> {
    let groups = graph.design.places.iter().filter(|(_, place)| place.kind == PlaceKind::SecurityGroup);
    let known: Vec<&str> = groups.clone().map(|(_, place)| place.label.trim()).collect();
    let names = |source: &String| {
        is_anywhere(source)
            || source.eq_ignore_ascii_case(SAME_VPC)
            || known.iter().any(|known| known.eq_ignore_ascii_case(source))
    };
    let found = groups.filter_map(|(id, place)| {
        let (kept, wrong): (Vec<String>, Vec<String>) = sources(place).into_iter().partition(names);
        let text = t!(
            "The security group \"{label}\" lets in \"{first}\", which is no group of this drawing",
            label = place.label,
            first = wrong.first()?
        );
        let remedy = t!("Write the name of a group, VPC, or anywhere");
        let finding = Finding::new("unknown-group", Severity::Warning, &[id], text, remedy);
        Some(finding.fixed_by(vec![lets_in(id, &kept)]))
    });
    found.collect()
}

/// Private subnets that pay for a NAT gateway although a free endpoint would do.
pub(super) fn endpoint_would_do(graph: &Graph<'_>) -> Vec<Finding> {
    let outside = |id: &Id| matches!(graph.face(id), Some(Face::Store | Face::Queue | Face::Topic));
    let mut found = Vec::new();
    for (id, place) in graph.design.places.iter().filter(|(_, place)| place.kind == PlaceKind::PrivateSubnet) {
        let inside = graph.design.nodes.iter().filter(|(_, node)| {
            graph.design.place_of(node, PlaceKind::PrivateSubnet).is_some_and(|(subnet, _)| subnet == id)
        });
        let called: BTreeSet<&Id> =
            inside.flat_map(|(node, _)| graph.callees(node)).filter(|callee| outside(callee)).collect();
        let only_buckets = !called.is_empty() && called.iter().all(|id| graph.face(id) == Some(Face::Store));
        let gateway = place.settings().is_some_and(|settings| settings.word("way_out") == "NAT gateway");
        if only_buckets && gateway {
            let text = t!(
                "{label} pays for a NAT gateway by the hour and the byte, although its nodes call nothing outside but S3",
                label = place.label
            );
            let value = Some(Value::Word("endpoint for S3".to_owned()));
            let fix = Command::Set { ids: vec![id.clone()], key: "way_out".to_owned(), value };
            let remedy = t!("Use a gateway endpoint, which is free");
            found.push(Finding::new("nat-for-s3", Severity::Note, &[id], text, remedy).fixed_by(vec![fix]));
        }
    }
    found
}
