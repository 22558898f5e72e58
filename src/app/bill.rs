//! The bill: what the run cost so far, line by line or added up, what a commitment would save, and prices by hand.

use super::commands::Request;
use super::dock::nothing;
use super::fields::{Field, reason, value_field};
use super::icons::{IconButton, Look};
use super::state::State;
use super::style;
use crate::cost::{Bill, Grouping, Line, Proposal, check_price};
use crate::edit::Command;
use crate::model::{Id, Pricing};
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::theme::Theme;
use crate::units::{Money, compact};
use crate::words::{self, t};
use egui::{Align, Grid, Layout, RichText, ScrollArea, Ui, vec2};

/// Width of a column of figures, in points.
const FIGURE: f32 = 84.0;

/// Most proposals that are shown for a group of servers.
const PROPOSALS: usize = 3;

/// Draws it.
pub fn bill_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    let Some(bill) = view.bill else {
        return nothing(ui, theme, t!("Press Run: the bill comes from what the run uses."));
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        totals_ui(ui, view, bill, theme);
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        choices_ui(ui, view, state, actions);
    });
    ui.add_space(4.0);
    ScrollArea::both().auto_shrink([false, false]).show(ui, |ui| {
        proposals_ui(ui, view, theme, actions);
        match state.dock.grouping {
            Grouping::Line => lines_ui(ui, view, bill, state, actions),
            by => groups_ui(ui, view, bill, by, theme),
        }
        let note = t!("List prices in US dollars, without tax. Tiers and free allowances count by the month: \
                    the run is billed as its share of a month of such hours.");
        ui.add_space(6.0);
        ui.label(style::small(note, theme));
    });
}

fn totals_ui(ui: &mut Ui, view: View<'_>, bill: &Bill, theme: Theme) {
    let mut figures = vec![
        (t!("So far"), format!("${:.4}", bill.total.usd())),
        (t!("An hour"), format!("${:.4}", bill.per_hour().usd())),
        (t!("A month of 730 h"), format!("${:.2}", bill.per_month().usd())),
        (t!("A year"), format!("${:.0}", bill.per_year().usd())),
    ];
    if let Some(usd) = bill.per_1000_good(view.good) {
        figures.push((t!("1,000 good answers"), Money::from_usd(usd).to_string()));
    }
    for (name, value) in figures {
        ui.label(style::small(name, theme));
        ui.label(style::strong(value));
    }
    ui.label(style::small(
        t!("{region} · {hours} simulated hours", region = bill.region, hours = format!("{:.2}", bill.hours)),
        theme,
    ));
}

fn choices_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    ui.label(style::small(t!("By"), state.theme()));
    for by in Grouping::ALL {
        if ui.selectable_label(state.dock.grouping == by, words::of(by.word())).clicked() {
            state.dock.grouping = by;
        }
    }
    ui.separator();
    let mut free = view.design.pricing.free_tier;
    let hint = t!("Take off what AWS gives away each month. Some of it only in the first year of an account.");
    if ui.checkbox(&mut free, t!("Free tier")).on_hover_text(hint).changed() {
        let pricing = Pricing { free_tier: free, ..view.design.pricing.clone() };
        actions.push(Action::Edit(Command::Pricing(pricing)));
    }
    ui.checkbox(&mut state.prefs.costs, t!("On the canvas")).on_hover_text(t!("What each node costs, beside its card"));
    ui.separator();
    if view.prices.is_empty() {
        let hint = t!("Your own prices from a CSV file with the heading service,item,region,usd");
        if ui.add(IconButton::words(t!("Prices from a file…")).look(Look::Plain)).on_hover_text(hint).clicked() {
            state.requests.push(Request::LoadPrices);
        }
    } else {
        ui.label(style::small(
            t!("{count} prices from {name}", count = view.prices.len(), name = view.prices.name),
            state.theme(),
        ));
        if ui.add(IconButton::words(t!("Use list prices")).look(Look::Plain)).clicked() {
            state.prefs.prices = None;
            actions.push(Action::ForgetPrices);
        }
    }
    for ending in ["csv", "xlsx"] {
        let words = format!("{}…", ending.to_uppercase());
        let name = t!("Export the bill as {ending}", ending = ending.to_uppercase());
        if ui.add(IconButton::words(&words).name(&name).look(Look::Plain)).on_hover_text(&name).clicked() {
            state.requests.push(Request::ExportBill(ending));
        }
    }
}

/// What to commit to, folded under what the best choices save together.
fn proposals_ui(ui: &mut Ui, view: View<'_>, theme: Theme, actions: &mut Vec<Action>) {
    let best = view.design.nodes.keys().filter_map(|id| {
        let proposal = view.proposals.iter().find(|proposal| proposal.node == *id)?;
        (!is_set(view, proposal)).then(|| proposal.saving())
    });
    let saving: Money = best.sum();
    if saving > Money::ZERO {
        let words = t!("Commitments would save up to {saving} a month", saving = saving);
        let words = RichText::new(words).color(style::color(theme, Ink::Ok));
        let header = egui::CollapsingHeader::new(words).id_salt("commitments");
        header.show(ui, |ui| choices_of_commitment_ui(ui, view, theme, actions));
    }
}

fn choices_of_commitment_ui(ui: &mut Ui, view: View<'_>, theme: Theme, actions: &mut Vec<Action>) {
    for (id, node) in &view.design.nodes {
        for proposal in view.proposals.iter().filter(|proposal| proposal.node == *id).take(PROPOSALS) {
            if is_set(view, proposal) {
                continue;
            }
            ui.horizontal(|ui| {
                let saving = RichText::new(t!("Save {saving} a month", saving = proposal.saving()));
                ui.label(saving.color(style::color(theme, Ink::Ok)));
                let beyond = if node.service == "asg" { t!(", the rest on demand") } else { "" };
                ui.label(format!("{}: {} × {}{beyond}", node.label, proposal.servers, proposal.commitment.words()));
                let month = t!(
                    "{committed} a month in place of {on_demand}",
                    committed = proposal.committed,
                    on_demand = proposal.on_demand
                );
                ui.label(style::small(month, theme));
                let name = t!("Commit {label} to {plan}", label = node.label, plan = proposal.commitment.words());
                if ui.add(IconButton::words(t!("Apply")).name(&name).look(Look::Plain)).clicked() {
                    apply(proposal, actions);
                }
            });
        }
    }
}

/// Whether the design has it already.
fn is_set(view: View<'_>, proposal: &Proposal) -> bool {
    let settings = view.design.nodes.get(&proposal.node).and_then(crate::model::Node::settings);
    let set = settings.and_then(|settings| settings.commitment());
    set.is_some_and(|(how, servers)| how == proposal.commitment && servers == proposal.servers)
}

/// Three settings, one step to undo.
fn apply(proposal: &Proposal, actions: &mut Vec<Action>) {
    use crate::catalog::Value;
    let values = [
        ("commitment", Value::Word(proposal.commitment.plan.clone())),
        ("payment", Value::Word(proposal.commitment.payment.clone())),
        ("committed", Value::Count(proposal.servers.into())),
    ];
    actions.push(Action::BeginGesture);
    for (key, value) in values {
        let ids = vec![proposal.node.clone()];
        actions.push(Action::Edit(Command::Set { ids, key: key.to_owned(), value: Some(value) }));
    }
    actions.push(Action::EndGesture);
}

fn groups_ui(ui: &mut Ui, view: View<'_>, bill: &Bill, by: Grouping, theme: Theme) {
    for (name, sum, lines) in bill.grouped(by) {
        let title = match by {
            Grouping::Node => label(view, name).to_owned(),
            Grouping::Service => {
                crate::catalog::find(name).map_or(name, |service| words::of(&service.sheet().name)).to_owned()
            }
            Grouping::Item | Grouping::Line => words::of(name).to_owned(),
        };
        let share = if bill.total.0 > 0 { sum.usd() / bill.total.usd() * 100.0 } else { 0.0 };
        let head = format!("{title}   ${:.4}   {share:.1} %", sum.usd());
        egui::CollapsingHeader::new(head).id_salt(("bill", by.word(), name)).show(ui, |ui| {
            Grid::new(("bill of", name)).num_columns(5).spacing(vec2(22.0, 4.0)).show(ui, |ui| {
                for line in lines {
                    if by != Grouping::Node {
                        ui.label(label(view, &line.node));
                    }
                    ui.label(words::of(&line.item));
                    ui.label(arithmetic(line));
                    ui.label(style::small(sourced(line), theme));
                    ui.end_row();
                }
            });
        });
    }
}

/// How a line comes about: quantity times price.
fn arithmetic(line: &Line) -> String {
    let price = line.unit_price.map_or_else(|| t!("no price").to_owned(), |usd| format!("${usd}"));
    format!("{} {} × {price} = ${:.6}", quantity(line.quantity), words::of(&line.unit), line.cost.usd())
}

fn sourced(line: &Line) -> String {
    if line.source_date.is_empty() { line.source.clone() } else { format!("{}, {}", line.source, line.source_date) }
}

fn quantity(quantity: f64) -> String {
    if quantity < 1_000.0 { format!("{quantity:.3}") } else { compact(quantity) }
}

fn label<'a>(view: View<'a>, node: &'a str) -> &'a str {
    let found = Id::new(node).and_then(|id| view.design.nodes.get(&id));
    found.map_or(node, |node| node.label.as_str())
}

fn lines_ui(ui: &mut Ui, view: View<'_>, bill: &Bill, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    Grid::new("bill").num_columns(6).striped(true).spacing(vec2(22.0, 5.0)).show(ui, |ui| {
        ui.label(style::heading(t!("Node"), theme));
        ui.label(style::heading(t!("Item"), theme));
        figure(ui, style::heading(t!("Used"), theme));
        ui.label(style::heading(t!("Unit"), theme));
        figure(ui, style::heading(t!("Unit price"), theme));
        figure(ui, style::heading(t!("Cost"), theme));
        ui.end_row();
        for line in &bill.lines {
            line_ui(ui, view, line, state, actions);
            ui.end_row();
        }
    });
    if bill.lines.is_empty() {
        ui.label(style::small(t!("Nothing was used that costs anything yet."), theme));
    }
}

fn line_ui(ui: &mut Ui, view: View<'_>, line: &Line, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    ui.label(label(view, &line.node));
    ui.label(words::of(&line.item));
    figure(ui, quantity(line.quantity)).on_hover_text(line.quantity.to_string());
    ui.label(RichText::new(words::of(&line.unit)).color(style::color(theme, Ink::Muted)));
    price_ui(ui, view, line, state, actions);
    let words = format!("{}\n{}", arithmetic(line), sourced(line));
    figure(ui, format!("${:.4}", line.cost.usd())).on_hover_text(words);
}

/// The price, to be typed over: that sets it for this design; an empty field takes the catalogue's again.
fn price_ui(ui: &mut Ui, view: View<'_>, line: &Line, state: &mut State, actions: &mut Vec<Action>) {
    let pricing = &view.design.pricing;
    let service = line.key.split_once('/').map_or("", |(service, _)| service);
    let item = format!("{service}/{}", line.item);
    let key = format!("price.{}.{item}", line.node);
    let current = line.unit_price.map(|usd| usd.to_string()).unwrap_or_default();
    let name = t!("Price of {item} for {node}", item = words::of(&line.item), node = line.node);
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
    ui.vertical(|ui| {
        let field = Field {
            key: &key,
            name: &name,
            current: &current,
            hint: t!("no price"),
            width: FIGURE,
            align: Align::RIGHT,
        };
        if let Some(command) = value_field(ui, &mut state.drafts, field, parse) {
            actions.push(Action::Edit(command));
        }
        reason(ui, &state.drafts, &key);
    })
    .response
    .on_hover_text(t!(
        "$ per {unit}. {sourced}. Type another to use it in this design.",
        unit = words::of(&line.unit),
        sourced = sourced(line)
    ));
}

fn figure(ui: &mut Ui, text: impl Into<egui::WidgetText>) -> egui::Response {
    // As wide as its column needs: a layout from the right would take all the room that is left in the last one.
    let size = vec2(FIGURE, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_width(FIGURE);
        ui.label(text)
    })
    .inner
}
