//! Route 53: records of a hosted zone that exists already, with health checks where the drawing has them.

use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer, sub};
use super::{Kind, Seat, ec2, elb, no_ports, servers};
use crate::catalog::Settings;

pub static KIND: Kind =
    Kind { key: "route53", seat: Seat::Nowhere, ports: no_ports, called: None, taken: None, beside: "", write };

/// The hosted zone of all distributions (Route 53 API reference, 2026-10-01).
const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";

/// How long users may keep an answer that names an address where the drawing does not say, in seconds.
const TTL: u64 = 300;

/// What a name leads to.
struct Target<'a> {
    part: &'a Part<'a>,
    answer: Answer,
}

/// What a name answers with.
enum Answer {
    /// Another name of AWS: its domain name and hosted zone.
    Alias(Yaml, Yaml),
    /// An address.
    Address(Yaml),
}

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let mut targets = Vec::new();
    for callee in stack.callees(part) {
        match answer(callee, stack) {
            Some(answer) => targets.push(Target { part: callee, answer }),
            None => {
                let link = format!("{} -> {}", part.label(), callee.label());
                template.leave_out("Names for what has no address of its own", link);
            }
        }
    }
    if targets.is_empty() {
        return template.leave_out("Names that lead nowhere", part.label());
    }
    template.parameter("HostedZoneId", "AWS::Route53::HostedZone::Id", "Hosted zone that the records go to", None);
    template.parameter("DomainName", "String", "Domain name of that zone, such as example.com", None);
    if part.says("routing", "failover") {
        targets.sort_by_key(|target| order(part, target.part, stack));
        for beyond in targets.drain(targets.len().min(2)..) {
            let link = format!("{} -> {}", part.label(), beyond.part.label());
            template.leave_out("Records beyond the second of a failover", link);
        }
    }
    if part.says("routing", "latency") {
        let text = format!("{} shares requests evenly: all that it names is in one region", part.label());
        template.assume(text);
    }
    let several = targets.len() > 1;
    for (number, target) in targets.iter().enumerate() {
        let check = check(part, target, template);
        let name =
            if number == 0 { part.name.clone() } else { template.name(&format!("{}{}", part.name, target.part.name)) };
        let record =
            map([("HostedZoneId", refer("HostedZoneId")), ("Name", domain(part, stack)), ("Type", "A".into())]);
        let record = if several { among(part, (number, target), stack, record) } else { record };
        template.resource(&name, "AWS::Route53::RecordSet", answered(part, target, check, record));
    }
}

/// How one record stands beside others of the same name.
fn among(part: &Part<'_>, (number, target): (usize, &Target<'_>), stack: &Stack<'_>, record: Yaml) -> Yaml {
    let record = record.with("SetIdentifier", target.part.id.as_str());
    if part.says("routing", "failover") {
        return record.with("Failover", if number == 0 { "PRIMARY" } else { "SECONDARY" });
    }
    let weight = || of_link(part, target.part, stack, "weight").unwrap_or(1).min(255);
    record.with("Weight", if part.says("routing", "weighted") { weight() } else { 1 })
}

fn answered(part: &Part<'_>, target: &Target<'_>, check: Option<String>, record: Yaml) -> Yaml {
    let checked = part.says("checks", "on");
    match &target.answer {
        Answer::Alias(name, zone) => {
            let alias = map([("DNSName", name.clone()), ("HostedZoneId", zone.clone())]);
            // Distributions are not checked: they are everywhere.
            let checked = checked && target.part.kind.key == "elb";
            record.with("AliasTarget", alias.maybe("EvaluateTargetHealth", checked.then_some(Yaml::Flag(true))))
        }
        Answer::Address(address) => {
            let ttl = part.perhaps_span("ttl").map_or(TTL, super::scaling::seconds);
            let record = record.with("TTL", ttl.to_string()).with("ResourceRecords", [address.clone()]);
            record.maybe("HealthCheckId", check.map(|check| refer(&check)))
        }
    }
}

/// A health check of an address, where names are checked.
fn check(part: &Part<'_>, target: &Target<'_>, template: &mut Template) -> Option<String> {
    let Answer::Address(address) = &target.answer else { return None };
    if !part.says("checks", "on") {
        return None;
    }
    let name = template.name(&format!("{}{}Check", part.name, target.part.name));
    let interval = part.perhaps_span("check_interval").map_or(30, super::scaling::seconds);
    let config = map([("Type", "HTTP".into()), ("IPAddress", address.clone())])
        .with("Port", u64::from(servers::PORT))
        .with("ResourcePath", "/")
        // Route 53 checks every 10 s or every 30 s.
        .with("RequestInterval", if interval < 20 { 10 } else { 30 })
        .with("FailureThreshold", part.perhaps_count("check_failures").unwrap_or(3).clamp(1, 10));
    template.resource(&name, "AWS::Route53::HealthCheck", map([("HealthCheckConfig", config)]));
    Some(name)
}

fn order(from: &Part<'_>, to: &Part<'_>, stack: &Stack<'_>) -> u64 {
    of_link(from, to, stack, "order").unwrap_or(0)
}

/// A whole number that the link between two parts is set to, if links have such a setting.
fn of_link(from: &Part<'_>, to: &Part<'_>, stack: &Stack<'_>, key: &str) -> Option<u64> {
    crate::catalog::link_sheet().param(key)?;
    stack.link(from, to).map(|link| Settings::of_link(&link.settings).count(key))
}

/// The name that a Route 53 node answers for: the first the domain itself, others names in it.
pub fn domain(part: &Part<'_>, stack: &Stack<'_>) -> Yaml {
    let first = stack.parts.iter().find(|other| other.kind.key == "route53");
    if first.is_some_and(|first| first.id == part.id) {
        return refer("DomainName");
    }
    sub(format!("{}.${{DomainName}}", part.id))
}

fn answer(callee: &Part<'_>, stack: &Stack<'_>) -> Option<Answer> {
    match callee.kind.key {
        "elb" => elb::domain(callee).map(|(name, zone)| Answer::Alias(name, zone)),
        "cloudfront" => Some(Answer::Alias(attribute(&callee.name, "DomainName"), CLOUDFRONT_ZONE.into())),
        "ec2" => ec2::address(callee, stack).map(Answer::Address),
        _ => None,
    }
}
