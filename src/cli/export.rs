//! `loadscape export`: a design as a picture or as another file, at rest or under load.

use super::input::{self, Chosen};
use super::output;
use super::simulate::bar;
use super::{Outcome, Trouble, Verdict};
use crate::compile::{self, Plan};
use crate::export::film::{self, Film};
use crate::export::pdf::Page;
use crate::export::watch::Watch;
use crate::export::{self, ExportError, Format, Options as Look, picture};
use crate::file;
use crate::model::{Design, Id};
use crate::scene::Picture;
use crate::sim::engine::Engine;
use crate::sim::snapshot::Snapshot;
use crate::theme::Theme;
use crate::units::SimTime;
use clap::{Args, ValueEnum};
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
    Ron,
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
        Kind::Svg if options.animated => options.film(kind)?,
        Kind::Gif => options.film(kind)?,
        Kind::Svg => options.picture(Format::Svg)?,
        Kind::Png => options.picture(Format::Png)?,
        Kind::Pdf => options.picture(Format::Pdf)?,
    };
    output::write(&options.out, &bytes)?;
    Ok(Verdict::Fine)
}

impl Options {
    fn kind(&self) -> Result<Kind, Trouble> {
        let by_ending = || Kind::from_str(self.out.extension()?.to_str()?, true).ok();
        let known =
            || Kind::value_variants().iter().filter_map(|kind| Some(kind.to_possible_value()?.get_name().to_owned()));
        self.format.or_else(by_ending).ok_or_else(|| {
            let known = known().collect::<Vec<_>>().join(", ");
            let out = self.out.display();
            Trouble(format!("the ending of {out} names no format; end it in one of {known}, or say --format"))
        })
    }

    fn look(&self) -> Look {
        let theme = if self.theme == Colours::Dark { Theme::Dark } else { Theme::Light };
        Look { theme, scale: self.scale.unwrap_or(2.0), transparent: self.transparent, page: self.page.into() }
    }

    fn picture(&self, format: Format) -> Result<Vec<u8>, Trouble> {
        let case = self.chosen.case()?;
        let run = self.run.then(|| under_load(&case));
        let (plan, snapshot) = run.as_ref().map_or((None, None), |(plan, snapshot)| (Some(plan), Some(snapshot)));
        let shown = part(&case.design, &self.only)?;
        let subject = Picture { plan, snapshot, ..Picture::of(&shown) };
        self.watched(|watch| picture(&subject, format, &self.look(), watch))
    }

    fn film(&self, kind: Kind) -> Result<Vec<u8>, Trouble> {
        let case = self.chosen.case()?;
        let plan = compile::compile(&case.design, &case.scenario);
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

fn under_load(case: &input::Case) -> (Plan, Snapshot) {
    let plan = compile::compile(&case.design, &case.scenario);
    let mut engine = Engine::new(plan.network.clone(), case.seed);
    engine.run_until(SimTime::ZERO + case.scenario.duration);
    let snapshot = engine.snapshot();
    (plan, snapshot)
}

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
        assert!(error.contains("svg, png, pdf, gif, ron"), "{error}");
    }
}
