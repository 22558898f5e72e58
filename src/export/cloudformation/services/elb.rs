//! Elastic Load Balancing: a load balancer of any kind, its target group, its listeners.

use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer};
use super::scaling::{self, seconds};
use super::{Kind, Seat, servers};
use crate::catalog::Value;

pub static KIND: Kind = Kind {
    key: "elb",
    seat: Seat::Balancer,
    ports: |part| if part.says("kind", "gateway") { vec![GENEVE] } else { vec![80, 443] },
    called: None,
    taken: None,
    beside: "Targets",
    write,
};

/// Where appliances behind a gateway balancer listen.
const GENEVE: u16 = 6081;

/// The kind of a balancer; without such a setting all are application balancers.
fn kind(part: &Part<'_>) -> &'static str {
    let kinds = ["network", "gateway", "classic"].into_iter();
    kinds.into_iter().find(|kind| part.says("kind", kind)).unwrap_or("application")
}

/// The target groups that a server is in, one for each balancer that calls it, and the classic balancers in front of it.
pub fn behind<'a>(part: &Part<'_>, stack: &'a Stack<'_>) -> (Vec<&'a str>, Vec<&'a str>) {
    let balancers = stack.callers(part).filter(|caller| caller.kind.key == "elb");
    let (classic, others): (Vec<_>, Vec<_>) = balancers.partition(|balancer| kind(balancer) == "classic");
    let groups = others.into_iter().map(|balancer| balancer.beside.as_str()).collect();
    (groups, classic.into_iter().map(|balancer| balancer.name.as_str()).collect())
}

/// The label by which requests to a server are counted, if an application balancer calls it.
pub fn counted(part: &Part<'_>, stack: &Stack<'_>) -> Option<Yaml> {
    let mut callers = stack.callers(part).filter(|caller| caller.kind.key == "elb");
    callers.find(|balancer| kind(balancer) == "application").map(scaling::label)
}

/// The domain name and hosted zone of a balancer; appliances behind a gateway balancer have none.
pub fn domain(part: &Part<'_>) -> Option<(Yaml, Yaml)> {
    let zone = match kind(part) {
        "gateway" => return None,
        "classic" => "CanonicalHostedZoneNameID",
        _ => "CanonicalHostedZoneID",
    };
    Some((attribute(&part.name, "DNSName"), attribute(&part.name, zone)))
}

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    if kind(part) == "classic" {
        classic(part, stack, template);
    } else {
        let group = target_group(part, stack, template);
        template.resource(&part.beside, "AWS::ElasticLoadBalancingV2::TargetGroup", group);
        let after = stack.network.gateway_of(stack.position(part));
        template.waiting(&part.name, "AWS::ElasticLoadBalancingV2::LoadBalancer", (after, balancer(part, stack)));
        listeners(part, template);
    }
    if let Some((name, _)) = domain(part) {
        template.output(&format!("{}Address", part.name), name);
    }
}

fn subnets(part: &Part<'_>, stack: &Stack<'_>) -> Vec<Yaml> {
    stack.network.subnets_of(stack.position(part)).into_iter().map(refer).collect()
}

fn scheme(part: &Part<'_>, stack: &Stack<'_>) -> &'static str {
    if stack.network.is_public(stack.position(part)) { "internet-facing" } else { "internal" }
}

fn balancer(part: &Part<'_>, stack: &Stack<'_>) -> Yaml {
    let kind = kind(part);
    let mut attributes = Vec::new();
    if let (Some(idle), "application") = (part.perhaps_span("idle"), kind) {
        attributes.push(pair("idle_timeout.timeout_seconds", seconds(idle).clamp(1, 4_000)));
    }
    if let (Some(cross), "network" | "gateway") = (cross_zone(part), kind) {
        attributes.push(pair("load_balancing.cross_zone.enabled", cross));
    }
    let properties = map([("Type", kind.into())]);
    let properties = match kind {
        "gateway" => properties.with("Subnets", subnets(part, stack)),
        _ => properties
            .with("Scheme", scheme(part, stack))
            .with("Subnets", subnets(part, stack))
            .with("SecurityGroups", [refer(&part.group)]),
    };
    properties
        .maybe("LoadBalancerAttributes", (!attributes.is_empty()).then_some(attributes))
        .with("Tags", name_tag(part.label()))
}

/// Whether a zone's requests may go to targets in others, where that is said.
fn cross_zone(part: &Part<'_>) -> Option<bool> {
    if part.says("cross_zone", "on") { Some(true) } else { part.says("cross_zone", "off").then_some(false) }
}

fn sticky(part: &Part<'_>) -> Option<u64> {
    match part.perhaps("stickiness") {
        Some(Value::Span(span)) => Some(seconds(span).clamp(1, 604_800)),
        _ => None,
    }
}

fn instances(part: &Part<'_>, stack: &Stack<'_>) -> Vec<Yaml> {
    stack.callees(part).filter(|callee| callee.kind.key == "ec2").map(|callee| refer(&callee.name)).collect()
}

fn target_group(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) -> Yaml {
    let kind = kind(part);
    let (protocol, port) = match kind {
        "application" => ("HTTP", servers::PORT),
        "network" => ("TCP", servers::PORT),
        _ => ("GENEVE", GENEVE),
    };
    let targets: Vec<Yaml> = instances(part, stack).into_iter().map(|id| map([("Id", id)])).collect();
    let properties = map([("TargetType", "instance".into()), ("Protocol", protocol.into())])
        .with("Port", u64::from(port))
        .maybe("VpcId", stack.network.vpc_of(stack.position(part)).map(refer))
        .with("HealthCheckProtocol", "HTTP")
        .with("HealthCheckPort", servers::PORT.to_string())
        .with("HealthCheckPath", "/");
    health(part, properties)
        .with("TargetGroupAttributes", group_attributes(part, template))
        .maybe("Targets", (!targets.is_empty()).then_some(targets))
}

fn health(part: &Part<'_>, properties: Yaml) -> Yaml {
    let set = part.set();
    let interval = seconds(set.span("interval")).clamp(5, 300);
    properties
        .with("HealthCheckIntervalSeconds", interval)
        .with("HealthCheckTimeoutSeconds", (interval - 1).min(5))
        .with("HealthyThresholdCount", set.count("healthy").clamp(2, 10))
        .with("UnhealthyThresholdCount", set.count("unhealthy").clamp(2, 10))
}

fn group_attributes(part: &Part<'_>, template: &mut Template) -> Vec<Yaml> {
    let drain = seconds(part.set().span("drain")).min(3_600);
    let mut attributes = vec![pair("deregistration_delay.timeout_seconds", drain)];
    if kind(part) != "application" {
        return attributes;
    }
    attributes.push(pair("load_balancing.algorithm.type", algorithm(part, template)));
    if let Some(sticky) = sticky(part) {
        attributes.push(pair("stickiness.enabled", true));
        attributes.push(pair("stickiness.type", "lb_cookie"));
        attributes.push(pair("stickiness.lb_cookie.duration_seconds", sticky));
    }
    attributes.extend(cross_zone(part).map(|cross| pair("load_balancing.cross_zone.enabled", cross)));
    attributes
}

fn algorithm(part: &Part<'_>, template: &mut Template) -> &'static str {
    match part.set().word("algorithm").as_str() {
        "least outstanding" => "least_outstanding_requests",
        "random" | "weighted random" => "weighted_random",
        "two random choices" => {
            let what = "sends by least outstanding requests: AWS does not offer two random choices";
            template.assume(format!("{} {what}", part.label()));
            "least_outstanding_requests"
        }
        _ => "round_robin",
    }
}

/// A listener for HTTP, and one for HTTPS where there is a certificate; connections for a network balancer.
fn listeners(part: &Part<'_>, template: &mut Template) {
    let forward: Yaml = [map([("Type", "forward".into()), ("TargetGroupArn", refer(&part.beside))])].into();
    let name = template.name(&format!("{}Http", part.name));
    let listener = map([("LoadBalancerArn", refer(&part.name))]);
    let (plain, secure) = match kind(part) {
        "gateway" => {
            let what = "takes its packets from gateway endpoints in routes of your own";
            template.assume(format!("{} {what}", part.label()));
            let listener = listener.with("DefaultActions", forward);
            return template.resource(&name, "AWS::ElasticLoadBalancingV2::Listener", listener);
        }
        "network" => ("TCP", "TLS"),
        _ => ("HTTP", "HTTPS"),
    };
    let http = listener.clone().with("Port", 80).with("Protocol", plain).with("DefaultActions", forward.clone());
    template.resource(&name, "AWS::ElasticLoadBalancingV2::Listener", http);
    let about = "ARN of a certificate of this region for HTTPS; empty for HTTP only";
    template.optional("CertificateArn", "HasCertificate", about);
    let certificates = [map([("CertificateArn", refer("CertificateArn"))])];
    let https = listener.with("Port", 443).with("Protocol", secure).with("Certificates", certificates);
    let name = template.name(&format!("{}Https", part.name));
    let entry = map([
        ("Type", "AWS::ElasticLoadBalancingV2::Listener".into()),
        ("Condition", "HasCertificate".into()),
        ("Properties", https.with("DefaultActions", forward)),
    ]);
    template.add(&name, entry);
}

fn classic(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let set = part.set();
    let interval = seconds(set.span("interval")).clamp(5, 300);
    let check = map([("Target", format!("HTTP:{}/", servers::PORT).into())])
        .with("Interval", interval.to_string())
        .with("Timeout", (interval - 1).min(5).to_string())
        .with("HealthyThreshold", set.count("healthy").clamp(2, 10).to_string())
        .with("UnhealthyThreshold", set.count("unhealthy").clamp(2, 10).to_string());
    let port = || servers::PORT.to_string();
    let listener =
        map([("LoadBalancerPort", "80".into()), ("InstancePort", port().into()), ("Protocol", "HTTP".into())]);
    let cookie = sticky(part).map(|seconds| {
        [map([("PolicyName", "sticky".into()), ("CookieExpirationPeriod", seconds.to_string().into())])]
    });
    let listener = listener.maybe("PolicyNames", cookie.is_some().then(|| [Yaml::from("sticky")]));
    let drain = map([("Enabled", Yaml::Flag(true)), ("Timeout", seconds(set.span("drain")).clamp(1, 3_600).into())]);
    let idle = part.perhaps_span("idle").map(|idle| map([("IdleTimeout", seconds(idle).clamp(1, 4_000).into())]));
    let own = instances(part, stack);
    let properties = map([("Scheme", scheme(part, stack).into()), ("Subnets", subnets(part, stack).into())])
        .with("SecurityGroups", [refer(&part.group)])
        .with("Listeners", [listener])
        .with("HealthCheck", check)
        .with("CrossZone", Yaml::Flag(cross_zone(part).unwrap_or(true)))
        .with("ConnectionDrainingPolicy", drain)
        .maybe("ConnectionSettings", idle)
        .maybe("LBCookieStickinessPolicy", cookie)
        .maybe("Instances", (!own.is_empty()).then_some(own))
        .with("Tags", name_tag(part.label()));
    let after = stack.network.gateway_of(stack.position(part));
    template.waiting(&part.name, "AWS::ElasticLoadBalancing::LoadBalancer", (after, properties));
}

fn pair(key: &str, value: impl ToString) -> Yaml {
    map([("Key", key.into()), ("Value", value.to_string().into())])
}
