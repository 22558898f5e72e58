//! The plain structs of a walkthrough's file, version 1: what may stand in it, and nothing about what it means.

use super::v1::{self, Scalar, Typed};
use crate::units::Span;
use ron::Options;
use ron::value::RawValue;
use std::collections::BTreeMap;

#[derive(serde::Deserialize)]
#[serde(rename = "Walkthrough", deny_unknown_fields)]
pub(super) struct Script {
    pub version: u32,
    pub title: Text,
    pub text: Text,
    #[serde(rename = "for")]
    pub duration: Option<Typed<Span>>,
    pub warmup: Option<Typed<Span>>,
    #[serde(default)]
    pub traffic: BTreeMap<String, v1::Shape>,
    pub steps: Vec<Step>,
}

#[derive(serde::Deserialize, Default)]
#[serde(rename = "text", deny_unknown_fields)]
pub(super) struct Text {
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub ko: String,
}

#[derive(serde::Deserialize)]
#[serde(rename = "step", deny_unknown_fields)]
pub(super) struct Step {
    pub title: Text,
    pub text: Text,
    pub design: Option<v1::File>,
    #[serde(default)]
    pub change: Vec<Change>,
    #[serde(rename = "for")]
    pub duration: Option<Typed<Span>>,
    pub warmup: Option<Typed<Span>>,
    pub traffic: Option<BTreeMap<String, v1::Shape>>,
    #[serde(default)]
    pub faults: Vec<v1::Fault>,
    #[serde(default)]
    pub focus: Vec<String>,
    pub chart: Option<String>,
    pub plays: Option<Typed<Span>>,
    #[serde(default)]
    pub claims: Vec<Claim>,
    #[serde(default, rename = "try")]
    pub variants: Vec<Variant>,
}

#[derive(serde::Deserialize)]
#[serde(rename = "variant", deny_unknown_fields)]
pub(super) struct Variant {
    pub title: Text,
    #[serde(default)]
    pub text: Text,
    #[serde(default)]
    pub change: Vec<Change>,
    #[serde(rename = "for")]
    pub duration: Option<Typed<Span>>,
    pub warmup: Option<Typed<Span>>,
    pub traffic: Option<BTreeMap<String, v1::Shape>>,
    pub faults: Option<Vec<v1::Fault>>,
    pub focus: Option<Vec<String>>,
    pub chart: Option<String>,
    #[serde(default)]
    pub claims: Vec<Claim>,
}

#[derive(serde::Deserialize)]
#[serde(rename = "claim", deny_unknown_fields)]
pub(super) struct Claim {
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub ko: String,
    pub holds: String,
    pub during: Option<(Typed<Span>, Typed<Span>)>,
}

/// A change to the design before.
#[derive(serde::Deserialize)]
#[serde(rename = "change", deny_unknown_fields)]
pub(super) enum Change {
    /// A new node, or another one in place of that with the same id.
    Node(v1::Node),
    /// A new place.
    Place(v1::Place),
    /// A new link.
    Link(v1::Link),
    /// All kinds of requests.
    Classes(Vec<v1::Class>),
    /// Records that go, by id; a link by its ends, "web->db".
    Remove(Vec<String>),
    /// Settings of a node, or of a link by its ends.
    Set(String, BTreeMap<String, Scalar>),
    /// A node or place goes elsewhere.
    Move(String, (f32, f32)),
    /// A place gets another rectangle: position and size.
    Resize(String, (f32, f32), (f32, f32)),
    /// Another name on a card or place.
    Rename(String, String),
}

/// A part of a step's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The step as a whole.
    Whole,
    /// A change, by position.
    Change(usize),
    /// A claim, by position.
    Claim(usize),
    /// A fault, by position.
    Fault(usize),
    /// A variant as a whole, by position.
    Variant(usize),
    /// A change of a variant, by positions.
    VariantChange(usize, usize),
    /// A claim of a variant, by positions.
    VariantClaim(usize, usize),
    /// A fault of a variant, by positions.
    VariantFault(usize, usize),
}

#[derive(Default, serde::Deserialize)]
#[serde(rename = "Walkthrough", default)]
struct RawScript<'a> {
    #[serde(borrow)]
    steps: Vec<&'a RawValue>,
}

#[derive(Default, serde::Deserialize)]
#[serde(rename = "step", default)]
struct RawStep<'a> {
    #[serde(borrow)]
    change: Vec<&'a RawValue>,
    #[serde(borrow)]
    claims: Vec<&'a RawValue>,
    #[serde(borrow)]
    faults: Vec<&'a RawValue>,
    #[serde(borrow, rename = "try")]
    variants: Vec<&'a RawValue>,
}

/// The line of a part of a step, from 1, in a text that is known to be readable.
pub(super) fn line_of(text: &str, options: &Options, (step, part): (usize, Part)) -> Option<usize> {
    let script: RawScript<'_> = options.from_str(text).ok()?;
    let record = script.steps.get(step)?;
    let own = inside(record, options);
    let found = match part {
        Part::Whole => Some(*record),
        Part::Change(at) => own.change.get(at).copied(),
        Part::Claim(at) => own.claims.get(at).copied(),
        Part::Fault(at) => own.faults.get(at).copied(),
        Part::Variant(at) => own.variants.get(at).copied(),
        Part::VariantChange(variant, at) => {
            own.variants.get(variant).and_then(|it| inside(it, options).change.get(at).copied())
        }
        Part::VariantFault(variant, at) => {
            own.variants.get(variant).and_then(|it| inside(it, options).faults.get(at).copied())
        }
        Part::VariantClaim(variant, at) => {
            own.variants.get(variant).and_then(|it| inside(it, options).claims.get(at).copied())
        }
    };
    // Both are parts of the same text, so their distance is the position of the record.
    let at = (found.unwrap_or(record).trim().get_ron().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    Some(text.as_bytes().iter().take(at).filter(|&&byte| byte == b'\n').count() + 1)
}

fn inside<'a>(record: &'a RawValue, options: &Options) -> RawStep<'a> {
    options.from_str(record.get_ron()).unwrap_or_default()
}

/// The number of the step, from 1, that a position of a text stands in; for texts that cannot be read. `None` before the
/// first one.
pub(super) fn step_at(text: &str, (line, column): (usize, usize)) -> Option<usize> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let end = (start + column).min(text.len());
    let (mut depth, mut steps, mut inside, mut quoted, mut escaped) = (0_i32, 0, false, false, false);
    for (at, c) in text.char_indices().take_while(|(at, _)| *at < end) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => {
                inside |= depth == 1 && c == '[' && text[..at].trim_end().trim_end_matches(':').ends_with("steps");
                steps += usize::from(inside && depth == 2 && c == '(');
                depth += 1;
            }
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    (steps > 0).then_some(steps)
}
