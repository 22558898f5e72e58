//! Layout in layers, from callers on the left to callees on the right: from a drawing to one command that arranges it.
//!
//! Places are arranged from the inside out: what stands in a place is laid out first, then the place is one box among its
//! neighbours; what a way out of a place comes back to stands behind what it left from, and what calls a place and is called
//! by it stands below it. Parts that are not linked stand beside each other. What is locked stays and is left out. Within a
//! layer, the order that things have from top to bottom is where the search for fewer crossings starts from. Time is
//! bounded: by passes, not by a clock.
//!
//! Absent: routes of links, which follow from where things stand.

mod beside;
mod coordinates;
mod detours;
mod graph;
mod order;
mod pack;

use super::Command;
use crate::model::{Design, GRID, Id, Point, Rect, Size};
use crate::words::key;
use graph::Graph;
use std::collections::{BTreeMap, BTreeSet};

/// Between layers, in drawing units: room for the labels of links.
const LAYER_GAP: f32 = 7.0 * GRID;

/// Between things in one layer.
const GAP: f32 = 4.0 * GRID;

/// Inside the edges of a place, and below its name.
const PADDING: f32 = 2.0 * GRID;
const TOP: f32 = 4.0 * GRID;

/// What undo calls it.
pub(super) const NAME: &str = key!("layout");

/// The command that lays out all that is not locked, or only what is selected; `None` if nothing would move.
pub fn layout(design: &Design, selection: Option<&BTreeSet<Id>>) -> Option<Command> {
    let tree = Tree::new(design);
    let mut rects = Vec::new();
    for (home, items) in tree.blocks(selection) {
        let before = items.iter().filter_map(|id| design.rect_of(id)).reduce(Rect::union)?;
        let block = tree.arrange(home.as_ref(), &items);
        let at = before.min.snapped(GRID);
        rects.extend(block.rects.into_iter().map(|(id, rect)| (id, rect.shift(at))));
    }
    rects.retain(|(id, rect)| design.rect_of(id).is_some_and(|now| now != *rect));
    (!rects.is_empty()).then_some(Command::Arrange { rects, name: NAME })
}

/// Where the records of a part stand, counted from its top left corner, and how large it is.
struct Block {
    size: Size,
    rects: Vec<(Id, Rect)>,
}

/// A place, or `None` for the canvas.
type Home = Option<Id>;

/// What stands where, and which links lead between the children of each place.
struct Tree<'a> {
    design: &'a Design,
    children: BTreeMap<Home, Vec<Id>>,
    links: BTreeMap<Home, Vec<(Id, Id)>>,
}

impl<'a> Tree<'a> {
    fn new(design: &'a Design) -> Self {
        let mut tree = Self { design, children: BTreeMap::new(), links: BTreeMap::new() };
        let drawn = design.nodes.keys().chain(design.places.keys()).chain(design.notes.keys());
        for id in drawn.filter(|id| !design.is_locked(id)) {
            tree.children.entry(tree.home(id)).or_default().push(id.clone());
        }
        for children in tree.children.values_mut() {
            children.sort_by(|a, b| reading_order(design, a, b));
        }
        for link in design.links.values() {
            if let Some((home, from, to)) = tree.lifted(&link.from, &link.to) {
                tree.links.entry(home).or_default().push((from, to));
            }
        }
        let pairs = detours::detours(design, &|id| tree.chain(id));
        for (place, from, to) in pairs {
            // Those between two children of a place inside this one are among that one's.
            if let Some((home, from, to)) = tree.lifted(&from, &to).filter(|(home, ..)| home.as_ref() == Some(&place)) {
                tree.links.entry(home).or_default().push((from, to));
            }
        }
        tree
    }

    /// The place that a record stands in.
    fn home(&self, id: &Id) -> Home {
        let design = self.design;
        let home = match (design.nodes.get(id), design.places.get(id)) {
            (Some(node), _) => node.place.clone(),
            (_, Some(place)) => place.parent.clone(),
            _ => design.notes.get(id).and_then(|note| enclosing(design, note.rect)),
        };
        home.filter(|home| design.places.contains_key(home))
    }

    /// The record and the places around it, innermost first.
    fn chain(&self, id: &Id) -> Vec<Id> {
        let outer = |id: &Id| self.home(id);
        std::iter::successors(Some(id.clone()), outer).take(8).collect()
    }

    /// A link, between the two children of the innermost place that holds both ends.
    fn lifted(&self, from: &Id, to: &Id) -> Option<(Home, Id, Id)> {
        let (mut ours, mut theirs) = (self.chain(from), self.chain(to));
        while ours.last().is_some() && ours.last() == theirs.last() {
            ours.pop();
            theirs.pop();
        }
        let (from, to) = (ours.pop()?, theirs.pop()?);
        Some((self.home(&from), from, to))
    }

    /// What is laid out together: all of the canvas, or what is selected in each place by itself.
    fn blocks(&self, selection: Option<&BTreeSet<Id>>) -> Vec<(Home, Vec<Id>)> {
        let Some(selection) = selection else {
            return self.children.get(&None).map(|items| (None, items.clone())).into_iter().collect();
        };
        let outermost = |id: &Id| !self.chain(id).iter().skip(1).any(|outer| selection.contains(outer));
        let mut blocks = Vec::new();
        for (home, children) in &self.children {
            let items: Vec<Id> =
                children.iter().filter(|id| selection.contains(*id) && outermost(id)).cloned().collect();
            let worth = items.len() > 1 || items.iter().any(|id| self.design.places.contains_key(id));
            if worth {
                blocks.push((home.clone(), items));
            }
        }
        blocks
    }

    /// Lays out some children of a place.
    fn arrange(&self, home: Option<&Id>, items: &[Id]) -> Block {
        let home = home.cloned();
        let below = beside::below(self, &home, items);
        let lower: BTreeSet<&Id> = below.values().flatten().copied().collect();
        let items: Vec<&Id> = items.iter().filter(|id| !lower.contains(id)).collect();
        let those = |id: &Id| below.get(id).map_or(&[][..], Vec::as_slice);
        let blocks: Vec<Block> = items.iter().map(|id| beside::with_those(self, self.box_of(id), those(id))).collect();
        let sizes: Vec<Size> = blocks.iter().map(|block| block.size).collect();
        let index: BTreeMap<&Id, usize> = items.iter().enumerate().map(|(n, id)| (*id, n)).collect();
        let links = self.links.get(&home).map_or(&[][..], Vec::as_slice);
        let ends = |(from, to): &(Id, Id)| Some((*index.get(from)?, *index.get(to)?));
        let graph = Graph::new(sizes, links.iter().filter_map(ends));
        let parts: Vec<(Vec<usize>, Vec<Point>)> =
            graph.components().into_iter().map(|part| (part.clone(), layered(&graph.part(&part)))).collect();
        let (corners, size) = pack::pack(&graph.sizes, &parts);
        let mut rects = Vec::new();
        for (block, corner) in blocks.into_iter().zip(corners) {
            rects.extend(block.rects.into_iter().map(|(id, rect)| (id, rect.shift(corner))));
        }
        Block { size, rects }
    }

    /// A record as a box: a place with all that stands in it.
    fn box_of(&self, id: &Id) -> Block {
        let own = self.design.rect_of(id).unwrap_or_default().size();
        let home = Some(id.clone());
        let items = self.children.get(&home).filter(|_| self.design.places.contains_key(id));
        let Some(items) = items else {
            return Block { size: own, rects: vec![(id.clone(), Rect::new(Point::default(), own))] };
        };
        let inner = self.arrange(Some(id), items);
        let size = Size { w: inner.size.w + 2.0 * PADDING, h: inner.size.h + TOP + PADDING };
        let by = Point::new(PADDING, TOP);
        let mut rects = vec![(id.clone(), Rect::new(Point::default(), size))];
        rects.extend(inner.rects.into_iter().map(|(id, rect)| (id, rect.shift(by))));
        Block { size, rects }
    }
}

/// The innermost place that a note lies in.
fn enclosing(design: &Design, rect: Rect) -> Home {
    let around = design.places.iter().filter(|(_, place)| place.rect.encloses(&rect));
    around.min_by(|a, b| a.1.rect.area().total_cmp(&b.1.rect.area())).map(|(id, _)| id.clone())
}

/// From top to bottom, then from left to right; notes last.
fn reading_order(design: &Design, a: &Id, b: &Id) -> std::cmp::Ordering {
    let key = |id: &Id| {
        let at = design.rect_of(id).unwrap_or_default().min;
        (design.notes.contains_key(id), at)
    };
    let ((note_a, a_at), (note_b, b_at)) = (key(a), key(b));
    note_a.cmp(&note_b).then(a_at.y.total_cmp(&b_at.y)).then(a_at.x.total_cmp(&b_at.x)).then(a.cmp(b))
}

/// Top left corners of the boxes of one connected graph, in layers from left to right.
fn layered(graph: &Graph) -> Vec<Point> {
    let layers = graph.layers();
    let mut nets = order::Net::new(graph, &layers);
    nets.uncross();
    coordinates::place(graph, &nets)
}

#[cfg(test)]
mod tests;
