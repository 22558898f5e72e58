//! What a command did: whole records before and after. Undo and redo put one side or the other back.

use crate::catalog::Value;
use crate::model::{Design, Id, Link, Node, Note, Place, PlaceKind, Pricing, RequestClass, Routing, Stance, When};
use crate::scenario::Scenario;
use std::collections::{BTreeMap, BTreeSet};

/// One record before and after; `None` where it did not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<T> {
    /// The record as it was.
    pub before: Option<T>,
    /// The record as it is now.
    pub after: Option<T>,
}

/// Everything that a command or a gesture changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// What was done, to stand behind "Undo": "move of 3 nodes".
    pub name: String,
    /// Nodes that changed.
    pub nodes: BTreeMap<Id, Change<Node>>,
    /// Links that changed.
    pub links: BTreeMap<Id, Change<Link>>,
    /// Places that changed.
    pub places: BTreeMap<Id, Change<Place>>,
    /// Notes that changed.
    pub notes: BTreeMap<Id, Change<Note>>,
    /// How records stand among others, where that changed.
    pub stances: BTreeMap<Id, Change<Stance>>,
    /// Title before and after.
    pub title: Option<(String, String)>,
    /// Region before and after.
    pub region: Option<(String, String)>,
    /// What else prices depend on, before and after.
    pub pricing: Option<(Pricing, Pricing)>,
    /// How links run, before and after.
    pub routing: Option<(Routing, Routing)>,
    /// Classes before and after.
    pub classes: Option<(Vec<RequestClass>, Vec<RequestClass>)>,
    /// Scenarios before and after.
    pub scenarios: Option<(Vec<Scenario>, Vec<Scenario>)>,
    /// Ids that are not given out again.
    pub retired: BTreeSet<Id>,
}

impl Diff {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
            && self.links.is_empty()
            && self.places.is_empty()
            && self.notes.is_empty()
            && self.stances.is_empty()
            && self.title.is_none()
            && self.region.is_none()
            && self.pricing.is_none()
            && self.routing.is_none()
            && self.classes.is_none()
            && self.scenarios.is_none()
    }

    /// Puts everything back as it was. `design` must be as it was right after the change.
    pub fn revert(&self, design: &mut Design) {
        put(&mut design.nodes, &self.nodes, |change| &change.before);
        put(&mut design.links, &self.links, |change| &change.before);
        put(&mut design.places, &self.places, |change| &change.before);
        put(&mut design.notes, &self.notes, |change| &change.before);
        put(&mut design.stances, &self.stances, |change| &change.before);
        assign(&mut design.name, self.title.as_ref().map(|sides| &sides.0));
        assign(&mut design.region, self.region.as_ref().map(|sides| &sides.0));
        assign(&mut design.pricing, self.pricing.as_ref().map(|sides| &sides.0));
        assign(&mut design.routing, self.routing.as_ref().map(|sides| &sides.0));
        assign(&mut design.classes, self.classes.as_ref().map(|sides| &sides.0));
        assign(&mut design.scenarios, self.scenarios.as_ref().map(|sides| &sides.0));
        design.retired.retain(|id| !self.retired.contains(id));
    }

    /// Makes the change again. `design` must be as it was right before the change.
    pub fn replay(&self, design: &mut Design) {
        put(&mut design.nodes, &self.nodes, |change| &change.after);
        put(&mut design.links, &self.links, |change| &change.after);
        put(&mut design.places, &self.places, |change| &change.after);
        put(&mut design.notes, &self.notes, |change| &change.after);
        put(&mut design.stances, &self.stances, |change| &change.after);
        assign(&mut design.name, self.title.as_ref().map(|sides| &sides.1));
        assign(&mut design.region, self.region.as_ref().map(|sides| &sides.1));
        assign(&mut design.pricing, self.pricing.as_ref().map(|sides| &sides.1));
        assign(&mut design.routing, self.routing.as_ref().map(|sides| &sides.1));
        assign(&mut design.classes, self.classes.as_ref().map(|sides| &sides.1));
        assign(&mut design.scenarios, self.scenarios.as_ref().map(|sides| &sides.1));
        design.retired.extend(self.retired.iter().cloned());
    }

    /// How many records it is about.
    pub fn records(&self) -> usize {
        self.nodes.len() + self.links.len() + self.places.len() + self.notes.len() + self.stances.len()
    }

    /// Whether nodes or links came or went, or links lead elsewhere.
    pub fn renumbers(&self) -> bool {
        let ends = |link: &Option<Link>| link.as_ref().map(|link| (link.from.clone(), link.to.clone()));
        self.nodes.values().any(|change| change.before.is_none() != change.after.is_none())
            || self.links.values().any(|change| ends(&change.before) != ends(&change.after))
    }

    /// Ids of the records that the change made: nodes, places, notes, then links.
    pub fn created(&self) -> Vec<Id> {
        let ids = new_ids(&self.nodes).chain(new_ids(&self.places));
        ids.chain(new_ids(&self.notes)).chain(new_ids(&self.links)).cloned().collect()
    }

    /// Ids of the records that the change took away, in the same order.
    pub fn removed(&self) -> Vec<Id> {
        let ids = gone_ids(&self.nodes).chain(gone_ids(&self.places));
        ids.chain(gone_ids(&self.notes)).chain(gone_ids(&self.links)).cloned().collect()
    }

    /// Whether a run could tell the difference: false for what only changes the look of the drawing.
    pub fn changes_run(&self) -> bool {
        fn node(n: &Node) -> (&String, &Option<Id>, &BTreeMap<String, Value>) {
            (&n.service, &n.place, &n.settings)
        }
        fn link(l: &Link) -> (&Id, &Id, When, &BTreeMap<String, Value>) {
            (&l.from, &l.to, l.when, &l.settings)
        }
        fn place(p: &Place) -> (PlaceKind, &String, &Option<Id>, &BTreeMap<String, Value>) {
            (p.kind, &p.label, &p.parent, &p.settings)
        }
        self.region.is_some()
            || self.pricing.is_some()
            || self.classes.is_some()
            || self.scenarios.is_some()
            || self.nodes.values().any(|c| c.before.as_ref().map(node) != c.after.as_ref().map(node))
            || self.links.values().any(|c| c.before.as_ref().map(link) != c.after.as_ref().map(link))
            || self.places.values().any(|c| c.before.as_ref().map(place) != c.after.as_ref().map(place))
    }

    /// Adds a later change, so that both together are one. The name becomes that of the later one, if it has one.
    pub(super) fn absorb(&mut self, later: Self) {
        merge(&mut self.nodes, later.nodes);
        merge(&mut self.links, later.links);
        merge(&mut self.places, later.places);
        merge(&mut self.notes, later.notes);
        merge(&mut self.stances, later.stances);
        join(&mut self.title, later.title);
        join(&mut self.region, later.region);
        join(&mut self.pricing, later.pricing);
        join(&mut self.routing, later.routing);
        join(&mut self.classes, later.classes);
        join(&mut self.scenarios, later.scenarios);
        self.retired.extend(later.retired);
        if !later.name.is_empty() {
            self.name = later.name;
        }
    }
}

type Side<T> = fn(&Change<T>) -> &Option<T>;

fn put<T: Clone>(records: &mut BTreeMap<Id, T>, changes: &BTreeMap<Id, Change<T>>, side: Side<T>) {
    for (id, change) in changes {
        match side(change) {
            Some(record) => records.insert(id.clone(), record.clone()),
            None => records.remove(id),
        };
    }
}

fn assign<T: Clone>(place: &mut T, value: Option<&T>) {
    if let Some(value) = value {
        place.clone_from(value);
    }
}

fn new_ids<T>(changes: &BTreeMap<Id, Change<T>>) -> impl Iterator<Item = &Id> {
    changes.iter().filter(|(_, change)| change.before.is_none() && change.after.is_some()).map(|(id, _)| id)
}

fn gone_ids<T>(changes: &BTreeMap<Id, Change<T>>) -> impl Iterator<Item = &Id> {
    changes.iter().filter(|(_, change)| change.before.is_some() && change.after.is_none()).map(|(id, _)| id)
}

fn merge<T: PartialEq>(earlier: &mut BTreeMap<Id, Change<T>>, later: BTreeMap<Id, Change<T>>) {
    for (id, change) in later {
        match earlier.get_mut(&id) {
            Some(first) => first.after = change.after,
            None => {
                earlier.insert(id, change);
            }
        }
    }
    earlier.retain(|_, change| change.before != change.after);
}

fn join<T: PartialEq>(earlier: &mut Option<(T, T)>, later: Option<(T, T)>) {
    if let Some((before, after)) = later {
        let before = earlier.take().map_or(before, |sides| sides.0);
        *earlier = (before != after).then_some((before, after));
    }
}
