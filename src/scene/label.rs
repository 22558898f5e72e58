//! Where the label of a link stands: on its way, where it covers neither cards nor other labels.
//!
//! The place depends on the drawing alone and not on the figures of a run, so that labels stand still while figures
//! change; it is kept wide enough for those that usually come.

use super::list::{Anchor, Weight};
use super::route::Route;
use super::{style, text};
use crate::model::{LabelAt, Point, Rect};

/// Size of type.
pub const SIZE: f32 = style::SMALL - 0.5;

/// Length of line to be seen on either side of a label: enough for the arrow head.
const BARE: f32 = 12.0;

/// Half the height of a label.
const HALF: f32 = 7.5;

/// How far over a line that is too short a label stands.
const OVER: f32 = 12.5;

/// Free space on either side of the text.
pub const PAD: f32 = 4.5;

/// Widest label that somebody wrote, in drawing units.
const WIDEST: f32 = 180.0;

/// Where a label stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Its middle.
    pub middle: Point,
    /// How wide its text may be.
    pub room: f32,
    /// Which end of a text that is shorter than its room stays where it is, so that it stands close to its line.
    pub holds: Anchor,
    /// Points of its line that say whose it is, where it does not lie on a line of its own.
    pub ties: [Option<Point>; 2],
}

/// What is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Nothing.
    Bare,
    /// Another link runs there.
    Crossed,
    /// A card or another label is there.
    Taken,
}

impl Spot {
    /// What a text of this width covers.
    pub fn around(&self, wide: f32) -> Rect {
        let aside = match self.holds {
            Anchor::Start => (wide - self.room) / 2.0,
            Anchor::Middle => 0.0,
            Anchor::End => (self.room - wide) / 2.0,
        };
        let middle = self.middle + Point::new(aside, 0.0);
        Rect { min: middle, max: middle }.grown(wide / 2.0 + PAD, HALF)
    }

    /// Over other lines: where its own one, if it is upright, goes in and comes out.
    fn tied(self, route: &Route) -> Self {
        let ends = [-HALF, HALF].map(|by| self.middle + Point::new(0.0, by));
        let upright = ends.iter().all(|end| route.distance(*end) < 1.0);
        if upright { Self { ties: ends.map(Some), ..self } } else { self }
    }

    /// What it covers at most.
    pub fn rect(&self) -> Rect {
        Rect { min: self.middle, max: self.middle }.grown(self.room / 2.0 + PAD, HALF)
    }
}

/// Text that a written label is shown as.
pub fn written(label: &str) -> String {
    text::fit(label.trim(), SIZE, Weight::Regular, WIDEST)
}

/// The place that a label was put at, with room for all that it may say.
pub fn put(route: &Route, label: &str, at: LabelAt) -> Spot {
    let (on, off) = (route.at(at.along), at.by.distance(Point::default()) > HALF);
    Spot { middle: on + at.by, room: widths(label)[0], holds: Anchor::Middle, ties: [off.then_some(on), None] }
}

/// Room for label, rate and latency; for label and rate; for the rate alone.
fn widths(label: &str) -> [f32; 3] {
    let wide = |words: &str| text::width(words, SIZE, Weight::Regular);
    let label = written(label);
    let apart = if label.is_empty() { 0.0 } else { wide(&label) + wide(" · ") };
    [apart + wide("88.8k/s · 888 ms"), apart + wide("88.8k/s"), wide("88.8k/s")]
}

/// Finds a place. With less and less room where nothing runs; then likewise where another link does, where less of it is
/// covered by less.
pub fn place(route: &Route, label: &str, ground: &dyn Fn(Rect) -> Ground) -> Option<Spot> {
    let widths = widths(label);
    let lines = by_length(route);
    let on = |width: f32, wanted: Ground| {
        lines.iter().flat_map(|line| candidates(*line, width)).find(|spot| ground(spot.rect()) == wanted)
    };
    let bare =
        widths.iter().take(if label.trim().is_empty() { 3 } else { 2 }).find_map(|width| on(*width, Ground::Bare));
    let crossing = || {
        let found = widths[1..].iter().chain(&widths[..1]).find_map(|width| on(*width, Ground::Crossed));
        found.map(|spot| spot.tied(route))
    };
    bare.or_else(crossing).or_else(|| on(widths[2], Ground::Bare))
}

/// The lines of a way, the best for a label first: long ones, and rather level ones.
fn by_length(route: &Route) -> Vec<(Point, Point)> {
    let mut lines: Vec<(Point, Point)> = route.sharp().collect();
    let worth = |(a, b): &(Point, Point)| a.distance(*b) * if level((*a, *b)) { 1.6 } else { 1.0 };
    lines.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
    lines.truncate(4);
    lines
}

fn level((a, b): (Point, Point)) -> bool {
    (a.y - b.y).abs() < 1.0
}

/// Where along a line a label may stand, the best first.
const STEPS: [f32; 9] = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88];

/// Between an upright line and a label beside it.
const BESIDE: f32 = 2.0;

/// Places on a line, or beside it: over or under a level one that is too short, to the right or left of an upright one.
fn candidates((a, b): (Point, Point), width: f32) -> impl Iterator<Item = Spot> {
    let long = a.distance(b);
    let level = level((a, b));
    let needed = if level { width + 2.0 * (PAD + BARE) } else { 2.0 * (HALF + BARE) };
    let aside = width / 2.0 + PAD + BESIDE;
    let shifts = match (level, long >= needed) {
        (true, true) => vec![Point::default()],
        (true, false) if width + 4.0 <= long => vec![Point::new(0.0, -OVER), Point::new(0.0, OVER)],
        (false, true) => vec![Point::default(), Point::new(aside, 0.0), Point::new(-aside, 0.0)],
        _ => Vec::new(),
    };
    let fits = move |t: f32| t == 0.5 || long * t.min(1.0 - t) >= needed / 2.0;
    let steps = STEPS.into_iter().filter(move |t| fits(*t));
    shifts.into_iter().flat_map(move |by| {
        let holds = match by.x {
            x if x > 0.0 => Anchor::Start,
            x if x < 0.0 => Anchor::End,
            _ => Anchor::Middle,
        };
        let tie = move |on: Point| (by != Point::default()).then_some(on);
        let spot = move |on: Point| Spot { middle: on + by, room: width, holds, ties: [tie(on), None] };
        steps.clone().map(move |t| spot(a.lerp(b, t)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_way(long: f32) -> Route {
        Route::through(&[Point::new(0.0, 0.0), Point::new(long, 0.0)])
    }

    #[test]
    fn a_label_leaves_the_arrow_to_be_seen_or_stands_over_the_line() {
        let bare = |_: Rect| Ground::Bare;
        let spot = |long: f32| place(&level_way(long), "", &bare).map(|spot| spot.middle.y);
        assert_eq!(spot(160.0), Some(0.0), "there is room on the line");
        assert_eq!(spot(50.0), Some(-OVER), "over it");
        assert_eq!(spot(20.0), None, "nowhere");
    }

    #[test]
    fn a_label_avoids_what_is_there_already() {
        let taken = |rect: Rect| if rect.min.y < -5.0 { Ground::Taken } else { Ground::Bare };
        assert_eq!(place(&level_way(50.0), "", &taken).map(|spot| spot.middle.y), Some(OVER), "under it");
        let crossed = |rect: Rect| if rect.min.x < 150.0 { Ground::Crossed } else { Ground::Bare };
        let spot = place(&level_way(400.0), "orders", &crossed).unwrap();
        assert!(spot.middle.x > 200.0, "{spot:?}");
        assert_eq!(place(&level_way(400.0), "orders", &|_| Ground::Taken), None);
    }

    #[test]
    fn an_upright_line_has_its_label_along_it_or_beside_it() {
        let way = Route::through(&[Point::new(0.0, 0.0), Point::new(0.0, 200.0)]);
        let card = Rect::between(Point::new(10.0, 40.0), Point::new(200.0, 130.0));
        let ground = |rect: Rect| if rect.touches(&card) { Ground::Taken } else { Ground::Bare };
        let spot = place(&way, "", &ground).unwrap();
        assert!(spot.middle.x == 0.0 && spot.middle.y > 130.0, "past the card: {spot:?}");
        let wall = Rect::between(Point::new(10.0, -40.0), Point::new(200.0, 230.0));
        let ground = |rect: Rect| if rect.touches(&wall) { Ground::Taken } else { Ground::Bare };
        let spot = place(&way, "", &ground).unwrap();
        assert!(spot.rect().max.x < 0.0 && spot.middle.y == 100.0, "on its other side: {spot:?}");
        assert_eq!(spot.around(20.0).max.x, spot.rect().max.x, "a short text stands as close to the line");
    }

    #[test]
    fn a_label_that_is_not_on_its_line_alone_says_whose_it_is() {
        let upright = Route::through(&[Point::new(0.0, 0.0), Point::new(0.0, 200.0)]);
        let ties = |ground: Ground| place(&upright, "", &|_: Rect| ground).map(|spot| spot.ties);
        assert_eq!(ties(Ground::Bare), Some([None; 2]), "on its line");
        let ends = [92.5, 107.5].map(|y| Some(Point::new(0.0, y)));
        assert_eq!(ties(Ground::Crossed), Some(ends), "over others: where its own goes in and comes out");
        let over = place(&level_way(50.0), "", &|_| Ground::Bare).expect("over a short one");
        assert_eq!(over.ties[0].map(|tie| tie.y), Some(0.0));
        let put = |y: f32| put(&level_way(400.0), "", LabelAt { along: 0.5, by: Point::new(0.0, y) }).ties[0];
        assert_eq!((put(0.0), put(-40.0)), (None, Some(Point::new(200.0, 0.0))));
    }

    #[test]
    fn a_very_long_label_is_cut() {
        assert!(text::width(&written(&"long ".repeat(2_000)), SIZE, Weight::Regular) <= WIDEST);
    }
}
