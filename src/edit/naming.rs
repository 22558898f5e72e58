//! Names: of new records, of undo steps, and what of a typed text becomes a name.

use super::{Clip, Command, Pile};
use crate::catalog;
use crate::model::{Design, Id, LONGEST_NAME, LONGEST_NOTE};
use crate::words::{self, t};
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

/// A label without the number at its end; that of Route 53 is part of its name.
fn stem(label: &str) -> &str {
    match label.rsplit_once(' ') {
        _ if catalog::ALL.iter().any(|service| service.sheet().short == label) => label,
        Some((stem, number)) if !stem.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => stem,
        _ => label,
    }
}

/// What an undo step is called: "move of 3 nodes".
pub(super) fn step(design: &Design, command: &Command) -> String {
    match command {
        Command::AddNode { service, .. } | Command::AddCallee { service, .. } => {
            t!("add {what}", what = short_name(service))
        }
        Command::AddLink { .. } | Command::DrawLink { .. } => t!("add link").to_owned(),
        Command::AddPlace { kind, .. } => t!("add {what}", what = words::of(kind.name())),
        Command::AddNote { .. } => t!("add note").to_owned(),
        Command::Move { ids, .. } => t!("move of {records}", records = records(design, ids)),
        Command::Arrange { rects, name } => {
            t!("{what} of {records}", what = words::of(name), records = records(design, &ids_of(rects)))
        }
        Command::Grow { .. } => String::new(),
        Command::Group { ids } => t!("group of {records}", records = records(design, ids)),
        Command::Ungroup { .. } => t!("ungroup").to_owned(),
        Command::Lock { ids } => t!("lock of {records}", records = records(design, ids)),
        Command::Unlock { ids } => t!("unlock of {records}", records = records(design, ids)),
        Command::Pile { ids, to } => t!("move of {records} {way}", records = records(design, ids), way = to.words()),
        Command::Insert { node, .. } => t!("insertion of {what} into a link", what = record(design, node)),
        Command::InsertNew { service, .. } => t!("insertion of {what} into a link", what = short_name(service)),
        Command::Resize { id, .. } => t!("resize of {record}", record = record(design, id)),
        Command::Remove { ids } => t!("removal of {records}", records = records(design, ids)),
        Command::Rename { text, .. } => t!("rename to {name}", name = shortened(text)),
        Command::Set { ids, key, .. } => {
            t!("change of {setting} of {records}", setting = setting(design, ids, key), records = records(design, ids))
        }
        Command::SetWhen { .. } => t!("change of link").to_owned(),
        Command::Reattach { .. } => t!("new end of link").to_owned(),
        Command::Lead { sides, .. } if !sides.any() => t!("freeing of the ends of link").to_owned(),
        Command::Lead { .. } => t!("new side of link").to_owned(),
        Command::Bend { via, .. } if via.is_empty() => t!("straightening of link").to_owned(),
        Command::Bend { .. } => t!("bend of link").to_owned(),
        Command::PutLabel { .. } => t!("move of label").to_owned(),
        Command::Route { .. } | Command::RouteAll(_) => t!("change of the way of links").to_owned(),
        Command::Paste { clip, .. } => t!("paste of {contents}", contents = contents(clip)),
        Command::Title(_) => t!("change of title").to_owned(),
        Command::Region(region) => t!("change of region to {name}", name = shortened(region)),
        Command::Pricing(_) => t!("change of prices").to_owned(),
        Command::PutClass { class, .. } => t!("change of class {name}", name = shortened(&class.name)),
        Command::RemoveClass(_) => t!("removal of class").to_owned(),
        Command::PutScenario { scenario, .. } => t!("change of scenario {name}", name = shortened(&scenario.name)),
        Command::RemoveScenario(_) => t!("removal of scenario").to_owned(),
    }
}

fn ids_of<T>(records: &[(Id, T)]) -> Vec<Id> {
    records.iter().map(|(id, _)| id.clone()).collect()
}

impl Pile {
    /// In words, behind "move of Web".
    fn words(self) -> &'static str {
        match self {
            Self::Front => t!("to the front"),
            Self::Forward => t!("forward"),
            Self::Backward => t!("backward"),
            Self::Back => t!("to the back"),
        }
    }
}

fn short_name(service: &str) -> &str {
    catalog::find(service).map_or(service, |service| words::of(&service.sheet().short))
}

fn shortened(text: &str) -> String {
    let text = line(text);
    if text.chars().count() <= 24 { text } else { text.chars().take(23).chain(['…']).collect() }
}

fn record(design: &Design, id: &Id) -> String {
    let node = design.nodes.get(id).map(|node| shortened(&node.label));
    let place = design.places.get(id).map(|place| shortened(&place.label));
    let note = design.notes.contains_key(id).then(|| t!("note").to_owned());
    node.or(place).or(note).unwrap_or_else(|| t!("link").to_owned())
}

fn records(design: &Design, ids: &[Id]) -> String {
    match ids {
        [] => t!("nothing").to_owned(),
        [one] => record(design, one),
        many if many.iter().all(|id| design.nodes.contains_key(id)) => t!("{count} nodes", count = many.len()),
        many => t!("{count} items", count = many.len()),
    }
}

fn setting(design: &Design, ids: &[Id], key: &str) -> String {
    let service = ids.first().and_then(|id| design.nodes.get(id)).and_then(super::super::model::Node::service);
    let link = || ids.first().is_some_and(|id| design.links.contains_key(id));
    let place = || catalog::place_sheet(design.places.get(ids.first()?)?.kind.key());
    let sheet = service.map(catalog::Service::sheet).or_else(|| link().then(catalog::link_sheet)).or_else(place);
    let param = sheet.and_then(|sheet| sheet.param(key));
    param.map_or_else(|| shortened(key), |param| words::of(&param.label).to_lowercase())
}

fn contents(clip: &Clip) -> String {
    match (clip.nodes.as_slice(), clip.places.len() + clip.notes.len()) {
        ([(_, node)], 0) => shortened(&node.label),
        (nodes, 0) => t!("{count} nodes", count = nodes.len()),
        (nodes, others) => t!("{count} items", count = nodes.len() + others),
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
        assert_eq!([(); 3].map(|()| namer.free("Route 53")), ["Route 53", "Route 53 2", "Route 53 3"]);
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
