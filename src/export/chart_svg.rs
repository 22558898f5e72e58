//! A chart for print: light, with title, units, legend and fault bands, as SVG by plotters.

use super::font::Used;
use super::{ExportError, Options, raster};
use crate::scene::chart::{Axis, Chart, Line, Style, Tick, number_ticks, time_ticks};
use crate::scene::list::{Ink, Weight};
use crate::scene::text;
use crate::theme::Theme;
use plotters::chart::DualCoordChartContext;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::*;
use plotters::style::register_font;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;
use std::sync::LazyLock;

/// Name of the bundled font.
const FONT: &str = "Loadscape Sans";

/// So that no line lies on the upper edge.
const HEADROOM: f64 = 1.03;

/// Where title and legend begin, in pixels.
const LEFT: i32 = 68;

type Sheet<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Scale, Scale>>;
type DualPlot<'a, 'b> = DualCoordChartContext<'a, SVGBackend<'b>, Cartesian2d<Scale, Scale>, Cartesian2d<Scale, Scale>>;
type Drawn = Result<(), ExportError>;

/// An axis with our own ticks, so that print and window say the same.
#[derive(Clone)]
struct Scale {
    from: f64,
    to: f64,
    ticks: Vec<Tick>,
}

impl Scale {
    /// From zero to the last tick.
    fn up(ticks: Vec<Tick>) -> Self {
        Self { from: 0.0, to: ticks.last().map_or(1.0, |tick| tick.value), ticks }
    }
}

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let part = (value - self.from) / (self.to - self.from).max(1e-9);
        limit.0 + (f64::from(limit.1 - limit.0) * part).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks.iter().map(|tick| tick.value).collect()
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Scale {
    fn format_ext(&self, value: &f64) -> String {
        let tick = self.ticks.iter().find(|tick| tick.value == *value);
        tick.map_or_else(String::new, |tick| tick.label.clone())
    }
}

static FONTS: LazyLock<bool> = LazyLock::new(|| {
    let fonts = [(FontStyle::Normal, Weight::Regular), (FontStyle::Bold, Weight::SemiBold)];
    fonts.into_iter().all(|(style, weight)| register_font(FONT, style, text::font(weight)).is_ok())
});

/// Draws a chart for print, `size` in pixels at 96 to the inch.
///
/// # Errors
/// The painter refuses, such as for a size without room for axes.
pub fn write(chart: &Chart, note: &str, size: (u32, u32)) -> Result<String, ExportError> {
    let svg = drawn(chart, note, size)?;
    // The font comes along, as in every other picture.
    let mut used = Used::default();
    let tree = usvg::roxmltree::Document::parse(&svg).map_err(painter)?;
    for text in tree.descendants().filter_map(|node| node.text()) {
        used.add(text, Weight::Regular);
        used.add(text, Weight::SemiBold);
    }
    let end = tree.root_element().first_child().map_or(0, |first| first.range().start);
    Ok(format!("{}<style>\n{}</style>\n{}", &svg[..end], used.rules(), &svg[end..]))
}

/// The same in pixels, `scale` of them for each.
///
/// # Errors
/// The painter refuses, or the picture would be too large.
pub fn png(chart: &Chart, note: &str, size: (u32, u32), scale: f32) -> Result<Vec<u8>, ExportError> {
    Options { scale, ..Options::default() }.check()?;
    let tree = usvg::Tree::from_str(&drawn(chart, note, size)?, &raster::options()).map_err(painter)?;
    let pixels = |side: u32| (side as f32 * scale).ceil() as u32;
    let pixmap = Pixmap::new(pixels(size.0), pixels(size.1));
    let mut pixmap = pixmap.ok_or_else(|| painter("no room for its pixels"))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(painter)
}

fn drawn(chart: &Chart, note: &str, size: (u32, u32)) -> Result<String, ExportError> {
    if !*FONTS {
        return Err(ExportError::Painter { reason: "the bundled font cannot be read".to_owned() });
    }
    let mut svg = String::new();
    {
        let sheet = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        sheet.fill(&color(Ink::Panel, 1.0)).map_err(painter)?;
        draw(chart, &sheet)?;
        let room = size.0.saturating_sub(LEFT as u32 + 28) as f32;
        let note = text::fit(note, 10.0, Weight::Regular, room);
        let at = (LEFT, size.1 as i32 - 18);
        sheet.draw(&Text::new(note, at, words(10, Ink::Muted))).map_err(painter)?;
        sheet.present().map_err(painter)?;
    }
    Ok(svg)
}

fn painter(error: impl std::fmt::Display) -> ExportError {
    ExportError::Painter { reason: error.to_string() }
}

fn color(ink: Ink, alpha: f64) -> RGBAColor {
    let [r, g, b] = Theme::Light.color(ink);
    RGBAColor(r, g, b, alpha)
}

fn words(size: u32, ink: Ink) -> TextStyle<'static> {
    // The painter divides sizes by 1.24.
    (FONT, f64::from(size) * 1.24).into_font().color(&color(ink, 1.0))
}

/// The scale of an axis, if anything is drawn on it.
fn scale(chart: &Chart, axis: Axis) -> Option<Scale> {
    let unit = match (axis, chart.unit.as_str()) {
        (Axis::Left, unit) => unit,
        (Axis::Right, unit) if unit.starts_with('$') => "$",
        (Axis::Right, _) => "",
    };
    chart.largest(axis).map(|largest| Scale::up(number_ticks(HEADROOM * largest, 5, unit)))
}

fn draw(chart: &Chart, sheet: &Sheet<'_>) -> Drawn {
    let left = scale(chart, Axis::Left).unwrap_or_else(|| Scale::up(number_ticks(0.0, 5, &chart.unit)));
    let right = scale(chart, Axis::Right);
    let (width, _) = sheet.dim_in_pixel();
    let ticks = time_ticks(chart.from, chart.to, (width as usize / 90).max(2));
    let times = Scale { from: chart.from, to: chart.to, ticks };
    let caption = if chart.unit.is_empty() { chart.title.clone() } else { format!("{}, {}", chart.title, chart.unit) };
    let title = (FONT, 16.0 * 1.24, FontStyle::Bold).into_font().color(&color(Ink::Text, 1.0));
    sheet.draw(&Text::new(caption, (LEFT, 16), title)).map_err(painter)?;
    legend(chart, sheet)?;
    let mut builder = ChartBuilder::on(sheet);
    builder.margin(16).margin_bottom(26).margin_top(72).margin_right(28).x_label_area_size(30).y_label_area_size(52);
    if right.is_some() {
        builder.right_y_label_area_size(52);
    }
    let tops = (left.to, right.as_ref().map_or(left.to, |right| right.to));
    let plot = builder.build_cartesian_2d(times.clone(), left.clone()).map_err(painter)?;
    // The second scale takes over the right edge, so it comes before any axis is drawn.
    let mut plot = plot.set_secondary_coord(times, right.clone().unwrap_or(left));
    axes(&mut plot)?;
    bands(chart, &mut plot, tops.0)?;
    if right.is_some() {
        let mut axis = plot.configure_secondary_axes();
        axis.axis_style(color(Ink::Edge, 1.0)).label_style(words(11, Ink::Muted)).draw().map_err(painter)?;
    }
    for line in &chart.lines {
        series(line, &mut plot, tops)?;
    }
    Ok(())
}

/// Names with a piece of their line in a row between title and plot, where they hide nothing.
fn legend(chart: &Chart, sheet: &Sheet<'_>) -> Drawn {
    let (mut x, y) = (LEFT, 50);
    for line in &chart.lines {
        let name = if line.axis == Axis::Right { format!("{} (right)", line.name) } else { line.name.clone() };
        let ink = color(line.ink, 1.0).stroke_width(2);
        let wide = text::width(&name, 11.0, Weight::Regular) as i32;
        if line.style.dashed() {
            for dash in [0, 10] {
                sheet.draw(&PathElement::new(vec![(x + dash, y), (x + dash + 6, y)], ink)).map_err(painter)?;
            }
        } else {
            sheet.draw(&PathElement::new(vec![(x, y), (x + 16, y)], ink)).map_err(painter)?;
        }
        sheet.draw(&Text::new(name, (x + 22, y - 7), words(11, Ink::Muted))).map_err(painter)?;
        x += 22 + wide + 20;
    }
    Ok(())
}

fn axes(plot: &mut Plot<'_, '_>) -> Drawn {
    let mut mesh = plot.configure_mesh();
    mesh.disable_x_mesh().bold_line_style(color(Ink::Line, 1.0)).light_line_style(color(Ink::Line, 0.0));
    mesh.axis_style(color(Ink::Edge, 1.0)).label_style(words(11, Ink::Muted)).draw().map_err(painter)
}

fn bands(chart: &Chart, plot: &mut Plot<'_, '_>, top: f64) -> Drawn {
    let wide = f64::from(plot.plotting_area().dim_in_pixel().0);
    for mark in chart.shown_marks() {
        let corners = [(mark.from.max(chart.from), 0.0), (mark.to.min(chart.to), top)];
        let band = Rectangle::new(corners, color(Ink::BadFill, 0.14).filled());
        plot.draw_series([band]).map_err(painter)?;
        // Beside the beginning of the band, further left where it would leave the plot.
        let begin = wide * (corners[0].0 - chart.from) / (chart.to - chart.from).max(1e-9);
        let room = wide - begin - f64::from(text::width(&mark.label, 11.0, Weight::Regular)) - 4.0;
        let name = Text::new(mark.label.clone(), (room.min(4.0) as i32, 4), words(11, Ink::Bad));
        plot.draw_series([EmptyElement::at((corners[0].0, top)) + name]).map_err(painter)?;
    }
    Ok(())
}

fn series(line: &Line, plot: &mut DualPlot<'_, '_>, (left, right): (f64, f64)) -> Drawn {
    let ink = color(line.ink, 1.0);
    let drawn = match (line.axis, line.style) {
        (Axis::Right, _) => plot.draw_secondary_series(LineSeries::new(path(line, right), ink.stroke_width(2))),
        (Axis::Left, Style::Area) => {
            let area = AreaSeries::new(path(line, left), 0.0, color(line.ink, 0.16));
            plot.draw_series(area.border_style(ink.stroke_width(2)))
        }
        (Axis::Left, style) if style.dashed() => {
            plot.draw_series(DashedLineSeries::new(path(line, left), 6, 4, ink.stroke_width(2)))
        }
        (Axis::Left, _) => plot.draw_series(LineSeries::new(path(line, left), ink.stroke_width(2))),
    };
    drawn.map_err(painter)?;
    Ok(())
}

/// The points of a line, with the corners of its steps, inside the plot.
fn path(line: &Line, top: f64) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::with_capacity(line.points.len() * 2);
    for &(secs, value) in &line.points {
        let value = value.clamp(0.0, top);
        if let Some(last) = points.last().copied().filter(|last| line.style.steps() && last.1 != value) {
            points.push((secs, last.1));
        }
        points.push((secs, value));
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::Plan;
    use crate::scene::chart::system_charts;
    use crate::scene::sketch::{later, plan, sketch};
    use crate::sim::snapshot::Snapshot;
    use crate::units::Span;

    #[test]
    fn charts_for_print_have_titles_units_legends_and_bands() {
        let design = sketch();
        let plan = plan(&design);
        for chart in system_charts(&plan, &later(&design, &plan), Span::from_secs(1_800)) {
            let svg = write(&chart, "shop · seed 1", (720, 400)).unwrap();
            usvg::Tree::from_str(&svg, &super::super::raster::options()).unwrap();
            assert!(svg.contains("shop · seed 1") && svg.contains("@font-face"));
            assert!(svg.contains(&chart.title) && svg.contains("zone b outage"), "{svg}");
            assert!(chart.lines.iter().all(|line| svg.contains(&line.name)), "{svg}");
        }
    }

    #[test]
    fn an_empty_chart_and_a_tiny_one_do_not_fail_badly() {
        for chart in system_charts(&Plan::default(), &Snapshot::default(), Span::from_secs(60)) {
            assert!(write(&chart, "", (300, 200)).is_ok());
            let _svg_or_reason = write(&chart, "", (40, 30));
        }
    }
}
