//! The one test binary: linking dominates, so every suite is a module of it.

#[cfg(feature = "gui")]
mod canvas;
mod cases;
mod engine;
mod fences;
mod live;
mod stations;
mod stress;
#[cfg(feature = "gui")]
mod window;
