//! Links pulled out of their way by the pointer: a bend comes where a link is pulled, and goes when it is let go on the
//! straight line between its neighbours. Bends come to stand level with their neighbours or above them, else on the grid.

use super::{Effect, Held, Phase, State, World};
use crate::app::canvas::snap::{Guide, REACH};
use crate::edit::{self, Command};
use crate::model::{Design, FAR, GRID, Id, Link, MOST_BENDS, Point};

/// A press on a link, or on one of its bends, has become a drag.
pub(super) fn begin((id, bend): (Id, Option<usize>), from: Point, world: World<'_>) -> Option<State> {
    let link = world.design.links.get(&id)?;
    let mut via = link.via.clone();
    let number = bend.unwrap_or_else(|| edit::leg(world.design, link, from));
    if bend.is_none() && via.len() < MOST_BENDS {
        via.insert(number.min(via.len()), from);
    }
    (number < via.len()).then(|| State::Bending { id, number, via, guides: Vec::new() })
}

/// The pointer moved.
pub(super) fn step(state: &mut State, at: Point, held: Held, world: World<'_>) -> Vec<Effect> {
    let State::Bending { id, number, via, guides } = state else { return Vec::new() };
    let Some(link) = world.design.links.get(id) else { return Vec::new() };
    let at = Point::new(at.x.clamp(-FAR, FAR), at.y.clamp(-FAR, FAR));
    let near = neighbours(world.design, link, (via.as_slice(), *number));
    let (at, lines) = if held.ctrl { (at, Vec::new()) } else { rest(at, &near, REACH / world.zoom) };
    *guides = lines;
    if via[*number] == at.rounded() && link.via == *via {
        return Vec::new();
    }
    via[*number] = at.rounded();
    vec![bend(id, via.clone())]
}

fn bend(id: &Id, via: Vec<Point>) -> Effect {
    Effect::Edit(Command::Bend { id: id.clone(), via })
}

/// The points before and behind a bend.
fn neighbours(design: &Design, link: &Link, (via, number): (&[Point], usize)) -> Vec<Point> {
    let middle = |id: &Id| design.nodes.get(id).map(|node| node.rect().center());
    let before = number.checked_sub(1).map_or_else(|| middle(&link.from), |before| via.get(before).copied());
    let behind = via.get(number + 1).copied().or_else(|| middle(&link.to));
    before.into_iter().chain(behind).collect()
}

/// Where a bend comes to stand, and what it keeps to.
fn rest(at: Point, near: &[Point], reach: f32) -> (Point, Vec<Guide>) {
    let mut rest = at.snapped(GRID);
    let mut guides = Vec::new();
    if let Some(above) = near.iter().find(|other| (other.x - at.x).abs() <= reach) {
        rest.x = above.x;
        guides.push(*above);
    }
    if let Some(level) = near.iter().find(|other| (other.y - at.y).abs() <= reach) {
        rest.y = level.y;
        guides.push(*level);
    }
    (rest, guides.into_iter().map(|from| Guide { from, to: rest }).collect())
}

/// The button was let go: a bend that changes nothing goes.
pub(super) fn finish(id: &Id, number: usize, via: Vec<Point>, design: &Design) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(link) = design.links.get(id) {
        let pulled = Link { via, ..link.clone() };
        if edit::is_needless(design, &pulled, number) {
            effects.push(without(id, &pulled, number));
        }
    }
    effects.push(Effect::Gesture(Phase::End));
    effects
}

/// A link without one of its bends.
pub(super) fn without(id: &Id, link: &Link, number: usize) -> Effect {
    let mut via = link.via.clone();
    if number < via.len() {
        via.remove(number);
    }
    bend(id, via)
}
