//! Scalers: how many servers a pool should have.
//!
//! Target tracking follows what AWS publishes of it: `high_points` datapoints above the target add servers at once, to
//! `ceil(servers × metric / target)`; `low_points` datapoints below the low threshold remove one server a datapoint,
//! because scale-in is gradual, and none that the rest would need to stay at the target. Servers that warm up do not
//! count for the metric, and nothing is removed meanwhile. Thresholds with steps add to the servers that do not warm up,
//! so that a step is not taken twice; with a cooldown they rest after each change instead.

use super::engine::Engine;
use super::event_set::{Event, EventKind};
use super::forecast::Forecast;
use super::group::{Metric, Scaler, Steps};
use super::network::Index;
use super::snapshot::Phase;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// What a scaler remembers.
#[derive(Debug, Clone, Default)]
pub(super) struct ScalerState {
    pub(super) desired: u32,
    /// Fewest and most servers now.
    pub(super) bounds: (u32, u32),
    high: u32,
    low: u32,
    /// When it looked last. The first datapoint after a change of the period is longer or shorter than the others.
    looked: SimTime,
    /// Requests that had arrived then.
    arrived: u64,
    /// When it last changed the size by a step.
    acted: Option<SimTime>,
    /// When each server of the warm pool is ready.
    pub(super) warm: VecDeque<SimTime>,
    pub(super) forecast: Forecast,
    /// Whether the next change of the schedule has its event.
    pub(super) planned: bool,
    /// One server more than wanted, while zones are evened.
    pub(super) evening: bool,
}

/// What a scaler sees in one datapoint.
#[derive(Debug, Clone, Copy)]
struct Look {
    /// Servers that count.
    servers: f64,
    /// Their mean processor use, 0 to 1.
    cpu: f64,
    /// Requests of each in a minute.
    requests: f64,
}

impl Engine {
    /// One datapoint: follows the metric, replaces what was lost, and plans the next look.
    pub(super) fn scale(&mut self, index: Index) {
        let period = self.network.scalers[index as usize].period;
        let look = self.look(index);
        if let Some(look) = look {
            self.follow(index, look);
        }
        self.interrupt_some(index, period);
        let floor = self.forecast_floor(index);
        let state = &mut self.scalers[index as usize];
        let desired = state.desired.max(floor).clamp(state.bounds.0, state.bounds.1);
        self.even_zones(index, desired);
        self.want(index, desired);
        self.fill_warm_pool(index);
        let event = Event { kind: EventKind::Scale, index };
        self.events.schedule(self.now + period, event);
    }

    /// What the servers did since the last look; `None` if there are none that count.
    fn look(&mut self, index: Index) -> Option<Look> {
        let spec = &self.network.scalers[index as usize];
        let now = self.now;
        let passed = now.since(std::mem::replace(&mut self.scalers[index as usize].looked, now)).0.max(1) as f64;
        let site = self.network.pools[spec.pool as usize].site;
        let arrived = self.meters[site as usize].count.arrived;
        let came = arrived - std::mem::replace(&mut self.scalers[index as usize].arrived, arrived);
        let cores = self.network.pools[spec.pool as usize].cores;
        let (mut used, mut all, mut servers) = (0.0, 0.0, 0.0);
        for &id in &self.pools[spec.pool as usize].servers {
            let server = &mut self.servers[id as usize];
            let busy = server.worked(now);
            let since = busy - std::mem::replace(&mut server.cpu_at_scale, busy);
            all += since;
            let started = server.in_service_since;
            let warm = started == SimTime::ZERO || now.since(started) >= spec.warmup;
            if server.phase == Phase::InService && warm {
                used += since;
                servers += 1.0;
            }
        }
        self.scalers[index as usize].forecast.note(now, all);
        if servers == 0.0 {
            return None;
        }
        let requests = came as f64 / servers * (Span::from_secs(60).0 as f64 / passed);
        Some(Look { servers, cpu: used / (servers * cores * passed), requests })
    }

    /// Adds or removes what the metric asks for.
    fn follow(&mut self, index: Index, look: Look) {
        let spec = &self.network.scalers[index as usize];
        let ratio = match spec.metric {
            Metric::Cpu(target) => look.cpu / target.0.max(0.01),
            Metric::Requests(target) => look.requests / target.max(1e-3),
            Metric::Backlog { buffer, target } => {
                self.buffers[buffer as usize].visible() as f64 / look.servers / target
            }
            Metric::Steps(steps) => return self.follow_steps(index, steps, look),
            Metric::Size => return,
        };
        let (high_points, low_points, low) = (spec.high_points, spec.low_points, spec.low);
        let warming = self.warming(index) > 0;
        let state = &mut self.scalers[index as usize];
        let wanted = (look.servers * ratio).ceil().min(f64::from(state.bounds.1)) as u32;
        state.high = if ratio > 1.0 { state.high + 1 } else { 0 };
        state.low = if ratio < low { state.low + 1 } else { 0 };
        if state.high >= high_points {
            state.desired = state.desired.max(wanted);
        } else if state.low >= low_points && !warming && wanted < state.desired {
            state.desired = state.desired.saturating_sub(1);
        }
    }

    /// Servers that boot or warm up.
    fn warming(&self, index: Index) -> u32 {
        let spec = &self.network.scalers[index as usize];
        let warms = |&&id: &&u32| {
            let server = &self.servers[id as usize];
            let young =
                self.now.since(server.in_service_since) < spec.warmup && server.in_service_since > SimTime::ZERO;
            server.phase == Phase::Pending || (server.phase == Phase::InService && young)
        };
        self.pools[spec.pool as usize].servers.iter().filter(warms).count() as u32
    }

    /// Thresholds, each with a number of servers.
    fn follow_steps(&mut self, index: Index, steps: Steps, Look { cpu, .. }: Look) {
        let Scaler { high_points, low_points, .. } = self.network.scalers[index as usize];
        let warming = self.warming(index);
        let now = self.now;
        let state = &mut self.scalers[index as usize];
        state.high = if cpu >= steps.high.0 { state.high + 1 } else { 0 };
        state.low = if cpu <= steps.low.0 { state.low + 1 } else { 0 };
        let rests = |rest: Span| state.acted.is_some_and(|acted| now.since(acted) < rest);
        if steps.cooldown.is_some_and(rests) {
            return;
        }
        let before = state.desired;
        if state.high >= high_points {
            let (_, more) = steps.higher.filter(|&(from, _)| cpu >= from).unwrap_or(steps.high);
            let steady = if steps.cooldown.is_some() { before } else { before.saturating_sub(warming) };
            state.desired = before.max(steady.saturating_add(more)).min(state.bounds.1);
        } else if state.low >= low_points && warming == 0 {
            state.desired = before.saturating_sub(steps.low.1).max(state.bounds.0);
        }
        if state.desired != before {
            state.acted = Some(now);
        }
    }

    /// The schedule's next change, if there is a schedule.
    pub(super) fn plan_schedule(&mut self, index: Index) {
        const DAY: u64 = Span::from_secs(86_400).0;
        let times = self.network.scalers[index as usize].schedule.iter().map(|planned| planned.at.0 % DAY);
        let (today, passed) = (self.now.0 - self.now.0 % DAY, self.now.0 % DAY);
        let next = times.map(|at| if at > passed { today + at } else { today + DAY + at }).min();
        let Some(next) = next.filter(|_| !self.scalers[index as usize].planned) else { return };
        self.scalers[index as usize].planned = true;
        self.events.schedule(SimTime(next), Event { kind: EventKind::Schedule, index });
    }

    /// A change of the schedule is due.
    pub(super) fn schedule_due(&mut self, index: Index) {
        const DAY: u64 = Span::from_secs(86_400).0;
        let due: Vec<_> = self.network.scalers[index as usize].schedule.clone();
        let state = &mut self.scalers[index as usize];
        state.planned = false;
        for planned in due.into_iter().filter(|planned| planned.at.0 % DAY == self.now.0 % DAY) {
            let (min, max) = state.bounds;
            let max = planned.max.unwrap_or(max);
            state.bounds = (planned.min.unwrap_or(min).min(max), max);
            state.desired = planned.desired.unwrap_or(state.desired).clamp(state.bounds.0, state.bounds.1);
        }
        let desired = state.desired;
        self.want(index, desired);
        self.plan_schedule(index);
    }
}
