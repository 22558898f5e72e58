//! `loadscape bill`: the bill of a run, line by line, so that it can be recomputed by hand.

use super::input::{Chosen, title};
use super::run::{complete, pretty, say_what_is_left_out};
use super::simulate::simulate;
use super::{Outcome, Trouble, Verdict, output, table};
use crate::cost::Term;
use crate::export::ledger::{Row, Table};
use clap::{Args, ValueEnum};
use serde_json::Value;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    chosen: Chosen,
    /// Write the bill as JSON to this file; - is standard output, in place of the table
    #[arg(long, value_name = "OUT")]
    json: Option<PathBuf>,
    /// Write the lines as a table to this file, CSV or, if it ends in xlsx, a workbook; - is CSV on standard output
    #[arg(long, value_name = "OUT")]
    table: Option<PathBuf>,
    /// Add the lines that are printed up by this
    #[arg(long, value_enum, default_value_t = By::Line)]
    by: By,
    /// How long a bill the lines that are printed are of: longer ones are of hours like those of the run. A --table has all
    #[arg(long, value_enum, default_value_t = Per::Run)]
    per: Per,
}

/// How long a bill is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Per {
    Run,
    Hour,
    Month,
    Year,
}

impl Per {
    /// How many times a run of so many hours it is.
    fn times(self, hours: f64) -> f64 {
        let term = match self {
            Self::Run => Term::Run,
            Self::Hour => Term::Hour,
            Self::Month => Term::Month,
            Self::Year => Term::Year,
        };
        term.times(hours)
    }
}

/// What the lines are added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum By {
    Line,
    Node,
    Service,
    Item,
}

impl By {
    /// The column that has what it is.
    pub(super) fn column(self) -> Option<&'static str> {
        match self {
            Self::Line => None,
            Self::Node => Some("node"),
            Self::Service => Some("service"),
            Self::Item => Some("item"),
        }
    }
}

/// Runs and prints the bill.
pub(super) fn bill(options: &Options) -> Outcome {
    let case = options.chosen.case()?;
    options.json.as_deref().map_or(Ok(()), output::check)?;
    options.table.as_deref().map_or(Ok(()), output::check)?;
    let runs = simulate(&case);
    say_what_is_left_out(&case.design, &runs.runs);
    let result = complete(&title(&options.chosen.file, &case.design), &case, &runs);
    if let Some(path) = &options.json {
        output::write(path, pretty(&result["bill"]).as_bytes())?;
    }
    if let Some(path) = &options.table {
        let table = rows(&result["bill"], runs.runs[0].bill.hours);
        let workbook = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
        let bytes =
            if workbook { table.xlsx().map_err(|error| Trouble(error.to_string()))? } else { table.csv().into() };
        output::write(path, &bytes)?;
    }
    let taken = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
    if !taken(&options.json) && !taken(&options.table) {
        output::print(&table::bill(&result, options.by, options.per.times(runs.runs[0].bill.hours)))?;
    }
    Ok(if runs.cut { Verdict::Cut } else { Verdict::Fine })
}

/// The lines of a bill in JSON, which are means where there are several runs.
fn rows(bill: &Value, hours: f64) -> Table {
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let row = |line: &Value| Row {
        node: text(line, "node"),
        service: text(line, "service"),
        item: text(line, "item"),
        quantity: line["quantity"].as_f64().unwrap_or(0.0),
        unit: text(line, "unit"),
        unit_price: line["unit_price"].as_f64(),
        cost: line["cost"].as_f64().unwrap_or(0.0),
        source: text(line, "source"),
        source_date: text(line, "source_date"),
        region: text(line, "region"),
        note: text(line, "note"),
    };
    let lines = bill["lines"].as_array().into_iter().flatten();
    Table { region: text(bill, "region"), hours, rows: lines.map(row).collect() }
}
