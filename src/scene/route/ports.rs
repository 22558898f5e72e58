//! Where links leave and enter: which side of a card, and where along it.

use crate::model::{CARD, Point, Rect, Side, Sides};

/// Gap between cards from which a link runs sideways even if they stand further apart vertically.
const SIDEWAYS: f32 = 24.0;

/// Greatest distance between ends on a side.
pub const APART: f32 = 22.0;

/// Length of a side on which no link ends, at each corner.
const FREE: f32 = 16.0;

impl Side {
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

/// Sides that two cards are joined at by a link that was pulled to some points: those that it was led to, else those
/// towards its points, else those that face each other.
pub fn sides_of([from, to]: [Rect; 2], via: &[Point], said: Sides) -> [Side; 2] {
    let facing = sides(from, to);
    let toward = |card: Rect, next: Option<&Point>| next.map(|next| side_toward(card, *next));
    [
        said.leaves.or(toward(from, via.first())).unwrap_or(facing.0),
        said.enters.or(toward(to, via.last())).unwrap_or(facing.1),
    ]
}

/// The side that a link leaves or enters by, as if the point that it runs through next were a card.
pub fn side_toward(card: Rect, point: Point) -> Side {
    sides(card, Rect { min: point, max: point }).0
}

/// The sides that a link has to be told: of those that it was drawn from and to, the ones that it would not find.
pub fn worth_telling(cards: [Rect; 2], via: &[Point], drawn: Sides) -> Sides {
    let [leaves, enters] = sides_of(cards, via, Sides::default());
    Sides { leaves: drawn.leaves.filter(|side| *side != leaves), enters: drawn.enters.filter(|side| *side != enters) }
}

/// Sides by which two cards face each other.
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
