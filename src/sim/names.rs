//! What names lead to: the answers of a name service, and the addresses that its users hold.

use super::network::Index;
use crate::units::Span;

/// Says where a request goes that asks for a name. Whoever asked holds the answer for a time, and goes there whether or
/// not somebody is still at that address.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolver {
    /// The site it belongs to.
    pub site: Index,
    /// Ways to what the name may lead to, the first choice first.
    pub links: Vec<Index>,
    /// Weight of each, for [`Routing::Weighted`].
    pub weights: Vec<u32>,
    /// Which of them an answer names.
    pub routing: Routing,
    /// How long an answer with an address is held; `None` for an address that users know by heart.
    pub ttl: Option<Span>,
    /// How long an answer is held that leads to something without an address of its own.
    pub alias_ttl: Span,
    /// Caches that those without a session ask through, each time any of them; without them each asks anew.
    pub caches: u32,
    /// How long after a server got another address the answers name it; `None` for never.
    pub follows: Option<Span>,
    /// How it finds out that something does not answer; `None` for not at all.
    pub check: Option<Check>,
    /// Law whose stream decides.
    pub law: Index,
}

/// Which of several links an answer names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Routing {
    /// Any, each as likely as the others.
    #[default]
    Any,
    /// Any, by their weights.
    Weighted,
    /// The one with the least delay.
    Nearest,
    /// The first that is well.
    FirstWell,
}

/// Health checks of a name service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Time between two of them.
    pub interval: Span,
    /// Failed ones in a row until an address is no longer named, and passed ones until it is again.
    pub threshold: u32,
    /// How long one waits for a connection.
    pub connect: Span,
}

/// What a pool has as an address for those who look it up by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Address {
    /// None of its own.
    #[default]
    None,
    /// One that is another after a stop.
    Changing,
    /// One that stays.
    Fixed,
}
