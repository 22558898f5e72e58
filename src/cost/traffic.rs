//! Which links carry what is charged for: out to the internet, between zones and regions, through gateways.
//!
//! Worked out of the drawing once; what was carried is asked of a run later. Absent: gateways for nodes that stand in no
//! private subnet, and messages that are fetched, whose size no run knows.

use super::tariff::Metered;
use crate::catalog::{Category, Face, Geography, Near, Service};
use crate::compile::Plan;
use crate::model::access::Toll;
use crate::model::{Design, Id, Link, Node, PlaceKind};
use crate::sim::network::Index;
use std::collections::BTreeMap;

/// Links of one node, or of the gateway of one subnet, by what they are charged as.
#[derive(Debug, Clone, Default)]
pub(super) struct Traffic {
    /// Whether users or a name service lead straight to it.
    pub(super) public: bool,
    /// Whether it stands in a private subnet.
    pub(super) private: bool,
    /// From anyone.
    inward: Vec<Index>,
    /// Whose answers leave for the internet, and whose requests do.
    out: Ends,
    /// Whose answers leave for another region, and whose requests do.
    abroad: Ends,
    /// That may lead from one zone into another.
    zones: Vec<Index>,
    /// That pass a gateway.
    gateway: Vec<Index>,
    /// To what answers near its callers: each link with where those are who call along it.
    near: Vec<(Index, Vec<Caller>)>,
}

/// Links that are charged for one of their directions.
#[derive(Debug, Clone, Default)]
struct Ends {
    answers: Vec<Index>,
    requests: Vec<Index>,
}

/// Somebody who calls along a link.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Caller {
    /// The link on which it can be told from others who call along the same: the same one, or its link to a name service.
    told_by: Index,
    /// `None` if it is not drawn in any part of the world that has prices of its own.
    at: Option<Geography>,
}

/// The NAT gateway of the private subnets of one zone.
#[derive(Debug, Clone)]
pub(super) struct Gateway<'a> {
    /// The first subnet that uses it.
    pub(super) subnet: &'a Id,
    /// Where it stands.
    pub(super) region: &'a str,
    /// What passes it.
    pub(super) traffic: Traffic,
}

impl Traffic {
    /// That of every node that runs, in one go over all links.
    pub(super) fn of_nodes<'a>(design: &'a Design, plan: &Plan) -> BTreeMap<&'a Id, Self> {
        let mut nodes: BTreeMap<&Id, Self> = BTreeMap::new();
        for (link, index) in running(design, plan) {
            let (Some(from), Some(to)) = (design.nodes.get(&link.from), design.nodes.get(&link.to)) else { continue };
            let (caller, callee) = (Side::of(design, from), Side::of(design, to));
            let apart = matches!(design.toll(from, to), Some(Toll::Regions(..)));
            if link.from != link.to {
                let own = nodes.entry(&link.from).or_default();
                own.zones.extend((!apart).then_some(index));
                own.abroad.requests.extend(apart.then_some(index));
                own.out.requests.extend((caller == Side::Region && callee == Side::Elsewhere).then_some(index));
            }
            let own = nodes.entry(&link.to).or_default();
            own.inward.push(index);
            own.zones.extend((!apart).then_some(index));
            own.abroad.answers.extend(apart.then_some(index));
            own.out.answers.extend((caller == Side::Users || caller == Side::Elsewhere).then_some(index));
            if caller == Side::Users {
                own.public = true;
            }
            if callee == Side::Edge {
                own.near.push((index, callers(design, plan, (from, link, index))));
            }
        }
        for (id, traffic) in &mut nodes {
            traffic.private =
                design.nodes.get(*id).is_some_and(|node| design.place_of(node, PlaceKind::PrivateSubnet).is_some());
        }
        nodes
    }

    /// Whether anything leaves for the internet.
    pub(super) fn leaves(&self) -> bool {
        !self.out.answers.is_empty() || !self.out.requests.is_empty()
    }

    /// Whether anything leaves for another region.
    pub(super) fn goes_abroad(&self) -> bool {
        !self.abroad.answers.is_empty() || !self.abroad.requests.is_empty()
    }

    /// One more than the last of its links.
    pub(super) fn extent(&self) -> Index {
        let all = self.inward.iter().chain(&self.zones).chain(&self.gateway).chain(&self.abroad.requests);
        let asked = self.near.iter().flat_map(|(_, callers)| callers).map(|caller| &caller.told_by);
        all.chain(&self.out.requests).chain(asked).map(|link| link + 1).max().unwrap_or(0)
    }

    pub(super) fn bytes_out(&self, used: &impl Metered) -> f64 {
        self.out.bytes(used)
    }

    /// Whether anyone may call from a part of the world.
    pub(super) fn serves(&self, near: Near) -> bool {
        let mut callers = self.near.iter().flat_map(|(_, callers)| callers).map(|caller| caller.at).peekable();
        let anywhere = callers.peek().is_none() && near.others > 0.0;
        anywhere || callers.any(|at| at.map_or(near.others > 0.0, |at| at == near.geography))
    }

    /// The share of the requests that comes from a part of the world.
    pub(super) fn requests_from(&self, near: Near, used: &impl Metered) -> f64 {
        self.from(near, |link| used.link(link).calls as f64)
    }

    /// The share of the answered bytes that goes to a part of the world.
    pub(super) fn bytes_to(&self, near: Near, used: &impl Metered) -> f64 {
        self.from(near, |link| used.link(link).bytes.1 as f64)
    }

    /// The share of a part of the world in what links carry.
    fn from(&self, near: Near, carried: impl Fn(Index) -> f64) -> f64 {
        let (mut all, mut there) = (0.0, 0.0);
        for (link, callers) in &self.near {
            let link = carried(*link);
            let told = |caller: &Caller| (carried(caller.told_by), caller.at);
            let told: Vec<(f64, Option<Geography>)> = callers.iter().map(told).collect();
            let sum: f64 = told.iter().map(|(carried, _)| carried).sum();
            let share = |at: &Option<Geography>| at.map_or(near.others, |at| f64::from(u8::from(at == near.geography)));
            all += link;
            there += match sum {
                0.0 => link * near.others,
                _ => link * told.iter().map(|(carried, at)| carried / sum * share(at)).sum::<f64>(),
            };
        }
        if all > 0.0 { there / all } else { near.others }
    }

    pub(super) fn bytes_abroad(&self, used: &impl Metered) -> f64 {
        self.abroad.bytes(used)
    }

    pub(super) fn bytes_through(&self, used: &impl Metered) -> f64 {
        both_ways(&self.inward, used)
    }

    pub(super) fn bytes_through_gateway(&self, used: &impl Metered) -> f64 {
        both_ways(&self.gateway, used)
    }

    pub(super) fn bytes_across(&self, used: &impl Metered) -> f64 {
        self.zones.iter().map(|&link| used.link(link).across).sum::<u64>() as f64
    }
}

impl Ends {
    fn bytes(&self, used: &impl Metered) -> f64 {
        let answers: u64 = self.answers.iter().map(|&link| used.link(link).bytes.1).sum();
        let requests: u64 = self.requests.iter().map(|&link| used.link(link).bytes.0).sum();
        (answers + requests) as f64
    }
}

fn both_ways(links: &[Index], used: &impl Metered) -> f64 {
    let bytes = |&link: &Index| {
        let (requests, answers) = used.link(link).bytes;
        requests + answers
    };
    links.iter().map(bytes).sum::<u64>() as f64
}

/// Where something stands, for what is carried to and from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Users, or a name service that they ask.
    Users,
    /// Near the users: what goes there is not charged.
    Edge,
    /// In a region of AWS.
    Region,
    /// Outside AWS.
    Elsewhere,
}

impl Side {
    fn of(design: &Design, node: &Node) -> Self {
        match node.service().map(|service| service.face) {
            Some(Face::Client | Face::Dns) => Self::Users,
            Some(Face::Edge) => Self::Edge,
            _ if stands_outside(design, node) => Self::Elsewhere,
            _ => Self::Region,
        }
    }
}

/// Whether it is a service of one's own that is drawn in no network of AWS.
fn stands_outside(design: &Design, node: &Node) -> bool {
    let own = |service: &Service| service.sheet().category == Category::Own;
    node.service().is_some_and(own) && design.around(node.place.as_ref()).next().is_none()
}

/// The links that run, with their numbers.
fn running<'a>(design: &'a Design, plan: &Plan) -> impl Iterator<Item = (&'a Link, Index)> {
    design.links.iter().filter_map(|(id, link)| Some((link, *plan.links.get(id)?)))
}

/// Who calls along a link: its node, or those who ask the name service that is drawn before it.
fn callers(design: &Design, plan: &Plan, (from, link, index): (&Node, &Link, Index)) -> Vec<Caller> {
    let at = |node: &Node| design.place_of(node, PlaceKind::Region).and_then(|_| Geography::of(design.region_of(node)));
    if from.service().is_none_or(|service| service.face != Face::Dns) {
        // Services are somewhere even if no region is drawn; users may be anywhere.
        let users = from.service().is_some_and(|service| service.face == Face::Client);
        let at = if users { at(from) } else { Geography::of(design.region_of(from)) };
        return vec![Caller { told_by: index, at }];
    }
    let asking = running(design, plan).filter(|(asking, _)| asking.to == link.from);
    let caller = |(asking, told_by): (&Link, Index)| Some(Caller { told_by, at: at(design.nodes.get(&asking.from)?) });
    asking.filter_map(caller).collect()
}

/// The NAT gateways that the private subnets of a drawing need, one for each zone.
pub(super) fn gateways<'a>(design: &'a Design, plan: &Plan) -> Vec<Gateway<'a>> {
    let mut found: BTreeMap<&Id, Gateway<'a>> = BTreeMap::new();
    for (link, index) in running(design, plan) {
        let (Some(node), Some(other)) = (design.nodes.get(&link.from), design.nodes.get(&link.to)) else { continue };
        let Some(Toll::Gateway(subnet)) = design.toll(node, other) else { continue };
        let zone = design.place_of(node, PlaceKind::Zone).map_or(subnet, |(zone, _)| zone);
        let region = design.region_of(node);
        let gateway = found.entry(zone).or_insert_with(|| Gateway { subnet, region, traffic: Traffic::default() });
        gateway.subnet = gateway.subnet.min(subnet);
        gateway.traffic.gateway.push(index);
    }
    found.into_values().collect()
}
