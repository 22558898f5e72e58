//! Figures as people read them: short, with their unit.

use std::fmt::Write;

/// A count, rounded, with commas: 9,120,344.
pub fn whole(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = if value < 0.0 && digits != "0" { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Milliseconds; seconds from ten on.
pub fn millis(value: f64) -> String {
    match value {
        v if v >= 10_000.0 => format!("{:.1} s", v / 1_000.0),
        v if v >= 100.0 => format!("{v:.0} ms"),
        v if v >= 1.0 => format!("{v:.1} ms"),
        v => format!("{v:.2} ms"),
    }
}

/// Seconds; minutes from two on.
pub fn seconds(value: f64) -> String {
    match value {
        v if v >= 7_200.0 => format!("{} h", significant(v / 3_600.0)),
        v if v >= 120.0 => format!("{:.1} min", v / 60.0),
        v => format!("{} s", significant(v)),
    }
}

/// A share of one as a percentage.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ =
        if percent > 0.0 && percent < 0.1 { write!(text, "{percent:.3} %") } else { write!(text, "{percent:.1} %") };
    text
}

/// Dollars, with at least two digits behind the point where cents matter.
pub fn dollars(value: f64) -> String {
    match value.abs() {
        v if v >= 1_000.0 => format!("${}", whole(value)),
        v if v >= 1.0 || v == 0.0 => format!("${value:.2}"),
        _ => {
            let digits = significant(value);
            let cents = digits.split_once('.').map_or(0, |(_, behind)| behind.len());
            format!("${digits}{}", &"00"[..2usize.saturating_sub(cents)])
        }
    }
}

/// Four significant digits.
pub fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    if value.abs() >= 10_000.0 {
        return whole(value);
    }
    let digits = (3 - value.abs().log10().floor() as i32).clamp(0, 9) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A figure in the unit that stands beside it in the JSON of a run: `ms`, `s`, `share`, `count`, `per second`, or dollars.
pub fn with_unit(value: f64, unit: &str) -> String {
    match unit {
        "ms" => millis(value),
        "s" => seconds(value),
        "h" => format!("{} h", significant(value)),
        "share" => percent(value),
        "count" => significant(value),
        "per second" => format!("{}/s", significant(value)),
        _ => dollars(value) + unit.strip_prefix("USD").unwrap_or_default(),
    }
}
