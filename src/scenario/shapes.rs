//! Shapes of traffic as people edit them: a kind, and a few named figures that are typed with units.

use crate::sim::shape::Shape;
use crate::units::{ParseError, Rate, Span};

/// Names of the kinds, in the order in which they are offered.
pub const KINDS: [&str; 4] = ["constant", "ramp", "spike", "day"];

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
        Shape::Spike { .. } => 2,
        Shape::Day { .. } => 3,
    }
}

/// A shape of another kind that starts from the same rate: a ramp to, or a peak of, three times as much.
pub fn of_kind(kind: usize, base: Rate) -> Shape {
    let peak = Rate(base.0 * 3.0);
    let minutes = |minutes: u64| Span::from_secs(60 * minutes);
    match kind {
        1 => Shape::Ramp { from: base, to: peak, start: minutes(5), over: minutes(10) },
        2 => Shape::Spike { base, peak, at: minutes(5), rise: minutes(1), hold: minutes(10) },
        3 => Shape::Day { low: base, peak, peak_at: minutes(20 * 60) },
        _ => Shape::Constant(base),
    }
}

/// The rate that a shape has when nothing special happens.
pub fn base(shape: &Shape) -> Rate {
    match *shape {
        Shape::Constant(rate) => rate,
        Shape::Ramp { from, .. } => from,
        Shape::Spike { base, .. } => base,
        Shape::Day { low, .. } => low,
    }
}

/// The figures of a shape, in the order that [`with`] counts them.
pub fn figures(shape: &Shape) -> Vec<Figure> {
    let rate = |label, rate: Rate| Figure { label, value: rate.to_string() };
    let span = |label, span: Span| Figure { label, value: span.to_string() };
    match *shape {
        Shape::Constant(constant) => vec![rate("Rate", constant)],
        Shape::Ramp { from, to, start, over } => {
            vec![rate("From", from), rate("To", to), span("Begins after", start), span("Takes", over)]
        }
        Shape::Spike { base, peak, at, rise, hold } => {
            let times = [span("Begins after", at), span("Rises within", rise), span("Holds for", hold)];
            [rate("Base", base), rate("Peak", peak)].into_iter().chain(times).collect()
        }
        Shape::Day { low, peak, peak_at } => {
            vec![rate("Low", low), rate("Peak", peak), span("Peak at (time of day)", peak_at)]
        }
    }
}

/// The shape with one figure changed to what was typed; a figure that it does not have changes nothing.
///
/// # Errors
/// What was typed is not a rate or a span of time.
pub fn with(mut shape: Shape, figure: usize, typed: &str) -> Result<Shape, ParseError> {
    match (&mut shape, figure) {
        (Shape::Constant(rate), 0) => *rate = typed.parse()?,
        (Shape::Ramp { from: rate, .. } | Shape::Spike { base: rate, .. } | Shape::Day { low: rate, .. }, 0) => {
            *rate = typed.parse()?;
        }
        (Shape::Ramp { to: rate, .. } | Shape::Spike { peak: rate, .. } | Shape::Day { peak: rate, .. }, 1) => {
            *rate = typed.parse()?;
        }
        (Shape::Ramp { start: span, .. } | Shape::Spike { at: span, .. } | Shape::Day { peak_at: span, .. }, 2) => {
            *span = typed.parse()?;
        }
        (Shape::Ramp { over: span, .. } | Shape::Spike { rise: span, .. }, 3) => *span = typed.parse()?,
        (Shape::Spike { hold, .. }, 4) => *hold = typed.parse()?,
        _ => {}
    }
    Ok(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_can_be_typed_and_reads_back() {
        for chosen in 0..KINDS.len() {
            let shape = of_kind(chosen, Rate(50.0));
            assert_eq!((kind(&shape), base(&shape)), (chosen, Rate(50.0)));
            for (at, figure) in figures(&shape).iter().enumerate() {
                let typed = if figure.value.ends_with("/s") { "7/s" } else { "7 min" };
                let changed = figures(&with(shape, at, typed).unwrap());
                let expected = |n: usize| if n == at { typed.to_owned() } else { figures(&shape)[n].value.clone() };
                assert!((0..changed.len()).all(|n| changed[n].value == expected(n)), "{figure:?}: {changed:?}");
                assert!(with(shape, at, "-3 parsecs").is_err());
            }
        }
    }
}
