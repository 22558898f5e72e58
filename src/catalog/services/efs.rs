//! EFS: files that all servers share, with a mount target in each zone. Absent: One Zone, infrequent access, limits on
//! operations, a throughput for each client.

use crate::words::{self, t};
use crate::catalog::blueprint::{Blueprint, Op, PacerPlan};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::sim::pacer::Volumes;
use crate::units::HOURS_PER_MONTH;

super::service! { "efs",
    face: Face::Files,
    calls: &[],
    lower: lower,
    charges: charges,
    status: |s| t!("{mode} · {size} stored", mode = words::of(&s.word("mode")), size = s.bytes("storage")),
}

const MIB: f64 = 1024.0 * 1024.0;

/// Bytes a second. Bursting: 50 KiB a second per GiB stored, and bursts of 100 MiB a second, or per TiB if that is more,
/// from credits of 2.1 TiB (recalled from the Amazon EFS user guide, 2026-11-20). Elastic: 20 GiB a second, its least limit
/// on reads (Amazon EFS user guide, "Performance", 2026).
fn throughput(s: &Settings<'_>) -> PacerPlan {
    let volumes = Volumes::OfSite;
    if s.word("mode") != "bursting" {
        let base = 20.0 * 1024.0 * MIB;
        return PacerPlan { base, burst: base, credits: 0.0, volumes };
    }
    let stored = s.bytes("storage").0 as f64;
    let base = (stored / (1024.0 * MIB) * 50.0 * 1024.0).max(1.0);
    let burst = (stored / (1024.0 * 1024.0 * MIB) * 100.0 * MIB).max(100.0 * MIB);
    PacerPlan { base, burst, credits: 2.1 * 1024.0 * 1024.0 * MIB, volumes }
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let write = Op::OnWrite(Box::new(Op::Hold("write", s.work("write"))));
    let program = vec![Op::Pace(s.bytes("file").0 as f64), Op::Hold("read", s.work("read")), write, Op::Commit];
    Blueprint { program, pacer: Some(throughput(s)), ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let mut charges =
        vec![Charge::new("efs", "standard storage", Meter::Hours, s.bytes("storage").gigabytes() / HOURS_PER_MONTH)];
    if s.word("mode") != "bursting" {
        charges.push(Charge::new("efs", "elastic throughput, reads", Meter::Requests, s.bytes("file").gigabytes()));
    }
    charges
}
