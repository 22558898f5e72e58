//! The bundled fonts cut down to the characters of one picture, so that its text looks the same where they are missing.
//!
//! A browser wants more tables than a PDF: the map from characters to glyphs and the metrics are put back. Kerning is left
//! out, as widths are sums of advances.

use crate::scene::list::{Shape, Weight};
use crate::scene::text;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;
use subsetter::GlyphRemapper;
use ttf_parser::Face;
use write_fonts::FontBuilder;
use write_fonts::read::FontRef;
use write_fonts::tables::cmap::Cmap;
use write_fonts::types::{GlyphId, Tag};

/// Name of the family.
pub const FAMILY: &str = "Loadscape Sans";

/// Characters by weight.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Used {
    regular: BTreeSet<char>,
    semi_bold: BTreeSet<char>,
}

impl Used {
    /// Characters of the texts of a display list.
    pub fn in_shapes(shapes: &[Shape]) -> Self {
        let mut used = Self::default();
        used.add_shapes(shapes);
        used
    }

    /// Likewise, of one more.
    pub fn add_shapes(&mut self, shapes: &[Shape]) {
        for shape in shapes {
            if let Shape::Text { text, weight, .. } = shape {
                self.add(text, *weight);
            }
        }
    }

    /// Characters of a text.
    pub fn add(&mut self, text: &str, weight: Weight) {
        let set = match weight {
            Weight::Regular => &mut self.regular,
            Weight::SemiBold => &mut self.semi_bold,
        };
        set.extend(text.chars());
    }

    /// Style rules with the fonts in them; empty without any text.
    pub fn rules(&self) -> String {
        let rule = |(chars, weight, number): (&BTreeSet<char>, Weight, u32)| {
            let font = STANDARD.encode(subset(weight, chars)?);
            Some(format!(
                "@font-face{{font-family:'{FAMILY}';font-weight:{number};\
                 src:url(data:font/ttf;base64,{font}) format('truetype')}}\n"
            ))
        };
        let both = [(&self.regular, Weight::Regular, 400), (&self.semi_bold, Weight::SemiBold, 600)];
        both.into_iter().filter(|(chars, ..)| !chars.is_empty()).filter_map(rule).collect()
    }
}

/// A font file with these characters and no others; `None` if it has none of them.
pub fn subset(weight: Weight, chars: &BTreeSet<char>) -> Option<Vec<u8>> {
    let font = text::font(weight);
    let face = Face::parse(font, 0).ok()?;
    let mut kept = GlyphRemapper::new();
    let glyph = |c: &char| Some((*c, GlyphId::new(kept.remap(face.glyph_index(*c)?.0).into())));
    let mapped: Vec<(char, GlyphId)> = chars.iter().filter_map(glyph).collect();
    if mapped.is_empty() {
        return None;
    }
    let cut = subsetter::subset(font, 0, &kept).ok()?;
    let mut builder = FontBuilder::new();
    builder.add_table(&Cmap::from_mappings(mapped).ok()?).ok()?;
    if let Some(metrics) = face.raw_face().table(ttf_parser::Tag::from_bytes(b"OS/2")) {
        builder.add_raw(Tag::new(b"OS/2"), metrics);
    }
    builder.copy_missing_tables(FontRef::new(&cut).ok()?);
    Some(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subset_draws_its_characters_like_the_whole() {
        let chars: BTreeSet<char> = "Web 웹 서버 42 %".chars().collect();
        for weight in [Weight::Regular, Weight::SemiBold] {
            let font = subset(weight, &chars).expect("it has them");
            assert!(font.len() < 12_000, "{} bytes", font.len());
            let (cut, whole) = (Face::parse(&font, 0).unwrap(), Face::parse(text::font(weight), 0).unwrap());
            for &c in &chars {
                let (ours, theirs) = (cut.glyph_index(c).unwrap(), whole.glyph_index(c).unwrap());
                assert_eq!(cut.glyph_hor_advance(ours), whole.glyph_hor_advance(theirs), "{c:?}");
                assert_eq!(cut.glyph_bounding_box(ours), whole.glyph_bounding_box(theirs), "{c:?}");
            }
            assert!(cut.glyph_index('Q').is_none());
            for tag in [b"OS/2", b"cmap", b"head", b"hhea", b"hmtx", b"maxp", b"name", b"post", b"glyf", b"loca"] {
                assert!(cut.raw_face().table(ttf_parser::Tag::from_bytes(tag)).is_some(), "{tag:?}");
            }
        }
    }

    #[test]
    fn characters_that_we_lack_are_left_to_other_fonts() {
        assert!(subset(Weight::Regular, &BTreeSet::from(['\u{1F600}'])).is_none());
        assert!(Used::default().rules().is_empty());
    }
}
