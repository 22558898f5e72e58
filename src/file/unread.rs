//! Why the text of a design could not be read, in our words.

use super::error::FileError;
use super::{VERSION, v1};
use crate::edit::line;
use crate::words::{key, t};
use ron::Options;

const REMEDY: &str = key!("Correct that in a text editor; the file was not changed");

/// Where the text is wrong and what to do.
pub(super) fn explain(text: &str, name: &str, options: &Options, error: &ron::error::SpannedError) -> FileError {
    match options.from_str::<v1::Head>(text) {
        Ok(head) if head.version != VERSION => version_error(name, head.version),
        _ if super::is_walkthrough(text) || !looks_like_a_design(text) => FileError::no_design(text, name),
        _ => FileError::new(name, words(&error.code), crate::words::of(REMEDY))
            .at(error.span.end.line, error.span.end.col),
    }
}

/// Whether the text begins like a design, perhaps behind comments or attributes; the name of the record may be left out.
fn looks_like_a_design(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("Loadscape") || text.starts_with('(') || text.starts_with('/') || text.starts_with("#!")
}

/// What the reader of the text says, in our words.
pub(super) fn words(code: &ron::Error) -> String {
    match code {
        ron::Error::MissingStructField { field, outer } => {
            t!(
                "the field \"{field}\" is missing in this {outer}",
                field = field,
                outer = outer.as_deref().unwrap_or("record")
            )
        }
        ron::Error::NoSuchStructField { expected, found, outer } => {
            let (found, outer) = (line(found), outer.as_deref().unwrap_or("record"));
            t!(
                "there is no field \"{found}\" in a {outer}; known are: {known}",
                found = found,
                outer = outer,
                known = expected.join(", ")
            )
        }
        other => {
            let mut what: String = other.to_string().chars().take(300).collect();
            if let Some(first) = what.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            what
        }
    }
}

pub(super) fn version_error(name: &str, found: u32) -> FileError {
    let what = t!(
        "the file has version {found} of the format, and this program understands version {known}",
        found = found,
        known = VERSION
    );
    let newer = t!("Open it with a newer Loadscape; the file was not changed");
    FileError::new(name, what, if found > VERSION { newer } else { t!("Write \"version: 1\" if that is what it is") })
}
