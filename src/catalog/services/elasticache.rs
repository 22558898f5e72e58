//! ElastiCache: answers from memory. A caller that is joined to a cache and to a database asks the database only after a
//! miss, and then puts the answer here. Absent: data structures beyond keys, persistence, global datastores.

use crate::catalog::blueprint::{Blueprint, CachePlan, Op, PoolPlan};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::sim::cache::{Expiry, Misses, Spread, Writes};
use crate::sim::network::Discipline;
use crate::units::Span;

super::service! { "elasticache",
    face: Face::Cache,
    calls: &[],
    lower: lower,
    charges: |s| vec![Charge::new("elasticache", s.word("node"), Meter::ServerHours, 1.0)],
    status: status,
}

fn status(s: &Settings<'_>) -> String {
    match s.maybe_share("hit") {
        Some(hit) => format!("{} · hit {hit}", s.word("node")),
        None => format!("{} · by key", s.word("node")),
    }
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let nodes = s.count("nodes") as u32;
    let pool = PoolPlan {
        servers: nodes,
        zones: nodes,
        workers: 65_000,
        queue: 0,
        discipline: Discipline::Fifo,
        station: None,
        // One thread serves, whatever the node has.
        cores: 1.0,
        speed: s.instance_type("node").speed,
        boot: Span::from_secs(60),
    };
    let hit = s.maybe_share("hit");
    let look = hit.map_or(Op::Find, |hit| Op::Lookup(hit.0));
    let program =
        vec![Op::Acquire, Op::Work("work", s.work("work")), Op::Hold("latency", s.work("latency")), look, Op::Release];
    let cache = hit.is_none().then(|| cache(s));
    Blueprint { program, pool: Some(pool), cache, ..Blueprint::default() }
}

/// What the nodes have room for, and how it is kept fresh.
fn cache(s: &Settings<'_>) -> CachePlan {
    let room = s.instance_type("node").memory().0 as f64 * (1.0 - s.share("reserved").0);
    CachePlan {
        room: room as u64,
        entry: Some(s.bytes("item").0.clamp(1, u32::MAX.into()) as u32),
        parts: s.count("nodes") as u32,
        spread: Spread::ByObject,
        ttl: s.maybe_span("ttl"),
        expiry: if s.word("expiry") == "last use" { Expiry::Used } else { Expiry::Written },
        writes: match s.word("loading").as_str() {
            "write-through" => Writes::Store,
            "lazy, writes invalidate" => Writes::Erase,
            _ => Writes::Ignored,
        },
        misses: Misses::Fetch,
    }
}
