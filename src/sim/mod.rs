//! The engine: flat primitives and node programs in, metrics out. Pure, deterministic, `Clone`.
//!
//! One [`network::Network`] and one seed give one result, bit for bit, on any machine. The engine reads no clock, starts
//! no thread, and knows no AWS service; `clippy.toml` bans what would break that.
//!
//! Absent: sessions, hedged requests, and time-outs that callees know of: who stops waiting does not stop the work.

mod arrivals;
mod audit;
mod balance;
mod breaker;
mod bucket;
mod buffer;
pub mod cache;
mod calls;
mod class;
pub mod cluster;
mod cpu;
pub mod curve;
mod deadline;
pub mod dist;
pub mod engine;
mod event_set;
mod files;
mod frame;
mod least;
mod hop;
mod line;
mod lru;
mod live;
mod meter;
pub mod network;
mod op;
pub mod policy;
mod observe;
pub mod pacer;
pub mod part;
mod program;
mod radix_heap;
mod queue;
pub mod random;
pub mod report;
mod ring;
mod scale;
mod serve;
mod server;
mod session;
pub mod shape;
pub mod snapshot;
mod timer;
mod winner_tree;
mod ziggurat;
mod station;
pub mod traffic;
mod turn;
mod upkeep;
mod work;
pub mod zipf;
