//! A large file on its way in. Reading it, compiling and checking it and finding the ways of its links takes seconds: a
//! thread does that and says how far it is. Given up, it is left to itself, and what it makes is thrown away.
//!
//! Absent: taking the place of the design that is open, which `documents` does in one go once everything is ready.

use super::Wake;
use crate::analysis::{self, Finding};
use crate::compile::{self, Plan};
use crate::file::{self, FileError, Opened};
use crate::model::Design;
use crate::scenario::Scenario;
use crate::scene::Layout;
use crate::words::t;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// Files up to this many bytes, some two thousand nodes, open at once: it takes a few hundredths of a second.
const SMALL: u64 = 256 << 10;

/// A file on its way in.
#[derive(Debug)]
pub struct Opening {
    path: PathBuf,
    task: Arc<Task>,
    results: Receiver<Outcome>,
    outcome: Option<Outcome>,
}

/// What comes of it.
pub(super) type Outcome = Result<Box<Arrival>, FileError>;

/// A design with all that showing it takes.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) opened: Opened,
    pub(super) plan: Plan,
    pub(super) findings: Vec<Finding>,
    pub(super) layout: Layout,
}

/// What the thread and the session tell each other.
#[derive(Debug, Default)]
struct Task {
    /// Position in [`Stage::ALL`].
    stage: AtomicU8,
    cancelled: AtomicBool,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The file is read.
    Reading,
    /// Links find their ways.
    LayingOut,
    /// It becomes something that can run.
    Compiling,
    /// The rules look at it.
    Checking,
}

impl Stage {
    /// In their order.
    pub const ALL: [Self; 4] = [Self::Reading, Self::LayingOut, Self::Compiling, Self::Checking];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Reading => t!("Reading the file…"),
            Self::LayingOut => t!("Finding the ways of its links…"),
            Self::Compiling => t!("Getting it ready to run…"),
            Self::Checking => t!("Checking the drawing…"),
        }
    }
}

impl Opening {
    /// Whether a file is better opened by a thread.
    pub(super) fn suits(path: &Path) -> bool {
        std::fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() > SMALL)
    }

    pub(super) fn begin(path: &Path, wake: Wake) -> std::io::Result<Self> {
        let (task, (sender, results)) = (Arc::<Task>::default(), channel());
        let (told, from) = (Arc::clone(&task), path.to_owned());
        let run = move || {
            if let Some(outcome) = told.carry_out(&from, &wake) {
                // Nobody waits for what was given up.
                let _unheard = sender.send(outcome);
            }
            drop(sender);
            wake();
        };
        std::thread::Builder::new().name("opening".to_owned()).spawn(run)?;
        Ok(Self { path: path.to_owned(), task, results, outcome: None })
    }

    /// Which file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is being done.
    pub fn stage(&self) -> Stage {
        Stage::ALL[usize::from(self.task.stage.load(Ordering::Relaxed)).min(Stage::ALL.len() - 1)]
    }

    /// Whether it can take its place, or cannot be opened.
    pub fn is_ready(&self) -> bool {
        self.outcome.is_some()
    }

    pub(super) fn poll(&mut self) {
        if self.outcome.is_some() {
            return;
        }
        self.outcome = match self.results.try_recv() {
            Ok(outcome) => Some(outcome),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(FileError::fault(&self.path))),
        };
    }

    pub(super) fn take(mut self) -> Option<Outcome> {
        self.outcome.take()
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.task.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Task {
    /// `None` if it was given up.
    fn carry_out(&self, path: &Path, wake: &Wake) -> Option<Outcome> {
        self.reaches(Stage::Reading, wake)?;
        let opened = match file::read(path) {
            Ok(opened) => opened,
            Err(error) => return Some(Err(error)),
        };
        self.reaches(Stage::LayingOut, wake)?;
        let layout = Layout::new(&opened.design);
        self.reaches(Stage::Compiling, wake)?;
        let plan = compile::compile(&opened.design, scenario(&opened.design));
        self.reaches(Stage::Checking, wake)?;
        let findings = analysis::check(&opened.design);
        Some(Ok(Box::new(Arrival { opened, plan, findings, layout })))
    }

    /// Says what comes next; `None` if nobody wants it any more.
    fn reaches(&self, stage: Stage, wake: &Wake) -> Option<()> {
        self.stage.store(stage as u8, Ordering::Relaxed);
        wake();
        (!self.cancelled.load(Ordering::Relaxed)).then_some(())
    }
}

/// The scenario that a design opens with.
fn scenario(design: &Design) -> &Scenario {
    &design.scenarios[0]
}
