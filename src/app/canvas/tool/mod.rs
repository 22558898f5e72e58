//! The state chart of the pointer on the canvas: input events in, effects out.
//!
//! Promises: knows nothing of egui or of the screen; a gesture is one undo step, and Escape leaves no trace of it. What
//! is under the pointer is told by whoever draws ([`Spot`]). Absent: keyboard commands (see `commands`).

mod bending;
mod drag;
mod joining;
mod labelling;
mod picking;
mod resizing;
#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;
mod ware;

pub use drag::{Drag, Mode};
pub use resizing::{Handle, handles};
pub use ware::Ware;

use super::snap::Guide;
use crate::edit::{self, Command};
use crate::model::{Design, Id, Point, Rect, Side};
use crate::scene::{Drawn, Layout};
use std::collections::BTreeSet;

/// How far the pointer must move, in screen points, before a press becomes a drag.
const SLACK: f32 = 4.0;

/// How long a link must be drawn, in drawing units, before letting go over nothing asks what it should lead to.
const REACHED_OUT: f32 = 48.0;

/// An end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Where it leaves its caller.
    From,
    /// Where it reaches its callee.
    To,
}

/// What lies under the pointer.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Spot {
    /// Bare canvas.
    #[default]
    Empty,
    /// A card.
    Node(Id),
    /// The edge of a card, where links begin.
    Port(Id),
    /// A link.
    Link(Id),
    /// The end of a selected link.
    End(Id, End),
    /// A point that a selected link was pulled to, by its number.
    Bend(Id, usize),
    /// The label of a link.
    Label(Id),
    /// The edge or name of a place.
    Place(Id),
    /// A note.
    Note(Id),
    /// A handle of a selected place or note.
    Handle(Id, Handle),
}

/// What is held down besides the pointer's button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// The space bar or the middle button: moves the canvas.
    pub hand: bool,
    /// Shift: adds to the selection; keeps a drag on one axis.
    pub shift: bool,
    /// Alt: a drag copies; a marquee takes out of the selection.
    pub alt: bool,
    /// Ctrl: one of a group; a drag does not snap.
    pub ctrl: bool,
}

/// What happened. Positions are points of the drawing.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A button went down.
    Press(Point, Spot, Held),
    /// The pointer moved: where to, over what, by how many screen points.
    Move(Point, Spot, Point, Held),
    /// The button went up.
    Release(Point, Spot, Held),
    /// Two quick clicks.
    Double(Point, Spot),
    /// The palette's tile was clicked: the next click on the canvas puts it there.
    Arm(Ware),
    /// The palette's tile is being dragged; letting go on the canvas puts it there.
    Drag(Ware),
    /// The pointer left the canvas.
    Leave,
    /// The Escape key.
    Escape,
}

/// What is to be done about it.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Change the drawing.
    Edit(Command),
    /// Begin, end or give up a gesture.
    Gesture(Phase),
    /// Select exactly these.
    Select(BTreeSet<Id>),
    /// Move the canvas by screen points.
    Pan(Point),
    /// Edit a name in place.
    Rename(Id),
    /// Ask for a service by name and put it here; the node, if one is named, calls it.
    QuickAdd(Point, Option<Id>),
    /// Say why something was not done.
    Refuse(String),
}

/// A moment of a gesture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Begin,
    End,
    Cancel,
}

/// When what lies under a press was selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picked {
    /// Before the press.
    Before,
    /// By the press.
    Now,
}

/// How something from the palette is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grip {
    /// The button is down: letting go puts it down.
    Dragged,
    /// The next click puts it down.
    Armed,
}

/// What the pointer is doing.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum State {
    /// Nothing.
    #[default]
    Idle,
    /// Went down somewhere and has not moved yet.
    Pressing(Point, Spot, Held, Picked),
    /// Moves records, or copies of them.
    Dragging(Box<Drag>),
    /// Selects what lies in a rectangle (drawn to the right) or what it touches (drawn to the left).
    Marquee {
        /// One corner.
        from: Point,
        /// The opposite corner.
        to: Point,
        /// What was selected before.
        before: BTreeSet<Id>,
    },
    /// Draws a link from a node, or takes the end of a link elsewhere.
    Linking {
        /// The node at the end that stays.
        anchor: Id,
        /// The side of it that the link is drawn from, or was led to.
        side: Option<Side>,
        /// The link whose end is taken elsewhere.
        link: Option<(Id, End)>,
        /// Where the pointer is.
        to: Point,
        /// The node under it.
        over: Option<Id>,
        /// The side of that node whose edge it is on.
        at: Option<Side>,
    },
    /// Moves the canvas.
    Panning,
    /// Moves an edge or corner of a place or note.
    Resizing {
        /// Which.
        id: Id,
        /// By which handle.
        handle: Handle,
        /// Its rectangle before.
        start: Rect,
        /// Its rectangle now.
        now: Rect,
        /// What it lines up with.
        guides: Vec<Guide>,
        /// Why the rectangle under the pointer is not taken.
        refused: Option<String>,
    },
    /// Pulls a link out of its way.
    Bending {
        /// Which.
        id: Id,
        /// Which of its bends.
        number: usize,
        /// All of them.
        via: Vec<Point>,
        /// What it lines up with.
        guides: Vec<Guide>,
    },
    /// Takes the label of a link elsewhere.
    Labelling {
        /// Whose.
        id: Id,
        /// From the pointer to the label's middle.
        grip: Point,
    },
    /// Carries something from the palette.
    Placing {
        /// What.
        ware: Ware,
        /// How it is held.
        grip: Grip,
        /// Where on the drawing the pointer is, if it is over it.
        at: Option<Point>,
        /// The link under it.
        over: Option<Id>,
    },
}

/// What the tool may look at.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// The drawing.
    pub design: &'a Design,
    /// What is selected.
    pub selection: &'a BTreeSet<Id>,
    /// Screen points per drawing unit.
    pub zoom: f32,
    /// The part of the drawing that is seen.
    pub seen: Rect,
    /// Where links and their labels are.
    pub layout: &'a Layout,
}

/// The state chart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tool {
    /// What the pointer is doing.
    pub state: State,
}

impl Tool {
    /// One event in, its effects out.
    pub fn handle(&mut self, input: Input, world: World<'_>) -> Vec<Effect> {
        match input {
            Input::Press(at, spot, held) => self.press(at, spot, held, world),
            Input::Move(at, spot, by, held) => self.moved((at, by), spot, held, world),
            Input::Release(at, spot, held) => self.release(at, spot, held, world),
            Input::Double(at, spot) => self.double(at, spot, world.design),
            Input::Arm(ware) => self.take(ware, Grip::Armed),
            Input::Drag(ware) => self.take(ware, Grip::Dragged),
            Input::Leave => self.leave(),
            Input::Escape => self.escape(),
        }
    }

    /// Whether nothing is going on, so that Escape may mean something else.
    pub fn idle(&self) -> bool {
        self.state == State::Idle
    }

    /// Whether a link under the pointer matters, below what is carried.
    pub fn looks_for_links(&self) -> bool {
        match &self.state {
            State::Placing { ware, .. } => matches!(ware, Ware::Service(_)),
            State::Dragging(drag) => drag.insertable,
            _ => false,
        }
    }

    /// The card that is carried and could be put into a link.
    pub fn carried(&self) -> Option<&Id> {
        match &self.state {
            State::Dragging(drag) if drag.insertable && drag.mode == Mode::Moving => drag.ids.first(),
            _ => None,
        }
    }

    /// Why letting go now would be refused, for a note at the pointer.
    pub fn refusal(&self, design: &Design) -> Option<String> {
        match &self.state {
            State::Linking { anchor, link, over: Some(over), .. } => {
                let (from, to) = joining::ends(anchor, over, link.as_ref());
                joining::refusal(design, from, to, link.as_ref().map(|(id, _)| id))
            }
            State::Dragging(drag) => drag.refused.clone(),
            State::Resizing { refused, .. } => refused.clone(),
            State::Placing { ware: Ware::Place(kind), at: Some(at), .. } => {
                let rect = Ware::Place(*kind).rect(*at);
                edit::check_new_place(design, *kind, rect).err().map(|refusal| refusal.to_string())
            }
            State::Placing { ware: Ware::Service(key), over: Some(link), .. } => ware::no_insert(design, key, link),
            _ => None,
        }
    }

    /// The link that is being drawn.
    pub fn drawn(&self) -> Option<Drawn<'_>> {
        joining::drawn(&self.state)
    }

    /// The rectangle that a carried ware would take.
    pub fn ghost(&self) -> Option<(Ware, Rect)> {
        match self.state {
            State::Placing { ware, at: Some(at), .. } => Some((ware, ware.rect(at))),
            _ => None,
        }
    }

    fn take(&mut self, ware: Ware, grip: Grip) -> Vec<Effect> {
        self.state = State::Placing { ware, grip, at: None, over: None };
        Vec::new()
    }

    fn press(&mut self, at: Point, spot: Spot, held: Held, world: World<'_>) -> Vec<Effect> {
        if let State::Placing { ware, grip: Grip::Armed, over, .. } = std::mem::take(&mut self.state) {
            return ware.put(at, over.as_ref(), world.design);
        }
        if held.hand {
            self.state = State::Panning;
            return Vec::new();
        }
        let effects = picking::press(&spot, held, world);
        let picked = if effects.is_empty() { Picked::Before } else { Picked::Now };
        self.state = State::Pressing(at, spot, held, picked);
        effects
    }

    fn moved(&mut self, (at, by): (Point, Point), spot: Spot, held: Held, world: World<'_>) -> Vec<Effect> {
        match &mut self.state {
            State::Idle => Vec::new(),
            State::Pressing(from, ..) if from.distance(at) * world.zoom < SLACK => Vec::new(),
            State::Pressing(..) => self.begin(at, spot, held, world),
            State::Dragging(drag) => drag.step(at, spot, held, world),
            State::Marquee { from, to, before } => {
                *to = at;
                picking::marquee((*from, at), before, held, world.design)
            }
            State::Linking { to, over, at: side, .. } => {
                *to = at;
                *over = node_of(&spot).cloned();
                *side = joining::side(&spot, at, world.design);
                Vec::new()
            }
            State::Panning => vec![Effect::Pan(by)],
            resizing @ State::Resizing { .. } => resizing::step(resizing, at, held, world),
            bending @ State::Bending { .. } => bending::step(bending, at, held, world),
            State::Labelling { id, grip } => labelling::step(id, at + *grip, held, world),
            State::Placing { at: place, over, .. } => {
                *place = Some(at);
                *over = link_of(&spot).cloned();
                Vec::new()
            }
        }
    }

    /// A press has moved far enough to be a drag.
    fn begin(&mut self, at: Point, over: Spot, held: Held, world: World<'_>) -> Vec<Effect> {
        let State::Pressing(from, spot, pressed, _) = std::mem::take(&mut self.state) else { return Vec::new() };
        match spot {
            Spot::Port(anchor) => {
                let (side, link) = (joining::side(&Spot::Port(anchor.clone()), from, world.design), None);
                self.link((anchor, side), link, (at, &over), world)
            }
            Spot::End(id, end) => self.begin_reattach((id, end), (at, &over), world),
            Spot::Handle(id, handle) if !world.design.is_locked(&id) => {
                let Some(start) = world.design.rect_of(&id) else { return Vec::new() };
                let (guides, refused) = (Vec::new(), None);
                self.state = State::Resizing { id, handle, start, now: start, guides, refused };
                let mut effects = vec![Effect::Gesture(Phase::Begin)];
                effects.extend(resizing::step(&mut self.state, at, held, world));
                effects
            }
            Spot::Node(id) | Spot::Place(id) | Spot::Note(id) if !world.design.is_locked(&id) => {
                let Some(drag) = Drag::new(from, &id, pressed, world) else { return Vec::new() };
                self.state = State::Dragging(Box::new(drag));
                let mut effects = vec![Effect::Gesture(Phase::Begin)];
                effects.extend(self.moved((at, Point::default()), over, held, world));
                effects
            }
            Spot::Link(id) => self.pull((id, None), (from, at), held, world),
            Spot::Bend(id, number) => self.pull((id, Some(number)), (from, at), held, world),
            Spot::Label(id) => self.take_label(id, (from, at), held, world),
            // What is locked lets a marquee start on it.
            _ => {
                let before = if pressed.shift || pressed.alt { world.selection.clone() } else { BTreeSet::new() };
                self.state = State::Marquee { from, to: at, before };
                self.moved((at, Point::default()), Spot::Empty, held, world)
            }
        }
    }

    /// A link is pulled out of its way, by a bend that it has or a new one.
    fn pull(
        &mut self,
        bend: (Id, Option<usize>),
        (from, at): (Point, Point),
        held: Held,
        world: World<'_>,
    ) -> Vec<Effect> {
        let Some(bending) = bending::begin(bend, from, world) else { return Vec::new() };
        self.state = bending;
        let mut effects = vec![Effect::Gesture(Phase::Begin)];
        effects.extend(bending::step(&mut self.state, at, held, world));
        effects
    }

    fn take_label(&mut self, id: Id, (from, at): (Point, Point), held: Held, world: World<'_>) -> Vec<Effect> {
        let Some(spot) = world.layout.wire(&id).and_then(|wire| wire.spot) else { return Vec::new() };
        let grip = spot.around(labelling::USUAL.min(spot.room)).center() - from;
        let mut effects = vec![Effect::Gesture(Phase::Begin)];
        effects.extend(labelling::step(&id, at + grip, held, world));
        self.state = State::Labelling { id, grip };
        effects
    }

    fn begin_reattach(&mut self, (id, end): (Id, End), pointer: (Point, &Spot), world: World<'_>) -> Vec<Effect> {
        let Some(link) = world.design.links.get(&id) else { return Vec::new() };
        let anchor = match end {
            End::From => (link.to.clone(), link.sides.enters),
            End::To => (link.from.clone(), link.sides.leaves),
        };
        self.link(anchor, Some((id, end)), pointer, world)
    }

    fn link(
        &mut self,
        (anchor, side): (Id, Option<Side>),
        link: Option<(Id, End)>,
        (to, spot): (Point, &Spot),
        world: World<'_>,
    ) -> Vec<Effect> {
        let (over, at) = (node_of(spot).cloned(), joining::side(spot, to, world.design));
        self.state = State::Linking { anchor, side, link, to, over, at };
        Vec::new()
    }

    fn release(&mut self, at: Point, spot: Spot, held: Held, world: World<'_>) -> Vec<Effect> {
        match std::mem::take(&mut self.state) {
            State::Pressing(_, pressed, held, picked) => picking::click((&pressed, picked), held, world),
            State::Dragging(mut drag) => {
                let mut effects = drag.step(at, spot, held, world);
                effects.extend(drag.finish(world));
                effects
            }
            State::Resizing { id, .. } => resizing::finish(id),
            State::Bending { id, number, via, .. } => bending::finish(&id, number, via, world.design),
            State::Labelling { .. } => vec![Effect::Gesture(Phase::End)],
            State::Linking { anchor, side, link, .. } => match node_of(&spot) {
                Some(over) => {
                    let reached = joining::side(&spot, at, world.design);
                    joining::join((&anchor, side), (over, reached), link.as_ref(), world)
                }
                None => joining::let_go(&anchor, link.as_ref(), (at, &spot), world),
            },
            State::Placing { ware, grip: Grip::Dragged, at: place, over } => match place {
                Some(_) => ware.put(at, over.as_ref(), world.design),
                None => Vec::new(),
            },
            placing @ State::Placing { .. } => {
                self.state = placing;
                Vec::new()
            }
            State::Idle | State::Marquee { .. } | State::Panning => Vec::new(),
        }
    }

    fn double(&mut self, at: Point, spot: Spot, design: &Design) -> Vec<Effect> {
        self.state = State::Idle;
        match spot {
            Spot::Empty => vec![Effect::QuickAdd(at, None)],
            Spot::Port(id) | Spot::Node(id) | Spot::Link(id) | Spot::Label(id) | Spot::Place(id) | Spot::Note(id) => {
                vec![Effect::Rename(id)]
            }
            Spot::Bend(id, number) => Self::unbend(&id, number, design),
            Spot::End(..) | Spot::Handle(..) => Vec::new(),
        }
    }

    /// Takes a bend out of a link.
    pub fn unbend(id: &Id, number: usize, design: &Design) -> Vec<Effect> {
        design.links.get(id).map(|link| bending::without(id, link, number)).into_iter().collect()
    }

    fn leave(&mut self) -> Vec<Effect> {
        if let State::Placing { at, over, .. } = &mut self.state {
            (*at, *over) = (None, None);
        }
        Vec::new()
    }

    fn escape(&mut self) -> Vec<Effect> {
        match std::mem::take(&mut self.state) {
            State::Dragging(drag) if drag.mode == Mode::Copying => Vec::new(),
            State::Dragging(_) | State::Resizing { .. } | State::Bending { .. } | State::Labelling { .. } => {
                vec![Effect::Gesture(Phase::Cancel)]
            }
            State::Marquee { before, .. } => vec![Effect::Select(before)],
            State::Idle => vec![Effect::Select(BTreeSet::new())],
            _ => Vec::new(),
        }
    }
}

/// What a spot belongs to.
pub fn spot_id(spot: &Spot) -> Option<&Id> {
    match spot {
        Spot::Empty => None,
        Spot::Node(id)
        | Spot::Port(id)
        | Spot::Link(id)
        | Spot::End(id, _)
        | Spot::Bend(id, _)
        | Spot::Label(id)
        | Spot::Place(id)
        | Spot::Note(id)
        | Spot::Handle(id, _) => Some(id),
    }
}

fn node_of(spot: &Spot) -> Option<&Id> {
    match spot {
        Spot::Node(id) | Spot::Port(id) => Some(id),
        _ => None,
    }
}

fn link_of(spot: &Spot) -> Option<&Id> {
    match spot {
        Spot::Link(id) => Some(id),
        _ => None,
    }
}
