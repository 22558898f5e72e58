//! After a layout, things glide from where they stood to where they stand. Only what is painted glides: the drawing itself
//! is laid out at once. With reduced motion nothing glides.

use crate::app::state::State;
use crate::model::{Design, Id, Point, Rect};
use egui::Ui;

/// How long it takes, in seconds.
const TAKES: f64 = 0.28;

/// Drawings with more than this many nodes do not glide: they would jerk.
const MOST: usize = 3_000;

/// A drawing as it was, and when it began to change.
#[derive(Debug, Clone, PartialEq)]
pub struct Glide {
    before: Design,
    began: Option<f64>,
}

impl Glide {
    /// A glide from this drawing, which begins in the next frame.
    pub fn new(before: Design) -> Self {
        Self { before, began: None }
    }
}

/// The drawing on its way, while it glides.
pub(super) fn between(ui: &Ui, now: &Design, state: &mut State) -> Option<Design> {
    let glide = state.glide.as_mut()?;
    let still = ui.style().animation_time == 0.0 || now.nodes.len() > MOST;
    let time = ui.input(|input| input.time);
    if now == &glide.before && glide.began.is_none() {
        // The layout is carried out at the end of the frame.
        return None;
    }
    let done = (time - *glide.began.get_or_insert(time)) / TAKES;
    if done >= 1.0 || still {
        state.glide = None;
        return None;
    }
    ui.ctx().request_repaint();
    Some(on_the_way(&glide.before, now, eased(done as f32)))
}

/// Fast at first, slow at the end.
fn eased(t: f32) -> f32 {
    1.0 - (1.0 - t).powi(3)
}

/// Each thing between where it stood (0) and where it stands (1).
fn on_the_way(before: &Design, now: &Design, t: f32) -> Design {
    let mut design = now.clone();
    for (id, node) in &mut design.nodes {
        if let Some(was) = origin(before, now, id) {
            node.at = was.lerp(node.at, t);
        }
    }
    for (id, place) in &mut design.places {
        if let Some(was) = before.places.get(id) {
            place.rect = rect_between(was.rect, place.rect, t);
        }
    }
    for (id, note) in &mut design.notes {
        if let Some(was) = before.notes.get(id) {
            note.rect = rect_between(was.rect, note.rect, t);
        }
    }
    design
}

/// Where a node stood; what is new comes out of the node that calls it.
fn origin(before: &Design, now: &Design, id: &Id) -> Option<Point> {
    let stood = |id: &Id| before.nodes.get(id).map(|node| node.at);
    let callers = || now.links.values().filter(|link| link.to == *id);
    stood(id).or_else(|| callers().find_map(|link| stood(&link.from)))
}

fn rect_between(a: Rect, b: Rect, t: f32) -> Rect {
    let lerp = |a: Point, b: Point| a.lerp(b, t);
    Rect { min: lerp(a.min, b.min), max: lerp(a.max, b.max) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sketch;

    #[test]
    fn it_begins_where_things_stood_and_ends_where_they_stand() {
        let before = sketch("users -> elb").unwrap();
        let mut now = before.clone();
        for node in now.nodes.values_mut() {
            node.at = node.at + Point::new(100.0, 40.0);
        }
        assert_eq!(on_the_way(&before, &now, eased(0.0)), before);
        assert_eq!(on_the_way(&before, &now, eased(1.0)), now);
    }

    #[test]
    fn what_is_new_comes_out_of_its_caller() {
        let (before, now) = (sketch("users -> elb").unwrap(), sketch("users -> elb -> asg").unwrap());
        let at = |design: &Design, id: &str| design.nodes[&Id::new(id).unwrap()].at;
        let begun = on_the_way(&before, &now, eased(0.0));
        assert_eq!(at(&begun, "asg"), at(&before, "elb"));
        assert_eq!(on_the_way(&before, &now, eased(1.0)), now);
    }
}
