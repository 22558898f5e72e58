//! ElastiCache: answers from memory. A caller that is joined to a cache and to a database asks the database only after a
//! miss. Absent: eviction and expiry; hits come with a set probability.

use crate::catalog::blueprint::{Blueprint, Op, PoolPlan};
use crate::catalog::{Charge, Face, Settings};
use crate::sim::network::Discipline;
use crate::units::Span;

super::service! { "elasticache",
    face: Face::Cache,
    calls: &[],
    lower: lower,
    charges: |s| Charge::servers("elasticache", &s.word("node"), s.commitment()),
    status: |s| format!("{} · hit {}", s.word("node"), s.share("hit")),
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
    let program = vec![
        Op::Acquire,
        Op::Work("work", s.work("work")),
        Op::Hold("latency", s.work("latency")),
        Op::Lookup(s.share("hit").0),
        Op::Release,
    ];
    Blueprint { program, pool: Some(pool), ..Blueprint::default() }
}
