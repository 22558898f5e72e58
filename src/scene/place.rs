//! Regions, VPCs and Availability Zones: dashed frames with their names. A zone that is out is red and says for how long.

use super::list::{Anchor, Ink, Shape, Stroke, Weight};
use super::{Detail, Picture, glyph, style, text};
use crate::model::{Id, Place, PlaceKind, Point, Rect, Size};
use crate::sim::network::{Fault, Harm};
use crate::units::Span;
use crate::words::t;

/// Height of the strip with the name, by which a place is taken.
pub const TITLE_BAR: f32 = 26.0;

/// Size of its type where small type could not be read.
const LARGE: f32 = 17.0;

/// Draws a place with its title at `spot`.
pub fn draw(picture: &Picture<'_>, id: &Id, (place, spot): (&Place, Rect), shapes: &mut Vec<Shape>) {
    let out = outage(picture, place);
    let mut name = name(place);
    if let Some(span) = out {
        name = t!("⚠ {name} · outage {minutes}", name = name, minutes = minutes(span));
    }
    shapes.push(Shape::Begin { id: id.clone(), title: name.replace(" · ", ", ").replace("⚠ ", "") });
    frame(picture, id, place, out, shapes);
    if picture.zoom >= super::card::FAR {
        let size = if picture.detail() == Detail::Halfway { LARGE } else { style::BODY };
        title(place, spot, (&name, ink(place, out), size), shapes);
    }
    shapes.push(Shape::End);
}

/// What its title says.
pub fn name(place: &Place) -> String {
    let (kind, label) = (place.kind.name(), place.label.trim());
    match place.kind {
        _ if label.is_empty() || label.eq_ignore_ascii_case(kind) => kind.to_owned(),
        PlaceKind::Zone => format!("{kind} {label}"),
        _ if label.starts_with(kind) => label.to_owned(),
        _ => format!("{kind} · {label}"),
    }
}

/// How long the zone or region has been out, if it is.
pub fn outage(picture: &Picture<'_>, place: &Place) -> Option<Span> {
    if !matches!(place.kind, PlaceKind::Zone | PlaceKind::Region) {
        return None;
    }
    let (plan, snapshot) = (picture.plan?, picture.snapshot?);
    let since = |fault: &Fault| Span(snapshot.now.0.saturating_sub(fault.at.0));
    if place.kind == PlaceKind::Region {
        let name = picture.design.region_named(place);
        let out = |fault: &&Fault| match fault.harm {
            Harm::RegionOutage(at) => plan.network.regions.get(at as usize).is_some_and(|region| region.name == name),
            _ => false,
        };
        return snapshot.faults.iter().find(out).map(since);
    }
    let name = picture.design.zone_name(place);
    snapshot.faults.iter().find_map(|fault| {
        let Harm::ZoneOutage(zone) = fault.harm else { return None };
        let here = plan.network.zones.get(usize::from(zone))?.eq_ignore_ascii_case(&name);
        here.then(|| since(fault))
    })
}

fn minutes(span: Span) -> String {
    let secs = span.secs() as u64;
    format!("{:02}:{:02}", secs / 60, secs % 60)
}

fn ink(place: &Place, out: Option<Span>) -> Ink {
    if out.is_some() { Ink::Bad } else { Ink::place(place.kind) }
}

fn frame(picture: &Picture<'_>, id: &Id, place: &Place, out: Option<Span>, shapes: &mut Vec<Shape>) {
    let ink = ink(place, out);
    let face = match (place.kind, out) {
        (_, Some(_)) => Ink::BadFill.alpha(0.13),
        (PlaceKind::Region, _) => ink.alpha(0.025),
        (PlaceKind::Vpc, _) => ink.alpha(0.03),
        (PlaceKind::Zone, _) => ink.alpha(0.055),
        (PlaceKind::PublicSubnet | PlaceKind::PrivateSubnet | PlaceKind::SecurityGroup, _) => ink.alpha(0.07),
    };
    let stroke = match (picture.selected.contains(id), picture.hovered == Some(id)) {
        (true, _) => Ink::Accent.full().line(1.8),
        (_, true) => Stroke { tint: ink.alpha(0.95), width: 1.4, dash: Some((5.0, 4.0)) },
        _ => Stroke { tint: ink.alpha(0.55), width: 1.2, dash: Some((5.0, 4.0)) },
    };
    let (rect, radius) = (place.rect, style::RADIUS_PLACE);
    shapes.push(Shape::Rect { rect, radius, fill: Some(face), stroke: Some(stroke) });
    if picture.selected.contains(id) {
        handles(rect, shapes);
    }
}

/// Squares at the corners of what is selected and can be resized.
pub fn handles(rect: Rect, shapes: &mut Vec<Shape>) {
    for corner in corners(rect) {
        let rect = Rect { min: corner, max: corner }.expand(3.5);
        let (fill, stroke) = (Some(Ink::Canvas.full()), Some(Ink::Accent.full().line(1.5)));
        shapes.push(Shape::Rect { rect, radius: 2.0, fill, stroke });
    }
}

/// The corners of a rectangle: top left, top right, bottom right, bottom left.
pub fn corners(rect: Rect) -> [Point; 4] {
    let Rect { min, max } = rect;
    [min, Point::new(max.x, min.y), max, Point::new(min.x, max.y)]
}

fn title(place: &Place, spot: Rect, (name, ink, size): (&str, Ink, f32), shapes: &mut Vec<Shape>) {
    let side = size * 1.18;
    let icon = Rect::new(spot.min + Point::new(2.0, 3.0), Size { w: side, h: side });
    let segments = glyph::segments(glyph::place(place.kind), icon);
    shapes.push(Shape::Path { segments, stroke: ink.full().line(size * 0.1) });
    let at = spot.min + Point::new(7.0 + side, size * 1.23);
    let text = text::fit(name, size, Weight::Regular, (place.rect.max.x - at.x - 8.0).max(0.0));
    let weight = Weight::Regular;
    shapes.push(Shape::Text { at, anchor: Anchor::Start, size, weight, text, tint: ink.full() });
}
