//! Settings of nodes by the properties of their resources: only what the catalogue has and the template says.

use super::resources::{Resource, Stack};
use super::scaling;
use super::tree::{Kind, Tree};
use crate::catalog;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Keys of settings and their values as people write them.
pub type Set = Vec<(&'static str, String)>;

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
        "AWS::EFS::FileSystem" => files(stack, resource),
        "AWS::EC2::Volume" => volume(stack, resource.properties, ["Size", "VolumeType"]),
        "AWS::CloudFront::Distribution" => edge(stack, resource),
        _ => Set::new(),
    };
    let service = catalog::find(stack.service(resource.name));
    set.retain(|(key, _)| service.is_some_and(|service| service.sheet().param(key).is_some()));
    set
}

pub fn maybe(set: &mut Set, key: &'static str, value: Option<String>) {
    set.extend(value.map(|value| (key, value)));
}

pub fn whole(stack: &Stack<'_, '_>, tree: &Tree, key: &str) -> Option<String> {
    stack.values.number(tree, key).map(|number| format!("{number:.0}"))
}

pub fn seconds(stack: &Stack<'_, '_>, tree: &Tree, key: &str) -> Option<String> {
    stack.values.number(tree, key).map(|number| format!("{number} s"))
}

fn machine(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let mut set = Set::new();
    for source in sources(stack, resource) {
        if set.is_empty() {
            maybe(&mut set, "type", stack.values.text(&source, "InstanceType"));
        }
        if let Some(credits) = stack.values.get(&source, "CreditSpecification") {
            let said = ["CPUCredits", "CpuCredits"].into_iter().find_map(|key| stack.values.text(&credits, key));
            maybe(&mut set, "credits", said);
        }
    }
    let fixed = [("AWS::EC2::EIP", "InstanceId"), ("AWS::EC2::EIPAssociation", "InstanceId")];
    if fixed.into_iter().any(|(kind, key)| !stack.saying(kind, key, resource.name).is_empty()) {
        set.push(("address", "Elastic IP".to_owned()));
    }
    set
}

/// What says how an instance or the instances of a group are launched: its own properties, then those of its templates.
pub fn sources(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Vec<Tree> {
    let mut found = vec![resource.properties.clone()];
    for source in stack.values.mentions(resource.properties).into_iter().filter_map(|name| stack.resources.get(name)) {
        match source.kind {
            "AWS::EC2::LaunchTemplate" => {
                found.extend(stack.values.get(source.properties, "LaunchTemplateData").map(Cow::into_owned));
            }
            "AWS::AutoScaling::LaunchConfiguration" => found.push(source.properties.clone()),
            _ => {}
        }
    }
    found
}

fn group<'a>(stack: &Stack<'a, '_>, resource: &Resource<'a>) -> Set {
    let mut set = machine(stack, resource);
    let own = resource.properties;
    maybe(&mut set, "min", whole(stack, own, "MinSize"));
    maybe(&mut set, "max", whole(stack, own, "MaxSize"));
    let zones = zones_of(stack, resource);
    maybe(&mut set, "zones", (zones > 0).then(|| zones.to_string()));
    set.extend(scaling::of(stack, resource));
    set
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
    let kind = stack.values.text(resource.properties, "Type").unwrap_or_else(|| "application".to_owned());
    set.push(("kind", kind));
    for (key, value) in pairs(stack, resource.properties, "LoadBalancerAttributes") {
        match key.as_str() {
            "idle_timeout.timeout_seconds" => set.push(("idle", format!("{value} s"))),
            "load_balancing.cross_zone.enabled" => set.push(("cross_zone", switch(&value))),
            _ => {}
        }
    }
    let Some(group) = super::links::groups_of(stack, resource.name).first().and_then(|name| stack.resources.get(name))
    else {
        return set;
    };
    let own = group.properties;
    maybe(&mut set, "interval", seconds(stack, own, "HealthCheckIntervalSeconds"));
    maybe(&mut set, "healthy", whole(stack, own, "HealthyThresholdCount"));
    maybe(&mut set, "unhealthy", whole(stack, own, "UnhealthyThresholdCount"));
    let attributes = pairs(stack, own, "TargetGroupAttributes");
    let sticks = attributes.iter().any(|(key, value)| key == "stickiness.enabled" && value == "true");
    for (key, value) in attributes {
        match key.as_str() {
            "deregistration_delay.timeout_seconds" => set.push(("drain", format!("{value} s"))),
            "load_balancing.algorithm.type" => set.push(("algorithm", algorithm(&value))),
            "stickiness.lb_cookie.duration_seconds" if sticks => set.push(("stickiness", format!("{value} s"))),
            "load_balancing.cross_zone.enabled" => set.push(("cross_zone", switch(&value))),
            _ => {}
        }
    }
    set
}

/// Keys and values of a list of attributes.
fn pairs(stack: &Stack<'_, '_>, tree: &Tree, key: &str) -> Vec<(String, String)> {
    let list = stack.values.list(tree, key);
    let pair = |entry: &Tree| Some((stack.values.text(entry, "Key")?, stack.values.text(entry, "Value")?));
    list.iter().filter_map(pair).collect()
}

fn switch(value: &str) -> String {
    match value {
        "true" => "on",
        "false" => "off",
        _ => "by kind",
    }
    .to_owned()
}

/// The words for an algorithm; the catalogue may know one that goes by weights.
fn algorithm(name: &str) -> String {
    let weighted = "weighted random";
    let param = catalog::find("elb").and_then(|elb| elb.sheet().param("algorithm"));
    let knows = param.is_some_and(|param| param.kind.parse(weighted).is_ok());
    match name {
        "least_outstanding_requests" => "least outstanding",
        "weighted_random" if knows => weighted,
        "weighted_random" => "random",
        _ => "round robin",
    }
    .to_owned()
}

fn classic(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let mut set = vec![("kind", "classic".to_owned())];
    let own = |key| stack.values.get(resource.properties, key);
    if let Some(check) = own("HealthCheck") {
        maybe(&mut set, "interval", seconds(stack, &check, "Interval"));
        maybe(&mut set, "healthy", whole(stack, &check, "HealthyThreshold"));
        maybe(&mut set, "unhealthy", whole(stack, &check, "UnhealthyThreshold"));
    }
    if let Some(drain) = own("ConnectionDrainingPolicy") {
        maybe(&mut set, "drain", seconds(stack, &drain, "Timeout"));
    }
    if let Some(idle) = own("ConnectionSettings") {
        maybe(&mut set, "idle", seconds(stack, &idle, "IdleTimeout"));
    }
    let cookies = stack.values.list(resource.properties, "LBCookieStickinessPolicy");
    maybe(&mut set, "stickiness", cookies.first().and_then(|cookie| seconds(stack, cookie, "CookieExpirationPeriod")));
    set
}

fn database(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let mut set = Set::new();
    let own = resource.properties;
    let aurora = stack.service(resource.name) == "aurora";
    let postgres = stack.values.text(own, "Engine").is_some_and(|engine| engine.contains("postgres"));
    let engine = if postgres { "PostgreSQL" } else { "MySQL" };
    set.push(("engine", if aurora { format!("Aurora {engine}") } else { engine.to_owned() }));
    let members = stack.saying("AWS::RDS::DBInstance", "DBClusterIdentifier", resource.name);
    let copies = stack.saying("AWS::RDS::DBInstance", "SourceDBInstanceIdentifier", resource.name);
    let class = stack.values.text(own, "DBInstanceClass");
    let class = class.or_else(|| stack.values.text(members.first()?.properties, "DBInstanceClass"));
    maybe(&mut set, "class", class);
    let readers = if aurora { members.len().saturating_sub(1) } else { copies.len() };
    set.push(("replicas", readers.to_string()));
    maybe(&mut set, "storage", stack.values.number(own, "AllocatedStorage").map(|size| format!("{size} GB")));
    set.push(("multi_az", if stack.values.is_true(own, "MultiAZ") { "on" } else { "off" }.to_owned()));
    let volume = stack.values.text(own, "StorageType");
    let volume = volume.map(|volume| if volume == "io2" { "io1".to_owned() } else { volume });
    maybe(&mut set, "storage_type", volume.filter(|volume| ["gp2", "gp3", "io1"].contains(&volume.as_str())));
    maybe(&mut set, "iops", whole(stack, own, "Iops"));
    set
}

fn cache(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let mut set = Set::new();
    let own = resource.properties;
    maybe(&mut set, "node", stack.values.text(own, "CacheNodeType"));
    let number = |key| stack.values.number(own, key);
    let engine = match stack.values.text(own, "Engine").as_deref() {
        Some("memcached") => "Memcached",
        Some("valkey") => "Valkey",
        _ => "Redis OSS",
    };
    set.push(("engine", engine.to_owned()));
    let has_replicas = catalog::find("elasticache").is_some_and(|cache| cache.sheet().param("replicas").is_some());
    let shards = number("NumNodeGroups").or(number("NumCacheNodes")).unwrap_or(1.0).max(1.0);
    let of_shard = number("NumCacheClusters").unwrap_or(1.0 + number("ReplicasPerNodeGroup").unwrap_or(0.0)).max(1.0);
    if has_replicas {
        set.push(("nodes", format!("{shards:.0}")));
        set.push(("replicas", format!("{:.0}", of_shard - 1.0)));
    } else {
        set.push(("nodes", format!("{:.0}", shards * of_shard)));
    }
    set
}

fn queue(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let mut set = Set::new();
    let own = resource.properties;
    maybe(&mut set, "visibility", seconds(stack, own, "VisibilityTimeout"));
    maybe(&mut set, "retention", seconds(stack, own, "MessageRetentionPeriod"));
    maybe(&mut set, "delay", seconds(stack, own, "DelaySeconds"));
    if stack.values.is_true(own, "FifoQueue") {
        set.push(("kind", "FIFO".to_owned()));
        let fast = stack.values.text(own, "FifoThroughputLimit").is_some_and(|limit| limit == "perMessageGroupId");
        maybe(&mut set, "limit", fast.then(|| FAST.to_owned()));
    }
    if let Some(redrive) = stack.values.get(resource.properties, "RedrivePolicy") {
        maybe(&mut set, "receives", whole(stack, &redrive, "maxReceiveCount"));
    }
    set
}

/// The least that a FIFO queue of high throughput takes in any region (SQS quotas, 2026-10-01).
const FAST: &str = "3000/s";

fn files(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let mode = stack.values.text(resource.properties, "ThroughputMode");
    let mode = mode.filter(|mode| mode == "elastic").unwrap_or_else(|| "bursting".to_owned());
    vec![("mode", mode)]
}

/// Settings of a volume by the names that its size and its type have there.
pub fn volume(stack: &Stack<'_, '_>, own: &Tree, [size, kind]: [&str; 2]) -> Set {
    let mut set = Set::new();
    // What EC2 makes when nothing is said is gp2.
    let kind = stack.values.text(own, kind).unwrap_or_else(|| "gp2".to_owned());
    let known = match kind.as_str() {
        "gp3" => "gp3",
        kind if kind.starts_with("io") => "io1",
        _ => "gp2",
    };
    set.push(("kind", known.to_owned()));
    maybe(&mut set, "storage", stack.values.number(own, size).map(|size| format!("{size} GiB")));
    maybe(&mut set, "iops", whole(stack, own, "Iops").filter(|_| known != "gp2"));
    set
}

fn edge(stack: &Stack<'_, '_>, resource: &Resource<'_>) -> Set {
    let config = stack.values.get(resource.properties, "DistributionConfig");
    let class = config.and_then(|config| stack.values.text(&config, "PriceClass")).unwrap_or_default();
    let class = if class == "PriceClass_100" { "North America" } else { "Asia Pacific" };
    vec![("price_class", class.to_owned())]
}
