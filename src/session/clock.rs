//! The clock on the wall, for pacing a run and for saving now and then. No figure depends on it.

use std::time::Instant;

/// Now.
#[expect(clippy::disallowed_methods, reason = "the session paces a run against the clock; results do not depend on it")]
pub(super) fn now() -> Instant {
    Instant::now()
}
