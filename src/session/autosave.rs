//! Unsaved work survives a crash: a copy is kept in the data folder, and offered at the next start.
//!
//! Each session that runs has a slot of its own, held by a lock that ends with the process, so that two windows do not
//! overwrite each other's copy. A slot that is free but has a copy in it was left by a crash.

use super::recent::write_atomically;
use super::shadow::Errand;
use crate::words::t;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Between two copies of work that goes on.
const EVERY: Duration = Duration::from_secs(20);
/// Sessions at once that can keep copies.
const SLOTS: usize = 16;

/// Where the copies of this session are kept.
#[derive(Debug, Default)]
pub(super) struct Autosave {
    slot: Option<Slot>,
    /// What an earlier session left, until it is settled.
    recovery: Option<Left>,
    /// Revision of the last copy, and when it was made.
    last: Option<(u64, Instant)>,
    /// Number of the copy that may be written by a thread; greater by one whenever copies before it are settled.
    wanted: Arc<Mutex<u64>>,
}

#[derive(Debug)]
struct Slot {
    folder: PathBuf,
    /// Held as long as the session lives.
    _lock: File,
}

/// What an earlier session left unsaved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The copy.
    copy: PathBuf,
    /// The file that it came from; `None` if the design had none yet.
    pub origin: Option<PathBuf>,
    /// How long ago the copy was written; `None` where the system does not say.
    pub age: Option<Duration>,
}

impl Left {
    fn new(copy: PathBuf) -> Self {
        let age = std::fs::metadata(&copy).and_then(|file| file.modified()).ok().and_then(|at| at.elapsed().ok());
        let mut first = String::new();
        if let Ok(file) = File::open(&copy) {
            // A first line that cannot be read names no file; the copy itself says why when it is recovered.
            let _ = std::io::BufRead::read_line(&mut std::io::BufReader::new(file.take(FIRST)), &mut first);
        }
        Self { copy, origin: origin(&first), age }
    }
}

/// Most bytes of a copy's first line.
const FIRST: u64 = 8_192;

/// A copy of unsaved work.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Copy {
    /// The design's text.
    pub(super) text: String,
    /// The file that it came from.
    pub(super) path: Option<PathBuf>,
}

/// First line of a copy that has a file.
const ORIGIN: &str = "// Unsaved changes of ";

impl Autosave {
    /// Takes a free slot of the data folder and looks for what was left there. Without a folder nothing is kept.
    pub(super) fn begin(data: Option<&Path>) -> Self {
        let Some(slot) = data.and_then(free_slot) else { return Self::default() };
        let (copy, left) = (slot.copy(), slot.folder.join("recovery.ron"));
        if copy.exists() {
            // If it cannot be moved it stays where it is, and the next copy would replace it: then offer it in place.
            let moved = std::fs::rename(&copy, &left).is_ok();
            let recovery = Some(Left::new(if moved { left } else { copy }));
            return Self { slot: Some(slot), recovery, last: None, wanted: Arc::default() };
        }
        let recovery = left.exists().then(|| Left::new(left));
        Self { slot: Some(slot), recovery, last: None, wanted: Arc::default() }
    }

    /// What an earlier session left unsaved.
    pub(super) fn recovery(&self) -> Option<&Left> {
        self.recovery.as_ref()
    }

    /// Reads what was left; the error says why it cannot be read.
    pub(super) fn read_recovery(&self) -> Result<Copy, String> {
        let path = &self.recovery.as_ref().ok_or(t!("nothing was left unsaved"))?.copy;
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Copy { path: origin(&text), text })
    }

    /// Throws away what was left.
    pub(super) fn discard_recovery(&mut self) {
        if let Some(Left { copy: path, .. }) = self.recovery.take() {
            // Were it still there, it would be offered again, which does no harm.
            let _ = std::fs::remove_file(path);
        }
    }

    /// Whether it is time to copy this revision.
    pub(super) fn is_due(&mut self, revision: u64, now: Instant) -> bool {
        match self.last {
            None => {
                // The first change: count from here.
                self.last = Some((u64::MAX, now));
                false
            }
            Some((copied, at)) => copied != revision && now.saturating_duration_since(at) >= EVERY,
        }
    }

    /// Keeps a copy.
    pub(super) fn keep(&mut self, copy: &Copy, revision: u64, now: Instant) -> std::io::Result<()> {
        self.last = Some((revision, now));
        let Some(slot) = &self.slot else { return Ok(()) };
        write_atomically(&slot.copy(), (head(copy.path.as_deref()) + &copy.text).as_bytes())
    }

    /// What a thread needs to keep a copy of work on a file. `None` where nothing is kept.
    pub(super) fn errand(&mut self, path: Option<&Path>, revision: u64, now: Instant) -> Option<Errand> {
        self.last = Some((revision, now));
        let number = *self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = Arc::clone(&self.wanted);
        self.slot.as_ref().map(|slot| Errand { path: slot.copy(), head: head(path), number, wanted })
    }

    /// Everything is saved, or was given up on purpose: the copy goes.
    pub(super) fn settle(&mut self) {
        self.last = None;
        // A thread that writes one now ends first, and those to come are not written.
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        *wanted += 1;
        if let Some(slot) = &self.slot {
            // Most of the time there is none.
            let _ = std::fs::remove_file(slot.copy());
        }
    }
}

impl Slot {
    fn copy(&self) -> PathBuf {
        self.folder.join("unsaved.ron")
    }
}

/// The file that the first line of a copy names.
fn origin(text: &str) -> Option<PathBuf> {
    text.lines().next().and_then(|line| line.strip_prefix(ORIGIN)).map(PathBuf::from)
}

/// The first line of a copy of work on a file.
fn head(path: Option<&Path>) -> String {
    path.map(|path| format!("{ORIGIN}{}\n", path.display())).unwrap_or_default()
}

/// A slot that nobody holds: one with work that was left behind if there is one, else the first.
fn free_slot(data: &Path) -> Option<Slot> {
    let folder = |number: usize| data.join(format!("unsaved-{number}"));
    let left = |number: &usize| ["unsaved.ron", "recovery.ron"].iter().any(|copy| folder(*number).join(copy).exists());
    (0..SLOTS).filter(left).chain(0..SLOTS).find_map(|number| {
        let folder = folder(number);
        std::fs::create_dir_all(&folder).ok()?;
        let lock = File::create(folder.join("lock")).ok()?;
        lock.try_lock().ok()?;
        Some(Slot { folder, _lock: lock })
    })
}

impl Drop for Autosave {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.settle();
        }
    }
}
