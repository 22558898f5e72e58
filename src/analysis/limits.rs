//! Settings that contradict each other, or leave nothing to work with: one row a rule.

use super::graph::{Graph, set};
use super::{Finding, Severity};
use crate::catalog::{self, Settings};
use crate::words::t;

/// What is wrong with the settings of one service, and which others would do.
struct Row {
    service: &'static str,
    rule: &'static str,
    severity: Severity,
    /// Whether it is so.
    wrong: fn(&Settings<'_>) -> bool,
    /// What and why, with the label of the node.
    text: fn(&str) -> String,
    /// Settings and values that mend it.
    fix: fn(&Settings<'_>) -> Vec<(&'static str, String)>,
}

/// Volumes of provisioned IOPS and of gp3 have a least size, and IOPS for each of their gigabytes. EBS user guide, volume types;
/// RDS user guide, storage; recalled, not checked (2026-11-21).
const IO1_LEAST: u64 = 100_000_000_000;
const GP3_IOPS_A_GB: u64 = 500;
const GP3_ALWAYS: u64 = 3_000;

static ROWS: &[Row] = &[
    Row {
        service: "asg",
        rule: "no-instances",
        severity: Severity::Error,
        wrong: |s| s.count("max") == 0 || (s.count("min") == 0 && s.maybe_count("desired").unwrap_or(0) == 0),
        text: |label| {
            t!("{label} begins without an instance, and what has none never scales: every request fails", label = label)
        },
        fix: |s| {
            let max = (s.count("max") == 0).then(|| ("max", "2".to_owned()));
            let min = (s.count("min") == 0).then(|| ("min", "1".to_owned()));
            max.into_iter().chain(min).collect()
        },
    },
    Row {
        service: "asg",
        rule: "target-zero",
        severity: Severity::Error,
        wrong: |s| s.word("policy") == "target tracking on CPU" && s.share("target").0 <= 0.0,
        text: |label| {
            t!("{label}: a target of 0 % is above every use of the CPU; it always grows to its maximum", label = label)
        },
        fix: |_| vec![("target", "50 %".to_owned())],
    },
    Row {
        service: "asg",
        rule: "flapping",
        severity: Severity::Warning,
        wrong: |s| s.share("low").0 >= 1.0,
        text: |label| {
            t!("{label} takes instances out as soon as it is below its target: it swings up and down", label = label)
        },
        fix: |_| vec![("low", "90 %".to_owned())],
    },
    Row {
        service: "asg",
        rule: "steps-crossed",
        severity: Severity::Error,
        wrong: |s| steps(s) && s.share("step_low").0 >= s.share("step_high").0,
        text: |label| {
            t!("{label}: the threshold to remove is not below the one to add: it does both in turn", label = label)
        },
        fix: |s| vec![("step_low", format!("{}", crate::units::Share(s.share("step_high").0 / 2.0)))],
    },
    Row {
        service: "asg",
        rule: "steps-crossed",
        severity: Severity::Warning,
        wrong: |s| steps(s) && s.maybe_share("step_higher").is_some_and(|higher| higher.0 <= s.share("step_high").0),
        text: |label| {
            t!("{label}: the second threshold is not above the first: the first step is never taken", label = label)
        },
        fix: |s| vec![("step_higher", format!("{}", crate::units::Share((1.0 + s.share("step_high").0) / 2.0)))],
    },
    Row {
        service: "asg",
        rule: "above-maximum",
        severity: Severity::Warning,
        wrong: |s| s.count("on_demand_base") > s.count("max") && s.share("spot").0 > 0.0,
        text: |label| {
            t!("{label}: so many are on demand before the first spot instance that there is never one", label = label)
        },
        fix: |s| vec![("on_demand_base", s.count("min").min(s.count("max")).to_string())],
    },
    Row {
        service: "asg",
        rule: "above-maximum",
        severity: Severity::Warning,
        wrong: |s| s.count("warm_pool") > s.count("max"),
        text: |label| t!("{label}: more instances stand ready than the group may ever have", label = label),
        fix: |s| vec![("warm_pool", s.count("max").to_string())],
    },
    Row {
        service: "sqs",
        rule: "never-seen",
        severity: Severity::Error,
        wrong: |s| s.span("delay") >= s.span("retention"),
        text: |label| t!("{label}: messages are too old before anybody may see them; they all expire", label = label),
        fix: |_| vec![("delay", "0 s".to_owned())],
    },
    Row {
        service: "sqs",
        rule: "visibility-zero",
        severity: Severity::Error,
        wrong: |s| s.span("visibility") == crate::units::Span::ZERO,
        text: |label| {
            t!("{label}: a message is given out again while it is worked on, and is never finished", label = label)
        },
        fix: |_| vec![("visibility", "30 s".to_owned())],
    },
    Row {
        service: "sqs",
        rule: "limit-zero",
        severity: Severity::Error,
        wrong: |s| s.word("kind") == "FIFO" && s.rate("limit").0 <= 0.0,
        text: |label| t!("{label} lets nothing in: its limit is 0 a second", label = label),
        fix: |_| vec![("limit", "300/s".to_owned())],
    },
    Row {
        service: "s3",
        rule: "limit-zero",
        severity: Severity::Error,
        wrong: |s| s.rate("limit").0 <= 0.0,
        text: |label| t!("{label} lets nothing in: its limit is 0 a second", label = label),
        fix: |_| vec![("limit", "5500/s".to_owned())],
    },
    Row {
        service: "elasticache",
        rule: "memcached-replicas",
        severity: Severity::Error,
        wrong: |s| s.word("engine") == "Memcached" && s.count("replicas") > 0,
        text: |label| t!("{label}: Memcached has no replicas; it runs without them", label = label),
        fix: |_| vec![("replicas", "0".to_owned())],
    },
    Row {
        service: "elb",
        rule: "check-outlasts-interval",
        severity: Severity::Warning,
        wrong: |s| s.maybe_span("check_timeout").is_some_and(|timeout| timeout >= s.span("interval")),
        text: |label| {
            t!(
                "{label}: a health check may take longer than the time to the next one, which AWS does not allow",
                label = label
            )
        },
        // AWS takes whole seconds, 2 or more.
        fix: |s| vec![("check_timeout", format!("{} s", (s.span("interval").secs() / 2.0).floor().max(2.0)))],
    },
    Row {
        service: "elb",
        rule: "flows-have-no-cookies",
        severity: Severity::Warning,
        wrong: |s| matches!(s.word("kind").as_str(), "network" | "gateway") && s.maybe_span("stickiness").is_some(),
        text: |label| {
            t!("{label} passes connections on and reads no cookies: this stickiness does nothing", label = label)
        },
        fix: |_| vec![("stickiness", "off".to_owned())],
    },
    Row {
        service: "route53",
        rule: "ttl-zero",
        severity: Severity::Warning,
        wrong: |s| s.span("alias_ttl") == crate::units::Span::ZERO,
        text: |label| t!("{label}: with a TTL of 0 for aliases every request waits for a lookup", label = label),
        fix: |_| vec![("alias_ttl", "1 min".to_owned())],
    },
    Row {
        service: "rds",
        rule: "storage-too-small",
        severity: Severity::Error,
        wrong: |s| s.word("storage_type").starts_with("io") && s.bytes("storage").0 < IO1_LEAST,
        text: |label| t!("{label}: AWS gives provisioned IOPS to 100 GB of storage and more", label = label),
        fix: |_| vec![("storage", "100 GB".to_owned())],
    },
    Row {
        service: "ebs",
        rule: "storage-too-small",
        severity: Severity::Error,
        wrong: |s| s.bytes("storage").0 == 0,
        text: |label| t!("{label} has no room: a volume has 1 GB or more", label = label),
        fix: |_| vec![("storage", "20 GB".to_owned())],
    },
    Row {
        service: "ebs",
        rule: "too-many-iops",
        severity: Severity::Error,
        wrong: |s| s.word("kind") == "gp3" && s.maybe_count("iops").is_some_and(|iops| iops > most_iops(s)),
        text: |label| t!("{label}: a gp3 volume has at most 500 IOPS for each of its gigabytes", label = label),
        fix: |s| vec![("iops", most_iops(s).to_string())],
    },
    Row {
        service: "ebs",
        rule: "too-many-iops",
        severity: Severity::Error,
        wrong: |s| s.word("kind") == "io1" && s.maybe_count("iops").is_some_and(|iops| iops > most_io1(s)),
        text: |label| {
            t!("{label}: an io1 volume has at most 50 IOPS for each of its gigabytes, and 64000 in all", label = label)
        },
        fix: |s| vec![("iops", most_io1(s).to_string())],
    },
];

/// Whether a group follows thresholds.
fn steps(s: &Settings<'_>) -> bool {
    matches!(s.word("policy").as_str(), "steps on CPU" | "simple, on CPU")
}

/// Most IOPS of a gp3 volume of this size.
fn most_iops(s: &Settings<'_>) -> u64 {
    (s.bytes("storage").0 / 1_000_000_000 * GP3_IOPS_A_GB).clamp(GP3_ALWAYS, 80_000)
}

/// Most IOPS of an io1 volume of this size: EC2 user guide, "Provisioned IOPS SSD volumes" (recalled, 2026-11-22).
fn most_io1(s: &Settings<'_>) -> u64 {
    (s.bytes("storage").0 / 1_000_000_000 * 50).clamp(100, 64_000)
}

/// What a setting is called.
fn label(service: &str, key: &str) -> &'static str {
    let param = catalog::find(service).and_then(|service| service.sheet().param(key));
    param.map_or("", |param| crate::words::of(&param.label))
}

/// Everything that a row finds.
pub(super) fn contradictions(graph: &Graph<'_>) -> Vec<Finding> {
    let of = |row: &'static Row| {
        let wrong = graph.of(row.service).filter(|(_, _, settings)| (row.wrong)(settings));
        wrong.map(|(id, node, settings)| {
            let mended = (row.fix)(&settings);
            let told = mended
                .iter()
                .map(|(key, value)| t!("Set \"{label}\" to {value}", label = label(row.service, key), value = value));
            let remedy = told.collect::<Vec<String>>().join(", ");
            let fix = mended.iter().filter_map(|(key, value)| set(graph.design, id, key, value)).collect();
            Finding::new(row.rule, row.severity, &[id], (row.text)(&node.label), remedy).fixed_by(fix)
        })
    };
    ROWS.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit;
    use crate::model::sketch;

    #[test]
    fn every_contradiction_is_found_and_mended() {
        for (text, rule) in [
            ("users -> elb -> asg(min=0, max=5)", "no-instances"),
            ("users -> elb -> asg(min=0, max=0)", "no-instances"),
            ("users -> elb -> asg(target=0 %)", "target-zero"),
            ("users -> elb -> asg(low=100 %)", "flapping"),
            (
                "users -> elb -> asg(policy=steps on CPU, step_low=80 %, step_high=20 %, step_higher=90 %)",
                "steps-crossed",
            ),
            ("users -> elb -> asg(policy=steps on CPU, step_high=50 %, step_higher=10 %)", "steps-crossed"),
            ("users -> elb -> asg(spot=50 %, on_demand_base=90, max=4)", "above-maximum"),
            ("users -> elb -> asg(warm_pool=90, max=4)", "above-maximum"),
            ("users -> ec2 -> sqs(retention=1 min, delay=15 min) -> w:asg", "never-seen"),
            ("users -> ec2 -> sqs(visibility=0 s) -> w:asg", "visibility-zero"),
            ("users -> ec2 -> sqs(kind=FIFO, limit=0/s) -> w:asg", "limit-zero"),
            ("users -> ec2 -> s3(limit=0/s)", "limit-zero"),
            ("users -> ec2 -> elasticache(engine=Memcached, replicas=3)", "memcached-replicas"),
            ("users -> elb(interval=5 s, check_timeout=2 min) -> asg", "check-outlasts-interval"),
            ("users(traffic=sessions) -> elb(kind=network, stickiness=1 d) -> asg", "flows-have-no-cookies"),
            ("users -> route53(alias_ttl=0 s) -> elb -> asg", "ttl-zero"),
            ("users -> ec2 -> rds(storage_type=io1, storage=1 GB)", "storage-too-small"),
            ("users -> ec2 -> ebs(storage=0 B)", "storage-too-small"),
            ("users -> ec2 -> ebs(kind=gp3, storage=1 GB, iops=80000)", "too-many-iops"),
            ("users -> ec2 -> ebs(kind=io1, storage=100 GB, iops=8000)", "too-many-iops"),
        ] {
            let mut design = sketch(text).unwrap_or_else(|why| panic!("{text}: {why}"));
            let found = || contradictions(&Graph::new(&design)).into_iter().find(|finding| finding.rule == rule);
            let finding = found().unwrap_or_else(|| panic!("{text}: {rule} is not found"));
            assert!(!finding.fix.is_empty(), "{text}: {} has no fix", finding.text);
            for command in &finding.fix {
                edit::apply(&mut design, command).unwrap_or_else(|why| panic!("{text}: {why}"));
            }
            let left = contradictions(&Graph::new(&design));
            assert!(left.iter().all(|finding| finding.rule != rule), "{text}: {left:?}");
        }
        assert!(contradictions(&Graph::new(&sketch("users -> elb -> asg -> rds").unwrap())).is_empty());
    }
}
