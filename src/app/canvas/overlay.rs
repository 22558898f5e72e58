//! What lies over the drawing: grid, guides, ghosts, the marquee, reasons at the pointer, and the words on an empty canvas.

use super::hints;
use super::parts::{self, Part};
use super::tool::{State as ToolState, Ware};
use crate::analysis::Severity;
use crate::app::found;
use crate::app::paint::Brush;
use crate::app::state::State;
use crate::app::{icons, style};
use crate::catalog;
use crate::model::{GRID, Id, Point, Rect};
use crate::scene::chart::fault_words;
use crate::scene::list::{Ink, Tint};
use crate::scene::{self, figures, glyph};
use crate::session::View;
use crate::sim::network::{Fault, Harm};
use crate::theme::Theme;
use crate::units::SimTime;
use crate::words::{self, t};
use egui::epaint::Mesh;
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align2, FontId, Painter, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};

/// Dots on the crossings of the grid, as far apart as the eye likes.
pub fn grid(painter: &Painter, rect: egui::Rect, state: &State) {
    let mut step = 2.0 * GRID;
    while step * state.camera.zoom < 16.0 {
        step *= 2.0;
    }
    let seen = state.camera.seen(state.canvas);
    let color = style::color(state.theme(), Ink::Grid);
    let side = (1.6 * state.camera.zoom).clamp(1.4, 2.2);
    let mut mesh = Mesh::default();
    let mut y = (seen.min.y / step).ceil() * step;
    while y <= seen.max.y {
        let mut x = (seen.min.x / step).ceil() * step;
        while x <= seen.max.x {
            let at = state.camera.to_canvas(Point::new(x, y));
            let dot = pos2(rect.left() + at.x, rect.top() + at.y);
            mesh.add_colored_rect(egui::Rect::from_center_size(dot, Vec2::splat(side)), color);
            x += step;
        }
        y += step;
    }
    painter.add(mesh);
}

/// Faults that are told of at once; more are counted.
const FAULTS: usize = 3;

/// What is broken at the moment that is shown, and until when, above the drawing; what was planned is not in red.
pub fn faults(ui: &Ui, rect: egui::Rect, view: View<'_>, theme: Theme) {
    let Some(shown) = view.snapshot.filter(|shown| !shown.faults.is_empty()) else { return };
    let lasting = |fault: &Fault| {
        let until = (SimTime::ZERO + fault.at + fault.lasts).clock();
        let told = fault_words(view.plan, fault.harm);
        match progress_of(view, fault) {
            Some(far) => t!("{fault} ({far}), until {until}", fault = told, far = far, until = until),
            None => t!("{fault}, until {until}", fault = told, until = until),
        }
    };
    let mut lines: Vec<String> = shown.faults.iter().take(FAULTS).map(lasting).collect();
    if shown.faults.len() > FAULTS {
        lines.push(t!("and {count} more", count = shown.faults.len() - FAULTS));
    }
    let planned = |fault: &Fault| if fault.harm.is_planned() { Ink::Accent } else { Ink::Bad };
    let ink = |ink: Ink| style::color(theme, ink);
    let inks = shown.faults.iter().take(FAULTS).map(|fault| ink(planned(fault))).chain([ink(Ink::Muted)]);
    let mut text =
        LayoutJob { wrap: TextWrapping::wrap_at_width((rect.width() - 80.0).max(80.0)), ..Default::default() };
    for (at, (line, ink)) in lines.iter().zip(inks).enumerate() {
        let line = if at == 0 { line.clone() } else { format!("\n{line}") };
        text.append(&line, 0.0, TextFormat::simple(FontId::proportional(style::SMALL), ink));
    }
    let text = ui.painter().layout_job(text);
    let ink = ink(if shown.faults.iter().any(|fault| !fault.harm.is_planned()) { Ink::Bad } else { Ink::Accent });
    let size = text.size() + vec2(34.0, 10.0);
    let plate = egui::Rect::from_center_size(pos2(rect.center().x, rect.top() + 10.0 + size.y / 2.0), size);
    let edge = Stroke::new(1.0, ink.gamma_multiply(0.6));
    ui.painter().rect(plate, 7.0, style::color(theme, Ink::Raise), edge, StrokeKind::Inside);
    let mark = egui::Rect::from_center_size(plate.left_center() + vec2(15.0, 0.0), Vec2::splat(13.0));
    icons::draw(ui.painter(), icons::Icon::Bolt.svg(), mark, ink);
    ui.painter().galley(pos2(plate.left() + 26.0, plate.top() + 5.0), text, ink);
    let spoken = ui.interact(plate, egui::Id::unique("faults"), egui::Sense::hover());
    spoken.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, lines.join(". ")));
}

/// How far a rollout has come; none for other faults.
fn progress_of(view: View<'_>, fault: &Fault) -> Option<String> {
    let Harm::Rollout { pool, .. } = fault.harm else { return None };
    let site = view.plan.network.pools.get(pool as usize)?.site;
    view.snapshot?.sites.get(site as usize)?.rollout.map(figures::rolled)
}

/// A frame around the cards that show the point of a walkthrough's step.
pub fn pointed(painter: &Painter, brush: &Brush<'_>, view: View<'_>, theme: Theme) {
    let Some(focus) = view.playing.and_then(|playing| playing.story.focus(playing.which)) else { return };
    for node in focus.nodes.iter().filter_map(|id| view.design.nodes.get(id)) {
        let rect = brush.rect(node.rect()).expand(4.0);
        let edge = Stroke::new(2.0, style::color(theme, Ink::Accent).gamma_multiply(0.55));
        painter.rect_stroke(rect, 12.0, edge, StrokeKind::Outside);
    }
}

/// Radius of the mark on a card that something was found about, in points: at full size, and where cards are small.
const MARK: (f32, f32) = (7.0, 4.5);

/// Findings that are told of at once where the pointer is; the inspector has more.
const TOLD: usize = 3;

/// A mark on the corner of each card in sight that something was found about, by the worst of it; under the pointer, what.
/// Notes have none. From afar there is none either: cards are too small to tell whose it is.
pub fn found(painter: &Painter, brush: &Brush<'_>, view: View<'_>, state: &State) {
    if state.camera.zoom < scene::card::FAR || view.findings.is_empty() {
        return;
    }
    let (theme, layout) = (state.theme(), &state.kept.layout);
    let radius = (MARK.0 * state.camera.zoom).clamp(MARK.1, MARK.0);
    let mut told = None;
    for number in layout.cards_in(state.camera.seen(state.canvas)) {
        let Some(id) = layout.cards().get(number as usize).map(|card| &card.id) else { continue };
        let about = view.blame.about(id);
        let Some(worst) = about.first().and_then(|&at| view.findings.get(at)) else { continue };
        let Some(node) = view.design.nodes.get(id).filter(|_| worst.severity > Severity::Note) else { continue };
        let corner = Point::new(node.rect().max.x, node.rect().min.y);
        if layout.is_covered(id, corner) {
            continue;
        }
        let at = brush.at(corner);
        mark(painter, (at, radius), worst.severity, theme);
        let near = |pointer: Point| brush.at(pointer).distance(at) <= radius + 3.0;
        if state.pointer.is_some_and(near) && state.tool.idle() {
            told = Some((at, about));
        }
    }
    if let Some((at, about)) = told {
        said(painter, at, &told_of(view, about), theme);
    }
}

/// An error has a cross, a warning an exclamation mark, so that colour is not all that tells them apart.
fn mark(painter: &Painter, (at, radius): (egui::Pos2, f32), severity: Severity, theme: Theme) {
    let edge = Stroke::new(1.5, style::color(theme, found::ink(severity)));
    painter.circle(at, radius, style::color(theme, Ink::Panel), edge);
    let arm = radius * 0.4;
    if severity == Severity::Error {
        painter.line_segment([at + vec2(-arm, -arm), at + vec2(arm, arm)], edge);
        painter.line_segment([at + vec2(arm, -arm), at + vec2(-arm, arm)], edge);
        return;
    }
    painter.line_segment([at + vec2(0.0, -radius * 0.55), at + vec2(0.0, radius * 0.1)], edge);
    painter.circle_filled(at + vec2(0.0, radius * 0.5), radius * 0.16, edge.color);
}

/// What was found, the worst first.
fn told_of(view: View<'_>, about: &[usize]) -> String {
    let findings = about.iter().take(TOLD).filter_map(|&at| view.findings.get(at));
    let mut lines: Vec<String> =
        findings.map(|finding| format!("{}: {}", found::word(finding.severity), finding.text)).collect();
    if about.len() > TOLD {
        lines.push(t!("and {count} more", count = about.len() - TOLD));
    }
    lines.join("\n")
}

/// What the tool is doing, and what stands ready under the pointer.
pub fn tool(painter: &Painter, brush: &Brush<'_>, view: View<'_>, state: &State) {
    let theme = state.theme();
    match &state.tool.state {
        ToolState::Dragging(drag) => hints::dragging(painter, brush, view, state, drag),
        ToolState::Marquee { from, to, .. } => hints::marquee(painter, brush, (*from, *to), theme),
        ToolState::Resizing { now, guides, refused, .. } => {
            hints::resizing(painter, brush, state, (*now, guides, refused.as_deref()));
        }
        ToolState::Bending { id, guides, .. } => {
            hints::lines(painter, brush, guides, theme);
            bends(painter, brush, view, id, theme);
        }
        ToolState::Labelling { id, .. } => {
            if let Some(wire) = state.kept.layout.wire(id) {
                let edge = Stroke::new(1.5, style::color(theme, Ink::Accent));
                framed(painter, brush, wire, edge);
                tied(painter, brush, view, wire, theme);
            }
        }
        ToolState::Linking { anchor, to, over, .. } => {
            linking(painter, brush, view, state, (anchor, *to, over.as_ref()))
        }
        ToolState::Placing { .. } => ghost(painter, brush, view, state),
        ToolState::Idle => ready(painter, brush, view, state),
        ToolState::Pressing(..) | ToolState::Panning => {}
    }
    hints::groups(painter, brush, view, state);
    if !matches!(state.tool.state, ToolState::Dragging(_)) {
        hints::selected(painter, brush, view, state);
    }
}

/// The dots from which a link can be drawn, on the card under the pointer; handles on the ends of a selected link.
fn ready(painter: &Painter, brush: &Brush<'_>, view: View<'_>, state: &State) {
    let theme = state.theme();
    let layout = &state.kept.layout;
    let hit = state.pointer.map(|at| layout.hit(view.design, at, 5.0 / state.camera.zoom));
    if let Some(scene::Hit::Node(id) | scene::Hit::Port(id)) = hit
        && let Some(node) = view.design.nodes.get(&id)
    {
        // The dots of a card do not show through the cards that lie over it.
        for port in ports(node.rect()).into_iter().filter(|port| !layout.is_covered(&id, *port)) {
            dot(painter, brush.at(port), theme);
        }
    }
    if let Some(wire) = state.only().and_then(|id| layout.wire(id)) {
        let sides = view.design.links.get(&wire.id).map(|link| link.sides).unwrap_or_default();
        for (at, led) in [(wire.route.from, sides.leaves), (wire.route.to, sides.enters)] {
            if led.is_some() { pin(painter, brush.at(at), theme) } else { dot(painter, brush.at(at), theme) }
        }
        bends(painter, brush, view, &wire.id, theme);
        held(painter, brush, (view, state), wire);
        grip(painter, brush, view, wire, theme);
    }
}

/// A ring around the part of the link that arrow keys move.
fn held(painter: &Painter, brush: &Brush<'_>, (view, state): (View<'_>, &State), wire: &scene::Wire) {
    let edge = Stroke::new(2.0, style::color(state.theme(), Ink::Accent));
    let place = |part| parts::place(view.design, &state.kept.layout, &wire.id, part);
    match state.part().and_then(|part| Some((part, place(part)?))) {
        Some((Part::Bend(_), at)) => drop(painter.circle_stroke(brush.at(at), 9.0, edge)),
        Some((Part::Label, _)) => framed(painter, brush, wire, edge),
        None => {}
    }
}

/// A frame around a label.
fn framed(painter: &Painter, brush: &Brush<'_>, wire: &scene::Wire, edge: Stroke) {
    if let Some(spot) = wire.spot {
        painter.rect_stroke(brush.rect(spot.rect()).expand(2.0), 6.0, edge, StrokeKind::Outside);
    }
}

/// A line from a label to the point of the way that it goes along with.
fn tied(painter: &Painter, brush: &Brush<'_>, view: View<'_>, wire: &scene::Wire, theme: Theme) {
    let hung = view.design.links.get(&wire.id).and_then(|link| link.label_at);
    if let (Some(at), Some(spot)) = (hung, wire.spot) {
        let edge = Stroke::new(1.0, style::color(theme, Ink::Guide));
        let on = wire.route.at(at.along);
        painter.line_segment([brush.at(on), brush.at(spot.middle)], edge);
        painter.circle_filled(brush.at(on), 2.5, edge.color);
    }
}

/// Where on a link that has no bends the dot stands that says that it can be pulled: beside its label.
const GRIPS: [f32; 3] = [0.5, 0.3, 0.7];

/// A small dot that says that the link can be pulled.
fn grip(painter: &Painter, brush: &Brush<'_>, view: View<'_>, wire: &scene::Wire, theme: Theme) {
    let bent = view.design.links.get(&wire.id).is_none_or(|link| !link.via.is_empty());
    let free = |at: &Point| wire.spot.is_none_or(|spot| !spot.rect().expand(6.0).contains(*at));
    let long = brush.at(wire.route.from).distance(brush.at(wire.route.to));
    if let Some(at) = GRIPS.map(|share| wire.route.at(share)).into_iter().find(free).filter(|_| !bent && long > 60.0) {
        let edge = Stroke::new(1.5, style::color(theme, Ink::Accent));
        painter.circle(brush.at(at), 3.0, style::color(theme, Ink::Canvas), edge);
    }
}

/// The points that a link was pulled to: full dots, as they stay where they are.
fn bends(painter: &Painter, brush: &Brush<'_>, view: View<'_>, id: &Id, theme: Theme) {
    let edge = Stroke::new(1.5, style::color(theme, Ink::Canvas));
    for bend in view.design.links.get(id).into_iter().flat_map(|link| &link.via) {
        painter.circle(brush.at(*bend), 4.5, style::color(theme, Ink::Accent), edge);
    }
}

pub(super) fn ports(rect: Rect) -> [Point; 4] {
    let (min, max, mid) = (rect.min, rect.max, rect.center());
    [Point::new(min.x, mid.y), Point::new(max.x, mid.y), Point::new(mid.x, min.y), Point::new(mid.x, max.y)]
}

fn dot(painter: &Painter, at: egui::Pos2, theme: Theme) {
    let edge = Stroke::new(1.5, style::color(theme, Ink::Accent));
    painter.circle(at, 4.5, style::color(theme, Ink::Canvas), edge);
}

/// An end that stays at its side: square and full.
fn pin(painter: &Painter, at: egui::Pos2, theme: Theme) {
    let edge = Stroke::new(1.5, style::color(theme, Ink::Canvas));
    let square = egui::Rect::from_center_size(at, Vec2::splat(9.0));
    painter.rect(square, 1.5, style::color(theme, Ink::Accent), edge, StrokeKind::Outside);
}

fn linking(
    painter: &Painter,
    brush: &Brush<'_>,
    view: View<'_>,
    state: &State,
    (anchor, to, over): (&Id, Point, Option<&Id>),
) {
    let refused = state.tool.refusal(view.design).filter(|_| over != Some(anchor));
    let ink = if refused.is_some() { Ink::Bad } else { Ink::Accent };
    let way = state.tool.drawn().and_then(|drawn| state.kept.layout.preview(view.design, drawn));
    if let Some(way) = way {
        let line = Tint { ink, alpha: 1.0 }.line(2.0);
        brush.list(&[scene::list::Shape::Path { segments: way.segments(), stroke: line }]);
        [way.from, way.to]
            .into_iter()
            .filter(|end| *end != to)
            .for_each(|end| dot(painter, brush.at(end), state.theme()));
    }
    let target = over.filter(|over| *over != anchor).and_then(|id| view.design.nodes.get(id));
    if let Some(target) = target {
        let rect = brush.rect(target.rect()).expand(3.0);
        let edge = Stroke::new(2.0, style::color(state.theme(), ink));
        painter.rect_stroke(rect, 12.0 * state.camera.zoom, edge, StrokeKind::Outside);
    }
    if let Some(reason) = refused {
        said(painter, brush.at(to), &reason, state.theme());
    }
}

/// A few words in a box beside the pointer.
pub(super) fn said(painter: &Painter, at: egui::Pos2, text: &str, theme: Theme) {
    let font = FontId::new(12.0, egui::FontFamily::Proportional);
    let galley = painter.layout(text.to_owned(), font, style::color(theme, Ink::Text), 260.0);
    let size = galley.size() + vec2(36.0, 14.0);
    let room = painter.clip_rect().shrink(6.0);
    let corner = pos2(
        (at.x + 16.0).min(room.right() - size.x).max(room.left()),
        (at.y + 16.0).min(room.bottom() - size.y).max(room.top()),
    );
    let rect = egui::Rect::from_min_size(corner, size);
    let edge = Stroke::new(1.0, style::color(theme, Ink::Bad));
    painter.rect(rect, 7.0, style::color(theme, Ink::Panel), edge, StrokeKind::Inside);
    let mark = egui::Rect::from_center_size(pos2(rect.left() + 16.0, rect.top() + 15.0), Vec2::splat(14.0));
    icons::draw(painter, icons::Icon::Warning.svg(), mark, style::color(theme, Ink::Bad));
    painter.galley(rect.min + vec2(28.0, 7.0), galley, style::color(theme, Ink::Text));
}

/// What the palette's tile becomes where it is let go.
fn ghost(painter: &Painter, brush: &Brush<'_>, view: View<'_>, state: &State) {
    let Some((ware, rect)) = state.tool.ghost() else { return };
    let theme = state.theme();
    if matches!(ware, Ware::Service(_)) {
        hints::adopting_new(painter, brush, view, state, rect);
    }
    if let ToolState::Placing { over: Some(link), .. } = &state.tool.state {
        let ink = if state.tool.refusal(view.design).is_some() { Ink::Bad } else { Ink::Accent };
        hints::highlight(brush, view, link, ink);
    }
    if let (Some(reason), Some(at)) = (state.tool.refusal(view.design), state.pointer) {
        said(painter, brush.at(at), &reason, theme);
    }
    let on_screen = brush.rect(rect);
    let accent = style::color(theme, Ink::Accent);
    let edge = Stroke::new(1.5, accent);
    let corner = 10.0 * state.camera.zoom;
    painter.rect(on_screen, corner, accent.gamma_multiply(0.10), edge, StrokeKind::Inside);
    let side = (28.0 * state.camera.zoom).max(12.0);
    let left = pos2(on_screen.left() + 10.0 * state.camera.zoom, on_screen.top() + 10.0 * state.camera.zoom);
    let tile = egui::Rect::from_min_size(left, Vec2::splat(side));
    let name = match ware {
        Ware::Service(key) => {
            let Some(service) = catalog::find(key) else { return };
            let fill = style::color(theme, Ink::tile(Some(service)));
            icons::tile(painter, service.icon, tile, fill, style::color(theme, Ink::OnTile));
            words::of(&service.sheet().short)
        }
        Ware::Place(kind) => {
            icons::draw(painter, glyph::place(kind), tile, accent);
            words::of(kind.name())
        }
        Ware::Note => {
            icons::draw(painter, icons::Icon::Note.svg(), tile, accent);
            t!("Note")
        }
    };
    let font = FontId::new((13.0 * state.camera.zoom).max(9.0), style::semibold());
    let at = pos2(tile.right() + 8.0, tile.center().y);
    painter.text(at, Align2::LEFT_CENTER, name, font, style::color(theme, Ink::Text));
}

/// An empty canvas says what to do.
pub fn empty(painter: &Painter, rect: egui::Rect, theme: Theme) {
    let lines = [
        (18.0, style::semibold(), Ink::Text, t!("Draw an architecture")),
        (
            13.0,
            egui::FontFamily::Proportional,
            Ink::Muted,
            t!("Drag a service from the left, or double-click here and type its name."),
        ),
        (
            13.0,
            egui::FontFamily::Proportional,
            Ink::Muted,
            t!("Join two by dragging from the edge of a card. Then press Space to run."),
        ),
    ];
    let mut y = rect.center().y - 36.0;
    for (size, family, ink, text) in lines {
        let font = FontId::new(size, family);
        let room = (rect.width() - 32.0).max(60.0);
        let mut job = egui::text::LayoutJob::simple(text.to_owned(), font, style::color(theme, ink), room);
        job.halign = egui::Align::Center;
        let galley = painter.layout_job(job);
        let height = galley.size().y;
        painter.galley(pos2(rect.center().x, y), galley, style::color(theme, ink));
        y += height + 8.0;
    }
}
