//! EBS: a volume for each instance that is joined to it. Those of an Auto Scaling group stand in its launch template, as
//! every instance gets one of its own (see `asg`).

use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer};
use super::{Kind, Seat, no_ports};

pub static KIND: Kind =
    Kind { key: "ebs", seat: Seat::Nowhere, ports: no_ports, called: None, taken: None, beside: "", write };

/// Names of devices for volumes beside the root: sdf to sdp (EC2 user guide, device names, 2026-10-01).
const DEVICES: std::ops::RangeInclusive<u8> = b'f'..=b'p';

/// The least and the most GiB of a volume, and of gp3 the operations a second in its price and the most for each GiB
/// (EBS user guide, General Purpose SSD volumes, 2026-10-01).
const SIZES: (u64, u64) = (1, 16_384);
const INCLUDED: u64 = 3_000;
const MOST_EACH: u64 = 500;

/// The least GiB of an io1 volume, the least and the most of its operations a second, and the most of them for each GiB
/// (EBS user guide, Provisioned IOPS SSD volumes, recalled 2026-11-22).
const IO1: (u64, u64, u64, u64) = (4, 100, 64_000, 50);

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    for server in stack.callers(part).filter(|server| server.kind.key == "ec2") {
        let properties = volume(part, "Size", "VolumeType")
            .with("AvailabilityZone", attribute(&server.name, "AvailabilityZone"))
            .with("Tags", name_tag(part.label()));
        let name = template.name(&format!("{}Of{}", part.name, server.name));
        let entry = map([("Type", "AWS::EC2::Volume".into()), ("DeletionPolicy", "Snapshot".into())])
            .with("UpdateReplacePolicy", "Snapshot")
            .with("Properties", properties);
        template.add(&name, entry);
        let device = device(server, part, stack);
        let properties = map([("VolumeId", refer(&name)), ("InstanceId", refer(&server.name))])
            .maybe("Device", device.map(Yaml::from));
        let attachment = template.name(&format!("{name}Attachment"));
        template.resource(&attachment, "AWS::EC2::VolumeAttachment", properties);
    }
    if stack.callers(part).next().is_none() {
        template.leave_out("Volumes that no server is joined to", part.label());
    }
    template.assume("Images make a file system on the volumes that their servers are joined to, and mount it");
}

/// What the instances of a group get beside their root volume.
pub fn mappings(group: &Part<'_>, stack: &Stack<'_>) -> Option<Vec<Yaml>> {
    let volumes = stack.callees(group).filter(|callee| callee.kind.key == "ebs");
    let mapping = |part: &Part<'_>| {
        let volume = volume(part, "VolumeSize", "VolumeType").with("DeleteOnTermination", Yaml::Flag(true));
        Some(map([("DeviceName", device(group, part, stack)?.into()), ("Ebs", volume)]))
    };
    let mappings: Vec<Yaml> = volumes.filter_map(mapping).collect();
    (!mappings.is_empty()).then_some(mappings)
}

fn volume(part: &Part<'_>, size_key: &str, kind_key: &str) -> Yaml {
    let gigabytes = (part.set().bytes("storage").0 as f64 / f64::from(1 << 30)).ceil() as u64;
    let least = if part.says("kind", "io1") { IO1.0 } else { SIZES.0 };
    let size = gigabytes.clamp(least, SIZES.1);
    let asked = part.set().maybe_count("iops");
    let (kind, iops) = match part.set().word("kind").as_str() {
        "gp2" => ("gp2", None),
        "io1" => ("io1", Some(asked.unwrap_or(IO1.1).clamp(IO1.1, IO1.2.min(IO1.3 * size)))),
        _ => ("gp3", asked.map(|asked| asked.clamp(INCLUDED, (MOST_EACH * size).max(INCLUDED)))),
    };
    map([(size_key, size.into()), (kind_key, kind.into())])
        .maybe("Iops", iops)
        .with("Encrypted", Yaml::Flag(true))
}

/// The device of a volume: the next letter for each that its server has.
fn device(server: &Part<'_>, part: &Part<'_>, stack: &Stack<'_>) -> Option<String> {
    let mut volumes = stack.callees(server).filter(|callee| callee.kind.key == "ebs");
    let letter = DEVICES.clone().nth(volumes.position(|volume| volume.id == part.id)?)?;
    Some(format!("/dev/sd{}", char::from(letter)))
}
