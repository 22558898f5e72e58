//! What a run measured: its figures as JSON, and assertions about them.
//!
//! The JSON is the contract of the README. Whatever judges or shows a whole run reads it: the command line, files, and
//! the claims of walkthroughs.
//!
//! Absent: the course of a run over time (`metrics::Series`), and anything that runs or prints.

mod asserts;
mod assumed;
mod course;
mod figure;
mod figures;
mod quoted;
pub mod shown;

pub use asserts::{Against, Assertion, Judged};
pub use assumed::assumed;
pub use course::{Course, course};
pub use figure::{HELP, Names, read};
pub use figures::{bill, figures};
pub use quoted::{listed, meant, plain};
