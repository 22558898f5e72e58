//! Icons as strokes: the SVG text of a glyph, read once, placed into a rectangle.
//!
//! Only outlines count; fills, text and pictures in an icon are left out. An icon that cannot be read draws nothing.

use super::list::Segment;
use crate::model::{PlaceKind, Point, Rect};
use resvg::tiny_skia::PathSegment;
use resvg::usvg;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// Glyph of a service that this version does not know.
pub const UNKNOWN: &str = include_str!("../../assets/icons/unknown.svg");

/// Side of the square that icons are drawn in.
const SIDE: f32 = 24.0;

/// Width of an icon's lines at its own size.
const LINE: f32 = 1.8;

type Outlines = BTreeMap<usize, Arc<[Segment]>>;

/// Outlines by the address of the icon's text, which never moves.
static READ: LazyLock<RwLock<Outlines>> = LazyLock::new(RwLock::default);

/// Glyph of a kind of place.
pub fn place(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Region => include_str!("../../assets/icons/region.svg"),
        PlaceKind::Vpc => include_str!("../../assets/icons/vpc.svg"),
        PlaceKind::Zone => include_str!("../../assets/icons/az.svg"),
        PlaceKind::PublicSubnet => include_str!("../../assets/icons/public-subnet.svg"),
        PlaceKind::PrivateSubnet => include_str!("../../assets/icons/private-subnet.svg"),
        PlaceKind::SecurityGroup => include_str!("../../assets/icons/security-group.svg"),
    }
}

/// Width of the lines of a glyph that is drawn with this side.
pub fn line(side: f32) -> f32 {
    LINE * side / SIDE
}

/// The lines of an icon, scaled into a square.
pub fn segments(icon: &'static str, into: Rect) -> Vec<Segment> {
    let scale = into.w() / SIDE;
    let map = |p: Point| Point::new(into.min.x + p.x * scale, into.min.y + p.y * scale);
    outline(icon)
        .iter()
        .map(|segment| match *segment {
            Segment::Move(p) => Segment::Move(map(p)),
            Segment::Line(p) => Segment::Line(map(p)),
            Segment::Curve(a, b, p) => Segment::Curve(map(a), map(b), map(p)),
            Segment::Close => Segment::Close,
        })
        .collect()
}

fn outline(icon: &'static str) -> Arc<[Segment]> {
    let key = icon.as_ptr() as usize;
    if let Some(known) = READ.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return known.clone();
    }
    let read: Arc<[Segment]> = read(icon).into();
    READ.write().unwrap_or_else(PoisonError::into_inner).insert(key, read.clone());
    read
}

fn read(icon: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    if let Ok(tree) = usvg::Tree::from_str(icon, &usvg::Options::default()) {
        collect(tree.root(), &mut segments);
    }
    segments
}

fn collect(group: &usvg::Group, into: &mut Vec<Segment>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => collect(group, into),
            usvg::Node::Path(path) => {
                let placed = path.data().clone().transform(path.abs_transform());
                append(placed.iter().flat_map(|path| path.segments()), into);
            }
            _ => {}
        }
    }
}

fn append(parts: impl Iterator<Item = PathSegment>, into: &mut Vec<Segment>) {
    let point = |p: resvg::tiny_skia::Point| Point::new(p.x, p.y);
    let mut last = Point::default();
    for part in parts {
        let (segment, end) = match part {
            PathSegment::MoveTo(p) => (Segment::Move(point(p)), point(p)),
            PathSegment::LineTo(p) => (Segment::Line(point(p)), point(p)),
            PathSegment::QuadTo(c, p) => {
                let (c, p) = (point(c), point(p));
                (Segment::Curve(last.lerp(c, 2.0 / 3.0), p.lerp(c, 2.0 / 3.0), p), p)
            }
            PathSegment::CubicTo(a, b, p) => (Segment::Curve(point(a), point(b), point(p)), point(p)),
            PathSegment::Close => (Segment::Close, last),
        };
        into.push(segment);
        last = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    fn inside(segment: &Segment, rect: Rect) -> bool {
        match *segment {
            Segment::Move(p) | Segment::Line(p) | Segment::Curve(_, _, p) => rect.contains(p),
            Segment::Close => true,
        }
    }

    #[test]
    fn every_icon_draws_inside_its_square() {
        let square = Rect::between(Point::new(100.0, 50.0), Point::new(116.0, 66.0));
        let services = catalog::ALL.iter().map(|service| service.icon);
        for icon in services.chain(PlaceKind::ALL.map(place)).chain([UNKNOWN]) {
            let lines = segments(icon, square);
            assert!(lines.len() > 2 && lines.iter().all(|line| inside(line, square)), "{icon}");
        }
    }

    #[test]
    fn a_broken_icon_draws_nothing() {
        assert!(segments("<svg", Rect::default()).is_empty());
    }
}
