//! Caches whose settings leave them without effect, and volumes that stand where their servers do not.

use super::graph::{Graph, set};
use super::{Finding, Severity};
use crate::edit::{Command, home_of};
use crate::model::{Design, Id, Node, PlaceKind, Point, Rect};
use crate::words::t;

/// Caches whose entries are gone as soon as they are there.
pub(super) fn no_time_to_live(graph: &Graph<'_>) -> Vec<Finding> {
    let lives = [("elasticache", "1 h"), ("cloudfront", "1 d")];
    let caches = lives.iter().flat_map(|(service, ttl)| graph.of(service).map(move |found| (found, *ttl)));
    let none = |value: &str| value == "0 s";
    let found = caches.filter(|((_, _, s), _)| s.maybe_share("hit").is_none() && none(&s.value("ttl").to_string()));
    let found = found.map(|((id, node, _), ttl)| {
        let text =
            t!("{label} keeps nothing: its time to live is 0 s, so that every request misses", label = node.label);
        let remedy = t!("Set the time to live, to {ttl} for example", ttl = ttl);
        let fix = set(graph.design, id, "ttl", ttl).into_iter().collect();
        Finding::new("no-time-to-live", Severity::Warning, &[id], text, remedy).fixed_by(fix)
    });
    found.collect()
}

/// Caches of one object size that not a single entry fits into.
pub(super) fn entry_too_large(graph: &Graph<'_>) -> Vec<Finding> {
    let large = graph.of("elasticache").filter(|(_, _, s)| {
        let room = s.instance_type("node").memory().0 as f64 * (1.0 - s.share("reserved").0);
        s.maybe_share("hit").is_none() && s.bytes("item").0 as f64 > room
    });
    let found = large.map(|(id, node, settings)| {
        let (item, kind) = (settings.bytes("item"), settings.word("node"));
        let text = t!(
            "{label} keeps nothing: an entry of {item} does not fit into a {kind}",
            label = node.label,
            item = item,
            kind = kind
        );
        let remedy = t!("Use a larger node type, smaller entries, or less reserved memory");
        let fix = set(graph.design, id, "item", "4 KiB").into_iter().collect();
        Finding::new("entry-too-large", Severity::Warning, &[id], text, remedy).fixed_by(fix)
    });
    found.collect()
}

/// Room between a server and the volume that is put beside it, in drawing units.
const BESIDE: f32 = 24.0;

/// Volumes in another zone than a server that they are to be attached to.
pub(super) fn volume_in_another_zone(graph: &Graph<'_>) -> Vec<Finding> {
    let found = graph.of("ebs").filter_map(|(id, node, _)| {
        let own = graph.zones(node);
        let zone = own.first()?;
        let servers: Vec<&Node> = graph.callers(id).into_iter().filter_map(|id| graph.design.nodes.get(id)).collect();
        let zones_of = |server: &&Node| graph.zones(server);
        let stray = servers.iter().find(|server| zones_of(server).iter().any(|other| other != zone))?;
        let text = t!(
            "{label} stands in zone {zone} and {server} in {zones}: a volume is attached only to servers of its own zone; it runs, and fails with zone {zone}",
            label = node.label,
            zone = zone,
            server = stray.label,
            zones = zones_of(stray).join(", ")
        );
        let together = servers.windows(2).all(|pair| zones_of(&pair[0]) == zones_of(&pair[1]));
        let fix = together.then(|| beside(graph.design, (id, node), stray)).flatten();
        let remedy = t!("Put the volume beside its server, or draw one for each zone");
        let finding = Finding::new("volume-in-another-zone", Severity::Error, &[id], text, remedy);
        Some(finding.fixed_by(fix.into_iter().collect()))
    });
    found.collect()
}

/// Moves a card beside another one, into the same zone; `None` where there is no room.
fn beside(design: &Design, (id, node): (&Id, &Node), other: &Node) -> Option<Command> {
    let at = other.rect();
    let (across, along) = (at.w() + BESIDE, at.h() + BESIDE);
    let ways = [Point::new(0.0, along), Point::new(0.0, -along), Point::new(across, 0.0), Point::new(-across, 0.0)];
    let zone = |rect: Rect| {
        let place = home_of(design, rect);
        let zones = design.places_around(place.as_ref()).find(|(_, place)| place.kind == PlaceKind::Zone);
        zones.map(|(id, _)| id.clone())
    };
    let home = zone(at);
    let by = ways.into_iter().find(|by| {
        let there = at.shift(*by);
        let taken = |(other, node): (&Id, &Node)| other != id && node.rect().touches(&there);
        zone(there) == home && !design.nodes.iter().any(taken)
    })?;
    let rect = Rect::new(at.shift(by).min, node.rect().size());
    Some(Command::Arrange { rects: vec![(id.clone(), rect)], name: "move" })
}
