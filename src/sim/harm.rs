//! What goes wrong, and why requests fail.

use super::machine::Size;
use super::network::{Index, Zone};
use super::rollout::Rollout;
use crate::units::{Rate, Span};
use crate::words::key;

/// Something that goes wrong at a moment, for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fault {
    /// When.
    pub at: Span,
    /// For how long.
    pub lasts: Span,
    /// What.
    pub harm: Harm,
}

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Harm {
    /// Ends some servers of a pool, the longest-serving first, and whatever they were working on.
    Crash {
        /// Which pool.
        pool: Index,
        /// How many servers.
        count: u32,
    },
    /// Ends every server in a zone; none can be launched there until it is over.
    ZoneOutage(Zone),
    /// Stops every server of a pool; they start again when it is over, unless a scaler has replaced them.
    Stop {
        /// Which pool.
        pool: Index,
    },
    /// Stops every server of a pool, gives it another size, and starts it again when it is over.
    Resize {
        /// Which pool.
        pool: Index,
        /// What its servers are from then on.
        size: Size,
    },
    /// Takes some servers of a pool out as planned, the longest-serving first: they finish what they have. New ones come
    /// when it is over, or from a scaler.
    Terminate {
        /// Which pool.
        pool: Index,
        /// How many servers.
        count: u32,
    },
    /// Takes back servers of a pool that may be taken back, with the notice that its scaler states.
    Interrupt {
        /// Which pool.
        pool: Index,
        /// How many servers.
        count: u32,
    },
    /// Takes a link out of the answers of a name service.
    Unlist {
        /// Which name service.
        resolver: Index,
        /// Which link.
        link: Index,
    },
    /// The caches of a site lose all their entries.
    Flush(Index),
    /// The primary of each shard of a pool's cluster is lost, and comes back as a copy.
    Failover {
        /// Which pool.
        pool: Index,
    },
    /// Nothing that comes to a site gets in, and what is inside fails.
    Down {
        /// Which site.
        site: Index,
    },
    /// All data of a site is lost. It answers nothing until it is restored from a backup.
    Restore {
        /// Which site.
        site: Index,
    },
    /// Everything in a region is down; nothing can be launched in its zones until it is over.
    RegionOutage(Index),
    /// Only so many requests a second get into a site; the others are refused.
    Throttle {
        /// Which site.
        site: Index,
        /// Requests a second.
        rate: Rate,
    },
    /// Some servers of a pool, the longest-serving first, answer a share of their requests with errors. Servers that take
    /// their places are well.
    Deploy {
        /// Which pool.
        pool: Index,
        /// How many servers.
        count: u32,
        /// Share of the answers, 0 to 1.
        share: f64,
    },
    /// A new version is rolled out over the servers of a pool; see [`super::rollout`].
    Rollout {
        /// Which pool.
        pool: Index,
        /// How.
        how: Rollout,
    },
    /// What runs on some servers of a pool, the longest-serving first, ends and starts again at once.
    Kill {
        /// Which pool.
        pool: Index,
        /// How many servers.
        count: u32,
    },
    /// A share of the calls along a link is lost on the way.
    LostLink {
        /// Which link.
        link: Index,
        /// Share of the calls, 0 to 1.
        share: f64,
    },
    /// Every call along a link takes longer, and so does its answer.
    SlowLink {
        /// Which link.
        link: Index,
        /// By how much, one way.
        extra: Span,
    },
    /// A source offers `factor` times its traffic, or has that many times the users.
    Spike {
        /// Which source.
        source: Index,
        /// 0 to 1,000.
        factor: f64,
    },
    /// Some servers of a pool's cluster are lost that are no primary, and come back when it is over.
    CopyLoss {
        /// Which pool.
        pool: Index,
        /// How many.
        count: u32,
    },
    /// Everything that a site does itself takes `factor` times as long; calls to others do not.
    Slow {
        /// Which site.
        site: Index,
        /// 0.001 to 1,000; below 1 it is faster than usual.
        factor: f64,
    },
}

/// Why a request failed. Every failed request has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Reason {
    /// All workers busy and the queue in front of them full.
    QueueFull,
    /// The rate limit was reached.
    Throttled,
    /// A balancer has no target at all.
    NoTarget,
    /// The server that it was sent to is not in service.
    ServerDown,
    /// The server was lost while it worked on the request.
    ServerLost,
    /// Nothing is drawn where the request would go on.
    NoRoute,
    /// A call that it needed failed; the callee counts the cause.
    CallFailed,
    /// The node was taken out of the drawing while the request was there.
    Removed,
    /// More requests under way than the engine keeps: an overload without any limit of its own.
    Crowded,
    /// The user left before the answer came; at a queue that drops such requests, nobody waited for the answer any more.
    GaveUp,
    /// It waited for as long as its patience lasted.
    LeftQueue,
    /// The caller stopped waiting for the answer.
    TimedOut,
    /// A circuit breaker refused the call without making it.
    CircuitOpen,
    /// The answer itself was an error.
    ErrorAnswer,
    /// Nobody is at the address that the caller holds.
    AddressGone,
    /// The target of a balancer was down or lost.
    BadGateway,
    /// The connection broke with the server at its other end.
    ConnectionReset,
    /// The memory of the server was full.
    OutOfMemory,
    /// The cart in the cookie is larger than a cookie may be.
    CookieTooLarge,
    /// The cookie is not what the server wrote.
    CookieRefused,
    /// The primary is lost, and its heir has not taken over yet.
    FailingOver,
    /// No rule lets the caller reach the callee.
    NotAllowed,
    /// Nobody answers: the whole of what was called is down.
    Unavailable,
    /// The call was lost on the network.
    LinkLost,
    /// A write came to a copy that follows another database.
    ReadOnly,
}

impl Harm {
    /// Whether it is done on purpose, and nothing is broken by it.
    pub fn is_planned(&self) -> bool {
        matches!(self, Self::Unlist { .. } | Self::Terminate { .. } | Self::Resize { .. } | Self::Stop { .. })
    }
}

impl Reason {
    /// All reasons, in the order of their discriminants.
    pub const ALL: [Self; 25] = [
        Self::QueueFull,
        Self::Throttled,
        Self::NoTarget,
        Self::ServerDown,
        Self::ServerLost,
        Self::NoRoute,
        Self::CallFailed,
        Self::Removed,
        Self::Crowded,
        Self::GaveUp,
        Self::LeftQueue,
        Self::TimedOut,
        Self::CircuitOpen,
        Self::ErrorAnswer,
        Self::AddressGone,
        Self::BadGateway,
        Self::ConnectionReset,
        Self::OutOfMemory,
        Self::CookieTooLarge,
        Self::CookieRefused,
        Self::FailingOver,
        Self::NotAllowed,
        Self::Unavailable,
        Self::LinkLost,
        Self::ReadOnly,
    ];

    /// Whether what fails for it may go well when it is tried again later.
    pub fn may_pass(self) -> bool {
        match self {
            Self::QueueFull
            | Self::Throttled
            | Self::NoTarget
            | Self::ServerDown
            | Self::ServerLost
            | Self::Crowded
            | Self::TimedOut
            | Self::ErrorAnswer
            | Self::BadGateway
            | Self::ConnectionReset
            | Self::FailingOver
            | Self::Unavailable
            | Self::LinkLost => true,
            Self::NoRoute
            | Self::CallFailed
            | Self::Removed
            | Self::GaveUp
            | Self::LeftQueue
            | Self::CircuitOpen
            | Self::AddressGone
            | Self::OutOfMemory
            | Self::CookieTooLarge
            | Self::CookieRefused
            | Self::NotAllowed
            | Self::ReadOnly => false,
        }
    }

    /// In words, for reports and badges.
    pub fn words(self) -> &'static str {
        match self {
            Self::QueueFull => key!("queue full"),
            Self::Throttled => key!("throttled"),
            Self::NoTarget => key!("no target (503)"),
            Self::ServerDown => key!("instance down"),
            Self::ServerLost => key!("instance lost"),
            Self::NoRoute => key!("no route"),
            Self::CallFailed => key!("call failed"),
            Self::Removed => key!("node removed"),
            Self::Crowded => key!("too many under way"),
            Self::GaveUp => key!("gave up"),
            Self::LeftQueue => key!("left the queue"),
            Self::TimedOut => key!("timed out (504)"),
            Self::CircuitOpen => key!("circuit open"),
            Self::ErrorAnswer => key!("error answer (500)"),
            Self::AddressGone => key!("address gone"),
            Self::BadGateway => key!("bad gateway (502)"),
            Self::ConnectionReset => key!("connection reset"),
            Self::OutOfMemory => key!("out of memory"),
            Self::CookieTooLarge => key!("cookie too large (400)"),
            Self::CookieRefused => key!("cookie refused (400)"),
            Self::FailingOver => key!("failing over"),
            Self::NotAllowed => key!("not allowed"),
            Self::Unavailable => key!("unavailable"),
            Self::LinkLost => key!("lost on the way"),
            Self::ReadOnly => key!("read only"),
        }
    }
}
