//! Frames that cross: what stands in both belongs to one of them, and the picture does not say to which.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::edit::{Command, called};
use crate::model::{Id, Place, PlaceKind, Rect};
use crate::words::t;

/// Room that a frame gets around what it is to hold, in drawing units.
const ROOM: f32 = 24.0;

/// Places that lie in each other in part. Security groups may: they gather servers of several subnets.
pub(super) fn crossing(graph: &Graph<'_>) -> Vec<Finding> {
    let frames: Vec<(&Id, &Place)> =
        graph.design.places.iter().filter(|(_, place)| place.kind != PlaceKind::SecurityGroup).collect();
    let mut found = Vec::new();
    for (at, (id, place)) in frames.iter().enumerate() {
        let crossed = frames[at + 1..].iter().filter(|(_, other)| cross(place.rect, other.rect));
        found.extend(crossed.map(|(other_id, other)| finding((id, place), (other_id, other))));
    }
    found
}

fn cross(a: Rect, b: Rect) -> bool {
    let inside = |inner: Rect, outer: Rect| outer.expand(0.5).encloses(&inner);
    a.expand(-0.5).touches(&b) && !inside(a, b) && !inside(b, a)
}

fn finding(a: (&Id, &Place), b: (&Id, &Place)) -> Finding {
    let (outer, inner) = if a.1.kind.depth() <= b.1.kind.depth() { (a, b) } else { (b, a) };
    let text = t!(
        "{outer} and {inner} cross: what stands in both belongs to the inner one, and the picture does not show it",
        outer = called(outer.1),
        inner = called(inner.1)
    );
    let nests = outer.1.kind.may_hold(inner.1.kind);
    let remedy = if nests { t!("Let the outer one hold the inner one, or part them") } else { t!("Part them") };
    let rect = outer.1.rect.union(inner.1.rect.expand(ROOM));
    let fix = nests.then(|| Command::Resize { id: outer.0.clone(), rect });
    Finding::new("frames-cross", Severity::Warning, &[outer.0, inner.0], text, remedy)
        .fixed_by(fix.into_iter().collect())
}
