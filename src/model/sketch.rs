//! Drawings in one line of text: `users(400/s) -> elb -> web:asg(min=2, max=8) -> rds; web -> elasticache`.
//!
//! Chains of nodes are joined by `->` and parted by `;`. A node is the key of a service or the name of a node that was
//! sketched before; `label:service` names it. In brackets stand settings, `key=value` or a value alone, which goes to the
//! first setting that takes it. Values with a comma stand in quotes. Nodes are laid out in columns from left to right.
//! Absent: places, notes, scenarios, and whether a link makes sense.

use super::{CARD, Design, GRID, Id, Link, Node, Point};
use crate::catalog::{self, Service, Value};
use std::collections::BTreeMap;

/// Most nodes of a sketch.
const MOST: usize = 1_000;

/// The drawing that a text describes; the error says what is not understood.
pub fn sketch(text: &str) -> Result<Design, String> {
    let mut design = Design::default();
    for chain in split(text, ";") {
        let mut before: Option<Id> = None;
        for term in split(chain, "->").into_iter().filter(|_| !chain.trim().is_empty()) {
            let id = node(&mut design, term.trim())?;
            if let Some(from) = before.replace(id.clone()) {
                join(&mut design, from, id);
            }
            if design.nodes.len() > MOST {
                return Err(format!("a sketch has at most {MOST} nodes"));
            }
        }
    }
    lay_out(&mut design);
    Ok(design)
}

/// Splits at a separator that stands outside of brackets and quotes.
fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 && !quoted && at >= start && text[at..].starts_with(separator) {
            parts.push(&text[start..at]);
            start = at + separator.len();
        }
    }
    parts.push(&text[start..]);
    parts
}

fn node(design: &mut Design, term: &str) -> Result<Id, String> {
    let (name, settings) = match term.split_once('(') {
        Some((name, rest)) => {
            (name, rest.strip_suffix(')').ok_or_else(|| format!("\"{term}\": a bracket is not closed"))?)
        }
        None => (term, ""),
    };
    let (label, key) =
        name.split_once(':').map_or((None, name.trim()), |(label, key)| (Some(label.trim()), key.trim()));
    if key.is_empty() {
        return Err("a node is missing; write it like \"users -> elb -> ec2\"".to_owned());
    }
    let named = Id::slug(label.unwrap_or(key), "node");
    if label.is_none() && settings.is_empty() && design.nodes.contains_key(&named) {
        return Ok(named);
    }
    let service = catalog::find(key).ok_or_else(|| format!("there is no service \"{key}\""))?;
    let settings = read_settings(service, settings)?;
    let id = named.mint(|id| design.has(id));
    let label = label.unwrap_or(&service.sheet().short).to_owned();
    let node = Node { service: key.to_owned(), label, at: Point::default(), place: None, settings };
    design.nodes.insert(id.clone(), node);
    Ok(id)
}

fn read_settings(service: &'static Service, text: &str) -> Result<BTreeMap<String, Value>, String> {
    let mut settings = BTreeMap::new();
    for part in split(text, ",").into_iter().map(str::trim).filter(|part| !part.is_empty()) {
        let (key, value) = match part.split_once('=') {
            Some((key, value)) => named_setting(service, key.trim(), value)?,
            None => first_that_takes(service, part, &settings)?,
        };
        settings.insert(key, value);
    }
    let default = |key: &String| service.sheet().param(key).map(catalog::Param::default_value);
    settings.retain(|key, value| default(key).as_ref() != Some(&*value));
    Ok(settings)
}

fn named_setting(service: &Service, key: &str, value: &str) -> Result<(String, Value), String> {
    let param = service.sheet().param(key).ok_or_else(|| format!("{} has no setting \"{key}\"", service.key))?;
    let value = param.kind.parse(value.trim().trim_matches('"'));
    Ok((key.to_owned(), value.map_err(|why| format!("{key}: {why}"))?))
}

fn first_that_takes(service: &Service, text: &str, set: &BTreeMap<String, Value>) -> Result<(String, Value), String> {
    let free = service.sheet().params.iter().filter(|param| !set.contains_key(&param.key));
    let mut fitting =
        free.filter_map(|param| Some((param.key.clone(), param.kind.parse(text.trim_matches('"')).ok()?)));
    fitting.next().ok_or_else(|| format!("no setting of {} takes \"{text}\"", service.key))
}

fn join(design: &mut Design, from: Id, to: Id) {
    let id = Id::between(&from, &to);
    design.links.entry(id).or_insert(Link::new(from, to));
}

/// Columns by the longest way from a node that nobody calls; rows by name.
fn lay_out(design: &mut Design) {
    let mut columns: BTreeMap<Id, usize> = design.nodes.keys().map(|id| (id.clone(), 0)).collect();
    // A chain of n nodes needs n rounds; a cycle would go on, so columns end at the number of nodes.
    for _ in 0..design.nodes.len() {
        let mut moved = false;
        for link in design.links.values() {
            let next = (columns[&link.from] + 1).min(design.nodes.len() - 1);
            if columns[&link.to] < next {
                columns.insert(link.to.clone(), next);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let mut rows: BTreeMap<usize, usize> = BTreeMap::new();
    for (id, node) in &mut design.nodes {
        let column = columns[id];
        let row = rows.entry(column).or_default();
        let at = Point::new(24.0 + column as f32 * (CARD.w + 64.0), 24.0 + *row as f32 * (CARD.h + 36.0));
        node.at = at.snapped(GRID);
        *row += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_describes_a_drawing() {
        let design =
            sketch("users(400/s) -> elb -> Web 1:asg(min=2, max=8, t3.micro) -> rds; web-1 -> elasticache;").unwrap();
        let ids: Vec<&str> = design.nodes.keys().map(Id::as_str).collect();
        assert_eq!(ids, ["elasticache", "elb", "rds", "users", "web-1"]);
        let links: Vec<&str> = design.links.keys().map(Id::as_str).collect();
        assert_eq!(links, ["elb--web-1", "users--elb", "web-1--elasticache", "web-1--rds"]);
        let web = &design.nodes[&Id::new("web-1").unwrap()];
        let settings: Vec<String> = web.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!((web.label.as_str(), settings.join(" ").as_str()), ("Web 1", "max=8 min=2 type=t3.micro"));
        let rects: Vec<_> = design.nodes.values().map(Node::rect).collect();
        assert!(rects.iter().enumerate().all(|(n, rect)| rects[..n].iter().all(|other| !rect.touches(other))));
    }

    #[test]
    fn values_with_commas_and_cycles_are_fine() {
        let design = sketch("a:station(discipline=\"last in, first out\") -> b:ec2 -> a").unwrap();
        assert_eq!(design.links.len(), 2);
        assert_eq!(design.nodes[&Id::new("a").unwrap()].settings.len(), 1);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let cases = [
            ("users -> mainframe", "there is no service \"mainframe\""),
            ("users -> ", "a node is missing; write it like \"users -> elb -> ec2\""),
            ("ec2(colour=red)", "ec2 has no setting \"colour\""),
            ("asg(max=5000)", "max: 5,000 is outside 0 to 1,000"),
            ("users(soon)", "no setting of users takes \"soon\""),
            ("ec2(", "\"ec2(\": a bracket is not closed"),
        ];
        for (text, wanted) in cases {
            assert_eq!(sketch(text).unwrap_err(), wanted);
        }
    }
}
