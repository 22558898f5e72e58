//! The application without a window: document, history, running simulation, autosave.
//!
//! Panels read a [`View`] and push [`Action`]s; [`Session::apply`] is the one place that changes anything. The engine runs
//! on a thread of its own (`runner`): orders go in by a channel, the latest figures come out; neither side waits.
//!
//! Absent: egui, dialogs, anything that blocks on the engine.

use crate::analysis::Finding;
use crate::compile::Plan;
use crate::cost::Bill;
use crate::edit::Command;
use crate::model::{Design, Id};
use crate::scenario::Harm;
use crate::sim::snapshot::Snapshot;
use crate::units::Span;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that may be asked of the session. Menus, shortcuts, panels and tests all send these.
#[derive(Debug, Clone)]
pub enum Action {
    /// Change the drawing. One action is one undo step, unless a gesture is open: then all until `EndGesture` are one.
    Edit(Command),
    /// Undo one step.
    Undo,
    /// Redo one step.
    Redo,
    /// A drag begins: edits until its end are one step.
    BeginGesture,
    /// The drag is done.
    EndGesture,
    /// The drag is given up: everything since its beginning is taken back and leaves no trace.
    CancelGesture,
    /// Start the run, or go on.
    Run,
    /// Hold the run.
    Pause,
    /// Back to the start of the run, paused.
    Restart,
    /// Advance a paused run by this much simulated time.
    Advance(Span),
    /// Simulated seconds per second; infinity is as fast as it goes.
    Speed(f64),
    /// Choose the scenario by its position.
    Scenario(usize),
    /// Make something go wrong now, for a while.
    Inject(Harm, Span),
    /// Keep the history of this node for the charts.
    Watch(Option<Id>),
    /// An empty design.
    New,
    /// Open a file.
    Open(PathBuf),
    /// Open an embedded sample by its key, as an untitled copy.
    OpenSample(String),
    /// Save to the file that it came from; an error if there is none.
    Save,
    /// Save to this file.
    SaveAs(PathBuf),
    /// Write a picture or another format to this file; the format follows from its ending.
    Export(PathBuf),
    /// Say something to the user.
    Say(Notice),
}

/// A short message for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How bad it is.
    pub tone: Tone,
    /// What happened, why, what to do.
    pub text: String,
}

/// How bad a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Done,
    /// Worth knowing.
    Note,
    /// It did not work.
    Error,
}

/// What panels read. Cheap to copy; nothing in it grows with the length of the run.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The drawing.
    pub design: &'a Design,
    /// Changes with every change of the drawing.
    pub revision: u64,
    /// Position of the chosen scenario.
    pub scenario: usize,
    /// The compiled drawing.
    pub plan: &'a Plan,
    /// The latest figures, once the run has started.
    pub snapshot: Option<&'a Arc<Snapshot>>,
    /// The bill so far, once the run has started.
    pub bill: Option<&'a Arc<Bill>>,
    /// Running, as opposed to paused or not started.
    pub running: bool,
    /// Simulated seconds per second that were asked for.
    pub speed: f64,
    /// Events per second of computing that the engine reaches.
    pub events_per_sec: f64,
    /// Findings about the drawing.
    pub findings: &'a [Finding],
    /// Name of the step that undo takes back.
    pub undo: Option<&'a str>,
    /// Name of the step that redo brings back.
    pub redo: Option<&'a str>,
    /// File of the design.
    pub path: Option<&'a Path>,
    /// Changed since it was saved.
    pub dirty: bool,
    /// Files opened lately, latest first.
    pub recent: &'a [PathBuf],
}
