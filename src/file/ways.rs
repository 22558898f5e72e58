//! How links run, as a file says it.

use super::lines::Section;
use super::open::Reader;
use crate::edit::line;
use crate::model::{FAR, Id, LABEL_REACH, LabelAt, MOST_BENDS, Point, Routing, Side, Sides};

impl Reader {
    /// The points that a link was pulled to; what no canvas has is left out and told.
    pub(super) fn bends(&mut self, index: usize, id: &Id, via: &[(f32, f32)]) -> Vec<Point> {
        let fits = |x: f32| (-FAR..=FAR).contains(&x);
        let sane = via.iter().filter(|(x, y)| fits(*x) && fits(*y)).take(MOST_BENDS);
        let bends: Vec<Point> = sane.map(|(x, y)| Point::new(*x, *y)).collect();
        let lost = via.len() - bends.len();
        if lost > 0 {
            let text = format!("{lost} bends of the link \"{id}\" are not on the canvas or too many; they are gone");
            self.warn(Section::Links, index, text);
        }
        bends
    }

    /// Where the label of a link was put; what is no place beside it is left out and told.
    pub(super) fn label_at(&mut self, index: usize, id: &Id, said: Option<(f32, f32, f32)>) -> Option<LabelAt> {
        let (along, x, y) = said?;
        let found = LabelAt::new(along, Point::new(x, y));
        if found.is_none() {
            let text = format!(
                "the label of the link \"{id}\" stands at ({along}, {x}, {y}), which is not beside it: a share of the \
                 way from 0 to 1, then x and y from there, at most {LABEL_REACH}; it stands where there is room"
            );
            self.warn(Section::Links, index, text);
        }
        found
    }

    /// The sides of its cards that a link was led to.
    pub(super) fn sides(&mut self, index: usize, (leaves, enters): (&str, &str)) -> Sides {
        Sides { leaves: self.side(index, leaves), enters: self.side(index, enters) }
    }

    fn side(&mut self, index: usize, named: &str) -> Option<Side> {
        let found = Side::named(named);
        if found.is_none() && !named.is_empty() {
            let known: Vec<&str> = Side::ALL.into_iter().map(Side::key).collect();
            let text = format!("a card has no side \"{}\"; its sides are {}", line(named), known.join(", "));
            self.warn(Section::Links, index, text);
        }
        found
    }

    /// How links run; `None` where nothing is said.
    pub(super) fn routing(&mut self, section: Section, index: usize, named: &str) -> Option<Routing> {
        let found = Routing::named(named);
        if found.is_none() && !named.is_empty() {
            let known: Vec<&str> = Routing::ALL.into_iter().map(Routing::key).collect();
            let text = format!("links do not run \"{}\"; they run {}", line(named), known.join(", "));
            self.warn(section, index, text);
        }
        found
    }
}
