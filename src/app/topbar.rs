//! The top bar: menu, file, undo at the left; transport, clock, scenario, faults in the middle; check, export and more at
//! the right. Narrow windows keep the icons and lose the words.

use super::commands::{self, Group, Request, Sends};
use super::dialogs::Made;
use super::icons::{Icon, IconButton, Look};
use super::state::{State, Tab};
use super::style;
use crate::model::Id;
use crate::scenario::Harm;
use crate::scene::list::Ink;
use crate::session::{Action, View};
use crate::theme::Theme;
use crate::units::{SimTime, Span};
use crate::words::t;
use egui::{Align, Button, Layout, Rect, RichText, Ui, UiBuilder, vec2};

/// Window width below which words are left out, in points.
const WIDE: f32 = 1_240.0;

/// How long faults from the menu last.
const FAULT: Span = Span::from_secs(120);

/// Whether the bar has room for words beside its icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    Wide,
    Narrow,
}

/// Draws the bar.
pub fn topbar_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let bar = ui.max_rect();
    let room = if bar.width() >= WIDE { Room::Wide } else { Room::Narrow };
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        left_ui(ui, view, state, actions);
        let left = ui.min_rect().right();
        let right = style::right_begins(ui, RIGHT);
        middle_ui(ui, view, state, actions, (bar, left, right, room));
        right_ui(ui, view, state, room);
    });
}

fn left_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    logo_ui(ui, view, state, actions);
    ui.add_space(6.0);
    let name = match view.path.and_then(|path| path.file_stem()) {
        Some(stem) => stem.to_string_lossy().into_owned(),
        None => view.design.name.clone(),
    };
    let shown = crate::scene::text::fit(&name, 13.0, crate::scene::list::Weight::Regular, 150.0);
    let tip = view.path.map_or_else(|| t!("Not saved yet").to_owned(), |path| path.display().to_string());
    ui.label(RichText::new(shown).color(style::color(theme, Ink::Muted))).on_hover_text(tip);
    if view.dirty {
        let (rect, response) = ui.allocate_exact_size(vec2(10.0, 10.0), egui::Sense::hover());
        ui.painter().circle_filled(rect.center(), 4.0, style::color(theme, Ink::Warn));
        response.on_hover_text(t!("Unsaved changes"));
    }
    ui.add_space(4.0);
    let undo = view.undo.map_or_else(|| t!("Nothing to undo").to_owned(), |step| t!("Undo: {step}", step = step));
    command_button(ui, view, state, actions, ("Undo", Look::Quiet, &undo));
    let redo = view.redo.map_or_else(|| t!("Nothing to redo").to_owned(), |step| t!("Redo: {step}", step = step));
    command_button(ui, view, state, actions, ("Redo", Look::Quiet, &redo));
}

/// The name of the program opens the menu.
fn logo_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let theme = state.theme();
    let mut job = egui::text::LayoutJob::default();
    for (text, ink) in [("Load", Ink::Text), ("scape", Ink::Accent)] {
        let font = egui::FontId::new(15.0, style::semibold());
        job.append(text, 0.0, egui::TextFormat::simple(font, style::color(theme, ink)));
    }
    let response = ui.add(Button::new(job).frame_when_inactive(false).min_size(vec2(0.0, super::icons::CONTROL)));
    let response = response.accessible_name(t!("Menu"));
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(210.0);
        for group in Group::ALL {
            ui.menu_button(group.name(), |ui| {
                ui.set_min_width(240.0);
                for entry in commands::ALL.iter().filter(|entry| entry.group == group) {
                    menu_line(ui, view, state, actions, entry);
                }
            });
        }
    });
    response.on_hover_text(t!("Menu"));
}

/// A line of a menu: a command with its keys.
pub fn menu_line(
    ui: &mut Ui,
    view: View<'_>,
    state: &mut State,
    actions: &mut Vec<Action>,
    entry: &'static commands::Entry,
) {
    let look = state.look(view);
    let enabled = (entry.enabled)(look);
    let spoken = match entry.sends {
        Sends::Request(request) => request() == Request::Language(state.prefs.chosen_language()),
        _ => false,
    };
    let button = Button::new(entry.title()).shortcut_text(entry.keys_text()).selected(spoken);
    if ui.add_enabled(enabled, button).clicked() {
        run_command(entry, view, state, actions);
        ui.close();
    }
}

/// Carries a command out.
pub fn run_command(entry: &commands::Entry, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let look = state.look(view);
    match entry.sends {
        Sends::Actions(of) => actions.extend(of(look)),
        Sends::Request(request) => state.requests.push(request()),
        Sends::Selects(of) => state.selection = of(look).into(),
    }
}

/// A button for a command, with its icon.
fn command_button(
    ui: &mut Ui,
    view: View<'_>,
    state: &mut State,
    actions: &mut Vec<Action>,
    (name, look, tip): (&str, Look, &str),
) {
    let entry = commands::named(name);
    let enabled = (entry.enabled)(state.look(view));
    let button = IconButton::new(entry.icon.unwrap_or(Icon::Check), entry.title()).look(look);
    let keys = entry.keys_text();
    let tip = if keys.is_empty() { tip.to_owned() } else { format!("{tip}  ({keys})") };
    let response = ui.add_enabled(enabled, button).on_hover_text(&tip).on_disabled_hover_text(&tip);
    if response.clicked() {
        run_command(entry, view, state, actions);
    }
}

/// Name of the right group, for its width.
const RIGHT: &str = "right of the top bar";

/// The right group.
fn right_ui(ui: &mut Ui, view: View<'_>, state: &mut State, room: Room) {
    let theme = state.theme();
    style::at_right(ui, RIGHT, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        check_ui(ui, view, state, room);
        export_ui(ui, state, room);
        let tip = commands::named("Find a command").tip();
        let find = IconButton::new(Icon::Search, t!("Find a command"));
        let find = if room == Room::Wide { find.text("Ctrl K") } else { find };
        if ui.add(find).on_hover_text(tip).clicked() {
            state.requests.push(Request::Palette);
        }
        let (icon, tip) = match theme {
            Theme::Dark => (Icon::Sun, t!("Light look")),
            Theme::Light => (Icon::Moon, t!("Dark look")),
        };
        if ui.add(IconButton::new(icon, tip).look(Look::Quiet)).on_hover_text(tip).clicked() {
            state.requests.push(Request::Theme);
        }
    });
}

fn export_ui(ui: &mut Ui, state: &mut State, room: Room) {
    let button = IconButton::new(Icon::Export, t!("Export")).arrow();
    let response = ui
        .add(if room == Room::Wide { button.text(t!("Export")) } else { button })
        .on_hover_text(t!("Take the drawing, its run or its figures away"));
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(200.0);
        for made in Made::ALL {
            if ui.button(format!("{}…", made.name())).clicked() {
                state.requests.push(Request::Export(made));
                ui.close();
            }
        }
        ui.separator();
        for (name, request) in
            [(t!("Copy as picture"), Request::CopyPicture), (t!("Copy design as text"), Request::CopyDesign)]
        {
            if ui.button(name).clicked() {
                state.requests.push(request);
                ui.close();
            }
        }
    });
}

fn check_ui(ui: &mut Ui, view: View<'_>, state: &mut State, room: Room) {
    let count = view.findings.len();
    let words = match (room == Room::Wide, count) {
        (true, 0) => t!("Check").to_owned(),
        (true, count) => t!("Check {count}", count = count),
        (false, 0) => String::new(),
        (false, count) => count.to_string(),
    };
    let name = match count {
        1 => t!("Check: 1 finding").to_owned(),
        _ => t!("Check: {count} findings", count = count),
    };
    let icon = if count == 0 { Icon::Check } else { Icon::Warning };
    let button = IconButton::new(icon, &name).text(&words);
    if ui.add(button).on_hover_text(format!("{name}  ({})", commands::named("Check the drawing").keys_text())).clicked()
    {
        state.requests.push(Request::Dock(Tab::Findings));
    }
}

/// The transport, in the middle of the bar if there is room, else right of what is left of it.
fn middle_ui(
    ui: &mut Ui,
    view: View<'_>,
    state: &mut State,
    actions: &mut Vec<Action>,
    (bar, left, right, room): (Rect, f32, f32, Room),
) {
    let gap = Rect::from_x_y_ranges(left + 8.0..=(right - 8.0).max(left + 8.0), bar.y_range());
    let start = (bar.center().x - state.transport_width / 2.0)
        .clamp(gap.left(), (gap.right() - state.transport_width).max(gap.left()));
    let rect = Rect::from_min_max(egui::pos2(start, bar.top()), gap.max);
    let layout = Layout::left_to_right(Align::Center);
    let inner = ui.scope_builder(UiBuilder::new().max_rect(rect).layout(layout), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        transport_ui(ui, view, state, actions, room);
    });
    let width = inner.response.rect.width();
    if (width - state.transport_width).abs() > 0.5 {
        state.transport_width = width;
        ui.ctx().request_repaint();
    }
}

fn transport_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>, room: Room) {
    command_button(ui, view, state, actions, ("Back to the start", Look::Plain, t!("Back to the start")));
    run_ui(ui, view, state, actions);
    command_button(ui, view, state, actions, ("Step 1 s", Look::Plain, t!("Step 1 s of simulated time")));
    speed_ui(ui, view, actions);
    let now = view.snapshot.map_or(SimTime::ZERO, |snapshot| snapshot.now);
    let clock = style::strong(now.clock()).size(13.5);
    ui.add(egui::Label::new(clock).extend()).on_hover_text(t!("Simulated time since the start of the run"));
    scenario_ui(ui, view, actions, room);
    faults_ui(ui, view, state.theme(), actions, room);
}

fn run_ui(ui: &mut Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let entry = commands::named("Run or pause");
    let enabled = (entry.enabled)(state.look(view));
    let (icon, name) = if view.running { (Icon::Pause, t!("Pause")) } else { (Icon::Play, t!("Run")) };
    let button = IconButton::new(icon, name).text(name).look(if enabled { Look::Primary } else { Look::Plain });
    let tip = if enabled { format!("{name}  (Space)") } else { t!("Nothing is drawn yet").to_owned() };
    if ui.add_enabled(enabled, button).on_hover_text(&tip).on_disabled_hover_text(&tip).clicked() {
        run_command(entry, view, state, actions);
    }
}

fn speed_ui(ui: &mut Ui, view: View<'_>, actions: &mut Vec<Action>) {
    let known = commands::SPEEDS.iter().find(|(speed, _)| *speed == view.speed);
    let words = known.map_or_else(|| format!("{}×", view.speed), |(_, words)| (*words).to_owned());
    let response = ui
        .add(IconButton::words(&words).name(t!("Speed")).arrow())
        .on_hover_text(t!("Simulated seconds per second  (Shift+. faster, Shift+, slower)"));
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(180.0);
        for (speed, words) in commands::SPEEDS {
            let line = if speed.is_finite() {
                t!("{speed}  real time", speed = words)
            } else {
                t!("as fast as it goes").to_owned()
            };
            if ui.selectable_label(speed == view.speed, line).clicked() {
                actions.push(Action::Speed(speed));
                ui.close();
            }
        }
    });
}

fn scenario_ui(ui: &mut Ui, view: View<'_>, actions: &mut Vec<Action>, room: Room) {
    let name = view.design.scenarios.get(view.scenario).map_or("", |scenario| scenario.name.as_str());
    let width = if room == Room::Wide { 120.0 } else { 76.0 };
    let shown = crate::scene::text::fit(name, style::BODY, crate::scene::list::Weight::Regular, width);
    let button = IconButton::words(&shown).name(t!("Scenario")).arrow();
    let response = ui.add(button).on_hover_text(t!("Scenario: {name}", name = name));
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(180.0);
        for (at, scenario) in view.design.scenarios.iter().enumerate() {
            if ui.selectable_label(at == view.scenario, scenario.name.as_str()).clicked() {
                actions.push(Action::Scenario(at));
                ui.close();
            }
        }
    });
}

fn faults_ui(ui: &mut Ui, view: View<'_>, theme: Theme, actions: &mut Vec<Action>, room: Room) {
    let button = IconButton::new(Icon::Bolt, t!("Faults")).arrow();
    let button = if room == Room::Wide { button.text(t!("Faults")) } else { button };
    let response = ui.add(button).on_hover_text(t!("Break something now, and watch what happens"));
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(230.0);
        if view.snapshot.is_none() {
            ui.label(style::small(t!("Faults strike a run: press Run first."), theme));
            return;
        }
        ui.label(style::heading(t!("Crash an instance of"), theme));
        let pools =
            view.plan.sites.iter().filter(|(_, site)| {
                view.plan.network.sites.get(**site as usize).is_some_and(|site| site.pool.is_some())
            });
        for (id, _) in pools {
            let label = view.design.nodes.get(id).map_or(id.as_str(), |node| node.label.as_str());
            if ui.button(label).clicked() {
                actions.push(Action::Inject(Harm::Crash { node: id.to_string(), count: 1 }, FAULT));
                ui.close();
            }
        }
        zones_ui(ui, view, theme, actions);
        failover_ui(ui, view, actions);
        flush_ui(ui, view, actions);
        slow_ui(ui, view, actions);
        acts_ui(ui, view, actions);
        ui.label(style::small(t!("What has an end lasts {span}.", span = FAULT), theme));
    });
}

/// What is done on purpose: stops, planned removals, spot instances taken back, names taken out.
fn acts_ui(ui: &mut Ui, view: View<'_>, actions: &mut Vec<Action>) {
    let network = &view.plan.network;
    let pool_of = |site: u32| network.sites.get(site as usize).and_then(|site| site.pool);
    let fleet = |pool: u32| network.pools.get(pool as usize).is_some_and(|pool| pool.fleet);
    let running = |site: u32| pool_of(site).is_some_and(fleet);
    let spot = |site: u32| {
        let scaler = network.scalers.iter().find(|scaler| Some(scaler.pool) == pool_of(site));
        scaler.is_some_and(|scaler| scaler.spot.share > 0.0)
    };
    let nodes = |wanted: &dyn Fn(u32) -> bool| -> Vec<String> {
        view.plan.sites.iter().filter(|(_, site)| wanted(**site)).map(|(id, _)| id.to_string()).collect()
    };
    let stop = |node: &str| Harm::Stop { node: node.to_owned() };
    let out = |node: &str| Harm::Terminate { node: node.to_owned(), count: 1 };
    let back = |node: &str| Harm::Interrupt { node: node.to_owned(), count: 1 };
    act_menu(ui, view, (t!("Stop, and start again"), &nodes(&running)), &stop, actions);
    act_menu(ui, view, (t!("Take an instance out as planned"), &nodes(&running)), &out, actions);
    act_menu(ui, view, (t!("Take a spot instance back"), &nodes(&spot)), &back, actions);
    for resolver in network.resolvers.iter().filter(|resolver| resolver.ttl.is_some()) {
        let Some(names) = view.plan.node_of(resolver.site) else { continue };
        let to = resolver.links.iter().filter_map(|&link| network.links.get(link as usize)).map(|link| link.to);
        let targets: Vec<String> = to.filter_map(|site| view.plan.node_of(site)).map(ToString::to_string).collect();
        let unlist = |target: &str| Harm::Unlist { node: names.to_string(), target: target.to_owned() };
        let label = view.design.nodes.get(names).map_or(names.as_str(), |node| node.label.as_str());
        act_menu(ui, view, (&t!("{label}: stop naming", label = label), &targets), &unlist, actions);
    }
}

/// A submenu with a line for each node that something can be done to; none if there is no such node.
fn act_menu(
    ui: &mut Ui,
    view: View<'_>,
    (title, nodes): (&str, &[String]),
    harm: &dyn Fn(&str) -> Harm,
    actions: &mut Vec<Action>,
) {
    if nodes.is_empty() {
        return;
    }
    ui.menu_button(title, |ui| {
        for id in nodes {
            let node = Id::new(id).and_then(|id| view.design.nodes.get(&id));
            if ui.button(node.map_or(id.as_str(), |node| node.label.as_str())).clicked() {
                actions.push(Action::Inject(harm(id), FAULT));
                ui.close();
            }
        }
    });
}

/// Databases and caches whose servers keep copies can fail over.
fn failover_ui(ui: &mut Ui, view: View<'_>, actions: &mut Vec<Action>) {
    let network = &view.plan.network;
    let copies = |site: u32| {
        let pool = network.sites.get(site as usize).and_then(|site| site.pool);
        network.clusters.iter().any(|cluster| Some(cluster.pool) == pool)
    };
    let mut nodes = view.plan.sites.iter().filter(|(_, site)| copies(**site)).peekable();
    if nodes.peek().is_none() {
        return;
    }
    ui.separator();
    ui.menu_button(t!("Fail over"), |ui| {
        for (id, _) in nodes {
            let label = view.design.nodes.get(id).map_or(id.as_str(), |node| node.label.as_str());
            if ui.button(label).clicked() {
                actions.push(Action::Inject(Harm::Failover { node: id.to_string() }, FAULT));
                ui.close();
            }
        }
    });
}

/// Caches by key can lose what they keep.
fn flush_ui(ui: &mut Ui, view: View<'_>, actions: &mut Vec<Action>) {
    let network = &view.plan.network;
    let keeps = |site: u32| network.caches.iter().any(|cache| cache.site == site);
    let mut caches = view.plan.sites.iter().filter(|(_, site)| keeps(**site)).peekable();
    if caches.peek().is_none() {
        return;
    }
    ui.separator();
    ui.menu_button(t!("Flush the cache"), |ui| {
        for (id, _) in caches {
            let label = view.design.nodes.get(id).map_or(id.as_str(), |node| node.label.as_str());
            if ui.button(label).clicked() {
                actions.push(Action::Inject(Harm::Flush { node: id.to_string() }, Span::ZERO));
                ui.close();
            }
        }
    });
}

/// Whatever does something itself can be slow.
fn slow_ui(ui: &mut Ui, view: View<'_>, actions: &mut Vec<Action>) {
    const FACTOR: f64 = 3.0;
    ui.separator();
    ui.menu_button(t!("Slow down, {factor} times as long", factor = FACTOR), |ui| {
        let network = &view.plan.network;
        let works = |site: u32| network.sources.iter().all(|source| source.site != site);
        for (id, _) in view.plan.sites.iter().filter(|(_, site)| works(**site)) {
            let label = view.design.nodes.get(id).map_or(id.as_str(), |node| node.label.as_str());
            if ui.button(label).clicked() {
                actions.push(Action::Inject(Harm::Slow { node: id.to_string(), factor: FACTOR }, FAULT));
                ui.close();
            }
        }
    });
}

fn zones_ui(ui: &mut Ui, view: View<'_>, theme: Theme, actions: &mut Vec<Action>) {
    ui.separator();
    ui.label(style::heading(t!("Outage of"), theme));
    for zone in &view.plan.network.zones {
        if ui.button(t!("Zone {zone}", zone = zone)).clicked() {
            actions.push(Action::Inject(Harm::ZoneOutage { zone: zone.clone() }, FAULT));
            ui.close();
        }
    }
    for region in &view.plan.network.regions {
        if ui.button(t!("Region {name}", name = region.name)).clicked() {
            actions.push(Action::Inject(Harm::RegionOutage { region: region.name.clone() }, FAULT));
            ui.close();
        }
    }
    if view.plan.network.zones.is_empty() {
        ui.label(style::small(t!("No zone is part of this run."), theme));
    }
}
