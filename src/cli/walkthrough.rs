//! `loadscape walkthrough`: play the steps without a window, and check what they claim.

use super::export::{measured, report_of};
use super::input::Case;
use super::run::pretty;
use super::table::Align::{Left, Right};
use super::table::columns;
use super::{Outcome, Trouble, Verdict, cancel, output, step};
use crate::cost::PriceList;
use crate::file::{self, Told};
use crate::outcome::listed;
use crate::scenario::files::Files;
use crate::walkthrough::{self, Measured, Walkthrough, Which, measure};
use crate::words::Language;
use clap::Args;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How to write one.
const GUIDE: &str = "A walkthrough of your own is a text file: designs/walkthroughs.md in the source shows a small one that is complete, and \
every field. What a claim may compare is listed by `loadscape run --help`.";

#[derive(Debug, Args)]
#[command(after_help = GUIDE)]
pub(super) struct Options {
    /// Name of a walkthrough, or a file of your own; without it, all are listed
    name: Option<PathBuf>,
    /// Only this step, by its number, with its variants; 3.1 is the first variant of step 3 alone
    #[arg(long, value_name = "N", value_parser = step::number)]
    step: Option<Which>,
    /// Language of titles and claims: en or ko
    #[arg(long, default_value = "en", value_parser = language)]
    lang: Language,
    /// Write the outcome as JSON to this file; - is standard output, in place of the table
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
    /// Write a report of the step, with its claims, to this file: one HTML page
    #[arg(long, value_name = "OUT", requires = "step")]
    report: Option<PathBuf>,
    /// Seed of all chance
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Check each claim under so many seeds, one after the other from --seed on
    #[arg(long, default_value_t = 1, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    seeds: u32,
}

/// Reads `--lang`.
fn language(code: &str) -> Result<Language, String> {
    Language::with_code(code).ok_or_else(|| format!("there are: {}", Language::ALL.map(Language::code).join(", ")))
}

/// What was measured under each seed.
type Seeds = Vec<BTreeMap<Which, Measured>>;

/// What is played, and how.
struct Play<'a> {
    options: &'a Options,
    story: &'a Walkthrough,
    runs: Vec<Which>,
}

/// A claim under all seeds.
struct Held {
    /// Those under which it holds.
    holds: usize,
    /// What was measured under each.
    measured: Vec<Option<f64>>,
    /// What was measured under the first, as people read it.
    shown: String,
    /// The limit, where that was measured too.
    limit: Option<f64>,
}

/// Lists walkthroughs, or plays one.
pub(super) fn walkthrough(options: &Options) -> Outcome {
    let Some(name) = &options.name else {
        output::print(&list(options.lang))?;
        return Ok(Verdict::Fine);
    };
    let told = read(name)?;
    options.json.as_deref().map_or(Ok(()), output::check)?;
    options.report.as_deref().map_or(Ok(()), output::check)?;
    told.problems.iter().for_each(|problem| output::message(&format!("{}: {problem}", name.display())));
    let play = Play { options, story: &told.walkthrough, runs: chosen(&told.walkthrough, options.step)? };
    let Some(seeds) = play.measure() else { return Ok(Verdict::Cut) };
    let held = play.judge(&seeds);
    if let Some(path) = &options.json {
        output::write(path, pretty(&play.json(&seeds, &held)).as_bytes())?;
    }
    if let Some(path) = &options.report {
        output::write(path, &play.report(&seeds[0])?)?;
    }
    if options.json.as_deref() != Some(Path::new("-")) {
        output::print(&play.text(&seeds[0], &held))?;
    }
    if !told.problems.is_empty() {
        return Err(Trouble("the file has problems, see above; what is left of it was played".to_owned()));
    }
    let all = held.values().flatten().all(|claim| claim.holds == seeds.len());
    Ok(if all { Verdict::Fine } else { Verdict::Failed })
}

fn list(lang: Language) -> String {
    let row = |shipped: &file::Shipped| {
        let told = file::read_walkthrough(shipped.text, shipped.key).ok()?.walkthrough;
        let steps = format!("{} steps", told.steps.len());
        Some(vec![shipped.key.to_owned(), steps, told.title.of(lang).to_owned()])
    };
    let rows: Vec<Vec<String>> = file::walkthroughs().iter().filter_map(row).collect();
    format!("Walkthroughs: loadscape walkthrough NAME\n{}", columns(&rows, &[Left, Right, Left]))
}

/// A shipped walkthrough by its name, or a file.
fn read(name: &Path) -> Result<Told, Trouble> {
    let words = |error: file::FileError| Trouble(error.to_string());
    if let Some(told) = step::shipped(name) {
        return told.map_err(words);
    }
    if !name.exists() {
        let known: Vec<&str> = file::walkthroughs().iter().map(|shipped| shipped.key).collect();
        let name = output::plain(&name.display().to_string());
        let like = output::meant(&name, &known);
        return Err(Trouble(format!(
            "there is no walkthrough \"{name}\"{like}, and no such file; there are: {}",
            listed(&known)
        )));
    }
    file::open_walkthrough(name).map_err(words)
}

fn chosen(story: &Walkthrough, wanted: Option<Which>) -> Result<Vec<Which>, Trouble> {
    let Some(wanted) = wanted else { return Ok(story.runs()) };
    let is_meant = |run: &Which| run.step == wanted.step && (wanted.variant.is_none() || *run == wanted);
    let runs: Vec<Which> = story.runs().into_iter().filter(is_meant).collect();
    if runs.is_empty() { Err(Trouble(step::missing(story, wanted))) } else { Ok(runs) }
}

impl Play<'_> {
    /// Measures the runs, and those that they are compared with; `None` after Ctrl+C.
    fn measure(&self) -> Option<Seeds> {
        cancel::watch();
        let mut all = self.runs.clone();
        for &which in &self.runs {
            let claims = self.story.trial(which).into_iter().flat_map(|trial| &trial.claims);
            all.extend(claims.filter_map(|claim| which.needed(claim.holds.against())));
            all.extend(which.before());
        }
        all.sort();
        all.dedup();
        let bar = super::simulate::bar(all.len() as u64 * u64::from(self.options.seeds));
        let tasks = (0..self.options.seeds).flat_map(|n| all.iter().map(move |&which| (n, which)));
        let tasks: Vec<(u32, Which)> = tasks.collect();
        let one = |&(n, which): &(u32, Which)| {
            let seed = self.options.seed.wrapping_add(u64::from(n));
            let trial = self.story.trial(which)?;
            let measured = measure(trial, &self.story.windows(which), (seed, 1), &|| !cancel::asked());
            bar.inc(1);
            Some((n, which, measured?))
        };
        let found: Option<Vec<_>> = tasks.par_iter().map(one).collect();
        bar.finish_and_clear();
        let mut seeds: Seeds = (0..self.options.seeds).map(|_| BTreeMap::new()).collect();
        for (n, which, measured) in found? {
            seeds[n as usize].insert(which, measured);
        }
        Some(seeds)
    }

    fn judge(&self, seeds: &Seeds) -> BTreeMap<Which, Vec<Held>> {
        let of_run = |&which: &Which| {
            let mut held: Vec<Held> = Vec::new();
            for seed in seeds {
                for (at, (_, verdict)) in self.story.verdicts(which, |which| seed.get(&which)).into_iter().enumerate() {
                    if at == held.len() {
                        let shown = verdict.as_ref().map_or_else(String::new, |verdict| verdict.measured.clone());
                        let limit = verdict.as_ref().and_then(|verdict| verdict.judged.limit);
                        held.push(Held { holds: 0, measured: Vec::new(), shown, limit });
                    }
                    held[at].holds += usize::from(verdict.as_ref().is_some_and(|verdict| verdict.judged.ok));
                    held[at].measured.push(verdict.and_then(|verdict| verdict.judged.value));
                }
            }
            (which, held)
        };
        self.runs.iter().map(of_run).collect()
    }

    fn text(&self, first: &BTreeMap<Which, Measured>, held: &BTreeMap<Which, Vec<Held>>) -> String {
        let lang = self.options.lang;
        let seeds = match self.options.seeds {
            1 => format!("seed {}", self.options.seed),
            many => format!("{many} seeds from {}", self.options.seed),
        };
        let mut text = format!("{} · {seeds}\n", self.story.title.of(lang));
        for &which in &self.runs {
            text.push_str(&format!("\n{}\n", self.heading(which)));
            text.push_str(&self.claims(which, &held[&which]));
            if which.variant.is_none() {
                text.push_str(&self.table(which, first));
            }
        }
        let (all, kept) = counts(held, self.options.seeds);
        text.push_str(&format!("\n{kept} of {all} claims hold\n"));
        text
    }

    fn heading(&self, which: Which) -> String {
        let lang = self.options.lang;
        let step = &self.story.steps[which.step];
        match which.variant {
            None => format!("{} {}", which.step + 1, step.title.of(lang)),
            Some(variant) => format!("{} try: {}", which.step + 1, step.variants[variant].title.of(lang)),
        }
    }

    fn claims(&self, which: Which, held: &[Held]) -> String {
        let claims = &self.story.trial(which).map(|trial| trial.claims.as_slice()).unwrap_or_default();
        let seeds = self.options.seeds as usize;
        let row = |(claim, held): (&walkthrough::Claim, &Held)| {
            let word = if held.holds == seeds { "holds" } else { "FAILS" };
            let often = if seeds > 1 { format!(" {}/{seeds}", held.holds) } else { String::new() };
            let says = claim.says.of(self.options.lang).replace('\n', " ");
            vec![format!("{word}{often}"), held.shown.clone(), says, format!("[{}]", claim.holds.text())]
        };
        let rows: Vec<Vec<String>> = claims.iter().zip(held).map(row).collect();
        columns(&rows, &[Left, Right, Left, Left])
    }

    fn table(&self, which: Which, first: &BTreeMap<Which, Measured>) -> String {
        let whole = |which: Which| first.get(&which)?.of(self.story.trial(which)?.whole());
        let Some(after) = whole(which) else { return String::new() };
        let beside = self.story.beside(which).filter(|beside| first.contains_key(beside));
        let pairs = walkthrough::compare(beside.and_then(whole), after);
        let figure = |(before, row): &(Option<walkthrough::Row>, walkthrough::Row)| {
            let before = before.as_ref().map(|before| format!("{} -> ", before.shown())).unwrap_or_default();
            format!("{} {before}{}", row.name, row.shown())
        };
        let figures: Vec<String> = pairs.iter().map(figure).collect();
        let beside = beside.map_or_else(String::new, |beside| format!("against step {}: ", beside.step + 1));
        format!("  {beside}{}\n", figures.join(" · "))
    }

    /// The first run as a report. It is made once more for it, from the same seed.
    fn report(&self, first: &BTreeMap<Which, Measured>) -> Result<Vec<u8>, Trouble> {
        let which = self.runs[0];
        let trial = self.story.trial(which).ok_or_else(|| Trouble("there is no such step".to_owned()))?;
        let case = Case {
            design: trial.design.clone(),
            scenario: trial.scenario().clone(),
            files: Files::default(),
            prices: PriceList::default(),
            seed: self.options.seed,
            replications: 1,
            precision: None,
        };
        let title = format!("{}, {}", self.story.title.en, self.story.steps[which.step].title.en);
        let mut result = measured(&title, &case)?;
        let verdicts = self.story.verdicts(which, |which| first.get(&which));
        let told = verdicts.iter().map(|(claim, verdict)| {
            let ok = verdict.as_ref().is_some_and(|verdict| verdict.judged.ok);
            walkthrough::told(claim, verdict.as_ref(), Some(ok))
        });
        result["claims"] = told.collect();
        report_of(&case, &result)
    }

    fn json(&self, seeds: &Seeds, held: &BTreeMap<Which, Vec<Held>>) -> Value {
        let runs: Vec<Value> = self.runs.iter().map(|&which| self.run_json(which, &seeds[0], &held[&which])).collect();
        let (all, kept) = counts(held, self.options.seeds);
        json!({ "version": 1, "walkthrough": self.story.key, "title": self.story.title.of(self.options.lang),
            "seed": self.options.seed, "seeds": self.options.seeds, "claims": all, "held": kept, "runs": runs })
    }

    fn run_json(&self, which: Which, first: &BTreeMap<Which, Measured>, held: &[Held]) -> Value {
        let claims = &self.story.trial(which).map(|trial| trial.claims.as_slice()).unwrap_or_default();
        let claim = |(claim, held): (&walkthrough::Claim, &Held)| {
            json!({ "says": claim.says.of(self.options.lang), "holds": claim.holds.text(),
                "from_s": claim.during.0.secs(), "to_s": claim.during.1.secs(), "values": held.measured,
                "unit": claim.holds.unit(), "limit": held.limit, "seeds_held": held.holds,
                "ok": held.holds == self.options.seeds as usize })
        };
        let whole = self.story.trial(which).and_then(|trial| first.get(&which)?.of(trial.whole()));
        let rows = whole.map(walkthrough::table).unwrap_or_default();
        let figures =
            rows.iter().map(|row| (row.name.replace(' ', "_"), json!({ "value": row.value, "unit": row.unit })));
        json!({ "step": which.step + 1, "variant": which.variant.map(|variant| variant + 1), "title": self.heading(which),
            "claims": claims.iter().zip(held).map(claim).collect::<Vec<_>>(),
            "figures": figures.collect::<serde_json::Map<_, _>>() })
    }
}

/// How many claims there are, and how many hold under every seed.
fn counts(held: &BTreeMap<Which, Vec<Held>>, seeds: u32) -> (usize, usize) {
    let all = || held.values().flatten();
    (all().count(), all().filter(|claim| claim.holds == seeds as usize).count())
}
