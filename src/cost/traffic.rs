//! Which links carry what is charged for: out to the internet, between zones and regions, through gateways.
//!
//! Worked out of the drawing once; what was carried is asked of a run later. Absent: gateways for nodes that stand in no
//! private subnet, and messages that are fetched, whose size no run knows.

use super::tariff::Metered;
use crate::catalog::{CapacityUnit, Category, Face, Service};
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
    /// From users, with those behind each.
    users: Vec<(Index, Vec<Visitors>)>,
}

/// Links that are charged for one of their directions.
#[derive(Debug, Clone, Default)]
struct Ends {
    answers: Vec<Index>,
    requests: Vec<Index>,
}

/// The users of one node.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Visitors {
    site: Index,
    /// Seconds for which they keep a connection.
    keep: f64,
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

/// Capacity units times hours, by dimension.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct UnitHours {
    new: f64,
    active: f64,
    bytes: f64,
    rules: f64,
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
                own.users.push((index, visitors(design, plan, &link.from)));
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
        all.chain(&self.out.requests).map(|link| link + 1).max().unwrap_or(0)
    }

    /// Sites of users that its connections are counted by.
    pub(super) fn user_sites(&self) -> impl Iterator<Item = Index> {
        self.users.iter().flat_map(|(_, visitors)| visitors).map(|visitors| visitors.site)
    }

    pub(super) fn bytes_out(&self, used: &impl Metered) -> f64 {
        self.out.bytes(used)
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

    /// Capacity units of the balancer at a site. New connections are those of users; services keep theirs, so that as many
    /// are open as there are requests under way.
    pub(super) fn unit_hours(&self, unit: &CapacityUnit, site: Index, used: &impl Metered) -> UnitHours {
        let site = used.site(site);
        let (mut opened, mut open_secs) = (0.0, site.request_secs);
        for (link, visitors) in &self.users {
            let calls = used.link(*link).calls as f64;
            let (of_all, secs_of_all) = connections(visitors, used);
            opened += calls * of_all;
            open_secs += calls * secs_of_all;
        }
        let evaluated = site.arrived as f64 * unit.rules;
        UnitHours {
            new: opened / unit.new / 3_600.0,
            active: open_secs / unit.active / 3_600.0,
            bytes: self.bytes_through(used) / unit.bytes,
            rules: evaluated / unit.evaluations / 3_600.0,
        }
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

/// New connections, and seconds of open ones that nobody uses, for each request of these users.
fn connections(visitors: &[Visitors], used: &impl Metered) -> (f64, f64) {
    let (mut requests, mut opened, mut secs) = (0.0, 0.0, 0.0);
    for one in visitors {
        let site = used.site(one.site);
        let anew = site.arrived.saturating_sub(site.reused) as f64;
        requests += site.arrived as f64;
        opened += anew;
        // After its last request each waits until it is closed.
        secs += site.waited_open_secs + anew * one.keep;
    }
    if requests > 0.0 { (opened / requests, secs / requests) } else { (0.0, 0.0) }
}

impl UnitHours {
    /// In words, on average over so many hours.
    pub(super) fn words(&self, hours: f64) -> String {
        let Self { new, active, bytes, rules } = *self;
        let dimensions = [("new connections", new), ("open connections", active), ("bytes", bytes), ("rules", rules)];
        let dimensions = dimensions.map(|(name, units)| format!("{name} {:.3}", units / hours.max(f64::MIN_POSITIVE)));
        format!("units by dimension: {}; the largest is charged", dimensions.join(", "))
    }

    /// What is charged for: the largest.
    pub(super) fn charged(&self) -> f64 {
        self.new.max(self.active).max(self.bytes).max(self.rules)
    }
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

/// The users at a node, or those who ask the name service there.
fn visitors(design: &Design, plan: &Plan, caller: &Id) -> Vec<Visitors> {
    let at = |id: &Id| {
        let node = design.nodes.get(id)?;
        let keeps = node.service()?.face == Face::Client;
        let keep = keeps.then(|| node.settings().map(|settings| settings.span("keep_alive").secs())).flatten()?;
        Some(Visitors { site: *plan.sites.get(id)?, keep })
    };
    match at(caller) {
        Some(own) => vec![own],
        None => design.links.values().filter(|link| link.to == *caller).filter_map(|link| at(&link.from)).collect(),
    }
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
