//! Volumes that instances are launched with beside their root volume, and filters of subscriptions: what a template says
//! in the middle of something else.

use super::resources::{Resource, Stack};
use super::settings;
use super::tree::Tree;
use crate::catalog;
use crate::model::{Id, Point};

/// Devices of root volumes (EC2 user guide, device names, 2026-10-01).
const ROOTS: [&str; 2] = ["/dev/xvda", "/dev/sda1"];

/// Adds a node for each volume that servers are launched with.
pub fn add(stack: &mut Stack<'_, '_>) {
    if catalog::find("ebs").is_none() {
        return;
    }
    let servers = ["AWS::EC2::Instance", "AWS::AutoScaling::AutoScalingGroup"];
    let found: Vec<_> = servers.into_iter().flat_map(|kind| stack.of(kind)).collect();
    for server in found {
        let Some(id) = stack.nodes.get(server.name).cloned() else { continue };
        for source in settings::sources(stack, &server) {
            for mapping in stack.values.list(&source, "BlockDeviceMappings") {
                volume(stack, (&server, &id), &mapping);
            }
        }
    }
}

fn volume(stack: &mut Stack<'_, '_>, (server, id): (&Resource<'_>, &Id), mapping: &Tree) {
    let device = stack.values.text(mapping, "DeviceName").unwrap_or_default();
    let Some(ebs) = stack.values.get(mapping, "Ebs").filter(|_| !ROOTS.contains(&device.as_str())) else { return };
    let settings = settings::volume(stack, &ebs, ["VolumeSize", "VolumeType"]);
    let Some(volume) = stack.draft.node("ebs", "EBS volumes", Point::default()) else { return };
    for (key, value) in settings {
        stack.draft.set(server.line, &volume, (key, &value));
    }
    stack.draft.link(server.line, (id, &volume), "");
}

/// Lists what subscriptions filter by: a drawing that was imported has one kind of requests.
pub fn filters(stack: &mut Stack<'_, '_>) {
    let filtered = |resource: &Resource<'_>| resource.properties.get("FilterPolicy").is_some();
    let found: Vec<_> = stack.of("AWS::SNS::Subscription").filter(filtered).collect();
    for subscription in found {
        let text = format!("the filter of \"{}\" is left out: its queue gets every message", subscription.name);
        stack.draft.remark(subscription.line, text);
    }
}
