//! Loading recordings of traffic into a scenario.

use super::{Notice, Session};
use crate::edit::Command;
use crate::file;
use crate::model::Id;
use crate::scenario::shapes;
use crate::sim::curve::Recording;
use crate::sim::shape::Shape;
use crate::units::Span;
use crate::words::t;
use std::path::Path;
use std::sync::Arc;

/// Recordings with no more steps than this become part of the design; longer ones stay in their file.
const INLINE: usize = 60;
/// Files up to this size are looked into before the design names them.
const SMALL: u64 = 1 << 20;

impl Session {
    /// Lets the users of a node follow a recording, or makes one a part of the sum that their traffic is.
    pub(super) fn load_traffic(&mut self, (node, part): (&Id, Option<usize>), path: &Path) {
        let mut scenario = self.design.scenarios[self.scenario].clone();
        let shape = scenario.traffic.get(node.as_str()).cloned();
        let sum = part.and_then(|at| Some((at, shape.clone().filter(|shape| matches!(shape, Shape::Sum(_)))?)));
        let before = match &sum {
            Some((at, sum)) => shapes::parts(sum).get(*at).cloned(),
            None => shape,
        };
        let before = match before {
            Some(Shape::Recorded(recording)) => recording,
            _ => Recording::default(),
        };
        match self.recording(path, before) {
            Ok(recording) => {
                let recorded = Shape::Recorded(recording);
                let whole = match sum {
                    Some((at, sum)) => shapes::with_part_as(&sum, at, Some(recorded)),
                    None => recorded,
                };
                scenario.traffic.insert(node.to_string(), whole);
                self.edit(&Command::PutScenario { at: self.scenario, scenario });
            }
            Err(why) => self.notices.push(Notice::error(why)),
        }
    }

    fn recording(&mut self, path: &Path, before: Recording) -> Result<Recording, String> {
        let folder = self.file.path().and_then(Path::parent);
        let inside = folder.and_then(|folder| path.strip_prefix(folder).ok());
        let name = inside.unwrap_or(path).to_string_lossy().replace('\\', "/");
        let by_name = Recording { file: Some(name), curve: Arc::default(), ..before.clone() };
        let length = std::fs::metadata(path).map_or(0, |found| found.len());
        if length > SMALL {
            return Ok(by_name);
        }
        let recorded = file::read_recording(path, before.each).map_err(|error| error.to_string())?;
        if recorded.curve.len() > INLINE {
            return Ok(by_name);
        }
        let notes: String = recorded.notes.iter().map(|note| format!("; {note}")).collect();
        self.notices.push(Notice::done(t!(
            "{path} is part of the design now: {recorded}{notes}",
            path = path.display(),
            recorded = recorded,
            notes = notes
        )));
        Ok(Recording { file: None, each: None::<Span>, curve: Arc::new(recorded.curve), ..before })
    }
}
