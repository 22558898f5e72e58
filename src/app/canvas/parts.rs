//! The parts of a link that can be taken hold of one by one: its bends, in the order of its way, and its label.
//!
//! The part that is held is what arrow keys move and what Delete takes away. Absent: the pointer, which needs no hold (see
//! the tool).

use super::tool::{Effect, Tool};
use super::{SLACK, bend_at};
use crate::app::state::State;
use crate::edit::Command;
use crate::model::{Design, Id, LabelAt, Point};
use crate::scene::{Layout, Picture, link};
use crate::session::{Action, View};

/// A part of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A point that it was pulled to, by its number.
    Bend(usize),
    /// Its label.
    Label,
}

/// Whether anything is written at a link.
pub fn has_label(view: View<'_>, id: &Id) -> bool {
    let snapshot = view.snapshot.map(|snapshot| &**snapshot);
    !link::written(&Picture { plan: Some(view.plan), snapshot, ..Picture::of(view.design) }, id).is_empty()
}

/// The parts of a link.
pub fn parts(view: View<'_>, id: &Id) -> Vec<Part> {
    let bends = view.design.links.get(id).map_or(0, |link| link.via.len());
    (0..bends).map(Part::Bend).chain(has_label(view, id).then_some(Part::Label)).collect()
}

/// Whether a link still has a part.
pub fn is_there(design: &Design, id: &Id, part: Part) -> bool {
    let bends = design.links.get(id).map(|link| link.via.len());
    bends.is_some_and(|bends| part == Part::Label || matches!(part, Part::Bend(number) if number < bends))
}

/// Takes hold of the part so many further on; of the first, or the last, if none is held. Past the end it lets go.
pub fn turn(view: View<'_>, state: &mut State, by: isize) {
    let Some(id) = state.only().cloned() else { return };
    let parts = parts(view, &id);
    let now = state.part().and_then(|held| parts.iter().position(|part| *part == held));
    let next = match now {
        Some(at) => at.checked_add_signed(by),
        None if by < 0 => parts.len().checked_sub(1),
        None => Some(0),
    };
    state.held_part = next.and_then(|at| parts.get(at)).map(|part| (id, *part));
}

/// Where the middle of a part is.
pub fn place(design: &Design, layout: &Layout, id: &Id, part: Part) -> Option<Point> {
    match part {
        Part::Bend(number) => design.links.get(id)?.via.get(number).copied(),
        Part::Label => Some(layout.wire(id)?.spot?.middle),
    }
}

/// The command that moves a part; `None` if it is not there.
pub fn shifted(design: &Design, layout: &Layout, (id, part): (&Id, Part), by: Point) -> Option<Command> {
    let link = design.links.get(id)?;
    match part {
        Part::Bend(number) => {
            let mut via = link.via.clone();
            *via.get_mut(number)? = *via.get(number)? + by;
            Some(Command::Bend { id: id.clone(), via })
        }
        Part::Label => {
            let wire = layout.wire(id)?;
            let found = || {
                let middle = wire.spot?.middle;
                let (along, on) = wire.route.nearest(middle);
                LabelAt::new(along, middle - on)
            };
            let now = link.label_at.or_else(found)?;
            let at = LabelAt::new(now.along, now.by + by)?;
            Some(Command::PutLabel { id: id.clone(), at: Some(at) })
        }
    }
}

/// Takes away the part that is held, or else the bend under the pointer, of the link that is selected: a bend goes, a label
/// finds its place again. False if there is neither.
pub fn take_away(view: View<'_>, state: &State, actions: &mut Vec<Action>) -> bool {
    let slack = SLACK / state.camera.zoom;
    let Some(id) = state.only().filter(|_| state.tool.idle()) else { return false };
    let under = || state.pointer.and_then(|at| bend_at(view, id, at, slack)).map(Part::Bend);
    let Some(part) = state.part().or_else(under) else { return false };
    let effects = match part {
        Part::Bend(number) => Tool::unbend(id, number, view.design),
        Part::Label => vec![Effect::Edit(Command::PutLabel { id: id.clone(), at: None })],
    };
    let command = |effect| if let Effect::Edit(command) = effect { Some(Action::Edit(command)) } else { None };
    actions.extend(effects.into_iter().filter_map(command));
    true
}
