//! Users who leave when their answer is not there in time.
//!
//! All users of a source wait equally long, so their deadlines stand in a queue whose first living entry is the only event.
//! An answered request costs nothing more than its place in the queue.

use super::engine::Engine;
use super::event_set::{Event, EventKind, EventSet};
use super::frame::{FrameId, Frames, NONE};
use super::network::{Index, Reason};
use super::traffic::Patience;
use crate::units::SimTime;
use std::collections::VecDeque;

/// Entries of requests that are over are thrown out when there are this many more than requests under way.
const SLACK: usize = 65_536;

/// Deadlines of one source, in the order of time.
#[derive(Debug, Clone, Default)]
pub(super) struct Deadlines {
    entries: VecDeque<(SimTime, FrameId, u32)>,
    /// Whether an event is pending for the first entry.
    planned: bool,
}

impl Deadlines {
    fn plan(&mut self, events: &mut EventSet, index: Index) {
        if let Some(&(due, ..)) = self.entries.front().filter(|_| !self.planned) {
            events.schedule(due, Event { kind: EventKind::Deadline, index });
            self.planned = true;
        }
    }

    /// Throws out the entries of requests that are over if they are many.
    fn tidy(&mut self, frames: &Frames) {
        if self.entries.len() > 2 * frames.in_use() + SLACK {
            self.entries.retain(|&(_, id, generation)| frames[id].generation == generation);
        }
    }
}

impl Engine {
    /// A user looks at the clock.
    #[inline]
    pub(super) fn set_deadline(&mut self, index: Index, id: FrameId) {
        let source = &self.network.sources[index as usize];
        if source.patience == Patience::Waits {
            return;
        }
        let deadlines = &mut self.deadlines[index as usize];
        deadlines.tidy(&self.frames);
        deadlines.entries.push_back((self.now + source.timeout, id, self.frames[id].generation));
        deadlines.plan(&mut self.events, index);
    }

    /// The first deadline of a source has come.
    pub(super) fn deadline(&mut self, index: Index) {
        let deadlines = &mut self.deadlines[index as usize];
        deadlines.planned = false;
        let mut leaving = Vec::new();
        while let Some(&(due, id, generation)) = deadlines.entries.front() {
            let alive = self.frames[id].generation == generation;
            if alive && due > self.now {
                break;
            }
            deadlines.entries.pop_front();
            if alive {
                leaving.push((id, generation));
            }
        }
        deadlines.plan(&mut self.events, index);
        for (id, generation) in leaving {
            // One user's leaving may end another's request.
            if self.frames[id].generation == generation {
                self.lose_frame(id, Reason::GaveUp);
                self.run_ready();
            }
        }
    }

    /// Works all deadlines of a source out again, after its users' patience has changed.
    pub(super) fn reset_deadlines(&mut self, index: Index) {
        let source = &self.network.sources[index as usize];
        let (timeout, waits) = (source.timeout, source.patience == Patience::Waits);
        let waiting = self.frames.numbered().filter(|(_, frame)| frame.source == index && frame.parent == NONE);
        let due = waiting.map(|(id, frame)| ((frame.arrived + timeout).max(self.now), id, frame.generation));
        let mut entries: Vec<_> = if waits { Vec::new() } else { due.collect() };
        entries.sort_unstable_by_key(|&(due, id, generation)| (due, generation, id));
        let deadlines = &mut self.deadlines[index as usize];
        // An event that is pending already finds the entries as they are now, and plans the next.
        deadlines.entries = entries.into();
        let first = deadlines.entries.front().map(|&(due, ..)| due);
        if let Some(due) = first.filter(|_| deadlines.planned) {
            self.events.schedule(due, Event { kind: EventKind::Deadline, index });
        }
        deadlines.plan(&mut self.events, index);
    }
}
