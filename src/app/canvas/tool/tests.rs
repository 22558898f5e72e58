//! The state chart as text: what the pointer does, one word each, and what comes of it.

use super::resizing::LEAST;
use super::*;
use crate::model::{Node, Place, PlaceKind, Size, Stance};

const SHIFT: Held = Held { shift: true, hand: false, alt: false, ctrl: false };
const ALT: Held = Held { alt: true, hand: false, shift: false, ctrl: false };
const CTRL: Held = Held { ctrl: true, hand: false, shift: false, alt: false };

fn id(text: &str) -> Id {
    Id::new(text).expect("a legal id")
}

/// users at 0,0; web (EC2) at 240,0; db (RDS) at 480,0; a zone around 0,240.
fn design() -> Design {
    let mut design = Design::default();
    for (n, (key, service)) in [("users", "users"), ("web", "ec2"), ("db", "rds")].into_iter().enumerate() {
        let node = Node {
            service: service.to_owned(),
            label: key.to_owned(),
            at: Point::new(240.0 * n as f32, 0.0),
            place: None,
            settings: Default::default(),
        };
        design.nodes.insert(id(key), node);
    }
    let rect = Rect::new(Point::new(0.0, 240.0), Size { w: 240.0, h: 240.0 });
    let place =
        Place { kind: PlaceKind::Zone, label: "a".to_owned(), rect, parent: None, settings: Default::default() };
    design.places.insert(id("zone"), place);
    design
}

struct Rig {
    tool: Tool,
    design: Design,
    selection: BTreeSet<Id>,
    live: bool,
    history: edit::History,
    held: Held,
}

impl Rig {
    fn new() -> Self {
        let (history, held) = (edit::History::default(), Held::default());
        Self { tool: Tool::default(), design: design(), selection: BTreeSet::new(), live: false, history, held }
    }

    fn send(&mut self, input: Input) -> Vec<Effect> {
        let seen = Rect::between(Point::new(-2_000.0, -2_000.0), Point::new(2_000.0, 2_000.0));
        let layout = Layout::new(&self.design);
        let world = World { design: &self.design, selection: &self.selection, zoom: 1.0, seen, layout: &layout };
        let effects = self.tool.handle(input, world);
        for effect in &effects {
            match effect {
                Effect::Select(ids) => self.selection = ids.clone(),
                Effect::Edit(command) if self.live => {
                    let diff =
                        edit::apply(&mut self.design, command).unwrap_or_else(|why| panic!("{command:?}: {why}"));
                    self.history.record(diff);
                }
                Effect::Gesture(Phase::Begin) => self.history.begin(),
                Effect::Gesture(Phase::End) => self.history.end(),
                Effect::Gesture(Phase::Cancel) => drop(self.history.cancel(&mut self.design)),
                _ => {}
            }
        }
        effects
    }

    /// Edits are carried out, as the window does.
    fn live() -> Self {
        Self { live: true, ..Self::new() }
    }

    fn press(&mut self, at: (f32, f32), spot: Spot) -> Vec<Effect> {
        self.send(Input::Press(Point::new(at.0, at.1), spot, self.held))
    }

    fn to(&mut self, at: (f32, f32), spot: Spot) -> Vec<Effect> {
        self.send(Input::Move(Point::new(at.0, at.1), spot, Point::default(), self.held))
    }

    fn up(&mut self, at: (f32, f32), spot: Spot) -> Vec<Effect> {
        self.send(Input::Release(Point::new(at.0, at.1), spot, self.held))
    }

    /// A whole drag with a stop on the way.
    fn drag(&mut self, from: (f32, f32), to: (f32, f32), spot: Spot) -> Vec<Effect> {
        self.press(from, spot);
        self.to(((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0), Spot::Empty);
        self.to(to, Spot::Empty);
        self.up(to, Spot::Empty)
    }

    fn at(&self, node: &str) -> (f32, f32) {
        let at = self.design.nodes[&id(node)].at;
        (at.x, at.y)
    }

    fn selected(&self) -> String {
        self.selection.iter().map(Id::as_str).collect::<Vec<_>>().join(" ")
    }
}

fn select<const N: usize>(ids: [Id; N]) -> Vec<Effect> {
    vec![Effect::Select(ids.into())]
}

fn grow(node: &str) -> Effect {
    Effect::Edit(Command::Grow { ids: vec![id(node)] })
}

#[test]
fn a_drag_is_one_gesture_of_snapped_moves() {
    let mut rig = Rig::new();
    assert_eq!(rig.press((250.0, 10.0), Spot::Node(id("web"))), select([id("web")]));
    assert_eq!(rig.to((252.0, 10.0), Spot::Empty), [], "within the slack it is still a click");
    let begun = rig.to((261.0, 131.0), Spot::Empty);
    let moved = Command::Move { ids: vec![id("web")], by: Point::new(12.0, 120.0) };
    assert_eq!(begun, [Effect::Gesture(Phase::Begin), Effect::Edit(moved)]);
    assert_eq!(rig.to((262.0, 131.0), Spot::Empty), [], "no command without a change");
    assert_eq!(rig.up((262.0, 131.0), Spot::Empty), [grow("web"), Effect::Gesture(Phase::End)]);
    assert!(rig.tool.idle());
}

#[test]
fn escape_gives_a_gesture_up() {
    let mut rig = Rig::new();
    rig.press((250.0, 10.0), Spot::Node(id("web")));
    rig.to((300.0, 100.0), Spot::Empty);
    assert_eq!(rig.send(Input::Escape), [Effect::Gesture(Phase::Cancel)]);
    assert_eq!(rig.to((400.0, 100.0), Spot::Empty), []);
    assert_eq!(rig.up((400.0, 100.0), Spot::Empty), []);
}

#[test]
fn links_are_drawn_and_refused_with_the_reason() {
    let mut rig = Rig::new();
    rig.press((164.0, 42.0), Spot::Port(id("users")));
    rig.to((245.0, 42.0), Spot::Node(id("web")));
    assert_eq!(rig.tool.refusal(&rig.design), None);
    let drawn = rig.up((245.0, 42.0), Spot::Node(id("web")));
    assert_eq!(drawn, [Effect::Edit(Command::AddLink { from: id("users"), to: id("web") })]);
    rig.press((644.0, 42.0), Spot::Port(id("db")));
    rig.to((10.0, 42.0), Spot::Node(id("users")));
    let reason = rig.tool.refusal(&rig.design).expect("databases call nobody");
    assert!(reason.contains("nothing calls them"), "{reason}");
    assert!(matches!(&rig.up((10.0, 42.0), Spot::Node(id("users")))[..], [Effect::Refuse(_)]));
    rig.press((164.0, 42.0), Spot::Port(id("users")));
    rig.to((200.0, 300.0), Spot::Empty);
    let asked = Effect::QuickAdd(Point::new(200.0, 300.0), Some(id("users")));
    assert_eq!(rig.up((200.0, 300.0), Spot::Empty), [asked], "let go over nothing: what should it call?");
    rig.press((164.0, 42.0), Spot::Port(id("users")));
    rig.to((180.0, 60.0), Spot::Empty);
    assert_eq!(rig.up((180.0, 60.0), Spot::Empty), [], "near its own card it was a change of mind");
}

#[test]
fn clicks_select_and_shift_adds() {
    let mut rig = Rig::new();
    rig.press((250.0, 10.0), Spot::Node(id("web")));
    rig.up((250.0, 10.0), Spot::Node(id("web")));
    rig.send(Input::Press(Point::new(490.0, 10.0), Spot::Node(id("db")), SHIFT));
    rig.up((490.0, 10.0), Spot::Node(id("db")));
    assert_eq!(rig.selected(), "db web");
    rig.press((250.0, 10.0), Spot::Node(id("web")));
    assert_eq!(rig.selected(), "db web", "a press on one of several keeps all, so that they can be dragged");
    rig.up((250.0, 10.0), Spot::Node(id("web")));
    assert_eq!(rig.selected(), "web");
    rig.press((900.0, 900.0), Spot::Empty);
    rig.up((900.0, 900.0), Spot::Empty);
    assert_eq!(rig.selected(), "");
}

#[test]
fn a_marquee_to_the_right_takes_what_it_surrounds() {
    let mut rig = Rig::new();
    rig.press((-20.0, -20.0), Spot::Empty);
    rig.to((420.0, 300.0), Spot::Empty);
    assert_eq!(rig.selected(), "users web");
    rig.to((420.0, 500.0), Spot::Empty);
    assert_eq!(rig.selected(), "users web zone");
    rig.send(Input::Escape);
    assert_eq!(rig.selected(), "");
}

#[test]
fn tiles_are_dragged_or_armed() {
    let mut rig = Rig::new();
    rig.send(Input::Drag(Ware::Service("sqs")));
    assert_eq!(rig.up((0.0, 0.0), Spot::Empty), [], "let go outside the canvas");
    rig.send(Input::Drag(Ware::Service("sqs")));
    rig.to((300.0, 300.0), Spot::Empty);
    assert!(rig.tool.ghost().is_some());
    let put = rig.up((300.0, 300.0), Spot::Empty);
    let at = Point::new(216.0, 264.0);
    assert_eq!(put, [Effect::Edit(Command::AddNode { service: "sqs".to_owned(), at })]);
    rig.send(Input::Arm(Ware::Place(PlaceKind::Zone)));
    rig.to((10.0, 10.0), Spot::Empty);
    assert_eq!(rig.up((10.0, 10.0), Spot::Empty), [], "armed: the click that armed it does not put it down");
    assert!(matches!(&rig.press((10.0, 10.0), Spot::Empty)[..], [Effect::Edit(Command::AddPlace { .. })]));
    assert!(rig.tool.idle());
}

#[test]
fn corners_resize_and_stop_at_the_least_size() {
    let mut rig = Rig::new();
    rig.press((240.0, 480.0), Spot::Handle(id("zone"), Handle::BottomRight));
    let rect = Rect::new(Point::new(0.0, 240.0), Size { w: 264.0, h: 264.0 });
    let resize = |rect| Effect::Edit(Command::Resize { id: id("zone"), rect });
    assert_eq!(rig.to((260.0, 500.0), Spot::Empty), [Effect::Gesture(Phase::Begin), resize(rect)]);
    let effects = rig.to((-900.0, -900.0), Spot::Empty);
    let rect = Rect::new(Point::new(0.0, 240.0), LEAST);
    assert_eq!(effects, [resize(rect)]);
}

#[test]
fn double_clicks_name_things_or_add_one() {
    let mut rig = Rig::new();
    let twice = |spot| Input::Double(Point::new(1.0, 2.0), spot);
    assert_eq!(rig.send(twice(Spot::Empty)), [Effect::QuickAdd(Point::new(1.0, 2.0), None)]);
    assert_eq!(rig.send(twice(Spot::Node(id("web")))), [Effect::Rename(id("web"))]);
}

#[test]
fn a_marquee_to_the_left_takes_what_it_touches() {
    let mut rig = Rig::new();
    rig.press((250.0, 30.0), Spot::Empty);
    rig.to((150.0, 60.0), Spot::Empty);
    assert_eq!(rig.selected(), "users web");
    rig.up((150.0, 60.0), Spot::Empty);
    rig.held = ALT;
    rig.press((230.0, -10.0), Spot::Empty);
    rig.to((420.0, 100.0), Spot::Empty);
    assert_eq!(rig.selected(), "users", "with Alt it takes out");
    rig.up((420.0, 100.0), Spot::Empty);
    rig.held = SHIFT;
    rig.press((470.0, -10.0), Spot::Empty);
    rig.to((660.0, 100.0), Spot::Empty);
    assert_eq!(rig.selected(), "db users", "with Shift it adds");
}

#[test]
fn a_group_is_picked_as_one_and_its_members_with_ctrl() {
    let mut rig = Rig::live();
    let ids = vec![id("users"), id("web")];
    edit::apply(&mut rig.design, &Command::Group { ids }).unwrap();
    rig.press((250.0, 10.0), Spot::Node(id("web")));
    rig.up((250.0, 10.0), Spot::Node(id("web")));
    assert_eq!(rig.selected(), "users web");
    rig.held = CTRL;
    rig.press((250.0, 10.0), Spot::Node(id("web")));
    rig.up((250.0, 10.0), Spot::Node(id("web")));
    assert_eq!(rig.selected(), "web");
    rig.held = Held::default();
    rig.press((900.0, 900.0), Spot::Empty);
    rig.up((900.0, 900.0), Spot::Empty);
    rig.drag((250.0, 10.0), (250.0, 130.0), Spot::Node(id("web")));
    assert_eq!((rig.at("users"), rig.at("web")), ((0.0, 120.0), (240.0, 120.0)));
    assert_eq!(rig.history.undo_name(), Some("move of 2 nodes"), "one gesture is one step, by its own name");
}

#[test]
fn alt_copies_what_is_dragged_and_leaves_it_where_it_is() {
    let mut rig = Rig::live();
    rig.press((250.0, 10.0), Spot::Node(id("web")));
    rig.to((250.0, 130.0), Spot::Empty);
    assert_eq!(rig.at("web"), (240.0, 120.0));
    rig.held = ALT;
    rig.to((250.0, 250.0), Spot::Empty);
    assert_eq!(rig.at("web"), (240.0, 0.0), "the original went back");
    rig.up((250.0, 250.0), Spot::Empty);
    let copies: Vec<Point> = rig.design.nodes.values().filter(|node| node.service == "ec2").map(|n| n.at).collect();
    assert_eq!(copies.len(), 2);
    assert!(copies.contains(&Point::new(240.0, 240.0)), "{copies:?}");
    rig.history.undo(&mut rig.design);
    assert_eq!(rig.design.nodes, design().nodes);
    assert!(rig.history.undo(&mut rig.design).is_none(), "one step");
}

#[test]
fn shift_keeps_a_drag_on_one_axis_and_ctrl_off_the_grid() {
    let mut rig = Rig::live();
    rig.press((250.0, 10.0), Spot::Node(id("web")));
    rig.held = SHIFT;
    rig.to((270.0, 210.0), Spot::Empty);
    assert_eq!(rig.at("web").0, 240.0);
    rig.held = CTRL;
    rig.to((257.0, 113.0), Spot::Empty);
    assert_eq!(rig.at("web"), (247.0, 103.0));
    rig.send(Input::Escape);
    assert_eq!(rig.at("web"), (240.0, 0.0));
}

#[test]
fn what_is_locked_lets_a_marquee_start_and_is_passed_over_by_it() {
    let mut rig = Rig::live();
    rig.design.stances.insert(id("zone"), Stance { locked: true, ..Stance::default() });
    rig.press((-1.0, 250.0), Spot::Place(id("zone")));
    assert_eq!(rig.selected(), "zone", "a click still selects it, so that it can be unlocked");
    rig.to((600.0, 700.0), Spot::Empty);
    assert!(matches!(rig.tool.state, State::Marquee { .. }));
    assert_eq!(rig.selected(), "");
    rig.send(Input::Escape);
    rig.press((240.0, 480.0), Spot::Handle(id("zone"), Handle::BottomRight));
    assert_eq!(rig.to((400.0, 500.0), Spot::Empty), [Effect::Select(BTreeSet::new())], "it is not resized");
}

#[test]
fn a_place_does_not_follow_where_it_cannot_stand_and_says_why() {
    let mut rig = Rig::live();
    let rect = Rect::new(Point::new(600.0, 240.0), Size { w: 200.0, h: 200.0 });
    let vpc = Place { kind: PlaceKind::Vpc, label: "VPC".to_owned(), rect, parent: None, settings: Default::default() };
    rig.design.places.insert(id("vpc"), vpc);
    rig.press((610.0, 241.0), Spot::Place(id("vpc")));
    rig.to((700.0, 241.0), Spot::Empty);
    let before = rig.design.places[&id("vpc")].rect;
    rig.to((26.0, 261.0), Spot::Empty);
    let reason = rig.tool.refusal(&rig.design).expect("a zone holds no VPC");
    assert!(reason.contains("cannot stand inside"), "{reason}");
    assert_eq!(rig.design.places[&id("vpc")].rect, before, "it waits where it could stand");
    rig.to((760.0, 301.0), Spot::Empty);
    assert_eq!(rig.tool.refusal(&rig.design), None);
    rig.up((760.0, 301.0), Spot::Empty);
    assert_eq!(rig.design.places[&id("vpc")].rect.min, Point::new(756.0, 300.0), "and follows again");
}

#[test]
fn a_card_let_go_on_a_link_becomes_part_of_it() {
    let mut rig = Rig::live();
    edit::apply(&mut rig.design, &Command::AddLink { from: id("users"), to: id("web") }).unwrap();
    let add = Command::AddNode { service: "elb".to_owned(), at: Point::new(0.0, 600.0) };
    edit::apply(&mut rig.design, &add).unwrap();
    rig.press((10.0, 610.0), Spot::Node(id("alb")));
    rig.to((200.0, 300.0), Spot::Empty);
    assert!(rig.tool.looks_for_links());
    let link = rig.design.links.keys().next().unwrap().clone();
    rig.to((200.0, 42.0), Spot::Link(link.clone()));
    rig.up((200.0, 42.0), Spot::Link(link.clone()));
    assert_eq!(rig.design.links[&link].to, id("alb"));
    assert_eq!(rig.design.links.len(), 2);
    assert_eq!(rig.history.undo_name(), Some("insertion of ALB into a link"));
    rig.history.undo(&mut rig.design);
    assert_eq!((rig.design.links.len(), rig.at("alb")), (1, (0.0, 600.0)), "moved and put in, in one step");
}

#[test]
fn a_tile_let_go_on_a_link_is_put_into_it_or_says_why_not() {
    let mut rig = Rig::live();
    edit::apply(&mut rig.design, &Command::AddLink { from: id("users"), to: id("web") }).unwrap();
    let link = rig.design.links.keys().next().unwrap().clone();
    rig.send(Input::Drag(Ware::Service("rds")));
    rig.to((200.0, 42.0), Spot::Link(link.clone()));
    assert!(rig.tool.refusal(&rig.design).is_some(), "users do not call databases");
    rig.send(Input::Drag(Ware::Service("elb")));
    rig.to((200.0, 42.0), Spot::Link(link.clone()));
    assert_eq!(rig.tool.refusal(&rig.design), None);
    rig.up((200.0, 42.0), Spot::Link(link));
    assert_eq!((rig.design.nodes.len(), rig.design.links.len()), (4, 2));
}

#[test]
fn the_end_of_a_link_is_taken_elsewhere() {
    let mut rig = Rig::live();
    edit::apply(&mut rig.design, &Command::AddLink { from: id("users"), to: id("web") }).unwrap();
    let add = Command::AddNode { service: "elb".to_owned(), at: Point::new(240.0, 600.0) };
    edit::apply(&mut rig.design, &add).unwrap();
    let link = rig.design.links.keys().next().unwrap().clone();
    rig.press((240.0, 42.0), Spot::End(link.clone(), End::To));
    rig.to((300.0, 640.0), Spot::Node(id("alb")));
    rig.up((300.0, 640.0), Spot::Node(id("alb")));
    assert_eq!(rig.design.links[&link].to, id("alb"));
    rig.press((240.0, 640.0), Spot::End(link.clone(), End::To));
    rig.to((600.0, 40.0), Spot::Node(id("db")));
    assert!(rig.tool.refusal(&rig.design).is_some());
    assert!(matches!(&rig.up((600.0, 40.0), Spot::Node(id("db")))[..], [Effect::Refuse(_)]));
    assert_eq!(rig.design.links[&link].to, id("alb"));
}

fn linked() -> (Rig, Id) {
    let mut rig = Rig::live();
    let link = edit::apply(&mut rig.design, &Command::AddLink { from: id("web"), to: id("db") }).expect("it is legal");
    let id = link.created().remove(0);
    (rig, id)
}

fn bends(rig: &Rig, link: &Id) -> Vec<(f32, f32)> {
    rig.design.links[link].via.iter().map(|bend| (bend.x, bend.y)).collect()
}

#[test]
fn a_link_is_pulled_where_it_is_taken_and_its_bend_is_one_step() {
    let (mut rig, link) = linked();
    rig.drag((442.0, 42.0), (441.0, 203.0), Spot::Link(link.clone()));
    assert_eq!(bends(&rig, &link), [(444.0, 204.0)], "on the grid");
    assert_eq!(rig.selected(), link.as_str());
    rig.drag((520.0, 150.0), (490.0, 206.0), Spot::Link(link.clone()));
    assert_eq!(bends(&rig, &link), [(444.0, 204.0), (492.0, 204.0)], "behind the first, and level with it");
    rig.drag((444.0, 204.0), (323.0, 180.0), Spot::Bend(link.clone(), 0));
    assert_eq!(bends(&rig, &link)[0], (322.0, 180.0), "above the middle of its caller");
    assert_eq!(rig.history.done().count(), 3);
    rig.history.undo(&mut rig.design);
    assert_eq!(bends(&rig, &link)[0], (444.0, 204.0));
}

#[test]
fn a_bend_goes_by_two_clicks_on_it_or_when_it_is_put_back_in_line_and_escape_gives_it_up() {
    let (mut rig, link) = linked();
    rig.press((442.0, 42.0), Spot::Link(link.clone()));
    rig.to((442.0, 200.0), Spot::Empty);
    assert_eq!(bends(&rig, &link).len(), 1);
    rig.send(Input::Escape);
    assert_eq!(bends(&rig, &link), []);
    rig.drag((442.0, 42.0), (442.0, 200.0), Spot::Link(link.clone()));
    rig.drag((442.0, 200.0), (442.0, 44.0), Spot::Bend(link.clone(), 0));
    assert_eq!(bends(&rig, &link), [], "straight again");
    rig.drag((442.0, 42.0), (442.0, 200.0), Spot::Link(link.clone()));
    rig.send(Input::Double(Point::new(442.0, 200.0), Spot::Bend(link.clone(), 0)));
    assert_eq!(bends(&rig, &link), []);
}
