//! ElastiCache: answers from memory. A caller that is joined to a cache and to a database asks the database only after a
//! miss, and then puts the answer here. Absent: data structures beyond keys, persistence, global datastores.

use crate::words::t;
use crate::catalog::blueprint::{Blueprint, CachePlan, ClusterPlan, Op, PoolPlan};
use crate::catalog::{Charge, Face, Meter, Settings, machine};
use crate::sim::cache::{Expiry, Misses, Spread, Writes};
use crate::sim::cluster::{Idle, Reads};
use crate::sim::dist::Dist;
use crate::sim::network::Discipline;
use crate::units::{HOURS_PER_MONTH, Span};

super::service! { "elasticache",
    face: Face::Cache,
    calls: &[],
    lower: lower,
    charges: charges,
    status: status,
}

fn status(s: &Settings<'_>) -> String {
    match s.maybe_share("hit") {
        Some(hit) => t!("{node} · hit {share}", node = s.word("node"), share = hit),
        None => t!("{node} · by key", node = s.word("node")),
    }
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let (shards, copies) = (s.count("nodes") as u32, 1 + replicas(s));
    let pool = PoolPlan {
        servers: shards * copies,
        zones: (shards * copies).min(3),
        workers: 65_000,
        queue: 0,
        discipline: Discipline::Fifo,
        station: None,
        // One thread serves, whatever the node has.
        cores: 1.0,
        speed: s.instance_type("node").speed,
        kind: s.type_number("node"),
        // Amazon ElastiCache user guide, supported node types: burstable ones are in standard mode (recalled, 2026-11-21).
        credits: machine::credits_of_class(s.instance_type("node"), "standard"),
        boot: s.span("restart"),
        ..PoolPlan::default()
    };
    let hit = s.maybe_share("hit");
    let look = hit.map_or(Op::Find, |hit| Op::Lookup(hit.0));
    let program =
        vec![Op::Acquire, Op::Work("work", s.work("work")), Op::Hold("latency", s.work("latency")), look, Op::Release];
    let cache = hit.is_none().then(|| cache(s));
    Blueprint { program, pool: Some(pool), cache, cluster: Some(cluster(s)), ..Blueprint::default() }
}

fn replicas(s: &Settings<'_>) -> u32 {
    if s.word("engine") == "Memcached" { 0 } else { s.count("replicas") as u32 }
}

/// Keys are spread over the shards; the replicas of a shard take over from its primary.
fn cluster(s: &Settings<'_>) -> ClusterPlan {
    ClusterPlan {
        shards: s.count("nodes") as u32,
        heirs: 1 + replicas(s),
        idle: Idle::Copies,
        reads: if s.word("reads") == "replicas" { Reads::Copies } else { Reads::Primary },
        takeover: (replicas(s) > 0).then(|| s.work("failover")),
        lag: Dist::Constant(Span::ZERO),
    }
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

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let mut charges = Charge::servers("elasticache", &s.word("node"), s.commitment());
    let backups = s.bytes("backups").gigabytes();
    if backups > 0.0 {
        charges.push(Charge::new("elasticache", "backup storage", Meter::Hours, backups / HOURS_PER_MONTH));
    }
    charges
}
