//! What users offer: their settings, the shape that the scenario gives them, and the classes of the design.

use super::Note;
use crate::catalog::SourcePlan;
use crate::model::{Design, Id, RequestClass};
use crate::sim::network::{Class, Index, Source};
use crate::sim::shape::Shape;
use crate::sim::traffic::{Part, Traffic};
use crate::sim::zipf::Popularity;
use crate::words::t;

/// A kind of request for the engine.
pub(super) fn class(class: &RequestClass) -> Class {
    Class { name: class.name.clone(), priority: class.priority, work: class.work, write: class.write }
}

/// Whether something in the drawing asks which object a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyed {
    /// Something does.
    Yes,
    /// Nothing does: no object is drawn.
    No,
}

/// A source for the engine, perhaps with a shape of the scenario; what of it cannot be run becomes a note.
pub(super) fn source(
    (id, site): (&Id, Index),
    plan: SourcePlan,
    (design, keyed, shape): (&Design, Keyed, Option<Result<Shape, String>>),
    notes: &mut Vec<Note>,
) -> Source {
    let mut note = |text: String| notes.push(Note { about: Some(id.clone()), text });
    let mut traffic = plan.traffic.clone();
    let shape = shape.map(|shape| shape.and_then(|shape| shape.check().map(|()| shape)));
    match (&mut traffic, shape) {
        (_, None) => {}
        (Traffic::Open { arrivals, .. } | Traffic::Sessions { arrivals, .. }, Some(Ok(shape))) => {
            arrivals.shape = shape;
        }
        (Traffic::Closed { .. }, Some(_)) => {
            note(t!("The scenario shapes the traffic of {id}, but its users are closed and have no rate.", id = id));
        }
        (_, Some(Err(why))) => {
            note(t!(
                "The traffic that the scenario gives {id} is left out, and its own rate counts: {why}.",
                id = id,
                why = why
            ));
        }
    }
    let mix = mix(&plan, design, keyed, &mut note);
    let SourcePlan { timeout, patience, keep, bytes, .. } = plan;
    Source { site, traffic, timeout, patience, keep, bytes, mix }
}

/// The kinds of requests of a source with their parts of the whole.
fn mix(plan: &SourcePlan, design: &Design, keyed: Keyed, note: &mut impl FnMut(String)) -> Vec<Part> {
    let popularity = |own: Option<Popularity>| (keyed == Keyed::Yes).then(|| own.unwrap_or(plan.objects));
    let mut chosen: Vec<(usize, f64)> = Vec::new();
    for (name, weight) in &plan.mix {
        match design.classes.iter().position(|class| class.name == *name) {
            Some(at) => chosen.push((at, *weight)),
            None => note(t!("There is no class \"{name}\" in this design; it is left out of the mix.", name = name)),
        }
    }
    if chosen.is_empty() {
        chosen = design.classes.iter().enumerate().map(|(at, class)| (at, class.share)).collect();
    }
    if chosen.is_empty() && keyed == Keyed::Yes {
        return vec![Part { class: 0, share: 1.0, bytes: plan.bytes, popularity: popularity(None) }];
    }
    let total: f64 = chosen.iter().map(|(_, weight)| weight).sum();
    let part = |(at, weight): (usize, f64)| {
        let class = &design.classes[at];
        let (bytes, popularity) = (class.bytes.unwrap_or(plan.bytes), popularity(class.popularity));
        Part { class: at as u8, share: weight / total, bytes, popularity }
    };
    chosen.into_iter().map(part).collect()
}
