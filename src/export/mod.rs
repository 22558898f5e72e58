//! Pictures of a drawing and of charts: one file per format, bytes out.
//!
//! Every picture is the display list of `scene`, so it shows what the window shows. Absent: writing files, dialogs, and the
//! design's own format (see `file`).

pub mod chart_svg;
pub mod cloudformation;
pub mod course;
pub mod drawio;
pub mod film;
pub mod font;
pub mod ledger;
pub mod mermaid;
pub mod pdf;
pub mod png;
pub mod raster;
pub mod report;
pub mod svg;
pub mod watch;
pub mod xml;

use crate::model::{Design, Id, Rect};
use crate::scene::{self, Picture, list::Ink, list::Shape};
use crate::theme::Theme;
use crate::words::t;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use thiserror::Error;

/// Free space around a drawing, in drawing units.
pub const MARGIN: f32 = 24.0;

/// Most pixels of a picture that is copied, as the programs that take it keep it whole: 160 MB.
const MOST_COPIED: u64 = 40_000_000;

/// What a picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Scalable, text stays text.
    Svg,
    /// Pixels.
    Png,
    /// A page of vectors.
    Pdf,
}

/// What a drawing is written as for other programs that draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// draw.io, also called diagrams.net.
    Drawio,
    /// A flowchart of Mermaid.
    Mermaid,
    /// An architecture diagram of Mermaid.
    Architecture,
}

/// A picture that is not written as anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Red, green, blue and alpha of each, row by row; colours are not multiplied by their alpha.
    pub rgba: Vec<u8>,
}

/// How a picture is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Dark or light.
    pub theme: Theme,
    /// Pixels per drawing unit of a PNG, 0.1 to 8. An SVG has no pixels; its stated size follows all the same. A PDF has
    /// its page.
    pub scale: f32,
    /// Leave the ground out.
    pub transparent: bool,
    /// The page of a PDF.
    pub page: pdf::Page,
}

/// Why there is no picture, and what to do.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ExportError {
    /// Nothing is drawn.
    Empty,
    /// Nothing that is drawn is a resource of AWS.
    NoResources,
    /// The name of the file does not say which format is wanted.
    UnknownEnding {
        /// Name of the file.
        name: String,
    },
    /// The scale is out of range.
    Scale {
        /// What was asked for.
        scale: f32,
    },
    /// The picture would not fit into memory.
    TooLarge {
        /// In pixels.
        width: u64,
        /// In pixels.
        height: u64,
        /// Most of them, in millions.
        most: u64,
        /// The largest scale that fits.
        fits: f32,
    },
    /// One page cannot hold as much.
    TooMany {
        /// How many there are.
        shapes: usize,
        /// Most of them.
        most: usize,
    },
    /// There is nothing to film.
    NoFilm,
    /// The film would be too long.
    LongFilm {
        /// How long it would be.
        secs: f64,
        /// The longest.
        most: f64,
        /// The least speed that makes it short enough.
        speed: f64,
    },
    /// The film would be too large.
    LargeFilm {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// How many.
        pictures: usize,
    },
    /// An SVG that moves would have too many parts.
    LargeMotion {
        /// Most shapes.
        most: usize,
    },
    /// Whoever asked for it no longer wants it.
    Cancelled,
    /// The painter refused; a fault of this program.
    Painter {
        /// In the painter's words.
        reason: String,
    },
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}

impl ExportError {
    /// What is wrong and what to do about it.
    fn words(&self) -> String {
        match self {
            Self::Empty => t!("the design is empty, so there is nothing to export; draw something first").to_owned(),
            Self::NoResources => {
                t!("nothing in the design has a counterpart in CloudFormation; draw a service that AWS offers first")
                    .to_owned()
            }
            Self::UnknownEnding { name } => {
                t!("\"{name}\" does not end in a known format; end it in {known}", name = name, known = endings())
            }
            Self::Scale { scale } => t!("a scale of {scale} is out of range; choose 0.1 to 8", scale = scale),
            Self::NoFilm => {
                t!("a film needs some time of a run and a speed above zero; make --for longer, or run the design first")
                    .to_owned()
            }
            Self::Cancelled => t!("it was cancelled").to_owned(),
            Self::Painter { reason } => {
                t!("the picture could not be painted: {reason}; please report this with the design", reason = reason)
            }
            other => other.too_much(),
        }
    }

    /// What there is too much of.
    fn too_much(&self) -> String {
        match *self {
            Self::TooLarge { width, height, most, fits } => t!(
                "the picture would be {width} by {height} pixels, more than the {most} megapixels that it may have; choose a scale of {fits} or less, or export an SVG",
                width = width,
                height = height,
                most = most,
                fits = format!("{fits:.2}")
            ),
            Self::TooMany { shapes, most } => t!(
                "the drawing has {shapes} shapes, more than the {most} that a PDF may have; export an SVG, or a part of it",
                shapes = shapes,
                most = most
            ),
            Self::LongFilm { secs, most, speed } => t!(
                "the film would last {secs} s, more than {most} s; choose a speed of {speed} or more, or a shorter time",
                secs = format!("{secs:.0}"),
                most = format!("{most:.0}"),
                speed = format!("{speed:.0}")
            ),
            Self::LargeFilm { width, height, pictures } => t!(
                "{pictures} pictures of {width} by {height} pixels make too large a film; choose a smaller scale, a higher speed or a shorter time",
                pictures = pictures,
                width = width,
                height = height
            ),
            Self::LargeMotion { most } => t!(
                "the film would have more than {most} shapes; film a part of the drawing, a shorter time, or make a GIF",
                most = most
            ),
            _ => String::new(),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { theme: Theme::Dark, scale: 1.0, transparent: false, page: pdf::Page::Fit }
    }
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Svg, Self::Png, Self::Pdf];

    /// Ending of its files, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }

    /// The format that the name of a file asks for. The error lists what could be asked for.
    pub fn of(path: &Path) -> Result<Self, ExportError> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let found = Self::ALL.into_iter().find(|format| format.ending().eq_ignore_ascii_case(ending));
        let name = || path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        found.ok_or_else(|| ExportError::UnknownEnding { name: name() })
    }
}

impl Exchange {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Drawio, Self::Mermaid, Self::Architecture];

    /// Ending of its files, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Drawio => "drawio",
            Self::Mermaid => "mmd",
            Self::Architecture => "architecture.mmd",
        }
    }

    /// What the name of a file asks for, if it is one of these.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_lowercase();
        // The longest ending that fits.
        let has = |format: &Self| name.ends_with(&format!(".{}", format.ending()));
        Self::ALL.into_iter().filter(has).max_by_key(|format| format.ending().len())
    }

    /// Writes a drawing.
    ///
    /// # Errors
    /// Nothing is drawn.
    pub fn write(self, design: &Design) -> Result<String, ExportError> {
        match self {
            Self::Drawio => drawio::write(design),
            Self::Mermaid => mermaid::write(design),
            Self::Architecture => mermaid::architecture::write(design),
        }
    }
}

fn endings() -> String {
    let all = Format::ALL.map(|format| format!(".{}", format.ending()));
    let [first @ .., last] = &all;
    format!("{} or {last}", first.join(", "))
}

impl Options {
    fn check(&self) -> Result<(), ExportError> {
        let Self { scale, .. } = *self;
        if (0.1..=8.0).contains(&scale) { Ok(()) } else { Err(ExportError::Scale { scale }) }
    }

    fn ground(&self) -> Option<Ink> {
        (!self.transparent).then_some(Ink::Canvas)
    }
}

/// A picture of a drawing, with its live figures if there are any.
///
/// # Errors
/// The design is empty, the scale is out of range, the picture would be too large, or it is no longer wanted.
pub fn picture(
    subject: &Picture<'_>,
    format: Format,
    options: &Options,
    watch: watch::Watch<'_>,
) -> Result<Vec<u8>, ExportError> {
    options.check()?;
    let view = seen(subject.design)?;
    let shapes = scene::drawing(subject);
    written(&shapes, &svg::Sheet { title: &subject.design.name, view, options }, format, watch)
}

/// A picture of a drawing for the clipboard.
///
/// # Errors
/// The design is empty, the scale is out of range, or the picture would be too large.
pub fn copied(subject: &Picture<'_>, options: &Options) -> Result<Pixels, ExportError> {
    options.check()?;
    let view = seen(subject.design)?;
    png::pixels(&scene::drawing(subject), &svg::Sheet { title: &subject.design.name, view, options })
}

/// A picture of a chart as it is drawn in the window, in drawing units.
///
/// # Errors
/// The scale is out of range, or the picture would be too large.
pub fn chart(
    chart: &scene::chart::Chart,
    view: Rect,
    format: Format,
    options: &Options,
) -> Result<Vec<u8>, ExportError> {
    options.check()?;
    let shapes = scene::chart::chart(chart, view, None);
    written(&shapes, &svg::Sheet { title: &chart.title, view, options }, format, watch::Watch::nobody())
}

/// All of a drawing, with a margin.
fn seen(design: &Design) -> Result<Rect, ExportError> {
    Ok(scene::bounds(design).ok_or(ExportError::Empty)?.expand(MARGIN))
}

fn written(
    shapes: &[Shape],
    sheet: &svg::Sheet<'_>,
    format: Format,
    watch: watch::Watch<'_>,
) -> Result<Vec<u8>, ExportError> {
    match format {
        Format::Svg => Ok(svg::write(shapes, sheet).into_bytes()),
        Format::Png => png::write(shapes, sheet, watch),
        Format::Pdf => pdf::write(shapes, sheet),
    }
}

/// A part of a drawing: the records that are named, the links between them, and nothing else.
pub fn part(design: &Design, ids: &BTreeSet<Id>) -> Design {
    let mut part = design.clone();
    part.nodes.retain(|id, _| ids.contains(id));
    part.places.retain(|id, _| ids.contains(id));
    part.notes.retain(|id, _| ids.contains(id));
    let nodes = &part.nodes;
    part.links.retain(|_, link| nodes.contains_key(&link.from) && nodes.contains_key(&link.to));
    part
}

#[cfg(test)]
mod tests {
    use super::watch::Watch;
    use super::*;
    use crate::model::Point;
    use crate::scene::sketch::{plan, sketch, snapshot};
    use crate::units::Span;

    fn svg_of(theme: Theme) -> String {
        let design = sketch();
        let plan = plan(&design);
        let snapshot = snapshot(&design, &plan);
        let options = Options { theme, ..Options::default() };
        let subject = Picture { plan: Some(&plan), snapshot: Some(&snapshot), ..Picture::of(&design) };
        String::from_utf8(picture(&subject, Format::Svg, &options, Watch::nobody()).unwrap()).unwrap()
    }

    #[test]
    fn endings_choose_the_format() {
        assert_eq!(Format::of(Path::new("a/b/shop.SVG")), Ok(Format::Svg));
        assert_eq!(Format::of(Path::new("shop.png")), Ok(Format::Png));
        let error = Format::of(Path::new("folder/shop.bmp")).unwrap_err().to_string();
        assert_eq!(error, "\"shop.bmp\" does not end in a known format; end it in .svg, .png or .pdf");
    }

    #[test]
    fn an_empty_design_and_odd_scales_are_refused_with_a_remedy() {
        let options = Options::default();
        assert_eq!(
            picture(&Picture::of(&Design::default()), Format::Svg, &options, Watch::nobody()),
            Err(ExportError::Empty)
        );
        for scale in [0.0, -1.0, 8.5, f32::NAN, f32::INFINITY] {
            let odd = Options { scale, ..options };
            let error = picture(&Picture::of(&sketch()), Format::Png, &odd, Watch::nobody()).unwrap_err();
            assert!(error.to_string().contains("0.1 to 8"), "{error}");
        }
    }

    #[test]
    fn dark_and_light_differ_and_both_have_every_record_with_its_state() {
        let (dark, light) = (svg_of(Theme::Dark), svg_of(Theme::Light));
        assert_ne!(dark, light);
        let design = sketch();
        for id in design.nodes.keys().chain(design.places.keys()).chain(design.notes.keys()).chain(design.links.keys())
        {
            assert_eq!(dark.matches(&format!("<g id=\"{id}\">")).count(), 1, "{id}");
        }
        assert!(
            dark.contains("<title>Web, Auto Scaling group, m5.large, 4 of 6, CPU 82 %, p95 178 ms</title>"),
            "{dark}"
        );
    }

    #[test]
    fn a_chart_is_exported_as_it_is_seen() {
        let design = sketch();
        let plan = plan(&design);
        let charts = scene::chart::system_charts(&plan, &snapshot(&design, &plan), Span::from_secs(1_800));
        let view = Rect::between(Point::default(), Point::new(346.0, 164.0));
        let svg = chart(&charts[0], view, Format::Svg, &Options::default()).unwrap();
        assert!(String::from_utf8(svg).unwrap().contains("Latency, ms"));
    }
}
