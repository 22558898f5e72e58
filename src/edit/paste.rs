//! Copies of records, from this design or another one: new ids, free labels, links among the copies.

use super::draft::Draft;
use super::naming::Namer;
use super::refusal::Refusal;
use super::{Clip, apply, belong, group, grow};
use crate::model::{HIGHEST, Id, Link, Node, Note, Place, PlaceKind, Point, Rect, Stance};
use std::collections::{BTreeMap, BTreeSet};

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
            stances: picked(&design.stances, ids).into_iter().collect(),
        }
    }

    /// Everything that is drawn in a design, to be pasted into another one.
    pub fn all_of(design: crate::model::Design) -> Self {
        Self {
            nodes: design.nodes.into_iter().collect(),
            links: design.links.into_iter().collect(),
            places: design.places.into_iter().collect(),
            notes: design.notes.into_iter().collect(),
            stances: design.stances.into_iter().collect(),
        }
    }

    /// A design of nothing but these.
    pub fn into_design(self, name: &str) -> crate::model::Design {
        crate::model::Design {
            name: name.to_owned(),
            nodes: self.nodes.into_iter().collect(),
            links: self.links.into_iter().collect(),
            places: self.places.into_iter().collect(),
            notes: self.notes.into_iter().collect(),
            stances: self.stances.into_iter().collect(),
            ..crate::model::Design::default()
        }
    }

    /// Whether there is nothing in it to paste.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.places.is_empty() && self.notes.is_empty()
    }

    /// The rectangle around everything in it.
    pub fn bounds(&self) -> Option<Rect> {
        let nodes = self.nodes.iter().map(|(_, node)| node.rect());
        let places = self.places.iter().map(|(_, place)| place.rect);
        nodes.chain(places).chain(self.notes.iter().map(|(_, note)| note.rect)).reduce(Rect::union)
    }
}

fn picked<T: Clone>(records: &BTreeMap<Id, T>, ids: &[Id]) -> BTreeMap<Id, T> {
    ids.iter().filter_map(|id| Some((id.clone(), records.get(id)?.clone()))).collect()
}

/// What the copies of records are called.
type Copies = BTreeMap<Id, Id>;

/// Adds the copies.
pub(super) fn paste(draft: &mut Draft<'_>, clip: &Clip, by: Point) -> Result<(), Refusal> {
    let mut copies = paste_places(draft, &clip.places, by)?;
    copies.extend(paste_nodes(draft, &clip.nodes, by)?);
    paste_links(draft, &clip.links, &copies, by)?;
    copies.extend(paste_notes(draft, &clip.notes, by)?);
    paste_stances(draft, &clip.stances, &copies);
    belong::check_nesting(draft)?;
    belong::settle(draft)?;
    let ids: Vec<Id> = copies.into_values().collect();
    grow::around(draft, &ids)?;
    belong::settle(draft)
}

fn paste_places(draft: &mut Draft<'_>, places: &[(Id, Place)], by: Point) -> Result<Copies, Refusal> {
    let mut labels = Namer::new(draft.design().places.values().map(|place| &place.label));
    let mut copies = Copies::new();
    let copied: BTreeSet<&Id> = places.iter().map(|(id, _)| id).collect();
    for (old, place) in places {
        let rect = apply::sane_rect(place.rect.shift(by), apply::LEAST_PLACE)?;
        // A zone keeps its letter within a copied VPC: the letter says which data centre, not which box.
        let whole = place.parent.as_ref().is_some_and(|parent| copied.contains(parent));
        let label = match place.kind {
            PlaceKind::Zone if whole => place.label.clone(),
            PlaceKind::Zone if labels.is_taken(&place.label) => labels.free_letter(),
            _ => labels.free(&place.label),
        };
        let id = apply::mint_place(draft, place.kind, &label);
        draft.add_place(&id, Place { label, rect, parent: None, ..place.clone() });
        copies.insert(old.clone(), id);
    }
    Ok(copies)
}

fn paste_nodes(draft: &mut Draft<'_>, nodes: &[(Id, Node)], by: Point) -> Result<Copies, Refusal> {
    let mut labels = Namer::new(draft.design().nodes.values().map(|node| &node.label));
    let mut copies = Copies::new();
    for (old, node) in nodes {
        let (at, label) = (apply::sane_point(node.at + by)?, labels.free(&node.label));
        let id = draft.mint(&label, Id::new(&node.service).as_ref().map_or("node", Id::as_str));
        draft.add_node(&id, Node { at, label, place: None, ..node.clone() });
        copies.insert(old.clone(), id);
    }
    Ok(copies)
}

fn paste_links(draft: &mut Draft<'_>, links: &[(Id, Link)], copies: &Copies, by: Point) -> Result<(), Refusal> {
    for (_, link) in links {
        let Some((from, to)) = copies.get(&link.from).zip(copies.get(&link.to)) else { continue };
        let id = draft.unused(&Id::between(from, to));
        let via = link.via.iter().map(|point| apply::sane_point(*point + by)).collect::<Result<_, _>>()?;
        draft.add_link(&id, Link { from: from.clone(), to: to.clone(), via, ..link.clone() });
    }
    Ok(())
}

fn paste_notes(draft: &mut Draft<'_>, notes: &[(Id, Note)], by: Point) -> Result<Copies, Refusal> {
    let mut copies = Copies::new();
    for (old, note) in notes {
        let rect = apply::sane_rect(note.rect.shift(by), apply::LEAST_NOTE)?;
        let id = draft.mint("note", "note");
        draft.add_note(&id, Note { rect, text: note.text.clone() });
        copies.insert(old.clone(), id);
    }
    Ok(copies)
}

/// Copies of a group are a group of their own, and none of them is locked: what was pasted is there to be moved.
fn paste_stances(draft: &mut Draft<'_>, stances: &[(Id, Stance)], copies: &Copies) {
    let mut groups: BTreeMap<&Id, Id> = BTreeMap::new();
    for (old, stance) in stances {
        let Some(copy) = copies.get(old) else { continue };
        let mut renamed = Vec::new();
        for group in &stance.groups {
            let free = || group::free_group(draft.design(), groups.values());
            let new = groups.get(group).cloned().unwrap_or_else(free);
            groups.insert(group, new.clone());
            renamed.push(new);
        }
        let level = stance.level.clamp(-HIGHEST, HIGHEST);
        draft.stand(copy, |stance| *stance = Stance { groups: renamed, level, locked: false });
    }
    group::prune(draft);
}
