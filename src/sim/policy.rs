//! How a caller uses a link beyond one plain call: how many times, how long it waits, whether it tries again, and when
//! it stops trying. Only what the user said; what comes of it while it runs stands in `calls` and `breaker`.

use super::network::Index;
use crate::units::Span;

/// How a caller uses a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CallPolicy {
    /// Calls per request.
    pub times: Times,
    /// How long one attempt may take, network included; `None` is as long as it takes.
    pub timeout: Option<Span>,
    /// What follows a failed attempt; `None` is nothing.
    pub retry: Option<Retry>,
    /// When calls are refused without being made; `None` is never.
    pub breaker: Option<Breaker>,
    /// Law whose stream draws numbers of calls and jitter.
    pub law: Index,
}

impl CallPolicy {
    /// Whether every use is one call, and nothing is remembered from one call to the next.
    pub(super) fn is_simple(&self) -> bool {
        let budget = self.retry.and_then(|retry| retry.budget);
        self.times == Times::Exactly(1) && self.breaker.is_none() && budget.is_none()
    }
}

/// How many times a request calls along a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Times {
    /// Always as many.
    Exactly(u32),
    /// Independent calls with this mean; now and then none.
    Poisson(f64),
    /// At least one, each followed by another with the same probability; this is the mean, at least 1.
    Geometric(f64),
}

/// New attempts after failed ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retry {
    /// Most attempts of one call, the first included; `u32::MAX` is without end.
    pub attempts: u32,
    /// Pause before the second attempt.
    pub pause: Span,
    /// How the pause grows.
    pub backoff: Backoff,
    /// The pause does not grow beyond this.
    pub longest: Span,
    /// How much of the pause is left to chance.
    pub jitter: Jitter,
    /// Most retries as a share of first attempts; `None` is without limit.
    pub budget: Option<f64>,
}

/// How the pause between attempts grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backoff {
    /// Not at all.
    Fixed,
    /// Twice as long each time.
    Exponential,
}

/// How much of a pause is left to chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jitter {
    /// Nothing: the whole pause.
    None,
    /// Everything: evenly between nothing and the whole pause.
    Full,
}

/// When calls along a link are refused without being made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breaker {
    /// Share of failed attempts within the window at which it opens, 0 to 1.
    pub share: f64,
    /// Attempts that ended within this time count.
    pub window: Span,
    /// Fewest attempts within the window before it opens.
    pub calls: u32,
    /// How long it refuses everything.
    pub open: Span,
    /// Attempts that must then succeed until it closes.
    pub probes: u32,
}

impl Retry {
    /// The longest that the pause before an attempt can be; `attempt` counts from 2.
    pub fn pause_before(&self, attempt: u32) -> Span {
        let doublings = match self.backoff {
            Backoff::Fixed => return self.pause,
            Backoff::Exponential => attempt.saturating_sub(2),
        };
        let factor = 1u64.checked_shl(doublings).unwrap_or(u64::MAX);
        Span(self.pause.0.saturating_mul(factor).min(self.longest.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_never_overflow() {
        let (pause, longest) = (Span::from_millis(100), Span::from_secs(20));
        let retry =
            Retry { attempts: 9, pause, backoff: Backoff::Exponential, longest, jitter: Jitter::None, budget: None };
        let pauses: Vec<u64> = (2..7).map(|attempt| retry.pause_before(attempt).0 / 1_000_000).collect();
        assert_eq!(pauses, [100, 200, 400, 800, 1_600]);
        for attempt in [10, 66, 67, 1_000_000_000, u32::MAX] {
            assert_eq!(retry.pause_before(attempt), longest, "attempt {attempt}");
        }
        let fixed = Retry { backoff: Backoff::Fixed, ..retry };
        assert_eq!(fixed.pause_before(u32::MAX), pause);
    }
}
