//! `--set web-asg.max=12`, `--set "web-asg->rds.timeout=1 s"`: the same commands that the window sends.

use super::Trouble;
use super::output::listed;
use crate::catalog::{self, REGIONS, Sheet};
use crate::edit::{self, Command};
use crate::model::{Design, Id, Node};
use crate::scenario::Scenario;

/// Changes one setting of a design.
pub(super) fn apply(design: &mut Design, setting: &str) -> Result<(), Trouble> {
    let command = command(design, setting).map_err(|why| Trouble(format!("--set {setting}: {why}")))?;
    let done = edit::apply(design, &command);
    done.map(|_| ()).map_err(|refusal| Trouble(format!("--set {setting}: {refusal}")))
}

fn command(design: &Design, setting: &str) -> Result<Command, String> {
    let shape = "write it like web-asg.max=12 or region=ap-northeast-2";
    let (path, value) = setting.split_once('=').ok_or_else(|| format!("there is no =; {shape}"))?;
    let (path, value) = (path.trim(), value.trim());
    if path == "region" {
        return region(value);
    }
    let (name, key) = path.rsplit_once('.').ok_or_else(|| format!("\"{path}\" names no setting of a node; {shape}"))?;
    if name.contains("->") {
        return on_link(design, (name, key), value);
    }
    let (id, node) = node(design, name)?;
    let service = node.service().ok_or_else(|| format!("the service of {name}, \"{}\", is not known", node.service))?;
    let param = service.sheet().param(key).ok_or_else(|| no_setting(name, key, service.sheet()))?;
    let value = param.kind.parse(value).map_err(|error| error.to_string())?;
    Ok(Command::Set { ids: vec![id], key: key.to_owned(), value: Some(value) })
}

/// A setting of the link between two nodes: `web->rds.timeout`.
fn on_link(design: &Design, (name, key): (&str, &str), value: &str) -> Result<Command, String> {
    let ends = name.split_once("->").map(|(from, to)| (from.trim(), to.trim()));
    let found = design.links.iter().find(|(_, link)| Some((link.from.as_str(), link.to.as_str())) == ends);
    let (id, _) = found.ok_or_else(|| {
        let known: Vec<_> = design.links.values().map(|link| format!("{}->{}", link.from, link.to)).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        format!("there is no link \"{name}\"; links are: {}", listed(&known))
    })?;
    let sheet = catalog::link_sheet();
    let param = sheet.param(key).ok_or_else(|| no_setting(name, key, sheet))?;
    let value = param.kind.parse(value).map_err(|error| error.to_string())?;
    Ok(Command::Set { ids: vec![id.clone()], key: key.to_owned(), value: Some(value) })
}

fn region(value: &str) -> Result<Command, String> {
    if REGIONS.contains(&value) {
        return Ok(Command::Region(value.to_owned()));
    }
    Err(format!("there are no prices for \"{value}\"; there are for: {}", REGIONS.join(", ")))
}

fn node<'a>(design: &'a Design, name: &str) -> Result<(Id, &'a Node), String> {
    let found = Id::new(name).and_then(|id| design.nodes.get_key_value(&id));
    found.map(|(id, node)| (id.clone(), node)).ok_or_else(|| {
        let known: Vec<_> = design.nodes.keys().map(Id::as_str).collect();
        format!("there is no node \"{name}\"; nodes are: {}", listed(&known))
    })
}

fn no_setting(name: &str, key: &str, sheet: &Sheet) -> String {
    let known: Vec<_> = sheet.params.iter().map(|param| param.key.as_str()).collect();
    format!("{name} has no setting \"{key}\"; settings are: {}", known.join(", "))
}

/// Settings that change nothing because the scenario overrides them, in words.
pub(super) fn without_effect(settings: &[String], scenario: &Scenario) -> Vec<String> {
    let overridden = |setting: &&String| {
        let node = setting.split_once('=').and_then(|(path, _)| path.trim().strip_suffix(".rate"));
        node.is_some_and(|node| scenario.traffic.contains_key(node))
    };
    let words = |setting: &String| {
        format!("--set {setting} has no effect: the scenario \"{}\" gives these users its own traffic", scenario.name)
    };
    settings.iter().filter(overridden).map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Value;
    use crate::model::Point;

    fn design() -> Design {
        let mut design = Design::default();
        for service in ["users", "asg"] {
            let at = Point { x: 0.0, y: 0.0 };
            edit::apply(&mut design, &Command::AddNode { service: service.to_owned(), at }).unwrap();
        }
        design
    }

    #[test]
    fn a_setting_is_changed() {
        let mut design = design();
        let asg = design.nodes.iter().find(|(_, node)| node.service == "asg").unwrap().0.clone();
        apply(&mut design, &format!("{asg}.max=12")).unwrap();
        assert_eq!(design.nodes[&asg].settings["max"], Value::Count(12));
        apply(&mut design, "region=ap-northeast-2").unwrap();
        assert_eq!(design.region, "ap-northeast-2");
    }

    #[test]
    fn a_setting_of_a_link_is_changed() {
        let mut design = design();
        let id = |service: &str| design.nodes.iter().find(|(_, node)| node.service == service).unwrap().0.clone();
        let (users, asg) = (id("users"), id("asg"));
        edit::apply(&mut design, &Command::AddLink { from: users.clone(), to: asg.clone() }).unwrap();
        apply(&mut design, &format!("{users}->{asg}.timeout=1 s")).unwrap();
        apply(&mut design, &format!("{users} -> {asg}.retry = exponential")).unwrap();
        let link = design.links.values().next().unwrap();
        assert_eq!((link.settings.len(), link.calls().timeout), (2, Some(crate::units::Span::from_secs(1))));
        apply(&mut design, &format!("{users}->{asg}.timeout=unlimited")).unwrap();
        assert_eq!(design.links.values().next().unwrap().settings.len(), 1, "the default is not a difference");
        for (setting, part) in [
            (format!("{asg}->{users}.timeout=1 s"), format!("links are: {users}->{asg}")),
            (format!("{users}->{asg}.patience=1 s"), "settings are: classes, calls".to_owned()),
            (format!("{users}->{asg}.attempts=1000000000"), "1000000000 is outside 1 to 1000".to_owned()),
            (format!("{users}->{asg}.timeout=0 s"), "0 s is outside 1 us to 1 d".to_owned()),
        ] {
            let error = apply(&mut design, &setting).unwrap_err().0;
            assert!(error.contains(&part), "{setting}: {error}");
        }
    }

    #[test]
    fn wrong_settings_say_what_would_be_right() {
        let mut design = design();
        let before = design.clone();
        for (setting, part) in [
            ("max", "there is no ="),
            ("max=12", "names no setting"),
            ("web.max=12", "nodes are: "),
            ("users.speed=3", "settings are: rate"),
            ("users.rate=fast", "\"900/s\""),
            ("region=eu-west-1", "us-east-1, ap-northeast-2"),
        ] {
            let error = apply(&mut design, setting).unwrap_err().0;
            assert!(error.contains(part) && error.starts_with("--set "), "{setting}: {error}");
        }
        assert_eq!(design, before);
    }
}
