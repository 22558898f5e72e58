//! Limits on operations a second that let callers wait: storage with so many operations or bytes a second.
//!
//! Operations are let through one after the other, each taking the inverse of the rate. Where there are credits, the rate
//! is higher as long as they last: each operation costs one, and they come back at the base rate (as with gp2 volumes, whose
//! published arithmetic this is). Every server has a volume, and so credits, of its own.

use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE};
use super::network::Index;
use super::program::Flow;
use crate::units::{SimTime, Span};

/// A limit that lets callers wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pacer {
    /// The site it belongs to.
    pub site: Index,
    /// Operations a second for ever; infinite for no limit.
    pub base: f64,
    /// Operations a second while there are credits, at least `base`.
    pub burst: f64,
    /// Most credits, in operations; all there at the start.
    pub credits: f64,
    /// Whose volumes they are.
    pub volumes: Volumes,
}

/// Whose volumes a limit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Volumes {
    /// Each server of the site has one; without servers there is one.
    #[default]
    OfSite,
    /// Each server that calls has one.
    OfCaller,
}

/// Where one volume stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// When the operations let in so far are done.
    next: SimTime,
    /// Credits at `at`.
    credits: f64,
    at: SimTime,
}

impl Pace {
    /// Lets so many operations in; says how long they wait for their turn.
    fn admit(&mut self, now: SimTime, spec: &Pacer, amount: f64) -> Span {
        let start = now.max(self.next);
        let earned = spec.base * start.since(self.at).secs();
        (self.credits, self.at) = ((self.credits + earned).min(spec.credits), start);
        let rate = if self.credits >= amount { spec.burst.max(spec.base) } else { spec.base };
        self.credits = (self.credits - amount).max(0.0);
        // A limit of nothing lets one operation pass in a day rather than never.
        self.next = start + Span::from_secs_f64((amount / rate).min(86_400.0));
        start.since(now)
    }
}

impl Engine {
    /// Waits for the turn of an operation, or of so many.
    pub(super) fn keep_pace(&mut self, id: FrameId, pacer: Index, amount: f64) -> Flow {
        let spec = self.network.pacers[pacer as usize];
        if spec.base.is_infinite() || amount <= 0.0 {
            return Flow::Next;
        }
        let Frame { server, parent, .. } = self.frames[id];
        let seat = match spec.volumes {
            Volumes::OfSite if server != NONE => self.servers[server as usize].seat as usize,
            Volumes::OfCaller if parent != NONE && self.frames[parent].server != NONE => {
                self.frames[parent].server as usize
            }
            _ => 0,
        };
        let paces = &mut self.paces[pacer as usize];
        if paces.len() <= seat {
            let fresh = Pace { next: self.now, credits: spec.credits, at: self.now };
            paces.resize(seat + 1, fresh);
        }
        match paces[seat].admit(self.now, &spec, amount) {
            Span::ZERO => Flow::Next,
            wait => self.sleep(id, wait.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a full volume of so many GiB takes bursts of 3,000 a second until it falls to its base rate.
    fn burst_secs(gib: f64) -> f64 {
        let spec = Pacer { site: 0, base: 3.0 * gib, burst: 3_000.0, credits: 5_400_000.0, volumes: Volumes::OfSite };
        let mut pace = Pace { next: SimTime::ZERO, credits: spec.credits, at: SimTime::ZERO };
        let (mut now, mut last) = (SimTime::ZERO, SimTime::ZERO);
        loop {
            pace.admit(now, &spec, 100.0);
            if pace.next.since(last).secs() > 0.04 {
                return now.secs();
            }
            (last, now) = (pace.next, pace.next);
        }
    }

    #[test]
    fn a_gp2_volume_bursts_as_long_as_its_credits_last() {
        // Amazon EC2 user guide, "General Purpose SSD volumes": credits / (3000 - 3 x GiB).
        for gib in [100.0, 334.0, 500.0] {
            let (found, told) = (burst_secs(gib), 5_400_000.0 / (3_000.0 - 3.0 * gib));
            assert!((found / told - 1.0).abs() < 1e-3, "{gib} GiB: {found} s, {told} s are published");
        }
    }

    #[test]
    fn operations_queue_at_the_rate() {
        let spec = Pacer { site: 0, base: 100.0, burst: 100.0, credits: 0.0, volumes: Volumes::OfSite };
        let mut pace = Pace { next: SimTime::ZERO, credits: 0.0, at: SimTime::ZERO };
        let waits: Vec<u64> = (0..4).map(|_| pace.admit(SimTime::ZERO, &spec, 1.0).0 / 1_000_000).collect();
        assert_eq!(waits, [0, 10, 20, 30]);
        assert_eq!(pace.admit(SimTime::ZERO + Span::from_secs(1), &spec, 1.0), Span::ZERO);
    }
}
