//! Users: where requests come from. Absent: retries of what failed.

use crate::words::t;
use crate::catalog::blueprint::{Blueprint, Op, SourcePlan};
use crate::catalog::{Charge, Face, Settings, mix, objects};
use crate::sim::shape::Shape;
use crate::sim::zipf::Popularity;
use crate::sim::traffic::{Arrivals, Patience, Spacing, Traffic};

super::service! { "users",
    face: Face::Client,
    calls: &[Face::Dns, Face::Edge, Face::Balancer, Face::Server, Face::Store],
    lower: lower,
    charges: |_: &Settings<'_>| -> Vec<Charge> { Vec::new() },
    status: status,
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let source = SourcePlan {
        traffic: traffic(s),
        timeout: s.span("timeout"),
        patience: if s.word("at_timeout") == "leave" { Patience::GivesUp } else { Patience::Waits },
        distance: s.span("distance"),
        keep: s.span("keep_alive"),
        bytes: (s.bytes("request").0, s.bytes("response").0),
        objects: objects::parse(&s.word("objects")).unwrap_or(Popularity { objects: 1, exponent: 0.0 }),
        mix: mix::parse(&s.word("mix")).unwrap_or_default(),
    };
    Blueprint { program: vec![Op::CallOne], source: Some(source), ..Blueprint::default() }
}

fn traffic(s: &Settings<'_>) -> Traffic {
    match s.word("traffic").as_str() {
        "closed" => {
            Traffic::Closed { users: s.count("users") as u32, think: s.work("think"), requests: s.limit("requests") }
        }
        "sessions" => Traffic::Sessions { arrivals: arrivals(s), requests: s.tally("length"), think: s.work("think") },
        _ => Traffic::Open { arrivals: arrivals(s), batch: s.tally("batch") },
    }
}

fn arrivals(s: &Settings<'_>) -> Arrivals {
    let rate = s.rate("rate");
    let spacing = match s.word("arrivals").as_str() {
        "even" => Spacing::Even,
        "by gaps" => return Arrivals::by_gaps(s.work("gaps")),
        "bursty" => Spacing::Bursty { extra: s.rate("burst").0 - rate.0, calm: s.span("calm_time"), burst: s.span("burst_time") },
        _ => Spacing::Poisson,
    };
    Arrivals { shape: Shape::Constant(rate), spacing }
}

fn status(s: &Settings<'_>) -> String {
    match traffic(s) {
        Traffic::Closed { users, .. } => t!("{count} users · think {span}", count = users, span = s.work("think").mean()),
        Traffic::Sessions { .. } => t!("{rate} sessions", rate = s.rate("rate")),
        Traffic::Open { arrivals, .. } => match arrivals.shape {
            Shape::Constant(rate) => t!("{rate} offered", rate = rate),
            _ => String::new(),
        },
    }
}
