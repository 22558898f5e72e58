//! Claims against what was measured.

use super::{Claim, Measured, Walkthrough, Which};
use crate::outcome::Judged;
use crate::outcome::shown::with_unit;
use crate::units::Span;
use crate::words::t;
use serde_json::{Value, json};

/// What came of a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The figures, each in its unit.
    pub judged: Judged,
    /// What was measured, as people read it.
    pub measured: String,
    /// What it is held against, where that was measured too, or differs from what the claim says.
    pub limit: Option<String>,
}

/// Judges a claim about a run. `of` finds what a run measured; `until` is the moment up to which the run is looked at.
/// `None` as long as nothing was measured for it.
pub fn judge<'a>(
    claim: &Claim,
    which: Which,
    of: impl Fn(Which) -> Option<&'a Measured>,
    until: Span,
) -> Option<Verdict> {
    let own = of(which)?.at(claim.during, until)?;
    let other = which.needed(claim.holds.against()).and_then(of).and_then(|run| run.of(claim.during));
    let judged = claim.holds.judge(own, other);
    let unit = claim.holds.unit();
    let measured = judged.value.map_or_else(|| t!("nothing measured").to_owned(), |value| with_unit(value, unit));
    let limit = judged.limit.map(|limit| with_unit(limit, unit));
    Some(Verdict { judged, measured, limit })
}

/// What came of a claim, as JSON: `ok` is null as long as that is not settled.
pub fn told(claim: &Claim, verdict: Option<&Verdict>, settled: Option<bool>) -> Value {
    json!({ "says": claim.says.en, "holds": claim.holds.text(),
        "measured": verdict.map(|verdict| verdict.measured.as_str()),
        "limit": verdict.and_then(|verdict| verdict.limit.as_deref()), "ok": settled })
}

impl Walkthrough {
    /// Judges all claims about a run, in their order; what was not measured does not hold.
    pub fn verdicts<'a>(
        &self,
        which: Which,
        of: impl Fn(Which) -> Option<&'a Measured>,
    ) -> Vec<(&Claim, Option<Verdict>)> {
        let claims = self.trial(which).into_iter().flat_map(|trial| &trial.claims);
        claims.map(|claim| (claim, judge(claim, which, &of, claim.during.1))).collect()
    }
}
