//! Aurora: a cluster over one volume, a writer and its readers.

use super::super::access::Grant;
use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer};
use super::{Kind, Seat, rds};

pub static KIND: Kind = Kind {
    key: "aurora",
    seat: Seat::Data,
    ports: |part| vec![if is_postgres(part) { 5432 } else { 3306 }],
    called: Some(Grant {
        actions: &["secretsmanager:GetSecretValue"],
        on: |part| vec![attribute(&part.name, "MasterUserSecret.SecretArn")],
    }),
    taken: None,
    beside: "",
    write,
};

fn is_postgres(part: &Part<'_>) -> bool {
    part.says("engine", "Aurora PostgreSQL")
}

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let group = rds::subnet_group(part, stack, template);
    let engine = if is_postgres(part) { "aurora-postgresql" } else { "aurora-mysql" };
    template.parameter("DatabaseUser", "String", "Name of the databases' first user", Some("dbadmin".into()));
    template.assume("Databases keep a password that Secrets Manager makes; servers may read it");
    let properties = map([("Engine", engine.into()), ("MasterUsername", refer("DatabaseUser"))])
        .with("ManageMasterUserPassword", Yaml::Flag(true))
        .with("StorageEncrypted", Yaml::Flag(true))
        .with("DBSubnetGroupName", refer(&group))
        .with("VpcSecurityGroupIds", [refer(&part.group)])
        .with("Tags", name_tag(part.label()));
    template.add(&part.name, rds::kept("AWS::RDS::DBCluster", properties));
    let readers = part.perhaps_count("replicas").unwrap_or(0).min(15);
    for number in 0..=readers {
        let stem = if number == 0 { "Writer".to_owned() } else { format!("Reader{number}") };
        let name = template.name(&format!("{}{stem}", part.name));
        let properties = map([("DBClusterIdentifier", refer(&part.name)), ("Engine", engine.into())])
            .with("DBInstanceClass", part.set().word("class"))
            .with("PubliclyAccessible", Yaml::Flag(false));
        template.resource(&name, "AWS::RDS::DBInstance", properties);
    }
    template.output(&format!("{}Endpoint", part.name), attribute(&part.name, "Endpoint.Address"));
}
