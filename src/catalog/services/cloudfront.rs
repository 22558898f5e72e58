//! CloudFront: answers from the edge, or fetches from its origin. Absent: regional edge caches, invalidation requests,
//! headers of the origin that say otherwise.

use crate::words::t;
use crate::catalog::blueprint::{Blueprint, CachePlan, Op};
use crate::catalog::{Charge, Face, Geography, Meter, Near, Settings};
use crate::sim::cache::{Expiry, Misses, Spread, Writes};

super::service! { "cloudfront",
    face: Face::Edge,
    calls: &[Face::Balancer, Face::Store],
    lower: lower,
    charges: charges,
    status: |s| s.maybe_share("hit").map_or_else(|| t!("by key").to_owned(), |hit| t!("hit {share}", share = hit)),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let hit = s.maybe_share("hit");
    let look = hit.map_or(Op::Find, |hit| Op::Lookup(hit.0));
    let mut program = vec![Op::Hold("edge", s.work("edge")), look, Op::AnswerOnHit, Op::CallOne];
    if hit.is_none() {
        program.push(Op::Keep);
    }
    let cache = hit.is_none().then(|| cache(s));
    let (reach, outreach) = (Some(s.span("reach")), Some(s.span("origin")));
    Blueprint { program, cache, reach, outreach, ..Blueprint::default() }
}

/// Each edge location keeps what its own users asked for; a write goes through to the origin and leaves it as it is.
fn cache(s: &Settings<'_>) -> CachePlan {
    CachePlan {
        room: s.maybe_bytes("room").map_or(u64::MAX, |room| room.0),
        entry: None,
        parts: s.count("locations") as u32,
        spread: Spread::ByPlace,
        ttl: Some(s.span("ttl")),
        expiry: Expiry::Written,
        writes: Writes::Ignored,
        misses: if s.word("collapse") == "on" { Misses::Collapse } else { Misses::Fetch },
    }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let shares = s.shares("price_class");
    let total: f64 = shares.iter().map(|(_, weight)| weight).sum();
    let of = |geography: Geography| {
        let name = geography.name();
        let weight = shares.iter().find(|(region, _)| region == name).map_or(0.0, |(_, weight)| *weight);
        let near = Near { geography, others: weight / total };
        [
            Charge::new("cloudfront", format!("HTTPS requests, {name}"), Meter::RequestsFrom(near), 1e-4),
            Charge::new("cloudfront", format!("data out, {name}"), Meter::BytesOutTo(near), 1e-9),
        ]
    };
    Geography::ALL.into_iter().flat_map(of).collect()
}
