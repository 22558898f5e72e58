//! Figures in words, short enough for a card: "1.9k/s", "186 ms", "99.2 %", "1,240".

use crate::units::grouped;

/// A rate per second: `1.9k/s`, `840/s`, `2.5/s`, `0/s`.
pub fn rate(per_second: f32) -> String {
    format!("{}/s", short(f64::from(per_second)))
}

/// A number in few digits: `12.4M`, `1.9k`, `840`, `2.5`, `0.04`.
pub fn short(value: f64) -> String {
    // A sum of nothing may be below zero by its sign alone.
    let value = value + 0.0;
    let (scaled, letter) = match value.abs() {
        v if v >= 999.5e6 => (value / 1e9, "G"),
        v if v >= 999.5e3 => (value / 1e6, "M"),
        v if v >= 999.5 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let digits = match scaled.abs() {
        v if v >= 99.95 => 0,
        v if v >= 9.95 && letter.is_empty() => 0,
        v if v >= 0.95 => 1,
        _ => 2,
    };
    trimmed(format!("{scaled:.digits$}")) + letter
}

/// Milliseconds, or seconds from ten seconds up: `0.4 ms`, `186 ms`, `12.3 s`.
pub fn millis(millis: f32) -> String {
    match millis {
        ms if ms >= 9_999.5 => format!("{} s", trimmed(format!("{:.1}", f64::from(ms) / 1e3))),
        ms if ms >= 999.5 => format!("{ms:.0} ms"),
        ms => format!("{} ms", short(f64::from(ms))),
    }
}

/// A share in per cent. Near the ends it keeps its decimals: 99.98 % good is not all good.
pub fn percent(share: f32) -> String {
    let percent = f64::from(share) * 100.0;
    let digits = match percent {
        p if p > 99.9 && p < 100.0 => 2,
        p if p > 99.0 && p < 100.0 || p > 0.0 && p < 1.0 => 1,
        _ => 0,
    };
    // Rounded down, but not by what a 32-bit share is short of its decimal.
    let scale = 10f64.powi(digits);
    let floored = if digits == 0 { percent } else { (percent * scale + 1e-3).floor() / scale };
    format!("{} %", trimmed(format!("{floored:.*}", digits as usize)))
}

/// A count with its thousands grouped, in short from 100,000 up.
pub fn count(count: u64) -> String {
    match count {
        0..100_000 => grouped(count),
        _ => short(count as f64),
    }
}

fn trimmed(number: String) -> String {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.').to_owned() } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_true() {
        assert_eq!(
            [1900.0, 840.4, 2.5, 0.0, 999.7, 12_345.0].map(rate).join(" "),
            "1.9k/s 840/s 2.5/s 0/s 1k/s 12.3k/s"
        );
        assert_eq!(
            [0.4, 3.04, 186.2, 1_240.0, 12_300.0].map(millis).join(", "),
            "0.4 ms, 3 ms, 186 ms, 1240 ms, 12.3 s"
        );
        assert_eq!(
            [0.992, 0.82, 1.0, 0.99996, 0.0, 0.004].map(percent).join(", "),
            "99.2 %, 82 %, 100 %, 99.99 %, 0 %, 0.4 %"
        );
        assert_eq!([7, 1_240, 2_500_000].map(count).join(" "), "7 1,240 2.5M");
    }
}
