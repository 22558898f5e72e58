//! Links drawn, taken elsewhere, refused.

use super::{Effect, End, REACHED_OUT, Spot, State, World};
use crate::edit::{self, Command, Refusal};
use crate::model::{Design, Id, Point, Side, Sides};
use crate::scene::{self, Aim, Drawn};
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
pub(super) fn join(
    anchor: (&Id, Option<Side>),
    over: (&Id, Option<Side>),
    link: Option<&(Id, End)>,
    world: World<'_>,
) -> Vec<Effect> {
    let (from, to) = ends(anchor.0, over.0, link);
    if let Some(reason) = refusal(world.design, from, to, link.map(|(id, _)| id)) {
        // Let go where the drag began: a change of mind, not a wish to be told about.
        return if from == to { Vec::new() } else { vec![Effect::Refuse(reason)] };
    }
    let there = link.and_then(|(id, _)| world.design.links.get(id));
    let cards = [from, to].map(|id| world.design.rect_of(id).unwrap_or_default());
    let via = there.map_or(&[][..], |link| &link.via);
    let sides = scene::worth_telling(cards, via, led(anchor.1, over.1, link));
    let (from, to) = (from.clone(), to.clone());
    vec![Effect::Edit(match link {
        Some((id, _)) => Command::Reattach { id: id.clone(), from, to, sides },
        None if sides.any() => Command::DrawLink { from, to, sides },
        None => Command::AddLink { from, to },
    })]
}

/// The side of a card that the pointer is at, if it is on its edge.
pub(super) fn side(spot: &Spot, at: Point, design: &Design) -> Option<Side> {
    let Spot::Port(id) = spot else { return None };
    design.rect_of(id).map(|rect| Side::nearest(rect, at))
}

/// The sides of a link that is drawn from one side to another, caller first.
pub fn led(anchor: Option<Side>, over: Option<Side>, link: Option<&(Id, End)>) -> Sides {
    let sides = Sides { leaves: anchor, enters: over };
    if matches!(link, Some((_, End::From))) { sides.turned() } else { sides }
}

/// What a link that is being drawn would join, caller first.
pub fn drawn<'a>(state: &'a State) -> Option<Drawn<'a>> {
    let State::Linking { anchor, side, link, to, over, at } = state else { return None };
    let (here, there) = (Aim::Card(anchor), over.as_ref().map_or(Aim::Point(*to), Aim::Card));
    let ends = if matches!(link, Some((_, End::From))) { [there, here] } else { [here, there] };
    Some(Drawn { ends, sides: led(*side, *at, link.as_ref()), link: link.as_ref().map(|(id, _)| id) })
}

/// A link let go over nothing: a new one that was drawn out far enough asks what it should lead to.
pub(super) fn let_go(anchor: &Id, link: Option<&(Id, End)>, end: (Point, &Spot), world: World<'_>) -> Vec<Effect> {
    let Some(rect) = world.design.rect_of(anchor) else { return Vec::new() };
    let (at, spot) = end;
    let near = rect.expand(REACHED_OUT).contains(at);
    let over_something = !matches!(spot, Spot::Empty | Spot::Place(_) | Spot::Link(_));
    if link.is_some() || near || over_something { Vec::new() } else { vec![Effect::QuickAdd(at, Some(anchor.clone()))] }
}

pub(super) fn ends<'a>(anchor: &'a Id, over: &'a Id, link: Option<&(Id, End)>) -> (&'a Id, &'a Id) {
    match link {
        Some((_, End::From)) => (over, anchor),
        _ => (anchor, over),
    }
}
