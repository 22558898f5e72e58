//! A drawing as an architecture diagram of Mermaid (`architecture-beta`): services with its few built-in icons, places as
//! groups, links by sides that tell Mermaid where things stand to each other: it places each box by its links.
//!
//! Mermaid up to 11.12 takes nothing but Latin letters, digits and blanks in titles; those that have more stand in quotes,
//! which later versions take. Absent: notes, which this kind of diagram has no place for.

use super::{title, word};
use crate::catalog::Face;
use crate::export::ExportError;
use crate::model::{CARD, Design, Id, Node, Point, Side};
use crate::scene;
use std::fmt::Write;

/// Writes a diagram.
///
/// # Errors
/// Nothing is drawn.
pub fn write(design: &Design) -> Result<String, ExportError> {
    if design.nodes.is_empty() && design.places.is_empty() {
        return Err(ExportError::Empty);
    }
    let mut text = title(&design.name);
    text.push_str("architecture-beta\n");
    // A group is named before what stands in it.
    for (id, place) in scene::outermost_first(design) {
        let line = format!("    group {}(cloud)[{}]", word(id), named(&scene::place::name(place)));
        put(&mut text, &line, home(design, place.parent.as_ref()));
    }
    for (id, node) in &design.nodes {
        let line = format!("    service {}({})[{}]", word(id), icon(node), named(&node.label));
        put(&mut text, &line, home(design, node.place.as_ref()));
    }
    for link in design.links.values() {
        let ends = design.nodes.get(&link.from).zip(design.nodes.get(&link.to));
        let Some((from, to)) = ends else { continue };
        let facing = sides(from.rect().center(), to.rect().center());
        let leaves = link.sides.leaves.map_or(facing.0, letter);
        let enters = link.sides.enters.map_or(facing.1, letter);
        let arrow = if link.label.is_empty() { "-->".to_owned() } else { format!("-[{}]->", named(&link.label)) };
        let (from, to) = (word(&link.from), word(&link.to));
        put(&mut text, &format!("    {from}:{leaves} {arrow} {enters}:{to}"), None);
    }
    Ok(text)
}

/// The place that something stands in, if it is there.
fn home<'a>(design: &Design, place: Option<&'a Id>) -> Option<&'a Id> {
    place.filter(|id| design.places.contains_key(*id))
}

fn put(text: &mut String, line: &str, home: Option<&Id>) {
    let written = match home {
        Some(home) => writeln!(text, "{line} in {}", word(home)),
        None => writeln!(text, "{line}"),
    };
    written.expect("a String takes everything");
}

/// A title: as it is, or in quotes where there is more in it than letters, digits and blanks.
fn named(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '_';
    if !name.is_empty() && name.chars().all(plain) {
        return name.to_owned();
    }
    let kept = name.chars().filter(|c| !c.is_control());
    let escaped: String = kept.flat_map(|c| matches!(c, '"' | '\\').then_some('\\').into_iter().chain([c])).collect();
    format!("\"{escaped}\"")
}

/// One of the icons that Mermaid brings along.
fn icon(node: &Node) -> &'static str {
    match node.service().map(|service| service.face) {
        Some(Face::Client | Face::Dns | Face::Edge | Face::Balancer) => "internet",
        Some(Face::Database | Face::Cache) => "database",
        Some(Face::Store | Face::Files | Face::Queue | Face::Topic) => "disk",
        Some(Face::Server) | None => "server",
    }
}

fn letter(side: Side) -> char {
    match side {
        Side::Left => 'L',
        Side::Right => 'R',
        Side::Top => 'T',
        Side::Bottom => 'B',
    }
}

/// The sides by which a link leaves and enters: across where both ends are about level, else up or down, so that callees
/// one below the other do not get one place.
fn sides(from: Point, to: Point) -> (char, char) {
    let way = to - from;
    match (way.y.abs() < CARD.h / 2.0, way.x >= 0.0, way.y >= 0.0) {
        (true, true, _) => ('R', 'L'),
        (true, false, _) => ('L', 'R'),
        (false, _, true) => ('B', 'T'),
        (false, _, false) => ('T', 'B'),
    }
}
