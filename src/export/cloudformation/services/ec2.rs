//! EC2: an instance, and an Elastic IP where the drawing has one, or cannot say and users come to it.

use super::super::access;
use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer};
use super::{Kind, Seat, servers};
use crate::catalog::Face;

pub static KIND: Kind =
    Kind { key: "ec2", seat: Seat::Server, ports: servers::ports, called: None, taken: None, beside: "Address", write };

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let at = stack.position(part);
    let kind = part.set().word("type");
    let profile = access::profile(part, stack, template);
    let credits = servers::credits(part).map(|credits| map([("CPUCredits", credits.into())]));
    let properties = map([("ImageId", servers::image(&kind, template)), ("InstanceType", kind.into())])
        .with("KeyName", servers::key(template))
        .maybe("SubnetId", stack.network.subnets_of(at).first().map(|subnet| refer(subnet)))
        .with("SecurityGroupIds", [refer(&part.group)])
        .maybe("IamInstanceProfile", profile.map(|profile| refer(&profile)))
        .maybe("CreditSpecification", credits)
        .with("Tags", name_tag(part.label()));
    template.resource(&part.name, "AWS::EC2::Instance", properties);
    let reached = stack.reached_by(part, &[Face::Client, Face::Dns]);
    if has_fixed_address(part, stack) {
        let properties = map([("Domain", "vpc".into()), ("InstanceId", refer(&part.name))]);
        template.waiting(&part.beside, "AWS::EC2::EIP", (stack.network.gateway_of(at), properties));
        template.output(&format!("{}PublicIp", part.name), refer(&part.beside));
    } else if reached && stack.network.is_public(at) {
        template.output(&format!("{}PublicIp", part.name), attribute(&part.name, "PublicIp"));
    } else if reached {
        let text = format!("{} is called from outside and stands in a private subnet: nobody reaches it", part.label());
        template.assume(text);
    }
}

fn has_fixed_address(part: &Part<'_>, stack: &Stack<'_>) -> bool {
    let wanted = match part.perhaps("address") {
        Some(_) => part.says("address", "Elastic IP"),
        None => stack.reached_by(part, &[Face::Client, Face::Dns]),
    };
    wanted && stack.network.is_public(stack.position(part))
}

/// What a name that leads to it answers with, if it has a public address.
pub fn address(part: &Part<'_>, stack: &Stack<'_>) -> Option<Yaml> {
    if has_fixed_address(part, stack) {
        return Some(refer(&part.beside));
    }
    stack.network.is_public(stack.position(part)).then(|| attribute(&part.name, "PublicIp"))
}
