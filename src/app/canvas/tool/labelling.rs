//! The label of a link on its way elsewhere: it rests on the line, and in the middle of it, where it is near, and stands
//! freely beside it farther off.

use super::{Effect, Held, World};
use crate::app::canvas::snap::REACH;
use crate::edit::Command;
use crate::model::{Id, LABEL_REACH, LabelAt, Point};
use crate::scene::Route;

/// How wide what stands on most labels is, in drawing units: the tool does not know what is written.
pub(super) const USUAL: f32 = 60.0;

/// The middle of the label is wanted at a point.
pub(super) fn step(id: &Id, middle: Point, held: Held, world: World<'_>) -> Vec<Effect> {
    let (Some(link), Some(wire)) = (world.design.links.get(id), world.layout.wire(id)) else { return Vec::new() };
    let reach = if held.ctrl { 0.0 } else { REACH / world.zoom };
    let at = rest(&wire.route, middle, reach);
    if at.is_none() || at == link.label_at {
        return Vec::new();
    }
    vec![Effect::Edit(Command::PutLabel { id: id.clone(), at })]
}

/// The place beside a way at which a label comes to stand that is wanted at a point.
pub(super) fn rest(way: &Route, middle: Point, reach: f32) -> Option<LabelAt> {
    let (along, on) = way.nearest(middle);
    let off = middle - on;
    let far = off.x.hypot(off.y);
    if far > reach {
        let short = (LABEL_REACH / far).min(1.0);
        return LabelAt::new(along, Point::new(off.x * short, off.y * short));
    }
    let halfway = way.at(0.5).distance(on) <= reach;
    LabelAt::new(if halfway { 0.5 } else { along }, Point::default())
}
