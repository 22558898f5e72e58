//! RDS: a database of one primary instance, a standby in another zone if Multi-AZ is on, and read replicas.
//!
//! A node is the whole of it: callers are joined to it once. What changes data goes to the primary; what reads goes to the
//! replicas, or to the primary where there are none or the node says so. A replica may also be drawn as a node of its own, to
//! which a link leads from its primary: it has its own class and callers, and refuses writes. Absent: Multi-AZ clusters with readable standbys,
//! the work of applying writes at replicas, replicas of replicas.

use crate::words::t;
use crate::catalog::blueprint::{Blueprint, ClusterPlan, Op, PacerPlan, PoolPlan};
use crate::catalog::{Charge, Face, Meter, Settings, machine};
use crate::sim::backup::Backup;
use crate::sim::cluster::{Idle, Reads};
use crate::sim::network::{CreditRules, Discipline};
use crate::sim::pacer::Volumes;
use crate::units::{HOURS_PER_MONTH, Span};

super::service! { "rds",
    face: Face::Database,
    calls: &[Face::Database],
    lower: lower,
    charges: charges,
    status: status,
}

/// Bytes of memory per connection in the default parameter group.
fn bytes_per_connection(s: &Settings<'_>) -> u64 {
    // Amazon RDS user guide, "Quotas and constraints" (2026-10-01): DBInstanceClassMemory / 12582880 for MySQL,
    // LEAST(DBInstanceClassMemory / 9531392, 5000) for PostgreSQL.
    if is_postgres(s) { 9_531_392 } else { 12_582_880 }
}

fn is_postgres(s: &Settings<'_>) -> bool {
    s.word("engine").ends_with("PostgreSQL")
}

/// The limit on connections: set, or by the memory that the class leaves to the database (0.9 of the nominal).
fn connections(s: &Settings<'_>) -> u64 {
    let by_memory = || (s.instance_type("class").memory().0 as f64 * 0.9) as u64 / bytes_per_connection(s);
    let most = if is_postgres(s) { 5_000 } else { 16_000 };
    s.limit("connections").unwrap_or_else(|| by_memory().min(most)).max(1)
}

/// Class, connections and copies, in one line.
pub(super) fn status(s: &Settings<'_>) -> String {
    let class = s.word("class");
    match s.count("replicas") {
        0 => t!("{class} · {count} connections", class = class, count = connections(s)),
        1 => t!("{class} · 1 replica", class = class),
        replicas => t!("{class} · {count} replicas", class = class, count = replicas),
    }
}

fn is_multi_az(s: &Settings<'_>) -> bool {
    s.word("multi_az") == "on"
}

/// The primary with its standby, if it has one.
fn pair(s: &Settings<'_>) -> u32 {
    if is_multi_az(s) { 2 } else { 1 }
}

/// Database instances of the settings that RDS and Aurora share.
pub(super) fn pool(s: &Settings<'_>, servers: u32, boot: Span) -> PoolPlan {
    let class = s.instance_type("class");
    PoolPlan {
        servers,
        zones: servers.min(3),
        workers: connections(s) as u32,
        queue: s.count("queue") as u32,
        discipline: Discipline::Fifo,
        station: None,
        cores: class.vcpu,
        speed: class.speed,
        kind: s.type_number("class"),
        boot,
        credits: credits(s),
        backup: Some(backup(s)),
        ..PoolPlan::default()
    }
}

/// Burstable classes run unlimited. Amazon RDS user guide, "DB instance classes" (recalled, 2026-11-21).
fn credits(s: &Settings<'_>) -> Option<CreditRules> {
    machine::credits_of_class(s.instance_type("class"), "unlimited")
}

/// What its instances are charged for work beyond the credits that they earn, if they live on them.
pub(super) fn surplus(sheet: &'static str, s: &Settings<'_>) -> Option<Charge> {
    credits(s).map(|_| Charge::new(sheet, "CPU credits beyond those earned", Meter::SurplusHours, 1.0))
}

/// What a restore goes back to: the transaction logs, which are stored every few minutes, or the latest snapshot.
fn backup(s: &Settings<'_>) -> Backup {
    let every = if s.word("restored_from") == "snapshot" { s.span("snapshots_every") } else { s.span("logs_every") };
    Backup { restore: s.span("restore"), every }
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let cluster = ClusterPlan {
        shards: 1,
        heirs: pair(s),
        idle: Idle::StandsBy,
        reads: if s.word("reads") == "primary" { Reads::Primary } else { Reads::Copies },
        takeover: is_multi_az(s).then(|| s.work("failover")),
        lag: s.work("lag"),
    };
    let mut program = vec![
        Op::Acquire,
        Op::Work("work", s.work("work")),
        Op::Pace(s.count("ios") as f64),
        Op::Hold("io", s.work("io")),
    ];
    if is_multi_az(s) {
        program.push(Op::OnWrite(Box::new(Op::Hold("sync", s.work("sync")))));
    }
    program.extend([Op::Commit, Op::Release]);
    let pool = Some(pool(s, pair(s) + s.count("replicas") as u32, s.span("restart")));
    let (cluster, pacer) = (Some(cluster), Some(storage(s)));
    Blueprint { program, pool, cluster, pacer, ..Blueprint::default() }
}

/// Operations a second that are in the price of a gp3 volume: Amazon RDS user guide, "DB instance storage" (2023-06-15).
fn included(s: &Settings<'_>) -> f64 {
    if gibibytes(s) < 400.0 { 3_000.0 } else { 12_000.0 }
}

fn gibibytes(s: &Settings<'_>) -> f64 {
    s.bytes("storage").0 as f64 / f64::from(1 << 30)
}

/// What the volume of each instance takes.
fn storage(s: &Settings<'_>) -> PacerPlan {
    let volumes = Volumes::OfSite;
    // gp2: 3 operations a second per GiB, 100 to 16,000, and bursts of 3,000 from 5,400,000 credits below that (Amazon EC2
    // user guide, "General Purpose SSD volumes", 2023-06-15).
    if s.word("storage_type") == "gp2" {
        let base = (3.0 * gibibytes(s)).clamp(100.0, 16_000.0);
        let (burst, credits) = if base < 3_000.0 { (3_000.0, 5_400_000.0) } else { (base, 0.0) };
        return PacerPlan { base, burst, credits, volumes };
    }
    let base = s.maybe_count("iops").map_or_else(|| included(s), |iops| iops as f64);
    PacerPlan { base, burst: base, credits: 0.0, volumes }
}

/// The class as it is sold: that of MySQL by its name, another engine's with the engine's.
fn class(s: &Settings<'_>) -> String {
    let class = s.word("class");
    if is_postgres(s) { format!("{class} PostgreSQL") } else { class }
}

/// Backups beyond what is free, which is as much as the storage (Amazon RDS user guide, "Introduction to backups",
/// recalled; the same of Aurora).
pub(super) fn backups(sheet: &'static str, s: &Settings<'_>) -> Option<Charge> {
    let paid = s.bytes("backups").gigabytes() - s.bytes("storage").gigabytes();
    (paid > 0.0).then(|| Charge::new(sheet, "backup storage", Meter::Hours, paid / HOURS_PER_MONTH))
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    // A standby costs what a second instance costs, and so does its volume.
    let volumes = f64::from(pair(s)) + s.count("replicas") as f64;
    let kind = s.word("storage_type");
    let monthly = |item: String, quantity: f64| Charge::new("rds", item, Meter::Hours, quantity / HOURS_PER_MONTH);
    let mut charges = Charge::servers("rds", &class(s), s.commitment());
    charges.extend(backups("rds", s));
    charges.extend(surplus("rds", s));
    charges.push(monthly(format!("{kind} storage"), s.bytes("storage").gigabytes() * volumes));
    let paid = match kind.as_str() {
        "io1" => storage(s).base,
        "gp3" => storage(s).base - included(s),
        _ => 0.0,
    };
    if paid > 0.0 {
        charges.push(monthly(format!("{kind} IOPS"), paid * volumes));
    }
    charges
}
