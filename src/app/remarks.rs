//! The list of what could not be taken as it stood of the file that is open: it stays until it is closed, can be copied,
//! and a command brings it back.

use super::icons::{IconButton, Look};
use super::state::State;
use super::style;
use crate::session::{Remarks, View};
use crate::words::t;
use egui::{Align, Align2, Frame, Layout, Order, ScrollArea, Ui, vec2};

/// Widest and highest that it becomes.
const SIZE: (f32, f32) = (420.0, 320.0);

/// Distance from the canvas' corner.
const AWAY: f32 = 12.0;

/// Most lines that are drawn; the copy has all of them.
const DRAWN: usize = 500;

/// How much of the left of a wide canvas the list covers, in points.
pub fn inset(view: View<'_>, state: &State) -> f32 {
    let open = state.remarks && view.remarks.is_some() && state.canvas.w > 2.0 * SIZE.0;
    if open { SIZE.0 + AWAY } else { 0.0 }
}

/// Draws the list in the lower left corner of the canvas, if it is open.
pub fn remarks_ui(ctx: &egui::Context, canvas: egui::Rect, view: View<'_>, state: &mut State) {
    let Some(remarks) = view.remarks.filter(|_| state.remarks) else { return };
    let size = vec2(SIZE.0.min(canvas.width() - 2.0 * AWAY), SIZE.1.min(canvas.height() - 2.0 * AWAY));
    let area = egui::Area::new(egui::Id::unique("remarks")).order(Order::Middle).pivot(Align2::LEFT_BOTTOM);
    area.fixed_pos(canvas.left_bottom() + vec2(AWAY, -AWAY)).show(ctx, |ui| {
        Frame::popup(ui.style()).inner_margin(12.0).show(ui, |ui| {
            ui.set_width(size.x - 24.0);
            head_ui(ui, remarks, state);
            ui.add_space(4.0);
            ScrollArea::vertical().max_height(size.y - 64.0).show(ui, |ui| lines_ui(ui, remarks));
        });
    });
}

fn head_ui(ui: &mut Ui, remarks: &Remarks, state: &mut State) {
    ui.horizontal(|ui| {
        let buttons = 130.0;
        let room = vec2((ui.available_width() - buttons).max(60.0), 24.0);
        ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(room.x);
            ui.add(egui::Label::new(style::strong(&remarks.title)).truncate());
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.add(IconButton::words(t!("Close")).name(t!("Close the remarks")).look(Look::Quiet)).clicked() {
                state.remarks = false;
            }
            if ui.add(IconButton::words(t!("Copy")).name(t!("Copy the remarks"))).clicked() {
                ui.ctx().copy_text(format!("{}\n{}\n", remarks.title, remarks.lines.join("\n")));
            }
        });
    });
}

fn lines_ui(ui: &mut Ui, remarks: &Remarks) {
    ui.set_width(ui.available_width());
    for line in remarks.lines.iter().take(DRAWN) {
        ui.add(egui::Label::new(line).wrap().selectable(true));
    }
    let more = remarks.lines.len().saturating_sub(DRAWN);
    if more > 0 {
        ui.weak(t!("{more} more: Copy has them all.", more = more));
    }
}
