//! Users: where requests come from.

use crate::catalog::blueprint::{Blueprint, Op, SourcePlan};
use crate::catalog::{Charge, Face, Settings};

super::service! { "users",
    face: Face::Client,
    calls: &[Face::Dns, Face::Edge, Face::Balancer, Face::Server, Face::Store],
    lower: lower,
    charges: |_: &Settings<'_>| -> Vec<Charge> { Vec::new() },
    status: |s| format!("{} offered", s.rate("rate")),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let source = SourcePlan {
        rate: s.rate("rate"),
        timeout: s.span("timeout"),
        distance: s.span("distance"),
        bytes: (s.bytes("request").0, s.bytes("response").0),
    };
    Blueprint { program: vec![Op::CallOne], source: Some(source), ..Blueprint::default() }
}
