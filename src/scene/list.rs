//! The display list.

use crate::catalog::{Category, Face, Service};
use crate::model::{Id, PlaceKind, Point, Rect};

/// A colour by meaning. `theme` turns it into a colour for dark and for light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// The window behind its panels.
    Window,
    /// A panel of the window.
    Panel,
    /// A control on a panel.
    Raise,
    /// Edges of panels and controls, rules.
    Line,
    /// Behind everything that is drawn.
    Canvas,
    /// Dots of the grid.
    Grid,
    /// A card's face, and that of a selected one.
    Card,
    /// The face of a selected card.
    CardSelected,
    /// A card's edge.
    Edge,
    /// Text.
    Text,
    /// Text of second rank.
    Muted,
    /// Text of third rank, empty slots.
    Faint,
    /// What is selected or active.
    Accent,
    /// Fine.
    Ok,
    /// Strained.
    Warn,
    /// Failing.
    Bad,
    /// Faces that say fine: bars and boxes, no text.
    OkFill,
    /// Faces that say strained.
    WarnFill,
    /// Faces that say failing.
    BadFill,
    /// Empty part of a bar.
    Track,
    /// The tile behind a service's glyph.
    Tile(Category),
    /// The tile behind the glyph of users.
    TileClient,
    /// The tile behind the glyph of a store of files.
    TileStore,
    /// The tile of a service that is not known.
    TileUnknown,
    /// Glyphs on tiles.
    OnTile,
    /// A link at rest.
    Link,
    /// Requests on a link.
    Flow,
    /// A region's edge and name.
    Region,
    /// A VPC's.
    Vpc,
    /// A zone's.
    Zone,
    /// A public subnet's.
    PublicSubnet,
    /// A private subnet's.
    PrivateSubnet,
    /// Edge and name of a security group.
    SecurityGroup,
    /// A note's paper.
    Paper,
    /// A note's edge.
    PaperEdge,
    /// Guides while something is moved.
    Guide,
    /// A series of a chart, by number.
    Series(u8),
}

/// An ink with an opacity of 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tint {
    /// Which ink.
    pub ink: Ink,
    /// How opaque.
    pub alpha: f32,
}

/// A line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub tint: Tint,
    /// Its width in drawing units.
    pub width: f32,
    /// Lengths of dash and gap; none for a solid line.
    pub dash: Option<(f32, f32)>,
}

/// Part of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    /// Start somewhere.
    Move(Point),
    /// A straight line.
    Line(Point),
    /// A cubic Bézier curve: two control points and the end.
    Curve(Point, Point, Point),
    /// Back to the start.
    Close,
}

/// Which point of a text stands at its position, horizontally. Vertically it is the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The beginning.
    Start,
    /// The middle.
    Middle,
    /// The end.
    End,
}

/// Thickness of type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Running text.
    Regular,
    /// Titles and figures.
    SemiBold,
}

/// One thing to paint. Later ones lie above earlier ones.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A rectangle with round corners.
    Rect {
        /// Where.
        rect: Rect,
        /// Corner radius.
        radius: f32,
        /// Face.
        fill: Option<Tint>,
        /// Edge, centred on the outline.
        stroke: Option<Stroke>,
    },
    /// A circle.
    Circle {
        /// Middle.
        center: Point,
        /// Radius.
        radius: f32,
        /// Face.
        fill: Option<Tint>,
        /// Edge.
        stroke: Option<Stroke>,
    },
    /// A line or curve, stroked; round caps and joins.
    Path {
        /// Its parts.
        segments: Vec<Segment>,
        /// The line.
        stroke: Stroke,
    },
    /// A filled convex polygon.
    Polygon {
        /// Corners in order.
        points: Vec<Point>,
        /// Face.
        fill: Tint,
    },
    /// The face between a line that runs from left to right and a level below or above it.
    Area {
        /// The line: at least two points, x never falling.
        points: Vec<Point>,
        /// The level, as y.
        base: f32,
        /// Face.
        fill: Tint,
    },
    /// One line of text, already cut to fit.
    Text {
        /// Where its baseline is.
        at: Point,
        /// Which end stands there.
        anchor: Anchor,
        /// Size of the em in drawing units.
        size: f32,
        /// Thickness.
        weight: Weight,
        /// What it says.
        text: String,
        /// Colour.
        tint: Tint,
    },
    /// Begins the shapes of one thing; exports make it a group with id and title.
    Begin {
        /// The record that is drawn.
        id: Id,
        /// Its name in words.
        title: String,
    },
    /// Ends it.
    End,
}

impl Ink {
    /// The tile behind the glyph of a service; none for one that is not known.
    pub fn tile(service: Option<&Service>) -> Self {
        match service.map(|known| (known.face, known.sheet().category)) {
            None => Self::TileUnknown,
            Some((Face::Client, _)) => Self::TileClient,
            Some((Face::Store, _)) => Self::TileStore,
            Some((_, category)) => Self::Tile(category),
        }
    }

    /// The edge and name of a kind of place.
    pub fn place(kind: PlaceKind) -> Self {
        match kind {
            PlaceKind::Region => Self::Region,
            PlaceKind::Vpc => Self::Vpc,
            PlaceKind::Zone => Self::Zone,
            PlaceKind::PublicSubnet => Self::PublicSubnet,
            PlaceKind::PrivateSubnet => Self::PrivateSubnet,
            PlaceKind::SecurityGroup => Self::SecurityGroup,
        }
    }

    /// This ink, opaque.
    pub const fn full(self) -> Tint {
        Tint { ink: self, alpha: 1.0 }
    }

    /// This ink, see-through.
    pub const fn alpha(self, alpha: f32) -> Tint {
        Tint { ink: self, alpha }
    }
}

impl Tint {
    /// A solid line of this tint.
    pub const fn line(self, width: f32) -> Stroke {
        Stroke { tint: self, width, dash: None }
    }
}
