//! The engine: flat primitives and node programs in, metrics out. Pure, deterministic, `Clone`.
//!
//! One [`network::Network`] and one seed give one result, bit for bit, on any machine. The engine reads no clock, starts
//! no thread, and knows no AWS service; `clippy.toml` bans what would break that.
//!
//! Absent: sessions, request classes, retries and time-outs that cancel work. Programs and frames have room for them.

pub mod dist;
pub mod engine;
pub mod network;
pub mod report;
pub mod snapshot;
pub mod random;
pub mod shape;
