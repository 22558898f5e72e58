//! VPCs, Availability Zones and subnets as places, where something stands in them.

use super::links::Support;
use super::resources::{Resource, Stack, is_zone};
use super::settings::plain;
use super::tree::{Kind, Tree};
use crate::import::draft::Held;
use crate::model::{Id, PlaceKind, Rect};
use std::collections::BTreeMap;

/// Services that stand in a VPC even where the template does not say in which.
const INSIDE: [&str; 6] = ["ec2", "asg", "elb", "rds", "aurora", "elasticache"];

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Spot<'a> {
    vpc: &'a str,
    /// Letter of the zone, and the subnet, where it stands in one of these alone.
    zone: Option<String>,
    subnet: Option<&'a str>,
}

/// Places that were made, by what they stand for.
#[derive(Default)]
struct Made<'a> {
    vpcs: BTreeMap<&'a str, Id>,
    zones: BTreeMap<(&'a str, String), Id>,
    subnets: BTreeMap<&'a str, Id>,
}

/// Puts every node into the innermost place that holds all of it.
pub fn put(stack: &mut Stack<'_, '_>) {
    let support = Support::of(stack);
    let subnets = Subnets::of(stack);
    let nodes: Vec<(&str, Id)> = stack.nodes.iter().map(|(name, id)| (*name, id.clone())).collect();
    let mut made = Made::default();
    for (name, id) in nodes {
        if let Some(spot) = subnets.spot(stack, &support, name)
            && let Some(place) = made.place(stack, &spot)
        {
            // A subnet, a zone and a VPC hold nodes.
            let _held: Held = stack.draft.put_into(&id, &place);
        }
    }
}

/// Where the subnets of a template lie.
struct Subnets<'a> {
    /// VPC and letter of the zone, by subnet.
    by_name: BTreeMap<&'a str, (&'a str, String)>,
    /// The VPC that everything stands in that says nothing else.
    only_vpc: Option<&'a str>,
}

impl<'a> Subnets<'a> {
    fn of(stack: &Stack<'a, '_>) -> Self {
        let vpcs: Vec<&str> = stack.of("AWS::EC2::VPC").map(|vpc| vpc.name).collect();
        let given = stack.template.get("Parameters").map(Tree::entries).unwrap_or_default().iter();
        let mut given = given.filter(|(_, parameter)| kind_of(parameter) == "AWS::EC2::VPC::Id");
        let only_vpc = match vpcs.as_slice() {
            [only] => Some(*only),
            [] => given.next().map(|(name, _)| name.as_str()),
            _ => None,
        };
        let mut letters = Letters::default();
        let mut by_name = BTreeMap::new();
        for subnet in stack.of("AWS::EC2::Subnet") {
            let vpc = stack.mentioned(&subnet, "VpcId").into_iter().next().or(only_vpc).unwrap_or("VPC");
            let zone = subnet.properties.get("AvailabilityZone");
            let letter = letters.of(vpc, zone.map(|zone| stack.values.settle(zone).into_owned()).as_ref());
            by_name.insert(subnet.name, (vpc, letter));
        }
        Self { by_name, only_vpc }
    }

    /// Where a node stands, by the subnets that it or what supports it names.
    fn spot(&self, stack: &Stack<'a, '_>, support: &Support<'a>, node: &str) -> Option<Spot<'a>> {
        let own = support.mentioned(stack, node, "AWS::EC2::Subnet");
        let found: Vec<_> = own.iter().filter_map(|name| self.by_name.get_key_value(name)).collect();
        let service = stack.service(node);
        let Some((first, (vpc, zone))) = found.first().copied() else {
            let vpc = self.vpc_of_groups(stack, support, node).or(self.only_vpc)?;
            return INSIDE.contains(&service).then_some(Spot { vpc, zone: None, subnet: None });
        };
        if let Some(zone) = own_zone(stack, node) {
            return Some(Spot { vpc, zone: Some(zone), subnet: None });
        }
        let one_zone = found.iter().all(|(_, (_, other))| other == zone);
        let balances = service == "elb";
        Some(Spot {
            vpc,
            zone: (one_zone && !balances).then(|| zone.clone()),
            subnet: (found.len() == 1 && !balances).then_some(*first),
        })
    }

    /// The VPC of a node's security groups.
    fn vpc_of_groups(&self, stack: &Stack<'a, '_>, support: &Support<'a>, node: &str) -> Option<&'a str> {
        let groups = support.mentioned(stack, node, "AWS::EC2::SecurityGroup");
        let group = groups.into_iter().find_map(|name| stack.resources.get(name))?;
        stack.mentioned(group, "VpcId").into_iter().next()
    }
}

/// The zone that a database in a group of subnets is bound to.
fn own_zone(stack: &Stack<'_, '_>, node: &str) -> Option<String> {
    let database = stack.resources.get(node).filter(|found| found.kind == "AWS::RDS::DBInstance")?;
    let zone = stack.values.get(database.properties, "AvailabilityZone")?;
    letter(&zone).filter(|_| !stack.values.is_true(database.properties, "MultiAZ"))
}

fn kind_of(parameter: &Tree) -> &str {
    parameter.get("Type").and_then(Tree::as_text).unwrap_or_default()
}

/// Letters of zones, as they are written or in the order in which zones come.
#[derive(Default)]
struct Letters(BTreeMap<String, BTreeMap<String, String>>);

impl Letters {
    fn of(&mut self, vpc: &str, zone: Option<&Tree>) -> String {
        let known = self.0.entry(vpc.to_owned()).or_default();
        let key = zone.map(plain).unwrap_or_default();
        if let Some(letter) = known.get(&key) {
            return letter.clone();
        }
        let written = zone.and_then(letter).filter(|letter| !known.values().any(|other| other == letter));
        let mut free = ('a'..='z').map(String::from).filter(|letter| !known.values().any(|other| other == letter));
        let letter = written.or_else(|| free.next()).unwrap_or_else(|| "z".to_owned());
        known.insert(key, letter.clone());
        letter
    }
}

/// The letter that a zone is written with: `us-east-1a`, or its number among the zones of the region.
fn letter(zone: &Tree) -> Option<String> {
    if let Some(name) = zone.as_text() {
        return is_zone(name).then(|| name[name.len() - 1..].to_owned());
    }
    let Kind::Call(name, given) = &zone.kind else { return None };
    let number: u8 = given.items().first().filter(|_| name == "Select")?.as_text()?.trim().parse().ok()?;
    (number < 26).then(|| char::from(b'a' + number).to_string())
}

impl<'a> Made<'a> {
    /// The place of a spot, made with the places around it where it is new.
    fn place(&mut self, stack: &mut Stack<'a, '_>, spot: &Spot<'a>) -> Option<Id> {
        let vpc = self.vpc(stack, spot.vpc)?;
        let Some(letter) = &spot.zone else { return Some(vpc) };
        let zone = self.zone(stack, (spot.vpc, letter.clone()), &vpc)?;
        let Some(subnet) = spot.subnet else { return Some(zone) };
        self.subnet(stack, subnet, &zone)
    }

    fn vpc(&mut self, stack: &mut Stack<'a, '_>, name: &'a str) -> Option<Id> {
        if let Some(id) = self.vpcs.get(name) {
            return Some(id.clone());
        }
        let label = match stack.resources.get(name).copied() {
            Some(vpc) => stack.label(&vpc),
            None => "VPC".to_owned(),
        };
        let id = stack.draft.place(PlaceKind::Vpc, label.as_str(), Rect::default())?;
        self.vpcs.insert(name, id.clone());
        Some(id)
    }

    fn zone(&mut self, stack: &mut Stack<'a, '_>, key: (&'a str, String), vpc: &Id) -> Option<Id> {
        if let Some(id) = self.zones.get(&key) {
            return Some(id.clone());
        }
        let id = stack.draft.place(PlaceKind::Zone, key.1.as_str(), Rect::default())?;
        let _held: Held = stack.draft.put_into(&id, vpc);
        self.zones.insert(key, id.clone());
        Some(id)
    }

    fn subnet(&mut self, stack: &mut Stack<'a, '_>, name: &'a str, zone: &Id) -> Option<Id> {
        if let Some(id) = self.subnets.get(name) {
            return Some(id.clone());
        }
        let subnet = *stack.resources.get(name)?;
        let kind = if is_public(stack, &subnet) { PlaceKind::PublicSubnet } else { PlaceKind::PrivateSubnet };
        let label = stack.label(&subnet);
        let id = stack.draft.place(kind, label.as_str(), Rect::default())?;
        let _held: Held = stack.draft.put_into(&id, zone);
        self.subnets.insert(name, id.clone());
        Some(id)
    }
}

/// Whether a subnet's routes lead to an internet gateway, or it gives public addresses.
fn is_public(stack: &Stack<'_, '_>, subnet: &Resource<'_>) -> bool {
    if stack.values.is_true(subnet.properties, "MapPublicIpOnLaunch") {
        return true;
    }
    let joined = stack.saying("AWS::EC2::SubnetRouteTableAssociation", "SubnetId", subnet.name);
    let mut tables = joined.iter().flat_map(|joined| stack.mentioned(joined, "RouteTableId"));
    tables.any(|table| {
        let mut routes = stack.saying("AWS::EC2::Route", "RouteTableId", table).iter();
        routes.any(|route| !stack.mentioned(route, "GatewayId").is_empty())
    })
}
