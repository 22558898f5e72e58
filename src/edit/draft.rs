//! A design under change: every record is remembered as it was before it is first touched.

use super::diff::{Change, Diff};
use super::refusal::Refusal;
use crate::model::{Design, Id, Link, Node, Note, Place, Pricing, RequestClass, Routing, Stance};
use std::collections::BTreeMap;

/// A design, and what has changed on it so far.
pub(super) struct Draft<'a> {
    design: &'a mut Design,
    diff: Diff,
}

impl<'a> Draft<'a> {
    pub fn new(design: &'a mut Design, name: String) -> Self {
        Self { design, diff: Diff { name, ..Diff::default() } }
    }

    /// The design as it is now.
    pub fn design(&self) -> &Design {
        self.design
    }

    /// What has changed so far; the sides "after" are not filled in yet.
    pub fn so_far(&self) -> &Diff {
        &self.diff
    }

    pub fn node(&mut self, id: &Id) -> Result<&mut Node, Refusal> {
        remember(&mut self.diff.nodes, &self.design.nodes, id);
        self.design.nodes.get_mut(id).ok_or_else(|| Refusal::Missing(id.clone()))
    }

    pub fn link(&mut self, id: &Id) -> Result<&mut Link, Refusal> {
        remember(&mut self.diff.links, &self.design.links, id);
        self.design.links.get_mut(id).ok_or_else(|| Refusal::Missing(id.clone()))
    }

    pub fn place(&mut self, id: &Id) -> Result<&mut Place, Refusal> {
        remember(&mut self.diff.places, &self.design.places, id);
        self.design.places.get_mut(id).ok_or_else(|| Refusal::Missing(id.clone()))
    }

    pub fn note(&mut self, id: &Id) -> Result<&mut Note, Refusal> {
        remember(&mut self.diff.notes, &self.design.notes, id);
        self.design.notes.get_mut(id).ok_or_else(|| Refusal::Missing(id.clone()))
    }

    /// Changes how a record stands among others; what is as usual is not kept.
    pub fn stand(&mut self, id: &Id, change: impl FnOnce(&mut Stance)) {
        remember(&mut self.diff.stances, &self.design.stances, id);
        let mut stance = self.design.stances.remove(id).unwrap_or_default();
        change(&mut stance);
        if stance != Stance::default() {
            self.design.stances.insert(id.clone(), stance);
        }
    }

    pub fn add_node(&mut self, id: &Id, node: Node) {
        remember(&mut self.diff.nodes, &self.design.nodes, id);
        self.design.nodes.insert(id.clone(), node);
    }

    pub fn add_link(&mut self, id: &Id, link: Link) {
        remember(&mut self.diff.links, &self.design.links, id);
        self.design.links.insert(id.clone(), link);
    }

    pub fn add_place(&mut self, id: &Id, place: Place) {
        remember(&mut self.diff.places, &self.design.places, id);
        self.design.places.insert(id.clone(), place);
    }

    pub fn add_note(&mut self, id: &Id, note: Note) {
        remember(&mut self.diff.notes, &self.design.notes, id);
        self.design.notes.insert(id.clone(), note);
    }

    /// Takes a record out. Its id is not given out again, except that of a link: it names the two ends, and the same
    /// ends joined again are the same link.
    pub fn remove(&mut self, id: &Id) {
        let design = &mut *self.design;
        take(&mut self.diff.links, &mut design.links, id);
        take(&mut self.diff.stances, &mut design.stances, id);
        let gone = take(&mut self.diff.nodes, &mut design.nodes, id)
            || take(&mut self.diff.places, &mut design.places, id)
            || take(&mut self.diff.notes, &mut design.notes, id);
        if gone && design.retired.insert(id.clone()) {
            self.diff.retired.insert(id.clone());
        }
    }

    pub fn set_title(&mut self, title: String) {
        let before = std::mem::replace(&mut self.design.name, title.clone());
        self.diff.title = Some((before, title));
    }

    pub fn set_region(&mut self, region: String) {
        let before = std::mem::replace(&mut self.design.region, region.clone());
        self.diff.region = Some((before, region));
    }

    pub fn set_pricing(&mut self, pricing: Pricing) {
        let before = std::mem::replace(&mut self.design.pricing, pricing.clone());
        self.diff.pricing = Some((before, pricing));
    }

    pub fn set_routing(&mut self, routing: Routing) {
        let before = std::mem::replace(&mut self.design.routing, routing);
        self.diff.routing = Some((before, routing));
    }

    pub fn classes(&mut self) -> &mut Vec<RequestClass> {
        let now = &self.design.classes;
        self.diff.classes.get_or_insert_with(|| (now.clone(), Vec::new()));
        &mut self.design.classes
    }

    pub fn scenarios(&mut self) -> &mut Vec<crate::scenario::Scenario> {
        let now = &self.design.scenarios;
        self.diff.scenarios.get_or_insert_with(|| (now.clone(), Vec::new()));
        &mut self.design.scenarios
    }

    /// An id made from a text that is not in use and never was.
    pub fn mint(&self, text: &str, fallback: &str) -> Id {
        self.unused(&Id::slug(text, fallback))
    }

    /// The id, numbered if it is in use or ever was.
    pub fn unused(&self, id: &Id) -> Id {
        id.mint(|id| self.design.has(id) || self.design.retired.contains(id))
    }

    /// The change as a value; records that are as they were are left out.
    pub fn finish(mut self) -> Diff {
        settle(&mut self.diff.nodes, &self.design.nodes);
        settle(&mut self.diff.links, &self.design.links);
        settle(&mut self.diff.places, &self.design.places);
        settle(&mut self.diff.notes, &self.design.notes);
        settle(&mut self.diff.stances, &self.design.stances);
        let design = &*self.design;
        self.diff.classes = self.diff.classes.map(|(before, _)| (before, design.classes.clone()));
        self.diff.classes = self.diff.classes.filter(|(before, after)| before != after);
        self.diff.scenarios = self.diff.scenarios.map(|(before, _)| (before, design.scenarios.clone()));
        self.diff.scenarios = self.diff.scenarios.filter(|(before, after)| before != after);
        self.diff.title = self.diff.title.filter(|(before, after)| before != after);
        self.diff.region = self.diff.region.filter(|(before, after)| before != after);
        self.diff.pricing = self.diff.pricing.filter(|(before, after)| before != after);
        self.diff.routing = self.diff.routing.filter(|(before, after)| before != after);
        self.diff
    }
}

fn remember<T: Clone>(changes: &mut BTreeMap<Id, Change<T>>, records: &BTreeMap<Id, T>, id: &Id) {
    if !changes.contains_key(id) {
        changes.insert(id.clone(), Change { before: records.get(id).cloned(), after: None });
    }
}

fn take<T: Clone>(changes: &mut BTreeMap<Id, Change<T>>, records: &mut BTreeMap<Id, T>, id: &Id) -> bool {
    let found = records.contains_key(id);
    if found {
        remember(changes, records, id);
        records.remove(id);
    }
    found
}

fn settle<T: Clone + PartialEq>(changes: &mut BTreeMap<Id, Change<T>>, records: &BTreeMap<Id, T>) {
    for (id, change) in changes.iter_mut() {
        change.after = records.get(id).cloned();
    }
    changes.retain(|_, change| change.before != change.after);
}
