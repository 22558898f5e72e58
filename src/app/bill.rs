//! The bill: what the run cost so far, line by line or added up, what a commitment would save, and prices by hand.

mod lines;

use super::commands::Request;
use super::dock::nothing;
use super::icons::{IconButton, Look};
use super::state::State;
use super::style;
use crate::cost::{Bill, Grouping, Proposal, Term};
use crate::edit::Command;
use crate::model::Pricing;
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::theme::Theme;
use crate::units::Money;
use crate::words::{key, of, t};
use egui::{ComboBox, RichText, ScrollArea, Ui};

/// Most proposals that are shown for a group of servers.
const PROPOSALS: usize = 3;

/// Width of the choice of a region, in points.
const REGION: f32 = 124.0;

/// What the bill of each term is called.
const TERMS: [(Term, &str); 4] = [
    (Term::Run, key!("So far")),
    (Term::Hour, key!("An hour")),
    (Term::Month, key!("A month of 730 h")),
    (Term::Year, key!("A year")),
];

/// Formats that a bill is written in.
const FORMATS: [&str; 3] = ["csv", "xlsx", "json"];

/// Draws it.
pub fn bill_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    let Some(bill) = view.bill else {
        return nothing(ui, theme, t!("Press Run: the bill comes from what the run uses."));
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        totals_ui(ui, view, bill, state);
        region_ui(ui, view, actions);
        said_ui(ui, bill, theme);
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        choices_ui(ui, view, state, actions);
    });
    ui.add_space(4.0);
    ScrollArea::both().auto_shrink([false, false]).show(ui, |ui| {
        proposals_ui(ui, view, theme, actions);
        let shown = lines::Shown { bill, by: state.dock.grouping, times: bill.times(state.dock.term) };
        lines::table_ui(ui, view, shown, state, actions);
        let note = t!(
            "List prices in US dollars, which AWS bills in every region, without tax. Tiers and free allowances count by the month: the run is billed as its share of a month of such hours."
        );
        ui.add_space(6.0);
        ui.label(style::small(note, theme));
    });
}

/// The sums; a click shows the lines of that term.
fn totals_ui(ui: &mut Ui, view: View<'_>, bill: &Bill, state: &mut State) {
    let theme = state.theme();
    for (term, name) in TERMS {
        let sum = match term {
            Term::Run => format!("${:.4}", bill.total.usd()),
            Term::Hour => format!("${:.4}", bill.per_hour().usd()),
            Term::Month => format!("${:.2}", bill.per_month().usd()),
            Term::Year => format!("${:.0}", bill.per_year().usd()),
        };
        let text = style::strong(t!("{term}: {sum}", term = of(name), sum = sum));
        let hint = t!("Show the lines of this");
        if ui.selectable_label(state.dock.term == term, text).on_hover_text(hint).clicked() {
            state.dock.term = term;
        }
    }
    if let Some(usd) = bill.per_1000_good(view.good) {
        ui.separator();
        ui.label(style::small(t!("1,000 good answers"), theme));
        ui.label(style::strong(Money::from_usd(usd).to_string()));
    }
}

/// What the sums stand for, and what is not in them.
fn said_ui(ui: &mut Ui, bill: &Bill, theme: Theme) {
    let hours = format!("{:.2}", bill.hours);
    // Whole on the next row where there is no room for it on this one.
    ui.add(egui::Label::new(style::small(t!("{hours} simulated hours", hours = hours), theme)).extend());
    let unpriced = bill.unpriced().count();
    if unpriced > 0 {
        let words = t!("{count} without a price are left out", count = unpriced);
        ui.label(RichText::new(words).size(style::SMALL).color(style::color(theme, Ink::Warn)));
    }
}

fn choices_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    ui.label(style::small(t!("By"), state.theme()));
    for by in Grouping::ALL {
        if ui.selectable_label(state.dock.grouping == by, of(by.word())).clicked() {
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
    prices_ui(ui, view, state, actions);
    for ending in FORMATS {
        let format = ending.to_uppercase();
        let (words, name) = (format!("{format}…"), t!("Export the bill as {ending}", ending = format));
        if ui.add(IconButton::words(&words).name(&name).look(Look::Plain)).on_hover_text(&name).clicked() {
            state.requests.push(Request::ExportBill(ending));
        }
    }
}

/// Prices from a file, and back to the list prices.
fn prices_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    if view.prices.is_empty() {
        let hint = t!("Your own prices from a CSV file with the heading service,item,region,usd");
        let button = IconButton::words(t!("Prices from a file…")).look(Look::Plain);
        if ui.add(button).on_hover_text(hint).clicked() {
            state.requests.push(Request::LoadPrices);
        }
        return;
    }
    let (count, name) = (view.prices.len(), &view.prices.name);
    ui.label(style::small(t!("{count} prices from {name}", count = count, name = name), state.theme()));
    if ui.add(IconButton::words(t!("Use list prices")).look(Look::Plain)).clicked() {
        state.prefs.prices = None;
        actions.push(Action::ForgetPrices);
    }
}

/// The region whose prices hold for what stands in no other.
fn region_ui(ui: &mut Ui, view: View<'_>, actions: &mut Vec<Action>) {
    let combo = ComboBox::from_id_salt("bill region").width(REGION).selected_text(&*view.design.region);
    let shown = combo.show_ui(ui, |ui| {
        for region in crate::catalog::REGIONS {
            if ui.selectable_label(region == view.design.region, region).clicked() {
                actions.push(Action::Edit(Command::Region(region.to_owned())));
            }
        }
    });
    shown.response.accessible_name(t!("Region of the bill")).on_hover_text(t!("Prices are taken from this region."));
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
                let (committed, on_demand) = (proposal.committed, proposal.on_demand);
                let month =
                    t!("{committed} a month in place of {on_demand}", committed = committed, on_demand = on_demand);
                ui.label(style::small(month, theme));
                let how = proposal.commitment.words();
                let name = t!("Commit {label} to {plan}", label = node.label, plan = how);
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
