//! A bill as a table for other programs: CSV, and a workbook whose costs and sums are formulas.
//!
//! Every row has what its cost is recomputed from: quantity, unit price, source and date.

use crate::cost::Bill;
use crate::units::HOURS_PER_MONTH;
use rust_xlsxwriter::{Format, Formula, Workbook, XlsxError};

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

const HEADING: [&str; 10] = [
    "node",
    "service",
    "item",
    "quantity",
    "unit",
    "unit price (USD)",
    "cost of the run (USD)",
    "cost of a month of 730 h (USD)",
    "source",
    "source date",
];

impl From<&Bill> for Table {
    fn from(bill: &Bill) -> Self {
        let row = |line: &crate::cost::Line| Row {
            node: line.node.clone(),
            service: line.service.to_owned(),
            item: line.item.clone(),
            quantity: line.quantity,
            unit: line.unit.clone(),
            unit_price: line.unit_price,
            cost: line.cost.usd(),
            source: line.source.clone(),
            source_date: line.source_date.clone(),
        };
        Self { region: bill.region.clone(), hours: bill.hours, rows: bill.lines.iter().map(row).collect() }
    }
}

impl Table {
    /// Months of 730 hours for each hour that was metered.
    fn to_month(&self) -> f64 {
        if self.hours > 0.0 { HOURS_PER_MONTH / self.hours } else { 0.0 }
    }

    /// As CSV, with a heading.
    pub fn csv(&self) -> String {
        let mut out = csv::Writer::from_writer(Vec::new());
        let mut put = |cells: [String; 10]| out.write_record(cells).expect("writing into memory does not fail");
        put(HEADING.map(str::to_owned));
        for row in &self.rows {
            put([
                guarded(&row.node),
                row.service.clone(),
                guarded(&row.item),
                row.quantity.to_string(),
                row.unit.clone(),
                row.unit_price.map(|usd| usd.to_string()).unwrap_or_default(),
                row.cost.to_string(),
                (row.cost * self.to_month()).to_string(),
                row.source.clone(),
                row.source_date.clone(),
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
        let (bold, dollars) = (Format::new().set_bold(), Format::new().set_num_format("$#,##0.000000"));
        for (column, name) in (0..).zip(HEADING) {
            sheet.write_with_format(0, column, name, &bold)?;
        }
        for (at, row) in (1..).zip(&self.rows) {
            sheet.write(at, 0, &row.node)?;
            sheet.write(at, 1, &row.service)?;
            sheet.write(at, 2, &row.item)?;
            sheet.write(at, 3, row.quantity)?;
            sheet.write(at, 4, &row.unit)?;
            match row.unit_price {
                Some(usd) => sheet.write(at, 5, usd)?,
                None => sheet.write(at, 5, "no price")?,
            };
            let line = at + 1;
            let cost = Formula::new(format!("=IF(ISNUMBER(F{line}),ROUND(D{line}*F{line},6),0)"));
            sheet.write_with_format(at, 6, cost.set_result(row.cost.to_string()), &dollars)?;
            let month = Formula::new(format!("=G{line}*{}", self.to_month()));
            sheet.write_with_format(at, 7, month.set_result((row.cost * self.to_month()).to_string()), &dollars)?;
            sheet.write(at, 8, &row.source)?;
            sheet.write(at, 9, &row.source_date)?;
        }
        let last = u32::try_from(self.rows.len()).unwrap_or(u32::MAX).saturating_add(1);
        let total: f64 = self.rows.iter().map(|row| row.cost).sum();
        sheet.write_with_format(last, 0, format!("Total, {}, {} h", self.region, self.hours), &bold)?;
        if last > 1 {
            for (column, letter, result) in [(6, 'G', total), (7, 'H', total * self.to_month())] {
                let sum = Formula::new(format!("=SUM({letter}2:{letter}{last})")).set_result(result.to_string());
                sheet.write_with_format(last, column, sum, &dollars)?;
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        book.save_to_buffer()
    }
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
            ..Row::default()
        };
        let unpriced = Row { node: "=web".to_owned(), unit_price: None, cost: 0.0, ..row.clone() };
        Table { region: "us-east-1".to_owned(), hours: 73.0, rows: vec![row, unpriced] }
    }

    #[test]
    fn csv_has_all_that_a_cost_is_recomputed_from() {
        let csv = table().csv();
        let lines: Vec<&str> = csv.lines().collect();
        assert!(lines[0].starts_with("node,service,item,quantity,unit,unit price (USD)"), "{csv}");
        assert_eq!(lines[1], "web,ec2,\"data out, first 10 TB\",2.5,GB,0.09,0.225,2.25,,");
        assert_eq!(lines[2], "'=web,ec2,\"data out, first 10 TB\",2.5,GB,,0,0,,", "nothing is run as a formula");
    }

    #[test]
    fn a_workbook_is_a_zip_of_sheets() {
        for table in [table(), Table::default()] {
            let bytes = table.xlsx().expect("fits a sheet");
            assert!(bytes.starts_with(b"PK") && bytes.len() > 1_000);
        }
    }
}
