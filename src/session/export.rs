//! Pictures and other files taken away. They are made on a thread of their own, because a large one takes seconds.

use super::{Notice, Session, Wake};
use crate::compile::Plan;
use crate::export::{Format, Options, picture};
use crate::file;
use crate::model::Design;
use crate::sim::snapshot::Snapshot;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Exports under way.
pub(super) struct Exports {
    wake: Wake,
    sender: Sender<Notice>,
    results: Receiver<Notice>,
}

/// All that a picture needs.
struct Job {
    design: Design,
    plan: Arc<Plan>,
    snapshot: Option<Arc<Snapshot>>,
    format: Format,
    options: Options,
    path: PathBuf,
}

impl Exports {
    pub(super) fn new(wake: Wake) -> Self {
        let (sender, results) = channel();
        Self { wake, sender, results }
    }

    /// What became of exports since the last call.
    pub(super) fn finished(&self) -> Vec<Notice> {
        self.results.try_iter().collect()
    }

    fn start(&self, job: Job) -> std::io::Result<()> {
        let (sender, wake) = (self.sender.clone(), Arc::clone(&self.wake));
        let work = move || {
            let outcome = std::panic::catch_unwind(|| job.write());
            let notice =
                outcome.unwrap_or_else(|_| Notice::error("The picture could not be made: a fault of the program"));
            // Nobody is left to be told when the session is gone.
            let _ = sender.send(notice);
            wake();
        };
        std::thread::Builder::new().name("export".to_owned()).spawn(work).map(|_| ())
    }
}

impl Job {
    fn write(&self) -> Notice {
        let made = picture(&self.design, Some(&self.plan), self.snapshot.as_deref(), self.format, &self.options);
        let written = made.map_err(|error| error.to_string()).and_then(|bytes| {
            super::recent::write_atomically(&self.path, &bytes)
                .map_err(|error| format!("it cannot be written ({error})"))
        });
        let name = self.path.display();
        match written {
            Ok(()) => Notice::done(format!("Exported to {name}")),
            Err(why) => Notice::error(format!("{name} was not exported: {why}")),
        }
    }
}

impl Session {
    /// Writes the design to a file in the format that its ending names. The result is a notice of a later poll.
    pub(super) fn export(&mut self, path: PathBuf, options: Options) {
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ron")) {
            return self.export_copy(&path);
        }
        let outcome = Format::of(&path).map_err(|error| error.to_string()).and_then(|format| {
            let view = self.view();
            let (snapshot, plan) = (view.snapshot.cloned(), Arc::clone(self.shown_plan()));
            let job = Job { design: self.design.clone(), plan, snapshot, format, options, path };
            self.exports.start(job).map_err(|error| format!("The export did not start: {error}"))
        });
        if let Err(error) = outcome {
            self.notices.push(Notice::error(error));
        }
    }

    /// A copy of the design; the design stays with its own file.
    fn export_copy(&mut self, path: &Path) {
        self.notices.push(match file::write(path, &file::print(&self.design)) {
            Ok(()) => Notice::done(format!("Exported to {}", path.display())),
            Err(error) => Notice::error(error.to_string()),
        });
    }
}
