//! What is shown while something is moved, copied or resized: lines that it keeps to, equal gaps with their size, the place
//! that it would belong to, the link that it would be put into, and why it cannot stand there.

use super::overlay::said;
use super::snap::{Guide, Rest};
use super::tool::{Drag, Mode, handles};
use crate::app::paint::Brush;
use crate::app::state::State;
use crate::app::style;
use crate::edit;
use crate::model::{Design, Id, Point, Rect};
use crate::scene::list::{Ink, Shape, Tint};
use crate::scene::{self};
use crate::session::View;
use crate::theme::Theme;
use egui::{Align2, FontId, Painter, Pos2, Stroke, StrokeKind, vec2};
use std::collections::BTreeSet;

/// What is shown while records move.
pub(super) fn dragging(painter: &Painter, brush: &Brush<'_>, view: View<'_>, state: &State, drag: &Drag) {
    let theme = state.theme();
    rest(painter, brush, &drag.rest, theme);
    if drag.mode == Mode::Copying {
        copies(painter, brush, view, drag, theme);
    } else {
        adopting(painter, brush, view, state, drag);
    }
    if let Some(link) = &drag.into {
        highlight(brush, view, link, Ink::Accent);
    }
    if let (Some(reason), Some(at)) = (&drag.refused, state.pointer) {
        said(painter, brush.at(at), reason, theme);
    }
}

fn rest(painter: &Painter, brush: &Brush<'_>, rest: &Rest, theme: Theme) {
    lines(painter, brush, &rest.guides, theme);
    for gap in &rest.gaps {
        measured(painter, brush, *gap, theme);
    }
}

/// Lines that something keeps to.
pub(super) fn lines(painter: &Painter, brush: &Brush<'_>, guides: &[Guide], theme: Theme) {
    let stroke = Stroke::new(1.0, style::color(theme, Ink::Guide));
    for guide in guides {
        painter.line_segment([brush.at(guide.from), brush.at(guide.to)], stroke);
    }
}

/// A gap with its size in the middle and a stop at each end.
fn measured(painter: &Painter, brush: &Brush<'_>, gap: Guide, theme: Theme) {
    let ink = style::color(theme, Ink::Guide);
    let (from, to) = (brush.at(gap.from), brush.at(gap.to));
    let stroke = Stroke::new(1.0, ink);
    painter.line_segment([from, to], stroke);
    let across = if (from.x - to.x).abs() > (from.y - to.y).abs() { vec2(0.0, 4.0) } else { vec2(4.0, 0.0) };
    for end in [from, to] {
        painter.line_segment([end - across, end + across], stroke);
    }
    label(painter, from.lerp(to, 0.5), &format!("{:.0}", gap.length()), theme);
}

/// A small figure on a ground of its own.
fn label(painter: &Painter, at: Pos2, text: &str, theme: Theme) {
    let font = FontId::new(11.0, style::semibold());
    let galley = painter.layout_no_wrap(text.to_owned(), font, style::color(theme, Ink::Panel));
    let rect = Align2::CENTER_CENTER.anchor_size(at, galley.size()).expand2(vec2(4.0, 1.0));
    painter.rect_filled(rect, 4.0, style::color(theme, Ink::Guide));
    painter.galley(rect.min + vec2(4.0, 1.0), galley, style::color(theme, Ink::Panel));
}

/// Outlines of the copies that letting go puts down.
fn copies(painter: &Painter, brush: &Brush<'_>, view: View<'_>, drag: &Drag, theme: Theme) {
    let accent = style::color(theme, Ink::Accent);
    for rect in drag.all.iter().filter_map(|id| view.design.rect_of(id)) {
        let rect = brush.rect(rect.shift(drag.sent));
        painter.rect(rect, 8.0, accent.gamma_multiply(0.10), Stroke::new(1.5, accent), StrokeKind::Inside);
    }
}

/// The places that what is moved belongs to where it is now stand out.
fn adopting(painter: &Painter, brush: &Brush<'_>, view: View<'_>, state: &State, drag: &Drag) {
    let nodes = drag.ids.iter().filter_map(|id| view.design.nodes.get(id));
    let homes: BTreeSet<Id> = nodes.filter_map(|node| edit::home_of(view.design, node.rect())).collect();
    homes.iter().for_each(|home| stand_out(painter, brush, view, state, home));
}

/// The place that a carried card would belong to stands out.
pub(super) fn adopting_new(painter: &Painter, brush: &Brush<'_>, view: View<'_>, state: &State, rect: Rect) {
    if let Some(home) = edit::home_of(view.design, rect) {
        stand_out(painter, brush, view, state, &home);
    }
}

fn stand_out(painter: &Painter, brush: &Brush<'_>, view: View<'_>, state: &State, place: &Id) {
    let stroke = Stroke::new(2.0, style::color(state.theme(), Ink::Accent));
    if let Some(place) = view.design.places.get(place) {
        painter.rect_stroke(brush.rect(place.rect), 10.0 * state.camera.zoom, stroke, StrokeKind::Outside);
    }
}

/// A link that stands out.
pub(super) fn highlight(brush: &Brush<'_>, view: View<'_>, link: &Id, ink: Ink) {
    if let Some(way) = scene::route(view.design, link) {
        let stroke = Tint { ink, alpha: 1.0 }.line(3.0);
        brush.list(&[Shape::Path { segments: way.segments(), stroke }]);
    }
}

/// What is shown while something is resized: lines, and its size.
pub(super) fn resizing(
    painter: &Painter,
    brush: &Brush<'_>,
    state: &State,
    (rect, guides, refused): (Rect, &[Guide], Option<&str>),
) {
    let theme = state.theme();
    lines(painter, brush, guides, theme);
    let below = brush.at(Point::new(rect.center().x, rect.max.y)) + vec2(0.0, 14.0);
    label(painter, below, &format!("{:.0} × {:.0}", rect.w(), rect.h()), theme);
    if let (Some(reason), Some(at)) = (refused, state.pointer) {
        said(painter, brush.at(at), reason, theme);
    }
}

/// A marquee: to the right it takes what it surrounds and is solid, to the left what it touches and is dashed.
pub(super) fn marquee(painter: &Painter, brush: &Brush<'_>, (from, to): (Point, Point), theme: Theme) {
    let rect = brush.rect(Rect::between(from, to));
    let accent = style::color(theme, Ink::Accent);
    painter.rect_filled(rect, 2.0, accent.gamma_multiply(0.12));
    let stroke = Stroke::new(1.0, accent);
    if to.x >= from.x {
        painter.rect_stroke(rect, 2.0, stroke, StrokeKind::Inside);
        return;
    }
    let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
    painter.extend(egui::Shape::dashed_line(&corners, stroke, 5.0, 4.0));
}

/// The handles of what is selected and can be resized, and a lock on what is locked.
pub(super) fn selected(painter: &Painter, brush: &Brush<'_>, view: View<'_>, state: &State) {
    let theme = state.theme();
    let stances = view.design.stances.iter();
    for (id, _) in stances.filter(|(id, stance)| stance.locked && state.selection.contains(*id)) {
        if let Some(rect) = view.design.rect_of(id) {
            lock(painter, brush.at(Point::new(rect.max.x, rect.min.y)), theme);
        }
    }
    let Some(id) = state.only().filter(|id| !view.design.is_locked(id) && !view.design.nodes.contains_key(*id)) else {
        return;
    };
    let Some(rect) = view.design.rect_of(id) else { return };
    // One size at any zoom, over those of the picture, so that they can be taken from afar as well.
    for (_, at) in handles(rect) {
        let knob = egui::Rect::from_center_size(brush.at(at), egui::Vec2::splat(8.0));
        let edge = Stroke::new(1.5, style::color(theme, Ink::Accent));
        painter.rect(knob, 2.0, style::color(theme, Ink::Canvas), edge, StrokeKind::Inside);
    }
}

fn lock(painter: &Painter, corner: Pos2, theme: Theme) {
    let rect = egui::Rect::from_center_size(corner, egui::Vec2::splat(18.0));
    painter.circle_filled(corner, 11.0, style::color(theme, Ink::Raise));
    crate::app::icons::draw(
        painter,
        crate::app::icons::Icon::Lock.svg(),
        rect.shrink(3.0),
        style::color(theme, Ink::Accent),
    );
}

/// An outline around each group of which something is selected.
pub(super) fn groups(painter: &Painter, brush: &Brush<'_>, view: View<'_>, state: &State) {
    let stances = view.design.stances.keys().filter(|id| state.selection.contains(*id));
    let groups: BTreeSet<&Id> = stances.flat_map(|id| view.design.groups_of(id)).collect();
    let stroke = Stroke::new(1.0, style::color(state.theme(), Ink::Accent).gamma_multiply(0.7));
    for group in groups {
        let members = view.design.members(group);
        let Some(rect) = members.iter().filter_map(|id| view.design.rect_of(id)).reduce(Rect::union) else { continue };
        let inside = members.iter().map(|id| deeper(view.design, id, group)).max().unwrap_or(0);
        let rect = brush.rect(rect.expand(8.0 + 6.0 * inside as f32));
        let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
        painter.extend(egui::Shape::dashed_line(&corners, stroke, 3.0, 4.0));
    }
}

/// How many groups there are between a group and one of its records.
fn deeper(design: &Design, id: &Id, group: &Id) -> usize {
    design.groups_of(id).iter().rev().take_while(|inner| *inner != group).count()
}
