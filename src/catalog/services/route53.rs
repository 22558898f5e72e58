//! Route 53: name service. Absent: geolocation and geoproximity.
//!
//! By latency each node of users gets the answer that is nearest to the region around it. Each session holds the answer
//! that it got until the TTL is over, and goes there whether or not anybody still is. Those without a session ask through
//! resolvers, each of which holds an answer as long: any one is asked each time.

use crate::words;
use crate::catalog::blueprint::{Blueprint, Op, ResolverPlan};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::sim::names::{Check, Routing};
use crate::units::HOURS_PER_MONTH;

super::service! { "route53",
    face: Face::Dns,
    calls: &[Face::Edge, Face::Balancer, Face::Server, Face::Store],
    lower: lower,
    charges: charges,
    status: |s| format!("{} · TTL {}", words::of(&s.word("routing")), s.span("ttl")),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let routing = match s.word("routing").as_str() {
        "weighted" => Routing::Weighted,
        "latency" => Routing::Nearest,
        "failover" => Routing::FirstWell,
        _ => Routing::Any,
    };
    let check = Check {
        interval: s.span("check_interval"),
        threshold: s.count("check_failures") as u32,
        connect: s.span("check_connect"),
    };
    let resolver = ResolverPlan {
        routing,
        ttl: s.span("ttl"),
        alias_ttl: s.span("alias_ttl"),
        caches: s.count("resolvers") as u32,
        follows: s.maybe_span("follows"),
        check: (s.word("checks") == "on").then_some(check),
    };
    let program = vec![Op::Resolve("lookup", s.work("lookup"))];
    Blueprint { program, resolver: Some(resolver), ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let queries = if s.word("routing") == "latency" { "latency-based queries" } else { "standard queries" };
    vec![
        Charge::new("route53", "hosted zone", Meter::Hours, 1.0 / HOURS_PER_MONTH),
        Charge::new("route53", queries, Meter::Queries, 1e-6),
    ]
}
