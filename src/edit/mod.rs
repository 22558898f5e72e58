//! Commands in, invertible diffs out, history.
//!
//! A [`Command`] says what is wanted; [`apply()`] works out the [`Diff`]: whole records before and after. Undo swaps the
//! sides, so no command writes its own undo. The editor does not know who asked.

mod align;
mod apply;
mod became;
mod belong;
mod bends;
mod class;
mod diff;
mod draft;
mod grow;
mod history;
mod layout;
mod links;
mod naming;
mod paste;
#[cfg(test)]
pub(crate) mod random;
mod refusal;
mod group;
mod stand;
#[cfg(test)]
mod stand_tests;
#[cfg(test)]
mod tests;

pub use align::{Align, Spread, align, spread};
pub use apply::apply;
pub use became::became;
pub use belong::{called, check_new_place, check_places, contents, home_of};
pub use bends::{is_needless, leg};
pub(crate) use class::name as new_class;
pub use diff::{Change, Diff};
pub use history::History;
pub use layout::layout;
pub use links::{check as check_link, check_insert};
pub(crate) use naming::{line, paragraph};
pub use refusal::Refusal;

use crate::catalog::Value;
use crate::model::{
    Id, LabelAt, Link, Node, Note, Place, PlaceKind, Point, Pricing, Rect, RequestClass, Routing, Sides, Stance, When,
};
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
    /// Join two nodes by a link that leaves and enters at these sides of their cards.
    DrawLink {
        /// Caller.
        from: Id,
        /// Callee.
        to: Id,
        /// Where it was drawn from and to.
        sides: Sides,
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
    /// Put nodes (by their top left corner), places and notes exactly here, locked ones too; nothing else moves along.
    /// Afterwards each belongs to the place it lies in, and places have grown to hold what was put in them.
    Arrange {
        /// What goes where.
        rects: Vec<(Id, Rect)>,
        /// What undo calls it: "align", "layout".
        name: &'static str,
    },
    /// Let the places around these grow until they hold them. It has no name of its own: it ends a gesture.
    Grow {
        /// What they are to hold.
        ids: Vec<Id>,
    },
    /// Make one group of these. Links are left out.
    Group {
        /// Which.
        ids: Vec<Id>,
    },
    /// Dissolve the groups of these.
    Ungroup {
        /// Which.
        ids: Vec<Id>,
    },
    /// Keep these from being moved, resized and removed.
    Lock {
        /// Which.
        ids: Vec<Id>,
    },
    /// Let these be moved, resized and removed again.
    Unlock {
        /// Which.
        ids: Vec<Id>,
    },
    /// Raise or lower these among those of their kind.
    Pile {
        /// Which.
        ids: Vec<Id>,
        /// Where to.
        to: Pile,
    },
    /// Put a node between the ends of a link.
    Insert {
        /// Which link.
        link: Id,
        /// Which node.
        node: Id,
    },
    /// Put a new node of a service somewhere, called by a node that is there.
    AddCallee {
        /// Key of the service.
        service: String,
        /// Top left corner.
        at: Point,
        /// Who calls it.
        from: Id,
    },
    /// Put a new node of a service somewhere, between the ends of a link.
    InsertNew {
        /// Key of the service.
        service: String,
        /// Top left corner.
        at: Point,
        /// Which link.
        link: Id,
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
        /// Where it leaves and enters.
        sides: Sides,
    },
    /// Let a link leave and enter at these sides of its cards.
    Lead {
        /// Which link.
        id: Id,
        /// Where; `None` for wherever it runs best.
        sides: Sides,
    },
    /// Let a link run through these points, in order from its caller; through none it finds its own way.
    Bend {
        /// Which link.
        id: Id,
        /// Where.
        via: Vec<Point>,
    },
    /// Put the label of a link beside a point of its way; `None` for where there is room.
    PutLabel {
        /// Which link.
        id: Id,
        /// Where.
        at: Option<LabelAt>,
    },
    /// Let links run otherwise than the drawing says; `None` for as it says.
    Route {
        /// Which links.
        ids: Vec<Id>,
        /// How.
        routing: Option<Routing>,
    },
    /// How links run that do not say otherwise.
    RouteAll(Routing),
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
    /// Change what else prices depend on: the free tier, and prices set by hand.
    Pricing(Pricing),
    /// Put a kind of request at a position, or behind the last.
    PutClass {
        /// Where.
        at: usize,
        /// What.
        class: RequestClass,
    },
    /// Take a kind of request out.
    RemoveClass(usize),
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
    /// How these stand among each other.
    pub stances: Vec<(Id, Stance)>,
}

/// Where in the pile of its kind a record goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pile {
    /// Over all others.
    Front,
    /// Over the next one that covers it.
    Forward,
    /// Under the next one that it covers.
    Backward,
    /// Under all others.
    Back,
}
