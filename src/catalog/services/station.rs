//! Your own service: a station with servers, a service time, a discipline and a queue. For on-premises servers and third
//! parties, and how the engine is held against queueing theory. Absent: priorities.

use crate::catalog::blueprint::{Blueprint, Op, PoolPlan};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::sim::network::Discipline;
use crate::units::Span;

super::service! { "station",
    face: Face::Server,
    calls: super::ec2::CALLS,
    lower: lower,
    charges: charges,
    status: |s| format!("{} servers · {}", s.count("servers"), s.work("service")),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let servers = s.count("servers") as u32;
    let sharing = s.word("discipline") == "processor sharing";
    let pool = PoolPlan {
        servers: 1,
        zones: 0,
        workers: if sharing { u32::MAX } else { servers },
        queue: s.limit("queue").map_or(u32::MAX, |queue| queue as u32),
        discipline: if s.word("discipline") == "last in, first out" { Discipline::Lifo } else { Discipline::Fifo },
        cores: f64::from(servers),
        speed: 1.0,
        boot: Span::ZERO,
    };
    let service = s.work("service");
    let serve = if sharing { Op::Work("service", service) } else { Op::Hold("service", service) };
    Blueprint { program: vec![Op::Acquire, serve, Op::CallAll, Op::Err(s.share("errors").0), Op::Release], pool: Some(pool), ..Blueprint::default() }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let price = s.money("price").usd();
    vec![Charge { own_price: Some(price), ..Charge::new("station", "your own price", Meter::Hours, 1.0) }]
}
