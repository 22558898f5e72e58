//! How links are called: the classes that use them, and the policy that the engine follows.

use super::Note;
use super::route::{Part, Way};
use crate::catalog::Face;
use crate::model::Design;
use crate::sim::network::{ClassSet, Index};
use crate::sim::policy::CallPolicy;
use crate::words::t;

/// Classes that can be told apart.
const MOST: usize = 64;

/// The classes that use a link; names that no class has are left out with a note.
pub(super) fn classes(way: &Way<'_>, design: &Design, notes: &mut Vec<Note>) -> ClassSet {
    if way.calls.classes.is_empty() {
        return ClassSet::ALL;
    }
    let mut note = |text| notes.push(Note { about: Some(way.id.clone()), text });
    let mut found = Vec::new();
    for name in &way.calls.classes {
        match design.classes.iter().position(|class| class.name == *name) {
            Some(at) if at < MOST => found.push(at),
            Some(_) => note(t!(
                "Link {id}: only the first {most} kinds of requests can be told apart.",
                id = way.id,
                most = MOST
            )),
            None => {
                note(t!("Link {id} names \"{name}\", which no kind of requests is called.", id = way.id, name = name))
            }
        }
    }
    ClassSet::of(found.into_iter())
}

/// How a link is used; nothing for one plain call. Messages are taken from a queue by its own rules.
pub(super) fn policy(way: &Way<'_>, parts: &[Part<'_>], law: Index, notes: &mut Vec<Note>) -> Option<Box<CallPolicy>> {
    let calls = &way.calls;
    if calls.is_plain() {
        return None;
    }
    let why = match parts[way.from].service.face {
        Face::Queue => Some(t!("a queue gives a message out again after its visibility timeout")),
        Face::Topic | Face::Store => Some(t!("it waits for no answer")),
        _ => None,
    };
    if let Some(why) = why {
        let text =
            t!("The timeout, retries and circuit breaker of link {id} do nothing: {why}.", id = way.id, why = why);
        notes.push(Note { about: Some(way.id.clone()), text });
        return None;
    }
    let (times, timeout, retry, breaker) = (calls.times, calls.timeout, calls.retry, calls.breaker);
    Some(Box::new(CallPolicy { times, timeout, retry, breaker, law }))
}
