//! What a drawing has become since an earlier moment, in words: "Orders, Multi-AZ: off → on".
//!
//! Told is what a run or its bill can depend on. Absent: where things stand on the canvas, notes and labels of links, and
//! the way between the two: what was changed and changed back is no change.

use crate::catalog::{Param, Settings, Sheet, link_sheet, place_sheet};
use crate::model::{Design, Id, Link, Node};
use crate::scenario::Scenario;
use crate::words::{self, t};
use std::collections::{BTreeMap, BTreeSet};

/// Edits that lead from one drawing to another, one a line; `(before, after)` each with the scenario that was run.
pub fn became(before: (&Design, usize), after: (&Design, usize)) -> Vec<String> {
    let ((old, was), (new, is)) = (before, after);
    let mut lines = Vec::new();
    nodes(&mut lines, old, new);
    links(&mut lines, old, new);
    places(&mut lines, old, new);
    if old.region != new.region {
        lines.push(changed(t!("Region"), &old.region, &new.region));
    }
    if old.pricing != new.pricing {
        lines.push(t!("The prices that were set by hand are others").to_owned());
    }
    if old.classes != new.classes {
        lines.push(t!("The kinds of requests are others").to_owned());
    }
    scenarios(&mut lines, (old, was), (new, is));
    lines
}

fn changed(what: &str, was: &str, is: &str) -> String {
    t!("{what}: {was} → {is}", what = what, was = was, is = is)
}

/// Records of one of two drawings only, and those of both.
type Sides<'a, T> = (Vec<&'a T>, Vec<&'a T>, Vec<(&'a Id, &'a T, &'a T)>);

fn sides<'a, T>(old: &'a BTreeMap<Id, T>, new: &'a BTreeMap<Id, T>) -> Sides<'a, T> {
    let gone = old.iter().filter(|(id, _)| !new.contains_key(*id)).map(|(_, record)| record);
    let come = new.iter().filter(|(id, _)| !old.contains_key(*id)).map(|(_, record)| record);
    let both = new.iter().filter_map(|(id, is)| Some((id, old.get(id)?, is)));
    (gone.collect(), come.collect(), both.collect())
}

fn nodes(lines: &mut Vec<String>, old: &Design, new: &Design) {
    let (gone, come, both) = sides(&old.nodes, &new.nodes);
    lines.extend(come.into_iter().map(|node| t!("{name} was added", name = node.label)));
    lines.extend(gone.into_iter().map(|node| t!("{name} was removed", name = node.label)));
    for (_, was, is) in both {
        if was.service == is.service
            && was.settings != is.settings
            && let (Some(service), Some(before), Some(now)) = (is.service(), was.settings(), is.settings())
        {
            settings(lines, &is.label, service.sheet(), (before, now));
        }
        let (stood, stands) = (place_of(old, was), place_of(new, is));
        if stood != stands {
            lines.push(changed(&t!("{name} stands in", name = is.label), stood, stands));
        }
    }
}

/// The name of the innermost place that a node belongs to.
fn place_of<'a>(design: &'a Design, node: &Node) -> &'a str {
    node.place.as_ref().and_then(|id| design.places.get(id)).map_or(t!("no place"), |place| place.label.as_str())
}

/// Settings of one record that are others than they were, those that matter in either.
fn settings(lines: &mut Vec<String>, of: &str, sheet: &Sheet, (was, is): (Settings<'_>, Settings<'_>)) {
    let differ =
        |param: &&Param| (was.matters(param) || is.matters(param)) && was.value(&param.key) != is.value(&param.key);
    for param in sheet.params.iter().filter(differ) {
        let [before, now] = [was, is].map(|side| {
            let told = side.value(&param.key).to_string();
            words::of(&told).to_owned()
        });
        lines.push(changed(&format!("{of}, {}", words::of(&param.label)), &before, &now));
    }
}

fn links(lines: &mut Vec<String>, old: &Design, new: &Design) {
    let (gone, come, both) = sides(&old.links, &new.links);
    // Links of a node that was added or removed say nothing new.
    let stays = |id: &Id| old.nodes.contains_key(id) && new.nodes.contains_key(id);
    let told = |link: &&Link| stays(&link.from) && stays(&link.to);
    lines.extend(come.into_iter().filter(told).map(|link| t!("{name} was added", name = named(new, link))));
    lines.extend(gone.into_iter().filter(told).map(|link| t!("{name} was removed", name = named(old, link))));
    for (_, was, is) in both {
        let name = named(new, is);
        if (&was.from, &was.to) != (&is.from, &is.to) {
            lines.push(changed(t!("A link"), &named(old, was), &name));
        } else if was.when != is.when {
            lines.push(t!("{name}: who takes it was changed", name = name));
        }
        if was.settings != is.settings {
            let sides = (Settings::of_link(&was.settings), Settings::of_link(&is.settings));
            settings(lines, &name, link_sheet(), sides);
        }
    }
}

/// A link by its ends.
fn named(design: &Design, link: &Link) -> String {
    let label = |id: &Id| design.nodes.get(id).map_or_else(|| id.to_string(), |node| node.label.clone());
    t!("link from {from} to {to}", from = label(&link.from), to = label(&link.to))
}

fn places(lines: &mut Vec<String>, old: &Design, new: &Design) {
    let (gone, come, both) = sides(&old.places, &new.places);
    lines.extend(come.into_iter().map(|place| t!("{name} was added", name = place.label)));
    lines.extend(gone.into_iter().map(|place| t!("{name} was removed", name = place.label)));
    for (_, was, is) in both {
        if was.kind == is.kind
            && was.settings != is.settings
            && let (Some(sheet), Some(before), Some(now)) = (place_sheet(is.kind.key()), was.settings(), is.settings())
        {
            settings(lines, &is.label, sheet, (before, now));
        }
    }
}

/// Another scenario, or the same one with other contents.
fn scenarios(lines: &mut Vec<String>, (old, was): (&Design, usize), (new, is): (&Design, usize)) {
    let (Some(was), Some(is)) = (old.scenarios.get(was), new.scenarios.get(is)) else { return };
    if was.name != is.name {
        lines.push(changed(t!("Scenario"), &was.name, &is.name));
        return;
    }
    let faults =
        |scenario: &Scenario| -> BTreeSet<String> { scenario.faults.iter().map(|fault| fault.mark().2).collect() };
    let (before, now) = (faults(was), faults(is));
    lines.extend(now.difference(&before).map(|fault| t!("{name} was added", name = fault)));
    lines.extend(before.difference(&now).map(|fault| t!("{name} was removed", name = fault)));
    if was != is && before == now {
        lines.push(t!("The scenario {name} was changed", name = is.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Value;
    use crate::edit::{Command, apply};
    use crate::model::sketch;

    fn after(edits: &[Command]) -> Vec<String> {
        let old = sketch("users(100/s) -> elb -> rds").expect("a design");
        let mut new = old.clone();
        for edit in edits {
            apply(&mut new, edit).expect("an edit");
        }
        became((&old, 0), (&new, 0))
    }

    fn id(name: &str) -> Id {
        Id::new(name).expect("an id")
    }

    fn set(key: &str, value: Value) -> Command {
        Command::Set { ids: vec![id("rds")], key: key.to_owned(), value: Some(value) }
    }

    #[test]
    fn a_setting_is_told_with_what_it_was() {
        let lines = after(&[set("multi_az", Value::Word("on".to_owned()))]);
        assert_eq!(lines, ["RDS, Multi-AZ: off → on"]);
    }

    #[test]
    fn what_was_changed_back_is_no_change() {
        let on = set("multi_az", Value::Word("on".to_owned()));
        assert!(after(&[on, set("multi_az", Value::Word("off".to_owned()))]).is_empty());
    }

    #[test]
    fn nodes_and_links_come_and_go() {
        let lines = after(&[Command::Remove { ids: [id("rds")].into() }]);
        assert_eq!(lines, ["RDS was removed"], "its link goes without saying");
    }
}
