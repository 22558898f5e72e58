//! The commonest turns of a request are done by pieces of the engine of their own, which are fast because they ask little.
//! What they do must be what the general way does: the same drawing, run both ways, gives the same report to the last bit.

use super::stress::{DRAWINGS, Drawing, any, audit, drawn, fault, planned};
use loadscape::compile::{Plan, onto};
use loadscape::model::Design;
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Network;
use loadscape::sim::random::Stream;
use loadscape::units::{SimTime, Span};

/// Users who call servers without anything between: there a request needs one frame for two sites.
const NEAR: &[Drawing] = &[
    (&[("users", "users"), ("web", "station"), ("db", "station")], &[("users", "web"), ("web", "db")]),
    (
        &[("users", "users"), ("more", "users"), ("web", "asg"), ("cache", "elasticache"), ("db", "rds")],
        &[("users", "web"), ("more", "web"), ("web", "cache"), ("web", "db")],
    ),
    (&[("users", "users"), ("box", "ec2"), ("desk", "station")], &[("users", "box"), ("box", "desk")]),
];

/// One engine that takes every short way and one that takes none.
fn both(network: &Network, seed: u64) -> [Engine; 2] {
    let short = Engine::new(network.clone(), seed);
    let mut long = short.clone();
    long.take_the_long_way();
    [short, long]
}

/// Links that take no time, where short ways begin.
fn close_up(mut design: Design, chance: &mut Stream) -> Design {
    let kind = &loadscape::catalog::link_sheet().param("network").expect("links have it").kind;
    for link in design.links.values_mut().filter(|_| chance.below(4) > 0) {
        link.settings.insert("network".to_owned(), kind.parse("0 s").expect("a time"));
    }
    for node in design.nodes.values_mut().filter(|node| node.service == "users") {
        node.settings.insert("distance".to_owned(), kind.parse("0 s").expect("a time"));
    }
    design
}

/// Something that may happen to both between two stretches of a run.
fn disturb(engines: &mut [Engine; 2], plan: &mut Plan, (drawing, chance): (&Drawing, &mut Stream)) {
    match chance.below(30) {
        0 => {
            let harm = fault(chance, plan);
            engines.iter_mut().for_each(|engine| engine.inject(harm));
        }
        1 => {
            let next = onto(plan, &planned(&close_up(drawn(chance, drawing, "1 s"), chance)));
            let taken = engines.each_mut().map(|engine| engine.retune(next.network.clone()).is_ok());
            assert_eq!(taken[0], taken[1]);
            if taken[0] {
                *plan = next;
            }
        }
        _ => {}
    }
}

#[test]
fn short_ways_lead_where_the_long_way_leads() {
    let mut events = 0;
    for seed in 0..72 {
        let mut chance = Stream::new(seed, "ways");
        let drawing = any(&mut chance, if seed % 3 == 0 { DRAWINGS } else { NEAR });
        let mut plan = planned(&close_up(drawn(&mut chance, drawing, "1 s"), &mut chance));
        let mut engines = both(&plan.network, seed);
        while engines[0].now() < SimTime::ZERO + Span::from_secs(12) && engines[0].events() < 15_000 {
            disturb(&mut engines, &mut plan, (drawing, &mut chance));
            let until = engines[0].now() + Span::from_millis(200);
            engines.iter_mut().for_each(|engine| engine.run_until(until));
            let [short, long] = &engines;
            assert_eq!(short.report(), long.report(), "seed {seed} at {until:?}");
        }
        engines.iter().for_each(|engine| audit(engine, &format!("seed {seed}")));
        events += engines[0].events();
    }
    assert!(events > 300_000, "{events} events say something");
}

/// The yardsticks, on which the speed of the engine is measured, go nothing but short ways.
#[test]
fn the_yardsticks_give_the_same_figures_both_ways() {
    let yardsticks = [
        include_str!("../benches/m1.ron"),
        include_str!("../benches/m2.ron"),
        include_str!("../benches/m3.ron"),
        include_str!("../benches/m4.ron"),
    ];
    for text in yardsticks {
        let design = loadscape::file::parse(text, "a yardstick").expect("it can be read").design;
        let mut engines = both(&planned(&design).network, 7);
        engines.iter_mut().for_each(|engine| engine.run_until(SimTime::ZERO + Span::from_secs(9)));
        assert_eq!(engines[0].report(), engines[1].report(), "{}", design.name);
    }
}
