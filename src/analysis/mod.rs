//! Rules over the drawing: what will hurt before a run shows it. Each finding may carry its fix as commands.
//!
//! One file per family of rules; a rule is a function from the `Graph` of a drawing to findings, and one
//! line in the list. Rules read, they change nothing, and need no run. What a run that was measured says about itself is
//! in [`why`]. Absent: anything that runs the engine.

mod access;
mod addresses;
mod calls;
mod data;
mod frames;
mod graph;
mod limits;
mod links;
mod machines;
mod names;
mod prices;
mod quotas;
mod reach;
mod scaling;
mod settings;
mod single;
mod traffic;
pub mod why;
#[cfg(test)]
mod tests;

use crate::edit::Command;
use crate::model::{Design, Id};
use graph::Graph;
use std::collections::BTreeMap;

/// What a rule looks like.
type Rule = fn(&Graph<'_>) -> Vec<Finding>;

/// Every rule.
static RULES: &[Rule] = &[
    links::refused,
    links::cycle,
    links::replica_of_replica,
    links::too_many_replicas,
    access::barred,
    access::open_database,
    access::round_the_balancer,
    access::unknown_group,
    access::unknown_peer,
    access::endpoint_would_do,
    reach::users_without_way,
    reach::not_reached,
    reach::balancer_without_targets,
    reach::queue_without_consumer,
    reach::queue_without_dead_letters,
    quotas::too_many_in_a_region,
    quotas::too_many_targets,
    addresses::too_many_elastic_ips,
    addresses::nothing_is_held,
    addresses::failover_without_checks,
    machines::no_memory,
    machines::schedule_not_understood,
    machines::initial_size,
    machines::state_without_sessions,
    machines::carts_without_store,
    machines::type_not_in_region,
    machines::zone_not_in_region,
    machines::more_zones_than_there_are,
    single::single_instance,
    single::one_zone,
    limits::contradictions,
    scaling::wrong_bounds,
    scaling::no_room,
    scaling::backlog_without_queue,
    frames::crossing,
    settings::unknown_service,
    settings::unreadable,
    calls::retry_without_backoff,
    calls::timeout_too_short,
    calls::retry_amplification,
    data::no_time_to_live,
    data::entry_too_large,
    data::volume_in_another_zone,
    names::nodes_of_scenarios,
    names::zones_of_scenarios,
    names::faults_without_effect,
    prices::of_nothing,
    traffic::shapes_of_closed_users,
    traffic::unknown_classes,
];

/// The names that findings have of their rules, in the order of the alphabet.
pub const NAMES: &[&str] = &[
    "above-maximum",
    "backlog-without-queue",
    "call-cycle",
    "carts-without-store",
    "check-outlasts-interval",
    "elastic-ip-quota",
    "entry-too-large",
    "failover-without-checks",
    "flapping",
    "flows-have-no-cookies",
    "frames-cross",
    "initial-size",
    "limit-zero",
    "memcached-replicas",
    "message-loop",
    "min-above-max",
    "more-zones-than-region",
    "never-seen",
    "no-consumer",
    "no-dead-letter-queue",
    "no-instances",
    "no-memory",
    "no-room-to-scale",
    "no-targets",
    "no-time-to-live",
    "no-way-on",
    "not-allowed",
    "not-reached",
    "one-zone",
    "open-database",
    "price-of-nothing",
    "quota",
    "refused-link",
    "replica-of-replica",
    "retry-amplification",
    "retry-without-backoff",
    "rule-too-wide",
    "schedule",
    "shape-of-closed-users",
    "single-point-of-failure",
    "state-without-sessions",
    "steps-crossed",
    "storage-too-small",
    "target-quota",
    "target-zero",
    "timeout-shorter-than-callee",
    "too-many-iops",
    "too-many-replicas",
    "ttl-zero",
    "type-not-in-region",
    "unknown-class",
    "unknown-group",
    "unknown-name",
    "unknown-peer",
    "unknown-service",
    "unreadable-setting",
    "visibility-zero",
    "volume-in-another-zone",
    "zone-not-in-region",
];

/// Everything that the rules find, the worst first, otherwise in the order of the rules.
pub fn check(design: &Design) -> Vec<Finding> {
    let graph = Graph::new(design);
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&graph)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// Rules about what cannot be as it is drawn: a run takes something else, and the text of the finding says what.
const ASSUMING: &[&str] = &[
    "carts-without-store",
    "elastic-ip-quota",
    "initial-size",
    "memcached-replicas",
    "min-above-max",
    "more-zones-than-region",
    "schedule",
    "storage-too-small",
    "too-many-iops",
    "too-many-replicas",
    "type-not-in-region",
    "unreadable-setting",
    "volume-in-another-zone",
    "zone-not-in-region",
];

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Will hurt one day.
    Warning,
    /// Does not work.
    Error,
}

/// One thing that a rule found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Name of the rule, such as `single-point-of-failure`.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// The records it is about, the main one first; empty for the whole drawing.
    pub about: Vec<Id>,
    /// What and why.
    pub text: String,
    /// What to do, in words.
    pub remedy: String,
    /// Commands that do it, if that can be said.
    pub fix: Vec<Command>,
}

/// Findings by the records that they are about, so that what shows one record does not look through all of them.
#[derive(Debug, Clone, Default)]
pub struct Blame {
    by: BTreeMap<Id, Vec<usize>>,
    assumed: Vec<usize>,
}

impl Blame {
    /// Looks through findings, the worst of which come first.
    pub fn new(findings: &[Finding]) -> Self {
        let mut by: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
        for (at, finding) in findings.iter().enumerate() {
            for id in &finding.about {
                by.entry(id.clone()).or_default().push(at);
            }
        }
        let assumed = (0..).zip(findings).filter(|(_, finding)| finding.is_assumed()).map(|(at, _)| at).collect();
        Self { by, assumed }
    }

    /// The findings that say what a run takes in place of what is drawn, by their positions.
    pub fn assumed(&self) -> &[usize] {
        &self.assumed
    }

    /// The findings about a record by their positions, the worst first.
    pub fn about(&self, id: &Id) -> &[usize] {
        self.by.get(id).map_or(&[], Vec::as_slice)
    }
}

impl Finding {
    fn new(rule: &'static str, severity: Severity, about: &[&Id], text: String, remedy: impl Into<String>) -> Self {
        debug_assert!(NAMES.binary_search(&rule).is_ok(), "{rule} is not among the names");
        let about = about.iter().map(|id| (*id).clone()).collect();
        Self { rule, severity, about, text, remedy: remedy.into(), fix: Vec::new() }
    }

    /// Whether a run takes something else than what is drawn, which the text says.
    pub fn is_assumed(&self) -> bool {
        self.severity > Severity::Note && ASSUMING.contains(&self.rule)
    }

    fn fixed_by(self, fix: Vec<Command>) -> Self {
        Self { fix, ..self }
    }
}
