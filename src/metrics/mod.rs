//! What a run measures: histograms, time-weighted sums, and series at several resolutions; and what its figures say:
//! intervals, warm-up, trend.
//!
//! Recording costs a few instructions, and memory only when a time falls into a power of two for the first time. This module knows no nodes and no services: it is given
//! numbers and times. Absent: logs of single requests.

mod area;
mod census;
mod estimate;
mod failures;
mod histogram;
mod series;
mod steady;

pub use area::{Area, Drift};
pub use census::Census;
pub use estimate::{Estimate, estimate, estimate_at, student};
pub use failures::{FailureCount, FailureSeries};
pub use histogram::{Histogram, Reading, Summary};
pub use series::{Level, Point, Quantity, REASONS, Series};
pub use steady::{from_batches, trend, warm_up};
