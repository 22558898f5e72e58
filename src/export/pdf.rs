//! The display list as PDF: one page of vectors and of text that can be selected, with the fonts in it.

use super::svg::{self, Fonts, Sheet};
use super::{ExportError, Options, raster};
use crate::model::{Point, Rect, Size};
use crate::scene::list::Shape;
use resvg::usvg;
use svg2pdf::{ConversionOptions, PageOptions};

/// Points of a page for a drawing unit: 96 units and 72 points are an inch.
const POINTS: f32 = 0.75;

/// Longest side of a page in points, by the PDF standard (ISO 32000, annex C).
const LONGEST: f32 = 14_400.0;

/// Free edge of a sheet of paper: 10 mm, which every printer leaves.
const EDGE: f32 = 28.35;

/// Most a small drawing is enlarged on a sheet.
const LARGEST: f32 = 1.5 * POINTS;

/// Most shapes: more have no place in the memory that one page takes to put together.
const MOST: usize = 400_000;

/// The size of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// As large as the drawing.
    #[default]
    Fit,
    /// 210 by 297 mm, whichever way round fits better.
    A4,
    /// 297 by 420 mm.
    A3,
    /// 8.5 by 11 inches.
    Letter,
}

impl Page {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Fit, Self::A4, Self::A3, Self::Letter];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fit => "as large as the drawing",
            Self::A4 => "A4",
            Self::A3 => "A3",
            Self::Letter => "Letter",
        }
    }

    /// Upright, in points.
    fn paper(self) -> Option<Size> {
        let (w, h) = match self {
            Self::Fit => return None,
            Self::A4 => (595.28, 841.89),
            Self::A3 => (841.89, 1190.55),
            Self::Letter => (612.0, 792.0),
        };
        Some(Size { w, h })
    }
}

/// Writes shapes as a PDF.
///
/// # Errors
/// There are too many, or the painter refuses.
pub fn write(shapes: &[Shape], sheet: &Sheet<'_>) -> Result<Vec<u8>, ExportError> {
    if shapes.len() > MOST {
        return Err(ExportError::TooMany { shapes: shapes.len(), most: MOST });
    }
    let painter = |reason: String| ExportError::Painter { reason };
    let (view, scale) = laid_out(sheet.view, sheet.options.page);
    let options = Options { scale, ..*sheet.options };
    let svg = svg::write_groups([shapes], &Sheet { view, options: &options, ..*sheet }, Fonts::Named);
    let tree = usvg::Tree::from_str(&svg, &raster::options()).map_err(|error| painter(error.to_string()))?;
    svg2pdf::to_pdf(&tree, ConversionOptions::default(), PageOptions { dpi: 72.0 })
        .map_err(|error| painter(error.to_string()))
}

/// What is shown on the page, the drawing in its middle, and how many points a drawing unit takes.
fn laid_out(view: Rect, page: Page) -> (Rect, f32) {
    let Some(Size { w, h }) = page.paper() else {
        return (view, POINTS.min(LONGEST / view.w().max(view.h())));
    };
    let (w, h) = if view.w() > view.h() { (h, w) } else { (w, h) };
    let fits = ((w - 2.0 * EDGE) / view.w()).min((h - 2.0 * EDGE) / view.h());
    let scale = fits.min(LARGEST);
    let half = Point::new(w / scale / 2.0, h / scale / 2.0);
    (Rect { min: view.center() - half, max: view.center() + half }, scale)
}

#[cfg(test)]
mod tests {
    use super::super::{Format, picture};
    use super::*;
    use crate::export::watch::Watch;
    use crate::scene::Picture;
    use crate::scene::sketch::sketch;

    #[test]
    fn a_sheet_holds_the_drawing_with_an_edge_around_it() {
        let view = Rect::between(Point::new(-50.0, 10.0), Point::new(1_500.0, 700.0));
        for page in [Page::A4, Page::A3, Page::Letter] {
            let (shown, scale) = laid_out(view, page);
            let paper = page.paper().unwrap();
            assert!((shown.w() * scale - paper.h).abs() < 0.1 && (shown.h() * scale - paper.w).abs() < 0.1, "{page:?}");
            assert!(shown.expand(-EDGE / scale + 0.1).encloses(&view), "{page:?}");
        }
        let (shown, scale) = laid_out(Rect::between(Point::default(), Point::new(1e6, 10.0)), Page::Fit);
        assert!(shown.w() * scale <= LONGEST + 1.0);
        let small = laid_out(Rect::between(Point::default(), Point::new(20.0, 10.0)), Page::A4);
        assert_eq!(small.1, LARGEST);
    }

    #[test]
    fn text_stays_text_in_its_own_fonts() {
        let mut design = sketch();
        for node in design.nodes.values_mut() {
            node.label = "웹 서버".to_owned();
        }
        let options = Options { page: Page::A4, ..Options::default() };
        let pdf = picture(&Picture::of(&design), Format::Pdf, &options, Watch::nobody()).unwrap();
        let text = String::from_utf8_lossy(&pdf);
        assert!(text.starts_with("%PDF-") && text.trim_end().ends_with("%%EOF"));
        for part in ["/MediaBox [0 0 841.", "/ToUnicode", "/FontFile2", "LoadscapeSans"] {
            assert!(text.contains(part), "{part} is missing");
        }
    }
}
