//! Random gestures of the pointer, commands of the window's list and edits of any kind, one after the other: after each the
//! drawing is sound, undo of all gives the start, and redo of all the end.

use super::*;
use crate::app::commands::{ALL, Look, Sends, order};
use crate::edit::random::{Dice, check};
use crate::model::PlaceKind;
use crate::session::{Action, Folders, Session};
use std::sync::Arc;

const HELD: [Held; 5] = [
    Held { hand: false, shift: false, alt: false, ctrl: false },
    Held { hand: true, shift: false, alt: false, ctrl: false },
    Held { hand: false, shift: true, alt: false, ctrl: false },
    Held { hand: false, shift: false, alt: true, ctrl: false },
    Held { hand: false, shift: false, alt: false, ctrl: true },
];

/// A session with a pointer on its canvas.
struct Rig {
    session: Session,
    tool: Tool,
    selection: BTreeSet<Id>,
    dice: Dice,
    layout: Layout,
}

impl Rig {
    fn new(seed: u64) -> Self {
        let session = Session::new(Folders::default(), Arc::new(|| {}));
        Self { session, tool: Tool::default(), selection: BTreeSet::new(), dice: Dice(seed), layout: Layout::default() }
    }

    fn design(&self) -> &Design {
        self.session.view().design
    }

    fn send(&mut self, input: Input) {
        let seen = Rect::between(Point::new(-2_000.0, -2_000.0), Point::new(2_000.0, 2_000.0));
        self.layout.update(self.session.view().design);
        let (design, layout) = (self.session.view().design, &self.layout);
        let world = World { design, selection: &self.selection, zoom: 1.0, seen, layout };
        for effect in self.tool.handle(input, world) {
            match effect {
                Effect::Edit(command) => self.session.apply(Action::Edit(command)),
                Effect::Gesture(Phase::Begin) => self.session.apply(Action::BeginGesture),
                Effect::Gesture(Phase::End) => self.session.apply(Action::EndGesture),
                Effect::Gesture(Phase::Cancel) => self.session.apply(Action::CancelGesture),
                Effect::Select(ids) => self.selection = ids,
                Effect::Pan(_) | Effect::Rename(_) | Effect::QuickAdd(..) | Effect::Refuse(_) => {}
            }
        }
        let design = self.session.view().design;
        self.selection.retain(|id| design.has(id));
    }

    /// Something that can lie under the pointer, and where.
    fn spot(&mut self) -> (Point, Spot) {
        let nowhere = Point::new(self.dice.below(1_600) as f32 - 300.0, self.dice.below(1_000) as f32 - 200.0);
        let ids = order(self.design());
        let Some(id) = self.dice.pick(&ids).filter(|_| self.dice.below(7) > 0) else { return (nowhere, Spot::Empty) };
        let at = self.design().rect_of(&id).map_or(nowhere, |rect| rect.min + Point::new(10.0, 10.0));
        let (which, handle) = (self.dice.below(3), Handle::ALL[self.dice.below(8)]);
        let design = self.design();
        let spot = match which {
            0 if design.nodes.contains_key(&id) => Spot::Port(id),
            _ if design.nodes.contains_key(&id) => Spot::Node(id),
            0 if design.links.contains_key(&id) => Spot::End(id, End::From),
            1 if design.links.contains_key(&id) => Spot::End(id, End::To),
            _ if design.links.get(&id).is_some_and(|link| !link.via.is_empty()) => Spot::Bend(id, 0),
            _ if design.links.get(&id).is_some_and(|link| !link.label.is_empty()) => Spot::Label(id),
            _ if design.links.contains_key(&id) => Spot::Link(id),
            0 => Spot::Handle(id, handle),
            _ if design.notes.contains_key(&id) => Spot::Note(id),
            _ => Spot::Place(id),
        };
        (at, spot)
    }

    /// Goes down on something, moves a little, and is let go or given up; or puts something from the palette down.
    fn gesture(&mut self) {
        let (mut at, spot) = self.spot();
        let held = HELD[self.dice.below(HELD.len())];
        match self.dice.below(8) {
            0 => self.send(Input::Double(at, spot)),
            kind @ 1..=2 => {
                let ware = self.ware();
                self.send(if kind == 1 { Input::Arm(ware) } else { Input::Drag(ware) });
                if self.dice.below(6) == 0 {
                    self.send(Input::Leave);
                }
            }
            _ => self.send(Input::Press(at, spot, held)),
        }
        for _ in 0..self.dice.below(6) {
            let by = Point::new(self.dice.below(160) as f32 - 80.0, self.dice.below(160) as f32 - 80.0);
            at = at + by;
            let (over, held) = (self.spot().1, HELD[self.dice.below(HELD.len())]);
            self.send(Input::Move(at, over, by, held));
        }
        let over = self.spot().1;
        match self.dice.below(5) {
            0 => self.send(Input::Escape),
            1 if matches!(self.tool.state, State::Placing { .. }) => self.send(Input::Press(at, over, held)),
            _ => self.send(Input::Release(at, over, held)),
        }
    }

    fn ware(&mut self) -> Ware {
        match self.dice.below(6) {
            0 => Ware::Note,
            1..=2 => Ware::Place(PlaceKind::ALL[self.dice.below(PlaceKind::ALL.len())]),
            _ => Ware::Service(crate::catalog::ALL[self.dice.below(crate::catalog::ALL.len())].key),
        }
    }

    /// A command of the window's list that makes sense now.
    fn command(&mut self) {
        let entry = &ALL[self.dice.below(ALL.len())];
        let look = Look { view: self.session.view(), selection: &self.selection, part: None, layout: &self.layout };
        if !(entry.enabled)(look) {
            return;
        }
        match entry.sends {
            Sends::Selects(of) => self.selection = of(look),
            Sends::Actions(of) => {
                let edits = |action: &Action| matches!(action, Action::Edit(_) | Action::Undo | Action::Redo);
                let actions: Vec<Action> = of(look).into_iter().filter(edits).collect();
                actions.into_iter().for_each(|action| self.session.apply(action));
            }
            // What only the window can do: of these the layout changes the drawing.
            Sends::Request(_) => {
                let some = Some(&self.selection).filter(|_| self.dice.below(2) == 0);
                if let Some(command) = edit::layout(self.session.view().design, some) {
                    self.session.apply(Action::Edit(command));
                }
            }
        }
    }

    fn step(&mut self) {
        match self.dice.below(8) {
            0..=1 => self.command(),
            2 => {
                let command = self.dice.command(self.session.view().design);
                self.session.apply(Action::Edit(command));
            }
            _ => self.gesture(),
        }
        self.session.take_notices();
        let design = self.session.view().design;
        self.selection.retain(|id| design.has(id));
        check(design);
    }
}

#[test]
fn random_gestures_and_commands_are_undone_to_the_start_and_redone_to_the_end() {
    for seed in 0..12 {
        let mut rig = Rig::new(seed);
        let mut most = 0;
        for _ in 0..240 {
            rig.step();
            most = most.max(rig.design().nodes.len());
        }
        rig.send(Input::Escape);
        let end = rig.design().clone();
        // Some of it may be deleted again.
        assert!(most > 5, "seed {seed} draws something");
        while rig.session.view().undo.is_some() {
            rig.session.apply(Action::Undo);
            check(rig.design());
        }
        assert_eq!(*rig.design(), Design { retired: rig.design().retired.clone(), ..Design::default() }, "seed {seed}");
        while rig.session.view().redo.is_some() {
            rig.session.apply(Action::Redo);
            check(rig.design());
        }
        assert_eq!(*rig.design(), end, "redo of all, seed {seed}");
    }
}

#[test]
fn every_command_of_the_list_was_among_them() {
    // The list is walked by chance above; here each is asked once, on a drawing in which all make sense.
    let mut rig = Rig::new(99);
    (0..120).for_each(|_| rig.step());
    for entry in ALL {
        let before = rig.design().clone();
        rig.selection = order(rig.design()).into_iter().collect();
        let look = Look { view: rig.session.view(), selection: &rig.selection, part: None, layout: &rig.layout };
        if let Sends::Actions(of) = entry.sends
            && (entry.enabled)(look)
        {
            let edits: Vec<Action> = of(look).into_iter().filter(|action| matches!(action, Action::Edit(_))).collect();
            edits.into_iter().for_each(|action| rig.session.apply(action));
            check(rig.design());
        }
        while *rig.design() != before && rig.session.view().undo.is_some() {
            rig.session.apply(Action::Undo);
        }
        assert_eq!(rig.design().nodes, before.nodes, "{}", entry.name);
    }
}
