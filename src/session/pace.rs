//! How fast the engine computes.

use std::time::Duration;

/// How fast the engine computes.
#[derive(Default)]
pub(super) struct Pace {
    events: u64,
    busy: Duration,
    pub(super) rate: f64,
}

impl Pace {
    /// A mean over half a second of computing.
    pub(super) fn add(&mut self, took: Duration, events: u64) {
        self.events += events;
        self.busy += took;
        let window = Duration::from_millis(if self.rate == 0.0 { 20 } else { 500 });
        if self.busy >= window {
            self.rate = self.events as f64 / self.busy.as_secs_f64();
            (self.events, self.busy) = (0, Duration::ZERO);
        }
    }
}
