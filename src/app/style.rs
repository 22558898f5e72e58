//! egui's look from the theme: fonts, colours, spacing. Absent: any colour of its own.

use super::prefs::Motion;
use crate::scene::list::{Ink, Tint, Weight};
use crate::scene::text;
use crate::theme::Theme;
use egui::epaint::Shadow;
use egui::style::{Selection, WidgetVisuals};
use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, TextStyle, Visuals, vec2,
};
use std::sync::Arc;

/// Size of running text in the window, in points.
pub const BODY: f32 = 13.0;
/// Size of second lines and table heads.
pub const SMALL: f32 = 11.5;
/// Size of titles.
pub const TITLE: f32 = 15.0;

/// The family of titles and figures.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// Title text.
pub fn title(text: impl Into<String>) -> egui::RichText {
    egui::RichText::new(text).font(FontId::new(TITLE, semibold()))
}

/// Text that weighs more than what is around it.
pub fn strong(text: impl Into<String>) -> egui::RichText {
    egui::RichText::new(text).family(semibold())
}

/// A heading over a group: small and muted.
pub fn heading(text: &str, theme: Theme) -> egui::RichText {
    egui::RichText::new(text.to_uppercase()).font(FontId::new(10.5, semibold())).color(color(theme, Ink::Faint))
}

/// Second-rank text.
pub fn small(text: impl Into<String>, theme: Theme) -> egui::RichText {
    egui::RichText::new(text).size(SMALL).color(color(theme, Ink::Muted))
}

/// An ink as egui writes colours.
pub fn color(theme: Theme, ink: Ink) -> Color32 {
    let [r, g, b] = theme.color(ink);
    Color32::from_rgb(r, g, b)
}

/// A tint as egui writes colours.
pub fn tinted(theme: Theme, tint: Tint) -> Color32 {
    color(theme, tint.ink).gamma_multiply(tint.alpha)
}

/// Installs fonts, both looks and the spacing. Once, at the start.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    for (egui_theme, theme) in [(egui::Theme::Dark, Theme::Dark), (egui::Theme::Light, Theme::Light)] {
        ctx.style_mut_of(egui_theme, |style| {
            style.visuals = visuals(theme);
            spacing(style);
        });
    }
    // Ctrl with plus, minus and zero zooms the drawing, not the window.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

/// A dialog over everything, with room around what it says.
pub fn modal(ctx: &egui::Context, id: egui::Id) -> egui::Modal {
    let style = ctx.global_style();
    let margin = style.spacing.window_margin;
    egui::Modal::new(id).frame(egui::Frame::popup(&style).inner_margin(margin))
}

/// Chooses a look.
pub fn choose(ctx: &egui::Context, theme: Theme) {
    ctx.set_theme(match theme {
        Theme::Dark => egui::Theme::Dark,
        Theme::Light => egui::Theme::Light,
    });
}

/// Lets panels and menus move by themselves, or not.
pub fn set_motion(ctx: &egui::Context, motion: Motion) {
    let secs = if motion == Motion::Reduced { 0.0 } else { egui::Style::default().animation_time };
    ctx.all_styles_mut(|style| style.animation_time = secs);
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    for (name, weight) in [("regular", Weight::Regular), ("semibold", Weight::SemiBold)] {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(text::font(weight))));
    }
    let mut fallbacks = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    if !fallbacks.iter().any(|name| name == "Hack") {
        fallbacks.push("Hack".to_owned());
    }
    for (family, first) in [(FontFamily::Proportional, "regular"), (semibold(), "semibold")] {
        let names = std::iter::once(first.to_owned()).chain(fallbacks.iter().cloned()).collect();
        fonts.families.insert(family, names);
    }
    fonts
}

/// Lays out the right end of a row from left to right, as it is read and as Tab goes through it: it begins where its
/// content, as wide as it was in the last pass, just fits.
pub fn at_right<T>(ui: &mut egui::Ui, name: &str, content: impl FnOnce(&mut egui::Ui) -> T) -> T {
    let left = right_begins(ui, name);
    let room = ui.available_rect_before_wrap();
    let rect = egui::Rect::from_min_max(egui::pos2(left.max(room.left()), room.top()), room.max);
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let shown = ui.scope_builder(egui::UiBuilder::new().id_salt(name).max_rect(rect).layout(layout), content);
    let (id, width) = (egui::Id::unique(name), shown.response.rect.width());
    if ui.data(|data| data.get_temp::<f32>(id)).is_none_or(|before| (before - width).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(id, width));
        ui.ctx().request_discard("the right end of a row has another width");
    }
    shown.inner
}

/// Where the right end of a row begins that [`at_right`] lays out.
pub fn right_begins(ui: &egui::Ui, name: &str) -> f32 {
    let width = ui.data(|data| data.get_temp::<f32>(egui::Id::unique(name))).unwrap_or_default();
    ui.max_rect().right() - width
}

fn spacing(style: &mut egui::Style) {
    style.text_styles = [
        (TextStyle::Small, FontId::new(SMALL, FontFamily::Proportional)),
        (TextStyle::Body, FontId::new(BODY, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(BODY, FontFamily::Proportional)),
        (TextStyle::Heading, FontId::new(TITLE, semibold())),
        (TextStyle::Monospace, FontId::new(BODY, FontFamily::Monospace)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(8.0, 6.0);
    spacing.button_padding = vec2(10.0, 4.0);
    spacing.interact_size = vec2(28.0, 26.0);
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(16);
    spacing.combo_width = 60.0;
    spacing.tooltip_width = 320.0;
    spacing.icon_width = 14.0;
    // Scroll bars stand in the margin of their panel, not on its content.
    spacing.scroll =
        egui::style::ScrollStyle { bar_width: 6.0, bar_outer_margin: -9.0, ..egui::style::ScrollStyle::floating() };
    style.interaction.selectable_labels = false;
}

fn visuals(theme: Theme) -> Visuals {
    let ink = |ink| color(theme, ink);
    let mut visuals = match theme {
        Theme::Dark => Visuals::dark(),
        Theme::Light => Visuals::light(),
    };
    visuals.panel_fill = ink(Ink::Panel);
    visuals.window_fill = ink(Ink::Panel);
    visuals.window_stroke = Stroke::new(1.0, ink(Ink::Line));
    visuals.window_corner_radius = CornerRadius::same(10);
    visuals.menu_corner_radius = CornerRadius::same(8);
    visuals.extreme_bg_color = ink(Ink::Window);
    visuals.faint_bg_color = ink(Ink::Raise);
    visuals.code_bg_color = ink(Ink::Raise);
    visuals.hyperlink_color = ink(Ink::Accent);
    visuals.warn_fg_color = ink(Ink::Warn);
    visuals.error_fg_color = ink(Ink::Bad);
    visuals.weak_text_color = Some(ink(Ink::Muted));
    let (fill, edge) = (ink(Ink::Accent).gamma_multiply(0.28), ink(Ink::Accent));
    visuals.selection = Selection { bg_fill: fill, stroke: Stroke::new(1.0, edge) };
    let shade = Shadow { offset: [0, 4], blur: 16, spread: 0, color: Color32::from_black_alpha(70) };
    visuals.window_shadow = shade;
    visuals.popup_shadow = shade;
    widgets(&mut visuals, theme);
    visuals
}

fn widgets(visuals: &mut Visuals, theme: Theme) {
    let ink = |ink| color(theme, ink);
    let look = |fill, edge, text| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, edge),
        corner_radius: CornerRadius::same(7),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let widgets = &mut visuals.widgets;
    widgets.noninteractive = look(ink(Ink::Panel), ink(Ink::Line), ink(Ink::Text));
    // The boxes of checks, the rings of choices and the rails of sliders stand out from what they lie on.
    widgets.inactive =
        WidgetVisuals { bg_fill: ink(Ink::Edge), ..look(ink(Ink::Raise), ink(Ink::Line), ink(Ink::Text)) };
    widgets.hovered = look(ink(Ink::CardSelected), ink(Ink::Edge), ink(Ink::Text));
    widgets.active = look(ink(Ink::CardSelected), ink(Ink::Accent), ink(Ink::Text));
    widgets.open = look(ink(Ink::CardSelected), ink(Ink::Edge), ink(Ink::Text));
}
