//! Constant delays. What waits equally long leaves in the order in which it came, so a queue replaces the event set;
//! only its first entry is an event.

use super::event_set::{Event, EventKind, EventSet};
use super::network::Index;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// One waiting thing: a frame or a message, with the generation that it had.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) due: SimTime,
    ticket: u64,
    pub(super) index: u32,
    pub(super) generation: u32,
}

/// What a ring holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// Frames, of whatever site.
    Frames,
    /// Messages of a buffer.
    Buffer(Index),
}

/// A queue of things that wait equally long.
#[derive(Debug, Clone)]
pub(super) struct Ring {
    pub(super) delay: Span,
    /// Whose things wait here.
    pub(super) owner: Owner,
    entries: VecDeque<Entry>,
    /// Its number, which its event carries.
    number: u32,
}

impl Ring {
    pub(super) fn new(delay: Span, owner: Owner, number: u32) -> Self {
        Self { delay, owner, entries: VecDeque::new(), number }
    }

    /// Lets something wait.
    #[inline]
    pub(super) fn push(&mut self, events: &mut EventSet, now: SimTime, index: u32, generation: u32) {
        let due = now + self.delay;
        let ticket = events.ticket();
        if self.entries.is_empty() {
            events.schedule_in_turn(due, ticket, Event { kind: EventKind::Ring, index: self.number });
        }
        self.entries.push_back(Entry { due, ticket, index, generation });
    }

    /// Takes out the first entry, whose event has just happened, and schedules the next.
    #[inline]
    pub(super) fn pop(&mut self, events: &mut EventSet) -> Entry {
        let entry = self.entries.pop_front().expect("its event happened, so there is an entry");
        if let Some(next) = self.entries.front() {
            events.schedule_in_turn(next.due, next.ticket, Event { kind: EventKind::Ring, index: self.number });
        }
        entry
    }
}
