//! The cells of a page: what is written about each, with absolute positions.

use crate::import::html;
use crate::import::xml::Lines;
use crate::model::{LabelAt, Point, Rect, Size};
use resvg::usvg::roxmltree::{Document, Node};
use std::collections::BTreeMap;

/// A box, or a line between boxes.
#[derive(Debug, Default)]
pub struct Cell {
    /// Its id in the file.
    pub id: String,
    /// Line of the file.
    pub line: Option<usize>,
    /// What is written on it.
    pub label: String,
    /// How it looks, by key; a word without a value has an empty one.
    pub style: BTreeMap<String, String>,
    /// The cell that it is part of, as a number.
    pub parent: Option<usize>,
    /// What it is.
    pub kind: Kind,
    /// Where it is on the page; without a size for lines.
    pub rect: Rect,
    /// The cells that a line joins, as numbers.
    pub ends: (Option<usize>, Option<usize>),
    /// Where a line turns because somebody said so.
    pub bends: Vec<Point>,
    /// Where the label of a line stands, if somebody said so.
    pub label_at: Option<LabelAt>,
    /// What our own exports say about it.
    pub own: BTreeMap<String, String>,
}

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// A layer, or the root.
    #[default]
    Layer,
    /// A box.
    Box,
    /// A line.
    Line,
    /// Text on a line.
    LineLabel,
}

/// The cells of a page in their order, and those that are parts of themselves.
pub struct Cells {
    /// All of them.
    pub all: Vec<Cell>,
    /// Numbers of cells whose parents go round in a circle.
    pub circles: Vec<usize>,
}

/// Deepest nesting of cells that is followed.
const DEEPEST: usize = 100;

/// Reads the cells of a model. `shift` is added to lines.
pub fn read(document: &Document<'_>, lines: &Lines, shift: Option<usize>) -> Cells {
    let elements = document.descendants().filter(|node| node.has_tag_name("mxCell"));
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut raw = Vec::new();
    for element in elements {
        let holder = element.parent().filter(|node| matches!(node.tag_name().name(), "object" | "UserObject"));
        let id = element.attribute("id").or_else(|| holder?.attribute("id")).unwrap_or_default();
        // Of two cells with one id the first counts, as in draw.io.
        numbers.entry(id.to_owned()).or_insert(raw.len());
        let line = shift.map(|shift| lines.line(element) + shift);
        raw.push((element, holder, id, line));
    }
    let number = |id: Option<&str>| numbers.get(id?).copied();
    let mut all: Vec<Cell> = raw
        .iter()
        .map(|(element, holder, id, line)| {
            let ends = (number(element.attribute("source")), number(element.attribute("target")));
            let parent = number(element.attribute("parent"));
            Cell { id: (*id).to_owned(), line: *line, parent, ends, ..cell(*element, *holder) }
        })
        .collect();
    for at in 0..all.len() {
        let on_line = all[at].parent.is_some_and(|parent| all[parent].kind == Kind::Line);
        if on_line && all[at].kind == Kind::Box {
            all[at].kind = Kind::LineLabel;
        }
    }
    let (corners, circles) = corners(&all);
    for (cell, corner) in all.iter_mut().zip(corners) {
        cell.rect = cell.rect.shift(corner);
        cell.bends.iter_mut().for_each(|bend| *bend = *bend + corner);
    }
    Cells { all, circles }
}

/// A cell by itself.
fn cell(element: Node<'_, '_>, holder: Option<Node<'_, '_>>) -> Cell {
    let label = element.attribute("value").or_else(|| holder?.attribute("label")).unwrap_or_default();
    let style = style(element.attribute("style").unwrap_or_default());
    let kind = match (element.attribute("vertex"), element.attribute("edge")) {
        (_, Some("1")) => Kind::Line,
        (Some("1"), _) => Kind::Box,
        _ => Kind::Layer,
    };
    let own = holder.into_iter().flat_map(|holder| holder.attributes());
    let own = own.map(|attribute| (attribute.name().to_owned(), attribute.value().to_owned())).collect();
    // Without html=1 a label is text as it stands.
    let label = if style.get("html").is_some_and(|html| html == "1") || label.contains('&') || label.contains("<br") {
        html::words(label)
    } else {
        label.trim().to_owned()
    };
    let bends = if kind == Kind::Line { bends(element) } else { Vec::new() };
    let label_at = label_at(element);
    Cell { label, style, kind, rect: rect(element, kind), bends, label_at, own, ..Cell::default() }
}

/// Where the label of a line stands: a share of its way from -1 to 1, and an offset. What is said of the distance across the
/// way is left out: it depends on how the line runs there.
fn label_at(element: Node<'_, '_>) -> Option<LabelAt> {
    let geometry = element.children().find(|child| child.has_tag_name("mxGeometry"))?;
    let number = |node: Node<'_, '_>, name: &str| node.attribute(name).and_then(|text| text.trim().parse::<f32>().ok());
    let offset = geometry.children().find(|child| child.attribute("as") == Some("offset"));
    let relative = geometry.attribute("relative") == Some("1");
    let said = geometry.attribute("x").is_some() || offset.is_some();
    let along = number(geometry, "x").unwrap_or(0.0).clamp(-1.0, 1.0);
    let by = |name| offset.and_then(|offset| number(offset, name)).unwrap_or(0.0);
    let at = LabelAt::new(f32::midpoint(along, 1.0), Point::new(by("x"), by("y")));
    let usual = LabelAt { along: 0.5, by: Point::default() };
    at.filter(|at| relative && said && *at != usual)
}

/// The points of a line between its ends.
fn bends(element: Node<'_, '_>) -> Vec<Point> {
    let given = element.descendants().find(|node| node.has_tag_name("Array"));
    let points = given.into_iter().flat_map(|array| array.children()).filter(|node| node.has_tag_name("mxPoint"));
    let number = |point: &Node<'_, '_>, name: &str| match point.attribute(name) {
        None => Some(0.0),
        Some(text) => text.trim().parse::<f32>().ok().filter(|number| (-1e6..=1e6).contains(number)),
    };
    points.filter_map(|point| Some(Point::new(number(&point, "x")?, number(&point, "y")?))).collect()
}

/// "shape=a;html=1;text" by key.
fn style(text: &str) -> BTreeMap<String, String> {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (key.trim().to_owned(), value.trim().to_owned())
        })
        .collect()
}

/// Where a cell is in its parent.
fn rect(element: Node<'_, '_>, kind: Kind) -> Rect {
    let Some(geometry) = element.children().find(|child| child.has_tag_name("mxGeometry")) else {
        return Rect::default();
    };
    let number = |name: &str| {
        let found = geometry.attribute(name).and_then(|text| text.trim().parse::<f32>().ok());
        found.filter(|number| number.is_finite()).unwrap_or(0.0).clamp(-1e6, 1e6)
    };
    if kind != Kind::Box || geometry.attribute("relative") == Some("1") {
        return Rect::default();
    }
    Rect::new(Point::new(number("x"), number("y")), Size { w: number("width").max(0.0), h: number("height").max(0.0) })
}

/// Where the inside of each cell's parent begins on the page, and the cells whose parents go round in a circle.
fn corners(all: &[Cell]) -> (Vec<Point>, Vec<usize>) {
    let (mut corners, mut circles) = (vec![Point::default(); all.len()], Vec::new());
    for (at, cell) in all.iter().enumerate() {
        let outward = std::iter::successors(cell.parent, |parent| all[*parent].parent);
        let mut corner = Point::default();
        let mut steps = 0;
        for parent in outward.take(DEEPEST + 1) {
            corner = corner + all[parent].rect.min;
            steps += 1;
        }
        if steps > DEEPEST {
            circles.push(at);
        } else {
            corners[at] = corner;
        }
    }
    (corners, circles)
}

impl Cell {
    /// A word of its style.
    pub fn look(&self, key: &str) -> &str {
        self.style.get(key).map_or("", String::as_str)
    }

    /// Whether it is larger than an icon.
    pub fn is_large(&self) -> bool {
        self.rect.w() >= 130.0 && self.rect.h() >= 100.0
    }

    /// What it is called in remarks.
    pub fn called(&self) -> String {
        let name = crate::edit::line(&self.label.replace('\n', " "));
        match name.is_empty() {
            true => format!("the cell {}", crate::edit::line(&self.id)),
            false => format!("\"{}\"", name.chars().take(60).collect::<String>()),
        }
    }
}
