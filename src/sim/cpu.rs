//! A processor that is shared evenly: exact, O(log n) per event.
//!
//! Virtual time runs at the speed that every job gets. A job that needs `d` of it ends at virtual time `start + d`, so jobs
//! stay in the order of their virtual ends however the sharing changes.

use super::credits::Credits;
use super::network::CreditRules;
use crate::units::SimTime;

/// One job.
#[derive(Debug, Clone, Copy)]
struct Job {
    /// Virtual time at which it ends, nanoseconds.
    ends: f64,
    /// Order of arrival, for ties.
    order: u64,
    frame: u32,
}

/// Processors of one server and the jobs on them.
#[derive(Debug, Clone)]
pub(super) struct Cpu {
    /// How many jobs run at full speed at once.
    cores: f64,
    /// Speed relative to the usual one; below 1 while something slows the server down.
    pace: f64,
    virtual_now: f64,
    updated: SimTime,
    /// A binary heap by (ends, order), least first.
    jobs: Vec<Job>,
    order: u64,
    /// Processor time used, core nanoseconds.
    busy: f64,
    /// What it may spend, if it may not always work; `cores` are those that may work now.
    credits: Option<Box<Credits>>,
}

impl Cpu {
    pub(super) fn new(cores: f64) -> Self {
        Self {
            cores,
            pace: 1.0,
            virtual_now: 0.0,
            updated: SimTime::ZERO,
            jobs: Vec::new(),
            order: 0,
            busy: 0.0,
            credits: None,
        }
    }

    /// Processors that live on credits, if there are rules for them.
    pub(super) fn with_credits(cores: f64, rules: Option<CreditRules>) -> Self {
        Self { credits: rules.map(|rules| Box::new(Credits::new(rules, cores))), ..Self::new(cores) }
    }

    /// Share of full speed that each of the jobs gets.
    #[inline]
    fn share(&self) -> f64 {
        let jobs = self.jobs.len() as f64;
        if jobs > self.cores { self.cores / jobs * self.pace } else { self.pace }
    }

    #[inline]
    fn advance(&mut self, now: SimTime) {
        let passed = now.since(self.updated).0 as f64;
        self.updated = now;
        if let Some(credits) = &mut self.credits {
            credits.pass(passed, self.cores.min(self.jobs.len() as f64));
        }
        if self.jobs.is_empty() {
            // Keeps virtual times small, so that they stay exact to far below a nanosecond.
            self.virtual_now = 0.0;
        } else {
            self.busy += passed * self.cores.min(self.jobs.len() as f64);
            self.virtual_now += passed * self.share();
        }
        if let Some(credits) = &mut self.credits {
            self.cores = credits.open();
        }
    }

    /// Begins a job that needs `work` nanoseconds of one processor.
    #[inline]
    pub(super) fn start(&mut self, now: SimTime, work: f64, frame: u32) {
        self.advance(now);
        self.order += 1;
        self.jobs.push(Job { ends: self.virtual_now + work, order: self.order, frame });
        self.sift_up(self.jobs.len() - 1);
    }

    /// What is due now happens: a job ends, whose is said; or the credits end.
    #[inline]
    pub(super) fn fire(&mut self, now: SimTime) -> Option<u32> {
        if self.credits.is_none() { Some(self.finish(now)) } else { self.fire_on_credits(now) }
    }

    /// Whichever comes first; a nanosecond is what the end of a job is rounded up by.
    #[cold]
    fn fire_on_credits(&mut self, now: SimTime) -> Option<u32> {
        self.advance(now);
        if self.jobs.first().is_some_and(|job| job.ends <= self.virtual_now + 1e-3) {
            return Some(self.finish(now));
        }
        if let Some(credits) = &mut self.credits {
            credits.settle();
            self.cores = credits.open();
        }
        None
    }

    /// Ends the job that is due now and says whose it was.
    #[inline]
    pub(super) fn finish(&mut self, now: SimTime) -> u32 {
        self.advance(now);
        let job = self.jobs.swap_remove(0);
        self.sift_down();
        job.frame
    }

    /// When the next job ends if nothing changes; never without processors.
    #[inline]
    pub(super) fn next_end(&self) -> Option<SimTime> {
        let job = self.jobs.first().filter(|_| self.cores > 0.0)?;
        let left = ((job.ends - self.virtual_now).max(0.0) / self.share()).ceil();
        let left = match &self.credits {
            Some(credits) => left.min(credits.lasts(self.cores.min(self.jobs.len() as f64)).map_or(left, f64::ceil)),
            None => left,
        };
        Some(SimTime(self.updated.0.saturating_add(left as u64)))
    }

    /// Forgets all jobs.
    pub(super) fn clear(&mut self, now: SimTime) {
        self.advance(now);
        self.jobs.clear();
    }

    /// Another number of processors from now on.
    pub(super) fn set_cores(&mut self, now: SimTime, cores: f64) {
        self.advance(now);
        self.cores = cores;
        if let Some(credits) = &mut self.credits {
            credits.cores = cores;
            self.cores = credits.open();
        }
    }

    /// Other rules for credits from now on; what there is stays, as far as it may be saved.
    pub(super) fn set_credits(&mut self, now: SimTime, cores: f64, rules: Option<CreditRules>) {
        // A look changes nothing but when it is taken: what is slowed down may have saved up enough since.
        let same = match (&self.credits, rules) {
            (Some(credits), Some(rules)) => credits.rules == rules && credits.cores == cores,
            (None, None) => self.cores == cores,
            _ => false,
        };
        if same {
            return;
        }
        self.advance(now);
        match (&mut self.credits, rules) {
            (Some(credits), Some(rules)) => credits.follow(rules),
            (credits, rules) => *credits = rules.map(|rules| Box::new(Credits::new(rules, cores))),
        }
        self.set_cores(now, cores);
    }

    /// The credits as they are at a moment, if it lives on them.
    pub(super) fn credits_at(&self, now: SimTime) -> Option<Credits> {
        let mut credits = self.credits.as_deref()?.clone();
        credits.pass(now.since(self.updated).0 as f64, self.cores.min(self.jobs.len() as f64));
        Some(credits)
    }

    /// It starts again; while it was down nothing was earned.
    pub(super) fn restart(&mut self, now: SimTime) {
        self.updated = now;
        if let Some(credits) = &mut self.credits {
            credits.restart();
            self.cores = credits.open();
        }
    }

    /// Another speed from now on.
    pub(super) fn set_pace(&mut self, now: SimTime, pace: f64) {
        self.advance(now);
        self.pace = pace;
    }

    /// Takes out all jobs in the order in which they began: whose, and how many nanoseconds each has left.
    pub(super) fn take_all(&mut self, now: SimTime) -> Vec<(u32, u64)> {
        self.advance(now);
        let mut jobs = std::mem::take(&mut self.jobs);
        jobs.sort_unstable_by_key(|job| job.order);
        jobs.iter().map(|job| (job.frame, (job.ends - self.virtual_now).max(0.0).ceil() as u64)).collect()
    }

    /// What the job of a frame has left, nanoseconds of a processor that it had for itself.
    pub(super) fn needs(&self, now: SimTime, frame: u32) -> Option<f64> {
        let virtual_now = self.virtual_now + now.since(self.updated).0 as f64 * self.share();
        self.jobs.iter().find(|job| job.frame == frame).map(|job| (job.ends - virtual_now).max(0.0))
    }

    /// How many jobs there are.
    pub(super) fn jobs(&self) -> usize {
        self.jobs.len()
    }

    /// Processor time used up to `now`, core nanoseconds.
    pub(super) fn busy(&self, now: SimTime) -> f64 {
        self.busy + now.since(self.updated).0 as f64 * self.cores.min(self.jobs.len() as f64)
    }

    fn before(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.jobs[a], &self.jobs[b]);
        a.ends < b.ends || (a.ends == b.ends && a.order < b.order)
    }

    fn sift_up(&mut self, mut at: usize) {
        while at > 0 && self.before(at, (at - 1) / 2) {
            self.jobs.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    fn sift_down(&mut self) {
        let mut at = 0;
        loop {
            let left = 2 * at + 1;
            if left >= self.jobs.len() {
                return;
            }
            let right = left + 1;
            let least = if right < self.jobs.len() && self.before(right, left) { right } else { left };
            if !self.before(least, at) {
                return;
            }
            self.jobs.swap(at, least);
            at = least;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_jobs_on_one_core_slow_each_other_down() {
        let mut cpu = Cpu::new(1.0);
        cpu.start(SimTime(0), 100.0, 1);
        cpu.start(SimTime(50), 100.0, 2);
        // Job 1 has 50 left at half speed: ends at 150. Job 2 then has 50 left at full speed: ends at 200.
        assert_eq!(cpu.next_end(), Some(SimTime(150)));
        assert_eq!(cpu.finish(SimTime(150)), 1);
        assert_eq!(cpu.next_end(), Some(SimTime(200)));
        assert_eq!(cpu.finish(SimTime(200)), 2);
        assert_eq!(cpu.next_end(), None);
        assert_eq!(cpu.busy(SimTime(300)), 200.0);
    }

    #[test]
    fn a_slow_spell_stretches_what_falls_into_it() {
        let mut cpu = Cpu::new(1.0);
        cpu.start(SimTime(0), 100.0, 1);
        cpu.set_pace(SimTime(40), 0.5);
        assert_eq!(cpu.next_end(), Some(SimTime(160)));
        cpu.set_pace(SimTime(100), 1.0);
        assert_eq!(cpu.next_end(), Some(SimTime(130)));
        cpu.set_cores(SimTime(110), 0.0);
        assert_eq!((cpu.next_end(), cpu.take_all(SimTime(500))), (None, vec![(1, 20)]));
    }

    #[test]
    fn as_many_jobs_as_cores_run_at_full_speed() {
        let mut cpu = Cpu::new(2.0);
        for frame in 0..4 {
            cpu.start(SimTime(0), 100.0, frame);
        }
        let ends: Vec<_> = (0..4).map(|_| cpu.next_end().map(|at| (at.0, cpu.finish(at))).unwrap()).collect();
        assert_eq!(ends, [(200, 0), (200, 1), (200, 2), (200, 3)]);
        assert_eq!(cpu.busy(SimTime(200)), 400.0);
    }
}
