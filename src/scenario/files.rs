//! What files hold that a design names: recordings of traffic, and measured times. The design keeps the name; whoever
//! compiles it brings this.

use crate::sim::curve::{Curve, Recording};
use crate::sim::dist::{Dist, Sample};
use crate::sim::shape::Shape;
use crate::units::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file as a design names it, and what it is read as.
pub type Key = (String, As);

/// What a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum As {
    /// A rate over time; the length of a row where the design states that.
    Recording(Option<Span>),
    /// Times, each as likely as the others.
    Times,
}

/// What a file held.
#[derive(Debug, Clone)]
pub enum Content {
    /// A rate over time.
    Recording(Arc<Curve>),
    /// Times in nanoseconds.
    Times(Arc<[u64]>),
}

/// What was read, and why the rest could not be.
#[derive(Debug, Clone, Default)]
pub struct Files(BTreeMap<Key, Result<Content, String>>);

impl Files {
    /// Keeps what a file held, or why it cannot be read.
    pub fn put(&mut self, key: Key, content: Result<Content, String>) {
        self.0.insert(key, content);
    }

    fn get(&self, key: &Key) -> Result<&Content, String> {
        match self.0.get(key) {
            Some(content) => content.as_ref().map_err(Clone::clone),
            None => Err(format!("{} has not been read", key.0)),
        }
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
        let curve = match key(recording) {
            None if recording.curve.is_empty() => return Err("its recording is empty; load a CSV file".to_owned()),
            None => return Ok(recording.clone()),
            Some(key) => match self.get(&key)? {
                Content::Recording(curve) => Arc::clone(curve),
                Content::Times(_) => Arc::default(),
            },
        };
        Ok(Recording { curve, ..recording.clone() })
    }

    /// The law with what its file holds.
    ///
    /// # Errors
    /// What is missing, and what to do.
    pub fn dist(&self, dist: &Dist) -> Result<Dist, String> {
        let Dist::Empirical(Sample { file: Some(file), .. }) = dist else { return Ok(dist.clone()) };
        let values = match self.get(&(file.clone(), As::Times))? {
            Content::Times(values) => Arc::clone(values),
            Content::Recording(_) => Arc::default(),
        };
        Ok(Dist::Empirical(Sample { file: Some(file.clone()), values }))
    }
}

/// The file that a recording names.
fn key(recording: &Recording) -> Option<Key> {
    recording.file.clone().map(|file| (file, As::Recording(recording.each)))
}

/// The files that a shape names.
pub fn named(shape: &Shape) -> Vec<Key> {
    match shape {
        Shape::Recorded(recording) => key(recording).into_iter().collect(),
        Shape::Sum(parts) => parts.iter().flat_map(named).collect(),
        _ => Vec::new(),
    }
}

/// The file that a law names.
pub fn named_by(dist: &Dist) -> Option<Key> {
    match dist {
        Dist::Empirical(Sample { file: Some(file), .. }) => Some((file.clone(), As::Times)),
        _ => None,
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
