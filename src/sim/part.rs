//! Means over the parts of a run, so that one run can tell how sure its means are.

use super::engine::Engine;
use super::meter::Mark;
use super::report::{Means, SiteMeans, UserMeans};

/// A moment from which means are taken: everything cumulative there.
#[derive(Debug, Clone)]
pub struct Milestone {
    sites: Vec<Sums>,
}

#[derive(Debug, Clone, Copy)]
struct Sums {
    mark: Mark,
    /// Answers and waits: how many, and nanoseconds together.
    answers: (u64, u128),
    waits: (u64, u128),
}

impl Engine {
    /// The present moment, to take means from later. Not to be used over [`Engine::forget`].
    pub fn milestone(&self) -> Milestone {
        let sums = |(site, meter): (usize, &super::meter::Meter)| Sums {
            mark: self.mark(site),
            answers: meter.history.answers(&meter.latency),
            waits: (meter.wait.count(), meter.wait.sum_nanos()),
        };
        Milestone { sites: self.meters.iter().enumerate().map(sums).collect() }
    }

    /// Means since the start, or since [`Engine::forget`].
    pub fn means_so_far(&self) -> Means {
        let start = |meter: &super::meter::Meter| Sums { mark: meter.history.start, answers: (0, 0), waits: (0, 0) };
        self.means(&Milestone { sites: self.meters.iter().map(start).collect() }, &self.milestone())
    }

    /// Means between two moments of this run.
    pub fn means(&self, from: &Milestone, to: &Milestone) -> Means {
        let pairs = || from.sites.iter().zip(&to.sites);
        let site = |(at, (from, to)): (usize, (&Sums, &Sums))| {
            let (queue, in_system) = Mark::crowd(&from.mark, &to.mark);
            let failed = to.mark.count.failed() - from.mark.count.failed();
            let ended = failed + to.mark.count.served - from.mark.count.served;
            SiteMeans {
                latency: mean_millis(from.answers, to.answers),
                wait: mean_millis(from.waits, to.waits),
                utilization: Mark::utilization(&from.mark, &to.mark, &self.capacity(at)),
                queue,
                in_system,
                in_service: Mark::servers(&from.mark, &to.mark),
                failed: failed as f64 / ended.max(1) as f64,
            }
        };
        Means { users: self.users(from, to), sites: pairs().enumerate().map(site).collect() }
    }

    fn users(&self, from: &Milestone, to: &Milestone) -> UserMeans {
        let mut answers = ((0, 0), (0, 0));
        let (mut failed, mut under_way) = (0, 0.0);
        for source in &self.network.sources {
            let (from, to) = (&from.sites[source.site as usize], &to.sites[source.site as usize]);
            let add = |(count, sum): (u64, u128), more: (u64, u128)| (count + more.0, sum + more.1);
            answers = (add(answers.0, from.answers), add(answers.1, to.answers));
            failed += to.mark.count.failed() - from.mark.count.failed();
            under_way += Mark::crowd(&from.mark, &to.mark).1;
        }
        for buffer in &self.network.buffers {
            let (from, to) = (&from.sites[buffer.site as usize], &to.sites[buffer.site as usize]);
            under_way += Mark::backlog(&from.mark, &to.mark);
        }
        let answered = answers.1.0 - answers.0.0;
        let finished = answered + failed;
        UserMeans {
            answers: answered,
            latency: mean_millis(answers.0, answers.1),
            availability: (finished > 0).then(|| answered as f64 / finished as f64),
            under_way,
        }
    }
}

fn mean_millis(from: (u64, u128), to: (u64, u128)) -> Option<f64> {
    let count = to.0 - from.0;
    (count > 0).then(|| (to.1 - from.1) as f64 / count as f64 / 1e6)
}
