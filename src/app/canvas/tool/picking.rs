//! What a click, a press and a marquee select. A record of a group stands for its whole group, unless Ctrl is held or the
//! group is open: a click on a group that is selected opens it and takes what lies in it, a group or a record, under the
//! pointer. Groups close when something outside of them is picked.

use super::{Effect, Held, Picked, Spot, World, spot_id};
use crate::model::{Design, Id, Point, Rect};
use crate::scene;
use std::collections::BTreeSet;

/// What picking a record means: the record, or its group.
pub(super) fn meant(world: World<'_>, id: &Id, held: Held) -> BTreeSet<Id> {
    let open = world.design.common_groups(world.selection);
    if held.ctrl { [id.clone()].into() } else { world.design.unit(id, open) }
}

/// What a click on something selected means: what it was one of, or what lies in the group that it stands for.
fn narrowed(world: World<'_>, id: &Id, held: Held) -> BTreeSet<Id> {
    let meant = meant(world, id, held);
    if meant != *world.selection {
        return meant;
    }
    let groups = world.design.groups_of(id);
    let open = world.design.common_groups(world.selection).len();
    world.design.unit(id, &groups[..groups.len().min(open + 1)])
}

/// A press selects what was not selected, so that it can be dragged at once.
pub(super) fn press(spot: &Spot, held: Held, world: World<'_>) -> Vec<Effect> {
    match spot_id(spot) {
        Some(id) if !held.shift && !world.selection.contains(id) => {
            vec![Effect::Select(meant(world, id, held))]
        }
        _ => Vec::new(),
    }
}

/// A press and a release without a move between them; what was pressed may have been selected by the press.
pub(super) fn click((pressed, picked): (&Spot, Picked), held: Held, world: World<'_>) -> Vec<Effect> {
    match spot_id(pressed) {
        Some(id) if held.shift => vec![Effect::Select(toggled(world, id, held))],
        Some(_) if picked == Picked::Now => Vec::new(),
        Some(id) => vec![Effect::Select(narrowed(world, id, held))],
        None if held.shift => Vec::new(),
        None => vec![Effect::Select(BTreeSet::new())],
    }
}

fn toggled(world: World<'_>, id: &Id, held: Held) -> BTreeSet<Id> {
    let meant = meant(world, id, held);
    let mut selection = world.selection.clone();
    if selection.contains(id) {
        selection.retain(|id| !meant.contains(id));
    } else {
        selection.extend(meant);
    }
    selection
}

/// A marquee drawn to the right takes what lies in it, one drawn to the left what it touches. Shift adds to what was
/// selected before, Alt takes out of it. What is locked is passed over.
pub(super) fn marquee((from, to): (Point, Point), before: &BTreeSet<Id>, held: Held, design: &Design) -> Vec<Effect> {
    let area = Rect::between(from, to);
    let caught = if to.x < from.x { scene::touched(design, area) } else { scene::inside(design, area) };
    let free = caught.into_iter().filter(|id| !design.is_locked(id)).collect();
    let mut caught = design.whole_groups(&free);
    if held.alt {
        caught = before.difference(&caught).cloned().collect();
    } else {
        caught.extend(before.iter().cloned());
    }
    vec![Effect::Select(caught)]
}
