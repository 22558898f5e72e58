//! Where text goes: results to standard output or a file, messages to standard error.

use super::Trouble;
use crate::file::{self, FileError};
pub(super) use crate::outcome::{listed, meant, plain};
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
    // A device or a pipe is written to as it is; a file is replaced as a whole or not at all.
    if std::fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        return std::fs::write(path, bytes).map_err(|error| unwritable(path, &error));
    }
    let named = |error: FileError| FileError { name: path.display().to_string(), ..error };
    file::write_bytes(path, bytes).map_err(|error| Trouble(named(error).to_string()))
}

/// Finds out before a long run that its result could not be written.
pub(super) fn check(path: &Path) -> Result<(), Trouble> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let wrong = |kind: ErrorKind| Err(unwritable(path, &kind.into()));
    match path {
        _ if path == Path::new("-") => Ok(()),
        _ if path.is_dir() => wrong(ErrorKind::IsADirectory),
        _ if !folder.is_dir() => wrong(ErrorKind::NotFound),
        _ if path.exists() && !path.is_file() => Ok(()),
        _ if path.metadata().is_ok_and(|about| about.permissions().readonly()) => wrong(ErrorKind::PermissionDenied),
        _ => tempfile::tempfile_in(folder).map(drop).map_err(|error| unwritable(path, &error)),
    }
}

/// The same for a folder of results, which is made if it is not there.
pub(super) fn check_folder(folder: &Path) -> Result<(), Trouble> {
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    tempfile::tempfile_in(folder).map(drop).map_err(|error| unwritable(folder, &error))
}

/// What to say about a place that cannot be written to.
pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Trouble {
    let why = match error.kind() {
        ErrorKind::NotFound => "the folder does not exist; create it or name another".to_owned(),
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            "it is a file, or stands in one; name a folder".to_owned()
        }
        ErrorKind::IsADirectory => "it is a folder; name a file in it".to_owned(),
        ErrorKind::PermissionDenied => "you may not write there; name another place".to_owned(),
        _ => error.to_string(),
    };
    Trouble(format!("{} cannot be written: {why}", path.display()))
}

/// Says something to the person at the terminal.
pub(super) fn message(text: &str) {
    // Nobody is left to be told when standard error is closed.
    let text: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_replace_files_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("result.json");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left behind");
    }

    #[test]
    fn places_that_cannot_be_written_to_are_told_before_a_run() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "x").unwrap();
        let cases = [
            (check(folder.path()), "it is a folder"),
            (check(&folder.path().join("none/x")), "does not exist"),
            (check_folder(&file), "name a folder"),
            (check_folder(&file.join("x")), "name a folder"),
        ];
        for (outcome, part) in cases {
            let error = outcome.unwrap_err().0;
            assert!(error.contains(part), "{error}");
        }
        assert!(check(&file).is_ok() && check_folder(&folder.path().join("new/csv")).is_ok());
    }
}
