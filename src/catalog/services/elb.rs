//! Elastic Load Balancing, application load balancer. Absent: stickiness, path rules, idle time-out.

use crate::catalog::blueprint::{BalancerPlan, Blueprint, Op};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::sim::network::Policy;

super::service! { "elb",
    face: Face::Balancer,
    calls: &[Face::Server],
    lower: lower,
    charges: charges,
    status: |s| s.word("algorithm"),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let policy = match s.word("algorithm").as_str() {
        "least outstanding" => Policy::LeastOutstanding,
        "random" => Policy::Random,
        "two random choices" => Policy::TwoChoices,
        _ => Policy::RoundRobin,
    };
    let balancer = BalancerPlan {
        policy,
        interval: s.span("interval"),
        unhealthy: s.count("unhealthy") as u32,
        healthy: s.count("healthy") as u32,
        drain: s.span("drain"),
    };
    let program = vec![Op::Hold("latency", s.work("latency")), Op::Balance];
    Blueprint { program, balancer: Some(balancer), ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    vec![
        Charge::new("elb", "application load balancer", Meter::Hours, 1.0),
        Charge::new("elb", "LCU", Meter::LcuHours, 1.0),
        Charge::new("ec2", "public IPv4 address", Meter::Hours, s.count("addresses") as f64),
        Charge::new("network", "data out to the internet", Meter::BytesOut, 1e-9),
    ]
}
