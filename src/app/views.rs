//! Which part of each file was seen last, so that it opens where it was left. A small RON file in the user's folder.
//!
//! Promises: a file that is missing, broken or newer only means that drawings open as a whole; only the files seen last
//! are remembered.

use super::camera::Camera;
use crate::model::Point;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Files that are remembered.
const MOST: usize = 60;

/// What was seen of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Seen {
    path: PathBuf,
    x: f32,
    y: f32,
    zoom: f32,
}

/// The parts of files that were seen last, the latest at the end.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Views {
    seen: Vec<Seen>,
}

impl Views {
    /// Where they are kept; `None` if the system names no such folder.
    pub fn path() -> Option<PathBuf> {
        directories::ProjectDirs::from("", "", "loadscape").map(|dirs| dirs.config_dir().join("views.ron"))
    }

    /// Reads them.
    pub fn load(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut seen: Vec<Seen> = ron::from_str(&text).unwrap_or_default();
        seen.retain(|seen| seen.x.is_finite() && seen.y.is_finite() && seen.zoom.is_finite());
        seen.truncate(MOST);
        Self { seen }
    }

    /// Writes them. The error says what could not be written.
    pub fn save(&self, path: &Path) -> Result<(), String> {
        let text = ron::ser::to_string_pretty(&self.seen, ron::ser::PrettyConfig::default());
        let write = |text: String| {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, text)
        };
        let written = text.map_err(|error| error.to_string()).and_then(|text| write(text).map_err(|e| e.to_string()));
        written.map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Notes what is seen of a file.
    pub fn keep(&mut self, path: &Path, camera: Camera) {
        self.seen.retain(|seen| seen.path != path);
        let (Point { x, y }, zoom) = (camera.origin, camera.zoom);
        self.seen.push(Seen { path: path.to_owned(), x, y, zoom });
        let over = self.seen.len().saturating_sub(MOST);
        self.seen.drain(..over);
    }

    /// What was seen of a file last.
    pub fn of(&self, path: &Path) -> Option<Camera> {
        let seen = self.seen.iter().find(|seen| seen.path == path)?;
        let zoom = seen.zoom.clamp(Camera::ZOOM.0, Camera::ZOOM.1);
        Some(Camera { origin: Point::new(seen.x, seen.y), zoom })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_opens_where_it_was_left_and_broken_memories_do_no_harm() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("deep/views.ron");
        let mut views = Views::default();
        let camera = Camera { origin: Point::new(12.0, -7.5), zoom: 0.5 };
        for n in 0..100 {
            views.keep(Path::new(&format!("/designs/{n}.ron")), camera);
        }
        views.keep(Path::new("/designs/99.ron"), Camera { zoom: 2.0, ..camera });
        views.save(&file).expect("writable");
        let read = Views::load(&file);
        assert_eq!(read, views);
        assert_eq!(read.of(Path::new("/designs/99.ron")).map(|camera| camera.zoom), Some(2.0));
        assert_eq!(read.of(Path::new("/designs/1.ron")), None, "it was too long ago");
        std::fs::write(&file, "[(path: ").expect("writable");
        assert_eq!(Views::load(&file), Views::default());
    }
}
