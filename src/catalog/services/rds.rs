//! RDS: one database instance. Absent: Multi-AZ, replicas, IOPS limits; queries are all alike.

use crate::catalog::blueprint::{Blueprint, Op, PoolPlan};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::sim::network::Discipline;
use crate::units::{HOURS_PER_MONTH, Span};

super::service! { "rds",
    face: Face::Database,
    calls: &[],
    lower: lower,
    charges: charges,
    status: |s| format!("{} · {} connections", s.word("class"), connections(s)),
}

/// Bytes of memory per connection in the default parameter group.
fn bytes_per_connection(s: &Settings<'_>) -> u64 {
    // Amazon RDS user guide, "Quotas and constraints" (2026-10-01): DBInstanceClassMemory / 12582880 for MySQL,
    // LEAST(DBInstanceClassMemory / 9531392, 5000) for PostgreSQL.
    if s.word("engine") == "PostgreSQL" { 9_531_392 } else { 12_582_880 }
}

/// The limit on connections: set, or by the memory that the class leaves to the database (0.9 of the nominal).
fn connections(s: &Settings<'_>) -> u64 {
    let by_memory = || (s.instance_type("class").memory().0 as f64 * 0.9) as u64 / bytes_per_connection(s);
    let most = if s.word("engine") == "PostgreSQL" { 5_000 } else { 16_000 };
    s.limit("connections").unwrap_or_else(|| by_memory().min(most)).max(1)
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let class = s.instance_type("class");
    let pool = PoolPlan {
        servers: 1,
        zones: 1,
        workers: connections(s) as u32,
        queue: s.count("queue") as u32,
        discipline: Discipline::Fifo,
        station: None,
        cores: class.vcpu,
        speed: class.speed,
        boot: Span::from_secs(120),
    };
    let program = vec![Op::Acquire, Op::Work("work", s.work("work")), Op::Hold("io", s.work("io")), Op::Commit, Op::Release];
    Blueprint { program, pool: Some(pool), ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    vec![
        Charge::new("rds", s.word("class"), Meter::ServerHours, 1.0),
        Charge::new("rds", "gp3 storage", Meter::Hours, s.bytes("storage").gigabytes() / HOURS_PER_MONTH),
    ]
}
