//! Connections that have been silent for too long: a balancer gives up on a target that does not answer.
//!
//! Answers come long before that, so no request has a timer. Once in each idle time-out all requests that wait at the
//! balancer are looked at, in the order in which they will have waited too long; what begins later cannot be due before
//! the next look. It is exact, and costs nothing until something hangs.

use super::engine::Engine;
use super::event_set::{Event, EventKind, NO_SLOT, Slot};
use super::frame::{FrameId, State};
use super::network::{Index, Reason};
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// Requests of one balancer that may become due before the next look.
#[derive(Debug, Clone)]
pub(super) struct Idle {
    due: VecDeque<(SimTime, FrameId, u32)>,
    /// How long it waits now; nothing before it has begun to watch.
    by: Option<Option<Span>>,
    /// When all requests are looked at again.
    look: SimTime,
    slot: Slot,
}

impl Default for Idle {
    fn default() -> Self {
        Self { due: VecDeque::new(), by: None, look: SimTime::ZERO, slot: NO_SLOT }
    }
}

impl Engine {
    /// Begins to watch the connections of all balancers, or goes on by other time-outs.
    pub(super) fn watch_idle(&mut self) {
        for balancer in 0..self.network.balancers.len() as Index {
            let idle = self.network.balancers[balancer as usize].idle;
            if self.idles[balancer as usize].by.replace(idle) != Some(idle) {
                self.look_at_idle(balancer);
            }
        }
    }

    /// Notes who is waiting, and plans what is due first.
    fn look_at_idle(&mut self, balancer: Index) {
        let (site, idle) = {
            let spec = &self.network.balancers[balancer as usize];
            (spec.site, spec.idle)
        };
        let state = &mut self.idles[balancer as usize];
        state.due.clear();
        let Some(idle) = idle else {
            state.look = SimTime(u64::MAX);
            return self.plan_idle(balancer);
        };
        state.look = self.now + idle;
        self.unfold_those(|lane| lane.via == site);
        let state = &mut self.idles[balancer as usize];
        let waiting = self.frames.numbered().filter(|(_, frame)| frame.site == site);
        let mut due: Vec<(SimTime, FrameId, u32)> = waiting
            .filter_map(|(id, frame)| match frame.state {
                State::Calling => Some((self.frames[frame.child].called, id, frame.generation)),
                State::Joining => Some((frame.arrived, id, frame.generation)),
                _ => None,
            })
            .map(|(since, id, generation)| (since + idle, id, generation))
            .collect();
        due.sort_unstable_by_key(|&(due, id, generation)| (due, generation, id));
        state.due = due.into();
        self.plan_idle(balancer);
    }

    fn plan_idle(&mut self, balancer: Index) {
        let frames = &self.frames;
        let state = &mut self.idles[balancer as usize];
        let over = |&(_, id, generation): &(SimTime, FrameId, u32)| frames[id].generation != generation;
        while state.due.front().is_some_and(over) {
            state.due.pop_front();
        }
        let next = state.due.front().map_or(state.look, |&(due, ..)| due).max(self.now);
        let next = (next < SimTime(u64::MAX)).then_some(next);
        state.slot = self.events.replan(state.slot, next, Event { kind: EventKind::Idle, index: balancer });
    }

    /// Somebody has waited too long, or it is time to look again.
    pub(super) fn idle_due(&mut self, balancer: Index) {
        let state = &mut self.idles[balancer as usize];
        state.slot = NO_SLOT;
        match state.due.pop_front() {
            None => return self.look_at_idle(balancer),
            Some((due, id, generation)) if due <= self.now => {
                // What has been answered and calls again has another callee, and is looked at with the others.
                if self.frames[id].generation == generation {
                    self.lose_frame(id, Reason::TimedOut);
                    self.run_ready();
                }
            }
            Some(early) => state.due.push_front(early),
        }
        self.plan_idle(balancer);
    }
}
