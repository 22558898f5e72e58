//! What a run took in place of what is drawn, and what it left out.

use crate::analysis;
use crate::compile::Plan;
use crate::model::{Design, Id};
use serde_json::{Value, json};

/// A list of what is drawn or planned and cannot be so: each with the record that it is about, if it is about one, and a
/// sentence that says what runs instead.
pub fn assumed(design: &Design, plan: &Plan) -> Value {
    let told = |about: Option<&Id>, text: &str| json!({ "about": about.map(Id::as_str), "text": text });
    let findings = analysis::check(design);
    let taken = findings.iter().filter(|finding| finding.is_assumed());
    let taken = taken.map(|finding| told(finding.about.first(), &finding.text));
    let left_out = plan.notes.iter().map(|note| told(note.about.as_ref(), &note.text));
    taken.chain(left_out).collect()
}
