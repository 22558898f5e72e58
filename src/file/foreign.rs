//! Drawings of other programs as designs.

use super::error::FileError;
use super::{Matter, Opened, Source, Warning, parse};
use crate::import::{Format, Remark};
use std::path::Path;

/// Reads a text whose name tells nothing: a design, or the drawing of another program. `name` is what errors call it.
///
/// # Errors
/// It is neither.
pub fn understand(text: &str, name: &str) -> Result<Opened, FileError> {
    match Format::told_by(text) {
        Some(format) => import(format, text, name),
        None => parse(text, name),
    }
}

/// Reads the drawing of another program.
pub(super) fn import(format: Format, text: &str, name: &str) -> Result<Opened, FileError> {
    let title = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
    let imported = format.read(text, &title).map_err(|error| {
        let found = FileError::new(name, error.what, error.remedy);
        error.at.map_or(found.clone(), |(line, column)| found.at(line, column))
    })?;
    let warning = |remark: &Remark| Warning { line: remark.line, text: remark.text.clone(), matter: Matter::Kept };
    let warnings = imported.not_understood.iter().map(warning).collect();
    Ok(Opened { design: imported.drawing, warnings, source: Source::Import(format) })
}
