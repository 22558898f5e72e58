//! Exports under way. Each is made on a thread of its own, because a large one takes seconds; it tells how far it is and can
//! be cancelled. A file is there whole or not at all. What is made stands in `taken`.

use super::{Notice, Wake};
use crate::export::watch::Watch;
use crate::export::{ExportError, Pixels};
use crate::file;
use crate::words::{self, t};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// An export under way.
#[derive(Debug)]
pub struct Underway {
    number: u64,
    name: String,
    task: Arc<Task>,
    thread: Option<JoinHandle<()>>,
}

/// What an export and the one who waits for it tell each other.
#[derive(Debug, Default)]
struct Task {
    /// Share that is done, as the bits of an `f32`.
    reached: AtomicU32,
    cancelled: AtomicBool,
}

/// What came of an export.
pub(super) enum Outcome {
    Written(PathBuf),
    Copied(Pixels),
    Cancelled,
    Failed(String),
}

/// Exports under way.
pub(super) struct Exports {
    wake: Wake,
    sender: Sender<(u64, Outcome)>,
    results: Receiver<(u64, Outcome)>,
    underway: Vec<Underway>,
    /// Number of the latest.
    latest: u64,
    copied: Option<Pixels>,
}

/// The work of an export.
pub(super) type Work = Box<dyn FnOnce(Watch<'_>) -> Result<Outcome, Failure> + Send>;

/// Why there is nothing to show for it.
pub(super) enum Failure {
    Export(ExportError),
    Other(String),
}

impl Underway {
    /// Tells it from others.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Name of what is made.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How much of it is done, 0 to 1.
    pub fn reached(&self) -> f32 {
        f32::from_bits(self.task.reached.load(Ordering::Relaxed))
    }
}

impl Exports {
    pub(super) fn new(wake: Wake) -> Self {
        let (sender, results) = channel();
        Self { wake, sender, results, underway: Vec::new(), latest: 0, copied: None }
    }

    pub(super) fn underway(&self) -> &[Underway] {
        &self.underway
    }

    /// What became of exports since the last call.
    pub(super) fn finished(&mut self) -> Vec<Notice> {
        let mut notices = Vec::new();
        while let Ok((number, outcome)) = self.results.try_recv() {
            let at = self.underway.iter().position(|one| one.number == number);
            let name = at.map(|at| self.underway.remove(at).name).unwrap_or_default();
            notices.push(match outcome {
                Outcome::Written(path) => Notice::done(t!("Exported to {path}", path = path.display())),
                Outcome::Copied(pixels) => {
                    let text = t!(
                        "Copied a picture of {width} by {height} pixels",
                        width = pixels.width,
                        height = pixels.height
                    );
                    self.copied = Some(pixels);
                    Notice::done(text)
                }
                Outcome::Cancelled => Notice::note(t!("{name}: cancelled, nothing was written", name = name)),
                Outcome::Failed(why) => Notice::error(t!("{name} was not exported: {why}", name = name, why = why)),
            });
        }
        notices
    }

    pub(super) fn start(&mut self, name: String, work: Work) -> Result<(), String> {
        self.latest += 1;
        let (number, task) = (self.latest, Arc::<Task>::default());
        let (sender, wake, told) = (self.sender.clone(), Arc::clone(&self.wake), Arc::clone(&task));
        let language = words::language();
        let run = move || {
            let outcome = words::in_language(language, || told.carry_out(work, &wake));
            // Nobody is left to be told when the session is gone.
            let _ = sender.send((number, outcome));
            wake();
        };
        let thread = std::thread::Builder::new().name("export".to_owned()).spawn(run);
        let thread = Some(thread.map_err(|error| t!("The export did not start: {error}", error = error))?);
        self.underway.push(Underway { number, name, task, thread });
        Ok(())
    }

    pub(super) fn cancel(&self, number: u64) {
        for one in self.underway.iter().filter(|one| one.number == number) {
            one.task.cancelled.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn take_copied(&mut self) -> Option<Pixels> {
        self.copied.take()
    }
}

impl Drop for Exports {
    /// What is under way is given up, and waited for, so that no half-written draft is left behind.
    fn drop(&mut self) {
        for one in &self.underway {
            one.task.cancelled.store(true, Ordering::Relaxed);
        }
        for one in &mut self.underway {
            if let Some(thread) = one.thread.take() {
                let _ = thread.join();
            }
        }
    }
}

impl Task {
    fn carry_out(&self, work: Work, wake: &Wake) -> Outcome {
        let ask = |share: f32| {
            let before = f32::from_bits(self.reached.swap(share.to_bits(), Ordering::Relaxed));
            // A hundredth can be seen; more would only keep the window busy.
            if (share * 100.0).floor() > (before * 100.0).floor() {
                wake();
            }
            if self.cancelled.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(Watch::new(&ask))));
        match made {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(Failure::Export(ExportError::Cancelled))) => Outcome::Cancelled,
            Ok(Err(Failure::Export(error))) => Outcome::Failed(error.to_string()),
            Ok(Err(Failure::Other(why))) => Outcome::Failed(why),
            Err(_) => Outcome::Failed(t!("a fault of the program; please report this with the design").to_owned()),
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        Self::Export(error)
    }
}

/// Writes what was made, unless it is no longer wanted.
pub(super) fn write(path: PathBuf, bytes: &[u8], watch: Watch<'_>) -> Result<Outcome, Failure> {
    watch.reached(1.0)?;
    file::write_bytes(&path, bytes).map_err(|error| Failure::Other(error.reason()))?;
    Ok(Outcome::Written(path))
}
