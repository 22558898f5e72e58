//! What files hold that a design names: recordings of traffic. The design keeps the name; whoever compiles it brings this.

use crate::sim::curve::{Curve, Recording};
use crate::sim::shape::Shape;
use crate::units::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file as a design names it, and the length of its rows where the design states that.
pub type Key = (String, Option<Span>);

/// The recordings that were read, and why others could not be.
#[derive(Debug, Clone, Default)]
pub struct Files {
    curves: BTreeMap<Key, Result<Arc<Curve>, String>>,
}

impl Files {
    /// Keeps what a file held, or why it cannot be read.
    pub fn put(&mut self, key: Key, curve: Result<Arc<Curve>, String>) {
        self.curves.insert(key, curve);
    }

    /// Forgets a file.
    pub fn remove(&mut self, key: &Key) {
        self.curves.remove(key);
    }

    /// What is known of a file.
    pub fn get(&self, key: &Key) -> Option<&Result<Arc<Curve>, String>> {
        self.curves.get(key)
    }

    /// The shape with all that it names filled in.
    ///
    /// # Errors
    /// What is missing, and what to do.
    pub fn fill(&self, shape: &Shape) -> Result<Shape, String> {
        match shape {
            Shape::Recorded(recording) => Ok(Shape::Recorded(self.recording(recording)?)),
            Shape::Sum(parts) => parts.iter().map(|part| self.fill(part)).collect::<Result<_, _>>().map(Shape::Sum),
            other => Ok(other.clone()),
        }
    }

    fn recording(&self, recording: &Recording) -> Result<Recording, String> {
        let Some(key) = key(recording) else {
            if recording.curve.is_empty() {
                return Err("its recording is empty; load a CSV file".to_owned());
            }
            return Ok(recording.clone());
        };
        match self.get(&key) {
            Some(Ok(curve)) => Ok(Recording { curve: Arc::clone(curve), ..recording.clone() }),
            Some(Err(why)) => Err(why.clone()),
            None => Err(format!("{} has not been read", key.0)),
        }
    }
}

/// The file that a recording names.
fn key(recording: &Recording) -> Option<Key> {
    recording.file.clone().map(|file| (file, recording.each))
}

/// The files that a shape names.
pub fn named(shape: &Shape) -> Vec<Key> {
    match shape {
        Shape::Recorded(recording) => key(recording).into_iter().collect(),
        Shape::Sum(parts) => parts.iter().flat_map(named).collect(),
        _ => Vec::new(),
    }
}

/// The shape with the names of its files changed.
pub fn renamed(shape: &mut Shape, name: &impl Fn(&str) -> String) {
    match shape {
        Shape::Recorded(Recording { file: Some(file), .. }) => *file = name(file),
        Shape::Sum(parts) => parts.iter_mut().for_each(|part| renamed(part, name)),
        _ => {}
    }
}
