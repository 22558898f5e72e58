//! Auto Scaling group: a launch template and the group. What changes its size stands in `scaling`.

use super::super::access;
use super::super::stack::{Part, Stack};
use super::super::template::{Template, tag};
use super::super::yaml::{Yaml, attribute, map, refer};
use super::scaling::{self, seconds};
use super::{Kind, Seat, ebs, elb, servers};
use crate::units::Span;

pub static KIND: Kind =
    Kind { key: "asg", seat: Seat::Server, ports: servers::ports, called: None, taken: None, beside: "", write };

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let launch = launch_template(part, stack, template);
    let set = part.set();
    let (min, max) = (set.count("min"), set.count("max").max(set.count("min")));
    let desired = part.perhaps_count("desired").map(|desired| desired.clamp(min, max).to_string());
    let subnets = stack.network.subnets_of(stack.position(part)).into_iter().map(refer).collect::<Vec<_>>();
    let name = map([("Key", "Name".into()), ("Value", tag(part.label()).into())]);
    let properties = map([("MinSize", min.to_string().into()), ("MaxSize", max.to_string().into())])
        .maybe("DesiredCapacity", desired);
    let properties = launched(part, &launch, properties)
        .with("VPCZoneIdentifier", subnets)
        .with("DefaultInstanceWarmup", seconds(set.span("warmup")));
    let leaves = part.says("leaves", "newest").then(|| [Yaml::from("NewestInstance")]);
    let properties = checked(part, stack, properties)
        .maybe("TerminationPolicies", leaves)
        .maybe("MetricsCollection", scaling::by_backlog(part).then(|| [map([("Granularity", "1Minute".into())])]))
        .with("Tags", [name.with("PropagateAtLaunch", Yaml::Flag(true))]);
    template.resource(&part.name, "AWS::AutoScaling::AutoScalingGroup", properties);
    scaling::write(part, stack, template);
}

/// What instances are launched from, with a share of spot instances if there is one.
fn launched(part: &Part<'_>, launch: &str, properties: Yaml) -> Yaml {
    let version = map([("LaunchTemplateId", refer(launch)), ("Version", attribute(launch, "LatestVersionNumber"))]);
    let Some(spot) = part.perhaps_percent("spot").filter(|spot| *spot > 0.0) else {
        return properties.with("LaunchTemplate", version);
    };
    let distribution = map([("SpotAllocationStrategy", "price-capacity-optimized".into())])
        .maybe("OnDemandBaseCapacity", part.perhaps_count("on_demand_base"))
        .with("OnDemandPercentageAboveBaseCapacity", Yaml::Number((100.0 - spot).round()));
    let source = map([("LaunchTemplateSpecification", version)]);
    let policy = map([("LaunchTemplate", source), ("InstancesDistribution", distribution)]);
    properties.with("MixedInstancesPolicy", policy)
}

/// Its balancers, and whose word counts when an instance is replaced.
fn checked(part: &Part<'_>, stack: &Stack<'_>, properties: Yaml) -> Yaml {
    let (targets, classic) = elb::behind(part, stack);
    let list = |names: Vec<&str>| (!names.is_empty()).then(|| names.into_iter().map(refer).collect::<Vec<_>>());
    let any = !targets.is_empty() || !classic.is_empty();
    let by_balancer = any && part.says("health", "EC2 and ELB");
    let grace = part.perhaps_span("grace").filter(|_| by_balancer).map(seconds);
    properties
        .maybe("TargetGroupARNs", list(targets))
        .maybe("LoadBalancerNames", list(classic))
        .maybe("HealthCheckType", by_balancer.then_some("ELB"))
        .maybe("HealthCheckGracePeriod", grace)
}

fn launch_template(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) -> String {
    let name = template.name(&format!("{}LaunchTemplate", part.name));
    let kind = part.set().word("type");
    let profile = access::profile(part, stack, template);
    let profile = profile.map(|profile| map([("Arn", attribute(&profile, "Arn"))]));
    let credits = servers::credits(part).map(|credits| map([("CpuCredits", credits.into())]));
    let data = map([("ImageId", servers::image(&kind, template)), ("InstanceType", kind.into())])
        .with("KeyName", servers::key(template))
        .with("SecurityGroupIds", [refer(&part.group)])
        .maybe("IamInstanceProfile", profile)
        .maybe("CreditSpecification", credits)
        .maybe("BlockDeviceMappings", ebs::mappings(part, stack))
        .maybe("Monitoring", detailed(part).then(|| map([("Enabled", Yaml::Flag(true))])))
        .with("MetadataOptions", map([("HttpTokens", "required".into())]));
    template.resource(&name, "AWS::EC2::LaunchTemplate", map([("LaunchTemplateData", data)]));
    name
}

/// Metrics each minute cost extra and have to be asked for.
fn detailed(part: &Part<'_>) -> bool {
    part.set().span("period") <= Span::from_secs(60)
}
