//! A realistic drawing with a hand-made state of a run, for the tests of pictures: a shop in two zones of which one is out.

use super::list::{Anchor, Shape};
use super::text;
use crate::compile::Plan;
use crate::metrics::{self, Series};
use crate::model::{Design, Id, Link, Node, Note, Place, PlaceKind, Point, Rect};
use crate::sim::network::{Fault, Harm, NO_ZONE, Reason, Site};
use crate::sim::snapshot::{LinkState, Phase, ServerState, SiteState, Snapshot};
use crate::units::{SimTime, Span};

/// An id that is known to be legal.
pub fn id(text: &str) -> Id {
    Id::new(text).expect("a legal id")
}

/// Id, service, name, position and place.
type Drawn = (&'static str, &'static str, &'static str, f32, f32, Option<&'static str>);

const NODES: [Drawn; 10] = [
    ("users", "users", "Shoppers", 0.0, 252.0, None),
    ("dns", "route53", "Route 53", 228.0, 252.0, None),
    ("alb", "elb", "Application load balancer", 480.0, 252.0, Some("vpc")),
    ("web", "asg", "Web", 744.0, 120.0, Some("az-a")),
    ("web-b", "asg", "Web b", 744.0, 420.0, Some("az-b")),
    ("sessions", "elasticache", "ElastiCache", 1044.0, 60.0, Some("vpc")),
    ("db", "rds", "RDS primary", 1044.0, 216.0, Some("vpc")),
    ("orders", "sqs", "Orders", 1044.0, 372.0, Some("vpc")),
    ("worker", "ec2", "Order worker", 1044.0, 528.0, Some("vpc")),
    ("ledger", "ledger", "Ledger", 228.0, 480.0, None),
];

const LINKS: [(&str, &str); 10] = [
    ("users", "dns"),
    ("dns", "alb"),
    ("alb", "web"),
    ("alb", "web-b"),
    ("web", "sessions"),
    ("web", "db"),
    ("web", "orders"),
    ("web-b", "db"),
    ("orders", "worker"),
    ("users", "ledger"),
];

/// Id, kind, name, corners and the place around it.
type Around = (&'static str, PlaceKind, &'static str, [f32; 4], Option<&'static str>);

const PLACES: [Around; 4] = [
    ("region", PlaceKind::Region, "us-east-1", [432.0, -36.0, 1272.0, 684.0], None),
    ("vpc", PlaceKind::Vpc, "shop", [456.0, 0.0, 1248.0, 660.0], Some("region")),
    ("az-a", PlaceKind::Zone, "a", [708.0, 48.0, 948.0, 312.0], Some("vpc")),
    ("az-b", PlaceKind::Zone, "b", [708.0, 348.0, 948.0, 612.0], Some("vpc")),
];

/// The drawing.
pub fn sketch() -> Design {
    let mut design = Design { name: "MyClothes.com".to_owned(), ..Design::default() };
    for (key, service, label, x, y, place) in NODES {
        let place = place.map(id);
        let (service, label) = (service.to_owned(), label.to_owned());
        let node = Node { service, label, at: Point::new(x, y), place, settings: Default::default() };
        design.nodes.insert(id(key), node);
    }
    for (from, to) in LINKS {
        let label = if to == "db" { "orders" } else { "" }.to_owned();
        let link = Link { label, ..Link::new(id(from), id(to)) };
        design.links.insert(id(&format!("{from}-{to}")), link);
    }
    for (key, kind, label, [x, y, to_x, to_y], parent) in PLACES {
        let rect = Rect::between(Point::new(x, y), Point::new(to_x, to_y));
        let place = Place { kind, label: label.to_owned(), rect, parent: parent.map(id), settings: Default::default() };
        design.places.insert(id(key), place);
    }
    let rect = Rect::between(Point::new(0.0, 36.0), Point::new(216.0, 132.0));
    let text =
        "Zone b goes dark at 19:41. Sessions live in ElastiCache, so no cart is lost: any instance serves any user.";
    design.notes.insert(id("note"), Note { rect, text: text.to_owned() });
    design
}

/// What of it runs: every node of a known service is a site, zone b is out.
pub fn plan(design: &Design) -> Plan {
    let mut plan = Plan::default();
    plan.network.zones = vec!["a".to_owned(), "b".to_owned()];
    for (key, node) in design.nodes.iter().filter(|(_, node)| node.service().is_some()) {
        let pooled = matches!(node.service.as_str(), "asg" | "ec2" | "rds" | "elasticache");
        plan.sites.insert(key.clone(), plan.network.sites.len() as u32);
        plan.network.sites.push(Site {
            name: key.to_string(),
            entry: 0,
            pool: pooled.then_some(0),
            zone: NO_ZONE,
            removed: false,
        });
    }
    for (at, (key, link)) in design.links.iter().enumerate() {
        if plan.sites.contains_key(&link.to) {
            plan.links.insert(key.clone(), at as u32);
        }
    }
    let (at, lasts) = (Span::from_secs(1_140), Span::from_secs(240));
    plan.network.faults.push(Fault { at, lasts, harm: Harm::ZoneOutage(1) });
    plan
}

fn server(phase: Phase, utilization: f32) -> ServerState {
    ServerState { phase, zone: 0, utilization }
}

fn last(arrived: f32, utilization: f32, [p50, p95]: [f32; 2]) -> metrics::Point {
    let good = arrived * 0.992;
    metrics::Point { arrived, good, p50, p95, p99: p95 * 1.6, utilization, ..Default::default() }
}

fn site(key: &str) -> SiteState {
    let mut state = SiteState::default();
    let up = |share| server(Phase::InService, share);
    match key {
        "users" => state.last = metrics::Point { late: 5.0, failed: 1.5, ..last(840.0, 0.0, [48.0, 186.0]) },
        "dns" => state.last = last(840.0, 0.0, [0.4, 22.0]),
        "alb" => (state.last, state.targets) = (last(838.0, 0.0, [44.0, 181.0]), (6, 4)),
        "web" => {
            state.last = last(838.0, 0.82, [41.0, 178.0]);
            state.servers = vec![up(0.62), up(0.68), up(0.84), up(0.93), server(Phase::Pending, 0.0)];
            (state.max, state.desired) = (6, 5);
        }
        "web-b" => {
            state.servers = vec![server(Phase::Lost, 0.0), server(Phase::Lost, 0.0)];
            state.trouble = Some((Reason::NoTarget, 12.0));
            (state.max, state.desired) = (4, 2);
        }
        "sessions" => {
            state.last = metrics::Point { hits: 0.94, ..last(1_900.0, 0.29, [0.4, 0.9]) };
            state.servers = vec![up(0.29)];
        }
        "db" => (state.last, state.servers) = (last(210.0, 0.41, [1.8, 3.04]), vec![up(0.41)]),
        "orders" => (state.last, state.backlog) = (last(64.0, 0.0, [8.0, 14.0]), 1_240),
        _ => {
            (state.last, state.servers) = (last(58.0, 0.96, [120.0, 410.0]), vec![up(0.96)]);
            state.waiting = 12;
        }
    }
    state
}

/// One state of a run, 41 seconds into the outage.
pub fn snapshot(design: &Design, plan: &Plan) -> Snapshot {
    let sites = plan.sites.keys().map(|key| site(key.as_str())).collect();
    let rate = |link: &Link| match (link.from.as_str(), link.to.as_str()) {
        (_, "sessions") => (1_900.0, 0.0),
        ("web-b", "db") => (0.0, 0.0),
        (_, "web-b") => (12.0, 12.0),
        (_, "db") => (210.0, 0.0),
        (_, "orders" | "worker") => (64.0, 0.0),
        _ => (840.0, 0.0),
    };
    let state =
        |link: &Link| LinkState { rate: rate(link).0, failed: rate(link).1, latency: 12.0, ..LinkState::default() };
    let links = design.links.values().map(state).collect();
    let now = SimTime::ZERO + Span::from_secs(1_181);
    let watched = Some((plan.sites[&id("web")], history()));
    Snapshot {
        now,
        sites,
        links,
        faults: plan.network.faults.clone(),
        system: history(),
        watched,
        ..Snapshot::default()
    }
}

/// The same run ten minutes later, with the outage behind it.
pub fn later(design: &Design, plan: &Plan) -> Snapshot {
    let now = SimTime::ZERO + Span::from_secs(1_800);
    Snapshot { now, faults: Vec::new(), ..snapshot(design, plan) }
}

/// Half an hour of a rising evening with an outage near its end.
pub fn history() -> Series {
    let mut series = Series::default();
    for s in 0..180u64 {
        let (x, at) = (s as f32 / 180.0, SimTime::ZERO + Span::from_secs(s * 10));
        let hurt = (-((x - 0.69) / 0.045).powi(2)).exp();
        let wobble = (s as f32 * 1.7).sin() * 0.03 + (s as f32 * 0.53).cos() * 0.02;
        let arrived = 380.0 + 460.0 * (x * 1.7).sin() * (1.0 + wobble);
        let failed = 90.0 * hurt;
        let up = [2.0, 3.0, 4.0, 2.0, 3.0, 4.0][[0.25, 0.45, 0.63, 0.78, 0.88, 9.0].partition_point(|end| *end < x)];
        let desired = [2.0, 3.0, 4.0][[0.22, 0.42, 9.0].partition_point(|end| *end < x)];
        let busy = (0.55 + 0.3 * x + 0.2 * hurt + wobble).min(1.0);
        let p50 = 38.0 + 20.0 * x + 60.0 * hurt + 30.0 * wobble;
        let point = metrics::Point {
            arrived,
            good: arrived - failed,
            late: failed * 0.4,
            failed,
            p50,
            p95: p50 * 2.4 + 130.0 * hurt,
            p99: p50 * 3.3 + 190.0 * hurt,
            utilization: busy,
            queue: 40.0 * hurt,
            in_service: up,
            desired,
            cost_rate: 0.62 + 0.096 * up,
            cost_sum: x * 0.55,
            at,
            span: Span::from_secs(10),
            ..Default::default()
        };
        series.push(1, point);
        series.push(0, metrics::Point { span: Span::from_secs(1), ..point });
    }
    // The finest level remembers no more than its newest quarter of an hour.
    series.levels[0].capacity = 90;
    series.levels[0].points.drain(..90);
    series
}

/// The texts among some shapes, each with the room that it takes.
pub fn words(shapes: &[Shape]) -> Vec<(String, Rect)> {
    let boxed = |shape: &Shape| {
        let Shape::Text { at, anchor, size, weight, text, .. } = shape else { return None };
        let wide = text::width(text, *size, *weight);
        let left = match anchor {
            Anchor::Start => at.x,
            Anchor::Middle => at.x - wide / 2.0,
            Anchor::End => at.x - wide,
        };
        let min = Point::new(left, at.y - size * 0.74);
        Some((text.clone(), Rect { min, max: Point::new(left + wide, at.y + size * 0.1) }))
    };
    shapes.iter().filter_map(boxed).collect()
}
