//! Settings of Auto Scaling groups by their policies, alarms, schedules and pools.

use super::resources::{Resource, Stack};
use super::settings::{Set, maybe, says, seconds, whole};
use super::tree::Tree;

/// What a template says about how a group grows and shrinks.
pub fn of<'a>(stack: &Stack<'a, '_>, resource: &Resource<'a>) -> Set {
    let mut set = Set::new();
    let own = resource.properties;
    maybe(&mut set, "desired", whole(stack, own, "DesiredCapacity"));
    let by_balancer = stack.values.text(own, "HealthCheckType").is_some_and(|kind| kind.contains("ELB"));
    set.push(("health", if by_balancer { "EC2 and ELB" } else { "EC2" }.to_owned()));
    maybe(&mut set, "grace", seconds(stack, own, "HealthCheckGracePeriod"));
    let leaves = stack.values.list(own, "TerminationPolicies");
    if leaves.iter().any(|policy| policy.as_text() == Some("NewestInstance")) {
        set.push(("leaves", "newest".to_owned()));
    }
    spot(stack, own, &mut set);
    policies(stack, resource, &mut set);
    for pool in stack.saying("AWS::AutoScaling::WarmPool", "AutoScalingGroupName", resource.name) {
        maybe(&mut set, "warm_pool", whole(stack, pool.properties, "MinSize"));
    }
    let actions = stack.saying("AWS::AutoScaling::ScheduledAction", "AutoScalingGroupName", resource.name);
    let entries: Vec<String> = actions.iter().filter_map(|action| entry(stack, action.properties)).collect();
    maybe(&mut set, "schedule", (!entries.is_empty()).then(|| entries.join(", ")));
    set
}

fn spot(stack: &Stack<'_, '_>, own: &Tree, set: &mut Set) {
    let policy = stack.values.get(own, "MixedInstancesPolicy");
    let Some(parts) = policy.and_then(|policy| Some(stack.values.get(&policy, "InstancesDistribution")?.into_owned()))
    else {
        return;
    };
    maybe(set, "on_demand_base", whole(stack, &parts, "OnDemandBaseCapacity"));
    let on_demand = stack.values.number(&parts, "OnDemandPercentageAboveBaseCapacity");
    maybe(set, "spot", on_demand.map(|percent| format!("{} %", (100.0 - percent).max(0.0))));
}

fn policies<'a>(stack: &Stack<'a, '_>, resource: &Resource<'a>, set: &mut Set) {
    let mut warmup = seconds(stack, resource.properties, "DefaultInstanceWarmup");
    let mut known = false;
    for policy in stack.saying("AWS::AutoScaling::ScalingPolicy", "AutoScalingGroupName", resource.name) {
        warmup = warmup.or_else(|| seconds(stack, policy.properties, "EstimatedInstanceWarmup"));
        if stack.values.text(policy.properties, "PolicyType").as_deref() == Some("PredictiveScaling") {
            set.push(("predictive", "on".to_owned()));
        } else {
            known |= tracking(stack, policy, set) || stepped(stack, policy, set);
        }
    }
    maybe(set, "warmup", warmup);
    if !known {
        set.push(("policy", "none".to_owned()));
    }
}

/// A target tracking policy that the simulation has.
fn tracking(stack: &Stack<'_, '_>, policy: &Resource<'_>, set: &mut Set) -> bool {
    let Some(tracking) = stack.values.get(policy.properties, "TargetTrackingConfiguration") else { return false };
    let target = stack.values.number(&tracking, "TargetValue");
    let named = stack.values.get(&tracking, "PredefinedMetricSpecification");
    let named = named.and_then(|metric| stack.values.text(&metric, "PredefinedMetricType"));
    let backlog = stack.values.get(&tracking, "CustomizedMetricSpecification");
    let (policy, key, unit) = match named.as_deref() {
        Some("ASGAverageCPUUtilization") => ("target tracking on CPU", "target", " %"),
        Some("ALBRequestCountPerTarget") => ("requests per target", "requests", ""),
        _ if backlog.is_some_and(|metric| says(&metric, "ApproximateNumberOfMessagesVisible")) => {
            ("backlog per instance", "backlog", "")
        }
        _ => return false,
    };
    set.push(("policy", policy.to_owned()));
    maybe(set, key, target.map(|target| format!("{target}{unit}")));
    true
}

/// A step or simple policy that an alarm on CPU sets off.
fn stepped(stack: &Stack<'_, '_>, policy: &Resource<'_>, set: &mut Set) -> bool {
    let alarms = stack.saying("AWS::CloudWatch::Alarm", "AlarmActions", policy.name);
    let on_cpu =
        |alarm: &&Resource<'_>| stack.values.text(alarm.properties, "MetricName").as_deref() == Some("CPUUtilization");
    let Some(alarm) = alarms.iter().find(on_cpu) else { return false };
    let Some(threshold) = stack.values.number(alarm.properties, "Threshold") else { return false };
    let simple = policy.properties.get("ScalingAdjustment").is_some();
    set.push(("policy", if simple { "simple, on CPU" } else { "steps on CPU" }.to_owned()));
    let steps = steps(stack, policy.properties);
    let out = steps.iter().all(|(_, by)| *by >= 0.0);
    let count = |by: f64| format!("{:.0}", by.abs());
    let points = whole(stack, alarm.properties, "EvaluationPeriods");
    let first = steps.first().map(|(_, by)| count(*by));
    if out {
        set.push(("step_high", format!("{threshold} %")));
        maybe(set, "step_add", first);
        if let [_, (from, by), ..] = steps.as_slice() {
            set.push(("step_higher", format!("{} %", threshold + from)));
            set.push(("step_add_more", count(*by)));
        }
        maybe(set, "high_points", points);
    } else {
        set.push(("step_low", format!("{threshold} %")));
        maybe(set, "step_remove", first);
        maybe(set, "low_points", points);
    }
    maybe(set, "cooldown", seconds(stack, policy.properties, "Cooldown"));
    true
}

/// Steps by where they begin beyond the threshold, in this order, and what they add.
fn steps(stack: &Stack<'_, '_>, policy: &Tree) -> Vec<(f64, f64)> {
    let signed = |tree: &Tree, key: &str| stack.values.text(tree, key)?.trim().parse::<f64>().ok();
    if let Some(by) = signed(policy, "ScalingAdjustment") {
        return vec![(0.0, by)];
    }
    let steps = stack.values.list(policy, "StepAdjustments");
    let step = |step: &Tree| {
        let from = signed(step, "MetricIntervalLowerBound").unwrap_or(f64::MIN);
        Some((from, signed(step, "ScalingAdjustment")?))
    };
    let mut steps: Vec<(f64, f64)> = steps.iter().filter_map(step).collect();
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    steps
}

/// A change at a time of each day, in the words of the schedule; other recurrences have none.
fn entry(stack: &Stack<'_, '_>, action: &Tree) -> Option<String> {
    let recurrence = stack.values.text(action, "Recurrence")?;
    let [minute, hour, "*", "*", "*"] = recurrence.split_whitespace().collect::<Vec<_>>()[..] else { return None };
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    let mut text = format!("{hour:02}:{minute:02}");
    for (key, word) in [("MinSize", "min"), ("MaxSize", "max"), ("DesiredCapacity", "desired")] {
        if let Some(size) = whole(stack, action, key) {
            text.push_str(&format!(" {word} {size}"));
        }
    }
    Some(text)
}
