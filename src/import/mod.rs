//! Drawings of other programs: from their text to a drawing of ours and a list of what was not understood.
//!
//! One file per format reads; what it finds goes through [`draft::Draft`], which keeps every rule of a design, and comes
//! out as [`Imported`]. Nothing is dropped in silence: what has no meaning here becomes a note or is listed with its line.
//! Time and memory are bounded by the size of the text. Absent: reading files and asking for them (see `file`), and any
//! guess at figures: what a drawing does not say stays at the catalogue's default.

mod arrange;
pub mod cloudformation;
pub mod draft;
pub mod drawio;
mod html;
pub mod mermaid;
pub mod words;
mod xml;

use crate::model::Design;
use std::fmt;
use std::path::Path;
use thiserror::Error;

/// What came of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The drawing; it keeps every rule of a design, so that it can be edited and run at once.
    pub drawing: Design,
    /// What the text has and the drawing has not, in the order of the text.
    pub not_understood: Vec<Remark>,
}

/// One thing that was not understood, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Line of the text, from 1, where the format has lines.
    pub line: Option<usize>,
    /// What, and what was done about it.
    pub text: String,
}

/// Why nothing could be imported.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what}. {remedy}")]
pub struct ImportError {
    /// Line and column, from 1, if the trouble is at one place.
    pub at: Option<(usize, usize)>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// A format of other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// draw.io, also called diagrams.net.
    Drawio,
    /// Flowcharts of Mermaid.
    Mermaid,
    /// A CloudFormation template, YAML or JSON.
    CloudFormation,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Drawio, Self::Mermaid, Self::CloudFormation];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Drawio => "draw.io",
            Self::Mermaid => "Mermaid",
            Self::CloudFormation => "CloudFormation",
        }
    }

    /// Endings of its files, without the dot; the first is the usual one.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Drawio => &["drawio", "dio", "xml"],
            Self::Mermaid => &["mmd", "mermaid", "md"],
            Self::CloudFormation => &["yaml", "yml", "template", "json"],
        }
    }

    /// The format that the name of a file tells.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        let has = |format: &Self| format.endings().iter().any(|known| known.eq_ignore_ascii_case(ending));
        Self::ALL.into_iter().find(has)
    }

    /// The format of a text without a name, by how it begins.
    pub fn told_by(text: &str) -> Option<Self> {
        let start = text.trim_start_matches('\u{feff}').trim_start();
        let word = start.split(|c: char| c.is_whitespace() || c == ';').next().unwrap_or_default();
        match word {
            "flowchart" | "graph" | "```mermaid" => Some(Self::Mermaid),
            _ if start.starts_with('<') => Some(Self::Drawio),
            _ if start.starts_with("%%") => Some(Self::Mermaid),
            _ if start.starts_with("Loadscape") || start.starts_with('(') => None,
            _ if cloudformation::looks_like_one(text) => Some(Self::CloudFormation),
            // Lines with a title stand before a flowchart.
            _ => start.starts_with("---").then_some(Self::Mermaid),
        }
    }

    /// Reads a text. `title` names the drawing where the text does not.
    ///
    /// # Errors
    /// The text is not of this format, or nothing is drawn in it.
    pub fn read(self, text: &str, title: &str) -> Result<Imported, ImportError> {
        let text = text.trim_start_matches('\u{feff}');
        match self {
            Self::Drawio => drawio::read(text, title),
            Self::Mermaid => mermaid::read(text, title),
            Self::CloudFormation => cloudformation::read(text, title),
        }
    }
}

impl ImportError {
    /// Trouble with the text as a whole.
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { at: None, what: what.into(), remedy: remedy.into() }
    }

    /// The same at a line and a column.
    pub fn at(self, line: usize, column: usize) -> Self {
        Self { at: Some((line, column)), ..self }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}
