//! `loadscape export`: a design as a picture or as another file, at rest or under load.

use super::course::watched;
use super::input::{Case, Chosen, title};
use super::output::{self, plain};
use super::run::{complete, pretty, say_what_is_left_out};
use super::simulate::{bar, simulate};
use super::{Outcome, Trouble, Verdict, cancel};
use crate::analysis;
use crate::compile;
use crate::export::course::{self, Costs};
use crate::export::film::{self, Film};
use crate::export::pdf::Page;
use crate::export::report::{self, Report};
use crate::export::watch::Watch;
use crate::export::{self, Exchange, ExportError, Format, Options as Look, chart_svg, picture};
use crate::file;
use crate::model::{Design, Id};
use crate::scene::Picture;
use crate::scene::chart::{self, Chart};
use crate::theme::Theme;
use clap::{Args, ValueEnum};
use serde_json::Value;
use std::ops::ControlFlow;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    chosen: Chosen,
    /// File to write; - is standard output and needs --format
    out: PathBuf,
    /// Format, where the ending of OUT does not name it
    #[arg(long, value_enum)]
    format: Option<Kind>,
    /// Pixels per drawing unit, 0.1 to 8; without it 2, and 1 for a film
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    scale: Option<f32>,
    /// Colours
    #[arg(long, value_enum, default_value_t = Colours::Light)]
    theme: Colours,
    /// Leave the background out
    #[arg(long)]
    transparent: bool,
    /// Page of a PDF
    #[arg(long, value_enum, default_value_t = Paper::Fit)]
    page: Paper,
    /// Show only these nodes, places and notes, and the links between them
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,
    /// Show the design under load, at the end of a run
    #[arg(long)]
    run: bool,
    /// One chart of the run in place of the drawing, for print: latency, requests, instances, cost, use (of the busiest
    /// node), and where there are any backlog, hits (of caches) and losses
    #[arg(long, value_name = "NAME")]
    chart: Option<String>,
    /// The chart or the course of this node in place of the system's
    #[arg(long, value_name = "ID")]
    node: Option<String>,
    /// Make an SVG that moves: a film of the run, like a GIF
    #[arg(long)]
    animated: bool,
    /// Simulated seconds per second of a film; without it the film lasts about 20 s
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    speed: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Svg,
    Png,
    Pdf,
    /// A film of the run
    Gif,
    /// A report of the run
    Html,
    /// The course of the run, one line per interval
    Csv,
    /// The figures of the run, as run --json writes them
    Json,
    /// A drawing for draw.io
    Drawio,
    /// A flowchart for Mermaid
    Mmd,
    /// An architecture diagram for Mermaid; its files end in .architecture.mmd
    Architecture,
    Ron,
    /// A CloudFormation template
    #[value(aliases = ["yaml", "yml", "template"])]
    Cloudformation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colours {
    Light,
    Dark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Paper {
    /// As large as the drawing
    Fit,
    A4,
    A3,
    Letter,
}

impl From<Paper> for Page {
    fn from(paper: Paper) -> Self {
        match paper {
            Paper::Fit => Self::Fit,
            Paper::A4 => Self::A4,
            Paper::A3 => Self::A3,
            Paper::Letter => Self::Letter,
        }
    }
}

/// Writes the file.
pub(super) fn export(options: &Options) -> Outcome {
    let kind = options.kind()?;
    output::check(&options.out)?;
    let bytes = match kind {
        Kind::Ron => file::print(&options.chosen.case()?.design).into_bytes(),
        Kind::Cloudformation => options.template()?,
        Kind::Svg | Kind::Png if options.chart.is_some() => options.chart(kind)?,
        Kind::Svg if options.animated => options.film(kind)?,
        Kind::Html => options.report()?,
        Kind::Csv => options.course()?,
        Kind::Json => options.figures()?,
        Kind::Gif => options.film(kind)?,
        Kind::Svg => options.picture(Format::Svg)?,
        Kind::Png => options.picture(Format::Png)?,
        Kind::Pdf => options.picture(Format::Pdf)?,
        Kind::Drawio => options.exchange(Exchange::Drawio)?,
        Kind::Mmd => options.exchange(Exchange::Mermaid)?,
        Kind::Architecture => options.exchange(Exchange::Architecture)?,
    };
    output::write(&options.out, &bytes)?;
    Ok(if cancel::asked() { Verdict::Cut } else { Verdict::Fine })
}

impl Options {
    fn kind(&self) -> Result<Kind, Trouble> {
        let by_ending = || match Exchange::of(&self.out) {
            Some(Exchange::Architecture) => Some(Kind::Architecture),
            _ => Kind::from_str(self.out.extension()?.to_str()?, true).ok(),
        };
        let ending = |kind: &Kind| match kind {
            Kind::Cloudformation => Some("yaml".to_owned()),
            _ => Some(kind.to_possible_value()?.get_name().to_owned()),
        };
        let known = || Kind::value_variants().iter().filter_map(ending);
        self.format.or_else(by_ending).ok_or_else(|| {
            let known = known().collect::<Vec<_>>().join(", ");
            let out = self.out.display();
            Trouble(format!("the ending of {out} names no format; end it in one of {known}, or say --format"))
        })
    }

    fn template(&self) -> Result<Vec<u8>, Trouble> {
        let design = part(&self.chosen.case()?.design, &self.only)?;
        self.watched(|_| export::cloudformation::write(&design).map(String::into_bytes))
    }

    fn look(&self) -> Look {
        let theme = if self.theme == Colours::Dark { Theme::Dark } else { Theme::Light };
        Look { theme, scale: self.scale.unwrap_or(2.0), transparent: self.transparent, page: self.page.into() }
    }

    fn picture(&self, format: Format) -> Result<Vec<u8>, Trouble> {
        let case = self.chosen.case()?;
        let run = self.run.then(|| watched(&case, None)).transpose()?;
        let (plan, snapshot) = run.as_ref().map_or((None, None), |(plan, snapshot)| (Some(&**plan), Some(snapshot)));
        let shown = part(&case.design, &self.only)?;
        let subject = Picture { plan, snapshot, ..Picture::of(&shown) };
        self.watched(|watch| picture(&subject, format, &self.look(), watch))
    }

    fn exchange(&self, format: Exchange) -> Result<Vec<u8>, Trouble> {
        let shown = part(&self.chosen.case()?.design, &self.only)?;
        self.watched(|_| format.write(&shown).map(String::into_bytes))
    }

    fn film(&self, kind: Kind) -> Result<Vec<u8>, Trouble> {
        let case = self.chosen.case()?;
        let plan = compile::compile_with(&case.design, &case.scenario, &case.files);
        let shown = part(&case.design, &self.only)?;
        // A film of an hour in the size of a print would take all day.
        let options = Look { scale: self.scale.unwrap_or(1.0), ..self.look() };
        let (length, speed) = (case.scenario.duration, self.speed);
        let film = Film { design: &shown, plan: &plan, seed: case.seed, length, speed, options: &options };
        self.watched(|watch| match kind {
            Kind::Gif => film::gif::write(&film, watch),
            _ => film::motion::write(&film, watch).map(String::into_bytes),
        })
    }

    /// One chart of the system or of a node.
    fn chart(&self, kind: Kind) -> Result<Vec<u8>, Trouble> {
        let case = self.chosen.case()?;
        let (plan, snapshot) = watched(&case, self.node.as_deref())?;
        let charts = match self.node {
            Some(_) => chart::node_charts(&plan, &snapshot, case.scenario.duration),
            None => chart::system_charts(&plan, &snapshot, case.scenario.duration),
        };
        let found = called(&charts, self.chart.as_deref().unwrap_or_default())?;
        let note = format!("{} · {} · seed {}", case.design.name, case.scenario.name, case.seed);
        let note = self.node.as_ref().map_or(note.clone(), |node| format!("{node} · {note}"));
        self.watched(|_| match kind {
            Kind::Png => chart_svg::png(found, &note, CHART, self.scale.unwrap_or(2.0)),
            _ => chart_svg::write(found, &note, CHART).map(String::into_bytes),
        })
    }

    fn course(&self) -> Result<Vec<u8>, Trouble> {
        let (_, snapshot) = watched(&self.chosen.case()?, self.node.as_deref())?;
        let series = snapshot.watched.as_ref().map_or(&snapshot.system, |(_, series)| series);
        Ok(course::csv(series, Costs::Known).into_bytes())
    }

    fn measured(&self, case: &Case) -> Result<Value, Trouble> {
        measured(&title(&self.chosen.file, &case.design), case)
    }

    fn figures(&self) -> Result<Vec<u8>, Trouble> {
        Ok(pretty(&self.measured(&self.chosen.case()?)?).into_bytes())
    }

    fn report(&self) -> Result<Vec<u8>, Trouble> {
        let case = self.chosen.case()?;
        report_of(&case, &self.measured(&case)?)
    }

    /// Makes something with a bar on the terminal.
    fn watched<T>(&self, make: impl FnOnce(Watch<'_>) -> Result<T, ExportError>) -> Result<T, Trouble> {
        let bar = bar(1_000);
        let ask = |share: f32| {
            bar.set_position((share * 1_000.0) as u64);
            ControlFlow::Continue(())
        };
        let made = make(Watch::new(&ask));
        bar.finish_and_clear();
        made.map_err(|error| Trouble(format!("{}: {error}", self.chosen.file.display())))
    }
}

/// The result of a run, with the targets of its scenario.
pub(super) fn measured(title: &str, case: &Case) -> Result<Value, Trouble> {
    let targets = case.assertions(&[])?;
    let runs = simulate(case);
    say_what_is_left_out(&case.design, &runs.runs);
    let mut result = complete(title, case, &runs);
    result["asserts"] = targets.iter().map(|target| target.outcome(&result)).collect();
    Ok(result)
}

/// A report of a case, with what was measured of it.
pub(super) fn report_of(case: &Case, result: &Value) -> Result<Vec<u8>, Trouble> {
    let (plan, last) = watched(case, None)?;
    let report = Report {
        design: &case.design,
        plan: &plan,
        last: &last,
        scenario: &case.scenario,
        injected: &[],
        result,
        findings: &analysis::check(&case.design),
    };
    let written = report::write(&report).map(String::into_bytes);
    written.map_err(|error| Trouble(format!("{}: {error}", case.design.name)))
}

/// The part of a design that is named; all of it if nothing is.
fn part(design: &Design, only: &[String]) -> Result<Design, Trouble> {
    if only.is_empty() {
        return Ok(design.clone());
    }
    let known = |name: &String| {
        let found = Id::new(name).filter(|id| design.has(id) && !design.links.contains_key(id));
        found.ok_or_else(|| {
            let known: Vec<String> = design.nodes.keys().map(ToString::to_string).collect();
            let known = output::listed(&known);
            Trouble(format!("--only: nothing in this design is called \"{name}\"; nodes are: {known}"))
        })
    };
    Ok(export::part(design, &only.iter().map(known).collect::<Result<_, _>>()?))
}

/// The chart of a name: what it shows in one word, as walkthroughs have it, or how its title begins.
fn called<'a>(charts: &'a [Chart], name: &str) -> Result<&'a Chart, Trouble> {
    let asked = name.trim().to_lowercase();
    let begins = |chart: &&Chart| !asked.is_empty() && chart.title.to_lowercase().starts_with(&asked);
    let found = charts.iter().find(|chart| chart.quantity.key() == asked).or_else(|| charts.iter().find(begins));
    found.ok_or_else(|| {
        let known: Vec<&str> = charts.iter().map(|chart| chart.quantity.key()).collect();
        Trouble(format!("there is no chart \"{}\" of this run; there are: {}", plain(&asked), known.join(", ")))
    })
}

/// Size of a chart for print, in pixels at 96 to the inch.
const CHART: (u32, u32) = (760, 420);

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        options: Options,
    }

    fn kind(arguments: &[&str]) -> Result<Kind, String> {
        let all = ["export", "shop.ron"].iter().chain(arguments);
        Only::parse_from(all).options.kind().map_err(|trouble| trouble.0)
    }

    #[test]
    fn the_ending_names_the_format() {
        assert_eq!(kind(&["a.SVG"]), Ok(Kind::Svg));
        assert_eq!(kind(&["-", "--format", "png"]), Ok(Kind::Png));
        let error = kind(&["shop.bmp"]).unwrap_err();
        assert!(error.contains("svg, png, pdf, gif, html, csv, json, drawio, mmd, architecture, ron, yaml"), "{error}");
    }
}
