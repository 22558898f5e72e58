//! Route 53: name service. Absent: the caches of single sessions; a share of requests finds its answer cached.

use crate::catalog::blueprint::{Blueprint, Op};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::units::HOURS_PER_MONTH;

super::service! { "route53",
    face: Face::Dns,
    calls: &[Face::Edge, Face::Balancer, Face::Server, Face::Store],
    lower: lower,
    charges: charges,
    status: |s| format!("{} cached", s.share("cached")),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let lookup = Op::Hold("lookup", s.work("lookup"));
    let program = vec![Op::Maybe(1.0 - s.share("cached").0, Box::new(lookup)), Op::CallOne];
    Blueprint { program, ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let uncached = 1.0 - s.share("cached").0;
    vec![
        Charge::new("route53", "hosted zone", Meter::Hours, 1.0 / HOURS_PER_MONTH),
        Charge::new("route53", "standard queries", Meter::Requests, uncached * 1e-6),
    ]
}
