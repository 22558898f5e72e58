//! The names that draw.io has for things, in both directions: `assets/catalog/drawio.ron`.

use crate::model::{PlaceKind, Point, Rect, Routing, Side};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The attribute that says what a cell is, in files that we wrote.
pub const OWN: &str = "loadscape";

/// Its value for the drawing itself, and for a note.
pub const DESIGN: &str = "design";
/// See [`DESIGN`].
pub const NOTE: &str = "note";

/// The points that a link was pulled to.
pub const VIA: &str = "via";

/// Where the line turned when it was written: another way was given to it in draw.io.
pub const BENDS: &str = "bends";

/// How a link runs, where that differs from the drawing.
pub const ROUTING: &str = "routing";

/// The side at which a link was led to leave.
pub const LEAVES: &str = "leaves";

/// The side at which a link was led to enter.
pub const ENTERS: &str = "enters";

/// What attributes with settings begin with.
pub const SET: &str = "set-";

/// The names of all things.
#[derive(Debug, Deserialize)]
pub struct Shapes {
    /// Names of icons by key of a service, which this version need not know; the first is the one that is written.
    services: BTreeMap<String, Vec<String>>,
    /// Frames by key of a kind of place.
    places: BTreeMap<String, Frame>,
}

/// How draw.io shows a kind of place.
#[derive(Debug, Clone, Deserialize)]
pub struct Frame {
    /// Names; the first is the one that is written.
    pub icons: Vec<String>,
    /// Colours of its edge or ground by which it is told from others of the same name.
    pub colours: Vec<String>,
    /// Whether its edge is dashed.
    pub dashed: bool,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let text = include_str!("../../../assets/catalog/drawio.ron");
    // The table is part of the program: one that is not legal is a bug that a test finds.
    ron::from_str(text).unwrap_or_else(|error| panic!("assets/catalog/drawio.ron: {error}"))
});

/// Points in one attribute.
pub fn points(points: &[Point]) -> String {
    points.iter().map(|point| format!("{:.1},{:.1}", point.x, point.y)).collect::<Vec<_>>().join(" ")
}

/// Those points again.
pub fn read_points(text: &str) -> Vec<Point> {
    let point = |text: &str| text.split_once(',').and_then(|(x, y)| Some(Point::new(x.parse().ok()?, y.parse().ok()?)));
    text.split_whitespace().filter_map(point).collect()
}

/// The style of a line that runs like this.
pub fn line(routing: Routing) -> &'static str {
    match routing {
        Routing::Orthogonal => "edgeStyle=orthogonalEdgeStyle;rounded=1",
        Routing::Curved => "edgeStyle=orthogonalEdgeStyle;curved=1;rounded=0",
        Routing::Straight => "edgeStyle=none;rounded=0",
    }
}

/// How a line runs whose style has these words: without any it is straight.
pub fn routing(edge: &str, curved: &str) -> Routing {
    match (edge, curved) {
        (_, "1") => Routing::Curved,
        ("" | "none", _) => Routing::Straight,
        _ => Routing::Orthogonal,
    }
}

/// The side of a box at which a line touches it, by its shares of the box's width and height.
pub fn side(x: &str, y: &str) -> Option<Side> {
    let share = |text: &str| text.parse::<f32>().ok().filter(|share| share.is_finite());
    let whole = Rect::between(Point::default(), Point::new(1.0, 1.0));
    Some(Side::nearest(whole, Point::new(share(x)?, share(y)?)))
}

/// The icon of a service.
pub fn icon(service: &str) -> Option<&'static str> {
    SHAPES.services.get(service)?.first().map(String::as_str)
}

/// The key of the service that an icon stands for.
pub fn service(icon: &str) -> Option<&'static str> {
    let found = SHAPES.services.iter().find(|(_, icons)| icons.iter().any(|known| known == icon));
    found.map(|(key, _)| key.as_str())
}

/// The frame of a kind of place.
pub fn frame(kind: PlaceKind) -> &'static Frame {
    &SHAPES.places[kind.key()]
}

/// The kinds of place that a frame with this name may stand for.
pub fn kinds(icon: &str) -> impl Iterator<Item = (PlaceKind, &'static Frame)> {
    let all = PlaceKind::ALL.into_iter().map(|kind| (kind, frame(kind)));
    all.filter(move |(_, frame)| frame.icons.iter().any(|known| known == icon))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use std::collections::BTreeSet;

    #[test]
    fn every_name_stands_for_one_thing_and_every_kind_of_place_has_one() {
        let mut seen = BTreeSet::new();
        for (key, icons) in &SHAPES.services {
            assert!(!icons.is_empty(), "{key}");
            icons.iter().for_each(|icon| assert!(seen.insert(icon), "{icon} stands for two services"));
        }
        for kind in PlaceKind::ALL {
            assert!(!frame(kind).icons.is_empty());
        }
        assert!(catalog::ALL.iter().filter(|service| icon(service.key).is_some()).count() >= 11);
    }
}
