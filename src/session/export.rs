//! What is taken away: pictures and other files. Each is made on a thread of its own, because a large one takes seconds;
//! it tells how far it is and can be cancelled. A file is there whole or not at all.

use super::{Notice, Session, Wake};
use crate::compile::Plan;
use crate::export::watch::Watch;
use crate::export::{self, ExportError, Format, Options, Pixels, picture};
use crate::file;
use crate::model::{Design, Id};
use crate::scene::Picture;
use crate::sim::snapshot::Snapshot;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// A file to write; its ending names the format.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportRequest {
    /// Where to.
    pub path: PathBuf,
    /// What of the drawing.
    pub subject: Subject,
    /// How it looks.
    pub options: Options,
}

/// What of the drawing is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// Only these records and the links between them; `None` for all.
    pub part: Option<BTreeSet<Id>>,
    /// With the figures of the run or without.
    pub state: Shown,
}

/// Whether the figures of the run are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// They are, if there is a run.
    #[default]
    Live,
    /// The drawing as it is when nothing runs.
    AtRest,
}

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
enum Outcome {
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
type Work = Box<dyn FnOnce(Watch<'_>) -> Result<Outcome, Failure> + Send>;

/// Why there is nothing to show for it.
enum Failure {
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
                Outcome::Written(path) => Notice::done(format!("Exported to {}", path.display())),
                Outcome::Copied(pixels) => {
                    let text = format!("Copied a picture of {} by {} pixels", pixels.width, pixels.height);
                    self.copied = Some(pixels);
                    Notice::done(text)
                }
                Outcome::Cancelled => Notice::note(format!("{name}: cancelled, nothing was written")),
                Outcome::Failed(why) => Notice::error(format!("{name} was not exported: {why}")),
            });
        }
        notices
    }

    fn start(&mut self, name: String, work: Work) -> Result<(), String> {
        self.latest += 1;
        let (number, task) = (self.latest, Arc::<Task>::default());
        let (sender, wake, told) = (self.sender.clone(), Arc::clone(&self.wake), Arc::clone(&task));
        let run = move || {
            let outcome = told.carry_out(work, &wake);
            // Nobody is left to be told when the session is gone.
            let _ = sender.send((number, outcome));
            wake();
        };
        let thread = std::thread::Builder::new().name("export".to_owned()).spawn(run);
        let thread = Some(thread.map_err(|error| format!("The export did not start: {error}"))?);
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
            Err(_) => Outcome::Failed("a fault of the program; please report this with the design".to_owned()),
        }
    }
}

/// A drawing as it is to be shown.
struct Drawn {
    design: Design,
    plan: Arc<Plan>,
    snapshot: Option<Arc<Snapshot>>,
}

impl Drawn {
    fn picture(&self) -> Picture<'_> {
        let plan = Some(&*self.plan);
        Picture { plan, snapshot: self.snapshot.as_deref(), ..Picture::of(&self.design) }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        Self::Export(error)
    }
}

fn write(path: PathBuf, bytes: &[u8], watch: Watch<'_>) -> Result<Outcome, Failure> {
    watch.reached(1.0)?;
    file::write_bytes(&path, bytes).map_err(|error| Failure::Other(error.reason()))?;
    Ok(Outcome::Written(path))
}

impl Session {
    /// Writes a file in the format that its ending names. The result is a notice of a later poll.
    pub(super) fn export(&mut self, request: ExportRequest) {
        if request.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ron")) {
            return self.export_copy(&request.path);
        }
        let name = request.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let started = self.work(request).and_then(|work| self.exports.start(name, work));
        if let Err(error) = started {
            self.notices.push(Notice::error(error));
        }
    }

    fn work(&self, request: ExportRequest) -> Result<Work, String> {
        let ExportRequest { path, subject, options } = request;
        let format = Format::of(&path).map_err(|error| error.to_string())?;
        let drawn = self.drawn(&subject);
        Ok(Box::new(move |watch| {
            let bytes = picture(&drawn.picture(), format, &options, watch.part(0.0, 0.99))?;
            write(path, &bytes, watch)
        }))
    }

    fn drawn(&self, subject: &Subject) -> Drawn {
        let design = match &subject.part {
            Some(ids) => export::part(&self.design, ids),
            None => self.design.clone(),
        };
        let snapshot = self.view().snapshot.filter(|_| subject.state == Shown::Live).cloned();
        Drawn { design, plan: Arc::clone(self.shown_plan()), snapshot }
    }

    /// Makes a picture for the clipboard; a later [`Session::take_copied`] has it.
    pub(super) fn copy_picture(&mut self, subject: &Subject, options: Options) {
        let drawn = self.drawn(subject);
        let work: Work = Box::new(move |watch| {
            watch.reached(0.1)?;
            Ok(Outcome::Copied(export::copied(&drawn.picture(), &options)?))
        });
        if let Err(error) = self.exports.start("The picture".to_owned(), work) {
            self.notices.push(Notice::error(error));
        }
    }

    /// The picture that was made for the clipboard since the last call.
    pub fn take_copied(&mut self) -> Option<Pixels> {
        self.exports.take_copied()
    }

    /// A copy of the design; the design stays with its own file.
    fn export_copy(&mut self, path: &Path) {
        self.notices.push(match file::write(path, &file::print(&self.design)) {
            Ok(()) => Notice::done(format!("Exported to {}", path.display())),
            Err(error) => Notice::error(error.to_string()),
        });
    }
}
