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
}
