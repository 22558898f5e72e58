//! From a design to text. Own small writer, because one record has to be one line.

use super::VERSION;
use super::traffic::{print_class, print_shape};
use crate::catalog::Value;
use crate::model::{Design, Id, LabelAt, Link, Node, Note, Place, Rect, Routing, Side, Stance, When};
use crate::scenario::{Fault, Harm, Rollout, Scenario, Version, WarmUp, WhenFailed};
use crate::units::{Share, Span};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Longest scenario on one line, in characters.
const WIDTH: usize = 110;

/// The text of a design. Reading it gives the design again.
pub fn print(design: &Design) -> String {
    let mut out = String::from("Loadscape(\n");
    line(&mut out, &format!("version: {VERSION},"));
    line(&mut out, &format!("name: {},", quoted(&design.name)));
    line(&mut out, &format!("region: {},", quoted(&design.region)));
    if design.pricing.free_tier {
        line(&mut out, "free_tier: true,");
    }
    if !design.pricing.prices.is_empty() {
        let priced = |(item, usd): (&String, &f64)| format!("{}: {usd:?}", quoted(item));
        let prices: Vec<String> = design.pricing.prices.iter().map(priced).collect();
        line(&mut out, &format!("prices: {{{}}},", prices.join(", ")));
    }
    if design.routing != Routing::default() {
        line(&mut out, &format!("routing: {},", quoted(design.routing.key())));
    }
    list(&mut out, "places", design.places.iter().map(|(id, it)| place(id, it, &design.stance(id))));
    list(&mut out, "nodes", design.nodes.iter().map(|(id, it)| node(id, it, &design.stance(id))));
    list(&mut out, "links", design.links.iter().map(|(id, it)| link(id, it)));
    list(&mut out, "notes", design.notes.iter().map(|(id, it)| note(id, it, &design.stance(id))));
    list(&mut out, "classes", design.classes.iter().map(print_class));
    if design.scenarios != [Scenario::steady()] {
        list(&mut out, "scenarios", design.scenarios.iter().map(scenario));
    }
    out.push_str(")\n");
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str("    ");
    out.push_str(text);
    out.push('\n');
}

fn list(out: &mut String, name: &str, records: impl Iterator<Item = String>) {
    let mut records = records.peekable();
    if records.peek().is_none() {
        return;
    }
    line(out, &format!("{name}: ["));
    for record in records {
        line(out, &format!("    {record},"));
    }
    line(out, "],");
}

fn place(id: &Id, place: &Place, stance: &Stance) -> String {
    let mut text = format!("(id: {}, kind: \"{}\"", quoted(id.as_str()), place.kind.key());
    field(&mut text, "label", &place.label, id.as_str());
    area(&mut text, &place.rect);
    field(&mut text, "in", place.parent.as_ref().map_or("", Id::as_str), "");
    standing(&mut text, stance);
    text + &settings(&place.settings) + ")"
}

fn node(id: &Id, node: &Node, stance: &Stance) -> String {
    let mut text = format!("(id: {}, service: {}", quoted(id.as_str()), quoted(&node.service));
    field(&mut text, "label", &node.label, id.as_str());
    append(&mut text, format_args!(", at: ({}, {})", number(node.at.x), number(node.at.y)));
    field(&mut text, "in", node.place.as_ref().map_or("", Id::as_str), "");
    standing(&mut text, stance);
    text + &settings(&node.settings) + ")"
}

fn settings(set: &BTreeMap<String, Value>) -> String {
    if set.is_empty() {
        return String::new();
    }
    let each = set.iter().map(|(key, value)| format!("{}: {}", quoted(key), setting(value)));
    format!(", set: {{{}}}", each.collect::<Vec<_>>().join(", "))
}

fn standing(text: &mut String, stance: &Stance) {
    let groups: Vec<&str> = stance.groups.iter().map(Id::as_str).collect();
    field(text, "group", &groups.join("/"), "");
    if stance.level != 0 {
        append(text, format_args!(", level: {}", stance.level));
    }
    if stance.locked {
        text.push_str(", locked: true");
    }
}

fn setting(value: &Value) -> String {
    match value {
        Value::Count(count) => count.to_string(),
        other => quoted(&other.to_string()),
    }
}

fn link(id: &Id, link: &Link) -> String {
    let mut text = String::from("(");
    if *id != Id::between(&link.from, &link.to) {
        append(&mut text, format_args!("id: {}, ", quoted(id.as_str())));
    }
    append(&mut text, format_args!("from: {}, to: {}", quoted(link.from.as_str()), quoted(link.to.as_str())));
    field(&mut text, "label", &link.label, "");
    field(&mut text, "when", &moment(link.when), "auto");
    if !link.via.is_empty() {
        let points = link.via.iter().map(|point| format!("({}, {})", number(point.x), number(point.y)));
        append(&mut text, format_args!(", via: [{}]", points.collect::<Vec<_>>().join(", ")));
    }
    field(&mut text, "routing", link.routing.map_or("", Routing::key), "");
    field(&mut text, "leaves", link.sides.leaves.map_or("", Side::key), "");
    field(&mut text, "enters", link.sides.enters.map_or("", Side::key), "");
    if let Some(LabelAt { along, by }) = link.label_at {
        append(&mut text, format_args!(", label_at: ({along}, {}, {})", number(by.x), number(by.y)));
    }
    text + &settings(&link.settings) + ")"
}

fn moment(when: When) -> String {
    match when {
        When::Auto => "auto".to_owned(),
        When::Always => "always".to_owned(),
        When::OnMiss => "on miss".to_owned(),
        When::Share(share) => Share(share).to_string(),
    }
}

fn note(id: &Id, note: &Note, stance: &Stance) -> String {
    let mut text = format!("(id: {}", quoted(id.as_str()));
    area(&mut text, &note.rect);
    standing(&mut text, stance);
    append(&mut text, format_args!(", text: {}", quoted(&note.text)));
    text + ")"
}

fn scenario(scenario: &Scenario) -> String {
    let mut parts = vec![format!("name: {}", quoted(&scenario.name)), format!("for: {}", span(scenario.duration))];
    if scenario.warmup != WarmUp::NONE {
        parts.push(format!("warmup: {}", quoted(&scenario.warmup.to_string())));
    }
    let traffic = scenario.traffic.iter().map(|(node, it)| format!("{}: {}", quoted(node), print_shape(it)));
    bracket(&mut parts, "traffic", ["{", "}"], traffic.collect());
    bracket(&mut parts, "faults", ["[", "]"], scenario.faults.iter().map(fault).collect());
    bracket(&mut parts, "targets", ["[", "]"], scenario.targets.iter().map(|target| quoted(target)).collect());
    let short = format!("({})", parts.join(", "));
    if short.chars().count() <= WIDTH && !short.contains('\n') {
        return short;
    }
    let indented = parts.iter().map(|part| format!("            {part},\n"));
    format!("(\n{}        )", indented.collect::<String>())
}

/// `name: [one, two]`; over several lines if it is long.
fn bracket(parts: &mut Vec<String>, name: &str, ends: [&str; 2], items: Vec<String>) {
    if items.is_empty() {
        return;
    }
    let short = format!("{name}: {}{}{}", ends[0], items.join(", "), ends[1]);
    if short.chars().count() <= WIDTH {
        return parts.push(short);
    }
    let long = items.iter().map(|item| format!("                {item},\n"));
    parts.push(format!("{name}: {}\n{}            {}", ends[0], long.collect::<String>(), ends[1]));
}

fn fault(fault: &Fault) -> String {
    let times = format!("at: {}, lasts: {}", span(fault.at), span(fault.lasts));
    match &fault.harm {
        Harm::Crash { node, count } => format!("Crash({times}, node: {}, count: {count})", quoted(node)),
        Harm::Slow { node, factor } => format!("Slow({times}, node: {}, factor: {factor})", quoted(node)),
        Harm::Stop { node } => format!("Stop({times}, node: {})", quoted(node)),
        Harm::Resize { node, to } => format!("Resize({times}, node: {}, to: {})", quoted(node), quoted(to)),
        Harm::Interrupt { node, count } => format!("Interrupt({times}, node: {}, count: {count})", quoted(node)),
        Harm::Terminate { node, count } => format!("Terminate({times}, node: {}, count: {count})", quoted(node)),
        Harm::Unlist { node, target } => format!("Unlist({times}, node: {}, target: {})", quoted(node), quoted(target)),
        Harm::Failover { node } => format!("Failover({times}, node: {})", quoted(node)),
        Harm::Flush { node } => format!("Flush({times}, node: {})", quoted(node)),
        Harm::ZoneOutage { zone } => format!("ZoneOutage({times}, zone: {})", quoted(zone)),
        Harm::RegionOutage { region } => format!("RegionOutage({times}, region: {})", quoted(region)),
        Harm::Down { node } => format!("Down({times}, node: {})", quoted(node)),
        Harm::Restore { node } => format!("Restore({times}, node: {})", quoted(node)),
        Harm::Throttle { node, rate } => format!("Throttle({times}, node: {}, rate: \"{rate}\")", quoted(node)),
        Harm::Deploy { node, count, errors } => {
            format!("Deploy({times}, node: {}, count: {count}, errors: \"{errors}\")", quoted(node))
        }
        Harm::Rollout { node, how } => rollout(&times, node, how),
        Harm::Kill { node, count } => format!("Kill({times}, node: {}, count: {count})", quoted(node)),
        Harm::LostLink { link, share } => format!("LostLink({times}, link: {}, share: \"{share}\")", quoted(link)),
        Harm::SlowLink { link, extra } => format!("SlowLink({times}, link: {}, extra: {})", quoted(link), span(*extra)),
        Harm::Spike { node, factor } => format!("Spike({times}, node: {}, factor: {factor})", quoted(node)),
        Harm::ReplicaLoss { node, count } => format!("ReplicaLoss({times}, node: {}, count: {count})", quoted(node)),
    }
}

fn rollout(times: &str, node: &str, how: &Rollout) -> String {
    let Rollout { batch, version, within, failed } = *how;
    let version = match version {
        Version::NeverStarts => "NeverStarts".to_owned(),
        Version::Errs(Share(0.0)) => "Works".to_owned(),
        Version::Errs(share) => format!("Errs(\"{share}\")"),
    };
    let failed = match failed {
        WhenFailed::Stops => "Stops",
        WhenFailed::GoesOn => "GoesOn",
    };
    let within = span(within);
    let node = quoted(node);
    format!("Rollout({times}, node: {node}, batch: {batch}, version: {version}, within: {within}, failed: {failed})")
}

pub(super) fn span(span: Span) -> String {
    format!("\"{span}\"")
}

fn field(text: &mut String, name: &str, value: &str, default: &str) {
    if value != default {
        append(text, format_args!(", {name}: {}", quoted(value)));
    }
}

fn area(text: &mut String, rect: &Rect) {
    let (at, size) = (rect.min, rect.size());
    append(text, format_args!(", at: ({}, {})", number(at.x), number(at.y)));
    append(text, format_args!(", size: ({}, {})", number(size.w), number(size.h)));
}

pub(super) fn append(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("writing to a string cannot fail");
}

/// A coordinate to a tenth of a point; finer is noise in a diff.
fn number(value: f32) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => append(&mut out, format_args!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
