//! When the next request of a source arrives.
//!
//! A Poisson process whose rate changes is drawn by thinning: candidates come at the bound of a window of time, and each
//! is kept with the probability of the rate there. What is thrown away costs no event, and a window without traffic is
//! passed over in one step. Other spacings are drawn in the time in which the rate is one, and stretched. Both are exact;
//! on a slope the stretching follows the rate in small straight pieces.
//!
//! Every source of chance has its own stream, named after the site, so that nothing else changes when arrivals come.

use super::dist::{Sampler, whole};
use super::engine::Engine;
use super::event_set::{Event, EventKind, NO_SLOT, Slot};
use super::frame::NONE;
use super::network::{Index, Source};
use super::program::Flow;
use super::random::Stream;
use super::shape::{Shape, Window};
use super::traffic::{Arrivals, LARGEST_TALLY, Spacing, Tally, Traffic};
use super::ziggurat::exponential;
use super::zipf::Zipf;
use crate::units::SimTime;

/// Steps of the search for the next arrival in one event; a longer search goes on with another event, so that no event
/// takes long.
const STEPS: u32 = 4_096;

/// Straight pieces of a slope.
const PIECES: u64 = 16;

/// What comes next at a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// An arrival.
    Arrival(SimTime),
    /// Nothing up to here; the search goes on then.
    Look(SimTime),
    /// Nothing at all.
    Never,
}

/// What a source remembers.
#[derive(Debug, Clone)]
pub(super) struct SourceState {
    gaps: Stream,
    bursts: Stream,
    pub(super) sizes: Stream,
    pub(super) classes: Stream,
    pub(super) objects: Stream,
    pub(super) thinks: Stream,
    /// Pending arrival or look, if there is one.
    slot: Slot,
    /// Whether the pending event is an arrival.
    arrives: bool,
    window: Window,
    /// Where the process is Poisson and its rate level: the mean gap in nanoseconds, and until when.
    steady: (f64, SimTime),
    /// In a burst, and until when.
    burst: (bool, SimTime),
    /// Rate still to be passed until the next arrival of a stretched process, if the search is under way.
    left: Option<f64>,
    /// Gap of a stretched process, and its mean.
    gap: Option<(Sampler, f64)>,
    pub(super) think: Sampler,
    /// Samplers of objects by class, where requests are about objects.
    pub(super) zipfs: Vec<Option<Zipf>>,
    /// Sessions under way.
    pub(super) population: u32,
    /// Requests offered by users whose number of requests is limited.
    pub(super) issued: u64,
}

impl SourceState {
    pub(super) fn new(source: &Source, site: &str, seed: u64) -> Self {
        let stream = |purpose: &str| Stream::new(seed, &format!("{site}/{purpose}"));
        let mut state = Self {
            gaps: stream("arrivals"),
            bursts: stream("bursts"),
            sizes: stream("sizes"),
            classes: stream("classes"),
            objects: stream("objects"),
            thinks: stream("think"),
            slot: NO_SLOT,
            arrives: false,
            window: Window::level(0.0, SimTime::ZERO),
            steady: (0.0, SimTime::ZERO),
            burst: (false, SimTime::ZERO),
            left: None,
            gap: None,
            think: Sampler::Constant(0),
            zipfs: Vec::new(),
            population: 0,
            issued: 0,
        };
        state.tabulate(source);
        state.begin_bursts(source);
        state
    }

    /// Works out what the source's figures mean for the loop.
    pub(super) fn tabulate(&mut self, source: &Source) {
        self.steady.1 = SimTime::ZERO;
        let unit = (Sampler::Constant(1), 1.0);
        self.gap = source.traffic.arrivals().and_then(|arrivals| match &arrivals.spacing {
            Spacing::Poisson | Spacing::Bursty { .. } => None,
            Spacing::Renewal(dist) if dist.mean().0 > 0 => Some((dist.sampler(), dist.mean().0 as f64)),
            Spacing::Even | Spacing::Renewal(_) => Some(unit),
        });
        self.think = match &source.traffic {
            Traffic::Closed { think, .. } | Traffic::Sessions { think, .. } => think.sampler(),
            Traffic::Open { .. } => Sampler::Constant(0),
        };
        self.zipfs = source.mix.iter().map(|part| part.popularity.map(Zipf::new)).collect();
    }

    /// Starts in a burst as often as a look at any moment finds one.
    fn begin_bursts(&mut self, source: &Source) {
        let Some(Arrivals { spacing: Spacing::Bursty { calm, burst, .. }, .. }) = source.traffic.arrivals() else {
            return;
        };
        let share = burst.secs() / (burst.secs() + calm.secs()).max(1e-9);
        let on = self.bursts.unit() < share;
        let mean = if on { burst } else { calm };
        let lasts = Sampler::Exponential(mean.0.max(1) as f64).draw(&mut self.bursts);
        self.burst = (on, SimTime(lasts.max(1)));
    }

    /// Draws the end of the calm or burst under way anew: its length is exponential and has no memory.
    fn redraw_phase(&mut self, arrivals: &Arrivals, now: SimTime) {
        if let Spacing::Bursty { calm, burst, .. } = arrivals.spacing {
            let mean = if self.burst.0 { burst } else { calm };
            let lasts = Sampler::Exponential(mean.0.max(1) as f64).draw(&mut self.bursts);
            self.burst.1 = SimTime(now.0.saturating_add(lasts.max(1)));
        }
    }

    /// The window at a moment, with what a burst adds.
    fn window(&mut self, arrivals: &Arrivals, at: SimTime) -> Window {
        if at >= self.window.until {
            self.window = arrivals.shape.window(at);
        }
        let mut window = self.window;
        if let Spacing::Bursty { extra, calm, burst } = arrivals.spacing {
            while at >= self.burst.1 {
                let on = !self.burst.0;
                let mean = if on { burst } else { calm };
                let lasts = Sampler::Exponential(mean.0.max(1) as f64).draw(&mut self.bursts);
                // A phase of no length would stand still.
                self.burst = (on, SimTime(self.burst.1.0.saturating_add(lasts.max(1))));
            }
            window.most = (window.most + self.extra(extra)).max(0.0);
            window.until = window.until.min(self.burst.1);
        }
        window
    }

    /// What a burst adds now.
    fn extra(&self, extra: f64) -> f64 {
        if self.burst.0 { extra } else { 0.0 }
    }

    /// The next arrival where it is the next of a steady process, else the moment from which on to search.
    #[inline(always)]
    fn next_steady(&mut self, now: SimTime) -> Result<SimTime, SimTime> {
        let (mean, until) = self.steady;
        if now >= until {
            return Err(now);
        }
        let gap = gap(&mut self.gaps, mean);
        // Nothing is lost with a gap that leads out of the window: a Poisson process has no memory.
        if gap < until.0 - now.0 { Ok(SimTime(now.0 + gap)) } else { Err(until) }
    }

    /// The next arrival after `now`; `each` is the mean number of requests that come with it.
    fn next(&mut self, arrivals: &Arrivals, now: SimTime, each: f64) -> Next {
        let Some((sampler, mean)) = &self.gap else { return self.next_random(arrivals, now, each) };
        let left = match self.left.take() {
            Some(left) => left,
            None => each * sampler.draw(&mut self.gaps) as f64 / mean,
        };
        self.next_stretched(arrivals, now, left)
    }

    fn next_random(&mut self, arrivals: &Arrivals, now: SimTime, each: f64) -> Next {
        let mut at = now;
        for _ in 0..STEPS {
            let window = self.window(arrivals, at);
            if window.level && window.most > 0.0 && matches!(arrivals.spacing, Spacing::Poisson) {
                self.steady = (1e9 * each / window.most, window.until);
            }
            let gap = if window.most > 0.0 { gap(&mut self.gaps, 1e9 * each / window.most) } else { u64::MAX };
            // Nothing is lost with a gap that leads out of the window: a Poisson process has no memory.
            if gap >= window.until.0 - at.0 {
                if window.until.0 == u64::MAX {
                    return Next::Never;
                }
                at = window.until;
                continue;
            }
            at = SimTime(at.0 + gap);
            if window.level || self.keeps(arrivals, at, window.most) {
                return Next::Arrival(at);
            }
        }
        Next::Look(at)
    }

    /// Whether a candidate at a moment is an arrival.
    fn keeps(&mut self, arrivals: &Arrivals, at: SimTime, most: f64) -> bool {
        let rate = match arrivals.spacing {
            Spacing::Bursty { extra, .. } => (arrivals.shape.rate(at) + self.extra(extra)).max(0.0),
            _ => arrivals.shape.rate(at),
        };
        self.gaps.unit() * most < rate
    }

    /// Goes on until the rate has added up to `left` requests.
    fn next_stretched(&mut self, arrivals: &Arrivals, now: SimTime, mut left: f64) -> Next {
        let mut at = now;
        for _ in 0..STEPS {
            let window = self.window(arrivals, at);
            let passed = if window.level {
                pass(left, (window.most, window.most), window.until.0 - at.0)
            } else {
                pass_slope(&arrivals.shape, left, at, window.until)
            };
            match passed {
                Ok(nanos) => return Next::Arrival(SimTime(at.0.saturating_add(nanos))),
                Err(_) if window.until.0 == u64::MAX => return Next::Never,
                Err(rest) => (left, at) = (rest, window.until),
            }
        }
        self.left = Some(left);
        Next::Look(at)
    }
}

/// An exponential time in nanoseconds, rounded and not cut, so that high rates keep their mean.
#[inline]
fn gap(stream: &mut Stream, mean: f64) -> u64 {
    whole(mean * exponential(stream))
}

/// Nanoseconds until a rate that goes from one figure to another in a straight line has added up to `left`; what is
/// left at the end otherwise.
fn pass(left: f64, (from, to): (f64, f64), nanos: u64) -> Result<u64, f64> {
    let secs = nanos as f64 / 1e9;
    let area = (from + to) / 2.0 * secs;
    if left > area || area <= 0.0 {
        return Err(left - area);
    }
    let slope = (to - from) / secs;
    let root = (from * from + 2.0 * slope * left).max(0.0).sqrt();
    let taken = 2.0 * left / (from + root).max(f64::MIN_POSITIVE);
    Ok(((taken * 1e9 + 0.5) as u64).min(nanos))
}

/// The same for a slope, in straight pieces.
fn pass_slope(shape: &Shape, mut left: f64, from: SimTime, until: SimTime) -> Result<u64, f64> {
    let piece = ((until.0 - from.0) / PIECES).max(1);
    let mut at = from;
    while at < until {
        let end = SimTime((at.0 + piece).min(until.0));
        // The end of a window belongs to the next, which may begin with a jump.
        let rates = (shape.rate(at), shape.rate(SimTime(end.0 - 1)));
        match pass(left, rates, end.0 - at.0) {
            Ok(nanos) => return Ok(at.0 + nanos - from.0),
            Err(rest) => (left, at) = (rest, end),
        }
    }
    Err(left)
}

impl Tally {
    /// Draws a number, at most [`LARGEST_TALLY`].
    pub(super) fn draw(self, stream: &mut Stream) -> u32 {
        match self {
            Self::Fixed(count) => count.clamp(1, LARGEST_TALLY),
            Self::Geometric { mean } if mean <= 1.0 => 1,
            Self::Geometric { mean } => {
                let more = libm::log(1.0 - stream.unit()) / libm::log1p(-1.0 / mean);
                1 + more.min(f64::from(LARGEST_TALLY - 1)) as u32
            }
        }
    }
}

impl Engine {
    /// Plans the next arrival of a source.
    #[inline(always)]
    pub(super) fn plan_arrival(&mut self, index: Index) {
        let state = &mut self.sources[index as usize];
        match state.next_steady(self.now) {
            Ok(at) => {
                state.arrives = true;
                state.slot = self.events.schedule_arrival(at, Event { kind: EventKind::Arrive, index });
            }
            Err(from) => self.search_arrival(index, from),
        }
    }

    /// The same where the rate changes, or gaps are not exponential.
    #[inline(never)]
    fn search_arrival(&mut self, index: Index, from: SimTime) {
        let source = &self.network.sources[index as usize];
        let state = &mut self.sources[index as usize];
        let next = match &source.traffic {
            Traffic::Open { arrivals, batch } => state.next(arrivals, from, batch.mean()),
            Traffic::Sessions { arrivals, .. } => state.next(arrivals, from, 1.0),
            Traffic::Closed { .. } => Next::Never,
        };
        state.arrives = matches!(next, Next::Arrival(_));
        state.slot = match next {
            Next::Arrival(at) | Next::Look(at) => {
                self.events.schedule_arrival(at, Event { kind: EventKind::Arrive, index })
            }
            Next::Never => NO_SLOT,
        };
    }

    /// Draws the next arrival of a source anew, after its traffic has changed.
    pub(super) fn replan_arrival(&mut self, index: Index) {
        let state = &mut self.sources[index as usize];
        state.left = None;
        (state.window.until, state.steady.1) = (SimTime::ZERO, SimTime::ZERO);
        if let Some(arrivals) = self.network.sources[index as usize].traffic.arrivals() {
            state.redraw_phase(arrivals, self.now);
        }
        let slot = std::mem::replace(&mut state.slot, NO_SLOT);
        if slot != NO_SLOT {
            self.events.cancel(slot);
        }
        self.plan_arrival(index);
    }

    /// Something arrives at a source.
    #[inline(always)]
    pub(super) fn arrive_at_source(&mut self, index: Index) -> Flow {
        let arrives = self.sources[index as usize].arrives;
        self.plan_arrival(index);
        if !arrives {
            return Flow::Wait;
        }
        if self.origins[index as usize].single {
            return self.offer(index, NONE);
        }
        self.arrive_otherwise(index)
    }

    #[inline(never)]
    fn arrive_otherwise(&mut self, index: Index) -> Flow {
        match self.network.sources[index as usize].traffic {
            Traffic::Open { batch, .. } => {
                self.offer_batch(index, batch);
                Flow::Wait
            }
            Traffic::Sessions { requests, .. } => self.begin_session(index, requests),
            Traffic::Closed { .. } => Flow::Wait,
        }
    }

    #[inline(never)]
    fn offer_batch(&mut self, index: Index, batch: Tally) {
        for _ in 0..batch.draw(&mut self.sources[index as usize].sizes) {
            if let Flow::Switch(id) = self.offer(index, NONE) {
                self.proceed(id);
            }
            self.run_ready();
        }
    }
}
