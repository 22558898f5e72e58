//! Shapes as pixels: painted from the SVG with the bundled fonts and no others, in pieces of bounded size.

use super::svg::{self, Fonts, Sheet};
use super::{ExportError, Options};
use crate::model::{Point, Rect};
use crate::scene::list::{Anchor, Segment, Shape, Weight};
use crate::scene::text;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb};
use std::sync::{Arc, LazyLock};

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for weight in [Weight::Regular, Weight::SemiBold] {
        fonts.load_font_data(text::font(weight).to_vec());
    }
    fonts.set_sans_serif_family(super::font::FAMILY);
    Arc::new(fonts)
});

/// How SVG text is read for painting: with the bundled fonts, so that a picture is the same on every machine.
pub fn options() -> usvg::Options<'static> {
    usvg::Options { fontdb: FONTS.clone(), font_family: super::font::FAMILY.to_owned(), ..usvg::Options::default() }
}

/// Shapes that belong together, and what they cover.
struct Group<'a> {
    shapes: &'a [Shape],
    covers: Rect,
}

/// A picture that can be painted piece by piece.
pub struct Raster<'a> {
    groups: Vec<Group<'a>>,
    sheet: &'a Sheet<'a>,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// A rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
}

/// Size of a picture in pixels, at least one each way.
pub fn size(view: Rect, options: &Options) -> (u64, u64) {
    let pixels = |units: f32| (f64::from(units) * f64::from(options.scale)).ceil().max(1.0) as u64;
    (pixels(view.w()), pixels(view.h()))
}

impl<'a> Raster<'a> {
    /// Prepares to paint.
    ///
    /// # Errors
    /// The picture has more pixels than `most`.
    pub fn new(shapes: &'a [Shape], sheet: &'a Sheet<'a>, most: u64) -> Result<Self, ExportError> {
        let (width, height) = size(sheet.view, sheet.options);
        let side = u64::from(u32::MAX >> 1);
        if width.saturating_mul(height) > most || width > side || height > side {
            let area = f64::from(sheet.view.w()) * f64::from(sheet.view.h());
            // Rounded down, so that what the message advises is accepted.
            let fits = ((most as f64 / area).sqrt() * 99.0).floor() as f32 / 100.0;
            return Err(ExportError::TooLarge { width, height, most: most / 1_000_000, fits });
        }
        Ok(Self { groups: groups(shapes), sheet, size: (width as u32, height as u32) })
    }

    /// All of it.
    pub fn whole(&self) -> Piece {
        Piece { x: 0, y: 0, w: self.size.0, h: self.size.1 }
    }

    /// Paints a piece.
    ///
    /// # Errors
    /// The painter refuses.
    pub fn paint(&self, piece: Piece) -> Result<Pixmap, ExportError> {
        let painter = |reason: String| ExportError::Painter { reason };
        let seen = self.seen(piece);
        let touched = self.groups.iter().filter(|group| group.covers.touches(&seen));
        let svg = svg::write_groups(touched.map(|group| group.shapes), self.sheet, Fonts::Named);
        let tree = usvg::Tree::from_str(&svg, &options()).map_err(|error| painter(error.to_string()))?;
        let mut pixmap = Pixmap::new(piece.w, piece.h).ok_or_else(|| painter("no room for its pixels".to_owned()))?;
        // The SVG states its size with the scale in it.
        let shift = Transform::from_translate(-(piece.x as f32), -(piece.y as f32));
        resvg::render(&tree, shift, &mut pixmap.as_mut());
        Ok(pixmap)
    }

    /// A piece in drawing units, with a little around it.
    fn seen(&self, piece: Piece) -> Rect {
        let at = |x: u32, y: u32| {
            let unit = |pixels: u32| (f64::from(pixels) / f64::from(self.sheet.options.scale)) as f32;
            self.sheet.view.min + Point::new(unit(x), unit(y))
        };
        Rect::between(at(piece.x, piece.y), at(piece.x + piece.w, piece.y + piece.h)).expand(4.0)
    }
}

/// The groups of a display list; a shape outside of any is one of its own.
fn groups(shapes: &[Shape]) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    let (mut from, mut depth) = (0, 0u32);
    for (at, shape) in shapes.iter().enumerate() {
        match shape {
            Shape::Begin { .. } => depth += 1,
            Shape::End => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            let shapes = &shapes[from..=at];
            from = at + 1;
            if let Some(covers) = shapes.iter().filter_map(covers).reduce(Rect::union) {
                groups.push(Group { shapes, covers });
            }
        }
    }
    groups
}

/// What a shape covers, generously.
fn covers(shape: &Shape) -> Option<Rect> {
    match shape {
        Shape::Rect { rect, stroke, .. } => Some(rect.expand(stroke.map_or(0.0, |stroke| stroke.width))),
        Shape::Circle { center, radius, stroke, .. } => {
            Some(Rect { min: *center, max: *center }.expand(radius + stroke.map_or(0.0, |stroke| stroke.width)))
        }
        Shape::Path { segments, stroke } => {
            let points = segments.iter().flat_map(|segment| match segment {
                Segment::Move(p) | Segment::Line(p) => vec![*p],
                Segment::Curve(a, b, p) => vec![*a, *b, *p],
                Segment::Close => Vec::new(),
            });
            around(points).map(|rect| rect.expand(stroke.width))
        }
        Shape::Polygon { points, .. } => around(points.iter().copied()),
        Shape::Area { points, base, .. } => {
            around(points.iter().flat_map(|point| [*point, Point::new(point.x, *base)]))
        }
        Shape::Text { at, anchor, size, weight, text, .. } => {
            let wide = text::width(text, *size, *weight);
            let left = match anchor {
                Anchor::Start => at.x,
                Anchor::Middle => at.x - wide / 2.0,
                Anchor::End => at.x - wide,
            };
            let (min, max) = (Point::new(left, at.y - size), Point::new(left + wide, at.y + size * 0.5));
            // Glyphs of other scripts reach further than ours.
            Some(Rect { min, max }.expand(*size))
        }
        Shape::Begin { .. } | Shape::End => None,
    }
}

fn around(points: impl IntoIterator<Item = Point>) -> Option<Rect> {
    points.into_iter().map(|point| Rect { min: point, max: point }).reduce(Rect::union)
}
