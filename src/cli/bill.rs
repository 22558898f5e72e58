//! `loadscape bill`: the bill of a run, line by line, so that it can be recomputed by hand.

use super::input::{Chosen, title};
use super::run::{complete, pretty, say_what_is_left_out};
use super::simulate::simulate;
use super::{Outcome, Verdict, output, table};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    chosen: Chosen,
    /// Write the bill as JSON to this file; - is standard output, in place of the table
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
}

/// Runs and prints the bill.
pub(super) fn bill(options: &Options) -> Outcome {
    let case = options.chosen.case()?;
    options.json.as_deref().map_or(Ok(()), output::check)?;
    let runs = simulate(&case);
    say_what_is_left_out(&runs.runs);
    let result = complete(&title(&options.chosen.file, &case.design), &case, &runs);
    if let Some(path) = &options.json {
        output::write(path, pretty(&result["bill"]).as_bytes())?;
    }
    if options.json.as_deref() != Some(Path::new("-")) {
        output::print(&table::bill(&result))?;
    }
    Ok(if runs.cut { Verdict::Cut } else { Verdict::Fine })
}
