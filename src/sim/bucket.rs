//! Rate limits: token buckets.
//!
//! Tokens come in continuously and at most `burst` are kept; a request takes one or is refused. Times are whole
//! nanoseconds, so each request that passes is forgiven half of one: three requests a second, a third of a second apart
//! to the nanosecond, pass a limit of three a second for ever.

use super::network::Bucket;
use crate::units::SimTime;

/// A rate limit's tokens.
#[derive(Debug, Clone, Default)]
pub(super) struct Tokens {
    left: f64,
    updated: SimTime,
    filled: bool,
    /// Those for requests that change data, where they have a limit of their own.
    writes: Option<Box<Tokens>>,
}

impl Tokens {
    /// Takes a token of those for requests that change data.
    pub(super) fn take_write(&mut self, now: SimTime, limit: &Bucket) -> bool {
        match limit.writes {
            None => self.take(now, limit),
            Some(rate) => {
                let own = Bucket { rate, burst: rate.0.max(1.0), writes: None, ..*limit };
                self.writes.get_or_insert_default().take(now, &own)
            }
        }
    }

    /// Takes a token if there is one.
    pub(super) fn take(&mut self, now: SimTime, limit: &Bucket) -> bool {
        let (rate, most) = (limit.rate.0, limit.burst.max(1.0));
        if rate.is_infinite() {
            return true;
        }
        if !self.filled {
            (self.filled, self.left) = (true, most);
        }
        self.left = (self.left + now.since(self.updated).secs() * rate).min(most);
        self.updated = now;
        // A limit of zero lets nothing pass, whatever is left from before.
        let taken = rate > 0.0 && self.left >= 1.0;
        if taken {
            self.left -= 1.0 - (rate * 0.5e-9).min(1e-3);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Rate;

    fn passed(rate: f64, burst: f64, gap: u64, requests: u64) -> Vec<u64> {
        let (mut tokens, limit) = (Tokens::default(), Bucket { site: 0, rate: Rate(rate), burst, writes: None });
        (0..requests).filter(|n| tokens.take(SimTime(n * gap), &limit)).collect()
    }

    #[test]
    fn a_burst_passes_then_the_rate() {
        // 100/s against 50/s with 20 kept: 20 + n/2 tokens by request n, so all pass until the 40th.
        let passed = passed(50.0, 20.0, 10_000_000, 1_000);
        assert_eq!(passed[..39], (0..39).collect::<Vec<_>>()[..]);
        assert_eq!(passed.len() as u64, 20 + 999 / 2);
    }

    #[test]
    fn exactly_the_rate_always_passes() {
        assert_eq!(passed(3.0, 1.0, 333_333_334, 100_000).len(), 100_000);
        assert_eq!(passed(3.0, 1.0, 333_333_333, 100_000).len(), 100_000, "a third of a nanosecond early is in time");
        assert_eq!(passed(0.0, 5.0, 1, 10).len() + passed(1.0, 1.0, 0, 10).len(), 1);
        assert_eq!(passed(f64::INFINITY, 1.0, 0, 10).len(), 10);
    }
}
