//! EC2: one instance that runs your code. Absent: credits, memory, stop and resize, volumes.

use crate::catalog::blueprint::{Blueprint, Op, PoolPlan};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::sim::network::Discipline;

super::service! { "ec2",
    face: Face::Server,
    calls: CALLS,
    lower: |s| Blueprint { program: program(s), pool: Some(pool(s, 1, 1)), ..Blueprint::default() },
    charges: charges,
    status: |s| s.word("type"),
}

/// What code on an instance may call.
pub(super) const CALLS: &[Face] =
    &[Face::Balancer, Face::Server, Face::Queue, Face::Topic, Face::Database, Face::Cache, Face::Store, Face::Files];

/// A request takes a worker and keeps it while it computes and, unless its handler is asynchronous, while it waits for what
/// it calls.
pub(super) fn program(s: &Settings<'_>) -> Vec<Op> {
    let mut program = vec![Op::Acquire, Op::Work("work", s.work("work"))];
    program.extend(calling(s));
    program
}

/// What follows the work: calls, and perhaps an error. The worker is given back before them or after them.
pub(super) fn calling(s: &Settings<'_>) -> Vec<Op> {
    let errors = Op::Err(s.share("errors").0);
    match s.word("while_calling").as_str() {
        "frees its worker" => vec![Op::Release, Op::CallAll, errors],
        _ => vec![Op::CallAll, errors, Op::Release],
    }
}

/// Servers by the settings that EC2 and Auto Scaling groups share.
pub(super) fn pool(s: &Settings<'_>, servers: u32, zones: u32) -> PoolPlan {
    let size = s.instance_type("type");
    PoolPlan {
        servers,
        zones,
        workers: s.count("workers") as u32,
        queue: s.count("queue") as u32,
        discipline: Discipline::Fifo,
        station: None,
        cores: size.vcpu,
        speed: size.speed,
        boot: s.span("boot"),
    }
}

/// Server hours of the instance type, and what leaves for the internet.
pub(super) fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let mut charges = Charge::servers("ec2", &s.word("type"), s.commitment());
    charges.push(Charge::new("ec2", "public IPv4 address", Meter::PublicHours, 1.0));
    charges.push(Charge::new("network", "data out to the internet", Meter::BytesOut, 1e-9));
    charges.push(Charge::new("network", "data between zones", Meter::BytesAcross, 1e-9));
    charges
}
