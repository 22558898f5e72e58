//! ElastiCache: a replication group, or a cluster of Memcached, and its group of subnets.

use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer};
use super::{Kind, Seat};

/// Most nodes of one shard: a primary and five replicas (ElastiCache user guide, 2026-10-01).
const SHARD: u64 = 6;

/// Most nodes of a cluster of Memcached.
const MEMCACHED: u64 = 60;

pub static KIND: Kind = Kind {
    key: "elasticache",
    seat: Seat::Data,
    ports: |part| vec![if is_memcached(part) { 11211 } else { 6379 }],
    called: None,
    taken: None,
    beside: "",
    write,
};

fn is_memcached(part: &Part<'_>) -> bool {
    part.says("engine", "Memcached")
}

/// Shards, and nodes of each: the primary and its replicas.
fn shape(part: &Part<'_>) -> (u64, u64) {
    let nodes = part.set().count("nodes");
    match part.perhaps_count("replicas") {
        Some(replicas) => (nodes, 1 + replicas),
        None if nodes <= SHARD => (1, nodes),
        None => (nodes, 1),
    }
}

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let name = template.name(&format!("{}Subnets", part.name));
    let subnets: Vec<Yaml> = stack.network.subnets_of(stack.position(part)).into_iter().map(refer).collect();
    let about = format!("Subnets of {}", part.id);
    let properties = map([("Description", about.into()), ("SubnetIds", subnets.into())]);
    template.resource(&name, "AWS::ElastiCache::SubnetGroup", properties);
    if is_memcached(part) { memcached(part, &name, template) } else { group(part, &name, template) }
}

fn group(part: &Part<'_>, subnets: &str, template: &mut Template) {
    let (shards, nodes) = shape(part);
    let engine = if part.says("engine", "Redis OSS") { "redis" } else { "valkey" };
    let properties = map([("ReplicationGroupDescription", part.id.as_str().into()), ("Engine", engine.into())])
        .with("CacheNodeType", part.set().word("node"));
    let properties = if shards == 1 {
        properties.with("NumCacheClusters", nodes)
    } else {
        properties.with("NumNodeGroups", shards).with("ReplicasPerNodeGroup", nodes - 1)
    };
    let properties = properties
        .with("AutomaticFailoverEnabled", Yaml::Flag(shards > 1 || nodes > 1))
        .with("MultiAZEnabled", Yaml::Flag(nodes > 1))
        .with("AtRestEncryptionEnabled", Yaml::Flag(true))
        .with("TransitEncryptionEnabled", Yaml::Flag(true))
        .with("CacheSubnetGroupName", refer(subnets))
        .with("SecurityGroupIds", [refer(&part.group)])
        .with("Tags", name_tag(part.label()));
    template.resource(&part.name, "AWS::ElastiCache::ReplicationGroup", properties);
    let endpoint = if shards == 1 { "PrimaryEndPoint.Address" } else { "ConfigurationEndPoint.Address" };
    template.output(&format!("{}Endpoint", part.name), attribute(&part.name, endpoint));
}

fn memcached(part: &Part<'_>, subnets: &str, template: &mut Template) {
    let nodes = part.set().count("nodes").min(MEMCACHED);
    let properties = map([("Engine", "memcached".into()), ("CacheNodeType", part.set().word("node").into())])
        .with("NumCacheNodes", nodes)
        .maybe("AZMode", (nodes > 1).then_some("cross-az"))
        .with("CacheSubnetGroupName", refer(subnets))
        .with("VpcSecurityGroupIds", [refer(&part.group)])
        .with("Tags", name_tag(part.label()));
    template.resource(&part.name, "AWS::ElastiCache::CacheCluster", properties);
    let endpoint = attribute(&part.name, "ConfigurationEndpoint.Address");
    template.output(&format!("{}Endpoint", part.name), endpoint);
}
