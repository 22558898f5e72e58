//! Commands that move, group, pile, lock and remove what is selected, as actions.

use super::Look;
use crate::app::canvas::parts;
use crate::edit::{self, Align, Command, Pile, Spread};
use crate::model::{GRID, Id, Point, Routing, Sides};
use crate::session::{Action, Notice};
use crate::words::t;

fn ids(look: Look<'_>) -> Vec<Id> {
    look.selection.iter().cloned().collect()
}

/// Moves by one point, so that things can be placed exactly.
pub(super) fn nudge(look: Look<'_>, x: f32, y: f32) -> Vec<Action> {
    shift(look, Point::new(x, y))
}

/// Moves by a step of the grid.
pub(super) fn step(look: Look<'_>, x: f32, y: f32) -> Vec<Action> {
    shift(look, Point::new(x * GRID, y * GRID))
}

fn shift(look: Look<'_>, by: Point) -> Vec<Action> {
    let links = &look.view.design.links;
    if let Some(part) = look.part {
        let command =
            look.selection.first().and_then(|id| parts::shifted(look.view.design, look.layout, (id, part), by));
        return command.map(Action::Edit).into_iter().collect();
    }
    let ids: Vec<Id> = look.selection.iter().filter(|id| !links.contains_key(*id)).cloned().collect();
    if ids.is_empty() { pull(look, by) } else { vec![Action::Edit(Command::Move { ids, by })] }
}

/// Where only links are selected, their bends move; a link without any gets one in its middle.
fn pull(look: Look<'_>, by: Point) -> Vec<Action> {
    let design = look.view.design;
    let middle = |id: &Id| design.nodes.get(id).map(|node| node.rect().center());
    let pulled = |id: &Id| {
        let link = design.links.get(id)?;
        let own = || Some(middle(&link.from)?.lerp(middle(&link.to)?, 0.5));
        let bends = if link.via.is_empty() { vec![own()?] } else { link.via.clone() };
        let via = bends.into_iter().map(|bend| bend + by).collect();
        Some(Action::Edit(Command::Bend { id: id.clone(), via }))
    };
    look.selection.iter().filter_map(pulled).collect()
}

pub(super) fn bent(look: Look<'_>) -> bool {
    look.selection.iter().any(|id| look.view.design.links.get(id).is_some_and(|link| !link.via.is_empty()))
}

/// Links find their own way again.
pub(super) fn straighten(look: Look<'_>) -> Vec<Action> {
    let bent = |id: &&Id| look.view.design.links.get(*id).is_some_and(|link| !link.via.is_empty());
    let bent: Vec<&Id> = look.selection.iter().filter(bent).collect();
    let each = bent.into_iter().map(|id| Action::Edit(Command::Bend { id: id.clone(), via: Vec::new() }));
    [Action::BeginGesture].into_iter().chain(each).chain([Action::EndGesture]).collect()
}

/// One bend more, in the middle of the longest leg.
pub(super) fn bend(look: Look<'_>) -> Vec<Action> {
    let more = |id: &Id| {
        let link = look.view.design.links.get(id)?;
        let points: Vec<Point> = look.layout.route(id)?.points().collect();
        let longest = points.windows(2).max_by(|a, b| a[0].distance(a[1]).total_cmp(&b[0].distance(b[1])))?;
        let middle = longest[0].lerp(longest[1], 0.5);
        let mut via = link.via.clone();
        via.insert(edit::leg(look.view.design, link, middle).min(via.len()), middle);
        Some(Action::Edit(Command::Bend { id: id.clone(), via }))
    };
    look.selection.iter().filter_map(more).collect()
}

pub(super) fn one_link(look: Look<'_>) -> bool {
    look.selection.len() == 1 && look.selection.iter().all(|id| look.view.design.links.contains_key(id))
}

pub(super) fn has_parts(look: Look<'_>) -> bool {
    one_link(look) && look.selection.iter().any(|id| !parts::parts(look.view, id).is_empty())
}

pub(super) fn hung(look: Look<'_>) -> bool {
    look.selection.iter().any(|id| look.view.design.links.get(id).is_some_and(|link| link.label_at.is_some()))
}

/// Labels that were put somewhere stand where there is room again.
pub(super) fn unhang(look: Look<'_>) -> Vec<Action> {
    let hung = |id: &&Id| look.view.design.links.get(*id).is_some_and(|link| link.label_at.is_some());
    let hung: Vec<&Id> = look.selection.iter().filter(hung).collect();
    let each = hung.into_iter().map(|id| Action::Edit(Command::PutLabel { id: id.clone(), at: None }));
    [Action::BeginGesture].into_iter().chain(each).chain([Action::EndGesture]).collect()
}

pub(super) fn led(look: Look<'_>) -> bool {
    look.selection.iter().any(|id| look.view.design.links.get(id).is_some_and(|link| link.sides.any()))
}

/// Links that were led to sides of their cards leave and enter where they run best again.
pub(super) fn free(look: Look<'_>) -> Vec<Action> {
    let led = |id: &&Id| look.view.design.links.get(*id).is_some_and(|link| link.sides.any());
    let sides = Sides::default();
    let each = look.selection.iter().filter(led).map(|id| Action::Edit(Command::Lead { id: id.clone(), sides }));
    [Action::BeginGesture].into_iter().chain(each).chain([Action::EndGesture]).collect()
}

/// How the links that are selected run; without any, all links of the drawing.
pub(super) fn route(look: Look<'_>, routing: Routing) -> Vec<Action> {
    let links = &look.view.design.links;
    let ids: Vec<Id> = look.selection.iter().filter(|id| links.contains_key(*id)).cloned().collect();
    let all = ids.is_empty();
    vec![Action::Edit(if all { Command::RouteAll(routing) } else { Command::Route { ids, routing: Some(routing) } })]
}

/// Removes what is selected; a place goes with what stands in it.
pub(super) fn remove(look: Look<'_>) -> Vec<Action> {
    let ids = edit::contents(look.view.design, look.selection).into_iter().collect();
    vec![Action::Edit(Command::Remove { ids })]
}

/// Removes places and keeps what stands in them.
pub(super) fn remove_frames(look: Look<'_>) -> Vec<Action> {
    let places = &look.view.design.places;
    let ids = look.selection.iter().filter(|id| places.contains_key(*id)).cloned().collect();
    vec![Action::Edit(Command::Remove { ids })]
}

pub(super) fn frames_selected(look: Look<'_>) -> bool {
    look.selection.iter().any(|id| look.view.design.places.contains_key(id))
}

/// The command, or a word on why there is none.
fn command_or(command: Option<Command>, why: &str) -> Vec<Action> {
    vec![command.map_or_else(|| Action::Say(Notice::note(why)), Action::Edit)]
}

pub(super) fn align(look: Look<'_>, how: Align) -> Vec<Action> {
    let why = t!("Nothing moved: these are in line already, or all of them are locked");
    command_or(edit::align(look.view.design, look.selection, how), why)
}

pub(super) fn spread(look: Look<'_>, how: Spread) -> Vec<Action> {
    let why = t!("Nothing moved: it takes at least three, and these may be spread evenly already");
    command_or(edit::spread(look.view.design, look.selection, how), why)
}

pub(super) fn group(look: Look<'_>) -> Vec<Action> {
    vec![Action::Edit(Command::Group { ids: ids(look) })]
}

pub(super) fn ungroup(look: Look<'_>) -> Vec<Action> {
    vec![Action::Edit(Command::Ungroup { ids: ids(look) })]
}

pub(super) fn grouped(look: Look<'_>) -> bool {
    look.selection.iter().any(|id| !look.view.design.groups_of(id).is_empty())
}

pub(super) fn pile(look: Look<'_>, to: Pile) -> Vec<Action> {
    vec![Action::Edit(Command::Pile { ids: ids(look), to })]
}

pub(super) fn lock(look: Look<'_>) -> Vec<Action> {
    vec![Action::Edit(Command::Lock { ids: ids(look) })]
}

pub(super) fn unlock(look: Look<'_>) -> Vec<Action> {
    vec![Action::Edit(Command::Unlock { ids: ids(look) })]
}

pub(super) fn locked(look: Look<'_>) -> bool {
    look.selection.iter().any(|id| look.view.design.is_locked(id))
}

pub(super) fn unlocked(look: Look<'_>) -> bool {
    let design = look.view.design;
    look.selection.iter().any(|id| !design.is_locked(id) && design.rect_of(id).is_some())
}
