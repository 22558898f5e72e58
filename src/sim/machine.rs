//! What a server is made of besides its processors: credits, memory, and the carts that its shoppers leave with it.

use super::network::{ClassSet, Index};

/// Work that may be done beyond what was earned for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surplus {
    /// None: the processor is slowed down to what it earns.
    Refused,
    /// Any: what is not earned back is charged.
    Charged,
}

/// Credits of a processor that may not work all the time. Amounts are nanoseconds of one processor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CreditRules {
    /// Processors that the server may use for ever.
    pub earns: f64,
    /// Most that is saved up.
    pub most: f64,
    /// What a launch gives, where the processor is slowed down without.
    pub launch: f64,
    /// Whether they outlive a stop.
    pub kept: bool,
    /// Work beyond them.
    pub surplus: Surplus,
    /// What there is at the start of a run, in place of what a launch gives.
    pub start: Option<f64>,
}

/// What happens when the memory is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenFull {
    /// The request is refused.
    #[default]
    Refuse,
    /// What runs on the server is killed, with all its requests, and starts again.
    Kill,
}

/// The memory of one server, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Memory {
    /// All of it; 0 where it does not matter.
    pub total: u64,
    /// What the system and the idle program take.
    pub base: u64,
    /// What a request takes while it has a worker; 0 for nothing.
    pub request: u64,
    /// What a session takes that has something on the server.
    pub session: u64,
    /// What happens when it is full.
    pub when_full: WhenFull,
}

impl Memory {
    /// How many requests fit beside the sessions.
    pub fn fits(&self, sessions: u32) -> u32 {
        if self.total == 0 {
            return u32::MAX;
        }
        let taken = self.base.saturating_add(self.session.saturating_mul(sessions.into()));
        let left = self.total.saturating_sub(taken);
        let most = left.checked_div(self.request).unwrap_or(u64::MAX);
        u32::try_from(most).unwrap_or(u32::MAX)
    }
}

/// The size of a server.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Which of the sizes on offer it is, for the bill.
    pub kind: u32,
    /// Processors.
    pub cores: f64,
    /// Speed of one, relative to the one that work was stated for.
    pub speed: f64,
    /// Memory.
    pub memory: Memory,
    /// Credits, if it lives on them.
    pub credits: Option<CreditRules>,
    /// Workers, where the size says how many.
    pub workers: Option<u32>,
    /// Bytes of each part of the cache that it has, where the size says how many.
    pub room: Option<u64>,
}

/// Where carts are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// In the memory of the server that the shopper was given to.
    Memory,
    /// In a cookie that travels with each request.
    Cookie,
    /// In the memory of a pool that all servers ask.
    Store(Index),
    /// Where nothing is lost.
    Lasting,
}

/// The carts of the shoppers of one site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cart {
    /// The site.
    pub site: Index,
    /// Where they are kept.
    pub shelf: Shelf,
    /// Classes of requests that put something in.
    pub adds: ClassSet,
    /// Bytes of one thing in a cookie.
    pub item: u64,
    /// Most bytes of a cookie.
    pub limit: u64,
    /// Bytes a second that a shopper sends.
    pub uplink: f64,
    /// Share of the cookies that are not what the server wrote.
    pub tampered: f64,
    /// Law whose stream decides that.
    pub law: Index,
}
