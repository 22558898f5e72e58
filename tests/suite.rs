//! The one test binary: linking dominates, so every suite is a module of it.

mod engine;
mod fences;
mod pictures;
mod stress;
#[cfg(feature = "gui")]
mod window;
