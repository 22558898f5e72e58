//! Requests that are followed: what is seen of them is what the figures say, and following them changes nothing.

use super::calls::wired;
use super::engine::{design, plan};
use loadscape::compile::compile;
use loadscape::file;
use loadscape::scenario::Scenario;
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::sim::trace::{Ending, Kind, Trace};
use loadscape::units::{SimTime, Span};
use std::sync::Arc;

fn after(secs: u64) -> SimTime {
    SimTime::ZERO + Span::from_secs(secs)
}

/// Nanoseconds that a request did something at one place.
fn nanos(trace: &Trace, visit: usize, kind: Kind) -> u64 {
    let pieces = trace.visits[visit].pieces.iter().filter(|piece| piece.kind == kind);
    pieces.map(|piece| piece.to.since(piece.from).0).sum()
}

/// What must hold of every trace: pieces follow each other without gaps, and callees stand inside their callers.
fn check(traces: &[Arc<Trace>]) {
    for trace in traces {
        let user = &trace.visits[0];
        assert_eq!((user.from, user.to, user.caller), (trace.from, trace.to, None), "{trace:#?}");
        for visit in &trace.visits {
            let ends = [visit.pieces.first().map(|p| p.from), visit.pieces.last().map(|p| p.to)];
            let whole = visit.from == visit.to || ends == [Some(visit.from), Some(visit.to)];
            assert!(whole, "{visit:?} of {trace:#?}");
            assert!(visit.pieces.windows(2).all(|pair| pair[0].to == pair[1].from), "{visit:?} of {trace:#?}");
            let caller = visit.caller.map(|caller| &trace.visits[caller]);
            assert!(caller.is_none_or(|caller| caller.from <= visit.from && visit.to <= caller.to), "{trace:#?}");
        }
    }
}

#[test]
fn following_requests_changes_nothing() {
    for sample in file::samples() {
        let design = file::parse(sample.text, sample.title).expect("a sample reads").design;
        let plan = compile(&design, &design.scenarios[0]);
        let mut plain = Engine::new(plan.network.clone(), 3);
        let mut traced = plain.clone();
        traced.trace();
        for engine in [&mut plain, &mut traced] {
            engine.run_until(after(90));
        }
        assert_eq!(plain.report(), traced.report(), "{}", sample.title);
        check(&traced.traces());
        assert!(traced.traces().len() > 40 && plain.traces().is_empty(), "{}", traced.traces().len());
    }
}

#[test]
fn waiting_and_working_are_those_of_theory() {
    // M/M/1 at one half: a request waits as long as it works, 10 ms each.
    let users = [("rate", "50/s"), ("distance", "0 s"), ("timeout", "1 h")];
    let nodes = [("users", "users", &users[..]), ("box", "station", &[("servers", "1"), ("service", "10 ms exp")])];
    let mut engine = Engine::new(plan(&design(&nodes, &[("users", "box")]), Vec::new()).network, 5);
    engine.trace();
    engine.run_until(after(1_000));
    let traces = engine.traces();
    check(&traces);
    let mean = |kind| traces.iter().map(|trace| nanos(trace, 1, kind) as f64 / 1e6).sum::<f64>() / traces.len() as f64;
    let (waits, works) = (mean(Kind::Waits), mean(Kind::Works));
    assert!((8.0..=12.0).contains(&works) && (7.0..=13.0).contains(&waits), "{waits} ms and {works} ms");
    let took = traces.iter().map(|trace| trace.took().secs()).sum::<f64>() / traces.len() as f64 * 1e3;
    assert!((took - waits - works).abs() < 0.01, "{took} ms are more than {waits} and {works}");
}

#[test]
fn sharing_the_processor_is_told_from_working() {
    // Two processors, four times as many workers: under load much of the time goes to others.
    let users = [("rate", "150/s"), ("distance", "0 s"), ("timeout", "1 h")];
    let web = [("type", "m5.large"), ("work", "10 ms constant"), ("workers", "64")];
    let nodes = [("users", "users", &users[..]), ("web", "ec2", &web[..])];
    let mut engine = Engine::new(plan(&design(&nodes, &[("users", "web")]), Vec::new()).network, 5);
    engine.trace();
    engine.run_until(after(300));
    let traces = engine.traces();
    check(&traces);
    let sum = |kind| traces.iter().map(|trace| nanos(trace, 1, kind)).sum::<u64>() as f64 / traces.len() as f64 / 1e6;
    let (works, shares) = (sum(Kind::Works), sum(Kind::Shares));
    // The processor sharing formula for c = 2 at 75 % to 80 %: as much again, more or less.
    assert!((9.0..=11.0).contains(&works), "{works} ms of work");
    assert!((4.0..=40.0).contains(&shares), "{shares} ms for others");
}

#[test]
fn attempts_and_their_reasons_are_seen() {
    let users = [("rate", "100/s"), ("distance", "0 s"), ("timeout", "1 h")];
    let station = [("servers", "100"), ("service", "5 ms constant"), ("errors", "30 %")];
    let nodes = [("users", "users", &users[..]), ("box", "station", &station[..])];
    let policy: &[(&str, &str)] = &[("retry", "fixed"), ("pause", "20 ms")];
    let network = compile(&wired(&nodes, &[("users", "box", policy)]), &Scenario::steady()).network;
    let mut engine = Engine::new(network, 5);
    engine.trace();
    engine.run_until(after(300));
    let traces = engine.traces();
    check(&traces);
    let again = traces.iter().filter(|trace| trace.visits.len() == 3).count() as f64 / traces.len() as f64;
    assert!((0.15..=0.3).contains(&again), "two attempts: {again}");
    for trace in traces.iter().filter(|trace| trace.visits.len() > 2) {
        assert_eq!(trace.visits[1].ending, Ending::Failed(Reason::ErrorAnswer));
        assert!(trace.visits[2].from.since(trace.visits[1].to) > Span::ZERO, "{trace:#?}");
    }
    let failed = traces.iter().filter(|trace| trace.ending == Ending::Failed(Reason::ErrorAnswer)).count();
    assert!(failed > 0, "three failures in a row");
}

#[test]
fn what_is_kept_is_bounded_and_reaches_back_and_checkpoints_see_the_same() {
    let nodes = [("users", "users", &[("rate", "5/s")][..]), ("box", "station", &[][..])];
    let mut engine = Engine::new(plan(&design(&nodes, &[("users", "box")]), Vec::new()).network, 5);
    engine.trace();
    engine.run_until(after(3_000));
    let mut copy = engine.clone();
    for engine in [&mut engine, &mut copy] {
        engine.run_until(after(6_000));
    }
    let traces = engine.traces();
    assert_eq!(traces, copy.traces());
    assert!((300..=600).contains(&traces.len()), "{}", traces.len());
    assert!(traces.windows(2).all(|pair| pair[0].number < pair[1].number));
    assert!(traces[0].from < after(3_000), "the first is of {} s", traces[0].from.secs());
}
