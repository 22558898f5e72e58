//! The state chart of the pointer on the canvas: input events in, effects out.
//!
//! Promises: knows nothing of egui or of the screen; a gesture is one undo step, and Escape leaves no trace of it. What
//! is under the pointer is told by whoever draws ([`Spot`]). Absent: keyboard commands (see `commands`).

use super::snap::{self, Guide, Rest};
use crate::catalog;
use crate::edit::Command;
use crate::model::{CARD, Design, GRID, Id, PlaceKind, Point, Rect, Size};
use crate::scene;
use std::collections::BTreeSet;

/// How far the pointer must move, in screen points, before a press becomes a drag.
const SLACK: f32 = 4.0;

/// Smallest place or note.
const LEAST: Size = Size { w: 72.0, h: 36.0 };

/// Size of a new note.
pub const NOTE: Size = Size { w: 192.0, h: 72.0 };

/// What can be put on the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ware {
    /// A node of the service with this key.
    Service(&'static str),
    /// A place.
    Place(PlaceKind),
    /// A note.
    Note,
}

/// A corner of a rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Corner {
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}

/// An end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
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
    End(Id, Side),
    /// The edge or name of a place.
    Place(Id),
    /// A note.
    Note(Id),
    /// A corner of a selected place or note.
    Corner(Id, Corner),
}

/// What is held down besides the pointer's button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Held {
    /// Nothing that matters.
    #[default]
    Nothing,
    /// Shift: adds to the selection.
    Shift,
    /// The space bar or the middle button: moves the canvas.
    Hand,
}

/// What happened. Positions are points of the drawing.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A button went down.
    Press(Point, Spot, Held),
    /// The pointer moved: where to, over what, and by how many screen points.
    Move(Point, Spot, Point),
    /// The button went up.
    Release(Point, Spot),
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
    /// Ask for a service by name and put it here.
    QuickAdd(Point),
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
    Pressing(Point, Spot, Held),
    /// Moves records.
    Dragging {
        /// Where the pointer went down.
        from: Point,
        /// What moves.
        ids: Vec<Id>,
        /// Where it was, as one rectangle.
        start: Rect,
        /// How far it was moved so far.
        sent: Point,
        /// What it lines up with.
        guides: Vec<Guide>,
    },
    /// Selects what a rectangle touches.
    Marquee {
        /// One corner.
        from: Point,
        /// The opposite corner.
        to: Point,
        /// What stays selected.
        kept: BTreeSet<Id>,
    },
    /// Draws a link from a node, or takes the end of a link elsewhere.
    Linking {
        /// The node at the end that stays.
        anchor: Id,
        /// The link whose end is taken elsewhere.
        link: Option<(Id, Side)>,
        /// Where the pointer is.
        to: Point,
        /// The node under it.
        over: Option<Id>,
    },
    /// Moves the canvas.
    Panning,
    /// Moves a corner of a place or note.
    Resizing {
        /// Which.
        id: Id,
        /// Which corner.
        corner: Corner,
        /// Its rectangle before.
        start: Rect,
    },
    /// Carries something from the palette.
    Placing {
        /// What.
        ware: Ware,
        /// How it is held.
        grip: Grip,
        /// Where on the drawing the pointer is, if it is over it.
        at: Option<Point>,
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
            Input::Move(at, spot, by) => self.moved(at, spot, by, world),
            Input::Release(at, spot) => self.release(at, spot, world),
            Input::Double(at, spot) => self.double(at, spot),
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

    /// Why letting go now would be refused, for a note at the pointer.
    pub fn refusal(&self, design: &Design) -> Option<String> {
        let State::Linking { anchor, link, over: Some(over), .. } = &self.state else { return None };
        let (from, to) = ends(anchor, over, link.as_ref());
        refusal(design, from, to, link.as_ref().map(|(id, _)| id))
    }

    /// The rectangle that a carried ware would take.
    pub fn ghost(&self) -> Option<(Ware, Rect)> {
        match self.state {
            State::Placing { ware, at: Some(at), .. } => Some((ware, ware.rect(at))),
            _ => None,
        }
    }

    fn take(&mut self, ware: Ware, grip: Grip) -> Vec<Effect> {
        self.state = State::Placing { ware, grip, at: None };
        Vec::new()
    }

    fn press(&mut self, at: Point, spot: Spot, held: Held, world: World<'_>) -> Vec<Effect> {
        if let State::Placing { ware, grip: Grip::Armed, .. } = self.state {
            self.state = State::Idle;
            return vec![ware.put(at)];
        }
        if held == Held::Hand {
            self.state = State::Panning;
            return Vec::new();
        }
        let effects = match spot_id(&spot) {
            Some(id) if held == Held::Nothing && !world.selection.contains(id) => select([id.clone()]),
            _ => Vec::new(),
        };
        self.state = State::Pressing(at, spot, held);
        effects
    }

    fn moved(&mut self, at: Point, spot: Spot, by: Point, world: World<'_>) -> Vec<Effect> {
        match &mut self.state {
            State::Idle => Vec::new(),
            State::Pressing(from, ..) if from.distance(at) * world.zoom < SLACK => Vec::new(),
            State::Pressing(..) => self.begin(at, node_of(&spot).cloned(), world),
            State::Dragging { .. } => self.drag(at, world),
            State::Marquee { from, to, kept } => {
                *to = at;
                vec![Effect::Select(caught(world.design, Rect::between(*from, at), kept))]
            }
            State::Linking { to, over, .. } => {
                *to = at;
                *over = node_of(&spot).cloned();
                Vec::new()
            }
            State::Panning => vec![Effect::Pan(by)],
            State::Resizing { id, corner, start } => {
                let rect = resized(*start, *corner, at.snapped(GRID));
                vec![Effect::Edit(Command::Resize { id: id.clone(), rect })]
            }
            State::Placing { at: place, .. } => {
                *place = Some(at);
                Vec::new()
            }
        }
    }

    /// A press has moved far enough to be a drag.
    fn begin(&mut self, at: Point, over: Option<Id>, world: World<'_>) -> Vec<Effect> {
        let State::Pressing(from, spot, held) = std::mem::take(&mut self.state) else { return Vec::new() };
        match spot {
            Spot::Empty | Spot::Link(_) => {
                let kept = if held == Held::Shift { world.selection.clone() } else { BTreeSet::new() };
                self.state = State::Marquee { from, to: at, kept };
                self.moved(at, Spot::Empty, Point::default(), world)
            }
            Spot::Port(anchor) => {
                self.state = State::Linking { anchor, link: None, to: at, over };
                Vec::new()
            }
            Spot::End(id, side) => self.begin_reattach(id, side, at, world),
            Spot::Corner(id, corner) => {
                let Some(start) = rect_of(world.design, &id) else { return Vec::new() };
                self.state = State::Resizing { id, corner, start };
                vec![Effect::Gesture(Phase::Begin)]
            }
            Spot::Node(id) | Spot::Place(id) | Spot::Note(id) => self.begin_drag(from, at, id, world),
        }
    }

    fn begin_reattach(&mut self, id: Id, side: Side, at: Point, world: World<'_>) -> Vec<Effect> {
        if let Some(link) = world.design.links.get(&id) {
            let anchor = if side == Side::From { &link.to } else { &link.from }.clone();
            self.state = State::Linking { anchor, link: Some((id, side)), to: at, over: None };
        }
        Vec::new()
    }

    fn begin_drag(&mut self, from: Point, at: Point, id: Id, world: World<'_>) -> Vec<Effect> {
        let ids = if world.selection.contains(&id) { world.selection.iter().cloned().collect() } else { vec![id] };
        let rects = ids.iter().filter_map(|id| rect_of(world.design, id));
        let Some(start) = rects.reduce(Rect::union) else { return Vec::new() };
        self.state = State::Dragging { from, ids, start, sent: Point::default(), guides: Vec::new() };
        let mut effects = vec![Effect::Gesture(Phase::Begin)];
        effects.extend(self.drag(at, world));
        effects
    }

    fn drag(&mut self, at: Point, world: World<'_>) -> Vec<Effect> {
        let State::Dragging { from, ids, start, sent, guides } = &mut self.state else { return Vec::new() };
        let target = start.shift(at - *from);
        let near = snap::neighbours(world.design, ids);
        let Rest { at, guides: found } = snap::rest(target, &near, snap::REACH / world.zoom);
        let by = at - start.min - *sent;
        *guides = found;
        *sent = at - start.min;
        let still = by.x.abs() < 1e-3 && by.y.abs() < 1e-3;
        if still { Vec::new() } else { vec![Effect::Edit(Command::Move { ids: ids.clone(), by })] }
    }

    fn release(&mut self, at: Point, spot: Spot, world: World<'_>) -> Vec<Effect> {
        match std::mem::take(&mut self.state) {
            State::Pressing(_, pressed, held) => click(&pressed, held, world),
            State::Dragging { .. } | State::Resizing { .. } => vec![Effect::Gesture(Phase::End)],
            State::Linking { anchor, link, .. } => {
                node_of(&spot).map_or_else(Vec::new, |over| join(&anchor, over, link.as_ref(), world))
            }
            State::Placing { ware, grip: Grip::Dragged, at: place } => match place {
                Some(_) => vec![ware.put(at)],
                None => Vec::new(),
            },
            placing @ State::Placing { .. } => {
                self.state = placing;
                Vec::new()
            }
            State::Idle | State::Marquee { .. } | State::Panning => Vec::new(),
        }
    }

    fn double(&mut self, at: Point, spot: Spot) -> Vec<Effect> {
        self.state = State::Idle;
        match spot {
            Spot::Empty => vec![Effect::QuickAdd(at)],
            Spot::Port(id) | Spot::Node(id) | Spot::Link(id) | Spot::Place(id) | Spot::Note(id) => {
                vec![Effect::Rename(id)]
            }
            Spot::End(..) | Spot::Corner(..) => Vec::new(),
        }
    }

    fn leave(&mut self) -> Vec<Effect> {
        if let State::Placing { at, .. } = &mut self.state {
            *at = None;
        }
        Vec::new()
    }

    fn escape(&mut self) -> Vec<Effect> {
        match std::mem::take(&mut self.state) {
            State::Dragging { .. } | State::Resizing { .. } => vec![Effect::Gesture(Phase::Cancel)],
            State::Marquee { kept, .. } => vec![Effect::Select(kept)],
            State::Idle => vec![Effect::Select(BTreeSet::new())],
            _ => Vec::new(),
        }
    }
}

impl Ware {
    /// The rectangle that it takes when put at a point, which becomes its middle as far as the grid lets it.
    pub fn rect(self, at: Point) -> Rect {
        let size = match self {
            Self::Service(_) => CARD,
            Self::Place(kind) => kind.size(),
            Self::Note => NOTE,
        };
        Rect::new(Point::new(at.x - size.w / 2.0, at.y - size.h / 2.0).snapped(GRID), size)
    }

    /// The command that puts it there.
    pub fn command(self, at: Point) -> Command {
        let rect = self.rect(at);
        match self {
            Self::Service(key) => Command::AddNode { service: key.to_owned(), at: rect.min },
            Self::Place(kind) => Command::AddPlace { kind, rect },
            Self::Note => Command::AddNote { rect, text: "Note".to_owned() },
        }
    }

    fn put(self, at: Point) -> Effect {
        Effect::Edit(self.command(at))
    }
}

/// Why a link may not be drawn, in words. `besides` is a link that does not count as there already.
pub fn refusal(design: &Design, from: &Id, to: &Id, besides: Option<&Id>) -> Option<String> {
    if from == to {
        return Some("A node cannot call itself: draw a second node".to_owned());
    }
    let (caller, callee) = (design.nodes.get(from)?, design.nodes.get(to)?);
    let there = |(id, link): (&Id, &crate::model::Link)| link.from == *from && link.to == *to && Some(id) != besides;
    if design.links.iter().any(there) {
        return Some(format!("{} is joined to {} already", caller.label, callee.label));
    }
    let (caller, callee) = (catalog::find(&caller.service)?, catalog::find(&callee.service)?);
    caller.tie(callee).err()
}

fn join(anchor: &Id, over: &Id, link: Option<&(Id, Side)>, world: World<'_>) -> Vec<Effect> {
    let (from, to) = ends(anchor, over, link);
    if let Some(reason) = refusal(world.design, from, to, link.map(|(id, _)| id)) {
        // Let go where the drag began: a change of mind, not a wish to be told about.
        return if from == to { Vec::new() } else { vec![Effect::Refuse(reason)] };
    }
    let (from, to) = (from.clone(), to.clone());
    vec![Effect::Edit(match link {
        Some((id, _)) => Command::Reattach { id: id.clone(), from, to },
        None => Command::AddLink { from, to },
    })]
}

fn ends<'a>(anchor: &'a Id, over: &'a Id, link: Option<&(Id, Side)>) -> (&'a Id, &'a Id) {
    match link {
        Some((_, Side::From)) => (over, anchor),
        _ => (anchor, over),
    }
}

fn click(pressed: &Spot, held: Held, world: World<'_>) -> Vec<Effect> {
    match (spot_id(pressed), held) {
        (Some(id), Held::Shift) => {
            let mut toggled = world.selection.clone();
            if !toggled.remove(id) {
                toggled.insert(id.clone());
            }
            vec![Effect::Select(toggled)]
        }
        (Some(id), _) => select([id.clone()]),
        (None, Held::Shift) => Vec::new(),
        (None, _) => select([]),
    }
}

fn select<const N: usize>(ids: [Id; N]) -> Vec<Effect> {
    vec![Effect::Select(ids.into())]
}

fn spot_id(spot: &Spot) -> Option<&Id> {
    match spot {
        Spot::Empty => None,
        Spot::Node(id)
        | Spot::Port(id)
        | Spot::Link(id)
        | Spot::End(id, _)
        | Spot::Place(id)
        | Spot::Note(id)
        | Spot::Corner(id, _) => Some(id),
    }
}

fn node_of(spot: &Spot) -> Option<&Id> {
    match spot {
        Spot::Node(id) | Spot::Port(id) => Some(id),
        _ => None,
    }
}

/// The rectangle of a node, place or note.
pub fn rect_of(design: &Design, id: &Id) -> Option<Rect> {
    let node = || design.nodes.get(id).map(crate::model::Node::rect);
    let place = || design.places.get(id).map(|place| place.rect);
    node().or_else(place).or_else(|| design.notes.get(id).map(|note| note.rect))
}

/// What a marquee selects.
fn caught(design: &Design, area: Rect, kept: &BTreeSet<Id>) -> BTreeSet<Id> {
    let mut caught = scene::inside(design, area);
    caught.extend(kept.iter().cloned());
    caught
}

/// A rectangle with one corner moved; the opposite corner stays, and it keeps its least size.
fn resized(start: Rect, corner: Corner, to: Point) -> Rect {
    let left = |x: f32| x.min(start.max.x - LEAST.w);
    let right = |x: f32| x.max(start.min.x + LEAST.w);
    let top = |y: f32| y.min(start.max.y - LEAST.h);
    let bottom = |y: f32| y.max(start.min.y + LEAST.h);
    let (min, max) = (start.min, start.max);
    let corners = match corner {
        Corner::TopLeft => (Point::new(left(to.x), top(to.y)), max),
        Corner::TopRight => (Point::new(min.x, top(to.y)), Point::new(right(to.x), max.y)),
        Corner::BottomLeft => (Point::new(left(to.x), min.y), Point::new(max.x, bottom(to.y))),
        Corner::BottomRight => (min, Point::new(right(to.x), bottom(to.y))),
    };
    Rect { min: corners.0, max: corners.1 }
}

#[cfg(test)]
#[path = "tool_tests.rs"]
mod tests;
