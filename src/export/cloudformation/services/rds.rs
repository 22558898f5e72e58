//! RDS: a database instance and its group of subnets. Its password is made and kept by Secrets Manager.

use super::super::access::Grant;
use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer};
use super::{Kind, Seat};

pub static KIND: Kind = Kind {
    key: "rds",
    seat: Seat::Data,
    ports: |part| vec![if part.says("engine", "PostgreSQL") { 5432 } else { 3306 }],
    called: Some(Grant {
        actions: &["secretsmanager:GetSecretValue"],
        on: |name| vec![attribute(name, "MasterUserSecret.SecretArn")],
    }),
    taken: None,
    beside: "", write,
};

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let at = stack.position(part);
    let group = subnet_group(part, stack, template);
    let set = part.set();
    let engine = if part.says("engine", "PostgreSQL") { "postgres" } else { "mysql" };
    // gp3 volumes of RDS begin at 20 GiB and end at 64 TiB (RDS user guide, 2026-10-01).
    let storage = (set.bytes("storage").gigabytes().ceil() as u64).clamp(20, 65_536);
    template.parameter("DatabaseUser", "String", "Name of the databases' first user", Some("dbadmin".into()));
    let several = part.says("multi_az", "on");
    let zone = stack.design.zone_of(part.node).filter(|_| !several).and_then(|letter| stack.network.zone(at, letter));
    let properties = map([("Engine", engine.into()), ("DBInstanceClass", set.word("class").into())])
        .with("AllocatedStorage", storage.to_string())
        .with("StorageType", "gp3")
        .with("StorageEncrypted", Yaml::Flag(true))
        .with("MasterUsername", refer("DatabaseUser"))
        .with("ManageMasterUserPassword", Yaml::Flag(true))
        .with("MultiAZ", Yaml::Flag(several))
        .maybe("AvailabilityZone", zone)
        .with("DBSubnetGroupName", refer(&group))
        .with("VPCSecurityGroups", [refer(&part.group)])
        .with("PubliclyAccessible", Yaml::Flag(false))
        .with("Tags", name_tag(part.label()));
    let entry = map([("Type", "AWS::RDS::DBInstance".into()), ("DeletionPolicy", "Snapshot".into())])
        .with("UpdateReplacePolicy", "Snapshot")
        .with("Properties", properties);
    template.add(&part.name, entry);
    template.output(&format!("{}Endpoint", part.name), attribute(&part.name, "Endpoint.Address"));
    template.assume("Databases keep a password that Secrets Manager makes; servers may read it");
}

/// The subnets that databases may stand in.
fn subnet_group(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) -> String {
    let name = template.name(&format!("{}Subnets", part.name));
    let subnets: Vec<Yaml> = stack.network.subnets_of(stack.position(part)).into_iter().map(refer).collect();
    let about = format!("Subnets of {}", part.id);
    let properties = map([("DBSubnetGroupDescription", about.into()), ("SubnetIds", subnets.into())]);
    template.resource(&name, "AWS::RDS::DBSubnetGroup", properties);
    name
}
