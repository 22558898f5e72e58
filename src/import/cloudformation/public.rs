//! The way in: names of Route 53, and users in front of what the internet reaches.

use super::links::Support;
use super::resources::{Resource, Stack};
use super::settings::{plain, says};
use super::tree::Tree;
use crate::catalog;
use crate::model::{Id, Point};
use std::collections::BTreeSet;

/// Ports that people manage servers by, and no users.
const MANAGED: [f64; 2] = [22.0, 3389.0];

/// Adds names with their links, and users in front of what is public and not behind something else that is.
pub fn add_users(stack: &mut Stack<'_, '_>) {
    names(stack);
    let public = entrances(stack);
    if public.is_empty() {
        let text = "nothing in the template is open to the internet, so no users were added";
        return stack.draft.remark(None, text);
    }
    let Some(users) = stack.draft.node("users", "Users", Point::default()) else { return };
    for id in public {
        stack.draft.link(None, (&users, &id), "");
    }
}

/// A record of a hosted zone.
struct Record<'a> {
    zone: String,
    line: Option<usize>,
    answers: Vec<&'a str>,
    ttl: Option<f64>,
    weight: Option<f64>,
    fails_over: bool,
}

impl<'a> Record<'a> {
    fn of(stack: &Stack<'a, '_>, resource: &Resource<'a>, record: &Tree) -> Self {
        Self {
            zone: zone(stack, resource.properties),
            line: resource.line,
            answers: answers(stack, record),
            ttl: stack.values.number(record, "TTL"),
            weight: stack.values.number(record, "Weight"),
            fails_over: record.get("Failover").is_some(),
        }
    }
}

/// One node for each hosted zone, with links to what its records lead to.
fn names(stack: &mut Stack<'_, '_>) {
    let mut records: Vec<Record<'_>> = Vec::new();
    for record in stack.of("AWS::Route53::RecordSet") {
        records.push(Record::of(stack, &record, record.properties));
    }
    for group in stack.of("AWS::Route53::RecordSetGroup") {
        for record in stack.values.list(group.properties, "RecordSets") {
            records.push(Record::of(stack, &group, &record));
        }
    }
    let weighted = records.iter().any(|record| record.weight.is_some_and(|weight| weight != 1.0));
    for record in records {
        let callees: Vec<Id> = record.answers.iter().filter_map(|name| stack.nodes.get(name).cloned()).collect();
        if callees.is_empty() {
            continue;
        }
        let Some(id) = zone_node(stack, &record.zone) else { continue };
        let routing = if record.fails_over { Some("failover") } else { weighted.then_some("weighted") };
        let ttl = record.ttl.map(|ttl| ("ttl", format!("{ttl} s")));
        for (key, value) in ttl.into_iter().chain(routing.map(|routing| ("routing", routing.to_owned()))) {
            if catalog::find("route53").is_some_and(|names| names.sheet().param(key).is_some()) {
                stack.draft.set(record.line, &id, (key, &value));
            }
        }
        for callee in callees {
            let link = stack.draft.link(record.line, (&id, &callee), "");
            let weight = record.weight.filter(|_| weighted && catalog::link_sheet().param("weight").is_some());
            if let (Some(link), Some(weight)) = (link, weight) {
                stack.draft.set_link(record.line, &link, ("weight", &format!("{weight:.0}")));
            }
        }
    }
}

/// What tells a hosted zone from others.
fn zone(stack: &Stack<'_, '_>, record: &Tree) -> String {
    let named = ["HostedZoneId", "HostedZoneName"].into_iter().find_map(|key| record.get(key));
    named.map(|value| plain(&stack.values.settle(value))).unwrap_or_default()
}

fn zone_node(stack: &mut Stack<'_, '_>, zone: &str) -> Option<Id> {
    if let Some(id) = stack.zones.get(zone) {
        return Some(id.clone());
    }
    // A zone by its domain has that as its name; an id or a parameter says nothing to a reader.
    let label = if zone.contains('.') && !zone.contains('!') { zone.trim_end_matches('.') } else { "Route 53" };
    let id = stack.draft.node("route53", label, Point::default())?;
    stack.zones.insert(zone.to_owned(), id.clone());
    Some(id)
}

/// What a record leads to: what it mentions, and whose address that is.
fn answers<'a>(stack: &Stack<'a, '_>, record: &Tree) -> Vec<&'a str> {
    let parts = ["AliasTarget", "ResourceRecords"].into_iter().filter_map(|key| record.get(key));
    let mut found: Vec<&str> = parts.flat_map(|part| stack.values.mentions(part)).collect();
    let addresses: Vec<&str> = found.iter().copied().filter(|name| stack.kind(name) == "AWS::EC2::EIP").collect();
    found.extend(addresses.iter().flat_map(|address| holders(stack, address)));
    found.retain(|name| stack.nodes.contains_key(name));
    found
}

/// The instances that have an Elastic IP.
fn holders<'a>(stack: &Stack<'a, '_>, address: &str) -> Vec<&'a str> {
    let own = stack.resources.get(address).map(|address| stack.mentioned(address, "InstanceId")).unwrap_or_default();
    let keys = ["AllocationId", "EIP"].into_iter();
    let joined = keys.flat_map(|key| stack.saying("AWS::EC2::EIPAssociation", key, address));
    own.into_iter().chain(joined.flat_map(|joined| stack.mentioned(joined, "InstanceId"))).collect()
}

/// Nodes that users come to first: names, and what is public and called by nothing that is in front of it.
fn entrances(stack: &Stack<'_, '_>) -> Vec<Id> {
    let support = Support::of(stack);
    let behind: BTreeSet<Id> = stack.draft.drawing().links.values().map(|link| link.to.clone()).collect();
    let mut found: Vec<Id> = stack.zones.values().cloned().collect();
    let open = stack.in_order().filter(|resource| is_public(stack, &support, resource));
    let open = open.filter_map(|resource| stack.nodes.get(resource.name).cloned());
    found.extend(open.filter(|id| !behind.contains(id)));
    found
}

fn is_public<'a>(stack: &Stack<'a, '_>, support: &Support<'a>, resource: &Resource<'a>) -> bool {
    let own = resource.properties;
    match resource.kind {
        "AWS::ElasticLoadBalancingV2::LoadBalancer" | "AWS::ElasticLoadBalancing::LoadBalancer" => {
            stack.values.text(own, "Scheme").is_none_or(|scheme| scheme != "internal")
        }
        "AWS::CloudFront::Distribution"
        | "AWS::ApiGateway::RestApi"
        | "AWS::ApiGatewayV2::Api"
        | "AWS::Serverless::Api"
        | "AWS::Serverless::HttpApi" => true,
        "AWS::S3::Bucket" => own.get("WebsiteConfiguration").is_some(),
        "AWS::Lambda::Function" => !stack.saying("AWS::Lambda::Url", "TargetFunctionArn", resource.name).is_empty(),
        // An interface that has no resource of its own.
        "AWS::Serverless::Function" => {
            own.get("Events").is_some_and(|events| says(events, "Api") || says(events, "HttpApi"))
        }
        "AWS::EC2::Instance" | "AWS::AutoScaling::AutoScalingGroup" | "AWS::ECS::Service" => {
            let groups = support.mentioned(stack, resource.name, "AWS::EC2::SecurityGroup");
            groups.iter().filter_map(|name| stack.resources.get(name)).any(|group| is_open(stack, group))
        }
        _ => false,
    }
}

/// Whether a security group lets everyone in by a port that is not for managing servers.
fn is_open(stack: &Stack<'_, '_>, group: &Resource<'_>) -> bool {
    let mut rules = stack.values.list(group.properties, "SecurityGroupIngress");
    let apart = stack.saying("AWS::EC2::SecurityGroupIngress", "GroupId", group.name);
    rules.extend(apart.iter().map(|rule| rule.properties.clone()));
    rules.iter().any(|rule| {
        let to_all = ["CidrIp", "CidrIpv6"].into_iter().filter_map(|key| stack.values.text(rule, key));
        let managed = stack.values.number(rule, "FromPort").is_some_and(|port| MANAGED.contains(&port));
        to_all.into_iter().any(|range| range.ends_with("/0")) && !managed
    })
}
