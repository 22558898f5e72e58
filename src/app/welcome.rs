//! The card on an empty start: sample designs to open and run in one click, recent files, new and open.

use super::camera::Camera;
use super::commands::Request;
use super::dialogs::Then;
use super::icons::{Icon, IconButton, Look};
use super::paint::Brush;
use super::state::State;
use super::stories;
use super::style;
use crate::model::{Design, Size};
use crate::scene::list::Ink;
use crate::scene::{self, Picture};
use crate::session::View;
use crate::theme::Theme;
use crate::words::{self, t};
use egui::{Align2, Frame, Rect, Role, Sense, StrokeKind, Ui, WidgetInfo, vec2};

/// A sample, ready to be shown.
pub struct Sample {
    /// Name in the program.
    pub key: String,
    /// Name on screen.
    pub title: String,
    /// What it shows, in a sentence.
    pub text: String,
    /// The drawing, for its picture.
    pub design: Design,
}

/// Height of a sample's picture, in points.
const PICTURE: f32 = 104.0;

/// Draws the card over the canvas, if it is open. Gives what was chosen.
pub fn welcome_ui(
    ctx: &egui::Context,
    canvas: Rect,
    view: View<'_>,
    state: &mut State,
    samples: &[Sample],
) -> Option<Then> {
    if !state.welcome {
        return None;
    }
    let mut chosen = None;
    let width = (canvas.width() - 32.0).clamp(240.0, 640.0);
    let height = (canvas.height() - 32.0).max(120.0);
    let window = egui::Area::new(egui::Id::unique("welcome"))
        .order(egui::Order::Middle)
        .pivot(Align2::CENTER_CENTER)
        .fixed_pos(canvas.center())
        .constrain_to(canvas);
    window.show(ctx, |ui| {
        Frame::window(ui.style()).inner_margin(18.0).show(ui, |ui| {
            ui.set_width(width - 36.0);
            head_ui(ui, state);
            egui::ScrollArea::vertical().max_height(height - 110.0).show(ui, |ui| {
                chosen = stories::cards_ui(ui, state);
                chosen = samples_ui(ui, state.theme(), samples).or(chosen.take());
                chosen = recent_ui(ui, view, state.theme()).or(chosen.take());
            });
            ui.add_space(8.0);
            foot_ui(ui, state);
        });
    });
    chosen
}

fn head_ui(ui: &mut Ui, state: &mut State) {
    let theme = state.theme();
    ui.horizontal(|ui| {
        ui.label(style::title(t!("Draw it, load it, watch it")).size(19.0));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.add(IconButton::new(Icon::Close, t!("Close the welcome card")).look(Look::Quiet)).clicked() {
                state.welcome = false;
            }
        });
    });
    let words =
        t!("An AWS architecture under load, request by request: latency, instances, errors and cost, all measured.");
    ui.label(style::small(words, theme));
    ui.add_space(8.0);
}

fn samples_ui(ui: &mut Ui, theme: Theme, samples: &[Sample]) -> Option<Then> {
    let mut chosen = None;
    let gap = 10.0;
    let across = if ui.available_width() > 430.0 { 3 } else { 2 };
    let width = (ui.available_width() - gap * (across - 1) as f32 - 4.0) / across as f32;
    ui.label(style::heading(t!("Open and run a sample"), theme));
    for row in samples.chunks(across) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for sample in row {
                if sample_ui(ui, theme, sample, width) {
                    chosen = Some(Then::Sample(sample.key.clone()));
                }
            }
        });
    }
    chosen
}

fn sample_ui(ui: &mut Ui, theme: Theme, sample: &Sample, width: f32) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(width, PICTURE + 58.0), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, true, t!("Open and run {title}", title = words::of(&sample.title)))
    });
    if ui.is_rect_visible(rect) {
        let visuals = ui.style().interact(&response);
        let edge = if response.hovered() {
            egui::Stroke::new(1.5, style::color(theme, Ink::Accent))
        } else {
            visuals.bg_stroke
        };
        ui.painter().rect(rect, 9.0, visuals.weak_bg_fill, edge, StrokeKind::Inside);
        let picture = Rect::from_min_size(rect.min, vec2(width, PICTURE)).shrink(5.0);
        thumbnail(ui, theme, &sample.design, picture);
        let inner = Rect::from_min_max(picture.left_bottom() + vec2(6.0, 7.0), rect.max - vec2(10.0, 6.0));
        let painter = ui.painter_at(inner);
        let name = crate::scene::text::fit(
            words::of(&sample.title),
            13.0,
            crate::scene::list::Weight::SemiBold,
            inner.width(),
        );
        let font = egui::FontId::new(13.0, style::semibold());
        painter.text(inner.min, Align2::LEFT_TOP, name, font, style::color(theme, Ink::Text));
        let font = egui::FontId::proportional(10.5);
        let mut y = inner.top() + 18.0;
        for line in crate::scene::text::wrap(words::of(&sample.text), 10.5, inner.width(), 2) {
            painter.text(
                egui::pos2(inner.left(), y),
                Align2::LEFT_TOP,
                line,
                font.clone(),
                style::color(theme, Ink::Muted),
            );
            y += 13.0;
        }
    }
    response.on_hover_text(words::of(&sample.text)).on_hover_cursor(egui::CursorIcon::PointingHand).clicked()
}

/// A small picture of a drawing, from the same display list as the canvas.
fn thumbnail(ui: &Ui, theme: Theme, design: &Design, into: Rect) {
    let painter = ui.painter_at(into);
    painter.rect_filled(into, 6.0, style::color(theme, Ink::Canvas));
    let Some(all) = scene::bounds(design) else { return };
    let room = into.shrink(6.0);
    let zoom = (room.width() / all.w()).min(room.height() / all.h()).min(0.6);
    let mut camera = Camera { zoom, ..Camera::default() };
    camera.center(all.center(), Size { w: into.width(), h: into.height() });
    let picture = Picture { zoom, ..Picture::of(design) };
    Brush::new(&painter, camera, into.min, theme).list(&scene::drawing(&picture));
}

fn recent_ui(ui: &mut Ui, view: View<'_>, theme: Theme) -> Option<Then> {
    if view.recent.is_empty() {
        return None;
    }
    let mut chosen = None;
    ui.add_space(8.0);
    ui.label(style::heading(t!("Recent files"), theme));
    for path in view.recent.iter().take(5) {
        let name =
            path.file_stem().map_or_else(|| path.display().to_string(), |stem| stem.to_string_lossy().into_owned());
        let button = IconButton::new(Icon::Open, &name).text(&name).look(Look::Quiet);
        if ui.add(button).on_hover_text(path.display().to_string()).clicked() {
            chosen = Some(Then::OpenPath(path.clone()));
        }
    }
    chosen
}

fn foot_ui(ui: &mut Ui, state: &mut State) {
    ui.horizontal(|ui| {
        if ui.add(IconButton::new(Icon::New, t!("Start with an empty canvas")).text(t!("Empty canvas"))).clicked() {
            state.requests.push(Request::New);
        }
        if ui.add(IconButton::new(Icon::Open, t!("Open a file")).text(t!("Open a file…"))).clicked() {
            state.requests.push(Request::Open);
        }
    });
}
