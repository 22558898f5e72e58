//! Designs on disk. A file is replaced as a whole or not at all.

use super::error::FileError;
use super::foreign::import;
use super::{Opened, parse};
use crate::import::Format;
use crate::words::t;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// Reads a design from a file, or the drawing of another program.
pub fn read(path: &Path) -> Result<Opened, FileError> {
    let (name, text) = (called(path), text(path)?);
    match Format::of(path) {
        Some(format) => import(format, &text, &name),
        None => parse(&text, &name),
    }
}

/// Reads a text, of at most 64 MiB.
pub(super) fn text(path: &Path) -> Result<String, FileError> {
    let name = called(path);
    String::from_utf8(load(path, &name)?).map_err(|error| {
        let good = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned();
        let (line, column) =
            (good.matches('\n').count() + 1, good.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1);
        let what = t!("this is not a text in UTF-8, so it is no design");
        FileError::new(&name, what, t!("Choose another file, or save it as UTF-8")).at(line, column)
    })
}

fn load(path: &Path, name: &str) -> Result<Vec<u8>, FileError> {
    let failed = |error: io::Error| read_error(name, &error);
    let about = fs::metadata(path).map_err(failed)?;
    if about.is_dir() {
        return Err(FileError::new(name, t!("this is a folder"), t!("Choose a design in it")));
    }
    if !about.is_file() {
        return Err(FileError::new(name, t!("this is not a regular file"), t!("Choose another file")));
    }
    if about.len() > LARGEST {
        return Err(too_large(name));
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    // It may have grown since it was measured.
    if bytes.len() as u64 > LARGEST { Err(too_large(name)) } else { Ok(bytes) }
}

fn too_large(name: &str) -> FileError {
    let what = t!("the file is larger than {most} MiB, so it is no design", most = LARGEST >> 20);
    FileError::new(name, what, t!("Choose another file"))
}

fn read_error(name: &str, error: &io::Error) -> FileError {
    match error.kind() {
        ErrorKind::NotFound => {
            FileError::new(name, t!("there is no such file"), t!("It may have been moved or renamed"))
        }
        ErrorKind::PermissionDenied => {
            FileError::new(name, t!("you may not read this file"), t!("Change its permissions, or choose another one"))
        }
        _ => FileError::new(name, t!("it cannot be read ({error})", error = error), t!("Choose another file")),
    }
}

/// Writes a text to a file: through a temporary file in the same folder that takes its place once it is safely stored.
/// Links are followed, permissions are kept.
pub fn write(path: &Path, text: &str) -> Result<(), FileError> {
    write_bytes(path, text.as_bytes())
}

/// Writes bytes, such as those of a picture, in the same way.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    replace(path, |file| file.write_all(bytes))
}

fn replace(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), FileError> {
    let name = called(path);
    let failed = |error: io::Error| write_error(&name, path, &error);
    let target = followed(path).map_err(failed)?;
    let before = fs::metadata(&target).ok();
    if before.as_ref().is_some_and(|about| !about.is_file()) {
        return Err(FileError::new(&name, t!("this is not a file that could be replaced"), t!("Choose another name")));
    }
    if before.as_ref().is_some_and(|about| about.permissions().readonly()) {
        return Err(FileError::new(
            &name,
            t!("this file is read-only"),
            t!("Save under another name, or change its permissions"),
        ));
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = temporary(folder).map_err(failed)?;
    fill(draft.as_file_mut()).map_err(failed)?;
    if let Some(about) = before {
        draft.as_file().set_permissions(about.permissions()).map_err(failed)?;
    }
    draft.as_file().sync_all().map_err(failed)?;
    draft.persist(&target).map_err(|error| failed(error.error))?;
    sync_folder(folder);
    Ok(())
}

fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".loadscape-").suffix(".tmp");
    // What a new file gets from everyone else; the process's mask still applies.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// The file at the end of a chain of links, which need not exist.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many links"))
}

/// Makes the new name last. The text itself is safe by now, so a file system that cannot do this is no error.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

fn write_error(name: &str, path: &Path, error: &io::Error) -> FileError {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.display().to_string(),
        _ => t!("this folder").to_owned(),
    };
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => FileError::new(
            name,
            t!("there is no folder \"{folder}\"", folder = folder),
            t!("Create it, or save somewhere else"),
        ),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            FileError::new(name, t!("you may not write to {folder}", folder = folder), t!("Save somewhere else"))
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => FileError::new(
            name,
            t!("the disk is full; what was there before is kept"),
            t!("Free some space and save again"),
        ),
        _ => FileError::new(
            name,
            t!("it cannot be saved ({error}); what was there before is kept", error = error),
            t!("Save somewhere else"),
        ),
    }
}

fn called(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = entries.collect();
        names.sort();
        names
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let dir = folder();
        let path = dir.path().join("a.ron");
        let problem = |path: &Path| read(path).unwrap_err().to_string();
        assert_eq!(problem(&path), "a.ron: there is no such file. It may have been moved or renamed");
        assert!(problem(dir.path()).contains(t!("this is a folder")));
        fs::write(&path, b"Loadscape(\n  name: \"\xff\"").unwrap();
        assert!(problem(&path).starts_with("a.ron, line 2, column 10: this is not a text in UTF-8"));
        File::create(&path).unwrap().set_len(LARGEST + 1).unwrap();
        assert!(problem(&path).contains("larger than 64 MiB"));
    }

    #[test]
    fn writing_keeps_what_was_there_until_it_is_done() {
        let dir = folder();
        let path = dir.path().join("a.ron");
        write(&path, "one").unwrap();
        let error = replace(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::from(ErrorKind::StorageFull))
        });
        assert!(error.unwrap_err().to_string().contains("disk is full; what was there before is kept"));
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names(dir.path())), ("one", vec!["a.ron".to_owned()]));
        write(&path, "two").unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names(dir.path())), ("two", vec!["a.ron".to_owned()]));
    }

    #[test]
    fn what_cannot_be_written_is_said() {
        let dir = folder();
        let missing = dir.path().join("none").join("a.ron");
        assert!(write(&missing, "x").unwrap_err().to_string().contains("there is no folder"));
        assert!(write(dir.path(), "x").unwrap_err().to_string().contains("not a file that could be replaced"));
        let path = dir.path().join("a.ron");
        write(&path, "one").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert!(write(&path, "two").unwrap_err().to_string().contains("read-only"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = folder();
        let (real, link) = (dir.path().join("real.ron"), dir.path().join("link.ron"));
        symlink("real.ron", &link).unwrap();
        write(&link, "one").unwrap();
        fs::set_permissions(&real, PermissionsExt::from_mode(0o640)).unwrap();
        write(&link, "two").unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "two");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        let (a, b) = (dir.path().join("x"), dir.path().join("y"));
        symlink(&a, &b).unwrap();
        symlink(&b, &a).unwrap();
        assert!(write(&a, "x").is_err());
    }
}
