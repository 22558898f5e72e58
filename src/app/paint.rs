//! The display list as egui shapes, through a camera.
//!
//! Promises: what lies outside the clip rectangle costs nothing; text too small to read is left out. Absent: layout and
//! colours (the list and the theme decide both).

#[cfg(test)]
mod pixels;

use super::camera::Camera;
use super::style;
use crate::model::{Point, Rect};
use crate::scene::list::{Anchor, Segment, Shape, Stroke, Tint, Weight};
use crate::theme::Theme;
use egui::epaint::{CircleShape, Mesh, PathShape, PathStroke, RectShape, TextShape};
use egui::{Color32, CornerRadius, FontId, Painter, Pos2, StrokeKind, pos2};

/// Text smaller than this, in points, is not drawn.
const LEGIBLE: f32 = 3.5;

/// Most dashes of one line; a longer line is drawn solid and fainter.
const MOST_DASHES: f32 = 1_500.0;

/// Paints display lists.
pub struct Brush<'a> {
    painter: &'a Painter,
    camera: Camera,
    /// Top left corner of the canvas on the screen.
    corner: Pos2,
    theme: Theme,
    seen: Rect,
}

/// What a list becomes.
type Shapes = Vec<egui::Shape>;

impl<'a> Brush<'a> {
    /// A brush that paints where `painter` may, with the drawing's `camera.origin` at `corner`.
    pub fn new(painter: &'a Painter, camera: Camera, corner: Pos2, theme: Theme) -> Self {
        let clip = painter.clip_rect();
        let canvas = |p: Pos2| camera.to_world(Point::new(p.x - corner.x, p.y - corner.y));
        let seen = Rect::between(canvas(clip.min), canvas(clip.max)).expand(8.0);
        Self { painter, camera, corner, theme, seen }
    }

    /// A brush for a list whose units are points, with its zero at `corner`.
    pub fn flat(painter: &'a Painter, corner: Pos2, theme: Theme) -> Self {
        Self::new(painter, Camera { origin: Point::default(), zoom: 1.0 }, corner, theme)
    }

    /// A brush that leaves nothing out, with the drawing's origin at the screen's: for shapes that are kept and moved.
    pub fn everywhere(painter: &'a Painter, zoom: f32, theme: Theme) -> Self {
        let far = Point::new(f32::INFINITY, f32::INFINITY);
        let seen = Rect { min: Point::default() - far, max: far };
        Self { painter, camera: Camera { origin: Point::default(), zoom }, corner: Pos2::ZERO, theme, seen }
    }

    /// Where a point of the drawing is on the screen.
    pub fn at(&self, point: Point) -> Pos2 {
        let on_canvas = self.camera.to_canvas(point);
        pos2(self.corner.x + on_canvas.x, self.corner.y + on_canvas.y)
    }

    /// Where a rectangle of the drawing is on the screen.
    pub fn rect(&self, rect: Rect) -> egui::Rect {
        egui::Rect::from_two_pos(self.at(rect.min), self.at(rect.max))
    }

    /// Paints all of a list.
    pub fn list(&self, shapes: &[Shape]) {
        self.painter.extend(self.shapes(shapes));
    }

    /// What a list becomes on the screen.
    pub fn shapes(&self, shapes: &[Shape]) -> Shapes {
        let mut out = Vec::with_capacity(shapes.len());
        for shape in shapes {
            self.shape(shape, &mut out);
        }
        out
    }

    fn shape(&self, shape: &Shape, out: &mut Shapes) {
        match shape {
            Shape::Rect { rect, radius, fill, stroke } => self.box_(*rect, *radius, (*fill, *stroke), out),
            Shape::Circle { center, radius, fill, stroke } => self.circle((*center, *radius), *fill, *stroke, out),
            Shape::Path { segments, stroke } => self.path(segments, *stroke, out),
            Shape::Polygon { points, fill } => self.polygon(points, *fill, out),
            Shape::Area { points, base, fill } => self.area(points, *base, *fill, out),
            Shape::Text { .. } => self.text(shape, out),
            Shape::Begin { .. } | Shape::End => {}
        }
    }

    fn color(&self, tint: Tint) -> Color32 {
        style::tinted(self.theme, tint)
    }

    fn stroke(&self, stroke: Option<Stroke>) -> egui::Stroke {
        stroke.map_or(egui::Stroke::NONE, |line| {
            egui::Stroke::new((line.width * self.camera.zoom).max(0.6), self.color(line.tint))
        })
    }

    fn box_(&self, rect: Rect, radius: f32, (fill, stroke): (Option<Tint>, Option<Stroke>), out: &mut Shapes) {
        if !self.seen.touches(&rect) {
            return;
        }
        let on_screen = self.rect(rect);
        let corner = CornerRadius::same((radius * self.camera.zoom).round().clamp(0.0, 255.0) as u8);
        let face = fill.map_or(Color32::TRANSPARENT, |tint| self.color(tint));
        if let Some(line @ Stroke { dash: Some(dash), .. }) = stroke {
            out.push(egui::Shape::rect_filled(on_screen, corner, face));
            let (x, y) = (rect.max.x, rect.max.y);
            let r = radius.min(rect.w() / 2.0).min(rect.h() / 2.0);
            self.dashed(&rounded(rect.min, Point::new(x, y), r), (line, dash), out);
        } else {
            let edge = self.stroke(stroke);
            out.push(RectShape::new(on_screen, corner, face, edge, StrokeKind::Middle).into());
        }
    }

    fn circle(&self, (center, radius): (Point, f32), fill: Option<Tint>, stroke: Option<Stroke>, out: &mut Shapes) {
        let around = Rect { min: center, max: center }.expand(radius);
        if self.seen.touches(&around) {
            let fill = fill.map_or(Color32::TRANSPARENT, |tint| self.color(tint));
            let (center, radius) = (self.at(center), radius * self.camera.zoom);
            out.push(CircleShape { center, radius, fill, stroke: self.stroke(stroke) }.into());
        }
    }

    fn path(&self, segments: &[Segment], stroke: Stroke, out: &mut Shapes) {
        if !self.seen.touches(&bounds(segments).expand(stroke.width)) {
            return;
        }
        match stroke.dash {
            Some(dash) => self.dashed(segments, (stroke, dash), out),
            None => {
                let line = self.stroke(Some(stroke));
                for (points, closed) in flatten(segments, self.camera.zoom) {
                    let points = points.into_iter().map(|p| self.at(p)).collect();
                    out.push(polyline((points, closed), line));
                }
            }
        }
    }

    fn dashed(&self, segments: &[Segment], (stroke, (dash, gap)): (Stroke, (f32, f32)), out: &mut Shapes) {
        let line = self.stroke(Some(stroke));
        let zoom = self.camera.zoom;
        for (points, closed) in flatten(segments, zoom) {
            let mut points: Vec<Pos2> = points.into_iter().map(|p| self.at(p)).collect();
            if closed && let Some(first) = points.first().copied() {
                points.push(first);
            }
            // Far out, dashes would be many and too short to be seen: a fainter line says the same.
            let long: f32 = points.windows(2).map(|ends| ends[0].distance(ends[1])).sum();
            if dash * zoom < 1.5 || long > MOST_DASHES * (dash + gap) * zoom {
                let faint = egui::Stroke::new(line.width, line.color.gamma_multiply(0.6));
                out.push(egui::Shape::line(points, faint));
            } else {
                out.extend(egui::Shape::dashed_line(&points, line, dash * zoom, gap * zoom));
            }
        }
    }

    fn polygon(&self, points: &[Point], fill: Tint, out: &mut Shapes) {
        let points = points.iter().map(|p| self.at(*p)).collect();
        let fill = self.color(fill);
        out.push(PathShape { points, closed: true, fill, stroke: PathStroke::NONE }.into());
    }

    /// A mesh of quads, since the outline need not be convex.
    fn area(&self, points: &[Point], base: f32, fill: Tint, out: &mut Shapes) {
        let mut mesh = Mesh::default();
        let color = self.color(fill);
        for (n, point) in points.iter().enumerate() {
            mesh.colored_vertex(self.at(*point), color);
            mesh.colored_vertex(self.at(Point::new(point.x, base)), color);
            if n > 0 {
                let at = 2 * n as u32;
                mesh.add_triangle(at - 2, at - 1, at);
                mesh.add_triangle(at - 1, at + 1, at);
            }
        }
        out.push(mesh.into());
    }

    fn text(&self, shape: &Shape, out: &mut Shapes) {
        let Shape::Text { at, anchor, size, weight, text, tint } = shape else { return };
        let points = size * self.camera.zoom;
        let far = at.y < self.seen.min.y - size || at.y > self.seen.max.y + size;
        if points < LEGIBLE || far || text.is_empty() {
            return;
        }
        // Quarter points are as fine as the eye sees, and bound the number of glyph sizes while zooming.
        let font = FontId::new((points * 4.0).round() / 4.0, family(*weight));
        let color = self.color(*tint);
        let galley = self.painter.layout_no_wrap(text.clone(), font, color);
        let row = galley.rows.first();
        let baseline = row.and_then(|row| Some(row.pos.y + row.row.glyphs.first()?.pos.y)).unwrap_or(galley.size().y);
        let left = match anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => galley.size().x / 2.0,
            Anchor::End => galley.size().x,
        };
        let place = self.at(*at);
        out.push(TextShape::new(pos2(place.x - left, place.y - baseline), galley, color).into());
    }
}

/// The font family of a weight.
fn family(weight: Weight) -> egui::FontFamily {
    match weight {
        Weight::Regular => egui::FontFamily::Proportional,
        Weight::SemiBold => style::semibold(),
    }
}

/// Strokes segments that are in screen points already.
pub fn stroke_segments(painter: &Painter, segments: &[Segment], stroke: egui::Stroke) {
    for (points, closed) in flatten(segments, 1.0) {
        let points = points.into_iter().map(|p| pos2(p.x, p.y)).collect();
        painter.add(polyline((points, closed), stroke));
    }
}

fn polyline((points, closed): (Vec<Pos2>, bool), stroke: egui::Stroke) -> egui::Shape {
    if closed { egui::Shape::closed_line(points, stroke) } else { egui::Shape::line(points, stroke) }
}

/// The outline of a rectangle with round corners.
fn rounded(min: Point, max: Point, r: f32) -> Vec<Segment> {
    // How far the control points of a quarter circle stand from its ends.
    let k = r * 0.447_715;
    let p = Point::new;
    vec![
        Segment::Move(p(min.x + r, min.y)),
        Segment::Line(p(max.x - r, min.y)),
        Segment::Curve(p(max.x - k, min.y), p(max.x, min.y + k), p(max.x, min.y + r)),
        Segment::Line(p(max.x, max.y - r)),
        Segment::Curve(p(max.x, max.y - k), p(max.x - k, max.y), p(max.x - r, max.y)),
        Segment::Line(p(min.x + r, max.y)),
        Segment::Curve(p(min.x + k, max.y), p(min.x, max.y - k), p(min.x, max.y - r)),
        Segment::Line(p(min.x, min.y + r)),
        Segment::Curve(p(min.x, min.y + k), p(min.x + k, min.y), p(min.x + r, min.y)),
        Segment::Close,
    ]
}

fn bounds(segments: &[Segment]) -> Rect {
    let mut found: Option<Rect> = None;
    let mut add = |point: Point| {
        let here = Rect { min: point, max: point };
        found = Some(found.map_or(here, |rect| rect.union(here)));
    };
    for segment in segments {
        match *segment {
            Segment::Move(p) | Segment::Line(p) => add(p),
            Segment::Curve(a, b, p) => [a, b, p].into_iter().for_each(&mut add),
            Segment::Close => {}
        }
    }
    found.unwrap_or_default()
}

/// The lines of a path with its curves as short straight pieces, and whether each line is closed.
fn flatten(segments: &[Segment], zoom: f32) -> Vec<(Vec<Point>, bool)> {
    let mut lines: Vec<(Vec<Point>, bool)> = Vec::new();
    for segment in segments {
        match *segment {
            Segment::Move(point) => lines.push((vec![point], false)),
            Segment::Line(point) => extend(&mut lines, [point]),
            Segment::Curve(a, b, end) => {
                let Some(start) = lines.last().and_then(|(points, _)| points.last().copied()) else { continue };
                extend(&mut lines, curve([start, a, b, end], zoom));
            }
            Segment::Close => {
                if let Some((_, closed)) = lines.last_mut() {
                    *closed = true;
                }
            }
        }
    }
    lines.retain(|(points, _)| points.len() > 1);
    lines
}

fn extend(lines: &mut [(Vec<Point>, bool)], more: impl IntoIterator<Item = Point>) {
    if let Some((points, _)) = lines.last_mut() {
        points.extend(more);
    }
}

/// A cubic curve as points, without its start.
fn curve([a, b, c, d]: [Point; 4], zoom: f32) -> impl Iterator<Item = Point> {
    let length = a.distance(b) + b.distance(c) + c.distance(d);
    let pieces = ((length * zoom).sqrt() * 1.2).clamp(4.0, 64.0) as usize;
    (1..=pieces).map(move |n| {
        let t = n as f32 / pieces as f32;
        let (ab, bc, cd) = (a.lerp(b, t), b.lerp(c, t), c.lerp(d, t));
        ab.lerp(bc, t).lerp(bc.lerp(cd, t), t)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_end_where_they_should_and_closing_is_kept() {
        let p = Point::new;
        let path =
            [Segment::Move(p(0.0, 0.0)), Segment::Curve(p(0.0, 50.0), p(100.0, 50.0), p(100.0, 0.0)), Segment::Close];
        let lines = flatten(&path, 1.0);
        assert_eq!(lines.len(), 1);
        let (points, closed) = &lines[0];
        assert!(*closed && points.len() > 8);
        assert!(points.last().is_some_and(|end| end.distance(p(100.0, 0.0)) < 0.01));
        assert!(points.iter().all(|point| point.y <= 37.6), "a cubic stays below three quarters of its control points");
    }

    #[test]
    fn a_path_without_a_beginning_draws_nothing() {
        assert!(flatten(&[Segment::Line(Point::default()), Segment::Close], 1.0).is_empty());
    }
}
