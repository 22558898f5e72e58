//! Commands in, invertible diffs out, history.
//!
//! A [`Command`] says what is wanted; [`apply()`] works out the [`Diff`]: whole records before and after. Undo swaps the
//! sides, so no command writes its own undo. The editor does not know who asked.

mod apply;
mod belong;
mod diff;
mod draft;
mod history;
mod naming;
mod paste;
#[cfg(test)]
pub(crate) mod random;
mod refusal;
#[cfg(test)]
mod tests;

pub use apply::apply;
pub use diff::{Change, Diff};
pub use history::History;
pub(crate) use naming::{line, paragraph};
pub use refusal::Refusal;

use crate::catalog::Value;
use crate::model::{Id, Link, Node, Note, Place, PlaceKind, Point, Rect, When};
use crate::scenario::Scenario;

/// Something to change in a design.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Put a new node of a service somewhere; it belongs to the innermost place there.
    AddNode {
        /// Key of the service.
        service: String,
        /// Top left corner.
        at: Point,
    },
    /// Join two nodes.
    AddLink {
        /// Caller.
        from: Id,
        /// Callee.
        to: Id,
    },
    /// Put a new place somewhere; nodes and places inside belong to it.
    AddPlace {
        /// What kind.
        kind: PlaceKind,
        /// Where.
        rect: Rect,
    },
    /// Put a note somewhere.
    AddNote {
        /// Where.
        rect: Rect,
        /// What it says.
        text: String,
    },
    /// Move nodes, places (with all that belongs to them) and notes; afterwards each belongs to the place it lies in.
    Move {
        /// What.
        ids: Vec<Id>,
        /// By how much.
        by: Point,
    },
    /// Give a place or note another rectangle.
    Resize {
        /// Which.
        id: Id,
        /// Where to.
        rect: Rect,
    },
    /// Remove records; links go with their nodes, what stood in a place stays.
    Remove {
        /// Which.
        ids: Vec<Id>,
    },
    /// Change the name on a card or place, the text of a note or the label of a link. Ids stay.
    Rename {
        /// Which.
        id: Id,
        /// New text.
        text: String,
    },
    /// Change a setting of some nodes or links; `None` goes back to the default.
    Set {
        /// Which nodes or links.
        ids: Vec<Id>,
        /// Which setting.
        key: String,
        /// To what.
        value: Option<Value>,
    },
    /// Change when a link is used.
    SetWhen {
        /// Which link.
        id: Id,
        /// To what.
        when: When,
    },
    /// Let a link lead elsewhere.
    Reattach {
        /// Which link.
        id: Id,
        /// New caller.
        from: Id,
        /// New callee.
        to: Id,
    },
    /// Add copies of records, moved; they get new ids, and links among them join the copies.
    Paste {
        /// What.
        clip: Clip,
        /// By how much.
        by: Point,
    },
    /// Change the title.
    Title(String),
    /// Change the region that prices are taken from.
    Region(String),
    /// Put a scenario at a position, or behind the last.
    PutScenario {
        /// Where.
        at: usize,
        /// What.
        scenario: Scenario,
    },
    /// Take a scenario out; the last one stays.
    RemoveScenario(usize),
}

/// Records that were copied.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clip {
    /// Nodes.
    pub nodes: Vec<(Id, Node)>,
    /// Links among them.
    pub links: Vec<(Id, Link)>,
    /// Places.
    pub places: Vec<(Id, Place)>,
    /// Notes.
    pub notes: Vec<(Id, Note)>,
}
