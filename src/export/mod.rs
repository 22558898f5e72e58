//! Pictures of a drawing and of charts: one file per format, bytes out.
//!
//! Every picture is the display list of `scene`, so it shows what the window shows. Absent: writing files, dialogs, and the
//! design's own format (see `file`).

pub mod chart_svg;
pub mod cloudformation;
pub mod png;
pub mod svg;

use crate::compile::Plan;
use crate::model::{Design, Rect};
use crate::scene::{self, Picture, list::Ink};
use crate::sim::snapshot::Snapshot;
use crate::theme::Theme;
use std::path::Path;
use thiserror::Error;

/// Free space around a drawing, in drawing units.
pub const MARGIN: f32 = 24.0;

/// What a picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Scalable, text stays text.
    Svg,
    /// Pixels.
    Png,
}

/// How a picture is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Dark or light.
    pub theme: Theme,
    /// Pixels per drawing unit of a PNG, 0.1 to 8. An SVG has no pixels; its stated size follows all the same.
    pub scale: f32,
    /// Leave the ground out.
    pub transparent: bool,
}

/// Why there is no picture, and what to do.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ExportError {
    /// Nothing is drawn.
    #[error("the design is empty, so there is nothing to export; draw something first")]
    Empty,
    /// Nothing that is drawn is a resource of AWS.
    #[error("nothing in the design has a counterpart in CloudFormation; draw a service that AWS offers first")]
    NoResources,
    /// The name of the file does not say which format is wanted.
    #[error("\"{name}\" does not end in a known format; end it in {}", endings())]
    UnknownEnding {
        /// Name of the file.
        name: String,
    },
    /// The scale is out of range.
    #[error("a scale of {scale} is out of range; choose 0.1 to 8")]
    Scale {
        /// What was asked for.
        scale: f32,
    },
    /// The picture would not fit into memory.
    #[error(
        "the picture would be {width} by {height} pixels, more than the 100 megapixels that a PNG may have; \
         choose a scale of {fits:.2} or less, or export an SVG"
    )]
    TooLarge {
        /// In pixels.
        width: u64,
        /// In pixels.
        height: u64,
        /// The largest scale that fits.
        fits: f32,
    },
    /// The painter refused; a fault of this program.
    #[error("the picture could not be painted: {reason}; please report this with the design")]
    Painter {
        /// In the painter's words.
        reason: String,
    },
}

impl Default for Options {
    fn default() -> Self {
        Self { theme: Theme::Dark, scale: 1.0, transparent: false }
    }
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Svg, Self::Png];

    /// Ending of its files, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
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

fn endings() -> String {
    Format::ALL.map(|format| format!(".{}", format.ending())).join(" or ")
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
/// The design is empty, the scale is out of range, or the picture would be too large.
pub fn picture(
    design: &Design,
    plan: Option<&Plan>,
    snapshot: Option<&Snapshot>,
    format: Format,
    options: &Options,
) -> Result<Vec<u8>, ExportError> {
    options.check()?;
    let view = scene::bounds(design).ok_or(ExportError::Empty)?.expand(MARGIN);
    let shapes = scene::drawing(&Picture { plan, snapshot, ..Picture::of(design) });
    let sheet = svg::Sheet { title: &design.name, view, options };
    match format {
        Format::Svg => Ok(svg::write(&shapes, &sheet).into_bytes()),
        Format::Png => png::write(&shapes, &sheet),
    }
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
    let sheet = svg::Sheet { title: &chart.title, view, options };
    match format {
        Format::Svg => Ok(svg::write(&shapes, &sheet).into_bytes()),
        Format::Png => png::write(&shapes, &sheet),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Point;
    use crate::scene::sketch::{plan, sketch, snapshot};
    use crate::units::Span;

    fn svg_of(theme: Theme) -> String {
        let design = sketch();
        let plan = plan(&design);
        let snapshot = snapshot(&design, &plan);
        let options = Options { theme, ..Options::default() };
        String::from_utf8(picture(&design, Some(&plan), Some(&snapshot), Format::Svg, &options).unwrap()).unwrap()
    }

    #[test]
    fn endings_choose_the_format() {
        assert_eq!(Format::of(Path::new("a/b/shop.SVG")), Ok(Format::Svg));
        assert_eq!(Format::of(Path::new("shop.png")), Ok(Format::Png));
        let error = Format::of(Path::new("folder/shop.pdf")).unwrap_err().to_string();
        assert_eq!(error, "\"shop.pdf\" does not end in a known format; end it in .svg or .png");
    }

    #[test]
    fn an_empty_design_and_odd_scales_are_refused_with_a_remedy() {
        let options = Options::default();
        assert_eq!(picture(&Design::default(), None, None, Format::Svg, &options), Err(ExportError::Empty));
        for scale in [0.0, -1.0, 8.5, f32::NAN, f32::INFINITY] {
            let error = picture(&sketch(), None, None, Format::Png, &Options { scale, ..options }).unwrap_err();
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
