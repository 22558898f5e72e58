//! Queueing stations at work: joining, being served, waiting, being overtaken, leaving.
//!
//! A station that only serves first in, first out (or last in) is a plain server: a ring of those who wait, an event for
//! each that is served. Any other keeps the books of a [`Station`], from its start or from the moment of a change, and
//! then for good; `upkeep` has what happens at a change, and the servers that sleep, fail and slow down.

use super::engine::Engine;
use super::event_set::{Event, EventKind, NO_SLOT};
use super::frame::{FrameId, Frames, State};
use super::network::{self, Discipline, Index, Pool, Reason};
use super::program::Flow;
use super::queue::Job;
use super::station::Station;
use crate::units::Span;

/// Who goes first under a discipline: the least. What was interrupted and cannot be overtaken goes on before all others.
pub(super) fn rank(discipline: Discipline, job: &Job, priority: u8) -> u64 {
    let latest = u64::MAX - job.number;
    match discipline {
        Discipline::Fifo | Discipline::Sharing => 0,
        Discipline::LifoPreemptive => latest,
        Discipline::PriorityPreemptive => priority.into(),
        Discipline::ShortestRemaining => job.work,
        Discipline::Lifo | Discipline::Priority | Discipline::ShortestJob if job.begun => 0,
        Discipline::Lifo => latest,
        Discipline::Priority => 1 + u64::from(priority),
        Discipline::ShortestJob => job.work.saturating_add(1),
    }
}

/// Whether a job is still in its line.
pub(super) fn waits(frames: &Frames) -> impl Fn(&Job) -> bool {
    |job| frames[job.frame].state == State::Queued && frames[job.frame].generation == job.generation
}

impl Engine {
    pub(super) fn pool_of(&self, server: u32) -> &Pool {
        &self.network.pools[self.servers[server as usize].pool as usize]
    }

    /// The books of a station; only asked of servers that keep them.
    pub(super) fn station(&mut self, server: u32) -> &mut Station {
        self.servers[server as usize].station.as_mut().expect("a station that keeps books")
    }

    /// What makes a pool a station; only asked of stations.
    pub(super) fn rules(&self, server: u32) -> network::Station {
        self.pool_of(server).station.expect("a station")
    }

    pub(super) fn draw(&mut self, law: Index) -> u64 {
        self.laws[law as usize].draw()
    }

    /// A service time for a request: what the law says, times the factor of its class.
    fn draw_service(&mut self, id: FrameId, law: Index) -> u64 {
        let nanos = self.draw(law);
        let factor = self.network.classes.get(usize::from(self.frames[id].class)).map_or(1.0, |class| class.work);
        if factor == 1.0 { nanos } else { (nanos as f64 * factor) as u64 }
    }

    /// Serves a request that has a server of a plain station.
    #[inline(always)]
    pub(super) fn serve(&mut self, id: FrameId, law: Index) -> Flow {
        if self.network.classes.is_empty() { self.hold(id, law) } else { self.serve_by_class(id, law) }
    }

    #[inline(never)]
    fn serve_by_class(&mut self, id: FrameId, law: Index) -> Flow {
        let nanos = self.draw_service(id, law);
        self.sleep_seldom(id, nanos)
    }

    /// How many workers of a server can work now, busy or not.
    pub(super) fn open_workers(&self, id: u32) -> u32 {
        let broken = self.servers[id as usize].station.as_ref().map_or(0, |station| station.broken);
        self.pool_of(id).workers.saturating_sub(broken)
    }

    /// Whether a station can serve one more at once.
    fn has_free(&self, id: u32) -> bool {
        let server = &self.servers[id as usize];
        let Some(station) = &server.station else { return false };
        if station.discipline == Discipline::Sharing {
            return true;
        }
        let awake = if self.rules(id).setup.is_some() { station.awake } else { u32::MAX };
        server.busy < self.open_workers(id).min(awake)
    }

    /// A request comes to a station: it is served, or overtakes another, or waits, or is refused.
    pub(super) fn join(&mut self, frame: FrameId, id: u32) -> Flow {
        if self.frames[frame].holds {
            return self.join_with_worker(frame, id);
        }
        let (workers, queue) = (self.pool_of(id).workers, self.pool_of(id).queue);
        let here = u64::from(self.servers[id as usize].busy) + self.station(id).line.len() as u64;
        if here >= u64::from(workers) + u64::from(queue) {
            return self.fail(frame, Reason::QueueFull, Reason::QueueFull);
        }
        let job = self.bring(frame, id);
        let now = self.now;
        if self.has_free(id) {
            self.begin(id, job);
        } else if let Some(last) = self.station(id).overtake(now, &job) {
            self.interrupt(id, last);
            self.begin(id, job);
        } else {
            self.stand_in_line(id, job);
        }
        self.doze(id);
        Flow::Wait
    }

    /// A message comes with the worker that was free for it. If that worker sleeps, waking it is part of the service.
    fn join_with_worker(&mut self, frame: FrameId, id: u32) -> Flow {
        let mut job = self.bring(frame, id);
        let asleep = self.station(id).awake < self.servers[id as usize].busy;
        if let Some(setup) = self.rules(id).setup.filter(|_| asleep) {
            job.work = job.work.saturating_add(self.draw(setup));
            self.station(id).awake += 1;
        }
        self.begin(id, job);
        Flow::Wait
    }

    /// The job of a request that comes, with its service time. [`Step::Serve`] is done with it.
    ///
    /// [`Step::Serve`]: super::network::Step::Serve
    pub(super) fn bring(&mut self, id: FrameId, server: u32) -> Job {
        let work = self.draw_service(id, self.rules(server).service);
        let frame = &mut self.frames[id];
        frame.pc += 1;
        let generation = frame.generation;
        let number = self.station(server).number();
        self.ranked(server, Job { rank: 0, number, work, frame: id, generation, begun: false })
    }

    /// A job with the rank that it has at a station.
    pub(super) fn ranked(&self, id: u32, job: Job) -> Job {
        let class = usize::from(self.frames[job.frame].class);
        let priority = self.network.classes.get(class).map_or(0, |class| class.priority);
        let station = self.servers[id as usize].station.as_ref();
        let discipline = station.map_or(Discipline::Fifo, |station| station.discipline);
        Job { rank: rank(discipline, &job, priority), ..job }
    }

    /// Serves a job, or goes on with it.
    pub(super) fn begin(&mut self, id: u32, job: Job) {
        let now = self.now;
        let frame = &mut self.frames[job.frame];
        let meter = &mut self.meters[frame.site as usize];
        let server = &mut self.servers[id as usize];
        if !frame.holds {
            frame.holds = true;
            server.busy += 1;
            meter.gauge.workers.rise(now);
        }
        if !job.begun {
            meter.begin(frame.class, now.since(frame.arrived));
        }
        if frame.state == State::Queued {
            meter.gauge.waiting.fall(now);
            let slot = std::mem::replace(&mut frame.slot, NO_SLOT);
            if slot != NO_SLOT {
                self.events.cancel(slot);
            }
        }
        frame.state = State::Working;
        if self.station(id).discipline == Discipline::Sharing {
            self.servers[id as usize].cpu.start(now, job.work as f64, job.frame);
            return self.plan_cpu(id);
        }
        self.station(id).begin(now, job);
        self.plan_end(id);
    }

    /// Puts a job that was being served back into the line.
    pub(super) fn interrupt(&mut self, id: u32, job: Job) {
        let frame = &mut self.frames[job.frame];
        (frame.holds, frame.state) = (false, State::Queued);
        let meter = &mut self.meters[frame.site as usize];
        meter.gauge.workers.fall(self.now);
        meter.gauge.waiting.rise(self.now);
        self.servers[id as usize].busy -= 1;
        let job = self.ranked(id, job);
        self.station(id).line.push(job);
    }

    /// Lets a request wait for its service to begin, as long as it has patience.
    fn stand_in_line(&mut self, id: u32, job: Job) {
        let frame = &mut self.frames[job.frame];
        frame.state = State::Queued;
        self.meters[frame.site as usize].gauge.waiting.rise(self.now);
        self.be_patient(id, job);
    }

    /// Puts a waiting request into the line, and lets its patience begin.
    pub(super) fn be_patient(&mut self, id: u32, job: Job) {
        self.station(id).line.push(job);
        if let Some(law) = self.rules(id).patience {
            let patience = Span(self.draw(law));
            let event = Event { kind: EventKind::Impatient, index: job.frame };
            self.frames[job.frame].slot = self.events.schedule(self.now + patience, event);
        }
    }

    /// Fills the free servers of a station from its line, then from the buffers that feed it.
    pub(super) fn admit_station(&mut self, id: u32) {
        while self.has_free(id) {
            let waits = waits(&self.frames);
            let station = self.servers[id as usize].station.as_mut();
            let Some(job) = station.and_then(|station| station.line.pop(waits)) else { break };
            if !job.begun && self.is_dropped(id, job.frame) {
                self.lose_frame(job.frame, Reason::GaveUp);
                continue;
            }
            self.begin(id, job);
        }
        if self.station(id).line.len() == 0 {
            self.fetch(id);
        }
        self.doze(id);
    }

    /// Schedules the end of the service that ends next.
    pub(super) fn plan_end(&mut self, id: u32) {
        let station = self.station(id);
        let (next, slot) = (station.next_end(), station.end_slot);
        self.station(id).end_slot = self.events.replan(slot, next, Event { kind: EventKind::Served, index: id });
    }

    /// A service has ended; its request goes on, and still has its server.
    pub(super) fn served(&mut self, id: u32) {
        let station = self.station(id);
        station.end_slot = NO_SLOT;
        let frame = station.finish();
        self.plan_end(id);
        self.frames[frame].state = State::Ready;
        self.proceed(frame);
    }

    /// A request has waited for as long as its patience lasts.
    pub(super) fn impatient(&mut self, id: FrameId) {
        self.frames[id].slot = NO_SLOT;
        let server = self.frames[id].server;
        self.leave_line(id);
        self.doze(server);
        if let Flow::Switch(next) = self.fail(id, Reason::LeftQueue, Reason::LeftQueue) {
            self.proceed(next);
        }
        self.run_ready();
    }

    /// Takes a waiting request out of the line of its station; it has a turn of its own then.
    fn leave_line(&mut self, id: FrameId) {
        let frame = &mut self.frames[id];
        frame.state = State::Ready;
        let server = frame.server as usize;
        self.meters[frame.site as usize].gauge.waiting.fall(self.now);
        let waits = waits(&self.frames);
        if let Some(station) = &mut self.servers[server].station {
            station.line.left(waits);
        }
    }
}
