//! A film as GIF: every moment painted, few and well chosen colours, and of each picture only what has changed.

use super::{Film, Moment, palette};
use crate::export::raster::Raster;
use crate::export::svg::Sheet;
use crate::export::watch::Watch;
use crate::export::{ExportError, Options};
use crate::model::Rect;
use gif::{DisposalMethod, Encoder, Frame, Repeat};
use palette::{Colours, Palette, UNCHANGED};
use resvg::tiny_skia::Pixmap;
use std::borrow::Cow;

/// Hundredths of a second that a picture stands: 12.5 pictures a second, which every program keeps to.
const STANDS: u16 = 8;

/// And the last one, before it begins again.
const LAST: u16 = 200;

/// Most pixels of a picture.
const MOST_PIXELS: u64 = 6_000_000;

/// Most pixels of all pictures together: what a minute of computing paints, and a browser still plays.
const MOST_PAINTED: u64 = 12_000_000_000;

/// Most bytes of the file.
const MOST_BYTES: usize = 200 << 20;

/// Pictures that are looked at for their colours.
const LOOKED_AT: usize = 12;

/// Paints a film.
///
/// # Errors
/// Nothing is drawn, the film would be too long or too large, or it is no longer wanted.
pub fn write(film: &Film<'_>, watch: Watch<'_>) -> Result<Vec<u8>, ExportError> {
    let (view, strip) = film.view()?;
    // A GIF knows no half-transparent edges, so that it always has its ground.
    let options = Options { transparent: false, ..*film.options };
    let sheet = Sheet { title: &film.design.name, view, options: &options };
    let booth = Booth { film, sheet, strip };
    let every = f64::from(STANDS) / 100.0;
    let pictures = film.moments(every)?.len();
    let size = Raster::new(&[], &booth.sheet, MOST_PIXELS)?.size;
    let (width, height) = (u16::try_from(size.0), u16::try_from(size.1));
    let (Ok(width), Ok(height)) = (width, height) else { return Err(too_large(size, pictures)) };
    if u64::from(size.0) * u64::from(size.1) * pictures as u64 > MOST_PAINTED {
        return Err(too_large(size, pictures));
    }
    let palette = booth.palette(watch.part(0.0, 0.1))?;
    let mut reel = Reel::new((width, height), palette, pictures)?;
    film.roll((every, watch.part(0.1, 1.0)), |moment| booth.paint(moment), |_, picture| reel.add(&picture))?;
    reel.finish()
}

fn too_large((width, height): (u32, u32), pictures: usize) -> ExportError {
    ExportError::LargeFilm { width, height, pictures }
}

/// Where moments become pictures.
struct Booth<'a> {
    film: &'a Film<'a>,
    sheet: Sheet<'a>,
    strip: Rect,
}

impl Booth<'_> {
    fn paint(&self, moment: &Moment) -> Result<Pixmap, ExportError> {
        let shapes = self.film.shapes(moment, self.strip);
        let raster = Raster::new(&shapes, &self.sheet, MOST_PIXELS)?;
        raster.paint(raster.whole())
    }

    /// The palette for the whole film, from a look at some of its moments.
    fn palette(&self, watch: Watch<'_>) -> Result<Palette, ExportError> {
        let every = (self.film.seconds()? / (LOOKED_AT - 1) as f64).max(f64::from(STANDS) / 100.0);
        let mut colours = Colours::default();
        let count = |_: &Moment, picture| {
            colours.count(&picture);
            Ok(())
        };
        self.film.roll((every, watch), |moment| self.paint(moment), count)?;
        Ok(colours.palette())
    }
}

/// Pictures one behind the other.
struct Reel {
    encoder: Encoder<Vec<u8>>,
    size: (u16, u16),
    palette: Palette,
    before: Vec<u8>,
    count: usize,
    of: usize,
}

impl Reel {
    fn new(size: (u16, u16), palette: Palette, of: usize) -> Result<Self, ExportError> {
        let mut encoder = Encoder::new(Vec::new(), size.0, size.1, &palette.bytes()).map_err(painter)?;
        encoder.set_repeat(Repeat::Infinite).map_err(painter)?;
        Ok(Self { encoder, size, palette, before: Vec::new(), count: 0, of })
    }

    fn add(&mut self, picture: &Pixmap) -> Result<(), ExportError> {
        let indices = self.palette.indices(picture);
        self.count += 1;
        let mut frame = changed(&self.before, &indices, self.size);
        frame.delay = if self.count == self.of { LAST } else { STANDS };
        self.encoder.write_frame(&frame).map_err(painter)?;
        self.before = indices;
        if self.encoder.get_ref().len() > MOST_BYTES {
            return Err(too_large((self.size.0.into(), self.size.1.into()), self.of));
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<u8>, ExportError> {
        self.encoder.into_inner().map_err(|error| ExportError::Painter { reason: error.to_string() })
    }
}

fn painter(error: gif::EncodingError) -> ExportError {
    ExportError::Painter { reason: error.to_string() }
}

/// The smallest rectangle with all that differs from the picture before; in it, what is the same is left out.
fn changed(before: &[u8], now: &[u8], (width, height): (u16, u16)) -> Frame<'static> {
    let stride = usize::from(width);
    let whole = (0, 0, stride, usize::from(height));
    let (left, top, right, bottom) = if before.is_empty() { whole } else { difference(before, now, stride) };
    let pixel = |at: usize| if before.get(at) == Some(&now[at]) { UNCHANGED } else { now[at] };
    let buffer: Vec<u8> = (top..bottom).flat_map(|y| (left..right).map(move |x| y * stride + x)).map(pixel).collect();
    Frame {
        left: left as u16,
        top: top as u16,
        width: (right - left) as u16,
        height: (bottom - top) as u16,
        dispose: DisposalMethod::Keep,
        transparent: Some(UNCHANGED),
        buffer: Cow::Owned(buffer),
        ..Frame::default()
    }
}

/// Left, top, right and bottom of what differs; one pixel if nothing does, as a frame must have one.
fn difference(before: &[u8], now: &[u8], stride: usize) -> (usize, usize, usize, usize) {
    let mut found: Option<(usize, usize, usize, usize)> = None;
    for (y, (old, new)) in before.chunks_exact(stride).zip(now.chunks_exact(stride)).enumerate() {
        let Some(first) = old.iter().zip(new).position(|(a, b)| a != b) else { continue };
        let last = old.iter().zip(new).rposition(|(a, b)| a != b).unwrap_or(first) + 1;
        found = Some(match found {
            None => (first, y, last, y + 1),
            Some((left, top, right, _)) => (left.min(first), top, right.max(last), y + 1),
        });
    }
    found.unwrap_or((0, 0, 1, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sketch;
    use crate::scenario::Scenario;
    use crate::units::Span;
    use std::ops::ControlFlow;

    fn filmed(length: Span, watch: Watch<'_>) -> Result<Vec<u8>, ExportError> {
        let design = sketch("users(rate=50/s) -> ec2").expect("it is a design");
        let plan = crate::compile::compile(&design, &Scenario::steady());
        let options = Options { scale: 0.5, ..Options::default() };
        write(&Film { design: &design, plan: &plan, seed: 1, length, speed: Some(10.0), options: &options }, watch)
    }

    #[test]
    fn frames_follow_each_other_and_only_changes_are_kept() {
        let bytes = filmed(Span::from_secs(20), Watch::nobody()).unwrap();
        let mut decoder = gif::DecodeOptions::new();
        decoder.set_color_output(gif::ColorOutput::Indexed);
        let mut decoder = decoder.read_info(&bytes[..]).unwrap();
        let whole = usize::from(decoder.width()) * usize::from(decoder.height());
        let (mut frames, mut delays, mut area) = (0, 0, 0);
        while let Some(frame) = decoder.read_next_frame().unwrap() {
            frames += 1;
            delays += usize::from(frame.delay);
            area += usize::from(frame.width) * usize::from(frame.height);
        }
        assert_eq!((frames, delays), (26, 25 * 8 + 200));
        assert!(area < frames * whole * 3 / 4, "{area} of {}", frames * whole);
        assert!(bytes.len() < 150_000, "{} bytes", bytes.len());
    }

    #[test]
    fn it_can_be_given_up_and_the_same_film_is_the_same() {
        let ask = |share: f32| if share > 0.5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        assert_eq!(filmed(Span::from_secs(20), Watch::new(&ask)), Err(ExportError::Cancelled));
        let once = || filmed(Span::from_secs(3), Watch::nobody()).unwrap();
        assert_eq!(once(), once());
    }

    #[test]
    fn a_picture_like_the_one_before_is_one_pixel() {
        let frame = changed(&[1, 2, 3, 4], &[1, 2, 3, 4], (2, 2));
        assert_eq!((frame.width, frame.height, &*frame.buffer), (1, 1, &[UNCHANGED][..]));
        let frame = changed(&[1, 2, 3, 4], &[1, 2, 9, 4], (2, 2));
        assert_eq!((frame.left, frame.top, frame.width, frame.height, &*frame.buffer), (0, 1, 1, 1, &[9][..]));
    }
}
