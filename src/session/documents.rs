//! Opening, saving, recovering: the design and its file. An error leaves the design and the file as they were.

use super::autosave::Copy;
use super::opening::{Opening, Ready, Rest};
use super::shadow::Shadow;
use super::{Notice, Remarks, Session};
use crate::file;
use crate::import::Format;
use crate::model::Design;
use crate::words::t;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// Between two looks at the file.
const LOOK: Duration = Duration::from_secs(2);

/// The file of the design, and its state when it was read or written last.
#[derive(Debug, Default)]
pub(super) struct Origin {
    path: Option<PathBuf>,
    stamp: Option<Stamp>,
    looked: Option<Instant>,
}

/// Tells whether a file was written in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let found = std::fs::metadata(path).ok()?;
        Some(Self { modified: found.modified().ok(), length: found.len() })
    }
}

impl Origin {
    fn at(path: Option<PathBuf>) -> Self {
        let stamp = path.as_deref().and_then(Stamp::of);
        Self { path, stamp, looked: None }
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Says once that another program changed the file.
    pub(super) fn changed_elsewhere(&mut self, now: Instant) -> Option<Notice> {
        let path = self.path.as_deref()?;
        if self.looked.is_some_and(|last| now.saturating_duration_since(last) < LOOK) {
            return None;
        }
        self.looked = Some(now);
        let stamp = Stamp::of(path);
        if stamp == self.stamp {
            return None;
        }
        self.stamp = stamp;
        let name = path.display();
        Some(Notice::note(match stamp {
            Some(_) => {
                t!("{name} was changed by another program. Open it again to see that; saving replaces it", name = name)
            }
            None => t!("{name} is no longer there. Save to write it again", name = name),
        }))
    }
}

/// A file that is being written, and the state of the design that goes into it.
#[derive(Debug)]
pub(super) struct Saving {
    path: PathBuf,
    state: u64,
}

/// The text of a design in a file of this path.
pub(super) fn text_for(design: &Design, path: &Path) -> String {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => file::print(&file::portable(design, folder)),
        None => file::print(design),
    }
}

impl Session {
    /// Another design takes the place of this one; the run ends.
    pub(super) fn replace_design(&mut self, design: Design, path: Option<PathBuf>) {
        self.put(design, path);
        self.refresh();
    }

    /// The same before it is compiled.
    fn put(&mut self, design: Design, path: Option<PathBuf>) {
        self.finish_saving();
        self.run.stop();
        (self.kept, self.since) = (None, None);
        self.design = design;
        self.history = Default::default();
        self.scenario = 0;
        self.created.clear();
        self.file = Origin::at(path);
        self.autosave.settle();
        (self.opening, self.remarks, self.laid_out) = (None, None, None);
        self.progress.begin(None);
        self.stale = true;
        self.changed();
    }

    /// Opens a file: a small one on the spot, a large one on a thread of its own.
    pub(super) fn open(&mut self, path: &Path) {
        if file::holds_walkthrough(path) {
            self.recent.add(path);
            return self.open_walkthrough(&path.display().to_string(), 0);
        }
        self.opening = Opening::suits(path).then(|| Opening::start(path, Arc::clone(&self.wake))).flatten();
        if self.opening.is_none() {
            match file::read(path) {
                Ok(opened) => self.opened(path, opened, None),
                Err(error) => self.not_opened(path, error.to_string()),
            }
        }
    }

    /// Takes in a large file that is ready by now.
    pub(super) fn poll_opening(&mut self) {
        let Some((answer, path)) = self.opening.as_ref().and_then(|one| Some((one.poll()?, one.path().to_owned())))
        else {
            return;
        };
        self.opening = None;
        match answer {
            Ok(ready) => {
                let Ready { opened, rest } = *ready;
                self.opened(&path, opened, Some(rest));
                self.arrived = true;
            }
            Err(why) => self.not_opened(&path, why),
        }
    }

    fn opened(&mut self, path: &Path, opened: file::Opened, rest: Option<Rest>) {
        self.recent.add(path);
        let file::Opened { design, warnings, source } = opened;
        let own = source == file::Source::Design;
        self.player = None;
        self.put(design, own.then(|| path.to_owned()));
        match rest {
            Some(rest) => {
                self.library = rest.library;
                self.laid_out = Some(rest.layout);
                self.notices.extend(rest.said.into_iter().map(Notice::note));
                self.begin_with(rest.shadow);
            }
            None => self.refresh(),
        }
        match source {
            file::Source::Design => self.warn(&path.display().to_string(), &warnings),
            file::Source::Import(format) => self.imported(path, format, &warnings),
        }
    }

    fn not_opened(&mut self, path: &Path, why: String) {
        if !path.exists() {
            self.recent.remove(path);
        }
        self.notices.push(Notice::error(why));
    }

    /// A drawing of another program is a new design: saving must not replace the file that it came from.
    fn imported(&mut self, path: &Path, format: Format, warnings: &[file::Warning]) {
        self.history.mark_unsaved();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let told = match warnings.len() {
            0 => String::new(),
            1 => t!("One thing was not understood; the list says what became of it. ").to_owned(),
            many => t!("{many} things were not understood; the list says what became of them. ", many = many),
        };
        let from = t!("{name} was imported from {program}. ", name = name, program = format.name());
        self.notices.push(Notice::note(format!("{from}{told}{}", t!("Save it to keep it as a design"))));
        self.list(t!("Not understood of {name}", name = name), warnings);
    }

    /// Keeps what could not be taken as it stood, to be read at leisure.
    fn list(&mut self, title: String, warnings: &[file::Warning]) {
        let lines: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        self.remarks = (!lines.is_empty()).then_some(Remarks { title, lines });
    }

    pub(super) fn open_sample(&mut self, key: &str) {
        let Some(sample) = file::samples().iter().find(|sample| sample.key == key) else {
            let known: Vec<_> = file::samples().iter().map(|sample| sample.key).collect();
            let text = t!("There is no sample \"{key}\"; there are: {join}", key = key, join = known.join(", "));
            return self.notices.push(Notice::error(text));
        };
        match file::parse(sample.text, sample.title) {
            Ok(opened) => self.replace(opened.design, None),
            Err(error) => self.notices.push(Notice::error(error.to_string())),
        }
    }

    /// One notice for all that could not be read as it stood, and a list of it.
    fn warn(&mut self, name: &str, warnings: &[file::Warning]) {
        if warnings.is_empty() {
            return;
        }
        let count = warnings.len();
        let text = match count {
            1 => t!("{name} was opened with one remark: see the list", name = name),
            _ => t!("{name} was opened with {count} remarks: see the list", name = name, count = count),
        };
        self.notices.push(Notice::note(text));
        self.list(t!("Remarks on {name}", name = name), warnings);
    }

    pub(super) fn save(&mut self) {
        match self.file.path.clone() {
            Some(path) => self.save_as(&path),
            None => self.notices.push(Notice::error(t!("The design has no file yet: use Save as and name one"))),
        }
    }

    /// A large drawing is written by its double: printing it takes longer than a frame has.
    pub(super) fn save_as(&mut self, path: &Path) {
        let state = self.history.settled();
        match self.progress.shadow() {
            Some(shadow) => {
                shadow.save(path);
                self.saving = Some(Saving { path: path.to_owned(), state });
            }
            None => {
                let written = file::write(path, &text_for(&self.design, path)).map_err(|error| error.to_string());
                self.saved(&Saving { path: path.to_owned(), state }, written);
            }
        }
    }

    /// The double has written the file, or could not.
    pub(super) fn double_saved(&mut self, written: Result<(), String>) {
        if let Some(saving) = self.saving.take() {
            self.saved(&saving, written);
        }
    }

    fn saved(&mut self, saving: &Saving, written: Result<(), String>) {
        let path = saving.path.as_path();
        match written {
            Ok(()) => {
                self.history.mark_saved(saving.state);
                self.file = Origin::at(Some(path.to_owned()));
                // Recordings are looked for beside the new file.
                self.stale = true;
                if !self.is_dirty() {
                    self.autosave.settle();
                }
                self.recent.add(path);
                self.notices.push(Notice::done(t!("Saved to {path}", path = path.display())));
            }
            Err(why) => self.notices.push(Notice::error(why)),
        }
    }

    /// Waits until a file that is being written is there: for who closes the design next.
    pub fn finish_saving(&mut self) {
        while self.saving.is_some() {
            match self.progress.shadow().map(Shadow::wait) {
                Some(answer) => self.take_in(answer),
                None => self.double_saved(Err(t!("The file was not written: save it again").to_owned())),
            }
        }
    }

    pub(super) fn recover(&mut self) {
        let found = self.autosave.read_recovery();
        let opened = found.and_then(|copy| match file::parse(&copy.text, t!("the copy")) {
            Ok(opened) => Ok((opened, copy.path)),
            Err(error) => Err(error.to_string()),
        });
        match opened {
            Ok((opened, path)) => {
                self.replace(opened.design, path);
                self.history.mark_unsaved();
                self.copy_now(super::clock::now());
                self.autosave.discard_recovery();
                self.warn(t!("The recovered design"), &opened.warnings);
            }
            Err(error) => self
                .notices
                .push(Notice::error(t!("What was left unsaved cannot be recovered: {error}", error = error))),
        }
    }

    pub(super) fn autosave_if_due(&mut self, now: Instant) {
        if self.is_dirty() && self.autosave.is_due(self.revision, now) {
            self.copy_now(now);
        }
    }

    fn copy_now(&mut self, now: Instant) {
        if let Some(shadow) = self.progress.shadow() {
            if let Some(errand) = self.autosave.errand(self.file.path.as_deref(), self.revision, now) {
                shadow.keep(errand);
            }
            return;
        }
        let copy = Copy { text: file::print(&self.design), path: self.file.path.clone() };
        if let Err(error) = self.autosave.keep(&copy, self.revision, now) {
            self.not_kept(&error);
        }
    }

    /// Says that a copy of unsaved work could not be kept.
    pub(super) fn not_kept(&mut self, error: &std::io::Error) {
        let text = t!("No copy of the unsaved work could be kept ({error}). Save it to be safe", error = error);
        self.notices.push(Notice::error(text));
    }
}
