//! The application from a terminal.
//!
//! Results go to standard output, progress and messages to standard error; nothing prompts. Exit codes: 0 fine, 1 a check,
//! assertion or claim failed, 2 wrong use or unreadable input, 130 ended by Ctrl+C (what was measured until then is reported).
//! `-` is standard input or output.
//!
//! Absent: egui, and figures of its own: everything printed is read from what a run measured (`result`).

mod bench;
mod bill;
mod cancel;
mod check;
mod compare;
mod converge;
mod course;
mod csv;
mod export;
mod input;
mod output;
mod result;
mod run;
mod services;
mod set;
mod simulate;
mod step;
mod table;
mod traffic;
mod walkthrough;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Draw an AWS architecture, put load on it, and watch latency, instances, errors and cost.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
struct Arguments {
    /// Design to open in the window
    file: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

const AFTER_HELP: &str = "Exit codes: 0 fine, 1 a check, assertion or claim failed, 2 wrong use or unreadable input, 130 ended by Ctrl+C. - is standard input or output.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a design without a window and print what was measured
    Run(run::Options),
    /// Look for weak points of a design without running it
    Check(check::Options),
    /// Run a design and print the bill, line by line
    Bill(bill::Options),
    /// Run two designs under the same traffic and print how they differ
    Compare(compare::Options),
    /// Write a design as a picture or as another file
    Export(export::Options),
    /// Play a walkthrough and check its claims, or list what there is
    Walkthrough(walkthrough::Options),
    /// Show the catalogue: settings, defaults and prices, with sources and dates
    Services(services::Options),
    /// Measure the speed of the engine on designs, or on the samples
    Bench(bench::Options),
}

/// How a command ended when nothing was wrong with its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Nothing to complain about.
    Fine,
    /// A check or an assertion failed.
    Failed,
    /// Ctrl+C ended it; what was measured until then was reported.
    Cut,
}

/// Wrong use or unreadable input: what happened, where, what to do.
#[derive(Debug)]
struct Trouble(String);

impl From<String> for Trouble {
    fn from(text: String) -> Self {
        Self(text)
    }
}

type Outcome = Result<Verdict, Trouble>;

/// Reads the command line and does what it asks.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        None => return window(arguments.file),
        Some(command) => command.execute(),
    };
    match outcome {
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::from(1),
        Ok(Verdict::Cut) => ExitCode::from(cancel::CUT),
        Err(Trouble(text)) => {
            output::message(&text);
            ExitCode::from(2)
        }
    }
}

impl Command {
    fn execute(self) -> Outcome {
        match self {
            Self::Run(options) => run::run(&options),
            Self::Check(options) => check::check(&options),
            Self::Bill(options) => bill::bill(&options),
            Self::Compare(options) => compare::compare(&options),
            Self::Export(options) => export::export(&options),
            Self::Walkthrough(options) => walkthrough::walkthrough(&options),
            Self::Services(options) => services::services(&options),
            Self::Bench(options) => bench::bench(&options),
        }
    }
}

/// What can be done where no window can be opened.
const WITHOUT_WINDOW: &str =
    "without a window you can: run, check, bill, compare, export, walkthrough, services, bench (see loadscape --help)";

#[cfg(feature = "gui")]
fn window(file: Option<PathBuf>) -> ExitCode {
    if !has_display() {
        output::message(&format!(
            "no window can be opened: neither DISPLAY nor WAYLAND_DISPLAY is set\n{WITHOUT_WINDOW}"
        ));
        return ExitCode::from(2);
    }
    match crate::app::run(file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::message(&error);
            ExitCode::from(2)
        }
    }
}

#[cfg(not(feature = "gui"))]
fn window(_file: Option<PathBuf>) -> ExitCode {
    output::message(&format!("this build has no window (it was made without the feature gui)\n{WITHOUT_WINDOW}"));
    ExitCode::from(2)
}

/// Whether there is somewhere to put a window; only Unix other than macOS can be asked beforehand.
#[cfg(feature = "gui")]
fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_file_alone_opens_the_window() {
        let arguments = Arguments::try_parse_from(["loadscape", "shop.ron"]).unwrap();
        assert!(arguments.command.is_none() && arguments.file == Some(PathBuf::from("shop.ron")));
        assert!(Arguments::try_parse_from(["loadscape", "run"]).is_err(), "run needs a file");
    }
}
