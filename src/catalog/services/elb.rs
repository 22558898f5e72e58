//! Elastic Load Balancing. Absent: path rules beyond classes of requests on links. A target fails a health check when it is
//! not in service and, where checks have a time-out, when it refuses connections or (but for connection checks) when its
//! queue makes the check late.
//!
//! The kinds differ in what they read. Application and classic balancers read requests: they answer 502 for a target that
//! is lost, and their cookies stick. Network and gateway balancers read connections: a user keeps to one target as long
//! as the connection lives, new ones go to any, and a lost target is a connection reset.

use crate::words::{self, t};
use crate::catalog::blueprint::{BalancerPlan, Blueprint, Op};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::sim::dist::Dist;
use crate::sim::network::{CapacityUnit, Crossing, Layer, Policy};
use crate::units::Span;

super::service! { "elb",
    face: Face::Balancer,
    calls: &[Face::Server],
    lower: lower,
    charges: charges,
    status: status,
}

/// What a kind of balancer does where nothing else is said.
struct Kind {
    layer: Layer,
    /// Elastic Load Balancing references: 60 s for application (confirmed) and classic (recalled), 350 s for network and
    /// gateway balancers (confirmed), 2026-10-01.
    idle: Span,
    /// Off for network balancers (confirmed, 2026-10-01); assumed for gateway ones.
    cross_zone: bool,
    /// Recalled, not checked (2026-11-20): 1 to 5 ms for application balancers, in the order of 0.1 ms for network ones.
    latency: Span,
    price: &'static str,
    unit: Option<(&'static str, CapacityUnit)>,
}

/// Elastic Load Balancing pricing, capacity units (confirmed, 2026-10-01); those of gateway balancers are recalled. Only
/// application balancers evaluate rules.
const LCU: CapacityUnit = CapacityUnit { new: 25.0, active: 3_000.0, bytes: 1e9, evaluations: 1_000.0, rules: 0.0 };
const NLCU: CapacityUnit = CapacityUnit { new: 800.0, active: 100_000.0, ..LCU };
const GLCU: CapacityUnit = CapacityUnit { new: 600.0, active: 60_000.0, ..LCU };

/// Rules of a listener that are evaluated without a charge (Elastic Load Balancing pricing, 2026-10-01).
const FREE_RULES: u64 = 10;

fn kind(s: &Settings<'_>) -> Kind {
    let requests = Kind {
        layer: Layer::Requests,
        idle: Span::from_secs(60),
        cross_zone: true,
        latency: Span::from_millis(1),
        price: "application load balancer",
        unit: Some(("LCU", CapacityUnit { rules: s.count("rules").saturating_sub(FREE_RULES) as f64, ..LCU })),
    };
    let flows = Kind {
        layer: Layer::Flows,
        idle: Span::from_secs(350),
        cross_zone: false,
        latency: Span(100_000),
        price: "network load balancer",
        unit: Some(("NLCU", NLCU)),
    };
    match s.word("kind").as_str() {
        "network" => flows,
        "gateway" => Kind { price: "gateway load balancer", unit: Some(("GLCU", GLCU)), ..flows },
        "classic" => Kind { price: "classic load balancer", unit: None, ..requests },
        _ => requests,
    }
}

fn status(s: &Settings<'_>) -> String {
    match (kind(s).layer, s.maybe_span("stickiness")) {
        (Layer::Flows, _) => t!("{kind} · by connection", kind = words::of(&s.word("kind"))),
        (_, Some(_)) => t!("{algorithm} · sticky", algorithm = words::of(&s.word("algorithm"))),
        _ => words::of(&s.word("algorithm")).to_owned(),
    }
}

fn policy(s: &Settings<'_>) -> Policy {
    match s.word("algorithm").as_str() {
        "least outstanding" => Policy::LeastOutstanding,
        "random" => Policy::Random,
        "weighted random" => Policy::Weighted,
        "two random choices" => Policy::TwoChoices,
        _ => Policy::RoundRobin,
    }
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let kind = kind(s);
    let idle = s.maybe_span("idle").unwrap_or(kind.idle);
    let (policy, sticky) = match kind.layer {
        Layer::Requests => (policy(s), s.maybe_span("stickiness")),
        Layer::Flows => (Policy::Random, Some(idle)),
    };
    let cross_zone = match s.word("cross_zone").as_str() {
        "on" => true,
        "off" => false,
        _ => kind.cross_zone,
    };
    let balancer = BalancerPlan {
        policy,
        sticky,
        crossing: if cross_zone { Crossing::Zones } else { Crossing::Never },
        layer: kind.layer,
        idle,
        interval: s.span("interval"),
        timeout: s.maybe_span("check_timeout"),
        unhealthy: s.count("unhealthy") as u32,
        healthy: s.count("healthy") as u32,
        drain: s.span("drain"),
        ttl: s.span("name_ttl"),
    };
    let latency = s.maybe_work("latency").unwrap_or_else(|| Dist::typical(kind.latency));
    let program = vec![Op::Hold("latency", latency), Op::Balance];
    let unit = kind.unit.map(|(_, unit)| unit);
    Blueprint { program, balancer: Some(balancer), unit, ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let Kind { price, unit, .. } = kind(s);
    let used = match unit {
        Some((name, _)) => Charge::new("elb", name, Meter::UnitHours, 1.0),
        None => Charge::new("elb", "classic data processed", Meter::BytesThrough, 1e-9),
    };
    vec![
        Charge::new("elb", price, Meter::Hours, 1.0),
        used,
        Charge::new("ec2", "public IPv4 address", Meter::Hours, s.count("addresses") as f64),
        Charge::new("network", "data out to the internet", Meter::BytesOut, 1e-9),
    ]
}
