//! Aurora: a writer and readers over one shared volume that is billed by use. Absent: serverless capacity, I/O-Optimized
//! prices, global databases, custom endpoints.
//!
//! A node is the whole cluster: what changes data goes to the writer, what reads to the readers in turn, as through the
//! reader endpoint. A reader takes over when the writer is lost.

use super::rds;
use crate::catalog::blueprint::{Blueprint, ClusterPlan, Op};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::sim::cluster::{Idle, Reads};
use crate::units::HOURS_PER_MONTH;

super::service! { "aurora",
    face: Face::Database,
    calls: &[],
    lower: lower,
    charges: charges,
    status: rds::status,
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let instances = 1 + s.count("replicas") as u32;
    let cluster = ClusterPlan {
        shards: 1,
        heirs: instances,
        idle: Idle::Copies,
        reads: if s.word("reads") == "writer" { Reads::Primary } else { Reads::Copies },
        takeover: (instances > 1).then(|| s.work("failover")),
        lag: s.work("lag"),
    };
    let boot = s.span(if instances > 1 { "restart" } else { "recreate" });
    let program = vec![
        Op::Acquire,
        Op::Work("work", s.work("work")),
        Op::Hold("io", s.work("io")),
        Op::Commit,
        Op::Release,
    ];
    let (pool, cluster) = (Some(rds::pool(s, instances, boot)), Some(cluster));
    Blueprint { program, pool, cluster, ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let mut charges = vec![
        Charge::new("aurora", s.word("class"), Meter::ServerHours, 1.0),
        Charge::new("aurora", "storage", Meter::Hours, s.bytes("storage").gigabytes() / HOURS_PER_MONTH),
        Charge::new("aurora", "I/O requests", Meter::Requests, s.count("ios") as f64 * 1e-6),
    ];
    charges.extend(rds::backups("aurora", s));
    charges.extend(rds::surplus("aurora", s));
    charges
}
