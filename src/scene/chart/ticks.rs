//! Ticks of axes: round numbers (1, 2, 5 times a power of ten) and round times.

use crate::scene::words;
use crate::units::{SimTime, Span};
use crate::words::t;

/// A position on an axis with its label.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where.
    pub value: f64,
    /// What stands there.
    pub label: String,
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powi(least.log10().floor() as i32);
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    steps.into_iter().find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// Ticks from zero to a round number at or above `largest`, in at most `most` steps. The last tick is the end of the axis.
/// Whole numbers if `unit` is empty: half an instance is none.
pub fn number_ticks(largest: f64, most: usize, unit: &str) -> Vec<Tick> {
    let largest = if largest.is_finite() && largest > 0.0 { largest } else { 1.0 };
    // There is no more than all of it.
    let largest = if unit == "%" { largest.min(100.0) } else { largest };
    let least = largest / most.max(1) as f64;
    let step = round_step(if unit.is_empty() { least.max(1.0) } else { least.max(1e-9) });
    let count = (largest / step - 1e-9).ceil().max(1.0) as usize;
    (0..=count).map(|at| tick(at as f64 * step, step, unit)).collect()
}

/// Ticks at powers of ten from below `smallest` to above `largest`, both above zero; for a logarithmic axis.
pub fn power_ticks(smallest: f64, largest: f64, unit: &str) -> Vec<Tick> {
    let first = smallest.log10().floor().max(-6.0) as i32;
    let last = (largest.log10() - 1e-9).ceil() as i32;
    // A line that is level has an axis too, and one over more than nine powers is not told apart below.
    let first = first.max(last - 9);
    (first..=last.max(first + 1)).map(|power| 10f64.powi(power)).map(|value| tick(value, value, unit)).collect()
}

fn tick(value: f64, step: f64, unit: &str) -> Tick {
    let digits = (-(step.log10() + 1e-9).floor()).clamp(0.0, 9.0) as usize;
    let number = if step >= 1.0 { words::short(value) } else { format!("{value:.digits$}") };
    let label = match unit {
        "$" | "$/h" => format!("${number}"),
        "%" => format!("{number} %"),
        _ => number,
    };
    Tick { value, label }
}

/// Steps of a time axis in seconds.
const TIMES: [f64; 22] = [
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1_800.0,
    3_600.0,
    7_200.0,
    10_800.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    604_800.0,
    1_209_600.0,
    2_419_200.0,
];

/// Ticks at round times between two moments in seconds, in at most `most` steps.
pub fn time_ticks(from: f64, to: f64, most: usize) -> Vec<Tick> {
    let least = (to - from) / most.max(1) as f64;
    let step = TIMES.into_iter().find(|step| *step >= least).unwrap_or_else(|| round_step(least / 86_400.0) * 86_400.0);
    let first = (from / step - 1e-9).ceil();
    let count = ((to / step + 1e-9).floor() - first).max(-1.0);
    (0..=count as i64)
        .map(|at| (first + at as f64) * step)
        .map(|value| time_tick(value, step))
        .filter(|tick| tick.value <= to * (1.0 + 1e-9))
        .collect()
}

fn time_tick(value: f64, step: f64) -> Tick {
    let clock = (SimTime::ZERO + Span::from_secs_f64(value.max(0.0))).time_of_day();
    let midnight = value >= 86_400.0 && (value / 86_400.0).fract() < 1e-9;
    let label = if step >= 86_400.0 || midnight {
        t!("day {day}", day = format!("{:.0}", (value / 86_400.0).floor() + 1.0))
    } else if step >= 60.0 {
        clock[..clock.len() - 3].to_owned()
    } else {
        clock
    };
    Tick { value, label }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> String {
        ticks.iter().map(|tick| tick.label.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn numbers_are_round() {
        assert_eq!(labels(&number_ticks(186.0, 4, "ms")), "0 50 100 150 200");
        assert_eq!(labels(&number_ticks(1.14, 3, "$/h")), "$0.0 $0.5 $1.0 $1.5");
        assert_eq!(labels(&number_ticks(0.003, 4, "ms")), "0.000 0.001 0.002 0.003");
        assert_eq!(labels(&number_ticks(2_400.0, 5, "/s")), "0 500 1k 1.5k 2k 2.5k");
        assert_eq!(labels(&number_ticks(1.0, 4, "")), "0 1");
        assert_eq!(labels(&number_ticks(4.0, 4, "")), "0 1 2 3 4");
        assert_eq!(labels(&number_ticks(82.0, 4, "%")), "0 % 50 % 100 %");
        assert_eq!(labels(&number_ticks(103.0, 3, "%")), "0 % 50 % 100 %");
    }

    #[test]
    fn nothing_has_an_axis_too() {
        for odd in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(labels(&number_ticks(odd, 4, "")), "0 1");
        }
    }

    #[test]
    fn times_are_round() {
        assert_eq!(labels(&time_ticks(0.0, 1_800.0, 4)), "00:00 00:10 00:20 00:30");
        assert_eq!(labels(&time_ticks(70_921.0, 70_931.0, 3)), "19:42:05 19:42:10");
        assert_eq!(labels(&time_ticks(0.0, 7.0 * 86_400.0, 4)), "day 1 day 3 day 5 day 7");
        assert_eq!(labels(&time_ticks(70_000.0, 110_000.0, 4)), "21:00 day 2 03:00 06:00");
        assert!(time_ticks(0.0, 1e9, 5).len() <= 6);
        assert_eq!(time_ticks(10.0, 10.0, 4).len(), 1);
    }
}
