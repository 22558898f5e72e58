//! How long a count stood at each of its values.

use crate::units::SimTime;

/// Counts above this are taken for this: far more servers than any group has.
const MOST: usize = 65_535;

/// A whole number that changes over time, and for how long it had each value: what was there beyond any number of them can
/// be told afterwards, exactly.
#[derive(Debug, Clone, Default)]
pub struct Census {
    value: usize,
    since: SimTime,
    /// Nanoseconds by value, up to the last change; as long as the highest value so far asks for.
    times: Vec<u64>,
}

impl Census {
    /// Another number from `now` on.
    pub fn set(&mut self, now: SimTime, value: u64) {
        self.settle(now);
        self.value = usize::try_from(value).unwrap_or(MOST).min(MOST);
    }

    /// Forgets the past; the number stays.
    pub fn forget(&mut self, now: SimTime) {
        self.times.clear();
        self.since = now;
    }

    fn settle(&mut self, now: SimTime) {
        if self.times.len() <= self.value {
            self.times.resize(self.value + 1, 0);
        }
        self.times[self.value] += now.since(self.since).0;
        self.since = now;
    }

    /// Nanoseconds at each value, from zero up to the highest that was met, until `now`.
    pub fn times(&self, now: SimTime) -> Vec<u64> {
        let mut settled = self.clone();
        settled.settle(now);
        settled.times
    }

    /// The integral over time of what was there beyond `floor` of them, in nanoseconds.
    pub fn above(&self, floor: u32, now: SimTime) -> u128 {
        let floor = floor as usize;
        let beyond = |value: usize, time: u64| value.saturating_sub(floor) as u128 * u128::from(time);
        let past: u128 = self.times.iter().enumerate().skip(floor).map(|(value, &time)| beyond(value, time)).sum();
        past + beyond(self.value, now.since(self.since).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_above_a_floor_is_told_afterwards() {
        let mut census = Census::default();
        census.set(SimTime(10), 2);
        census.set(SimTime(40), 5);
        census.set(SimTime(60), 1);
        assert_eq!(census.times(SimTime(100)), [10, 40, 30, 0, 0, 20]);
        assert_eq!(census.above(0, SimTime(100)), 2 * 30 + 5 * 20 + 40);
        assert_eq!(census.above(1, SimTime(100)), 30 + 4 * 20);
        assert_eq!(census.above(5, SimTime(100)), 0);
        census.forget(SimTime(100));
        assert_eq!((census.above(0, SimTime(130)), census.times(SimTime(130))), (30, vec![0, 30]));
    }
}
