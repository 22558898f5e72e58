//! Where the records of a file stand. Worked out by reading the text a second time, only when there is something to say.

use ron::Options;
use ron::value::RawValue;

/// A list of records in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Head,
    Places,
    Nodes,
    Links,
    Notes,
    Classes,
    Scenarios,
}

/// Line of each record.
#[derive(Default)]
pub(super) struct Lines([Vec<usize>; 6]);

#[derive(Default, serde::Deserialize)]
#[serde(rename = "Loadscape", default)]
struct Raw<'a> {
    #[serde(borrow)]
    places: Vec<&'a RawValue>,
    #[serde(borrow)]
    nodes: Vec<&'a RawValue>,
    #[serde(borrow)]
    links: Vec<&'a RawValue>,
    #[serde(borrow)]
    notes: Vec<&'a RawValue>,
    #[serde(borrow)]
    classes: Vec<&'a RawValue>,
    #[serde(borrow)]
    scenarios: Vec<&'a RawValue>,
}

impl Lines {
    /// Finds the records of a text that is known to be readable.
    pub fn of(text: &str, options: &Options) -> Self {
        let raw: Raw<'_> = options.from_str(text).unwrap_or_default();
        let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let line = |record: &RawValue| {
            // Both are parts of the same text, so their distance is the position of the record.
            let at = (record.trim().get_ron().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            breaks.partition_point(|&end| end < at) + 1
        };
        let lines = |records: Vec<&RawValue>| records.into_iter().map(line).collect();
        let [places, nodes, links] = [raw.places, raw.nodes, raw.links].map(lines);
        let [notes, classes, scenarios] = [raw.notes, raw.classes, raw.scenarios].map(lines);
        Self([places, nodes, links, notes, classes, scenarios])
    }

    /// The line of a record; `None` for the head of the file.
    pub fn line(&self, section: Section, index: usize) -> Option<usize> {
        let list = (section as usize).checked_sub(1)?;
        self.0[list].get(index).copied()
    }
}
