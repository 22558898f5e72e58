//! Files opened lately: one path on a line, latest first.

use std::io::Write;
use std::path::{Path, PathBuf};

/// How many are remembered.
const MOST: usize = 10;

/// The list, and where it is kept.
#[derive(Debug, Default)]
pub(super) struct Recent {
    paths: Vec<PathBuf>,
    kept_in: Option<PathBuf>,
}

impl Recent {
    /// Reads the list of a folder. A list that cannot be read is empty: it is a convenience.
    pub(super) fn read(folder: Option<&Path>) -> Self {
        let mut recent = Self { paths: Vec::new(), kept_in: folder.map(|folder| folder.join("recent.txt")) };
        recent.refresh();
        recent
    }

    /// Learns of what other sessions opened meanwhile.
    pub(super) fn refresh(&mut self) {
        let Some(text) = self.kept_in.as_ref().and_then(|file| std::fs::read_to_string(file).ok()) else { return };
        self.paths = text.lines().filter(|line| !line.is_empty()).take(MOST).map(PathBuf::from).collect();
    }

    /// Latest first.
    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Puts a file in front.
    pub(super) fn add(&mut self, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.refresh();
        self.paths.retain(|known| *known != path);
        self.paths.insert(0, path);
        self.paths.truncate(MOST);
        self.keep();
    }

    /// Takes a file out that is no longer there.
    pub(super) fn remove(&mut self, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.refresh();
        let before = self.paths.len();
        self.paths.retain(|known| *known != path);
        if self.paths.len() < before {
            self.keep();
        }
    }

    fn keep(&self) {
        let Some(file) = &self.kept_in else { return };
        let text: String = self.paths.iter().map(|path| format!("{}\n", path.display())).collect();
        // Not worth a message: the files themselves are safe.
        let _ = write_atomically(file, text.as_bytes());
    }
}

/// Writes a file of the session so that it is there whole or not at all; makes its folder if need be.
pub(super) fn write_atomically(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut written = tempfile::NamedTempFile::new_in(folder)?;
    written.write_all(bytes)?;
    written.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_stands_first_and_the_list_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("not yet there");
        let mut recent = Recent::read(Some(&config));
        for number in 0..12 {
            recent.add(Path::new(&format!("/tmp/{number}.ron")));
        }
        recent.add(Path::new("/tmp/5.ron"));
        let kept = Recent::read(Some(&config));
        assert_eq!(kept.paths().len(), MOST);
        assert_eq!(kept.paths()[..2], [PathBuf::from("/tmp/5.ron"), PathBuf::from("/tmp/11.ron")]);
        recent.remove(Path::new("/tmp/5.ron"));
        assert_eq!(Recent::read(Some(&config)).paths()[0], PathBuf::from("/tmp/11.ron"));
    }
}
