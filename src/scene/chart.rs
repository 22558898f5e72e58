//! Charts: figures over time, from the series of a run to shapes.
//!
//! A [`Chart`] is plain data, so that the window and an export draw the same one. Lines never have more than [`MOST`]
//! points. Absent: what cannot be told from the series.

mod draw;
mod of_run;
mod ticks;

use super::list::Ink;
use crate::metrics::Quantity;

pub use draw::{chart, legend, moment, span_of, values, worded};
pub use of_run::{Stretch, fault_words, kept_beside, node_charts, of_node, of_system, system_charts};
pub use ticks::{Tick, number_ticks, power_ticks, time_ticks};

/// Most points of a line.
pub const MOST: usize = 300;

/// Figures over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What of the series it shows.
    pub quantity: Quantity,
    /// What is shown.
    pub title: String,
    /// Unit of the left axis; empty for plain counts.
    pub unit: String,
    /// The figure of this moment, in words with its unit.
    pub headline: String,
    /// What is drawn, first below.
    pub lines: Vec<Line>,
    /// Spans that are marked, such as faults.
    pub marks: Vec<Mark>,
    /// Left end of the time axis, in seconds since the start of the run.
    pub from: f64,
    /// Right end.
    pub to: f64,
    /// How values become heights.
    pub scale: Scale,
    /// The moment that everything else in sight is of, where that is not the latest.
    pub here: Option<f64>,
    /// A span of time that was chosen to be looked into.
    pub chosen: Option<(f64, f64)>,
}

/// How values on the left axis become heights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Twice the value is twice as high.
    #[default]
    Even,
    /// Ten times the value is one step higher; what is not above zero lies on the ground.
    Logarithmic,
}

/// What a line stands for in its chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// The run.
    #[default]
    Own,
    /// The run, but it is not to be seen.
    Hidden,
    /// A run that was kept to be compared with.
    Kept,
}

/// One series of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is, for the legend.
    pub name: String,
    /// Its colour.
    pub ink: Ink,
    /// How it is drawn.
    pub style: Style,
    /// Which scale it is read on.
    pub axis: Axis,
    /// What it stands for.
    pub part: Part,
    /// Seconds since the start of the run, and the value there; time rises.
    pub points: Vec<(f64, f64)>,
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A line.
    Solid,
    /// A line with the face under it.
    Area,
    /// A dashed line.
    Dashed,
    /// Level from point to point.
    Step,
    /// Likewise, dashed.
    DashedStep,
}

/// The scale that a series is read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// In the chart's unit.
    Left,
    /// On a scale of its own at the right.
    Right,
}

/// A marked span of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Begin, in seconds since the start of the run.
    pub from: f64,
    /// End.
    pub to: f64,
    /// What happened.
    pub label: String,
    /// Who did it.
    pub cause: Cause,
}

/// What a mark is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Something that went wrong.
    Fault,
    /// What was done on purpose: a planned action, or a change of the drawing while it ran.
    Change,
}

impl Style {
    /// Whether the value holds until the next point.
    pub fn steps(self) -> bool {
        matches!(self, Self::Step | Self::DashedStep)
    }

    /// Whether the line is dashed.
    pub fn dashed(self) -> bool {
        matches!(self, Self::Dashed | Self::DashedStep)
    }
}

impl Chart {
    /// Marks that reach into the time that is shown.
    pub fn shown_marks(&self) -> impl Iterator<Item = &Mark> {
        self.marks.iter().filter(|mark| mark.to >= self.from && mark.from <= self.to)
    }

    /// The lines that are to be seen.
    pub fn shown_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.part != Part::Hidden)
    }

    /// The same line of the run that was kept.
    pub fn kept_of(&self, line: &Line) -> Option<&Line> {
        self.lines.iter().find(|other| other.part == Part::Kept && other.name == line.name)
    }

    /// The smallest value above zero on an axis; `None` if there is none.
    pub fn smallest(&self, axis: Axis) -> Option<f64> {
        let lines = self.shown_lines().filter(|line| line.axis == axis);
        let values = lines.flat_map(|line| line.points.iter().map(|point| point.1));
        values.filter(|value| value.is_finite() && *value > 0.0).reduce(f64::min)
    }

    /// The largest value on an axis, at least zero; `None` if nothing is drawn on it.
    pub fn largest(&self, axis: Axis) -> Option<f64> {
        let lines = self.shown_lines().filter(|line| line.axis == axis && !line.points.is_empty());
        let values = lines.flat_map(|line| line.points.iter().map(|point| point.1)).filter(|value| value.is_finite());
        values.reduce(f64::max).map(|largest| largest.max(0.0))
    }
}

impl Line {
    /// The value at a moment: of the latest point until then for steps, else of the nearest.
    pub fn at(&self, secs: f64) -> Option<f64> {
        let after = self.points.partition_point(|point| point.0 <= secs);
        let before = after.checked_sub(1).map(|at| self.points[at]);
        let next = self.points.get(after).copied();
        match (before, next) {
            (Some(before), Some(next)) if !self.style.steps() && next.0 - secs < secs - before.0 => Some(next.1),
            (Some(before), _) => Some(before.1),
            (None, next) => next.map(|point| point.1),
        }
    }
}
