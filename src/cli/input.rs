//! The design that a command is about, as a person names it.

use super::Trouble;
use super::output::message;
use super::set;
use crate::file::{self, Matter};
use crate::model::Design;
use crate::result::{Asked, asserts::Assertion};
use crate::scenario::Scenario;
use crate::units::Span;
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Longest text taken from standard input.
const LONGEST: u64 = 64 << 20;

/// Which run of which design.
#[derive(Debug, Args)]
pub(super) struct Chosen {
    /// Design to run; - reads it from standard input
    pub(super) file: PathBuf,
    /// Scenario by its name; without it the first of the design
    #[arg(long, value_name = "NAME")]
    pub(super) scenario: Option<String>,
    /// Simulated time, warm-up included, such as "1 h"; without it that of the scenario
    #[arg(long = "for", value_name = "SPAN", allow_hyphen_values = true)]
    pub(super) duration: Option<Span>,
    /// Time at the start that no figure covers, such as "5 min"; without it that of the scenario
    #[arg(long, value_name = "SPAN", allow_hyphen_values = true)]
    pub(super) warmup: Option<Span>,
    /// Seed of all chance: the same seed, the same run
    #[arg(long, default_value_t = 1, value_name = "N", allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// Independent runs; figures become means with 95 % confidence intervals
    #[arg(long, default_value_t = 1, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) replications: u32,
    /// Change a setting first: web-asg.max=12, users.rate=900/s, rds.class=db.m5.large
    #[arg(long, value_name = "NODE.SETTING=VALUE")]
    pub(super) set: Vec<String>,
}

/// A design that is ready to be run.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) design: Design,
    /// The chosen scenario, with the length and warm-up that were asked for.
    pub(super) scenario: Scenario,
    pub(super) seed: u64,
    pub(super) replications: u32,
}

impl Chosen {
    /// Reads the design and prepares the case.
    pub(super) fn case(&self) -> Result<Case, Trouble> {
        let mut design = read(&self.file)?;
        for setting in &self.set {
            set::apply(&mut design, setting)?;
        }
        let scenario = self.scenario(&design)?;
        for warning in set::without_effect(&self.set, &scenario) {
            message(&warning);
        }
        Ok(Case { design, scenario, seed: self.seed, replications: self.replications })
    }

    fn scenario(&self, design: &Design) -> Result<Scenario, Trouble> {
        let mut scenario = match &self.scenario {
            None => design.scenarios[0].clone(),
            Some(name) => by_name(design, name)?.clone(),
        };
        scenario.duration = self.duration.unwrap_or(scenario.duration);
        scenario.warmup = self.warmup.unwrap_or(if self.duration.is_some_and(|span| span <= scenario.warmup) {
            Span::ZERO
        } else {
            scenario.warmup
        });
        if scenario.duration == Span::ZERO {
            return Err(Trouble("a run of 0 s measures nothing; make --for longer".to_owned()));
        }
        if scenario.warmup >= scenario.duration {
            let (warmup, duration) = (scenario.warmup, scenario.duration);
            return Err(Trouble(format!(
                "a warm-up of {warmup} leaves nothing of a run of {duration}; make --for longer or --warmup shorter"
            )));
        }
        Ok(scenario)
    }
}

impl Case {
    /// What was asked for, of a design that is called `name`.
    pub(super) fn asked<'a>(&'a self, name: &'a str) -> Asked<'a> {
        Asked { name, design: &self.design, scenario: &self.scenario, seed: self.seed }
    }

    /// The scenario's targets and the assertions that were asked for, in this order.
    pub(super) fn assertions(&self, asked: &[String]) -> Result<Vec<Assertion>, Trouble> {
        let nodes: Vec<String> = self.design.nodes.keys().map(ToString::to_string).collect();
        let target = |expr: &String| {
            let why = |error| format!("a target of the scenario \"{}\": {error}", self.scenario.name);
            Assertion::parse(expr, &nodes).map_err(why)
        };
        let targets = self.scenario.targets.iter().map(target);
        let asked = asked.iter().map(|expr| Assertion::parse(expr, &nodes));
        Ok(targets.chain(asked).collect::<Result<_, _>>()?)
    }
}

fn by_name<'a>(design: &'a Design, name: &str) -> Result<&'a Scenario, Trouble> {
    let found = design.scenarios.iter().find(|scenario| scenario.name == name);
    found.ok_or_else(|| {
        let known: Vec<_> = design.scenarios.iter().map(|scenario| format!("\"{}\"", scenario.name)).collect();
        Trouble(format!("there is no scenario \"{name}\" in this design; there are: {}", known.join(", ")))
    })
}

/// Reads a design, or standard input for `-`; what the reader has to remark goes to standard error.
pub(super) fn read(path: &Path) -> Result<Design, Trouble> {
    let opened = if path == Path::new("-") {
        file::parse(&standard_input()?, "standard input").map_err(|error| Trouble(error.to_string()))?
    } else {
        let named = |error: file::FileError| file::FileError { name: path.display().to_string(), ..error };
        file::read(path).map_err(|error| Trouble(named(error).to_string()))?
    };
    for warning in &opened.warnings {
        message(&format!("{}: {warning}", path.display()));
    }
    // The window opens what it can and shows it; here nobody looks, and figures of another design would mislead.
    if opened.warnings.iter().any(|warning| warning.matter == Matter::Changed) {
        let what = "the file says something that does not hold, see above";
        return Err(Trouble(format!(
            "{}: {what}; correct it, or open it in the window to see the rest",
            path.display()
        )));
    }
    Ok(opened.design)
}

fn standard_input() -> Result<String, Trouble> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text);
    read.map_err(|error| Trouble(format!("standard input cannot be read as text: {error}")))?;
    if text.len() as u64 > LONGEST {
        return Err(Trouble("standard input is longer than 64 MiB, which no design is".to_owned()));
    }
    Ok(text)
}

/// What a file is called in messages and results: its name without folder and ending.
pub(super) fn title(path: &Path, design: &Design) -> String {
    let stem = path.file_stem().filter(|_| path != Path::new("-"));
    stem.map_or_else(|| design.name.clone(), |stem| stem.to_string_lossy().into_owned())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A case of a design in text form, as a test writes it.
    pub(in crate::cli) fn case(design: Design, duration: Span, warmup: Span) -> Case {
        let scenario = Scenario { duration, warmup, ..design.scenarios[0].clone() };
        Case { design, scenario, seed: 1, replications: 1 }
    }

    fn chosen(arguments: &[&str]) -> Chosen {
        use clap::Parser;
        #[derive(Parser)]
        struct Only {
            #[command(flatten)]
            chosen: Chosen,
        }
        Only::parse_from(["run", "x.ron"].iter().chain(arguments)).chosen
    }

    #[test]
    fn an_unknown_scenario_names_the_known_ones() {
        let error = chosen(&["--scenario", "peak"]).scenario(&Design::default()).unwrap_err();
        assert_eq!(error.0, "there is no scenario \"peak\" in this design; there are: \"steady\"");
    }

    #[test]
    fn a_warm_up_longer_than_the_run_is_refused() {
        let error = chosen(&["--for", "5 min", "--warmup", "5 min"]).scenario(&Design::default()).unwrap_err();
        assert!(error.0.contains("leaves nothing"), "{}", error.0);
        let short = chosen(&["--for", "5 min"]).scenario(&Design::default()).unwrap();
        assert_eq!((short.duration, short.warmup), (Span::from_secs(300), Span::ZERO));
    }

    #[test]
    fn a_run_of_no_time_and_a_wrong_target_say_so() {
        let error = chosen(&["--for", "0 s"]).scenario(&Design::default()).unwrap_err();
        assert_eq!(error.0, "a run of 0 s measures nothing; make --for longer");
        let mut case = case(Design::default(), Span::from_secs(1), Span::ZERO);
        case.scenario.targets = vec!["p98 < 1 s".to_owned()];
        let error = case.assertions(&[]).unwrap_err().0;
        assert!(error.starts_with("a target of the scenario \"steady\": the assertion \"p98 < 1 s\""), "{error}");
    }

    #[test]
    fn a_missing_file_and_a_folder_say_so() {
        let missing = read(Path::new("/nowhere/shop.ron")).unwrap_err().0;
        assert!(missing.starts_with("/nowhere/shop.ron: there is no such file"), "{missing}");
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).is_err());
    }
}
