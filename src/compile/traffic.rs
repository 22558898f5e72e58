//! What users offer: their settings, the shape that the scenario gives them, and the classes of the design.

use super::Note;
use crate::catalog::SourcePlan;
use crate::model::{Design, Id, RequestClass};
use crate::sim::network::{Class, Index, Source};
use crate::sim::shape::Shape;
use crate::sim::traffic::{Part, Traffic};

/// A kind of request for the engine.
pub(super) fn class(class: &RequestClass) -> Class {
    Class { name: class.name.clone(), priority: class.priority, work: class.work, write: class.write }
}

/// A source for the engine, perhaps with a shape of the scenario; what of it cannot be run becomes a note.
pub(super) fn source(
    (id, site): (&Id, Index),
    plan: SourcePlan,
    (design, shape): (&Design, Option<Result<Shape, String>>),
    notes: &mut Vec<Note>,
) -> Source {
    let mut note = |text: String| notes.push(Note { about: Some(id.clone()), text });
    let mut traffic = plan.traffic;
    let shape = shape.map(|shape| shape.and_then(|shape| shape.check().map(|()| shape)));
    match (&mut traffic, shape) {
        (_, None) => {}
        (Traffic::Open { arrivals, .. } | Traffic::Sessions { arrivals, .. }, Some(Ok(shape))) => {
            arrivals.shape = shape;
        }
        (Traffic::Closed { .. }, Some(_)) => {
            note(format!("The scenario shapes the traffic of {id}, but its users are closed and have no rate."));
        }
        (_, Some(Err(why))) => {
            note(format!("The traffic that the scenario gives {id} is left out, and its own rate counts: {why}."));
        }
    }
    let mix = mix(&plan.mix, design, plan.bytes, &mut note);
    Source { site, traffic, timeout: plan.timeout, patience: plan.patience, bytes: plan.bytes, mix }
}

/// The kinds of requests of a source with their parts of the whole.
fn mix(wanted: &[(String, f64)], design: &Design, bytes: (u64, u64), note: &mut impl FnMut(String)) -> Vec<Part> {
    let mut chosen: Vec<(usize, f64)> = Vec::new();
    for (name, weight) in wanted {
        match design.classes.iter().position(|class| class.name == *name) {
            Some(at) => chosen.push((at, *weight)),
            None => note(format!("There is no class \"{name}\" in this design; it is left out of the mix.")),
        }
    }
    if chosen.is_empty() {
        chosen = design.classes.iter().enumerate().map(|(at, class)| (at, class.share)).collect();
    }
    let total: f64 = chosen.iter().map(|(_, weight)| weight).sum();
    let part = |(at, weight): (usize, f64)| {
        let bytes = design.classes[at].bytes.unwrap_or(bytes);
        // No step of a program asks for objects yet, so that none is drawn.
        Part { class: at as u8, share: weight / total, bytes, popularity: None }
    };
    chosen.into_iter().map(part).collect()
}
