//! The pieces of an HTML page: headings, paragraphs, tables that a screen reader can read.

use super::style;
use crate::export::font::Used;
use crate::export::xml::escaped;
use crate::scene::list::Weight;
use std::fmt::Write;

/// A page that is being written.
#[derive(Default)]
pub struct Page {
    body: String,
    /// Characters of the pictures; those of the page itself are added at the end.
    pub used: Used,
}

/// Most rows of a table that stays whole on paper.
const SHORT: usize = 12;

/// How a column reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Words, from the left.
    Words,
    /// Figures, to the right.
    Figures,
}

/// A cell that says how bad something is, in a word and in a colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    text: String,
    class: &'static str,
}

impl Cell {
    /// A cell of a class of the style sheet.
    pub fn of(class: &'static str, text: impl Into<String>) -> Self {
        Self { text: text.into(), class }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, class: "" }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), class: "" }
    }
}

impl Page {
    /// Appends HTML as it is.
    pub fn raw(&mut self, html: &str) {
        self.body.push_str(html);
    }

    fn put(&mut self, parts: std::fmt::Arguments<'_>) {
        self.body.write_fmt(parts).expect("a String takes everything");
    }

    /// The title of the page.
    pub fn title(&mut self, text: &str) {
        self.put(format_args!("<h1>{}</h1>\n", escaped(text)));
    }

    /// A heading.
    pub fn heading(&mut self, text: &str) {
        self.put(format_args!("<h2>{}</h2>\n", escaped(text)));
    }

    /// A paragraph.
    pub fn text(&mut self, text: &str) {
        self.put(format_args!("<p>{}</p>\n", escaped(text)));
    }

    /// A list.
    pub fn list(&mut self, lines: &[String]) {
        self.raw("<ul>\n");
        for line in lines {
            self.put(format_args!("<li>{}</li>\n", escaped(line)));
        }
        self.raw("</ul>\n");
    }

    /// Names with their values.
    pub fn facts(&mut self, facts: &[(&str, String)]) {
        self.raw("<dl>\n");
        for (name, value) in facts {
            self.put(format_args!("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(value)));
        }
        self.raw("</dl>\n");
    }

    /// A table; the first cell of a row is its heading.
    pub fn table(&mut self, caption: &str, columns: &[(&str, Column)], rows: &[Vec<Cell>]) {
        self.summed(caption, columns, rows, &[]);
    }

    /// The same with a last row that sums up the others; none if it has no cells.
    pub fn summed(&mut self, caption: &str, columns: &[(&str, Column)], rows: &[Vec<Cell>], sum: &[Cell]) {
        let class_of = if rows.len() <= SHORT { "wide short" } else { "wide" };
        self.put(format_args!(
            "<div class=\"{class_of}\"><table>\n<caption>{}</caption>\n<thead><tr>",
            escaped(caption)
        ));
        for (name, column) in columns {
            self.put(format_args!("<th scope=\"col\"{}>{}</th>", class(*column), escaped(name)));
        }
        self.raw("</tr></thead>\n<tbody>\n");
        rows.iter().for_each(|row| self.row(columns, row));
        self.raw("</tbody>");
        if !sum.is_empty() {
            self.raw("\n<tfoot>\n");
            self.row(columns, sum);
            self.raw("</tfoot>");
        }
        self.raw("</table></div>\n");
    }

    fn row(&mut self, columns: &[(&str, Column)], row: &[Cell]) {
        self.raw("<tr>");
        for (at, (cell, (_, column))) in row.iter().zip(columns).enumerate() {
            self.cell(at, cell, *column);
        }
        self.raw("</tr>\n");
    }

    fn cell(&mut self, at: usize, cell: &Cell, column: Column) {
        let text = escaped(&cell.text);
        match (at, cell.class) {
            (0, _) => self.put(format_args!("<th scope=\"row\"{}>{text}</th>", class(column))),
            (_, "") => self.put(format_args!("<td{}>{text}</td>", class(column))),
            (_, tone) => self.put(format_args!("<td{}><span class=\"{tone}\">{text}</span></td>", class(column))),
        }
    }

    /// The whole document.
    pub fn finish(mut self, title: &str) -> String {
        // A word of which some letters are in our fonts and others are not would look broken: all are.
        for weight in [Weight::Regular, Weight::SemiBold] {
            self.used.add(&self.body, weight);
        }
        let (title, style, fonts) = (escaped(title), style::sheet(), self.used.rules());
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"generator\" content=\"Loadscape {}\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{title}</title>\n<style>\n{fonts}{style}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
            crate::words::language().code(),
            env!("CARGO_PKG_VERSION"),
            self.body,
        )
    }
}

fn class(column: Column) -> &'static str {
    match column {
        Column::Words => "",
        Column::Figures => " class=\"figure\"",
    }
}
