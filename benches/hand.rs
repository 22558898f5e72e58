//! The yardsticks written by hand: one loop per model, knowing everything beforehand. No graph, no names, no statistics
//! but one histogram. What a general engine reaches of their speed says what its generality costs.
//!
//! A tournament of fixed slots is the event set: one slot for the source and one for each server. A key is the time in nanoseconds with the slot in its lowest 16 bits.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use std::collections::VecDeque;
use std::hint::black_box;

const NEVER: u64 = u64::MAX;

/// The next event of each slot.
struct Tournament {
    keys: Vec<u64>,
    slots: usize,
}

impl Tournament {
    fn new(slots: usize) -> Self {
        let slots = slots.next_power_of_two();
        Self { keys: vec![NEVER; 2 * slots], slots }
    }

    #[inline]
    fn set(&mut self, slot: usize, at: u64) {
        self.replay(slot, (at << 16) | slot as u64);
    }

    #[inline]
    fn clear(&mut self, slot: usize) {
        self.replay(slot, NEVER);
    }

    #[inline]
    fn replay(&mut self, slot: usize, key: u64) {
        let keys = self.keys.as_mut_slice();
        let mut node = self.slots + slot;
        let mut best = key;
        keys[node] = key;
        while node > 1 {
            best = best.min(keys[node ^ 1]);
            node >>= 1;
            keys[node] = best;
        }
    }

    #[inline]
    fn next(&self) -> (u64, usize) {
        let key = self.keys[1];
        (key >> 16, key as usize & 0xFFFF)
    }
}

/// Random numbers, and exponential ones by a ziggurat of 256 layers (Marsaglia and Tsang).
struct Chance {
    bits: Xoshiro256PlusPlus,
    exponential: Ziggurat,
}

struct Ziggurat {
    edge: [f64; 257],
    height: [f64; 257],
}

impl Ziggurat {
    fn new((tail, area): (f64, f64), density: fn(f64) -> f64, inverse: fn(f64) -> f64) -> Self {
        let mut it = Self { edge: [0.0; 257], height: [1.0; 257] };
        (it.edge[0], it.edge[1]) = (area / density(tail), tail);
        (it.height[0], it.height[1]) = (0.0, density(tail));
        for layer in 2..256 {
            it.height[layer] = it.height[layer - 1] + area / it.edge[layer - 1];
            it.edge[layer] = inverse(it.height[layer]);
        }
        it
    }
}

impl Chance {
    fn new(seed: u64) -> Self {
        Self {
            bits: Xoshiro256PlusPlus::seed_from_u64(seed),
            exponential: Ziggurat::new((7.697_117_470_131_05, 0.003_949_659_822_581_557), |x| (-x).exp(), |y| -y.ln()),
        }
    }

    #[inline]
    fn unit(&mut self) -> f64 {
        (self.bits.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    #[inline]
    fn exponential(&mut self) -> f64 {
        let mut base = 0.0;
        loop {
            let bits = self.bits.next_u64();
            let layer = (bits & 0xFF) as usize;
            let x = (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64) * self.exponential.edge[layer];
            if x < self.exponential.edge[layer + 1] {
                return base + x;
            }
            if layer == 0 {
                base += self.exponential.edge[1];
                continue;
            }
            let (low, high) = (self.exponential.height[layer], self.exponential.height[layer + 1]);
            if low + self.unit() * (high - low) < (-x).exp() {
                return base + x;
            }
        }
    }

    /// An exponential time in nanoseconds.
    #[inline]
    fn time(&mut self, mean: f64) -> u64 {
        (mean * self.exponential()) as i64 as u64
    }
}

/// Latencies by their leading 8 bits.
struct Latencies {
    counts: Vec<u32>,
    sum: u64,
}

impl Latencies {
    fn new() -> Self {
        Self { counts: vec![0; 64 << 7], sum: 0 }
    }

    #[inline]
    fn record(&mut self, nanos: u64) {
        let bits = (nanos as f64).to_bits();
        self.counts[(bits >> 45) as usize & 0x1FFF] += 1;
        self.sum += nanos;
    }
}

/// What a loop did: requests answered, and their mean latency in milliseconds.
pub struct Done {
    pub requests: u64,
    pub mean: f64,
}

fn done(requests: u64, latencies: &Latencies) -> Done {
    let counted: u64 = black_box(&latencies.counts).iter().map(|&count| u64::from(count)).sum();
    assert_eq!(counted, requests);
    Done { requests, mean: latencies.sum as f64 / requests as f64 / 1e6 }
}

/// M1 and M2: exponential arrivals at `rate` per second, `servers` with exponential service of 1 ms, one line.
pub fn station(servers: usize, rate: f64, requests: u64) -> Done {
    let mut chance = Chance::new(1);
    let mut events = Tournament::new(servers + 1);
    let mut latencies = Latencies::new();
    let mut line: VecDeque<u64> = VecDeque::new();
    let mut at_server = vec![0; servers];
    let mut idle: Vec<usize> = (1..=servers).collect();
    let (gap, service) = (1e9 / rate, 1e6);
    events.set(0, chance.time(gap));
    let mut answered = 0;
    while answered < requests {
        let (now, slot) = events.next();
        if slot == 0 {
            events.set(0, now + chance.time(gap));
            if let Some(server) = idle.pop() {
                at_server[server - 1] = now;
                events.set(server, now + chance.time(service));
            } else {
                line.push_back(now);
            }
        } else {
            latencies.record(now - at_server[slot - 1]);
            answered += 1;
            if let Some(arrived) = line.pop_front() {
                at_server[slot - 1] = arrived;
                events.set(slot, now + chance.time(service));
            } else {
                idle.push(slot);
                events.clear(slot);
            }
        }
    }
    done(answered, &latencies)
}
