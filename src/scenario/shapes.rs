//! Shapes of traffic as people edit them: a kind, and a few named figures that are typed with units.

use crate::sim::curve::{After, Recording};
use crate::sim::shape::{MOST_PARTS, Shape};
use crate::units::{ParseError, Rate, Share, Span};
use crate::words::t;

/// Names of the kinds, in the order in which they are offered.
pub const KINDS: [&str; 9] = ["constant", "ramp", "step", "spike", "day", "week", "wave", "recorded", "sum"];

/// Position of recordings among [`KINDS`].
pub const RECORDED: usize = 7;

/// Position of sums among [`KINDS`].
pub const SUM: usize = 8;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// One figure of a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it is.
    pub label: &'static str,
    /// Its value, as typed.
    pub value: String,
}

/// Which of [`KINDS`] a shape is.
pub fn kind(shape: &Shape) -> usize {
    match shape {
        Shape::Constant(_) => 0,
        Shape::Ramp { .. } => 1,
        Shape::Step { .. } => 2,
        Shape::Spike { .. } => 3,
        Shape::Day { .. } => 4,
        Shape::Week { .. } => 5,
        Shape::Wave { .. } => 6,
        Shape::Recorded(_) => RECORDED,
        Shape::Sum(_) => SUM,
    }
}

/// A shape of another kind that starts from the same rate: a ramp to, or a peak of, three times as much. A recording
/// begins empty.
pub fn of_kind(kind: usize, base: Rate) -> Shape {
    let peak = Rate(base.0 * 3.0);
    let minutes = |minutes: u64| Span::from_secs(60 * minutes);
    match kind {
        1 => Shape::Ramp { from: base, to: peak, start: minutes(5), over: minutes(10) },
        2 => Shape::Step { from: base, to: peak, at: minutes(5) },
        3 => Shape::Spike { base, peak, at: minutes(5), rise: minutes(1), hold: minutes(10) },
        4 => Shape::Day { low: base, peak, peak_at: minutes(20 * 60) },
        5 => {
            let days = [1.0, 1.0, 1.0, 1.0, 1.0, 0.6, 0.5].map(Share);
            Shape::Week { low: base, peak, peak_at: minutes(20 * 60), days }
        }
        6 => Shape::Wave { mean: base, amplitude: Rate(base.0 / 2.0), period: minutes(10) },
        RECORDED => Shape::Recorded(Recording::default()),
        SUM => Shape::Sum(vec![Shape::Constant(base), of_kind(3, Rate(0.0))]),
        _ => Shape::Constant(base),
    }
}

/// The rate that a shape has when nothing special happens.
pub fn base(shape: &Shape) -> Rate {
    match shape {
        Shape::Constant(rate) => *rate,
        Shape::Ramp { from, .. } | Shape::Step { from, .. } => *from,
        Shape::Spike { base, .. } => *base,
        Shape::Day { low, .. } | Shape::Week { low, .. } => *low,
        Shape::Wave { mean, .. } => *mean,
        Shape::Recorded(recording) => {
            let secs = recording.curve.end().secs();
            Rate(if secs > 0.0 { recording.curve.sum() / secs } else { 0.0 })
        }
        Shape::Sum(parts) => Rate(parts.iter().map(|part| base(part).0).sum()),
    }
}

/// The figures of a shape, in the order that [`with`] counts them; none for recordings and sums.
pub fn figures(shape: &Shape) -> Vec<Figure> {
    let rate = |label, rate: &Rate| Figure { label, value: rate.to_string() };
    let span = |label, span: &Span| Figure { label, value: span.to_string() };
    match shape {
        Shape::Constant(constant) => vec![rate("Rate", constant)],
        Shape::Ramp { from, to, start, over } => {
            vec![rate("From", from), rate("To", to), span("Begins after", start), span("Takes", over)]
        }
        Shape::Step { from, to, at } => vec![rate("From", from), rate("To", to), span("Steps after", at)],
        Shape::Spike { base, peak, at, rise, hold } => {
            let times = [span("Begins after", at), span("Rises within", rise), span("Holds for", hold)];
            [rate("Base", base), rate("Peak", peak)].into_iter().chain(times).collect()
        }
        Shape::Day { low, peak, peak_at } => {
            vec![rate("Low", low), rate("Peak", peak), span("Peak at (time of day)", peak_at)]
        }
        Shape::Week { low, peak, peak_at, days } => {
            let day = |(label, share): (&'static str, &Share)| Figure { label, value: share.to_string() };
            let ends = [rate("Low", low), rate("Peak", peak), span("Peak at (time of day)", peak_at)];
            ends.into_iter().chain(DAYS.into_iter().zip(days).map(day)).collect()
        }
        Shape::Wave { mean, amplitude, period } => {
            vec![rate("Mean", mean), rate("Amplitude", amplitude), span("Period", period)]
        }
        Shape::Recorded(_) | Shape::Sum(_) => Vec::new(),
    }
}

/// The shape with one figure changed to what was typed; a figure that it does not have changes nothing.
///
/// # Errors
/// What was typed is not a rate, a span of time or a share.
pub fn with(mut shape: Shape, figure: usize, typed: &str) -> Result<Shape, ParseError> {
    match slot(&mut shape, figure) {
        Some(Slot::Rate(rate)) => *rate = typed.parse()?,
        Some(Slot::Span(span)) => *span = typed.parse()?,
        Some(Slot::Share(share)) => *share = typed.parse()?,
        None => {}
    }
    Ok(shape)
}

/// Where a figure is kept.
enum Slot<'a> {
    Rate(&'a mut Rate),
    Span(&'a mut Span),
    Share(&'a mut Share),
}

fn slot(shape: &mut Shape, figure: usize) -> Option<Slot<'_>> {
    let slots: Vec<Slot<'_>> = match shape {
        Shape::Constant(rate) => vec![Slot::Rate(rate)],
        Shape::Ramp { from, to, start, over } => {
            vec![Slot::Rate(from), Slot::Rate(to), Slot::Span(start), Slot::Span(over)]
        }
        Shape::Step { from, to, at } => vec![Slot::Rate(from), Slot::Rate(to), Slot::Span(at)],
        Shape::Spike { base, peak, at, rise, hold } => {
            vec![Slot::Rate(base), Slot::Rate(peak), Slot::Span(at), Slot::Span(rise), Slot::Span(hold)]
        }
        Shape::Day { low, peak, peak_at } => vec![Slot::Rate(low), Slot::Rate(peak), Slot::Span(peak_at)],
        Shape::Week { low, peak, peak_at, days } => {
            let ends = [Slot::Rate(low), Slot::Rate(peak), Slot::Span(peak_at)];
            ends.into_iter().chain(days.iter_mut().map(Slot::Share)).collect()
        }
        Shape::Wave { mean, amplitude, period } => {
            vec![Slot::Rate(mean), Slot::Rate(amplitude), Slot::Span(period)]
        }
        Shape::Recorded(_) | Shape::Sum(_) => Vec::new(),
    };
    slots.into_iter().nth(figure)
}

/// The sum with one more part: a flash crowd on top.
pub fn with_part(shape: &Shape) -> Shape {
    let mut parts = parts(shape).to_vec();
    if parts.len() < MOST_PARTS {
        parts.push(of_kind(3, Rate(0.0)));
        if let Some(Shape::Spike { peak, .. }) = parts.last_mut() {
            *peak = base(shape);
        }
    }
    Shape::Sum(parts)
}

/// The parts of a sum; any other shape is its own only part.
pub fn parts(shape: &Shape) -> &[Shape] {
    match shape {
        Shape::Sum(parts) => parts,
        other => std::slice::from_ref(other),
    }
}

/// The sum with one part replaced, or left out.
pub fn with_part_as(shape: &Shape, at: usize, part: Option<Shape>) -> Shape {
    let mut parts = parts(shape).to_vec();
    match part {
        Some(part) if at < parts.len() => parts[at] = part,
        None if at < parts.len() => {
            parts.remove(at);
        }
        _ => {}
    }
    Shape::Sum(parts)
}

/// A shape in a few words: "spike to 900/s".
pub fn words(shape: &Shape) -> String {
    match shape {
        Shape::Constant(rate) => t!("{rate} all the time", rate = rate),
        Shape::Ramp { from, to, .. } => t!("ramp from {from} to {to}", from = from, to = to),
        Shape::Step { from, to, at } => t!("step from {from} to {to} after {at}", from = from, to = to, at = at),
        Shape::Spike { base, peak, .. } => t!("spike from {base} to {peak}", base = base, peak = peak),
        Shape::Day { low, peak, .. } => t!("day between {low} and {peak}", low = low, peak = peak),
        Shape::Week { low, peak, .. } => t!("week between {low} and {peak}", low = low, peak = peak),
        Shape::Wave { mean, amplitude, .. } => {
            t!("wave of {amplitude} around {mean}", amplitude = amplitude, mean = mean)
        }
        Shape::Recorded(Recording { file: Some(file), after, .. }) => {
            t!("recorded in {file}, then {word}", file = file, word = after.word())
        }
        Shape::Recorded(recording) => t!("recorded, {curve} steps", curve = recording.curve.len()),
        Shape::Sum(parts) => t!("sum of {join}", join = parts.iter().map(words).collect::<Vec<_>>().join(" and ")),
    }
}

/// What comes after a recording, by its word.
pub fn after(word: &str) -> Option<After> {
    After::ALL.into_iter().find(|after| after.word() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_can_be_typed_and_reads_back() {
        for chosen in (0..KINDS.len()).filter(|&kind| kind != RECORDED) {
            let shape = of_kind(chosen, Rate(50.0));
            assert_eq!((kind(&shape), base(&shape)), (chosen, Rate(50.0)));
            for (at, figure) in figures(&shape).iter().enumerate() {
                let typed = match figure.value.as_str() {
                    value if value.ends_with("/s") => "7/s",
                    value if value.ends_with('%') => "7 %",
                    _ => "7 min",
                };
                let changed = figures(&with(shape.clone(), at, typed).unwrap());
                let expected = |n: usize| if n == at { typed.to_owned() } else { figures(&shape)[n].value.clone() };
                assert!((0..changed.len()).all(|n| changed[n].value == expected(n)), "{figure:?}: {changed:?}");
                assert!(with(shape.clone(), at, "-3 parsecs").is_err());
            }
        }
    }

    #[test]
    fn sums_gain_and_lose_parts() {
        let sum = of_kind(SUM, Rate(50.0));
        let longer = with_part(&sum);
        assert_eq!((parts(&sum).len(), parts(&longer).len()), (2, 3));
        let shorter = with_part_as(&longer, 1, None);
        assert_eq!(parts(&shorter), [parts(&longer)[0].clone(), parts(&longer)[2].clone()]);
        let full = (0..99).fold(sum, |sum, _| with_part(&sum));
        assert_eq!((parts(&full).len(), full.check()), (MOST_PARTS, Ok(())));
        assert_eq!(words(&with_part_as(&longer, 2, None)), "sum of 50/s all the time and spike from 0/s to 0/s");
    }
}
