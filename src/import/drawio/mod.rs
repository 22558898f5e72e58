//! Drawings of draw.io (diagrams.net): boxes with AWS shapes or recognisable names become services, AWS frames become
//! places, lines become links; what else is written becomes notes, and the rest is listed.
//!
//! The first page with boxes counts. Icons grow into cards, so that a drawing is spread where they would lie on each
//! other, and its lines with it: they run where they ran. Absent: colours, pictures, layers, and several pages.

mod cells;
mod meaning;
mod pages;
#[cfg(test)]
mod tests;

use super::draft::{Draft, Name, Stand, card_around};
use super::words;
use super::xml::Lines;
use super::{ImportError, Imported};
use crate::export::drawio::shapes;
use crate::model::{Id, LabelAt, Place, PlaceKind, Point, Rect, Routing, Side, Sides, Size, When};
use crate::scene;
use cells::{Cell, Cells, Kind};
use meaning::{Inside, Meaning};
use std::collections::BTreeMap;

/// Reads a file of draw.io. `title` names the drawing where the file does not.
///
/// # Errors
/// It is no such file, or not well-formed.
pub fn read(text: &str, title: &str) -> Result<Imported, ImportError> {
    let pages = pages::pages(text)?;
    let mut chosen = None;
    for (at, page) in pages.iter().enumerate().filter(|(_, page)| !page.text.trim().is_empty()) {
        let document = pages::model(page)?;
        let cells = cells::read(&document, &Lines::of(&page.text), page.shift);
        if cells.all.iter().any(|cell| cell.kind == Kind::Box) {
            chosen = Some((at, cells));
            break;
        }
    }
    let Some((at, cells)) = chosen else {
        return Err(ImportError::new("nothing is drawn in this file", "Choose another file"));
    };
    let mut reader = Reader::new(&cells, title);
    for (other, page) in pages.iter().enumerate().filter(|(other, page)| *other != at && !page.text.trim().is_empty()) {
        let name = crate::edit::line(&page.name);
        reader.draft.remark(None, format!("page {} \"{name}\" is left out: a design is one page", other + 1));
    }
    Ok(reader.read())
}

/// Turns cells into a drawing.
struct Reader<'a> {
    cells: &'a Cells,
    draft: Draft,
    /// What each cell means.
    meanings: Vec<Meaning>,
    /// The node that each cell became, by number.
    nodes: BTreeMap<usize, Id>,
    /// The frames of scaling groups.
    groups: Vec<usize>,
    /// Text on lines, by the line's number.
    labels: BTreeMap<usize, String>,
    /// Whether we wrote the file ourselves.
    own: bool,
}

impl<'a> Reader<'a> {
    fn new(cells: &'a Cells, title: &str) -> Self {
        let design = cells.all.iter().find(|cell| cell.own.get(shapes::OWN).is_some_and(|own| own == shapes::DESIGN));
        let named = design.and_then(|cell| cell.own.get("name")).map_or(title, String::as_str);
        let mut draft = Draft::new(named);
        if let Some(region) = design.and_then(|cell| cell.own.get("region")) {
            draft.region(None, region);
        }
        if let Some(routing) = design.and_then(|cell| Routing::named(cell.own.get(shapes::ROUTING)?)) {
            draft.routing(routing);
        }
        let mut full = vec![Inside::Nothing; cells.all.len()];
        for cell in cells.all.iter().filter(|cell| cell.kind == Kind::Box) {
            if let Some(parent) = cell.parent {
                full[parent] = Inside::Boxes;
            }
        }
        let means = |(cell, inside): (&Cell, Inside)| match cell.kind {
            Kind::Box => meaning::of(cell, inside),
            _ => Meaning::Nothing,
        };
        let meanings: Vec<Meaning> = cells.all.iter().zip(full).map(means).collect();
        let is_group = |at: &usize| matches!(meanings[*at], Meaning::ScalingGroup);
        let groups = (0..meanings.len()).filter(is_group).collect();
        let (nodes, labels) = (BTreeMap::new(), labels(cells));
        Self { cells, draft, meanings, nodes, groups, labels, own: design.is_some() }
    }

    fn read(mut self) -> Imported {
        for circle in &self.cells.circles {
            let cell = &self.cells.all[*circle];
            let text = format!("{} is part of itself; it is taken to stand on the page", cell.called());
            self.draft.remark(cell.line, text);
        }
        // Frames first: what stands in a scaling group is part of it.
        for at in 0..self.cells.all.len() {
            self.frame(at);
        }
        for at in 0..self.cells.all.len() {
            self.thing(at);
        }
        for at in 0..self.cells.all.len() {
            self.line(at);
        }
        self.draft.settle();
        self.draft.finish(if self.own { Stand::Exactly } else { Stand::AsDrawn })
    }

    fn frame(&mut self, at: usize) {
        let cell = &self.cells.all[at];
        match self.meanings[at] {
            Meaning::Place(kind) => {
                let label = self.place_label(cell, kind);
                if kind == PlaceKind::Region
                    && let Some(region) = words::region(&cell.label)
                {
                    self.draft.region(cell.line, &region);
                }
                self.draft.place(kind, self.name(cell, &label), cell.rect);
            }
            Meaning::ScalingGroup => {
                let label = if cell.label.is_empty() { "Auto Scaling group" } else { &cell.label };
                self.add_node(at, "asg", label);
            }
            Meaning::Frame => {
                let text = format!("the frame {} has no meaning here; what stands in it is kept", cell.called());
                self.draft.remark(cell.line, text);
            }
            _ => {}
        }
    }

    /// The letter of a zone, the name of anything else.
    fn place_label(&self, cell: &Cell, kind: PlaceKind) -> String {
        let label = cell.label.replace('\n', " ");
        if let Some(name) = cell.own.get("name") {
            let place =
                Place { kind, label: name.clone(), rect: cell.rect, parent: None, settings: Default::default() };
            // It may have another name by now.
            if scene::place::name(&place) == label {
                return name.clone();
            }
        }
        if kind != PlaceKind::Zone {
            return label;
        }
        let taken = |letter: &String| {
            self.draft.drawing().places.values().any(|place| place.kind == kind && place.label == *letter)
        };
        let given = words::zone_letter(&cell.label);
        // Where nothing is said, each zone is another one.
        given.or_else(|| ('a'..='z').map(String::from).find(|letter| !taken(letter))).unwrap_or_default()
    }

    /// Its id too, if we wrote it.
    fn name<'b>(&self, cell: &'b Cell, label: &'b str) -> Name<'b> {
        Name { id: self.own.then_some(cell.id.as_str()), label }
    }

    fn add_node(&mut self, at: usize, service: &str, label: &str) {
        let cell = &self.cells.all[at];
        let label = label.replace('\n', " ");
        let name = Name { id: self.own.then_some(cell.id.as_str()), label: &label };
        let Some(id) = self.draft.node(service, name, card_around(cell.rect.center())) else { return };
        for (key, text) in cell.own.iter().filter_map(|(key, text)| Some((key.strip_prefix(shapes::SET)?, text))) {
            self.draft.set(cell.line, &id, (key, text));
        }
        self.nodes.insert(at, id);
    }

    fn thing(&mut self, at: usize) {
        let cell = &self.cells.all[at];
        match self.meanings[at] {
            Meaning::Service(service) if service.key == "ec2" && self.group_around(at).is_some() => {
                if let Some(group) = self.group_around(at) {
                    self.nodes.insert(at, group);
                }
            }
            Meaning::Service(service) => self.add_node(at, service.key, &cell.label),
            Meaning::Untiled(untiled) => {
                let label = if cell.label.is_empty() { untiled.name } else { &cell.label };
                self.add_node(at, words::STATION, label);
                self.draft.remark(cell.line, words::stands_in(&label.replace('\n', " "), untiled.name));
            }
            Meaning::Unknown => {
                let key = cell.own.get(shapes::OWN).cloned().unwrap_or_default();
                self.add_node(at, &key, &cell.label);
            }
            Meaning::OtherShape => {
                let shape = ["resIcon", "prIcon", "shape"]
                    .map(|key| cell.look(key))
                    .into_iter()
                    .find(|name| name.starts_with("mxgraph.aws") && !name.ends_with("Icon"));
                let shape = crate::edit::line(shape.unwrap_or("AWS"));
                let text = format!("the shape {shape} of {} stands for nothing here; it is a note", cell.called());
                self.draft.remark(cell.line, text);
                let name =
                    if cell.label.is_empty() { shape.rsplit('.').next().unwrap_or_default() } else { &cell.label };
                self.draft.note(around_icon(cell.rect), name);
            }
            Meaning::Note => {
                self.draft.note(cell.rect, &cell.label);
            }
            _ => {}
        }
    }

    /// The scaling group that an instance is drawn in.
    fn group_around(&self, at: usize) -> Option<Id> {
        let middle = self.cells.all[at].rect.center();
        let around = |group: &&usize| self.cells.all[**group].rect.contains(middle);
        self.groups.iter().filter(around).find_map(|group| self.nodes.get(group).cloned())
    }

    fn line(&mut self, at: usize) {
        let cell = &self.cells.all[at];
        if cell.kind != Kind::Line {
            return;
        }
        let (from, to) = (self.end(cell.ends.0), self.end(cell.ends.1));
        let (Some(from), Some(to)) = (from, to) else {
            let side = |end: Option<usize>| end.map_or("nothing".to_owned(), |end| self.cells.all[end].called());
            let text = format!(
                "the line from {} to {} is left out: a link joins two services",
                side(cell.ends.0),
                side(cell.ends.1)
            );
            return self.draft.remark(cell.line, text);
        };
        let first = from.clone();
        let (from, to) = self.directed(cell, from, to);
        let label = self.labels.get(&at).map_or("", String::as_str);
        let Some(id) = self.draft.link(cell.line, (&from, &to), label) else { return };
        let settings = cell.own.iter().filter_map(|(key, text)| Some((key.strip_prefix(shapes::SET)?, text)));
        settings.for_each(|(key, text)| self.draft.set_link(cell.line, &id, (key, text)));
        if let (Some(when), Some(link)) = (cell.own.get("when").and_then(|text| when(text)), self.draft.link_mut(&id)) {
            link.when = when;
        }
        if let (Some(at), Some(link)) = (self.label_at(at), self.draft.link_mut(&id)) {
            let turned = link.from != first;
            link.label_at = LabelAt::new(if turned { 1.0 - at.along } else { at.along }, at.by);
        }
        self.way(cell, &id, &first);
    }

    /// Where the label of a line stands: its own, or the text that was put on it.
    fn label_at(&self, line: usize) -> Option<LabelAt> {
        let cells = &self.cells.all;
        let texts = || cells.iter().filter(|cell| cell.kind == Kind::LineLabel && cell.parent == Some(line));
        if cells[line].label.is_empty() { texts().find_map(|cell| cell.label_at) } else { cells[line].label_at }
    }

    /// Where a line runs: through the points that it was given. Where it is as we wrote it, through those of the link.
    fn way(&mut self, cell: &Cell, id: &Id, begins: &Id) {
        let as_written = cell.own.get(shapes::BENDS).is_some_and(|bends| *bends == shapes::points(&cell.bends));
        let mut via = match cell.own.get(shapes::VIA) {
            _ if !(self.own && (as_written || cell.bends.is_empty())) => cell.bends.clone(),
            Some(via) => shapes::read_points(via),
            None => Vec::new(),
        };
        let caller = self.draft.drawing().links.get(id).map(|link| &link.from);
        let turned = caller.is_some_and(|caller| caller != begins);
        if turned {
            via.reverse();
        }
        let (leaves, enters) = (Touch::of(cell, "exit", shapes::LEAVES), Touch::of(cell, "entry", shapes::ENTERS));
        self.lead(id, &via, if turned { [enters, leaves] } else { [leaves, enters] });
        let styled = shapes::routing(cell.look("edgeStyle"), cell.look("curved"));
        let own = cell.own.get(shapes::ROUTING).and_then(|routing| Routing::named(routing));
        let as_written = self.own && styled == own.unwrap_or(self.draft.drawing().routing);
        self.draft.way(id, via, if as_written { own } else { Some(styled) });
    }

    /// The sides of its cards that a line is fixed to: as our own exports say, or those that it would not find.
    fn lead(&mut self, id: &Id, via: &[Point], [leaves, enters]: [Touch; 2]) {
        let drawing = self.draft.drawing();
        let card = |id: &Id| drawing.rect_of(id).unwrap_or_default();
        let Some(cards) = drawing.links.get(id).map(|link| [card(&link.from), card(&link.to)]) else { return };
        let drawn = Sides { leaves: leaves.drawn, enters: enters.drawn };
        let told = scene::worth_telling(cards, via, drawn);
        let sides = Sides { leaves: leaves.said(told.leaves), enters: enters.said(told.enters) };
        if let Some(link) = self.draft.link_mut(id) {
            link.sides = sides;
        }
    }

    /// The node at an end of a line: the box there, or one around it.
    fn end(&self, end: Option<usize>) -> Option<Id> {
        let outward = std::iter::successors(end, |at| self.cells.all[*at].parent).take(8);
        outward.into_iter().find_map(|at| self.nodes.get(&at).cloned())
    }

    /// Caller and callee: an arrow says so; a plain line is drawn the way that makes sense.
    fn directed(&self, cell: &Cell, from: Id, to: Id) -> (Id, Id) {
        let bare = |key: &str, usual: &str| {
            let arrow = cell.style.get(key).map_or(usual, String::as_str);
            arrow == "none" || arrow.is_empty()
        };
        let (no_start, no_end) = (bare("startArrow", "none"), bare("endArrow", "classic"));
        let senseless = || self.draft.joins(&from, &to).is_err() && self.draft.joins(&to, &from).is_ok();
        if no_end && (!no_start || senseless()) { (to, from) } else { (from, to) }
    }
}

/// Where an end of a line touches its box.
#[derive(Clone, Copy)]
struct Touch {
    /// The side that it is drawn at.
    drawn: Option<Side>,
    /// The side that our own exports say.
    own: Option<Side>,
}

impl Touch {
    fn of(cell: &Cell, end: &str, own: &str) -> Self {
        let drawn = shapes::side(cell.look(&format!("{end}X")), cell.look(&format!("{end}Y")));
        Self { drawn, own: cell.own.get(own).and_then(|side| Side::named(side)) }
    }

    /// What our own exports say counts as long as nobody fixed the line to another side.
    fn said(self, told: Option<Side>) -> Option<Side> {
        if self.drawn.is_none() || self.drawn == self.own { self.own } else { told }
    }
}

/// What is written on lines and beside them.
fn labels(cells: &Cells) -> BTreeMap<usize, String> {
    let mut labels: BTreeMap<usize, String> = BTreeMap::new();
    for (at, cell) in cells.all.iter().enumerate().filter(|(_, cell)| !cell.label.is_empty()) {
        let line = match cell.kind {
            Kind::Line => Some(at),
            Kind::LineLabel => cell.parent,
            _ => None,
        };
        let Some(label) = line.map(|line| labels.entry(line).or_default()) else { continue };
        if !label.is_empty() {
            label.push_str(" · ");
        }
        label.push_str(&cell.label.replace('\n', " "));
    }
    labels
}

/// When a link is used, as our own exports write it.
fn when(text: &str) -> Option<When> {
    match text {
        "always" => Some(When::Always),
        "on a miss" => Some(When::OnMiss),
        share => share.parse().ok().filter(|share| (0.0..=1.0).contains(share)).map(When::Share),
    }
}

/// A note in place of an icon.
fn around_icon(rect: Rect) -> Rect {
    let size = Size { w: rect.w().max(132.0), h: rect.h().max(36.0) };
    Rect::new(rect.center() - Point::new(size.w / 2.0, size.h / 2.0), size)
}
