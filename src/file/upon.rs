//! Records that are added to a design which is there already, as the steps of a walkthrough do.

use super::open::Reader;
use super::v1;
use crate::model::{Design, Id, Node};
use crate::scenario::Fault;

impl Reader {
    /// A reader that knows the records of a design.
    pub(super) fn upon(design: Design) -> Self {
        let by_name = |id: &Id| (id.to_string(), id.clone());
        let mut reader = Self::default();
        reader.nodes = design.nodes.keys().map(by_name).collect();
        reader.places = design.places.keys().map(by_name).collect();
        reader.joined = design.links.values().map(|link| (link.from.clone(), link.to.clone())).collect();
        reader.design = design;
        reader
    }

    /// A node, new or in place of the one with its id. Its links stay.
    pub(super) fn put_node(&mut self, node: v1::Node) {
        if let Some(id) = Id::new(&node.id) {
            self.design.nodes.remove(&id);
            self.nodes.remove(&node.id);
        }
        self.node(0, node);
        self.place_the_unplaced();
    }

    /// A new place, and what it stands in. What stood where it is put belongs to it.
    pub(super) fn put_place(&mut self, place: v1::Place) {
        let parent = place.parent.clone();
        let Some(id) = self.place(0, place) else { return };
        if !parent.is_empty() {
            self.nest(0, &id, &parent);
        }
        let Some(made) = self.design.places.get(&id).cloned() else { return };
        let inside = |node: &&mut Node| made.rect.encloses(&node.rect()) && node.place == made.parent;
        self.design.nodes.values_mut().filter(inside).for_each(|node| node.place = Some(id.clone()));
    }

    /// These kinds of requests in place of those that there are.
    pub(super) fn put_classes(&mut self, classes: Vec<v1::Class>) {
        self.design.classes.clear();
        classes.into_iter().for_each(|class| self.class(0, class));
    }

    /// Faults in the words of the design.
    pub(super) fn faults(&self, faults: Vec<v1::Fault>) -> Vec<Fault> {
        faults.into_iter().map(|fault| self.fault(fault)).collect()
    }
}
