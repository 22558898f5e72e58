//! What a group will need in an hour, by what it needed in the same hour of the days before.
//!
//! The forecast is the mean of up to 14 days, and there is none before the first day is over. AWS forecasts with a model
//! that it does not publish; what is the same is the history it looks at, and that it acts on the hour.

use super::engine::Engine;
use super::group::Metric;
use super::network::Index;
use crate::units::{SimTime, Span};

const HOUR: u64 = Span::from_secs(3_600).0;
/// Days that a forecast looks back. EC2 Auto Scaling user guide, predictive scaling (2023-04-27).
const DAYS: f64 = 14.0;

/// Work by the hour of the day.
#[derive(Debug, Clone, Default)]
pub(super) struct Forecast {
    /// Mean of the days before: processors in use, and how many days.
    hours: [(f64, f64); 24],
    /// The open hour, and the processor time in it, nanoseconds.
    open: (u64, f64),
}

impl Forecast {
    /// Processor time was used up to now, since the last note.
    pub(super) fn note(&mut self, now: SimTime, used: f64) {
        // What ends on the hour belongs to the hour before.
        let hour = now.0.saturating_sub(1) / HOUR;
        if hour != self.open.0 {
            let (mean, days) = &mut self.hours[(self.open.0 % 24) as usize];
            *days = (*days + 1.0).min(DAYS);
            *mean += (self.open.1 / HOUR as f64 - *mean) / *days;
            self.open = (hour, 0.0);
        }
        self.open.1 += used;
    }

    /// Processors that will be in use in the hour of a moment, if a day is known.
    fn processors(&self, at: SimTime) -> Option<f64> {
        let (mean, days) = self.hours[(at.0 / HOUR % 24) as usize];
        (days > 0.0).then_some(mean)
    }
}

impl Engine {
    /// Servers that a group has at least now because of its forecast.
    pub(super) fn forecast_floor(&self, index: Index) -> u32 {
        let spec = &self.network.scalers[index as usize];
        let (Some(ahead), Metric::Cpu(target)) = (spec.forecast, spec.metric) else { return 0 };
        let cores = self.network.pools[spec.pool as usize].cores;
        let forecast = &self.scalers[index as usize].forecast;
        let needs = |at| forecast.processors(at).map_or(0.0, |used| used / (cores * target.0.max(0.01)));
        needs(self.now).max(needs(self.now + ahead)).ceil() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_foreseen_by_the_same_hour_of_the_days_before() {
        let (mut forecast, minute) = (Forecast::default(), HOUR / 60);
        let used = |hour: u64| if hour % 24 == 9 { 4.0 } else { 1.0 };
        for minutes in 1..=48 * 60 {
            let hour = (minutes - 1) / 60;
            assert_eq!(forecast.processors(SimTime((hour + 24) * HOUR)).is_some(), hour >= 24, "{hour}");
            forecast.note(SimTime(minutes * minute), used(hour) * minute as f64);
        }
        let at = |hour: u64| forecast.processors(SimTime(hour * HOUR)).unwrap();
        assert!((at(57) - 4.0).abs() < 1e-9 && (at(58) - 1.0).abs() < 1e-9, "{} {}", at(57), at(58));
    }
}
