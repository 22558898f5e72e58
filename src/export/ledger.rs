//! A bill as a table for other programs: CSV, and a workbook whose costs and sums are formulas.
//!
//! Every row has what its cost is recomputed from: quantity, unit price, source and date.

use crate::cost::{Bill, Line, Term};
use crate::units::Money;
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet, XlsxError};

/// One line of a bill, whatever it was read from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// Id of the node.
    pub node: String,
    /// Key of its service.
    pub service: String,
    /// What was used.
    pub item: String,
    /// How much.
    pub quantity: f64,
    /// Of what.
    pub unit: String,
    /// Dollars per unit; `None` if there is no price.
    pub unit_price: Option<f64>,
    /// Dollars of the run.
    pub cost: f64,
    /// Where the price comes from.
    pub source: String,
    /// Its date.
    pub source_date: String,
    /// Region whose price it is.
    pub region: String,
    /// How the quantity came about, where that is not plain.
    pub note: String,
}

/// A bill as rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Region whose prices were used.
    pub region: String,
    /// Simulated hours that were metered.
    pub hours: f64,
    /// One for each item of each node.
    pub rows: Vec<Row>,
}

const HEADING: [&str; 14] = [
    "node",
    "service",
    "item",
    "region",
    "quantity",
    "unit",
    "unit price (USD)",
    "cost of the run (USD)",
    "cost of an hour (USD)",
    "cost of a month of 730 h (USD)",
    "cost of a year (USD)",
    "source",
    "source date",
    "how the quantity came about",
];

/// Letters of the columns with costs, in the order of [`Term::ALL`]; the first one has this number.
const COSTS: [char; 4] = ['H', 'I', 'J', 'K'];
const FIRST_COST: u16 = 7;

impl From<&Bill> for Table {
    fn from(bill: &Bill) -> Self {
        let row = |line: &Line| Row {
            node: line.node.clone(),
            service: line.service.to_owned(),
            item: line.item.clone(),
            quantity: line.quantity,
            unit: line.unit.clone(),
            unit_price: line.unit_price,
            cost: line.cost.usd(),
            source: line.source.clone(),
            source_date: line.source_date.clone(),
            region: line.region.clone(),
            note: line.note.clone(),
        };
        Self { region: bill.region.clone(), hours: bill.hours, rows: bill.lines.iter().map(row).collect() }
    }
}

impl Row {
    /// Dollars of so many runs: the quantity of that long times the price, to the micro-dollar.
    fn over(&self, times: f64) -> f64 {
        Money::from_usd(self.quantity * times * self.unit_price.unwrap_or(0.0)).usd()
    }
}

impl Table {
    /// How many times the run each term is.
    fn times(&self) -> [f64; 4] {
        Term::ALL.map(|term| term.times(self.hours))
    }

    /// Dollars of a row by terms. Those of the run are what it was billed.
    fn costs(&self, row: &Row) -> [f64; 4] {
        let mut costs = self.times().map(|times| row.over(times));
        costs[0] = row.cost;
        costs
    }

    /// As CSV, with a heading.
    pub fn csv(&self) -> String {
        let mut out = csv::Writer::from_writer(Vec::new());
        let mut put = |cells: [String; 14]| out.write_record(cells).expect("writing into memory does not fail");
        put(HEADING.map(str::to_owned));
        for row in &self.rows {
            let [run, hour, month, year] = self.costs(row).map(|cost| cost.to_string());
            put([
                guarded(&row.node),
                row.service.clone(),
                guarded(&row.item),
                row.region.clone(),
                row.quantity.to_string(),
                row.unit.clone(),
                row.unit_price.map(|usd| usd.to_string()).unwrap_or_default(),
                run,
                hour,
                month,
                year,
                row.source.clone(),
                row.source_date.clone(),
                row.note.clone(),
            ]);
        }
        let bytes = out.into_inner().expect("writing into memory does not fail");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// As an Excel workbook.
    ///
    /// # Errors
    /// It has more rows or longer texts than a sheet may have.
    pub fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("Bill")?;
        let bold = Format::new().set_bold();
        for (column, name) in (0..).zip(HEADING) {
            sheet.write_with_format(0, column, name, &bold)?;
        }
        for (at, row) in (1..).zip(&self.rows) {
            self.write_row(sheet, at, row)?;
        }
        self.write_sums(sheet)?;
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        book.save_to_buffer()
    }

    fn write_row(&self, sheet: &mut Worksheet, at: u32, row: &Row) -> Result<(), XlsxError> {
        let texts = [(0, &row.node), (1, &row.service), (2, &row.item), (3, &row.region), (5, &row.unit)];
        let behind = [(11, &row.source), (12, &row.source_date), (13, &row.note)];
        for (column, text) in texts.into_iter().chain(behind) {
            sheet.write(at, column, text)?;
        }
        sheet.write(at, 4, row.quantity)?;
        match row.unit_price {
            Some(usd) => sheet.write(at, 6, usd)?,
            None => sheet.write(at, 6, "no price")?,
        };
        let line = at + 1;
        for ((column, times), cost) in (FIRST_COST..).zip(self.times()).zip(self.costs(row)) {
            let product = if times == 1.0 { format!("E{line}*G{line}") } else { format!("E{line}*G{line}*{times}") };
            let formula = Formula::new(format!("=IF(ISNUMBER(G{line}),ROUND({product},6),0)"));
            sheet.write_with_format(at, column, formula.set_result(cost.to_string()), &dollars())?;
        }
        Ok(())
    }

    fn write_sums(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let last = u32::try_from(self.rows.len()).unwrap_or(u32::MAX).saturating_add(1);
        let title = format!("Total, {}, {} h, US dollars without tax", self.region, self.hours);
        sheet.write_with_format(last, 0, title, &Format::new().set_bold())?;
        for ((column, letter), at) in (FIRST_COST..).zip(COSTS).zip(0..).filter(|_| last > 1) {
            let total: f64 = self.rows.iter().map(|row| self.costs(row)[at]).sum();
            let sum = Formula::new(format!("=SUM({letter}2:{letter}{last})")).set_result(total.to_string());
            sheet.write_with_format(last, column, sum, &dollars())?;
        }
        Ok(())
    }
}

fn dollars() -> Format {
    Format::new().set_num_format("$#,##0.000000")
}

/// A text that a spreadsheet would take for a formula, kept a text.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let row = Row {
            node: "web".to_owned(),
            service: "ec2".to_owned(),
            item: "data out, first 10 TB".to_owned(),
            quantity: 2.5,
            unit: "GB".to_owned(),
            unit_price: Some(0.09),
            cost: 0.225,
            region: "us-east-1".to_owned(),
            ..Row::default()
        };
        let unpriced = Row { node: "=web".to_owned(), unit_price: None, cost: 0.0, ..row.clone() };
        Table { region: "us-east-1".to_owned(), hours: 73.0, rows: vec![row, unpriced] }
    }

    #[test]
    fn csv_has_all_that_a_cost_is_recomputed_from() {
        let csv = table().csv();
        let lines: Vec<&str> = csv.lines().collect();
        assert!(lines[0].starts_with("node,service,item,region,quantity,unit,unit price (USD)"), "{csv}");
        assert_eq!(lines[1], "web,ec2,\"data out, first 10 TB\",us-east-1,2.5,GB,0.09,0.225,0.003082,2.25,27,,,");
        assert_eq!(
            lines[2], "'=web,ec2,\"data out, first 10 TB\",us-east-1,2.5,GB,,0,0,0,0,,,",
            "nothing is run as a formula"
        );
    }

    #[test]
    fn a_workbook_is_a_zip_of_sheets() {
        for table in [table(), Table::default()] {
            let bytes = table.xlsx().expect("fits a sheet");
            assert!(bytes.starts_with(b"PK") && bytes.len() > 1_000);
        }
    }
}
