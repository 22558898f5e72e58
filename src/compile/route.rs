//! Which links a node calls along, and in what order.

use super::Note;
use crate::catalog::{Blueprint, Calls, Face, Flow, Op, Service, Tie};
use crate::model::{Design, Id, Node, When};
use crate::sim::cluster::Data;
use crate::words::t;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use std::collections::BTreeMap;

/// A node that runs, with what its service makes of it.
pub(super) struct Part<'a> {
    pub(super) id: &'a Id,
    pub(super) node: &'a Node,
    pub(super) service: &'static Service,
    pub(super) blueprint: Blueprint,
    /// Whether it follows another database.
    pub(super) data: Data,
}

/// A link that carries something.
pub(super) struct Way<'a> {
    pub(super) id: &'a Id,
    /// Positions of its ends among the parts.
    pub(super) from: usize,
    pub(super) to: usize,
    /// `Auto` is settled.
    pub(super) when: When,
    /// How the caller uses it.
    pub(super) calls: Calls,
    /// Nothing gets through: no rule allows it.
    pub(super) barred: bool,
}

/// The nodes whose service is known.
pub(super) fn parts<'a>(design: &'a Design, notes: &mut Vec<Note>) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    for (id, node) in &design.nodes {
        match (node.service(), node.settings()) {
            (Some(service), Some(settings)) => {
                parts.push(Part { id, node, service, blueprint: (service.lower)(&settings), data: Data::Own });
            }
            _ => {
                let text = t!(
                    "{label} is left out: this version does not know the service \"{service}\".",
                    label = node.label,
                    service = node.service
                );
                notes.push(Note { about: Some(id.clone()), text });
            }
        }
    }
    follow(design, &mut parts, notes);
    parts
}

/// Marks the databases that are read replicas of others. One follows one, and none that follows itself.
fn follow(design: &Design, parts: &mut [Part<'_>], notes: &mut Vec<Note>) {
    let at: BTreeMap<&Id, usize> = parts.iter().enumerate().map(|(at, part)| (part.id, at)).collect();
    let replicas = design.links.iter().filter(|(_, link)| design.tie(link) == Some(Tie::Replica));
    for (id, link) in replicas {
        let (Some(&from), Some(&to)) = (at.get(&link.from), at.get(&link.to)) else { continue };
        if parts[from].data == Data::Own && parts[to].data == Data::Own && from != to {
            parts[to].data = Data::Copied;
            continue;
        }
        let text = t!("Link {id} is left out: a read replica follows one database, and not another replica.", id = id);
        notes.push(Note { about: Some(id.clone()), text });
    }
}

/// The links that make sense between parts, those of one caller together, in the order in which it uses them.
pub(super) fn ways<'a>(design: &'a Design, parts: &[Part<'a>], notes: &mut Vec<Note>) -> Vec<Way<'a>> {
    let at: BTreeMap<&Id, usize> = parts.iter().enumerate().map(|(at, part)| (part.id, at)).collect();
    let mut ways = Vec::new();
    for (id, link) in &design.links {
        let (Some(&from), Some(&to)) = (at.get(&link.from), at.get(&link.to)) else {
            notes.push(Note {
                about: Some(id.clone()),
                text: t!("Link {id} is left out: one of its ends does not run.", id = id),
            });
            continue;
        };
        match parts[from].service.tie(parts[to].service) {
            // What follows a database is not called by it.
            Ok(Tie::Replica) => {}
            Ok(Tie::Call | Tie::Message) => {
                let barrier = design.barrier(parts[from].node, parts[to].node);
                if let Some(barrier) = barrier {
                    let text = t!("Link {id} carries nothing: {barrier}.", id = id, barrier = barrier);
                    notes.push(Note { about: Some(id.clone()), text });
                }
                let barred = barrier.is_some();
                let calls = if barred { unanswered(link.calls()) } else { link.calls() };
                ways.push(Way { id, from, to, when: link.when, calls, barred });
            }
            Err(why) => notes
                .push(Note { about: Some(id.clone()), text: t!("Link {id} is left out: {why}.", id = id, why = why) }),
        }
    }
    open_circles(&mut ways, parts, notes);
    settle(&mut ways, parts);
    let rank = |way: &Way<'_>| match (parts[way.to].service.face, way.when) {
        (Face::Cache, _) => 0,
        (_, When::OnMiss) => 1,
        _ => 2,
    };
    ways.sort_by_key(|way| (way.from, way.calls.order, rank(way)));
    gather_parallel(&mut ways, parts);
    ways
}

/// Calls whose packets are dropped: whoever makes one learns that it is not allowed when the time to connect is over, or
/// that of the whole attempt.
fn unanswered(calls: Calls) -> Calls {
    let connect = calls.timeout.map_or(calls.connect, |timeout| timeout.min(calls.connect));
    Calls { connect, timeout: None, ..calls }
}

/// Lets the parallel calls of a caller follow its first one. A cache is asked in turn, because its answer decides about
/// the rest; and what does not call its links one by one has nothing to make parallel.
fn gather_parallel(ways: &mut [Way<'_>], parts: &[Part<'_>]) {
    for way in &mut *ways {
        let calls_all = parts[way.from].blueprint.program.contains(&Op::CallAll);
        if parts[way.to].service.face == Face::Cache || !calls_all {
            way.calls.flow = Flow::InTurn;
        }
    }
    for own in ways.chunk_by_mut(|a, b| a.from == b.from) {
        if let Some(first) = own.iter().position(|way| way.calls.flow == Flow::Parallel) {
            own[first..].sort_by_key(|way| way.calls.flow == Flow::InTurn);
        }
    }
}

/// Leaves out calls that lead round in a circle: a request on them would never end. Messages may go round.
fn open_circles(ways: &mut Vec<Way<'_>>, parts: &[Part<'_>], notes: &mut Vec<Note>) {
    let taken = |way: &Way<'_>| parts[way.from].service.face == Face::Queue;
    let calls = ways.iter().filter(|way| !taken(way)).map(|way| (way.from as u32, way.to as u32));
    let mut graph = DiGraph::<(), ()>::from_edges(calls);
    while graph.node_count() < parts.len() {
        graph.add_node(());
    }
    let mut circle = vec![0; parts.len()];
    for (number, members) in kosaraju_scc(&graph).iter().enumerate() {
        members.iter().for_each(|member| circle[member.index()] = number);
    }
    ways.retain(|way| {
        let round = circle[way.from] == circle[way.to] && !taken(way);
        if round {
            let text = t!("Link {id} is left out: its calls go round in a circle and would never end.", id = way.id);
            notes.push(Note { about: Some(way.id.clone()), text });
        }
        !round
    });
}

/// Settles what `Auto` means: after a miss for a database whose caller also calls a cache, else always.
fn settle(ways: &mut [Way<'_>], parts: &[Part<'_>]) {
    let face = |way: &Way<'_>| parts[way.to].service.face;
    let cached: Vec<usize> = ways.iter().filter(|way| face(way) == Face::Cache).map(|way| way.from).collect();
    for way in ways {
        if way.when == When::Auto {
            let after_miss = face(way) == Face::Database && cached.contains(&way.from);
            way.when = if after_miss { When::OnMiss } else { When::Always };
        }
    }
}
