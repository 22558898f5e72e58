//! EFS: a file system, and a mount target in each zone of its VPC.

use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, map, refer};
use super::{Kind, Seat};

/// Where NFS listens.
const NFS: u16 = 2049;

pub static KIND: Kind =
    Kind { key: "efs", seat: Seat::Data, ports: |_| vec![NFS], called: None, taken: None, beside: "", write };

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let mode = if part.says("mode", "elastic") { "elastic" } else { "bursting" };
    let properties = map([("Encrypted", Yaml::Flag(true)), ("ThroughputMode", mode.into())])
        .with("FileSystemTags", name_tag(part.label()));
    let entry = map([("Type", "AWS::EFS::FileSystem".into()), ("DeletionPolicy", "Retain".into())])
        .with("UpdateReplacePolicy", "Retain")
        .with("Properties", properties);
    template.add(&part.name, entry);
    for subnet in stack.network.subnets_of(stack.position(part)) {
        let properties = map([("FileSystemId", refer(&part.name)), ("SubnetId", refer(subnet))])
            .with("SecurityGroups", [refer(&part.group)]);
        let name = template.name(&format!("{}In{subnet}", part.name));
        template.resource(&name, "AWS::EFS::MountTarget", properties);
    }
    template.assume("Images mount the file systems that their servers are joined to");
    template.output(&format!("{}Id", part.name), refer(&part.name));
}
