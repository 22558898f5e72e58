//! The state of a queueing station: who is served, until when, and which of its servers can serve.
//!
//! Service is counted in nanoseconds of work on a clock of the station's own, which runs faster or slower than time while
//! the station does. So ends keep their order whatever happens, one event is enough for all that are served, and what is
//! interrupted knows to the nanosecond what it has left. Everything here is O(log n) in the number served.
//!
//! Absent: which server serves whom. The servers of a station are alike, so only their number counts.

use super::event_set::{NO_SLOT, Slot};
use super::frame::FrameId;
use super::network::Discipline;
use super::queue::{Job, Line};
use crate::units::SimTime;
use std::collections::{BTreeMap, BTreeSet};

/// A clock of work that runs at a pace of its own.
#[derive(Debug, Clone)]
struct WorkClock {
    since: SimTime,
    /// What it showed then.
    shown: u64,
    pace: f64,
}

impl WorkClock {
    fn at(&self, now: SimTime) -> u64 {
        let passed = now.since(self.since).0;
        // At the usual pace nothing is rounded.
        let worked = if self.pace == 1.0 { passed } else { (passed as f64 * self.pace) as u64 };
        self.shown.saturating_add(worked)
    }

    /// When it will show `end`.
    fn when(&self, end: u64) -> SimTime {
        let left = end.saturating_sub(self.shown);
        let nanos = if self.pace == 1.0 { left } else { (left as f64 / self.pace).ceil() as u64 };
        SimTime(self.since.0.saturating_add(nanos))
    }

    fn set_pace(&mut self, now: SimTime, pace: f64) {
        (self.shown, self.since) = (self.at(now), now);
        self.pace = pace;
    }
}

/// What will happen to a server of the station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chore {
    /// It is ready to serve again after a sleep.
    Wake,
    /// It fails.
    Fail,
    /// It works again.
    Repair,
}

/// A station at work.
#[derive(Debug, Clone)]
pub(super) struct Station {
    /// Of the line and of what is served, so that a change can be told.
    pub(super) discipline: Discipline,
    pub(super) line: Line,
    clock: WorkClock,
    /// Who is served, by the end of service on the clock and the number.
    serving: BTreeMap<(u64, u64), Job>,
    /// The same by rank and number, where ranks matter in service; gives the end.
    ranks: BTreeSet<(u64, u64, u64)>,
    /// Event of the next end.
    pub(super) end_slot: Slot,
    /// What happens to its servers, by time and order.
    chores: BTreeMap<(SimTime, u64), Chore>,
    /// Event of the next chore.
    pub(super) chore_slot: Slot,
    /// Those of them that wake a server, by order.
    wakes: BTreeMap<u64, SimTime>,
    /// Counts jobs and chores.
    number: u64,
    /// Servers that are awake, never more than are busy once all is settled; counts only where idle ones sleep.
    pub(super) awake: u32,
    /// Servers that can fail, and those of them that have.
    pub(super) mortal: u32,
    pub(super) broken: u32,
}

impl Station {
    pub(super) fn new(now: SimTime, pace: f64, discipline: Discipline) -> Self {
        Self {
            discipline,
            line: Line::default(),
            clock: WorkClock { since: now, shown: 0, pace },
            serving: BTreeMap::new(),
            ranks: BTreeSet::new(),
            end_slot: NO_SLOT,
            chores: BTreeMap::new(),
            chore_slot: NO_SLOT,
            wakes: BTreeMap::new(),
            number: 0,
            awake: 0,
            mortal: 0,
            broken: 0,
        }
    }

    /// The next number of a job.
    pub(super) fn number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// How many are served by the clock.
    pub(super) fn serving(&self) -> usize {
        self.serving.len()
    }

    pub(super) fn set_pace(&mut self, now: SimTime, pace: f64) {
        self.clock.set_pace(now, pace);
    }

    /// Begins to serve a job, or goes on.
    pub(super) fn begin(&mut self, now: SimTime, job: Job) {
        if self.serving.is_empty() {
            // Keeps the clock small, so that it never overflows.
            self.clock = WorkClock { since: now, shown: 0, ..self.clock };
        }
        let end = self.clock.at(now).saturating_add(job.work);
        self.serving.insert((end, job.number), job);
        self.ranks.insert((job.rank, job.number, end));
    }

    /// When the next service ends.
    pub(super) fn next_end(&self) -> Option<SimTime> {
        let ((end, _), _) = self.serving.first_key_value()?;
        Some(self.clock.when(*end))
    }

    /// Ends the service that is due.
    pub(super) fn finish(&mut self) -> FrameId {
        let ((end, _), job) = self.serving.pop_first().expect("its event happened, so somebody is served");
        self.ranks.remove(&(job.rank, job.number, end));
        job.frame
    }

    /// Stops a service; gives the job with what it has left.
    fn stop(&mut self, now: SimTime, (end, number): (u64, u64)) -> Option<Job> {
        let job = self.serving.remove(&(end, number))?;
        self.ranks.remove(&(job.rank, number, end));
        let work = end.saturating_sub(self.clock.at(now));
        Some(Job { work, begun: true, ..job })
    }

    /// Stops whom a new job overtakes, if there is anyone.
    pub(super) fn overtake(&mut self, now: SimTime, new: &Job) -> Option<Job> {
        let last = match self.discipline {
            Discipline::LifoPreemptive | Discipline::PriorityPreemptive => {
                let &(rank, number, end) = self.ranks.last()?;
                (new.order() < (rank, number)).then_some((end, number))
            }
            Discipline::ShortestRemaining => {
                let (&last, _) = self.serving.last_key_value()?;
                (new.work < last.0.saturating_sub(self.clock.at(now))).then_some(last)
            }
            _ => None,
        };
        self.stop(now, last?)
    }

    /// Stops one that is served, by its place in the order of ends.
    pub(super) fn stop_nth(&mut self, now: SimTime, nth: usize) -> Option<Job> {
        let key = *self.serving.keys().nth(nth)?;
        self.stop(now, key)
    }

    /// Whether a chore is to come.
    pub(super) fn next_chore(&self) -> Option<SimTime> {
        self.chores.first_key_value().map(|((at, _), _)| *at)
    }

    pub(super) fn plan(&mut self, at: SimTime, chore: Chore) {
        let number = self.number();
        self.chores.insert((at, number), chore);
        if chore == Chore::Wake {
            self.wakes.insert(number, at);
        }
    }

    /// The chore that is due.
    pub(super) fn chore(&mut self) -> Option<Chore> {
        let ((_, number), chore) = self.chores.pop_first()?;
        self.wakes.remove(&number);
        Some(chore)
    }

    /// Servers that wake up.
    pub(super) fn waking(&self) -> u32 {
        self.wakes.len() as u32
    }

    /// Lets the server that began to wake last sleep on.
    pub(super) fn sleep_on(&mut self) {
        if let Some((number, at)) = self.wakes.pop_last() {
            self.chores.remove(&(at, number));
        }
    }

    /// One server less that can fail: one that works if there is any.
    pub(super) fn spare(&mut self) {
        let of = |wanted| self.chores.iter().find(|(_, chore)| **chore == wanted).map(|(key, _)| *key);
        let (working, failed) = (of(Chore::Fail), of(Chore::Repair));
        if let Some(key) = working.or(failed) {
            self.chores.remove(&key);
            self.mortal -= 1;
            self.broken -= u32::from(working.is_none());
        }
    }

    /// Nobody is here any more, and nobody wakes; what is broken stays so.
    pub(super) fn clear(&mut self) {
        self.line.clear();
        self.serving.clear();
        self.ranks.clear();
        self.chores.retain(|_, chore| *chore != Chore::Wake);
        self.wakes.clear();
        self.awake = 0;
    }

    /// What is wrong with the books, in words; see [`super::engine::Engine::audit`].
    pub(super) fn audit(&self) -> Vec<String> {
        let count = |wanted| self.chores.values().filter(|&&chore| chore == wanted).count();
        let pairs = [
            ("ranked", self.ranks.len(), self.serving.len()),
            ("waking", self.wakes.len(), count(Chore::Wake)),
            ("broken", self.broken as usize, count(Chore::Repair)),
            ("mortal", self.mortal as usize, count(Chore::Repair) + count(Chore::Fail)),
            ("end planned", usize::from(self.end_slot != NO_SLOT), usize::from(!self.serving.is_empty())),
            ("chore planned", usize::from(self.chore_slot != NO_SLOT), usize::from(!self.chores.is_empty())),
            ("line too long", 0, self.line.places().saturating_sub(2 * self.line.len() + 65)),
        ];
        let differ = pairs.into_iter().filter(|(_, counted, found)| counted != found);
        differ.map(|(what, counted, found)| format!("{what} {counted}, found {found}")).collect()
    }
}
