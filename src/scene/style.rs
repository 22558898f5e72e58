//! The measures of the look, in drawing units: sizes of type, gaps and corner radii. Cards, charts and the window share
//! them; `theme` hands them on together with the colours.

/// Headings and headline figures.
pub const HEADING: f32 = 15.0;
/// Names on cards.
pub const TITLE: f32 = 12.5;
/// Running text.
pub const BODY: f32 = 11.0;
/// Figures and second lines.
pub const SMALL: f32 = 10.0;
/// Axes and the tightest places.
pub const TINY: f32 = 9.0;

/// Gap between things that belong together.
pub const GAP_TIGHT: f32 = 4.0;
/// Usual gap.
pub const GAP: f32 = 8.0;
/// Gap between groups.
pub const GAP_WIDE: f32 = 12.0;

/// Corners of cards and charts.
pub const RADIUS_CARD: f32 = 10.0;
/// Corners of places.
pub const RADIUS_PLACE: f32 = 12.0;
/// Corners of controls.
pub const RADIUS_CONTROL: f32 = 7.0;
/// Corners of the tile behind a glyph.
pub const RADIUS_TILE: f32 = 7.0;
