//! EBS: a volume of its own for each server that is joined to it. A file that one server has stored is not there for the
//! others, and counts as missing when they look for it. A volume that was made from a snapshot has the files of the snapshot,
//! and loads each block when it is used first, unless fast snapshot restore has loaded them all (EBS user guide, "Amazon EBS
//! fast snapshot restore"). Absent: multi-attach, throughput beside operations, loading in the background, the few volumes
//! an hour that fast snapshot restore is limited to.

use crate::catalog::blueprint::{Blueprint, Op, PacerPlan};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::sim::pacer::Volumes;
use crate::units::HOURS_PER_MONTH;

super::service! { "ebs",
    face: Face::Files,
    calls: &[],
    lower: lower,
    charges: charges,
    status: |s| format!("{} · {}", s.word("kind"), s.bytes("storage")),
}

/// Operations a second: 3000 of gp3 and more; of io1 what is provisioned, 100 and more; of gp2 3 per GiB, 100 to 16000, with bursts of 3000 from 5400000 credits (Amazon EC2
/// user guide, "General Purpose SSD volumes", 2023-06-15).
fn rate(s: &Settings<'_>) -> PacerPlan {
    let volumes = Volumes::OfCaller;
    if s.word("kind") == "gp2" {
        let base = (3.0 * s.bytes("storage").0 as f64 / f64::from(1 << 30)).clamp(100.0, 16_000.0);
        let (burst, credits) = if base < 3_000.0 { (3_000.0, 5_400_000.0) } else { (base, 0.0) };
        return PacerPlan { base, burst, credits, volumes };
    }
    let least = if s.word("kind") == "io1" { IO1_LEAST } else { INCLUDED };
    let base = s.maybe_count("iops").map_or(least, |iops| least.max(iops as f64));
    PacerPlan { base, burst: base, credits: 0.0, volumes }
}

/// Operations a second in the price of a gp3 volume.
const INCLUDED: f64 = 3_000.0;

/// Least operations a second of an io1 volume: EC2 user guide, "Provisioned IOPS SSD volumes" (recalled, 2026-11-22).
const IO1_LEAST: f64 = 100.0;

fn lower(s: &Settings<'_>) -> Blueprint {
    let find = match s.word("made").as_str() {
        "from a snapshot" => Op::Open(Some(("first use", s.work("first_use")))),
        "from a snapshot, restored fast" => Op::Open(None),
        _ => Op::Visit,
    };
    let program = vec![Op::Pace(s.count("ios") as f64), Op::Hold("latency", s.work("latency")), find, Op::Commit];
    Blueprint { program, pacer: Some(rate(s)), ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let volumes = s.count("volumes") as f64 / HOURS_PER_MONTH;
    let storage = format!("{} storage", s.word("kind"));
    let mut charges = vec![Charge::new("ebs", storage, Meter::Hours, s.bytes("storage").gigabytes() * volumes)];
    let iops = |item: &str, paid: f64| Charge::new("ebs", item, Meter::Hours, paid * volumes);
    match s.word("kind").as_str() {
        "gp3" if rate(s).base > INCLUDED => charges.push(iops("gp3 IOPS above 3000", rate(s).base - INCLUDED)),
        "io1" => charges.push(iops("io1 IOPS", rate(s).base)),
        _ => {}
    }
    let snapshots = s.bytes("snapshots").gigabytes();
    if snapshots > 0.0 {
        charges.push(Charge::new("ebs", "snapshot storage", Meter::Hours, snapshots / HOURS_PER_MONTH));
    }
    if s.word("made") == "from a snapshot, restored fast" {
        let zones = s.count("restored_zones") as f64;
        charges.push(Charge::new("ebs", "fast snapshot restore", Meter::Hours, zones));
    }
    charges
}
