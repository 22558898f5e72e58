//! A moment of the run that is past and shown, while the run itself stays where it is.

use super::clock;
use super::past::{Change, Course, Past};
use crate::sim::network::Index;
use crate::sim::snapshot::Snapshot;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

/// The course of a run on its way to a moment that is past, or there.
pub(super) struct Look {
    pub(super) course: Course,
    replay: VecDeque<(SimTime, Change)>,
    /// The moment.
    pub(super) goal: SimTime,
    /// The run where it is.
    pub(super) live: Arc<Snapshot>,
}

impl Look {
    /// Begins at the copy before a moment.
    pub(super) fn new(past: &Past, goal: SimTime, live: Arc<Snapshot>, watch: Option<Index>) -> Self {
        let (mut course, replay) = past.find(goal);
        course.engine.watch(watch);
        Self { course, replay, goal, live }
    }

    /// Goes on to another moment, if it is nearer from here than from any copy; says whether it is.
    pub(super) fn turn_to(&mut self, past: &Past, goal: SimTime) -> bool {
        let near = (past.nearest(goal)..=goal).contains(&self.course.engine.now());
        if near {
            self.goal = goal;
        }
        near
    }

    /// Keeps the history of a site, at the moment and of the run where it is.
    pub(super) fn watch(&mut self, site: Option<Index>, run: &Course) {
        self.course.engine.watch(site);
        self.live = Arc::new(run.engine.snapshot());
    }

    /// Whether the moment is not reached yet.
    pub(super) fn is_on_its_way(&self) -> bool {
        self.course.engine.now() < self.goal
    }

    /// Goes on, at most by `step` at once and until a moment of the clock.
    pub(super) fn go(&mut self, step: Span, deadline: Instant) {
        while self.is_on_its_way() && clock::now() < deadline {
            while let Some((_, change)) = self.replay.pop_front_if(|(at, _)| *at <= self.course.engine.now()) {
                self.course.make(&change);
            }
            let planned = self.replay.front().map_or(self.goal, |&(at, _)| at.min(self.goal));
            self.course.go(step, planned);
        }
    }
}
