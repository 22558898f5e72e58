//! Rules over the drawing: what will hurt before a run shows it. Each finding may carry its fix as commands.

use crate::edit::Command;
use crate::model::Id;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Will hurt one day.
    Warning,
    /// Does not work.
    Error,
}

/// One thing that a rule found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Name of the rule, such as `single-point-of-failure`.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// The records it is about, the main one first; empty for the whole drawing.
    pub about: Vec<Id>,
    /// What and why.
    pub text: String,
    /// What to do, in words.
    pub remedy: String,
    /// Commands that do it, if that can be said.
    pub fix: Vec<Command>,
}
