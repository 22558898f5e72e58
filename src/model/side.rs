//! The sides of cards, and those at which a link was told to leave and enter.

use super::{Point, Rect};
use crate::words::key;

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

/// The sides at which a link was told to leave its caller and to enter its callee; `None` for wherever it runs best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sides {
    /// Side of the caller.
    pub leaves: Option<Side>,
    /// Side of the callee.
    pub enters: Option<Side>,
}

impl Side {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Top, Self::Bottom];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Left => key!("Left"),
            Self::Right => key!("Right"),
            Self::Top => key!("Top"),
            Self::Bottom => key!("Bottom"),
        }
    }

    /// In files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Top => "top",
            Self::Bottom => "bottom",
        }
    }

    /// The one that a file names.
    pub fn named(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.key() == key)
    }

    /// Whether links at this side run to the left or right.
    pub fn horizontal(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }

    /// 1 where links leave to greater coordinates, -1 to lesser ones.
    pub fn sign(self) -> f32 {
        if matches!(self, Self::Right | Self::Bottom) { 1.0 } else { -1.0 }
    }

    /// A point of a rectangle's side, `along` from its middle.
    pub fn point(self, rect: Rect, along: f32) -> Point {
        let middle = rect.center();
        match self {
            Self::Left => Point::new(rect.min.x, middle.y + along),
            Self::Right => Point::new(rect.max.x, middle.y + along),
            Self::Top => Point::new(middle.x + along, rect.min.y),
            Self::Bottom => Point::new(middle.x + along, rect.max.y),
        }
    }

    /// The point so far out from another one that lies on this side.
    pub fn out(self, at: Point, by: f32) -> Point {
        let by = by * self.sign();
        at + if self.horizontal() { Point::new(by, 0.0) } else { Point::new(0.0, by) }
    }

    /// The side of a rectangle whose line is nearest to a point.
    pub fn nearest(rect: Rect, at: Point) -> Self {
        let far = |side: Self| {
            let edge = side.point(rect, 0.0);
            let ends =
                if side.horizontal() { Point::new(0.0, rect.h() / 2.0) } else { Point::new(rect.w() / 2.0, 0.0) };
            at.from_line(edge - ends, edge + ends)
        };
        let [first, others @ ..] = Self::ALL;
        others.into_iter().fold(first, |best, other| if far(other) < far(best) { other } else { best })
    }
}

impl Sides {
    /// Those of the way back.
    #[must_use]
    pub fn turned(self) -> Self {
        Self { leaves: self.enters, enters: self.leaves }
    }

    /// Whether any was said.
    pub fn any(self) -> bool {
        self.leaves.or(self.enters).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_that_is_meant_is_the_nearest() {
        let card = Rect::between(Point::new(0.0, 0.0), Point::new(164.0, 84.0));
        let meant = |x: f32, y: f32| Side::nearest(card, Point::new(x, y));
        assert_eq!(meant(170.0, 40.0), Side::Right);
        assert_eq!(meant(150.0, -4.0), Side::Top);
        assert_eq!(meant(3.0, 60.0), Side::Left);
        assert_eq!(meant(82.0, 83.0), Side::Bottom);
        for side in Side::ALL {
            assert_eq!(Side::nearest(card, side.point(card, 10.0)), side);
            assert_eq!(Side::named(side.key()), Some(side));
            assert!(!card.contains(side.out(side.point(card, 0.0), 5.0)));
        }
    }
}
