//! CloudFront: answers from the edge, or fetches from its origin.

use crate::catalog::blueprint::{Blueprint, Op};
use crate::catalog::{Charge, Face, Meter, Settings};

super::service! { "cloudfront",
    face: Face::Edge,
    calls: &[Face::Balancer, Face::Store],
    lower: lower,
    charges: charges,
    status: |s| format!("hit {}", s.share("hit")),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let program = vec![Op::Hold("edge", s.work("edge")), Op::Lookup(s.share("hit").0), Op::AnswerOnHit, Op::CallOne];
    let (reach, outreach) = (Some(s.span("reach")), Some(s.span("origin")));
    Blueprint { program, reach, outreach, ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let edge = s.word("price_class");
    vec![
        Charge::new("cloudfront", format!("HTTPS requests, {edge}"), Meter::Requests, 1e-4),
        Charge::new("cloudfront", format!("data out, {edge}"), Meter::BytesOut, 1e-9),
    ]
}
