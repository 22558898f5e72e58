//! Findings wherever they are shown: how bad they look, what is said of them, and how they are mended.

use crate::analysis::{Finding, Severity};
use crate::scene::list::Ink;
use crate::session::Action;
use crate::words::t;

/// How bad a finding is, in a word.
pub(super) fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => t!("Error"),
        Severity::Warning => t!("Warning"),
        Severity::Note => t!("Note"),
    }
}

/// The ink that says how bad a finding is.
pub(super) fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Error => Ink::Bad,
        Severity::Warning => Ink::Warn,
        Severity::Note => Ink::Muted,
    }
}

/// The fix of a finding, as one step.
pub(super) fn mend(finding: &Finding) -> impl Iterator<Item = Action> {
    let edits = finding.fix.iter().cloned().map(Action::Edit);
    [Action::BeginGesture].into_iter().chain(edits).chain([Action::EndGesture])
}
