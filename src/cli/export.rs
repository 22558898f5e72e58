//! `loadscape export`: a design as a picture or as another file, at rest or under load.

use super::input::{self, Chosen};
use super::output;
use super::{Outcome, Trouble, Verdict};
use crate::compile::{self, Plan};
use crate::export::{Format, Options as Look, picture};
use crate::file;
use crate::sim::engine::Engine;
use crate::sim::snapshot::Snapshot;
use crate::theme::Theme;
use crate::units::SimTime;
use clap::{Args, ValueEnum};
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
    /// Pixels per drawing unit, 0.1 to 8
    #[arg(long, default_value_t = 2.0, value_name = "N")]
    scale: f32,
    /// Colours
    #[arg(long, value_enum, default_value_t = Colours::Light)]
    theme: Colours,
    /// Leave the background out
    #[arg(long)]
    transparent: bool,
    /// Show the design under load, at the end of a run
    #[arg(long)]
    run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Svg,
    Png,
    Ron,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colours {
    Light,
    Dark,
}

/// Writes the file.
pub(super) fn export(options: &Options) -> Outcome {
    let kind = options.kind()?;
    output::check(&options.out)?;
    let bytes = match kind {
        Kind::Ron => file::print(&options.chosen.case()?.design).into_bytes(),
        Kind::Svg => options.picture(Format::Svg)?,
        Kind::Png => options.picture(Format::Png)?,
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

    fn picture(&self, format: Format) -> Result<Vec<u8>, Trouble> {
        let case = self.chosen.case()?;
        let theme = if self.theme == Colours::Dark { Theme::Dark } else { Theme::Light };
        let look = Look { theme, scale: self.scale, transparent: self.transparent };
        let run = self.run.then(|| under_load(&case));
        let (plan, snapshot) = run.as_ref().map_or((None, None), |(plan, snapshot)| (Some(plan), Some(snapshot)));
        picture(&case.design, plan, snapshot, format, &look)
            .map_err(|error| Trouble(format!("{}: {error}", self.chosen.file.display())))
    }
}

fn under_load(case: &input::Case) -> (Plan, Snapshot) {
    let plan = compile::compile_with(&case.design, &case.scenario, &case.files);
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
        let error = kind(&["shop.pdf"]).unwrap_err();
        assert!(error.contains("svg, png, ron"), "{error}");
    }
}
