//! Copies of records, from this design or another one: new ids, free labels, links among the copies.

use super::draft::Draft;
use super::naming::Namer;
use super::refusal::Refusal;
use super::{Clip, apply, belong};
use crate::model::{Id, Link, Node, Note, Place, PlaceKind, Point};
use std::collections::BTreeMap;

impl Clip {
    /// Copies the records of a design that are named, and the links among its nodes. Unknown ids are left out.
    pub fn of(design: &crate::model::Design, ids: &[Id]) -> Self {
        let nodes: BTreeMap<Id, Node> = picked(&design.nodes, ids);
        let among = |link: &Link| nodes.contains_key(&link.from) && nodes.contains_key(&link.to);
        let links = design.links.iter().filter(|(_, link)| among(link));
        Self {
            links: links.map(|(id, link)| (id.clone(), link.clone())).collect(),
            nodes: nodes.into_iter().collect(),
            places: picked(&design.places, ids).into_iter().collect(),
            notes: picked(&design.notes, ids).into_iter().collect(),
        }
    }
}

fn picked<T: Clone>(records: &BTreeMap<Id, T>, ids: &[Id]) -> BTreeMap<Id, T> {
    ids.iter().filter_map(|id| Some((id.clone(), records.get(id)?.clone()))).collect()
}

/// Adds the copies.
pub(super) fn paste(draft: &mut Draft<'_>, clip: &Clip, by: Point) -> Result<(), Refusal> {
    paste_places(draft, &clip.places, by)?;
    let copies = paste_nodes(draft, &clip.nodes, by)?;
    paste_links(draft, &clip.links, &copies);
    paste_notes(draft, &clip.notes, by)?;
    belong::check_nesting(draft)?;
    belong::settle(draft)
}

fn paste_places(draft: &mut Draft<'_>, places: &[(Id, Place)], by: Point) -> Result<(), Refusal> {
    let mut labels = Namer::new(draft.design().places.values().map(|place| &place.label));
    for (_, place) in places {
        let rect = apply::sane_rect(place.rect.shift(by), apply::LEAST_PLACE)?;
        let label = match place.kind {
            PlaceKind::Zone if labels.is_taken(&place.label) => labels.free_letter(),
            _ => labels.free(&place.label),
        };
        let id = apply::mint_place(draft, place.kind, &label);
        draft.add_place(&id, Place { kind: place.kind, label, rect, parent: None });
    }
    Ok(())
}

fn paste_nodes(draft: &mut Draft<'_>, nodes: &[(Id, Node)], by: Point) -> Result<BTreeMap<Id, Id>, Refusal> {
    let mut labels = Namer::new(draft.design().nodes.values().map(|node| &node.label));
    let mut copies = BTreeMap::new();
    for (old, node) in nodes {
        let (at, label) = (apply::sane_point(node.at + by)?, labels.free(&node.label));
        let id = draft.mint(&label, Id::new(&node.service).as_ref().map_or("node", Id::as_str));
        draft.add_node(&id, Node { at, label, place: None, ..node.clone() });
        copies.insert(old.clone(), id);
    }
    Ok(copies)
}

fn paste_links(draft: &mut Draft<'_>, links: &[(Id, Link)], copies: &BTreeMap<Id, Id>) {
    for (_, link) in links {
        let Some((from, to)) = copies.get(&link.from).zip(copies.get(&link.to)) else { continue };
        let id = draft.unused(&Id::between(from, to));
        draft.add_link(&id, Link { from: from.clone(), to: to.clone(), ..link.clone() });
    }
}

fn paste_notes(draft: &mut Draft<'_>, notes: &[(Id, Note)], by: Point) -> Result<(), Refusal> {
    for (_, note) in notes {
        let rect = apply::sane_rect(note.rect.shift(by), apply::LEAST_NOTE)?;
        let id = draft.mint("note", "note");
        draft.add_note(&id, Note { rect, text: note.text.clone() });
    }
    Ok(())
}
