//! Groups of servers that something looks after: what it follows, how fast, whom it replaces and whom it takes out.

use super::network::Index;
use crate::units::{Share, Span};

/// What a scaler goes by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Metric {
    /// Keeps the mean processor use of the servers in service near this, 0 to 1.
    Cpu(Share),
    /// Keeps the requests that a server in service gets a minute near this.
    Requests(f64),
    /// Messages waiting in a buffer per server in service.
    Backlog {
        /// Which buffer.
        buffer: Index,
        /// Messages per server.
        target: f64,
    },
    /// Adds and removes servers when the mean processor use crosses thresholds.
    Steps(Steps),
    /// Nothing: only keeps the desired size.
    Size,
}

/// Servers to add and to remove by the mean processor use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steps {
    /// From this use on, so many are added.
    pub high: (f64, u32),
    /// From this use on, so many are added instead.
    pub higher: Option<(f64, u32)>,
    /// Down from this use, so many are removed.
    pub low: (f64, u32),
    /// Rest after each change; `None` counts those that warm up as added already instead.
    pub cooldown: Option<Span>,
}

/// Who says that a server is not well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Health {
    /// The machine it runs on, after [`Scaler::replace`].
    #[default]
    Machine,
    /// The balancers in front of it too.
    Balancer,
}

/// Whom a scaler takes out: one in the zone with the most servers, and of those
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Leaving {
    /// The oldest.
    #[default]
    Oldest,
    /// The newest.
    Newest,
}

/// Whether servers move when zones are uneven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zones {
    /// One is launched in the emptiest zone, then one of the fullest is taken out, until they differ by one at most.
    #[default]
    Evened,
    /// They stay where they are.
    Left,
}

/// Servers that stand ready, stopped, to be started in place of a launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WarmPool {
    /// How many.
    pub size: u32,
    /// From start to in service.
    pub start: Span,
}

/// Servers that are cheaper and may be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SpotMix {
    /// Servers that are never spot.
    pub base: u32,
    /// Share of spot among the others.
    pub share: f64,
    /// Mean time until one is taken back; `None` for never.
    pub interrupted: Option<Span>,
    /// From the notice until it is gone.
    pub notice: Span,
}

/// A change of a scaler's bounds at a time of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Time of the day; the run begins at midnight.
    pub at: Span,
    /// Fewest servers from then on.
    pub min: Option<u32>,
    /// Most servers from then on.
    pub max: Option<u32>,
    /// Servers wanted at that moment.
    pub desired: Option<u32>,
}

/// Launches and ends servers of a pool.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaler {
    /// The pool.
    pub pool: Index,
    /// Fewest servers.
    pub min: u32,
    /// Most servers.
    pub max: u32,
    /// What it follows.
    pub metric: Metric,
    /// Length of one datapoint.
    pub period: Span,
    /// Datapoints in a row above the target until it adds servers.
    pub high_points: u32,
    /// Datapoints in a row below `low` until it removes servers.
    pub low_points: u32,
    /// Low threshold as a share of the target.
    pub low: f64,
    /// How long a server must be lost until it is replaced.
    pub replace: Span,
    /// A server counts for the metric only this long after it came into service.
    pub warmup: Span,
    /// Who says that a server is not well.
    pub health: Health,
    /// How long after it came into service a server is not replaced.
    pub grace: Span,
    /// Whom it takes out.
    pub leaving: Leaving,
    /// Whether servers move when zones are uneven.
    pub zones: Zones,
    /// Servers that stand ready.
    pub warm: WarmPool,
    /// Servers that may be taken back.
    pub spot: SpotMix,
    /// Other bounds by the time of the day, earliest first.
    pub schedule: Vec<Planned>,
    /// How long before each hour it has what the same hour needed on the days before; `None` for no forecast.
    pub forecast: Option<Span>,
    /// Law whose stream decides what is taken back.
    pub law: Index,
}
