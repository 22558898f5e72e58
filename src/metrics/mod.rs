//! What a run measures: histograms, time-weighted sums, and series at several resolutions.
//!
//! Recording allocates nothing and costs a few instructions. This module knows no nodes and no services: it is given
//! numbers and times. Absent: logs of single requests.

mod area;
mod histogram;
mod series;

pub use area::Area;
pub use histogram::{Histogram, Summary};
pub use series::{Level, Point, Series};
