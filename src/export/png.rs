//! The display list as PNG, painted in pieces: a picture of any size takes the memory of one piece.

use super::raster::{Piece, Raster};
use super::svg::Sheet;
use super::watch::Watch;
use super::{ExportError, Pixels};
use crate::scene::list::Shape;
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8};
use std::io::Write;

/// Most pixels of a picture: a thousand megapixels are what the programs that show pictures can still open.
const MOST_PIXELS: u64 = 1_000_000_000;

/// Most pixels of a band, of which one is kept at a time: four bytes each are 80 MB, and as much again while painting.
/// Ordinary pictures are one band.
const BAND: u64 = 20_000_000;

/// Widest piece of a band.
const WIDEST: u32 = 4_096;

/// Paints shapes and writes them as a PNG.
///
/// # Errors
/// The picture would be too large, or it is no longer wanted.
pub fn write(shapes: &[Shape], sheet: &Sheet<'_>, watch: Watch<'_>) -> Result<Vec<u8>, ExportError> {
    write_in_bands(&Raster::new(shapes, sheet, MOST_PIXELS)?, BAND, watch)
}

fn write_in_bands(raster: &Raster<'_>, band: u64, watch: Watch<'_>) -> Result<Vec<u8>, ExportError> {
    let painter = |error: png::EncodingError| ExportError::Painter { reason: error.to_string() };
    let (width, height) = raster.size;
    let rows = (band / u64::from(width)).clamp(1, u64::from(height)) as u32;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut header = encoder.write_header().map_err(painter)?;
    let mut stream = header.stream_writer().map_err(painter)?;
    for y in (0..height).step_by(rows as usize) {
        let high = rows.min(height - y);
        let colours = painted(raster, Piece { x: 0, y, w: width, h: high }, watch.part(y as f32 / height as f32, 1.0))?;
        stream.write_all(&colours).map_err(|error| painter(error.into()))?;
        watch.reached((y + high) as f32 / height as f32)?;
    }
    stream.finish().map_err(painter)?;
    header.finish().map_err(painter)?;
    Ok(bytes)
}

/// A band as bytes of red, green, blue and alpha, put together from pieces.
fn painted(raster: &Raster<'_>, band: Piece, watch: Watch<'_>) -> Result<Vec<u8>, ExportError> {
    if band.w <= WIDEST {
        return Ok(straight(&raster.paint(band)?));
    }
    let stride = band.w as usize * 4;
    let mut all = vec![0; stride * band.h as usize];
    for x in (0..band.w).step_by(WIDEST as usize) {
        watch.reached(0.0)?;
        let w = WIDEST.min(band.w - x);
        let piece = straight(&raster.paint(Piece { x, w, ..band })?);
        for (row, pixels) in piece.chunks_exact(w as usize * 4).enumerate() {
            let at = row * stride + x as usize * 4;
            all[at..at + pixels.len()].copy_from_slice(pixels);
        }
    }
    Ok(all)
}

/// Pixels whose colour is not yet multiplied by their alpha.
fn straight(pixmap: &Pixmap) -> Vec<u8> {
    let colours = pixmap.pixels().iter().map(PremultipliedColorU8::demultiply);
    colours.flat_map(|colour| [colour.red(), colour.green(), colour.blue(), colour.alpha()]).collect()
}

/// Paints shapes for the clipboard.
///
/// # Errors
/// The picture would be too large.
pub fn pixels(shapes: &[Shape], sheet: &Sheet<'_>) -> Result<Pixels, ExportError> {
    let raster = Raster::new(shapes, sheet, super::MOST_COPIED)?;
    let (width, height) = raster.size;
    Ok(Pixels { width, height, rgba: straight(&raster.paint(raster.whole())?) })
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Options, picture};
    use super::*;
    use crate::model::{Node, Point};
    use crate::scene::sketch::{id, plan, sketch, snapshot};
    use crate::scene::{self, Picture, bounds};
    use crate::theme::Theme;

    fn painted_sketch(options: &Options) -> Pixmap {
        let design = sketch();
        let plan = plan(&design);
        let snapshot = snapshot(&design, &plan);
        let subject = Picture { plan: Some(&plan), snapshot: Some(&snapshot), ..Picture::of(&design) };
        Pixmap::decode_png(&picture(&subject, Format::Png, options, Watch::nobody()).unwrap()).unwrap()
    }

    #[test]
    fn a_picture_has_the_size_that_was_asked_for_and_is_not_blank() {
        let size = bounds(&sketch()).unwrap().expand(super::super::MARGIN).size();
        for scale in [0.25, 0.6] {
            let picture = painted_sketch(&Options { scale, ..Options::default() });
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
        let corner = |options: &Options| painted_sketch(options).pixel(0, 0).map(|pixel| pixel.demultiply());
        let small = Options { scale: 0.1, ..Options::default() };
        let dark = corner(&small).unwrap();
        let light = corner(&Options { theme: Theme::Light, ..small }).unwrap();
        assert!(dark.red() < 40 && light.red() > 200);
        let clear = corner(&Options { transparent: true, ..small }).unwrap();
        assert_eq!(clear.alpha(), 0);
    }

    #[test]
    fn bands_make_the_same_picture_as_one_piece() {
        let design = sketch();
        let shapes = scene::drawing(&Picture::of(&design));
        let options = Options { scale: 0.7, ..Options::default() };
        let view = bounds(&design).unwrap().expand(super::super::MARGIN);
        let sheet = Sheet { title: "", view, options: &options };
        let raster = Raster::new(&shapes, &sheet, MOST_PIXELS).unwrap();
        let decoded = |band| Pixmap::decode_png(&write_in_bands(&raster, band, Watch::nobody()).unwrap()).unwrap();
        let (whole, bands) = (decoded(BAND), decoded(40_000));
        // Curves are cut where a band ends, which moves their edges by fractions of a pixel.
        let differ = whole.data().iter().zip(bands.data()).filter(|(a, b)| a.abs_diff(**b) > 24).count();
        assert!(differ * 2_000 < whole.data().len(), "{differ} of {}", whole.data().len());
    }

    #[test]
    fn a_picture_that_is_too_large_says_what_would_fit() {
        let mut design = sketch();
        let far = Node { at: Point::new(90_000.0, 60_000.0), ..design.nodes[&id("web")].clone() };
        design.nodes.insert(id("far"), far);
        let error = picture(&Picture::of(&design), Format::Png, &Options::default(), Watch::nobody()).unwrap_err();
        let ExportError::TooLarge { fits, .. } = error else { panic!("{error}") };
        assert!(error.to_string().contains("or export an SVG"));
        assert!(fits > 0.1, "{fits}");
        let smaller = bounds(&design).unwrap().expand(super::super::MARGIN);
        assert!(smaller.area() * fits * fits < MOST_PIXELS as f32);
    }
}
