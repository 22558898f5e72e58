//! Links drawn, taken elsewhere, refused.

use super::{Effect, REACHED_OUT, Side, Spot, World};
use crate::edit::{self, Command, Refusal};
use crate::model::{Design, Id, Point};
use crate::words::t;

/// Why a link may not be drawn, in words. `besides` is a link that does not count as there already.
pub fn refusal(design: &Design, from: &Id, to: &Id, besides: Option<&Id>) -> Option<String> {
    match edit::check_link(design, from, to, besides) {
        Ok(()) => None,
        Err(Refusal::SelfLink) => Some(t!("A node cannot call itself: draw a second node").to_owned()),
        Err(refusal) => Some(refusal.to_string()),
    }
}

/// A link let go over a node.
pub(super) fn join(anchor: &Id, over: &Id, link: Option<&(Id, Side)>, world: World<'_>) -> Vec<Effect> {
    let (from, to) = ends(anchor, over, link);
    if let Some(reason) = refusal(world.design, from, to, link.map(|(id, _)| id)) {
        // Let go where the drag began: a change of mind, not a wish to be told about.
        return if from == to { Vec::new() } else { vec![Effect::Refuse(reason)] };
    }
    let (from, to) = (from.clone(), to.clone());
    vec![Effect::Edit(match link {
        Some((id, _)) => Command::Reattach { id: id.clone(), from, to },
        None => Command::AddLink { from, to },
    })]
}

/// A link let go over nothing: a new one that was drawn out far enough asks what it should lead to.
pub(super) fn let_go(anchor: &Id, link: Option<&(Id, Side)>, end: (Point, &Spot), world: World<'_>) -> Vec<Effect> {
    let Some(rect) = world.design.rect_of(anchor) else { return Vec::new() };
    let (at, spot) = end;
    let near = rect.expand(REACHED_OUT).contains(at);
    let over_something = !matches!(spot, Spot::Empty | Spot::Place(_) | Spot::Link(_));
    if link.is_some() || near || over_something { Vec::new() } else { vec![Effect::QuickAdd(at, Some(anchor.clone()))] }
}

pub(super) fn ends<'a>(anchor: &'a Id, over: &'a Id, link: Option<&(Id, Side)>) -> (&'a Id, &'a Id) {
    match link {
        Some((_, Side::From)) => (over, anchor),
        _ => (anchor, over),
    }
}
