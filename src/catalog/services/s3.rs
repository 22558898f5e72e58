//! S3: files, with a request limit per prefix. A link to a queue or a topic is an event notification: it tells of each write.
//! Absent: storage classes, throughput.

use crate::words::t;
use crate::catalog::blueprint::{Blueprint, Op};
use crate::catalog::{BucketPlan, Charge, Face, Meter, Settings};
use crate::units::{HOURS_PER_MONTH, Rate};

super::service! { "s3",
    face: Face::Store,
    calls: &[Face::Queue, Face::Topic],
    lower: lower,
    charges: charges,
    status: |s| t!("{size} stored", size = s.bytes("storage")),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let all = |key| Rate(s.rate(key).0 * s.count("prefixes") as f64);
    let bucket = BucketPlan { writes: Some(all("write_limit")), ..BucketPlan::per_second(all("limit")) };
    let notify = Op::OnWrite(Box::new(Op::Publish));
    let program = vec![Op::Throttle, Op::Hold("latency", s.work("latency")), Op::Commit, notify];
    Blueprint { program, bucket: Some(bucket), redelivery: s.span("redelivery"), ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    vec![
        Charge::new("s3", "GET requests", Meter::Reads, 1e-3),
        Charge::new("s3", "PUT requests", Meter::Writes, 1e-3),
        Charge::new("s3", "standard storage", Meter::Hours, s.bytes("storage").gigabytes() / HOURS_PER_MONTH),
        Charge::new("network", "data out to the internet", Meter::BytesOut, 1e-9),
    ]
}
