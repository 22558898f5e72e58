//! Why a file could not be read or written.

use crate::words::t;
use thiserror::Error;

/// Which file, where in it, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name}{place}: {what}. {remedy}", place = self.place())]
pub struct FileError {
    /// Name of the file.
    pub name: String,
    /// Line and column, from 1, if the trouble is in the text.
    pub at: Option<(usize, usize)>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl FileError {
    pub(super) fn new(name: &str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { name: name.to_owned(), at: None, what: what.into(), remedy: remedy.into() }
    }

    /// A text that is something else altogether.
    pub(super) fn no_design(text: &str, name: &str) -> Self {
        if super::is_walkthrough(text) {
            let remedy = "Choose it among the walkthroughs, or play it with \"loadscape walkthrough FILE\"";
            return Self::new(name, "this is a walkthrough, and no design", remedy);
        }
        Self::new(name, t!("this is no design: a design begins with \"Loadscape(\""), t!("Choose another file"))
            .at(1, 1)
    }

    pub(super) fn at(self, line: usize, column: usize) -> Self {
        Self { at: Some((line, column)), ..self }
    }

    /// What is wrong and what to do, for a message that names the file itself.
    pub fn reason(&self) -> String {
        format!("{}. {}", self.what, self.remedy)
    }

    fn place(&self) -> String {
        self.at.map(|(line, column)| format!(", line {line}, column {column}")).unwrap_or_default()
    }
}
