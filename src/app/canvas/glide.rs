//! After a layout, things glide from where they stood to where they stand; from one step of a walkthrough to the next what
//! is new comes out of its caller, what goes leaves into it, and the camera follows. Only what is painted glides: the drawing itself
//! is laid out at once. With reduced motion nothing glides.

use crate::app::camera::Camera;
use crate::app::state::State;
use crate::model::{Design, Id, Node, Point, Rect};
use egui::Ui;

/// How long things take to their new places, in seconds.
const TAKES: f64 = 0.28;
/// How long one drawing takes to become another.
const BECOMES: f64 = 0.6;

/// Drawings with more than this many nodes do not glide: they would jerk.
const MOST: usize = 3_000;

/// A drawing as it was, and when it began to change.
#[derive(Debug, Clone, PartialEq)]
pub struct Glide {
    before: Design,
    began: Option<f64>,
    takes: f64,
    /// How far it was when it was painted last, 0 to 1.
    come: f32,
    /// Where the camera was, and from the first frame on where it is going.
    camera: Option<(Camera, Option<Camera>)>,
}

impl Glide {
    /// A glide from this drawing, which begins in the next frame.
    pub fn new(before: Design) -> Self {
        Self { before, began: None, takes: TAKES, come: 0.0, camera: None }
    }

    /// Where a node was painted last, if it was: one that leaves is, until it is gone.
    pub fn painted(&self, now: &Design, node: &Id) -> Option<Point> {
        Some(on_the_way(&self.before, now, self.come).nodes.get(node)?.at)
    }

    /// A glide from one drawing to another, with the camera.
    pub fn on(before: Design, camera: Camera) -> Self {
        Self { takes: BECOMES, camera: Some((camera, None)), ..Self::new(before) }
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
    let done = (time - *glide.began.get_or_insert(time)) / glide.takes;
    let over = done >= 1.0 || still;
    let t = if over { 1.0 } else { eased(done as f32) };
    glide.come = t;
    if let Some((from, goal)) = &mut glide.camera {
        state.camera = from.towards(*goal.get_or_insert(state.camera), t);
    }
    if over {
        state.glide = None;
        return None;
    }
    ui.ctx().request_repaint();
    Some(on_the_way(&glide.before, now, t))
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
    if t < 1.0 {
        for (id, node) in before.nodes.iter().filter(|(id, _)| !now.nodes.contains_key(*id)) {
            let goal = into(before, now, id).unwrap_or(node.at);
            design.nodes.insert(id.clone(), Node { at: node.at.lerp(goal, t), ..node.clone() });
        }
    }
    design
}

/// Where a node leaves to: into one that calls it and stays.
fn into(before: &Design, now: &Design, id: &Id) -> Option<Point> {
    let mut callers = before.links.values().filter(|link| link.to == *id);
    callers.find_map(|link| now.nodes.get(&link.from)).map(|node| node.at)
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

    #[test]
    fn what_goes_leaves_into_its_caller() {
        let (before, now) = (sketch("users -> elb -> asg").unwrap(), sketch("users -> elb").unwrap());
        let at = |design: &Design, id: &str| design.nodes[&Id::new(id).unwrap()].at;
        assert_eq!(at(&on_the_way(&before, &now, 0.0), "asg"), at(&before, "asg"));
        assert_eq!(at(&on_the_way(&before, &now, 0.5), "asg"), at(&before, "asg").lerp(at(&now, "elb"), 0.5));
        assert_eq!(on_the_way(&before, &now, 1.0), now);
    }
}
