//! The designs that are open, as tabs over the canvas. One alone has no tab.

use super::commands::{self, Request};
use super::desks::{Head, Turn};
use super::icons::{self, Icon, IconButton, Look};
use super::state::State;
use super::style;
use crate::scene::list::{Ink, Weight};
use crate::scene::text;
use crate::theme::Theme;
use crate::words::t;
use egui::{Align2, Frame, Panel, PointerButton, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

/// Height of the strip, in points.
const HEIGHT: f32 = 32.0;
/// Width of a tab at least and at most, in points.
const WIDTH: (f32, f32) = (92.0, 190.0);
/// Side of the square that closes a tab, in points.
const CLOSE: f32 = 18.0;

/// Draws the strip, if there is more than one design.
pub fn tabs_ui(ui: &mut Ui, state: &mut State) {
    if state.heads.len() < 2 {
        return;
    }
    let fill = style::color(state.theme(), Ink::Window);
    Panel::top("tabs").exact_size(HEIGHT).frame(Frame::new().fill(fill)).show(ui, |ui| {
        ScrollArea::horizontal().scroll_bar_visibility(egui::scroll_area::ScrollBarVisibility::AlwaysHidden).show(
            ui,
            |ui| {
                ui.horizontal_centered(|ui| {
                    ui.spacing_mut().item_spacing.x = 1.0;
                    let each = (ui.available_width() - 40.0) / state.heads.len() as f32 - 1.0;
                    let heads = state.heads.clone();
                    for head in &heads {
                        tab_ui(ui, state, head, each.clamp(WIDTH.0, WIDTH.1));
                    }
                    ui.add_space(4.0);
                    let tip = commands::named("New design").tip();
                    let new = IconButton::new(Icon::Plus, t!("New design")).look(Look::Quiet);
                    if ui.add(new).on_hover_text(tip).clicked() {
                        state.requests.push(Request::New);
                    }
                });
            },
        );
    });
}

fn tab_ui(ui: &mut Ui, state: &mut State, head: &Head, width: f32) {
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::click());
    let spoken = spoken(head);
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, head.front, &spoken));
    if head.front && !ui.clip_rect().contains_rect(rect) {
        response.scroll_to_me(None);
    }
    paint(ui, state.theme(), head, (rect, response.hovered() || response.has_focus()));
    let place = Rect::from_center_size(pos2(rect.right() - 16.0, rect.center().y), vec2(CLOSE, CLOSE));
    let close = ui.interact(place, response.id.with("close"), Sense::click());
    let name = t!("Close the tab {name}", name = head.name);
    close.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    paint_close(ui, state.theme(), head, (place, response.hovered() || close.hovered() || close.has_focus()));
    let path = head.path.as_ref().map_or_else(|| t!("Not saved yet").to_owned(), |path| path.display().to_string());
    if close.on_hover_text(name).clicked() || response.clicked_by(PointerButton::Middle) {
        state.requests.push(Request::Close(Some(head.number)));
    } else if response.clicked() {
        state.requests.push(Request::Tab(Turn::To(head.number)));
    }
    response.on_hover_text(path);
}

/// The name of a tab as it is read out: with what its marks say.
fn spoken(head: &Head) -> String {
    let mut spoken = head.name.clone();
    for (holds, words) in [(head.dirty, t!("unsaved changes")), (head.running, t!("running"))] {
        if holds {
            spoken = format!("{spoken}, {words}");
        }
    }
    spoken
}

fn paint(ui: &Ui, theme: Theme, head: &Head, (rect, lit): (Rect, bool)) {
    let painter = ui.painter_at(rect);
    let ink = |ink| style::color(theme, ink);
    if head.front || lit {
        painter.rect_filled(rect, 0.0, ink(if head.front { Ink::Canvas } else { Ink::Panel }));
    }
    if head.front {
        painter.rect_filled(Rect::from_min_size(rect.min, vec2(rect.width(), 2.0)), 0.0, ink(Ink::Accent));
    } else {
        let edge = rect.right() - 0.5;
        painter.vline(edge, rect.shrink2(vec2(0.0, 8.0)).y_range(), egui::Stroke::new(1.0, ink(Ink::Line)));
    }
    let mut left = rect.left() + 12.0;
    if head.running {
        let at = Rect::from_center_size(pos2(left + 5.0, rect.center().y), vec2(10.0, 10.0));
        icons::draw(&painter, Icon::Play.svg(), at, ink(Ink::Ok));
        left += 16.0;
    }
    let weight = if head.front { Weight::SemiBold } else { Weight::Regular };
    let family = if head.front { style::semibold() } else { egui::FontFamily::Proportional };
    let name = text::fit(&head.name, style::BODY, weight, rect.right() - 28.0 - left);
    let font = egui::FontId::new(style::BODY, family);
    painter.text(
        pos2(left, rect.center().y),
        Align2::LEFT_CENTER,
        name,
        font,
        ink(if head.front || lit { Ink::Text } else { Ink::Muted }),
    );
}

/// A cross under the pointer and on the design in front; else a dot where something is unsaved.
fn paint_close(ui: &Ui, theme: Theme, head: &Head, (place, lit): (Rect, bool)) {
    let ink = |ink| style::color(theme, ink);
    if lit || (head.front && !head.dirty) {
        icons::draw(ui.painter(), Icon::Close.svg(), place.shrink(3.0), ink(Ink::Muted));
    } else if head.dirty {
        ui.painter().circle_filled(place.center(), 4.0, ink(Ink::Warn));
    }
}
