//! What the palette has: services, places, notes; and how it is put on the canvas.

use super::Effect;
use crate::catalog;
use crate::edit::{self, Command};
use crate::model::{CARD, Design, GRID, Id, PlaceKind, Point, Rect, Size};
use crate::words::t;

/// Size of a new note.
pub const NOTE: Size = Size { w: 192.0, h: 72.0 };

/// What can be put on the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ware {
    /// A node of the service with this key.
    Service(&'static str),
    /// A place.
    Place(PlaceKind),
    /// A note.
    Note,
}

impl Ware {
    /// The rectangle that it takes when put at a point, which becomes its middle as far as the grid lets it.
    pub fn rect(self, at: Point) -> Rect {
        let size = match self {
            Self::Service(_) => CARD,
            Self::Place(kind) => kind.size(),
            Self::Note => NOTE,
        };
        Rect::new(Point::new(at.x - size.w / 2.0, at.y - size.h / 2.0).snapped(GRID), size)
    }

    /// The command that puts it there.
    pub fn command(self, at: Point) -> Command {
        let rect = self.rect(at);
        match self {
            Self::Service(key) => Command::AddNode { service: key.to_owned(), at: rect.min },
            Self::Place(kind) => Command::AddPlace { kind, rect },
            Self::Note => Command::AddNote { rect, text: t!("Note").to_owned() },
        }
    }

    /// Puts it there; a service let go on a link that it can stand in becomes part of it.
    pub(super) fn put(self, at: Point, over: Option<&Id>, design: &Design) -> Vec<Effect> {
        let command = match (self, over) {
            (Self::Service(key), Some(link)) if no_insert(design, key, link).is_none() => {
                Command::InsertNew { service: key.to_owned(), at: self.rect(at).min, link: link.clone() }
            }
            _ => self.command(at),
        };
        vec![Effect::Edit(command)]
    }
}

/// Why a new node of a service cannot be put into a link.
pub(super) fn no_insert(design: &Design, key: &str, link: &Id) -> Option<String> {
    let link = design.links.get(link)?;
    let service = |id: &Id| design.nodes.get(id).and_then(crate::model::Node::service);
    let new = catalog::find(key)?;
    let before = service(&link.from).and_then(|caller| caller.tie(new).err());
    before.or_else(|| service(&link.to).and_then(|callee| new.tie(callee).err()))
}

/// Whether a node that is there can be put into a link: it has no links yet, and both halves make sense.
pub(super) fn fits_into(design: &Design, node: &Id, link: &Id) -> bool {
    edit::check_insert(design, link, node).is_ok()
}
