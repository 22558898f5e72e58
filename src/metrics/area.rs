//! The integral of a number over time.

use crate::units::{SimTime, Span};

/// A whole number that changes over time, and the area under it, exactly.
#[derive(Debug, Clone, Copy, Default)]
pub struct Area {
    value: u64,
    since: SimTime,
    area: u128,
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
        self.advance(now);
        self.value += 1;
    }

    /// One less from `now` on.
    #[inline]
    pub fn fall(&mut self, now: SimTime) {
        self.advance(now);
        debug_assert!(self.value > 0, "a count fell below zero");
        self.value -= 1;
    }

    /// Another number from `now` on.
    pub fn set(&mut self, now: SimTime, value: u64) {
        self.advance(now);
        self.value = value;
    }

    /// The area up to `now`, in nanoseconds times the number's unit.
    #[inline]
    pub fn total(&self, now: SimTime) -> u128 {
        self.area + u128::from(self.value) * u128::from(now.since(self.since).0)
    }

    /// Mean over a span that ends now, given the total at its start.
    pub fn mean_since(&self, total_before: u128, span: Span, now: SimTime) -> f64 {
        if span.0 == 0 { self.value as f64 } else { (self.total(now) - total_before) as f64 / span.0 as f64 }
    }

    #[inline]
    fn advance(&mut self, now: SimTime) {
        self.area = self.total(now);
        self.since = now;
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
        assert_eq!(area.mean_since(0, Span(100), SimTime(100)), 1.2);
    }
}
