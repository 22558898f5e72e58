//! `--traffic users=day.csv`: users who follow a recording.

use super::Trouble;
use super::output::{listed, message};
use crate::catalog::{Face, Value};
use crate::file::{self, Haste, Library};
use crate::model::{Design, Id};
use crate::scenario::Scenario;
use crate::scenario::files::Files;
use crate::sim::curve::Recording;
use crate::sim::shape::Shape;
use crate::units::Span;
use std::path::Path;
use std::sync::Arc;

/// Puts a recording into a scenario; `rows` is the length of a row of counts.
pub(super) fn load(
    design: &Design,
    scenario: &mut Scenario,
    (asked, rows): (&str, Option<Span>),
) -> Result<(), Trouble> {
    let wrong = |why: String| Trouble(format!("--traffic {asked}: {why}"));
    let (name, path) =
        asked.split_once('=').ok_or_else(|| wrong("there is no =; write it like users=day.csv".into()))?;
    let users = users(design);
    let id = Id::new(name.trim()).filter(|id| users.contains(&id.as_str()));
    let id =
        id.ok_or_else(|| wrong(format!("there are no users \"{}\"; users are: {}", name.trim(), listed(&users))))?;
    let settings = design.nodes.get(&id).and_then(crate::model::Node::settings);
    if settings.is_some_and(|settings| settings.word("traffic") == "closed") {
        return Err(wrong(format!("the users are closed and have no rate; add --set {id}.traffic=open")));
    }
    let recorded = file::read_recording(Path::new(path.trim()), rows).map_err(|error| wrong(error.to_string()))?;
    message(&format!("{asked}: {recorded}"));
    recorded.notes.iter().for_each(|note| message(&format!("{asked}: {note}")));
    if recorded.curve.end() > scenario.duration {
        let (end, length) = (recorded.curve.end(), scenario.duration);
        message(&format!("the run plays {length} of it; --for \"{end}\" plays all"));
    }
    let recording = Recording { curve: Arc::new(recorded.curve), ..Recording::default() };
    scenario.traffic.insert(id.to_string(), Shape::Recorded(recording));
    Ok(())
}

fn users(design: &Design) -> Vec<&str> {
    let is_users = |node: &crate::model::Node| node.service().is_some_and(|service| service.face == Face::Client);
    design.nodes.iter().filter(|(_, node)| is_users(node)).map(|(id, _)| id.as_str()).collect()
}

/// Reads what a scenario names; a run without it would not be a run of the scenario.
pub(super) fn files(design: &Design, scenario: &Scenario, folder: Option<&Path>) -> Result<Files, Trouble> {
    let alone = Design { scenarios: vec![scenario.clone()], ..design.clone() };
    let mut library = Library::default();
    let said = library.refresh(&alone, folder, Haste::Now);
    for (users, shape) in &scenario.traffic {
        library.files().fill(shape).map_err(|why| Trouble(format!("traffic of {users}: {why}")))?;
    }
    for (id, value) in design.nodes.iter().flat_map(|(id, node)| node.settings.values().map(move |value| (id, value))) {
        if let Value::Work(dist) = value {
            library.files().dist(dist).map_err(|why| Trouble(format!("{id}: {why}")))?;
        }
    }
    said.iter().for_each(|words| message(words));
    Ok(library.files().clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_takes_the_place_of_the_traffic() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("day.csv");
        std::fs::write(&path, "rps\n3\n9\n").expect("writable");
        let design = crate::model::sketch("users -> ec2").expect("it is a design");
        let mut scenario = Scenario::steady();
        load(&design, &mut scenario, (&format!("users={}", path.display()), None)).expect("it is read");
        assert!(matches!(&scenario.traffic["users"], Shape::Recorded(recording) if recording.curve.len() == 2));
        files(&design, &scenario, None).expect("nothing is missing");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let design = crate::model::sketch("users(traffic=closed) -> ec2; open:users -> ec2").expect("it is a design");
        for (asked, part) in [
            ("day.csv", "there is no =; write it like users=day.csv"),
            ("ec2=day.csv", "there are no users \"ec2\"; users are: open, users"),
            ("users=day.csv", "the users are closed and have no rate"),
            ("open=/nowhere/day.csv", "/nowhere/day.csv: there is no such file"),
        ] {
            let error = load(&design, &mut Scenario::steady(), (asked, None)).unwrap_err().0;
            assert!(error.contains(part) && error.starts_with("--traffic "), "{error}");
        }
        let named = Recording { file: Some("gone.csv".to_owned()), ..Recording::default() };
        let mut scenario = Scenario::steady();
        scenario.traffic.insert("open".to_owned(), Shape::Recorded(named));
        let error = files(&design, &scenario, None).unwrap_err().0;
        assert!(error.starts_with("traffic of open: gone.csv: there is no such file"), "{error}");
    }
}
