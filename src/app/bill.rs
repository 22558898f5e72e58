//! The bill: what the run cost so far, line by line or added up, what a commitment would save, and prices by hand.

mod lines;

use super::commands::Request;
use super::dock::nothing;
use super::icons::{IconButton, Look};
use super::state::{Billed, State};
use super::style;
use crate::cost::{Bill, Grouping, Proposal, Term};
use crate::edit::Command;
use crate::model::Pricing;
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::theme::Theme;
use crate::units::Money;
use crate::words::{key, of, t};
use egui::{Align, ComboBox, Layout, Response, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

/// Most proposals that are shown for a group of servers.
const PROPOSALS: usize = 3;

/// Width of the choice of a region, in points.
const REGION: f32 = 124.0;
/// Width of the sums, in points.
const SUMS: f32 = 232.0;
/// Height of one sum, in points.
const SUM: f32 = 23.0;

/// What the bill of each term is called.
const TERMS: [(Term, &str); 4] = [
    (Term::Run, key!("So far")),
    (Term::Hour, key!("An hour")),
    (Term::Month, key!("A month of 730 h")),
    (Term::Year, key!("A year")),
];

/// Formats that a bill is written in.
const FORMATS: [&str; 3] = ["csv", "xlsx", "json"];

/// Draws it: the sums at the left, at their side the lines of the one that is chosen.
pub fn bill_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    let Some(bill) = view.bill else {
        return nothing(ui, theme, t!("Press Run: the bill comes from what the run uses."));
    };
    let height = ui.available_height();
    ui.horizontal_top(|ui| {
        ui.allocate_ui_with_layout(vec2(SUMS, height), Layout::top_down(Align::LEFT), |ui| {
            ui.set_min_size(vec2(SUMS, height));
            ScrollArea::vertical().id_salt("sums").show(ui, |ui| sums_ui(ui, view, bill, state));
        });
        ui.separator();
        ui.vertical(|ui| {
            let area = ScrollArea::both().id_salt("lines").auto_shrink([false, false]);
            area.show(ui, |ui| chosen_ui(ui, view, bill, state, actions));
        });
    });
}

/// The lines of the sum that is chosen.
fn chosen_ui(ui: &mut Ui, view: View<'_>, bill: &Bill, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    let Billed::Term(term) = state.dock.billed else { return choices_of_commitment_ui(ui, view, theme, actions) };
    let shown = lines::Shown { bill, by: state.dock.grouping, times: bill.times(term) };
    lines::table_ui(ui, view, shown, state, actions);
    let note = t!(
        "List prices in US dollars, which AWS bills in every region, without tax. Tiers and free allowances count by the month: the run is billed as its share of a month of such hours."
    );
    ui.add_space(6.0);
    ui.label(style::small(note, theme));
}

/// The sums, and what a commitment would save; a click shows the lines of that.
fn sums_ui(ui: &mut Ui, view: View<'_>, bill: &Bill, state: &mut State) {
    let theme = state.theme();
    ui.spacing_mut().item_spacing.y = 0.0;
    for (term, name) in TERMS {
        let sum = match term {
            Term::Run => bill.total,
            Term::Hour => bill.per_hour(),
            Term::Month => bill.per_month(),
            Term::Year => bill.per_year(),
        };
        let sum = style::strong(sum.to_string());
        let tip = match term {
            Term::Run => t!("{hours} simulated hours", hours = format!("{:.2}", bill.hours)),
            _ => t!("Show the lines of this").to_owned(),
        };
        if sum_ui(ui, of(name), sum, (state.dock.billed, Billed::Term(term))).on_hover_text(tip).clicked() {
            state.dock.billed = Billed::Term(term);
        }
    }
    let saving = saving(view);
    if saving > Money::ZERO {
        let sum = style::strong(t!("save {saving}", saving = saving)).color(style::color(theme, Ink::Ok));
        let choice = (state.dock.billed, Billed::Commitments);
        let tip = t!("What to commit to, at how much less a month");
        if sum_ui(ui, t!("Commitments, a month"), sum, choice).on_hover_text(tip).clicked() {
            let open = state.dock.billed == Billed::Commitments;
            state.dock.billed = if open { Billed::Term(Term::Run) } else { Billed::Commitments };
        }
    } else if state.dock.billed == Billed::Commitments {
        state.dock.billed = Billed::Term(Term::Run);
    }
    if let Some(usd) = bill.per_1000_good(view.good) {
        let sum = style::small(Money::from_usd(usd).to_string(), theme);
        pair_ui(ui, style::small(t!("1,000 good answers"), theme), sum);
    }
    let unpriced = bill.unpriced().count();
    if unpriced > 0 {
        let words = t!("{count} without a price are left out", count = unpriced);
        ui.label(RichText::new(words).size(style::SMALL).color(style::color(theme, Ink::Warn)));
    }
}

/// A sum with its name, to be chosen; it is where what is shown now is its own.
fn sum_ui(ui: &mut Ui, name: &str, sum: RichText, (now, own): (Billed, Billed)) -> Response {
    let chosen = now == own;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), SUM), Sense::click());
    let words = format!("{name}: {}", sum.text());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &words));
    let visuals = ui.style().interact_selectable(&response, chosen);
    if chosen || response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, visuals.corner_radius, visuals.weak_bg_fill);
    }
    let inside = egui::UiBuilder::new().max_rect(rect);
    ui.scope_builder(inside, |ui| pair_ui(ui, RichText::new(name), sum));
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A name at the left, its figure at the right.
fn pair_ui(ui: &mut Ui, name: RichText, figure: RichText) {
    let room = vec2(ui.available_width(), SUM);
    ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
        ui.add_space(8.0);
        ui.add(egui::Label::new(name).selectable(false));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(8.0);
            ui.add(egui::Label::new(figure).selectable(false));
        });
    });
}

/// What the best choices would save together in a month.
fn saving(view: View<'_>) -> Money {
    let best = view.design.nodes.keys().filter_map(|id| {
        let proposal = view.proposals.iter().find(|proposal| proposal.node == *id)?;
        (!is_set(view, proposal)).then(|| proposal.saving())
    });
    best.sum()
}

/// What is chosen at the head of the panel, from right to left.
pub(super) fn choices_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    ui.label(style::small(t!("By"), state.theme()));
    for by in Grouping::ALL {
        if ui.selectable_label(state.dock.grouping == by, of(by.word())).clicked() {
            state.dock.grouping = by;
        }
    }
    ui.separator();
    region_ui(ui, view, actions);
    let button = IconButton::words(t!("Prices")).name(t!("Prices of the bill")).look(Look::Quiet).arrow();
    let closing = egui::PopupCloseBehavior::CloseOnClickOutside;
    egui::Popup::menu(&ui.add(button)).close_behavior(closing).show(|ui| prices_ui(ui, view, state, actions));
    let button = IconButton::words(t!("Export")).name(t!("Export the bill")).look(Look::Quiet).arrow();
    egui::Popup::menu(&ui.add(button)).show(|ui| {
        for ending in FORMATS {
            let name = t!("Export the bill as {ending}", ending = ending);
            if ui.button(format!("{}…", ending.to_uppercase())).on_hover_text(&name).clicked() {
                state.requests.push(Request::ExportBill(ending));
            }
        }
    });
}

/// What the prices are, and where the costs are shown.
fn prices_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let mut free = view.design.pricing.free_tier;
    let hint = t!("Take off what AWS gives away each month. Some of it only in the first year of an account.");
    if ui.checkbox(&mut free, t!("Free tier")).on_hover_text(hint).changed() {
        let pricing = Pricing { free_tier: free, ..view.design.pricing.clone() };
        actions.push(Action::Edit(Command::Pricing(pricing)));
    }
    ui.checkbox(&mut state.prefs.costs, t!("On the canvas")).on_hover_text(t!("What each node costs, beside its card"));
    ui.separator();
    let hint = t!("Your own prices from a CSV file with the heading service,item,region,usd");
    if ui.button(t!("Prices from a file…")).on_hover_text(hint).clicked() {
        state.requests.push(Request::LoadPrices);
        ui.close();
    }
    if view.prices.is_empty() {
        return;
    }
    let (count, name) = (view.prices.len(), &view.prices.name);
    let told = t!("{count} prices from {name}", count = count, name = name);
    if ui.button(t!("Use list prices")).on_hover_text(told).clicked() {
        state.prefs.prices = None;
        actions.push(Action::ForgetPrices);
        ui.close();
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

/// What to commit to, the best of each group of servers first.
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
