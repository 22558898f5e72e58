//! The display list as SVG: groups with id and title, text that stays text.
//!
//! The characters that are used come along as a font, so that the text looks the same everywhere; it carries its width as
//! well, so that it keeps its place in programs that take no fonts from a file.

use super::Options;
use super::font::Used;
use super::xml::escaped;
use crate::model::{Id, Point, Rect};
use crate::scene::list::{Anchor, Ink, Segment, Shape, Stroke, Tint, Weight};
use crate::scene::text;
use crate::theme::Theme;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Fonts in the order of preference.
const FONTS: &str = "'Loadscape Sans', Inter, 'Noto Sans KR', sans-serif";

/// What a picture is written on.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// Name of the picture.
    pub title: &'a str,
    /// The part that is shown, in drawing units.
    pub view: Rect,
    /// Theme, scale, ground.
    pub options: &'a Options,
}

/// Where the fonts of a document are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fonts {
    /// In the document.
    Embedded,
    /// Known to who reads it.
    Named,
}

/// How inks are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inks {
    /// As the colours of a theme.
    Of(Theme),
    /// As names of the inks, which a style sheet turns into colours.
    Variables,
}

/// Writes shapes as an SVG document of its own.
pub fn write(shapes: &[Shape], sheet: &Sheet<'_>) -> String {
    write_groups([shapes], sheet, Fonts::Embedded)
}

/// Likewise, from several lists.
pub fn write_groups<'a>(
    groups: impl IntoIterator<Item = &'a [Shape], IntoIter: Clone>,
    sheet: &Sheet<'_>,
    fonts: Fonts,
) -> String {
    let groups = groups.into_iter();
    let mut out = Writer::new(Inks::Of(sheet.options.theme));
    out.head(sheet);
    if fonts == Fonts::Embedded {
        let mut used = Used::default();
        groups.clone().for_each(|shapes| used.add_shapes(shapes));
        out.style(&used.rules());
    }
    out.ground(sheet);
    groups.flatten().for_each(|shape| out.shape(shape));
    out.finish()
}

/// Writes an SVG document piece by piece.
pub struct Writer {
    text: String,
    inks: Inks,
    named: BTreeSet<Id>,
}

/// Name of an ink in a style sheet.
pub fn variable(ink: Ink) -> String {
    let name = format!("{ink:?}").to_lowercase();
    format!("--{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), ""))
}

/// A number with at most two decimals.
pub struct Short(pub f32);

/// Segments as the data of a path.
pub struct Way<'a>(pub &'a [Segment]);

impl std::fmt::Display for Way<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for segment in self.0 {
            match segment {
                Segment::Move(p) => write!(f, "M{} {}", Short(p.x), Short(p.y))?,
                Segment::Line(p) => write!(f, "L{} {}", Short(p.x), Short(p.y))?,
                Segment::Curve(a, b, p) => {
                    write!(f, "C{} {} {} {} ", Short(a.x), Short(a.y), Short(b.x), Short(b.y))?;
                    write!(f, "{} {}", Short(p.x), Short(p.y))?;
                }
                Segment::Close => write!(f, "Z")?,
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Adding zero turns minus zero into zero.
        write!(f, "{}", (f64::from(self.0) * 100.0).round() / 100.0 + 0.0)
    }
}

impl Writer {
    /// An empty document.
    pub fn new(inks: Inks) -> Self {
        Self { text: String::new(), inks, named: BTreeSet::new() }
    }

    /// Ends the document.
    pub fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }

    /// Appends text as it is; it must be well-formed.
    pub fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Style rules, if there are any.
    pub fn style(&mut self, rules: &str) {
        if !rules.is_empty() {
            self.put(format_args!("<style>\n{rules}</style>\n"));
        }
    }

    /// Appends what is formatted; writing to a `String` cannot fail.
    pub fn put(&mut self, parts: std::fmt::Arguments<'_>) {
        self.text.write_fmt(parts).expect("a String takes everything");
    }

    /// The opening tag and the title.
    pub fn head(&mut self, sheet: &Sheet<'_>) {
        let Rect { min, .. } = sheet.view;
        let (w, h, scale) = (sheet.view.w(), sheet.view.h(), sheet.options.scale);
        let (width, height) = (Short(w * scale), Short(h * scale));
        self.put(format_args!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" "));
        self.put(format_args!("viewBox=\"{} {} {} {}\" ", Short(min.x), Short(min.y), Short(w), Short(h)));
        self.put(format_args!("role=\"img\" font-family=\"{FONTS}\" font-kerning=\"none\" fill=\"none\" "));
        self.put(format_args!("stroke-linecap=\"round\" stroke-linejoin=\"round\">\n"));
        self.put(format_args!("<title>{}</title>\n", escaped(sheet.title)));
    }

    /// What lies behind everything, unless it is left out.
    pub fn ground(&mut self, sheet: &Sheet<'_>) {
        if let Some(ground) = sheet.options.ground() {
            self.shape(&Shape::Rect { rect: sheet.view, radius: 0.0, fill: Some(ground.full()), stroke: None });
        }
    }

    /// One shape.
    pub fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Rect { rect, radius, fill, stroke } => self.rect(rect, *radius, (*fill, *stroke)),
            Shape::Circle { center, radius, fill, stroke } => self.circle(*center, *radius, (*fill, *stroke)),
            Shape::Path { segments, stroke } => self.path(segments, stroke),
            Shape::Polygon { points, fill } => self.polygon(points, *fill),
            Shape::Area { points, base, fill } => self.area(points, *base, *fill),
            Shape::Text { .. } => self.words(shape),
            Shape::Begin { id, title } => self.begin(id, title),
            Shape::End => self.put(format_args!("</g>\n")),
        }
    }

    /// An id stands once in a file: at the first group of its thing.
    fn begin(&mut self, id: &Id, title: &str) {
        if self.named.insert(id.clone()) {
            self.put(format_args!("<g id=\"{id}\">\n<title>{}</title>\n", escaped(title)));
        } else {
            self.text.push_str("<g>\n");
        }
    }

    fn rect(&mut self, rect: &Rect, radius: f32, paint: (Option<Tint>, Option<Stroke>)) {
        let Rect { min, .. } = rect;
        self.put(format_args!("<rect x=\"{}\" y=\"{}\" ", Short(min.x), Short(min.y)));
        self.put(format_args!("width=\"{}\" height=\"{}\"", Short(rect.w()), Short(rect.h())));
        let radius = radius.min(rect.w() / 2.0).min(rect.h() / 2.0);
        if radius > 0.0 {
            self.put(format_args!(" rx=\"{}\"", Short(radius)));
        }
        self.paint(paint);
        self.put(format_args!("/>\n"));
    }

    fn circle(&mut self, center: Point, radius: f32, paint: (Option<Tint>, Option<Stroke>)) {
        let (x, y, r) = (Short(center.x), Short(center.y), Short(radius));
        self.put(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\""));
        self.paint(paint);
        self.put(format_args!("/>\n"));
    }

    fn path(&mut self, segments: &[Segment], stroke: &Stroke) {
        if segments.is_empty() {
            return;
        }
        self.put(format_args!("<path d=\"{}\"", Way(segments)));
        self.paint((None, Some(*stroke)));
        self.put(format_args!("/>\n"));
    }

    fn polygon(&mut self, points: &[Point], fill: Tint) {
        self.put(format_args!("<polygon points=\""));
        for point in points {
            self.put(format_args!("{},{} ", Short(point.x), Short(point.y)));
        }
        self.put(format_args!("\""));
        self.paint((Some(fill), None));
        self.put(format_args!("/>\n"));
    }

    fn area(&mut self, points: &[Point], base: f32, fill: Tint) {
        if let (Some(first), Some(last)) = (points.first(), points.last()) {
            let feet = [Point::new(last.x, base), Point::new(first.x, base)];
            self.polygon(&[points, &feet].concat(), fill);
        }
    }

    fn words(&mut self, shape: &Shape) {
        let Shape::Text { at, anchor, size, weight, text, tint } = shape else { return };
        if text.is_empty() {
            return;
        }
        let (x, y) = (Short(at.x), Short(at.y));
        self.put(format_args!("<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"", Short(*size)));
        match anchor {
            Anchor::Start => {}
            Anchor::Middle => self.put(format_args!(" text-anchor=\"middle\"")),
            Anchor::End => self.put(format_args!(" text-anchor=\"end\"")),
        }
        if *weight == Weight::SemiBold {
            self.put(format_args!(" font-weight=\"600\""));
        }
        self.put(format_args!(" textLength=\"{}\"", Short(text::width(text, *size, *weight))));
        self.paint((Some(*tint), None));
        self.put(format_args!(">{}</text>\n", escaped(text)));
    }

    /// Attributes of face and edge.
    pub fn paint(&mut self, (fill, stroke): (Option<Tint>, Option<Stroke>)) {
        if let Some(fill) = fill {
            self.tint("fill", fill);
        }
        let Some(stroke) = stroke else { return };
        self.tint("stroke", stroke.tint);
        self.put(format_args!(" stroke-width=\"{}\"", Short(stroke.width)));
        if let Some((dash, gap)) = stroke.dash {
            // Round caps would close the gaps.
            self.put(format_args!(" stroke-dasharray=\"{} {}\" stroke-linecap=\"butt\"", Short(dash), Short(gap)));
        }
    }

    /// A colour as a value of an attribute.
    pub fn colour(&self, ink: Ink) -> String {
        match self.inks {
            Inks::Of(theme) => {
                let [r, g, b] = theme.color(ink);
                format!("#{r:02x}{g:02x}{b:02x}")
            }
            Inks::Variables => format!("var({})", variable(ink)),
        }
    }

    fn tint(&mut self, what: &str, tint: Tint) {
        let colour = self.colour(tint.ink);
        self.put(format_args!(" {what}=\"{colour}\""));
        if tint.alpha < 1.0 {
            self.put(format_args!(" {what}-opacity=\"{}\"", (f64::from(tint.alpha) * 1e3).round() / 1e3));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::usvg;

    #[test]
    fn odd_text_stays_well_formed() {
        let options = Options::default();
        let view = Rect::between(Point::default(), Point::new(100.0, 50.0));
        let sheet = Sheet { title: "a < b & \"c\" \u{1}", view, options: &options };
        let words = |text: &str| Shape::Text {
            at: Point::new(5.0, 20.0),
            anchor: Anchor::Start,
            size: 11.0,
            weight: Weight::Regular,
            text: text.to_owned(),
            tint: Ink::Text.full(),
        };
        let title = "<script>alert(1)</script>\n".to_owned();
        let begin = Shape::Begin { id: Id::slug("a", "a"), title };
        let svg = write(&[begin, words("]]> & <b> 웹\u{b}"), words(""), Shape::End], &sheet);
        usvg::Tree::from_str(&svg, &usvg::Options::default()).unwrap_or_else(|error| panic!("{error}: {svg}"));
        assert!(!svg.contains("<script>"));
    }

    #[test]
    fn numbers_are_short() {
        let shown = [0.0, -0.001, 1.0, 2.345_6, -12.5].map(|number| Short(number).to_string());
        assert_eq!(shown.join(" "), "0 0 1 2.35 -12.5");
    }
}
