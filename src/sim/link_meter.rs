//! What is counted on one link.

use super::snapshot::LinkState;
use crate::metrics::{Histogram, Reading};
use crate::units::Span;

/// What is counted on one link.
#[derive(Debug, Clone, Default)]
pub(super) struct LinkMeter {
    pub(super) calls: u64,
    pub(super) failed: u64,
    pub(super) latency: Histogram,
    /// Of the requests that were answered, and of the answers.
    pub(super) bytes: (u64, u64),
    pub(super) bytes_across: u64,
    pub(super) retries: u64,
    pub(super) timeouts: u64,
    pub(super) late: u64,
    pub(super) rejected: u64,
    pub(super) opened: u64,
    pub(super) closed: u64,
    /// Counts at the start of the open interval.
    pub(super) mark: LinkMark,
    pub(super) last: LinkState,
    /// Intervals since the latest answer.
    pub(super) quiet: u32,
}

/// The counts of a link at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LinkMark {
    calls: u64,
    failed: u64,
    retries: u64,
    timeouts: u64,
    answers: u64,
    nanos: f64,
}

/// Intervals without an answer until a link has no latency any more.
const SOON: u32 = 10;

impl LinkMeter {
    /// A call came back well.
    #[inline(always)]
    pub(super) fn answered(&mut self, bytes: (u32, u32), took: Reading) {
        self.latency.record(took);
        self.carry(bytes);
    }

    /// A request and its answer went along it.
    #[inline(always)]
    pub(super) fn carry(&mut self, bytes: (u32, u32)) {
        self.bytes.0 += u64::from(bytes.0);
        self.bytes.1 += u64::from(bytes.1);
    }

    /// So many calls, and answers with such times, of a lane that it is part of.
    pub(super) fn take_in(&mut self, calls: u64, bytes: (u64, u64), latency: &Histogram) {
        self.calls += calls;
        (self.bytes.0, self.bytes.1) = (self.bytes.0 + bytes.0, self.bytes.1 + bytes.1);
        self.latency.merge(latency);
    }

    pub(super) fn close(&mut self, interval: Span) {
        let answers = self.latency.count();
        let now = LinkMark {
            calls: self.calls,
            failed: self.failed,
            retries: self.retries,
            timeouts: self.timeouts,
            answers,
            nanos: self.latency.mean_nanos() * answers as f64,
        };
        let before = std::mem::replace(&mut self.mark, now);
        let rate = |count: fn(&LinkMark) -> u64| ((count(&now) - count(&before)) as f64 / interval.secs()) as f32;
        let answered = answers - before.answers;
        self.quiet = if answered > 0 { 0 } else { self.quiet.saturating_add(1) };
        let mean = || ((now.nanos - before.nanos) / answered as f64 / 1e6) as f32;
        self.last = LinkState {
            rate: rate(|mark| mark.calls),
            failed: rate(|mark| mark.failed),
            retries: rate(|mark| mark.retries),
            timeouts: rate(|mark| mark.timeouts),
            latency: match (answered, self.quiet) {
                (1.., _) => mean(),
                (0, ..SOON) => self.last.latency,
                _ => 0.0,
            },
            circuit: self.last.circuit,
        };
    }
}
