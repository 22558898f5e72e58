//! Where everything stands after much of a very large drawing has changed: its double lays it out, so that the window does
//! not stand still for it. Until then the picture is the one before. Absent: small changes and smaller drawings, which the
//! window follows by itself.

use super::Session;
use super::shadow::Shadow;
use crate::edit::Diff;
use crate::model::Design;
use crate::scene::Layout;

/// Nodes and links from which laying a drawing out anew takes longer than a frame may.
const HUGE: usize = 20_000;

/// Records whose change a window follows by itself, however large the drawing is.
const FEW: usize = 200;

/// What the double was asked to lay out, and what came of it.
#[derive(Default)]
pub(super) struct Laying {
    /// Number of the order that was given last; 0 for none.
    ordered: u64,
    /// Number of the order that was answered last.
    answered: u64,
    /// A layout that nobody has taken yet.
    ready: Option<Layout>,
}

impl Laying {
    /// Whether a layout is still to come.
    pub(super) fn is_underway(&self) -> bool {
        self.ordered > self.answered
    }

    /// The double was told of a change, after which the drawing is as given: it lays it out as well, if that takes long.
    pub(super) fn after(&mut self, shadow: &Shadow, diff: &Diff, design: &Design) {
        if is_much(diff, design) {
            self.ordered += 1;
            shadow.lay_out(self.ordered);
        }
    }

    /// Takes in a layout; one that a later change has overtaken is of no use.
    pub(super) fn take_in(&mut self, number: u64, layout: Layout) {
        if number == self.ordered {
            (self.answered, self.ready) = (number, Some(layout));
        }
    }
}

/// Whether following a change takes too long: much has moved, or records came or went, and all are numbered anew.
fn is_much(diff: &Diff, design: &Design) -> bool {
    design.nodes.len() + design.links.len() >= HUGE && (diff.records() > FEW || diff.renumbers())
}

impl Session {
    /// Where everything stands in a very large drawing of which much has changed, once since it is known. The drawing may
    /// have changed a little since.
    pub fn take_layout(&mut self) -> Option<Layout> {
        self.progress.laying().ready.take()
    }
}
