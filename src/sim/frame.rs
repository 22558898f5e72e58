//! Frames: one for each site that a request is at, so that a caller keeps its worker while its callee works.
//!
//! A request is a chain of frames, innermost last. Frames live in a slab with the most recently freed taken first, so that
//! the ones in use stay in the processor's cache.

use super::cache::Errand;
use super::event_set::{NO_SLOT, Slot};
use super::network::{Index, Reason};
use crate::units::SimTime;

/// Index of a frame.
pub(super) type FrameId = u32;

/// No frame, server, link, source or message.
pub(super) const NONE: u32 = u32::MAX;

/// What a frame waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nobody: the place is free.
    Free,
    /// Its turn, which comes at this very moment.
    Ready,
    /// On the network towards its site.
    Going,
    /// For a worker.
    Queued,
    /// For the processor.
    Working,
    /// For time to pass.
    Asleep,
    /// For its callee.
    Calling,
    /// For calls that have records.
    Joining,
    /// For the answer that another frame fetches.
    Following,
    /// For somebody to be where it was sent to, or for the time to connect to be over.
    Unanswered,
    /// On the network back to its caller.
    Returning,
}

/// One request at one site, or on a whole lane of sites. What every turn asks for stands in one line of the processor's
/// cache, the rest in the next.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Frame {
    /// When it arrived at the site.
    pub(super) arrived: SimTime,
    /// Next step.
    pub(super) pc: Index,
    pub(super) site: Index,
    pub(super) server: u32,
    /// The lane that it is on; see [`super::lane`].
    pub(super) lane: Index,
    pub(super) parent: FrameId,
    /// Source of a user's request.
    pub(super) source: Index,
    /// User that a source's request is from, where it has sessions.
    pub(super) session: u32,
    /// Pending event.
    pub(super) slot: Slot,
    /// Tells it from earlier users of the same place, and who was there first: frames are numbered as they come.
    pub(super) generation: u32,
    /// Who waits behind it at its server.
    pub(super) next: FrameId,
    /// The callee of a plain call, or the first record of those that it waits for.
    pub(super) child: FrameId,
    /// Bytes of the request.
    pub(super) request: u32,
    /// Bytes of the answer.
    pub(super) answer: u32,
    /// Kind of request, an index into the network's classes.
    pub(super) class: u8,
    /// Why it failed, once it has; or why a call failed while it waits for others.
    pub(super) cause: Option<Reason>,
    pub(super) state: State,
    /// Has a worker of its server.
    pub(super) holds: bool,
    /// When its caller called.
    pub(super) called: SimTime,
    /// When its work ends, where it has a processor to itself.
    pub(super) due: SimTime,
    /// Who waits before it at its server.
    pub(super) before: FrameId,
    /// Link that it was called along, if it was.
    pub(super) link: Index,
    /// The record that it is an attempt of, if the call has one.
    pub(super) call: u32,
    /// Message of a consumer's request.
    pub(super) message: u32,
    /// What the request is about, where something on its way asks for that; 0 is the most popular.
    pub(super) object: u32,
    /// Found in a cache, here or by the last callee.
    pub(super) hit: bool,
    /// Asks a cache: a failed call is a miss, and its answer says hit or miss.
    pub(super) asks: bool,
    /// What it wants of a cache.
    pub(super) errand: Errand,
    /// Others wait for what it fetches.
    pub(super) leads: bool,
}

impl Frame {
    /// A new frame at a site.
    #[inline(always)]
    pub(super) fn at(site: Index, entry: Index, now: SimTime) -> Self {
        Self {
            arrived: now,
            pc: entry,
            site,
            server: NONE,
            lane: NONE,
            parent: NONE,
            source: NONE,
            session: NONE,
            slot: NO_SLOT,
            generation: 0,
            next: NONE,
            child: NONE,
            request: 0,
            answer: 0,
            class: 0,
            cause: None,
            state: State::Ready,
            holds: false,
            called: now,
            due: now,
            before: NONE,
            link: NONE,
            call: NONE,
            message: NONE,
            object: 0,
            hit: false,
            asks: false,
            errand: Errand::Ask,
            leads: false,
        }
    }
}

const _: () = assert!(size_of::<Frame>() == 128, "two lines of a cache");

/// Most frames at once, some hundred megabytes of them: an overloaded queue without a limit ends here, not in the
/// machine's last memory.
const MOST: usize = 4_000_000;

/// All frames.
#[derive(Debug, Clone)]
pub(super) struct Frames {
    slab: Vec<Frame>,
    /// The place that was freed last; each free one knows the one before as its child.
    free: FrameId,
    in_use: usize,
    /// Number of the latest frame.
    latest: u32,
}

impl Default for Frames {
    fn default() -> Self {
        Self { slab: Vec::new(), free: NONE, in_use: 0, latest: 0 }
    }
}

impl Frames {
    /// Gives a new frame a place. Its fields are written there one by one, without a copy on the way.
    #[inline(always)]
    pub(super) fn add(&mut self, frame: Frame) -> FrameId {
        if self.free == NONE {
            self.grow();
        }
        self.add_to_free(frame)
    }

    /// The same where there is a free place for certain; see [`Frames::has_free`].
    #[inline(always)]
    pub(super) fn add_to_free(&mut self, frame: Frame) -> FrameId {
        let id = self.free;
        let place = &mut self.slab[id as usize];
        self.free = place.child;
        self.in_use += 1;
        self.latest = self.latest.wrapping_add(1);
        *place = Frame { generation: self.latest, ..frame };
        id
    }

    /// The same for one like another, which comes now.
    #[inline(always)]
    pub(super) fn add_like(&mut self, template: &Frame, now: SimTime) -> &mut Frame {
        let place = &mut self.slab[self.free as usize];
        self.free = place.child;
        self.in_use += 1;
        self.latest = self.latest.wrapping_add(1);
        *place = *template;
        (place.arrived, place.called, place.generation) = (now, now, self.latest);
        place
    }

    /// The place that the next frame gets.
    #[inline(always)]
    pub(super) fn next(&self) -> FrameId {
        if self.free == NONE { self.slab.len() as FrameId } else { self.free }
    }

    /// The number that it gets.
    #[inline(always)]
    pub(super) fn next_generation(&self) -> u32 {
        self.latest.wrapping_add(1)
    }

    /// A place, if there is one of that number.
    pub(super) fn get(&self, id: FrameId) -> Option<&Frame> {
        self.slab.get(id as usize)
    }

    /// Whether a frame can be added without more memory.
    #[inline(always)]
    pub(super) fn has_free(&self) -> bool {
        self.free != NONE
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        self.slab.push(Frame { state: State::Free, ..Frame::at(0, 0, SimTime::ZERO) });
        self.free = (self.slab.len() - 1) as FrameId;
    }

    #[inline(always)]
    pub(super) fn remove(&mut self, id: FrameId) {
        let place = &mut self.slab[id as usize];
        place.state = State::Free;
        place.generation = 0;
        place.child = std::mem::replace(&mut self.free, id);
        self.in_use -= 1;
    }

    /// Whether there is no room for another request.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.slab.len() >= MOST && self.free == NONE
    }

    /// How many frames are in use.
    pub(super) fn in_use(&self) -> usize {
        self.in_use
    }

    /// Frames in use.
    pub(super) fn all(&self) -> impl Iterator<Item = &Frame> {
        self.slab.iter().filter(|frame| frame.state != State::Free)
    }

    /// Frames in use, with their ids.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (FrameId, &Frame)> {
        (0..).zip(&self.slab).filter(|(_, frame)| frame.state != State::Free)
    }

    /// Frames at a server, whatever they wait for.
    pub(super) fn at_server(&self, server: u32) -> Vec<FrameId> {
        self.those(|frame| frame.server == server)
    }

    /// Frames in use of which something is true, in the order in which they came.
    pub(super) fn those(&self, of: impl Fn(&Frame) -> bool) -> Vec<FrameId> {
        let those = self.numbered().filter(|(_, frame)| of(frame));
        let mut those: Vec<(u32, FrameId)> =
            those.map(|(id, frame)| (self.latest.wrapping_sub(frame.generation), id)).collect();
        those.sort_unstable_by_key(|&(age, id)| (std::cmp::Reverse(age), id));
        those.into_iter().map(|(_, id)| id).collect()
    }
}

impl std::ops::Index<FrameId> for Frames {
    type Output = Frame;
    #[inline(always)]
    fn index(&self, id: FrameId) -> &Frame {
        &self.slab[id as usize]
    }
}

impl std::ops::IndexMut<FrameId> for Frames {
    #[inline(always)]
    fn index_mut(&mut self, id: FrameId) -> &mut Frame {
        &mut self.slab[id as usize]
    }
}
