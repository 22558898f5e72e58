//! The left panel: services by category, places and notes, to be dragged onto the canvas or clicked and put there.

use super::canvas::tool::{Grip, Input, State as ToolState, Ware, World};
use super::icons::{self, Icon};
use super::state::State;
use super::style;
use crate::catalog::{self, Category, Service};
use crate::model::PlaceKind;
use crate::scene::glyph;
use crate::scene::list::Ink;
use crate::session::View;
use crate::theme::Theme;
use crate::words::{self, t};
use egui::{Align2, FontId, Rect, Response, Role, Sense, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

/// Height of a service's tile, in points.
const TILE: f32 = 39.0;

/// Height of a place's tile: its icon stands beside its name.
const FLAT: f32 = 26.0;

/// Least width of a tile.
const NARROW: f32 = 58.0;

/// Something on offer.
#[derive(Clone, Copy)]
struct Offer {
    ware: Ware,
    name: &'static str,
    help: &'static str,
    icon: &'static str,
    ink: Ink,
}

/// Draws the panel.
pub fn palette_ui(ui: &mut Ui, view: View<'_>, state: &mut State) {
    ui.add_space(4.0);
    search_ui(ui, state);
    ui.add_space(4.0);
    let words = state.search.to_lowercase();
    egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let mut any = false;
        for category in CATEGORIES {
            let offers: Vec<Offer> =
                services(category).filter(|service| fits(service, &words)).map(of_service).collect();
            any |= section(ui, view, state, (category.title(), &offers));
        }
        let places: Vec<Offer> = PlaceKind::ALL.map(of_place).into_iter().chain([of_note()]).collect();
        let places: Vec<Offer> = places.into_iter().filter(|offer| of_words(offer, &words)).collect();
        any |= section(ui, view, state, (t!("Places and notes"), &places));
        if !any {
            ui.label(style::small(
                t!("Nothing is called \"{search}\". Try \"database\" or \"queue\".", search = state.search),
                state.theme(),
            ));
        }
        ui.add_space(8.0);
    });
}

const CATEGORIES: [Category; 5] =
    [Category::Traffic, Category::Compute, Category::Data, Category::Messaging, Category::Own];

fn services(category: Category) -> impl Iterator<Item = &'static Service> {
    catalog::ALL.iter().copied().filter(move |service| service.sheet().category == category)
}

/// Whether a service is meant by a search: its name, key or any of its other words.
pub fn fits(service: &Service, words: &str) -> bool {
    let sheet = service.sheet();
    let own = [words::of(&sheet.name), words::of(&sheet.short)];
    let names = [own[0], own[1], sheet.name.as_str(), sheet.short.as_str(), service.key];
    let known = names.into_iter().chain(sheet.words.iter().map(String::as_str));
    let all = known.map(str::to_lowercase).collect::<Vec<_>>().join(" ");
    words.split_whitespace().all(|word| all.contains(&word.to_lowercase()))
}

fn of_service(service: &'static Service) -> Offer {
    let sheet = service.sheet();
    let ink = Ink::tile(Some(service));
    let (name, help) = (words::of(&sheet.short), words::of(&sheet.help));
    Offer { ware: Ware::Service(service.key), name, help, icon: service.icon, ink }
}

/// Whether a place or note is meant by a search.
fn of_words(offer: &Offer, words: &str) -> bool {
    let all = format!("{} {}", offer.name, offer.help).to_lowercase();
    words.split_whitespace().all(|word| all.contains(word))
}

fn of_place(kind: PlaceKind) -> Offer {
    let (name, help) = match kind {
        PlaceKind::Region => (t!("Region"), t!("An AWS region: everything drawn in it belongs to it.")),
        PlaceKind::Vpc => (t!("VPC"), t!("A virtual private cloud: a network of your own.")),
        PlaceKind::Zone => (t!("Zone"), t!("An Availability Zone: what stands in it fails with it.")),
        PlaceKind::PublicSubnet => (t!("Public"), t!("A public subnet: part of a zone that the internet reaches.")),
        PlaceKind::PrivateSubnet => {
            (t!("Private"), t!("A private subnet: part of a zone that the internet does not reach."))
        }
        PlaceKind::SecurityGroup => {
            (t!("SG"), t!("A security group: only what its rule lets in may call what stands in it."))
        }
    };
    Offer { ware: Ware::Place(kind), name, help, icon: glyph::place(kind), ink: Ink::place(kind) }
}

fn of_note() -> Offer {
    let help = t!("Free text on the drawing. It takes no part in a run.");
    Offer { ware: Ware::Note, name: t!("Note"), help, icon: Icon::Note.svg(), ink: Ink::Warn }
}

fn search_ui(ui: &mut Ui, state: &mut State) {
    let edit = egui::TextEdit::singleline(&mut state.search)
        .hint_text(t!("Search services…"))
        .desired_width(f32::INFINITY)
        .margin(egui::Margin { left: 28, right: 8, top: 6, bottom: 6 });
    let response = ui.add(edit).accessible_name(t!("Search services"));
    if state.outline.takes_keyboard() {
        response.request_focus();
    }
    let at = Rect::from_center_size(pos2(response.rect.left() + 15.0, response.rect.center().y), Vec2::splat(14.0));
    icons::draw(ui.painter(), Icon::Search.svg(), at, style::color(state.theme(), Ink::Faint));
    if response.has_focus() && ui.input(|input| input.key_pressed(egui::Key::Escape)) {
        state.search.clear();
    }
}

/// A heading with tiles under it; whether there was any.
fn section(ui: &mut Ui, view: View<'_>, state: &mut State, (title, offers): (&str, &[Offer])) -> bool {
    if offers.is_empty() {
        return false;
    }
    ui.spacing_mut().item_spacing.y = 5.0;
    ui.add_space(2.0);
    ui.label(style::heading(title, state.theme()));
    let gap = 6.0;
    let room = ui.available_width();
    let across = ((room + gap) / (NARROW + gap)).floor().clamp(1.0, 4.0);
    let width = (room - gap * (across - 1.0)) / across;
    for row in offers.chunks(across as usize) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for offer in row {
                let response = tile_ui(ui, state, *offer, width);
                respond(&response, view, state, offer.ware);
                tip(response, *offer, state.theme());
            }
        });
    }
    true
}

fn tile_ui(ui: &mut Ui, state: &State, offer: Offer, width: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, height(offer.ware)), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, t!("Add {name}", name = offer.name)));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let theme = state.theme();
    let held = matches!(state.tool.state, ToolState::Placing { ware, .. } if ware == offer.ware);
    let visuals = ui.style().interact_selectable(&response, held);
    let edge = if held { egui::Stroke::new(1.5, style::color(theme, Ink::Accent)) } else { visuals.bg_stroke };
    ui.painter().rect(rect, 8.0, visuals.weak_bg_fill, edge, StrokeKind::Inside);
    let flat = height(offer.ware) == FLAT;
    let (icon, words, align, room) = if flat {
        let left = rect.left_center();
        (left + vec2(13.0, 0.0), left + vec2(23.0, 0.0), Align2::LEFT_CENTER, width - 25.0)
    } else {
        let top = rect.center_top();
        (top + vec2(0.0, 14.0), top + vec2(0.0, TILE - 8.0), Align2::CENTER_CENTER, width - 2.0)
    };
    let side = if flat { 18.0 } else { 21.0 };
    paint_offer(ui.painter(), offer, Rect::from_center_size(icon, Vec2::splat(side)), theme);
    let font = FontId::new(10.0, egui::FontFamily::Proportional);
    let ink = style::color(theme, Ink::Text);
    let name = crate::scene::text::fit(offer.name, 10.0, crate::scene::list::Weight::Regular, room);
    ui.painter().text(words, align, name, font, ink);
    response.on_hover_cursor(egui::CursorIcon::Grab)
}

fn height(ware: Ware) -> f32 {
    if matches!(ware, Ware::Service(_)) { TILE } else { FLAT }
}

fn paint_offer(painter: &egui::Painter, offer: Offer, into: Rect, theme: Theme) {
    if matches!(offer.ware, Ware::Service(_)) {
        icons::tile(painter, offer.icon, into, style::color(theme, offer.ink), style::color(theme, Ink::OnTile));
    } else {
        icons::draw(painter, offer.icon, into.shrink(3.0), style::color(theme, offer.ink));
    }
}

fn respond(response: &Response, view: View<'_>, state: &mut State, ware: Ware) {
    let input = if response.drag_started() {
        Input::Drag(ware)
    } else if response.clicked() {
        Input::Arm(ware)
    } else {
        return;
    };
    let seen = state.camera.seen(state.canvas);
    let (zoom, layout) = (state.camera.zoom, &state.kept.layout);
    let world = World { design: view.design, selection: &state.selection, zoom, seen, layout };
    state.tool.handle(input, world);
}

fn tip(response: Response, offer: Offer, theme: Theme) {
    response.on_hover_ui(|ui| {
        ui.set_max_width(280.0);
        let name = match offer.ware {
            Ware::Service(key) => catalog::find(key).map_or(offer.name, |service| words::of(&service.sheet().name)),
            _ => offer.name,
        };
        ui.label(style::strong(name));
        ui.label(offer.help);
        ui.label(style::small(t!("Drag it onto the canvas, or click it and then the canvas."), theme));
    });
}

/// The tile that follows the pointer while it is not over the canvas.
pub fn carried_ui(ctx: &egui::Context, state: &State) {
    let ToolState::Placing { ware, at: None, grip: Grip::Dragged, .. } = state.tool.state else { return };
    let Some(pointer) = ctx.pointer_latest_pos() else { return };
    let layer = egui::LayerId::new(egui::Order::Tooltip, egui::Id::unique("carried"));
    let mut painter = ctx.layer_painter(layer);
    painter.set_opacity(0.85);
    let offer = match ware {
        Ware::Service(key) => match catalog::find(key) {
            Some(service) => of_service(service),
            None => return,
        },
        Ware::Place(kind) => of_place(kind),
        Ware::Note => of_note(),
    };
    paint_offer(&painter, offer, Rect::from_center_size(pointer, Vec2::splat(32.0)), state.theme());
}

/// Services for a typed name, best first: names that begin with it, names with it, then the rest.
pub fn find_services(text: &str) -> Vec<&'static Service> {
    let words = text.trim().to_lowercase();
    let mut found: Vec<_> = catalog::ALL.iter().copied().filter(|service| fits(service, &words)).collect();
    found.sort_by_key(|service| {
        let sheet = service.sheet();
        let begins = |name: &str| name.to_lowercase().starts_with(&words);
        let named = |name: &str| name.to_lowercase().contains(&words);
        match [sheet.short.as_str(), service.key, sheet.name.as_str(), words::of(&sheet.short)] {
            names if names.into_iter().any(begins) => 0,
            names if names.into_iter().any(named) => 1,
            _ => 2,
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_found_by_name_and_by_other_words() {
        assert_eq!(find_services("ec2")[0].key, "ec2");
        assert_eq!(find_services("auto")[0].key, "asg");
        assert_eq!(find_services("cache")[0].key, "elasticache", "the name goes before other words");
        assert!(find_services("database").iter().any(|service| service.key == "rds"));
        assert!(find_services("no such thing").is_empty());
        assert_eq!(find_services("").len(), catalog::ALL.len());
    }
}
