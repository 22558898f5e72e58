//! A drawing that is put together from what another program wrote. It keeps every rule of a design, whatever it is told:
//! names are made harmless, ids are minted, settings are those of the catalogue, links are those that the editor allows.

use super::arrange;
use super::{Imported, Remark};
use crate::catalog::{self, Value};
use crate::edit::{self, line, paragraph};
use crate::model::{CARD, Design, FAR, Id, Link, MOST_BENDS, Node, Note, Place, PlaceKind, Point, Rect, Routing, Size};
use std::collections::BTreeMap;

/// Most nodes, places and notes together; more is no drawing that anyone looks at.
pub const MOST: usize = 10_000;

/// Most links.
const MOST_LINKS: usize = 40_000;

/// Most remarks; what a text has more of is counted.
const MOST_REMARKS: usize = 1_000;

/// Where things end up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Exactly where they were put: we put them there ourselves.
    Exactly,
    /// Where they were put, farther apart if cards would lie on each other.
    AsDrawn,
    /// Laid out anew: nobody said where.
    Anew,
}

/// A drawing under construction.
#[derive(Debug, Default)]
pub struct Draft {
    drawing: Design,
    not_understood: Vec<Remark>,
    /// The last number put behind an id that is in use.
    counted: BTreeMap<Id, u32>,
    joined: BTreeMap<(Id, Id), Id>,
    left_out: usize,
    /// How links run is known.
    routed: bool,
}

impl Draft {
    /// An empty drawing with a title.
    pub fn new(title: &str) -> Self {
        let mut draft = Self::default();
        let title = line(title);
        if !title.is_empty() {
            draft.drawing.name = title;
        }
        draft
    }

    /// What there is so far.
    pub fn drawing(&self) -> &Design {
        &self.drawing
    }

    /// Prices are taken from this region; one without prices is told.
    pub fn region(&mut self, at: Option<usize>, region: &str) {
        if catalog::REGIONS.contains(&region) {
            self.drawing.region = region.to_owned();
        } else {
            let (name, known) = (line(region), catalog::REGIONS.join(", "));
            self.remark(at, format!("there are no prices for the region \"{name}\"; known are: {known}"));
        }
    }

    /// Notes something that was not understood.
    pub fn remark(&mut self, line: Option<usize>, text: impl Into<String>) {
        self.not_understood.push(Remark { line, text: text.into() });
    }

    /// A node of a service with its card's top left corner. `None` when the drawing is full.
    pub fn node<'a>(&mut self, service: &str, name: impl Into<Name<'a>>, at: Point) -> Option<Id> {
        let known = catalog::find(service);
        let name = name.into();
        let label = line(name.label);
        let fallback = known.map_or(service, |service| service.key);
        let id = self.claim(name.id.unwrap_or(&label), fallback)?;
        let name = || known.map_or_else(|| id.to_string(), |service| service.sheet().short.clone());
        let label = if label.is_empty() { name() } else { label };
        let node =
            Node { service: service.to_owned(), label, at: on_canvas(at), place: None, settings: BTreeMap::new() };
        self.drawing.nodes.insert(id.clone(), node);
        Some(id)
    }

    /// A place. `None` when the drawing is full.
    pub fn place<'a>(&mut self, kind: PlaceKind, name: impl Into<Name<'a>>, rect: Rect) -> Option<Id> {
        let name = name.into();
        let label = line(name.label);
        // A zone is called by one letter.
        let usual = if kind == PlaceKind::Zone { "" } else { &label };
        let id = self.claim(name.id.unwrap_or(usual), kind.key())?;
        let label = if label.is_empty() { kind.name().to_owned() } else { label };
        let rect = sized(rect, kind.size());
        self.drawing.places.insert(id.clone(), Place { kind, label, rect, parent: None, settings: Default::default() });
        Some(id)
    }

    /// A note; none for empty text or when the drawing is full.
    pub fn note(&mut self, rect: Rect, text: &str) -> Option<Id> {
        let text = paragraph(text);
        if text.trim().is_empty() {
            return None;
        }
        let id = self.claim("note", "note")?;
        self.drawing.notes.insert(id.clone(), Note { rect: sized(rect, Size { w: 168.0, h: 48.0 }), text });
        Some(id)
    }

    /// Puts a node or place into a place.
    #[must_use]
    pub fn put_into(&mut self, inner: &Id, outer: &Id) -> Held {
        let Some(kind) = self.drawing.places.get(outer).map(|place| place.kind) else { return Held::No };
        if let Some(node) = self.drawing.nodes.get_mut(inner) {
            node.place = Some(outer.clone());
            return Held::Yes;
        }
        match self.drawing.places.get_mut(inner) {
            Some(place) if kind.may_hold(place.kind) => {
                place.parent = Some(outer.clone());
                Held::Yes
            }
            _ => Held::No,
        }
    }

    /// Puts everything into the innermost place that its middle lies in, as the editor would.
    pub fn settle(&mut self) {
        let around = self.drawing.clone();
        for node in self.drawing.nodes.values_mut() {
            node.place = edit::home_of(&around, node.rect());
        }
        for (id, place) in &mut self.drawing.places {
            let holds = |(other, outer): &(&Id, &Place)| {
                *other != id && outer.kind.may_hold(place.kind) && outer.rect.contains(place.rect.center())
            };
            let homes = around.places.iter().filter(holds);
            let innermost = homes.min_by(|a, b| a.1.rect.area().total_cmp(&b.1.rect.area()));
            place.parent = innermost.map(|(id, _)| id.clone());
        }
    }

    /// Sets a setting of a node as people write it; what the catalogue does not take is told.
    pub fn set(&mut self, at: Option<usize>, id: &Id, (key, text): (&str, &str)) {
        let Some(node) = self.drawing.nodes.get_mut(id) else { return };
        let Some(service) = catalog::find(&node.service) else { return };
        let outcome =
            understood(service.sheet(), &node.label, (key, text)).map(|value| put(&mut node.settings, key, value));
        outcome.unwrap_or_else(|why| self.remark(at, why));
    }

    /// Likewise of a link.
    pub fn set_link(&mut self, at: Option<usize>, id: &Id, (key, text): (&str, &str)) {
        let Some(link) = self.drawing.links.get_mut(id) else { return };
        let found = understood(catalog::link_sheet(), id.as_str(), (key, text));
        let outcome = found.map(|value| put(&mut link.settings, key, value));
        outcome.unwrap_or_else(|why| self.remark(at, why));
    }

    /// Whether the editor would join these two; the error says why not.
    pub fn joins(&self, from: &Id, to: &Id) -> Result<(), String> {
        let service = |id: &Id| self.drawing.nodes.get(id).and_then(Node::service);
        match service(from).zip(service(to)) {
            Some((caller, callee)) => caller.tie(callee).map(drop),
            None => Ok(()),
        }
    }

    /// Joins two nodes. A second link between the same two is the first one, and adds its label where there is none; one
    /// that makes no sense is told and left out.
    pub fn link(&mut self, at: Option<usize>, (from, to): (&Id, &Id), label: &str) -> Option<Id> {
        let name = |id: &Id| self.drawing.nodes.get(id).map(|node| node.label.clone());
        let (caller, callee) = (name(from)?, name(to)?);
        let label = line(label);
        if from == to {
            self.remark(at, format!("the link from \"{caller}\" to itself is left out"));
            return None;
        }
        if let Err(why) = self.joins(from, to) {
            self.remark(at, format!("the link from \"{caller}\" to \"{callee}\" is left out: {why}"));
            return None;
        }
        let ends = (from.clone(), to.clone());
        if let Some(id) = self.joined.get(&ends) {
            let same = self.drawing.links.get_mut(id)?;
            if same.label.is_empty() {
                same.label = label;
            }
            return Some(id.clone());
        }
        if self.drawing.links.len() >= MOST_LINKS {
            self.left_out += 1;
            return None;
        }
        let id = self.mint(&Id::between(from, to));
        self.joined.insert(ends, id.clone());
        self.drawing.links.insert(id.clone(), Link { label, ..Link::new(from.clone(), to.clone()) });
        Some(id)
    }

    /// Where a link runs, and how. A second line between the same two changes nothing.
    pub fn way(&mut self, id: &Id, via: Vec<Point>, routing: Option<Routing>) {
        let untold = |link: &&mut Link| link.routing.is_none() && link.via.is_empty();
        if let Some(link) = self.drawing.links.get_mut(id).filter(untold) {
            link.via = via.into_iter().take(MOST_BENDS).map(on_canvas).collect();
            link.routing = routing;
        }
    }

    /// How links run that do not say otherwise.
    pub fn routing(&mut self, routing: Routing) {
        self.drawing.routing = routing;
        self.routed = true;
    }

    /// How most links run is how the drawing has it.
    fn agree_on_ways(&mut self) {
        if self.routed {
            return;
        }
        let links = &mut self.drawing.links;
        let like = |routing: &Routing| links.values().filter(|link| link.routing == Some(*routing)).count();
        if let Some(most) = Routing::ALL.into_iter().rev().max_by_key(like).filter(|most| like(most) > 0) {
            self.drawing.routing = most;
        }
        let usual = self.drawing.routing;
        links.values_mut().for_each(|link| link.routing = link.routing.filter(|own| *own != usual));
    }

    /// How a link is used, for what only our own exports say.
    pub fn link_mut(&mut self, id: &Id) -> Option<&mut Link> {
        self.drawing.links.get_mut(id)
    }

    /// The drawing, with everything where it fits, and what was not understood.
    pub fn finish(mut self, stand: Stand) -> Imported {
        if self.left_out > 0 {
            let text = format!("{} more boxes and links are left out: a drawing has at most {MOST}", self.left_out);
            self.not_understood.push(Remark { line: None, text });
        }
        self.agree_on_ways();
        arrange::arrange(&mut self.drawing, stand);
        Imported { drawing: self.drawing, not_understood: listed(self.not_understood) }
    }

    /// An id for a new record, if there is room for it.
    fn claim(&mut self, label: &str, fallback: &str) -> Option<Id> {
        let Design { nodes, places, notes, .. } = &self.drawing;
        if nodes.len() + places.len() + notes.len() >= MOST {
            self.left_out += 1;
            return None;
        }
        Some(self.mint(&Id::slug(label, Id::slug(fallback, "node").as_str())))
    }

    fn mint(&mut self, wanted: &Id) -> Id {
        let drawing = &self.drawing;
        if !drawing.has(wanted) {
            return wanted.clone();
        }
        let counted = self.counted.entry(wanted.clone()).or_insert(1);
        wanted.mint_after(counted, |id| drawing.has(id))
    }
}

/// Remarks in the order of the text, and how many more there are than anyone reads.
fn listed(mut remarks: Vec<Remark>) -> Vec<Remark> {
    remarks.sort_by_key(|remark| remark.line);
    if let Some(more) = remarks.len().checked_sub(MOST_REMARKS).filter(|more| *more > 0) {
        remarks.truncate(MOST_REMARKS);
        remarks.push(Remark { line: None, text: format!("and {more} more that are not listed") });
    }
    remarks
}

/// What a setting is set to; `None` for its default. The error says why the catalogue does not take it.
fn understood(sheet: &catalog::Sheet, of: &str, (key, text): (&str, &str)) -> Result<Option<Value>, String> {
    let param = sheet.param(key).ok_or_else(|| format!("{} has no setting \"{}\"", sheet.name, line(key)))?;
    match param.kind.parse(text) {
        Ok(value) => Ok((value != param.default_value()).then_some(value)),
        Err(why) => Err(format!("{} of \"{of}\": {why}; it stays {}", param.label, param.default)),
    }
}

fn put(settings: &mut BTreeMap<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) => settings.insert(key.to_owned(), value),
        None => settings.remove(key),
    };
}

/// What a record is called.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    /// The id that it would like to have; without one it follows from the label.
    pub id: Option<&'a str>,
    /// What stands on it.
    pub label: &'a str,
}

impl<'a> From<&'a str> for Name<'a> {
    fn from(label: &'a str) -> Self {
        Self { id: None, label }
    }
}

/// Whether a place took something in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It stands there now.
    Yes,
    /// It cannot stand there.
    No,
}

/// A card around a point.
pub fn card_around(middle: Point) -> Point {
    middle - Point::new(CARD.w / 2.0, CARD.h / 2.0)
}

/// A point that is on the canvas, whatever it was.
fn on_canvas(at: Point) -> Point {
    let fit = |x: f32| if x.is_finite() { x.clamp(-FAR, FAR) } else { 0.0 };
    Point::new(fit(at.x), fit(at.y)).rounded()
}

/// A rectangle on the canvas; one without a size gets the usual one.
fn sized(rect: Rect, usual: Size) -> Rect {
    let side = |long: f32, usual: f32| if long.is_finite() && long >= 1.0 { long.clamp(24.0, FAR) } else { usual };
    let rect = Rect::new(on_canvas(rect.min), Size { w: side(rect.w(), usual.w), h: side(rect.h(), usual.h) });
    Rect { max: rect.max.rounded(), ..rect }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_a_design_is_kept() {
        let mut draft = Draft::new(" Shop\n");
        let at = Point::new(f32::NAN, 1e9);
        let users = draft.node("users", "", at).unwrap();
        let web = draft.node("ec2", "Web\u{7}", Point::default()).unwrap();
        let again = draft.node("ec2", "Web", Point::default()).unwrap();
        let db = draft.node("rds", "Db", Point::default()).unwrap();
        assert_eq!((web.as_str(), again.as_str()), ("web", "web-2"));
        assert!(draft.link(Some(3), (&users, &web), "").is_some());
        assert!(draft.link(Some(4), (&users, &web), "twice").is_some());
        assert!(draft.link(Some(5), (&db, &web), "").is_none());
        assert!(draft.link(Some(6), (&web, &web), "").is_none());
        draft.set(Some(7), &web, ("type", "t3.micro"));
        draft.set(Some(8), &web, ("type", "huge"));
        draft.set(Some(9), &web, ("colour", "red"));
        draft.region(Some(10), "mars-1");
        let zone = draft.place(PlaceKind::Zone, "a", Rect::default()).unwrap();
        let vpc = draft.place(PlaceKind::Vpc, "", Rect::default()).unwrap();
        assert_eq!((draft.put_into(&vpc, &zone), draft.put_into(&zone, &vpc)), (Held::No, Held::Yes));
        assert_eq!(draft.put_into(&web, &zone), Held::Yes);
        let Imported { drawing, not_understood } = draft.finish(Stand::Anew);
        assert_eq!((drawing.name.as_str(), drawing.links.len()), ("Shop", 1));
        assert_eq!(drawing.links.values().next().unwrap().label, "twice");
        assert_eq!(drawing.nodes[&web].settings.len(), 1);
        let told: Vec<String> = not_understood.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 5, "{told:#?}");
        assert!(told[0].starts_with("line 5: the link from \"Db\" to \"Web\" is left out: "), "{told:#?}");
        let rect = drawing.places[&zone].rect;
        assert!(drawing.places[&vpc].rect.encloses(&rect) && rect.encloses(&drawing.nodes[&web].rect()));
    }

    #[test]
    fn remarks_have_an_end() {
        let mut draft = Draft::new("");
        (0..MOST_REMARKS + 20_000).rev().for_each(|n| draft.remark(Some(n + 1), "odd"));
        let told = draft.finish(Stand::Exactly).not_understood;
        assert_eq!((told.len(), told[0].line), (MOST_REMARKS + 1, Some(1)));
        assert_eq!(told[MOST_REMARKS].to_string(), "and 20000 more that are not listed");
    }

    #[test]
    fn a_drawing_has_an_end() {
        let mut draft = Draft::new("");
        for n in 0..MOST + 7 {
            let id = draft.note(Rect::new(Point::new(n as f32 * 200.0, 0.0), Size { w: 100.0, h: 50.0 }), "same");
            assert_eq!(id.is_some(), n < MOST);
        }
        let imported = draft.finish(Stand::Exactly);
        assert_eq!(imported.drawing.notes.len(), MOST);
        assert!(imported.not_understood[0].text.starts_with("7 more boxes"), "{:?}", imported.not_understood);
    }
}
