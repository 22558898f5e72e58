//! Who may talk to whom: what the VPCs, security groups and private subnets around two nodes say of a call between them.
//!
//! A node outside all groups takes calls from anyone, so that a drawing without groups needs none; likewise one outside
//! all VPCs. Two VPCs are apart unless one of them names the other as its peer; over the internet only what stands in a
//! public subnet is reached, and a balancer sends requests to private addresses alone. Queues, topics and buckets are
//! asked by their consumers or act for AWS itself: nothing stands in their way. Absent: ports and address ranges, outbound
//! rules, network ACLs, transit gateways, what copies of a database send each other.

use super::{Design, Id, Node, Place, PlaceKind};
use crate::catalog::Face;
use crate::words::t;
use std::fmt;

/// What a group's rule lets in: everybody, users included.
pub const ANYWHERE: &str = "anywhere";

/// What a group's rule lets in: everything inside the same VPC.
pub const SAME_VPC: &str = "VPC";

/// Why nothing goes along a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Barrier<'a> {
    /// Caller and callee stand in different VPCs that are no peers.
    Apart((&'a Id, &'a Place), (&'a Id, &'a Place)),
    /// No rule of the security group around the callee lets the caller in.
    Group(&'a Id, &'a Place),
    /// The callee stands in a subnet that the internet does not reach.
    Private(&'a Place),
    /// The caller stands in a subnet that has no way out to what is outside its VPC.
    NoWayOut(&'a Id, &'a Place),
}

impl fmt::Display for Barrier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apart((_, here), (_, there)) => f.write_str(&t!(
                "there is no peering between the VPCs \"{here}\" and \"{there}\"",
                here = here.label,
                there = there.label
            )),
            Self::Group(_, place) => {
                f.write_str(&t!("no rule of the security group \"{label}\" lets the caller in", label = place.label))
            }
            Self::Private(place) => {
                f.write_str(&t!("the internet does not reach the private subnet \"{label}\"", label = place.label))
            }
            Self::NoWayOut(_, place) => f.write_str(&t!(
                "the private subnet \"{label}\" has no way out to what stands outside its VPC",
                label = place.label
            )),
        }
    }
}

/// The sources that a group's rule names, as they were typed.
pub fn sources(group: &Place) -> Vec<String> {
    listed(group, "lets_in")
}

/// The peers that a VPC names, as they were typed.
pub fn peers(vpc: &Place) -> Vec<String> {
    listed(vpc, "peers")
}

/// What a setting of a place lists, separated by commas.
fn listed(place: &Place, key: &str) -> Vec<String> {
    let text = place.settings().map(|settings| settings.word(key)).unwrap_or_default();
    text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Whether one of two VPCs names the other as its peer, by its id or its name.
fn are_peers(here: (&Id, &Place), there: (&Id, &Place)) -> bool {
    let names = |one: &Place, (id, other): (&Id, &Place)| {
        let is = |name: &String| name == id.as_str() || name.eq_ignore_ascii_case(other.label.trim());
        peers(one).iter().any(is)
    };
    names(here.1, there) || names(there.1, here)
}

/// Whether a source is everybody.
pub fn is_anywhere(source: &str) -> bool {
    source.eq_ignore_ascii_case(ANYWHERE) || source == "0.0.0.0/0" || source == "::/0"
}

/// What is charged for bytes between two nodes beyond the border of a zone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Toll<'a> {
    /// They leave the one region for the other.
    Regions(&'a str, &'a str),
    /// They pass the NAT gateway of a private subnet.
    Gateway(&'a Id),
}

/// How a service's nodes stand to a VPC.
fn is_in_vpc(face: Face) -> bool {
    matches!(face, Face::Balancer | Face::Server | Face::Database | Face::Cache | Face::Files)
}

impl Design {
    /// The places around something with their ids, innermost first. Ends at one that is missing or that comes round again.
    pub fn places_around<'a>(&'a self, innermost: Option<&'a Id>) -> impl Iterator<Item = (&'a Id, &'a Place)> {
        let place = |id: &'a Id| self.places.get_key_value(id);
        let outer = move |(_, inner): &(&'a Id, &'a Place)| inner.parent.as_ref().and_then(place);
        std::iter::successors(innermost.and_then(place), outer).take(PlaceKind::ALL.len() + 1)
    }

    /// The innermost place of a kind around a node.
    pub fn place_of<'a>(&'a self, node: &'a Node, kind: PlaceKind) -> Option<(&'a Id, &'a Place)> {
        self.places_around(node.place.as_ref()).find(|(_, place)| place.kind == kind)
    }

    /// What is charged for bytes from one node to another, and for the answers; `None` inside a region.
    pub fn toll<'a>(&'a self, from: &'a Node, to: &'a Node) -> Option<Toll<'a>> {
        let (caller, callee) = (from.service()?.face, to.service()?.face);
        let anywhere = |face| matches!(face, Face::Client | Face::Dns | Face::Edge);
        if anywhere(caller) || anywhere(callee) {
            return None;
        }
        let (here, there) = (self.region_of(from), self.region_of(to));
        if here != there {
            return Some(Toll::Regions(here, there));
        }
        let leaves = matches!(callee, Face::Store | Face::Queue | Face::Topic) && is_in_vpc(caller);
        let (id, subnet) = self.place_of(from, PlaceKind::PrivateSubnet).filter(|_| leaves)?;
        (subnet.settings()?.word("way_out") == "NAT gateway").then_some(Toll::Gateway(id))
    }

    /// What keeps a call from one node to another from getting there; `None` if nothing does.
    pub fn barrier<'a>(&'a self, from: &'a Node, to: &'a Node) -> Option<Barrier<'a>> {
        let (caller, callee) = (from.service()?.face, to.service()?.face);
        let asks = matches!(caller, Face::Queue | Face::Topic | Face::Store);
        if is_in_vpc(callee) && !asks {
            return self.lies_between((from, caller), (to, callee)).or_else(|| self.keeps_out((from, caller), to));
        }
        let leaves = matches!(callee, Face::Store | Face::Queue | Face::Topic) && is_in_vpc(caller);
        let (id, subnet) = self.place_of(from, PlaceKind::PrivateSubnet).filter(|_| leaves)?;
        let open = match subnet.settings()?.word("way_out").as_str() {
            "none" => false,
            "NAT gateway" => true,
            _ => callee == Face::Store,
        };
        (!open).then_some(Barrier::NoWayOut(id, subnet))
    }

    /// The VPCs of two nodes, if they are apart and the call needs the one network.
    fn lies_between<'a>(
        &'a self,
        (from, caller): (&'a Node, Face),
        (to, callee): (&'a Node, Face),
    ) -> Option<Barrier<'a>> {
        let (here, there) = (self.place_of(from, PlaceKind::Vpc)?, self.place_of(to, PlaceKind::Vpc)?);
        let public = matches!(callee, Face::Balancer | Face::Server)
            && caller != Face::Balancer
            && self.place_of(to, PlaceKind::PublicSubnet).is_some();
        let apart = is_in_vpc(caller) && here.0 != there.0 && !public && !are_peers(here, there);
        apart.then_some(Barrier::Apart(here, there))
    }

    fn keeps_out<'a>(&'a self, (from, caller): (&'a Node, Face), to: &'a Node) -> Option<Barrier<'a>> {
        let internet = matches!(caller, Face::Client | Face::Dns);
        if let Some((_, subnet)) = self.place_of(to, PlaceKind::PrivateSubnet).filter(|_| internet) {
            return Some(Barrier::Private(subnet));
        }
        let (id, group) = self.place_of(to, PlaceKind::SecurityGroup)?;
        let outside = internet || caller == Face::Edge;
        (!self.lets_in(group, (from, outside), to)).then_some(Barrier::Group(id, group))
    }

    /// Whether a rule of a group lets a caller in.
    fn lets_in(&self, group: &Place, (from, outside): (&Node, bool), to: &Node) -> bool {
        let own = self.place_of(from, PlaceKind::SecurityGroup).map(|(_, place)| place.label.trim());
        let vpc = |node| self.place_of(node, PlaceKind::Vpc).map(|(id, _)| id);
        sources(group).iter().any(|source| {
            is_anywhere(source)
                || own.is_some_and(|own| own.eq_ignore_ascii_case(source))
                || (source.eq_ignore_ascii_case(SAME_VPC) && !outside && vpc(from) == vpc(to))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Value;
    use crate::model::{Rect, sketch};

    fn id(text: &str) -> Id {
        Id::new(text).unwrap()
    }

    fn place(design: &mut Design, (name, kind): (&str, PlaceKind), set: Option<(&str, &str)>, nodes: &[&str]) {
        let settings = set.map(|(key, text)| (key.to_owned(), Value::Word(text.to_owned())));
        let settings = settings.into_iter().collect();
        let place = Place { kind, label: name.to_owned(), rect: Rect::default(), parent: None, settings };
        design.places.insert(id(name), place);
        for node in nodes {
            design.nodes.get_mut(&id(node)).unwrap().place = Some(id(name));
        }
    }

    fn barred(design: &Design, from: &str, to: &str) -> Option<String> {
        design.barrier(&design.nodes[&id(from)], &design.nodes[&id(to)]).map(|barrier| barrier.to_string())
    }

    fn chain() -> Design {
        let mut design = sketch("users -> elb -> web:ec2 -> rds; web -> sqs -> worker:ec2; web -> s3").unwrap();
        place(&mut design, ("front", PlaceKind::SecurityGroup), Some(("lets_in", "Anywhere")), &["elb"]);
        place(&mut design, ("app", PlaceKind::SecurityGroup), Some(("lets_in", "Front, ops")), &["web", "worker"]);
        place(&mut design, ("data", PlaceKind::SecurityGroup), None, &["rds"]);
        design
    }

    #[test]
    fn a_group_lets_in_whom_its_rule_names() {
        let design = chain();
        assert_eq!(barred(&design, "users", "elb"), None);
        assert_eq!(barred(&design, "elb", "web"), None);
        let why = "no rule of the security group \"data\" lets the caller in";
        assert_eq!(barred(&design, "web", "rds").as_deref(), Some(why), "a new group lets nobody in");
        assert!(barred(&design, "users", "web").is_some(), "users are in no group");
        assert_eq!(barred(&design, "sqs", "worker"), None, "a consumer asks the queue");
    }

    #[test]
    fn the_same_vpc_is_not_the_internet() {
        let mut design = chain();
        let word = Value::Word("vpc".to_owned());
        design.places.get_mut(&id("data")).unwrap().settings.insert("lets_in".to_owned(), word.clone());
        assert_eq!(barred(&design, "web", "rds"), None);
        design.places.get_mut(&id("front")).unwrap().settings.insert("lets_in".to_owned(), word);
        assert!(barred(&design, "users", "elb").is_some());
    }

    #[test]
    fn two_vpcs_are_apart_unless_one_names_the_other_as_its_peer() {
        let mut design =
            sketch("users -> elb -> web:ec2 -> rds; web -> sqs -> worker:ec2; web -> shop:elb -> worker").unwrap();
        place(&mut design, ("front", PlaceKind::Vpc), None, &["elb", "web"]);
        place(&mut design, ("back", PlaceKind::Vpc), None, &["rds", "worker", "shop"]);
        let why = "there is no peering between the VPCs \"front\" and \"back\"";
        assert_eq!(barred(&design, "web", "rds").as_deref(), Some(why));
        assert!(barred(&design, "web", "shop").is_some());
        for (from, to) in [("users", "elb"), ("elb", "web"), ("web", "sqs"), ("sqs", "worker"), ("shop", "worker")] {
            assert_eq!(barred(&design, from, to), None, "{from} to {to}");
        }
        // What stands in a public subnet is reached over the internet; a database is not, nor are a balancer's targets.
        place(&mut design, ("open", PlaceKind::PublicSubnet), None, &["rds", "worker", "shop"]);
        design.places.get_mut(&id("open")).unwrap().parent = Some(id("back"));
        assert_eq!((barred(&design, "web", "shop"), barred(&design, "web", "worker")), (None, None));
        assert!(barred(&design, "web", "rds").is_some() && barred(&design, "elb", "worker").is_some());
        for (vpc, peer) in [("front", "Back"), ("back", "x, front")] {
            let mut peered = design.clone();
            let word = Value::Word(peer.to_owned());
            peered.places.get_mut(&id(vpc)).unwrap().settings.insert("peers".to_owned(), word);
            assert_eq!(barred(&peered, "web", "rds"), None, "{vpc} names {peer}");
        }
    }

    #[test]
    fn a_private_subnet_has_no_way_in_and_the_way_out_that_it_is_given() {
        let mut design = chain();
        place(&mut design, ("inner", PlaceKind::PrivateSubnet), None, &["web"]);
        assert!(barred(&design, "users", "web").is_some_and(|why| why.contains("private subnet")));
        assert_eq!((barred(&design, "web", "s3"), barred(&design, "web", "sqs")), (None, None), "by a NAT gateway");
        for (way, reached) in [("endpoint for S3", ["s3"].as_slice()), ("none", &[])] {
            place(&mut design, ("inner", PlaceKind::PrivateSubnet), Some(("way_out", way)), &["web"]);
            for to in ["s3", "sqs"] {
                assert_eq!(barred(&design, "web", to).is_none(), reached.contains(&to), "{way}: {to}");
            }
        }
    }
}
