//! Names: of new records, of undo steps, and what of a typed text becomes a name.

use super::{Clip, Command, Pile};
use crate::catalog;
use crate::model::{Design, Id, LONGEST_NAME, LONGEST_NOTE};
use std::collections::{BTreeMap, BTreeSet};

/// A text as a name of one line: no control characters, no blanks at its ends, not too long.
pub(crate) fn line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_NAME).collect();
    plain.trim().to_owned()
}

/// A text as a note: line breaks and tabs stay, other control characters go.
pub(crate) fn paragraph(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(LONGEST_NOTE).collect()
}

/// Gives out labels that no other record of the kind has: "EC2", then "EC2 2".
pub(super) struct Namer {
    taken: BTreeSet<String>,
    next: BTreeMap<String, u64>,
}

impl Namer {
    pub fn new<'a>(taken: impl Iterator<Item = &'a String>) -> Self {
        Self { taken: taken.cloned().collect(), next: BTreeMap::new() }
    }

    /// Whether a record has the label.
    pub fn is_taken(&self, label: &str) -> bool {
        self.taken.contains(label)
    }

    /// The wanted label if it is free, else its stem with the next free number.
    pub fn free(&mut self, wanted: &str) -> String {
        let mut label = wanted.to_owned();
        while !self.taken.insert(label.clone()) {
            let stem = stem(wanted);
            let number = self.next.entry(stem.to_owned()).or_insert(2);
            label = format!("{stem} {number}");
            *number += 1;
        }
        label
    }

    /// The first letter that no zone has; after "z" comes "a2".
    pub fn free_letter(&mut self) -> String {
        let numbers = std::iter::once(String::new()).chain((2u32..).map(|n| n.to_string()));
        let letters = numbers.flat_map(|number| ('a'..='z').map(move |letter| format!("{letter}{number}")));
        let mut free = letters.skip_while(|letter| self.taken.contains(letter));
        let letter = free.next().unwrap_or_else(|| "a".to_owned());
        self.taken.insert(letter.clone());
        letter
    }
}

/// A label without the number at its end.
fn stem(label: &str) -> &str {
    match label.rsplit_once(' ') {
        Some((stem, number)) if !stem.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => stem,
        _ => label,
    }
}

/// What an undo step is called: "move of 3 nodes".
pub(super) fn step(design: &Design, command: &Command) -> String {
    match command {
        Command::AddNode { service, .. } | Command::AddCallee { service, .. } => format!("add {}", short_name(service)),
        Command::AddLink { .. } => "add link".to_owned(),
        Command::AddPlace { kind, .. } => format!("add {}", kind.name()),
        Command::AddNote { .. } => "add note".to_owned(),
        Command::Move { ids, .. } => format!("move of {}", records(design, ids)),
        Command::Arrange { rects, name } => format!("{name} of {}", records(design, &ids_of(rects))),
        Command::Grow { .. } => String::new(),
        Command::Group { ids } => format!("group of {}", records(design, ids)),
        Command::Ungroup { .. } => "ungroup".to_owned(),
        Command::Lock { ids } => format!("lock of {}", records(design, ids)),
        Command::Unlock { ids } => format!("unlock of {}", records(design, ids)),
        Command::Pile { ids, to } => format!("move of {} {}", records(design, ids), to.words()),
        Command::Insert { node, .. } => format!("insertion of {} into a link", record(design, node)),
        Command::InsertNew { service, .. } => format!("insertion of {} into a link", short_name(service)),
        Command::Resize { id, .. } => format!("resize of {}", record(design, id)),
        Command::Remove { ids } => format!("removal of {}", records(design, ids)),
        Command::Rename { text, .. } => format!("rename to {}", shortened(text)),
        Command::Set { ids, key, .. } => format!("change of {} of {}", setting(design, ids, key), records(design, ids)),
        Command::SetWhen { .. } => "change of link".to_owned(),
        Command::Reattach { .. } => "new end of link".to_owned(),
        Command::Paste { clip, .. } => format!("paste of {}", contents(clip)),
        Command::Title(_) => "change of title".to_owned(),
        Command::Region(region) => format!("change of region to {}", shortened(region)),
        Command::Pricing(_) => "change of prices".to_owned(),
        Command::PutClass { class, .. } => format!("change of class {}", shortened(&class.name)),
        Command::RemoveClass(_) => "removal of class".to_owned(),
        Command::PutScenario { scenario, .. } => format!("change of scenario {}", shortened(&scenario.name)),
        Command::RemoveScenario(_) => "removal of scenario".to_owned(),
    }
}

fn ids_of<T>(records: &[(Id, T)]) -> Vec<Id> {
    records.iter().map(|(id, _)| id.clone()).collect()
}

impl Pile {
    /// In words, behind "move of Web".
    fn words(self) -> &'static str {
        match self {
            Self::Front => "to the front",
            Self::Forward => "forward",
            Self::Backward => "backward",
            Self::Back => "to the back",
        }
    }
}

fn short_name(service: &str) -> &str {
    catalog::find(service).map_or(service, |service| service.sheet().short.as_str())
}

fn shortened(text: &str) -> String {
    let text = line(text);
    if text.chars().count() <= 24 { text } else { text.chars().take(23).chain(['…']).collect() }
}

fn record(design: &Design, id: &Id) -> String {
    let node = design.nodes.get(id).map(|node| shortened(&node.label));
    let place = design.places.get(id).map(|place| shortened(&place.label));
    let note = design.notes.contains_key(id).then(|| "note".to_owned());
    node.or(place).or(note).unwrap_or_else(|| "link".to_owned())
}

fn records(design: &Design, ids: &[Id]) -> String {
    match ids {
        [] => "nothing".to_owned(),
        [one] => record(design, one),
        many if many.iter().all(|id| design.nodes.contains_key(id)) => format!("{} nodes", many.len()),
        many => format!("{} items", many.len()),
    }
}

fn setting(design: &Design, ids: &[Id], key: &str) -> String {
    let service = ids.first().and_then(|id| design.nodes.get(id)).and_then(super::super::model::Node::service);
    let link = || ids.first().is_some_and(|id| design.links.contains_key(id));
    let place = || catalog::place_sheet(design.places.get(ids.first()?)?.kind.key());
    let sheet = service.map(catalog::Service::sheet).or_else(|| link().then(catalog::link_sheet)).or_else(place);
    let param = sheet.and_then(|sheet| sheet.param(key));
    param.map_or_else(|| shortened(key), |param| param.label.to_lowercase())
}

fn contents(clip: &Clip) -> String {
    match (clip.nodes.as_slice(), clip.places.len() + clip.notes.len()) {
        ([(_, node)], 0) => shortened(&node.label),
        (nodes, 0) => format!("{} nodes", nodes.len()),
        (nodes, others) => format!("{} items", nodes.len() + others),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_numbered_when_taken() {
        let taken = ["EC2".to_owned(), "Web 7".to_owned()];
        let mut namer = Namer::new(taken.iter());
        assert_eq!([namer.free("EC2"), namer.free("EC2"), namer.free("RDS")], ["EC2 2", "EC2 3", "RDS"]);
        assert_eq!([namer.free("Web 7"), namer.free("42")], ["Web 2", "42"]);
    }

    #[test]
    fn letters_go_on_after_z() {
        let mut namer = Namer::new(["b".to_owned()].iter());
        let letters: Vec<String> = (0..27).map(|_| namer.free_letter()).collect();
        assert_eq!((letters[0].as_str(), letters[1].as_str(), letters[25].as_str()), ("a", "c", "a2"));
    }

    #[test]
    fn typed_text_is_made_harmless() {
        assert_eq!(line(" two\nlines\u{7} "), "two lines");
        assert_eq!(line(&"x".repeat(5_000)).len(), LONGEST_NAME);
        assert_eq!(paragraph("a\r\nb\u{1b}[0m"), "a\nb[0m");
    }
}
