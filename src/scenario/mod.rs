//! Scenarios: what happens to a drawing while it runs. Traffic over time, faults, and the targets to meet.
//!
//! A scenario names nodes by their ids and knows no primitives; `compile` joins it to the drawing. It stands below `model`
//! because a design carries its scenarios, and edits to them are undone like any other.

pub mod files;
pub mod recording;
pub mod shapes;
pub mod times;

pub use crate::sim::rollout::{Rollout, Version, WhenFailed};
use crate::sim::shape::Shape;
use crate::units::{ParseError, Rate, Share, Span};
use crate::words::t;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// One run's worth of circumstances.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Name on screen and on the command line; unique in a design.
    pub name: String,
    /// Simulated length of a run without a window; a live run goes on.
    pub duration: Span,
    /// Time at the start that counts towards no statistic on the command line.
    pub warmup: WarmUp,
    /// Traffic of users nodes by id; nodes that are not named offer their own constant rate.
    pub traffic: BTreeMap<String, Shape>,
    /// What goes wrong, in the order of time.
    pub faults: Vec<Fault>,
    /// Assertions such as `p99 < 200 ms`, checked after a run on the command line.
    pub targets: Vec<String>,
}

impl Scenario {
    /// Constant traffic for an hour: what a new design starts with.
    pub fn steady() -> Self {
        Self {
            name: "steady".to_owned(),
            duration: Span::from_secs(3_600),
            warmup: WarmUp::NONE,
            traffic: BTreeMap::new(),
            faults: Vec::new(),
            targets: Vec::new(),
        }
    }
}

/// How much of a run is left out at its start, until it has come into its usual state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarmUp {
    /// This much; nothing if it is zero.
    Given(Span),
    /// As much as a look at the run tells.
    Auto,
}

impl WarmUp {
    /// Nothing is left out.
    pub const NONE: Self = Self::Given(Span::ZERO);

    /// What is certain to be left out: zero where it is yet to be found.
    pub fn given(self) -> Span {
        match self {
            Self::Given(span) => span,
            Self::Auto => Span::ZERO,
        }
    }
}

impl FromStr for WarmUp {
    type Err = ParseError;

    /// Reads "5 min" and "auto".
    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.trim() == "auto" { Ok(Self::Auto) } else { text.parse().map(Self::Given) }
    }
}

impl fmt::Display for WarmUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(span) => span.fmt(f),
            Self::Auto => f.write_str("auto"),
        }
    }
}

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// When, from the start of the run.
    pub at: Span,
    /// For how long.
    pub lasts: Span,
    /// What.
    pub harm: Harm,
}

/// What a fault does, in the words of the drawing.
#[derive(Debug, Clone, PartialEq)]
pub enum Harm {
    /// Some instances of a node are lost.
    Crash {
        /// Id of the node.
        node: String,
        /// How many instances.
        count: u32,
    },
    /// All instances of a node are stopped, and started again when it is over.
    Stop {
        /// Id of the node.
        node: String,
    },
    /// All instances of a node are stopped, given another type, and started again when it is over.
    Resize {
        /// Id of the node.
        node: String,
        /// The instance type from then on.
        to: String,
    },
    /// Spot instances of a node are taken back, with a notice of two minutes.
    Interrupt {
        /// Id of the node.
        node: String,
        /// How many instances.
        count: u32,
    },
    /// Some instances of a node are taken out as planned: they finish what they have.
    Terminate {
        /// Id of the node.
        node: String,
        /// How many instances.
        count: u32,
    },
    /// A name service no longer names one of the nodes that it leads to.
    Unlist {
        /// Id of the name service.
        node: String,
        /// Id of the node that it does not name.
        target: String,
    },
    /// An Availability Zone goes dark.
    ZoneOutage {
        /// Letter of the zone: `a`.
        zone: String,
    },
    /// The primary of a database or cache is lost, and comes back as a copy when the fault is over.
    Failover {
        /// Id of the node.
        node: String,
    },
    /// A cache loses all its entries.
    Flush {
        /// Id of the node.
        node: String,
    },
    /// A whole AWS region is out: its zones, and what stands in no zone.
    RegionOutage {
        /// Its name: `us-east-1`.
        region: String,
    },
    /// A node answers nothing: a third party that is down, a service that is out.
    Down {
        /// Id of the node.
        node: String,
    },
    /// A database loses its data and is restored from a snapshot or a point in time. It is down for as long as its settings
    /// say that takes, however long the fault is said to last.
    Restore {
        /// Id of the node.
        node: String,
    },
    /// A node lets only so many requests in.
    Throttle {
        /// Id of the node.
        node: String,
        /// Requests a second.
        rate: Rate,
    },
    /// A bad version on some instances of a node answers a share of the requests with errors.
    Deploy {
        /// Id of the node.
        node: String,
        /// How many instances.
        count: u32,
        /// Share of their answers.
        errors: Share,
    },
    /// A new version is rolled out over the instances of a node, some at a time: new ones start in the place of old ones,
    /// and the next follow when they are well. When it is over, the old version is back.
    Rollout {
        /// Id of the node.
        node: String,
        /// How.
        how: Rollout,
    },
    /// What runs on some instances of a node ends; it starts again after the time that its settings say.
    Kill {
        /// Id of the node.
        node: String,
        /// How many instances.
        count: u32,
    },
    /// A share of the calls along a link is lost.
    LostLink {
        /// Id of the link.
        link: String,
        /// Share of the calls.
        share: Share,
    },
    /// Calls and answers along a link take longer.
    SlowLink {
        /// Id of the link.
        link: String,
        /// How much longer each way takes.
        extra: Span,
    },
    /// Users send so many times their traffic.
    Spike {
        /// Id of the node.
        node: String,
        /// How many times, within [`SLOWNESS`].
        factor: f64,
    },
    /// Copies of a database or cache are lost; the primary stays.
    ReplicaLoss {
        /// Id of the node.
        node: String,
        /// How many copies.
        count: u32,
    },
    /// Whatever a node does itself takes longer: its own work and service, not the calls that it makes.
    Slow {
        /// Id of the node.
        node: String,
        /// How many times as long, within [`SLOWNESS`]; below 1 it is faster than usual.
        factor: f64,
    },
}

/// How long a batch of a rollout may take until it has failed, where nothing else is said: as long as a rolling update of
/// Kubernetes may go without progress (progressDeadlineSeconds).
pub const BATCH: Span = Span::from_secs(600);

/// How many times as long something slow may take.
pub const SLOWNESS: std::ops::RangeInclusive<f64> = 0.001..=1_000.0;

impl Harm {
    /// In words, for marks and lists.
    pub fn words(&self) -> String {
        match self {
            Self::Crash { node, count: 1 } => t!("{node} loses an instance", node = node),
            Self::Crash { node, count } => t!("{node} loses {count} instances", node = node, count = count),
            Self::ZoneOutage { zone } => t!("zone {zone} outage", zone = zone),
            Self::Slow { node, factor } => slow_words(node, *factor),
            Self::Stop { node } => stop_words(node),
            Self::Resize { node, to } => resize_words(node, to),
            Self::Interrupt { node, count } => interrupt_words(node, *count),
            Self::Terminate { node, count } => terminate_words(node, *count),
            Self::Unlist { node, target } => unlist_words(node, target),
            Self::Flush { node } => flush_words(node),
            Self::Failover { node } => failover_words(node),
            Self::RegionOutage { region } => t!("region {region} outage", region = region),
            Self::Down { node } => down_words(node),
            Self::Restore { node } => restore_words(node),
            Self::Throttle { node, rate } => throttle_words(node, *rate),
            Self::Deploy { node, count, errors } => deploy_words(node, *count, *errors),
            Self::Rollout { node, how } => rollout_words(node, how),
            Self::Kill { node, count } => kill_words(node, *count),
            Self::LostLink { link, share } => lost_words(link, *share),
            Self::SlowLink { link, extra } => slow_link_words(link, *extra),
            Self::Spike { node, factor } => spike_words(node, *factor),
            Self::ReplicaLoss { node, count } => replica_words(node, *count),
        }
    }

    /// How long it lasts where a person starts it by a click and says nothing else.
    pub fn usual_span(&self) -> Span {
        match self {
            // A rollout takes its time, and is rolled back when it is over.
            Self::Rollout { .. } => Span::from_secs(1_800),
            // These are moments, or end by themselves.
            Self::Flush { .. } | Self::Kill { .. } | Self::Restore { .. } => Span::ZERO,
            _ => Span::from_secs(120),
        }
    }

    /// Ids of the nodes that it is about; none for a zone, a region or a link.
    pub fn nodes(&self) -> Vec<&str> {
        match self {
            Self::Crash { node, .. }
            | Self::Slow { node, .. }
            | Self::Stop { node }
            | Self::Flush { node }
            | Self::Failover { node }
            | Self::Down { node }
            | Self::Restore { node }
            | Self::Throttle { node, .. }
            | Self::Deploy { node, .. }
            | Self::Rollout { node, .. }
            | Self::Kill { node, .. }
            | Self::Spike { node, .. }
            | Self::ReplicaLoss { node, .. }
            | Self::Resize { node, .. }
            | Self::Interrupt { node, .. }
            | Self::Terminate { node, .. } => vec![node],
            Self::Unlist { node, target } => vec![node, target],
            Self::ZoneOutage { .. } | Self::RegionOutage { .. } | Self::LostLink { .. } | Self::SlowLink { .. } => {
                Vec::new()
            }
        }
    }
}

impl Harm {
    /// Whether it is done on purpose, and nothing is broken by it.
    pub fn is_planned(&self) -> bool {
        matches!(self, Self::Unlist { .. } | Self::Terminate { .. } | Self::Resize { .. } | Self::Stop { .. })
    }
}

impl Fault {
    /// From when to when it is marked, and in what words. What a name does not name from the very start is yet to be
    /// announced: that is what happens, and when.
    pub fn mark(&self) -> (Span, Span, String) {
        let end = self.at + self.lasts;
        match &self.harm {
            Harm::Unlist { node, target } if self.at == Span::ZERO => (end, end, named_words(node, target)),
            harm => (self.at, end, harm.words()),
        }
    }
}

/// A name that is announced, in words.
pub fn named_words(node: &str, target: &str) -> String {
    t!("{node} names {target} from here on", node = node, target = target)
}

/// A stop in words.
pub fn stop_words(node: &str) -> String {
    t!("{node} is stopped", node = node)
}

/// A change of instance type in words.
fn resize_words(node: &str, to: &str) -> String {
    t!("{node} is resized to {to}", node = node, to = to)
}

/// An interruption in words.
pub fn interrupt_words(node: &str, count: u32) -> String {
    t!("{count} of {node} taken back", count = count, node = node)
}

/// A planned removal in words.
pub fn terminate_words(node: &str, count: u32) -> String {
    t!("{count} of {node} removed as planned", count = count, node = node)
}

/// A changed record in words.
pub fn unlist_words(node: &str, target: &str) -> String {
    t!("{node} no longer names {target}", node = node, target = target)
}

/// A node that is down, in words.
pub fn down_words(node: &str) -> String {
    t!("{node} is down", node = node)
}

/// A restore in words.
pub fn restore_words(node: &str) -> String {
    t!("{node} is restored from a backup", node = node)
}

/// A throttle in words.
pub fn throttle_words(node: &str, rate: Rate) -> String {
    t!("{node} lets in {rate}", node = node, rate = rate)
}

/// A bad version in words.
pub fn deploy_words(node: &str, count: u32, errors: Share) -> String {
    t!("bad version on {count} of {node}: {errors} errors", count = count, node = node, errors = errors)
}

/// A rollout in words.
pub fn rollout_words(node: &str, how: &Rollout) -> String {
    let Rollout { batch, version, failed, .. } = *how;
    let onwards = match failed {
        WhenFailed::Stops => "",
        WhenFailed::GoesOn => t!(", whether or not they come up"),
    };
    match version {
        Version::NeverStarts => {
            t!(
                "{node} gets a version that does not start, {batch} at a time{onwards}",
                node = node,
                batch = batch,
                onwards = onwards
            )
        }
        Version::Errs(Share(0.0)) => {
            t!("{node} gets a new version, {batch} at a time{onwards}", node = node, batch = batch, onwards = onwards)
        }
        Version::Errs(errors) => t!(
            "{node} gets a version with {errors} errors, {batch} at a time{onwards}",
            node = node,
            errors = errors,
            batch = batch,
            onwards = onwards
        ),
    }
}

/// Processes that end, in words.
pub fn kill_words(node: &str, count: u32) -> String {
    match count {
        1 => t!("the process on an instance of {node} crashes", node = node),
        _ => t!("the processes on {count} instances of {node} crash", node = node, count = count),
    }
}

/// A link that loses calls, in words.
pub fn lost_words(link: &str, share: Share) -> String {
    t!("{link} loses {share} of its calls", link = link, share = share)
}

/// A slow link in words.
pub fn slow_link_words(link: &str, extra: Span) -> String {
    t!("{link} takes {extra} longer each way", link = link, extra = extra)
}

/// A spike in words.
pub fn spike_words(node: &str, factor: f64) -> String {
    t!("{node} send {factor} times as much", node = node, factor = factor)
}

/// Lost copies in words.
pub fn replica_words(node: &str, count: u32) -> String {
    match count {
        1 => t!("{node} loses a replica", node = node),
        _ => t!("{node} loses {count} replicas", node = node, count = count),
    }
}

/// A failover in words.
pub fn failover_words(node: &str) -> String {
    t!("{node} fails over", node = node)
}

/// A flush in words.
pub fn flush_words(node: &str) -> String {
    t!("{node} is flushed", node = node)
}

/// A slow spell in words: "db takes 3 times as long", for a factor of 3.
pub fn slow_words(node: &str, factor: f64) -> String {
    if factor == 1.0 {
        t!("{node} at its usual speed", node = node)
    } else {
        t!("{node} takes {factor} times as long", node = node, factor = factor)
    }
}
