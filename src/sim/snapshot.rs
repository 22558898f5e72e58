//! The state of a run at one moment, as others may see it.

use super::network::{Fault, Index, Zone};
use super::trace::Trace;
use crate::metrics::{Point, Series};
use crate::units::{SimTime, Span};
use crate::words::key;
use std::sync::Arc;

/// Everything that a window shows of a running engine. Made by the engine, read by anyone, changed by no one.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Simulated moment.
    pub now: SimTime,
    /// Events processed since the start.
    pub events: u64,
    /// By site, in the order of the network.
    pub sites: Vec<SiteState>,
    /// By link, in the order of the network.
    pub links: Vec<LinkState>,
    /// All sources together: the system as its users see it.
    pub system: Series,
    /// The history of the site that is looked at, if one is.
    pub watched: Option<(Index, Series)>,
    /// Requests that were followed to their end, the oldest first; empty if none are followed.
    pub traces: Vec<Arc<Trace>>,
    /// Faults that are under way.
    pub faults: Vec<Fault>,
}

/// One site at one moment.
#[derive(Debug, Clone, Default)]
pub struct SiteState {
    /// The latest finished interval.
    pub last: Point,
    /// Its servers.
    pub servers: Vec<ServerState>,
    /// Servers wanted; zero where nothing scales.
    pub desired: u32,
    /// Most servers that its scaler may run; zero where nothing scales.
    pub max: u32,
    /// Targets registered and targets healthy, for a balancer.
    pub targets: (u32, u32),
    /// Requests here now, waiting or not.
    pub under_way: u64,
    /// Requests waiting for a worker now.
    pub waiting: u64,
    /// Workers in use now, and workers of the servers in service; none where nothing has workers.
    pub workers: (u64, u64),
    /// Places for requests that wait, in front of all servers in service.
    pub places: u64,
    /// Messages kept now.
    pub backlog: u64,
    /// What its servers have to spend, where they live on credits.
    pub credits: Option<CreditState>,
    /// The kind of its servers, where an action gave them another than the one drawn.
    pub kind: Option<u32>,
    /// Age of the oldest message now.
    pub oldest: Span,
    /// Answers older than a write that they should have shown, since the start.
    pub stale: u64,
    /// Age of the oldest of them, since the start or the end of the warm-up.
    pub stalest: Span,
    /// Files that were not where they were looked for, since the start.
    pub missing: u64,
    /// Writes that a restore could not bring back, since the start.
    pub writes_lost: u64,
    /// Messages set aside since the start.
    pub dead_letters: u64,
    /// The latest rollout of a new version, while it lasts.
    pub rollout: Option<Progress>,
    /// The most frequent reason of failures in the latest interval, with its count per second.
    pub trouble: Option<(super::network::Reason, f32)>,
}

/// The credits of the servers of a site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CreditState {
    /// Least that one of them has, in credits: minutes of one processor.
    pub least: f32,
    /// Servers in service that are held to their baseline: they have less than a credit and may not owe any.
    pub out: u32,
}

/// How far a rollout has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Servers of the old version that were replaced.
    pub replaced: u32,
    /// Servers of the old version that there were.
    pub of: u32,
    /// Nothing more will be replaced.
    pub over: bool,
    /// A batch has not come up.
    pub failed: bool,
}

/// One server at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServerState {
    /// What it is doing.
    pub phase: Phase,
    /// Where it stands.
    pub zone: Zone,
    /// Share of its processors in use, 0 to 1, over the latest interval.
    pub utilization: f32,
}

/// The life of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Boots.
    Pending,
    /// Takes requests.
    InService,
    /// Up, but what should answer there does not run.
    Broken,
    /// Finishes what it has, takes nothing new.
    Draining,
    /// Is being stopped.
    Stopping,
    /// Stopped; it can be started again.
    Stopped,
    /// Lost to a fault; shown until it is replaced.
    Lost,
    /// Gone.
    Gone,
}

/// One link at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LinkState {
    /// Calls per second over the latest interval.
    pub rate: f32,
    /// Calls that came back failed, per second.
    pub failed: f32,
    /// Mean time from call to answer, milliseconds.
    pub latency: f32,
    /// Attempts after failed ones, per second; they are among the calls.
    pub retries: f32,
    /// Attempts that timed out, per second; they are among the failed.
    pub timeouts: f32,
    /// How its breaker stands now.
    pub circuit: Circuit,
}

/// How a circuit breaker stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Circuit {
    /// There is none.
    #[default]
    None,
    /// Calls are made.
    Closed,
    /// Calls are refused.
    Open,
    /// A few calls are made, to see whether the callee is well again.
    HalfOpen,
}

impl Circuit {
    /// In words, for reports and labels.
    pub fn words(self) -> &'static str {
        match self {
            Self::None => key!("none"),
            Self::Closed => key!("closed"),
            Self::Open => key!("open"),
            Self::HalfOpen => key!("half open"),
        }
    }
}
