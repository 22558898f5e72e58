//! `--set web-asg.max=12`, `--set "web-asg->rds.timeout=1 s"`, `--set "classes.check out.share=10"`: settings of nodes, links
//! and kinds of requests by the same commands that the window sends, and figures of the scenario.

use super::Trouble;
use super::output::{listed, meant, plain};
use crate::catalog::{self, REGIONS, Sheet};
use crate::edit::{self, Command};
use crate::model::{Design, Id, Node, Pricing};
use crate::scenario::{Scenario, shapes};
use crate::units::ParseError;

/// Paths that begin like this are figures of the scenario, not settings of a node.
const SCENARIO: &str = "scenario.";

/// And like this, figures of a kind of requests.
const CLASSES: &str = "classes.";

/// What of a kind of requests can be set.
const OF_CLASSES: [&str; 4] = ["share", "work", "priority", "write"];

/// Whether a setting is about the scenario.
pub(super) fn is_of_scenario(setting: &str) -> bool {
    setting.trim_start().starts_with(SCENARIO)
}

/// Changes one setting of a design, or one figure of the scenario that is run.
pub(super) fn apply(design: &mut Design, scenario: &mut Scenario, setting: &str) -> Result<(), Trouble> {
    let wrong = |why: String| Trouble(format!("--set {}: {why}", plain(setting)));
    let (path, value) = split(setting).map_err(wrong)?;
    if let Some(figure) = path.strip_prefix(SCENARIO) {
        return of_scenario(scenario, figure, value).map_err(wrong);
    }
    let command = command(design, path, value).map_err(wrong)?;
    edit::apply(design, &command).map(|_| ()).map_err(|refusal| wrong(refusal.to_string()))
}

fn split(setting: &str) -> Result<(&str, &str), String> {
    let shape = "write it like web-asg.max=12, region=ap-northeast-2 or \"scenario.for=2 h\"";
    let (path, value) = setting.split_once('=').ok_or_else(|| format!("there is no =; {shape}"))?;
    let (path, value) = (path.trim(), value.trim());
    if !["region", "free_tier"].contains(&path) && !path.contains('.') {
        return Err(format!("\"{}\" names no setting of a node; {shape}", plain(path)));
    }
    Ok((path, value))
}

/// Changes `for`, `warmup`, or a figure of the traffic of users, such as `traffic.users.peak`.
fn of_scenario(scenario: &mut Scenario, figure: &str, value: &str) -> Result<(), String> {
    let words = |error: ParseError| error.to_string();
    match figure {
        "for" => scenario.duration = value.parse().map_err(words)?,
        "warmup" => scenario.warmup = value.parse().map_err(words)?,
        _ => return of_traffic(scenario, figure.strip_prefix("traffic.").unwrap_or(figure), value),
    }
    Ok(())
}

fn of_traffic(scenario: &mut Scenario, path: &str, value: &str) -> Result<(), String> {
    let users: Vec<&String> = scenario.traffic.keys().collect();
    let whose = match users[..] {
        [] => "this scenario shapes no traffic".to_owned(),
        _ => format!("it shapes the traffic of: {}", listed(&users)),
    };
    let unknown =
        || format!("a scenario has no \"{}\"; it has for, warmup and traffic.USERS.FIGURE; {whose}", plain(path));
    let (node, figure) = path.rsplit_once('.').ok_or_else(unknown)?;
    let shape = scenario.traffic.get_mut(node).ok_or_else(unknown)?;
    let figures = shapes::figures(shape);
    let key = |label: &str| label.split(" (").next().unwrap_or_default().to_lowercase().replace(' ', "_");
    let known: Vec<String> = figures.iter().map(|it| key(it.label)).collect();
    let at = known.iter().position(|known| known == figure);
    let at = at.ok_or_else(|| {
        let figure = plain(figure);
        format!("the traffic of {node} has no \"{figure}\"{}; it has: {}", meant(&figure, &known), listed(&known))
    })?;
    *shape = shapes::with(shape.clone(), at, value).map_err(|error| error.to_string())?;
    Ok(())
}

fn command(design: &Design, path: &str, value: &str) -> Result<Command, String> {
    match path {
        "region" => return region(value),
        "free_tier" => return free_tier(design, value),
        _ => {}
    }
    if let Some(figure) = path.strip_prefix(CLASSES) {
        return on_class(design, figure, value);
    }
    let (name, key) = path.rsplit_once('.').unwrap_or((path, ""));
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
        format!("there is no link \"{}\"; links are: {}", plain(name), listed(&known))
    })?;
    let sheet = catalog::link_sheet();
    let param = sheet.param(key).ok_or_else(|| no_setting(name, key, sheet))?;
    let value = param.kind.parse(value).map_err(|error| error.to_string())?;
    Ok(Command::Set { ids: vec![id.clone()], key: key.to_owned(), value: Some(value) })
}

/// A figure of a kind of requests: `check out.share`.
fn on_class(design: &Design, path: &str, value: &str) -> Result<Command, String> {
    let (name, figure) = path.rsplit_once('.').unwrap_or((path, ""));
    let at = design.classes.iter().position(|class| class.name == name).ok_or_else(|| {
        let known: Vec<&str> = design.classes.iter().map(|class| class.name.as_str()).collect();
        let known =
            if known.is_empty() { "there are none".to_owned() } else { format!("classes are: {}", listed(&known)) };
        format!("there is no class of requests \"{}\"; {known}", plain(name))
    })?;
    let mut class = design.classes[at].clone();
    let number = |value: &str| value.parse::<f64>().map_err(|_| format!("\"{}\" is not a number", plain(value)));
    match figure {
        "share" => class.share = number(value.trim_end_matches('%').trim_end())?,
        "work" => class.work = number(value)?,
        "priority" => {
            class.priority =
                value.parse().map_err(|_| format!("\"{}\" is not a rank; 0 goes first, 255 last", plain(value)))?;
        }
        "write" => {
            class.write = match value {
                "yes" => true,
                "no" => false,
                _ => return Err(format!("\"{}\" is neither yes nor no", plain(value))),
            };
        }
        _ => {
            let unknown = format!("a class of requests has no \"{}\"", plain(figure));
            return Err(format!("{unknown}{}; it has: {}", meant(figure, &OF_CLASSES), OF_CLASSES.join(", ")));
        }
    }
    Ok(Command::PutClass { at, class })
}

fn region(value: &str) -> Result<Command, String> {
    if REGIONS.contains(&value) {
        return Ok(Command::Region(value.to_owned()));
    }
    Err(format!("there are no prices for \"{}\"; there are for: {}", plain(value), REGIONS.join(", ")))
}

fn free_tier(design: &Design, value: &str) -> Result<Command, String> {
    let free_tier = value.parse().map_err(|_| format!("\"{}\" is neither true nor false", plain(value)))?;
    Ok(Command::Pricing(Pricing { free_tier, ..design.pricing.clone() }))
}

fn node<'a>(design: &'a Design, name: &str) -> Result<(Id, &'a Node), String> {
    let found = Id::new(name).and_then(|id| design.nodes.get_key_value(&id));
    found.map(|(id, node)| (id.clone(), node)).ok_or_else(|| {
        let known: Vec<_> = design.nodes.keys().map(Id::as_str).collect();
        format!("there is no node \"{}\"{}; nodes are: {}", plain(name), meant(name, &known), listed(&known))
    })
}

fn no_setting(name: &str, key: &str, sheet: &Sheet) -> String {
    let known: Vec<_> = sheet.params.iter().map(|param| param.key.as_str()).collect();
    format!("{name} has no setting \"{}\"{}; settings are: {}", plain(key), meant(key, &known), known.join(", "))
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
        let mut scenario = Scenario::steady();
        apply(&mut design, &mut scenario, &format!("{asg}.max=12")).unwrap();
        assert_eq!(design.nodes[&asg].settings["max"], Value::Count(12));
        apply(&mut design, &mut scenario, "region=ap-northeast-2").unwrap();
        assert_eq!(design.region, "ap-northeast-2");
    }

    #[test]
    fn a_setting_of_a_link_is_changed() {
        let (mut design, mut scenario) = (design(), Scenario::steady());
        let id = |service: &str| design.nodes.iter().find(|(_, node)| node.service == service).unwrap().0.clone();
        let (users, asg) = (id("users"), id("asg"));
        edit::apply(&mut design, &Command::AddLink { from: users.clone(), to: asg.clone() }).unwrap();
        apply(&mut design, &mut scenario, &format!("{users}->{asg}.timeout=1 s")).unwrap();
        apply(&mut design, &mut scenario, &format!("{users} -> {asg}.retry = exponential")).unwrap();
        let link = design.links.values().next().unwrap();
        assert_eq!((link.settings.len(), link.calls().timeout), (2, Some(crate::units::Span::from_secs(1))));
        apply(&mut design, &mut scenario, &format!("{users}->{asg}.timeout=unlimited")).unwrap();
        assert_eq!(design.links.values().next().unwrap().settings.len(), 1, "the default is not a difference");
        for (setting, part) in [
            (format!("{asg}->{users}.timeout=1 s"), format!("links are: {users}->{asg}")),
            (format!("{users}->{asg}.patience=1 s"), "settings are: classes, calls".to_owned()),
            (format!("{users}->{asg}.attempts=1000000000"), "1,000,000,000 is outside 1 to 1,000".to_owned()),
            (format!("{users}->{asg}.timeout=0 s"), "0 s is outside 1 us to 1 d".to_owned()),
        ] {
            let error = apply(&mut design, &mut scenario, &setting).unwrap_err().0;
            assert!(error.contains(&part), "{setting}: {error}");
        }
    }

    #[test]
    fn figures_of_the_scenario_are_changed() {
        let base = crate::units::Rate(10.0);
        let traffic = [("users".to_owned(), shapes::of_kind(3, base))].into();
        let mut scenario = Scenario { traffic, ..Scenario::steady() };
        for setting in ["scenario.for=2 h", "scenario.warmup=auto", "scenario.traffic.users.peak=90/s"] {
            apply(&mut Design::default(), &mut scenario, setting).unwrap();
        }
        assert_eq!((scenario.duration.secs(), scenario.warmup), (7_200.0, crate::scenario::WarmUp::Auto));
        assert_eq!(shapes::figures(&scenario.traffic["users"])[1].value, "90/s");
        let error = apply(&mut Design::default(), &mut scenario, "scenario.traffic.users.pek=1/s").unwrap_err().0;
        assert!(error.contains("(did you mean peak?); it has: base, peak, begins_after"), "{error}");
    }

    #[test]
    fn figures_of_a_class_are_changed() {
        let (mut design, mut scenario) = (design(), Scenario::steady());
        let class = crate::model::RequestClass::new("check out");
        edit::apply(&mut design, &Command::PutClass { at: 0, class }).unwrap();
        for setting in ["share=12.5 %", "work=3", "priority=2", "write=yes"] {
            apply(&mut design, &mut scenario, &format!("classes.check out.{setting}")).unwrap();
        }
        let class = design.classes[0].clone();
        assert_eq!((class.share, class.work, class.priority, class.write), (12.5, 3.0, 2, true));
        for (setting, part) in [
            ("classes.browse.share=1", "classes are: check out"),
            ("classes.check out.shar=1", "did you mean share?"),
            ("classes.check out.share=0", "share"),
            ("classes.check out.work=much", "\"much\" is not a number"),
            ("classes.check out.priority=300", "0 goes first"),
            ("classes.check out.write=maybe", "neither yes nor no"),
        ] {
            let error = apply(&mut design, &mut scenario, setting).unwrap_err().0;
            assert!(error.contains(part), "{setting}: {error}");
        }
        assert_eq!(design.classes, [class]);
    }

    #[test]
    fn wrong_settings_say_what_would_be_right() {
        let mut design = design();
        let before = design.clone();
        for (setting, part) in [
            ("max", "there is no ="),
            ("max=12", "names no setting"),
            ("web.max=12", "nodes are: "),
            ("userss.rate=1/s", "did you mean users?"),
            ("users.speed=3", "settings are: traffic, rate"),
            ("users.tiemout=3 s", "did you mean timeout?"),
            ("scenario.speed=3", "shapes no traffic"),
            ("scenario.for=soon", "\"5 min\""),
            ("users.rate=fast", "\"900/s\""),
            ("region=eu-west-1", "us-east-1, ap-northeast-2"),
        ] {
            let error = apply(&mut design, &mut Scenario::steady(), setting).unwrap_err().0;
            assert!(error.contains(part) && error.starts_with("--set "), "{setting}: {error}");
        }
        assert_eq!(design, before);
    }
}
