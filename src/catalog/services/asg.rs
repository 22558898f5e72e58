//! Auto Scaling group: instances by demand. Absent: step, scheduled and predictive policies, warm pools, purchase mix.

use super::ec2;
use crate::catalog::blueprint::{Blueprint, ScalerPlan};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::sim::network::Metric;
use crate::units::HOURS_PER_MONTH;

super::service! { "asg",
    face: Face::Server,
    calls: ec2::CALLS,
    lower: lower,
    charges: charges,
    status: |s| format!("{} · {} to {}", s.word("type"), s.count("min"), s.count("max")),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let min = s.count("min") as u32;
    let metric = match s.word("policy").as_str() {
        "backlog per instance" => Metric::Backlog { buffer: 0, target: s.count("backlog").max(1) as f64 },
        "none" => Metric::Size,
        _ => Metric::Cpu(s.share("target")),
    };
    let scaler = ScalerPlan {
        min,
        max: (s.count("max") as u32).max(min),
        metric,
        period: s.span("period"),
        high_points: s.count("high_points") as u32,
        low_points: s.count("low_points") as u32,
        low: s.share("low"),
        replace: s.span("replace"),
        warmup: s.span("warmup"),
    };
    let pool = ec2::pool(s, min, s.count("zones") as u32);
    Blueprint { program: ec2::program(s), pool: Some(pool), scaler: Some(scaler), ..Blueprint::default() }
}

/// Those of its instances, and two alarms for a group that follows a target: one to add, one to remove.
fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let alarms = if s.word("policy") == "none" { 0.0 } else { 2.0 };
    let mut charges = ec2::charges(s);
    charges.push(Charge::new("network", "CloudWatch alarm", Meter::Hours, alarms / HOURS_PER_MONTH));
    charges
}
