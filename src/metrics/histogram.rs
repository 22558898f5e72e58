//! A log-linear histogram of times: bounded memory, bounded error, mergeable in any order.

use crate::units::Span;

/// Sub-buckets per power of two, as a power of two: 128, so a bucket is at most 0.8 % wide; percentiles are
/// interpolated inside it.
const SUB_BITS: u32 = 7;
const SUB: usize = 1 << SUB_BITS;
/// Times below 64 ns are one bucket.
const LEAST_BITS: u32 = 6;
const LEAST: u64 = 1 << LEAST_BITS;
/// Powers of two above; the top is 2^44 ns, nearly five hours, and longer times count there.
const OCTAVES: usize = 38;
const BUCKETS: usize = 1 + SUB * OCTAVES;
/// Bits of a floating-point number below those that make its key: the power of two, and the sub-bucket in it.
const DROPPED: u32 = f64::MANTISSA_DIGITS - 1 - SUB_BITS;
/// Key of the least time above the first bucket.
const FIRST: usize = (1023 + LEAST_BITS as usize) << SUB_BITS;
/// Buckets that are looked at together in a power of two where a share is looked for.
const FEW: usize = 16;
/// Largest number of counts that a bucket holds before it carries over.
const CARRY: u64 = 1 << 32;

/// Counts of times. The upper bits of a time as a floating-point number are its bucket, so that recording is a shift and an
/// increment.
///
/// Only the powers of two from the shortest to the longest time take memory: half a KiB each, six to ten of them for a usual
/// law of time. No count is lost however many there are: a bucket that is full carries over.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    /// The first bucket, then those of whole powers of two from the one with the key `base`; empty if nothing was counted.
    counts: Vec<u32>,
    base: usize,
    /// Buckets that have been full, once for each time.
    carried: Vec<u16>,
    count: u64,
    sum: u128,
    max: u64,
}

/// A time that may be counted in several histograms, with what decides about its bucket.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    nanos: u64,
    /// The key; 0 for the times of the first bucket.
    key: usize,
}

impl From<Span> for Reading {
    #[inline(always)]
    fn from(span: Span) -> Self {
        Self { nanos: span.0, key: if span.0 < LEAST { 0 } else { key(span.0) } }
    }
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

/// What of a time decides about its bucket.
#[inline]
fn key(nanos: u64) -> usize {
    ((nanos as i64 as f64).to_bits() >> DROPPED) as usize
}

/// The bucket of a time, counted from the shortest one.
fn bucket(nanos: u64) -> usize {
    match nanos {
        ..LEAST => 0,
        _ if nanos >> (LEAST_BITS as usize + OCTAVES) > 0 => BUCKETS - 1,
        _ => key(nanos) - FIRST + 1,
    }
}

/// The least time in nanoseconds of a bucket, and its width.
fn bounds(bucket: usize) -> (f64, f64) {
    let Some(above) = bucket.checked_sub(1) else { return (0.0, LEAST as f64) };
    let width = (LEAST as f64 / SUB as f64) * (1u64 << (above >> SUB_BITS)) as f64;
    ((SUB + (above & (SUB - 1))) as f64 * width, width)
}

/// A search for shares of all counts.
struct Search<const N: usize> {
    /// How many counts lie below each.
    targets: [f64; N],
    /// The count at which each is reached. Whole numbers decide, so that only buckets that are hit cost a division.
    wanted: [u64; N],
    /// Which one is looked for.
    next: usize,
    /// Counts in the buckets that were passed.
    below: u64,
}

impl<const N: usize> Search<N> {
    fn new(targets: [f64; N]) -> Self {
        let up = |target: f64| target as u64 + u64::from((target as u64 as f64) < target);
        Self { targets, wanted: targets.map(|target| up(target).max(1)), next: 0, below: 0 }
    }

    /// Passes buckets in which so much was counted, if the next share does not lie there or none is looked for.
    fn passes(&mut self, counted: u64) -> bool {
        let passes = self.next == N || self.below + counted < self.wanted[self.next];
        self.below += if passes { counted } else { 0 };
        passes
    }
}

impl Histogram {
    /// Counts one time.
    #[inline(always)]
    pub fn record(&mut self, time: impl Into<Reading>) {
        let Reading { nanos, key } = time.into();
        // Below the lowest power of two there is no place; the bucket right below it must not count as the first of all.
        let place = if key == 0 { 0 } else { key.wrapping_sub(self.base).saturating_add(1) };
        match self.counts.get_mut(place) {
            Some(count) if *count != u32::MAX => *count += 1,
            _ => self.count_seldom(nanos),
        }
        self.count += 1;
        self.sum += u128::from(nanos);
        if nanos > self.max {
            self.max = nanos;
        }
    }

    /// Counts so many times of nothing.
    pub fn record_zeros(&mut self, times: u64) {
        if times == 0 {
            return;
        }
        self.reach(0, 0);
        let sum = u64::from(self.counts[0]) + times;
        self.carried.extend((0..sum / CARRY).map(|_| 0));
        self.counts[0] = sum as u32;
        self.count += times;
    }

    /// Counts where there is no bucket yet, or in one that is full.
    #[cold]
    #[inline(never)]
    fn count_seldom(&mut self, nanos: u64) {
        let bucket = bucket(nanos);
        self.reach(bucket, bucket);
        let place = self.place(bucket);
        self.counts[place] = self.counts[place].wrapping_add(1);
        if self.counts[place] == 0 {
            self.carried.push(bucket as u16);
        }
    }

    /// The bucket behind the first that has a place.
    fn lowest(&self) -> usize {
        self.base + 1 - FIRST
    }

    /// Where a bucket is that has a place.
    fn place(&self, bucket: usize) -> usize {
        if bucket == 0 { 0 } else { bucket + 1 - self.lowest() }
    }

    /// Makes places for the buckets from one to another.
    fn reach(&mut self, low: usize, high: usize) {
        if self.counts.is_empty() {
            self.counts.push(0);
            self.base = FIRST + (low.saturating_sub(1) & !(SUB - 1));
        }
        if high == 0 {
            return;
        }
        if self.counts.len() == 1 {
            self.base = FIRST + ((low.max(1) - 1) & !(SUB - 1));
        }
        if (1..self.lowest()).contains(&low) {
            let more = (self.lowest() - low).next_multiple_of(SUB);
            self.base -= more;
            let end = self.counts.len();
            self.counts.reserve_exact(more);
            self.counts.resize(end + more, 0);
            self.counts.copy_within(1..end, 1 + more);
            self.counts[1..1 + more].fill(0);
        }
        let end = (high + 2 - self.lowest()).max(self.counts.len());
        let end = 1 + (end - 1).next_multiple_of(SUB);
        self.counts.reserve_exact(end - self.counts.len());
        self.counts.resize(end, 0);
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
        if self.count == 0 {
            return self.become_like(other);
        }
        let (zero, above) = other.counts.split_at(1);
        let (low, begin) = if above.is_empty() {
            self.reach(0, 0);
            (0, 1)
        } else {
            let low = other.lowest();
            self.reach(low, low + above.len() - 1);
            (low, self.place(low))
        };
        if self.count + other.count >= CARRY {
            self.add_and_carry((0, 0), zero);
            self.add_and_carry((begin, low), above);
        } else {
            self.add(0, zero);
            self.add(begin, above);
        }
        self.carried.extend_from_slice(&other.carried);
        self.count += other.count;
        self.sum += other.sum;
        self.max = self.max.max(other.max);
    }

    /// Takes over everything from `other` where nothing was counted; keeps its memory.
    fn become_like(&mut self, other: &Self) {
        self.counts.clone_from(&other.counts);
        self.carried.clone_from(&other.carried);
        (self.base, self.count, self.sum, self.max) = (other.base, other.count, other.sum, other.max);
    }

    /// Adds counts to those from a place on.
    fn add(&mut self, place: usize, counts: &[u32]) {
        self.counts[place..].iter_mut().zip(counts).for_each(|(into, from)| *into = into.wrapping_add(*from));
    }

    /// The same where buckets, of which `first` is that of the place, may get full.
    fn add_and_carry(&mut self, (place, first): (usize, usize), counts: &[u32]) {
        let carries = |(bucket, (into, from)): (usize, (&mut u32, &u32))| {
            *into = into.wrapping_add(*from);
            (*into < *from).then_some(bucket as u16)
        };
        let into = self.counts[place..].iter_mut().zip(counts);
        self.carried.extend((first..).zip(into).filter_map(carries));
    }

    /// Forgets everything; keeps its memory, and where many were counted, the powers of two that it has.
    pub fn clear(&mut self) {
        if self.count < self.counts.len() as u64 / 8 {
            self.counts.clear();
        } else {
            self.counts.fill(0);
        }
        self.carried.clear();
        (self.count, self.sum, self.max) = (0, 0, 0);
    }

    /// How much was counted in a bucket beyond what its counter holds.
    fn beyond(&self, wanted: impl Fn(usize) -> bool) -> u64 {
        if self.carried.is_empty() {
            return 0;
        }
        self.carried.iter().filter(|&&full| wanted(full.into())).count() as u64 * CARRY
    }

    /// The counts in their order, in runs of so many, each with the bucket of its first.
    fn runs(&self, most: usize) -> impl Iterator<Item = (usize, &[u32])> {
        let (first, rest) = self.counts.split_at(self.counts.len().min(1));
        let lowest = if rest.is_empty() { 0 } else { self.lowest() };
        let runs = rest.chunks(most).enumerate().map(move |(run, counts)| (lowest + run * most, counts));
        (!first.is_empty()).then_some((0, first)).into_iter().chain(runs)
    }

    /// How much was counted in a run of buckets.
    fn counted(&self, (first, counts): (usize, &[u32])) -> u64 {
        if self.count < CARRY {
            // No sum can be larger than that of all.
            return counts.iter().fold(0, |sum: u32, &count| sum.wrapping_add(count)).into();
        }
        let range = first..first + counts.len();
        counts.iter().map(|&count| u64::from(count)).sum::<u64>() + self.beyond(|bucket| range.contains(&bucket))
    }

    /// The times in nanoseconds below which the given shares of all counts lie; shares in ascending order.
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        let mut search = Search::new(shares.map(|share| share * self.count as f64));
        let mut found = [0.0; N];
        if self.count == 0 {
            return found;
        }
        for run in self.runs(SUB) {
            if search.passes(self.counted(run)) {
                continue;
            }
            for (at, part) in run.1.chunks(FEW).enumerate() {
                let part = (run.0 + at * FEW, part);
                if !search.passes(self.counted(part)) {
                    self.search(part, &mut search, &mut found);
                }
            }
            if search.next == N {
                break;
            }
        }
        found
    }

    /// Looks for shares bucket by bucket.
    fn search<const N: usize>(&self, (first, counts): (usize, &[u32]), search: &mut Search<N>, found: &mut [f64; N]) {
        for (bucket, &count) in (first..).zip(counts) {
            if count == 0 && self.carried.is_empty() {
                continue;
            }
            let here = u64::from(count) + self.beyond(|full| full == bucket);
            while search.next < N && search.below + here >= search.wanted[search.next] {
                let (low, width) = bounds(bucket);
                let part = (search.targets[search.next] - search.below as f64) / here as f64;
                found[search.next] = (low + width * part.clamp(0.0, 1.0)).min(self.max as f64);
                search.next += 1;
            }
            search.below += here;
        }
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
        let zero = self.counts.first().map_or(0, |&zero| u64::from(zero)) + self.beyond(|bucket| bucket == 0);
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
            end = low + width;
            // The shortest are less than a nanosecond wide, and some of them hold no whole one.
            for nanos in [low.ceil(), end.ceil() - 1.0].into_iter().filter(|nanos| (low..end).contains(nanos)) {
                assert_eq!(bucket(nanos as u64), index, "{nanos} ns");
            }
        }
        assert_eq!((end, bucket(end as u64), bucket(u64::MAX)), ((1u64 << 44) as f64, BUCKETS - 1, BUCKETS - 1));
    }

    #[test]
    fn a_time_is_counted_in_its_bucket_whatever_came_before_it() {
        let times = [0, 63, 64, 65, 5_000, 1 << 20, (1 << 20) - 1, 1 << 43, (1 << 44) - 1, 1 << 44, 1 << 63, u64::MAX];
        for shift in 0..times.len() {
            let (mut histogram, mut one_by_one) = (Histogram::default(), Histogram::default());
            let mut counts = [0; BUCKETS];
            for turn in 0..2 * times.len() {
                let nanos = times[(turn + shift) % times.len()];
                histogram.record(Span(nanos));
                let mut one = Histogram::default();
                one.record(Span(nanos));
                one_by_one.merge(&one);
                counts[bucket(nanos)] += 1;
            }
            for histogram in [histogram, one_by_one] {
                let found = histogram.runs(FEW).flat_map(|(first, run)| (first..).zip(run.iter().copied()));
                let expected = (0..).zip(counts).filter(|&(_, count)| count > 0);
                assert!(found.filter(|&(_, count)| count > 0).eq(expected), "from the {shift}th on");
            }
        }
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
        assert_eq!(histogram.heap_bytes(), (SUB + 1) * 4, "9 to 15 ms lie in one power of two");
        (0..64).for_each(|bit| histogram.record(Span(1 << bit)));
        assert_eq!(histogram.heap_bytes(), BUCKETS * 4, "and there is an end to it");
    }

    #[test]
    fn times_that_are_added_one_by_one_say_what_all_together_say() {
        let mut stream = 1u64;
        let mut times = std::iter::repeat_with(|| {
            stream = stream.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            Span(stream >> 40 >> (stream % 20))
        });
        for count in [1, 2, 7, 128, 129, 384] {
            let (mut whole, mut parts) = (Histogram::default(), Histogram::default());
            for time in times.by_ref().take(count) {
                whole.record(time);
                let mut part = Histogram::default();
                part.record(time);
                parts.merge(&part);
            }
            let shares = [0.0, 0.01, 0.5, 0.9, 0.99, 1.0];
            assert_eq!(parts.quantiles(shares), whole.quantiles(shares), "of {count}");
            assert_eq!(parts.share_above_zero(), whole.share_above_zero());
        }
    }

    #[test]
    fn what_was_forgotten_does_not_come_back() {
        for times in [3u64, 100_000] {
            let mut histogram = Histogram::default();
            (0..times).for_each(|at| histogram.record(Span(1_000 + at % 50_000)));
            histogram.clear();
            assert_eq!((histogram.quantiles([0.5, 1.0]), histogram.summary()), ([0.0; 2], Summary::default()));
            histogram.record(Span::from_millis(2));
            let mut fresh = Histogram::default();
            fresh.record(Span::from_millis(2));
            assert_eq!(histogram.summary(), fresh.summary(), "after {times}");
        }
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
        assert_eq!(brim.counts[1], 0);
        assert_eq!(brim.beyond(|bucket| bucket == 1), CARRY);
    }
}
