//! From text to a design. What a record says about others is checked; whatever does not hold is left out with a warning.

use super::error::FileError;
use super::lines::{Lines, Section};
use super::traffic;
use super::unread::{explain, version_error};
use super::v1::{self, Scalar};
use super::{Matter, Opened, Source, VERSION, Warning};
use crate::catalog::{self, REGIONS, Value};
use crate::edit::{self, line, paragraph};
use crate::model::{
    CARD, Design, FAR, HIGHEST, Id, Link, Node, Note, Place, PlaceKind, Point, Pricing, Rect, RequestClass, Size,
    Stance,
};
use crate::scenario::{Fault, Harm, Rollout, SLOWNESS, Scenario, WarmUp};
use crate::sim::shape::Shape;
use crate::units::Span;
use crate::words::t;
use ron::Options;
use ron::extensions::Extensions;
use std::collections::{BTreeMap, BTreeSet};

/// Most warnings that are told one by one.
const MOST: usize = 100;

/// Reads a design. `name` is what errors call the text.
pub fn parse(text: &str, name: &str) -> Result<Opened, FileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(FileError::new(name, t!("the file is empty"), t!("Choose another file, or start a new design")));
    }
    let options = Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    let file: v1::File = match options.from_str(text) {
        Ok(file) => file,
        Err(error) => return Err(explain(text, name, &options, &error)),
    };
    if file.version != VERSION {
        return Err(version_error(name, file.version));
    }
    let mut reader = Reader::default();
    reader.file(file);
    let warnings = reader.located(text, &options);
    Ok(Opened { design: reader.design, warnings, source: Source::Design })
}

#[derive(Default)]
pub(super) struct Reader {
    pub(super) design: Design,
    pub(super) warnings: Vec<(Section, usize, Matter, String)>,
    /// Ids of nodes and places by what the file calls them.
    pub(super) nodes: BTreeMap<String, Id>,
    pub(super) places: BTreeMap<String, Id>,
    pub(super) joined: BTreeSet<(Id, Id)>,
    /// The last number put behind an id that is in use, so that many equal ids do not each count up from 2.
    counted: BTreeMap<Id, u32>,
    unplaced: Vec<Id>,
    /// Members of groups by what the file calls the group.
    groups: BTreeMap<String, Vec<Id>>,
}

impl Reader {
    pub(super) fn warn(&mut self, section: Section, index: usize, text: String) {
        self.warnings.push((section, index, Matter::Changed, text));
    }

    /// Remarks on something that is kept as it stands.
    fn remark(&mut self, section: Section, index: usize, text: String) {
        self.warnings.push((section, index, Matter::Kept, text));
    }

    fn located(&self, text: &str, options: &Options) -> Vec<Warning> {
        if self.warnings.is_empty() {
            return Vec::new();
        }
        let lines = Lines::of(text, options);
        let told = self.warnings.iter().take(MOST);
        let told = told.map(|(section, index, matter, text)| Warning {
            line: lines.line(*section, *index),
            text: text.clone(),
            matter: *matter,
        });
        let rest = self.warnings.get(MOST..).unwrap_or_default();
        let rest = rest.iter().map(|(_, _, matter, _)| *matter).max().map(|matter| Warning {
            line: None,
            text: format!("{} more like these", rest.len()),
            matter,
        });
        told.chain(rest).collect()
    }

    pub(super) fn file(&mut self, file: v1::File) {
        self.head(&file.name, &file.region);
        self.pricing(file.prices);
        self.design.pricing.free_tier = file.free_tier;
        self.design.routing = self.routing(Section::Head, 0, &file.routing).unwrap_or_default();
        let parents: Vec<String> = file.places.iter().map(|place| place.parent.clone()).collect();
        let ids: Vec<Option<Id>> = file.places.into_iter().enumerate().map(|(i, place)| self.place(i, place)).collect();
        for (index, (id, parent)) in ids.iter().zip(&parents).enumerate() {
            if let Some(id) = id.as_ref().filter(|_| !parent.is_empty()) {
                self.nest(index, id, parent);
            }
        }
        file.nodes.into_iter().enumerate().for_each(|(i, node)| self.node(i, node));
        file.links.into_iter().enumerate().for_each(|(i, link)| self.link(i, link));
        file.notes.into_iter().enumerate().for_each(|(i, note)| self.note(i, note));
        file.classes.into_iter().enumerate().for_each(|(i, class)| self.class(i, class));
        self.scenarios(file.scenarios);
        self.join_groups();
        self.place_the_unplaced();
        self.retire();
    }

    fn head(&mut self, name: &str, region: &str) {
        let title = line(name);
        if !title.is_empty() {
            self.design.name = title;
        }
        if !region.is_empty() {
            self.design.region = line(region);
        }
        if !REGIONS.contains(&self.design.region.as_str()) {
            let text = format!(
                "there are no prices for the region \"{}\"; known are: {}",
                self.design.region,
                REGIONS.join(", ")
            );
            self.remark(Section::Head, 0, text);
        }
    }

    /// Prices that were set by hand; what cannot be a price is left out and told.
    fn pricing(&mut self, prices: BTreeMap<String, f64>) {
        for (item, usd) in prices {
            let item = line(&item);
            if Pricing::admits(usd) {
                self.design.pricing.prices.insert(item, usd);
            } else {
                let text =
                    format!("{usd} is not a price of {item}; it has to be $0 to $1,000,000; the catalogue's holds");
                self.remark(Section::Head, 0, text);
            }
        }
    }

    /// An id for a record: the one in the file if it is legal and free.
    fn claim(&mut self, section: Section, index: usize, wanted: &str, fallback: &str) -> Id {
        let legal = Id::new(wanted).unwrap_or_else(|| Id::slug(wanted, fallback));
        let id = self.mint(&legal);
        if id.as_str() != wanted {
            let why = if id == legal { "is not spelled like an id" } else { "is in use already" };
            self.warn(section, index, format!("the id \"{}\" {why}; it is now \"{id}\"", line(wanted)));
        }
        id
    }

    fn mint(&mut self, wanted: &Id) -> Id {
        let design = &self.design;
        if !design.has(wanted) {
            return wanted.clone();
        }
        let counted = self.counted.entry(wanted.clone()).or_insert(1);
        wanted.mint_after(counted, |id| design.has(id))
    }

    /// A label of one line; falls back to the id if there is none.
    fn label(&mut self, section: Section, index: usize, label: &str, id: &Id) -> String {
        let plain = line(label);
        if plain != label {
            let text = format!(
                "the label of \"{id}\" had control characters, outer blanks or too many letters; they are gone"
            );
            self.warn(section, index, text);
        }
        if plain.is_empty() { id.to_string() } else { plain }
    }

    /// A rectangle on the canvas; `None` if the numbers are none.
    fn rect(&mut self, section: Section, index: usize, at: (f32, f32), size: (f32, f32)) -> Rect {
        let fits = |x: f32| (-FAR..=FAR).contains(&x);
        if ![at.0, at.1, size.0, size.1].into_iter().all(fits) {
            self.warn(section, index, "its position or size is not on the canvas; it is now at the origin".to_owned());
            return Rect::new(Point::default(), PlaceKind::Zone.size());
        }
        if size.0 <= 0.0 || size.1 <= 0.0 {
            self.warn(section, index, "its size is not positive; the amount is taken, at least 24".to_owned());
        }
        let size = Size { w: size.0.abs().max(24.0), h: size.1.abs().max(24.0) };
        let rect = Rect::new(Point::new(at.0, at.1), size);
        // As an edit leaves it: the sum of two tenths is not always the nearest to one.
        Rect { max: rect.max.rounded(), ..rect }
    }

    pub(super) fn place(&mut self, index: usize, place: v1::Place) -> Option<Id> {
        let Some(kind) = PlaceKind::ALL.into_iter().find(|kind| kind.key() == place.kind) else {
            let kinds = PlaceKind::ALL.map(PlaceKind::key).join(", ");
            let text =
                format!("places of the kind \"{}\" are not known, only {kinds}; it is left out", line(&place.kind));
            self.warn(Section::Places, index, text);
            return None;
        };
        let id = self.claim(Section::Places, index, &place.id, kind.key());
        let label = self.label(Section::Places, index, &place.label, &id);
        let rect = self.rect(Section::Places, index, place.at, place.size);
        let settings = match catalog::place_sheet(kind.key()) {
            Some(sheet) => self.understood((Section::Places, index), sheet, place.set),
            None => place.set.into_iter().map(|(key, scalar)| (key, as_is(scalar))).collect(),
        };
        self.design.places.insert(id.clone(), Place { kind, label, rect, parent: None, settings });
        self.stand(&id, place.group, Stance { groups: Vec::new(), level: place.level, locked: place.locked });
        self.places.entry(place.id).or_insert_with(|| id.clone());
        Some(id)
    }

    pub(super) fn nest(&mut self, index: usize, id: &Id, parent: &str) {
        let outer =
            self.places.get(parent).and_then(|outer| Some((outer.clone(), self.design.places.get(outer)?.kind)));
        let inner = self.design.places.get_mut(id);
        match (outer, inner) {
            (Some((outer, kind)), Some(inner)) if kind.may_hold(inner.kind) => inner.parent = Some(outer),
            (Some((_, kind)), Some(inner)) => {
                let text = format!("{} cannot stand in {}; it stands alone now", article(inner.kind), article(kind));
                self.warn(Section::Places, index, text);
            }
            _ => self.warn(
                Section::Places,
                index,
                format!("there is no place \"{}\" that \"{id}\" could stand in", line(parent)),
            ),
        }
    }

    pub(super) fn node(&mut self, index: usize, node: v1::Node) {
        let known = catalog::find(&node.service);
        let id = self.claim(Section::Nodes, index, &node.id, known.map_or("node", |service| service.key));
        if known.is_none() {
            let text = format!(
                "the service \"{}\" is not known; \"{id}\" is kept, but takes no part in runs",
                line(&node.service)
            );
            self.remark(Section::Nodes, index, text);
        }
        let label = self.label(Section::Nodes, index, &node.label, &id);
        let place = self.places.get(&node.place).cloned();
        if place.is_none() && !node.place.is_empty() {
            let text = format!("there is no place \"{}\" that \"{id}\" could stand in", line(&node.place));
            self.warn(Section::Nodes, index, text);
        }
        let at = self.position(index, node.at, &id);
        let settings = self.settings(index, known, node.set);
        self.design.nodes.insert(id.clone(), Node { service: node.service, label, at, place, settings });
        self.stand(&id, node.group, Stance { groups: Vec::new(), level: node.level, locked: node.locked });
        self.nodes.entry(node.id).or_insert(id);
    }

    fn position(&mut self, index: usize, at: Option<(f32, f32)>, id: &Id) -> Point {
        let fits = |x: f32| (-FAR..=FAR).contains(&x);
        match at {
            Some((x, y)) if fits(x) && fits(y) => return Point::new(x, y),
            Some(_) => {
                let text = format!("the position of \"{id}\" is not on the canvas; it is put below the others");
                self.warn(Section::Nodes, index, text);
            }
            None => {}
        }
        self.unplaced.push(id.clone());
        Point::default()
    }

    fn settings(
        &mut self,
        index: usize,
        service: Option<&catalog::Service>,
        set: BTreeMap<String, Scalar>,
    ) -> BTreeMap<String, Value> {
        let Some(service) = service else {
            return set.into_iter().map(|(key, scalar)| (key, as_is(scalar))).collect();
        };
        self.understood((Section::Nodes, index), service.sheet(), set)
    }

    /// The settings of a record as its data sheet understands them; what it does not understand is kept and told.
    fn understood(
        &mut self,
        (section, index): (Section, usize),
        sheet: &catalog::Sheet,
        set: BTreeMap<String, Scalar>,
    ) -> BTreeMap<String, Value> {
        let mut settings = BTreeMap::new();
        for (key, scalar) in set {
            let Some(param) = sheet.param(&key) else {
                let text = format!("{} has no setting \"{}\"; it is kept, but changes nothing", sheet.name, line(&key));
                self.warnings.push((section, index, Matter::Kept, text));
                settings.insert(key, as_is(scalar));
                continue;
            };
            match param.kind.parse(&scalar.text()) {
                Ok(value) if value == param.default_value() => {}
                Ok(value) => {
                    settings.insert(key, value);
                }
                Err(why) => {
                    let text = format!("{}: {why}; {} counts until it is corrected", param.label, param.default);
                    self.warnings.push((section, index, Matter::Assumed, text));
                    settings.insert(key, Value::Word(scalar.text()));
                }
            }
        }
        settings
    }

    pub(super) fn link(&mut self, index: usize, link: v1::Link) {
        let ends = self.nodes.get(&link.from).zip(self.nodes.get(&link.to));
        let Some((from, to)) = ends.map(|(from, to)| (from.clone(), to.clone())) else {
            let missing = if self.nodes.contains_key(&link.from) { &link.to } else { &link.from };
            let text = format!("the link leads from or to \"{}\", which is not there; it is left out", line(missing));
            return self.warn(Section::Links, index, text);
        };
        if from == to || !self.joined.insert((from.clone(), to.clone())) {
            let why = if from == to { "leads back to where it starts" } else { "is there twice" };
            return self.warn(
                Section::Links,
                index,
                format!("the link from \"{from}\" to \"{to}\" {why}; it is left out"),
            );
        }
        let id = match link.id.as_str() {
            "" => self.mint(&Id::between(&from, &to)),
            given => self.claim(Section::Links, index, given, "link"),
        };
        let label =
            if link.label.is_empty() { String::new() } else { self.label(Section::Links, index, &link.label, &id) };
        let settings = self.understood((Section::Links, index), catalog::link_sheet(), link.set);
        let via = self.bends(index, &id, &link.via);
        let routing = self.routing(Section::Links, index, &link.routing);
        let sides = self.sides(index, (&link.leaves, &link.enters));
        let label_at = self.label_at(index, &id, link.label_at);
        let when = link.when.0;
        self.design.links.insert(id, Link { from, to, label, when, settings, via, routing, sides, label_at });
    }

    fn note(&mut self, index: usize, note: v1::Note) {
        let id = match note.id.as_str() {
            "" => self.mint(&Id::slug("note", "note")),
            given => self.claim(Section::Notes, index, given, "note"),
        };
        let rect = self.rect(Section::Notes, index, note.at, note.size);
        let text = paragraph(&note.text);
        if text != note.text {
            self.warn(
                Section::Notes,
                index,
                format!("the note \"{id}\" had control characters or is too long; they are gone"),
            );
        }
        self.stand(&id, note.group, Stance { groups: Vec::new(), level: note.level, locked: note.locked });
        self.design.notes.insert(id, Note { rect, text });
    }

    /// How a record stands among others; its group follows when all members are known.
    fn stand(&mut self, id: &Id, group: String, stance: Stance) {
        if !group.is_empty() {
            self.groups.entry(group).or_default().push(id.clone());
        }
        let stance = Stance { level: stance.level.clamp(-HIGHEST, HIGHEST), ..stance };
        if stance != Stance::default() {
            self.design.stances.insert(id.clone(), stance);
        }
    }

    /// Groups are written from the outermost on: "shop/cart". Of a group of one nothing is lost without it.
    fn join_groups(&mut self) {
        let (mut taken, mut known) = (BTreeSet::new(), BTreeMap::new());
        for (path, members) in std::mem::take(&mut self.groups) {
            let groups = group_ids(&path, &mut known, &mut taken);
            for id in members {
                self.design.stances.entry(id).or_default().groups.clone_from(&groups);
            }
        }
        for (id, groups) in self.design.pruned_groups() {
            let stance = self.design.stances.entry(id).or_default();
            stance.groups = groups;
        }
        self.design.stances.retain(|_, stance| *stance != Stance::default());
    }

    fn scenarios(&mut self, scenarios: Vec<v1::Scenario>) {
        if scenarios.is_empty() {
            return;
        }
        self.design.scenarios.clear();
        for (index, scenario) in scenarios.into_iter().enumerate() {
            let name = self.scenario_name(index, &scenario.name);
            let warmup = scenario.warmup.map_or(WarmUp::NONE, |warmup| warmup.0);
            let mut duration = scenario.duration.0;
            if duration <= warmup.given() {
                duration = warmup.given() + Span::from_secs(3_600);
                let text =
                    format!("the scenario \"{name}\" has to last longer than its warm-up; it lasts {duration} now");
                self.warn(Section::Scenarios, index, text);
            }
            let traffic = self.traffic(index, scenario.traffic);
            self.factors(index, &scenario.faults);
            let faults = scenario.faults.into_iter().map(|fault| self.fault(fault)).collect();
            let targets = scenario.targets;
            self.design.scenarios.push(Scenario { name, duration, warmup, traffic, faults, targets });
        }
    }

    fn traffic(&mut self, index: usize, traffic: BTreeMap<String, v1::Shape>) -> BTreeMap<String, Shape> {
        let mut known = BTreeMap::new();
        for (node, shape) in traffic {
            match traffic::shape(shape) {
                Ok(shape) => {
                    known.insert(self.called(node), shape);
                }
                Err(why) => {
                    let text = format!("the traffic of \"{}\" is left out: {why}", line(&node));
                    self.warn(Section::Scenarios, index, text);
                }
            }
        }
        known
    }

    pub(super) fn class(&mut self, index: usize, class: v1::Class) {
        let name = line(&class.name);
        let legal = edit::new_class(&self.design, class.name.clone());
        match traffic::class(class)
            .and_then(|class| Ok(RequestClass { name: legal.map_err(|why| why.to_string())?, ..class }))
        {
            Ok(class) => self.design.classes.push(class),
            Err(why) => self.warn(Section::Classes, index, format!("the class \"{name}\" is left out: {why}")),
        }
    }

    fn scenario_name(&mut self, index: usize, wanted: &str) -> String {
        let stem = Some(line(wanted)).filter(|name| !name.is_empty()).unwrap_or_else(|| "scenario".to_owned());
        let taken = |name: &String| self.design.scenarios.iter().any(|scenario| scenario.name == *name);
        let numbered = (2..).map(|n| format!("{stem} {n}"));
        let name = std::iter::once(stem.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(stem.clone());
        if name != wanted {
            self.warn(Section::Scenarios, index, format!("the scenario \"{}\" is now called \"{name}\"", line(wanted)));
        }
        name
    }

    /// Tells of factors that are out of range: the nearest one that can be counts.
    fn factors(&mut self, index: usize, faults: &[v1::Fault]) {
        for fault in faults {
            let (v1::Fault::Slow { factor, .. } | v1::Fault::Spike { factor, .. }) = fault else { continue };
            let taken = factor.within();
            if taken != factor.0 {
                let text = format!("the factor {} of a fault is not {}; it is {taken} now", factor.0, range());
                self.warn(Section::Scenarios, index, text);
            }
        }
    }

    /// What the design calls a node of the file.
    fn called(&self, node: String) -> String {
        self.nodes.get(&node).map_or(node, Id::to_string)
    }

    pub(super) fn fault(&self, fault: v1::Fault) -> Fault {
        let node = |node| self.called(node);
        let (at, lasts, harm) = match fault {
            v1::Fault::Crash { at, lasts, node: of, count } => (at, lasts, Harm::Crash { node: node(of), count }),
            v1::Fault::Stop { at, lasts, node: of } => (at, lasts, Harm::Stop { node: node(of) }),
            v1::Fault::Resize { at, lasts, node: of, to } => (at, lasts, Harm::Resize { node: node(of), to }),
            v1::Fault::Interrupt { at, lasts, node: of, count } => {
                (at, lasts, Harm::Interrupt { node: node(of), count })
            }
            v1::Fault::Terminate { at, lasts, node: of, count } => {
                (at, lasts, Harm::Terminate { node: node(of), count })
            }
            v1::Fault::Unlist { at, lasts, node: of, target } => {
                (at, lasts, Harm::Unlist { node: node(of), target: node(target) })
            }
            v1::Fault::Failover { at, lasts, node: of } => (at, lasts, Harm::Failover { node: node(of) }),
            v1::Fault::Flush { at, lasts, node: of } => (at, lasts, Harm::Flush { node: node(of) }),
            v1::Fault::ZoneOutage { at, lasts, zone } => (at, lasts, Harm::ZoneOutage { zone }),
            v1::Fault::Slow { at, lasts, node: of, factor } => {
                (at, lasts, Harm::Slow { node: node(of), factor: factor.within() })
            }
            other => return self.wider_fault(other),
        };
        Fault { at: at.0, lasts: lasts.0, harm }
    }

    fn wider_fault(&self, fault: v1::Fault) -> Fault {
        let node = |node| self.called(node);
        let (at, lasts, harm) = match fault {
            v1::Fault::RegionOutage { at, lasts, region } => (at, lasts, Harm::RegionOutage { region }),
            v1::Fault::Down { at, lasts, node: of } => (at, lasts, Harm::Down { node: node(of) }),
            v1::Fault::Restore { at, lasts, node: of } => (at, lasts, Harm::Restore { node: node(of) }),
            v1::Fault::Throttle { at, lasts, node: of, rate } => {
                (at, lasts, Harm::Throttle { node: node(of), rate: rate.0 })
            }
            v1::Fault::Deploy { at, lasts, node: of, count, errors } => {
                (at, lasts, Harm::Deploy { node: node(of), count, errors: errors.0 })
            }
            v1::Fault::Rollout { at, lasts, node: of, batch, version, within, failed } => {
                let how = Rollout { batch, version: version.into(), within: within.0, failed: failed.into() };
                (at, lasts, Harm::Rollout { node: node(of), how })
            }
            v1::Fault::Kill { at, lasts, node: of, count } => (at, lasts, Harm::Kill { node: node(of), count }),
            v1::Fault::LostLink { at, lasts, link, share } => (at, lasts, Harm::LostLink { link, share: share.0 }),
            v1::Fault::SlowLink { at, lasts, link, extra } => (at, lasts, Harm::SlowLink { link, extra: extra.0 }),
            v1::Fault::Spike { at, lasts, node: of, factor } => {
                (at, lasts, Harm::Spike { node: node(of), factor: factor.within() })
            }
            v1::Fault::ReplicaLoss { at, lasts, node: of, count } => {
                (at, lasts, Harm::ReplicaLoss { node: node(of), count })
            }
            _ => unreachable!("all others are faults of single nodes"),
        };
        Fault { at: at.0, lasts: lasts.0, harm }
    }

    /// Nodes without a position go into rows below everything else.
    pub(super) fn place_the_unplaced(&mut self) {
        let unplaced: BTreeSet<&Id> = self.unplaced.iter().collect();
        let (nodes, places) = (self.design.nodes.iter(), self.design.places.values().map(|place| place.rect));
        let drawn = nodes.filter(|(id, _)| !unplaced.contains(id)).map(|(_, node)| node.rect()).chain(places);
        let top = drawn.reduce(Rect::union).map_or(24.0, |rect| rect.max.y + 48.0);
        let columns = (unplaced.len() as f32).sqrt().ceil().max(5.0) as usize;
        for (index, id) in std::mem::take(&mut self.unplaced).iter().enumerate() {
            let (column, row) = ((index % columns) as f32, (index / columns) as f32);
            if let Some(node) = self.design.nodes.get_mut(id) {
                node.at = Point::new(24.0 + column * (CARD.w + 52.0), top + row * (CARD.h + 48.0));
            }
        }
    }

    /// Ids that scenarios name but that are gone are not given out again, so that no fault strikes a stranger.
    fn retire(&mut self) {
        let harmed = |fault: &Fault| fault.harm.nodes().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let scenarios = self.design.scenarios.iter();
        let named = scenarios.flat_map(|s| s.traffic.keys().cloned().chain(s.faults.iter().flat_map(harmed)));
        let ids: BTreeSet<Id> = named.filter_map(|name| Id::new(&name)).filter(|id| !self.design.has(id)).collect();
        self.design.retired = ids;
    }
}

fn article(kind: PlaceKind) -> String {
    let article = if kind == PlaceKind::Zone { "an" } else { "a" };
    format!("{article} {}", kind.name())
}

/// A value whose meaning this version does not know.
fn as_is(scalar: Scalar) -> Value {
    match scalar {
        Scalar::Count(count) => Value::Count(count),
        Scalar::Text(text) => Value::Word(text),
    }
}

/// Groups may lie so many deep in a file.
const DEEPEST: usize = 24;

/// The ids of the groups of a path: those that the same beginning got before, and new ones.
fn group_ids(path: &str, known: &mut BTreeMap<String, Id>, taken: &mut BTreeSet<Id>) -> Vec<Id> {
    let (mut ids, mut whole) = (Vec::new(), String::new());
    for name in path.split('/').filter(|name| !name.trim().is_empty()).take(DEEPEST) {
        whole.push('/');
        whole.push_str(name);
        let new = || {
            let wanted = Id::new(name).unwrap_or_else(|| Id::slug(name, "group"));
            wanted.mint(|id| taken.contains(id))
        };
        let id = known.get(&whole).cloned().unwrap_or_else(new);
        taken.insert(id.clone());
        known.insert(whole.clone(), id.clone());
        ids.push(id);
    }
    ids
}

/// The factors that can be, in words.
fn range() -> String {
    format!("{} to {}", SLOWNESS.start(), SLOWNESS.end())
}
