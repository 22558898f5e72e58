//! The rest of the gestures on the canvas, each by pointer and accessible name: those that `canvas` and `window` do not
//! need for something else. Together the three go through every line of this list: tile dragged, clicked and put down, let
//! go on a link, tile's ghost given up; card moved, on one axis, without snapping, copied, put into a link, into a place,
//! given up; link drawn, from a side that it keeps, refused, let go over nothing, its ends taken elsewhere, pulled, unbent by two clicks, key and
//! command, its way chosen, named, its label taken elsewhere, its parts moved by keys; place and note resized; click, with
//! Shift, of a group; marquee both ways; double click on a card, a link, the canvas; menu of the other button; pan by
//! wheel, middle button and space bar, zoom by wheel and buttons, minimap; line of the outline; file dropped or opened.

use crate::canvas::{Rig, at, design, do_it, hold, id, key, place, run, three, type_text};
use crate::window::{add, card, drag, empty, labels, press, steps};
use crate::window_tabs::drop_file;
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, vec2};
use egui_kittest::kittest::Queryable as _;
use loadscape::edit::Command;
use loadscape::model::{PlaceKind, Point, Rect, Routing, Side, Sides, Size};
use loadscape::session::Action;

const NONE: Modifiers = Modifiers::NONE;

fn down(rig: &mut Rig, pos: Pos2, button: PointerButton) {
    rig.event(Event::PointerButton { pos, button, pressed: true, modifiers: NONE });
    steps(rig, 1);
}

fn up(rig: &mut Rig, pos: Pos2, button: PointerButton) {
    rig.event(Event::PointerButton { pos, button, pressed: false, modifiers: NONE });
    steps(rig, 1);
}

fn double_click(rig: &mut Rig, at: Pos2) {
    rig.hover_at(at);
    steps(rig, 2);
    for _ in 0..2 {
        down(rig, at, PointerButton::Primary);
        up(rig, at, PointerButton::Primary);
    }
    steps(rig, 3);
}

/// Users and a server, far apart, with a link between them.
fn pair() -> Rig {
    let mut rig = empty();
    add(&mut rig, "users", 0.0, 0.0);
    add(&mut rig, "ec2", 480.0, 0.0);
    do_it(&mut rig, Command::AddLink { from: id("users"), to: id("ec2") });
    rig
}

/// The middle of the link of that pair.
fn middle(rig: &Rig) -> Pos2 {
    at(rig, 322.0, 42.0)
}

fn tile(rig: &Rig, name: &str) -> Pos2 {
    rig.get_by_label(name).rect().center()
}

#[test]
fn a_clicked_tile_is_put_down_by_the_next_click_and_escape_gives_it_up() {
    let mut rig = three();
    rig.get_by_label("Add RDS").click();
    steps(&mut rig, 3);
    key(&mut rig, NONE, Key::Escape);
    let spot = at(&rig, 400.0, 300.0);
    press(&mut rig, spot);
    assert_eq!(labels(&rig).len(), 3, "given up");
    rig.get_by_label("Add RDS").click();
    steps(&mut rig, 3);
    press(&mut rig, spot);
    assert!((card(&rig, "RDS").center() - spot).length() < 14.0, "there, but for the grid");
    assert_eq!(rig.state().selection(), ["rds"]);
}

#[test]
fn what_was_searched_for_and_dropped_can_be_named_at_once() {
    let mut rig = three();
    rig.get_by_label("Search services").focus();
    steps(&mut rig, 2);
    type_text(&mut rig, "lazy");
    key(&mut rig, Modifiers::COMMAND, Key::A);
    type_text(&mut rig, "rds");
    let (from, to) = (tile(&rig, "Add RDS"), at(&rig, 300.0, 330.0));
    drag(&mut rig, from, to);
    key(&mut rig, NONE, Key::F2);
    key(&mut rig, Modifiers::COMMAND, Key::A);
    type_text(&mut rig, "Orders");
    key(&mut rig, NONE, Key::Enter);
    assert!(labels(&rig).contains(&"Orders".to_owned()), "{:?}", labels(&rig));
}

#[test]
fn a_tile_let_go_on_a_link_is_put_into_it_in_one_step() {
    let mut rig = pair();
    let (from, to) = (tile(&rig, "Add ALB"), middle(&rig));
    drag(&mut rig, from, to);
    let now = design(&rig);
    let ends: Vec<String> = now.links.values().map(|link| format!("{}>{}", link.from, link.to)).collect();
    assert_eq!((now.nodes.len(), ends.len()), (3, 2), "{ends:?}");
    assert!(ends.contains(&"users>alb".to_owned()) && ends.contains(&"alb>ec2".to_owned()), "{ends:?}");
    key(&mut rig, Modifiers::COMMAND, Key::Z);
    assert_eq!((design(&rig).nodes.len(), design(&rig).links.len()), (2, 1));
}

#[test]
fn a_loose_card_let_go_on_a_link_is_put_into_it_in_one_step() {
    let mut rig = pair();
    add(&mut rig, "elb", 240.0, 240.0);
    let before = design(&rig);
    let (from, to) = (card(&rig, "ALB").center(), middle(&rig));
    drag(&mut rig, from, to);
    assert_eq!(design(&rig).links.len(), 2);
    key(&mut rig, Modifiers::COMMAND, Key::Z);
    assert_eq!(design(&rig), before);
}

#[test]
fn a_link_let_go_over_nothing_asks_what_it_should_lead_to() {
    let mut rig = three();
    let (from, to) = (card(&rig, "Users").center_bottom(), at(&rig, 82.0, 300.0));
    drag(&mut rig, from, to);
    type_text(&mut rig, "route");
    key(&mut rig, NONE, Key::Enter);
    let now = design(&rig);
    assert_eq!((now.nodes.len(), now.links.len()), (4, 1));
    assert_eq!(now.links.values().next().map(|link| link.from.to_string()), Some("users".to_owned()));
}

#[test]
fn the_end_of_a_link_is_dragged_to_another_card() {
    let mut rig = pair();
    add(&mut rig, "elb", 480.0, 240.0);
    let line = middle(&rig);
    press(&mut rig, line);
    assert_eq!(rig.state().selection(), ["users--ec2"]);
    let (end, other) = (at(&rig, 480.0, 42.0), card(&rig, "ALB").center());
    drag(&mut rig, end, other);
    assert_eq!(design(&rig).links[&id("users--ec2")].to, id("alb"));
    assert_eq!(rig.state().view().undo, Some("new end of link"));
}

#[test]
fn a_double_click_adds_on_the_canvas_and_names_a_link() {
    let mut rig = pair();
    let bare = at(&rig, 200.0, 260.0);
    double_click(&mut rig, bare);
    type_text(&mut rig, "sqs");
    key(&mut rig, NONE, Key::Enter);
    assert!((card(&rig, "SQS").center() - bare).length() < 14.0);
    steps(&mut rig, 40);
    let line = middle(&rig);
    double_click(&mut rig, line);
    type_text(&mut rig, "orders");
    key(&mut rig, NONE, Key::Enter);
    assert_eq!(design(&rig).links[&id("users--ec2")].label, "orders");
}

#[test]
fn a_drag_with_ctrl_does_not_snap_and_escape_leaves_no_trace_of_one() {
    let mut rig = three();
    let from = card(&rig, "EC2").center();
    hold(&mut rig, Modifiers::COMMAND, from, from + vec2(7.0, 5.0));
    assert_eq!(design(&rig).nodes[&id("ec2")].at, Point::new(619.0, 149.0));
    let (before, undo) = (design(&rig), rig.state().view().undo.map(str::to_owned));
    let from = card(&rig, "ALB").center();
    rig.hover_at(from);
    steps(&mut rig, 2);
    down(&mut rig, from, PointerButton::Primary);
    rig.event(Event::PointerMoved(from + vec2(80.0, 90.0)));
    steps(&mut rig, 2);
    assert_ne!(design(&rig), before, "it follows the pointer");
    key(&mut rig, NONE, Key::Escape);
    up(&mut rig, from + vec2(80.0, 90.0), PointerButton::Primary);
    assert_eq!((design(&rig), rig.state().view().undo.map(str::to_owned)), (before, undo));
}

#[test]
fn a_note_is_resized_by_its_corner() {
    let mut rig = three();
    let rect = Rect::new(Point::new(0.0, 240.0), Size { w: 192.0, h: 72.0 });
    do_it(&mut rig, Command::AddNote { rect, text: "Remember".to_owned() });
    let inside = at(&rig, 96.0, 276.0);
    press(&mut rig, inside);
    let corner = at(&rig, 192.0, 312.0);
    drag(&mut rig, corner, corner + vec2(48.0, 48.0));
    let now = design(&rig).notes[&id("note")].rect;
    assert!(now.w() > 216.0 && now.h() > 96.0, "{now:?}");
}

#[test]
fn the_canvas_is_moved_by_wheel_middle_button_and_space_bar_and_zoomed_by_wheel_and_buttons() {
    let mut rig = three();
    let from = at(&rig, 300.0, 300.0);
    let moved = |rig: &Rig, before: egui::Rect| card(rig, "Users").min - before.min;
    let before = card(&rig, "Users");
    rig.hover_at(from);
    steps(&mut rig, 1);
    down(&mut rig, from, PointerButton::Middle);
    rig.event(Event::PointerMoved(from + vec2(30.0, 20.0)));
    steps(&mut rig, 1);
    up(&mut rig, from + vec2(30.0, 20.0), PointerButton::Middle);
    assert_eq!(moved(&rig, before), vec2(30.0, 20.0), "by the middle button");
    let before = card(&rig, "Users");
    let space = |pressed| Event::Key { key: Key::Space, physical_key: None, pressed, repeat: false, modifiers: NONE };
    rig.event(space(true));
    steps(&mut rig, 2);
    drag(&mut rig, from, from + vec2(24.0, 12.0));
    rig.event(space(false));
    steps(&mut rig, 3);
    assert_eq!(moved(&rig, before), vec2(24.0, 12.0), "with the space bar");
    assert!(!rig.state().view().running, "which did not start a run");
    let before = card(&rig, "Users");
    wheel(&mut rig, egui::MouseWheelUnit::Point, vec2(-10.0, -40.0));
    assert_eq!(moved(&rig, before), vec2(-10.0, -40.0), "by two fingers");
    let before = card(&rig, "Users");
    wheel(&mut rig, egui::MouseWheelUnit::Line, vec2(0.0, 1.0));
    assert!(card(&rig, "Users").width() > before.width() * 1.1, "by the wheel");
    for (name, larger) in [("Zoom in", true), ("Zoom out", false), ("Zoom to 100 %", false)] {
        // One in the middle: cards at the edge are cut there.
        let before = card(&rig, "ALB").width();
        rig.get_by_role_and_label(Role::Button, name).click();
        steps(&mut rig, 3);
        assert_eq!(card(&rig, "ALB").width() > before, larger, "{name}");
    }
    rig.get_by_role_and_label(Role::Button, "Zoom to fit").click();
    steps(&mut rig, 3);
    let canvas = rig.get_by_role_and_label(Role::Canvas, "Canvas").rect();
    assert!(["Users", "ALB", "EC2"].iter().all(|name| canvas.contains_rect(card(&rig, name))));
}

fn wheel(rig: &mut Rig, unit: egui::MouseWheelUnit, delta: egui::Vec2) {
    let over = at(rig, 300.0, 300.0);
    rig.hover_at(over);
    steps(rig, 2);
    let (phase, modifiers, source) = (egui::TouchPhase::Move, NONE, egui::MouseWheelSource::Unknown);
    rig.event(Event::MouseWheel { unit, delta, phase, modifiers, source });
    steps(rig, 4);
}

#[test]
fn the_minimap_takes_the_canvas_to_where_it_is_pressed() {
    let mut rig = three();
    add(&mut rig, "s3", 6_000.0, 4_000.0);
    let map = rig.get_by_label("Minimap").rect();
    let canvas = rig.get_by_role_and_label(Role::Canvas, "Canvas").rect();
    assert!(!canvas.intersects(card(&rig, "S3")), "out of sight");
    let corner = map.max - vec2(8.0, 8.0);
    press(&mut rig, corner);
    assert!(canvas.intersects(card(&rig, "S3")));
}

#[test]
fn a_line_of_the_outline_selects_what_it_names() {
    let mut rig = three();
    key(&mut rig, Modifiers::COMMAND, Key::Num4);
    let lines: Vec<Pos2> = rig.query_all_by_label_contains("node ALB, ").map(|line| line.rect().center()).collect();
    press(&mut rig, lines[0]);
    assert_eq!(rig.state().selection(), ["alb"]);
}

#[test]
fn a_database_drawn_to_another_becomes_its_primary() {
    let mut rig = empty();
    add(&mut rig, "rds", 0.0, 0.0);
    add(&mut rig, "rds", 0.0, 240.0);
    let (from, to) = (card(&rig, "RDS").center_bottom(), card(&rig, "RDS 2").center());
    drag(&mut rig, from, to);
    assert_eq!(design(&rig).links.len(), 1);
    let back = card(&rig, "RDS 2").left_center();
    let first = card(&rig, "RDS").center();
    drag(&mut rig, back, first);
    assert_eq!(design(&rig).links.len(), 1, "a replica is not followed");
    let line = at(&rig, 82.0, 162.0);
    press(&mut rig, line);
    assert!(rig.query_by_label_contains("A read replica: ").is_some(), "the inspector says what the link means");
    assert!(rig.query_by_label("Timeout").is_none(), "and has no settings of calls");
}

#[test]
fn nested_places_take_what_is_dropped_and_go_with_what_is_around_them() {
    let mut rig = empty();
    add(&mut rig, "ec2", 700.0, 60.0);
    place(&mut rig, PlaceKind::Vpc, [0.0, 0.0, 640.0, 430.0]);
    place(&mut rig, PlaceKind::Zone, [48.0, 60.0, 240.0, 264.0]);
    let (from, to) = (card(&rig, "EC2").center(), at(&rig, 168.0, 200.0));
    drag(&mut rig, from, to);
    let before = design(&rig);
    assert_eq!(before.nodes[&id("ec2")].place, Some(id("az-a")));
    assert_eq!(before.places[&id("az-a")].parent, Some(id("vpc")));
    let title = at(&rig, 60.0, 12.0);
    drag(&mut rig, title, title + vec2(60.0, 48.0));
    let now = design(&rig);
    let way = now.places[&id("vpc")].rect.min - before.places[&id("vpc")].rect.min;
    assert!(way.x > 30.0 && way.y > 20.0, "{way:?}");
    assert_eq!(now.nodes[&id("ec2")].at - before.nodes[&id("ec2")].at, way);
    assert_eq!(now.places[&id("az-a")].rect.min - before.places[&id("az-a")].rect.min, way);
    rig.get_by_label("Add VPC").click();
    steps(&mut rig, 3);
    let inside = at(&rig, 380.0, 263.0);
    press(&mut rig, inside);
    assert_eq!(design(&rig).places.len(), 2, "no network inside of a network");
}

#[test]
fn every_shortcut_is_listed_and_the_list_goes_away() {
    let mut rig = three();
    key(&mut rig, Modifiers::SHIFT, Key::Questionmark);
    for words in ["Undo", "Group", "Lay out everything", "Zoom to fit"] {
        assert!(rig.query_all_by_label_contains(words).count() > 0, "{words}");
    }
    let lines = rig.query_all_by_label_contains("Ctrl+Shift+G").count();
    assert!(lines > 0, "with its keys");
    key(&mut rig, NONE, Key::Escape);
    assert!(lines > rig.query_all_by_label_contains("Ctrl+Shift+G").count(), "closed");
}

#[test]
fn a_large_file_says_how_far_it_is_and_can_be_given_up() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("large.ron");
    let node = |n: u32| {
        format!("(id: \"web-{n}\", service: \"ec2\", label: \"W {n}\", at: ({}, {})),", n % 60 * 240, n / 60 * 120)
    };
    let nodes: String = (0..9_000).map(node).collect();
    std::fs::write(&path, format!("Loadscape(version: 1, nodes: [{nodes}])")).expect("writable");
    let mut rig = three();
    rig.state_mut().apply(Action::Open(path.clone()));
    steps(&mut rig, 2);
    assert!(rig.query_by_label("Opening large.ron").is_some());
    rig.get_by_label("Cancel").click();
    steps(&mut rig, 3);
    assert!(rig.query_by_label("Opening large.ron").is_none());
    assert_eq!(labels(&rig).len(), 3, "what was open stays");
    rig.state_mut().apply(Action::Open(path));
    while rig.state().view().opening.is_some() {
        steps(&mut rig, 1);
        std::thread::yield_now();
    }
    steps(&mut rig, 3);
    assert_eq!(labels(&rig).len(), 9_000);
}

fn bends(rig: &Rig) -> Vec<(f32, f32)> {
    design(rig).links.values().flat_map(|link| link.via.iter().map(|bend| (bend.x, bend.y))).collect()
}

#[test]
fn a_link_is_pulled_out_of_its_way_and_its_bends_go_one_by_one() {
    let mut rig = pair();
    let (from, to) = (middle(&rig), at(&rig, 300.0, 204.0));
    drag(&mut rig, from, to);
    assert_eq!(bends(&rig), [(300.0, 204.0)]);
    let (from, to) = (at(&rig, 345.0, 204.0), at(&rig, 420.0, 300.0));
    drag(&mut rig, from, to);
    assert_eq!(bends(&rig), [(300.0, 204.0), (420.0, 300.0)]);
    rig.hover_at(to);
    steps(&mut rig, 2);
    key(&mut rig, NONE, Key::Backspace);
    assert_eq!(bends(&rig), [(300.0, 204.0)], "the bend under the pointer, and not the link");
    let first = at(&rig, 300.0, 204.0);
    double_click(&mut rig, first);
    assert_eq!(bends(&rig), []);
    for _ in 0..4 {
        key(&mut rig, Modifiers::COMMAND, Key::Z);
    }
    assert_eq!((bends(&rig), design(&rig).links.len()), (vec![], 1));
    key(&mut rig, Modifiers { shift: true, ..Modifiers::COMMAND }, Key::Z);
    assert_eq!(bends(&rig), [(300.0, 204.0)]);
}

#[test]
fn links_are_bent_straightened_and_led_otherwise_by_commands() {
    let mut rig = pair();
    let link = middle(&rig);
    press(&mut rig, link);
    key(&mut rig, Modifiers::SHIFT, Key::ArrowDown);
    key(&mut rig, Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(bends(&rig), [(322.0, 66.0)], "by the keyboard");
    run(&mut rig, "Straighten links");
    assert_eq!(bends(&rig), []);
    run(&mut rig, "Curved links");
    let routing = |rig: &Rig| design(rig).links.values().next().and_then(|link| link.routing);
    assert_eq!(routing(&rig), Some(Routing::Curved));
    choose(&mut rig, "Way", "as the drawing: orthogonal");
    assert_eq!(routing(&rig), None);
    let bare = at(&rig, 322.0, 300.0);
    press(&mut rig, bare);
    choose(&mut rig, "Links", "Straight");
    assert_eq!(design(&rig).routing, Routing::Straight);
}

/// The same pair with a label on its link, and where that label is.
fn labelled() -> (Rig, Pos2) {
    let mut rig = pair();
    do_it(&mut rig, Command::Rename { id: id("users--ec2"), text: "orders".to_owned() });
    let label = middle(&rig);
    (rig, label)
}

fn label_at(rig: &Rig) -> Option<(f32, f32, f32)> {
    design(rig).links[&id("users--ec2")].label_at.map(|at| (at.along, at.by.x, at.by.y))
}

#[test]
fn a_label_is_taken_elsewhere_and_goes_along_with_its_link() {
    let (mut rig, label) = labelled();
    let far = label + vec2(40.0, 60.0);
    drag(&mut rig, label, far);
    let (along, x, y) = label_at(&rig).expect("it was put somewhere");
    assert!((0.6..0.7).contains(&along) && x.abs() < 1.0 && (y - 60.0).abs() < 1.0, "{along} {x} {y}");
    assert_eq!(rig.state().view().undo, Some("move of label"));
    let server = card(&rig, "EC2").center();
    drag(&mut rig, server, server + vec2(0.0, 120.0));
    assert_eq!(label_at(&rig), Some((along, x, y)), "it stays at its link");
    key(&mut rig, Modifiers::COMMAND, Key::Z);
    rig.hover_at(far);
    steps(&mut rig, 2);
    down(&mut rig, far, PointerButton::Primary);
    let away = far + vec2(-60.0, 20.0);
    for share in [0.3, 0.6, 1.0] {
        rig.event(Event::PointerMoved(far + (away - far) * share));
        steps(&mut rig, 1);
    }
    assert_ne!(label_at(&rig), Some((along, x, y)));
    key(&mut rig, NONE, Key::Escape);
    assert_eq!(label_at(&rig), Some((along, x, y)), "given up");
    up(&mut rig, away, PointerButton::Primary);
    drag(&mut rig, far, label + vec2(3.0, 4.0));
    assert_eq!(label_at(&rig), Some((0.5, 0.0, 0.0)), "near the middle it rests on the line");
    press(&mut rig, label);
    run(&mut rig, "Let labels find their place");
    assert_eq!(label_at(&rig), None);
    assert!(bends(&rig).is_empty(), "no bend was made");
}

#[test]
fn bends_and_labels_are_moved_and_taken_away_by_the_keyboard() {
    let (mut rig, _) = labelled();
    let link = id("users--ec2");
    do_it(&mut rig, Command::Bend { id: link.clone(), via: vec![Point::new(240.0, 204.0), Point::new(420.0, 204.0)] });
    press_named(&mut rig, "bend 2 of link Users to EC2");
    key(&mut rig, Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(bends(&rig), [(240.0, 204.0), (420.0, 216.0)], "only the one that is held");
    key(&mut rig, Modifiers::SHIFT, Key::B);
    key(&mut rig, NONE, Key::ArrowLeft);
    assert_eq!(bends(&rig), [(239.0, 204.0), (420.0, 216.0)]);
    key(&mut rig, NONE, Key::B);
    key(&mut rig, NONE, Key::B);
    key(&mut rig, NONE, Key::ArrowUp);
    assert!(label_at(&rig).is_some(), "behind the last bend comes the label");
    key(&mut rig, NONE, Key::Delete);
    assert_eq!((label_at(&rig), bends(&rig).len()), (None, 2));
    key(&mut rig, Modifiers::SHIFT, Key::B);
    key(&mut rig, NONE, Key::Backspace);
    assert_eq!(bends(&rig), [(239.0, 204.0)]);
    key(&mut rig, Modifiers::ALT, Key::B);
    assert_eq!(bends(&rig).len(), 2, "one more in the longest leg");
    key(&mut rig, NONE, Key::Delete);
    assert!(design(&rig).links.is_empty(), "nothing is held: the link goes");
}

/// What a program for the blind does to press something.
fn press_named(rig: &mut Rig, name: &str) {
    rig.get_by_label(name).click_accesskit();
    steps(rig, 3);
}

/// Chooses from a list in the inspector.
fn choose(rig: &mut Rig, combo: &str, line: &str) {
    rig.get_by_role_and_label(Role::ComboBox, combo).click_accesskit();
    steps(rig, 3);
    rig.get_by_role_and_label(Role::Button, line).click_accesskit();
    steps(rig, 3);
}

#[test]
fn a_file_that_is_dropped_on_the_window_is_opened() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("dropped.ron");
    std::fs::write(&path, loadscape::file::print(&design(&pair()))).expect("writable");
    let mut rig = empty();
    rig.input_mut().hovered_files.push(egui::HoveredFile { path: Some(path.clone()), ..Default::default() });
    steps(&mut rig, 2);
    assert!(rig.query_by_label("Drop the file to open it").is_some());
    rig.input_mut().hovered_files.clear();
    drop_file(&mut rig, &path);
    assert_eq!(labels(&rig), ["EC2", "Users"]);
    assert_eq!(rig.state().view().path, Some(path.as_path()));
}

#[test]
fn a_link_stays_at_the_side_that_it_was_drawn_from_until_it_is_set_free() {
    let mut rig = empty();
    add(&mut rig, "users", 0.0, 0.0);
    add(&mut rig, "ec2", 480.0, 0.0);
    let link = id("users--ec2");
    let sides = |rig: &Rig| design(rig).links[&link].sides;
    let (top, server) = (card(&rig, "Users").center_top(), card(&rig, "EC2").center());
    drag(&mut rig, top, server);
    assert_eq!(sides(&rig), Sides { leaves: Some(Side::Top), enters: None });
    let above = at(&rig, 82.0, -10.0);
    press(&mut rig, above);
    assert_eq!(rig.state().selection(), ["users--ec2"], "it runs up from the card");
    let (end, bottom) = (at(&rig, 480.0, 42.0), card(&rig, "EC2").center_bottom());
    drag(&mut rig, end, bottom);
    assert_eq!(sides(&rig), Sides { leaves: Some(Side::Top), enters: Some(Side::Bottom) });
    choose(&mut rig, "Leaves at", "Left");
    assert_eq!(sides(&rig), Sides { leaves: Some(Side::Left), enters: Some(Side::Bottom) });
    run(&mut rig, "Let ends find their side");
    assert_eq!(sides(&rig), Sides::default());
    for before in [(Side::Left, Side::Bottom), (Side::Top, Side::Bottom)] {
        key(&mut rig, Modifiers::COMMAND, Key::Z);
        assert_eq!(sides(&rig), Sides { leaves: Some(before.0), enters: Some(before.1) });
    }
}

#[test]
fn a_link_that_is_drawn_where_it_would_run_anyway_stays_free() {
    let mut rig = empty();
    add(&mut rig, "users", 0.0, 0.0);
    add(&mut rig, "ec2", 480.0, 0.0);
    let (right, left) = (card(&rig, "Users").right_center(), card(&rig, "EC2").left_center());
    drag(&mut rig, right, left);
    assert_eq!(design(&rig).links[&id("users--ec2")].sides, Sides::default());
}
