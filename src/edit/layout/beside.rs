//! What a place calls and is called back by stands below the place, between those that it joins there: in a layer before or
//! behind, one of its links would lead back.

use super::{Block, GAP, Home, Tree};
use crate::model::{Id, Point, Rect, Size};
use std::collections::{BTreeMap, BTreeSet};

/// Nodes by the place below which they stand: all their links lead to it and come from it, both ways.
pub(super) fn below<'a>(tree: &Tree<'_>, home: &Home, items: &'a [Id]) -> BTreeMap<&'a Id, Vec<&'a Id>> {
    let links = tree.links.get(home).map_or(&[][..], Vec::as_slice);
    let mut called: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
    let mut calls: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
    for (from, to) in links {
        calls.entry(from).or_default().insert(to);
        called.entry(to).or_default().insert(from);
    }
    let mut found: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
    for id in items.iter().filter(|id| tree.design.nodes.contains_key(*id)) {
        let both = only(&calls, id).filter(|place| only(&called, id) == Some(*place));
        let place = both.and_then(|place| items.iter().find(|item| *item == place));
        if let Some(place) = place.filter(|place| tree.design.places.contains_key(*place)) {
            found.entry(place).or_default().push(id);
        }
    }
    found
}

/// The one thing that something is joined to, if it is one.
fn only<'a>(joined: &BTreeMap<&Id, BTreeSet<&'a Id>>, id: &Id) -> Option<&'a Id> {
    joined.get(id).filter(|all| all.len() == 1).and_then(|all| all.first().copied())
}

/// A place with what stands below it.
pub(super) fn with_those(tree: &Tree<'_>, block: Block, those: &[&Id]) -> Block {
    let Block { mut size, mut rects } = block;
    let stands: BTreeMap<Id, Rect> = rects.iter().cloned().collect();
    let ends = tree.design.links.values().flat_map(|link| [(&link.from, &link.to), (&link.to, &link.from)]);
    let mut partners: BTreeMap<&Id, Vec<f32>> = BTreeMap::new();
    for (one, other) in ends.filter(|(one, _)| those.contains(one)) {
        partners.entry(one).or_default().extend(stands.get(other).map(|rect| rect.center().x));
    }
    let middle = |id: &Id| {
        let all = partners.get(id).map_or(&[][..], Vec::as_slice);
        if all.is_empty() { size.w / 2.0 } else { all.iter().sum::<f32>() / all.len() as f32 }
    };
    let mut row: Vec<(f32, &Id)> = those.iter().map(|id| (middle(id), *id)).collect();
    row.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    let (top, mut free, mut bottom) = (size.h + GAP, 0.0, size.h);
    for (middle, id) in row {
        let own: Size = tree.design.rect_of(id).unwrap_or_default().size();
        let rect = Rect::new(Point::new((middle - own.w / 2.0).max(free), top), own);
        (free, bottom) = (rect.max.x + GAP, rect.max.y);
        size.w = size.w.max(rect.max.x);
        rects.push((id.clone(), rect));
    }
    size.h = bottom.max(size.h);
    Block { size, rects }
}
