//! VPCs, subnets and routes: those that are drawn, and those that what is drawn needs.
//!
//! A subnet that is drawn is used as it is drawn; missing ones are added, one for each tier and zone. Servers in private
//! subnets reach out through a NAT gateway in their zone.

use super::services::Seat;
use super::stack::{Part, Stack};
use super::template::{Template, logical, tag};
use super::yaml::{Yaml, attribute, map, refer, sub};
use crate::catalog::Face;
use crate::model::{Design, Id, Place, PlaceKind};
use std::collections::BTreeSet;

/// All VPCs, and where the parts stand in them.
#[derive(Debug, Default)]
pub struct Network {
    vpcs: Vec<Vpc>,
    /// By the position of the part.
    seats: Vec<Option<Spot>>,
}

/// Where a part stands.
#[derive(Debug, Clone)]
struct Spot {
    vpc: usize,
    tier: Tier,
    /// Zones by their position in the VPC.
    zones: Vec<usize>,
    /// The one subnet that it was drawn in.
    drawn: Option<Id>,
}

#[derive(Debug)]
struct Vpc {
    name: String,
    label: String,
    place: Option<Id>,
    /// Letters of its zones.
    zones: Vec<String>,
    subnets: Vec<Subnet>,
    /// Zones with servers in private subnets.
    nat: BTreeSet<usize>,
    /// Logical id of what attaches its way to the internet.
    attachment: String,
    /// Whether servers in it read and write buckets.
    reads_buckets: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    Public,
    Private,
}

#[derive(Debug)]
struct Subnet {
    name: String,
    label: String,
    tier: Tier,
    zone: usize,
    drawn: Option<Id>,
}

impl Tier {
    fn name(self) -> &'static str {
        match self {
            Self::Public => "Public",
            Self::Private => "Private",
        }
    }
}

impl Network {
    pub fn of(stack: &Stack<'_>, template: &mut Template) -> Self {
        let mut network = Self { vpcs: drawn_vpcs(stack.design, template), seats: Vec::new() };
        for part in &stack.parts {
            let spot = part.is_seated().then(|| network.spot(part, stack, template));
            network.seats.push(spot);
        }
        for (part, spot) in stack.parts.iter().zip(&mut network.seats) {
            if let Some(spot) = spot {
                network.vpcs[spot.vpc].settle(part, spot, stack);
            }
        }
        let many = network.vpcs.len() > 1;
        for at in 0..network.vpcs.len() {
            network.add_subnets(at, if many { network.vpcs[at].name.clone() } else { String::new() }, template);
        }
        network
    }

    /// The VPC that a part stands in: as drawn, else the first, else one of its own.
    fn home(&mut self, part: &Part<'_>, design: &Design, template: &mut Template) -> usize {
        let around = chain(design, part.node.place.as_ref()).find(|(_, place)| place.kind == PlaceKind::Vpc);
        if let Some(at) = around.and_then(|(id, _)| self.vpcs.iter().position(|vpc| vpc.place.as_ref() == Some(id))) {
            return at;
        }
        if self.vpcs.is_empty() {
            let name = template.name("Vpc");
            self.vpcs.push(Vpc::new(name, "VPC", None));
        }
        let label = &self.vpcs[0].label;
        template.assume(format!("What is drawn outside of every VPC and needs one stands in {label}"));
        0
    }

    fn spot(&mut self, part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) -> Spot {
        let vpc = self.home(part, stack.design, template);
        let home = &mut self.vpcs[vpc];
        let outside = stack.reached_by(part, &[Face::Client, Face::Dns, Face::Edge]);
        let innermost = chain(stack.design, part.node.place.as_ref()).next();
        let drawn_tier = innermost.and_then(|(_, place)| tier_of(place.kind));
        let wanted = if outside && part.kind.seat != Seat::Data { Tier::Public } else { Tier::Private };
        if part.kind.seat != Seat::Server {
            // What the balancer and the groups of subnets span is settled when all zones are known.
            home.at_least_two_zones();
            let tier = if part.kind.seat == Seat::Balancer { wanted } else { drawn_tier.unwrap_or(wanted) };
            if drawn_tier.is_some_and(|drawn| drawn != tier) {
                let tier = tier.name().to_lowercase();
                template.assume(format!("{} stands in {tier} subnets, as its callers need it", part.label()));
            }
            return Spot { vpc, tier, zones: Vec::new(), drawn: None };
        }
        let tier = drawn_tier.unwrap_or(wanted);
        let drawn = innermost.and_then(|(id, _)| home.subnets.iter().find(|subnet| subnet.drawn.as_ref() == Some(id)));
        let (zone, drawn) = (drawn.map(|subnet| subnet.zone), drawn.and_then(|subnet| subnet.drawn.clone()));
        let zone = zone.or_else(|| stack.design.zone_of(part.node).map(|letter| home.zone(letter)));
        let zones = zone.map_or_else(|| home.spread(zones(part), stack.design), |zone| vec![zone]);
        Spot { vpc, tier, zones, drawn }
    }

    /// The subnets of a VPC: those drawn, and one for each tier and zone that is needed besides.
    fn add_subnets(&mut self, at: usize, prefix: String, template: &mut Template) {
        let mut wanted: BTreeSet<(Tier, usize)> = BTreeSet::new();
        for spot in self.seats.iter().flatten().filter(|spot| spot.vpc == at && spot.drawn.is_none()) {
            wanted.extend(spot.zones.iter().map(|&zone| (spot.tier, zone)));
        }
        let vpc = &mut self.vpcs[at];
        wanted.extend(vpc.nat.iter().map(|&zone| (Tier::Public, zone)));
        for (tier, zone) in wanted {
            if !vpc.subnets.iter().any(|subnet| (subnet.tier, subnet.zone) == (tier, zone)) {
                let letter = &vpc.zones[zone];
                let name = template.name(&format!("{prefix}{}Subnet{}", tier.name(), logical(letter)));
                let label = format!("{} subnet {letter}", tier.name());
                vpc.subnets.push(Subnet { name, label, tier, zone, drawn: None });
            }
        }
        let key = |subnet: &Subnet| (subnet.tier, vpc.zones[subnet.zone].clone(), subnet.name.clone());
        vpc.subnets.sort_by_cached_key(key);
        vpc.attachment = template.name(&format!("{prefix}InternetGatewayAttachment"));
    }

    /// The VPC of a part.
    pub fn vpc_of(&self, part: usize) -> Option<&str> {
        self.seats[part].as_ref().map(|spot| self.vpcs[spot.vpc].name.as_str())
    }

    /// The subnets that a part stands in.
    pub fn subnets_of(&self, part: usize) -> Vec<&str> {
        let Some(spot) = &self.seats[part] else { return Vec::new() };
        let subnets = &self.vpcs[spot.vpc].subnets;
        if let Some(drawn) = &spot.drawn {
            let found = subnets.iter().find(|subnet| subnet.drawn.as_ref() == Some(drawn));
            return found.map(|subnet| subnet.name.as_str()).into_iter().collect();
        }
        let first = |zone: &usize| subnets.iter().find(|subnet| (subnet.tier, subnet.zone) == (spot.tier, *zone));
        spot.zones.iter().filter_map(first).map(|subnet| subnet.name.as_str()).collect()
    }

    /// Whether the internet reaches a part's subnets.
    pub fn is_public(&self, part: usize) -> bool {
        self.seats[part].as_ref().is_some_and(|spot| spot.tier == Tier::Public)
    }

    /// What has to be there before a part can be reached from the internet.
    pub fn gateway_of(&self, part: usize) -> Option<&str> {
        let spot = self.seats[part].as_ref().filter(|spot| spot.tier == Tier::Public)?;
        Some(&self.vpcs[spot.vpc].attachment)
    }

    /// The Availability Zone with a letter.
    pub fn zone(&self, part: usize, letter: &str) -> Option<Yaml> {
        let vpc = &self.vpcs[self.seats[part].as_ref()?.vpc];
        vpc.zones.iter().position(|known| known == letter).map(|zone| vpc.zone_of(zone))
    }

    pub fn write(&self, template: &mut Template) {
        for (at, vpc) in self.vpcs.iter().enumerate() {
            vpc.write(at, self.vpcs.len(), template);
        }
        if self.vpcs.iter().any(|vpc| !vpc.nat.is_empty()) {
            template.assume(
                "Servers in private subnets reach the internet through one NAT gateway in each of their zones; \
                 the drawing's bill does not have these",
            );
        }
    }
}

impl Vpc {
    fn new(name: String, label: &str, place: Option<Id>) -> Self {
        let (zones, subnets, nat) = (Vec::new(), Vec::new(), BTreeSet::new());
        let (label, attachment) = (label.to_owned(), String::new());
        Self { name, label, place, zones, subnets, nat, attachment, reads_buckets: false }
    }

    /// The position of a zone, which is added if it is new.
    fn zone(&mut self, letter: &str) -> usize {
        let known = self.zones.iter().position(|known| known == letter);
        known.unwrap_or_else(|| {
            self.zones.push(letter.to_owned());
            self.zones.len() - 1
        })
    }

    /// So many of the zones that are drawn, else of a, b, c, as in a run.
    fn spread(&mut self, count: usize, design: &Design) -> Vec<usize> {
        let drawn = design.places.values().filter(|place| place.kind == PlaceKind::Zone);
        let mut letters: Vec<String> = drawn.map(|place| place.label.clone()).collect();
        letters.sort();
        letters.dedup();
        if letters.is_empty() {
            letters = ('a'..='z').map(String::from).collect();
        }
        letters.iter().take(count).map(|letter| self.zone(letter)).collect()
    }

    /// Balancers and groups of subnets take two zones at least.
    fn at_least_two_zones(&mut self) {
        for letter in ('a'..='z').map(String::from) {
            if self.zones.len() >= 2 {
                return;
            }
            self.zone(&letter);
        }
    }

    /// Settles which zones a part spans, and what it needs of its VPC.
    fn settle(&mut self, part: &Part<'_>, spot: &mut Spot, stack: &Stack<'_>) {
        if part.kind.seat != Seat::Server {
            spot.zones = (0..self.zones.len()).collect();
            return;
        }
        if spot.tier == Tier::Private {
            self.nat.extend(&spot.zones);
        }
        if stack.callees(part).any(|callee| callee.kind.key == "s3") {
            self.reads_buckets = true;
        }
    }

    /// A zone by its letter, a for the first of the region, where all zones have letters; else by its order.
    fn zone_of(&self, zone: usize) -> Yaml {
        let letters: BTreeSet<usize> = self.zones.iter().filter_map(|label| letter(label)).collect();
        let lettered = letters.len() == self.zones.len();
        let at = letter(&self.zones[zone]).filter(|_| lettered).unwrap_or(zone);
        let zones = Yaml::Call("GetAZs", Box::new("".into()));
        Yaml::Call("Select", Box::new([(at as u64).into(), zones].into()))
    }

    fn write(&self, at: usize, of: usize, template: &mut Template) {
        let properties = map([
            ("CidrBlock", format!("10.{}.0.0/16", at % 256).into()),
            ("EnableDnsSupport", Yaml::Flag(true)),
            ("EnableDnsHostnames", Yaml::Flag(true)),
            ("Tags", name_tag(&self.label)),
        ]);
        template.resource(&self.name, "AWS::EC2::VPC", properties);
        let prefix = if of > 1 { self.name.as_str() } else { "" };
        self.write_subnets(at, template);
        let public: Vec<&Subnet> = self.subnets.iter().filter(|subnet| subnet.tier == Tier::Public).collect();
        let mut tables = Vec::new();
        if !public.is_empty() {
            tables.push(self.write_public(prefix, &public, template));
        }
        for &zone in &self.nat {
            tables.push(self.write_private(prefix, zone, template));
        }
        if self.reads_buckets {
            self.write_endpoint(prefix, &tables, template);
        }
    }

    fn write_subnets(&self, at: usize, template: &mut Template) {
        // 16 blocks of a /20 where that is enough; a VPC holds 4,096 blocks of a /28.
        let bits = self.subnets.len().next_power_of_two().trailing_zeros().clamp(4, 12);
        for (index, subnet) in self.subnets.iter().take(1 << bits).enumerate() {
            let start = (index as u32) << (16 - bits);
            let block = format!("10.{}.{}.{}/{}", at % 256, start >> 8, start & 255, 16 + bits);
            let properties = map([
                ("VpcId", refer(&self.name)),
                ("AvailabilityZone", self.zone_of(subnet.zone)),
                ("CidrBlock", block.into()),
            ]);
            let public = (subnet.tier == Tier::Public).then_some(Yaml::Flag(true));
            let properties = properties.maybe("MapPublicIpOnLaunch", public).with("Tags", name_tag(&subnet.label));
            template.resource(&subnet.name, "AWS::EC2::Subnet", properties);
        }
    }

    /// The way to the internet, and the table of routes that has it.
    fn write_public(&self, prefix: &str, subnets: &[&Subnet], template: &mut Template) -> String {
        let gateway = template.name(&format!("{prefix}InternetGateway"));
        let table = template.name(&format!("{prefix}PublicRoutes"));
        let route = template.name(&format!("{prefix}PublicRoute"));
        template.resource(&gateway, "AWS::EC2::InternetGateway", map([("Tags", name_tag(&self.label))]));
        let properties = map([("VpcId", refer(&self.name)), ("InternetGatewayId", refer(&gateway))]);
        template.resource(&self.attachment, "AWS::EC2::VPCGatewayAttachment", properties);
        self.write_table(&table, "Public", template);
        let properties = route_to(&table, "GatewayId", &gateway);
        template.waiting(&route, "AWS::EC2::Route", (Some(&self.attachment), properties));
        subnets.iter().for_each(|subnet| associate(subnet, &table, template));
        table
    }

    /// A NAT gateway in a zone, and the routes of its private subnets.
    fn write_private(&self, prefix: &str, zone: usize, template: &mut Template) -> String {
        let letter = logical(&self.zones[zone]);
        let [address, gateway, table, route] =
            ["NatAddress", "NatGateway", "PrivateRoutes", "PrivateRoute"].map(|stem| format!("{prefix}{stem}{letter}"));
        let [address, gateway, table, route] = [address, gateway, table, route].map(|stem| template.name(&stem));
        let subnet = self.subnets.iter().find(|subnet| (subnet.tier, subnet.zone) == (Tier::Public, zone));
        let domain = map([("Domain", "vpc".into())]);
        template.waiting(&address, "AWS::EC2::EIP", (Some(&self.attachment), domain));
        let properties = map([("AllocationId", attribute(&address, "AllocationId"))])
            .maybe("SubnetId", subnet.map(|subnet| refer(&subnet.name)));
        template.resource(&gateway, "AWS::EC2::NatGateway", properties);
        self.write_table(&table, &format!("Private {}", self.zones[zone]), template);
        template.resource(&route, "AWS::EC2::Route", route_to(&table, "NatGatewayId", &gateway));
        let private = self.subnets.iter().filter(|subnet| (subnet.tier, subnet.zone) == (Tier::Private, zone));
        private.for_each(|subnet| associate(subnet, &table, template));
        table
    }

    fn write_table(&self, name: &str, label: &str, template: &mut Template) {
        let properties = map([("VpcId", refer(&self.name)), ("Tags", name_tag(label))]);
        template.resource(name, "AWS::EC2::RouteTable", properties);
    }

    /// A way to S3 that costs nothing and does not lead through a NAT gateway.
    fn write_endpoint(&self, prefix: &str, tables: &[String], template: &mut Template) {
        let name = template.name(&format!("{prefix}S3Endpoint"));
        let properties = map([
            ("VpcId", refer(&self.name)),
            ("VpcEndpointType", "Gateway".into()),
            ("ServiceName", sub("com.amazonaws.${AWS::Region}.s3")),
            ("RouteTableIds", tables.iter().map(|table| refer(table)).collect::<Vec<_>>().into()),
        ]);
        template.resource(&name, "AWS::EC2::VPCEndpoint", properties);
    }
}

fn route_to(table: &str, by: &str, gateway: &str) -> Yaml {
    map([("RouteTableId", refer(table)), ("DestinationCidrBlock", "0.0.0.0/0".into()), (by, refer(gateway))])
}

fn associate(subnet: &Subnet, table: &str, template: &mut Template) {
    let name = template.name(&format!("{}Routes", subnet.name));
    let properties = map([("SubnetId", refer(&subnet.name)), ("RouteTableId", refer(table))]);
    template.resource(&name, "AWS::EC2::SubnetRouteTableAssociation", properties);
}

/// The tag that consoles show as a name.
pub fn name_tag(label: &str) -> Yaml {
    [map([("Key", "Name".into()), ("Value", tag(label).into())])].into()
}

fn tier_of(kind: PlaceKind) -> Option<Tier> {
    match kind {
        PlaceKind::PublicSubnet => Some(Tier::Public),
        PlaceKind::PrivateSubnet => Some(Tier::Private),
        _ => None,
    }
}

/// Over how many zones the servers of a part spread.
fn zones(part: &Part<'_>) -> usize {
    match part.perhaps("zones") {
        Some(crate::catalog::Value::Count(zones)) => zones.max(1) as usize,
        _ => 1,
    }
}

/// The places around something with their ids, innermost first.
fn chain<'a>(design: &'a Design, innermost: Option<&'a Id>) -> impl Iterator<Item = (&'a Id, &'a Place)> {
    let place = |id: &'a Id| design.places.get_key_value(id);
    let outer = move |(_, inner): &(&'a Id, &'a Place)| inner.parent.as_ref().and_then(place);
    std::iter::successors(innermost.and_then(place), outer).take(PlaceKind::ALL.len() + 1)
}

/// The position that the letter of a zone stands for: "a" and "us-east-1a" are the first.
fn letter(label: &str) -> Option<usize> {
    match label.as_bytes() {
        [letter @ b'a'..=b'f'] | [.., b'0'..=b'9', letter @ b'a'..=b'f'] => Some(usize::from(letter - b'a')),
        _ => None,
    }
}

/// The VPCs of a drawing with their zones and subnets.
fn drawn_vpcs(design: &Design, template: &mut Template) -> Vec<Vpc> {
    let drawn = design.places.iter().filter(|(_, place)| place.kind == PlaceKind::Vpc);
    let mut vpcs: Vec<Vpc> = drawn
        .map(|(id, place)| Vpc::new(template.name(&logical(id.as_str())), &place.label, Some(id.clone())))
        .collect();
    for (id, place) in &design.places {
        let around: Vec<_> = chain(design, Some(id)).collect();
        let home = around.iter().find(|(_, place)| place.kind == PlaceKind::Vpc).map(|(home, _)| *home);
        let Some(vpc) = vpcs.iter_mut().find(|vpc| vpc.place.as_ref() == home && home.is_some()) else { continue };
        let letter = around.iter().find(|(_, place)| place.kind == PlaceKind::Zone).map(|(_, zone)| &zone.label);
        let zone = letter.map(|letter| vpc.zone(letter));
        if let Some(tier) = tier_of(place.kind) {
            let name = template.name(&logical(id.as_str()));
            let beside = vpc.subnets.iter().filter(|subnet| subnet.tier == tier).count();
            let zone = zone.unwrap_or_else(|| vpc.zone(&letter_at(beside)));
            vpc.subnets.push(Subnet { name, label: place.label.clone(), tier, zone, drawn: Some(id.clone()) });
        }
    }
    vpcs
}

/// The letter of a subnet that is drawn in no zone: one after the other, so that two of a kind fail apart.
fn letter_at(index: usize) -> String {
    char::from(b'a' + (index % 3) as u8).to_string()
}
