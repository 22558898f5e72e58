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

/// A power of two in which nothing was counted has no block.
const NO_BLOCK: u8 = u8::MAX;
/// Largest number of counts that a bucket holds before it carries over.
const CARRY: u64 = 1 << 32;

/// Counts of times. Recording is two index computations and one increment.
///
/// Only powers of two in which something was counted take memory: half a KiB each, six to ten of them for a usual law of
/// time. No count is lost however many there are: a bucket that is full carries over.
#[derive(Debug, Clone)]
pub struct Histogram {
    /// Blocks of [`SUB`] buckets, in the order in which they were first needed.
    counts: Vec<u32>,
    /// Block of each power of two.
    blocks: [u8; OCTAVES + 1],
    /// Buckets that have been full, once for each time.
    carried: Vec<u16>,
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
        Self { counts: Vec::new(), blocks: [NO_BLOCK; OCTAVES + 1], carried: Vec::new(), count: 0, sum: 0, max: 0 }
    }
}

#[inline]
fn bucket(nanos: u64) -> usize {
    let units = nanos >> UNIT_BITS;
    let shift = u64::BITS - (SUB_BITS + 1) - (units | (2 * SUB as u64 - 1)).leading_zeros();
    let index = ((shift as usize) << SUB_BITS) + (units >> shift) as usize;
    index.min(BUCKETS - 1)
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
        // Where there is no block, the place lies behind all that there are.
        let place = usize::from(self.blocks[index >> SUB_BITS]) << SUB_BITS | index & (SUB - 1);
        match self.counts.get_mut(place).map(|count| (count.checked_add(1), count)) {
            Some((Some(more), count)) => *count = more,
            _ => self.count_seldom(index),
        }
        self.count += 1;
        self.sum += u128::from(span.0);
        self.max = self.max.max(span.0);
    }

    /// Counts where there is no block yet, or in a bucket that is full.
    #[cold]
    #[inline(never)]
    fn count_seldom(&mut self, index: usize) {
        let place = self.block(index >> SUB_BITS) + (index & (SUB - 1));
        self.counts[place] = self.counts[place].wrapping_add(1);
        if self.counts[place] == 0 {
            self.carried.push(index as u16);
        }
    }

    /// Where the buckets of a power of two begin; made if there are none.
    fn block(&mut self, octave: usize) -> usize {
        if self.blocks[octave] == NO_BLOCK {
            self.blocks[octave] = (self.counts.len() >> SUB_BITS) as u8;
            self.counts.reserve_exact(SUB);
            self.counts.resize(self.counts.len() + SUB, 0);
        }
        usize::from(self.blocks[octave]) << SUB_BITS
    }

    /// The counts of a power of two in which something was counted.
    fn octave(&self, octave: usize) -> &[u32] {
        let begin = usize::from(self.blocks[octave]) << SUB_BITS;
        &self.counts[begin..begin + SUB]
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Exact mean in nanoseconds; zero if nothing was counted.
    pub fn mean_nanos(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum as f64 / self.count as f64 }
    }

    /// Sum of all times in nanoseconds, exactly.
    pub fn sum_nanos(&self) -> u128 {
        self.sum
    }

    /// Adds everything that `other` counted.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        let may_carry = self.count + other.count >= CARRY;
        for octave in other.filled() {
            let begin = self.block(octave);
            let into = self.counts[begin..begin + SUB].iter_mut().zip(other.octave(octave));
            if may_carry {
                let carries = |(at, (into, from)): (usize, (&mut u32, &u32))| {
                    *into = into.wrapping_add(*from);
                    (*into < *from).then_some((octave << SUB_BITS | at) as u16)
                };
                self.carried.extend(into.enumerate().filter_map(carries));
            } else {
                into.for_each(|(into, from)| *into = into.wrapping_add(*from));
            }
        }
        self.carried.extend_from_slice(&other.carried);
        self.count += other.count;
        self.sum += other.sum;
        self.max = self.max.max(other.max);
    }

    /// Forgets everything; keeps its memory.
    pub fn clear(&mut self) {
        self.counts.clear();
        self.blocks = [NO_BLOCK; OCTAVES + 1];
        self.carried.clear();
        (self.count, self.sum, self.max) = (0, 0, 0);
    }

    /// Powers of two in which something was counted, ascending.
    fn filled(&self) -> impl Iterator<Item = usize> + use<'_> {
        (0..=OCTAVES).filter(|&octave| self.blocks[octave] != NO_BLOCK)
    }

    /// How much was counted in a bucket beyond what its counter holds.
    fn beyond(&self, index: usize) -> u64 {
        if self.carried.is_empty() {
            return 0;
        }
        self.carried.iter().filter(|&&full| usize::from(full) == index).count() as u64 * CARRY
    }

    /// How much was counted in a power of two beyond what its counters hold.
    fn beyond_octave(&self, octave: usize) -> u64 {
        self.carried.iter().filter(|&&full| usize::from(full) >> SUB_BITS == octave).count() as u64 * CARRY
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
            let counts = self.octave(octave);
            let counted = counts.iter().map(|&count| u64::from(count)).sum::<u64>() + self.beyond_octave(octave);
            if below + counted < wanted[next] {
                below += counted;
                continue;
            }
            for (at, &count) in counts.iter().enumerate() {
                let index = octave << SUB_BITS | at;
                let here = u64::from(count) + self.beyond(index);
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

    /// Bytes that it takes beside its own.
    pub fn heap_bytes(&self) -> usize {
        self.counts.capacity() * size_of::<u32>() + self.carried.capacity() * size_of::<u16>()
    }

    /// Share of the times that are 64 ns or longer, 0 to 1: nearly all that are not zero.
    pub fn share_above_zero(&self) -> f64 {
        if self.count == 0 {
            return 0.0;
        }
        let zero = if self.blocks[0] == NO_BLOCK { 0 } else { u64::from(self.octave(0)[0]) + self.beyond(0) };
        (self.count - zero) as f64 / self.count as f64
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
        assert_eq!(histogram.share_above_zero(), 1.0);
        (0..300_000).for_each(|_| histogram.record(Span::ZERO));
        assert_eq!(histogram.share_above_zero(), 0.25);
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

    #[test]
    fn only_what_was_counted_takes_memory() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.heap_bytes(), 0);
        (0..1_000_000u64).for_each(|i| histogram.record(Span(9_000_000 + i % 6_000_000)));
        assert_eq!(histogram.heap_bytes(), SUB * 4, "9 to 15 ms lie in one power of two");
        (0..64).for_each(|bit| histogram.record(Span(1 << bit)));
        assert_eq!(histogram.heap_bytes(), BUCKETS * 4, "and there is an end to it");
    }

    #[test]
    fn a_full_bucket_carries_over() {
        let mut often = Histogram::default();
        often.record(Span::from_millis(1));
        // Doubling: 2^33 times a millisecond, then half as many times ten.
        for _ in 0..33 {
            often.merge(&often.clone());
        }
        let mut seldom = Histogram::default();
        seldom.record(Span::from_millis(10));
        for _ in 0..32 {
            seldom.merge(&seldom.clone());
        }
        often.merge(&seldom);
        assert_eq!(often.count(), (1 << 33) + (1 << 32));
        let [p50, p60, p70] = often.quantiles([0.5, 0.6, 0.7]).map(|nanos| (nanos / 1e6).round());
        assert_eq!([p50, p60, p70], [1.0, 1.0, 10.0], "two thirds take a millisecond");
        let mut brim = Histogram { counts: Vec::new(), ..Histogram::default() };
        brim.record(Span(64));
        brim.counts.fill(u32::MAX);
        brim.record(Span(64));
        assert_eq!(brim.octave(0)[1], 0);
        assert_eq!(brim.beyond(1), CARRY);
    }
}
