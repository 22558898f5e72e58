//! Links that take no time: there whole calls are done in one turn, by pieces of the engine of their own.

use super::stress::{DRAWINGS, any, audit, drawn, fault, planned};
use loadscape::compile::onto;
use loadscape::model::Design;
use loadscape::sim::engine::Engine;
use loadscape::sim::random::Stream;
use loadscape::units::{SimTime, Span};

/// Most links take no time.
fn close_up(mut design: Design, chance: &mut Stream) -> Design {
    let kind = &loadscape::catalog::link_sheet().param("network").expect("links have it").kind;
    for link in design.links.values_mut().filter(|_| chance.below(4) > 0) {
        link.settings.insert("network".to_owned(), kind.parse("0 s").expect("a time"));
    }
    design
}

#[test]
fn calls_in_one_turn_keep_the_books_whatever_fails() {
    let mut events = 0;
    for seed in 0..48 {
        let mut chance = Stream::new(seed, "ways");
        let drawing = any(&mut chance, DRAWINGS);
        let mut plan = planned(&close_up(drawn(&mut chance, drawing, "1 s"), &mut chance));
        let mut engine = Engine::new(plan.network.clone(), seed);
        while engine.now() < SimTime::ZERO + Span::from_secs(12) && engine.events() < 15_000 {
            match chance.below(30) {
                0 => engine.inject(fault(&mut chance, &plan)),
                1 => {
                    let next = onto(&plan, &planned(&close_up(drawn(&mut chance, drawing, "1 s"), &mut chance)));
                    plan = if engine.retune(next.network.clone()).is_ok() { next } else { plan };
                }
                _ => {}
            }
            engine.run_until(engine.now() + Span::from_millis(200));
            audit(&engine, &format!("seed {seed}"));
        }
        events += engine.events();
    }
    assert!(events > 300_000, "{events} events say something");
}
