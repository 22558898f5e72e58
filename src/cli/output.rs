//! Where text goes: results to standard output or a file, messages to standard error.

use super::Trouble;
use crate::file::{self, FileError};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Longest quotation in a message, in characters.
const LONGEST: usize = 120;
/// Most names in a message.
const MOST: usize = 24;

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

/// Words of another hand inside a message: short, and without anything that a terminal would obey.
pub(super) fn plain(text: &str) -> String {
    let mut plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        plain.push('…');
    }
    plain
}

/// Names in a message; the first of them if there are many.
pub(super) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    let more = names.len().saturating_sub(MOST);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// ` (did you mean peak?)` if one of the known words is like what was typed, else nothing.
pub(super) fn meant<T: AsRef<str>>(typed: &str, known: &[T]) -> String {
    let like = |word: &&str| (strsim::damerau_levenshtein(typed, word) <= 1 + word.chars().count() / 4).then_some(());
    let close = known.iter().map(AsRef::as_ref).filter(|word| typed.len() <= LONGEST && like(word).is_some());
    let best = close.min_by_key(|word| strsim::damerau_levenshtein(typed, word));
    best.map_or_else(String::new, |word| format!(" (did you mean {word}?)"))
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

    #[test]
    fn words_of_others_are_kept_short_and_tame() {
        assert_eq!(plain("p99 \u{1b}[31m"), "p99  [31m");
        assert_eq!(plain(&"x".repeat(1_000_000)).chars().count(), LONGEST + 1);
        assert_eq!(listed(&["a", "b"]), "a, b");
        assert!(listed(&vec!["n"; 50_000]).ends_with("n and 49976 more"));
        assert_eq!(meant("p98", &["mean", "p95", "late"]), " (did you mean p95?)");
        assert_eq!(meant("speed", &["mean", "p95"]) + &meant(&"x".repeat(1_000_000), &["x"]), "");
    }
}
