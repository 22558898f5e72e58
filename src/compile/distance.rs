//! How long the ways between nodes are, by the places that they stand in and by where the users are.
//!
//! What users call through a name service or an edge is not equally far for all of them: each has a way of its own, and the
//! delay of the link is that of the nearest. Absent: distances between regions that differ by pair.

use super::route::{Part, Way};
use crate::catalog::{self, Face, Value};
use crate::model::Design;
use crate::units::Span;
use std::collections::BTreeSet;

/// A drawing, as far as distances go.
#[derive(Clone, Copy)]
pub(super) struct Map<'a> {
    pub(super) design: &'a Design,
    pub(super) parts: &'a [Part<'a>],
    pub(super) ways: &'a [Way<'a>],
}

/// One-way delays of a link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Length {
    /// Inside a zone, or where zones do not matter.
    pub(super) near: Span,
    /// Between two zones.
    pub(super) far: Span,
    /// Parts of users who are farther away than the nearest, with what their way is longer.
    pub(super) longer: Vec<(usize, Span)>,
}

impl Length {
    fn of(trip: Span) -> Self {
        let half = Span(trip.0 / 2);
        Self { near: half, far: half, longer: Vec::new() }
    }
}

impl<'a> Map<'a> {
    /// The length of a way.
    pub(super) fn length(self, way: &Way<'_>) -> Length {
        let (from, to) = (&self.parts[way.from], &self.parts[way.to]);
        if way.barred {
            // Nothing comes back over the network; how long the caller waits is all that matters.
            return Length::default();
        }
        if let Some(stated) = way.calls.network {
            return Length::of(stated);
        }
        if to.service.face == Face::Dns {
            // A name service is asked, not passed through; its look-up time is its own.
            return Length::default();
        }
        if matches!(from.service.face, Face::Client | Face::Dns | Face::Edge) {
            return self.length_for_users(way);
        }
        match self.apart(self.region(way.from), self.region(way.to)) {
            Span::ZERO => Length { near: Length::of(round_trip("near")).near, ..Length::of(round_trip("far")) },
            apart => Length::of(apart),
        }
    }

    /// The same for a way that is as long as the way of the users who take it.
    fn length_for_users(self, way: &Way<'_>) -> Length {
        let trips: Vec<(usize, Span)> =
            self.askers(way.from).into_iter().map(|asker| (asker, self.trip(way, Some(asker)))).collect();
        let spans = || trips.iter().map(|(_, span)| *span);
        let Some(nearest) = spans().min() else { return Length::of(self.trip(way, None)) };
        if !way.calls.is_plain() {
            // Calls with records all take the longest way.
            return Length::of(spans().max().unwrap_or(nearest));
        }
        let extra = |span: Span| Span((span.0 - nearest.0) / 2);
        let longer = trips.iter().map(|&(asker, span)| (asker, extra(span))).filter(|(_, extra)| *extra > Span::ZERO);
        Length { longer: longer.collect(), ..Length::of(nearest) }
    }

    /// The round trip of a way for those who ask from a part. An edge stands where they are, unless it is drawn in a region.
    fn trip(self, way: &Way<'_>, asker: Option<usize>) -> Span {
        let (from, to) = (&self.parts[way.from], &self.parts[way.to]);
        let drawn = asker.and_then(|asker| self.region(asker));
        let here = if from.service.face == Face::Edge { self.region(way.from).or(drawn) } else { drawn };
        let apart = self.apart(here, self.region(way.to));
        if from.service.face == Face::Edge {
            return from.blueprint.outreach.unwrap_or_default() + apart;
        }
        let source = asker.and_then(|asker| self.parts[asker].blueprint.source.as_ref());
        to.blueprint.reach.unwrap_or(source.map_or(Span::ZERO, |source| source.distance) + apart)
    }

    /// The parts of the users whose requests leave a part: itself, or those who ask the name service or the edge there.
    pub(super) fn askers(self, part: usize) -> BTreeSet<usize> {
        let (mut found, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![part]);
        while let Some(at) = open.pop() {
            match self.parts[at].service.face {
                Face::Client => drop(found.insert(at)),
                Face::Dns | Face::Edge if seen.insert(at) => {
                    open.extend(self.ways.iter().filter(|way| way.to == at).map(|way| way.from));
                }
                _ => {}
            }
        }
        found
    }

    /// The users of an edge by the place that they are in, numbered from 0; empty if all are in one.
    pub(super) fn places(self, edge: usize) -> Vec<(usize, u32)> {
        let askers = self.askers(edge);
        let regions: BTreeSet<Option<&str>> = askers.iter().map(|&asker| self.region(asker)).collect();
        if regions.len() < 2 {
            return Vec::new();
        }
        let place = |asker: usize| regions.iter().position(|region| *region == self.region(asker)).unwrap_or(0) as u32;
        askers.into_iter().map(|asker| (asker, place(asker))).collect()
    }

    /// Where a part stands. Users, name services and edges stand in a region where one is drawn around them.
    fn region(self, at: usize) -> Option<&'a str> {
        let node = self.parts[at].node;
        match self.parts[at].service.face {
            Face::Client | Face::Dns | Face::Edge => self.design.region_around(node),
            _ => Some(self.design.region_of(node)),
        }
    }

    fn apart(self, here: Option<&str>, there: Option<&str>) -> Span {
        if here.is_some() && there.is_some() && here != there { round_trip("between_regions") } else { Span::ZERO }
    }
}

fn round_trip(key: &str) -> Span {
    match catalog::network_sheet().param(key).map(catalog::Param::default_value) {
        Some(Value::Span(span)) => span,
        _ => panic!("assets/catalog/network.ron has no time {key}"),
    }
}
