//! Balancers: how they spread requests over servers.

use super::network::Index;
#[cfg(doc)]
use super::network::Reason;
use crate::units::Span;

/// How a balancer picks among its healthy targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Each in turn.
    #[default]
    RoundRobin,
    /// The one with the fewest requests under way, ties in turn.
    LeastOutstanding,
    /// Any.
    Random,
    /// Two different ones at random, and of these the one with fewer requests under way.
    TwoChoices,
    /// Any, by the weights of the links to them.
    Weighted,
}

/// What a balancer reads of what it passes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layer {
    /// Requests: it answers for a target that is lost.
    #[default]
    Requests,
    /// Connections: whoever uses one to a target that is lost finds it reset.
    Flows,
}

/// Which targets a request may be given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Crossing {
    /// Those of all zones.
    #[default]
    Zones,
    /// Those of the zone that it came to, any with a usable target.
    Never,
}

/// Spreads requests over the servers of the pools behind its links, as far as its own health checks call them healthy.
#[derive(Debug, Clone, PartialEq)]
pub struct Balancer {
    /// The site it belongs to.
    pub site: Index,
    /// Links to the sites whose servers are its targets.
    pub links: Vec<Index>,
    /// Weight of each, for [`Policy::Weighted`].
    pub weights: Vec<u32>,
    /// How it picks.
    pub policy: Policy,
    /// How long after its latest request a user goes to the same target; `None` for not at all.
    pub sticky: Option<Span>,
    /// Which targets a request may be given to.
    pub crossing: Crossing,
    /// What it reads of what it passes on.
    pub layer: Layer,
    /// How long it waits for an answer ([`Reason::TimedOut`]); `None` for ever.
    pub idle: Option<Span>,
    /// Time between two health checks of a target.
    pub interval: Span,
    /// How long a check may take; a target whose requests wait longer fails it. `None` if it only has to be there.
    pub timeout: Option<Span>,
    /// Failed checks in a row until a target gets no more requests.
    pub unhealthy: u32,
    /// Passed checks in a row until it gets them again; a new target needs one.
    pub healthy: u32,
    /// Longest wait for requests under way at a target that is taken out.
    pub drain: Span,
    /// How long callers hold the addresses that it has in each zone.
    pub ttl: Span,
    /// Law whose stream decides.
    pub law: Index,
}
