//! The design that a command is about, as a person names it.

use super::Trouble;
use super::output::{message, plain};
use super::traffic;
use super::{set, step};
use crate::cost::PriceList;
use crate::file::{self, Matter, Opened};
use crate::model::Design;
use crate::outcome::{Against, Assertion, Names};
use crate::scenario::files::Files;
use crate::scenario::{Scenario, WarmUp};
use crate::units::{Share, Span};
use crate::walkthrough::Which;
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Longest text taken from standard input.
const LONGEST: u64 = 64 << 20;

/// Which run of which design.
#[derive(Debug, Args)]
pub(super) struct Chosen {
    /// Design to run, a walkthrough, a drawing of draw.io or Mermaid, or a CloudFormation template; - reads it from
    /// standard input
    pub(super) file: PathBuf,
    /// Step of a walkthrough, where FILE is one: 3, or 3.1 for its first variant
    #[arg(long, value_name = "N[.M]", value_parser = step::number)]
    pub(super) step: Option<Which>,
    /// Scenario by its name; without it the first of the design
    #[arg(long, value_name = "NAME")]
    pub(super) scenario: Option<String>,
    /// Simulated time, warm-up included, such as "1 h"; without it that of the scenario
    #[arg(long = "for", value_name = "SPAN", allow_hyphen_values = true)]
    pub(super) duration: Option<Span>,
    /// Time at the start that no figure covers, such as "5 min"; "auto" finds it (MSER-5 on the number of requests under
    /// way, at the cost of one more run); without it that of the scenario
    #[arg(long, value_name = "SPAN|auto", allow_hyphen_values = true)]
    pub(super) warmup: Option<WarmUp>,
    /// Seed of all chance: the same seed, the same run
    #[arg(long, default_value_t = 1, value_name = "N", allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// Independent runs; figures become means with 95 % confidence intervals
    #[arg(long, default_value_t = 1, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) replications: u32,
    /// Add runs (5 at first, 1,000 at most) until mean latency and cost are known this well, and the p99 half as well: "1 %"
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true, value_parser = precision)]
    pub(super) precision: Option<f64>,
    /// Change something first: web-asg.max=12, users.rate=900/s, region=ap-northeast-2, "scenario.for=2 h",
    /// "scenario.traffic.users.peak=900/s"
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
    /// Let users follow a recording in place of the scenario's traffic: users=day.csv, rows of a time and a rate, or of
    /// one count
    #[arg(long, value_name = "NODE=FILE.csv")]
    pub(super) traffic: Vec<String>,
    /// Length of a row of a --traffic file that has one column of counts; "1 min" unless its heading says
    #[arg(long, value_name = "SPAN")]
    pub(super) rows: Option<Span>,
    /// Your own prices in place of the catalogue's: CSV with the heading service,item,region,usd
    #[arg(long, value_name = "FILE.csv")]
    pub(super) prices: Option<PathBuf>,
}

/// Reads `--precision`.
pub(super) fn precision(text: &str) -> Result<f64, String> {
    let share: Share = text.parse().map_err(|error: crate::units::ParseError| error.to_string())?;
    if (0.000_1..=0.5).contains(&share.0) { Ok(share.0) } else { Err("it has to be 0.01 % to 50 %".to_owned()) }
}

/// A design that is ready to be run.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) design: Design,
    /// The chosen scenario, with the length and warm-up that were asked for.
    pub(super) scenario: Scenario,
    /// What the files hold that the scenario names.
    pub(super) files: Files,
    /// A person's own prices.
    pub(super) prices: PriceList,
    pub(super) seed: u64,
    pub(super) replications: u32,
    /// Relative half width of the intervals to reach by more replications.
    pub(super) precision: Option<f64>,
}

impl Chosen {
    /// Reads the design and prepares the case.
    pub(super) fn case(&self) -> Result<Case, Trouble> {
        let mut design = read_step(&self.file, self.step)?;
        let mut scenario = self.scenario(&design)?;
        for setting in &self.set {
            set::apply(&mut design, &mut scenario, setting)?;
        }
        long_enough(&scenario)?;
        for traffic in &self.traffic {
            traffic::load(&design, &mut scenario, (traffic, self.rows))?;
        }
        let folder = self.file.parent().filter(|_| self.file != Path::new("-"));
        let files = traffic::files(&design, &scenario, folder)?;
        for warning in set::without_effect(&self.set, &scenario) {
            message(&warning);
        }
        let Self { seed, replications, precision, .. } = *self;
        let prices = self.prices.as_deref().map_or_else(|| Ok(PriceList::default()), price_list)?;
        Ok(Case { design, scenario, files, prices, seed, replications, precision })
    }

    fn scenario(&self, design: &Design) -> Result<Scenario, Trouble> {
        let mut scenario = match &self.scenario {
            None => design.scenarios[0].clone(),
            Some(name) => by_name(design, name)?.clone(),
        };
        scenario.duration = self.duration.unwrap_or(scenario.duration);
        let too_long = |span: Span| span <= scenario.warmup.given();
        let kept = if self.duration.is_some_and(too_long) { WarmUp::NONE } else { scenario.warmup };
        scenario.warmup = self.warmup.unwrap_or(kept);
        long_enough(&scenario)?;
        Ok(scenario)
    }
}

/// Reads a person's own prices; what cannot be used is said.
fn price_list(path: &Path) -> Result<PriceList, Trouble> {
    let (list, troubles) = file::read_prices(path).map_err(|error| Trouble(error.to_string()))?;
    troubles.iter().for_each(|trouble| message(trouble));
    Ok(list)
}

/// Refuses a scenario that leaves nothing to measure.
fn long_enough(scenario: &Scenario) -> Result<(), Trouble> {
    if scenario.duration == Span::ZERO {
        return Err(Trouble("a run of 0 s measures nothing; make --for longer".to_owned()));
    }
    if scenario.warmup.given() >= scenario.duration {
        let (warmup, duration) = (scenario.warmup, scenario.duration);
        return Err(Trouble(format!(
            "a warm-up of {warmup} leaves nothing of a run of {duration}; make --for longer or --warmup shorter"
        )));
    }
    Ok(())
}

impl Case {
    /// The scenario's targets and the assertions that were asked for, in this order.
    pub(super) fn assertions(&self, asked: &[String]) -> Result<Vec<Assertion>, Trouble> {
        let names = Names::of(&self.design);
        let parse = |expr: &String| match Assertion::parse(expr, &names) {
            Ok(found) if found.against() != Against::Same => {
                Err(format!("the assertion \"{}\" needs a step before; only walkthroughs have one", plain(expr)))
            }
            outcome => outcome,
        };
        let target = |expr: &String| {
            let why = |error| format!("a target of the scenario \"{}\": {error}", self.scenario.name);
            parse(expr).map_err(why)
        };
        let targets = self.scenario.targets.iter().map(target);
        let asked = asked.iter().map(parse);
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

/// Most remarks about a file that are printed.
const MOST_WARNINGS: usize = 50;

/// Reads a design, or standard input for `-`; what the reader has to remark goes to standard error.
pub(super) fn read(path: &Path) -> Result<Design, Trouble> {
    read_step(path, None)
}

/// The same of a design or of a step of a walkthrough.
pub(super) fn read_step(path: &Path, which: Option<Which>) -> Result<Design, Trouble> {
    let opened = if path == Path::new("-") {
        let text = standard_input()?;
        if file::is_walkthrough(&text) {
            return step::design(file::read_walkthrough(&text, "standard input"), which, path);
        }
        file::understand(&text, "standard input").map_err(|error| Trouble(error.to_string()))
    } else {
        if let Some(told) = step::meant(path) {
            return step::design(told, which, path);
        }
        let named = |error: file::FileError| file::FileError { name: path.display().to_string(), ..error };
        file::read(path).map_err(|error| Trouble(named(error).to_string()))
    }?;
    if which.is_some() {
        return Err(step::none(path));
    }
    taken(opened, path)
}

/// What of an opened file can be run.
fn taken(opened: Opened, path: &Path) -> Result<Design, Trouble> {
    for warning in opened.warnings.iter().take(MOST_WARNINGS) {
        message(&format!("{}: {warning}", path.display()));
    }
    if let Some(more) = opened.warnings.len().checked_sub(MOST_WARNINGS).filter(|more| *more > 0) {
        message(&format!("{}: and {more} more that are not listed; the window lists them", path.display()));
    }
    // The window opens what it can and shows it; here nobody looks, and figures of another design would mislead. A value
    // that cannot be is another matter: what counts in its place has been said, and the check finds it.
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
        let scenario = Scenario { duration, warmup: WarmUp::Given(warmup), ..design.scenarios[0].clone() };
        Case {
            design,
            scenario,
            files: Files::default(),
            prices: PriceList::default(),
            seed: 1,
            replications: 1,
            precision: None,
        }
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
        assert_eq!((short.duration, short.warmup), (Span::from_secs(300), WarmUp::NONE));
        let auto = chosen(&["--warmup", "auto"]).scenario(&Design::default()).unwrap();
        assert_eq!(auto.warmup, WarmUp::Auto);
    }

    #[test]
    fn a_precision_is_a_share() {
        assert_eq!(precision("1%"), Ok(0.01));
        for wrong in ["0", "90 %", "-1 %", "fine", "1e-9"] {
            assert!(precision(wrong).is_err(), "{wrong}");
        }
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
