//! What no stack could be made of and a drawing can: names that stand for nothing, conditions and resources that wait for
//! each other. Each is listed once with its line; nothing is left out for it.
//!
//! Absent: what cfn-lint finds beyond that. A template is read here, not checked.

use super::resources::Stack;
use super::tree::{Kind, Tree};
use super::values::{Piece, parts_of_sub, pieces};
use crate::edit::line;
use crate::import::draft::Draft;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeMap, BTreeSet};

/// Names that are told of one circle.
const TOLD: usize = 5;

/// Lists them.
pub fn tell(stack: &mut Stack<'_, '_>) {
    conditions(stack);
    // A macro may make what is not written.
    if stack.template.get("Transform").is_none() {
        names(stack);
    }
    resources(stack);
}

fn section<'t>(template: &'t Tree, name: &str) -> &'t [(String, Tree)] {
    template.get(name).map(Tree::entries).unwrap_or_default()
}

/// Conditions that depend on themselves.
fn conditions(stack: &mut Stack<'_, '_>) {
    let mut circles = Circles::default();
    for (name, tree) in section(stack.template, "Conditions") {
        circles.add(name, tree.line);
        let mut named = Vec::new();
        conditions_in(tree, &mut named);
        named.into_iter().for_each(|other| circles.needs(name, other));
    }
    circles.tell(stack.draft, |names, many| match many {
        1 => format!("the condition {names} depends on itself; what has it is drawn as if it held"),
        _ => format!("the conditions {names} depend on each other in a circle; what has them is drawn as if they held"),
    });
}

/// Conditions that a condition names.
fn conditions_in<'t>(tree: &'t Tree, found: &mut Vec<&'t str>) {
    match &tree.kind {
        Kind::Call(name, given) if name == "Condition" => found.extend(given.as_text()),
        Kind::Map(entries) if matches!(entries.as_slice(), [(key, _)] if key == "Condition") => {
            found.extend(entries[0].1.as_text());
        }
        _ => tree.children().for_each(|child| conditions_in(child, found)),
    }
}

/// Names that are referred to and stand nowhere.
fn names(stack: &mut Stack<'_, '_>) {
    let own = |name| section(stack.template, name).iter().map(|(name, _)| name.as_str());
    let known: BTreeSet<&str> = own("Parameters").chain(own("Resources")).collect();
    let mut unknown: BTreeMap<&str, (Option<usize>, usize)> = BTreeMap::new();
    for name in ["Conditions", "Resources", "Outputs"] {
        for (_, tree) in section(stack.template, name) {
            references(tree, &mut |name, line| {
                let name = name.split('.').next().unwrap_or_default();
                if !name.starts_with("AWS::") && !known.contains(name) {
                    unknown.entry(name).or_insert((line, 0)).1 += 1;
                }
            });
        }
    }
    for (name, (at, times)) in unknown {
        let again = if times > 1 { format!(" ({times} times)") } else { String::new() };
        let text = format!(
            "\"{}\" is neither a parameter nor a resource; what refers to it{again} is read without it",
            line(name)
        );
        stack.draft.remark(at, text);
    }
}

/// Everything that a value refers to by name, with its line.
fn references<'t>(tree: &'t Tree, found: &mut impl FnMut(&'t str, Option<usize>)) {
    match &tree.kind {
        Kind::Call(name, given) if matches!(name.as_str(), "Ref" | "GetAtt") => {
            if let Some(name) = given.as_text() {
                found(name, tree.line);
            }
        }
        Kind::Call(name, given) if name == "Sub" => {
            let Some((text, own)) = parts_of_sub(given) else { return };
            let own_names = own.map(Tree::entries).unwrap_or_default();
            for piece in pieces(text) {
                if let Piece::Name(name) = piece
                    && !own_names.iter().any(|(own, _)| own == name)
                {
                    found(name, tree.line);
                }
            }
            own.into_iter().for_each(|own| references_below(own, found));
        }
        _ => references_below(tree, found),
    }
}

fn references_below<'t>(tree: &'t Tree, found: &mut impl FnMut(&'t str, Option<usize>)) {
    for child in tree.children() {
        references(child, found);
    }
}

/// Resources each of which has to be made before the other.
fn resources(stack: &mut Stack<'_, '_>) {
    let mut circles = Circles::default();
    for (name, tree) in section(stack.template, "Resources") {
        let Some(resource) = stack.resources.get(name.as_str()) else { continue };
        circles.add(name, tree.line);
        stack.values.mentions(resource.properties).into_iter().for_each(|other| circles.needs(name, other));
        let after = tree.get("DependsOn");
        let after = after.into_iter().chain(after.map(Tree::items).unwrap_or_default());
        after.filter_map(Tree::as_text).for_each(|other| circles.needs(name, other));
    }
    circles.tell(stack.draft, |names, many| match many {
        1 => format!("{names} refers to itself, so no stack could be made of it; it is read all the same"),
        _ => format!("{names} wait for each other, so no stack could be made of them; they are read all the same"),
    });
}

/// Who needs whom.
#[derive(Default)]
struct Circles<'t> {
    graph: DiGraph<(&'t str, Option<usize>), ()>,
    index: BTreeMap<&'t str, NodeIndex>,
    needs: Vec<(&'t str, &'t str)>,
}

impl<'t> Circles<'t> {
    fn add(&mut self, name: &'t str, line: Option<usize>) {
        let node = self.graph.add_node((name, line));
        self.index.insert(name, node);
    }

    fn needs(&mut self, name: &'t str, other: &'t str) {
        self.needs.push((name, other));
    }

    /// Lists each circle at the line of its first member, in words made of its names and their number.
    fn tell(mut self, draft: &mut Draft, words: impl Fn(&str, usize) -> String) {
        for (from, to) in &self.needs {
            if let (Some(&from), Some(&to)) = (self.index.get(from), self.index.get(to)) {
                self.graph.update_edge(from, to, ());
            }
        }
        for mut circle in kosaraju_scc(&self.graph) {
            circle.sort();
            let first = circle[0];
            if circle.len() > 1 || self.graph.contains_edge(first, first) {
                draft.remark(self.graph[first].1, words(&self.named(&circle), circle.len()));
            }
        }
    }

    /// "A", "B" and "C", or the first of many.
    fn named(&self, circle: &[NodeIndex]) -> String {
        let name = |node: &NodeIndex| format!("\"{}\"", line(self.graph[*node].0));
        let mut names: Vec<String> = circle.iter().take(TOLD).map(name).collect();
        match circle.len() - names.len() {
            0 => {
                let last = names.pop().unwrap_or_default();
                if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
            }
            more => format!("{} and {more} more", names.join(", ")),
        }
    }
}
