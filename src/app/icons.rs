//! Icons as strokes on buttons, and the few widgets that the window needs beyond egui's own.
//!
//! Promises: every button has a name that assistive technology reads, whether or not it shows one.

use super::paint;
use crate::model;
use crate::scene::glyph;
use egui::{Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2};

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $file:literal),* $(,)?) => {
        /// An icon of the window itself.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon { $($name),* }

        impl Icon {
            /// Its SVG text.
            pub fn svg(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("../../assets/icons/", $file, ".svg"))),* }
            }
        }
    };
}

icons! {
    Bolt = "bolt", Check = "check", ChevronDown = "chevron-down", ChevronRight = "chevron-right", ChevronUp = "chevron-up", Close = "close", Export = "export", Fit = "fit", Lock = "lock",
    Minus = "minus", Moon = "moon", New = "new", Note = "note", Open = "open", Pause = "pause", Play = "play",
    Plus = "plus", Redo = "redo", Restart = "restart", Save = "save", Search = "search", Step = "step", Sun = "sun",
    Trash = "trash", Undo = "undo", Warning = "warning",
}

/// Side of an icon on a button, in points.
const SIDE: f32 = 15.0;

/// Height of a control, in points.
pub const CONTROL: f32 = 28.0;

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// A control among others.
    #[default]
    Plain,
    /// Without a frame until the pointer is over it.
    Quiet,
    /// The one that matters.
    Primary,
}

/// A button with an icon, words or both.
#[derive(Clone)]
pub struct IconButton<'a> {
    icon: Option<&'static str>,
    text: &'a str,
    name: &'a str,
    look: Look,
    arrow: bool,
}

impl<'a> IconButton<'a> {
    /// A button that shows only an icon; the name is what assistive technology reads.
    pub fn new(icon: Icon, name: &'a str) -> Self {
        Self { icon: Some(icon.svg()), text: "", name, look: Look::Plain, arrow: false }
    }

    /// A button that shows only words.
    pub fn words(text: &'a str) -> Self {
        Self { icon: None, text, name: text, look: Look::Plain, arrow: false }
    }

    /// With words behind the icon.
    pub fn text(mut self, text: &'a str) -> Self {
        self.text = text;
        self
    }

    /// With another name for assistive technology.
    pub fn name(mut self, name: &'a str) -> Self {
        self.name = name;
        self
    }

    /// With another look.
    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// With a small arrow that says that it opens something.
    pub fn arrow(mut self) -> Self {
        self.arrow = true;
        self
    }

    fn colors(&self, ui: &Ui, response: &Response) -> (Color32, Stroke, Color32) {
        let visuals = ui.style().interact(response);
        let accent = ui.visuals().selection.stroke.color;
        match self.look {
            Look::Primary => {
                let fill = if response.hovered() { accent.gamma_multiply(0.88) } else { accent };
                (fill, Stroke::NONE, ui.visuals().extreme_bg_color)
            }
            Look::Quiet if !response.hovered() && !response.has_focus() => {
                (Color32::TRANSPARENT, Stroke::NONE, visuals.text_color())
            }
            _ => (visuals.weak_bg_fill, visuals.bg_stroke, visuals.text_color()),
        }
    }
}

impl egui::Widget for IconButton<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let font = egui::TextStyle::Button.resolve(ui.style());
        let galley = (!self.text.is_empty())
            .then(|| ui.painter().layout_no_wrap(self.text.to_owned(), font, Color32::PLACEHOLDER));
        let text_width = galley.as_ref().map_or(0.0, |galley| galley.size().x);
        let icon_width = if self.icon.is_some() { SIDE } else { 0.0 };
        let gap = if self.icon.is_some() && galley.is_some() { 6.0 } else { 0.0 };
        let arrow_width = if self.arrow { 14.0 } else { 0.0 };
        let margin = if galley.is_some() { 10.0 } else { (CONTROL - SIDE) / 2.0 };
        let size = vec2(2.0 * margin + icon_width + gap + text_width + arrow_width, CONTROL);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, self.name));
        if ui.is_rect_visible(rect) {
            let (fill, stroke, ink) = self.colors(ui, &response);
            ui.painter().rect(rect, CornerRadius::same(7), fill, stroke, StrokeKind::Inside);
            let mut x = rect.left() + margin;
            if let Some(svg) = self.icon {
                let at = Rect::from_min_size(egui::pos2(x, rect.center().y - SIDE / 2.0), Vec2::splat(SIDE));
                draw(ui.painter(), svg, at, ink);
                x += SIDE + gap;
            }
            if let Some(galley) = galley {
                let at = egui::pos2(x, rect.center().y - galley.size().y / 2.0);
                ui.painter().galley(at, galley, ink);
            }
            if self.arrow {
                let at =
                    Rect::from_center_size(egui::pos2(rect.right() - margin - 3.0, rect.center().y), Vec2::splat(11.0));
                draw(ui.painter(), Icon::ChevronDown.svg(), at, ink);
            }
        }
        response
    }
}

/// Paints an icon's strokes into a square.
pub fn draw(painter: &egui::Painter, svg: &'static str, into: Rect, color: Color32) {
    let square = model::Rect::between(
        model::Point::new(into.left(), into.top()),
        model::Point::new(into.right(), into.bottom()),
    );
    let stroke = Stroke::new(glyph::line(into.width()).max(1.1), color);
    paint::stroke_segments(painter, &glyph::segments(svg, square), stroke);
}

/// Paints a service's glyph on its tile.
pub fn tile(painter: &egui::Painter, svg: &'static str, into: Rect, fill: Color32, ink: Color32) {
    painter.rect_filled(into, CornerRadius::same((into.width() * 0.22) as u8), fill);
    draw(painter, svg, into.shrink(into.width() * 0.2), ink);
}
