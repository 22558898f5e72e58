//! Circuit breakers and retry budgets: what one link remembers of its calls to decide about the next one.

use super::network::Reason;
use super::policy::Breaker;
use super::snapshot::Circuit;
use crate::units::SimTime;

/// Parts of the window; outcomes are forgotten a part at a time.
const PARTS: usize = 10;

/// The breaker of one link.
#[derive(Debug, Clone, Default)]
pub(super) struct BreakerState {
    phase: Phase,
    /// Told apart from other phases, so that the outcome of a call that was made in an earlier one does not count.
    epoch: u32,
    /// When an open breaker lets probes through.
    until: SimTime,
    /// Attempts that ended, and those that failed among them, by part of the window.
    parts: [(u32, u32); PARTS],
    /// Number of the latest part, counted from the start of the run.
    latest: u64,
    /// Probes without an outcome, and those that succeeded.
    probes: (u32, u32),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Closed,
    Open,
    HalfOpen,
}

/// What an outcome did to a breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Opened,
    Closed,
}

impl BreakerState {
    /// Whether a call may be made now: the phase that it is made in, to be given back with its outcome.
    pub(super) fn admit(&mut self, spec: &Breaker, now: SimTime) -> Option<u32> {
        if self.phase == Phase::Open && now >= self.until {
            self.enter(Phase::HalfOpen);
        }
        match self.phase {
            Phase::Closed => Some(self.epoch),
            Phase::HalfOpen if self.probes.0 + self.probes.1 < spec.probes.max(1) => {
                self.probes.0 += 1;
                Some(self.epoch)
            }
            Phase::HalfOpen | Phase::Open => None,
        }
    }

    /// A call that was admitted has ended, well if there is no cause.
    pub(super) fn settle(
        &mut self,
        spec: &Breaker,
        now: SimTime,
        (epoch, cause): (u32, Option<Reason>),
    ) -> Option<Change> {
        if epoch != self.epoch {
            return None;
        }
        match self.phase {
            Phase::Closed => self.note(spec, now, cause),
            Phase::HalfOpen if cause.is_some() => self.open(spec, now),
            Phase::HalfOpen => {
                self.probes = (self.probes.0.saturating_sub(1), self.probes.1 + 1);
                (self.probes.1 >= spec.probes.max(1)).then(|| self.close())
            }
            Phase::Open => None,
        }
    }

    /// A call that was admitted has no outcome: its caller is gone.
    pub(super) fn forgo(&mut self, epoch: u32) {
        if epoch == self.epoch && self.phase == Phase::HalfOpen {
            self.probes.0 = self.probes.0.saturating_sub(1);
        }
    }

    /// As a window shows it.
    pub(super) fn circuit(&self, now: SimTime) -> Circuit {
        match self.phase {
            Phase::Closed => Circuit::Closed,
            Phase::Open if now < self.until => Circuit::Open,
            Phase::Open | Phase::HalfOpen => Circuit::HalfOpen,
        }
    }

    fn note(&mut self, spec: &Breaker, now: SimTime, cause: Option<Reason>) -> Option<Change> {
        self.move_on(spec, now);
        let part = &mut self.parts[(self.latest % PARTS as u64) as usize];
        *part = (part.0.saturating_add(1), part.1.saturating_add(u32::from(cause.is_some())));
        let sum = |count: fn(&(u32, u32)) -> u32| self.parts.iter().map(|part| u64::from(count(part))).sum::<u64>();
        let (ended, failures) = (sum(|part| part.0), sum(|part| part.1));
        let enough = failures > 0 && ended >= u64::from(spec.calls);
        (enough && failures as f64 >= spec.share * ended as f64).then(|| self.open(spec, now)).flatten()
    }

    /// Forgets the parts that have left the window.
    fn move_on(&mut self, spec: &Breaker, now: SimTime) {
        let part = (spec.window.0 / PARTS as u64).max(1);
        let number = now.0 / part;
        // A window that was made longer while it runs counts its parts anew.
        let gone = number.checked_sub(self.latest).map_or(PARTS as u64, |gone| gone.min(PARTS as u64));
        for back in 0..gone {
            self.parts[((number - back.min(number)) % PARTS as u64) as usize] = (0, 0);
        }
        self.latest = number;
    }

    fn open(&mut self, spec: &Breaker, now: SimTime) -> Option<Change> {
        self.enter(Phase::Open);
        self.until = now + spec.open;
        Some(Change::Opened)
    }

    fn close(&mut self) -> Change {
        self.enter(Phase::Closed);
        Change::Closed
    }

    fn enter(&mut self, phase: Phase) {
        (self.phase, self.epoch) = (phase, self.epoch.wrapping_add(1));
        self.probes = (0, 0);
        self.parts = [(0, 0); PARTS];
    }
}

/// One retry, in millionths.
const RETRY: u64 = 1_000_000;

/// The retries that a link may still make, in millionths of one. First attempts earn, retries spend.
#[derive(Debug, Clone)]
pub(super) struct Budget(u64);

impl Default for Budget {
    /// 10 retries are in hand at the start, so that a quiet link can try again at all.
    fn default() -> Self {
        Self(10 * RETRY)
    }
}

impl Budget {
    /// Most retries that can be saved.
    const MOST: u64 = 100 * RETRY;

    /// A first attempt earns its share of a retry.
    pub(super) fn earn(&mut self, share: f64) {
        self.0 = (self.0 + (share * RETRY as f64 + 0.5) as u64).min(Self::MOST);
    }

    /// Takes a retry if there is one.
    pub(super) fn spend(&mut self) -> bool {
        let left = self.0.checked_sub(RETRY);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;

    fn spec() -> Breaker {
        Breaker { share: 0.5, window: Span::from_secs(10), calls: 4, open: Span::from_secs(30), probes: 2 }
    }

    const BAD: Option<Reason> = Some(Reason::TimedOut);

    fn at(secs: f64) -> SimTime {
        SimTime::ZERO + Span::from_secs_f64(secs)
    }

    /// Makes a call and ends it at once.
    fn call(state: &mut BreakerState, secs: f64, cause: Option<Reason>) -> Option<Change> {
        let epoch = state.admit(&spec(), at(secs)).expect("it lets the call through");
        state.settle(&spec(), at(secs), (epoch, cause))
    }

    #[test]
    fn it_opens_at_half_of_four_and_closes_after_two_good_probes() {
        let mut state = BreakerState::default();
        assert_eq!([1.0, 1.1].map(|secs| call(&mut state, secs, BAD)), [None; 2], "too few to tell");
        assert_eq!(call(&mut state, 1.2, None), None);
        assert_eq!(call(&mut state, 1.3, None), Some(Change::Opened), "2 of 4");
        assert_eq!(state.admit(&spec(), at(31.299)), None);
        assert_eq!((state.circuit(at(20.0)), state.circuit(at(31.3))), (Circuit::Open, Circuit::HalfOpen));
        let probes = [31.3, 31.4].map(|secs| state.admit(&spec(), at(secs)).unwrap());
        assert_eq!(state.admit(&spec(), at(31.5)), None, "two probes and no more");
        assert_eq!(state.settle(&spec(), at(32.0), (probes[0], None)), None);
        assert_eq!(state.settle(&spec(), at(32.1), (probes[1], None)), Some(Change::Closed));
        assert_eq!(call(&mut state, 32.2, BAD), None, "it starts with a clean window");
    }

    #[test]
    fn a_bad_probe_opens_it_again_and_old_calls_do_not_count() {
        let mut state = BreakerState::default();
        let old = state.admit(&spec(), at(0.0)).unwrap();
        for _ in 0..4 {
            call(&mut state, 1.0, BAD);
        }
        let probe = state.admit(&spec(), at(31.0)).unwrap();
        assert_eq!(state.settle(&spec(), at(31.5), (old, BAD)), None, "it was made before");
        assert_eq!(state.settle(&spec(), at(32.0), (probe, BAD)), Some(Change::Opened));
        assert_eq!(state.admit(&spec(), at(61.999)), None);
        let probe = state.admit(&spec(), at(62.0)).unwrap();
        state.forgo(probe);
        let probes = [62.0, 62.0].map(|secs| state.admit(&spec(), at(secs)));
        assert!(probes.iter().all(Option::is_some), "a probe without an outcome makes room for another");
    }

    #[test]
    fn failures_leave_the_window() {
        let mut state = BreakerState::default();
        for secs in [0.0, 0.5, 0.9] {
            call(&mut state, secs, BAD);
        }
        assert_eq!(call(&mut state, 10.0, None), None, "the first part is forgotten");
        assert_eq!(call(&mut state, 10.1, BAD), None);
        assert_eq!(call(&mut state, 10.2, None), None);
        assert_eq!(call(&mut state, 10.3, BAD), Some(Change::Opened), "2 of the last 4");
        let never = Breaker { share: 0.0, ..spec() };
        let mut state = BreakerState::default();
        for _ in 0..9 {
            assert_eq!(state.settle(&never, at(0.0), (0, None)), None, "no failure opens nothing");
        }
    }

    #[test]
    fn a_budget_is_a_share_of_the_first_attempts() {
        let mut budget = Budget::default();
        assert_eq!((0..20).filter(|_| budget.spend()).count(), 10, "in hand at the start");
        (0..1_000).for_each(|_| budget.earn(0.1));
        assert_eq!((0..1_000).filter(|_| budget.spend()).count(), 100, "a tenth of a thousand");
        (0..1_000_000).for_each(|_| budget.earn(0.1));
        assert_eq!((0..1_000).filter(|_| budget.spend()).count(), 100, "and no more can be saved");
    }
}
