//! Waiting lines that are not plain rings: whoever has the least rank goes first, in O(log n).
//!
//! A first-in-first-out or last-in-first-out line is a ring in the server and needs none of this. Who leaves the line out
//! of turn (patience over, server lost) only marks its place; such places are swept out once they are as many as the
//! live ones, so the line never holds more than twice what waits, and a constant.

use super::frame::FrameId;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A request that waits, with the service that it still needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Job {
    /// Least goes first.
    pub(super) rank: u64,
    /// Order of arrival at the station: decides between equal ranks, and tells jobs apart.
    pub(super) number: u64,
    /// Nanoseconds of service that are left.
    pub(super) work: u64,
    pub(super) frame: FrameId,
    /// Of the frame when it joined: a later user of the same frame is not this request.
    pub(super) generation: u32,
    /// It has been served before.
    pub(super) begun: bool,
}

impl Job {
    /// What decides who goes first.
    pub(super) fn order(&self) -> (u64, u64) {
        (self.rank, self.number)
    }
}

/// A job in a heap that gives the greatest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(Job);

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.order().cmp(&self.0.order())
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Places that may be dead before anything is swept.
const SLACK: usize = 64;

/// A line by rank.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    places: BinaryHeap<Place>,
    /// Places of those who are gone.
    dead: usize,
}

impl Line {
    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.places.len() - self.dead
    }

    /// Places in memory, for the audit.
    pub(super) fn places(&self) -> usize {
        self.places.len()
    }

    pub(super) fn push(&mut self, job: Job) {
        self.places.push(Place(job));
    }

    /// Takes out who goes first; `waits` says of a job whether it is still there.
    pub(super) fn pop(&mut self, waits: impl Fn(&Job) -> bool) -> Option<Job> {
        while let Some(Place(job)) = self.places.pop() {
            if waits(&job) {
                return Some(job);
            }
            self.dead -= 1;
        }
        None
    }

    /// Somebody left out of turn: `waits` is false for it from now on.
    pub(super) fn left(&mut self, waits: impl Fn(&Job) -> bool) {
        self.dead += 1;
        if self.dead > SLACK + self.len() {
            self.places.retain(|Place(job)| waits(job));
            self.dead = 0;
        }
    }

    /// Empties the line; gives those who waited, first first.
    pub(super) fn take_all(&mut self, waits: impl Fn(&Job) -> bool) -> Vec<Job> {
        self.dead = 0;
        let mut jobs: Vec<Job> = self.places.drain().map(|Place(job)| job).filter(waits).collect();
        jobs.sort_unstable_by_key(Job::order);
        jobs
    }

    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.dead = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Stream;
    use std::collections::BTreeSet;

    fn job(rank: u64, number: u64) -> Job {
        Job { rank, number, work: 1, frame: number as FrameId, generation: 0, begun: false }
    }

    #[test]
    fn goes_by_rank_then_by_arrival_and_forgets_who_left() {
        let mut line = Line::default();
        [(3, 1), (1, 2), (1, 3), (2, 4)].into_iter().for_each(|(rank, number)| line.push(job(rank, number)));
        let gone = |job: &Job| job.number != 2;
        line.left(gone);
        assert_eq!(line.len(), 3);
        let order: Vec<u64> = std::iter::from_fn(|| line.pop(gone)).map(|job| job.number).collect();
        assert_eq!((order, line.len()), (vec![3, 4, 1], 0));
    }

    #[test]
    fn memory_follows_those_who_wait_not_those_who_left() {
        let (mut line, mut chance) = (Line::default(), Stream::new(1, "line"));
        let mut waiting = BTreeSet::new();
        for number in 0..100_000 {
            line.push(job(chance.below(1_000) as u64, number));
            waiting.insert(number);
            if waiting.len() > 50 {
                let at = chance.below(waiting.len());
                let who = *waiting.iter().nth(at).unwrap();
                waiting.remove(&who);
                line.left(|job| waiting.contains(&job.number));
            }
            assert!(line.len() == waiting.len() && line.places() <= 2 * waiting.len() + SLACK + 1);
        }
        let rest = line.take_all(|job| waiting.contains(&job.number));
        assert!(rest.len() == waiting.len() && rest.is_sorted_by_key(Job::order));
    }
}
