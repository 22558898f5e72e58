//! Instances and groups with settings that cannot work together.

use super::graph::{Graph, set};
use super::{Finding, Severity};
use crate::catalog::{self, Face, Settings};
use crate::edit::{self, Command};
use crate::model::{Id, Node, PlaceKind};
use crate::words::t;

/// Instances and groups, which share most settings.
fn machines<'a>(graph: &'a Graph<'_>) -> impl Iterator<Item = (&'a Id, &'a Node, Settings<'a>)> {
    graph.of("ec2").chain(graph.of("asg"))
}

/// Memory that the system alone fills.
pub(super) fn no_memory(graph: &Graph<'_>) -> Vec<Finding> {
    let fits = |s: &Settings<'_>| {
        let (all, base, request) =
            (s.instance_type("type").memory(), s.bytes("memory_base"), s.bytes("memory_request"));
        request.0 == 0 || base.0.saturating_add(request.0) <= all.0
    };
    let full = machines(graph).filter(|(_, _, settings)| !fits(settings));
    let found = full.map(|(id, node, settings)| {
        let kind = settings.instance_type("type");
        let text = t!(
            "{label}: the system and one request need more than the {memory} of a {name}; every request is refused",
            label = node.label,
            memory = kind.memory(),
            name = kind.name
        );
        let fix = set(graph.design, id, "memory_base", "0 B").into_iter().chain(set(
            graph.design,
            id,
            "memory_request",
            "2 MiB",
        ));
        Finding::new("no-memory", Severity::Error, &[id], text, t!("Take a larger type, or set less memory"))
            .fixed_by(fix.collect())
    });
    found.collect()
}

/// A schedule that is not understood, or that asks for a minimum above its maximum.
pub(super) fn schedule_not_understood(graph: &Graph<'_>) -> Vec<Finding> {
    let wrong = |s: &Settings<'_>| match catalog::planned(&s.word("schedule")) {
        None => Some(t!("is not understood").to_owned()),
        Some(schedule) => schedule
            .iter()
            .find(|planned| {
                planned.min.is_some_and(|min| u64::from(min) > planned.max.map_or(s.count("max"), u64::from))
            })
            .map(|_| t!("has a minimum above the maximum; it runs the maximum").to_owned()),
    };
    let groups = graph.of("asg").filter_map(|(id, node, settings)| Some((id, node, wrong(&settings)?)));
    let found = groups.map(|(id, node, why)| {
        let text = t!("{label}: its schedule {why}", label = node.label, why = why);
        let fix = set(graph.design, id, "schedule", "").into_iter().collect();
        let remedy = t!("Write it like 08:00 min 4 max 20, 20:00 min 1 desired 2");
        Finding::new("schedule", Severity::Error, &[id], text, remedy).fixed_by(fix)
    });
    found.collect()
}

/// An initial size outside the bounds.
pub(super) fn initial_size(graph: &Graph<'_>) -> Vec<Finding> {
    let outside = |s: &Settings<'_>| {
        let desired = s.maybe_count("desired")?;
        let (min, max) = (s.count("min"), s.count("max").max(s.count("min")));
        (!(min..=max).contains(&desired)).then_some((desired, desired.clamp(min, max)))
    };
    let groups = graph.of("asg").filter_map(|(id, node, settings)| Some((id, node, outside(&settings)?)));
    let found = groups.map(|(id, node, (desired, runs))| {
        let text = t!(
            "{label}: the initial size of {desired} is outside its bounds; it begins with {runs}",
            label = node.label,
            desired = desired,
            runs = runs
        );
        let fix = set(graph.design, id, "desired", &runs.to_string()).into_iter().collect();
        let remedy = t!("Set an initial size between minimum and maximum");
        Finding::new("initial-size", Severity::Error, &[id], text, remedy).fixed_by(fix)
    });
    found.collect()
}

/// Carts, sticky cookies: what only users with sessions have, and no users with sessions.
pub(super) fn state_without_sessions(graph: &Graph<'_>) -> Vec<Finding> {
    if graph.of("users").any(|(_, _, settings)| settings.word("traffic") != "open") {
        return Vec::new();
    }
    let carts = machines(graph).filter(|(_, _, s)| s.word("cart") != "none").map(|(id, node, _)| (id, node, "carts"));
    let sticky = graph.of("elb").filter(|(_, _, s)| s.maybe_span("stickiness").is_some());
    let sticky = sticky.map(|(id, node, _)| (id, node, "cookies that stick"));
    let users: Vec<&Id> = graph.of("users").map(|(id, ..)| id).collect();
    let found = carts.chain(sticky).map(|(id, node, what)| {
        let text = t!(
            "{label} has {what}, but every request is from a user of its own: there is nothing to keep",
            label = node.label,
            what = what
        );
        let fix = users.iter().filter_map(|users| set(graph.design, users, "traffic", "sessions")).collect();
        let remedy = t!("Let the users come in sessions, or be closed");
        Finding::new("state-without-sessions", Severity::Warning, &[id], text, remedy).fixed_by(fix)
    });
    found.collect()
}

/// Carts in a store that is not there.
pub(super) fn carts_without_store(graph: &Graph<'_>) -> Vec<Finding> {
    let keeps = |id: &Id| matches!(graph.face(id), Some(Face::Cache | Face::Database));
    let groups = machines(graph).filter(|(id, _, s)| s.word("cart") == "in a store" && !graph.calls_any(id, keeps));
    let found = groups.map(|(id, node, _)| {
        let text = t!(
            "{label} keeps carts in a store, but calls no cache and no database: they stay in its memory",
            label = node.label
        );
        let remedy = t!("Draw a link to an ElastiCache or a database");
        Finding::new("carts-without-store", Severity::Error, &[id], text, remedy)
    });
    found.collect()
}

/// The setting that says the instance type, by service, and a type that every region has.
const TYPES: [(&str, &str, &str); 5] = [
    ("ec2", "type", "m5.large"),
    ("asg", "type", "m5.large"),
    ("rds", "class", "db.m5.large"),
    ("aurora", "class", "db.r5.large"),
    ("elasticache", "node", "cache.m5.large"),
];

/// Instance types without a price in the region that their node stands in.
pub(super) fn type_not_in_region(graph: &Graph<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (service, key, usual) in TYPES {
        for (id, node, settings) in graph.of(service) {
            let region = graph.design.region_of(node);
            let known = catalog::REGIONS.contains(&region);
            if !known || settings.instance_type(key).usd.contains_key(region) {
                continue;
            }
            let kind = settings.word(key);
            let text = t!(
                "{label}: the catalogue has no {word} in {region}; it runs, and its bill is left out",
                label = node.label,
                word = kind,
                region = region
            );
            let fix = set(graph.design, id, key, usual).into_iter().collect();
            let remedy = t!("Take a type that the region has");
            found.push(Finding::new("type-not-in-region", Severity::Warning, &[id], text, remedy).fixed_by(fix));
        }
    }
    found
}

/// Groups over more zones than their region has.
pub(super) fn more_zones_than_there_are(graph: &Graph<'_>) -> Vec<Finding> {
    let found = graph.of("asg").filter_map(|(id, node, settings)| {
        let region = graph.design.region_of(node);
        let there = catalog::zones_of(region)?.len() as u64;
        let wanted = settings.count("zones");
        let text = t!(
            "{label} is over {wanted} zones, and {region} has {there}; it runs in those",
            label = node.label,
            wanted = wanted,
            region = region,
            there = there
        );
        let fix = set(graph.design, id, "zones", &there.to_string()).into_iter().collect();
        let remedy = t!("Set as many zones as the region has");
        let finding = Finding::new("more-zones-than-region", Severity::Error, &[id], text, remedy).fixed_by(fix);
        (wanted > there).then_some(finding)
    });
    found.collect()
}

/// Zones whose letter the region around them does not have. They run as a failure domain of their own.
pub(super) fn zone_not_in_region(graph: &Graph<'_>) -> Vec<Finding> {
    let design = graph.design;
    let mut found = Vec::new();
    for (id, place) in design.places.iter().filter(|(_, place)| place.kind == PlaceKind::Zone) {
        let region = design.places_around(place.parent.as_ref()).find(|(_, outer)| outer.kind == PlaceKind::Region);
        let region = region.map_or(design.region.as_str(), |(_, outer)| design.region_named(outer));
        let Some(letters) = catalog::zones_of(region) else { continue };
        let label = place.label.trim().to_lowercase();
        let letter = label.strip_prefix(region).unwrap_or(&label);
        if letter.len() == 1 && letters.contains(letter) {
            continue;
        }
        let taken = |letter: &char| design.places.values().any(|other| other.label.trim() == letter.to_string());
        let fix = letters.chars().find(|letter| !taken(letter));
        let fix = fix.map(|letter| Command::Rename { id: id.clone(), text: letter.to_string() });
        let text = t!(
            "{region} has no zone {zone}; it runs as a zone of its own",
            region = region,
            zone = edit::line(&place.label)
        );
        let names = letters.chars().map(String::from).collect::<Vec<_>>().join(", ");
        let remedy = t!("Name it by one of its letters: {letters}", letters = names);
        found.push(
            Finding::new("zone-not-in-region", Severity::Warning, &[id], text, remedy)
                .fixed_by(fix.into_iter().collect()),
        );
    }
    found
}
