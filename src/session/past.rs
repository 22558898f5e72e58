//! The course of a run, and the moments of it that can be gone back to.
//!
//! A copy of the whole course is kept now and then, the older ones farther apart, so that their number is bounded however
//! long the run. Any moment is reached from the copy before it by running on, with the changes that were made meanwhile
//! made again; the engine is deterministic, so what was seen there is seen again.

use crate::compile::Plan;
use crate::cost::{Account, Tariff};
use crate::sim::engine::Engine;
use crate::sim::network::Fault;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;
use std::sync::Arc;

/// All that a run needs.
#[derive(Clone)]
pub(super) struct Setup {
    /// What to run; frames carry it along, because only it can tell what their numbers belong to.
    pub(super) plan: Arc<Plan>,
    /// Its prices.
    pub(super) tariff: Arc<Tariff>,
    /// Seed of all chance.
    pub(super) seed: u64,
    /// Number of the run, counted by the session: frames of an earlier one can still be on their way.
    pub(super) run: u64,
}

/// Everything that a run has become by a moment.
#[derive(Clone)]
pub(super) struct Course {
    pub(super) engine: Engine,
    pub(super) account: Account,
    /// What is run; not what the drawing says while the way to a moment is gone again.
    pub(super) plan: Arc<Plan>,
}

/// Something that was changed while the run was under way.
#[derive(Clone)]
pub(super) enum Change {
    /// Other figures.
    Retune(Setup),
    /// Something went wrong.
    Inject(Fault),
}

impl Course {
    /// The start of a run.
    pub(super) fn new(setup: &Setup) -> Self {
        let mut engine = Engine::new(setup.plan.network.clone(), setup.seed);
        engine.trace();
        Self { engine, account: Account::new(Tariff::clone(&setup.tariff)), plan: Arc::clone(&setup.plan) }
    }

    /// Makes a change now; false if it cannot be made while the run is under way.
    pub(super) fn make(&mut self, change: &Change) -> bool {
        match change {
            Change::Inject(fault) => self.engine.inject(*fault),
            Change::Retune(setup) => {
                if self.engine.retune(setup.plan.network.clone()).is_err() {
                    return false;
                }
                self.account.change(Tariff::clone(&setup.tariff), &self.engine);
                self.plan = Arc::clone(&setup.plan);
            }
        }
        true
    }

    /// Runs on by at most a step, to the next full second or to a moment. Says whether it is a full second.
    pub(super) fn go(&mut self, step: Span, until: SimTime) -> bool {
        let now = self.engine.now();
        let boundary = SimTime((now.0 / Account::STEP.0 + 1).saturating_mul(Account::STEP.0));
        let to = (now + step).min(boundary).min(until);
        self.engine.run_until(to);
        if to == boundary {
            self.account.tell(&mut self.engine);
        }
        to == boundary
    }
}

/// Most sites times copies: a copy of a site with a long history takes some hundred kilobytes.
const SITES: usize = 500;
/// Most and fewest copies.
const COPIES: (usize, usize) = (2, 40);
/// Between the first copies.
const GAP: Span = Span::from_secs(10);
/// Most changes that are remembered; with one more, only what comes after it can be gone back to.
const CHANGES: usize = 2_000;

/// Copies of a course, oldest first, and the changes since the oldest.
pub(super) struct Past {
    copies: Vec<Course>,
    most: usize,
    gap: Span,
    changes: VecDeque<(SimTime, Change)>,
}

impl Past {
    /// Begins at the start of a run.
    pub(super) fn new(course: &Course) -> Self {
        let sites = course.plan.network.sites.len().max(1);
        let most = (SITES / sites).clamp(COPIES.0, COPIES.1);
        Self { copies: vec![course.clone()], most, gap: GAP, changes: VecDeque::new() }
    }

    /// Keeps a copy of the course if the latest is long ago; those far back become fewer.
    pub(super) fn keep(&mut self, course: &Course) {
        let latest = self.copies.last().map_or(SimTime::ZERO, |copy| copy.engine.now());
        if course.engine.now().since(latest) < self.gap {
            return;
        }
        self.copies.push(course.clone());
        if self.copies.len() > self.most {
            let mut at = 0;
            self.copies.retain(|_| {
                at += 1;
                at % 2 == 1
            });
            self.gap = Span(self.gap.0.saturating_mul(2));
        }
    }

    /// Remembers a change that the course has just made.
    pub(super) fn note(&mut self, course: &Course, change: Change) {
        if self.changes.len() == CHANGES {
            self.changes.clear();
            self.copies = vec![course.clone()];
            return;
        }
        let now = course.engine.now();
        let again = |(at, last): &(SimTime, Change)| {
            *at == now && matches!((last, &change), (Change::Retune(_), Change::Retune(_)))
        };
        if self.changes.back().is_some_and(again) {
            self.changes.pop_back();
        }
        self.changes.push_back((now, change));
    }

    /// The latest course before a moment, and the changes from there to the moment; everything later is forgotten.
    ///
    /// A moment before the oldest copy gives the oldest copy.
    pub(super) fn before(&mut self, moment: SimTime) -> (Course, VecDeque<(SimTime, Change)>) {
        self.forget_after(moment);
        self.find(moment)
    }

    /// The latest course before a moment, and all changes since; nothing is forgotten.
    pub(super) fn find(&self, moment: SimTime) -> (Course, VecDeque<(SimTime, Change)>) {
        let course = self.latest_before(moment).clone();
        let from = course.engine.now();
        // A copy is taken before the changes of its moment.
        let replay = self.changes.iter().filter(|(at, _)| *at >= from).cloned().collect();
        (course, replay)
    }

    /// Where the way to a moment begins.
    pub(super) fn nearest(&self, moment: SimTime) -> SimTime {
        self.latest_before(moment).engine.now()
    }

    /// Forgets what came after a moment.
    pub(super) fn forget_after(&mut self, moment: SimTime) {
        let later = self.copies.partition_point(|copy| copy.engine.now() <= moment);
        self.copies.truncate(later.max(1));
        self.changes.retain(|(at, _)| *at < moment);
    }

    fn latest_before(&self, moment: SimTime) -> &Course {
        let later = self.copies.partition_point(|copy| copy.engine.now() <= moment);
        &self.copies[later.max(1) - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::cost::PriceList;
    use crate::model::sketch;
    use crate::scenario::Scenario;

    fn course() -> Course {
        let design = sketch("users -> station(service=1 ms)").unwrap();
        let plan = Arc::new(compile(&design, &Scenario::steady()));
        let tariff = Arc::new(Tariff::new(&design, &plan, &PriceList::default()));
        Course::new(&Setup { plan, tariff, seed: 1, run: 1 })
    }

    #[test]
    fn copies_are_bounded_and_reach_back_to_the_start() {
        let mut course = course();
        let mut past = Past::new(&course);
        while course.engine.now() < SimTime::ZERO + Span::from_secs(3_000) {
            if course.go(Account::STEP, SimTime(u64::MAX)) {
                past.keep(&course);
            }
            assert!(past.copies.len() <= COPIES.1);
        }
        assert_eq!(past.copies[0].engine.now(), SimTime::ZERO);
        let (found, replay) = past.before(SimTime::ZERO + Span::from_secs(1_234));
        let behind = 1_234.0 - found.engine.now().secs();
        assert!(replay.is_empty() && (0.0..=160.0).contains(&behind), "{behind} s to go again");
    }

    #[test]
    fn many_changes_shorten_the_past() {
        let mut course = course();
        let mut past = Past::new(&course);
        for second in 1..=CHANGES as u64 + 5 {
            course.engine.run_until(SimTime::ZERO + Span::from_secs(second));
            let harm = crate::sim::network::Harm::ZoneOutage(0);
            past.note(&course, Change::Inject(Fault { at: Span::ZERO, lasts: Span::ZERO, harm }));
        }
        let oldest = past.copies[0].engine.now();
        assert_eq!((oldest.secs(), past.copies.len(), past.changes.len()), (CHANGES as f64 + 1.0, 1, 4));
    }
}
