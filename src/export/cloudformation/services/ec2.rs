//! EC2: an instance, and an Elastic IP where users come to it.

use super::super::access;
use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{map, refer};
use super::{Kind, Seat, servers};
use crate::catalog::Face;

pub static KIND: Kind =
    Kind { key: "ec2", seat: Seat::Server, ports: servers::ports, called: None, taken: None, beside: "Address", write };

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let at = stack.position(part);
    let kind = part.set().word("type");
    let profile = access::profile(part, stack, template);
    let properties = map([("ImageId", servers::image(&kind, template)), ("InstanceType", kind.into())])
        .with("KeyName", servers::key(template))
        .maybe("SubnetId", stack.network.subnets_of(at).first().map(|subnet| refer(subnet)))
        .with("SecurityGroupIds", [refer(&part.group)])
        .maybe("IamInstanceProfile", profile.map(|profile| refer(&profile)))
        .with("Tags", name_tag(part.label()));
    template.resource(&part.name, "AWS::EC2::Instance", properties);
    if stack.reached_by(part, &[Face::Client, Face::Dns]) {
        address(part, stack, template);
    }
}

fn address(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    if !stack.network.is_public(stack.position(part)) {
        template.assume(format!("{} is called from outside and stands in a private subnet: nobody reaches it", part.label()));
        return;
    }
    let properties = map([("Domain", "vpc".into()), ("InstanceId", refer(&part.name))]);
    let after = stack.network.gateway_of(stack.position(part));
    template.waiting(&part.beside, "AWS::EC2::EIP", (after, properties));
    template.output(&format!("{}PublicIp", part.name), refer(&part.beside));
}
