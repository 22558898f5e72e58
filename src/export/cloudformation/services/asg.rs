//! Auto Scaling group: a launch template, the group, its policy.

use super::super::access;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer};
use super::{Kind, Seat, elb, servers};
use crate::units::Span;

pub static KIND: Kind =
    Kind { key: "asg", seat: Seat::Server, ports: servers::ports, called: None, taken: None, beside: "", write };

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let launch = launch_template(part, stack, template);
    let set = part.set();
    let (min, max) = (set.count("min"), set.count("max").max(set.count("min")));
    let subnets = stack.network.subnets_of(stack.position(part)).into_iter().map(refer).collect::<Vec<_>>();
    let targets: Vec<Yaml> = elb::groups_of(part, stack).iter().map(|name| refer(name)).collect();
    let behind = (!targets.is_empty()).then_some("ELB");
    let version = map([("LaunchTemplateId", refer(&launch)), ("Version", attribute(&launch, "LatestVersionNumber"))]);
    let properties = map([("MinSize", min.to_string().into()), ("MaxSize", max.to_string().into())])
        .with("LaunchTemplate", version)
        .with("VPCZoneIdentifier", subnets)
        .with("DefaultInstanceWarmup", seconds(set.span("warmup")))
        .maybe("TargetGroupARNs", behind.map(|_| targets))
        .maybe("HealthCheckType", behind)
        .maybe("HealthCheckGracePeriod", behind.map(|_| seconds(set.span("boot")) + 60))
        .maybe("MetricsCollection", by_backlog(part).then(|| [map([("Granularity", "1Minute".into())])]))
        .with("Tags", [map([("Key", "Name".into()), ("Value", super::super::template::tag(part.label()).into())])
            .with("PropagateAtLaunch", Yaml::Flag(true))]);
    template.resource(&part.name, "AWS::AutoScaling::AutoScalingGroup", properties);
    policy(part, stack, template);
}

fn launch_template(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) -> String {
    let name = template.name(&format!("{}LaunchTemplate", part.name));
    let kind = part.set().word("type");
    let profile = access::profile(part, stack, template);
    let profile = profile.map(|profile| map([("Arn", attribute(&profile, "Arn"))]));
    let data = map([("ImageId", servers::image(&kind, template)), ("InstanceType", kind.into())])
        .with("KeyName", servers::key(template))
        .with("SecurityGroupIds", [refer(&part.group)])
        .maybe("IamInstanceProfile", profile)
        .maybe("Monitoring", detailed(part).then(|| map([("Enabled", Yaml::Flag(true))])))
        .with("MetadataOptions", map([("HttpTokens", "required".into())]));
    template.resource(&name, "AWS::EC2::LaunchTemplate", map([("LaunchTemplateData", data)]));
    name
}

/// Metrics each minute cost extra and have to be asked for.
fn detailed(part: &Part<'_>) -> bool {
    part.set().span("period") <= Span::from_secs(60)
}

fn by_backlog(part: &Part<'_>) -> bool {
    part.says("policy", "backlog per instance")
}

fn policy(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let queue = stack.callers(part).find(|caller| caller.kind.key == "sqs");
    let tracking = match (by_backlog(part), queue) {
        (true, Some(queue)) => backlog_tracking(part, &queue.name),
        (true, None) => return template.assume(format!("{} has no queue to scale by and keeps its size", part.label())),
        (false, _) if part.says("policy", "target tracking on CPU") => cpu_tracking(part),
        (false, _) => return,
    };
    let name = template.name(&format!("{}Scaling", part.name));
    let properties = map([("AutoScalingGroupName", refer(&part.name)), ("PolicyType", "TargetTrackingScaling".into())])
        .with("TargetTrackingConfiguration", tracking);
    template.resource(&name, "AWS::AutoScaling::ScalingPolicy", properties);
}

fn cpu_tracking(part: &Part<'_>) -> Yaml {
    let metric = map([("PredefinedMetricType", "ASGAverageCPUUtilization".into())]);
    let target = (part.set().share("target").0 * 1e4).round() / 100.0;
    map([("PredefinedMetricSpecification", metric), ("TargetValue", Yaml::Number(target))])
}

/// Messages that wait, for each instance in service.
fn backlog_tracking(part: &Part<'_>, queue: &str) -> Yaml {
    let visible = metric(("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Sum"), ("QueueName", attribute(queue, "QueueName")));
    let running = metric(("AWS/AutoScaling", "GroupInServiceInstances", "Average"), ("AutoScalingGroupName", refer(&part.name)));
    let input = |id: &str, stat: Yaml| map([("Id", id.into()), ("MetricStat", stat), ("ReturnData", Yaml::Flag(false))]);
    let backlog = map([("Id", "backlog".into()), ("Expression", "waiting / running".into())]);
    let metrics = [input("waiting", visible), input("running", running), backlog];
    let metrics = map([("Metrics", metrics.into())]);
    map([("CustomizedMetricSpecification", metrics), ("TargetValue", part.set().count("backlog").into())])
}

fn metric((space, name, stat): (&str, &str, &str), (dimension, value): (&str, Yaml)) -> Yaml {
    let dimensions = [map([("Name", dimension.into()), ("Value", value)])].into();
    let metric = map([("Namespace", space.into()), ("MetricName", name.into()), ("Dimensions", dimensions)]);
    map([("Metric", metric), ("Stat", stat.into())])
}

/// Whole seconds, as the API takes them.
fn seconds(span: Span) -> u64 {
    span.secs().round() as u64
}
