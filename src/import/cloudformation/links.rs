//! Links by what the template says about who reaches whom: targets of balancers, origins, records, subscriptions, event
//! sources, alarms' queues, roles, and rules of security groups.

use super::resources::{Resource, Stack};
use super::settings::says;
use super::tree::Tree;
use crate::catalog::{self, Face};
use std::collections::{BTreeMap, BTreeSet};

/// Most pairs that are looked at; security groups that everything shares would make millions.
const MOST: usize = 20_000;

/// How far resources that support a node are followed: a launch template, its profile, the role, its policy.
const FAR: usize = 4;

/// Links by the logical ids of their ends, with the line that says so.
#[derive(Debug, Default)]
pub struct Links<'a> {
    found: Vec<(Option<usize>, &'a str, &'a str)>,
    joined: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Links<'a> {
    pub fn iter(&self) -> impl Iterator<Item = (Option<usize>, &'a str, &'a str)> {
        self.found.iter().copied()
    }

    /// A link that the template states.
    fn state(&mut self, stack: &Stack<'a, '_>, line: Option<usize>, (from, to): (&'a str, &'a str)) {
        let drawn = stack.nodes.contains_key(from) && stack.nodes.contains_key(to);
        if from != to && drawn && self.found.len() < MOST && self.joined.insert((from, to)) {
            self.found.push((line, from, to));
        }
    }

    /// A link that the template lets one think of: only where the canvas allows it, and never against one that is stated.
    fn suppose(&mut self, stack: &Stack<'a, '_>, line: Option<usize>, (from, to): (&'a str, &'a str)) {
        let (Some(caller), Some(callee)) = (stack.nodes.get(from), stack.nodes.get(to)) else { return };
        if from != to && !self.joined.contains(&(to, from)) && stack.draft.joins(caller, callee).is_ok() {
            self.state(stack, line, (from, to));
        }
    }
}

/// All links.
pub fn find<'a>(stack: &Stack<'a, '_>) -> Links<'a> {
    let mut links = Links::default();
    targets(stack, &mut links);
    events(stack, &mut links);
    origins(stack, &mut links);
    let support = Support::of(stack);
    roles(stack, &support, &mut links);
    rules(stack, &support, &mut links);
    named(stack, &support, &mut links);
    links
}

const GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

/// The target groups of a balancer, by its listeners and their rules, the default first.
pub fn groups_of<'a>(stack: &Stack<'a, '_>, balancer: &str) -> Vec<&'a str> {
    let listeners = stack.saying("AWS::ElasticLoadBalancingV2::Listener", "LoadBalancerArn", balancer);
    let rules = |listener: &Resource<'a>| {
        stack.saying("AWS::ElasticLoadBalancingV2::ListenerRule", "ListenerArn", listener.name).iter()
    };
    let all = listeners.iter().chain(listeners.iter().flat_map(rules));
    let mut groups: Vec<&str> = all.flat_map(|own| stack.values.mentions(own.properties)).collect();
    let mut seen = BTreeSet::new();
    groups.retain(|name| stack.kind(name) == GROUP && seen.insert(*name));
    groups
}

/// Balancers to what stands in their target groups, or behind them in the classic way.
fn targets<'a>(stack: &Stack<'a, '_>, links: &mut Links<'a>) {
    // Who is in each group: what the group lists, and what lists the group.
    let mut members: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
    for group in stack.of(GROUP) {
        members.entry(group.name).or_default().extend(stack.mentioned(&group, "Targets"));
    }
    for (kind, key) in
        [("AWS::AutoScaling::AutoScalingGroup", "TargetGroupARNs"), ("AWS::ECS::Service", "LoadBalancers")]
    {
        for member in stack.of(kind) {
            for group in stack.mentioned(&member, key) {
                members.entry(group).or_default().push(member.name);
            }
        }
    }
    for balancer in stack.of("AWS::ElasticLoadBalancingV2::LoadBalancer") {
        for group in groups_of(stack, balancer.name) {
            for member in members.get(group).into_iter().flatten() {
                links.state(stack, balancer.line, (balancer.name, *member));
            }
        }
    }
    for balancer in stack.of("AWS::ElasticLoadBalancing::LoadBalancer") {
        for member in stack.mentioned(&balancer, "Instances") {
            links.state(stack, balancer.line, (balancer.name, member));
        }
    }
    for member in stack.of("AWS::AutoScaling::AutoScalingGroup") {
        for balancer in stack.mentioned(&member, "LoadBalancerNames") {
            links.state(stack, member.line, (balancer, member.name));
        }
    }
}

/// What is handed on without a call: event sources, subscriptions, notifications, dead letters, attached volumes, and
/// queues that groups scale by.
fn events<'a>(stack: &Stack<'a, '_>, links: &mut Links<'a>) {
    let hands_on = [
        ("AWS::Lambda::EventSourceMapping", "EventSourceArn", "FunctionName"),
        ("AWS::SNS::Subscription", "TopicArn", "Endpoint"),
        ("AWS::EC2::VolumeAttachment", "InstanceId", "VolumeId"),
        ("AWS::ApiGateway::Method", "RestApiId", "Integration"),
        ("AWS::ApiGatewayV2::Integration", "ApiId", "IntegrationUri"),
    ];
    for (kind, source, target) in hands_on {
        for entry in stack.of(kind) {
            for from in stack.mentioned(&entry, source) {
                for to in stack.mentioned(&entry, target) {
                    links.state(stack, entry.line, (from, to));
                }
            }
        }
    }
    let own = [
        ("AWS::SNS::Topic", "Subscription"),
        ("AWS::S3::Bucket", "NotificationConfiguration"),
        ("AWS::SQS::Queue", "RedrivePolicy"),
    ];
    for (kind, key) in own {
        for entry in stack.of(kind) {
            for to in stack.mentioned(&entry, key) {
                links.state(stack, entry.line, (entry.name, to));
            }
        }
    }
    for function in stack.of("AWS::Serverless::Function") {
        for from in stack.mentioned(&function, "Events") {
            links.state(stack, function.line, (from, function.name));
        }
    }
    for policy in stack.of("AWS::AutoScaling::ScalingPolicy") {
        for group in stack.mentioned(&policy, "AutoScalingGroupName") {
            for queue in stack.mentioned(&policy, "TargetTrackingConfiguration") {
                links.suppose(stack, policy.line, (queue, group));
            }
        }
    }
}

/// Distributions to their origins.
fn origins<'a>(stack: &Stack<'a, '_>, links: &mut Links<'a>) {
    for edge in stack.of("AWS::CloudFront::Distribution") {
        let origins = edge.properties.get("DistributionConfig").and_then(|config| config.get("Origins"));
        for to in origins.map(|origins| stack.values.mentions(origins)).unwrap_or_default() {
            links.suppose(stack, edge.line, (edge.name, to));
        }
    }
}

/// What supports each node: launch templates, profiles, roles, policies, task definitions, groups.
pub struct Support<'a> {
    by_node: BTreeMap<&'a str, Vec<Resource<'a>>>,
}

impl<'a> Support<'a> {
    pub fn of(stack: &Stack<'a, '_>) -> Self {
        let all = stack.nodes.keys().map(|node| (*node, support(stack, node)));
        Self { by_node: all.collect() }
    }

    /// What supports a node, nearest first; the node's own resource is the first.
    pub fn of_node(&self, node: &str) -> &[Resource<'a>] {
        self.by_node.get(node).map(Vec::as_slice).unwrap_or_default()
    }

    /// The resources of a type that a node or what supports it mentions.
    pub fn mentioned(&self, stack: &Stack<'a, '_>, node: &str, kind: &str) -> Vec<&'a str> {
        let all = self.of_node(node).iter().flat_map(|own| stack.values.mentions(own.properties));
        let mut seen = BTreeSet::new();
        all.filter(|name| stack.kind(name) == kind && seen.insert(*name)).collect()
    }
}

/// Types through which a node says something about itself.
fn supports(kind: &str) -> bool {
    matches!(
        kind,
        "AWS::EC2::LaunchTemplate"
            | "AWS::AutoScaling::LaunchConfiguration"
            | "AWS::IAM::InstanceProfile"
            | "AWS::IAM::Role"
            | "AWS::IAM::Policy"
            | "AWS::IAM::ManagedPolicy"
            | "AWS::ECS::TaskDefinition"
            | "AWS::RDS::DBSubnetGroup"
            | "AWS::ElastiCache::SubnetGroup"
            | "AWS::EFS::MountTarget"
    )
}

fn support<'a>(stack: &Stack<'a, '_>, node: &'a str) -> Vec<Resource<'a>> {
    let mut found: Vec<Resource<'a>> = stack.resources.get(node).copied().into_iter().collect();
    let mut seen = BTreeSet::from([node]);
    let mut from = 0;
    for _ in 0..FAR {
        let reached: Vec<&'a str> = found[from..]
            .iter()
            .flat_map(|own| {
                // Policies name their roles, not the other way round.
                let policies = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"].into_iter();
                let more = policies.flat_map(|kind| stack.saying(kind, "Roles", own.name)).map(|policy| policy.name);
                let targets = stack.saying("AWS::EFS::MountTarget", "FileSystemId", own.name).iter();
                let more = more.chain(targets.map(|target| target.name));
                stack.values.mentions(own.properties).into_iter().chain(more)
            })
            .filter(|name| supports(stack.kind(name)) && seen.insert(*name))
            .collect();
        from = found.len();
        found.extend(reached.into_iter().filter_map(|name| stack.resources.get(name).copied()));
    }
    found
}

/// What roles let servers do: those that may receive take from a queue, others call what they may use.
fn roles<'a>(stack: &Stack<'a, '_>, support: &Support<'a>, links: &mut Links<'a>) {
    for node in stack.nodes.keys().copied() {
        let policies = support.of_node(node).iter().filter(|own| own.kind.starts_with("AWS::IAM::"));
        let mut statements = Vec::new();
        policies.for_each(|policy| granted(policy.properties, &mut statements));
        for statement in statements {
            let actions: Vec<String> = stack
                .values
                .list(statement, "Action")
                .iter()
                .filter_map(|action| action.as_text().map(str::to_owned))
                .collect();
            let takes = actions.iter().any(|action| action == "sqs:ReceiveMessage");
            let gives = actions
                .iter()
                .any(|action| !action.starts_with("sqs:") || action == "sqs:SendMessage" || action == "sqs:*");
            let on = statement.get("Resource").map(|on| stack.values.mentions(on)).unwrap_or_default();
            for other in on {
                if takes && stack.service(other) == "sqs" {
                    links.suppose(stack, statement.line, (other, node));
                }
                if gives {
                    links.suppose(stack, statement.line, (node, other));
                }
            }
        }
    }
}

/// The statements of policies below a value.
fn granted<'a>(tree: &'a Tree, found: &mut Vec<&'a Tree>) {
    if tree.get("Action").is_some() && tree.get("Resource").is_some() {
        return found.push(tree);
    }
    tree.children().for_each(|child| granted(child, found));
}

const SECURITY_GROUP: &str = "AWS::EC2::SecurityGroup";

/// Links that rules between security groups let through.
fn rules<'a>(stack: &Stack<'a, '_>, support: &Support<'a>, links: &mut Links<'a>) {
    let mut members: BTreeMap<&'a str, Vec<&'a str>> = BTreeMap::new();
    for node in stack.nodes.keys().copied() {
        for group in support.mentioned(stack, node, SECURITY_GROUP) {
            members.entry(group).or_default().push(node);
        }
    }
    let mut tried = 0;
    for (line, from, to) in openings(stack) {
        for caller in members.get(from).into_iter().flatten() {
            for callee in members.get(to).into_iter().flatten() {
                tried += 1;
                if tried > MOST {
                    return;
                }
                // Servers of one group that may reach each other do not therefore call each other.
                if from != to || keeps_data(stack, callee) {
                    links.suppose(stack, line, (caller, callee));
                }
            }
        }
    }
}

fn keeps_data(stack: &Stack<'_, '_>, node: &str) -> bool {
    let service = catalog::find(stack.service(node));
    service.is_some_and(|service| matches!(service.face, Face::Database | Face::Cache | Face::Store | Face::Files))
}

/// Which group may reach which, by rules in groups and by rules that stand apart.
fn openings<'a>(stack: &Stack<'a, '_>) -> Vec<(Option<usize>, &'a str, &'a str)> {
    let mut found = Vec::new();
    let mut open = |line, from: Vec<&'a str>, to: &[&'a str]| {
        from.into_iter().for_each(|from| found.extend(to.iter().map(|to| (line, from, *to))));
    };
    let groups = |tree: &Tree, keys: [&str; 2]| {
        let all = keys.into_iter().filter_map(|key| tree.get(key)).flat_map(|value| stack.values.mentions(value));
        all.filter(|name| stack.kind(name) == SECURITY_GROUP).collect::<Vec<_>>()
    };
    const SOURCE: [&str; 2] = ["SourceSecurityGroupId", "SourceSecurityGroupName"];
    const DESTINATION: [&str; 2] = ["DestinationSecurityGroupId", "DestinationSecurityGroupName"];
    const OWN: [&str; 2] = ["GroupId", "GroupName"];
    for group in stack.of(SECURITY_GROUP) {
        for rule in stack.values.list(group.properties, "SecurityGroupIngress") {
            open(rule.line.or(group.line), groups(&rule, SOURCE), &[group.name]);
        }
        for rule in stack.values.list(group.properties, "SecurityGroupEgress") {
            open(rule.line.or(group.line), vec![group.name], &groups(&rule, DESTINATION));
        }
    }
    for rule in stack.of("AWS::EC2::SecurityGroupIngress") {
        open(rule.line, groups(rule.properties, SOURCE), &groups(rule.properties, OWN));
    }
    for rule in stack.of("AWS::EC2::SecurityGroupEgress") {
        open(rule.line, groups(rule.properties, OWN), &groups(rule.properties, DESTINATION));
    }
    found
}

/// What servers are told about by name: in user data, environments, task definitions.
fn named<'a>(stack: &Stack<'a, '_>, support: &Support<'a>, links: &mut Links<'a>) {
    for node in stack.nodes.keys().copied() {
        let told = support.of_node(node).iter().filter(|own| !own.kind.starts_with("AWS::IAM::"));
        for own in told {
            for (key, value) in own.properties.entries().iter().filter(|(key, _)| tells(key)) {
                let takes_from = key == "Events" || says(value, "sqs:ReceiveMessage");
                for other in stack.values.mentions(value).into_iter().filter(|_| !takes_from) {
                    links.suppose(stack, value.line, (node, other));
                }
            }
        }
    }
}

/// Properties in which code is told what to call.
fn tells(key: &str) -> bool {
    matches!(
        key,
        "UserData"
            | "Environment"
            | "LaunchTemplateData"
            | "ContainerDefinitions"
            | "DefinitionBody"
            | "Body"
            | "Policies"
    )
}
