//! What a box of draw.io is here: by what our own export says, by its AWS shape, by its name.

use super::cells::Cell;
use crate::catalog::{self, Service};
use crate::export::drawio::shapes;
use crate::import::words::{self, Told, Untiled};
use crate::model::PlaceKind;

/// What a box is here.
#[derive(Debug, Clone, Copy)]
pub enum Meaning {
    /// A service.
    Service(&'static Service),
    /// A service of AWS that has no tile: a station.
    Untiled(&'static Untiled),
    /// A service of ours that this version does not know.
    Unknown,
    /// A place.
    Place(PlaceKind),
    /// The frame of an Auto Scaling group.
    ScalingGroup,
    /// A frame around other boxes that acts in no way here.
    Frame,
    /// An AWS shape that stands for nothing here.
    OtherShape,
    /// A note.
    Note,
    /// Nothing to be seen.
    Nothing,
}

impl From<Told> for Meaning {
    fn from(told: Told) -> Self {
        match told {
            Told::Service(service) => Self::Service(service),
            Told::Untiled(untiled) => Self::Untiled(untiled),
        }
    }
}

/// Whether a box has others in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inside {
    /// It has.
    Boxes,
    /// It has none.
    Nothing,
}

/// What a box is here.
pub fn of(cell: &Cell, inside: Inside) -> Meaning {
    own(cell).or_else(|| by_shape(cell)).unwrap_or_else(|| by_name(cell, inside))
}

/// What our own export says.
fn own(cell: &Cell) -> Option<Meaning> {
    let key = cell.own.get(shapes::OWN)?;
    let place = PlaceKind::ALL.into_iter().find(|kind| kind.key() == key).map(Meaning::Place);
    let note = (key == shapes::NOTE).then_some(Meaning::Note);
    note.or(place).or_else(|| catalog::find(key).map(Meaning::Service)).or(Some(Meaning::Unknown))
}

/// What an AWS shape stands for.
fn by_shape(cell: &Cell) -> Option<Meaning> {
    let group = shape_name(cell.look("grIcon"));
    if let Some(group) = group {
        return Some(of_group(cell, group));
    }
    let resource = ["resIcon", "prIcon", "shape"].into_iter().filter_map(|key| shape_name(cell.look(key)));
    // In old files the name of the shape is the first word of the style.
    let bare = cell.style.iter().filter(|(_, value)| value.is_empty()).filter_map(|(key, _)| shape_name(key));
    let mut names = resource.chain(bare).filter(|name| !matches!(*name, "resourceIcon" | "productIcon" | "group"));
    let name = names.next()?;
    // Shapes of a family have its name: "ecs_service", "dynamodb_table".
    let of_family = || words::told(name).filter(|told| matches!(told, Told::Untiled(_)));
    let found = shapes::service(name).and_then(words::keyed).or_else(of_family);
    Some(found.map_or(Meaning::OtherShape, Meaning::from))
}

/// The last part of "mxgraph.aws4.ec2".
fn shape_name(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("mxgraph.aws")?;
    rest.rsplit('.').next().filter(|name| !name.is_empty())
}

/// What an AWS frame stands for. Both kinds of subnet have the frame of a security group, in colours of their own.
fn of_group(cell: &Cell, group: &str) -> Meaning {
    if group == "group_auto_scaling_group" {
        return Meaning::ScalingGroup;
    }
    let named = words::place(&cell.label);
    let subnet = matches!(named, Some(PlaceKind::PublicSubnet | PlaceKind::PrivateSubnet));
    let coloured = shapes::kinds(group).find(|(_, frame)| {
        let colours = [cell.look("strokeColor"), cell.look("fillColor")];
        frame.colours.iter().any(|colour| colours.iter().any(|found| found.eq_ignore_ascii_case(colour)))
    });
    let kind = match (group, named) {
        ("group_security_group", Some(kind)) if subnet => Some(kind),
        ("group_security_group", _) => coloured.map(|(kind, _)| kind),
        _ => shapes::kinds(group).next().map(|(kind, _)| kind),
    };
    kind.map_or(Meaning::Frame, Meaning::Place)
}

fn by_name(cell: &Cell, inside: Inside) -> Meaning {
    let place = words::place(&cell.label);
    let only_text = cell.style.contains_key("text");
    match place {
        Some(kind) if !only_text && (inside == Inside::Boxes || cell.is_large()) => return Meaning::Place(kind),
        _ if inside == Inside::Boxes => return Meaning::Frame,
        _ => {}
    }
    if cell.label.is_empty() {
        return Meaning::Nothing;
    }
    let note = only_text || cell.look("shape") == "note" || cell.label.contains('\n') && cell.label.len() > 80;
    words::told(&cell.label).filter(|_| !note).map_or(Meaning::Note, Meaning::from)
}
