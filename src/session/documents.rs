//! Opening, saving, recovering: the design and its file. An error leaves the design and the file as they were.

use super::autosave::Copy;
use super::opening::Opening;
use super::{Notice, Session};
use crate::file;
use crate::import::Format;
use crate::model::Design;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// Between two looks at the file.
const LOOK: Duration = Duration::from_secs(2);

/// Most things that a notice lists of what was not understood.
const TOLD: usize = 8;

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
            Some(_) => format!("{name} was changed by another program. Open it again to see that; saving replaces it"),
            None => format!("{name} is no longer there. Save to write it again"),
        }))
    }
}

impl Session {
    /// Another design takes the place of this one; the run ends.
    pub(super) fn replace(&mut self, design: Design, path: Option<PathBuf>) {
        self.put(design, path);
        self.refresh();
    }

    /// The same, with the compiling left to do.
    fn put(&mut self, design: Design, path: Option<PathBuf>) {
        self.opening = None;
        self.run.stop();
        self.design = design;
        self.history = Default::default();
        self.scenario = 0;
        self.created.clear();
        self.file = Origin::at(path);
        self.autosave.settle();
        self.stale = true;
        self.changed();
    }

    pub(super) fn open(&mut self, path: &Path) {
        let begun = Opening::suits(path).then(|| Opening::begin(path, Arc::clone(&self.wake)));
        // Without a thread it opens all the same.
        match begun {
            Some(Ok(opening)) => self.opening = Some(opening),
            Some(Err(_)) | None => {
                match file::read(path) {
                    Ok(opened) => self.opened(path, opened),
                    Err(error) => self.not_opened(path, &error),
                }
                self.refresh();
            }
        }
    }

    /// The file that has got ready takes the place of the design, with what was worked out already.
    pub(super) fn take_in(&mut self) {
        let Some(opening) = self.opening.take_if(|opening| opening.is_ready()) else { return };
        let path = opening.path().to_owned();
        match opening.take() {
            None => {}
            Some(Err(error)) => self.not_opened(&path, &error),
            Some(Ok(arrival)) => {
                self.opened(&path, arrival.opened);
                // What depends on other files is compiled again, when these are read.
                if !file::names_files(&self.design) {
                    (self.plan, self.findings, self.stale) = (Arc::new(arrival.plan), arrival.findings, false);
                }
                self.layout = Some(arrival.layout);
            }
        }
        self.refresh();
    }

    fn opened(&mut self, path: &Path, opened: file::Opened) {
        self.recent.add(path);
        match opened.source {
            file::Source::Design => {
                self.put(opened.design, Some(path.to_owned()));
                self.warn(&path.display().to_string(), &opened.warnings);
            }
            file::Source::Import(format) => self.imported(path, format, opened),
        }
    }

    fn not_opened(&mut self, path: &Path, error: &file::FileError) {
        if !path.exists() {
            self.recent.remove(path);
        }
        self.notices.push(Notice::error(error.to_string()));
    }

    /// A drawing of another program is a new design: saving must not replace the file that it came from.
    fn imported(&mut self, path: &Path, format: Format, opened: file::Opened) {
        self.put(opened.design, None);
        self.history.mark_unsaved();
        let mut text =
            format!("{} was imported from {}. Save it to keep it as a design", path.display(), format.name());
        let (told, more) = (opened.warnings.iter().take(TOLD), opened.warnings.len().saturating_sub(TOLD));
        if !opened.warnings.is_empty() {
            text += "\nNot understood:";
        }
        told.for_each(|warning| text += &format!("\n{warning}"));
        if more > 0 {
            text += &format!("\n{more} more: loadscape check FILE lists them all");
        }
        self.notices.push(Notice::note(text));
    }

    pub(super) fn open_sample(&mut self, key: &str) {
        let Some(sample) = file::samples().iter().find(|sample| sample.key == key) else {
            let known: Vec<_> = file::samples().iter().map(|sample| sample.key).collect();
            let text = format!("There is no sample \"{key}\"; there are: {}", known.join(", "));
            return self.notices.push(Notice::error(text));
        };
        match file::parse(sample.text, sample.title) {
            Ok(opened) => self.replace(opened.design, None),
            Err(error) => self.notices.push(Notice::error(error.to_string())),
        }
    }

    /// One notice for all that could not be read as it stood.
    fn warn(&mut self, name: &str, warnings: &[file::Warning]) {
        if warnings.is_empty() {
            return;
        }
        let lines: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        self.notices.push(Notice::note(format!("{name} was opened with remarks:\n{}", lines.join("\n"))));
    }

    pub(super) fn save(&mut self) {
        match self.file.path.clone() {
            Some(path) => self.save_as(&path),
            None => self.notices.push(Notice::error("The design has no file yet: use Save as and name one")),
        }
    }

    pub(super) fn save_as(&mut self, path: &Path) {
        match file::write(path, &self.text_for(path)) {
            Ok(()) => {
                self.history.mark_saved();
                self.file = Origin::at(Some(path.to_owned()));
                // Recordings are looked for beside the new file.
                self.stale = true;
                self.autosave.settle();
                self.recent.add(path);
                self.notices.push(Notice::done(format!("Saved to {}", path.display())));
            }
            Err(error) => self.notices.push(Notice::error(error.to_string())),
        }
    }

    /// The text of the design in a file of this path.
    fn text_for(&self, path: &Path) -> String {
        match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => file::print(&file::portable(&self.design, folder)),
            None => file::print(&self.design),
        }
    }

    pub(super) fn recover(&mut self) {
        let found = self.autosave.read_recovery();
        let opened = found.and_then(|copy| match file::parse(&copy.text, "the copy") {
            Ok(opened) => Ok((opened, copy.path)),
            Err(error) => Err(error.to_string()),
        });
        match opened {
            Ok((opened, path)) => {
                self.replace(opened.design, path);
                self.history.mark_unsaved();
                self.copy_now(super::clock::now());
                self.autosave.discard_recovery();
                self.warn("The recovered design", &opened.warnings);
            }
            Err(error) => {
                self.notices.push(Notice::error(format!("What was left unsaved cannot be recovered: {error}")))
            }
        }
    }

    pub(super) fn autosave_if_due(&mut self, now: Instant) {
        if self.is_dirty() && self.autosave.is_due(self.revision, now) {
            self.copy_now(now);
        }
    }

    fn copy_now(&mut self, now: Instant) {
        let copy = Copy { text: file::print(&self.design), path: self.file.path.clone() };
        if let Err(error) = self.autosave.keep(&copy, self.revision, now) {
            let text = format!("No copy of the unsaved work could be kept ({error}). Save it to be safe");
            self.notices.push(Notice::error(text));
        }
    }
}
