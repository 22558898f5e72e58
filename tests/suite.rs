//! The one test binary: linking dominates, so every suite is a module of it.

mod cases;
mod engine;
mod fences;
mod live;
mod pictures;
mod stations;
mod stress;
#[cfg(feature = "gui")]
mod window;
