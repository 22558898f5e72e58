//! Elastic Load Balancing: a load balancer, its target group, its listeners.

use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer};
use super::{Kind, Seat, servers};
use crate::units::Span;

pub static KIND: Kind = Kind { key: "elb", seat: Seat::Balancer, ports: |_| vec![80, 443], called: None, taken: None, beside: "Targets", write };

/// The target groups that a server is in: one for each balancer that calls it.
pub fn groups_of<'a>(part: &Part<'_>, stack: &'a Stack<'_>) -> Vec<&'a str> {
    stack.callers(part).filter(|caller| caller.kind.key == "elb").map(|elb| elb.beside.as_str()).collect()
}

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let at = stack.position(part);
    let group = target_group(part, stack, template);
    template.resource(&part.beside, "AWS::ElasticLoadBalancingV2::TargetGroup", group);
    let public = stack.network.is_public(at);
    let subnets: Vec<Yaml> = stack.network.subnets_of(at).into_iter().map(refer).collect();
    let properties = map([
        ("Type", "application".into()),
        ("Scheme", if public { "internet-facing" } else { "internal" }.into()),
        ("Subnets", subnets.into()),
        ("SecurityGroups", [refer(&part.group)].into()),
        ("Tags", name_tag(part.label())),
    ]);
    let after = stack.network.gateway_of(at);
    template.waiting(&part.name, "AWS::ElasticLoadBalancingV2::LoadBalancer", (after, properties));
    listeners(part, template);
    template.output(&format!("{}Address", part.name), attribute(&part.name, "DNSName"));
}

fn target_group(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) -> Yaml {
    let set = part.set();
    let instances = stack.callees(part).filter(|callee| callee.kind.key == "ec2");
    let targets: Vec<Yaml> = instances.map(|callee| map([("Id", refer(&callee.name))])).collect();
    let interval = seconds(set.span("interval")).clamp(5, 300);
    let attributes = [
        pair("deregistration_delay.timeout_seconds", seconds(set.span("drain")).min(3_600).to_string()),
        pair("load_balancing.algorithm.type", algorithm(part, template).to_owned()),
    ];
    map([("TargetType", "instance".into()), ("Protocol", "HTTP".into())])
        .with("Port", u64::from(servers::PORT))
        .maybe("VpcId", stack.network.vpc_of(stack.position(part)).map(refer))
        .with("HealthCheckPath", "/")
        .with("HealthCheckIntervalSeconds", interval)
        .with("HealthCheckTimeoutSeconds", (interval - 1).min(5))
        .with("HealthyThresholdCount", set.count("healthy").clamp(2, 10))
        .with("UnhealthyThresholdCount", set.count("unhealthy").clamp(2, 10))
        .with("TargetGroupAttributes", attributes)
        .maybe("Targets", (!targets.is_empty()).then_some(targets))
}

fn algorithm(part: &Part<'_>, template: &mut Template) -> &'static str {
    match part.set().word("algorithm").as_str() {
        "least outstanding" => "least_outstanding_requests",
        "random" => "weighted_random",
        "two random choices" => {
            template.assume(format!("{} sends by least outstanding requests: AWS does not offer two random choices", part.label()));
            "least_outstanding_requests"
        }
        _ => "round_robin",
    }
}

/// A listener for HTTP, and one for HTTPS where there is a certificate.
fn listeners(part: &Part<'_>, template: &mut Template) {
    let forward: Yaml = [map([("Type", "forward".into()), ("TargetGroupArn", refer(&part.beside))])].into();
    let listener = |port: u64, protocol: &str| {
        map([("LoadBalancerArn", refer(&part.name)), ("Port", port.into()), ("Protocol", protocol.into())])
    };
    let name = template.name(&format!("{}Http", part.name));
    let http = listener(80, "HTTP").with("DefaultActions", forward.clone());
    template.resource(&name, "AWS::ElasticLoadBalancingV2::Listener", http);
    template.optional("CertificateArn", "HasCertificate", "ARN of a certificate of this region for HTTPS; empty for HTTP only");
    let certificates = [map([("CertificateArn", refer("CertificateArn"))])];
    let https = listener(443, "HTTPS").with("Certificates", certificates).with("DefaultActions", forward);
    let name = template.name(&format!("{}Https", part.name));
    let entry = map([
        ("Type", "AWS::ElasticLoadBalancingV2::Listener".into()),
        ("Condition", "HasCertificate".into()),
        ("Properties", https),
    ]);
    template.add(&name, entry);
}

fn pair(key: &str, value: String) -> Yaml {
    map([("Key", key.into()), ("Value", value.into())])
}

fn seconds(span: Span) -> u64 {
    span.secs().round() as u64
}
