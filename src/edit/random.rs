//! Random commands for tests, and what holds after each: the same seed gives the same commands everywhere.

use super::{Align, Clip, Command, Pile, Spread, align, apply, belong, spread};
use crate::catalog::{self, Service, Value};
use crate::model::{Design, Id, LabelAt, Node, PlaceKind, Point, Rect, RequestClass};
use crate::model::{Routing, Side, Sides, Size, Stance, When};
use crate::scenario::{Fault, Harm, Rollout, Scenario, Version, WarmUp, WhenFailed};
use crate::sim::curve::{After, Curve, Recording};
use crate::sim::shape::Shape;
use crate::sim::zipf::Popularity;
use crate::units::{Bytes, Rate, Share, Span};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A small generator (SplitMix64).
pub(crate) struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to `count - 1`.
    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    pub fn pick<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        (!items.is_empty()).then(|| items[self.below(items.len())].clone())
    }

    fn span(&mut self) -> Span {
        Span::from_secs(1 + self.below(90_000) as u64)
    }

    fn rate(&mut self) -> Rate {
        Rate(self.below(5_000) as f64)
    }

    fn point(&mut self) -> Point {
        Point::new(self.below(2_000) as f32 - 400.0, self.below(1_400) as f32 - 300.0)
    }

    fn rect(&mut self) -> Rect {
        let size = Size { w: 60.0 + self.below(700) as f32, h: 40.0 + self.below(500) as f32 };
        Rect::new(self.point(), size)
    }

    fn text(&mut self) -> String {
        let words =
            ["Web", "주문", "a \"quoted\" \\ name", "two\nlines", "tab\there", "", "Ünïcode → ✓", "RDS 2", "\u{7}"];
        let word = words[self.below(words.len())];
        if self.below(2) == 0 { word.to_owned() } else { format!("{word} {}", self.below(50)) }
    }

    /// The id of any record, or now and then one that does not exist.
    fn id(&mut self, design: &Design) -> Id {
        let records = design.nodes.keys().chain(design.places.keys()).chain(design.notes.keys());
        let all: Vec<Id> = records.chain(design.links.keys()).cloned().collect();
        if self.below(30) == 0 {
            Id::slug("no such thing", "none")
        } else {
            self.pick(&all).unwrap_or(Id::slug("none", "none"))
        }
    }

    fn ids(&mut self, design: &Design) -> Vec<Id> {
        (0..self.below(4)).map(|_| self.id(design)).collect()
    }

    fn node(&mut self, design: &Design) -> Id {
        let nodes: Vec<Id> = design.nodes.keys().cloned().collect();
        self.pick(&nodes).unwrap_or_else(|| self.id(design))
    }

    fn service(&mut self) -> String {
        if self.below(40) == 0 {
            "mainframe".to_owned()
        } else {
            catalog::ALL[self.below(catalog::ALL.len())].key.to_owned()
        }
    }

    fn value(&mut self) -> Value {
        match self.below(9) {
            0 => Value::Count(self.below(300) as u64),
            1 => Value::Unlimited,
            2 => Value::Span(self.span()),
            3 => Value::Rate(Rate(self.below(9_999) as f64 / 3.0)),
            4 => Value::Bytes(Bytes(self.next() % 1_000_000_000)),
            5 => Value::Share(Share(self.below(1_001) as f64 / 1_000.0)),
            6 => Value::Word("random".to_owned()),
            7 => Value::Word("m5.xlarge".to_owned()),
            _ => Value::Word(format!("{} ms cv 2", self.below(100))),
        }
    }

    fn set(&mut self, design: &Design) -> Command {
        let id = self.node(design);
        let sheet = design.nodes.get(&id).and_then(Node::service).map(Service::sheet);
        let keys: Vec<String> =
            sheet.map(|sheet| sheet.params.iter().map(|param| param.key.clone()).collect()).unwrap_or_default();
        let key = self.pick(&keys).unwrap_or_else(|| "nothing".to_owned());
        let value = if self.below(6) == 0 { None } else { Some(self.value()) };
        Command::Set { ids: vec![id], key, value }
    }

    fn shape(&mut self) -> Shape {
        match self.below(9) {
            0 => Shape::Constant(self.rate()),
            1 => Shape::Ramp { from: self.rate(), to: self.rate(), start: self.span(), over: self.span() },
            2 => Shape::Spike {
                base: self.rate(),
                peak: self.rate(),
                at: self.span(),
                rise: self.span(),
                hold: self.span(),
            },
            3 => Shape::Step { from: self.rate(), to: self.rate(), at: self.span() },
            4 => {
                let days = [0; 7].map(|_| Share(self.below(101) as f64 / 100.0));
                Shape::Week { low: self.rate(), peak: self.rate(), peak_at: self.span(), days }
            }
            5 => Shape::Wave { mean: self.rate(), amplitude: self.rate(), period: self.span() },
            6 => Shape::Recorded(self.recording()),
            7 => Shape::Sum((0..self.below(3)).map(|_| self.shape()).collect()),
            _ => Shape::Day { low: self.rate(), peak: self.rate(), peak_at: self.span() },
        }
    }

    fn recording(&mut self) -> Recording {
        let after = After::ALL[self.below(3)];
        if self.below(2) == 0 {
            return Recording { file: Some("a \"day\".csv".to_owned()), after, ..Recording::default() };
        }
        let starts: Vec<u64> = (0..self.below(4) as u64).map(|n| n * 1_234_567_891).collect();
        let rates = starts.iter().map(|_| self.below(9_999) as f64 / 7.0).collect();
        Recording { after, curve: Arc::new(Curve::new(starts, rates, 9_876_543_211)), ..Recording::default() }
    }

    fn class(&mut self) -> RequestClass {
        RequestClass {
            share: self.below(200) as f64 / 7.0,
            write: self.below(2) == 0,
            priority: self.below(3) as u8,
            work: 0.1 + self.below(40) as f64 / 3.0,
            bytes: (self.below(2) == 0).then(|| (self.next() % 1_000_000_000, 12)),
            popularity: (self.below(2) == 0).then(|| Popularity { objects: 1 + self.below(9) as u32, exponent: 0.7 }),
            ..RequestClass::new(self.text())
        }
    }

    fn rollout(&mut self) -> Rollout {
        let version = match self.below(3) {
            0 => Version::NeverStarts,
            1 => Version::Errs(Share(0.25)),
            _ => Version::Errs(Share(0.0)),
        };
        let failed = if self.below(2) == 0 { WhenFailed::Stops } else { WhenFailed::GoesOn };
        Rollout { batch: 1 + self.below(3) as u32, version, within: self.span(), failed }
    }

    fn scenario(&mut self, design: &Design) -> Scenario {
        let harm = match self.below(10) {
            5 => Harm::Resize { node: self.node(design).to_string(), to: "m5.large".to_owned() },
            6 => Harm::Interrupt { node: self.node(design).to_string(), count: 2 },
            2 => Harm::Stop { node: self.node(design).to_string() },
            3 => Harm::Terminate { node: self.node(design).to_string(), count: 1 + self.below(2) as u32 },
            4 => Harm::Unlist { node: self.node(design).to_string(), target: self.node(design).to_string() },
            0 => Harm::Crash { node: self.node(design).to_string(), count: 1 + self.below(3) as u32 },
            1 => Harm::Slow { node: self.node(design).to_string(), factor: [0.5, 1.0, 2.25][self.below(3)] },
            8 => Harm::Kill { node: self.node(design).to_string(), count: 1 },
            9 => Harm::Rollout { node: self.node(design).to_string(), how: self.rollout() },
            _ => Harm::ZoneOutage { zone: "b".to_owned() },
        };
        let targets = if self.below(2) == 0 { vec!["p99 < 200 ms".to_owned(), self.text()] } else { Vec::new() };
        Scenario {
            name: self.text(),
            duration: self.span(),
            warmup: WarmUp::Given(Span::from_secs(self.below(2) as u64 * 60)),
            traffic: (0..self.below(3)).map(|_| (self.node(design).to_string(), self.shape())).collect(),
            faults: (0..self.below(3))
                .map(|_| Fault { at: self.span(), lasts: self.span(), harm: harm.clone() })
                .collect(),
            targets,
        }
    }

    fn when(&mut self) -> When {
        [When::Auto, When::Always, When::OnMiss, When::Share(0.25), When::Share(1.5)][self.below(5)]
    }

    fn clip(&mut self, design: &Design) -> Clip {
        Clip::of(design, &self.ids(design))
    }

    /// Any command, most of them legal.
    pub fn command(&mut self, design: &Design) -> Command {
        let crowded = usize::from(design.nodes.len() + design.places.len() > 60) * 4;
        match self.below(37 + crowded) {
            0..=2 => Command::AddNode { service: self.service(), at: self.point() },
            3..=4 => Command::AddLink { from: self.node(design), to: self.node(design) },
            5..=6 => {
                let (from, to) = (self.node(design), self.node(design));
                Command::DrawLink { from, to, sides: self.sides() }
            }
            7 => Command::AddPlace { kind: PlaceKind::ALL[self.below(PlaceKind::ALL.len())], rect: self.rect() },
            8 => Command::AddNote { rect: self.rect(), text: self.text() },
            9..=11 => Command::Move { ids: self.ids(design), by: Point::new(self.below(300) as f32 - 150.0, 30.0) },
            12 => Command::Resize { id: self.id(design), rect: self.rect() },
            13 => Command::Rename { id: self.id(design), text: self.text() },
            14..=16 => self.set(design),
            17 => Command::SetWhen { id: self.id(design), when: self.when() },
            18 => {
                let (id, from, to) = (self.id(design), self.node(design), self.node(design));
                Command::Reattach { id, from, to, sides: self.sides() }
            }
            19 => Command::Paste { clip: self.clip(design), by: Point::new(24.0, 24.5) },
            20 => Command::Title(self.text()),
            21 => Command::Region(catalog::REGIONS[self.below(2)].to_owned()),
            22 if self.below(3) == 0 => Command::RemoveScenario(self.below(4)),
            22 => Command::PutScenario { at: self.below(4), scenario: self.scenario(design) },
            24..=30 => self.standing(design),
            31 => Command::PutClass { at: self.below(4), class: self.class() },
            32 => Command::RemoveClass(self.below(6)),
            33..=35 => self.way(design),
            _ => Command::Remove { ids: self.ids(design) },
        }
    }

    fn sides(&mut self) -> Sides {
        let mut side = || Some(self.below(5)).filter(|side| *side < 4).map(|side| Side::ALL[side]);
        Sides { leaves: side(), enters: side() }
    }

    /// A command on how links run.
    fn way(&mut self, design: &Design) -> Command {
        let links: Vec<Id> = design.links.keys().cloned().collect();
        let link = self.pick(&links).unwrap_or_else(|| self.id(design));
        let routing = self.pick(&Routing::ALL);
        match self.below(6) {
            5 => Command::Lead { id: link, sides: self.sides() },
            4 => {
                let place = |dice: &mut Self| LabelAt { along: dice.below(6) as f32 / 4.0, by: dice.point() };
                Command::PutLabel { id: link, at: (self.below(4) > 0).then(|| place(self)) }
            }
            0 => Command::Route { ids: vec![link], routing: routing.filter(|_| self.below(3) > 0) },
            1 => Command::RouteAll(routing.unwrap_or_default()),
            _ => Command::Bend { id: link, via: (0..self.below(4)).map(|_| self.point()).collect() },
        }
    }

    /// A command on how records stand among others.
    fn standing(&mut self, design: &Design) -> Command {
        let ids = self.ids(design);
        let links: Vec<Id> = design.links.keys().cloned().collect();
        let link = self.pick(&links).unwrap_or_else(|| self.id(design));
        match self.below(9) {
            0 => Command::Group { ids },
            1 => Command::Ungroup { ids },
            2 if self.below(3) == 0 => Command::Lock { ids },
            2 | 3 => Command::Unlock { ids },
            4 => Command::Pile { ids, to: [Pile::Front, Pile::Forward, Pile::Backward, Pile::Back][self.below(4)] },
            5 => Command::Insert { link, node: self.node(design) },
            6 => Command::InsertNew { service: self.service(), at: self.point(), link },
            7 => Command::AddCallee { service: self.service(), at: self.point(), from: self.node(design) },
            _ => self.lined_up(design).unwrap_or(Command::Grow { ids }),
        }
    }

    fn lined_up(&mut self, design: &Design) -> Option<Command> {
        let ids = (0..6).map(|_| self.id(design)).collect();
        let ways = [Align::Left, Align::Center, Align::Right, Align::Top, Align::Middle, Align::Bottom];
        let spreads = [Spread::Across, Spread::Down, Spread::GapsAcross, Spread::GapsDown];
        if self.below(2) == 0 {
            align(design, &ids, ways[self.below(6)])
        } else {
            spread(design, &ids, spreads[self.below(4)])
        }
    }
}

/// A design made by random commands.
pub(crate) fn design(seed: u64, commands: usize) -> Design {
    let (mut dice, mut design) = (Dice(seed), Design::default());
    for _ in 0..commands {
        let command = dice.command(&design);
        // Refusals are part of the game.
        let _ = apply(&mut design, &command);
    }
    design
}

/// What holds of every design that commands made.
pub(crate) fn check(design: &Design) {
    for link in design.links.values() {
        assert!(design.nodes.contains_key(&link.from) && design.nodes.contains_key(&link.to), "dangling {link:?}");
        assert!(link.via.len() <= crate::model::MOST_BENDS && link.via.iter().all(|at| at.x.is_finite()), "{link:?}");
    }
    for (id, node) in &design.nodes {
        assert_eq!(node.place, belong::home(design, node.rect().center(), None), "{id}");
    }
    for (id, place) in &design.places {
        assert_eq!(place.parent, belong::home(design, place.rect.center(), Some(place.kind)), "{id}");
    }
    let all = design.nodes.keys().chain(design.links.keys()).chain(design.places.keys()).chain(design.notes.keys());
    let ids: Vec<&Id> = all.collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id is used twice");
    assert!(ids.iter().all(|id| !design.retired.contains(id)), "a retired id was given out again");
    assert!(!design.scenarios.is_empty());
    check_stances(design);
}

fn check_stances(design: &Design) {
    for (id, stance) in &design.stances {
        assert!(design.rect_of(id).is_some(), "{id} stands nowhere");
        assert_ne!(*stance, Stance::default(), "{id} is as usual");
        for (depth, group) in stance.groups.iter().enumerate() {
            let members = design.members(group);
            assert!(members.len() > 1, "{group} has one member");
            let around = |id: &Id| design.groups_of(id)[..=depth] == stance.groups[..=depth];
            assert!(members.iter().all(around), "{group} is in several groups");
            let outer = depth.checked_sub(1).map(|outer| design.members(&stance.groups[outer]).len());
            assert!(outer.is_none_or(|outer| outer > members.len()), "{group} is all of the group around it");
        }
    }
}
