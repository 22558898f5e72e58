//! Where text goes: results to standard output or a file, messages to standard error.

use super::Trouble;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes results to standard output. A reader that has seen enough (`| head`) is no error.
pub(super) fn print(text: &str) -> Result<(), Trouble> {
    write_stdout(text.as_bytes())
}

/// Writes to a file, or to standard output for `-`.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    if path == Path::new("-") {
        return write_stdout(bytes);
    }
    std::fs::write(path, bytes).map_err(|error| unwritable(path, &error))
}

/// Finds out before a long run that its result could not be written.
pub(super) fn check(path: &Path) -> Result<(), Trouble> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let wrong = |kind: ErrorKind| Err(unwritable(path, &kind.into()));
    match path {
        _ if path == Path::new("-") => Ok(()),
        _ if path.is_dir() => wrong(ErrorKind::IsADirectory),
        _ if !folder.is_dir() => wrong(ErrorKind::NotFound),
        _ => Ok(()),
    }
}

/// What to say about a place that cannot be written to.
pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Trouble {
    let why = match error.kind() {
        ErrorKind::NotFound => "the folder does not exist; create it or name another".to_owned(),
        ErrorKind::IsADirectory => "it is a folder; name a file in it".to_owned(),
        ErrorKind::PermissionDenied => "you may not write there; name another place".to_owned(),
        _ => error.to_string(),
    };
    Trouble(format!("{} cannot be written: {why}", path.display()))
}

/// Says something to the person at the terminal.
pub(super) fn message(text: &str) {
    // Nobody is left to be told when standard error is closed.
    let _ = writeln!(std::io::stderr(), "loadscape: {text}");
}

fn write_stdout(bytes: &[u8]) -> Result<(), Trouble> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Trouble(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
