//! Inks as colours, dark and light, and the measures of the look: the one place that names a colour.
//!
//! Both themes are designed, none is the other one inverted. All text stands at 4.5 : 1 or more against every ground that
//! it is drawn on, glyphs on their tiles at 3 : 1; tests compute it.

use crate::catalog::Category;
use crate::scene::list::Ink;

pub use crate::scene::style::{
    BODY, GAP, GAP_TIGHT, GAP_WIDE, HEADING, RADIUS_CARD, RADIUS_CONTROL, RADIUS_PLACE, RADIUS_TILE, SMALL, TINY, TITLE,
};

/// Red, green and blue.
pub type Rgb = [u8; 3];

/// Which of the two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Light on dark.
    #[default]
    Dark,
    /// Dark on light.
    Light,
}

const fn rgb(hex: u32) -> Rgb {
    [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8]
}

/// Colours of the series of a chart; the ninth is the first again.
const SERIES_DARK: [Rgb; 8] = [
    rgb(0x5b9dff),
    rgb(0x3fb97f),
    rgb(0xb08cff),
    rgb(0xf0b13c),
    rgb(0xef5b5b),
    rgb(0x35c2cf),
    rgb(0xf078b6),
    rgb(0x9aa7ba),
];
const SERIES_LIGHT: [Rgb; 8] = [
    rgb(0x1f66d6),
    rgb(0x178450),
    rgb(0x7a45e0),
    rgb(0xc27803),
    rgb(0xd0302f),
    rgb(0x0b7f8c),
    rgb(0xc22b7d),
    rgb(0x5b6779),
];

impl Theme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Dark, Self::Light];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// The colour of an ink.
    pub fn color(self, ink: Ink) -> Rgb {
        let grounds = ground(ink).or_else(|| mark(ink)).or_else(|| drawn(ink));
        let [dark, light] = grounds.unwrap_or_else(|| tile(ink));
        match self {
            Self::Dark => dark,
            Self::Light => light,
        }
    }
}

/// Surfaces, dark and light.
fn ground(ink: Ink) -> Option<[Rgb; 2]> {
    let hex = match ink {
        Ink::Window => [0x0e1116, 0xe9edf3],
        Ink::Panel => [0x171c24, 0xffffff],
        Ink::Raise => [0x1f2630, 0xf3f6fa],
        Ink::Line => [0x2a323e, 0xd5dce6],
        Ink::Canvas => [0x11151b, 0xf6f8fb],
        Ink::Grid => [0x222a35, 0xd9e0ea],
        Ink::Card => [0x1f2630, 0xffffff],
        Ink::CardSelected => [0x222d3d, 0xeff5ff],
        Ink::Edge => [0x36404e, 0xc6cfdc],
        Ink::Paper => [0x332c1a, 0xfff6d6],
        Ink::PaperEdge => [0x5c4f2b, 0xe3d08d],
        Ink::Track => [0x323b48, 0xdfe5ed],
        _ => return None,
    };
    Some(hex.map(rgb))
}

/// Text and what says how things are, dark and light.
fn mark(ink: Ink) -> Option<[Rgb; 2]> {
    let hex = match ink {
        Ink::Text => [0xe7ebf2, 0x172030],
        Ink::Muted => [0xa0abbb, 0x4f5b6d],
        Ink::Faint => [0x8a96a8, 0x5f6c7f],
        Ink::Accent => [0x5b9dff, 0x1b5fcb],
        Ink::Ok => [0x3fb97f, 0x147547],
        Ink::Warn => [0xf0b13c, 0x8a5800],
        Ink::Bad => [0xff7070, 0xc0262b],
        Ink::OkFill => [0x3fb97f, 0x2fa56c],
        Ink::WarnFill => [0xf0b13c, 0xe6a019],
        Ink::BadFill => [0xef5b5b, 0xe0484a],
        _ => return None,
    };
    Some(hex.map(rgb))
}

/// Links, places and guides, dark and light.
fn drawn(ink: Ink) -> Option<[Rgb; 2]> {
    let hex = match ink {
        Ink::Link => [0x4d6c9c, 0x8ba1c4],
        Ink::Flow => [0x8cc0ff, 0x1f66d6],
        Ink::Region => [0x7f93ad, 0x4d6079],
        Ink::Vpc => [0x6fbf96, 0x1d7348],
        Ink::Zone => [0x87b1f0, 0x2f62b0],
        Ink::PublicSubnet => [0x9ac26a, 0x4a6d12],
        Ink::PrivateSubnet => [0x62b9c9, 0x0d6a7c],
        Ink::SecurityGroup => [0xe39ab0, 0x9c2f55],
        Ink::Guide => [0xff6ac1, 0xc41d7f],
        Ink::Series(number) => {
            let at = usize::from(number) % SERIES_DARK.len();
            return Some([SERIES_DARK[at], SERIES_LIGHT[at]]);
        }
        _ => return None,
    };
    Some(hex.map(rgb))
}

/// Tiles and glyphs: AWS's own hues, the same in both but for orange and green, which white glyphs need a little darker.
fn tile(ink: Ink) -> [Rgb; 2] {
    let hex = match ink {
        Ink::TileClient => 0x3f83ea,
        Ink::TileStore => 0x6f950f,
        Ink::Tile(Category::Traffic) => 0x8c4fff,
        Ink::Tile(Category::Compute) => 0xe66c00,
        Ink::Tile(Category::Data) => 0xc925d1,
        Ink::Tile(Category::Messaging) => 0xe7157b,
        Ink::Tile(Category::Own) => 0x0f8a96,
        Ink::OnTile => 0xffffff,
        // Only `TileUnknown` is left; the test below goes through all inks.
        _ => 0x67758a,
    };
    [rgb(hex); 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast by WCAG 2.2: relative luminance of the brighter to that of the darker, each plus 0.05.
    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = |[r, g, b]: Rgb| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    fn at_least(ratio: f64, marks: &[Ink], grounds: &[Ink]) {
        for theme in Theme::ALL {
            for (mark, ground) in marks.iter().flat_map(|mark| grounds.iter().map(move |ground| (*mark, *ground))) {
                let found = contrast(theme.color(mark), theme.color(ground));
                assert!(found >= ratio, "{mark:?} on {ground:?} in {}: {found:.2}", theme.name());
            }
        }
    }

    #[test]
    fn contrast_is_computed_as_published() {
        assert_eq!(contrast(rgb(0), rgb(0xffffff)), 21.0);
        assert!((contrast(rgb(0x777777), rgb(0xffffff)) - 4.48).abs() < 0.01);
    }

    #[test]
    fn text_can_be_read() {
        let grounds = [Ink::Window, Ink::Panel, Ink::Raise, Ink::Canvas, Ink::Card, Ink::CardSelected];
        at_least(4.5, &[Ink::Text, Ink::Muted, Ink::Faint, Ink::Accent, Ink::Ok, Ink::Warn, Ink::Bad], &grounds);
        at_least(4.5, &[Ink::Region, Ink::Vpc, Ink::Zone, Ink::PublicSubnet], &[Ink::Canvas]);
        at_least(4.5, &[Ink::PrivateSubnet, Ink::SecurityGroup], &[Ink::Canvas]);
        at_least(4.5, &[Ink::Text, Ink::Muted], &[Ink::Paper]);
    }

    #[test]
    fn glyphs_bars_and_series_can_be_seen() {
        let tiles = [Category::Traffic, Category::Compute, Category::Data, Category::Messaging, Category::Own];
        let more = [Ink::TileClient, Ink::TileStore, Ink::TileUnknown];
        at_least(3.0, &[Ink::OnTile], &tiles.map(Ink::Tile));
        at_least(3.0, &[Ink::OnTile], &more);
        at_least(3.0, &[0, 1, 2, 3, 4, 5, 6, 7].map(Ink::Series), &[Ink::Canvas]);
        at_least(2.0, &[Ink::Link, Ink::OkFill, Ink::WarnFill, Ink::BadFill], &[Ink::Canvas]);
    }

    #[test]
    fn every_ink_is_named() {
        let inks = [Ink::Window, Ink::Track, Ink::Guide, Ink::PaperEdge, Ink::Flow, Ink::Grid, Ink::Edge, Ink::Line];
        for ink in inks {
            assert!(ground(ink).or(drawn(ink)).or(mark(ink)).is_some(), "{ink:?}");
        }
    }
}
