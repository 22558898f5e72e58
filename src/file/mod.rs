//! Designs as text: RON, one file a design, made to be read and diffed.
//!
//! A version of the format has plain structs of its own (`v1`), so that the model can change and old files open for
//! ever. One record is one line, in a stable order, with only what differs from the defaults. What this version does not
//! know (services, settings, values) is kept and written back. What cannot be part of a design is left out with a warning
//! that has its line; what cannot be read at all is an error with line and column, and nothing opens.
//!
//! Drawings of other programs are told by the endings of their files and read by `import`.
//!
//! Saving replaces a file as a whole or not at all. Absent: dialogs, autosave, the choice of a path; ids that were given
//! out and are gone, except those that a scenario still names.

mod disk;
mod error;
mod foreign;
mod lines;
mod open;
mod print;
mod prices;
mod recordings;
mod samples;
mod script;
mod shipped;
mod traffic;
#[cfg(test)]
mod tests;
mod unread;
mod upon;
mod v1;
mod walkthroughs;
mod ways;

pub use disk::{read, write, write_bytes};
pub use error::FileError;
pub use foreign::understand;
pub use open::parse;
pub use prices::read_prices;
pub use print::print;
pub use recordings::{Haste, Library, portable, read_recording};
pub use samples::{Sample, samples};
pub use shipped::{Shipped, walkthroughs};
pub use walkthroughs::{Problem, Told, holds_walkthrough, is_walkthrough, open_walkthrough, read_walkthrough};

use crate::import::Format;
use crate::model::Design;

/// The version that is written, and the newest that can be read.
pub const VERSION: u32 = 1;

/// What a file held.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The design.
    pub design: Design,
    /// What is not as the file says, in the order of the file's sections. At most a hundred, and one that counts the rest.
    pub warnings: Vec<Warning>,
    /// What the file was.
    pub source: Source,
}

/// What a file was that a design came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A design.
    Design,
    /// A drawing of another program: the design is a new one.
    Import(Format),
}

/// Something in a file that could not be taken as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Line of the record, from 1.
    pub line: Option<usize>,
    /// What, and what was done about it.
    pub text: String,
    /// What it means for the design.
    pub matter: Matter,
}

/// What a warning means for the design that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// Everything that runs is there; something of it is not understood, such as a service of another version or a price
    /// that cannot be one.
    Kept,
    /// A setting has a value that cannot be, such as an instance type that nobody sells. It is kept, and the value that the
    /// warning names counts in its place.
    Assumed,
    /// The design differs from what the file says: a run of it would not be a run of the file.
    Changed,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}
