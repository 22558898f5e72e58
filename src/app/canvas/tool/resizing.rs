//! Edges and corners of places and notes, moved by the pointer: they line up with neighbours' edges and sizes.

use super::{Effect, Held, Phase, State, World};
use crate::app::canvas::snap;
use crate::edit::{self, Command};
use crate::model::{FAR, Id, Point, Rect, Size};
use std::collections::BTreeMap;

/// Smallest place or note.
pub(super) const LEAST: Size = Size { w: 72.0, h: 36.0 };

/// Where a rectangle can be taken to be resized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Handle {
    TopLeft,
    Top,
    TopRight,
    Right,
    BottomRight,
    Bottom,
    BottomLeft,
    Left,
}

impl Handle {
    /// All of them, clockwise from the top left.
    pub const ALL: [Self; 8] = [
        Self::TopLeft,
        Self::Top,
        Self::TopRight,
        Self::Right,
        Self::BottomRight,
        Self::Bottom,
        Self::BottomLeft,
        Self::Left,
    ];

    /// Which edges it moves: -1 is left or top, 1 right or bottom, 0 neither.
    fn edges(self) -> (i8, i8) {
        match self {
            Self::TopLeft => (-1, -1),
            Self::Top => (0, -1),
            Self::TopRight => (1, -1),
            Self::Right => (1, 0),
            Self::BottomRight => (1, 1),
            Self::Bottom => (0, 1),
            Self::BottomLeft => (-1, 1),
            Self::Left => (-1, 0),
        }
    }
}

/// The handles of a rectangle.
pub fn handles(rect: Rect) -> [(Handle, Point); 8] {
    let at = |edge: i8, min: f32, max: f32| match edge {
        -1 => min,
        0 => (min + max) / 2.0,
        _ => max,
    };
    Handle::ALL.map(|handle| {
        let (x, y) = handle.edges();
        (handle, Point::new(at(x, rect.min.x, rect.max.x), at(y, rect.min.y, rect.max.y)))
    })
}

/// The pointer moved.
pub(super) fn step(state: &mut State, at: Point, held: Held, world: World<'_>) -> Vec<Effect> {
    let State::Resizing { id, handle, start, now, guides, refused } = state else { return Vec::new() };
    let wanted = stretched(*start, *handle, Point::new(at.x.clamp(-FAR, FAR), at.y.clamp(-FAR, FAR)));
    let (rect, lines) = if held.ctrl {
        (wanted, Vec::new())
    } else {
        let near = snap::edges_near(world.design, id, world.seen);
        snap::stretch(wanted, handle.edges(), &near, snap::REACH / world.zoom)
    };
    let rect = at_least(rect, *handle);
    *guides = lines;
    *refused = refusal(world, id, rect);
    if refused.is_some() || rect == *now {
        return Vec::new();
    }
    *now = rect;
    vec![Effect::Edit(Command::Resize { id: id.clone(), rect })]
}

fn refusal(world: World<'_>, id: &Id, rect: Rect) -> Option<String> {
    let wanted = BTreeMap::from([(id.clone(), rect)]);
    edit::check_places(world.design, &wanted).err().map(|refusal| refusal.to_string())
}

/// The button was let go.
pub(super) fn finish(id: Id) -> Vec<Effect> {
    vec![Effect::Edit(Command::Grow { ids: vec![id] }), Effect::Gesture(Phase::End)]
}

/// A rectangle with some edges moved; the opposite ones stay.
fn stretched(start: Rect, handle: Handle, to: Point) -> Rect {
    let mut rect = start;
    let (x, y) = handle.edges();
    match x {
        -1 => rect.min.x = to.x.min(start.max.x),
        1 => rect.max.x = to.x.max(start.min.x),
        _ => {}
    }
    match y {
        -1 => rect.min.y = to.y.min(start.max.y),
        1 => rect.max.y = to.y.max(start.min.y),
        _ => {}
    }
    rect
}

/// The rectangle with its least size; the edge that is held gives way.
fn at_least(mut rect: Rect, handle: Handle) -> Rect {
    let (x, y) = handle.edges();
    match x {
        -1 => rect.min.x = rect.min.x.min(rect.max.x - LEAST.w),
        1 => rect.max.x = rect.max.x.max(rect.min.x + LEAST.w),
        _ => {}
    }
    match y {
        -1 => rect.min.y = rect.min.y.min(rect.max.y - LEAST.h),
        1 => rect.max.y = rect.max.y.max(rect.min.y + LEAST.h),
        _ => {}
    }
    rect
}
