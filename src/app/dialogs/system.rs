//! The system's own file dialog, on a thread of its own: it may take any time to answer, or never.

use super::Mode;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

/// Nobody cancels a dialog this fast: the system has none.
const TOO_FAST: Duration = Duration::from_millis(700);

/// A system dialog that was asked for.
pub struct SystemDialog {
    answer: Receiver<(Option<PathBuf>, Duration)>,
}

/// What came of it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Nothing yet.
    Waiting,
    /// This file.
    Picked(PathBuf),
    /// It was cancelled.
    Nothing,
    /// There is no such dialog here.
    Unavailable,
}

impl SystemDialog {
    /// Asks, with the folder and name that it begins with, and the endings of files that it shows. `None` if no thread
    /// could be started.
    pub fn ask(
        mode: Mode,
        (folder, name): (&Path, &str),
        endings: &[&'static str],
        ctx: &egui::Context,
    ) -> Option<Self> {
        let (sender, answer) = channel();
        let (folder, name, endings, ctx) = (folder.to_owned(), name.to_owned(), endings.to_vec(), ctx.clone());
        let ask = move || {
            let started = now();
            let dialog = rfd::FileDialog::new().set_directory(folder).add_filter(endings.join(", "), &endings);
            let picked = match mode {
                Mode::Open => dialog.pick_file(),
                Mode::Save => dialog.set_file_name(name).save_file(),
            };
            // The window may be gone by now; then nobody waits for the answer.
            let _unheard = sender.send((picked, started.elapsed()));
            ctx.request_repaint();
        };
        std::thread::Builder::new().name("file dialog".to_owned()).spawn(ask).ok()?;
        Some(Self { answer })
    }

    /// What came of it so far.
    pub fn poll(&mut self) -> Asked {
        match self.answer.try_recv() {
            Ok((Some(path), _)) => Asked::Picked(path),
            Ok((None, took)) if took < TOO_FAST => Asked::Unavailable,
            Ok((None, _)) => Asked::Nothing,
            Err(TryRecvError::Empty) => Asked::Waiting,
            Err(TryRecvError::Disconnected) => Asked::Unavailable,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "tells a dialog that does not exist from one that was cancelled")]
fn now() -> Instant {
    Instant::now()
}
