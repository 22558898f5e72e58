//! The parts of a design that a template can express, and who calls whom.

use super::network::Network;
use super::services::{self, Kind, Seat};
use super::template::{Template, logical};
use crate::catalog::{Face, Settings, Tie, Value};
use crate::model::{Design, Id, Link, Node};
use crate::units::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A node that the template expresses.
pub struct Part<'a> {
    pub id: &'a Id,
    pub node: &'a Node,
    pub kind: &'static Kind,
    /// Logical id of its main resource.
    pub name: String,
    /// Logical id of its security group, if it stands in a VPC.
    pub group: String,
    /// Logical id of the resource that others refer to besides.
    pub beside: String,
    /// The databases that are drawn as its copies, or what it is a copy of.
    pub copies: Copies,
    set: Settings<'a>,
}

/// How a database is joined to others by replication.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Copies {
    /// Not at all.
    #[default]
    None,
    /// Others are its read replicas.
    Followed,
    /// It is the read replica of the one with this logical id.
    Of(String),
}

/// All parts with their links.
pub struct Stack<'a> {
    pub design: &'a Design,
    /// In the order of the palette, then by id.
    pub parts: Vec<Part<'a>>,
    pub network: Network,
    at: BTreeMap<&'a Id, usize>,
    /// By caller: whom it calls; by callee: who calls it.
    callees: BTreeMap<&'a Id, BTreeSet<&'a Id>>,
    callers: BTreeMap<&'a Id, BTreeSet<&'a Id>>,
}

impl Part<'_> {
    /// The name on its card.
    pub fn label(&self) -> &str {
        &self.node.label
    }

    /// Its settings.
    pub fn set(&self) -> &Settings<'_> {
        &self.set
    }

    /// Whether its network interfaces stand in subnets.
    pub fn is_seated(&self) -> bool {
        self.kind.seat != Seat::Nowhere
    }

    /// A setting that not every version of the catalogue has.
    pub fn perhaps(&self, key: &str) -> Option<Value> {
        self.node.service()?.sheet().param(key).map(|_| self.set.value(key))
    }

    /// Such a setting as a whole number.
    pub fn perhaps_count(&self, key: &str) -> Option<u64> {
        match self.perhaps(key)? {
            Value::Count(count) => Some(count),
            _ => None,
        }
    }

    /// Such a setting as a span of time.
    pub fn perhaps_span(&self, key: &str) -> Option<Span> {
        match self.perhaps(key)? {
            Value::Span(span) => Some(span),
            _ => None,
        }
    }

    /// Such a setting as a part of a whole, in percent.
    pub fn perhaps_percent(&self, key: &str) -> Option<f64> {
        match self.perhaps(key)? {
            Value::Share(share) => Some((share.0 * 1e4).round() / 100.0),
            _ => None,
        }
    }

    /// Whether such a setting is this word.
    pub fn says(&self, key: &str, word: &str) -> bool {
        matches!(self.perhaps(key), Some(Value::Word(said)) if said == word)
    }
}

impl<'a> Stack<'a> {
    pub fn new(design: &'a Design, template: &mut Template) -> Self {
        let mut parts = parts(design, template);
        for part in &mut parts {
            if part.is_seated() {
                part.group = template.name(&format!("{}SecurityGroup", part.name));
            }
            if !part.kind.beside.is_empty() {
                part.beside = template.name(&format!("{}{}", part.name, part.kind.beside));
            }
        }
        let at = parts.iter().enumerate().map(|(at, part)| (part.id, at)).collect();
        replicate(design, &mut parts, &at);
        let (mut callees, mut callers) = (BTreeMap::<_, BTreeSet<_>>::new(), BTreeMap::<_, BTreeSet<_>>::new());
        for link in design.links.values().filter(|link| is_carried(design, link)) {
            callees.entry(&link.from).or_default().insert(&link.to);
            callers.entry(&link.to).or_default().insert(&link.from);
        }
        let mut stack = Self { design, parts, network: Network::default(), at, callees, callers };
        stack.network = Network::of(&stack, template);
        stack
    }

    /// The link that leads from one part to another.
    pub fn link(&self, from: &Part<'_>, to: &Part<'_>) -> Option<&Link> {
        self.design.links.values().find(|link| link.from == *from.id && link.to == *to.id)
    }

    /// The part of a node, if the template expresses it.
    pub fn part(&self, id: &Id) -> Option<&Part<'a>> {
        self.at.get(id).map(|&at| &self.parts[at])
    }

    /// Which place in the list a part has.
    pub fn position(&self, part: &Part<'_>) -> usize {
        self.at[part.id]
    }

    /// The parts that a part calls, in the order of their ids.
    pub fn callees(&self, part: &Part<'_>) -> impl Iterator<Item = &Part<'a>> {
        self.callees.get(part.id).into_iter().flatten().filter_map(|id| self.part(id))
    }

    /// The parts that call a part.
    pub fn callers(&self, part: &Part<'_>) -> impl Iterator<Item = &Part<'a>> {
        self.callers.get(part.id).into_iter().flatten().filter_map(|id| self.part(id))
    }

    /// Whether any of these reaches a part from outside of the template's networks.
    pub fn reached_by(&self, part: &Part<'_>, faces: &[Face]) -> bool {
        let mut callers = self.callers.get(part.id).into_iter().flatten();
        callers.any(|from| self.design.nodes[*from].service().is_some_and(|service| faces.contains(&service.face)))
    }

    /// Names in the head what the template does not have.
    pub fn leave_out(&self, template: &mut Template) {
        for (id, node) in &self.design.nodes {
            if !self.at.contains_key(id) {
                template.leave_out(services::why_not(&node.service), &node.label);
            }
        }
        let refused = self.design.links.values().filter(|link| self.design.tie(link).is_none());
        for link in refused {
            let label = |id: &Id| self.design.nodes.get(id).map_or_else(|| id.to_string(), |node| node.label.clone());
            template
                .leave_out("Links that cannot carry requests", format!("{} -> {}", label(&link.from), label(&link.to)));
        }
    }
}

fn parts<'a>(design: &'a Design, template: &mut Template) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    for kind in services::ALL {
        for (id, node) in design.nodes.iter().filter(|(_, node)| node.service == kind.key) {
            let Some(set) = node.settings() else { continue };
            let name = template.name(&logical(id.as_str()));
            let beside = String::new();
            let (group, copies) = (String::new(), Copies::None);
            parts.push(Part { id, node, kind, name, group, beside, copies, set });
        }
    }
    parts
}

/// Lets databases know their replicas, and these their primary: they have its user and password.
fn replicate<'a>(design: &'a Design, parts: &mut [Part<'a>], at: &BTreeMap<&'a Id, usize>) {
    for link in design.links.values().filter(|link| design.tie(link) == Some(Tie::Replica)) {
        let (Some(&from), Some(&to)) = (at.get(&link.from), at.get(&link.to)) else { continue };
        let (primary, secret) = (parts[from].name.clone(), parts[from].beside.clone());
        parts[from].copies = Copies::Followed;
        (parts[to].copies, parts[to].beside) = (Copies::Of(primary), secret);
    }
}

/// Whether something is called or sent along a link.
fn is_carried(design: &Design, link: &Link) -> bool {
    matches!(design.tie(link), Some(Tie::Call | Tie::Message))
}
