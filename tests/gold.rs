//! Designs that every export is tried on, and the golden texts beside them (renew with `UPDATE_EXPECT=1`).

use expect_test::expect_file;
use loadscape::file;
use loadscape::model::Design;
use std::path::{Path, PathBuf};

/// The designs of these folders of the project, by name.
pub fn designs_in(folders: &[&str]) -> Vec<(String, Design)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |folder: &&str| std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = folders.iter().flat_map(files).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "ron"));
    paths.sort();
    let named = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, file::read(&path).unwrap_or_else(|error| panic!("{error}")).design)
    };
    paths.into_iter().map(named).collect()
}

/// The designs that come with the program.
pub fn designs() -> Vec<(String, Design)> {
    designs_in(&["designs"])
}

/// The design of every step and variant of every walkthrough that comes with the program, by name.
pub fn steps() -> Vec<(String, Design)> {
    let mut found = Vec::new();
    for shipped in file::walkthroughs() {
        let told = file::read_walkthrough(shipped.text, shipped.key).unwrap_or_else(|error| panic!("{error}"));
        for (number, step) in told.walkthrough.steps.into_iter().enumerate() {
            let name = format!("{}-{}", shipped.key, number + 1);
            for (letter, variant) in ('a'..).zip(step.variants) {
                found.push((format!("{name}{letter}"), variant.trial.design));
            }
            found.push((name, step.trial.design));
        }
    }
    found
}

/// Where the golden text of a design stands.
pub fn golden(name: &str, ending: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.{ending}"))
}

/// Compares a text with its golden one.
pub fn check(name: &str, ending: &str, text: &str) {
    expect_file![golden(name, ending)].assert_eq(text);
}
