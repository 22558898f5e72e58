//! Measured traffic from a CSV file: rows of a time and a rate, or one row a second or a minute.
//!
//! Two columns are a time and the requests per second from then on; the heading may say that they are per minute or that
//! each row counts requests. Times are seconds, clocks or timestamps, and begin with the first row unless they are plain
//! seconds. One column is a count per row. Columns are parted by comma, semicolon or tab; a heading is optional.
//!
//! A rate holds until the next row. A missing value leaves the rate as it was, of two rows at one time the later counts,
//! and a clock may pass midnight; all this is said in notes. Anything else that is wrong ends the reading with line and
//! remedy. Memory is bounded: beyond a million rows neighbours are averaged, which keeps the number of requests.

mod moment;

use crate::sim::curve::Curve;
use crate::units::{Rate, Span};
use moment::Clock;
use std::fmt;
use std::io::BufRead;
use thiserror::Error;

/// Most steps that are kept.
pub const MOST_STEPS: usize = 1 << 20;
/// Most rows that are read.
const MOST_ROWS: u64 = 200_000_000;
/// Longest line, in bytes.
const LONGEST_LINE: usize = 64 << 10;
/// No system takes more requests a second.
const MOST_RATE: f64 = 1e7;
/// Row of a single column where nothing says how long it is.
const MINUTE: Span = Span::from_secs(60);

/// What a file held.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The rate over time.
    pub curve: Curve,
    /// Rows with a value.
    pub rows: u64,
    /// What was put right, and how.
    pub notes: Vec<String>,
}

/// Why a file could not be read: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct CsvError {
    /// Line from 1; `None` for the file as a whole.
    pub line: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl fmt::Display for CsvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}. {}", self.what, self.remedy)
    }
}

impl fmt::Display for Recorded {
    /// "1,440 rows over 1 d: 12.3/s on average, 40/s at most".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (end, sum) = (self.curve.end(), self.curve.sum());
        let tidy = |rate: f64| Rate((rate * 100.0).round() / 100.0);
        let mean = if end > Span::ZERO { sum / end.secs() } else { 0.0 };
        let most = tidy(self.curve.most().0);
        write!(f, "{} rows over {end}: {} on average, {most} at most", self.rows, tidy(mean))
    }
}

/// Reads a recording. `each` is the length of a row of one column, where it is known better than the heading says.
///
/// # Errors
/// The first thing that cannot be put right, with its line.
pub fn read(mut input: impl BufRead, each: Option<Span>) -> Result<Recorded, CsvError> {
    let (mut line, mut number, mut reader) = (Vec::new(), 0, None);
    while next_line(&mut input, &mut line, number + 1)? {
        number += 1;
        if number == 1 && line.starts_with(b"\xEF\xBB\xBF") {
            line.drain(..3);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_matches(['\r', '\n', ' ']);
        let blank = text.trim().is_empty();
        match &mut reader {
            None if blank => {}
            None => {
                let (found, heading) = Reader::of(text, each);
                let started = reader.insert(found);
                if !heading {
                    started.row(text, number)?;
                }
            }
            Some(reader) if blank => reader.blanks += 1,
            Some(reader) => reader.row(text, number)?,
        }
    }
    let empty = || CsvError { line: None, what: "it has no row with a number".to_owned(), remedy: REMEDY_EMPTY };
    reader.ok_or_else(empty)?.finish().ok_or_else(empty)
}

const REMEDY_EMPTY: &str = "Write rows such as \"60,12.5\": a time in seconds, and requests per second";
pub(super) const REMEDY_LINE: &str = "Correct that line, or take it out";

/// Reads a line without its end; false at the end of the file.
pub(super) fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>, number: u64) -> Result<bool, CsvError> {
    let wrong = |what: String, remedy| CsvError { line: Some(number), what, remedy };
    line.clear();
    let read = std::io::Read::take(&mut *input, LONGEST_LINE as u64).read_until(b'\n', line);
    let read = read.map_err(|error| wrong(format!("it cannot be read further ({error})"), "Check the disk"))?;
    if read == LONGEST_LINE && line.last() != Some(&b'\n') {
        let what = format!("the line is longer than {} KiB, so that this is no table", LONGEST_LINE >> 10);
        return Err(wrong(what, "Save the table as CSV with one row per line"));
    }
    if line.contains(&0) {
        let remedy = "Save it as CSV in UTF-8, for example from the spreadsheet that it came from";
        return Err(wrong("this is no plain text".to_owned(), remedy));
    }
    if number > MOST_ROWS {
        let what = format!("there are more than {MOST_ROWS} rows");
        return Err(wrong(what, "Average the rows before, for example to one a second"));
    }
    Ok(read > 0)
}

/// What the second column says.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    /// Requests per so many seconds.
    Rate(f64),
    /// Requests between this row and the next.
    Count,
}

/// Where in a row to look, and what has been read.
struct Reader {
    separator: char,
    /// Columns of the time, if there is one, and of the value.
    columns: (Option<usize>, usize),
    unit: Unit,
    /// Length of a row without a time.
    each: Span,
    clock: Clock,
    steps: Steps,
    rows: u64,
    holes: u64,
    repeats: u64,
    /// Blank lines since the last row: holes if another row follows.
    blanks: u64,
    /// The row before: its time and value.
    last: Option<(u64, f64)>,
    gap: u64,
    widest: (u64, u64),
}

impl Reader {
    /// A reader for the table that begins with a line, and whether that line is a heading.
    fn of(first: &str, each: Option<Span>) -> (Self, bool) {
        let separator = separator(first);
        let fields: Vec<&str> = fields(first, separator).collect();
        let says = |field: &&str| number(field, separator).is_some() || moment::looks_like_one(field);
        let heading = !fields.iter().any(says) && !fields.iter().all(|field| is_hole(field));
        let names: Vec<String> =
            if heading { fields.iter().map(|name| name.to_lowercase()).collect() } else { Vec::new() };
        let columns = columns(&names, fields.len());
        let name = |column: Option<usize>| column.and_then(|at| names.get(at)).map_or("", String::as_str);
        let value = name(Some(columns.1));
        let unit = if columns.0.is_some() { unit(value) } else { Unit::Rate(1.0) };
        let reader = Self {
            separator,
            columns,
            unit,
            each: each.or_else(|| row_length(value)).unwrap_or(MINUTE).max(Span::from_millis(1)),
            clock: Clock::new(name(columns.0)),
            steps: Steps::default(),
            rows: 0,
            holes: 0,
            repeats: 0,
            blanks: 0,
            last: None,
            gap: 0,
            widest: (0, 0),
        };
        (reader, heading)
    }

    fn row(&mut self, text: &str, line: u64) -> Result<(), CsvError> {
        let wrong = |what: String| CsvError { line: Some(line), what, remedy: REMEDY_LINE };
        let find = |at: usize| fields(text, self.separator).nth(at).unwrap_or("");
        let value = find(self.columns.1);
        let time = self.columns.0.map(find);
        if self.columns.0.is_none() {
            // A blank line in the middle is a row whose count is missing.
            self.holes += std::mem::take(&mut self.blanks);
        }
        let at = match time {
            Some(time) => self.clock.read(time, self.separator).map_err(wrong)?,
            None => (self.rows + self.holes) * self.each.0,
        };
        let value = match number(value, self.separator) {
            _ if is_hole(value) => None,
            Some(value) if value < 0.0 => {
                return Err(wrong(format!("{value} is below zero, and nobody takes a request back")));
            }
            Some(value) => Some(value),
            None => return Err(wrong(format!("\"{}\" is no number of requests", shortened(value)))),
        };
        let most = MOST_RATE * if self.columns.0.is_none() { self.each.secs() } else { self.largest() };
        if value.is_some_and(|value| value > most) {
            return Err(wrong(format!("that is more than {} requests per second", MOST_RATE as u64)));
        }
        self.take(at, value, line)
    }

    /// The largest factor between a value and a rate that could be right.
    fn largest(&self) -> f64 {
        match self.unit {
            Unit::Rate(seconds) => seconds,
            Unit::Count => 366.0 * 86_400.0,
        }
    }

    fn take(&mut self, at: u64, value: Option<f64>, line: u64) -> Result<(), CsvError> {
        match value {
            Some(_) => self.rows += 1,
            None => self.holes += 1,
        }
        let known = value.or(self.last.map(|(_, value)| value)).unwrap_or(0.0);
        match self.last {
            Some((before, _)) if at == before => self.repeats += 1,
            Some((before, _)) if at < before => {
                let (time, earlier) = (Span(at), Span(before));
                let what = format!("its time, {time} after the start, comes before that of the row above, {earlier}");
                return Err(CsvError { line: Some(line), what, remedy: "Sort the rows by time" });
            }
            Some((before, last)) => {
                self.gap = at - before;
                if self.gap > self.widest.0 {
                    self.widest = (self.gap, line);
                }
                let rate = self.rate(last, self.gap);
                if rate > MOST_RATE {
                    let what = format!("the row above counts more than {} requests per second", MOST_RATE as u64);
                    return Err(CsvError { line: Some(line), what, remedy: REMEDY_LINE });
                }
                self.steps.add(before, at, rate);
            }
            None => {}
        }
        self.last = Some((at, known));
        Ok(())
    }

    /// Requests per second of a value that holds for so long.
    fn rate(&self, value: f64, nanos: u64) -> f64 {
        match (self.columns.0, self.unit) {
            (None, _) => value / self.each.secs(),
            (_, Unit::Rate(seconds)) => value / seconds,
            (_, Unit::Count) => value / (nanos as f64 / 1e9),
        }
    }

    fn finish(mut self) -> Option<Recorded> {
        let (at, value) = self.last.filter(|_| self.rows > 0)?;
        // The last row lasts as long as the one before it.
        let length = if self.columns.0.is_none() { self.each.0 } else { self.gap };
        let length = if length == 0 { MINUTE.0 } else { length };
        let rate = self.rate(value, length);
        let notes = self.notes();
        self.steps.add(at, at.saturating_add(length), rate);
        Some(Recorded { curve: self.steps.curve(), rows: self.rows, notes })
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.holes > 0 {
            notes.push(format!("rows without a value: {}; the rate before them goes on there", self.holes));
        }
        if self.repeats > 0 {
            notes.push(format!("rows at the time of the row above: {}; the later one counts", self.repeats));
        }
        if self.clock.midnights() > 0 {
            notes.push(format!(
                "passages of the clock through midnight: {}; the next day begins there",
                self.clock.midnights()
            ));
        }
        let (gap, line) = self.widest;
        let usual = self.last.map_or(0, |(at, _)| at) / (self.rows + self.holes).max(1);
        if self.rows > 10 && gap / 20 > usual {
            notes.push(format!("the longest gap, {} before line {line}, keeps the rate before it", Span(gap)));
        }
        if self.steps.group > 1 {
            notes.push(format!("{} neighbouring rows at a time were averaged", self.steps.group));
        }
        notes
    }
}

/// Steps in the making: so many neighbours that follow each other become one that the whole fits.
#[derive(Debug)]
struct Steps {
    starts: Vec<u64>,
    rates: Vec<f64>,
    group: u64,
    /// The group that is open: its start, requests so far, steps so far.
    open: (u64, f64, u64),
    end: u64,
}

impl Default for Steps {
    fn default() -> Self {
        Self { starts: Vec::new(), rates: Vec::new(), group: 1, open: (0, 0.0, 0), end: 0 }
    }
}

impl Steps {
    fn add(&mut self, from: u64, to: u64, rate: f64) {
        if self.open.2 == 0 {
            self.open = (from, 0.0, 0);
        }
        self.open.1 += rate * (to - from) as f64;
        self.open.2 += 1;
        self.end = to;
        if self.open.2 == self.group {
            let alone = self.group == 1;
            self.close(if alone { Some(rate) } else { None });
        }
    }

    fn close(&mut self, exact: Option<f64>) {
        let (start, area, count) = std::mem::take(&mut self.open);
        if count == 0 || self.end <= start {
            return;
        }
        if self.starts.len() == MOST_STEPS {
            self.halve(start);
        }
        self.starts.push(start);
        self.rates.push(exact.unwrap_or(area / (self.end - start) as f64));
    }

    /// Makes pairs of neighbours one; the last ends where the next begins.
    fn halve(&mut self, next: u64) {
        let end = |starts: &[u64], at: usize| starts.get(at).copied().unwrap_or(next);
        for pair in 0..self.starts.len() / 2 {
            let (a, b) = (2 * pair, 2 * pair + 1);
            let (from, middle, to) = (self.starts[a], self.starts[b], end(&self.starts, b + 1));
            let area = self.rates[a] * (middle - from) as f64 + self.rates[b] * (to - middle) as f64;
            (self.starts[pair], self.rates[pair]) = (from, area / (to - from) as f64);
        }
        self.starts.truncate(self.starts.len() / 2);
        self.rates.truncate(self.starts.len());
        self.group *= 2;
    }

    fn curve(mut self) -> Curve {
        self.close(None);
        self.starts.shrink_to_fit();
        Curve::new(self.starts, self.rates, self.end)
    }
}

/// What parts the columns of a line.
pub(super) fn separator(line: &str) -> char {
    let count = |c: char| line.matches(c).count();
    match ['\t', ';', ','].into_iter().find(|&c| count(c) > 0) {
        Some(found) => found,
        None if line.split_whitespace().count() == 2
            && number(line.split_whitespace().next().unwrap_or(""), ' ').is_some() =>
        {
            ' '
        }
        None => ',',
    }
}

/// The fields of a line without quotes and blanks; a separator in quotes is part of the field.
pub(super) fn fields(line: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let split = move |c: char| {
        quoted ^= c == '"';
        c == separator && !quoted
    };
    line.split(split).map(|field| field.trim().trim_matches('"').trim())
}

pub(super) fn is_hole(field: &str) -> bool {
    field.is_empty() || ["-", "na", "n/a", "nan", "null", "none"].iter().any(|hole| field.eq_ignore_ascii_case(hole))
}

/// A number, perhaps with grouped digits, or with a decimal comma where that parts no columns.
pub(super) fn number(field: &str, separator: char) -> Option<f64> {
    if let Ok(value) = field.parse::<f64>() {
        return value.is_finite().then_some(value);
    }
    if !field.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    let decimal = separator != ',' && field.matches(',').count() == 1 && !field.contains('.');
    let plain = if decimal { field.replace(',', ".") } else { field.replace([',', '_', ' '], "") };
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Where time and value stand, by their names or their places.
fn columns(names: &[String], count: usize) -> (Option<usize>, usize) {
    if count < 2 {
        return (None, 0);
    }
    let find = |words: &[&str]| names.iter().position(|name| words.iter().any(|word| name.contains(word)));
    let time = names.iter().position(|name| is_time(name)).unwrap_or(0);
    let words = ["rate", "rps", "req", "count", "hits", "calls", "value", "sum", "load", "users", "/s", "/min"];
    let value = find(&words).filter(|&value| value != time);
    (Some(time), value.unwrap_or(usize::from(time == 0)))
}

fn is_time(name: &str) -> bool {
    let contains = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    contains(&["time", "date", "clock"]) || begins(&["second", "minute", "hour"]) || ["t", "s", "ts"].contains(&name)
}

/// What a heading says about its values.
fn unit(name: &str) -> Unit {
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["per min", "per_min", "/min", "/m", "rpm"]) {
        Unit::Rate(60.0)
    } else if has(&["per hour", "per_hour", "/h"]) {
        Unit::Rate(3_600.0)
    } else if has(&["count", "hits", "calls", "requests", "sum"]) && !has(&["per", "/s", "rate"]) {
        Unit::Count
    } else {
        Unit::Rate(1.0)
    }
}

/// Length of a row of a single column with this heading, where it says so.
fn row_length(name: &str) -> Option<Span> {
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["min", "rpm"]) {
        Some(MINUTE)
    } else if has(&["sec", "/s", "rps", "per s"]) {
        Some(Span::from_secs(1))
    } else if has(&["hour", "/h"]) {
        Some(Span::from_secs(3_600))
    } else {
        None
    }
}

pub(super) fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests;
