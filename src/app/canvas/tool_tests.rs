//! The state chart as text: what the pointer does, one word each, and what comes of it.

use super::*;
use crate::model::{Node, Place};

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
    let place = Place { kind: PlaceKind::Zone, label: "a".to_owned(), rect, parent: None };
    design.places.insert(id("zone"), place);
    design
}

struct Rig {
    tool: Tool,
    design: Design,
    selection: BTreeSet<Id>,
}

impl Rig {
    fn new() -> Self {
        Self { tool: Tool::default(), design: design(), selection: BTreeSet::new() }
    }

    fn send(&mut self, input: Input) -> Vec<Effect> {
        let world = World { design: &self.design, selection: &self.selection, zoom: 1.0 };
        let effects = self.tool.handle(input, world);
        for effect in &effects {
            if let Effect::Select(ids) = effect {
                self.selection = ids.clone();
            }
        }
        effects
    }

    fn press(&mut self, at: (f32, f32), spot: Spot) -> Vec<Effect> {
        self.send(Input::Press(Point::new(at.0, at.1), spot, Held::Nothing))
    }

    fn to(&mut self, at: (f32, f32), spot: Spot) -> Vec<Effect> {
        self.send(Input::Move(Point::new(at.0, at.1), spot, Point::default()))
    }

    fn up(&mut self, at: (f32, f32), spot: Spot) -> Vec<Effect> {
        self.send(Input::Release(Point::new(at.0, at.1), spot))
    }

    fn selected(&self) -> String {
        self.selection.iter().map(Id::as_str).collect::<Vec<_>>().join(" ")
    }
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
    assert_eq!(rig.up((262.0, 131.0), Spot::Empty), [Effect::Gesture(Phase::End)]);
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
    assert_eq!(rig.up((200.0, 300.0), Spot::Empty), [], "let go over nothing: nothing");
}

#[test]
fn clicks_select_and_shift_adds() {
    let mut rig = Rig::new();
    rig.press((250.0, 10.0), Spot::Node(id("web")));
    rig.up((250.0, 10.0), Spot::Node(id("web")));
    rig.send(Input::Press(Point::new(490.0, 10.0), Spot::Node(id("db")), Held::Shift));
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
fn a_marquee_takes_what_it_surrounds() {
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
    rig.press((240.0, 480.0), Spot::Corner(id("zone"), Corner::BottomRight));
    assert_eq!(rig.to((260.0, 500.0), Spot::Empty), [Effect::Gesture(Phase::Begin)]);
    let effects = rig.to((-900.0, -900.0), Spot::Empty);
    let rect = Rect::new(Point::new(0.0, 240.0), LEAST);
    assert_eq!(effects, [Effect::Edit(Command::Resize { id: id("zone"), rect })]);
}

#[test]
fn double_clicks_name_things_or_add_one() {
    let mut rig = Rig::new();
    let twice = |spot| Input::Double(Point::new(1.0, 2.0), spot);
    assert_eq!(rig.send(twice(Spot::Empty)), [Effect::QuickAdd(Point::new(1.0, 2.0))]);
    assert_eq!(rig.send(twice(Spot::Node(id("web")))), [Effect::Rename(id("web"))]);
}
