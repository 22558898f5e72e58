//! Files with recordings and measured times that a design names, read from the disk: by a name relative to the folder of the design.
//!
//! Large ones are read on a thread of their own where nobody may wait for them.

use super::FileError;
use crate::catalog::Value;
use crate::model::Design;
use crate::scenario::files::{self, As, Content, Files, Key};
use crate::scenario::recording::{self, CsvError, Recorded};
use crate::scenario::times;
use crate::sim::dist::{Dist, Sample};
use crate::units::Span;
use crate::words::t;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::SystemTime;

/// Files up to this size are read at once, also where nobody may wait.
const SMALL: u64 = 1 << 20;

/// Reads a recording; errors name the file.
pub fn read_recording(path: &Path, each: Option<Span>) -> Result<Recorded, FileError> {
    read_csv(path, |input| recording::read(input, each))
}

fn read_csv<T>(path: &Path, read: impl FnOnce(BufReader<File>) -> Result<T, CsvError>) -> Result<T, FileError> {
    let name = path.display().to_string();
    let remedy = t!("Check the name; a relative one starts at the folder of the design");
    let error = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => FileError::new(&name, t!("there is no such file"), remedy),
        _ => FileError::new(&name, error.to_string(), remedy),
    };
    if path.is_dir() {
        return Err(FileError::new(&name, t!("this is a folder"), t!("Name a CSV file in it")));
    }
    let file = File::open(path).map_err(error)?;
    read(BufReader::with_capacity(1 << 17, file)).map_err(|error| {
        let found = FileError::new(&name, error.what, error.remedy);
        match error.line {
            Some(line) => found.at(usize::try_from(line).unwrap_or(usize::MAX), 1),
            None => found,
        }
    })
}

/// Whether somebody may wait for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    /// Nobody: large files are read meanwhile.
    Meanwhile,
    /// Everything is read before it goes on.
    Now,
}

/// Tells a file that was written in between.
type Stamp = Option<(SystemTime, u64)>;

/// What came of reading a file: its content, and what there is to say.
type Read = (Key, Stamp, Result<(Content, String), String>);

/// Reads a file as what a design takes it for.
fn read_as(path: &Path, (name, kind): &Key) -> Result<(Content, String), String> {
    match kind {
        As::Recording(each) => {
            let recorded = read_recording(path, *each).map_err(|error| error.to_string())?;
            let notes: String = recorded.notes.iter().map(|note| format!("; {note}")).collect();
            let said = format!("{name}: {recorded}{notes}");
            Ok((Content::Recording(Arc::new(recorded.curve)), said))
        }
        As::Times => {
            let (values, notes) = read_csv(path, times::read).map_err(|error| error.to_string())?;
            let notes: String = notes.iter().map(|note| format!("; {note}")).collect();
            let said = format!("{name}: {} times{notes}", values.len());
            Ok((Content::Times(values.into()), said))
        }
    }
}

/// The recordings that a design names.
#[derive(Debug)]
pub struct Library {
    files: Files,
    stamps: BTreeMap<Key, Stamp>,
    reading: BTreeSet<Key>,
    folder: Option<PathBuf>,
    sender: Sender<Read>,
    receiver: Receiver<Read>,
}

impl Default for Library {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Self {
            files: Files::default(),
            stamps: BTreeMap::new(),
            reading: BTreeSet::new(),
            folder: None,
            sender,
            receiver,
        }
    }
}

impl Library {
    /// What has been read.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Reads what a design names and what is not known yet or was written since. Gives what was said while reading.
    pub fn refresh(&mut self, design: &Design, folder: Option<&Path>, haste: Haste) -> Vec<String> {
        if self.folder.as_deref() != folder {
            self.folder = folder.map(Path::to_owned);
            (self.files, self.stamps) = (Files::default(), BTreeMap::new());
        }
        let named = named(design);
        self.stamps.retain(|key, _| named.contains(key));
        let mut said = Vec::new();
        for key in named {
            let path = self.path(&key.0);
            let stamp = stamp(&path);
            if self.stamps.get(&key) == Some(&stamp) || self.reading.contains(&key) {
                continue;
            }
            let large = stamp.is_some_and(|(_, length)| length > SMALL);
            if haste == Haste::Meanwhile && large && self.read_meanwhile(&key, &path, stamp) {
                self.files.put(key.clone(), Err(format!("{} is still being read", key.0)));
                continue;
            }
            let read = read_as(&path, &key);
            said.extend(self.take((key, stamp, read)));
        }
        said
    }

    /// Where a file is that a design names.
    fn path(&self, name: &str) -> PathBuf {
        self.folder.as_deref().unwrap_or(Path::new("")).join(name)
    }

    fn read_meanwhile(&mut self, key: &Key, path: &Path, stamp: Stamp) -> bool {
        let (sender, path, kept) = (self.sender.clone(), path.to_owned(), key.clone());
        let work = move || {
            let read = read_as(&path, &kept);
            // Nobody is there any more when the window is closed.
            let _unheard = sender.send((kept, stamp, read));
        };
        let started = std::thread::Builder::new().name("recording".to_owned()).spawn(work).is_ok();
        if started {
            self.reading.insert(key.clone());
        }
        started
    }

    /// Takes in what has been read meanwhile; gives what there is to say, and nothing when nothing came.
    pub fn poll(&mut self) -> Vec<String> {
        let read: Vec<Read> = self.receiver.try_iter().collect();
        read.into_iter().flat_map(|read| self.take(read)).collect()
    }

    fn take(&mut self, (key, stamp, read): Read) -> Vec<String> {
        self.reading.remove(&key);
        self.stamps.insert(key.clone(), stamp);
        let said = match &read {
            Ok((_, said)) => said.clone(),
            Err(why) => why.clone(),
        };
        self.files.put(key, read.map(|(content, _)| content));
        vec![said]
    }
}

/// All files that a design names.
fn named(design: &Design) -> BTreeSet<Key> {
    let shapes = design.scenarios.iter().flat_map(|scenario| scenario.traffic.values());
    let settings = design.nodes.values().flat_map(|node| node.settings.values());
    let times = settings.filter_map(|value| match value {
        Value::Work(dist) => files::named_by(dist),
        _ => None,
    });
    shapes.flat_map(files::named).chain(times).collect()
}

fn stamp(path: &Path) -> Stamp {
    let found = std::fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}

/// The design as it is written into a folder: files inside it are named from there, so that both can move together.
pub fn portable(design: &Design, folder: &Path) -> Design {
    let mut design = design.clone();
    let name = |file: &str| match Path::new(file).strip_prefix(folder) {
        Ok(inside) => inside.to_string_lossy().replace('\\', "/"),
        Err(_) => file.to_owned(),
    };
    for shape in design.scenarios.iter_mut().flat_map(|scenario| scenario.traffic.values_mut()) {
        files::renamed(shape, &name);
    }
    for value in design.nodes.values_mut().flat_map(|node| node.settings.values_mut()) {
        if let Value::Work(Dist::Empirical(Sample { file: Some(file), .. })) = value {
            *file = name(file);
        }
    }
    design
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile_with;
    use crate::sim::curve::Recording;
    use crate::sim::shape::Shape;

    fn design(file: &str) -> Design {
        let mut design = crate::model::sketch("users(rate=3/s) -> ec2").expect("it is a design");
        let recording = Recording { file: Some(file.to_owned()), ..Recording::default() };
        design.scenarios[0].traffic.insert("users".to_owned(), Shape::Recorded(recording));
        design
    }

    fn notes(design: &Design, library: &Library) -> Vec<String> {
        let plan = compile_with(design, &design.scenarios[0], library.files());
        plan.notes.into_iter().map(|note| note.text).collect()
    }

    #[test]
    fn a_file_beside_the_design_is_read_and_read_again_when_it_changes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("day.csv");
        let (design, mut library) = (design("day.csv"), Library::default());
        let said = library.refresh(&design, Some(folder.path()), Haste::Now);
        assert!(said[0].contains("day.csv: there is no such file. Check the name"), "{said:?}");
        assert!(notes(&design, &library)[0].contains("no such file"), "{:?}", notes(&design, &library));
        std::fs::write(&path, "time,rate\n0,5\n60,7\n").expect("writable");
        let said = library.refresh(&design, Some(folder.path()), Haste::Meanwhile);
        assert_eq!(said, ["day.csv: 2 rows over 2 min: 6/s on average, 7/s at most"]);
        assert_eq!(notes(&design, &library), Vec::<String>::new());
        assert_eq!(library.refresh(&design, Some(folder.path()), Haste::Now), Vec::<String>::new());
        std::fs::write(&path, "time,rate\n0,5\nsoon,7\n").expect("writable");
        let said = library.refresh(&design, Some(folder.path()), Haste::Now);
        assert!(said[0].contains("day.csv, line 3, column 1: \"soon\" is no time"), "{said:?}");
    }

    #[test]
    fn large_files_are_read_meanwhile() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let rows: String = (0..150_000).map(|n| format!("{n},{}\n", n % 9)).collect();
        std::fs::write(folder.path().join("day.csv"), rows).expect("writable");
        let (design, mut library) = (design("day.csv"), Library::default());
        assert_eq!(library.refresh(&design, Some(folder.path()), Haste::Meanwhile), Vec::<String>::new());
        assert!(notes(&design, &library)[0].contains("still being read"));
        let read = library.receiver.recv().expect("the thread answers");
        assert!(library.take(read)[0].starts_with("day.csv: 150000 rows"));
        assert_eq!(notes(&design, &library), Vec::<String>::new());
    }

    #[test]
    fn measured_times_are_read_for_settings_that_name_them() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = "users(rate=3/s) -> station(service=\"from times.csv\")";
        let (design, mut library) = (crate::model::sketch(text).expect("it is a design"), Library::default());
        library.refresh(&design, Some(folder.path()), Haste::Now);
        assert!(notes(&design, &library)[0].contains("times.csv: there is no such file"));
        std::fs::write(folder.path().join("times.csv"), "ms\n5\n7\n").expect("writable");
        assert_eq!(library.refresh(&design, Some(folder.path()), Haste::Now), ["times.csv: 2 times"]);
        let plan = compile_with(&design, &design.scenarios[0], library.files());
        assert!(plan.notes.is_empty() && plan.network.laws.iter().any(|law| law.dist.mean() == Span::from_millis(6)));
    }

    #[test]
    fn a_saved_design_names_files_beside_it_by_their_names() {
        let design = design("/shop/data/day.csv");
        assert!(crate::file::print(&portable(&design, Path::new("/shop"))).contains("file: \"data/day.csv\""));
        assert!(crate::file::print(&portable(&design, Path::new("/other"))).contains("file: \"/shop/data/day.csv\""));
    }
}
