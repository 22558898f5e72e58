//! How an Auto Scaling group grows and shrinks: policies, alarms, schedules, the warm pool.

use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer, sub};
use super::elb;
use crate::units::Span;

/// Writes all that changes the size of a group.
pub fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    match part.set().word("policy").as_str() {
        "target tracking on CPU" => tracking(part, cpu(part), template),
        "requests per target" => match elb::counted(part, stack) {
            Some(label) => tracking(part, requests(part, label), template),
            None => template.assume(format!("{} has no balancer to count requests and keeps its size", part.label())),
        },
        "backlog per instance" => match queue(part, stack) {
            Some(queue) => tracking(part, backlog(part, queue), template),
            None => template.assume(format!("{} has no queue to scale by and keeps its size", part.label())),
        },
        "steps on CPU" | "simple, on CPU" => steps(part, template),
        _ => {}
    }
    if part.says("predictive", "on") {
        predictive(part, template);
    }
    schedule(part, template);
    if let Some(size) = part.perhaps_count("warm_pool").filter(|size| *size > 0) {
        let name = template.name(&format!("{}WarmPool", part.name));
        let properties = map([("AutoScalingGroupName", refer(&part.name)), ("MinSize", size.into())]);
        template.resource(&name, "AWS::AutoScaling::WarmPool", properties.with("PoolState", "Stopped"));
    }
}

/// Whether a group measures itself.
pub fn by_backlog(part: &Part<'_>) -> bool {
    part.says("policy", "backlog per instance")
}

fn queue<'a>(part: &Part<'_>, stack: &'a Stack<'_>) -> Option<&'a str> {
    stack.callers(part).find(|caller| caller.kind.key == "sqs").map(|queue| queue.name.as_str())
}

fn policy(part: &Part<'_>, kind: &str) -> Yaml {
    map([("AutoScalingGroupName", refer(&part.name)), ("PolicyType", kind.into())])
}

fn tracking(part: &Part<'_>, target: Yaml, template: &mut Template) {
    let name = template.name(&format!("{}Scaling", part.name));
    let properties = policy(part, "TargetTrackingScaling").with("TargetTrackingConfiguration", target);
    template.resource(&name, "AWS::AutoScaling::ScalingPolicy", properties);
}

fn target_cpu(part: &Part<'_>) -> Yaml {
    Yaml::Number((part.set().share("target").0 * 1e4).round() / 100.0)
}

fn cpu(part: &Part<'_>) -> Yaml {
    let metric = map([("PredefinedMetricType", "ASGAverageCPUUtilization".into())]);
    map([("PredefinedMetricSpecification", metric), ("TargetValue", target_cpu(part))])
}

fn requests(part: &Part<'_>, label: Yaml) -> Yaml {
    let metric = map([("PredefinedMetricType", "ALBRequestCountPerTarget".into()), ("ResourceLabel", label)]);
    let target = part.perhaps_count("requests").unwrap_or(1_000);
    map([("PredefinedMetricSpecification", metric), ("TargetValue", target.into())])
}

/// Messages that wait, for each instance in service.
fn backlog(part: &Part<'_>, queue: &str) -> Yaml {
    let visible =
        metric(("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Sum"), ("QueueName", attribute(queue, "QueueName")));
    let running =
        metric(("AWS/AutoScaling", "GroupInServiceInstances", "Average"), ("AutoScalingGroupName", refer(&part.name)));
    let input =
        |id: &str, stat: Yaml| map([("Id", id.into()), ("MetricStat", stat), ("ReturnData", Yaml::Flag(false))]);
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

/// Alarms on CPU with a policy each: out from a threshold on, in down from another.
fn steps(part: &Part<'_>, template: &mut Template) {
    let percent = |key, otherwise| part.perhaps_percent(key).unwrap_or(otherwise);
    let count = |key, otherwise| part.perhaps_count(key).unwrap_or(otherwise) as f64;
    let (high, low) = (percent("step_high", 60.0), percent("step_low", 30.0));
    let more = part.perhaps_percent("step_higher").filter(|higher| *higher > high);
    let more = more.map(|higher| (higher - high, count("step_add_more", 2)));
    let simple = part.says("policy", "simple, on CPU");
    let change = |stem: &str, by: f64, more: Option<(f64, f64)>, template: &mut Template| {
        let name = template.name(&format!("{}{stem}", part.name));
        let properties = if simple { simple_policy(part, by) } else { step_policy(part, by, more) };
        template.resource(&name, "AWS::AutoScaling::ScalingPolicy", properties);
        name
    };
    let out = change("ScaleOut", count("step_add", 1), more, template);
    alarm(part, ("CpuHigh", "GreaterThanOrEqualToThreshold", high), ("high_points", &out), template);
    let back = change("ScaleIn", -count("step_remove", 1), None, template);
    alarm(part, ("CpuLow", "LessThanOrEqualToThreshold", low), ("low_points", &back), template);
}

fn simple_policy(part: &Part<'_>, by: f64) -> Yaml {
    policy(part, "SimpleScaling")
        .with("AdjustmentType", "ChangeInCapacity")
        .with("ScalingAdjustment", Yaml::Number(by))
        .maybe("Cooldown", part.perhaps_span("cooldown").map(|cooldown| seconds(cooldown).to_string()))
}

/// Steps by how far the metric is beyond the threshold.
fn step_policy(part: &Part<'_>, by: f64, more: Option<(f64, f64)>) -> Yaml {
    let from = |bound: f64, by: f64| {
        map([("MetricIntervalLowerBound", Yaml::Number(bound)), ("ScalingAdjustment", Yaml::Number(by))])
    };
    let steps: Yaml = match more {
        _ if by < 0.0 => {
            [map([("MetricIntervalUpperBound", Yaml::Whole(0)), ("ScalingAdjustment", Yaml::Number(by))])].into()
        }
        Some((bound, more)) => {
            let first = from(0.0, by).with("MetricIntervalUpperBound", Yaml::Number(bound));
            [first, from(bound, more)].into()
        }
        None => [from(0.0, by)].into(),
    };
    policy(part, "StepScaling").with("AdjustmentType", "ChangeInCapacity").with("StepAdjustments", steps)
}

fn alarm(
    part: &Part<'_>,
    (stem, compares, threshold): (&str, &str, f64),
    (points, action): (&str, &str),
    template: &mut Template,
) {
    let name = template.name(&format!("{}{stem}", part.name));
    // CloudWatch takes whole minutes.
    let period = seconds(part.set().span("period")).div_ceil(60).max(1) * 60;
    let dimension = map([("Name", "AutoScalingGroupName".into()), ("Value", refer(&part.name))]);
    let properties = map([("Namespace", "AWS/EC2".into()), ("MetricName", "CPUUtilization".into())])
        .with("Dimensions", [dimension])
        .with("Statistic", "Average")
        .with("Period", period)
        .with("EvaluationPeriods", part.set().count(points))
        .with("ComparisonOperator", compares)
        .with("Threshold", Yaml::Number(threshold))
        .with("AlarmActions", [refer(action)]);
    template.resource(&name, "AWS::CloudWatch::Alarm", properties);
}

fn predictive(part: &Part<'_>, template: &mut Template) {
    let pair = map([("PredefinedMetricType", "ASGCPUUtilization".into())]);
    let metric = map([("TargetValue", target_cpu(part)), ("PredefinedMetricPairSpecification", pair)]);
    let ahead = part.perhaps_span("forecast_buffer").map(|ahead| seconds(ahead).min(3_600));
    let config = map([("Mode", "ForecastAndScale".into()), ("MetricSpecifications", [metric].into())])
        .maybe("SchedulingBufferTime", ahead);
    let name = template.name(&format!("{}Forecast", part.name));
    let properties = policy(part, "PredictiveScaling").with("PredictiveScalingConfiguration", config);
    template.resource(&name, "AWS::AutoScaling::ScalingPolicy", properties);
}

/// Changes at times of the day: "08:00 min 4 max 20, 20:00 min 1".
fn schedule(part: &Part<'_>, template: &mut Template) {
    let Some(crate::catalog::Value::Word(text)) = part.perhaps("schedule") else { return };
    for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        match action(part, entry) {
            Some(properties) => {
                let name = template.name(&format!("{}At{}", part.name, digits(entry)));
                template.resource(&name, "AWS::AutoScaling::ScheduledAction", properties);
            }
            None => template.leave_out("Entries of schedules that are not understood", entry),
        }
    }
}

fn digits(entry: &str) -> String {
    entry.split_whitespace().next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect()
}

fn action(part: &Part<'_>, entry: &str) -> Option<Yaml> {
    let mut words = entry.split_whitespace();
    let (hour, minute) = words.next()?.split_once(':')?;
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    let legal = hour < 24 && minute < 60;
    let recurrence = format!("{minute} {hour} * * *");
    let mut properties = map([("AutoScalingGroupName", refer(&part.name)), ("Recurrence", recurrence.into())]);
    while let Some(key) = words.next() {
        let size: u64 = words.next()?.parse().ok()?;
        let key = match key {
            "min" => "MinSize",
            "max" => "MaxSize",
            "desired" => "DesiredCapacity",
            _ => return None,
        };
        properties = properties.with(key, size);
    }
    legal.then_some(properties)
}

/// The label by which a balancer's requests to one target group are counted.
pub fn label(balancer: &Part<'_>) -> Yaml {
    sub(format!("${{{}.LoadBalancerFullName}}/${{{}.TargetGroupFullName}}", balancer.name, balancer.beside))
}

/// Whole seconds, as the API takes them.
pub fn seconds(span: Span) -> u64 {
    span.secs().round() as u64
}
