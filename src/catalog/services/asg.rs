//! Auto Scaling group: instances by demand. Absent: several instance types in one group, lifecycle hooks, and several
//! policies at once, but for a schedule and a forecast beside any of them.

use crate::words::t;
use super::ec2;
use crate::catalog::blueprint::{Blueprint, ScalerPlan};
use crate::catalog::{Charge, Face, Meter, Pricing, Settings};
use crate::sim::group::{Health, Leaving, Planned, SpotMix, Steps, WarmPool, Zones};
use crate::sim::network::Metric;
use crate::units::{HOURS_PER_MONTH, Span};

super::service! { "asg",
    face: Face::Server,
    calls: ec2::CALLS,
    lower: lower,
    charges: charges,
    status: |s| t!("{kind} · {least} to {most}", kind = s.word("type"), least = s.count("min"), most = s.count("max")),
}

fn metric(s: &Settings<'_>) -> Metric {
    let steps = |cooldown| {
        Metric::Steps(Steps {
            high: (s.share("step_high").0, s.count("step_add") as u32),
            higher: s.maybe_share("step_higher").map(|share| (share.0, s.count("step_add_more") as u32)),
            low: (s.share("step_low").0, s.count("step_remove") as u32),
            cooldown,
        })
    };
    match s.word("policy").as_str() {
        "backlog per instance" => Metric::Backlog { buffer: 0, target: s.count("backlog").max(1) as f64 },
        "requests per target" => Metric::Requests(s.count("requests").max(1) as f64),
        "steps on CPU" => steps(None),
        "simple, on CPU" => steps(Some(s.span("cooldown"))),
        "none" | "keep at initial size" => Metric::Size,
        _ => Metric::Cpu(s.share("target")),
    }
}

fn spot(s: &Settings<'_>) -> SpotMix {
    let interrupted = s.maybe_span("spot_interrupted");
    SpotMix {
        base: s.count("on_demand_base") as u32,
        share: s.share("spot").0,
        interrupted,
        notice: s.span("spot_notice"),
    }
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let min = s.count("min") as u32;
    let max = (s.count("max") as u32).max(min);
    let scaler = ScalerPlan {
        min,
        max,
        metric: metric(s),
        period: s.span("period"),
        high_points: s.count("high_points") as u32,
        low_points: s.count("low_points") as u32,
        low: s.share("low"),
        replace: s.span("replace"),
        warmup: s.span("warmup"),
        health: if s.word("health") == "EC2 and ELB" { Health::Balancer } else { Health::Machine },
        grace: s.span("grace"),
        leaving: if s.word("leaves") == "newest" { Leaving::Newest } else { Leaving::Oldest },
        zones: if s.word("rebalance") == "off" { Zones::Left } else { Zones::Evened },
        warm: WarmPool { size: s.count("warm_pool") as u32, start: s.span("warm_start") },
        spot: spot(s),
        schedule: planned(&s.word("schedule")).unwrap_or_default(),
        forecast: (s.word("predictive") == "on").then(|| s.span("forecast_buffer")),
    };
    let initial = s.maybe_count("desired").map_or(min, |desired| (desired as u32).clamp(min, max));
    let pool = ec2::pool(s, initial, s.count("zones") as u32);
    Blueprint { program: ec2::program(s), pool: Some(pool), scaler: Some(scaler), cart: ec2::cart(s), ..Blueprint::default() }
}

/// Reads "08:00 min 4 max 20, 20:00 min 1 desired 2"; `None` if it is not understood.
pub(crate) fn planned(text: &str) -> Option<Vec<Planned>> {
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let mut schedule: Vec<Planned> = entries.map(planned_change).collect::<Option<_>>()?;
    schedule.sort_by_key(|planned| planned.at);
    Some(schedule)
}

fn planned_change(text: &str) -> Option<Planned> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (time, rest) = words.split_first()?;
    let (hours, minutes) = time.split_once(':')?;
    let (hours, minutes): (u64, u64) = (hours.parse().ok()?, minutes.parse().ok()?);
    if hours > 23 || minutes > 59 || rest.is_empty() {
        return None;
    }
    let at = Span::from_secs(hours * 3_600 + minutes * 60);
    let mut planned = Planned { at, min: None, max: None, desired: None };
    for pair in rest.chunks(2) {
        let &[name, count] = pair else { return None };
        let count: u32 = count.parse().ok().filter(|&count| count <= 1_000)?;
        match name {
            "min" => planned.min = Some(count),
            "max" => planned.max = Some(count),
            "desired" => planned.desired = Some(count),
            _ => return None,
        }
    }
    Some(planned)
}

/// Those of its instances, of spot instances among them, and two alarms for a group that follows anything: one to add, one to
/// remove.
fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let mut charges = ec2::charges(s);
    if s.share("spot").0 > 0.0 {
        let pricing = Pricing::Spot(s.maybe_share("spot_price").map(|share| share.0));
        charges.push(Charge { pricing, ..Charge::new("ec2", s.word("type"), Meter::SpotHours, 1.0) });
    }
    let alarms = if metric(s) == Metric::Size { 0.0 } else { 2.0 };
    charges.push(Charge::new("network", "CloudWatch alarm", Meter::Hours, alarms / HOURS_PER_MONTH));
    charges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_read_as_they_are_typed() {
        let schedule = planned("20:00 min 1, 08:30 min 4 max 20 desired 6,").unwrap();
        let first = Planned { at: Span::from_secs(30_600), min: Some(4), max: Some(20), desired: Some(6) };
        let last = Planned { at: Span::from_secs(72_000), min: Some(1), max: None, desired: None };
        assert_eq!(schedule, [first, last]);
        assert_eq!(planned(""), Some(Vec::new()));
        for wrong in ["8", "24:00 min 1", "08:00", "08:00 min", "08:00 min -1", "08:00 most 4", "08:00 min 5000"] {
            assert_eq!(planned(wrong), None, "{wrong}");
        }
    }
}
