//! The integral of a number over time.

use crate::units::SimTime;

/// A whole number that changes over time, and the area under it, exactly.
///
/// A unit that begins at `a` and ends at `b` adds `b - a`. So a rise takes the moment off and a fall puts it on, which costs
/// one addition each; units that have not ended are put on when the total is asked for. Sums wrap, totals do not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Area {
    value: u64,
    /// Moments of all falls less moments of all rises.
    moments: u128,
}

impl Area {
    /// The number now.
    #[inline]
    pub fn value(&self) -> u64 {
        self.value
    }

    /// One more from `now` on.
    #[inline]
    pub fn rise(&mut self, now: SimTime) {
        self.moments = self.moments.wrapping_sub(u128::from(now.0));
        self.value += 1;
    }

    /// One less from `now` on.
    #[inline]
    pub fn fall(&mut self, now: SimTime) {
        debug_assert!(self.value > 0, "a count fell below zero");
        self.moments = self.moments.wrapping_add(u128::from(now.0));
        self.value -= 1;
    }

    /// Another number from `now` on.
    pub fn set(&mut self, now: SimTime, value: u64) {
        self.moments = self.total(now).wrapping_sub(u128::from(value) * u128::from(now.0));
        self.value = value;
    }

    /// The area up to `now`, in nanoseconds times the number's unit; `now` is not before the last change.
    #[inline]
    pub fn total(&self, now: SimTime) -> u128 {
        self.moments.wrapping_add(u128::from(self.value) * u128::from(now.0))
    }
}

/// What an [`Area`] grows by, gathered apart from it for a while: a rise or a fall costs two additions in one machine word
/// each. It may fall below where it began, when it takes away what had been added to the area before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Drift {
    moments: u64,
    value: i32,
}

impl Drift {
    /// One more from `now` on.
    #[inline(always)]
    pub fn rise(&mut self, now: SimTime) {
        self.moments = self.moments.wrapping_sub(now.0);
        self.value += 1;
    }

    /// One less from `now` on.
    #[inline(always)]
    pub fn fall(&mut self, now: SimTime) {
        self.moments = self.moments.wrapping_add(now.0);
        self.value -= 1;
    }

    /// Whether there is nothing to add.
    pub fn is_none(&self) -> bool {
        (self.value, self.moments) == (0, 0)
    }
}

impl Area {
    /// Adds what was gathered apart, up to `now`. Meanwhile the area apart must have stayed within 2^63 unit nanoseconds.
    pub fn take(&mut self, now: SimTime, drift: Drift) {
        let value = i64::from(drift.value);
        let grown = drift.moments.wrapping_add(value.cast_unsigned().wrapping_mul(now.0)).cast_signed();
        let moments = i128::from(grown) - i128::from(value) * i128::from(now.0);
        self.moments = self.moments.wrapping_add(moments.cast_unsigned());
        self.value = self.value.wrapping_add_signed(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn area_is_the_integral() {
        let mut area = Area::default();
        area.rise(SimTime(10));
        area.rise(SimTime(20));
        area.fall(SimTime(50));
        assert_eq!(area.total(SimTime(100)), 10 + 2 * 30 + 50);
        area.set(SimTime(100), 7);
        area.set(SimTime(110), 0);
        assert_eq!((area.value(), area.total(SimTime(500))), (0, 120 + 70));
    }

    #[test]
    fn what_is_gathered_apart_adds_up_to_the_same() {
        let (mut whole, mut part, mut apart) = (Area::default(), Area::default(), Drift::default());
        let week = 604_800_000_000_000;
        for step in 0..1_000u64 {
            let now = SimTime(week + step * step);
            if step % 3 == 2 {
                whole.fall(now);
                apart.fall(now);
            } else {
                whole.rise(now);
                if step % 2 == 0 { apart.rise(now) } else { part.rise(now) }
            }
            if step % 7 == 0 {
                part.take(now, std::mem::take(&mut apart));
                assert_eq!((part.value(), part.total(now)), (whole.value(), whole.total(now)));
            }
        }
        assert!(!apart.is_none());
    }
}
