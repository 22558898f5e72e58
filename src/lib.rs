//! Loadscape: draw an architecture of AWS services, put load on the drawing, and watch what it does.
//!
//! The modules stand lowest first; a module uses only those above it. `tests/fences.rs` reads every `crate::` path and
//! holds the source to this list, so the list is the architecture.
//!
//! What is deliberately absent: anything that talks to a network or to an AWS account. Every figure comes from a run.

pub mod words;
pub mod units;
pub mod metrics;
pub mod sim;
pub mod catalog;
pub mod scenario;
pub mod model;
pub mod edit;
pub mod compile;
pub mod cost;
pub mod analysis;
pub mod outcome;
pub mod walkthrough;
pub mod scene;
pub mod theme;
pub mod export;
pub mod import;
pub mod file;
pub mod session;
#[cfg(feature = "gui")]
pub mod app;
pub mod cli;
