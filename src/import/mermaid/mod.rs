//! Flowcharts of Mermaid: boxes whose class or name tells a service become services, subgraphs whose title tells a place
//! become places, lines become links, other boxes become notes; statements that are not understood are listed.
//!
//! Mermaid says nothing about positions, so that the drawing is laid out. Absent: colours, forms of boxes, clicks, and
//! every other kind of diagram.

mod scan;
#[cfg(test)]
mod tests;

use super::draft::{Draft, Held, Name, Stand};
use super::words::{self, Told};
use super::{ImportError, Imported};
use crate::catalog::{self, Service};
use crate::edit::line;
use crate::export::mermaid::NOTE;
use crate::model::{Id, PlaceKind, Point, Rect, Size};
use scan::{Chain, Heads, Vertex};
use std::collections::BTreeMap;

/// Deepest nesting of subgraphs.
const DEEPEST: usize = 50;

/// Most lines between boxes; `a & b & c --> d & e & f` is nine.
const MOST_JOINTS: usize = 100_000;

/// Reads a flowchart. `title` names the drawing where the text does not.
///
/// # Errors
/// It is no flowchart, or nothing is drawn in it.
pub fn read(text: &str, title: &str) -> Result<Imported, ImportError> {
    let (first, text) = fenced(text);
    let mut reader = Reader { title: title.to_owned(), ..Reader::default() };
    let mut lines = text.lines().enumerate().map(|(at, line)| (first + at, line));
    reader.head(&mut lines)?;
    for (at, statements) in lines {
        for statement in statements_of(statements) {
            reader.statement(at, statement);
        }
    }
    reader.finish()
}

/// The first block of Mermaid in a text with fences, and the line that it begins in; else all of it.
fn fenced(text: &str) -> (usize, &str) {
    let Some(at) = text.find("```mermaid") else { return (1, text) };
    let begin = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    let end = text[begin..].find("```").map_or(text.len(), |end| begin + end);
    (text[..begin].matches('\n').count() + 1, &text[begin..end])
}

/// The statements of a line, which semicolons part outside of quotes, codes and brackets.
fn statements_of(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut depth, mut code) = (Vec::new(), 0, false, 0usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' | '(' | '{' if !quoted => depth += 1,
            ']' | ')' | '}' if !quoted => depth = depth.saturating_sub(1),
            ';' if !quoted && depth == 0 && !code => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        code = c == '#' || (code && c.is_ascii_alphanumeric());
    }
    parts.push(&text[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty() && !part.starts_with("%%")).collect()
}

/// A box or subgraph.
#[derive(Default)]
struct Thing {
    line: usize,
    label: Option<String>,
    classes: Vec<String>,
    /// The subgraph that it stands in, by number.
    home: Option<usize>,
}

/// A line between two boxes.
struct Joint {
    line: usize,
    from: String,
    to: String,
    heads: Heads,
    label: String,
}

#[derive(Default)]
struct Reader {
    title: String,
    /// Boxes by id, in the order of their ids.
    boxes: BTreeMap<String, Thing>,
    /// Subgraphs by number, with their ids.
    frames: Vec<(String, Thing)>,
    /// Their numbers by id.
    numbers: BTreeMap<String, usize>,
    /// Numbers of the subgraphs that are open.
    open: Vec<usize>,
    joints: Vec<Joint>,
    remarks: Vec<(usize, String)>,
}

impl Reader {
    /// The title and the first word, which says what kind of diagram it is.
    fn head<'a>(&mut self, lines: &mut impl Iterator<Item = (usize, &'a str)>) -> Result<(), ImportError> {
        let mut front = Front::Before;
        for (at, text) in lines {
            let text = text.trim();
            match (front, text) {
                (Front::Before, "---") => front = Front::Inside,
                (Front::Inside, "---") => front = Front::After,
                (Front::Inside, _) => {
                    if let Some(title) = text.strip_prefix("title:") {
                        self.title = unquoted(title.trim());
                    }
                }
                (_, "") => {}
                (_, text) if text.starts_with("%%") => {}
                (_, text) => return self.kind(at, text),
            }
        }
        Err(ImportError::new("there is no diagram in this text", "Choose another file"))
    }

    fn kind(&mut self, at: usize, text: &str) -> Result<(), ImportError> {
        let word = text.split(|c: char| c.is_whitespace() || c == ';').next().unwrap_or_default();
        if !matches!(word, "graph" | "flowchart" | "flowchart-elk") {
            let what =
                format!("this is no flowchart: it begins with \"{}\"", word.chars().take(40).collect::<String>());
            return Err(ImportError::new(what, "Only flowcharts can be imported (\"flowchart LR\")").at(at, 1));
        }
        // Statements may follow the direction on the same line.
        if let Some((_, rest)) = text.split_once(';') {
            statements_of(rest).into_iter().for_each(|statement| self.statement(at, statement));
        }
        Ok(())
    }

    fn statement(&mut self, at: usize, text: &str) {
        let word = text.split_whitespace().next().unwrap_or_default();
        let rest = text[word.len()..].trim();
        match word {
            "subgraph" => self.subgraph(at, rest),
            "end" if rest.is_empty() => {
                if self.open.pop().is_none() {
                    self.remarks.push((at, "this \"end\" ends nothing".to_owned()));
                }
            }
            "class" => self.class(rest),
            "direction" | "classDef" | "style" | "linkStyle" | "click" | "accTitle:" | "accDescr:" => {}
            _ => match scan::chain(text) {
                Ok(chain) => self.chain(at, chain),
                Err(why) => self.remarks.push((at, format!("{why}; the statement is left out"))),
            },
        }
    }

    fn subgraph(&mut self, at: usize, text: &str) {
        let titled = text.split_once('[').and_then(|(id, title)| Some((id.trim(), title.strip_suffix(']')?)));
        let (id, label) = match titled {
            Some((id, title)) => (id, scan::plain(title)),
            None => (text, scan::plain(text)),
        };
        if self.open.len() >= DEEPEST {
            // What stands in it stands in the one around it.
            self.open.extend(self.open.last().copied());
            let text = format!("subgraphs are nested more than {DEEPEST} deep; this one is left out");
            return self.remarks.push((at, text));
        }
        let home = self.open.last().copied();
        let thing = Thing { line: at, label: Some(label), home, ..Thing::default() };
        self.open.push(self.frames.len());
        self.numbers.insert(id.to_owned(), self.frames.len());
        self.frames.push((id.to_owned(), thing));
    }

    /// `class a,b name`
    fn class(&mut self, text: &str) {
        let Some((ids, class)) = text.rsplit_once(char::is_whitespace) else { return };
        for id in ids.split(',').map(str::trim) {
            let frame = self.numbers.get(id).and_then(|number| self.frames.get_mut(*number)).map(|(_, thing)| thing);
            if let Some(thing) = frame.or(self.boxes.get_mut(id)) {
                thing.classes.push(class.trim().to_owned());
            }
        }
    }

    fn chain(&mut self, at: usize, chain: Chain) {
        for (pair, line) in chain.groups.windows(2).zip(&chain.lines) {
            let [from, to] = pair else { continue };
            for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
                if self.joints.len() >= MOST_JOINTS {
                    return self
                        .remarks
                        .push((at, "there are too many lines; this and later ones are left out".to_owned()));
                }
                let (from, to, label) = (from.id.clone(), to.id.clone(), line.label.clone());
                self.joints.push(Joint { line: at, from, to, heads: line.heads, label });
            }
        }
        chain.groups.into_iter().flatten().for_each(|vertex| self.vertex(at, vertex));
    }

    fn vertex(&mut self, at: usize, vertex: Vertex) {
        if self.numbers.contains_key(&vertex.id) {
            return;
        }
        let home = self.open.last().copied();
        let thing = self.boxes.entry(vertex.id).or_insert_with(|| Thing { line: at, ..Thing::default() });
        thing.label = vertex.label.or(thing.label.take());
        thing.classes.extend(vertex.classes);
        // A box stands in the subgraph that names it first.
        thing.home = thing.home.or(home);
    }

    fn finish(self) -> Result<Imported, ImportError> {
        if self.boxes.is_empty() && self.frames.is_empty() {
            return Err(ImportError::new("nothing is drawn in this flowchart", "Choose another file"));
        }
        Ok(Builder::new(self).build())
    }
}

/// Where a reader is in what stands before a diagram.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Front {
    Before,
    Inside,
    After,
}

/// A value of the lines before a diagram.
fn unquoted(text: &str) -> String {
    let json = serde_json::from_str::<String>(text).ok();
    json.unwrap_or_else(|| text.trim_matches(['"', '\'']).to_owned())
}

/// Puts a drawing together from what was read.
struct Builder {
    read: Reader,
    draft: Draft,
    /// Places by the number of their subgraph.
    places: BTreeMap<usize, Id>,
    nodes: BTreeMap<String, Id>,
}

impl Builder {
    fn new(read: Reader) -> Self {
        let draft = Draft::new(&read.title);
        Self { read, draft, places: BTreeMap::new(), nodes: BTreeMap::new() }
    }

    fn build(mut self) -> Imported {
        for (at, text) in std::mem::take(&mut self.read.remarks) {
            self.draft.remark(Some(at), text);
        }
        for (number, (id, thing)) in std::mem::take(&mut self.read.frames).into_iter().enumerate() {
            self.frame(number, &id, &thing);
        }
        for (id, thing) in std::mem::take(&mut self.read.boxes) {
            self.thing(&id, &thing);
        }
        for joint in std::mem::take(&mut self.read.joints) {
            self.joint(&joint);
        }
        self.draft.finish(Stand::Anew)
    }

    /// A subgraph, which stands in the innermost place around it that can hold it.
    fn frame(&mut self, number: usize, id: &str, thing: &Thing) {
        let label = thing.label.clone().unwrap_or_default();
        let home = thing.home.and_then(|home| self.places.get(&home).cloned());
        let by_class = thing.classes.iter().find_map(|class| {
            let key = class.replace('_', "-");
            PlaceKind::ALL.into_iter().find(|kind| kind.key() == key)
        });
        let Some(kind) = by_class.or_else(|| words::place(&label)).or_else(|| words::place(id)) else {
            let text = format!("the subgraph \"{}\" has no meaning here; what stands in it is kept", line(&label));
            self.draft.remark(Some(thing.line), text);
            // What stands in it stands in the place around it.
            self.places.extend(home.map(|home| (number, home)));
            return;
        };
        let label = if kind == PlaceKind::Zone {
            words::zone_letter(&label).unwrap_or_else(|| free_letter(&self.draft))
        } else {
            named(kind, &label)
        };
        let slug = id.replace('_', "-");
        let name = Name { id: Some(&slug), label: &label };
        let Some(place) = self.draft.place(kind, name, Rect::default()) else { return };
        if let Some(home) = home
            && self.draft.put_into(&place, &home) == Held::No
        {
            let text = format!("the subgraph \"{}\" cannot stand in the one around it; it stands alone", line(&label));
            self.draft.remark(Some(thing.line), text);
        }
        self.places.insert(number, place);
    }

    fn thing(&mut self, id: &str, thing: &Thing) {
        let label = thing.label.clone().unwrap_or_else(|| id.to_owned());
        match meaning(id, &label, &thing.classes) {
            Some(Told::Service(service)) => {
                let label = first_name(&label, service);
                self.node((id, thing), service.key, &label);
            }
            Some(Told::Untiled(untiled)) => {
                let label = label.replace('\n', " ");
                self.node((id, thing), words::STATION, &label);
                self.draft.remark(Some(thing.line), words::stands_in(&label, untiled.name));
            }
            None => {
                if !thing.classes.iter().any(|class| class == NOTE) {
                    let text =
                        format!("the box \"{}\" tells no service; it is a note", line(&label.replace('\n', " ")));
                    self.draft.remark(Some(thing.line), text);
                }
                let size = Size { w: 240.0, h: 24.0 + 15.0 * wrapped(&label) as f32 };
                self.draft.note(Rect::new(Point::default(), size), &label);
            }
        }
    }

    /// The node of a box, in the place of its subgraph.
    fn node(&mut self, (id, thing): (&str, &Thing), service: &str, label: &str) {
        let slug = id.trim_end_matches('_').replace('_', "-");
        let name = Name { id: Some(&slug), label };
        let Some(node) = self.draft.node(service, name, Point::default()) else { return };
        if let Some(place) = thing.home.and_then(|home| self.places.get(&home)) {
            // Every place holds nodes.
            let _held = self.draft.put_into(&node, place);
        }
        self.nodes.insert(id.to_owned(), node);
    }

    fn joint(&mut self, joint: &Joint) {
        if joint.heads == Heads::Hidden {
            return;
        }
        let ends = self.nodes.get(&joint.from).zip(self.nodes.get(&joint.to));
        let Some((from, to)) = ends.map(|(from, to)| (from.clone(), to.clone())) else {
            let (from, to) = (line(&joint.from), line(&joint.to));
            let text = format!("the line from \"{from}\" to \"{to}\" is left out: a link joins two services");
            return self.draft.remark(Some(joint.line), text);
        };
        let senseless = self.draft.joins(&from, &to).is_err() && self.draft.joins(&to, &from).is_ok();
        let turned = joint.heads == Heads::Back || (joint.heads == Heads::None && senseless);
        let ends = if turned { (&to, &from) } else { (&from, &to) };
        self.draft.link(Some(joint.line), ends, &joint.label.replace('\n', " "));
    }
}

/// What a box stands for: by its class, by what stands on it, by its id; `None` is a note.
fn meaning(id: &str, label: &str, classes: &[String]) -> Option<Told> {
    if classes.iter().any(|class| class == NOTE) {
        return None;
    }
    let by_class = classes.iter().find_map(|class| words::keyed(class).or_else(|| words::told(class)));
    let last = label.lines().next_back().unwrap_or_default();
    let by_last = || catalog::ALL.iter().copied().find(|service| service.sheet().name == last).map(Told::Service);
    let found = by_class.or_else(by_last);
    found.or_else(|| words::told(label)).or_else(|| words::told(&id.replace('_', " ")))
}

/// The name of a node: a last line that only names the service is left out.
fn first_name(label: &str, service: &Service) -> String {
    let sheet = service.sheet();
    let mut lines: Vec<&str> = label.lines().collect();
    if lines.len() > 1 && lines.last().is_some_and(|last| *last == sheet.name || *last == sheet.short) {
        lines.pop();
    }
    lines.join(" ")
}

/// The name of a place without the kind that stands before it.
fn named(kind: PlaceKind, label: &str) -> String {
    label.strip_prefix(&format!("{} · ", kind.name())).unwrap_or(label).replace('\n', " ")
}

/// Letters that no zone has yet.
fn free_letter(draft: &Draft) -> String {
    let places = &draft.drawing().places;
    let taken = |letter: &String| places.values().any(|place| place.kind == PlaceKind::Zone && place.label == *letter);
    ('a'..='z').map(String::from).find(|letter| !taken(letter)).unwrap_or_else(|| "a".to_owned())
}

/// Lines that a note of usual width has, about.
fn wrapped(text: &str) -> usize {
    text.lines().map(|line| line.chars().count() / 38 + 1).sum()
}
