//! Route 53: records of a hosted zone that exists already.

use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer, sub};
use super::{Kind, Seat, no_ports};

pub static KIND: Kind = Kind { key: "route53", seat: Seat::Nowhere, ports: no_ports, called: None, taken: None, beside: "", write };

/// The hosted zone of all distributions (Route 53 API reference, 2026-10-01).
const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";

/// How long users may keep an answer that names addresses, in seconds.
const TTL: u64 = 60;

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let targets: Vec<(&Part<'_>, Answer)> = stack.callees(part).filter_map(|to| Some((to, answer(to, stack)?))).collect();
    for callee in stack.callees(part).filter(|to| answer(to, stack).is_none()) {
        let link = format!("{} -> {}", part.label(), callee.label());
        template.leave_out("Names for what has no fixed address of its own", link);
    }
    if targets.is_empty() {
        return template.leave_out("Names that lead nowhere", part.label());
    }
    template.parameter("HostedZoneId", "AWS::Route53::HostedZone::Id", "Hosted zone that the records go to", None);
    template.parameter("DomainName", "String", "Domain name of that zone, such as example.com", None);
    for (number, (callee, answer)) in targets.iter().enumerate() {
        let name = if number == 0 { part.name.clone() } else { template.name(&format!("{}{}", part.name, callee.name)) };
        let record = map([("HostedZoneId", refer("HostedZoneId")), ("Name", domain(part, stack)), ("Type", "A".into())]);
        // Several answers to one name share the requests evenly.
        let weight = (targets.len() > 1).then_some(1);
        let record = record.maybe("SetIdentifier", weight.map(|_| callee.id.as_str())).maybe("Weight", weight);
        template.resource(&name, "AWS::Route53::RecordSet", answer.on(record));
    }
}

/// The name that a Route 53 node answers for: the first the domain itself, others names in it.
pub fn domain(part: &Part<'_>, stack: &Stack<'_>) -> Yaml {
    let first = stack.parts.iter().find(|other| other.kind.key == "route53");
    if first.is_some_and(|first| first.id == part.id) {
        return refer("DomainName");
    }
    sub(format!("{}.${{DomainName}}", part.id))
}

/// What a name leads to.
enum Answer {
    /// Another name of AWS: its domain name and hosted zone.
    Alias(Yaml, Yaml),
    /// An address.
    Address(Yaml),
}

impl Answer {
    fn on(&self, record: Yaml) -> Yaml {
        match self {
            Self::Alias(name, zone) => {
                record.with("AliasTarget", map([("DNSName", name.clone()), ("HostedZoneId", zone.clone())]))
            }
            Self::Address(address) => record.with("TTL", TTL.to_string()).with("ResourceRecords", [address.clone()]),
        }
    }
}

fn answer(callee: &Part<'_>, stack: &Stack<'_>) -> Option<Answer> {
    let of = |name: &str| attribute(&callee.name, name);
    match callee.kind.key {
        "elb" => Some(Answer::Alias(of("DNSName"), of("CanonicalHostedZoneID"))),
        "cloudfront" => Some(Answer::Alias(of("DomainName"), CLOUDFRONT_ZONE.into())),
        "ec2" if stack.network.is_public(stack.position(callee)) => Some(Answer::Address(refer(&callee.beside))),
        _ => None,
    }
}
