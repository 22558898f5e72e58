//! The drawing as a graph: who calls whom, and what stands on every way from the users.

use crate::catalog::{self, Face, Service, Settings, Value};
use crate::edit::Command;
use crate::model::{Design, Id, Node};
use crate::words::t;
use petgraph::Direction;
use petgraph::algo::dominators;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, DfsPostOrder};
use std::collections::{BTreeMap, BTreeSet};

/// A drawing, its nodes and links as a graph, and a root that stands before all users.
pub(super) struct Graph<'a> {
    pub design: &'a Design,
    graph: DiGraph<Option<&'a Id>, ()>,
    index: BTreeMap<&'a Id, NodeIndex>,
    root: NodeIndex,
    reached: BTreeSet<NodeIndex>,
}

impl<'a> Graph<'a> {
    pub fn new(design: &'a Design) -> Self {
        let mut graph = DiGraph::new();
        let root = graph.add_node(None);
        let index: BTreeMap<&Id, NodeIndex> = design.nodes.keys().map(|id| (id, graph.add_node(Some(id)))).collect();
        for link in design.links.values() {
            if let (Some(&from), Some(&to)) = (index.get(&link.from), index.get(&link.to)) {
                graph.update_edge(from, to, ());
            }
        }
        for (id, node) in &design.nodes {
            if node.service().is_some_and(|service| service.face == Face::Client) {
                graph.add_edge(root, index[id], ());
            }
        }
        let mut reached = BTreeSet::new();
        let mut walk = Dfs::new(&graph, root);
        while let Some(next) = walk.next(&graph) {
            reached.insert(next);
        }
        Self { design, graph, index, root, reached }
    }

    /// Nodes of known services with what the catalogue says of them.
    pub fn known(&self) -> impl Iterator<Item = (&'a Id, &'a Node, &'static Service, Settings<'a>)> {
        let nodes = self.design.nodes.iter();
        nodes.filter_map(|(id, node)| Some((id, node, node.service()?, node.settings()?)))
    }

    /// Nodes of one service.
    pub fn of(&self, service: &str) -> impl Iterator<Item = (&'a Id, &'a Node, Settings<'a>)> {
        self.known()
            .filter(move |(_, _, known, _)| known.key == service)
            .map(|(id, node, _, settings)| (id, node, settings))
    }

    /// Whether any requests can come to a node.
    pub fn is_reached(&self, id: &Id) -> bool {
        self.index.get(id).is_some_and(|index| self.reached.contains(index))
    }

    pub fn callers(&self, id: &Id) -> Vec<&'a Id> {
        self.neighbours(id, Direction::Incoming)
    }

    pub fn callees(&self, id: &Id) -> Vec<&'a Id> {
        self.neighbours(id, Direction::Outgoing)
    }

    fn neighbours(&self, id: &Id, direction: Direction) -> Vec<&'a Id> {
        let mut ids: Vec<&Id> = self.beside(id, direction).collect();
        ids.sort();
        ids
    }

    /// Whether a node calls one that fits; without a list of all that it calls.
    pub fn calls_any(&self, id: &Id, fits: impl Fn(&Id) -> bool) -> bool {
        self.beside(id, Direction::Outgoing).any(fits)
    }

    fn beside(&self, id: &Id, direction: Direction) -> impl Iterator<Item = &'a Id> {
        let index = self.index.get(id).copied().into_iter();
        index.flat_map(move |index| self.graph.neighbors_directed(index, direction)).filter_map(|n| self.graph[n])
    }

    /// How many other nodes each node cuts off from all users when it is gone: those that it dominates.
    pub fn cut_off(&self) -> BTreeMap<&'a Id, usize> {
        let dominators = dominators::simple_fast(&self.graph, self.root);
        let mut counts = vec![0usize; self.graph.node_count()];
        // What dominates a node is left after it, so that a node's count is complete when it is handed on.
        let mut walk = DfsPostOrder::new(&self.graph, self.root);
        while let Some(index) = walk.next(&self.graph) {
            if let Some(above) = dominators.immediate_dominator(index) {
                counts[above.index()] += counts[index.index()] + 1;
            }
        }
        let ids = self.reached.iter().filter_map(|&index| Some((self.graph[index]?, counts[index.index()])));
        ids.filter(|&(_, count)| count > 0).collect()
    }

    /// Nodes that call each other in a circle. Kosaraju, because a recursive walk would run out of stack on long chains.
    pub fn cycles(&self) -> Vec<Vec<&'a Id>> {
        let components = petgraph::algo::kosaraju_scc(&self.graph).into_iter();
        let many = components.filter(|nodes| nodes.len() > 1 || self.graph.contains_edge(nodes[0], nodes[0]));
        let ids = many.map(|nodes| nodes.into_iter().filter_map(|n| self.graph[n]).collect::<Vec<&Id>>());
        ids.map(|mut ids| {
            ids.sort();
            ids
        })
        .collect()
    }

    /// The zones that the servers of a node stand in: the zone around it, else as many as it spreads over of those that
    /// are drawn, else of a, b, c and so on. Empty for what has no servers in a zone.
    pub fn zones(&self, node: &Node) -> Vec<String> {
        let region = self.design.region_of(node);
        if let Some(zone) = self.design.zone_of(node) {
            return vec![self.design.zone_key(region, zone)];
        }
        let plan = node.service().zip(node.settings()).and_then(|(service, settings)| (service.lower)(&settings).pool);
        let spread = plan.map_or(0, |plan| plan.zones as usize);
        self.design.zones_in(region).into_iter().take(spread).collect()
    }

    /// The nearest node on the drawing that fits; none on a drawing so large that looking at all would take long.
    pub fn nearest(&self, id: &Id, fits: impl Fn(&Id, &Node) -> bool) -> Option<&'a Id> {
        let from = self.design.nodes.get(id).filter(|_| self.design.nodes.len() <= 500)?.rect().center();
        let others = self.design.nodes.iter().filter(|(other, node)| *other != id && fits(other, node));
        let far = |node: &Node| node.rect().center().distance(from);
        others.min_by(|a, b| far(a.1).total_cmp(&far(b.1))).map(|(other, _)| other)
    }

    /// Links that lead back to where a request has been already, among nodes that call each other in a circle: without
    /// them there is no circle. The walk begins where requests come in.
    pub fn back_links(&self, circle: &[&'a Id]) -> Vec<&'a Id> {
        let inside: BTreeSet<NodeIndex> = circle.iter().filter_map(|id| self.index.get(*id).copied()).collect();
        let entered = |index: &&NodeIndex| {
            let mut callers = self.graph.neighbors_directed(**index, Direction::Incoming);
            callers.any(|caller| !inside.contains(&caller) && (self.reached.contains(&caller) || caller == self.root))
        };
        let Some(start) = inside.iter().find(entered).or_else(|| inside.first()).copied() else { return Vec::new() };
        let next = |index: NodeIndex| {
            let mut next: Vec<NodeIndex> = self.graph.neighbors(index).filter(|to| inside.contains(to)).collect();
            next.sort_unstable_by(|a, b| b.cmp(a));
            next
        };
        let (mut seen, mut open) = (BTreeSet::from([start]), BTreeSet::from([start]));
        let (mut way, mut back) = (vec![(start, next(start))], BTreeSet::new());
        while let Some((at, left)) = way.last_mut() {
            match left.pop() {
                Some(to) if open.contains(&to) => {
                    back.insert((self.graph[*at], self.graph[to]));
                }
                Some(to) if seen.insert(to) => {
                    open.insert(to);
                    way.push((to, next(to)));
                }
                Some(_) => {}
                None => {
                    open.remove(at);
                    way.pop();
                }
            }
        }
        let links = self.design.links.iter();
        links.filter(|(_, link)| back.contains(&(Some(&link.from), Some(&link.to)))).map(|(id, _)| id).collect()
    }

    pub fn face(&self, id: &Id) -> Option<Face> {
        self.design.nodes.get(id)?.service().map(|service| service.face)
    }

    pub fn label(&self, id: &Id) -> &'a str {
        self.design.nodes.get(id).map_or("", |node| &node.label)
    }

    /// Labels in a row: "A, B and 3 more".
    pub fn labels(&self, ids: &[&Id]) -> String {
        let shown: Vec<&str> = ids.iter().take(4).map(|id| self.label(id)).collect();
        let more = ids.len().saturating_sub(4);
        if more == 0 { shown.join(", ") } else { t!("{join} and {more} more", join = shown.join(", "), more = more) }
    }
}

/// The command that sets a setting, given as it would be typed.
pub(super) fn set(design: &Design, id: &Id, key: &str, text: &str) -> Option<Command> {
    let service = catalog::find(&design.nodes.get(id)?.service)?;
    let value: Value = service.sheet().param(key)?.kind.parse(text).ok()?;
    Some(Command::Set { ids: vec![id.clone()], key: key.to_owned(), value: Some(value) })
}
