//! Your own service: a queueing station with servers, a service time, a discipline and a waiting room; its users may lose
//! patience, its servers may sleep, fail and be slow. For on-premises servers and third parties, and how the engine is
//! held against queueing theory.
//!
//! A request brings its service time with it, so a request that is preempted goes on later with what it has left.
//! Preemption, breakdowns and slow spells act on requests while they are served; one that calls others afterwards keeps
//! its server until they have answered, unless it is set to free it. Absent: servers that differ, service times by server.

use crate::words::t;
use crate::catalog::blueprint::{Blueprint, BucketPlan, Op, PoolPlan, StationPlan};
use crate::catalog::{Charge, Face, Meter, Pricing, Settings};
use crate::sim::network::Discipline;
use crate::units::{Rate, Span};

super::service! { "station",
    face: Face::Server,
    calls: super::ec2::CALLS,
    lower: lower,
    charges: charges,
    status: status,
}

/// Words of the setting, short name on the card, and what it is to the engine.
const DISCIPLINES: [(&str, &str, Discipline); 8] = [
    ("first in, first out", "FIFO", Discipline::Fifo),
    ("last in, first out", "LIFO", Discipline::Lifo),
    ("preemptive last in, first out", "preemptive LIFO", Discipline::LifoPreemptive),
    ("processor sharing", "PS", Discipline::Sharing),
    ("priority", "priority", Discipline::Priority),
    ("preemptive priority", "preemptive priority", Discipline::PriorityPreemptive),
    ("shortest job first", "SJF", Discipline::ShortestJob),
    ("shortest remaining time first", "SRPT", Discipline::ShortestRemaining),
];

fn discipline(s: &Settings<'_>) -> (&'static str, Discipline) {
    let word = s.word("discipline");
    let found = DISCIPLINES.iter().find(|(words, ..)| *words == word);
    found.map_or(("FIFO", Discipline::Fifo), |&(_, short, discipline)| (short, discipline))
}

fn status(s: &Settings<'_>) -> String {
    let servers = match s.limit("servers") {
        Some(1) => t!("1 server").to_owned(),
        Some(servers) => t!("{count} servers", count = servers),
        None => t!("unlimited servers").to_owned(),
    };
    format!("{} · {servers}", discipline(s).0)
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let whole = |limit: Option<u64>| limit.map_or(u32::MAX, |limit| limit.try_into().unwrap_or(u32::MAX));
    let servers = whole(s.limit("servers"));
    let station = StationPlan {
        service: s.work("service"),
        patience: s.maybe_work("patience"),
        setup: s.maybe_work("setup"),
        breakdown: s.maybe_work("fails").map(|fails| (fails, s.work("repair"))),
    };
    let pool = PoolPlan {
        servers: 1,
        zones: 0,
        workers: servers,
        queue: whole(s.limit("queue")),
        discipline: discipline(s).1,
        drops: s.word("forsaken") == "drops them",
        station: Some(station),
        cores: f64::from(servers),
        speed: 1.0,
        boot: Span::ZERO,
        ..PoolPlan::default()
    };
    let mut program = vec![Op::Throttle, Op::Acquire, Op::Serve];
    program.extend(super::ec2::calling(s));
    Blueprint { program, pool: Some(pool), bucket: Some(bucket(s)), ..Blueprint::default() }
}

fn bucket(s: &Settings<'_>) -> BucketPlan {
    let rate = s.maybe_rate("limit").unwrap_or(Rate(f64::INFINITY));
    match s.maybe_count("burst") {
        Some(burst) => BucketPlan { rate, burst: burst as f64, writes: None },
        None => BucketPlan::per_second(rate),
    }
}

fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let price = s.money("price").usd();
    vec![Charge { pricing: Pricing::Own(price), ..Charge::new("station", "your own price", Meter::Hours, 1.0) }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Kind, find};

    #[test]
    fn every_discipline_on_offer_is_known_to_the_engine() {
        let param = find("station").unwrap().sheet().param("discipline").unwrap();
        let words: Vec<&str> = DISCIPLINES.iter().map(|(words, ..)| *words).collect();
        assert!(matches!(&param.kind, Kind::Choice(choices) if *choices == words), "{:?}", param.kind);
    }
}
