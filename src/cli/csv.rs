//! The result as tables for a spreadsheet: `nodes.csv`, `links.csv`, `bill.csv`, `series.csv`, and a
//! `series-NODE.csv` for each node.

use super::{Trouble, output};
use serde_json::Value;
use std::path::Path;

/// A column: its heading, and where its figure stands in the JSON of a row.
type Column = (&'static str, &'static str);

const NODES: [Column; 14] = [
    ("service", "/service"),
    ("arrived", "/arrived"),
    ("served", "/served"),
    ("failed", "/failed"),
    ("in_flight", "/in_flight"),
    ("latency_p50_ms", "/latency_ms/p50"),
    ("latency_p95_ms", "/latency_ms/p95"),
    ("latency_p99_ms", "/latency_ms/p99"),
    ("wait_p99_ms", "/wait_ms/p99"),
    ("utilization", "/utilization"),
    ("queue_mean", "/queue_mean"),
    ("in_service_min", "/in_service/min"),
    ("in_service_mean", "/in_service/mean"),
    ("in_service_max", "/in_service/max"),
];

const LINKS: [Column; 5] = [
    ("calls", "/calls"),
    ("failed", "/failed"),
    ("latency_mean_ms", "/latency_ms/mean"),
    ("latency_p50_ms", "/latency_ms/p50"),
    ("latency_p99_ms", "/latency_ms/p99"),
];

const BILL: [Column; 8] = [
    ("node", "/node"),
    ("item", "/item"),
    ("quantity", "/quantity"),
    ("unit", "/unit"),
    ("unit_price_usd", "/unit_price"),
    ("cost_usd", "/cost"),
    ("source", "/source"),
    ("source_date", "/source_date"),
];

/// Writes the tables into a folder that is there; those of the course come with their names.
pub(super) fn write(folder: &Path, result: &Value, course: &[(String, String)]) -> Result<(), Trouble> {
    let put = |name: &str, text: String| output::write(&folder.join(name), text.as_bytes());
    put("nodes.csv", named("node", &result["nodes"], &NODES))?;
    put("links.csv", named("link", &result["links"], &LINKS))?;
    put("bill.csv", listed(&result["bill"]["lines"], &BILL))?;
    course.iter().try_for_each(|(name, table)| output::write(&folder.join(name), table.as_bytes()))
}

fn named(heading: &str, rows: &Value, columns: &[Column]) -> String {
    let mut text = line(std::iter::once(heading.to_owned()).chain(columns.iter().map(|(name, _)| (*name).to_owned())));
    for (name, row) in rows.as_object().into_iter().flatten() {
        text += &line(std::iter::once(cell(&Value::from(name.as_str()))).chain(cells(row, columns)));
    }
    text
}

fn listed(rows: &Value, columns: &[Column]) -> String {
    let mut text = line(columns.iter().map(|(name, _)| (*name).to_owned()));
    for row in rows.as_array().into_iter().flatten() {
        text += &line(cells(row, columns));
    }
    text
}

fn cells<'a>(row: &'a Value, columns: &'a [Column]) -> impl Iterator<Item = String> + 'a {
    columns.iter().map(|(_, pointer)| row.pointer(pointer).map_or_else(String::new, cell))
}

/// A cell; text with a comma, quote or line feed is quoted (RFC 4180).
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.contains([',', '"', '\n']) => format!("\"{}\"", text.replace('"', "\"\"")),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join(",") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_is_quoted_where_it_must_be() {
        let rows = json!([{ "node": "alb", "item": "data out, first 10 TB", "quantity": 1.5, "unit_price": null }]);
        let text = listed(&rows, &BILL);
        assert_eq!(text.lines().nth(1), Some("alb,\"data out, first 10 TB\",1.5,,,,,"));
    }
}
