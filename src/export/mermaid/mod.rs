//! A drawing as Mermaid: a flowchart with places as subgraphs, or an architecture diagram (see [`architecture`]).
//!
//! The class of a box names its service, which colours it and lets [`crate::import::mermaid`] read it back. Absent:
//! positions (Mermaid lays out by itself), settings, scenarios.

pub mod architecture;

use super::ExportError;
use crate::catalog::{Face, Tie};
use crate::model::{Design, Id, Link, Node, PlaceKind};
use crate::scene;
use crate::scene::list::Ink;
use crate::theme::Theme;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The class of notes.
pub const NOTE: &str = "note";

/// Words that Mermaid keeps for itself: no id may be one.
const KEPT: [&str; 16] = [
    "end",
    "graph",
    "flowchart",
    "subgraph",
    "style",
    "class",
    "classdef",
    "click",
    "default",
    "linkstyle",
    "call",
    "href",
    "group",
    "service",
    "junction",
    "in",
];

/// Writes a flowchart.
///
/// # Errors
/// Nothing is drawn.
pub fn write(design: &Design) -> Result<String, ExportError> {
    if design.is_empty() {
        return Err(ExportError::Empty);
    }
    let mut out = Writer { design, text: title(&design.name), classes: BTreeMap::new() };
    out.line(0, format_args!("flowchart LR"));
    out.inside(None, 1);
    for (id, note) in &design.notes {
        out.classes.insert(NOTE.to_owned(), (Ink::Paper, Ink::PaperEdge));
        out.line(1, format_args!("{}[\"{}\"]:::{NOTE}", word(id), quoted(&note.text)));
    }
    for link in design.links.values() {
        out.link(link);
    }
    out.looks();
    Ok(out.text)
}

/// The title above a diagram.
pub(super) fn title(name: &str) -> String {
    // What stands in quotes in JSON stands so in YAML.
    let name = serde_json::Value::from(name);
    format!("---\ntitle: {name}\n---\n")
}

/// An id as Mermaid takes it: our ids have no underscores, so that this can be turned back.
pub(super) fn word(id: &Id) -> String {
    let word = id.as_str().replace('-', "_");
    if KEPT.contains(&word.as_str()) { format!("{word}_") } else { word }
}

/// Text between quotes: what could end them or mean something becomes a code.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("<br/>"),
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '#' | '`' | '\\' | '*' | '_' | '~' => out.push_str(&format!("#{};", c as u32)),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

struct Writer<'a> {
    design: &'a Design,
    text: String,
    /// Face and edge by name of a class.
    classes: BTreeMap<String, (Ink, Ink)>,
}

impl Writer<'_> {
    /// Writing to a `String` cannot fail.
    fn line(&mut self, depth: usize, parts: std::fmt::Arguments<'_>) {
        writeln!(self.text, "{:1$}{parts}", "", depth * 4).expect("a String takes everything");
    }

    /// What stands in a place, or on the canvas.
    fn inside(&mut self, home: Option<&Id>, depth: usize) {
        let design = self.design;
        // A record whose place is gone stands on the canvas.
        let there = |place: &Option<Id>| place.as_ref().filter(|id| design.places.contains_key(*id)) == home;
        for (id, place) in design.places.iter().filter(|(_, place)| there(&place.parent)) {
            let title = quoted(&scene::place::name(place));
            self.line(depth, format_args!("subgraph {}[\"{title}\"]", word(id)));
            self.inside(Some(id), depth + 1);
            self.line(depth, format_args!("end"));
            let class = place.kind.key().replace('-', "_");
            self.line(depth, format_args!("class {} {class}", word(id)));
            self.classes.insert(class, (Ink::Canvas, place_ink(place.kind)));
        }
        for (id, node) in design.nodes.iter().filter(|(_, node)| there(&node.place)) {
            self.node(depth, id, node);
        }
    }

    fn node(&mut self, depth: usize, id: &Id, node: &Node) {
        let (open, close) = sides(node);
        let mut label = quoted(&node.label);
        let name = node.service().map_or(node.service.as_str(), |service| service.sheet().name.as_str());
        if !node.label.to_lowercase().contains(&name.to_lowercase()) {
            label += &format!("<br/>{}", quoted(name));
        }
        let class: String = node.service.chars().filter(char::is_ascii_alphanumeric).collect();
        let class = if class.is_empty() || KEPT.contains(&class.as_str()) { "unknown".to_owned() } else { class };
        self.line(depth, format_args!("{}{open}\"{label}\"{close}:::{class}", word(id)));
        self.classes.insert(class, (Ink::Card, Ink::tile(node.service())));
    }

    fn link(&mut self, link: &Link) {
        let drawn = |id: &Id| self.design.nodes.contains_key(id);
        if !drawn(&link.from) || !drawn(&link.to) {
            return;
        }
        let arrow = match self.design.tie(link) {
            Some(Tie::Message) => "-.->",
            Some(Tie::Replica) => "==>",
            Some(Tie::Call) | None => "-->",
        };
        let label = if link.label.is_empty() { String::new() } else { format!("|\"{}\"|", quoted(&link.label)) };
        self.line(1, format_args!("{} {arrow}{label} {}", word(&link.from), word(&link.to)));
    }

    /// Colours of the classes that were used.
    fn looks(&mut self) {
        let text = colour(Ink::Text);
        for (class, (face, edge)) in std::mem::take(&mut self.classes) {
            let (face, edge) = (colour(face), colour(edge));
            self.line(1, format_args!("classDef {class} fill:{face},stroke:{edge},stroke-width:2px,color:{text}"));
        }
    }
}

/// The form of a box: what keeps data is a drum, what keeps messages a box with double sides.
fn sides(node: &Node) -> (&'static str, &'static str) {
    match node.service().map(|service| service.face) {
        Some(Face::Client) => ("([", "])"),
        Some(Face::Database | Face::Cache | Face::Store | Face::Files) => ("[(", ")]"),
        Some(Face::Queue | Face::Topic) => ("[[", "]]"),
        _ => ("[", "]"),
    }
}

fn place_ink(kind: PlaceKind) -> Ink {
    match kind {
        PlaceKind::Region => Ink::Region,
        PlaceKind::Vpc => Ink::Vpc,
        PlaceKind::Zone => Ink::Zone,
        PlaceKind::PublicSubnet => Ink::PublicSubnet,
        PlaceKind::PrivateSubnet => Ink::PrivateSubnet,
        PlaceKind::SecurityGroup => Ink::SecurityGroup,
    }
}

fn colour(ink: Ink) -> String {
    let [r, g, b] = Theme::Light.color(ink);
    format!("#{r:02x}{g:02x}{b:02x}")
}
