//! Work on the processors of servers.
//!
//! Where every worker of a server has a processor to itself, a job ends when it was drawn to end, whoever else works there:
//! it is an event of its own. Where there are more workers than processors, or while something slows the server down,
//! the jobs share what there is ([`super::cpu::Cpu`]). A change that makes the first into the second takes the jobs over
//! with what they have left.

use super::engine::Engine;
use super::event_set::{Event, EventKind, NO_SLOT};
use super::frame::{FrameId, State};
use super::network::Index;
use super::program::Flow;
use super::server::Server;
use crate::units::{SimTime, Span};

/// The least whole number that is not below a time.
#[inline]
fn up(nanos: f64) -> u64 {
    let whole = nanos as u64;
    whole + u64::from((whole as f64) < nanos)
}

/// Jobs that have a processor each, and the time that they used, as in [`crate::metrics::Area`]. Sums wrap at 584 years
/// of work, what grows between two looks does not.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub(super) struct Solo {
    moments: u64,
    jobs: u32,
}

impl Solo {
    /// How many there are.
    pub(super) fn jobs(&self) -> u32 {
        self.jobs
    }

    #[inline(always)]
    pub(super) fn begin(&mut self, now: SimTime) {
        self.jobs += 1;
        self.moments = self.moments.wrapping_sub(now.0);
    }

    #[inline(always)]
    pub(super) fn end(&mut self, now: SimTime) {
        debug_assert!(self.jobs > 0, "a job ends that did not begin");
        self.jobs -= 1;
        self.moments = self.moments.wrapping_add(now.0);
    }

    /// Time used up to `now`, core nanoseconds.
    fn worked(&self, now: SimTime) -> u64 {
        self.moments.wrapping_add(u64::from(self.jobs).wrapping_mul(now.0))
    }
}

impl Server {
    /// Processor time used up to `now`, core nanoseconds.
    pub(super) fn worked(&self, now: SimTime) -> f64 {
        self.cpu.busy(now) + self.solo.worked(now) as f64
    }
}

impl Engine {
    /// Puts work on a server's processor.
    #[inline(always)]
    pub(super) fn work(&mut self, id: FrameId, law: Index) -> Flow {
        let nanos = self.laws[law as usize].draw();
        let frame = &mut self.frames[id];
        let server = &mut self.servers[frame.server as usize];
        if !server.alone || !frame.holds || !self.work_factors.is_empty() {
            return self.work_by_share(id, nanos as f64);
        }
        let nanos = if server.usual { nanos } else { up(nanos as f64 / server.speed) };
        server.solo.begin(self.now);
        frame.state = State::Working;
        frame.due = self.now + Span(nanos);
        frame.slot = self.events.schedule(frame.due, Event { kind: EventKind::Wake, index: id });
        Flow::Wait
    }

    /// The same where it may have to share the processors.
    #[inline(never)]
    fn work_by_share(&mut self, id: FrameId, nanos: f64) -> Flow {
        let factor = self.work_factor(self.frames[id].class);
        let frame = &mut self.frames[id];
        frame.state = State::Working;
        let (on, holds) = (frame.server, frame.holds);
        // Who works without a worker may be one more than there are processors.
        if !holds && self.servers[on as usize].alone {
            self.servers[on as usize].alone = false;
            self.share_out(on);
        }
        let server = &mut self.servers[on as usize];
        server.cpu.start(self.now, nanos * factor / server.speed, id);
        self.plan_cpu(on);
        Flow::Wait
    }

    /// Finds out whether every worker of a server has a processor to itself.
    pub(super) fn settle_processors(&mut self, id: u32) {
        let server = &self.servers[id as usize];
        let spec = &self.network.pools[server.pool as usize];
        let enough = f64::from(spec.workers.max(server.busy)) <= spec.cores;
        let alone = enough && spec.credits.is_none() && server.station.is_none() && self.pace(spec.site) == 1.0;
        self.servers[id as usize].alone = alone;
        if !alone {
            self.share_out(id);
        }
    }

    /// Lets the jobs that had a processor each share them from now on, with what they have left.
    fn share_out(&mut self, id: u32) {
        if self.servers[id as usize].solo.jobs() == 0 {
            return;
        }
        for at in self.frames.at_server(id) {
            let frame = &mut self.frames[at];
            if frame.state == State::Working && frame.slot != NO_SLOT {
                self.events.cancel(std::mem::replace(&mut frame.slot, NO_SLOT));
                let left = frame.due.since(self.now).0 as f64;
                let server = &mut self.servers[id as usize];
                server.solo.end(self.now);
                server.cpu.start(self.now, left, at);
            }
        }
        self.plan_cpu(id);
    }

    /// Schedules the end of the job that ends next.
    #[inline]
    pub(super) fn plan_cpu(&mut self, id: u32) {
        let server = &mut self.servers[id as usize];
        match (server.cpu.next_end(), server.cpu_slot) {
            (Some(at), NO_SLOT) => {
                server.cpu_slot = self.events.schedule(at, Event { kind: EventKind::Cpu, index: id });
            }
            (Some(at), slot) => self.events.reschedule(slot, at),
            (None, NO_SLOT) => {}
            (None, slot) => {
                server.cpu_slot = NO_SLOT;
                self.events.cancel(slot);
            }
        }
    }

    /// A job on processors that are shared has ended: whose it was. Or its credits have, and nobody's.
    #[inline(never)]
    pub(super) fn cpu_done(&mut self, id: u32) -> Option<FrameId> {
        let server = &mut self.servers[id as usize];
        server.cpu_slot = NO_SLOT;
        let frame = server.cpu.fire(self.now);
        self.plan_cpu(id);
        self.frames[frame?].state = State::Ready;
        frame
    }
}
