//! Where links leave and enter: which side of a card, and where along it.

use crate::model::{CARD, Point, Rect};

/// A side of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Where x is least.
    Left,
    /// Where x is greatest.
    Right,
    /// Where y is least.
    Top,
    /// Where y is greatest.
    Bottom,
}

/// Gap between cards from which a link runs sideways even if they stand further apart vertically.
const SIDEWAYS: f32 = 24.0;

/// Greatest distance between ends on a side.
pub const APART: f32 = 22.0;

/// Length of a side on which no link ends, at each corner.
const FREE: f32 = 16.0;

impl Side {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Top, Self::Bottom];

    /// Whether links at this side run to the left or right.
    pub fn horizontal(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }

    /// 1 where links leave to greater coordinates, -1 to lesser ones.
    pub fn sign(self) -> f32 {
        if matches!(self, Self::Right | Self::Bottom) { 1.0 } else { -1.0 }
    }

    /// A point of a card's side, `along` from its middle.
    pub fn point(self, card: Rect, along: f32) -> Point {
        let middle = card.center();
        match self {
            Self::Left => Point::new(card.min.x, middle.y + along),
            Self::Right => Point::new(card.max.x, middle.y + along),
            Self::Top => Point::new(middle.x + along, card.min.y),
            Self::Bottom => Point::new(middle.x + along, card.max.y),
        }
    }

    /// How far from the middle of this side a link may end.
    pub fn reach(self) -> f32 {
        (if self.horizontal() { CARD.h } else { CARD.w }) / 2.0 - FREE
    }

    /// Position of the end number `at` of `of` along this side; the corners stay free.
    pub fn slot(self, at: usize, of: usize) -> f32 {
        let step = (2.0 * self.reach() / (of.max(2) - 1) as f32).min(APART);
        (at as f32 - (of as f32 - 1.0) / 2.0) * step
    }
}

/// Ends whose levels differ by no more than this are brought to one level, where no other link is at their sides.
const NEARLY: f32 = 26.0;

/// How far the ends of a link are moved along their sides, so that it runs straight; none if it does not nearly. `alone`
/// says of each end whether it is the only one at its side.
pub fn levelled([from, to]: [(Point, Side, f32); 2], alone: [bool; 2]) -> (f32, f32) {
    let off = if from.1.horizontal() { to.0.y - from.0.y } else { to.0.x - from.0.x };
    if from.1.horizontal() != to.1.horizontal() || off.abs() > NEARLY {
        return (0.0, 0.0);
    }
    let (one, other) = match alone {
        [true, true] => (off / 2.0, -off / 2.0),
        [true, false] => (off, 0.0),
        [false, true] => (0.0, -off),
        [false, false] => return (0.0, 0.0),
    };
    let fits = |end: (Point, Side, f32), by: f32| (end.2 + by).abs() <= end.1.reach();
    if fits(from, one) && fits(to, other) { (one, other) } else { (0.0, 0.0) }
}

/// Sides that two cards are joined at.
pub fn sides(from: Rect, to: Rect) -> (Side, Side) {
    if from == to {
        return (Side::Right, Side::Top);
    }
    let ahead = (to.min.x - from.max.x).max(from.min.x - to.max.x);
    let below = (to.min.y - from.max.y).max(from.min.y - to.max.y);
    let sideways = ahead >= below || (ahead >= SIDEWAYS && ahead >= below * 0.25);
    match (sideways, to.center().x >= from.center().x, to.center().y >= from.center().y) {
        (true, true, _) => (Side::Right, Side::Left),
        (true, false, _) => (Side::Left, Side::Right),
        (false, _, true) => (Side::Bottom, Side::Top),
        (false, _, false) => (Side::Top, Side::Bottom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_stay_off_the_corners_however_many_there_are() {
        for side in [Side::Left, Side::Top] {
            for of in [1, 2, 5, 40, 1_000] {
                let (first, last) = (side.slot(0, of), side.slot(of - 1, of));
                assert!(first >= -side.reach() - 0.01 && last <= side.reach() + 0.01 && (first + last).abs() < 0.01);
            }
        }
    }
}
