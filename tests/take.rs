//! Taking a design away from the command line: every format, for every design in `designs/`, through the program itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn loadscape(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_loadscape");
    Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"))
}

fn designs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("designs");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    paths
}

/// What is written, with what else is said, and how the file begins.
const FORMATS: [(&str, &[&str], &[u8]); 14] = [
    ("a.svg", &[], b"<svg "),
    ("live.svg", &["--run", "--theme", "dark"], b"<svg "),
    ("a.png", &["--scale", "0.5", "--transparent"], b"\x89PNG"),
    ("a.pdf", &["--page", "a4"], b"%PDF-"),
    ("a.gif", &["--scale", "0.2", "--speed", "40"], b"GIF89a"),
    ("film.svg", &["--animated", "--speed", "40"], b"<svg "),
    ("chart.svg", &["--chart", "latency"], b"<svg "),
    ("chart.png", &["--chart", "requests"], b"\x89PNG"),
    ("a.html", &[], b"<!doctype html>"),
    ("a.csv", &[], b"at_s,"),
    ("a.json", &[], b"{"),
    ("a.drawio", &[], b"<mxfile "),
    ("a.mmd", &[], b"---\ntitle:"),
    ("a.ron", &[], b"Loadscape("),
];

#[test]
fn every_design_leaves_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    for design in designs() {
        for (name, more, begins) in FORMATS {
            let out = folder.path().join(name);
            let arguments = ["export", design.to_str().unwrap(), out.to_str().unwrap(), "--for", "20 s"];
            let output = loadscape(&[&arguments, more].concat());
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{}, {name}: {said}", design.display());
            let bytes = std::fs::read(&out).unwrap();
            let start = bytes[..begins.len().min(bytes.len())].to_ascii_lowercase();
            assert_eq!(start, begins.to_ascii_lowercase(), "{}, {name}", design.display());
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), FORMATS.len(), "no draft is left behind");
    }
}

#[test]
fn what_comes_from_other_programs_is_taken_like_a_design() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let design = designs().remove(0);
    for ending in ["drawio", "mmd"] {
        let file = path(&format!("there.{ending}"));
        assert!(loadscape(&["export", design.to_str().unwrap(), &file]).status.success());
        let back = loadscape(&["export", &file, &path("back.ron")]);
        assert!(back.status.success(), "{}", String::from_utf8_lossy(&back.stderr));
        let run = loadscape(&["run", &file, "--for", "10 s"]);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }
    std::fs::write(path("broken.drawio"), "<mxfile>\n<diagram><mxGraphModel></diagram></mxfile>").unwrap();
    let output = loadscape(&["check", &path("broken.drawio")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("broken.drawio, line 2, column"), "{said}");
}
