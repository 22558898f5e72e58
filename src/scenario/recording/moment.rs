//! Times in a recording: seconds, clocks, timestamps.

/// Plain numbers beyond this are counted from 1970, not from the start of a run.
const EPOCH: f64 = 1e8;
/// No recording is longer: a hundred years, in seconds.
const LONGEST: f64 = 100.0 * 366.0 * 86_400.0;
const DAY: f64 = 86_400.0;

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// Numbers of a unit with so many seconds, from the start of the run.
    Number(f64),
    /// Numbers of such a unit from another start.
    Epoch(f64),
    /// A time of day.
    Clock,
    /// A date with a time of day.
    Stamp,
}

/// Reads the times of a table; the first row says how they are written.
#[derive(Debug)]
pub(super) struct Clock {
    /// Seconds of a plain number, by the heading.
    unit: f64,
    form: Option<Form>,
    first: f64,
    before: f64,
    midnights: u64,
}

impl Clock {
    /// For the times under a heading in lower case.
    pub(super) fn new(heading: &str) -> Self {
        let has = |words: &[&str]| words.iter().any(|word| heading.contains(word));
        let unit = match () {
            () if has(&["minute", "(min", " min", "_min"]) => 60.0,
            () if has(&["hour", "(h)"]) => 3_600.0,
            () if has(&["milli", "(ms", " ms", "_ms"]) => 1e-3,
            () => 1.0,
        };
        Self { unit, form: None, first: 0.0, before: 0.0, midnights: 0 }
    }

    /// How often the time of day began anew.
    pub(super) fn midnights(&self) -> u64 {
        self.midnights
    }

    /// Nanoseconds from the start of the run; the error says what is wrong with the time.
    pub(super) fn read(&mut self, field: &str, separator: char) -> Result<u64, String> {
        let shown = || super::shortened(field);
        let (form, secs) = self.parse(field, separator).ok_or_else(|| {
            format!("\"{}\" is no time: seconds, a clock such as 14:30, or a date such as 2026-11-20T14:30:00", shown())
        })?;
        let known = *self.form.get_or_insert_with(|| {
            self.first = if matches!(form, Form::Number(_)) { 0.0 } else { secs };
            form
        });
        if std::mem::discriminant(&known) != std::mem::discriminant(&form) {
            return Err(format!("the time \"{}\" is written otherwise than those above", shown()));
        }
        let mut since = secs - self.first;
        if known == Form::Clock {
            since += self.midnights as f64 * DAY;
            if since < self.before - DAY / 2.0 {
                self.midnights += 1;
                since += DAY;
            }
        }
        if !(0.0..LONGEST).contains(&since) {
            let what = if since < 0.0 { "before the start" } else { "more than a hundred years after the start" };
            return Err(format!("the time \"{}\" is {what}", shown()));
        }
        self.before = since;
        Ok((since * 1e9 + 0.5) as u64)
    }

    fn parse(&self, field: &str, separator: char) -> Option<(Form, f64)> {
        if let Some(value) = super::number(field, separator) {
            return Some(match self.form {
                Some(Form::Epoch(unit)) => (Form::Epoch(unit), value * unit),
                Some(_) => (Form::Number(self.unit), value * self.unit),
                None if value.abs() * self.unit < EPOCH => (Form::Number(self.unit), value * self.unit),
                None => {
                    let unit = match value {
                        v if v >= 1e17 => 1e-9,
                        v if v >= 1e14 => 1e-6,
                        v if v >= 1e11 => 1e-3,
                        _ => 1.0,
                    };
                    (Form::Epoch(unit), value * unit)
                }
            });
        }
        if let Some(secs) = clock(field) {
            return Some((Form::Clock, secs));
        }
        stamp(field).map(|secs| (Form::Stamp, secs))
    }
}

/// Whether a field is a time that is not a plain number.
pub(super) fn looks_like_one(field: &str) -> bool {
    clock(field).is_some() || stamp(field).is_some()
}

/// Seconds of "14:30", "14:30:05" or "14:30:05.25".
fn clock(text: &str) -> Option<f64> {
    let mut parts = text.split(':');
    let whole = |part: &str, most: u32| -> Option<f64> {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|&value| digits && value <= most).map(f64::from)
    };
    let (hours, minutes) = (whole(parts.next()?, 24)?, whole(parts.next()?, 59)?);
    let seconds = match parts.next() {
        None => 0.0,
        Some(part) if part.starts_with(|c: char| c.is_ascii_digit()) => part.parse::<f64>().ok()?,
        Some(_) => return None,
    };
    let good = parts.next().is_none() && (0.0..61.0).contains(&seconds);
    good.then_some(hours * 3_600.0 + minutes * 60.0 + seconds)
}

/// Seconds since 1970 of "2026-11-20", "2026-11-20 14:30", "2026-11-20T14:30:05.5+09:00".
fn stamp(text: &str) -> Option<f64> {
    let date = text.get(..10)?;
    let mut parts = date.split(['-', '/']);
    let number = |part: Option<&str>| part?.parse::<i64>().ok();
    let (year, month, day) = (number(parts.next())?, number(parts.next())?, number(parts.next())?);
    let good = (1900..10_000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !good || parts.next().is_some() {
        return None;
    }
    let days = days_since_1970(year, month, day) as f64;
    let rest = text[10..].trim_start_matches(['T', 't', ' ']);
    if rest.is_empty() {
        return Some(days * DAY);
    }
    let (time, zone) = match rest.find(['Z', 'z', '+', '-', 'U']) {
        Some(at) => (rest[..at].trim_end(), &rest[at..]),
        None => (rest, ""),
    };
    Some(days * DAY + clock(time)? - offset(zone)?)
}

/// Seconds that a zone is ahead of UTC.
fn offset(zone: &str) -> Option<f64> {
    let sign = match zone.as_bytes().first() {
        None | Some(b'Z' | b'z') => return (zone.len() <= 1).then_some(0.0),
        Some(b'+') => 1.0,
        Some(b'-') => -1.0,
        _ => return (zone == "UTC").then_some(0.0),
    };
    let digits: String = zone[1..].chars().filter(|&c| c != ':').collect();
    let hours: f64 = digits.get(..2)?.parse().ok()?;
    let minutes: f64 = if digits.len() > 2 { digits.get(2..)?.parse().ok()? } else { 0.0 };
    (hours <= 15.0 && minutes < 60.0).then_some(sign * (hours * 3_600.0 + minutes * 60.0))
}

/// Days since 1 January 1970 in the Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last of a year.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leaps + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_count_from_1970() {
        assert_eq!(stamp("1970-01-01T00:00:00Z"), Some(0.0));
        assert_eq!(stamp("2000-02-29 12:00"), Some(951_825_600.0));
        assert_eq!(stamp("2026-11-20T14:30:00.5+09:00"), Some(1_795_152_600.5));
        assert_eq!(stamp("2026/11/20 05:30:00 UTC"), stamp("2026-11-20T14:30:00+0900"));
        for bad in ["", "2026-13-01", "2026-11-20T25:00", "2026-11-20 14:30 PM", "abcdefghijk", "20년26-11-20"] {
            assert_eq!(stamp(bad), None, "{bad}");
        }
    }

    #[test]
    fn clocks_have_two_or_three_parts() {
        assert_eq!(clock("14:30"), Some(52_200.0));
        assert_eq!(clock("0:00:01.5"), Some(1.5));
        for bad in ["14", "14:60", "25:00", "1:2:3:4", "a:b", "14:30:", "14:30:nan", "-1:30"] {
            assert_eq!(clock(bad), None, "{bad}");
        }
    }
}
