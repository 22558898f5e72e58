//! Taking a design away from the command line: every format, for every design in `designs/`, through the program itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn loadscape(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_loadscape");
    Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"))
}

fn designs() -> Vec<PathBuf> {
    files("designs")
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "ron"));
    paths.sort();
    paths
}

/// What is written, with what else is said, and how the file begins.
const FORMATS: [(&str, &[&str], &[u8]); 16] = [
    ("a.svg", &[], b"<svg "),
    ("live.svg", &["--run", "--theme", "dark"], b"<svg "),
    ("a.png", &["--scale", "0.5", "--transparent"], b"\x89PNG"),
    ("a.pdf", &["--page", "a4"], b"%PDF-"),
    ("a.gif", &["--scale", "0.2", "--speed", "40"], b"GIF89a"),
    ("film.svg", &["--animated", "--speed", "40"], b"<svg "),
    ("chart.svg", &["--chart", "latency"], b"<svg "),
    ("chart.png", &["--chart", "requests"], b"\x89PNG"),
    ("use.svg", &["--chart", "use"], b"<svg "),
    ("a.html", &[], b"<!doctype html>"),
    ("a.csv", &[], b"at_s,"),
    ("a.json", &[], b"{"),
    ("a.drawio", &[], b"<mxfile "),
    ("a.mmd", &[], b"---\ntitle:"),
    ("a.ron", &[], b"Loadscape("),
    ("a.yaml", &[], b"# "),
];

/// Writes one format of a file into a folder, and looks at how it begins.
fn leaves(file: &Path, folder: &Path, (name, more, begins): (&str, &[&str], &[u8])) {
    let out = folder.join(name);
    let output = loadscape(&[&["export", file.to_str().unwrap(), out.to_str().unwrap()], more].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}, {name}, {more:?}: {said}", file.display());
    let bytes = std::fs::read(&out).unwrap();
    let start = bytes[..begins.len().min(bytes.len())].to_ascii_lowercase();
    assert_eq!(start, begins.to_ascii_lowercase(), "{}, {name}", file.display());
}

#[test]
fn every_design_leaves_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    for design in designs() {
        for (name, more, begins) in FORMATS {
            leaves(&design, folder.path(), (name, &[more, &["--for", "20 s"]].concat()[..], begins));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), FORMATS.len(), "no draft is left behind");
    }
}

#[test]
fn every_step_of_a_walkthrough_leaves_too() {
    let folder = tempfile::tempdir().unwrap();
    // Films take their time, and are films of designs like any other.
    let formats = FORMATS.iter().filter(|(name, ..)| !matches!(*name, "a.gif" | "film.svg"));
    let mut formats = formats.cycle();
    for file in files("designs/walkthroughs") {
        let story = loadscape::file::open_walkthrough(&file).unwrap().walkthrough;
        for step in 1..=story.steps.len() {
            let (name, more, begins) = *formats.next().unwrap();
            let step = step.to_string();
            leaves(&file, folder.path(), (name, &[more, &["--for", "3 s", "--step", &step]].concat()[..], begins));
        }
    }
}

#[test]
fn a_step_of_a_walkthrough_is_run_checked_and_billed_like_a_design() {
    let ready = files("designs/walkthroughs").into_iter().find(|path| path.ends_with("ready.ron")).unwrap();
    let ready = ready.to_str().unwrap();
    for command in ["run", "bill"] {
        let output = loadscape(&[command, ready, "--step", "2", "--for", "3 s"]);
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!String::from_utf8_lossy(&output.stderr).contains("--step N"), "the step was named");
    }
    let first = loadscape(&["check", "ready"]);
    let said = String::from_utf8_lossy(&first.stderr).into_owned();
    assert!(first.status.code().is_some_and(|code| code < 2), "{said}");
    assert!(said.contains("this is step 1: ") && said.contains("loadscape walkthrough ready"), "{said}");
    for (arguments, told) in [
        (["check", ready, "--step", "99"], "there is no step 99"),
        (["check", designs()[0].to_str().unwrap(), "--step", "1"], "is a design; leave --step out"),
        (["check", ready, "--step", "first"], "a step is a number"),
        (["walkthrough", ready, "--step", "2.9"], "step 2 has no such variant; there are 2.1 to 2.1"),
        (["walkthrough", ready, "--step", "99"], "there is no step 99"),
    ] {
        let output = loadscape(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(told), "{said}");
    }
}

#[test]
fn a_chart_that_there_is_not_names_those_that_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("a.svg");
    let design = designs().remove(0);
    let output =
        loadscape(&["export", design.to_str().unwrap(), out.to_str().unwrap(), "--chart", "weather", "--for", "3 s"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("latency, requests, instances, cost, use"), "{said}");
}

#[test]
fn the_course_of_the_system_and_of_each_node_is_written_with_all_its_figures() {
    let folder = tempfile::tempdir().unwrap();
    let design = designs().into_iter().find(|path| path.ends_with("myclothes.ron")).unwrap();
    let (tables, json) = (folder.path().join("csv"), folder.path().join("run.json"));
    let (tables, json) = (tables.to_str().unwrap(), json.to_str().unwrap());
    let arguments = [
        "run",
        design.to_str().unwrap(),
        "--for",
        "10 s",
        "--warmup",
        "4 s",
        "--csv",
        tables,
        "--series",
        "--json",
        json,
    ];
    let output = loadscape(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| {
        let text = std::fs::read_to_string(Path::new(tables).join(name)).unwrap();
        text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect::<Vec<Vec<String>>>()
    };
    let figure = |table: &[Vec<String>], row: usize, column: &str| -> f64 {
        let at = table[0].iter().position(|name| name == column).unwrap_or_else(|| panic!("no {column}"));
        table[row][at].parse().unwrap()
    };
    let (system, shop) = (read("series.csv"), read("series-shop.csv"));
    assert_eq!((system.len(), shop.len()), (11, 11), "a line for each second, warm-up included");
    assert!((1..11).all(|row| figure(&system, row, "cost_usd_per_h") > 0.0 && figure(&shop, row, "in_service") >= 1.0));
    assert!(figure(&system, 10, "cost_usd") > figure(&system, 9, "cost_usd"));
    assert!(figure(&shop, 10, "desired") >= 1.0 && figure(&shop, 10, "utilization") > 0.0);
    let own = figure(&shop, 10, "cost_usd");
    assert!(own > 0.0 && own < figure(&system, 10, "cost_usd"), "what a node costs is a part of the whole");
    assert!(figure(&read("series-cache.csv"), 10, "cache_hits") > 0.5);
    let result: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(result["series"][9]["cost_usd"].as_f64(), Some(figure(&system, 10, "cost_usd")));
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
