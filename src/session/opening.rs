//! Opening a large file: it is read and laid out on a thread of its own, as that takes a while, and the window shows how
//! far it is. What was open stays until the other can be seen; what it compiles to follows from its double. Absent: small
//! files, which are opened on the spot (see `documents`).

use super::Wake;
use super::shadow::Shadow;
use crate::file::{self, Haste, Library, Opened};
use crate::scene::Layout;
use crate::words::{self, key, t};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// Bytes from which a file is large: some 5,000 nodes.
const LARGE: u64 = 512 * 1024;

/// What is being done, in the order in which it is done.
const STEPS: [&str; 3] = [key!("Reading the file"), key!("Finding ways for the links"), key!("Making ready")];

/// A file that is being opened.
#[derive(Debug)]
pub struct Opening {
    path: PathBuf,
    step: Arc<AtomicU8>,
    answer: Receiver<Result<Box<Ready>, String>>,
}

/// A design with all that follows from it.
pub(super) struct Ready {
    pub(super) opened: Opened,
    pub(super) rest: Rest,
}

/// What follows from a design.
pub(super) struct Rest {
    pub(super) layout: Layout,
    /// The double of the drawing, if it is that large.
    pub(super) shadow: Option<Shadow>,
    pub(super) library: Library,
    /// What there is to say of the recordings that the design names.
    pub(super) said: Vec<String>,
}

impl Opening {
    /// Whether a file is so large that opening it would hold the window up.
    pub(super) fn suits(path: &Path) -> bool {
        std::fs::metadata(path).is_ok_and(|found| found.len() >= LARGE)
    }

    /// Begins. `None` if no thread could be started.
    pub(super) fn start(path: &Path, wake: Wake) -> Option<Self> {
        let (sender, answer) = channel();
        let step = Arc::<AtomicU8>::default();
        let (from, told) = (path.to_owned(), Arc::clone(&step));
        let language = words::language();
        let work = move || {
            let enter = |next: u8| {
                told.store(next, Ordering::Relaxed);
                wake();
            };
            let ready = words::in_language(language, || prepare(&from, &enter, &wake));
            // Nobody waits for it when it was given up.
            let _unheard = sender.send(ready);
            wake();
        };
        std::thread::Builder::new().name("open".to_owned()).spawn(work).ok()?;
        Some(Self { path: path.to_owned(), step, answer })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is being done.
    pub fn doing(&self) -> &'static str {
        STEPS[usize::from(self.step.load(Ordering::Relaxed)).min(STEPS.len() - 1)]
    }

    /// Steps that are done, as a share of all.
    pub fn reached(&self) -> f32 {
        f32::from(self.step.load(Ordering::Relaxed)) / STEPS.len() as f32
    }

    /// What came of it; `None` while it goes on.
    pub(super) fn poll(&self) -> Option<Result<Box<Ready>, String>> {
        let lost = || t!("Opening it ended in a fault of this program; please report this with the file").to_owned();
        match self.answer.try_recv() {
            Ok(answer) => Some(answer),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(lost())),
        }
    }
}

fn prepare(path: &Path, enter: &dyn Fn(u8), wake: &Wake) -> Result<Box<Ready>, String> {
    let opened = file::read(path).map_err(|error| error.to_string())?;
    enter(1);
    let layout = Layout::new(&opened.design);
    enter(2);
    let mut library = Library::default();
    let said = library.refresh(&opened.design, path.parent(), Haste::Now);
    let shadow =
        Shadow::suits(&opened.design).then(|| Shadow::start(opened.design.clone(), Arc::clone(wake))).flatten();
    Ok(Box::new(Ready { opened, rest: Rest { layout, shadow, library, said } }))
}
