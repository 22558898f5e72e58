//! Ctrl+C: the first ends a run where it stands, and what there is is reported; the second ends the program at once.

use super::output::message;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a run that was cut short: that of a program ended by Ctrl+C.
pub(super) const CUT: u8 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);
static WATCHED: Once = Once::new();

/// Listens for Ctrl+C from now on.
pub(super) fn watch() {
    WATCHED.call_once(|| {
        let heard = || {
            if ASKED.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(CUT));
            }
            message("stopping; what was measured so far follows. Ctrl+C again ends at once");
        };
        if let Err(error) = ctrlc::set_handler(heard) {
            message(&format!("Ctrl+C ends without a result: {error}"));
        }
    });
}

/// Whether the run shall end.
pub(super) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
