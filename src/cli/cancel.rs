//! Ctrl+C: the first ends a run where it stands, and what there is is reported; the second ends the program at once.

use super::output::message;
use signal_hook::consts::SIGINT;
use signal_hook::flag;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Once};

/// Exit code of a run that was cut short: that of a program ended by Ctrl+C.
pub(super) const CUT: u8 = 130;

static ASKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
static WATCHED: Once = Once::new();
static SAID: Once = Once::new();

/// Listens for Ctrl+C from now on.
pub(super) fn watch() {
    WATCHED.call_once(|| {
        // The second one finds the flag that the first one has set.
        let second = flag::register_conditional_shutdown(SIGINT, i32::from(CUT), Arc::clone(&ASKED));
        let first = flag::register(SIGINT, Arc::clone(&ASKED));
        if let Err(error) = second.and(first) {
            message(&format!("Ctrl+C ends without a result: {error}"));
        }
    });
}

/// Whether the run shall end.
pub(super) fn asked() -> bool {
    let asked = ASKED.load(Ordering::Relaxed);
    if asked {
        SAID.call_once(|| message("stopping; what was measured so far follows. Ctrl+C again ends at once"));
    }
    asked
}
