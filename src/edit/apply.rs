//! Carrying out commands. A command is done as a whole or refused as a whole.

use super::diff::Diff;
use super::draft::Draft;
use super::naming::{self, Namer};
use super::refusal::Refusal;
use super::{Command, belong, bends, class, group, grow, links, paste, stand};
use crate::catalog::{self, REGIONS, Service, Sheet, Value};
use crate::model::{Design, FAR, Id, Link, Node, Note, Place, PlaceKind, Point, Pricing, Rect, Size};
use crate::scenario::Scenario;
use crate::sim::shape::Shape;
use crate::words::key;
use std::collections::{BTreeMap, BTreeSet};

/// Smallest place.
pub(super) const LEAST_PLACE: Size = Size { w: 96.0, h: 72.0 };

/// Smallest note.
pub(super) const LEAST_NOTE: Size = Size { w: 48.0, h: 24.0 };

/// Carries out a command and tells what changed; after a refusal the design is as it was.
pub fn apply(design: &mut Design, command: &Command) -> Result<Diff, Refusal> {
    let name = naming::step(design, command);
    let mut draft = Draft::new(design, name);
    let outcome = perform(&mut draft, command);
    let diff = draft.finish();
    match outcome {
        Ok(()) => Ok(diff),
        Err(refusal) => {
            diff.revert(design);
            Err(refusal)
        }
    }
}

fn perform(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::AddNode { service, at } => add_node(draft, service, *at),
        Command::AddLink { from, to } => links::add(draft, from, to).map(drop),
        Command::DrawLink { from, to, sides } => links::draw(draft, from, to, *sides),
        Command::AddPlace { kind, rect } => add_place(draft, *kind, *rect),
        Command::AddNote { rect, text } => add_note(draft, *rect, text),
        Command::Move { ids, by } => shift(draft, ids, *by),
        Command::Arrange { rects, name } => {
            let before = bends::standing(draft.design(), rects);
            arrange(draft, rects)?;
            bends::rearranged(draft, &before, name)
        }
        Command::Grow { ids } => grow(draft, ids),
        Command::Group { ids } => group::group(draft, ids),
        Command::Ungroup { ids } => group::ungroup(draft, ids),
        Command::Lock { ids } => stand::lock(draft, ids),
        Command::Unlock { ids } => stand::unlock(draft, ids),
        Command::Pile { ids, to } => stand::pile(draft, ids, *to),
        Command::AddCallee { service, at, from } => links::add_callee(draft, service, *at, from),
        Command::Insert { link, node } => links::insert(draft, link, node),
        Command::InsertNew { service, at, link } => links::insert_new(draft, service, *at, link),
        Command::Resize { id, rect } => resize(draft, id, *rect),
        Command::Remove { ids } => remove(draft, ids),
        Command::Rename { id, text } => rename(draft, id, text),
        Command::Set { ids, key, value } => ids.iter().try_for_each(|id| set(draft, id, key, value.as_ref())),
        Command::SetWhen { id, when } => links::set_when(draft, id, *when),
        Command::Reattach { id, from, to, sides } => links::reattach(draft, id, (from, to), *sides),
        Command::Lead { id, sides } => links::lead(draft, id, *sides),
        Command::Bend { id, via } => bends::bend(draft, id, via),
        Command::PutLabel { id, at } => bends::put_label(draft, id, *at),
        Command::Route { ids, routing } => ids.iter().try_for_each(|id| bends::route(draft, id, *routing)),
        Command::RouteAll(routing) => {
            draft.set_routing(*routing);
            Ok(())
        }
        Command::Paste { clip, by } => paste::paste(draft, clip, *by),
        Command::Title(title) => set_title(draft, title),
        Command::Region(region) => set_region(draft, region),
        Command::Pricing(pricing) => set_pricing(draft, pricing),
        Command::PutClass { at, class } => class::put(draft, *at, class),
        Command::RemoveClass(at) => class::remove(draft, *at),
        Command::PutScenario { at, scenario } => put_scenario(draft, *at, scenario),
        Command::RemoveScenario(at) => remove_scenario(draft, *at),
    }
}

/// The point to a tenth, as files have it, if it is on the canvas.
pub(super) fn sane_point(point: Point) -> Result<Point, Refusal> {
    let fits = |x: f32| (-FAR..=FAR).contains(&x);
    if fits(point.x) && fits(point.y) { Ok(point.rounded()) } else { Err(Refusal::TooFar) }
}

/// The rectangle with its corners in order and at least of a size, if it is on the canvas.
pub(super) fn sane_rect(rect: Rect, least: Size) -> Result<Rect, Refusal> {
    let rect = Rect::between(sane_point(rect.min)?, sane_point(rect.max)?);
    let rect = Rect::new(rect.min, Size { w: rect.w().max(least.w), h: rect.h().max(least.h) });
    Ok(Rect { max: rect.max.rounded(), ..rect })
}

fn named(text: &str) -> Result<String, Refusal> {
    Some(naming::line(text)).filter(|name| !name.is_empty()).ok_or(Refusal::EmptyName)
}

fn add_node(draft: &mut Draft<'_>, service: &str, at: Point) -> Result<(), Refusal> {
    settled_node(draft, service, at).map(|_| ())
}

/// A new node, in the place where it was put.
pub(super) fn settled_node(draft: &mut Draft<'_>, service: &str, at: Point) -> Result<Id, Refusal> {
    let id = new_node(draft, service, at)?;
    belong::settle(draft)?;
    grow::around(draft, std::slice::from_ref(&id))?;
    belong::settle(draft)?;
    Ok(id)
}

/// A node that belongs to no place yet.
fn new_node(draft: &mut Draft<'_>, service: &str, at: Point) -> Result<Id, Refusal> {
    let known = catalog::find(service).ok_or_else(|| Refusal::UnknownService(naming::line(service)))?;
    let label = Namer::new(draft.design().nodes.values().map(|node| &node.label)).free(&known.sheet().short);
    let id = draft.mint(&label, known.key);
    let at = sane_point(at)?;
    let node = Node { service: known.key.to_owned(), label, at, place: None, settings: BTreeMap::new() };
    draft.add_node(&id, node);
    Ok(id)
}

pub(super) fn mint_place(draft: &Draft<'_>, kind: PlaceKind, label: &str) -> Id {
    match kind {
        PlaceKind::Zone => draft.mint(&format!("az {label}"), kind.key()),
        _ => draft.mint(label, kind.key()),
    }
}

fn add_place(draft: &mut Draft<'_>, kind: PlaceKind, rect: Rect) -> Result<(), Refusal> {
    let same = draft.design().places.values().filter(|place| place.kind == kind);
    let mut labels = Namer::new(same.map(|place| &place.label));
    let label = if kind == PlaceKind::Zone { labels.free_letter() } else { labels.free(kind.name()) };
    let id = mint_place(draft, kind, &label);
    draft.add_place(
        &id,
        Place { kind, label, rect: sane_rect(rect, LEAST_PLACE)?, parent: None, settings: Default::default() },
    );
    belong::check_nesting(draft)?;
    belong::settle(draft)
}

fn add_note(draft: &mut Draft<'_>, rect: Rect, text: &str) -> Result<(), Refusal> {
    let id = draft.mint("note", "note");
    let note = Note { rect: sane_rect(rect, LEAST_NOTE)?, text: naming::paragraph(text) };
    draft.add_note(&id, note);
    Ok(())
}

fn known(design: &Design, ids: &[Id]) -> Result<BTreeSet<Id>, Refusal> {
    match ids.iter().find(|id| !design.has(id)) {
        Some(missing) => Err(Refusal::Missing(missing.clone())),
        None => Ok(ids.iter().cloned().collect()),
    }
}

fn shift(draft: &mut Draft<'_>, ids: &[Id], by: Point) -> Result<(), Refusal> {
    let ids = stand::movable(draft.design(), known(draft.design(), ids)?)?;
    sane_point(by)?;
    let moved = belong::with_contents(draft.design(), &ids);
    for id in &moved {
        if let Some(rect) = draft.design().rect_of(id) {
            put(draft, id, rect.shift(by))?;
        }
    }
    bends::carry(draft, &moved, by)?;
    belong::check_nesting(draft)?;
    belong::settle(draft)
}

/// Puts one record somewhere; nothing else moves along.
fn put(draft: &mut Draft<'_>, id: &Id, rect: Rect) -> Result<(), Refusal> {
    if draft.design().nodes.contains_key(id) {
        draft.node(id)?.at = sane_point(rect.min)?;
    } else if draft.design().places.contains_key(id) {
        draft.place(id)?.rect = sane_rect(rect, LEAST_PLACE)?;
    } else if draft.design().notes.contains_key(id) {
        draft.note(id)?.rect = sane_rect(rect, LEAST_NOTE)?;
    } else {
        return Err(Refusal::Missing(id.clone()));
    }
    Ok(())
}

fn arrange(draft: &mut Draft<'_>, rects: &[(Id, Rect)]) -> Result<(), Refusal> {
    for (id, rect) in rects {
        put(draft, id, *rect)?;
    }
    belong::check_nesting(draft)?;
    belong::settle(draft)?;
    let ids: Vec<Id> = rects.iter().map(|(id, _)| id.clone()).collect();
    grow::around(draft, &ids)?;
    belong::settle(draft)
}

fn grow(draft: &mut Draft<'_>, ids: &[Id]) -> Result<(), Refusal> {
    let ids: Vec<Id> = known(draft.design(), ids)?.into_iter().collect();
    grow::around(draft, &ids)?;
    belong::settle(draft)
}

fn resize(draft: &mut Draft<'_>, id: &Id, rect: Rect) -> Result<(), Refusal> {
    stand::movable(draft.design(), known(draft.design(), std::slice::from_ref(id))?)?;
    if draft.design().places.contains_key(id) {
        draft.place(id)?.rect = sane_rect(rect, LEAST_PLACE)?;
        belong::check_nesting(draft)?;
        return belong::settle(draft);
    }
    if !draft.design().notes.contains_key(id) {
        return Err(Refusal::NotThat { id: id.clone(), what: key!("size of its own") });
    }
    draft.note(id)?.rect = sane_rect(rect, LEAST_NOTE)?;
    Ok(())
}

fn remove(draft: &mut Draft<'_>, ids: &[Id]) -> Result<(), Refusal> {
    let ids = stand::movable(draft.design(), known(draft.design(), ids)?)?;
    let loose = |link: &Link| ids.contains(&link.from) || ids.contains(&link.to);
    let links: Vec<Id> = draft.design().links.iter().filter(|(_, l)| loose(l)).map(|(id, _)| id.clone()).collect();
    for id in links.iter().chain(&ids) {
        draft.remove(id);
    }
    group::prune(draft);
    belong::settle(draft)
}

fn rename(draft: &mut Draft<'_>, id: &Id, text: &str) -> Result<(), Refusal> {
    known(draft.design(), std::slice::from_ref(id))?;
    let design = draft.design();
    if design.nodes.contains_key(id) {
        draft.node(id)?.label = named(text)?;
    } else if design.places.contains_key(id) {
        draft.place(id)?.label = named(text)?;
    } else if design.notes.contains_key(id) {
        draft.note(id)?.text = naming::paragraph(text);
    } else {
        draft.link(id)?.label = naming::line(text);
    }
    Ok(())
}

fn set(draft: &mut Draft<'_>, id: &Id, key: &str, value: Option<&Value>) -> Result<(), Refusal> {
    if draft.design().links.contains_key(id) {
        let legal = value.map(|value| legal_on(catalog::link_sheet(), key, value)).transpose()?.flatten();
        let settings = &mut draft.link(id)?.settings;
        match legal {
            Some(value) => settings.insert(key.to_owned(), value),
            None => settings.remove(key),
        };
        return Ok(());
    }
    if let Some(place) = draft.design().places.get(id) {
        let none = Refusal::UnknownSetting { service: place.kind.name().to_owned(), key: naming::line(key) };
        let sheet = catalog::place_sheet(place.kind.key()).ok_or(none);
        let settings = value.map(|value| legal_on(sheet?, key, value)).transpose()?.flatten();
        match settings {
            Some(value) => draft.place(id)?.settings.insert(key.to_owned(), value),
            None => draft.place(id)?.settings.remove(key),
        };
        return Ok(());
    }
    let node = draft.design().nodes.get(id).ok_or_else(|| Refusal::Missing(id.clone()))?;
    // Going back to the default is always possible, also from a setting that this version does not know.
    let legal = value.map(|value| legal_value(node.service(), key, value)).transpose()?.flatten();
    match legal {
        Some(value) => draft.node(id)?.settings.insert(key.to_owned(), value),
        None => draft.node(id)?.settings.remove(key),
    };
    Ok(())
}

/// The value as the catalogue understands it; `None` if it is the default.
fn legal_value(service: Option<&Service>, key: &str, value: &Value) -> Result<Option<Value>, Refusal> {
    service.map_or_else(|| Ok(Some(value.clone())), |service| legal_on(service.sheet(), key, value))
}

/// The value as a data sheet understands it; `None` if it is the default.
fn legal_on(sheet: &Sheet, key: &str, value: &Value) -> Result<Option<Value>, Refusal> {
    let unknown = || Refusal::UnknownSetting { service: sheet.name.clone(), key: naming::line(key) };
    let param = sheet.param(key).ok_or_else(unknown)?;
    let wrong = |why| Refusal::BadValue { label: param.label.clone(), why };
    let value = param.kind.parse(&value.to_string()).map_err(wrong)?;
    Ok((value != param.default_value()).then_some(value))
}

fn set_title(draft: &mut Draft<'_>, title: &str) -> Result<(), Refusal> {
    draft.set_title(named(title)?);
    Ok(())
}

fn set_pricing(draft: &mut Draft<'_>, pricing: &Pricing) -> Result<(), Refusal> {
    for (item, &usd) in &pricing.prices {
        if !Pricing::admits(usd) {
            return Err(Refusal::Price(naming::line(item), usd.to_string()));
        }
    }
    draft.set_pricing(pricing.clone());
    Ok(())
}

fn set_region(draft: &mut Draft<'_>, region: &str) -> Result<(), Refusal> {
    let known = REGIONS.iter().find(|known| **known == region);
    let region = known.ok_or_else(|| Refusal::UnknownRegion(naming::line(region)))?;
    draft.set_region((*region).to_owned());
    Ok(())
}

fn put_scenario(draft: &mut Draft<'_>, at: usize, scenario: &Scenario) -> Result<(), Refusal> {
    let scenario = Scenario { name: named(&scenario.name)?, ..scenario.clone() };
    if scenario.duration <= scenario.warmup.given() {
        return Err(Refusal::NoTime);
    }
    scenario.traffic.values().try_for_each(Shape::check).map_err(Refusal::BadTraffic)?;
    let others = draft.design().scenarios.iter().enumerate().filter(|(position, _)| *position != at);
    if others.into_iter().any(|(_, other)| other.name == scenario.name) {
        return Err(Refusal::ScenarioName(scenario.name));
    }
    let scenarios = draft.scenarios();
    match scenarios.get_mut(at) {
        Some(there) => *there = scenario,
        None => scenarios.push(scenario),
    }
    Ok(())
}

fn remove_scenario(draft: &mut Draft<'_>, at: usize) -> Result<(), Refusal> {
    let count = draft.design().scenarios.len();
    if at >= count {
        return Err(Refusal::NoScenario(at + 1));
    }
    if count == 1 {
        return Err(Refusal::LastScenario);
    }
    draft.scenarios().remove(at);
    Ok(())
}
