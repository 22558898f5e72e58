//! The yardsticks written by hand: one loop per model, knowing everything beforehand. No graph, no names, no statistics
//! but one histogram. What a general engine reaches of their speed says what its generality costs.
//!
//! A tournament of fixed slots is the event set: one slot for the source, one for each worker and one for the front of
//! each queue of time-outs. A key is the time in nanoseconds with the slot in its lowest 16 bits.

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

/// Random numbers, and the exponential and the normal by ziggurats of 256 layers (Marsaglia and Tsang).
struct Chance {
    bits: Xoshiro256PlusPlus,
    exponential: Ziggurat,
    normal: Ziggurat,
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
            normal: Ziggurat::new(
                (3.654_152_885_361_009, 0.004_928_673_233_974_655),
                |x| (-0.5 * x * x).exp(),
                |y| (-2.0 * y.ln()).sqrt(),
            ),
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

    #[inline]
    fn normal(&mut self) -> f64 {
        loop {
            let bits = self.bits.next_u64();
            let layer = (bits & 0xFF) as usize;
            let x = (bits as i64 >> 10) as f64 * (1.0 / (1u64 << 53) as f64) * self.normal.edge[layer];
            if x.abs() < self.normal.edge[layer + 1] {
                return x;
            }
            let tail = self.normal.edge[1];
            if layer == 0 {
                let (beyond, other) = (self.exponential() / tail, self.exponential());
                if 2.0 * other > beyond * beyond {
                    return (tail + beyond).copysign(x);
                }
                continue;
            }
            let (low, high) = (self.normal.height[layer], self.normal.height[layer + 1]);
            if low + self.unit() * (high - low) < (-0.5 * x * x).exp() {
                return x;
            }
        }
    }

    /// An exponential time in nanoseconds.
    #[inline]
    fn time(&mut self, mean: f64) -> u64 {
        (mean * self.exponential()) as i64 as u64
    }

    /// A lognormal time with a coefficient of variation of 1.
    #[inline]
    fn lognormal(&mut self, mu: f64) -> u64 {
        (mu + std::f64::consts::LN_2.sqrt() * self.normal()).exp() as i64 as u64
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

/// Whether users of M3 have a timer of one second that is cancelled when the answer comes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    Without,
    With,
}

const SERVERS: usize = 8;
const WORKERS: usize = 2;
const CONNECTIONS: usize = 16;
/// Slot of the source, of the time-outs, of the first worker, of the first connection.
const SOURCE: usize = 0;
const TIMEOUTS: usize = 1;
const WORKER: usize = 2;
const CONNECTION: usize = WORKER + SERVERS * WORKERS;

#[derive(Clone, Copy, Default)]
struct Request {
    arrived: u64,
    attempts: u32,
    server: u32,
    /// Told apart from earlier users of the place.
    generation: u32,
    late: u32,
}

/// M3: 1,600 requests a second, the least outstanding of 8 servers with 2 workers each and a line of their own,
/// lognormal 8 ms; 80 % are answered then, the others by a database with 16 connections, exponential 35 ms; 1 % of the
/// answers are errors and tried again, three attempts in all.
struct Web {
    chance: Chance,
    events: Tournament,
    latencies: Latencies,
    slab: Vec<Request>,
    free: Vec<u32>,
    outstanding: [u32; SERVERS],
    turn: usize,
    lines: [VecDeque<u32>; SERVERS],
    free_workers: [u32; SERVERS],
    /// Request of each worker and connection, by slot.
    serves: [u32; CONNECTION + CONNECTIONS],
    waiting: VecDeque<u32>,
    idle: Vec<usize>,
    timeouts: VecDeque<(u64, u32, u32)>,
    now: u64,
    answered: u64,
    good: u64,
    timer: Timer,
    mu: f64,
}

impl Web {
    fn arrive(&mut self) {
        let gap = self.chance.time(1e9 / 1_600.0);
        self.events.set(SOURCE, self.now + gap);
        let id = self.free.pop().unwrap_or_else(|| {
            self.slab.push(Request::default());
            self.slab.len() as u32 - 1
        });
        let request = &mut self.slab[id as usize];
        (request.arrived, request.attempts, request.late) = (self.now, 0, 0);
        if self.timer == Timer::With {
            self.timeouts.push_back((self.now + 1_000_000_000, id, request.generation));
            if self.timeouts.len() == 1 {
                self.events.set(TIMEOUTS, self.now + 1_000_000_000);
            }
        }
        self.dispatch(id);
    }

    fn dispatch(&mut self, id: u32) {
        self.turn = (self.turn + 1) % SERVERS;
        let mut best = u32::MAX;
        for server in 0..SERVERS {
            let wait = (server + SERVERS - self.turn) % SERVERS;
            best = best.min((self.outstanding[server] << 8) | (wait << 4 | server) as u32);
        }
        let server = best as usize & 0xF;
        self.outstanding[server] += 1;
        self.slab[id as usize].server = server as u32;
        let free = self.free_workers[server];
        if free == 0 {
            return self.lines[server].push_back(id);
        }
        let worker = free.trailing_zeros() as usize;
        self.free_workers[server] = free & (free - 1);
        self.work(WORKER + server * WORKERS + worker, id);
    }

    #[inline]
    fn work(&mut self, slot: usize, id: u32) {
        self.serves[slot] = id;
        let time = self.chance.lognormal(self.mu);
        self.events.set(slot, self.now + time);
    }

    #[inline]
    fn query(&mut self, slot: usize, id: u32) {
        self.serves[slot] = id;
        let time = self.chance.time(35e6);
        self.events.set(slot, self.now + time);
    }

    fn worker_done(&mut self, slot: usize) {
        let id = self.serves[slot];
        let server = (slot - WORKER) / WORKERS;
        match self.lines[server].pop_front() {
            Some(next) => self.work(slot, next),
            None => {
                self.free_workers[server] |= 1 << ((slot - WORKER) % WORKERS);
                self.events.clear(slot);
            }
        }
        if self.chance.unit() < 0.8 {
            self.answer(id);
        } else if let Some(connection) = self.idle.pop() {
            self.query(connection, id);
        } else {
            self.waiting.push_back(id);
        }
    }

    fn query_done(&mut self, slot: usize) {
        let id = self.serves[slot];
        match self.waiting.pop_front() {
            Some(next) => self.query(slot, next),
            None => {
                self.idle.push(slot);
                self.events.clear(slot);
            }
        }
        self.answer(id);
    }

    fn answer(&mut self, id: u32) {
        let failed = self.chance.unit() < 0.01;
        let request = &mut self.slab[id as usize];
        self.outstanding[request.server as usize] -= 1;
        if failed && request.attempts < 2 {
            request.attempts += 1;
            return self.dispatch(id);
        }
        self.latencies.record(self.now - request.arrived);
        self.good += u64::from(!failed && request.late == 0);
        request.generation += 1;
        self.free.push(id);
        self.answered += 1;
    }

    /// The time of the first is over; those that were answered meanwhile are passed over.
    fn time_out(&mut self) {
        while let Some(&(due, id, generation)) = self.timeouts.front() {
            let request = &mut self.slab[id as usize];
            let waits = request.generation == generation;
            if waits && due > self.now {
                return self.events.set(TIMEOUTS, due);
            }
            if waits {
                request.late = 1;
            }
            self.timeouts.pop_front();
        }
        self.events.clear(TIMEOUTS);
    }
}

/// Runs M3 until so many requests are answered.
pub fn web(timer: Timer, requests: u64) -> Done {
    let mut web = Web {
        chance: Chance::new(1),
        events: Tournament::new(CONNECTION + CONNECTIONS),
        latencies: Latencies::new(),
        slab: Vec::new(),
        free: Vec::new(),
        outstanding: [0; SERVERS],
        turn: 0,
        lines: Default::default(),
        free_workers: [(1 << WORKERS) - 1; SERVERS],
        serves: [0; CONNECTION + CONNECTIONS],
        waiting: VecDeque::new(),
        idle: (CONNECTION..CONNECTION + CONNECTIONS).collect(),
        timeouts: VecDeque::new(),
        now: 0,
        answered: 0,
        good: 0,
        timer,
        mu: 8e6f64.ln() - 0.5 * std::f64::consts::LN_2,
    };
    web.events.set(SOURCE, 0);
    while web.answered < requests {
        let (now, slot) = web.events.next();
        web.now = now;
        match slot {
            SOURCE => web.arrive(),
            TIMEOUTS => web.time_out(),
            CONNECTION.. => web.query_done(slot),
            _ => web.worker_done(slot),
        }
    }
    black_box(web.good);
    done(web.answered, &web.latencies)
}

/// M4: users who think 4 s, an application with 4 servers of 20 ms, then a database with one of 8 ms, all exponential.
pub fn closed(users: usize, requests: u64) -> Done {
    const APP: usize = 4;
    let (app, database) = (users, users + APP);
    let mut chance = Chance::new(1);
    let mut events = Tournament::new(users + APP + 1);
    let mut latencies = Latencies::new();
    let mut asked = vec![0; users];
    let mut line: VecDeque<usize> = VecDeque::new();
    let mut idle: Vec<usize> = (app..app + APP).collect();
    let mut serves = [0; APP];
    let mut queries: VecDeque<usize> = VecDeque::new();
    for user in 0..users {
        events.set(user, chance.time(4e9));
    }
    let mut answered = 0;
    while answered < requests {
        let (now, slot) = events.next();
        if slot < users {
            asked[slot] = now;
            events.clear(slot);
            if let Some(server) = idle.pop() {
                serves[server - app] = slot;
                events.set(server, now + chance.time(20e6));
            } else {
                line.push_back(slot);
            }
        } else if slot < database {
            let user = serves[slot - app];
            if let Some(next) = line.pop_front() {
                serves[slot - app] = next;
                events.set(slot, now + chance.time(20e6));
            } else {
                idle.push(slot);
                events.clear(slot);
            }
            queries.push_back(user);
            if queries.len() == 1 {
                events.set(database, now + chance.time(8e6));
            }
        } else {
            let user = queries.pop_front().expect("a query is under way");
            if queries.is_empty() {
                events.clear(database);
            } else {
                events.set(database, now + chance.time(8e6));
            }
            latencies.record(now - asked[user]);
            answered += 1;
            events.set(user, now + chance.time(4e9));
        }
    }
    done(answered, &latencies)
}
