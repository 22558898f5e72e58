//! `loadscape check`: findings of the graph rules; the verdict is bad when one of them is an error.

use super::run::pretty;
use super::{Outcome, Verdict, input, output, step};
use crate::analysis::{self, Finding, Severity};
use crate::walkthrough::Which;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Design to check; - reads it from standard input
    file: PathBuf,
    /// Step of a walkthrough, where FILE is one: 3, or 3.1 for its first variant
    #[arg(long, value_name = "N[.M]", value_parser = step::number)]
    step: Option<Which>,
    /// Write the findings as JSON to this file; - is standard output, in place of the text
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
}

/// Checks and prints.
pub(super) fn check(options: &Options) -> Outcome {
    let design = input::read_step(&options.file, options.step)?;
    options.json.as_deref().map_or(Ok(()), output::check)?;
    let findings = analysis::check(&design);
    if let Some(path) = &options.json {
        output::write(path, pretty(&json(&findings)).as_bytes())?;
    }
    if options.json.as_deref() != Some(Path::new("-")) {
        output::print(&text(&findings))?;
    }
    let bad = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if bad { Verdict::Failed } else { Verdict::Fine })
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn about(finding: &Finding) -> String {
    finding.about.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn text(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "nothing found\n".to_owned();
    }
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let line = |finding: &&Finding| {
        let Finding { rule, severity, text, remedy, .. } = finding;
        let (word, about) = (word(*severity), about(finding));
        let place = if about.is_empty() { String::new() } else { format!("{about}: ") };
        format!("{word}[{rule}] {place}{text}\n    {remedy}\n")
    };
    findings.iter().map(line).collect()
}

fn json(findings: &[Finding]) -> Value {
    let one = |finding: &Finding| {
        let about: Vec<String> = finding.about.iter().map(ToString::to_string).collect();
        json!({ "rule": finding.rule, "severity": word(finding.severity), "about": about, "text": finding.text,
            "remedy": finding.remedy, "fixable": !finding.fix.is_empty() })
    };
    json!({ "version": 1, "findings": findings.iter().map(one).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Id;
    use expect_test::expect;

    #[test]
    fn the_worst_stands_first() {
        let finding = |rule, severity, about: &[&str]| Finding {
            rule,
            severity,
            about: about.iter().filter_map(|id| Id::new(id)).collect(),
            text: "what and why".to_owned(),
            remedy: "what to do".to_owned(),
            fix: Vec::new(),
        };
        let findings = [
            finding("small", Severity::Note, &[]),
            finding("single-point-of-failure", Severity::Warning, &["db", "web"]),
        ];
        expect![[r#"
            warning[single-point-of-failure] db, web: what and why
                what to do
            note[small] what and why
                what to do
        "#]]
        .assert_eq(&text(&findings));
        assert_eq!(json(&findings)["findings"][1]["severity"], "warning");
    }
}
