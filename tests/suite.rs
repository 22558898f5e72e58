//! The one test binary: linking dominates, so every suite is a module of it.

mod access;
mod bills;
mod caches;
mod calls;
mod cases;
mod compute;
#[cfg(feature = "gui")]
mod canvas;
mod databases;
mod engine;
mod exchange;
mod fences;
mod groups;
mod live;
mod pictures;
mod messages;
mod stations;
mod stress;
mod take;
mod templates;
mod traces;
mod traffic;
#[cfg(feature = "gui")]
mod window;
#[cfg(feature = "gui")]
mod window_traffic;
#[cfg(feature = "gui")]
mod window_bill;
#[cfg(feature = "gui")]
mod window_words;
