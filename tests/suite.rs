//! The one test binary: linking dominates, so every suite is a module of it.

mod access;
mod afar;
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
mod faults;
mod fences;
#[cfg(feature = "gui")]
mod gestures;
mod gold;
mod groups;
mod limits;
mod live;
mod pictures;
mod rollouts;
mod messages;
mod metered;
mod stations;
mod stress;
mod take;
mod templates;
mod traces;
mod traffic;
mod turns;
mod walkthroughs;
mod ways;
#[cfg(feature = "gui")]
mod window;
#[cfg(feature = "gui")]
mod window_dock;
#[cfg(feature = "gui")]
mod window_traffic;
#[cfg(feature = "gui")]
mod window_bill;
#[cfg(feature = "gui")]
mod window_names;
#[cfg(feature = "gui")]
mod window_tabs;
#[cfg(feature = "gui")]
mod window_words;
#[cfg(feature = "gui")]
mod window_walkthrough;
