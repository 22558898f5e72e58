//! Editing on the canvas, as a person does it: every gesture and command by pointer, keyboard and the names that assistive
//! technology reads, and what undo makes of it.

use crate::window::{add, card, drag, empty, labels, press, steps};
use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, vec2};
use egui_kittest::{Harness, kittest::Queryable as _};
use loadscape::app::App;
use loadscape::edit::{self, Command};
use loadscape::model::{Design, Id, PlaceKind, Point, Rect, Size};
use loadscape::session::Action;

const CTRL: Modifiers = Modifiers::COMMAND;
const SHIFT: Modifiers = Modifiers::SHIFT;
const ALT: Modifiers = Modifiers::ALT;

pub type Rig = Harness<'static, App>;

pub fn design(rig: &Rig) -> Design {
    rig.state().view().design.clone()
}

pub fn key(rig: &mut Rig, modifiers: Modifiers, key: Key) {
    rig.key_press_modifiers(modifiers, key);
    steps(rig, 4);
}

pub fn do_it(rig: &mut Rig, command: Command) {
    rig.state_mut().apply(Action::Edit(command));
    steps(rig, 2);
}

pub fn id(text: &str) -> Id {
    Id::new(text).expect("a legal id")
}

pub fn place(rig: &mut Rig, kind: PlaceKind, [x, y, w, h]: [f32; 4]) {
    do_it(rig, Command::AddPlace { kind, rect: Rect::new(Point::new(x, y), Size { w, h }) });
}

/// Where a point of the drawing is on the screen, seen from a card whose place in the drawing is known.
pub fn at(rig: &Rig, x: f32, y: f32) -> Pos2 {
    let design = design(rig);
    let node = design.nodes.values().next().expect("a card to measure from");
    let shown = card(rig, &node.label);
    shown.min + vec2(x - node.at.x, y - node.at.y) * (shown.width() / node.rect().w())
}

pub fn hold(rig: &mut Rig, modifiers: Modifiers, from: Pos2, to: Pos2) {
    rig.hover_at(from);
    steps(rig, 2);
    let button =
        |pos, pressed| egui::Event::PointerButton { pos, button: egui::PointerButton::Primary, pressed, modifiers };
    rig.event(egui::Event::ModifiersChanged(modifiers));
    rig.event(button(from, true));
    steps(rig, 2);
    for n in 1..=6 {
        rig.event(egui::Event::PointerMoved(from + (to - from) * (n as f32 / 6.0)));
        steps(rig, 1);
    }
    rig.event(button(to, false));
    steps(rig, 1);
    rig.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    steps(rig, 4);
}

/// Two cards side by side, and one below.
pub fn three() -> Rig {
    let mut rig = empty();
    add(&mut rig, "users", 0.0, 0.0);
    add(&mut rig, "elb", 300.0, 30.0);
    add(&mut rig, "ec2", 612.0, 144.0);
    rig
}

pub fn run(rig: &mut Rig, command: &str) {
    key(rig, CTRL, Key::K);
    let field = rig.query_all_by_role(Role::TextInput).find(egui_kittest::Node::is_focused).expect("the list's field");
    field.type_text(command);
    steps(rig, 3);
    rig.key_press(Key::Enter);
    steps(rig, 5);
}

pub fn type_text(rig: &mut Rig, text: &str) {
    rig.query_all_by_role(Role::TextInput).find(egui_kittest::Node::is_focused).expect("a field").type_text(text);
    steps(rig, 3);
}

#[test]
fn cards_line_up_by_command_and_undo_takes_it_back_by_name() {
    let mut rig = three();
    let before = design(&rig);
    key(&mut rig, CTRL, Key::A);
    run(&mut rig, "Align top");
    assert!(design(&rig).nodes.values().all(|node| node.at.y == 0.0));
    assert_eq!(rig.state().view().undo, Some("align of 2 nodes"));
    key(&mut rig, CTRL, Key::Z);
    assert_eq!(design(&rig), before);
    key(&mut rig, ALT, Key::A);
    assert!(design(&rig).nodes.values().all(|node| node.at.x == 0.0), "by its key too");
    key(&mut rig, CTRL, Key::Z);
    run(&mut rig, "Equal gaps across");
    let mut x: Vec<f32> = design(&rig).nodes.values().map(|node| node.at.x).collect();
    x.sort_by(f32::total_cmp);
    assert_eq!(x, [0.0, 306.0, 612.0]);
}

#[test]
fn groups_are_made_moved_and_dissolved() {
    let mut rig = three();
    let (users, alb) = (card(&rig, "Users"), card(&rig, "ALB"));
    press(&mut rig, users.center());
    hold(&mut rig, SHIFT, alb.center(), alb.center());
    key(&mut rig, CTRL, Key::G);
    let bare = at(&rig, 900.0, 400.0);
    press(&mut rig, bare);
    let from = card(&rig, "Users").center();
    drag(&mut rig, from, from + vec2(0.0, 120.0));
    let moved = |rig: &Rig, name: &str, before: egui::Rect| card(rig, name).top() - before.top();
    assert!(moved(&rig, "ALB", alb) > 60.0, "both moved");
    assert_eq!(moved(&rig, "ALB", alb), moved(&rig, "Users", users));
    assert_eq!(rig.state().view().undo, Some("move of 2 nodes"));
    run(&mut rig, "Ungroup");
    assert!(design(&rig).stances.is_empty());
}

#[test]
fn groups_hold_groups_and_each_click_goes_one_further_in() {
    let mut rig = three();
    let (users, alb, ec2) = (card(&rig, "Users"), card(&rig, "ALB"), card(&rig, "EC2"));
    press(&mut rig, users.center());
    hold(&mut rig, SHIFT, alb.center(), alb.center());
    key(&mut rig, CTRL, Key::G);
    key(&mut rig, CTRL, Key::A);
    key(&mut rig, CTRL, Key::G);
    assert_eq!(design(&rig).groups_of(&id("users")).len(), 2);
    let bare = at(&rig, 200.0, 250.0);
    press(&mut rig, bare);
    let click = |rig: &mut Rig, rect: egui::Rect| {
        press(rig, rect.center());
        // Far enough from the click before not to be a double click.
        steps(rig, 40);
        rig.state().selection().len()
    };
    assert_eq!([users, users, users].map(|rect| click(&mut rig, rect)), [3, 2, 1], "all, the pair, one");
    assert_eq!(click(&mut rig, alb), 1, "beside it in the open group");
    assert_eq!(click(&mut rig, ec2), 1, "in the group around");
    assert_eq!(click(&mut rig, users), 2, "the pair has closed");
    drag(&mut rig, alb.center(), alb.center() + vec2(0.0, 60.0));
    assert_eq!(card(&rig, "EC2"), ec2, "the pair alone was moved");
    assert!(card(&rig, "Users").top() > users.top() + 30.0);
    key(&mut rig, Modifiers::NONE, Key::Escape);
    assert_eq!(click(&mut rig, ec2), 3);
    run(&mut rig, "Ungroup");
    assert_eq!(design(&rig).groups_of(&id("users")).len(), 1, "the inner one stays");
}

#[test]
fn what_is_locked_is_neither_moved_nor_deleted_and_says_so() {
    let mut rig = three();
    let from = card(&rig, "EC2").center();
    press(&mut rig, from);
    key(&mut rig, CTRL, Key::L);
    let before = design(&rig);
    drag(&mut rig, from, from + vec2(60.0, 60.0));
    assert_eq!(design(&rig), before);
    press(&mut rig, from);
    key(&mut rig, Modifiers::NONE, Key::Delete);
    assert_eq!(design(&rig), before);
    run(&mut rig, "Unlock");
    key(&mut rig, Modifiers::NONE, Key::Delete);
    assert_eq!(design(&rig).nodes.len(), 2);
}

#[test]
fn arrows_move_by_a_point_shift_by_a_grid_step_and_alt_goes_to_the_neighbour() {
    let mut rig = three();
    let users = card(&rig, "Users").center();
    press(&mut rig, users);
    key(&mut rig, Modifiers::NONE, Key::ArrowRight);
    key(&mut rig, SHIFT, Key::ArrowDown);
    assert_eq!(design(&rig).nodes[&id("users")].at, Point::new(1.0, 12.0));
    key(&mut rig, CTRL, Key::Z);
    assert_eq!(design(&rig).nodes[&id("users")].at, Point::new(1.0, 0.0), "one press is one step");
    key(&mut rig, ALT, Key::ArrowRight);
    assert_eq!(rig.state().selection(), ["alb"]);
    key(&mut rig, ALT, Key::ArrowLeft);
    assert_eq!(rig.state().selection(), ["users"]);
}

#[test]
fn tab_goes_from_one_thing_to_the_next_and_out_at_the_end() {
    let mut rig = three();
    key(&mut rig, Modifiers::NONE, Key::F6);
    let mut seen = Vec::new();
    for _ in 0..3 {
        key(&mut rig, Modifiers::NONE, Key::Tab);
        seen.extend(rig.state().selection());
    }
    assert_eq!(seen, ["users", "alb", "ec2"]);
    key(&mut rig, SHIFT, Key::Tab);
    assert_eq!(rig.state().selection(), ["alb"]);
    key(&mut rig, Modifiers::NONE, Key::Tab);
    key(&mut rig, Modifiers::NONE, Key::Tab);
    assert_eq!(rig.state().selection(), ["ec2"], "past the last one the keyboard goes on to other controls");
    assert!(!rig.get_by_role_and_label(Role::Canvas, "Canvas").is_focused());
}

#[test]
fn a_drawing_is_made_by_the_keyboard_alone() {
    let mut rig = empty();
    key(&mut rig, Modifiers::NONE, Key::F6);
    key(&mut rig, Modifiers::NONE, Key::A);
    type_text(&mut rig, "users");
    key(&mut rig, Modifiers::NONE, Key::Enter);
    assert_eq!(labels(&rig), ["Users"]);
    key(&mut rig, Modifiers::NONE, Key::C);
    type_text(&mut rig, "elb");
    key(&mut rig, Modifiers::NONE, Key::Enter);
    assert_eq!((labels(&rig).len(), design(&rig).links.len()), (2, 1), "a new one, called by the first");
    key(&mut rig, Modifiers::NONE, Key::C);
    type_text(&mut rig, "ec2");
    key(&mut rig, Modifiers::NONE, Key::Enter);
    key(&mut rig, Modifiers::NONE, Key::F2);
    key(&mut rig, CTRL, Key::A);
    type_text(&mut rig, "Web");
    key(&mut rig, Modifiers::NONE, Key::Enter);
    assert!(labels(&rig).contains(&"Web".to_owned()), "{:?}", labels(&rig));
    key(&mut rig, SHIFT, Key::L);
    assert_eq!(design(&rig).links.len(), 2);
}

#[test]
fn connecting_by_name_says_why_not() {
    let mut rig = empty();
    add(&mut rig, "users", 0.0, 0.0);
    add(&mut rig, "rds", 300.0, 0.0);
    let users = card(&rig, "Users").center();
    press(&mut rig, users);
    key(&mut rig, Modifiers::NONE, Key::C);
    type_text(&mut rig, "rds");
    assert!(rig.query_by_label("Connect to RDS").is_some(), "it is listed");
    key(&mut rig, Modifiers::NONE, Key::Enter);
    assert!(design(&rig).links.is_empty(), "and cannot be chosen");
}

#[test]
fn copies_are_put_beside_and_each_paste_a_step_on() {
    let mut rig = three();
    let ec2 = card(&rig, "EC2").center();
    press(&mut rig, ec2);
    key(&mut rig, CTRL, Key::D);
    assert_eq!(rig.state().selection(), ["ec2-2"]);
    key(&mut rig, CTRL, Key::Z);
    press(&mut rig, ec2);
    rig.event(egui::Event::Copy);
    steps(&mut rig, 4);
    rig.event(egui::Event::PointerGone);
    for _ in 0..3 {
        rig.event(egui::Event::Paste(String::new()));
        steps(&mut rig, 4);
    }
    let places: Vec<Point> = design(&rig).nodes.values().filter(|node| node.service == "ec2").map(|n| n.at).collect();
    assert_eq!(places.len(), 4);
    for (n, a) in places.iter().enumerate() {
        assert!(places[n + 1..].iter().all(|b| a.distance(*b) > 20.0), "{places:?}");
    }
}

#[test]
fn text_of_a_drawing_is_pasted_with_its_links_and_other_text_becomes_a_note() {
    let mut rig = three();
    let other = loadscape::model::sketch("web:ec2 -> rds").expect("a sketch");
    rig.event(egui::Event::Paste(loadscape::file::print(&other)));
    steps(&mut rig, 4);
    let now = design(&rig);
    assert_eq!((now.nodes.len(), now.links.len()), (5, 1));
    rig.event(egui::Event::Paste("DROP TABLE users; \u{1b}[31m <b>\u{0}".to_owned()));
    steps(&mut rig, 4);
    let note = design(&rig).notes.values().next().expect("a note").text.clone();
    assert!(note.starts_with("DROP TABLE") && !note.contains(['\u{1b}', '\u{0}']), "{note:?}");
    let before = design(&rig);
    rig.event(egui::Event::Paste("Loadscape(version: 1, nodes: [(((".to_owned()));
    rig.event(egui::Event::Paste("x".repeat(200_000)));
    steps(&mut rig, 4);
    assert_eq!(design(&rig).nodes, before.nodes, "a broken drawing is not pasted");
    let longest = design(&rig).notes.values().map(|note| note.text.chars().count()).max();
    assert!(longest <= Some(10_000));
}

#[test]
fn a_hostile_file_opens_with_what_holds_and_can_be_worked_with() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("hostile.ron");
    let long = "웹".repeat(10_000);
    let pile = "(id: \"n\", service: \"ec2\", at: (240, 240)),".repeat(60);
    let text = format!(
        "Loadscape(version: 1, name: \"{long}\", places: [
        (id: \"a\", kind: \"az\", label: \"{long}\", at: (0, 0), size: (300, 300), in: \"a\"),
        (id: \"b\", kind: \"vpc\", at: (0, 0), size: (inf, NaN), in: \"c\"),
        (id: \"c\", kind: \"vpc\", at: (1e38, -1e38), size: (1e38, 1), in: \"b\")],
        nodes: [(id: \"x\", service: \"{long}\", label: \"{long}\", at: (NaN, inf), in: \"x\"), {pile}],
        links: [(from: \"n\", to: \"n\"), (from: \"n\", to: \"n-2\"), (from: \"n-2\", to: \"n\"), (from: \"n\", to: \"gone\")],
        notes: [(id: \"n\", at: (-inf, 0), size: (0, NaN), text: \"{long}{long}\")])"
    );
    std::fs::write(&path, &text).expect("writable");
    let mut rig = empty();
    rig.state_mut().apply(Action::Open(path.clone()));
    steps(&mut rig, 8);
    let view = rig.state().view();
    assert_eq!((view.design.nodes.len(), view.path), (61, Some(path.as_path())));
    let finite = |rect: Rect| [rect.min.x, rect.min.y, rect.max.x, rect.max.y].iter().all(|at| at.abs() < 1e7);
    let all: Vec<&Id> =
        view.design.nodes.keys().chain(view.design.places.keys()).chain(view.design.notes.keys()).collect();
    assert!(all.iter().all(|id| view.design.rect_of(id).is_some_and(finite)));
    assert!(view.design.nodes.values().all(|node| node.label.chars().count() < 200));
    // Every command that there is, on everything that there is; then the file is as it was.
    key(&mut rig, CTRL, Key::A);
    for command in ["Lay out", "Zoom to the selection", "Group", "Align left", "Run or pause", "Zoom to fit"] {
        run(&mut rig, command);
    }
    steps(&mut rig, 6);
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), text, "opening repairs nothing on disk");
}

#[test]
fn alt_drag_copies_and_shift_drag_keeps_the_row() {
    let mut rig = three();
    let from = card(&rig, "Users").center();
    hold(&mut rig, ALT, from, from + vec2(0.0, 180.0));
    assert_eq!(labels(&rig).len(), 4);
    assert_eq!(design(&rig).nodes[&id("users")].at, Point::default());
    let from = card(&rig, "EC2").center();
    hold(&mut rig, SHIFT, from, from + vec2(120.0, 14.0));
    assert_eq!(design(&rig).nodes[&id("ec2")].at.y, 144.0);
}

#[test]
fn a_card_dropped_in_a_place_belongs_there_and_the_place_grows() {
    let mut rig = empty();
    add(&mut rig, "ec2", 600.0, 60.0);
    place(&mut rig, PlaceKind::Zone, [0.0, 0.0, 240.0, 264.0]);
    let from = card(&rig, "EC2").center();
    let to = at(&rig, 150.0, 150.0);
    drag(&mut rig, from, to);
    let now = design(&rig);
    let (node, zone) = (&now.nodes[&id("ec2")], &now.places[&id("az-a")]);
    assert_eq!(node.place, Some(id("az-a")));
    assert!(zone.rect.encloses(&node.rect().expand(12.0)), "{:?} {:?}", zone.rect, node.rect());
    let edge = at(&rig, 60.0, 12.0);
    drag(&mut rig, edge, edge + vec2(48.0, 48.0));
    assert_eq!(design(&rig).nodes[&id("ec2")].at, node.at + Point::new(48.0, 48.0), "it goes with its place");
    key(&mut rig, Modifiers::NONE, Key::Delete);
    assert!(design(&rig).is_empty(), "and is deleted with it");
    key(&mut rig, CTRL, Key::Z);
    key(&mut rig, CTRL, Key::Delete);
    assert_eq!((design(&rig).nodes.len(), design(&rig).places.len()), (1, 0), "unless only the frame goes");
}

#[test]
fn a_place_is_resized_by_the_middle_of_its_edge() {
    let mut rig = empty();
    add(&mut rig, "users", 600.0, 400.0);
    place(&mut rig, PlaceKind::Vpc, [0.0, 0.0, 300.0, 240.0]);
    let title = at(&rig, 60.0, 12.0);
    press(&mut rig, title);
    let edge = at(&rig, 300.0, 120.0);
    drag(&mut rig, edge, edge + vec2(60.0, 40.0));
    assert_eq!(design(&rig).places[&id("vpc")].rect.size(), Size { w: 360.0, h: 240.0 });
    assert_eq!(rig.state().view().undo, Some("resize of VPC"));
}

#[test]
fn a_marquee_takes_what_it_surrounds_or_touches_by_its_direction() {
    let mut rig = three();
    let (a, b) = (at(&rig, -20.0, -20.0), at(&rig, 380.0, 220.0));
    drag(&mut rig, a, b);
    assert_eq!(rig.state().selection(), ["users"]);
    drag(&mut rig, b, a);
    assert_eq!(rig.state().selection(), ["alb", "users"]);
}

#[test]
fn the_same_service_and_what_is_connected_are_selected() {
    let mut rig = three();
    add(&mut rig, "ec2", 612.0, 300.0);
    do_it(&mut rig, Command::AddLink { from: id("users"), to: id("alb") });
    let ec2 = card(&rig, "EC2").center();
    press(&mut rig, ec2);
    run(&mut rig, "same service");
    assert_eq!(rig.state().selection(), ["ec2", "ec2-2"]);
    let users = card(&rig, "Users").center();
    press(&mut rig, users);
    key(&mut rig, SHIFT, Key::C);
    assert_eq!(rig.state().selection(), ["alb", "users", "users--alb"]);
    key(&mut rig, CTRL | SHIFT, Key::A);
    assert!(rig.state().selection().is_empty());
}

#[test]
fn find_goes_from_one_to_the_next_and_into_settings() {
    let mut rig = three();
    add(&mut rig, "ec2", 4_000.0, 4_000.0);
    key(&mut rig, CTRL, Key::F);
    type_text(&mut rig, "ec2");
    assert_eq!(rig.state().selection(), ["ec2"]);
    key(&mut rig, Modifiers::NONE, Key::Enter);
    assert_eq!(rig.state().selection(), ["ec2-2"]);
    assert!(rig.query_by_label("node EC2 2").is_some(), "it is brought into sight");
    assert!(rig.query_by_label_contains("2 of").is_some());
    key(&mut rig, Modifiers::NONE, Key::Escape);
    assert!(rig.query_by_label("Find").is_none());
    key(&mut rig, CTRL, Key::F);
    type_text(&mut rig, "users");
    assert_eq!(rig.state().selection(), ["users"]);
    type_text(&mut rig, " zz");
    assert_eq!(rig.state().selection(), ["ec2-2"], "what was selected before, as nothing is found");
    key(&mut rig, CTRL, Key::A);
    type_text(&mut rig, "alb");
    assert_eq!(rig.state().selection(), ["alb"]);
    key(&mut rig, Modifiers::NONE, Key::Escape);
    assert_eq!(rig.state().selection(), ["ec2-2"], "given up: nobody went to what was found");
    assert!(rig.query_by_label("node EC2 2").is_some(), "and what was seen is seen again");
}

#[test]
fn the_history_goes_back_by_many_steps_at_once() {
    let mut rig = three();
    run(&mut rig, "History");
    rig.get_by_label("Go back to: add Users").click();
    steps(&mut rig, 4);
    assert_eq!(labels(&rig), ["Users"]);
    rig.get_by_label("Redo up to: add EC2").click();
    steps(&mut rig, 4);
    assert_eq!(labels(&rig).len(), 3);
}

#[test]
fn the_outline_is_walked_by_arrow_keys_and_selects_on_the_canvas() {
    let mut rig = three();
    place(&mut rig, PlaceKind::Zone, [580.0, 100.0, 240.0, 264.0]);
    do_it(&mut rig, Command::AddLink { from: id("users"), to: id("alb") });
    key(&mut rig, CTRL, Key::Num4);
    key(&mut rig, Modifiers::NONE, Key::ArrowDown);
    let mut seen = rig.state().selection();
    for _ in 0..4 {
        key(&mut rig, Modifiers::NONE, Key::ArrowDown);
        seen.extend(rig.state().selection());
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
    for found in ["az-a", "ec2", "users", "alb", "users--alb"] {
        assert!(seen.contains(&found.to_owned()), "{found} in {seen:?}");
    }
    assert!(rig.query_by_label("place Availability Zone a, 1 inside").is_some());
    assert!(rig.query_by_label("link from Users to ALB").is_some());
}

/// Links that lead to the left.
fn backwards(design: &Design) -> usize {
    let left = |id: &Id| design.nodes[id].at.x;
    design.links.values().filter(|link| left(&link.to) + 60.0 < left(&link.from)).count()
}

#[test]
fn the_layout_is_one_step_and_the_samples_come_out_well() {
    for sample in loadscape::file::samples() {
        let before = loadscape::file::parse(sample.text, sample.title).expect("samples open").design;
        let Some(command) = edit::layout(&before, None) else { continue };
        let mut after = before.clone();
        let diff = edit::apply(&mut after, &command).unwrap_or_else(|why| panic!("{}: {why}", sample.key));
        let homes = |design: &Design| design.nodes.values().map(|node| node.place.clone()).collect::<Vec<_>>();
        assert_eq!(homes(&before), homes(&after), "{}", sample.key);
        let rects: Vec<Rect> = after.nodes.values().map(loadscape::model::Node::rect).collect();
        for (n, a) in rects.iter().enumerate() {
            assert!(rects[n + 1..].iter().all(|b| !a.touches(b)), "{}: cards overlap", sample.key);
        }
        assert!(backwards(&after) <= backwards(&before), "{}: more links lead back", sample.key);
        if sample.key == "images" {
            let left = |key: &str| after.nodes[&id(key)].at.x;
            assert!(left("worker") > left("upload"), "what comes back to a place stands behind what it left from");
        }
        diff.revert(&mut after);
        assert_eq!(after, before);
    }
    let mut rig = three();
    let before = design(&rig);
    key(&mut rig, SHIFT, Key::L);
    assert_ne!(design(&rig), before);
    assert_eq!(rig.state().view().undo, Some("layout of 2 nodes"));
    key(&mut rig, CTRL, Key::Z);
    assert_eq!(design(&rig), before);
}

#[test]
fn the_other_button_opens_a_menu_with_keys() {
    let mut rig = three();
    let at = card(&rig, "EC2").center();
    rig.hover_at(at);
    steps(&mut rig, 2);
    for pressed in [true, false] {
        let button = egui::PointerButton::Secondary;
        rig.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
        steps(&mut rig, 2);
    }
    steps(&mut rig, 3);
    assert_eq!(rig.state().selection(), ["ec2"]);
    rig.get_by_label_contains("Duplicate").click();
    steps(&mut rig, 4);
    assert_eq!(labels(&rig).len(), 4);
}

#[test]
fn every_command_can_be_found_by_name_and_undone() {
    let quiet = [
        "Quit",
        "Open…",
        "Save",
        "Save as…",
        "Export PNG…",
        "Export SVG…",
        "Run or pause",
        "Step 1 s",
        "New design",
        "Undo",
        "Redo",
    ];
    let mut rig = three();
    for entry in loadscape::app::command_names().filter(|name| !quiet.contains(name)) {
        let before = design(&rig);
        key(&mut rig, CTRL, Key::A);
        run(&mut rig, entry);
        key(&mut rig, Modifiers::NONE, Key::Escape);
        key(&mut rig, Modifiers::NONE, Key::Escape);
        let after = design(&rig);
        let mut steps_back = 0;
        while design(&rig) != before && rig.state().view().undo.is_some() {
            rig.state_mut().apply(Action::Undo);
            steps_back += 1;
        }
        let forwards = if entry == "Undo" { Action::Redo } else { Action::Undo };
        if steps_back == 0 && design(&rig) != before {
            rig.state_mut().apply(forwards);
        }
        assert_eq!(design(&rig), before, "{entry}: undone");
        (0..steps_back).for_each(|_| rig.state_mut().apply(Action::Redo));
        assert!(steps_back < 2, "{entry} is one step");
        assert!(steps_back == 0 || design(&rig) == after, "{entry}: done again");
        (0..steps_back).for_each(|_| rig.state_mut().apply(Action::Undo));
        steps(&mut rig, 1);
    }
}
