//! The panels around the canvas: how large they are, and in which order they are filled.

use super::prefs::{Fold, Room};
use super::state::State;
use super::{style, topbar};
use crate::scene::list::Ink;
use crate::session::{Action, View};
use egui::{Frame, Margin, Panel};

/// Room for the content of a panel, and what of it may be painted.
#[derive(Clone, Copy)]
pub struct Seat {
    rect: egui::Rect,
    clip: egui::Rect,
}

/// Where the panels around the canvas stand. They get their room first, from the edges inwards, and are filled later, in
/// the order in which the window is read and Tab goes through it: top bar, left, canvas, inspector, charts, status.
#[derive(Default)]
pub struct Seats {
    /// For services, walkthroughs and the outline.
    pub left: Option<Seat>,
    /// For the inspector.
    pub right: Option<Seat>,
    /// For the charts.
    pub dock: Option<Seat>,
    /// For the status.
    pub status: Option<Seat>,
}

impl Seat {
    fn take(ui: &mut egui::Ui) -> Self {
        ui.set_min_size(ui.available_size());
        Self { rect: ui.max_rect(), clip: ui.clip_rect() }
    }
}

/// Fills the room of a panel that is open.
pub fn seated(ui: &mut egui::Ui, seat: Option<Seat>, name: &str, content: impl FnOnce(&mut egui::Ui)) {
    let Some(Seat { rect, clip }) = seat else { return };
    let layout = egui::Layout::top_down(egui::Align::LEFT);
    // A child of its own: the room is taken already.
    let mut child = ui.new_child(egui::UiBuilder::new().id_salt(name).max_rect(rect).layout(layout));
    child.set_clip_rect(clip);
    content(&mut child);
}

/// Gives the panels their room; the bar at the top is filled at once.
pub fn seats(ui: &mut egui::Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) -> Seats {
    let fill = style::color(state.theme(), Ink::Panel);
    let frame = |x, y| Frame::new().fill(fill).inner_margin(Margin::symmetric(x, y));
    Panel::top("top").exact_size(46.0).frame(frame(10, 0)).show(ui, |ui| topbar::topbar_ui(ui, view, state, actions));
    let status = Panel::bottom("status").exact_size(26.0).frame(frame(10, 0)).show(ui, Seat::take).inner;
    let mut seats = Seats { status: Some(status), ..Seats::default() };
    // Before it is mapped the window may be tiny for a frame; panels that were squeezed then would stay so.
    let room = ui.available_size();
    if room.min_elem() < 300.0 {
        return seats;
    }
    seats.dock = dock(ui, state);
    let narrow = Room::of(room.x, NARROW);
    let panel = Panel::left(("palette", narrow)).size_range(150.0..=320.0).frame(frame(10, 4));
    seats.left = unfolded(ui, panel, &mut state.prefs.left, (narrow, |rect| rect.width()));
    let panel = Panel::right(("inspector", narrow)).size_range(236.0..=420.0).frame(frame(12, 4));
    seats.right = unfolded(ui, panel, &mut state.prefs.right, (narrow, |rect| rect.width()));
    seats
}

/// Gives a panel its room, if it is unfolded, and keeps the size that a person gave it.
fn unfolded(
    ui: &mut egui::Ui,
    panel: Panel,
    fold: &mut Fold,
    (room, size): (Room, fn(egui::Rect) -> f32),
) -> Option<Seat> {
    let panel = panel.resizable(true).default_size(fold.of(room));
    let shown = panel.show_collapsible(ui, &mut fold.open, Seat::take);
    fold.keep(room, shown.as_ref().map(|shown| size(shown.response.rect)));
    shown.map(|shown| shown.inner)
}

/// Width of a window under which the panels beside the canvas have a size of their own.
pub const NARROW: f32 = 1_200.0;

/// Height likewise, for the panel under it: what is left of the window between the bars.
const LOW: f32 = 700.0;

/// Room for the panel with the charts.
fn dock(ui: &mut egui::Ui, state: &mut State) -> Option<Seat> {
    let height = ui.available_height();
    let low = Room::of(height, LOW);
    let most = (height - 220.0).max(state.prefs.bottom.of(low));
    let fill = style::color(state.theme(), Ink::Panel);
    let frame = Frame::new().fill(fill).inner_margin(Margin::symmetric(12, 8));
    let panel = Panel::bottom(("dock", low)).size_range(110.0..=most).frame(frame);
    unfolded(ui, panel, &mut state.prefs.bottom, (low, |rect| rect.height()))
}
