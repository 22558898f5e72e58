//! The bottom panel: charts of the system and of a node, why it is as it is, the bill, and findings; under them the time
//! line. All charts share one cursor.

mod charts;
mod compare;
mod findings;
mod requests;
mod table;
mod timeline;
mod why;

use super::state::{State, Tab};
use super::style;
use crate::model::Id;
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::sim::network::Index;
use crate::theme::Theme;
use crate::words::t;
use egui::{Align, Layout, RichText, Role, Sense, Ui, WidgetInfo, vec2};

/// Draws the panel.
pub fn dock_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    tabs_ui(ui, view, state, actions);
    ui.add_space(4.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    let room = ui.available_size() - vec2(0.0, timeline::height(view));
    let inside = ui.spacing().item_spacing + vec2(0.0, 6.0);
    ui.allocate_ui_with_layout(room, Layout::top_down(Align::LEFT), |ui| {
        ui.set_min_size(room);
        ui.spacing_mut().item_spacing = inside;
        match state.dock.tab {
            Tab::Overview | Tab::Node => charts::charts_ui(ui, view, state, actions),
            Tab::Why => why::why_ui(ui, view, state),
            Tab::Requests => requests::requests_ui(ui, view, state),
            Tab::Compare => compare::compare_ui(ui, view, state, actions),
            Tab::Bill => super::bill::bill_ui(ui, view, state, actions),
            Tab::Findings => findings::findings_ui(ui, view, state, actions),
        }
    });
    timeline::timeline_ui(ui, view, state, actions);
}

fn tabs_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let findings = match view.findings.len() {
        0 => t!("Findings").to_owned(),
        count => t!("Findings {count}", count = count),
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        let tabs = [
            (Tab::Overview, t!("Overview")),
            (Tab::Node, t!("Node")),
            (Tab::Why, t!("Why")),
            (Tab::Requests, t!("Requests")),
            (Tab::Bill, t!("Bill")),
            (Tab::Findings, &findings),
            (Tab::Compare, t!("Compare")),
        ];
        for (tab, name) in tabs {
            tab_ui(ui, state, tab, name);
        }
        if view.snapshot.is_none() {
            return;
        }
        style::at_right(ui, "right of the tabs", |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            match state.dock.tab {
                Tab::Overview => charts::choices_ui(ui, view, state),
                Tab::Node => {
                    node_ui(ui, view);
                    charts::choices_ui(ui, view, state);
                }
                Tab::Why => why::choices_ui(ui, view, state),
                Tab::Requests => {
                    requests::choices_ui(ui, state);
                    why::choices_ui(ui, view, state);
                }
                Tab::Bill => super::bill::choices_ui(ui, view, state, actions),
                Tab::Findings | Tab::Compare => {}
            }
        });
    });
}

/// Whose charts they are.
fn node_ui(ui: &mut Ui, view: View<'_>) {
    let watched = view.snapshot.and_then(|snapshot| snapshot.watched.as_ref());
    if let Some((site, _)) = watched {
        ui.label(style::strong(called(view, *site)));
        ui.add_space(8.0);
    }
}

fn tab_ui(ui: &mut Ui, state: &mut State, tab: Tab, name: &str) {
    let theme = state.theme();
    let open = state.dock.tab == tab;
    let ink = style::color(theme, if open { Ink::Text } else { Ink::Muted });
    let text = if open { style::strong(name) } else { RichText::new(name) };
    let response = ui.add(egui::Label::new(text.color(ink)).sense(Sense::click()));
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, open, name));
    if open {
        let line =
            egui::Rect::from_min_size(response.rect.left_bottom() + vec2(0.0, 3.0), vec2(response.rect.width(), 2.0));
        ui.painter().rect_filled(line, 1.0, style::color(theme, Ink::Accent));
    }
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        state.dock.tab = tab;
    }
}

/// What a tab says while there is nothing to show.
pub(super) fn nothing(ui: &mut Ui, theme: Theme, text: &str) {
    ui.add_space((ui.available_height() / 2.0 - 14.0).max(4.0));
    ui.vertical_centered(|ui| ui.label(RichText::new(text).color(style::color(theme, Ink::Muted))));
}

/// What a site is called on the drawing.
fn called(view: View<'_>, site: Index) -> String {
    let name = view.plan.network.sites.get(site as usize).map_or("", |site| site.name.as_str());
    let node = Id::new(name).and_then(|id| view.design.nodes.get(&id));
    node.map_or_else(|| name.to_owned(), |node| node.label.clone())
}
