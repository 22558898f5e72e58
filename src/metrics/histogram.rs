//! A log-linear histogram of times: constant memory, bounded error, mergeable in any order.

use crate::units::Span;

/// Sub-buckets per power of two, as a power of two: 128, so a bucket is at most 0.8 % wide; percentiles are
/// interpolated inside it.
const SUB_BITS: u32 = 7;
const SUB: usize = 1 << SUB_BITS;
/// Times are counted in units of 64 ns.
const UNIT_BITS: u32 = 6;
/// Powers of two above the linear part; the top is 2^(6 + 7 + 31) ns, nearly five hours, and longer times count there.
const OCTAVES: usize = 31;
const BUCKETS: usize = SUB * (OCTAVES + 1);

/// Counts of times. Recording is one index computation and one increment.
#[derive(Debug, Clone)]
pub struct Histogram {
    counts: Box<[u32]>,
    /// A bit for each power of two in which something was counted, so that reading and merging pass over the rest.
    filled: u32,
    count: u64,
    sum: u128,
    max: u64,
}

/// The figures that people ask a histogram for. Times in milliseconds; all zero if nothing was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Summary {
    pub count: u64,
    pub mean: f64,
    pub p50: f64,
    pub p90: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS].into(), filled: 0, count: 0, sum: 0, max: 0 }
    }
}

#[inline]
fn bucket(nanos: u64) -> usize {
    let units = nanos >> UNIT_BITS;
    let octave = (63 - (units | (SUB as u64 - 1)).leading_zeros()) - (SUB_BITS - 1);
    let index = ((octave as usize) << SUB_BITS) + (units >> octave.saturating_sub(1)) as usize
        - if octave > 0 { SUB } else { 0 };
    index.min(BUCKETS - 1)
}

/// The buckets of a power of two.
fn range(octave: usize) -> std::ops::Range<usize> {
    octave << SUB_BITS..(octave + 1) << SUB_BITS
}

/// The least time in nanoseconds of a bucket, and its width.
fn bounds(index: usize) -> (f64, f64) {
    let octave = index >> SUB_BITS;
    let within = (index & (SUB - 1)) as f64;
    let unit = f64::from(1u32 << UNIT_BITS);
    if octave == 0 {
        return (within * unit, unit);
    }
    let width = unit * (1u64 << (octave - 1)) as f64;
    ((SUB as f64 + within) * width, width)
}

impl Histogram {
    /// Counts one time.
    #[inline]
    pub fn record(&mut self, span: Span) {
        let index = bucket(span.0);
        self.counts[index] += 1;
        self.filled |= 1 << (index >> SUB_BITS);
        self.count += 1;
        self.sum += u128::from(span.0);
        self.max = self.max.max(span.0);
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Exact mean in nanoseconds; zero if nothing was counted.
    pub fn mean_nanos(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum as f64 / self.count as f64 }
    }

    /// Adds everything that `other` counted.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        for octave in other.filled() {
            for (into, from) in self.counts[range(octave)].iter_mut().zip(&other.counts[range(octave)]) {
                // Saturating, in a form that compiles to vector instructions.
                *into += (*from).min(!*into);
            }
        }
        self.filled |= other.filled;
        self.count += other.count;
        self.sum += other.sum;
        self.max = self.max.max(other.max);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        for octave in self.filled() {
            self.counts[range(octave)].fill(0);
        }
        self.filled = 0;
        (self.count, self.sum, self.max) = (0, 0, 0);
    }

    /// Powers of two in which something was counted.
    fn filled(&self) -> impl Iterator<Item = usize> + use<> {
        let mut left = self.filled;
        std::iter::from_fn(move || {
            let octave = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            (octave <= OCTAVES).then_some(octave)
        })
    }

    /// The times in nanoseconds below which the given shares of all counts lie; shares in ascending order.
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        let mut found = [0.0; N];
        if self.count == 0 {
            return found;
        }
        let targets = shares.map(|share| share * self.count as f64);
        let (mut next, mut below) = (0, 0u64);
        // Whole numbers decide where a share lies; only the buckets that are hit cost a division.
        let wanted = targets.map(|target| (target.ceil() as u64).max(1));
        for octave in self.filled() {
            if next == N {
                break;
            }
            let octave_count: u64 = self.counts[range(octave)].iter().map(|&count| u64::from(count)).sum();
            if below + octave_count < wanted[next] {
                below += octave_count;
                continue;
            }
            for index in range(octave) {
                let here = u64::from(self.counts[index]);
                while next < N && below + here >= wanted[next] {
                    let (low, width) = bounds(index);
                    let part = (targets[next] - below as f64) / here as f64;
                    found[next] = (low + width * part.clamp(0.0, 1.0)).min(self.max as f64);
                    next += 1;
                }
                below += here;
            }
        }
        found
    }

    /// The usual figures.
    pub fn summary(&self) -> Summary {
        let [p50, p90, p95, p99] = self.quantiles([0.5, 0.9, 0.95, 0.99]).map(|nanos| nanos / 1e6);
        Summary { count: self.count, mean: self.mean_nanos() / 1e6, p50, p90, p95, p99, max: self.max as f64 / 1e6 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_tile_the_line() {
        let mut end = 0.0;
        for index in 0..BUCKETS {
            let (low, width) = bounds(index);
            assert_eq!(low, end, "bucket {index}");
            assert_eq!(bucket(low as u64), index);
            assert_eq!(bucket((low + width) as u64 - 1), index);
            end = low + width;
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn quantiles_are_within_half_a_per_cent() {
        let mut histogram = Histogram::default();
        (1..=100_000u64).for_each(|i| histogram.record(Span(i * 1_000)));
        let [p50, p99] = histogram.quantiles([0.5, 0.99]);
        assert!((p50 / 50e6 - 1.0).abs() < 0.005 && (p99 / 99e6 - 1.0).abs() < 0.005, "{p50} {p99}");
        assert_eq!(histogram.summary().max, 100.0);
    }

    #[test]
    fn merging_is_counting_together() {
        let (mut a, mut b, mut both) = (Histogram::default(), Histogram::default(), Histogram::default());
        for i in 0..5_000u64 {
            let span = Span(i * i * 37);
            if i % 3 == 0 {
                a.record(span)
            } else {
                b.record(span)
            }
            both.record(span);
        }
        a.merge(&b);
        assert_eq!(a.summary(), both.summary());
        a.clear();
        assert_eq!(a.summary(), Summary::default());
    }
}
