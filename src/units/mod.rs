//! Quantities with their units: simulated time, spans, rates, bytes, shares and money, each with a parser for what people
//! type ("5 min", "900/s", "4 KiB", "60 %") and a `Display` that the parser reads back.
//!
//! Time and money are integers, so that sums do not depend on their order. This module knows no other module.
//! Absent: calendars and currencies other than the US dollar.

mod money;
mod number;
mod quantity;
mod time;

pub use money::Money;
pub use number::{ParseError, compact, grouped};
pub use quantity::{Bytes, Rate, Share};
pub use time::{SimTime, Span};

/// Hours that AWS bills as one month.
pub const HOURS_PER_MONTH: f64 = 730.0;
