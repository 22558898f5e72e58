//! Security groups: one for each part that stands in a VPC, with a rule for each link that leads to it.

use super::stack::{Part, Stack};
use super::template::Template;
use super::yaml::{Yaml, map, refer};
use crate::catalog::Face;
use petgraph::prelude::DiGraph;

/// Writes the groups of all parts.
pub fn write(stack: &Stack<'_>, template: &mut Template) {
    let circles = circles(stack);
    let mut later = Vec::new();
    for (at, part) in stack.parts.iter().enumerate().filter(|(_, part)| part.is_seated()) {
        let mut rules = from_anywhere(part, stack);
        for caller in stack.callers(part).filter(|caller| caller.is_seated()) {
            let from = stack.position(caller);
            if stack.network.vpc_of(from) != stack.network.vpc_of(at) {
                let link = format!("{} -> {}", caller.label(), part.label());
                template.leave_out("Links between VPCs, which need peering", link);
            } else if circles[from] == circles[at] {
                later.push((caller, part));
            } else {
                rules.extend(from_group(caller, part));
            }
        }
        write_group(part, stack.network.vpc_of(at), rules, template);
    }
    for (caller, part) in later {
        write_rules(caller, part, template);
    }
}

/// Groups that name each other cannot both be made first: the number of the circle that each part lies in.
fn circles(stack: &Stack<'_>) -> Vec<usize> {
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    let nodes: Vec<_> = stack.parts.iter().map(|_| graph.add_node(())).collect();
    for (at, part) in stack.parts.iter().enumerate().filter(|(_, part)| part.is_seated()) {
        for caller in stack.callers(part).filter(|caller| caller.is_seated()) {
            graph.add_edge(nodes[stack.position(caller)], nodes[at], ());
        }
    }
    let mut circles = vec![0; stack.parts.len()];
    for (number, circle) in petgraph::algo::tarjan_scc(&graph).into_iter().enumerate() {
        circle.into_iter().for_each(|node| circles[node.index()] = number);
    }
    circles
}

fn from_anywhere(part: &Part<'_>, stack: &Stack<'_>) -> Vec<Yaml> {
    if !stack.reached_by(part, &[Face::Client, Face::Dns, Face::Edge]) {
        return Vec::new();
    }
    let open = |port| with_port(port).with("CidrIp", "0.0.0.0/0").with("Description", "the internet");
    (part.kind.ports)(part).into_iter().map(open).collect()
}

fn from_group(caller: &Part<'_>, part: &Part<'_>) -> Vec<Yaml> {
    let rule = |port| with_port(port).with("SourceSecurityGroupId", refer(&caller.group));
    (part.kind.ports)(part).into_iter().map(rule).collect()
}

fn with_port(port: u16) -> Yaml {
    let port = Yaml::from(u64::from(port));
    map([("IpProtocol", "tcp".into()), ("FromPort", port.clone()), ("ToPort", port)])
}

fn write_group(part: &Part<'_>, vpc: Option<&str>, rules: Vec<Yaml>, template: &mut Template) {
    let about = format!("{} {}", part.kind.key, part.id);
    let rules = (!rules.is_empty()).then_some(rules);
    let properties = map([("GroupDescription", about.into())])
        .maybe("VpcId", vpc.map(refer))
        .maybe("SecurityGroupIngress", rules)
        .with("Tags", super::network::name_tag(part.label()));
    template.resource(&part.group, "AWS::EC2::SecurityGroup", properties);
}

/// Rules that stand apart from their group, for groups that name each other.
fn write_rules(caller: &Part<'_>, part: &Part<'_>, template: &mut Template) {
    for port in (part.kind.ports)(part) {
        let name = template.name(&format!("{}From{}", part.name, caller.name));
        let rule = map([("GroupId", refer(&part.group))]);
        let rule = rule.with("IpProtocol", "tcp").with("FromPort", u64::from(port)).with("ToPort", u64::from(port));
        let rule = rule.with("SourceSecurityGroupId", refer(&caller.group));
        template.resource(&name, "AWS::EC2::SecurityGroupIngress", rule);
    }
}
