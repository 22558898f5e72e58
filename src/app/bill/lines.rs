//! The lines of the bill as a table. All rows have one height, and only those in sight are drawn, so that the bill of a
//! large design costs no more than that of a small one. A line opens to the arithmetic of its cost and its source.

use crate::app::fields::{Field, reason, value_field};
use crate::app::icons::{Icon, IconButton, Look};
use crate::app::state::State;
use crate::app::style;
use crate::cost::{Bill, Grouping, Line, check_price, item_words};
use crate::edit::Command;
use crate::model::Id;
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::units::{Money, compact};
use crate::words::{self, t};
use egui::{Align, Label, Layout, RichText, Sense, Ui, vec2};
use std::collections::BTreeSet;

/// Height of a row, in points.
const ROW: f32 = 26.0;
/// Widths of columns, in points: the mark that opens a line, names, figures, units.
const MARK: f32 = 28.0;
const NODE: f32 = 120.0;
const FIGURE: f32 = 84.0;
const UNIT: f32 = 96.0;
/// Least width of the column of items; it takes what is left.
const ITEM: f32 = 160.0;
const GAP: f32 = 12.0;
/// Room for the scroll bar.
const BAR: f32 = 14.0;

/// One row.
enum Row<'a> {
    Group {
        name: &'a str,
        sum: Money,
    },
    Line(&'a Line),
    /// Under an opened line.
    Said(String),
    /// Under a line whose price cannot be one.
    Wrong(String),
}

/// What is shown: a bill, added up or not, at a scale.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) bill: &'a Bill,
    pub(super) by: Grouping,
    /// Times the run.
    pub(super) times: f64,
}

/// Draws it.
pub(super) fn table_ui(ui: &mut Ui, view: View<'_>, shown: Shown<'_>, state: &mut State, actions: &mut Vec<Action>) {
    if shown.bill.lines.is_empty() {
        ui.label(style::small(t!("Nothing was used that costs anything yet."), state.theme()));
        return;
    }
    let rows = rows(shown, state);
    let item = (ui.available_width() - MARK - NODE - 3.0 * FIGURE - UNIT - 6.0 * GAP - BAR).max(ITEM);
    heading_ui(ui, item, state);
    let spacing = std::mem::replace(&mut ui.spacing_mut().item_spacing, vec2(GAP, 0.0));
    let (top, sight) = (ui.cursor().min.y, ui.clip_rect());
    let first = (((sight.min.y - top) / ROW).floor().max(0.0) as usize).min(rows.len());
    let end = (((sight.max.y - top) / ROW).ceil().max(0.0) as usize).clamp(first, rows.len());
    ui.add_space(first as f32 * ROW);
    for (at, row) in (first..).zip(&rows[first..end]) {
        row_ui(ui, at, |ui| match row {
            Row::Group { name, sum } => group_ui(ui, view, (shown, item), (name, *sum), state),
            Row::Line(line) => line_ui(ui, view, (shown, item), line, (state, actions)),
            Row::Said(text) => said_ui(ui, RichText::new(text).color(style::color(state.theme(), Ink::Muted))),
            Row::Wrong(key) => {
                ui.add_space(MARK + GAP);
                reason(ui, &state.drafts, key);
            }
        });
    }
    ui.add_space((rows.len() - end) as f32 * ROW);
    ui.spacing_mut().item_spacing = spacing;
}

/// All rows, in sight or not.
fn rows<'a>(shown: Shown<'a>, state: &State) -> Vec<Row<'a>> {
    let opened = &state.dock.opened;
    let mut rows = Vec::new();
    if shown.by == Grouping::Line {
        shown.bill.lines.iter().for_each(|line| push_line(&mut rows, line, shown.times, state));
        return rows;
    }
    for (name, _, lines) in shown.bill.grouped(shown.by) {
        let sum = lines.iter().map(|line| line.over(shown.times).1).sum();
        rows.push(Row::Group { name, sum });
        if opened.contains(&group_key(shown.by, name)) {
            lines.into_iter().for_each(|line| push_line(&mut rows, line, shown.times, state));
        }
    }
    rows
}

fn push_line<'a>(rows: &mut Vec<Row<'a>>, line: &'a Line, times: f64, state: &State) {
    rows.push(Row::Line(line));
    let key = price_key(line);
    if state.drafts.wrong(&key) {
        rows.push(Row::Wrong(key));
    }
    if !state.dock.opened.is_empty() && state.dock.opened.contains(&line_key(line)) {
        rows.push(Row::Said(arithmetic(line, times)));
        rows.push(Row::Said(format!("{} · {}", sourced(line), line.region)));
        rows.extend((!line.note.is_empty()).then(|| Row::Said(line.note.clone())));
    }
}

/// Names of what can be opened.
fn group_key(by: Grouping, name: &str) -> String {
    format!("{}/{name}", by.word())
}

fn line_key(line: &Line) -> String {
    format!("{}/{}/{:?}", line.node, line.item, line.unit_price)
}

/// Where the draft of a line's price is kept.
fn price_key(line: &Line) -> String {
    format!("price.{}.{}", line.node, priced_as(line))
}

/// What a price by hand names: `ec2/m5.large on demand`.
fn priced_as(line: &Line) -> String {
    let sheet = line.key.split_once('/').map_or("", |(sheet, _)| sheet);
    format!("{sheet}/{}", line.item)
}

/// How a line comes about, with all figures that it takes to do it again by hand.
fn arithmetic(line: &Line, times: f64) -> String {
    let (quantity, cost) = line.over(times);
    let price = line.unit_price.map_or_else(|| t!("no price").to_owned(), |usd| format!("${usd}"));
    format!("{} {} × {price} = ${:.6}", exact(quantity), words::of(&line.unit), cost.usd())
}

/// A number with nine decimals at most.
fn exact(number: f64) -> String {
    let text = format!("{number:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn sourced(line: &Line) -> String {
    if line.source_date.is_empty() { line.source.clone() } else { format!("{}, {}", line.source, line.source_date) }
}

/// A quantity as it is read at a glance.
fn glanced(quantity: f64) -> String {
    if quantity.abs() < 1_000.0 { format!("{quantity:.3}") } else { compact(quantity) }
}

fn label<'a>(view: View<'a>, node: &'a str) -> &'a str {
    let Some(id) = Id::new(node) else { return node };
    let node_label = view.design.nodes.get(&id).map(|node| node.label.as_str());
    node_label.or_else(|| view.design.places.get(&id).map(|place| place.label.as_str())).unwrap_or(node)
}

fn heading_ui(ui: &mut Ui, item: f32, state: &State) {
    let theme = state.theme();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        cell(ui, MARK, Align::Min, "");
        cell(ui, NODE, Align::Min, style::heading(t!("Node"), theme));
        cell(ui, item, Align::Min, style::heading(t!("Item"), theme));
        cell(ui, FIGURE, Align::Max, style::heading(t!("Used"), theme));
        cell(ui, UNIT, Align::Min, style::heading(t!("Unit"), theme));
        cell(ui, FIGURE, Align::Max, style::heading(t!("Unit price"), theme));
        cell(ui, FIGURE, Align::Max, style::heading(t!("Cost"), theme));
    });
}

/// A row of the table, every second one shaded.
fn row_ui(ui: &mut Ui, at: usize, content: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), ROW);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    if at % 2 == 1 {
        ui.painter().rect_filled(rect, 4.0, ui.visuals().faint_bg_color);
    }
    let layout = Layout::left_to_right(Align::Center);
    ui.scope_builder(egui::UiBuilder::new().max_rect(rect).layout(layout), content);
}

/// Text in a column; cut if it must be, and whole under the pointer.
fn cell(ui: &mut Ui, width: f32, align: Align, text: impl Into<egui::WidgetText>) -> egui::Response {
    let size = vec2(width, ui.available_height().min(ROW));
    let layout =
        if align == Align::Max { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_width(width);
        ui.add(Label::new(text).truncate())
    })
    .inner
}

/// The mark at the left of what can be opened.
fn mark_ui(ui: &mut Ui, opened: &mut BTreeSet<String>, key: String, name: &str) {
    let open = opened.contains(&key);
    let (icon, name) = match open {
        true => (Icon::ChevronDown, t!("Close {name}", name = name)),
        false => (Icon::ChevronRight, t!("Open {name}", name = name)),
    };
    ui.allocate_ui_with_layout(vec2(MARK, ROW), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(MARK);
        ui.spacing_mut().button_padding.x = 2.0;
        if ui.add(IconButton::new(icon, &name).look(Look::Quiet)).clicked() && !opened.remove(&key) {
            opened.insert(key);
        }
    });
}

fn group_ui(
    ui: &mut Ui,
    view: View<'_>,
    (shown, item): (Shown<'_>, f32),
    (name, sum): (&str, Money),
    state: &mut State,
) {
    let title = match shown.by {
        Grouping::Node => label(view, name).to_owned(),
        Grouping::Service => {
            crate::catalog::find(name).map_or(name, |service| words::of(&service.sheet().name)).to_owned()
        }
        Grouping::Item | Grouping::Line => item_words(name),
    };
    mark_ui(ui, &mut state.dock.opened, group_key(shown.by, name), &title);
    cell(ui, NODE + GAP + item, Align::Min, style::strong(title));
    let total = shown.bill.total.usd() * shown.times;
    let share = if total > 0.0 { sum.usd() / total * 100.0 } else { 0.0 };
    cell(ui, FIGURE + GAP + UNIT + GAP + FIGURE, Align::Max, style::small(format!("{share:.1} %"), state.theme()));
    cell(ui, FIGURE, Align::Max, style::strong(dollars(sum)));
}

fn line_ui(
    ui: &mut Ui,
    view: View<'_>,
    (shown, item): (Shown<'_>, f32),
    line: &Line,
    (state, actions): (&mut State, &mut Vec<Action>),
) {
    let theme = state.theme();
    let (quantity, cost) = line.over(shown.times);
    let node = label(view, &line.node);
    mark_ui(ui, &mut state.dock.opened, line_key(line), &format!("{}: {node}", item_words(&line.item)));
    cell(ui, NODE, Align::Min, node);
    let elsewhere = line.region != shown.bill.region;
    let what =
        if elsewhere { format!("{} · {}", item_words(&line.item), line.region) } else { item_words(&line.item) };
    cell(ui, item, Align::Min, what);
    cell(ui, FIGURE, Align::Max, glanced(quantity)).on_hover_text(exact(quantity));
    cell(ui, UNIT, Align::Min, RichText::new(words::of(&line.unit)).color(style::color(theme, Ink::Muted)));
    price_ui(ui, view, line, state, actions);
    let ink = if line.unit_price.is_none() { Ink::Warn } else { Ink::Text };
    let words = if line.unit_price.is_none() { t!("left out").to_owned() } else { dollars(cost) };
    let tip = format!("{}\n{}", arithmetic(line, shown.times), sourced(line));
    cell(ui, FIGURE, Align::Max, RichText::new(words).color(style::color(theme, ink))).on_hover_text(tip);
}

/// Four decimals where there are cents only, two where there are thousands.
fn dollars(cost: Money) -> String {
    if cost.usd().abs() < 1_000.0 { format!("${:.4}", cost.usd()) } else { format!("${:.2}", cost.usd()) }
}

fn said_ui(ui: &mut Ui, text: RichText) {
    ui.add_space(MARK + GAP);
    ui.add(Label::new(text).truncate());
}

/// The price, to be typed over: that sets it for this design; an empty field takes the catalogue's again.
fn price_ui(ui: &mut Ui, view: View<'_>, line: &Line, state: &mut State, actions: &mut Vec<Action>) {
    let pricing = &view.design.pricing;
    let (item, key) = (priced_as(line), price_key(line));
    let current = line.unit_price.map(|usd| usd.to_string()).unwrap_or_default();
    let name = t!("Price of {item} for {node}", item = item_words(&line.item), node = line.node);
    let parse = |text: &str| {
        let mut pricing = pricing.clone();
        match text.trim().trim_start_matches('$').trim() {
            "" => pricing.prices.remove(&item),
            text => {
                let usd: f64 = text.parse().map_err(|_| t!("\"{text}\" is not a number of dollars", text = text))?;
                check_price(usd)?;
                pricing.prices.insert(item.clone(), usd)
            }
        };
        Ok(Command::Pricing(pricing))
    };
    let tip = t!(
        "$ per {unit}. {sourced}. Type another to use it in this design.",
        unit = words::of(&line.unit),
        sourced = sourced(line)
    );
    ui.allocate_ui_with_layout(vec2(FIGURE, ROW), Layout::right_to_left(Align::Center), |ui| {
        let hint = t!("no price");
        let field =
            Field { key: &key, name: &name, current: &current, hint, width: FIGURE - 16.0, align: Align::RIGHT };
        if let Some(command) = value_field(ui, &mut state.drafts, field, parse) {
            actions.push(Action::Edit(command));
        }
    })
    .response
    .on_hover_text(tip);
}
