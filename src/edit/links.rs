//! Commands on links: which nodes may be joined, taking an end elsewhere, a node put into a link.

use super::apply;
use super::draft::Draft;
use super::refusal::Refusal;
use crate::catalog::Tie;
use crate::model::{Design, Id, Link, Point, Sides, When};

pub(super) fn add(draft: &mut Draft<'_>, from: &Id, to: &Id) -> Result<Id, Refusal> {
    check(draft.design(), from, to, None)?;
    let id = draft.unused(&Id::between(from, to));
    draft.add_link(&id, Link::new(from.clone(), to.clone()));
    Ok(id)
}

pub(super) fn draw(draft: &mut Draft<'_>, from: &Id, to: &Id, sides: Sides) -> Result<(), Refusal> {
    let id = add(draft, from, to)?;
    lead(draft, &id, sides)
}

pub(super) fn lead(draft: &mut Draft<'_>, id: &Id, sides: Sides) -> Result<(), Refusal> {
    draft.link(id)?.sides = sides;
    Ok(())
}

/// Whether two nodes may be joined by a link, not counting the link `except`.
pub fn check(design: &Design, from: &Id, to: &Id, except: Option<&Id>) -> Result<(), Refusal> {
    let node = |id: &Id| design.nodes.get(id).ok_or_else(|| Refusal::Missing(id.clone()));
    let (caller, callee) = (node(from)?, node(to)?);
    if from == to {
        return Err(Refusal::SelfLink);
    }
    if design.links.iter().any(|(id, link)| Some(id) != except && link.from == *from && link.to == *to) {
        return Err(Refusal::DuplicateLink { from: caller.label.clone(), to: callee.label.clone() });
    }
    match caller.service().zip(callee.service()).map(|(caller, callee)| caller.tie(callee)) {
        Some(Err(why)) => Err(Refusal::NoTie(why)),
        Some(Ok(Tie::Replica)) => check_replica(design, (from, to), except),
        Some(Ok(Tie::Call | Tie::Message)) | None => Ok(()),
    }
}

/// Whether a database can become a read replica of another: each follows one, and none follows what follows.
fn check_replica(design: &Design, (from, to): (&Id, &Id), except: Option<&Id>) -> Result<(), Refusal> {
    let others =
        || design.links.iter().filter(|(id, link)| Some(*id) != except && design.tie(link) == Some(Tie::Replica));
    let label = |id: &Id| design.nodes.get(id).map_or_else(String::new, |node| node.label.clone());
    if others().any(|(_, link)| link.to == *to) {
        return Err(Refusal::Follows(label(to)));
    }
    if others().any(|(_, link)| link.to == *from || link.from == *to) {
        return Err(Refusal::FollowsReplica { primary: label(from), replica: label(to) });
    }
    Ok(())
}

pub(super) fn set_when(draft: &mut Draft<'_>, id: &Id, when: When) -> Result<(), Refusal> {
    if matches!(when, When::Share(share) if !(0.0..=1.0).contains(&share)) {
        return Err(Refusal::BadShare);
    }
    draft.link(id)?.when = when;
    Ok(())
}

pub(super) fn reattach(draft: &mut Draft<'_>, id: &Id, (from, to): (&Id, &Id), sides: Sides) -> Result<(), Refusal> {
    draft.link(id)?;
    check(draft.design(), from, to, Some(id))?;
    let link = draft.link(id)?;
    link.from = from.clone();
    link.to = to.clone();
    link.sides = sides;
    Ok(())
}

/// Whether a node can be put between the ends of a link.
pub fn check_insert(design: &Design, link: &Id, node: &Id) -> Result<(), Refusal> {
    let ends = design.links.get(link).ok_or_else(|| Refusal::Missing(link.clone()))?;
    check(design, &ends.from, node, Some(link))?;
    check(design, node, &ends.to, Some(link))
}

/// The link leads to the node, and a new one from there to where it led before.
pub(super) fn insert(draft: &mut Draft<'_>, link: &Id, node: &Id) -> Result<(), Refusal> {
    check_insert(draft.design(), link, node)?;
    let joined = draft.link(link)?;
    let to = std::mem::replace(&mut joined.to, node.clone());
    // What was pulled past other cards now leads to this one.
    joined.via.clear();
    joined.label_at = None;
    let enters = joined.sides.enters.take();
    draw(draft, node, &to, Sides { leaves: None, enters })
}

/// A new node of a service, put between the ends of a link.
pub(super) fn insert_new(draft: &mut Draft<'_>, service: &str, at: Point, link: &Id) -> Result<(), Refusal> {
    let id = apply::settled_node(draft, service, at)?;
    insert(draft, link, &id)
}

/// A new node of a service, called by another node.
pub(super) fn add_callee(draft: &mut Draft<'_>, service: &str, at: Point, from: &Id) -> Result<(), Refusal> {
    let id = apply::settled_node(draft, service, at)?;
    add(draft, from, &id).map(drop)
}
