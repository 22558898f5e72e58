//! The engine: flat primitives and node programs in, metrics out. Pure, deterministic, `Clone`.
//!
//! One [`network::Network`] and one seed give one result, bit for bit, on any machine. The engine reads no clock, starts
//! no thread, and knows no AWS service; `clippy.toml` bans what would break that.
//!
//! Absent: hedged requests, and time-outs that callees know of: who stops waiting does not stop the work.

mod arrivals;
mod audit;
mod balance;
mod breaker;
mod bucket;
mod buffer;
pub mod cache;
mod calls;
mod cart;
mod class;
pub mod cluster;
mod cpu;
mod crew;
mod credits;
pub mod curve;
mod deadline;
mod direct;
pub mod dist;
pub mod engine;
mod event_set;
mod faults;
mod forecast;
mod files;
mod frame;
mod gates;
pub mod group;
mod idle;
mod keep;
mod law;
mod least;
mod harm;
mod hop;
mod line;
mod link_meter;
mod lru;
mod live;
mod meter;
pub mod machine;
pub mod names;
pub mod network;
mod op;
pub mod policy;
mod observe;
pub mod pacer;
pub mod part;
mod program;
mod radix_heap;
mod ready;
mod record;
mod queue;
pub mod random;
pub mod report;
mod resolve;
mod ring;
mod scale;
mod serve;
mod server;
mod session;
pub mod shape;
pub mod snapshot;
mod timer;
pub mod trace;
mod winner_tree;
mod ziggurat;
pub mod spread;
mod station;
mod stick;
pub mod traffic;
mod turn;
mod upkeep;
mod work;
pub mod zipf;
