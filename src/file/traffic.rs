//! Shapes of traffic and kinds of requests, from and to text.

use super::print::{append, quoted, span};
use super::v1;
use crate::model::RequestClass;
use crate::scenario::shapes;
use crate::sim::curve::{After, Curve, Recording};
use crate::sim::shape::Shape;
use crate::sim::zipf::Popularity;
use crate::units::{Bytes, Rate, Span};
use std::sync::Arc;

/// The shape of a record, if it can be run, else why not.
pub(super) fn shape(shape: v1::Shape) -> Result<Shape, String> {
    let shape = convert(shape)?;
    shape.check()?;
    Ok(shape)
}

fn convert(shape: v1::Shape) -> Result<Shape, String> {
    Ok(match shape {
        v1::Shape::Constant(rate) => Shape::Constant(rate.0),
        v1::Shape::Ramp { from, to, start, over } => {
            Shape::Ramp { from: from.0, to: to.0, start: start.0, over: over.0 }
        }
        v1::Shape::Step { from, to, at } => Shape::Step { from: from.0, to: to.0, at: at.0 },
        v1::Shape::Spike { base, peak, at, rise, hold } => {
            Shape::Spike { base: base.0, peak: peak.0, at: at.0, rise: rise.0, hold: hold.0 }
        }
        v1::Shape::Day { low, peak, peak_at } => Shape::Day { low: low.0, peak: peak.0, peak_at: peak_at.0 },
        v1::Shape::Week { low, peak, peak_at, days } => {
            Shape::Week { low: low.0, peak: peak.0, peak_at: peak_at.0, days: days.map(|day| day.0) }
        }
        v1::Shape::Wave { mean, amplitude, period } => {
            Shape::Wave { mean: mean.0, amplitude: amplitude.0, period: period.0 }
        }
        v1::Shape::Recorded { file, rows, steps, end, then } => {
            let (curve, after) = (curve(steps, end.map(|end| end.0))?, after(then.as_deref())?);
            let file = file.filter(|file| !file.is_empty());
            Shape::Recorded(Recording { file, each: rows.map(|rows| rows.0), after, curve: Arc::new(curve) })
        }
        v1::Shape::Sum(parts) => Shape::Sum(parts.into_iter().map(convert).collect::<Result<_, _>>()?),
    })
}

fn after(word: Option<&str>) -> Result<After, String> {
    let wrong = || "what comes then is hold, repeat or stop".to_owned();
    word.map_or(Ok(After::default()), |word| shapes::after(word).ok_or_else(wrong))
}

fn curve(steps: Vec<v1::Step>, end: Option<Span>) -> Result<Curve, String> {
    if !steps.windows(2).all(|pair| pair[0].0.0 < pair[1].0.0) {
        return Err("the steps of a recording must stand in the order of time, each at a time of its own".to_owned());
    }
    let last = steps.last().map_or(Span::ZERO, |step| step.0.0);
    let (starts, rates) = steps.into_iter().map(|(start, rate)| (start.0.0, rate.0.0)).unzip();
    Ok(Curve::new(starts, rates, end.unwrap_or(last).max(last).0))
}

/// A shape as text.
pub(super) fn print_shape(shape: &Shape) -> String {
    match shape {
        Shape::Constant(rate) => format!("Constant(\"{rate}\")"),
        Shape::Ramp { from, to, start, over } => {
            format!("Ramp(from: \"{from}\", to: \"{to}\", start: {}, over: {})", span(*start), span(*over))
        }
        Shape::Step { from, to, at } => format!("Step(from: \"{from}\", to: \"{to}\", at: {})", span(*at)),
        Shape::Spike { base, peak, at, rise, hold } => {
            let times = format!("at: {}, rise: {}, hold: {}", span(*at), span(*rise), span(*hold));
            format!("Spike(base: \"{base}\", peak: \"{peak}\", {times})")
        }
        Shape::Day { low, peak, peak_at } => {
            format!("Day(low: \"{low}\", peak: \"{peak}\", peak_at: {})", span(*peak_at))
        }
        Shape::Week { low, peak, peak_at, days } => {
            let days: Vec<String> = days.iter().map(|day| format!("\"{day}\"")).collect();
            let days = days.join(", ");
            format!("Week(low: \"{low}\", peak: \"{peak}\", peak_at: {}, days: ({days}))", span(*peak_at))
        }
        Shape::Wave { mean, amplitude, period } => {
            format!("Wave(mean: \"{mean}\", amplitude: \"{amplitude}\", period: {})", span(*period))
        }
        Shape::Recorded(recording) => print_recorded(recording),
        Shape::Sum(parts) => format!("Sum([{}])", parts.iter().map(print_shape).collect::<Vec<_>>().join(", ")),
    }
}

fn print_recorded(recording: &Recording) -> String {
    let mut parts = Vec::new();
    if let Some(file) = &recording.file {
        parts.push(format!("file: {}", quoted(file)));
    }
    if let Some(each) = recording.each {
        parts.push(format!("rows: {}", span(each)));
    }
    // A recording that is in a file stays there.
    if recording.file.is_none() {
        let steps: Vec<String> =
            recording.curve.steps().map(|(start, rate)| format!("({}, \"{}\")", exact(start), whole(rate))).collect();
        parts.push(format!("steps: [{}], end: {}", steps.join(", "), exact(recording.curve.end())));
    }
    if recording.after != After::default() {
        parts.push(format!("then: \"{}\"", recording.after.word()));
    }
    format!("Recorded({})", parts.join(", "))
}

/// A span that reads back to the nanosecond, which `Display` does not promise for long ones.
fn exact(value: Span) -> String {
    let shown = value.to_string();
    if shown.parse() == Ok(value) { span(value) } else { format!("\"{} ns\"", value.0) }
}

/// A rate in all its digits: the sum of a recording should not change when it is saved.
fn whole(rate: Rate) -> String {
    format!("{}/s", rate.0)
}

/// The kind of request of a record, if it can be one, else why not.
pub(super) fn class(class: v1::Class) -> Result<RequestClass, String> {
    let share = weight(&class.share.text())?;
    let popularity =
        class.objects.map(|objects| Popularity { objects, exponent: class.exponent.unwrap_or(DEFAULT_EXPONENT) });
    let bytes = class.bytes.map(|(request, answer)| (request.0.0, answer.0.0));
    let v1::Class { name, write, priority, work, .. } = class;
    let class = RequestClass { name, share, write, priority, work, bytes, popularity };
    class.check().map_err(str::to_owned)?;
    Ok(class)
}

/// What objects without an exponent have: about that of pages of the web.
const DEFAULT_EXPONENT: f64 = 0.8;

/// A share as people write it: "80 %", or 80.
fn weight(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches('%').trim_end();
    number.parse().map_err(|_| "a share is a number, such as 80 or \"80 %\"".to_owned())
}

/// A kind of request as text.
pub(super) fn print_class(class: &RequestClass) -> String {
    let mut text = format!("(name: {}, share: {}", quoted(&class.name), class.share);
    if class.write {
        text.push_str(", write: true");
    }
    if class.priority != 0 {
        append(&mut text, format_args!(", priority: {}", class.priority));
    }
    if class.work != 1.0 {
        append(&mut text, format_args!(", work: {}", class.work));
    }
    if let Some((request, answer)) = class.bytes {
        append(&mut text, format_args!(", bytes: ({}, {})", size(request), size(answer)));
    }
    if let Some(Popularity { objects, exponent }) = class.popularity {
        append(&mut text, format_args!(", objects: {objects}, exponent: {exponent}"));
    }
    text + ")"
}

/// A size that reads back to the byte.
fn size(bytes: u64) -> String {
    let shown = Bytes(bytes).to_string();
    if shown.parse() == Ok(Bytes(bytes)) { quoted(&shown) } else { format!("\"{bytes} B\"") }
}
