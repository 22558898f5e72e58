//! A chart as shapes: headline, legend, axes with round ticks, marks, lines, and what stands under the cursor.

use super::ticks::{Tick, number_ticks, power_ticks, time_ticks};
use super::{Axis, Cause, Chart, Line, Part, Scale, Style};
use crate::model::{Point, Rect};
use crate::scene::list::{Anchor, Ink, Segment, Shape, Stroke, Weight};
use crate::scene::{style, text, words};
use crate::units::{SimTime, Span};
use crate::words::t;

const PAD: f32 = 12.0;
/// Height of the row with title and headline.
const HEAD: f32 = 30.0;
/// Height of the time axis.
const FOOT: f32 = 20.0;
/// Least height that gives the legend rows of its own; in less it lies on the plot.
const ROOMY: f32 = 118.0;
/// Least height in which the legend may take more than two rows.
const HIGH: f32 = 150.0;
/// Height of a row of the legend.
const LEGEND: f32 = 15.0;
/// Height of the row with the names of marks.
const NAMES: f32 = 12.0;
/// So that no line lies on the upper edge.
const HEADROOM: f64 = 1.03;

/// A chart laid out in a rectangle.
struct Plot<'a> {
    chart: &'a Chart,
    /// Where lines are drawn.
    area: Rect,
    left: Vec<Tick>,
    right: Vec<Tick>,
}

/// Draws a chart into a rectangle; `cursor` is a moment in seconds that is looked at.
pub fn chart(chart: &Chart, rect: Rect, cursor: Option<f64>) -> Vec<Shape> {
    let mut shapes = Vec::new();
    head(chart, rect, &mut shapes);
    let roomy = rect.h() >= ROOMY;
    let named = roomy && chart.shown_marks().next().is_some();
    let rows = if roomy { Legend::new(chart, rect).rows } else { 0 };
    let plot = Plot::new(chart, rect, HEAD + rows as f32 * LEGEND + if named { NAMES } else { 0.0 });
    if plot.area.w() < 20.0 || plot.area.h() < 12.0 {
        return shapes;
    }
    plot.grid(&mut shapes);
    plot.chosen(&mut shapes);
    plot.marks(&mut shapes);
    if named {
        plot.names_of_marks(&mut shapes);
    }
    for line in chart.shown_lines() {
        plot.line(line, &mut shapes);
    }
    plot.here(&mut shapes);
    draw_legend(chart, rect, &mut shapes);
    if chart.lines.iter().all(|line| line.points.is_empty()) {
        let at = plot.area.center();
        shapes.push(quiet(at, Anchor::Middle, t!("nothing measured yet").to_owned(), Ink::Faint));
    }
    if let Some(cursor) = cursor.filter(|secs| (chart.from..=chart.to).contains(secs)) {
        plot.cursor(cursor, &mut shapes);
    }
    shapes
}

/// The moment, in seconds, at a horizontal position in a chart that is drawn into `rect`; none beside its plot.
pub fn moment(chart: &Chart, rect: Rect, x: f32) -> Option<f64> {
    let (left, right) = span_of(chart, rect);
    let part = (x - left) / (right - left).max(1.0);
    (0.0..=1.0).contains(&part).then(|| chart.from + f64::from(part) * (chart.to - chart.from))
}

/// Where the plot of a chart that is drawn into `rect` begins and ends.
pub fn span_of(chart: &Chart, rect: Rect) -> (f32, f32) {
    let plot = Plot::new(chart, rect, HEAD);
    (plot.area.min.x, plot.area.max.x)
}

/// A value of a line in words, with its unit.
pub fn worded(chart: &Chart, line: &Line, value: f64) -> String {
    let number = words::short(value);
    match (chart.unit.as_str(), line.axis) {
        ("$/h", Axis::Left) => format!("${value:.3}/h"),
        ("$/h", Axis::Right) => format!("${value:.2}"),
        ("/s", Axis::Left) => format!("{number}/s"),
        (unit, Axis::Left) if !unit.is_empty() => format!("{number} {unit}"),
        _ => number,
    }
}

/// What each line in sight says at a moment, in words, with what it was in the run that was kept.
pub fn values(chart: &Chart, secs: f64) -> Vec<String> {
    let told = |line: &Line| Some(worded(chart, line, line.at(secs)?));
    let row = |line: &Line| {
        let (name, now) = (&line.name, told(line));
        match (now, chart.kept_of(line).and_then(told)) {
            (Some(now), None) => Some(format!("{name} {now}")),
            (Some(now), Some(kept)) => Some(t!("{name} {now}, kept {kept}", name = name, now = now, kept = kept)),
            (None, Some(kept)) => Some(t!("{name} kept {kept}", name = name, kept = kept)),
            (None, None) => None,
        }
    };
    let own = chart.shown_lines().filter(|line| line.part == Part::Own);
    let alone = |line: &&Line| {
        line.part == Part::Kept && !chart.lines.iter().any(|own| own.part == Part::Own && own.name == line.name)
    };
    let mut rows: Vec<String> = own.filter_map(row).collect();
    rows.extend(chart.shown_lines().filter(alone).filter_map(row));
    rows
}

fn quiet(at: Point, anchor: Anchor, text: String, ink: Ink) -> Shape {
    Shape::Text { at, anchor, size: style::TINY, weight: Weight::Regular, text, tint: ink.full() }
}

fn head(chart: &Chart, rect: Rect, shapes: &mut Vec<Shape>) {
    let room = rect.w() - 2.0 * PAD;
    let size = style::HEADING - 1.0;
    // Without room for all of its figures the first stands alone; half a figure would be a wrong one.
    let fits = |text: &&str| text::width(text, size, Weight::SemiBold) <= room * 0.6;
    let first = chart.headline.split(" · ").next().unwrap_or_default();
    let headline = [chart.headline.as_str(), first].into_iter().find(fits).unwrap_or(first);
    let headline = text::fit(headline, size, Weight::SemiBold, room * 0.6);
    let taken = text::width(&headline, size, Weight::SemiBold);
    let at = Point::new(rect.max.x - PAD, rect.min.y + 20.0);
    let (weight, tint) = (Weight::SemiBold, Ink::Text.full());
    shapes.push(Shape::Text { at, anchor: Anchor::End, size, weight, text: headline, tint });
    let name = if chart.unit.is_empty() { chart.title.clone() } else { format!("{}, {}", chart.title, chart.unit) };
    let text = text::fit(&name, style::BODY, Weight::Regular, room - taken - style::GAP);
    let at = Point::new(rect.min.x + PAD, rect.min.y + 19.5);
    let (size, weight, tint) = (style::BODY, Weight::Regular, Ink::Muted.full());
    shapes.push(Shape::Text { at, anchor: Anchor::Start, size, weight, text, tint });
}

/// Where the legend of a chart that is drawn into `rect` names which line. Lines of a kept run are left out, they are told
/// by their dashes; and so is what has no room in three rows, or in the one of a low chart.
pub fn legend(chart: &Chart, rect: Rect) -> Vec<(Rect, usize)> {
    Legend::new(chart, rect).places
}

/// A legend laid out.
struct Legend {
    places: Vec<(Rect, usize)>,
    rows: usize,
}

impl Legend {
    fn new(chart: &Chart, rect: Rect) -> Self {
        let most = match rect.h() {
            h if h >= HIGH => 3,
            h if h >= ROOMY => 2,
            _ => 1,
        };
        // On the plot it keeps clear of the axis.
        let left = if rect.h() < ROOMY { span_of(chart, rect).0 + 4.0 } else { rect.min.x + PAD };
        let (mut x, mut rows, mut places) = (left, 1, Vec::new());
        for (at, line) in chart.lines.iter().enumerate().filter(|(_, line)| line.part != Part::Kept) {
            let wide = 16.0 + text::width(&legend_name(line), style::TINY, Weight::Regular);
            if x + wide > rect.max.x - PAD && x > left {
                if rows == most {
                    break;
                }
                (x, rows) = (left, rows + 1);
            }
            let y = rect.min.y + HEAD + 5.0 + (rows - 1) as f32 * LEGEND;
            places.push((Rect { min: Point::new(x, y - 10.0), max: Point::new(x + wide, y + 4.0) }, at));
            x += wide + style::GAP_WIDE;
        }
        Self { places, rows }
    }
}

fn legend_name(line: &Line) -> String {
    if line.axis == Axis::Right { t!("{name} (right)", name = line.name) } else { line.name.clone() }
}

/// Names with a piece of their line.
fn draw_legend(chart: &Chart, rect: Rect, shapes: &mut Vec<Shape>) {
    for (place, at) in legend(chart, rect) {
        let line = &chart.lines[at];
        let (x, y) = (place.min.x, place.min.y + 10.0);
        let hidden = line.part == Part::Hidden;
        let stroke = if hidden { Ink::Track.full().line(1.6) } else { stroke(line) };
        let segments = vec![Segment::Move(Point::new(x, y - 3.0)), Segment::Line(Point::new(x + 11.0, y - 3.0))];
        shapes.push(Shape::Path { segments, stroke });
        let ink = if hidden { Ink::Faint } else { Ink::Muted };
        shapes.push(quiet(Point::new(x + 16.0, y), Anchor::Start, legend_name(line), ink));
        if hidden {
            let (from, to) = (Point::new(x + 16.0, y - 3.5), Point::new(place.max.x, y - 3.5));
            let segments = vec![Segment::Move(from), Segment::Line(to)];
            shapes.push(Shape::Path { segments, stroke: Ink::Faint.full().line(1.0) });
        }
    }
}

fn stroke(line: &Line) -> Stroke {
    let dash = line.style.dashed().then_some((4.0, 3.0));
    let kept = line.part == Part::Kept;
    Stroke { dash, ..line.ink.alpha(if kept { 0.6 } else { 1.0 }).line(if kept { 1.2 } else { 1.6 }) }
}

impl<'a> Plot<'a> {
    fn new(chart: &'a Chart, rect: Rect, head: f32) -> Self {
        let (top, bottom) = (rect.min.y + head, rect.max.y - FOOT);
        let most = ((bottom - top) / 26.0).clamp(2.0, 5.0) as usize;
        let largest = HEADROOM * chart.largest(Axis::Left).unwrap_or(0.0);
        let left = match (chart.scale, chart.smallest(Axis::Left)) {
            (Scale::Logarithmic, Some(smallest)) => power_ticks(smallest, largest, &chart.unit),
            _ => number_ticks(largest, most, &chart.unit),
        };
        // What is accumulated on the right has the unit of what is paid by the hour on the left.
        let unit = if chart.unit.starts_with('$') { "$" } else { "" };
        let right =
            chart.largest(Axis::Right).map_or_else(Vec::new, |largest| number_ticks(HEADROOM * largest, most, unit));
        let widest = |ticks: &[Tick]| {
            ticks.iter().map(|tick| text::width(&tick.label, style::TINY, Weight::Regular)).fold(0.0, f32::max)
        };
        let from = rect.min.x + PAD + widest(&left) + 6.0;
        let to = rect.max.x - PAD - if right.is_empty() { 0.0 } else { widest(&right) + 6.0 };
        let area = Rect { min: Point::new(from, top), max: Point::new(to, bottom) };
        Self { chart, area, left, right }
    }

    fn x(&self, secs: f64) -> f32 {
        let part = (secs - self.chart.from) / (self.chart.to - self.chart.from).max(1e-9);
        self.area.min.x + self.area.w() * part.clamp(0.0, 1.0) as f32
    }

    fn y(&self, value: f64, axis: Axis) -> f32 {
        let ticks = if axis == Axis::Left { &self.left } else { &self.right };
        let ends = (ticks.first().map_or(0.0, |tick| tick.value), ticks.last().map_or(1.0, |tick| tick.value));
        let part = match self.chart.scale {
            // Such ticks never begin at zero.
            Scale::Logarithmic if axis == Axis::Left && ends.0 > 0.0 => {
                (value.max(ends.0) / ends.0).log10() / (ends.1 / ends.0).log10().max(1e-9)
            }
            _ => value / ends.1,
        };
        self.area.max.y - self.area.h() * part.clamp(0.0, 1.0) as f32
    }

    fn grid(&self, shapes: &mut Vec<Shape>) {
        let Rect { min, max } = self.area;
        for tick in &self.left {
            let y = self.y(tick.value, Axis::Left);
            let segments = vec![Segment::Move(Point::new(min.x, y)), Segment::Line(Point::new(max.x, y))];
            let alpha = if tick.value == 0.0 { 1.0 } else { 0.7 };
            shapes.push(Shape::Path { segments, stroke: Ink::Line.alpha(alpha).line(1.0) });
            let at = Point::new(min.x - 6.0, y + 3.2);
            shapes.push(quiet(at, Anchor::End, tick.label.clone(), Ink::Faint));
        }
        for tick in &self.right {
            let at = Point::new(max.x + 6.0, self.y(tick.value, Axis::Right) + 3.2);
            shapes.push(quiet(at, Anchor::Start, tick.label.clone(), Ink::Faint));
        }
        self.times(shapes);
    }

    /// Labels of the time axis. Each keeps inside the plot and clear of the one before.
    fn times(&self, shapes: &mut Vec<Shape>) {
        let most = (self.area.w() / 64.0).max(1.0) as usize;
        let mut free = f32::NEG_INFINITY;
        for tick in time_ticks(self.chart.from, self.chart.to, most) {
            let half = text::width(&tick.label, style::TINY, Weight::Regular) / 2.0;
            let x =
                self.x(tick.value).clamp(self.area.min.x + half - 4.0, (self.area.max.x - half).max(self.area.min.x));
            if x - half < free {
                continue;
            }
            free = x + half + style::GAP;
            let at = Point::new(x, self.area.max.y + 13.0);
            shapes.push(quiet(at, Anchor::Middle, tick.label, Ink::Faint));
        }
    }

    fn marks(&self, shapes: &mut Vec<Shape>) {
        for mark in self.chart.shown_marks() {
            let (from, to) = (self.x(mark.from), self.x(mark.to).max(self.x(mark.from) + 1.5));
            let rect = Rect { min: Point::new(from, self.area.min.y), max: Point::new(to, self.area.max.y) };
            let ink = if mark.cause == Cause::Fault { Ink::BadFill } else { Ink::Accent };
            let fill = Some(ink.alpha(0.14));
            shapes.push(Shape::Rect { rect, radius: 0.0, fill, stroke: None });
            let edge = vec![Segment::Move(rect.min), Segment::Line(Point::new(from, rect.max.y))];
            shapes.push(Shape::Path { segments: edge, stroke: ink.alpha(0.55).line(1.0) });
        }
    }

    /// The span that was chosen.
    fn chosen(&self, shapes: &mut Vec<Shape>) {
        let Some((from, to)) = self.chart.chosen.filter(|span| span.1 > self.chart.from && span.0 < self.chart.to)
        else {
            return;
        };
        let rect = Rect {
            min: Point::new(self.x(from), self.area.min.y),
            max: Point::new(self.x(to).max(self.x(from) + 1.5), self.area.max.y),
        };
        let (fill, stroke) = (Some(Ink::Accent.alpha(0.12)), Some(Ink::Accent.alpha(0.6).line(1.0)));
        shapes.push(Shape::Rect { rect, radius: 0.0, fill, stroke });
    }

    /// The moment that everything else in sight is of; what comes after it is dimmed.
    fn here(&self, shapes: &mut Vec<Shape>) {
        let Some(here) = self.chart.here.filter(|here| (self.chart.from..=self.chart.to).contains(here)) else {
            return;
        };
        let (x, Rect { min, max }) = (self.x(here), self.area);
        let rect = Rect { min: Point::new(x, min.y), max };
        shapes.push(Shape::Rect { rect, radius: 0.0, fill: Some(Ink::Canvas.alpha(0.55)), stroke: None });
        let segments = vec![Segment::Move(Point::new(x, min.y)), Segment::Line(Point::new(x, max.y))];
        shapes.push(Shape::Path { segments, stroke: Ink::Accent.full().line(1.6) });
    }

    /// Names above the bands, moved left where they would leave the plot, left out where they would lie on one another.
    fn names_of_marks(&self, shapes: &mut Vec<Shape>) {
        let mut free = self.area.min.x;
        for mark in self.chart.shown_marks() {
            let wide = text::width(&mark.label, style::TINY, Weight::Regular);
            let x = self.x(mark.from).min(self.area.max.x - wide);
            if x >= free {
                let at = Point::new(x, self.area.min.y - 4.0);
                let ink = if mark.cause == Cause::Fault { Ink::Bad } else { Ink::Accent };
                shapes.push(quiet(at, Anchor::Start, mark.label.clone(), ink));
                free = x + wide + style::GAP;
            }
        }
    }

    fn line(&self, line: &Line, shapes: &mut Vec<Shape>) {
        let points = self.points(line);
        if points.len() < 2 {
            if let Some(center) = points.first().copied() {
                shapes.push(Shape::Circle { center, radius: 2.0, fill: Some(line.ink.full()), stroke: None });
            }
            return;
        }
        if line.style == Style::Area {
            let fill = line.ink.alpha(0.16);
            shapes.push(Shape::Area { points: points.clone(), base: self.area.max.y, fill });
        }
        let mut segments: Vec<Segment> = points.into_iter().map(Segment::Line).collect();
        if let Some(Segment::Line(first)) = segments.first().copied() {
            segments[0] = Segment::Move(first);
        }
        shapes.push(Shape::Path { segments, stroke: stroke(line) });
    }

    fn points(&self, line: &Line) -> Vec<Point> {
        let mut points: Vec<Point> = Vec::with_capacity(line.points.len() * 2);
        for &(secs, value) in &line.points {
            let at = Point::new(self.x(secs), self.y(value, line.axis));
            if line.style.steps()
                && let Some(last) = points.last().copied()
                && last.y != at.y
            {
                points.push(Point::new(at.x, last.y));
            }
            points.push(at);
        }
        points
    }

    fn cursor(&self, secs: f64, shapes: &mut Vec<Shape>) {
        let x = self.x(secs);
        let segments =
            vec![Segment::Move(Point::new(x, self.area.min.y)), Segment::Line(Point::new(x, self.area.max.y))];
        shapes.push(Shape::Path { segments, stroke: Ink::Muted.alpha(0.8).line(1.0) });
        for line in self.chart.shown_lines() {
            let Some(value) = line.at(secs) else { continue };
            let center = Point::new(x, self.y(value, line.axis));
            let (fill, stroke) = (Some(line.ink.full()), Some(Ink::Canvas.full().line(1.2)));
            shapes.push(Shape::Circle { center, radius: 3.2, fill, stroke });
        }
        let mut rows = vec![((SimTime::ZERO + Span::from_secs_f64(secs)).clock(), Ink::Muted)];
        rows.extend(values(self.chart, secs).into_iter().map(|row| (row, Ink::Text)));
        self.plate(x, &rows, shapes);
    }

    /// The values at the cursor, on the side of it where there is more room; in two columns where one would be too high.
    fn plate(&self, x: f32, rows: &[(String, Ink)], shapes: &mut Vec<Shape>) {
        let room = ((self.area.h() + FOOT - 8.0) / 12.0).max(2.0) as usize;
        let each = rows.len().div_ceil(rows.len().div_ceil(room).min(2));
        let wide = |rows: &[(String, Ink)]| {
            rows.iter().map(|row| text::width(&row.0, style::TINY, Weight::Regular)).fold(0.0, f32::max) + 12.0
        };
        let columns: Vec<f32> = rows.chunks(each).map(wide).collect();
        let size = Point::new(columns.iter().sum(), each as f32 * 12.0 + 7.0);
        let right = x < self.area.center().x;
        let side = if right { x + 8.0 } else { x - 8.0 - size.x };
        let min = Point::new(side.min(self.area.max.x + PAD - size.x).max(self.area.min.x), self.area.min.y + 1.0);
        let rect = Rect { min, max: min + size };
        let (fill, stroke) = (Some(Ink::Raise.alpha(0.94)), Some(Ink::Line.full().line(1.0)));
        shapes.push(Shape::Rect { rect, radius: 5.0, fill, stroke });
        let mut left = min.x + 6.0;
        for (rows, wide) in rows.chunks(each).zip(columns) {
            for (at, (text, ink)) in rows.iter().enumerate() {
                let base = Point::new(left, min.y + 12.5 + at as f32 * 12.0);
                shapes.push(quiet(base, Anchor::Start, text.clone(), *ink));
            }
            left += wide;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::system_charts;
    use super::*;
    use crate::compile::Plan;
    use crate::model::Size;
    use crate::scene::sketch::{later, plan, sketch, words};
    use crate::sim::snapshot::Snapshot;

    #[test]
    fn text_lies_inside_and_never_on_text() {
        let design = sketch();
        let plan = plan(&design);
        let charts = system_charts(&plan, &later(&design, &plan), Span::from_secs(1_800));
        for (w, h) in [(346.0, 164.0), (220.0, 110.0), (640.0, 320.0), (140.0, 90.0)] {
            let rect = Rect::new(Point::new(7.0, 9.0), Size { w, h });
            for one in &charts {
                let boxes = words(&chart(one, rect, None));
                for (at, (text, place)) in boxes.iter().enumerate() {
                    assert!(rect.encloses(place), "{text:?} of {} leaves {w} by {h}", one.title);
                    let hit = boxes[at + 1..].iter().find(|other| other.1.touches(place));
                    assert!(hit.is_none(), "{text:?} on {hit:?} in {} at {w} by {h}", one.title);
                }
            }
        }
    }

    #[test]
    fn a_logarithmic_axis_gives_each_power_of_ten_the_same_room() {
        let line = |points: Vec<(f64, f64)>| Line {
            name: "p99".to_owned(),
            ink: Ink::Series(0),
            style: Style::Solid,
            axis: Axis::Left,
            part: Part::Own,
            points,
        };
        let empty = system_charts(&Plan::default(), &Snapshot::default(), Span::from_secs(60)).remove(0);
        let lines = vec![line(vec![(1.0, 2.0), (2.0, 20.0), (3.0, 200.0), (4.0, 0.0)])];
        let one = Chart { lines, scale: Scale::Logarithmic, ..empty };
        let rect = Rect::new(Point::default(), Size { w: 346.0, h: 164.0 });
        let plot = Plot::new(&one, rect, HEAD);
        let y = |value: f64| plot.y(value, Axis::Left);
        assert_eq!(plot.left.iter().map(|tick| tick.value).collect::<Vec<_>>(), [1.0, 10.0, 100.0, 1_000.0]);
        assert!(((y(2.0) - y(20.0)) - (y(20.0) - y(200.0))).abs() < 0.01);
        assert_eq!(y(0.0), plot.area.max.y, "nothing lies on the ground");
    }

    #[test]
    fn the_cursor_tells_values_with_units() {
        let design = sketch();
        let plan = plan(&design);
        let charts = system_charts(&plan, &later(&design, &plan), Span::from_secs(1_800));
        let rect = Rect::new(Point::default(), Size { w: 346.0, h: 164.0 });
        let told: Vec<String> = words(&chart(&charts[0], rect, Some(600.0))).into_iter().map(|text| text.0).collect();
        assert!(told.contains(&"00:10:00".to_owned()), "{told:?}");
        assert!(told.iter().any(|text| text.starts_with("p95 ") && text.ends_with(" ms")), "{told:?}");
    }
}
