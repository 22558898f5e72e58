//! CloudFormation templates of every design in `designs/` and of some more: golden texts (renew with `UPDATE_EXPECT=1`),
//! and what cfn-lint says of them where it is installed.

use crate::gold::{self, golden};
use loadscape::export::cloudformation;
use loadscape::file;
use loadscape::model::Design;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

/// The designs that come with the program, and some that only try what templates can say.
fn designs() -> Vec<(String, Design)> {
    gold::designs_in(&["designs", "tests/templates"])
}

#[test]
fn templates_are_as_they_were() {
    for (name, design) in designs() {
        gold::check(&name, "yaml", &cloudformation::write(&design).unwrap());
    }
}

#[test]
fn cfn_lint_finds_nothing() {
    if !has_lint() {
        return;
    }
    // Goldens carry what is written: see the test above.
    for (region, names) in by_region() {
        lint(&region, &names.iter().map(|name| golden(name, "yaml")).collect::<Vec<_>>());
    }
}

fn has_lint() -> bool {
    let found = Command::new("cfn-lint").arg("--version").output().is_ok();
    if !found {
        println!("skipped: cfn-lint is not installed (pip install cfn-lint)");
    }
    found
}

fn lint(region: &str, files: &[PathBuf]) {
    let output = Command::new("cfn-lint").args(["--regions", region, "--"]).args(files).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_step_of_every_walkthrough_is_a_clean_template() {
    let folder = tempfile::tempdir().unwrap();
    let steps = gold::steps();
    assert!(steps.len() > 20, "{} steps", steps.len());
    let mut regions: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for (name, design) in steps {
        let text = cloudformation::write(&design).unwrap_or_else(|error| panic!("{name}: {error}"));
        let path = folder.path().join(format!("{name}.yaml"));
        std::fs::write(&path, &text).unwrap();
        let back = file::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!back.design.nodes.is_empty(), "{name}");
        regions.entry(design.region).or_default().push(path);
    }
    if has_lint() {
        regions.iter().for_each(|(region, files)| lint(region, files));
    }
}

fn by_region() -> Vec<(String, Vec<String>)> {
    let mut regions: Vec<(String, Vec<String>)> = Vec::new();
    for (name, design) in designs() {
        match regions.iter_mut().find(|(region, _)| *region == design.region) {
            Some((_, names)) => names.push(name),
            None => regions.push((design.region, vec![name])),
        }
    }
    regions
}

#[test]
fn a_template_is_a_design_to_every_command_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    for (name, design) in gold::designs() {
        for ending in ["yaml", "yml", "template"] {
            let path = folder.path().join(format!("{name}.{ending}"));
            std::fs::write(&path, cloudformation::write(&design).unwrap()).unwrap();
            let opened = file::read(&path).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(opened.design.nodes.len(), design.nodes.len() - more_users(&design), "{name}");
        }
    }
    let path = folder.path().join("latin.yaml");
    std::fs::write(&path, b"Resources:\n  # caf\xe9\n").unwrap();
    let error = file::read(&path).unwrap_err().to_string();
    assert!(error.contains("latin.yaml, line 2, column 8") && error.contains("UTF-8"), "{error}");
}

/// Users beyond the first, who are the same to a template.
fn more_users(design: &Design) -> usize {
    design.nodes.values().filter(|node| node.service == "users").count().saturating_sub(1)
}
