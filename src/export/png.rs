//! The display list as PNG: painted from the SVG, with the bundled fonts and no others.

use super::ExportError;
use super::svg::{self, Sheet};
use crate::scene::list::{Shape, Weight};
use crate::scene::text;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb};
use std::sync::{Arc, LazyLock};

/// Most pixels of a picture: four bytes each are 400 MB.
const MOST_PIXELS: f64 = 100e6;

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for weight in [Weight::Regular, Weight::SemiBold] {
        fonts.load_font_data(text::font(weight).to_vec());
    }
    fonts.set_sans_serif_family("Loadscape Sans");
    Arc::new(fonts)
});

/// How SVG text is read for painting: with the bundled fonts, so that a picture is the same on every machine.
pub fn options() -> usvg::Options<'static> {
    usvg::Options { fontdb: FONTS.clone(), font_family: "Loadscape Sans".to_owned(), ..usvg::Options::default() }
}

/// Paints shapes.
///
/// # Errors
/// The picture would be too large.
pub fn write(shapes: &[Shape], sheet: &Sheet<'_>) -> Result<Vec<u8>, ExportError> {
    let scale = f64::from(sheet.options.scale);
    let (w, h) = (f64::from(sheet.view.w()), f64::from(sheet.view.h()));
    let (width, height) = ((w * scale).ceil().max(1.0), (h * scale).ceil().max(1.0));
    if width * height > MOST_PIXELS {
        // Rounded down, so that what the message advises is accepted.
        let fits = ((MOST_PIXELS / (w * h)).sqrt() * 99.0).floor() as f32 / 100.0;
        return Err(ExportError::TooLarge { width: width as u64, height: height as u64, fits });
    }
    paint(&svg::write(shapes, sheet), (width as u32, height as u32))
}

fn paint(svg: &str, (width, height): (u32, u32)) -> Result<Vec<u8>, ExportError> {
    let painter = |reason: String| ExportError::Painter { reason };
    let tree = usvg::Tree::from_str(svg, &options()).map_err(|error| painter(error.to_string()))?;
    let mut pixmap = Pixmap::new(width, height).ok_or_else(|| painter("no room for its pixels".to_owned()))?;
    // The SVG states its size with the scale in it.
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| painter(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Options, picture};
    use super::*;
    use crate::model::{Node, Point};
    use crate::scene::bounds;
    use crate::scene::sketch::{id, plan, sketch, snapshot};
    use crate::theme::Theme;

    fn painted(options: &Options) -> Pixmap {
        let design = sketch();
        let plan = plan(&design);
        let png = picture(&design, Some(&plan), Some(&snapshot(&design, &plan)), Format::Png, options).unwrap();
        Pixmap::decode_png(&png).unwrap()
    }

    #[test]
    fn a_picture_has_the_size_that_was_asked_for_and_is_not_blank() {
        let size = bounds(&sketch()).unwrap().expand(super::super::MARGIN).size();
        for scale in [0.25, 0.6] {
            let picture = painted(&Options { scale, ..Options::default() });
            assert_eq!(picture.width(), (size.w * scale).ceil() as u32);
            assert_eq!(picture.height(), (size.h * scale).ceil() as u32);
            let mut colours: Vec<_> =
                picture.pixels().iter().map(|pixel| (pixel.red(), pixel.green(), pixel.blue())).collect();
            colours.sort_unstable();
            colours.dedup();
            assert!(colours.len() > 100, "{} colours", colours.len());
        }
    }

    #[test]
    fn themes_and_ground_can_be_chosen() {
        let corner = |options: &Options| painted(options).pixel(0, 0).map(|pixel| pixel.demultiply());
        let small = Options { scale: 0.1, ..Options::default() };
        let dark = corner(&small).unwrap();
        let light = corner(&Options { theme: Theme::Light, ..small }).unwrap();
        assert!(dark.red() < 40 && light.red() > 200);
        let clear = corner(&Options { transparent: true, ..small }).unwrap();
        assert_eq!(clear.alpha(), 0);
    }

    #[test]
    fn a_picture_that_is_too_large_says_what_would_fit() {
        let mut design = sketch();
        let far = Node { at: Point::new(40_000.0, 30_000.0), ..design.nodes[&id("web")].clone() };
        design.nodes.insert(id("far"), far);
        let options = Options::default();
        let error = picture(&design, None, None, Format::Png, &options).unwrap_err();
        let ExportError::TooLarge { fits, .. } = error else { panic!("{error}") };
        assert!(error.to_string().contains("or export an SVG"));
        assert!(fits > 0.1, "{fits}");
        let smaller = bounds(&design).unwrap().expand(super::super::MARGIN);
        assert!(smaller.area() * fits * fits < MOST_PIXELS as f32);
    }
}
