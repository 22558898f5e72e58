//! The walkthrough that is open, as a panel on the canvas: its steps, the text, the claims with what was measured, what the
//! step changed, and things to try. The list of its steps and what the step changed stand in the inspector as long as that
//! has nothing else to show.

mod course;

use super::commands::Panel;
use super::dialogs::Then;
use super::icons::{self, Icon, IconButton, Look};
use super::requests;
use super::state::{Shows, State, Tab};
use super::style;
use crate::file::Problem;
use crate::model::Point;
use crate::scene::list::Ink;
use crate::session::{Action, Playing, Standing, View};
use crate::theme::Theme;
use crate::units::Span;
use crate::walkthrough::{Claim, Verdict, Which};
use crate::words::{self, t};
use egui::{Frame, Key, Margin, Modifiers, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

pub use course::aside_ui;

/// Width of the panel where there is room, in points.
const WIDE: f32 = 316.0;
/// Width of the panel on a narrow canvas.
const SLIM: f32 = 248.0;
/// Width of a canvas under which it is narrow.
const NARROW: f32 = 760.0;
/// Between the panel and the edges of the canvas.
const GAP: f32 = 10.0;

/// How the panel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tour {
    /// All of it.
    #[default]
    Open,
    /// Only its head.
    Folded,
}

/// Room that the panel takes from the canvas on the left, in points.
pub fn inset(view: View<'_>, state: &State) -> f32 {
    match state.tour {
        Tour::Open if view.playing.is_some() => width(state.canvas.w) + GAP,
        _ => 0.0,
    }
}

fn width(canvas: f32) -> f32 {
    if canvas < NARROW { SLIM } else { WIDE }
}

/// Shows all of the drawing beside the panel.
pub fn fit_beside(view: View<'_>, state: &mut State, all: crate::model::Rect) {
    let inset = inset(view, state).max(super::remarks::inset(view, state));
    let mut room = state.canvas;
    room.w = (room.w - inset).max(80.0);
    state.camera.fit(all, room);
    state.camera.pan(Point::new(inset, 0.0));
}

/// Draws the panel, if a walkthrough is open.
pub fn tour_ui(ctx: &egui::Context, canvas: Rect, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let Some(playing) = view.playing else {
        if state.toured.take().is_some() {
            (state.dock.pointed, state.dock.pinned) = (None, None);
            state.fit = true;
        }
        state.leave_stage();
        return;
    };
    let narrow = ctx.content_rect().width() < super::seats::NARROW;
    state.take_stage(if narrow { &[Panel::Left, Panel::Right] } else { &[Panel::Left] });
    show_the_point(state, playing);
    state.prefs.remember_walk(&playing.story.key, playing.which.step, playing.done);
    if let Some(file) = playing.file {
        state.prefs.remember_own(file);
    }
    let mut wish = None;
    let width = width(canvas.width());
    let area = egui::Area::new(egui::Id::unique("walkthrough")).order(egui::Order::Middle);
    area.fixed_pos(canvas.min + vec2(GAP, GAP)).constrain_to(canvas).show(ctx, |ui| {
        let fill = style::color(state.theme(), Ink::Panel);
        Frame::window(ui.style()).fill(fill).inner_margin(Margin::symmetric(12, 10)).show(ui, |ui| {
            ui.set_width(width - 26.0);
            head_ui(ui, state, playing, &mut wish);
            course::dots_ui(ui, state, playing, &mut wish);
            if state.tour == Tour::Open {
                let room = canvas.height() - 2.0 * GAP - 150.0;
                // As high as there is room, whatever stands in it: the buttons below never move away from the pointer.
                let room = room.max(60.0);
                let scroll =
                    ScrollArea::vertical().max_height(room).min_scrolled_height(room).auto_shrink([false, false]);
                scroll.show(ui, |ui| {
                    ui.set_width(ui.available_width() - 8.0);
                    body_ui(ui, state, playing, &mut wish);
                });
                ui.add_space(6.0);
                foot_ui(ui, state, playing, &mut wish);
            }
        });
    });
    wish = wish.or_else(|| arrow(ctx, state, playing));
    grant(wish, view, state, actions);
}

fn grant(wish: Option<Wish>, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    match wish {
        Some(Wish::Go(which)) => requests::after_asking(view, state, actions, Then::Play(which)),
        Some(Wish::Fork) => actions.push(Action::Fork),
        Some(Wish::Close) => actions.push(Action::EndWalkthrough),
        None => {}
    }
}

/// A run that begins has charts over all of its length, and the chart that shows its point stands first.
fn show_the_point(state: &mut State, playing: Playing<'_>) {
    let here = (playing.story.key.clone(), playing.which);
    if state.toured.as_ref() != Some(&here) {
        (state.dock.span, state.dock.zoom, state.dock.first) = (Span(u64::MAX), None, 0);
        let chart = playing.story.focus(playing.which).and_then(|focus| focus.chart.clone());
        state.dock.pointed = chart.as_ref().map(|chart| chart.quantity);
        state.dock.pinned = chart.and_then(|chart| chart.node);
        state.dock.tab = if state.dock.pinned.is_some() { Tab::Node } else { Tab::Overview };
        state.dock.table = Shows::Charts;
        state.toured = Some(here);
    }
}

/// What the panel was asked for.
#[derive(Debug, Clone, Copy)]
enum Wish {
    Go(Which),
    Fork,
    Close,
}

/// The arrow keys go through the steps as long as nothing is selected that they could move.
fn arrow(ctx: &egui::Context, state: &State, playing: Playing<'_>) -> Option<Wish> {
    let busy = !state.selection.is_empty() || ctx.text_edit_focused() || state.dialog.is_some();
    if busy || state.prompt.is_some() || state.finder.is_some() || egui::Popup::is_any_open(ctx) {
        return None;
    }
    let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowRight) {
        next(playing)
    } else if pressed(Key::ArrowLeft) {
        back(playing)
    } else {
        None
    }
}

fn next(playing: Playing<'_>) -> Option<Wish> {
    let step = playing.which.step + 1;
    (step < playing.story.steps.len()).then_some(Wish::Go(Which::step(step)))
}

fn back(playing: Playing<'_>) -> Option<Wish> {
    let here = Wish::Go(Which::step(playing.which.step));
    // Back from something that was tried is the step itself.
    if playing.which.variant.is_some() { Some(here) } else { playing.which.before().map(Wish::Go) }
}

fn head_ui(ui: &mut Ui, state: &mut State, playing: Playing<'_>, wish: &mut Option<Wish>) {
    let theme = state.theme();
    ui.horizontal(|ui| {
        let title = playing.story.title.of(words::language());
        let room = ui.available_width() - 66.0;
        let title = crate::scene::text::fit(title, 11.0, crate::scene::list::Weight::SemiBold, room);
        ui.label(RichText::new(title).size(11.0).family(style::semibold()).color(style::color(theme, Ink::Muted)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            if ui.add(IconButton::new(Icon::Close, t!("Close the walkthrough")).look(Look::Quiet)).clicked() {
                *wish = Some(Wish::Close);
            }
            let (icon, name, other) = match state.tour {
                Tour::Open => (Icon::ChevronUp, t!("Fold the walkthrough"), Tour::Folded),
                Tour::Folded => (Icon::ChevronDown, t!("Unfold the walkthrough"), Tour::Open),
            };
            if ui.add(IconButton::new(icon, name).look(Look::Quiet)).clicked() {
                state.tour = other;
                state.fit = true;
            }
        });
    });
}

fn body_ui(ui: &mut Ui, state: &mut State, playing: Playing<'_>, wish: &mut Option<Wish>) {
    let (theme, language) = (state.theme(), words::language());
    let step = &playing.story.steps[playing.which.step];
    let variant = playing.which.variant.and_then(|variant| step.variants.get(variant));
    ui.label(style::title(step.title.of(language)));
    if let Some(variant) = variant {
        ui.label(RichText::new(variant.title.of(language)).color(style::color(theme, Ink::Accent)));
        ui.label(variant.text.of(language));
    } else {
        if playing.which.step == 0 {
            ui.label(style::small(playing.story.text.of(language), theme));
            ui.add_space(2.0);
        }
        ui.label(step.text.of(language));
    }
    focus_ui(ui, state, playing);
    problems_ui(ui, theme, playing);
    if !playing.as_written {
        let text = t!("You have changed this run. The claims below are about the step as it was written.");
        ui.label(RichText::new(text).size(11.0).color(style::color(theme, Ink::Warn)));
    }
    ui.add_space(6.0);
    let claims = playing.story.trial(playing.which).map(|trial| trial.claims.as_slice()).unwrap_or_default();
    ui.label(style::heading(t!("Claims"), theme));
    for (at, claim) in claims.iter().enumerate() {
        claim_ui(ui, theme, claim, playing.standing(at));
    }
    let aside = course::is_aside(state);
    if !aside {
        course::table_ui(ui, theme, playing);
    }
    variants_ui(ui, theme, playing, wish);
    if !aside {
        course::list_ui(ui, state, playing, wish);
    }
}

/// What of a person's own file could not be taken as it stands: of this step, and of the file as a whole.
fn problems_ui(ui: &mut Ui, theme: Theme, playing: Playing<'_>) {
    let here = Some(playing.which.step + 1);
    let own = |problem: &&Problem| problem.step.is_none() || problem.step == here;
    let told = playing.problems.iter().filter(own).map(ToString::to_string);
    let elsewhere = playing.problems.iter().filter(|problem| !own(problem)).count();
    let elsewhere = (elsewhere > 0).then(|| t!("Problems in other steps: {count}", count = elsewhere));
    for text in told.chain(elsewhere) {
        ui.label(RichText::new(text).size(11.0).color(style::color(theme, Ink::Warn)));
    }
}

/// Where to look: a click selects the node, and its charts and settings are shown.
fn focus_ui(ui: &mut Ui, state: &mut State, playing: Playing<'_>) {
    let Some(trial) = playing.story.trial(playing.which) else { return };
    let focus = playing.story.focus(playing.which).map(|focus| focus.nodes.as_slice()).unwrap_or_default();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.label(style::small(t!("Look at"), state.theme()));
        for id in focus {
            let Some(node) = trial.design.nodes.get(id) else { continue };
            let chosen = state.selection.contains(id);
            let button = egui::Button::selectable(chosen, RichText::new(&node.label).size(11.0));
            let name = t!("Look at {node}", node = node.label);
            if ui.add(button.frame_when_inactive(true)).accessible_name(name).clicked() {
                state.selection = if chosen { Default::default() } else { [id.clone()].into() };
            }
        }
    });
}

fn claim_ui(ui: &mut Ui, theme: Theme, claim: &Claim, standing: Standing<'_>) {
    let (icon, ink, figure) = match standing {
        Standing::Pending => (None, Ink::Faint, t!("not yet").to_owned()),
        Standing::Underway(verdict) => (None, Ink::Muted, t!("so far {figure}", figure = figure(claim, verdict))),
        Standing::Settled(verdict) if verdict.judged.ok => (Some(Icon::Check), Ink::Ok, figure(claim, verdict)),
        Standing::Settled(verdict) => (Some(Icon::Close), Ink::Bad, figure(claim, verdict)),
    };
    let says = claim.says.of(words::language());
    let color = style::color(theme, ink);
    ui.horizontal_top(|ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(14.0, 16.0), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, mark_words(standing)));
        match icon {
            Some(icon) => icons::draw(ui.painter(), icon.svg(), rect.shrink2(vec2(1.0, 2.0)), color),
            None => {
                ui.painter().circle_stroke(rect.center(), 4.0, egui::Stroke::new(1.2, color));
            }
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.label(RichText::new(says).size(12.0));
            ui.label(RichText::new(figure).size(12.0).family(style::semibold()).color(color));
        });
    });
}

/// What was measured, and what it is held against where that was measured too.
fn figure(claim: &Claim, verdict: &Verdict) -> String {
    let brief = |text: &str| text.replace(" per month", t!("/month"));
    let measured = brief(&verdict.measured);
    match (&verdict.limit, claim.holds.tolerance()) {
        (Some(expected), Some(off)) => {
            let off = off.replace("/month", t!("/month"));
            t!("{figure}, expected {expected} ± {off}", figure = measured, expected = brief(expected), off = off)
        }
        (Some(limit), None) if claim.holds.compares() => {
            t!("{figure}, limit {limit}", figure = measured, limit = brief(limit))
        }
        _ => measured,
    }
}

fn mark_words(standing: Standing<'_>) -> &'static str {
    match standing {
        Standing::Pending => t!("waits to be measured"),
        Standing::Underway(_) => t!("is being measured"),
        Standing::Settled(verdict) if verdict.judged.ok => t!("holds"),
        Standing::Settled(_) => t!("does not hold"),
    }
}

fn variants_ui(ui: &mut Ui, theme: Theme, playing: Playing<'_>, wish: &mut Option<Wish>) {
    let step = playing.which.step;
    let variants = &playing.story.steps[step].variants;
    if variants.is_empty() {
        return;
    }
    ui.add_space(6.0);
    ui.label(style::heading(t!("Try this"), theme));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        for (at, variant) in variants.iter().enumerate() {
            let chosen = playing.which.variant == Some(at);
            let title = RichText::new(variant.title.of(words::language())).size(12.0);
            if ui.add(egui::Button::selectable(chosen, title).frame_when_inactive(true)).clicked() {
                let variant = (!chosen).then_some(at);
                *wish = Some(Wish::Go(Which { step, variant }));
            }
        }
    });
}

fn foot_ui(ui: &mut Ui, state: &State, playing: Playing<'_>, wish: &mut Option<Wish>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let back = back(playing);
        if ui.add_enabled(back.is_some(), IconButton::words(t!("Back"))).clicked() {
            *wish = back;
        }
        let next = next(playing);
        let look = if playing.is_over() { Look::Primary } else { Look::Plain };
        if ui.add_enabled(next.is_some(), IconButton::words(t!("Next step")).look(look)).clicked() {
            *wish = next;
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let fork = IconButton::words(t!("Fork")).name(t!("Fork this step")).look(Look::Quiet);
            if ui.add(fork).on_hover_text(t!("Make this step a design of your own")).clicked() {
                *wish = Some(Wish::Fork);
            }
            let again = IconButton::new(Icon::Restart, t!("Play this step again")).look(Look::Quiet);
            if ui.add(again).on_hover_text(t!("Play this step again")).clicked() {
                *wish = Some(Wish::Go(playing.which));
            }
        });
    });
    let at = playing.now.secs();
    let all = playing.story.trial(playing.which).map_or(1.0, |trial| trial.scenario().duration.secs());
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 3.0), Sense::hover());
    ui.painter().rect_filled(rect, 1.5, style::color(state.theme(), Ink::Track));
    let part = Rect::from_min_size(rect.min, vec2(rect.width() * (at / all).clamp(0.0, 1.0) as f32, rect.height()));
    ui.painter().rect_filled(part, 1.5, style::color(state.theme(), Ink::Accent));
}
