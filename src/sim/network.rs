//! What the engine is given: a flat description of a system as primitives, programs and links.
//!
//! Everything refers to everything else by index into the vectors of [`Network`]. A **site** is what is measured; it
//! runs a **program**, a run of [`Step`]s, for each request that reaches it. Nothing here knows what an AWS service is.

use super::afar::Afar;
use super::backup::Backup;
use super::cache::Cache;
use super::cluster::Cluster;
use super::dist::Dist;
pub use super::group::{Metric, Scaler};
pub use super::harm::{Fault, Harm, Reason};
pub use super::hourly::{CapacityUnit, Hourly, UnitHours, Visitors};
pub use super::machine::{Cart, CreditRules, Memory, Shelf, Size, Surplus, WhenFull};
use super::names::{Address, Resolver};
use super::pacer::Pacer;
use super::policy::CallPolicy;
use super::poll::Polls;
pub use super::spread::{Balancer, Crossing, Layer, Policy};
use super::traffic::{Part, Patience, Traffic};
use crate::units::{Rate, Span};

/// Index into one of the vectors of a [`Network`].
pub type Index = u32;

/// A failure domain. Zones are numbered by the compiler; [`NO_ZONE`] is outside all of them.
pub type Zone = u8;

/// The step of gates: the first of every network whose links may be barred by faults.
pub const GATE: Index = 0;

/// The step behind it: that of those who wait for an answer that cannot come.
pub const SILENCE: Index = 1;

/// Not inside any zone: users, edges, regional services.
pub const NO_ZONE: Zone = u8::MAX;

/// The whole system.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Network {
    /// What is measured.
    pub sites: Vec<Site>,
    /// All programs, one after the other.
    pub steps: Vec<Step>,
    /// Kinds of requests. Empty means one kind that has no name, as does a frame's class 0 then.
    pub classes: Vec<Class>,
    /// Sources of requests.
    pub sources: Vec<Source>,
    /// Groups of servers.
    pub pools: Vec<Pool>,
    /// Balancers.
    pub balancers: Vec<Balancer>,
    /// Carts of shoppers.
    pub carts: Vec<Cart>,
    /// Message buffers.
    pub buffers: Vec<Buffer>,
    /// Caches by key.
    pub caches: Vec<Cache>,
    /// Pools whose servers keep copies of the same data.
    pub clusters: Vec<Cluster>,
    /// Sites that keep files on the volumes of those that call them.
    pub files: Vec<Index>,
    /// Limits that let callers wait.
    pub pacers: Vec<Pacer>,
    /// Rate limits.
    pub buckets: Vec<Bucket>,
    /// Name services, and addresses that users know by heart.
    pub resolvers: Vec<Resolver>,
    /// Controllers of pool sizes.
    pub scalers: Vec<Scaler>,
    /// What is charged by the hour, by site.
    pub hourly: Vec<Hourly>,
    /// Ways from one site to another.
    pub links: Vec<Link>,
    /// Longer ways of some users, by link and source.
    pub afar: Vec<Afar>,
    /// Links that [`Step::CallOne`] chooses among.
    pub choices: Vec<Index>,
    /// Letters of the zones by number.
    pub zones: Vec<String>,
    /// What fails together because it stands in one region.
    pub regions: Vec<Region>,
    /// Laws of time, each with its own stream of chance.
    pub laws: Vec<Law>,
    /// What goes wrong, and when.
    pub faults: Vec<Fault>,
}

impl Network {
    /// Whether a run of it comes to an end by itself: all users stop after a number of requests.
    pub fn ends(&self) -> bool {
        let stops = |source: &Source| matches!(source.traffic, Traffic::Closed { requests: Some(_), .. });
        !self.sources.is_empty() && self.sources.iter().all(stops)
    }
}

/// A region: what fails together beyond zones.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Region {
    /// Its name, such as `us-east-1`.
    pub name: String,
    /// Zones in it.
    pub zones: Vec<Zone>,
    /// Sites in it.
    pub sites: Vec<Index>,
}

/// A measured place.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Stable name: seeds chance, names results.
    pub name: String,
    /// First step of its program; a source's program begins where its requests leave.
    pub entry: Index,
    /// The pool that its requests are worked on in, if it has one.
    pub pool: Option<Index>,
    /// The zone that all of it fails with; [`NO_ZONE`] where its servers stand in zones of their own, or in none.
    pub zone: Zone,
    /// Taken out of the drawing while the run was under way: what is inside fails with [`Reason::Removed`].
    pub removed: bool,
}

/// In place of a law where there is none.
pub const NO_LAW: Index = Index::MAX;

/// One step of a program. Steps that take no time run in the same turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Take a worker of the request's server, or wait for one, or be refused ([`Reason::QueueFull`]).
    Acquire,
    /// Give the worker back.
    Release,
    /// Use the server's processor for a time drawn from a law, shared with all that runs there.
    Work(Index),
    /// Be served at a [`Station`] for a time drawn from its law; stands right behind [`Step::Acquire`].
    Serve(Index),
    /// Let a time drawn from a law pass.
    Hold(Index),
    /// Pass a rate limit or be refused ([`Reason::Throttled`]).
    Throttle(Index),
    /// Find the answer in a cache with a probability; remembers hit or miss for [`Step::SkipOnHit`].
    Lookup {
        /// Law whose stream decides.
        law: Index,
        /// Probability of a hit.
        hit: f64,
    },
    /// Wait for the turn of so many operations.
    Pace {
        /// The limit.
        pacer: Index,
        /// How many.
        amount: f64,
    },
    /// Do at a cache what the request came for: ask for its object, put it there, or take it out.
    Find(Index),
    /// Put the answer that was fetched into a cache, unless it came from there.
    Keep(Index),
    /// Look for the request's file, or store it, on the volume of the caller's own server.
    Visit(Index),
    /// The same where the volume was made from a snapshot: the first use of a block takes as much longer as a law says;
    /// [`NO_LAW`] for no longer.
    Open {
        /// Which files.
        files: Index,
        /// How long a block takes that is not there yet.
        law: Index,
    },
    /// The answer is worked out where data is kept: a write counts from this moment.
    Commit,
    /// Go on at a step if the last lookup, here or at the callee of the last [`Step::Try`], was a hit.
    SkipOnHit(Index),
    /// Go on at `to` with the complement of `share`.
    SkipUnless {
        /// Law whose stream decides.
        law: Index,
        /// Probability of not skipping.
        share: f64,
        /// Where to go on otherwise.
        to: Index,
    },
    /// Go on at `to` if the request's class is not in a set.
    SkipOtherClass {
        /// The set.
        classes: ClassSet,
        /// Where to go on otherwise.
        to: Index,
    },
    /// Call the site at the other end of a link and go on at once; [`Step::Join`] waits for the answer.
    Start(Index),
    /// Wait for the answers of all calls that were started; fail if one of them failed.
    Join,
    /// Call the site at the other end of a link and wait for its answer; fail if the call fails. Says nothing of hits.
    Call(Index),
    /// Ask a cache: it says hit or miss, and a failed call is a miss; the caller goes on without the answer.
    Try(Index),
    /// After a miss or a write, call a cache at the other end of a link to bring it up to date.
    Tell {
        /// Along this link.
        link: Index,
        /// The cache.
        cache: Index,
    },
    /// Call one of several links, each as likely as the others.
    CallOne {
        /// Law whose stream decides.
        law: Index,
        /// Where they begin among the network's choices.
        first: Index,
        /// How many links.
        count: u32,
    },
    /// Ask for a name. Who holds the answer goes there and then on behind `visit`; else the look-up follows.
    Resolve {
        /// Which name service.
        resolver: Index,
        /// Where its [`Step::Reach`] stands.
        visit: Index,
    },
    /// Call what the answer of the last [`Step::Resolve`] names; fail if nobody is there any more.
    Reach(Index),
    /// Call the target that a balancer picks.
    Balance(Index),
    /// Look into the cart of the shopper, and perhaps put something into it.
    Cart(Index),
    /// Check the cookie that holds a shopper's cart, if there is one: work drawn from a law.
    Validate {
        /// Which carts.
        cart: Index,
        /// How much work.
        law: Index,
    },
    /// Store a message in a buffer at the other end of a link; the message outlives this request.
    Enqueue {
        /// Where to.
        buffer: Index,
    },
    /// Call the site at the other end of a link and go on at once; nobody waits for the answer.
    Post(Index),
    /// Pass what faults have put before the site or on the way to it, then go on at the site's program.
    Gate,
    /// Nobody has answered for as long as the caller tried to connect: fail.
    Unanswered,
    /// Fail with a reason.
    Refuse(Reason),
    /// Answer.
    Finish,
}

/// A kind of request.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Name in results: `browse`.
    pub name: String,
    /// Rank where a station serves by priority; 0 goes first.
    pub priority: u8,
    /// Factor on every drawn time of work; 1 is the work that a node states.
    pub work: f64,
    /// Whether it changes data: it goes to a writer, and a cache cannot answer it.
    pub write: bool,
}

/// Offers requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Where its requests are measured end to end.
    pub site: Index,
    /// What it offers.
    pub traffic: Traffic,
    /// Answers later than this are late, not good.
    pub timeout: Span,
    /// What users do then.
    pub patience: Patience,
    /// How long a user's connection stays open after an answer, for metering.
    pub keep: Span,
    /// Bytes of a request, and of its answer, for metering.
    pub bytes: (u64, u64),
    /// Kinds of its requests; empty where all are of the one class without a name.
    pub mix: Vec<Part>,
}

impl Source {
    /// Offers nothing more.
    pub fn silence(&mut self) {
        self.traffic = Traffic::steady(Rate(0.0));
    }
}

/// Who is served next. All but the first two take a [`Station`]; what is preempted keeps the work that it has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Discipline {
    /// First in, first out.
    #[default]
    Fifo,
    /// Last in, first out, without preemption.
    Lifo,
    /// The last that came interrupts the one that has been served longest.
    LifoPreemptive,
    /// All that are here share the servers evenly, each getting one server at most.
    Sharing,
    /// The class with the lowest priority number first; first in, first out within a class.
    Priority,
    /// The same, and a more urgent class interrupts a less urgent one.
    PriorityPreemptive,
    /// The shortest service first, without preemption.
    ShortestJob,
    /// The shortest remaining service first: a shorter one interrupts a longer one.
    ShortestRemaining,
}

/// What makes servers a queueing station. The workers of its pool are its servers.
///
/// Preemption, breakdowns and slow spells act on requests while they are served ([`Step::Serve`]); one that calls others
/// meanwhile keeps its server to itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Station {
    /// Law of the service times. A request brings its service time with it: it is drawn when the request is let in.
    pub service: Index,
    /// Law of how long a request waits for its service to begin before it leaves ([`Reason::LeftQueue`]).
    pub patience: Option<Index>,
    /// Law of the time that an idle server needs before it serves again. A server goes to sleep as soon as it has
    /// nothing to do; as many wake as requests wait, and one that is no longer needed stops waking.
    pub setup: Option<Index>,
    /// Failures of single servers.
    pub breakdown: Option<Breakdown>,
}

/// Failures of the servers of a [`Station`], each on its own, idle or not. A request goes on later where it stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breakdown {
    /// Law of the time from working to failed.
    pub fails: Index,
    /// Law of the time from failed to working.
    pub repaired: Index,
}

/// A group of equal servers, each with workers, a bounded queue in front of them, and a processor.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// The site it belongs to.
    pub site: Index,
    /// Servers at the start, by zone: one entry each.
    pub start: Vec<Zone>,
    /// Zones that a scaler may launch into.
    pub zones: Vec<Zone>,
    /// Requests worked on at once by one server.
    pub workers: u32,
    /// How many more may wait at one server.
    pub queue: u32,
    /// Order of the queue.
    pub discipline: Discipline,
    /// Whether a request that nobody waits for any more, because its user has left or its caller gave up, is dropped
    /// when its turn comes ([`Reason::GaveUp`]); else it is worked on in vain.
    pub drops: bool,
    /// What else there is to it if it is a queueing station.
    pub station: Option<Station>,
    /// Processors of one server; requests in [`Step::Work`] share them evenly.
    pub cores: f64,
    /// Speed of one processor relative to the one that work was stated for.
    pub speed: f64,
    /// From launch to in service.
    pub boot: Span,
    /// From the order to stop to stopped.
    pub stop: Span,
    /// Which of the sizes on offer its servers are, for the bill.
    pub kind: u32,
    /// What others know its server by, if they look it up by name.
    pub address: Address,
    /// Memory of one server.
    pub memory: Memory,
    /// Credits of one server, if it lives on them.
    pub credits: Option<CreditRules>,
    /// From a kill to in service again.
    pub restart: Span,
    /// Backups of its data; `None` for what has none.
    pub backup: Option<Backup>,
    /// Whether its servers count among the instances of the whole system: those that run your code.
    pub fleet: bool,
}

/// Keeps messages until a consumer has worked on them.
#[derive(Debug, Clone, PartialEq)]
pub struct Buffer {
    /// The site it belongs to.
    pub site: Index,
    /// Links to the consumers, which take messages when a worker is free.
    pub links: Vec<Index>,
    /// How they ask for them.
    pub polls: Polls,
    /// A message taken but not finished is offered again after this.
    pub visibility: Span,
    /// Receives after which a message is set aside as a dead letter.
    pub receives: u32,
    /// Buffer that dead letters move to.
    pub dead: Option<Index>,
    /// A message that is older than this is gone.
    pub retention: Span,
    /// A new message is hidden for so long.
    pub delay: Span,
    /// Groups of messages that are worked on in their order, by object; 0 where the order does not matter.
    pub groups: u32,
}

/// A token bucket, full at the start.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// The site it belongs to.
    pub site: Index,
    /// Tokens per second; infinite for no limit.
    pub rate: Rate,
    /// Most tokens that it holds, 1 or more.
    pub burst: f64,
    /// Tokens per second of their own for requests that change data; `None` where all share.
    pub writes: Option<Rate>,
}

/// A way from one site to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Stable name; tells it from others between the same sites.
    pub name: String,
    /// Caller.
    pub from: Index,
    /// Callee.
    pub to: Index,
    /// One-way network delay inside a zone, or where zones do not matter.
    pub near: Span,
    /// One-way network delay between two zones.
    pub far: Span,
    /// How long callers try to connect where nobody answers, not even with a refusal; zero for not at all.
    pub connect: Span,
    /// Between two attempts to deliver along it what nobody waits for.
    pub again: Span,
    /// Which requests may use it where one of several links is chosen.
    pub classes: ClassSet,
    /// How it is used; `None` for one call each time, tried once, for as long as it takes.
    pub policy: Option<Box<CallPolicy>>,
}

/// A set of classes of requests. Classes from the 64th on cannot be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassSet(u64);

impl ClassSet {
    /// All classes.
    pub const ALL: Self = Self(u64::MAX);

    /// The classes with these indices.
    pub fn of(classes: impl Iterator<Item = usize>) -> Self {
        Self(classes.fold(0, |set, class| set | 1 << class.min(63)))
    }

    /// The same classes after they got other numbers; those without a number are left out.
    pub fn renumbered(self, number: impl Fn(usize) -> Option<usize>) -> Self {
        if self == Self::ALL {
            return self;
        }
        Self::of((0..64).filter(|class| self.0 >> class & 1 == 1).filter_map(number))
    }

    /// Whether a class is in it.
    #[inline]
    pub fn has(self, class: u8) -> bool {
        self.0 >> class.min(63) & 1 == 1
    }
}

/// A law of time or chance with a stream of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Law {
    /// Stable name, such as `web-asg/work`.
    pub name: String,
    /// The times it draws; unused where only a probability is drawn.
    pub dist: Dist,
}
