//! YAML to a tree. Aliases are followed, and count as what they repeat; a text that would grow out of bounds is refused.

use super::Text;
use super::tree::{self, Kind, Tree};
use crate::edit::line;
use crate::import::{ImportError, Remark};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};
use std::collections::{BTreeMap, BTreeSet};

const REMEDY: &str = "Correct that in a text editor, and open it again";

/// Reads the first document of a text; a further one, and keys that stand twice, are remarked.
pub fn read(text: &str) -> Result<Text, ImportError> {
    let mut builder = Builder::default();
    let mut events = Parser::new_from_str(text);
    for event in events.by_ref() {
        let (event, span) = event.map_err(|error| broken(&error))?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.take(event, span)?;
    }
    let Builder { root, mut remarks, .. } = builder;
    if let Some(line) = another(events) {
        remarks.push(Remark {
            line: Some(line),
            text: "another document begins here; only the first one is read".to_owned(),
        });
    }
    Ok(Text { template: root.unwrap_or(Tree::new(Some(1), Kind::Null)), remarks })
}

/// The line in which a document begins that has something in it.
fn another<'t>(events: impl Iterator<Item = Result<(Event<'t>, Span), ScanError>>) -> Option<usize> {
    let mut begins = None;
    for event in events {
        match event {
            Ok((Event::DocumentStart(_), span)) => begins = Some(span.start.line()),
            Ok((Event::Scalar(text, ScalarStyle::Plain, ..), _)) if text.is_empty() || text == "~" => {}
            Ok((Event::DocumentEnd | Event::StreamEnd | Event::Nothing, _)) => {}
            Ok(_) => return begins,
            Err(error) => return Some(error.marker().line()),
        }
    }
    None
}

fn broken(error: &ScanError) -> ImportError {
    let (line, column) = (error.marker().line(), error.marker().col() + 1);
    if error.info().contains("recursion limit") {
        return tree::too_deep(line, column);
    }
    let what: String = error.info().chars().take(200).collect();
    ImportError::new(format!("this is broken YAML: {what}"), REMEDY).at(line, column)
}

/// A list or a map that is not closed yet.
struct Open {
    line: usize,
    anchor: usize,
    function: Option<String>,
    inside: Inside,
}

enum Inside {
    List(Vec<Tree>),
    /// Entries, and the key that waits for its value with its line.
    Map(Vec<(String, Tree)>, Option<(String, usize)>),
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Tree>,
    anchors: BTreeMap<usize, (Tree, usize)>,
    values: usize,
    remarks: Vec<Remark>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), ImportError> {
        let (line, column) = (span.start.line(), span.start.col() + 1);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let kind = match &*text {
                    "" | "~" | "null" if plain && tag.is_none() => Kind::Null,
                    _ => Kind::Text(text.into_owned()),
                };
                let scalar = called(Tree::new(Some(line), kind), short(tag.as_deref()));
                self.put(scalar, anchor, 1)
            }
            Event::SequenceStart(anchor, tag) => {
                self.enter((line, column), anchor, (short(tag.as_deref()), Inside::List(Vec::new())))
            }
            Event::MappingStart(anchor, tag) => {
                self.enter((line, column), anchor, (short(tag.as_deref()), Inside::Map(Vec::new(), None)))
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(),
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some((tree, size)) => {
                    let (tree, size) = (tree.clone(), *size);
                    self.put(tree, 0, size)
                }
                None => {
                    let what = "an alias stands inside of what it repeats, so it has no end";
                    Err(ImportError::new(what, REMEDY).at(line, column))
                }
            },
            _ => Ok(()),
        }
    }

    fn enter(
        &mut self,
        (line, column): (usize, usize),
        anchor: usize,
        (function, inside): (Option<String>, Inside),
    ) -> Result<(), ImportError> {
        if self.open.len() >= tree::DEEPEST {
            return Err(tree::too_deep(line, column));
        }
        self.open.push(Open { line, anchor, function, inside });
        Ok(())
    }

    fn leave(&mut self) -> Result<(), ImportError> {
        let Some(Open { line, anchor, function, inside }) = self.open.pop() else { return Ok(()) };
        let closed = match inside {
            Inside::List(items) => Tree::new(Some(line), Kind::List(items)),
            Inside::Map(entries, _) => Tree::map(Some(line), merged(self.distinct(entries))),
        };
        self.put(called(closed, function), anchor, 1)
    }

    /// Entries of which each key stands once: the last counts, as in other programs.
    fn distinct(&mut self, entries: Vec<(String, Tree)>) -> Vec<(String, Tree)> {
        let mut last: BTreeMap<String, usize> = BTreeMap::new();
        let mut kept: Vec<Option<(String, Tree)>> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let before = last.insert(key.clone(), kept.len()).filter(|_| key != "<<");
            if let Some((_, lost)) = before.and_then(|before| kept[before].take()) {
                let again = value.line.map_or(String::new(), |line| format!(" in line {line}"));
                let text = format!(
                    "the key \"{}\" stands again{again}, in the same mapping; the later one counts",
                    line(&key)
                );
                self.remarks.push(Remark { line: lost.line, text });
            }
            kept.push(Some((key, value)));
        }
        kept.into_iter().flatten().collect()
    }

    /// Puts a value where it belongs; `weight` values are new in it.
    fn put(&mut self, value: Tree, anchor: usize, weight: usize) -> Result<(), ImportError> {
        self.values += weight;
        if self.values > tree::MOST {
            return Err(tree::too_much());
        }
        if anchor > 0 {
            let size = value.size();
            self.values += size;
            self.anchors.insert(anchor, (value.clone(), size));
        }
        match self.open.last_mut().map(|open| &mut open.inside) {
            None => self.root = Some(value),
            Some(Inside::List(items)) => items.push(value),
            Some(Inside::Map(entries, key)) => match key.take() {
                Some((key, line)) => entries.push((key, Tree { line: Some(line), ..value })),
                None => *key = Some((value.as_text().unwrap_or_default().to_owned(), value.line.unwrap_or_default())),
            },
        }
        Ok(())
    }
}

/// Entries with those of `<<` behind them.
fn merged(entries: Vec<(String, Tree)>) -> Vec<(String, Tree)> {
    if !entries.iter().any(|(key, _)| key == "<<") {
        return entries;
    }
    let (others, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(key, _)| key == "<<");
    let mut known: BTreeSet<String> = own.iter().map(|(key, _)| key.clone()).collect();
    for (_, other) in others {
        let maps = if other.items().is_empty() { std::slice::from_ref(&other) } else { other.items() };
        // What stands there itself, or was merged earlier, counts.
        let new = maps.iter().flat_map(Tree::entries).filter(|(key, _)| known.insert(key.clone()));
        own.extend(new.cloned());
    }
    own
}

/// The function that a tag names: `!Sub`.
fn short(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|tag| tag.handle == "!" && !tag.suffix.is_empty())?;
    Some(tag.suffix.clone())
}

fn called(tree: Tree, function: Option<String>) -> Tree {
    match function {
        Some(name) => Tree::call(tree.line, name, tree),
        None => tree,
    }
}
