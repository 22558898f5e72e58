//! CloudFormation templates of every design in `designs/` and of some more: golden texts (renew with `UPDATE_EXPECT=1`),
//! and what cfn-lint says of them where it is installed.

use expect_test::expect_file;
use loadscape::export::cloudformation;
use loadscape::file;
use loadscape::model::Design;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The designs of `designs/` and of `tests/templates/` by name.
fn designs() -> Vec<(String, Design)> {
    let mut paths: Vec<PathBuf> = ["designs", "tests/templates"]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "ron"))
        .collect();
    paths.sort();
    let named = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, file::read(&path).unwrap_or_else(|error| panic!("{error}")).design)
    };
    paths.into_iter().map(named).collect()
}

fn golden(name: &str) -> PathBuf {
    root().join("tests/golden").join(format!("{name}.yaml"))
}

#[test]
fn templates_are_as_they_were() {
    for (name, design) in designs() {
        expect_file![golden(&name)].assert_eq(&cloudformation::write(&design).unwrap());
    }
}

#[test]
fn cfn_lint_finds_nothing() {
    if Command::new("cfn-lint").arg("--version").output().is_err() {
        println!("skipped: cfn-lint is not installed (pip install cfn-lint)");
        return;
    }
    // Goldens carry what is written: see the test above.
    for (region, names) in by_region() {
        let files = names.iter().map(|name| golden(name));
        let output = Command::new("cfn-lint").args(["--regions", &region, "--"]).args(files).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
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
    for (name, design) in designs().into_iter().filter(|(name, _)| name != "estate") {
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
