//! RDS: a database instance, its read replicas and its group of subnets. Its password is made and kept by Secrets Manager.

use super::super::access::Grant;
use super::super::network::name_tag;
use super::super::stack::{Copies, Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer, sub};
use super::{Kind, Seat};
use crate::catalog::Value;

pub static KIND: Kind = Kind {
    key: "rds",
    seat: Seat::Data,
    ports: |part| vec![if part.says("engine", "PostgreSQL") { 5432 } else { 3306 }],
    called: Some(Grant {
        actions: &["secretsmanager:GetSecretValue"],
        on: |part| {
            vec![if is_copied(part) {
                refer(&part.beside)
            } else {
                attribute(&part.name, "MasterUserSecret.SecretArn")
            }]
        },
    }),
    taken: None,
    beside: "Secret",
    write,
};

/// io1 volumes begin at 100 GiB and 1,000 operations a second, with 50 a GiB at most; gp3 takes a figure of its own from
/// 400 GiB and 12,000 on (RDS user guide, 2026-10-01).
const PROVISIONED: (u64, u64, u64) = (100, 1_000, 50);
const GP3: (u64, u64, u64) = (400, 12_000, 64_000);

fn replicas(part: &Part<'_>) -> u64 {
    part.perhaps_count("replicas").unwrap_or(0)
}

/// Whether there are replicas of it, drawn or by a setting, or it is one.
fn is_copied(part: &Part<'_>) -> bool {
    replicas(part) > 0 || part.copies != Copies::None
}

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    if let Copies::Of(primary) = &part.copies {
        let several = Yaml::Flag(part.says("multi_az", "on"));
        template.resource(&part.name, "AWS::RDS::DBInstance", replica(part, primary).with("MultiAZ", several));
        template.output(&format!("{}Endpoint", part.name), attribute(&part.name, "Endpoint.Address"));
        return;
    }
    let at = stack.position(part);
    let group = subnet_group(part, stack, template);
    let engine = if part.says("engine", "PostgreSQL") { "postgres" } else { "mysql" };
    let several = part.says("multi_az", "on");
    let zone = stack.design.zone_of(part.node).filter(|_| !several).and_then(|letter| stack.network.zone(at, letter));
    let properties = map([("Engine", engine.into()), ("DBInstanceClass", part.set().word("class").into())]);
    let properties = user(part, storage(part, properties), template)
        .with("MultiAZ", Yaml::Flag(several))
        .maybe("AvailabilityZone", zone)
        .with("DBSubnetGroupName", refer(&group))
        .with("VPCSecurityGroups", [refer(&part.group)])
        .with("PubliclyAccessible", Yaml::Flag(false))
        // Replicas are made from backups.
        .with("BackupRetentionPeriod", 1)
        .with("Tags", name_tag(part.label()));
    template.add(&part.name, kept("AWS::RDS::DBInstance", properties));
    for number in 1..=replicas(part).min(15) {
        let name = template.name(&format!("{}Replica{number}", part.name));
        template.resource(&name, "AWS::RDS::DBInstance", replica(part, &part.name));
    }
    template.output(&format!("{}Endpoint", part.name), attribute(&part.name, "Endpoint.Address"));
}

/// A resource of which a snapshot is left when it goes.
pub fn kept(kind: &str, properties: Yaml) -> Yaml {
    let entry = map([("Type", kind.into()), ("DeletionPolicy", "Snapshot".into())]);
    entry.with("UpdateReplacePolicy", "Snapshot").with("Properties", properties)
}

fn storage(part: &Part<'_>, properties: Yaml) -> Yaml {
    let provisioned = part.says("storage_type", "io1");
    let kind = if provisioned {
        "io1"
    } else if part.says("storage_type", "gp2") {
        "gp2"
    } else {
        "gp3"
    };
    // gp3 volumes of RDS begin at 20 GiB and end at 64 TiB (RDS user guide, 2026-10-01).
    let least = if provisioned { PROVISIONED.0 } else { 20 };
    let size = (part.set().bytes("storage").gigabytes().ceil() as u64).clamp(least, 65_536);
    let asked = match part.perhaps("iops") {
        Some(Value::Count(iops)) => Some(iops),
        _ => None,
    };
    let iops = match kind {
        "io1" => Some(asked.unwrap_or(PROVISIONED.1).clamp(PROVISIONED.1, PROVISIONED.2 * size)),
        "gp3" if size >= GP3.0 => asked.map(|iops| iops.clamp(GP3.1, GP3.2)),
        _ => None,
    };
    properties
        .with("AllocatedStorage", size.to_string())
        .with("StorageType", kind)
        .maybe("Iops", iops)
        .with("StorageEncrypted", Yaml::Flag(true))
}

/// The first user. RDS itself keeps the password, except that of a database with replicas, which it refuses.
fn user(part: &Part<'_>, properties: Yaml, template: &mut Template) -> Yaml {
    template.parameter("DatabaseUser", "String", "Name of the databases' first user", Some("dbadmin".into()));
    template.assume("Databases keep a password that Secrets Manager makes; servers may read it");
    let properties = properties.with("MasterUsername", refer("DatabaseUser"));
    if !is_copied(part) {
        return properties.with("ManageMasterUserPassword", Yaml::Flag(true));
    }
    let made = map([("SecretStringTemplate", sub("{\"username\": \"${DatabaseUser}\"}"))])
        .with("GenerateStringKey", "password")
        .with("PasswordLength", 30)
        .with("ExcludeCharacters", "\"@/\\' ");
    template.resource(&part.beside, "AWS::SecretsManager::Secret", map([("GenerateSecretString", made)]));
    let password = format!("{{{{resolve:secretsmanager:${{{}}}:SecretString:password}}}}", part.beside);
    properties.with("MasterUserPassword", sub(password))
}

fn replica(part: &Part<'_>, primary: &str) -> Yaml {
    map([("SourceDBInstanceIdentifier", refer(primary)), ("DBInstanceClass", part.set().word("class").into())])
        .with("VPCSecurityGroups", [refer(&part.group)])
        .with("PubliclyAccessible", Yaml::Flag(false))
        .with("Tags", name_tag(part.label()))
}

/// The subnets that databases may stand in.
pub fn subnet_group(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) -> String {
    let name = template.name(&format!("{}Subnets", part.name));
    let subnets: Vec<Yaml> = stack.network.subnets_of(stack.position(part)).into_iter().map(refer).collect();
    let about = format!("Subnets of {}", part.id);
    let properties = map([("DBSubnetGroupDescription", about.into()), ("SubnetIds", subnets.into())]);
    template.resource(&name, "AWS::RDS::DBSubnetGroup", properties);
    name
}
