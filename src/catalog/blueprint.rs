//! What a node becomes: primitives and a program, before the drawing around it is known.

use crate::sim::backup::Backup;
use crate::sim::cache::{Expiry, Misses, Spread, Writes};
use crate::sim::cluster::{Idle, Reads};
use crate::sim::dist::Dist;
use crate::sim::group::{Health, Leaving, Planned, SpotMix, WarmPool, Zones};
use crate::sim::names::{Address, Check, Routing};
use crate::sim::network::{CapacityUnit, CreditRules, Crossing, Discipline, Layer, Memory, Metric, Policy, Reason};
use crate::sim::pacer::Volumes;
use crate::sim::traffic::{Patience, Traffic};
use crate::sim::zipf::Popularity;
use crate::units::{Rate, Share, Span};

/// The primitives and the program of one node. `compile` joins the blueprints of a drawing into a network.
#[derive(Debug, Clone, Default)]
pub struct Blueprint {
    /// What a request does here.
    pub program: Vec<Op>,
    /// Servers.
    pub pool: Option<PoolPlan>,
    /// Control of the number of servers.
    pub scaler: Option<ScalerPlan>,
    /// Offered load.
    pub source: Option<SourcePlan>,
    /// Choice among targets.
    pub balancer: Option<BalancerPlan>,
    /// What a unit is, if it is charged by units of capacity.
    pub unit: Option<CapacityUnit>,
    /// Carts of shoppers.
    pub cart: Option<CartPlan>,
    /// Answers of a name service.
    pub resolver: Option<ResolverPlan>,
    /// Messages kept for consumers.
    pub buffer: Option<BufferPlan>,
    /// What makes the servers copies of each other.
    pub cluster: Option<ClusterPlan>,
    /// Operations a second that its storage takes.
    pub pacer: Option<PacerPlan>,
    /// Entries by key.
    pub cache: Option<CachePlan>,
    /// Rate limit.
    pub bucket: Option<BucketPlan>,
    /// Round trip between users and this node, in place of the users' own distance.
    pub reach: Option<Span>,
    /// Round trip between this node and what it calls, in place of that inside a region.
    pub outreach: Option<Span>,
    /// Between two attempts to deliver what it sends on and nobody waits for.
    pub redelivery: Span,
}

/// One operation of a node's program; links and indices are filled in by `compile`.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// Take a worker of a server, or wait, or be refused.
    Acquire,
    /// Give it back.
    Release,
    /// Be served by the station that this node is; stands right behind [`Op::Acquire`].
    Serve,
    /// Use the processor. The name tells its stream of chance apart.
    Work(&'static str, Dist),
    /// Look into the shopper's cart.
    Cart,
    /// Check the cookie that holds a shopper's cart: work.
    Validate(&'static str, Dist),
    /// Let time pass.
    Hold(&'static str, Dist),
    /// Pass the rate limit.
    Throttle,
    /// Look into the cache that this node is, with a probability of finding the answer.
    Lookup(f64),
    /// What only requests that change data do.
    OnWrite(Box<Op>),
    /// Wait for the turn of so many operations of its storage.
    Pace(f64),
    /// Do at this node's cache what the request came for.
    Find,
    /// Put the answer that was fetched into this node's cache.
    Keep,
    /// The answer is worked out here, where data is kept.
    Commit,
    /// Leave out what follows, up to the answer, after a hit.
    AnswerOnHit,
    /// With this probability do the next operation, else leave it out.
    Maybe(f64, Box<Op>),
    /// Answer with an error with this probability.
    Err(f64),
    /// Make the call of every outgoing link, in turn or in parallel as the links say.
    CallAll,
    /// Call along one of the outgoing links. Users go to the address that they know, where it is a server's.
    CallOne,
    /// Call what this name service names, after a look-up of this time by those who do not hold the answer.
    Resolve(&'static str, Dist),
    /// Call the target that the balancer picks.
    Balance,
    /// Store a message in this node's buffer.
    Store,
    /// Send the request on along every outgoing link, and wait for none.
    Publish,
    /// Look for the request's file on the volume of the caller's own server.
    Visit,
    /// Look for it on a volume that was made from a snapshot; the first use of a block takes so much longer where blocks are
    /// loaded when they are used.
    Open(Option<(&'static str, Dist)>),
    /// Fail.
    Refuse(Reason),
}

/// Servers of one node.
#[derive(Debug, Clone, Default)]
pub struct PoolPlan {
    /// Servers at the start.
    pub servers: u32,
    /// Zones to spread over when the node does not stand in one; zero for servers outside all zones.
    pub zones: u32,
    /// Requests at once per server.
    pub workers: u32,
    /// Requests that may wait per server.
    pub queue: u32,
    /// Order of waiting.
    pub discipline: Discipline,
    /// Whether a request that nobody waits for any more is dropped when its turn comes.
    pub drops: bool,
    /// What else there is to it if it is a queueing station.
    pub station: Option<StationPlan>,
    /// Processors per server.
    pub cores: f64,
    /// Relative speed.
    pub speed: f64,
    /// From launch to in service.
    pub boot: Span,
    /// From the order to stop to stopped.
    pub stop: Span,
    /// Which of the instance types its servers are, by their place in the data sheet.
    pub kind: u32,
    /// What others know its server by.
    pub address: Address,
    /// Memory of a server.
    pub memory: Memory,
    /// Credits of a server, if it lives on them.
    pub credits: Option<CreditRules>,
    /// From a kill to in service again.
    pub restart: Span,
    /// Backups of its data; `None` for what has none.
    pub backup: Option<Backup>,
}

/// Carts of shoppers.
#[derive(Debug, Clone)]
pub struct CartPlan {
    /// Where they are kept.
    pub shelf: ShelfPlan,
    /// Names of the classes of requests that put something in; empty for those that write, or for all.
    pub adds: Vec<String>,
    /// Bytes of one thing in a cookie.
    pub item: u64,
    /// Most bytes of a cookie.
    pub limit: u64,
    /// Bytes a second that a shopper sends.
    pub uplink: f64,
    /// Share of the cookies that are not what the server wrote.
    pub tampered: f64,
}

/// Where carts are kept, before the drawing around it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShelfPlan {
    /// In the memory of the instance.
    Memory,
    /// In a cookie.
    Cookie,
    /// At the first cache that it calls, or else the first database.
    Store,
}

/// Answers of a name service.
#[derive(Debug, Clone)]
pub struct ResolverPlan {
    /// Which of its links an answer names.
    pub routing: Routing,
    /// How long an answer with an address is held.
    pub ttl: Span,
    /// How long an answer is held that leads to something without an address of its own.
    pub alias_ttl: Span,
    /// Caches that those without a session ask through.
    pub caches: u32,
    /// How long after an address changed the answers name the new one; `None` for never.
    pub follows: Option<Span>,
    /// Health checks.
    pub check: Option<Check>,
}

/// What makes servers a queueing station.
#[derive(Debug, Clone)]
pub struct StationPlan {
    /// Service time.
    pub service: Dist,
    /// How long a request waits before it leaves; `None` for ever.
    pub patience: Option<Dist>,
    /// What an idle server needs before it serves again; `None` for nothing.
    pub setup: Option<Dist>,
    /// Time to failure of each server, if they fail, and time to repair.
    pub breakdown: Option<(Dist, Dist)>,
}

/// A rate limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BucketPlan {
    /// Requests per second; infinite for no limit.
    pub rate: Rate,
    /// Requests at once after a quiet time, 1 or more.
    pub burst: f64,
    /// Requests per second that change data, where they have a limit of their own.
    pub writes: Option<Rate>,
}

impl BucketPlan {
    /// A limit that lets one second's worth pass at once.
    pub fn per_second(rate: Rate) -> Self {
        Self { rate, burst: rate.0.max(1.0), writes: None }
    }
}

/// Control of the number of servers.
#[derive(Debug, Clone)]
pub struct ScalerPlan {
    /// Fewest.
    pub min: u32,
    /// Most.
    pub max: u32,
    /// What it follows; the buffer of [`Metric::Backlog`] is filled in from the drawing.
    pub metric: Metric,
    /// Length of a datapoint.
    pub period: Span,
    /// Datapoints above the target until servers are added.
    pub high_points: u32,
    /// Datapoints below the low threshold until servers are removed.
    pub low_points: u32,
    /// Low threshold as a share of the target.
    pub low: Share,
    /// How long a server must be lost until it is replaced.
    pub replace: Span,
    /// Time that a new server does not count for.
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
    /// Other bounds by the time of the day.
    pub schedule: Vec<Planned>,
    /// How long before each hour it has what the forecast says.
    pub forecast: Option<Span>,
}

/// Offered load of one node.
#[derive(Debug, Clone)]
pub struct SourcePlan {
    /// What it offers; the scenario may give another shape over time.
    pub traffic: Traffic,
    /// Later answers are late.
    pub timeout: Span,
    /// What users do then.
    pub patience: Patience,
    /// Round trip to whatever is called.
    pub distance: Span,
    /// How long a connection stays open after an answer.
    pub keep: Span,
    /// Bytes of request and answer.
    pub bytes: (u64, u64),
    /// Objects that requests are about where their class names none.
    pub objects: Popularity,
    /// Classes by name with their weights; empty for all of the design.
    pub mix: Vec<(String, f64)>,
}

/// Choice among targets.
#[derive(Debug, Clone)]
pub struct BalancerPlan {
    /// How.
    pub policy: Policy,
    /// How long after its latest request a user goes to the same target.
    pub sticky: Option<Span>,
    /// Which targets a request may be given to.
    pub crossing: Crossing,
    /// What it reads of what it passes on.
    pub layer: Layer,
    /// How long it waits for an answer.
    pub idle: Span,
    /// Between two health checks.
    pub interval: Span,
    /// How long a check may take; `None` if a target only has to be there.
    pub timeout: Option<Span>,
    /// Failed checks to be taken out.
    pub unhealthy: u32,
    /// Passed checks to be taken in again.
    pub healthy: u32,
    /// Longest draining.
    pub drain: Span,
    /// How long callers hold the addresses that it has in each zone.
    pub ttl: Span,
}

/// Servers that keep copies of the same data.
#[derive(Debug, Clone)]
pub struct ClusterPlan {
    /// Parts of the data by object.
    pub shards: u32,
    /// Servers of a shard that may be its primary.
    pub heirs: u32,
    /// What they do while they are not.
    pub idle: Idle,
    /// Who answers reads.
    pub reads: Reads,
    /// How long a takeover takes; `None` if nobody takes over.
    pub takeover: Option<Dist>,
    /// How far copies are behind.
    pub lag: Dist,
}

/// Operations a second that each volume takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PacerPlan {
    /// For ever.
    pub base: f64,
    /// While credits last.
    pub burst: f64,
    /// Most credits.
    pub credits: f64,
    /// Whose volume it is.
    pub volumes: Volumes,
}

/// Entries by key.
#[derive(Debug, Clone)]
pub struct CachePlan {
    /// Room of each part in bytes.
    pub room: u64,
    /// Bytes of an entry; `None` for those of the answer.
    pub entry: Option<u32>,
    /// Shards or places with room of their own.
    pub parts: u32,
    /// How requests come to a part.
    pub spread: Spread,
    /// Life of an entry; `None` for ever.
    pub ttl: Option<Span>,
    /// Since when it lives.
    pub expiry: Expiry,
    /// What callers do to it when they have written.
    pub writes: Writes,
    /// What becomes of misses of what is being fetched.
    pub misses: Misses,
}

/// Messages kept for consumers.
#[derive(Debug, Clone)]
pub struct BufferPlan {
    /// How long a receive waits for a message; zero for an answer at once.
    pub wait: Span,
    /// Between two receives of a server without a wait.
    pub pause: Span,
    /// Share of few messages that a receive without a wait sees.
    pub seen: Share,
    /// Until an unfinished message is offered again.
    pub visibility: Span,
    /// Receives until it is a dead letter.
    pub receives: u32,
    /// How long a message is kept.
    pub retention: Span,
    /// How long a new message is hidden.
    pub delay: Span,
    /// Groups of messages in order; 0 where the order does not matter.
    pub groups: u32,
}
