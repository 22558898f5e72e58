//! The colours of a GIF, at most 255 and one for "as before".
//!
//! A drawing is made of few flat colours and the many in between at the edges of its letters. So the most frequent colours
//! are kept exactly, and a neural network (NeuQuant) finds the best for the rest.

use color_quant::NeuQuant;
use resvg::tiny_skia::Pixmap;
use std::collections::BTreeMap;

/// Index of "as before".
pub const UNCHANGED: u8 = 255;

/// Colours that are kept exactly.
const EXACT: usize = 191;
/// Colours for the rest.
const LEARNT: usize = 64;
/// Most colours that are learnt from: the rarest have no say.
const MOST: usize = 200_000;

type Rgb = [u8; 3];

/// How often each colour is used.
#[derive(Debug, Default)]
pub struct Colours(BTreeMap<Rgb, u32>);

impl Colours {
    /// Counts the pixels of a picture, which must be opaque.
    pub fn count(&mut self, picture: &Pixmap) {
        // Neighbours are mostly alike.
        let mut last: Option<(Rgb, u32)> = None;
        for pixel in picture.pixels() {
            let colour = [pixel.red(), pixel.green(), pixel.blue()];
            match &mut last {
                Some((same, times)) if *same == colour => *times += 1,
                _ => {
                    self.add(last.replace((colour, 1)));
                }
            }
        }
        self.add(last);
    }

    fn add(&mut self, counted: Option<(Rgb, u32)>) {
        if let Some((colour, times)) = counted {
            let sum = self.0.entry(colour).or_default();
            *sum = sum.saturating_add(times);
        }
    }

    /// The palette that shows these colours best.
    pub fn palette(self) -> Palette {
        let mut counted: Vec<(Rgb, u32)> = self.0.into_iter().collect();
        counted.sort_by_key(|(colour, times)| (std::cmp::Reverse(*times), *colour));
        let rest = counted.split_off(counted.len().min(EXACT));
        let mut colours: Vec<Rgb> = counted.into_iter().map(|(colour, _)| colour).collect();
        if rest.len() <= LEARNT {
            colours.extend(rest.into_iter().map(|(colour, _)| colour));
        } else {
            colours.extend(learnt(&rest));
        }
        Palette { colours, known: BTreeMap::new() }
    }
}

/// Colours for many, each heard in proportion to its frequency, but the rarest as well.
fn learnt(rest: &[(Rgb, u32)]) -> Vec<Rgb> {
    let weighted = rest.iter().flat_map(|([r, g, b], times)| {
        let voices = (f64::from(*times).sqrt().ceil() as usize).clamp(1, 64);
        std::iter::repeat_n([*r, *g, *b, 255], voices)
    });
    let pixels: Vec<u8> = weighted.take(MOST).flatten().collect();
    let learnt = NeuQuant::new(1, LEARNT, &pixels);
    learnt.color_map_rgb().chunks_exact(3).map(|colour| [colour[0], colour[1], colour[2]]).collect()
}

/// Colours, and which of them shows which.
#[derive(Debug)]
pub struct Palette {
    colours: Vec<Rgb>,
    known: BTreeMap<Rgb, u8>,
}

impl Palette {
    /// As a GIF has it: 256 colours.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.colours.iter().flatten().copied().collect();
        bytes.resize(256 * 3, 0);
        bytes
    }

    /// A picture in indices.
    pub fn indices(&mut self, picture: &Pixmap) -> Vec<u8> {
        let mut last = None;
        let index = |pixel: &resvg::tiny_skia::PremultipliedColorU8| {
            let colour = [pixel.red(), pixel.green(), pixel.blue()];
            match last {
                Some((same, index)) if same == colour => index,
                _ => {
                    let index = self.index(colour);
                    last = Some((colour, index));
                    index
                }
            }
        };
        picture.pixels().iter().map(index).collect()
    }

    fn index(&mut self, colour: Rgb) -> u8 {
        if let Some(known) = self.known.get(&colour) {
            return *known;
        }
        let apart = |other: &Rgb| {
            let channel = |n: usize| (i32::from(other[n]) - i32::from(colour[n])).pow(2);
            // The eye is keenest on green, weakest on blue.
            3 * channel(0) + 6 * channel(1) + channel(2)
        };
        let nearest = (0..self.colours.len()).min_by_key(|at| apart(&self.colours[*at])).unwrap_or(0) as u8;
        self.known.insert(colour, nearest);
        nearest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::tiny_skia::{Color, Transform};
    use resvg::tiny_skia::{Paint, Rect};

    #[test]
    fn flat_colours_stay_exact_and_many_are_shown_by_near_ones() {
        let mut picture = Pixmap::new(200, 100).unwrap();
        let (r, g, b) = (0x11, 0x15, 0x1b);
        picture.fill(Color::from_rgba8(r, g, b, 255));
        for x in 0..200u8 {
            let mut paint = Paint::default();
            for y in 0..5u8 {
                paint.set_color_rgba8(x, y * 50, 255 - x, 255);
                let rect = Rect::from_xywh(x.into(), f32::from(y) * 2.0, 1.0, 2.0).unwrap();
                picture.fill_rect(rect, &paint, Transform::identity(), None);
            }
        }
        let mut colours = Colours::default();
        colours.count(&picture);
        let mut palette = colours.palette();
        assert!(palette.colours.len() <= usize::from(UNCHANGED));
        let indices = palette.indices(&picture);
        assert_eq!(palette.colours[usize::from(indices[19_999])], [r, g, b]);
        let off = |(pixel, index): (&resvg::tiny_skia::PremultipliedColorU8, &u8)| {
            let shown = palette.colours[usize::from(*index)];
            u32::from(pixel.red().abs_diff(shown[0])) + u32::from(pixel.green().abs_diff(shown[1]))
        };
        let sum: u32 = picture.pixels().iter().zip(&indices).map(off).sum();
        assert!(sum < 20 * 2_000, "{sum}");
    }
}
