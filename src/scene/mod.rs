//! What is seen, as a list of shapes with inks by meaning: the drawing with its live figures, and charts likewise.
//!
//! The window, SVG and PNG all paint this one list, so they cannot differ. Absent: colours (see `theme`), painters, files.

mod boxes;
pub mod card;
pub mod copies;
pub mod costs;
pub mod chart;
pub mod figures;
pub mod glyph;
pub mod hit;
mod index;
mod label;
pub mod layout;
pub mod link;
pub mod list;
pub mod note;
pub mod place;
pub mod route;
pub mod style;
pub mod text;
mod titles;
pub mod words;

#[cfg(test)]
pub(crate) mod sketch;

use crate::compile::Plan;
use crate::model::{Design, Id, Place, Point, Rect};
use crate::sim::snapshot::Snapshot;
use list::Shape;
use std::collections::BTreeSet;

pub use card::FAR;
pub use hit::{Hit, bounds, hit, inside, link_at, touched};
pub use layout::{Aim, Drawn, Layout, Wire};
pub use place::{TITLE_BAR, corners};
pub use route::ports::worth_telling;
pub use route::{Route, route, routes};

/// What to draw, and how much of it.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// The drawing.
    pub design: &'a Design,
    /// What of it runs; without one no figures are shown.
    pub plan: Option<&'a Plan>,
    /// The figures; none before the run has started.
    pub snapshot: Option<&'a Snapshot>,
    /// Ids of nodes, links, places and notes that are selected.
    pub selected: &'a BTreeSet<Id>,
    /// What the pointer is over.
    pub hovered: Option<&'a Id>,
    /// Seconds on the viewer's clock; moves the dots.
    pub phase: f32,
    /// Screen points per drawing unit: below [`FAR`] text is left out.
    pub zoom: f32,
    /// The part that is looked at; the rest is left out.
    pub visible: Option<Rect>,
}

/// How much can be read at a zoom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    Near,
    /// Large type only.
    Halfway,
    /// No type.
    Far,
}

impl<'a> Picture<'a> {
    /// How much can be read.
    pub fn detail(&self) -> Detail {
        match self.zoom {
            zoom if zoom < card::FAR => Detail::Far,
            zoom if zoom < card::HALFWAY => Detail::Halfway,
            _ => Detail::Near,
        }
    }

    /// All of a drawing at rest at 100 %, nothing selected.
    pub fn of(design: &'a Design) -> Self {
        static NOTHING: BTreeSet<Id> = BTreeSet::new();
        let selected = &NOTHING;
        Self { design, plan: None, snapshot: None, selected, hovered: None, phase: 0.0, zoom: 1.0, visible: None }
    }

    fn sees(&self, rect: Rect) -> bool {
        self.visible.is_none_or(|visible| visible.touches(&rect.expand(12.0)))
    }
}

/// The drawing: places, links, what moves and stands on them, nodes and notes, in this order. All are groups with the id
/// of what they show; the first group of a thing has its state in words.
pub fn drawing(picture: &Picture<'_>) -> Vec<Shape> {
    drawing_of(picture, &Layout::new(picture.design))
}

/// The same for a drawing whose layout is known.
pub fn drawing_of(picture: &Picture<'_>, layout: &Layout) -> Vec<Shape> {
    let design = picture.design;
    let everywhere = Rect::between(Point::new(-MOST, -MOST), Point::new(MOST, MOST));
    let seen = picture.visible.map_or(everywhere, |visible| visible.expand(12.0));
    let (wires, cards) = (layout.wires_in(seen), layout.cards_in(seen));
    let wires = || wires.iter().map(|number| &layout.wires()[*number as usize]);
    let mut shapes = Vec::with_capacity(cards.len() * 16 + layout.wires().len().min(4_096) * 8 + 64);
    for (id, place) in outermost_first(design) {
        if picture.sees(place.rect) {
            place::draw(picture, id, (place, layout.title(id, place)), &mut shapes);
        }
    }
    for wire in wires() {
        link::line(picture, &wire.id, &wire.route, &mut shapes);
    }
    for wire in wires() {
        link::moving(picture, &wire.id, &wire.route, &mut shapes);
    }
    for wire in wires() {
        if let Some(spot) = wire.spot {
            link::label(picture, &wire.id, spot, &mut shapes);
        }
    }
    for number in cards {
        let id = &layout.cards()[number as usize].id;
        card::draw(picture, id, &design.nodes[id], &mut shapes);
        copies::draw(picture, layout, (id, &design.nodes[id]), &mut shapes);
    }
    for (id, note) in design.piled(&design.notes) {
        if picture.sees(note.rect) {
            note::draw(picture, id, note, &mut shapes);
        }
    }
    shapes
}

/// Farther than anything is ever drawn.
const MOST: f32 = 1e9;

/// Places in the order of painting: by how far inside they stand, then by level, then large before small, so that what
/// lies inside lies above.
pub fn outermost_first(design: &Design) -> Vec<(&Id, &Place)> {
    let mut places: Vec<_> = design.places.iter().collect();
    let rank = |(id, place): &(&Id, &Place)| (place.kind.depth(), design.level(id));
    places.sort_by(|a, b| rank(a).cmp(&rank(b)).then(b.1.rect.area().total_cmp(&a.1.rect.area())));
    places
}

#[cfg(test)]
mod tests {
    use super::sketch::{id, plan, sketch, snapshot, words};
    use super::*;
    use crate::model::{CARD, Link, Node, Point};

    /// The shapes of one group.
    fn group<'a>(shapes: &'a [Shape], of: &Id) -> &'a [Shape] {
        let begins = |shape: &Shape| matches!(shape, Shape::Begin { id, .. } if id == of);
        let from = shapes.iter().position(begins).expect("it is drawn");
        let length = shapes[from..].iter().position(|shape| *shape == Shape::End).expect("it ends");
        &shapes[from..from + length]
    }

    /// The shapes of all groups of a thing.
    fn groups(shapes: &[Shape], of: &Id) -> Vec<Shape> {
        let mut inside = false;
        let mut taken = shapes.to_vec();
        taken.retain(|shape| {
            match shape {
                Shape::Begin { id, .. } => inside = id == of,
                Shape::End => return std::mem::take(&mut inside),
                _ => {}
            }
            inside
        });
        taken
    }

    fn told(shapes: &[Shape], of: &str) -> String {
        words(&groups(shapes, &id(of))).into_iter().map(|word| word.0).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn text_lies_inside_its_card_and_never_on_other_text() {
        let mut design = sketch();
        design.nodes.get_mut(&id("web")).unwrap().label =
            "A very long name that no card could ever hold 웹 서버".to_owned();
        let plan = plan(&design);
        let snapshot = snapshot(&design, &plan);
        let rest = drawing(&Picture::of(&design));
        let live = drawing(&Picture { plan: Some(&plan), snapshot: Some(&snapshot), ..Picture::of(&design) });
        let from_halfway =
            |zoom, snapshot| drawing(&Picture { plan: Some(&plan), snapshot, zoom, ..Picture::of(&design) });
        let (half, half_live) = (from_halfway(0.5, None), from_halfway(0.5, Some(&snapshot)));
        for (id, node) in &design.nodes {
            for shapes in [&rest, &live, &half, &half_live] {
                let words = words(group(shapes, id));
                assert!(words.len() >= 2, "{id} says nothing");
                for (at, (text, place)) in words.iter().enumerate() {
                    assert!(node.rect().expand(-4.0).encloses(place), "{text:?} leaves the card of {id}");
                    assert!(words[at + 1..].iter().all(|other| !other.1.touches(place)), "{words:?} overlap on {id}");
                }
            }
        }
    }

    #[test]
    fn cards_say_what_is_going_on() {
        let design = sketch();
        let plan = plan(&design);
        let snapshot = snapshot(&design, &plan);
        let live = drawing(&Picture { plan: Some(&plan), snapshot: Some(&snapshot), ..Picture::of(&design) });
        assert_eq!(told(&live, "web"), "Web | m5.large · 4 of 6 | CPU 82 % | p95 178 ms");
        assert_eq!(told(&live, "users"), "Shoppers | 840/s · 99.2 % good | p50 | 48 ms | p95 | 186 ms");
        assert_eq!(told(&live, "sessions"), "ElastiCache | hit 94 % · 0.4 ms | CPU 29 % | p95 0.9 ms");
        assert_eq!(told(&live, "orders"), "Orders | backlog 1,240 | in | 64/s");
        assert_eq!(told(&live, "alb").split(" | ").nth(1), Some("2 unhealthy of 6"));
        assert_eq!(told(&live, "web-b").split(" | ").nth(1), Some("⚠ no target (503) 12/s"));
        assert_eq!(told(&live, "az-b"), "⚠ Availability Zone b · outage 00:41");
        assert!(told(&live, "alb-web-b").ends_with("100 % failed"), "{}", told(&live, "alb-web-b"));
        assert_eq!(told(&live, "ledger"), "Ledger | unknown service | ledger");
    }

    #[test]
    fn from_halfway_a_card_has_its_name_and_one_figure() {
        let design = sketch();
        let plan = plan(&design);
        let snapshot = snapshot(&design, &plan);
        let rest = Picture { zoom: 0.5, ..Picture::of(&design) };
        let live = drawing(&Picture { plan: Some(&plan), snapshot: Some(&snapshot), ..rest });
        assert_eq!(told(&live, "web"), "CPU 82 % | Web");
        assert_eq!(told(&live, "users"), "p95 186 ms | Shoppers");
        assert_eq!(told(&live, "alb").split(" | ").next(), Some("2 unhealthy"));
        assert_eq!(told(&drawing(&rest), "web"), "m5.large | Web");
    }

    #[test]
    fn what_is_out_of_sight_is_left_out_and_from_afar_there_is_no_text() {
        let design = sketch();
        let visible = Some(design.nodes[&id("users")].rect());
        let near = drawing(&Picture { visible, ..Picture::of(&design) });
        assert!(near.len() < 40 && words(&near).iter().any(|word| word.0 == "Shoppers"));
        let far = drawing(&Picture { zoom: 0.2, ..Picture::of(&design) });
        assert!(words(&far).is_empty() && !far.is_empty());
    }

    #[test]
    fn groups_are_balanced_and_ordered() {
        let design = sketch();
        let shapes = drawing(&Picture::of(&design));
        let (mut open, mut order) = (0, Vec::new());
        for shape in &shapes {
            match shape {
                Shape::Begin { id, .. } => {
                    open += 1;
                    order.push(id.clone());
                }
                Shape::End => open -= 1,
                _ => assert_eq!(open, 1, "{shape:?} belongs to nothing"),
            }
        }
        let at = |key: &str| order.iter().position(|found| *found == id(key)).unwrap();
        assert!(at("region") < at("vpc") && at("vpc") < at("az-a") && at("az-a") < at("web-db"));
        assert!(at("web-db") < at("web") && at("web") < at("note"));
    }

    #[test]
    fn links_to_nowhere_and_to_themselves_do_no_harm() {
        let mut design = sketch();
        let link = |from: &str, to: &str| Link::new(id(from), id(to));
        design.links.insert(id("lost"), link("web", "gone"));
        design.links.insert(id("self"), link("web", "web"));
        let shapes = drawing(&Picture::of(&design));
        assert!(!shapes.iter().any(|shape| matches!(shape, Shape::Begin { id: found, .. } if *found == id("lost"))));
        assert!(!group(&shapes, &id("self")).is_empty());
    }

    #[test]
    fn a_thousand_nodes_make_a_list_of_bounded_length() {
        let mut design = sketch();
        let node = design.nodes[&id("web")].clone();
        for number in 0..1_000u16 {
            let column = f32::from(number % 40);
            let at = Point::new(column * CARD.w * 1.5, f32::from(number / 40) * CARD.h * 2.0 + 1_000.0);
            design.nodes.insert(id(&format!("n-{number}")), Node { at, ..node.clone() });
        }
        let shapes = drawing(&Picture::of(&design));
        assert!(shapes.len() < 1_100 * 10, "{}", shapes.len());
    }
}
