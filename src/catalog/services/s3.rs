//! S3: files, with a request limit per prefix. Absent: events, storage classes, throughput.

use crate::catalog::blueprint::{Blueprint, Op};
use crate::catalog::{BucketPlan, Charge, Face, Meter, Settings};
use crate::units::{HOURS_PER_MONTH, Rate};

super::service! { "s3",
    face: Face::Store,
    calls: &[],
    lower: lower,
    charges: charges,
    status: |s| format!("{} stored", s.bytes("storage")),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let limit = Rate(s.rate("limit").0 * s.count("prefixes") as f64);
    let program = vec![Op::Throttle, Op::Hold("latency", s.work("latency")), Op::Commit];
    Blueprint { program, bucket: Some(BucketPlan::per_second(limit)), ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    vec![
        Charge::new("s3", "GET requests", Meter::Requests, 1e-3),
        Charge::new("s3", "standard storage", Meter::Hours, s.bytes("storage").gigabytes() / HOURS_PER_MONTH),
        Charge::new("network", "data out to the internet", Meter::BytesOut, 1e-9),
    ]
}
