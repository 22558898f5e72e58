//! ElastiCache: a replication group and its group of subnets.

use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer};
use super::{Kind, Seat};

/// Most nodes of one shard: a primary and five replicas (ElastiCache user guide, 2026-10-01).
const SHARD: u64 = 6;

pub static KIND: Kind =
    Kind { key: "elasticache", seat: Seat::Data, ports: |_| vec![6379], called: None, taken: None, beside: "", write };

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let name = template.name(&format!("{}Subnets", part.name));
    let subnets: Vec<Yaml> = stack.network.subnets_of(stack.position(part)).into_iter().map(refer).collect();
    let about = format!("Subnets of {}", part.id);
    let properties = map([("Description", about.into()), ("SubnetIds", subnets.into())]);
    template.resource(&name, "AWS::ElastiCache::SubnetGroup", properties);
    let set = part.set();
    let nodes = set.count("nodes");
    let several = Yaml::Flag(nodes > 1);
    let properties = map([("ReplicationGroupDescription", part.id.as_str().into())])
        .with("Engine", "valkey")
        .with("CacheNodeType", set.word("node"));
    let properties = if nodes <= SHARD {
        properties.with("NumCacheClusters", nodes)
    } else {
        properties.with("NumNodeGroups", nodes).with("ReplicasPerNodeGroup", 0)
    };
    let properties = properties
        .with("AutomaticFailoverEnabled", several.clone())
        .with("MultiAZEnabled", if nodes <= SHARD { several } else { Yaml::Flag(false) })
        .with("AtRestEncryptionEnabled", Yaml::Flag(true))
        .with("TransitEncryptionEnabled", Yaml::Flag(true))
        .with("CacheSubnetGroupName", refer(&name))
        .with("SecurityGroupIds", [refer(&part.group)])
        .with("Tags", name_tag(part.label()));
    template.resource(&part.name, "AWS::ElastiCache::ReplicationGroup", properties);
    let endpoint = if nodes <= SHARD { "PrimaryEndPoint.Address" } else { "ConfigurationEndPoint.Address" };
    template.output(&format!("{}Endpoint", part.name), attribute(&part.name, endpoint));
}
