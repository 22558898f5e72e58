//! Settings of nodes by the properties of their resources: only what the catalogue has and the template says.

use super::resources::{Resource, Stack};
use super::tree::{Kind, Tree};
use crate::catalog;
use std::collections::BTreeSet;

/// Keys of settings and their values as people write them.
type Set = Vec<(&'static str, String)>;

/// The settings of the node of a resource.
pub fn of<'a>(stack: &Stack<'a, '_>, resource: &Resource<'a>) -> Set {
    let mut set = match resource.kind {
        "AWS::EC2::Instance" => machine(stack, resource),
        "AWS::AutoScaling::AutoScalingGroup" => group(stack, resource),
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => balancer(stack, resource),
        "AWS::ElasticLoadBalancing::LoadBalancer" => classic(stack, resource),
        "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => database(stack, resource),
        "AWS::ElastiCache::CacheCluster" | "AWS::ElastiCache::ReplicationGroup" => cache(stack, resource),
        "AWS::SQS::Queue" => queue(stack, resource),
        "AWS::CloudFront::Distribution" => edge(stack, resource),
        _ => Set::new(),
    };
    let service = catalog::find(stack.service(resource.name));
    set.retain(|(key, _)| service.is_some_and(|service| service.sheet().param(key).is_some()));
    set
}

fn maybe(set: &mut Set, key: &'static str, value: Option<String>) {
    set.extend(value.map(|value| (key, value)));
}

fn whole(stack: &Stack<'_, '_>, tree: &Tree, key: &str) -> Option<String> {
    stack.values.number(tree, key).map(|number| format!("{number:.0}"))
}

fn seconds(stack: &Stack<'_, '_>, tree: &Tree, key: &str) -> Option<String> {
    stack.values.number(tree, key).map(|number| format!("{number} s"))
}

fn machine(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    instance_type(stack, resource).map(|kind| ("type", kind)).into_iter().collect()
}

/// The instance type of an instance or a group: its own, or that of what it is launched from.
fn instance_type(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Option<String> {
    let own = stack.values.text(resource.properties, "InstanceType");
    own.or_else(|| {
        let sources =
            stack.values.mentions(resource.properties).into_iter().filter_map(|name| stack.resources.get(name));
        sources.into_iter().find_map(|source| match source.kind {
            "AWS::EC2::LaunchTemplate" => {
                let data = stack.values.get(source.properties, "LaunchTemplateData")?;
                stack.values.text(&data, "InstanceType")
            }
            "AWS::AutoScaling::LaunchConfiguration" => stack.values.text(source.properties, "InstanceType"),
            _ => None,
        })
    })
}

fn group<'a>(stack: &Stack<'a, '_>, resource: &Resource<'a>) -> Set {
    let mut set = machine(stack, resource);
    let own = resource.properties;
    maybe(&mut set, "min", whole(stack, own, "MinSize"));
    maybe(&mut set, "max", whole(stack, own, "MaxSize"));
    let zones = zones_of(stack, resource);
    maybe(&mut set, "zones", (zones > 0).then(|| zones.to_string()));
    let mut warmup = seconds(stack, own, "DefaultInstanceWarmup");
    let policies = stack.saying("AWS::AutoScaling::ScalingPolicy", "AutoScalingGroupName", resource.name);
    let mut known = false;
    for policy in policies {
        warmup = warmup.or_else(|| seconds(stack, policy.properties, "EstimatedInstanceWarmup"));
        known = known || tracking(stack, policy, &mut set);
    }
    maybe(&mut set, "warmup", warmup);
    if !known {
        set.push(("policy", "none".to_owned()));
    }
    set
}

/// A target tracking policy that the simulation has.
fn tracking(stack: &Stack<'_, '_>, policy: &Resource<'_>, set: &mut Set) -> bool {
    let Some(tracking) = stack.values.get(policy.properties, "TargetTrackingConfiguration") else { return false };
    let target = stack.values.number(&tracking, "TargetValue");
    let named = stack.values.get(&tracking, "PredefinedMetricSpecification");
    let named = named.and_then(|metric| stack.values.text(&metric, "PredefinedMetricType"));
    if named.as_deref() == Some("ASGAverageCPUUtilization") {
        set.push(("policy", "target tracking on CPU".to_owned()));
        maybe(set, "target", target.map(|target| format!("{target} %")));
        return true;
    }
    let own = stack.values.get(&tracking, "CustomizedMetricSpecification");
    if own.is_some_and(|metric| says(&metric, "ApproximateNumberOfMessagesVisible")) {
        set.push(("policy", "backlog per instance".to_owned()));
        maybe(set, "backlog", target.map(|target| format!("{target:.0}")));
        return true;
    }
    false
}

/// Whether a text stands anywhere in a value.
pub fn says(tree: &Tree, text: &str) -> bool {
    tree.as_text() == Some(text) || tree.children().any(|child| says(child, text))
}

/// Over how many Availability Zones a group spreads; 0 if that is not said.
fn zones_of<'a>(stack: &Stack<'a, '_>, resource: &Resource<'a>) -> usize {
    let subnets = stack.mentioned(resource, "VPCZoneIdentifier");
    let subnets = subnets.iter().filter_map(|name| stack.resources.get(name));
    let zones: BTreeSet<String> = subnets
        .filter(|subnet| subnet.kind == "AWS::EC2::Subnet")
        .map(|subnet| {
            let zone = subnet.properties.get("AvailabilityZone").map(|zone| plain(&stack.values.settle(zone)));
            zone.unwrap_or_else(|| subnet.name.to_owned())
        })
        .collect();
    match zones.len() {
        0 => stack
            .values
            .list(resource.properties, "AvailabilityZones")
            .iter()
            .filter(|zone| zone.as_text().is_some())
            .count(),
        some => some,
    }
}

/// A value without its lines, to tell it from others.
pub fn plain(tree: &Tree) -> String {
    let all = |items: Vec<String>| items.join(",");
    match &tree.kind {
        Kind::Null => String::new(),
        Kind::Text(text) => text.clone(),
        Kind::List(items) => format!("[{}]", all(items.iter().map(plain).collect())),
        Kind::Map(entries) => {
            format!("{{{}}}", all(entries.iter().map(|(key, value)| format!("{key}:{}", plain(value))).collect()))
        }
        Kind::Call(name, given) => format!("!{name} {}", plain(given)),
    }
}

fn balancer<'a>(stack: &Stack<'a, '_>, resource: &Resource<'a>) -> Set {
    let mut set = Set::new();
    let Some(group) = super::links::groups_of(stack, resource.name).first().and_then(|name| stack.resources.get(name))
    else {
        return set;
    };
    let own = group.properties;
    maybe(&mut set, "interval", seconds(stack, own, "HealthCheckIntervalSeconds"));
    maybe(&mut set, "healthy", whole(stack, own, "HealthyThresholdCount"));
    maybe(&mut set, "unhealthy", whole(stack, own, "UnhealthyThresholdCount"));
    for attribute in stack.values.list(own, "TargetGroupAttributes") {
        let value = stack.values.text(&attribute, "Value");
        match (stack.values.text(&attribute, "Key").as_deref(), value.as_deref()) {
            (Some("deregistration_delay.timeout_seconds"), Some(seconds)) => {
                set.push(("drain", format!("{seconds} s")))
            }
            (Some("load_balancing.algorithm.type"), Some(name)) => set.push(("algorithm", algorithm(name).to_owned())),
            _ => {}
        }
    }
    set
}

fn algorithm(name: &str) -> &'static str {
    match name {
        "least_outstanding_requests" => "least outstanding",
        "weighted_random" => "random",
        _ => "round robin",
    }
}

fn classic(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let mut set = Set::new();
    if let Some(check) = stack.values.get(resource.properties, "HealthCheck") {
        maybe(&mut set, "interval", seconds(stack, &check, "Interval"));
        maybe(&mut set, "healthy", whole(stack, &check, "HealthyThreshold"));
        maybe(&mut set, "unhealthy", whole(stack, &check, "UnhealthyThreshold"));
    }
    set
}

fn database(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let mut set = Set::new();
    let own = resource.properties;
    let engine = stack.values.text(own, "Engine").unwrap_or_default();
    let engine = if engine.contains("postgres") { "PostgreSQL" } else { "MySQL" };
    set.push(("engine", engine.to_owned()));
    maybe(&mut set, "class", stack.values.text(own, "DBInstanceClass"));
    maybe(&mut set, "storage", stack.values.number(own, "AllocatedStorage").map(|size| format!("{size} GB")));
    set
}

fn cache(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let mut set = Set::new();
    let own = resource.properties;
    maybe(&mut set, "node", stack.values.text(own, "CacheNodeType"));
    let number = |key| stack.values.number(own, key);
    let shards = number("NumNodeGroups").unwrap_or(1.0) * (1.0 + number("ReplicasPerNodeGroup").unwrap_or(0.0));
    let nodes = number("NumCacheClusters").or(number("NumCacheNodes")).unwrap_or(shards);
    set.push(("nodes", format!("{:.0}", nodes.max(1.0))));
    set
}

fn queue(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let mut set = Set::new();
    maybe(&mut set, "visibility", seconds(stack, resource.properties, "VisibilityTimeout"));
    if let Some(redrive) = stack.values.get(resource.properties, "RedrivePolicy") {
        maybe(&mut set, "receives", whole(stack, &redrive, "maxReceiveCount"));
    }
    set
}

fn edge(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let config = stack.values.get(resource.properties, "DistributionConfig");
    let class = config.and_then(|config| stack.values.text(&config, "PriceClass")).unwrap_or_default();
    let class = if class == "PriceClass_100" { "North America" } else { "Asia Pacific" };
    vec![("price_class", class.to_owned())]
}
