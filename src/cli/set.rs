//! `--set web-asg.max=12`: the same commands that the window sends.

use super::Trouble;
use super::output::listed;
use crate::catalog::{REGIONS, Service};
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
    let (id, node) = node(design, name)?;
    let service = node.service().ok_or_else(|| format!("the service of {name}, \"{}\", is not known", node.service))?;
    let param = service.sheet().param(key).ok_or_else(|| no_setting(name, key, service))?;
    let value = param.kind.parse(value).map_err(|error| error.to_string())?;
    Ok(Command::Set { ids: vec![id], key: key.to_owned(), value: Some(value) })
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

fn no_setting(name: &str, key: &str, service: &Service) -> String {
    let known: Vec<_> = service.sheet().params.iter().map(|param| param.key.as_str()).collect();
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
    fn wrong_settings_say_what_would_be_right() {
        let mut design = design();
        let before = design.clone();
        for (setting, part) in [
            ("max", "there is no ="),
            ("max=12", "names no setting"),
            ("web.max=12", "nodes are: "),
            ("users.speed=3", "settings are: traffic, rate"),
            ("users.rate=fast", "\"900/s\""),
            ("region=eu-west-1", "us-east-1, ap-northeast-2"),
        ] {
            let error = apply(&mut design, setting).unwrap_err().0;
            assert!(error.contains(part) && error.starts_with("--set "), "{setting}: {error}");
        }
        assert_eq!(design, before);
    }
}
